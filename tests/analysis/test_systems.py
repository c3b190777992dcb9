import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlib.analysis import systems

finite = st.floats(-3, 3)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@given(w=finite, b=finite, s0=finite, T=st.integers(0, 12))
def test_an_orbit_is_the_nesting_of_its_map_to_the_last_bit(w, b, s0, T):
    f = systems.tanh_map(w, b)
    nested = "np.float64(s0)"
    for _ in range(T):
        nested = f"f({nested})"
    assert systems.orbit(f, s0, T)[-1] == eval(nested, {"f": f, "s0": s0, "np": np})


@given(n=st.integers(1, 5), T=st.integers(0, 6), seed=st.integers(0, 99))
def test_a_linear_orbit_is_a_matrix_power(n, T, seed):
    rng = np.random.default_rng(seed)
    A, s0 = rng.normal(size=(n, n)), rng.normal(size=n)
    states = systems.orbit(systems.linear_map(A), s0, T)
    assert states.shape == (T + 1, n)
    np.testing.assert_allclose(states[-1], np.linalg.matrix_power(A, T) @ s0, rtol=1e-9, atol=1e-12)


def test_a_driven_linear_orbit_is_the_sum_of_its_impulse_responses(rng):
    a, x = 0.7, rng.normal(size=9)
    states = systems.driven_orbit(lambda s, x_t: a * s + x_t, 0.0, x)
    convolved = np.convolve(x, a ** np.arange(9))[:9]
    np.testing.assert_allclose(states[1:], convolved, rtol=1e-12)


def test_a_jacobian_by_complex_step_is_the_derivative_worked_out_by_hand(rng):
    W, s = rng.normal(size=(4, 4)), rng.normal(size=4)
    J = systems.jacobian(lambda s: np.tanh(W @ s), s)
    np.testing.assert_allclose(J, np.diag(1 - np.tanh(W @ s) ** 2) @ W, rtol=1e-13)
    w, s = 1.7, 0.3
    slope = systems.jacobian(systems.tanh_map(w), s)
    assert slope == pytest.approx(w * (1 - np.tanh(w * s) ** 2), rel=1e-14)


@given(w=st.floats(1.05, 6))
def test_tanh_above_the_pitchfork_has_three_fixed_points_and_the_outer_two_attract(w):
    f = systems.tanh_map(w)
    points = systems.fixed_points(f, -1.5, 1.5)
    assert len(points) == 3
    np.testing.assert_allclose(f(points), points, atol=1e-14)
    slopes = [abs(systems.jacobian(f, s)) for s in points]
    assert slopes[0] < 1 < slopes[1] and slopes[2] < 1


@given(w=st.floats(-6, 0.99))
def test_tanh_below_the_pitchfork_has_one_fixed_point(w):
    np.testing.assert_allclose(
        systems.fixed_points(systems.tanh_map(w), -1.5, 1.5), [0], atol=1e-12
    )


@given(n=st.integers(1, 5), seed=st.integers(0, 99))
def test_newton_finds_the_fixed_point_that_an_attracting_orbit_ends_on(n, seed):
    rng = np.random.default_rng(seed)
    W, b = rng.uniform(-1, 1, size=(n, n)) * 0.8 / n, rng.normal(size=n)

    def f(h):
        return np.tanh(b + W @ h)

    found = systems.fixed_point(f, np.zeros(n))
    np.testing.assert_allclose(found, systems.orbit(f, np.ones(n), 200)[-1], atol=1e-12)


def test_a_map_without_a_fixed_point_is_reported():
    with pytest.raises(ValueError, match="no fixed point near"):
        systems.fixed_point(lambda s: s + np.exp(-s), np.zeros(1), steps=5)


def test_robust_memory_has_a_small_slope():
    """Bengio et al. 1994: h = tanh(2h) latches at .957504, where the slope is .16637."""
    f = systems.tanh_map(2.0)
    latch = systems.fixed_points(f, 0.1, 1.5)[0]
    assert round(latch, 6) == 0.957504
    assert round(systems.jacobian(f, latch), 5) == 0.16637


def test_the_logistic_map_at_4_has_exponent_ln_2():
    exponent = systems.lyapunov_spectrum(systems.logistic_map(4.0), 0.1234, 20_000)[0]
    assert abs(exponent - np.log(2)) < 1e-3


def test_henon_exponents_sum_to_the_logarithm_of_the_area_lost_per_step():
    exponents = systems.lyapunov_spectrum(systems.henon_map(), np.array([0.1, 0.1]), 4000)
    assert exponents.sum() == pytest.approx(np.log(0.3), abs=1e-12)
    assert abs(exponents[0] - 0.419) < 0.02


@given(n=st.integers(1, 5), seed=st.integers(0, 50))
def test_a_linear_system_has_the_logarithms_of_its_eigenvalues_as_exponents(n, seed):
    rng = np.random.default_rng(seed)
    basis = np.eye(n) + 0.1 * rng.normal(size=(n, n))
    moduli = 0.9 * 0.5 ** np.arange(n)
    A = basis @ np.diag(moduli) @ np.linalg.inv(basis)
    exponents = systems.lyapunov_spectrum(systems.linear_map(A), np.ones(n), 200, transient=0)
    np.testing.assert_allclose(exponents, np.log(moduli), atol=0.03)


@given(modulus=st.floats(0.1, 2), degrees=st.floats(1, 179))
def test_turning_has_the_eigenvalues_it_was_made_from(modulus, degrees):
    found = np.linalg.eigvals(systems.turning(modulus, degrees))
    wanted = modulus * np.exp(1j * np.radians(degrees) * np.array([1, -1]))
    np.testing.assert_allclose(np.sort_complex(found), np.sort_complex(wanted), atol=1e-12)


@pytest.mark.parametrize(("rate", "steps"), [(0.9, 6.6), (0.99, 69.0), (0.999, 692.8)])
def test_half_life_halves(rate, steps):
    assert round(systems.half_life(rate), 1) == steps
    assert rate ** systems.half_life(rate) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (lambda: systems.orbit(np.tanh, 0.1, -1), "T must be 0 or more, got -1"),
        (lambda: systems.fixed_points(np.tanh, 1, 1), "low must be below high"),
        (lambda: systems.half_life(1.0), "between 0 and 1"),
        (lambda: systems.lyapunov_spectrum(np.tanh, 0.1, 0), "T must be 1 or more, got 0"),
        (lambda: systems.orbit(np.sum, np.ones(3), 1), r"keep the state's shape \(3,\), got \(\)"),
    ],
)
def test_bad_input_is_refused_with_the_rule(call, rule):
    with pytest.raises(ValueError, match=rule):
        call()
