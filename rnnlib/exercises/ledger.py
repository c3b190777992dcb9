"""A learner's progress: one small local file to which each check appends one line.

Appending a line is atomic on every system the course runs on, so two notebooks at once lose
nothing and a crash costs at most the line being written. Nothing leaves the machine.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from rnnlib import places
from rnnlib.exercises.outcome import Outcome, card
from rnnlib.exercises.registry import exercises

_session: list[tuple[str, str]] = []  # outside a working copy, until the notebook is closed


@dataclass(frozen=True)
class Record:
    """What is known of one exercise: attempts, and whether the best of them passed."""

    attempts: int = 0
    passed: bool = False


def path() -> Path | None:
    """The progress file of the working copy one is in; None outside of any."""
    work = places.find()
    return places.progress_file(work) if work else None


def record(outcome: Outcome) -> None:
    """Append the outcome. Where the file cannot be written, the check goes on without it."""
    file = path()
    if file is None:
        _session.append((outcome.id, outcome.status.value))
        return
    line = json.dumps({"id": outcome.id, "status": outcome.status.value}) + "\n"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)
    except OSError as error:
        print(f"(progress is not kept: {error})")


def records() -> tuple[dict[str, Record], str]:
    """What the file says, by exercise, and a remark if part of it could not be read.

    A file with broken lines is set aside under another name; what can be read of it is kept.
    """
    file = path()
    if file is None:
        return _summed(_session), "This counts until the notebook is closed; `rnnlib lab` keeps it."
    if not file.exists():
        return {}, ""
    entries, broken = [], False
    for line in file.read_bytes().splitlines():
        try:
            entry = json.loads(line)
            entries.append((str(entry["id"]), str(entry["status"])))
        except (ValueError, KeyError, TypeError):
            broken = True
    return _summed(entries), _set_aside(file, entries) if broken else ""


def _summed(entries: list[tuple[str, str]]) -> dict[str, Record]:
    found: dict[str, Record] = {}
    for id, status in entries:
        old = found.get(id, Record())
        found[id] = Record(old.attempts + 1, old.passed or status == "pass")
    return found


def _set_aside(file: Path, entries: list[tuple[str, str]]) -> str:
    number = 1
    while (aside := file.with_name(f"{file.name}.corrupt-{number}")).exists():
        number += 1
    lines = [json.dumps({"id": id, "status": status}) + "\n" for id, status in entries]
    try:
        os.link(file, aside)
        places.write(file, "".join(lines).encode())
    except OSError as error:
        return f"The progress file {file} has unreadable lines ({error})."
    return f"The progress file had unreadable lines; the old one is now {aside.name}."


@dataclass(frozen=True)
class Progress:
    """The table of all exercises, as text in a terminal and as a table in a notebook."""

    found: dict[str, Record]
    remark: str

    def lessons(self) -> dict[str, list]:
        lessons: dict[str, list] = {}
        for exercise in exercises().values():
            lessons.setdefault(exercise.id.split(".")[0], []).append(exercise)
        return lessons

    @property
    def points(self) -> tuple[int, int]:
        """Points reached, and points there are."""
        every = exercises().values()
        return (
            sum(e.points for e in every if self._of(e).passed),
            sum(e.points for e in every),
        )

    @property
    def next(self):
        """The first exercise that has not passed; None at the end."""
        return next((e for e in exercises().values() if not self._of(e).passed), None)

    def _of(self, exercise) -> Record:
        return self.found.get(exercise.id, Record())

    def _mark(self, exercise) -> str:
        record = self._of(exercise)
        return "✓" if record.passed else "✗" if record.attempts else "○"

    def __str__(self) -> str:
        lines = []
        for lesson, members in self.lessons().items():
            done = sum(self._of(e).passed for e in members)
            lines.append(f"Lesson {lesson}: {done} of {len(members)} exercises")
            lines += [
                f"  {self._mark(e)} {e.id}  {e.title}  ({e.points} point{'s'[: e.points != 1]})"
                for e in members
            ]
        reached, there_are = self.points
        upcoming = f"Next: {self.next.id} {self.next.title}" if self.next else "All done."
        lines += [f"{reached} of {there_are} points. {upcoming}"]
        return "\n".join([*lines, *([self.remark] if self.remark else [])])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return card("Progress", str(self), "progress")


def progress() -> Progress:
    """What is done, what it was worth, and what comes next."""
    return Progress(*records())
