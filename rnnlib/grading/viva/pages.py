"""A page of questions for each student, and the keys for the instructor.

Everything that a student wrote is escaped, and invisible characters are replaced. The questions
are in their own folder, which can be handed out; the keys are in separate files.
"""

import csv
import html
import os
from collections.abc import Iterable
from pathlib import Path

from rnnlib import places
from rnnlib.grading.results import tables
from rnnlib.grading.results.contents import heading
from rnnlib.grading.results.pages import cut, document, listed, table, text
from rnnlib.grading.submissions import names
from rnnlib.grading.viva.asking import Question
from rnnlib.grading.viva.making import Viva

QUESTIONS = "questions"  # the folder of the students' pages
KEYS = "keys"
MOST_PART = 120  # characters of a changed expression in the keys
COLUMNS = ["student", "question", "exercise", "line", "was", "becomes", "asks", "key", "page"]

STYLE = """\
<style>
pre { overflow-x: auto; border: 1px solid; border-radius: 6px; padding: .6rem .8rem;
  font-size: .88rem; line-height: 1.45 }
pre del { opacity: .75; text-decoration-thickness: 2px }
pre ins { font-weight: 700; margin-left: .2em; text-decoration: underline }
.answer { border-bottom: 1px solid; height: 2.4rem; max-width: 46rem }
@media print { pre { overflow: visible; white-space: pre-wrap } .asked { break-inside: avoid } }
</style>"""

TOLD = (
    "Your answers were accepted. Each question changes one expression in your code: deleted code "
    "is struck out, new code is underlined. Say what the changed code does with the given input, "
    "and how you know. Each question starts from your original code."
)


def write(
    folder: Path, lesson: str, vivas: list[Viva], students: Iterable[str], name: str | None = None
) -> tuple[Path, Path]:
    """Write the pages below a folder; returns where the keys and the questions are.

    students: everyone in the class, from which the page names are made. Pages of students who no
    longer have questions are deleted. name: the only student in `vivas`, if the keys are to go
    into separate files for that student.
    """
    called = names.files(students)
    pages = folder / QUESTIONS
    stem = folder / (f"{KEYS}-{called[name]}" if name is not None else KEYS)
    rows = [row for viva in vivas for row in _rows(viva, called[viva.student])]
    csv_file = stem.with_name(f"{stem.name}.csv")
    before = _earlier(csv_file)
    for viva in (v for v in vivas if v.questions):
        page = student_page(lesson, viva).encode("utf-8", "replace")
        places.write(pages / f"{called[viva.student]}.html", page)
    for page in before - {row[-1] for row in rows}:
        (folder / page).unlink(missing_ok=True)
    places.write(csv_file, tables.made([COLUMNS, *rows], bom=True).encode("utf-8", "replace"))
    html_file = stem.with_name(f"{stem.name}.html")
    places.write(html_file, key_page(lesson, vivas).encode("utf-8", "replace"))
    return html_file, pages


def student_page(lesson: str, viva: Viva) -> str:
    """The questions of a student, without the keys."""
    parts = [STYLE, f"<h1>{_safe(cut(viva.student))}</h1>"]
    parts += [f'<p class="quiet">{_safe(heading(lesson))}: questions about your own code</p>']
    parts += [f"<p>{_safe(TOLD)}</p>"]
    for number, question in enumerate(viva.questions, 1):
        parts += _asked(number, question)
        parts += ['<div class="answer"></div>', "</section>"]
    return document(f"Lesson {lesson}: {cut(viva.student)}", "\n".join(parts))


def key_page(lesson: str, vivas: list[Viva]) -> str:
    """The keys of all students, for the instructor only."""
    without = [v for v in vivas if not v.questions]
    parts = [STYLE, f"<h1>{_safe(heading(lesson))}: answer keys</h1>"]
    parts += [
        "<p>Not for students. Each key is what the student's own code, changed, returned in the "
        "sandbox; if one surprises you, read it together with the code.</p>"
    ]
    head = ["no.", "exercise", "changed", "question", "key"]
    for viva in (v for v in vivas if v.questions):
        rows = [
            [str(k), q.exercise.id, _now(q), _plain(q.text), _plain(q.key)]
            for k, q in enumerate(viva.questions, 1)
        ]
        parts += [f"<h2>{_safe(cut(viva.student))}</h2>", table(head, rows)]
    if without:
        lines = [f"{cut(v.student)}: {cut(v.why, 1_000)}" for v in without]
        parts += [f"<h2>Without questions: {len(without)}</h2>", listed(lines)]
    return document(f"Lesson {lesson}: keys", "\n".join(parts))


