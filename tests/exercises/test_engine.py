"""What a learner calls gives three outcomes and never loses the session: check, hint, use."""

import inspect
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from rnnlib.exercises import check, engine, hint, solution, use
from rnnlib.exercises.outcome import Status
from rnnlib.exercises.registry import DuplicateExercise, collect, exercises, find
from rnnlib.exercises.spec import Case, Mistake, Returned
from tests.exercises.toy import TOY, an_exercise, judged, key, mine, right, split, stub

pytestmark = pytest.mark.usefixtures("work")

# --- three outcomes -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "candidate",
    [None, ..., stub, lambda x, W: None, lambda x, W: ...],
    ids=["None", "...", "the stub", "returns None", "returns ..."],
)
def test_what_is_not_written_is_not_attempted(candidate):
    assert judged(candidate).status is Status.NOT_ATTEMPTED


def test_the_reference_passes_and_earns_all_points():
    outcome = judged(right)
    assert (outcome.status, outcome.points) == (Status.PASS, TOY.points)


def test_an_answer_that_changes_its_arguments_but_returns_the_right_numbers_passes():
    def in_place(x, W):
        np.cumsum(x, axis=0, out=x)
        return x, x @ W.T

    assert judged(in_place).passed


def test_numpy_warnings_do_not_make_a_right_answer_wrong():
    def noisy(x, W):
        np.log(np.zeros(2)) / np.zeros(2)
        return split(x, W)

    with np.errstate(all="raise"):
        assert judged(noisy).passed


def test_sys_exit_in_an_answer_is_a_failed_answer_not_a_lost_session():
    assert "SystemExit" in judged(lambda x, W: sys.exit(3)).message


def test_an_endless_loop_can_be_interrupted_and_the_next_check_works():
    def endless(x, W):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judged(endless)
    assert judged(right).passed


def test_the_function_of_another_exercise_is_called_by_its_id():
    def orbit(w, s0):
        return np.zeros(3)

    outcome = check("01.1", orbit)
    assert outcome.status is Status.FAIL
    assert "`orbit` is what exercise 01.2 asks for" in outcome.message


def test_an_answer_with_infinities_is_wrong_and_warns_nobody(recwarn):
    assert judged(lambda x, W: tuple(a + np.inf for a in split(x, W))).status is Status.FAIL
    assert not recwarn.list


def test_what_is_written_for_some_arguments_only_is_judged():
    def half_written(x, W):
        if len(x) == 1:
            return stub(x, W)
        return split(x, W)

    outcome = judged(half_written)
    assert outcome.status is Status.FAIL
    assert "NotImplementedError" in outcome.message
    *_, right, where = outcome.message.splitlines()
    assert right == "Where it does not stop, it is right."
    assert where == "It stops only for: one step (of the cases tried)."


def test_a_candidate_that_cannot_be_looked_at_is_a_failed_answer():
    class NoSignature:
        @property
        def __signature__(self):
            raise RuntimeError("nobody looks at me")

        def __call__(self, x, W):
            return split(x, W)

    def its_own_wrapper(x, W):
        return split(x, W)

    its_own_wrapper.__wrapped__ = its_own_wrapper
    for candidate in (NoSignature(), its_own_wrapper):
        outcome = judged(candidate)
        assert outcome.status is Status.FAIL
        assert "Pass a plain function" in outcome.message


def test_complex_rows_in_any_order_are_only_wrong():
    def complex_rows(edges, T):
        return key("02.2")(edges, T) + 1j

    assert judged(complex_rows, exercises()["02.2"]).status is Status.FAIL


def test_a_fault_of_the_checker_is_never_blamed_on_the_learner():
    broken = an_exercise(
        "99.3",
        lambda x: np.linalg.inv(np.zeros((2, 2))),
        lambda rng: [Case((1.0,), "any")],
        Returned("y"),
    )
    outcome = judged(lambda x: x, broken)
    assert outcome.status is Status.FAULT
    assert "The checker itself failed" in outcome.message


def test_an_output_whose_axes_have_no_names_is_a_fault_of_the_exercise():
    nameless = replace(TOY, returns=(Returned("total"), Returned("out", ("t", "unit"))))
    outcome = judged(lambda x, W: (x, x), nameless)
    assert outcome.status is Status.FAULT and "total" in outcome.message


