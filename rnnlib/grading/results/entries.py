"""What a run of `grade` found for a lesson: one entry for each student, stored in `class.json`.

The gradebook, the files for learning management systems and `explain` read it; the results
themselves are in `graded/`.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rnnlib import places
from rnnlib.grading.results.result import Result

FILE = "class.json"
SCHEMA = 2  # version of the file; increase it when the fields change


@dataclass(frozen=True)
class Entry:
    """The submission that counts for a student, out of the `attempts` submitted.

    `student`: the name or number that the folder's layout gives, else the submission's name.
    `lms`: more columns of the layout by name, such as the ids in an export. `made`: hashes of what
    the result depends on (`changes.WHY` has their names). `history`: a line for each run that
    changed the student's points. `path`: where the submission's file was.
    """

    student: str
    submission: str
    result: Result
    late: bool = False
    attempts: int = 1
    lms: dict[str, str] | None = None
    made: dict[str, str] | None = None
    history: list[str] = field(default_factory=list)
    path: str = ""


def write(folder: Path, lesson: str, entries: list[Entry]) -> None:
    """Store the entries in a lesson's results folder."""
    kept = [{**asdict(e), "result": json.loads(e.result.as_json())} for e in entries]
    whole = {"schema": SCHEMA, "lesson": lesson, "entries": kept}
    text = json.dumps(whole, indent=1)  # ASCII: a file name that is not UTF-8 cannot be encoded
    places.write(folder / FILE, text.encode("ascii"))


def read(folder: Path) -> tuple[str, list[Entry]]:
    """The lesson and its entries. ValueError if another version wrote the file."""
    raw = json.loads((folder / FILE).read_text(encoding="utf-8"))
    if raw.get("schema") != SCHEMA:
        raise ValueError(f"{folder / FILE} was written by another version (not schema {SCHEMA})")
    entries = [
        Entry(**{**kept, "result": Result.from_json(json.dumps(kept["result"]))})
        for kept in raw["entries"]
    ]
    return raw["lesson"], entries
