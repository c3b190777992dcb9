"""Cells, losses and small random runs that several tests share."""

import numpy as np

from rnnlib.cells.gated import GRU, LSTM
from rnnlib.cells.min_gru import MinGRU
from rnnlib.cells.simple import Diagonal, Elman, Linear
from rnnlib.gradients.losses import BinaryCrossEntropy, Readout, SoftmaxCrossEntropy, SquaredError

CELLS = {
    "tanh": lambda n_x, n_h: Elman(n_x, n_h),
    "relu": lambda n_x, n_h: Elman(n_x, n_h, "relu"),
    "linear": lambda n_x, n_h: Linear(n_x, n_h),
    "diagonal": lambda n_x, n_h: Diagonal(n_x, n_h + n_h % 2),
    "gru": lambda n_x, n_h: GRU(n_x, n_h),
    "lstm": lambda n_x, n_h: LSTM(n_x, n_h),
    "mingru": lambda n_x, n_h: MinGRU(n_x, n_h),
}


def random_state(cell, rng, batch):
    """A random initial state."""
    zero = cell.initial_state(batch)
    return type(zero)(*(rng.normal(size=field.shape) for field in zero))


def random_loss(kind, rng, T, B, n_h, *, n_o=3, masked=False):
    """A loss with a random readout and targets; if masked, padding anywhere, between steps too."""
    readout = Readout(rng.normal(size=(n_o, n_h)), rng.normal(size=n_o))
    mask = rng.random((T, B)) < 0.6 if masked else None
    if masked:
        mask[rng.integers(T)] = True
    if kind is SoftmaxCrossEntropy:
        y = rng.integers(0, n_o, (T, B))
    elif kind is BinaryCrossEntropy:
        y = rng.integers(0, 2, (T, B, n_o)).astype(float)
    else:
        y = rng.normal(size=(T, B, n_o))
    return kind(y, readout, mask=mask)


LOSSES = {
    "squared": SquaredError,
    "softmax": SoftmaxCrossEntropy,
    "binary": BinaryCrossEntropy,
}


def assert_close(a, b, tolerance=1e-10):
    """‖a - b‖ ≤ tolerance ‖b‖ for arrays, and for each field of a tuple; None is equal to None."""
    if isinstance(b, tuple):
        assert type(a) is type(b)
        for u, v in zip(a, b, strict=True):
            assert_close(u, v, tolerance)
    elif b is None:
        assert a is None
    else:
        assert np.shape(a) == np.shape(b)
        assert np.linalg.norm(np.subtract(a, b)) <= tolerance * np.linalg.norm(b)
