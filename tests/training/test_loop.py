import itertools
from functools import partial

import numpy as np
import pytest

from rnnlib.cells.gated import GRU, LSTM
from rnnlib.cells.min_gru import MinGRU
from rnnlib.cells.simple import Elman
from rnnlib.cells.tape import run
from rnnlib.cells.trees import tree_leaves, tree_map
from rnnlib.data.tasks import adding, flip_flop, parity, parity_baseline
from rnnlib.gradients.bptt import bptt, truncated_bptt
from rnnlib.gradients.checkpointing import checkpointed_bptt
from rnnlib.gradients.online import randomised_bptt, rtrl
from rnnlib.training.loop import History, Model, evaluate, init_model, train
from rnnlib.training.optimisers import SGD, Adam, clip_by_norm, global_norm
from rnnlib.training.progress_bar import progress_bar

quiet = partial(train, progress=False)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def endless(task, rng, **sizes):
    while True:
        yield task(rng, **sizes)


def assert_same(a, b, **tolerance):
    for (_, p), (_, q) in zip(tree_leaves(a), tree_leaves(b), strict=True):
        np.testing.assert_allclose(p, q, **tolerance)


METHODS = {
    "bptt": bptt,
    "truncated": partial(truncated_bptt, k1=2, k2=4),
    "checkpointed": checkpointed_bptt,
    "rtrl": rtrl,
    "randomised": partial(randomised_bptt, p=0.2, rng=np.random.default_rng(1)),
}


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_every_method_of_the_ladder_trains(method, rng):
    cell = Elman(1, 4)
    model = init_model(cell, 1, rng)
    test = flip_flop(rng, T=5, batch=50, bits=1, p=0.3)
    trained, history = quiet(
        cell,
        model,
        endless(flip_flop, rng, T=5, batch=4, bits=1, p=0.3),
        steps=80,
        optimiser=Adam(lr=0.03),
        method=method,
    )
    assert evaluate(cell, trained, test) < 0.5 * evaluate(cell, model, test)
    assert len(history.loss) == len(history.norm) == 80


@pytest.mark.parametrize("cell", [GRU(1, 3), LSTM(1, 3), MinGRU(1, 3)], ids=str)
def test_an_update_is_the_optimisers_on_the_clipped_gradient(cell, rng):
    model, batch = init_model(cell, 1, rng), parity(rng, T=4, batch=3)
    trained, history = quiet(
        cell, model, [batch], steps=9, optimiser=SGD(lr=2.0), clip=lambda g: clip_by_norm(g, 0.01)
    )
    grads = bptt(cell, model.params, batch.x, batch.loss(model.readout))
    direction = Model(grads.params, grads.readout)
    norm = global_norm(direction)
    assert norm > 0.01
    expected = tree_map(lambda p, g: p - 2.0 * g * (0.01 / norm), model, direction)
    assert_same(trained, expected, rtol=1e-12)
    # One batch, so one step of the nine; a cross-entropy is its own error.
    assert history == History(loss=[grads.loss], error=[grads.loss], norm=[norm])


def test_the_errors_of_a_run_are_those_that_evaluate_reports_and_torchs_mean_squares(rng):
    torch = pytest.importorskip("torch")
    cell = Elman(3, 4)
    model, batches = init_model(cell, 3, rng), [flip_flop(rng, T=6, batch=5) for _ in range(4)]
    _, history = quiet(cell, model, batches, steps=4, optimiser=SGD(lr=0.0))
    for batch, loss, error in zip(batches, history.loss, history.error, strict=True):
        o = run(cell, model.params, batch.x).h[1:] @ model.readout.V.T + model.readout.c
        theirs = torch.nn.functional.mse_loss(torch.tensor(o), torch.tensor(batch.y)).item()
        assert error == pytest.approx(theirs, rel=1e-13)
        assert evaluate(cell, model, batch) == pytest.approx(theirs, rel=1e-13)
        assert loss == pytest.approx(theirs * 3 / 2, rel=1e-13)  # ½ of the sum over three outputs


def test_parity_is_learnt_by_a_network_with_a_state(rng):
    cell = Elman(1, 8)
    model, history = quiet(
        cell,
        init_model(cell, 1, rng),
        endless(parity, rng, T=4, batch=32),
        steps=400,
        optimiser=Adam(lr=0.02),
        clip=lambda g: clip_by_norm(g, 1.0),
    )
    assert history.loss[0] > 0.9 * parity_baseline()
    assert evaluate(cell, model, parity(rng, T=4, batch=200)) < 0.5 * parity_baseline()


def test_training_does_not_change_its_arguments_and_can_be_repeated(rng):
    cell = LSTM(2, 3)
    model, batch = init_model(cell, 1, rng, forget_bias=1.0), adding(rng, T=4, batch=3)
    before = tree_map(np.copy, model)
    first, _ = quiet(cell, model, [batch] * 3, steps=3)
    second, _ = quiet(cell, model, [batch] * 3, steps=3)
    assert_same(model, before, rtol=0)
    assert_same(first, second, rtol=0)
    assert (model.params.b[3:6] == 1).all()


