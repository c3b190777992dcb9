import inspect
import json
import subprocess
import sys
import threading
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from rnnlib.exercises import check, engine, hint, ledger, progress, quiz, solution, use
from rnnlib.exercises.asking import ask
from rnnlib.exercises.engine import evaluate
from rnnlib.exercises.ledger import Record, path
from rnnlib.exercises.outcome import Outcome, Status
from rnnlib.exercises.overview import Progress
from rnnlib.exercises.registry import DuplicateExercise, collect, exercises, find, questions
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


@pytest.fixture(autouse=True)
def work(tmp_path, monkeypatch):
    """A working copy of its own for every test."""
    (tmp_path / ".rnnlib").mkdir()
    monkeypatch.setenv("RNNLIB_WORK", str(tmp_path))
    monkeypatch.setattr(engine, "_attempted", set())
    monkeypatch.setattr(ledger, "_lessons", [])
    return tmp_path


def key(id):
    """The reference of an exercise."""
    return exercises()[id].reference


def mine(id):
    """A learner's own answer that is right."""
    return lambda *arguments: list(np.atleast_1d(key(id)(*arguments)))


def split(x, W):
    """A reference with two outputs along time: running sums, and their products with W."""
    total = np.cumsum(x, axis=0)
    return total, total @ W.T


def right(x, W):
    return split(x, W)


def _no_sum(x, W):
    return x, x @ W.T


def _transposed(x, W):
    total, _ = split(x, W)
    return total, total @ W


TOY = Exercise(
    id="99.1",
    title="Toy",
    reference=split,
    cases=lambda rng: [
        Case((rng.normal(size=(T, 3)), rng.normal(size=(3, 3))), group)
        for T, group in ((1, "one step"), (5, "several steps"))
    ],
    returns=(Returned("total", ("t", "unit"), first=1), Returned("out", ("t", "unit"), first=1)),
    hints=("Think.", "Think harder."),
    mistakes=(Mistake(_no_sum, "You do not add up."), Mistake(_transposed, "W or its transpose?")),
)


def judged(candidate, exercise=TOY):
    return evaluate(exercise, candidate, seed=0)


# --- three outcomes -----------------------------------------------------------------------


def stub(x, W):
    raise NotImplementedError("Exercise 99.1: write split")


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


def test_a_candidate_never_sees_the_arguments_themselves():
    case = Case((np.ones(3),), "one")
    before = case.arguments[0].copy()

    def vandal(x):
        x[:] = 7
        return x

    answer = ask(vandal, case.arguments, ("x",))
    assert answer.changed == ("x",)
    np.testing.assert_array_equal(case.arguments[0], before)


def test_numpy_warnings_do_not_make_a_right_answer_wrong():
    def noisy(x, W):
        np.log(np.zeros(2)) / np.zeros(2)
        return split(x, W)

    with np.errstate(all="raise"):
        assert judged(noisy).passed


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
    assert not judged(lambda x, W: (_mean if len(x) == 1 else _no_sum)(x, W), exercise).passed


def test_two_outputs_can_carry_a_mistake_each():
    outcome = judged(lambda x, W: (_no_sum(x, W)[0], _transposed(x, W)[1]))
    assert outcome.evidence["named"] == {"total": "_no_sum", "out": "_transposed"}
    assert "You do not add up." in outcome.message
    assert "W or its transpose?" in outcome.message


# --- structure first ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("candidate", "says"),
    [
        (lambda x: x, "must take (x, W), in this order; yours takes (x)"),
        (lambda x, W: np.cumsum(x, axis=0), "Return 2 things, (total, out)"),
        (lambda x, W: (x, "text"), "Return an array, `out`; yours is of type str"),
        (lambda x, W: (x, [[1], [1, 2]]), "Return an array, `out`; yours is a list that does not"),
        (lambda x, W: (x[:-1], x), "one step is missing"),
        (lambda x, W: (x.T, x), "axes swapped"),
        (7, "Pass the function itself"),
    ],
)
def test_a_wrong_structure_is_said_before_any_number(candidate, says):
    outcome = judged(candidate)
    assert outcome.status is Status.FAIL
    assert says in outcome.message


def test_an_error_is_shown_with_the_learners_own_line(tmp_path):
    source = "def split(x, W):\n    y = x + 1\n    return np.dot(y, W[:2])\n"
    file = tmp_path / "cell.py"
    file.write_text(source)
    space = {"np": np}
    exec(compile(source, str(file), "exec"), space)
    message = judged(space["split"]).message
    assert "ValueError" in message
    assert "line 3 of your cell: `return np.dot(y, W[:2])`" in message


def test_sys_exit_in_an_answer_is_a_failed_answer_not_a_lost_session():
    assert "SystemExit" in judged(lambda x, W: sys.exit(3)).message


