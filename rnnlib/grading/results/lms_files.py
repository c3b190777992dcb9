"""Files that other programs import: grades in their formats, and everyone's feedback as a zip.

canvas    Gradebook > Import: a CSV file with the columns Student, ID, SIS User ID, SIS Login ID and
          Section, one for each assignment, and the row "Points Possible". Canvas looks for the
          student by the ID, then by the SIS ids, then by the name; for the assignment by its title.
          (canvas-lms, lib/gradebook_importer.rb; guide: "How do I import grades in the Gradebook?",
          https://community.canvaslms.com/t5/Instructor-Guide/How-do-I-import-grades-in-the-Gradebook/ta-p/807)
          "Upload Submissions": the name of each file in the zip, cut at each `_`, has the user's
          number (after `anon` a code) and then that of the file that was handed in. It becomes a
          comment, under the name of the file that was handed in: so the feedback is a notebook.
          (canvas-lms, app/models/abstract_assignment.rb, infer_comment_context_from_filename.)
moodle    Grades > Import > CSV file: any columns, of which one identifies the student; which one,
          and which grade item each column is, is chosen on the page.
          (https://docs.moodle.org/en/Grade_import)
          "Upload grading worksheet": the columns Identifier ("Participant 123"), Full name, Grade,
          Last modified (grade), as a site in English calls them. A grade beyond the assignment's
          maximum is passed over, and one that Moodle has already unless the box says otherwise.
          (moodle, mod/assign/feedback/offline/importgradeslib.php and locallib.php.)
          "Upload multiple feedback files in a zip": `NAME_123_assignsubmission_file_/FILE`, as they
          were downloaded. (moodle, mod/assign/feedback/file/importziplib.php.)
nbgrader  `grades.csv` as `nbgrader export` writes it; a student without a submission has 0.
          (https://nbgrader.readthedocs.io/en/stable/api/plugins.html; nbgrader/plugins/export.py.)

These files have no byte order mark: programs read them, not people.
"""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from rnnlib import places
from rnnlib.grading.results import feedback, tables
from rnnlib.grading.results.contents import heading
from rnnlib.grading.results.entries import Entry
from rnnlib.grading.results.feedback import Given
from rnnlib.grading.results.gradebook import Gradebook
from rnnlib.grading.results.pages import number
from rnnlib.grading.results.people import Person

FOLDER = "lms"


def write(results: Path, book: Gradebook, program: str) -> list[str]:
    """Write a program's files; returns a line for each, with who is missing from it."""
    return {"canvas": _canvas, "moodle": _moodle, "nbgrader": _nbgrader}[program](
        results / FOLDER, book
    )


def canvas_grades(book: Gradebook) -> list[list[str]]:
    """The table that Canvas imports."""
    columns = _columns(book)
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    rows = [[*head, *(title for title, _, _ in columns)]]
    rows.append(["    Points Possible", "", "", "", "", *(str(most) for _, most, _ in columns)])
    for person in book.everyone:
        ids = [id for e in person.entries.values() if (id := _lms(e, "canvas_id")).isdecimal()]
        known = person.row.cells if person.row else {}
        lms = known.get("lms", "")
        id = next(iter(ids), lms if lms.isdecimal() else "")
        login = "" if lms.isdecimal() else lms
        cells = [tables.cell(cell) for cell in (person.name, id, known.get("id", ""), login, "")]
        rows.append([*cells, *(_shown(points(person)) for _, _, points in columns)])
    return rows


def canvas_name(entry: Entry) -> str:
    """The file name by which Canvas matches feedback to a student; empty if there is none."""
    user = _lms(entry, "canvas_id")
    file = re.search(rf"(?<![^_/]){re.escape(user)}_(\d+)_", entry.submission) if user else None
    if not file:
        return ""
    # nothing may stand in front of `anon`, and no other number between two `_` before these two
    name = re.sub(r"[\W\d_]+", "", entry.student) or "student"
    before = "" if user.startswith("anon_") else f"{name}_"
    return f"{before}{user}_{file[1]}_feedback.ipynb"


def canvas_feedback(entry: Entry, given: list[Given]) -> bytes:
    """The feedback as a notebook, since Canvas shows it under the notebook's name."""
    import nbformat

    text = feedback.markdown(entry.student, entry.result, given)
    cell = nbformat.v4.new_markdown_cell(text, id="feedback")
    return nbformat.writes(nbformat.v4.new_notebook(cells=[cell])).encode()


def moodle_grades(book: Gradebook) -> list[list[str]]:
    """The table for Moodle's grade import, for the whole course."""
    columns = _columns(book)
    rows = [["ID number", "Full name", "Email address", *(title for title, _, _ in columns)]]
    for person in book.everyone:
        known = person.row.cells if person.row else {}
        cells = [known.get("id", ""), person.name, known.get("email", "")]
        rows.append([*map(tables.cell, cells), *(_shown(p(person)) for _, _, p in columns)])
    return rows


def moodle_worksheet(book: Gradebook, lesson: str) -> list[list[str]]:
    """The grading worksheet of one lesson, for students with a participant number."""
    rows = [["Identifier", "Full name", "Grade", "Last modified (grade)"]]
    for person in book.everyone:
        number = _lms(person.entries.get(lesson), "moodle_participant")
        if number.isdecimal():
            points = _shown(book.lesson_points(person, lesson))
            rows.append([f"Participant {number}", tables.cell(person.name), points, ""])
    return rows


