"""Who recalls a value by its key? A stored study: `study()` reads it, and
`python -m rnnlib.training.lookup` makes it.

Five networks with about 1,500 weights before the readout see 1 to 8 pairs of a key and a value, and
then one of the keys: three recurrences (tanh, LSTM, and the minGRU, which is linear in its state),
attention, and attention without its softmax, which is a recurrence too. Each has the same number of
updates with the same sequences; three learning rates are tried in two runs, and the best is used in
twenty others.
"""

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rnnlib.cells.attention import attend, attend_vjp
from rnnlib.cells.cell import AnyCell
from rnnlib.cells.gated import LSTM
from rnnlib.cells.min_gru import MinGRU
from rnnlib.cells.simple import Elman
from rnnlib.cells.tape import run
from rnnlib.cells.trees import tree_leaves
from rnnlib.data import tasks
from rnnlib.data.tasks import Batch
from rnnlib.gradients.bptt import bptt
from rnnlib.gradients.losses import Readout
from rnnlib.training import stored
from rnnlib.training.loop import Model, init_model
from rnnlib.training.optimisers import Adam, clip_by_norm
from rnnlib.training.stored import Plan, Result, Study

Array = np.ndarray

FILE = stored.STUDIES / "lookup.json"

KEYS = VALUES = 8
PAIRS = (1, 2, 4, 8)  # that are tested
UPDATES, BATCH, LIMIT = 1500, 32, 1.0
PLAN = Plan(rates=(3e-3, 1e-2, 3e-2), tuning_runs=(100, 101), runs=tuple(range(20)))
TESTED = 1000  # sequences of each number of pairs
WIDTH = 32  # of queries, keys and values

CELLS: dict[str, AnyCell] = {
    "tanh": Elman(KEYS + VALUES, 32),
    "LSTM": LSTM(KEYS + VALUES, 13),
    "minGRU": MinGRU(KEYS + VALUES, 46),
}
NETWORKS = (*CELLS, "attention", "without softmax")


class Looking(NamedTuple):
    """Weights of a layer whose last step looks at the steps before; also their gradients."""

    query: Array  # (WIDTH, n_x), and so the others
    key: Array
    value: Array


def started(name: str, rng: np.random.Generator) -> Model[Any]:
    """Random weights of a network, and a readout for the values."""
    if name in CELLS:
        return init_model(CELLS[name], VALUES, rng)
    bound = 1 / np.sqrt(KEYS + VALUES)
    weights = Looking(*rng.uniform(-bound, bound, (3, WIDTH, KEYS + VALUES)))
    bound = 1 / np.sqrt(WIDTH)
    readout = Readout(rng.uniform(-bound, bound, (VALUES, WIDTH)), np.zeros(VALUES))
    return Model(weights, readout)


def n_weights(name: str) -> int:
    """All numbers before the readout."""
    params = started(name, np.random.default_rng(0)).params
    return sum(array.size for _, array in tree_leaves(params))


def _looked(name: str, weights: Looking, x: Array) -> tuple[Array, Array, Array, Array, Array]:
    """Q (B, 1, d) of the last step, K and V of the steps before, what is found, and how."""
    Q, K, V = (
        (part @ M.T).swapaxes(0, 1)
        for M, part in zip(weights, (x[-1:], x[:-1], x[:-1]), strict=True)
    )
    if name == "attention":
        outputs, found = attend(Q, K, V)
        return Q, K, V, outputs, found
    scores = Q @ K.swapaxes(1, 2) / np.sqrt(WIDTH)
    return Q, K, V, scores @ V, scores


def last_output(name: str, model: Model[Any], x: Array) -> Array:
    """What the readout reads at the last step (B, n)."""
    if name in CELLS:
        return run(CELLS[name], model.params, x).h[-1]
    return _looked(name, model.params, x)[3][:, 0]


