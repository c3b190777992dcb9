"""Exercise 11.2: one Newton step towards a fixed point."""

import numpy as np

from rnnlib.exercises.chapters.ch11 import layer
from rnnlib.exercises.chapters.forbidden import WALK_BACK
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def newton_step(W, b, h):
    F = np.tanh(W @ h + b)
    slope = 1 - F**2
    J = slope[:, None] * W
    return h - np.linalg.solve(J - np.eye(len(h)), F - h)


def _after_and_slope(W, b, h):
    after = np.tanh(W @ h + b)
    return after, 1 - after**2


def _made(W, b, h, *, slope=None, jacobian=layer.rows_scaled, off=None, gap=None, solve=None):
    """jacobian(slope, W) is J, off is what is taken off it, and solve(J - off, gap) the move."""
    after, right = _after_and_slope(W, b, h)
    J = jacobian(right if slope is None else slope, W)
    A = J - (np.eye(len(h)) if off is None else off)
    return h - (solve or np.linalg.solve)(A, after - h if gap is None else gap)


def _slope_of_the_old_state(W, b, h):
    return _made(W, b, h, slope=1 - h**2)


def _slope_at_the_sum(W, b, h):
    return _made(W, b, h, slope=1 - (W @ h + b) ** 2)


def _tanh_twice(W, b, h):
    return _made(W, b, h, slope=1 - np.tanh(np.tanh(W @ h + b)) ** 2)


def _no_slope(W, b, h):
    return _made(W, b, h, slope=np.ones_like(h))


def _columns_scaled(W, b, h):
    return _made(W, b, h, jacobian=lambda slope, W: W * slope)


def _jacobian_transposed(W, b, h):
    return _made(W, b, h, jacobian=lambda slope, W: W.T * slope)


def _W_transposed(W, b, h):
    return _made(W, b, h, jacobian=lambda slope, W: slope[:, None] * W.T)


def _slope_without_W(W, b, h):
    return _made(W, b, h, jacobian=lambda slope, W: np.diag(slope))


def _entry_by_entry(W, b, h):
    return _made(W, b, h, jacobian=lambda slope, W: np.diag(slope) * W)


def _slope_not_squared(W, b, h):
    return _made(W, b, h, slope=1 - np.tanh(W @ h + b))


def _minus_ones(W, b, h):
    return _made(W, b, h, off=1)


def _without_identity(W, b, h):
    return _made(W, b, h, off=0)


def _wrong_way(W, b, h):
    return 2 * h - newton_step(W, b, h)


def _move_only(W, b, h):
    return newton_step(W, b, h) - h


def _one_step_of_the_network(W, b, h):
    return np.tanh(W @ h + b)


def _from_the_new_state(W, b, h):
    return newton_step(W, b, h) - h + np.tanh(W @ h + b)


def _new_state_for_the_gap(W, b, h):
    return _made(W, b, h, gap=np.tanh(W @ h + b))


def _two_steps(W, b, h):
    return newton_step(W, b, newton_step(W, b, h))


def _to_the_fixed_point(W, b, h):
    for _ in range(10):
        h = newton_step(W, b, h)
    return h


def _downhill(W, b, h):
    return _made(W, b, h, solve=lambda A, gap: A.T @ gap)


def _multiplied(W, b, h):
    return _made(W, b, h, solve=lambda A, gap: A @ gap)


def _no_bias(W, b, h):
    return newton_step(W, 0 * b, h)


def _bias_outside(W, b, h):
    return _made(W, 0 * b, h, gap=np.tanh(W @ h) + b - h)


def _slope_of_the_gap(W, b, h):
    return _made(W, b, h, slope=1 - (np.tanh(W @ h + b) - h) ** 2)


def _slope_of_the_logistic(W, b, h):
    after = np.tanh(W @ h + b)
    return _made(W, b, h, slope=after * (1 - after))


def _identity_added(W, b, h):
    return _made(W, b, h, off=-np.eye(len(h)))


def _inverse_entry_by_entry(W, b, h):
    return _made(W, b, h, solve=lambda A, gap: (1 / A) @ gap)


def _twice_the_old_state_taken_off(W, b, h):
    return _made(W, b, h, gap=np.tanh(W @ h + b) - 2 * h)


def _half_a_step(W, b, h):
    return (h + newton_step(W, b, h)) / 2


def _fixed_point_of_the_slope(W, b, h):
    """F(h) + J (F(h) - h): the tangent, followed for one step only."""
    after, slope = _after_and_slope(W, b, h)
    return after + layer.rows_scaled(slope, W) @ (after - h)


def _arrives(W, b, h):
    """Whether six steps are enough, so that any larger number gives the same."""
    for _ in range(6):
        h = newton_step(W, b, h)
    return np.abs(h).max() < 1 and np.abs(np.tanh(W @ h + b) - h).max() < 1e-13


def _cases(rng):
    def case(n, group):
        # J - I must be far from singular, the mistaken ones too, and many steps must arrive.
        while True:
            W, b, h = layer.drawn(rng, n)
            after, slope = _after_and_slope(W, b, h)
            scaled = [layer.rows_scaled(s, W) for s in (slope, 1 - h**2, 1 - after)]
            less = [J - np.eye(n) for J in (W, W * slope, np.diag(slope) * W, *scaled)]
            if min(abs(np.linalg.det(A)) for A in (scaled[0] - 1, *less)) > 0.1 and _arrives(
                W, b, h
            ):
                return Case((W, b, h), group)

    return [case(1, "one unit"), case(3, "several units"), case(5, "several units")]


