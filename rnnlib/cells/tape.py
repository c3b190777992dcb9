"""run(cell, params, x) -> Tape: what a run of a cell over a sequence leaves behind."""

from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeGuard

import numpy as np

from rnnlib.cells.cell import (
    AnyCell,
    Array,
    Cache,
    Cell,
    ParamsT,
    StateT,
    check_cell,
    check_params,
    whole_number,
)


@dataclass(frozen=True, eq=False)
class Tape(Generic[ParamsT, StateT]):
    """The unfolded run, in arrays stacked over time: all that `backward` needs.

    `run` returns one. `h` (T+1, B, n_h) holds h(0), …, h(T), and `states` all fields of the state;
    `x` (T, B, n_x) and `params` are what was run. `state(t)`, t = 0, …, T, is one state and
    `step(t)`, t = 1, …, T, what one step left behind (IndexError outside); `last(k)` is the end of
    the tape, `join` adds a later one. `nbytes` counts what the run added to its inputs, in bytes.

    >>> import numpy as np
    >>> from rnnlib import LSTM, run
    >>> cell = LSTM(n_x=2, n_h=5)
    >>> tape = run(cell, cell.init(np.random.default_rng(0)), np.zeros((10, 3, 2)))
    >>> tape.T, tape.batch, tape.h.shape, tape.state(10).m.shape
    (10, 3, (11, 3, 5), (3, 5))
    >>> tape.nbytes == 8 * 3 * 5 * (11 * 2 + 10 * 5)  # two fields of the state, five inner values
    True
    """

    cell: Cell[ParamsT, StateT]
    params: ParamsT
    x: Array  # (T, B, n_x), zero where masked
    states: StateT  # each field (T+1, B, n_h); index t is s(t), index 0 the initial state
    inner: Array | None  # (T, k, B, n_h); index t-1 belongs to step t
    mask: Array | None = None  # (T, B) bool; False: padding, where the state is held

    @property
    def held(self) -> Array | None:
        """(T, B, 1), True where a padded step keeps its state; None where there is no padding."""
        return _held(self.mask)

    @property
    def h(self) -> Array:
        """h(0), …, h(T): (T+1, B, n_h)."""
        return self.states.h

    @property
    def T(self) -> int:
        return self.x.shape[0]

    @property
    def batch(self) -> int:
        return self.x.shape[1]

    @property
    def nbytes(self) -> int:
        """Bytes of what the run added to its inputs: states and inner values (`tape_nbytes`)."""
        inner = 0 if self.inner is None else self.inner.nbytes
        return sum(field.nbytes for field in self.states) + inner

    def state(self, t: int) -> StateT:
        """s(t), t = 0, …, T: a view."""
        if not 0 <= t <= self.T:
            raise IndexError(f"t must be in 0, …, T={self.T}, got {t}")
        return self.states._make(field[t] for field in self.states)

    def step(self, t: int) -> Cache[StateT]:
        """What step t = 1, …, T left behind, as `cell.step` returns it: a view."""
        if not 1 <= t <= self.T:
            raise IndexError(f"t must be in 1, …, T={self.T}, got {t}")
        inner = None if self.inner is None else self.inner[t - 1]
        return Cache(self.x[t - 1], self.state(t - 1), self.state(t), inner)

    def last(self, k: int) -> "Tape[ParamsT, StateT]":
        """The tape of the last k steps (all, if there are fewer): views."""
        lo = max(0, self.T - k)
        states = self.states._make(field[lo:] for field in self.states)
        inner = None if self.inner is None else self.inner[lo:]
        mask = None if self.mask is None else self.mask[lo:]
        return Tape(self.cell, self.params, self.x[lo:], states, inner, mask)

    def join(self, later: "Tape[ParamsT, StateT]") -> "Tape[ParamsT, StateT]":
        """One tape of this run and the one that went on from its last state."""
        x = np.concatenate([self.x, later.x])
        pairs = zip(self.states, later.states, strict=True)
        states = self.states._make(np.concatenate([a[:-1], b]) for a, b in pairs)
        inner, mask = _joined(self.inner, later.inner), _joined(self.mask, later.mask)
        return Tape(self.cell, self.params, x, states, inner, mask)


