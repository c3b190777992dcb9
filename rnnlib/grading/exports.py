"""Results for other programs: a table, Gradescope, and the files of a results folder."""

import csv
import hashlib
import io
import json
import os
from pathlib import Path

from rnnlib.app import workcopy
from rnnlib.grading import feedback, report
from rnnlib.grading.judge import Result, Status, of_lesson


def table(lesson: str, results: dict[str, Result]) -> str:
    """One row per submission as CSV; no points where the grader itself failed."""
    known = of_lesson(lesson)
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(["submission", "status", "points", "out_of", *(e.id for e in known), "sandbox"])
    for name, result in results.items():
        points = {score.id: score.points for score in result.scores}
        whole = "" if result.points is None else f"{result.points:g}"
        own = [f"{points[e.id]:g}" if e.id in points else "" for e in known]
        sandbox = "no" if result.unsafe else "yes"
        rows.writerow([_cell(name), result.status, whole, result.out_of, *own, sandbox])
    return file.getvalue()


def gradescope(result: Result) -> str:
    """The `results.json` that Gradescope reads: one test per exercise."""
    if result.status == Status.INFRASTRUCTURE:
        # without a score, Gradescope says that the autograder failed
        return json.dumps({"output": "\n".join(feedback.notes(result))}, indent=1)
    tests = [
        {
            "name": f"{score.id} {score.title}",
            "score": score.points,
            "max_score": score.out_of,
            "status": "passed" if score.status == "pass" else "failed",
            "output": "\n".join(feedback.told(score)),
            "output_format": "text",
            "visibility": "visible",
        }
        for score in result.scores
    ]
    whole = {"score": result.points, "output": "\n".join(feedback.notes(result)), "tests": tests}
    return json.dumps(whole, indent=1)


def only_notebook(results: dict[str, Result], lesson: str) -> Result:
    """The result of the one submission that there is; else one that says what to hand in."""
    if len(results) == 1:
        return next(iter(results.values()))
    note = f"Hand in one file, your notebook; there are {len(results)}."
    return Result(Status.INVALID, lesson, [], [note])


def write(folder: Path, lesson: str, results: dict[str, Result]) -> None:
    """scores.csv, report.html, and feedback/ with a page for each submission."""
    _replace(folder / "scores.csv", table(lesson, results))
    _replace(folder / "report.html", report.page(lesson, results))
    for name, result in results.items():
        own = folder / "feedback" / name
        stem = _short(own.name)
        _replace(own.with_name(f"{stem}.md"), feedback.markdown(name, result))
        _replace(own.with_name(f"{stem}.html"), feedback.page(name, result))


def _replace(path: Path, text: str) -> None:
    workcopy.write(path, text.encode("utf-8"))


def _short(name: str) -> str:
    """A file's name with room for an ending, still different from any other."""
    raw = os.fsencode(name)
    if len(raw) <= 200:
        return name
    return f"{raw[:180].decode(errors='ignore')}-{hashlib.sha256(raw).hexdigest()[:16]}"


def _cell(text: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    shown = feedback.cut(text, 1000)
    return f"'{shown}" if shown[:1] in ("=", "+", "-", "@") else shown
