"""Small inputs for a question: the exercise's own cases, drawn for one student.

They are printed, so their numbers have few digits, and the code runs on exactly what is printed.
"""

import hashlib
import math
from dataclasses import replace
from typing import Any

import numpy as np

from rnnlib.exercises.comparing import CheckerFault, right_values
from rnnlib.exercises.spec import Case, Exercise

DRAWS = 6  # of cases; the smallest is used
DIGITS = (2, 3, 5)  # significant digits; the fewest that work are used
MOST_NUMBERS = 80  # in an input
MOST_INPUTS = 4
USUAL = 50.0  # numbers up to this size are easier to think about


def seed_of(*parts: str) -> int:
    """A seed that depends only on the words."""
    text = "\0".join(parts)
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8])


def small(exercise: Exercise, seed: int) -> list[list[Case]]:
    """The smallest case of each group, smallest first, each with more and more digits.

    Cases that the reference rejects are left out: with too few digits a case may be invalid.
    """
    smallest: dict[str, Case] = {}
    for draw in range(DRAWS):
        for case in exercise.cases(np.random.default_rng((seed, draw))):
            known = smallest.get(case.group)
            if known is None or numbers(case.arguments) < numbers(known.arguments):
                smallest[case.group] = case
    fitting = [c for c in smallest.values() if numbers(c.arguments) <= MOST_NUMBERS]
    fitting.sort(key=lambda c: (_largest(c.arguments) > USUAL, numbers(c.arguments)))
    forms = [_forms(exercise, case) for case in fitting]
    return [each for each in forms if each][:MOST_INPUTS]


def numbers(value: Any) -> int:
    """How many numbers a value has."""
    if isinstance(value, list | tuple):
        return sum(map(numbers, value))
    return np.size(value)


def rounded(value: Any, digits: int) -> Any:
    """The value with this many significant digits of its largest number, and at least 1 decimal."""
    if isinstance(value, list | tuple):
        return type(value)(rounded(item, digits) for item in value)
    array = np.asarray(value)
    top = _largest(value) if array.dtype.kind in "fc" else 0.0
    if not top:
        return value
    decimals = max(1, digits - 1 - math.floor(math.log10(top)))
    found = np.round(array, decimals) + 0.0  # no zero with a sign
    return found if array.ndim else found.item()


def _forms(exercise: Exercise, case: Case) -> list[Case]:
    found = []
    for digits in DIGITS:
        short = replace(case, arguments=tuple(rounded(a, digits) for a in case.arguments))
        try:
            right_values(exercise, [short])
        except CheckerFault:
            continue
        found.append(short)
    return found


def _largest(value: Any) -> float:
    if isinstance(value, list | tuple):
        return max(map(_largest, value), default=0.0)
    array = np.asarray(value)
    if array.dtype.kind not in "iufc":
        return 0.0
    size = np.abs(array)
    return float(size[np.isfinite(size)].max(initial=0.0))
