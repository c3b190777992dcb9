"""Counts: Witten-Bell by hand, sums of 1, one letter as many, and any alphabet."""

import numpy as np
import pytest

from rnnlib.data import realdata
from rnnlib.data.counting import Counts

TEXT = realdata.encode(realdata.english_text()[:5000])
NEW = realdata.encode(realdata.english_text()[5000:5400])
K = len(realdata.ALPHABET)


def by_definition(text, K, n, before, letter):
    """p_n(letter) after the letters `before`, from the formula, counting anew each time."""
    if n == 0:
        return 1 / K
    last = list(before[len(before) - n + 1 :]) if n > 1 else []
    places = [i for i in range(n - 1, len(text)) if list(text[i - n + 1 : i]) == last]
    after = [text[i] for i in places]
    shorter = by_definition(text, K, n - 1, before, letter)
    if not after:
        return shorter
    kinds = len(set(after))
    return (after.count(letter) + kinds * shorter) / (len(after) + kinds)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_the_probabilities_are_those_of_the_formula(n):
    rng = np.random.default_rng(n)
    text = list(rng.integers(3, size=60))
    counts = Counts(np.array(text), 3, n)
    for _ in range(10):
        before = list(rng.integers(3, size=5))
        p = counts.probabilities(np.array(before))
        np.testing.assert_allclose(p, [by_definition(text, 3, n, before, x) for x in range(3)])


@pytest.mark.parametrize("n", [1, 3, 6])
def test_the_targets_are_the_same_probabilities_and_sum_to_one(n):
    counts = Counts(TEXT, K, n)
    targets = counts.targets(NEW)
    for place in (1, 2, 3, 7, 50, 399):
        p = counts.probabilities(NEW[:place])
        assert p.sum() == pytest.approx(1) and (p > 0).all()
        assert p[NEW[place]] == pytest.approx(targets[place - 1])
    assert counts.bits(NEW) == pytest.approx(-np.log2(targets).mean())


@pytest.mark.parametrize("n", [1, 2, 5])
def test_the_bits_are_those_of_the_other_count_of_the_library(n):
    counts = Counts(TEXT, K, n)
    mine = -np.log(counts.targets(NEW))[max(0, n - 2) :].mean()
    if n == 1:
        mine = -np.log(np.append(counts.probabilities(NEW[:0])[NEW[0]], counts.targets(NEW))).mean()
    assert mine == pytest.approx(realdata.smoothed_ngram_loss(TEXT, NEW, n=n))


def test_what_is_kept_is_counted():
    assert Counts(np.array([0, 1, 0, 1]), 2, 2).n_numbers == 2 + 2


@pytest.mark.parametrize(
    ("codes", "K", "n", "says"),
    [([0, 1], 2, 3, "n must be"), ([0, 2], 2, 1, "codes must be"), ([0] * 99, 200, 9, "n must be")],
)
def test_what_cannot_be_counted_is_refused(codes, K, n, says):
    with pytest.raises(ValueError, match=says):
        Counts(np.array(codes), K, n)
