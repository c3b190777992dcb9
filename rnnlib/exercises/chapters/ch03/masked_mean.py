"""Exercise 03.4: the mean loss when the padding must not count."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import LOSS
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def masked_mean(losses, lengths):
    total, count = 0.0, 0
    for b in range(len(lengths)):
        for t in range(lengths[b]):
            total += losses[t, b]
            count += 1
    return total / count


def _counts(losses, lengths):
    """(T, B) bool: True where step t = 1, …, T of a sequence is not beyond its length."""
    return np.arange(1, len(losses) + 1)[:, None] <= lengths


def _kept(counts, losses):
    return np.where(counts, losses, 0.0)


def _mean(losses, lengths, *, keep=_kept, fold=lambda kept, counts: kept.sum() / counts.sum()):
    """fold(keep(counts, losses), counts) is the mean; counts says which steps count."""
    counts = _counts(losses, lengths)
    return fold(keep(counts, losses), counts)


def _without_a_mask(losses, lengths):
    return losses.mean()


def _mask_times_losses(losses, lengths):
    return _mean(losses, lengths, keep=np.multiply)


def _all_that_is_a_number(losses, lengths):
    return np.nanmean(losses)


def _divided_by_all(losses, lengths):
    return _mean(losses, lengths, fold=lambda kept, _: kept.mean())


def _product_divided_by_all(losses, lengths):
    return _mean(losses, lengths, keep=np.multiply, fold=lambda kept, _: kept.mean())


def _divided_by_T(losses, lengths):
    return _mean(losses, lengths, fold=lambda kept, _: kept.sum() / len(kept))


def _divided_by_B(losses, lengths):
    return _mean(losses, lengths, fold=lambda kept, _: kept.sum() / kept.shape[1])


def _not_divided(losses, lengths):
    return _mean(losses, lengths, fold=lambda kept, _: kept.sum())


def _of_means(kept, counts):
    return (kept.sum(axis=0) / counts.sum(axis=0)).mean()


def _mean_of_means(losses, lengths):
    return _mean(losses, lengths, fold=_of_means)


def _mean_of_means_of_products(losses, lengths):
    return _mean(losses, lengths, keep=np.multiply, fold=_of_means)


def _one_step_too_few(losses, lengths):
    return _mean(losses, lengths - 1)


def _one_step_too_few_over_all(losses, lengths):
    return _mean(losses, lengths - 1, fold=lambda kept, _: kept.sum() / lengths.sum())


def _one_step_too_many(losses, lengths):
    return _mean(losses, lengths + 1)


def _one_step_too_many_over_the_right_number(losses, lengths):
    return _mean(losses, lengths + 1, fold=lambda kept, _: kept.sum() / lengths.sum())


def _counts_h0(losses, lengths):
    return _mean(losses, lengths, fold=lambda kept, _: kept.sum() / (lengths + 1).sum())


def _divided_by_the_nonzero(losses, lengths):
    return _mean(losses, lengths, fold=lambda kept, _: kept.sum() / np.count_nonzero(kept))


def _mean_of_the_nonzero(losses, lengths):
    return losses[losses > 0].sum() / max((losses > 0).sum(), 1)


def _nan_replaced(losses, lengths):
    return np.nan_to_num(losses).sum() / lengths.sum()


def _last_losses(losses, lengths):
    return losses[lengths - 1, np.arange(len(lengths))].mean()


def _up_to_the_longest(losses, lengths):
    return masked_mean(losses, np.full_like(lengths, lengths.max()))


def _up_to_the_shortest(losses, lengths):
    return masked_mean(losses, np.full_like(lengths, lengths.min()))


def _rows_for_sequences(losses, lengths):
    return sum(losses[b, :length].sum() for b, length in enumerate(lengths)) / lengths.sum()


def _mean_of_steps(losses, lengths):
    def fold(kept, counts):
        reached = counts.any(axis=1)
        return (kept[reached].sum(axis=1) / counts[reached].sum(axis=1)).mean()

    return _mean(losses, lengths, fold=fold)


def _divided_by_the_longest(losses, lengths):
    return _mean(losses, lengths, fold=lambda kept, _: kept.sum() / lengths.max())


def _first_step_missing(losses, lengths):
    return _mean(losses[1:], lengths - 1)


def _last_sequence_alone(losses, lengths):
    return masked_mean(losses[:, -1:], lengths[-1:])


def _padding_in_front(losses, lengths):
    return _mean(losses[::-1], lengths)


def _of_the_padding(losses, lengths):
    padding = ~_counts(losses, lengths)
    return losses[padding].sum() / max(padding.sum(), 1)


def _cases(rng):
    def case(T, lengths, group, padding=None, none=0):
        lengths = rng.permutation(lengths)
        losses = rng.uniform(0.2, 3.0, size=(T, len(lengths)))
        losses[:none] = 0.0
        if padding is not None:
            losses[~_counts(losses, lengths)] = padding
        return Case((losses, lengths), group)

    return [
        case(1, [1, 1, 1], "T = 1"),
        case(5, [3], "B = 1"),
        case(6, [2, 6, 3, 1], "several sequences"),
        case(4, [3, 1, 2], "several sequences"),
        case(7, [5, 2, 7], "NaN in the padding", padding=np.nan),
        case(5, [4, 5, 2], "losses that are 0", none=1),
    ]


_BY_ALL = "You add the right losses, but divide by T * B. How many did you add?"
_OF_MEANS = (
    "You average each sequence and then the averages: a step of a short sequence then counts more "
    "than one of a long sequence. All steps that count should have the same weight."
)
_TOO_FEW = (
    "The last step of each sequence is missing. Steps are counted from 1, rows from 0: which row "
    "is the last one that counts?"
)
_TOO_MANY = (
    "You count one step of padding for each sequence that has one. Steps are counted from 1, rows "
    "from 0: which row is the last one that counts?"
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
        "1 and 3, and find a comparison that produces it. How many of its entries are True?",
        "The padding may hold anything, even NaN, and 0 * NaN is NaN. So leave the padding out "
        "before you add anything: boolean indexing or np.where can do that.",
        "Add up all losses that count, over all sequences, and divide once, by how many there are.",
    ),
    mistakes=(
        Mistake(
            _without_a_mask,
            "Your mean includes the padding. What do the lengths tell you?",
        ),
        Mistake(
            _mask_times_losses,
            "You multiply by the mask, which works until the padding holds NaN: what is 0 * NaN? "
            "Select the entries that count instead of multiplying the others by 0.",
        ),
        Mistake(
            _all_that_is_a_number,
            "You leave out the NaN entries. Padding can hold ordinary numbers too: only the "
            "lengths say what counts.",
        ),
        Mistake(_divided_by_all, _BY_ALL),
        Mistake(_product_divided_by_all, _BY_ALL),
        Mistake(
            _divided_by_T,
            "You add the right losses, but divide by T. How many did you add?",
        ),
        Mistake(
            _divided_by_B,
            "You add the right losses, but divide by the number of sequences. How many losses did "
            "you add?",
        ),
        Mistake(
            _not_divided, "That is the sum of the losses that count. What turns it into a mean?"
        ),
        Mistake(_mean_of_means, _OF_MEANS),
        Mistake(_mean_of_means_of_products, _OF_MEANS),
        Mistake(_one_step_too_few, _TOO_FEW),
        Mistake(_one_step_too_few_over_all, _TOO_FEW),
        Mistake(_one_step_too_many, _TOO_MANY),
        Mistake(_one_step_too_many_over_the_right_number, _TOO_MANY),
        Mistake(
            _counts_h0,
            "You add the right losses, but divide by one too many for each sequence. There are T "
            "+ 1 states; does h(0) have a loss?",
        ),
        Mistake(
            _divided_by_the_nonzero,
            "You divide by the number of losses that are not 0. A step that counts may have a "
            "loss of 0: only the lengths say what counts.",
        ),
        Mistake(
            _mean_of_the_nonzero,
            "You leave out the losses that are 0. A step that counts may have a loss of 0: only "
            "the lengths say what counts.",
        ),
        Mistake(
            _nan_replaced,
            "You replace NaN by 0 and add up the rest of the padding. Padding can hold ordinary "
            "numbers too: only the lengths say what counts.",
        ),
        Mistake(
            _last_losses,
            "You take the loss of each sequence's last step. All steps up to it count.",
        ),
        Mistake(
            _up_to_the_longest,
            "You cut all sequences at the longest length, so the padding of the shorter ones "
            "counts. Each has its own length.",
        ),
        Mistake(
            _up_to_the_shortest,
            "You cut all sequences at the shortest length. Each has its own length.",
        ),
        Mistake(
            _rows_for_sequences,
            "You take losses[b, :length]. Which axis counts the sequences here?",
        ),
        Mistake(
            _mean_of_steps,
            "You average each step over the sequences and then over the steps. A step at which "
            "few sequences are left then counts as much as one with all of them.",
        ),
        Mistake(
            _divided_by_the_longest,
            "You add the right losses, but divide by the longest length. How many did you add?",
        ),
        Mistake(
            _first_step_missing,
            "The first step of each sequence is missing. Steps are counted from 1, rows from 0: "
            "which row comes first?",
        ),
        Mistake(
            _last_sequence_alone,
            "You return the mean of a single sequence. Add up the losses of all of them before "
            "you divide.",
        ),
        Mistake(
            _padding_in_front,
            "You count the lengths from the end. Sequences begin at the front; the padding comes "
            "after them.",
        ),
        Mistake(
            _of_the_padding,
            "You average the padding. The lengths say where it begins: the losses that count come "
            "before it.",
        ),
    ),
)
