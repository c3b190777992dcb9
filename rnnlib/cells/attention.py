"""Scaled dot-product attention, softmax(Q Kᵀ / √d) V, and its vector-Jacobian product.

Each query looks at all keys at once: from any of them to any output leads one edge, however many
steps lie between. Vaswani et al. 2017, eq. 1.
"""

from typing import NamedTuple

import numpy as np

Array = np.ndarray


class Attended(NamedTuple):
    """What the queries found, and how much of each value is in it."""

    outputs: Array  # (…, n_q, d_v)
    weights: Array  # (…, n_q, n_k); each row sums to 1


def masked_weights(scores: Array, mask: Array | None = None) -> Array:
    """The softmax of each row of scores (…, n_q, n_k) over the entries where mask is True.

    The others get the weight 0. The row's maximum is taken off first, so nothing overflows.
    ValueError if a row may look at nothing.
    """
    allowed = scores if mask is None else np.where(mask, scores, -np.inf)
    if mask is not None and not np.any(mask, axis=-1).all():
        raise ValueError("each query must be allowed to look at one key at least")
    powers = np.exp(allowed - allowed.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def attend(Q: Array, K: Array, V: Array, mask: Array | None = None) -> Attended:
    """A = softmax(Q Kᵀ / √d) and A V, Q (…, n_q, d), K (…, n_k, d), V (…, n_k, d_v).

    mask (…, n_q, n_k): True where a query may look at a key; None for all of them.
    """
    weights = masked_weights(Q @ _transposed(K) / np.sqrt(Q.shape[-1]), mask)
    return Attended(weights @ V, weights)


def attend_vjp(
    Q: Array, K: Array, V: Array, weights: Array, d_outputs: Array
) -> tuple[Array, Array, Array]:
    """The gradients on Q, K and V, from the gradient (…, n_q, d_v) on the outputs.

    The gradient on a score is the weight times what its value brings above the weighted mean.
    """
    d_weights = d_outputs @ _transposed(V)
    mean = (weights * d_weights).sum(axis=-1, keepdims=True)
    d_scores = weights * (d_weights - mean) / np.sqrt(Q.shape[-1])
    return d_scores @ K, _transposed(d_scores) @ Q, _transposed(weights) @ d_outputs


def _transposed(M: Array) -> Array:
    return np.swapaxes(M, -1, -2)
