"""Lesson 04's answer keys are proven: each agrees with routes that know nothing of it."""

import numpy as np
import pytest

import rnnlib
from rnnlib.cells.cell import Cache, Params, State
from rnnlib.cells.simple import Elman
from rnnlib.exercises.engine import PUBLIC_SEED, evaluate
from rnnlib.exercises.registry import exercises
from rnnlib.gradients import losses
from tests.exercises.keys.keys import by_complex_step, by_torch, every_case, key

torch = pytest.importorskip("torch")

TINY = 1e-30


def agree(mine, theirs):
    for a, b in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-13)


def states(U, W, b, x, h0, tanh=np.tanh):
    """[h(1), …, h(T)], from equations 10.8 and 10.9, for NumPy and PyTorch alike."""
    h = []
    for x_t in x:
        h.append(tanh(b + (h[-1] if h else h0) @ W.T + x_t @ U.T))
    return h


def torch_rnn(U, W, b):
    """PyTorch's recurrent layer with these weights, which it will differentiate by."""
    rnn = torch.nn.RNN(U.shape[1], U.shape[0], dtype=torch.float64)
    with torch.no_grad():
        weights = {"weight_ih_l0": U, "weight_hh_l0": W, "bias_ih_l0": b, "bias_hh_l0": 0 * b}
        for name, value in weights.items():
            getattr(rnn, name).copy_(torch.tensor(value))
    return rnn


# --- 04.1, 04.2: one unit -----------------------------------------------------------------


def unit_totals_by_complex_step(w, h1, y):
    """Total dL/dh(t): nudge h(t) and let the rest of the sequence follow."""

    def loss(nudges):
        h, total = h1 + nudges[0], 0
        for t, y_t in enumerate(y):
            h = h if t == 0 else np.tanh(w * h) + nudges[t]
            total += 0.5 * (h - y_t) ** 2
        return total

    return by_complex_step(loss, np.zeros(len(y)))[0]


def unit_totals_by_torch(w, h1, y):
    """The same, read off the states of PyTorch's graph."""
    h = [torch.tensor(h1, dtype=torch.float64, requires_grad=True)]
    for _ in y[1:]:
        h.append(torch.tanh(w * h[-1]))
    for state in h:
        state.retain_grad()
    sum(0.5 * (state - y_t) ** 2 for state, y_t in zip(h, y, strict=True)).backward()
    return np.array([state.grad.item() for state in h])


@every_case("04.1")
def test_the_key_of_04_1_is_the_complex_steps_and_torchs(arguments):
    w, h0, y = arguments
    routes = unit_totals_by_complex_step, unit_totals_by_torch
    for route in routes:
        agree(key("04.1")(*arguments), route(w, np.tanh(w * h0), y))


@every_case("04.2")
def test_the_key_of_04_2_is_the_complex_steps_and_torchs(arguments):
    w, h, y = arguments
    routes = unit_totals_by_complex_step, unit_totals_by_torch
    for route in routes:
        agree(key("04.2")(*arguments), route(w, h[0], y))


@every_case("04.2")
def test_the_states_of_04_2_are_an_orbit(arguments):
    w, h, _ = arguments
    np.testing.assert_allclose(h[1:], np.tanh(w * h[:-1]), rtol=1e-14)


# --- 04.3, 04.4: a layer ------------------------------------------------------------------


@every_case("04.3")
def test_the_key_of_04_3_is_the_complex_steps_torchs_and_the_cells(arguments):
    U, W, b, x, h_before, dh = arguments

    def loss(U, W, b, h_before, x):
        return (states(U, W, b, x[None], h_before)[0] * dh).sum()

    answer = key("04.3")(*arguments)
    agree(answer, by_complex_step(loss, U, W, b, h_before, x))

    cell = torch.nn.RNNCell(U.shape[1], U.shape[0], dtype=torch.float64)
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    with torch.no_grad():
        for name, value in zip(names, (U, W, b, 0 * b), strict=True):
            getattr(cell, name).copy_(torch.tensor(value))
    leaves = [torch.tensor(array, requires_grad=True) for array in (x, h_before)]
    cell(*leaves).backward(torch.tensor(dh))
    weights = [getattr(cell, name).grad.numpy() for name in names[:3]]
    agree(answer, [*weights, leaves[1].grad.numpy(), leaves[0].grad.numpy()])

    after = State(states(U, W, b, x[None], h_before)[0])
    elman = Elman(U.shape[1], U.shape[0])
    cache = Cache(x, State(h_before), after, None)
    params, before, dx = elman.step_vjp(Params(U, W, b), cache, State(dh))
    agree(answer, [*params, before.h, dx])


