"""Points that a person gives: `adjustments.csv` is read, and never written.

Its columns are who (a student as in the roster or the table), exercise (an exercise such as 04.2,
an open task such as 12.A, or a row of its rubric such as 12.A.1), points and reason. The points
count instead of the grader's, whatever a later run finds.
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
    """A line of the file: for whom it is, and what was given."""

    row: Row
    who: str
    given: Given

    @property
    def lesson(self) -> str:
        return self.given.what.split(".")[0]


def read(path: Path) -> list[Adjustment]:
    """The lines of the file. BadTable for an exercise or points that cannot be."""
    known = {e.id: (e.title, e.points) for e in exercises().values()}
    known |= {id: part for task in OPEN_TASKS for id, part in task.parts().items()}
    found = []
    for row in tables.read(path, ("who", "exercise", "points", "reason")):
        who, what = row.cells["who"], row.cells["exercise"]
        if what not in known:
            raise row.error(f"there is no exercise, open task or row of a rubric {what!r}")
        title, most = known[what]
        points = _points(row, most, what)
        found.append(Adjustment(row, who, Given(what, title, points, most, row.cells["reason"])))
    return found


def assigned(adjustments: list[Adjustment], people: list[Person]) -> dict[str, list[Given]]:
    """The id of a person -> what was given. BadTable for nobody, for several, or given twice."""
    given: dict[str, list[Given]] = {}
    lines: dict[tuple[str, str], int] = {}
    for one in adjustments:
        person = _person(one, people)
        what = one.given.what
        for other in (what, *_overlapping(what)):
            if (line := lines.get((person.id, other))) is not None:
                raise one.row.error(
                    f"{one.who} has points for {other} by line {line}; a task, a row of it or an "
                    "exercise is given once"
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
    if not 0 <= points <= most:  # nan is not, either
        raise row.error(f"points for {what} are a number from 0 to {most}; here is {told!r}")
    return points


def _person(one: Adjustment, people: list[Person]) -> Person:
    found = [p for p in people if alike(one.who) == alike(p.id)]
    found = found or [p for p in people if alike(one.who) in p.called()]
    if not found:
        raise one.row.error(f"nobody on the roster or in the results is called {one.who!r}")
    if len(found) > 1:
        raise one.row.error(f"{len(found)} students are called {one.who!r}: write an id")
    return found[0]


def _overlapping(what: str) -> list[str]:
    """The task of a row, or the rows of a task."""
    for task in OPEN_TASKS:
        parts = [id for id in task.parts() if id != task.id]
        if what == task.id:
            return parts
        if what in parts:
            return [task.id]
    return []
