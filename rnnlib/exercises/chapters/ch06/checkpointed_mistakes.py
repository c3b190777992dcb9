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
    return float(unit.shares(w, x, h0, y).sum())


def _counts(x, every):
    """How many checkpoints there are, and how many steps in the longest segment."""
    return len(range(0, len(x), every)), min(every, len(x))


# --- mistakes in dw -----------------------------------------------------------------------


def _with_dw(dw, x, every):
    return float(dw), sum(_counts(x, every))


def _with_rule(rule, w, x, h0, y, every):
    return _with_dw(unit.shares(w, x, h0, y, rule).sum(), x, every)


def _segment_of(x, every):
    """The number of the segment that each step belongs to."""
    return np.arange(len(x)) // every


def _nothing_between_segments(w, x, h0, y, every):
    segment = _segment_of(x, every)
    inside = np.equal.outer(segment, segment)
    return _with_dw(unit.shares(w, x, h0, y)[inside].sum(), x, every)


def _own_step_only(w, x, h0, y, every):
    return _with_dw(np.trace(unit.shares(w, x, h0, y)), x, every)


def _last_loss_only(w, x, h0, y, every):
    return _with_dw(unit.shares(w, x, h0, y)[-1].sum(), x, every)


def _losses_at_the_segments_ends_only(w, x, h0, y, every):
    ends = np.append(np.diff(_segment_of(x, every)) > 0, True)
    return _with_dw(unit.shares(w, x, h0, y)[ends].sum(), x, every)


def _first_segment_only(w, x, h0, y, every):
    return _with_dw(unit.shares(w, x, h0, y)[:, :every].sum(), x, every)


def _last_segment_only(w, x, h0, y, every):
    last = _segment_of(x, every) == (len(x) - 1) // every
    return _with_dw(unit.shares(w, x, h0, y)[:, last].sum(), x, every)


def _remainder_lost(w, x, h0, y, every):
    whole = len(x) // every * every
    return _with_dw(unit.shares(w, x, h0, y)[:whole, :whole].sum(), x, every)


def _segments_from_h0(w, x, h0, y, every):
    runs = [unit.states(w, x[k : k + every], h0) for k in range(0, len(x), every)]
    before = np.concatenate([run[:-1] for run in runs])
    after = np.concatenate([run[1:] for run in runs])
    table = unit.shares_of(after - y, *unit.right(w, before, after))
    return _with_dw(table.sum(), x, every)


def _segments_first_to_last(w, x, h0, y, every):
    h, dw, dh = unit.states(w, x, h0), 0.0, 0.0
    for start in range(0, len(x), every):
        for t in range(min(start + every, len(x)), start, -1):
            da = (dh + h[t] - y[t - 1]) * (1 - h[t] ** 2)
            dw, dh = dw + da * h[t - 1], da * w
    return _with_dw(dw, x, every)


def _first_steps_of_the_segments_passed_over(w, x, h0, y, every):
    h = unit.states(w, x, h0)
    own, back = unit.right(w, h[:-1], h[1:])
    direct = h[1:] - y
    direct[::every], own[::every], back[::every] = 0, 0, 1
    return _with_dw(unit.shares_of(direct, own, back).sum(), x, every)


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
    return _with_dw(_exact_dw(w, x, 0.0, y), x, every)


def _target_minus_state(w, x, h0, y, every):
    return _with_dw(-_exact_dw(w, x, h0, y), x, every)


def _mean_over_steps(w, x, h0, y, every):
    return _with_dw(_exact_dw(w, x, h0, y) / len(x), x, every)


# --- mistakes in held ---------------------------------------------------------------------


def _with_held(held, w, x, h0, y, every):
    return _exact_dw(w, x, h0, y), held(*_counts(x, every))


def _segments_first_state_too(w, x, h0, y, every):
    return _with_held(lambda kept, longest: kept + longest + 1, w, x, h0, y, every)


def _without_h0(w, x, h0, y, every):
    return _with_held(lambda kept, longest: kept + longest - 1, w, x, h0, y, every)


def _checkpoints_only(w, x, h0, y, every):
    return _with_held(lambda kept, longest: kept, w, x, h0, y, every)


