"""Nested tuples of arrays, with None where something is absent: parameters, states, gradients."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import numpy as np

Array = np.ndarray
Tree = TypeVar("Tree")


def tree_map(f: Callable[..., Any], tree: Tree, *others: Any) -> Tree:
    """f on each array of a tree, with the arrays at the same place of the other trees."""
    if tree is None:
        return tree
    if not isinstance(tree, tuple):
        return f(tree, *others)
    return like(tree, [tree_map(f, *branch) for branch in zip(tree, *others, strict=True)])


def like(tree: tuple, branches: Iterable[Any]) -> Any:
    """The branches as a tuple of the tree's kind."""
    return type(tree)(*branches) if hasattr(tree, "_fields") else tuple(branches)


def tree_leaves(tree: Any, name: str = "") -> Iterator[tuple[str, Array]]:
    """(name, array) for each array of a tree; the name is that of the innermost field."""
    if isinstance(tree, tuple):
        names = getattr(tree, "_fields", [name] * len(tree))
        for field, branch in zip(names, tree, strict=True):
            yield from tree_leaves(branch, field)
    elif tree is not None:
        yield name, tree
