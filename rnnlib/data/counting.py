"""A model of text that counts: what came after the last letters, and after fewer of them.

Interpolated Witten-Bell smoothing (Witten & Bell 1991; Chen & Goodman 1999):

p_k(letter) = (count + kinds · p_(k-1)(letter)) / (total + kinds)

count: how often the letter came after these k - 1 letters; total: how often anything came after
them; kinds: how many different letters did. p_0 = 1/K.
"""

from dataclasses import dataclass

import numpy as np

Array = np.ndarray

LARGEST = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Counted:
    """All runs of k letters that occur: each as one number, sorted, and how often it came."""

    runs: Array
    counts: Array

    def after(self, before: int, K: int) -> tuple[Array, Array]:
        """The letters that came after a run of k - 1, and how often each did."""
        first, last = np.searchsorted(self.runs, [before * K, (before + 1) * K])
        return self.runs[first:last] - before * K, self.counts[first:last]


class Counts:
    """Counts of 1 to n letters of a text of codes from 0 to K - 1, each mixed into the next."""

    def __init__(self, codes: Array, K: int, n: int):
        codes = np.asarray(codes, np.int64)
        if not 1 <= n <= len(codes) or K < 1 or K**n > LARGEST:
            raise ValueError(f"n must be from 1 to {len(codes)} with K**n < 2**63, got {n}, K={K}")
        if codes.min() < 0 or codes.max() >= K:
            raise ValueError(f"codes must be from 0 to {K - 1}, got {codes.min()} to {codes.max()}")
        self.K, self.n = K, n
        self.tables = [
            Counted(*np.unique(_runs(codes, k, K), return_counts=True)) for k in range(1, n + 1)
        ]

    @property
    def n_numbers(self) -> int:
        """How many counts are kept."""
        return sum(len(table.counts) for table in self.tables)

    def probabilities(self, before: Array) -> Array:
        """Of each letter as the next one (K,), after the letters `before`: the last n - 1 count."""
        last = [int(code) for code in before][max(0, len(before) - self.n + 1) :]
        p = np.full(self.K, 1 / self.K)
        for k, table in enumerate(self.tables[: len(last) + 1], start=1):
            run = 0
            for code in last[len(last) - k + 1 :]:
                run = run * self.K + code
            letters, counts = table.after(run, self.K)
            if len(letters):
                p = len(letters) * p
                p[letters] += counts
                p /= counts.sum() + len(letters)
        return p

    def targets(self, codes: Array) -> Array:
        """The probability of each letter but the first, after all before it (N - 1,)."""
        codes = np.asarray(codes, np.int64)
        p = np.full(len(codes), 1 / self.K)
        for k, table in enumerate(self.tables, start=1):
            if k > len(codes):
                break
            before, first, kinds = np.unique(
                table.runs // self.K, return_index=True, return_counts=True
            )
            total = np.add.reduceat(table.counts, first)
            asked = _runs(codes, k, self.K)
            (count,) = _found(table.runs, asked, table.counts)
            N, R = _found(before, asked // self.K, total, kinds)
            shorter = p[k - 1 :]
            p[k - 1 :] = np.where(N > 0, (count + R * shorter) / np.maximum(N + R, 1), shorter)
        return p[1:]

    def bits(self, codes: Array) -> float:
        """The mean of -log2 p of all letters but the first."""
        return float(-np.log2(self.targets(codes)).mean())


def _runs(codes: Array, k: int, K: int) -> Array:
    """Each k consecutive codes as one number (N - k + 1,); the last has the least weight."""
    N = len(codes) - k + 1
    return np.sum([codes[j : j + N] * K ** (k - 1 - j) for j in range(k)], axis=0)


def _found(keys: Array, asked: Array, *values: Array) -> list[Array]:
    """The values of the keys that are asked for; 0 for one that is not there."""
    place = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    return [np.where(keys[place] == asked, value[place], 0) for value in values]
