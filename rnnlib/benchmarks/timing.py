"""Medians over interleaved repetitions, and tables."""

import gc
from collections.abc import Callable, Hashable, Iterable, Mapping
from time import perf_counter
from typing import TypeVar

import numpy as np

Name = TypeVar("Name", bound=Hashable)


def medians(
    contestants: Mapping[Name, Callable[[], object]], repetitions: int
) -> dict[Name, float]:
    """Median seconds of each; one call of each in turn, so that all meet the same machine."""
    seconds = {name: [] for name in contestants}
    for call in contestants.values():
        call()
    gc.disable()
    for _ in range(repetitions):
        for name, call in contestants.items():
            start = perf_counter()
            call()
            seconds[name].append(perf_counter() - start)
    gc.enable()
    return {name: float(np.median(times)) for name, times in seconds.items()}


def geometric_mean(ratios: Iterable[float]) -> float:
    return float(np.exp(np.mean(np.log(list(ratios)))))


def table(title: str, header: tuple[str, ...], rows: Iterable[tuple]) -> None:
    """Print a Markdown table; floats with three significant digits."""
    print(f"\n{title}\n")
    for row in (header, ("---",) * len(header), *rows):
        cells = (f"{cell:.3g}" if isinstance(cell, float) else str(cell) for cell in row)
        print("| " + " | ".join(cells) + " |")
    print(flush=True)
