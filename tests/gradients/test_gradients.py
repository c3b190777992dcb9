"""The ladder: every exact method against the complex step and PyTorch; truncation and its plans."""

import tracemalloc
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlib.cells.gated import GRU, LSTM
from rnnlib.cells.interop import to_torch
from rnnlib.cells.min_gru import MinGRU
from rnnlib.cells.simple import Diagonal, Elman, Linear
from rnnlib.cells.tape import run, tape_nbytes
from rnnlib.gradients.bptt import backward, bptt, truncated_bptt
from rnnlib.gradients.checkpointing import (
    Advance,
    Reverse,
    binomial_plan,
    checkpointed_bptt,
    forward_steps,
    square_root_plan,
)
from rnnlib.gradients.losses import BinaryCrossEntropy, SoftmaxCrossEntropy, SquaredError
from rnnlib.gradients.oracles import complex_step, finite_difference
from tests.cells.recurrent_cases import CELLS, LOSSES, assert_close, random_loss, random_state

EXACT = {
    "bptt": bptt,
    "truncated after T steps": lambda *run: truncated_bptt(*run, k1=len(run[2]), k2=len(run[2])),
    "square root": checkpointed_bptt,
    "binomial": lambda *run: checkpointed_bptt(*run, schedule="binomial", slots=2),
}
all_cells = pytest.mark.parametrize("make", CELLS.values(), ids=CELLS)
exact_methods = pytest.mark.parametrize("method", EXACT.values(), ids=EXACT)
sizes = st.integers(1, 4)


def case(make, T=5, B=3, n_x=2, n_h=4, *, loss=SquaredError, masked=False, seed=0):
    rng = np.random.default_rng(seed)
    cell = make(n_x, n_h)
    params, s0 = cell.init(rng), random_state(cell, rng, B)
    x = rng.normal(size=(T, B, n_x))
    return cell, params, x, random_loss(loss, rng, T, B, cell.n_h, masked=masked), s0


@exact_methods
@pytest.mark.parametrize("masked", [False, True], ids=["full", "padded"])
@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@all_cells
def test_exact_methods_agree_with_the_complex_step(make, loss, masked, method):
    problem = case(make, loss=loss, masked=masked)
    assert_close(method(*problem)._replace(delta=None), complex_step(*problem))


@all_cells
def test_bptt_agrees_with_finite_differences(make):
    problem = case(make)
    assert_close(bptt(*problem)._replace(delta=None), finite_difference(*problem), 1e-6)


@exact_methods
@all_cells
@given(T=sizes, B=sizes, n_x=sizes, n_h=sizes, masked=st.booleans())
def test_exact_methods_agree_for_all_shapes(make, method, T, B, n_x, n_h, masked):
    problem = case(make, T, B, n_x, n_h, masked=masked)
    expected = complex_step_along(problem)
    grads = method(*problem)
    got = [*grads.params, *grads.s0, grads.x, *grads.readout]
    slope = sum(np.vdot(d, g) for d, g in zip(directions(problem), got, strict=True))
    size = sum(np.abs(d * g).sum() for d, g in zip(directions(problem), got, strict=True))
    assert abs(slope - expected) <= 1e-10 * size


def directions(problem):
    _, params, x, loss, s0 = problem
    rng = np.random.default_rng(1)
    return [rng.normal(size=a.shape) for a in (*params, *s0, x, *loss.readout)]


def complex_step_along(problem):
    """The slope of the loss along one random direction: one run instead of one per number."""
    cell, params, x, loss, s0 = problem
    moved = [
        a + 1e-30j * d
        for a, d in zip((*params, *s0, x, *loss.readout), directions(problem), strict=True)
    ]
    k, m = len(params), len(s0)
    loss = type(loss)(loss.y, type(loss.readout)(*moved[k + m + 1 :]), mask=loss.mask)
    s0 = type(s0)(*moved[k : k + m])
    tape = run(cell, type(params)(*moved[:k]), moved[k + m], s0, mask=loss.mask)
    return loss(tape.h[1:], 0).value.imag / 1e-30


# --- PyTorch -------------------------------------------------------------------------------


