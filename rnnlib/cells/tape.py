"""run(cell, params, x) -> Tape: what a run of a cell over a sequence leaves behind."""

from dataclasses import dataclass

import numpy as np

from rnnlib.cells.cell import Array, Cache, Cell, Params, State


@dataclass(frozen=True, eq=False)
class Tape:
    """The unfolded run, in arrays stacked over time: all that `backward` needs."""

    cell: Cell
    params: Params
    x: Array  # (T, B, n_x), zero where masked
    states: State  # each field (T+1, B, n_h); index t is s(t), index 0 the initial state
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

    def state(self, t: int) -> State:
        """s(t), t = 0, …, T: a view."""
        if not 0 <= t <= self.T:
            raise IndexError(f"t must be in 0, …, T={self.T}, got {t}")
        return type(self.states)(*(field[t] for field in self.states))

    def step(self, t: int) -> Cache:
        """What step t = 1, …, T left behind, as `cell.step` returns it: a view."""
        if not 1 <= t <= self.T:
            raise IndexError(f"t must be in 1, …, T={self.T}, got {t}")
        inner = None if self.inner is None else self.inner[t - 1]
        return Cache(self.x[t - 1], self.state(t - 1), self.state(t), inner)

    def last(self, k: int) -> "Tape":
        """The tape of the last k steps (all, if there are fewer): views."""
        lo = max(0, self.T - k)
        states = type(self.states)(*(field[lo:] for field in self.states))
        inner = None if self.inner is None else self.inner[lo:]
        mask = None if self.mask is None else self.mask[lo:]
        return Tape(self.cell, self.params, self.x[lo:], states, inner, mask)

    def join(self, later: "Tape") -> "Tape":
        """One tape of this run and the one that went on from its last state."""
        x = np.concatenate([self.x, later.x])
        pairs = zip(self.states, later.states, strict=True)
        states = type(self.states)(*(np.concatenate([a[:-1], b]) for a, b in pairs))
        inner = None if self.inner is None else np.concatenate([self.inner, later.inner])
        mask = None if self.mask is None else np.concatenate([self.mask, later.mask])
        return Tape(self.cell, self.params, x, states, inner, mask)


def tape_nbytes(cell: Cell, T: int, batch: int, dtype: type = np.float64) -> int:
    """Bytes of a tape: (T+1) states and T times the inner values, n_h numbers per sequence each."""
    n_fields = len(cell.initial_state(1))
    numbers = ((T + 1) * n_fields + T * cell.n_inner) * batch * cell.n_h
    return numbers * np.dtype(dtype).itemsize


def run(
    cell: Cell, params: Params, x: Array, s0: State | None = None, *, mask: Array | None = None
) -> Tape:
    """Run the cell over x (T, B, n_x) from s0 (default: zeros): s(t) = step(s(t-1), x(t)).

    mask (T, B): where it is False there is padding, and the state is held: s(t) = s(t-1).
    What x holds there is not looked at. The dtype is that of params, x and s0 together.
    """
    params, x, s0, mask = checked(cell, params, x, s0, mask)
    if hasattr(cell, "sequence"):
        states, inner = cell.sequence(params, x, s0, _held(mask))
    else:
        states, inner = _sequence(cell, params, x, s0, _held(mask))
    return Tape(cell, params, x, states, inner, mask)


def hold(held: Array | None, new: State, old: State) -> State:
    """new, but old where held (B, 1) is True: what a padded step does to the state."""
    if held is None:
        return new
    return type(new)(*(np.where(held, b, a) for a, b in zip(new, old, strict=True)))


def _held(mask: Array | None) -> Array | None:
    return None if mask is None or mask.all() else ~mask[:, :, None]


def _sequence(
    cell: Cell, params: Params, x: Array, s0: State, held: Array | None
) -> tuple[State, Array | None]:
    """`run` for a cell that knows only its step."""
    states, inner = [s0], []
    for t in range(len(x)):
        new, cache = cell.step(params, states[-1], x[t])
        states.append(hold(None if held is None else held[t], new, states[-1]))
        inner.append(cache.inner)
    stacked = type(s0)(*(np.stack(field) for field in zip(*states, strict=True)))
    return stacked, None if inner[0] is None else np.stack(inner)


def checked(
    cell: Cell, params: Params, x: Array, s0: State | None, mask: Array | None
) -> tuple[Params, Array, State, Array | None]:
    """params, x and s0 in the dtype of the run, x zero in the padding; or an error."""
    for name, shape in cell.shapes()._asdict().items():
        if np.shape(getattr(params, name)) != shape:
            raise ValueError(
                f"{name} must be {shape} for {cell}, got {np.shape(getattr(params, name))}"
            )
    x = np.asarray(x)
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
    params, s0 = (type(g)(*(np.asarray(array, dtype) for array in g)) for g in (params, s0))
    return params, x.astype(dtype, copy=False), s0, mask
