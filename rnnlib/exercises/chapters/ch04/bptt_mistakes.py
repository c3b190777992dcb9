"""What goes wrong in exercise 04.4: wrong implementations of BPTT, and what is said of them."""

import numpy as np

from rnnlib.exercises.chapters.sentences import (
    FIRST_COPY_ALONE,
    INPUT_OF_THE_STEP_BEFORE,
    LAST_COPY_ALONE,
    LAST_LOSS_ALONE,
    LAST_STEP_LEFT_OUT,
    MEAN_OF_THE_COPIES,
    NEW_STATE_BESIDE_A_MATRIX,
    RUN_FROM_ZERO,
    SLOPE_AT_THE_SUM,
)
from rnnlib.exercises.spec import Mistake


def _forward(U, W, b, x, h0):
    """a(1..T) (T, B, n_h) and h(0..T) (T+1, B, n_h)."""
    a, h = [], [h0]
    for x_t in x:
        a.append(b + h[-1] @ W.T + x_t @ U.T)
        h.append(np.tanh(a[-1]))
    return np.stack(a), np.stack(h)


def _slope(h):
    """tanh' at steps 1..T, from h(0..T)."""
    return 1 - h[1:] ** 2


def _da(dh, back, slope):
    """Gradients on a(1..T) if dL/da(t) reaches h(t-1) as back(dL/da(t))."""
    da = slope * dh
    for t in reversed(range(len(dh) - 1)):
        da[t] += slope[t] * back(da[t + 1])
    return da


def _fold(U, W, x, h, da):
    """The five gradients from those on a(1..T); h is h(0..T)."""
    dU = np.einsum("tbi,tbj->ij", da, x)
    dW = np.einsum("tbi,tbj->ij", da, h[:-1])
    return dU, dW, da.sum(axis=(0, 1)), da[0] @ W, da @ U


def _right(U, W, b, x, h0, dh):
    """The right answer, with h(0..T) and the right gradients on a(1..T)."""
    _, h = _forward(U, W, b, x, h0)
    da = _da(dh, lambda da: da @ W, _slope(h))
    return _fold(U, W, x, h, da), h, da


def _with_slope(U, W, b, x, h0, dh, slope):
    """BPTT with another slope: slope(a(1..T), h(0..T))."""
    a, h = _forward(U, W, b, x, h0)
    return _fold(U, W, x, h, _da(dh, lambda da: da @ W, slope(a, h)))


def _weights_from(U, W, b, x, h0, dh, steps):
    """Right for h0 and x; the weights' gradients from some steps only."""
    (*_, dh0, dx), h, da = _right(U, W, b, x, h0, dh)
    some = np.zeros_like(da)
    some[steps] = da[steps]
    return *_fold(U, W, x, h, some)[:3], dh0, dx


def _never_carries(U, W, b, x, h0, dh):
    _, h = _forward(U, W, b, x, h0)
    return _fold(U, W, x, h, _slope(h) * dh)


def _carries_the_direct(U, W, b, x, h0, dh):
    _, h = _forward(U, W, b, x, h0)
    da = _slope(h) * dh
    da[:-1] += _slope(h)[:-1] * (da[1:] @ W)
    return _fold(U, W, x, h, da)


def _only_the_last_direct(U, W, b, x, h0, dh):
    last = np.zeros_like(dh)
    last[-1] = dh[-1]
    return _right(U, W, b, x, h0, last)[0]


def _future_piles_up(U, W, b, x, h0, dh):
    _, h = _forward(U, W, b, x, h0)
    da, from_future = np.empty_like(dh), np.zeros_like(h0)
    for t in reversed(range(len(x))):
        da[t] = _slope(h)[t] * (dh[t] + from_future)
        from_future = from_future + da[t] @ W
    *rest, _, dx = _fold(U, W, x, h, da)
    return *rest, from_future, dx


def _forward_in_time(U, W, b, x, h0, dh):
    _, h = _forward(U, W, b, x, h0)
    da = _slope(h) * dh
    for t in range(1, len(x)):
        da[t] += _slope(h)[t] * (da[t - 1] @ W)
    *rest, _, dx = _fold(U, W, x, h, da)
    return *rest, da[-1] @ W, dx


def _first_step_left_out(U, W, b, x, h0, dh):
    (*_, dx), h, da = _right(U, W, b, x, h0, dh)
    from_future = da[1] @ W if len(x) > 1 else np.zeros_like(h0)
    da[0], dx[0] = 0, 0
    return *_fold(U, W, x, h, da)[:3], from_future, dx


