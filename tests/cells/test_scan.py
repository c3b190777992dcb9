import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlib.cells.gated import GRU, LSTM
from rnnlib.cells.min_gru import MinGRU
from rnnlib.cells.scan import associative_scan, associative_scan_vjp
from rnnlib.cells.simple import Diagonal, Elman, Linear
from rnnlib.cells.tape import run
from rnnlib.gradients.bptt import backward, bptt
from rnnlib.gradients.deer import deer
from rnnlib.gradients.losses import SquaredError
from tests.cells.recurrent_cases import CELLS, assert_close, random_loss, random_state

kinds = pytest.mark.parametrize("dense", [False, True], ids=["elementwise", "dense"])
numbers = pytest.mark.parametrize("complex_", [False, True], ids=["real", "complex"])


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def maps(rng, T, B, n, dense, complex_=False):
    def draw(*shape):
        return rng.normal(size=shape) + (1j * rng.normal(size=shape) if complex_ else 0)

    a = draw(T, B, n, n) / np.sqrt(n) if dense else draw(T, B, n)
    return a, draw(T, B, n), draw(B, n)


def one_by_one(a, b, h0, dense):
    h = [h0]
    for a_t, b_t in zip(a, b, strict=True):
        h.append((np.einsum("bij,bj->bi", a_t, h[-1]) if dense else a_t * h[-1]) + b_t)
    return np.stack(h[1:])


# --- linear recurrences -------------------------------------------------------------------


@kinds
@numbers
@settings(max_examples=40)
@given(T=st.integers(1, 40), B=st.integers(1, 3), n=st.integers(1, 4))
def test_a_scan_is_the_recurrence_in_log2_t_levels(dense, complex_, T, B, n):
    a, b, h0 = maps(np.random.default_rng(T), T, B, n, dense, complex_)
    h, levels = associative_scan(a, b, h0, dense=dense)
    np.testing.assert_allclose(h, one_by_one(a, b, h0, dense), rtol=1e-9, atol=1e-10)
    assert levels == math.ceil(math.log2(T))
    from_zero = associative_scan(a, b, dense=dense).h
    np.testing.assert_array_equal(from_zero, associative_scan(a, b, 0 * h0, dense=dense).h)


def test_four_thousand_steps_take_twelve_levels(rng):
    a, b = rng.uniform(-1, 1, (4096, 3)), rng.normal(size=(4096, 3))
    h, levels = associative_scan(a, b)
    assert levels == 12
    assert_close(h, one_by_one(a, b, np.zeros(3), False), 4e-15)


@kinds
@numbers
@pytest.mark.parametrize("T", [1, 2, 5, 8])
def test_the_backward_of_a_scan_is_the_reversed_scan(dense, complex_, T, rng):
    torch = pytest.importorskip("torch")
    a, b, h0 = maps(rng, T, 2, 3, dense, complex_)
    h = associative_scan(a, b, h0, dense=dense).h
    G = maps(rng, T, 2, 3, False, complex_)[1]

    leaves = [torch.tensor(v, requires_grad=True) for v in (a, b, h0)]
    A, B, state = leaves
    loss = 0
    for t in range(T):
        state = ((A[t] @ state[..., None])[..., 0] if dense else A[t] * state) + B[t]
        loss = loss + (torch.tensor(G[t]).conj() * state).real.sum()
    loss.backward()  # L = Re Σ conj(G) h: the direct gradient on h is G

    for got, leaf in zip(associative_scan_vjp(a, h, G, h0, dense=dense), leaves, strict=True):
        assert_close(got, leaf.grad.numpy())


def test_a_scan_from_zero_has_the_gradient_of_one_with_h0_zero(rng):
    a, b, h0 = maps(rng, 5, 2, 3, False)
    h = associative_scan(a, b).h
    assert_close(associative_scan_vjp(a, h, b), associative_scan_vjp(a, h, b, 0 * h0), 0)


def test_a_diagonal_cell_is_a_scan_of_its_eigenvalues(rng):
    cell = Diagonal(2, 6)
    params, x, s0 = cell.init(rng), rng.normal(size=(9, 2, 2)), random_state(cell, rng, 2)

    def as_complex(h):
        return h[..., :3] + 1j * h[..., 3:]

    b = as_complex(x @ params.U.T + params.b)
    lam = params.W[0] + 1j * params.W[1]
    z = associative_scan(np.broadcast_to(lam, b.shape), b, as_complex(s0.h)).h
    assert_close(z, as_complex(run(cell, params, x, s0).h[1:]))


@pytest.mark.parametrize(
    ("a", "b", "dense"),
    [((3, 2), (3, 4), False), ((0, 2), (0, 2), False), ((3, 2, 2), (3, 4), True), ((), (), False)],
)
def test_a_scan_says_which_shapes_it_needs(a, b, dense):
    with pytest.raises(ValueError, match=r"a scan needs .* got"):
        associative_scan(np.zeros(a), np.zeros(b), dense=dense)


def test_a_scan_leaves_its_arguments_and_their_dtype(rng):
    a, b, h0 = (v.astype(np.float32) for v in maps(rng, 6, 2, 3, False))
    before = [v.copy() for v in (a, b, h0)]
    h = associative_scan(a, b, h0).h
    da, db, dh0 = associative_scan_vjp(a, h, b, h0)
    assert {v.dtype for v in (h, da, db, dh0)} == {np.dtype(np.float32)}
    for v, w in zip((a, b, h0), before, strict=True):
        np.testing.assert_array_equal(v, w)


# --- minGRU -------------------------------------------------------------------------------


