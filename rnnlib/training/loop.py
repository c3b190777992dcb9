"""The training loop, for any cell, gradient method, optimizer and task."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from rnnlib.cells.cell import Cell, ParamsT, StateT
from rnnlib.cells.tape import run
from rnnlib.cells.trees import tree_leaves
from rnnlib.data.tasks import Batch
from rnnlib.gradients.bptt import Grads, bptt
from rnnlib.gradients.losses import Readout, evaluated, reported
from rnnlib.training.optimisers import Adam, Optimiser, global_norm
from rnnlib.training.progress_bar import progress_bar


class Model(NamedTuple, Generic[ParamsT]):
    """What is trained: the cell's parameters, and the readout if there is one."""

    params: ParamsT
    readout: Readout | None = None


def init_model(
    cell: Cell[ParamsT, StateT], n_o: int, rng: np.random.Generator, **options: Any
) -> Model[ParamsT]:
    """cell.init(rng, **options) and a readout from U(-1/√n_h, 1/√n_h), as PyTorch's Linear."""
    params = cell.init(rng, **options)
    bound = 1 / np.sqrt(cell.n_h)
    V, c = rng.uniform(-bound, bound, (n_o, cell.n_h)), rng.uniform(-bound, bound, n_o)
    dtype = params[0].dtype
    return Model(params, Readout(V.astype(dtype), c.astype(dtype)))


def evaluate(cell: Cell[ParamsT, StateT], model: Model[ParamsT], batch: Batch) -> float:
    """The error of a batch as its task's baseline has it: `mse`, or the mean cross-entropy."""
    loss = batch.loss(model.readout)
    tape = run(cell, model.params, batch.x, mask=getattr(loss, "mask", None))
    return reported(loss, evaluated(loss, tape.h[1:], 0).value)


@dataclass
class History:
    """What happened: a number of each kind per update, and a score per validation."""

    loss: list[float] = field(default_factory=list)  # what is minimised
    error: list[float] = field(default_factory=list)  # of the batch, as `evaluate` has it
    norm: list[float] = field(default_factory=list)  # of the gradient, before it is clipped
    scores: list[tuple[int, float]] = field(default_factory=list)  # (updates so far, score)


def train(
    cell: Cell[ParamsT, StateT],
    model: Model[ParamsT],
    batches: Iterable[Batch],
    *,
    steps: int,
    optimiser: Optimiser | None = None,
    method: Callable[..., Grads[ParamsT, StateT]] = bptt,
    clip: Callable[[Model[ParamsT]], Model[ParamsT]] | None = None,
    validate: Callable[[Model[ParamsT]], float] | None = None,
    every: int = 100,
    patience: int | None = None,
    progress: bool = True,
) -> tuple[Model[ParamsT], History]:
    """At most `steps` updates, one per batch: the model and its history.

    The optimizer is Adam if none is given. method(cell, params, x, loss) is any gradient
    method; clip changes the gradients, for instance `lambda g: clip_by_norm(g, 1.0)`. If
    `validate` is given (a score, smaller is better), it is called every `every` updates, and the
    model with the best score is returned; after `patience` scores in a row that are no better,
    training stops early.
    A loss, gradient or parameter that is not finite is an error that says which, and when.
    """
    if steps < 1 or every < 1:
        raise ValueError(f"steps and every must be at least 1, got {steps} and {every}")
    if patience is not None and validate is None:
        raise ValueError("patience needs validate, the score that must improve")
    counter, bar = range(1, steps + 1), None
    if progress:
        counter = bar = progress_bar(counter)
    optimiser = Adam() if optimiser is None else optimiser
    history, state = History(), optimiser.init(model)
    best, best_score, waited = model, np.inf, 0
    for step, batch in zip(counter, batches, strict=False):
        with np.errstate(over="ignore", invalid="ignore"):  # _check_finite says it better
            loss = batch.loss(model.readout)
            grads = method(cell, model.params, batch.x, loss)
            gradients = Model(grads.params, grads.readout)
            _check_finite(step, "the loss", [("", grads.loss)])
            _check_finite(step, "the gradient of ", tree_leaves(gradients))
            history.loss.append(float(grads.loss))
            history.error.append(reported(loss, grads.loss))
            history.norm.append(global_norm(gradients))
            clipped = gradients if clip is None else clip(gradients)
            model, state = optimiser.update(model, clipped, state)
            _check_finite(step, "the updated ", tree_leaves(model))
        if bar is not None:
            bar.set_postfix(error=f"{history.error[-1]:.3g}", refresh=False)
        if validate is not None and step % every == 0:
            score = float(validate(model))
            _check_finite(step, "the score", [("", score)])
            history.scores.append((step, score))
            waited += 1
            if score < best_score:
                best, best_score, waited = model, score, 0
            if waited == patience:
                break
    return (best if history.scores else model), history


def _check_finite(step: int, what: str, named: Iterable[tuple[str, ArrayLike]]) -> None:
    for name, values in named:
        bad = ~np.isfinite(values)
        if bad.any():
            raise FloatingPointError(
                f"training step {step}: {what}{name} is not finite "
                f"({bad.sum()} of {bad.size} numbers, the first {np.asarray(values)[bad].flat[0]})"
            )
