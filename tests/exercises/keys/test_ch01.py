"""Answer keys of lesson 01: each agrees with the library's systems and with a second route."""

import numpy as np
import pytest

from rnnlib.analysis import systems
from tests.exercises.keys.keys import cases_of, key

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("arguments", cases_of("01.3"))
def test_the_key_of_01_3_is_the_complex_step_derivative_and_torchs(arguments):
    w, b, s = arguments
    answer = key("01.3")(w, b, s)
    J = systems.jacobian(systems.tanh_map(w, b), s)
    np.testing.assert_allclose(np.diag(J), answer, rtol=1e-12)
    point = torch.tensor(s, requires_grad=True)
    torch.tanh(w * point + b).sum().backward()
    np.testing.assert_allclose(point.grad.numpy(), answer, rtol=1e-12)


@pytest.mark.parametrize("arguments", cases_of("01.5"))
def test_the_key_of_01_5_is_torchs_rnn_and_the_systems_driven_orbit(arguments):
    U, W, b, x, h0 = arguments
    rnn = torch.nn.RNN(U.shape[1], U.shape[0], dtype=torch.float64)
    with torch.no_grad():
        weights = {"weight_ih_l0": U, "weight_hh_l0": W, "bias_ih_l0": b, "bias_hh_l0": 0 * b}
        for name, value in weights.items():
            getattr(rnn, name).copy_(torch.tensor(value))
        states = rnn(torch.tensor(x)[:, None], torch.tensor(h0)[None, None])[0].numpy()[:, 0]
    answer = key("01.5")(U, W, b, x, h0)
    np.testing.assert_allclose(answer[1:], states, rtol=1e-12)
    by_system = systems.driven_orbit(lambda h, x_t: np.tanh(b + W @ h + U @ x_t), h0, x)
    np.testing.assert_allclose(answer, by_system, rtol=1e-13)


@pytest.mark.parametrize("arguments", cases_of("01.2"))
def test_the_keys_of_01_1_and_01_2_are_the_nesting_and_the_systems_orbit(arguments):
    w, b, s0, T = arguments
    answer = key("01.2")(w, b, s0, T)
    np.testing.assert_allclose(answer, systems.orbit(systems.tanh_map(w, b), s0, T), rtol=1e-14)
    nested = s0
    for t in range(T):
        nested = (np.exp(2 * (w * nested + b)) - 1) / (np.exp(2 * (w * nested + b)) + 1)
        assert answer[t + 1] == pytest.approx(nested, rel=1e-11)
    np.testing.assert_allclose(key("01.1")(w, s0), key("01.2")(w, 0.0, s0, 3)[1:], rtol=1e-14)


@pytest.mark.parametrize("arguments", cases_of("01.4"))
def test_the_key_of_01_4_is_a_hidden_layer_of_one_unit_and_the_systems_orbit(arguments):
    w, u, x, s0 = arguments
    answer = key("01.4")(w, u, x, s0)
    layer = key("01.5")(np.array([[u]]), np.array([[w]]), np.zeros(1), x[:, None], np.array([s0]))
    np.testing.assert_allclose(answer, layer[:, 0], rtol=1e-13)
    by_system = systems.driven_orbit(lambda s, x_t: np.tanh(w * s + u * x_t), s0, x)
    np.testing.assert_allclose(answer, by_system, rtol=1e-13)
