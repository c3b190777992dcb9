"""A lesson's results over a term: attempts, re-grades, withdrawals, and what goes wrong."""

import csv
import io
import json
import os
import stat
import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from rnnlib.__main__ import main
from rnnlib.grading import executor, judge
from rnnlib.grading.results import changes, entries
from rnnlib.grading.results.entries import Entry
from rnnlib.grading.results.result import Result, Score
from rnnlib.grading.results.store import ResultStore
from rnnlib.grading.sandbox.limits import Limits
from rnnlib.grading.submissions.collecting import Submission

PARTS = dict.fromkeys(("exercises", "grader", "library", "notebook"), "1")


def result(points: float = 1, **more) -> Result:
    status = "pass" if points else "fail"
    return Result("ok", "00", [Score("00.1", "One step", status, points, 1, {}, "right")], **more)


@pytest.fixture
def graded(monkeypatch):
    """Grading without a sandbox: the text of a file is its points, or what it raises."""

    def grade(data, lesson, seed, limits, *, unsafe=False):
        text = data.decode()
        if text.startswith("trouble"):
            return judge.infrastructure(lesson, "not your fault", text, unsafe=unsafe)
        return result(float(text), unsafe=unsafe)

    monkeypatch.setattr(judge, "grade", grade)
    return grade


def command(*words):
    return CliRunner().invoke(main, ["grade", *map(str, words), "--lesson", "00", "--unsafe"])


def handed_in(folder: Path, **texts: str) -> Path:
    folder.mkdir(exist_ok=True)
    for file in folder.iterdir():
        file.unlink()
    for name, text in texts.items():
        (folder / f"{name}.ipynb").write_text(text)
    return folder


@pytest.mark.usefixtures("graded")
def test_two_lessons_are_kept_side_by_side_under_one_seed(tmp_path):
    folder, out = handed_in(tmp_path / "in", anna="1"), tmp_path / "out"
    assert command(folder, "--out", out).exit_code == 0
    seed = (out / "private_seed").read_text()
    words = ["grade", str(folder), "--out", str(out), "--lesson", "01", "--unsafe"]
    assert CliRunner().invoke(main, words).exit_code == 0
    assert {path.name for path in out.iterdir()} == {"00", "01", "private_seed"}
    assert (out / "private_seed").read_text() == seed
    assert [entries.read(out / lesson)[0] for lesson in ("00", "01")] == ["00", "01"]


@pytest.mark.usefixtures("graded")
def test_results_of_an_earlier_version_are_named_and_stay(tmp_path):
    folder, out = handed_in(tmp_path / "in", anna="1"), tmp_path / "out"
    for name in ("graded/a.json", "feedback/anna.md", "scores.csv", "private_seed"):
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text("old")
    done = command(folder, "--out", out)
    assert done.exit_code == 0
    assert "graded, scores.csv, feedback from an earlier version" in done.output
    assert all((out / n).read_text() == "old" for n in ("graded/a.json", "scores.csv"))
    assert (out / "private_seed").read_text() == "old"


@pytest.mark.usefixtures("graded")
@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX's")
def test_results_can_be_read_by_their_owner_only(tmp_path):
    before = os.umask(0o022)
    try:
        (tmp_path / "out" / "00").mkdir(parents=True)
        done = command(handed_in(tmp_path / "in", anna="1"), "--out", tmp_path / "out")
        assert done.exit_code == 0, done.output
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)
    for path in (tmp_path / "out").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


@pytest.mark.usefixtures("graded")
@pytest.mark.parametrize(("attempt", "points"), [("last", 0), ("best", 1)])
def test_two_attempts_of_a_student_are_one(tmp_path, attempt, points):
    texts = {"doejane_123_1_nb": "1", "doejane_123_2_nb-1": "0", "doejane_LATE_123_3_nb-2": "1"}
    out = tmp_path / "out"
    folder = handed_in(tmp_path / "in", **texts, roejo_LATE_9_4_nb="1")
    (folder / "README.md").write_text("no")
    done = command(folder, "--out", out, "--attempt", attempt)
    assert "Other files, not graded: 1 (README.md)." in done.output
    assert "Other attempts, not counted: 2." in done.output and "Late: 1." in done.output
    assert "2 submissions (layout: canvas): 2 ok" in done.output
    _, (jane, jo) = entries.read(out / "00")
    assert (jane.student, jane.attempts, jane.late, jane.result.points) == (
        "doejane",
        3,
        False,
        points,
    )
    scores = (out / "00" / "scores.csv").read_text(encoding="utf-8-sig")
    late = {row["submission"]: row["late"] for row in csv.DictReader(io.StringIO(scores))}
    assert late == {"doejane": "no", "roejo": "yes"}
    assert (jo.student, jo.attempts, jo.late, jo.lms) == ("roejo", 1, True, {"canvas_id": "9"})


@pytest.mark.usefixtures("graded")
def test_a_withdrawn_submission_takes_its_feedback_along(tmp_path):
    out = tmp_path / "out"
    command(handed_in(tmp_path / "in", anna="1", ben="1"), "--out", out)
    own = out / "00" / "feedback" / "mine.md"
    own.write_text("the instructor's")
    done = command(handed_in(tmp_path / "in", ben="1"), "--out", out)
    assert "No longer in the folder, so their feedback was deleted: anna." in done.output
    left = {path.name for path in (out / "00" / "feedback").iterdir()}
    assert left == {"ben.md", "ben.html", "mine.md"}