@every_case("04.4")
def test_the_key_of_04_4_is_the_complex_steps_torchs_and_the_fused_backward(arguments):
    U, W, b, x, h0, dh = arguments

    def loss(U, W, b, h0, x):
        return sum((h * dh_t).sum() for h, dh_t in zip(states(U, W, b, x, h0), dh, strict=True))

    answer = key("04.4")(*arguments)
    agree(answer, by_complex_step(loss, U, W, b, h0, x))

    rnn = torch_rnn(U, W, b)
    leaves = [torch.tensor(array, requires_grad=True) for array in (x, h0[None])]
    rnn(*leaves)[0].backward(torch.tensor(dh))
    weights = [p.grad.numpy() for p in (rnn.weight_ih_l0, rnn.weight_hh_l0, rnn.bias_ih_l0)]
    agree(answer, [*weights, leaves[1].grad.numpy()[0], leaves[0].grad.numpy()])

    tape = rnnlib.run(Elman(U.shape[1], U.shape[0]), Params(U, W, b), x, State(h0))
    fused = rnnlib.backward(tape, dh)
    agree(answer, [*fused.params, fused.s0.h, fused.x])


# --- 04.5, 04.6 ---------------------------------------------------------------------------


@every_case("04.5")
def test_the_key_of_04_5_is_the_complex_steps_torchs_and_the_librarys_loss(arguments):
    V, c, h, y = arguments

    def loss(V, c, h):
        return 0.5 * ((c + h @ V.T - y) ** 2).sum()

    value, *gradients = key("04.5")(*arguments)
    assert value == pytest.approx(loss(V, c, h), rel=1e-13)
    agree(gradients, by_complex_step(loss, V, c, h))

    def torch_loss(V, c, h):
        outputs, targets = torch.nn.functional.linear(h, V, c), torch.tensor(y)
        return torch.nn.functional.mse_loss(outputs, targets, reduction="sum") / 2

    agree(gradients, by_torch(torch_loss, V, c, h))

    by_library, dh, readout = losses.SquaredError(y, losses.Readout(V, c))(h, 0)
    agree([value, *gradients], [by_library, *readout, dh])


@every_case("04.6")
def test_the_key_of_04_6_is_the_mean_slope_between_the_points_and_torchs_difference(arguments):
    W, U, x, h0, y, i, j, step = arguments
    answer = key("04.6")(*arguments)

    def loss(W):
        h = states(U, W, np.zeros(len(h0)), x, h0)
        return sum(0.5 * ((h_t - y_t) ** 2).sum() for h_t, y_t in zip(h, y, strict=True))

    def slope(increment):
        moved = W.astype(complex)
        moved[i, j] += increment + 1j * TINY
        return loss(moved).imag / TINY

    # (L(W + ε) - L(W - ε)) / 2ε is the mean of dL/dW[i, j] over the way: Gauss's quadrature.
    places, weights = np.polynomial.legendre.leggauss(12)
    mean = sum(a * slope(step * p) for p, a in zip(places, weights, strict=True)) / 2
    assert answer == pytest.approx(mean, rel=1e-9)

    def torch_loss(increment):
        moved = W.copy()
        moved[i, j] += increment
        h = torch_rnn(U, moved, np.zeros(len(h0)))(torch.tensor(x), torch.tensor(h0[None]))[0]
        return torch.nn.functional.mse_loss(h, torch.tensor(y), reduction="sum").item() / 2

    by_torchs_runs = (torch_loss(step) - torch_loss(-step)) / (2 * step)
    assert answer == pytest.approx(by_torchs_runs, rel=1e-9)


# --- what the cases must excite -----------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_the_cases_of_04_4_excite_every_term_and_reach_the_ends(seed):
    cases = exercises()["04.4"].cases(np.random.default_rng(seed))
    shapes = [(*case.arguments[3].shape, case.arguments[4].shape[1]) for case in cases]
    assert {shape[0] for shape in shapes} > {1} and {shape[1] for shape in shapes} > {1}
    assert all(len(set(shape)) == 4 or 1 in shape for shape in shapes)
    for case in cases:
        *_, h0, dh = case.arguments
        assert np.all(h0 != 0) and np.all(dh != 0)


def test_two_mistakes_in_two_outputs_of_bptt_are_both_named():
    def two_mistakes(U, W, b, x, h0, dh):
        mistakes = {m.wrong.__name__: m.wrong for m in exercises()["04.4"].mistakes}
        arguments = U, W, b, x, h0, dh
        dU, _, db, _, dx = key("04.4")(*arguments)
        dW = mistakes["_new_state_in_dW"](*arguments)[1]
        return dU, dW, db, mistakes["_total_on_the_first_state"](*arguments)[3], dx

    outcome = evaluate(exercises()["04.4"], two_mistakes, seed=PUBLIC_SEED)
    named = {"dW": "_new_state_in_dW", "dh0": "_total_on_the_first_state"}
    assert outcome.evidence["named"] == named
