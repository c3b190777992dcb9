"""Lesson 10's answer keys are proven: each agrees with routes that know nothing of it."""

import numpy as np
import pytest

import rnnlib
from rnnlib.cells.cell import Params, State
from rnnlib.cells.min_gru import MinGRU, MinGRUParams
from rnnlib.cells.scan import associative_scan, associative_scan_vjp
from rnnlib.cells.simple import Elman
from rnnlib.exercises.registry import exercises
from rnnlib.gradients.deer import deer
from tests.exercises.keys.keys import every_case, key

torch = pytest.importorskip("torch")

TINY = 1e-30


def agree(mine, theirs):
    np.testing.assert_allclose(mine, theirs, rtol=1e-10, atol=1e-13)


def linear_run(a, b):
    """h(t) = a(t) h(t-1) + b(t) from h(0) = 0, for NumPy and PyTorch alike."""
    h, states = 0, []
    for a_t, b_t in zip(a, b, strict=True):
        h = a_t * h + b_t
        states.append(h)
    return states


def tensors(*arrays):
    return (torch.tensor(array, dtype=torch.float64, requires_grad=True) for array in arrays)


# --- 10.1 ---------------------------------------------------------------------------------


@every_case("10.1")
def test_the_key_of_08_1_is_value_and_slope_of_the_two_steps_in_a_row(arguments):
    (a1, b1), (a2, b2) = arguments

    def both(h):
        return a2 * (a1 * h + b1) + b2

    a, b = key("10.1")(*arguments)
    agree(b, both(0.0))
    agree(a, np.imag(both(1j * TINY)) / TINY)
    h = torch.zeros(np.shape(a1), dtype=torch.float64, requires_grad=True)
    a1, b1, a2, b2 = (torch.tensor(part, dtype=h.dtype) for part in (a1, b1, a2, b2))
    both(h).sum().backward()
    agree(a, h.grad.numpy())


@pytest.mark.parametrize("seed", range(3))
def test_combining_is_associative_and_not_commutative(seed):
    f, g, h = np.random.default_rng(seed).normal(size=(3, 2))
    combine = key("10.1")
    agree(combine(combine(f, g), h), combine(f, combine(g, h)))
    assert not np.allclose(combine(f, g), combine(g, f))


# --- 10.2 ---------------------------------------------------------------------------------


@every_case("10.2")
def test_the_states_of_08_2_are_the_loops_the_solved_systems_and_the_librarys(arguments):
    a, b = arguments
    h, rounds = key("10.2")(*arguments)
    agree(h, linear_run(a, b))
    for unit in range(b.shape[1]):
        system = np.eye(len(b)) - np.diag(a[1:, unit], -1)
        agree(h[:, unit], np.linalg.solve(system, b[:, unit]))
    library = associative_scan(a, b)
    agree(h, library.h)
    assert rounds == library.levels


@pytest.mark.parametrize("T", [*range(1, 18), 63, 64, 65])
def test_the_rounds_of_08_2_are_the_fewest_that_reach_back_to_the_start(T):
    a, b = np.random.default_rng(T).normal(size=(2, T, 1))
    rounds = key("10.2")(a, b)[1]
    assert 2**rounds >= T
    assert rounds == 0 or 2 ** (rounds - 1) < T


# --- 10.3 ---------------------------------------------------------------------------------


@every_case("10.3")
def test_the_key_of_08_3_is_the_complex_steps_torchs_and_the_librarys(arguments):
    a, h, dh = arguments
    b = h - a * np.concatenate([np.zeros_like(h[:1]), h[:-1]])  # with which h is a run
    da, db = key("10.3")(*arguments)

    def slope(move_a, move_b):
        states = linear_run(a + 1j * TINY * move_a, b + 1j * TINY * move_b)
        return (dh * np.array(states)).sum().imag / TINY

    for entry in np.ndindex(a.shape):
        move = np.zeros_like(a)
        move[entry] = 1.0
        agree(da[entry], slope(move, 0 * a))
        agree(db[entry], slope(0 * a, move))

    their_a, their_b = tensors(a, b)
    (torch.tensor(dh) * torch.stack(linear_run(their_a, their_b))).sum().backward()
    agree(da, their_a.grad.numpy())
    agree(db, their_b.grad.numpy())

    library_da, library_db, _ = associative_scan_vjp(a, h, dh)
    agree(da, library_da)
    agree(db, library_db)


@pytest.mark.parametrize("seed", range(3))
def test_the_walk_back_through_a_tanh_unit_is_the_key_of_08_3_too(seed):
    rng = np.random.default_rng(seed)
    w, x, y = 1.3, rng.normal(size=6), rng.normal(size=6)
    h = rnnlib.run(Elman(1, 1), unit_weights(w), x[:, None, None]).h[1:, :, 0]
    slopes = w * (1 - h**2)
    agree(key("10.3")(slopes, h, h - y[:, None])[1][:, 0], key("04.2")(w, h[:, 0], y))


