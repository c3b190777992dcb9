"""Exercise 06.4: the exact gradient with few states."""

import numpy as np

from rnnlib.exercises.chapters.ch06 import unit
from rnnlib.exercises.chapters.ch06.checkpointed_mistakes import MISTAKES
from rnnlib.exercises.chapters.forbidden import WALK_BACK
from rnnlib.exercises.spec import Case, Exercise, Returned


def checkpointed(w, x, h0, y, every):
    T, h, kept = len(x), h0, {}
    for t in range(T):
        if t % every == 0:
            kept[t] = h
        h = np.tanh(w * h + x[t])
    dw, from_future = 0.0, 0.0
    for start in reversed(kept):
        segment = unit.states(w, x[start : start + every], kept[start])
        for t in range(len(segment) - 1, 0, -1):
            da = (from_future + segment[t] - y[start + t - 1]) * (1 - segment[t] ** 2)
            dw += da * segment[t - 1]
            from_future = da * w
    return dw


def _terms(w, x, h0, y, every):
    copies, t = unit.contributions(w, x, h0, y).sum(axis=0), np.arange(len(x))
    first = t % every == 0
    last = ~first & ((t % every == every - 1) | (t == len(x) - 1))
    return {
        "dw": {
            "from the first step of each segment": copies[first].sum(),
            "from the last step of each segment": copies[last].sum(),
            "from the steps between": copies[~first & ~last].sum(),
        }
    }


def _cases(rng):
    def case(w, T, every, group):
        return Case((*unit.drawn(rng, w, T), every), group)

    return [
        case(1.2, 1, 1, "T = 1"),
        case(-1.4, 4, 6, "one segment"),
        case(1.3, 6, 2, "T a multiple of every"),
        case(1.5, 9, 3, "T a multiple of every"),
        case(-1.2, 7, 3, "T not a multiple of every"),
        case(1.4, 11, 4, "T not a multiple of every"),
        case(-1.3, 40, 7, "T not a multiple of every"),
        case(1.1, 5, 1, "every = 1"),
    ]


CHECKPOINTED = Exercise(
    id="06.4",
    title="The exact gradient with few states",
    points=3,
    reference=checkpointed,
    forbidden=(
        "rnnlib.gradients.checkpointing.checkpointed_bptt",
        "rnnlib.gradients.bptt.bptt",
        "rnnlib.gradients.online.weighted_bptt",
        "rnnlib.gradients.online.rtrl",
        *WALK_BACK,
    ),
    cases=_cases,
    returns=(Returned("dw"),),
    hints=(
        "Run forward once and keep only the states at the steps 0, every, 2 every, ... Then take "
        "the segments from the last to the first. What do you need to run a segment again, and "
        "where does it end if T is not a multiple of `every`?",
        "Inside a segment it is the backward walk that you know. At the end of a segment, where "
        "does the gradient from the future come from? Which is the only segment where it is 0?",
        "The number that is passed back must outlive the segment: set it to 0 once, before the "
        "loop over the segments. `walk_back` returns it along with dw, and takes it as an "
        "argument for the previous segment.",
    ),
    mistakes=MISTAKES,
    terms=_terms,
)
