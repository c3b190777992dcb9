"""What goes wrong in exercise 07.4: wrong losses and slopes, and what is said of them."""

import numpy as np

from rnnlib.exercises.chapters.sentences import RUN_FROM_ZERO, SIGN_REVERSED
from rnnlib.exercises.spec import Mistake


def _sigmoid(a):
    return 1 / (1 + np.exp(-a))


def _states(w, b, h0, T, squash=_sigmoid):
    """h(0), …, h(T)."""
    h = [h0]
    for _ in range(T):
        h.append(squash(w * h[-1] + b))
    return np.array(h)


def _slope(before, after, a):
    return after * (1 - after)


def shares(w, b, h0, y, T, slope=_slope, factor=None):
    """What each copy of w gets, (T,); another slope(h(t-1), h(t), a(t)) or factor is a mistake."""
    h = _states(w, b, h0, T)
    slopes = slope(h[:-1], h[1:], w * h[:-1] + b)
    da = np.empty(T)
    arriving = h[T] - y
    for t in reversed(range(T)):
        da[t] = arriving * slopes[t]
        arriving = da[t] * (w if factor is None else factor)
    return da * h[:-1]


def _with_dw(w, b, h0, y, T, dw):
    return 0.5 * (_states(w, b, h0, T)[T] - y) ** 2, float(dw)


def _right(w, b, h0, y, T):
    return _with_dw(w, b, h0, y, T, shares(w, b, h0, y, T).sum())


def _with_slope(w, b, h0, y, T, slope):
    return _with_dw(w, b, h0, y, T, shares(w, b, h0, y, T, slope).sum())


def _no_half(w, b, h0, y, T):
    loss, dw = _right(w, b, h0, y, T)
    return 2 * loss, 2 * dw


def _no_half_in_the_loss(w, b, h0, y, T):
    loss, dw = _right(w, b, h0, y, T)
    return 2 * loss, dw


def _two_in_the_slope(w, b, h0, y, T):
    loss, dw = _right(w, b, h0, y, T)
    return loss, 2 * dw


def _one_step_too_few(w, b, h0, y, T):
    return _right(w, b, h0, y, T - 1)


def _one_step_too_many(w, b, h0, y, T):
    return _right(w, b, h0, y, T + 1)


def _no_bias(w, b, h0, y, T):
    return _right(w, 0.0, h0, y, T)


def _runs_from_zero(w, b, h0, y, T):
    return _right(w, b, 0.0, y, T)


def _tanh_unit(w, b, h0, y, T):
    h, dw = _states(w, b, h0, T, np.tanh), 0.0
    dh = h[T] - y
    for t in range(T, 0, -1):
        da = dh * (1 - h[t] ** 2)
        dw, dh = dw + da * h[t - 1], da * w
    return 0.5 * (h[T] - y) ** 2, dw


def _loss_at_every_step(w, b, h0, y, T):
    each = [_right(w, b, h0, y, t) for t in range(1, T + 1)]
    return tuple(sum(part) for part in zip(*each, strict=True))


def _slope_of_tanh(w, b, h0, y, T):
    return _with_slope(w, b, h0, y, T, lambda before, after, a: 1 - after**2)


def _sigmoid_twice(w, b, h0, y, T):
    return _with_slope(
        w, b, h0, y, T, lambda before, after, a: _sigmoid(after) * (1 - _sigmoid(after))
    )


def _slope_of_the_state_before(w, b, h0, y, T):
    return _with_slope(w, b, h0, y, T, lambda before, after, a: before * (1 - before))


def _slope_at_the_sum(w, b, h0, y, T):
    return _with_slope(w, b, h0, y, T, lambda before, after, a: a * (1 - a))


def _no_slope(w, b, h0, y, T):
    return _with_slope(w, b, h0, y, T, lambda before, after, a: 1 + 0 * a)


def _no_slope_from_w(w, b, h0, y, T):
    h = _states(w, b, h0, T)
    slopes = h[1:] * (1 - h[1:])
    return _with_dw(w, b, h0, y, T, (shares(w, b, h0, y, T) / slopes).sum())


def _no_w(w, b, h0, y, T):
    return _with_dw(w, b, h0, y, T, shares(w, b, h0, y, T, factor=1).sum())


def _last_copy_only(w, b, h0, y, T):
    return _with_dw(w, b, h0, y, T, shares(w, b, h0, y, T)[-1])


def _first_copy_only(w, b, h0, y, T):
    return _with_dw(w, b, h0, y, T, shares(w, b, h0, y, T)[0])


def _new_state(w, b, h0, y, T):
    h = _states(w, b, h0, T)
    return _with_dw(w, b, h0, y, T, (shares(w, b, h0, y, T) / h[:-1] * h[1:]).sum())


def _db(w, b, h0, y, T):
    h = _states(w, b, h0, T)
    return _with_dw(w, b, h0, y, T, (shares(w, b, h0, y, T) / h[:-1]).sum())


