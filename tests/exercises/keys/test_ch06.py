"""Lesson 06's answer keys are proven: each agrees with routes that know nothing of it."""

from heapq import heappop, heappush
from itertools import product
from math import ceil

import numpy as np
import pytest

import rnnlib
from rnnlib.cells.cell import Params, State
from rnnlib.cells.simple import Elman
from rnnlib.exercises.engine import PUBLIC_SEED, evaluate
from rnnlib.exercises.registry import exercises
from rnnlib.gradients import checkpointing, losses, online
from rnnlib.gradients.bptt import bptt, truncated_bptt
from tests.exercises.keys.keys import every_case, key

torch = pytest.importorskip("torch")

TINY = 1e-30


def agree(mine, theirs):
    np.testing.assert_allclose(mine, theirs, rtol=1e-10, atol=1e-13)


# --- one unit, three times: NumPy, PyTorch, the library -----------------------------------


def losses_of_a_run(w, x, h, y, tanh=np.tanh):
    """½ (h(t) - y(t))² for each t, from any state h on; for NumPy and PyTorch alike."""
    each = []
    for x_t, y_t in zip(x, y, strict=True):
        h = tanh(w * h + x_t)
        each.append(0.5 * (h - y_t) ** 2)
    return each


def states(w, x, h0):
    """h(0), …, h(T)."""
    h = [h0]
    for x_t in x:
        h.append(np.tanh(w * h[-1] + x_t))
    return h


def leaf(w):
    return torch.tensor(w, dtype=torch.float64, requires_grad=True)


def by_library(method, w, x, h0, y, **options):
    """dL/dw by a method of the library, for an Elman layer of one unit with U = 1, b = 0."""
    cell, weights = Elman(1, 1), Params(np.ones((1, 1)), np.array([[w]]), np.zeros(1))
    loss = losses.SquaredError(y[:, None, None])
    s0 = State(np.array([[h0]]))
    return method(cell, weights, x[:, None, None], loss, s0, **options).params.W.item()


# --- 06.1 ---------------------------------------------------------------------------------


@every_case("06.1")
def test_the_key_of_05_1_is_what_the_arrays_of_torch_and_the_library_hold(arguments):
    n_x, n_h, T, B, itemsize = arguments
    answer = key("06.1")(*arguments)

    dtype = {2: torch.float16, 4: torch.float32, 8: torch.float64}[itemsize]
    layer = torch.nn.RNN(n_x, n_h, dtype=dtype)  # PyTorch has a second bias, left out here
    weights = layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0
    h = torch.empty(T + 1, B, n_h, dtype=dtype)
    assert answer == (sum(p.nbytes for p in weights), h.nbytes)

    cell, rng = Elman(n_x, n_h), np.random.default_rng(0)
    tape = rnnlib.run(cell, cell.init(rng), np.ones((T, B, n_x)))
    assert answer == (sum(p.size for p in tape.params) * itemsize, tape.h.size * itemsize)


# --- 06.2 ---------------------------------------------------------------------------------


@every_case("06.2")
def test_the_key_of_05_2_is_the_complex_steps_torchs_and_the_truncated_bptts(arguments):
    w, x, h0, y, k = arguments
    answer, h = key("06.2")(*arguments), states(w, x, h0)
    windows = [(max(t - k, 0), t) for t in range(1, len(x) + 1)]

    # The state before the window is a number that w cannot change any more.
    moved = w + 1j * TINY
    parts = [losses_of_a_run(moved, x[lo:t], h[lo], y[lo:t])[-1] for lo, t in windows]
    agree(answer, sum(parts).imag / TINY)

    theirs = leaf(w)
    path = [torch.tensor(h0, dtype=torch.float64)]
    for x_t in x:
        path.append(torch.tanh(theirs * path[-1] + x_t))
    parts = [
        losses_of_a_run(theirs, x[lo:t], path[lo].detach(), y[lo:t], torch.tanh)[-1]
        for lo, t in windows
    ]
    sum(parts).backward()
    agree(answer, theirs.grad.item())

    agree(answer, by_library(truncated_bptt, w, x, h0, y, k1=1, k2=k))


