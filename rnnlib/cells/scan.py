"""A linear recurrence, unrolled in parallel: the associative scan, and its way back.

h(t) = a(t) h(t-1) + b(t) is a chain of affine maps, and composing affine maps is associative:
(a2, b2) after (a1, b1) is (a2 a1, a2 b1 + b2). So all T prefixes of the chain are known after
⌈log2 T⌉ levels in which everything happens at once, instead of T steps one after the other.
"""

from typing import NamedTuple

import numpy as np

from rnnlib.cells.cell import Array


class Scan(NamedTuple):
    """h(1), …, h(T), with the shape of b, and the number of levels that it took."""

    h: Array
    levels: int


def associative_scan(a: Array, b: Array, h0: Array | None = None, *, dense: bool = False) -> Scan:
    """h(t) = a(t) h(t-1) + b(t) for all t in ⌈log2 T⌉ levels; h(0) is zero if not given.

    Elementwise: a and b (T, …). Dense: a (T, …, n, n), b (T, …, n), a matrix product each.
    Level d = 1, 2, 4, … composes each map with the one d steps before it (Hillis & Steele 1986):
    T log2 T compositions in all, where the loop makes T. h0 has the shape of b(t), or one that
    broadcasts to it. Returns a `Scan` of h, with the shape of b, and how many levels it took.
    ValueError if the shapes do not fit, or T = 0.

    >>> import numpy as np
    >>> from rnnlib import associative_scan
    >>> h, levels = associative_scan(a=np.full(8, 2.0), b=np.ones(8))  # h(t) = 2 h(t-1) + 1
    >>> h.tolist(), levels
    ([1.0, 3.0, 7.0, 15.0, 31.0, 63.0, 127.0, 255.0], 3)
    """
    a, b = _checked_maps(a, b, dense)
    if h0 is not None:
        h0 = _checked_start(h0, b.shape[1:])
    apply, compose = (matvec, np.matmul) if dense else (np.multiply, np.multiply)
    a, h = a.copy(), b.astype(np.result_type(a, b, b if h0 is None else h0))
    if h0 is not None:
        h[0] += apply(a[0], h0)
    d, levels = 1, 0
    while d < len(h):
        h[d:] += apply(a[d:], h[:-d])
        a[2 * d :] = compose(a[2 * d :], a[d:-d])  # before 2d the chain already reaches the start
        d, levels = 2 * d, levels + 1
    return Scan(h, levels)


def associative_scan_vjp(
    a: Array, h: Array, dh: Array, h0: Array | None = None, *, dense: bool = False
) -> tuple[Array, Array, Array]:
    """(da, db, dh0) from dh(t), the direct gradient on each h(t): another scan, reversed.

    δ(t) = dh(t) + a(t+1)ᴴ δ(t+1); db = δ, da(t) = δ(t) h(t-1)ᴴ, dh0 = a(1)ᴴ δ(1). For complex
    numbers dz is ∂L/∂Re z + i ∂L/∂Im z, as in PyTorch.
    """
    a, dh = _checked_maps(a, dh, dense)
    start = np.zeros_like(h[0]) if h0 is None else _checked_start(h0, dh.shape[1:])
    before = np.concatenate([start[None], h[:-1]]).conj()
    adjoint = (a.swapaxes(-1, -2) if dense else a).conj()
    later = np.concatenate([adjoint[1:], adjoint[:1]])  # a(t+1); nothing comes after T
    delta = associative_scan(later[::-1], dh[::-1], dense=dense).h[::-1]
    if dense:
        return delta[..., :, None] * before[..., None, :], delta, matvec(adjoint[0], delta[0])
    return delta * before, delta, adjoint[0] * delta[0]


def matvec(A: Array, v: Array) -> Array:
    """A (…, n, n) times v (…, n)."""
    return np.matmul(A, v[..., None])[..., 0]


def _checked_maps(a: Array, b: Array, dense: bool) -> tuple[Array, Array]:
    a, b = np.asarray(a), np.asarray(b)
    expected = b.shape + b.shape[-1:] if dense else b.shape
    if b.ndim < 1 + dense or len(b) == 0 or a.shape != expected:
        rule = "a (T, …, n, n) and b (T, …, n)" if dense else "a and b of one shape (T, …)"
        raise ValueError(f"a scan needs {rule}, T ≥ 1, got {a.shape} and {b.shape}")
    return a, b


def _checked_start(h0: Array, shape: tuple[int, ...]) -> Array:
    """h(0), in the shape of b(t)."""
    try:
        return np.broadcast_to(h0, shape)
    except ValueError:
        raise ValueError(f"h0 must have the shape of b(t) {shape}, got {np.shape(h0)}") from None
