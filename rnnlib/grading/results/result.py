"""The result of grading a submission: a score for each exercise."""

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from rnnlib.exercises import outcome
from rnnlib.exercises.registry import exercises
from rnnlib.exercises.spec import Exercise


class GradingStatus(StrEnum):
    """How grading a submission ended."""

    OK = "ok"
    INVALID = "invalid"  # not a notebook: no points
    TIMEOUT = "timeout"  # what was judged in time counts
    INFRASTRUCTURE = "infrastructure"  # not the student's fault: no score at all


# What to say about a wrong answer that no named mistake explains.
SEEN = {
    "error": "It stops with an error on some inputs.",
    "type": "It does not return the type that its docstring asks for.",
    "shape": "It does not return the shape that its docstring gives.",
    "whole": "Its numbers are right, but they are floats where the docstring asks for indices.",
    "numbers": "It runs, but on some inputs its numbers are wrong.",
    "unsteady": "Called twice with the same arguments, it returns two different results.",
    "lost": "A call did not finish in time, used too much memory, or crashed Python.",
    "unread": "What it returns cannot be read as numbers.",
    "missing": "No cell defines a function with this name.",
    "no function": "The name is defined, but after its cell has run it is not a function.",
    "syntax": "Its cell has a syntax error, so none of it could be run: see the note above.",
    "cut": "Its cell stopped before the function was defined: see the note above.",
    "left out": "Its cell did not finish and was skipped: see the note above.",
    "lesson": "This is the notebook for another lesson: see the note above.",
    "invalid": "Nothing in the file could be graded: see the note above.",
    "unreached": "Time ran out before it could be graded.",
}

# The verdict in a word or two, for answers that could not be compared: one for each reason.
WORDS = {
    "missing": "not found",
    "no function": "not a function",
    "syntax": "syntax error",
    "cut": "cut off",
    "left out": "skipped",
    "lesson": "another lesson",
    "invalid": "not readable",
    "unreached": "no time left",
}
NOT_JUDGED = "not judged"  # the status if the student may have tried
TRIED = ("no function", "syntax", "cut", "left out", "lost", "unread")

SCHEMA = 3  # version of the stored form of a result; increase it when the fields change


@dataclass(frozen=True)
class Raised:
    """Where a code cell raised, for the instructor only: the message may contain anything.

    `cell` counts from 1. `on`: the code below the line was run anyway.
    """

    cell: int
    line: int
    error: str
    message: str
    on: bool


@dataclass(frozen=True)
class Score:
    """One exercise of one submission. `groups`: for each group of cases, whether all are right.

    For the instructor only: `raised`, the first exception of the function when called, and
    `seconds`, how long the calls took; `definitions`, the code of every definition, if the one
    judged is not the last; `same` and `alike`, the fingerprints from `submissions.written`.
    """

    id: str
    title: str
    status: str
    points: float
    out_of: int
    groups: dict[str, bool]
    why: str
    mistakes: list[str] = field(default_factory=list)
    says: list[str] = field(default_factory=list)
    raised: str = ""
    seconds: float = field(default=0.0, compare=False)
    definitions: list[str] = field(default_factory=list)
    same: str = ""
    alike: str = ""


@dataclass(frozen=True)
class Result:
    """A graded submission, as it is stored. `slow`: something in it did not finish in time.

    `guesses`: for each prediction that was answered, the letter of the option; worth no points.
    For the instructor only: `trouble`, what failed through no fault of the student; `raised`, where
    cells raised in the first run; `cells`, the seconds that each took; `cut`, the cells of which
    only the code that the answers need was run.
    """

    status: str
    lesson: str
    scores: list[Score] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unsafe: bool = False
    slow: bool = False
    guesses: dict[str, str] = field(default_factory=dict)
    trouble: str = ""
    raised: list[Raised] = field(default_factory=list)
    cells: dict[str, float] = field(default_factory=dict, compare=False)
    cut: list[int] = field(default_factory=list)

    @property
    def points(self) -> float | None:
        """The sum; None if the submission could not be graded."""
        if self.status == GradingStatus.INFRASTRUCTURE:
            return None
        return sum(score.points for score in self.scores)

    @property
    def out_of(self) -> int:
        return sum(e.points for e in of_lesson(self.lesson))

    def as_json(self) -> str:
        return json.dumps({"schema": SCHEMA, **asdict(self)}, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> "Result":
        """The result from its JSON. ValueError if another version of the grader wrote it."""
        raw = json.loads(text)
        if raw.pop("schema", None) != SCHEMA:
            raise ValueError(f"this result was written by another version (not schema {SCHEMA})")
        scores = [Score(**score) for score in raw["scores"]]
        raised = [Raised(**told) for told in raw["raised"]]
        return cls(**{**raw, "scores": scores, "raised": raised})


def of_lesson(lesson: str) -> list[Exercise]:
    """The exercises of a lesson; ValueError if it has none."""
    found = [e for e in exercises().values() if e.id.split(".")[0] == lesson]
    if not found:
        known = sorted({id.split(".")[0] for id in exercises()})
        raise ValueError(f"lesson {lesson!r} has no exercises; lessons are {', '.join(known)}")
    return found


def unjudged(exercise: Exercise, why: str) -> Score:
    """The score of an exercise without an answer to compare; `why` is a key of SEEN."""
    status = outcome.Status.FAIL.value if why in TRIED else NOT_JUDGED
    says = [SEEN[why]]
    return Score(exercise.id, exercise.title, status, 0, exercise.points, {}, why, says=says)
