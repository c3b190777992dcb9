"""Exercise 09.2: one Newton step towards a fixed point."""

import numpy as np

from rnnlib.exercises.ch09 import layer
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def newton_step(W, b, h):
    after = np.tanh(W @ h + b)
    J = layer.rows_scaled(1 - after**2, W)
    return h - np.linalg.solve(J - np.eye(len(h)), after - h)


def _after_and_slope(W, b, h):
    after = np.tanh(W @ h + b)
    return after, 1 - after**2


def _with_jacobian(jacobian, W, b, h):
    """The step with another J: jacobian(W, slope, h)."""
    after, slope = _after_and_slope(W, b, h)
    return h - np.linalg.solve(jacobian(W, slope, h) - np.eye(len(h)), after - h)


def _slope_of_the_old_state(W, b, h):
    return _with_jacobian(lambda W, slope, h: layer.rows_scaled(1 - h**2, W), W, b, h)


def _slope_at_the_sum(W, b, h):
    a = W @ h + b
    return _with_jacobian(lambda W, slope, h: layer.rows_scaled(1 - a**2, W), W, b, h)


def _tanh_twice(W, b, h):
    again = np.tanh(np.tanh(W @ h + b))
    return _with_jacobian(lambda W, slope, h: layer.rows_scaled(1 - again**2, W), W, b, h)


def _no_slope(W, b, h):
    return _with_jacobian(lambda W, slope, h: W, W, b, h)


def _columns_scaled(W, b, h):
    return _with_jacobian(lambda W, slope, h: W * slope, W, b, h)


def _jacobian_transposed(W, b, h):
    return _with_jacobian(lambda W, slope, h: layer.rows_scaled(slope, W).T, W, b, h)


def _slope_without_W(W, b, h):
    return _with_jacobian(lambda W, slope, h: np.diag(slope), W, b, h)


def _without_identity(W, b, h):
    return _with_jacobian(lambda W, slope, h: layer.rows_scaled(slope, W) + np.eye(len(h)), W, b, h)


def _wrong_way(W, b, h):
    return 2 * h - newton_step(W, b, h)


def _move_only(W, b, h):
    return newton_step(W, b, h) - h


def _one_step_of_the_network(W, b, h):
    return np.tanh(W @ h + b)


def _from_the_new_state(W, b, h):
    return newton_step(W, b, h) - h + np.tanh(W @ h + b)


def _downhill(W, b, h):
    after, slope = _after_and_slope(W, b, h)
    return h - (layer.rows_scaled(slope, W) - np.eye(len(h))).T @ (after - h)


def _multiplied(W, b, h):
    after, slope = _after_and_slope(W, b, h)
    return h - (layer.rows_scaled(slope, W) - np.eye(len(h))) @ (after - h)


def _no_bias(W, b, h):
    return newton_step(W, 0 * b, h)


def _cases(rng):
    def case(n, group):
        while True:  # J - 1 must be far from singular, the mistaken ones too
            W, b, h = layer.drawn(rng, n)
            slope = _after_and_slope(W, b, h)[1]
            scaled = [layer.rows_scaled(s, W) for s in (slope, 1 - h**2)]
            if min(abs(np.linalg.det(J - np.eye(n))) for J in (W, W * slope, *scaled)) > 0.1:
                return Case((W, b, h), group)

    return [case(1, "one unit"), case(3, "several units"), case(5, "several units")]


NEWTON_STEP = Exercise(
    id="09.2",
    title="One Newton step",
    points=2,
    reference=newton_step,
    cases=_cases,
    returns=(Returned("h", ("unit",)),),
    hints=(
        "First F(h) = tanh(W h + b), then J. How much does entry i of F(h) change per unit of h_j? "
        "The slope of tanh is 1 minus the square of what *this* tanh has put out.",
        "J is W with row i multiplied by slope i: `slope[:, None] * W`. `np.eye(n)` is the "
        "identity.",
        "(J - I)⁻¹ v is `np.linalg.solve(J - I, v)`. Which v, and with which sign does the result "
        "go to h?",
    ),
    mistakes=(
        Mistake(
            _slope_of_the_old_state,
            "Your slope is 1 - h². That is right where F(h) = h, but there we have yet to arrive: "
            "what has tanh put out in this step?",
        ),
        Mistake(
            _slope_at_the_sum,
            "You square what goes into tanh. The slope of tanh at a is 1 - tanh(a)².",
        ),
        Mistake(
            _tanh_twice, "You apply tanh once more before you take the slope: is F(h) not a tanh?"
        ),
        Mistake(_no_slope, "Your J is W alone. What does tanh do to a small change?"),
        Mistake(
            _columns_scaled,
            "You multiply the columns of W by the slopes. The slope of unit i acts on what unit i "
            "hears: is that a row or a column?",
        ),
        Mistake(
            _jacobian_transposed,
            "Your J is transposed: ∂F_i/∂h_j stands in row i and column j.",
        ),
        Mistake(_slope_without_W, "There is no W in your J. F_i depends on h_j through W_ij."),
        Mistake(
            _without_identity,
            "You divide by J. The equation to solve is F(h) - h = 0: what is the derivative of the "
            "part -h?",
        ),
        Mistake(
            _wrong_way,
            "The right step in the wrong direction. Check the sign of F(h) - h, or the one before "
            "the inverse.",
        ),
        Mistake(_move_only, "You return how far h moves. Asked for is where it arrives."),
        Mistake(
            _one_step_of_the_network,
            "This is F(h), one step of the network. It comes to rest at attracting points only, "
            "and Newton's step at all kinds.",
        ),
        Mistake(_from_the_new_state, "Your step starts at F(h). Newton's starts at h."),
        Mistake(
            _downhill,
            "This is a gradient step on q: you multiply by (J - I)⊤. Newton's step multiplies by "
            "the inverse of J - I.",
        ),
        Mistake(
            _multiplied,
            "You multiply by J - I. Newton's step divides by it: which system is solved?",
        ),
        Mistake(_no_bias, "b has no effect. It stands in F too."),
    ),
)
