import itertools
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlib.cells.gated import LSTM
from rnnlib.cells.jacobians import (
    as_state,
    as_vector,
    parameter_jacobian,
    state_jacobian,
    state_size,
)
from rnnlib.cells.simple import Elman
from rnnlib.cells.tape import run
from rnnlib.gradients.bptt import bptt
from rnnlib.gradients.losses import Readout, SquaredError
from rnnlib.gradients.online import randomised_bptt, rtrl, rtrl_stream, weighted_bptt
from rnnlib.gradients.oracles import complex_step
from rnnlib.training.optimisers import SGD
from tests.cells.recurrent_cases import CELLS, LOSSES, assert_close, random_loss, random_state

each_cell = pytest.mark.parametrize("make", CELLS.values(), ids=CELLS)
each_loss = pytest.mark.parametrize("kind", LOSSES.values(), ids=LOSSES)
masked = pytest.mark.parametrize("masked", [False, True], ids=["whole", "padded"])
sizes = {name: st.integers(1, 4) for name in ("B", "n_x", "n_h")} | {"T": st.integers(1, 6)}


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def case(make, kind, rng, *, T=5, B=2, n_x=2, n_h=3, masked=False):
    cell = make(n_x, n_h)
    params, x = cell.init(rng), rng.normal(size=(T, B, n_x))
    loss = random_loss(kind, rng, T, B, cell.n_h, masked=masked)
    if masked:
        x[~loss.mask] = np.nan
    return cell, params, x, loss, random_state(cell, rng, B)


# --- Jacobians of a step ------------------------------------------------------------------


@each_cell
def test_the_jacobians_of_a_step_are_its_complex_derivatives(make, rng):
    cell = make(2, 3)
    params, s, x = cell.init(rng), random_state(cell, rng, 2), rng.normal(size=(2, 2))
    _, cache = cell.step(params, s, x)
    J, D = state_jacobian(cell, params, cache), parameter_jacobian(cell, params, cache)

    v = as_vector(s)
    for j, e in enumerate(np.eye(state_size(cell))):
        moved, _ = cell.step(params, as_state(cell, v + 1e-30j * e), x)
        assert_close(J[:, :, j], as_vector(moved).imag / 1e-30, 1e-14)

    direction = type(params)(*(rng.normal(size=p.shape) for p in params))
    moved = type(params)(*(p + 1e-30j * d for p, d in zip(params, direction, strict=True)))
    along = np.concatenate([d.ravel() for d in direction])
    assert_close(D @ along, as_vector(cell.step(moved, s, x)[0]).imag / 1e-30, 1e-13)


# --- real-time recurrent learning ---------------------------------------------------------


@masked
@each_loss
@each_cell
def test_forward_accumulation_gives_the_gradient_of_bptt_and_complex_step(make, kind, masked, rng):
    arguments = case(make, kind, rng, masked=masked)
    got = rtrl(*arguments)
    for expected in (bptt(*arguments), complex_step(*arguments)):
        for name in ("loss", "params", "readout"):
            assert_close(getattr(got, name), getattr(expected, name))
    assert got.s0 is got.x is got.delta is None


@settings(max_examples=25)
@given(**sizes)
def test_forward_accumulation_holds_at_every_size(T, B, n_x, n_h):
    arguments = case(LSTM, SquaredError, np.random.default_rng(T), T=T, B=B, n_x=n_x, n_h=n_h)
    assert_close(rtrl(*arguments).params, bptt(*arguments).params)


def test_a_stream_gives_each_step_its_own_gradient(rng):
    cell, params, x, loss, s0 = case(LSTM, SquaredError, rng)
    steps = list(rtrl_stream(cell, params, loss.readout, zip(x, loss.y, strict=True), s0=s0))
    for t, step in enumerate(steps):
        weight = np.zeros(loss.y.shape[:2])
        weight[t] = 1
        only = SquaredError(loss.y, loss.readout, weight=weight)
        expected = bptt(cell, params, x, only, s0)
        assert_close(step.grads.params, expected.params)
        assert_close(step.grads.readout, expected.readout)
    assert_close(step.state, run(cell, params, x, s0).state(len(x)))


def endless(rng):
    """x(t) and the sum of the last two: what a cell with a state can learn."""
    last = rng.normal(size=(1, 1))
    while True:
        x = rng.normal(size=(1, 1))
        yield x, x + last
        last = x


@pytest.mark.slow
def test_memory_on_a_stream_does_not_grow(rng):
    cell = Elman(1, 8)
    readout = Readout(rng.normal(size=(1, 8)), np.zeros(1))
    steps = rtrl_stream(cell, cell.init(rng), readout, endless(rng))
    tracemalloc.start()
    peaks = []
    for n in (1000, 100, 1000):  # the first thousand fill the interpreter's own caches
        tracemalloc.reset_peak()
        for _ in itertools.islice(steps, n):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
    assert peaks[2] < peaks[1] + 900 * 8 * 8 / 20  # a tape adds 900 states of 8 numbers


def test_a_cell_learns_from_an_endless_stream(rng):
    cell = Elman(1, 6)
    readout = Readout(0.1 * rng.normal(size=(1, 6)), np.zeros(1))

    def learn(params, readout, grads):
        descend = SGD(lr=0.04)  # without momentum there is no state to carry
        model, gradients = (params, readout), (grads.params, grads.readout)
        return descend.update(model, gradients, descend.init(model))[0]

    stream = rtrl_stream(cell, cell.init(rng), readout, endless(rng), learn=learn)
    errors = [2 * step.grads.loss for step in itertools.islice(stream, 1500)]
    assert np.mean(errors[-300:]) < 0.2 < 1 < np.mean(errors[:50])  # 1: no memory of x(t-1)


