"""A place is said only if it is so in every wrong case, and some place is found where one is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlib.exercises.locating import in_blocks, located
from rnnlib.exercises.spec import Returned
from tests.exercises import claims
from tests.exercises.toy import an_exercise

T = Returned("y", ("t", "unit"), first=1)
ROWS = Returned("y", ("row", "column"))
BLOCKS = Returned("y", ("entry",), blocks=("p", "q", "r"))
ONE = Returned("y")


def is_so(said, returned, pairs):
    """Whether a sentence holds of all pairs of a value and the right one, by the tests' code."""
    exercise = an_exercise("99.9", None, None, returned)
    tried = [claims.Tried("", {}, [v], [r]) for v, r in pairs]
    return claims.is_so(said, claims.World(exercise, None, tried, []))


def wrong_where(masks, seed=0):
    """Pairs that differ where the masks are true, each entry by another number."""
    rng = np.random.default_rng(seed)
    pairs = []
    for mask in masks:
        right = rng.normal(size=mask.shape)
        pairs.append((right + mask * rng.uniform(0.5, 2, mask.shape) * rng.choice([-1, 1]), right))
    return pairs


def rows_of(T, places, columns=3):
    mask = np.zeros((T, columns), bool)
    mask[[*places]] = True
    return mask


PLACES = {
    "at t = 1 only": lambda n: [0],
    "at t = 2 only": lambda n: [1],
    "at t = 3 only": lambda n: [2],
    "at the last step only": lambda n: [n - 1],
    "at the last step but one only": lambda n: [n - 2],
    "at both ends of t only": lambda n: [0, n - 1],
    "everywhere but at the last step": lambda n: range(n - 1),
    "everywhere but at t = 1": lambda n: range(1, n),
    "everywhere but at t = 2": lambda n: [0, *range(2, n)],
    "from t = 3 on": lambda n: range(2, n),
    "from t = 4 on": lambda n: range(3, n),
    "everywhere but in the last two of t": lambda n: range(n - 2),
    "in the last two of t only": lambda n: range(n - 2, n),
    "everywhere but at both ends of t": lambda n: range(1, n - 1),
    "at every second t only": lambda n: range(1, n, 2),
}


@pytest.mark.parametrize("said", PLACES)
@settings(max_examples=10)
@given(st.lists(st.integers(6, 9), min_size=2, max_size=4, unique=True))
def test_a_place_along_time_is_found_and_counted_from_the_first_label(said, lengths):
    pairs = wrong_where([rows_of(n, PLACES[said](n)) for n in lengths])
    assert located(T, pairs) == f"`y` is wrong {said}."
    assert is_so(f"`y` is wrong {said}.", T, pairs)


@settings(max_examples=20)
@given(st.integers(0, 2), st.lists(st.integers(4, 6), min_size=2, max_size=3))
def test_a_place_along_another_axis_is_counted_from_zero(k, lengths):
    masks = []
    for n in lengths:
        masks.append(np.zeros((n, 5), bool))
        masks[-1][:, k] = True
    assert located(T, wrong_where(masks)) == f"`y` is wrong at unit {k} only."


@pytest.mark.parametrize("returned", [T, ROWS, BLOCKS], ids=["time", "rows", "blocks"])
@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.floats(0.05, 0.95))
def test_whatever_is_said_of_random_masks_is_so(returned, seed, number, share):
    rng = np.random.default_rng(seed)
    masks = []
    for _ in range(number):
        shape = (3 * rng.integers(1, 4),) if returned is BLOCKS else tuple(rng.integers(1, 5, 2))
        mask = rng.random(shape) < share
        mask.flat[rng.integers(mask.size)] = True
        masks.append(mask)
    pairs = wrong_where(masks, seed)
    said = located(returned, pairs)
    assert said == "" or is_so(said, returned, pairs), said


@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_whatever_is_said_of_small_whole_numbers_is_so(seed, number):
    rng = np.random.default_rng(seed)
    pairs = []
    for _ in range(number):
        shape = tuple(rng.integers(1, 4, 2))
        right, value = rng.integers(-2, 3, (2, *shape)).astype(float)
        if np.array_equal(value, right):
            value[0, 0] += 1
        pairs.append((value, right))
    said = located(ROWS, pairs)
    assert said == "" or is_so(said, ROWS, pairs), said


KINDS = {
    "on the diagonal": np.eye,
    "off the diagonal": lambda n: 1 - np.eye(n),
    "above the diagonal": lambda n: np.triu(np.ones((n, n)), 1),
    "below the diagonal": lambda n: np.tril(np.ones((n, n)), -1),
}


