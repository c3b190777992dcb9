"""A class is graded once each, everyone has a result, and all that is shown is made from them."""

import csv
import io
import json
import os
import re
import shutil
import sys
import tempfile
import threading
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest
from click.testing import CliRunner

from rnnlib.__main__ import main
from rnnlib.exercises.registry import exercises
from rnnlib.grading import executor, judge
from rnnlib.grading.results import exports, feedback, report
from rnnlib.grading.results.entries import Entry
from rnnlib.grading.results.result import Result, Score
from rnnlib.grading.results.store import ResultStore, key
from rnnlib.grading.sandbox import walls
from rnnlib.grading.sandbox.limits import Limits
from rnnlib.grading.submissions import collecting
from rnnlib.grading.submissions.collecting import collect
from tests.exercises.answers import ch01
from tests.grading.builders import all_right, answered, labelled, written

STUB = answered("00", {})
RIGHT = answered("00", all_right("00"))
HANDED_IN = {"feedback.ipynb", "graded.ipynb"}
SECRET = "Traceback <script>alert(1)</script>"


class Counted(Executor):
    """Runs at once, and counts."""

    def __init__(self, fails: type[Exception] | None = None):
        self.ran, self.fails = 0, fails

    def submit(self, function, *arguments):
        self.ran += 1
        task = Future()
        if self.fails:
            task.set_exception(self.fails())
        else:
            task.set_result(function(*arguments))
        return task


@pytest.fixture
def store(tmp_path):
    return ResultStore(tmp_path, "00", "v1")


def grade(store, *submissions, pool=None, **more):
    handed_in = written(store.folder / "in", {f"s{k}": d for k, d in enumerate(submissions)})
    return executor.grade_class(handed_in, "00", store, pool or Counted(), Limits(), **more)


@pytest.mark.usefixtures("sandboxed")
def test_a_rerun_grades_only_what_is_new_and_equal_files_once(store):
    first = Counted()
    results = grade(store, STUB, RIGHT, RIGHT, pool=first)
    assert first.ran == 2
    assert [r.points for r in results.values()] == [0, 1, 1]
    again = Counted()
    assert grade(store, STUB, RIGHT, RIGHT, b"", pool=again)["s1"] == results["s1"]
    assert again.ran == 1


def test_another_version_seed_or_lesson_is_graded_anew(tmp_path):
    paths = {
        ResultStore(tmp_path, "00", "v1").path("a"),
        ResultStore(tmp_path, "00", "v1").path("a"),
        ResultStore(tmp_path, "00", "v2").path("a"),
        ResultStore(tmp_path, "01", "v1").path("a"),
        ResultStore(tmp_path, "00", "v1", seed="other").path("a"),
        ResultStore(tmp_path, "00", "v1", unsafe=True).path("a"),
    }
    assert len(paths) == 5


def test_a_fault_of_the_grader_is_blank_and_tried_again(store):
    broken = grade(store, STUB, pool=Counted(fails=RuntimeError))
    assert broken["s0"].status == "infrastructure" and broken["s0"].points is None
    row = next(csv.DictReader(io.StringIO(exports.table("00", broken).removeprefix("\ufeff"))))
    assert (row["status"], row["points"], row["00.1"]) == ("infrastructure", "", "")
    assert "score" not in json.loads(exports.gradescope(broken["s0"]))
    assert store.get(key(STUB)) is None


