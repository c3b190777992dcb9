"""Words written backward by an encoder and a decoder, with and without attention.

The encoder, a GRU, reads a word letter by letter. The decoder, another GRU, starts from its last
state and writes the letters from the last to the first (Cho et al. 2014; Sutskever et al. 2014).
With attention each decoder state also looks at all encoder states, and what it finds goes to the
readout beside it (Luong et al. 2015, with the scale of Vaswani et al. 2017).

`study()` reads a stored comparison; `python -m rnnlib.training.reversal` makes it.
"""

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnnlib.cells.attention import attend, attend_vjp
from rnnlib.cells.cell import State
from rnnlib.cells.gated import GRU, GRUParams
from rnnlib.cells.tape import Tape, run
from rnnlib.cells.trees import tree_leaves
from rnnlib.data import words
from rnnlib.data.words import LETTERS, Words
from rnnlib.gradients.bptt import backward
from rnnlib.gradients.losses import Readout, SoftmaxCrossEntropy
from rnnlib.training import stored
from rnnlib.training.optimisers import Adam, clip_by_norm
from rnnlib.training.progress_bar import progress_bar
from rnnlib.training.stored import Plan, Result, Study

Array = np.ndarray

FILE = stored.STUDIES / "reversal.json"

LONGEST, BATCH, UPDATES, LIMIT = 12, 16, 1000, 1.0
PLAN = Plan(rates=(3e-3, 1e-2, 3e-2), tuning_runs=(100, 101), runs=tuple(range(10)))
LENGTHS = tuple(range(1, LONGEST + 1))
SHOWN = (3, 6, 12)
TESTED = 200  # words of each length


# --- the network ----------------------------------------------------------------------------


class EncoderDecoder(NamedTuple):
    """What is trained; also its gradients. Without attention, query and key are None."""

    encoder: GRUParams
    decoder: GRUParams
    query: Array | None  # W_q (n, n): a query is W_q d for the decoder's state d
    key: Array | None  # W_k (n, n): a key is W_k h for the encoder's state h
    readout: Readout  # of d, or of d and what attention has found: V (letters, n or 2n)


def started(rng: np.random.Generator, n: int, *, attention: bool) -> EncoderDecoder:
    """Random weights for n units; the readout's as PyTorch's Linear."""
    reads, writes = GRU(len(LETTERS), n).init(rng), GRU(len(LETTERS) + 1, n).init(rng)
    wide = 2 * n if attention else n

    def uniform(rows: int, columns: int) -> Array:
        bound = 1 / np.sqrt(columns)
        return rng.uniform(-bound, bound, (rows, columns))

    query, key = (uniform(n, n), uniform(n, n)) if attention else (None, None)
    readout = Readout(uniform(len(LETTERS), wide), np.zeros(len(LETTERS)))
    return EncoderDecoder(reads, writes, query, key, readout)


def n_units(model: EncoderDecoder) -> int:
    """The units of the encoder and of the decoder."""
    return model.encoder.W.shape[1]


def n_numbers(model: EncoderDecoder) -> int:
    """All weights and biases."""
    return sum(array.size for _, array in tree_leaves(model))


class Looking(NamedTuple):
    """For a batch: O, A = forward(Q, K, V, mask), and dQ, dK, dV = back(Q, K, V, A, dO).

    Q (B, n_q, d), K (B, n_k, d), V (B, n_k, d_v), mask and A (B, n_q, n_k), O (B, n_q, d_v).
    """

    forward: Callable[..., tuple[Array, Array]]
    back: Callable[..., tuple[Array, Array, Array]]


LIBRARYS = Looking(attend, attend_vjp)


def word_by_word(forward: Callable, back: Callable) -> Looking:
    """Attention for a batch from functions for one word: Q (n_q, d) and so on."""

    def each(function: Callable) -> Callable:
        def batched(*arrays: Array) -> tuple[Array, ...]:
            parts = [function(*of_one) for of_one in zip(*arrays, strict=True)]
            return tuple(np.stack(part) for part in zip(*parts, strict=True))

        return batched

    return Looking(each(forward), each(back))


class Pass(NamedTuple):
    """What a pass forward leaves for the way back."""

    encoder: Tape[GRUParams, State]
    decoder: Tape[GRUParams, State]
    looked: tuple[Array, Array, Array, Array, Array] | None  # Q, K, V, O, A
    seen: Array  # (T, B, n or 2n): what the readout reads


