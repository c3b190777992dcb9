"""What a state buys: runs that repeat, parts that share nothing, and tables of the medians."""

import numpy as np
import pytest

import rnnlib
from rnnlib.data import realdata
from rnnlib.training import english, pretrained
from rnnlib.training.english import NETWORKS, PLAN
from rnnlib.training.stored import REPEATED

STUDY = english.study()
of_this_text = pytest.mark.skipif(
    pretrained.text_hash() != english.text_of_study(),
    reason="the text of this version of Python is another one",
)


@of_this_text
@pytest.mark.parametrize("name", NETWORKS)
def test_the_first_updates_of_the_study_repeat(name):
    _, losses = english.trained(name, STUDY[name].rate, PLAN.runs[0], REPEATED)
    np.testing.assert_allclose(losses, STUDY[name].first_losses, rtol=1e-8)


@of_this_text
def test_the_counts_of_the_study_repeat():
    for k, number in enumerate(PLAN.runs):
        test = english.text_of(number).test
        found = english.best_counts(number).bits(test)
        stored = english.bits(STUDY["GRU, 68 units"], "counts")[k, 0]
        assert found == pytest.approx(stored, abs=1e-6)


@of_this_text
def test_the_gru_that_is_kept_is_the_first_of_the_study():
    model, text = english.gru(), english.text_of(PLAN.runs[0])
    p = english.probabilities(NETWORKS["GRU, 68 units"].cell, model, text.test)
    stored = english.bits(STUDY["GRU, 68 units"], "network")[0, 0]
    assert -np.log2(p).mean() == pytest.approx(stored, abs=1e-4)  # float32


def test_the_networks_of_the_study_are_of_one_size():
    sizes = [english.n_weights(name) for name in NETWORKS]
    assert max(sizes) < 1.04 * min(sizes)


def test_the_parts_of_a_run_share_no_topic_and_runs_differ():
    one, two = english.text_of(0), english.text_of(1)
    assert sum(map(len, one)) == len(realdata.english_text())
    assert realdata.decode(one.test) != realdata.decode(two.test)
    quarter = english.text_of(0, 0.25)
    np.testing.assert_array_equal(quarter.training, one.training[: len(quarter.training)])
    np.testing.assert_array_equal(quarter.test, one.test)


def test_probabilities_are_those_of_a_step_at_a_time():
    cell = rnnlib.GRU(english.K, 4)
    model = english.started(cell, np.random.default_rng(0))
    codes = realdata.encode("a state is")
    state = rnnlib.State(np.zeros((1, 4)))
    for place, p in enumerate(english.probabilities(cell, model, codes)):
        state, _ = cell.step(model.params, state, np.eye(english.K)[codes[[place]]])
        scores = model.readout.c + model.readout.V @ state.h[0]
        e = np.exp(scores - scores.max())
        assert p == pytest.approx((e / e.sum())[codes[place + 1]])


def test_what_is_reached_starts_from_the_state_zero():
    cell = rnnlib.Elman(english.K, 4)
    model = english.started(cell, np.random.default_rng(1))
    codes = english.text_of(0).test[:400]
    places = np.linspace(max(english.REACH), len(codes) - 1, english.PLACES).astype(int)
    own = [-np.log2(english.probabilities(cell, model, codes[t - 3 : t + 1])[-1]) for t in places]
    assert english.reached(cell, model, codes, 3) == pytest.approx(np.mean(own))


def test_a_far_parenthesis_is_found_and_a_near_one_is_not():
    text = "a (near) one, (a far one).\nopen (here\nnot there)"
    assert english.closing(realdata.encode(text)).tolist() == [text.index("one).") + 3]


def test_a_network_of_the_lesson_starts_as_those_of_the_study():
    U, W, b, V, c = english.newborn(np.random.default_rng(2), 30, 8)
    assert U.shape == (8, 30) and V.shape == (30, 8) and not b.any() and not c.any()
    np.testing.assert_allclose(W @ W.T, np.eye(8), atol=1e-12)


def test_the_tables_show_the_medians():
    columns = english.summary(STUDY)
    assert columns["network"] == list(NETWORKS)
    middle = english.medians(STUDY, "both")
    assert columns["half and half"] == [f"{middle[name][0]:.2f}" for name in NETWORKS]


def test_texts_stand_side_by_side_in_columns_of_one_length():
    columns = english.side_by_side({"a": "one two three", "b": "x"}, width=5, letters=9)
    assert columns == {"a": ["one", "two t"], "b": ["x", ""]}


def test_the_gru_reads_a_letter_at_a_time_as_in_a_run():
    read, state = english.gru_reader(), None
    codes = realdata.encode("The sta")
    for code in codes:
        scores, state = read(int(code), state)
    e = np.exp(scores - scores.max())
    p = english.probabilities(NETWORKS["GRU, 68 units"].cell, english.gru(), np.append(codes, 60))
    assert p[-1] == pytest.approx((e / e.sum())[60])