# --- 10.4 ---------------------------------------------------------------------------------


@every_case("10.4")
def test_the_key_of_08_4_is_when_an_impulse_of_the_recurrence_is_halved(arguments):
    (lam,) = arguments
    steps = key("10.4")(lam)
    agree(abs(complex(lam)) ** steps, 0.5)
    T = int(np.ceil(steps)) + 2
    impulse = np.abs(linear_run(np.full(T, lam), np.eye(T)[0]))
    assert np.flatnonzero(impulse <= 0.5)[0] == np.ceil(steps)
    size = torch.tensor(lam, dtype=torch.complex128).abs()
    agree(steps, -1 / torch.log2(size).item())


@pytest.mark.parametrize(("size", "steps"), [(0.9, 6.6), (0.99, 69.0), (0.999, 692.8)])
def test_the_half_lives_that_are_known(size, steps):
    assert key("10.4")(size * np.exp(0.7j)) == pytest.approx(steps, abs=0.05)


# --- 10.5 ---------------------------------------------------------------------------------


@every_case("10.5")
def test_the_key_of_08_5_is_the_librarys_cell_and_torchs_loop(arguments):
    U_z, b_z, U_c, b_c, x, h0 = arguments
    answer = key("10.5")(*arguments)
    n_h, n_x = U_z.shape
    params = MinGRUParams(np.concatenate([U_z, U_c]), np.concatenate([b_z, b_c]))
    tape = rnnlib.run(MinGRU(n_x, n_h), params, x[:, None], State(h0[None]))
    agree(answer, tape.h[1:, 0])

    gate, candidate = (torch.nn.Linear(n_x, n_h, dtype=torch.float64) for _ in range(2))
    with torch.no_grad():
        for layer, U, b in ((gate, U_z, b_z), (candidate, U_c, b_c)):
            layer.weight.copy_(torch.tensor(U))
            layer.bias.copy_(torch.tensor(b))
        h, states = torch.tensor(h0), []
        for x_t in torch.tensor(x):
            h = torch.lerp(h, candidate(x_t), torch.sigmoid(gate(x_t)))
            states.append(h)
    agree(answer, torch.stack(states).numpy())


# --- 10.6 ---------------------------------------------------------------------------------


def unit_weights(w):
    return Params(np.ones((1, 1)), np.array([[w]]), np.zeros(1))


def mismatch(w, x, h0, h, tanh=np.tanh):
    """h(t) - tanh(w h(t-1) + x(t)) for each t: what Newton's method makes zero."""
    each = []
    for t, state in enumerate(h):
        each.append(state - tanh(w * (h[t - 1] if t else h0) + x[t]))
    return each


@every_case("10.6")
def test_the_key_of_08_6_is_newtons_step_with_a_complex_step_and_with_torchs_jacobian(arguments):
    w, x, h0, h = arguments
    answer, T = key("10.6")(*arguments), len(h)
    F = np.array(mismatch(w, x, h0, h))
    moved = [mismatch(w, x, h0, h + 1j * TINY * unit) for unit in np.eye(T)]
    agree(answer, h - np.linalg.solve(np.imag(moved).T / TINY, F))

    def theirs(states):
        return torch.stack(mismatch(w, torch.tensor(x), h0, states, torch.tanh))

    J = torch.autograd.functional.jacobian(theirs, torch.tensor(h))
    agree(answer, h - torch.linalg.solve(J, theirs(torch.tensor(h))).numpy())


@every_case("10.6")
def test_sweeps_of_08_6_from_zero_are_the_librarys(arguments):
    w, x, h0, _ = arguments
    h = np.zeros(len(x))
    for k in range(1, 4):
        h = key("10.6")(w, x, h0, h)
        s0 = State(np.array([[h0]]))
        found = deer(Elman(1, 1), unit_weights(w), x[:, None, None], s0, tol=0, max_iterations=k)
        agree(h, found.states.h[1:, 0, 0])


@every_case("10.6")
def test_T_sweeps_of_08_6_make_any_guess_the_run(arguments):
    w, x, h0, h = arguments
    for _ in x:
        h = key("10.6")(w, x, h0, h)
    agree(mismatch(w, x, h0, h), np.zeros(len(x)))


# --- what the cases must excite -----------------------------------------------------------


@pytest.mark.parametrize("id", ["10.2", "10.3", "10.5", "10.6"])
@pytest.mark.parametrize("seed", range(3))
def test_one_case_has_a_single_step_and_others_have_more(id, seed):
    steps = {"10.2": 0, "10.3": 0, "10.5": 4, "10.6": 1}[id]  # the argument that has T rows
    cases = exercises()[id].cases(np.random.default_rng(seed))
    assert {c.group for c in cases if len(c.arguments[steps]) == 1} == {"T = 1"}
    assert len(cases) > 2