@every_case("06.2")
def test_a_window_as_long_as_the_run_gives_the_exact_gradient_and_a_shorter_one_does_not(arguments):
    w, x, h0, y, k = arguments
    exact = by_library(bptt, w, x, h0, y)
    agree(key("06.2")(w, x, h0, y, len(x)), exact)
    if k < len(x):
        assert abs(key("06.2")(*arguments) - exact) > 1e-3 * abs(exact)


# --- 06.3, 06.4 ---------------------------------------------------------------------------


@every_case("06.3")
def test_the_key_of_05_3_is_the_multiples_below_T_and_the_square_root_plans(arguments):
    T, every = arguments
    answer = key("06.3")(*arguments).tolist()
    assert answer == [t for t in range(T) if t % every == 0]
    plan = checkpointing.square_root_plan(T, len(answer))
    assert answer == sorted(
        action.lo for action in plan if isinstance(action, checkpointing.Reverse)
    )


@every_case("06.4")
def test_the_dw_of_05_4_is_the_complex_steps_torchs_checkpoints_and_the_librarys(arguments):
    w, x, h0, y, every = arguments
    dw, _ = key("06.4")(*arguments)
    agree(dw, sum(losses_of_a_run(w + 1j * TINY, x, h0, y)).imag / TINY)

    theirs, starts = leaf(w), range(0, len(x), every)

    def segment(theirs, h, start):
        total = 0.0
        for t in range(start, min(start + every, len(x))):
            h = torch.tanh(theirs * h + x[t])
            total = total + 0.5 * (h - y[t]) ** 2
        return h, total

    h, total = torch.tensor(h0, dtype=torch.float64), 0.0
    for start in starts:
        h, part = torch.utils.checkpoint.checkpoint(segment, theirs, h, start, use_reentrant=False)
        total = total + part
    total.backward()
    agree(dw, theirs.grad.item())

    agree(dw, by_library(checkpointing.checkpointed_bptt, w, x, h0, y, slots=len(starts)))


@every_case("06.4")
def test_the_held_of_05_4_is_the_most_places_in_memory_and_the_closed_form(arguments):
    _, x, _, _, every = arguments
    T, (_, held) = len(x), key("06.4")(*arguments)
    checkpoints = {("checkpoint", t) for t in range(T) if t % every == 0}
    places = [
        checkpoints | {("again", t) for t in range(start + 1, min(start + every, T) + 1)}
        for _, start in checkpoints
    ]
    assert held == max(map(len, places))
    assert held == ceil(T / every) + min(every, T)


def test_two_mistakes_in_two_outputs_of_checkpointed_are_both_named():
    mistakes = {m.wrong.__name__: m.wrong for m in exercises()["06.4"].mistakes}

    def two_mistakes(w, x, h0, y, every):
        dw, _ = mistakes["_nothing_between_segments"](w, x, h0, y, every)
        return dw, mistakes["_thriftier"](w, x, h0, y, every)[1]

    outcome = evaluate(exercises()["06.4"], two_mistakes, seed=PUBLIC_SEED)
    named = {"dw": "_nothing_between_segments", "held": "_thriftier"}
    assert outcome.evidence["named"] == named


# --- 06.5 ---------------------------------------------------------------------------------


@every_case("06.5")
def test_the_key_of_05_5_is_the_gradient_of_every_prefix(arguments):
    w, x, h0, y = arguments
    answer = key("06.5")(*arguments)
    steps = range(1, len(x) + 1)
    agree(answer, np.cumsum(losses_of_a_run(w + 1j * TINY, x, h0, y)).imag / TINY)

    def by_torch(t):
        theirs = leaf(w)
        sum(losses_of_a_run(theirs, x[:t], h0, y[:t], torch.tanh)).backward()
        return theirs.grad.item()

    agree(answer, [by_torch(t) for t in steps])
    for method in (online.rtrl, bptt):
        agree(answer, [by_library(method, w, x[:t], h0, y[:t]) for t in steps])


# --- 06.6 ---------------------------------------------------------------------------------


