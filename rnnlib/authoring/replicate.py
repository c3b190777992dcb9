"""How often a lesson's proofs hold with other seeds, and whether they could fail at all.

A lesson's source runs once for every seed, each time in its own process without a working copy. The
proofs that hold are counted, and for the first seeds each is tried with its subject replaced: by
its rival, and by the same numbers scaled, with the sign flipped, or shuffled.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rnnlib.authoring.counts import (
    DETERMINISTIC,
    SEEDED,
    STUDY,
    Count,
    Counts,
    code_hash,
    countable,
    keep_counts,
)
from rnnlib.authoring.markdown import headings
from rnnlib.authoring.one_seed import FAILED, HELD, RIVAL, names_read
from rnnlib.lessons import AuthoringError, Lesson, SourceCell, lesson_paths, read_lesson
from rnnlib.places import ROOT

FIRST, SEEDS = 101, 20
ENOUGH = 0.95  # 19 of 20
TRIED = 3  # seeds for which the subjects are replaced
MINUTES = 30  # allowed for one seed
SEED = re.compile(r"^SEED *= *0\b", re.MULTILINE)
# jsonschema, which comes with nbformat, spends two seconds importing this package if it exists.
PROGRAM = (
    "import sys; sys.modules['rfc3987_syntax'] = None; import rnnlib.one_thread; "
    "from rnnlib.authoring.one_seed import main; main()"
)
EQUALITIES = {"allclose", "isclose", "array_equal", "assert_allclose", "assert_array_equal"}


@dataclass(frozen=True)
class Proof:
    """One proof: how often it holds, its errors, and the replacements for which it holds too."""

    line: int
    count: Count
    errors: tuple[str, ...]  # errors of the proof itself, each once
    weak: tuple[str, ...]  # replacements for which it should fail but holds
    also: tuple[str, ...]  # replacements for which it may hold: an inequality, scaled
    note: str  # replacements that were not possible, and why

    @property
    def enough(self) -> bool:
        return self.count.holds >= ENOUGH * self.count.seeds

    @property
    def holds_for_its_rival(self) -> bool:
        return any(name.startswith(RIVAL) for name in self.weak)


@dataclass(frozen=True)
class Replication:
    """A lesson with other seeds; ``ended`` names the seeds for which a visible cell raised."""

    lesson: Lesson
    first: int
    seeds: int
    proofs: tuple[Proof, ...]
    ended: tuple[str, ...]
    seconds: float

    @property
    def counts(self) -> Counts:
        counts = tuple(proof.count for proof in self.proofs)
        return Counts(code_hash(self.lesson), self.first, self.seeds, counts)

    @property
    def faults(self) -> list[str]:
        """What makes `--strict` fail."""
        rare = [f"line {p.line} holds in {p.count}" for p in self.proofs if not p.enough]
        rivals = [p.line for p in self.proofs if p.holds_for_its_rival]
        return [*self.ended, *rare, *(f"line {n} holds with its rival" for n in rivals)]

    def keep(self, root: Path = ROOT) -> Path | None:
        """Store the counts; None, and nothing is written, for seeds other than the course's."""
        if self.first != FIRST or self.seeds < SEEDS:
            return None
        return keep_counts(root, self.lesson.number, self.counts)

    def __str__(self) -> str:
        return "\n".join(_told(self))


def find_lesson(name: str, root: Path = ROOT) -> Lesson:
    """The lesson "01" or "01_slug", of the second manner."""
    paths = {key: path for path in lesson_paths(root) for key in (path.name[:2], path.stem)}
    if name not in paths:
        there = ", ".join(path.stem for path in lesson_paths(root)) or "none"
        raise AuthoringError(f"solutions: no source for lesson {name!r}; there are: {there}")
    return read_lesson(paths[name])


def replicate(
    lesson: Lesson, seeds: int = SEEDS, first: int = FIRST, processes: int | None = None
) -> Replication:
    """Run the lesson with the seeds from ``first`` on, and count for how many each proof holds.

    AuthoringError if it has no proof, or no ``SEED = 0`` in its first code cell.
    """
    from tqdm import tqdm

    cells = _cells(lesson)
    started = time.perf_counter()
    with (
        ThreadPoolExecutor(processes or os.cpu_count()) as pool,
        tqdm(total=seeds, unit="seed", disable=None) as bar,
    ):

        def run(k: int) -> dict[str, Any]:
            found = _run(_with_seed(cells, first + k), first + k, strength=k < TRIED)
            bar.update()
            return found

        runs = list(pool.map(run, range(seeds)))
    ended = tuple(f"seed {run['seed']} ends at {run['ended']}" for run in runs if run["ended"])
    proofs = tuple(_summed(lesson, runs))
    return Replication(lesson, first, seeds, proofs, ended, time.perf_counter() - started)


# --- running --------------------------------------------------------------------------------


def _code(lesson: Lesson) -> list[SourceCell]:
    return [c for c in lesson.cells if c.kind == "code" and c.in_notebooks and c.source.strip()]


def _cells(lesson: Lesson) -> list[dict[str, Any]]:
    """The cells to run, as data for another process."""
    if not countable([lesson]):
        raise lesson.error(1, "only a lesson of the second manner that has proofs is replicated")
    code = _code(lesson)
    if not SEED.search(code[0].source):
        raise lesson.error(code[0].line, "the first cell of code has no SEED = 0 to replace")
    return [{"source": c.source, "line": c.line, "tags": list(c.tags)} for c in code]


