"""The exercises: what a learner calls, and what judges the answer.

What a learner calls, in a notebook:

check(id, f)     PASS, FAIL and why, or NOT ATTEMPTED
hint(id, n)      a step in the right direction
solution(id)     the worked solution, after an attempt
use(id, f)       your function if it passed, else the library's, so that the lesson continues;
                 use(id) your answer from an earlier lesson
predict(id)      a guess to make before a result, and reveal(id) after it
quiz(id)         a question to answer by clicking, or quiz(id, "b")
recall(lesson)   two questions from earlier lessons
progress()       what is done in this lesson, and what is next; progress(all=True) for all lessons
updates_for      how many updates to train with your function: fewer if it is slow
without_torch    PyTorch is missing: show what its cells printed when the lesson was built
show             results in print, as in show.table({"t": [1, 2], "h": h})

The way of an answer through a check, by module:

engine           check calls the function on the cases of the exercise (`asking`), within limits:
                 `guarding`, `forbidding`, `interrupting`
comparing        the verdict, from the values of the function and of the reference
probing          further calls of a function that has failed
explaining       the message: `naming`, `pairing` and `partial_naming` look for mistakes that make
                 the function's numbers, listed ones and those of `alterations`; for numbers that
                 none makes, `observing` says what can be seen, with `describing` and `locating`
outcome          the verdict and the message as text and as a card
"""

from rnnlib.exercises import show
from rnnlib.exercises.engine import check, hint, solution, use
from rnnlib.exercises.in_browser import greet
from rnnlib.exercises.missing import explain_missing_names
from rnnlib.exercises.overview import progress
from rnnlib.exercises.pace import updates_for
from rnnlib.exercises.predicting import predict, recall, reveal
from rnnlib.exercises.quiz import quiz
from rnnlib.exercises.torchless import without_torch

__all__ = [
    "check",
    "hint",
    "predict",
    "progress",
    "quiz",
    "recall",
    "reveal",
    "show",
    "solution",
    "updates_for",
    "use",
    "without_torch",
]

explain_missing_names()
greet()
