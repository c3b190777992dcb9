"""Exercise 09.2: the softmax of what may be looked at."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import ATTENTION, SOFTMAX
from rnnlib.exercises.chapters.sentences import DOWN_THE_COLUMNS
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def masked_softmax(scores, mask):
    allowed = np.where(mask, scores, -np.inf)
    powers = np.exp(allowed - allowed.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _of_rows(scores):
    return scores.max(axis=1, keepdims=True)


def _sum_of_rows(powers):
    return powers.sum(axis=1, keepdims=True)


def _softmax(scores, mask, *, hidden=-np.inf, largest=_of_rows, total=_sum_of_rows, times=1):
    """hidden: what hidden scores are. largest, total: of these scores and of their exps."""
    allowed = np.where(mask, scores, hidden)
    with np.errstate(all="ignore"):  # overflow and 0/0 are the mistake here
        powers = np.exp(allowed - largest(allowed))
        return powers / total(powers) * times


def _no_mask(scores, mask):
    return _softmax(scores, mask, hidden=scores)


def _mask_after(scores, mask):
    return _softmax(scores, mask, hidden=scores, times=mask)


def _scores_times_mask(scores, mask):
    return _softmax(scores, mask, hidden=0)


def _mask_reversed(scores, mask):
    return _softmax(scores, ~mask)


def _mask_reversed_at_minus_1e9(scores, mask):
    return _softmax(scores, ~mask, hidden=-1e9)


def _of_columns(scores):
    return scores.max(axis=0)


def _sum_of_columns(powers):
    return powers.sum(axis=0)


def _sum_of_columns_or_1(powers):
    return np.where(_sum_of_columns(powers) == 0, 1, _sum_of_columns(powers))


def _over_the_queries(scores, mask):
    return _softmax(scores, mask, largest=_of_columns, total=_sum_of_columns)


def _over_the_queries_at_minus_1e9(scores, mask):
    return _softmax(scores, mask, hidden=-1e9, largest=_of_columns, total=_sum_of_columns)


def _over_the_queries_without_0_by_0(scores, mask):
    return _softmax(scores, mask, largest=lambda _: scores.max(axis=0), total=_sum_of_columns_or_1)


def _over_everything(scores, mask):
    return _softmax(scores, mask, largest=np.max, total=np.sum)


def _not_divided(scores, mask):
    return _softmax(scores, mask, total=lambda _: 1)


def _overflows(scores, mask):
    return _softmax(scores, mask, largest=lambda _: 0)


def _overflows_then_masked(scores, mask):
    with np.errstate(all="ignore"):
        powers = np.exp(scores) * mask
        return powers / powers.sum(axis=1, keepdims=True)


def _overflows_row_by_row(scores, mask):
    weights = np.zeros(scores.shape)
    for i, allowed in enumerate(mask):
        with np.errstate(all="ignore"):
            powers = np.exp(scores[i, allowed])
            weights[i, allowed] = powers / powers.sum()
    return weights


def _hidden_at_minus_1000(scores, mask):
    return _softmax(scores, mask, hidden=-1000)


def _hidden_at_minus_100(scores, mask):
    return _softmax(scores, mask, hidden=-100)


def _sums_over_the_queries(scores, mask):
    return _softmax(scores, mask, total=_sum_of_columns)


def _sums_in_a_row(scores, mask):
    """Without keepdims: NumPy puts the sum of row j beside column j."""
    return _softmax(scores, mask, total=lambda powers: powers.sum(axis=1))


def _largest_of_all(scores, mask):
    return _softmax(scores, mask, largest=np.max)


def _largest_of_all_is_hidden(scores, mask):
    return _softmax(scores, mask, largest=lambda _: scores.max())


def _largest_is_hidden(scores, mask):
    return _softmax(scores, mask, largest=lambda _: _of_rows(scores))


def _hidden_are_zero(scores, mask):
    """exp(0) = 1: what is hidden counts as a score that is the largest."""
    largest = _of_rows(np.where(mask, scores, -np.inf))
    return _softmax(scores, mask, hidden=largest, largest=lambda _: largest)


def _divided_before_the_mask(scores, mask):
    """The softmax over all keys; what is left is divided by the number of keys left."""
    return _softmax(scores, mask, hidden=scores, times=mask / _sum_of_rows(mask))


def _cases(rng):
    def mask_of(n_q, n_k):
        """Each row hides something, and allows something."""
        mask = rng.random(size=(n_q, n_k)) < 0.6
        for row in mask:
            shown, hidden = rng.permutation(n_k)[:2]
            row[shown], row[hidden] = True, False
        return mask

    def case(n_q, n_k, group, mask=None):
        scores = 2 * rng.normal(size=(n_q, n_k))
        return Case((scores, mask_of(n_q, n_k) if mask is None else mask), group)

    def extreme(n_q, n_k, lift):
        """Rows around 1000 and -1000; what is hidden lies higher by lift."""
        far = np.where(np.arange(n_q) % 2, -1000, 1000)[:, None]
        scores = rng.normal(size=(n_q, n_k)) + far
        mask = mask_of(n_q, n_k)
        scores[~mask] += lift
        return Case((scores, mask), "scores of 1000 and more")

    return [
        case(1, 3, "one query"),
        case(2, 3, "several queries"),
        case(4, 4, "no later key: row i sees the keys 0 to i", np.tri(4, dtype=bool)),
        case(3, 5, "several queries"),
        case(3, 4, "nothing is hidden", np.ones((3, 4), bool)),
        case(2, 1, "one key", np.ones((2, 1), bool)),
        extreme(4, 5, lift=1500),
        extreme(2, 3, lift=0),
    ]


_MASK_REVERSED = "You hide the allowed keys. Does True mean hidden here, or allowed?"
_COLUMNS_ADD_UP = (
    "Your columns add up to 1. Each query distributes its own attention over the keys: along which "
    "axis are the keys?"
)
_LARGEST_OF_ALL = (
    "You subtract the largest of all scores. A row that is far below it becomes 0/0: which maximum "
    "belongs to a row?"
)

MASKED_SOFTMAX = Exercise(
    id="09.2",
    title="Look only where you may",
    reference=masked_softmax,
    forbidden=(*ATTENTION, *SOFTMAX),
    cases=_cases,
    returns=(Returned("weights", ("query", "key")),),
    hints=(
        "A hidden key must get weight 0, and the others must still add up to 1. So it has to be "
        "hidden before you take the sum. For which score is exp zero?",
        "`np.where(mask, scores, -np.inf)` hides keys. Each row is its own softmax: take sums and "
        "maxima along axis 1, with `keepdims=True` so that they line up with their rows.",
        "exp(1000) overflows. Subtract the largest *allowed* score of each row first: all exps are "
        "then at most 1, and the weights are the same, because a common factor cancels.",
    ),
    mistakes=(
        Mistake(_no_mask, "The mask has no effect: hidden keys get a weight as well."),
        Mistake(_over_the_queries, _COLUMNS_ADD_UP),
        Mistake(
            _mask_after,
            "You take the softmax over all keys and set the hidden ones to 0 afterward. What do "
            "the weights of a row then add up to?",
        ),
        Mistake(
            _scores_times_mask,
            "You multiply the scores by the mask. A hidden score is 0 then, and exp(0) is 1: for "
            "which score is exp zero?",
        ),
        Mistake(_mask_reversed, _MASK_REVERSED),
        Mistake(_mask_reversed_at_minus_1e9, _MASK_REVERSED),
        Mistake(_over_the_queries_without_0_by_0, DOWN_THE_COLUMNS),
        Mistake(
            _over_everything,
            "All of your weights together add up to 1. Each query has its own softmax.",
        ),
        Mistake(_not_divided, "Your rows do not add up to 1. What should they be divided by?"),
        Mistake(
            _overflows,
            "Right for small scores; exp(1000) overflows. What can you subtract from a whole row "
            "without changing its weights?",
        ),
        Mistake(
            _overflows_then_masked,
            "Right for small scores; exp(1000) overflows, and the mask does not undo that: inf "
            "times 0 is NaN. What can you subtract from a whole row without changing its weights?",
        ),
        Mistake(
            _overflows_row_by_row,
            "Right for small scores; exp(1000) overflows, and exp(-1000) is rounded to 0. What "
            "can you subtract from a whole row without changing its weights?",
        ),
        Mistake(
            _hidden_at_minus_1000,
            "Your hidden scores are -1000. That is not far below scores of this size: for which "
            "score is exp always zero?",
        ),
        Mistake(
            _hidden_at_minus_100,
            "What you write in place of hidden scores is not low enough: when the allowed scores "
            "are near -1000, the hidden keys get all the weight. For which score is exp always "
            "zero?",
        ),
        Mistake(_over_the_queries_at_minus_1e9, _COLUMNS_ADD_UP),
        Mistake(
            _sums_over_the_queries,
            "You divide by the sums of the columns. Each query distributes its own attention over "
            "the keys: along which axis are the keys?",
        ),
        Mistake(
            _sums_in_a_row,
            "Your row sums form a row instead of a column, so NumPy divides column j by the sum "
            "of row j. What does `keepdims=True` change?",
        ),
        Mistake(_largest_of_all, _LARGEST_OF_ALL),
        Mistake(_largest_of_all_is_hidden, _LARGEST_OF_ALL),
        Mistake(
            _largest_is_hidden,
            "You subtract the largest score of each row, hidden ones included. If a hidden score "
            "is far above the others, the row becomes 0/0.",
        ),
        Mistake(
            _hidden_are_zero,
            "After the subtraction you multiply by the mask: a hidden key then counts as much as "
            "the best one, because exp(0) is 1.",
        ),
        Mistake(
            _divided_before_the_mask,
            "You divide by the number of allowed keys. Dividing by which sum makes a row add up "
            "to 1?",
        ),
    ),
)
