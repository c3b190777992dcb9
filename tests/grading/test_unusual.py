"""Right answers get their points, whatever the notebook around them looks like."""

from pathlib import Path

import pytest

from rnnlib.exercises.engine import evaluate
from rnnlib.exercises.registry import exercises
from rnnlib.grading import judge
from rnnlib.grading.sandbox.limits import Limits
from rnnlib.grading.submissions import parsing
from tests.exercises.answers import ch04
from tests.grading.builders import answered, lessons, notebook
from tests.grading.unusual import FORMS, dumped, nbformat_3_with_two_worksheets, right

pytestmark = pytest.mark.usefixtures("sandboxed")
LIMITS = Limits(cell=8)


LESSONS = list(lessons())
EACH = [(name, LESSONS[k % len(LESSONS)]) for k, name in enumerate(FORMS)]


@pytest.mark.parametrize(("name", "lesson"), EACH)
def test_a_right_notebook_of_unusual_form_has_all_points(name, lesson):
    """Each form in one of the lessons."""
    result = judge.grade(FORMS[name](lesson), lesson, "a private seed", LIMITS)
    assert (result.status, result.points) == ("ok", result.out_of), result


def test_a_handed_out_cell_with_a_magic_is_an_unchanged_one(monkeypatch):
    with_magic = "%matplotlib inline\nscale = 2\nwhile True:\n    pass"
    monkeypatch.setattr(judge, "handed_out", lambda lesson: frozenset([with_magic]))
    answer = "def next_state(*a):\n    return scale and 0"
    assert judge.grade(notebook(with_magic, answer), "00", "s", LIMITS).notes == []
    cells = parsing.read(notebook(with_magic, answer))
    assert parsing.to_run(cells, {with_magic}, {"next_state"}) == [(0, "scale = 2"), (1, answer)]


def test_cells_with_line_ends_of_windows_are_the_handed_out_ones():
    for name in ("line ends of windows", "nbformat 3 with two worksheets", "the minor versions"):
        assert parsing.read(FORMS[name]("04")) == parsing.read(dumped(right("04")))
    assert nbformat_3_with_two_worksheets("01").count(b'"cells"') == 2


@pytest.mark.parametrize("number", range(max(len(right) for right in ch04.RIGHT.values())))
def test_every_right_answer_is_right_in_the_grader_when_its_name_is_bound_again(number):
    """The right answers of the tests, each under a helper that all have in common."""
    answers = {}
    for id, functions in ch04.RIGHT.items():
        own = functions[number % len(functions)]
        assert evaluate(exercises()[id], own, seed=1).passed
        name = exercises()[id].function
        answers[id] = f"common = {own.__name__}\ndef {name}(*a):\n    return common(*a)"
    book = answered("04", answers, before=f"import numpy as np\n{SOURCE}", after="common = None")
    result = judge.grade(book, "04", "a private seed", LIMITS)
    assert result.points == result.out_of, result


SOURCE = Path(ch04.__file__).read_text(encoding="utf-8")
