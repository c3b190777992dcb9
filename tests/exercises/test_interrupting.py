"""An answer without end is stopped, whatever it catches, by each of the three ways there are."""

import contextlib
import signal
import subprocess
import sys
import threading

import numpy as np
import pytest

from rnnlib.exercises import interrupting
from rnnlib.exercises.engine import evaluate
from rnnlib.exercises.interrupting import TookTooLong, time_limit
from rnnlib.exercises.outcome import Status
from rnnlib.exercises.registry import exercises

SHORT = 0.2


def endless(*_):
    while True:
        pass


def endless_catching_errors(*_):
    while True:
        with contextlib.suppress(Exception):
            endless()


WAYS = {"alarm": "_alarmed", "exception": "_thrown"}
TRACED = """
from rnnlib.exercises.interrupting import TookTooLong, _traced

def endless():
    while True:
        pass

try:
    with _traced(0.2):
        endless()
except TookTooLong:
    print("stopped")
with _traced(60):
    print(sum(range(1000)))
"""


@pytest.mark.parametrize("answer", [endless, endless_catching_errors])
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_an_endless_answer_is_stopped(way, answer):
    with pytest.raises(TookTooLong), getattr(interrupting, way)(SHORT):
        answer()


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_what_ends_in_time_is_left_alone(way):
    with getattr(interrupting, way)(60):
        total = sum(range(1000))
    assert total == 499_500


def test_where_there_are_neither_signals_nor_threads_a_trace_stops_it():
    # In a process of its own: pytest and coverage tools trace, too.
    command = [sys.executable, "-c", TRACED]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["stopped", "499500"], done.stderr


def test_an_alarm_that_was_set_before_still_rings():
    rung = threading.Event()
    before = signal.signal(signal.SIGALRM, lambda *_: rung.set())
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with time_limit(60):
            pass
        assert rung.wait(30)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_outside_the_main_thread_it_is_stopped_too():
    caught = []

    def run():
        try:
            with time_limit(SHORT):
                endless()
        except TookTooLong:
            caught.append("stopped")

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(60)
    assert caught == ["stopped"]


def test_the_check_of_an_endless_answer_is_a_card_and_the_next_check_is_unharmed():
    exercise = exercises()["01.1"]
    stopped = evaluate(exercise, endless_catching_errors, seed=0, seconds=SHORT)
    assert stopped.status is Status.FAIL
    assert "did not return within 0.2 seconds" in stopped.message
    right = evaluate(exercise, lambda w, s0: np.asarray(exercise.reference(w, s0)), seed=0)
    assert right.passed
