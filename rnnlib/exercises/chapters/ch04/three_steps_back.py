"""Exercise 04.1: the chain rule along three steps, by hand."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import WALK_BACK
from rnnlib.exercises.chapters.sentences import (
    ALL_SIGNS_REVERSED_BY_H,
    HALF_OF_THE_LOSS_LOST,
    SLOPE_NOT_SQUARED,
    TARGETS_WITHOUT_EFFECT,
)
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def three_steps_back(w, h0, y):
    h1 = np.tanh(w * h0)
    h2 = np.tanh(w * h1)
    h3 = np.tanh(w * h2)
    dh3 = h3 - y[2]
    da3 = (1 - h3**2) * dh3
    dh2 = (h2 - y[1]) + w * da3
    da2 = (1 - h2**2) * dh2
    dh1 = (h1 - y[0]) + w * da2
    return np.array([dh1, dh2, dh3])


def _states(w, h0):
    """h(0) to h(3)."""
    h1 = np.tanh(w * h0)
    h2 = np.tanh(w * h1)
    return np.array([h0, h1, h2, np.tanh(w * h2)])


def _with_factors(w, h0, y, to_h1, to_h2):
    """The totals, if dL/dh(2) reaches h(1) times to_h1, and dL/dh(3) reaches h(2) times to_h2."""
    direct = _states(w, h0)[1:] - y
    dh2 = direct[1] + to_h2 * direct[2]
    return np.array([direct[0] + to_h1 * dh2, dh2, direct[2]])


def _direct_only(w, h0, y):
    return _with_factors(w, h0, y, 0, 0)


def _no_slope(w, h0, y):
    return _with_factors(w, h0, y, w, w)


def _no_w(w, h0, y):
    h = _states(w, h0)
    return _with_factors(w, h0, y, 1 - h[2] ** 2, 1 - h[3] ** 2)


def _slope_of_the_step_before(w, h0, y):
    h = _states(w, h0)
    return _with_factors(w, h0, y, w * (1 - h[1] ** 2), w * (1 - h[2] ** 2))


def _slope_at_the_sum(w, h0, y):
    h = _states(w, h0)
    return _with_factors(w, h0, y, w * (1 - (w * h[1]) ** 2), w * (1 - (w * h[2]) ** 2))


def _slope_not_squared(w, h0, y):
    h = _states(w, h0)
    return _with_factors(w, h0, y, w * (1 - h[2]), w * (1 - h[3]))


def _tanh_twice(w, h0, y):
    h = np.tanh(_states(w, h0))
    return _with_factors(w, h0, y, w * (1 - h[2] ** 2), w * (1 - h[3] ** 2))


def _passes_on_the_direct(w, h0, y):
    paths = _paths(w, h0, y)["total"]
    return paths["from L(t)"] + paths["from L(t+1)"]


def _no_losses_on_the_way(w, h0, y):
    h = _states(w, h0)
    dh3 = h[3] - y[2]
    dh2 = w * (1 - h[3] ** 2) * dh3
    return np.array([w * (1 - h[2] ** 2) * dh2, dh2, dh3])


def _last_loss_twice(w, h0, y):
    right = three_steps_back(w, h0, y)
    return right + _paths(w, h0, y)["total"]["from L(t+2)"]


def _forward_in_time(w, h0, y):
    h = _states(w, h0)
    direct = h[1:] - y
    dh2 = direct[1] + w * (1 - h[2] ** 2) * direct[0]
    return np.array([direct[0], dh2, direct[2] + w * (1 - h[3] ** 2) * dh2])


def _target_minus_state(w, h0, y):
    return -three_steps_back(w, h0, y)


def _paths(w, h0, y):
    """The totals taken apart by the loss that a path starts from."""
    h = _states(w, h0)
    direct, back = h[1:] - y, w * (1 - h[1:] ** 2)
    one = np.array([back[1] * direct[1], back[2] * direct[2], 0])
    two = np.array([back[1] * back[2] * direct[2], 0, 0])
    names = ("from L(t)", "from L(t+1)", "from L(t+2)")
    return {"total": dict(zip(names, (direct, one, two), strict=True))}


def _last_step_handed_on_twice(w, h0, y):
    h = _states(w, h0)
    right = three_steps_back(w, h0, y)
    return right + np.array([w * (1 - h[3] ** 2) * right[2], 0, 0])


def _through_one_step(w, h0, y):
    h = _states(w, h0)
    direct, back = h[1:] - y, w * (1 - h[1:] ** 2)
    later = np.array([back[1] * direct[1] + back[2] * direct[2], back[2] * direct[2], 0])
    return direct + later


def _subtracts_the_future(w, h0, y):
    h = _states(w, h0)
    return _with_factors(w, h0, y, -w * (1 - h[2] ** 2), -w * (1 - h[3] ** 2))


def _two_slopes(w, h0, y):
    h = _states(w, h0)
    slope = 1 - h**2
    return _with_factors(w, h0, y, w * slope[2] * slope[3], w * slope[3])


def _begins_one_step_late(w, h0, y):
    h = np.array([h0, *_states(w, h0)[1:3]])
    dh2 = h[1] - y[1] + w * (1 - h[2] ** 2) * (h[2] - y[2])
    return np.array([h[0] - y[0] + w * (1 - h[1] ** 2) * dh2, dh2, h[2] - y[2]])


def _no_half(w, h0, y):
    return 2 * three_steps_back(w, h0, y)


def _gradients_on_the_sums(w, h0, y):
    return (1 - _states(w, h0)[1:] ** 2) * three_steps_back(w, h0, y)


def _adds_w_and_slope(w, h0, y):
    h = _states(w, h0)
    return _with_factors(w, h0, y, w + 1 - h[2] ** 2, w + 1 - h[3] ** 2)


def _losses(w, h0, y):
    return 0.5 * (_states(w, h0)[1:] - y) ** 2


def _forgets_the_targets(w, h0, y):
    return three_steps_back(w, h0, 0 * y)


def _cases(rng):
    weights = [0.8, -1.3, 1.6] * rng.uniform(0.9, 1.1, size=3)
    starts = rng.uniform(0.3, 0.8, size=3) * [1, 1, -1]
    targets = rng.uniform(-0.9, 0.9, size=(3, 3))
    return [
        Case((float(w), float(h0), y), "w > 0" if w > 0 else "w < 0")
        for w, h0, y in zip(weights, starts, targets, strict=True)
    ]


THREE_STEPS_BACK = Exercise(
    id="04.1",
    title="Three steps back, by hand",
    reference=three_steps_back,
    cases=_cases,
    returns=(Returned("total", ("t",), first=1),),
    forbidden=WALK_BACK,
    hints=(
        "Run the three steps forward and keep the states. Then start at the end: h(3) appears in "
        "only one loss. What is the derivative of that loss with respect to h(3)?",
        "h(2) appears in L(2), and h(3) is computed from it. There are two paths to the loss: "
        "what does each contribute, and how do you combine the two?",
        "If h(2) moves a little, h(3) = tanh(w h(2)) moves by a factor that has two parts, one "
        "from tanh and one from w. That factor turns dL/dh(3) into the part of dL/dh(2) that "
        "comes from the future. Do the same for h(1).",
    ),
    mistakes=(
        Mistake(
            _direct_only,
            "You have the gradient of each step's own loss. But if h(1) moves, h(2) moves too, "
            "and L(2) changes: where does that enter?",
        ),
        Mistake(
            _passes_on_the_direct,
            "h(1) accounts for L(1) and L(2), but not for L(3). Which gradient at h(2) should be "
            "passed back to h(1): that of L(2) alone, or the total?",
        ),
        Mistake(
            _last_loss_twice,
            "L(3) reaches h(1) twice in your sum. There is one path from h(1) to h(3), and it "
            "goes through h(2): what does dL/dh(2) already contain?",
        ),
        Mistake(
            _no_slope,
            "Between h(3) and h(2) there are a product with w and a tanh. You have one of them; "
            "where is the other?",
        ),
        Mistake(
            _no_w,
            "Between h(3) and h(2) there are a tanh and the product inside it. By how much does "
            "that product change when h(2) changes by one?",
        ),
        Mistake(
            _slope_of_the_step_before,
            "Your last entry is right and the one before it is not: its slope belongs to another "
            "step. There is one tanh between h(2) and h(3): which value came out of it?",
        ),
        Mistake(
            _slope_at_the_sum,
            "You write 1 - a² with the number that goes into tanh. The rule is 1 - tanh(a)²: which "
            "of your states is tanh(a)?",
        ),
        Mistake(
            _slope_not_squared,
            SLOPE_NOT_SQUARED,
        ),
        Mistake(
            _tanh_twice,
            "You apply tanh again before you take the slope. The slope is 1 - tanh(a)²: is the h "
            "in your formula a, or tanh(a) already?",
        ),
        Mistake(
            _no_losses_on_the_way,
            "You pass L(3) back correctly. L(1) and L(2) have no effect on your answer: where do "
            "they come in?",
        ),
        Mistake(
            _forward_in_time,
            "You pass gradients from h(1) to h(2) to h(3). A change of h(1) has its effects "
            "later, so whose gradient must be known before that of h(1)?",
        ),
        Mistake(_target_minus_state, ALL_SIGNS_REVERSED_BY_H),
        Mistake(
            _last_step_handed_on_twice,
            "To dh(1) you add what h(3) passes back to h(2). h(1) gets it through h(2): dh(2) "
            "already contains it.",
        ),
        Mistake(
            _through_one_step,
            "In your dh(1), L(3) has been through step 3 alone. Two steps are between h(1) and "
            "h(3): by what does the other one multiply?",
        ),
        Mistake(
            _subtracts_the_future,
            "You subtract what comes from the future. A change of h(1) affects its own loss and "
            "the later ones: how do the two combine?",
        ),
        Mistake(
            _two_slopes,
            "Your dh(1) has passed through two tanh on its way from h(2). How many are there "
            "between the two?",
        ),
        Mistake(
            _begins_one_step_late,
            "Your states are one step late: you take h0 for h(1). The loss L(1) belongs to the "
            "state after the first step.",
        ),
        Mistake(_no_half, HALF_OF_THE_LOSS_LOST),
        Mistake(
            _gradients_on_the_sums,
            "You go back one tanh too far: these are the gradients on what goes into tanh. The "
            "exercise asks for those on the states.",
        ),
        Mistake(
            _adds_w_and_slope,
            "Your factor from h(t+1) back to h(t) is the sum of w and the slope. Along one path "
            "they multiply.",
        ),
        Mistake(_losses, "These are the losses, not their derivatives."),
        Mistake(_forgets_the_targets, TARGETS_WITHOUT_EFFECT),
    ),
    terms=_paths,
)
