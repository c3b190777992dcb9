"""Lesson 12's answer keys are proven: each agrees with routes that know nothing of it."""

from dataclasses import replace

import numpy as np
import pytest

import rnnlib
from rnnlib.cells.cell import Params, State
from rnnlib.cells.simple import Elman
from rnnlib.data import realdata
from rnnlib.exercises.registry import exercises
from rnnlib.gradients import losses
from rnnlib.training import optimisers
from tests.exercises.keys.keys import every_case, key

torch = pytest.importorskip("torch")

TINY = 1e-30


def agree(mine, theirs):
    np.testing.assert_allclose(mine, theirs, rtol=1e-10, atol=1e-13)


def leaf(array):
    return torch.tensor(array, dtype=torch.float64, requires_grad=True)


# --- 12.1 ---------------------------------------------------------------------------------


@every_case("12.1")
def test_the_key_of_10_1_gives_back_the_text_and_is_torchs_unfold(arguments):
    codes, B, T = arguments
    inputs, targets = key("12.1")(*arguments)
    K = len(inputs)
    assert B * K * T <= len(codes) - 1 < B * (K + 1) * T  # as many blocks as there are targets for

    # Laid end to end, stream after stream, the blocks are the text, and the targets its sequel.
    for read, part in ((codes, inputs), (codes[1:], targets)):
        streams = [np.concatenate(list(part[:, :, b])) for b in range(B)]
        np.testing.assert_array_equal(np.concatenate(streams), read[: B * K * T])

    pieces = torch.tensor(codes[: B * K * T + 1]).unfold(0, T + 1, T)  # overlapping by one
    pieces = pieces.reshape(B, K, T + 1).permute(1, 2, 0).numpy()
    np.testing.assert_array_equal(inputs, pieces[:, :-1])
    np.testing.assert_array_equal(targets, pieces[:, 1:])


@pytest.mark.parametrize(("B", "T"), [(2, 5), (3, 4), (1, 7)])
def test_the_key_of_10_1_is_the_librarys_windows_where_nothing_is_left_over(B, T):
    text = realdata.encode(realdata.english_text()[: 4 * B * T + 1])
    inputs, targets = key("12.1")(text, B, T)
    library = list(realdata.character_windows(text, T=T, batch=B))
    np.testing.assert_array_equal(inputs, [batch.x.argmax(axis=-1) for batch in library])
    np.testing.assert_array_equal(targets, [batch.y for batch in library])


# --- 12.2, 12.3 ---------------------------------------------------------------------------


def torch_layer(U, W, b):
    """A torch.nn.RNN with these weights."""
    layer = torch.nn.RNN(U.shape[1], len(W), dtype=torch.float64)
    with torch.no_grad():
        for parameter, value in zip(layer.parameters(), (U, W, b, 0 * b), strict=True):
            parameter.copy_(torch.tensor(value))
    return layer


@every_case("12.2")
def test_the_key_of_10_2_is_torchs_layer_and_the_librarys_on_one_hot_input(arguments):
    U, W, b, V, c, codes, h0 = arguments
    h, logits = key("12.2")(*arguments)
    one_hot = np.eye(U.shape[1])[codes]

    tape = rnnlib.run(Elman(U.shape[1], len(W)), Params(U, W, b), one_hot, State(h0))
    agree(h, tape.h)
    loss = losses.SoftmaxCrossEntropy(codes, losses.Readout(V, c))
    agree(logits, loss.predict(tape.h[1:]))

    with torch.no_grad():
        theirs, _ = torch_layer(U, W, b)(torch.tensor(one_hot), torch.tensor(h0)[None])
        readout = torch.nn.functional.linear(theirs, torch.tensor(V), torch.tensor(c))
    agree(h[1:], theirs.numpy())
    agree(logits, readout.numpy())


@every_case("12.3")
def test_the_key_of_10_3_is_torchs_cross_entropy_and_the_librarys(arguments):
    logits, targets = arguments
    loss, slope = key("12.3")(*arguments)

    scores = leaf(logits)
    theirs = torch.nn.functional.cross_entropy(scores.flatten(0, 1), torch.tensor(targets.ravel()))
    theirs.backward()
    agree(loss, theirs.item())
    agree(slope, scores.grad.numpy())

    library = losses.SoftmaxCrossEntropy(targets, reduction="mean")(logits, 0)
    agree(loss, library.value)
    agree(slope, library.dh)


