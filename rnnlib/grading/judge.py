"""From a submission to scores. The student's code runs in a sandbox; everything here is outside."""

import functools
import hashlib
import json
import time
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path

import numpy as np

from rnnlib.exercises import outcome
from rnnlib.exercises.asking import Answer, same
from rnnlib.exercises.comparing import CheckerFault, compare, parameter_names
from rnnlib.exercises.registry import exercises
from rnnlib.exercises.spec import Exercise
from rnnlib.grading import course_copy, reading, sandbox, submission, wire
from rnnlib.grading.sandbox import Limits
from rnnlib.grading.session import CannotStart, KernelLost, Reply, Session, TookTooLong
from rnnlib.places import ROOT


class Status(StrEnum):
    """How grading a submission ended."""

    OK = "ok"
    INVALID = "invalid"  # not a notebook: no points
    TIMEOUT = "timeout"  # what was judged in time counts
    INFRASTRUCTURE = "infrastructure"  # not the student's doing: no score at all


MOST_LOSSES = 2  # kernels that may be lost before only what the answers need is run
RESERVED = 0.25  # of a submission's time, for that and for asking
ONLY_NEEDED = "After that, only what the answers need was run."

# What is said of a wrong answer that no named mistake explains.
SEEN = {
    "error": "It stops with an error on some inputs.",
    "type": "What it returns is not of the kind that its docstring asks for.",
    "shape": "What it returns does not have the shape that its docstring gives.",
    "numbers": "It runs, and on some inputs its numbers are not right.",
    "unsteady": "Called twice with the same arguments it returns two different things.",
    "lost": "Calling it did not end in time, used too much memory, or ended Python.",
    "unread": "What it returns cannot be read as numbers.",
    "missing": "There is no function of this name, or its cell could not be run.",
    "invalid": "Nothing of the file could be judged: see the note above.",
    "unreached": "Time was up before it could be judged.",
}


@dataclass(frozen=True)
class Score:
    """One exercise of one submission. `groups`: for each group of cases, whether all are right."""

    id: str
    title: str
    status: str
    points: float
    out_of: int
    groups: dict[str, bool]
    why: str
    mistakes: list[str] = field(default_factory=list)
    says: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Result:
    """A graded submission, as it is stored. `slow`: something in it did not end in time."""

    status: str
    lesson: str
    scores: list[Score] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unsafe: bool = False
    slow: bool = False

    @property
    def points(self) -> float | None:
        """The sum; None where nothing can be said."""
        if self.status == Status.INFRASTRUCTURE:
            return None
        return sum(score.points for score in self.scores)

    @property
    def out_of(self) -> int:
        return sum(e.points for e in of_lesson(self.lesson))

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> "Result":
        raw = json.loads(text)
        return cls(**{**raw, "scores": [Score(**score) for score in raw["scores"]]})


def of_lesson(lesson: str) -> list[Exercise]:
    """The exercises of a lesson; ValueError if it has none."""
    found = [e for e in exercises().values() if e.id.split(".")[0] == lesson]
    if not found:
        known = sorted({id.split(".")[0] for id in exercises()})
        raise ValueError(f"lesson {lesson!r} has no exercises; lessons are {', '.join(known)}")
    return found


def grade(
    data: bytes, lesson: str, seed: str, limits: Limits | None = None, *, unsafe: bool = False
) -> Result:
    """The result of one submission on the cases of a private seed.

    Pure: the same arguments give the same result, wherever it is called, as far as the
    student's code lets them.
    """
    known = of_lesson(lesson)
    limits = limits or Limits()
    try:
        if not unsafe:
            sandbox.require()
        return _Grading(data, lesson, seed, limits, unsafe).result()
    except submission.Invalid as error:
        scores = [_unjudged(e, "invalid") for e in known]
        return Result(Status.INVALID, lesson, scores, [str(error)], unsafe)
    except (CannotStart, CheckerFault, OSError, MemoryError) as error:
        note = f"This could not be graded, and not through your fault ({type(error).__name__})."
        return Result(Status.INFRASTRUCTURE, lesson, [], [note], unsafe)


