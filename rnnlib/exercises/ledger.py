"""A learner's progress: a small local file; each check and each choice appends one line.

Appending a line is atomic on every system the course runs on, so two notebooks at once lose
nothing and a crash costs at most the line being written. Nothing leaves the machine.
"""

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

from rnnlib import places
from rnnlib.exercises.outcome import Outcome

Entry = dict[str, object]  # a check: id, status; a choice: id, choice, right, when
UNKEPT = "This counts until the notebook is closed; `rnnlib lab` keeps it."

_session: list[Entry] = []  # outside a working copy, until the notebook is closed
_lessons: list[str] = []  # the lesson of the last exercise or question in this kernel


@dataclass(frozen=True)
class Record:
    """The progress on one exercise: attempts, and whether the best of them passed."""

    attempts: int = 0
    passed: bool = False


@dataclass(frozen=True)
class Choice:
    """A learner's latest answer to a question or prediction; `when` in seconds since 1970."""

    letter: str
    right: bool
    when: float


def path() -> Path | None:
    """The progress file of the current working copy; None outside of one."""
    work = places.find()
    return places.progress_file(work) if work else None


def record(outcome: Outcome) -> None:
    """Store the outcome of a check."""
    _append({"id": outcome.id, "status": outcome.status.value})


def choose(id: str, letter: str, right: bool) -> None:
    """Store an answer to a question or a prediction."""
    _append({"id": id, "choice": letter, "right": right, "when": round(time.time(), 1)})


def records() -> tuple[dict[str, Record], str]:
    """The progress on each exercise, and a remark if part of the file could not be read."""
    kept, remark = entries()
    found: dict[str, Record] = {}
    for entry in kept:
        if "status" in entry:
            id = str(entry["id"])
            old = found.get(id, Record())
            found[id] = Record(old.attempts + 1, old.passed or entry["status"] == "pass")
    return found, remark


def choices() -> dict[str, Choice]:
    """The latest choice for each question and prediction."""
    kept, _ = entries()
    return {
        str(e["id"]): Choice(str(e["choice"]), e.get("right") is True, _seconds(e.get("when")))
        for e in kept
        if "choice" in e
    }


def entries() -> tuple[list[Entry], str]:
    """All entries, the oldest first, and a remark if part of the file could not be read.

    The file itself is never rewritten, since another notebook may append to it at any time. Broken
    lines are skipped, and copied to another file. If the file cannot be read, that is printed, and
    the lesson continues as if there were no entries.
    """
    file = path()
    if file is None:
        return _session, UNKEPT
    try:
        lines = file.read_bytes().splitlines()
    except FileNotFoundError:
        return [], ""
    except OSError as error:
        print(f"(progress cannot be read: {error})")
        return [], ""
    found, broken = [], []
    for line in lines:
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            whole = isinstance(entry["id"], str) and ("status" in entry or "choice" in entry)
        except (ValueError, KeyError, TypeError):
            whole = False
        if whole:
            found.append(entry)
        else:
            broken.append(line)
    return found, _set_aside(file, broken) if broken else ""


def enter(id: str) -> None:
    """Record which lesson the learner is in."""
    _lessons[:] = [id.split(".")[0]]


def lesson() -> str | None:
    """The lesson of the last check, question or prediction in this kernel, or None."""
    return _lessons[0] if _lessons else None


def _append(entry: Entry) -> None:
    """Append a line. If the file cannot be written, the lesson continues without it.

    After a line that a crash cut short, the new one begins on a line of its own.
    """
    file = path()
    if file is None:
        _session.append(entry)
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        line = ("\n" if _is_cut_short(file) else "") + json.dumps(entry) + "\n"
        descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)
    except OSError as error:
        print(f"(progress is not saved: {error})")


def _is_cut_short(file: Path) -> bool:
    if not file.exists() or not file.stat().st_size:
        return False
    with file.open("rb") as opened:
        opened.seek(-1, os.SEEK_END)
        return opened.read() != b"\n"


def _seconds(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _set_aside(file: Path, broken: list[bytes]) -> str:
    """Copy the broken lines that were not copied before; says so if there were any."""
    aside = file.with_name(f"{file.name}.corrupt")
    try:
        kept = aside.read_bytes().splitlines() if aside.exists() else []
        if set(broken) <= set(kept):
            return ""
        lines = dict.fromkeys([*kept, *broken])
        places.write(aside, b"".join(line + b"\n" for line in lines))
    except OSError as error:
        return f"The progress file {file} has unreadable lines ({error})."
    return f"The progress file has unreadable lines; they are skipped, and copied to {aside.name}."
