"""What is said of wrong answers: names that fit, else what can be seen, and nothing untrue."""

import inspect

import numpy as np
import pytest

from rnnlib.exercises.engine import PUBLIC_SEED, evaluate
from rnnlib.exercises.outcome import Status
from rnnlib.exercises.registry import exercises
from rnnlib.exercises.spec import Case, Returned
from tests.exercises.toy import TOY, an_exercise, judged, no_sum, split, transposed


def test_two_outputs_can_carry_a_mistake_each():
    outcome = judged(lambda x, W: (no_sum(x, W)[0], transposed(x, W)[1]))
    assert outcome.evidence["named"] == {"total": "no_sum", "out": "transposed"}
    assert "You do not add up." in outcome.message
    assert "W or its transpose?" in outcome.message


def two(total, out):
    """An answer to the toy whose outputs are made from the right ones."""
    return lambda x, W: (total(split(x, W)[0]), out(split(x, W)[1]))


def as_it_is(a):
    return a


@pytest.mark.parametrize(
    ("candidate", "says"),
    [
        (two(np.negative, as_it_is), "`total` has the wrong sign, and is right otherwise."),
        (
            two(as_it_is, lambda a: 2.5 * a),
            "`out` is 2.5 times the right answer, everywhere: a constant factor.",
        ),
        (two(as_it_is, lambda a: 0 * a), "`out` is zero where the right answer is not."),
        (
            two(lambda a: a * np.nan, as_it_is),
            "`total` holds NaN or infinity where the right answer is finite (case: one step). A "
            "logarithm of 0 or of a negative number makes one, a division by 0, or an overflow.",
        ),
        (
            two(*2 * (lambda a: a * (1 + 1e-7),)),
            "`total` is right up to a relative error of 1e-07. Is there a small number that was "
            "added, a difference quotient, or single precision on the way?\n"
            "`out`: also wrong; fix `total` first.",
        ),
        (
            two(lambda a: np.roll(a, 1, axis=0), as_it_is),
            "`total` is shifted by one entry along the steps: the last comes first.\n"
            "Right only for: one step (of the cases tried).",
        ),
        (
            two(lambda a: a[::-1], as_it_is),
            "`total` is right but runs backwards along the steps.\n"
            "Right only for: one step (of the cases tried).",
        ),
    ],
)
def test_a_fault_that_is_not_listed_is_described(candidate, says):
    outcome = judged(candidate)
    assert outcome.status is Status.FAIL
    assert outcome.message == says


def rows_of(n):
    """A reference whose rows may come in any order."""
    return np.array([(k, k + 10, 2 * k + 20) for k in range(n)])


ROWS = an_exercise(
    "99.7",
    rows_of,
    lambda rng: [Case((n,), "any") for n in (1, 3)],
    Returned("rows", ("row", "column"), unordered=True),
)


def test_rows_whose_columns_are_in_another_order_are_told_so():
    says = judged(lambda n: rows_of(n)[::-1, [1, 0, 2]], ROWS).message
    assert says == "`rows`: the columns of your rows are right, but their order is not."
    assert "order" not in judged(lambda n: rows_of(n) + np.array([0, 0, 1]), ROWS).message


def test_the_steps_that_are_wrong_and_the_cases_that_are_right_are_told():
    def late_fault(x, W):
        total, out = split(x, W)
        total[3:] += 1
        return total, out

    says = "`total` is wrong from t = 4 on.\nRight only for: one step (of the cases tried)."
    assert judged(late_fault).message == says


def in_blocks(a):
    """A reference whose answer is made of two blocks, p and q."""
    return np.concatenate([np.exp(a), np.cos(a)])


