"""What grading a submission gives: a score for each exercise."""

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
    INFRASTRUCTURE = "infrastructure"  # not the student's doing: no score at all


# What is said of a wrong answer that no named mistake explains.
SEEN = {
    "error": "It stops with an error on some inputs.",
    "type": "What it returns is not of the kind that its docstring asks for.",
    "shape": "What it returns does not have the shape that its docstring gives.",
    "whole": "Its numbers are right, but they are floats where indices are asked.",
    "numbers": "It runs, and on some inputs its numbers are not right.",
    "unsteady": "Called twice with the same arguments it returns two different things.",
    "lost": "Calling it did not end in time, used too much memory, or ended Python.",
    "unread": "What it returns cannot be read as numbers.",
    "missing": "No cell defines a function of this name.",
    "no function": "The name is there, but once its cell has run it is not a function.",
    "syntax": "Its cell has a syntax error, so nothing in it could be run: see the note above.",
    "cut": "Its cell stopped above the function, so there is none: see the note above.",
    "left out": "Its cell did not end, and was left out: see the note above.",
    "lesson": "This is the notebook of another lesson: see the note above.",
    "invalid": "Nothing of the file could be judged: see the note above.",
    "unreached": "Time was up before it could be judged.",
}

# The verdict in a word, where nothing was asked: each reason has its own.
WORDS = {
    "missing": "not found",
    "no function": "not a function",
    "syntax": "syntax error",
    "cut": "cut off",
    "left out": "left out",
    "lesson": "another lesson",
    "invalid": "not readable",
    "unreached": "no time left",
}
NOT_JUDGED = "not judged"  # the status, where the student may well have tried
TRIED = ("no function", "syntax", "cut", "left out", "lost", "unread")

SCHEMA = 3  # of the stored form of a result; to be raised where its fields change


@dataclass(frozen=True)
class Raised:
    """Where a code cell has raised, for the teacher only: a message may be whatever was written.

    `cell` counts from 1. `on`: what stands below the line was run all the same.
    """

    cell: int
    line: int
    error: str
    message: str
    on: bool


@dataclass(frozen=True)
class Score:
    """One exercise of one submission. `groups`: for each group of cases, whether all are right.

    For the teacher only: `raised`, what the function raised first when it was asked, and `seconds`,
    how long that took; `definitions`, the code of each where another than the last was judged;
    `same` and `alike`, the fingerprints of `submissions.written`.
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
    """A graded submission, as it is stored. `slow`: something in it did not end in time.

    `guesses`: for each prediction that was answered, the letter of the option; worth no points.
    For the teacher only: `trouble`, what failed, where it was not the student's doing; `raised`,
    where cells raised in the first run; `cells`, the seconds that each took; `cut`, the cells of
    which only what the answers need was run.
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
        """The sum; None where nothing can be said."""
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
        """ValueError for a result in another form, which another version of the grader wrote."""
        raw = json.loads(text)
        if raw.pop("schema", None) != SCHEMA:
            raise ValueError(f"this result is not of the form that is read here (schema {SCHEMA})")
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
    """The score where there is no answer to compare; `why` is one of SEEN."""
    status = outcome.Status.FAIL.value if why in TRIED else NOT_JUDGED
    says = [SEEN[why]]
    return Score(exercise.id, exercise.title, status, 0, exercise.points, {}, why, says=says)
