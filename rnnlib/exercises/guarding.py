"""Undo what an answer does to NumPy and to random numbers, and limit what it prints."""

import contextlib
import io
import math
import random
import sys
from collections.abc import Iterator

import numpy as np

MODULES = (np, np.linalg, np.random, math, random)
MOST_PRINTED = 2000  # characters of an answer's output that are passed on


@contextlib.contextmanager
def unharmed(most_printed: int = MOST_PRINTED) -> Iterator[None]:
    """After the body, restore NumPy's functions and the global random generators."""
    kept = [(module, dict(vars(module))) for module in MODULES]
    of_numpy, of_python = np.random.get_state(), random.getstate()
    printed = _Some(most_printed)
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
        printed.pass_on()


class _Some(io.TextIOBase):
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

    def pass_on(self) -> None:
        """Print the stored text, and how much more there was."""
        if self.most and self.text:
            more = f"\n… and {self.left_out} more characters\n" if self.left_out else ""
            sys.stdout.write(self.text + more)