def test_checking_needs_numpy_only():
    heavy = {"matplotlib", "ipywidgets", "torch", "IPython", "jupytext"}
    code = (
        "import sys, rnnlib.exercises as e; e.check('01.1', None); "
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _mean(x, W):
    total = np.cumsum(x, axis=0) / np.arange(1, len(x) + 1)[:, None]
    return total, total @ W.T


def test_an_answer_in_another_form_that_is_accepted_passes_and_is_told_which_it_is():
    exercise = replace(TOY, accepted=(Mistake(_mean, "These are running means: right as well."),))
    outcome = judged(lambda x, W: _mean(x, W), exercise)
    assert outcome.passed and outcome.points == exercise.points
    assert outcome.message == "These are running means: right as well."
    assert not judged(_mean).passed
    # of each output the accepted form's, and so in every case
    assert not judged(lambda x, W: (_mean(x, W)[0], split(x, W)[1]), exercise).passed
    assert not judged(lambda x, W: _mean(x, W) if len(x) == 1 else (x, x), exercise).passed


# --- hints and solutions ------------------------------------------------------------------


def test_every_exercise_has_hints_that_are_numbered_from_one():
    for id, exercise in exercises().items():
        assert 2 <= len(exercise.hints) <= 3
        for n, text in enumerate(exercise.hints, start=1):
            assert text in hint(id, n).body
            assert ("One more" in hint(id, n).body) == (n < len(exercise.hints))
        for n in (0, len(exercise.hints) + 1, "all"):
            card = hint(id, n)
            assert f"no hint {n}" in card.heading and f"hint('{id}', 1)" in card.body
        assert "solution(" in hint(id, len(exercise.hints)).body


def test_a_solution_is_shown_after_an_attempt_or_anyway():
    assert "Try it first" in solution("01.1").body
    assert "np.tanh" in repr(solution("01.1", anyway=True))
    check("01.1", lambda w, s0: np.zeros(3))
    shown = solution("01.1")
    assert "s3 = np.tanh(w * s2)" in shown.code
    assert shown.body


def test_without_the_solutions_folder_a_solution_is_not_released(monkeypatch):
    monkeypatch.setattr(engine.lessons, "worked_solution", lambda id: None)
    assert "not released" in solution("01.1", anyway=True).body


# --- going on -----------------------------------------------------------------------------


def test_use_hands_on_the_learners_function_only_if_it_passes(capsys):
    answer = mine("01.1")
    assert inspect.unwrap(use("01.1", answer)) is answer
    assert inspect.unwrap(use("01.1", lambda w, s0: np.zeros(3))) is key("01.1")
    assert inspect.unwrap(use("01.1", stub)) is key("01.1")
    assert capsys.readouterr().out.splitlines() == [
        "01.1: continuing with your three_steps",
        "01.1: yours does not pass yet, so continuing with the library's three_steps",
        "01.1: continuing with the library's three_steps",
    ]


def test_what_use_hands_on_returns_arrays_and_spares_its_arguments():
    def in_place(w, u, x, s0):
        x *= u
        states = [s0]
        for x_t in x:
            states.append(np.tanh(w * states[-1] + x_t))
        return states

    x = np.ones(4)
    states = use("01.4", in_place)(0.5, 0.2, x, 0.1)
    assert states.shape == (5,)
    np.testing.assert_array_equal(x, np.ones(4))


def test_what_use_hands_on_returns_numbers_as_python_has_them():
    weights, states = use("06.1", lambda *sizes: [np.int64(n) for n in key("06.1")(*sizes)])(
        1, 2, 3, 1, 8
    )
    assert type(weights) is type(states) is int
    assert type(use("07.3", None)(np.eye(2))) is float


def test_the_librarys_function_handed_on_earns_nothing():
    handed_on = use("01.2", None)
    assert check("01.2", handed_on).status is Status.NOT_ATTEMPTED
    assert check("01.2", key("01.2")).status is Status.NOT_ATTEMPTED


# --- the registry -------------------------------------------------------------------------


def test_an_unknown_id_is_answered_with_those_of_its_lesson():
    with pytest.raises(
        KeyError, match=r"no exercise has the id '01\.9'; lesson 01 has 01\.1, 01\.2"
    ):
        find(exercises(), "01.9")


def test_two_exercises_with_one_id_are_refused():
    chapters = [SimpleNamespace(__name__=n, EXERCISES=[TOY]) for n in ("one", "two")]
    with pytest.raises(DuplicateExercise, match=r"two: id '99\.1' is already used in one"):
        collect(chapters, "EXERCISES")
