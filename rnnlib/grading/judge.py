"""From a submission to scores. Student code runs in a sandbox; everything here runs outside."""

import functools
import hashlib
import json
import re
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from rnnlib import places
from rnnlib.exercises.asking import Answer
from rnnlib.exercises.comparing import CheckerFault, parameter_names
from rnnlib.exercises.predicting import MIME
from rnnlib.exercises.quiz import lettered
from rnnlib.exercises.registry import exercises, predictions
from rnnlib.exercises.spec import Exercise
from rnnlib.grading import reasons
from rnnlib.grading.results.result import GradingStatus, Raised, Result, Score, of_lesson, unjudged
from rnnlib.grading.sandbox import course_copy, walls
from rnnlib.grading.sandbox.inside import wire
from rnnlib.grading.sandbox.limits import Limits
from rnnlib.grading.sandbox.session import (
    CannotStart,
    KernelLost,
    Reply,
    Session,
    Stop,
    TookTooLong,
)
from rnnlib.grading.scoring import EXPLAINED, better, explained, score
from rnnlib.grading.submissions import isolated, parsing
from rnnlib.grading.submissions.again import Step
from rnnlib.places import ROOT

# The code that decides scores, besides the lesson's exercises: patterns below the package.
JUDGING = (
    *("exercises/*.py", "exercises/alterations/*.py", "exercises/chapters/*.py"),
    *("grading/*.py", "grading/submissions/*.py", "grading/sandbox/*.py"),
    "grading/results/result.py",
)

# The folders of the package that are not part of the library.
PARTS = {"exercises": "exercises", "grading": "grader"}

MOST_RAISED = 100  # exceptions reported to the instructor
MOST_LOSSES = 2  # lost kernels, after which only what the answers need is run
ROUNDS = 2  # in each round, every case is asked once
MANY_ROUNDS = 6  # in the second run, which must not be a second chance to be lucky
RESERVED = 0.25  # share of a submission's time, for that and for asking
BORROWS = re.compile(r"""\buse\(\s*["'](\d\d\.\d+)["']\s*\)""")  # without a function
ONLY_NEEDED = "After that, only the code that your answers need was run."


def grade(
    data: bytes, lesson: str, seed: str, limits: Limits | None = None, *, unsafe: bool = False
) -> Result:
    """The result of one submission on the cases of a private seed.

    Deterministic: the same arguments give the same result on any machine, unless the student's
    code is not deterministic.
    """
    of_lesson(lesson)
    limits = limits or Limits()
    try:
        if not unsafe:
            walls.require()
        return _Grading(data, lesson, seed, limits, unsafe).result()
    except parsing.Invalid as error:
        return invalid(lesson, str(error), unsafe=unsafe)
    except (CannotStart, CheckerFault, walls.NoSandbox, OSError, MemoryError) as error:
        kind = type(error).__name__
        note = f"This could not be graded, through no fault of yours ({kind})."
        return infrastructure(lesson, note, f"{kind}: {error}", unsafe=unsafe)


def invalid(lesson: str, note: str, *, unsafe: bool = False) -> Result:
    """The result for a file that is not a notebook: no points; the note says why."""
    scores = [unjudged(e, "invalid") for e in of_lesson(lesson)]
    return Result(GradingStatus.INVALID, lesson, scores, [note], unsafe)


def infrastructure(lesson: str, note: str, trouble: str, *, unsafe: bool = False) -> Result:
    """The result if the machine failed; `trouble` tells the instructor how."""
    return Result(GradingStatus.INFRASTRUCTURE, lesson, [], [note], unsafe, trouble=trouble)


