"""Linear probes: how much of something can be read from the state by a linear map."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

Array = np.ndarray


class Probe(NamedTuple):
    """y ≈ c + A h: A (m, n), c (m,)."""

    A: Array
    c: Array

    def __call__(self, H: Array) -> Array:
        """Predictions (…, m) for states H (…, n)."""
        return H @ self.A.T + self.c


def fit_probe(H: Array, Y: Array, *, ridge: float = 1e-9) -> Probe:
    """The A and c that minimise mean |Y - c - A h|² + ridge |A|², H (N, n), Y (N, m)."""
    H, Y = np.asarray(H, float), np.asarray(Y, float)
    if H.ndim != 2 or Y.ndim != 2 or len(H) != len(Y) or len(H) == 0:
        raise ValueError(f"H must be (N, n) and Y (N, m), N ≥ 1, got {H.shape} and {Y.shape}")
    h, y = H.mean(0), Y.mean(0)
    # Least squares with √(N ridge) 1 below H: the normal equations would square the condition.
    weight = np.sqrt(len(H) * ridge) * np.eye(H.shape[1])
    below = np.zeros((H.shape[1], Y.shape[1]))
    A = np.linalg.lstsq(np.concatenate([H - h, weight]), np.concatenate([Y - y, below]))[0].T
    return Probe(A, y - A @ h)


def r_squared(probe: Probe, H: Array, Y: Array) -> Array:
    """1 - (mean squared error) / (variance of Y), for each column of Y (N, m): (m,).

    1 is perfect, 0 no better than the mean; below 0 it is worse, on data it was not fitted to.
    NaN for a column that is constant.
    """
    variance = np.asarray(Y).var(0)
    error = ((Y - probe(H)) ** 2).mean(0)
    return 1 - np.divide(error, variance, out=np.full(len(variance), np.nan), where=variance > 0)


def memory_curve(
    h: Array, x: Array, delays: Iterable[int], *, washout: int = 0, ridge: float = 1e-9
) -> Array:
    """R² of x(t-k) read from h(t) for each delay k: (n_delays, n_x).

    h (T, B, n_h) and x (T, B, n_x) of one run, as tape.h[1:] and tape.x. A probe is fitted on the
    first half of the steps after the first `washout` ones and judged on the second half.
    """
    delays = list(delays)
    first = max([washout, *delays])
    middle = (first + len(x)) // 2
    if not delays or min(delays) < 0 or not first < middle < len(x):
        raise ValueError(
            f"delays (from 0) and washout must leave two steps or more of T={len(x)}, "
            f"got delays {delays} and washout {washout}"
        )
    scores = []
    for k in delays:
        halves = [
            (
                h[part].reshape(-1, h.shape[2]),
                x[part.start - k : part.stop - k].reshape(-1, x.shape[2]),
            )
            for part in (slice(first, middle), slice(middle, len(x)))
        ]
        scores.append(r_squared(fit_probe(*halves[0], ridge=ridge), *halves[1]))
    return np.stack(scores)


def memory_capacity(
    h: Array, x: Array, max_delay: int, *, washout: int = 0, ridge: float = 1e-9
) -> float:
    """Σ_k R² of x(t-k) from h(t), k = 0, …, max_delay, for one input: at most n_h.

    Jaeger 2001: a linear reservoir of n_h units in general position, driven by independent
    inputs, has n_h. Values below zero, which are noise, count as zero.
    """
    if x.shape[2] != 1:
        raise ValueError(f"memory capacity is defined for n_x = 1, got x {x.shape}")
    curve = memory_curve(h, x, range(max_delay + 1), washout=washout, ridge=ridge)
    return float(np.maximum(curve, 0).sum())
