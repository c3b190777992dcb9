"""From the entries of a lesson to questions for each student, the same on every run."""

import functools
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from rnnlib.grading import judge
from rnnlib.grading.results import entries, explanation
from rnnlib.grading.results.entries import Entry
from rnnlib.grading.results.pages import cut
from rnnlib.grading.results.result import of_lesson
from rnnlib.grading.results.store import key
from rnnlib.grading.sandbox import course_copy
from rnnlib.grading.sandbox.session import CannotStart
from rnnlib.grading.submissions import isolated, parsing
from rnnlib.grading.submissions.collecting import Submission
from rnnlib.grading.viva import inputs, trying
from rnnlib.grading.viva.asking import Question, chosen
from rnnlib.grading.viva.changing import LATER, Change
from rnnlib.grading.viva.trying import Asked, Own, Tried

MOST_TOLD = 10  # students for whom the terminal says why they have no questions
MOST_WHY = 300
NONE_ACCEPTED = "No exercise has full points."
NO_PATH = "The notebook's path was not saved: run `rnnlib grade` again, then this."
GONE = "The graded notebook is no longer at {}: put it back, or run `rnnlib grade` again."
OTHER_FILE = "{} is not the notebook that was graded: run `rnnlib grade` again, then this."
NOT_FOUND = "No printable definition was found."
TOO_LONG = "The code is too long to print."
ALIKE = "No change of a single expression changes the numbers."


@dataclass(frozen=True)
class Viva:
    """A student's questions; if there are none, `why` gives the reason."""

    student: str
    questions: list[Question] = field(default_factory=list)
    why: str = ""


def graded(results: Path, lesson: str, name: str | None) -> tuple[list[Entry], list[Entry]]:
    """All entries of a lesson, and those to ask: the named student's, or all without a name.

    ValueError, with a one-sentence message, if there are no results or no such student.
    """
    of_lesson(lesson)
    if name is not None:
        named = [entry for _, entry in explanation.find(results, name, lesson)]
        return entries.read(results / lesson)[1], named
    try:
        everyone = entries.read(results / lesson)[1]
    except FileNotFoundError:
        told = f"{results} has no results for lesson {lesson}: run rnnlib grade first"
        raise ValueError(told) from None
    return everyone, everyone


def without(made: list[Viva]) -> list[str]:
    """Lines on the first few students who have no questions."""
    told = [f"  {cut(v.student)}: {cut(v.why, MOST_WHY)}" for v in made if not v.questions]
    more = [f"  and {len(told) - MOST_TOLD} more: see the keys"] if len(told) > MOST_TOLD else []
    return [*told[:MOST_TOLD], *more]


def of_class(
    everyone: list[Entry],
    lesson: str,
    seed: str,
    number: int,
    pool: Executor,
    *,
    unsafe: bool = False,
    done: Callable[[], object] = lambda: None,
) -> list[Viva]:
    """The questions of each student, in the order of the entries."""
    make = functools.partial(of_student, lesson=lesson, seed=seed, number=number, unsafe=unsafe)
    found = []
    for viva in pool.map(make, everyone):
        found.append(viva)
        done()
    return found


def of_student(entry: Entry, lesson: str, seed: str, number: int, *, unsafe: bool = False) -> Viva:
    """Up to `number` questions about the exercises that were accepted."""
    accepted = {
        e.id: e.function
        for e in of_lesson(lesson)
        for score in entry.result.scores
        if score.id == e.id and score.points == score.out_of
    }
    if not accepted:
        return Viva(entry.student, why=NONE_ACCEPTED)
    data, why = _handed_in(entry)
    if why:
        return Viva(entry.student, why=why)
    try:
        return _made(entry.student, data, lesson, seed, accepted, number, unsafe)
    except parsing.Invalid as error:
        return Viva(entry.student, why=str(error))
    except (CannotStart, OSError, MemoryError) as error:
        return Viva(entry.student, why=f"The machine failed: {type(error).__name__}: {error}")


def _handed_in(entry: Entry) -> tuple[bytes, str]:
    """The bytes that were graded, or why there are none."""
    if not entry.path:
        return b"", NO_PATH
    path = Path(entry.path)
    try:
        data = Submission(entry.submission, path).read()
    except OSError:
        return b"", GONE.format(path)
    same = key(data) == (entry.made or {}).get("file")
    return (data, "") if same else (b"", OTHER_FILE.format(path))


def _made(
    student: str,
    data: bytes,
    lesson: str,
    seed: str,
    accepted: dict[str, str],
    number: int,
    unsafe: bool,
) -> Viva:
    known = {e.id: e for e in of_lesson(lesson)}
    functions = {id: e.function for id, e in known.items()}
    names = judge.handed_out(lesson), [*functions.values()]
    found = isolated.own_code(data, *names, accepted, lean=True, answers=functions)
    asked, whys = {}, {}
    for id in accepted:
        drawn = inputs.seed_of(seed, "viva", student, id)
        own = _own(found["own"].get(id), np.random.default_rng(drawn))
        if own is None or not own.shown:
            whys[id] = NOT_FOUND if own is None else TOO_LONG
        else:
            asked[id] = Asked(known[id], own, inputs.small(known[id], drawn))
    whole = inputs.seed_of(seed, "viva", student)
    order = [str(id) for id in np.random.default_rng(whole).permutation(sorted(asked))]
    tried: dict[str, Tried] = {}
    questions: list[Question] = []
    for some in filter(None, (order[:number], order[number:])):  # the rest where these are few
        now = {id: asked[id] for id in asked if id in some}
        tried |= _tried(found["steps"], now, lesson, accepted, unsafe)
        questions = chosen(asked, tried, number, np.random.default_rng(whole))
        if len(questions) == number:
            break
    whys |= {id: t.why or ALIKE for id, t in tried.items()}
    told = " ".join(f"{id}: {why}" for id, why in sorted(whys.items()))
    return Viva(student, questions, "" if questions else told)


def _own(found: dict | None, rng: np.random.Generator) -> Own | None:
    """An exercise's code as it was found, with its changes in random order."""
    if found is None:
        return None
    drawn = [Change(**found["changes"][k]) for k in rng.permutation(len(found["changes"]))]
    drawn.sort(key=lambda change: LATER.get(change.kind, 0))
    return Own(found["shown"], found["parameters"], drawn)


def _tried(
    steps: list, asked: dict[str, Asked], lesson: str, accepted: dict[str, str], unsafe: bool
) -> dict[str, Tried]:
    """The results of running the changes; use() provides the library's function for wrong ones."""
    known = of_lesson(lesson)
    forbidden = tuple((name, e.id) for e in known for name in e.forbidden)
    needs = {id for each in asked.values() for id in each.exercise.needs}
    given = tuple(sorted(needs - accepted.keys()))
    course = course_copy.prepared(forbidden, given, lesson, judge.borrowed(lesson))
    steps = [(cell, code, tuple(ids)) for cell, code, ids in steps]
    functions = [e.function for e in known]
    return trying.try_all(steps, asked, course, functions, unsafe=unsafe)
