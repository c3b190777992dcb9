"""Lesson 11's answer keys are proven: each agrees with routes that know nothing of it."""

import numpy as np
import pytest

from rnnlib import run
from rnnlib.analysis import probes, systems
from rnnlib.analysis.diagnostics import find_fixed_points
from rnnlib.cells.cell import Params, State
from rnnlib.cells.simple import Elman
from rnnlib.exercises.chapters.ch11 import unstable_directions as counted
from rnnlib.exercises.registry import exercises
from rnnlib.gradients import oracles
from rnnlib.gradients.losses import Readout, SquaredError
from tests.exercises.keys.keys import every_case, key

torch = pytest.importorskip("torch")

TINY = 1e-30


def agree(mine, theirs):
    np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-12)


def step(W, b, tanh=np.tanh):
    """F(h) = tanh(W h + b), for NumPy and PyTorch alike."""
    return lambda h: tanh(W @ h + b)


def tensors(*arrays):
    return [torch.tensor(array, dtype=torch.float64) for array in arrays]


# --- 11.1 ---------------------------------------------------------------------------------


@every_case("11.1")
def test_the_key_of_09_1_is_half_the_square_of_what_a_step_of_the_library_and_of_torch_moves(
    arguments,
):
    W, b, h = arguments
    answer, n = key("11.1")(*arguments), len(h)
    tape = run(Elman(1, n), Params(np.ones((n, 1)), W, b), np.zeros((1, 1, 1)), State(h[None]))
    agree(answer, 0.5 * np.linalg.norm(tape.h[1] - tape.h[0]) ** 2)

    layer = torch.nn.RNNCell(1, n, dtype=torch.float64)
    with torch.no_grad():
        for theirs, mine in zip(layer.parameters(), (np.ones((n, 1)), W, b, 0 * b), strict=True):
            theirs.copy_(torch.tensor(mine))
        after = layer(torch.zeros(1, 1, dtype=torch.float64), *tensors(h[None]))
    agree(answer, 0.5 * torch.nn.functional.mse_loss(after, *tensors(h[None]), reduction="sum"))


# --- 11.2 ---------------------------------------------------------------------------------


@every_case("11.2")
def test_the_key_of_09_2_solves_the_line_through_the_gap(arguments):
    """By the complex-step Jacobian of the library, and by PyTorch's forward differentiation."""
    W, b, h = arguments
    answer, F = key("11.2")(*arguments), step(W, b)
    J = systems.jacobian(F, h)
    agree(F(h) + J @ (answer - h), answer)  # the linear model of F has its fixed point there

    theirs = step(*tensors(W, b), torch.tanh)
    moved = tensors(h, answer - h)
    value, change = torch.autograd.functional.jvp(theirs, moved[0], moved[1])
    agree((value + change).numpy(), answer)


@pytest.mark.parametrize("seed", range(5))
def test_the_steps_of_09_2_converge_quadratically_to_a_fixed_point_of_the_library(seed):
    rng = np.random.default_rng(seed)
    W, b = 0.7 * rng.normal(size=(4, 4)) / 2, rng.normal(size=4)  # a contraction
    cell, params = Elman(1, 4), Params(np.zeros((4, 1)), W, b)
    (point,) = find_fixed_points(cell, params, np.zeros(1), rng.uniform(-1, 1, size=(3, 4)))
    h = point.state + 1e-3 * rng.normal(size=4)
    start = np.linalg.norm(h - point.state)
    h = key("11.2")(W, b, h)
    assert np.linalg.norm(h - point.state) < 100 * start**2
    agree(key("11.2")(W, b, h), point.state)
    assert key("11.1")(W, b, point.state) < 1e-25


@every_case("11.2")
def test_repeated_the_step_of_09_2_arrives_so_every_large_number_of_steps_looks_the_same(arguments):
    W, b, h = arguments
    for _ in range(7):
        h = key("11.2")(W, b, h)
    agree(step(W, b)(h), h)
    agree(key("11.2")(W, b, h), h)


