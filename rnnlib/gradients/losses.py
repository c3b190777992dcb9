"""Losses on the states of a run, with their gradients; the readout o = c + V h belongs to them.

A loss is a function of some consecutive states: `loss(h, start)` with h (k, B, n_h) holding
h(start+1), …, h(start+k) returns (value, dh, readout gradient) for these k steps alone. The parts
add up, so a method may ask for all steps at once (start=0) or for one at a time, and a loss of
one's own can be a plain function. It may have an attribute `mask` (T, B).

Conventions. "sum" adds over steps, sequences and outputs, so a batch's gradient is the sum of its
sequences' gradients; "mean" divides by the number of (step, sequence) pairs that count, or by
their total weight. A squared error is ½ Σ (o - y)² in training, with the gradient o - y; what is
reported is its mean, `mse`, without the ½. Formulas avoid conjugates and |.|: the complex step
passes through.
"""

from dataclasses import KW_ONLY, dataclass, field
from typing import NamedTuple, Protocol

import numpy as np

Array = np.ndarray
NUMBERS = (float, complex, int)


class Readout(NamedTuple):
    """o(t) = c + V h(t): V (n_o, n_h), c (n_o,) (eq. 10.10); also the gradients of the two.

    It belongs to a loss, which differentiates by it: `Grads.readout` is a Readout of gradients.
    `loss.predict(h)` gives o (…, n_o) for h (…, n_h); it says if a shape is wrong (ValueError).
    Goodfellow, Bengio & Courville 2016.

    >>> import numpy as np
    >>> from rnnlib import Readout, SquaredError
    >>> readout = Readout(V=np.array([[1.0, -1.0]]), c=np.array([0.5]))
    >>> loss = SquaredError(np.zeros((1, 1, 1)), readout)
    >>> h = np.array([[[2.0, 3.0]]])  # (T, B, n_h)
    >>> loss.predict(h).tolist()
    [[[-0.5]]]
    >>> _, dh, gradients = loss(h, start=0)
    >>> dh.tolist(), gradients.V.tolist(), gradients.c.tolist()
    ([[[-0.5, 0.5]]], [[-1.0, -1.5]], [-0.5])
    """

    V: Array
    c: Array


class LossValue(NamedTuple):
    """What a loss returns for k steps."""

    value: float
    dh: Array  # (k, B, n_h): the direct gradient on each state
    readout: Readout | None  # gradients of V and c


class Loss(Protocol):
    """value, dh, readout = loss(h, start)."""

    def __call__(self, h: Array, start: int, /) -> tuple[float, Array, Readout | None]:
        """Loss of h(start+1), …, h(start+k), h (k, B, n_h)."""
        ...


def evaluated(loss: Loss, h: Array, start: int) -> LossValue:
    """loss(h, start), as every gradient method asks for it; an error if it is no loss."""
    if isinstance(loss, type) or not callable(loss):
        got = f"the class {loss.__name__}" if isinstance(loss, type) else type(loss).__name__
        raise TypeError(
            f"loss must be a function of (h, start), such as SquaredError(y, readout), got {got}"
        )
    answer = loss(h, start)
    if not isinstance(answer, tuple) or len(answer) != 3:
        raise TypeError(
            f"loss must return (value, dh, readout): a number, its gradient on the states h "
            f"{h.shape}, and None or the readout's gradient; got {type(answer).__name__}"
        )
    value, dh, readout = answer
    dh = np.asarray(dh)
    if dh.shape != h.shape or (not isinstance(value, NUMBERS) and np.ndim(value)):
        raise ValueError(
            f"loss must return one number and dh (k, B, n_h)={h.shape}, "
            f"got shapes {np.shape(value)} and {dh.shape}"
        )
    if readout is not None and not isinstance(readout, tuple):
        raise TypeError(
            f"loss must return None or a Readout of gradients, got {type(readout).__name__}"
        )
    return LossValue(value, dh, readout)


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
    _weight: Array = field(init=False, repr=False)  # (T, B), zero where nothing counts

    def __post_init__(self):
        y = np.asarray(self.y)
        if y.ndim < 2:
            raise ValueError(f"y must begin with (T, B), got {y.shape}")
        if self.readout is not None and not isinstance(self.readout, Readout):
            raise TypeError(f"readout must be a Readout(V, c), got {type(self.readout).__name__}")
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
        real = np.real(h).dtype
        weight = weight[:, :, None].astype(real)
        y = y.astype(real, copy=False) if y.dtype.kind == "f" else y
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
        V, c = map(np.asarray, self.readout)
        if V.shape != (len(c), h.shape[-1]):
            raise ValueError(
                f"readout must have V (n_o, n_h={h.shape[-1]}) and c (n_o,), "
                f"got {V.shape} and {c.shape}"
            )
        return h @ V.T + c