class StepByStep:
    """A cell without its sequence kernels: only step and step_vjp are left."""

    def __init__(self, cell):
        self.cell = cell

    def __getattr__(self, name):
        if name.startswith("sequence"):
            raise AttributeError(name)
        return getattr(self.cell, name)


@pytest.mark.parametrize("masked", [False, True], ids=["whole", "padded"])
@settings(max_examples=20)
@given(T=st.integers(1, 9), B=st.integers(1, 3), n_x=st.integers(1, 3), n_h=st.integers(1, 4))
def test_scanned_and_stepped_mingru_agree(masked, T, B, n_x, n_h):
    rng = np.random.default_rng(T)
    cell = MinGRU(n_x, n_h)
    params, x, s0 = cell.init(rng), rng.normal(size=(T, B, n_x)), random_state(cell, rng, B)
    loss = random_loss(SquaredError, rng, T, B, n_h, masked=masked)
    scanned = bptt(cell, params, x, loss, s0)
    assert_close(scanned, bptt(StepByStep(cell), params, x, loss, s0))
    ds = random_state(cell, rng, B)
    tapes = (run(c, params, x, s0, mask=loss.mask) for c in (cell, StepByStep(cell)))
    assert_close(*(backward(tape, loss.y[:, :, :1] + 0 * tape.h[1:], ds) for tape in tapes))


def test_the_gradient_of_mingru_is_its_complex_derivative(rng):
    cell = MinGRU(2, 3)
    params, x, s0 = cell.init(rng), rng.normal(size=(5, 2, 2)), random_state(cell, rng, 2)
    loss = random_loss(SquaredError, rng, 5, 2, 3)
    grads = bptt(cell, params, x, loss, s0)
    for moved, expected in (("U", grads.params.U), ("b", grads.params.b)):
        direction = rng.normal(size=expected.shape)
        shifted = params._replace(**{moved: getattr(params, moved) + 1e-30j * direction})
        slope = loss(run(cell, shifted, x, s0).h[1:], 0).value.imag / 1e-30
        assert_close((expected * direction).sum(), slope)


def test_mingru_has_no_other_initialisation():
    with pytest.raises(ValueError, match="scheme must be uniform, got 'identity'"):
        MinGRU(2, 3).init(np.random.default_rng(0), "identity")


@pytest.mark.parametrize(("ratio", "percent"), [(1, 33), (2, 22), (3, 17), (4, 13)])
def test_weights_of_mingru_against_gru(ratio, percent):
    """Feng et al. 2024: 2 n_x / (3 (n_x + n_h)), biases apart."""
    small, large = MinGRU(64, 64 * ratio).shapes(), GRU(64, 64 * ratio).shapes()
    assert round(100 * math.prod(small.U) / (math.prod(large.U) + math.prod(large.W))) == percent


# --- DEER ---------------------------------------------------------------------------------


@pytest.mark.parametrize("make", CELLS.values(), ids=CELLS)
def test_newton_over_the_trajectory_finds_the_run(make, rng):
    cell = make(2, 4)
    params, x, s0 = cell.init(rng), rng.normal(size=(30, 2, 2)), random_state(cell, rng, 2)
    found = deer(cell, params, x, s0)
    assert found.converged
    assert len(found.residuals) == found.iterations + 1
    assert_close(found.states, run(cell, params, x, s0).states)


@given(T=st.integers(1, 20), B=st.integers(1, 3), n_x=st.integers(1, 3), n_h=st.integers(1, 4))
@settings(max_examples=20)
def test_newton_solves_a_linear_cell_at_once(T, B, n_x, n_h):
    rng = np.random.default_rng(T)
    cell = Linear(n_x, n_h)
    params, x = cell.init(rng, "orthogonal"), rng.normal(size=(T, B, n_x))
    found = deer(cell, params, x)
    assert found.iterations == 1
    assert_close(found.states, run(cell, params, x).states)


@pytest.mark.parametrize("gain", [0.9, 1.5])
def test_each_newton_iteration_makes_at_least_one_more_step_exact(gain, rng):
    cell = Elman(1, 8)
    params = cell.init(rng, "orthogonal")
    params = params._replace(W=gain * params.W)
    x = rng.normal(size=(12, 1, 1))
    exact = run(cell, params, x).h
    for k in range(1, 13):
        found = deer(cell, params, x, tol=0, max_iterations=k)
        assert found.iterations <= k
        np.testing.assert_allclose(found.states.h[: k + 1], exact[: k + 1], rtol=0, atol=1e-12)


def test_newton_needs_more_iterations_as_the_recurrence_gains(rng):
    cell = Elman(1, 16)
    params = cell.init(rng, "orthogonal")
    x = rng.normal(size=(300, 1, 1))
    gains = (0.3, 0.9, 1.2)
    found = [deer(cell, params._replace(W=gain * params.W), x) for gain in gains]
    assert all(each.converged for each in found)
    assert found[0].iterations < found[1].iterations < found[2].iterations < 30


def test_newton_says_when_it_has_not_converged(rng):
    cell = Elman(1, 16)
    params, x = cell.init(rng, "orthogonal"), rng.normal(size=(300, 1, 1))
    chaotic = deer(cell, params._replace(W=4 * params.W), x)
    assert not chaotic.converged
    cut_short = deer(cell, params, x, max_iterations=1)
    assert not cut_short.converged and cut_short.iterations == 1
    assert cut_short.residuals[-1] > 1e-10


def test_newton_takes_what_a_run_takes(rng):
    cell = LSTM(2, 3)
    with pytest.raises(ValueError, match=r"x must be \(T ≥ 1"):
        deer(cell, cell.init(rng), np.zeros((0, 1, 2)))