AnyTape = Tape[Any, Any]


def _joined(a: Array | None, b: Array | None) -> Array | None:
    """One after the other in time; None where the two tapes hold nothing."""
    if a is None:
        return None
    assert b is not None, "two tapes of one cell hold the same"
    return np.concatenate([a, b])


class SequenceCell(Cell[ParamsT, StateT], Protocol[ParamsT, StateT]):
    """A cell that adds T steps at once, faster than its `step` in a loop.

    held (T, B, 1) is True where a padded step keeps its state, or None.
    """

    def sequence(
        self, params: ParamsT, x: Array, s0: StateT, held: Array | None
    ) -> tuple[StateT, Array | None]:
        """(states, inner) as a `Tape` holds them."""
        ...

    def sequence_vjp(
        self, tape: Tape[ParamsT, StateT], dh: Array, ds: StateT
    ) -> tuple[ParamsT, StateT, Array, Array]:
        """(dparams, ds0, dx, delta) from dh (T, B, n_h) on each h(t), and ds on s(T)."""
        ...


def adds(cell: Cell[ParamsT, StateT], method: str) -> TypeGuard[SequenceCell[ParamsT, StateT]]:
    """Whether a cell adds `sequence`, or `sequence_vjp`, to its step."""
    return hasattr(cell, method)


def tape_nbytes(cell: AnyCell, T: int, batch: int, dtype: type = np.float64) -> int:
    """Bytes of a tape: (T+1) states and T times the inner values, n_h numbers per sequence each.

    T steps of `batch` sequences, in the given dtype. It is what `run(…).nbytes` will be: each field
    of the state is (T+1, B, n_h), and each of the cell's `n_inner` values (T, B, n_h).
    TypeError if cell is no cell or a number is not whole; ValueError if T < 0 or batch < 1.

    >>> import numpy as np
    >>> from rnnlib import LSTM, Elman, tape_nbytes
    >>> cells = Elman(n_x=64, n_h=128), LSTM(n_x=64, n_h=128)
    >>> [tape_nbytes(cell, T=1000, batch=32, dtype=np.float32) / 1e6 for cell in cells]  # megabytes
    [16.400384, 114.720768]
    """
    check_cell(cell)
    T, batch = whole_number("T", T, 0), whole_number("batch", batch)
    n_fields = len(cell.initial_state(1))
    numbers = ((T + 1) * n_fields + T * cell.n_inner) * batch * cell.n_h
    return numbers * np.dtype(dtype).itemsize


def run(
    cell: Cell[ParamsT, StateT],
    params: ParamsT,
    x: Array,
    s0: StateT | None = None,
    *,
    mask: Array | None = None,
) -> Tape[ParamsT, StateT]:
    """Run the cell over x (T, B, n_x) from s0 (default: zeros): s(t) = step(s(t-1), x(t)).

    mask (T, B): where it is False there is padding, and the state is held: s(t) = s(t-1).
    What x holds there is not looked at. The dtype is that of params, x and s0 together.
    Returns a `Tape`, with h (T+1, B, n_h). Time comes first: T steps of B sequences.
    TypeError if cell is a class, params belong to another cell, or x holds no numbers; ValueError
    if a shape is wrong, the mask is not bool, or x or s0 is not finite. Goodfellow et al. 2016,
    eq. 10.8 and 10.9.

    >>> import numpy as np
    >>> from rnnlib import Linear, Params, run
    >>> count = Params(U=np.array([[1.0]]), W=np.array([[1.0]]), b=np.array([0.0]))
    >>> x = np.ones((4, 2, 1))
    >>> lengths = np.array([4, 2])
    >>> mask = np.arange(4)[:, None] < lengths  # the second sequence ends after two steps
    >>> run(Linear(n_x=1, n_h=1), count, x, mask=mask).h[:, :, 0].T.tolist()
    [[0.0, 1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 2.0, 2.0, 2.0]]
    """
    params, x, s0, mask = checked(cell, params, x, s0, mask)
    if adds(cell, "sequence"):
        states, inner = cell.sequence(params, x, s0, _held(mask))
    else:
        states, inner = _sequence(cell, params, x, s0, _held(mask))
    return Tape(cell, params, x, states, inner, mask)


