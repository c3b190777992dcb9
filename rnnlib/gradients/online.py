"""Gradients without a tape of the whole past: real-time recurrent learning, randomized truncation.

RTRL carries ∂s(t)/∂θ forward in time and never looks back: its memory does not grow with T, and
an endless stream will do. Randomized truncation looks back a random, mostly short way, and is
right on average. Both have the signature of the gradient methods in `rnnlib.gradients.bptt`.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Generic, NamedTuple

import numpy as np

from rnnlib.cells.cell import Array, Cell, ParamsT, StateT, check_cell, check_generator
from rnnlib.cells.jacobians import parameter_jacobian, state_jacobian, state_size
from rnnlib.cells.tape import Tape, checked, hold, run
from rnnlib.cells.trees import Tree, tree_map
from rnnlib.gradients.bptt import Grads, backward
from rnnlib.gradients.losses import Loss, Readout, SquaredError, evaluated

# --- real-time recurrent learning ---------------------------------------------------------


class Sensitivity(NamedTuple, Generic[StateT]):
    """What RTRL carries from step to step: the state, and how it depends on the parameters."""

    state: StateT  # each field (B, n_h)
    S: Array  # (B, n_s, n_θ): ∂s(t)/∂θ through all of the past, parameters side by side


def rtrl_start(cell: Cell[ParamsT, StateT], params: ParamsT, state: StateT) -> Sensitivity[StateT]:
    """At the initial state nothing depends on the parameters: S(0) = 0."""
    n_params = sum(p.size for p in params)
    dtype = np.result_type(*params, *state)
    return Sensitivity(state, np.zeros((len(state.h), state_size(cell), n_params), dtype))


def rtrl_step(
    cell: Cell[ParamsT, StateT],
    params: ParamsT,
    carry: Sensitivity[StateT],
    x: Array,
    loss: Loss,
    *,
    held: Array | None = None,
    start: int = 0,
) -> tuple[Sensitivity[StateT], Grads[ParamsT, StateT]]:
    """S(t) = ∂s(t)/∂s(t-1) S(t-1) + ∂s(t)/∂θ; the gradient of the loss of step t is dh(t) S(t).

    x (B, n_x); loss sees h(t) as one step, (1, B, n_h), after `start` others; held (B, 1): True is
    padding.
    Williams & Zipser 1989.
    """
    state, cache = cell.step(params, carry.state, x)
    S = state_jacobian(cell, params, cache) @ carry.S
    S += parameter_jacobian(cell, params, cache)
    if held is not None:
        state = hold(held, state, carry.state)
        S = np.where(held[:, :, None], carry.S, S)
    value, dh, readout = evaluated(loss, state.h[None], start)
    dtheta = np.tensordot(dh[0], S[:, : cell.n_h], axes=2)
    stops = np.cumsum([p.size for p in params])[:-1]
    dparams = [d.reshape(p.shape) for d, p in zip(np.split(dtheta, stops), params, strict=True)]
    return Sensitivity(state, S), Grads(value, params._make(dparams), readout=readout)


def rtrl(
    cell: Cell[ParamsT, StateT], params: ParamsT, x: Array, loss: Loss, s0: StateT | None = None
) -> Grads[ParamsT, StateT]:
    """The exact gradient, carried forward: memory O(n_s n_θ) whatever T; s0, x, delta are None.

    n_s numbers are in the state of a sequence, n_θ in the parameters. Arguments and errors as in
    `bptt`, with x (T, B, n_x); the loss is asked for one step at a time. Returns `Grads` with loss,
    params and readout. Williams & Zipser 1989.

    >>> import numpy as np
    >>> from rnnlib import Linear, Params, rtrl
    >>> params = Params(U=np.array([[1.0]]), W=np.array([[0.5]]), b=np.array([0.0]))
    >>> impulse = np.array([1.0, 0.0, 0.0, 0.0]).reshape(4, 1, 1)  # h is 1, w, w², w³
    >>> def total(h, start):  # a loss: its value, its gradient on each state, no readout
    ...     return h.sum(), np.ones_like(h), None
    >>> grads = rtrl(Linear(1, 1), params, impulse, total)
    >>> float(grads.loss), grads.params.W.item()  # 1 + w + w² + w³, and its slope in w
    (1.875, 2.75)
    """
    params, x, s0, mask = checked(cell, params, x, s0, getattr(loss, "mask", None))
    carry = rtrl_start(cell, params, s0)
    value, dparams, readout = 0.0, None, None
    for t, x_t in enumerate(x):
        held = None if mask is None else ~mask[t][:, None]
        carry, grads = rtrl_step(cell, params, carry, x_t, loss, held=held, start=t)
        value += grads.loss
        dparams, readout = _plus(dparams, grads.params), _plus(readout, grads.readout)
    return Grads(value, dparams, readout=readout)


class Online(NamedTuple, Generic[ParamsT, StateT]):
    """One step of learning from a stream: what `rtrl_stream` yields."""

    state: StateT
    grads: Grads[ParamsT, StateT]  # of this step's loss, at the parameters before the update
    params: ParamsT  # after the update
    readout: Readout | None


def rtrl_stream(
    cell: Cell[ParamsT, StateT],
    params: ParamsT,
    readout: Readout | None,
    stream: Iterable[tuple[Array, Array]],
    *,
    loss: Callable[[Array, Readout | None], Loss] = SquaredError,
    learn: Callable[
        [ParamsT, Readout | None, Grads[ParamsT, StateT]], tuple[ParamsT, Readout | None]
    ]
    | None = None,
    s0: StateT | None = None,
) -> Iterator[Online[ParamsT, StateT]]:
    """RTRL on an endless stream of (x(t) (B, n_x), y(t) (B, …)): memory constant in time.

    loss(y (1, B, …), readout) is the loss of one step. learn(params, readout, grads) gives the
    parameters for the next step; S then mixes derivatives at past and present parameters, which
    is close to the truth when the updates are small. Yields an `Online` for each step: state,
    grads, params and readout. TypeError and ValueError as in `run`, when the step at fault is asked
    for; a bad x(t) is named by its step.

    >>> import numpy as np
    >>> from rnnlib import Linear, Params, rtrl_stream
    >>> params = Params(U=np.array([[1.0]]), W=np.array([[0.0]]), b=np.array([0.0]))
    >>> def learn(params, readout, grads):  # half a step of gradient descent, on U alone
    ...     return params._replace(U=params.U - 0.5 * grads.params.U), readout
    >>> one_and_two = iter(lambda: (np.ones((1, 1)), np.full((1, 1), 2.0)), None)  # without an end
    >>> steps = rtrl_stream(Linear(1, 1), params, None, one_and_two, learn=learn)
    >>> [next(steps).params.U.item() for _ in range(4)]
    [1.5, 1.75, 1.875, 1.9375]
    """
    check_cell(cell)
    carry = None
    for t, (x, y) in enumerate(stream, start=1):
        x, y = np.asarray(x), np.asarray(y)
        B = len(x) if carry is None else len(carry.state.h)
        if x.shape != (B, cell.n_x) or not np.isfinite(x).all():
            raise ValueError(
                f"x must be finite and (B={B}, n_x={cell.n_x}) at each step, "
                f"got {x.shape} at step {t}: {x}"
            )
        if carry is None:
            params, _, s0, _ = checked(cell, params, x[None], s0, None)
            carry = rtrl_start(cell, params, s0)
        carry, grads = rtrl_step(cell, params, carry, x, loss(y[None], readout))
        if learn is not None:
            params, readout = learn(params, readout, grads)
        yield Online(carry.state, grads, params, readout)


# --- randomized truncation ----------------------------------------------------------------


def randomised_bptt(
    cell: Cell[ParamsT, StateT],
    params: ParamsT,
    x: Array,
    loss: Loss,
    s0: StateT | None = None,
    *,
    p: float,
    rng: np.random.Generator,
) -> Grads[ParamsT, StateT]:
    """Truncated at random, and right on average: each link back in time is cut with probability p.

    A link that is not cut counts 1/(1-p) times, so that its expected weight is 1, and the expected
    gradient is that of BPTT. Memory: the longest stretch without a cut, 1/p steps on average.
    Tallec & Ollivier 2017 (ARTBP). Arguments, `Grads` and errors as in `bptt`, with x (T, B, n_x);
    TypeError if rng is no Generator, ValueError unless 0 ≤ p < 1.

    >>> import numpy as np
    >>> from rnnlib import Linear, Params, bptt, randomised_bptt
    >>> params = Params(U=np.array([[1.0]]), W=np.array([[0.5]]), b=np.array([0.0]))
    >>> impulse = np.array([1.0, 0.0]).reshape(2, 1, 1)  # one link, between two steps
    >>> problem = Linear(1, 1), params, impulse, lambda h, start: (h.sum(), np.ones_like(h), None)
    >>> rng = np.random.default_rng(0)
    >>> draws = [randomised_bptt(*problem, p=0.5, rng=rng).params.U.item() for _ in range(20)]
    >>> sorted(set(draws)), bptt(*problem).params.U.item()  # cut or doubled: exact on average
    ([1.0, 2.0], 1.5)
    """
    if not 0 <= p < 1:
        raise ValueError(f"p must be in [0, 1), got {p}")
    check_generator(rng)
    params, x, s0, _ = checked(cell, params, x, s0, getattr(loss, "mask", None))
    kept = rng.random(len(x) - 1) >= p
    return weighted_bptt(cell, params, x, loss, s0, weights=kept / (1 - p))


def weighted_bptt(
    cell: Cell[ParamsT, StateT],
    params: ParamsT,
    x: Array,
    loss: Loss,
    s0: StateT | None = None,
    *,
    weights: Array,
) -> Grads[ParamsT, StateT]:
    """BPTT with a weight on each link: weights[t-1] multiplies what flows from s(t+1) to s(t).

    weights (T-1,): all ones is BPTT, zeros are cuts. Between two cuts is a tape of its own; the
    state is carried across them.
    """
    params, x, state, mask = checked(cell, params, x, s0, getattr(loss, "mask", None))
    T, B, _ = x.shape
    weights = np.asarray(weights, x.dtype)
    if weights.shape != (T - 1,):
        raise ValueError(f"weights must be (T-1,)={(T - 1,)}, got {weights.shape}")

    value, dparams, readout = 0.0, None, None
    dx, delta = np.empty_like(x), np.empty((T, B, cell.n_h), x.dtype)
    cuts = (np.flatnonzero(weights == 0) + 1).tolist()
    ds0: StateT | None = None
    for start, stop in pairwise([0, *cuts, T]):
        piece = None if mask is None else mask[start:stop]
        tape = run(cell, params, x[start:stop], state, mask=piece)
        part, dh, readout_part = evaluated(loss, tape.h[1:], start)
        value, readout = value + part, _plus(readout, readout_part)
        ds: StateT | None = None  # what reaches the end of this piece from beyond: it is cut
        for t in range(stop, start, -1):
            k = t - start
            grads = backward(_one_step(tape, k), dh[k - 1 : k], ds)
            dparams = _plus(dparams, grads.params)
            dx[t - 1], delta[t - 1] = grads.x[0], grads.delta[0]
            ds = grads.s0
            if t > 1:
                ds = tree_map(lambda field, w=weights[t - 2]: w * field, ds)
        if start == 0:
            ds0 = ds
        state = tape.state(stop - start)
    return Grads(value, dparams, ds0, dx, delta, readout)


def _one_step(tape: Tape[ParamsT, StateT], t: int) -> Tape[ParamsT, StateT]:
    """Step t = 1, …, T of a tape as a tape of its own: views."""
    states = tape.states._make(field[t - 1 : t + 1] for field in tape.states)
    inner = None if tape.inner is None else tape.inner[t - 1 : t]
    mask = None if tape.mask is None else tape.mask[t - 1 : t]
    return Tape(tape.cell, tape.params, tape.x[t - 1 : t], states, inner, mask)


def _plus(total: Tree | None, part: Tree) -> Tree:
    """Sum of two parts of a gradient; total None: nothing yet."""
    return part if total is None else tree_map(np.add, total, part)