# --- 11.3 ---------------------------------------------------------------------------------


def bias_of(W, h):
    """The b with which h is a fixed point."""
    return np.arctanh(h) - W @ h


@every_case("11.3")
def test_the_key_of_09_3_is_the_librarys_count_and_the_number_of_growing_exponents(arguments):
    W, h = arguments
    b, n = bias_of(W, h), len(h)
    cell, params = Elman(1, n), Params(np.zeros((n, 1)), W, b)
    points = find_fixed_points(cell, params, np.zeros(1), h[None])
    assert key("11.3")(*arguments) == points[0].n_unstable

    # Distances that are carried along for many steps, without any eigenvalue.
    Q, growth, J = np.eye(n), np.zeros(n), systems.jacobian(step(W, b), h)
    for t in range(1500):
        Q, R = np.linalg.qr(J @ Q)
        growth += (t >= 500) * np.log(np.abs(np.diag(R)))
    assert np.abs(growth / 1000).min() > 0.01
    assert key("11.3")(*arguments) == (growth > 0).sum()


@every_case("11.3")
def test_the_states_of_09_3_are_fixed_points_whose_eigenvalues_stay_away_from_the_circle(arguments):
    W, h = arguments
    J = systems.jacobian(step(W, bias_of(W, h)), h)
    agree(step(W, bias_of(W, h))(h), h)
    assert np.abs(np.abs(np.linalg.eigvals(J)) - 1).min() > 0.02


@pytest.mark.parametrize("seed", range(3))
def test_the_counts_of_09_3_tell_every_mistake_from_every_other(seed):
    cases = exercises()["11.3"].cases(np.random.default_rng(seed))
    wrong = [mistake.wrong for mistake in exercises()["11.3"].mistakes]
    assert set(wrong) == set(counted.MISTAKEN)
    counts = {tuple(f(*c.arguments) for c in cases) for f in (key("11.3"), *wrong)}
    assert len(counts) == 1 + len(wrong)


# --- 11.4 ---------------------------------------------------------------------------------


@every_case("11.4")
def test_the_key_of_09_4_is_what_torchs_components_and_deflation_keep(arguments):
    H, k = arguments
    answer, C = key("11.4")(*arguments), H - H.mean(0)
    (centred,) = tensors(C)
    values = torch.linalg.eigvalsh(torch.cov(centred.T)).flip(0)
    agree(answer, (values[:k].sum() / values.sum()).item())

    # The variance along the best direction, k times, each time without the directions before.
    rest, kept = C.T @ C, 0.0
    for _ in range(k):
        power = rest
        for _ in range(40):
            power = power @ power
            power /= np.linalg.norm(power)
        v = power @ np.ones(len(rest))
        v /= np.linalg.norm(v)
        kept += v @ rest @ v
        rest = rest - (v @ rest @ v) * np.outer(v, v)
    agree(answer, kept / (C**2).sum())


@every_case("11.4")
def test_no_other_k_directions_keep_more_than_the_key_of_09_4_says(arguments):
    H, k = arguments
    rng, C = np.random.default_rng(0), H - H.mean(0)
    for _ in range(50):
        Q = np.linalg.qr(rng.normal(size=(H.shape[1], k)))[0]
        assert ((C @ Q) ** 2).sum() / (C**2).sum() <= key("11.4")(*arguments) + 1e-12


# --- 11.5 ---------------------------------------------------------------------------------


@every_case("11.5")
def test_the_key_of_09_5_is_the_librarys_probe_without_ridge_and_torchs_least_squares(arguments):
    H, y, H_test, y_test = arguments
    answer = key("11.5")(*arguments)
    probe = probes.fit_probe(H, y[:, None], ridge=0)
    agree(answer, probes.r_squared(probe, H_test, y_test[:, None])[0])

    A, B = (torch.nn.functional.pad(*tensors(part), (0, 1), value=1.0) for part in (H, H_test))
    fitted, wanted = tensors(y, y_test)
    a = torch.linalg.lstsq(A, fitted[:, None], driver="gelsd").solution[:, 0]
    error = ((wanted - B @ a) ** 2).sum()
    agree(answer, (1 - error / ((wanted - wanted.mean()) ** 2).sum()).item())


