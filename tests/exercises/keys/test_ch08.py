"""Lesson 08's answer keys are proven: each agrees with routes that know nothing of it."""

import numpy as np
import pytest

import rnnlib
from rnnlib.analysis import systems
from rnnlib.cells import gated
from rnnlib.cells.cell import Cache, Params, State
from rnnlib.cells.gated import GRU, LSTM, GRUParams, LSTMState
from rnnlib.exercises.registry import exercises
from tests.exercises.keys.keys import by_complex_step, by_torch, every_case, key

torch = pytest.importorskip("torch")

TINY = 1e-30


def agree(mine, theirs, rtol=1e-10):
    for a, b in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=rtol, atol=1e-13)


def logistic(a):
    """1 / (1 + exp(-a)), for real and complex a."""
    return 0.5 + 0.5 * np.tanh(a / 2)


# --- 08.3 ---------------------------------------------------------------------------------


@every_case("08.3")
def test_the_key_of_08_3_is_when_a_half_is_left_the_librarys_and_torchs(arguments):
    (bias,) = arguments
    answer = key("08.3")(bias)
    assert logistic(bias) ** answer == pytest.approx(0.5, rel=1e-12)
    assert answer == pytest.approx(systems.half_life(gated.sigmoid(bias)), rel=1e-10)
    log_f = torch.nn.functional.logsigmoid(torch.tensor(bias, dtype=torch.float64))
    assert answer == pytest.approx(-np.log(2) / log_f.item(), rel=1e-10)


# --- 08.4 ---------------------------------------------------------------------------------


@every_case("08.4")
def test_the_key_of_08_4_is_torchs_cell_and_the_librarys_step(arguments):
    U, W, b, h, m, x = arguments
    answer = key("08.4")(*arguments)

    cell = torch.nn.LSTMCell(len(x), len(h), dtype=torch.float64)
    with torch.no_grad():
        weights = {"weight_ih": U, "weight_hh": W, "bias_ih": b, "bias_hh": 0 * b}
        for name, value in weights.items():
            getattr(cell, name).copy_(torch.tensor(value))
        theirs = cell(torch.tensor(x), (torch.tensor(h), torch.tensor(m)))
    agree(answer, [part.numpy() for part in theirs])

    state = LSTMState(h[None], m[None])
    after, _ = LSTM(len(x), len(h)).step(Params(U, W, b), state, x[None])
    agree(answer, [after.h[0], after.m[0]])


# --- 08.5 ---------------------------------------------------------------------------------


def sums_behind(gates):
    """What went into the gates i, f, g, o: (4n,)."""
    i, f, g, o = gates
    return np.concatenate(
        [*(np.log(s / (1 - s)) for s in (i, f)), np.arctanh(g), np.log(o / (1 - o))]
    )


@every_case("08.5")
def test_the_key_of_08_5_is_the_complex_steps_torchs_and_the_librarys(arguments):
    gates, m_before, m, dh, dm = arguments
    n, a = len(m), sums_behind(gates)
    answer = key("08.5")(*arguments)

    def move(a, m_before, sigmoid, tanh):
        """h(t) and m(t)."""
        i, f, o = (sigmoid(a[k * n : (k + 1) * n]) for k in (0, 1, 3))
        m = f * m_before + i * tanh(a[2 * n : 3 * n])
        return o * tanh(m), m

    agree([m], [move(a, m_before, logistic, np.tanh)[1]])  # the case is a step that can happen

    def loss(a, m_before):
        h, m = move(a, m_before, logistic, np.tanh)
        return h @ dh + m @ dm

    agree(answer, by_complex_step(loss, a, m_before))

    def torch_loss(a, m_before):
        h, m = move(a, m_before, torch.sigmoid, torch.tanh)
        return h @ torch.tensor(dh) + m @ torch.tensor(dm)

    agree(answer, by_torch(torch_loss, a, m_before))

    i, f, g, o = gates
    state, zero = LSTMState(np.zeros((1, n)), m_before[None]), np.zeros((1, 1))
    inner = np.stack([i, f, o, g, np.tanh(m)])[:, None]
    cache = Cache(zero, state, LSTMState((o * np.tanh(m))[None], m[None]), inner)
    weights = Params(np.zeros((4 * n, 1)), np.zeros((4 * n, n)), a)
    dparams, before, _ = LSTM(1, n).step_vjp(weights, cache, LSTMState(dh[None], dm[None]))
    agree(answer, [dparams.b, before.m[0]])


# --- 08.6 ---------------------------------------------------------------------------------


def bias_of(U, W, x, h, gates):
    """The bias with which the case was run: what is left of the sums when W h and U x are gone."""
    return sums_behind(gates[0]) - W @ h[0] - U @ x[0]


@every_case("08.6")
def test_the_key_of_08_6_is_the_complex_steps(arguments):
    U, W, x, h, m, gates, dh = arguments
    n = h.shape[1]

    def loss(U, W, b, h, m):
        total = 0.0
        for x_t, dh_t in zip(x, dh, strict=True):
            a = b + W @ h + U @ x_t
            i, f, o = (logistic(a[k * n : (k + 1) * n]) for k in (0, 1, 3))
            m = f * m + i * np.tanh(a[2 * n : 3 * n])
            h = o * np.tanh(m)
            total = total + h @ dh_t
        return total

    b = bias_of(U, W, x, h, gates)
    agree(key("08.6")(*arguments), by_complex_step(loss, U, W, b, h[0], m[0]))


