"""What is on each slide and in the speaker's notes, by the tags of a lesson's cells.

A cell tagged `slide` begins a slide, one tagged `same-slide` is added below it, and one tagged
`fragment` appears there at the next key press. Prose that is not on a slide is in the notes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import ipywidgets
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from rnnlib.authoring.markdown import headings
from rnnlib.authoring.notebooks import WIDGET, ForSlides, for_slides
from rnnlib.lessons import ASIDE, Lesson, SourceCell
from rnnlib.slides import live, prose

BAR = re.compile(r"\d+%\|.*\| \d+/\d+ \[")  # as tqdm prints it


@dataclass
class Slide:
    """The cells of a slide; notes are Markdown."""

    section: str
    cells: list[NotebookNode] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Content:
    """What one cell of a lesson adds to its slide or slides, and to the notes."""

    cells: tuple[NotebookNode, ...] = ()
    notes: str = ""
    lead: str = ""  # for the notes of the previous slide
    box: ipywidgets.VBox | None = None  # the live figure in the cell


def compose(lesson: Lesson, ran: NotebookNode) -> tuple[list[Slide], list[ipywidgets.VBox]]:
    """The lesson's slides, and the live figures on them; ``ran`` has the outputs of its cells.

    AuthoringError if a tag has no effect, or a slide would be empty.
    """
    deck = _Deck(lesson)
    for given in for_slides(lesson, ran):
        deck.take(given)
    return deck.slides, deck.boxes


class _Deck:
    """The slides made from a lesson's cells so far."""

    def __init__(self, lesson: Lesson):
        self.lesson = lesson
        self.slides: list[Slide] = []
        self.boxes: list[ipywidgets.VBox] = []
        self.section = ""
        self.before: list[prose.Block] = []  # the prose of the previous cell

    def take(self, given: ForSlides) -> None:
        """Add the next cell."""
        cell = given.cell
        sections = [h.text for h in headings(cell) if h.level == 2] if cell.in_course else []
        self.section = sections[0] if sections else self.section
        content = _content(given, self.before)
        self._examine(given, content)
        self._say(content.lead)
        self._show(given, content)
        self._say(content.notes)
        self.section = sections[-1] if sections else self.section
        if cell.in_notebooks:
            self.before = prose.blocks(cell.source) if cell.kind == "markdown" else []

    def _examine(self, given: ForSlides, content: Content) -> None:
        """AuthoringError if the cell cannot do what its tag asks for."""
        tag, line = given.tag, given.cell.line
        if tag and not content.cells:
            raise self.lesson.error(line, f"{tag!r}: nothing of this cell can be on a slide")
        if tag and tag != "slide" and not self.slides:
            raise self.lesson.error(line, f"{tag!r}: no slide has begun before this cell")

    def _show(self, given: ForSlides, content: Content) -> None:
        if not given.tag:
            return
        for shown in content.cells:
            if given.tag == "slide":
                self.slides.append(Slide(prose.MINUTES.sub("", self.section)))
            shown.metadata.slideshow = {"slide_type": given.slide_type}
            self.slides[-1].cells.append(shown)
        if content.box:
            self.boxes.append(content.box)

    def _say(self, words: str) -> None:
        """Add to the notes of the last slide."""
        if self.slides and words:
            self.slides[-1].notes.append(words)


def _content(given: ForSlides, before: list[prose.Block]) -> Content:
    """The parts from the cell; ``before`` is the prose of the previous cell."""
    cell = given.cell
    if cell.kind == "markdown":
        return _prose(cell, on_slide=given.tag is not None)
    if given.tag is None:
        return Content()
    if cell.tagged("exercise"):
        task = prose.task(before)
        return Content((new_markdown_cell(f"{task}\n\n```python\n{given.stub}\n```"),))
    if figure := live.live_figure(cell.source):
        box = live.in_positions(figure)
        view = {"version_major": 2, "version_minor": 0, "model_id": box.model_id}
        return Content((_shows({WIDGET: view}, "live"),), notes=figure.sentence, box=box)
    return _outputs(given.outputs)


def _prose(cell: SourceCell, *, on_slide: bool) -> Content:
    if not cell.in_notebooks:
        return Content((new_markdown_cell(cell.source),))
    found = prose.blocks(cell.source)
    if not on_slide:
        whose = ["For you."] if "instructor" in cell.tags else []
        whose += [f"Solution of {exercise}." for exercise in cell.tagged("solution")]
        said = [block.text for block in found if block.kind != "heading"]
        return Content(notes="\n\n".join([*(f"**{word}**" for word in whose), *said]))
    lead, found = prose.first_section(found)
    text = prose.shown(found)
    return Content(
        (new_markdown_cell(text),) if text else (),
        notes=prose.spoken(found),
        lead="\n\n".join(block.text for block in lead),
    )


def _outputs(outputs: list[NotebookNode]) -> Content:
    """A cell's pictures, each for a slide; if it has any, its text output goes to the notes."""
    data = [output.data for output in outputs if "data" in output]
    pictures = [d["text/html"] for d in data if "<img " in d.get("text/html", "")]
    printed = [said for output in outputs if (said := _said(output))]
    text = ASIDE.sub("", _without_bars("\n".join(printed))).strip()
    if pictures:
        return Content(tuple(_shows({"text/html": p}, "figure") for p in pictures), notes=text)
    if text.startswith("Question "):
        return Content((_shows({"text/html": _asked(text), "text/plain": text}, "question"),))
    return Content((_shows({"text/plain": text}, "text"),) if text else ())


def _without_bars(text: str) -> str:
    """Without the progress bars of a training, which are only of use while it runs."""
    return "\n".join(line for line in text.split("\n") if not BAR.search(line))


def _asked(text: str) -> str:
    """Concept questions as HTML; in their text, each option has a line of its own."""
    parts = []
    for line in html.escape(text).split("\n"):
        told = re.sub(r"`([^`]+)`", r"<code>\1</code>", line.strip())
        kind = ' class="option"' if re.match(r"  [a-h]\) ", line) else ""
        parts.append(f"<p{kind}>{told}</p>" if told else "")
    return "".join(parts)


def _said(output: NotebookNode) -> str:
    """An output as plain text: of HTML, only tables; cards are for the learner."""
    if output.get("name") == "stdout":
        return output.text
    shown = output.get("data", {}).get("text/html", 'class="rnnlib-table"')
    return output.get("data", {}).get("text/plain", "") if 'class="rnnlib-table"' in shown else ""


def _shows(data: Mapping, kind: str) -> NotebookNode:
    """A code cell without code; its output has this kind, for the deck's style sheet."""
    return new_code_cell(
        "", outputs=[new_output("display_data", dict(data))], metadata={"tags": [kind]}
    )


def as_cells(lesson: Lesson, slides: list[Slide]) -> list[NotebookNode]:
    """The slides as a list of cells, with the metadata from which nbconvert makes slides."""
    cells = []
    for slide in slides:
        first, *rest = slide.cells
        where = " · ".join(filter(None, (f"{lesson.number} {lesson.title}", slide.section)))
        data = {"where": where}  # the template escapes it
        first.metadata.slideshow = {"slide_type": "slide", "data": data}
        notes = new_markdown_cell(
            "\n\n".join(slide.notes), metadata={"slideshow": {"slide_type": "notes"}}
        )
        cells += [first, *([notes] if slide.notes else []), *rest]
    return cells
