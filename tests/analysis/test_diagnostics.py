import sys
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlib.analysis.diagnostics import (
    checkpointed_nbytes,
    find_fixed_points,
    jacobian_norms,
    jacobian_products,
    lyapunov_exponents,
    rtrl_nbytes,
    singular_values,
    state_nbytes,
    step_jacobians,
    truncated_nbytes,
)
from rnnlib.analysis.systems import half_life, lyapunov_spectrum
from rnnlib.cells.gated import GRU, LSTM, sigmoid
from rnnlib.cells.jacobians import as_state, as_vector, state_size
from rnnlib.cells.simple import Elman, Linear
from rnnlib.cells.tape import run, tape_nbytes
from rnnlib.gradients.bptt import backward, bptt, truncated_bptt
from rnnlib.gradients.checkpointing import checkpointed_bptt
from rnnlib.gradients.losses import SquaredError
from rnnlib.gradients.online import rtrl_start
from tests.cells.recurrent_cases import CELLS, assert_close, random_loss, random_state

each_cell = pytest.mark.parametrize("make", CELLS.values(), ids=CELLS)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def random_run(make, rng, *, T=5, B=2, n_x=2, n_h=3, mask=None):
    cell = make(n_x, n_h)
    return run(
        cell, cell.init(rng), rng.normal(size=(T, B, n_x)), random_state(cell, rng, B), mask=mask
    )


# --- products of Jacobians ----------------------------------------------------------------


@each_cell
@pytest.mark.parametrize("padded", [False, True], ids=["whole", "padded"])
def test_a_product_of_jacobians_is_the_derivative_of_the_last_state(make, padded, rng):
    mask = np.array([[1, 1], [1, 1], [1, 0], [1, 0], [1, 0]], bool) if padded else None
    tape = random_run(make, rng, mask=mask)
    products = jacobian_products(step_jacobians(tape))
    for t in range(tape.T):
        for j, e in enumerate(np.eye(state_size(tape.cell))):
            start = as_state(tape.cell, as_vector(tape.state(t)) + 0j)
            moved = type(start)(*map(np.add, start, as_state(tape.cell, 1e-30j * e)))
            params = type(tape.params)(*(p + 0j for p in tape.params))
            rest = None if mask is None else mask[t:]
            end = run(tape.cell, params, tape.x[t:] + 0j, moved, mask=rest).state(tape.T - t)
            assert_close(products[t, :, :, j], as_vector(end).imag / 1e-30, 1e-12)
    assert_close(products[tape.T], np.broadcast_to(np.eye(products.shape[-1]), products[0].shape))


@each_cell
@settings(max_examples=15)
@given(T=st.integers(1, 6), B=st.integers(1, 3), n_x=st.integers(1, 3), n_h=st.integers(1, 4))
def test_a_product_of_jacobians_carries_the_gradient_back(make, T, B, n_x, n_h):
    rng = np.random.default_rng(T)
    tape = random_run(make, rng, T=T, B=B, n_x=n_x, n_h=n_h)
    dh = np.zeros_like(tape.h[1:])
    dh[-1] = rng.normal(size=dh[-1].shape)
    products = jacobian_products(step_jacobians(tape))[1:, :, : tape.cell.n_h, : tape.cell.n_h]
    delta = np.einsum("tbij,bi->tbj", products, dh[-1])
    np.testing.assert_allclose(delta, backward(tape, dh).delta, rtol=1e-9, atol=1e-12)
    lengths = np.linalg.norm(delta, axis=-1) / np.linalg.norm(dh[-1], axis=-1)
    assert (lengths <= jacobian_norms(tape)[1:] * (1 + 1e-12)).all()


def test_a_norm_above_one_need_not_explode():
    cell = Linear(1, 2)
    W = np.array([[0.5, 10], [0, 0.5]])
    tape = run(cell, cell.init(np.random.default_rng(0))._replace(W=W), np.zeros((50, 1, 1)))
    norms = jacobian_norms(tape)[::-1, 0]  # norms[k] = ‖W^k‖, and W^k = .5^k [[1, 20 k], [0, 1]]
    for k in range(51):
        c = 20 * k  # the larger singular value of [[1, c], [0, 1]] is (c + √(c² + 4)) / 2
        assert norms[k] == pytest.approx(0.5**k * (c + np.sqrt(c * c + 4)) / 2, rel=1e-9)
    assert norms[1] > 10 and norms[50] < 1e-12


def test_an_orthogonal_memory_keeps_every_singular_value(rng):
    cell = Linear(1, 10)
    tape = run(cell, cell.init(rng, "orthogonal"), rng.normal(size=(1000, 1, 1)))
    assert np.abs(singular_values(tape) - 1).max() < 1e-12


