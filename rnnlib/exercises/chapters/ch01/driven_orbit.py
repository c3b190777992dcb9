"""Exercise 01.4: an outside signal."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import ORBIT, RUN
from rnnlib.exercises.chapters.sentences import (
    ADDED_TO_THE_OLD_STATE,
    ORBIT_FROM_ZERO,
    SUM_HANDED_ON,
)
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def driven_orbit(w, u, x, s0):
    s = np.zeros(len(x) + 1)
    s[0] = s0
    for t in range(len(x)):
        s[t + 1] = np.tanh(w * s[t] + u * x[t])
    return s


def _driven_first_only(w, u, x, s0):
    return driven_orbit(w, u, np.where(np.arange(len(x)) == 0, x, 0.0), s0)


def _driven_late(w, u, x, s0):
    return driven_orbit(w, u, np.concatenate([[0.0], x[:-1]]), s0)


def _driven_early(w, u, x, s0):
    return driven_orbit(w, u, np.concatenate([x[1:], x[-1:]]), s0)


def _driven_early_and_short(w, u, x, s0):
    return np.append(driven_orbit(w, u, x[1:], s0), 0.0)


def _driven_one_step_short(w, u, x, s0):
    return np.append(driven_orbit(w, u, x[:-1], s0), 0.0)


def _driven_last_signal_missing(w, u, x, s0):
    return driven_orbit(w, u, np.append(x[1:], 0.0), s0)


def _driven_outside(w, u, x, s0):
    states = [s0]
    for x_t in x:
        states.append(np.tanh(w * states[-1]) + u * x_t)
    return np.array(states)


def _driven_no_memory(w, u, x, s0):
    return np.concatenate([[s0], np.tanh(w * s0 + u * x)])


def _driven_no_u(w, u, x, s0):
    return driven_orbit(w, 1.0, x, s0)


def _driven_wraps_around(w, u, x, s0):
    return driven_orbit(w, u, np.roll(x, 1), s0)


def _driven_swapped(w, u, x, s0):
    return driven_orbit(u, w, x, s0)


def _driven_from_zero(w, u, x, s0):
    return driven_orbit(w, u, x, 0.0)


def _driven_from_zero_after_s0(w, u, x, s0):
    return np.concatenate([[s0], driven_orbit(w, u, x, 0.0)[1:]])


def _driven_w_times_sum(w, u, x, s0):
    return driven_orbit(w, w * u, x, s0)


def _driven_before_the_start(w, u, x, s0):
    return driven_orbit(w, u, x, np.tanh(s0 + u * x[0]))


def _driven_silent(w, u, x, s0):
    states = [s0]
    for x_t in x:
        states.append(np.tanh(w * states[-1] + u * x_t) if x_t else 0.0)
    return np.array(states)


def _driven_waits(w, u, x, s0):
    states = [s0]
    for x_t in x:
        states.append(np.tanh(w * states[-1] + u * x_t) if x_t else states[-1])
    return np.array(states)


def _driven_u_times_sum(w, u, x, s0):
    return driven_orbit(u * w, u, x, s0)


def _driven_by_the_sum(w, u, x, s0):
    return driven_orbit(w, u, np.cumsum(x), s0)


def _driven_adds_to_the_old_state(w, u, x, s0):
    states = [s0]
    for x_t in x:
        states.append(states[-1] + np.tanh(w * states[-1] + u * x_t))
    return np.array(states)


def _driven_hands_on_the_sum(w, u, x, s0):
    sums = [s0]
    for x_t in x:
        sums.append(w * sums[-1] + u * x_t)
    return np.append(s0, np.tanh(sums[1:]))


def _driven_no_tanh(w, u, x, s0):
    states = [s0]
    for x_t in x:
        states.append(w * states[-1] + u * x_t)
    return np.array(states)


def _driven_multiplies(w, u, x, s0):
    states = [s0]
    for x_t in x:
        states.append(np.tanh(w * states[-1] * u * x_t))
    return np.array(states)


def _driven_two_back(w, u, x, s0):
    states = [s0]
    for t, x_t in enumerate(x):
        states.append(np.tanh(w * states[max(t - 1, 0)] + u * x_t))
    return np.array(states)


def _driven_backwards(w, u, x, s0):
    return driven_orbit(w, u, x[::-1], s0)


def _cases_driven(rng):
    def case(T, group, silent=0, signs=(-1, 1)):
        w, u, s0 = rng.uniform(0.4, 0.9, size=3) * rng.choice(signs, size=3)
        x = rng.uniform(0.2, 1, size=T) * rng.choice([-1, 1], size=T)
        x[rng.permutation(T)[:silent]] = 0.0
        return Case((float(w), float(u), x, float(s0)), group)

    return [
        case(1, "T = 1"),
        case(3, "T > 1", signs=[-1]),
        case(6, "T > 1"),
        case(5, "a signal that is 0 at times", silent=3),
    ]


DRIVEN = Exercise(
    id="01.4",
    title="Driven from outside",
    points=2,
    reference=driven_orbit,
    forbidden=(*ORBIT, *RUN),
    cases=_cases_driven,
    returns=(Returned("s", ("t",)),),
    hints=(
        "Start from your loop of 01.2. Which line changes, and what must the loop run over?",
        "Python counts from 0, the lesson's x from 1: x(1), the signal of the first step, is "
        "x[0]. A loop over the entries of x needs no index at all. With an index, x[t] at t = T "
        "is out of range: the step to s(t) uses x[t - 1].",
    ),
    mistakes=(
        Mistake(
            _driven_first_only,
            "The signal reaches your system in the first step only. Each step has its own x(t).",
        ),
        Mistake(
            _driven_late,
            "Your signal arrives one step late: s(1) should already feel x(1), which is x[0].",
        ),
        Mistake(
            _driven_early,
            "Your signal arrives one step early: the first step uses x[1], not x[0].",
        ),
        Mistake(
            _driven_early_and_short,
            "Your signal arrives one step early, and your last state was never computed: it is "
            "still 0. The step to s(t) needs x(t), which is x[t - 1].",
        ),
        Mistake(
            _driven_one_step_short,
            "Your last state was never computed: it is still 0. Each entry of x gives one state, "
            "so the loop runs T times.",
        ),
        Mistake(
            _driven_last_signal_missing,
            "Your signal arrives one step early: the first step uses x[1], and none is left for "
            "the last. s(t) needs x(t), which is x[t - 1].",
        ),
        Mistake(
            _driven_outside,
            "You add u x after tanh. The signal enters where w s does: inside.",
        ),
        Mistake(
            _driven_no_memory,
            "Each of your states is computed from s(0) and the current signal. What happened in "
            "between is forgotten: which state should the step start from?",
        ),
        Mistake(_driven_no_u, "These are the states for u = 1. What does u do to the signal?"),
        Mistake(
            _driven_wraps_around,
            "Your first step uses the last entry of x: the index there is -1. Which entry of x is "
            "x(1)?",
        ),
        Mistake(_driven_swapped, "u and w are swapped. Which of them multiplies the state?"),
        Mistake(_driven_from_zero, ORBIT_FROM_ZERO),
        Mistake(
            _driven_from_zero_after_s0,
            "You return s0 but do not start from it: s(1) comes out as if s(0) were zero.",
        ),
        Mistake(
            _driven_w_times_sum,
            "Your w multiplies the signal as well as the state. What does w multiply in w s + u x?",
        ),
        Mistake(
            _driven_before_the_start,
            "Your first entry already depends on x(1). s(0) is the given start; x(1) enters on "
            "the way to s(1).",
        ),
        Mistake(
            _driven_silent,
            "Where the signal is 0, so is your state. Without a signal the step still has w "
            "s(t-1).",
        ),
        Mistake(
            _driven_waits,
            "Where the signal is 0, your state does not move. Without a signal the step still has "
            "w s(t-1).",
        ),
        Mistake(
            _driven_u_times_sum,
            "u multiplies the state as well as the signal. What does u multiply in w s + u x?",
        ),
        Mistake(
            _driven_by_the_sum,
            "Your signal accumulates: step t gets the sum of x(1) to x(t). Each step has its own "
            "x(t).",
        ),
        Mistake(
            _driven_adds_to_the_old_state,
            ADDED_TO_THE_OLD_STATE,
        ),
        Mistake(
            _driven_hands_on_the_sum,
            SUM_HANDED_ON,
        ),
        Mistake(
            _driven_no_tanh,
            "Your states have not been through tanh. What does the unit do with w s + u x?",
        ),
        Mistake(
            _driven_multiplies,
            "You multiply the state by the signal. In w s + u x the two are added.",
        ),
        Mistake(
            _driven_two_back,
            "Each of your steps starts two states back. Which state should the step to s(t) start "
            "from?",
        ),
        Mistake(
            _driven_backwards,
            "Your signal runs backward: the first step gets the last entry of x.",
        ),
    ),
)
