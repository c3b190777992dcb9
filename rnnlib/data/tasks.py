"""Seeded tasks that need a memory, each with what it costs to do without one.

A task makes a `Batch`; its `…_baseline` is the error of the best prediction that ignores all steps
but the present one (or all of them), as errors are reported: `mse`, or the mean cross-entropy of a
step that counts. Sentences are in
`rnnlib.data.sentences`, real data in `rnnlib.data.realdata`.
"""

from dataclasses import dataclass

import numpy as np

from rnnlib.gradients.losses import (
    BinaryCrossEntropy,
    Loss,
    Readout,
    SoftmaxCrossEntropy,
    SquaredError,
)

Array = np.ndarray


@dataclass(frozen=True)
class Batch:
    """Inputs, targets, and which steps count; `loss` is a mean over the steps that do."""

    x: Array  # (T, B, n_x)
    y: Array  # (T, B) class labels, or (T, B, n_o)
    n_o: int  # numbers that the readout must give at each step
    kind: type  # of the loss
    weight: Array | None = None  # (T, B): how much a step counts; default 1
    mask: Array | None = None  # (T, B) bool: False is padding

    def loss(self, readout: Readout | None = None) -> Loss:
        return self.kind(self.y, readout, mask=self.mask, weight=self.weight, reduction="mean")


def _last_step(T: int, batch: int) -> Array:
    """The weight (T, B) of a task that is judged at the end only."""
    weight = np.zeros((T, batch))
    weight[-1] = 1
    return weight


def copy_memory(
    rng: np.random.Generator, *, T: int, batch: int, symbols: int = 8, recall: int = 10
) -> Batch:
    """`recall` symbols, T - 1 blanks, a marker, `recall` blanks: at the end, repeat the symbols.

    T + 2 recall steps, one-hot: the symbols, then the blank, then the marker. The target is the
    blank until the marker. Hochreiter & Schmidhuber 1997; Arjovsky et al. 2016.
    """
    _check_length(T, 1)
    blank, marker = symbols, symbols + 1
    what = rng.integers(0, symbols, (recall, batch))
    seen = np.full((T + 2 * recall, batch), blank)
    seen[:recall] = what
    seen[recall + T - 1] = marker
    y = np.full_like(seen, blank)
    y[-recall:] = what
    return Batch(np.eye(symbols + 2)[seen], y, symbols + 1, SoftmaxCrossEntropy)


def copy_memory_baseline(*, T: int, symbols: int = 8, recall: int = 10) -> float:
    """Blanks while they are due, then guesses: recall · ln(symbols) / (T + 2 recall)."""
    return recall * np.log(symbols) / (T + 2 * recall)


