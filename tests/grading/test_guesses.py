"""What a class believed is read from outputs, never trusted, and has no part in any points."""

import json
import re

import pytest

from rnnlib.exercises.predicting import MIME
from rnnlib.exercises.spec import Option, Question
from rnnlib.grading import judge
from rnnlib.grading.results import exports, feedback, report
from rnnlib.grading.results.result import Result
from rnnlib.grading.submissions import isolated
from tests.grading.builders import all_right, answered, code_cell, notebook

FIRST = Question(
    "00.p1",
    "Does it settle <at once>?",
    (Option("yes", "It shrinks.", right=True), Option("no", "So it looks.")),
)
SECOND = Question(
    "00.p2", "Which?", (Option("w", "."), Option("u & v", ".", right=True), Option("none", "."))
)
LATER = Question("01.p1", "And now?", (Option("yes", ".", right=True), Option("no", ".")))
KNOWN = {question.id: question for question in (FIRST, SECOND, LATER)}


@pytest.fixture(autouse=True)
def asked(monkeypatch):
    for module in (judge, report):
        monkeypatch.setattr(module, "predictions", lambda: KNOWN)


def told(id, choice, **more):
    """The output of reveal."""
    data = {"text/plain": "…", MIME: {"id": id, "choice": choice, "right": True, **more}}
    return {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}


def shown(*outputs):
    """A notebook of one cell with these outputs."""
    return notebook(code_cell("reveal('00.p1')", outputs=list(outputs)))


def read(data):
    return isolated.guesses(data, MIME, judge.options("00"))


def test_the_last_output_of_each_prediction_counts():
    data = shown(told("00.p1", "a"), told("00.p2", "c"), told("00.p1", "b", right="yes"))
    assert read(data) == {"00.p1": "b", "00.p2": "c"}
    again = notebook(
        code_cell("1", outputs=[told("00.p1", "a")]), code_cell("2", outputs=[told("00.p1", None)])
    )
    assert read(again) == {}


STRANGE = [
    *(None, 7, [], "text", {"data": 3}, {"data": {MIME: "00.p1"}}, {"data": {MIME: [1]}}),
    *({"data": {MIME: {}}}, {"data": {MIME: {"id": "00.p1"}}}, {"output_type": "stream"}),
    *(told(id, "a") for id in (None, 0, ["00.p1"], {}, "00.p9", "01.p1", "00.1", "x" * 100_000)),
    *(told("00.p2", c) for c in ("d", "A", "", "a ", 0, True, ["a"], {"a": 1}, "a" * 100_000)),
    told("00.p2", 10**4000),
]


def test_nothing_strange_is_believed_and_what_is_right_beside_it_is():
    assert read(shown(*STRANGE)) == {}
    assert read(shown(told("00.p2", "b"), *STRANGE, told("00.p1", "a"))) == {
        "00.p1": "a",
        "00.p2": "b",
    }


@pytest.mark.parametrize("outputs", [None, 3, "text", {"data": {MIME: {}}}])
def test_outputs_that_are_no_list_are_none(outputs):
    assert read(notebook(code_cell("1", outputs=outputs))) == {}


def test_what_is_no_notebook_or_takes_long_to_read_tells_nothing():
    assert read(MIME.encode()) == {}
    assert read(b'{"cells": 3}' + MIME.encode()) == {}
    heavy = b'{"cells": [' + b"[[[]]]," * 2_700_000 + b'"' + MIME.encode() + b'"]}'
    assert isolated.guesses(heavy, MIME, judge.options("00"), seconds=0.2) == {}
    assert read(shown(told("00.p1", "a"))) == {"00.p1": "a"}


def test_a_notebook_without_such_outputs_is_not_read_for_them(monkeypatch):
    def refuse(*_):
        raise AssertionError

    monkeypatch.setattr(isolated, "_replied", refuse)
    assert read(answered("00", {})) == {}
    assert isolated.guesses(shown(told("00.p1", "a")), MIME, {}) == {}


@pytest.mark.usefixtures("sandboxed")
def test_a_guess_is_in_the_result_and_makes_no_difference_to_the_points():
    def graded(answers, *outputs):
        book = json.loads(answered("00", answers))
        book["cells"].append(code_cell("reveal('00.p1')", outputs=list(outputs)))
        return judge.grade(json.dumps(book).encode(), "00", "a private seed")

    none, right, wrong = (
        graded(all_right("00"), *o) for o in ([], [told("00.p1", "a")], [told("00.p1", "b")])
    )
    assert [r.guesses for r in (none, right, wrong)] == [{}, {"00.p1": "a"}, {"00.p1": "b"}]
    assert none.scores == right.scores == wrong.scores and none.points == none.out_of
    assert (none.status, none.notes) == (wrong.status, wrong.notes)
    assert Result.from_json(wrong.as_json()) == wrong
    claimed = told("00.p1", "a", points=1, score=1, exercise="00.1")
    assert graded({}, claimed, *STRANGE).points == 0


def test_the_report_counts_each_option_and_those_without_a_guess_and_names_nobody():
    made = [{"00.p1": "a"}, {"00.p1": "b"}, {"00.p1": "b", "00.p2": "b"}, {}]
    results = {f"student-{k}": Result("ok", "00", guesses=g) for k, g in enumerate(made)}
    results["student-4"] = Result("infrastructure", "00")
    tables = report.by_prediction("00", [r for r in results.values() if r.status == "ok"])
    assert [(question.id, rows) for question, rows in tables] == [
        (
            "00.p1",
            [
                ["a) yes", "1", "25%", "✓ right"],
                ["b) no", "2", "50%", ""],
                ["no guess", "1", "25%", ""],
            ],
        ),
        (
            "00.p2",
            [
                ["a) w", "0", "0%", ""],
                ["b) u & v", "1", "25%", "✓ right"],
                ["c) none", "0", "0%", ""],
                ["no guess", "3", "75%", ""],
            ],
        ),
    ]
    page = report.page("00", results)
    assert "<h2>What the class predicted</h2>" in page and "3 of 4 submissions contain some" in page
    assert "<h3>Does it settle &lt;at once&gt;? " in page
    assert re.search("<td>b\\) u &amp; v</td><td>✓ right</td>.*?>1</td>.*?>25%</td>", page)
    assert "student-" not in page and "01.p1" not in page


def test_without_outputs_the_report_has_a_sentence_and_without_predictions_no_section():
    page = report.page("00", {"a": Result("ok", "00"), "b": Result("invalid", "00")})
    believed = page.split("What the class predicted</h2>")[1].split("</main>")[0]
    assert believed.strip() == (
        "<p>No submission contains an output with its author's guesses.</p>"
    )
    assert "What the class predicted" not in report.page("02", {"a": Result("ok", "02")})


def test_a_choice_that_is_no_option_in_a_stored_result_is_counted_as_no_guess():
    ((_, rows), _) = report.by_prediction("00", [Result("ok", "00", guesses={"00.p1": "z"})])
    assert [row[1] for row in rows] == ["0", "0", "1"]


def test_what_a_student_and_other_programs_get_does_not_tell_the_guess():
    plain, guessed = Result("ok", "00"), Result("ok", "00", guesses={"00.p1": "b"})
    for made in (lambda r: feedback.page("a", r), exports.gradescope):
        assert made(plain) == made(guessed)
    assert exports.table("00", {"a": plain}) == exports.table("00", {"a": guessed})