class _Grading:
    """One submission on its way: its cells run, its functions are asked, kernels come and go."""

    def __init__(self, data: bytes, lesson: str, seed: str, limits: Limits, unsafe: bool):
        self.data, self.lesson, self.seed = data, lesson, seed
        self.limits, self.unsafe = limits, unsafe
        self.known = of_lesson(lesson)
        self.forbidden = tuple((name, e.id) for e in self.known for name in e.forbidden)
        self.skip: set[tuple[int, str]] = set()
        self.notes: list[str] = []
        self.losses = 0
        self.slow = False
        self.end = time.monotonic() + limits.submission

    def result(self) -> Result:
        scores = self._scores(self.known)
        judged = len(scores) == len(self.known)
        for given, dependents in self._in_need(scores).items():
            again = self._scores(dependents, given)
            judged &= len(again) == len(dependents)
            scores |= {id: s for id, s in again.items() if s.points > scores[id].points}
        status = Status.OK if judged else Status.TIMEOUT
        if status is Status.TIMEOUT:
            self.slow = True
            self.notes.append("The time for a submission was up before all of it was judged.")
        every = [scores.get(e.id) or _unjudged(e, "unreached") for e in self.known]
        return Result(status, self.lesson, every, self.notes, self.unsafe, self.slow)

    def _scores(self, asked: list[Exercise], given: tuple[str, ...] = ()) -> dict[str, Score]:
        """Kernel after kernel, until all are judged or the time is up."""
        found: dict[str, Score] = {}
        while len(found) < len(asked) and self._time_left():
            found |= self._one_kernel([e for e in asked if e.id not in found], given)
        return found

    def _in_need(self, scores: dict[str, Score]) -> dict[tuple[str, ...], list[Exercise]]:
        """The exercises that may have failed by another one's fault, by what they are given.

        What is given can be read inside the sandbox, so its own score stands by then.
        """
        wrong = {id for id, score in scores.items() if score.points < score.out_of}
        found: dict[tuple[str, ...], list[Exercise]] = {}
        for exercise in self.known:
            given = tuple(id for id in exercise.needs if id in wrong)
            if given and exercise.id in wrong and scores[exercise.id].why != "lost":
                found.setdefault(given, []).append(exercise)
        return found

    def _time_left(self) -> float:
        return max(0.0, self.end - time.monotonic())

    def _one_kernel(self, asked: list[Exercise], given: tuple[str, ...]) -> dict[str, Score]:
        """Run the cells, ask for the answers; on the loss of the kernel note what caused it."""
        functions = [e.function for e in asked]
        reserve = self.limits.submission * RESERVED
        lean = self.losses >= MOST_LOSSES or self._time_left() <= reserve
        if lean and ONLY_NEEDED not in self.notes:
            self.notes.append(ONLY_NEEDED)
        units = reading.to_run(self.data, handed_out(self.lesson), functions, lean=lean)
        course = course_copy.prepared(self.forbidden, given)
        scores: dict[str, Score] = {}
        with Session(course, functions, self.limits, unsafe=self.unsafe) as session:
            for cell, code in (unit for unit in units if unit not in self.skip):
                left = self._time_left() - (0 if lean else reserve)
                if left <= 0:
                    return scores
                try:
                    session.run(code, min(self.limits.cell, left))
                except KernelLost as loss:
                    self._note(loss)
                    if left >= self.limits.cell or not isinstance(loss, TookTooLong):
                        self.skip.add((cell, code))
                        self.notes.append(f"Code cell {cell + 1} was left out: {loss}.")
                    return scores
            for exercise in asked:
                if not self._time_left():
                    return scores
                try:
                    scores[exercise.id] = self._score(session, exercise)
                except KernelLost as loss:
                    self._note(loss)
                    scores[exercise.id] = _unjudged(exercise, "lost", attempted=True)
                    return scores
                except wire.WireError:
                    scores[exercise.id] = _unjudged(exercise, "unread", attempted=True)
        return scores

    def _note(self, loss: KernelLost) -> None:
        self.losses += 1
        self.slow |= isinstance(loss, TookTooLong)

    def _score(self, session: Session, exercise: Exercise) -> Score:
        """Ask twice, the second time in reverse order, and compare outside."""
        cases = exercise.cases(np.random.default_rng(case_seed(self.seed, exercise)))
        arguments = [case.arguments for case in cases]
        replies = session.ask(
            exercise.function,
            parameter_names(exercise),
            [*arguments, *arguments[::-1]],
            min(self.limits.cell, self._time_left()),
        )
        if replies is None:
            return _unjudged(exercise, "missing")
        first, second = replies[: len(cases)], replies[len(cases) :][::-1]
        return score(exercise, cases, [_answer(r) for r in first], [_answer(r) for r in second])


