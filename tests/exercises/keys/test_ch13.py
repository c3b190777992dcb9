"""Lesson 13's answer keys are proven: each agrees with PyTorch, and with the library."""

import numpy as np
import pytest

import rnnlib
from rnnlib.exercises.registry import exercises
from tests.exercises.keys.keys import cases_of, every_case, key

torch = pytest.importorskip("torch")


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def theirs(U, W, b, b_hn, x, h):
    """One step of the colleague's GRU: blocks z, r, n, and z is the part of what is new."""
    a_z, a_r, a_n = np.split(b + U @ x, 3)
    w_z, w_r, w_n = np.split(W @ h, 3)
    z = sigmoid(a_z + w_z)
    n = np.tanh(a_n + sigmoid(a_r + w_r) * (w_n + b_hn))
    return z * n + (1 - z) * h


@every_case("13.1")
def test_with_the_key_of_13_1_torchs_gru_and_the_librarys_run_as_the_colleagues(arguments):
    U, W, b, b_hn = arguments
    answer = key("13.1")(*arguments)
    n_x, n = U.shape[1], len(b_hn)
    rng = np.random.default_rng(0)
    x, h0 = rng.normal(size=(4, n_x)), rng.normal(size=n)
    states = [h0]
    for now in x:
        states.append(theirs(U, W, b, b_hn, now, states[-1]))

    module = torch.nn.GRU(n_x, n, dtype=torch.float64)
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    module.load_state_dict({k: torch.tensor(a) for k, a in zip(names, answer, strict=True)})
    with torch.no_grad():
        found = module(torch.tensor(x), torch.tensor(h0[None]))[0].numpy()
    assert np.allclose(found, states[1:], rtol=1e-12, atol=1e-14)

    weight_ih, weight_hh, bias_ih, bias_hh = answer
    assert not bias_hh[: 2 * n].any()
    params = rnnlib.GRUParams(weight_ih, weight_hh, bias_ih, bias_hh[2 * n :])
    tape = rnnlib.run(rnnlib.GRU(n_x, n), params, x[:, None], rnnlib.State(h0[None]))
    assert np.allclose(tape.h[:, 0], states, rtol=1e-12, atol=1e-14)


@every_case("13.2")
def test_the_key_of_13_2_is_torchs_packed_sequence(arguments):
    x, lengths = arguments
    data, sizes, order = key("13.2")(x, lengths)
    given = torch.tensor(x[:, order]), torch.tensor(lengths[order])
    packed = torch.nn.utils.rnn.pack_padded_sequence(*given)  # refuses what is not sorted
    assert np.array_equal(packed.data.numpy(), data)
    assert np.array_equal(packed.batch_sizes.numpy(), sizes)
    itself = torch.nn.utils.rnn.pack_padded_sequence(
        torch.tensor(x), torch.tensor(lengths), enforce_sorted=False
    )
    assert np.array_equal(itself.batch_sizes.numpy(), sizes)
    if len(set(lengths)) == len(lengths):  # of equal lengths PyTorch promises no order
        assert np.array_equal(itself.sorted_indices.numpy(), order)
        assert np.array_equal(itself.data.numpy(), data)


@every_case("13.2")
def test_from_the_key_of_13_2_each_sequence_can_be_read_again(arguments):
    x, lengths = arguments
    data, sizes, order = key("13.2")(x, lengths)
    assert sorted(order) == list(range(len(lengths)))
    assert list(lengths[order]) == sorted(lengths, reverse=True)
    steps = np.split(data, np.cumsum(sizes)[:-1])
    for place, b in enumerate(order):
        sequence = [step[place] for step in steps if len(step) > place]
        assert np.array_equal(sequence, x[: lengths[b], b])


# --- what the cases must excite -----------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_orders_are_not_their_own_inverse_lengths_repeat_and_padding_is_not_zero(seed):
    cases = [case.arguments for case in exercises()["13.2"].cases(np.random.default_rng(seed))]
    orders = [key("13.2")(*arguments)[2] for arguments in cases]
    assert any((np.argsort(order) != order).any() for order in orders)
    assert any(len(set(lengths)) < len(lengths) for _, lengths in cases)
    assert any(lengths.max() < len(x) for x, lengths in cases)
    assert all(np.abs(x).min() > 0 for x, _ in cases)


def test_no_number_of_13_1_is_near_zero_so_that_signs_and_places_show():
    for arguments in cases_of("13.1"):
        assert all(np.abs(array).min() >= 0.3 for array in arguments)


# --- what the self-test says of PyTorch ---------------------------------------------------


@pytest.mark.parametrize(
    ("retain", "error"), [(False, "a second time"), (True, "modified by an inplace operation")]
)
def test_a_state_with_its_graph_stops_the_second_block_retained_or_not(retain, error):
    layer = torch.nn.GRU(3, 4)
    optimizer = torch.optim.Adam(layer.parameters())

    def block(h):
        optimizer.zero_grad()
        states, h = layer(torch.ones(7, 5, 3), h)
        states.sum().backward(retain_graph=retain)
        optimizer.step()
        return h

    h = block(None)
    with pytest.raises(RuntimeError, match=error):
        block(h)
    block(h.detach())


def test_softmax_before_the_cross_entropy_makes_a_sure_and_right_answer_pay():
    scores, target = 100 * torch.eye(79)[:1], torch.tensor([0])
    loss = torch.nn.CrossEntropyLoss()
    assert loss(scores, target) < 1e-6 and loss(scores.softmax(-1), target) > 3