def adding(rng: np.random.Generator, *, T: int, batch: int) -> Batch:
    """The sum of the two marked numbers, one in each half: x(t) = (number, mark).

    Numbers are uniform in [0, 1]; judged at the last step (Le et al. 2015). Hochreiter &
    Schmidhuber 1997 had numbers in [-1, 1] and the target ½ + sum / 4.
    """
    _check_length(T, 2)
    x = np.zeros((T, batch, 2))
    x[:, :, 0] = rng.uniform(0, 1, (T, batch))
    each = np.arange(batch)
    x[rng.integers(0, T // 2, batch), each, 1] = 1
    x[rng.integers(T // 2, T, batch), each, 1] = 1
    total = (x[:, :, 0] * x[:, :, 1]).sum(0)
    y = np.broadcast_to(total[None, :, None], (T, batch, 1))
    return Batch(x, y, 1, SquaredError, _last_step(T, batch))


def adding_baseline() -> float:
    """Always 1: the variance of a sum of two uniform numbers, 1/6."""
    return 1 / 6


def first_number(rng: np.random.Generator, *, T: int, batch: int) -> Batch:
    """The first of T numbers, to be said at the last step: x(t) = (number, 1 at step 1).

    Numbers are uniform in [-1, 1].
    """
    _check_length(T, 1)
    x = np.zeros((T, batch, 2))
    x[:, :, 0] = rng.uniform(-1, 1, (T, batch))
    x[0, :, 1] = 1
    y = np.broadcast_to(x[:1, :, :1], (T, batch, 1))
    return Batch(x, y, 1, SquaredError, _last_step(T, batch))


def first_number_baseline() -> float:
    """Always 0: the variance of a number that is uniform in [-1, 1], 1/3."""
    return 1 / 3


def key_value(
    rng: np.random.Generator, *, pairs: int, batch: int, keys: int = 8, values: int = 8
) -> Batch:
    """`pairs` steps show a key and its value, all keys different; then comes one of them alone.

    x(t) = (key, value), both one-hot, and zeros for the value at the last step, which is judged:
    the value that came with this key. Associative recall, as in Ba et al. 2016.
    """
    _check_length(pairs, 1)
    if pairs > keys:
        raise ValueError(f"{pairs} pairs need as many keys, got {keys}")
    shown = rng.permuted(np.tile(np.arange(keys), (batch, 1)), axis=1)[:, :pairs].T
    held = rng.integers(0, values, (pairs, batch))
    each, asked = np.arange(batch), rng.integers(0, pairs, batch)
    x = np.zeros((pairs + 1, batch, keys + values))
    x[:, :, :keys] = np.eye(keys)[np.vstack([shown, shown[asked, each]])]
    x[:-1, :, keys:] = np.eye(values)[held]
    y = np.broadcast_to(held[asked, each], (pairs + 1, batch))
    return Batch(x, y, values, SoftmaxCrossEntropy, _last_step(pairs + 1, batch))


def key_value_baseline(*, values: int = 8) -> float:
    """Any value: ln(values)."""
    return np.log(values)


def temporal_order(rng: np.random.Generator, *, T: int, batch: int) -> Batch:
    """Which of XX, XY, YX, YY came, among distractors: four classes, judged at the last step.

    One-hot X, Y and four distractors; the first of the two is in [T/10, 2T/10), the second in
    [4T/10, 5T/10). Hochreiter & Schmidhuber 1997, with the positions of Pascanu et al. 2013.
    """
    _check_length(T, 10)
    seen = rng.integers(2, 6, (T, batch))
    first, second = rng.integers(0, 2, (2, batch))
    each = np.arange(batch)
    seen[rng.integers(T // 10, 2 * T // 10, batch), each] = first
    seen[rng.integers(4 * T // 10, 5 * T // 10, batch), each] = second
    y = np.broadcast_to(2 * first + second, (T, batch))
    return Batch(np.eye(6)[seen], y, 4, SoftmaxCrossEntropy, _last_step(T, batch))


def temporal_order_baseline() -> float:
    """One of four: ln 4."""
    return np.log(4)


def parity(rng: np.random.Generator, *, T: int, batch: int) -> Batch:
    """Whether the number of ones so far is odd, at every step; x(t) is 0 or 1."""
    _check_length(T, 1)
    x = rng.integers(0, 2, (T, batch, 1)).astype(float)
    return Batch(x, np.cumsum(x, axis=0) % 2, 1, BinaryCrossEntropy)


def parity_baseline() -> float:
    """Even or odd, who knows: ln 2."""
    return np.log(2)


def flip_flop(
    rng: np.random.Generator, *, T: int, batch: int, bits: int = 3, p: float = 0.1
) -> Batch:
    """The sign of the last pulse on each channel, at every step; pulses ±1 come with probability p.

    The first step has a pulse on every channel. Sussillo & Barak 2013.
    """
    _check_length(T, 1)
    if not 0 < p <= 1:
        raise ValueError(f"p must be in (0, 1], got {p}")
    shape = (T, batch, bits)
    x = rng.choice([-1.0, 1.0], shape) * (rng.random(shape) < p)
    x[0] = rng.choice([-1.0, 1.0], (batch, bits))
    y = x.copy()
    for t in range(1, T):
        y[t] = np.where(x[t] == 0, y[t - 1], x[t])
    return Batch(x, y, bits, SquaredError)


def flip_flop_baseline(*, T: int, p: float = 0.1) -> float:
    """The pulse if there is one, else 0: (1 - p) (T - 1) / T in expectation, for each bit."""
    return (1 - p) * (T - 1) / T


def two_streams(rng: np.random.Generator, *, T: int, batch: int, delay: int = 4) -> Batch:
    """Two streams of random signs: repeat the first, `delay` steps later.

    The first `delay` steps do not count, and nobody asks for the second stream.
    """
    _check_length(T, delay + 1)
    x = rng.choice([-1.0, 1.0], (T, batch, 2))
    y, weight = np.zeros((T, batch, 1)), np.zeros((T, batch))
    y[delay:], weight[delay:] = x[: T - delay, :, :1], 1
    return Batch(x, y, 1, SquaredError, weight)


def two_streams_baseline() -> float:
    """Always 0: the variance of a sign, 1."""
    return 1.0


def sine_waves(
    rng: np.random.Generator, *, T: int, batch: int, low: float = 0.2, high: float = 1.0
) -> Batch:
    """The next value of a sine wave of unknown frequency and phase, at every step.

    x(t) = sin(ω t + φ), ω uniform in [low, high] radians per step, φ in [0, 2π).
    """
    _check_length(T, 1)
    omega, phase = rng.uniform(low, high, batch), rng.uniform(0, 2 * np.pi, batch)
    wave = np.sin(omega * np.arange(T + 1)[:, None] + phase)[:, :, None]
    return Batch(wave[:-1], wave[1:], 1, SquaredError)


def sine_waves_baseline(*, low: float = 0.2, high: float = 1.0) -> float:
    """E[x(t+1) | x(t)] = c x(t) with c = E cos ω; its squared error is (1 - c²)/2 on average."""
    c = (np.sin(high) - np.sin(low)) / (high - low)
    return (1 - c * c) / 2


def _check_length(T: int, least: int) -> None:
    if least > T:
        raise ValueError(f"T must be {least} or more for this task, got {T}")
