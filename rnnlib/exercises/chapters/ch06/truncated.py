"""Exercise 06.2: each step's loss, sent back through at most k steps."""

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


def truncated(w, x, h0, y, k):
    h = [h0]
    for x_t in x:
        h.append(np.tanh(w * h[-1] + x_t))
    dw = 0.0
    for t in range(1, len(x) + 1):
        dh = h[t] - y[t - 1]
        for step in range(t, max(t - k, 0), -1):
            da = dh * (1 - h[step] ** 2)
            dw += da * h[step - 1]
            dh = da * w
    return dw


def _each_window_from_h0(w, x, h0, y, k):
    dw = 0.0
    for t in range(1, len(x) + 1):
        window = slice(max(t - k, 0), t)
        dw += unit.contributions(w, x[window], h0, y[window])[-1].sum()
    return dw


def _all_losses_of_each_window(w, x, h0, y, k):
    h, dw = unit.states(w, x, h0), 0.0
    for t in range(1, len(x) + 1):
        first = max(t - k, 0)
        dw += unit.contributions(w, x[first:t], h[first], y[first:t]).sum()
    return dw


def _inside(T, k):
    """Where entry (t, τ) of the contributions is inside the window: τ is fewer than k back."""
    back = np.subtract.outer(np.arange(T), np.arange(T))
    return (back >= 0) & (back < k)


def _windows(
    w,
    x,
    h0,
    y,
    k,
    *,
    rule=unit.right,
    inside=_inside,
    losses=np.ones_like,
    copies=np.ones_like,
    own_step=lambda after: 1.0,
    first=1,
):
    """The contributions inside the windows, for losses(t) and copies(t) that count.

    own_step(h(t)): what the loss at step t is multiplied by. first: where the walks end.
    """
    h, t = unit.states(w, x, h0), np.arange(first, len(x) + 1)
    own, back = rule(w, h[t - 1], h[t])
    direct = (h[t] - y[np.maximum(t, 1) - 1]) * own_step(h[t]) * (t > 0) * losses(t)
    return (unit.contributions_of(direct, own * copies(t), back) * inside(len(t), k)).sum()


def _past_h0(w, x, h0, y, k):
    return _windows(w, x, h0, y, k, first=2 - k)  # from h[0] on to h[-1], the last state


def _past_h0_for_T_steps(w, x, h0, y, k):
    return _past_h0(w, x, h0, y, min(k, len(x)))


def _one_step_too_few(w, x, h0, y, k):
    return _windows(w, x, h0, y, k - 1)


def _one_step_too_many(w, x, h0, y, k):
    return _windows(w, x, h0, y, k + 1)


def _not_truncated(w, x, h0, y, k):
    return _windows(w, x, h0, y, len(x))


def _own_step_only(w, x, h0, y, k):
    return _windows(w, x, h0, y, 1)


def _last_loss_only(w, x, h0, y, k):
    return _windows(w, x, h0, y, k, losses=lambda t: t == len(x))


def _full_windows_only(w, x, h0, y, k):
    return _windows(w, x, h0, y, k, losses=lambda t: t >= k)


def _blocks(w, x, h0, y, k):
    block = np.arange(len(x)) // k
    return _windows(w, x, h0, y, k, inside=lambda *_: np.equal.outer(block, block))


def _one_walk_of_k_steps(w, x, h0, y, k):
    return _windows(w, x, h0, y, len(x), copies=lambda t: t > len(x) - k)


def _keeps_the_oldest_contribution(w, x, h0, y, k):
    oldest = np.maximum(np.arange(len(x)) - k + 1, 0)
    return _windows(w, x, h0, y, k, inside=lambda T, _: np.equal.outer(oldest, np.arange(T)))


def _first_step_left_out(w, x, h0, y, k):
    return _windows(w, x, h0, y, k, copies=lambda t: t > 1)


def _new_state(w, x, h0, y, k):
    return _windows(w, x, h0, y, k, rule=unit.new_state)


def _no_slope(w, x, h0, y, k):
    return _windows(w, x, h0, y, k, rule=unit.no_slope)


def _no_slope_in_dw(w, x, h0, y, k):
    return _windows(w, x, h0, y, k, rule=unit.no_slope_in_dw)


def _no_slope_on_the_way(w, x, h0, y, k):
    return _windows(w, x, h0, y, k, rule=unit.no_slope_on_the_way)


def _slope_of_the_own_step_only(w, x, h0, y, k):
    return _windows(w, x, h0, y, k, rule=unit.no_slope, own_step=lambda after: 1 - after**2)


def _slope_of_the_step_before(w, x, h0, y, k):
    return _windows(w, x, h0, y, k, rule=unit.slope_of_the_step_before)


def _tanh_twice(w, x, h0, y, k):
    return _windows(w, x, h0, y, k, rule=unit.tanh_twice)


def _no_w(w, x, h0, y, k):
    return _windows(w, x, h0, y, k, rule=unit.no_w)


def _runs_from_zero(w, x, h0, y, k):
    return truncated(w, x, 0.0, y, k)


def _target_minus_state(w, x, h0, y, k):
    return -truncated(w, x, h0, y, k)


def _mean_over_steps(w, x, h0, y, k):
    return truncated(w, x, h0, y, k) / len(x)


def _mean_over_the_window(w, x, h0, y, k):
    return truncated(w, x, h0, y, k) / k


