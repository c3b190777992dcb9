"""A slow answer trains fewer updates; clocks are counted, none is read."""

import numpy as np
import pytest

from rnnlib.exercises import pace
from rnnlib.exercises.pace import RUNS, SLOW, updates_for
from rnnlib.exercises.registry import exercises

ID = "04.2"


class Clock:
    """Stands still but for what is added to it."""

    def __init__(self):
        self.now, self.read = 0.0, 0

    def __call__(self):
        self.read += 1
        return self.now


class Timed:
    """Changes its arguments, counts its calls, and takes the durations that it is told."""

    def __init__(self, clock, *durations):
        self.clock, self.durations, self.calls = clock, durations, []

    def __call__(self, w, h, y):
        self.calls.append((w, h.copy(), y.copy()))
        h[:] = 99.0
        self.clock.now += self.durations[(len(self.calls) - 1) % len(self.durations)]
        return h


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def arguments():
    return exercises()[ID].cases(np.random.default_rng(0))[2].arguments


@pytest.fixture
def paced(clock, arguments, monkeypatch):
    """updates_for with these durations of the learner's answer and of the library's."""

    def run(own, librarys, updates=400):
        theirs = Timed(clock, *librarys)
        monkeypatch.setattr(pace, "handed_on", lambda function, number: theirs)
        mine = Timed(clock, *own)
        return updates_for(ID, mine, arguments, updates, clock=clock), mine, theirs

    return run


@pytest.mark.parametrize("own", [0.1, 1.0, SLOW])
def test_an_answer_that_is_quick_enough_trains_all_updates_without_a_word(paced, own, capsys):
    updates, mine, theirs = paced([own], [1.0])
    assert updates == 400
    assert capsys.readouterr().out == ""
    assert len(mine.calls) == len(theirs.calls) == RUNS


def test_an_answer_that_is_six_times_too_slow_trains_half_and_says_so(paced, capsys):
    updates, _, _ = paced([6.0], [1.0])
    assert updates == 200
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert "6 times as long" in said and "200 updates instead of 400" in said


def test_one_interrupted_run_does_not_make_an_answer_slow(paced):
    assert paced([500.0, 1.0, 1.0, 1.0, 1.0], [1.0])[0] == 400


def test_at_least_one_update_is_left_even_against_no_time_at_all(paced):
    assert paced([1e9], [1.0])[0] == 1
    assert paced([1.0], [0.0])[0] == 1


def test_both_get_the_same_arguments_and_neither_can_change_them(paced, arguments):
    _, mine, theirs = paced([1.0], [1.0])
    for calls in zip(mine.calls, theirs.calls, strict=True):
        for w, h, y in calls:
            assert w == arguments[0]
            assert (h == arguments[1]).all() and (y == arguments[2]).all()


def test_an_unknown_id_is_an_error(arguments):
    with pytest.raises(KeyError, match="04\\.2"):
        updates_for("04.99", print, arguments, 400)
