"""Two listed mistakes at once, made from the code of both.

An answer with two mistakes has numbers that neither of them makes alone. There are two ways to
write a mistake that let it be combined with others:

1. It calls the reference with other arguments, or does something with what the reference returns.
   Any other mistake can be called instead of the reference.
2. It calls a helper that the reference calls too (or that several mistakes call), with something
   wrong for one of its parameters. Another one can call that helper with both wrong values: if they
   are for the same parameter, with the product of both factors, or the sum of both differences.

Which way a mistake is written is found out by running it (`hooking`).
"""

import copy
import functools
import inspect
import re
import types
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnlib.exercises.alterations.hooking import (
    Hooked,
    calls_of,
    passing,
    replacing,
    results_of,
)
from rnnlib.exercises.asking import ask
from rnnlib.exercises.comparing import (
    Arrays,
    equal,
    output_arrays,
    parameter_names,
    with_sorted_rows,
)
from rnnlib.exercises.spec import Case, Exercise, Mistake

LEAST_CALLERS = 3  # mistakes that call a helper, to tell what is right for it by what most pass
MOST_SENTENCES = 2  # in both together; with more, only the shorter one is said, to fix it first
TWO_AT_ONCE = "Two mistakes at once give your numbers."


@dataclass(frozen=True)
class Composed:
    """Two listed mistakes as one; `both` are their places in the list."""

    both: tuple[int, int]
    mistake: Mistake


def composed(
    exercise: Exercise, cases: list[Case], expected: list[Arrays], sample: int
) -> list[Composed]:
    """Every two listed mistakes that can be made at once.

    expected: the right outputs in each case. sample: the case in which the mistakes are run to find
    out how they are written.
    """
    composer = _Composer(exercise, cases, expected, sample)
    return [*composer.replacing_the_reference(), *composer.sharing_a_helper()]


