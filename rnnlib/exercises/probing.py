"""More calls of a wrong answer, to find out what is wrong with it; they never decide whether it is.

Three more seeds, so that the message does not depend on the particular cases; each argument set to
zero, to see whether the answer is right without it; each argument changed a little, to see whether
it has any effect.
"""

import copy
import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rnnlib.exercises.asking import Answer
from rnnlib.exercises.comparing import Arrays, CheckerFault, agree, parameter_names, right_values
from rnnlib.exercises.spec import Case, Exercise

FURTHER = (1, 2, 3)  # seeds in addition to the check's
BASES = 3  # cases from which single arguments are changed
NUDGE = 1.03125  # a factor that float64 holds exactly
KEPT = 64  # size of the cache of probes, by exercise and seed


@dataclass(frozen=True)
class Changed:
    """A case in which one argument was changed, and the right values there."""

    what: str  # the argument, or an entry of it
    base: int  # the case that it comes from
    case: Case
    right: Arrays


@dataclass(frozen=True)
class Probes:
    """Cases beyond those of the check, with the right values."""

    further: tuple[Case, ...]
    rights: tuple[Arrays, ...]
    zeroed: tuple[Changed, ...]
    nudged: tuple[Changed, ...]

    @property
    def arguments(self) -> list[tuple]:
        """All argument tuples to call the answer with, in the order of `Seen`."""
        every = [*self.further, *(c.case for c in (*self.zeroed, *self.nudged))]
        return [case.arguments for case in every]

    def split(self, answers: list[Answer]) -> tuple[list[Answer], list[Answer], list[Answer]]:
        """The answers to the further cases, and to those with zeroed and nudged arguments."""
        a, b = len(self.further), len(self.further) + len(self.zeroed)
        return answers[:a], answers[a:b], answers[b:]


@functools.lru_cache(KEPT)
def probes(exercise: Exercise, seed: int) -> Probes:
    """The probes that go with the cases of a seed."""
    further = tuple(
        case for k in FURTHER for case in exercise.cases(np.random.default_rng([seed, k]))
    )
    cases = exercise.cases(np.random.default_rng(seed))
    bases = _bases(cases)
    names = parameter_names(exercise)
    zeroed, nudged = [], []
    for i in bases:
        (right,) = right_values(exercise, [cases[i]])
        for k, name in enumerate(names):
            argument = cases[i].arguments[k]
            if not _is_float(argument):
                continue
            if made := _changed(exercise, cases[i], k, lambda a: 0 * a):
                zeroed.append(Changed(f"`{name}`", i, *made))
            for label, change in _nudges(argument):
                made = _changed(exercise, cases[i], k, change)
                if made and not _same(made[1], right, exercise.rtol):
                    nudged.append(Changed(label.format(name=name), i, *made))
    return Probes(
        further, tuple(right_values(exercise, list(further))), tuple(zeroed), tuple(nudged)
    )


def _bases(cases: list[Case]) -> list[int]:
    """Some cases of different groups, the largest of each."""
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
    """The case with argument k changed, and the right values; None if that makes no valid case."""
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
