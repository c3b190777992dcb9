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
from rnnlib.exercises.judging import CheckerFault, judge, parameter_names
from rnnlib.exercises.registry import exercises
from rnnlib.exercises.spec import Exercise
from rnnlib.grading import course_copy, reading, sandbox, submission, wire
from rnnlib.grading.sandbox import Limits
from rnnlib.grading.session import CannotStart, KernelLost, Reply, Session, TookTooLong
from rnnlib.lessons import ROOT


class Status(StrEnum):
    """How grading a submission ended."""

    OK = "ok"
    INVALID = "invalid"  # not a notebook: no points
    TIMEOUT = "timeout"  # what was judged in time counts
    INFRASTRUCTURE = "infrastructure"  # not the student's doing: no score at all


# What is said of a wrong answer that no named mistake explains.
SEEN = {
    "error": "It stops with an error on some inputs.",
    "type": "What it returns is not of the kind that its docstring asks for.",
    "shape": "What it returns does not have the shape that its docstring gives.",
    "numbers": "It runs, and on some inputs its numbers are not right.",
    "unsteady": "Called twice with the same arguments it returns two different things.",
    "lost": "Calling it did not end in time, used too much memory, or ended Python.",
    "unread": "What it returns cannot be read as numbers.",
    "missing": "There is no function of this name.",
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
        units = reading.to_run(data, handed_out(lesson), [e.function for e in known])
        return _Grading(units, known, seed, limits, unsafe).result(lesson)
    except submission.Invalid as error:
        scores = [_unjudged(e, "missing") for e in known]
        return Result(Status.INVALID, lesson, scores, [str(error)], unsafe)
    except (CannotStart, CheckerFault, OSError, MemoryError) as error:
        note = f"This could not be graded, and not through your fault ({type(error).__name__})."
        return Result(Status.INFRASTRUCTURE, lesson, [], [note], unsafe)


class _Grading:
    """One submission on its way: its cells run, its functions are asked, kernels come and go."""

    def __init__(self, units, known: list[Exercise], seed: str, limits: Limits, unsafe: bool):
        self.units = units
        self.known, self.seed, self.limits, self.unsafe = known, seed, limits, unsafe
        forbidden = tuple((name, e.id) for e in known for name in e.forbidden)
        self.course = course_copy.prepared(forbidden)
        self.skip: set[int] = set()
        self.notes: list[str] = []
        self.scores: dict[str, Score] = {}
        self.end = 0.0
        self.slow = False

    def result(self, lesson: str) -> Result:
        self.end = time.monotonic() + self.limits.submission
        while len(self.scores) < len(self.known) and self._time_left():
            self._one_kernel()
        status = Status.OK if len(self.scores) == len(self.known) else Status.TIMEOUT
        if status is Status.TIMEOUT:
            self.slow = True
            self.notes.append("The time for a submission was up before all of it was judged.")
        scores = [self.scores.get(e.id) or _unjudged(e, "unreached") for e in self.known]
        return Result(status, lesson, scores, self.notes, self.unsafe, self.slow)

    def _time_left(self) -> float:
        return max(0.0, self.end - time.monotonic())

    def _seconds(self) -> float:
        return min(self.limits.cell, self._time_left())

    def _one_kernel(self) -> None:
        """Run the cells, ask for the answers; on the loss of the kernel note what caused it."""
        functions = [e.function for e in self.known]
        with Session(self.course, functions, self.limits, unsafe=self.unsafe) as session:
            for k, (cell, code) in enumerate(self.units):
                if k in self.skip:
                    continue
                try:
                    session.run(code, self._seconds())
                except KernelLost as loss:
                    self.slow |= isinstance(loss, TookTooLong)
                    self.skip.add(k)
                    self.notes.append(f"Code cell {cell + 1} was left out: {loss}.")
                    return
            for exercise in self.known:
                if exercise.id in self.scores:
                    continue
                if not self._time_left():
                    return
                try:
                    self.scores[exercise.id] = self._score(session, exercise)
                except KernelLost as loss:
                    self.slow |= isinstance(loss, TookTooLong)
                    self.scores[exercise.id] = _unjudged(exercise, "lost", attempted=True)
                    return
                except wire.WireError:
                    self.scores[exercise.id] = _unjudged(exercise, "unread", attempted=True)

    def _score(self, session: Session, exercise: Exercise) -> Score:
        """Ask twice, the second time in reverse order, and compare outside."""
        cases = exercise.cases(np.random.default_rng(case_seed(self.seed, exercise)))
        arguments = [case.arguments for case in cases]
        replies = session.ask(
            exercise.function,
            parameter_names(exercise),
            [*arguments, *arguments[::-1]],
            self._seconds(),
        )
        if replies is None:
            return _unjudged(exercise, "missing")
        first, second = replies[: len(cases)], replies[len(cases) :][::-1]
        return score(exercise, cases, [_answer(r) for r in first], [_answer(r) for r in second])


def score(exercise: Exercise, cases: list, first: list[Answer], second: list[Answer]) -> Score:
    """Points by group of cases: all cases of a group must be right, both times.

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
    whole = judge(exercise, cases, first)
    groups = {}
    for group in dict.fromkeys(case.group for case in cases):
        own = [k for k, case in enumerate(cases) if case.group == group]
        groups[group] = all(
            judge(exercise, [cases[k] for k in own], [answers[k] for k in own]).passed
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
