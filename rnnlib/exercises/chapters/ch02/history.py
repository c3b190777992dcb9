"""Exercise 02.3: the state as one function of the whole history."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import ORBIT, RUN
from rnnlib.exercises.chapters.sentences import ADDED_TO_THE_OLD_STATE
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def g(w, u, history, h0):
    h = h0
    for x in reversed(history):
        h = np.tanh(w * h + u * x)
    return h


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


def _forgets_the_newest(w, u, history, h0):
    return g(w, u, history[1:], h0)


def _all_states(w, u, history, h0):
    return np.array([g(w, u, history[len(history) - t :], h0) for t in range(len(history) + 1)])


def _newest_twice(w, u, history, h0):
    return np.tanh(w * g(w, u, history, h0) + u * history[0])


def _newest_in_every_step(w, u, history, h0):
    return g(w, u, 0 * history + history[0], h0)


def _last_tanh_missing(w, u, history, h0):
    return w * g(w, u, history[1:], h0) + u * history[0]


def _begins_with_minus_zero(w, u, history, h0):
    return g(w, u, np.roll(history, -1), h0)


def _without_u(w, u, history, h0):
    return g(w, 1.0, history, h0)


def _w_and_u_swapped(w, u, history, h0):
    return g(u, w, history, h0)


def _w_times_the_sum(w, u, history, h0):
    return g(w, w * u, history, h0)


def _backwards_and_tanh_once(w, u, history, h0):
    return _tanh_once(w, u, history[::-1], h0)


def _adds_to_the_old_state(w, u, history, h0):
    h = h0
    for x in history[::-1]:
        h = h + np.tanh(w * h + u * x)
    return h


def _cases(rng):
    def case(T, group, signs=(-1, 1)):
        w, u, h0 = rng.uniform(0.5, 0.95, size=3) * rng.choice(signs, size=3)
        return Case((float(w), float(u), rng.uniform(-1.5, 1.5, size=T), float(h0)), group)

    return [case(1, "T = 1"), case(2, "T > 1", signs=[-1]), case(5, "T > 1")]


HISTORY = Exercise(
    id="02.3",
    title="The state as one function of the history",
    reference=g,
    cases=_cases,
    returns=(Returned("h(T)"),),
    forbidden=(*ORBIT, *RUN),
    hints=(
        "Write h(3) as nested tanh on paper. Which input is innermost, the oldest or the newest?",
        "Either a loop that starts from the oldest input, or a function that calls itself with "
        "the history minus its newest entry.",
    ),
    mistakes=(
        Mistake(
            _oldest_last_first,
            "You walk through the history from the newest input to the oldest. Which of them "
            "should meet h(0) first?",
        ),
        Mistake(
            _tanh_once,
            "You apply tanh once, at the end. How many times does each input pass through it?",
        ),
        Mistake(_sum_of_inputs, "You add up all inputs in one step. How many steps are there?"),
        Mistake(
            _input_outside_tanh,
            "The parenthesis of your tanh closes too early: u x(t) belongs inside, next to w "
            "h(t-1).",
        ),
        Mistake(_newest_only, "Your state depends only on the newest input."),
        Mistake(_from_zero, "Your history starts from 0, whatever h0 is."),
        Mistake(
            _forgets_the_oldest,
            "One input is never used: the oldest, the last of `history`. How many steps are there?",
        ),
        Mistake(
            _linear,
            "You weight every input by its age and add them up. That would be right without tanh.",
        ),
        Mistake(
            _forgets_the_newest,
            "The newest input is never used: it is `history[0]`. Where does your loop end?",
        ),
        Mistake(
            _all_states,
            "You return the states of all steps. The exercise asks for the last one, h(T).",
        ),
        Mistake(
            _newest_twice,
            "The newest input is used twice: you take one step too many. How many inputs are "
            "there?",
        ),
        Mistake(
            _newest_in_every_step,
            "Each of your steps reads the newest input. Each step has its own input.",
        ),
        Mistake(
            _last_tanh_missing,
            "Your last state has not been through tanh. Every step ends with tanh, the last one "
            "too.",
        ),
        Mistake(
            _begins_with_minus_zero,
            "You begin with the newest input and continue with the oldest: `history[-0]` is "
            "`history[0]`. Which index does your first step use?",
        ),
        Mistake(_without_u, "u has no effect: the input is added as it is."),
        Mistake(
            _w_and_u_swapped,
            "In your answer w and u are swapped. Which of them multiplies the state?",
        ),
        Mistake(
            _w_times_the_sum,
            "w multiplies the input as well as the state. In w h(t-1) + u x(t), what does w "
            "multiply?",
        ),
        Mistake(
            _backwards_and_tanh_once,
            "You walk from the newest input to the oldest, and add them up, with no tanh until "
            "the end. Each step has its own tanh.",
        ),
        Mistake(
            _adds_to_the_old_state,
            ADDED_TO_THE_OLD_STATE,
        ),
    ),
)
