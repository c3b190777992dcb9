"""Exercise 02.6: when each state of a stack can be computed."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def earliest(L, T):
    times = np.zeros((L, T), dtype=int)
    for layer in range(L):
        for t in range(T):
            below = times[layer - 1, t] if layer else 0
            before = times[layer, t - 1] if t else 0
            times[layer, t] = 1 + max(below, before)
    return times


def _layer_after_layer(L, T):
    return np.arange(1, L * T + 1).reshape(L, T)


def _step_after_step(L, T):
    return np.arange(1, L * T + 1).reshape(T, L).T


def _each_layer_by_itself(L, T):
    return np.tile(np.arange(1, T + 1), (L, 1))


def _counts_from_zero(L, T):
    return earliest(L, T) - 1


def _waits_for_one_only(L, T):
    return np.maximum(*np.mgrid[1 : L + 1, 1 : T + 1])


def _adds_both(L, T):
    times = np.ones((L, T), dtype=int)
    for layer in range(L):
        for t in range(T):
            below = times[layer - 1, t] if layer else 0
            before = times[layer, t - 1] if t else 0
            times[layer, t] = 1 + below + before
    return times


def _cases(rng):
    return [
        Case((1, 1), "L = T = 1"),
        Case((1, 4), "one layer"),
        Case((2, 3), "several layers"),
        Case((4, 5), "several layers"),
    ]


EARLIEST = Exercise(
    id="02.6",
    title="What can be computed when",
    points=2,
    reference=earliest,
    cases=_cases,
    returns=(Returned("times", ("layer", "step"), first=1),),
    forbidden=("rnnlib.circuits.circuit.Graph.levels",),
    hints=(
        "State (1, 1) has nothing to wait for: its time is 1. Which states wait for it alone?",
        "A state can be computed one unit of time after the later of the two that it reads: the "
        "one below it and the one before it. What if one of them is missing?",
    ),
    mistakes=(
        Mistake(
            _layer_after_layer,
            "You finish a layer before you begin the next. Does layer 2 need all of layer 1 for "
            "its first step?",
        ),
        Mistake(
            _step_after_step,
            "You compute one state at a time. Which states could be computed side by side?",
        ),
        Mistake(
            _each_layer_by_itself,
            "Your layers do not wait for each other. What does the upper layer read at step t?",
        ),
        Mistake(_counts_from_zero, "Your times begin at 0. The first state is ready at time 1."),
        Mistake(
            _waits_for_one_only,
            "Your times grow too slowly along the diagonal: state (2, 2) waits for (1, 2), which "
            "has itself waited for (1, 1).",
        ),
        Mistake(
            _adds_both,
            "You add the waiting times of the two. They pass side by side: which one counts?",
        ),
    ),
)
