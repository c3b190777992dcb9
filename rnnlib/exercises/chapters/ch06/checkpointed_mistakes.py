"""Wrong ways to go back through checkpointed segments, and what to say of them."""

import numpy as np

from rnnlib.exercises.chapters.ch06 import unit
from rnnlib.exercises.chapters.sentences import (
    MEAN_OF_THE_LOSSES,
    NEW_STATE_BESIDE_A_NUMBER,
    NO_SLOPE_ON_THE_WAY_TO_H,
    NO_SLOPE_ON_THE_WAY_TO_W,
    NO_W_ON_THE_WAY_TO_H,
    RUN_FROM_ZERO,
    SIGN_REVERSED,
    SLOPE_OF_THE_OLD_STATE,
)
from rnnlib.exercises.spec import Mistake


def _walk(
    w,
    x,
    h0,
    y,
    every,
    *,
    rule=unit.right,
    start=lambda h, k: h[k],
    border=lambda back, w, before: back,
    losses=np.ones_like,
    copies=np.ones_like,
):
    """dw from losses(t) and copies(t) that count, where a segment runs again from start(h, k).

    border(back, w, before): the factor with which a segment's first step is passed.
    """
    h, t = unit.states(w, x, h0), np.arange(1, len(x) + 1)
    runs = [unit.states(w, x[k : k + every], start(h, k)) for k in range(0, len(x), every)]
    before = np.concatenate([run[:-1] for run in runs])
    after = np.concatenate([run[1:] for run in runs])
    own, back = rule(w, before, after)
    back[::every] = border(back[::every], w, before[::every])
    return unit.contributions_of((after - y) * losses(t), own * copies(t), back).sum()


# --- wrong gradients ----------------------------------------------------------------------


def _nothing_between_segments(w, x, h0, y, every):
    return _walk(w, x, h0, y, every, border=lambda back, w, before: 0 * back)


def _w_twice_between_segments(w, x, h0, y, every):
    return _walk(w, x, h0, y, every, border=lambda back, w, before: w * back)


def _borders_passed_twice(w, x, h0, y, every):
    return _walk(w, x, h0, y, every, border=lambda back, w, before: w * (1 - before**2) * back)


def _own_step_only(w, x, h0, y, every):
    return _walk(w, x, h0, y, every, rule=lambda *step: (unit.right(*step)[0], 0 * step[-1]))


def _last_loss_only(w, x, h0, y, every):
    return _walk(w, x, h0, y, every, losses=lambda t: t == len(x))


def _losses_at_the_segments_ends_only(w, x, h0, y, every):
    return _walk(w, x, h0, y, every, losses=lambda t: (t % every == 0) | (t == len(x)))


def _first_segment_only(w, x, h0, y, every):
    return _walk(w, x, h0, y, every, copies=lambda t: t <= every)


