"""Exercise 02.6: when each state of a stack can be computed."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def earliest(L, T):
    below = np.arange(L)[:, None]  # so many layers must come first,
    before = np.arange(T)  # and so many steps
    return 1 + below + before


def _layer_after_layer(L, T):
    return np.arange(1, L * T + 1).reshape(L, T)


def _step_after_step(L, T):
    return np.arange(1, L * T + 1).reshape(T, L).T


def _each_layer_by_itself(L, T):
    return np.tile(np.arange(1, T + 1), (L, 1))


def _first_states_at_once(L, T):
    times = np.ones((L, T), dtype=int)
    times[0] = np.arange(1, T + 1)
    for layer in range(1, L):
        for t in range(1, T):
            times[layer, t] = 1 + max(times[layer - 1, t], times[layer, t - 1])
    return times


def _sum_of_the_two(L, T):
    times = np.ones((L, T), dtype=int)
    times[0], times[:, 0] = np.arange(1, T + 1), np.arange(1, L + 1)
    for layer in range(1, L):
        for t in range(1, T):
            times[layer, t] = times[layer - 1, t] + times[layer, t - 1]
    return times


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


def _first_layer_at_once(L, T):
    times = earliest(L, T)
    return np.vstack([np.ones((1, T), int), times[1:]])


def _the_earlier(L, T):
    times = np.zeros((L + 1, T + 1), dtype=int)
    for layer in range(L):
        for t in range(T):
            times[layer + 1, t + 1] = 1 + min(times[layer, t + 1], times[layer + 1, t])
    return times[1:, 1:]


def _two_units_a_layer(L, T):
    return earliest(L, T) + np.arange(L)[:, None]


def _two_units_a_step(L, T):
    return earliest(L, T) + np.arange(T)


def _one_too_late(L, T):
    return earliest(L, T) + 1


def _each_step_by_itself(L, T):
    return np.tile(np.arange(1, L + 1)[:, None], (1, T))


def _multiplies(L, T):
    return np.outer(np.arange(1, L + 1), np.arange(1, T + 1))


def _all_at_once(L, T):
    return np.ones((L, T), dtype=int)


def _steps_from_zero(L, T):
    return np.tile(np.arange(T), (L, 1))


def _cases(rng):
    small = (2, 4) if rng.random() < 0.5 else (5, 3)
    line, column = rng.integers(4, 400, size=2)
    shapes = [
        (small, "several layers"),
        ((1, 1), "L = T = 1"),
        ((1, line), "one layer"),
        ((column, 1), "one step"),
        (rng.integers(2, 40, size=2), "several layers"),
        (rng.integers(2, 40, size=2), "several layers"),
    ]
    return [Case((int(L), int(T)), group) for (L, T), group in shapes]


EARLIEST = Exercise(
    id="02.6",
    title="What can be computed when",
    points=2,
    reference=earliest,
    cases=_cases,
    returns=(Returned("times", ("layer", "step"), first=1),),
    forbidden=("rnnlib.circuits.circuit.Graph.levels",),
    hints=(
        "State (1, 1) has nothing to wait for: its time is 1. Which states wait only for it?",
        "A state can be computed one unit of time after the later of the two that it reads: the "
        "one below it and the one before it. What if one of them is missing?",
    ),
    mistakes=(
        Mistake(
            _first_states_at_once,
            "The first state of every layer is ready at time 1 in your table. Layer 2 reads what "
            "layer 1 has computed: when can its first state be computed?",
        ),
        Mistake(
            _sum_of_the_two,
            "You add the times of the two states that a state is computed from. It waits for both "
            "at the same time: which of the two decides when it can start?",
        ),
        Mistake(
            _layer_after_layer,
            "You finish a layer before you start the next. Does layer 2 need all of layer 1 for "
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
            "You add the two waiting times. They pass in parallel: which one counts?",
        ),
        Mistake(
            _first_layer_at_once,
            "Your first layer is ready at once. Its step 2 reads the state of its step 1 as well.",
        ),
        Mistake(
            _the_earlier,
            "You take the earlier of the two states that a state reads. It needs both: which one "
            "does it wait for?",
        ),
        Mistake(
            _two_units_a_layer,
            "Each layer takes two units of time in your answer. How long does one state take, "
            "once both that it reads are ready?",
        ),
        Mistake(
            _two_units_a_step,
            "Each step takes two units of time in your answer. How long does one state take, "
            "once both that it reads are ready?",
        ),
        Mistake(
            _one_too_late,
            "Your times are one too late everywhere. The first state is ready at time 1.",
        ),
        Mistake(
            _each_step_by_itself,
            "All steps of a layer are ready together in your answer. Its step 2 reads the state "
            "of its step 1.",
        ),
        Mistake(_multiplies, "You multiply layer and step. The waiting times along a path add up."),
        Mistake(
            _all_at_once,
            "All states are ready at once in your answer. What does each of them have to wait for?",
        ),
        Mistake(
            _steps_from_zero,
            "Your times are the steps, counted from 0. A layer also waits for the one below, and "
            "the first state is ready at time 1.",
        ),
    ),
)
