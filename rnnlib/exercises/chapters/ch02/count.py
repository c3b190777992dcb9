"""Exercise 02.5: what unfolding multiplies, and what it does not."""

import numpy as np

from rnnlib.exercises.chapters.sentences import ONE_WEIGHT_FOR_EACH_UNIT
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def count(n_x, n_h, n_o, T, tied):
    U = n_h * n_x
    W = n_h * n_h
    V = n_o * n_h
    b = n_h
    c = n_o
    parameters = U + W + V + b + c
    sets = 1 if tied else T
    return sets * parameters, T * n_h


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


def _states_shared_if_tied(n_x, n_h, n_o, T, tied):
    return count(n_x, n_h, n_o, T, tied)[0], n_h if tied else T * n_h


def _biases_not_copied(n_x, n_h, n_o, T, tied):
    weights = n_h * (n_x + n_h + n_o)
    return (weights if tied else T * weights) + n_h + n_o, T * n_h


def _one_W_less(n_x, n_h, n_o, T, tied):
    parameters = count(n_x, n_h, n_o, T, tied)[0]
    return parameters if tied else parameters - n_h * n_h, T * n_h


def _outputs_are_states(n_x, n_h, n_o, T, tied):
    return count(n_x, n_h, n_o, T, tied)[0], T * (n_h + n_o)


def _inputs_and_outputs_are_states(n_x, n_h, n_o, T, tied):
    return count(n_x, n_h, n_o, T, tied)[0], T * (n_x + n_h + n_o)


def _two_biases(n_x, n_h, n_o, T, tied):
    return count(n_x + 1, n_h, n_o, T, tied)[0], T * n_h


def _no_readout(n_x, n_h, n_o, T, tied):
    parameters = n_h * (n_x + n_h + 1)
    return parameters if tied else T * parameters, T * n_h


def _one_unit_a_step(n_x, n_h, n_o, T, tied):
    return count(n_x, n_h, n_o, T, tied)[0], T


def _the_other_way_round(n_x, n_h, n_o, T, tied):
    return count(n_x, n_h, n_o, T, not tied)


def _V_reads_the_input(n_x, n_h, n_o, T, tied):
    parameters = n_h * n_x + n_h * n_h + n_o * n_x + n_h + n_o
    return parameters if tied else T * parameters, T * n_h


def _no_U(n_x, n_h, n_o, T, tied):
    return count(0, n_h, n_o, T, tied)[0], T * n_h


def _no_W(n_x, n_h, n_o, T, tied):
    W = n_h * n_h
    return count(n_x, n_h, n_o, T, tied)[0] - (W if tied else T * W), T * n_h


def _no_V(n_x, n_h, n_o, T, tied):
    V = n_o * n_h
    return count(n_x, n_h, n_o, T, tied)[0] - (V if tied else T * V), T * n_h


def _cases(rng):
    def case(T, tied, group, n_h=None):
        n_x, n, n_o = (int(k) for k in rng.choice(np.arange(2, 12), size=3, replace=False))
        return Case((n_x, n_h or n, n_o, T, tied), group)

    T = [int(k) for k in 2 + rng.permutation(14)[:4]]
    return [
        case(1, True, "T = 1"),
        case(T[0], True, "tied"),
        case(T[1], False, "untied", n_h=1),
        case(T[2], False, "untied"),
        case(T[3], False, "untied"),
    ]


COUNT = Exercise(
    id="02.5",
    title="What is copied, what is shared",
    reference=count,
    cases=_cases,
    returns=(Returned("parameters"), Returned("states")),
    forbidden=("rnnlib.circuits.circuit.Graph.counts",),
    hints=(
        "How many entries does each of `U`, `W`, `V`, `b` and `c` have? Their shapes are in the "
        "table above.",
        "There is one h(t) for each step, tied or not. If the parameters are tied, there is one "
        "set of them. How many sets are there if they are not?",
    ),
    mistakes=(
        Mistake(_tied_or_not, "You count one set of parameters even where every step has its own."),
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
        Mistake(_only_W_is_copied, "Untied, you copy only W. What about the other four?"),
        Mistake(
            _states_shared_too,
            "You count one state. Are h(1) and h(2) the same numbers?",
        ),
        Mistake(_one_weight_for_each_unit, ONE_WEIGHT_FOR_EACH_UNIT),
        Mistake(
            _states_with_the_initial_one,
            "You count h(0) as well. It is given, not computed; count the states of T steps.",
        ),
        Mistake(
            _states_shared_if_tied,
            "Where the parameters are tied, you count one state for each unit. Tied or not, every "
            "step has its own states.",
        ),
        Mistake(
            _biases_not_copied,
            "Untied, you copy the matrices and not the biases. What belongs to a step's own set?",
        ),
        Mistake(
            _one_W_less,
            "Untied, you have one W fewer than there are steps. The step from h(0) to h(1) has "
            "one too.",
        ),
        Mistake(
            _outputs_are_states,
            "You count the outputs among the states. The states are those of the hidden units.",
        ),
        Mistake(
            _inputs_and_outputs_are_states,
            "You count everything that is computed, inputs and outputs too. The states are those "
            "of the hidden units.",
        ),
        Mistake(
            _two_biases,
            "You count two biases for the hidden units, as some libraries have them. Here there "
            "is one, b.",
        ),
        Mistake(_no_readout, "The output is missing: V and c are parameters as well."),
        Mistake(_one_unit_a_step, "You count T states. Each step has n_h of them."),
        Mistake(
            _the_other_way_round,
            "The two cases are swapped: tied means one set for all steps, untied one set for each.",
        ),
        Mistake(
            _V_reads_the_input,
            "Your V reads the input. It should read the state: how many columns does it have?",
        ),
        Mistake(_no_U, "U is missing from your sum: which matrix does the input pass through?"),
        Mistake(
            _no_W, "W is missing from your sum: which matrix does the previous state pass through?"
        ),
        Mistake(_no_V, "V is missing from your sum: which matrix produces the output?"),
    ),
)
