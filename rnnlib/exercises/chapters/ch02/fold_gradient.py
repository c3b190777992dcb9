"""Exercise 02.4: one gradient for each copy, and their sum."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import WALK_BACK
from rnnlib.exercises.chapters.sentences import (
    ALL_SIGNS_REVERSED_BY_H,
    HALF_OF_THE_LOSS_LOST,
    NEW_STATE_BESIDE_A_NUMBER,
    SLOPE_NOT_SQUARED,
)
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def gradients_of_copies(w, h0, y):
    h1 = np.tanh(w * h0)
    h2 = np.tanh(w * h1)
    dh2 = h2 - y
    da2 = (1 - h2**2) * dh2
    dw2 = da2 * h1
    dh1 = w * da2
    da1 = (1 - h1**2) * dh1
    dw1 = da1 * h0
    dw = dw1 + dw2
    return dw1, dw2, dw


def _walk(
    w,
    h0,
    y,
    *,
    slope=lambda w, before, after: 1 - after**2,
    slopes=(1, 1),
    back=lambda w, da2, dh2, own: w * da2,
    reads=lambda h0, h1, h2: (h0, h1),
):
    """slopes: how often that of each step counts. reads: the last factors of dw1 and dw2.

    back(w, da2, dh2, own) is dL/dh(1), with own = h(1) - y.
    """
    h1 = np.tanh(w * h0)
    h2 = np.tanh(w * h1)
    da2 = (h2 - y) * slope(w, h1, h2) ** slopes[1]
    da1 = back(w, da2, h2 - y, h1 - y) * slope(w, h0, h1) ** slopes[0]
    dw1, dw2 = np.multiply((da1, da2), reads(h0, h1, h2))
    return dw1, dw2, dw1 + dw2


def _with_sum(fold):
    def answer(w, h0, y):
        dw1, dw2, _ = gradients_of_copies(w, h0, y)
        return dw1, dw2, fold(dw1, dw2)

    return answer


def _mean_of_copies(w, h0, y):
    return _with_sum(lambda dw1, dw2: (dw1 + dw2) / 2)(w, h0, y)


def _last_copy_only(w, h0, y):
    return _with_sum(lambda dw1, dw2: dw2)(w, h0, y)


def _first_copy_only(w, h0, y):
    return _with_sum(lambda dw1, dw2: dw1)(w, h0, y)


def _product_of_copies(w, h0, y):
    return _with_sum(lambda dw1, dw2: dw1 * dw2)(w, h0, y)


def _new_state_in_the_gradient(w, h0, y):
    return _walk(w, h0, y, reads=lambda h0, h1, h2: (h1, h2))


def _no_slope_on_the_way_back(w, h0, y):
    return _walk(w, h0, y, slopes=(0, 1))


def _w_missing_on_the_way_back(w, h0, y):
    return _walk(w, h0, y, back=lambda w, da2, dh2, own: da2)


def _loss_reaches_each_copy_directly(w, h0, y):
    return _walk(w, h0, y, back=lambda w, da2, dh2, own: own)


def _target_minus_state(w, h0, y):
    return tuple(-part for part in gradients_of_copies(w, h0, y))


def _no_last_slope(w, h0, y):
    return _walk(w, h0, y, slopes=(1, 0))


def _slope_at_the_state(w, h0, y):
    return _walk(w, h0, y, slope=lambda w, before, after: 1 - np.tanh(after) ** 2)


def _past_the_second_tanh(w, h0, y):
    return _walk(w, h0, y, back=lambda w, da2, dh2, own: w * dh2)


def _own_loss_at_step_one(w, h0, y):
    return _walk(w, h0, y, back=lambda w, da2, dh2, own: w * da2 + own)


def _no_half(w, h0, y):
    return tuple(2 * part for part in gradients_of_copies(w, h0, y))


def _slope_not_squared(w, h0, y):
    return _walk(w, h0, y, slope=lambda w, before, after: 1 - after)


def _slope_of_the_sum(w, h0, y):
    return _walk(w, h0, y, slope=lambda w, before, after: 1 - (w * before) ** 2)


def _slopes_too_early(w, h0, y):
    return _walk(w, h0, y, slope=lambda w, before, after: 1 - before**2)


def _states_missing(w, h0, y):
    return _walk(w, h0, y, reads=lambda h0, h1, h2: (1, 1))


def _new_state_in_dw1(w, h0, y):
    return _walk(w, h0, y, reads=lambda h0, h1, h2: (h1, h1))


def _forgets_the_target(w, h0, y):
    return gradients_of_copies(w, h0, 0.0)


def _w_twice_on_the_way_back(w, h0, y):
    return _walk(w, h0, y, back=lambda w, da2, dh2, own: w * w * da2)


def _cases(rng):
    w = [0.8, -1.4, 1.7] * rng.uniform(0.9, 1.1, size=3)
    starts = rng.uniform(0.3, 0.8, size=3) * [1, -1, -1]
    targets = rng.uniform(0.1, 0.9, size=3) * [-1, -1, 1]
    return [
        Case((float(w[k]), float(starts[k]), float(targets[k])), "w > 0" if w[k] > 0 else "w < 0")
        for k in range(3)
    ]


FOLD_GRADIENT = Exercise(
    id="02.4",
    title="Fold two gradients",
    points=3,
    reference=gradients_of_copies,
    cases=_cases,
    returns=(Returned("dw1"), Returned("dw2"), Returned("dw", of=("dw1", "dw2"))),
    forbidden=WALK_BACK,
    hints=(
        "Start with the last step: L depends on h(2), h(2) on w2 and on h(1). Which three factors "
        "does the chain rule give for dL/dw2?",
        "For w1 continue through h(1): first dL/dh(1), which contains w2, then the slope of the "
        "first tanh, then what w1 multiplies.",
        "A change of the one w changes both copies. By how much does L change through each, and "
        "in total?",
    ),
    mistakes=(
        Mistake(
            _mean_of_copies,
            "You average the copies. If w grows by a little, both copies grow by that little, and "
            "L feels both: what does that do to dL/dw?",
        ),
        Mistake(
            _last_copy_only,
            "You keep only the last copy's gradient. The same w is also used in the first step: "
            "changing it changes h(1) as well.",
        ),
        Mistake(
            _first_copy_only,
            "You keep only the first copy's gradient. The same w is also used in the second step.",
        ),
        Mistake(
            _product_of_copies,
            "You multiply the copies' gradients. Slopes multiply along one path, but here there "
            "are two paths from w to L.",
        ),
        Mistake(_new_state_in_the_gradient, NEW_STATE_BESIDE_A_NUMBER),
        Mistake(
            _no_slope_on_the_way_back,
            "Between h(1) and w1 there is a tanh. Where is its slope?",
        ),
        Mistake(
            _w_missing_on_the_way_back,
            "From h(2) back to h(1) the chain passes through w2 h(1). By what does that multiply?",
        ),
        Mistake(
            _loss_reaches_each_copy_directly,
            "You treat each step as if it had its own loss. L depends only on h(2); h(1) matters "
            "through h(2).",
        ),
        Mistake(_target_minus_state, ALL_SIGNS_REVERSED_BY_H),
        Mistake(
            _no_last_slope,
            "Between the loss and w2 there is a tanh, the second one. Where is its slope?",
        ),
        Mistake(
            _slope_at_the_state,
            "You apply tanh again before you take the slope. The slope is 1 - tanh(a)², and h "
            "already is tanh(a).",
        ),
        Mistake(
            _past_the_second_tanh,
            "You go back from h(2) to h(1) only through w. The second tanh is also between the "
            "two: where is its slope?",
        ),
        Mistake(
            _own_loss_at_step_one,
            "At h(1) you add a separate loss. L compares h(2) with y and nothing else.",
        ),
        Mistake(_no_half, HALF_OF_THE_LOSS_LOST),
        Mistake(
            _slope_not_squared,
            SLOPE_NOT_SQUARED,
        ),
        Mistake(
            _slope_of_the_sum,
            "You write 1 - a² with what goes into tanh. What is your name for tanh(a)?",
        ),
        Mistake(
            _slopes_too_early,
            "Each of your slopes is one step too early: you use the state that goes into the "
            "step. Which state came out of its tanh?",
        ),
        Mistake(
            _states_missing,
            "The last factor is missing in both: w multiplies a state, and the derivative with "
            "respect to w is that state.",
        ),
        Mistake(
            _new_state_in_dw1,
            "In dw1 you multiply by h(1). The first copy multiplies the state that goes into the "
            "first step.",
        ),
        Mistake(
            _forgets_the_target,
            "This does not depend on y. When h(2) meets its target, what should the gradient be?",
        ),
        Mistake(
            _w_twice_on_the_way_back,
            "w appears twice in it: the chain passes through w2 h(1) once.",
        ),
    ),
)
