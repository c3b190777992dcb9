"""Exercise 11.1: how far one step moves a state."""

import numpy as np

from rnnlib.exercises.chapters.ch11 import layer
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def speed(W, b, h):
    gap = np.tanh(W @ h + b) - h
    return 0.5 * (gap @ gap)


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


def _cases(rng):
    return [
        Case(layer.drawn(rng, 1), "one unit"),
        Case(layer.drawn(rng, 3), "several units"),
        Case(layer.drawn(rng, 6), "several units"),
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
        "Subtract one from the other. ‖v‖² is the sum of the squares of the entries of v.",
    ),
    mistakes=(
        Mistake(_without_half, "Twice too much: the definition begins with ½."),
        Mistake(_not_squared, "This is the distance. q is half of its square."),
        Mistake(_half_the_norm, "You halve the distance. What is to be halved is its square."),
        Mistake(_mean, "You divide by the number of units. ‖·‖² is a sum: is it ever divided?"),
        Mistake(
            _absolute_values,
            "You add absolute values. The squared length of a vector is made of squares.",
        ),
        Mistake(
            _size_of_the_new_state,
            "This is the size of the new state. q asks how far it lies from h.",
        ),
        Mistake(_no_bias, "b has no effect. It stands in the step too: where?"),
        Mistake(
            _bias_outside,
            "You add b after tanh. Which sum does tanh see, according to the formula?",
        ),
        Mistake(
            _W_transposed,
            "W is the wrong way round. Row i of W is what unit i hears; is that what you multiply "
            "by h?",
        ),
        Mistake(_no_tanh, "There is no tanh in your step."),
    ),
)