NEWTON_STEP = Exercise(
    id="11.2",
    title="One Newton step",
    points=2,
    reference=newton_step,
    cases=_cases,
    returns=(Returned("h_new", ("unit",)),),
    forbidden=(
        "rnnlib.analysis.diagnostics.find_fixed_points",
        "rnnlib.analysis.diagnostics.step_jacobians",
        "rnnlib.analysis.systems.fixed_point",
        *WALK_BACK,
    ),
    hints=(
        "First F(h) = tanh(W h + b), as `F`, then J. How much does entry i of F(h) change per "
        "unit of h_j? The slope of tanh is 1 minus the square of the output of *this* tanh.",
        "J is W with row i multiplied by slope i: `slope[:, None] * W`. `np.eye(n)` is the "
        "identity.",
        "(J - I)⁻¹ v is `np.linalg.solve(J - I, v)`. Which v, and with what sign is the result "
        "added to h?",
    ),
    mistakes=(
        Mistake(
            _slope_of_the_old_state,
            "Your slope is 1 - h². That is right where F(h) = h, but we are not there yet: what "
            "is the output of tanh in this step?",
        ),
        Mistake(
            _slope_at_the_sum,
            "You square what goes into tanh. The slope of tanh at a is 1 - tanh(a)².",
        ),
        Mistake(
            _tanh_twice,
            "You apply tanh again before you take the slope: isn't F(h) already a tanh?",
        ),
        Mistake(_no_slope, "Your J is just W. What does tanh do to a small change?"),
        Mistake(
            _columns_scaled,
            "You multiply the columns of W by the slopes. The slope of unit i acts on what unit i "
            "receives: is that a row or a column?",
        ),
        Mistake(
            _jacobian_transposed,
            "The matrix is the wrong way around. Either J is transposed (∂F_i/∂h_j belongs in row "
            "i, column j), or the vector is on the wrong side: in (J - I)⁻¹ v it is on the right.",
        ),
        Mistake(
            _W_transposed,
            "The rows of your J are columns of W times the slopes. How much does F_i depend on "
            "h_j: is that W_ij or W_ji?",
        ),
        Mistake(
            _entry_by_entry,
            "Only the diagonal of J is left. `np.diag(slope) * W` multiplies entry by entry; a "
            "matrix product is written `@`.",
        ),
        Mistake(
            _slope_not_squared, "Your slope is 1 - F(h). That of tanh is 1 minus the *square*."
        ),
        Mistake(_slope_without_W, "There is no W in your J. F_i depends on h_j through W_ij."),
        Mistake(
            _without_identity,
            "You divide by J. The equation to solve is F(h) - h = 0: what is the derivative of the "
            "part -h?",
        ),
        Mistake(
            _minus_ones,
            "J - 1 subtracts 1 from every entry. I is 1 only on the diagonal: `np.eye(n)`.",
        ),
        Mistake(
            _new_state_for_the_gap,
            "You apply the inverse to F(h). What should become 0 is the gap, F(h) - h.",
        ),
        Mistake(
            _two_steps,
            "You take two steps. The exercise asks for one; the lesson repeats it as needed.",
        ),
        Mistake(
            _to_the_fixed_point,
            "You repeat the step until it converges. The exercise asks for one step; the lesson "
            "repeats it.",
        ),
        Mistake(
            _wrong_way,
            "This is the right step in the wrong direction. Check the sign of F(h) - h, or the "
            "one before the inverse.",
        ),
        Mistake(_move_only, "You return how far h moves. The exercise asks for the new h."),
        Mistake(
            _one_step_of_the_network,
            "This is F(h), one step of the network. It comes to rest only at attracting points; "
            "Newton's steps can reach fixed points of all kinds.",
        ),
        Mistake(_from_the_new_state, "Your step starts at F(h). Newton's step starts at h."),
        Mistake(
            _downhill,
            "This is a gradient step on q: you multiply by (J - I)⊤. Newton's step multiplies by "
            "the inverse of J - I.",
        ),
        Mistake(
            _multiplied,
            "You multiply by J - I. Newton's step divides by it: which system is solved?",
        ),
        Mistake(_no_bias, "b has no effect. It is part of F too."),
        Mistake(_bias_outside, "You add b after tanh. Which sum does tanh see?"),
        Mistake(
            _slope_of_the_gap,
            "Your slope is computed from the gap F(h) - h. What is the output of tanh in this "
            "step?",
        ),
        Mistake(
            _slope_of_the_logistic,
            "Your slope is F (1 - F), that of the logistic function. Which is that of tanh?",
        ),
        Mistake(
            _identity_added,
            "You add I to J. The equation to solve is F(h) - h = 0: what is the derivative of the "
            "part -h?",
        ),
        Mistake(
            _inverse_entry_by_entry,
            "You divide 1 by each entry of J - I. That is not the inverse of a matrix: "
            "`np.linalg.solve` applies the inverse of J - I.",
        ),
        Mistake(
            _twice_the_old_state_taken_off,
            "Your gap is F(h) - 2 h. What should become 0 is F(h) - h.",
        ),
        Mistake(_half_a_step, "You go only halfway. Newton's step is not shortened here."),
        Mistake(
            _fixed_point_of_the_slope,
            "You follow the tangent for one more step. Newton's step goes to where the tangent "
            "comes to rest: which system is solved for that?",
        ),
    ),
)