def test_an_endless_loop_can_be_interrupted_and_the_next_check_works():
    def endless(x, W):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judged(endless)
    assert judged(right).passed


# --- what can be seen when no name fits ---------------------------------------------------


@pytest.mark.parametrize(
    ("candidate", "says"),
    [
        (lambda x, W: (-split(x, W)[0], split(x, W)[1]), "`total` has the wrong sign"),
        (lambda x, W: (split(x, W)[0], 2.5 * split(x, W)[1]), "`out` is 2.5 times the right"),
        (lambda x, W: (split(x, W)[0], 0 * split(x, W)[1]), "`out` is zero"),
        (lambda x, W: (split(x, W)[0] * np.nan, split(x, W)[1]), "NaN"),
        (
            lambda x, W: tuple(v.astype(np.float32) for v in split(x, W)),
            "its numbers are in single precision",
        ),
        (
            lambda x, W: tuple(v * (1 + 1e-7) for v in split(x, W)),
            "Is there a small number that was added",
        ),
        (
            lambda x, W: (np.roll(split(x, W)[0], 1, axis=0), split(x, W)[1]),
            "one step late",
        ),
        (lambda x, W: (split(x, W)[0][::-1], split(x, W)[1]), "backwards in time"),
    ],
)
def test_an_unnamed_fault_is_described(candidate, says):
    outcome = judged(candidate)
    assert outcome.status is Status.FAIL
    assert not outcome.evidence["named"]
    assert says in outcome.message


def three_parts(a):
    """A reference with three outputs: two of one shape, and one of another."""
    return np.exp(a), a.sum(), np.cos(a)


PARTS = Exercise(
    id="99.6",
    title="Parts",
    reference=three_parts,
    cases=lambda rng: [Case((rng.uniform(1, 2, size=n),), "any") for n in (1, 2, 3)],
    returns=(Returned("p", ("entry",)), Returned("q"), Returned("r", ("entry",))),
    hints=(),
    mistakes=(Mistake(lambda a: (np.cos(a), a.sum(), a), "p is no cosine."),),
)


@pytest.mark.parametrize("order", [(2, 1, 0), (1, 0, 2), (0, 2, 1), (1, 2, 0)])
def test_right_results_in_another_order_are_told_so(order):
    outcome = judged(lambda a: [three_parts(a)[k] for k in order], PARTS)
    got = ", ".join("pqr"[k] for k in order)
    assert outcome.status is Status.FAIL
    assert outcome.message == (
        f"All your results are right, but their order is not: return (p, q, r), not ({got})."
    )


@pytest.mark.parametrize(
    "candidate",
    [
        lambda a: (np.cos(a), a.sum(), np.exp(a) + 1),
        lambda a: (np.exp(a), np.cos(a), np.cos(a)),
        lambda a: (np.exp(a),) * 3,
    ],
)
def test_results_of_which_one_is_wrong_are_not_told_to_be_in_another_order(candidate):
    assert "order" not in judged(candidate, PARTS).message


def rows_of(n):
    """A reference whose rows may come in any order."""
    return np.array([(k, k + 10, 2 * k + 20) for k in range(n)])


ROWS = Exercise(
    id="99.7",
    title="Rows",
    reference=rows_of,
    cases=lambda rng: [Case((n,), "any") for n in (1, 3)],
    returns=(Returned("rows", ("row", "column"), unordered=True),),
    hints=(),
    mistakes=(),
)


def test_rows_whose_columns_are_in_another_order_are_told_so():
    says = judged(lambda n: rows_of(n)[::-1, [1, 0, 2]], ROWS).message
    assert says == "`rows`: the columns of your rows are right, but their order is not."
    assert "order" not in judged(lambda n: rows_of(n) + np.array([0, 0, 1]), ROWS).message


def test_the_first_wrong_step_and_the_cases_that_are_right_are_told():
    def late_fault(x, W):
        total, out = split(x, W)
        total[3:] += 1
        return total, out

    message = judged(late_fault).message
    assert "`total` is right up to t = 3 and wrong from t = 4 on" in message
    assert "Right only for: one step." in message


def in_blocks(a):
    """A reference whose answer is made of two blocks, p and q."""
    return np.concatenate([np.exp(a), np.cos(a)])


