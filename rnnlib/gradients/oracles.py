"""Derivatives by definition: slow, and independent of every vector-Jacobian product.

The signature of the ladder. An oracle sees the scalar loss of a run and nothing else, once or
twice per number that it differentiates by; it has no delta.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from rnnlib.cells.cell import Array, Cell, Params, State
from rnnlib.cells.tape import checked, run
from rnnlib.gradients.bptt import Grads
from rnnlib.gradients.losses import Loss


def finite_difference(
    cell: Cell,
    params: Params,
    x: Array,
    loss: Loss,
    s0: State | None = None,
    *,
    step: float = 6e-6,
) -> Grads:
    """∂L/∂θ ≈ (L(θ + ε) - L(θ - ε)) / 2ε: error O(ε²) from the formula, O(1e-16/ε) from rounding.

    The default ε is about the cube root of the rounding error, where the two balance.
    """
    return _by_definition(
        cell, params, x, loss, s0, lambda along: (along(step) - along(-step)) / (2 * step)
    )


def complex_step(
    cell: Cell,
    params: Params,
    x: Array,
    loss: Loss,
    s0: State | None = None,
    *,
    step: float = 1e-30,
) -> Grads:
    """∂L/∂θ = Im L(θ + iε) / ε, exact to rounding for any tiny ε: nothing is subtracted.

    Squire & Trapp 1998. The loss must be an analytic function of what it is given.
    """
    return _by_definition(cell, params, x, loss, s0, lambda along: np.imag(along(1j * step)) / step)


def _by_definition(
    cell: Cell,
    params: Params,
    x: Array,
    loss: Loss,
    s0: State | None,
    derivative: Callable[[Callable[[complex], complex]], float],
) -> Grads:
    """Grads by `derivative(L)` along one number after another, L a function of its increment."""
    mask = getattr(loss, "mask", None)
    params, x, s0, _ = checked(cell, params, x, s0, mask)
    if x.dtype.kind == "c":
        raise ValueError("an oracle differentiates by real numbers, got complex x or parameters")
    point = (params, s0, x, getattr(loss, "readout", None))
    leaves = [np.asarray(leaf, float) for leaf in _leaves(point)]

    def value(leaves: list[Array]) -> complex:
        params, s0, x, readout = _rebuild(point, iter(leaves))
        moved = loss if readout is None else replace(loss, readout=readout)
        return moved(run(cell, params, x, s0, mask=mask).h[1:], 0).value

    gradients = [np.empty_like(leaf) for leaf in leaves]
    for k, leaf in enumerate(leaves):
        for index in np.ndindex(leaf.shape):

            def along(increment: complex, k=k, leaf=leaf, index=index) -> complex:
                moved = leaf.astype(np.result_type(leaf, increment))
                moved[index] += increment
                return value([*leaves[:k], moved, *leaves[k + 1 :]])

            gradients[k][index] = derivative(along)
    dparams, ds0, dx, dreadout = _rebuild(point, iter(gradients))
    return Grads(value(leaves), dparams, ds0, dx, None, dreadout)


def _leaves(tree) -> list[Array]:
    """The arrays in nested tuples of arrays and None, in order."""
    if isinstance(tree, tuple):
        return [leaf for branch in tree for leaf in _leaves(branch)]
    return [] if tree is None else [tree]


def _rebuild(tree, leaves: Iterator[Array]):
    """A tree of the same form with the given leaves."""
    if isinstance(tree, tuple):
        branches = [_rebuild(branch, leaves) for branch in tree]
        return type(tree)(*branches) if hasattr(tree, "_fields") else tuple(branches)
    return None if tree is None else next(leaves)
