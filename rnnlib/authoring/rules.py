"""Rules for a lesson's source; the first violation is an AuthoringError with its line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from typing import Any

from rnnlib.authoring.content.claims import CLAIMS
from rnnlib.authoring.manner import examine_manner
from rnnlib.authoring.markdown import headings, images_without_text
from rnnlib.authoring.notebooks import PLACES, SLIDE_TAGS, checked_exercise, solution_region
from rnnlib.lessons import Lesson, SourceCell

TAGS = {"instructor", "predict", "nbval-ignore-output", "extra", "torch"} | SLIDE_TAGS
PROOF_TAGS = {"proof", "resume"}  # of lessons of the second manner, on code cells
TAGS_WITH_ID = {"exercise": "code", "solution": "markdown", "claim": "code"}  # and the cell's kind
MOST_LINES = 15


def examine(lessons: Iterable[Lesson], exercises: Mapping[str, Any]) -> None:
    """Raise AuthoringError at the first violation in the lessons."""
    stubs: dict[str, str] = {}
    for lesson in lessons:
        for cell in lesson.cells:
            _examine_tags(lesson, cell, exercises)
            _examine_slide_tags(lesson, cell)
            if cell.kind == "code":
                _examine_code(lesson, cell)
            for line in images_without_text(cell):
                raise lesson.error(line, "an image without alternative text")
            if own := cell.tagged("exercise"):
                _examine_stub(lesson, cell, exercises[own[0]])
            elif solution_region(lesson, cell):
                raise lesson.error(cell.line, "a solution region in a cell that is not an exercise")
            for exercise_id in own:
                if exercise_id in stubs:
                    what = f"exercise {exercise_id} already has its stub at {stubs[exercise_id]}"
                    raise lesson.error(cell.line, what)
                stubs[exercise_id] = f"{lesson.path.name}:{cell.line}"
        _examine_exercises(lesson, exercises)
        if lesson.manner == 2:
            examine_manner(lesson)
        _examine_headings(lesson, [cell for cell in lesson.cells if cell.in_notebooks])
        _examine_headings(lesson, [cell for cell in lesson.cells if cell.in_course])
        _examine_exercise_headings(lesson, exercises)


def _examine_tags(lesson: Lesson, cell: SourceCell, exercises: Mapping[str, Any]) -> None:
    if len(cell.tagged("exercise")) > 1:
        raise lesson.error(cell.line, "one cell, one exercise")
    for tag in cell.tags:
        name, _, value = tag.partition(":")
        if tag in TAGS or (lesson.manner == 2 and _of_second_manner(cell, tag)):
            continue
        if name not in TAGS_WITH_ID or not value:
            raise lesson.error(cell.line, f"unknown tag {tag!r}")
        if cell.kind != TAGS_WITH_ID[name]:
            raise lesson.error(cell.line, f"tag {tag!r} belongs on a {TAGS_WITH_ID[name]} cell")
        if name == "claim":
            if value not in CLAIMS:
                raise lesson.error(cell.line, f"tag {tag!r} is not a row of the claims list")
            asserts = re.search(r"^\s*assert\b", cell.source, re.MULTILINE)
            if lesson.manner == 1 and not asserts:
                raise lesson.error(cell.line, f"the cell tagged {tag!r} asserts nothing")
        elif value not in exercises:
            raise lesson.error(cell.line, f"tag {tag!r} is not a registered exercise")
        elif value.split(".")[0] != lesson.number:
            raise lesson.error(cell.line, f"tag {tag!r} belongs in another lesson")


def _of_second_manner(cell: SourceCell, tag: str) -> bool:
    """Whether this tag marks a proof, or a cell that rebuilds what the rest needs."""
    name, _, value = tag.partition(":")
    of_proof = "proof" in cell.tags and (tag == "study" or (name in ("subject", "rival") and value))
    stored = name == "study" and value
    return cell.kind == "code" and bool(tag in PROOF_TAGS or of_proof or stored)


def _examine_slide_tags(lesson: Lesson, cell: SourceCell) -> None:
    places = [tag for tag in cell.tags if tag in PLACES]
    if len(places) > 1:
        raise lesson.error(cell.line, f"one of the tags {' and '.join(map(repr, places))}")
    if not cell.in_notebooks and (cell.kind != "markdown" or not places):
        what = "'only-slides' belongs on a markdown cell with 'slide', 'same-slide' or 'fragment'"
        raise lesson.error(cell.line, what)
    if places and ("instructor" in cell.tags or cell.tagged("solution")):
        raise lesson.error(cell.line, f"{places[0]!r}: this cell goes to the speaker's notes")


def _examine_code(lesson: Lesson, cell: SourceCell) -> None:
    lines = cell.source.split("\n")
    for i, line in enumerate(lines):
        if line.rstrip().endswith(";") and not line.lstrip().startswith("#"):
            raise lesson.error(cell.line + i, "trailing ';': write `_ = ...` instead")
    code = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if len(code) > MOST_LINES and not cell.tagged("exercise"):
        raise lesson.error(cell.line, f"{len(code)} lines of code in a cell; {MOST_LINES} at most")


def _examine_stub(lesson: Lesson, cell: SourceCell, exercise: Any) -> None:
    region = solution_region(lesson, cell)
    if region is None:
        raise lesson.error(cell.line, f"exercise {exercise.id} has no solution region")
    first = cell.line + region[0]
    if not cell.source.split("\n")[region[0]].startswith(" "):
        raise lesson.error(first, "a solution region belongs in the function's body, indented")
    try:
        tree = ast.parse(cell.source)
    except SyntaxError as error:
        raise lesson.error(cell.line + (error.lineno or 1) - 1, error.msg) from error
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    if exercise.function not in functions:
        what = f"exercise {exercise.id} asks for a function {exercise.function}, not defined here"
        raise lesson.error(cell.line, what)
    stub = functions[exercise.function]
    names = f"({', '.join(_parameters(stub))})"
    wanted = ast.parse(f"def f{exercise.signature}: pass").body[0]
    assert isinstance(wanted, ast.FunctionDef)
    if _parameters(stub) != _parameters(wanted):
        what = f"the stub is {stub.name}{names}, exercise {exercise.id} has {exercise.signature}"
        raise lesson.error(cell.line + stub.lineno - 1, what)


def _parameters(function: ast.FunctionDef) -> list[str]:
    return [a.arg for a in ast.iter_child_nodes(function.args) if isinstance(a, ast.arg)]


def _examine_exercises(lesson: Lesson, exercises: Mapping[str, Any]) -> None:
    """The lesson has a stub and a check for each of its exercises."""
    stubs = {i: cell for cell in lesson.cells for i in cell.tagged("exercise")}
    checked = {checked_exercise(c.source) for c in lesson.cells if c.kind == "code"}
    for exercise_id in exercises:
        if exercise_id.split(".")[0] != lesson.number:
            continue
        if exercise_id not in stubs:
            raise lesson.error(1, f"exercise {exercise_id} is registered but has no stub here")
        if exercise_id not in checked:
            what = f'no cell of the lesson calls check("{exercise_id}", ...)'
            raise lesson.error(stubs[exercise_id].line, what)


def _examine_exercise_headings(lesson: Lesson, exercises: Mapping[str, Any]) -> None:
    """In the learner's notebook a stub is below its own heading, with the exercise's title."""
    above = ""
    for cell in lesson.cells:
        if cell.in_course:
            above = ([above] + [" ".join(heading.text.split()) for heading in headings(cell)])[-1]
        for exercise_id in cell.tagged("exercise"):
            wanted = f"Exercise {exercise_id} {exercises[exercise_id].title}"
            if not above.startswith(wanted):
                what = f"the stub must be below the learner's heading {wanted!r}, not {above!r}"
                raise lesson.error(cell.line, what)


def _examine_headings(lesson: Lesson, cells: Iterable[SourceCell]) -> None:
    """One H1, at the top, and no skipped level: screen readers navigate by headings."""
    level = 0
    for heading in (heading for cell in cells for heading in headings(cell)):
        if heading.level == 1 and level:
            raise lesson.error(heading.line, "a second H1; a lesson has one")
        if heading.level > level + 1:
            before = f"after H{level}" if level else "as the first heading"
            raise lesson.error(heading.line, f"H{heading.level} {before}: a level is skipped")
        level = heading.level
    if not level:
        raise lesson.error(1, "the lesson has no heading")