def forward(model: EncoderDecoder, batch: Words, looking: Looking = LIBRARYS) -> Pass:
    """Both networks, under teacher forcing."""
    n = n_units(model)
    encoder = run(GRU(len(LETTERS), n), model.encoder, batch.x, mask=batch.mask)
    last = State(encoder.h[-1])
    decoder = run(GRU(len(LETTERS) + 1, n), model.decoder, batch.given, last)
    if model.query is None or model.key is None:
        return Pass(encoder, decoder, None, decoder.h[1:])
    d, h = (tape.h[1:].swapaxes(0, 1) for tape in (decoder, encoder))
    Q, K = d @ model.query.T, h @ model.key.T
    outputs, weights = looking.forward(Q, K, h, _mask(batch, d.shape[1]))
    seen = np.concatenate([d, outputs], axis=-1).swapaxes(0, 1)
    return Pass(encoder, decoder, (Q, K, h, outputs, weights), seen)


def _mask(batch: Words, queries: int) -> Array:
    """(B, queries, T): no query looks at padding."""
    return np.repeat(batch.mask.T[:, None, :], queries, axis=1)


class Found(NamedTuple):
    """Of one batch: the mean loss of a letter, the gradients, and the total gradients on h(t)."""

    loss: float
    gradients: EncoderDecoder
    on_states: Array  # (T, B, n), of the encoder


def walked_back(
    model: EncoderDecoder,
    batch: Words,
    looking: Looking = LIBRARYS,
    *,
    weight: Array | None = None,
) -> Found:
    """Forward and back. weight (T, B): how much each written letter counts; default: all alike."""
    n, made = n_units(model), forward(model, batch, looking)
    loss = SoftmaxCrossEntropy(
        batch.targets, model.readout, mask=batch.mask, weight=weight, reduction="mean"
    )
    value, on_seen, readout = loss(made.seen, 0)
    assert readout is not None, "the loss has one"
    on_d, on_h = on_seen[..., :n], np.zeros_like(made.encoder.h[1:])
    query = key = None
    if made.looked and model.query is not None and model.key is not None:
        Q, K, V, _, weights = made.looked
        on_outputs = on_seen[..., n:].swapaxes(0, 1)
        dQ, dK, dV = looking.back(Q, K, V, weights, on_outputs)
        d = made.decoder.h[1:].swapaxes(0, 1)
        query = np.tensordot(dQ, d, axes=((0, 1), (0, 1)))
        key = np.tensordot(dK, V, axes=((0, 1), (0, 1)))
        on_d = on_d + (dQ @ model.query).swapaxes(0, 1)
        on_h = (dK @ model.key + dV).swapaxes(0, 1)
    decoder = backward(made.decoder, on_d)
    encoder = backward(made.encoder, on_h, decoder.s0)
    gradients = EncoderDecoder(encoder.params, decoder.params, query, key, readout)
    return Found(value, gradients, encoder.delta)


def last_letter(batch: Words) -> Array:
    """The weight (T, B) with which only the last letter that is written counts."""
    return (np.arange(len(batch.letters))[:, None] == batch.lengths - 1).astype(float)


class Written(NamedTuple):
    """What a network writes when it reads its own letters; no teacher."""

    letters: Array  # (T, B)
    weights: Array | None  # (B, T, T): which letter it looked at; None without attention


def write(model: EncoderDecoder, batch: Words) -> Written:
    """At each step the most probable letter, which the next step reads."""
    n = n_units(model)
    encoder = run(GRU(len(LETTERS), n), model.encoder, batch.x, mask=batch.mask)
    cell, state, h = GRU(len(LETTERS) + 1, n), State(encoder.h[-1]), encoder.h[1:].swapaxes(0, 1)
    read, letters, looks = np.full(batch.letters.shape[1], len(LETTERS)), [], []
    for _ in range(len(batch.letters)):
        state, _ = cell.step(model.decoder, state, np.eye(len(LETTERS) + 1)[read])
        seen = state.h
        if model.query is not None and model.key is not None:
            Q, K = (seen @ model.query.T)[:, None], h @ model.key.T
            outputs, weights = attend(Q, K, h, _mask(batch, 1))
            seen = np.concatenate([seen, outputs[:, 0]], axis=-1)
            looks.append(weights[:, 0])
        read = (seen @ model.readout.V.T + model.readout.c).argmax(axis=-1)
        letters.append(read)
    return Written(np.array(letters), np.stack(looks, axis=1) if looks else None)