def _last_step_left_out(U, W, b, x, h0, dh):
    shorter = dh.copy()
    shorter[-1] = 0
    return _right(U, W, b, x, h0, shorter)[0]


def _last_copy_only(U, W, b, x, h0, dh):
    return _weights_from(U, W, b, x, h0, dh, [-1])


def _first_copy_only(U, W, b, x, h0, dh):
    return _weights_from(U, W, b, x, h0, dh, [0])


def _mean_over_steps(U, W, b, x, h0, dh):
    (dU, dW, db, *rest), _, _ = _right(U, W, b, x, h0, dh)
    return dU / len(x), dW / len(x), db / len(x), *rest


def _mean_over_batch(U, W, b, x, h0, dh):
    (dU, dW, db, *rest), _, _ = _right(U, W, b, x, h0, dh)
    B = len(h0)
    return dU / B, dW / B, db / B, *rest


def _step_vjp(U, W, b, x, h_before, dh):
    da = (1 - np.tanh(b + h_before @ W.T + x @ U.T) ** 2) * dh
    return da.T @ x, da.T @ h_before, da.sum(axis=0), da @ W, da @ U


def _new_state_into_the_step(U, W, b, x, h0, dh):
    _, h = _forward(U, W, b, x, h0)
    from_future, total, dx = np.zeros_like(h0), [0.0, 0.0, 0.0], np.empty_like(x)
    for t in reversed(range(len(x))):
        *shares, from_future, dx[t] = _step_vjp(U, W, b, x[t], h[t + 1], dh[t] + from_future)
        total = [a + s for a, s in zip(total, shares, strict=True)]
    return *total, from_future, dx


def _weights_from_the_direct(U, W, b, x, h0, dh):
    (*_, dh0, dx), h, _ = _right(U, W, b, x, h0, dh)
    return *_fold(U, W, x, h, _slope(h) * dh)[:3], dh0, dx


def _new_state_in_dW(U, W, b, x, h0, dh):
    (dU, _, *rest), h, da = _right(U, W, b, x, h0, dh)
    return dU, np.einsum("tbi,tbj->ij", da, h[1:]), *rest


def _input_before_in_dU(U, W, b, x, h0, dh):
    (_, *rest), _, da = _right(U, W, b, x, h0, dh)
    return np.einsum("tbi,tbj->ij", da, np.roll(x, 1, axis=0)), *rest


def _W_not_transposed(U, W, b, x, h0, dh):
    _, h = _forward(U, W, b, x, h0)
    da = _da(dh, lambda da: da @ W.T, _slope(h))
    *rest, _, dx = _fold(U, W, x, h, da)
    return *rest, da[0] @ W.T, dx


def _no_slope(U, W, b, x, h0, dh):
    return _with_slope(U, W, b, x, h0, dh, lambda a, h: np.ones_like(a))


def _no_slope_in_the_weights(U, W, b, x, h0, dh):
    (*_, dh0, dx), h, da = _right(U, W, b, x, h0, dh)
    return *_fold(U, W, x, h, da / _slope(h))[:3], dh0, dx


def _slope_at_the_sum(U, W, b, x, h0, dh):
    return _with_slope(U, W, b, x, h0, dh, lambda a, h: 1 - a**2)


def _tanh_twice(U, W, b, x, h0, dh):
    return _with_slope(U, W, b, x, h0, dh, lambda a, h: _slope(np.tanh(h)))


def _slope_of_the_state_before(U, W, b, x, h0, dh):
    return _with_slope(U, W, b, x, h0, dh, lambda a, h: 1 - h[:-1] ** 2)


def _slope_after_W(U, W, b, x, h0, dh):
    _, h = _forward(U, W, b, x, h0)
    slope, total = _slope(h), dh.copy()
    for t in reversed(range(len(x) - 1)):
        total[t] += slope[t + 1] * (total[t + 1] @ W)
    *rest, _, dx = _fold(U, W, x, h, slope * total)
    return *rest, slope[0] * (total[0] @ W), dx


def _total_on_the_first_state(U, W, b, x, h0, dh):
    (*rest, _, dx), h, da = _right(U, W, b, x, h0, dh)
    return *rest, da[0] / _slope(h)[0], dx


def _no_bias(U, W, b, x, h0, dh):
    return _right(U, W, 0 * b, x, h0, dh)[0]


def _runs_from_zero(U, W, b, x, h0, dh):
    return _right(U, W, b, x, 0 * h0, dh)[0]


