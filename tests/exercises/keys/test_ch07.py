"""Lesson 07's answer keys are proven: each agrees with routes that know nothing of it."""

import numpy as np
import pytest

import rnnlib
from rnnlib.analysis import diagnostics, systems
from rnnlib.cells.cell import Params, State
from rnnlib.cells.simple import Elman
from rnnlib.exercises.registry import exercises
from rnnlib.training import optimisers
from tests.exercises.keys.keys import cases_of, every_case, key

torch = pytest.importorskip("torch")

TINY = 1e-30


def agree(mine, theirs, rtol=1e-10):
    np.testing.assert_allclose(mine, theirs, rtol=rtol, atol=1e-13)


def nudged(point, k):
    """A copy of a vector, its entry k a tiny imaginary step away."""
    moved = point.astype(complex)
    moved[k] += 1j * TINY
    return moved


# --- 07.1, 07.2: the inputs that lead through given states are known ------------------------


def inputs_through(W, h):
    """What stands beside W h(t-1) at steps 1, …, T, so that the states follow one another."""
    return np.arctanh(h[1:]) - h[:-1] @ W.T


def by_complex_step(W, h):
    """∂h(T)/∂h(t) for all t, column by column."""
    T, n = len(h) - 1, len(W)
    inputs, found = inputs_through(W, h), np.empty((T + 1, n, n))
    for t in range(T + 1):
        for k in range(n):
            state = nudged(h[t], k)
            for x in inputs[t:]:
                state = np.tanh(W @ state + x)
            found[t, :, k] = state.imag / TINY
    return found


def by_torch(W, h):
    """The same by PyTorch's autograd, row by row."""
    W, inputs = torch.tensor(W), torch.tensor(inputs_through(W, h))
    states = [torch.tensor(h[0], requires_grad=True)]
    for x in inputs:
        states.append(torch.tanh(W @ states[-1] + x))
    rows = [
        torch.autograd.grad(entry, states, retain_graph=True, materialize_grads=True)
        for entry in states[-1]
    ]
    return np.stack([[part.numpy() for part in row] for row in rows], axis=1)


def by_library(W, h):
    """The same by the diagnostics of a run of an Elman cell whose input is the inputs above."""
    n = len(W)
    params = Params(np.eye(n), W, np.zeros(n))
    tape = rnnlib.run(Elman(n, n), params, inputs_through(W, h)[:, None], State(h[:1]))
    return diagnostics.jacobian_products(diagnostics.step_jacobians(tape))[:, 0]


@every_case("07.1")
def test_the_key_of_07_1_is_the_complex_steps_torchs_and_that_of_a_layer_of_one_unit(arguments):
    w, h = arguments
    layer = np.array([[w]]), h[:, None]
    for route in (by_complex_step, by_torch, by_library, key("07.2")):
        agree(key("07.1")(w, h), route(*layer)[:, 0, 0])


@every_case("07.2")
def test_the_key_of_07_2_is_the_complex_steps_torchs_and_the_librarys(arguments):
    for route in (by_complex_step, by_torch, by_library):
        agree(key("07.2")(*arguments), route(*arguments))


# --- 07.3 ---------------------------------------------------------------------------------


def by_squaring(W):
    """lim ‖W^k‖^(1/k), at k = 2^60 (Gelfand's formula)."""
    log_size = 0.0
    for k in range(61):
        size = np.linalg.norm(W)
        log_size += np.log(size) / 2**k
        W = (W / size) @ (W / size)
    return np.exp(log_size)


@every_case("07.3")
def test_the_key_of_07_3_is_gelfands_limit_torchs_and_the_librarys(arguments):
    (W,) = arguments
    answer = key("07.3")(W)
    agree(answer, by_squaring(W))
    agree(answer, torch.linalg.eigvals(torch.tensor(W)).abs().max().item())
    agree(answer, systems.spectral_radius(W))


# --- 07.4 ---------------------------------------------------------------------------------


@every_case("07.4")
def test_the_key_of_07_4_is_the_complex_steps_and_torchs(arguments):
    w, b, h0, y, T = arguments

    def loss(w, sigmoid):
        h = h0
        for _ in range(T):
            h = sigmoid(w * h + b)
        return 0.5 * (h - y) ** 2

    value, dw = key("07.4")(*arguments)
    moved = loss(w + 1j * TINY, lambda a: 0.5 + 0.5 * np.tanh(a / 2))
    agree((value, dw), (moved.real, moved.imag / TINY))
    leaf = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    theirs = loss(leaf, torch.sigmoid)
    theirs.backward()
    agree((value, dw), (theirs.item(), leaf.grad.item()))


# --- 07.5 ---------------------------------------------------------------------------------


@every_case("07.5")
def test_the_key_of_07_5_is_the_librarys_and_up_to_its_small_number_torchs(arguments):
    dU, dW, limit = arguments
    answer = key("07.5")(*arguments)
    for mine, theirs in zip(answer, optimisers.clip_by_norm((dU, dW), limit), strict=True):
        agree(mine, theirs, rtol=1e-14)
    leaves = [torch.nn.Parameter(torch.zeros(g.shape, dtype=torch.float64)) for g in (dU, dW)]
    for leaf, g in zip(leaves, (dU, dW), strict=True):
        leaf.grad = torch.tensor(g)
    norm = torch.nn.utils.clip_grad_norm_(leaves, limit).item()  # divides by norm + 1e-6
    small = (norm + 1e-6) / norm if norm > limit else 1.0
    for mine, leaf in zip(answer, leaves, strict=True):
        agree(mine, small * leaf.grad.numpy())


