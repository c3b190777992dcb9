"""DEER: all states of a nonlinear recurrence at once, by Newton's method over the trajectory."""

from typing import Generic, NamedTuple

import numpy as np

from rnnlib.cells.cell import Array, Cell, ParamsT, StateT, whole_number
from rnnlib.cells.jacobians import as_state, as_vector, state_jacobian
from rnnlib.cells.scan import associative_scan, matvec
from rnnlib.cells.tape import checked


class Deer(NamedTuple, Generic[StateT]):
    """What Newton's iteration found. Without `converged`, `states` is not a run of the cell."""

    states: StateT  # each field (T+1, B, n_h), index 0 the initial state
    iterations: int  # scans done
    residuals: Array  # max |s(t) - step(s(t-1), x(t))| before each scan, and after the last
    converged: bool


def deer(
    cell: Cell[ParamsT, StateT],
    params: ParamsT,
    x: Array,
    s0: StateT | None = None,
    *,
    tol: float = 1e-10,
    max_iterations: int = 100,
) -> Deer[StateT]:
    """All T states at once: Newton's method for s(t) - step(s(t-1), x(t)) = 0, t = 1, …, T.

    Linearised about the last iterate this is a linear recurrence, with the step's Jacobians as
    its matrices: one dense scan an iteration, from s = 0. Each iteration makes at least one more
    step exact, so T suffice in exact arithmetic; a contracting cell needs a few, a chaotic one
    may overflow first. Lim et al. 2024. tol bounds the residual: choose it for the dtype.
    cell, params, x (T, B, n_x) and s0 as in `run`, with its errors. Returns a `Deer`: the states,
    each field (T+1, B, n_h), the number of iterations, the residuals, and whether it converged.
    TypeError if max_iterations is no whole number; ValueError if it is negative, or tol is.

    >>> import numpy as np
    >>> from rnnlib import Elman, deer, run
    >>> cell = Elman(n_x=1, n_h=4)
    >>> params = cell.init(np.random.default_rng(0))
    >>> x = np.sin(np.arange(500.0)).reshape(500, 1, 1)
    >>> found = deer(cell, params, x)
    >>> found.converged, found.iterations  # a few scans instead of 500 steps
    (True, 4)
    >>> np.allclose(found.states.h, run(cell, params, x).h)
    True
    """
    max_iterations = whole_number("max_iterations", max_iterations, least=0)
    if not tol >= 0:
        raise ValueError(f"tol must be at least 0, got {tol}")
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
            s = associative_scan(J, f - matvec(J, before), start, dense=True).h
    states = as_state(cell, np.concatenate([start[None], s]))
    return Deer(states, len(residuals) - 1, np.array(residuals), bool(done))
