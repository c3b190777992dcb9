"""Nested tuples of arrays, with None where something is absent: parameters, states, gradients."""

from collections.abc import Callable, Iterator

import numpy as np

Array = np.ndarray


def tree_map(f: Callable[..., Array], tree, *others):
    """f on each array of a tree, with the arrays at the same place of the other trees."""
    if tree is None:
        return None
    if not isinstance(tree, tuple):
        return f(tree, *others)
    branches = [tree_map(f, *branch) for branch in zip(tree, *others, strict=True)]
    return type(tree)(*branches) if hasattr(tree, "_fields") else tuple(branches)


def tree_leaves(tree, name: str = "") -> Iterator[tuple[str, Array]]:
    """(name, array) for each array of a tree; the name is that of the innermost field."""
    if isinstance(tree, tuple):
        names = getattr(tree, "_fields", [name] * len(tree))
        for field, branch in zip(names, tree, strict=True):
            yield from tree_leaves(branch, field)
    elif tree is not None:
        yield name, tree
