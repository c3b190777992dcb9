"""The terms that a message may say are missing, for every exercise that lists them."""

import numpy as np
import pytest

from rnnlib.exercises.registry import exercises


@pytest.mark.parametrize("id", [id for id, exercise in exercises().items() if exercise.terms])
@pytest.mark.parametrize("seed", range(3))
def test_the_terms_that_a_message_may_miss_add_up_to_the_key(id, seed):
    exercise = exercises()[id]
    for case in exercise.cases(np.random.default_rng(seed)):
        value = exercise.reference(*case.arguments)
        value = (value,) if len(exercise.returns) == 1 else value
        right = {r.name: v for r, v in zip(exercise.returns, value, strict=True)}
        for name, terms in exercise.terms(*case.arguments).items():
            np.testing.assert_allclose(sum(terms.values()), right[name], rtol=1e-10, atol=1e-13)
