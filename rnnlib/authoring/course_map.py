"""The course map, ``course/README.md``: the lessons, and the verdict on each claim."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from rnnlib.authoring.content.claims import CLAIMS
from rnnlib.authoring.counts import DETERMINISTIC, SEEDED, STUDY, Counts, countable, state
from rnnlib.authoring.markdown import headings
from rnnlib.authoring.notebooks import cell_ids, printed
from rnnlib.lessons import Lesson, lesson_paths, read_lesson
from rnnlib.places import ROOT

LONGEST = 80

HEAD = """\
# Course map

<!-- Made by `rnnlib build`: change the lessons' sources, not this file. -->

`rnnlib lab` opens the course. The lessons build on each other, in this order. For reference, see
the [glossary](GLOSSARY.md) and the [formula sheet](FORMULAS.md).
"""
PROOFS = """\
A proof is a cell in the solutions that tests a statement of the lesson. `rnnlib replicate` runs the
lesson with other seeds and counts how often it holds. *Deterministic*: does not depend on a seed.
"""


@dataclass(frozen=True)
class Settled:
    """A row of the claims list, the heading above its cell, and the cell's output."""

    claim_id: str
    lesson: Lesson
    heading: str
    line: str


def unsettled(root: Path = ROOT) -> list[str]:
    """Ids of the claims that no lesson's cell settles."""
    return _open_rows(read_lesson(path) for path in lesson_paths(root))


def _open_rows(lessons: Iterable[Lesson]) -> list[str]:
    tagged = {i for lesson in lessons for cell in lesson.cells for i in cell.tagged("claim")}
    return [claim_id for claim_id in CLAIMS if claim_id not in tagged]


def settled(lesson: Lesson, built: NotebookNode | None) -> list[Settled]:
    """The claims that the lesson settles, with the last line printed in the built notebook."""
    cells = {cell.id: cell for cell in built.cells} if built else {}
    heading, rows = lesson.title, []
    for cell_id, cell in zip(cell_ids(lesson), lesson.cells, strict=True):
        if cell.in_course:
            for found in headings(cell):
                heading = re.sub(r"\s*\(\d+ min\)$", "", found.text)
        for claim_id in cell.tagged("claim"):
            text = printed(cells[cell_id]) if cell_id in cells else ""
            rows.append(Settled(claim_id, lesson, heading, text.split("\n")[-1]))
    return rows


def course_map(
    lessons: Iterable[Lesson],
    built: Mapping[str, NotebookNode],
    exercises: Mapping[str, Any],
    counts: Mapping[str, Counts] | None = None,
) -> str:
    """The text of the map; ``built`` maps a lesson's name to its notebook with outputs.

    ``counts`` maps a lesson's number to how often its proofs held on other seeds.
    """
    lessons = list(lessons)
    rows = [row for lesson in lessons for row in settled(lesson, built.get(lesson.name))]
    rows.sort(key=lambda row: list(CLAIMS).index(row.claim_id))
    still_open = _open_rows(lessons)
    parts = [
        HEAD,
        "## Lessons\n",
        _table(
            ("no.", "lesson", "minutes", "exercises", "points"),
            [_lesson_row(lesson, exercises) for lesson in lessons],
        ),
        "## Claims about unrolling, and what we found\n",
        "Each row is settled by a cell that you can run, and change to see what happens.\n",
        _table(
            ("row", "claim or question", "verdict", "what the cell prints", "where"),
            [_claim_row(row) for row in rows],
        ),
        *([f"## Still open: {len(still_open)} of {len(CLAIMS)}\n"] if still_open else []),
        *(f"- {claim_id}: {CLAIMS[claim_id].text}" for claim_id in still_open),
        *_proofs_part(countable(lessons), counts or {}),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _lesson_row(lesson: Lesson, exercises: Mapping[str, Any]) -> tuple[str, ...]:
    own = [exercises[i] for cell in lesson.cells for i in cell.tagged("exercise")]
    points = sum(exercise.points for exercise in own)
    link = f"[{lesson.title}]({lesson.name}.ipynb)"
    if any("**Further reading" in cell.source for cell in lesson.cells[:3]):
        link += " (further reading)"
    return lesson.number, link, str(lesson.minutes), str(len(own)), f"{points:g}"


def _claim_row(row: Settled) -> tuple[str, ...]:
    claim = CLAIMS[row.claim_id]
    verdict = f"**{claim.verdict}**" + (f": {claim.but}" if claim.but else "")
    line = row.line.replace("`", "'")
    if len(line) > LONGEST:
        line = line[: LONGEST - 1].rstrip() + "…"
    line = f"`{line}`" if line else "not built yet"
    where = f"[{row.lesson.number}]({row.lesson.name}.ipynb), “{row.heading}”"
    return claim.id, claim.text, verdict, line, where


def _proofs_part(lessons: list[Lesson], counts: Mapping[str, Counts]) -> list[str]:
    """How often these lessons' proofs hold; empty if there are no lessons."""
    if not lessons:
        return []
    head = ("lesson", "deterministic", "seeded", "least often", "stored studies", "counted")
    rows = [_proofs_row(lesson, counts.get(lesson.number)) for lesson in lessons]
    return ["\n## How often the proofs hold\n", PROOFS, _table(head, rows)]


def _proofs_row(lesson: Lesson, counts: Counts | None) -> tuple[str, ...]:
    link = f"[{lesson.number}]({lesson.name}.ipynb)"
    what = state(lesson, counts)
    if counts is None:
        return link, "", "", "", "", f"{what}: run `rnnlib replicate {lesson.number}`"
    fixed, seeded = counts.of(DETERMINISTIC), counts.of(SEEDED)
    broken = sum(proof.holds < proof.seeds for proof in fixed)
    least = min(seeded, key=lambda proof: proof.holds / proof.seeds, default="")
    told = f"seeds {counts.first} to {counts.first + counts.seeds - 1}"
    return (
        link,
        str(len(fixed)) + (f", of which {broken} fail" if broken else ""),
        str(len(seeded)),
        str(least),
        str(len(counts.of(STUDY))),
        f"{what}: run `rnnlib replicate {lesson.number}`" if what else told,
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines
    )
