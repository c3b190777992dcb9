"""Exercise 02.5: what unfolding multiplies, and what it does not."""

from rnnlib.exercises.chapters.sentences import ONE_WEIGHT_FOR_EACH_UNIT
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def count(n_x, n_h, n_o, T, tied):
    parameters = n_h * n_x + n_h * n_h + n_o * n_h + n_h + n_o
    return parameters if tied else T * parameters, T * n_h


def _tied_or_not(n_x, n_h, n_o, T, tied):
    return count(n_x, n_h, n_o, T, True)


def _always_copied(n_x, n_h, n_o, T, tied):
    return count(n_x, n_h, n_o, T, False)


def _without_biases(n_x, n_h, n_o, T, tied):
    weights = n_h * (n_x + n_h + n_o)
    return weights if tied else T * weights, T * n_h


def _states_shared_too(n_x, n_h, n_o, T, tied):
    return count(n_x, n_h, n_o, T, tied)[0], n_h


def _one_weight_for_each_unit(n_x, n_h, n_o, T, tied):
    parameters = n_h * n_x + n_h + n_o * n_h + n_h + n_o
    return parameters if tied else T * parameters, T * n_h


def _states_with_the_initial_one(n_x, n_h, n_o, T, tied):
    return count(n_x, n_h, n_o, T, tied)[0], (T + 1) * n_h


def _one_bias(n_x, n_h, n_o, T, tied):
    parameters = n_h * (n_x + n_h + n_o) + n_h
    return parameters if tied else T * parameters, T * n_h


def _only_W_is_copied(n_x, n_h, n_o, T, tied):
    parameters = count(n_x, n_h, n_o, 1, True)[0]
    return parameters if tied else parameters + (T - 1) * n_h * n_h, T * n_h


def _cases(rng):
    return [
        Case((3, 5, 2, 1, True), "T = 1"),
        Case((3, 5, 2, 7, True), "tied"),
        Case((4, 1, 3, 6, False), "untied"),
        Case((2, 6, 1, 9, False), "untied"),
    ]


COUNT = Exercise(
    id="02.5",
    title="What is copied, what is shared",
    reference=count,
    cases=_cases,
    returns=(Returned("parameters"), Returned("states")),
    forbidden=("rnnlib.circuits.circuit.Graph.counts",),
    hints=(
        "How many entries has each of U, W, V, b and c? Their shapes are in the table above.",
        "There is one h(t) for each step, tied or not. Of the parameters there is one set if they "
        "are tied, and how many sets if they are not?",
    ),
    mistakes=(
        Mistake(_tied_or_not, "You count one set of parameters also where every step has its own."),
        Mistake(
            _always_copied,
            "You count the parameters once for every step. What does `tied` mean for the copies?",
        ),
        Mistake(
            _without_biases,
            "Two rows of the table are missing from your sum: which parameters are added to a "
            "product?",
        ),
        Mistake(
            _one_bias, "One bias is missing: there is one for the state and one for the output."
        ),
        Mistake(_only_W_is_copied, "Untied, you copy W alone. What about the other four?"),
        Mistake(
            _states_shared_too,
            "You count one state. Are h(1) and h(2) the same numbers?",
        ),
        Mistake(_one_weight_for_each_unit, ONE_WEIGHT_FOR_EACH_UNIT),
        Mistake(
            _states_with_the_initial_one,
            "You count h(0) as well. It is given, not computed; count the states of T steps.",
        ),
    ),
)