def _segment_only(w, x, h0, y, every):
    return _with_held(lambda kept, longest: longest, w, x, h0, y, every)


def _segments_never_dropped(w, x, h0, y, every):
    return _with_held(lambda kept, longest: kept + len(x), w, x, h0, y, every)


def _all_states(w, x, h0, y, every):
    return _with_held(lambda kept, longest: len(x) + 1, w, x, h0, y, every)


def _segment_longer_than_the_run(w, x, h0, y, every):
    return _with_held(lambda kept, longest: kept + every, w, x, h0, y, every)


def _thriftier(w, x, h0, y, every):
    """Counts no checkpoint whose segment is done, or no state twice: the same number."""
    short = len(x) % every and len(x) > every
    return _with_held(lambda kept, longest: kept + longest - bool(short), w, x, h0, y, every)


# --- what to say of them ------------------------------------------------------------------

MISTAKES = (
    Mistake(
        _nothing_between_segments,
        "Each of your segments is reversed as if nothing came after it: that is truncation. "
        "What has the later segment to say of the state at which it began?",
    ),
    Mistake(
        _own_step_only,
        "Each loss is sent back through its own step alone. What is handed from step t to "
        "step t-1?",
    ),
    Mistake(
        _last_loss_only,
        "Only the last loss is in your dw. Every step has one: where does it join what arrives "
        "from the step after?",
    ),
    Mistake(
        _losses_at_the_segments_ends_only,
        "Only the loss at the end of each segment is in your dw. The steps inside a segment "
        "have losses too: where do they join what arrives?",
    ),
    Mistake(
        _first_segment_only,
        "Your dw is the share of the first segment alone. It is the last one to be reversed: "
        "what has become of the shares of the others?",
    ),
    Mistake(
        _last_segment_only,
        "Your dw is the share of the last segment alone. w also stands in all steps before it.",
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
        "You reverse the first segment first. What arrives at its end is known only when "
        "another one has been reversed: which?",
    ),
    Mistake(
        _first_steps_of_the_segments_passed_over,
        "The first step of each segment is passed over. It starts from the checkpoint: where "
        "does your walk inside a segment end?",
    ),
    Mistake(_new_state, NEW_STATE_BESIDE_A_NUMBER),
    Mistake(
        _no_slope,
        "There is no slope of tanh in your dw. Each step has a tanh: where is it met on the "
        "way back?",
    ),
    Mistake(_no_slope_in_dw, NO_SLOPE_ON_THE_WAY_TO_W),
    Mistake(_no_slope_on_the_way, NO_SLOPE_ON_THE_WAY_TO_H),
    Mistake(_slope_of_the_step_before, SLOPE_OF_THE_OLD_STATE),
    Mistake(_no_w, NO_W_ON_THE_WAY_TO_H),
    Mistake(_runs_from_zero, RUN_FROM_ZERO),
    Mistake(_target_minus_state, SIGN_REVERSED),
    Mistake(_mean_over_steps, MEAN_OF_THE_LOSSES),
    Mistake(
        _segments_first_state_too,
        "You count one state too many. The first state of a segment is its checkpoint: is it "
        "there twice?",
    ),
    Mistake(
        _without_h0,
        "You count one state too few. Is h(0) among your checkpoints, and is the last state of "
        "a segment among those computed anew?",
    ),
    Mistake(
        _checkpoints_only,
        "You count the checkpoints alone. What is in memory besides, while a segment is reversed?",
    ),
    Mistake(
        _segment_only,
        "You count the states of the segment alone. The checkpoints are in memory all the while.",
    ),
    Mistake(
        _segments_never_dropped,
        "You count the states of all segments together. Once a segment is reversed, are its "
        "states still needed?",
    ),
    Mistake(
        _all_states,
        "You count all states of a plain run. Are they all in memory at one time here?",
    ),
    Mistake(
        _segment_longer_than_the_run,
        "You count `every` states for a segment, also where the whole run is shorter than "
        "that. How many steps has a segment at most?",
    ),
    Mistake(
        _thriftier,
        "One less than asked for, where the last segment is short. You are thrifty: you drop "
        "a checkpoint whose segment is done, or do not count the end of a segment, which is a "
        "checkpoint too. Read in the docstring what is counted here.",
    ),
)
