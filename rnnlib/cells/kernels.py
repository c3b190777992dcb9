"""The sequence kernels: T steps of a cell at once, on bare arrays, as fast as NumPy can.

What is independent of the recurrence is taken out of the loop over time: the input products
before it, the gradients of the weights after it, each as one matrix product over all steps.
What stays in the loop works in place on preallocated arrays. Arrays with gates are gate-major,
(k, T, B, n): then each gate of a step is one contiguous block.

`held` (T, B, 1) is True where a padded step keeps its state, None without padding. Here are the
parts that all cells share and the kernels of Elman and Diagonal; `gated_kernels` has the rest.
The cells' `step` and `step_vjp` define what is computed.
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

Array = np.ndarray


def drive(x: Array, U: Array, b: Array, out: Array) -> None:
    """out (k, T, B, n) = b + U x for all steps; U (k, n, n_x), b (k, n)."""
    k, n, n_x = U.shape
    Ub = np.empty((k, n_x + 1, n), out.dtype)
    Ub[:, :n_x] = U.transpose(0, 2, 1)
    Ub[:, n_x] = b
    np.matmul(_with_one(x), Ub, out=out.reshape(k, -1, n))


def drive_vjp(da: Array, x: Array, U: Array) -> tuple[Array, Array, Array]:
    """dU (k n, n_x), db (k n,) and dx (T, B, n_x) of `drive` from da (k, T, B, n)."""
    k, n, n_x = U.shape
    da = da.reshape(k, -1, n)
    dUb = np.matmul(da.transpose(0, 2, 1), _with_one(x)).reshape(k * n, n_x + 1)
    dx = da[0] @ U[0]
    for da_gate, U_gate in zip(da[1:], U[1:], strict=True):
        dx += da_gate @ U_gate
    return dUb[:, :n_x].copy(), dUb[:, n_x].copy(), dx.reshape(x.shape)


def recurrent_weight_gradient(da: Array, before: Array) -> Array:
    """dW (k n, n) = Σ_t da(t)ᵀ h(t-1) from da (k, T, B, n) and h(0), …, h(T-1)."""
    k, n = da.shape[0], da.shape[-1]
    da = da.reshape(k, -1, n)
    return np.matmul(da.transpose(0, 2, 1), before.reshape(-1, n)).reshape(k * n, n)


def _with_one(x: Array) -> Array:
    """x (T, B, n_x) as rows, with a column of ones: the input that the bias is the weight of."""
    rows = np.ones((x.shape[0] * x.shape[1], x.shape[2] + 1), x.dtype)
    rows[:, :-1] = x.reshape(-1, x.shape[2])
    return rows


def product(right: Array, out: Array) -> Callable[[Array], Array]:
    """A function of h (B, n) that writes h @ right[k] to out[k]; right (k, n, n), out (k, B, n)."""
    k, B, n = out.shape
    width = _panel_width(B, n)
    if width == n and 1 in (k, B):  # out is one matrix (B, k n), and np.dot the shortest call
        # A copy of Wᵀ, because a small product with W transposed in place takes twice the time.
        right = np.ascontiguousarray(right.transpose(1, 0, 2).reshape(n, k * n))
        out = out.reshape(B, k * n)
        return lambda h: np.dot(h, right, out)
    right, out = _panels(right, width), out.reshape(k, B, -1, width).swapaxes(1, 2)
    return lambda h: np.matmul(h, right, out)


def sum_of_products(right: Array, batch: int) -> Callable[[Array, Array], Array]:
    """A function of da (k, B, n) and out (B, n) that writes Σ_k da[k] @ right[k] to out."""
    k, n, _ = right.shape
    if batch == 1:
        right = right.reshape(k * n, n)
        return lambda da, out: np.dot(da.reshape(1, k * n), right, out)
    each, width = np.empty((k, batch, n), right.dtype), _panel_width(batch, n)
    right, panels = _panels(right, width), each.reshape(k, batch, -1, width).swapaxes(1, 2)

    def multiply(da: Array, out: Array) -> Array:
        np.matmul(da[:, None], right, panels)
        return np.add.reduce(each, 0, out=out)

    return multiply


def _panel_width(B: int, n: int) -> int:
    """In how many columns at a time to multiply (B, n) by (n, n).

    OpenBLAS multiplies without first copying its operands if that takes at most 10^6
    multiplications. A product up to 16 times larger is faster (by 10 to 35 %) in panels of that
    size; a still larger one is left to BLAS, which can put several threads to use.
    """
    if not 10**6 < B * n * n <= 2**24:
        return n
    width = 2 ** int(np.log2(10**6 / (B * n)))
    return width if width >= 16 and n % width == 0 else n


def _panels(right: Array, width: int) -> Array:
    """(k, n, n) as contiguous panels (k, n/width, n, width)."""
    k, n, _ = right.shape
    return np.ascontiguousarray(right.reshape(k, n, -1, width).swapaxes(1, 2))


def elman(
    U: Array, W: Array, b: Array, x: Array, h0: Array, held: Array | None, phi: Callable
) -> Array:
    """h(0), …, h(T) (T+1, B, n) of h(t) = φ(b + W h(t-1) + U x(t)); phi(a, out) is φ."""
    T, B, _ = x.shape
    h = np.empty((T + 1, B, len(b)), x.dtype)
    h[0] = h0
    drive(x, U[None], b[None], out=h[None, 1:])
    Wh = np.empty_like(h[0])
    multiply_W = product(W.T[None], out=Wh[None])
    add, copyto = np.add, np.copyto
    for t, (before, after) in enumerate(pairwise(h)):
        multiply_W(before)
        add(after, Wh, after)
        phi(after, after)
        if held is not None:
            copyto(after, before, where=held[t])
    return h


def elman_vjp(
    U: Array, W: Array, x: Array, h: Array, held: Array | None, dphi: Callable, dh: Array, ds: Array
) -> tuple[Array, Array, Array, Array, Array, Array]:
    """dU, dW, db, dh(0), dx and delta (T, B, n) of `elman`.

    dphi(h) is φ'(a), a new array; dh (T, B, n) is the direct gradient on each state, ds (B, n)
    what reaches the last one from outside.
    """
    da = dphi(h[1:])  # and in the loop, times the gradient on h(t)
    if held is not None:
        da *= ~held
    delta = np.empty_like(dh)
    carry = ds.copy()
    multiply_W = product(W[None], out=carry[None])
    add, multiply = np.add, np.multiply
    for t in range(len(x) - 1, -1, -1):
        total, da_t = delta[t], da[t]
        add(dh[t], carry, total)
        multiply(total, da_t, da_t)
        multiply_W(da_t)
        if held is not None:
            carry += total * held[t]
    dU, db, dx = drive_vjp(da[None], x, U[None])
    return dU, recurrent_weight_gradient(da[None], h[:-1]), db, carry, dx, delta


def diagonal(U: Array, W: Array, b: Array, x: Array, h0: Array, held: Array | None) -> Array:
    """h(0), …, h(T) (T+1, B, 2k) of z(t) = λ ∘ z(t-1) + U x(t) + b in pairs of reals."""
    T, B, _ = x.shape
    h = np.empty((T + 1, B, len(b)), x.dtype)
    h[0] = h0
    drive(x, U[None], b[None], out=h[None, 1:])
    for t in range(T):
        h[t + 1] += rotate(W, h[t])
        if held is not None:
            np.copyto(h[t + 1], h[t], where=held[t])
    return h


def diagonal_vjp(
    U: Array, W: Array, x: Array, h: Array, held: Array | None, dh: Array, ds: Array
) -> tuple[Array, Array, Array, Array, Array, Array]:
    """dU, dW, db, dh(0), dx and delta of `diagonal`; arguments as in `elman_vjp`."""
    delta = np.empty_like(dh)
    carry = ds
    for t in range(len(x) - 1, -1, -1):
        delta[t] = dh[t] + carry
        if held is None:
            carry = rotate(W, delta[t], conjugate=True)
        else:
            kept = delta[t] * held[t]
            carry = kept + rotate(W, delta[t] - kept, conjugate=True)
    da = delta if held is None else delta * ~held
    dU, db, dx = drive_vjp(da[None], x, U[None])
    return dU, eigenvalue_gradient(da, h[:-1]), db, carry, dx, delta


def rotate(W: Array, h: Array, conjugate: bool = False) -> Array:
    """λ ∘ z, or conj(λ) ∘ z, in pairs of reals: W (2, k), h (..., 2k) -> (..., 2k)."""
    re, im = W[0], -W[1] if conjugate else W[1]
    a, b = np.split(h, 2, axis=-1)
    return np.concatenate([re * a - im * b, im * a + re * b], axis=-1)


def eigenvalue_gradient(da: Array, h: Array) -> Array:
    """dW (2, k) = Σ da ∘ conj(z) in pairs of reals; da and h (..., 2k)."""
    a, b = np.split(h.reshape(-1, h.shape[-1]), 2, axis=-1)
    da, db = np.split(da.reshape(-1, h.shape[-1]), 2, axis=-1)
    return np.stack([(da * a + db * b).sum(0), (db * a - da * b).sum(0)])
