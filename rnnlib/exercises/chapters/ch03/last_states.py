"""Exercise 03.5: where sequences of different lengths end."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def last_states(h, lengths):
    last = np.zeros_like(h[0])
    for b in range(len(lengths)):
        last[b] = h[lengths[b], b]
    return last


def _last_of_all(h, lengths):
    return h[-1]


def _one_too_early(h, lengths):
    return last_states(h, lengths - 1)


def _at_the_greatest_length(h, lengths):
    return last_states(h, np.full_like(lengths, lengths.max()))


def _at_the_first_length(h, lengths):
    return last_states(h, np.full_like(lengths, lengths[0]))


def _counted_from_the_end(h, lengths):
    return last_states(h, -lengths)


def _one_too_late(h, lengths):
    return last_states(h, lengths + 1)


def _mean_of_the_states(h, lengths):
    return np.array([h[1 : n + 1, b].mean(axis=0) for b, n in enumerate(lengths)])


def _mean_with_h0(h, lengths):
    return np.array([h[: n + 1, b].mean(axis=0) for b, n in enumerate(lengths)])


def _longest_first(h, lengths):
    return last_states(h, lengths)[np.argsort(-lengths)]


def _shortest_first(h, lengths):
    return last_states(h, lengths)[np.argsort(lengths)]


def _all_pairs(h, lengths):
    return h[lengths]


def _first_sequence_alone(h, lengths):
    return h[lengths, 0]


def _axes_swapped(h, lengths):
    return h[np.arange(len(lengths)), lengths]


def _axes_exchanged_by_reshape(h, lengths):
    return last_states(h.reshape(h.shape[1], len(h), -1).swapaxes(0, 1), lengths)


def _lengths_sorted(h, lengths):
    return last_states(h, np.sort(lengths))


def _at_the_smallest_length(h, lengths):
    return last_states(h, np.full_like(lengths, lengths.min()))


def _sum_of_the_sequences(h, lengths):
    return last_states(h, lengths).sum(axis=0)


def _cases(rng):
    def case(T, n_h, lengths, group):
        lengths = rng.permutation(lengths)
        while len(lengths) > 2 and np.ptp(np.sign(np.diff(lengths))) < 2:
            lengths = rng.permutation(lengths)  # neither the shortest nor the longest first
        h = rng.uniform(-1, 1, size=(T + 1, len(lengths), n_h))
        return Case((h, lengths), group)

    return [
        case(1, 3, [1, 1], "T = 1"),
        case(5, 2, [4], "B = 1"),
        case(4, 6, [2, 4, 1], "several sequences"),
        case(7, 3, [5, 1, 6, 2], "several sequences"),
        case(5, 4, [5, 3, 3], "one as long as T"),
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
            "You take h(T) for all sequences. A shorter one has ended earlier; what has its state "
            "been reading since?",
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
        Mistake(
            _one_too_late,
            "Your states come one step too late. h[0] is h(0): which row is h(length)?",
        ),
        Mistake(
            _mean_of_the_states,
            "You average the states of each sequence. The exercise asks for the last one.",
        ),
        Mistake(
            _mean_with_h0,
            "You average the states of each sequence, including h(0). The exercise asks for the "
            "last one.",
        ),
        Mistake(
            _longest_first,
            "Your rows come in the order of the lengths, the longest first. Row b belongs to "
            "sequence b.",
        ),
        Mistake(
            _shortest_first,
            "Your rows come in the order of the lengths, the shortest first. Row b belongs to "
            "sequence b.",
        ),
        Mistake(
            _all_pairs,
            "You index h with the lengths alone, and get all sequences at each of them. Which "
            "sequence belongs to which length?",
        ),
        Mistake(
            _first_sequence_alone,
            "You read the first sequence at each of the lengths. Which sequence belongs to which "
            "length?",
        ),
        Mistake(
            _axes_swapped,
            "You count the sequences along the first axis of h. Which axis comes first here?",
        ),
        Mistake(
            _axes_exchanged_by_reshape,
            "You exchange two axes of h with reshape, which leaves all numbers in the order in "
            "which they are stored. What exchanges axes?",
        ),
        Mistake(
            _lengths_sorted,
            "The lengths are sorted, the sequences are not. Each sequence has its own length.",
        ),
        Mistake(
            _at_the_smallest_length,
            "You read all sequences at the end of the shortest. Where does each of them end?",
        ),
        Mistake(
            _sum_of_the_sequences,
            "You return the sum of all sequences' states. Each has its own row.",
        ),
    ),
)