def torch_states(torch, cell, params, x, s0, *, mask=None, cut=()):
    """h (T, B, n_h) and the leaves, by autograd alone.

    mask (T, B): where it is False the state is held; cut: the t at which s(t) is detached.
    """
    leaves = [torch.tensor(a, requires_grad=True) for a in (*params, *s0, x)]
    k = len(params)
    state, x = leaves[k:-1], leaves[-1]
    h = []
    for t in range(len(x)):
        if t in cut:
            state = [field.detach() for field in state]
        new = torch_step(torch, cell, leaves[:k], state, x[t])
        if mask is not None:
            active = torch.tensor(mask[t][:, None])
            new = [torch.where(active, a, b) for a, b in zip(new, state, strict=True)]
        state = new
        h.append(state[0])
    return torch.stack(h), leaves


def torch_step(torch, cell, params, state, x):
    F = torch.nn.functional
    before, n = state[0], cell.n_h
    if isinstance(cell, MinGRU):
        z, new = F.linear(x, *params).split(n, dim=1)
        return [before.lerp(new, torch.sigmoid(z))]
    U, W, b, *b_hn = params
    if isinstance(cell, Diagonal):
        lam = torch.complex(W[0], W[1])
        z = torch.complex(before[:, : n // 2], before[:, n // 2 :])
        drive = F.linear(x, U, b)
        z = lam * z + torch.complex(drive[:, : n // 2], drive[:, n // 2 :])
        return [torch.cat([z.real, z.imag], 1)]
    if isinstance(cell, Linear):
        return [F.linear(x, U, b) + F.linear(before, W)]
    if isinstance(cell, LSTM):
        return list(torch._VF.lstm_cell(x, tuple(state), U, W, b, torch.zeros_like(b)))
    if isinstance(cell, GRU):
        b_hh = torch.cat([torch.zeros(2 * n, dtype=b.dtype), *b_hn])
        return [torch._VF.gru_cell(x, before, U, W, b, b_hh)]
    step = torch._VF.rnn_tanh_cell if cell.activation == "tanh" else torch._VF.rnn_relu_cell
    return [step(x, before, U, W, b, torch.zeros_like(b))]


def torch_loss(torch, loss, h, readout):
    F = torch.nn.functional
    o = F.linear(h, *readout)
    counts = torch.ones(o.shape[:2], dtype=bool)
    if loss.mask is not None:
        counts = torch.tensor(loss.mask)
    y = torch.tensor(loss.y)
    if isinstance(loss, SquaredError):
        return 0.5 * F.mse_loss(o[counts], y[counts], reduction="sum")
    if isinstance(loss, SoftmaxCrossEntropy):
        return F.cross_entropy(o[counts], y[counts], reduction="sum")
    return F.binary_cross_entropy_with_logits(o[counts], y[counts], reduction="sum")


@pytest.mark.parametrize("masked", [False, True], ids=["full", "padded"])
@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@exact_methods
@all_cells
def test_exact_methods_agree_with_pytorch(make, method, loss, masked):
    torch = pytest.importorskip("torch")
    problem = case(make, loss=loss, masked=masked)
    cell, params, x, loss, s0 = problem
    h, leaves = torch_states(torch, cell, params, x, s0, mask=loss.mask)
    readout = [torch.tensor(a, requires_grad=True) for a in loss.readout]
    value = torch_loss(torch, loss, h, readout)
    value.backward()
    grads = method(*problem)
    assert_close(grads.loss, value.item())
    ours = (*grads.params, *grads.s0, grads.x, *grads.readout)
    assert_close(ours, tuple(leaf.grad.numpy() for leaf in (*leaves, *readout)))


@pytest.mark.parametrize("cell", [Elman(3, 5), Elman(3, 5, "relu"), GRU(3, 5), LSTM(3, 5)], ids=str)
def test_bptt_agrees_with_the_fused_modules_of_pytorch(cell):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    params, s0 = cell.init(rng), random_state(cell, rng, 2)
    x, dh = rng.normal(size=(7, 2, 3)), rng.normal(size=(7, 2, 5))
    module = to_torch(cell, params)
    inputs = torch.tensor(x, requires_grad=True)
    state = [torch.tensor(f[None], requires_grad=True) for f in s0]
    out, _ = module(inputs, tuple(state) if len(state) == 2 else state[0])
    out.backward(torch.tensor(dh))
    tape = run(cell, params, x, s0)
    assert_close(tape.h[1:], out.detach().numpy())
    grads = backward(tape, dh)
    U, W, b_ih, b_hh = (p.grad.numpy() for p in module.parameters())
    assert_close(tuple(grads.params[:3]), (U, W, b_ih))
    if isinstance(cell, GRU):
        assert_close(grads.params.b_hn, b_hh[10:])
    assert_close((*grads.s0, grads.x), (*(f.grad.numpy()[0] for f in state), inputs.grad.numpy()))


@all_cells
@pytest.mark.parametrize("k1, k2", [(1, 1), (1, 3), (2, 2), (2, 5), (3, 4), (4, 20), (10, 10)])
def test_truncation_is_pytorch_with_detach(make, k1, k2):
    torch = pytest.importorskip("torch")
    problem = case(make, T=7)
    cell, params, x, loss, s0 = problem
    total = None
    for stop in [*range(k1, 7, k1), 7]:
        start = (stop - 1) // k1 * k1
        h, leaves = torch_states(torch, cell, params, x, s0, cut={max(0, stop - k2)} - {0})
        readout = [torch.tensor(a, requires_grad=True) for a in loss.readout]
        part = SquaredError(loss.y[start:stop])
        torch_loss(torch, part, h[start:stop], readout).backward()
        grads = [
            np.zeros(leaf.shape) if leaf.grad is None else leaf.grad.numpy()
            for leaf in (*leaves, *readout)
        ]
        total = grads if total is None else [a + b for a, b in zip(total, grads, strict=True)]
    grads = truncated_bptt(*problem, k1=k1, k2=k2)
    assert_close((*grads.params, *grads.s0, grads.x, *grads.readout), tuple(total))
    assert_close(grads.loss, bptt(*problem).loss)


def test_truncation_needs_a_window_that_covers_its_losses():
    for k1, k2 in ((0, 3), (4, 3), (-1, 2)):
        with pytest.raises(ValueError, match=rf"1 ≤ k1 ≤ k2, got k1={k1}, k2={k2}"):
            truncated_bptt(*case(CELLS["tanh"]), k1=k1, k2=k2)


# --- delta, masks, dtype -------------------------------------------------------------------


@all_cells
def test_delta_is_the_gradient_on_a_state_through_all_of_its_future(make):
    cell, params, x, loss, s0 = case(make)
    tape = run(cell, params, x, s0)
    delta = bptt(cell, params, x, loss, s0).delta
    for t in range(1, 6):
        # s(t) as an initial state: its gradient, and the direct one of the loss on h(t) itself
        direct = loss(tape.h[t : t + 1], t - 1).dh[0]
        later = 0
        if t < 5:
            rest = SquaredError(loss.y[t:], loss.readout)
            later = complex_step(cell, params, x[t:], rest, tape.state(t)).s0.h
        assert_close(delta[t - 1], direct + later)


@all_cells
def test_a_gradient_from_beyond_the_tape_enters_at_its_end(make):
    cell, params, x, loss, s0 = case(make)
    whole = bptt(cell, params, x, loss, s0)
    tape = run(cell, params, x, s0)
    _, dh, _ = loss(tape.h[1:], 0)
    second = backward(tape.last(3), dh[2:])
    first = backward(run(cell, params, x[:2], s0), dh[:2], second.s0)
    assert_close(first.s0, whole.s0)
    assert_close(first.x, whole.x[:2])
    sums = (a + b for a, b in zip(first.params, second.params, strict=True))
    assert_close(type(params)(*sums), whole.params)


@exact_methods
@all_cells
def test_a_padded_batch_gives_each_sequence_its_own_gradient(make, method):
    cell, params, x, loss, s0 = case(make, masked=True)
    grads = method(cell, params, x, loss, s0)
    value, total = 0, None
    for b, own_steps in enumerate(loss.mask.T):
        own = SquaredError(loss.y[own_steps, b : b + 1], loss.readout)
        start = type(s0)(*(f[b : b + 1] for f in s0))
        alone = method(cell, params, x[own_steps, b : b + 1], own, start)
        value += alone.loss
        parts = (*alone.params, *alone.readout)
        total = parts if total is None else tuple(map(np.add, total, parts))
        assert_close(grads.x[own_steps, b : b + 1], alone.x, 1e-12)
        assert not grads.x[~own_steps, b].any()
        assert_close(tuple(f[b : b + 1] for f in grads.s0), tuple(alone.s0), 1e-12)
    assert_close(grads.loss, value, 1e-12)
    assert_close((*grads.params, *grads.readout), total, 1e-12)


@exact_methods
@all_cells
def test_junk_in_the_padding_changes_no_bit_of_the_gradient(make, method):
    cell, params, x, loss, s0 = case(make, masked=True)
    padding = ~loss.mask[:, :, None]
    clean = method(cell, params, x, loss, s0)
    y = np.where(padding, np.nan, loss.y)
    dirty_loss = SquaredError(y, loss.readout, mask=loss.mask)
    dirty = method(cell, params, np.where(padding, np.nan, x), dirty_loss, s0)
    assert_close(dirty, clean, 0)


@pytest.mark.parametrize("method", [*EXACT.values(), truncated_bptt], ids=[*EXACT, "truncated"])
@all_cells
def test_the_gradient_has_the_dtype_of_the_run_and_changes_no_argument(make, method):
    cell, params, x, loss, s0 = case(make)
    params = type(params)(*(p.astype(np.float32) for p in params))
    s0, x = type(s0)(*(f.astype(np.float32) for f in s0)), x.astype(np.float32)
    readout = type(loss.readout)(*(a.astype(np.float32) for a in loss.readout))
    loss = SquaredError(loss.y, readout)
    arguments = [*params, *s0, x, loss.y, *readout]
    copies = [a.copy() for a in arguments]
    grads = method(cell, params, x, loss, s0)
    wide = backward(
        run(cell, params, x, s0),
        np.zeros((5, 3, 4)),
        random_state(cell, np.random.default_rng(1), 3),
    )
    for array in (*grads.params, *grads.s0, grads.x, *grads.readout, *wide.params, *wide.s0):
        assert array.dtype == np.float32
    for array, copy in zip(arguments, copies, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_a_plain_function_is_a_loss():
    cell, params, x, _, s0 = case(CELLS["tanh"])

    def energy(h, start):
        return (h * h).sum(), 2 * h, None

    for method in EXACT.values():
        grads = method(cell, params, x, energy, s0)
        h = run(cell, params, x, s0).h[1:]
        assert_close(grads.params, backward(run(cell, params, x, s0), 2 * h).params)
        assert grads.readout is None


def test_bad_shapes_are_errors_for_every_method():
    cell, params, x, loss, s0 = case(CELLS["tanh"])
    for method in (bptt, checkpointed_bptt, truncated_bptt, complex_step, finite_difference):
        with pytest.raises(ValueError, match=r"x must be \(T ≥ 1"):
            method(cell, params, x[:0], loss, s0)
    tape = run(cell, params, x, s0)
    with pytest.raises(ValueError, match=r"dh must be \(T, B, n_h\)=\(5, 3, 4\), got \(5, 3, 3\)"):
        backward(tape, np.zeros((5, 3, 3)))
    with pytest.raises(ValueError, match=r"ds must be a state like s\(T\), \[\(3, 4\)\], got"):
        backward(tape, np.zeros((5, 3, 4)), type(s0)(np.zeros((1, 4))))


# --- checkpointing -------------------------------------------------------------------------


@cache
def fewest_forward_steps(T, slots):
    """By dynamic programming over the position of the next stored state, without any formula."""
    if T == 1:
        return 1
    if slots == 1:
        return T * (T + 1) // 2
    return min(
        m + fewest_forward_steps(T - m, slots - 1) + fewest_forward_steps(m, slots)
        for m in range(1, T)
    )


@pytest.mark.parametrize("slots", [1, 2, 3, 4, 7, 12, 60])
def test_the_binomial_plan_is_optimal(slots):
    for T in range(1, 61):
        assert forward_steps(binomial_plan(T, slots)) == fewest_forward_steps(T, slots)


def fewest_forward_steps_long(T, slots):
    """The same recursion, bottom up with arrays, for T = 1000."""
    cost = np.arange(T + 1.0) * np.arange(1, T + 2) / 2
    for _ in range(slots - 1):
        better = cost.copy()
        for length in range(2, T + 1):
            m = np.arange(1, length)
            better[length] = (m + cost[length - m] + better[m]).min()
        cost = better
    return cost[T]


@pytest.mark.parametrize("slots, ratio", [(10, 4.636), (32, 3.405), (50, 2.948)])
def test_forward_steps_of_revolve_at_a_thousand_steps(slots, ratio):
    """Griewank & Walther 2000: r T - C(s + r, r - 1) steps to advance, and T to tape."""
    steps = forward_steps(binomial_plan(1000, slots))
    assert steps == fewest_forward_steps_long(1000, slots)
    assert round(steps / 1000, 3) == ratio


@given(T=st.integers(1, 200), slots=st.integers(1, 20))
def test_plans_reverse_each_step_once_and_keep_to_their_slots(T, slots):
    for plan in (square_root_plan, binomial_plan):
        stored, reversed_steps = {0}, []
        for action in plan(T, slots):
            assert action.lo in stored
            if isinstance(action, Advance):
                stored.add(action.t)
            else:
                assert isinstance(action, Reverse)
                reversed_steps += range(action.stop, action.start, -1)
                stored -= {action.lo} if action.start == action.lo else set()
            assert len(stored) <= slots
        assert reversed_steps == list(range(T, 0, -1))
        assert not stored


@given(T=st.integers(1, 12), slots=st.integers(1, 14), masked=st.booleans())
def test_checkpointing_is_bptt_for_any_number_of_slots(T, slots, masked):
    problem = case(CELLS["lstm"], T=T, masked=masked)
    exact = bptt(*problem)._replace(delta=None)
    for schedule in ("sqrt", "binomial"):
        assert_close(checkpointed_bptt(*problem, slots=slots, schedule=schedule), exact)


@pytest.mark.parametrize("schedule", ["sqrt", "binomial"])
def test_a_checkpointed_method_takes_a_fraction_of_the_memory(schedule):
    cell, T, B = LSTM(1, 16), 900, 8
    params, x = cell.init(np.random.default_rng(0)), np.zeros((T, B, 1))

    def loss(h, start):
        return 0.0, np.zeros_like(h), None

    def peak(method):
        tracemalloc.start()
        method(cell, params, x, loss)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    full = tape_nbytes(cell, T, B)
    assert peak(bptt) > full
    assert peak(lambda *run: checkpointed_bptt(*run, schedule=schedule)) < 0.25 * full


def test_impossible_checkpoints_are_errors():
    problem = case(CELLS["tanh"])
    with pytest.raises(ValueError, match="slots must be at least 1, got 0"):
        checkpointed_bptt(*problem, slots=0)
    with pytest.raises(ValueError, match="schedule must be one of sqrt, binomial, got 'log'"):
        checkpointed_bptt(*problem, schedule="log")


def test_elman_by_hand():
    """One unit, two steps: every number of the backward pass written out."""
    cell = Elman(1, 1)
    u, w, b, x1, x2 = 0.7, -0.5, 0.2, 1.5, -0.3
    params = type(cell.init(np.random.default_rng(0)))(
        np.array([[u]]), np.array([[w]]), np.array([b])
    )
    h1 = np.tanh(b + u * x1)
    h2 = np.tanh(b + w * h1 + u * x2)
    loss = SquaredError(np.array([[[1.0]], [[-1.0]]]))
    d2 = h2 + 1
    a2 = d2 * (1 - h2**2)
    d1 = h1 - 1 + w * a2
    a1 = d1 * (1 - h1**2)
    grads = bptt(cell, params, np.array([[[x1]], [[x2]]]), loss)
    assert_close(grads.loss, ((h1 - 1) ** 2 + (h2 + 1) ** 2) / 2, 1e-14)
    assert_close(np.ravel(grads.delta), [d1, d2], 1e-14)
    assert_close(np.ravel(grads.params.W), [a2 * h1], 1e-14)  # the first step met h(0) = 0
    assert_close(np.ravel(grads.params.U), [a1 * x1 + a2 * x2], 1e-14)
    assert_close(np.ravel(grads.params.b), [a1 + a2], 1e-14)
    assert_close(np.ravel(grads.x), [u * a1, u * a2], 1e-14)
    assert_close(np.ravel(grads.s0.h), [w * a1], 1e-14)


def test_binary_cross_entropy_is_softmax_over_two_classes():
    """A logistic output with weight v is a softmax over two outputs with weights v and 0."""
    cell, params, x, loss, s0 = case(CELLS["gru"], loss=BinaryCrossEntropy)
    V, c = loss.readout.V[:1], loss.readout.c[:1]
    one = BinaryCrossEntropy(loss.y[:, :, :1], type(loss.readout)(V, c))
    labels = (loss.y[:, :, 0] == 0).astype(int)
    two = SoftmaxCrossEntropy(labels, type(loss.readout)(np.vstack([V, 0 * V]), np.append(c, 0)))
    a, b = bptt(cell, params, x, one, s0), bptt(cell, params, x, two, s0)
    assert_close(a.loss, b.loss, 1e-12)
    assert_close(a.params, b.params, 1e-12)
