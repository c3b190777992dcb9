"""Another lesson's answer is the library's in the grader; the lesson's own is the student's."""

import inspect
import json
import subprocess
import sys

import pytest

from rnnlib.exercises.engine import evaluate
from rnnlib.exercises.outcome import Status
from rnnlib.exercises.registry import exercises
from rnnlib.grading import judge
from rnnlib.grading.results.result import of_lesson
from rnnlib.grading.sandbox import course_copy, lending
from rnnlib.grading.submissions import isolated
from tests.grading.builders import answered, lessons, notebook, solution

LENT = "03.1"  # one_hot, which lesson 03 asks for
CELLS = (
    'one_hot = use("03.1")',
    'rows = use( "04.4" )\nmine = use("03.2", forward)\nother = use("99.9")',
)


@pytest.fixture
def lesson_04(monkeypatch):
    """As if lesson 04 went on with 03.1; its other cells stay what they are."""
    released = judge.handed_out("04") | {CELLS[0]}
    monkeypatch.setattr(judge, "handed_out", lambda lesson: released)
    monkeypatch.setattr(judge, "borrowed", lambda lesson: (LENT,))


def points(*cells, lesson="04"):
    head = "import numpy as np\nfrom rnnlib.exercises import use"
    result = judge.grade(notebook(head, *cells), lesson, "a private seed")
    assert result.status == "ok", result
    return {score.id: score for score in result.scores}


def test_what_a_lessons_own_cells_borrow_is_of_other_lessons_and_without_a_function(tmp_path):
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "04_x.ipynb").write_bytes(notebook(*CELLS))
    assert judge.borrowed("04", tmp_path) == (LENT,)


def test_every_reference_can_be_lent_and_gives_the_same_where_its_chapter_is_not(tmp_path):
    known = tuple(exercises())
    course_copy.build(tmp_path, {}, lesson="none", lent=known)
    code = inspect.cleandoc(
        """
        import sys
        from rnnlib.exercises import handed, use
        assert not any("chapters" in name for name in sys.modules)
        for id in handed.GIVEN:
            function = use(id)
            assert function.__name__ == handed.GIVEN[id][0]
            assert not any("chapters" in name for name in sys.modules), id
        print(len(handed.GIVEN))
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == str(len(known)), done.stderr
    for id, exercise in exercises().items():
        namespace = {"__name__": "lent"}
        exec(lending.text(exercise.reference), namespace)
        outcome = evaluate(exercise, namespace[exercise.function], seed=1)
        assert outcome.passed, (id, outcome.message)


def test_a_name_of_two_meanings_or_a_value_without_text_is_not_lent(monkeypatch):
    module = inspect.getmodule(exercises()["08.4"].reference)
    monkeypatch.setattr(module, "lstm", object())
    with pytest.raises(lending.CannotLend, match="lstm cannot be written down"):
        lending.text(exercises()["08.4"].reference)


@pytest.mark.parametrize("lesson", lessons())
def test_nothing_that_a_lesson_borrows_answers_an_exercise_of_its_own(lesson):
    for id in judge.borrowed(lesson):
        for exercise in of_lesson(lesson):
            outcome = evaluate(exercise, exercises()[id].reference, seed=1)
            assert outcome.status is not Status.PASS, (id, exercise.id)


@pytest.mark.usefixtures("sandboxed", "lesson_04")
def test_an_answer_that_calls_what_the_lesson_borrows_has_its_points():
    asks = "\n    assert one_hot(np.array([[1]]), 2).tolist() == [[[0, 1]]]\n    "
    needs = solution("04.6").replace("\n    ", asks, 1)
    found = points(CELLS[0], needs)
    assert found["04.6"].points == found["04.6"].out_of, found["04.6"]
    own = 'def one_hot(ids, V):\n    return 0\none_hot = use("03.1", one_hot)'
    assert points(own, needs)["04.6"].points == 0


@pytest.mark.usefixtures("sandboxed")
def test_in_a_resume_cell_the_lessons_own_answer_is_the_students_right_or_wrong():
    after = "def readout_gradients(*a):\n    return answer(*a)\n"
    for answer, right in ((solution("04.5"), True), (WRONG, False)):
        taken = "answer = use('04.5')\nreadout_gradients = 0"
        found = points(answer, taken, after)["04.5"]
        assert (found.points == found.out_of) is right, found
    found = points('bptt = use("04.4")', solution("04.3"), solution("04.4"))
    assert found["04.4"].points == found["04.4"].out_of


WRONG = "def readout_gradients(*a):\n    return 0"
NOTHING = {
    "in place of the answer": 'bptt = use("04.4")',
    "by another name": 'taken = use("04.4")\ndef bptt(*a):\n    return taken(*a)',
    "within the answer": 'def bptt(*a):\n    return use("04.4")(*a)',
    "with nothing": 'bptt = use("04.4", None) or use("04.4", ...)',
    "all of the lesson": 'step_vjp = use("04.3")\nbptt = use("04.4")',
    "from what is handed on": "from rnnlib.exercises import handed\n"
    'name, text = handed.GIVEN.get("04.4") or list(handed.GIVEN.values())[0]\n'
    "exec(text)\nbptt = globals()[name]",
}


@pytest.mark.usefixtures("sandboxed", "lesson_04")
@pytest.mark.parametrize("code", NOTHING.values(), ids=NOTHING)
def test_use_in_place_of_an_answer_gives_nothing(code):
    assert points(code)["04.4"].points == 0
    book = json.loads(answered("04", {"04.4": f"from rnnlib.exercises import use\n{code}"}))
    result = judge.grade(json.dumps(book).encode(), "04", "a private seed")
    assert result.points == 0, result


def test_only_the_function_that_is_used_by_its_id_runs_with_it():
    cells = ["def f(x):\n    return x", "def other(x):\n    return 1", 'mine = use("04.4")']
    cells.append("def g(x):\n    return mine(x)")
    how = {"lean": True, "answers": {"04.4": "f"}}
    units = isolated.to_run(notebook(*cells), frozenset(), ["g"], **how)
    assert [cell for cell, _ in units] == [0, 2, 3]
