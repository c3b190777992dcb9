import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlib.cells.cell import Params
from rnnlib.cells.trees import tree_leaves, tree_map
from rnnlib.gradients.losses import Readout
from rnnlib.training.optimisers import SGD, Adam, clip_by_norm, clip_by_value, global_norm


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def random_model(rng, n_x=2, n_h=3, n_o=2):
    shapes = Params((n_h, n_x), (n_h, n_h), (n_h,)), Readout((n_o, n_h), (n_o,))
    return tuple(type(shape)(*(rng.normal(size=s) for s in shape)) for shape in shapes)


def arrays(tree):
    return [array for _, array in tree_leaves(tree)]


@pytest.mark.parametrize("optimiser", [SGD(momentum=0.5), Adam()])
def test_an_update_is_pure_and_keeps_the_dtype(optimiser, rng):
    model, grads = (tree_map(lambda a: a.astype(np.float32), random_model(rng)) for _ in range(2))
    state = optimiser.init(model)
    before = [a.copy() for a in arrays((model, grads))]
    first = optimiser.update(model, grads, state)
    second = optimiser.update(model, grads, state)
    for a, b in zip(before, arrays((model, grads)), strict=True):
        np.testing.assert_array_equal(a, b)
    for a, b in zip(arrays(first[0]), arrays(second[0]), strict=True):
        assert a.dtype == np.float32
        np.testing.assert_array_equal(a, b)


def test_what_is_absent_stays_absent(rng):
    model = (random_model(rng)[0], None)
    updated, _ = Adam().update(model, model, Adam().init(model))
    assert updated[1] is None


@given(scale=st.floats(1e-3, 1e3), limit=st.floats(1e-2, 1e2))
def test_clipping_by_norm_shortens_and_does_not_turn(scale, limit):
    grads = tree_map(lambda a: scale * a, random_model(np.random.default_rng(0)))
    clipped = clip_by_norm(grads, limit)
    old, new = (np.concatenate([a.ravel() for a in arrays(g)]) for g in (grads, clipped))
    assert global_norm(grads) == pytest.approx(np.linalg.norm(old))
    assert np.linalg.norm(new) == pytest.approx(min(limit, np.linalg.norm(old)))
    np.testing.assert_allclose(
        new / np.linalg.norm(new), old / np.linalg.norm(old), rtol=1e-9, atol=1e-15
    )


def test_clipping_by_value_bounds_each_entry_and_may_turn():
    grads = (np.array([3.0, -0.5]), np.array([[-2.0]]))
    clipped = clip_by_value(grads, 1.0)
    np.testing.assert_array_equal(clipped[0], [1, -0.5])
    np.testing.assert_array_equal(clipped[1], [[-1]])


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
@pytest.mark.parametrize("limit", [0, -1, np.nan])
def test_a_limit_is_positive(clip, limit):
    with pytest.raises(ValueError, match="limit must be positive"):
        clip((np.ones(2),), limit)
