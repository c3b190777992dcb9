"""Which network learns which task? A stored study: `study()` reads it, and
`python -m rnnlib.training.remedies` makes it.

Seven networks of about the same number of weights learn to add and to copy, with the same number
of updates of the same batches. For each, four learning rates are tried in two runs, and the one
with the smallest mean error on a validation part is used in eight other runs, whose errors on new
sequences are the result.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rnnlib.cells.cell import AnyCell
from rnnlib.cells.gated import GRU, LSTM
from rnnlib.cells.simple import Elman
from rnnlib.cells.tape import run
from rnnlib.cells.trees import tree_map
from rnnlib.data import tasks
from rnnlib.data.tasks import Batch
from rnnlib.gradients.bptt import Grads, bptt
from rnnlib.gradients.losses import evaluated
from rnnlib.training.loop import History, Model, evaluate, init_model, train
from rnnlib.training.optimisers import Adam, clip_by_norm

FILE = Path(__file__).with_name("studies") / "remedies.json"

UPDATES, BATCH, LIMIT = 1500, 16, 1.0
RATES = (1e-3, 3e-3, 1e-2, 3e-2)
RUNS = tuple(range(8))
TUNING_RUNS = (100, 101)  # with other starts and other sequences than those of RUNS
REPEATED = 20  # updates of run 0 whose losses are in the file

ADDING_T, COPYING_T, SYMBOLS, RECALL = 40, 20, 4, 3


@dataclass(frozen=True)
class Task:
    """Sequences to learn from, the numbers of inputs and outputs, and the error of a guess."""

    sequences: Callable[[np.random.Generator, int], Batch]
    n_x: int
    n_o: int
    guess: float
    guessing: str  # what the best guess is


@dataclass(frozen=True)
class Network:
    """A cell for n_x inputs, how its weights start, and whether the cell is trained."""

    cell: Callable[[int], AnyCell]
    start: Mapping[str, Any]
    trained: bool = True


TASKS = {
    "adding": Task(
        lambda rng, batch: tasks.adding(rng, T=ADDING_T, batch=batch),
        2,
        1,
        tasks.adding_baseline(),
        "always 1",
    ),
    "copying": Task(
        lambda rng, batch: tasks.copy_memory(
            rng, T=COPYING_T, batch=batch, symbols=SYMBOLS, recall=RECALL
        ),
        SYMBOLS + 2,
        SYMBOLS + 1,
        tasks.copy_memory_baseline(T=COPYING_T, symbols=SYMBOLS, recall=RECALL),
        "guess the symbols",
    ),
}

NETWORKS = {
    "tanh": Network(lambda n_x: Elman(n_x, 32), {}),
    "tanh, orthogonal": Network(lambda n_x: Elman(n_x, 32), {"scheme": "orthogonal"}),
    "orthogonal, untrained": Network(
        lambda n_x: Elman(n_x, 32), {"scheme": "orthogonal"}, trained=False
    ),
    "ReLU, identity": Network(lambda n_x: Elman(n_x, 32, "relu"), {"scheme": "identity"}),
    "LSTM, bias 0": Network(lambda n_x: LSTM(n_x, 16), {"forget_bias": 0.0}),
    "LSTM, bias 1": Network(lambda n_x: LSTM(n_x, 16), {"forget_bias": 1.0}),
    "GRU": Network(lambda n_x: GRU(n_x, 18), {}),
}


def n_weights(task: str, network: str) -> int:
    """The numbers in U, W and b (and b_hn) of a network of the study."""
    cell = NETWORKS[network].cell(TASKS[task].n_x)
    return sum(int(np.prod(shape)) for shape in cell.shapes())


# --- what is stored -------------------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    """One network on one task."""

    validation: Mapping[float, tuple[float, ...]]  # by rate: the errors of the tuning runs
    rate: float  # with the smallest mean of these
    errors: tuple[float, ...]  # of the eight runs, on new sequences
    first_losses: tuple[float, ...]  # of the first updates of run 0


@dataclass(frozen=True)
class Study:
    """All results of one task, and the error of the best guess."""

    task: str
    guess: float
    results: Mapping[str, Result]  # by network, in the order of NETWORKS

    @property
    def n(self) -> int:
        """Runs of each network."""
        return len(RUNS)

    @property
    def baseline(self) -> dict[str, float]:
        """The best guess in words, and its error."""
        return {TASKS[self.task].guessing: self.guess}

    @property
    def summary(self) -> dict[str, list]:
        """Columns for `show.table`: a row for each network."""
        errors = self.errors.values()
        return {
            "network": list(self.results),
            "weights": [n_weights(self.task, name) for name in self.results],
            "rate": [f"{result.rate:g}" for result in self.results.values()],
            "lowest": [f"{each.min():.5f}" for each in errors],
            "median": [f"{np.median(each):.5f}" for each in errors],
            "highest": [f"{each.max():.5f}" for each in errors],
        }

    @property
    def errors(self) -> dict[str, np.ndarray]:
        """The errors (n,) of each network."""
        return {name: np.array(result.errors) for name, result in self.results.items()}


def study(task: str, file: Path = FILE) -> Study:
    """The stored results of "adding" or "copying"; ValueError for another task."""
    if task not in TASKS:
        raise ValueError(f"task must be {' or '.join(TASKS)}, got {task!r}")
    stored = json.loads(file.read_text(encoding="utf-8"))[task]
    results = {
        name: Result(
            {float(rate): tuple(errors) for rate, errors in stored[name]["validation"].items()},
            stored[name]["rate"],
            tuple(stored[name]["errors"]),
            tuple(stored[name]["first_losses"]),
        )
        for name in NETWORKS
    }
    return Study(task, TASKS[task].guess, results)


# --- a rival --------------------------------------------------------------------------------


def best_readout(cell: AnyCell, model: Model, batches: Iterable[Batch], new: Batch) -> float:
    """The mean squared error on `new` of the model's cell as it is, with the best linear readout.

    The readout of the last state is fitted to all `batches` by least squares.
    """

    def last_states(batch: Batch) -> np.ndarray:
        h = run(cell, model.params, batch.x).h[-1]
        return np.column_stack([h, np.ones(len(h))])

    batches = list(batches)
    inputs = np.concatenate([last_states(batch) for batch in batches])
    factors = np.linalg.lstsq(inputs, np.concatenate([b.y[-1] for b in batches]), rcond=None)[0]
    return float(np.mean((last_states(new) @ factors - new.y[-1]) ** 2))


# --- how it was made ------------------------------------------------------------------------


def _readout_alone(cell, params, x, loss) -> Grads:
    """The gradient of the readout; zeros for the cell."""
    tape = run(cell, params, x)
    value, _, readout = evaluated(loss, tape.h[1:], 0)
    return Grads(loss=value, params=tree_map(np.zeros_like, params), readout=readout)


def trained(
    task: str,
    network: str,
    rate: float,
    number: int,
    updates: int = UPDATES,
    *,
    progress: bool = False,
) -> tuple[Model, History]:
    """One run: its number decides the start of the weights and the sequences."""
    sequences, kind = TASKS[task].sequences, NETWORKS[network]
    cell = kind.cell(TASKS[task].n_x)
    start, stream = (np.random.default_rng([0, role, number]) for role in (1, 2))
    model = init_model(cell, TASKS[task].n_o, start, **kind.start)

    def batches() -> Iterator[Batch]:
        while True:
            yield sequences(stream, BATCH)

    return train(
        cell,
        model,
        batches(),
        steps=updates,
        optimiser=Adam(lr=rate),
        method=bptt if kind.trained else _readout_alone,
        clip=lambda gradients: clip_by_norm(gradients, LIMIT),
        progress=progress,
    )


def error_of(task: str, network: str, model: Model, *, validation: bool = False) -> float:
    """On 1000 sequences of the validation part or, for the result, of the test part."""
    batch = TASKS[task].sequences(np.random.default_rng([0, 3 if validation else 4]), 1000)
    return evaluate(NETWORKS[network].cell(TASKS[task].n_x), model, batch)


def validated(task: str, network: str, rate: float, number: int) -> float:
    """The error of one tuning run; infinity where it ended in numbers that are not finite."""
    try:
        model, _ = trained(task, network, rate, number)
    except FloatingPointError:
        return np.inf
    return error_of(task, network, model, validation=True)


def measured(task: str, network: str) -> Result:
    """The search for the rate, and the eight runs with it."""
    tried = {
        rate: tuple(validated(task, network, rate, number) for number in TUNING_RUNS)
        for rate in RATES
    }
    best = chosen(tried)
    errors, first = [], ()
    for number in RUNS:
        model, history = trained(task, network, best, number)
        errors.append(error_of(task, network, model))
        if number == 0:
            first = tuple(history.loss[:REPEATED])
    return Result(tried, best, tuple(errors), first)


def chosen(validation: Mapping[float, tuple[float, ...]]) -> float:
    """The rate with the smallest mean error on the validation part."""
    return min(validation, key=lambda rate: np.mean(validation[rate]))


def make(file: Path = FILE, only: tuple[str, ...] = tuple(TASKS)) -> Iterator[str]:
    """Measure and write; yields what to tell. Takes about an hour on one core."""
    stored = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    for task in only:
        stored[task] = {}
        for network in NETWORKS:
            result = measured(task, network)
            stored[task][network] = {
                "validation": {f"{rate:g}": errors for rate, errors in result.validation.items()},
                "rate": result.rate,
                "errors": result.errors,
                "first_losses": result.first_losses,
            }
            yield (
                f"{task}, {network}: rate {result.rate:g}, "
                f"median error {np.median(result.errors):.4f}"
            )
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    for line in make():
        print(line, flush=True)
