"""Every gradient method refuses the same mistakes, in the same words, and changes nothing."""

import re
from functools import partial
from itertools import repeat

import numpy as np
import pytest

from rnnlib.cells.gated import GRU, LSTM
from rnnlib.cells.simple import Elman
from rnnlib.cells.tape import run
from rnnlib.gradients.bptt import backward, bptt, truncated_bptt
from rnnlib.gradients.checkpointing import checkpointed_bptt
from rnnlib.gradients.deer import deer
from rnnlib.gradients.losses import (
    BinaryCrossEntropy,
    LossValue,
    Readout,
    SoftmaxCrossEntropy,
    SquaredError,
)
from rnnlib.gradients.online import randomised_bptt, rtrl, rtrl_stream, weighted_bptt
from rnnlib.gradients.oracles import complex_step, finite_difference
from tests.cells.recurrent_cases import assert_close, random_loss, random_state

T, B, N_X, N_H = 5, 3, 2, 4
METHODS = {
    "bptt": bptt,
    "truncated": truncated_bptt,
    "checkpointed": checkpointed_bptt,
    "rtrl": rtrl,
    "randomised": lambda *run: randomised_bptt(*run, p=0.0, rng=np.random.default_rng(0)),
    "weighted": partial(weighted_bptt, weights=np.ones(T - 1)),
    "complex step": complex_step,
    "finite difference": finite_difference,
}
# These take a cell, parameters and inputs too, but no loss.
RUNS = {
    "run": lambda cell, params, x, loss, s0: run(cell, params, x, s0),
    "deer": lambda cell, params, x, loss, s0: deer(cell, params, x, s0),
    "stream": lambda cell, params, x, loss, s0: next(
        rtrl_stream(cell, params, None, zip(x, repeat(np.zeros((B, N_H)))), s0=s0)
    ),
}
all_methods = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
all_runs = pytest.mark.parametrize("method", (METHODS | RUNS).values(), ids=METHODS | RUNS)


def case(kind=Elman):
    rng = np.random.default_rng(0)
    cell = kind(N_X, N_H)
    loss = random_loss(SquaredError, rng, T, B, N_H)
    return [cell, cell.init(rng), rng.normal(size=(T, B, N_X)), loss, random_state(cell, rng, B)]


def refused(error, sentence, call):
    with pytest.raises(error, match=f"^{re.escape(sentence)}"):
        call()


# --- cells, parameters, inputs ------------------------------------------------------------


@all_runs
@pytest.mark.parametrize("kind", [Elman, LSTM, GRU])
def test_a_class_is_no_cell(method, kind):
    problem = case(kind)
    problem[0] = kind
    sentence = f"cell must be a cell with its sizes, such as {kind.__name__}(n_x, n_h), got the"
    refused(TypeError, sentence, lambda: method(*problem))


@all_runs
def test_parameters_of_another_cell_are_refused(method):
    problem = case(LSTM)
    problem[1] = GRU(N_X, N_H).init(np.random.default_rng(0))
    sentence = f"params must be Params(U, W, b) for {LSTM(N_X, N_H)}, got GRUParams"
    refused(TypeError, sentence, lambda: method(*problem))
    problem[1] = Elman(N_X, N_H).init(np.random.default_rng(0))
    sentence = f"U must be (16, 2) for {LSTM(N_X, N_H)}, got (4, 2)"
    refused(ValueError, sentence, lambda: method(*problem))


@pytest.mark.parametrize("method", [*METHODS.values(), *list(RUNS.values())[:2]])
@pytest.mark.parametrize("shape", [(T, N_X), (T, B, N_X + 1), (T, B, 1, N_X), (T, 0, N_X)])
def test_inputs_have_three_axes_time_first(method, shape):
    problem = case()
    problem[2] = np.zeros(shape)
    sentence = f"x must be (T ≥ 1, B ≥ 1, n_x=2), got {shape}"
    refused(ValueError, sentence, lambda: method(*problem))


