"""What goes wrong in exercise 08.6: wrong walks back through an LSTM, and what is said of them."""

import numpy as np
from numpy.typing import ArrayLike

from rnnlib.exercises.chapters.ch08 import lstm
from rnnlib.exercises.chapters.ch08.lstm_step_backward import lstm_step_backward
from rnnlib.exercises.chapters.sentences import (
    FIRST_COPY_ALONE,
    LAST_COPY_ALONE,
    LAST_LOSS_ALONE,
    LAST_STEP_LEFT_OUT,
    MEAN_OF_THE_COPIES,
    TOTAL_ON_THE_FIRST_STATE,
)
from rnnlib.exercises.spec import Mistake


def answer(
    W,
    x,
    h_before,
    m_before,
    m,
    gates,
    dh,
    *,
    step=lstm_step_backward,
    keep=(1, 1),
    piles=(0, 0),
    straight=0,
    share: ArrayLike = 1,
    steps=None,
):
    """dU, dW, db, dh0 and dm0; h_before, m_before and m hold one row for each step.

    keep: factors of what arrives at h and at m, when a step uses it. piles: factors of it when it
    is added to what arrives next. straight: the factor of the total gradient on h(t) in what h(t-1)
    gets. share: factors of the steps' contributions, one row for all weights or for dU, dW and db.
    """
    da, arriving = np.zeros((len(dh), len(W))), np.zeros((2, dh.shape[1]))
    for t in reversed(range(len(dh))) if steps is None else steps:
        total, dm = dh[t] + keep[0] * arriving[0], keep[1] * arriving[1]
        da[t], dm_before = step(gates[t], m_before[t], m[t], total, dm)
        new = np.array([W.T @ da[t] + straight * total, dm_before])
        arriving = new + np.reshape(piles, (2, 1)) * arriving
    for_U, for_W, for_b = (s[:, None] * da for s in np.broadcast_to(share, (3, len(dh))))
    return for_U.T @ x, for_W.T @ h_before, for_b.sum(axis=0), *arriving


def _never_carries(U, W, x, h, m, gates, dh):
    return answer(W, x, h[:-1], m[:-1], m[1:], gates, dh, keep=(0, 0))


def _memory_not_carried(U, W, x, h, m, gates, dh):
    return answer(W, x, h[:-1], m[:-1], m[1:], gates, dh, keep=(1, 0))


def _memory_kept_nowhere(U, W, x, h, m, gates, dh):
    *rest, dm0 = _memory_not_carried(U, W, x, h, m, gates, dh)
    return *rest, 0 * dm0


def _state_not_carried(U, W, x, h, m, gates, dh):
    return answer(W, x, h[:-1], m[:-1], m[1:], gates, dh, keep=(0, 1))


def _state_kept_nowhere(U, W, x, h, m, gates, dh):
    *rest, dh0, dm0 = _state_not_carried(U, W, x, h, m, gates, dh)
    return *rest, 0 * dh0, dm0


def _carries_the_direct(U, W, x, h, m, gates, dh):
    T = len(dh)
    da, arriving = np.empty((T, len(W))), np.zeros((2, dh.shape[1]))
    for t in reversed(range(T)):
        here = gates[t], m[t], m[t + 1]
        da[t], dm = lstm_step_backward(*here, dh[t] + arriving[0], arriving[1])
        own, own_dm = lstm_step_backward(*here, dh[t], 0 * dm)
        arriving = np.array([W.T @ own, own_dm] if t else [W.T @ da[t], dm])
    return da.T @ x, da.T @ h[:-1], da.sum(axis=0), *arriving


def _only_the_last_direct(U, W, x, h, m, gates, dh):
    last = np.zeros_like(dh)
    last[-1] = dh[-1]
    return answer(W, x, h[:-1], m[:-1], m[1:], gates, last)


def _arriving_piles_up(U, W, x, h, m, gates, dh):
    return answer(W, x, h[:-1], m[:-1], m[1:], gates, dh, piles=(1, 1))