@every_case("12.3")
def test_the_slope_of_10_3_is_the_complex_steps(arguments):
    logits, targets = arguments
    _, slope = key("12.3")(*arguments)
    top = logits.max(axis=-1, keepdims=True)
    for at in np.ndindex(*logits.shape):
        moved = (logits - top).astype(complex)
        moved[at] += 1j * TINY
        picked = np.take_along_axis(moved, targets[..., None], axis=-1)[..., 0]
        loss = (np.log(np.exp(moved).sum(axis=-1)) - picked).mean()
        agree(slope[at], loss.imag / TINY)


# --- 12.4 ---------------------------------------------------------------------------------


def surrogate(U, W, b, V, c, rest, codes, h0, dlogits, tanh):
    """Σ dlogits · o(t): its gradients are those of any loss with this slope at the scores.

    rest (T, B, n): what else goes into a(t), a number that no weight can change.
    """
    h, total = h0, 0.0
    for more, now, do in zip(rest, codes, dlogits, strict=True):
        h = tanh(more + b + h @ W.T + U[:, now].T)
        total = total + (do * (c + h @ V.T)).sum()
    return total


@every_case("12.4")
def test_the_key_of_10_4_is_the_complex_steps_and_torchs(arguments):
    W, V, h, codes, dlogits, n_codes = arguments
    # U, b and c have no part in the answer: zeros, and the rest of a(t) makes the states h.
    rest = np.arctanh(h[1:]) - h[:-1] @ W.T
    zeros = np.zeros((len(W), n_codes)), np.zeros(len(W)), np.zeros(len(V))
    weights = {"U": zeros[0], "W": W, "b": zeros[1], "V": V, "c": zeros[2]}
    answer = dict(zip(weights, key("12.4")(*arguments), strict=True))

    given = {"rest": rest, "codes": codes, "h0": h[0], "dlogits": dlogits}
    for name, value in weights.items():
        assert answer[name].shape == value.shape
        for at in np.ndindex(*value.shape):
            moved = value.astype(complex)
            moved[at] += 1j * TINY
            loss = surrogate(**weights | {name: moved}, **given, tanh=np.tanh)
            agree(answer[name][at], loss.imag / TINY)

    leaves = {name: leaf(value) for name, value in weights.items()}
    tensors = {name: torch.tensor(value) for name, value in given.items()}
    surrogate(**leaves, **tensors, tanh=torch.tanh).backward()
    for name, parameter in leaves.items():
        agree(answer[name], parameter.grad.numpy())


@every_case("12.4")
def test_the_key_of_10_4_is_the_librarys_backward_walk(arguments):
    W, V, h, codes, dlogits, n_codes = arguments
    one_hot, cell = np.eye(n_codes)[codes], Elman(n_codes, len(W))
    unused = np.zeros((len(W), n_codes)), np.zeros(len(W))
    tape = rnnlib.run(cell, Params(unused[0], W, unused[1]), one_hot)
    grads = rnnlib.backward(replace(tape, states=State(h)), dlogits @ V)
    for mine, theirs in zip(key("12.4")(*arguments), grads.params, strict=False):
        agree(mine, theirs)


# --- 12.5 ---------------------------------------------------------------------------------


@every_case("12.5")
def test_the_key_of_10_5_is_torchs_adam_and_the_librarys(arguments):
    p, g, m, v, k, lr, beta1, beta2, eps = arguments
    answer = key("12.5")(*arguments)

    parameter = leaf(p)
    adam = torch.optim.Adam([parameter], lr=lr, betas=(beta1, beta2), eps=eps)
    adam.state[parameter] = {
        "step": torch.tensor(float(k - 1)),
        "exp_avg": torch.tensor(m),
        "exp_avg_sq": torch.tensor(v),
    }
    parameter.grad = torch.tensor(g)
    adam.step()
    state = adam.state[parameter]
    theirs = parameter.detach(), state["exp_avg"], state["exp_avg_sq"]
    for mine, other in zip(answer, theirs, strict=True):
        agree(mine, other.numpy())

    library = optimisers.Adam(lr, beta1, beta2, eps)
    new, after = library.update((p,), (g,), optimisers.AdamState((m,), (v,), k - 1))
    for mine, other in zip(answer, (new[0], after.mean[0], after.square[0]), strict=True):
        agree(mine, other)