def _last_segment_only(w, x, h0, y, every):
    return _walk(w, x, h0, y, every, copies=lambda t: t > (len(x) - 1) // every * every)


def _remainder_lost(w, x, h0, y, every):
    return _walk(w, x, h0, y, every, losses=lambda t: t <= len(x) // every * every)


def _segments_from_h0(w, x, h0, y, every):
    return _walk(w, x, h0, y, every, start=lambda h, k: h[0])


def _kept_after_the_step(w, x, h0, y, every):
    return _walk(w, x, h0, y, every, start=lambda h, k: h[k + 1])


def _segments_first_to_last(w, x, h0, y, every):
    h, dw, dh = unit.states(w, x, h0), 0.0, 0.0
    for start in range(0, len(x), every):
        for t in range(min(start + every, len(x)), start, -1):
            da = (dh + h[t] - y[t - 1]) * (1 - h[t] ** 2)
            dw, dh = dw + da * h[t - 1], da * w
    return dw


def _first_steps_of_the_segments_passed_over(w, x, h0, y, every):
    def later(t):
        return (t - 1) % every > 0

    def border(back, w, before):
        return np.ones_like(back)

    return _walk(w, x, h0, y, every, losses=later, copies=later, border=border)


def _new_state(w, x, h0, y, every):
    return _walk(w, x, h0, y, every, rule=unit.new_state)


def _no_slope(w, x, h0, y, every):
    return _walk(w, x, h0, y, every, rule=unit.no_slope)


def _no_slope_in_dw(w, x, h0, y, every):
    return _walk(w, x, h0, y, every, rule=unit.no_slope_in_dw)


def _no_slope_on_the_way(w, x, h0, y, every):
    return _walk(w, x, h0, y, every, rule=unit.no_slope_on_the_way)


def _slope_of_the_step_before(w, x, h0, y, every):
    return _walk(w, x, h0, y, every, rule=unit.slope_of_the_step_before)


def _no_w(w, x, h0, y, every):
    return _walk(w, x, h0, y, every, rule=unit.no_w)


def _runs_from_zero(w, x, h0, y, every):
    return _walk(w, x, 0.0, y, every)


def _target_minus_state(w, x, h0, y, every):
    return -_walk(w, x, h0, y, every)


def _mean_over_steps(w, x, h0, y, every):
    return _walk(w, x, h0, y, every) / len(x)


# --- what to say of them ------------------------------------------------------------------

MISTAKES = (
    Mistake(
        _w_twice_between_segments,
        "What is passed from one segment to the one before it is multiplied by w one time too "
        "many. Hasn't your walk through the segment already done that?",
    ),
    Mistake(
        _borders_passed_twice,
        "What is passed from one segment to the one before it goes back through w and tanh one "
        "time too many. Hasn't your walk through the segment already done that?",
    ),
    Mistake(
        _nothing_between_segments,
        "Each of your segments is reversed as if nothing came after it: that is the cut of "
        "06.3. What comes back from the segment after it?",
    ),
    Mistake(
        _own_step_only,
        "Each loss is sent back through its own step alone. What is passed from step t to step "
        "t-1?",
    ),
    Mistake(
        _last_loss_only,
        "Only the last loss is in your dw. Every step has one: where is it added to the gradient "
        "from the future?",
    ),
    Mistake(
        _losses_at_the_segments_ends_only,
        "Only the loss at the end of each segment is in your dw. The steps inside a segment have "
        "losses too: where are they added to the gradient from the future?",
    ),
    Mistake(
        _first_segment_only,
        "Your dw is only the contribution of the first segment. It is the last one to be "
        "reversed: what happened to the contributions of the others?",
    ),
    Mistake(
        _last_segment_only,
        "Your dw is only the contribution of the last segment. All earlier steps use w too.",
    ),
    Mistake(
        _remainder_lost,
        "The steps after the last full segment are lost. How many segments are there for "
        "T = 7 and every = 3?",
    ),
    Mistake(
        _segments_from_h0,
        "You run every segment from h(0). What did you keep the other checkpoints for?",
    ),
    Mistake(
        _kept_after_the_step,
        "Each of your segments runs again from a state that is one step too late. Which comes "
        "first in your loop: keeping h, or computing the next one?",
    ),
    Mistake(
        _segments_first_to_last,
        "You reverse the first segment first. The gradient from the future at its end is known "
        "only after another one has been reversed: which?",
    ),
    Mistake(
        _first_steps_of_the_segments_passed_over,
        "The first step of each segment is skipped. It starts from the checkpoint: where does "
        "your walk inside a segment end?",
    ),
    Mistake(_new_state, NEW_STATE_BESIDE_A_NUMBER),
    Mistake(
        _no_slope,
        "There is no slope of tanh in your dw. Each step has a tanh: where do you meet it on the "
        "way back?",
    ),
    Mistake(_no_slope_in_dw, NO_SLOPE_ON_THE_WAY_TO_W),
    Mistake(_no_slope_on_the_way, NO_SLOPE_ON_THE_WAY_TO_H),
    Mistake(_slope_of_the_step_before, SLOPE_OF_THE_OLD_STATE),
    Mistake(_no_w, NO_W_ON_THE_WAY_TO_H),
    Mistake(_runs_from_zero, RUN_FROM_ZERO),
    Mistake(_target_minus_state, SIGN_REVERSED),
    Mistake(_mean_over_steps, MEAN_OF_THE_LOSSES),
)
