"""What is kept of a run: a lesson's folder of results is brought up to date, and what changed."""

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
    """The entries of a run, and lines on what differs from the run before."""

    entries: list[Entry]
    lines: list[str]


def keep(out: Path, lesson: str, found: list[Entry], *, named: bool = False) -> Kept:
    """Write a lesson's files into its folder below `out`; `named`: with names in the report.

    BadTable where the points that a person gave, or the roster, in `out` cannot be read.
    The feedback of students who are no longer there is taken away.
    """
    folder = out / lesson
    before, lines = _before(folder)
    now, differences, gone = changes.compared(before, found, datetime.now())
    given = gradebook.given_in(out, lesson, now)
    exports.write(folder, lesson, now, given, attention.look_at(now), named=named)
    _take_away(folder, [e.student for e in before], [e.student for e in now])
    entries.write(folder, lesson, now)
    if differences:
        lines += ["Points differ from the run before:", *(f"  {line}" for line in differences)]
    if gone:
        some = ", ".join(_few(gone))
        lines.append(f"No longer there, and their feedback taken away: {some}.")
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
    """What to say of a results folder that an earlier version has written; else nothing."""
    there = [name for name in WRITTEN if (out / name).exists()]
    if not there:
        return ""
    return (
        f"{out} holds {', '.join(there)} of an earlier version, which had one lesson a folder: "
        "they stay as they are. Each lesson now has a folder of its own, and is graded again."
    )


def closing(kept: Kept, handed_in: HandedIn, folder: Path) -> list[str]:
    """What is said at the end of a run."""
    lines = list(kept.lines)
    if alike := names.similar(e.student for e in kept.entries):
        some = ", ".join(cut(name) for name in alike[:4])
        lines.append(
            f"{len(alike)} names are alike ({some} ...): scores.csv names each's feedback."
        )
    if handed_in.others:
        some = ", ".join(_few(handed_in.others))
        lines.append(f"Other files, not graded: {len(handed_in.others)} ({some}).")
    if more := sum(e.attempts - 1 for e in kept.entries):
        lines.append(f"Attempts that do not count: {more}.")
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
    """A line for each kind of trouble that was not the students' doing, and whom it met."""
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
    """The entries of the run before, and a line where they cannot be read."""
    try:
        return entries.read(folder)[1], []
    except FileNotFoundError:
        return [], []
    except (ValueError, KeyError, TypeError):
        return [], ["What changed is not known: the table of the run before is of another version."]


def _take_away(folder: Path, before: list[str], now: list[str]) -> None:
    """Remove the feedback of those who were there before and are not now."""
    kept = set(names.files(now).values())
    for page in set(names.files(before).values()) - kept:
        for ending in (".md", ".html"):
            (folder / "feedback" / f"{page}{ending}").unlink(missing_ok=True)


def _file(submission: Submission) -> str:
    """The hash of what was handed in; nothing where it cannot be read."""
    try:
        return "" if submission.problem or submission.invalid else key(submission.read())
    except OSError:
        return ""
