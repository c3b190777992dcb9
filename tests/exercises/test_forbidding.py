"""In the notebook too, an answer that has the library do the work is told so."""

import numpy as np
import pytest

from rnnlib.exercises.engine import PUBLIC_SEED, evaluate
from rnnlib.exercises.forbidding import library_function, without_forbidden
from rnnlib.exercises.outcome import Status
from rnnlib.exercises.registry import exercises
from tests.grading.test_library_answers import ANSWERS, IMPORTS

WITH_LIBRARY = sorted(id for id, e in exercises().items() if e.forbidden)


@pytest.mark.parametrize("id", ANSWERS)
def test_an_answer_that_calls_what_the_exercise_asks_for_is_told_so(id):
    exercise, namespace = exercises()[id], {}
    exec(IMPORTS + ANSWERS[id], namespace)
    outcome = evaluate(exercise, namespace[exercise.function], seed=PUBLIC_SEED)
    assert outcome.status is Status.FAIL
    assert f"is what exercise {id} asks you to write" in outcome.message


@pytest.mark.parametrize("id", WITH_LIBRARY)
def test_what_is_forbidden_refuses_any_call_and_is_itself_again_afterwards(id):
    functions = [library_function(name) for name in exercises()[id].forbidden]
    before = [function.__code__ for function in functions]
    with without_forbidden(exercises()[id]):
        for function in functions:
            with pytest.raises(RuntimeError, match=id):
                function(1, 2, and_more=np.zeros(3))
    assert [function.__code__ for function in functions] == before


def test_it_is_itself_again_after_an_answer_that_fails():
    from rnnlib.analysis import systems

    exercise = exercises()["10.4"]
    evaluate(exercise, systems.half_life, seed=PUBLIC_SEED)
    assert systems.half_life(0.5) == 1
