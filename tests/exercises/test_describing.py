"""What is seen of numbers without a name: each sentence where it holds, none where it does not."""

import numpy as np
import pytest

from rnnlib.exercises import describing
from rnnlib.exercises.spec import Case, Returned
from tests.exercises.toy import an_exercise

Y = Returned("y", ("t", "unit"), first=1)
ROWS = Returned("y", ("row", "column"), unordered=True)


def pairs(makes, low=-3, high=3):
    rights = [np.random.default_rng(k).uniform(low, high, (4, 3)) for k in range(3)]
    return [(makes(r), r) for r in rights]


# --- groups ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("groups", "says"),
    [
        ({"a": [True], "b": [False, False]}, "Right only for: a (of the cases tried)."),
        ({"a": [True], "b": [True], "c": [False, True]}, "Wrong only for: c (of the cases tried)."),
        ({"a": [True], "b": [False, True]}, ""),
        ({"a": [True], "b": [False], "c": [False, True]}, ""),
        (
            {"a": [True], "b": [True], "c": [False], "d": [False]},
            "Right only for: a; b (of the cases tried).",
        ),
        ({"a": [False], "b": [False]}, ""),
        ({**{k: [True] for k in "abcd"}, "e": [False], "f": [False]}, ""),
    ],
)
def test_groups_are_named_where_all_their_cases_are_of_one_kind(groups, says):
    assert describing.by_group(groups) == says


# --- small errors ------------------------------------------------------------------------------


def test_whole_numbers_are_told_from_rounded_ones():
    cut = pairs(lambda r: r.astype(int))
    assert "Give it dtype=float" in describing.whole_numbers(cut, Y)
    assert describing.whole_numbers(pairs(lambda r: np.trunc(r)), Y) == ""
    assert describing.whole_numbers(pairs(lambda r: np.round(r).astype(int)), Y) == ""
    assert describing.whole_numbers([(np.ones((2, 2), int), np.ones((2, 2)))], Y) == ""


@pytest.mark.parametrize("digits", range(1, 7))
def test_rounded_numbers_are_told_with_their_digits(digits):
    says = describing.rounded(pairs(lambda r: np.round(r, digits)), Y)
    assert says == f"`y` is rounded to {digits} decimals. Return it unrounded."
    one = pairs(lambda r: np.round(r, digits))
    assert describing.rounded([*one, (one[0][1] + 0.1, one[0][1])], Y) == ""


def test_single_precision_is_said_only_of_numbers_that_have_it():
    single = describing.precision(pairs(lambda r: r.astype(np.float32)), Y)
    assert "its numbers are in single precision" in single
    assert "Is there a small number" in describing.precision(pairs(lambda r: r + 1e-7), Y)
    assert describing.precision(pairs(lambda r: r * (1 + 1e-4)), Y) == ""


# --- NaN ---------------------------------------------------------------------------------------


def test_a_nan_of_the_arguments_is_told_from_one_of_the_answers_own():
    own, given = Case((np.ones(2),), "own"), Case((np.array([1, np.nan]),), "given")
    bad = [np.array([np.nan, 1.0])]
    assert "A logarithm of 0" in describing.not_finite(Y, [own], bad)
    assert "A NaN from the arguments" in describing.not_finite(Y, [given], bad)
    assert describing.not_finite(Y, [given], [np.ones(2)]) == ""


# --- terms -------------------------------------------------------------------------------------


def three(a, b):
    return a**2 + a * b + b


SUM = an_exercise(
    "99.2",
    three,
    None,
    Returned("y", ("t",)),
    terms=lambda a, b: {"y": {"a²": a**2, "a b": a * b, "b": b}},
)


@pytest.mark.parametrize(
    ("makes", "says"),
    [
        (lambda a, b: a**2 + b, "`y` lacks one term: a b. All others are right."),
        (
            lambda a, b: a**2 + a * b - b,
            "`y`: the term b has the wrong sign. All others are right.",
        ),
        (
            lambda a, b: 2 * a**2 + a * b + b,
            "`y`: the term a² counts 2 times. All others are right.",
        ),
        (lambda a, b: a * b - b, ""),
        (lambda a, b: a**2 + a * b + b**2, ""),
    ],
)
def test_one_term_that_counts_otherwise_is_found(makes, says):
    rng = np.random.default_rng(0)
    cases = [Case((rng.normal(size=6), rng.normal(size=6)), "any") for _ in range(2)]
    found = [(makes(*c.arguments), three(*c.arguments)) for c in cases]
    assert describing.missing_term(SUM, 0, cases, found) == says


# --- rows and places ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ([[2, 1], [4, 3]], "`y`: the columns of your rows are right, but their order is not."),
        ([[1, 2], [3, 4], [5, 6]], "`y`: your row (5, 6) should not be there."),
        ([[1, 2]], "`y`: (3, 4) is missing."),
        ([[1, 2], [1, 2]], "`y`: (3, 4) is missing."),
    ],
)
def test_rows_in_any_order_are_compared_one_by_one(value, says):
    assert describing.rows([(np.array(value), np.array([[1, 2], [3, 4]]))], ROWS) == says


def test_the_first_wrong_step_is_counted_from_the_first_label():
    right = np.ones((4, 3))
    value = right.copy()
    value[2, 1] = value[3, 0] = 0
    assert describing.first_wrong(value, right, Y, "any") == (
        "`y` is first wrong at t = 3 (case: any, where 2 of 4 are wrong)."
    )
    assert describing.first_wrong(0 * right, right, Y, "any") == (
        "`y` is wrong at every step (case: any)."
    )
    assert describing.first_wrong(right + 1e-7, right, Y, "any") == (
        "`y` is nearly right, yet off by more than rounding (case: any)."
    )


def test_what_is_wrong_everywhere_in_the_simplest_case_is_said_of_that_one():
    right = np.ones((4, 3))
    assert describing.is_all_wrong(0 * right, right, Y)
    assert not describing.is_all_wrong(right * [[1], [2], [2], [2]], right, Y)
    assert describing.even_the_simplest(0 * right, right, Y, "T = 1") == (
        "`y` is wrong at every step, even in the simplest case (T = 1): work that one out by hand."
    )
    assert describing.even_the_simplest(np.array(1.0), np.array(2.0), Y, "T = 1") == (
        "`y` is not right, even in the simplest case (T = 1): work that one out by hand."
    )


def test_the_simplest_case_has_the_fewest_numbers_and_steps_and_is_the_only_one_of_its_kind():
    def case(n, steps, group):
        return Case((np.ones(n), steps), group)

    assert describing.simplest([case(2, 5, "a"), case(2, 1, "b"), case(7, 1, "c")]) == 1
    assert describing.simplest([case(3, 1, "a"), case(2, 1, "b"), case(2, 1, "b")]) == 1
    assert describing.simplest([case(2, 1, "a"), case(2, 1, "b")]) is None
    assert describing.simplest([case(2, 1, "a"), case(3, 1, "a")]) is None


def test_the_groups_in_which_an_answer_stops_are_named_if_it_stops_in_all_of_their_cases():
    stops, runs = [True, True], [False, False]
    assert describing.stops_for({"a": stops, "b": runs, "c": stops}) == [
        "It stops only for: a; c (of the cases tried)."
    ]
    assert describing.stops_for({"a": stops, "b": [True, False]}) == []
    many = dict.fromkeys("abcd", stops)
    assert describing.stops_for({**many, "e": runs}) == []
