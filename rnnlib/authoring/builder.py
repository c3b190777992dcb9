"""Builds lessons' notebooks, the course map and the glossary from sources; finds stale files.

A file is written only if its text changes, and always replaced as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from rnnlib.authoring import home
from rnnlib.authoring.counts import kept_counts
from rnnlib.authoring.course_map import course_map
from rnnlib.authoring.execution import CellError, execute
from rnnlib.authoring.glossary import glossary
from rnnlib.authoring.notebooks import (
    as_text,
    instructors,
    printed,
    read_notebook,
    solved,
    student,
    with_outputs,
)
from rnnlib.authoring.rules import examine
from rnnlib.lessons import AuthoringError, Lesson, SourceCell, lesson_paths, read_lesson
from rnnlib.places import ROOT, write

Execute = Callable[[NotebookNode, Path], NotebookNode]


@dataclass(frozen=True)
class Report:
    """What a build did for one lesson, for the course map or for the glossary."""

    name: str
    executed: bool
    written: tuple[str, ...]  # paths from the root

    def __str__(self) -> str:
        done = ["executed"] if self.executed else []
        done += [f"wrote {path}" for path in self.written]
        return f"{self.name}: {', '.join(done) or 'unchanged'}"


@dataclass(frozen=True)
class Stale:
    """A built file that a build would change: where, and why."""

    where: str
    why: str

    def __str__(self) -> str:
        return f"{self.where}: {self.why}"


def build(
    lessons: Iterable[str] | None = None,
    force: bool = False,
    instructor: bool = False,
    root: Path = ROOT,
    *,
    exercises: Mapping[str, Any] | None = None,
    execute: Execute = execute,
) -> list[Report]:
    """Build the named lessons ("01" or "01_slug"; all by default), the map and the glossary.

    A lesson is executed if its code differs from the code in its built notebook, if that notebook
    is not a complete run without errors, or if ``force`` is given. AuthoringError if something is
    wrong, before any of the lesson's files is written.
    """
    exercises = registered() if exercises is None else exercises
    course = read_course(root, exercises)
    reports = [
        _build_lesson(lesson, force, instructor, root, exercises, execute)
        for lesson in chosen(course, lessons)
    ]
    for name, path, text in _pages(course, exercises, root):
        written = [path] if _write(path, text) else []
        reports.append(Report(name, False, _from_root(written, root)))
    return reports


def check(root: Path = ROOT, *, exercises: Mapping[str, Any] | None = None) -> list[Stale]:
    """The built files that a build would change, and notebooks that have no source.

    AuthoringError if a source is wrong, or a notebook is not valid.
    """
    exercises = registered() if exercises is None else exercises
    course = read_course(root, exercises)
    notebooks = [p for name in ("solutions", "course") for p in (root / name).glob("*.ipynb")]
    sources = {lesson.name for lesson in course}
    address = home.kept(root)
    found = []
    for path in sorted(notebooks):
        read_notebook(path)
        if path.stem not in sources:
            found.append((path, "has no source"))
    for lesson in course:
        found.append((lesson.path.with_suffix(".ipynb"), _why_stale(lesson)))
        path = _student_path(lesson, root)
        found.append((path, _difference(path, as_text(student(lesson, exercises, address)))))
    found += [(path, _difference(path, text)) for _, path, text in _pages(course, exercises, root)]
    return [Stale(path.relative_to(root).as_posix(), why) for path, why in found if why]


def _why_stale(lesson: Lesson) -> str | None:
    path, notebook = lesson.path.with_suffix(".ipynb"), kept_run(lesson)
    if path.exists() and notebook is None:
        return "is not a complete run of its source's code"
    return _difference(path, as_text(notebook or solved(lesson)))


def kept_run(lesson: Lesson) -> NotebookNode | None:
    """The lesson's notebook with the outputs of the built one, if those still belong to it."""
    path = lesson.path.with_suffix(".ipynb")
    return with_outputs(solved(lesson), read_notebook(path)) if path.exists() else None


def _difference(path: Path, text: str) -> str | None:
    if not path.exists():
        return "is missing"
    return None if path.read_bytes() == text.encode() else "does not match its source"


def _build_lesson(
    lesson: Lesson,
    force: bool,
    instructor: bool,
    root: Path,
    exercises: Mapping[str, Any],
    execute: Execute,
) -> Report:
    kept = None if force else kept_run(lesson)
    notebook = _run(lesson, execute) if kept is None else kept
    _examine_outputs(lesson, notebook)
    texts = {
        lesson.path.with_suffix(".ipynb"): as_text(notebook),
        _student_path(lesson, root): as_text(student(lesson, exercises, home.kept(root))),
    }
    if instructor:  # for instructors: everything in the source, without outputs
        texts[root / "build" / f"{lesson.name}.instructor.ipynb"] = as_text(instructors(lesson))
    written = [path for path, text in texts.items() if _write(path, text)]
    return Report(lesson.name, kept is None, _from_root(written, root))