def walked_back(name: str, model: Model[Any], batch: Batch) -> tuple[float, Model[Any]]:
    """The mean loss of a batch and its gradients."""
    loss = batch.loss(model.readout)
    if name in CELLS:
        found = bptt(CELLS[name], model.params, batch.x, loss)
        return found.loss, Model(found.params, found.readout)
    Q, K, V, outputs, weights = _looked(name, model.params, batch.x)
    states = np.zeros((*batch.x.shape[:2], WIDTH))
    states[-1] = outputs[:, 0]
    value, on_states, readout = loss(states, 0)
    on_outputs = on_states[-1][:, None]
    if name == "attention":
        parts = attend_vjp(Q, K, V, weights, on_outputs)
    else:
        on_scores = on_outputs @ V.swapaxes(1, 2) / np.sqrt(WIDTH)
        on_values = weights.swapaxes(1, 2) @ on_outputs
        parts = (on_scores @ K, on_scores.swapaxes(1, 2) @ Q, on_values)
    x = batch.x.swapaxes(0, 1)
    read = (x[:, -1:], x[:, :-1], x[:, :-1])
    products = (
        np.tensordot(part, of, axes=((0, 1), (0, 1))) for part, of in zip(parts, read, strict=True)
    )
    return value, Model(Looking(*products), readout)


def trained(
    name: str, rate: float, number: int, updates: int = UPDATES
) -> tuple[Model[Any], list[float]]:
    """One run: its number decides the start of the weights and the sequences."""
    model = started(name, np.random.default_rng([0, 1, number]))
    stream = np.random.default_rng([0, 2, number])
    optimiser, losses = Adam(lr=rate), []
    state = optimiser.init(model)
    for _ in range(updates):
        pairs = int(stream.integers(1, KEYS + 1))
        loss, gradients = walked_back(name, model, _batch(stream, pairs, BATCH))
        model, state = optimiser.update(model, clip_by_norm(gradients, LIMIT), state)
        losses.append(loss)
    return model, losses


def _batch(rng: np.random.Generator, pairs: int, batch: int) -> Batch:
    return tasks.key_value(rng, pairs=pairs, batch=batch, keys=KEYS, values=VALUES)


def batches_to_test(*, validation: bool = False) -> dict[int, Batch]:
    """Sequences of the validation part or of the test part, by the number of pairs."""
    part = 3 if validation else 4
    return {m: _batch(np.random.default_rng([0, part, m]), m, TESTED) for m in PAIRS}


def tested(name: str, model: Model[Any], *, validation: bool = False) -> Array:
    """The share of values that are right, for each number of pairs."""
    found = []
    for batch in batches_to_test(validation=validation).values():
        seen = last_output(name, model, batch.x)
        assert model.readout is not None, "each network has one"
        said = (seen @ model.readout.V.T + model.readout.c).argmax(axis=-1)
        found.append(float(np.mean(said == batch.y[-1])))
    return np.array(found)


def guessed() -> Array:
    """The rival that ignores the keys: the value that came most often; right how often."""
    found = []
    for batch in batches_to_test().values():
        said = batch.x[:-1, :, KEYS:].sum(axis=0).argmax(axis=-1)
        found.append(float(np.mean(said == batch.y[-1])))
    return np.array(found)


# --- the study ------------------------------------------------------------------------------


def study(file: Path = FILE) -> Study:
    """The stored results."""
    return stored.read(file, NETWORKS)


def summary(results: Mapping[str, Result]) -> dict[str, list]:
    """Columns for `show.table`: a row for each network, and one for the rival without keys."""
    columns: dict[str, list] = {"network": [*results, "without a look at the keys"]}
    for i, (pairs, guess) in enumerate(zip(PAIRS, guessed(), strict=True)):
        middle = [np.median(result.accuracy[:, i]) for result in results.values()]
        name = f"{pairs} pairs" if pairs > 1 else "1 pair"
        columns[name] = [f"{share:.0%}" for share in (*middle, guess)]
    return columns


def measured(name: str) -> Result:
    """The search for the rate, and the runs with it."""
    return PLAN.measured(functools.partial(trained, name), functools.partial(tested, name))


def make(file: Path = FILE) -> Iterator[str]:
    """Measure and write; yields what to tell. Takes about eight minutes on one core."""
    return stored.make(file, NETWORKS, measured, "with 8 pairs")


if __name__ == "__main__":
    for line in make():
        print(line, flush=True)
