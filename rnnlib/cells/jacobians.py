"""Jacobians of a cell's step, from its vector-Jacobian product: row i is the product with e_i.

The state is one vector here, s (n_s,): its fields side by side, h first. So n_s = n_h, and 2 n_h
for an LSTM, whose state is (h, m).
"""

import numpy as np

from rnnlib.cells.cell import AnyCell, Array, Cache, Cell, ParamsT, StateFields, StateT
from rnnlib.cells.trees import tree_map


def state_size(cell: AnyCell) -> int:
    """n_s, the numbers in the state of one sequence."""
    return len(cell.initial_state(1)) * cell.n_h


def as_vector(state: StateFields) -> Array:
    """The state's fields, each (..., n_h), side by side: (..., n_s)."""
    return np.concatenate(state, axis=-1)


def as_state(cell: Cell[ParamsT, StateT], s: Array) -> StateT:
    """The inverse of `as_vector`: s (..., n_s) as fields (..., n_h)."""
    one = cell.initial_state(1)
    return one._make(np.split(s, len(one), axis=-1))


def state_jacobian(cell: Cell[ParamsT, StateT], params: ParamsT, cache: Cache[StateT]) -> Array:
    """∂s(t)/∂s(t-1) for each sequence of the step that left `cache`: (B, n_s, n_s)."""
    n_s, B = state_size(cell), len(cache.x)
    rows = tree_map(lambda array: np.repeat(array, n_s, axis=-2), cache)
    basis = np.tile(np.eye(n_s, dtype=cache.after.h.dtype), (B, 1))
    _, before, _ = cell.step_vjp(params, rows, as_state(cell, basis))
    return as_vector(before).reshape(B, n_s, n_s)


def parameter_jacobian(cell: Cell[ParamsT, StateT], params: ParamsT, cache: Cache[StateT]) -> Array:
    """∂s(t)/∂θ with s(t-1) held fixed, the parameters side by side: (B, n_s, n_θ)."""
    basis = np.eye(state_size(cell), dtype=cache.after.h.dtype)
    rows = []
    for b in range(len(cache.x)):  # step_vjp adds over the batch: one sequence at a time
        one = tree_map(lambda array, b=b: array[..., b : b + 1, :], cache)
        for e in basis:
            dparams, _, _ = cell.step_vjp(params, one, as_state(cell, e[None]))
            rows.append(np.concatenate([dp.ravel() for dp in dparams]))
    return np.stack(rows).reshape(len(cache.x), len(basis), -1)
