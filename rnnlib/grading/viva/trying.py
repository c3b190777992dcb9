"""Runs the code and its changes in a sandbox: what each returns for each input.

The student's code could make up any reply. Only consistent replies are used: the unchanged code
must agree with the reference each time it is asked, and changed code must agree with itself.
"""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from rnnlib.exercises.asking import Answer, alike
from rnnlib.exercises.comparing import compare, output_arrays, parameter_names
from rnnlib.exercises.spec import Case, Exercise
from rnnlib.grading.sandbox.inside import wire
from rnnlib.grading.sandbox.limits import Limits
from rnnlib.grading.sandbox.session import KernelLost, Reply, Session
from rnnlib.grading.submissions.again import Step
from rnnlib.grading.viva.changing import Change, changed

LIMITS = Limits(cell=10.0, submission=90.0)
ASKING = 4.0  # seconds for the answers to a few small inputs
MOST_KERNELS = 5  # for one student
MOST_TRIED = 20  # changes of one exercise
ENOUGH = 6  # changes with an effect
MOST_NUMBERS = 1_000  # returned by a changed function
LARGEST = 1e6
Arrays = tuple[np.ndarray, ...]

LOST = "The function does not finish, or crashes Python, on a small input."
OTHER = "On a small input, the function does not return the accepted values, or not every time."
REMEMBERS = "The function returns something else after a changed copy of it has run."
SLOW = "There was no time left for this exercise."


@dataclass(frozen=True)
class Own:
    """A student's code for an exercise, as it is printed, its parameters, and its changes."""

    shown: list[str]
    parameters: list[str]
    changes: list[Change]

    def code(self, change: Change | None = None) -> str:
        """The code to run, with or without a change."""
        parts = list(self.shown)
        if change:
            parts[change.statement] = changed(parts[change.statement], change)
        return "\n".join(parts)


@dataclass
class Tried:
    """The results for an exercise: for each input the numbers, unchanged and for each change.

    None for a change that fails on an input. `why` says why there are no results at all.
    """

    cases: list[Case] = field(default_factory=list)
    unchanged: list[Arrays] = field(default_factory=list)
    by_change: dict[Change, list[Arrays | None]] = field(default_factory=dict)
    why: str = ""


@dataclass(frozen=True)
class Asked:
    """An exercise to ask about: the code to run, and the inputs."""

    exercise: Exercise
    own: Own
    inputs: list[list[Case]]


def try_all(
    steps: list[Step],
    asked: dict[str, Asked],
    course: Path,
    functions: list[str],
    limits: Limits = LIMITS,
    *,
    unsafe: bool = False,
) -> dict[str, Tried]:
    """The results for each exercise. A change that kills a kernel is skipped in the next one."""
    trying = _Trying(steps, asked, limits)
    for _ in range(MOST_KERNELS):
        if not trying.left():
            break
        with (
            Session(course, functions, limits, unsafe=unsafe) as session,
            contextlib.suppress(KernelLost),
        ):
            trying.go_on(session)
    return {id: trying.found.get(id) or Tried(why=trying.whys.get(id, SLOW)) for id in asked}


