"""One table of all lessons: the grader's points, and points awarded by hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rnnlib import places
from rnnlib.grading.results import by_hand, entries, exports, open_tasks, people, tables
from rnnlib.grading.results.feedback import Given
from rnnlib.grading.results.open_tasks import OpenTask
from rnnlib.grading.results.pages import number
from rnnlib.grading.results.people import Person
from rnnlib.grading.results.result import of_lesson
from rnnlib.grading.submissions.names import alike

FILE = "gradebook.csv"
ROSTER = "roster.csv"


@dataclass(frozen=True)
class Gradebook:
    """All lessons with results or points by hand, everyone in the class, and what was awarded.

    given: the id of a person -> what was awarded by hand for exercises and open tasks.
    """

    lessons: list[str]
    everyone: list[Person]
    given: dict[str, list[Given]]

    def given_for(self, person: Person, lesson: str) -> list[Given]:
        """What was awarded to a person by hand for a lesson's exercises and open tasks."""
        own = self.given.get(person.id, [])
        return [one for one in own if one.what.split(".")[0] == lesson]

    def exercise_points(self, person: Person, lesson: str) -> float | None:
        """The points for a lesson's exercises; None (not 0) if there is no result."""
        entry = person.entries.get(lesson)
        ids = {exercise.id for exercise in of_lesson(lesson)}
        given = [one for one in self.given_for(person, lesson) if one.what in ids]
        if entry is None or entry.result.points is None:
            return sum(one.points for one in given) if given else None
        rest = sum(s.points for s in entry.result.scores if s.id not in {g.what for g in given})
        return rest + sum(one.points for one in given)

    def part(self, person: Person, id: str) -> float | None:
        """The points for an open task, whole or by the rows of its rubric, or for one row."""
        own = self.given.get(person.id, [])
        return _sum(o.points for o in own if o.what == id or o.what.startswith(f"{id}."))

    def task_points(self, person: Person, lesson: str) -> float | None:
        """The points for a lesson's open tasks; None if none were awarded."""
        return _sum(self.part(person, task.id) for task in open_tasks.of_lesson(lesson))

    def lesson_points(self, person: Person, lesson: str) -> float | None:
        """The points for a lesson's exercises and open tasks together."""
        return _sum([self.exercise_points(person, lesson), self.task_points(person, lesson)])

    def out_of(self, lesson: str) -> int:
        """The points for all of a lesson's exercises."""
        return sum(exercise.points for exercise in of_lesson(lesson))

    def out_of_tasks(self, lesson: str) -> int:
        """The maximum for the lesson's open task, or 0 if none was graded; students submit one."""
        tasks = open_tasks.of_lesson(lesson)
        graded = any(self.task_points(person, lesson) is not None for person in self.everyone)
        return max(task.points for task in tasks) if graded else 0

    def note(self, person: Person, lesson: str) -> str:
        """A note on a lesson's points: missing, late, by hand."""
        entry = person.entries.get(lesson)
        words = [] if entry else ["missing"]
        if entry and entry.result.points is None:
            words.append("not graded")
        if entry and entry.late:
            words.append("late")
        if given := self.given_for(person, lesson):
            words.append(f"by hand: {', '.join(one.what for one in given)}")
        return "; ".join(words)

    def rows(self) -> list[list[str]]:
        """The table, header first. A cell without a result is empty, not zero."""
        head, on_roster = ["id", "name"], any(person.row for person in self.everyone)
        for lesson in self.lessons:
            head += [f"{lesson} (of {self.out_of(lesson)})", f"{lesson} note"]
            for id, (title, points) in _parts(open_tasks.of_lesson(lesson)):
                head.append(f"{id} {title} (of {points})")
        rows = [[*head, "total", *(["on roster"] if on_roster else [])]]
        for person in self.everyone:
            cells = [tables.cell(person.id), tables.cell(person.name)]
            for lesson in self.lessons:
                cells += [_shown(self.exercise_points(person, lesson)), self.note(person, lesson)]
                parts = _parts(open_tasks.of_lesson(lesson))
                cells += [_shown(self.part(person, id)) for id, _ in parts]
            points = _sum(self.lesson_points(person, lesson) for lesson in self.lessons)
            cells.append(number(points or 0))
            cells += ["yes" if person.row else "no"] if on_roster else []
            rows.append(cells)
        return rows


def read(results: Path, roster: Path | None = None, adjustments: Path | None = None) -> Gradebook:
    """The gradebook of a results folder. BadTable or ValueError, with a one-sentence message.

    roster, adjustments: by default `roster.csv` and `adjustments.csv` in that folder, if present.
    """
    roster = roster or _own(results, ROSTER)
    adjustments = adjustments or _own(results, by_hand.FILE)
    graded = dict(_graded(results))
    given = by_hand.read(adjustments) if adjustments else []
    lessons = sorted({*graded, *(one.lesson for one in given)})
    if not lessons:
        raise ValueError(f"{results} has no graded lesson: run rnnlib grade with --out {results}")
    everyone = people.gathered(people.roster(roster) if roster else [], graded)
    return Gradebook(lessons, everyone, by_hand.assigned(given, everyone))


def write(results: Path, book: Gradebook) -> Path:
    """Write the table, and everyone's feedback with what was awarded by hand."""
    path = results / FILE
    places.write(path, tables.made(book.rows(), bom=True).encode())
    for lesson in book.lessons:
        own = [(p.entries[lesson], p) for p in book.everyone if lesson in p.entries]
        exports.write_feedback(
            results / lesson,
            {entry.student: entry.result for entry, _ in own},
            {entry.student: book.given_for(person, lesson) for entry, person in own},
        )
    return path


def given_in(results: Path, lesson: str, graded: list[entries.Entry]) -> dict[str, list[Given]]:
    """What `adjustments.csv` in a results folder awards to students of one lesson.

    A person who is neither among them nor on the roster may be in another lesson, so that is not
    an error here.
    """
    path, roster = _own(results, by_hand.FILE), _own(results, ROSTER)
    if path is None:
        return {}
    everyone = people.gathered(people.roster(roster) if roster else [], {lesson: graded})
    names = {name for person in everyone for name in person.called()}
    given = [one for one in by_hand.read(path) if one.lesson == lesson and alike(one.who) in names]
    book = Gradebook([lesson], everyone, by_hand.assigned(given, everyone))
    return {
        person.entries[lesson].student: book.given_for(person, lesson)
        for person in everyone
        if lesson in person.entries
    }


def _graded(results: Path) -> Iterable[tuple[str, list[entries.Entry]]]:
    for path in sorted(results.glob(f"[0-9][0-9]/{entries.FILE}")):
        yield entries.read(path.parent)


def _own(results: Path, name: str) -> Path | None:
    path = results / name
    return path if path.is_file() else None


def _parts(tasks: list[OpenTask]) -> list[tuple[str, tuple[str, int]]]:
    return [part for task in tasks for part in task.parts().items()]


def _sum(points: Iterable[float | None]) -> float | None:
    """The sum of the known points; None if there are none."""
    known = [p for p in points if p is not None]
    return sum(known) if known else None


def _shown(points: float | None) -> str:
    return "" if points is None else number(points)
