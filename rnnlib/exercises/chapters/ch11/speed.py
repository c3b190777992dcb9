"""Exercise 11.1: how far one step moves a state."""

import numpy as np

from rnnlib.exercises.chapters.ch11 import layer
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def speed(W, b, h):
    after = np.tanh(W @ h + b)
    v = after - h
    return 0.5 * (v**2).sum()


def _without_half(W, b, h):
    return 2 * speed(W, b, h)


def _not_squared(W, b, h):
    return np.sqrt(2 * speed(W, b, h))


def _half_the_norm(W, b, h):
    return 0.5 * np.sqrt(2 * speed(W, b, h))


def _mean(W, b, h):
    return speed(W, b, h) / len(h)


def _absolute_values(W, b, h):
    return 0.5 * np.abs(np.tanh(W @ h + b) - h).sum()


def _size_of_the_new_state(W, b, h):
    return 0.5 * (np.tanh(W @ h + b) ** 2).sum()


def _no_bias(W, b, h):
    return speed(W, 0 * b, h)


def _bias_outside(W, b, h):
    return 0.5 * ((np.tanh(W @ h) + b - h) ** 2).sum()


def _W_transposed(W, b, h):
    return speed(W.T, b, h)


def _no_tanh(W, b, h):
    return 0.5 * ((W @ h + b - h) ** 2).sum()


def _square_of_the_sum(W, b, h):
    return 0.5 * (np.tanh(W @ h + b) - h).sum() ** 2


def _mean_without_half(W, b, h):
    return ((np.tanh(W @ h + b) - h) ** 2).mean()


def _old_state_added(W, b, h):
    return 0.5 * ((np.tanh(W @ h + b) + h) ** 2).sum()


def _squares_subtracted(W, b, h):
    return 0.5 * (np.tanh(W @ h + b) ** 2 - h**2).sum()


def _lengths_subtracted(W, b, h):
    return 0.5 * (np.linalg.norm(np.tanh(W @ h + b)) - np.linalg.norm(h)) ** 2


def _one_unit_alone(W, b, h):
    return 0.5 * (np.tanh(W @ h + b) - h)[0] ** 2


def _largest_move(W, b, h):
    return 0.5 * np.abs(np.tanh(W @ h + b) - h).max() ** 2


def _per_unit(W, b, h):
    return 0.5 * (np.tanh(W @ h + b) - h) ** 2


def _old_state_inside(W, b, h):
    return 0.5 * (np.tanh(W @ h + b - h) ** 2).sum()


def _diagonal_weights(W, b, h):
    return 0.5 * ((np.tanh(np.diag(W) * h + b) - h) ** 2).sum()


def _root_of_the_half(W, b, h):
    return np.sqrt(speed(W, b, h))


def _cases(rng):
    one, three, six, (W, _, h) = (layer.drawn(rng, n) for n in (1, 3, 6, 1))
    changes_sign = (W, -W @ h - 2 * np.sign(h), h)
    return [
        Case(one, "one unit"),
        Case(three, "several units"),
        Case(six, "several units"),
        Case(changes_sign, "one unit"),
    ]


SPEED = Exercise(
    id="11.1",
    title="How fast the state moves",
    reference=speed,
    cases=_cases,
    returns=(Returned("q"),),
    forbidden=("rnnlib.analysis.diagnostics.find_fixed_points",),
    hints=(
        "Two vectors of length n_h: the state h, and the state one step later. Compute the second "
        "first.",
        "Subtract one from the other: `v`. ‖v‖² is the sum of the squares of the entries of v.",
    ),
    mistakes=(
        Mistake(_without_half, "Twice as large as it should be: the definition begins with ½."),
        Mistake(_not_squared, "This is the distance. q is half of its square."),
        Mistake(_half_the_norm, "You halve the distance. Halve its square instead."),
        Mistake(_mean, "You divide by the number of units. ‖·‖² is a sum: is it ever divided?"),
        Mistake(
            _absolute_values,
            "You add absolute values. The squared length of a vector is a sum of squares.",
        ),
        Mistake(
            _size_of_the_new_state,
            "This is the size of the new state. q is about how far it is from h.",
        ),
        Mistake(_no_bias, "b has no effect. It is part of the step too: where?"),
        Mistake(
            _bias_outside,
            "You add b after tanh. Which sum does tanh see, according to the formula?",
        ),
        Mistake(
            _W_transposed,
            "W is the wrong way around. Row i of W has the weights into unit i; is that what you "
            "multiply by h?",
        ),
        Mistake(_no_tanh, "There is no tanh in your step."),
        Mistake(
            _square_of_the_sum,
            "You square the sum over the units. ‖v‖² is the sum of the squares: which comes first?",
        ),
        Mistake(
            _mean_without_half,
            "This is the mean of the squares. ‖v‖² is their sum, and the definition begins with ½.",
        ),
        Mistake(_old_state_added, "You add h to the new state. How far apart are the two?"),
        Mistake(
            _squares_subtracted,
            "You subtract squares. Subtract the states first, unit by unit: where is q = 0?",
        ),
        Mistake(
            _lengths_subtracted,
            "You compare the lengths of the two states. Two states of equal length may be far "
            "apart: subtract them, unit by unit.",
        ),
        Mistake(_one_unit_alone, "Only the first unit counts in your answer."),
        Mistake(
            _largest_move, "Only the unit that moves most counts in your answer. ‖v‖² is a sum."
        ),
        Mistake(_per_unit, "You return one number for each unit. ‖v‖² adds up their squares."),
        Mistake(
            _old_state_inside,
            "You subtract h inside tanh. Between which two states does q measure the distance?",
        ),
        Mistake(
            _diagonal_weights,
            "Only the diagonal of W has an effect. Each unit gets input from all units: how is W "
            "times h written?",
        ),
        Mistake(
            _root_of_the_half,
            "This is the square root of q. ‖v‖² is the length squared: do not take a root.",
        ),
    ),
)
