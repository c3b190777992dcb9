"""Losses on the states of a run, with their gradients; the readout o = c + V h belongs to them.

A loss is a function of some consecutive states: `loss(h, start)` with h (k, B, n_h) holding
h(start+1), …, h(start+k) returns (value, dh, readout gradient) for these k steps alone. The parts
add up, so a method may ask for all steps at once (start=0) or for one at a time, and a loss of
one's own can be a plain function. It may have an attribute `mask` (T, B).

Conventions. "sum" adds over steps, sequences and outputs, so a batch's gradient is the sum of its
sequences' gradients; "mean" divides by the number of (step, sequence) pairs that count, or by
their total weight. Formulas avoid conjugates and |.|: the complex step passes through.
"""

from dataclasses import KW_ONLY, dataclass
from typing import NamedTuple, Protocol

import numpy as np

Array = np.ndarray


class Readout(NamedTuple):
    """o(t) = c + V h(t): V (n_o, n_h), c (n_o,) (eq. 10.10); also the gradients of the two."""

    V: Array
    c: Array


class LossValue(NamedTuple):
    """What a loss returns for k steps."""

    value: float
    dh: Array  # (k, B, n_h): the direct gradient on each state
    readout: Readout | None  # gradients of V and c


class Loss(Protocol):
    """value, dh, readout = loss(h, start)."""

    def __call__(self, h: Array, start: int) -> LossValue:
        """Loss of h(start+1), …, h(start+k), h (k, B, n_h)."""


@dataclass(frozen=True, eq=False)
class _StepLoss:
    """Σ_t weight(t) ℓ(o(t), y(t)), with o = c + V h, or o = h without a readout.

    y (T, B, n_o), or (T, B) for class labels. mask (T, B) bool: False is padding, where the run
    holds its state and nothing counts. weight (T, B): how much each step counts (default 1; zero
    except at the last step: sequence to vector). y is not looked at where nothing counts.
    """

    y: Array
    readout: Readout | None = None
    _: KW_ONLY
    mask: Array | None = None
    weight: Array | None = None
    reduction: str = "sum"

    def __post_init__(self):
        y = np.asarray(self.y)
        for name, array in (("mask", self.mask), ("weight", self.weight)):
            if array is not None and np.shape(array) != y.shape[:2]:
                raise ValueError(f"{name} must be (T, B)={y.shape[:2]}, got {np.shape(array)}")
        if self.mask is not None and np.asarray(self.mask).dtype != bool:
            raise ValueError(f"mask must be bool, got {np.asarray(self.mask).dtype}")
        if self.reduction not in ("sum", "mean"):
            raise ValueError(f"reduction must be sum or mean, got {self.reduction!r}")
        weight = np.ones(y.shape[:2]) if self.weight is None else np.asarray(self.weight, float)
        if self.mask is not None:
            weight = np.where(self.mask, weight, 0)
        if not np.isfinite(weight).all():
            raise ValueError("weight must be finite")
        counts = weight != 0
        if not counts.any():
            raise ValueError("mask and weight must leave at least one step that counts")
        y = np.where(counts.reshape(counts.shape + (1,) * (y.ndim - 2)), y, 0)
        if not np.isfinite(y).all():
            raise ValueError(f"y must be finite where it counts, got {y[~np.isfinite(y)][0]}")
        if self.reduction == "mean":
            weight = weight / weight.sum()
        object.__setattr__(self, "y", y)
        object.__setattr__(self, "_weight", weight)

    def __call__(self, h: Array, start: int) -> LossValue:
        steps = slice(start, start + len(h))
        y, weight = self.y[steps], self._weight[steps]
        if y.shape[:2] != h.shape[:2]:
            raise ValueError(
                f"y must have targets for steps {start + 1}, …, {start + len(h)} of {h.shape[1]} "
                f"sequences, got {self.y.shape}"
            )
        # A step that does not count may hold anything, so it is cut out before the arithmetic.
        weight = weight[:, :, None].astype(h.real.dtype)
        y = y.astype(h.real.dtype, copy=False) if y.dtype.kind == "f" else y
        h = np.where(weight != 0, h, 0)
        o = self.predict(h)
        each, do = self._each(o, y)
        do = weight * do
        value = (weight * each).sum().item()
        if self.readout is None:
            return LossValue(value, do, None)
        V = self.readout.V
        flat = do.reshape(-1, do.shape[-1])
        grads = Readout(flat.T @ h.reshape(-1, h.shape[-1]), flat.sum(0))
        return LossValue(value, do @ V, grads)

    def _each(self, o: Array, y: Array) -> tuple[Array, Array]:
        """ℓ (k, B, 1 or n_o), whose sum over the last axis is the loss, and ∂ℓ/∂o (k, B, n_o)."""
        raise NotImplementedError

    def predict(self, h: Array) -> Array:
        """o = c + V h for h (..., n_h)."""
        if self.readout is None:
            return h
        V, c = self.readout
        if V.shape != (len(c), h.shape[-1]):
            raise ValueError(
                f"readout must have V (n_o, n_h={h.shape[-1]}) and c (n_o,), "
                f"got {V.shape} and {c.shape}"
            )
        return h @ V.T + c


@dataclass(frozen=True, eq=False)
class SquaredError(_StepLoss):
    """ℓ = Σ_k (o_k - y_k)², y (T, B, n_o)."""

    def _each(self, o: Array, y: Array) -> tuple[Array, Array]:
        if o.shape != y.shape:
            raise ValueError(f"y must have the shape of o {o.shape}, got {y.shape}")
        return (o - y) ** 2, 2 * (o - y)


@dataclass(frozen=True, eq=False)
class SoftmaxCrossEntropy(_StepLoss):
    """ℓ = -log softmax(o)[y], y (T, B) integer labels in 0, …, n_o - 1."""

    def __post_init__(self):
        if np.ndim(self.y) != 2 or np.asarray(self.y).dtype.kind not in "iu":
            raise ValueError(
                f"y must be integer labels (T, B), got {np.asarray(self.y).dtype} "
                f"{np.shape(self.y)}"
            )
        super().__post_init__()

    def _each(self, o: Array, y: Array) -> tuple[Array, Array]:
        if y.min() < 0 or y.max() >= o.shape[-1]:
            raise ValueError(f"labels must be in 0, …, {o.shape[-1] - 1}, got {y.min()}…{y.max()}")
        o = o - o.real.max(axis=-1, keepdims=True)
        exp = np.exp(o)
        total = exp.sum(axis=-1, keepdims=True)
        label = y[:, :, None]
        each = np.log(total) - np.take_along_axis(o, label, axis=-1)
        do = exp / total
        np.put_along_axis(do, label, np.take_along_axis(do, label, axis=-1) - 1, axis=-1)
        return each, do


@dataclass(frozen=True, eq=False)
class BinaryCrossEntropy(_StepLoss):
    """ℓ = -Σ_k [y_k log σ(o_k) + (1 - y_k) log(1 - σ(o_k))], y (T, B, n_o) in [0, 1]."""

    def __post_init__(self):
        super().__post_init__()
        if self.y.min() < 0 or self.y.max() > 1:
            raise ValueError(f"y must be in [0, 1], got {self.y.min()}…{self.y.max()}")

    def _each(self, o: Array, y: Array) -> tuple[Array, Array]:
        if o.shape != y.shape:
            raise ValueError(f"y must have the shape of o {o.shape}, got {y.shape}")
        positive = np.where(o.real > 0, o, 0)
        each = positive - y * o + np.log1p(np.exp(np.where(o.real > 0, -o, o)))
        return each, 0.5 + 0.5 * np.tanh(0.5 * o) - y