class _Grading:
    """The grading of one submission: runs its cells and asks its functions, in several kernels."""

    def __init__(self, data: bytes, lesson: str, seed: str, limits: Limits, unsafe: bool):
        self.data, self.lesson, self.seed = data, lesson, seed
        self.limits, self.unsafe = limits, unsafe
        self.known = of_lesson(lesson)
        self.forbidden = tuple((name, e.id) for e in self.known for name in e.forbidden)
        self.functions = {e.id: e.function for e in self.known}
        self.cut: set[int] = set()  # cells that lost a kernel: only what is needed of them runs
        self.skip: set[tuple[int, str]] = set()
        self.stops: dict[int, list[Stop]] = {}
        self.took: dict[int, float] = {}
        self.earlier: set[str] = set()  # the exercises for which an earlier definition counts
        self.rounds = ROUNDS
        self.telling = True  # until a cell could know a private case
        self.notes: list[str] = []
        self.losses = 0
        self.slow = False
        self.end = time.monotonic() + limits.submission

    def result(self) -> Result:
        scores = self._scores(self.known)
        judged = len(scores) == len(self.known)
        self.telling = False
        wrong = {id for id, score in scores.items() if score.points < score.out_of}
        self._ask_again(scores)
        for given, dependents in self._in_need(scores, wrong).items():
            again = self._scores(dependents, given)
            judged &= len(again) == len(dependents)
            scores |= {id: s for id, s in again.items() if s.points > scores[id].points}
        status = GradingStatus.OK if judged else GradingStatus.TIMEOUT
        if status is GradingStatus.TIMEOUT:
            self.slow = True
            self.notes.append("The time limit was reached before everything was graded.")
        every = [scores.get(e.id) or unjudged(e, "unreached") for e in self.known]
        every = self._explained(every)
        guessed = isolated.guesses(self.data, MIME, options(self.lesson))
        return Result(
            status,
            self.lesson,
            self._as_written(every),
            self.notes,
            self.unsafe,
            self.slow,
            guessed,
            raised=[
                Raised(cell + 1, stop.line, stop.error, stop.message, stop.on)
                for cell, stops in sorted(self.stops.items())
                for stop in stops
            ][:MOST_RAISED],
            cells={str(cell + 1): round(took, 2) for cell, took in sorted(self.took.items())},
            cut=sorted(cell + 1 for cell in self.cut),
        )

    def _as_written(self, scores: list[Score]) -> list[Score]:
        """The scores with what the instructor is told about the code."""
        functions = [*self.functions.values()]
        found = isolated.written(self.data, functions, handed_out(self.lesson))
        return [self._told_of(each, found.get(self.functions[each.id])) for each in scores]

    def _told_of(self, judged: Score, about: dict | None) -> Score:
        if about is None:
            return judged
        codes = [f"Code cell {cell + 1}:\n{code}" for cell, code in about["definitions"]]
        codes = codes if judged.id in self.earlier else []
        return replace(judged, definitions=codes, same=about["same"], alike=about["alike"])

    def _explained(self, scores: list[Score]) -> list[Score]:
        """The scores with reasons for missing answers; adds notes on what happened."""
        released = handed_out(self.lesson)
        explained, notes = reasons.another_lesson(self.data, self.lesson, scores, handed_out)
        if not notes:
            explained, notes = reasons.explained(self.data, scores, self.stops, self.cut, released)
        self.notes += notes
        return explained

    def _ask_again(self, scores: dict[str, Score]) -> None:
        """The one second run, in a new sandbox, if it could change a score: see `again`."""
        wrong = {e.id: e.function for e in self.known if self._may_gain(scores.get(e.id))}
        if not wrong or not self._time_left():
            return
        steps, whys = isolated.second_run(self.data, asked=wrong, **self._how())
        if not whys:
            return
        self.rounds = MANY_ROUNDS
        found = self._one_kernel(steps, len(whys))
        self.rounds = ROUNDS
        for exercise in (e for e in self.known if e.id in whys):
            first, second = scores[exercise.id], found.get(exercise.id)
            scores[exercise.id] = better(exercise, first, second, whys[exercise.id])
            if scores[exercise.id] is not first:
                self.earlier.add(exercise.id)

    def _may_gain(self, score: Score | None) -> bool:
        return score is not None and score.points < score.out_of and score.why != "lost"

    def _scores(self, asked: list[Exercise], given: tuple[str, ...] = ()) -> dict[str, Score]:
        """Use kernel after kernel until all exercises are judged or the time is up."""
        found: dict[str, Score] = {}
        while len(found) < len(asked) and self._time_left():
            rest = [e for e in asked if e.id not in found]
            found |= self._one_kernel(self._steps(rest, given), len(rest), given)
        return found

    def _steps(self, asked: list[Exercise], given: tuple[str, ...]) -> list[Step]:
        """The code to run and what to ask: at the end or, if something is given, in between."""
        ids = tuple(e.id for e in asked)
        if given:
            wrong = {id: self.functions[id] for id in ids}
            steps, whys = isolated.second_run(self.data, asked=wrong, **self._how())
            return [*steps, (-1, "", tuple(id for id in ids if id not in whys))]
        units = isolated.to_run(self.data, **self._how())
        return [*((cell, code, ()) for cell, code in units), (-1, "", ids)]

    def _how(self) -> dict[str, Any]:
        """How to read the notebook for the next kernel."""
        if self._lean() and ONLY_NEEDED not in self.notes:
            self.notes.append(ONLY_NEEDED)
        names = {"handed_out": handed_out(self.lesson), "functions": [*self.functions.values()]}
        return {**names, "lean": self._lean(), "cut": self.cut, "answers": self.functions}

    def _lean(self) -> bool:
        return self.losses >= MOST_LOSSES or self._time_left() <= self._reserve()

    def _reserve(self) -> float:
        return self.limits.submission * RESERVED

    def _in_need(
        self, scores: dict[str, Score], handed_on: set[str]
    ) -> dict[tuple[str, ...], list[Exercise]]:
        """The exercises that may have failed because of another one, by what they are given.

        `handed_on`: the exercises with wrong answers, for which use() provides the library's
        function. That function can be read inside the sandbox, so their own scores are final.
        """
        wrong = {id for id, score in scores.items() if score.points < score.out_of}
        found: dict[tuple[str, ...], list[Exercise]] = {}
        for exercise in self.known:
            given = tuple(id for id in exercise.needs if id in handed_on)
            if given and exercise.id in wrong and scores[exercise.id].why != "lost":
                found.setdefault(given, []).append(exercise)
        return found

    def _time_left(self) -> float:
        return max(0.0, self.end - time.monotonic())

    def _one_kernel(
        self, steps: list[Step], number: int, given: tuple[str, ...] = ()
    ) -> dict[str, Score]:
        """Run the cells and ask for up to `number` answers, until the kernel is lost."""
        course = course_copy.prepared(self.forbidden, given, self.lesson, borrowed(self.lesson))
        reserve = 0 if self._lean() else self._reserve()
        scores: dict[str, Score] = {}
        functions = list(self.functions.values())
        with Session(course, functions, self.limits, unsafe=self.unsafe) as session:
            for cell, code, ids in steps:
                if code and not self._run(session, cell, code, self._time_left() - reserve):
                    return scores
                for exercise in (e for e in self.known if e.id in ids):
                    if not self._time_left() or not self._ask(session, exercise, scores):
                        return scores
                if len(scores) == number:
                    break
        return scores

    def _run(self, session: Session, cell: int, code: str, left: float) -> bool:
        """Run code unless it is to be skipped; returns whether kernel and time are left."""
        if (cell, code) in self.skip:
            return True
        if left <= 0:
            return False
        start = time.monotonic()
        try:
            stops = session.run(code, min(self.limits.cell, left))
            if self.telling and cell not in self.cut and not self._lean():
                self.stops[cell] = stops
            return True
        except KernelLost as loss:
            self._note(loss)
            if left >= self.limits.cell or not isinstance(loss, TookTooLong):
                self._leave_out(cell, code, loss)
            return False
        finally:
            self.took[cell] = self.took.get(cell, 0.0) + time.monotonic() - start

    def _leave_out(self, cell: int, code: str, loss: KernelLost) -> None:
        """From now on skip this code, and run only what the answers need from its cell."""
        self.skip.add((cell, code))
        self.stops.pop(cell, None)
        what = "one of its statements" if cell in self.cut else "all but what the answers need"
        self.notes.append(f"Code cell {cell + 1}: {loss}, so {what} was skipped.")
        self.cut.add(cell)

    def _ask(self, session: Session, exercise: Exercise, scores: dict[str, Score]) -> bool:
        """Add the exercise's score; returns whether the kernel is still alive."""
        try:
            judged = scores[exercise.id] = self._score(session, exercise)
        except KernelLost as loss:
            self._note(loss)
            scores[exercise.id] = unjudged(exercise, "lost")
            return False
        except wire.WireError:
            scores[exercise.id] = unjudged(exercise, "unread")
            return True
        if judged.why not in EXPLAINED or not self._time_left():
            return True
        try:
            scores[exercise.id] = self._told(session, exercise, judged)
        except KernelLost as loss:
            self._note(loss)
            return False
        except wire.WireError:
            pass  # the score stands, without an explanation
        return True

    def _note(self, loss: KernelLost) -> None:
        self.losses += 1
        self.slow |= isinstance(loss, TookTooLong)

    def _score(self, session: Session, exercise: Exercise) -> Score:
        """Ask in several rounds, each in the reverse order of the previous one; compare outside."""
        cases = exercise.cases(np.random.default_rng(case_seed(self.seed, exercise)))
        turns = [1, -1] * (self.rounds // 2)
        start = time.monotonic()
        replies = session.ask(
            exercise.function,
            parameter_names(exercise),
            [case.arguments for turn in turns for case in cases[::turn]],
            min(self.limits.cell, self._time_left()),
        )
        if replies is None:
            return unjudged(exercise, "missing")
        answers, n = [_answer(reply) for reply in replies], len(cases)
        rounds = [answers[n * k : n * (k + 1)][::turn] for k, turn in enumerate(turns)]
        return replace(
            score(exercise, cases, *rounds),
            raised=next((r.raised for r in replies if r.raised and not r.is_stub), ""),
            seconds=round(time.monotonic() - start, 2),
        )

    def _told(self, session: Session, exercise: Exercise, judged: Score) -> Score:
        """The same score with an explanation of the wrong answer, for which it is asked more.

        The replies never change the points.
        """
        seed = case_seed(self.seed, exercise)
        cases = exercise.cases(np.random.default_rng(seed))
        names = parameter_names(exercise)

        def ask(arguments: list[tuple]) -> list[Answer]:
            seconds = min(self.limits.cell, self._time_left())
            replies = session.ask(exercise.function, names, arguments, seconds) if seconds else None
            return [_answer(reply) for reply in replies or []]

        return explained(judged, exercise, cases, seed, ask)


@functools.cache
def handed_out(lesson: str, root: Path = ROOT) -> frozenset[str]:
    """The code cells of the lesson's notebook as students get it, without blank ones."""
    return frozenset(
        cell
        for path in sorted((root / "course").glob(f"{lesson}_*.ipynb"))
        for cell in parsing.read(path.read_bytes())
        if cell
    )


@functools.cache
def borrowed(lesson: str, root: Path = ROOT) -> tuple[str, ...]:
    """The other lessons' exercises that the lesson's own cells use: `use("03.2")`."""
    used = {id for cell in handed_out(lesson, root) for id in BORROWS.findall(cell)}
    return tuple(sorted(id for id in used & exercises().keys() if id.split(".")[0] != lesson))


def options(lesson: str) -> dict[str, list[str]]:
    """The letters of each of the lesson's predictions."""
    own = [p for p in predictions().values() if p.id.split(".")[0] == lesson]
    return {p.id: [letter for letter, _ in lettered(p)] for p in own}


def case_seed(seed: str, exercise: Exercise) -> int:
    """The seed of an exercise's private cases."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{exercise.id}".encode()).digest()[:8])


def versions(lesson: str, root: Path = ROOT) -> dict[str, str]:
    """Hashes of everything that the lesson's results depend on, by part.

    That is the library and the exercises in the sandbox, the code that judges, and the code cells
    handed out; not other lessons' exercises, and not the rest of the lesson's text.
    """
    package = places.package(root)
    judging = [p for folder in JUDGING for p in sorted(package.glob(folder))]
    judging += sorted((package / "exercises" / "chapters" / f"ch{lesson}").rglob("*.py"))
    digests = {part: hashlib.sha256() for part in (*PARTS.values(), "library", "notebook")}
    handed = course_copy.handed(lesson, lent=borrowed(lesson, root))
    digests["exercises"].update(handed.encode() + b"\0")
    for path in dict.fromkeys([*course_copy.allowed(package), *judging]):
        name = path.relative_to(package).as_posix()
        part = PARTS.get(name.split("/")[0], "library")
        digests[part].update(f"{name}\0".encode() + path.read_bytes() + b"\0")
    for cell in sorted(handed_out(lesson, root)):
        digests["notebook"].update(cell.encode() + b"\0")
    return {part: digest.hexdigest()[:16] for part, digest in digests.items()}


@functools.cache
def version(lesson: str, root: Path = ROOT) -> str:
    """One hash for all the `versions` of a lesson."""
    whole = json.dumps(versions(lesson, root), sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def _answer(reply: Reply) -> Answer:
    error = "error" if reply.error else ""
    return Answer(reply.value, error, reply.is_stub, reply.changed)
