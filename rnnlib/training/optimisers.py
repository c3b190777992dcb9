"""Optimisers and clipping: pure functions over trees of arrays (parameters, and a readout).

An optimizer is its hyperparameters; `init(model)` gives its state, and
`update(model, grads, state)` the next model and state. Rules and defaults are PyTorch's.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np

from rnnlib.cells.trees import tree_leaves, tree_map


class Optimiser(Protocol):
    """What `train` needs of an optimizer; models, gradients and states are trees of one form."""

    def init(self, model) -> Any:
        """The state before the first update."""
        ...

    def update(self, model, grads, state) -> tuple[Any, Any]:
        """The model and the state after one update."""
        ...


def _zeros(model):
    return tree_map(np.zeros_like, model)


@dataclass(frozen=True)
class SGD:
    """v ← momentum · v + g, θ ← θ - lr · v; the state is v."""

    lr: float = 0.01
    momentum: float = 0.0

    def init(self, model):
        return _zeros(model)

    def update(self, model, grads, state):
        velocity = tree_map(lambda v, g: self.momentum * v + g, state, grads)
        return tree_map(lambda p, v: p - self.lr * v, model, velocity), velocity


class AdamState(NamedTuple):
    """Running means of the gradient and of its square, and the number of updates so far."""

    mean: Any
    square: Any
    t: int


@dataclass(frozen=True)
class Adam:
    """θ ← θ - lr · m̂ / (√v̂ + eps), m̂ and v̂ the unbiased running means of g and g².

    Kingma & Ba 2015.
    """

    lr: float = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    def init(self, model) -> AdamState:
        return AdamState(_zeros(model), _zeros(model), 0)

    def update(self, model, grads, state: AdamState):
        t = state.t + 1
        mean = tree_map(lambda m, g: self.beta1 * m + (1 - self.beta1) * g, state.mean, grads)
        square = tree_map(
            lambda v, g: self.beta2 * v + (1 - self.beta2) * g * g, state.square, grads
        )
        rate, scale = self.lr / (1 - self.beta1**t), 1 / (1 - self.beta2**t)
        model = tree_map(
            lambda p, m, v: p - rate * m / (np.sqrt(scale * v) + self.eps), model, mean, square
        )
        return model, AdamState(mean, square, t)


def global_norm(tree) -> float:
    """‖g‖₂ of all arrays of a tree taken as one vector."""
    return float(np.sqrt(sum((leaf * leaf).sum() for _, leaf in tree_leaves(tree))))


def clip_by_norm(grads, limit: float):
    """g · min(1, limit / ‖g‖₂): shorter, never turned (Pascanu et al. 2013)."""
    _check_positive(limit)
    norm = global_norm(grads)
    return grads if norm <= limit else tree_map(lambda g: g * (limit / norm), grads)


def clip_by_value(grads, limit: float):
    """Every entry of g limited to [-limit, limit]: this may turn the gradient."""
    _check_positive(limit)
    return tree_map(lambda g: np.clip(g, -limit, limit), grads)


def _check_positive(limit: float) -> None:
    if not limit > 0:
        raise ValueError(f"limit must be positive, got {limit}")
