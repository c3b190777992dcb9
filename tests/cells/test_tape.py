"""What a run leaves behind: shapes, views, bytes, masks, and the errors for bad input."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlib.cells.cell import State
from rnnlib.cells.gated import GRU, LSTM
from rnnlib.cells.simple import Elman
from rnnlib.cells.tape import Tape, run, tape_nbytes
from rnnlib.gradients.bptt import backward
from tests.cells.recurrent_cases import CELLS, assert_close, random_state

all_cells = pytest.mark.parametrize("make", CELLS.values(), ids=CELLS)
sizes = st.integers(1, 5)


def case(make, T=6, B=3, n_x=2, n_h=4):
    rng = np.random.default_rng(0)
    cell = make(n_x, n_h)
    return cell, cell.init(rng), rng.normal(size=(T, B, n_x)), random_state(cell, rng, B)


@all_cells
def test_a_run_repeats_the_step_and_starts_where_it_is_told(make):
    cell, params, x, s0 = case(make)
    tape = run(cell, params, x, s0)
    assert tape.h.shape == (7, 3, cell.n_h)
    state = s0
    for t in range(1, 7):
        state, cache = cell.step(params, state, x[t - 1])
        assert_close(tape.state(t), state, 1e-13)
        assert_close(tuple(tape.step(t)), tuple(cache), 1e-13)
    assert_close(tape.state(0), s0, 0)


@all_cells
def test_a_step_of_the_tape_is_a_view(make):
    cell, params, x, s0 = case(make)
    tape = run(cell, params, x, s0)
    cache = tape.step(3)
    assert np.shares_memory(cache.x, tape.x)
    assert np.shares_memory(cache.before.h, tape.h)
    assert np.shares_memory(cache.after.h, tape.h)
    assert tape.inner is None or np.shares_memory(cache.inner, tape.inner)


def test_without_an_initial_state_a_run_starts_from_zero():
    for cell in (Elman(2, 4), LSTM(2, 4), GRU(2, 4)):
        params = cell.init(np.random.default_rng(0))
        tape = run(cell, params, np.ones((3, 2, 2)))
        assert not any(field[0].any() for field in tape.states)


@all_cells
@given(T=sizes, B=sizes, n_x=sizes, n_h=sizes)
def test_the_bytes_of_a_tape_are_predicted_exactly(make, T, B, n_x, n_h):
    cell, params, x, s0 = case(make, T, B, n_x, n_h)
    for dtype in (np.float32, np.float64):
        narrow = type(params)(*(p.astype(dtype) for p in params))
        s0_narrow = type(s0)(*(f.astype(dtype) for f in s0))
        tape = run(cell, narrow, x.astype(dtype), s0_narrow)
        assert tape.nbytes == tape_nbytes(cell, T, B, dtype)


@all_cells
def test_a_tape_holds_no_more_memory_than_it_says(make):
    cell, params, x, s0 = case(make, T=500, B=8, n_h=16)
    run(cell, params, x, s0)
    tracemalloc.start()
    tape = run(cell, params, x, s0)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert tape.nbytes <= held <= tape.nbytes + 8000


@all_cells
def test_a_padded_step_holds_the_state(make):
    cell, params, x, s0 = case(make)
    mask = np.array([[1, 1, 0], [1, 0, 1], [0, 0, 1], [1, 0, 0], [1, 0, 1], [0, 0, 1]], bool)
    tape = run(cell, params, x, s0, mask=mask)
    for b in range(3):
        alone = run(cell, params, x[mask[:, b], b : b + 1], type(s0)(*(f[b : b + 1] for f in s0)))
        for field, own in zip(tape.states, alone.states, strict=True):
            assert_close(field[0, b], own[0, 0], 0)
            assert_close(field[1:, b], own[np.cumsum(mask[:, b]), 0], 1e-12)


@all_cells
@pytest.mark.parametrize("junk", [0.0, 1e300, np.inf, np.nan])
def test_what_the_padding_holds_changes_no_bit(make, junk):
    cell, params, x, s0 = case(make)
    mask = np.arange(6)[:, None] < np.array([6, 2, 4])
    dh = np.random.default_rng(1).normal(size=(6, 3, cell.n_h)) * mask[:, :, None]
    filled = np.where(mask[:, :, None], x, junk)
    a, b = (run(cell, params, inputs, s0, mask=mask) for inputs in (x, filled))
    assert not b.x[~mask].any()
    for u, v in zip(a.states, b.states, strict=True):
        np.testing.assert_array_equal(u, v)
    a, b = backward(a, dh), backward(b, dh)
    pairs = zip((*a.params, *a.s0, a.x, a.delta), (*b.params, *b.s0, b.x, b.delta), strict=True)
    for u, v in pairs:
        np.testing.assert_array_equal(u, v)
    assert not b.x[~mask].any()


@all_cells
@given(T=st.integers(2, 6), cut=st.integers(1, 5), masked=st.booleans())
def test_a_run_can_be_cut_and_joined(make, T, cut, masked):
    cut = min(cut, T - 1)
    cell, params, x, s0 = case(make, T)
    mask = np.random.default_rng(1).random((T, 3)) < 0.6 if masked else None
    parts = (None, None) if mask is None else (mask[:cut], mask[cut:])
    whole = run(cell, params, x, s0, mask=mask)
    first = run(cell, params, x[:cut], s0, mask=parts[0])
    joined = first.join(run(cell, params, x[cut:], first.state(cut), mask=parts[1]))
    assert_close(joined.states, whole.states, 1e-13)
    assert joined.nbytes == whole.nbytes
    dh = np.random.default_rng(2).normal(size=whole.h[1:].shape)
    assert_close(backward(joined, dh), backward(whole, dh), 1e-12)
    tail = whole.last(T - cut)
    assert_close(tail.h, whole.h[cut:], 0)
    assert_close(tail.x, whole.x[cut:], 0)
    assert whole.last(T + 7).T == T


def test_bad_input_is_an_error_that_states_the_rule():
    cell = Elman(2, 4)
    params = cell.init(np.random.default_rng(0))
    x = np.zeros((3, 5, 2))
    holed = x.copy()
    holed[1, 4, 0] = np.nan
    for match, call in {
        r"x must be \(T ≥ 1, B ≥ 1, n_x=2\), got \(0, 5, 2\)": lambda: run(cell, params, x[:0]),
        r"got \(3, 5, 1\)": lambda: run(cell, params, x[:, :, :1]),
        r"got \(3, 2\)": lambda: run(cell, params, x[:, 0]),
        r"x must be finite, got nan at step 2 of sequence 4": lambda: run(cell, params, holed),
        r"W must be \(4, 4\) for Elman": lambda: run(cell, params._replace(W=np.eye(3)), x),
        r"s0 must be a state with \[\('h', \(5, 4\)\)\], got \[\('h', \(1, 4\)\)\]": lambda: run(
            cell, params, x, cell.initial_state(1)
        ),
        r"s0 must be finite": lambda: run(cell, params, x, State(np.full((5, 4), np.nan))),
        r"s0 must be a state .* got ndarray": lambda: run(cell, params, x, np.zeros((5, 4))),
        r"mask must be bool \(T, B\)=\(3, 5\), got float64": lambda: run(
            cell, params, x, mask=np.ones((3, 5))
        ),
        r"mask must be bool": lambda: run(cell, params, x, mask=np.ones((5, 3), bool)),
    }.items():
        with pytest.raises(ValueError, match=match):
            call()
    with pytest.raises(ValueError, match=r"with \[\('h', .*\('m', \(5, 4\)\)\], got \[\('h', "):
        lstm = LSTM(2, 4)
        run(lstm, lstm.init(np.random.default_rng(0)), x, State(np.zeros((5, 4))))


def test_steps_are_counted_from_one_and_states_from_zero():
    tape: Tape = run(Elman(2, 4), Elman(2, 4).init(np.random.default_rng(0)), np.zeros((3, 1, 2)))
    for outside in (0, 4, -1):
        with pytest.raises(IndexError, match=r"t must be in 1, …, T=3"):
            tape.step(outside)
    for outside in (4, -1):
        with pytest.raises(IndexError, match=r"t must be in 0, …, T=3"):
            tape.state(outside)


def test_integer_inputs_run_in_the_dtype_of_the_parameters():
    cell = Elman(2, 4)
    for dtype in (np.float32, np.float64):
        params = cell.init(np.random.default_rng(0), dtype=dtype)
        assert run(cell, params, np.ones((3, 1, 2), int)).h.dtype == dtype
