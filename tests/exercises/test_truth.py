"""What is said of a wrong answer is so, also of cases that the checker has never seen."""

import os
import re

import numpy as np
import pytest

from rnnlib.exercises.engine import PUBLIC_SEED
from rnnlib.exercises.registry import exercises
from rnnlib.exercises.spec import Case, Mistake, Returned
from tests.exercises import claims
from tests.exercises.answers.report import WRONG, judged
from tests.exercises.toy import an_exercise

SEEN = [PUBLIC_SEED, *([PUBLIC_SEED, k] for k in (1, 2, 3))]
FRESH = int(os.environ.get("RNNLIB_FRESH_SEEDS", "3"))  # 20 before a release
# What is no claim about numbers, or has its own test: `alterations/test_program.py`.
ELSEWHERE = re.compile(
    r"(`\w+`(, `\w+`)*: )?Your numbers are those of a program that .*\."
    r"|Return (\d things|an array|a number), .*"
    r"|`\w+` must take .*"
)


REMEMBERS = {"steps_kept_by_T_alone"}  # its answers depend on earlier ones


@pytest.mark.parametrize("id", list(exercises()))
def test_every_sentence_on_a_wrong_answer_is_so_and_is_looked_into(id):
    untrue, unknown = {}, {}
    for wrong in WRONG[id]:
        message = judged(id, wrong.answer).message
        fresh = range(1000, 1000 + (0 if wrong.answer.__name__ in REMEMBERS else FRESH))
        here = claims.world(exercises()[id], wrong.answer, SEEN, fresh)
        if lines := claims.untrue(message, here):
            untrue[wrong.answer.__name__] = lines
        others = [x for x in claims.not_understood(message, here) if not ELSEWHERE.fullmatch(x)]
        if others:
            unknown[wrong.answer.__name__] = others
    assert untrue == {}
    assert unknown == {}


# --- an untrue sentence is found -------------------------------------------------------------


def growth(x, c):
    """A reference along time: running sums, times a number."""
    return c * np.cumsum(x, axis=0), c * x.sum()


def twice_in_sum(x, c):
    """A listed mistake in the second output."""
    return growth(x, c)[0], 2 * c * x.sum()


GROWTH = an_exercise(
    "99.8",
    growth,
    lambda rng: [
        Case((rng.normal(size=(T, 2)), rng.uniform(1, 2)), group)
        for T, group in ((1, "T = 1"), (4, "several steps"), (6, "several steps"))
    ],
    Returned("y", ("t", "unit"), first=1),
    Returned("all"),
    mistakes=(Mistake(twice_in_sum, "You count each entry twice."),),
    terms=lambda x, c: {"all": {"the first": c * x[0].sum(), "the rest": c * x[1:].sum()}},
)


def first_lost(x, c):
    y, _ = growth(x, c)
    y[0] = 0
    return y, c * x[1:].sum()


def without_c(x, c):
    return np.cumsum(x, axis=0), c * x.sum()


def reversed_in_time(x, c):
    return growth(x, c)[0][::-1], 2 * c * x.sum()


def with_nan(x, c):
    y, total = growth(x, c)
    return (np.nan * y if len(y) == 1 else -y), total


