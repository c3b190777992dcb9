"""What goes wrong in exercise 12.4: wrong ways back through a block, and what is said of them."""

import numpy as np

from rnnlib.exercises.chapters.sentences import SLOPE_OF_TANH_TWICE
from rnnlib.exercises.spec import Mistake


def _slope(h):
    """tanh' at steps 1..T, from h(0..T)."""
    return 1 - h[1:] ** 2


def _walk(direct, slope, back):
    """Gradients on a(1..T) if dL/da(t) reaches h(t-1) as back(dL/da(t))."""
    da = slope * direct
    for t in reversed(range(len(direct) - 1)):
        da[t] += slope[t] * back(da[t + 1])
    return da


def gradients_at_the_sums(W, V, h, dlogits):
    """dL/da(1..T), a(t) = b + W h(t-1) + U x(t): what is right."""
    return _walk(dlogits @ V, _slope(h), lambda da: da @ W)


def fold(h, codes, dlogits, da, n_codes):
    """The five gradients from those on a(1..T) and on the scores."""
    one_hot = np.eye(n_codes)[codes]
    return (
        np.einsum("tbi,tbj->ij", da, one_hot),
        np.einsum("tbi,tbj->ij", da, h[:-1]),
        da.sum(axis=(0, 1)),
        np.einsum("tbo,tbn->on", dlogits, h[1:]),
        dlogits.sum(axis=(0, 1)),
    )


def _right(W, V, h, codes, dlogits, n_codes):
    return fold(h, codes, dlogits, gradients_at_the_sums(W, V, h, dlogits), n_codes)


# --- on the way back ----------------------------------------------------------------------


def _W_not_transposed(W, V, h, codes, dlogits, n_codes):
    da = _walk(dlogits @ V, _slope(h), lambda da: da @ W.T)
    return fold(h, codes, dlogits, da, n_codes)


def _never_carries(W, V, h, codes, dlogits, n_codes):
    return fold(h, codes, dlogits, _slope(h) * (dlogits @ V), n_codes)


def _carries_the_direct(W, V, h, codes, dlogits, n_codes):
    direct = dlogits @ V
    total = direct.copy()
    total[:-1] += (_slope(h) * direct)[1:] @ W
    return fold(h, codes, dlogits, _slope(h) * total, n_codes)


def _last_direct_only(W, V, h, codes, dlogits, n_codes):
    last = np.zeros_like(dlogits)
    last[-1] = dlogits[-1]
    return fold(h, codes, dlogits, gradients_at_the_sums(W, V, h, last), n_codes)


def _forward_in_time(W, V, h, codes, dlogits, n_codes):
    da = _walk((dlogits @ V)[::-1], _slope(h)[::-1], lambda da: da @ W)[::-1]
    return fold(h, codes, dlogits, da, n_codes)


def _no_slope(W, V, h, codes, dlogits, n_codes):
    da = _walk(dlogits @ V, np.ones_like(h[1:]), lambda da: da @ W)
    return fold(h, codes, dlogits, da, n_codes)


def _no_slope_on_the_way(W, V, h, codes, dlogits, n_codes):
    total = _walk(dlogits @ V, np.ones_like(h[1:]), lambda da: da @ W)
    return fold(h, codes, dlogits, _slope(h) * total, n_codes)


def _slope_of_the_step_before(W, V, h, codes, dlogits, n_codes):
    da = _walk(dlogits @ V, 1 - h[:-1] ** 2, lambda da: da @ W)
    return fold(h, codes, dlogits, da, n_codes)


def _tanh_twice(W, V, h, codes, dlogits, n_codes):
    da = _walk(dlogits @ V, 1 - np.tanh(h[1:]) ** 2, lambda da: da @ W)
    return fold(h, codes, dlogits, da, n_codes)


def _message_after_the_slope(W, V, h, codes, dlogits, n_codes):
    da = _slope(h) * (dlogits @ V)
    for t in reversed(range(len(da) - 1)):
        da[t] += da[t + 1] @ W
    return fold(h, codes, dlogits, da, n_codes)


