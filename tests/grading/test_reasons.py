"""Who loses points reads why: each reason in words of its own, and no private value."""

import sys

import pytest

from rnnlib.exercises.registry import exercises
from rnnlib.grading import judge
from rnnlib.grading.results import feedback
from rnnlib.grading.results.result import SEEN, WORDS, Result
from rnnlib.grading.sandbox.limits import Limits
from rnnlib.grading.submissions import parsing
from tests.grading.builders import all_right, answered, code_cell, handed_out, notebook, solution
from tests.grading.unusual import dumped, right

pytestmark = pytest.mark.usefixtures("sandboxed")
HEAD = "import numpy as np"
ANSWER = solution("01.1")


def graded(*cells: str, lesson: str = "01", limits: Limits | None = None) -> tuple[Result, str]:
    """The result, and what is said of the first exercise and above all of them."""
    data = notebook(*cells) if isinstance(cells[0], str) else cells[0]
    result = judge.grade(data, lesson, "private", limits)
    return result, feedback.markdown("a", result).split("\n## ")[1]


def why(result: Result, id: str = "01.1") -> str:
    return next(score.why for score in result.scores if score.id == id)


SHORT = Limits(cell=3, submission=40)
ENDLESS = f"if True:\n    while True:\n        pass\n{ANSWER.replace(chr(10), chr(10) + '    ')}"
REASONS = {
    "missing": ("missing", [HEAD]),
    "no function": ("no function", [f"{HEAD}\nthree_steps = 3"]),
    "a syntax error": ("syntax", [HEAD, f"{ANSWER}\nx = (1,\ny = 2"]),
    "cut": ("cut", [HEAD, f"1 / 0\n{ANSWER}"]),
    "cut on purpose": ("cut", [HEAD, f"raise FileNotFoundError('mine')\n{ANSWER}"]),
    "left out": ("left out", [HEAD, "while True:\n    def three_steps(w, s0):\n        pass"]),
}


@pytest.mark.parametrize(("reason", "cells"), REASONS.values(), ids=REASONS)
def test_each_reason_is_said_in_its_own_words(reason, cells):
    result, said = graded(*cells, limits=SHORT)
    assert why(result) == reason and result.points == 0
    assert f": {WORDS[reason]}, 0 of 1" in said and SEEN[reason] in said
    assert "not attempted" not in said


def test_no_two_reasons_have_the_same_words():
    assert len(set(SEEN.values())) == len(SEEN) and len(set(WORDS.values())) == len(WORDS)
    assert WORDS.keys() <= SEEN.keys() and "not attempted" not in WORDS.values()


def test_what_is_no_notebook_was_not_not_attempted():
    text = feedback.markdown("a", judge.grade(b"no", "01", "s"))
    assert "not attempted" not in text and text.count(WORDS["invalid"]) == 5


def test_only_an_untouched_exercise_is_not_attempted():
    result, said = graded(answered("01", {}))
    assert {s.status for s in result.scores} == {"not attempted"} and "not attempted" in said


def test_the_cell_that_stopped_its_exception_and_its_line_are_said():
    result, _ = graded(HEAD, f"\n\nx = 1\nx.nothing\n{ANSWER}")
    assert result.notes == [
        "Code cell 2 stopped on line 4 (AttributeError): the code below that line in the same "
        "cell was not run."
    ]


def test_blank_cells_count_as_cells_in_what_is_said():
    result, _ = graded("", HEAD, " \n", f"1 / 0\n{ANSWER}", "", ANSWER)
    assert result.points == 1 and [raised.cell for raised in result.raised] == [4]
    assert result.notes[0].startswith("Code cell 4 stopped on line 1 (ZeroDivisionError)")
    cells = parsing.read(notebook("", {"cell_type": "markdown", "source": "x"}, " \n", "1"))
    assert cells == ["", "", "1"]
    assert parsing.to_run(["", "x = 1", ""], set(), {"x"}) == [(1, "x = 1")]


