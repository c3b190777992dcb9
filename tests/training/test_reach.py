"""The stored comparisons are what `rnnlib.training.reach` makes, and say what the lesson says."""

import numpy as np
import pytest

from rnnlib.data import tasks
from rnnlib.training import reach


@pytest.mark.parametrize("name", sorted(reach._firsts()))
def test_the_first_updates_repeat(name):
    np.testing.assert_allclose(reach._firsts()[name](), reach.first_losses()[name], rtol=1e-8)


def test_one_whole_run_of_the_quick_ones_repeats():
    assert reach._forecast_run(3) == pytest.approx(reach.forecasts()[3], rel=1e-6)
    np.testing.assert_array_equal(reach._recite_run(3), reach.recitals()[3])


def test_every_study_has_twenty_runs():
    studies = [reach.places(), reach.forecasts(), reach.feedback(), reach.recitals()]
    studies += [reach.directions(), *reach.lengths()]
    assert {len(study) for study in studies} == {reach.RUNS}
    assert all(np.isfinite(study).all() for study in studies)
    assert reach.places().shape[1:] == (len(reach.READERS), 2)
    assert reach.directions().shape[1:] == (len(reach.DIRECTIONS),)


def test_the_best_constant_is_the_variance_of_the_counts():
    for T, error in zip(reach.LENGTHS, reach.best_constant(), strict=True):
        y = reach.count_ones(np.random.default_rng(1), T, 4000).y
        assert error == pytest.approx(y.var(), rel=0.05)


def test_pi_begins_as_everybody_knows_and_goes_on():
    digits = "".join(map(str, reach.pi_digits(1000)))
    assert digits.startswith("31415926535897932384626433832795028841971693993751")
    assert digits.index("999999") == 762  # Feynman's point, after the 3


def test_every_step_of_a_batch_becomes_a_sequence_that_reads_the_right_answer_before_it():
    batch = reach.keep_sign(np.random.default_rng(0), 5, 3)
    steps = reach.one_step_each(batch)
    x, y = (array.reshape(5, 3, -1) for array in (steps.x, steps.y))
    np.testing.assert_array_equal(x[..., :1], batch.x)
    np.testing.assert_array_equal(x[1:, :, 1:], batch.y[:-1])
    assert not x[0, :, 1].any()
    np.testing.assert_array_equal(y, batch.y)


def test_a_run_on_outputs_that_is_forced_is_the_steps_alone():
    layer = reach.Elman(2, 4)
    model = reach.init_model(layer, 1, np.random.default_rng(1))
    batch = reach.delayed(np.random.default_rng(2), 6, 3)
    forced = reach.output_fed_run(model, batch, True)
    h = reach.run(layer, model.params, reach.one_step_each(batch).x).h[1]
    np.testing.assert_allclose(forced.reshape(-1, 1), h @ model.readout.V.T + model.readout.c)
    assert not np.allclose(forced[1:], reach.output_fed_run(model, batch, False)[1:])


def test_what_is_delayed_comes_two_steps_later_and_a_sign_is_kept():
    batch = reach.delayed(np.random.default_rng(0), 7, 2)
    np.testing.assert_array_equal(batch.y[2:], batch.x[:-2])
    assert not batch.y[:2].any() and set(np.unique(batch.x)) == {-1.0, 1.0}
    assert isinstance(reach.keep_sign(np.random.default_rng(0), 4), tasks.Batch)


def test_the_rivals_see_what_they_are_said_to_see():
    batch = reach.sentences.two_trips(np.random.default_rng(0), batch=6)
    words = reach.sentences.vocabulary()
    for b, text in enumerate(batch.tokens):
        counts = reach.counted(batch)[b]
        assert counts.sum() == len(text) and counts[words.index("to")] == text.count("to")
        flat = reach.side_by_side(batch)[b].reshape(len(batch.x), -1)
        assert [words[k] for k in flat[: len(text)].argmax(1)] == list(text)
        assert not flat[len(text) :].any()
    known = reach.Triples({("to", "Peru", "in"): 0})
    has = [" to Peru in " in " ".join(text) for text in batch.tokens]
    assert (known(batch)[:, 0] > 0).tolist() == has


def test_the_nearest_year_is_that_of_the_year_itself_at_the_years():
    batch = reach.sentences.two_trips(np.random.default_rng(0), batch=50)
    said = reach.nearest_year(batch)
    for b, (first, second) in enumerate(batch.positions):
        assert said[first, b] == batch.y[first, b] and said[second, b] == batch.y[second, b]
        middle = (first + second) / 2
        assert all(said[t, b] == batch.y[first, b] for t in range(first) if t < middle)


def test_the_parts_of_the_eeg_follow_each_other():
    parts = reach.eeg_parts()
    assert [len(part) for part in parts] == [500, 100, 200]
    np.testing.assert_allclose(parts[0].mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(parts[0].std(0), 1)
