"""Exercise 11.3: in how many directions a fixed point lets go."""

from itertools import combinations

import numpy as np

from rnnlib.exercises.chapters.ch11 import layer
from rnnlib.exercises.chapters.forbidden import GROWTH, WALK_BACK
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def unstable_directions(W, h):
    slope = 1 - h**2
    J = slope[:, None] * W
    moduli = np.abs(np.linalg.eigvals(J))
    return int((moduli > 1).sum())


def _count(which, J):
    return int(which(np.linalg.eigvals(J)).sum())


def _jacobian(W, h):
    return layer.rows_scaled(1 - h**2, W)


def _stable_ones(W, h):
    return _count(lambda v: np.abs(v) < 1, _jacobian(W, h))


def _real_part_above_one(W, h):
    return _count(lambda v: v.real > 1, _jacobian(W, h))


def _absolute_real_part(W, h):
    return _count(lambda v: np.abs(v.real) > 1, _jacobian(W, h))


def _real_part_above_zero(W, h):
    return _count(lambda v: v.real > 0, _jacobian(W, h))


def _modulus_above_zero(W, h):
    return _count(lambda v: np.abs(v) > 1e-9, _jacobian(W, h))


def _no_slope(W, h):
    return _count(lambda v: np.abs(v) > 1, W)


def _tanh_twice(W, h):
    return _count(lambda v: np.abs(v) > 1, _jacobian(W, np.tanh(h)))


def _slope_without_bias(W, h):
    return _count(lambda v: np.abs(v) > 1, _jacobian(W, np.tanh(W @ h)))


def _any(W, h):
    return int(unstable_directions(W, h) > 0)


def _minus_identity(W, h):
    return _count(lambda v: np.abs(v) > 1, _jacobian(W, h) - np.eye(len(h)))


def _stretched_directions(W, h):
    return int((np.linalg.svd(_jacobian(W, h), compute_uv=False) > 1).sum())


def _as_if_symmetric(W, h):
    return int((np.abs(np.linalg.eigvalsh(_jacobian(W, h))) > 1).sum())


def _pairs_once(W, h):
    return _count(lambda v: (np.abs(v) > 1) & (v.imag >= 0), _jacobian(W, h))


def _real_ones_only(W, h):
    return _count(lambda v: (np.abs(v) > 1) & (v.imag == 0), _jacobian(W, h))


def _diagonal_only(W, h):
    return _count(lambda v: np.abs(v) > 1, np.diag(1 - h**2) * W)


def _slope_not_squared(W, h):
    return _count(lambda v: np.abs(v) > 1, layer.rows_scaled(1 - h, W))


def _large_entries(W, h):
    return int((np.abs(_jacobian(W, h)) > 1).sum())


MISTAKEN = (
    _stable_ones, _real_part_above_one, _absolute_real_part, _real_part_above_zero,
    _modulus_above_zero, _no_slope, _tanh_twice, _slope_without_bias, _any, _minus_identity,
    _stretched_directions, _as_if_symmetric, _pairs_once, _real_ones_only, _diagonal_only,
    _slope_not_squared, _large_entries,
)  # fmt: skip


def _cases(rng):
    """Drawn anew until any two of the right and the mistaken answers differ in several counts."""

    def case(n, group):
        while True:
            W = 2.3 * rng.normal(size=(n, n)) / np.sqrt(n)
            h = rng.choice([-1, 1], size=n) * rng.uniform(0.1, 0.85, size=n)
            moduli = np.abs(np.linalg.eigvals(_jacobian(W, h)))
            if np.abs(moduli - 1).min() > 0.03:
                return Case((W, h), group)

    while True:
        cases = [
            Case((np.array([[-1.8]]), np.array([0.4])), "one unit"),
            Case((np.array([[0.9, -1.6], [1.5, 0.8]]), np.array([0.2, -0.3])), "a turning state"),
            *(case(n, "several units") for n in (3, 4, 5, 6, 7, 8, 9, 10, 11, 12)),
        ]
        counts = [
            np.array([f(*c.arguments) for c in cases]) for f in (unstable_directions, *MISTAKEN)
        ]
        rested = [
            np.array(
                [unstable_directions(c.arguments[0], _at_rest(c.arguments[1], k)) for c in cases]
            )
            for k in (0, -1)
        ]
        if all((one != other).sum() > 2 for one, other in combinations(counts, 2)) and all(
            (counts[0] != other).any() for other in rested
        ):
            return cases


