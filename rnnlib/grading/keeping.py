"""Storing a run: updating a lesson's results folder, and reporting what changed."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rnnlib.grading import judge
from rnnlib.grading.results import attention, changes, entries, exports, gradebook
from rnnlib.grading.results.entries import Entry
from rnnlib.grading.results.feedback import cut
from rnnlib.grading.results.result import GradingStatus, Result
from rnnlib.grading.results.store import ResultStore, key
from rnnlib.grading.submissions import attempts, names
from rnnlib.grading.submissions.collecting import WRITTEN, HandedIn, Submission


@dataclass(frozen=True)
class Kept:
    """The entries of a run, and lines on what differs from the previous run."""

    entries: list[Entry]
    lines: list[str]


def keep(out: Path, lesson: str, found: list[Entry], *, named: bool = False) -> Kept:
    """Write a lesson's files into its folder below `out`; `named`: with names in the report.

    BadTable if the adjustments or the roster in `out` cannot be read. Feedback of students who are
    gone is deleted.
    """
    folder = out / lesson
    before, lines = _before(folder)
    now, differences, gone = changes.compared(before, found, datetime.now())
    given = gradebook.given_in(out, lesson, now)
    exports.write(folder, lesson, now, given, attention.look_at(now), named=named)
    _take_away(folder, [e.student for e in before], [e.student for e in now])
    entries.write(folder, lesson, now)
    if differences:
        lines += ["Points changed since the previous run:", *(f"  {line}" for line in differences)]
    if gone:
        some = ", ".join(_few(gone))
        lines.append(f"No longer in the folder, so their feedback was deleted: {some}.")
    return Kept(now, lines)


def found(
    submissions: list[Submission],
    results: dict[str, Result],
    attempt: str,
    store: ResultStore,
    *,
    unsafe: bool,
) -> list[Entry]:
    """An entry for each student, from the results by the submissions' names."""
    chosen = attempts.counting(submissions, attempt, lambda s: results[s.name].points)
    number = dict.fromkeys(chosen, 0)
    for submission in submissions:
        number[submission.student] += 1
    made = {
        **judge.versions(store.lesson),
        "seed": hashlib.sha256(store.seed.encode()).hexdigest()[:12],
        "sandbox": "no" if unsafe else "yes",
    }
    return [
        Entry(
            student=student,
            submission=submission.name,
            result=results[submission.name],
            late=submission.late,
            attempts=number[student],
            lms=submission.lms or None,
            made={**made, "file": _file(submission)},
            path=str(submission.path.absolute()),
        )
        for student, submission in chosen.items()
    ]


def earlier_layout(out: Path) -> str:
    """A message about files of an earlier version in a results folder; else empty."""
    there = [name for name in WRITTEN if (out / name).exists()]
    if not there:
        return ""
    return (
        f"{out} contains {', '.join(there)} from an earlier version, which are left alone. Each "
        "lesson now has its own subfolder, and is graded again."
    )


def closing(kept: Kept, handed_in: HandedIn, folder: Path) -> list[str]:
    """The lines to print at the end of a run."""
    lines = list(kept.lines)
    if alike := names.similar(e.student for e in kept.entries):
        some = ", ".join(cut(name) for name in alike[:4])
        lines.append(
            f"{len(alike)} names are similar ({some} ...): scores.csv lists each feedback file."
        )
    if handed_in.others:
        some = ", ".join(_few(handed_in.others))
        lines.append(f"Other files, not graded: {len(handed_in.others)} ({some}).")
    if more := sum(e.attempts - 1 for e in kept.entries):
        lines.append(f"Other attempts, not counted: {more}.")
    if late := sum(e.late for e in kept.entries):
        lines.append(f"Late: {late}.")
    counts = Counter(e.result.status for e in kept.entries)
    told = ", ".join(f"{n} {status}" for status, n in sorted(counts.items())) or "none"
    if look := attention.look_at(kept.entries):
        lines += ["Look at these:", *(f"  {line}" for line in look)]
    layout = "" if handed_in.layout == "files" else f" (layout: {handed_in.layout})"
    report = folder / "report.html"
    return [*lines, f"{len(kept.entries)} submissions{layout}: {told}. See {report}"]


def failures(found: Iterable[Entry]) -> list[str]:
    """A line for each kind of failure that is not the students' fault, and whom it affects."""
    met: dict[str, list[str]] = {}
    for entry in found:
        if entry.result.status == GradingStatus.INFRASTRUCTURE:
            trouble = entry.result.trouble or "; ".join(entry.result.notes)
            met.setdefault(trouble, []).append(entry.student)
    return [f"{', '.join(_few(students))}: {trouble}" for trouble, students in met.items()]


def _few(students: list[str], most: int = 5) -> list[str]:
    shown = [cut(student) for student in students[:most]]
    return [*shown, f"and {len(students) - most} more"] if len(students) > most else shown


def _before(folder: Path) -> tuple[list[Entry], list[str]]:
    """The entries of the previous run, and a line if they cannot be read."""
    try:
        return entries.read(folder)[1], []
    except FileNotFoundError:
        return [], []
    except (ValueError, KeyError, TypeError):
        return [], ["Cannot say what changed: another version wrote the previous results."]


def _take_away(folder: Path, before: list[str], now: list[str]) -> None:
    """Delete the feedback of students who were there before and are not now."""
    kept = set(names.files(now).values())
    for page in set(names.files(before).values()) - kept:
        for ending in (".md", ".html"):
            (folder / "feedback" / f"{page}{ending}").unlink(missing_ok=True)


def _file(submission: Submission) -> str:
    """The hash of the submitted file; empty if it cannot be read."""
    try:
        return "" if submission.problem or submission.invalid else key(submission.read())
    except OSError:
        return ""
