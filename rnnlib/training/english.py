"""What a state buys: English letter by letter, by a plain network, a GRU and counts.

Each run has parts of its own: whole topics of Python's documentation, drawn at random, for test and
validation. A network starts and trains as in lesson 12: four rounds with a falling rate, the state
carried from block to block, and the weights of the round that is best on the validation part.

`study()` reads a stored comparison; `python -m rnnlib.training.english` makes it. `gru()` is its
first GRU.
"""

import functools
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rnnlib.cells.cell import State
from rnnlib.cells.gated import GRU, GRUParams
from rnnlib.cells.simple import Elman
from rnnlib.cells.tape import run
from rnnlib.cells.trees import tree_leaves
from rnnlib.data import realdata
from rnnlib.data.counting import Counts
from rnnlib.gradients.bptt import Grads, backward
from rnnlib.gradients.losses import Readout, evaluated
from rnnlib.training import pretrained, stored
from rnnlib.training.loop import Model, train
from rnnlib.training.optimisers import Adam, clip_by_norm
from rnnlib.training.stored import Plan, Result, Study

Array = np.ndarray

FILE = stored.STUDIES / "english.json"
GRU_FILE = stored.STUDIES / "english_gru.npz"

K = len(realdata.ALPHABET)
HELD_OUT = 15_000  # letters at least, of test and of validation
B, T, ROUNDS, LIMIT = 16, 25, 4, 1.0
LONGEST = 6  # letters that are counted together at most
PLAN = Plan(rates=(4e-3, 8e-3, 1.6e-2), tuning_runs=(100,), runs=tuple(range(5)))
REACH = (1, 2, 3, 4, 5, 8, 12, 20, 40)  # letters that are read before one is predicted
PLACES = 2000  # where this is tried
FAR = 6  # a parenthesis that was opened before the last so many letters


@dataclass(frozen=True)
class Network:
    """Which cell, and what part of the text it learns from."""

    gated: bool
    part: float = 1.0

    @property
    def cell(self) -> Any:
        """Both have about 37,000 weights."""
        return GRU(K, 68) if self.gated else Elman(K, 128)


NETWORKS = {
    "plain, 128 units": Network(gated=False),
    "GRU, 68 units": Network(gated=True),
    "plain, a quarter of the text": Network(gated=False, part=0.25),
    "GRU, a quarter of the text": Network(gated=True, part=0.25),
}


# --- the text -------------------------------------------------------------------------------


class Text(NamedTuple):
    """The parts of one run, as codes."""

    training: Array
    validation: Array
    test: Array


def parts(rng: np.random.Generator) -> realdata.Parts:
    """The topics of Python's documentation in three parts, as in lesson 12."""
    return realdata.parted(realdata.topics().values(), rng, letters=HELD_OUT)


@functools.lru_cache(maxsize=2)
def text_of(number: int, part: float = 1.0) -> Text:
    """The parts of a run; of the training part the first `part`."""
    drawn = parts(np.random.default_rng([0, 1, number]))
    training, validation, test = (realdata.encode(each) for each in drawn)
    return Text(training[: int(part * len(training))], validation, test)


@functools.lru_cache(maxsize=2)
def counted(number: int, part: float = 1.0) -> tuple[Counts, ...]:
    """Counts of 1, 2, … letters of the training part of a run."""
    training = text_of(number, part).training
    return tuple(Counts(training, K, n) for n in range(1, LONGEST + 1))


def best_counts(number: int, part: float = 1.0) -> Counts:
    """Of as many letters as is best on the validation part."""
    validation = text_of(number, part).validation
    return min(counted(number, part), key=lambda counts: counts.bits(validation))


# --- the networks ---------------------------------------------------------------------------


def newborn(rng: np.random.Generator, n_codes: int, n: int = 128) -> list[Array]:
    """U, W, b, V, c of lesson 12 before training: W orthogonal, U of size 1, V small."""
    W, _ = np.linalg.qr(rng.normal(size=(n, n)))
    U = rng.normal(size=(n, n_codes))
    V = 0.3 / np.sqrt(n) * rng.normal(size=(n_codes, n))
    return [U, W, np.zeros(n), V, np.zeros(n_codes)]


def started(cell: Any, rng: np.random.Generator) -> Model:
    """Orthogonal W, U of entries of size 1, a small V: as in lesson 12."""
    params = cell.init(rng, "orthogonal")
    params = params._replace(U=rng.normal(size=params.U.shape))
    V = 0.3 / np.sqrt(cell.n_h) * rng.normal(size=(K, cell.n_h))
    return Model(params, Readout(V, np.zeros(K)))