def _at_rest(h, k):
    """h with unit k at 0."""
    h = h.copy()
    h[k] = 0.0
    return h


UNSTABLE_DIRECTIONS = Exercise(
    id="11.3",
    title="Count the unstable directions",
    reference=unstable_directions,
    cases=_cases,
    returns=(Returned("count"),),
    forbidden=("rnnlib.analysis.diagnostics.step_jacobians", *GROWTH, *WALK_BACK),
    hints=(
        "The Jacobian is that of 11.2, `slope[:, None] * W`. h is a fixed point, so the output of "
        "tanh there is h itself, and b is not needed.",
        "`np.linalg.eigvals` gives the eigenvalues, including complex ones. Which number says how "
        "much a rotating direction grows in one step?",
    ),
    mistakes=(
        Mistake(
            _stable_ones,
            "You count the directions that shrink. The exercise asks for those that grow.",
        ),
        Mistake(
            _real_part_above_one,
            "You look for λ > 1. A direction also grows if λ is below -1, or complex with a "
            "modulus above 1.",
        ),
        Mistake(
            _absolute_real_part,
            "You use only the real part. A direction that rotates as it grows has an imaginary "
            "part too: how much does it grow in one step?",
        ),
        Mistake(
            _real_part_above_zero,
            "You look for real parts above 0: that is the rule for continuous time. Here one step "
            "multiplies by λ.",
        ),
        Mistake(
            _modulus_above_zero,
            "You count all directions that do not vanish at once. What does one step with |λ| = "
            "0.5 do?",
        ),
        Mistake(
            _no_slope,
            "These are the eigenvalues of W. The Jacobian of the step has the slope "
            "of tanh in it too.",
        ),
        Mistake(
            _tanh_twice,
            "You apply tanh to h before you take the slope. Hasn't h already come out of tanh?",
        ),
        Mistake(
            _slope_without_bias,
            "You run h through a step again, without b. h = tanh(W h + b) already is the output "
            "of tanh, and the slope follows from it alone.",
        ),
        Mistake(_any, "You return whether some direction grows. The exercise asks how many do."),
        Mistake(
            _minus_identity,
            "You take the eigenvalues of J - I. That matrix was for finding the point; J tells "
            "how small distances grow.",
        ),
        Mistake(
            _stretched_directions,
            "You count singular values. They tell what one step stretches; the eigenvalues tell "
            "what keeps growing, step after step.",
        ),
        Mistake(
            _as_if_symmetric,
            "`eigvalsh` reads one triangle of the matrix and assumes that it is symmetric. J is "
            "not.",
        ),
        Mistake(
            _pairs_once,
            "You count a pair of complex eigenvalues once. It spans a plane: how many directions "
            "are that?",
        ),
        Mistake(
            _real_ones_only,
            "You count only real eigenvalues. A state may rotate as it moves away: how much "
            "growth does a complex λ give in one step?",
        ),
        Mistake(
            _diagonal_only,
            "Your J is 0 off its diagonal, so its eigenvalues are the entries on it. Which "
            "product does `np.diag(slope) * W` compute, and which does `@`?",
        ),
        Mistake(
            _slope_not_squared,
            "Your slope is 1 - h. That of tanh is 1 minus the *square* of its output.",
        ),
        Mistake(
            _large_entries,
            "You count the entries of J that are above 1 in absolute value. Its eigenvalues tell "
            "what grows, step after step.",
        ),
    ),
)
