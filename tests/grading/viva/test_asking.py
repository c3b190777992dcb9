"""What is asked has a key that the change alone makes, and that three decimals show."""

import numpy as np
import pytest

from rnnlib.exercises.comparing import right_values
from rnnlib.exercises.registry import exercises
from rnnlib.exercises.spec import Returned
from rnnlib.grading.viva import asking, inputs
from rnnlib.grading.viva.asking import asks
from rnnlib.grading.viva.changing import Change
from rnnlib.grading.viva.trying import Asked, Own, Tried

BOOL = {"True": True, "False": False}
H = Returned("h", ("t", "unit"))
DW = Returned("dW", ("unit", "unit before"))
LATE = Returned("s", ("t",), first=1)


def asked(returns, before, after) -> dict[str, tuple[bool, str]]:
    arrays = [tuple(map(np.asarray, values)) for values in (before, after)]
    return {ask.kind: (ask.partial, ask.key) for ask in asks(returns, *arrays)}


def test_nothing_is_asked_of_equal_numbers_or_of_a_change_that_fails():
    before = (np.ones((3, 2)),)
    assert asks((H,), before, (before[0] + 1e-12,)) == []
    assert asks((H,), before, None) == []


def test_a_difference_that_three_decimals_do_not_show_is_not_asked_about():
    assert asked((LATE,), [[0.1, 0.2, 0.3]], [[0.1, 0.2, 0.3 + 1e-5]]) == {}
    assert "steps" not in asked((LATE,), [[1.0, 1, 1]], [[1.0, 2, 1 + 1e-5]])


def test_which_outputs_change():
    found = asked((LATE, DW), [[1.0, 2.0], [[1.0]]], [[1.0, 2.0], [[3.0]]])
    assert found["which"] == (True, "dW; the same: s")
    every = asked((LATE, DW), [[1.0, 2.0], [[1.0]]], [[1.0, 5.0], [[3.0]]])
    assert every["which"] == (False, "s, dW (all of them)")


@pytest.mark.parametrize(
    ("after", "partial", "key"),
    [
        ([1, 2, 9, 9], True, "from t = 3 on"),
        ([9, 9, 3, 4], True, "up to t = 2, and not after it"),
        ([1, 9, 3, 4], True, "only at t = 2"),
        ([9, 2, 3, 9], True, "at t = 1, 4"),
        ([9, 9, 9, 9], False, "from t = 1 on: all of them"),
    ],
)
def test_at_which_steps(after, partial, key):
    assert asked((LATE,), [[1, 2, 3, 4]], [after])["steps"] == (partial, key)


def test_the_first_number_that_changes_and_what_it_becomes():
    before, after = np.zeros((2, 2)), np.array([[0, 0], [0, -1.23456]])
    assert asked((H,), [before], [after])["number"][1] == "h[1, 1] = -1.235, not 0.000"
    count = Returned("count")
    assert asked((count,), [3], [4])["number"][1] == "count = 4, not 3"
    assert asking.told(-0.0001) == "0.000"
    assert "number" not in asked((count,), [0.3], [0.302])  # rounded on the way, it is the same


def test_another_shape_is_asked_for_alone():
    found = asked((LATE,), [[1, 2, 3]], [[1, 2]])
    assert found == {"shape": (False, "the shape is (2,), not (3,)")}


def some(id: str, number: int):
    """Questions on an exercise of which three changes are known, made up."""
    exercise = exercises()[id]
    cases = [forms[0] for forms in inputs.small(exercise, 1)]
    before = [tuple(np.asarray(v) for v in value) for value in right_values(exercise, cases)]
    changes = [Change(0, at, at + 1, "0", "number") for at in (1, 1, 5)]
    after = [[tuple(v + k for v in value) for value in before] for k in (1, 2, 3)]
    tried = Tried(cases, before, dict(zip(changes, after, strict=True)))
    own = Own(["x = 1 + 2"], [], changes)
    rng = np.random.default_rng(0)
    return asking.chosen({id: Asked(exercise, own, [])}, {id: tried}, number, rng)


def test_no_expression_is_asked_about_twice():
    found = some("01.2", 9)
    assert sorted(q.change.start for q in found) == [1, 5]


def test_as_many_as_are_wanted_and_the_same_each_time():
    assert len(some("01.2", 1)) == 1
    assert some("01.2", 2)[0].text == some("01.2", 2)[0].text


# --- the inputs ---------------------------------------------------------------------------


@pytest.mark.parametrize("id", exercises())
def test_each_exercise_has_small_inputs_that_differ_between_students_and_not_between_runs(id):
    exercise = exercises()[id]

    def drawn(student):
        forms = inputs.small(exercise, inputs.seed_of("seed", student, id))
        return [[case.arguments for case in every] for every in forms]

    first = drawn("anna")
    assert first and repr(first) == repr(drawn("anna"))
    assert len({repr(drawn(student)) for student in ("anna", "ben", "cem", "dua", "eva")}) > 1
    assert all(inputs.numbers(a) <= inputs.MOST_NUMBERS for every in first for a in every)


@pytest.mark.parametrize("id", exercises())
def test_what_is_printed_is_what_is_run(id):
    for forms in inputs.small(exercises()[id], 7):
        for case in forms:
            for value in case.arguments:
                name, _, printed = asking._line("x", value).partition(" = ")
                assert name == "x"
                read = eval(printed, {"__builtins__": {}, "nan": np.nan, **BOOL})
                np.testing.assert_array_equal(np.asarray(read), np.asarray(value))


def test_two_words_are_not_one():
    assert inputs.seed_of("ab", "c") != inputs.seed_of("a", "bc")
    assert inputs.seed_of("\udc80", "x") != inputs.seed_of("x", "\udc80")
