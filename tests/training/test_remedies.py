"""The stored study of seven networks is what `rnnlib.training.remedies` makes and reads."""

import itertools
import json

import numpy as np
import pytest

from rnnlib import LSTM, run
from rnnlib.data import tasks
from rnnlib.training import Model, init_model, remedies
from rnnlib.training.remedies import NETWORKS, RATES, RUNS, TASKS, TUNING_RUNS

EVERY = list(itertools.product(TASKS, NETWORKS))
STUDIES = {task: remedies.study(task) for task in TASKS}


@pytest.mark.parametrize(("task", "network"), EVERY)
def test_the_first_updates_of_the_study_repeat(task, network):
    result = STUDIES[task].results[network]
    _, history = remedies.trained(task, network, result.rate, RUNS[0], remedies.REPEATED)
    np.testing.assert_allclose(history.loss, result.first_losses, rtol=1e-8)


@pytest.mark.slow
def test_a_whole_run_of_the_study_repeats():
    result = STUDIES["copying"].results["orthogonal, untrained"]
    model, _ = remedies.trained("copying", "orthogonal, untrained", result.rate, RUNS[0])
    error = remedies.error_of("copying", "orthogonal, untrained", model)
    assert error == pytest.approx(result.errors[0], rel=1e-6)


@pytest.mark.parametrize(("task", "network"), EVERY)
def test_the_rate_has_the_smallest_mean_error_of_those_tried_on_the_validation_part(task, network):
    result = STUDIES[task].results[network]
    assert tuple(result.validation) == RATES
    assert all(len(errors) == len(TUNING_RUNS) for errors in result.validation.values())
    means = {rate: np.mean(errors) for rate, errors in result.validation.items()}
    assert means[result.rate] == min(means.values())
    assert len(result.errors) == len(RUNS) == STUDIES[task].n
    assert np.isfinite(result.errors).all()


def test_tuning_and_result_share_neither_runs_nor_sequences():
    assert not set(RUNS) & set(TUNING_RUNS)
    model = init_model(LSTM(2, 16), 1, np.random.default_rng(0))
    on_two_parts = [
        remedies.error_of("adding", "LSTM, bias 0", model, validation=part)
        for part in (True, False)
    ]
    assert on_two_parts[0] != on_two_parts[1]


@pytest.mark.parametrize("task", TASKS)
def test_the_networks_of_a_task_have_about_the_same_number_of_weights(task):
    counts = [remedies.n_weights(task, network) for network in NETWORKS]
    assert max(counts) < 1.2 * min(counts)
    assert STUDIES[task].summary["weights"] == counts


def test_an_untrained_network_keeps_its_weights_and_learns_its_readout():
    start, _ = remedies.trained("adding", "orthogonal, untrained", 1e-2, 0, 1)
    later, _ = remedies.trained("adding", "orthogonal, untrained", 1e-2, 0, 3)
    for before, after in zip(start.params, later.params, strict=True):
        np.testing.assert_array_equal(before, after)
    assert not np.array_equal(start.readout.V, later.readout.V)


def test_what_is_made_is_what_is_read(tmp_path, monkeypatch):
    made = remedies.Result({0.01: (0.2, 0.3)}, 0.01, (0.1, 0.4), (0.5,))
    monkeypatch.setattr(remedies, "measured", lambda task, network: made)
    told = list(remedies.make(tmp_path / "studies" / "study.json"))
    assert len(told) == len(EVERY) and "adding, GRU: rate 0.01, median error 0.2500" in told
    for task in TASKS:
        study = remedies.study(task, tmp_path / "studies" / "study.json")
        assert set(study.results) == set(NETWORKS)
        assert all(result == made for result in study.results.values())
        assert study.baseline == {TASKS[task].guessing: TASKS[task].guess}
    assert set(json.loads(remedies.FILE.read_text(encoding="utf-8"))) == set(TASKS)


def test_an_unknown_task_is_refused_by_name():
    with pytest.raises(ValueError, match="task must be adding or copying, got 'parity'"):
        remedies.study("parity")


def test_the_best_readout_is_that_of_the_normal_equations():
    rng = np.random.default_rng(0)
    cell = LSTM(2, 4)
    model = init_model(cell, 1, rng)
    batches = [tasks.adding(rng, T=6, batch=20) for _ in range(3)]

    def states(batch):
        return np.column_stack([run(cell, model.params, batch.x).h[-1], np.ones(20)])

    inputs = np.concatenate([states(batch) for batch in batches])
    targets = np.concatenate([batch.y[-1] for batch in batches])
    factors = np.linalg.solve(inputs.T @ inputs, inputs.T @ targets)
    new = tasks.adding(rng, T=6, batch=20)
    expected = np.mean((states(new) @ factors - new.y[-1]) ** 2)
    found = remedies.best_readout(cell, model, iter(batches), new)
    assert found == pytest.approx(expected, rel=1e-8)
    fitted = Model(model.params, type(model.readout)(factors[:-1].T, factors[-1]))
    h = run(cell, fitted.params, new.x).h[-1]
    outputs = h @ fitted.readout.V.T + fitted.readout.c
    assert np.mean((outputs - new.y[-1]) ** 2) == pytest.approx(found)