def _asked(number: int, question: Question) -> list[str]:
    """A question, up to the place for its answer."""
    exercise = question.exercise
    title = f"{number}. {exercise.id} {exercise.title}"
    parts = [f'<section class="asked"><h2>{_safe(title)}</h2>']
    parts += [f"<pre>{marked(question)}</pre>", f"<p>{text(said(question))}</p>"]
    given = _safe("\n".join(question.given))
    parts += [f"<p>{text(f'`{exercise.function}` is called with')}</p>"]
    parts += [f"<pre>{given}</pre>"]
    if question.returned:
        returned = _safe("\n".join(question.returned))
        parts += ["<p>and, before the change, returns</p>", f"<pre>{returned}</pre>"]
    return [*parts, f"<p><b>{text(question.text)}</b></p>"]


def marked(question: Question) -> str:
    """The student's code as HTML, with changed code struck out and its replacement underlined."""
    change = question.change
    parts = []
    for k, code in enumerate(question.own.shown):
        if k != change.statement:
            parts.append(_safe(code))
            continue
        was, new = code[change.start : change.end], change.new
        gone = f"<del>{_safe(was)}</del>" if was else ""
        added = f"<ins>{_safe(new)}</ins>" if new else ""
        parts.append(_safe(code[: change.start]) + gone + added + _safe(code[change.end :]))
    return "\n\n".join(parts)


def said(question: Question) -> str:
    """The change in a sentence."""
    was, new = (_part(part) for part in _changed(question))
    where = f"Line {_line(question)}"
    if not was:
        return f"{where}: `{new}` is added."
    return f"{where}: `{was}` becomes `{new}`." if new else f"{where}: `{was}` is removed."


def _now(question: Question) -> str:
    """The changed lines, as they were and as they are now."""
    was, now = _lines(question)
    return f"Line {_line(question)}: {was} → {now}"


def _changed(question: Question) -> tuple[str, str]:
    """The changed expression, and what it becomes."""
    change = question.change
    return question.own.shown[change.statement][change.start : change.end], change.new


def _lines(question: Question) -> tuple[str, str]:
    """The changed lines, before and after, each joined into one line."""
    change, code = question.change, question.own.shown[question.change.statement]
    first = code.rfind("\n", 0, change.start) + 1
    last = len(code) if (end := code.find("\n", change.end)) < 0 else end
    now = code[first : change.start] + change.new + code[change.end : last]
    return _part(code[first:last]), _part(now)


def _line(question: Question) -> int:
    """The line of the change in the code as it is printed."""
    shown, change = question.own.shown, question.change
    above = "\n\n".join([*shown[: change.statement], shown[change.statement][: change.start]])
    return above.count("\n") + 1


def _part(code: str) -> str:
    """A piece of code on one line, without backquotes."""
    return cut(" ".join(code.split()).replace("`", "'"), MOST_PART)


def _safe(code: str) -> str:
    """Text as HTML. Invisible characters, and those that reorder text, are replaced."""
    seen = "".join(c if c.isprintable() or c in "\n\t" else "�" for c in code)
    return html.escape(seen)


def _plain(line: str) -> str:
    return line.replace("`", "")


def _rows(viva: Viva, page: str) -> list[list[str]]:
    """A student's rows in the table of keys."""
    student = tables.cell(viva.student)
    if not viva.questions:
        return [[student, "", "", "", "", "", tables.cell(viva.why), "", ""]]
    return [
        [
            *(student, str(k), q.exercise.id, str(_line(q))),
            *(tables.cell(part) for part in _lines(q)),
            *(tables.cell(_plain(q.text)), tables.cell(_plain(q.key)), f"{QUESTIONS}/{page}.html"),
        ]
        for k, q in enumerate(viva.questions, 1)
    ]


def _earlier(path: Path) -> set[str]:
    """The pages that an earlier run wrote, from its table."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            found = {row.get("page") or "" for row in csv.DictReader(file)}
    except (OSError, ValueError, csv.Error):
        return set()
    own = (f"{QUESTIONS}/", ".html")
    return {p for p in found if p == f"{own[0]}{os.path.basename(p)}" and p.endswith(own[1])}