@dataclass(frozen=True, eq=False)
class SquaredError(_StepLoss):
    """ℓ = ½ Σ_k (o_k - y_k)², y (T, B, n_o): ∂ℓ/∂o = o - y. What is reported is `mse`.

    o = c + V h with a `Readout`, and o = h without one. mask (T, B) bool: False is padding.
    weight (T, B): how much each step counts. reduction: "sum" over steps and sequences, or "mean".
    `loss(h, start)`, h (k, B, n_h), returns (value, dh (k, B, n_h), readout gradient or None) for
    the steps start+1, …, start+k; every gradient method takes it. ValueError if the shapes do not
    fit, a target that counts is not finite, or none counts; TypeError if readout is no Readout.

    >>> import numpy as np
    >>> from rnnlib import SquaredError
    >>> y = np.array([1.0, 0.0, 2.0]).reshape(3, 1, 1)
    >>> value, dh, _ = SquaredError(y)(np.zeros((3, 1, 1)), start=0)
    >>> value, dh.ravel().tolist()
    (2.5, [-1.0, 0.0, -2.0])
    >>> at_the_end = SquaredError(y, weight=np.array([[0.0], [0.0], [1.0]]))
    >>> at_the_end(np.zeros((3, 1, 1)), start=0).value
    2.0
    """

    def _each(self, o: Array, y: Array) -> tuple[Array, Array]:
        if o.shape != y.shape:
            raise ValueError(f"y must have the shape of o {o.shape}, got {y.shape}")
        return 0.5 * (o - y) ** 2, o - y


@dataclass(frozen=True, eq=False)
class SoftmaxCrossEntropy(_StepLoss):
    """ℓ = -log softmax(o)[y], y (T, B) integer labels in 0, …, n_o - 1.

    In nats; ∂ℓ/∂o = softmax(o) - (1 at the label). o (T, B, n_o) is c + V h, or h by default.
    readout, mask, weight and reduction as in `SquaredError`; `loss(h, start)` returns the same.
    ValueError also if y is not (T, B), or its labels are no integers or not among the n_o.
    Goodfellow et al. 2016, section 6.2.2.3.

    >>> import numpy as np
    >>> from rnnlib import SoftmaxCrossEntropy
    >>> loss = SoftmaxCrossEntropy(np.array([[2]]))  # one step of one sequence, whose label is 2
    >>> value, dh, _ = loss(np.zeros((1, 1, 4)), start=0)
    >>> round(value, 3), dh.ravel().tolist()  # log 4: nothing is known yet
    (1.386, [0.25, 0.25, -0.75, 0.25])
    """

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
        o = o - np.real(o).max(axis=-1, keepdims=True)
        exp = np.exp(o)
        total = exp.sum(axis=-1, keepdims=True)
        label = y[:, :, None]
        each = np.log(total) - np.take_along_axis(o, label, axis=-1)
        do = exp / total
        np.put_along_axis(do, label, np.take_along_axis(do, label, axis=-1) - 1, axis=-1)
        return each, do


@dataclass(frozen=True, eq=False)
class BinaryCrossEntropy(_StepLoss):
    """ℓ = -Σ_k [y_k log σ(o_k) + (1 - y_k) log(1 - σ(o_k))], y (T, B, n_o) in [0, 1].

    In nats; ∂ℓ/∂o = σ(o) - y. o (T, B, n_o) is c + V h, or h without a readout.
    readout, mask, weight and reduction as in `SquaredError`; `loss(h, start)` returns the same.
    ValueError also if y leaves [0, 1]. Goodfellow et al. 2016, section 6.2.2.2.

    >>> import numpy as np
    >>> from rnnlib import BinaryCrossEntropy
    >>> loss = BinaryCrossEntropy(np.array([[[1.0, 0.0]]]))
    >>> value, dh, _ = loss(np.zeros((1, 1, 2)), start=0)
    >>> round(value, 3), dh.ravel().tolist()  # 2 log 2: two coins
    (1.386, [-0.5, 0.5])
    """

    def __post_init__(self):
        super().__post_init__()
        if self.y.min() < 0 or self.y.max() > 1:
            raise ValueError(f"y must be in [0, 1], got {self.y.min()}…{self.y.max()}")

    def _each(self, o: Array, y: Array) -> tuple[Array, Array]:
        if o.shape != y.shape:
            raise ValueError(f"y must have the shape of o {o.shape}, got {y.shape}")
        positive = np.where(np.real(o) > 0, o, 0)
        each = positive - y * o + np.log1p(np.exp(np.where(np.real(o) > 0, -o, o)))
        return each, 0.5 + 0.5 * np.tanh(0.5 * o) - y


# --- what is reported ---------------------------------------------------------------------


def mse(o: Array, y: Array, *, mask: Array | None = None, weight: Array | None = None) -> float:
    """The mean of (o - y)² over all outputs, steps and sequences that count; never half of it.

    o and y (T, B, n_o), mask and weight (T, B) as in `SquaredError`, whose units are squared here:
    those of y². Returns a float. ValueError if o and y differ in shape.

    >>> import numpy as np
    >>> from rnnlib import SquaredError, mse
    >>> o, y = np.zeros((4, 1, 2)), np.full((4, 1, 2), 3.0)
    >>> mse(o, y), SquaredError(y)(o, start=0).value  # the mean of 9, and half of their sum
    (9.0, 36.0)
    """
    o = np.asarray(o, float)
    if o.ndim != 3 or o.shape != np.shape(y):
        raise ValueError(f"o and y must be (T, B, n_o) both, got {o.shape} and {np.shape(y)}")
    loss = SquaredError(y, mask=mask, weight=weight, reduction="mean")
    return reported(loss, loss(o, 0).value)


def reported(loss: Loss, value: float) -> float:
    """A loss's value over all of its steps as it is reported: a squared error as its `mse`.

    Other losses are reported as they are.
    """
    if not isinstance(loss, SquaredError):
        return float(value)
    return 2 * float(value) / float(loss._weight.sum() * loss.y.shape[-1])
