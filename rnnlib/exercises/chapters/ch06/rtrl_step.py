"""Exercise 06.5: one step of real-time recurrent learning."""

import numpy as np

from rnnlib.exercises.chapters.sentences import (
    SIGN_REVERSED,
    SLOPE_OF_TANH_TWICE,
    SLOPE_OF_THE_OLD_STATE,
)
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def rtrl_step(w, x, y, h, s):
    new = np.tanh(w * h + x)
    slope = 1 - new**2
    s = slope * (h + w * s)
    return new, s, (new - y) * s


def _with_s(formula, w, x, y, h, s):
    """What is returned, if s(t) = formula(new state, slope)."""
    new = np.tanh(w * h + x)
    s = formula(new, 1 - new**2)
    return new, s, (new - y) * s


def _with_g(formula, w, x, y, h, s):
    """What is returned, if only the last is wrong: formula(new state, new s)."""
    new, s_new, _ = rtrl_step(w, x, y, h, s)
    return new, s_new, formula(new, s_new)


# --- mistakes in the state ----------------------------------------------------------------


def _no_tanh(w, x, y, h, s):
    new = w * h + x
    return new, h + w * s, (new - y) * (h + w * s)


def _no_input(w, x, y, h, s):
    return rtrl_step(w, 0.0, y, h, s)


def _old_state_returned(w, x, y, h, s):
    return h, *rtrl_step(w, x, y, h, s)[1:]


# --- mistakes in s ------------------------------------------------------------------------


def _never_carried(w, x, y, h, s):
    return _with_s(lambda new, slope: slope * h, w, x, y, h, s)


def _only_carried(w, x, y, h, s):
    return _with_s(lambda new, slope: slope * w * s, w, x, y, h, s)


def _carried_without_w(w, x, y, h, s):
    return _with_s(lambda new, slope: slope * (h + s), w, x, y, h, s)


def _carried_without_slope(w, x, y, h, s):
    return _with_s(lambda new, slope: slope * h + w * s, w, x, y, h, s)


def _no_slope_on_the_new_part(w, x, y, h, s):
    return _with_s(lambda new, slope: h + slope * w * s, w, x, y, h, s)


def _no_slope(w, x, y, h, s):
    return _with_s(lambda new, slope: h + w * s, w, x, y, h, s)


def _new_state(w, x, y, h, s):
    return _with_s(lambda new, slope: slope * (new + w * s), w, x, y, h, s)


def _slope_of_the_step_before(w, x, y, h, s):
    return _with_s(lambda new, slope: (1 - h**2) * (h + w * s), w, x, y, h, s)


def _tanh_twice(w, x, y, h, s):
    return _with_s(lambda new, slope: (1 - np.tanh(new) ** 2) * (h + w * s), w, x, y, h, s)


def _slope_not_squared(w, x, y, h, s):
    return _with_s(lambda new, slope: (1 - new) * (h + w * s), w, x, y, h, s)


def _s_piles_up(w, x, y, h, s):
    return _with_s(lambda new, slope: s + slope * (h + w * s), w, x, y, h, s)


def _state_multiplied_by_w(w, x, y, h, s):
    return _with_s(lambda new, slope: slope * w * (h + s), w, x, y, h, s)


def _minus_the_past(w, x, y, h, s):
    return _with_s(lambda new, slope: slope * (h - w * s), w, x, y, h, s)


def _through_the_input(w, x, y, h, s):
    return _with_s(lambda new, slope: slope * (x + w * s), w, x, y, h, s)


# --- mistakes in the gradient -------------------------------------------------------------


def _s_not_yet_renewed(w, x, y, h, s):
    return _with_g(lambda new, s_new: (new - y) * s, w, x, y, h, s)


def _error_of_the_state_before(w, x, y, h, s):
    return _with_g(lambda new, s_new: (h - y) * s_new, w, x, y, h, s)


def _direct_gradient(w, x, y, h, s):
    return _with_g(lambda new, s_new: new - y, w, x, y, h, s)


def _loss(w, x, y, h, s):
    return _with_g(lambda new, s_new: 0.5 * (new - y) ** 2, w, x, y, h, s)


def _loss_times_s(w, x, y, h, s):
    return _with_g(lambda new, s_new: 0.5 * (new - y) ** 2 * s_new, w, x, y, h, s)


def _slope_once_more(w, x, y, h, s):
    return _with_g(lambda new, s_new: (new - y) * (1 - new**2) * s_new, w, x, y, h, s)


def _state_before_in_place_of_s(w, x, y, h, s):
    return _with_g(lambda new, s_new: (new - y) * (1 - new**2) * h, w, x, y, h, s)


def _target_minus_state(w, x, y, h, s):
    return _with_g(lambda new, s_new: (y - new) * s_new, w, x, y, h, s)


def _target_left_out(w, x, y, h, s):
    return _with_g(lambda new, s_new: new * s_new, w, x, y, h, s)


def _terms(w, x, y, h, s):
    new, s_new, _ = rtrl_step(w, x, y, h, s)
    slope = 1 - new**2
    return {
        "s": {"through w in the step itself": slope * h, "through h(t-1)": slope * w * s},
        "g": {"through the state h(t)": new * s_new, "through the target": -y * s_new},
    }