def test_a_stream_says_which_step_is_bad(rng):
    cell = Elman(1, 2)
    for bad in (np.full((1, 1), np.nan), np.ones((2, 1)), np.ones((1, 3)), np.ones(1)):
        steps = rtrl_stream(
            cell, cell.init(rng), None, [(np.ones((1, 1)), np.ones((1, 2))), (bad, 0)]
        )
        next(steps)
        with pytest.raises(ValueError, match=r"finite and \(B=1, n_x=1\).*at step 2"):
            next(steps)


# --- randomised truncation ----------------------------------------------------------------


@masked
@each_cell
def test_with_all_weights_one_it_is_bptt(make, masked, rng):
    arguments = case(make, SquaredError, rng, masked=masked)
    assert_close(weighted_bptt(*arguments, weights=np.ones(4)), bptt(*arguments))
    assert_close(randomised_bptt(*arguments, p=0.0, rng=rng), bptt(*arguments))


@each_loss
@each_cell
def test_a_cut_separates_two_runs_but_for_the_state_carried_over(make, kind, rng):
    cell, params, x, loss, s0 = case(make, kind, rng)
    got = weighted_bptt(cell, params, x, loss, s0, weights=[1, 0, 1, 1])
    middle = run(cell, params, x[:2], s0).state(2)
    first = bptt(cell, params, x[:2], lambda h, start: loss(h, start), s0)
    second = bptt(cell, params, x[2:], lambda h, start: loss(h, start + 2), middle)
    assert_close(got.loss, first.loss + second.loss)
    for name in ("params", "readout"):
        for a, b, c in zip(*(getattr(g, name) for g in (got, first, second)), strict=True):
            assert_close(a, b + c)
    assert_close(got.s0, first.s0)
    assert_close(got.x, np.concatenate([first.x, second.x]))
    assert_close(got.delta, np.concatenate([first.delta, second.delta]))


@masked
@each_cell
@pytest.mark.parametrize("p", [0.3, 0.8])
def test_the_expectation_over_all_cuts_is_bptt(make, masked, p, rng):
    arguments = case(make, SquaredError, rng, T=8, masked=masked)
    expected = bptt(*arguments)
    mean = None
    for kept in itertools.product([0, 1], repeat=7):
        probability = np.prod(np.where(kept, 1 - p, p))
        grads = weighted_bptt(*arguments, weights=np.array(kept) / (1 - p))
        flat = np.concatenate([np.ravel(a) for a in (*grads.params, *grads.s0, grads.x)])
        mean = probability * flat + (0 if mean is None else mean)
    flat = [np.ravel(a) for a in (*expected.params, *expected.s0, expected.x)]
    assert_close(mean, np.concatenate(flat))


def test_its_draws_are_those_of_the_weighted_form(rng):
    arguments = case(LSTM, SquaredError, rng, T=9)
    kept = np.random.default_rng(5).random(8) >= 0.4
    assert 0 < kept.sum() < 8
    drawn = randomised_bptt(*arguments, p=0.4, rng=np.random.default_rng(5))
    assert_close(drawn, weighted_bptt(*arguments, weights=kept / 0.6), 0)


@settings(max_examples=25)
@given(**sizes)
def test_randomised_truncation_takes_every_size(T, B, n_x, n_h):
    rng = np.random.default_rng(T)
    arguments = case(CELLS["gru"], SquaredError, rng, T=T, B=B, n_x=n_x, n_h=n_h)
    got, expected = randomised_bptt(*arguments, p=0.5, rng=rng), bptt(*arguments)
    assert_close(got.loss, expected.loss)
    assert_close(got.readout, expected.readout)  # a cut does not concern the readout
    assert [np.shape(a) for a in got.params] == [np.shape(a) for a in expected.params]


# --- refusals -----------------------------------------------------------------------------


@pytest.mark.parametrize("p", [-0.1, 1.0, np.nan])
def test_the_probability_of_a_cut_must_leave_some_links(p, rng):
    with pytest.raises(ValueError, match=r"p must be in \[0, 1\)"):
        randomised_bptt(*case(LSTM, SquaredError, rng), p=p, rng=rng)


def test_weights_belong_to_the_links_between_steps(rng):
    with pytest.raises(ValueError, match=r"weights must be \(T-1,\)=\(4,\), got \(5,\)"):
        weighted_bptt(*case(LSTM, SquaredError, rng), weights=np.ones(5))


@pytest.mark.parametrize(
    "method", [rtrl, lambda *a: randomised_bptt(*a, p=0.5, rng=np.random.default_rng(0))]
)
def test_bad_input_is_refused_with_the_step_it_is_at(method, rng):
    cell, params, x, loss, s0 = case(LSTM, SquaredError, rng)
    with pytest.raises(ValueError, match=r"x must be \(T ≥ 1.*got \(0, 2, 2\)"):
        method(cell, params, x[:0], loss, s0)
    x[3, 1] = np.nan
    with pytest.raises(ValueError, match="at step 4 of sequence 1"):
        method(cell, params, x, loss, s0)


def test_arguments_are_left_as_they_were(rng):
    cell, params, x, loss, s0 = case(LSTM, SquaredError, rng, masked=True)
    before = [a.copy() for a in (*params, x, *s0)]
    rtrl(cell, params, x, loss, s0)
    randomised_bptt(cell, params, x, loss, s0, p=0.5, rng=rng)
    for a, b in zip(before, (*params, x, *s0), strict=True):
        np.testing.assert_array_equal(a, b)
