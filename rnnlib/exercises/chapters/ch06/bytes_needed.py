"""Exercise 06.1: what the weights weigh, and what the states weigh."""

import numpy as np

from rnnlib.exercises.chapters.sentences import ONE_WEIGHT_FOR_EACH_UNIT
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def bytes_needed(n_x, n_h, T, B, itemsize):
    weights = n_h * n_x + n_h * n_h + n_h
    states = (T + 1) * B * n_h
    return weights * itemsize, states * itemsize


def _numbers(n_x, n_h, T, B, itemsize):
    return bytes_needed(n_x, n_h, T, B, 1)


def _eight_bytes_each(n_x, n_h, T, B, itemsize):
    return bytes_needed(n_x, n_h, T, B, 8)


def _itemsize_in_bits(n_x, n_h, T, B, itemsize):
    return tuple(n // 8 for n in bytes_needed(n_x, n_h, T, B, itemsize))


def _bits(n_x, n_h, T, B, itemsize):
    return bytes_needed(n_x, n_h, T, B, 8 * itemsize)


def _without_the_initial_state(n_x, n_h, T, B, itemsize):
    return bytes_needed(n_x, n_h, T - 1, B, itemsize)


def _one_sequence(n_x, n_h, T, B, itemsize):
    return bytes_needed(n_x, n_h, T, 1, itemsize)


def _last_state_only(n_x, n_h, T, B, itemsize):
    return bytes_needed(n_x, n_h, 0, B, itemsize)


def _states_and_inputs(n_x, n_h, T, B, itemsize):
    weights, states = bytes_needed(n_x, n_h, T, B, itemsize)
    return weights, states + T * B * n_x * itemsize


def _weights_of_every_step(n_x, n_h, T, B, itemsize):
    weights, states = bytes_needed(n_x, n_h, T, B, itemsize)
    return T * weights, states


def _weights_of_every_sequence(n_x, n_h, T, B, itemsize):
    weights, states = bytes_needed(n_x, n_h, T, B, itemsize)
    return B * weights, states


def _no_bias(n_x, n_h, T, B, itemsize):
    weights, states = bytes_needed(n_x, n_h, T, B, itemsize)
    return weights - n_h * itemsize, states


def _one_weight_for_each_unit(n_x, n_h, T, B, itemsize):
    weights, states = bytes_needed(n_x, n_h, T, B, itemsize)
    return weights - n_h * (n_h - 1) * itemsize, states


def _cases(rng):
    def case(T, B, itemsize, group):
        n_x, n_h = (int(n) for n in rng.choice(np.arange(2, 40), size=2, replace=False))
        return Case((n_x, n_h, T, B, itemsize), group)

    def some(low, high):
        return int(rng.integers(low, high))

    return [
        case(1, some(2, 10), 4, "T = 1"),
        case(some(10, 60), 1, 2, "B = 1"),
        case(some(40, 90), some(2, 20), 4, "T > 1 and B > 1"),
        case(some(100, 900), some(20, 40), 2, "T > 1 and B > 1"),
    ]


BYTES_NEEDED = Exercise(
    id="06.1",
    title="Bytes against steps",
    reference=bytes_needed,
    cases=_cases,
    returns=(Returned("weights"), Returned("states")),
    forbidden=(
        "rnnlib.cells.tape.tape_nbytes",
        "rnnlib.analysis.diagnostics.state_nbytes",
        "rnnlib.analysis.diagnostics.truncated_nbytes",
        "rnnlib.analysis.diagnostics.checkpointed_nbytes",
        "rnnlib.analysis.diagnostics.rtrl_nbytes",
    ),
    hints=(
        "Count numbers first, bytes last. How many numbers are there in U, in W and in b? Does "
        "that depend on T or on B?",
        "One state of one sequence is n_h numbers. How many sequences are there, and how many "
        "states from h(0) to h(T)? `itemsize` is the number of bytes of one number.",
    ),
    mistakes=(
        Mistake(
            _numbers,
            "You count numbers. How many bytes does one of them take?",
        ),
        Mistake(
            _eight_bytes_each,
            "You take 8 bytes for every number, whatever `itemsize` is. What does the docstring "
            "say that it counts?",
        ),
        Mistake(
            _itemsize_in_bits,
            "Eight times too little: you divide by 8, as if `itemsize` counted bits. What does the "
            "docstring say that it counts?",
        ),
        Mistake(
            _bits,
            "Eight times too much: those are bits. In which unit is `itemsize` given?",
        ),
        Mistake(
            _without_the_initial_state,
            "One state is missing. How many are there from h(0) to h(T), both ends included?",
        ),
        Mistake(
            _one_sequence,
            "You count the states of one sequence. Do the sequences of a batch share their states?",
        ),
        Mistake(
            _last_state_only,
            "You count one step's states. The backward pass visits every step: which states will "
            "it need?",
        ),
        Mistake(
            _states_and_inputs,
            "You count the inputs among the states. The exercise asks only for h(0) to h(T).",
        ),
        Mistake(
            _weights_of_every_step,
            "You count the weights at every step. How many different W are there in memory?",
        ),
        Mistake(
            _weights_of_every_sequence,
            "You count the weights for every sequence. Do two sequences of a batch each have "
            "their own W?",
        ),
        Mistake(
            _no_bias,
            "One of the three is missing: which of U, W and b is not a matrix?",
        ),
        Mistake(_one_weight_for_each_unit, ONE_WEIGHT_FOR_EACH_UNIT),
    ),
)
