"""Further calls of an answer that has failed, to find out what is wrong with it.

They never decide whether an answer is right. There are three kinds:

further   the cases of three more seeds, so that a message does not depend on the check's cases
zeroed    a case of the check with one argument set to zero: is the answer right without it?
nudged    a case of the check with one argument changed a little: has it any effect?
"""

import copy
import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from rnnlib.exercises.comparing import Arrays, CheckerFault, agree, parameter_names, right_values
from rnnlib.exercises.spec import Case, Exercise

FURTHER = (1, 2, 3)  # with the check's seed s, further cases are those of the seeds [s, 1], …
BASES = 3  # cases of the check in which single arguments are changed
NUDGE = 1.03125  # the factor of a small change; float64 holds it exactly
KEPT = 64  # exercises, each with a seed, whose probes are remembered


@dataclass(frozen=True)
class Changed:
    """A case of the check with one argument changed, and the right values for it."""

    what: str  # the argument or an entry of it, as in messages: "`x`", "`x[0]`"
    base: int  # which case of the check it was made from
    case: Case
    right: Arrays


class Probes:
    """All further calls for the cases of a seed. What nobody asks for is not made."""

    def __init__(self, exercise: Exercise, seed: int):
        self.exercise = exercise
        self.cases = exercise.cases(np.random.default_rng(seed))
        self.further = tuple(
            case for k in FURTHER for case in exercise.cases(np.random.default_rng([seed, k]))
        )

    @functools.cached_property
    def expected(self) -> tuple[Arrays, ...]:
        """The right values in the `further` cases."""
        return tuple(right_values(self.exercise, list(self.further)))

    @functools.cached_property
    def zeroed(self) -> tuple[Changed, ...]:
        """Cases with one argument set to zero; only those for which the reference has an answer."""
        return tuple(
            Changed(f"`{name}`", i, *made)
            for i, k, name in self._places()
            if (made := _changed(self.exercise, self.cases[i], k, lambda a: 0 * a))
        )

    @functools.cached_property
    def nudged(self) -> tuple[Changed, ...]:
        """Cases with one argument changed a little; only those whose right values change, too."""
        found = []
        for i, k, name in self._places():
            (right,) = right_values(self.exercise, [self.cases[i]])
            for label, change in _nudges(self.cases[i].arguments[k]):
                made = _changed(self.exercise, self.cases[i], k, change)
                if made and not _same(made[1], right, self.exercise.rtol):
                    found.append(Changed(label.format(name=name), i, *made))
        return tuple(found)

    def _places(self) -> Iterator[tuple[int, int, str]]:
        """The arguments that are changed: number of the case, number and name of the argument."""
        for i in _bases(self.cases):
            for k, name in enumerate(parameter_names(self.exercise)):
                if _is_float(self.cases[i].arguments[k]):
                    yield i, k, name


@functools.lru_cache(KEPT)
def probes(exercise: Exercise, seed: int) -> Probes:
    """The further calls for the cases of a seed; remembered."""
    return Probes(exercise, seed)


def _bases(cases: list[Case]) -> list[int]:
    """The cases in which arguments are changed: the largest of a group, for up to BASES groups."""
    size = [sum(np.size(a) for a in case.arguments) for case in cases]
    groups = dict.fromkeys(case.group for case in cases)
    largest = [
        max((i for i, c in enumerate(cases) if c.group == group), key=lambda i: size[i])
        for group in groups
    ]
    return sorted(sorted(largest, key=lambda i: -size[i])[:BASES])


def _is_float(argument: object) -> bool:
    if isinstance(argument, np.ndarray):
        return argument.dtype.kind == "f" and argument.size > 0
    return isinstance(argument, float)


def _nudges(argument: object) -> list[tuple[str, Callable]]:
    """Small changes of an argument: of all of it, of its first entry, of its last entry."""
    whole = ("`{name}`", lambda a: a * NUDGE)
    if not isinstance(argument, np.ndarray) or not argument.ndim or len(argument) < 2:
        return [whole]
    return [whole, ("`{name}[0]`", _entry(0)), ("`{name}[-1]`", _entry(-1))]


def _entry(k: int) -> Callable:
    def change(a: np.ndarray) -> np.ndarray:
        a = a.copy()
        a[k] = a[k] * NUDGE
        return a

    return change


def _changed(
    exercise: Exercise, case: Case, k: int, change: Callable
) -> tuple[Case, Arrays] | None:
    """The case with argument k changed, and the right values; None if the reference fails there."""
    arguments = list(copy.deepcopy(case.arguments))
    arguments[k] = change(arguments[k])
    changed = Case(tuple(arguments), case.group)
    try:
        (right,) = right_values(exercise, [changed])
    except CheckerFault:
        return None
    return changed, right


def _same(a: Arrays, b: Arrays, rtol: float) -> bool:
    return all(x.shape == y.shape and agree(x, y, rtol) for x, y in zip(a, b, strict=True))
