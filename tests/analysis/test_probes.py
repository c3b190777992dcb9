import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlib.analysis.probes import fit_probe, memory_capacity, memory_curve, r_squared
from rnnlib.cells.simple import Linear
from rnnlib.cells.tape import run


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@given(n=st.integers(1, 4), m=st.integers(1, 3), seed=st.integers(0, 20))
def test_a_probe_finds_the_map_that_made_the_data(n, m, seed):
    rng = np.random.default_rng(seed)
    A, c, H = rng.normal(size=(m, n)), rng.normal(size=m), rng.normal(size=(30, n))
    probe = fit_probe(H, H @ A.T + c, ridge=0)
    np.testing.assert_allclose(probe.A, A, atol=1e-12)
    np.testing.assert_allclose(probe.c, c, atol=1e-12)
    np.testing.assert_allclose(r_squared(probe, H, H @ A.T + c), 1)


def test_a_ridge_probe_solves_the_normal_equations(rng):
    H, Y = rng.normal(size=(40, 3)) + 2, rng.normal(size=(40, 2))
    probe = fit_probe(H, Y, ridge=0.3)
    residual = Y - probe(H)
    np.testing.assert_allclose(residual.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(residual.T @ H / 40, 0.3 * probe.A, atol=1e-12)


def test_a_probe_may_have_fewer_examples_than_units(rng):
    H, Y = rng.normal(size=(3, 10)), rng.normal(size=(3, 1))
    np.testing.assert_allclose(fit_probe(H, Y)(H), Y, atol=1e-6)


def test_r_squared_is_zero_for_the_mean_and_nan_for_a_constant(rng):
    H, Y = rng.normal(size=(50, 2)), rng.normal(size=(50, 2))
    Y[:, 1] = 3
    mean = fit_probe(H, Y)._replace(A=np.zeros((2, 2)), c=Y.mean(0))
    scores = r_squared(mean, H, Y)
    assert scores[0] == pytest.approx(0, abs=1e-12) and np.isnan(scores[1])


def reservoir(rng, N, T):
    cell = Linear(1, N)
    params = cell.init(rng, "orthogonal")
    params = params._replace(W=0.9 * params.W)
    tape = run(cell, params, rng.normal(size=(T, 1, 1)))
    return params, tape.h[1:], tape.x


def test_the_memory_curve_of_a_linear_reservoir_is_known(rng):
    """Jaeger 2001: R²(k) = vₖᵀ C⁻¹ vₖ with vₖ = W^k U, C = Σ vₖ vₖᵀ; they add up to N."""
    N = 20
    params, h, x = reservoir(rng, N, 8000)
    v = [params.U[:, 0]]
    for _ in range(300):
        v.append(params.W @ v[-1])
    C = sum(np.outer(u, u) for u in v)
    exact = np.array([u @ np.linalg.solve(C, u) for u in v])
    assert exact.sum() == pytest.approx(N)
    curve = memory_curve(h, x, range(101), washout=100)[:, 0]
    np.testing.assert_allclose(curve, exact[:101], atol=0.03)  # 4000 samples: about 1/√4000
    assert memory_capacity(h, x, 100, washout=100) == pytest.approx(N, rel=0.02)


def test_a_chain_of_delays_remembers_all_of_it_and_nothing_else(rng):
    cell = Linear(2, 6)  # h = [x(t), x(t-1), x(t-2)]
    shift = np.kron(np.eye(3, k=-1), np.eye(2))
    first = np.kron(np.eye(3)[:, :1], np.eye(2))
    tape = run(cell, type(cell.shapes())(first, shift, np.zeros(6)), rng.normal(size=(400, 2, 2)))
    curve = memory_curve(tape.h[1:], tape.x, [0, 2, 3])
    np.testing.assert_allclose(curve[:2], 1, atol=1e-8)
    assert (curve[2] < 0.1).all()


@pytest.mark.parametrize(
    ("T", "delays", "washout"), [(5, [4], 0), (9, [-1], 0), (9, [1], 8), (9, [], 0)]
)
def test_a_memory_curve_needs_steps_to_fit_and_to_judge(T, delays, washout):
    with pytest.raises(ValueError, match=f"two steps or more of T={T}"):
        memory_curve(np.zeros((T, 1, 2)), np.zeros((T, 1, 1)), delays, washout=washout)


def test_capacity_is_that_of_one_input():
    with pytest.raises(ValueError, match="n_x = 1"):
        memory_capacity(np.zeros((9, 1, 2)), np.zeros((9, 1, 2)), 3)


def test_states_and_targets_come_in_pairs():
    with pytest.raises(ValueError, match=r"H must be \(N, n\).*got \(4, 2\) and \(3, 1\)"):
        fit_probe(np.zeros((4, 2)), np.zeros((3, 1)))
