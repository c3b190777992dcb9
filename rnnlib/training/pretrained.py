"""Two small trained Elman networks: `letters()` writes English, `years()` finds a year.

`rnnlib pretrain` trains both anew and writes their files: the weights in float32, and beside them
what a test needs to repeat the first updates.
"""

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rnnlib.cells.cell import Params
from rnnlib.cells.simple import Elman
from rnnlib.cells.tape import run
from rnnlib.data import realdata, sentences
from rnnlib.data.tasks import Batch
from rnnlib.gradients.bptt import Grads, backward
from rnnlib.gradients.losses import Readout, evaluated
from rnnlib.training.loop import History, Model, evaluate, init_model, train
from rnnlib.training.optimisers import Adam, AdamState, clip_by_norm

Array = np.ndarray

WEIGHTS = Path(__file__).with_name("weights")
REPEATED = 20  # updates whose losses are in the file


def _softmax(o: Array) -> Array:
    e = np.exp(o - o.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# --- the networks ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Network:
    """h(t) = tanh(b + W h(t-1) + U x(t)), o(t) = c + V h(t), and how they were trained."""

    params: Params
    readout: Readout
    trained_on: str  # sha256 of the text, "" if there is none
    first_losses: Array  # of the first updates

    def step(self, h: Array, token: int) -> tuple[Array, Array]:
        """The next state (n_h,) and its scores (n_o,), for the token's column of U."""
        U, W, b = self.params
        h = np.tanh(b + W @ h + U[:, token])
        return h, self.readout.c + self.readout.V @ h


@dataclass(frozen=True)
class Letters(Network):
    """Reads a letter of ALPHABET at every step, and scores each as the next one."""

    @property
    def alphabet(self) -> str:
        """The letters by their numbers."""
        return realdata.ALPHABET

    def encode(self, text: str) -> Array:
        """Letters as numbers; ValueError for letters that the network does not know."""
        return realdata.encode(text)

    def decode(self, numbers: Array) -> str:
        """Numbers as letters."""
        return realdata.decode(numbers)

    def write(
        self,
        start: str,
        letters: int,
        rng: np.random.Generator,
        temperature: float = 1.0,
        *,
        remember: bool = True,
    ) -> str:
        """`start`, and `letters` more: each is drawn from softmax(o / temperature).

        Every letter is read before the next one is drawn. Without `remember` the state is set to
        zero before each letter.
        """
        if not start or letters < 1 or not temperature > 0:
            raise ValueError(
                "write needs a start of one letter or more, letters ≥ 1 and temperature > 0, "
                f"got {start!r}, {letters} and {temperature}"
            )
        text = list(self.encode(start))
        h = scores = np.zeros(len(self.params.b))
        for k in range(len(text) + letters):
            if k >= len(text):
                text.append(rng.choice(len(scores), p=_softmax(scores / temperature)))
            h, scores = self.step(h if remember else 0 * h, text[k])
        return self.decode(np.array(text))


class Reading(NamedTuple):
    """What a network says after each word of a sentence."""

    words: tuple[str, ...]
    years: tuple[str, ...]  # the most likely year after each word
    probabilities: Array  # (T,): of that year
    all: Array  # (T, n_years)


@dataclass(frozen=True)
class Years(Network):
    """Reads a word at every step, and scores each of the years."""

    def read(self, sentence: str) -> Reading:
        """The year that it finds most likely after each word, and its probability.

        ValueError for a sentence with other words than those of `rnnlib.data.sentences`.
        """
        words = _words(sentence)
        number = {word: n for n, word in enumerate(sentences.vocabulary())}
        h, scores = np.zeros(len(self.params.b)), []
        for word in words:
            h, score = self.step(h, number[word])
            scores.append(score)
        probabilities = _softmax(np.array(scores))
        years = tuple(sentences.YEARS[k] for k in probabilities.argmax(axis=1))
        return Reading(words, years, probabilities.max(axis=1), probabilities)


def _words(sentence: str) -> tuple[str, ...]:
    """A sentence as the tokens of `rnnlib.data.sentences`, capital letters as they stand there."""
    known = {word.lower(): word for word in sentences.vocabulary() if word != sentences.PADDING}
    words = sentence.replace(",", " , ").replace(".", " . ").split()
    unknown = sorted({word for word in words if word.lower() not in known})
    if unknown or not words:
        said = ", ".join(unknown) or "no words at all"
        raise ValueError(f"the network knows {len(known)} words; it does not know {said}")
    return tuple(known[word.lower()] for word in words)


def letters() -> Letters:
    """The network that predicts the next letter of English prose."""
    return _loaded("letters", Letters, len(realdata.ALPHABET), len(realdata.ALPHABET))


def years() -> Years:
    """The network that says which year a sentence names."""
    return _loaded("years", Years, len(sentences.vocabulary()), len(sentences.YEARS))


def _loaded(name: str, kind: Any, n_x: int, n_o: int, folder: Path | None = None) -> Any:
    """A network from its file, in float64; an error that names the file if it does not fit."""
    path = (folder or WEIGHTS) / f"{name}.npz"
    if not path.is_file():
        raise FileNotFoundError(f"the weights {path} are missing: run `rnnlib pretrain`")
    with np.load(path, allow_pickle=False) as file:
        wanted = ("U", "W", "b", "V", "c", "trained_on", "first_losses")
        if missing := [key for key in wanted if key not in file]:
            raise ValueError(f"{path} has no {', '.join(missing)}: run `rnnlib pretrain`")
        U, W, b, V, c = (file[key].astype(np.float64) for key in "UWbVc")
        trained_on, first_losses = str(file["trained_on"]), file["first_losses"]
    n_h = len(b)
    shapes = {"U": (n_h, n_x), "W": (n_h, n_h), "b": (n_h,), "V": (n_o, n_h), "c": (n_o,)}
    for (key, shape), array in zip(shapes.items(), (U, W, b, V, c), strict=True):
        if array.shape != shape:
            raise ValueError(f"{key} in {path} must be {shape}, got {array.shape}")
    return kind(Params(U, W, b), Readout(V, c), trained_on, first_losses)


# --- how they were trained ------------------------------------------------------------------


@dataclass(frozen=True)
class _FallingAdam:
    """Adam whose rate falls from lr to nearly 0 on half a cosine, over `steps` updates."""

    lr: float
    steps: int

    def init(self, model) -> AdamState:
        return Adam().init(model)

    def update(self, model, grads, state: AdamState):
        part = min(state.t / self.steps, 1)
        rate = self.lr * max(0.5 * (1 + np.cos(np.pi * part)), 0.01)
        return Adam(lr=rate).update(model, grads, state)


class _Carried:
    """Windows of a text in which one goes on where the other ends; the state is carried over."""

    def __init__(self, numbers: Array, rng: np.random.Generator):
        self.numbers, self.rng, self.state = numbers, rng, None

    def windows(self) -> Iterator[Batch]:
        """Endless: the text over and over, each time cut at other places."""
        while True:
            self.state = None
            start = int(self.rng.integers(LETTERS_T))
            yield from realdata.character_windows(
                self.numbers[start:], T=LETTERS_T, batch=LETTERS_BATCH
            )

    def bptt(self, cell, params, x, loss) -> Grads:
        """The gradient within the window, from the state in which the one before it ended."""
        tape = run(cell, params, x, self.state)
        self.state = tape.state(tape.T)
        value, dh, readout = evaluated(loss, tape.h[1:], 0)
        return backward(tape, dh)._replace(loss=value, readout=readout)


LETTERS_UNITS, LETTERS_T, LETTERS_BATCH, LETTERS_UPDATES, LETTERS_RATE = 256, 50, 32, 4000, 3e-3
YEARS_UNITS, YEARS_BATCH, YEARS_UPDATES, YEARS_RATE = 64, 32, 4000, 3e-3


def split_text(text: str | None = None) -> tuple[Array, Array]:
    """The text to train on and the held-out text, as numbers: about a tenth is held out.

    A checksum of each paragraph decides, so that it is on the same side in every version of Python.
    """
    training, _, held_out = _parts(realdata.english_text() if text is None else text)
    return training, held_out


def _parts(text: str) -> tuple[Array, Array, Array]:
    """Training, validation and held-out text: 17, 1 and 2 of 20 paragraphs, by their checksums."""
    parts: tuple[list[str], ...] = ([], [], [])
    for paragraph in text.splitlines(keepends=True):
        place = zlib.crc32(paragraph.encode()) % 20
        parts[2 if place < 2 else 1 if place == 2 else 0].append(paragraph)
    training, validation, held_out = (realdata.encode("".join(part)) for part in parts)
    return training, validation, held_out


def text_hash() -> str:
    """sha256 of `english_text()`: it differs between versions of Python."""
    return hashlib.sha256(realdata.english_text().encode()).hexdigest()


def letters_loss(params: Params, readout: Readout | None, numbers: Array) -> float:
    """Nats per letter of a text, read in one go from h(0) = 0."""
    (batch,) = realdata.character_windows(numbers, T=len(numbers) - 1, batch=1)
    cell = Elman(params.U.shape[1], params.U.shape[0])
    return evaluate(cell, Model(params, readout), batch)


def years_accuracy(params: Params, readout: Readout, batch: sentences.YearBatch) -> Array:
    """Whether the year is right after the last word, for each sentence (B,)."""
    cell = Elman(params.U.shape[1], params.U.shape[0])
    h = run(cell, params, batch.x, mask=batch.mask).h[-1]  # padding holds the state
    return (h @ readout.V.T + readout.c).argmax(axis=1) == batch.y[-1]


def train_letters(
    updates: int = LETTERS_UPDATES, *, progress: bool = False
) -> tuple[Model[Params], History]:
    """The letter network; every 250 updates the validation text decides which one is kept."""
    text, validation, _ = _parts(realdata.english_text())
    cell = Elman(len(realdata.ALPHABET), LETTERS_UNITS)
    model = init_model(cell, cell.n_x, np.random.default_rng([0, 1]), scheme="orthogonal")
    reading = _Carried(text, np.random.default_rng([0, 2]))
    return train(
        cell,
        model,
        reading.windows(),
        steps=updates,
        optimiser=_FallingAdam(LETTERS_RATE, LETTERS_UPDATES),
        method=reading.bptt,
        clip=lambda gradients: clip_by_norm(gradients, 1.0),
        validate=lambda m: letters_loss(m.params, m.readout, validation),
        every=250,
        progress=progress,
    )


def train_years(
    updates: int = YEARS_UPDATES, *, progress: bool = False
) -> tuple[Model[Params], History]:
    """The year network; it is asked for the year after each word, before the year too."""
    rng = np.random.default_rng([0, 3])

    def batches() -> Iterator[Batch]:
        while True:
            batch = sentences.year_sentences(rng, batch=YEARS_BATCH)
            yield Batch(batch.x, batch.y, batch.n_o, batch.kind, mask=batch.mask)

    cell = Elman(len(sentences.vocabulary()), YEARS_UNITS)
    start = np.random.default_rng([0, 4])
    return train(
        cell,
        init_model(cell, len(sentences.YEARS), start, scheme="orthogonal"),
        batches(),
        steps=updates,
        optimiser=_FallingAdam(YEARS_RATE, YEARS_UPDATES),
        clip=lambda gradients: clip_by_norm(gradients, 1.0),
        progress=progress,
    )


def new_sentences(batch: int = 2000) -> sentences.YearBatch:
    """Sentences of another stream than those of the training, the year at all places."""
    return sentences.year_sentences(np.random.default_rng([1, 3]), batch=batch)


def save(path: Path, model: Model[Params], history: History, trained_on: str = "") -> None:
    """A network in its file: weights in float32, the first losses in float64."""
    assert model.readout is not None
    arrays = zip("UWbVc", (*model.params, *model.readout), strict=True)
    entries: dict[str, Any] = {name: array.astype(np.float32) for name, array in arrays}
    entries["trained_on"] = np.array(trained_on)
    entries["first_losses"] = np.array(history.loss[:REPEATED])
    np.savez_compressed(path, **entries)


def pretrain(folder: Path = WEIGHTS, *, progress: bool = True) -> Iterator[str]:
    """Train both networks and write their files; yields what to tell."""
    folder.mkdir(parents=True, exist_ok=True)
    text, held_out = split_text()
    model, history = train_letters(progress=progress)
    save(folder / "letters.npz", model, history, text_hash())
    network = _loaded("letters", Letters, len(realdata.ALPHABET), len(realdata.ALPHABET), folder)
    loss = letters_loss(network.params, network.readout, held_out)
    pairs = realdata.ngram_loss(text, held_out, n=2)
    yield (
        f"letters: {loss / np.log(2):.2f} bits a letter on held-out paragraphs; "
        f"counting pairs gives {pairs / np.log(2):.2f}"
    )
    model, history = train_years(progress=progress)
    save(folder / "years.npz", model, history)
    network = _loaded("years", Years, len(sentences.vocabulary()), len(sentences.YEARS), folder)
    right = years_accuracy(network.params, network.readout, new_sentences())
    yield f"years: {right.mean():.1%} right on {len(right)} new sentences"
