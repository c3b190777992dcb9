"""Attention over batches: the definition, its gradient by the complex step, and what is refused."""

import numpy as np
import pytest

from rnnlib.cells.attention import attend, attend_vjp, masked_weights

TINY = 1e-30


def drawn(seed, *lead):
    rng = np.random.default_rng(seed)
    Q, K, V = (rng.normal(size=(*lead, n, d)) for n, d in ((3, 2), (5, 2), (5, 4)))
    mask = rng.random(size=(*lead, 3, 5)) < 0.5
    mask[..., 0] = True
    return Q, K, V, mask


@pytest.mark.parametrize("seed", range(3))
def test_each_output_is_the_weighted_mean_of_the_values_it_may_look_at(seed):
    Q, K, V, mask = drawn(seed, 6)
    outputs, weights = attend(Q, K, V, mask)
    for b in range(6):
        for i in range(3):
            powers = np.exp(K[b] @ Q[b, i] / np.sqrt(2)) * mask[b, i]
            np.testing.assert_allclose(weights[b, i], powers / powers.sum(), rtol=1e-12)
            np.testing.assert_allclose(outputs[b, i], powers @ V[b] / powers.sum(), rtol=1e-12)


def test_without_a_mask_all_keys_are_looked_at():
    Q, K, V, mask = drawn(0)
    for part, other in zip(attend(Q, K, V), attend(Q, K, V, np.ones_like(mask)), strict=True):
        np.testing.assert_array_equal(part, other)


@pytest.mark.parametrize("seed", range(3))
def test_the_gradients_are_those_of_the_complex_step(seed):
    given, mask = drawn(seed)[:3], drawn(seed)[3]
    d_outputs = np.random.default_rng(seed + 10).normal(size=(3, 4))

    def loss(Q, K, V):
        powers = np.exp(Q @ K.T / np.sqrt(2)) * mask
        return (powers / powers.sum(axis=1, keepdims=True) @ V * d_outputs).sum()

    found = attend_vjp(*given, attend(*given, mask).weights, d_outputs)
    for k, (array, gradient) in enumerate(zip(given, found, strict=True)):
        for index in np.ndindex(array.shape):
            moved = array.astype(complex)
            moved[index] += 1j * TINY
            each = loss(*given[:k], moved, *given[k + 1 :]).imag / TINY
            assert gradient[index] == pytest.approx(each, rel=1e-10, abs=1e-13)


def test_scores_far_apart_do_not_overflow():
    scores = np.array([[1000.0, 999.0, 5000.0], [-1000.0, -1000.0, 0.0]])
    mask = np.array([[True, True, False]] * 2)
    with np.errstate(all="raise", under="ignore"):
        weights = masked_weights(scores, mask)
    np.testing.assert_allclose(weights[0], [1 / (1 + np.exp(-1)), 1 / (1 + np.e), 0])
    np.testing.assert_array_equal(weights[1], [0.5, 0.5, 0])


def test_a_query_that_may_look_at_nothing_is_refused():
    with pytest.raises(ValueError, match="one key at least"):
        masked_weights(np.zeros((2, 2)), np.array([[True, False], [False, False]]))