class _Composer:
    """The listed mistakes of an exercise, and how each is written.

    A mistake is referred to by its place in the list. given: for each mistake, what it passes to
    the functions that it calls in the sample, a case.
    """

    def __init__(self, exercise: Exercise, cases: list[Case], expected: list[Arrays], sample: int):
        self.exercise, self.cases, self.expected, self.sample = exercise, cases, expected, sample
        self.arguments = cases[sample].arguments
        self.names = parameter_names(exercise)
        self.hooked = [Hooked(m.wrong) for m in exercise.mistakes]
        self.given = [calls_of(hooked, self.arguments) for hooked in self.hooked]
        self.called = list(dict.fromkeys(f for given in self.given for f in given))
        self._passed: dict[tuple, dict[str, Any]] = {}

    @functools.cached_property
    def references(self) -> dict[Callable, Hooked]:
        """The reference, and functions with its parameters that return the same in every case."""
        reference = inspect.unwrap(self.exercise.reference)
        alike = [f for f in self.called if tuple(inspect.signature(f).parameters) == self.names]
        found = {f: Hooked(f) for f in dict.fromkeys([reference, *alike])}
        return {f: t for f, t in found.items() if f is reference or self.is_right(f)}

    def is_right(self, function: Callable) -> bool:
        """Whether a function returns the right outputs in every case."""
        cases = enumerate(self.expected)
        return all(self.makes(function, right, i) for i, right in cases)

    def makes(self, function: Callable, wanted: Arrays | None, i: int | None = None) -> bool:
        """Whether a function returns these outputs in case i, by default in the sample."""
        value, rtol = self.value(function, i), self.exercise.rtol
        if value is None or wanted is None:
            return False
        return all(equal(v, w, rtol) for v, w in zip(value, wanted, strict=True))

    def value(self, function: Callable, i: int | None = None) -> Arrays | None:
        """The outputs of a function in case i, by default in the sample."""
        arguments = self.cases[self.sample if i is None else i].arguments
        found = output_arrays(ask(function, arguments, self.names).value, self.exercise.returns)
        return None if found is None else with_sorted_rows(found, self.exercise.returns)

    def both(self, outer: int, inner: int, wrong: Callable) -> Composed:
        """Two mistakes at once, made by the function `wrong`."""
        one, other = (self.exercise.mistakes[k] for k in (outer, inner))
        wrong.__name__ = f"{one.wrong.__name__}+{other.wrong.__name__}"
        return Composed((outer, inner), Mistake(wrong, _says(one.says, other.says)))

    def differ(self, k: int, j: int) -> bool:
        """Whether two mistakes have different sentences."""
        return self.exercise.mistakes[k].says != self.exercise.mistakes[j].says

    # --- one instead of the reference that the other calls ---

    def replacing_the_reference(self) -> Iterator[Composed]:
        """Each mistake that calls the reference, with every other mistake in its place."""
        right = frozenset(self.references)
        for outer, hooked in enumerate(self.hooked):
            if right.isdisjoint(self.given[outer]):
                continue
            for inner, mistake in enumerate(self.exercise.mistakes):
                if self.differ(outer, inner):
                    wrong = hooked.with_hook(replacing(right, mistake.wrong))
                    yield self.both(outer, inner, wrong)

    # --- a helper called with what both get wrong ---

    def sharing_a_helper(self) -> Iterator[Composed]:
        """Every two mistakes that call the same helper with something wrong."""
        for helper in self.called:
            if helper not in self.references and (sources := self.sources(helper)):
                yield from self.with_helper(helper, sources)

    def sources(self, helper: Callable) -> dict[str, Hooked]:
        """For each parameter of a helper, a function that passes the right value for it.

        This is the reference if it calls the helper. If not, it is a mistake that passes the same
        as most others, provided that the helper returns the right outputs for all these values.
        Empty if nothing right is found.
        """
        for hooked in self.references.values():
            if given := calls_of(hooked, self.arguments, helper).get(helper):
                return dict.fromkeys(given, hooked)
        calls = [
            (hooked, own)
            for hooked, given in zip(self.hooked, self.given, strict=True)
            if (own := given.get(helper))
        ]
        if len(calls) < LEAST_CALLERS:
            return {}
        found, values = {}, {}
        for name in calls[0][1]:
            keys = [_key(own[name]) for _, own in calls]
            found[name], own = calls[keys.index(max(keys, key=keys.count))]
            values[name] = own[name]
        right = self.makes(lambda *_: _called(helper, values), self.expected[self.sample])
        return found if right else {}

    def with_helper(self, helper: Callable, sources: dict[str, Hooked]) -> Iterator[Composed]:
        """Every two mistakes of which at least one differs from what is right in this call only."""
        right = self.right_passed(helper, sources, self.arguments)
        callers = {
            k: frozenset(p for p in own if not _same(own[p], right[p]))
            for k, given in enumerate(self.given)
            if (own := given.get(helper))
        }
        pure = [k for k, changed in callers.items() if changed and self.is_pure(k, helper, sources)]
        for k in pure:
            for j in callers:
                if not self.differ(k, j) or (j in pure and j < k):
                    continue
                clash = callers[k] & callers[j]
                if clash and (j not in pure or len(clash) > 1):
                    continue
                for how in (_product, _sum) if clash else (None,):
                    wrong = self.merged(helper, sources, (k, j), callers[k], clash, how)
                    yield self.both(j, k, wrong)
            if len(callers[k]) == 1:
                (changed,) = callers[k]
                others = (j for j in range(len(self.results)) if j not in pure)
                yield from self.with_result(k, helper, changed, right, others)

    def with_result(
        self, k: int, helper: Callable, changed: str, right: dict[str, Any], others: Iterable[int]
    ) -> Iterator[Composed]:
        """Mistake k with each that computes with a function what k passes to the helper wrongly.

        changed: the parameter for which k passes a wrong value. In the other mistake, the function
        that returns the right value for it returns the wrong one instead.
        """
        if _numbers_in(right[changed]) < 2:
            return
        for j in others:
            for function, result in self.results[j].items():
                if self.differ(k, j) and _same(result, right[changed]):
                    source = functools.partial(self.passed, self.hooked[k], helper)
                    yield self.both(j, k, self.returning(function, j, source, changed))

    def passed(self, hooked: Hooked, helper: Callable, arguments: tuple) -> dict[str, Any]:
        """What a function passes to a helper that it calls, by parameter; found out once."""
        key = hooked, helper, _key(arguments)
        if key not in self._passed:
            self._passed[key] = calls_of(hooked, arguments, helper)[helper] or {}
        return copy.deepcopy(self._passed[key])

    def right_passed(
        self, helper: Callable, sources: dict[str, Hooked], arguments: tuple
    ) -> dict[str, Any]:
        """The right values for the parameters of a helper, each from its source."""
        every = dict.fromkeys(sources.values())
        calls = {hooked: self.passed(hooked, helper, arguments) for hooked in every}
        return {p: calls[hooked][p] for p, hooked in sources.items()}

    def returning(self, function: Callable, j: int, source: Callable, parameter: str) -> Callable:
        """Mistake j with a function that it calls returning source(arguments)[parameter]."""

        def wrong(*arguments):
            own = source(arguments)[parameter]
            hook = replacing(frozenset([function]), lambda *_, **__: own)
            return self.hooked[j].run(arguments, hook)

        return wrong

    @functools.cached_property
    def results(self) -> list[dict[Callable, Any]]:
        """For each mistake, what the functions that it calls return."""
        return [results_of(hooked, self.arguments) for hooked in self.hooked]

    def is_pure(self, k: int, helper: Callable, sources: dict[str, Hooked]) -> bool:
        """Whether mistake k does nothing wrong except for what it passes to the helper.

        That is, whether the reference with the same call of the helper, or else the helper alone,
        returns the same.
        """
        given = self.given[k][helper] or {}
        made = self.value(self.exercise.mistakes[k].wrong)
        (source, *more) = dict.fromkeys(sources.values())
        if not more and source in self.references.values():
            return self.makes(source.with_hook(passing(helper, given)), made)
        return self.makes(lambda *_: _called(helper, given), made)

    def merged(
        self,
        helper: Callable,
        sources: dict[str, Hooked],
        both: tuple[int, int],
        changed: frozenset[str],
        clash: frozenset[str],
        how: Callable | None,
    ) -> Callable:
        """The second of two mistakes, calling the helper with what the first gets wrong as well.

        changed: the parameters for which the first passes something wrong. clash: those of them for
        which the second does so, too; `how` combines the two values and the right one.
        """
        one, other = (self.hooked[k] for k in both)

        def wrong(*arguments):
            given = self.passed(one, helper, arguments)
            own = {p: given[p] for p in changed}
            if how:
                theirs = self.passed(other, helper, arguments)
                right = self.right_passed(helper, sources, arguments)
                own |= {p: how(given[p], theirs[p], right[p]) for p in clash}
            return other.run(arguments, passing(helper, own))

        return wrong


