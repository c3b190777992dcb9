"""Keep an answer from affecting what runs after it.

An answer may set `np.random.seed`, assign to `np.exp`, or print a line in every iteration. After
its calls, NumPy's functions and the state of the random generators are restored, and only the start
of what it printed is shown.
"""

import contextlib
import io
import math
import random
import sys
from collections.abc import Iterator

import numpy as np

MODULES = (np, np.linalg, np.random, math, random)
MOST_PRINTED = 2000  # characters of an answer's output that are shown


@contextlib.contextmanager
def isolated(most_printed: int = MOST_PRINTED) -> Iterator[None]:
    """After the body, restore NumPy's functions and the global random generators.

    most_printed: how many characters of what the body prints are shown, after it has ended.
    """
    kept = [(module, dict(vars(module))) for module in MODULES]
    of_numpy, of_python = np.random.get_state(), random.getstate()
    printed = _FirstCharacters(most_printed)
    try:
        with contextlib.redirect_stdout(printed):
            yield
    finally:
        for module, names in kept:
            for name, value in names.items():
                if vars(module).get(name) is not value:
                    setattr(module, name, value)
        np.random.set_state(of_numpy)
        random.setstate(of_python)
        printed.show()


class _FirstCharacters(io.TextIOBase):
    """Stores the first characters that are written, and counts the rest."""

    def __init__(self, most: int):
        self.most, self.text, self.left_out = most, "", 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        room = self.most - len(self.text)
        self.text += text[:room]
        self.left_out += max(0, len(text) - room)
        return len(text)

    def show(self) -> None:
        """Print the stored text, and how much more there was."""
        if self.most and self.text:
            more = f"\n… and {self.left_out} more characters\n" if self.left_out else ""
            sys.stdout.write(self.text + more)
