"""Results of students that there are not, for tables and pages: nothing is graded."""

import random

from rnnlib.exercises.quiz import lettered
from rnnlib.exercises.registry import predictions
from rnnlib.grading.results import entries
from rnnlib.grading.results.entries import Entry
from rnnlib.grading.results.result import SEEN, GradingStatus, Result, Score, of_lesson, unjudged

GROUPS = ("one step", "several steps")


def score(exercise, kind, says=()):
    """A score that is right, half right, wrong with the first named mistake, or a stub's."""
    id, title, most = exercise.id, exercise.title, exercise.points
    if kind == "right":
        return Score(id, title, "pass", most, most, dict.fromkeys(GROUPS, True), "", [], [*says])
    if kind == "half":
        groups = dict(zip(GROUPS, (True, False), strict=True))
        return Score(id, title, "fail", most / 2, most, groups, "error", [], [SEEN["error"]])
    if kind == "wrong":
        mistake = exercise.mistakes[0]
        named, told = [mistake.wrong.__name__], [mistake.says]
        return Score(
            id, title, "fail", 0, most, dict.fromkeys(GROUPS, False), "numbers", named, told
        )
    if kind == "stub":
        return Score(id, title, "not attempted", 0, most, {}, "stub")
    return unjudged(exercise, kind)


def result(lesson, *kinds, **more):
    """A result with an exercise of each kind; the last kind is that of the rest."""
    known = of_lesson(lesson)
    kinds = [*kinds, *kinds[-1:] * len(known)]
    scores = [score(exercise, kind) for exercise, kind in zip(known, kinds, strict=False)]
    return Result("ok", lesson, scores, **more)


def failed(lesson):
    """A result that the machine is to blame for."""
    return Result(GradingStatus.INFRASTRUCTURE, lesson, [], ["The grader failed: OSError."])


def a_class(lesson, number, seed=0):
    """Results by name, of all kinds."""
    draw, made = random.Random(seed), {}
    kinds = ["right"] * 6 + ["half", "wrong", "wrong", "stub", "missing", "cut"]
    asked = [p for p in predictions().values() if p.id.split(".")[0] == lesson]
    for k in range(number):
        scores = [score(e, draw.choice(kinds)) for e in of_lesson(lesson)]
        guesses = {p.id: draw.choice(lettered(p))[0] for p in asked if draw.random() < 0.7}
        made[f"Student {k}"] = Result("ok", lesson, scores, guesses=guesses, slow=k % 13 == 3)
    if number > 10:
        made["Student 5"] = failed(lesson)
    return made


def kept(folder, lesson, *own: Entry):
    """A lesson's folder of results, as grading leaves it."""
    entries.write(folder / lesson, lesson, list(own))
    return folder
