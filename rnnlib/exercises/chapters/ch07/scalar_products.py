"""Exercise 07.1: how far a gradient reaches in one unit."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import WALK_BACK
from rnnlib.exercises.chapters.sentences import (
    SLOPE_NOT_SQUARED,
    SLOPE_OF_TANH_TWICE,
    SLOPES_ONE_STEP_EARLY,
)
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def scalar_products(w, h):
    products = np.ones(len(h))
    for t in reversed(range(len(h) - 1)):
        products[t] = products[t + 1] * w * (1 - h[t + 1] ** 2)
    return products


def _product(factors):
    """The products of the factors of steps t+1, …, T, for t = 0, …, T, from those of 1, …, T."""
    return np.append(np.cumprod(factors[::-1])[::-1], 1.0)


def _factors(w, h):
    return w * (1 - h[1:] ** 2)


def _w_once(w, h):
    return np.append(w * _product(1 - h[1:] ** 2)[:-1], 1.0)


def _no_slope(w, h):
    return _product(w + 0 * h[1:])


def _no_w(w, h):
    return _product(1 - h[1:] ** 2)


def _slope_of_the_step_before(w, h):
    return _product(w * (1 - h[:-1] ** 2))


def _input_left_out(w, h):
    return _product(w * (1 - np.tanh(w * h[:-1]) ** 2))


def _tanh_twice(w, h):
    return _product(w * (1 - np.tanh(h[1:]) ** 2))


def _slope_not_squared(w, h):
    return _product(w * (1 - h[1:]))


def _one_step_each(w, h):
    return np.append(_factors(w, h), 1.0)


def _from_h0(w, h):
    return np.append(1.0, np.cumprod(_factors(w, h)))


def _from_step_1(w, h):
    return np.append(np.cumprod(_factors(w, h)), 1.0)


def _from_step_1_turned_around(w, h):
    return np.append(np.cumprod(_factors(w, h))[::-1], 1.0)


def _all_of_h_in_a_row(w, h):
    return np.cumprod(w * (1 - h**2))


def _last_factor_to_a_power(w, h):
    return _product(_factors(w, h)[-1] + 0 * h[1:])


def _step_T_left_out(w, h):
    return np.append(_product(_factors(w, h)[:-1]), 1.0)


def _own_step_too(w, h):
    return _product(w * (1 - h**2))[:-1]


def _sum_of_factors(w, h):
    return np.append(np.cumsum(_factors(w, h)[::-1])[::-1], 1.0)


def _cases(rng):
    def case(w, T, group, most=0.9):
        h = rng.choice([-1, 1], size=T + 1) * rng.uniform(0.3, most, size=T + 1)
        return Case((w * rng.uniform(0.95, 1.05), h), group)

    return [
        case(1.3, 1, "T = 1"),
        case(-1.6, 2, "T = 2"),
        case(1.8, 4, "T > 2"),
        case(-0.8, 7, "T > 2"),
        case(2.4, 9, "T > 2", most=0.5),  # explodes
    ]


SCALAR_PRODUCTS = Exercise(
    id="07.1",
    title="A product of slopes",
    reference=scalar_products,
    forbidden=(
        "rnnlib.analysis.diagnostics.step_jacobians",
        "rnnlib.analysis.diagnostics.jacobian_products",
        *WALK_BACK,
    ),
    cases=_cases,
    returns=(Returned("products", ("t",)),),
    hints=(
        "One step first: h(t+1) = tanh(w h(t) + x(t+1)). What is dh(t+1)/dh(t)? You have seen it "
        "in lesson 04, on the way back, and it needs no x.",
        "Start at the end: dh(T)/dh(T) = 1. If you know dh(T)/dh(t+1), one more factor turns it "
        "into dh(T)/dh(t). So the loop runs down from t = T-1 to t = 0.",
    ),
    mistakes=(
        Mistake(
            _w_once,
            "w appears once in each of your products. How many steps are there between h(t) and "
            "h(T), and what does each of them multiply by?",
        ),
        Mistake(
            _no_slope,
            "Your products are powers of w. A small change passes through a tanh at every step as "
            "well: what does that do to it?",
        ),
        Mistake(
            _no_w,
            "Your products contain only the slopes of tanh. What multiplies h(t) before it "
            "reaches the tanh?",
        ),
        Mistake(_slope_of_the_step_before, SLOPES_ONE_STEP_EARLY),
        Mistake(
            _input_left_out,
            "You recompute the states from w alone: x is not in them. The given h already "
            "includes everything that went into it.",
        ),
        Mistake(_tanh_twice, SLOPE_OF_TANH_TWICE),
        Mistake(_slope_not_squared, SLOPE_NOT_SQUARED),
        Mistake(
            _one_step_each,
            "Each of your entries is the factor of one step, dh(t+1)/dh(t). What leads from "
            "h(t+1) to h(T)?",
        ),
        Mistake(
            _from_h0,
            "You multiply from the beginning: that is dh(t)/dh(0). The exercise asks for "
            "dh(T)/dh(t), which is 1 at the other end.",
        ),
        Mistake(
            _from_step_1,
            "Your running product begins at step 1: entry t holds the factors of steps 1 to t+1. "
            "Which steps are between h(t) and h(T)?",
        ),
        Mistake(
            _from_step_1_turned_around,
            "Your entry t has as many factors as it should, but those of the first steps: you "
            "multiply from step 1 on and then turn the list around. Which steps are between h(t) "
            "and h(T)?",
        ),
        Mistake(
            _all_of_h_in_a_row,
            "Your running product begins with a factor made from h(0) and ends with the one of "
            "step t. Is there a step that computed h(0)? And which steps are between h(t) and "
            "h(T)?",
        ),
        Mistake(
            _last_factor_to_a_power,
            "You raise the factor of the last step to a power. The states differ from step to "
            "step. Do the slopes differ too?",
        ),
        Mistake(
            _step_T_left_out,
            "The factor of step T is missing: your entry for h(T-1) is 1. Doesn't h(T) depend on "
            "h(T-1)?",
        ),
        Mistake(
            _own_step_too,
            "There is one factor too many in each entry: the step that computed h(t) comes before "
            "h(t). How many factors are between h(T) and h(T)?",
        ),
        Mistake(
            _sum_of_factors,
            "You add the factors of the steps. If a change is halved and then halved again, what "
            "is left of it?",
        ),
    ),
)
