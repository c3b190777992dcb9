"""What goes wrong in exercise 08.6: wrong walks back through an LSTM, and what is said of them."""

import numpy as np

from rnnlib.exercises.chapters.ch08 import lstm
from rnnlib.exercises.chapters.ch08.lstm_step_backward import lstm_step_backward
from rnnlib.exercises.chapters.sentences import (
    FIRST_COPY_ALONE,
    LAST_COPY_ALONE,
    LAST_LOSS_ALONE,
    LAST_STEP_LEFT_OUT,
    MEAN_OF_THE_COPIES,
)
from rnnlib.exercises.spec import Mistake


def walk(W, m, gates, dh, step=lstm_step_backward, back=None, arrive=None, keep=(1, 1)):
    """da of steps 1, …, T (T, 4n), and what arrives at h(0) and m(0).

    back(da) is what h(t-1) gets; arrive(old, new) says what two arrivals, at h and at m, make of
    the two before them; keep is by what the two are multiplied when a step uses them.
    """
    da = np.empty((len(dh), len(W)))
    arriving = np.zeros((2, dh.shape[1]))
    for t in reversed(range(len(dh))):
        at_h, at_m = keep[0] * arriving[0], keep[1] * arriving[1]
        da[t], dm = step(gates[t], m[t], m[t + 1], dh[t] + at_h, at_m)
        new = np.array([W.T @ da[t] if back is None else back(da[t]), dm])
        arriving = new if arrive is None else arrive(arriving, new)
    return da, *arriving


def fold(x, h, da):
    """dU, dW and db from the gradients on a(1), …, a(T); h holds h(0), …, h(T-1)."""
    return da.T @ x, da.T @ h, da.sum(axis=0)


def answer(x, h, walk):
    da, dh0, dm0 = walk
    return *fold(x, h[:-1], da), dh0, dm0


def _never_carries(U, W, x, h, m, gates, dh):
    return answer(x, h, walk(W, m, gates, dh, keep=(0, 0)))


def _memory_not_carried(U, W, x, h, m, gates, dh):
    return answer(x, h, walk(W, m, gates, dh, keep=(1, 0)))


def _memory_kept_nowhere(U, W, x, h, m, gates, dh):
    *rest, dm0 = _memory_not_carried(U, W, x, h, m, gates, dh)
    return *rest, 0 * dm0


def _state_kept_nowhere(U, W, x, h, m, gates, dh):
    *rest, dh0, dm0 = _state_not_carried(U, W, x, h, m, gates, dh)
    return *rest, 0 * dh0, dm0


def _state_not_carried(U, W, x, h, m, gates, dh):
    return answer(x, h, walk(W, m, gates, dh, keep=(0, 1)))


def _carries_the_direct(U, W, x, h, m, gates, dh):
    T = len(dh)
    da, arriving = np.empty((T, len(W))), np.zeros((2, dh.shape[1]))
    for t in reversed(range(T)):
        here = gates[t], m[t], m[t + 1]
        da[t], dm = lstm_step_backward(*here, dh[t] + arriving[0], arriving[1])
        own, own_dm = lstm_step_backward(*here, dh[t], 0 * dm)
        arriving = np.array([W.T @ own, own_dm] if t else [W.T @ da[t], dm])
    return answer(x, h, (da, *arriving))


def _only_the_last_direct(U, W, x, h, m, gates, dh):
    last = np.zeros_like(dh)
    last[-1] = dh[-1]
    return answer(x, h, walk(W, m, gates, last))


def _arriving_piles_up(U, W, x, h, m, gates, dh):
    return answer(x, h, walk(W, m, gates, dh, arrive=lambda old, new: old + new))


def _memory_piles_up(U, W, x, h, m, gates, dh):
    add = np.array([[0.0], [1.0]])
    return answer(x, h, walk(W, m, gates, dh, arrive=lambda old, new: add * old + new))


def _state_piles_up(U, W, x, h, m, gates, dh):
    add = np.array([[1.0], [0.0]])
    return answer(x, h, walk(W, m, gates, dh, arrive=lambda old, new: add * old + new))


def _forward_in_time(U, W, x, h, m, gates, dh):
    da, arriving = np.empty((len(dh), len(W))), np.zeros((2, dh.shape[1]))
    for t in range(len(dh)):
        da[t], dm = lstm_step_backward(gates[t], m[t], m[t + 1], dh[t] + arriving[0], arriving[1])
        arriving = np.array([W.T @ da[t], dm])
    return answer(x, h, (da, *arriving))


def _first_step_left_out(U, W, x, h, m, gates, dh):
    da, dh0, dm0 = walk(W, m[1:], gates[1:], dh[1:])
    return *fold(x[1:], h[1:-1], da), dh0, dm0


def _totals_of_step_1(U, W, x, h, m, gates, dh):
    da, _, _ = walk(W, m, gates, dh)
    _, dh1, dm1 = walk(W, m[1:], gates[1:], dh[1:])
    return *fold(x, h[:-1], da), dh[0] + dh1, dm1


def _last_step_left_out(U, W, x, h, m, gates, dh):
    shorter = dh.copy()
    shorter[-1] = 0
    return answer(x, h, walk(W, m, gates, shorter))


def _last_copy_only(U, W, x, h, m, gates, dh):
    da, *rest = walk(W, m, gates, dh)
    return *fold(x[-1:], h[-2:-1], da[-1:]), *rest


def _first_copy_only(U, W, x, h, m, gates, dh):
    da, *rest = walk(W, m, gates, dh)
    return *fold(x[:1], h[:1], da[:1]), *rest


def _mean_over_steps(U, W, x, h, m, gates, dh):
    da, *rest = walk(W, m, gates, dh)
    return *fold(x, h[:-1], da / len(x)), *rest


def _weights_from_the_direct(U, W, x, h, m, gates, dh):
    _, *rest = walk(W, m, gates, dh)
    da, _, _ = walk(W, m, gates, dh, keep=(0, 0))
    return *fold(x, h[:-1], da), *rest


def _W_not_transposed(U, W, x, h, m, gates, dh):
    blocks = W.reshape(4, *2 * [W.shape[1]])

    def back(da):
        return sum(block @ part for block, part in zip(blocks, np.split(da, 4), strict=True))

    return answer(x, h, walk(W, m, gates, dh, back=back))


def _no_f(U, W, x, h, m, gates, dh):
    def step(gates, m_before, m, dh, dm):
        da, dm_before = lstm_step_backward(gates, m_before, m, dh, dm)
        return da, dm_before / gates[1]

    return answer(x, h, walk(W, m, gates, dh, step))


def _no_slopes(U, W, x, h, m, gates, dh):
    def step(gates, m_before, m, dh, dm):
        da, dm_before = lstm_step_backward(gates, m_before, m, dh, dm)
        return da / lstm.slopes(gates).ravel(), dm_before

    return answer(x, h, walk(W, m, gates, dh, step))


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
    Mistake(_last_step_left_out, LAST_STEP_LEFT_OUT),
    Mistake(_last_copy_only, LAST_COPY_ALONE),
    Mistake(_first_copy_only, FIRST_COPY_ALONE),
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
