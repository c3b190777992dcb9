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


def _exact_dw(w, x, h0, y):
    return unit.contributions(w, x, h0, y).sum()


# --- wrong gradients ----------------------------------------------------------------------


def _with_rule(rule, w, x, h0, y, every):
    return unit.contributions(w, x, h0, y, rule).sum()


def _segment_of(x, every):
    """The number of the segment that each step belongs to."""
    return np.arange(len(x)) // every


def _nothing_between_segments(w, x, h0, y, every):
    segment = _segment_of(x, every)
    inside = np.equal.outer(segment, segment)
    return unit.contributions(w, x, h0, y)[inside].sum()


def _own_step_only(w, x, h0, y, every):
    return np.trace(unit.contributions(w, x, h0, y))


def _last_loss_only(w, x, h0, y, every):
    return unit.contributions(w, x, h0, y)[-1].sum()


def _losses_at_the_segments_ends_only(w, x, h0, y, every):
    ends = np.append(np.diff(_segment_of(x, every)) > 0, True)
    return unit.contributions(w, x, h0, y)[ends].sum()


def _first_segment_only(w, x, h0, y, every):
    return unit.contributions(w, x, h0, y)[:, :every].sum()


def _last_segment_only(w, x, h0, y, every):
    last = _segment_of(x, every) == (len(x) - 1) // every
    return unit.contributions(w, x, h0, y)[:, last].sum()


def _remainder_lost(w, x, h0, y, every):
    whole = len(x) // every * every
    return unit.contributions(w, x, h0, y)[:whole, :whole].sum()


def _segments_from_h0(w, x, h0, y, every):
    runs = [unit.states(w, x[k : k + every], h0) for k in range(0, len(x), every)]
    before = np.concatenate([run[:-1] for run in runs])
    after = np.concatenate([run[1:] for run in runs])
    table = unit.contributions_of(after - y, *unit.right(w, before, after))
    return table.sum()


def _segments_first_to_last(w, x, h0, y, every):
    h, dw, dh = unit.states(w, x, h0), 0.0, 0.0
    for start in range(0, len(x), every):
        for t in range(min(start + every, len(x)), start, -1):
            da = (dh + h[t] - y[t - 1]) * (1 - h[t] ** 2)
            dw, dh = dw + da * h[t - 1], da * w
    return dw


def _first_steps_of_the_segments_passed_over(w, x, h0, y, every):
    h = unit.states(w, x, h0)
    own, back = unit.right(w, h[:-1], h[1:])
    direct = h[1:] - y
    direct[::every], own[::every], back[::every] = 0, 0, 1
    return unit.contributions_of(direct, own, back).sum()


def _new_state(w, x, h0, y, every):
    return _with_rule(unit.new_state, w, x, h0, y, every)


def _no_slope(w, x, h0, y, every):
    return _with_rule(unit.no_slope, w, x, h0, y, every)


def _no_slope_in_dw(w, x, h0, y, every):
    return _with_rule(unit.no_slope_in_dw, w, x, h0, y, every)


def _no_slope_on_the_way(w, x, h0, y, every):
    return _with_rule(unit.no_slope_on_the_way, w, x, h0, y, every)


def _slope_of_the_step_before(w, x, h0, y, every):
    return _with_rule(unit.slope_of_the_step_before, w, x, h0, y, every)


def _no_w(w, x, h0, y, every):
    return _with_rule(unit.no_w, w, x, h0, y, every)


def _runs_from_zero(w, x, h0, y, every):
    return _exact_dw(w, x, 0.0, y)


def _target_minus_state(w, x, h0, y, every):
    return -_exact_dw(w, x, h0, y)


def _mean_over_steps(w, x, h0, y, every):
    return _exact_dw(w, x, h0, y) / len(x)


# --- what to say of them ------------------------------------------------------------------


def _w_twice_between_segments(w, x, h0, y, every):
    segment = _segment_of(x, every)
    borders = np.maximum(np.subtract.outer(segment, segment), 0)
    return (unit.contributions(w, x, h0, y) * float(w) ** borders).sum()


MISTAKES = (
    Mistake(
        _w_twice_between_segments,
        "What is passed from one segment to the one before it is multiplied by w one time too "
        "many. Hasn't your walk through the segment already done that?",
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