def test_two_stores_on_one_folder_agree_on_the_seed_and_keep_the_first_result(tmp_path):
    stores = []
    start = threading.Barrier(8)

    def make():
        start.wait()
        stores.append(ResultStore(tmp_path, "00", "v1"))

    makers = [threading.Thread(target=make) for _ in range(8)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert len({store.seed for store in stores}) == 1
    first = Result("ok", "00", notes=["first"])
    assert stores[0].put("a", first) == first
    assert stores[1].put("a", Result("ok", "00", notes=["second"])) == first


def test_what_took_too_long_is_graded_again_when_asked_and_the_better_result_stays(tmp_path):
    def result(points, **more):
        return Result("ok", "00", [Score("00.1", "", "fail", points, 2, {}, "lost")], **more)

    first, again = ResultStore(tmp_path, "00", "v1"), ResultStore(tmp_path, "00", "v1", again=True)
    first.put("a", result(1, slow=True))
    assert first.get("a") == result(1, slow=True) and again.get("a") is None
    assert first.put("a", result(2)) == result(1, slow=True)
    assert again.put("a", result(0)) == result(1, slow=True)
    assert again.put("a", result(2)) == result(2) == again.get("a")
    assert again.put("a", result(0)) == result(2)


def test_collecting_takes_every_notebook_and_follows_no_link(tmp_path):
    (tmp_path / "müller 数").mkdir()
    (tmp_path / "müller 数" / "lesson.ipynb").write_bytes(STUB)
    (tmp_path / "notes.txt").write_bytes(b"x")
    (tmp_path / ".hidden").write_bytes(b"x")
    (tmp_path / "link.ipynb").symlink_to("/etc/passwd")
    (tmp_path / "folder").symlink_to("/etc")
    os.mkfifo(tmp_path / "pipe.ipynb")
    handed_in = collect(tmp_path)
    found = {s.name: s.read() for s in handed_in.submissions}
    assert found == {"müller 数/lesson": STUB, "link": b"", "pipe": b""}
    assert handed_in.others == [".hidden", "folder", "notes.txt"]


@pytest.mark.parametrize("inside", ["", "results"])
def test_a_second_run_does_not_grade_what_the_first_has_written(tmp_path, inside):
    for name in HANDED_IN:
        (tmp_path / name).write_bytes(name.encode())
    words = (tmp_path, "--lesson", "00", "--out", tmp_path / inside, "--unsafe")
    for _ in range(2):
        done = command(*words)
        assert "2 submissions: 2 invalid" in done.output, done.output
    there = {p.name for p in (tmp_path / inside).iterdir()} - HANDED_IN
    assert there == {"00", collecting.SEED}


@pytest.mark.parametrize("name", ["anna", "-1", "=2", "+3", "é" * 125, "a b"])
def test_the_table_names_the_file_of_the_feedback(tmp_path, name):
    exports.write(tmp_path, "00", [Entry(name, name, Result("invalid", "00"))])
    (row,) = csv.DictReader(io.StringIO((tmp_path / "scores.csv").read_text(encoding="utf-8-sig")))
    assert (tmp_path / row["feedback"]).is_file()


@pytest.mark.usefixtures("sandboxed")
def test_feedback_names_the_mistake_and_shows_nothing_of_private_cases():
    named = next(w for w in ch01.WRONG["01.2"] if w.named)
    leak = f"def slope(w, b, s):\n    raise ValueError({SECRET!r}, s)"
    data = labelled("01", {"01.2": named.answer.__name__, "01.1": ch01.RIGHT["01.1"][0].__name__})
    book = json.loads(data)
    for cell in book["cells"]:
        if "exercise:01.3" in cell["metadata"].get("tags", ()):
            cell["source"] = leak
    result = judge.grade(json.dumps(book).encode(), "01", "private")
    (says,) = [m.says for m in exercises()["01.2"].mistakes if m.wrong.__name__ == named.named]
    for text in (feedback.markdown("a", result), feedback.page("a", result)):
        assert "stops with an error" in text and "1 of 1" in text
        assert "script" not in text and "Traceback" not in text and "ValueError" not in text
        assert not re.search(r"\d\.\d{3}", text)  # no number of any case
    assert says in feedback.markdown("a", result)
    assert report.frequent_mistakes([result, result])[0] == ("01.2", says, 2)
    assert f"Next: {exercises()['01.3'].hints[0]}" in feedback.markdown("a", result)


def test_a_file_name_is_escaped_cut_and_no_formula(tmp_path):
    result = Result("invalid", "00")
    name = "=1+1<script>*_\udc80" + "x" * 100
    assert "<script>" not in feedback.page(name, result)
    text = feedback.markdown(name, result)
    assert "<script>" not in text and "*_" not in text and "x" * 90 not in text
    exports.write(tmp_path, "00", [Entry(n, n, result) for n in ("é" * 125, "é" * 124 + "e")])
    assert len(list((tmp_path / "feedback").iterdir())) == 4


def test_the_class_report_counts_states_points_and_exercises():
    score = Score("00.1", "One step", "pass", 1, 1, {"numbers": True}, "right")
    results = {
        "a": Result("ok", "00", [score]),
        "b": Result("invalid", "00", []),
        "c": Result("infrastructure", "00", []),
    }
    text = report.page("00", results)
    assert "3 submissions: 1 graded, 1 not readable as a notebook, 1 not graded" in text
    assert report.distribution([results["a"], results["b"]]) == [1, 1]


def test_what_cannot_be_read_has_a_blank_result_and_the_others_theirs():
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o755)
        (folder / "a").mkdir()
        (folder / "a").chmod(0o777)
        for name in ("a.ipynb", "b.ipynb", "c/d.ipynb"):
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(b"")
        (folder / "b.ipynb").chmod(0)
        (folder / "c").chmod(0)
        user = os.geteuid()
        os.seteuid(user or 65534)  # root may read everything
        try:
            found = collect(folder, layout="files").submissions
            store = ResultStore(folder / "a", "00", "v1")
            results = executor.grade_class(found, "00", store, Counted(), Limits())
        finally:
            os.seteuid(user)
        (folder / "c").chmod(0o755)
    finally:
        shutil.rmtree(folder)
    assert list(results) == ["a", "b", "c"]
    assert [r.status for r in results.values()] == ["invalid", "infrastructure", "infrastructure"]
    assert "Permission denied" in exports.gradescope(results["b"])