SENTENCES = [
    (
        first_lost,
        [
            "`y` is wrong at t = 1 only.",
            "`all` lacks one term: the first. All others are right.",
            "`all` does not change when `x[0]` does: where does `x[0]` come in?",
            "`all`: also wrong; fix `y` first.",
        ],
        [
            "`y` is wrong at t = 2 only.",
            "`y` is wrong at the last step only.",
            "`y` is wrong from t = 2 on.",
            "`y` is wrong everywhere but at t = 1.",
            "`y` is wrong at unit 0 only.",
            "`y` is zero where the right answer is not.",
            "`y` is right up to a factor for each unit.",
            "`y` comes one entry late along the steps: each is the one before it.",
            "`all` lacks one term: the rest. All others are right.",
            "`all`: the term the first has the wrong sign. All others are right.",
            "`all`: the term the first counts 2 times. All others are right.",
            "`all` does not change when `x[-1]` does: where does `x[-1]` come in?",
            "`all` is right where `c` is 0: look at the terms with `c`.",
            "Right only for: T = 1 (of the cases tried).",
            "Wrong only for: several steps (of the cases tried).",
            "`all`: You count each entry twice.",
            "All your results are right, but their order is not: return (y, all), not (all, y).",
        ],
    ),
    (
        without_c,
        [
            "`y` does not change when `c` does: where does `c` come in?",
            "`y` is the right answer divided by `c`.",
            "`y` is right up to a factor, which differs from case to case.",
            "`y`: Your numbers are those of `c` = 1, whatever `c` is.",
            "`y` is wrong at every step (case: T = 1).",
            "`y` is wrong at every step, even in the simplest case (T = 1): work that one out by "
            "hand.",
            "`y` has the right sign everywhere, and is too close to 0 everywhere.",
        ],
        [
            "`y` does not change when `x` does: where does `x` come in?",
            "`y` is right where `c` is 0: look at the terms with `c`.",
            "`y` is the right answer times `c`.",
            "`y` is the right answer minus `c`.",
            "`y` is 0.7 times the right answer, everywhere: a constant factor.",
            "`y` is off by a constant in each case, the same at every entry.",
            "`y`: Your numbers are those of `c` = 0, whatever `c` is.",
            "`y`: Your numbers are those of `x` in reverse order.",
            "`y` is first wrong at t = 2 (case: several steps, where 3 of 4 are wrong).",
            "`y` is wrong at every step (case: T = 2).",
            "`y` is not right, even in the simplest case (several steps): work that one out by "
            "hand.",
            "`y` has the right sign everywhere, and is too far from 0 everywhere.",
            "`y` is rounded to 2 decimals. Return it unrounded.",
            "`all` is always the same, whatever the arguments are.",
            "`y`: also wrong; fix `all` first.",
        ],
    ),
    (
        reversed_in_time,
        [
            "`y` is right but runs backwards along the steps.",
            "`all`: You count each entry twice.",
            "`all` is 2 times the right answer, everywhere: a constant factor.",
        ],
        [
            "`y` is right but runs backwards along axis 1 (unit).",
            "`y` is shifted by one entry along the steps: the last comes first.",
            "`y` lacks its last entry along the steps, and is right otherwise.",
            "`y` is right except for the order along axis 1 (unit).",
            "`all` is -2 times the right answer, everywhere: a constant factor.",
            "`all` is 2.01 times the right answer, everywhere: a constant factor.",
            "`all` is the right answer plus len(x).",
            "Your function changes its argument `x` in place. Work on a copy.",
        ],
    ),
]


@pytest.mark.parametrize(
    ("answer", "line", "is_so"),
    [
        (answer, line, is_so)
        for answer, true, false in SENTENCES
        for is_so, lines in ((True, true), (False, false))
        for line in lines
    ],
    ids=lambda v: getattr(v, "__name__", str(v)),
)
def test_a_sentence_that_is_not_so_is_found_and_one_that_is_so_is_let_pass(answer, line, is_so):
    here = claims.world(GROWTH, answer, SEEN, range(1000, 1003))
    assert claims.untrue(line, here) == ([] if is_so else [line])


def test_a_sentence_on_the_finite_cases_is_held_against_these_alone():
    here = claims.world(GROWTH, with_nan, SEEN, range(1000, 1003))
    before = "`y` holds NaN or infinity in some cases. In the others:"
    sign, size = (
        "`y` has the wrong sign, and is right otherwise.",
        "`y` is too large at every entry.",
    )
    assert claims.untrue(sign, here) == [sign]
    assert claims.untrue(f"{before}\n{sign}", here) == []
    assert claims.untrue(f"{before}\n{size}", here) == [size]


def test_a_sentence_of_a_kind_that_nobody_has_thought_of_is_not_taken_for_true():
    here = claims.world(GROWTH, first_lost, SEEN, range(1000, 1003))
    assert claims.not_understood("`y` is nearly right.", here) == ["`y` is nearly right."]
