"""Exercise 02.4: one gradient for each copy, and their sum."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import WALK_BACK
from rnnlib.exercises.chapters.sentences import ALL_SIGNS_REVERSED_BY_H, NEW_STATE_BESIDE_A_NUMBER
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def gradients_of_copies(w, h0, y):
    h1, dw2, dh1 = _last_step(w, h0, y)
    dw1 = dh1 * (1 - h1**2) * h0
    return dw1, dw2, dw1 + dw2


def _last_step(w, h0, y):
    """h(1), the gradient of the second copy, and dL/dh(1)."""
    h1 = np.tanh(w * h0)
    h2 = np.tanh(w * h1)
    da2 = (h2 - y) * (1 - h2**2)
    return h1, da2 * h1, da2 * w


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
    h1, dw2, dh1 = _last_step(w, h0, y)
    dw2 = dw2 / h1 * np.tanh(w * h1)
    dw1 = dh1 * (1 - h1**2) * h1
    return dw1, dw2, dw1 + dw2


def _no_slope_on_the_way_back(w, h0, y):
    _, dw2, dh1 = _last_step(w, h0, y)
    dw1 = dh1 * h0
    return dw1, dw2, dw1 + dw2


def _w_missing_on_the_way_back(w, h0, y):
    h1, dw2, dh1 = _last_step(w, h0, y)
    dw1 = dh1 / w * (1 - h1**2) * h0
    return dw1, dw2, dw1 + dw2


def _loss_reaches_each_copy_directly(w, h0, y):
    h1, dw2, _ = _last_step(w, h0, y)
    dw1 = (h1 - y) * (1 - h1**2) * h0
    return dw1, dw2, dw1 + dw2


def _target_minus_state(w, h0, y):
    return tuple(-part for part in gradients_of_copies(w, h0, y))


def _no_last_slope(w, h0, y):
    h1 = np.tanh(w * h0)
    dh2 = np.tanh(w * h1) - y
    dw1, dw2 = dh2 * w * (1 - h1**2) * h0, dh2 * h1
    return dw1, dw2, dw1 + dw2


def _slope_at_the_state(w, h0, y):
    h1 = np.tanh(w * h0)
    h2 = np.tanh(w * h1)
    da2 = (h2 - y) * (1 - np.tanh(h2) ** 2)
    dw1, dw2 = da2 * w * (1 - np.tanh(h1) ** 2) * h0, da2 * h1
    return dw1, dw2, dw1 + dw2


def _copies_swapped(w, h0, y):
    dw1, dw2, dw = gradients_of_copies(w, h0, y)
    return dw2, dw1, dw


def _cases(rng):
    w = (0.8, -1.4, 1.7)
    starts, targets = rng.uniform(0.3, 0.8, size=3), rng.uniform(-0.9, -0.1, size=3)
    return [
        Case((w[k], float(starts[k]), float(targets[k])), "w > 0" if w[k] > 0 else "w < 0")
        for k in range(3)
    ]


FOLD_GRADIENT = Exercise(
    id="02.4",
    title="Fold two gradients",
    points=3,
    reference=gradients_of_copies,
    cases=_cases,
    returns=(Returned("dw1"), Returned("dw2"), Returned("dw")),
    forbidden=WALK_BACK,
    hints=(
        "Begin with the last step: L depends on h(2), h(2) on w2 and on h(1). Which three factors "
        "does the chain rule give for dL/dw2?",
        "For w1 go on through h(1): first dL/dh(1), which holds w2, then the slope of the first "
        "tanh, then what w1 multiplies.",
        "A change of the one w changes both copies. By how much does L change through each, and "
        "altogether?",
    ),
    mistakes=(
        Mistake(
            _mean_of_copies,
            "You average the copies. If w grows by a little, both copies grow by that little, and "
            "L feels both: what does that do to dL/dw?",
        ),
        Mistake(
            _last_copy_only,
            "You keep the last copy's gradient only. The same w is also used in the first step: "
            "changing it changes h(1) as well.",
        ),
        Mistake(
            _first_copy_only,
            "You keep the first copy's gradient only. The same w is also used in the second step.",
        ),
        Mistake(
            _product_of_copies,
            "You multiply the copies' gradients. Along one path slopes multiply; here are two "
            "paths from w to L.",
        ),
        Mistake(_new_state_in_the_gradient, NEW_STATE_BESIDE_A_NUMBER),
        Mistake(
            _no_slope_on_the_way_back,
            "On the way from h(1) to w1 lies a tanh. Where is its slope?",
        ),
        Mistake(
            _w_missing_on_the_way_back,
            "From h(2) back to h(1) the chain passes through w2 h(1). By what does that multiply?",
        ),
        Mistake(
            _loss_reaches_each_copy_directly,
            "You treat each step as if it had a loss of its own. L sees h(2) only; h(1) matters "
            "through h(2).",
        ),
        Mistake(_target_minus_state, ALL_SIGNS_REVERSED_BY_H),
        Mistake(
            _no_last_slope,
            "Between the loss and w2 lies a tanh, the second one. Where is its slope?",
        ),
        Mistake(
            _slope_at_the_state,
            "You apply tanh once more before you take the slope. The slope is 1 - tanh(a)², and "
            "tanh(a) is h already.",
        ),
        Mistake(_copies_swapped, "dw1 and dw2 have changed places. Which copy makes h(1)?"),
    ),
)
