"""Backpropagation through time, whole and truncated.

All gradient methods have one signature: method(cell, params, x, loss, s0=None, *, …) -> Grads.
With stored states they are in `rnnlib.gradients.checkpointing`, forward-mode and randomized ones in
`rnnlib.gradients.online`, finite and complex-step differences in `rnnlib.gradients.oracles`.
"""

from typing import Any, Generic, NamedTuple

import numpy as np

from rnnlib.cells.cell import Array, Cell, ParamsT, StateFields, StateT, whole_number
from rnnlib.cells.tape import Tape, adds, checked, run
from rnnlib.cells.trees import Tree, like
from rnnlib.gradients.losses import Loss, Readout, evaluated


class Grads(NamedTuple, Generic[ParamsT, StateT]):
    """Gradients of one scalar loss; what a method does not have is None.

    loss is its value; params, s0 and readout have the fields and shapes of what they belong to;
    x is (T, B, n_x), and delta (T, B, n_h) is ∂L/∂h(t) through all paths. `backward` alone knows no
    loss and no readout, `rtrl` no s0, x and delta, and checkpointing and the oracles no delta.
    A tuple: the methods raise the errors, as in `bptt`.

    >>> import numpy as np
    >>> from rnnlib import Linear, Params, bptt, rtrl
    >>> params = Params(U=np.array([[1.0]]), W=np.array([[0.5]]), b=np.array([0.0]))
    >>> impulse = np.array([1.0, 0.0, 0.0, 0.0]).reshape(4, 1, 1)  # h is 1, w, w², w³
    >>> def total(h, start):  # a loss: its value, its gradient on each state, no readout
    ...     return h.sum(), np.ones_like(h), None
    >>> grads = bptt(Linear(1, 1), params, impulse, total)
    >>> [part.shape for part in (*grads.params, *grads.s0, grads.x, grads.delta)]
    [(1, 1), (1, 1), (1,), (1, 1), (4, 1, 1), (4, 1, 1)]
    >>> online = rtrl(Linear(1, 1), params, impulse, total)
    >>> [name for name, part in online._asdict().items() if part is None]
    ['s0', 'x', 'delta', 'readout']
    """

    # In the types None counts as Any: who calls a method knows what it returns.
    loss: float | Any = None
    params: ParamsT | Any = None
    s0: StateT | Any = None
    x: Array | Any = None  # (T, B, n_x)
    delta: Array | Any = None  # (T, B, n_h): ∂L/∂h(t), through all paths
    readout: Readout | Any = None


def backward(
    tape: Tape[ParamsT, StateT], dh: Array, ds: StateT | None = None
) -> Grads[ParamsT, StateT]:
    """Backpropagation through time: δ(t) = dh(t) + (∂h(t+1)/∂h(t))ᵀ δ(t+1), eq. 10.20-10.28.

    dh (T, B, n_h) is the direct gradient of the loss on each h(t); ds, if given, is the gradient
    that reaches s(T) from beyond the tape. Weight gradients are summed over the T copies.
    Returns `Grads` with params, s0, x (T, B, n_x) and delta (T, B, n_h), in the dtype of the tape.
    TypeError if tape is none; ValueError if dh or ds has another shape.
    Goodfellow et al. 2016, section 10.2.2.

    >>> import numpy as np
    >>> from rnnlib import Linear, Params, backward, run
    >>> params = Params(U=np.array([[1.0]]), W=np.array([[0.5]]), b=np.array([0.0]))
    >>> tape = run(Linear(1, 1), params, np.zeros((4, 1, 1)))
    >>> dh = np.array([0.0, 0.0, 0.0, 1.0]).reshape(4, 1, 1)  # the loss is h(4)
    >>> backward(tape, dh).delta.ravel().tolist()
    [0.125, 0.25, 0.5, 1.0]
    """
    if not isinstance(tape, Tape):
        raise TypeError(f"tape must be what `run` returns, got {type(tape).__name__}")
    end, dtype = tape.state(tape.T), tape.h.dtype
    if np.shape(dh) != tape.h[1:].shape:
        raise ValueError(f"dh must be (T, B, n_h)={tape.h[1:].shape}, got {np.shape(dh)}")
    if ds is None:
        ds = _zeros(end)
    elif _shapes(ds) != _shapes(end):
        raise ValueError(f"ds must be a state like s(T), {_shapes(end)}, got {_shapes(ds)}")
    dh, ds = np.asarray(dh, dtype), end._make(np.asarray(field, dtype) for field in ds)
    vjp = tape.cell.sequence_vjp if adds(tape.cell, "sequence_vjp") else _sequence_vjp
    dparams, ds0, dx, delta = vjp(tape, dh, ds)
    return Grads(None, dparams, ds0, dx, delta)


def _shapes(state: StateFields) -> list[tuple[int, ...]] | str:
    """The shape of each field, or what it is that has no fields."""
    if not isinstance(state, tuple):
        return type(state).__name__
    return [np.shape(field) for field in state]


def _sequence_vjp(
    tape: Tape[ParamsT, StateT], dh: Array, ds: StateT
) -> tuple[ParamsT, StateT, Array, Array]:
    """`backward` for a cell that knows only its step_vjp: the recursion in its plainest form."""
    total = tape.params._make(np.zeros_like(p) for p in tape.params)
    dx, delta = np.empty_like(tape.x), np.empty_like(tape.h[1:])
    for t in range(tape.T, 0, -1):
        ds = ds._replace(h=ds.h + dh[t - 1])
        delta[t - 1] = ds.h
        active = 1 if tape.mask is None else tape.mask[t - 1][:, None]
        dstate = ds._make(active * f for f in ds)
        dparams, dbefore, dx[t - 1] = tape.cell.step_vjp(tape.params, tape.step(t), dstate)
        total = total._make(p + dp for p, dp in zip(total, dparams, strict=True))
        ds = ds._make(d + (1 - active) * f for d, f in zip(dbefore, ds, strict=True))
    return total, ds, dx, delta


