"""What grows with the length of the sequence: bytes and time; and what the import costs."""

import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from functools import partial

import numpy as np

from rnnlib.benchmarks.timing import medians, table
from rnnlib.cells.cell import AnyCell, Array
from rnnlib.cells.gated import LSTM
from rnnlib.cells.scan import associative_scan
from rnnlib.cells.simple import Elman
from rnnlib.cells.tape import run, tape_nbytes
from rnnlib.gradients.bptt import bptt
from rnnlib.gradients.checkpointing import binomial_plan, checkpointed_bptt, forward_steps


def cells(n_x: int, n_h: int) -> tuple[AnyCell, ...]:
    """One cell whose tape holds states alone, and one with inner values."""
    return Elman(n_x, n_h), LSTM(n_x, n_h)


def no_loss(h: Array, start: int) -> tuple[float, Array, None]:
    """A loss that costs next to nothing, so that only the method is measured."""
    return 0.0, np.zeros_like(h), None


def peak_bytes(call: Callable) -> int:
    """The most memory that a call held at any one time, on top of what was there before."""
    tracemalloc.start()
    call()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def checkpointing(quick: bool) -> None:
    T, B, n_h = (64, 4, 32) if quick else (10_000, 16, 128)
    rng = np.random.default_rng(0)
    rows = []
    for cell in cells(2, n_h):
        params = cell.init(rng, dtype=np.float32)
        x = rng.standard_normal((T, B, 2), np.float32)
        slots = int(np.ceil(np.sqrt(T)))
        calls = {
            "bptt": partial(bptt, cell, params, x, no_loss),
            "sqrt": partial(checkpointed_bptt, cell, params, x, no_loss),
            "binomial": partial(checkpointed_bptt, cell, params, x, no_loss, schedule="binomial"),
        }
        time = medians(calls, 1 if quick else 5)
        full = tape_nbytes(cell, T, B, np.float32)
        states = slots * len(cell.initial_state(1)) * B * n_h * 4
        segment = {"sqrt": -(-T // slots), "binomial": 1}
        steps = {"sqrt": 2 - 1 / slots, "binomial": forward_steps(binomial_plan(T, slots)) / T}
        for schedule in ("sqrt", "binomial"):
            kept = states + tape_nbytes(cell, segment[schedule], B, np.float32)
            peak = peak_bytes(calls[schedule]) - x.nbytes  # without the returned dx
            rows.append(
                (
                    f"{type(cell).__name__}, {schedule}",
                    steps[schedule],
                    100 * kept / full,
                    100 * peak / full,
                    time[schedule] / time["bptt"],
                )
            )
    table(
        f"Checkpointing with {slots} states, T = {T}, B = {B}, n_h = {n_h}",
        (
            "cell, schedule",
            "forward steps / T",
            "% of the tape's bytes",
            "the same with all scratch memory",
            "/ time of BPTT",
        ),
        rows,
    )


def memory_in_T(quick: bool) -> None:
    rows = []
    for cell in cells(2, 32):
        params = cell.init(np.random.default_rng(0), dtype=np.float32)
        for T in (100, 1000) if quick else (100, 1000, 10_000):
            x = np.zeros((T, 4, 2), np.float32)
            tape = run(cell, params, x)
            predicted = tape_nbytes(cell, T, 4, np.float32)
            peak = peak_bytes(partial(bptt, cell, params, x, no_loss))
            rows.append((type(cell).__name__, T, predicted, tape.nbytes, peak / T))
    table(
        "Memory of BPTT in T (B = 4, n_h = 32)",
        ("cell", "T", "tape, predicted", "tape, measured", "peak of BPTT / T"),
        rows,
    )


def time_in_T(quick: bool) -> None:
    lengths = (100, 300) if quick else (100, 300, 1000, 3000, 10_000)
    rows = []
    for cell in cells(4, 64):
        params = cell.init(np.random.default_rng(0), dtype=np.float32)
        calls = {
            T: partial(bptt, cell, params, np.ones((T, 8, 4), np.float32), no_loss) for T in lengths
        }
        time = medians(calls, 1 if quick else 7)
        slope, _ = np.polyfit(np.log(lengths), np.log([time[T] for T in lengths]), 1)
        rows.append((type(cell).__name__, *(1e6 * time[T] / T for T in lengths), float(slope)))
    table(
        "Time of BPTT in T (B = 8, n_h = 64)",
        ("cell", *(f"µs per step, T = {T}" for T in lengths), "slope, log-log"),
        rows,
    )


def loop(a: Array, b: Array) -> Array:
    """h(t) = a(t) h(t-1) + b(t), one step after the other."""
    h = b.copy()
    for t in range(1, len(h)):
        h[t] += a[t] * h[t - 1]
    return h


def scan_against_loop(quick: bool) -> None:
    rows = []
    for shape in ((1,), (32,), (16, 128)):
        for T in (16, 64) if quick else (4, 16, 64, 256, 1024, 4096, 16_384):
            a, b = np.random.default_rng(0).random((2, T, *shape), np.float32)
            calls = {"scan": partial(associative_scan, a, b), "loop": partial(loop, a, b)}
            time = medians(calls, 1 if quick else 7)
            depth = associative_scan(a, b).levels
            rows.append((shape, T, depth, time["scan"] / time["loop"]))
    table("Associative scan (elementwise)", ("shape", "T", "levels", "/ time of the loop"), rows)


def import_time(quick: bool) -> None:
    """In fresh processes, the import statement alone."""

    def seconds(module: str) -> float:
        code = f"from time import perf_counter as now; t = now(); import {module}; print(now() - t)"
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        return float(run.stdout)

    pairs = [(seconds("rnnlib"), seconds("numpy")) for _ in range(2 if quick else 25)]
    ours, numpy = np.median(pairs, axis=0)
    table(
        "Import",
        ("rnnlib, ms", "numpy, ms", "ratio"),
        [(1e3 * float(ours), 1e3 * float(numpy), float(ours / numpy))],
    )


def main(quick: bool = False) -> None:
    for part in (checkpointing, memory_in_T, time_in_T, scan_against_loop, import_time):
        part(quick)


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
