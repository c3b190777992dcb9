"""Exercise 01.3: the slope of the transition."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import WALK_BACK
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def slope(w, b, s):
    new = np.tanh(w * s + b)
    return w * (1 - new**2)


def _slope_no_chain(w, b, s):
    return 1 - np.tanh(w * s + b) ** 2


def _slope_b_in_the_inner_derivative(w, b, s):
    return (w + b) * (1 - np.tanh(w * s + b) ** 2)


def _slope_at_input(w, b, s):
    return w * (1 - s**2)


def _slope_not_squared(w, b, s):
    return w * (1 - np.tanh(w * s + b))


def _slope_of_the_result(w, b, s):
    return w * (1 - np.tanh(np.tanh(w * s + b)) ** 2)


def _slope_no_b(w, b, s):
    return slope(w, 0.0, s)


def _slope_bare_tanh(w, b, s):
    return w * (1 - np.tanh(s) ** 2)


def _slope_is_the_map(w, b, s):
    return np.tanh(w * s + b)


def _slope_no_parentheses(w, b, s):
    return w - np.tanh(w * s + b) ** 2


def _slope_one_step_later(w, b, s):
    return slope(w, b, np.tanh(w * s + b))


def _slope_of_two_steps(w, b, s):
    return slope(w, b, s) * slope(w, b, np.tanh(w * s + b))


def _slope_along_w(w, b, s):
    return s * (1 - np.tanh(w * s + b) ** 2)


def _slope_by_neighbors(w, b, s):
    return np.gradient(np.tanh(w * s + b), s)


def _slope_at_the_sum(w, b, s):
    return w * (1 - (w * s + b) ** 2)


def _slope_plus_b(w, b, s):
    return slope(w, b, s) + b


def _slope_plus_the_square(w, b, s):
    return w * (1 + np.tanh(w * s + b) ** 2)


def _slope_w_twice(w, b, s):
    return w * slope(w, b, s)


def _slope_mean(w, b, s):
    return slope(w, b, s).mean()


def _cases_slope(rng):
    def case(w, b, points, group):
        w, b = w * rng.uniform(0.95, 1.05), b * rng.uniform(0.8, 1.2)
        return Case((float(w), float(b), points), group)

    signs = rng.permutation([1, -1, -1, 1])
    return [
        case(0.8, 0.3, rng.uniform(-0.9, 0.9, size=1), "n = 1"),
        case(-1.7, -0.4, signs * rng.uniform(0.1, 0.9, size=4), "n > 1"),
        case(1.4, 0.6, rng.uniform(-0.9, 0.9, size=3), "n > 1"),
        case(2.1, 0.0, rng.uniform(0.2, 0.9, size=3), "b = 0"),
    ]


SLOPE = Exercise(
    id="01.3",
    title="Does a small error grow?",
    reference=slope,
    forbidden=WALK_BACK,
    cases=_cases_slope,
    returns=(Returned("slope", ("point",)),),
    hints=(
        "Two functions are nested: w s + b inside, tanh outside. What does the chain rule "
        "multiply?",
        "Write a = w s + b. The text gives the derivative of tanh(a) with respect to a. What is "
        "the derivative of a with respect to s?",
    ),
    mistakes=(
        Mistake(
            _slope_b_in_the_inner_derivative,
            "You multiply by w + b. By how much does w s + b change when s changes by one?",
        ),
        Mistake(
            _slope_no_chain,
            "That is the derivative with respect to a = w s + b. By how much does a change when s "
            "changes by one?",
        ),
        Mistake(
            _slope_at_input,
            "You use 1 - s² with the s that goes in. The rule for tanh needs the value that comes "
            "out. (At a fixed point the two are the same.)",
        ),
        Mistake(
            _slope_not_squared,
            "Nearly: look up the derivative of tanh again. For large |a| of either sign it must "
            "vanish; does yours?",
        ),
        Mistake(
            _slope_of_the_result,
            "tanh is applied one time too many: in 1 - tanh(a)², a is w s + b, not the new state.",
        ),
        Mistake(_slope_no_b, "That is the slope for b = 0. Where does b enter a?"),
        Mistake(
            _slope_bare_tanh,
            "You take the derivative of tanh at s. What is tanh applied to in f?",
        ),
        Mistake(_slope_is_the_map, "That is f(s) itself. The exercise asks for its derivative."),
        Mistake(
            _slope_no_parentheses,
            "In your answer w multiplies only the 1. Everything in 1 - tanh(a)² is multiplied by "
            "w: a pair of parentheses is missing.",
        ),
        Mistake(
            _slope_one_step_later,
            "That is the slope at f(s), one step later. At which point should you take it?",
        ),
        Mistake(
            _slope_of_two_steps,
            "That is the slope of two steps, from s to f(f(s)). How many does f make?",
        ),
        Mistake(
            _slope_along_w,
            "That is the derivative with respect to w. Here s changes, and w stays fixed.",
        ),
        Mistake(
            _slope_by_neighbors,
            "You take differences of neighboring points. The exercise asks for the derivative at "
            "each point separately.",
        ),
        Mistake(
            _slope_at_the_sum,
            "You write 1 - a² with a = w s + b, which goes into tanh. The rule needs the value "
            "that comes out.",
        ),
        Mistake(
            _slope_plus_b,
            "You add b to the slope. When s changes, b does not: what is its derivative?",
        ),
        Mistake(
            _slope_plus_the_square,
            "That is the slope with 1 + tanh(a)². Which sign does the square have in the "
            "derivative of tanh?",
        ),
        Mistake(
            _slope_w_twice,
            "w is squared in your answer. How many times does the chain rule multiply by it?",
        ),
        Mistake(
            _slope_mean, "You take the mean over the points. Return one slope for each of them."
        ),
    ),
)
