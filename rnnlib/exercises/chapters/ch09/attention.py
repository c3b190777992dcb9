"""Exercise 09.3: all queries at once."""

import numpy as np

from rnnlib.exercises.chapters.ch09.masked_softmax import masked_softmax
from rnnlib.exercises.chapters.forbidden import ATTENTION, SOFTMAX
from rnnlib.exercises.chapters.sentences import (
    DOWN_THE_COLUMNS,
    SCALED_AFTER_THE_SOFTMAX,
    SCALED_BY_THE_KEYS,
    SCORES_MULTIPLIED,
)
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def attention(Q, K, V, mask):
    scores = Q @ K.T / np.sqrt(Q.shape[1])
    A = masked_softmax(scores, mask)
    return A @ V, A


def _made(Q, K, V, mask, *, scale=None, softmax=masked_softmax, times=1.0):
    """scale, times: the factors of the scores, and of the weights."""
    scores = Q @ K.T * (1 / np.sqrt(Q.shape[1]) if scale is None else scale)
    A = softmax(scores, mask) * times
    return A @ V, A


def _no_scale(Q, K, V, mask):
    return _made(Q, K, V, mask, scale=1.0)


def _scaled_by_d(Q, K, V, mask):
    return _made(Q, K, V, mask, scale=1 / Q.shape[1])


def _scaled_by_the_values(Q, K, V, mask):
    return _made(Q, K, V, mask, scale=1 / np.sqrt(V.shape[1]))


def _scaled_by_the_keys(Q, K, V, mask):
    return _made(Q, K, V, mask, scale=1 / np.sqrt(len(K)))


def _scaled_by_the_queries(Q, K, V, mask):
    return _made(Q, K, V, mask, scale=1 / np.sqrt(len(Q)))


def _multiplied(Q, K, V, mask):
    return _made(Q, K, V, mask, scale=np.sqrt(Q.shape[1]))


def _scale_after(Q, K, V, mask):
    return _made(Q, K, V, mask, scale=1.0, times=1 / np.sqrt(Q.shape[1]))


def _future_leaks(Q, K, V, mask):
    return attention(Q, K, V, np.ones_like(mask))


def _mask_after(Q, K, V, mask):
    return _made(Q, K, V, np.ones_like(mask), times=mask)


def _scores_times_mask(Q, K, V, mask):
    def softmax(scores, mask):
        return masked_softmax(scores * mask, np.ones_like(mask))

    return _made(Q, K, V, mask, softmax=softmax)


def _over_the_queries(Q, K, V, mask):
    def softmax(scores, mask):
        allowed = np.where(mask, scores, -np.inf)
        with np.errstate(all="ignore"):
            powers = np.exp(allowed - allowed.max(axis=0))
            return powers / powers.sum(axis=0)

    return _made(Q, K, V, mask, softmax=softmax)


def _over_the_queries_without_0_by_0(Q, K, V, mask):
    def softmax(scores, mask):
        powers = np.exp(scores - scores.max()) * mask
        total = powers.sum(axis=0)
        return powers / np.where(total == 0, 1, total)

    return _made(Q, K, V, mask, softmax=softmax)


def _scores_for_weights(Q, K, V, mask):
    scores = Q @ K.T / np.sqrt(Q.shape[1])
    return masked_softmax(scores, mask) @ V, scores


def _unmasked_scores_mixed(Q, K, V, mask):
    """The weights are right; what is mixed are the values with the scores."""
    scores = Q @ K.T / np.sqrt(Q.shape[1])
    return scores @ V, masked_softmax(scores, mask)


def _values_mixed_without_the_mask(Q, K, V, mask):
    A = attention(Q, K, V, mask)[1]
    return attention(Q, K, V, np.ones_like(mask))[0], A


def _cases(rng):
    def case(n_q, n_k, d, d_v, group, mask=None, size=1.5):
        Q, K = size * rng.normal(size=(n_q, d)), rng.normal(size=(n_k, d))
        if mask is None:
            mask = rng.random(size=(n_q, n_k)) < 0.6
            mask[np.arange(n_q), rng.integers(n_k, size=n_q)] = True
        return Case((Q, K, 2 * rng.normal(size=(n_k, d_v)), mask), group)

    padded = np.tile(np.arange(5) < 3, (4, 1))
    return [
        case(1, 1, 3, 2, "one query and one key", np.ones((1, 1), bool)),
        case(2, 3, 2, 4, "more keys than queries"),
        case(4, 2, 3, 1, "more queries than keys"),
        case(5, 5, 3, 2, "no look into the future", np.tri(5, dtype=bool)),
        case(4, 5, 2, 3, "padding at the end", padded),
        case(3, 6, 5, 2, "more keys than queries"),
        case(3, 4, 2, 3, "scores of 1000 and more", size=1e5),
    ]


ATTENTION_FORWARD = Exercise(
    id="09.3",
    title="All queries at once",
    reference=attention,
    needs=("09.2",),
    forbidden=(*ATTENTION, *SOFTMAX),
    cases=_cases,
    returns=(
        Returned("O", ("query", "number"), of=("A",)),
        Returned("A", ("query", "key")),
    ),
    hints=(
        "You need the same three lines as for one query, now with matrices. Row i of Q is query "
        "i: in which product does entry (i, j) hold query i times key j?",
        "Q Kᵀ is (n_q, n_k). Divide it by √d, where d is the number of entries in a query: not "
        "the number of queries, and not the number of entries in a value.",
        "Your `masked_softmax` makes A. `A @ V` mixes the values; return both.",
    ),
    mistakes=(
        Mistake(
            _no_scale,
            "Your scores are the plain products of queries and keys. What should they be divided "
            "by?",
        ),
        Mistake(
            _scaled_by_d,
            "You divide the scores by d. A product of d terms grows like √d, not like d.",
        ),
        Mistake(
            _scaled_by_the_values,
            "You divide by the square root of the size of a value. A score is a product of a query "
            "and a key: how many terms does it add up? (Where one score is far above the others, "
            "one key gets all, whatever you divide by.)",
        ),
        Mistake(_scaled_by_the_keys, SCALED_BY_THE_KEYS),
        Mistake(
            _scaled_by_the_queries,
            "You divide by the square root of the number of queries: `len(Q)` counts rows. How "
            "many numbers does one query have?",
        ),
        Mistake(_multiplied, SCORES_MULTIPLIED),
        Mistake(_scale_after, SCALED_AFTER_THE_SOFTMAX),
        Mistake(
            _future_leaks,
            "The mask has no effect: padding gets a weight, and the future leaks into steps that "
            "should not see it.",
        ),
        Mistake(
            _mask_after,
            "You apply the mask after the softmax, so a row with hidden keys adds up to less than "
            "1.",
        ),
        Mistake(
            _scores_times_mask,
            "You multiply the scores by the mask. A hidden score is 0 then, and exp(0) is 1.",
        ),
        Mistake(
            _over_the_queries,
            "Your softmax runs along the wrong axis: the columns of A add up to 1. Each query "
            "distributes its own attention over the keys.",
        ),
        Mistake(_over_the_queries_without_0_by_0, DOWN_THE_COLUMNS),
        Mistake(
            _scores_for_weights,
            "O is right, but as A you return the scores, before the softmax.",
        ),
        Mistake(
            _unmasked_scores_mixed,
            "A is right, but you mix the values with the scores. Which of the two are weights?",
        ),
        Mistake(
            _values_mixed_without_the_mask,
            "A is right, but O also contains the values of hidden keys. Which weights should mix "
            "the values?",
        ),
    ),
)
