"""Exercise 06.5: the gradient carried forward."""

from itertools import pairwise

import numpy as np

from rnnlib.exercises.chapters.ch06 import unit
from rnnlib.exercises.chapters.forbidden import WALK_BACK
from rnnlib.exercises.chapters.sentences import (
    MEAN_OF_THE_LOSSES,
    RUN_FROM_ZERO,
    SIGN_REVERSED,
    SLOPE_OF_TANH_TWICE,
    SLOPE_OF_THE_OLD_STATE,
)
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def rtrl(w, x, h0, y):
    h, s, g = h0, 0.0, 0.0
    running = []
    for x_t, y_t in zip(x, y, strict=True):
        before, h = h, np.tanh(w * h + x_t)
        s = (1 - h**2) * (before + w * s)
        g += (h - y_t) * s
        running.append(g)
    return np.array(running)


def _sensitivities_by(step, w, x, h0):
    """s(1), …, s(T), if s(t) = step(w, h(t-1), h(t), s(t-1)), from s(0) = 0."""
    h, s = unit.states(w, x, h0), [0.0]
    for before, after in pairwise(h):
        s.append(step(w, before, after, s[-1]))
    return np.array(s[1:])


def _with_step(step, w, x, h0, y):
    errors = unit.states(w, x, h0)[1:] - y
    return np.cumsum(errors * _sensitivities_by(step, w, x, h0))


def _with_rule(rule, w, x, h0, y):
    def step(w, before, after, s):
        own, back = rule(w, before, after)
        return own + back * s

    return _with_step(step, w, x, h0, y)


def _never_carried(w, x, h0, y):
    return _with_step(lambda w, before, after, s: (1 - after**2) * before, w, x, h0, y)


def _carried_without_w(w, x, h0, y):
    return _with_rule(unit.no_w, w, x, h0, y)


def _carried_without_slope(w, x, h0, y):
    return _with_rule(unit.no_slope_on_the_way, w, x, h0, y)


def _no_slope_on_the_new_part(w, x, h0, y):
    return _with_rule(unit.no_slope_in_dw, w, x, h0, y)


def _no_slope(w, x, h0, y):
    return _with_rule(unit.no_slope, w, x, h0, y)


def _new_state(w, x, h0, y):
    return _with_rule(unit.new_state, w, x, h0, y)


def _slope_of_the_step_before(w, x, h0, y):
    return _with_rule(unit.slope_of_the_step_before, w, x, h0, y)


def _tanh_twice(w, x, h0, y):
    return _with_rule(unit.tanh_twice, w, x, h0, y)


def _s_piles_up(w, x, h0, y):
    def step(w, before, after, s):
        return s + _right_step(w, before, after, s)

    return _with_step(step, w, x, h0, y)


def _starts_from_one(w, x, h0, y):
    h = unit.states(w, x, h0)
    extra = np.cumprod(w * (1 - h[1:] ** 2))  # what s(0) = 1 becomes
    return rtrl(w, x, h0, y) + np.cumsum((h[1:] - y) * extra)


def _each_step_by_itself(w, x, h0, y):
    running = rtrl(w, x, h0, y)
    return np.diff(running, prepend=0.0)


def _sensitivities(w, x, h0, y):
    return _sensitivities_by(_right_step, w, x, h0)


def _right_step(w, before, after, s):
    return (1 - after**2) * (before + w * s)


def _sum_of_sensitivities(w, x, h0, y):
    return np.cumsum(_sensitivities(w, x, h0, y))


def _s_not_yet_renewed(w, x, h0, y):
    s = np.concatenate([[0.0], _sensitivities(w, x, h0, y)[:-1]])
    return np.cumsum((unit.states(w, x, h0)[1:] - y) * s)


def _error_of_the_state_before(w, x, h0, y):
    return np.cumsum((unit.states(w, x, h0)[:-1] - y) * _sensitivities(w, x, h0, y))


def _runs_from_zero(w, x, h0, y):
    return rtrl(w, x, 0.0, y)


def _target_minus_state(w, x, h0, y):
    return -rtrl(w, x, h0, y)


def _mean_so_far(w, x, h0, y):
    return rtrl(w, x, h0, y) / np.arange(1, len(x) + 1)


def _mean_over_steps(w, x, h0, y):
    return rtrl(w, x, h0, y) / len(x)


def _losses_still_to_come(w, x, h0, y):
    each = _each_step_by_itself(w, x, h0, y)
    return np.cumsum(each[::-1])[::-1]