def _dh0(w, b, h0, y, T):
    return _with_dw(w, b, h0, y, T, shares(w, b, h0, y, T)[0] / h0 * w)


def _nothing_added(w, b, h0, y, T):
    return _with_dw(w, b, h0, y, T, 0.0)


def _error_forgotten(w, b, h0, y, T):
    loss, dw = _right(w, b, h0, y, T)
    return loss, dw / (_states(w, b, h0, T)[T] - y)


def _target_minus_state(w, b, h0, y, T):
    loss, dw = _right(w, b, h0, y, T)
    return loss, -dw


def _slope_limited(w, b, h0, y, T):
    loss, dw = _right(w, b, h0, y, T)
    return loss, float(np.clip(dw, -1, 1))


def _mean_over_steps(w, b, h0, y, T):
    loss, dw = _right(w, b, h0, y, T)
    return loss, dw / T


MISTAKES = (
    Mistake(
        _no_half,
        "Both are twice as large as they should be: what happened to the ½ in the loss?",
    ),
    Mistake(
        _no_half_in_the_loss,
        "Twice as large as it should be: what happened to the ½ in the loss?",
    ),
    Mistake(
        _two_in_the_slope,
        "Twice as large as it should be. The derivative of the square brings a 2: what does the ½ "
        "do to it?",
    ),
    Mistake(
        _one_step_too_few,
        "These are the numbers after T - 1 steps. Starting from h(0), how many times is the unit "
        "updated until it holds h(T)?",
    ),
    Mistake(
        _one_step_too_many,
        "These are the numbers after T + 1 steps. Starting from h(0), how many times is the unit "
        "updated until it holds h(T)?",
    ),
    Mistake(
        _no_bias,
        "The unit that you run leaves out b. Where does b enter?",
    ),
    Mistake(_runs_from_zero, RUN_FROM_ZERO),
    Mistake(
        _tanh_unit,
        "Your unit squashes with tanh. This one is logistic: h(t) = 1 / (1 + exp(-a)).",
    ),
    Mistake(
        _loss_at_every_step,
        "You add up a loss for every step. Here there is only one, at h(T).",
    ),
    Mistake(
        _slope_of_tanh,
        "1 - h² is the slope of tanh. The unit is logistic: what is the derivative of 1 / (1 + "
        "exp(-a)), in terms of h?",
    ),
    Mistake(
        _sigmoid_twice,
        "You apply the logistic function to a state before you take the slope. But the state "
        "has been through it already.",
    ),
    Mistake(
        _slope_of_the_state_before,
        "Your slope is computed from h(t-1). Which state came out of the logistic function at "
        "step t?",
    ),
    Mistake(
        _slope_at_the_sum,
        "You write a (1 - a) with what goes into the logistic function. The slope is computed "
        "from what comes out of it.",
    ),
    Mistake(
        _no_slope,
        "This has not been through the logistic function on its way back. There is one between "
        "h(t) and w h(t-1) + b at each step: where is its slope?",
    ),
    Mistake(
        _no_slope_from_w,
        "Between h(t-1) and h(t) you count the slope of the logistic function; between w and h(t) "
        "you do not. Where in h(t) = 1 / (1 + exp(-a)) is w?",
    ),
    Mistake(
        _no_w,
        "On the way from a(t) to h(t-1) something is missing: what multiplies h(t-1) in a(t)?",
    ),
    Mistake(
        _last_copy_only,
        "This is only the contribution of the w in step T. All earlier steps use the same w: what "
        "leads back to them?",
    ),
    Mistake(
        _first_copy_only,
        "This is only the contribution of the w in step 1. The loop, which ends there, has "
        "overwritten the others: what should each iteration do with its contribution instead?",
    ),
    Mistake(
        _new_state,
        "In w h(t-1), what does w multiply? You use the state that the step has computed.",
    ),
    Mistake(
        _db,
        "This is dL/db. w is not alone in a(t): what does it multiply there?",
    ),
    Mistake(
        _dh0,
        "This is dL/dh(0): the effect of the start, carried through all steps. Every step uses w: "
        "where does each of them add its own effect?",
    ),
    Mistake(
        _nothing_added,
        "Your dw is 0: it starts at 0, and no step adds to it. h(0) does not depend on w; h(1) "
        "does. Why?",
    ),
    Mistake(
        _error_forgotten,
        "This is dh(T)/dw. By how much does the loss change when h(T) does?",
    ),
    Mistake(
        _slope_limited,
        "You limit the slope to ±1. At a wall it is large, and this function should say so; "
        "clipping is the next exercise.",
    ),
    Mistake(_target_minus_state, SIGN_REVERSED),
    Mistake(
        _mean_over_steps,
        "You divide by the number of steps. If w grows by a little, all T copies grow by that "
        "little: do their effects add up, or average?",
    ),
)
