"""A wrong answer and the right program on the same cases: what each sentence is tried on."""

import copy
import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rnnlib.exercises.spec import Exercise

NEAR = 1e-6  # the relative error up to which numbers count as equal to what a sentence claims


@dataclass(frozen=True)
class Tried:
    """One case: the arguments by name, what the answer returns, and what is right.

    mine: one array for each output; None if the answer returned no numbers there.
    """

    group: str
    given: dict
    mine: list[np.ndarray] | None
    right: list[np.ndarray]


@dataclass(frozen=True)
class World:
    """A wrong answer on cases: those that the checker has seen, and fresh ones."""

    exercise: Exercise
    answer: Callable
    seen: list[Tried]
    fresh: list[Tried]

    @property
    def every(self) -> list[Tried]:
        """All cases."""
        return [*self.seen, *self.fresh]

    def of(self, name: str) -> int:
        """The place of an output among all outputs, by its name."""
        return [r.name for r in self.exercise.returns].index(name)

    def equal(self, v: np.ndarray, r: np.ndarray) -> bool:
        """Whether an output is close enough to the right one to pass the check."""
        return v.shape == r.shape and near(v, r, self.exercise.rtol)

    def is_right(self, case: Tried, k: int) -> bool:
        """Whether output k is right in a case."""
        return case.mine is not None and self.equal(case.mine[k], case.right[k])

    def all_right(self, case: Tried) -> bool:
        """Whether all outputs are right in a case."""
        return all(self.is_right(case, k) for k in range(len(case.right)))

    def wrong(self, k: int, cases: list[Tried] | None = None) -> list[Tried]:
        """The cases (of these, else of all) in which output k is numbers, but wrong ones."""
        cases = self.every if cases is None else cases
        return [c for c in cases if c.mine is not None and not self.is_right(c, k)]


def world(exercise: Exercise, answer: Callable, seen: list, fresh: list) -> World:
    """The answer on the cases of some seeds; seen, fresh: seeds as NumPy's generators take them."""
    return World(
        exercise,
        answer,
        [_tried(exercise, answer, c) for s in seen for c in cases_of(exercise, _hashable(s))],
        [_tried(exercise, answer, c) for s in fresh for c in cases_of(exercise, _hashable(s))],
    )


def _hashable(seed):
    return tuple(seed) if isinstance(seed, list) else seed


@functools.lru_cache(1024)
def cases_of(exercise: Exercise, seed) -> list[tuple]:
    """The cases of a seed: the group, the arguments, and the right outputs of each."""
    cases = exercise.cases(np.random.default_rng(list(seed) if isinstance(seed, tuple) else seed))
    return [
        (c.group, c.arguments, called(exercise, exercise.reference, c.arguments)) for c in cases
    ]


def _tried(exercise: Exercise, answer: Callable, case: tuple) -> Tried:
    group, arguments, right = case
    names = inspect.signature(exercise.reference).parameters
    given = dict(zip(names, arguments, strict=True))
    return Tried(group, given, called(exercise, answer, arguments), right)


def called(exercise: Exercise, function: Callable, arguments) -> list[np.ndarray] | None:
    """What a function returns on copies of the arguments, one array for each output.

    None if it raises an error or returns something else. Rows that may come in any order are
    sorted.
    """
    with np.errstate(all="ignore"):
        try:
            value = function(*copy.deepcopy(tuple(arguments)))
            parts = [value] if len(exercise.returns) == 1 else list(value)
            arrays = [np.asarray(part) for part in parts]
        except Exception:
            return None
    if len(arrays) != len(exercise.returns) or any(a.dtype.kind not in "biufc" for a in arrays):
        return None
    arrays = [a.astype(float) if a.dtype.kind == "b" else a for a in arrays]
    return [
        np.array(sorted(a.tolist())).reshape(a.shape) if r.unordered and a.ndim == 2 else a
        for a, r in zip(arrays, exercise.returns, strict=True)
    ]


def near(v, r, rtol: float = NEAR) -> bool:
    """‖v - r‖ ≤ rtol ‖r‖ over the finite entries of r; v must be finite in the same places."""
    v, r = np.asarray(v), np.asarray(r)
    if v.shape != r.shape or not np.array_equal(np.isfinite(v), np.isfinite(r)):
        return False
    ok = np.isfinite(r)
    return bool(np.linalg.norm(v[ok] - r[ok]) <= rtol * np.linalg.norm(r[ok]) + 1e-11)
