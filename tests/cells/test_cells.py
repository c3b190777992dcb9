"""The cells: one step against its derivative, the fused kernels against the loop over steps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlib.cells import gated_kernels, kernels
from rnnlib.cells.cell import Params
from rnnlib.cells.gated import GRU, LSTM
from rnnlib.cells.simple import Diagonal, Elman, Linear
from rnnlib.cells.tape import run
from rnnlib.gradients.bptt import backward
from tests.cells.recurrent_cases import CELLS, assert_close, random_state

all_cells = pytest.mark.parametrize("make", CELLS.values(), ids=CELLS)
small = st.integers(1, 5)


class OnlySteps:
    """A cell without its fused kernels, so that `run` and `backward` loop over its steps."""

    def __init__(self, cell):
        self.cell = cell

    def __getattr__(self, name):
        if name.startswith("sequence"):
            raise AttributeError(name)
        return getattr(self.cell, name)


def case(make, T, B, n_x, n_h, seed=0):
    rng = np.random.default_rng(seed)
    cell = make(n_x, n_h)
    params = cell.init(rng)
    params = type(params)(*(p + 0.1 * rng.normal(size=p.shape) for p in params))
    x, s0, ds = rng.normal(size=(T, B, n_x)), random_state(cell, rng, B), random_state(cell, rng, B)
    return cell, params, x, s0, rng.normal(size=(T, B, cell.n_h)), ds


def moved(tree, direction, step):
    return type(tree)(*(a + step * d for a, d in zip(tree, direction, strict=True)))


def dot(a, b):
    return sum(np.vdot(u, v) for u, v in zip(a, b, strict=True))


@all_cells
@given(B=small, n_x=small, n_h=small)
def test_step_vjp_is_the_transpose_of_the_derivative_of_step(make, B, n_x, n_h):
    cell, params, x, s0, *_ = case(make, 1, B, n_x, n_h)
    rng = np.random.default_rng(1)
    dstate = random_state(cell, rng, B)
    along = (
        type(params)(*(rng.normal(size=p.shape) for p in params)),
        random_state(cell, rng, B),
        rng.normal(size=x[0].shape),
    )
    tiny = 1e-30j
    after, _ = cell.step(
        moved(params, along[0], tiny), moved(s0, along[1], tiny), x[0] + tiny * along[2]
    )
    forward = sum(np.vdot(d, a.imag) / 1e-30 for d, a in zip(dstate, after, strict=True))
    _, cache = cell.step(params, s0, x[0])
    dparams, dbefore, dx = cell.step_vjp(params, cache, dstate)
    reverse = dot(dparams, along[0]) + dot(dbefore, along[1]) + np.vdot(dx, along[2])
    terms = np.abs(np.concatenate([np.ravel(a) for a in (*dparams, *dbefore, dx)])).sum()
    assert abs(forward - reverse) <= 1e-12 * max(1, terms)


@all_cells
@given(T=small, B=small, n_x=small, n_h=small, masked=st.booleans())
def test_the_kernels_compute_what_the_steps_define(make, T, B, n_x, n_h, masked):
    cell, params, x, s0, dh, ds = case(make, T, B, n_x, n_h)
    mask = np.random.default_rng(2).random((T, B)) < 0.6 if masked else None
    fused = run(cell, params, x, s0, mask=mask)
    looped = run(OnlySteps(cell), params, x, s0, mask=mask)
    assert_close(fused.states, looped.states, 1e-13)
    assert_close(backward(fused, dh, ds), backward(looped, dh, ds), 1e-12)
    for t in range(1, T + 1):
        active = slice(None) if mask is None else mask[t - 1]
        if fused.inner is not None:  # where the state is held, nobody reads what is inside
            assert_close(fused.step(t).inner[:, active], looped.step(t).inner[:, active], 1e-13)


@pytest.mark.parametrize("name", ["gru", "lstm"])
@pytest.mark.parametrize("masked", [False, True])
def test_the_size_of_a_block_of_steps_changes_nothing(monkeypatch, name, masked):
    cell, params, x, s0, dh, ds = case(CELLS[name], 7, 2, 3, 4)
    mask = np.random.default_rng(2).random((7, 2)) < 0.6 if masked else None
    tape = run(cell, params, x, s0, mask=mask)
    whole = backward(tape, dh, ds)
    for size in (1, 16, 24):  # blocks of 1, 2 and 3 steps
        monkeypatch.setattr(gated_kernels, "BLOCK", size)
        assert_close(backward(tape, dh, ds), whole, 0)


@all_cells
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_the_kernels_keep_the_dtype(make, dtype):
    cell, params, x, s0, dh, _ = case(make, 3, 2, 3, 4)
    params = type(params)(*(p.astype(dtype) for p in params))
    tape = run(cell, params, x.astype(dtype), type(s0)(*(f.astype(dtype) for f in s0)))
    grads = backward(tape, dh)
    for array in (*tape.states, *grads.params, *grads.s0, grads.x, grads.delta):
        assert array.dtype == dtype


@all_cells
def test_running_and_differentiating_change_no_argument(make):
    cell, params, x, s0, dh, ds = case(make, 4, 2, 3, 4)
    mask = np.array([[True, True], [True, True], [True, False], [True, False]])
    arrays = [*params, x, *s0, dh, *ds, mask]
    copies = [a.copy() for a in arrays]
    tape = run(cell, params, x, s0, mask=mask)
    kept = [f.copy() for f in tape.states]
    backward(tape, dh, ds)
    for array, copy in zip([*arrays, *tape.states], [*copies, *kept], strict=True):
        np.testing.assert_array_equal(array, copy)


@all_cells
def test_uniform_parameters_stay_within_one_over_root_n(make):
    cell = make(3, 16)
    if isinstance(cell, Diagonal):
        params = cell.init(np.random.default_rng(0))
        assert (np.hypot(*params.W) <= 1).all()
        return
    for p in cell.init(np.random.default_rng(0)):
        assert np.abs(p).max() <= 1 / 4
        assert np.abs(p).max() > 1 / 8


@pytest.mark.parametrize("cell", [Elman(3, 5), LSTM(3, 5), GRU(3, 5)], ids=str)
def test_orthogonal_and_identity_hold_for_each_gate(cell):
    for scheme in ("orthogonal", "identity"):
        params = cell.init(np.random.default_rng(0), scheme)
        for W in params.W.reshape(-1, 5, 5):
            np.testing.assert_allclose(W @ W.T, np.eye(5), atol=1e-14)
            assert (scheme == "identity") == np.array_equal(W, np.eye(5))
        assert not params.b.any()


@pytest.mark.parametrize("scheme, radius", [("orthogonal", 1), ("identity", 1)])
def test_a_diagonal_cell_starts_on_the_unit_circle(scheme, radius):
    W = Diagonal(3, 8).init(np.random.default_rng(0), scheme).W
    np.testing.assert_allclose(np.hypot(*W), radius, atol=1e-15)


def test_the_forget_bias_stands_in_the_forget_gate_only():
    cell = LSTM(3, 4)
    plain = cell.init(np.random.default_rng(0))
    params = cell.init(np.random.default_rng(0), forget_bias=5.0)
    gate = dict(zip(cell.gates, params.b.reshape(4, 4) - plain.b.reshape(4, 4), strict=True))
    assert (params.b.reshape(4, 4)[1] == 5).all()
    assert not any(gate[name].any() for name in "igo")


def test_a_linear_cell_adds_up_its_impulse_responses():
    cell, params, x, s0, *_ = case(CELLS["linear"], 5, 2, 3, 4)
    U, W, b = params
    power = np.linalg.matrix_power
    for t in range(6):
        h = s0.h @ power(W, t).T
        for k in range(1, t + 1):
            h = h + (x[k - 1] @ U.T + b) @ power(W, t - k).T
        assert_close(run(cell, params, x, s0).h[t], h, 1e-13)


def test_a_diagonal_cell_is_a_complex_recurrence_and_a_real_linear_cell():
    cell, params, x, s0, dh, _ = case(CELLS["diagonal"], 6, 2, 3, 4)
    tape = run(cell, params, x, s0)
    re, im = params.W
    lam, z = re + 1j * im, s0.h[:, :2] + 1j * s0.h[:, 2:]
    for t in range(6):
        drive = x[t] @ params.U.T + params.b
        z = lam * z + drive[:, :2] + 1j * drive[:, 2:]
        assert_close(tape.h[t + 1], np.concatenate([z.real, z.imag], 1), 1e-13)
    block = np.block([[np.diag(re), -np.diag(im)], [np.diag(im), np.diag(re)]])
    real = run(Linear(3, 4), Params(params.U, block, params.b), x, s0)
    assert_close(tape.h, real.h, 1e-13)
    a, b = backward(tape, dh), backward(real, dh)
    assert_close((a.params.U, a.params.b, a.x, a.delta), (b.params.U, b.params.b, b.x, b.delta))
    quarters = [np.diag(q) for row in np.split(b.params.W, 2) for q in np.split(row, 2, axis=1)]
    assert_close(a.params.W, np.stack([quarters[0] + quarters[3], quarters[2] - quarters[1]]))


@pytest.mark.parametrize("k", [1, 3, 4])
@pytest.mark.parametrize("B, n", [(1, 7), (3, 5), (64, 128), (16, 256), (2, 1000), (20, 290)])
def test_products_in_panels_are_products(k, B, n):
    rng = np.random.default_rng(0)
    right, h, da = rng.normal(size=(k, n, n)), rng.normal(size=(B, n)), rng.normal(size=(k, B, n))
    out = np.full((k, B, n), np.nan)
    kernels.product(right, out)(h)
    assert_close(out, np.einsum("bi,kij->kbj", h, right, optimize=True), 1e-13)
    total = np.full((B, n), np.nan)
    kernels.sum_of_products(right, B)(da, total)
    assert_close(total, np.einsum("kbi,kij->bj", da, right, optimize=True), 1e-13)


def test_large_products_are_cut_into_panels_and_small_ones_are_not():
    assert kernels._panel_width(32, 128) == 128
    assert kernels._panel_width(16, 256) < 256
    assert kernels._panel_width(20, 1024) == 1024
    assert kernels._panel_width(20, 290) == 290  # no power of two ≥ 16 divides it


def test_wrong_descriptions_of_a_cell_are_errors():
    with pytest.raises(ValueError, match="activation must be one of tanh, relu"):
        Elman(2, 3, "gelu")
    with pytest.raises(ValueError, match=r"n_h must be even .* got 3"):
        Diagonal(2, 3)
    for cell in (Elman(2, 4), Diagonal(2, 4), LSTM(2, 4), GRU(2, 4)):
        with pytest.raises(ValueError, match="scheme must be uniform, orthogonal or identity"):
            cell.init(np.random.default_rng(0), "xavier")
