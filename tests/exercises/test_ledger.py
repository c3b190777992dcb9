"""Progress is kept line by line: nothing is lost to two notebooks, garbage or a missing folder."""

import threading

import numpy as np
import pytest

from rnnlib import places
from rnnlib.exercises import check, ledger, progress, recall, reveal, solution
from rnnlib.exercises.ledger import path
from rnnlib.exercises.outcome import Status
from tests.exercises.toy import mine, outcome, stub

pytestmark = pytest.mark.usefixtures("work")


def test_what_passed_once_stays_passed():
    check("01.1", mine("01.1"))
    check("01.1", lambda w, s0: np.zeros(3))
    assert progress().points[0] == 1


def test_a_check_that_was_not_attempted_leaves_no_trace():
    check("01.1", stub)
    assert not path().exists()


def test_two_notebooks_at_once_lose_nothing():
    def many(id):
        for _ in range(200):
            ledger.record(outcome(id, Status.FAIL))

    threads = [threading.Thread(target=many, args=(id,)) for id in ("01.1", "01.2", "01.3")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found, remark = ledger.records()
    assert {id: r.attempts for id, r in found.items()} == dict.fromkeys(
        ("01.1", "01.2", "01.3"), 200
    )
    assert remark == ""


@pytest.mark.parametrize("garbage", [b"{half a li", b"\xff\xfe\x00", b"[]\n", b'{"id": 3}\n'])
def test_broken_lines_are_copied_once_and_the_progress_file_stays_as_it_is(garbage):
    check("01.1", mine("01.1"))
    with path().open("ab") as file:
        file.write(garbage)
    before = path().read_bytes()
    table = progress()
    assert "✓ 01.1" in str(table)
    assert "unreadable lines; they are skipped, and copied to ledger.jsonl.corrupt" in str(table)
    assert path().read_bytes() == before
    aside = path().with_name("ledger.jsonl.corrupt")
    assert aside.read_bytes() == garbage.rstrip(b"\n") + b"\n"
    assert "unreadable" not in str(progress())
    with path().open("ab") as file:
        file.write(b"\nmore garbage")
    assert "unreadable" in str(progress())
    assert aside.read_bytes() == garbage.rstrip(b"\n") + b"\nmore garbage\n"


def test_what_another_notebook_appends_while_broken_lines_are_copied_is_kept(monkeypatch):
    path().write_text("broken\n")
    write = places.write

    def meanwhile(file, data):
        ledger.record(outcome("01.2", Status.PASS))
        write(file, data)

    monkeypatch.setattr(places, "write", meanwhile)
    ledger.records()
    assert ledger.records()[0]["01.2"].passed


def test_a_check_after_a_line_that_a_crash_cut_short_is_kept():
    path().write_text('{"id": "01.2", "sta')
    check("01.1", mine("01.1"))
    assert path().read_text().splitlines()[0] == '{"id": "01.2", "sta'
    assert ledger.records()[0]["01.1"].passed


def test_empty_lines_are_no_broken_ones():
    path().write_text('\n{"id": "01.1", "status": "pass"}\n\n')
    found, remark = ledger.records()
    assert (list(found), remark) == (["01.1"], "")


def test_a_progress_file_that_cannot_be_read_is_one_line_and_the_lesson_continues(capsys):
    path().mkdir()
    for call in (progress, lambda: solution("01.1"), lambda: recall("04"), lambda: reveal("00.p1")):
        call()
        said = capsys.readouterr().out
        assert said.count("(progress cannot be read: ") == 1, said


def test_outside_a_working_copy_progress_says_how_it_is_kept(monkeypatch, tmp_path_factory):
    monkeypatch.delenv("RNNLIB_WORK")
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    check("01.1", mine("01.1"))
    assert "rnnlib lab" in str(progress())