class _Trying:
    """One student's exercises, tried in one kernel after another."""

    def __init__(self, steps: list[Step], asked: dict[str, Asked], limits: Limits):
        self.steps, self.asked, self.limits = steps, asked, limits
        self.found: dict[str, Tried] = {}
        self.whys: dict[str, str] = {}
        self.without: set[tuple[str, Change]] = set()  # changes that have ended a kernel
        self.skip: set[tuple[int, str]] = set()  # cells that have
        self.end = time.monotonic() + limits.submission

    def left(self) -> list[str]:
        """The exercises that still have no results, while there is time."""
        return [id for id in self.asked if id not in self.found] if self._seconds() else []

    def _seconds(self) -> float:
        return max(0.0, self.end - time.monotonic())

    def go_on(self, session: Session) -> None:
        """Run the cells, and after each ask what is due there. Raises KernelLost."""
        for cell, code, ids in self.steps:
            if code and (cell, code) not in self.skip:
                try:
                    session.run(code, min(self.limits.cell, self._seconds()))
                except KernelLost:
                    self.skip.add((cell, code))
                    raise
            for id in [id for id in ids if id in self.left()]:
                try:
                    self.found[id] = self._tried(session, id)
                except wire.WireError:
                    self.found[id] = Tried(why=OTHER)

    def _tried(self, session: Session, id: str) -> Tried:
        asked = self.asked[id]
        if self.whys.get(id) == LOST:
            return Tried(why=LOST)
        self.whys[id] = LOST  # unless it ends
        cases, unchanged = self._unchanged(session, asked)
        if not cases:
            return Tried(why=OTHER)
        self.whys[id] = SLOW
        tried = Tried(cases, [_numbers(asked.exercise, a) or () for a in unchanged])
        answers: dict[Change, list[Answer]] = {}
        for change in asked.own.changes[:MOST_TRIED]:
            if len(answers) == ENOUGH or not self._seconds():
                break
            if (id, change) in self.without:
                continue
            twice = self._changed(session, id, change, [*cases, *cases])
            if twice is None or not _steady(first := twice[: len(cases)], twice[len(cases) :]):
                continue
            if all(a.error or alike(a, b) for a, b in zip(first, unchanged, strict=True)):
                continue
            answers[change] = first
        for change, first in reversed(answers.items()):
            again = self._changed(session, id, change, cases)
            if again is not None and _steady(first, again):
                tried.by_change[change] = [_numbers(asked.exercise, a) for a in first]
        back = self._ask(session, asked, None, cases)
        return tried if back and _steady(unchanged, back) else Tried(why=REMEMBERS)

    def _unchanged(self, session: Session, asked: Asked) -> tuple[list[Case], list[Answer]]:
        """For each input, the form with the fewest digits that is answered right; its answer."""
        every = [case for forms in asked.inputs for case in forms]
        twice = self._ask(session, asked, None, [*every, *every])
        if twice is None or not _steady(twice[: len(every)], twice[len(every) :]):
            return [], []
        answers = iter(twice)
        cases, found = [], []
        for forms in asked.inputs:
            given = [next(answers) for _ in forms]
            for case, answer in zip(forms, given, strict=True):
                if _is_right(asked.exercise, case, answer):
                    cases.append(case)
                    found.append(answer)
                    break
        return cases, found

    def _changed(
        self, session: Session, id: str, change: Change, cases: list[Case]
    ) -> list[Answer] | None:
        try:
            return self._ask(session, self.asked[id], change, cases)
        except KernelLost:
            self.without.add((id, change))
            raise
        except wire.WireError:
            return None

    def _ask(
        self, session: Session, asked: Asked, change: Change | None, cases: list[Case]
    ) -> list[Answer] | None:
        """What the function returns with a change; None if it cannot be defined."""
        exercise = asked.exercise
        if session.run(asked.own.code(change), min(ASKING, self._seconds())):
            return None
        replies = session.ask(
            exercise.function,
            parameter_names(exercise),
            [case.arguments for case in cases],
            min(ASKING, self._seconds()),
        )
        return None if replies is None else [_answer(reply) for reply in replies]


def _answer(reply: Reply) -> Answer:
    return Answer(reply.value, "error" if reply.error else "", reply.is_stub)


def _steady(first: list[Answer], again: list[Answer]) -> bool:
    return all(alike(a, b) for a, b in zip(first, again, strict=True))


def _guarded(read: Callable) -> Callable:
    """Wraps `read`: returns None if it fails on a reply."""

    def guarded(*arguments):
        try:
            return read(*arguments)
        except MemoryError:
            raise
        except Exception:
            return None

    return guarded


@_guarded
def _is_right(exercise: Exercise, case: Case, answer: Answer) -> bool:
    return compare(exercise, [case], [answer]).passed


@_guarded
def _numbers(exercise: Exercise, answer: Answer) -> Arrays | None:
    """The returned value as printable arrays; None if it is not printable."""
    found = (
        None if answer.error or answer.is_stub else output_arrays(answer.value, exercise.returns)
    )
    if found is None or sum(array.size for array in found) > MOST_NUMBERS:
        return None
    fine = all(a.dtype.kind in "iuf" and np.isfinite(a).all() for a in found)
    return found if fine and all((np.abs(a) <= LARGEST).all() for a in found) else None
