"""Exercise 01.1: three steps by hand."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import ORBIT, RUN
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def three_steps(w, s0):
    s1 = np.tanh(w * s0)
    s2 = np.tanh(w * s1)
    s3 = np.tanh(w * s2)
    return np.array([s1, s2, s3])


def _always_from_the_start(w, s0):
    return np.array([np.tanh(w * s0)] * 3)


def _without_tanh(w, s0):
    return s0 * w ** np.array([1, 2, 3])


def _starts_at_s0(w, s0):
    return np.array([s0, *three_steps(w, s0)[:2]])


def _w_outside(w, s0):
    s1 = w * np.tanh(s0)
    s2 = w * np.tanh(s1)
    return np.array([s1, s2, w * np.tanh(s2)])


def _w_times_tanh_of_w(w, s0):
    return s0 * np.tanh(w) ** np.array([1, 2, 3])


def _cases_three_steps(rng):
    return [Case((float(w), float(rng.uniform(0.3, 0.9))), "T = 3") for w in (0.6, 1.7, -1.3)]


THREE_STEPS = Exercise(
    id="01.1",
    title="Three steps by hand",
    reference=three_steps,
    cases=_cases_three_steps,
    returns=(Returned("s", ("t",), first=1),),
    forbidden=(*ORBIT, *RUN),
    hints=(
        "Three lines, one per step. What does the second line need that the first one made?",
        "s(1) is tanh of w times s(0). For s(2), only the state inside tanh changes: which one "
        "is there now?",
    ),
    mistakes=(
        Mistake(
            _always_from_the_start,
            "All three of your states are the first one. The second step begins where the first "
            "one ended: which state goes into it?",
        ),
        Mistake(
            _without_tanh,
            "Your states grow or shrink by the factor w each step, without any bend. What does "
            "the unit do with w s before it hands it on?",
        ),
        Mistake(
            _starts_at_s0,
            "You return s(0), s(1), s(2). Return the three states that the steps make.",
        ),
        Mistake(
            _w_outside,
            "In your version w multiplies what comes out of tanh. In tanh(w s) it acts before.",
        ),
        Mistake(
            _w_times_tanh_of_w,
            "You apply tanh to w alone and multiply by the state afterward. What is inside tanh?",
        ),
    ),
)
