"""What a trained or untrained cell does to its state: Jacobians along a run, chaos, fixed points.

States are vectors s (n_s,), the state's fields side by side, h first (`rnnlib.cells.jacobians`).
Linear probes of what a state remembers are in `rnnlib.analysis.probes`.
"""

from typing import NamedTuple

import numpy as np

from rnnlib.cells.cell import AnyCell, Array, Cell, ParamsT, StateT
from rnnlib.cells.jacobians import as_state, as_vector, state_jacobian, state_size
from rnnlib.cells.tape import AnyTape, tape_nbytes

# --- products of Jacobians along a run ----------------------------------------------------


def step_jacobians(tape: AnyTape) -> Array:
    """J(t) = ∂s(t)/∂s(t-1), t = 1, …, T, along a run: (T, B, n_s, n_s); the identity in padding."""
    J = np.stack(
        [state_jacobian(tape.cell, tape.params, tape.step(t)) for t in range(1, tape.T + 1)]
    )
    if tape.held is None:
        return J
    return np.where(tape.held[..., None], np.eye(J.shape[-1], dtype=J.dtype), J)


def jacobian_products(J: Array) -> Array:
    """∂s(T)/∂s(t) = J(T) J(T-1) … J(t+1), t = 0, …, T, from J (T, …, n, n): (T+1, …, n, n)."""
    products = np.empty((len(J) + 1, *J.shape[1:]), J.dtype)
    products[-1] = np.eye(J.shape[-1])
    for t in range(len(J), 0, -1):
        products[t - 1] = products[t] @ J[t - 1]
    return products


def singular_values(tape: AnyTape, of: str = "h", wrt: str = "h") -> Array:
    """Singular values of ∂h(T)/∂h(t), t = 0, …, T, the largest first: (T+1, B, n_h).

    of, wrt: fields of the state; for an LSTM also "m", its memory.
    """
    fields = tape.states._fields
    if of not in fields or wrt not in fields:
        raise ValueError(f"of and wrt must be among {', '.join(fields)}, got {of!r} and {wrt!r}")
    n = tape.cell.n_h
    rows, columns = (slice(n * fields.index(f), n * (fields.index(f) + 1)) for f in (of, wrt))
    products = jacobian_products(step_jacobians(tape))
    return np.linalg.svd(products[..., rows, columns], compute_uv=False)


def jacobian_norms(tape: AnyTape, of: str = "h", wrt: str = "h") -> Array:
    """‖∂h(T)/∂h(t)‖₂, t = 0, …, T: how far back a gradient reaches (T+1, B)."""
    return singular_values(tape, of, wrt)[..., 0]


def lyapunov_exponents(J: Array) -> Array:
    """Mean growth per step of small distances, from J(1), …, J(T) (T, …, n, n): (…, n).

    λ = 1/T Σ ln|R_ii(t)|, Q(t) R(t) = J(t) Q(t-1), Q(0) = 1; largest first up to fluctuations
    (Benettin et al. 1980). With `step_jacobians(tape)`: the exponents of a driven cell.
    """
    if len(J) == 0:
        raise ValueError("J must have T ≥ 1 steps, got 0")
    Q = np.broadcast_to(np.eye(J.shape[-1]), J.shape[1:])
    total = np.zeros(J.shape[1:-1])
    for J_t in J:
        Q, R = np.linalg.qr(J_t @ Q)
        with np.errstate(divide="ignore"):  # a direction that is lost at once: -inf
            total += np.log(np.abs(np.diagonal(R, axis1=-2, axis2=-1)))
    return total / len(J)


# --- fixed points -------------------------------------------------------------------------


class FixedPoint(NamedTuple):
    """A state that the step (nearly) maps to itself."""

    state: Array  # (n_s,)
    speed: float  # q = ½ |step(s) - s|²
    eigenvalues: Array  # (n_s,) of the step's Jacobian there, the largest modulus first

    @property
    def n_unstable(self) -> int:
        """The number of directions that grow: 0 is an attractor, n_s a repeller, else a saddle."""
        return int((np.abs(self.eigenvalues) > 1).sum())

    @property
    def kind(self) -> str:
        names = {0: "attractor", len(self.state): "repeller"}
        return names.get(self.n_unstable, "saddle")


