"""What a learner calls: check, hint, solution, use."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnlib import lessons
from rnnlib.exercises import ledger
from rnnlib.exercises.asking import ask, handed_on, signature_problem
from rnnlib.exercises.comparing import CheckerFault, compare, parameter_names
from rnnlib.exercises.outcome import Note, Outcome, Status
from rnnlib.exercises.registry import exercises, find
from rnnlib.exercises.spec import Exercise

PUBLIC_SEED = 0
_attempted: set[str] = set()


def check(id: str, candidate: Any) -> Outcome:
    """Judge an answer: NOT ATTEMPTED, FAIL and why, or PASS. Counts towards progress."""
    if callable(id):
        raise TypeError('check takes the id first: check("01.1", three_steps)')
    outcome = evaluate(find(exercises(), id), candidate, seed=PUBLIC_SEED)
    if outcome.status in (Status.PASS, Status.FAIL):
        _attempted.add(id)
        ledger.record(outcome)
    return outcome


def evaluate(exercise: Exercise, candidate: Any, *, seed: int) -> Outcome:
    """The outcome of a candidate on the cases of one seed; keeps no record."""

    def unasked(status: Status, message: str) -> Outcome:
        return Outcome(exercise.id, exercise.title, status, 0, exercise.points, message)

    if candidate is None or candidate is Ellipsis:
        return unasked(Status.NOT_ATTEMPTED, f"Write `{exercise.function}` and run its cell.")
    if not callable(candidate):
        return unasked(
            Status.FAIL,
            f"Pass the function itself, `check({exercise.id!r}, {exercise.function})`, not "
            f"something of type {type(candidate).__name__}.",
        )
    if inspect.unwrap(candidate) is exercise.reference:
        return unasked(
            Status.NOT_ATTEMPTED,
            f"This is the library's `{exercise.function}`, handed on by use(). Write your own in "
            "the cell above and run that cell.",
        )
    names = parameter_names(exercise)
    if problem := signature_problem(candidate, names):
        return unasked(Status.FAIL, problem)
    try:
        cases = exercise.cases(np.random.default_rng(seed))
        answers = [ask(candidate, case.arguments, names) for case in cases]
        return compare(exercise, cases, answers)
    except Exception as error:
        reason = error if isinstance(error, CheckerFault) else f"{type(error).__name__}: {error}"
        return unasked(
            Status.FAULT, f"The checker itself failed; your answer is not judged. {reason}"
        )


def use(id: str, candidate: Callable) -> Callable:
    """The learner's function if it passes its check, else the library's; says which it is.

    Either is called on copies of its arguments and returns arrays and plain numbers, so the lesson
    can go on with an answer that returns lists or works in place.
    """
    exercise = find(exercises(), id)
    outcome = evaluate(exercise, candidate, seed=PUBLIC_SEED)
    if outcome.passed:
        print(f"{id}: going on with your {exercise.function}")
        return handed_on(candidate, len(exercise.returns))
    why = "" if outcome.status is Status.NOT_ATTEMPTED else "yours does not pass yet, so "
    print(f"{id}: {why}going on with the library's {exercise.function}")
    return handed_on(exercise.reference, len(exercise.returns))


def hint(id: str, n: int = 1) -> Note:
    """The nth hint, each a step further than the one before."""
    exercise = find(exercises(), id)
    if n not in range(1, len(exercise.hints) + 1):
        raise ValueError(f"{id} has hints 1 to {len(exercise.hints)}, got {n!r}")
    more = f"\nOne more: hint({id!r}, {n + 1})" if n < len(exercise.hints) else ""
    return Note(f"Hint {n} of {len(exercise.hints)} for {id}", exercise.hints[n - 1] + more)


def solution(id: str, anyway: bool = False) -> Note:
    """The worked solution from the lesson's source, after an attempt or with anyway=True."""
    exercise = find(exercises(), id)
    tried = id in _attempted or id in ledger.records()[0]
    if not (tried or anyway):
        return Note(
            f"Solution of {id}",
            f"Try it first: run check({id!r}, {exercise.function}). "
            f"To see it all the same: solution({id!r}, anyway=True)",
        )
    worked = lessons.worked_solution(id)
    if worked is None:
        return Note(f"Solution of {id}", "The solutions are not released with this copy.")
    code, explanation = worked
    return Solution(f"Solution of {id}", explanation, code=code)


@dataclass(frozen=True, repr=False)
class Solution(Note):
    """A worked solution: its code, then why it is so."""

    code: str = ""

    def __repr__(self) -> str:
        return f"{self.heading}\n\n{self.code}\n\n{self.body}"

    def _repr_markdown_(self) -> str:
        return f"**{self.heading}**\n\n```python\n{self.code}\n```\n\n{self.body}"

    def _repr_html_(self) -> None:
        return None  # Markdown shows code and formulas better than a card