def test_batches_are_not_taken_beyond_the_last_step(rng):
    cell, stream = Elman(1, 2), endless(parity, rng, T=2, batch=1)
    counted = itertools.count()
    batches = (batch for batch, _ in zip(stream, counted, strict=False))
    quiet(cell, init_model(cell, 1, rng), batches, steps=5)
    assert next(counted) == 5


# --- early stop ---------------------------------------------------------------------------


def test_the_best_model_is_returned_when_the_score_stops_improving(rng):
    cell, batch = Elman(1, 2), parity(rng, T=3, batch=2)
    scores, seen = iter([3.0, 1.0, 2.0, 1.0, 0.5]), []

    def validate(model):
        seen.append(model)
        return next(scores)

    trained, history = quiet(
        cell,
        init_model(cell, 1, rng),
        itertools.repeat(batch),
        steps=100,
        validate=validate,
        every=2,
        patience=2,
    )
    assert history.scores == [(2, 3.0), (4, 1.0), (6, 2.0), (8, 1.0)]
    assert len(history.loss) == 8
    assert trained is seen[1]


def test_patience_needs_a_score(rng):
    cell = Elman(1, 2)
    with pytest.raises(ValueError, match="patience needs validate"):
        quiet(cell, init_model(cell, 1, rng), [], steps=1, patience=3)
    with pytest.raises(ValueError, match="got 0 and 100"):
        quiet(cell, init_model(cell, 1, rng), [], steps=0)


# --- numbers that are not finite ----------------------------------------------------------


def failing(at, spoil):
    """bptt, whose result is spoilt at the given call."""
    calls = itertools.count(1)

    def method(*arguments):
        grads = bptt(*arguments)
        return spoil(grads) if next(calls) == at else grads

    return method


def with_nan(array):
    array = array.copy()
    array.flat[1] = np.nan
    return array


SPOILT = {
    r"step 3: the loss is not finite \(1 of 1 numbers, the first inf\)": lambda g: g._replace(
        loss=np.inf
    ),
    r"step 3: the gradient of W is not finite \(1 of 4 numbers, the first nan\)": lambda g: (
        g._replace(params=g.params._replace(W=with_nan(g.params.W)))
    ),
    r"step 3: the gradient of V is not finite \(1 of 2 numbers": lambda g: g._replace(
        readout=g.readout._replace(V=with_nan(g.readout.V))
    ),
}


@pytest.mark.parametrize(("message", "spoil"), SPOILT.items(), ids=["loss", "W", "V"])
def test_what_is_not_finite_is_named_with_its_step(message, spoil, rng):
    cell, batch = Elman(1, 2), parity(rng, T=3, batch=2)
    with pytest.raises(FloatingPointError, match=message):
        quiet(cell, init_model(cell, 1, rng), [batch] * 9, steps=9, method=failing(3, spoil))


@pytest.mark.filterwarnings("error")
def test_a_learning_rate_that_is_too_large_is_an_error_and_not_a_warning(rng):
    cell, batch = Elman(2, 2, "relu"), adding(rng, T=20, batch=2)
    with pytest.raises(FloatingPointError, match=r"training step \d+: the .* not finite"):
        quiet(cell, init_model(cell, 1, rng), [batch] * 50, steps=50, optimiser=SGD(lr=1e6))
    with pytest.raises(FloatingPointError, match="step 1: the updated U is not finite"):
        quiet(cell, init_model(cell, 1, rng), [batch], steps=1, optimiser=SGD(lr=np.inf))


def test_a_score_that_is_not_finite_is_an_error(rng):
    cell, batch = Elman(1, 2), parity(rng, T=3, batch=2)
    with pytest.raises(FloatingPointError, match="step 1: the score is not finite"):
        quiet(cell, init_model(cell, 1, rng), [batch], steps=1, every=1, validate=lambda _: np.nan)


def test_progress_is_shown_if_wanted(rng, capsys):
    cell, batch = Elman(1, 2), parity(rng, T=3, batch=2)
    model = init_model(cell, 1, rng)
    train(cell, model, [batch] * 3, steps=3)
    assert "training" in "".join(capsys.readouterr())  # on stdout, if IPython runs here
    quiet(cell, model, [batch] * 3, steps=3)
    assert "".join(capsys.readouterr()) == ""


def test_in_a_browser_the_progress_bar_starts_no_thread(monkeypatch):
    import tqdm.auto

    monkeypatch.setattr(tqdm.auto.tqdm, "monitor_interval", 10)
    monkeypatch.setattr("sys.platform", "emscripten")
    assert list(progress_bar(range(3))) == [0, 1, 2]
    assert tqdm.auto.tqdm.monitor_interval == 0
