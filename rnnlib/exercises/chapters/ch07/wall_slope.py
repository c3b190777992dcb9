"""Exercise 07.4: loss and slope of one logistic unit after T steps."""

import numpy as np

from rnnlib.exercises.chapters.ch07.wall_slope_mistakes import MISTAKES, shares
from rnnlib.exercises.chapters.forbidden import WALK_BACK
from rnnlib.exercises.spec import Case, Exercise, Returned


def wall_slope(w, b, h0, y, T):
    h = [h0]
    for _ in range(T):
        h.append(1 / (1 + np.exp(-(w * h[-1] + b))))
    dw, dh = 0.0, h[T] - y
    for t in range(T, 0, -1):
        da = dh * h[t] * (1 - h[t])
        dw += da * h[t - 1]
        dh = da * w
    return 0.5 * (h[T] - y) ** 2, dw


def _terms(w, b, h0, y, T):
    copies = shares(w, b, h0, y, T)
    return {
        "dw": {
            "from step 1": copies[0],
            "from step T": copies[-1] if T > 1 else 0.0,
            "from the steps between": copies[1:-1].sum(),
        }
    }


def _cases(rng):
    def case(w, b, T, group, above=None):
        h0, drawn = rng.uniform(0.2, 0.8), rng.choice([-0.2, 1.2])  # out of reach: never h(T) = y
        above = drawn if above is None else above
        w, b = w * rng.uniform(0.95, 1.05), b * rng.uniform(0.95, 1.05)
        return Case((w, b, float(h0), float(above + rng.uniform(-0.1, 0.1)), T), group)

    def just_past_a_wall():
        """h0 is a little above the fixed point that repels, by a factor of about 1.14 a step."""
        h0, factor = rng.uniform(0.25, 0.4), rng.uniform(1.12, 1.16)
        w = factor / (h0 * (1 - h0))
        b = np.log(h0 / (1 - h0)) - w * h0
        w *= 1 + 1e-7 * rng.uniform(1, 5)
        return Case((float(w), float(b), float(h0), float(rng.uniform(1.1, 1.3)), 50), "T = 50")

    return [
        case(2.5, -0.8, 1, "T = 1", above=1.2),  # dw < 0
        case(-3.0, 1.2, 2, "T = 2"),
        case(4.5, -1.9, 5, "T > 2", above=-0.2),  # dw > 0
        case(-4.0, 2.3, 8, "T > 2"),
        case(4.1, -2.0, 50, "T = 50"),
        just_past_a_wall(),
        just_past_a_wall(),
    ]


WALL_SLOPE = Exercise(
    id="07.4",
    title="The slope at the wall",
    points=2,
    reference=wall_slope,
    forbidden=("rnnlib.gradients.bptt.bptt", *WALK_BACK),
    cases=_cases,
    returns=(Returned("loss"), Returned("dw")),
    hints=(
        "Carry two numbers through the loop: h, the state, and dh, its derivative with respect to "
        "w. (You may also replace the given lines, keep all states and walk back from h(T), as in "
        "lesson 04.) What is new is the squashing function.",
        "The slope of the logistic function at a is sigmoid(a) (1 - sigmoid(a)), and h(t) is "
        "sigmoid(a(t)). So what is the slope in terms of h(t)?",
        "w h(t-1) + b changes with w in two ways: directly, and because h(t-1) depends on w; then "
        "comes the slope. The new dh needs the old h: which of the two do you update first?",
    ),
    mistakes=MISTAKES,
    terms=_terms,
)
