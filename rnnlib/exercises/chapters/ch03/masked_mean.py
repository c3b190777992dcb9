"""Exercise 03.4: the mean loss when the padding must not count."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import LOSS
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def masked_mean(losses, lengths):
    counts = _counts(losses, lengths)
    return np.where(counts, losses, 0.0).sum() / counts.sum()


def _counts(losses, lengths):
    """(T, B) bool: True where step t = 1, …, T of a sequence is not beyond its length."""
    return np.arange(1, len(losses) + 1)[:, None] <= lengths


def _sum(losses, lengths):
    return np.where(_counts(losses, lengths), losses, 0.0).sum()


def _without_a_mask(losses, lengths):
    return losses.mean()


def _mask_times_losses(losses, lengths):
    counts = _counts(losses, lengths)
    return (counts * losses).sum() / counts.sum()


def _all_that_is_a_number(losses, lengths):
    return np.nanmean(losses)


def _divided_by_all(losses, lengths):
    return _sum(losses, lengths) / losses.size


def _product_divided_by_all(losses, lengths):
    return (_counts(losses, lengths) * losses).mean()


def _divided_by_T(losses, lengths):
    return _sum(losses, lengths) / len(losses)


def _divided_by_B(losses, lengths):
    return _sum(losses, lengths) / len(lengths)


def _not_divided(losses, lengths):
    return _sum(losses, lengths)


def _mean_of_means(losses, lengths):
    return (np.where(_counts(losses, lengths), losses, 0.0).sum(axis=0) / lengths).mean()


def _mean_of_means_of_products(losses, lengths):
    return ((_counts(losses, lengths) * losses).sum(axis=0) / lengths).mean()


def _one_step_too_few(losses, lengths):
    return masked_mean(losses, lengths - 1)


def _one_step_too_few_over_all(losses, lengths):
    return _sum(losses, lengths - 1) / lengths.sum()


def _one_step_too_many(losses, lengths):
    return masked_mean(losses, lengths + 1)


def _one_step_too_many_over_the_right_number(losses, lengths):
    return _sum(losses, lengths + 1) / lengths.sum()


def _counts_h0(losses, lengths):
    return _sum(losses, lengths) / (lengths + 1).sum()


def _cases(rng):
    def case(T, lengths, group, padding=None):
        lengths = rng.permutation(lengths)
        losses = rng.uniform(0.2, 3.0, size=(T, len(lengths)))
        if padding is not None:
            losses[~_counts(losses, lengths)] = padding
        return Case((losses, lengths), group)

    return [
        case(1, [1, 1, 1], "T = 1"),
        case(5, [3], "B = 1"),
        case(6, [2, 6, 3, 1], "several sequences"),
        case(4, [3, 1, 2], "several sequences"),
        case(7, [5, 2, 7], "NaN in the padding", padding=np.nan),
    ]


_BY_ALL = "The right losses are added, but divided by T * B. How many have you added?"
_OF_MEANS = (
    "You average each sequence and then the averages: a step of a short sequence then weighs more "
    "than one of a long sequence. Every step that counts should weigh the same."
)
_TOO_FEW = (
    "The last step of each sequence is missing. Steps are counted from 1, rows from 0: which row "
    "is the last that counts?"
)
_TOO_MANY = (
    "You count one step of padding for each sequence that has one. Steps are counted from 1, rows "
    "from 0: which row is the last that counts?"
)

MASKED_MEAN = Exercise(
    id="03.4",
    title="A mean that leaves out the padding",
    points=2,
    reference=masked_mean,
    forbidden=LOSS,
    cases=_cases,
    returns=(Returned("mean"),),
    hints=(
        "Which steps count? Write down a table (T, B) of True and False for T = 3 and the lengths "
        "1 and 3, and find a comparison that makes it. How many entries of it are True?",
        "The padding may hold anything, even NaN, and 0 * NaN is NaN. So the padding has to be "
        "left out before anything is added: boolean indexing and np.where can do it.",
        "Add up all losses that count, of all sequences together, and divide once, by how many "
        "there are.",
    ),
    mistakes=(
        Mistake(
            _without_a_mask,
            "Your mean counts the padding as well. What do the lengths tell you?",
        ),
        Mistake(
            _mask_times_losses,
            "You multiply by the mask, which works until the padding holds NaN: what is 0 * NaN? "
            "Choose the entries that count instead of multiplying the others by 0.",
        ),
        Mistake(
            _all_that_is_a_number,
            "You leave out what is NaN. Padding can hold ordinary numbers too: only the lengths "
            "say what counts.",
        ),
        Mistake(_divided_by_all, _BY_ALL),
        Mistake(_product_divided_by_all, _BY_ALL),
        Mistake(
            _divided_by_T,
            "The right losses are added, but divided by T. How many have you added?",
        ),
        Mistake(
            _divided_by_B,
            "The right losses are added, but divided by the number of sequences. How many losses "
            "have you added?",
        ),
        Mistake(_not_divided, "That is the sum of the losses that count. What makes it a mean?"),
        Mistake(_mean_of_means, _OF_MEANS),
        Mistake(_mean_of_means_of_products, _OF_MEANS),
        Mistake(_one_step_too_few, _TOO_FEW),
        Mistake(_one_step_too_few_over_all, _TOO_FEW),
        Mistake(_one_step_too_many, _TOO_MANY),
        Mistake(_one_step_too_many_over_the_right_number, _TOO_MANY),
        Mistake(
            _counts_h0,
            "The right losses are added, but divided by one too many for each sequence. There are "
            "T + 1 states; has h(0) a loss?",
        ),
    ),
)