BLOCKS = Exercise(
    id="99.4",
    title="Blocks",
    reference=in_blocks,
    cases=lambda rng: [Case((rng.uniform(1, 2, size=n),), "any") for n in (1, 2, 3)],
    returns=(Returned("out", ("entry",), blocks=("p", "q")),),
    hints=(),
    mistakes=(),
)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda a: np.concatenate([np.exp(a), np.sin(a)]), "`out` is right except in block q."),
        (lambda a: np.concatenate([np.expm1(a), np.cos(a)]), "`out` is right except in block p."),
        (lambda a: in_blocks(a) + 0.1, "`out` is wrong at every entry."),
    ],
)
def test_an_answer_made_of_blocks_is_said_to_be_wrong_in_some_of_them(wrong, says):
    assert judged(wrong, BLOCKS).message == says


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda n: 3.0 * n + 1, " It is far too large."),
        (lambda n: 0.3 * n + 0.01, " It is far too small."),
        (lambda n: 7.0, " It is far too large."),
        (lambda n: -4.0 * n - 1, ""),
        (lambda n: 5.0 - n, ""),
        (lambda n: n**3 - 0.9 * n, ""),
        (lambda n: 1.2 * n + 5, ""),
        (lambda n: n + 1.0, ""),
    ],
)
def test_an_answer_is_far_off_only_if_every_wrong_case_is_and_no_number_is_negative(wrong, says):
    exercise = Exercise(
        id="99.5",
        title="Numbers",
        reference=lambda n: n,
        cases=lambda rng: [Case((n,), "any") for n in (0.0, 1.0, 2.0, 7.0)],
        returns=(Returned("y"),),
        hints=(),
        mistakes=(),
    )
    assert judged(wrong, exercise).message == f"`y` is not right.{says}"


def test_a_missing_term_is_found_by_regression():
    def total(a, b):
        return a**2 + a * b + b

    exercise = Exercise(
        id="99.2",
        title="Sum",
        reference=total,
        cases=lambda rng: [Case((rng.normal(size=6), rng.normal(size=6)), "any")],
        returns=(Returned("total", ("t",)),),
        hints=(),
        mistakes=(),
        terms=lambda a, b: {"total": {"a²": a**2, "a b": a * b, "b": b}},
    )
    assert "lacks one term: a b" in judged(lambda a, b: a**2 + b, exercise).message
    assert (
        "the term b has the wrong sign" in judged(lambda a, b: a**2 + a * b - b, exercise).message
    )


def test_feedback_never_prints_an_expected_number():
    wrong = judged(lambda x, W: (split(x, W)[0] + 0.123, split(x, W)[1])).message
    right = split(*TOY.cases(np.random.default_rng(0))[1].arguments)
    for number in np.concatenate([np.ravel(v) for v in right]):
        assert f"{abs(number):.3f}" not in wrong


def test_a_fault_of_the_checker_is_never_blamed_on_the_learner():
    broken = Exercise(
        id="99.3",
        title="Broken",
        reference=lambda x: np.linalg.inv(np.zeros((2, 2))),
        cases=lambda rng: [Case((1.0,), "any")],
        returns=(Returned("y"),),
        hints=(),
        mistakes=(),
    )
    outcome = judged(lambda x: x, broken)
    assert outcome.status is Status.FAULT
    assert "The checker itself failed" in outcome.message


def test_an_output_whose_axes_have_no_names_is_a_fault_of_the_exercise():
    nameless = replace(TOY, returns=(Returned("total"), Returned("out", ("t", "unit"))))
    outcome = judged(lambda x, W: (x, x), nameless)
    assert outcome.status is Status.FAULT and "total" in outcome.message


def test_an_answer_with_infinities_is_wrong_and_warns_nobody(recwarn):
    assert judged(lambda x, W: tuple(a + np.inf for a in split(x, W))).status is Status.FAIL
    assert not recwarn.list


# --- hints, solutions, quizzes, going on --------------------------------------------------


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