@all_runs
def test_a_state_of_another_cell_is_refused(method):
    problem = case(LSTM)
    problem[4] = random_state(GRU(N_X, N_H), np.random.default_rng(0), B)
    refused(ValueError, "s0 must be a state with [('h', (3, 4)), ('m'", lambda: method(*problem))


# --- losses -------------------------------------------------------------------------------

NOT_THREE = "loss must return (value, dh, readout): a number, its gradient on the states h "
MISSHAPEN = "loss must return one number and dh (k, B, n_h)="
RETURNED = {
    "one number": (TypeError, NOT_THREE, lambda h: (h * h).sum()),
    "nothing": (TypeError, NOT_THREE, lambda h: None),
    "two things": (TypeError, NOT_THREE, lambda h: ((h * h).sum(), 2 * h)),
    "a number per sequence": (ValueError, MISSHAPEN, lambda h: ((h * h).sum(2), 2 * h, None)),
    "a gradient summed": (ValueError, MISSHAPEN, lambda h: ((h * h).sum(), 2 * h.sum(0), None)),
    "no gradient": (ValueError, MISSHAPEN, lambda h: ((h * h).sum(), None, None)),
    "an array for a readout": (
        TypeError,
        "loss must return None or a Readout of gradients, got ndarray",
        lambda h: ((h * h).sum(), 2 * h, np.zeros((2, N_H))),
    ),
}


@all_methods
@pytest.mark.parametrize(("error", "sentence", "of"), RETURNED.values(), ids=RETURNED)
def test_a_loss_returns_value_gradient_and_readout(method, error, sentence, of):
    problem = case()
    problem[3] = lambda h, start: of(h)
    refused(error, sentence, lambda: method(*problem))


@all_methods
def test_a_loss_says_what_it_returned(method):
    problem = case()
    problem[3] = lambda h, start: 0.5
    with pytest.raises(TypeError, match=r"got float$"):
        method(*problem)


@all_methods
@pytest.mark.parametrize(
    ("loss", "got"),
    [(np.zeros((T, B, N_H)), "ndarray"), (None, "NoneType"), (SquaredError, "the class Squ")],
    ids=["targets", "none", "a class"],
)
def test_a_loss_is_a_function(method, loss, got):
    problem = case()
    problem[3] = loss
    sentence = f"loss must be a function of (h, start), such as SquaredError(y, readout), got {got}"
    refused(TypeError, sentence, lambda: method(*problem))


@all_methods
def test_a_plain_function_is_as_good_as_a_loss_of_the_library(method):
    cell, params, x, _, s0 = case()
    y = np.random.default_rng(1).normal(size=(T, B, N_H))

    def half_the_square(h, start):
        error = h - y[start : start + len(h)]
        return 0.5 * (error * error).sum(), error, None

    got = method(cell, params, x, half_the_square, s0)
    assert_close(got, method(cell, params, x, SquaredError(y), s0), 1e-9)


@pytest.mark.parametrize("kind", [SquaredError, BinaryCrossEntropy])
@pytest.mark.parametrize("shape", [(), (T,)])
def test_targets_begin_with_time_and_batch(kind, shape):
    refused(ValueError, f"y must begin with (T, B), got {shape}", lambda: kind(np.zeros(shape)))


@pytest.mark.parametrize("readout", [np.eye(N_H), (np.eye(N_H), np.zeros(N_H)), 1.0])
@pytest.mark.parametrize("kind", [SquaredError, BinaryCrossEntropy, SoftmaxCrossEntropy])
def test_a_readout_is_named(kind, readout):
    y = np.zeros((T, B), int) if kind is SoftmaxCrossEntropy else np.zeros((T, B, N_H))
    sentence = f"readout must be a Readout(V, c), got {type(readout).__name__}"
    refused(TypeError, sentence, lambda: kind(y, readout))


