"""What a rewritten program calls at each of its places: the right operation, or a variant of it."""

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

MOST_BITS = 64  # of an integer


class Switch:
    """The `__switch` of a rewritten program, with a method for each kind of place.

    at: gives the number of the variant that is active at a place, 0 for none. alters: whether one
    is active in a statement, given the statement's number and how many places it has. again:
    whether the place has been passed before in this run. Operands come as functions where a variant
    may leave them out, so that they are evaluated only if they are used.
    """

    def __init__(
        self,
        at: Callable[[int], int],
        alters: Callable[[int, int], bool],
        again: Callable[[int], bool],
    ):
        self.at, self.alters, self.again, self.small = at, alters, again, small

    def binary(self, place: int, kind: str, left: Callable, right: Callable) -> Any:
        """The operation `kind` ("Add", "MatMult", …) on two operands, or a variant."""
        n = self.at(place)
        return small(BINARY[kind][n - 1][1](left, right) if n else OPERATORS[kind](left(), right()))

    def unary(self, place: int, name: str, function: Callable, argument: Callable) -> Any:
        """A function of one argument, or a variant; name: its key in UNARY."""
        n = self.at(place)
        return UNARY[name][n - 1][1](function, argument()) if n else function(argument())

    def reduced(self, place: int, function: Callable, array: Any, keywords: dict) -> Any:
        """A sum along an axis, or a variant: the mean, or the sum along another axis."""
        n = self.at(place)
        return REDUCED[n - 1][1](function, array, keywords) if n else function(array, **keywords)

    def transposed(self, place: int, value: Any) -> Any:
        """The transpose, or the value itself."""
        return value if self.at(place) else value.T

    def negative(self, place: int, value: Any) -> Any:
        """Minus the value, or the value itself."""
        return value if self.at(place) else -value

    def number(self, place: int, value: Any, others: tuple) -> Any:
        """A constant, or another one."""
        n = self.at(place)
        return others[n - 1] if n else value

    def name(self, place: int, value: Callable, others: tuple) -> Any:
        """A variable, or a variant.

        1: zero; 2: its transpose; 3: zero except when the place is first passed; from 4 on: another
        variable, which must have the same shape.
        """
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
        """The value of `old` after `old += new`, or a variant: only one of them, the difference."""
        n = self.at(place)
        return small(AUGMENTED[n - 1][1](old, new) if n else OPERATORS[kind](old(), new()))

    def renewed(self, place: int, old: Callable, new: Callable) -> Any:
        """The new value of a variable, or its old one."""
        return old() if self.at(place) else new()

    def turns(self, place: int, values: Iterable) -> Iterable:
        """What a loop runs over, or a variant: a part of it, backwards."""
        n = self.at(place)
        return TURNS[n - 1][1](list(values)) if n else values

    def condition(self, place: int, value: Callable) -> Any:
        """A condition, or a variant: its opposite, always true, always false."""
        n = self.at(place)
        return CONDITIONS[n - 1][1](value) if n else value()

    def compared(self, place: int, kind: str, left: Any, right: Any) -> Any:
        """A comparison, or a variant: `<=` for `<`, or `>=`."""
        n = self.at(place)
        return OPERATORS[(kind, *BESIDE[kind])[n]](left, right)

    def slope(self, place: int, state: Any) -> Any:
        """The slope of tanh where it gave `state`, 1 - state², or a variant."""
        n = self.at(place)
        return SLOPES[n - 1][1](state) if n else 1 - state**2

    def joined(self, place: int, name: str, kind: str, function: Callable, parts: tuple) -> Any:
        """function(p + q + …) or function(p · q · …), or a variant.

        The first variants are those of the function (UNARY), then come those of each part in turn
        (OF_SUMS or OF_PRODUCTS): it is left out, or stands outside the function.
        """
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


def small(value: Any) -> Any:
    """The value; an error if it is an integer that has grown too large.

    An altered loop that does not end would otherwise take longer for each further step.
    """
    if isinstance(value, int) and value.bit_length() > MOST_BITS:
        raise OverflowError("the integer is too large")
    return value


def _square(value: Any) -> np.ndarray:
    """The value if it is a square matrix larger than 1 × 1; else an error."""
    if np.ndim(value) != 2 or len(set(value.shape)) != 1 or len(value) < 2:
        raise TypeError("not a square matrix")
    return value
