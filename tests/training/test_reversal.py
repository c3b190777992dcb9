"""Encoder and decoder: exact gradients, padding without effect, and a study that repeats."""

import numpy as np
import pytest

from rnnlib.cells.attention import attend, attend_vjp
from rnnlib.cells.trees import tree_leaves, tree_map
from rnnlib.data import words
from rnnlib.training import reversal
from rnnlib.training.reversal import NETWORKS, PLAN
from rnnlib.training.stored import REPEATED

STUDY = reversal.study()


def model_of(seed, attention, n=4):
    return reversal.started(np.random.default_rng(seed), n, attention=attention)


@pytest.mark.parametrize("attention", [False, True])
@pytest.mark.parametrize("alone", [False, True])
def test_the_gradient_is_that_of_finite_differences(attention, alone):
    model, batch = model_of(0, attention), words.drawn(np.random.default_rng(1), [4, 2, 3])
    weight = reversal.last_letter(batch) if alone else None
    found = reversal.walked_back(model, batch, weight=weight)
    leaves = dict(enumerate(tree_leaves(model)))
    for k, (name, gradient) in enumerate(tree_leaves(found.gradients)):
        _, array = leaves[k]
        for index in list(np.ndindex(array.shape))[:: max(1, array.size // 5)]:
            losses = []
            for push in (1e-5, -1e-5):
                moved = array.copy()
                moved[index] += push
                other = tree_map(lambda a, m=moved, old=array: m if a is old else a, model)
                losses.append(reversal.walked_back(other, batch, weight=weight).loss)
            slope = (losses[0] - losses[1]) / 2e-5
            assert gradient[index] == pytest.approx(slope, rel=1e-5, abs=1e-9), name


def test_what_stands_in_the_padding_has_no_effect():
    model, batch = model_of(2, attention=True), words.drawn(np.random.default_rng(3), [6, 2, 4])
    spoilt = batch._replace(letters=np.where(batch.mask, batch.letters, 5))
    one, two = (reversal.walked_back(model, each) for each in (batch, spoilt))
    assert one.loss == pytest.approx(two.loss, rel=1e-12)
    for (_, a), (_, b) in zip(tree_leaves(one.gradients), tree_leaves(two.gradients), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)
    alone = reversal.write(model, words.Words(batch.letters[:2, 1:2], batch.mask[:2, 1:2]))
    np.testing.assert_array_equal(alone.letters[:, 0], reversal.write(model, batch).letters[:2, 1])


def test_attention_for_one_word_at_a_time_is_that_of_the_batch():
    model, batch = model_of(4, attention=True), words.drawn(np.random.default_rng(5), [5, 3])
    one_by_one = reversal.word_by_word(attend, attend_vjp)
    together, apart = (
        reversal.walked_back(model, batch, looking) for looking in (reversal.LIBRARYS, one_by_one)
    )
    pairs = zip(tree_leaves(together.gradients), tree_leaves(apart.gradients), strict=True)
    for (_, a), (_, b) in pairs:
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-15)


def test_a_network_whose_readout_always_says_a_writes_it():
    model = model_of(6, attention=False)
    c = np.eye(len(words.LETTERS))[0] * 1e3
    model = model._replace(readout=model.readout._replace(c=c))
    assert reversal.says(model, ["bed", "a"]) == ["aaa", "a"]
    batch = words.spelled(["abba", "aaaa"])
    assert reversal.accuracy(model, batch) == 6 / 8


def test_training_lowers_the_loss_and_is_fixed_by_its_generator():
    runs = [
        reversal.train(model_of(7, True, 8), np.random.default_rng(8), steps=60, progress=False)
        for _ in range(2)
    ]
    losses = [losses for _, losses in runs]
    assert losses[0] == losses[1]
    assert np.mean(losses[0][-10:]) < np.mean(losses[0][:10])


# --- the study ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", NETWORKS)
def test_the_first_updates_of_the_study_repeat(name):
    result = STUDY[name]
    _, losses = reversal.trained(name, result.rate, PLAN.runs[0], REPEATED)
    np.testing.assert_allclose(losses, result.first_losses, rtol=1e-8)


@pytest.mark.slow
def test_a_whole_run_of_the_study_repeats():
    # Those with attention amplify rounding, which differs from processor to processor.
    name = "last state, 32 units"
    model, _ = reversal.trained(name, STUDY[name].rate, PLAN.runs[0])
    np.testing.assert_allclose(reversal.tested(model), STUDY[name].accuracy[0], atol=1e-6)


def test_the_tables_show_the_medians():
    for name, curve in reversal.medians(STUDY).items():
        np.testing.assert_array_equal(curve, np.median(STUDY[name].accuracy, axis=0))
    columns = reversal.summary(STUDY)
    assert columns["network"] == list(NETWORKS)
    assert columns["weights"] == [reversal.n_numbers(reversal.begun(n, 3)) for n in NETWORKS]
    last = STUDY["attention, 32 units"].accuracy[:, -1]
    assert columns["12 letters"][-1] == f"{last.min():.0%} to {last.max():.0%}"