def _run(lesson: Lesson, execute: Execute) -> NotebookNode:
    """The lesson's notebook with outputs; AuthoringError at the cell that fails.

    A lesson with proofs is run again without them: nothing that it shows may depend on a proof.
    """
    cells = [cell for cell in lesson.cells if cell.in_notebooks]
    notebook = _executed(lesson, cells, solved(lesson), execute)
    kept = [k for k, cell in enumerate(cells) if "proof" not in cell.tags]
    if len(kept) < len(cells):
        bare = solved(lesson)
        bare.cells = [bare.cells[k] for k in kept]
        bare = _executed(lesson, [cells[k] for k in kept], bare, execute)
        for k, without in zip(kept, bare.cells, strict=True):
            ignored = "nbval-ignore-output" in cells[k].tags
            if not ignored and _shown(notebook.cells[k]) != _shown(without):
                raise lesson.error(
                    cells[k].line, "without the proofs this cell's output is different"
                )
    return notebook


def _executed(
    lesson: Lesson, cells: list[SourceCell], notebook: NotebookNode, execute: Execute
) -> NotebookNode:
    try:
        run = execute(notebook, lesson.path.parent)
    except CellError as error:
        raise lesson.error(cells[error.index].line, error) from error
    complete = with_outputs(notebook, run)
    assert complete is not None, "a run without errors is a complete run"
    return complete


def _shown(cell: NotebookNode) -> list[object]:
    """A cell's outputs, without execution counts."""
    outputs = cell.get("outputs", [])
    return [output.get("text") or output.get("data") for output in outputs]


def _examine_outputs(lesson: Lesson, notebook: NotebookNode) -> None:
    cells = [cell for cell in lesson.cells if cell.in_notebooks]
    for cell, ran in zip(cells, notebook.cells, strict=True):
        if cell.kind == "code" and (warning := printed(ran, "stderr")):
            last = warning.splitlines()[-1]
            raise lesson.error(cell.line, f"the cell prints a warning: {last}")
        if cell.tagged("claim") and not printed(ran):
            raise lesson.error(cell.line, "the cell settles a claim and prints nothing")


def registered() -> Mapping[str, Any]:
    from rnnlib.exercises.registry import DuplicateExercise, exercises

    try:
        return exercises()
    except DuplicateExercise as error:
        raise AuthoringError(" ".join(str(error).split())) from error


def read_course(root: Path, exercises: Mapping[str, Any]) -> list[Lesson]:
    course = [read_lesson(path) for path in lesson_paths(root)]
    for one, other in pairwise(course):
        if one.number == other.number:
            raise other.error(1, f"{one.path.name} already is lesson {one.number}")
    examine(course, exercises)
    return course


def chosen(course: list[Lesson], names: Iterable[str] | None) -> list[Lesson]:
    if names is None:
        return course
    by_name = {key: lesson for lesson in course for key in (lesson.number, lesson.name)}
    for name in names:
        if name not in by_name:
            there = ", ".join(lesson.name for lesson in course) or "none"
            what = f"no source for lesson {name!r}; there are: {there}"
            raise AuthoringError(f"solutions: {what}")
    return [by_name[name] for name in names]


def _pages(
    course: list[Lesson], exercises: Mapping[str, Any], root: Path
) -> Iterator[tuple[str, Path, str]]:
    """The pages made from all lessons together: the name, path and text of each."""
    yield "course map", root / "course" / "README.md", _map_text(course, exercises, root)
    if terms := glossary(course):
        yield "glossary", root / "course" / "GLOSSARY.md", terms


def _map_text(course: list[Lesson], exercises: Mapping[str, Any], root: Path) -> str:
    paths = {lesson.name: lesson.path.with_suffix(".ipynb") for lesson in course}
    built = {name: read_notebook(path) for name, path in paths.items() if path.exists()}
    return course_map(course, built, exercises, kept_counts(root))


def _student_path(lesson: Lesson, root: Path) -> Path:
    return root / "course" / f"{lesson.name}.ipynb"


def _from_root(paths: Iterable[Path], root: Path) -> tuple[str, ...]:
    return tuple(path.relative_to(root).as_posix() for path in paths)


def _write(path: Path, text: str) -> bool:
    """Replace the file as a whole, if its text changes; returns whether it did."""
    try:
        if _difference(path, text) is None:
            return False
        write(path, text.encode())
    except OSError as error:
        raise AuthoringError.at(path, None, f"cannot be written: {error.strerror}") from error
    return True
