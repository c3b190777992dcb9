"""A lesson as the notebook from which its page is made: the learner's text, with outputs."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from rnnlib.authoring.notebooks import ForSlides, checked_exercise, for_slides, student_source
from rnnlib.exercises.predicting import MIME
from rnnlib.exercises.registry import predictions, questions
from rnnlib.lessons import ASIDE, BEGIN, END, Lesson
from rnnlib.places import write
from rnnlib.site.reader import questions as in_print
from rnnlib.slides.live import SHOWS_ONE

ASKS = re.compile(r'^(predict|quiz|recall)\("([^"]+)"\)', re.MULTILINE)
RECALLED = re.compile(r"^Question (\S+): ", re.MULTILINE)
STATUS = re.compile(r'class="rnnlib-card" data-status="(\w+)"')
FOR_THE_LEARNER = {"pass", "progress"}  # cards that tell a reader nothing
PROGRESS_BAR = "it/s]"
PICTURE = re.compile(r'<img alt="([^"]*)" width="(\d+)" src="data:image/png;base64,([^"]+)">')
FIGURES = "figures"  # the folder next to the pages
NOTEBOOK = (
    "This page shows the lesson with its results. In the notebook you run it, change it, and your "
    "answers are checked"
)


class LessonPage:
    """The cells of one lesson's page; pictures are written into `figures` next to the page."""

    def __init__(
        self,
        lesson: Lesson,
        exercises: Mapping[str, Any],
        folder: Path,
        address: str | None = None,
    ):
        self.lesson = lesson
        self.exercises = exercises
        self.folder = folder
        self.address = address
        self.explanations = {
            exercise: cell.source for cell in lesson.cells for exercise in cell.tagged("solution")
        }

    def notebook(self, ran: NotebookNode) -> NotebookNode:
        """The page; `ran` is the lesson's notebook with the outputs of a run."""
        given = [g for g in for_slides(self.lesson, ran) if g.cell.in_course]
        cells = [cell for one in given for cell in self._cells(one)]
        title, _, rest = cells[0].source.partition("\n")
        cells[0].source = f"{title}\n\n{self._invitation()}\n\n{rest}"
        kernel = {"kernelspec": dict(self.lesson.kernelspec), "language_info": {"name": "python"}}
        return new_notebook(cells=cells, metadata=kernel)

    def _cells(self, given: ForSlides) -> Iterator[NotebookNode]:
        cell = given.cell
        if cell.kind == "markdown":
            yield new_markdown_cell(cell.source)
        elif exercise := cell.tagged("exercise"):
            yield new_code_cell(student_source(self.lesson, cell, self.exercises))
            yield new_markdown_cell(self._solution(exercise[0], cell.source))
        elif asked := ASKS.search(cell.source):
            yield new_markdown_cell(_questions(asked[1], asked[2], given.outputs))
        else:
            outputs = [kept for output in given.outputs if (kept := self._output(output))]
            if SHOWS_ONE.search(cell.source):
                outputs.append(_html_output(self._live()))
            is_for_learner = checked_exercise(cell.source) or cell.source.startswith("progress(")
            if outputs or not is_for_learner:
                yield new_code_cell(cell.source, outputs=outputs)

    def _output(self, output: NotebookNode) -> NotebookNode | None:
        """What a reader sees of an output, or None."""
        data = output.get("data", {})
        if output.output_type == "stream":
            text = ASIDE.sub("", output.text)
            return new_output("stream", name="stdout", text=text) if text.strip() else None
        if MIME in data:
            return _html_output(in_print.came_out(predictions()[data[MIME]["id"]]))
        if "text/html" not in data:
            bar = PROGRESS_BAR in data["text/plain"]
            return None if bar else new_output("display_data", {"text/plain": data["text/plain"]})
        shown = data["text/html"]
        status = STATUS.search(shown)
        if status and status[1] in FOR_THE_LEARNER:
            return None
        return _html_output(PICTURE.sub(self._picture, shown))

    def _picture(self, found: re.Match) -> str:
        """The picture as a separate file, which a browser loads when it comes into view."""
        alt, width, encoded = found.groups()
        data = base64.b64decode(encoded)
        name = f"{self.lesson.number}-{hashlib.sha256(data).hexdigest()[:12]}.png"
        write(self.folder / FIGURES / name, data)
        wide, high = (int.from_bytes(data[k : k + 4], "big") for k in (16, 20))  # a PNG's head
        size = f'width="{width}" height="{round(int(width) * high / wide)}"'
        return f'<img alt="{alt}" {size} loading="lazy" src="{FIGURES}/{name}">'

    def _solution(self, exercise: str, source: str) -> str:
        lines = [line for line in source.split("\n") if line.strip() not in (BEGIN, END)]
        code = "\n".join(["````python", *lines, "````"])
        summary = f"<summary>Worked solution of {exercise}</summary>"
        explained = self.explanations.get(exercise, "")
        return f'<details class="solution">\n{summary}\n\n{code}\n\n{explained}\n\n</details>'

    def _invitation(self) -> str:
        words = f"{NOTEBOOK}."
        if self.address:
            words += f" {self._link('Open it in the browser')}, with nothing to install."
        return f'<p class="invitation">{words}</p>'

    def _live(self) -> str:
        notebook = self._link("notebook") if self.address else "notebook"
        return f'<p class="live">A live figure in one position: move it in the {notebook}.</p>'

    def _link(self, words: str) -> str:
        assert self.address is not None
        return f'<a href="{html.escape(self.address)}">{words}</a>'


def _questions(call: str, id: str, outputs: list[NotebookNode]) -> str:
    if call == "predict":
        return in_print.asked("Predict.", predictions()[id], answers=False)
    said = "\n".join(output.get("data", {}).get("text/plain", "") for output in outputs)
    ids = [id] if call == "quiz" else RECALLED.findall(said)
    return "".join(
        in_print.asked(f"Question {one}.", questions()[one], answers=True) for one in ids
    )


def _html_output(text: str) -> NotebookNode:
    return new_output("display_data", {"text/html": text, "text/plain": ""})
