"""Unrolled in parallel: the associative scan for linear recurrences, Newton (DEER) for the others.

h(t) = a(t) h(t-1) + b(t) is a chain of affine maps, and composing affine maps is associative:
(a2, b2) after (a1, b1) is (a2 a1, a2 b1 + b2). So all T prefixes of the chain are known after
⌈log2 T⌉ levels in which everything happens at once, instead of T steps one after the other.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnnlib.cells import Array, Cache, Cell, Params, State
from rnnlib.gated import sigmoid
from rnnlib.jacobians import as_state, as_vector, state_jacobian
from rnnlib.tape import Tape, checked

# --- linear recurrences -------------------------------------------------------------------


class Scan(NamedTuple):
    """h(1), …, h(T), with the shape of b, and the number of levels that it took."""

    h: Array
    levels: int


def associative_scan(a: Array, b: Array, h0: Array | None = None, *, dense: bool = False) -> Scan:
    """h(t) = a(t) h(t-1) + b(t) for all t in ⌈log2 T⌉ levels; h(0) is zero if not given.

    Elementwise: a and b (T, …). Dense: a (T, …, n, n), b (T, …, n), a matrix product each.
    Level d = 1, 2, 4, … composes each map with the one d steps before it (Hillis & Steele 1986):
    T log2 T compositions in all, where the loop makes T.
    """
    a, b = _checked_maps(a, b, dense)
    apply, compose = (_matvec, np.matmul) if dense else (np.multiply, np.multiply)
    a, h = a.copy(), b.astype(np.result_type(a, b, b if h0 is None else h0))
    if h0 is not None:
        h[0] += apply(a[0], h0)
    d, levels = 1, 0
    while d < len(h):
        h[d:] += apply(a[d:], h[:-d])
        a[2 * d :] = compose(a[2 * d :], a[d:-d])  # before 2d the chain already reaches the start
        d, levels = 2 * d, levels + 1
    return Scan(h, levels)


def associative_scan_vjp(
    a: Array, h: Array, dh: Array, h0: Array | None = None, *, dense: bool = False
) -> tuple[Array, Array, Array]:
    """(da, db, dh0) from dh(t), the direct gradient on each h(t): another scan, reversed.

    δ(t) = dh(t) + a(t+1)ᴴ δ(t+1); db = δ, da(t) = δ(t) h(t-1)ᴴ, dh0 = a(1)ᴴ δ(1). For complex
    numbers dz is ∂L/∂Re z + i ∂L/∂Im z, as in PyTorch.
    """
    a, dh = _checked_maps(a, dh, dense)
    h0 = np.zeros_like(h[0]) if h0 is None else h0
    before = np.concatenate([h0[None], h[:-1]]).conj()
    adjoint = (a.swapaxes(-1, -2) if dense else a).conj()
    later = np.concatenate([adjoint[1:], adjoint[:1]])  # a(t+1); nothing comes after T
    delta = associative_scan(later[::-1], dh[::-1], dense=dense).h[::-1]
    if dense:
        return delta[..., :, None] * before[..., None, :], delta, _matvec(adjoint[0], delta[0])
    return delta * before, delta, adjoint[0] * delta[0]


def _matvec(A: Array, v: Array) -> Array:
    """A (…, n, n) times v (…, n)."""
    return np.matmul(A, v[..., None])[..., 0]


def _checked_maps(a: Array, b: Array, dense: bool) -> tuple[Array, Array]:
    a, b = np.asarray(a), np.asarray(b)
    expected = b.shape + b.shape[-1:] if dense else b.shape
    if b.ndim < 1 + dense or len(b) == 0 or a.shape != expected:
        rule = "a (T, …, n, n) and b (T, …, n)" if dense else "a and b of one shape (T, …)"
        raise ValueError(f"a scan needs {rule}, T ≥ 1, got {a.shape} and {b.shape}")
    return a, b


# --- a gated cell that is linear in its state ---------------------------------------------


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


# --- nonlinear recurrences ----------------------------------------------------------------


class Deer(NamedTuple):
    """What Newton's iteration found. Without `converged`, `states` is not a run of the cell."""

    states: State  # each field (T+1, B, n_h), index 0 the initial state
    iterations: int  # scans done
    residuals: Array  # max |s(t) - step(s(t-1), x(t))| before each scan, and after the last
    converged: bool


def deer(
    cell: Cell,
    params: Params,
    x: Array,
    s0: State | None = None,
    *,
    tol: float = 1e-10,
    max_iterations: int = 100,
) -> Deer:
    """All T states at once: Newton's method for s(t) - step(s(t-1), x(t)) = 0, t = 1, …, T.

    Linearised about the last iterate this is a linear recurrence, with the step's Jacobians as
    its matrices: one dense scan an iteration, from s = 0. Each iteration makes at least one more
    step exact, so T suffice in exact arithmetic; a contracting cell needs a few, a chaotic one
    may overflow first. Lim et al. 2024. tol bounds the residual: choose it for the dtype.
    """
    params, x, s0, _ = checked(cell, params, x, s0, None)
    T, B, n_x = x.shape
    start = as_vector(s0)
    s = np.zeros((T, *start.shape), x.dtype)
    residuals = []
    with np.errstate(over="ignore", invalid="ignore"):
        while True:
            before = np.concatenate([start[None], s[:-1]])
            rows = as_state(cell, before.reshape(T * B, -1))
            after, cache = cell.step(params, rows, x.reshape(T * B, n_x))
            f = as_vector(after).reshape(s.shape)
            residuals.append(np.abs(s - f).max())
            done = residuals[-1] <= tol
            if done or len(residuals) > max_iterations or not np.isfinite(residuals[-1]):
                break
            J = state_jacobian(cell, params, cache).reshape(T, B, *start.shape[1:] * 2)
            s = associative_scan(J, f - _matvec(J, before), start, dense=True).h
    states = as_state(cell, np.concatenate([start[None], s]))
    return Deer(states, len(residuals) - 1, np.array(residuals), bool(done))