def test_a_readout_may_be_lists():
    h, y = np.random.default_rng(0).normal(size=(2, T, B, 2))
    V, c = [[1.0, 2.0], [0.0, -1.0]], [0.5, 0.0]
    lists, arrays = Readout(V, c), Readout(np.array(V), np.array(c))
    answers = [SquaredError(y, readout)(h, 0) for readout in (lists, arrays)]
    assert isinstance(answers[0], LossValue)
    assert_close(*answers, 0)


# --- what each method adds ----------------------------------------------------------------

OPTIONS = {
    "half a slot": (checkpointed_bptt, {"slots": 2.5}, TypeError, "slots must be a whole number"),
    "no slot": (checkpointed_bptt, {"slots": 0}, ValueError, "slots must be at least 1, got 0"),
    "half a step": (truncated_bptt, {"k1": 0.5}, TypeError, "k1 must be a whole number, got 0.5"),
    "half a window": (truncated_bptt, {"k2": 2.5}, TypeError, "k2 must be a whole number, got 2.5"),
    "no difference": (finite_difference, {"step": 0}, ValueError, "step must be positive, got 0"),
    "no complex step": (complex_step, {"step": -1e-9}, ValueError, "step must be positive"),
    "no tolerance": (deer, {"tol": -1.0}, ValueError, "tol must be at least 0, got -1.0"),
    "NaN tolerance": (deer, {"tol": np.nan}, ValueError, "tol must be at least 0, got nan"),
    "half a scan": (deer, {"max_iterations": 1.5}, TypeError, "max_iterations must be a whole"),
    "fewer than none": (deer, {"max_iterations": -1}, ValueError, "max_iterations must be at l"),
    "a seed": (randomised_bptt, {"p": 0.5, "rng": 0}, TypeError, "rng must be a NumPy Generator"),
    "old random": (
        randomised_bptt,
        {"p": 0.5, "rng": np.random.RandomState(0)},
        TypeError,
        "rng must be a NumPy Generator, such as np.random.default_rng(0), got RandomState",
    ),
}


@pytest.mark.parametrize(("method", "options", "error", "sentence"), OPTIONS.values(), ids=OPTIONS)
def test_an_impossible_option_is_refused(method, options, error, sentence):
    cell, params, x, loss, s0 = case()
    problem = (cell, params, x, s0) if method is deer else (cell, params, x, loss, s0)
    refused(error, sentence, lambda: method(*problem, **options))


def test_what_is_refused_draws_no_random_number():
    cell, params, x, loss, s0 = case()
    rng, untouched = np.random.default_rng(0), np.random.default_rng(0)
    with pytest.raises(ValueError, match="x must be"):
        randomised_bptt(cell, params, x[:, 0], loss, s0, p=0.5, rng=rng)
    assert rng.random() == untouched.random()


@pytest.mark.parametrize("tape", [None, Elman(N_X, N_H), np.zeros((T, B, N_H))], ids=repr)
def test_the_way_back_needs_a_tape(tape):
    sentence = f"tape must be what `run` returns, got {type(tape).__name__}"
    refused(TypeError, sentence, lambda: backward(tape, np.zeros((T, B, N_H))))


@pytest.mark.parametrize("ds", [0.0, np.zeros((B, N_H))], ids=["a number", "an array"])
def test_what_comes_from_beyond_the_tape_is_a_state(ds):
    cell, params, x, _, s0 = case()
    tape = run(cell, params, x, s0)
    sentence = f"ds must be a state like s(T), [(3, 4)], got {type(ds).__name__}"
    refused(ValueError, sentence, lambda: backward(tape, np.zeros((T, B, N_H)), ds))


@all_methods
def test_what_is_refused_leaves_its_arguments_as_they_were(method):
    cell, params, x, loss, s0 = case()
    arrays = [*params, x, *s0, loss.y, *loss.readout]
    before = [a.copy() for a in arrays]
    for wrong in (lambda h, start: h.sum(), np.zeros(3), SquaredError(loss.y[:2], loss.readout)):
        with pytest.raises((TypeError, ValueError)):
            method(cell, params, x, wrong, s0)
    for a, b in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(a, b)