def _terms(w, x, h0, y):
    table = unit.shares(w, x, h0, y)
    own = np.cumsum(np.diag(table))
    before = rtrl(w, x, h0, y) - own
    return {"g": {"through w in the step itself": own, "through the state before": before}}


def _cases(rng):
    def case(w, T, group):
        return Case(unit.drawn(rng, w, T), group)

    return [
        case(1.3, 1, "T = 1"),
        case(-1.4, 2, "T = 2"),
        case(1.2, 5, "T > 2"),
        case(-1.1, 7, "T > 2"),
    ]


RTRL = Exercise(
    id="06.5",
    title="Carry the gradient forward",
    points=2,
    reference=rtrl,
    forbidden=(
        "rnnlib.gradients.online.rtrl",
        "rnnlib.gradients.online.rtrl_stream",
        "rnnlib.gradients.online.rtrl_step",
        *WALK_BACK,
    ),
    cases=_cases,
    returns=(Returned("g", ("t",), first=1),),
    hints=(
        "Carry three numbers from step to step: h, s and g. What are s and g before step 1, when "
        "nothing has been computed from w yet?",
        "h(t) = tanh(w h(t-1) + x(t)), and w is met twice in it: it stands there, and h(t-1) has "
        "been made with it. Differentiate w h(t-1) by the product rule. Then comes tanh.",
        "In each turn: the new h (keep the old one a moment longer), the new s from the old s and "
        "the old h, then the share of this step's loss, (h(t) - y(t)) times the new s, which is "
        "added to g.",
    ),
    mistakes=(
        Mistake(
            _never_carried,
            "Your s(t) knows of the w in step t alone. h(t-1) was made with w too: where does "
            "s(t-1) come in?",
        ),
        Mistake(
            _carried_without_w,
            "s(t-1) says how much h(t-1) changes. If h(t-1) changes by one, by how much does "
            "w h(t-1) + x(t) change?",
        ),
        Mistake(
            _carried_without_slope,
            "The part with s(t-1) has not been through tanh. Does h(t-1) not stand inside it?",
        ),
        Mistake(
            _no_slope_on_the_new_part,
            "The part with h(t-1) has not been through tanh. Does w not stand inside it?",
        ),
        Mistake(
            _no_slope,
            "There is no slope of tanh in your s. What does tanh do to a small change of what "
            "stands inside it?",
        ),
        Mistake(
            _new_state,
            "In w h(t-1), what is the derivative with respect to w? You use the state that the "
            "step has just made. Is the old one overwritten when you need it?",
        ),
        Mistake(_slope_of_the_step_before, SLOPE_OF_THE_OLD_STATE),
        Mistake(_tanh_twice, SLOPE_OF_TANH_TWICE),
        Mistake(
            _s_piles_up,
            "You add the new s to the old one. How the old s matters to the new one is said by the "
            "product rule: is it then needed once more?",
        ),
        Mistake(
            _starts_from_one,
            "Your s starts from 1. h(0) is given: by how much does it change when w changes?",
        ),
        Mistake(
            _each_step_by_itself,
            "You return what each step's loss says by itself. g(t) is the gradient of all losses "
            "up to t.",
        ),
        Mistake(
            _sensitivities,
            "This is s, and right: how the states change with w. The losses have not been asked "
            "yet: what turns dh(t)/dw into a share of dL/dw?",
        ),
        Mistake(
            _sum_of_sensitivities,
            "You add up s. How much the loss of step t changes when h(t) does is still missing.",
        ),
        Mistake(
            _s_not_yet_renewed,
            "You multiply the error at h(t) with the s of the step before. Which of the two is "
            "computed first in your loop, the share of the loss or the new s?",
        ),
        Mistake(
            _error_of_the_state_before,
            "Your s is right, but it is multiplied with h(t-1) - y(t). Which state does y(t) "
            "belong to, and is it computed already when you take the error?",
        ),
        Mistake(
            _losses_still_to_come,
            "Your entries add up the losses from t to the end. g(t) is known at step t already: "
            "which losses have been seen by then?",
        ),
        Mistake(_runs_from_zero, RUN_FROM_ZERO),
        Mistake(_target_minus_state, SIGN_REVERSED),
        Mistake(
            _mean_so_far,
            "You divide by the number of steps so far. Is g(t) about the sum of the losses, or "
            "about their mean?",
        ),
        Mistake(_mean_over_steps, MEAN_OF_THE_LOSSES),
    ),
    terms=_terms,
)
