"""Lesson 06's answer keys are proven: each agrees with routes that know nothing of it."""

from heapq import heappop, heappush
from math import comb

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
def test_the_key_of_06_1_is_what_the_arrays_of_torch_and_the_library_hold(arguments):
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
def test_the_key_of_06_2_is_the_complex_steps_torchs_and_the_truncated_bptts(arguments):
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


# --- 06.3 ---------------------------------------------------------------------------------


def blocks_of(T, k):
    """First and last step of each block, as (lo, hi): steps lo+1 to hi."""
    return [(lo, min(lo + k, T)) for lo in range(0, T, k)]


@every_case("06.3")
def test_the_key_of_06_3_is_the_complex_steps_torchs_detach_and_the_truncated_bptts(arguments):
    w, x, h0, y, k = arguments
    answer, h = key("06.3")(*arguments), states(w, x, h0)

    # The state that a block begins with is a number that w cannot change any more.
    moved = w + 1j * TINY
    parts = [sum(losses_of_a_run(moved, x[a:b], h[a], y[a:b])) for a, b in blocks_of(len(x), k)]
    agree(answer, sum(parts).imag / TINY)

    theirs, state = leaf(w), torch.tensor(h0, dtype=torch.float64)
    for lo, hi in blocks_of(len(x), k):
        state, total = state.detach(), 0.0
        for t in range(lo, hi):
            state = torch.tanh(theirs * state + x[t])
            total = total + 0.5 * (state - y[t]) ** 2
        total.backward()  # adds to what the blocks before have left in .grad
    agree(answer, theirs.grad.item())

    if len(x) % k == 0:  # there the library's windows are the blocks
        agree(answer, by_library(truncated_bptt, w, x, h0, y, k1=k, k2=k))


@every_case("06.3")
def test_one_block_gives_the_exact_gradient_and_more_do_not(arguments):
    w, x, h0, y, k = arguments
    exact = by_library(bptt, w, x, h0, y)
    agree(key("06.3")(w, x, h0, y, len(x)), exact)
    if k < len(x):
        assert abs(key("06.3")(*arguments) - exact) > 1e-3 * abs(exact)


# --- 06.4 ---------------------------------------------------------------------------------


@every_case("06.4")
def test_the_dw_of_06_4_is_the_complex_steps_torchs_checkpoints_and_the_librarys(arguments):
    w, x, h0, y, every = arguments
    dw = key("06.4")(*arguments)
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


# --- 06.5 ---------------------------------------------------------------------------------


@every_case("06.5")
def test_the_key_of_06_5_is_the_complex_steps_torchs_and_the_librarys(arguments):
    w, x, y, h, s = arguments
    new, s_new, g = key("06.5")(*arguments)

    # Before the step the state has moved by s for each unit of w.
    moved = np.tanh((w + 1j * TINY) * (h + 1j * TINY * s) + x)
    agree(new, moved.real)
    agree(s_new, moved.imag / TINY)
    agree(g, (0.5 * (moved - y) ** 2).imag / TINY)

    theirs = leaf(w)
    state = torch.tanh(theirs * (h + s * (theirs - w)) + x)  # the state before is h + s (w - w0)
    loss = 0.5 * (state - y) ** 2
    (slope,) = torch.autograd.grad(state, theirs, retain_graph=True)
    agree(
        [new, s_new, g], [state.item(), slope.item(), torch.autograd.grad(loss, theirs)[0].item()]
    )

    cell, weights = Elman(1, 1), Params(np.ones((1, 1)), np.array([[w]]), np.zeros(1))
    carry = online.rtrl_start(cell, weights, State(np.array([[h]])))
    carry.S[0, 0, 1] = s  # U, W, b side by side
    loss = losses.SquaredError(np.array([[[y]]]))
    carry, grads = online.rtrl_step(cell, weights, carry, np.array([[x]]), loss)
    agree([new, s_new, g], [carry.state.h.item(), carry.S[0, 0, 1], grads.params.W.item()])


def test_the_gs_of_06_5_add_up_to_the_gradient_of_a_run():
    w, x, h0, y, _ = exercises()["06.3"].cases(np.random.default_rng(1))[3].arguments
    h, s, total = h0, 0.0, 0.0
    for x_t, y_t in zip(x, y, strict=True):
        h, s, g = key("06.5")(w, x_t, y_t, h, s)
        total += g
    agree(total, by_library(bptt, w, x, h0, y))


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
def test_no_order_of_work_needs_fewer_steps_than_the_key_of_06_6(T, slots):
    assert key("06.6")(T, slots) == cheapest(T, slots)


@pytest.mark.parametrize("slots", [1, 2, 3, 5, 8, 40])
@pytest.mark.parametrize("T", [1, 2, 7, 16, 33])
def test_the_key_of_06_6_is_the_length_of_the_librarys_binomial_plan(T, slots):
    assert key("06.6")(T, slots) == checkpointing.forward_steps(
        checkpointing.binomial_plan(T, slots)
    )


@every_case("06.6")
def test_the_key_of_06_6_is_the_librarys_and_the_closed_form_on_its_own_cases(arguments):
    T, slots = arguments
    plan = checkpointing.binomial_plan(T, slots)
    assert key("06.6")(T, slots) == checkpointing.forward_steps(plan)
    runs = next(r for r in range(T) if comb(slots + r, slots) >= T)  # Griewank & Walther 2000
    assert key("06.6")(T, slots) == (runs + 1) * T - comb(slots + runs, slots + 1)


def test_a_recursion_that_keeps_nothing_is_stopped():
    def again_and_again(T, slots):
        if T == 1 or slots == 1:
            return T * (T + 1) // 2
        return min(
            m + again_and_again(T - m, slots - 1) + again_and_again(m, slots) for m in range(1, T)
        )

    outcome = evaluate(exercises()["06.6"], again_and_again, seed=PUBLIC_SEED, seconds=1)
    assert not outcome.passed
    assert "did not return" in outcome.message


@pytest.mark.parametrize("by", [0, 1], ids=["by T alone", "by slots alone"])
@pytest.mark.parametrize("seed", range(50))
def test_answers_that_are_kept_under_one_argument_alone_fail_on_every_seed(seed, by):
    known = {}

    def forgetful(*arguments):
        return known.setdefault(arguments[by], key("06.6")(*arguments))

    cases = exercises()["06.6"].cases(np.random.default_rng(seed))
    assert [forgetful(*c.arguments) for c in cases] != [key("06.6")(*c.arguments) for c in cases]


@pytest.mark.parametrize("id", ["06.1", "06.6"])
def test_a_table_of_the_cases_of_a_hundred_seeds_answers_no_other_seed(id):
    def asked(seed):
        return [case.arguments for case in exercises()[id].cases(np.random.default_rng(seed))]

    table = {arguments for seed in range(100) for arguments in asked(seed)}
    assert not any(table.issuperset(asked(seed)) for seed in range(100, 200))


# --- what the cases must excite -----------------------------------------------------------


@pytest.mark.parametrize("id", ["06.2", "06.3", "06.4"])
@pytest.mark.parametrize("seed", range(3))
def test_every_run_starts_from_a_state_that_is_not_zero_and_one_has_a_single_step(id, seed):
    cases = exercises()[id].cases(np.random.default_rng(seed))
    assert all(case.arguments[2] != 0 for case in cases)
    assert {case.group for case in cases if len(case.arguments[1]) == 1} == {"T = 1"}
