"""One wrong output in one case: what relations to the right output are tried on."""

from dataclasses import dataclass

import numpy as np

RTOL, ATOL = 1e-7, 1e-11


@dataclass(frozen=True)
class View:
    """One output of an answer in one case.

    value: what the answer returned for it. expected: the right values of all outputs. k: which of
    these outputs it is. arguments: the case's arguments by name.
    """

    value: np.ndarray
    expected: tuple[np.ndarray, ...]
    k: int
    arguments: dict[str, object]

    @property
    def right(self) -> np.ndarray:
        """The right value of this output."""
        return self.expected[self.k]


def nearly_equal(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two arrays are finite, equal in shape and, up to rounding, in their numbers."""
    if a.shape != b.shape:
        return False
    off, size = np.linalg.norm(a - b), np.linalg.norm(b)
    return bool(off <= RTOL * size + ATOL and np.isfinite(size))