def _hands_back_past_tanh(U, W, b, x, h0, dh):
    _, h = _forward(U, W, b, x, h0)
    total = dh.copy()
    for t in reversed(range(len(x) - 1)):
        total[t] += total[t + 1] @ W
    *rest, _, dx = _fold(U, W, x, h, _slope(h) * total)
    return *rest, total[0] @ W, dx


def _W_transposed_forward(U, W, b, x, h0, dh):
    _, h = _forward(U, W.T, b, x, h0)
    return _fold(U, W, x, h, _da(dh, lambda da: da @ W, _slope(h)))


def _h0_in_dW(U, W, b, x, h0, dh):
    (dU, _, *rest), _, da = _right(U, W, b, x, h0, dh)
    return dU, np.einsum("tbi,bj->ij", da, h0), *rest


def _first_step_not_in_dW(U, W, b, x, h0, dh):
    (dU, _, *rest), h, da = _right(U, W, b, x, h0, dh)
    return dU, np.einsum("tbi,tbj->ij", da[1:], h[1:-1]), *rest


def _dx_of_the_direct(U, W, b, x, h0, dh):
    (*rest, _), h, _ = _right(U, W, b, x, h0, dh)
    return *rest, (_slope(h) * dh) @ U


def _future_of_the_first_state(U, W, b, x, h0, dh):
    (*rest, _, dx), _, da = _right(U, W, b, x, h0, dh)
    return *rest, da[1] @ W if len(x) > 1 else 0 * h0, dx


def _cut_off_at_5(U, W, b, x, h0, dh):
    dU, dW, db, *rest = _right(U, W, b, x, h0, dh)[0]
    return *(np.clip(g, -5, 5) for g in (dU, dW, db)), *rest


def _cut_off_at_1(U, W, b, x, h0, dh):
    dU, dW, db, *rest = _right(U, W, b, x, h0, dh)[0]
    return *(np.clip(g, -1, 1) for g in (dU, dW, db)), *rest


def _direct_twice(U, W, b, x, h0, dh):
    twice = 2 * dh
    twice[-1] = dh[-1]
    return _right(U, W, b, x, h0, twice)[0]


def _every_step_from_h0(U, W, b, x, h0, dh):
    h = np.concatenate([h0[None], np.tanh(b + h0 @ W.T + x @ U.T)])
    return _fold(U, W, x, h, _da(dh, lambda da: da @ W, _slope(h)))


def _dx_last_step_first(U, W, b, x, h0, dh):
    (*rest, dx), _, _ = _right(U, W, b, x, h0, dh)
    return *rest, dx[::-1]


def _last_direct_twice(U, W, b, x, h0, dh):
    return _right(U, W, b, x, h0, np.concatenate([dh[:-1], 2 * dh[-1:]]))[0]


def _future_past_the_slope(U, W, b, x, h0, dh):
    _, h = _forward(U, W, b, x, h0)
    da = _slope(h) * dh
    for t in reversed(range(len(dh) - 1)):
        da[t] += da[t + 1] @ W
    return _fold(U, W, x, h, da)


