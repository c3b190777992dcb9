"""The year in a sentence: one fact that can stand at different places. Also two trips in a text.

"I went to Nepal in 2009" and "In 2009, I went to Nepal" ask for the same answer. A small grammar
around them: an opener or none, the year in front or at the end, a subject, a verb, a place, and a
tail or none. Tokens are words; a year is one token.
"""

import textwrap
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

import numpy as np

from rnnlib.data.tasks import Batch
from rnnlib.gradients.losses import SoftmaxCrossEntropy

YEARS = tuple(str(year) for year in range(2000, 2020))
SLOTS = {
    "SUBJECT": ("I", "we", "they", "she", "he", "Maria", "John"),
    "VERB": ("went", "moved", "flew", "travelled"),
    "PLACE": ("Nepal", "Peru", "Kenya", "Norway", "Japan", "Chile", "Ghana", "Laos"),
    "YEAR": YEARS,
}
OPENERS = ("", "believe me ,", "if I remember well ,", "as all of you know ,")
TAILS = ("", "alone", "by train", "with a friend", "for the second time")
PADDING = "·"
LONGEST_TRIP = 11  # tokens of each sentence of `two_trips`


@dataclass(frozen=True)
class YearBatch(Batch):
    """A batch of sentences; the answer, YEARS[y], is due at the last word of each."""

    tokens: tuple[tuple[str, ...], ...] = ()
    position: np.ndarray | None = None  # (B,): the year is tokens[b][position[b]]

    def text(self, b: int) -> str:
        """Sentence b as one would write it."""
        words = " ".join(self.tokens[b]).replace(" ,", ",").replace(" .", ".")
        return words[0].upper() + words[1:]


@cache
def frames() -> tuple[tuple[str, ...], ...]:
    """Every form of sentence, as tuples of words and of slots (SUBJECT, VERB, PLACE, YEAR)."""
    forms = []
    for opener in OPENERS:
        for tail in TAILS:
            trip = f"SUBJECT VERB to PLACE {tail}"
            forms += [f"{opener} in YEAR , {trip} .", f"{opener} {trip} in YEAR ."]
    return tuple(tuple(form.split()) for form in forms)


@cache
def vocabulary() -> tuple[str, ...]:
    """All tokens, the padding first and the years last; a token's number is its place."""
    words = {word for frame in frames() for word in frame} - SLOTS.keys()
    words.update(word for slot in SLOTS.values() for word in slot)
    return (PADDING, *sorted(words - set(YEARS)), *YEARS)


def year_positions() -> tuple[int, ...]:
    """Where the year can stand: indices into a sentence's tokens, in increasing order."""
    return tuple(sorted({frame.index("YEAR") for frame in frames()}))


def year_sentences(
    rng: np.random.Generator, *, batch: int, positions: Collection[int] | None = None
) -> YearBatch:
    """Sentences with one year each, at one of `positions` (default: `year_positions()`).

    x (T, B, n_words) is one-hot with T the length of the longest sentence of the grammar; shorter
    ones are padded, and masked there. y (T, B) is the index into YEARS, judged at the last word.
    """
    positions = year_positions() if positions is None else positions
    allowed = [frame for frame in frames() if frame.index("YEAR") in positions]
    if not allowed:
        raise ValueError(f"positions must include one of {year_positions()}, got {positions}")
    words = vocabulary()
    number = {word: n for n, word in enumerate(words)}
    T = max(map(len, frames()))

    chosen = [allowed[k] for k in rng.integers(len(allowed), size=batch)]
    tokens = tuple(tuple(_fill(rng, slot) for slot in frame) for frame in chosen)
    where = np.array([frame.index("YEAR") for frame in chosen])
    seen, weight = np.zeros((T, batch), int), np.zeros((T, batch))
    for b, sentence in enumerate(tokens):
        seen[: len(sentence), b] = [number[word] for word in sentence]
        weight[len(sentence) - 1, b] = 1
    answer = [YEARS.index(sentence[k]) for sentence, k in zip(tokens, where, strict=True)]
    return YearBatch(
        x=np.eye(len(words))[seen],
        y=np.broadcast_to(np.array(answer), (T, batch)),
        n_o=len(YEARS),
        kind=SoftmaxCrossEntropy,
        weight=weight,
        mask=seen != number[PADDING],
        tokens=tokens,
        position=where,
    )


