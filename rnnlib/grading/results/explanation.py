"""Why a student has these points: for the instructor only, never for feedback.

Exceptions and code are as the student wrote them, without terminal control characters.
"""

import difflib
from collections.abc import Iterable
from pathlib import Path

from rnnlib.grading.results import entries
from rnnlib.grading.results.attention import exception
from rnnlib.grading.results.entries import Entry
from rnnlib.grading.results.feedback import cut, heading, next_step, number, seen
from rnnlib.grading.results.result import Score
from rnnlib.grading.submissions import names

SLOW = 1.0  # seconds; shorter times are not shown
MOST_LINE = 200


def find(out: Path, name: str, lesson: str | None = None) -> list[tuple[str, Entry]]:
    """The lessons, in order, each with the student's entry.

    The name is the student's, the submission's, or an id from the layout. ValueError, with a
    one-sentence message, if no student or more than one matches.
    """
    folders = [out / lesson] if lesson else sorted(out.glob("[0-9][0-9]"))
    kept = [entries.read(folder) for folder in folders if (folder / entries.FILE).is_file()]
    if not kept:
        where = f"lesson {lesson}" if lesson else "any lesson"
        raise ValueError(f"{out} has no results for {where}: run rnnlib grade first")
    everyone = [(of, entry) for of, own in kept for entry in own]
    for called in (_is_student, _is_alike, _is_other):
        if found := [(of, entry) for of, entry in everyone if called(entry, name)]:
            break
    else:
        students = sorted({entry.student for _, entry in everyone})
        near = difflib.get_close_matches(name, students, n=4, cutoff=0.5)
        near += [s for s in students if names.alike(name) in names.alike(s)][:4]
        hint = ", ".join(cut(student) for student in dict.fromkeys(near))
        raise ValueError(f"no student is named {name!r}{f'; similar: {hint}' if hint else ''}")
    if len({entry.student for _, entry in found}) > 1:
        some = ", ".join(sorted({cut(entry.student) for _, entry in found})[:4])
        raise ValueError(f"{name!r} matches more than one student: {some}")
    return found


def explain(lesson: str, entry: Entry) -> list[str]:
    """Lines on how the submission ran, and on the result of each exercise."""
    result = entry.result
    points = "no points yet" if result.points is None else f"{number(result.points)} points"
    more = [result.status, *(["late"] if entry.late else [])]
    more += [f"{entry.attempts} attempts"] if entry.attempts > 1 else []
    name = f", {cut(entry.submission)}" if entry.submission != entry.student else ""
    head = f"{cut(entry.student)}, lesson {lesson}: {points} of {result.out_of}"
    lines = [f"{head} ({', '.join(more)}{name})"]
    lines += _listed("", [*result.notes, *([result.trouble] if result.trouble else [])])
    lines += _listed("Exceptions in cells", _cells_raised(entry))
    lines += _listed("Slow cells", _slow(entry))
    lines += _listed(
        "Skipped except for what the answers need", [f"code cell {cell}" for cell in result.cut]
    )
    for score in result.scores:
        lines += ["", *_exercise(score)]
    lines += ["", *_listed("Changed by re-grades", entry.history)] if entry.history else []
    return lines


def _exercise(score: Score) -> list[str]:
    lines = [_plain(heading(score))]
    lines += [f"  {_plain(line)}" for line in (*seen(score), next_step(score)) if line]
    if score.mistakes:
        lines.append(f"  Named mistakes: {', '.join(score.mistakes)}")
    raised = [_plain(line) for line in score.raised.splitlines()]
    if raised:
        lines += [f"  It raised: {raised[0]}", *(f"    {line}" for line in raised[1:])]
    if score.seconds >= SLOW:
        lines.append(f"  It took {score.seconds:.1f} s.")
    for place, code in enumerate(score.definitions):
        which = "the last" if place == len(score.definitions) - 1 else f"number {place + 1}"
        lines.append(f"  Definition, {which}:")
        lines += [f"    {_plain(line)}" for line in code.splitlines()]
    return lines


def _cells_raised(entry: Entry) -> list[str]:
    return [
        f"code cell {told.cell}, {exception(told)}{'; the rest of the cell ran' if told.on else ''}"
        for told in entry.result.raised
    ]


def _slow(entry: Entry) -> list[str]:
    took = sorted(entry.result.cells.items(), key=lambda item: -item[1])
    return [f"code cell {cell}, {seconds:.1f} s" for cell, seconds in took if seconds >= SLOW]


def _listed(title: str, lines: Iterable[str]) -> list[str]:
    shown = [f"  {_plain(line)}" for line in lines]
    return [*([f"{title}:"] if title and shown else []), *shown]


def _plain(line: str) -> str:
    """A line without terminal control characters."""
    return cut(line.expandtabs(4), MOST_LINE)


def _is_student(entry: Entry, name: str) -> bool:
    return entry.student == name


def _is_alike(entry: Entry, name: str) -> bool:
    return names.alike(entry.student) == names.alike(name)


def _is_other(entry: Entry, name: str) -> bool:
    return name in (entry.submission, f"{entry.submission}.ipynb", *(entry.lms or {}).values())