MISTAKES = (
    Mistake(
        _last_direct_twice,
        "The direct gradient of the last step counts twice: it is in dh_direct, and your gradient "
        "from the future starts with it too. What comes from the future at t = T?",
    ),
    Mistake(
        _future_past_the_slope,
        "In your total, only the direct gradient is multiplied by the slope of tanh. The gradient "
        "from the future reaches the same h(t): is a pair of parentheses missing?",
    ),
    Mistake(
        _never_carries,
        "Each step accounts only for its own loss, and for nothing that comes after it. What your "
        "step_vjp returns for h(t-1) has to be used in the next iteration of the loop: where?",
    ),
    Mistake(
        _new_state_into_the_step,
        "The step that computes h(t) starts from h(t-1), and yours is given h(t). Count the "
        "entries of your list of states: which one belongs to x[t-1]?",
    ),
    Mistake(
        _weights_from_the_direct,
        "The gradient from the future is right, but the weights' gradients come only from the "
        "direct gradients. A weight affects the loss through everything its state affects: which "
        "gradient on h(t) covers that?",
    ),
    Mistake(
        _carries_the_direct,
        "Each step accounts for the loss one step later, and for none beyond that. What the next "
        "iteration gets has to be computed from the total gradient on h(t); which one did you use?",
    ),
    Mistake(_only_the_last_direct, LAST_LOSS_ALONE),
    Mistake(
        _future_piles_up,
        "The gradient from the future is never cleared: at h(t) it still holds what was meant for "
        "steps after t+1. The total on h(t+1) already contains that; should it count twice?",
    ),
    Mistake(
        _forward_in_time,
        "Your second loop runs forward in time, so a step gets what came before it. A gradient "
        "depends on what comes after: with which step can you start?",
    ),
    Mistake(
        _first_step_left_out,
        "The step from h(0) to h(1) is missing here. It has a copy of the weights like any other, "
        "and reads h(0) and x(1). Where does your loop end, and which state does it read there?",
    ),
    Mistake(_last_step_left_out, LAST_STEP_LEFT_OUT),
    Mistake(_last_copy_only, LAST_COPY_ALONE),
    Mistake(_first_copy_only, FIRST_COPY_ALONE),
    Mistake(_mean_over_steps, MEAN_OF_THE_COPIES),
    Mistake(
        _mean_over_batch,
        "You divide by the number of sequences. If the loss is a mean, dh_direct already accounts "
        "for that: it is the gradient of whatever L is.",
    ),
    Mistake(_new_state_in_dW, NEW_STATE_BESIDE_A_MATRIX),
    Mistake(_input_before_in_dU, INPUT_OF_THE_STEP_BEFORE),
    Mistake(
        _W_not_transposed,
        "W is the wrong way around on the way back. For T = 1 it shows only in dh0: unit j of "
        "h(0) collects from every unit that it went into.",
    ),
    Mistake(
        _no_slope,
        "This has not been through tanh on its way back. Between h(t) and a(t) there is a tanh at "
        "each step: where is its slope?",
    ),
    Mistake(
        _no_slope_in_the_weights,
        "You compute it from the gradient on h(t). U, W and b are inside tanh: which gradient do "
        "they get?",
    ),
    Mistake(_slope_at_the_sum, SLOPE_AT_THE_SUM),
    Mistake(
        _tanh_twice,
        "You apply tanh to a state before you take the slope. Hasn't h(t) already been through "
        "tanh?",
    ),
    Mistake(
        _slope_of_the_state_before,
        "Your slope at step t is computed from h(t-1), one entry too early. Which state came out "
        "of the tanh of step t?",
    ),
    Mistake(
        _slope_after_W,
        "You go back through W first and through tanh second. Forward, W came first: in which "
        "order do you meet the two on the way back?",
    ),
    Mistake(
        _total_on_the_first_state,
        "You return the total gradient on h(1). There is one more step between h(0) and h(1): has "
        "your gradient been through it?",
    ),
    Mistake(
        _no_bias,
        "Your states are those of a run with b = 0. Where does b enter a(t)?",
    ),
    Mistake(_runs_from_zero, RUN_FROM_ZERO),
    Mistake(
        _hands_back_past_tanh,
        "What you pass back to h(t-1) has been through W and not through tanh. Which of the two "
        "comes first on the way back from h(t)?",
    ),
    Mistake(
        _W_transposed_forward,
        "In the forward run, W is the wrong way around: row by row, W h is h @ W.T.",
    ),
    Mistake(
        _h0_in_dW,
        "Your dW has h(0) in every step. In W h(t-1), which state does W multiply at step t?",
    ),
    Mistake(
        _first_step_not_in_dW,
        "Your dW lacks the step from h(0) to h(1). W multiplies h(0) too.",
    ),
    Mistake(
        _dx_of_the_direct,
        "Your dx comes only from the direct gradients. An input affects the loss through "
        "everything its state affects: which gradient covers that?",
    ),
    Mistake(
        _future_of_the_first_state,
        "You return what came to h(1) from the future. There is one more step between h(0) and "
        "h(1).",
    ),
    Mistake(
        _cut_off_at_5,
        "Your gradients are clipped at ±5. Return them as they are; clipping is for training.",
    ),
    Mistake(
        _cut_off_at_1,
        "Your gradients are clipped at ±1. Return them as they are; clipping is for training.",
    ),
    Mistake(
        _direct_twice,
        "The direct gradient counts twice at each step before the last. The total gradient is the "
        "direct one plus what comes from the future: does the latter already contain it?",
    ),
    Mistake(
        _every_step_from_h0,
        "Your first loop never updates the state: each step starts from h(0). Which state should "
        "it start from?",
    ),
    Mistake(
        _dx_last_step_first,
        "Your dx is in the order in which it was computed, from the last step to the first. dx[0] "
        "belongs to x(1).",
    ),
)