def test_what_was_passed_over_is_said_and_the_rest_is_run():
    result, _ = graded(HEAD, f"import nowhere\nnowhere.go()\n{ANSWER}")
    assert result.points == 1
    assert result.notes[0].startswith("Code cell 2, line 1, 2: skipped (ModuleNotFoundError")


def test_a_syntax_error_is_said_with_its_line_and_the_version_that_reads_it():
    result, _ = graded(HEAD, f"{ANSWER}\nfor for for")
    line = ANSWER.count("\n") + 2
    version = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    assert result.notes == [
        f"Code cell 2 could not be run: {version} finds a syntax error on line {line}."
    ]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="that Python reads them")
def test_f_strings_of_a_newer_python_are_a_syntax_error():
    result, said = graded(HEAD, f"print(f'{{', '.join('ab')}}')\n{ANSWER}")
    assert why(result) == "syntax" and "line 1" in result.notes[0] and "syntax error" in said


def test_an_import_that_nobody_has_written_is_named():
    result, said = graded(ANSWER)
    assert why(result) == "error" and "uses `np`, which no cell defines" in said


def test_the_notebook_of_another_lesson_is_named():
    for data in (dumped(right("04")), answered("04", {}), notebook(*all_code("04"))):
        result, said = graded(data)
        assert result.notes == [
            "This is the notebook for lesson 04, but the assignment was lesson 01."
        ]
        assert {s.why for s in result.scores} == {"lesson"} and "another lesson" in said


def all_code(lesson: str) -> list[dict]:
    return [cell for cell in handed_out(lesson)["cells"] if cell["cell_type"] == "code"]


def test_one_lessons_own_notebook_is_not_taken_for_anothers():
    for data in (answered("01", {}), notebook("x = 1"), answered("01", {"01.1": "x = 1 +"})):
        assert not any("notebook for lesson" in note for note in graded(data)[0].notes)


def test_a_stub_below_a_right_answer_is_a_remark_and_below_a_wrong_one_no_excuse():
    stub = "def three_steps(w, s0):\n    raise NotImplementedError"
    result, said = graded(HEAD, ANSWER, stub)
    assert result.points == 1 and "defined twice, and the last definition is the empty stub" in said
    result, said = graded(HEAD, "def three_steps(w, s0):\n    return np.ones(3) * w", stub)
    assert result.points == 0 and why(result) == "numbers"
    assert "not attempted" not in said and "the last definition is the empty stub" in said


def test_a_name_that_is_bound_again_is_a_remark():
    own = ANSWER.replace("def three_steps", "def own")
    cell = f"{own}\ndef three_steps(*a):\n    return own(*a)"
    result, said = graded(HEAD, cell, "own = 3")
    assert result.points == 1 and "is bound again below it" in said


LEAKS = {
    "the exception's name": "raise type(f'W{seen}', (Exception,), {})",
    "its text": "raise ValueError(seen)",
    "its line": "exec(chr(10) * 70_000 + 'raise ValueError')",
}


@pytest.mark.parametrize("code", LEAKS.values(), ids=LEAKS)
def test_no_private_value_comes_back_through_an_exception(code):
    """Nothing that runs after a case was asked is told; and of what is told only what is known."""
    takes = "seen = [123456]\ndef three_steps(w, s0):\n    seen.append(w)\n    return w"
    result, _ = graded(HEAD, takes, code, "seen = 0")
    text = feedback.markdown("a", result)
    assert "123456" not in text and "70" not in text
    assert not any(repr(case.arguments[0])[:6] in text for case in private_cases("01.1"))


def private_cases(id: str):
    import numpy as np

    exercise = exercises()[id]
    return exercise.cases(np.random.default_rng(judge.case_seed("private", exercise)))


def test_the_feedback_of_a_right_notebook_says_nothing_of_what_was_not_asked():
    result = judge.grade(
        answered("01", all_right("01"), after=code_cell("x = 1")["source"]), "01", "s"
    )
    assert result.notes == [] and not any(score.says for score in result.scores)