def find_fixed_points(
    cell: Cell[ParamsT, StateT],
    params: ParamsT,
    x: Array,
    starts: Array,
    *,
    tol: float = 1e-20,
    apart: float = 1e-3,
    max_iterations: int = 200,
) -> list[FixedPoint]:
    """Fixed points of the cell under the constant input x (n_x,), searched from starts (K, n_s).

    Minimises q(s) = ½ |step(s) - s|² from every start (Sussillo & Barak 2013), by
    Levenberg-Marquardt: gradient descent far away, Newton's method near a solution. Kept are the
    points with q ≤ tol (a larger tol finds slow points too), one of any that are closer than
    `apart`; in order of n_unstable, then of the state's components.
    """
    n_s = state_size(cell)
    s, x = np.array(starts, float), np.asarray(x, float)
    if s.ndim != 2 or s.shape[1] != n_s or x.shape != (cell.n_x,):
        raise ValueError(
            f"starts must be (K, n_s={n_s}) and x (n_x={cell.n_x},), got {s.shape} and {x.shape}"
        )
    if not (np.isfinite(s).all() and np.isfinite(x).all()):
        raise ValueError("starts and x must be finite, got NaN or infinity")
    X = np.broadcast_to(x, (len(s), cell.n_x))

    def gap(s):
        after, cache = cell.step(params, as_state(cell, s), X)
        return as_vector(after) - s, cache

    def speed(r):
        return 0.5 * (r * r).sum(-1)

    r, cache = gap(s)
    damping = np.full(len(s), 1e-3)
    for _ in range(max_iterations):
        if np.all((speed(r) < 1e-30) | (damping > 1e12)):  # at a fixed point, or no way down
            break
        A = state_jacobian(cell, params, cache) - np.eye(n_s)
        AT = A.swapaxes(1, 2)
        system = AT @ A + damping[:, None, None] * np.eye(n_s)
        moved = s - np.linalg.solve(system, AT @ r[..., None])[..., 0]
        better = speed(gap(moved)[0]) < speed(r)
        s = np.where(better[:, None], moved, s)
        damping = np.maximum(np.where(better, damping / 10, damping * 10), 1e-12)
        r, cache = gap(s)

    eigenvalues = np.linalg.eigvals(state_jacobian(cell, params, cache))
    found = []
    for state, q, values in zip(s, speed(r), eigenvalues, strict=True):
        if q <= tol and all(np.linalg.norm(state - p.state) > apart for p in found):
            order = np.argsort(-np.abs(values), kind="stable")
            found.append(FixedPoint(state, float(q), values[order]))
    return sorted(found, key=lambda p: (p.n_unstable, *np.round(p.state, 6)))


# --- what the gradient methods keep --------------------------------------------------------
#
# Bytes that are kept until they are needed, besides x and the returned gradients; for `bptt`
# this is `tape_nbytes(cell, T, batch)`.


def state_nbytes(cell: AnyCell, batch: int, dtype: type = np.float64) -> int:
    """One state of a batch."""
    return batch * state_size(cell) * np.dtype(dtype).itemsize


def truncated_nbytes(cell: AnyCell, k2: int, batch: int, dtype: type = np.float64) -> int:
    """`truncated_bptt`: the tape of the last k2 steps, whatever T is (k2 ≤ T)."""
    return tape_nbytes(cell, k2, batch, dtype)


def checkpointed_nbytes(
    cell: AnyCell, T: int, batch: int, slots: int, dtype: type = np.float64
) -> int:
    """`checkpointed_bptt`, square-root schedule: a state per segment, and one segment's tape."""
    length = -(-T // slots)
    n_segments = -(-T // length)
    return n_segments * state_nbytes(cell, batch, dtype) + tape_nbytes(cell, length, batch, dtype)


def rtrl_nbytes(cell: AnyCell, batch: int, dtype: type = np.float64) -> int:
    """`rtrl`: the state and its sensitivity, n_s n_θ numbers a sequence, whatever T is.

    For an Elman cell n_s n_θ = n_h² (n_h + n_x + 1).
    """
    n_params = sum(int(np.prod(shape)) for shape in cell.shapes())
    return (1 + n_params) * state_nbytes(cell, batch, dtype)
