"""What a lesson prints is aligned, with the digits that matter and none broken."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlib.exercises import show

numbers = st.floats(-1e6, 1e6).filter(lambda v: v == 0 or abs(v) > 1e-6)


@given(st.lists(numbers, min_size=1, max_size=8))
def test_a_column_is_right_to_its_digits(values):
    table = show.table({"value": values})
    largest = max(map(abs, values))
    for (cell,), value in zip(table.rows, values, strict=True):
        assert abs(float(cell) - value) <= max(10.0 ** (1 - show.DIGITS) * largest, 1e-12)


@given(st.lists(st.tuples(st.integers(-999, 999), numbers), min_size=1, max_size=8))
def test_the_rows_of_a_table_have_one_width_and_no_literal(rows):
    table = show.table({"n": [n for n, _ in rows], "value": np.array([v for _, v in rows])})
    lines = repr(table).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert not re.search(r"[\[\]{}()]|array|float64", repr(table))


def test_whole_numbers_stay_whole_and_words_stand_left():
    table = show.table({"T": np.array([1, 10, 100]), "who": ["you", "PyTorch", "NumPy"]})
    assert repr(table).splitlines() == ["  T  who", "  1  you", " 10  PyTorch", "100  NumPy"]


def test_numbers_over_many_orders_are_written_with_exponents():
    table = show.table({"gradient": [1.0, 1e-9, 0.0]})
    assert [row[0] for row in table.rows] == ["1.00e+00", "1.00e-09", "0"]


def test_a_table_has_a_caption_and_headings_that_a_screen_reader_finds():
    page = show.table({"a<b": [1]}, caption="One & only")._repr_html_()
    assert "<caption>One &amp; only</caption>" in page
    assert "<th scope=col" in page and "a&lt;b" in page


def test_a_long_table_shows_both_ends():
    table = show.table({"t": range(1000)})
    assert len(table.rows) == show.MOST_ROWS + 1
    assert (table.rows[0], table.rows[-1]) == (("0",), ("999",))


def test_a_matrix_says_its_name_and_shape():
    assert repr(show.matrix("W", np.eye(2))).splitlines()[0] == "W (2 × 2)"
    assert repr(show.matrix("b", np.zeros(3))).splitlines()[0] == "b (3)"


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({}, "at least one column"),
        ({"a": [1], "b": [1, 2]}, "one length, got a 1, b 2"),
        ({"a": np.eye(2)}, "column 'a' must hold one number or word in each row"),
    ],
)
def test_what_is_no_table_is_refused(columns, says):
    with pytest.raises(ValueError, match=says):
        show.table(columns)


def test_what_has_more_than_two_axes_is_no_matrix():
    with pytest.raises(ValueError, match=r"W must have one or two axes, got \(1, 1, 1\)"):
        show.matrix("W", np.zeros((1, 1, 1)))