def _messages_added_up(W, V, h, codes, dlogits, n_codes):
    """What arrives is added to what arrived before, where it is to take its place."""
    direct, slope, arriving = dlogits @ V, _slope(h), 0.0
    da = np.zeros_like(direct)
    for t in reversed(range(len(da))):
        da[t] = slope[t] * (direct[t] + arriving)
        arriving = arriving + da[t] @ W
    return fold(h, codes, dlogits, da, n_codes)


def _slope_at_the_end_only(W, V, h, codes, dlogits, n_codes):
    slope = np.ones_like(h[1:])
    slope[-1] = _slope(h)[-1]
    da = _walk(dlogits @ V, slope, lambda da: da @ W)
    return fold(h, codes, dlogits, da, n_codes)


# --- in the shares of the weights ---------------------------------------------------------


def _new_state_in_dW(W, V, h, codes, dlogits, n_codes):
    dU, _, db, dV, dc = _right(W, V, h, codes, dlogits, n_codes)
    da = gradients_at_the_sums(W, V, h, dlogits)
    return dU, np.einsum("tbi,tbj->ij", da, h[1:]), db, dV, dc


def _state_before_in_dV(W, V, h, codes, dlogits, n_codes):
    dU, dW, db, _, dc = _right(W, V, h, codes, dlogits, n_codes)
    return dU, dW, db, np.einsum("tbo,tbn->on", dlogits, h[:-1]), dc


def _from_step(k, W, V, h, codes, dlogits, n_codes):
    da, some = gradients_at_the_sums(W, V, h, dlogits), np.zeros((len(codes), 1, 1))
    some[k] = 1
    return fold(h, codes, some * dlogits, some * da, n_codes)


def _first_step_only(W, V, h, codes, dlogits, n_codes):
    return _from_step(0, W, V, h, codes, dlogits, n_codes)


def _last_step_only(W, V, h, codes, dlogits, n_codes):
    return _from_step(-1, W, V, h, codes, dlogits, n_codes)


def _first_sequence_only(W, V, h, codes, dlogits, n_codes):
    first = np.zeros_like(dlogits)
    first[:, 0] = dlogits[:, 0]
    return _right(W, V, h, codes, first, n_codes)


def _with_dU(dU, W, V, h, codes, dlogits, n_codes):
    return dU, *_right(W, V, h, codes, dlogits, n_codes)[1:]


def _repeats_lost_within_a_step(W, V, h, codes, dlogits, n_codes):
    da, dU = gradients_at_the_sums(W, V, h, dlogits), np.zeros((len(W), n_codes))
    for da_t, now in zip(da, codes, strict=True):
        dU[:, now] += da_t.T
    return _with_dU(dU, W, V, h, codes, dlogits, n_codes)


def _repeats_lost_in_the_block(W, V, h, codes, dlogits, n_codes):
    da, dU = gradients_at_the_sums(W, V, h, dlogits), np.zeros((len(W), n_codes))
    dU[:, codes.ravel()] += da.reshape(-1, len(W)).T
    return _with_dU(dU, W, V, h, codes, dlogits, n_codes)


def _columns_overwritten_on_the_way_back(W, V, h, codes, dlogits, n_codes):
    da, dU = gradients_at_the_sums(W, V, h, dlogits), np.zeros((len(W), n_codes))
    for t in reversed(range(len(codes))):
        dU[:, codes[t]] = da[t].T
    return _with_dU(dU, W, V, h, codes, dlogits, n_codes)


def _last_step_comes_first(W, V, h, codes, dlogits, n_codes):
    da = gradients_at_the_sums(W, V, h, dlogits)[::-1]  # a list filled on the way back
    return fold(h, codes, dlogits, da, n_codes)


def _instead(k, of, *arguments):
    """All that is right but for gradient k, which is made as in `of`."""
    gradients = list(_right(*arguments))
    gradients[k] = of(*arguments)[k]
    return tuple(gradients)


def _dU_without_the_future(*arguments):
    return _instead(0, _never_carries, *arguments)


def _dW_without_the_future(*arguments):
    return _instead(1, _never_carries, *arguments)


def _db_without_the_future(*arguments):
    return _instead(2, _never_carries, *arguments)


def _dU_before_the_slope(W, V, h, codes, dlogits, n_codes):
    da = gradients_at_the_sums(W, V, h, dlogits) / _slope(h)
    return _with_dU(fold(h, codes, dlogits, da, n_codes)[0], W, V, h, codes, dlogits, n_codes)


