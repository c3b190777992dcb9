"""What a re-grade changed, and why: a lesson's entries compared with the previous run's."""

from dataclasses import replace
from datetime import datetime

from rnnlib.grading.results.entries import Entry
from rnnlib.grading.results.feedback import cut, number

# Why a result may differ, by the key of `Entry.made` that differs.
WHY = {
    "file": "a different file was submitted",
    "exercises": "the exercises changed",
    "grader": "the grader changed",
    "library": "the library changed",
    "notebook": "the notebook handed out changed",
    "seed": "a different private seed",
    "sandbox": "only one of the two runs used a sandbox",
}
AGAIN = "something took too long before"
UNKNOWN = "it is unknown how the earlier run was made"
SAME = "nothing else differs: the answer, or the time it takes, varies from run to run"
MOST_HISTORY = 20  # lines kept for each student


def changed(before: Entry, now: Entry) -> str:
    """The exercises whose points changed, old and new, and why; empty if none did.

    Also empty if the machine failed, before or now: that is not a change of points.
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
    """What differs between two runs, in words."""
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
    """The entries with their history, a line for each student whose points changed, and the
    entries that are gone.
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
