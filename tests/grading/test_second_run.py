"""The second run: only where a name is bound again, one at most, and no second try at luck."""

import inspect

import numpy as np
import pytest

from rnnlib.exercises.asking import Answer, ask
from rnnlib.exercises.comparing import parameter_names
from rnnlib.exercises.registry import exercises
from rnnlib.grading import judge, scoring
from rnnlib.grading.results.result import Score
from rnnlib.grading.sandbox.session import Session
from rnnlib.grading.submissions import isolated
from tests.grading.builders import notebook, solution
from tests.grading.hostile import LUCK

F = "def f(x):\n    return helper(x)"
HELPER = "def helper(x):\n    return inner + x"
STUB = 'def f(x):\n    """Returns x."""\n    raise NotImplementedError("write f")'


def planned(*cells: str, handed_out=(), asked=None) -> tuple[list, dict]:
    answers = {"x.1": "f", "x.2": "helper"}
    return isolated.second_run(
        notebook(*cells), frozenset(handed_out), ["f"], asked or {"x.1": "f"}, answers=answers
    )


CHANGES = {
    "the function": ("f = 1", "bound again"),
    "the function deleted": ("del f", "bound again"),
    "a stub": (STUB, "stub"),
    "a stub of another kind": ("def f(x):\n    ...", "stub"),
    "a helper": ("helper = None", "bound again"),
    "a helper of a helper": ("inner: int = 3", "bound again"),
    "a helper by a loop": ("for inner in range(3):\n    pass", "bound again"),
    "in a block": ("if True:\n    inner = 3", "bound again"),
    "by a function": ("def g():\n    global inner\n    inner = 1\ng()", "bound again"),
    "by an import": ("import math as helper", "bound again"),
    "by any import": ("from math import *", "bound again"),
    "by an index": ("helper[0] = 3", "bound again"),
    "in an expression": ("print(inner := 4)", "bound again"),
    "by a with": ("with open('x') as inner:\n    pass", "bound again"),
    "by an unpacking": ("a, (inner, *b) = 1, (2, 3)", "bound again"),
    "by an error": ("try:\n    pass\nexcept ValueError as inner:\n    pass", "bound again"),
    "a reset": ("%reset -f", "bound again"),
    "a reset in a cell": ("print(1)\n%reset -f\nprint(2)", "bound again"),
    "by text": ("exec('inner = 4')", "bound again"),
    "another answer": ("f = use('x.2')", "bound again"),
    "another lesson's answer": ("helper = use('y.2')", "bound again"),
}


