"""Exercise 01.3: the slope of the transition."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import WALK_BACK
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def slope(w, b, s):
    return w * (1 - np.tanh(w * s + b) ** 2)


def _slope_no_chain(w, b, s):
    return 1 - np.tanh(w * s + b) ** 2


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


def _cases_slope(rng):
    return [
        Case((0.8, 0.3, rng.uniform(-0.9, 0.9, size=1)), "n = 1"),
        Case((-1.7, -0.4, rng.uniform(-0.9, 0.9, size=4)), "n > 1"),
        Case((2.1, 0.0, rng.uniform(0.2, 0.9, size=3)), "b = 0"),
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
        "that of a with respect to s?",
    ),
    mistakes=(
        Mistake(
            _slope_no_chain,
            "That is the derivative with respect to a = w s + b. By how much does a change when s "
            "changes by one?",
        ),
        Mistake(
            _slope_at_input,
            "You take 1 - s² with the s that goes in. The rule for tanh wants the value that "
            "comes out. (At a fixed point the two are the same.)",
        ),
        Mistake(
            _slope_not_squared,
            "Nearly: look up the derivative of tanh once more. At a large |a| of either sign it "
            "must vanish; does yours?",
        ),
        Mistake(
            _slope_of_the_result,
            "tanh is applied once too often: in 1 - tanh(a)², a is w s + b, not the new state.",
        ),
        Mistake(_slope_no_b, "That is the slope for b = 0. Where does b enter a?"),
        Mistake(
            _slope_bare_tanh,
            "You take the derivative of tanh at s. What is tanh applied to in f?",
        ),
        Mistake(_slope_is_the_map, "That is f(s) itself. The exercise asks for its derivative."),
    ),
)