def test_use_hands_on_the_learners_function_only_if_it_passes(capsys):
    answer = mine("01.1")
    assert inspect.unwrap(use("01.1", answer)) is answer
    assert inspect.unwrap(use("01.1", lambda w, s0: np.zeros(3))) is key("01.1")
    assert inspect.unwrap(use("01.1", stub)) is key("01.1")
    assert capsys.readouterr().out.splitlines() == [
        "01.1: going on with your three_steps",
        "01.1: yours does not pass yet, so going on with the library's three_steps",
        "01.1: going on with the library's three_steps",
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


def test_every_question_has_one_right_option_and_a_reason_for_each():
    for id, question in questions().items():
        assert sum(option.right for option in question.options) == 1
        verdicts = [quiz(id, letter) for letter in "abcdefgh"[: len(question.options)]]
        assert [v.status is Status.PASS for v in verdicts] == [o.right for o in question.options]
        assert all(v.body == o.why for v, o in zip(verdicts, question.options, strict=True))
        assert all(len(option.text) < 60 for option in question.options)


def test_the_buttons_of_a_quiz_give_the_same_verdicts_as_its_text():
    question = questions()["01.q1"]
    box = quiz("01.q1").widget()
    *buttons, verdict = box.children[1:]
    for button, option in zip(buttons, question.options, strict=True):
        button.click()
        assert ("Right." in verdict.value) == option.right


def test_a_quiz_answer_that_is_no_option_is_refused():
    with pytest.raises(ValueError, match="answer one of a, b, c, got 'z'"):
        quiz("01.q1", "z")


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


# --- progress -----------------------------------------------------------------------------


def outcome(id, status):
    return Outcome(id, "", status, 0, 1, "")


def test_progress_counts_what_passed_and_names_what_is_next():
    first, second, third = list(exercises())[:3]
    ledger.record(outcome(first, Status.PASS))
    ledger.record(outcome(second, Status.FAIL))
    table = progress(all=True)
    assert table.points == (exercises()[first].points, sum(e.points for e in exercises().values()))
    assert table.next.id == second
    for mark, id in zip("✓✗○", (first, second, third), strict=True):
        assert f"{mark} {id}" in str(table)


def test_progress_shows_the_lesson_one_is_in_and_all_on_request():
    assert "Lesson 00" in str(progress())
    check("04.1", stub)
    table = progress()
    assert table.points == (0, sum(e.points for id, e in exercises().items() if id[:2] == "04"))
    assert len(str(table).splitlines()) <= 10
    assert "Lesson 04" in str(table) and "Lesson 03" not in str(table)
    assert all(f"Lesson {n}" in str(progress(all=True)) for n in ("00", "03", "04"))


def test_a_lesson_that_is_done_links_to_the_next_one():
    for id in exercises():
        if id[:2] == "00":
            assert "<a href" not in progress()._repr_html_()
            check(id, lambda *arguments, id=id: key(id)(*arguments))
    assert '<a href="01_dynamical_systems.ipynb">' in progress()._repr_html_()


def test_what_passed_once_stays_passed():
    check("01.1", mine("01.1"))
    check("01.1", lambda w, s0: np.zeros(3))
    assert progress().points[0] == 1


def test_a_check_that_was_not_attempted_leaves_no_trace():
    check("01.1", stub)
    assert not path().exists()


def test_two_notebooks_at_once_lose_nothing():
    def many(id):
        for _ in range(200):
            ledger.record(outcome(id, Status.FAIL))

    threads = [threading.Thread(target=many, args=(id,)) for id in ("01.1", "01.2", "01.3")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found, remark = ledger.records()
    assert {id: r.attempts for id, r in found.items()} == dict.fromkeys(
        ("01.1", "01.2", "01.3"), 200
    )
    assert remark == ""


@pytest.mark.parametrize("garbage", [b"{half a li", b"\xff\xfe\x00", b"[]\n", b'{"id": 3}\n'])
def test_a_corrupt_progress_file_is_set_aside_and_what_is_readable_kept(garbage):
    check("01.1", mine("01.1"))
    with path().open("ab") as file:
        file.write(garbage)
    broken = path().read_bytes()
    table = progress()
    assert "✓ 01.1" in str(table)
    assert "unreadable lines; the old one is now ledger.jsonl.corrupt-1" in str(table)
    assert (path().parent / "ledger.jsonl.corrupt-1").read_bytes() == broken
    assert all(json.loads(line) for line in path().read_text().splitlines())
    assert "unreadable" not in str(progress())


def test_outside_a_working_copy_progress_says_how_it_is_kept(monkeypatch, tmp_path_factory):
    monkeypatch.delenv("RNNLIB_WORK")
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    check("01.1", mine("01.1"))
    assert "rnnlib lab" in str(progress())


# --- the card -----------------------------------------------------------------------------


def test_a_card_escapes_what_the_learner_wrote():
    def nasty(x, W):
        raise ValueError("<script>alert(1)</script>")

    card = judged(nasty)._repr_html_()
    assert "<script>" not in card
    assert 'data-status="fail"' in card


def test_the_terminal_gets_plain_text():
    assert repr(judged(stub)).startswith("NOT ATTEMPTED  99.1 Toy\n")
    assert repr(judged(right)) == "PASS  99.1 Toy  (1/1 points)"


def test_checking_needs_numpy_only():
    heavy = {"matplotlib", "ipywidgets", "torch", "IPython", "jupytext"}
    code = (
        "import sys, rnnlib.exercises as e; e.check('01.1', None); "
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_function_of_another_exercise_is_called_by_its_id():
    def orbit(w, s0):
        return np.zeros(3)

    outcome = check("01.1", orbit)
    assert outcome.status is Status.FAIL
    assert "`orbit` is what exercise 01.2 asks for" in outcome.message


def test_what_is_next_after_a_lesson_that_is_done_is_in_a_later_one():
    passed = {e.id: Record(passed=True) for e in exercises().values() if e.id[:2] == "01"}
    assert Progress(passed, "", "01").next.id == "02.1"
    assert Progress({}, "", "02").next.id == "02.1"
    done = {id: Record(passed=True) for id in exercises() if id != "00.1"}
    assert Progress(done, "", "01").next.id == "00.1"
