"""The words for changed arguments, such as "`x` in reverse order", and what each of them does."""

import functools
import re
from collections.abc import Callable

import numpy as np


def changes(texts: list[str]) -> list[Callable[[dict], dict]] | None:
    """For each text, a function from the arguments by name to the changed ones.

    None if one of the texts is of no known form.
    """
    found = []
    for text in texts:
        for pattern, make in _ARGUMENTS:
            if match := re.fullmatch(pattern, text):
                found.append(functools.partial(_changed, match.groups(), make))
                break
        else:
            return None
    return found


def _changed(names: tuple, make: Callable, given: dict) -> dict:
    return given | make(given, *names)


def _one(f: Callable) -> Callable:
    """A change of one argument, the one whose name the text gives."""
    return lambda given, p: {p: f(given[p])}


def _kept(a, index):
    """Zero except at an index."""
    new = np.zeros_like(a)
    new[index] = a[index]
    return new


def _cleared(a, index):
    """Zero at an index."""
    new = np.array(a)
    new[index] = 0
    return new


def _moved(a, by: int, edge):
    """The entries moved by one, to the end (by = -1) or to the start (by = 1).

    edge: what comes in at the other side.
    """
    new = np.empty_like(a)
    if by < 0:
        new[1:], new[0] = a[:-1], edge
    else:
        new[:-1], new[-1] = a[1:], edge
    return new


def _full(a, value):
    """The same value at every entry."""
    return np.zeros_like(a) + value


P = r"`([^`\[]+)`"  # the name of an argument
# A pattern, and (arguments by name, *caught) -> the new values of some of them.
_ARGUMENTS: list[tuple[str, Callable]] = [
    (
        r"`(\w+)` = (\d+), whatever `\w+` is",
        lambda given, p, n: {
            p: given[p] * 0 + (int(n) or 0 * given[p])  # of 0, with the sign of the number
            if isinstance(given[p], np.ndarray)
            else type(given[p])(n)
        },
    ),
    (rf"{P} with its sign reversed", _one(lambda a: -a)),
    (rf"the absolute value of {P}", _one(np.abs)),
    (r"`2 \* (\w+)` instead of `\w+`", _one(lambda a: a + a)),
    (r"`(\w+) / 2` instead of `\w+`", _one(lambda a: a * 0.5)),
    (r"`(\w+) \*\* 2` instead of `\w+`", _one(lambda a: a**2)),
    (r"`1 / (\w+)` instead of `\w+`", _one(lambda a: a**-1.0)),
    (r"`1 - (\w+)` instead of `\w+`", _one(lambda a: -(a - 1))),
    (rf"the square root of {P}", _one(lambda a: a**0.5 if a >= 0 else np.nan)),
    (rf"{P} cut to a whole number", _one(lambda a: float(np.trunc(a)))),
    (r"`(\w+) \+ 1` instead of `\w+`", _one(lambda a: 1 + a)),
    (r"`(\w+) - 1` instead of `\w+`", _one(lambda a: -1 + a)),
    (rf"{P} transposed", _one(lambda a: np.swapaxes(a, 0, 1))),
    (rf"{P} in reverse order", _one(lambda a: a[::-1])),
    (
        rf"{P} read one entry too early, and `\w+\[-1\]` where `\w+\[0\]` is read",
        _one(lambda a: _moved(a, -1, a[-1])),
    ),
    (
        rf"{P} read one entry too late, and `\w+\[0\]` where `\w+\[-1\]` is read",
        _one(lambda a: _moved(a, 1, a[0])),
    ),
    (rf"{P} read one entry too early, and 0 before its first", _one(lambda a: _moved(a, -1, 0))),
    (rf"{P} read one entry too late, and 0 after its last", _one(lambda a: _moved(a, 1, 0))),
    (
        rf"{P} read one entry too early, and its first entry twice",
        _one(lambda a: _moved(a, -1, a[0])),
    ),
    (
        rf"{P} read one entry too late, and its last entry twice",
        _one(lambda a: _moved(a, 1, a[-1])),
    ),
    (r"`(\w+)\[0\]` instead of every entry of `\w+`", _one(lambda a: _full(a, a[0]))),
    (r"`(\w+)\[-1\]` instead of every entry of `\w+`", _one(lambda a: _full(a, a[-1]))),
    (r"`(\w+)\[0\]` = 0: the entry there has no effect", _one(lambda a: _cleared(a, 0))),
    (r"`(\w+)\[-1\]` = 0: the entry there has no effect", _one(lambda a: _cleared(a, -1))),
    (
        r"a `(\w+)` that is 0 except for `\w+\[0\]`: the other entries have no effect",
        _one(lambda a: _kept(a, 0)),
    ),
    (
        r"a `(\w+)` that is 0 except for `\w+\[-1\]`: the other entries have no effect",
        _one(lambda a: _kept(a, -1)),
    ),
    (
        r"a `(\w+)` that is 0 except for `\w+\[:, 0\]`: the other entries have no effect",
        _one(lambda a: _kept(a, np.s_[:, 0])),
    ),
    (
        r"a `(\w+)` that is 0 except for `\w+\[:, -1\]`: the other entries have no effect",
        _one(lambda a: _kept(a, np.s_[:, -1])),
    ),
    (
        r"`(\w+)\[:, 0\]` instead of every `\w+\[:, j\]`",
        _one(lambda a: np.stack([a[:, 0]] * a.shape[1], axis=1)),
    ),
    (rf"{P} reversed along its second axis", _one(lambda a: np.flip(a, 1))),
    (rf"the mean of {P} instead of every entry", _one(lambda a: _full(a, a.sum(0) / len(a)))),
    (
        rf"the running sum of {P}",
        _one(lambda a: np.array([a[: i + 1].sum(axis=0) for i in range(len(a))])),
    ),
    (rf"the largest of {P} instead of each", _one(lambda a: _full(a, max(a.flat)))),
    (rf"the smallest of {P} instead of each", _one(lambda a: _full(a, min(a.flat)))),
    (rf"{P} in order of size", _one(lambda a: np.apply_along_axis(sorted, 0, a))),
    (rf"{P} true everywhere, whatever it is", _one(lambda a: a | True)),
    (rf"{P} with true and false exchanged", _one(lambda a: a ^ True)),
    (rf"{P} without its first entry", _one(lambda a: a[1:])),
    (rf"{P} without its last entry", _one(lambda a: a[:-1])),
    (rf"{P} and {P} exchanged", lambda given, p, q: {p: given[q], q: given[p]}),
    (
        rf"{P} instead of {P}, everywhere",
        lambda given, q, p: {p: given[q]},
    ),
]
