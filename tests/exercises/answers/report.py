"""The mutation report: what the checks make of every labelled answer, as a table.

`python -m tests.exercises.answers.report` prints it.
"""

import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rnnlib.exercises.engine import PUBLIC_SEED, evaluate
from rnnlib.exercises.outcome import Outcome, Status
from rnnlib.exercises.registry import exercises
from tests.exercises.answers.labels import Wrong

CHAPTERS = [
    importlib.import_module(f"tests.exercises.answers.{path.stem}")
    for path in sorted(Path(__file__).parent.glob("ch*.py"))
]
RIGHT: dict[str, list[Callable]] = {
    id: answers for chapter in CHAPTERS for id, answers in chapter.RIGHT.items()
}
WRONG: dict[str, list[Wrong]] = {
    id: answers for chapter in CHAPTERS for id, answers in chapter.WRONG.items()
}


def judged(id: str, answer: Callable, seed: int = PUBLIC_SEED) -> Outcome:
    """The outcome of an answer to exercise `id`."""
    return _judged_once(id, answer, seed)


@cache
def _judged_once(id: str, answer: Callable, seed: int) -> Outcome:
    return evaluate(exercises()[id], answer, seed=seed)


def names(outcome: Outcome) -> set[str]:
    """The listed mistakes that an outcome names, alone or joined to another."""
    listed = {m.wrong.__name__ for m in exercises()[outcome.id].mistakes}
    named = outcome.evidence.get("named", {}).values()
    return {part for name in named for part in name.split("+")} & listed


@dataclass(frozen=True)
class Row:
    """One exercise: how many of its labelled answers were treated as they should be."""

    id: str
    right: int
    passed: int
    wrong: int
    rejected: int
    with_name: int
    named: int
    misnamed: int


def row(id: str) -> Row:
    """The report on one exercise."""
    passed = [judged(id, answer).passed for answer in RIGHT[id]]
    outcomes = [(wrong, judged(id, wrong.answer)) for wrong in WRONG[id]]
    rightly = [names(outcome) == wrong.names for wrong, outcome in outcomes if wrong.named]
    wrongly = [bool(names(o) - w.names) for w, o in outcomes]
    return Row(
        id=id,
        right=len(passed),
        passed=sum(passed),
        wrong=len(outcomes),
        rejected=sum(outcome.status is Status.FAIL for _, outcome in outcomes),
        with_name=len(rightly),
        named=sum(rightly),
        misnamed=sum(wrongly),
    )


def table(ids: Iterable[str]) -> str:
    """The rows of these exercises and their sum, in columns."""
    found = [row(id) for id in ids]
    lines = ["exercise  right: passed  wrong: rejected  with a name: named  misnamed"]
    total = [0] * 7
    for each in found:
        counts = (each.right, each.passed, each.wrong, each.rejected, each.with_name, each.named)
        total = [a + b for a, b in zip(total, (*counts, each.misnamed), strict=True)]
        lines.append(_line(each.id, *counts, each.misnamed))
    return "\n".join([*lines, _line("all", *total)])


def _line(id, right, passed, wrong, rejected, with_name, named, misnamed) -> str:
    pairs = (f"{passed}/{right}", f"{rejected}/{wrong}", f"{named}/{with_name}")
    return f"{id:<8}  {pairs[0]:>13}  {pairs[1]:>15}  {pairs[2]:>18}  {misnamed:>8}"


if __name__ == "__main__":
    print(table(exercises()))
