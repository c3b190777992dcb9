"""A lesson's cells as notebooks: with solutions, for the learner, or with the outputs of a run."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from rnnlib.authoring.home import add_cells
from rnnlib.lessons import BEGIN, END, AuthoringError, Lesson, SourceCell

PLACES = {"slide": "slide", "same-slide": "-", "fragment": "fragment"}  # nbconvert's terms
SLIDE_TAGS = {*PLACES, "only-slides"}  # no notebook has them

CHECK = re.compile(r"""^[^#\n]*\bcheck\(\s*["']([^"']+)["']""", re.MULTILINE)
MARKER = re.compile(r"#.*\b(BEGIN|END)\s+SOLUTION\b", re.IGNORECASE)
WIDGET = "application/vnd.jupyter.widget-view+json"


def checked_exercise(code: str) -> str | None:
    """The id of the exercise that a code cell checks, if it checks one."""
    found = CHECK.search(code)
    return found[1] if found else None


def cell_ids(lesson: Lesson) -> list[str]:
    """One id per cell: the same at every build, and in both notebooks.

    An exercise and its check are named after the exercise, a prediction after its position among
    the predictions, any other cell after its text; a second cell with the same name gets "-2", and
    so on. A cell that is only on slides does not affect other cells' names.
    """
    seen: Counter[str] = Counter()
    ids = []
    for cell in lesson.cells:
        if exercise := cell.tagged("exercise"):
            name = f"exercise-{exercise[0].replace('.', '-')}"
        elif cell.kind == "code" and (checked := checked_exercise(cell.source)):
            name = f"check-{checked.replace('.', '-')}"
        elif "predict" in cell.tags:
            name = "predict"
        else:
            name = hashlib.sha256(f"{cell.kind}\n{cell.source}".encode()).hexdigest()[:10]
            name = name if cell.in_notebooks else f"slide-{name}"
        seen[name] += 1
        ids.append(f"{name}-{seen[name]}" if name == "predict" or seen[name] > 1 else name)
    return ids


def solution_region(lesson: Lesson, cell: SourceCell) -> tuple[int, int] | None:
    """Indices of the two marker lines around the cell's solution; None if there are none.

    At most one region per cell. AuthoringError at a marker that is misspelled or has no partner.
    """
    begin = end = None
    for i, text in enumerate(cell.source.split("\n")):
        if not MARKER.search(text):
            continue
        marker, line = text.strip(), cell.line + i
        if marker not in (BEGIN, END):
            raise lesson.error(line, f"write {BEGIN!r} or {END!r} alone on its line: {marker!r}")
        if end is not None:
            raise lesson.error(line, f"{marker!r} after the end of this cell's solution region")
        if marker == END and begin is None:
            raise lesson.error(line, f"{END!r} without {BEGIN!r} before it")
        if marker == END:
            end = i
        elif begin is not None:
            raise lesson.error(line, f"{BEGIN!r} inside a solution region")
        else:
            begin = i
    if begin is None:
        return None
    if end is None:
        raise lesson.error(cell.line + begin, f"solution region without {END!r}")
    return begin, end


def student_source(lesson: Lesson, cell: SourceCell, exercises: Mapping[str, Any]) -> str:
    """The learner's version of the cell: raising NotImplementedError replaces the solution."""
    region = solution_region(lesson, cell)
    if region is None:
        return cell.source
    begin, end = region
    lines = cell.source.split("\n")
    exercise = exercises[cell.tagged("exercise")[0]]
    indent = lines[begin][: -len(lines[begin].lstrip())]
    stub = f'raise NotImplementedError("Exercise {exercise.id}: write {exercise.function}")'
    return "\n".join([*lines[:begin], indent + stub, *lines[end + 1 :]])


def solved(lesson: Lesson) -> NotebookNode:
    """All of the lesson's cells as written, without outputs."""
    return _notebook(lesson, [c.source if c.in_notebooks else None for c in lesson.cells])


def instructors(lesson: Lesson) -> NotebookNode:
    """All cells, including those only for slides, each with its place in a slide show.

    The metadata is that of nbconvert and of JupyterLab's slide extensions.
    """
    notebook = _notebook(lesson, [cell.source for cell in lesson.cells])
    for made, cell in zip(notebook.cells, lesson.cells, strict=True):
        otherwise = "notes" if "instructor" in cell.tags else "skip"
        tag = slide_tag(cell)
        place = PLACES[tag] if tag else otherwise
        if place != "-":  # JupyterLab omits this value
            made.metadata["slideshow"] = {"slide_type": place}
    return notebook


def slide_tag(cell: SourceCell) -> str | None:
    """The tag that puts the cell on a slide, if it has one."""
    return next((tag for tag in cell.tags if tag in PLACES), None)


@dataclass(frozen=True)
class ForSlides:
    """A cell of a lesson with what a slide may show."""

    cell: SourceCell
    outputs: list[NotebookNode]  # its outputs from a run
    stub: str  # its source, down to the solution
    tag: str | None
    slide_type: str | None  # the tag in nbconvert's terms


def for_slides(lesson: Lesson, ran: NotebookNode) -> Iterator[ForSlides]:
    """All cells in order; ``ran`` is the lesson's notebook with outputs."""
    outputs = {cell.id: cell.get("outputs", []) for cell in ran.cells}
    for name, cell in zip(cell_ids(lesson), lesson.cells, strict=True):
        region = solution_region(lesson, cell) if cell.tagged("exercise") else None
        lines, tag = cell.source.split("\n"), slide_tag(cell)
        stub = "\n".join(lines[: region[0]] if region else lines)
        yield ForSlides(cell, outputs.get(name, []), stub, tag, PLACES[tag] if tag else None)


def student(lesson: Lesson, exercises: Mapping[str, Any], home: str | None = None) -> NotebookNode:
    """The learner's notebook: stubs instead of solutions, and nothing that is only for instructors.

    home: the address of the published site, from which it then installs rnnlib.
    """
    sources = [
        student_source(lesson, cell, exercises) if cell.in_course else None for cell in lesson.cells
    ]
    notebook = _notebook(lesson, sources)
    if home is not None:
        add_cells(notebook, lesson.name, home)
    return notebook


def _notebook(lesson: Lesson, sources: list[str | None]) -> NotebookNode:
    """The lesson's cells with these sources, without cells that have no source."""
    new_cell = {"code": new_code_cell, "markdown": new_markdown_cell}
    cells = [
        new_cell[cell.kind](source, id=name, metadata=_metadata(cell))
        for cell, name, source in zip(lesson.cells, cell_ids(lesson), sources, strict=True)
        if source is not None
    ]
    metadata = {
        "kernelspec": dict(lesson.kernelspec),
        "language_info": {"name": "python", "pygments_lexer": "ipython3"},
    }
    return new_notebook(cells=cells, metadata=metadata)


def _metadata(cell: SourceCell) -> dict[str, Any]:
    """Without the slide tags: slides do not affect a notebook."""
    kept = [tag for tag in cell.tags if tag not in SLIDE_TAGS]
    metadata = {name: value for name, value in cell.metadata.items() if name != "tags"}
    if "proof" in cell.tags:  # folded, in the solutions
        metadata["jupyter"] = {**metadata.get("jupyter", {}), "source_hidden": True}
    return {**metadata, "tags": kept} if kept else metadata


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells that a run executes."""
    return [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]


def with_outputs(notebook: NotebookNode, run: NotebookNode) -> NotebookNode | None:
    """The notebook with the outputs of ``run``, without what differs from run to run.

    None unless ``run`` is one complete run, first cell to last and without an error, of the
    same code.
    """
    ran, cells = code_cells(run), code_cells(notebook)
    if [c.source for c in ran] != [c.source for c in cells]:
        return None
    if [c.execution_count for c in ran] != list(range(1, len(cells) + 1)):
        return None
    if any(output.output_type == "error" for c in ran for output in c.outputs):
        return None
    notebook = deepcopy(notebook)
    for cell, source in zip(code_cells(notebook), ran, strict=True):
        cell.execution_count = source.execution_count
        cell.outputs = [_cleaned(output) for output in source.outputs]
    return notebook


def _cleaned(output: NotebookNode) -> NotebookNode:
    """Without the reference to a live widget, if the output also has a static form."""
    output = deepcopy(output)
    if len(output.get("data", ())) > 1:
        output.data.pop(WIDGET, None)
    return output


def printed(cell: NotebookNode, stream: str = "stdout") -> str:
    """What an executed code cell printed, without surrounding whitespace."""
    outputs = [o for o in cell.outputs if o.output_type == "stream" and o.name == stream]
    return "".join(output.text for output in outputs).strip()


def as_text(notebook: NotebookNode) -> str:
    """The notebook as written to its file."""
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def read_notebook(path: Path) -> NotebookNode:
    """The notebook at ``path``; AuthoringError if it is not one."""
    try:
        text = path.read_text(encoding="utf-8")
        nbformat.validate(json.loads(text))
    except json.JSONDecodeError as error:
        what = f"is not a notebook ({error.msg}); delete it and build"
        raise AuthoringError.at(path, error.lineno, what) from error
    except (AttributeError, UnicodeDecodeError, nbformat.ValidationError) as error:
        what = f"is not a notebook ({str(error).splitlines()[0]}); delete it and build"
        raise AuthoringError.at(path, 1, what) from error
    return nbformat.reads(text, as_version=4)