def cheapest(T, slots):
    """The least cost of undoing steps T, …, 1 over all orders of work, by Dijkstra's search.

    A position is (steps not yet undone, kept states). Moves: drop a kept state; run from one to
    a later state and keep that; run from one to the step that is to be undone next, and undo it.
    """
    queue, known = [(0, T, (0,))], set()
    while queue:
        cost, stop, kept = heappop(queue)
        if stop == 0:
            return cost
        if (stop, kept) in known:
            continue
        known.add((stop, kept))
        for lo in kept:
            heappush(queue, (cost, stop, tuple(t for t in kept if t != lo)))
            if lo < stop:
                heappush(queue, (cost + stop - lo, stop - 1, kept))
            if len(kept) < slots:
                for t in set(range(lo + 1, stop)) - set(kept):
                    heappush(queue, (cost + t - lo, stop, tuple(sorted((*kept, t)))))


@pytest.mark.parametrize("slots", range(1, 5))
@pytest.mark.parametrize("T", range(1, 9))
def test_no_order_of_work_needs_fewer_steps_than_the_key_of_05_6(T, slots):
    assert key("06.6")(T, slots) == cheapest(T, slots)


@pytest.mark.parametrize("slots", [1, 2, 3, 5, 8, 40])
@pytest.mark.parametrize("T", [1, 2, 7, 16, 33])
def test_the_key_of_05_6_is_the_length_of_the_librarys_binomial_plan(T, slots):
    assert key("06.6")(T, slots) == checkpointing.forward_steps(
        checkpointing.binomial_plan(T, slots)
    )


@every_case("06.6")
def test_the_key_of_05_6_is_the_librarys_on_its_own_cases(arguments):
    assert key("06.6")(*arguments) == checkpointing.forward_steps(
        checkpointing.binomial_plan(*arguments)
    )


# --- 06.7 ---------------------------------------------------------------------------------


def inputs_of(w, h):
    """x(2), …, x(T), with which the states h(1), …, h(T) follow one another."""
    return np.arctanh(h[1:]) - w * h[:-1]


@every_case("06.7")
def test_the_key_of_05_7_is_the_complex_steps_torchs_and_the_weighted_bptts(arguments):
    w, h, y, kept, p = arguments
    answer = key("06.7")(*arguments)
    weights, x, T = kept / (1 - p), inputs_of(w, h), len(h)

    def loss(nudges):
        state, total = h[0] + nudges[0], 0.0
        for t in range(T):
            total += 0.5 * (state - y[t]) ** 2
            if t < T - 1:  # what follows feels weights[t] times the state's move
                felt = h[t] + weights[t] * (state - h[t])
                state = np.tanh(w * felt + x[t]) + nudges[t + 1]
        return total

    agree(answer, [loss(1j * TINY * nudges).imag / TINY for nudges in np.eye(T)])

    path = [leaf(h[0])]
    for t in range(T - 1):
        path[t].retain_grad()
        felt = weights[t] * path[t] + (1 - weights[t]) * path[t].detach()
        path.append(torch.tanh(w * felt + x[t]))
    path[-1].retain_grad()
    sum(0.5 * (state - y_t) ** 2 for state, y_t in zip(path, y, strict=True)).backward()
    agree(answer, [state.grad.item() for state in path])

    first = np.arctanh(h[0])  # from h(0) = 0
    grads = online.weighted_bptt(
        Elman(1, 1),
        Params(np.ones((1, 1)), np.array([[w]]), np.zeros(1)),
        np.array([first, *x])[:, None, None],
        losses.SquaredError(y[:, None, None]),
        weights=weights,
    )
    agree(answer, grads.delta[:, 0, 0])


@every_case("06.7")
def test_the_key_of_05_7_is_right_on_average_over_all_draws(arguments):
    w, h, y, kept, p = arguments
    mean = 0.0
    for draw in product([False, True], repeat=len(kept)):
        draw = np.array(draw, dtype=bool)
        probability = np.prod(np.where(draw, 1 - p, p))
        mean = mean + probability * key("06.7")(w, h, y, draw, p)
    agree(mean, key("04.2")(w, h, y))


# --- what the cases must excite -----------------------------------------------------------


@pytest.mark.parametrize("id", ["06.2", "06.4", "06.5"])
@pytest.mark.parametrize("seed", range(3))
def test_every_run_starts_from_a_state_that_is_not_zero_and_one_has_a_single_step(id, seed):
    cases = exercises()[id].cases(np.random.default_rng(seed))
    assert all(case.arguments[2] != 0 for case in cases)
    assert {case.group for case in cases if len(case.arguments[1]) == 1} == {"T = 1"}