@pytest.mark.usefixtures("graded")
def test_a_re_grade_says_which_points_changed_and_why(tmp_path, monkeypatch):
    out, parts = tmp_path / "out", dict(PARTS)
    monkeypatch.setattr(judge, "versions", lambda lesson: dict(parts))
    monkeypatch.setattr(judge, "version", lambda lesson: json.dumps(parts)[-40:])
    folder = handed_in(tmp_path / "in", anna="1", ben="1")
    assert "differ" not in command(folder, "--out", out, "--seed", "a").output
    (folder / "anna.ipynb").write_text("0")
    told = command(folder, "--out", out, "--seed", "a").output
    assert "  anna: 00.1 1 → 0 (a different file was submitted)" in told and "  ben" not in told
    parts["library"] = "2"
    (folder / "anna.ipynb").write_text("1")
    told = command(folder, "--out", out, "--seed", "b").output
    why = "a different file was submitted; the library changed; a different private seed"
    assert f"  anna: 00.1 0 → 1 ({why})" in told
    _, (anna, ben) = entries.read(out / "00")
    assert len(anna.history) == 2 and anna.history[1].endswith(f"00.1 0 → 1 ({why})")
    assert ben.history == []


def test_why_a_result_differs_where_nothing_was_changed():
    made = {**PARTS, "file": "f", "seed": "s", "sandbox": "yes"}
    now = Entry("a", "a", result(1), made=made)
    slow = Entry("a", "a", result(0, slow=True), made=made)
    assert changes.changed(slow, now) == f"00.1 0 → 1 ({changes.AGAIN})"
    assert changes.changed(Entry("a", "a", result(0), made=made), now).endswith(f"({changes.SAME})")
    assert changes.changed(Entry("a", "a", result(0)), now).endswith(f"({changes.UNKNOWN})")
    failed = Entry("a", "a", judge.infrastructure("00", "", ""))
    assert changes.changed(failed, now) == changes.changed(now, failed) == ""
    assert changes.compared([slow], [], datetime.now()) == ([], [], ["a"])


@pytest.mark.usefixtures("graded")
def test_what_the_machine_failed_at_is_said_and_the_exit_code_is_not_0(tmp_path):
    folder = handed_in(tmp_path / "in", anna="1", ben="trouble with bwrap", cy="trouble with bwrap")
    done = command(folder, "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert "ben, cy: trouble with bwrap" in done.stderr
    assert "run the same command to try again" in done.stderr
    assert "3 submissions: 2 infrastructure, 1 ok" in done.output
    for page in (tmp_path / "out" / "00" / "feedback").iterdir():
        assert "bwrap" not in page.read_text()


@pytest.mark.parametrize("option", ["--seconds", "--cell-seconds"])
@pytest.mark.parametrize("value", ["0", "-5", "nan", "inf", "-inf"])
def test_a_time_limit_is_above_0_and_finite(tmp_path, option, value):
    folder = handed_in(tmp_path / "in", anna="1")
    done = command(folder, "--out", tmp_path / "out", option, value)
    assert done.exit_code == 2 and "positive, finite number of seconds" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("graded")
def test_a_folder_without_a_notebook_changes_nothing(tmp_path):
    out = tmp_path / "out"
    command(handed_in(tmp_path / "in", anna="1"), "--out", out)
    before = (out / "00" / "class.json").read_bytes()
    handed_in(tmp_path / "in")
    (tmp_path / "in" / "README.md").write_text("x")
    done = command(tmp_path / "in", "--out", out)
    assert done.exit_code == 1 and "no notebooks found; only 1 other files" in done.stderr
    assert (out / "00" / "class.json").read_bytes() == before


def test_ctrl_c_ends_the_run_with_what_is_kept(tmp_path, graded, monkeypatch):
    def interrupted(data, *more, **options):
        if data == b"0":
            raise KeyboardInterrupt
        return graded(data, *more, **options)

    monkeypatch.setattr(judge, "grade", interrupted)
    done = command(handed_in(tmp_path / "in", anna="1", ben="0"), "--out", tmp_path / "out")
    assert done.exit_code == 130
    assert "of 2 submissions are graded" in done.stderr and "to grade the rest" in done.stderr


def test_submissions_are_read_one_by_one(tmp_path, monkeypatch):
    size, number = 2_000_000, 40
    monkeypatch.setattr(executor, "MOST_WAITING", 4 * size)
    monkeypatch.setattr(judge, "grade", lambda *a, **k: result())
    for k in range(number):
        (tmp_path / f"s{k}.ipynb").write_bytes(bytes([k]) * size)
    found = [Submission(f"s{k}", tmp_path / f"s{k}.ipynb") for k in range(number)]
    store = ResultStore(tmp_path / "out", "00", "v1")
    judge.version("00")
    tracemalloc.start()
    try:
        with executor.threads(2) as pool:
            results = executor.grade_class(found, "00", store, pool, Limits())
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(results) == number and most < 10 * size


@pytest.mark.usefixtures("sandboxed")
def test_a_worker_leaves_no_event_loop_open(monkeypatch):
    import asyncio

    from rnnlib.grading.sandbox import course_copy
    from rnnlib.grading.sandbox.session import Session

    made = []
    new = asyncio.new_event_loop
    monkeypatch.setattr(asyncio, "new_event_loop", lambda: made.append(new()) or made[-1])

    def run() -> None:
        for _ in range(2):
            with Session(course_copy.prepared(()), ["f"], Limits()) as session:
                session.run("1", 5)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()
    assert made and all(loop.is_closed() for loop in made)
    assert threading.active_count() < 20