def score(exercise: Exercise, cases: list, first: list[Answer], second: list[Answer]) -> Score:
    """Points by group of cases: all cases of a group must be right, both times.

    One and the same value for every case is right everywhere or nowhere: nothing was computed.
    A value that the comparison stumbles over is a wrong one; only a reference that fails is not
    the student's fault, and a judge without memory.
    """
    try:
        return _compared(exercise, cases, first, second)
    except (CheckerFault, MemoryError):
        raise
    except Exception:
        return _unjudged(exercise, "unread", attempted=True)


def _compared(exercise: Exercise, cases: list, first: list[Answer], second: list[Answer]) -> Score:
    whole = compare(exercise, cases, first)
    groups = {}
    constant = not whole.passed and all(_alike(first[0], answer) for answer in first)
    for group in dict.fromkeys(case.group for case in cases):
        own = [k for k, case in enumerate(cases) if case.group == group]
        groups[group] = not constant and all(
            compare(exercise, [cases[k] for k in own], [answers[k] for k in own]).passed
            for answers in (first, second)
        )
    share = sum(groups.values()) / len(groups)
    steady = all(_alike(a, b) for a, b in zip(first, second, strict=True))
    why = whole.evidence["why"] if steady or not whole.passed else "unsteady"
    status = whole.status
    if share == 1:
        status = outcome.Status.PASS
    elif status is outcome.Status.PASS or share:
        status = outcome.Status.FAIL
    named = list(dict.fromkeys(whole.evidence.get("named", {}).values()))
    sentences = {m.wrong.__name__: m.says for m in exercise.mistakes}
    said = [sentences[name] for name in named] or ([SEEN[why]] if why in SEEN else [])
    return Score(
        id=exercise.id,
        title=exercise.title,
        status=status.value,
        points=exercise.points * share,
        out_of=exercise.points,
        groups=groups,
        why=why,
        mistakes=named if status is outcome.Status.FAIL else [],
        says=said if status is outcome.Status.FAIL else [],
    )


@functools.cache
def handed_out(lesson: str) -> frozenset[str]:
    """The code cells of the lesson's notebook as students get it."""
    return frozenset(
        cell
        for path in sorted((ROOT / "course").glob(f"{lesson}_*.ipynb"))
        for cell in submission.read(path.read_bytes())
    )


def case_seed(seed: str, exercise: Exercise) -> int:
    """The seed of an exercise's private cases."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{exercise.id}".encode()).digest()[:8])


@functools.cache
def version(root: Path = ROOT) -> str:
    """Names the present state of the exercises and of the grader: a change of either shows."""
    digest = hashlib.sha256()
    folders = [root / "rnnlib" / "exercises", root / "rnnlib" / "grading"]
    files = [path for folder in folders for path in folder.rglob("*.py")]
    for path in sorted([*files, *(root / "course").glob("*.ipynb")]):
        digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _answer(reply: Reply) -> Answer:
    error = "error" if reply.error else ""
    return Answer(reply.value, error, reply.is_stub, reply.changed)


def _alike(a: Answer, b: Answer) -> bool:
    return a.error == b.error and same(a.value, b.value)


def _unjudged(exercise: Exercise, why: str, *, attempted: bool = False) -> Score:
    status = outcome.Status.FAIL if attempted else outcome.Status.NOT_ATTEMPTED
    says = [SEEN[why]]
    return Score(exercise.id, exercise.title, status.value, 0, exercise.points, {}, why, says=says)
