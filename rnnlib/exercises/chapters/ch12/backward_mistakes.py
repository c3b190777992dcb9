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
    "You divide by the number of letters or sequences. dlogits is the slope of the mean already: "
    "what is left to divide?"
)

MISTAKES = (
    Mistake(
        _W_not_transposed,
        "You pass through W the wrong way round. Entry W[i, j] leads from unit j to unit i: in "
        "which direction does the gradient go? Compare da @ W with da @ W.T.",
    ),
    Mistake(
        _never_carries,
        "Each step knows its own letter's loss only. What does step t + 1 hand back to h(t)?",
    ),
    Mistake(
        _carries_the_direct,
        "You hand back the direct gradient of the next step and not its total, so a loss reaches "
        "one step back and no further.",
    ),
    Mistake(
        _last_direct_only,
        "Only the loss of the last letter is sent back. Every step has a loss: where does it join "
        "what arrives?",
    ),
    Mistake(
        _forward_in_time,
        "Your loop runs forward in time. The total at step t needs that of step t + 1: which one "
        "is known first?",
    ),
    Mistake(
        _no_slope,
        "There is no slope of tanh in your answer. Between h(t) and a(t) stands a tanh: where is "
        "its slope?",
    ),
    Mistake(
        _no_slope_on_the_way,
        "The weights' shares have been through tanh; what is handed to the step before has not. "
        "Does h(t-1) not stand inside the same tanh?",
    ),
    Mistake(
        _slope_of_the_step_before,
        "Your slope is made from the state that goes into the step. Which state did this step's "
        "tanh put out: h[t-1] or h[t]?",
    ),
    Mistake(_tanh_twice, SLOPE_OF_TANH_TWICE),
    Mistake(
        _new_state_in_dW,
        "Beside da(t) stands what W has multiplied in a(t). Was that h(t), or the state before it?",
    ),
    Mistake(
        _state_before_in_dV,
        "The scores at step t are made from h(t), and h[0] is the state before the block. Which "
        "state did V multiply?",
    ),
    Mistake(
        _first_step_only,
        "Only step 1 is in this: on the way back each step's share has overwritten that of the "
        "step after it. All steps share one set of weights: what is done with their shares?",
    ),
    Mistake(
        _last_step_only,
        "Only step T is in this. All steps share one set of weights: what is done with their "
        "shares?",
    ),
    Mistake(
        _first_sequence_only,
        "Only the first sequence counts in your answer. What do the others have to say of weights "
        "that all of them use?",
    ),
    Mistake(
        _repeats_lost_within_a_step,
        "When two sequences read the same letter at one step, one of the two is lost. With "
        "a = np.zeros(4), what does `a[[2, 2]] += 1` do? Try it.",
    ),
    Mistake(
        _repeats_lost_in_the_block,
        "A letter that occurs more than once in the block counts once only. With a = np.zeros(4), "
        "what does `a[[2, 2]] += 1` do? Try it.",
    ),
    Mistake(
        _columns_overwritten_on_the_way_back,
        "A column of dU is overwritten when its letter occurs again. What is done with the shares "
        "of two places that used the same column of U?",
    ),
    Mistake(
        _letter_of_the_step_before,
        "You give step t's gradient to the letter of step t - 1: an index is one too small.",
    ),
    Mistake(
        _last_step_comes_first,
        "The gradients on a(t) that you gathered on the way back begin with the last step, and "
        "meet letters and states that begin with the first. Which of the two has to be turned?",
    ),
    Mistake(_divided_by_B, _MEAN_TWICE),
    Mistake(_divided_by_T_B, _MEAN_TWICE),
)
