"""Answer keys of lesson 05: each agrees with PyTorch and with a second route of another kind."""

import numpy as np
import pytest

import rnnlib
from rnnlib import circuits
from rnnlib.exercises.registry import exercises
from rnnlib.gradients import losses
from tests.exercises.keys.keys import by_complex_step, every_case, key

torch = pytest.importorskip("torch")


def agree(mine, theirs, *, atol=1e-13):
    for a, b in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=atol)


# --- 05.1 ---------------------------------------------------------------------------------


@every_case("05.1")
def test_the_key_of_05_1_is_the_complex_steps_torchs_and_the_librarys_weighted_loss(arguments):
    V, c, h, y, lengths = arguments
    answer = key("05.1")(*arguments)
    counts = np.arange(1, len(h) + 1)[:, None] <= lengths
    real = np.where(counts[:, :, None], h, 0)  # what the padding holds is in no route

    def loss(V, c, h):
        total = 0
        for b, length in enumerate(lengths):
            o = c + V @ h[length - 1, b]
            o = o - np.real(o).max()
            total = total + np.log(np.exp(o).sum()) - o[y[b]]
        return total

    agree(answer, by_complex_step(loss, V, c, real))

    leaves = [torch.tensor(array, requires_grad=True) for array in (V, c, real)]
    last = torch.stack([leaves[2][length - 1, b] for b, length in enumerate(lengths)])
    scores = torch.nn.functional.linear(last, *leaves[:2])
    torch.nn.functional.cross_entropy(scores, torch.tensor(y), reduction="sum").backward()
    agree(answer, [leaf.grad.numpy() for leaf in leaves])

    weight = np.zeros(h.shape[:2])
    weight[lengths - 1, np.arange(len(y))] = 1
    labels = np.broadcast_to(y, weight.shape)
    by_library = losses.SoftmaxCrossEntropy(labels, losses.Readout(V, c), weight=weight)
    _, dh, readout = by_library(h, 0)
    agree(answer, [*readout, dh])


# --- 05.2 ---------------------------------------------------------------------------------


@every_case("05.2")
def test_the_key_of_05_2_is_torchs_lstsq_and_the_normal_equations(arguments):
    past, test = arguments
    answer = key("05.2")(*arguments)
    assert answer.shape == (len(test) - 2, past.shape[1])

    def inputs(series):
        return np.array([[*series[t - 1], *series[t - 2], 1.0] for t in range(2, len(series))])

    factors = torch.linalg.lstsq(torch.tensor(inputs(past)), torch.tensor(past[2:])).solution
    by_torch = (torch.tensor(inputs(test)) @ factors).numpy()
    np.testing.assert_allclose(answer, by_torch, rtol=1e-9)

    # At the least squared error the residuals are orthogonal to all inputs: no other factors are.
    scale = np.abs(past).max()
    A, target = inputs(past / scale), past[2:] / scale
    A[:, -1] = 1
    by_normal_equations = np.linalg.solve(A.T @ A, A.T @ target)
    scaled = inputs(test / scale)
    scaled[:, -1] = 1
    np.testing.assert_allclose(answer, scale * (scaled @ by_normal_equations), rtol=1e-8)


# --- 05.3 ---------------------------------------------------------------------------------


@every_case("05.3")
def test_the_key_of_05_3_is_the_circuit_of_figure_10_4_and_torchs_cells(arguments):
    U, W, V, b, c, x, y, forced = arguments
    answer = key("05.3")(*arguments)

    circuit = circuits.jordan(teacher_forcing=forced)
    parameters = {"U": U, "W": W, "V": V, "b": b, "c": c}
    unfolded = circuit.unfold(len(x)).forward(parameters, {"x": x, "y": y})
    agree([answer], [unfolded["o"]])

    cell = torch.nn.RNNCell(U.shape[1], U.shape[0], dtype=torch.float64)
    with torch.no_grad():  # h(t-1) of this cell is made so that its W h(t-1) is W times the output
        cell.weight_ih.copy_(torch.tensor(U))
        cell.weight_hh.copy_(torch.eye(len(b)))
        cell.bias_ih.copy_(torch.tensor(b))
        cell.bias_hh.zero_()
        fed, outputs = torch.zeros(x.shape[1], len(c), dtype=torch.float64), []
        for x_t, y_t in zip(x, y, strict=True):
            h = cell(torch.tensor(x_t), fed @ torch.tensor(W).T)
            outputs.append(torch.nn.functional.linear(h, torch.tensor(V), torch.tensor(c)))
            fed = torch.tensor(y_t) if forced else outputs[-1]
    agree([answer], [torch.stack(outputs).numpy()])


def test_the_cases_of_05_3_tell_forced_from_free_wherever_there_are_two_steps():
    for case in exercises()["05.3"].cases(np.random.default_rng(0)):
        *rest, forced = case.arguments
        one, other = (key("05.3")(*rest, flag) for flag in (forced, not forced))
        assert np.allclose(one, other) == (len(one) == 1)
        assert np.allclose(one[0], other[0])


# --- 05.4 ---------------------------------------------------------------------------------


@every_case("05.4")
def test_the_key_of_05_4_is_torchs_bidirectional_rnn_and_the_librarys_two_runs(arguments):
    U, W, b, U_right, W_right, b_right, x = arguments
    left, right = key("05.4")(*arguments)

    rnn = torch.nn.RNN(U.shape[1], U.shape[0], bidirectional=True, dtype=torch.float64)
    weights = {"weight_ih_l0": U, "weight_hh_l0": W, "bias_ih_l0": b, "bias_hh_l0": 0 * b}
    weights |= {f"{name}_reverse": value for name, value in zip(
        weights, (U_right, W_right, b_right, 0 * b), strict=True)}  # fmt: skip
    rnn.load_state_dict({name: torch.tensor(value) for name, value in weights.items()})
    states = rnn(torch.tensor(x))[0].detach().numpy()
    agree([np.concatenate([left, right], axis=2)], [states], atol=1e-12)

    cell = rnnlib.Elman(U.shape[1], U.shape[0])
    for t in range(1, len(x) + 1):  # at step t: the end of a run over x(t), …, x(T) backwards
        backwards = x[t - 1 :][::-1]
        tape = rnnlib.run(cell, rnnlib.Params(U_right, W_right, b_right), backwards)
        np.testing.assert_allclose(right[t - 1], tape.h[-1], rtol=1e-10, atol=1e-12)
        tape = rnnlib.run(cell, rnnlib.Params(U, W, b), x[:t])
        np.testing.assert_allclose(left[t - 1], tape.h[-1], rtol=1e-10, atol=1e-12)
