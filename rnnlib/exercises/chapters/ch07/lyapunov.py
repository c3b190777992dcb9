"""Exercise 07.7: the Lyapunov exponent."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import GROWTH
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def lyapunov(r, s0, T):
    total, s = 0.0, s0
    for _ in range(T):
        total += np.log(abs(r * (1 - 2 * s)))
        s = r * s * (1 - s)
    return total / T


def _logistic(r, s0, T):
    s = [s0]
    for _ in range(T):
        s.append(r * s[-1] * (1 - s[-1]))
    return np.array(s)


def _with_slopes(
    r,
    s0,
    T,
    *,
    slope=lambda r, s: r * (1 - 2 * s),
    states=slice(-1),
    size=np.abs,
    fold=lambda sizes: np.mean(np.log(sizes)),
):
    return fold(size(slope(r, _logistic(r, s0, T)[states])))


def _lyapunov_sum(r, s0, T):
    return T * lyapunov(r, s0, T)


def _lyapunov_log_of_mean(r, s0, T):
    return _with_slopes(r, s0, T, fold=lambda sizes: np.log(np.mean(sizes)))


def _lyapunov_shifted(r, s0, T):
    return lyapunov(r, r * s0 * (1 - s0), T)


def _lyapunov_base_ten(r, s0, T):
    return lyapunov(r, s0, T) / np.log(10)


def _lyapunov_of_the_map(r, s0, T):
    return _with_slopes(r, s0, T, slope=lambda r, s: r * (1 - s))


def _lyapunov_r_lost_in_the_slope(r, s0, T):
    return _with_slopes(r, s0, T, slope=lambda r, s: r - 2 * s)


def _lyapunov_r_lost_in_the_second_term(r, s0, T):
    return _with_slopes(r, s0, T, slope=lambda r, s: r * (1 - s) - s)


def _lyapunov_T_plus_1(r, s0, T):
    return _with_slopes(r, s0, T, states=slice(None))


def _lyapunov_T_plus_1_over_T(r, s0, T):
    return _lyapunov_T_plus_1(r, s0, T) * (T + 1) / T


def _lyapunov_one_too_few(r, s0, T):
    return lyapunov(r, s0, T - 1) * (T - 1) / T if T > 1 else 0.0


def _lyapunov_first_only(r, s0, T):
    return lyapunov(r, s0, 1) / T


def _lyapunov_map_itself(r, s0, T):
    return _with_slopes(r, s0, T, slope=lambda r, s: s, states=slice(1, None))


def _lyapunov_map_before(r, s0, T):
    return _with_slopes(r, s0, T, slope=lambda r, s: s)


def _lyapunov_no_absolute_value(r, s0, T):
    return _with_slopes(r, s0, T, size=np.positive)


def _lyapunov_absolute_logarithms(r, s0, T):
    return _with_slopes(r, s0, T, fold=lambda sizes: np.mean(np.abs(np.log(sizes))))


def _lyapunov_log_of_product(r, s0, T):
    return _with_slopes(r, s0, T, fold=lambda sizes: np.log(np.prod(sizes)) / T)


def _cases_lyapunov(rng):
    starts = rng.uniform(0.05, 0.3, size=5)
    r = np.array([3.3, 2.6, 3.9, 4.0, 2.6]) + rng.uniform(-0.05, 0, size=5)
    return [
        Case((float(r[0]), float(starts[0]), 1), "T = 1"),
        Case((float(r[1]), float(starts[1]), 3), "T > 1"),
        Case((float(r[2]), float(starts[2]), 7), "T > 1"),
        Case((float(r[3]), float(starts[3]), 5), "T > 1"),
        Case((float(r[4]), float(starts[4]), 2000), "T = 2000"),
    ]


_LOG_OF_STATES = "You take logarithms of the states. What multiplies a small gap in a step?"

LYAPUNOV = Exercise(
    id="07.7",
    title="The Lyapunov exponent",
    points=2,
    reference=lyapunov,
    forbidden=(*GROWTH, "rnnlib.analysis.systems.jacobian"),
    cases=_cases_lyapunov,
    returns=(Returned("exponent"),),
    hints=(
        "Differentiate r s (1 - s) with respect to s on paper first: it is r s - r s². At s = 1/2, "
        "the top of the hill, your derivative must be 0.",
        "Walk along the orbit. At each of the states s(0) to s(T-1), take the logarithm of the "
        "absolute value of the slope there.",
        "Add up the T logarithms in a variable and divide by T once, after the loop. In the loop, "
        "use s before you replace it.",
    ),
    mistakes=(
        Mistake(
            _lyapunov_sum,
            "That is the growth over the whole orbit. The exponent is the growth per step.",
        ),
        Mistake(
            _lyapunov_log_of_mean,
            "You average the slopes and take one logarithm. Growth multiplies from step to step, "
            "so you average the logarithms.",
        ),
        Mistake(
            _lyapunov_shifted,
            "You take the slopes at s(1) to s(T). An error at s(0) is first multiplied by the "
            "slope at s(0): are two lines of your loop in the wrong order?",
        ),
        Mistake(_lyapunov_base_ten, "Use the natural logarithm: the goal is ln 2, not log10 2."),
        Mistake(
            _lyapunov_of_the_map,
            "Differentiate s (1 - s) again: both factors depend on s.",
        ),
        Mistake(
            _lyapunov_r_lost_in_the_second_term,
            "You take r (1 - s) - s for the slope. In r s - r s², what is the derivative of the "
            "second term?",
        ),
        Mistake(
            _lyapunov_r_lost_in_the_slope,
            "You take r - 2 s for the slope. In r s - r s², what is s² multiplied by?",
        ),
        Mistake(
            _lyapunov_T_plus_1,
            "You average over T + 1 states. T steps have T slopes: no step starts from the last "
            "state.",
        ),
        Mistake(
            _lyapunov_T_plus_1_over_T,
            "You add T + 1 logarithms and divide by T. T steps have T slopes: how many times does "
            "your loop run?",
        ),
        Mistake(
            _lyapunov_one_too_few,
            "One logarithm is missing: you add T - 1 of them. How many times does your loop run?",
        ),
        Mistake(
            _lyapunov_first_only,
            "Your sum stops after the first step. Is the `return` inside the loop?",
        ),
        Mistake(_lyapunov_map_itself, _LOG_OF_STATES),
        Mistake(_lyapunov_map_before, _LOG_OF_STATES),
        Mistake(
            _lyapunov_no_absolute_value,
            "You take the logarithm of a negative number. Does the sign of a slope affect whether "
            "a gap grows?",
        ),
        Mistake(
            _lyapunov_absolute_logarithms,
            "You take the absolute value of each logarithm too. What does a negative logarithm say "
            "about a gap?",
        ),
        Mistake(
            _lyapunov_log_of_product,
            "Right for short orbits. Over 2000 steps the product of the slopes leaves the range "
            "of floating-point numbers; what could you add up step by step instead?",
        ),
    ),
)