def test_the_irnn_passes_the_gradient_as_it_is_while_its_units_are_active(rng):
    cell = Elman(2, 4, "relu")
    params = cell.init(rng, "identity")
    params = params._replace(U=np.abs(params.U))
    tape = run(cell, params, rng.uniform(0.1, 1, (20, 3, 2)))
    products = jacobian_products(step_jacobians(tape))
    np.testing.assert_array_equal(products, np.broadcast_to(np.eye(4), products.shape))


@pytest.mark.parametrize(("bias", "steps"), [(0, 1), (1, 2.21), (2, 5.46), (5, 103)])
def test_the_memory_of_an_lstm_fades_with_its_forget_gate(bias, steps):
    cell = LSTM(1, 2)
    params = type(cell.shapes())(*map(np.zeros, cell.shapes()))
    params.b[2:4] = bias
    tape = run(cell, params, np.ones((6, 1, 1)))
    f = sigmoid(bias)
    assert_close(jacobian_norms(tape, "m", "m")[:, 0], f ** np.arange(6, -1, -1))
    assert half_life(f) == pytest.approx(steps, rel=5e-3)


def test_fields_of_the_state_have_names(rng):
    with pytest.raises(ValueError, match="must be among h, m, got 'c' and 'h'"):
        jacobian_norms(random_run(LSTM, rng), "c", "h")


# --- Lyapunov exponents -------------------------------------------------------------------


@pytest.mark.parametrize("N", [1, 2, 4])
def test_products_of_gaussian_matrices_follow_newmans_formula(N, rng):
    """Newman 1986: λᵢ = ½ [ln(2/N) + ψ((N-i+1)/2)], and ln R_ii has variance ¼ ψ'((N-i+1)/2)."""
    psi = {1: -np.euler_gamma - 2 * np.log(2), 2: -np.euler_gamma}  # ψ(k/2)
    slope = {1: np.pi**2 / 2, 2: np.pi**2 / 6}  # ψ'(k/2)
    for k in range(1, N - 1):
        psi[k + 2], slope[k + 2] = psi[k] + 2 / k, slope[k] - 4 / k**2
    T, B = 2000, 5
    exponents = lyapunov_exponents(rng.normal(size=(T, B, N, N)) / np.sqrt(N)).mean(0)
    exact = np.array([0.5 * (np.log(2 / N) + psi[N - i]) for i in range(N)])
    standard_error = np.sqrt([0.25 * slope[N - i] / (T * B) for i in range(N)])
    assert (np.abs(exponents - exact) < 4 * standard_error).all()


def test_a_cell_without_input_is_an_autonomous_system(rng):
    cell = Elman(1, 4)
    params = cell.init(rng)
    params, s0 = params._replace(W=2.5 * params.W), rng.normal(size=4)
    T = 200
    tape = run(cell, params, np.zeros((T, 1, 1)), as_state(cell, s0[None]))
    expected = lyapunov_spectrum(lambda s: np.tanh(params.W @ s + params.b), s0, T, transient=0)
    np.testing.assert_allclose(lyapunov_exponents(step_jacobians(tape))[0], expected, atol=1e-9)


def test_the_exponents_of_a_linear_cell_are_those_of_its_eigenvalues(rng):
    J = np.broadcast_to(np.diag([0.9, 0.0, -1.1]), (50, 3, 3))
    assert_close(lyapunov_exponents(J)[[0, 2]], np.log([0.9, 1.1]))
    assert lyapunov_exponents(J)[1] == -np.inf
    with pytest.raises(ValueError, match="T ≥ 1"):
        lyapunov_exponents(J[:0])


# --- fixed points -------------------------------------------------------------------------


def test_all_fixed_points_of_independent_units_are_found_and_classified(rng):
    """h = tanh(2h) has three: ±.957504 with slope .16637, and 0 with slope 2 (latching)."""
    cell = Elman(1, 3)
    params = cell.init(rng)._replace(W=2 * np.eye(3), b=np.zeros(3))
    points = find_fixed_points(cell, params, np.zeros(1), rng.uniform(-1, 1, (300, 3)))
    assert len(points) == 27
    assert Counter(p.kind for p in points) == {"attractor": 8, "saddle": 18, "repeller": 1}
    for point in points:
        size = np.abs(point.state)
        np.testing.assert_allclose(size[size > 0.5], 0.957504, atol=1e-6)
        np.testing.assert_allclose(size[size < 0.5], 0, atol=1e-9)
        assert point.n_unstable == (size < 0.5).sum()
        slopes = np.where(size < 0.5, 2, 0.16637)
        np.testing.assert_allclose(point.eigenvalues, np.sort(slopes)[::-1], atol=1e-5)