def says(model: EncoderDecoder, texts: Sequence[str]) -> list[str]:
    """What a network writes when it reads these words."""
    batch = words.spelled(texts)
    return words.texts_of(write(model, batch).letters, batch.lengths)


def accuracy(model: EncoderDecoder, batch: Words) -> float:
    """The share of letters that are right when the network reads its own letters."""
    right = (write(model, batch).letters == batch.targets) & batch.mask
    return float(right.sum() / batch.mask.sum())


def by_length(model: EncoderDecoder, rng: np.random.Generator) -> Array:
    """The accuracy on new words of 1, 2, …, 12 letters."""
    tests = (words.drawn(rng, np.full(TESTED, length)) for length in LENGTHS)
    return np.array([accuracy(model, batch) for batch in tests])


def train(
    model: EncoderDecoder,
    rng: np.random.Generator,
    *,
    steps: int = UPDATES,
    rate: float = 1e-2,
    looking: Looking = LIBRARYS,
    progress: bool = True,
) -> tuple[EncoderDecoder, list[float]]:
    """`steps` updates by Adam, each with new words of 1 to 12 letters, under teacher forcing.

    Returns the model and the losses.
    """
    counter = range(steps)
    if progress:
        counter = progress_bar(counter)
    optimiser, losses = Adam(lr=rate), []
    state = optimiser.init(model)
    for _ in counter:
        batch = words.mixed(rng, batch=BATCH, longest=LONGEST)
        loss, gradients, _ = walked_back(model, batch, looking)
        model, state = optimiser.update(model, clip_by_norm(gradients, LIMIT), state)
        losses.append(loss)
    return model, losses


# --- the study ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Network:
    """How many units, and whether it looks back."""

    units: int
    attention: bool


NETWORKS = {
    "last state, 32 units": Network(32, attention=False),
    "last state, 64 units": Network(64, attention=False),
    "attention, 32 units": Network(32, attention=True),
}


def study(file: Path = FILE) -> Study:
    """The stored results."""
    return stored.read(file, NETWORKS)


def medians(results: Mapping[str, Result]) -> dict[str, Array]:
    """The median accuracy of the runs by length, for each network."""
    return {name: np.median(result.accuracy, axis=0) for name, result in results.items()}


def summary(results: Mapping[str, Result]) -> dict[str, list]:
    """Columns for `show.table`: a row for each network."""
    columns: dict[str, list] = {"network": list(results)}
    columns["weights"] = [n_numbers(begun(name, 0)) for name in results]
    for length in SHOWN:
        found = [result.accuracy[:, length - 1] for result in results.values()]
        columns[f"{length} letters"] = [f"{a.min():.0%} to {a.max():.0%}" for a in found]
    return columns


def begun(name: str, number: int) -> EncoderDecoder:
    """The weights with which a run starts."""
    kind = NETWORKS[name]
    return started(np.random.default_rng([0, 1, number]), kind.units, attention=kind.attention)


def trained(
    name: str, rate: float, number: int, updates: int = UPDATES
) -> tuple[EncoderDecoder, list[float]]:
    """One run: its number decides the start of the weights and the words."""
    stream = np.random.default_rng([0, 2, number])
    return train(begun(name, number), stream, steps=updates, rate=rate, progress=False)


def tested(model: EncoderDecoder, *, validation: bool = False) -> Array:
    """The accuracy by length, on words of the validation part or of the test part."""
    return by_length(model, np.random.default_rng([0, 3 if validation else 4]))


def measured(name: str) -> Result:
    """The search for the rate, and the runs with it."""
    return PLAN.measured(functools.partial(trained, name), tested)


def make(file: Path = FILE) -> Iterator[str]:
    """Measure and write; yields what to tell. Takes about five minutes on one core."""
    return stored.make(file, NETWORKS, measured, "at 12 letters")


if __name__ == "__main__":
    for line in make():
        print(line, flush=True)
