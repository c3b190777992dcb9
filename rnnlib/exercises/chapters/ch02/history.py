"""Exercise 02.3: the state as one function of the whole history."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import ORBIT, RUN
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def g(w, u, history, h0):
    if len(history) == 0:
        return h0
    return np.tanh(w * g(w, u, history[1:], h0) + u * history[0])


def _oldest_last_first(w, u, history, h0):
    return g(w, u, history[::-1], h0)


def _newest_only(w, u, history, h0):
    return g(w, u, history[:1], h0)


def _from_zero(w, u, history, h0):
    return g(w, u, history, 0.0)


def _forgets_the_oldest(w, u, history, h0):
    return g(w, u, history[:-1], h0)


def _linear(w, u, history, h0):
    return sum(w**k * u * x for k, x in enumerate(history)) + w ** len(history) * h0


def _tanh_once(w, u, history, h0):
    return np.tanh(_linear(w, u, history, h0))


def _sum_of_inputs(w, u, history, h0):
    return np.tanh(w * h0 + u * np.sum(history))


def _input_outside_tanh(w, u, history, h0):
    h = h0
    for x in history[::-1]:
        h = np.tanh(w * h) + u * x
    return h


def _cases(rng):
    def case(T, group):
        w, u, h0 = rng.uniform(0.5, 0.95, size=3)
        return Case((float(w), float(u), rng.uniform(-1.5, 1.5, size=T), float(h0)), group)

    return [case(1, "T = 1"), case(2, "T > 1"), case(5, "T > 1")]


HISTORY = Exercise(
    id="02.3",
    title="The state as one function of the history",
    reference=g,
    cases=_cases,
    returns=(Returned("h(T)"),),
    forbidden=(*ORBIT, *RUN),
    hints=(
        "Write h(3) as nested tanh on paper. Which input is innermost, the oldest or the newest?",
        "Either a loop that starts from the oldest input, or a function that calls itself on the "
        "history without its newest entry.",
    ),
    mistakes=(
        Mistake(
            _oldest_last_first,
            "You walk through the history from the newest input to the oldest. Which of them "
            "should meet h(0) first?",
        ),
        Mistake(
            _tanh_once, "tanh comes once at the end. How often does each input pass through it?"
        ),
        Mistake(_sum_of_inputs, "You add up all inputs in one step. How many steps are there?"),
        Mistake(
            _input_outside_tanh,
            "Your tanh is closed too early: u x(t) belongs inside it, beside w h(t-1).",
        ),
        Mistake(_newest_only, "Your state knows the newest input alone."),
        Mistake(_from_zero, "Your history starts from 0, whatever h0 is."),
        Mistake(
            _forgets_the_oldest,
            "One input is never used: the oldest, the last of `history`. How many steps are there?",
        ),
        Mistake(
            _linear,
            "You weigh every input by its age and add up. That would be right without tanh.",
        ),
    ),
)
