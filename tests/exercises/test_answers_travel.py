"""An answer that passed is there in the next lesson, with all it uses; what is not right is not."""

import dataclasses
import functools

import numpy as np
import pytest

from rnnlib.exercises import answers, check, engine, ledger, use
from rnnlib.exercises.registry import exercises

FACTOR = 1.0
ID = "01.1"


def shrink(w, s):
    return FACTOR * np.tanh(w * s)


def three_steps(w, s0):
    s1 = shrink(w, s0)
    s2 = shrink(w, s1)
    return np.array([s1, s2, shrink(w, s2)])


def three_steps_backwards(w, s0):
    return three_steps(w, s0)[::-1]


@pytest.fixture(autouse=True)
def work(tmp_path, monkeypatch):
    (tmp_path / ".rnnlib").mkdir()
    monkeypatch.setenv("RNNLIB_WORK", str(tmp_path))
    monkeypatch.setattr(engine, "_attempted", set())
    monkeypatch.setattr(answers, "_here", {})
    monkeypatch.setattr(ledger, "_lessons", [])
    return tmp_path


def test_what_passed_is_loaded_with_its_helpers_and_said_to_be_ones_own(capsys):
    assert check(ID, three_steps).passed
    mine = use(ID)
    assert "continuing with your three_steps, from lesson 01" in capsys.readouterr().out
    np.testing.assert_array_equal(mine(0.7, 0.3), three_steps(0.7, 0.3))
    assert mine.__wrapped__ is not three_steps


def test_what_did_not_pass_is_not_kept_and_the_library_goes_on(capsys):
    check(ID, three_steps_backwards)
    assert not answers._file(exercises()[ID]).exists()
    theirs = use(ID)
    assert "continuing with the library's three_steps" in capsys.readouterr().out
    assert theirs.__wrapped__ is exercises()[ID].reference


def test_a_later_wrong_answer_does_not_replace_the_right_one():
    check(ID, three_steps)
    check(ID, three_steps_backwards)
    np.testing.assert_array_equal(use(ID)(0.7, 0.3), three_steps(0.7, 0.3))


@pytest.mark.parametrize(
    "text", ["not json", "[]", '{"source": 3}', '{"name": "f", "source": "1/0"}']
)
def test_a_file_that_was_damaged_is_as_none(text):
    check(ID, three_steps)
    answers._file(exercises()[ID]).write_text(text)
    assert use(ID).__wrapped__ is exercises()[ID].reference


def test_a_kept_answer_that_is_wrong_by_now_is_not_used(capsys):
    check(ID, three_steps)
    file = answers._file(exercises()[ID])
    file.write_text(file.read_text().replace("FACTOR = 1.0", "FACTOR = 2.0"))
    assert use(ID).__wrapped__ is exercises()[ID].reference
    assert "does not pass" in capsys.readouterr().out


step = lambda w, s: np.tanh(w * s)  # noqa: E731
Number = "a name that only annotations use, and that cannot be written"


@functools.lru_cache
def remembered(w, s):
    return np.tanh(w * s)


@dataclasses.dataclass
class Weight:
    w: float

    def __call__(self, s):
        return np.tanh(self.w * s)


def by_a_lambda(w, s0):
    s1 = step(w, s0)
    s2 = step(w, s1)
    return np.array([s1, s2, step(w, s2)])


def by_a_decorated_helper(w, s0):
    s1 = remembered(w, s0)
    s2 = remembered(w, s1)
    return np.array([s1, s2, remembered(w, s2)])


def by_a_dataclass(w, s0):
    s1 = Weight(w)(s0)
    s2 = Weight(w)(s1)
    return np.array([s1, s2, Weight(w)(s2)])


by_itself = lambda w, s0: by_a_lambda(w, s0)  # noqa: E731


def with_a_default(w, s0, number=FACTOR):
    return number * by_a_lambda(w, s0)


def with_annotations(w: "Number", s0) -> "np.typing.NDArray":
    return by_a_lambda(w, s0)


@pytest.mark.parametrize(
    "answer",
    [
        by_a_lambda,
        by_a_decorated_helper,
        by_a_dataclass,
        by_itself,
        with_a_default,
        with_annotations,
    ],
)
def test_any_style_of_an_answer_is_kept_and_used(answer, monkeypatch, capsys):
    assert check(ID, answer).passed
    monkeypatch.setattr(answers, "_here", {})  # another process
    mine = use(ID)
    assert "continuing with your" in capsys.readouterr().out
    np.testing.assert_array_equal(mine(0.7, 0.3), three_steps(0.7, 0.3))


def test_an_answer_that_cannot_be_written_replaces_an_older_one_that_was():
    check(ID, three_steps)
    answer = closed_over(1.0)
    check(ID, answer)
    assert use(ID).__wrapped__ is answer


def closed_over(factor):
    def three_steps(w, s0):
        return factor * exercises()[ID].reference(w, s0)

    return three_steps


def test_a_closure_passes_and_is_not_written_down():
    answer = closed_over(1.0)
    assert check(ID, answer).passed
    assert not answers._file(exercises()[ID]).exists()
    assert use(ID).__wrapped__ is answer


def test_outside_a_working_copy_an_answer_is_kept_as_long_as_the_kernel_lives(
    monkeypatch, tmp_path_factory
):
    monkeypatch.delenv("RNNLIB_WORK")
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert use(ID).__wrapped__ is exercises()[ID].reference
    assert check(ID, three_steps).passed
    assert use(ID).__wrapped__ is three_steps