def _says(one: str, other: str) -> str:
    """The sentence on two mistakes: on both of them, or only on the one that is told shorter."""
    lengths = [len(re.findall(r"[.?!](?=\s|$)", text)) for text in (one, other)]
    if sum(lengths) <= MOST_SENTENCES:
        return f"{TWO_AT_ONCE} One, by itself: {one} The other: {other}"
    return f"{TWO_AT_ONCE} One of them, by itself: {one if lengths[0] < lengths[1] else other}"


def _product(a: Any, b: Any, right: Any) -> Any:
    """The right value times both factors by which a and b differ from it."""
    return np.asarray(a) * np.asarray(b) / np.asarray(right)


def _sum(a: Any, b: Any, right: Any) -> Any:
    """The right value plus both differences of a and b from it."""
    return np.asarray(a) + np.asarray(b) - np.asarray(right)


def _called(helper: Callable, given: dict[str, Any]) -> Any:
    """What a helper returns for these values of its parameters."""
    bound = inspect.signature(helper).bind_partial()
    bound.arguments.update(given)
    return helper(*bound.args, **bound.kwargs)


def _numbers_in(value: Any) -> int:
    """How many numbers a value holds; a helper may take arrays of several shapes in one tuple."""
    return sum(map(_numbers_in, value)) if isinstance(value, (tuple, list)) else np.size(value)


def _key(value: Any) -> Any:
    """A key that is equal for equal values: of a function its code, of an array its bytes."""
    if isinstance(value, types.FunctionType):
        return inspect.unwrap(value).__code__
    if isinstance(value, (list, tuple)):
        return tuple(map(_key, value))
    try:
        array = np.asarray(value)
    except ValueError:
        return repr(value)
    return array.shape, array.tobytes() if array.dtype != object else repr(value)


def _same(a: Any, b: Any) -> bool:
    """Whether two values are equal, numbers up to rounding."""
    if _key(a) == _key(b):
        return True
    try:
        return bool(np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=1e-12, atol=0))
    except (TypeError, ValueError):
        return False
