"""Exercise 07.6: growth rates by the QR method."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def lyapunov_exponents(J):
    Q, total = np.eye(J.shape[1]), np.zeros(J.shape[1])
    for step in J:
        Q, R = np.linalg.qr(step @ Q)
        total += np.log(np.abs(np.diag(R)))
    return np.sort(total / len(J))[::-1]


def _largest_first(rates):
    return np.sort(rates)[::-1]


def _rates(
    J,
    *,
    advance=lambda step, Q: step @ Q,
    carried=lambda old, new: new,
    size=np.abs,
    fold=lambda logarithms: logarithms.mean(axis=0),
    order=_largest_first,
):
    """fold makes one logarithm of each direction from those of all steps, (T, n)."""
    Q, diagonals = np.eye(J.shape[1]), []
    for step in J:
        new, R = np.linalg.qr(advance(step, Q))
        Q = carried(Q, new)
        diagonals.append(np.diag(R))
    return order(fold(np.log(size(np.array(diagonals)))))


def _multiplied(J):
    """J(T) … J(1)."""
    product = np.eye(J.shape[1])
    for step in J:
        product = step @ product
    return product


def _not_divided(J):
    return _rates(J, fold=lambda logarithms: logarithms.sum(axis=0))


def _no_absolute_value(J):
    return _rates(J, size=np.positive)


def _no_absolute_value_as_they_come(J):
    return _rates(J, size=np.positive, order=np.positive)


def _log_of_the_mean(J):
    return _rates(J, fold=lambda logarithms: np.log(np.exp(logarithms).mean(axis=0)))


def _Q_not_carried(J):
    return _rates(J, advance=lambda step, Q: step)


def _old_Q_times_the_new(J):
    return _rates(J, carried=lambda old, new: old @ new)


def _transposed(J):
    return lyapunov_exponents(J.swapaxes(1, 2))


def _last_step_first(J):
    return lyapunov_exponents(J[::-1])


def _as_they_come(J):
    return _rates(J, order=np.positive)


def _smallest_first(J):
    return _rates(J, order=np.sort)


def _sorted_at_each_step(J):
    return _rates(J, fold=lambda logarithms: np.sort(logarithms, axis=1)[:, ::-1].mean(axis=0))


def _singular_values_of_the_product(J):
    return np.log(np.linalg.svd(_multiplied(J), compute_uv=False)) / len(J)


def _eigenvalues_of_the_product(J):
    return _largest_first(np.log(np.abs(np.linalg.eigvals(_multiplied(J))))) / len(J)


def _singular_values_of_each_step(J):
    return np.log(np.linalg.svd(J, compute_uv=False)).mean(axis=0)


def _eigenvalues_of_each_step(J):
    rates = np.log(np.abs(np.linalg.eigvals(J)))
    return np.sort(rates, axis=1)[:, ::-1].mean(axis=0)


def _last_step_only(J):
    return _rates(J, fold=lambda logarithms: logarithms[-1])


def _QR_of_the_product(J):
    return lyapunov_exponents(_multiplied(J)[None]) / len(J)


def _cases(rng):
    def case(T, scales, group):
        """Jacobians that stretch by about these factors along directions of their own."""
        n = len(scales)
        turned = np.linalg.qr(rng.normal(size=(T, n, n)))[0]
        J = (turned + 0.2 * rng.uniform(-1, 1, size=(T, n, n))) * np.array(scales)
        return Case((J,), group)

    return [
        case(1, [0.3, 1.7], "T = 1"),
        case(4, [-1.4], "n = 1"),
        case(5, [0.5, 2.0, 1.2], "T > 1 and n > 1"),
        case(9, [1.6, 0.2], "T > 1 and n > 1"),
        case(120, [0.5, 0.1, 0.9], "T = 120"),
    ]


LYAPUNOV_EXPONENTS = Exercise(
    id="07.6",
    title="Growth rates by QR",
    points=2,
    reference=lyapunov_exponents,
    forbidden=(
        "rnnlib.analysis.diagnostics.lyapunov_exponents",
        "rnnlib.analysis.systems.lyapunov_spectrum",
    ),
    cases=_cases,
    returns=(Returned("exponents", ("exponent",), first=1),),
    hints=(
        "Carry two things from step to step: Q, n orthogonal directions, initially the identity; "
        "and n sums of logarithms, initially zero.",
        "At each step the Jacobian moves the directions: Z = J(t) Q. `np.linalg.qr(Z)` makes them "
        "orthogonal again, and the diagonal of R says how much each has grown. The signs there "
        "mean nothing.",
        "Only the new Q goes to the next step. At the end, divide the sums by T and put the "
        "largest first; `np.sort` puts the smallest first.",
    ),
    mistakes=(
        Mistake(
            _not_divided,
            "These are the logarithms of the growth over all T steps. The exercise asks for the "
            "growth per step.",
        ),
        Mistake(
            _no_absolute_value,
            "Your logarithms are NaN for negative numbers: entries on R's diagonal may be "
            "negative. How much has a direction grown if its entry is -2?",
        ),
        Mistake(
            _no_absolute_value_as_they_come,
            "Your logarithms are NaN for negative numbers: entries on R's diagonal may be "
            "negative. How much has a direction grown if its entry is -2? Also, the largest "
            "exponent should come first.",
        ),
        Mistake(
            _log_of_the_mean,
            "You average the factors and take one logarithm. Growth multiplies from step to step, "
            "so you average the logarithms.",
        ),
        Mistake(
            _Q_not_carried,
            "The previous step has no effect on your R. Do you decompose J(t) alone, or Q J(t)? "
            "The columns of Q are the directions that J(t) should move: on which side of Q does "
            "it go?",
        ),
        Mistake(
            _old_Q_times_the_new,
            "You multiply the old Q by the new one. The columns of the new Q are the directions "
            "after this step: what do they need the old Q for?",
        ),
        Mistake(
            _transposed,
            "Your Jacobians are transposed. The columns of Q are directions: J(t) Q moves all of "
            "them.",
        ),
        Mistake(
            _last_step_first,
            "You begin with the last Jacobian. A small distance at the start is multiplied by "
            "J[0] first.",
        ),
        Mistake(
            _as_they_come,
            "The numbers are right, but not in order: over few steps the first direction need not "
            "be the one that grows fastest.",
        ),
        Mistake(
            _smallest_first,
            "The numbers are right; the largest should come first.",
        ),
        Mistake(
            _sorted_at_each_step,
            "You sort at every step, so the steps of different directions are mixed. Sort once, "
            "after the mean.",
        ),
        Mistake(
            _singular_values_of_the_product,
            "You take the singular values of the whole product. They converge to the same rates, "
            "but for long products the small ones are lost in rounding errors; that is why we use "
            "QR at every step.",
        ),
        Mistake(
            _eigenvalues_of_the_product,
            "You take the eigenvalues of the whole product. For long products the small ones are "
            "lost in rounding errors; that is why we use QR at every step.",
        ),
        Mistake(
            _singular_values_of_each_step,
            "You average how much each step could stretch at most. Is the direction that one step "
            "stretches most the one that the previous step leaves?",
        ),
        Mistake(
            _eigenvalues_of_each_step,
            "You average over the eigenvalues of each step. The steps have different "
            "eigenvectors: is there one direction that all of these numbers multiply?",
        ),
        Mistake(
            _last_step_only,
            "Only the last step is left in your answer. What should each iteration do with its "
            "logarithms?",
        ),
        Mistake(
            _QR_of_the_product,
            "You multiply all Jacobians first and decompose once. After 120 steps everything but "
            "the fastest direction is lost in rounding errors: decompose at every step.",
        ),
    ),
)
