"""BPTT that keeps a few states and runs the steps between them again: memory for time.

A plan says in which order states are stored and steps reversed; `checkpointed_bptt` carries it out.
"""

from collections.abc import Iterator
from math import ceil, comb, sqrt
from typing import NamedTuple

import numpy as np

from rnnlib.cells.cell import Array, Cell, ParamsT, StateT, whole_number
from rnnlib.cells.tape import Tape, checked, run
from rnnlib.gradients.bptt import Grads, backward, plus
from rnnlib.gradients.losses import Loss, Readout, evaluated


class Advance(NamedTuple):
    """Run from the stored s(lo) to s(t), and store that."""

    lo: int
    t: int


class Reverse(NamedTuple):
    """Run from the stored s(lo) to s(start); tape and reverse the steps start+1, …, stop.

    If start = lo, s(lo) is not needed again.
    """

    lo: int
    start: int
    stop: int


def square_root_plan(T: int, slots: int) -> Iterator[Advance | Reverse]:
    """Store every ⌈T/slots⌉-th state, then tape and reverse one segment after the other.

    With slots = √T, memory is O(√T) for one more forward pass (Chen et al. 2016).
    """
    length = -(-T // slots)
    starts = range(0, T, length)
    for lo in starts[:-1]:
        yield Advance(lo, lo + length)
    for lo in reversed(starts):
        yield Reverse(lo, lo, min(lo + length, T))


def binomial_plan(T: int, slots: int) -> Iterator[Advance | Reverse]:
    """The order of work with the fewest forward steps, taping one step at a time.

    "revolve" of Griewank & Walther 2000; slots counts the stored states, s(0) among them.
    """
    stored = [0]
    for stop in range(T, 0, -1):
        while stop - stored[-1] > 1 and len(stored) < slots:
            lo = stored[-1]
            stored.append(lo + _binomial_split(stop - lo, slots - len(stored) + 1))
            yield Advance(lo, stored[-1])
        lo = stored[-1]
        yield Reverse(lo, stop - 1, stop)
        if lo == stop - 1:
            stored.pop()


def _binomial_split(steps: int, slots: int) -> int:
    """How far to run before storing the next state, to reverse `steps` steps with `slots` ≥ 2.

    β(s, r) = C(s + r, s) steps can be reversed with s slots if none is run more than r times
    before it is taped. With the smallest such r, any split that leaves at most β(s, r-1) steps
    before the new state and at most β(s-1, r) after it is optimal.
    """
    r = 0
    while comb(slots + r, slots) < steps:
        r += 1
    return max(1, steps - comb(slots - 1 + r, slots - 1), comb(slots + r - 2, slots))


def forward_steps(plan: Iterator[Advance | Reverse]) -> int:
    """How many steps a plan runs forward, the taped ones among them."""
    return sum(action[-1] - action.lo for action in plan)


PLANS = {"sqrt": square_root_plan, "binomial": binomial_plan}


def checkpointed_bptt(
    cell: Cell[ParamsT, StateT],
    params: ParamsT,
    x: Array,
    loss: Loss,
    s0: StateT | None = None,
    *,
    slots: int | None = None,
    schedule: str = "sqrt",
) -> Grads[ParamsT, StateT]:
    """The exact gradient with `slots` stored states (default ⌈√T⌉); the rest is run again.

    schedule: "sqrt" (`square_root_plan`) or "binomial" (`binomial_plan`). There is no delta in
    the result: it would be as large as the states that are not kept. Arguments, `Grads` and errors
    as in `bptt`, with x (T, B, n_x). TypeError if slots is no whole number; ValueError if it is
    below 1 (the initial state is one), or the schedule is not known.
    Chen et al. 2016, Griewank & Walther 2000.

    >>> import numpy as np
    >>> from rnnlib import Linear, Params, bptt, checkpointed_bptt
    >>> params = Params(U=np.array([[1.0]]), W=np.array([[0.5]]), b=np.array([0.0]))
    >>> impulse = np.array([1.0, 0.0, 0.0, 0.0]).reshape(4, 1, 1)  # h is 1, w, w², w³
    >>> def total(h, start):  # a loss: its value, its gradient on each state, no readout
    ...     return h.sum(), np.ones_like(h), None
    >>> problem = Linear(1, 1), params, impulse, total
    >>> checkpointed_bptt(*problem, slots=2).params.W.item(), bptt(*problem).params.W.item()
    (2.75, 2.75)
    """
    params, x, s0, mask = checked(cell, params, x, s0, getattr(loss, "mask", None))
    slots = ceil(sqrt(len(x))) if slots is None else whole_number("slots", slots)
    if schedule not in PLANS:
        raise ValueError(f"schedule must be one of {', '.join(PLANS)}, got {schedule!r}")

    def tape(state: StateT, lo: int, hi: int) -> Tape[ParamsT, StateT]:
        return run(cell, params, x[lo:hi], state, mask=None if mask is None else mask[lo:hi])

    def advance(state: StateT, lo: int, hi: int) -> StateT:
        # At most `slots` steps at a time, because their tape takes memory until it is dropped.
        for start in range(lo, hi, slots):
            stop = min(start + slots, hi)
            state = state._make(f[-1].copy() for f in tape(state, start, stop).states)
        return state

    stored, dx = {0: s0}, np.empty_like(x)
    ds: StateT | None = None
    total: tuple[float, ParamsT, Readout | None] | None = None
    for action in PLANS[schedule](len(x), slots):
        if isinstance(action, Advance):
            stored[action.t] = advance(stored[action.lo], action.lo, action.t)
            continue
        lo, start, stop = action
        segment = tape(advance(stored[lo], lo, start), start, stop)
        value, dh, readout = evaluated(loss, segment.h[1:], start)
        grads = backward(segment, dh, ds)
        ds, dx[start:stop] = grads.s0, grads.x
        total = plus(total, (value, grads.params, readout))
        if start == lo:
            del stored[lo]
    assert total is not None, "a run has a step"
    value, dparams, readout = total
    return Grads(value, dparams, ds, dx, None, readout)