def _memory_piles_up(U, W, x, h, m, gates, dh):
    return answer(W, x, h[:-1], m[:-1], m[1:], gates, dh, piles=(0, 1))


def _state_piles_up(U, W, x, h, m, gates, dh):
    return answer(W, x, h[:-1], m[:-1], m[1:], gates, dh, piles=(1, 0))


def _total_handed_on(U, W, x, h, m, gates, dh):
    return answer(W, x, h[:-1], m[:-1], m[1:], gates, dh, straight=1)


def _forward_in_time(U, W, x, h, m, gates, dh):
    return answer(W, x, h[:-1], m[:-1], m[1:], gates, dh, steps=range(len(dh)))


def _first_step_left_out(U, W, x, h, m, gates, dh):
    steps = range(len(dh) - 1, 0, -1)
    return answer(W, x, h[:-1], m[:-1], m[1:], gates, dh, steps=steps)


def _totals_of_step_1(U, W, x, h, m, gates, dh):
    *weights, _, _ = answer(W, x, h[:-1], m[:-1], m[1:], gates, dh)
    *_, dh1, dm1 = _first_step_left_out(U, W, x, h, m, gates, dh)
    return *weights, dh[0] + dh1, dm1


def _total_on_h1(U, W, x, h, m, gates, dh):
    *weights, _, dm0 = answer(W, x, h[:-1], m[:-1], m[1:], gates, dh)
    *_, dh1, _ = _first_step_left_out(U, W, x, h, m, gates, dh)
    return *weights, dh[0] + dh1, dm0


def _last_step_left_out(U, W, x, h, m, gates, dh):
    shorter = dh.copy()
    shorter[-1] = 0
    return answer(W, x, h[:-1], m[:-1], m[1:], gates, shorter)


def _last_copy_only(U, W, x, h, m, gates, dh):
    return answer(W, x, h[:-1], m[:-1], m[1:], gates, dh, share=np.eye(len(dh))[-1])


def _first_copy_only(U, W, x, h, m, gates, dh):
    return answer(W, x, h[:-1], m[:-1], m[1:], gates, dh, share=np.eye(len(dh))[0])


def _first_copy_of_b(U, W, x, h, m, gates, dh):
    share = np.ones((3, len(dh)))
    share[2, 1:] = 0
    return answer(W, x, h[:-1], m[:-1], m[1:], gates, dh, share=share)


def _mean_over_steps(U, W, x, h, m, gates, dh):
    return answer(W, x, h[:-1], m[:-1], m[1:], gates, dh, share=1 / len(dh))


def _weights_from_the_direct(U, W, x, h, m, gates, dh):
    *_, dh0, dm0 = answer(W, x, h[:-1], m[:-1], m[1:], gates, dh)
    *weights, _, _ = _never_carries(U, W, x, h, m, gates, dh)
    return *weights, dh0, dm0


def _W_not_transposed(U, W, x, h, m, gates, dh):
    turned = np.concatenate([block.T for block in np.split(W, 4)])
    return answer(turned, x, h[:-1], m[:-1], m[1:], gates, dh)


def _no_f(U, W, x, h, m, gates, dh):
    def step(gates, m_before, m, dh, dm):
        da, dm_before = lstm_step_backward(gates, m_before, m, dh, dm)
        return da, dm_before / gates[1]

    return answer(W, x, h[:-1], m[:-1], m[1:], gates, dh, step=step)


def _no_slopes(U, W, x, h, m, gates, dh):
    def step(gates, m_before, m, dh, dm):
        da, dm_before = lstm_step_backward(gates, m_before, m, dh, dm)
        return da / lstm.slopes(gates).ravel(), dm_before

    return answer(W, x, h[:-1], m[:-1], m[1:], gates, dh, step=step)


