"""Why there is no answer, in words that the student can act on, without private values."""

import sys
from collections.abc import Callable
from dataclasses import replace

from rnnlib.exercises.registry import exercises
from rnnlib.grading.results.result import Score, unjudged
from rnnlib.grading.sandbox.session import Stop
from rnnlib.grading.submissions import isolated

MOST_NOTES = 10
MOST_NAME = 40
FEWEST_ALIKE = 3  # matching cells that identify another lesson's notebook
READS = f"Python {sys.version_info.major}.{sys.version_info.minor}"


def explained(
    data: bytes,
    scores: list[Score],
    stops: dict[int, list[Stop]],
    cut: set[int],
    handed_out: frozenset[str],
) -> tuple[list[Score], list[str]]:
    """The scores with reasons for missing answers, and notes on the cells that stopped.

    `stops`: for each cell, where it raised; `cut`: the cells that were skipped except for what the
    answers need.
    """
    functions = {s.id: exercises()[s.id].function for s in scores}
    missing = [functions[s.id] for s in scores if s.why == "missing"]
    wrong = [functions[s.id] for s in scores if s.why == "error"]
    stops = {cell: told for cell, told in stops.items() if told}
    if not (missing or wrong or stops):
        return scores, []
    look = isolated.there(data, missing, wrong, handed_out)
    stops = {cell: told for cell, told in stops.items() if cell in look.changed}
    found = []
    for score in scores:
        function = functions[score.id]
        if score.why == "missing":
            why = _why(look.there.get(function, []), stops, cut)
            found.append(unjudged(exercises()[score.id], why))
        elif score.why == "error" and (names := look.undefined.get(function)):
            listed = ", ".join(f"`{name[:MOST_NAME]}`" for name in names[:3])
            says = f"It uses {listed}, which no cell defines or imports."
            found.append(replace(score, says=[*score.says, says]))
        else:
            found.append(score)
    notes = [note for cell in sorted(stops) for note in _notes(cell, stops[cell])]
    return found, notes[:MOST_NOTES]


def _why(places: list[tuple[int, bool]], stops: dict[int, list[Stop]], cut: set[int]) -> str:
    """Why a function is missing, from where its definitions are and whether they parse."""
    whys = []
    for cell, readable in places:
        ended = [stop for stop in stops.get(cell, ()) if not stop.on]
        if cell in cut:
            whys.append("left out")
        elif not readable or any(stop.error in SYNTAX for stop in ended):
            whys.append("syntax")
        else:
            whys.append("cut" if ended else "no function")
    return whys[-1] if whys else "missing"


SYNTAX = ("SyntaxError", "IndentationError", "TabError")


def _notes(cell: int, stops: list[Stop]) -> list[str]:
    """Notes on a cell that raised: which lines were skipped, and where it stopped."""
    here, notes = f"Code cell {cell + 1}", []
    if over := [stop for stop in stops if stop.on]:
        lines = ", ".join(str(n) for n in sorted({stop.line for stop in over})[:5])
        kinds = ", ".join(dict.fromkeys(stop.error for stop in over))
        notes.append(
            f"{here}, line {lines}: skipped ({kinds}), because it needs something that is not "
            "available during grading. The code below it was run."
        )
    for stop in stops:
        if stop.error in SYNTAX and not stop.on:
            notes.append(
                f"{here} could not be run: {READS} finds a syntax error on line {stop.line}."
            )
        elif not stop.on:
            notes.append(
                f"{here} stopped on line {stop.line} ({stop.error}): the code below that line in "
                "the same cell was not run."
            )
    return notes


def another_lesson(
    data: bytes, lesson: str, scores: list[Score], handed_out: Callable[[str], frozenset[str]]
) -> tuple[list[Score], list[str]]:
    """The scores, and a note if nothing is right and the notebook is another lesson's."""
    if any(s.points for s in scores):
        return scores, []
    lessons = sorted({id.split(".")[0] for id in exercises()} | {lesson})
    alike = isolated.alike(data, {known: handed_out(known) for known in lessons})
    most = max(alike, key=lambda known: alike[known])
    if most == lesson or alike[most] < FEWEST_ALIKE or alike[most] <= alike[lesson]:
        return scores, []
    return (
        [unjudged(exercises()[s.id], "lesson") for s in scores],
        [f"This is the notebook for lesson {most}, but the assignment was lesson {lesson}."],
    )
