"""What the tests that prove the answer keys share."""

import numpy as np
import pytest

from rnnlib.exercises.registry import exercises


def key(id):
    """The reference of an exercise."""
    return exercises()[id].reference


def cases_of(id):
    """The arguments of the exercise's cases on three seeds."""
    cases = exercises()[id].cases
    return [case.arguments for seed in range(3) for case in cases(np.random.default_rng(seed))]


def every_case(id):
    """Parametrise over them."""
    return pytest.mark.parametrize("arguments", cases_of(id))
