"""Exercise 01.2: the loop."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import ORBIT, RUN
from rnnlib.exercises.chapters.sentences import ORBIT_FROM_ZERO, STATES_WITHOUT_B
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def orbit(w, b, s0, T):
    states = [s0]
    for _ in range(T):
        states.append(np.tanh(w * states[-1] + b))
    return np.array(states, dtype=float)


def _orbit_with(step):
    def states(w, b, s0, T):
        found = [s0]
        for t in range(T):
            found.append(step(w, b, s0, found[-1], t))
        return np.array(found, dtype=float)

    return states


def _orbit_stuck(w, b, s0, T):
    return _orbit_with(lambda w, b, s0, s, t: np.tanh(w * s0 + b))(w, b, s0, T)


def _orbit_b_outside(w, b, s0, T):
    return _orbit_with(lambda w, b, s0, s, t: np.tanh(w * s) + b)(w, b, s0, T)


def _orbit_no_b(w, b, s0, T):
    return _orbit_with(lambda w, b, s0, s, t: np.tanh(w * s))(w, b, s0, T)


def _orbit_from_zero(w, b, s0, T):
    return orbit(w, b, 0.0, T)


def _orbit_start_twice(w, b, s0, T):
    return np.concatenate([[s0], orbit(w, b, s0, T)])[: T + 1]


def _orbit_one_step_short(w, b, s0, T):
    return np.append(orbit(w, b, s0, T)[:-1], 0.0 if T else s0)


def _orbit_w_times_sum(w, b, s0, T):
    return _orbit_with(lambda w, b, s0, s, t: np.tanh(w * (s + b)))(w, b, s0, T)


def _cases_orbit(rng):
    def case(w, T, group):
        return Case((w, float(rng.uniform(0.1, 0.6)), float(rng.uniform(-0.9, -0.3)), T), group)

    return [case(0.7, 0, "T = 0"), case(1.6, 1, "T = 1"), case(1.6, 5, "T > 1")]


ORBIT = Exercise(
    id="01.2",
    title="An orbit of any length",
    reference=orbit,
    forbidden=(*ORBIT, *RUN),
    cases=_cases_orbit,
    returns=(Returned("s", ("t",)),),
    hints=(
        "Keep a list that begins with s(0). How often must the body of the loop run for T steps? "
        "The result has T + 1 entries; an array with T entries is one too short.",
        "Inside the loop, the newest state is the last entry of the list. Apply the transition "
        "to it and append the result; turn the list into an array at the end.",
    ),
    mistakes=(
        Mistake(
            _orbit_stuck,
            "From s(1) on, nothing changes any more: every step begins at s(0) again. Which state "
            "should the next step begin with?",
        ),
        Mistake(
            _orbit_b_outside,
            "You add b after tanh. Then a state could leave the range from -1 to 1, which tanh "
            "never does: where does b go in the transition?",
        ),
        Mistake(
            _orbit_one_step_short,
            "Your last state was never computed: it is still 0. T counts steps, and each of them "
            "makes one state, so the loop runs T times. What does your range leave out?",
        ),
        Mistake(_orbit_no_b, STATES_WITHOUT_B),
        Mistake(_orbit_w_times_sum, "You multiply s + b by w. In w s + b, what does w multiply?"),
        Mistake(_orbit_from_zero, ORBIT_FROM_ZERO),
        Mistake(
            _orbit_start_twice,
            "s(0) is at the beginning twice, so every later state comes one step late.",
        ),
    ),
)
