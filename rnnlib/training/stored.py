"""Networks compared in many runs, each with the best of its learning rates; kept in a file.

A module with such a study says which networks there are, how a run is made and how it is tested.
"""

import json
from collections import UserDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray

STUDIES = Path(__file__).with_name("studies")
REPEATED = 20  # updates of the first run whose losses are in the file


@dataclass(frozen=True)
class Result:
    """One network."""

    validation: Mapping[float, tuple[float, ...]]  # by rate: mean accuracy of the tuning runs
    rate: float  # with the largest mean of these
    accuracy: Array  # (runs, tests), on new sequences
    first_losses: tuple[float, ...]  # of the first updates of the first run


class Study(UserDict[str, Result]):
    """The results by network."""

    @property
    def n(self) -> int:
        """Runs of each network."""
        return len(next(iter(self.values())).accuracy)


@dataclass(frozen=True)
class Plan:
    """Which rates are tried in which runs, and which runs are made with the best."""

    rates: tuple[float, ...]
    tuning_runs: tuple[int, ...]
    runs: tuple[int, ...]

    def measured(
        self,
        trained: Callable[[float, int], tuple[Any, Sequence[float]]],
        tested: Callable[..., Array],
    ) -> Result:
        """The search for the rate, and the runs with it.

        trained(rate, run): a model and the losses of its updates; tested(model, validation=…): its
        accuracy in each test.
        """
        tried = {
            rate: tuple(
                float(tested(trained(rate, run)[0], validation=True).mean())
                for run in self.tuning_runs
            )
            for rate in self.rates
        }
        best = max(tried, key=lambda rate: np.mean(tried[rate]))
        found, first = [], ()
        for run in self.runs:
            model, losses = trained(best, run)
            found.append(tested(model, validation=False))
            first = first or tuple(losses[:REPEATED])
        return Result(tried, best, np.array(found), first)


def read(file: Path, networks: Iterable[str]) -> Study:
    """The stored results, in the order of the networks."""
    stored = json.loads(file.read_text(encoding="utf-8"))
    results = {
        name: Result(
            {float(rate): tuple(found) for rate, found in stored[name]["validation"].items()},
            stored[name]["rate"],
            np.array(stored[name]["accuracy"]),
            tuple(stored[name]["first_losses"]),
        )
        for name in networks
    }
    return Study(results)


def make(
    file: Path, networks: Iterable[str], measured: Callable[[str], Result], test: str
) -> Iterator[str]:
    """Measure each network and write; yields what to tell. test: what the last test is called."""
    stored = {}
    for name in networks:
        result = measured(name)
        stored[name] = {
            "validation": {f"{rate:g}": each for rate, each in result.validation.items()},
            "rate": result.rate,
            "accuracy": result.accuracy.round(6).tolist(),
            "first_losses": result.first_losses,
        }
        middle = np.median(result.accuracy[:, -1])
        yield f"{name}: rate {result.rate:g}, {test} {middle:.3f}"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
