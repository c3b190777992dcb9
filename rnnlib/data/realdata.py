"""Real data that is on the machine already: English prose of Python's documentation, and an EEG."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from textwrap import dedent
from typing import NamedTuple

import numpy as np

from rnnlib.data.tasks import Batch
from rnnlib.gradients.losses import SoftmaxCrossEntropy, SquaredError, mse

Array = np.ndarray

# --- characters ---------------------------------------------------------------------------

ALPHABET = "\n !\"'()*,-./0123456789:;=?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_TYPEWRITER = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."}
)


@cache
def topics() -> dict[str, str]:
    """The prose of `pydoc_data.topics` in the standard library by topic: a paragraph per line.

    64 topics or so with about 180,000 characters, all of ALPHABET; code, grammar and tables are
    left out, and so is what an earlier topic has said already. The text differs a little between
    versions of Python, the alphabet does not.
    """
    from pydoc_data.topics import topics as documented

    seen: set[str] = set()
    prose: dict[str, str] = {}
    for name in sorted(documented):
        for block in re.split(r"\n\s*\n", documented[name].translate(_TYPEWRITER)):
            paragraph = _prose(block)
            if paragraph and paragraph not in seen:
                seen.add(paragraph)
                prose[name] = prose.get(name, "") + f"{paragraph}\n"
    return prose


@cache
def english_text() -> str:
    """All `topics`, one after the other."""
    return "".join(topics().values())


class Parts(NamedTuple):
    """A text in three parts that share no piece."""

    training: str
    validation: str
    test: str


def parted(pieces: Iterable[str], rng: np.random.Generator, *, letters: int) -> Parts:
    """Whole pieces, drawn at random: `letters` or more for the test, as many for validation.

    The rest is for training. ValueError if nothing is left for it.
    """
    pieces = list(pieces)
    test = validation = training = ""
    for k in rng.permutation(len(pieces)):
        if len(test) < letters:
            test += pieces[k]
        elif len(validation) < letters:
            validation += pieces[k]
        else:
            training += pieces[k]
    if not training:
        raise ValueError(
            f"{len(pieces)} pieces of {len(test + validation)} letters in all leave none to learn "
            f"from: letters={letters} are held out twice. Cut the text into more pieces, or give a "
            "smaller letters="
        )
    return Parts(training, validation, test)


def _prose(block: str) -> str | None:
    """A block of lines as one line, if it is English sentences and all of its signs are known."""
    block = re.sub(r"^(\s*)(\*|-|\d+\.) ", lambda mark: " " * len(mark[0]), block)  # list item
    lines = dedent(block).strip("\n").split("\n")
    if any(line.startswith(" ") for line in lines):  # code, or a definition list
        return None
    text = " ".join(re.sub(r"(\w-)\n(?=\w)", r"\1", "\n".join(lines)).split())
    words = text.split()
    plain = sum(word.strip('.,:;()"').isalpha() for word in words)
    sentence = text[:1].isupper() and text.endswith((".", ":", "?", "!"))
    if not sentence or len(words) < 8 or plain < 0.8 * len(words):
        return None
    return text if set(text) <= set(ALPHABET) else None


def encode(text: str) -> Array:
    """Characters as their places in ALPHABET (N,)."""
    number = {character: n for n, character in enumerate(ALPHABET)}
    unknown = sorted(set(text) - number.keys())
    if unknown:
        raise ValueError(f"text must consist of characters of ALPHABET, got {unknown}")
    return np.array([number[character] for character in text], int)


def decode(numbers: Array) -> str:
    """The inverse of `encode`."""
    return "".join(ALPHABET[n] for n in numbers)


def character_windows(numbers: Array, *, T: int, batch: int) -> Iterator[Batch]:
    """The text cut into `batch` tracks, read T characters at a time: predict the next one.

    The next window goes on where this one ends, on every track, so that a state can be carried
    over. What does not fill a window is left out.
    """
    numbers = np.asarray(numbers)
    track = (len(numbers) - 1) // batch
    if T < 1 or batch < 1 or track < T:
        raise ValueError(
            f"{len(numbers)} characters must fill batch={batch} tracks of T={T} ≥ 1 steps"
        )
    x = numbers[: track * batch].reshape(batch, track).T
    y = numbers[1 : track * batch + 1].reshape(batch, track).T
    one_hot = np.eye(len(ALPHABET))
    for start in range(0, track - T + 1, T):
        steps = slice(start, start + T)
        yield Batch(one_hot[x[steps]], y[steps], len(ALPHABET), SoftmaxCrossEntropy)


def ngram_loss(text: Array, held_out: Array, *, n: int) -> float:
    """Nats per character of held-out text under counts of n-grams, one added to each count.

    n = 1 looks at nothing, n = 2 at the present character: what a prediction without memory
    can do. Divide by ln 2 for bits.
    """
    if n not in (1, 2):
        raise ValueError(f"n must be 1 or 2, got {n}")
    K = len(ALPHABET)
    counts = np.ones((K, K))
    np.add.at(counts, (text[:-1], text[1:]), 1)
    if n == 1:
        counts[:] = 1 + np.bincount(text, minlength=K)
    log_p = np.log(counts / counts.sum(1, keepdims=True))
    return float(-log_p[held_out[:-1], held_out[1:]].mean())


def smoothed_ngram_loss(text: Array, held_out: Array, *, n: int) -> float:
    """Nats per character of held-out text under counts of 1 to n letters, each mixed into the next.

    p_k = (count + kinds · p_(k-1)) / (total + kinds), where total counts how often the last k - 1
    letters were seen and kinds how many different letters came after them: what has been seen often
    is trusted more. p_0 = 1/K. The first n - 1 characters are not judged. Witten & Bell 1991.
    """
    K = len(ALPHABET)
    if not 1 <= n <= 9 or min(len(text), len(held_out)) < n:  # K¹⁰ is too large for an int64
        raise ValueError(f"n must be from 1 to 9 and no longer than the texts, got {n}")
    p = np.full(len(held_out) - n + 1, 1 / K)
    for k in range(1, n + 1):
        seen, count = np.unique(_codes(text, k), return_counts=True)
        before, first, kinds = np.unique(seen // K, return_index=True, return_counts=True)
        total = np.add.reduceat(count, first)
        asked = _codes(held_out, k)[n - k :]
        c, (N, R) = _found(seen, asked, count)[0], _found(before, asked // K, total, kinds)
        p = np.where(N > 0, (c + R * p) / np.maximum(N + R, 1), p)
    return float(-np.log(p).mean())


def _codes(numbers: Array, k: int) -> Array:
    """Each k consecutive characters as one number (N - k + 1,); the last has the least weight."""
    K, N = len(ALPHABET), len(numbers) - k + 1
    powers = (np.asarray(numbers[j : j + N], np.int64) * K ** (k - 1 - j) for j in range(k))
    return np.sum(list(powers), axis=0)


def _found(keys: Array, asked: Array, *values: Array) -> list[Array]:
    """The values of the keys that are asked for; 0 for one that is not there."""
    place = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    return [np.where(keys[place] == asked, value[place], 0) for value in values]


# --- a time series ------------------------------------------------------------------------

EEG_RATE = 80  # samples per second


def eeg() -> Array:
    """Ten seconds of an electroencephalogram, four electrodes: (800, 4), each of variance 1 or so.

    It is part of matplotlib's sample data.
    """
    from matplotlib.cbook import get_sample_data

    return np.fromfile(get_sample_data("eeg.dat", asfileobj=False), "<f8").reshape(800, 4)


def forecast_windows(series: Array, *, T: int) -> Batch:
    """The next value of a series (N, n) at every step; B = ⌊(N-1)/T⌋ windows side by side."""
    series = np.asarray(series, float)
    if series.ndim != 2 or not 1 <= T < len(series):
        raise ValueError(f"series must be (N > T ≥ 1, n), got {series.shape} and T={T}")
    B, n = (len(series) - 1) // T, series.shape[1]
    x = series[: B * T].reshape(B, T, n).swapaxes(0, 1)
    y = series[1 : B * T + 1].reshape(B, T, n).swapaxes(0, 1)
    return Batch(x, y, n, SquaredError)


def forecast_baseline(series: Array, held_out: Array) -> float:
    """`mse`, on held-out data, of the affine map x(t) -> x(t+1) fitted to the series."""

    def present(values):
        return np.column_stack([values[:-1], np.ones(len(values) - 1)])

    A = np.linalg.lstsq(present(series), series[1:])[0]
    return mse((present(held_out) @ A)[:, None], held_out[1:, None])
