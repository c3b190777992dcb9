"""Forward and full backward of one batch: rnnlib, PyTorch's fused modules, and the bare GEMMs.

All in float32, with the gradients of U, W, b, x and the initial state.
"""

import os
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from rnnlib.benchmarks.timing import geometric_mean, medians, table
from rnnlib.cells.cell import AnyCell, Array
from rnnlib.cells.gated import GRU, LSTM
from rnnlib.cells.interop import to_torch
from rnnlib.cells.simple import Elman
from rnnlib.cells.tape import run
from rnnlib.gradients.bptt import backward

SIZES = [  # T, B, n_x, n_h
    (25, 1, 65, 100),
    (50, 32, 8, 64),
    (100, 32, 32, 128),
    (200, 64, 64, 256),
    (100, 64, 128, 512),
    (1000, 1, 4, 32),
    (1000, 16, 2, 128),
]
REPETITIONS = 15


def ours(cell: AnyCell, params: Any, x: Array, dh: Array) -> Callable:
    return lambda: backward(run(cell, params, x), dh)


def pytorch(cell: AnyCell, params: Any, x: Array, dh: Array) -> Callable:
    module = to_torch(cell, params)
    inputs, gradient = torch.from_numpy(x).requires_grad_(), torch.from_numpy(dh)
    zeros = [
        torch.zeros(1, x.shape[1], cell.n_h, requires_grad=True) for _ in cell.initial_state(1)
    ]

    def call():
        for leaf in (*module.parameters(), inputs, *zeros):
            leaf.grad = None
        out, _ = module(inputs, tuple(zeros) if len(zeros) == 2 else zeros[0])
        out.backward(gradient)

    return call


def bare_gemms(cell: AnyCell, params: Any, x: Array, dh: Array) -> Callable:
    """The matrix products alone, on preallocated arrays: what no implementation can avoid."""
    T, B, n_x = x.shape
    U, W = params.U, params.W
    rows, n = W.shape
    UT, WT = U.T.copy(), W.T.copy()
    h, a = np.random.default_rng(0).random((2, T, B, rows), np.float32)
    h = np.ascontiguousarray(h[:, :, :n])
    flat_x, flat_h, flat_a = x.reshape(-1, n_x), h.reshape(-1, n), a.reshape(-1, rows)
    ahead, back = np.empty((B, rows), np.float32), np.empty((B, n), np.float32)
    drive, dU, dW, dx = (np.empty_like(p) for p in (flat_a, U, W, flat_x))

    def call():
        np.dot(flat_x, UT, drive)
        for h_t in h:
            np.dot(h_t, WT, ahead)
        for a_t in a:
            np.dot(a_t, W, back)
        np.dot(flat_a.T, flat_x, dU)
        np.dot(flat_a.T, flat_h, dW)
        np.dot(flat_a, U, dx)

    return call


def main(quick: bool = False) -> None:
    threads = int(os.environ["OPENBLAS_NUM_THREADS"])
    torch.set_num_threads(threads)
    rng = np.random.default_rng(0)
    for kind in (Elman, GRU, LSTM):
        rows = []
        for size in SIZES[:2] if quick else SIZES:
            T, B, n_x, n_h = size
            cell = kind(n_x, n_h)
            params = cell.init(rng, dtype=np.float32)
            x = rng.standard_normal((T, B, n_x), np.float32)
            dh = rng.standard_normal((T, B, n_h), np.float32)
            calls = {f.__name__: f(cell, params, x, dh) for f in (ours, pytorch, bare_gemms)}
            time = medians(calls, 1 if quick else REPETITIONS)
            to_pytorch, to_gemms = (time["ours"] / time[k] for k in ("pytorch", "bare_gemms"))
            rows.append((size, 1e3 * time["ours"], to_pytorch, to_gemms))
        means = (geometric_mean(row[k] for row in rows) for k in (2, 3))
        table(
            f"{kind.__name__}, forward and BPTT, {threads} thread(s)",
            ("T, B, n_x, n_h", "ms", "/ PyTorch", "/ bare GEMMs"),
            [*rows, ("geometric mean", "", *means)],
        )


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
