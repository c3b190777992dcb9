"""Derivatives by definition: slow, and independent of every vector-Jacobian product.

With the signature of the gradient methods. An oracle sees only the scalar loss of a run, once or
twice per number that it differentiates by; it has no delta.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from rnnlib.cells.cell import Array, Cell, ParamsT, StateT
from rnnlib.cells.tape import checked, run
from rnnlib.cells.trees import Tree, like
from rnnlib.gradients.bptt import Grads
from rnnlib.gradients.losses import Loss, Readout, evaluated


def finite_difference(
    cell: Cell[ParamsT, StateT],
    params: ParamsT,
    x: Array,
    loss: Loss,
    s0: StateT | None = None,
    *,
    step: float = 6e-6,
) -> Grads[ParamsT, StateT]:
    """∂L/∂θ ≈ (L(θ + ε) - L(θ - ε)) / 2ε: error O(ε²) from the formula, O(1e-16/ε) from rounding.

    The default ε is about the cube root of the rounding error, where the two balance. Arguments,
    `Grads` and errors as in `bptt`, with x (T, B, n_x); a loss with a readout is a dataclass. Two
    runs for every number in params, s0, x and the readout. ValueError unless ε is positive, or if a
    number is complex. Goodfellow et al. 2016, section 11.5.

    >>> import numpy as np
    >>> from rnnlib import Linear, Params, finite_difference
    >>> params = Params(U=np.array([[1.0]]), W=np.array([[0.5]]), b=np.array([0.0]))
    >>> impulse = np.array([1.0, 0.0, 0.0, 0.0]).reshape(4, 1, 1)  # h is 1, w, w², w³
    >>> def total(h, start):  # a loss: its value, its gradient on each state, no readout
    ...     return h.sum(), np.ones_like(h), None
    >>> problem = Linear(1, 1), params, impulse, total  # 1 + w + w² + w³ has the slope 2.75
    >>> slopes = [finite_difference(*problem, step=e).params.W.item() for e in (0.1, 0.01)]
    >>> [round(slope - 2.75, 6) for slope in slopes]  # the error falls as ε²
    [0.01, 0.0001]
    """
    _check_step(step)
    return _by_definition(
        cell, params, x, loss, s0, lambda along: (along(step) - along(-step)) / (2 * step)
    )


def complex_step(
    cell: Cell[ParamsT, StateT],
    params: ParamsT,
    x: Array,
    loss: Loss,
    s0: StateT | None = None,
    *,
    step: float = 1e-30,
) -> Grads[ParamsT, StateT]:
    """∂L/∂θ = Im L(θ + iε) / ε, exact to rounding for any tiny ε: nothing is subtracted.

    Squire & Trapp 1998. The loss must be an analytic function of what it is given. Arguments,
    `Grads` and errors as in `bptt`, with x (T, B, n_x); a loss with a readout is a dataclass. One
    run for every number in params, s0, x and the readout. ValueError unless ε is positive, or if a
    number is complex.

    >>> import numpy as np
    >>> from rnnlib import Linear, Params, complex_step
    >>> params = Params(U=np.array([[1.0]]), W=np.array([[0.5]]), b=np.array([0.0]))
    >>> impulse = np.array([1.0, 0.0, 0.0, 0.0]).reshape(4, 1, 1)  # h is 1, w, w², w³
    >>> def total(h, start):  # a loss: its value, its gradient on each state, no readout
    ...     return h.sum(), np.ones_like(h), None
    >>> problem = Linear(1, 1), params, impulse, total  # 1 + w + w² + w³ has the slope 2.75
    >>> [complex_step(*problem, step=e).params.W.item() for e in (1e-20, 1e-100)]
    [2.75, 2.75]
    """
    _check_step(step)
    return _by_definition(cell, params, x, loss, s0, lambda along: np.imag(along(1j * step)) / step)


def _check_step(step: float) -> None:
    if not step > 0:
        raise ValueError(f"step must be positive, got {step}")


def _by_definition(
    cell: Cell[ParamsT, StateT],
    params: ParamsT,
    x: Array,
    loss: Loss,
    s0: StateT | None,
    derivative: Callable[[Callable[[complex], Any]], float],
) -> Grads[ParamsT, StateT]:
    """Grads by `derivative(L)` along one number after another, L a function of its increment."""
    mask = getattr(loss, "mask", None)
    params, x, s0, _ = checked(cell, params, x, s0, mask)
    if x.dtype.kind == "c":
        raise ValueError("an oracle differentiates by real numbers, got complex x or parameters")
    point = (params, s0, x, getattr(loss, "readout", None))
    leaves = [np.asarray(leaf, float) for leaf in _leaves(point)]

    def moved_to(leaves: list[Array]) -> tuple[Loss, Array]:
        params, s0, x, readout = _rebuild(point, iter(leaves))
        moved = loss if readout is None else _with_readout(loss, readout)
        return moved, run(cell, params, x, s0, mask=mask).h[1:]

    def value(leaves: list[Array]) -> Any:  # complex where a leaf is
        moved, h = moved_to(leaves)
        return moved(h, 0)[0]

    at_point = evaluated(*moved_to(leaves), 0).value
    gradients = [np.empty_like(leaf) for leaf in leaves]
    for k, leaf in enumerate(leaves):
        for index in np.ndindex(leaf.shape):

            def along(increment: complex, k=k, leaf=leaf, index=index) -> Any:
                moved = leaf.astype(np.result_type(leaf, increment))
                moved[index] += increment
                return value([*leaves[:k], moved, *leaves[k + 1 :]])

            gradients[k][index] = derivative(along)
    dparams, ds0, dx, dreadout = _rebuild(point, iter(gradients))
    return Grads(at_point, dparams, ds0, dx, None, dreadout)


def _with_readout(loss: Any, readout: Readout) -> Loss:
    return replace(loss, readout=readout)


def _leaves(tree: Any) -> list[Array]:
    """The arrays in nested tuples of arrays and None, in order."""
    if isinstance(tree, tuple):
        return [leaf for branch in tree for leaf in _leaves(branch)]
    return [] if tree is None else [tree]


def _rebuild(tree: Tree, leaves: Iterator[Any]) -> Tree:
    """A tree of the same form with the given leaves."""
    if isinstance(tree, tuple):
        return like(tree, [_rebuild(branch, leaves) for branch in tree])
    if tree is None:
        return tree
    return next(leaves)