def test_gradescope_gets_one_test_per_exercise():
    score = Score("00.1", "One step", "pass", 1, 1, {"numbers": True}, "right")
    told = json.loads(exports.gradescope(Result("ok", "00", [score])))
    assert told["score"] == 1 and [t["max_score"] for t in told["tests"]] == [1]
    assert exports.only_notebook({"a": Result("ok", "00"), "b": None}, "00").points == 0


def command(*words):
    return CliRunner().invoke(main, ["grade", *map(str, words)])


@pytest.mark.usefixtures("sandboxed")
def test_the_command_grades_a_folder_and_says_where_the_report_is(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "anna.ipynb").write_bytes(RIGHT)
    (tmp_path / "in" / "ben.ipynb").write_bytes(b"no")
    out = tmp_path / "out"
    done = command(tmp_path / "in", "--lesson", "00", "--out", out)
    assert done.exit_code == 0, done.output
    assert "2 submissions: 1 invalid, 1 ok" in done.output
    rows = list(csv.DictReader((out / "00" / "scores.csv").open(encoding="utf-8-sig")))
    assert [(r["submission"], r["points"], r["sandbox"]) for r in rows] == [
        ("anna", "1", "yes"),
        ("ben", "0", "yes"),
    ]
    for name in ("feedback/anna.html", "report.html", "class.json"):
        assert (out / "00" / name).exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only there can a file be called so")
def test_a_file_name_that_is_not_utf_8_goes_through_all_commands(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "anna.ipynb").write_bytes(b"")
    (tmp_path / "in" / os.fsdecode(b"b\xff\xfen.ipynb")).write_bytes(b"")
    out = tmp_path / "out"
    for _ in range(2):
        done = command(tmp_path / "in", "--lesson", "00", "--out", out, "--unsafe")
        assert done.exit_code == 0 and "No longer" not in done.output, done.output
    made = CliRunner().invoke(main, ["gradebook", str(out), "--lms", "canvas", "--lms", "nbgrader"])
    assert made.exit_code == 0, made.output
    for path in (out / "gradebook.csv", out / "00" / "scores.csv"):
        assert '"b��n"' in path.read_text(encoding="utf-8-sig")
    pages = [page.read_text(encoding="utf-8") for page in (out / "00" / "feedback").glob("b*")]
    assert len(pages) == 2 and all("b��n" in page for page in pages)
    told = CliRunner().invoke(main, ["explain", str(out), os.fsdecode(b"b\xff\xfen")])
    assert told.output.startswith("b��n, lesson 00: 0 points"), told.output


