"""The table of progress: what has passed, what is next, where a finished lesson leads."""

import pytest

from rnnlib.exercises import check, ledger, progress
from rnnlib.exercises.ledger import Record
from rnnlib.exercises.outcome import Status
from rnnlib.exercises.overview import Progress
from rnnlib.exercises.registry import exercises
from tests.exercises.toy import key, outcome, stub

pytestmark = pytest.mark.usefixtures("work")


def test_progress_counts_what_passed_and_names_what_is_next():
    first, second, third = list(exercises())[:3]
    ledger.record(outcome(first, Status.PASS))
    ledger.record(outcome(second, Status.FAIL))
    table = progress(all=True)
    assert table.points == (exercises()[first].points, sum(e.points for e in exercises().values()))
    assert table.next.id == second
    for mark, id in zip("✓✗○", (first, second, third), strict=True):
        assert f"{mark} {id}" in str(table)


def test_progress_shows_the_lesson_one_is_in_and_all_on_request():
    assert "Lesson 00" in str(progress())
    check("04.1", stub)
    table = progress()
    assert table.points == (0, sum(e.points for id, e in exercises().items() if id[:2] == "04"))
    assert len(str(table).splitlines()) <= 10
    assert "Lesson 04" in str(table) and "Lesson 03" not in str(table)
    assert all(f"Lesson {n}" in str(progress(all=True)) for n in ("00", "03", "04"))


def test_a_lesson_that_is_done_links_to_the_next_one():
    for id in exercises():
        if id[:2] == "00":
            assert "<a href" not in progress()._repr_html_()
            check(id, lambda *arguments, id=id: key(id)(*arguments))
    assert '<a href="01_dynamical_systems.ipynb">' in progress()._repr_html_()


def test_what_is_next_after_a_lesson_that_is_done_is_in_a_later_one():
    passed = {e.id: Record(passed=True) for e in exercises().values() if e.id[:2] == "01"}
    assert Progress(passed, "", "01").next.id == "02.1"
    assert Progress({}, "", "02").next.id == "02.1"
    done = {id: Record(passed=True) for id in exercises() if id != "00.1"}
    assert Progress(done, "", "01").next.id == "00.1"
