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


def _powers_of_w(w, s0):
    return np.tanh(w ** np.array([1, 2, 3]) * s0)


def _adds_the_start_again(w, s0):
    s1 = np.tanh(w * s0)
    s2 = np.tanh(w * s1 + s0)
    return np.array([s1, s2, np.tanh(w * s2 + s0)])


def _tanh_at_the_end(w, s0):
    return np.array([w * s0, w**2 * s0, np.tanh(w**3 * s0)])


def _w_once(w, s0):
    s1 = np.tanh(w * s0)
    s2 = np.tanh(s1)
    return np.array([s1, s2, np.tanh(s2)])


def _multiples_of_w(w, s0):
    return np.tanh(w * np.array([1, 2, 3]) * s0)


def _adds_to_the_old_state(w, s0):
    s1 = s0 + np.tanh(w * s0)
    s2 = s1 + np.tanh(w * s1)
    return np.array([s1, s2, s2 + np.tanh(w * s2)])


def _tanh_of_the_states(w, s0):
    return np.tanh(three_steps(w, s0))


def _one_step_late(w, s0):
    s1 = np.tanh(w * s0)
    return three_steps(w, s1)


def _cases_three_steps(rng):
    starts = rng.uniform(0.3, 0.9, size=3) * [1, -1, 1]
    return [
        Case((float(w * rng.uniform(0.9, 1.1)), float(s0)), "T = 3")
        for w, s0 in zip((0.6, 1.7, -1.3), starts, strict=True)
    ]


THREE_STEPS = Exercise(
    id="01.1",
    title="Three steps by hand",
    reference=three_steps,
    cases=_cases_three_steps,
    returns=(Returned("s", ("t",), first=1),),
    forbidden=(*ORBIT, *RUN),
    hints=(
        "Three lines, one per step. What does the second line need from the first?",
        "s(1) is tanh of w times s(0). For s(2), only the state inside tanh changes: which one "
        "goes there now?",
    ),
    mistakes=(
        Mistake(
            _always_from_the_start,
            "All three of your states are the first one. The second step starts where the first "
            "one ended: which state goes into it?",
        ),
        Mistake(
            _without_tanh,
            "Your states grow or shrink by the factor w each step, without ever leveling off. "
            "What does the unit do with w s before it passes it on?",
        ),
        Mistake(
            _starts_at_s0,
            "You return s(0), s(1), s(2). Return the three states that the steps produce.",
        ),
        Mistake(
            _w_outside,
            "In your version w multiplies what comes out of tanh. In tanh(w s) it acts before "
            "tanh.",
        ),
        Mistake(
            _w_times_tanh_of_w,
            "You apply tanh to w alone and multiply by the state afterward. What is inside tanh?",
        ),
        Mistake(
            _powers_of_w,
            "You raise w to a power, and each of your states has been through tanh once. s(2) is "
            "computed from s(1): what does the second step do with it?",
        ),
        Mistake(
            _adds_the_start_again,
            "You add s(0) again in the second step and in the third. What goes into the second "
            "step besides w?",
        ),
        Mistake(
            _tanh_at_the_end,
            "Your states have been through tanh at the last step only. Every step has its own "
            "tanh.",
        ),
        Mistake(_w_once, "w acts in your first step only. Every step multiplies by the same w."),
        Mistake(
            _multiples_of_w,
            "Your steps multiply the start by w, 2 w and 3 w. Which state does each step start "
            "from?",
        ),
        Mistake(
            _adds_to_the_old_state,
            "You add tanh to the old state. In s(t) = tanh(w s(t-1)) it replaces the old state.",
        ),
        Mistake(
            _tanh_of_the_states,
            "Each of your states has been through tanh one time too many. How many tanh are there "
            "between s(0) and s(1)?",
        ),
        Mistake(
            _one_step_late,
            "You take one step too many: your states are s(2), s(3), s(4). Which comes first?",
        ),
    ),
)
