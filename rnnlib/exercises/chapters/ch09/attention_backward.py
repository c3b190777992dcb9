"""Exercise 09.4: attention backward."""

import numpy as np

from rnnlib.exercises.chapters.ch09.masked_softmax import masked_softmax
from rnnlib.exercises.chapters.forbidden import ATTENTION, ATTENTION_BACK
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def attention_backward(Q, K, V, A, dO):
    dA = dO @ V.T
    mean = (A * dA).sum(axis=1, keepdims=True)
    dS = A * (dA - mean)
    dQ = dS @ K / np.sqrt(Q.shape[1])
    dK = dS.T @ Q / np.sqrt(Q.shape[1])
    return dQ, dK, A.T @ dO


def _with_dS(dS, Q, K, A, dO):
    """What follows if this were the gradient on the scores."""
    root = np.sqrt(Q.shape[1])
    return dS @ K / root, dS.T @ Q / root, A.T @ dO


def _dS(V, A, dO):
    dA = dO @ V.T
    return A * (dA - (A * dA).sum(axis=1, keepdims=True))


def _no_mean(Q, K, V, A, dO):
    return _with_dS(A * (dO @ V.T), Q, K, A, dO)


def _plain_mean(Q, K, V, A, dO):
    dA = dO @ V.T
    return _with_dS(A * (dA - dA.mean(axis=1, keepdims=True)), Q, K, A, dO)


def _plain_sum(Q, K, V, A, dO):
    dA = dO @ V.T
    return _with_dS(A * (dA - dA.sum(axis=1, keepdims=True)), Q, K, A, dO)


def _mean_over_the_queries(Q, K, V, A, dO):
    dA = dO @ V.T
    return _with_dS(A * (dA - (A * dA).sum(axis=0)), Q, K, A, dO)


def _mean_over_everything(Q, K, V, A, dO):
    dA = dO @ V.T
    return _with_dS(A * (dA - (A * dA).sum()), Q, K, A, dO)


def _means_in_a_row(Q, K, V, A, dO):
    """Without keepdims: NumPy puts the mean of row j beside column j."""
    dA = dO @ V.T
    return _with_dS(A * (dA - (A * dA).sum(axis=1)), Q, K, A, dO)


def _scaled_by_the_values(Q, K, V, A, dO):
    dS, root = _dS(V, A, dO), np.sqrt(V.shape[1])
    return dS @ K / root, dS.T @ Q / root, A.T @ dO


def _diagonal_alone(Q, K, V, A, dO):
    return _with_dS(A * (1 - A) * (dO @ V.T), Q, K, A, dO)


def _weights_missing(Q, K, V, A, dO):
    dA = dO @ V.T
    return _with_dS(dA - (A * dA).sum(axis=1, keepdims=True), Q, K, A, dO)


def _mean_without_weights_on_it(Q, K, V, A, dO):
    dA = dO @ V.T
    return _with_dS(A * dA - (A * dA).sum(axis=1, keepdims=True), Q, K, A, dO)


def _softmax_skipped(Q, K, V, A, dO):
    return _with_dS(dO @ V.T, Q, K, A, dO)


def _no_scale(Q, K, V, A, dO):
    dS = _dS(V, A, dO)
    return dS @ K, dS.T @ Q, A.T @ dO


def _no_scale_in_dQ(Q, K, V, A, dO):
    _, dK, dV = attention_backward(Q, K, V, A, dO)
    return _dS(V, A, dO) @ K, dK, dV


def _no_scale_in_dK(Q, K, V, A, dO):
    dQ, _, dV = attention_backward(Q, K, V, A, dO)
    return dQ, _dS(V, A, dO).T @ Q, dV


def _scaled_by_d(Q, K, V, A, dO):
    dS = _dS(V, A, dO)
    return dS @ K / Q.shape[1], dS.T @ Q / Q.shape[1], A.T @ dO


def _multiplied(Q, K, V, A, dO):
    dS = _dS(V, A, dO) * np.sqrt(Q.shape[1])
    return dS @ K, dS.T @ Q, A.T @ dO


def _scale_on_dV(Q, K, V, A, dO):
    dQ, dK, dV = attention_backward(Q, K, V, A, dO)
    return dQ, dK, dV / np.sqrt(Q.shape[1])


def _dV_from_the_scores(Q, K, V, A, dO):
    dQ, dK, _ = attention_backward(Q, K, V, A, dO)
    return dQ, dK, _dS(V, A, dO).T @ dO


def _dK_from_the_weights(Q, K, V, A, dO):
    dQ, _, dV = attention_backward(Q, K, V, A, dO)
    return dQ, A.T @ Q / np.sqrt(Q.shape[1]), dV


def _dV_alike(Q, K, V, A, dO):
    dQ, dK, _ = attention_backward(Q, K, V, A, dO)
    return dQ, dK, np.ones_like(A).T @ dO


