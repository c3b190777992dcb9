"""From a submission to scores. The student's code runs in a sandbox; everything here is outside."""

import functools
import hashlib
import re
import time
from pathlib import Path

import numpy as np

from rnnlib.exercises.asking import Answer
from rnnlib.exercises.comparing import CheckerFault, parameter_names
from rnnlib.exercises.predicting import MIME
from rnnlib.exercises.probing import probes
from rnnlib.exercises.quiz import lettered
from rnnlib.exercises.registry import exercises, predictions
from rnnlib.exercises.spec import Exercise
from rnnlib.grading.results.result import GradingStatus, Result, Score, of_lesson, unjudged
from rnnlib.grading.sandbox import course_copy, walls
from rnnlib.grading.sandbox.inside import wire
from rnnlib.grading.sandbox.limits import Limits
from rnnlib.grading.sandbox.session import CannotStart, KernelLost, Reply, Session, TookTooLong
from rnnlib.grading.scoring import EXPLAINED, explained, score
from rnnlib.grading.submissions import isolated, parsing
from rnnlib.places import ROOT

# What judges, beside the lesson's exercises: patterns below the package.
JUDGING = (
    *("exercises/*.py", "exercises/alterations/*.py", "exercises/chapters/*.py"),
    *("grading/*.py", "grading/submissions/*.py", "grading/sandbox/*.py"),
    "grading/results/result.py",
)

MOST_LOSSES = 2  # kernels that may be lost before only what the answers need is run
RESERVED = 0.25  # of a submission's time, for that and for asking
BORROWS = re.compile(r"""\buse\(\s*["'](\d\d\.\d+)["']\s*\)""")  # without a function
ONLY_NEEDED = "After that, only what the answers need was run."


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
            walls.require()
        return _Grading(data, lesson, seed, limits, unsafe).result()
    except parsing.Invalid as error:
        scores = [unjudged(e, "invalid") for e in known]
        return Result(GradingStatus.INVALID, lesson, scores, [str(error)], unsafe)
    except (CannotStart, CheckerFault, OSError, MemoryError) as error:
        note = f"This could not be graded, and not through your fault ({type(error).__name__})."
        return Result(GradingStatus.INFRASTRUCTURE, lesson, [], [note], unsafe)


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
        status = GradingStatus.OK if judged else GradingStatus.TIMEOUT
        if status is GradingStatus.TIMEOUT:
            self.slow = True
            self.notes.append("The time for a submission was up before all of it was judged.")
        every = [scores.get(e.id) or unjudged(e, "unreached") for e in self.known]
        guessed = isolated.guesses(self.data, MIME, options(self.lesson))
        return Result(status, self.lesson, every, self.notes, self.unsafe, self.slow, guessed)

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
        answers = {e.id: e.function for e in self.known}
        released = handed_out(self.lesson)
        units = isolated.to_run(self.data, released, functions, lean=lean, answers=answers)
        course = course_copy.prepared(self.forbidden, given, self.lesson, borrowed(self.lesson))
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
                    judged = scores[exercise.id] = self._score(session, exercise)
                except KernelLost as loss:
                    self._note(loss)
                    scores[exercise.id] = unjudged(exercise, "lost", attempted=True)
                    return scores
                except wire.WireError:
                    scores[exercise.id] = unjudged(exercise, "unread", attempted=True)
                    continue
                if judged.why in EXPLAINED and self._time_left():
                    try:
                        scores[exercise.id] = self._explained(session, exercise, judged)
                    except KernelLost as loss:
                        self._note(loss)
                        return scores
                    except wire.WireError:
                        pass  # the score stands, without a word on why
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
            return unjudged(exercise, "missing")
        first, second = replies[: len(cases)], replies[len(cases) :][::-1]
        return score(exercise, cases, [_answer(r) for r in first], [_answer(r) for r in second])

    def _explained(self, session: Session, exercise: Exercise, judged: Score) -> Score:
        """The same score, with what there is to say of a wrong answer: for that it is asked more.

        Nothing that comes back changes a point.
        """
        seed = case_seed(self.seed, exercise)
        cases = exercise.cases(np.random.default_rng(seed))
        arguments = [*(case.arguments for case in cases), *probes(exercise, seed).arguments]
        seconds = min(self.limits.cell, self._time_left())
        replies = session.ask(exercise.function, parameter_names(exercise), arguments, seconds)
        given = [_answer(reply) for reply in replies or []]
        return explained(judged, exercise, cases, given, seed)


@functools.cache
def handed_out(lesson: str, root: Path = ROOT) -> frozenset[str]:
    """The code cells of the lesson's notebook as students get it."""
    return frozenset(
        cell
        for path in sorted((root / "course").glob(f"{lesson}_*.ipynb"))
        for cell in parsing.read(path.read_bytes())
    )


@functools.cache
def borrowed(lesson: str, root: Path = ROOT) -> tuple[str, ...]:
    """The other lessons' exercises that the lesson's own cells go on with: `use("03.2")`."""
    used = {id for cell in handed_out(lesson, root) for id in BORROWS.findall(cell)}
    return tuple(sorted(id for id in used & exercises().keys() if id.split(".")[0] != lesson))


def options(lesson: str) -> dict[str, list[str]]:
    """The letters of each of the lesson's predictions."""
    own = [p for p in predictions().values() if p.id.split(".")[0] == lesson]
    return {p.id: [letter for letter, _ in lettered(p)] for p in own}


def case_seed(seed: str, exercise: Exercise) -> int:
    """The seed of an exercise's private cases."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{exercise.id}".encode()).digest()[:8])


@functools.cache
def version(lesson: str, root: Path = ROOT) -> str:
    """Names the state of all that decides the lesson's results: a change of any of it shows.

    That is what the sandbox gets, what judges, and the code that was handed out; no other lesson's
    exercises, and no more of the lesson's text.
    """
    package = root / "rnnlib"
    judging = [p for folder in JUDGING for p in sorted(package.glob(folder))]
    judging += sorted((package / "exercises" / "chapters" / f"ch{lesson}").rglob("*.py"))
    files = dict.fromkeys([*course_copy.allowed(package), *judging])
    digest = hashlib.sha256(course_copy.handed(lesson, lent=borrowed(lesson, root)).encode())
    for path in files:
        digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes() + b"\0")
    for cell in sorted(handed_out(lesson, root)):
        digest.update(cell.encode() + b"\0")
    return digest.hexdigest()[:16]


def _answer(reply: Reply) -> Answer:
    error = "error" if reply.error else ""
    return Answer(reply.value, error, reply.is_stub, reply.changed)
