"""Right answers pass in any style; wrong ones are caught, and named only if the name fits."""

import numpy as np
import pytest

from rnnlib.exercises.asking import ask
from rnnlib.exercises.comparing import compare, parameter_names
from rnnlib.exercises.engine import PUBLIC_SEED
from rnnlib.exercises.outcome import Status
from rnnlib.exercises.registry import exercises
from tests.exercises.answers.report import RIGHT, WRONG, judged, names, row, table

EVERY = list(exercises())
OTHER_SEEDS = (1, 2)  # nobody has seen their cases

right_answers = pytest.mark.parametrize(
    ("id", "answer"),
    [(id, answer) for id in RIGHT for answer in RIGHT[id]],
    ids=lambda v: getattr(v, "__name__", v),
)
wrong_answers = pytest.mark.parametrize(
    ("id", "wrong"),
    [(id, wrong) for id in WRONG for wrong in WRONG[id]],
    ids=lambda v: v if isinstance(v, str) else v.answer.__name__,
)


@pytest.mark.parametrize("id", EVERY)
def test_every_exercise_has_enough_labelled_answers(id):
    assert len(RIGHT[id]) >= 3
    assert len(WRONG[id]) >= 4
    assert sum(wrong.named is None for wrong in WRONG[id]) >= 2


@right_answers
def test_a_right_answer_passes_in_any_style_and_on_any_seed(id, answer):
    for seed in (PUBLIC_SEED, *OTHER_SEEDS):
        outcome = judged(id, answer, seed)
        assert outcome.status is Status.PASS, (seed, outcome)
        assert outcome.points == exercises()[id].points


@wrong_answers
def test_a_wrong_answer_fails_under_its_own_name_or_under_none_and_is_told_where(id, wrong):
    outcome = judged(id, wrong.answer)
    assert outcome.status is Status.FAIL, outcome
    assert names(outcome) == wrong.names
    assert wrong.says in outcome.message


@pytest.mark.slow
@wrong_answers
def test_a_wrong_answer_fails_on_other_cases_too(id, wrong):
    exercise = exercises()[id]
    names = parameter_names(exercise)
    for seed in OTHER_SEEDS:
        cases = exercise.cases(np.random.default_rng(seed))
        given = (ask(wrong.answer, case.arguments, names) for case in cases)
        pairs = zip(cases, given, strict=True)
        assert not all(compare(exercise, [case], [answer]).passed for case, answer in pairs), seed


@pytest.mark.parametrize("id", EVERY)
def test_each_named_mistake_is_recognised_as_itself_so_any_two_differ(id):
    for mistake in exercises()[id].mistakes:
        outcome = judged(id, mistake.wrong)
        assert names(outcome) == {mistake.wrong.__name__}, outcome


@pytest.mark.parametrize("id", EVERY)
def test_the_report_counts_every_labelled_answer(id):
    found = row(id)
    assert (found.right, found.passed) == (len(RIGHT[id]),) * 2
    assert (found.wrong, found.rejected) == (len(WRONG[id]),) * 2
    assert found.named == found.with_name == sum(wrong.named is not None for wrong in WRONG[id])
    assert found.misnamed == 0


def test_the_report_has_a_line_for_each_exercise_and_one_for_all():
    ids = ["01.1", "01.2"]
    lines = table(ids).split("\n")
    assert [line.split()[0] for line in lines] == ["exercise", *ids, "all"]
