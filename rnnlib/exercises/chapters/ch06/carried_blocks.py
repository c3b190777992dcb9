"""Exercise 06.3: blocks of k steps; the state is carried on, the gradient is cut."""

import numpy as np

from rnnlib.exercises.chapters.ch06 import unit
from rnnlib.exercises.chapters.forbidden import WALK_BACK
from rnnlib.exercises.chapters.sentences import (
    MEAN_OF_THE_LOSSES,
    NEW_STATE_BESIDE_A_NUMBER,
    NO_SLOPE_AT_ALL,
    NO_SLOPE_ON_THE_WAY_TO_H,
    NO_SLOPE_ON_THE_WAY_TO_W,
    NO_W_ON_THE_WAY_TO_H,
    RUN_FROM_ZERO,
    SIGN_REVERSED,
    SLOPE_OF_TANH_TWICE,
    SLOPE_OF_THE_OLD_STATE,
)
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def carried_blocks(w, x, h0, y, k):
    dw, h = 0.0, h0
    for start in range(0, len(x), k):
        block = unit.states(w, x[start : start + k], h)
        from_future = 0.0
        for t in range(len(block) - 1, 0, -1):
            da = (block[t] - y[start + t - 1] + from_future) * (1 - block[t] ** 2)
            dw += da * block[t - 1]
            from_future = da * w
        h = block[-1]
    return dw


# --- where the gradient is cut ------------------------------------------------------------


def _block_of(T, k):
    """The number of the block that each step belongs to."""
    return np.arange(T) // k


def _inside(block):
    """Where the loss of step t+1 and the copy of w in step τ+1 are in one block."""
    return np.equal.outer(block, block)


def _with_rule(rule, w, x, h0, y, k):
    return unit.contributions(w, x, h0, y, rule)[_inside(_block_of(len(x), k))].sum()


def _not_cut(w, x, h0, y, k):
    return unit.contributions(w, x, h0, y).sum()


def _window(w, x, h0, y, k):
    back = np.subtract.outer(np.arange(len(x)), np.arange(len(x)))
    return unit.contributions(w, x, h0, y)[(back >= 0) & (back < k)].sum()


def _own_step_only(w, x, h0, y, k):
    return np.trace(unit.contributions(w, x, h0, y))


def _one_step_too_long(w, x, h0, y, k):
    return carried_blocks(w, x, h0, y, k + 1)


def _counted_from_the_end(w, x, h0, y, k):
    return unit.contributions(w, x, h0, y)[_inside(_block_of(len(x), k)[::-1])].sum()


def _gradient_handed_on_in_time(w, x, h0, y, k):
    """What comes out at the start of a block goes into the end of the next one."""
    h, dw, from_future = unit.states(w, x, h0), 0.0, 0.0
    for start in range(0, len(x), k):
        for t in range(min(start + k, len(x)), start, -1):
            da = (h[t] - y[t - 1] + from_future) * (1 - h[t] ** 2)
            dw, from_future = dw + da * h[t - 1], da * w
    return dw


# --- what is left out ---------------------------------------------------------------------


def _last_losses_only(w, x, h0, y, k):
    block = _block_of(len(x), k)
    ends = np.append(np.diff(block) > 0, True)
    return (unit.contributions(w, x, h0, y) * _inside(block))[ends].sum()


def _first_block_only(w, x, h0, y, k):
    return unit.contributions(w, x, h0, y)[:k, :k].sum()


def _last_block_only(w, x, h0, y, k):
    last = _block_of(len(x), k) == (len(x) - 1) // k
    return unit.contributions(w, x, h0, y)[np.ix_(last, last)].sum()


def _remainder_lost(w, x, h0, y, k):
    whole = len(x) // k * k
    return carried_blocks(w, x[:whole], h0, y[:whole], k)


def _first_steps_left_out(w, x, h0, y, k):
    kept = _inside(_block_of(len(x), k)) & (np.arange(len(x)) % k > 0)
    return unit.contributions(w, x, h0, y)[kept].sum()


