"""A candidate is called on copies, and what stops it is told with its own line."""

import numpy as np

from rnnlib.exercises.asking import ask
from rnnlib.exercises.spec import Case
from tests.exercises.toy import judged


def test_a_candidate_never_sees_the_arguments_themselves():
    case = Case((np.ones(3),), "one")
    before = case.arguments[0].copy()

    def vandal(x):
        x[:] = 7
        return x

    answer = ask(vandal, case.arguments, ("x",))
    assert answer.changed == ("x",)
    np.testing.assert_array_equal(case.arguments[0], before)


def test_an_error_is_shown_with_the_learners_own_line(tmp_path):
    source = "def split(x, W):\n    y = x + 1\n    return np.dot(y, W[:2])\n"
    file = tmp_path / "cell.py"
    file.write_text(source)
    space = {"np": np}
    exec(compile(source, str(file), "exec"), space)
    message = judged(space["split"]).message
    assert "ValueError" in message
    assert "line 3 of your cell: `return np.dot(y, W[:2])`" in message
