"""Dynamical systems s(t) = f(s(t-1); θ): orbits, fixed points, stability, chaos.

A system is a plain function `f(s)`, or `f(s, x)` when an outside signal drives it; its
parameters θ are bound inside. States are floats or arrays (n,).
"""

from collections.abc import Callable
from typing import Any, overload

import numpy as np

Array = np.ndarray
Map = Callable[[Array], Array]

COMPLEX_STEP = 1e-30


# --- systems that the lessons use ---------------------------------------------------------


def tanh_map(w: float, b: float = 0.0) -> Map:
    """s -> tanh(w s + b): one hidden unit with no input. Pitchfork at w = 1 when b = 0."""
    return lambda s: np.tanh(w * s + b)


def logistic_map(r: float) -> Map:
    """s -> r s (1 - s) on [0, 1]; chaotic at r = 4 with Lyapunov exponent ln 2 (May 1976)."""
    return lambda s: r * s * (1 - s)


def linear_map(A: Array) -> Map:
    """s -> A s for A (n, n): solved by s(t) = A^t s(0), so its eigenvalues decide everything."""
    return lambda s: A @ s


def turning(modulus: float, degrees: float) -> Array:
    """The (2, 2) matrix that turns a vector by an angle and scales it by a modulus.

    Its eigenvalues are modulus · exp(± i angle).
    """
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return modulus * np.array([[c, -s], [s, c]])


def henon_map(a: float = 1.4, b: float = 0.3) -> Map:
    """(s1, s2) -> (1 - a s1² + s2, b s1): areas shrink by b a step: exponents sum to ln b."""
    return lambda s: np.stack([1 - a * s[0] ** 2 + s[1], b * s[0]])


# --- orbits -------------------------------------------------------------------------------


def orbit(f: Map, s0: Array | float, T: int) -> Array:
    """s(0), s(1), …, s(T) with s(t) = f(s(t-1)): an array (T+1, *shape of s0). Eq. 10.1."""
    if T < 0:
        raise ValueError(f"T must be 0 or more, got {T}")
    return _collect(lambda s, _: f(s), s0, range(T))


def driven_orbit(f: Callable[[Array, Array], Array], s0: Array | float, x: Array) -> Array:
    """s(0), …, s(T) with s(t) = f(s(t-1), x(t)), x (T, …): x[t-1] feeds s(t). Eq. 10.4."""
    return _collect(f, s0, np.asarray(x))


def _collect(f, s0, x) -> Array:
    states = [np.asarray(s0) if np.iscomplexobj(s0) else np.asarray(s0, dtype=float)]
    for x_t in x:
        states.append(np.asarray(f(states[-1], x_t)))
        if states[-1].shape != states[0].shape:
            raise ValueError(
                f"f must keep the state's shape {states[0].shape}, got {states[-1].shape}"
            )
    return np.stack(states)


# --- fixed points and their stability -----------------------------------------------------


@overload
def jacobian(f: Map, s: Array) -> Array: ...
@overload
def jacobian(f: Map, s: float) -> float: ...
def jacobian(f: Map, s: Array | float) -> Array | float:
    """∂f/∂s at s (n,): an array (n, n); a float for a scalar s.

    Complex step, Im f(s + iε e_j) / ε: no subtraction, hence no rounding trade-off, for any f
    that is analytic and passes complex numbers through (Squire & Trapp 1998).
    """
    s = np.asarray(s, dtype=float)
    if s.ndim == 0:
        return float(np.imag(f(s + 1j * COMPLEX_STEP)) / COMPLEX_STEP)
    columns = [np.imag(f(s + 1j * COMPLEX_STEP * e)) / COMPLEX_STEP for e in np.eye(len(s))]
    return np.stack(columns, axis=1)


def fixed_points(f: Map, low: float, high: float, *, grid: int = 2000) -> Array:
    """All s in [low, high] with f(s) = s, for a scalar system: an array, in increasing order.

    Every change of sign of f(s) - s between neighbors of the grid is bisected to machine
    precision; roots that only touch zero, or two within one grid cell, are not seen.
    """
    if not low < high:
        raise ValueError(f"low must be below high, got low={low}, high={high}")
    s: Any = np.linspace(low, high, grid + 1)  # f takes single numbers here
    gap = np.array([f(point) - point for point in s])
    found = list(s[gap == 0])
    for k in np.flatnonzero(gap[:-1] * gap[1:] < 0):
        a, b, sign = s[k], s[k + 1], np.sign(gap[k])
        while a < (middle := 0.5 * (a + b)) < b:
            a, b = (middle, b) if sign * (f(middle) - middle) > 0 else (a, middle)
        found.append(middle)
    return np.sort(np.array(found))


def fixed_point(f: Map, guess: Array, *, tolerance: float = 1e-13, steps: int = 50) -> Array:
    """The s (n,) with f(s) = s that Newton's method finds from a guess, attracting or not.

    s <- s - (J - I)⁻¹ (f(s) - s), J the Jacobian at s. ValueError if it does not settle.
    """
    s = np.asarray(guess, dtype=float)
    for _ in range(steps):
        gap = f(s) - s
        if np.linalg.norm(gap) <= tolerance:
            return s
        s = s - np.linalg.solve(jacobian(f, s) - np.eye(len(s)), gap)
    raise ValueError(f"no fixed point near {guess} within {steps} Newton steps")


def spectral_radius(A: Array | float) -> float:
    """Largest |eigenvalue| of A (n, n); a fixed point with this Jacobian attracts if it is < 1."""
    return float(np.abs(np.linalg.eigvals(np.atleast_2d(A))).max())


def half_life(rate: float) -> float:
    """Steps until |rate|^t = 1/2: what a linear memory with that eigenvalue keeps, and how long."""
    if not 0 < abs(rate) < 1:
        raise ValueError(f"|rate| must lie between 0 and 1 to have a half-life, got {rate}")
    return float(np.log(0.5) / np.log(abs(rate)))


# --- chaos --------------------------------------------------------------------------------


def lyapunov_spectrum(f: Map, s0: Array | float, T: int, *, transient: int = 100) -> Array:
    """Mean growth per step, in natural logarithms, of small distances along an orbit: (n,).

    λ = lim 1/T Σ ln|R_ii(t)| with Q(t) R(t) = J(t) Q(t-1), J(t) the Jacobian at s(t-1); largest
    first. Benettin et al. 1980. For a scalar system this is the mean of ln|f'(s(t))|.
    """
    if T < 1:
        raise ValueError(f"T must be 1 or more, got {T}")
    s = np.asarray(s0, dtype=float)
    for _ in range(transient):
        s = f(s)
    Q = np.eye(s.size)
    total = np.zeros(s.size)
    for _ in range(T):
        Q, R = np.linalg.qr(np.atleast_2d(jacobian(f, s)) @ Q)
        with np.errstate(divide="ignore"):  # a slope of exactly zero: the exponent is -inf
            total += np.log(np.abs(np.diag(R)))
        s = f(s)
    return total / T