def moodle_name(entry: Entry) -> str:
    """The path in the zip by which Moodle matches feedback to a student; empty if there is none."""
    participant = _lms(entry, "moodle_participant")
    if not participant.isdecimal():
        return ""
    name = re.sub(r"[^\w .,'-]+|_+", " ", entry.student).strip(" .") or "student"
    return f"{name}_{participant}_assignsubmission_file_/feedback.html"


def moodle_feedback(entry: Entry, given: list[Given]) -> bytes:
    """The feedback as an HTML page."""
    return feedback.page(entry.student, entry.result, given).encode()


NBGRADER = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
)


def nbgrader_grades(book: Gradebook) -> list[list[str]]:
    """The table that `nbgrader export` writes, with one assignment for each lesson.

    A submission that could not be graded has no score.
    """
    rows = [list(NBGRADER)]
    for lesson in book.lessons:
        most = float(book.out_of(lesson) + book.out_of_tasks(lesson))
        for person in book.everyone:
            entry, points = person.entries.get(lesson), book.lesson_points(person, lesson)
            known = person.row.cells if person.row else {}
            id = _lms(entry, "nbgrader_student") or person.id
            first, _, last = person.name.rpartition(" ")
            score = "0.0" if points is None and entry is None else ""
            score = score if points is None else str(round(points, 4))
            cells = [f"lesson_{lesson}", "", "", id, last, first, known.get("email", "")]
            rows.append([*map(tables.cell, cells), score, "0.0", score, str(most)])
    return rows


def zipped(
    book: Gradebook,
    lesson: str,
    name: Callable[[Entry], str],
    made: Callable[[Entry, list[Given]], bytes],
) -> tuple[bytes, list[str]]:
    """Everyone's feedback as a zip file, and who is left out for lack of the program's ids."""
    file, lacking = io.BytesIO(), []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for person in book.everyone:
            if (entry := person.entries.get(lesson)) is None:
                continue
            if path := name(entry):
                data = made(entry, book.given_for(person, lesson))
                archive.writestr(zipfile.ZipInfo(path), data, zipfile.ZIP_DEFLATED)
            else:
                lacking.append(person.name)
    return file.getvalue(), lacking


def _canvas(folder: Path, book: Gradebook) -> list[str]:
    told = [_table(folder / "canvas_grades.csv", canvas_grades(book), "Gradebook > Import")]
    told += _feedback(folder, book, "canvas", canvas_name, canvas_feedback)
    return told


def _moodle(folder: Path, book: Gradebook) -> list[str]:
    told = [_table(folder / "moodle_grades.csv", moodle_grades(book), "Grades > Import")]
    for lesson in book.lessons:
        if len(rows := moodle_worksheet(book, lesson)) > 1:
            path = folder / f"moodle_worksheet_{lesson}.csv"
            most = book.out_of(lesson) + book.out_of_tasks(lesson)
            where = f"Upload grading worksheet; the assignment's maximum must be {most}"
            told.append(_table(path, rows, where))
    told += _feedback(folder, book, "moodle", moodle_name, moodle_feedback)
    return told


def _nbgrader(folder: Path, book: Gradebook) -> list[str]:
    return [_table(folder / "grades.csv", nbgrader_grades(book), "as nbgrader export writes it")]


def _table(path: Path, rows: list[list[str]], where: str) -> str:
    places.write(path, tables.made(rows).encode())
    return f"{path} ({where})"


UPLOADED = {"canvas": "Upload Submissions", "moodle": "Upload multiple feedback files in a zip"}


def _feedback(
    folder: Path,
    book: Gradebook,
    program: str,
    name: Callable[[Entry], str],
    made: Callable[[Entry, list[Given]], bytes],
) -> list[str]:
    """A zip file for each lesson with submissions exported from the program."""
    told = []
    for lesson in book.lessons:
        data, lacking = zipped(book, lesson, name, made)
        graded = sum(lesson in person.entries for person in book.everyone)
        if len(lacking) == graded:
            told.append(
                f"Lesson {lesson}: no feedback file for {program}, because no submission has its "
                f"ids; grade the folder that {program} exports"
            )
            continue
        path = folder / f"{program}_feedback_{lesson}.zip"
        places.write(path, data)
        without = f"; without {', '.join(map(feedback.cut, lacking))}" if lacking else ""
        told.append(f"{path} ({UPLOADED[program]}{without})")
    return told


def _columns(book: Gradebook) -> list[tuple[str, int, Callable[[Person], float | None]]]:
    """Title, maximum and each person's points, for each lesson and its open tasks if graded."""
    columns = []
    for lesson in book.lessons:
        title, most = heading(lesson), book.out_of(lesson)
        columns.append((title, most, lambda p, n=lesson: book.exercise_points(p, n)))
        if most := book.out_of_tasks(lesson):
            columns.append(
                (f"{title}, open task", most, lambda p, n=lesson: book.task_points(p, n))
            )
    return columns


def _lms(entry: Entry | None, key: str) -> str:
    return ((entry.lms if entry else None) or {}).get(key, "")


def _shown(points: float | None) -> str:
    return "" if points is None else number(points)
