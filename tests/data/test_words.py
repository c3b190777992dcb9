"""Words: padded, turned around, and what a decoder is given."""

import numpy as np
import pytest

from rnnlib.data import words


def test_the_targets_are_the_words_backward():
    texts = ["bead", "a", "cabbage"]
    batch = words.spelled(texts)
    assert batch.lengths.tolist() == [4, 1, 7]
    assert words.texts_of(batch.letters, batch.lengths) == texts
    assert words.texts_of(batch.targets, batch.lengths) == [text[::-1] for text in texts]


def test_the_decoder_is_given_a_start_and_then_the_right_letters():
    batch = words.drawn(np.random.default_rng(0), [5, 3])
    given = batch.given.argmax(axis=-1)
    assert batch.given.shape == (5, 2, len(words.LETTERS) + 1)
    assert (given[0] == len(words.LETTERS)).all()
    np.testing.assert_array_equal(given[1:], batch.targets[:-1])
    np.testing.assert_array_equal(batch.x.argmax(axis=-1), batch.letters)


@pytest.mark.parametrize("seed", range(3))
def test_mixed_words_have_all_lengths_and_all_letters(seed):
    batch = words.mixed(np.random.default_rng(seed), batch=2000, longest=6)
    counts = np.bincount(batch.lengths, minlength=7)
    assert counts[0] == 0 and counts[1:].min() > 2000 / 6 - 5 * np.sqrt(2000 / 6)
    letters = np.bincount(batch.letters[batch.mask], minlength=len(words.LETTERS))
    assert letters.min() > 0.8 * letters.max()
    assert not batch.letters[~batch.mask].any()


def test_a_letter_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="the letters are abcdefgh, got x, z"):
        words.spelled(["bad", "xz"])
