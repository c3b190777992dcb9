"""`rnnlib explain` answers "why 7 and not 11?", to the teacher and in words."""

from dataclasses import replace

import pytest
from click.testing import CliRunner

from rnnlib.__main__ import main
from rnnlib.exercises.registry import exercises
from rnnlib.grading import judge
from rnnlib.grading.results import entries
from rnnlib.grading.results.entries import Entry
from rnnlib.grading.results.explanation import explain
from rnnlib.grading.results.result import Raised, Result, Score
from tests.grading.builders import all_right, answered

WRONG = Score("01.1", "Title", "fail", 0, 2, {"one": True, "many": False}, "error")


def said(tmp_path, *words):
    return CliRunner().invoke(main, ["explain", str(tmp_path), *words])


@pytest.fixture
def results(tmp_path):
    raised = [
        Raised(2, 3, "ValueError", "not\nthis", on=False),
        Raised(4, 1, "OSError", "", on=True),
    ]
    wrong = replace(
        WRONG,
        says=["It stops with an error on some inputs."],
        mistakes=["last_only"],
        raised="TypeError: no\nin line 2 of your cell: `x\x1b[2J`",
        seconds=2.0,
        definitions=["Code cell 3:\ndef f():\n\treturn 1", "Code cell 9:\ndef f():\n    pass"],
    )
    whole = Result(
        "ok",
        "01",
        [wrong],
        ["Code cell 2 stopped on line 3 (ValueError)."],
        raised=raised,
        cells={"1": 0.1, "7": 12.34},
        cut=[7],
    )
    anna = Entry("anna", "anna", whole, True, 3, {"canvas_id": "77"}, None, ["2026-03-01 10:00: x"])
    entries.write(tmp_path / "01", "01", [anna, Entry("ben", "b/x", Result("ok", "01"))])
    entries.write(tmp_path / "04", "04", [Entry("Anna", "Anna", Result("ok", "04"))])
    return tmp_path


def test_a_students_lesson_is_told_in_lines(results):
    done = said(results, "anna", "--lesson", "01")
    assert done.exit_code == 0, done.output
    out_of = Result("ok", "01").out_of
    assert done.output.splitlines() == [
        f"anna, lesson 01: 0 points of {out_of} (ok, late, 3 attempts)",
        "  Code cell 2 stopped on line 3 (ValueError).",
        "Exceptions in cells:",
        "  code cell 2, line 3, ValueError: not",
        "  code cell 4, line 1, OSError; the rest of the cell ran",
        "Slow cells:",
        "  code cell 7, 12.3 s",
        "Skipped except for what the answers need:",
        "  code cell 7",
        "",
        "✗ 01.1 Title: wrong, 0 of 2",
        "  Right: one.",
        "  Wrong: many.",
        "  It stops with an error on some inputs.",
        "  Named mistakes: last_only",
        "  It raised: TypeError: no",
        "    in line 2 of your cell: `x�[2J`",
        "  It took 2.0 s.",
        "  Definition, number 1:",
        "    Code cell 3:",
        "    def f():",
        "        return 1",
        "  Definition, the last:",
        "    Code cell 9:",
        "    def f():",
        "        pass",
        "",
        "Changed by re-grades:",
        "  2026-03-01 10:00: x",
    ]


@pytest.mark.parametrize(
    ("name", "first"), [("77", "anna,"), ("b/x", "ben,"), ("BEN", "ben,"), ("Anna", "Anna,")]
)
def test_a_student_is_found_by_name_file_or_id(results, name, first):
    done = said(results, name)
    assert done.exit_code == 0 and done.output.startswith(first), done.output


@pytest.mark.parametrize(
    ("name", "says"),
    [("ANNA", "more than one student: Anna, anna"), ("bem", "similar: ben"), ("zzz", "'zzz'")],
)
def test_whoever_is_not_there_is_one_line(results, name, says):
    done = said(results, name)
    (line,) = done.stderr.splitlines()
    assert done.exit_code == 1 and says in line


def test_without_results_it_says_so(tmp_path):
    assert "run rnnlib grade first" in said(tmp_path, "anna").stderr
    assert "results for lesson 04" in said(tmp_path, "anna", "--lesson", "04").stderr


@pytest.mark.usefixtures("sandboxed")
def test_both_definitions_are_there_where_the_second_run_mattered():
    function = exercises()["00.1"].function
    right = all_right("00")["00.1"]
    stub = f"def {function}(*a):\n    raise NotImplementedError"
    result = judge.grade(answered("00", {"00.1": right}, after=stub), "00", "private")
    assert result.points == result.out_of
    (score,) = result.scores
    assert len(score.definitions) == 2 and "NotImplementedError" in score.definitions[1]
    told = "\n".join(explain("00", Entry("a", "a", result)))
    assert "Definition, the last:" in told and "defined twice" in told
    once = judge.grade(answered("00", {"00.1": right}), "00", "private")
    assert once.scores[0].definitions == []
