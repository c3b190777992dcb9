"""`progress()`: the current lesson in a few lines, or all lessons."""

import html
from dataclasses import dataclass

from rnnlib import places
from rnnlib.exercises import ledger
from rnnlib.exercises.ledger import Record
from rnnlib.exercises.outcome import card
from rnnlib.exercises.registry import exercises
from rnnlib.exercises.spec import Exercise


@dataclass(frozen=True)
class Progress:
    """What is done and what comes next, as text in a terminal and as a card in a notebook.

    lesson: the lesson to show, or "" for all of them.
    """

    found: dict[str, Record]
    remark: str
    lesson: str = ""

    def lessons(self) -> dict[str, list[Exercise]]:
        """The exercises of each lesson."""
        found: dict[str, list[Exercise]] = {}
        for exercise in exercises().values():
            found.setdefault(exercise.id.split(".")[0], []).append(exercise)
        return found

    @property
    def points(self) -> tuple[int, int]:
        """Points reached and points available, in what is shown."""
        every = [e for members in self._shown().values() for e in members]
        return (
            sum(e.points for e in every if self._of(e).passed),
            sum(e.points for e in every),
        )

    @property
    def next(self) -> Exercise | None:
        """The first exercise that has not passed: here, else in a later lesson, else in any."""
        every = list(exercises().values())
        shown = [e for members in self._shown().values() for e in members]
        later = [e for e in every if e.id.split(".")[0] > self.lesson]
        return next((e for e in [*shown, *later, *every] if not self._of(e).passed), None)

    def _shown(self) -> dict[str, list[Exercise]]:
        every = self.lessons()
        return {self.lesson: every[self.lesson]} if self.lesson in every else every

    def _of(self, exercise: Exercise) -> Record:
        return self.found.get(exercise.id, Record())

    def _mark(self, exercise: Exercise) -> str:
        record = self._of(exercise)
        return "✓" if record.passed else "✗" if record.attempts else "○"

    def __str__(self) -> str:
        lines = []
        for lesson, members in self._shown().items():
            done = sum(self._of(e).passed for e in members)
            lines.append(f"Lesson {lesson}: {done} of {len(members)} exercises")
            lines += [
                f"  {self._mark(e)} {e.id}  {e.title}  ({e.points} point{'s'[: e.points != 1]})"
                for e in members
            ]
        reached, there_are = self.points
        upcoming = f"Next: {self.next.id} {self.next.title}" if self.next else "All done."
        lines += [f"{reached} of {there_are} points. {upcoming}"]
        if self.lesson in self.lessons():
            lines.append("All lessons: `progress(all=True)`")
        return "\n".join([*lines, *([self.remark] if self.remark else [])])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return card("Progress", str(self), "progress", after=self._link())

    def _link(self) -> str:
        """A link to the next lesson's notebook, if this lesson is done and that one exists."""
        if self.lesson not in self.lessons() or (self.next and self.next.id[:2] == self.lesson):
            return ""
        there = sorted(p.name for p in places.COURSE.glob("[0-9][0-9]_*.ipynb"))
        later = [name for name in there if name[:2] > self.lesson]
        if not later:
            return ""
        title = later[0][3:-6].replace("_", " ").capitalize()
        return f'<a href="{html.escape(later[0])}">Next lesson: {later[0][:2]} {title}</a>'


def progress(all: bool = False) -> Progress:
    """What is done, the points for it, and what comes next: in this lesson, or in all lessons.

    "This lesson" is that of the last check, question or prediction in this notebook or, if there
    was none, that of the next exercise to do.
    """
    found, remark = ledger.records()
    lesson = "" if all else ledger.lesson()
    if lesson is None:
        upcoming = Progress(found, remark).next
        lesson = upcoming.id.split(".")[0] if upcoming else ""
    return Progress(found, remark, lesson)
