"""How often a lesson's proofs held with other seeds, as stored by `rnnlib replicate`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rnnlib.lessons import AuthoringError, Lesson, lesson_paths, read_lesson
from rnnlib.places import ROOT, write

FILE = "replication.json"  # in solutions/
DETERMINISTIC, SEEDED, STUDY = "deterministic", "seeded", "study"


@dataclass(frozen=True)
class Count:
    """In how many of the seeds a proof holds; ``runs`` is the number of runs in a stored study."""

    heading: str
    kind: str
    holds: int
    seeds: int
    runs: int | None = None

    def __str__(self) -> str:
        return f"{self.holds} of {self.seeds}"


@dataclass(frozen=True)
class Counts:
    """What is stored for a lesson: the code that ran, the seeds, and each proof's count."""

    code: str
    first: int
    seeds: int
    proofs: tuple[Count, ...]

    def of(self, kind: str) -> list[Count]:
        return [proof for proof in self.proofs if proof.kind == kind]


def code_hash(lesson: Lesson) -> str:
    """A digest of the lesson's code, including proofs; changes in prose do not affect it."""
    code = [c.source for c in lesson.cells if c.kind == "code" and c.in_notebooks]
    return hashlib.sha256("\0".join(code).encode()).hexdigest()[:16]


def kept_counts(root: Path = ROOT) -> dict[str, Counts]:
    """The counts of the lessons that have any, by number."""
    path = root / "solutions" / FILE
    if not path.exists():
        return {}
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return {number: _read(found) for number, found in kept.items()}
    except json.JSONDecodeError as error:
        raise AuthoringError.at(path, error.lineno, f"is not JSON: {error.msg}") from error
    except (AttributeError, KeyError, TypeError) as error:
        what = "is not what rnnlib replicate writes; delete it and count again"
        raise AuthoringError.at(path, 1, what) from error


def _read(found: Mapping[str, Any]) -> Counts:
    proofs = tuple(Count(**proof) for proof in found["proofs"])
    return Counts(found["code"], found["first"], found["seeds"], proofs)


def keep_counts(root: Path, number: str, counts: Counts) -> Path:
    """Replace a lesson's counts; returns the path of the file."""
    path = root / "solutions" / FILE
    kept = {**kept_counts(root), number: counts}
    plain = {number: _plain(kept[number]) for number in sorted(kept)}
    write(path, (json.dumps(plain, indent=1, ensure_ascii=False) + "\n").encode())
    return path


def _plain(counts: Counts) -> dict[str, Any]:
    proofs = [{k: v for k, v in asdict(p).items() if v is not None} for p in counts.proofs]
    return {**asdict(counts), "proofs": proofs}


def state(lesson: Lesson, counts: Counts | None) -> str:
    """What is wrong with a lesson's counts: "missing", "old", or ""."""
    if counts is None:
        return "missing"
    return "" if counts.code == code_hash(lesson) else "old"


def countable(lessons: Iterable[Lesson]) -> list[Lesson]:
    """The lessons of the second manner that have proofs."""
    two = [lesson for lesson in lessons if lesson.manner == 2]
    return [lesson for lesson in two if any("proof" in cell.tags for cell in lesson.cells)]


def uncounted(root: Path = ROOT) -> list[str]:
    """A line for each lesson whose counts are old or missing."""
    kept = kept_counts(root)
    texts = {path: path.read_text(encoding="utf-8") for path in lesson_paths(root)}
    lessons = countable(read_lesson(path) for path, text in texts.items() if "manner: 2" in text)
    wrong = [(lesson.number, state(lesson, kept.get(lesson.number))) for lesson in lessons]
    return [
        f"lesson {number}: its replication counts are {what}; run rnnlib replicate {number}"
        for number, what in wrong
        if what
    ]
