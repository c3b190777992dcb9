"""Exercise 13.2: sequences of different length, without their padding."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def pack(x, lengths):
    order = np.argsort(-lengths, kind="stable")
    steps = np.arange(lengths.max())[:, None]
    valid = steps < lengths[order]
    return x[: len(steps), order][valid], valid.sum(axis=1), order


def _packed(x, lengths, order):
    """As if this were the right order."""
    valid = np.arange(lengths.max())[:, None] < lengths[order]
    return x[: len(valid), order][valid], valid.sum(axis=1), order


def _not_sorted(x, lengths):
    return _packed(x, lengths, np.arange(len(lengths)))


def _shortest_first(x, lengths):
    return _packed(x, lengths, np.argsort(lengths, kind="stable"))


def _sorted_and_turned_round(x, lengths):
    """Equal lengths come in the reversed order."""
    return _packed(x, lengths, np.argsort(lengths, kind="stable")[::-1])


def _places_instead(x, lengths):
    data, sizes, order = pack(x, lengths)
    return data, sizes, np.argsort(order)


def _data_not_sorted(x, lengths):
    _, sizes, order = pack(x, lengths)
    return _not_sorted(x, lengths)[0], sizes, order


def _lengths_alone_sorted(x, lengths):
    _, sizes, order = pack(x, lengths)
    valid = np.arange(lengths.max())[:, None] < lengths[order]
    return x[: len(valid)][valid], sizes, order


def _data_alone_sorted(x, lengths):
    """The sequences are sorted, and the old lengths say what of them is valid."""
    _, sizes, order = pack(x, lengths)
    valid = np.arange(lengths.max())[:, None] < lengths
    return x[: len(valid), order][valid], sizes, order


def _one_after_the_other(x, lengths):
    _, sizes, order = pack(x, lengths)
    return np.concatenate([x[: lengths[b], b] for b in order]), sizes, order


def _one_after_the_other_as_given(x, lengths):
    _, sizes, order = pack(x, lengths)
    return np.concatenate([x[:n, b] for b, n in enumerate(lengths)]), sizes, order


def _padding_kept(x, lengths):
    order = pack(x, lengths)[2]
    x = x[: lengths.max(), order]
    return x.reshape(-1, x.shape[-1]), np.full(len(x), len(lengths)), order


def _everything_kept(x, lengths):
    order = pack(x, lengths)[2]
    return x[:, order].reshape(-1, x.shape[-1]), np.full(len(x), len(lengths)), order


def _steps_too_many(x, lengths):
    """Goes on to the end of the array, where no sequence is left."""
    data, sizes, order = pack(x, lengths)
    return data, np.concatenate([sizes, np.zeros(len(x) - len(sizes), int)]), order


def _one_step_too_long(x, lengths):
    order = pack(x, lengths)[2]
    valid = np.arange(min(lengths.max() + 1, len(x)))[:, None] <= lengths[order]
    return x[: len(valid), order][valid], valid.sum(axis=1), order


def _shorter_ones_too_long(x, lengths):
    """The table ends with the longest sequence, which cannot become longer."""
    order = pack(x, lengths)[2]
    valid = np.arange(lengths.max())[:, None] <= lengths[order]
    return x[: len(valid), order][valid], valid.sum(axis=1), order


def _one_step_too_short(x, lengths):
    order = pack(x, lengths)[2]
    valid = np.arange(lengths.max())[:, None] < lengths[order] - 1
    return x[: len(valid), order][valid], valid.sum(axis=1), order


def _first_step_lost(x, lengths):
    order = pack(x, lengths)[2]
    valid = np.arange(1, lengths.max())[:, None] < lengths[order]
    return x[1 : len(valid) + 1, order][valid], valid.sum(axis=1), order


def _lengths_for_sizes(x, lengths):
    data, _, order = pack(x, lengths)
    return data, lengths[order], order


def _lengths_as_given_for_sizes(x, lengths):
    data, _, order = pack(x, lengths)
    return data, lengths, order


def _borders_for_sizes(x, lengths):
    data, sizes, order = pack(x, lengths)
    return data, np.cumsum(sizes), order


def _cases(rng):
    def case(T, n_x, lengths, group):
        """In an order that is neither sorted nor its own inverse; the padding is not zero."""
        lengths = np.array(lengths)
        while len(lengths) > 2:
            lengths = rng.permutation(lengths)
            order = np.argsort(-lengths, kind="stable")
            if (np.argsort(order) != order).any() and (np.diff(lengths) > 0).any():
                break
        return Case((rng.normal(size=(T, len(lengths), n_x)), lengths), group)

    return [
        case(1, 2, [1], "one step"),
        case(4, 3, [3], "one sequence"),
        case(3, 2, [1, 3], "different lengths"),
        case(6, 1, [5, 2, 4, 1], "different lengths"),
        case(5, 4, [5, 3, 1], "different lengths"),
        case(5, 2, [2, 4, 2, 4, 1], "equal lengths"),
        case(3, 3, [3, 3], "equal lengths"),
        case(2, 1, [2, 1] * 10, "equal lengths"),  # so many that an unstable sort moves some
    ]


PACK = Exercise(
    id="13.2",
    title="Without the padding",
    reference=pack,
    cases=_cases,
    returns=(
        Returned("data", ("row", "number"), of=("order",)),
        Returned("batch_sizes", ("t",), first=1, whole=True),
        Returned("order", ("place",), whole=True),
    ),
    hints=(
        'First the order: `np.argsort(-lengths, kind="stable")` puts the longest first, and among '
        "equal lengths, the one that came first. From then on, use lengths and sequences in that "
        "order.",
        "Make a table of True and False, (steps, sequences): is step t still inside sequence k? "
        "Compare a column of the steps 0, 1, … with a row of the lengths.",
        "`valid = np.arange(longest)[:, None] < lengths[order]`. An array with axes (steps, "
        "sequences, …), indexed by `valid`, gives the rows step by step; a sum along each row of "
        "`valid` counts them.",
    ),
    mistakes=(
        Mistake(
            _not_sorted,
            "The sequences are in the order in which they came. The longest should be first, so "
            "that the ones still running are always the first ones.",
        ),
        Mistake(_shortest_first, "Your order has the shortest first. Which one should be first?"),
        Mistake(
            _sorted_and_turned_round,
            "Right except for equal lengths: sorting and then reversing also reverses those. The "
            "one that came first should stay first.",
        ),
        Mistake(
            _places_instead,
            "Your order says where each sequence ends up. The exercise asks for the inverse: "
            "which sequence comes first, which second, and so on.",
        ),
        Mistake(
            _data_not_sorted,
            "Sizes and order are right, but the rows of each step in your data come in the order "
            "of the batch. First put the sequences in the new order.",
        ),
        Mistake(
            _lengths_alone_sorted,
            "You sort the lengths but not the sequences, so sequences get the wrong lengths.",
        ),
        Mistake(
            _data_alone_sorted,
            "You sort the sequences but not the lengths, so sequences get the wrong lengths.",
        ),
        Mistake(
            _one_after_the_other,
            "Your data has one sequence after another. A network reads all first steps, then all "
            "second steps: which axis comes first?",
        ),
        Mistake(
            _one_after_the_other_as_given,
            "Your data has one sequence after another, in the order in which they came. It should "
            "go step by step, with the longest sequence first in each step.",
        ),
        Mistake(
            _padding_kept,
            "The padding is still in your data. At step t, only the sequences that are longer than "
            "t give a row.",
        ),
        Mistake(
            _everything_kept,
            "You keep every step of every sequence, padding included. Which rows are within their "
            "sequence?",
        ),
        Mistake(
            _steps_too_many,
            "Your sizes continue with zeros after the longest sequence has ended. There should be "
            "as many sizes as it has steps.",
        ),
        Mistake(
            _one_step_too_long,
            "Each of your sequences has one step too many: the first row of its padding. Steps are "
            "counted from 0 here.",
        ),
        Mistake(
            _shorter_ones_too_long,
            "Each sequence that is shorter than the longest has one step too many: the first row "
            "of its padding. Steps are counted from 0: a sequence of length 3 has the steps 0, 1 "
            "and 2.",
        ),
        Mistake(
            _one_step_too_short,
            "Each of your sequences has lost its last step. Steps are counted from 0: which of "
            "them is the last one of a sequence of length 3?",
        ),
        Mistake(
            _first_step_lost,
            "Each of your sequences has lost its first step. Which step has index 0?",
        ),
        Mistake(
            _lengths_for_sizes,
            "You return the lengths as the sizes. A size belongs to a step: how many sequences "
            "are still running there?",
        ),
        Mistake(
            _lengths_as_given_for_sizes,
            "You return the lengths, in the order they came, as the sizes. A size belongs to a "
            "step: how many sequences are still running there?",
        ),
        Mistake(
            _borders_for_sizes,
            "You return where each step's rows end. The exercise asks how many rows each step has.",
        ),
    ),
)
