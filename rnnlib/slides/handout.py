"""A lesson on one or two printed pages: formulas, summary, questions, and room for notes.

Everything comes from the lesson's source and its exercises.
"""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rnnlib.authoring.builder import chosen, read_course, registered
from rnnlib.lessons import AuthoringError, Lesson, SourceCell
from rnnlib.places import ROOT, write
from rnnlib.slides import prose
from rnnlib.slides.scripts import fetch

HERE = Path(__file__).parent
SCRIPTS = "scripts"  # the folder beside the pages; several handouts share it
MATHJAX = f"{SCRIPTS}/mathjax"
PAGE_HEIGHT = 945  # in CSS pixels: US Letter without its margins, and a little less
SENTENCE = re.compile(r"(?<=[.?!:])\s+(?=[A-Z$*\"(\\])")
ASKED = re.compile(r'^quiz\("([^"]+)"\)', re.MULTILINE)


@dataclass
class Formulas:
    """Formulas that belong together, and the sentence before them."""

    sentence: str
    latex: list[str] = field(default_factory=list)


@dataclass
class Section:
    """The formulas of a section."""

    heading: str
    groups: list[Formulas] = field(default_factory=list)


@dataclass(frozen=True)
class Task:
    """An exercise of the lesson, as shown in the list."""

    id: str
    title: str
    points: float
    optional: bool


@dataclass(frozen=True)
class Handout:
    """The contents of a lesson's printed pages; texts are Markdown."""

    number: str
    title: str
    opening: str
    aims: str
    sections: list[Section]
    summary: str
    questions: list[Any]
    tasks: list[Task]


def make_handout(
    name: str,
    out: Path,
    root: Path = ROOT,
    *,
    exercises: Mapping[str, Any] | None = None,
    questions: Mapping[str, Any] | None = None,
) -> Path:
    """Write the handout of the lesson ("04" or "04_slug") into the folder; the path of its page.

    An earlier page of the lesson is replaced. If something is wrong or missing, AuthoringError, and
    nothing is written.
    """
    exercises = registered() if exercises is None else exercises
    (lesson,) = chosen(read_course(root, exercises), [name])
    page = render(compose(lesson, exercises, _asked() if questions is None else questions))
    if out.exists() and not out.is_dir():
        raise AuthoringError(f"{out} is a file; name a folder for the handout")
    mathjax = fetch() / "mathjax"
    path = out / f"{lesson.name}.html"
    try:
        shutil.copytree(mathjax, out / MATHJAX, dirs_exist_ok=True)
        write(path, page.encode())
    except OSError as error:
        raise AuthoringError(f"{out}: cannot be written: {error.strerror}") from error
    return path


def _asked() -> Mapping[str, Any]:
    from rnnlib.exercises.registry import questions

    return questions()


def compose(lesson: Lesson, exercises: Mapping[str, Any], questions: Mapping[str, Any]) -> Handout:
    """The contents of the lesson's handout. AuthoringError if it would be empty."""
    cells = [cell for cell in lesson.cells if cell.in_course]
    opening, aims = _opening(cells)
    parts = _parts(cells)
    sections = [_section(heading, blocks) for heading, blocks in parts.items()]
    summary = "\n\n".join(block.text for block in parts.get("Summary", []))
    asked = [id for cell in cells if cell.kind == "code" for id in ASKED.findall(cell.source)]
    tasks = [_task(cell, exercises[id]) for cell in cells for id in cell.tagged("exercise")]
    sections = [section for section in sections if section.groups]
    if not (sections or summary or tasks):
        raise lesson.error(1, "no formula, summary or exercise: there is nothing to hand out")
    return Handout(
        lesson.number,
        lesson.title,
        opening,
        aims,
        sections,
        summary,
        [questions[id] for id in asked],
        tasks,
    )


def _opening(cells: list[SourceCell]) -> tuple[str, str]:
    """The lesson's first paragraph, and the one on what you will do and what you need."""
    texts = [
        block.text
        for cell in cells
        if cell.kind == "markdown"
        for block in prose.blocks(cell.source)
        if block.kind == "paragraph"
    ]
    about = [text for text in texts if re.match(r"\*\*You (will|need)\*\*", text)]
    first = [text for text in texts if not text.startswith(("**Further", "**You ", "!["))]
    return (first[0] if first else ""), (about[0] if about else "")


def _parts(cells: list[SourceCell]) -> dict[str, list[prose.Block]]:
    """The blocks below each second-level heading, by its text without minutes."""
    heading, parts = "", {}
    for cell in cells:
        if cell.kind != "markdown":
            continue
        for block in prose.blocks(cell.source):
            if block.text.startswith("## "):
                heading = prose.MINUTES.sub("", block.text[3:]).strip()
                parts[heading] = []
            elif heading:
                parts[heading].append(block)
    return parts


def _section(heading: str, blocks: list[prose.Block]) -> Section:
    """The section's displayed formulas, each with the last sentence before it."""
    section, before = Section(heading), None
    for block in blocks:
        if block.text.startswith("$$"):
            if before is not None or not section.groups:
                section.groups.append(Formulas(_last_sentence(before)))
            section.groups[-1].latex.append(block.text)
            before = None
        elif block.kind == "paragraph":
            before = block.text
    return section


def _last_sentence(text: str | None) -> str:
    return SENTENCE.split(text)[-1] if text else ""


def _task(cell: SourceCell, exercise: Any) -> Task:
    return Task(exercise.id, exercise.title, exercise.points, "extra" in cell.tags)


def render(handout: Handout) -> str:
    """The page as HTML."""
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(loader=FileSystemLoader(HERE / "printed"), autoescape=True)
    environment.filters |= {"prose": _as_html, "words": _with_code}
    page = environment.get_template("handout.html.j2")
    return page.render(
        handout=handout, mathjax=MATHJAX, page_height=PAGE_HEIGHT, lettered=_lettered
    )


def _lettered(question: Any) -> Iterator[tuple[str, str]]:
    return zip("abcdefgh", (option.text for option in question.options), strict=False)


def _as_html(markdown: str) -> Any:
    """Markdown as HTML; formulas stay as they are, for MathJax."""
    from markupsafe import Markup
    from nbconvert.filters import markdown2html

    return Markup(markdown2html(markdown))


def _with_code(text: str) -> Any:
    """A question's text as HTML: escaped, with code marked up."""
    from markupsafe import Markup

    escaped = html.escape(text).replace("\n", "<br>")
    return Markup(re.sub(r"`([^`\n]+)`", r"<code>\1</code>", escaped))