def _db_before_the_slope(W, V, h, codes, dlogits, n_codes):
    dU, dW, _, dV, dc = _right(W, V, h, codes, dlogits, n_codes)
    da = gradients_at_the_sums(W, V, h, dlogits) / _slope(h)
    return dU, dW, da.sum(axis=(0, 1)), dV, dc


def _dV_of_the_last_step(*arguments):
    return _instead(3, _last_step_only, *arguments)


def _dc_of_the_last_step(*arguments):
    return _instead(4, _last_step_only, *arguments)


def _dV_of_the_first_step(*arguments):
    return _instead(3, _first_step_only, *arguments)


def _dc_of_the_first_step(*arguments):
    return _instead(4, _first_step_only, *arguments)


def _readout_of_the_last_step(*arguments):
    return *_right(*arguments)[:3], *_last_step_only(*arguments)[3:]


def _readout_of_the_first_step(*arguments):
    return *_right(*arguments)[:3], *_first_step_only(*arguments)[3:]


def _columns_up_to_the_largest_code(W, V, h, codes, dlogits, n_codes):
    dU = _right(W, V, h, codes, dlogits, n_codes)[0][:, : codes.max() + 1]
    return _with_dU(dU, W, V, h, codes, dlogits, n_codes)


def _letter_of_the_next_step(W, V, h, codes, dlogits, n_codes):
    after = np.roll(codes, -1, axis=0)
    return _with_dU(_right(W, V, h, after, dlogits, n_codes)[0], W, V, h, codes, dlogits, n_codes)


def _dU_of_the_first_sequence(W, V, h, codes, dlogits, n_codes):
    dU = _first_sequence_only(W, V, h, codes, dlogits, n_codes)[0]
    return _with_dU(dU, W, V, h, codes, dlogits, n_codes)


def _divided(by, *arguments):
    return tuple(gradient / by for gradient in _right(*arguments))


def _divided_by_B(W, V, h, codes, dlogits, n_codes):
    return _divided(codes.shape[1], W, V, h, codes, dlogits, n_codes)


def _divided_by_T_B(W, V, h, codes, dlogits, n_codes):
    return _divided(codes.size, W, V, h, codes, dlogits, n_codes)


def _letter_of_the_step_before(W, V, h, codes, dlogits, n_codes):
    before = np.roll(codes, 1, axis=0)
    return _with_dU(_right(W, V, h, before, dlogits, n_codes)[0], W, V, h, codes, dlogits, n_codes)


_MEAN_TWICE = (
    "You divide by the number of letters or sequences. dlogits already is the slope of the mean: "
    "what is left to divide?"
)