def _cases(rng):
    def case(w, s, group, signs=(-1, 1)):
        h = float(rng.choice(signs) * rng.uniform(0.3, 0.8))
        x = float(rng.choice(signs) * rng.uniform(0.2, 0.7))
        y = float(rng.choice(signs) * rng.uniform(0.2, 1.5))
        return Case((w, x, y, h, s), group)

    first = float(rng.uniform(0.3, 0.7))
    return [
        case(float(rng.uniform(1.2, 1.6)), 0.0, "s(t-1) = 0"),
        case(float(rng.uniform(0.6, 0.9)), first, "s(t-1) > 0", signs=[-1]),
        case(float(rng.uniform(1.2, 1.6)), 1.7 + first, "s(t-1) > 0"),
        case(float(rng.uniform(0.5, 0.9)), -0.4 - first, "s(t-1) < 0"),
        case(-float(rng.uniform(0.6, 1.4)), 0.5 + first, "w < 0"),
        case(-float(rng.uniform(0.6, 1.4)), 20 * first, "w < 0"),
    ]


RTRL_STEP = Exercise(
    id="06.5",
    title="Carry the gradient forward",
    points=2,
    reference=rtrl_step,
    forbidden=(
        "rnnlib.gradients.online.rtrl",
        "rnnlib.gradients.online.rtrl_stream",
        "rnnlib.gradients.online.rtrl_step",
    ),
    cases=_cases,
    returns=(Returned("h"), Returned("s"), Returned("g")),
    hints=(
        "Three lines, in this order: the new state, the new s, and g. Give the new state its own "
        "name: which line still needs the old one?",
        "w enters w h(t-1) twice: directly, and because h(t-1) depends on it. Use the product "
        "rule: one part has h(t-1) in it, the other s(t-1). Then both parts go through tanh.",
        "Through tanh: multiply the sum of both parts by 1 - h(t)**2, with the new state. The "
        "loss of this step is 0.5 (h(t) - y(t))**2: how much does it change with h(t), and how "
        "much does h(t) change with w?",
    ),
    mistakes=(
        Mistake(
            _no_tanh,
            "There is no tanh in your step. What keeps the state between -1 and 1?",
        ),
        Mistake(_no_input, "x has no effect in your step. What goes inside tanh?"),
        Mistake(
            _old_state_returned,
            "You return the state that came in. Which one goes into the next step?",
        ),
        Mistake(
            _never_carried,
            "Your s(t) includes only the w in step t. h(t-1) depends on w too: where does s(t-1) "
            "come in?",
        ),
        Mistake(
            _only_carried,
            "Your s(t) includes only the earlier steps. Step t uses w too: what does it multiply "
            "there?",
        ),
        Mistake(
            _carried_without_w,
            "s(t-1) says how much h(t-1) changes. If h(t-1) changes by one, by how much does "
            "w h(t-1) + x(t) change?",
        ),
        Mistake(
            _carried_without_slope,
            "The part with s(t-1) has not been through tanh. Isn't h(t-1) inside it?",
        ),
        Mistake(
            _no_slope_on_the_new_part,
            "The part with h(t-1) has not been through tanh. Isn't w inside it?",
        ),
        Mistake(
            _no_slope,
            "There is no slope of tanh in your s. What does tanh do to a small change of its "
            "argument?",
        ),
        Mistake(
            _new_state,
            "In w h(t-1), what is the derivative with respect to w? You use the state that the "
            "step has just computed. Has the old one been overwritten when you need it?",
        ),
        Mistake(_slope_of_the_step_before, SLOPE_OF_THE_OLD_STATE),
        Mistake(_tanh_twice, SLOPE_OF_TANH_TWICE),
        Mistake(
            _slope_not_squared,
            "You write 1 - h for the slope of tanh. It must vanish for a state near -1 too: what "
            "is it?",
        ),
        Mistake(
            _s_piles_up,
            "You add the new s to the old one. The product rule already includes the old s: is it "
            "needed again?",
        ),
        Mistake(
            _state_multiplied_by_w,
            "You multiply h(t-1) by w in s. What is the derivative of w h(t-1) with respect to w, "
            "if h(t-1) stays as it is?",
        ),
        Mistake(
            _minus_the_past,
            "You subtract the part with s(t-1). The product rule has two parts: with what sign?",
        ),
        Mistake(
            _through_the_input,
            "In your s, x(t) is where h(t-1) belongs. Which of the two does w multiply?",
        ),
        Mistake(
            _s_not_yet_renewed,
            "You multiply the error at h(t) by the previous step's s. Which does your function "
            "compute first, g or the new s?",
        ),
        Mistake(
            _error_of_the_state_before,
            "Your s is right, but it is multiplied by h(t-1) - y(t). Which state does y(t) "
            "belong to?",
        ),
        Mistake(
            _direct_gradient,
            "Your g is the gradient on the state. How much the state moves with w is still "
            "missing: which number gives that?",
        ),
        Mistake(_loss, "Your g is the loss itself. By how much does it change with w?"),
        Mistake(
            _loss_times_s,
            "You multiply s by the loss. How much does ½ (h - y)² change when h changes a little?",
        ),
        Mistake(
            _slope_once_more,
            "Your g has the slope of tanh one time too many. Isn't it already in s(t)?",
        ),
        Mistake(
            _state_before_in_place_of_s,
            "Your g includes only the w in step t: that is truncation to one step. Which number "
            "includes the earlier steps too?",
        ),
        Mistake(_target_minus_state, SIGN_REVERSED),
        Mistake(_target_left_out, "y has no effect in your g. What is the loss of this step?"),
    ),
    terms=_terms,
)