def _cases(rng):
    def case(n_q, n_k, d, d_v, group, mask=None, size=1.0, large=1.0):
        """size multiplies the queries, large the gradient that arrives."""
        Q, K = size * rng.normal(size=(n_q, d)), rng.normal(size=(n_k, d))
        V = 1.5 * rng.normal(size=(n_k, d_v)) + rng.choice([-1, 1], size=d_v)
        mask = np.ones((n_q, n_k), bool) if mask is None else mask
        A = masked_softmax(Q @ K.T / np.sqrt(d), mask)
        return Case((Q, K, V, A, large * rng.normal(size=(n_q, d_v))), group)

    return [
        case(1, 3, 2, 1, "one query"),
        case(3, 1, 2, 2, "one key"),
        case(2, 3, 2, 4, "more keys than queries"),
        case(4, 2, 3, 5, "more queries than keys"),
        case(5, 5, 3, 2, "no look into the future", np.tri(5, dtype=bool)),
        case(4, 6, 5, 3, "more keys than queries", large=100.0),
        case(3, 4, 2, 3, "weights near 0 and 1", size=8.0),
    ]


ATTENTION_BACKWARD = Exercise(
    id="09.4",
    title="Attention backward",
    points=2,
    reference=attention_backward,
    forbidden=(*ATTENTION, *ATTENTION_BACK),
    cases=_cases,
    returns=(
        Returned("dQ", ("query", "number")),
        Returned("dK", ("key", "number")),
        Returned("dV", ("key", "number")),
    ),
    hints=(
        "Walk back from the output: O = A V is a product, so V gets Aᵀ dO and A gets dO Vᵀ. Then "
        "through the softmax, row by row; then through the product of Q and Kᵀ and the scale.",
        "Through the softmax: the gradient on a weight counts only as far as it differs from the "
        "row's mean, weighted by A. In the worked example: 0.768 × (10 - 12.77).",
        "S = Q Kᵀ / √d: dQ = dS K / √d. For K the roles are reversed: which of dS's axes must you "
        "sum over so that each row belongs to a key?",
    ),
    mistakes=(
        Mistake(
            _no_mean,
            "You multiply dA by A and stop. If all entries of a row of dA are equal, the scores "
            "should get no gradient: what has to be subtracted first?",
        ),
        Mistake(
            _plain_mean,
            "You subtract the unweighted mean of the row. Which weights should the mean use?",
        ),
        Mistake(
            _plain_sum,
            "You subtract the sum of dA over the row. It should be the mean, weighted by A.",
        ),
        Mistake(
            _mean_over_the_queries,
            "Your mean is taken over the queries. Each query has its own softmax: along which "
            "axis do its weights add up to 1?",
        ),
        Mistake(
            _means_in_a_row,
            "Your row means form a row instead of a column, so NumPy subtracts the mean of row j "
            "from column j. What does `keepdims=True` change?",
        ),
        Mistake(
            _scaled_by_the_values,
            "You divide by the square root of the number of entries in a *value*. How many terms "
            "does a score add up?",
        ),
        Mistake(
            _mean_over_everything,
            "You subtract the same number from all rows. Each row has its own weighted mean.",
        ),
        Mistake(
            _diagonal_alone,
            "A (1 - A) is how a weight depends on its own score. It also depends on the other "
            "scores of its row.",
        ),
        Mistake(
            _weights_missing,
            "You subtract the weighted mean, but do not multiply by A. If a key has weight 0, "
            "what is the gradient on its score?",
        ),
        Mistake(
            _mean_without_weights_on_it,
            "A multiplies dA, but not the mean that you subtract. It should multiply the whole "
            "difference.",
        ),
        Mistake(
            _softmax_skipped,
            "You use the gradient on the weights as if it were that on the scores. The softmax is "
            "between the two.",
        ),
        Mistake(
            _no_scale,
            "The scores are divided by √d. Where does that appear on the way back?",
        ),
        Mistake(
            _no_scale_in_dQ,
            "dK is right, but dQ lacks the factor 1/√d.",
        ),
        Mistake(
            _no_scale_in_dK,
            "dQ is right, but dK lacks the factor 1/√d.",
        ),
        Mistake(
            _scaled_by_d,
            "You divide by d. The scores are divided by √d, and so is what comes back.",
        ),
        Mistake(
            _multiplied,
            "You multiply by √d. The factor is the same on the way back: 1/√d.",
        ),
        Mistake(
            _scale_on_dV,
            "The scale is in the scores. V is not divided by it.",
        ),
        Mistake(
            _dV_from_the_scores,
            "You compute dV from the gradient on the scores. In O = A V, what multiplies V?",
        ),
        Mistake(
            _dK_from_the_weights,
            "You compute dK from A. What arrives at the product Q Kᵀ is the gradient on the "
            "scores.",
        ),
        Mistake(
            _dV_alike,
            "Each value gets all of dO. How much of it went into each output?",
        ),
    ),
)
