"""Recall by key: exact gradients, a recurrence in disguise, and a study that repeats."""

import numpy as np
import pytest

from rnnlib.cells.trees import tree_leaves, tree_map
from rnnlib.data import tasks
from rnnlib.training import lookup
from rnnlib.training.lookup import NETWORKS, PLAN
from rnnlib.training.stored import REPEATED

STUDY = lookup.study()


@pytest.mark.parametrize("name", ["attention", "without softmax"])
def test_the_gradient_is_that_of_finite_differences(name):
    model = lookup.started(name, np.random.default_rng(0))
    batch = tasks.key_value(np.random.default_rng(1), pairs=3, batch=4)
    _, gradients = lookup.walked_back(name, model, batch)
    arrays = [array for _, array in tree_leaves(model)]
    for array, (_, gradient) in zip(arrays, tree_leaves(gradients), strict=True):
        for index in list(np.ndindex(array.shape))[:: max(1, array.size // 7)]:
            losses = []
            for push in (1e-5, -1e-5):
                moved = array.copy()
                moved[index] += push
                other = tree_map(lambda a, m=moved, old=array: m if a is old else a, model)
                losses.append(lookup.walked_back(name, other, batch)[0])
            assert gradient[index] == pytest.approx((losses[0] - losses[1]) / 2e-5, abs=1e-8)


def test_without_its_softmax_attention_is_a_recurrence_with_a_matrix_as_its_state():
    model = lookup.started("without softmax", np.random.default_rng(2))
    x = tasks.key_value(np.random.default_rng(3), pairs=5, batch=1).x
    S = np.zeros((lookup.WIDTH, lookup.WIDTH))
    for x_t in x[:-1, 0]:
        S = S + np.outer(model.params.value @ x_t, model.params.key @ x_t)
    output = S @ (model.params.query @ x[-1, 0]) / np.sqrt(lookup.WIDTH)
    np.testing.assert_allclose(lookup.last_output("without softmax", model, x)[0], output)


def test_all_have_about_the_same_number_of_weights():
    counts = [lookup.n_weights(name) for name in NETWORKS]
    assert max(counts) < 1.03 * min(counts)


def test_the_rival_says_the_value_that_came_most_often():
    guesses = lookup.guessed()
    assert guesses[0] == 1  # of one pair there is one value
    # Of two values, one is right half of the time; if they are equal (1/8), always.
    assert guesses[1] == pytest.approx(9 / 16, abs=0.05)
    assert (np.diff(guesses) < 0).all() and guesses[-1] > 1 / 8


@pytest.mark.parametrize("name", NETWORKS)
def test_the_first_updates_of_the_study_repeat(name):
    result = STUDY[name]
    _, losses = lookup.trained(name, result.rate, PLAN.runs[0], REPEATED)
    np.testing.assert_allclose(losses, result.first_losses, rtol=1e-8)


@pytest.mark.slow
def test_a_whole_run_of_the_study_repeats():
    model, _ = lookup.trained("attention", STUDY["attention"].rate, PLAN.runs[0])
    found = lookup.tested("attention", model)
    np.testing.assert_allclose(found, STUDY["attention"].accuracy[0], atol=1e-6)


def test_the_table_has_a_row_for_each_network_and_one_for_the_rival():
    columns = lookup.summary(STUDY)
    assert columns["network"][:-1] == list(NETWORKS)
    assert columns["8 pairs"][-1] == f"{lookup.guessed()[-1]:.0%}"
    for i, name in enumerate(NETWORKS):
        assert columns["4 pairs"][i] == f"{np.median(STUDY[name].accuracy[:, 2]):.0%}"
