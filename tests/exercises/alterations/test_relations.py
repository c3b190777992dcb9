"""Each relation is found where it holds, and none is said where it does not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlib.exercises.alterations.relations import could_be_in_form, related, related_in_form
from rnnlib.exercises.alterations.view import View
from rnnlib.exercises.spec import Returned
from tests.exercises import claims
from tests.exercises.toy import an_exercise

RETURNS = (Returned("y", ("t", "unit"), blocks=("p", "q")), Returned("z", ("t", "unit")))
BARE = (Returned("y", ("t", "unit")), Returned("z", ("t", "unit")))
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=4)  # of one relation: the next example has other numbers, no other case


def views(seed, make, *, shapes=((4, 3), (6, 2), (8, 5)), low=0.1, high=0.9):
    """Three cases with random numbers, and make(right, the other output, arguments) as the value.

    Of a number of entries, the first axis is even: it may be made of two blocks.
    """
    rng = np.random.default_rng(seed)
    found = []
    for shape in shapes:
        right, other = rng.uniform(low, high, shape), rng.normal(size=shape)
        arguments = {"x": rng.normal(size=shape), "c": rng.uniform(2, 3), "n": int(shape[0]) + 7}
        value = np.asarray(make(right, other, arguments))
        found.append(View(value, (right, other), 0, arguments))
    return found


def is_true(said, found, returns=RETURNS):
    """Whether a sentence holds of all views, by the code of the tests."""
    exercise = an_exercise("99.9", None, None, *returns)
    tried = [claims.Tried("", v.arguments, [v.value, v.expected[1]], [*v.expected]) for v in found]
    here = claims.World(exercise, None, tried, [])
    return claims.is_so(said.format(name="`y`"), here)


def logistic(r):
    return 1 / (1 + np.exp(-r))


# What is made of the right answer, and the words for it.
FUNCTIONS = {
    "{name} has the wrong sign, and is right otherwise.": lambda r: -r,
    "{name} is zero where the right answer is not.": lambda r: 0 * r,
    "{name} is the square of the right answer.": lambda r: r**2,
    "{name} is the square root of the right answer.": lambda r: r**0.5,
    "{name} is 1 minus the right answer.": lambda r: 1 - r,
    "{name} is 1 divided by the right answer.": lambda r: 1 / r,
    "{name} is the exponential of the right answer.": np.exp,
    "{name} is the logarithm of the right answer.": np.log,
    "{name} is the right answer sent through tanh.": np.tanh,
    "{name} is what goes into tanh to give the right answer.": np.arctanh,
    "{name} is the right answer sent through the logistic function.": logistic,
    "{name} is the slope of tanh, 1 - h², at the right answer.": lambda r: 1 - r**2,
}
SIGNED = {
    "{name} is the absolute value of the right answer.": np.abs,
    "{name} is the right answer where that is positive, and 0 elsewhere.": lambda r: r * (r > 0),
    "{name} is the right answer where that is negative, and 0 elsewhere.": lambda r: r * (r < 0),
    "{name} is the right answer cut off between -1 and 1.": lambda r: np.clip(r, -1, 1),
    "{name} is the sign of the right answer alone.": np.sign,
    "{name} is the right answer rounded to a whole number.": np.round,
    "{name} is the right answer rounded down.": np.floor,
    "{name} is the right answer rounded up.": np.ceil,
}
ALONG = {
    "is right but runs backwards along {axis}": lambda r: r[::-1],
    "lacks its first entry along {axis}, and is right otherwise": lambda r: r[1:],
    "lacks its last entry along {axis}, and is right otherwise": lambda r: r[:-1],
    "has one entry too many at the start of {axis}, and is right after it": lambda r: (
        np.concatenate([7 + r[:1], r])
    ),
    "has one entry too many at the end of {axis}, and is right before it": lambda r: np.concatenate(
        [r, 7 + r[:1]]
    ),
    "holds only the last of what is expected along {axis}": lambda r: r[-1],
    "holds only the first of what is expected along {axis}": lambda r: r[0],
    "is the sum over {axis} of what is expected": lambda r: sum(r),
    "is the mean over {axis} of what is expected": lambda r: sum(r) / len(r),
    "is shifted by one entry along {axis}: the last comes first": lambda r: r[
        [len(r) - 1, *range(len(r) - 1)]
    ],
    "is shifted by one entry along {axis}: the first comes last": lambda r: r[
        [*range(1, len(r)), 0]
    ],
    "has the last right value everywhere along {axis}: is one array kept under many names, and "
    "overwritten?": lambda r: r[[-1] * len(r)],
    "has the first right value everywhere along {axis}": lambda r: r[[0] * len(r)],
    "is the running sum of the right answer along {axis}": lambda r: np.array(
        [sum(r[: i + 1]) for i in range(len(r))]
    ),
    "is the running sum of the right answer along {axis}, from the end": lambda r: np.array(
        [sum(r[i:]) for i in range(len(r))]
    ),
    "has the mean of the right answer everywhere along {axis}": lambda r: np.array(
        [sum(r) / len(r)] * len(r)
    ),
    "has the sum of the right answer everywhere along {axis}": lambda r: np.array(
        [sum(r)] * len(r)
    ),
    "is the right answer minus its mean along {axis}": lambda r: r - sum(r) / len(r),
    "is the right answer minus its largest entry along {axis}": lambda r: (
        r - np.sort(r, axis=0)[-1]
    ),
    "is the right answer divided by its sum along {axis}": lambda r: r / sum(r),
    "is the right answer divided by its length along {axis}": lambda r: r / sum(r**2) ** 0.5,
    "is the right answer sent through softmax along {axis}": lambda r: np.exp(r) / sum(np.exp(r)),
    "comes one entry late along {axis}: each is the one before it": lambda r: np.concatenate(
        [7 + r[:1], r[:-1]]
    ),
    "comes one entry early along {axis}: each is the one after it": lambda r: np.concatenate(
        [r[1:], 7 + r[:1]]
    ),
}
BESIDE = {
    "{name} is the right answer plus `x`.": lambda r, z, a: r + a["x"],
    "{name} is the right answer minus `x`.": lambda r, z, a: r - a["x"],
    "{name} is `x` minus the right answer.": lambda r, z, a: a["x"] - r,
    "{name} is the right answer times `x`.": lambda r, z, a: r * a["x"],
    "{name} is the right answer divided by `c`.": lambda r, z, a: r / a["c"],
    "{name} is `c` divided by the right answer.": lambda r, z, a: a["c"] / r,
    "{name} is the argument `x`, unchanged.": lambda r, z, a: a["x"],
    "{name} is the first entry of `x`.": lambda r, z, a: a["x"][0],
    "{name} is the last entry of `x`.": lambda r, z, a: a["x"][-1],
    "{name} is what `z` should be.": lambda r, z, a: z,
    "{name} is the right answer plus `z`.": lambda r, z, a: r + z,
    "{name} is the right answer times `z`.": lambda r, z, a: r * z,
    "{name} has the right numbers in another shape.": lambda r, z, a: r.ravel(),
    "{name} is the transpose of the right answer.": lambda r, z, a: r.T,
    "{name} has its blocks in the order q, p; asked is p, q.": lambda r, z, a: np.concatenate(
        [r[len(r) // 2 :], r[: len(r) // 2]]
    ),
}
NUMBERS = {
    "{name} is 2.5 times the right answer, everywhere: a constant factor.": lambda r, z, a: 2.5 * r,
    "{name} is -3 times the right answer, everywhere: a constant factor.": lambda r, z, a: -3 * r,
    "{name} is the right answer plus 0.75.": lambda r, z, a: r + 0.75,
    "{name} is the right answer minus 0.75.": lambda r, z, a: r - 0.75,
    "{name} is the right answer times len(x).": lambda r, z, a: len(r) * r,
    "{name} is the right answer times 1/len(x).": lambda r, z, a: r / len(r),
    "{name} is the right answer times x.shape[1].": lambda r, z, a: r.shape[1] * r,
    "{name} is the right answer times 1/x.size.": lambda r, z, a: r / r.size,
    "{name} is the right answer times `c` squared.": lambda r, z, a: r * a["c"] ** 2,
    "{name} is the right answer times the square root of `c`.": lambda r, z, a: r * a["c"] ** 0.5,
    "{name} is the right answer times (1 - `c`).": lambda r, z, a: r * (1 - a["c"]),
    "{name} is the right answer times len(x)/(len(x) - 1).": lambda r, z, a: (
        r * len(r) / (len(r) - 1)
    ),
    "{name} is the right answer plus 2 `c`.": lambda r, z, a: r + 2 * a["c"],
    "{name} is right up to a factor, which differs from case to case.": lambda r, z, a: (
        r * a["x"].sum()
    ),
    "{name} is off by a constant in each case, the same at every entry.": lambda r, z, a: (
        r + a["x"].sum()
    ),
}
TWO_WAYS = [(text, a, f) for text, f in ALONG.items() for a in (0, 1)]


def along(f, a):
    return lambda r, z, x: (
        np.moveaxis(np.atleast_2d(f(np.moveaxis(r, a, 0))), 0, a)
        if (np.ndim(f(np.moveaxis(r, a, 0))) == 2)
        else f(np.moveaxis(r, a, 0))
    )


@pytest.mark.parametrize("said", FUNCTIONS)
@few
@given(seed=seeds)
def test_a_function_of_each_number_is_found(said, seed):
    assert related(BARE, views(seed, lambda r, z, a: FUNCTIONS[said](r))) == said


@pytest.mark.parametrize("said", SIGNED)
@few
@given(seed=seeds)
def test_a_function_that_loses_something_is_found(said, seed):
    found = views(seed, lambda r, z, a: SIGNED[said](r), low=-3, high=3)
    assert related(BARE, found) == said


def short(value):
    """A name for a test that is the same in every process."""
    return "f" if callable(value) else str(value)[:40]


@pytest.mark.parametrize(("text", "a", "f"), TWO_WAYS, ids=short)
@few
@given(seed=seeds)
def test_what_is_off_along_an_axis_is_found_and_the_axis_is_said(text, a, f, seed):
    axis = "the steps" if a == 0 else "axis 1 (unit)"
    shapes = ((4, 3), (6, 5), (8, 7))
    said = related(BARE, views(seed, along(f, a), shapes=shapes))
    assert said == f"{{name}} {text.format(axis=axis)}."


@pytest.mark.parametrize("said", BESIDE)
@few
@given(seed=seeds)
def test_what_arguments_and_other_outputs_have_to_do_with_it_is_found(said, seed):
    assert related(RETURNS, views(seed, BESIDE[said])) == said


@pytest.mark.parametrize("said", NUMBERS)
@few
@given(seed=seeds)
def test_one_number_a_case_is_found_and_named_if_it_has_a_name(said, seed):
    assert related(BARE, views(seed, NUMBERS[said], shapes=((4, 3), (6, 2), (5, 5)))) == said


@few
@given(seed=seeds, orders=st.permutations(range(3)))
def test_another_order_of_a_short_axis_is_found(seed, orders):
    said = related(BARE, views(seed, lambda r, z, a: r[:, orders], shapes=((4, 3), (6, 3))))
    if orders == [0, 1, 2]:
        assert said == ""
    else:
        found = views(seed, lambda r, z, a: r[:, orders], shapes=((4, 3), (6, 3)))
        assert said and is_true(said, found, BARE)


@few
@given(seed=seeds)
def test_of_more_entries_than_can_be_put_in_order_a_part_is_not_called_another_order(seed):
    assert related(BARE, views(seed, lambda r, z, a: r[:, :4], shapes=((4, 6), (6, 7)))) == ""


@few
@given(seed=seeds)
def test_a_difference_of_counts_is_found_as_a_product_of_a_cases_own_numbers(seed):
    rng = np.random.default_rng(seed)
    found = []
    for m, n in ((2, 3), (3, 5), (4, 7), (5, 2)):
        right = np.array(int(rng.integers(100, 1000)))
        found.append(View(right + m * (n - 1), (right,), 0, {"m": m, "n": n}))
    said = related((Returned("y"),), found)
    assert said == "{name} is too large by `m` · (`n` - 1) where it is wrong."


# --- nothing is said that is not so -----------------------------------------------------------

EVERYTHING = [
    *((said, lambda r, z, a, f=f: f(r)) for said, f in FUNCTIONS.items()),
    *((text, along(f, a)) for text, a, f in TWO_WAYS),
    *BESIDE.items(),
    *NUMBERS.items(),
]


@given(seed=seeds, shapes=st.lists(st.tuples(*2 * [st.integers(1, 5)]), min_size=3, max_size=5))
def test_of_numbers_that_have_nothing_to_do_with_it_nothing_is_said(seed, shapes):
    rng = np.random.default_rng(seed)
    found = views(seed, lambda r, z, a: rng.normal(size=r.shape), shapes=shapes)
    if sum(np.prod(s) for s in shapes) > len(shapes):  # single numbers always have a factor
        assert related(BARE, found) == ""


@pytest.mark.parametrize(("_", "make"), EVERYTHING, ids=short)
@few
@given(seed=seeds)
def test_a_relation_that_fails_in_one_case_is_not_said(_, make, seed):
    found = views(seed, make)
    rng = np.random.default_rng(seed)
    k = seed % len(found)
    view = found[k]
    found[k] = View(rng.normal(size=view.value.shape), view.expected, 0, view.arguments)
    assert related(BARE, found) == ""


@given(seed=seeds, data=st.data())
def test_whatever_is_said_of_small_whole_numbers_full_of_coincidences_is_so(seed, data):
    rng = np.random.default_rng(seed)
    shape = st.one_of(st.tuples(), *(st.tuples(*n * [st.integers(1, 3)]) for n in (1, 2)))
    kind = data.draw(st.sampled_from([int, float, complex, np.uint8, np.int16]))
    found = []
    for right_shape in data.draw(st.lists(shape, min_size=1, max_size=4)):
        right = rng.integers(-2, 3, right_shape)
        if data.draw(st.booleans()):
            right = right.astype(float)
        value = rng.integers(0 if kind is np.uint8 else -2, 3, data.draw(shape)).astype(kind)
        if data.draw(st.booleans()) and right.size:
            value = np.resize(right, value.shape)
        x = rng.integers(0, 2, data.draw(shape)).astype(float)
        found.append(View(value, (right, right + 1), 0, {"x": x, "n": 2, "s": "ab"}))
    said = related(BARE, found)
    assert said == "" or is_true(said, found, BARE), said


@few
@given(seed=seeds)
def test_small_factors_that_differ_are_not_called_one_factor(seed):
    rng = np.random.default_rng(seed)
    factors = iter(rng.uniform(1e-9, 9e-9, 3))
    found = views(seed, lambda r, z, a: r * next(factors), low=1e3, high=2e3)
    assert related(BARE, found) == (
        "{name} is right up to a factor, which differs from case to case."
    )


@few
@given(seed=seeds)
def test_along_an_axis_of_two_entries_nothing_is_said_to_come_late(seed):
    rng = np.random.default_rng(seed)
    shapes = ((2, 4), (1, 3), (2, 2))
    assert related(BARE, views(seed, lambda r, z, a: rng.normal(size=r.shape), shapes=shapes)) == ""


@few
@given(seed=seeds)
def test_infinities_and_nan_are_nothing_to_the_right_answer(seed):
    for extreme in (np.nan, np.inf, -np.inf):
        assert related(BARE, views(seed, lambda r, z, a: r * extreme)) == ""  # noqa: B023


def test_a_right_answer_is_in_no_relation():
    assert related(RETURNS, views(0, lambda r, z, a: r)) == ""


def test_of_rows_that_have_been_sorted_no_order_is_said():
    returns = (Returned("y", ("row", "column"), unordered=True),)
    assert related(returns, views(0, lambda r, z, a: r[::-1])) == ""
    assert related_in_form(returns[0], views(0, lambda r, z, a: r[1:])) == ""


# --- in form ---------------------------------------------------------------------------------

FORMS = {
    "{name} has the wrong sign.": lambda r, z, a: -r,
    "{name} is twice that.": lambda r, z, a: 2 * r,
    "{name} is half of that.": lambda r, z, a: r / 2,
    "{name} is rounded down to a whole number.": lambda r, z, a: r // 1,
    "{name} is rounded up to a whole number.": lambda r, z, a: -(-r // 1),
    "{name} is rounded to a whole number.": lambda r, z, a: np.rint(r),
    "{name} has another shape.": lambda r, z, a: r.ravel(),
    "{name} is transposed.": lambda r, z, a: r.T,
    "{name} runs backwards along the steps.": lambda r, z, a: r[::-1],
    "{name} lacks its first entry along axis 1 (unit).": lambda r, z, a: r[:, 1:],
    "{name} has one entry too many at the end of the steps.": lambda r, z, a: np.concatenate(
        [r, r[:1]]
    ),
    "{name} is the sum over the steps of what is expected.": lambda r, z, a: r.sum(axis=0),
}


@pytest.mark.parametrize("said", FORMS)
@few
@given(seed=seeds)
def test_what_differs_in_form_alone_is_found_and_is_never_ruled_out_beforehand(said, seed):
    found = views(seed, FORMS[said])
    assert related_in_form(BARE[0], found) == said
    assert all(could_be_in_form(view.value, view.right) for view in found)


@pytest.mark.parametrize("said", FORMS)
@few
@given(seed=seeds)
def test_a_form_that_fails_in_one_case_is_not_said(said, seed):
    found = views(seed, FORMS[said])
    rng = np.random.default_rng(seed)
    for k, view in enumerate(found):
        spoilt = View(rng.normal(size=view.value.shape), view.expected, 0, view.arguments)
        assert related_in_form(BARE[0], [*found[:k], spoilt, *found[k + 1 :]]) == ""


def test_another_shape_in_one_case_and_a_factor_in_the_next_are_no_form():
    first, second = np.random.default_rng(0).normal(size=(2, 3, 2))
    found = [View(first[1:], (first,), 0, {}), View(3 * second, (second,), 0, {})]
    assert related_in_form(BARE[0], found) == ""


def test_an_answer_that_never_changes_is_told_so_unless_the_right_one_does_not_either():
    said = "{name} is always the same, whatever the arguments are."
    for rights, expected in (((1.0, 2.5, -3.0), said), ((2.0, 2.0, 2.0), "")):
        found = [View(np.array(7.0), (np.array(r),), 0, {}) for r in rights]
        assert (related((Returned("y"),), found) == said) == bool(expected)
        found[1] = View(np.array(7.1), found[1].expected, 0, {})
        assert related((Returned("y"),), found) != said