def n_weights(name: str) -> int:
    """All weights and biases of a network."""
    model = started(NETWORKS[name].cell, np.random.default_rng([0, 2, 0]))
    return sum(array.size for _, array in tree_leaves(model))


class _Carrying:
    """The gradient within a block, from the state in which the block before it ended."""

    def __init__(self) -> None:
        self.state: State | None = None

    def bptt(self, cell: Any, params: Any, x: Array, loss: Any) -> Grads:
        tape = run(cell, params, x, self.state)
        self.state = tape.state(tape.T)
        value, dh, readout = evaluated(loss, tape.h[1:], 0)
        return backward(tape, dh)._replace(loss=value, readout=readout)


class Trained(NamedTuple):
    """A network, and the text that it has learned from."""

    network: Network
    model: Model
    number: int  # of the run


def trained(
    name: str, rate: float, number: int, updates: int | None = None
) -> tuple[Trained, list[float]]:
    """One run: its number decides the parts of the text and the start of the weights.

    A round is as many updates as the whole training part has blocks, whatever part is learned.
    """
    network = NETWORKS[name]
    text, whole = text_of(number, network.part), text_of(number)
    in_a_round = (len(whole.training) - 1) // (B * T)
    model = started(network.cell, np.random.default_rng([0, 2, number]))
    best, losses = (np.inf, model), []
    for k in range(ROUNDS):
        carrying = _Carrying()
        model, history = train(
            network.cell,
            model,
            _blocks(text.training, carrying),
            steps=in_a_round if updates is None else updates,
            optimiser=Adam(lr=rate * (1 - k / ROUNDS)),
            method=carrying.bptt,
            clip=functools.partial(clip_by_norm, limit=LIMIT),
            progress=False,
        )
        losses += history.loss
        if updates is not None:
            return Trained(network, model, number), losses
        best = min(best, (_bits(network.cell, model, text.validation), model), key=lambda x: x[0])
    return Trained(network, best[1], number), losses


def _blocks(codes: Array, carrying: _Carrying) -> Iterator[realdata.Batch]:
    """The text again and again; each time the state begins at 0."""
    while True:
        carrying.state = None
        yield from realdata.character_windows(codes, T=T, batch=B)


def probabilities(cell: Any, model: Model, codes: Array) -> Array:
    """The probability of each letter but the first, after all before it (N - 1,)."""
    tape = run(cell, model.params, np.eye(K)[codes[:-1, None]])
    p = _softmax(tape.h[1:, 0], model)
    return p[np.arange(len(p)), codes[1:]]