# --- where a block begins -----------------------------------------------------------------


def _from_starts(w, x, y, k, starts):
    """dw, if block number i starts from starts[i]."""
    pieces = [slice(start, start + k) for start in range(0, len(x), k)]
    return sum(
        unit.contributions(w, x[piece], h, y[piece]).sum()
        for piece, h in zip(pieces, starts, strict=True)
    )


def _state_not_carried(w, x, h0, y, k):
    later = len(range(k, len(x), k))
    return _from_starts(w, x, y, k, [h0, *[0.0] * later])


def _every_block_from_h0(w, x, h0, y, k):
    return _from_starts(w, x, y, k, [h0] * len(range(0, len(x), k)))


def _every_block_from_zero(w, x, h0, y, k):
    return _from_starts(w, x, y, k, [0.0] * len(range(0, len(x), k)))


def _state_before_the_last_carried(w, x, h0, y, k):
    starts = [h0]
    for start in range(0, len(x) - k, k):
        starts.append(unit.states(w, x[start : start + k], starts[-1])[-2])
    return _from_starts(w, x, y, k, starts)


def _runs_from_zero(w, x, h0, y, k):
    return carried_blocks(w, x, 0.0, y, k)


# --- a step back --------------------------------------------------------------------------


def _new_state(w, x, h0, y, k):
    return _with_rule(unit.new_state, w, x, h0, y, k)


def _no_slope(w, x, h0, y, k):
    return _with_rule(unit.no_slope, w, x, h0, y, k)


def _no_slope_in_dw(w, x, h0, y, k):
    return _with_rule(unit.no_slope_in_dw, w, x, h0, y, k)


def _no_slope_on_the_way(w, x, h0, y, k):
    return _with_rule(unit.no_slope_on_the_way, w, x, h0, y, k)


def _slope_of_the_step_before(w, x, h0, y, k):
    return _with_rule(unit.slope_of_the_step_before, w, x, h0, y, k)


def _tanh_twice(w, x, h0, y, k):
    return _with_rule(unit.tanh_twice, w, x, h0, y, k)


def _no_w(w, x, h0, y, k):
    return _with_rule(unit.no_w, w, x, h0, y, k)


def _target_minus_state(w, x, h0, y, k):
    return -carried_blocks(w, x, h0, y, k)


def _mean_over_steps(w, x, h0, y, k):
    return carried_blocks(w, x, h0, y, k) / len(x)


def _mean_over_blocks(w, x, h0, y, k):
    return carried_blocks(w, x, h0, y, k) / len(range(0, len(x), k))


def _terms(w, x, h0, y, k):
    table, block = unit.contributions(w, x, h0, y), _block_of(len(x), k)
    inside = table * _inside(block)
    own, last = np.diag(np.diag(inside)), block == block[-1]
    return {
        "dw": {
            "from each loss's own step": own.sum(),
            "from the earlier steps of a block that is not the last": (inside - own)[~last].sum(),
            "from the earlier steps of the last block": (inside - own)[last].sum(),
        }
    }


def _cases(rng):
    def case(w, T, k, group, signs=(-1, 1)):
        return Case((*unit.drawn(rng, w, T, signs), k), group)

    return [
        case(1.3, 1, 1, "T = 1"),
        case(-1.2, 5, 1, "k = 1", signs=[-1]),
        case(1.5, 6, 2, "T a multiple of k"),
        case(-1.4, 12, 4, "T a multiple of k"),
        case(1.2, 8, 3, "T not a multiple of k"),
        case(-1.3, 14, 4, "T not a multiple of k"),
        case(1.6, 5, 5, "k >= T"),
        case(1.1, 4, 9, "k >= T"),
    ]