def test_the_key_of_10_5_takes_a_first_step_of_the_length_of_the_rate():
    g = np.array([[1e-3, -5.0, 40.0]])
    p, *_ = key("12.5")(0 * g, g, 0 * g, 0 * g, 1, 0.01, 0.9, 0.999, 1e-12)
    np.testing.assert_allclose(p, -0.01 * np.sign(g), rtol=1e-6)


# --- 12.6 ---------------------------------------------------------------------------------


@every_case("12.6")
def test_the_key_of_10_6_is_torchs_softmax_and_a_power_of_the_softmax(arguments):
    logits, tau = arguments
    answer = key("12.6")(*arguments)
    agree(answer, torch.softmax(torch.tensor(logits) / tau, dim=0).numpy())
    log_p = torch.log_softmax(torch.tensor(logits), dim=0).numpy()  # p itself may be rounded to 0
    power = np.exp(log_p / tau)
    agree(answer, power / power.sum())


# --- 12.7 ---------------------------------------------------------------------------------


@every_case("12.7")
def test_the_key_of_12_7_is_torchs_loop_with_a_detached_state(arguments):
    U, W, b, V, c, inputs, targets, lr = arguments
    losses, *weights = key("12.7")(*arguments)

    layer = torch_layer(U, W, b)
    layer.bias_hh_l0.requires_grad_(False)  # one bias
    readout = [leaf(V), leaf(c)]
    adam = torch.optim.Adam([*list(layer.parameters())[:3], *readout], lr=lr)
    state = torch.zeros((1, inputs.shape[2], len(b)), dtype=torch.float64)
    theirs = []
    for x, y in zip(inputs, targets, strict=True):
        h, state = layer(torch.tensor(np.eye(U.shape[1])[x]), state.detach())
        scores = torch.nn.functional.linear(h, *readout)
        loss = torch.nn.functional.cross_entropy(scores.flatten(0, 1), torch.tensor(y.ravel()))
        adam.zero_grad()
        loss.backward()
        adam.step()
        theirs.append(loss.item())

    agree_after_updates(losses, theirs)
    for mine, other in zip(weights, [*list(layer.parameters())[:3], *readout], strict=True):
        agree_after_updates(mine, other.detach().numpy())


def agree_after_updates(mine, theirs):
    np.testing.assert_allclose(mine, theirs, rtol=1e-7, atol=1e-9)  # Adam divides small by small


def test_the_key_of_12_7_lowers_the_loss_and_leaves_its_arguments_alone():
    rng = np.random.default_rng(0)
    codes = np.tile(np.arange(5), 400)  # a text that can be foretold
    inputs, targets = key("12.1")(codes, 4, 5)
    W = np.linalg.qr(rng.normal(size=(8, 8)))[0]
    start = rng.normal(size=(8, 5)), W, np.zeros(8), 0.1 * rng.normal(size=(5, 8)), np.zeros(5)
    given = [p.copy() for p in start]
    losses, *_ = key("12.7")(*start, inputs, targets, 0.02)
    assert abs(losses[0] - np.log(5)) < 0.3 and losses[-1] < 0.1
    for one, other in zip(start, given, strict=True):
        np.testing.assert_array_equal(one, other)


# --- what the cases must excite -----------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_in_the_cases_of_10_4_letters_occur_twice_in_a_step_and_in_a_sequence(seed):
    cases = exercises()["12.4"].cases(np.random.default_rng(seed))
    codes = [case.arguments[3] for case in cases]
    assert any(len(set(row)) < len(row) for block in codes for row in block)
    assert any(len(set(column)) < len(column) for block in codes for column in block.T)
    assert all(np.abs(case.arguments[2][0]).min() > 0 for case in cases)  # h(0) is not zero
    assert {case.group for case in cases if len(case.arguments[3]) == 1} == {"one letter", "T = 1"}


@pytest.mark.parametrize("seed", range(3))
def test_the_terms_of_10_4_add_up_to_the_key(seed):
    exercise = exercises()["12.4"]
    for case in exercise.cases(np.random.default_rng(seed)):
        right = exercise.reference(*case.arguments)
        terms = exercise.terms(*case.arguments)
        for returned, value in zip(exercise.returns, right, strict=True):
            np.testing.assert_allclose(
                sum(terms[returned.name].values()), value, rtol=1e-10, atol=1e-14
            )
