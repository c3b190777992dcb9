"""Backpropagation through time, whole and truncated.

All gradient methods have one signature: method(cell, params, x, loss, s0=None, *, …) -> Grads.
With stored states they are in `rnnlib.gradients.checkpointing`, forward-mode and randomised ones in
`rnnlib.gradients.online`, finite and complex-step differences in `rnnlib.gradients.oracles`.
"""

from typing import NamedTuple

import numpy as np

from rnnlib.cells.cell import Array, Cell, Params, State
from rnnlib.cells.tape import Tape, checked, run
from rnnlib.gradients.losses import Loss, Readout


class Grads(NamedTuple):
    """Gradients of one scalar loss; what a method does not have is None."""

    loss: float | None = None
    params: Params | None = None
    s0: State | None = None
    x: Array | None = None  # (T, B, n_x)
    delta: Array | None = None  # (T, B, n_h): ∂L/∂h(t), through all paths
    readout: Readout | None = None


def backward(tape: Tape, dh: Array, ds: State | None = None) -> Grads:
    """Backpropagation through time: δ(t) = dh(t) + (∂h(t+1)/∂h(t))ᵀ δ(t+1), eq. 10.20-10.28.

    dh (T, B, n_h) is the direct gradient of the loss on each h(t); ds, if given, is the gradient
    that reaches s(T) from beyond the tape. Weight gradients are summed over the T copies.
    """
    end, dtype = tape.state(tape.T), tape.h.dtype
    if np.shape(dh) != tape.h[1:].shape:
        raise ValueError(f"dh must be (T, B, n_h)={tape.h[1:].shape}, got {np.shape(dh)}")
    if ds is None:
        ds = _zeros(end)
    elif [np.shape(field) for field in ds] != [field.shape for field in end]:
        raise ValueError(
            f"ds must be a state like s(T), {[field.shape for field in end]}, "
            f"got {[np.shape(field) for field in ds]}"
        )
    dh, ds = np.asarray(dh, dtype), type(end)(*(np.asarray(field, dtype) for field in ds))
    vjp = tape.cell.sequence_vjp if hasattr(tape.cell, "sequence_vjp") else _sequence_vjp
    dparams, ds0, dx, delta = vjp(tape, dh, ds)
    return Grads(None, dparams, ds0, dx, delta)


def _sequence_vjp(tape: Tape, dh: Array, ds: State) -> tuple[Params, State, Array, Array]:
    """`backward` for a cell that knows only its step_vjp: the recursion in its plainest form."""
    total = type(tape.params)(*(np.zeros_like(p) for p in tape.params))
    dx, delta = np.empty_like(tape.x), np.empty_like(tape.h[1:])
    for t in range(tape.T, 0, -1):
        ds = ds._replace(h=ds.h + dh[t - 1])
        delta[t - 1] = ds.h
        active = 1 if tape.mask is None else tape.mask[t - 1][:, None]
        dstate = type(ds)(*(active * f for f in ds))
        dparams, dbefore, dx[t - 1] = tape.cell.step_vjp(tape.params, tape.step(t), dstate)
        total = type(total)(*(p + dp for p, dp in zip(total, dparams, strict=True)))
        ds = type(ds)(*(d + (1 - active) * f for d, f in zip(dbefore, ds, strict=True)))
    return total, ds, dx, delta


def bptt(cell: Cell, params: Params, x: Array, loss: Loss, s0: State | None = None) -> Grads:
    """The exact gradient by backpropagation through all T steps: memory O(T)."""
    tape = run(cell, params, x, s0, mask=getattr(loss, "mask", None))
    value, dh, readout = loss(tape.h[1:], 0)
    return backward(tape, dh)._replace(loss=value, readout=readout)


def truncated_bptt(
    cell: Cell,
    params: Params,
    x: Array,
    loss: Loss,
    s0: State | None = None,
    *,
    k1: int = 1,
    k2: int = 20,
) -> Grads:
    """Every k1 steps, backpropagate the losses of these k1 steps through the last k2 ≥ k1 steps.

    What h(t-k2) owes to the past is dropped (PyTorch: `detach`), so the gradient is biased.
    Memory O(k2), besides x and the returned gradients. Williams & Peng 1990, BPTT(k2; k1).
    """
    if not 1 <= k1 <= k2:
        raise ValueError(f"truncation needs 1 ≤ k1 ≤ k2, got k1={k1}, k2={k2}")
    params, x, state, mask = checked(cell, params, x, s0, getattr(loss, "mask", None))
    window = total = None
    dx, delta = np.zeros_like(x), np.zeros((*x.shape[:2], cell.n_h), x.dtype)
    for start in range(0, len(x), k1):
        steps = slice(start, start + k1)
        piece = run(cell, params, x[steps], state, mask=None if mask is None else mask[steps])
        state, stop = piece.state(piece.T), start + piece.T
        older = k2 - piece.T
        window = piece if window is None or older == 0 else window.last(older).join(piece)
        value, dh_piece, readout = loss(piece.h[1:], start)
        dh = np.zeros_like(window.h[1:])
        dh[window.T - piece.T :] = dh_piece
        grads = backward(window, dh)
        first = stop - window.T
        dx[first:stop] += grads.x
        delta[first:stop] += grads.delta
        ds0 = grads.s0 if first == 0 else _zeros(grads.s0)
        total = plus(total, (value, grads.params, ds0, readout))
    value, dparams, ds0, readout = total
    return Grads(value, dparams, ds0, dx, delta, readout)


def plus(a, b):
    """a + b for numbers, arrays, None, and tuples of them; a may be None."""
    if a is None or b is None:
        return b
    if isinstance(a, tuple):
        parts = [plus(p, q) for p, q in zip(a, b, strict=True)]
        return type(a)(*parts) if hasattr(a, "_fields") else tuple(parts)
    return a + b


def _zeros(state: State) -> State:
    return type(state)(*(np.zeros_like(field) for field in state))