_MEMORY_NOT_CARRIED = (
    "What your step returns for m(t-1) does not reach the next iteration. The gradient then has "
    "to go through the gates at every step, as in a plain network: which argument of the step is "
    "it for?"
)
_STATE_NOT_CARRIED = (
    "What goes back to h(t-1) through W does not reach the next iteration: your gradient travels "
    "only along the memory. The gates of step t read h(t-1): where does that count?"
)

MISTAKES = (
    Mistake(
        _never_carries,
        "Each step gets the gradient of its own loss and nothing from the future. A step returns "
        "two things for the next iteration of the loop, for h(t-1) and for m(t-1): how do they "
        "get there?",
    ),
    Mistake(_memory_not_carried, _MEMORY_NOT_CARRIED),
    Mistake(_memory_kept_nowhere, _MEMORY_NOT_CARRIED),
    Mistake(_state_not_carried, _STATE_NOT_CARRIED),
    Mistake(_state_kept_nowhere, _STATE_NOT_CARRIED),
    Mistake(
        _carries_the_direct,
        "Each step gets the gradient of the loss one step later, and of none beyond that. What "
        "the next iteration gets must be computed from the total gradients; what did you use?",
    ),
    Mistake(_only_the_last_direct, LAST_LOSS_ALONE),
    Mistake(
        _arriving_piles_up,
        "What is passed back is never cleared: at step t it still holds what belongs to later "
        "steps. Your step has already passed that through: why add it a second time?",
    ),
    Mistake(
        _memory_piles_up,
        "You add what comes back for m(t-1) to what came back for m(t). The step has already "
        "passed that through f: why a second time?",
    ),
    Mistake(
        _state_piles_up,
        "You add what comes back for h(t-1) to what came back for h(t). That has already gone "
        "through da and W: why a second time?",
    ),
    Mistake(
        _total_handed_on,
        "The total gradient on h(t) is part of what you pass back to h(t-1). In h(t) = o "
        "tanh(m(t)), h(t-1) is inside the gates alone: what comes back through them?",
    ),
    Mistake(
        _forward_in_time,
        "Your loop runs forward in time, so a step gets what belongs to the step before it. It "
        "needs the gradient from the future: which step can you start with?",
    ),
    Mistake(
        _first_step_left_out,
        "The step from h(0) to h(1) is missing here. It has a copy of the weights like any other, "
        "and reads h(0), m(0) and x(1). Where does your loop end?",
    ),
    Mistake(
        _totals_of_step_1,
        "This belongs to step 1, not to step 0: it has not yet been back through the first step. "
        "What is left over when the loop has ended?",
    ),
    Mistake(_total_on_h1, TOTAL_ON_THE_FIRST_STATE),
    Mistake(_last_step_left_out, LAST_STEP_LEFT_OUT),
    Mistake(_last_copy_only, LAST_COPY_ALONE),
    Mistake(_first_copy_only, FIRST_COPY_ALONE),
    Mistake(
        _first_copy_of_b,
        "Your db is what step 1 alone contributes. Do you add up db over the steps, as you do dU "
        "and dW?",
    ),
    Mistake(_mean_over_steps, MEAN_OF_THE_COPIES),
    Mistake(
        _weights_from_the_direct,
        "What is passed back is right, but the weights' gradients are computed from the direct "
        "gradients only. A weight's contribution at step t needs the total gradients on h(t) and "
        "m(t).",
    ),
    Mistake(
        _W_not_transposed,
        "The blocks of W are the wrong way around on the way back: unit j of h(t-1) goes into all "
        "the gates along column j of W, so its gradient is collected along that column.",
    ),
    Mistake(
        _no_f,
        "What goes back along the memory has not been multiplied by f. What multiplies m(t-1) in "
        "m(t) = f m(t-1) + i g?",
    ),
    Mistake(
        _no_slopes,
        "These are gradients on the gates. The gates come out of a logistic function or tanh: U, "
        "W and b come before that.",
    ),
)
