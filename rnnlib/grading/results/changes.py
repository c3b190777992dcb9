"""What a re-grade changed, and why: a lesson's entries beside those of the run before."""

from dataclasses import replace
from datetime import datetime

from rnnlib.grading.results.entries import Entry
from rnnlib.grading.results.feedback import cut, number

# Why a result may differ, by the part of `Entry.made` that does.
WHY = {
    "file": "another file was handed in",
    "exercises": "the exercises changed",
    "grader": "the grader changed",
    "library": "the library changed",
    "notebook": "the notebook that was handed out changed",
    "seed": "another private seed",
    "sandbox": "with a sandbox before or now, but not both",
}
AGAIN = "something took too long before"
UNKNOWN = "of the earlier run it is not known how it was made"
SAME = "nothing else differs: the answer, or the time that it takes, is not the same each time"
MOST_HISTORY = 20  # lines that are kept for a student


def changed(before: Entry, now: Entry) -> str:
    """Which exercises have other points, old and new, and why; nothing where none has.

    Where the machine failed, before or now, nothing is said: that is no change of points.
    """
    if before.result.points is None or now.result.points is None:
        return ""
    old = {score.id: score.points for score in before.result.scores}
    new = {score.id: score.points for score in now.result.scores}
    parts = [
        f"{id} {_points(old.get(id))} → {_points(new.get(id))}"
        for id in dict.fromkeys([*old, *new])
        if old.get(id) != new.get(id)
    ]
    if not parts:
        return ""
    return f"{', '.join(parts)} ({why(before, now)})"


def why(before: Entry, now: Entry) -> str:
    """What differs between two runs."""
    if not before.made or not now.made:
        return UNKNOWN
    keys = [key for key in WHY if before.made.get(key) != now.made.get(key)]
    reasons = [WHY[key] for key in keys]
    if not reasons and before.result.slow:
        reasons = [AGAIN]
    return "; ".join(reasons) or SAME


def compared(
    before: list[Entry], now: list[Entry], when: datetime
) -> tuple[list[Entry], list[str], list[str]]:
    """The entries with their history, a line for each student whose points changed, and those who
    are no longer there.
    """
    known = {entry.student: entry for entry in before}
    entries, lines = [], []
    for entry in now:
        earlier = known.pop(entry.student, None)
        history = list(earlier.history) if earlier else []
        if earlier and (line := changed(earlier, entry)):
            lines.append(f"{cut(entry.student)}: {line}")
            history.append(f"{when:%Y-%m-%d %H:%M}: {line}")
        entries.append(replace(entry, history=history[-MOST_HISTORY:]))
    return entries, lines, list(known)


def _points(points: float | None) -> str:
    return "none" if points is None else number(points)