BLOCKS = an_exercise(
    "99.4",
    in_blocks,
    lambda rng: [Case((rng.uniform(1, 2, size=n),), "any") for n in (1, 2, 3)],
    Returned("out", ("entry",), blocks=("p", "q")),
)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda a: np.concatenate([np.exp(a), np.sin(a)]), "`out` is right except in block q."),
        (lambda a: np.concatenate([np.expm1(a), np.cos(a)]), "`out` is right except in block p."),
        (lambda a: in_blocks(a) + 0.1, "`out` is the right answer plus 0.1."),
    ],
)
def test_an_answer_made_of_blocks_is_said_to_be_wrong_in_some_of_them(wrong, says):
    assert judged(wrong, BLOCKS).message == says


def itself(n):
    """A reference whose answer is one number."""
    return n


NUMBERS = an_exercise(
    "99.5", itself, lambda rng: [Case((n,), "any") for n in (0.0, 1.0, 2.0, 7.0)], Returned("y")
)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda n: 3.0 * n + 1, "`y` is too large wherever it is wrong."),
        (lambda n: 7.0, "`y` is always the same, whatever the arguments are."),
        (lambda n: -4.0 * n - 1, "`y` is too small wherever it is wrong."),
        (lambda n: 0.3 * n + 0.01, "`y` is not right (case: any)."),
        (lambda n: 5.0 - n, "`y` is not right (case: any)."),
        (lambda n: n**3 - 0.9 * n, "`y` is not right (case: any)."),
        (lambda n: n + 1.0, "`y` is the right answer plus 1."),
    ],
)
def test_a_number_is_too_large_only_if_it_is_in_every_wrong_case(wrong, says):
    assert judged(wrong, NUMBERS).message == says


def of_terms(a, b):
    """A reference that is a sum."""
    return a**2 + a * b + b


SUM = an_exercise(
    "99.2",
    of_terms,
    lambda rng: [Case((rng.normal(size=6), rng.normal(size=6)), "any")],
    Returned("total", ("t",)),
    terms=lambda a, b: {"total": {"a²": a**2, "a b": a * b, "b": b}},
)


def test_a_lost_term_is_named_as_what_the_program_leaves_out():
    says = "Your numbers are those of a program that leaves out the term with `a` and `b`."
    assert judged(lambda a, b: a**2 + b, SUM).message == says


def test_a_term_that_counts_otherwise_is_found_by_regression():
    says = "`total`: the term b counts 3 times. All others are right."
    assert judged(lambda a, b: a**2 + a * b + 3 * b, SUM).message == says


def test_single_precision_is_told_from_another_small_error():
    single = judged(lambda x, W: tuple(v.astype(np.float32) for v in split(x, W))).message
    assert "its numbers are in single precision. Compute in float64 throughout." in single


def test_what_is_said_where_an_answer_is_finite_is_said_of_those_cases_alone():
    def first_divided(x, W):
        total, out = split(x, W)
        return (total / 0 if len(x) == 1 else -total), out

    assert judged(first_divided).message == (
        "`total` holds NaN or infinity in some cases. In the others:\n"
        "`total` has the wrong sign, and is right otherwise."
    )


def test_feedback_never_prints_an_expected_number():
    wrong = judged(lambda x, W: (split(x, W)[0] + 0.123, split(x, W)[1])).message
    right = split(*TOY.cases(np.random.default_rng(0))[1].arguments)
    for number in np.concatenate([np.ravel(v) for v in right]):
        assert f"{abs(number):.3f}" not in wrong


SEVERAL = [id for id, exercise in exercises().items() if len(exercise.returns) > 1]


@pytest.mark.parametrize("id", SEVERAL)
def test_a_mistake_with_its_last_outputs_exchanged_is_explained(id):
    exercise = exercises()[id]
    for mistake in exercise.mistakes[:2]:

        def exchanged(*arguments, mistake=mistake):
            *others, one, two = mistake.wrong(*arguments)
            return (*others, two, one)

        exchanged.__signature__ = inspect.signature(exercise.reference)
        outcome = evaluate(exercise, exchanged, seed=PUBLIC_SEED)
        assert outcome.status is Status.FAIL, outcome
        assert outcome.message
