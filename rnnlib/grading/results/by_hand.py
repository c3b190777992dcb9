"""Points awarded by hand: `adjustments.csv` is read but never written.

Its columns are who (a student as in the roster or the table), exercise (an exercise such as 04.2,
an open task such as 12.A, or a row of its rubric such as 12.A.1), points and reason. The points
replace the grader's, whatever a later run finds.
"""

import math
from dataclasses import dataclass
from pathlib import Path

from rnnlib.exercises.registry import exercises
from rnnlib.grading.results import tables
from rnnlib.grading.results.feedback import Given
from rnnlib.grading.results.open_tasks import OPEN_TASKS
from rnnlib.grading.results.people import Person
from rnnlib.grading.results.tables import Row
from rnnlib.grading.submissions.names import alike

FILE = "adjustments.csv"


@dataclass(frozen=True)
class Adjustment:
    """A line of the file: whom it is for, and what was awarded."""

    row: Row
    who: str
    given: Given

    @property
    def lesson(self) -> str:
        return self.given.what.split(".")[0]


def read(path: Path) -> list[Adjustment]:
    """The lines of the file. BadTable for an unknown exercise or impossible points."""
    known = {e.id: (e.title, e.points) for e in exercises().values()}
    known |= {id: part for task in OPEN_TASKS for id, part in task.parts().items()}
    found = []
    for row in tables.read(path, ("who", "exercise", "points", "reason")):
        who, what = row.cells["who"], row.cells["exercise"]
        if what not in known:
            raise row.error(f"{what!r} is not an exercise, an open task or a rubric row")
        title, most = known[what]
        points = _points(row, most, what)
        found.append(Adjustment(row, who, Given(what, title, points, most, row.cells["reason"])))
    return found


def assigned(adjustments: list[Adjustment], people: list[Person]) -> dict[str, list[Given]]:
    """The id of a person -> what was awarded.

    BadTable if a line fits nobody or several people, or awards points for the same thing twice.
    """
    given: dict[str, list[Given]] = {}
    lines: dict[tuple[str, str], int] = {}
    for one in adjustments:
        person = _person(one, people)
        what = one.given.what
        for other in (what, *_overlapping(what)):
            if (line := lines.get((person.id, other))) is not None:
                raise one.row.error(
                    f"{one.who} already has points for {other} from line {line}; give points for "
                    "an exercise, task or rubric row only once"
                )
        lines[person.id, what] = one.row.line
        given.setdefault(person.id, []).append(one.given)
    return given


def _points(row: Row, most: int, what: str) -> float:
    told = row.cells["points"]
    try:
        points = float(told)
    except ValueError:
        points = math.nan
    if not 0 <= points <= most:  # true for nan, too
        raise row.error(f"points for {what} must be a number from 0 to {most}, not {told!r}")
    return points


def _person(one: Adjustment, people: list[Person]) -> Person:
    found = [p for p in people if alike(one.who) == alike(p.id)]
    found = found or [p for p in people if alike(one.who) in p.called()]
    if not found:
        raise one.row.error(f"nobody named {one.who!r} on the roster or in the results")
    if len(found) > 1:
        raise one.row.error(f"{len(found)} students are named {one.who!r}: use an id")
    return found[0]


def _overlapping(what: str) -> list[str]:
    """For a rubric row its task; for a task its rows."""
    for task in OPEN_TASKS:
        parts = [id for id in task.parts() if id != task.id]
        if what == task.id:
            return parts
        if what in parts:
            return [task.id]
    return []
