"""The ladder of gradient methods: backpropagation through time, whole, truncated, checkpointed.

One signature: method(cell, params, x, loss, s0=None, *, …) -> Grads. Forward-mode and randomised
methods are in `rnnlib.online`, finite and complex-step differences in `rnnlib.oracles`.
"""

from typing import NamedTuple

import numpy as np

from rnnlib.cells import Array, Cell, Params, State
from rnnlib.losses import Loss, Readout
from rnnlib.tape import Tape, run


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
    if dh.shape != tape.h[1:].shape:
        raise ValueError(f"dh must be (T, B, n_h)={tape.h[1:].shape}, got {dh.shape}")
    dh = np.asarray(dh, tape.h.dtype)
    if ds is None:
        ds = type(tape.states)(*(np.zeros_like(field[0]) for field in tape.states))
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
