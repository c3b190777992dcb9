"""Layers for the exercises of lesson 11: h -> tanh(W h + b) with b the constant input too."""

import numpy as np


def drawn(rng, n, gain=1.2):
    """W (n, n), b (n,) and a state h (n,) that is no fixed point."""
    W = gain * rng.normal(size=(n, n)) / np.sqrt(n)
    b = rng.choice([-1, 1], size=n) * rng.uniform(0.2, 0.6, size=n)
    h = rng.choice([-1, 1], size=n) * rng.uniform(0.3, 0.8, size=n)
    b[0], h[-1] = -abs(b[0]), -abs(h[-1])
    return W, b, h


def rows_scaled(slope, W):
    """diag(slope) W: row i of W times slope[i]."""
    return slope[:, None] * W
