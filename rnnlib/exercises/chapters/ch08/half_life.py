"""Exercise 08.3: how long a memory lasts with a given bias of its forget gate."""

import numpy as np

from rnnlib.exercises.chapters.ch08 import lstm
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def half_life(bias):
    return np.log(2) / np.log1p(np.exp(-bias))


def _bias_as_the_factor(bias):
    return np.log(0.5) / np.log(bias)


def _opposite_bias(bias):
    return half_life(-bias)


def _upside_down(bias):
    return 1 / half_life(bias)


def _to_1_over_e(bias):
    return -1 / np.log(lstm.sigmoid(bias))


def _mean_life(bias):
    return 1 / (1 - lstm.sigmoid(bias))


def _first_order(bias):
    return np.log(2) / (1 - lstm.sigmoid(bias))


def _straight_line(bias):
    return 0.5 / (1 - lstm.sigmoid(bias))


def _whole_steps(bias):
    return np.ceil(half_life(bias))


def _what_is_left_after_one_step(bias):
    return lstm.sigmoid(bias)


def _half_after_exp_of_the_bias(bias):
    return np.exp(bias)


def _half_of_the_bias(bias):
    return bias / 2


def _cases(rng):
    def case(low, high, group):
        return Case((float(rng.uniform(low, high)),), group)

    return [
        Case((0.0,), "bias = 0"),
        case(0.6, 1.4, "bias > 0"),
        case(2.2, 2.9, "bias > 0"),
        case(4.0, 6.0, "bias > 0"),
        case(7.0, 9.0, "bias > 0"),
        case(-1.6, -0.8, "bias < 0"),
        case(-4.0, -2.5, "bias < 0"),
    ]


HALF_LIFE = Exercise(
    id="08.3",
    title="The half-life of a memory",
    reference=half_life,
    forbidden=("rnnlib.analysis.systems.half_life",),
    cases=_cases,
    returns=(Returned("steps"),),
    hints=(
        "After t steps, m(t) = f^t m(0). For which t is f^t = 1/2? Take the logarithm of both "
        "sides.",
        "The gate is f = 1 / (1 + exp(-bias)). A check: with bias 0 the gate is 1/2, so the "
        "half-life is 1 step.",
    ),
    mistakes=(
        Mistake(
            _bias_as_the_factor,
            "You use the bias itself as the factor. What is between the bias and the gate?",
        ),
        Mistake(
            _opposite_bias,
            "In your answer a larger bias makes the memory shorter. What is the sign in the "
            "exponential of the logistic function?",
        ),
        Mistake(
            _upside_down,
            "Your fraction is upside down: should a memory that fades slowly have a long half-life "
            "or a short one?",
        ),
        Mistake(
            _to_1_over_e,
            "After this time 1/e is left, about 37%. When is half of it left?",
        ),
        Mistake(
            _mean_life,
            "1 / (1 - f) is the average time that a number stays. When is half of it left?",
        ),
        Mistake(
            _first_order,
            "You use 1 - f instead of -log f. That is nearly right only if f is close to 1.",
        ),
        Mistake(
            _straight_line,
            "Your memory loses the same amount at each step. It should lose the same fraction of "
            "what is left.",
        ),
        Mistake(
            _whole_steps,
            "You round up to whole steps. The exercise asks for the t at which f^t is exactly 1/2.",
        ),
        Mistake(
            _what_is_left_after_one_step,
            "This is f, what is left after one step. After how many steps is half left?",
        ),
        Mistake(
            _half_after_exp_of_the_bias,
            "exp(bias) is f / (1 - f). Where does the 1/2 come in?",
        ),
        Mistake(
            _half_of_the_bias,
            "You halve the bias. It is m that falls to half, by the factor f at each step: after "
            "how many steps?",
        ),
    ),
)
