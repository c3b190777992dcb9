"""The oracles, on a network whose gradient is known in closed form, and their errors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlib.cells.cell import Params
from rnnlib.cells.simple import Linear
from rnnlib.gradients.losses import Readout, SquaredError
from rnnlib.gradients.oracles import complex_step, finite_difference
from tests.cells.recurrent_cases import assert_close


def geometric(T, w):
    """h(T) = w^T s0 + u Σ w^(T-t) x(t) + b Σ w^(T-t): the loss ½ h(T)², its gradient by hand."""
    u, b, s, x = 0.7, -0.2, 0.4, np.linspace(-1, 1, T)
    powers = w ** np.arange(T - 1, -1, -1.0)
    h = w**T * s + powers @ (u * x + b)
    before = [
        w**t * s + sum(w ** (t - k) * (u * x[k - 1] + b) for k in range(1, t + 1)) for t in range(T)
    ]
    by_hand = {
        "U": h * (powers @ x),
        "W": h * (powers @ before),
        "b": h * powers.sum(),
        "s0": h * w**T,
        "x": h * powers * u,
    }
    params = Params(np.array([[u]]), np.array([[w]]), np.array([b]))
    last = np.zeros((T, 1))
    last[-1] = 1
    loss = SquaredError(np.zeros((T, 1, 1)), weight=last)
    cell = Linear(1, 1)
    s0 = type(cell.initial_state(1))(np.array([[s]]))
    return (cell, params, x[:, None, None], loss, s0), by_hand, h**2 / 2


@given(T=st.integers(1, 9), w=st.floats(-1.2, 1.2))
def test_the_oracles_give_the_gradient_of_a_geometric_series(T, w):
    problem, by_hand, value = geometric(T, w)
    for oracle, tolerance in ((complex_step, 1e-12), (finite_difference, 1e-8)):
        grads = oracle(*problem)
        size = 1 + sum(np.abs(g).sum() for g in by_hand.values())
        assert abs(grads.loss - value) <= 1e-14 * (1 + value)
        for name in ("U", "W", "b"):
            got = getattr(grads.params, name).item()
            assert abs(got - by_hand[name]) <= tolerance * size
        assert abs(grads.s0.h.item() - by_hand["s0"]) <= tolerance * size
        assert np.abs(grads.x[:, 0, 0] - by_hand["x"]).max() <= tolerance * size
        assert grads.delta is None
        assert grads.readout is None


def test_a_central_difference_has_an_optimal_step_and_the_complex_step_needs_none():
    """Error ε² from the formula and 1/ε from rounding: a U-shaped curve."""
    problem, by_hand, _ = geometric(6, 0.9)
    error = {
        step: abs(finite_difference(*problem, step=step).params.W.item() / by_hand["W"] - 1)
        for step in (1e-2, 1e-4, 6e-6, 1e-11)
    }
    assert error[1e-2] > 1e3 * error[1e-4]
    assert error[1e-4] > error[6e-6]
    assert error[1e-11] > 100 * error[6e-6]
    for step in (1e-8, 1e-30, 1e-100):
        assert abs(complex_step(*problem, step=step).params.W.item() / by_hand["W"] - 1) < 1e-14


def test_the_gradients_of_the_readout_are_those_of_least_squares():
    rng = np.random.default_rng(0)
    cell, params = Linear(2, 3), Linear(2, 3).init(rng)
    x, y = rng.normal(size=(4, 2, 2)), rng.normal(size=(4, 2, 1))
    loss = SquaredError(y, Readout(rng.normal(size=(1, 3)), rng.normal(size=1)))
    h = np.zeros((2, 3))
    dV, dc = 0, 0
    for t in range(4):
        h = h @ params.W.T + x[t] @ params.U.T + params.b
        error = h @ loss.readout.V.T + loss.readout.c - y[t]
        dV, dc = dV + error.T @ h, dc + error.sum(0)
    assert_close(complex_step(cell, params, x, loss).readout, Readout(dV, dc), 1e-12)
    assert_close(finite_difference(cell, params, x, loss).readout, Readout(dV, dc), 1e-8)


def test_an_oracle_differentiates_by_real_numbers():
    (cell, params, x, loss, s0), *_ = geometric(3, 0.5)
    for oracle in (complex_step, finite_difference):
        with pytest.raises(ValueError, match="real numbers, got complex"):
            oracle(cell, params, x + 0j, loss, s0)


def test_the_oracles_work_in_double_precision_whatever_they_are_given():
    (cell, params, x, loss, s0), by_hand, _ = geometric(3, 0.5)
    narrow = Params(*(p.astype(np.float32) for p in params))
    s0 = type(s0)(s0.h.astype(np.float32))
    grads = finite_difference(cell, narrow, x.astype(np.float32), loss, s0)
    assert grads.params.W.dtype == np.float64
    assert grads.params.W.item() == pytest.approx(by_hand["W"], rel=1e-5)