def bptt(
    cell: Cell[ParamsT, StateT], params: ParamsT, x: Array, loss: Loss, s0: StateT | None = None
) -> Grads[ParamsT, StateT]:
    """The exact gradient by backpropagation through all T steps: memory O(T).

    cell, params, x (T, B, n_x) and s0 as in `run`. loss(h, start) is a `SquaredError` or another,
    or a function of one's own: of h (T, B, n_h), here with start=0, it returns its value, its
    gradient on each of these states, and the readout's gradient or None. Returns `Grads`.
    TypeError and ValueError as in `run`, and if the loss returns anything else. Werbos 1990.

    >>> import numpy as np
    >>> from rnnlib import Linear, Params, bptt
    >>> params = Params(U=np.array([[1.0]]), W=np.array([[0.5]]), b=np.array([0.0]))
    >>> impulse = np.array([1.0, 0.0, 0.0, 0.0]).reshape(4, 1, 1)  # h is 1, w, w², w³
    >>> def total(h, start):  # a loss: its value, its gradient on each state, no readout
    ...     return h.sum(), np.ones_like(h), None
    >>> grads = bptt(Linear(1, 1), params, impulse, total)
    >>> float(grads.loss), grads.params.W.item()  # 1 + w + w² + w³, and its slope in w
    (1.875, 2.75)
    >>> grads.delta.ravel().tolist()
    [1.875, 1.75, 1.5, 1.0]
    """
    tape = run(cell, params, x, s0, mask=getattr(loss, "mask", None))
    value, dh, readout = evaluated(loss, tape.h[1:], 0)
    return backward(tape, dh)._replace(loss=value, readout=readout)


def truncated_bptt(
    cell: Cell[ParamsT, StateT],
    params: ParamsT,
    x: Array,
    loss: Loss,
    s0: StateT | None = None,
    *,
    k1: int = 1,
    k2: int = 20,
) -> Grads[ParamsT, StateT]:
    """Every k1 steps, backpropagate the losses of these k1 steps through the last k2 ≥ k1 steps.

    What h(t-k2) owes to the past is dropped (PyTorch: `detach`), so the gradient is biased.
    Memory O(k2), besides x and the returned gradients. Williams & Peng 1990, BPTT(k2; k1).
    Arguments, `Grads` and errors as in `bptt`, with x (T, B, n_x); here the loss is asked for k1
    steps at a time. TypeError if k1 or k2 is no whole number, ValueError unless 1 ≤ k1 ≤ k2.

    >>> import numpy as np
    >>> from rnnlib import Linear, Params, truncated_bptt
    >>> params = Params(U=np.array([[1.0]]), W=np.array([[0.5]]), b=np.array([0.0]))
    >>> impulse = np.array([1.0, 0.0, 0.0, 0.0]).reshape(4, 1, 1)  # h is 1, w, w², w³
    >>> def total(h, start):  # a loss: its value, its gradient on each state, no readout
    ...     return h.sum(), np.ones_like(h), None
    >>> problem = Linear(1, 1), params, impulse, total
    >>> [truncated_bptt(*problem, k1=1, k2=k2).params.W.item() for k2 in (1, 2, 3)]  # exact: 2.75
    [1.75, 2.5, 2.75]
    """
    k1, k2 = whole_number("k1", k1, least=None), whole_number("k2", k2, least=None)
    if not 1 <= k1 <= k2:
        raise ValueError(f"truncation needs 1 ≤ k1 ≤ k2, got k1={k1}, k2={k2}")
    params, x, state, mask = checked(cell, params, x, s0, getattr(loss, "mask", None))
    window: Tape[ParamsT, StateT] | None = None
    total: tuple[float, ParamsT, StateT, Readout | None] | None = None
    dx, delta = np.zeros_like(x), np.zeros((*x.shape[:2], cell.n_h), x.dtype)
    for start in range(0, len(x), k1):
        steps = slice(start, start + k1)
        piece = run(cell, params, x[steps], state, mask=None if mask is None else mask[steps])
        state, stop = piece.state(piece.T), start + piece.T
        older = k2 - piece.T
        window = piece if window is None or older == 0 else window.last(older).join(piece)
        value, dh_piece, readout = evaluated(loss, piece.h[1:], start)
        dh = np.zeros_like(window.h[1:])
        dh[window.T - piece.T :] = dh_piece
        grads = backward(window, dh)
        first = stop - window.T
        dx[first:stop] += grads.x
        delta[first:stop] += grads.delta
        ds0 = grads.s0 if first == 0 else _zeros(grads.s0)
        total = plus(total, (value, grads.params, ds0, readout))
    assert total is not None, "a run has a step"
    value, dparams, ds0, readout = total
    return Grads(value, dparams, ds0, dx, delta, readout)


def plus(a: Any, b: Tree) -> Tree:
    """a + b for numbers, arrays, None, and tuples of them; a may be None."""
    if a is None or b is None:
        return b
    if isinstance(b, tuple):
        return like(b, [plus(p, q) for p, q in zip(a, b, strict=True)])
    return a + b


def _zeros(state: StateT) -> StateT:
    return state._make(np.zeros_like(field) for field in state)
