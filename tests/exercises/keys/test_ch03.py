"""Answer keys of lesson 03: each agrees with PyTorch and with a second route of another kind."""

import numpy as np
import pytest

import rnnlib
from tests.exercises.keys.keys import cases_of, key

torch = pytest.importorskip("torch")

close = np.testing.assert_allclose


def torch_rnn(U, W, b):
    """PyTorch's recurrent layer with these parameters; its second bias is zero."""
    rnn = torch.nn.RNN(U.shape[1], U.shape[0], dtype=torch.float64)
    weights = {"weight_ih_l0": U, "weight_hh_l0": W, "bias_ih_l0": b, "bias_hh_l0": 0 * b}
    rnn.load_state_dict({name: torch.tensor(value) for name, value in weights.items()})
    return rnn.requires_grad_(False)


def outputs_of_a_run(U, W, V, b, c, x, h0):
    """h and o by the library: `run` and the readout of a loss."""
    tape = rnnlib.run(
        rnnlib.Elman(U.shape[1], U.shape[0]), rnnlib.Params(U, W, b), x, rnnlib.State(h0)
    )
    loss = rnnlib.SquaredError(np.zeros((*x.shape[:2], len(c))), rnnlib.Readout(V, c))
    return tape.h, loss.predict(tape.h[1:])


@pytest.mark.parametrize("arguments", cases_of("03.1"))
def test_the_key_of_03_1_is_torchs_one_hot_and_the_definition(arguments):
    tokens, n = arguments
    answer = key("03.1")(tokens, n)
    assert answer.dtype == float
    theirs = torch.nn.functional.one_hot(torch.tensor(tokens), n)
    np.testing.assert_array_equal(answer, theirs.numpy())
    for place, value in np.ndenumerate(answer):
        assert value == (tokens[place[:2]] == place[2])


@pytest.mark.parametrize("arguments", cases_of("03.2"))
def test_the_key_of_03_2_is_torchs_rnn_and_the_librarys_run(arguments):
    U, W, V, b, c, x, h0 = arguments
    h, o = key("03.2")(*arguments)
    states, _ = torch_rnn(U, W, b)(torch.tensor(x), torch.tensor(h0)[None])
    outputs = torch.nn.functional.linear(states, torch.tensor(V), torch.tensor(c))
    close(h[0], h0, rtol=0)
    close(h[1:], states.numpy(), rtol=1e-11)
    close(o, outputs.numpy(), rtol=1e-11, atol=1e-14)
    for mine, theirs in zip((h, o), outputs_of_a_run(*arguments), strict=True):
        close(mine, theirs, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("arguments", cases_of("03.3"))
def test_the_key_of_03_3_is_torchs_the_librarys_and_a_sum_of_differences(arguments):
    o, y = arguments
    answer = key("03.3")(o, y)
    theirs = torch.nn.functional.cross_entropy(
        torch.tensor(o).flatten(0, 1), torch.tensor(y).flatten(), reduction="sum"
    )
    assert answer == pytest.approx(theirs.item(), rel=1e-12)
    assert answer == pytest.approx(rnnlib.SoftmaxCrossEntropy(y)(o, 0).value, rel=1e-12)
    differences = o - np.take_along_axis(o, y[..., None], axis=-1)
    assert answer == pytest.approx(np.log(np.exp(differences).sum(-1)).sum(), rel=1e-12)


@pytest.mark.parametrize("arguments", cases_of("03.5"))
def test_the_key_of_03_4_is_torchs_gather_and_the_end_of_each_sequence_alone(arguments):
    h, lengths = arguments
    answer = key("03.5")(h, lengths)
    place = torch.tensor(lengths)[None, :, None].expand(1, -1, h.shape[2])
    np.testing.assert_array_equal(answer, torch.tensor(h).gather(0, place)[0].numpy())
    for b, length in enumerate(lengths):
        np.testing.assert_array_equal(answer[b], h[: length + 1, b][-1])


def test_the_key_of_03_4_on_a_run_is_torchs_packed_run_and_the_librarys_held_state():
    U, W, V, b, c, x, h0 = cases_of("03.2")[-1]
    lengths = np.array([2, len(x), 3])
    h, _ = outputs_of_a_run(U, W, V, b, c, x, h0)
    answer = key("03.5")(h, lengths)
    packed = torch.nn.utils.rnn.pack_padded_sequence(
        torch.tensor(x), torch.tensor(lengths), enforce_sorted=False
    )
    _, last = torch_rnn(U, W, b)(packed, torch.tensor(h0)[None])
    close(answer, last[0].numpy(), rtol=1e-11)
    cell, mask = rnnlib.Elman(U.shape[1], U.shape[0]), np.arange(len(x))[:, None] < lengths
    held = rnnlib.run(cell, rnnlib.Params(U, W, b), x, rnnlib.State(h0), mask=mask)
    close(answer, held.h[-1], rtol=1e-13)


@pytest.mark.parametrize("arguments", cases_of("03.4"))
def test_the_key_of_03_5_is_the_mean_of_what_torch_packs_and_the_librarys_masked_loss(arguments):
    losses, lengths = arguments
    answer = key("03.4")(losses, lengths)
    packed = torch.nn.utils.rnn.pack_padded_sequence(
        torch.tensor(losses), torch.tensor(lengths), enforce_sorted=False
    )
    assert answer == pytest.approx(packed.data.mean().item(), rel=1e-13)
    states = np.sqrt(2 * losses)[..., None]  # half of whose square is the loss
    mask = np.array([[t <= length for length in lengths] for t in range(1, len(losses) + 1)])
    by_library = rnnlib.SquaredError(np.zeros(states.shape), mask=mask, reduction="mean")
    assert answer == pytest.approx(by_library(states, 0).value, rel=1e-13)


@pytest.mark.parametrize("arguments", cases_of("03.6"))
def test_the_key_of_03_6_is_torchs_greedy_loop_and_explains_itself_when_read_back(arguments):
    U, W, V, b, c, first, T = arguments
    answer = key("03.6")(*arguments)
    rnn, state, token, tokens = torch_rnn(U, W, b), None, torch.tensor(first), []
    for _ in range(T):
        x = torch.nn.functional.one_hot(token, len(c)).double()[None]
        out, state = rnn(x, state)
        token = torch.nn.functional.linear(out[0], torch.tensor(V), torch.tensor(c)).argmax()
        tokens.append(token.item())
    np.testing.assert_array_equal(answer, tokens)
    # Fed with `first` and its own tokens, the library's run must choose the same ones again.
    x = np.eye(len(c))[[first, *answer[:-1]]][:, None]
    _, o = outputs_of_a_run(U, W, V, b, c, x, np.zeros((1, len(b))))
    np.testing.assert_array_equal(answer, o[:, 0].argmax(axis=-1))


@pytest.mark.parametrize("arguments", cases_of("03.6"))
def test_in_the_cases_of_03_6_no_choice_is_a_tie_and_the_longer_ones_vary(arguments):
    U, W, V, b, c, first, T = arguments
    answer = key("03.6")(*arguments)
    x = np.eye(len(c))[[first, *answer[:-1]]][:, None]
    _, o = outputs_of_a_run(U, W, V, b, c, x, np.zeros((1, len(b))))
    second, best = np.sort(o[:, 0], axis=-1)[:, -2:].T
    assert (best - second > 1e-6).all()
    assert len(set(answer.tolist())) >= min(T, len(c) - 1)
