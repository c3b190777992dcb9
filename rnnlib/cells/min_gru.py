"""The minGRU: a gated cell that is linear in its state, so that a scan runs it."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnnlib.cells.cell import Array, Cache, State
from rnnlib.cells.gated import sigmoid
from rnnlib.cells.scan import associative_scan, associative_scan_vjp
from rnnlib.cells.tape import Tape


class MinGRUParams(NamedTuple):
    """U (2 n_h, n_x), b (2 n_h,): there is no W."""

    U: Array
    b: Array


@dataclass(frozen=True)
class MinGRU:
    """h = (1 - z) ∘ h(t-1) + z ∘ n with z = σ(U_z x + b_z), n = U_n x + b_n (Feng et al. 2024).

    A GRU whose gates do not look at the state, so that the recurrence is linear in it: forward
    and backward are associative scans. `Cache.inner` holds z and n.
    """

    n_x: int
    n_h: int

    gates = ("z", "n")
    n_inner = 2

    def shapes(self) -> MinGRUParams:
        return MinGRUParams((2 * self.n_h, self.n_x), (2 * self.n_h,))

    def init(
        self, rng: np.random.Generator, scheme: str = "uniform", *, dtype: type = np.float64
    ) -> MinGRUParams:
        """Every entry from U(-1/√n_h, 1/√n_h): without a W there is no other scheme."""
        if scheme != "uniform":
            raise ValueError(f"scheme must be uniform, got {scheme!r}")
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
        z, n = cache.inner
        da = self._gates_vjp(z, n, cache.before.h, dstate.h)
        return MinGRUParams(da.T @ cache.x, da.sum(0)), State((1 - z) * dstate.h), da @ params.U

    def sequence(self, params, x, s0, held):
        z, n = self._gates(params, x)
        if held is not None:
            z = np.where(held, 0, z)  # h = h(t-1), and no gradient for z and n
        h = associative_scan(1 - z, z * n, s0.h).h
        return State(np.concatenate([s0.h[None], h])), np.stack([z, n], axis=1)

    def sequence_vjp(self, tape: Tape, dh, ds):
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
