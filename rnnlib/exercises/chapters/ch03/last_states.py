"""Exercise 03.5: where sequences of different lengths end."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def last_states(h, lengths):
    return h[lengths, np.arange(len(lengths))]


def _last_of_all(h, lengths):
    return h[-1]


def _one_too_early(h, lengths):
    return last_states(h, lengths - 1)


def _at_the_greatest_length(h, lengths):
    return h[lengths.max()]


def _at_the_first_length(h, lengths):
    return h[lengths[0]]


def _counted_from_the_end(h, lengths):
    return last_states(h, -lengths)


def _cases(rng):
    def case(T, n_h, lengths, group):
        h = rng.uniform(-1, 1, size=(T + 1, len(lengths), n_h))
        return Case((h, np.array(lengths)), group)

    return [
        case(1, 3, [1, 1], "T = 1"),
        case(5, 2, [4], "B = 1"),
        case(4, 6, [2, 4, 1], "several sequences"),
        case(7, 3, [5, 1, 6, 2], "several sequences"),
    ]


LAST_STATES = Exercise(
    id="03.5",
    title="Each sequence's own last state",
    reference=last_states,
    cases=_cases,
    returns=(Returned("h(length)", ("sequence", "unit")),),
    hints=(
        "h[t] holds h(t), because h[0] is the initial state. So a sequence of length 3 ends in "
        "which row, and do you have to subtract 1?",
        "A loop over b picks one row (n_h,) for each sequence. Without a loop: give h two arrays "
        "of ints, one entry for each sequence: the first says which t, the second which b.",
    ),
    mistakes=(
        Mistake(
            _last_of_all,
            "You take h(T) for all. A shorter sequence has ended before; what has its state been "
            "reading since?",
        ),
        Mistake(
            _one_too_early,
            "Your states come one step too early: the last input of each sequence is not yet in "
            "them. Which state is h[0]?",
        ),
        Mistake(
            _at_the_greatest_length,
            "You read all sequences at the end of the longest. Where does each of them end?",
        ),
        Mistake(
            _at_the_first_length,
            "You read all sequences where the first one ends. Where does each of them end?",
        ),
        Mistake(
            _counted_from_the_end,
            "You count the lengths from the end of the array. Sequences begin at the front; the "
            "padding comes after them.",
        ),
    ),
)