def hold(held: Array | None, new: StateT, old: StateT) -> StateT:
    """new, but old where held (B, 1) is True: what a padded step does to the state."""
    if held is None:
        return new
    return new._make(np.where(held, b, a) for a, b in zip(new, old, strict=True))


def _held(mask: Array | None) -> Array | None:
    return None if mask is None or mask.all() else ~mask[:, :, None]


def _sequence(
    cell: Cell[ParamsT, StateT], params: ParamsT, x: Array, s0: StateT, held: Array | None
) -> tuple[StateT, Array | None]:
    """`run` for a cell that knows only its step."""
    states, inner = [s0], []
    for t in range(len(x)):
        new, cache = cell.step(params, states[-1], x[t])
        states.append(hold(None if held is None else held[t], new, states[-1]))
        inner.append(cache.inner)
    stacked = s0._make(np.stack(field) for field in zip(*states, strict=True))
    return stacked, None if inner[0] is None else np.stack(inner)


def checked(
    cell: Cell[ParamsT, StateT], params: ParamsT, x: Array, s0: StateT | None, mask: Array | None
) -> tuple[ParamsT, Array, StateT, Array | None]:
    """params, x and s0 in the dtype of the run, x zero in the padding; or an error."""
    check_cell(cell)
    check_params(cell, params)
    x = np.asarray(x)
    if x.dtype.kind not in "biufc":
        raise TypeError(f"x must hold numbers, got {x.dtype}")
    if x.ndim != 3 or x.shape[2] != cell.n_x or 0 in x.shape[:2]:
        raise ValueError(f"x must be (T ≥ 1, B ≥ 1, n_x={cell.n_x}), got {x.shape}")
    if mask is not None:
        mask = np.asarray(mask)
        if mask.shape != x.shape[:2] or mask.dtype != bool:
            raise ValueError(
                f"mask must be bool (T, B)={x.shape[:2]}, got {mask.dtype} {mask.shape}"
            )
        x = np.where(mask[:, :, None], x, 0)
    if not np.isfinite(x).all():
        t, b, j = np.argwhere(~np.isfinite(x))[0]
        raise ValueError(f"x must be finite, got {x[t, b, j]} at step {t + 1} of sequence {b}")
    numbers = [*params, x] if x.dtype.kind in "fc" else [*params]
    zero = cell.initial_state(x.shape[1])
    if s0 is None:
        s0 = zero
    else:
        expected = [(name, field.shape) for name, field in zero._asdict().items()]
        got = [(name, np.shape(field)) for name, field in getattr(s0, "_asdict", dict)().items()]
        if got != expected:
            raise ValueError(f"s0 must be a state with {expected}, got {got or type(s0).__name__}")
        if not all(np.isfinite(field).all() for field in s0):
            raise ValueError("s0 must be finite, got NaN or infinity")
        numbers += s0
    dtype = np.result_type(*numbers)
    if dtype.kind not in "fc":
        if dtype.kind not in "biu":
            raise TypeError(f"params and s0 must hold numbers, got {dtype}")
        dtype = np.dtype(float)  # whole numbers alone: their products are not
    params = params._make(np.asarray(array, dtype) for array in params)
    s0 = s0._make(np.asarray(array, dtype) for array in s0)
    return params, x.astype(dtype, copy=False), s0, mask
