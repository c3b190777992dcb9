"""Convert an untrusted value that may be meant as numbers into an array."""

from typing import Any

import numpy as np

NUMERIC = "biufc"  # kinds of dtype: truth values, integers, floats, complex numbers
MOST_AXES = 32


def numeric(value: Any) -> np.ndarray | None:
    """Numbers, arrays and nested lists of them as a single array; None for anything else.

    The items are checked first, because NumPy would turn strings into an array in which each takes
    as much memory as the longest.
    """
    if not _all_numbers(value, MOST_AXES):
        return None
    try:
        array = np.asarray(value)
    except ValueError:  # ragged
        return None
    return array if array.dtype.kind in NUMERIC else None


def _all_numbers(value: Any, depth: int) -> bool:
    """Whether all items are numbers or arrays of numbers, nested at most this deep."""
    if isinstance(value, (list, tuple)):
        return depth > 0 and all(_all_numbers(item, depth - 1) for item in value)
    if isinstance(value, (bool, int, float, complex)):
        return True
    try:
        return np.asarray(value).dtype.kind in NUMERIC
    except Exception:  # whatever a learner's object raises when it is inspected
        return False