def _terms(w, x, h0, y, k):
    table, T = unit.contributions(w, x, h0, y), len(x)
    own, one, two = (_inside(T, min(n, k)) for n in (1, 2, T))
    return {
        "dw": {
            "from the step that made h(t)": table[own].sum(),
            "from the step before that": table[one & ~own].sum(),
            "from the steps further back": table[two & ~one].sum(),
        }
    }


def _cases(rng):
    def case(w, T, k, group, signs=(-1, 1)):
        return Case((*unit.drawn(rng, w, T, signs), k), group)

    return [
        case(1.3, 1, 1, "T = 1"),
        case(-1.2, 4, 1, "k = 1", signs=[-1]),
        case(1.5, 6, 2, "1 < k < T"),
        case(-1.4, 7, 3, "1 < k < T"),
        case(1.2, 8, 5, "1 < k < T"),
        case(1.6, 5, 5, "k >= T"),
        case(1.1, 4, 9, "k >= T"),
    ]


_PAST_H0 = (
    "Your walks continue past h(0): there h[-1] is the last state. Which steps are left for the "
    "loss of t = 1 if k is 3?"
)

TRUNCATED = Exercise(
    id="06.2",
    title="A window of k steps",
    points=2,
    reference=truncated,
    forbidden=(
        "rnnlib.gradients.bptt.truncated_bptt",
        "rnnlib.gradients.online.weighted_bptt",
        *WALK_BACK,
    ),
    cases=_cases,
    returns=(Returned("dw"),),
    hints=(
        "Run forward and keep h(0) to h(T). Then take one loss, say that of t = 5, and k = 2: "
        "which steps does its gradient go through, and which states does it read there?",
        "Two loops, one inside the other. The outer one goes over the losses, and each loss "
        "starts with its own h(t) - y(t). The inner one walks back from t. How many iterations "
        "does it take at most, and where must it end if it reaches h(0) first?",
        "In the iteration at step s: first go through tanh, whose slope is taken at h(s); then "
        "add this step's contribution to dw; then go through w, to h(s-1). `range(t, end, -1)` "
        "counts down and leaves out `end`.",
    ),
    mistakes=(
        Mistake(
            _each_window_from_h0,
            "You run every window from h(0) again. The window is only for the way back; forward, "
            "step t continues from h(t-1). Which state has the run reached where a window begins?",
        ),
        Mistake(
            _all_losses_of_each_window,
            "You walk back with all the losses of each window, so most losses count several "
            "times. Which loss does the window that ends at t belong to?",
        ),
        Mistake(_past_h0, _PAST_H0),
        Mistake(_past_h0_for_T_steps, _PAST_H0),
        Mistake(
            _one_step_too_few,
            "Your windows end one step early. With k = 1 a loss still goes through the step that "
            "computed its h(t): what does that step add to dw?",
        ),
        Mistake(
            _one_step_too_many,
            "Your windows are one step too long. With k = 1, how many steps may a loss go "
            "through, including its own?",
        ),
        Mistake(
            _not_truncated,
            "This is the exact gradient: every loss goes back all the way to h(0). Where does k "
            "come in?",
        ),
        Mistake(
            _own_step_only,
            "Each loss goes through its own step and no other, as if k were always 1. What is "
            "passed back to h(t-1) while there are steps left?",
        ),
        Mistake(
            _last_loss_only,
            "Only the last loss is in your answer. Every step has a loss, and each loss has its "
            "own window: what happens to the others?",
        ),
        Mistake(
            _full_windows_only,
            "The losses before step k are missing in your answer. Such a loss has fewer than k "
            "steps before it: where does its window end?",
        ),
        Mistake(
            _blocks,
            "You cut time into blocks of k steps, so the first loss of a block goes back only one "
            "step: these are the blocks of 06.3. How far back may each loss go here?",
        ),
        Mistake(
            _one_walk_of_k_steps,
            "You walk back once, from the end, and stop after k steps: the earlier steps are "
            "never reached. Where does the walk of an earlier loss begin?",
        ),
        Mistake(
            _keeps_the_oldest_contribution,
            "Only the last iteration of each window counts: its contribution has replaced the "
            "others. They belong to the same w: what should happen to them?",
        ),
        Mistake(
            _first_step_left_out,
            "The step from h(0) to h(1) adds nothing in your answer. Where does your inner loop "
            "end when it gets that far?",
        ),
        Mistake(_new_state, NEW_STATE_BESIDE_A_NUMBER),
        Mistake(_no_slope, NO_SLOPE_AT_ALL),
        Mistake(_no_slope_in_dw, NO_SLOPE_ON_THE_WAY_TO_W),
        Mistake(_no_slope_on_the_way, NO_SLOPE_ON_THE_WAY_TO_H),
        Mistake(
            _slope_of_the_own_step_only,
            "A loss goes through the tanh of its own step and of no other in your answer. Each "
            "step of the window has a tanh: where is its slope?",
        ),
        Mistake(_slope_of_the_step_before, SLOPE_OF_THE_OLD_STATE),
        Mistake(_tanh_twice, SLOPE_OF_TANH_TWICE),
        Mistake(_no_w, NO_W_ON_THE_WAY_TO_H),
        Mistake(_runs_from_zero, RUN_FROM_ZERO),
        Mistake(_target_minus_state, SIGN_REVERSED),
        Mistake(_mean_over_steps, MEAN_OF_THE_LOSSES),
        Mistake(
            _mean_over_the_window,
            "You divide by k. The copies in a window all move with w: are their contributions "
            "averaged?",
        ),
    ),
    terms=_terms,
)
