"""Words of different lengths in one batch, to be written from the last letter to the first."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

Array = np.ndarray

LETTERS = "abcdefgh"


class Words(NamedTuple):
    """B words, padded at the end to the longest of T letters."""

    letters: Array  # (T, B) indices into LETTERS
    mask: Array  # (T, B) bool: False is padding

    @property
    def lengths(self) -> Array:
        """How many letters each word has (B,)."""
        return self.mask.sum(axis=0)

    @property
    def x(self) -> Array:
        """The letters one-hot (T, B, letters)."""
        return np.eye(len(LETTERS))[self.letters]

    @property
    def targets(self) -> Array:
        """The same words from the last letter to the first (T, B)."""
        steps = np.arange(len(self.letters))[:, None]
        return np.take_along_axis(self.letters, np.maximum(self.lengths - 1 - steps, 0), axis=0)

    @property
    def given(self) -> Array:
        """What a decoder reads under teacher forcing, one-hot (T, B, letters + 1).

        At each step the right letter of the step before; at the first a sign of its own, the last.
        """
        first = np.full_like(self.letters[:1], len(LETTERS))
        return np.eye(len(LETTERS) + 1)[np.concatenate([first, self.targets[:-1]])]


def drawn(rng: np.random.Generator, lengths: Sequence[int] | Array) -> Words:
    """A word of random letters for each length; the padding holds the first letter."""
    lengths = np.asarray(lengths)
    mask = np.arange(lengths.max())[:, None] < lengths
    return Words(np.where(mask, rng.integers(0, len(LETTERS), mask.shape), 0), mask)


def mixed(rng: np.random.Generator, *, batch: int, longest: int) -> Words:
    """Words of 1 to `longest` letters, each length as often as the others."""
    return drawn(rng, rng.integers(1, longest + 1, batch))


def spelled(texts: Sequence[str]) -> Words:
    """Words of one's own: ["bad", "cabbage"]. ValueError for a letter that there is not."""
    if wrong := set("".join(texts)) - set(LETTERS):
        raise ValueError(f"the letters are {LETTERS}, got {', '.join(sorted(wrong))}")
    lengths = np.array([len(text) for text in texts])
    mask = np.arange(lengths.max())[:, None] < lengths
    letters = np.zeros(mask.shape, int)
    for b, text in enumerate(texts):
        letters[: len(text), b] = [LETTERS.index(letter) for letter in text]
    return Words(letters, mask)


def texts_of(letters: Array, lengths: Array) -> list[str]:
    """Indices (T, B) as text, each word up to its length."""
    return [
        "".join(LETTERS[k] for k in word[:n]) for word, n in zip(letters.T, lengths, strict=True)
    ]