@pytest.mark.usefixtures("sandboxed")
def test_the_command_grades_again_what_took_too_long(tmp_path):
    waits = all_right("00")["00.1"].replace("    return", "    time.sleep(2)\n    return")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "anna.ipynb").write_bytes(answered("00", {"00.1": f"import time\n{waits}"}))
    words = (tmp_path / "in", "--lesson", "00", "--out", tmp_path / "out")
    points = []
    for more in (["--cell-seconds", 1], [], ["--again", "timeout"]):
        done = command(*words, *more)
        assert done.exit_code == 0, done.output
        (row,) = csv.DictReader((tmp_path / "out" / "00" / "scores.csv").open(encoding="utf-8-sig"))
        points.append(row["points"])
    assert points == ["0", "0", "1"]


def test_names_that_are_alike_are_said(tmp_path):
    for name in ("Zoe.ipynb", "zoe.ipynb"):
        (tmp_path / name).write_bytes(b"")
    done = command(tmp_path, "--lesson", "00", "--out", tmp_path / "out")
    assert "2 names are similar (Zoe.ipynb, zoe.ipynb" in done.output


def test_without_bubblewrap_the_grader_refuses_unless_told_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(walls.shutil, "which", lambda name: None)
    walls.require.cache_clear()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "anna.ipynb").write_bytes(RIGHT)
    words = (tmp_path / "in", "--lesson", "00", "--out", tmp_path / "out")
    refused = command(*words)
    (line,) = refused.stderr.splitlines()
    assert refused.exit_code == 1 and "bubblewrap" in line and "--unsafe" in line
    done = command(*words, "--unsafe")
    assert done.exit_code == 0, done.output
    assert '"anna","ok","1","1","1","no"' in (tmp_path / "out" / "00" / "scores.csv").read_text()
    assert feedback.UNSAFE in (tmp_path / "out" / "00" / "feedback" / "anna.md").read_text()
    walls.require.cache_clear()


@pytest.mark.usefixtures("sandboxed")
def test_folders_that_could_be_read_in_the_sandbox_are_refused(tmp_path, monkeypatch):
    env, outside = tmp_path / "env", tmp_path / "outside"
    (outside / "in").mkdir(parents=True)
    (env / "in").mkdir(parents=True)
    (tmp_path / "link").symlink_to("env")
    for folder in (env, outside):
        (folder / "in" / "anna.ipynb").write_bytes(b"")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "link"))
    for taken, out in ((env, outside), (outside, env), (tmp_path / "link", outside)):
        words = (taken / "in", "--lesson", "00", "--out", out / "out")
        refused = command(*words)
        (line,) = refused.stderr.splitlines()
        assert refused.exit_code == 1 and f"is in {env}, all of which students' code" in line
        assert not (out / "out").exists()
    assert command(outside / "in", "--lesson", "00", "--out", outside / "out").exit_code == 0
    with pytest.raises(walls.NoSandbox, match="in /usr"):
        walls.require_private(tmp_path, Path("/usr/local/results"))
    viva = CliRunner().invoke(main, ["viva", str(outside / "out"), "--lesson", "00", "--out", env])
    assert viva.exit_code == 1 and "all of which students' code" in viva.stderr


def test_an_unknown_lesson_is_one_line(tmp_path):
    done = command(tmp_path, "--lesson", "77", "--out", tmp_path / "out")
    (line,) = done.stderr.splitlines()
    assert done.exit_code == 1 and "'77'" in line