def _with_seed(cells: list[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    first = {**cells[0], "source": SEED.sub(f"SEED = {seed}", cells[0]["source"], count=1)}
    return [first, *cells[1:]]


def _run(cells: list[dict[str, Any]], seed: int, strength: bool) -> dict[str, Any]:
    """One seed in a new process, in an empty folder, where no working copy can be found."""
    asked = json.dumps({"cells": cells, "seed": seed, "strength": strength})
    own = {name: value for name, value in os.environ.items() if name != "RNNLIB_WORK"}
    own |= {"MPLBACKEND": "Agg", "PYTHONPATH": os.pathsep.join([str(ROOT), *_python_path()])}
    with tempfile.TemporaryDirectory(prefix="rnnlib-") as folder:
        try:
            done = subprocess.run(
                [sys.executable, "-W", "ignore", "-c", PROGRAM],
                input=asked,
                capture_output=True,
                text=True,
                cwd=folder,
                env=own,
                timeout=60 * MINUTES,
            )
        except subprocess.TimeoutExpired:
            return {"seed": seed, "proofs": [], "ended": f"nothing: over {MINUTES} minutes"}
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        return {"seed": seed, "proofs": [], "ended": f"nothing: the process died: {last}"}
    return json.loads(done.stdout)


def _python_path() -> list[str]:
    return [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]


# --- counting -------------------------------------------------------------------------------


def _summed(lesson: Lesson, runs: list[dict[str, Any]]) -> Iterator[Proof]:
    """Each proof of the lesson with its results from the runs."""
    for cell, shown, heading in _proofs(lesson):
        said = [p for run in runs for p in run["proofs"] if p["line"] == cell.line]
        study = any(tag.partition(":")[0] == STUDY for tag in (*cell.tags, *shown))
        same = len(said) > 1 and all(p["reads"] == said[0]["reads"] for p in said)
        kind = STUDY if study else DETERMINISTIC if same else SEEDED
        number = next((p["runs"] for p in said if p["runs"] is not None), None)
        held = sum(p["outcome"] == HELD for p in said)
        count = Count(heading, kind, held, len(runs), number if study else None)
        errors = {p["outcome"] for p in said} - {HELD, FAILED}
        proof = Proof(cell.line, count, tuple(sorted(errors)), (), (), "")
        yield _weighed(proof, cell, [p["with"] for p in said[:TRIED] if p["outcome"] == HELD])


def _proofs(lesson: Lesson) -> Iterator[tuple[SourceCell, tuple[str, ...], str]]:
    """Each proof, the tags of the visible cell before it, and the heading above it."""
    heading, shown = lesson.title, ()
    for cell in lesson.cells:
        if cell.in_course:
            for found in headings(cell):
                heading = re.sub(r"\s*\(\d+ min\)$", "", found.text)
        if cell in (code := _code(lesson)) and "proof" not in cell.tags:
            shown = cell.tags
        elif cell in code:
            yield cell, shown, heading


def _weighed(proof: Proof, cell: SourceCell, tried: list[dict[str, str]]) -> Proof:
    """The proof with the replacements for which it holds for most of the seeds tried."""
    said: dict[str, list[str]] = {}
    for one in tried:
        for name, outcome in one.items():
            said.setdefault(name, []).append(outcome)
    judged = {name: o for name, o in said.items() if HELD in o or FAILED in o}
    proof = replace(proof, note=_note(cell, judged) if tried else "was not tried")
    if not any(FAILED in outcomes for outcomes in judged.values()) and proof.note:
        return proof
    holds = [n for n, outcomes in judged.items() if 2 * outcomes.count(HELD) > len(outcomes)]
    if is_equality(cell.source):
        return replace(proof, weak=tuple(holds))
    disorder = [n for n in judged if n.startswith(("sign", "shuffled"))]
    blind = bool(disorder) and all(name in holds for name in disorder)
    weak = [n for n in holds if n.startswith(RIVAL) or (blind and n in disorder)]
    return replace(proof, weak=tuple(weak), also=tuple(n for n in holds if n not in weak))


def _note(cell: SourceCell, judged: dict[str, list[str]]) -> str:
    """Why a proof was not tested: its subject is not read, or nothing could replace it."""
    subjects = cell.tagged("subject")
    if not subjects:
        return "names no subject"
    unread = [name for name in subjects if name not in names_read(cell.source)]
    if unread and not any(FAILED in outcomes for outcomes in judged.values()):
        return f"does not read {', '.join(unread)}"
    if not judged:
        return "nothing could replace its subject"
    rivals = [name for name in cell.tagged(RIVAL) if not any(name in j.split() for j in judged)]
    return f"{', '.join(rivals)} could not replace its subject" if rivals else ""


def is_equality(source: str) -> bool:
    """Whether a proof says that things are equal, or nearly: `==`, `allclose`, |a - b| < 0.1."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Compare(ops=[ast.Eq(), *_]):
                return True
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in EQUALITIES:
                return True
            case ast.Compare(left, [ast.Lt() | ast.LtE()], [ast.Constant(float(small))]):
                if small <= 1e-3 or re.search(r"\babs\(.* - ", ast.unparse(left)):
                    return True
    return False


# --- telling --------------------------------------------------------------------------------


def _told(found: Replication) -> Iterator[str]:
    rows = [("line", "kind", "holds", "section", "weak: it holds with its subject")]
    for p in found.proofs:
        kind = p.count.kind + (f" ({p.count.runs} runs)" if p.count.runs is not None else "")
        also = f"({', '.join(p.also)})" if p.also else ""
        weak = ", ".join([*p.weak, *filter(None, [also, p.note and f"- {p.note}"])])
        rows.append((str(p.line), kind, str(p.count), p.count.heading, weak))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(text.ljust(w) for text, w in zip(row, widths, strict=True)).rstrip()
    for p in found.proofs:
        yield from (f"the proof in line {p.line} is wrong itself: {what}" for what in p.errors)
    yield from found.ended
    last = found.first + found.seeds - 1
    yield f"seeds {found.first} to {last}, {found.seconds:.0f} seconds"
