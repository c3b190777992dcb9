"""Results as files: a table, Gradescope's JSON, and the files in a results folder."""

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from rnnlib import places
from rnnlib.grading.results import feedback, report, tables
from rnnlib.grading.results.entries import Entry
from rnnlib.grading.results.feedback import Given
from rnnlib.grading.results.result import GradingStatus, Result, of_lesson
from rnnlib.grading.submissions import names


def table(lesson: str, results: dict[str, Result], late: Collection[str] = ()) -> str:
    """One row per submission as CSV; no points if the grader itself failed.

    `late`: the names of late submissions. The path of the feedback page is relative to the results
    folder; no spreadsheet takes it for a formula.
    """
    known = of_lesson(lesson)
    pages = names.files(results)
    ids = [e.id for e in known]
    rows = [["submission", "status", "points", "out_of", *ids, "sandbox", "late", "feedback"]]
    for name, result in results.items():
        points = {score.id: score.points for score in result.scores}
        whole = "" if result.points is None else f"{result.points:g}"
        own = [f"{points[e.id]:g}" if e.id in points else "" for e in known]
        sandbox = "no" if result.unsafe else "yes"
        own += [sandbox, "yes" if name in late else "no", f"feedback/{pages[name]}.html"]
        rows.append([tables.cell(name), result.status, whole, str(result.out_of), *own])
    return tables.made(rows, bom=True)


def gradescope(result: Result) -> str:
    """The `results.json` that Gradescope reads: one test per exercise."""
    if result.status == GradingStatus.INFRASTRUCTURE:
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
    """The result of the only submission, or a result that says what to submit."""
    if len(results) == 1:
        return next(iter(results.values()))
    note = f"Submit exactly one file, your notebook; found {len(results)}."
    return Result(GradingStatus.INVALID, lesson, [], [note])


def write(
    folder: Path,
    lesson: str,
    entries: list[Entry],
    given: Mapping[str, Sequence[Given]] | None = None,
    look: Sequence[str] = (),
    *,
    named: bool = False,
) -> None:
    """scores.csv, report.html, and feedback/ with a page for each student, in a lesson's folder.

    given: points awarded by hand, by student name. look, named: what the report says about
    individual students; see `report.page`.
    """
    results = {entry.student: entry.result for entry in entries}
    late = {entry.student for entry in entries if entry.late}
    _replace(folder / "scores.csv", table(lesson, results, late))
    _replace(folder / "report.html", report.page(lesson, results, look, names=named))
    write_feedback(folder, results, given or {})


def write_feedback(
    folder: Path, results: dict[str, Result], given: Mapping[str, Sequence[Given]]
) -> None:
    """feedback/ with a page for each submission, as HTML and as Markdown."""
    pages = names.files(results)
    for name, result in results.items():
        page, own = folder / "feedback" / pages[name], given.get(name, ())
        _replace(page.with_name(f"{page.name}.md"), feedback.markdown(name, result, own))
        _replace(page.with_name(f"{page.name}.html"), feedback.page(name, result, own))


def _replace(path: Path, text: str) -> None:
    places.write(path, text.encode("utf-8"))
