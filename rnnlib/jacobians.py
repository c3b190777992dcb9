"""Jacobians of a cell's step, from its vector-Jacobian product: row i is the product with e_i.

The state is one vector here, s (n_s,): its fields side by side, h first. So n_s = n_h, and 2 n_h
for an LSTM, whose state is (h, m).
"""

import numpy as np

from rnnlib.cells import Array, Cache, Cell, Params, State


def state_size(cell: Cell) -> int:
    """n_s, the numbers in the state of one sequence."""
    return len(cell.initial_state(1)) * cell.n_h


def as_vector(state: State) -> Array:
    """The state's fields, each (..., n_h), side by side: (..., n_s)."""
    return np.concatenate(state, axis=-1)


def as_state(cell: Cell, s: Array) -> State:
    """The inverse of `as_vector`: s (..., n_s) as fields (..., n_h)."""
    kind = type(cell.initial_state(1))
    return kind(*np.split(s, len(kind._fields), axis=-1))


def state_jacobian(cell: Cell, params: Params, cache: Cache) -> Array:
    """∂s(t)/∂s(t-1) for each sequence of the step that left `cache`: (B, n_s, n_s)."""
    n_s, B = state_size(cell), len(cache.x)

    def repeated(field: Array) -> Array:
        return np.repeat(field, n_s, axis=-2)

    rows = Cache(
        repeated(cache.x),
        type(cache.before)(*map(repeated, cache.before)),
        type(cache.after)(*map(repeated, cache.after)),
        None if cache.inner is None else repeated(cache.inner),
    )
    basis = np.tile(np.eye(n_s, dtype=cache.after.h.dtype), (B, 1))
    _, before, _ = cell.step_vjp(params, rows, as_state(cell, basis))
    return as_vector(before).reshape(B, n_s, n_s)


def parameter_jacobian(cell: Cell, params: Params, cache: Cache) -> Array:
    """∂s(t)/∂θ with s(t-1) held fixed, the parameters side by side: (B, n_s, n_θ)."""
    basis = np.eye(state_size(cell), dtype=cache.after.h.dtype)
    rows = []
    for b in range(len(cache.x)):  # step_vjp adds over the batch: one sequence at a time
        one = Cache(
            cache.x[b : b + 1],
            type(cache.before)(*(f[b : b + 1] for f in cache.before)),
            type(cache.after)(*(f[b : b + 1] for f in cache.after)),
            None if cache.inner is None else cache.inner[:, b : b + 1],
        )
        for e in basis:
            dparams, _, _ = cell.step_vjp(params, one, as_state(cell, e[None]))
            rows.append(np.concatenate([dp.ravel() for dp in dparams]))
    return np.stack(rows).reshape(len(cache.x), len(basis), -1)
