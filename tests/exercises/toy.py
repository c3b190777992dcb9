"""Small exercises that are in no lesson, and answers to real ones."""

import numpy as np

from rnnlib.exercises.engine import evaluate
from rnnlib.exercises.outcome import Outcome
from rnnlib.exercises.registry import exercises
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def key(id):
    """The reference of an exercise."""
    return exercises()[id].reference


def mine(id):
    """A learner's own answer that is right."""
    return lambda *arguments: list(np.atleast_1d(key(id)(*arguments)))


def split(x, W):
    """A reference with two outputs along time: running sums, and their products with W."""
    total = np.cumsum(x, axis=0)
    return total, total @ W.T


def right(x, W):
    """A right answer to it that is not the reference itself."""
    return split(x, W)


def stub(x, W):
    """What stands in the lesson before anything is written."""
    raise NotImplementedError("Exercise 99.1: write split")


def no_sum(x, W):
    """A listed mistake in the first output alone."""
    return x, split(x, W)[1]


def transposed(x, W):
    """A listed mistake in the second output alone."""
    total, _ = split(x, W)
    return total, total @ W


TOY = Exercise(
    id="99.1",
    title="Toy",
    reference=split,
    cases=lambda rng: [
        Case((rng.normal(size=(T, 3)), rng.normal(size=(3, 3))), group)
        for T, group in ((1, "one step"), (5, "several steps"))
    ],
    returns=(
        Returned("total", ("t", "unit"), first=1),
        Returned("out", ("t", "unit"), first=1, of=("total",)),
    ),
    hints=("Think.", "Think harder."),
    mistakes=(Mistake(no_sum, "You do not add up."), Mistake(transposed, "W or its transpose?")),
)


def an_exercise(id, reference, cases, *returns, **more):
    """An exercise without hints and, unless given, without listed mistakes."""
    return Exercise(
        id=id,
        title=id,
        reference=reference,
        cases=cases,
        returns=returns,
        hints=(),
        mistakes=more.pop("mistakes", ()),
        **more,
    )


def judged(candidate, exercise=TOY):
    """The outcome on the cases that learners get."""
    return evaluate(exercise, candidate, seed=0)


def outcome(id, status):
    """A verdict of no exercise in particular."""
    return Outcome(id, "", status, 0, 1, "")
