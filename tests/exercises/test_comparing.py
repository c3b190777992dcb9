"""The trusted side of a check: types and shapes first, then the order of the outputs."""

import numpy as np
import pytest

from rnnlib.exercises.outcome import Status
from rnnlib.exercises.spec import Case, Mistake, Returned
from tests.exercises.toy import an_exercise, judged, split


@pytest.mark.parametrize(
    ("candidate", "says"),
    [
        (lambda x: x, "`<lambda>` must take (x, W), in this order; yours takes (x)."),
        (
            lambda x, W: np.cumsum(x, axis=0),
            "Return 2 things, (total, out), in this order; yours is of type ndarray.",
        ),
        (lambda x, W: (x, "text"), "Return an array, `out`; yours is of type str."),
        (
            lambda x, W: (x, np.array([None for _ in x])),
            "Return an array, `out`; yours is an array whose entries are not numbers (does a "
            "function without `return` make them?).",
        ),
        (
            lambda x, W: (x, 10**20),
            "Return an array, `out`; yours is an integer that is too large for 64 bits.",
        ),
        (
            lambda x, W: (x, [[1], [1, 2]]),
            "Return an array, `out`; yours is a list that does not form an array of numbers.",
        ),
        (
            lambda x, W: (split(x, W)[0][:-1], split(x, W)[1]),
            "`total` lacks its last entry along the steps, and is right otherwise.",
        ),
        (
            lambda x, W: (split(x, W)[0].T, split(x, W)[1]),
            "`total` is the transpose of the right answer.",
        ),
        (
            lambda x, W: (np.exp(x[:-1]), split(x, W)[1]),
            "`total` must have shape (1, 3) (t, unit); yours has (0, 3) (case: one step). Along "
            "time, one step is missing: which t should come first and last?",
        ),
        (
            lambda x, W: (np.exp(x).T, split(x, W)[1]),
            "`total` must have shape (1, 3) (t, unit); yours has (3, 1) (case: one step). Are two "
            "axes swapped?",
        ),
        (
            7,
            "Pass the function itself, `check('99.1', split)`, not something of type int.",
        ),
    ],
)
def test_a_wrong_structure_is_said_before_any_number(candidate, says):
    outcome = judged(candidate)
    assert outcome.status is Status.FAIL
    assert outcome.message == says


def three_parts(a):
    """A reference with three outputs: two of one shape, and one of another."""
    return np.exp(a), a.sum(), np.cos(a)


def cosine_for_exp(a):
    """A listed mistake that gives the third output instead of the first."""
    return np.cos(a), a.sum(), a


PARTS = an_exercise(
    "99.6",
    three_parts,
    lambda rng: [Case((rng.uniform(1, 2, size=n),), "any") for n in (1, 2, 3)],
    Returned("p", ("entry",)),
    Returned("q"),
    Returned("r", ("entry",)),
    mistakes=(Mistake(cosine_for_exp, "p is no cosine."),),
)


@pytest.mark.parametrize("order", [(2, 1, 0), (1, 0, 2), (0, 2, 1), (1, 2, 0)])
def test_right_results_in_another_order_are_told_so(order):
    outcome = judged(lambda a: [three_parts(a)[k] for k in order], PARTS)
    got = ", ".join("pqr"[k] for k in order)
    assert outcome.status is Status.FAIL
    assert outcome.message == (
        f"All your results are right, but their order is not: return (p, q, r), not ({got})."
    )


@pytest.mark.parametrize(
    "candidate",
    [
        lambda a: (np.cos(a), a.sum(), np.exp(a) + 1),
        lambda a: (np.exp(a), np.cos(a), np.cos(a)),
        lambda a: (np.exp(a),) * 3,
    ],
)
def test_results_of_which_one_is_wrong_are_not_told_to_be_in_another_order(candidate):
    assert "order" not in judged(candidate, PARTS).message