@pytest.mark.parametrize("make", [Linear, GRU, LSTM, Elman])
def test_a_fixed_point_of_a_driven_cell_stays_where_it_is(make, rng):
    cell = make(2, 3)
    params, x = cell.init(rng), rng.normal(size=2)
    points = find_fixed_points(cell, params, x, rng.normal(size=(5, state_size(cell))))
    assert points
    for point in points:
        s0 = as_state(cell, point.state[None])
        tape = run(cell, params, np.tile(x, (3, 1, 1)), s0)
        np.testing.assert_allclose(as_vector(tape.state(3))[0], point.state, atol=1e-9)
        assert point.speed <= 1e-20


def test_slow_points_are_found_only_if_asked_for(rng):
    """h -> tanh(1.2 h + .08), just beyond its fold: of two fixed points a ghost is left."""
    cell = Elman(1, 1)
    params = cell.init(rng)._replace(U=np.zeros((1, 1)), W=np.full((1, 1), 1.2), b=np.array([0.08]))
    starts = np.linspace(-1, 1, 11)[:, None]
    (fixed,) = find_fixed_points(cell, params, np.zeros(1), starts)
    assert fixed.kind == "attractor" and fixed.state[0] > 0
    points = find_fixed_points(cell, params, np.zeros(1), starts, tol=1e-2)
    slow, same = sorted(points, key=lambda p: p.state[0])
    assert same.state == pytest.approx(fixed.state)
    # The ghost is where the gap tanh(a) - h is smallest: slope 1.2 (1 - tanh² a) = 1.
    a = -np.arctanh(np.sqrt(1 - 1 / 1.2))
    assert slow.state[0] == pytest.approx((a - 0.08) / 1.2, abs=1e-4)
    assert slow.speed == pytest.approx(0.5 * (np.tanh(a) - (a - 0.08) / 1.2) ** 2)


def test_starts_are_states(rng):
    cell = LSTM(2, 3)
    with pytest.raises(ValueError, match=r"starts must be \(K, n_s=6\).*got \(5, 3\) and \(2,\)"):
        find_fixed_points(cell, cell.init(rng), np.zeros(2), np.zeros((5, 3)))
    with pytest.raises(ValueError, match="must be finite"):
        find_fixed_points(cell, cell.init(rng), np.zeros(2), np.full((5, 6), np.nan))


# --- what the methods keep ----------------------------------------------------------------


def tapes_reversed(monkeypatch, method, *arguments, **options):
    """The bytes of each tape that a method hands to `backward`."""
    sizes = []

    def spy(tape, dh, ds=None):
        sizes.append(tape.nbytes)
        return backward(tape, dh, ds)

    monkeypatch.setattr(sys.modules[method.__module__], "backward", spy)
    method(*arguments, **options)
    return sizes


@each_cell
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_bytes_that_a_method_keeps_are_as_predicted(make, dtype, rng, monkeypatch):
    cell, T, B = make(2, 4), 23, 3
    params, x = cell.init(rng, dtype=dtype), rng.normal(size=(T, B, 2)).astype(dtype)
    arguments = cell, params, x, random_loss(SquaredError, rng, T, B, 4)

    assert tapes_reversed(monkeypatch, bptt, *arguments) == [tape_nbytes(cell, T, B, dtype)]
    windows = tapes_reversed(monkeypatch, truncated_bptt, *arguments, k1=2, k2=6)
    assert max(windows) == truncated_nbytes(cell, 6, B, dtype)

    for slots in (1, 4, 10, 23):  # 10 make 8 segments of 3
        segments = tapes_reversed(monkeypatch, checkpointed_bptt, *arguments, slots=slots)
        states = len(segments) * state_nbytes(cell, B, dtype)
        assert max(segments) + states == checkpointed_nbytes(cell, T, B, slots, dtype)

    state = type(cell.initial_state(1))(*(f.astype(dtype) for f in random_state(cell, rng, B)))
    carry = rtrl_start(cell, params, state)
    kept = carry.S.nbytes + sum(field.nbytes for field in carry.state)
    assert kept == rtrl_nbytes(cell, B, dtype)


def test_rtrl_carries_williams_and_zipsers_number_of_sensitivities():
    n_x, n_h = 3, 5
    assert rtrl_nbytes(Elman(n_x, n_h), 1) == 8 * (n_h + n_h**2 * (n_h + n_x + 1))
