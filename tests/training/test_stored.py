"""Stored studies: the best rate is used, all is kept, and what is made is what is read."""

import numpy as np
import pytest

from rnnlib.training import english, lookup, reversal, stored
from rnnlib.training.stored import Plan, Result

PLAN = Plan(rates=(0.1, 0.2, 0.3), tuning_runs=(7, 8), runs=(0, 1, 2))


def run_of(rate, number):
    """A run whose model is its rate and number, and whose losses count down."""
    return (rate, number), [float(k) for k in range(30, 0, -1)]


def test_the_rate_with_the_best_mean_in_the_tuning_runs_is_used_in_the_others():
    asked = []

    def tested(model, validation):
        asked.append((*model, validation))
        rate, number = model
        best_in_one_run = 1.0 if (rate, number) == (0.3, 8) else 0.0
        return np.array([best_in_one_run, 0.8 if rate == 0.2 else 0.2])

    result = PLAN.measured(run_of, tested)
    assert result.rate == 0.2
    assert result.validation == {0.1: (0.1, 0.1), 0.2: (0.4, 0.4), 0.3: (0.1, 0.6)}
    assert result.accuracy.tolist() == [[0.0, 0.8]] * 3
    assert result.first_losses == tuple(range(30, 10, -1))
    assert asked[-3:] == [(0.2, 0, False), (0.2, 1, False), (0.2, 2, False)]
    assert all(validation for *_, validation in asked[:-3])


def test_what_is_made_is_what_is_read(tmp_path):
    made = Result({0.01: (0.5, 0.25)}, 0.01, np.array([[1.0, 0.5], [1.0, 0.25]]), (2.0, 1.5))
    file = tmp_path / "studies" / "toy.json"
    told = list(stored.make(file, ("one", "two"), lambda name: made, "with 8 pairs"))
    assert told == [f"{name}: rate 0.01, with 8 pairs 0.375" for name in ("one", "two")]
    read = stored.read(file, ("two", "one"))
    assert list(read) == ["two", "one"] and read.n == 2
    for result in read.values():
        assert (result.validation, result.rate) == (made.validation, made.rate)
        assert result.first_losses == made.first_losses
        np.testing.assert_array_equal(result.accuracy, made.accuracy)


@pytest.mark.parametrize(
    ("of", "tests"),
    [
        (lookup, len(lookup.PAIRS)),
        (reversal, len(reversal.LENGTHS)),
        (english, len((*english.TESTS, *english.LENGTHS, *english.COUNTED))),
    ],
)
def test_each_network_of_a_study_has_the_best_of_its_rates(of, tests):
    study, plan = of.study(), of.PLAN
    assert list(study) == list(of.NETWORKS) and study.n == len(plan.runs)
    assert not set(plan.runs) & set(plan.tuning_runs)
    for result in study.values():
        assert tuple(result.validation) == plan.rates
        assert all(len(found) == len(plan.tuning_runs) for found in result.validation.values())
        means = {rate: np.mean(found) for rate, found in result.validation.items()}
        assert means[result.rate] == max(means.values())
        assert result.accuracy.shape == (len(plan.runs), tests)