@pytest.mark.parametrize("said", KINDS)
@settings(max_examples=10)
@given(st.lists(st.integers(3, 6), min_size=2, max_size=3))
def test_parts_of_a_matrix_are_found(said, sizes):
    pairs = wrong_where([KINDS[said](n) != 0 for n in sizes])
    assert located(ROWS, pairs) == f"`y` is wrong {said}, and right elsewhere."


@pytest.mark.parametrize(
    ("said", "makes"),
    [
        ("where it is negative, and right elsewhere", lambda r: r - 0.5 * (r < 0)),
        ("where it is positive, and right elsewhere", lambda r: r + 0.5 * (r > 0)),
        ("where yours is 0, and right elsewhere", lambda r: r * (np.abs(r) > 0.8)),
    ],
)
@settings(max_examples=10)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_place_that_depends_on_the_numbers_is_found(said, makes, seed):
    rng = np.random.default_rng(seed)
    rights = [rng.normal(size=(6, 5)) for _ in range(3)]
    assert located(T, [(makes(r), r) for r in rights]) == f"`y` is wrong {said}."


@pytest.mark.parametrize(
    ("said", "makes"),
    [
        (
            "has the right size everywhere, and in some places the wrong sign.",
            lambda r, rng: r * np.where(rng.random(r.shape) < 0.5, -1, 1) * rng.choice([-1, 1]),
        ),
        (
            "is right up to a factor for each step.",
            lambda r, rng: r * rng.uniform(2, 3, (len(r), 1)),
        ),
        (
            "is right up to a factor for each unit.",
            lambda r, rng: r * rng.uniform(2, 3, (1, r.shape[1])),
        ),
        (
            "is off by a constant for each step.",
            lambda r, rng: r + rng.uniform(2, 3, (len(r), 1)),
        ),
        (
            "has the right sign everywhere, and is too far from 0 everywhere.",
            lambda r, rng: r * rng.uniform(1.1, 3, r.shape),
        ),
        (
            "has the right sign everywhere, and is too close to 0 everywhere.",
            lambda r, rng: r * rng.uniform(0.1, 0.9, r.shape),
        ),
        ("is too large at every entry.", lambda r, rng: r + rng.uniform(2, 9, r.shape)),
        ("is too small at every entry.", lambda r, rng: r - rng.uniform(2, 9, r.shape)),
    ],
)
@settings(max_examples=10)
@given(seed=st.integers(0, 2**32 - 1))
def test_what_is_so_at_every_entry_is_said(said, makes, seed):
    rng = np.random.default_rng(seed)
    rights = [rng.normal(size=(6, 5)) for _ in range(3)]
    pairs = [(makes(r, rng), r) for r in rights]
    assert located(T, pairs) == f"`y` {said}"
    assert is_so(f"`y` {said}", T, pairs)


def test_the_blocks_that_are_wrong_are_named():
    masks = [np.repeat([True, False, True], n) for n in (1, 3, 2)]
    assert in_blocks(BLOCKS, wrong_where(masks)) == "`y` is right except in blocks p and r."
    others = [~mask for mask in masks]
    assert in_blocks(BLOCKS, wrong_where(others)) == "`y` is right except in block q."
    assert in_blocks(BLOCKS, wrong_where([*masks, others[0]])) == ""


@pytest.mark.parametrize("said", PLACES)
def test_one_case_in_which_it_is_elsewhere_takes_the_sentence_back(said):
    masks = [rows_of(n, PLACES[said](n)) for n in (7, 8)]
    other = rows_of(9, [0, 3, 4, 6])
    assert said not in located(T, wrong_where([*masks, other]))


def test_of_single_numbers_only_the_side_is_said():
    assert located(ONE, [(np.array(3.0), np.array(2.0)), (np.array(1.0), np.array(-1.0))]) == (
        "`y` is too large wherever it is wrong."
    )
    assert located(ONE, [(np.array(3.0), np.array(2.0)), (np.array(-2.0), np.array(-1.0))]) == (
        "`y` has the right sign everywhere, and is too far from 0 everywhere."
    )
    assert located(ONE, [(np.array(3.0), np.array(2.0)), (np.array(-2.0), np.array(1.0))]) == ""


def test_an_answer_that_is_off_by_less_than_a_millionth_is_placed_nowhere():
    right = np.random.default_rng(0).normal(size=(4, 3))
    assert located(T, [(right * (1 + 1e-7), right)]) == ""
