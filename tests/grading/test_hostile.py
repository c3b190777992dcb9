"""No one in the hostile class gets more than honest credit, and no one less."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from rnnlib.grading import executor
from rnnlib.grading.results.result import Result
from rnnlib.grading.results.store import ResultStore
from rnnlib.grading.sandbox import course_copy
from rnnlib.grading.sandbox.limits import Limits
from rnnlib.grading.sandbox.session import Session
from tests.grading.builders import written
from tests.grading.crafted import Expected
from tests.grading.hostile import CLASS, LESSON, MARKER

pytestmark = pytest.mark.slow  # the class takes its time, whichever test asks first
LIMITS = Limits(cell=6, submission=60, memory=1_000_000_000)
PATIENT = Limits(cell=20, submission=180, memory=1_000_000_000)


@pytest.fixture(scope="module")
def results(sandboxed, tmp_path_factory) -> dict[str, Result]:
    """The class, graded once, and each submission with another beside it.

    As an instructor would with `--again`, what lost points to a stalled machine is graded
    again with more time: no other second chance.
    """
    folder = tmp_path_factory.mktemp("hostile")
    data = {f"s{k}": expected.data for k, expected in enumerate(CLASS.values())}
    handed_in = [
        replace(submission, name=name)
        for name, submission in zip(CLASS, written(folder / "in", data), strict=True)
    ]
    with executor.threads(2) as pool:
        first = executor.grade_class(
            handed_in, LESSON, ResultStore(folder, LESSON, "test"), pool, LIMITS
        )
        late = [s for s in handed_in if first[s.name].slow and _short(first[s.name], CLASS[s.name])]
        store = ResultStore(folder, LESSON, "test", again=True)
        return first | executor.grade_class(late, LESSON, store, pool, PATIENT)


def _short(result: Result, expected: Expected) -> bool:
    return (result.points or 0) < expected.points - 1e-6


def test_the_class_is_large_and_everyone_has_a_result(results):
    assert len(CLASS) >= 40
    assert set(results) == set(CLASS)


@pytest.mark.parametrize("name", CLASS)
def test_points_are_the_honest_ones(results, name):
    result, expected = results[name], CLASS[name]
    assert result.status == expected.status, result
    assert result.points == pytest.approx(expected.points), result
    for id, why in (expected.why or {}).items():
        (score,) = (s for s in result.scores if s.id == id)
        assert score.why == why, result


def test_no_sandbox_is_left_behind(results):
    end = time.monotonic() + 10
    while (left := _living()) and time.monotonic() < end:
        time.sleep(0.1)
    assert left == []


def test_a_kernel_that_is_killed_while_it_starts_is_gone(sandboxed):
    session = Session(course_copy.prepared(()), ["f"], LIMITS)
    for _ in range(20):
        session.manager.start_kernel()
        session.__exit__()
        session = Session(course_copy.prepared(()), ["f"], LIMITS)
    session.__exit__()
    end = time.monotonic() + 10
    while (left := _living()) and time.monotonic() < end:
        time.sleep(0.1)
    assert left == []


def _living() -> list[str]:
    """Command lines of this process's sandboxes, and of what students left running.

    Nothing else on the machine has the path of this process's copy of the course among its words.
    """
    course = str(course_copy.prepared(())).encode()
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if course in words or (b"sleep" in words[0] and MARKER.encode() in words):
            found.append(repr(words[:3]))
    return found
