"""Sizes with names: ("4n_h", "n_x") fits an array (8, 3), and says that n_h = 2 and n_x = 3."""

import re
from collections.abc import Mapping
from functools import cache

import numpy as np

Array = np.ndarray
Dims = tuple[str, ...]  # each a name, or a multiple of one
Sizes = Mapping[str, int]


def read_dims(text: str) -> Dims:
    """Dimensions from text: "4n_h n_x" -> ("4n_h", "n_x"); "" is a scalar."""
    for dim in text.split():
        if not re.fullmatch(r"\d*[^\W\d]\w*", dim):
            raise ValueError(f"a size is a name or a multiple of one (n_h, 4n_h), got {dim!r}")
    return tuple(text.split())


def fit(label: str, array: Array, dims: Dims, sizes: Sizes) -> Sizes:
    """The sizes, and beside them what the array's shape says; ValueError where it contradicts."""
    found = dict(sizes)
    fits = array.ndim == len(dims)
    for dim, size in zip(dims, array.shape, strict=False):
        factor, name = _factor_and_name(dim)
        found.setdefault(name, size // factor)
        fits = fits and size == factor * found[name]
    if not fits:
        raise ValueError(f"{label} must be {_written(dims, sizes)}, got {array.shape}")
    return found


def shape_of(dims: Dims, sizes: Sizes) -> tuple[int, ...]:
    """The dimensions as numbers: ("4n_h", "n_x") with n_h = 2, n_x = 3 is (8, 3)."""
    shape = []
    for factor, name in map(_factor_and_name, dims):
        if name not in sizes:
            raise ValueError(f"the size {name} is not known; known: {', '.join(sizes) or 'none'}")
        shape.append(factor * sizes[name])
    return tuple(shape)


@cache
def _factor_and_name(dim: str) -> tuple[int, str]:
    name = re.sub(r"^\d+", "", dim)
    return int(dim.removesuffix(name) or 1), name


def _written(dims: Dims, sizes: Sizes) -> str:
    """(4n_h=8, n_x): the dimensions, each with its size if that is known already."""
    parts = []
    for dim in dims:
        factor, name = _factor_and_name(dim)
        parts.append(f"{dim}={factor * sizes[name]}" if name in sizes else dim)
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
