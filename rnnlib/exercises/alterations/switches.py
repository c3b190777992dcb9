"""What an altered program calls at each place that can be altered."""

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from rnnlib.exercises.alterations.variants import (
    AUGMENTED,
    BESIDE,
    BINARY,
    CONDITIONS,
    OF_PRODUCTS,
    OF_SUMS,
    OPERATORS,
    REDUCED,
    SHIFTS,
    SLOPES,
    TURNS,
    UNARY,
)

MOST_BITS = 64  # of a whole number


class Switch:
    """What the altered program calls at each place.

    at: says which variant is active there; again: whether the place has been passed before.
    """

    def __init__(self, at: Callable[[int], int], again: Callable[[int], bool]):
        self.at, self.again = at, again

    def binary(self, place: int, kind: str, left: Callable, right: Callable) -> Any:
        """left ∘ right, or a variant."""
        n = self.at(place)
        return _small(
            BINARY[kind][n - 1][1](left, right) if n else OPERATORS[kind](left(), right())
        )

    def unary(self, place: int, name: str, function: Callable, argument: Callable) -> Any:
        """function(argument), or a variant."""
        n = self.at(place)
        return UNARY[name][n - 1][1](function, argument()) if n else function(argument())

    def reduced(self, place: int, function: Callable, array: Any, keywords: dict) -> Any:
        """A sum along an axis; or the mean, the sum along another axis, the last entry."""
        n = self.at(place)
        return REDUCED[n - 1][1](function, array, keywords) if n else function(array, **keywords)

    def transposed(self, place: int, value: Any) -> Any:
        """valueᵀ, or value."""
        return value if self.at(place) else value.T

    def negative(self, place: int, value: Any) -> Any:
        """-value, or value."""
        return value if self.at(place) else -value

    def number(self, place: int, value: Any, others: tuple) -> Any:
        """A constant, or another."""
        n = self.at(place)
        return others[n - 1] if n else value

    def name(self, place: int, value: Callable, others: tuple) -> Any:
        """A variable, nothing in its place, or another one of its shape."""
        n = self.at(place)
        if not n:
            return value()
        if n == 1:
            return 0 * value()
        if n == 2:
            return _square(value()).T
        if n == 3:
            return 0 * value() if self.again(place) else value()
        other = others[n - 4]()
        if np.shape(other) != np.shape(value()):
            raise TypeError("of another shape")
        return other

    def read(self, place: int, array: Any, index: Any) -> Any:
        """array[index], or an entry beside it."""
        return array[self.index(place, index)]

    def index(self, place: int, index: Any) -> Any:
        """An index, or one beside it."""
        n = self.at(place)
        if not n:
            return index
        first, *rest = index if isinstance(index, tuple) else (index,)
        first = SHIFTS[n - 1](first)
        return (first, *rest) if isinstance(index, tuple) else first

    def added(self, place: int, kind: str, old: Callable, new: Callable) -> Any:
        """What `old += new` makes; or the new alone, the old alone, the difference."""
        n = self.at(place)
        return _small(AUGMENTED[n - 1][1](old, new) if n else OPERATORS[kind](old(), new()))

    def renewed(self, place: int, old: Callable, new: Callable) -> Any:
        """What a variable is set to, or what it was before."""
        return old() if self.at(place) else new()

    def turns(self, place: int, values: Iterable) -> Iterable:
        """What a loop runs over, or a part of it, or backwards."""
        n = self.at(place)
        return TURNS[n - 1][1](list(values)) if n else values

    def condition(self, place: int, value: Callable) -> Any:
        """A condition; or its opposite, always, never."""
        n = self.at(place)
        return CONDITIONS[n - 1][1](value) if n else value()

    def compared(self, place: int, kind: str, left: Any, right: Any) -> Any:
        """A comparison, or the one that treats equality otherwise, or the reverse."""
        n = self.at(place)
        return OPERATORS[(kind, *BESIDE[kind])[n]](left, right)

    def slope(self, place: int, state: Any) -> Any:
        """1 - state², or something else."""
        n = self.at(place)
        return SLOPES[n - 1][1](state) if n else 1 - state**2

    def joined(self, place: int, name: str, kind: str, function: Callable, parts: tuple) -> Any:
        """function(p + q + …) or function(p · q · …); or one part of it left out, or outside."""
        n, join = self.at(place), sum if kind == "Add" else math.prod
        of_all = len(UNARY[name])
        if n <= of_all:
            inside = join(part() for part in parts)
            return UNARY[name][n - 1][1](function, inside) if n else function(inside)
        table = OF_SUMS if kind == "Add" else OF_PRODUCTS
        which, how = divmod(n - of_all - 1, len(table))
        values = [part() for part in parts]
        own = values.pop(which)
        return table[how][1](function, join, own, values)


def _small(value: Any) -> Any:
    """The value, unless it is a count that grows without end: each step would take longer."""
    if isinstance(value, int) and value.bit_length() > MOST_BITS:
        raise OverflowError("a count without end")
    return value


def _square(value: Any) -> np.ndarray:
    if np.ndim(value) != 2 or len(set(value.shape)) != 1 or len(value) < 2:
        raise TypeError("not a square matrix")
    return value