@every_case("07.5")
def test_what_the_key_of_07_5_clips_is_the_nearest_gradient_within_the_limit(arguments):
    dU, dW, limit = arguments
    given = np.concatenate([dU.ravel(), dW.ravel()])
    clipped = np.concatenate([part.ravel() for part in key("07.5")(*arguments)])
    agree(np.linalg.norm(clipped), min(limit, np.linalg.norm(given)))
    agree(np.linalg.norm(given) * clipped, np.linalg.norm(clipped) * given)  # not turned


# --- 07.6 ---------------------------------------------------------------------------------


def by_volumes(J):
    """The rates from the growth of volumes: log √det(ZᵀZ) of the first k columns of the product.

    The columns are kept apart by combining them, which changes no volume but by a known factor.
    """
    T, n, _ = J.shape
    logs = []
    for k in range(1, n + 1):
        Z, log_volume = np.eye(n)[:, :k], 0.0
        for step in J:
            Z = step @ Z
            gram = np.linalg.cholesky(Z.T @ Z)
            log_volume += np.log(np.diag(gram)).sum()
            Z = np.linalg.solve(gram, Z.T).T
        logs.append(log_volume / T)
    return np.sort(np.diff(logs, prepend=0.0))[::-1]


@every_case("07.6")
def test_the_key_of_07_6_is_the_growth_of_volumes_and_the_librarys(arguments):
    (J,) = arguments
    answer = key("07.6")(J)
    agree(answer, by_volumes(J))
    agree(answer, np.sort(diagnostics.lyapunov_exponents(J))[::-1], rtol=1e-12)
    agree(answer.sum(), np.log(np.abs(np.linalg.det(J))).mean())


def test_the_key_of_07_6_finds_newmans_exponents_of_random_products():
    n, rng = 3, np.random.default_rng(0)
    J = rng.normal(size=(20_000, n, n)) / np.sqrt(n)
    digamma = torch.digamma(torch.tensor([(n - i) / 2 for i in range(n)], dtype=torch.float64))
    exact = 0.5 * (np.log(2 / n) + digamma.numpy())
    np.testing.assert_allclose(key("07.6")(J), exact, atol=0.03)


# --- what the cases must excite -----------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_the_cases_of_07_3_have_a_norm_far_above_the_radius_and_a_negative_and_a_complex_one(seed):
    matrices = [c.arguments[0] for c in exercises()["07.3"].cases(np.random.default_rng(seed))]
    assert max(np.linalg.norm(W, 2) / key("07.3")(W) for W in matrices) > 1.5
    largest = [max(np.linalg.eigvals(W), key=abs) for W in matrices]
    assert any(value.real < 0 and value.imag == 0 for value in largest)
    assert any(value.imag != 0 for value in largest)


@pytest.mark.parametrize("seed", range(3))
def test_the_cases_of_07_5_hold_arrays_that_are_short_enough_only_apart(seed):
    cases = exercises()["07.5"].cases(np.random.default_rng(seed))
    assert any(
        max(np.linalg.norm(dU), np.linalg.norm(dW))
        < limit
        < np.hypot(np.linalg.norm(dU), np.linalg.norm(dW))
        for dU, dW, limit in (case.arguments for case in cases)
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_terms_of_07_4_add_up_to_the_key(seed):
    exercise = exercises()["07.4"]
    for case in exercise.cases(np.random.default_rng(seed)):
        terms = exercise.terms(*case.arguments)["dw"]
        agree(sum(terms.values()), exercise.reference(*case.arguments)[1], rtol=1e-12)


@pytest.mark.parametrize("seed", range(50))
def test_wall_slope_is_asked_for_slopes_of_both_signs(seed):
    exercise = exercises()["07.4"]
    cases = exercise.cases(np.random.default_rng(seed))
    signs = {np.sign(exercise.reference(*case.arguments)[1]) for case in cases}
    assert {-1, 1} <= signs


@pytest.mark.parametrize("seed", range(50))
def test_wall_slope_is_asked_for_a_slope_as_large_as_those_at_a_wall(seed):
    exercise = exercises()["07.4"]
    cases = exercise.cases(np.random.default_rng(seed))
    assert max(abs(exercise.reference(*case.arguments)[1]) for case in cases) > 50


@pytest.mark.parametrize("id", [id for id in exercises() if id.startswith("07.")])
def test_the_cases_of_a_hundred_seeds_hold_none_of_another_hundred(id):
    def asked(seeds):
        cases = [exercises()[id].cases(np.random.default_rng(seed)) for seed in seeds]
        return [
            tuple(np.asarray(a, float).tobytes() for a in c.arguments) for cs in cases for c in cs
        ]

    known = set(asked(range(100)))
    new = asked(range(100, 200))
    assert sum(arguments in known for arguments in new) <= 100  # the gradient that is all 0
    assert all(
        not all(arguments in known for arguments in new[k : k + len(new) // 100])
        for k in range(0, len(new), len(new) // 100)
    )


@pytest.mark.parametrize("arguments", cases_of("07.7"))
def test_the_key_of_07_7_is_the_qr_method_and_the_mean_of_torchs_slopes(arguments):
    r, s0, T = arguments
    answer = key("07.7")(r, s0, T)
    f = systems.logistic_map(r)
    assert answer == pytest.approx(systems.lyapunov_spectrum(f, s0, T, transient=0)[0], rel=1e-12)
    states = torch.tensor(systems.orbit(f, s0, T - 1), requires_grad=True)
    f(states).sum().backward()
    assert answer == pytest.approx(states.grad.abs().log().mean().item(), rel=1e-12)