def year_sentences_baseline() -> float:
    """The last word is a full stop and says nothing: ln(number of years)."""
    return np.log(len(YEARS))


@dataclass(frozen=True)
class TripsBatch(Batch):
    """Texts of two sentences; y (T, B) is at each word the year of the word's own sentence."""

    tokens: tuple[tuple[str, ...], ...] = ()
    positions: np.ndarray | None = None  # (B, 2): the years are tokens[b][k] for both k
    lengths: np.ndarray | None = None  # (B,)

    def text(self, b: int) -> str:
        """Text b as one would write it."""
        words = " ".join(self.tokens[b]).replace(" ,", ",").replace(" .", ".")
        return ". ".join(part[:1].upper() + part[1:] for part in words.split(". "))

    def numbered(self, b: int) -> str:
        """The tokens of text b, in lines of 76 columns; behind each year its place, from 1 on."""
        told = [f"{w}({k})" if w in YEARS else w for k, w in enumerate(self.tokens[b], 1)]
        return textwrap.fill(" ".join(told), 76)


@cache
def trip_frames() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Every pair of the grammar's forms of at most LONGEST_TRIP tokens."""
    short = [frame for frame in frames() if len(frame) <= LONGEST_TRIP]
    return tuple((first, second) for first in short for second in short)


def two_trips(
    rng: np.random.Generator, *, batch: int, positions: Collection[int] | None = None
) -> TripsBatch:
    """Texts of two sentences with a year each, both at one of `positions` (default: anywhere).

    x (T, B, n_words) is one-hot with T = 2 LONGEST_TRIP, y (T, B) the index into YEARS of the year
    of the sentence in which the word stands; at the last word it is that of the last trip. What
    comes after a text is padding, and masked.
    """
    T = 2 * LONGEST_TRIP
    positions = range(T) if positions is None else positions
    allowed = [pair for pair in trip_frames() if all(k in positions for k in _places(pair))]
    if not allowed:
        raise ValueError(f"positions leave no text with two trips, got {positions}")
    words = vocabulary()
    number = {word: n for n, word in enumerate(words)}

    chosen = [allowed[k] for k in rng.integers(len(allowed), size=batch)]
    tokens, seen, y = [], np.zeros((T, batch), int), np.zeros((T, batch), int)
    for b, pair in enumerate(chosen):
        text = [_drawn(rng, slot) for frame in pair for slot in frame]
        first, years = len(pair[0]), [YEARS.index(text[k]) for k in _places(pair)]
        seen[: len(text), b] = [number[word] for word in text]
        y[: len(text), b] = np.repeat(years, [first, len(text) - first])
        tokens.append(tuple(text))
    return TripsBatch(
        x=np.eye(len(words))[seen],
        y=y,
        n_o=len(YEARS),
        kind=SoftmaxCrossEntropy,
        mask=seen != number[PADDING],
        tokens=tuple(tokens),
        positions=np.array([_places(pair) for pair in chosen]),
        lengths=np.array([len(text) for text in tokens]),
    )


def _places(pair: tuple[tuple[str, ...], tuple[str, ...]]) -> tuple[int, int]:
    """Where the two years of a text stand."""
    first, second = pair
    return first.index("YEAR"), len(first) + second.index("YEAR")


def _drawn(rng: np.random.Generator, slot: str) -> str:
    """A word for a slot, as `_fill` has it but ten times as fast; it draws other words."""
    choices = SLOTS.get(slot)
    return choices[rng.integers(len(choices))] if choices else slot


def _fill(rng: np.random.Generator, slot: str) -> str:
    """A word for a slot; a word for itself."""
    return str(rng.choice(SLOTS[slot])) if slot in SLOTS else slot