MISTAKES = (
    Mistake(
        _W_not_transposed,
        "You go through W the wrong way around. Entry W[i, j] leads from unit j to unit i: in "
        "which direction does the gradient go? Compare da @ W with da @ W.T.",
    ),
    Mistake(
        _never_carries,
        "Each step accounts only for its own letter's loss. What does step t + 1 pass back to "
        "h(t)?",
    ),
    Mistake(
        _carries_the_direct,
        "You pass back the direct gradient of the next step and not its total, so a loss reaches "
        "one step back and no further.",
    ),
    Mistake(
        _last_direct_only,
        "Only the loss of the last letter is sent back. Every step has a loss: where is it added "
        "to what comes from the future?",
    ),
    Mistake(
        _forward_in_time,
        "Your loop runs forward in time. The total at step t needs that of step t + 1: which one "
        "is known first?",
    ),
    Mistake(
        _no_slope,
        "There is no slope of tanh in your answer. There is a tanh between h(t) and a(t): where "
        "is its slope?",
    ),
    Mistake(
        _no_slope_on_the_way,
        "The weights' contributions have been through tanh; what you pass to the previous step "
        "has not. Isn't h(t-1) inside the same tanh?",
    ),
    Mistake(
        _slope_of_the_step_before,
        "Your slope is computed from the state that goes into the step. Which state came out of "
        "this step's tanh: h[t-1] or h[t]?",
    ),
    Mistake(_tanh_twice, SLOPE_OF_TANH_TWICE),
    Mistake(
        _new_state_in_dW,
        "In dW, da(t) is multiplied by what W multiplied in a(t). Was that h(t), or the state "
        "before it?",
    ),
    Mistake(
        _state_before_in_dV,
        "The scores at step t are computed from h(t), and h[0] is the state before the block. "
        "Which state did V multiply?",
    ),
    Mistake(
        _first_step_only,
        "Only step 1 counts here: on the way back each step's contribution overwrites that of the "
        "step after it. All steps share one set of weights: what should happen to their "
        "contributions?",
    ),
    Mistake(
        _last_step_only,
        "Only step T counts here. All steps share one set of weights: what should happen to their "
        "contributions?",
    ),
    Mistake(
        _first_sequence_only,
        "Only the first sequence counts in your answer. What do the others contribute to weights "
        "that all of them use?",
    ),
    Mistake(
        _repeats_lost_within_a_step,
        "When two sequences read the same letter at one step, one of the two is lost. With "
        "a = np.zeros(4), what does `a[[2, 2]] += 1` do? Try it.",
    ),
    Mistake(
        _repeats_lost_in_the_block,
        "A letter that occurs more than once in the block counts only once. With a = np.zeros(4), "
        "what does `a[[2, 2]] += 1` do? Try it.",
    ),
    Mistake(
        _columns_overwritten_on_the_way_back,
        "A column of dU is overwritten when its letter occurs again. What should happen to the "
        "contributions of two positions that used the same column of U?",
    ),
    Mistake(
        _letter_of_the_step_before,
        "You assign step t's gradient to the letter of step t - 1: an index is one too small.",
    ),
    Mistake(
        _last_step_comes_first,
        "The gradients on a(t) that you collected on the way back begin with the last step, but "
        "the letters and states begin with the first. Which of the two must be reversed?",
    ),
    Mistake(
        _message_after_the_slope,
        "What arrives from step t + 1 is added after the slope of step t. It arrives at h(t), "
        "like the direct gradient: what is between h(t) and a(t)?",
    ),
    Mistake(
        _messages_added_up,
        "You add what step t + 1 passes back to what the later steps passed back. That is already "
        "in its total: what does step t count twice?",
    ),
    Mistake(
        _slope_at_the_end_only,
        "Only the last step's tanh has a slope in your answer. Every step has its own tanh.",
    ),
    *(
        Mistake(
            wrong,
            f"Your {name} accounts only for each letter's own loss. Which gradient on a(t) "
            "includes the steps after t?",
        )
        for wrong, name in (
            (_dU_without_the_future, "`dU`"),
            (_dW_without_the_future, "`dW`"),
            (_db_without_the_future, "`db`"),
        )
    ),
    *(
        Mistake(
            wrong,
            f"Your {name} is computed from the gradient on h(t), before it has been through tanh. "
            "Is it a part of what goes into tanh?",
        )
        for wrong, name in ((_dU_before_the_slope, "`dU`"), (_db_before_the_slope, "`db`"))
    ),
    *(
        Mistake(
            wrong,
            f"Your {name} is computed only from step {step}. The readout is used at every step: "
            "what should happen to the contributions?",
        )
        for wrong, name, step in (
            (_readout_of_the_last_step, "`dV`, like your `dc`,", "T"),
            (_readout_of_the_first_step, "`dV`, like your `dc`,", "1"),
            (_dV_of_the_last_step, "`dV`", "T"),
            (_dc_of_the_last_step, "`dc`", "T"),
            (_dV_of_the_first_step, "`dV`", "1"),
            (_dc_of_the_first_step, "`dc`", "1"),
        )
    ),
    Mistake(
        _columns_up_to_the_largest_code,
        "`dU` has only as many columns as the largest code in the block asks for. U has n_codes "
        "columns, including those for letters that do not occur here.",
    ),
    Mistake(
        _letter_of_the_next_step,
        "You assign step t's gradient to the letter of step t + 1: an index is one too large.",
    ),
    Mistake(
        _dU_of_the_first_sequence,
        "In your `dU` only the letters of the first sequence count. What do the others contribute "
        "to weights that all of them use?",
    ),
    Mistake(_divided_by_B, _MEAN_TWICE),
    Mistake(_divided_by_T_B, _MEAN_TWICE),
)
