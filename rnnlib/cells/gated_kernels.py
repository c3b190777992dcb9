"""The sequence kernels of LSTM and GRU; see `rnnlib.cells.kernels` for what they have in common.

All gates of a step take one tanh call, because σ(a) = (1 + tanh(a/2))/2: the factor ½ inside goes
into the weights beforehand, exactly. The backward loop only multiplies by factors that do not
depend on the gradient; they are computed for a block of steps at a time, so that they are still
in the processor's cache when the loop needs them.
"""

from itertools import pairwise

import numpy as np

from rnnlib.cells.kernels import (
    Array,
    drive,
    drive_vjp,
    product,
    recurrent_weight_gradient,
    sum_of_products,
)

BLOCK = 2**16  # numbers per gate and block of steps; anything from 2**14 to 2**18 does as well
IFOG = [0, 1, 3, 2]  # i, f, g, o -> i, f, o, g: the sigmoids side by side


def _blocks(T: int, size: int) -> list[slice]:
    """Blocks of consecutive steps, last block first, for gates of `size` numbers per step."""
    length = max(1, BLOCK // size)
    return [slice(max(0, stop - length), stop) for stop in range(T, 0, -length)]


def lstm(
    U: Array, W: Array, b: Array, x: Array, h0: Array, m0: Array, held: Array | None
) -> tuple[Array, Array, Array]:
    """h, m (T+1, B, n) and inner (5, T, B, n): i, f, o, g, tanh(m)."""
    T, B, n_x = x.shape
    n, dtype = h0.shape[1], x.dtype
    h, m = np.empty((2, T + 1, B, n), dtype)
    h[0], m[0] = h0, m0
    inner = np.empty((5, T, B, n), dtype)
    half = np.asarray(0.5, dtype)
    scale = np.array([0.5, 0.5, 0.5, 1], dtype)[:, None, None]
    drive(x, U.reshape(4, n, n_x)[IFOG] * scale, b.reshape(4, n)[IFOG] * scale[:, 0], inner[:4])
    a, ig = np.empty((4, B, n), dtype), np.empty((B, n), dtype)
    i, f, o, g = a
    sigmoids = a[:3]
    multiply_W = product((W.reshape(4, n, n)[IFOG] * scale).swapaxes(1, 2), out=a)
    add, multiply, tanh, copyto = np.add, np.multiply, np.tanh, np.copyto
    for t, ((h_before, h_t), (m_before, m_t)) in enumerate(
        zip(pairwise(h), pairwise(m), strict=True)
    ):
        gates, tanh_m = inner[:4, t], inner[4, t]
        multiply_W(h_before)
        add(gates, a, a)
        tanh(a, a)
        multiply(sigmoids, half, sigmoids)
        add(sigmoids, half, sigmoids)
        copyto(gates, a)
        multiply(f, m_before, m_t)
        multiply(i, g, ig)
        add(m_t, ig, m_t)
        tanh(m_t, tanh_m)
        multiply(o, tanh_m, h_t)
        if held is not None:
            copyto(h_t, h_before, where=held[t])
            copyto(m_t, m_before, where=held[t])
    return h, m, inner


def lstm_vjp(
    U: Array,
    W: Array,
    x: Array,
    h: Array,
    m: Array,
    inner: Array,
    held: Array | None,
    dh: Array,
    dh_end: Array,
    dm_end: Array,
) -> tuple[Array, Array, Array, Array, Array, Array, Array]:
    """dU, dW, db, dh(0), dm(0), dx and delta of `lstm`.

    dh (T, B, n) is the direct gradient on each h(t); dh_end, dm_end reach the last state from
    outside.
    """
    T, B, n_x = x.shape
    n, dtype = h.shape[2], h.dtype
    da = np.empty((4, T, B, n), dtype)
    delta = np.empty_like(dh)
    carry, dm, dm_through_h = dh_end.copy(), dm_end.copy(), np.empty((B, n), dtype)
    multiply_W = sum_of_products(W.reshape(4, n, n), B)
    add, multiply = np.add, np.multiply
    blocks = _blocks(T, B * n)
    factors = np.empty((blocks[0].stop - blocks[0].start, 4, B, n), dtype)
    for block in blocks:
        # da = (dm, dm, dm, dh) ∘ factor for the gates i, f, g, o; dm += dh ∘ to_m; dm(t-1) = dm ∘ f
        i, f, o, g, tanh_m = inner[:, block]
        factor = factors[: len(f)]
        factor[:, 0] = (1 - i) * i * g
        factor[:, 1] = (1 - f) * f * m[block]
        factor[:, 2] = (1 - g * g) * i
        factor[:, 3] = (1 - o) * o * tanh_m
        to_m = (1 - tanh_m * tanh_m) * o
        if held is not None:
            factor *= ~held[block, None]
            to_m *= ~held[block]
            f = np.where(held[block], 1, f)
        for k in range(len(f) - 1, -1, -1):
            t, da_t = block.start + k, factor[k]
            total = delta[t]
            add(dh[t], carry, total)
            multiply(total, to_m[k], dm_through_h)
            add(dm, dm_through_h, dm)
            multiply(da_t[:3], dm, da_t[:3])
            multiply(da_t[3], total, da_t[3])
            multiply(dm, f[k], dm)
            multiply_W(da_t, carry)
            if held is not None:
                carry += total * held[t]
        da[:, block] = factor.swapaxes(0, 1)
    dU, db, dx = drive_vjp(da, x, U.reshape(4, n, n_x))
    return dU, recurrent_weight_gradient(da, h[:-1]), db, carry, dm, dx, delta


def gru(
    U: Array, W: Array, b: Array, b_hn: Array, x: Array, h0: Array, held: Array | None
) -> tuple[Array, Array]:
    """h (T+1, B, n) and inner (4, T, B, n): r, z, n, q."""
    T, B, n_x = x.shape
    n, dtype = h0.shape[1], x.dtype
    h = np.empty((T + 1, B, n), dtype)
    h[0] = h0
    inner = np.empty((4, T, B, n), dtype)
    half = np.asarray(0.5, dtype)
    scale = np.array([0.5, 0.5, 1], dtype)[:, None, None]
    drive(x, U.reshape(3, n, n_x) * scale, b.reshape(3, n) * scale[:, 0], inner[:3])
    a = np.empty((3, B, n), dtype)
    sigmoids, q = a[:2], a[2]
    r, z = sigmoids
    multiply_W = product((W.reshape(3, n, n) * scale).swapaxes(1, 2), out=a)
    add, multiply, subtract, tanh, copyto = np.add, np.multiply, np.subtract, np.tanh, np.copyto
    for t, (before, after) in enumerate(pairwise(h)):
        gates, new, q_t = inner[:2, t], inner[2, t], inner[3, t]
        multiply_W(before)
        add(gates, sigmoids, sigmoids)
        tanh(sigmoids, sigmoids)
        multiply(sigmoids, half, sigmoids)
        add(sigmoids, half, sigmoids)
        copyto(gates, sigmoids)
        add(q, b_hn, q_t)
        multiply(r, q_t, q)
        add(new, q, q)
        tanh(q, new)
        subtract(before, new, q)  # h = n + z ∘ (h(t-1) - n)
        multiply(z, q, q)
        add(new, q, after)
        if held is not None:
            copyto(after, before, where=held[t])
    return h, inner


def gru_vjp(
    U: Array,
    W: Array,
    x: Array,
    h: Array,
    inner: Array,
    held: Array | None,
    dh: Array,
    ds: Array,
) -> tuple[Array, Array, Array, Array, Array, Array, Array]:
    """dU, dW, db, db_hn, dh(0), dx and delta of `gru`; dh and ds as in `elman_vjp`."""
    T, B, n_x = x.shape
    n, dtype = h.shape[2], h.dtype
    # n, r, z, q: the first three belong to U x + b, the last three to W h(t-1)
    da = np.empty((4, T, B, n), dtype)
    delta = np.empty_like(dh)
    carry, through_z = ds.copy(), np.empty((B, n), dtype)
    multiply_W = sum_of_products(W.reshape(3, n, n), B)
    add, multiply = np.add, np.multiply
    blocks = _blocks(T, B * n)
    factors = np.empty((blocks[0].stop - blocks[0].start, 4, B, n), dtype)
    for block in blocks:
        r, z, new, q = inner[:, block]
        factor = factors[: len(r)]
        to_n = (1 - z) * (1 - new * new)
        factor[:, 0] = to_n
        factor[:, 1] = to_n * q * (1 - r) * r
        factor[:, 2] = (h[block] - new) * (1 - z) * z
        factor[:, 3] = to_n * r
        if held is not None:
            factor *= ~held[block, None]
            z = np.where(held[block], 1, z)
        for k in range(len(r) - 1, -1, -1):
            t, da_t = block.start + k, factor[k]
            total = delta[t]
            add(dh[t], carry, total)
            multiply(da_t, total, da_t)
            multiply_W(da_t[1:], carry)
            multiply(total, z[k], through_z)
            add(carry, through_z, carry)
        da[:, block] = factor.swapaxes(0, 1)
    nrz = np.roll(U.reshape(3, n, n_x), 1, axis=0)
    dU, db, dx = drive_vjp(da[:3], x, nrz)
    dU, db = np.roll(dU, -n, axis=0), np.roll(db, -n)
    db_hn = da[3].sum((0, 1))
    return dU, recurrent_weight_gradient(da[1:], h[:-1]), db, db_hn, carry, dx, delta
