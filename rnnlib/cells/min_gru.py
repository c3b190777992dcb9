"""The minGRU: a gated cell that is linear in its state, so that a scan runs it."""

from dataclasses import dataclass
from typing import ClassVar, Generic, NamedTuple

import numpy as np

from rnnlib.cells.cell import (
    Array,
    Cache,
    EntryT,
    Shape,
    State,
    check_generator,
    check_scheme,
    check_sizes,
)
from rnnlib.cells.gated import sigmoid
from rnnlib.cells.scan import associative_scan, associative_scan_vjp
from rnnlib.cells.tape import Tape


class MinGRUParams(NamedTuple, Generic[EntryT]):
    """U (2 n_h, n_x), b (2 n_h,): there is no W."""

    U: EntryT
    b: EntryT


@dataclass(frozen=True)
class MinGRU:
    """h = (1 - z) ∘ h(t-1) + z ∘ n with z = σ(U_z x + b_z), n = U_n x + b_n (Feng et al. 2024).

    A GRU whose gates do not look at the state, so that the recurrence is linear in it: forward
    and backward are associative scans. `Cache.inner` holds z and n.
    n_x and n_h say how many numbers x(t) and h(t) have. Shapes: x (B, n_x), h (B, n_h),
    U (2 n_h, n_x), b (2 n_h,), the blocks in the order z, n; `init(rng)` returns random
    `MinGRUParams`. TypeError if a size is no whole number; ValueError if it is below 1.

    >>> import numpy as np
    >>> from rnnlib import MinGRU, run
    >>> cell = MinGRU(n_x=1, n_h=1)
    >>> params = cell.init(np.random.default_rng(0))
    >>> halfway = params._replace(U=np.zeros((2, 1)), b=np.array([0.0, 1.0]))  # z = ½, n = 1
    >>> run(cell, halfway, np.zeros((3, 1, 1))).h.ravel().tolist()
    [0.0, 0.5, 0.75, 0.875]
    """

    n_x: int
    n_h: int

    gates: ClassVar[tuple[str, ...]] = ("z", "n")
    n_inner: ClassVar[int] = 2

    def __post_init__(self):
        check_sizes(self)

    def shapes(self) -> MinGRUParams[Shape]:
        return MinGRUParams((2 * self.n_h, self.n_x), (2 * self.n_h,))

    def init(
        self, rng: np.random.Generator, scheme: str = "uniform", *, dtype: type = np.float64
    ) -> MinGRUParams:
        """Every entry from U(-1/√n_h, 1/√n_h): without a W there is no other scheme."""
        check_generator(rng)
        check_scheme(scheme, ("uniform",))
        bound = 1 / np.sqrt(self.n_h)
        return MinGRUParams(
            *(rng.uniform(-bound, bound, shape).astype(dtype) for shape in self.shapes())
        )

    def initial_state(self, batch: int, dtype: type = np.float64) -> State:
        return State(np.zeros((batch, self.n_h), dtype))

    def step(self, params: MinGRUParams, state: State, x: Array) -> tuple[State, Cache]:
        z, n = self._gates(params, x)
        after = State((1 - z) * state.h + z * n)
        return after, Cache(x, state, after, np.stack([z, n]))

    def step_vjp(
        self, params: MinGRUParams, cache: Cache, dstate: State
    ) -> tuple[MinGRUParams, State, Array]:
        assert cache.inner is not None
        z, n = cache.inner
        da = self._gates_vjp(z, n, cache.before.h, dstate.h)
        return MinGRUParams(da.T @ cache.x, da.sum(0)), State((1 - z) * dstate.h), da @ params.U

    def sequence(
        self, params: MinGRUParams, x: Array, s0: State, held: Array | None
    ) -> tuple[State, Array | None]:
        z, n = self._gates(params, x)
        if held is not None:
            z = np.where(held, 0, z)  # h = h(t-1), and no gradient for z and n
        h = associative_scan(1 - z, z * n, s0.h).h
        return State(np.concatenate([s0.h[None], h])), np.stack([z, n], axis=1)

    def sequence_vjp(
        self, tape: Tape[MinGRUParams, State], dh: Array, ds: State
    ) -> tuple[MinGRUParams, State, Array, Array]:
        assert tape.inner is not None
        z, n = tape.inner.swapaxes(0, 1)
        dh = np.concatenate([dh[:-1], dh[-1:] + ds.h])
        _, delta, dh0 = associative_scan_vjp(1 - z, tape.h[1:], dh, tape.h[0])
        da = self._gates_vjp(z, n, tape.h[:-1], delta)
        rows = da.reshape(-1, 2 * self.n_h)
        dU = rows.T @ tape.x.reshape(-1, self.n_x)
        return MinGRUParams(dU, rows.sum(0)), State(dh0), da @ tape.params.U, delta

    @staticmethod
    def _gates(params: MinGRUParams, x: Array) -> tuple[Array, Array]:
        z, n = np.split(x @ params.U.T + params.b, 2, axis=-1)
        return sigmoid(z), n

    @staticmethod
    def _gates_vjp(z: Array, n: Array, before: Array, delta: Array) -> Array:
        """∂L/∂(U x + b), (…, 2 n_h), from δ = ∂L/∂h(t)."""
        return np.concatenate([delta * (n - before) * z * (1 - z), delta * z], axis=-1)
