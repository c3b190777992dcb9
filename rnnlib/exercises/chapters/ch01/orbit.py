"""Exercise 01.2: the loop."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import ORBIT, RUN
from rnnlib.exercises.chapters.sentences import ORBIT_FROM_ZERO, STATES_WITHOUT_B, SUM_HANDED_ON
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def orbit(w, b, s0, T):
    s = np.zeros(T + 1)
    s[0] = s0
    for t in range(T):
        s[t + 1] = np.tanh(w * s[t] + b)
    return s


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


def _orbit_always_a_step(w, b, s0, T):
    return orbit(w, b, s0, max(T, 1))


def _orbit_last_state_twice(w, b, s0, T):
    return np.append(orbit(w, b, s0, T)[:-1], orbit(w, b, s0, max(T - 1, 0))[-1])


def _orbit_adds_the_start(w, b, s0, T):
    return _orbit_with(lambda w, b, s0, s, t: np.tanh(w * s + b + (s0 if t else 0)))(w, b, s0, T)


def _orbit_b_grows(w, b, s0, T):
    return _orbit_with(lambda w, b, s0, s, t: np.tanh(w * s + (t + 1) * b))(w, b, s0, T)


def _orbit_adds_to_the_old_state(w, b, s0, T):
    return _orbit_with(lambda w, b, s0, s, t: s + np.tanh(w * s + b))(w, b, s0, T)


def _orbit_hands_on_the_sum(w, b, s0, T):
    sums = _orbit_with(lambda w, b, s0, s, t: w * s + b)(w, b, s0, T)
    return np.append(s0, np.tanh(sums[1:]))


def _orbit_powers_of_w(w, b, s0, T):
    return _orbit_with(lambda w, b, s0, s, t: np.tanh(w ** (t + 1) * s0 + b))(w, b, s0, T)


def _orbit_no_tanh(w, b, s0, T):
    return _orbit_with(lambda w, b, s0, s, t: w * s + b)(w, b, s0, T)


def _orbit_sums(w, b, s0, T):
    return np.append(s0, w * orbit(w, b, s0, T)[:-1] + b)


def _orbit_last_state(w, b, s0, T):
    return orbit(w, b, s0, T)[-1]


def _orbit_too_few_states(w, b, s0, T):
    return orbit(w, b, s0, max(T - 1, 0))


def _orbit_after_the_start(w, b, s0, T):
    return orbit(w, b, s0, T + 1)[1:]


def _cases_orbit(rng):
    def case(w, T, group):
        w = float(w * rng.uniform(0.95, 1.05))
        return Case((w, float(rng.uniform(0.1, 0.6)), float(rng.uniform(-0.9, -0.3)), T), group)

    return [
        case(0.7, 0, "T = 0"),
        case(1.6, 1, "T = 1"),
        case(1.6, 5, "T > 1"),
        case(-0.8, 4, "w < 0"),
    ]


ORBIT = Exercise(
    id="01.2",
    title="An orbit of any length",
    reference=orbit,
    forbidden=(*ORBIT, *RUN),
    cases=_cases_orbit,
    returns=(Returned("s", ("t",)),),
    hints=(
        "Keep a list that begins with s(0). How many times must the body of the loop run for T "
        "steps? The result has T + 1 entries; an array with T entries is one too short.",
        "Inside the loop, the newest state is the last entry of the list. Apply the transition "
        "to it and append the result; turn the list into an array at the end.",
    ),
    mistakes=(
        Mistake(
            _orbit_stuck,
            "From s(1) on, nothing changes any more: every step starts from s(0) again. Which "
            "state should the next step start from?",
        ),
        Mistake(
            _orbit_b_outside,
            "You add b after tanh. Then a state could leave the range from -1 to 1, which a value "
            "of tanh never does: where does b go in the transition?",
        ),
        Mistake(
            _orbit_after_the_start,
            "Your states are s(1) to s(T+1). s(0) is given: it is the first of the T + 1 states, "
            "so how many steps are left?",
        ),
        Mistake(
            _orbit_one_step_short,
            "Your last state was never computed: it is still 0. T counts steps, and each of them "
            "gives one state, so the loop runs T times. What does your range leave out?",
        ),
        Mistake(_orbit_no_b, STATES_WITHOUT_B),
        Mistake(_orbit_w_times_sum, "You multiply s + b by w. In w s + b, what does w multiply?"),
        Mistake(_orbit_from_zero, ORBIT_FROM_ZERO),
        Mistake(
            _orbit_start_twice,
            "s(0) appears twice at the beginning, so every later state comes one step late.",
        ),
        Mistake(
            _orbit_always_a_step,
            "For T = 0 you still take a step. How many states are there when no step is taken?",
        ),
        Mistake(
            _orbit_last_state_twice,
            "Your last state repeats the one before it. How many times must the body of the loop "
            "run?",
        ),
        Mistake(
            _orbit_adds_the_start, "You add s(0) in every step. What does a step add to w s(t)?"
        ),
        Mistake(_orbit_b_grows, "Your b grows with t. It is the same number in every step."),
        Mistake(
            _orbit_adds_to_the_old_state,
            "You add tanh to the old state. In s(t) = tanh(w s(t-1) + b) it replaces the old "
            "state.",
        ),
        Mistake(
            _orbit_hands_on_the_sum,
            SUM_HANDED_ON,
        ),
        Mistake(
            _orbit_powers_of_w,
            "Your w is raised to the power t, and each state is computed from s(0). Which state "
            "should the next step start from?",
        ),
        Mistake(
            _orbit_no_tanh,
            "Your states have not been through tanh. What does the unit do with w s + b?",
        ),
        Mistake(
            _orbit_sums,
            "You return the states before they are squashed, w s(t) + b. What turns that into "
            "s(t+1)?",
        ),
        Mistake(
            _orbit_last_state,
            "You return only the last state. Return all T + 1, including s(0).",
        ),
        Mistake(
            _orbit_too_few_states,
            "One state is missing. T counts steps, and s(0) comes before the first of them: how "
            "many states is that?",
        ),
    ),
)
