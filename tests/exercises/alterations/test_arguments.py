"""An altered argument is what its sentence says, by another way of making it."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlib.exercises.alterations.arguments import altered_arguments, changes, on_top
from rnnlib.exercises.comparing import parameter_names
from rnnlib.exercises.registry import exercises
from rnnlib.exercises.spec import Case, Mistake
from tests.exercises import claims

EVERY = list(exercises())
AMBIGUOUS = {"08.1"}  # of a matrix without an inverse the nearest orthogonal one is any of several


def cases_of(id, seed=0):
    return exercises()[id].cases(np.random.default_rng(seed))


def names_of(id):
    return parameter_names(exercises()[id])


def same(a, b):
    """Equal, in shape too; a number may be an array without axes."""
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, str):
        return a == b
    a, b = np.asarray(a), np.asarray(b)
    return a.shape == b.shape and np.allclose(a, b, rtol=1e-14, atol=1e-15, equal_nan=True)


def is_full(argument):
    """Whether it has entries, and a number at each."""
    array = np.asarray(argument)
    return array.size > 0 and not (array.dtype.kind == "f" and np.isnan(array).any())


def near(a, b):
    """Equal up to the order in which a product adds."""
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=1e-6, atol=1e-9, equal_nan=True)


def made(new, arguments):
    """What a change makes of arguments; None where it cannot."""
    with np.errstate(all="ignore"):
        try:
            return new(*arguments)
        except (TypeError, ValueError, IndexError, ZeroDivisionError, OverflowError):
            return None


def by_its_words(what, names, arguments):
    (change,) = claims.changes([what])
    with np.errstate(all="ignore"):
        return [*change(dict(zip(names, arguments, strict=True))).values()]


@pytest.mark.parametrize("id", EVERY)
def test_each_change_is_what_its_words_say(id):
    names, cases = names_of(id), cases_of(id)
    for name, what, new in changes(names, cases):
        for case in cases:
            if not all(map(is_full, case.arguments)):
                continue  # padding stays what it is, and of nothing there is no first entry
            if (given := made(new, copy.deepcopy(case.arguments))) is not None:
                expected = by_its_words(what, names, copy.deepcopy(case.arguments))
                assert all(map(same, given, expected)), (name, what)


numbers = st.floats(0.1, 3)
shapes = st.tuples(st.integers(2, 4), st.integers(2, 4))


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), shapes, st.integers(1, 9), st.booleans())
def test_each_change_of_arguments_of_every_kind_is_what_its_words_say(seed, shape, n, square):
    rng = np.random.default_rng(seed)
    if square:
        shape = (shape[0], shape[0])
    names = ("W", "V", "c", "d", "n", "m", "k", "mask", "text")
    arguments = (
        *(rng.normal(size=shape) for _ in "WV"),
        *(float(rng.uniform(0.1, 3)) for _ in "cd"),
        n,
        int(rng.integers(1, 9)),
        rng.integers(0, 9, shape),
        rng.random(shape) < 0.5,
        "abcba"[: n + 1],
    )
    found = changes(names, [Case(arguments, "")])
    changed = {name for _, what, _ in found for name in names if f"`{name}" in what}
    assert changed == set(names)
    for _, what, new in found:
        assert all(map(same, new(*arguments), by_its_words(what, names, arguments))), what
    assert ("`W` transposed" in [what for _, what, _ in found]) == (shape[0] == shape[1])


@pytest.mark.parametrize("id", EVERY)
def test_no_change_writes_into_what_it_is_given(id):
    cases = cases_of(id)
    before = copy.deepcopy(cases)
    for _, _, new in changes(names_of(id), cases):
        for case in cases:
            made(new, case.arguments)
    for case, untouched in zip(cases, before, strict=True):
        assert all(map(same, case.arguments, untouched.arguments))


@pytest.mark.parametrize("id", EVERY)
def test_only_arguments_of_one_kind_are_exchanged(id):
    cases = cases_of(id)
    for _, what, new in changes(names_of(id), cases):
        if "exchanged" in what and "true and false" not in what:
            for case in cases:
                pairs = zip(case.arguments, new(*case.arguments), strict=True)
                assert all(np.shape(a) == np.shape(b) for a, b in pairs)


@pytest.mark.parametrize("id", EVERY)
def test_an_altered_argument_gives_the_right_answer_for_the_altered_argument(id):
    exercise, cases = exercises()[id], cases_of(id)
    names = names_of(id)
    by_size = sorted(cases, key=lambda c: sum(np.size(a) for a in c.arguments))
    case = by_size[len(by_size) // 2]
    for mistake in altered_arguments(exercise, names, cases):
        what = mistake.says.removeprefix("Your numbers are those of ").removesuffix(".")
        try:
            expected = by_its_words(what, names, copy.deepcopy(case.arguments))
        except (TypeError, ValueError, IndexError, ZeroDivisionError, OverflowError):
            continue
        by_words = claims.called(exercise, exercise.reference, expected)
        value = claims.called(exercise, mistake.wrong, case.arguments)
        assert (value is None) == (by_words is None), mistake.says
        if value is not None and id not in AMBIGUOUS:
            assert all(map(near, value, by_words)), mistake.says


def difference(x, y):
    """A mistake of the tests."""
    return x - y


def test_two_changes_on_top_of_each_other_are_both_made_and_both_said():
    (negative,) = (c for c in changes(("x", "y"), [Case((1.0, 2.0), "")]) if c[0] == "x_negative")
    doubled = Mistake(lambda x, y: difference(x, 2 * y), "Your numbers are those of `2 * y`.")
    listed = Mistake(difference, "You subtract.")
    both = on_top(doubled, negative)
    assert both.wrong(3.0, 4.0) == -3.0 - 8.0
    assert both.says == (
        "Your numbers are those of `2 * y`, and of `x` with its sign reversed as well."
    )
    assert on_top(listed, negative).wrong(3.0, 4.0) == -7.0
    assert on_top(listed, negative).says == (
        "One of your mistakes, by itself: You subtract. "
        "In addition, your numbers are those of `x` with its sign reversed."
    )
    assert both.wrong.__name__.endswith("+x_negative")