def _softmax(h: Array, model: Model) -> Array:
    assert model.readout is not None
    o = h @ model.readout.V.T + model.readout.c
    e = np.exp(o - o.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def _bits(cell: Any, model: Model, codes: Array) -> float:
    return float(-np.log2(probabilities(cell, model, codes)).mean())


# --- the tests ------------------------------------------------------------------------------


def closing(codes: Array) -> Array:
    """The places of ")" whose "(" stands more than FAR letters before, in the same paragraph."""
    opened, found = [], []
    for place, letter in enumerate(realdata.decode(codes)):
        if letter == "\n":
            opened = []
        elif letter == "(":
            opened.append(place)
        elif letter == ")" and opened and place - opened.pop() > FAR:
            found.append(place)
    return np.array(found, int)


def reached(cell: Any, model: Model, codes: Array, length: int) -> float:
    """The bits of a letter if the network has read the `length` letters before it, from 0 on."""
    places = np.linspace(max(REACH), len(codes) - 1, PLACES).astype(int)
    read = codes[places - np.arange(length, 0, -1)[:, None]]
    p = _softmax(run(cell, model.params, np.eye(K)[read]).h[-1], model)
    return float(-np.log2(p[np.arange(len(p)), codes[places]]).mean())


TESTS = ("network", "counts", "both", "parenthesis, network", "parenthesis, counts")
LENGTHS = tuple(f"after {length}" for length in REACH)
COUNTED = tuple(f"{n} counted" for n in range(1, LONGEST + 1))


def tested(found: Trained, *, validation: bool = False) -> Array:
    """Minus the bits of a letter: on the validation part, or in all of TESTS, LENGTHS, COUNTED."""
    cell, part, number = found.network.cell, found.network.part, found.number
    text = text_of(number, part)
    if validation:
        return np.array([-_bits(cell, found.model, text.validation)])
    mine = probabilities(cell, found.model, text.test)
    theirs = best_counts(number, part).targets(text.test)
    places = closing(text.test) - 1
    each = [mine, theirs, (mine + theirs) / 2, mine[places], theirs[places]]
    bits = [-np.log2(p).mean() for p in each]
    bits += [reached(cell, found.model, text.test, length) for length in REACH]
    bits += [counts.bits(text.test) for counts in counted(number, part)]
    return -np.array(bits)


# --- the study ------------------------------------------------------------------------------


def study(file: Path = FILE) -> Study:
    """The stored results; their accuracy is minus the bits of a letter."""
    return stored.read(file, NETWORKS)


def bits(result: Result, *tests: str) -> Array:
    """Bits of a letter of each run in some tests: (runs, tests)."""
    names = (*TESTS, *LENGTHS, *COUNTED)
    return -result.accuracy[:, [names.index(test) for test in tests]]


def medians(results: Mapping[str, Result], *tests: str) -> dict[str, Array]:
    """The medians over the runs, for each network."""
    return {name: np.median(bits(each, *tests), axis=0) for name, each in results.items()}


def reach(results: Mapping[str, Result]) -> dict[str, Array]:
    """Median bits after REACH letters: both networks with the whole text, and counts up to 5."""
    lines = {name: np.median(bits(results[name], *LENGTHS), axis=0) for name in list(NETWORKS)[:2]}
    counts = np.full(len(REACH), np.nan)
    found = np.median(bits(results["GRU, 68 units"], *COUNTED[1:]), axis=0)
    counts[: len(found)] = found
    return {**lines, "counts": counts}


def summary(results: Mapping[str, Result]) -> dict[str, list]:
    """Columns for `show.table`: a row for each network."""
    columns: dict[str, list] = {"network": list(results)}
    columns["weights"] = [n_weights(name) for name in results]
    columns["rate"] = [f"{result.rate:g}" for result in results.values()]
    for k, test in enumerate(("network", "counts", "both")):
        heading = {"network": "alone", "both": "half and half"}.get(test, test)
        columns[heading] = [f"{middle[k]:.2f}" for middle in medians(results, *TESTS[:3]).values()]
    return columns


def measured(name: str) -> Result:
    """The search for the rate, and the runs with it."""
    return PLAN.measured(functools.partial(trained, name), tested)


def gru(file: Path = GRU_FILE) -> Model[GRUParams]:
    """The first GRU of the study: its weights, in the order of `realdata.ALPHABET`."""
    with np.load(file, allow_pickle=False) as arrays:
        params = GRUParams(*(arrays[name].astype(float) for name in GRUParams._fields))
        return Model(params, Readout(arrays["V"].astype(float), arrays["c"].astype(float)))


def gru_reader(file: Path = GRU_FILE) -> Callable[[int, State | None], tuple[Array, State]]:
    """A code and a state (None: 0) -> the scores of the next letter, and the new state."""
    (params, readout), cell = gru(file), NETWORKS["GRU, 68 units"].cell
    assert readout is not None

    def read(code: int, state: State | None) -> tuple[Array, State]:
        before = State(np.zeros((1, cell.n_h))) if state is None else state
        after, _ = cell.step(params, before, np.eye(K)[[code]])
        return readout.c + readout.V @ after.h[0], after

    return read


def side_by_side(texts: Mapping[str, str], *, width: int, letters: int) -> dict[str, list[str]]:
    """Columns for `show.table`: the first letters of each text, in lines of at most `width`."""
    columns = {name: textwrap.wrap(text[:letters], width) for name, text in texts.items()}
    rows = max(map(len, columns.values()))
    return {name: lines + [""] * (rows - len(lines)) for name, lines in columns.items()}


def text_of_study(file: Path = GRU_FILE) -> str:
    """The hash of the text that the study was made with."""
    with np.load(file, allow_pickle=False) as arrays:
        return str(arrays["trained_on"])


def _kept(model: Model, file: Path) -> None:
    assert model.readout is not None
    arrays = {**model.params._asdict(), **model.readout._asdict()}
    small: dict[str, Any] = {name: array.astype(np.float32) for name, array in arrays.items()}
    np.savez_compressed(file, trained_on=np.array(pretrained.text_hash()), **small)


def make(file: Path = FILE, gru_file: Path = GRU_FILE) -> Iterator[str]:
    """Measure and write; yields what to tell. Takes about nine minutes on one core."""
    yield from stored.make(file, NETWORKS, measured, "minus the bits with 6 letters counted")
    name = "GRU, 68 units"
    found, _ = trained(name, study(file)[name].rate, PLAN.runs[0])
    _kept(found.model, gru_file)


if __name__ == "__main__":
    for line in make():
        print(line, flush=True)