@every_case("08.6")
def test_the_key_of_08_6_is_torchs_lstm(arguments):
    U, W, x, h, m, gates, dh = arguments
    layer = torch.nn.LSTM(U.shape[1], h.shape[1], dtype=torch.float64)
    b = bias_of(U, W, x, h, gates)
    with torch.no_grad():
        weights = {"weight_ih_l0": U, "weight_hh_l0": W, "bias_ih_l0": b, "bias_hh_l0": 0 * b}
        for name, value in weights.items():
            getattr(layer, name).copy_(torch.tensor(value))
    h0, m0 = (torch.tensor(s[:1], requires_grad=True) for s in (h, m))
    states, _ = layer(torch.tensor(x), (h0, m0))
    agree(h[1:], states.detach().numpy())
    (states * torch.tensor(dh)).sum().backward()
    theirs = [layer.weight_ih_l0.grad, layer.weight_hh_l0.grad, layer.bias_ih_l0.grad]
    theirs += [h0.grad[0], m0.grad[0]]
    agree(key("08.6")(*arguments), [gradient.numpy() for gradient in theirs])


@every_case("08.6")
def test_the_key_of_08_6_is_the_librarys_backward(arguments):
    U, W, x, h, m, gates, dh = arguments
    params = Params(U, W, bias_of(U, W, x, h, gates))
    tape = rnnlib.run(LSTM(U.shape[1], h.shape[1]), params, x[:, None], LSTMState(h[:1], m[:1]))
    agree(tape.states.m[:, 0], m)
    grads = rnnlib.backward(tape, dh[:, None])
    agree(key("08.6")(*arguments), [*grads.params, grads.s0.h[0], grads.s0.m[0]])


# --- 08.7 ---------------------------------------------------------------------------------


@every_case("08.7")
def test_the_key_of_08_7_is_torchs_gru_and_the_librarys_step(arguments):
    U, W, b, b_hn, h, x = arguments
    answer = key("08.7")(*arguments)
    cell, params = GRU(len(x), len(h)), GRUParams(U, W, b, b_hn)
    after, _ = cell.step(params, State(h[None]), x[None])
    agree(answer, after.h[0])

    theirs = torch.nn.GRUCell(len(x), len(h), dtype=torch.float64)
    with torch.no_grad():
        inside = np.concatenate([np.zeros(2 * len(h)), b_hn])
        weights = {"weight_ih": U, "weight_hh": W, "bias_ih": b, "bias_hh": inside}
        for name, value in weights.items():
            getattr(theirs, name).copy_(torch.tensor(value))
        agree(answer, theirs(torch.tensor(x), torch.tensor(h)).numpy())


# --- 08.8 ---------------------------------------------------------------------------------


def biases_of(U, W, x, h, gates, q):
    """b and b_hn of the run: what is left of the sums when the products are gone."""
    r, z, n = gates[0]
    k = len(r)
    sums = np.concatenate([np.log(r / (1 - r)), np.log(z / (1 - z)), np.arctanh(n)])
    from_h = np.concatenate([W[: 2 * k] @ h[0], r * q[0]])
    return sums - from_h - U @ x[0], q[0] - W[2 * k :] @ h[0]


@every_case("08.8")
def test_the_key_of_08_8_is_the_complex_steps(arguments):
    U, W, x, h, gates, q, dh_direct = arguments
    k = h.shape[1]

    def loss(U, W, b, b_hn, h):
        total = 0.0
        for x_t, dh_t in zip(x, dh_direct, strict=True):
            a, w = b + U @ x_t, W @ h
            r, z = (logistic((a + w)[j * k : (j + 1) * k]) for j in (0, 1))
            n = np.tanh(a[2 * k :] + r * (w[2 * k :] + b_hn))
            h = (1 - z) * n + z * h
            total = total + h @ dh_t
        return total

    b, b_hn = biases_of(U, W, x, h, gates, q)
    agree(key("08.8")(*arguments), by_complex_step(loss, U, W, b, b_hn, h[0]))


@every_case("08.8")
def test_the_key_of_08_8_is_torchs_gru_and_the_librarys_backward(arguments):
    U, W, x, h, gates, q, dh_direct = arguments
    k = h.shape[1]
    b, b_hn = biases_of(U, W, x, h, gates, q)
    layer = torch.nn.GRU(U.shape[1], k, dtype=torch.float64)
    with torch.no_grad():
        inside = np.concatenate([np.zeros(2 * k), b_hn])
        weights = {
            "weight_ih_l0": U, "weight_hh_l0": W, "bias_ih_l0": b, "bias_hh_l0": inside,
        }  # fmt: skip
        for name, value in weights.items():
            getattr(layer, name).copy_(torch.tensor(value))
    h0 = torch.tensor(h[:1], requires_grad=True)
    states, _ = layer(torch.tensor(x), h0)
    agree(h[1:], states.detach().numpy())
    (states * torch.tensor(dh_direct)).sum().backward()
    theirs = [layer.weight_ih_l0.grad, layer.weight_hh_l0.grad, layer.bias_ih_l0.grad]
    theirs += [layer.bias_hh_l0.grad[2 * k :], h0.grad[0]]
    answer = key("08.8")(*arguments)
    agree(answer, [gradient.numpy() for gradient in theirs])

    tape = rnnlib.run(GRU(U.shape[1], k), GRUParams(U, W, b, b_hn), x[:, None], State(h[:1]))
    agree(tape.h[:, 0], h)
    grads = rnnlib.backward(tape, dh_direct[:, None])
    agree(answer, [*grads.params, grads.s0.h[0]])


# --- what the cases must excite -----------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_the_runs_of_08_6_start_from_states_that_are_not_zero_and_one_has_a_single_step(seed):
    cases = exercises()["08.6"].cases(np.random.default_rng(seed))
    for case in cases:
        _, _, x, h, m, _, _ = case.arguments
        assert np.all(h[0] != 0) and np.all(m[0] != 0)
        assert (case.group == "T = 1") == (len(x) == 1)
    assert any(case.group == "T = 1" for case in cases)