@pytest.mark.parametrize(("code", "why"), CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("merged", [False, True], ids=["another cell", "the same cell"])
def test_a_name_that_is_bound_again_is_found_and_the_answer_asked_right_below_it(code, why, merged):
    cells = ["inner = 1", HELPER, f"{F}\n{code}"] if merged else ["inner = 1", HELPER, F, code]
    if merged and code.startswith("%reset"):
        code = code.removesuffix("\nprint(2)")
    steps, whys = planned(*cells)
    assert whys == {"x.1": why}
    (place,) = (k for k, (_, _, ids) in enumerate(steps) if ids)
    assert steps[place] == (2, F, ("x.1",))
    assert "\n".join(text for _, text, _ in steps) == "\n".join(cells)


NOTHING = {
    "nothing": "",
    "another name": "inner_2 = helper",
    "a local name": "def g(helper):\n    inner = 3\n    return [f for f in helper]",
    "another object's attribute": "import numpy as np\nnp.random.seed(0)\nother.helper = 2",
    "what use() hands on": "f = use('x.1', f)\nhelper, y = use('x.2', helper), 3",
    "what use() finds": "f = use('x.1')\nhelper = use('x.2')",
    "the name as a word": "print('helper = 3')  # f = 2",
    "no Python": "f = = 2",
}


@pytest.mark.parametrize("code", NOTHING.values(), ids=NOTHING)
def test_where_no_name_is_bound_again_nothing_is_asked_again(code):
    steps, whys = planned("inner = 1", HELPER, F, *([code] if code else []))
    assert whys == {} and not any(ids for _, _, ids in steps)


def test_the_same_import_again_binds_nothing_anew_and_another_one_does():
    own = "import numpy as np\ndef f(x):\n    return np.tanh(x)"
    assert planned(own, "import numpy as np")[1] == {}
    assert planned(own, "import math as np")[1] == {"x.1": "bound again"}


def test_a_stub_alone_is_not_asked_again():
    assert planned(STUB, "f = 3", "%reset -f")[1] == {}


def test_a_helper_that_is_defined_below_is_waited_for():
    steps, whys = planned(F, HELPER, "inner = 1", "helper = None")
    assert whys and [ids for _, _, ids in steps] == [(), (), ("x.1",), ()]


def test_of_many_definitions_the_last_one_is_asked_once():
    steps, _ = planned(*(f"def f(x):\n    return {k}" for k in range(50)), STUB, "%reset -f")
    assert [k for k, (_, _, ids) in enumerate(steps) if ids] == [49]


def test_two_answers_in_a_cell_are_asked_each_where_it_stands():
    cell = f"{HELPER}\n{F}\n{HELPER}\ndef g(x):\n    return helper(x)"
    asked = {"x.1": "f", "x.2": "g"}
    steps, _ = planned("inner = 1", cell, "helper = inner = None", asked=asked)
    assert [ids for _, _, ids in steps] == [(), ("x.1",), ("x.2",), ()]


# --- what it is worth --------------------------------------------------------------------


def score(points: float, status: str = "fail") -> Score:
    exercise = exercises()["01.5"]
    return Score("01.5", exercise.title, status, points, exercise.points, {"a": True}, "numbers")


def test_a_second_run_counts_only_if_all_of_it_is_right():
    exercise = exercises()["01.5"]
    whole = score(exercise.points, "pass")
    for first in (score(0), score(1)):
        better = scoring.better(exercise, first, whole, "bound again")
        assert better.points == exercise.points and "bound again" in better.says[0]
        for second in (None, score(1.5), score(0)):
            assert scoring.better(exercise, first, second, "bound again") == first


def test_a_wrong_answer_above_a_stub_is_said_to_be_wrong_and_has_no_points():
    exercise = exercises()["01.5"]
    found = scoring.better(exercise, score(0, "not attempted"), score(1), "stub")
    assert (found.status, found.points) == ("fail", 0) and "empty stub" in found.says[-1]


def run(exercise, code: str, seed: int) -> Score:
    """One run of an answer, from its text, on the private cases of a seed."""
    cases = exercise.cases(np.random.default_rng(judge.case_seed(str(seed), exercise)))
    names, namespace = parameter_names(exercise), {}
    exec(code, namespace)
    function = namespace[exercise.function]
    asked = [[ask(function, c.arguments, names) for c in order] for order in (cases, cases[::-1])]
    first, second = [[Answer(a.value, "error" if a.error else "") for a in own] for own in asked]
    return scoring.score(exercise, cases, first, second[::-1])


@pytest.mark.parametrize("name", LUCK)
def test_luck_has_no_points_on_any_of_a_hundred_seeds(name):
    exercise = exercises()["01.1"]
    for seed in range(100):
        np.random.seed(seed)
        first, second = (run(exercise, LUCK[name], seed) for _ in range(2))
        assert scoring.better(exercise, first, second, "bound again").points == 0


@pytest.mark.parametrize("seed", ["a", "b", "c"])
@pytest.mark.parametrize("name", LUCK)
def test_luck_has_none_in_the_sandbox_either(name, seed, sandboxed):
    result = judge.grade(notebook(LUCK[name], "three_steps = np = calls = 0"), "01", seed)
    assert result.points == 0, result


# --- in the sandbox ----------------------------------------------------------------------


@pytest.fixture
def kernels(monkeypatch, sandboxed) -> list:
    """The kernels that a grading starts."""
    started = []
    enter = Session.__enter__

    def entered(self):
        started.append(self)
        return enter(self)

    monkeypatch.setattr(Session, "__enter__", entered)
    return started


WRONG = "def three_steps(w, s0):\n    return helper\n\ndef orbit(*a):\n    return helper"
RUNS = {
    "wrong, and nothing is bound again": ([WRONG, "other = 3"], 1),
    "wrong, and a name of two is bound again": (["helper = 1", WRONG, "helper = 2"], 2),
    "wrong, then a stub and a reset": ([WRONG, "def orbit(*a):\n    pass", "%reset -f"], 2),
    "right, and its name is bound again": ([solution("01.1"), "three_steps = 3"], 1),
    "not attempted": (["three_steps = 3", "%reset -f"], 1),
}


@pytest.mark.parametrize(("cells", "number"), RUNS.values(), ids=RUNS)
def test_there_is_one_second_run_at_most_and_only_where_it_could_change_anything(
    cells, number, kernels
):
    judge.grade(notebook("import numpy as np", *cells), "01", "s")
    assert len(kernels) == number


def test_nothing_of_the_first_run_is_left_in_the_second(sandboxed):
    """Right from the second call on, by what the first one has left wherever it can."""
    code = inspect.cleandoc(
        """
        import os, builtins, numpy as np
        def three_steps(w, s0):
            folders = ("/tmp", os.getcwd(), "/dev/shm", "/var/tmp")
            known = [os.path.exists(f"{folder}/x") for folder in folders]
            known += [hasattr(builtins, "x"), "x" in os.environ]
            builtins.x, os.environ["x"] = 1, "1"
            for folder in folders:
                try:
                    open(f"{folder}/x", "w").close()
                except OSError:
                    pass
            s = np.tanh(w * s0)
            right = np.array([s, np.tanh(w * s), np.tanh(w * np.tanh(w * s))])
            return right if any(known) else 0 * right
        """
    )
    result = judge.grade(notebook(code, "np = np"), "01", "s")
    (found,) = (s for s in result.scores if s.id == "01.1")
    assert found.points == 0, found


def test_the_private_cases_are_the_same_in_both_runs(sandboxed, monkeypatch):
    asked = []
    ask_session = Session.ask

    def noted(self, function, parameters, cases, seconds):
        asked.append(set(map(repr, cases)))
        return ask_session(self, function, parameters, cases, seconds)

    monkeypatch.setattr(Session, "ask", noted)
    judge.grade(notebook("def next_state(*a):\n    return 1", "next_state = 3"), "00", "s")
    half = len(asked) // 2  # a wrong answer is asked more, to say what is wrong
    assert asked[:half] == asked[half:]
    assert asked[0] == asked[1] and not any(more & asked[0] for more in asked[2:half]), asked
    assert half > 2