CARRIED_BLOCKS = Exercise(
    id="06.3",
    title="Carried blocks",
    points=2,
    reference=carried_blocks,
    forbidden=(
        "rnnlib.gradients.bptt.truncated_bptt",
        *WALK_BACK,
    ),
    cases=_cases,
    returns=(Returned("dw"),),
    hints=(
        "Take T = 7 and k = 3. Which steps are in the first block, which in the second and in the "
        "third? From which state does each of them start?",
        "One loop over the starts of the blocks, `range(0, len(x), k)`. In each iteration: run "
        "the block from the current state, walk back through this block only, add the result to "
        "dw. Which state does the next iteration need?",
        "`x[start : start + k]` is the block, even if the last one is shorter. `walk_back` has 0 "
        "for the gradient from the future unless you say otherwise, and that is the cut. The last "
        "state of the block is where the next one starts.",
    ),
    mistakes=(
        Mistake(
            _state_not_carried,
            "Each of your later blocks starts from 0. What is cut at the border is the gradient: "
            "what happens to the state?",
        ),
        Mistake(
            _every_block_from_h0,
            "Each of your blocks starts from h0. Which state had the block before it reached?",
        ),
        Mistake(
            _every_block_from_zero,
            "All of your blocks start from 0. Where do h0 and the last state of each block come "
            "in?",
        ),
        Mistake(
            _state_before_the_last_carried,
            "The state that you carry on is one step too old. Which state does the last step of a "
            "block make?",
        ),
        Mistake(
            _not_cut,
            "This is the exact gradient: it crosses the borders between the blocks. What should a "
            "block get back from the one after it?",
        ),
        Mistake(
            _window,
            "Each of your losses goes back k steps, across the border if necessary. That is the "
            "sliding window of 06.2: where should the loss of a block's first step end?",
        ),
        Mistake(
            _gradient_handed_on_in_time,
            "What comes out at the start of one block goes into the end of the next one. Nothing "
            "comes from the future at the end of a block: what is set to 0 there?",
        ),
        Mistake(
            _own_step_only,
            "Each loss is sent back through its own step alone, as if k were always 1. What is "
            "passed from step t to step t-1 inside a block?",
        ),
        Mistake(
            _one_step_too_long,
            "Your blocks have k + 1 steps. Where does the second one begin?",
        ),
        Mistake(
            _counted_from_the_end,
            "Your first block is the short one. Count the blocks from step 1.",
        ),
        Mistake(
            _last_losses_only,
            "Only the last loss of each block is in your dw. The other steps have losses too: "
            "where are they added to what comes from the future?",
        ),
        Mistake(
            _first_block_only,
            "Your dw is only that of the first block. What happens to the others?",
        ),
        Mistake(
            _last_block_only,
            "Your dw is only that of the last block. What happens to the others when a new block "
            "begins?",
        ),
        Mistake(
            _remainder_lost,
            "The steps after the last full block are lost. Which blocks are there for T = 7 and "
            "k = 3?",
        ),
        Mistake(
            _first_steps_left_out,
            "The first step of each block adds nothing to your dw. Which state goes into it, and "
            "where does your backward walk end?",
        ),
        Mistake(_runs_from_zero, RUN_FROM_ZERO),
        Mistake(_new_state, NEW_STATE_BESIDE_A_NUMBER),
        Mistake(_no_slope, NO_SLOPE_AT_ALL),
        Mistake(_no_slope_in_dw, NO_SLOPE_ON_THE_WAY_TO_W),
        Mistake(_no_slope_on_the_way, NO_SLOPE_ON_THE_WAY_TO_H),
        Mistake(_slope_of_the_step_before, SLOPE_OF_THE_OLD_STATE),
        Mistake(_tanh_twice, SLOPE_OF_TANH_TWICE),
        Mistake(_no_w, NO_W_ON_THE_WAY_TO_H),
        Mistake(_target_minus_state, SIGN_REVERSED),
        Mistake(_mean_over_steps, MEAN_OF_THE_LOSSES),
        Mistake(
            _mean_over_blocks,
            "You divide by the number of blocks. All blocks use the same w: are their gradients "
            "averaged?",
        ),
    ),
    terms=_terms,
)
