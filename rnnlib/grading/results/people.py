"""Who is in the class: the roster, and the person that each entry in `class.json` belongs to.

`roster.csv` has the columns id and name, and may have pattern, lms and email. An entry belongs to
a person on the roster if the pattern matches the student's or the submission's name, or if the id,
the id in the learning management system, or the email address is one of the entry's. Only if
nobody matches this way are names compared. Case does not matter.
"""

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from rnnlib.grading.results import tables
from rnnlib.grading.results.entries import Entry
from rnnlib.grading.results.tables import BadTable, Row
from rnnlib.grading.submissions.names import alike


@dataclass
class Person:
    """A student in all lessons: from the roster, or known only from submissions."""

    id: str
    name: str
    row: Row | None = None
    entries: dict[str, Entry] = field(default_factory=dict)  # by lesson

    def called(self) -> set[str]:
        """All names of the student, for comparison."""
        names = {self.id, self.name, *(entry.student for entry in self.entries.values())}
        return {alike(name) for name in names if name}


def roster(path: Path) -> list[Person]:
    """The people on a roster. BadTable for a line without an id, or with a repeated one."""
    people: dict[str, Person] = {}
    for row in tables.read(path, ("id", "name")):
        person = Person(row.cells["id"], row.cells["name"], row)
        if not person.id:
            raise row.error("the id is missing")
        if (known := people.setdefault(alike(person.id), person)) is not person:
            assert known.row
            raise row.error(f"the id {person.id!r} is already in line {known.row.line}")
    return list(people.values())


def gathered(listed: list[Person], lessons: dict[str, list[Entry]]) -> list[Person]:
    """Everyone with their entries, in the order of the roster, then those who are not on it.

    Without a roster, entries of the same student in several lessons belong to the same person.
    BadTable if an entry matches several people, or a person several entries of a lesson.
    """
    everyone = list(listed)
    others: dict[str, Person] = {}
    for lesson, entries in lessons.items():
        for entry in entries:
            person = _whose(listed, entry, lesson)
            if person is None:
                person = others.setdefault(entry.student, Person(entry.student, entry.student))
            if lesson in person.entries:
                both = f"{person.entries[lesson].submission!r} and {entry.submission!r}"
                where = person.row.error if person.row else BadTable
                raise where(f"lesson {lesson} has two submissions from {person.id}: {both}")
            person.entries[lesson] = entry
    return everyone + sorted(others.values(), key=lambda person: alike(person.name))


def _whose(listed: list[Person], entry: Entry, lesson: str) -> Person | None:
    """The person on the roster whom the entry belongs to."""
    names = {alike(name) for name in (entry.student, entry.submission)}
    ids = names | {alike(id) for id in (entry.lms or {}).values() if id}
    found = [person for person in listed if _certain(person, names, ids)]
    found = found or [person for person in listed if alike(person.name) in ids]
    if len(found) > 1:
        lines = " and ".join(str(person.row.line) for person in found if person.row)
        raise BadTable(
            f"roster lines {lines} both match {entry.student!r} in lesson {lesson}: give each a "
            "pattern that matches only one student"
        )
    return found[0] if found else None


def _certain(person: Person, names: set[str], ids: set[str]) -> bool:
    assert person.row
    cells = person.row.cells
    pattern = alike(cells.get("pattern", ""))
    if pattern and any(fnmatchcase(name, pattern) for name in names):
        return True
    return any(cells.get(key) and alike(cells[key]) in ids for key in ("id", "lms", "email"))