@every_case("11.5")
def test_the_score_of_09_5_does_not_depend_on_the_units_in_which_anything_is_measured(arguments):
    H, y, H_test, y_test = arguments
    rng = np.random.default_rng(0)
    M, shift = rng.normal(size=(H.shape[1],) * 2), rng.normal(size=H.shape[1])
    other = key("11.5")(H @ M + shift, 3 * y - 7, H_test @ M + shift, 3 * y_test - 7)
    np.testing.assert_allclose(other, key("11.5")(*arguments), rtol=1e-6, atol=1e-9)


# --- 11.6 ---------------------------------------------------------------------------------


def inputs_of(W, h):
    """U x(t) + b at each step, from the states."""
    return np.arctanh(h[1:]) - h[:-1] @ W.T


@every_case("11.6")
def test_the_key_of_09_6_is_the_complex_steps_and_torchs_gradient(arguments):
    U, W, V, h = arguments
    answer, driven = key("11.6")(*arguments), inputs_of(W, h)

    def output(x):
        state = h[0]
        for x_t, drive in zip(x, driven, strict=True):
            state = np.tanh(W @ state + drive + U @ x_t)
        return (V @ state)[0]

    for t in range(len(driven)):
        for j in range(U.shape[1]):
            x = np.zeros((len(driven), U.shape[1]), complex)
            x[t, j] = 1j * TINY
            agree(answer[t, j], output(x).imag / TINY)

    x = torch.zeros(len(driven), U.shape[1], dtype=torch.float64, requires_grad=True)
    U_, W_, V_, state, drive = tensors(U, W, V, h[0], driven)
    for x_t, d in zip(x, drive, strict=True):
        state = torch.tanh(W_ @ state + d + U_ @ x_t)
    (V_ @ state)[0].backward()
    agree(answer, x.grad.numpy())


@every_case("11.6")
def test_the_key_of_09_6_is_the_librarys_gradient_of_a_loss_with_slope_one(arguments):
    U, W, V, h = arguments
    T, cell = len(h) - 1, Elman(U.shape[1], len(W))
    x = np.linalg.lstsq(U, inputs_of(W, h).T, rcond=None)[0].T
    params, b = Params(U, W, np.zeros(len(W))), inputs_of(W, h) - x @ U.T
    if np.abs(b).max() > 1e-9:  # the inputs span less than the state: drive the rest by more inputs
        U = np.column_stack([U, np.eye(len(W))])
        params, cell = params._replace(U=U), Elman(U.shape[1], len(W))
        x = np.column_stack([x, b])
    o, last = V @ h[-1], np.zeros((T, 1))
    last[-1] = 1  # the loss ½ (o(T) - y)² with y = o(T) - 1 has the derivative 1
    target = np.broadcast_to(o - 1, (T, 1, 1))
    loss = SquaredError(target, Readout(V, np.zeros(1)), weight=last)
    grads = oracles.complex_step(cell, params, x[:, None], loss, State(h[:1]))
    agree(key("11.6")(*arguments), grads.x[:, 0, : arguments[0].shape[1]])


@pytest.mark.parametrize("seed", range(3))
def test_the_runs_of_09_6_start_from_a_state_that_is_not_zero_and_one_has_a_single_step(seed):
    cases = exercises()["11.6"].cases(np.random.default_rng(seed))
    assert all(np.abs(case.arguments[3][0]).min() > 0 for case in cases)
    assert [case.group for case in cases if len(case.arguments[3]) == 2] == ["T = 1"]
