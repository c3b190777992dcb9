"""What a learner calls: check, hint, solution, use."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnlib import lessons
from rnnlib.exercises import answers, ledger
from rnnlib.exercises.asking import Answer, alike, ask, handed_on, signature_problem
from rnnlib.exercises.comparing import CheckerFault, compare, parameter_names
from rnnlib.exercises.explaining import explain
from rnnlib.exercises.forbidding import without_forbidden
from rnnlib.exercises.guarding import isolated
from rnnlib.exercises.interrupting import SECONDS, TookTooLong, time_limit
from rnnlib.exercises.outcome import Note, Outcome, Status
from rnnlib.exercises.registry import exercises, find
from rnnlib.exercises.spec import Exercise

PUBLIC_SEED = 0
_attempted: set[str] = set()


def check(id: str, candidate: Any) -> Outcome:
    """Judge an answer: NOT ATTEMPTED, FAIL and why, or PASS. Counts towards progress."""
    if callable(id):
        raise TypeError('check takes the id first: check("01.1", three_steps)')
    exercise = find(exercises(), id)
    ledger.enter(id)
    outcome = evaluate(exercise, candidate, seed=PUBLIC_SEED)
    if outcome.status in (Status.PASS, Status.FAIL):
        _attempted.add(id)
        ledger.record(outcome)
    if outcome.passed:
        answers.keep(exercise, candidate)
    return outcome.show()


def evaluate(exercise: Exercise, candidate: Any, *, seed: int, seconds: float = SECONDS) -> Outcome:
    """The outcome of a candidate on the cases of one seed; keeps no record.

    seconds: after so long the candidate is stopped (`interrupting` says where that is possible).
    """
    try:
        outcome = _without_calling(exercise, candidate)
    except Exception:  # raised by the candidate itself, when it is looked at
        kind = type(candidate).__name__
        message = f"Pass a plain function, written with `def`, not something of type {kind}."
        return _outcome(exercise, Status.FAIL, message)
    if outcome is not None:
        return outcome
    try:
        return _by_calling(exercise, candidate, seed, seconds)
    except TookTooLong:
        return _outcome(
            exercise,
            Status.FAIL,
            f"`{exercise.function}` did not return within {seconds:g} seconds, so it was stopped; "
            "the inputs are small. Is there a loop whose condition never becomes false, a call of "
            "itself that does not end, or the same call made again and again?",
        )
    except Exception as error:
        reason = error if isinstance(error, CheckerFault) else f"{type(error).__name__}: {error}"
        return _outcome(
            exercise,
            Status.FAULT,
            f"The checker itself failed; your answer is not judged. {reason}",
        )


def _outcome(exercise: Exercise, status: Status, message: str) -> Outcome:
    """An outcome without points that no comparison has led to."""
    return Outcome(exercise.id, exercise.title, status, 0, exercise.points, message)


def _without_calling(exercise: Exercise, candidate: Any) -> Outcome | None:
    """The outcome of what is no answer to this exercise; None for a function to be called."""
    if candidate is None or candidate is Ellipsis:
        message = f"Write `{exercise.function}` and run its cell."
        return _outcome(exercise, Status.NOT_ATTEMPTED, message)
    if not callable(candidate):
        return _outcome(
            exercise,
            Status.FAIL,
            f"Pass the function itself, `check({exercise.id!r}, {exercise.function})`, not "
            f"something of type {type(candidate).__name__}.",
        )
    if inspect.unwrap(candidate) is exercise.reference:
        return _outcome(
            exercise,
            Status.NOT_ATTEMPTED,
            f"This is the library's `{exercise.function}`, handed on by use(). Write your own in "
            "the cell above and run that cell.",
        )
    if other := _asked_elsewhere(exercise, candidate):
        return _outcome(
            exercise,
            Status.FAIL,
            f"`{other.function}` is what exercise {other.id} asks for; {exercise.id} asks for "
            f"`{exercise.function}`. Is the id in the check right?",
        )
    problem = signature_problem(candidate, parameter_names(exercise))
    return _outcome(exercise, Status.FAIL, problem) if problem else None


def _by_calling(exercise: Exercise, candidate: Callable, seed: int, seconds: float) -> Outcome:
    """The outcome of a function on the cases of a seed, the first of which is asked twice."""
    names = parameter_names(exercise)
    cases = exercise.cases(np.random.default_rng(seed))

    def asked(arguments: list[tuple], **printed: int) -> list[Answer]:
        with isolated(**printed), without_forbidden(exercise), time_limit(seconds):
            return [ask(candidate, each, names) for each in arguments]

    *given, again = asked([*(case.arguments for case in cases), cases[0].arguments])
    outcome = compare(exercise, cases, given)
    if not alike(given[0], again):
        return _outcome(
            exercise,
            Status.FAIL,
            "Asked the same twice, your function gives two answers: it draws at random, it "
            "remembers something between calls, or it reads an entry of `np.empty` that "
            "nothing has filled. Make what it returns depend on its arguments alone.",
        )
    if outcome.status is not Status.FAIL:
        return outcome
    return explain(exercise, cases, given, seed, functools.partial(asked, most_printed=0))


def _asked_elsewhere(exercise: Exercise, candidate: Callable) -> Exercise | None:
    """Another exercise of the lesson that asks for a function of this name; None if none does."""
    name, lesson = getattr(candidate, "__name__", ""), exercise.id.split(".")[0]
    if name == exercise.function:
        return None
    others = (e for e in exercises().values() if e.id.split(".")[0] == lesson)
    return next((e for e in others if e.function == name), None)


def use(id: str, candidate: Callable | None = None) -> Callable:
    """The learner's function if it passes its check, else the library's; says which it is.

    Without a function: the answer that has passed in an earlier lesson, if it still does.

    Either is called on copies of its arguments and returns arrays and plain numbers, so the lesson
    can go on with an answer that returns lists or works in place.
    """
    exercise = find(exercises(), id)
    earlier = candidate is None
    candidate = answers.kept(exercise) if candidate is None else candidate
    outcome = evaluate(exercise, candidate, seed=PUBLIC_SEED)
    if candidate is not None and outcome.passed:
        whence = f", from lesson {id.split('.')[0]}" if earlier else ""
        print(f"{id}: continuing with your {exercise.function}{whence}")
        return handed_on(candidate, len(exercise.returns))
    why = "" if outcome.status is Status.NOT_ATTEMPTED else "yours does not pass yet, so "
    print(f"{id}: {why}continuing with the library's {exercise.function}")
    return handed_on(exercise.reference, len(exercise.returns))


def hint(id: str, n: int = 1) -> Note:
    """The nth hint, each a step further than the one before; the last says where to go next."""
    exercise = find(exercises(), id)
    ledger.enter(id)
    number = len(exercise.hints)
    if n not in range(1, number + 1):
        there = f"{id} has {number} hints, `hint({id!r}, 1)` to `hint({id!r}, {number})`."
        return Note(f"There is no hint {n} for {id}", f"{there}\n{_after_hints(id)}").show()
    more = f"One more: `hint({id!r}, {n + 1})`" if n < number else _after_hints(id)
    return Note(f"Hint {n} of {number} for {id}", f"{exercise.hints[n - 1]}\n{more}").show()


def _after_hints(id: str) -> str:
    return (
        f"Still stuck? Run the check again and read its message; after "
        f"an attempt, `solution({id!r})` shows a worked solution."
    )


def solution(id: str, anyway: bool = False) -> Note:
    """The worked solution from the lesson's source, after an attempt or with anyway=True."""
    exercise = find(exercises(), id)
    tried = id in _attempted or id in ledger.records()[0]
    if not (tried or anyway):
        return Note(
            f"Solution of {id}",
            f"Try it first: run check({id!r}, {exercise.function}). "
            f"To see it all the same: solution({id!r}, anyway=True)",
        ).show()
    worked = lessons.worked_solution(id)
    if worked is None:
        return Note(f"Solution of {id}", "The solutions are not released with this copy.").show()
    code, explanation = worked
    return Solution(f"Solution of {id}", explanation, code=code).show()


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
