"""The answer key of lesson 00: it agrees with exact fractions and with PyTorch."""

from fractions import Fraction

import pytest

from tests.exercises.keys.keys import cases_of, key

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("arguments", cases_of("00.1"))
def test_the_key_of_00_1_is_the_sum_of_fractions_and_a_step_of_torchs_rnn(arguments):
    s, x = arguments
    answer = key("00.1")(s, x)
    assert answer == float(Fraction(s) / 2 + Fraction(x))
    state, signal = torch.tensor([[[s]], [[x]]], dtype=torch.float64)
    cell = torch.nn.RNNCell(1, 1, bias=False, nonlinearity="relu", dtype=torch.float64)
    with torch.no_grad():
        cell.weight_ih.fill_(1)
        cell.weight_hh.fill_(0.5)
        after = cell(signal, state).item()  # all is above zero
    assert answer == pytest.approx(after, rel=1e-15)
