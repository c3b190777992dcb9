"""Two listed mistakes at once, made from the code of both.

Many mistakes are written as the right function called otherwise, or with something done to what it
returns: another mistake can stand in its place. Others hand a helper of the chapter something else
than the right answer does: a third can be handed what both of them change.
"""

import functools
import inspect
import re
import threading
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnlib.exercises.alterations.program import CHAPTERS
from rnnlib.exercises.asking import ask
from rnnlib.exercises.comparing import Arrays, agree, in_order, outputs, parameter_names
from rnnlib.exercises.spec import Case, Exercise, Mistake

Tap = Callable[[Callable, Callable, tuple, dict], Any]  # a function, its copy, what it was given
LEAST_CALLERS = 3  # of a helper, from which to see what most of them hand it
MOST_SENTENCES = 4  # of two mistakes, to say both
TWO = "Two mistakes at once give your numbers."


@dataclass(frozen=True)
class Composed:
    """Two of the listed mistakes, by their places in the list, made at once."""

    both: tuple[int, int]
    mistake: Mistake


def composed(exercise: Exercise, cases: list[Case], rights: list[Arrays], i: int) -> list[Composed]:
    """Every two listed mistakes that can be made at once; case i tells how they are written."""
    family = _Family(exercise, cases, rights, i)
    return [*family.in_place(), *family.on_helpers()]


class Tapped:
    """A function that reports each call of a chapter's function on its way, or has it replaced."""

    def __init__(self, function: Callable):
        self._own = threading.local()
        self._copies: dict[Callable, Callable] = {}
        self._spaces: dict[int, dict] = {}
        self._run = self._copied(inspect.unwrap(function))

    def run(self, arguments: tuple, tap: Tap) -> Any:
        """What it returns; `tap` is asked for the value of each call."""
        before, self._own.tap = getattr(self._own, "tap", None), tap
        try:
            with np.errstate(all="ignore"):
                return self._run(*arguments)
        finally:
            self._own.tap = before

    def with_tap(self, tap: Tap) -> Callable:
        """It as a function of its arguments."""
        return lambda *arguments: self.run(arguments, tap)

    def _of(self, value: Any) -> Any:
        """The value, with taps on the chapters' functions that it is, holds or calls."""
        if isinstance(value, types.FunctionType) and value.__module__.startswith(CHAPTERS):
            return self._tapped(value)
        if isinstance(value, types.ModuleType) and value.__name__.startswith(CHAPTERS):
            return types.SimpleNamespace(**self._space(vars(value)))
        return value

    def _tapped(self, function: types.FunctionType) -> Callable:
        copied = self._copied(function)

        def tapped(*arguments, **keywords):
            return self._own.tap(function, copied, arguments, keywords)

        return tapped

    def _copied(self, function: Callable) -> Callable:
        """The function's code, which finds tapped functions wherever it looks for others."""
        if not isinstance(function, types.FunctionType):
            return function
        if function not in self._copies:
            cells = function.__closure__ or ()
            closure = tuple(types.CellType(self._of(c.cell_contents)) for c in cells) or None
            space = self._space(function.__globals__)
            own = types.FunctionType(function.__code__, space, function.__name__, None, closure)
            own.__defaults__ = function.__defaults__
            own.__kwdefaults__ = function.__kwdefaults__
            self._copies[function] = own
        return self._copies[function]

    def _space(self, names: dict) -> dict:
        if id(names) not in self._spaces:
            space = self._spaces[id(names)] = dict(names)
            space |= {name: self._of(value) for name, value in names.items()}
        return self._spaces[id(names)]


class _Family:
    """The listed mistakes of an exercise, as they are written."""

    def __init__(self, exercise: Exercise, cases: list[Case], rights: list[Arrays], i: int):
        self.exercise, self.cases, self.rights, self.i = exercise, cases, rights, i
        self.arguments = cases[i].arguments
        self.names = parameter_names(exercise)
        self.tapped = [Tapped(m.wrong) for m in exercise.mistakes]
        self.given = [_calls(tapped, self.arguments) for tapped in self.tapped]
        self.called = list(dict.fromkeys(f for given in self.given for f in given))

    @functools.cached_property
    def right_ones(self) -> dict[Callable, Tapped]:
        """The right function, and others of the chapter that do the same."""
        reference = inspect.unwrap(self.exercise.reference)
        alike = [f for f in self.called if tuple(inspect.signature(f).parameters) == self.names]
        found = {f: Tapped(f) for f in dict.fromkeys([reference, *alike])}
        return {f: t for f, t in found.items() if f is reference or self.is_right(f)}

    def is_right(self, function: Callable) -> bool:
        """Whether a function does what is expected in every case."""
        cases = enumerate(self.rights)
        return all(self.makes(function, right, i) for i, right in cases)

    def makes(self, function: Callable, wanted: Arrays | None, i: int | None = None) -> bool:
        """Whether a function returns this in case i."""
        value, rtol = self.value(function, i), self.exercise.rtol
        if value is None or wanted is None:
            return False
        return all(
            v.shape == w.shape and agree(v, w, rtol) for v, w in zip(value, wanted, strict=True)
        )

    def value(self, function: Callable, i: int | None = None) -> Arrays | None:
        """What a function returns in case i."""
        arguments = self.cases[self.i if i is None else i].arguments
        found = outputs(ask(function, arguments, self.names).value, self.exercise.returns)
        return None if found is None else in_order(found, self.exercise.returns)

    def both(self, outer: int, inner: int, wrong: Callable) -> Composed:
        one, other = (self.exercise.mistakes[k] for k in (outer, inner))
        wrong.__name__ = f"{one.wrong.__name__}+{other.wrong.__name__}"
        return Composed((outer, inner), Mistake(wrong, _says(one.says, other.says)))

    def differ(self, k: int, j: int) -> bool:
        """Whether something else is said of the two mistakes."""
        return self.exercise.mistakes[k].says != self.exercise.mistakes[j].says

    # --- instead of the right answer ---

    def in_place(self) -> Iterator[Composed]:
        """A mistake that calls the right function, with every other mistake in its place."""
        right = frozenset(self.right_ones)
        for outer, tapped in enumerate(self.tapped):
            if right.isdisjoint(self.given[outer]):
                continue
            for inner, mistake in enumerate(self.exercise.mistakes):
                if self.differ(outer, inner):
                    wrong = tapped.with_tap(_instead(right, mistake.wrong))
                    yield self.both(outer, inner, wrong)

    # --- on a helper of both ---

    def on_helpers(self) -> Iterator[Composed]:
        """Two mistakes that hand one helper something wrong, both of it at once."""
        for helper in self.called:
            if helper not in self.right_ones and (sources := self.sources(helper)):
                yield from self.on_a_helper(helper, sources)

    def sources(self, helper: Callable) -> dict[str, Tapped]:
        """For each parameter of a helper, a function that hands it what is right; or nothing."""
        for tapped in self.right_ones.values():
            if given := _calls(tapped, self.arguments, helper).get(helper):
                return dict.fromkeys(given, tapped)
        calls = [
            (tapped, own)
            for tapped, given in zip(self.tapped, self.given, strict=True)
            if (own := given.get(helper))
        ]
        if len(calls) < LEAST_CALLERS:
            return {}
        found, values = {}, {}
        for name in calls[0][1]:
            keys = [_key(own[name]) for _, own in calls]
            found[name], own = calls[keys.index(max(keys, key=keys.count))]
            values[name] = own[name]
        right = self.makes(lambda *_: _called(helper, values), self.rights[self.i])
        return found if right else {}

    def on_a_helper(self, helper: Callable, sources: dict[str, Tapped]) -> Iterator[Composed]:
        right = _right_given(helper, sources, self.arguments)
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
                yield from self.on_a_result(k, helper, changed, right)

    def on_a_result(
        self, k: int, helper: Callable, changed: str, right: dict[str, Any]
    ) -> Iterator[Composed]:
        """Mistakes that are handed by some function what a pure one hands its helper wrongly."""
        if np.size(right[changed]) < 2:
            return
        for j, results in enumerate(self.results):
            for function, result in results.items():
                if self.differ(k, j) and _same(result, right[changed]):
                    yield self.both(j, k, self.put(function, j, (k, helper, changed)))

    def put(self, function: Callable, j: int, source: tuple[int, Callable, str]) -> Callable:
        """A mistake in which a function's result is what another mistake hands its helper."""
        k, helper, changed = source
        one, other = self.tapped[k], self.tapped[j]

        def wrong(*arguments):
            own = (_calls(one, arguments, helper)[helper] or {})[changed]
            return other.run(arguments, _instead(frozenset([function]), lambda *_, **__: own))

        return wrong

    @functools.cached_property
    def results(self) -> list[dict[Callable, Any]]:
        """What each function that a mistake calls returns to it."""
        return [_results(tapped, self.arguments) for tapped in self.tapped]

    def is_pure(self, k: int, helper: Callable, sources: dict[str, Tapped]) -> bool:
        """Whether a mistake is nothing but what it hands the helper."""
        given = self.given[k][helper] or {}
        made = self.value(self.exercise.mistakes[k].wrong)
        (source, *more) = dict.fromkeys(sources.values())
        if not more and source in self.right_ones.values():
            return self.makes(source.with_tap(_handing(helper, given)), made)
        return self.makes(lambda *_: _called(helper, given), made)

    def merged(
        self,
        helper: Callable,
        sources: dict[str, Tapped],
        both: tuple[int, int],
        changed: frozenset[str],
        clash: frozenset[str],
        how: Callable | None,
    ) -> Callable:
        """The second mistake, whose helper is handed what the first changes as well."""
        one, other = (self.tapped[k] for k in both)

        def wrong(*arguments):
            given = _calls(one, arguments, helper)[helper] or {}
            own = {p: given[p] for p in changed}
            if how:
                theirs = _calls(other, arguments, helper)[helper] or {}
                right = _right_given(helper, sources, arguments)
                own |= {p: how(given[p], theirs[p], right[p]) for p in clash}
            return other.run(arguments, _handing(helper, own))

        return wrong


def _says(one: str, other: str) -> str:
    """Both, or the one that is shorter."""
    lengths = [len(re.findall(r"[.?!](?=\s|$)", text)) for text in (one, other)]
    if sum(lengths) <= MOST_SENTENCES:
        return f"{TWO} One: {one} The other: {other}"
    return f"{TWO} One of them: {one if lengths[0] < lengths[1] else other}"


def _product(a: Any, b: Any, right: Any) -> Any:
    """What is right, times both factors by which a and b differ from it."""
    return np.asarray(a) * np.asarray(b) / np.asarray(right)


def _sum(a: Any, b: Any, right: Any) -> Any:
    """What is right, plus both differences of a and b from it."""
    return np.asarray(a) + np.asarray(b) - np.asarray(right)


def _instead(functions: frozenset[Callable], other: Callable) -> Tap:
    """Calls another function instead of these."""

    def tap(function, copied, arguments, keywords):
        return (other if function in functions else copied)(*arguments, **keywords)

    return tap


def _handing(helper: Callable, own: dict[str, Any]) -> Tap:
    """Hands the helper these values, whatever else it gets."""

    def tap(function, copied, arguments, keywords):
        if function is not helper:
            return copied(*arguments, **keywords)
        bound = inspect.signature(function).bind(*arguments, **keywords)
        bound.apply_defaults()
        bound.arguments.update(own)
        return copied(*bound.args, **bound.kwargs)

    return tap


def _calls(
    tapped: Tapped, arguments: tuple, only: Callable | None = None
) -> dict[Callable, dict[str, Any] | None]:
    """The functions that it calls, each with what it was handed; None if it is called again."""
    found: dict[Callable, dict[str, Any] | None] = {}

    def tap(function, copied, args, keywords):
        if function in found:
            found[function] = None
        elif only in (None, function):
            bound = inspect.signature(function).bind(*args, **keywords)
            bound.apply_defaults()
            found[function] = dict(bound.arguments)
        return copied(*args, **keywords)

    def run(*arguments):
        return tapped.run(arguments, tap)

    names = tuple(f"a{k}" for k in range(len(arguments)))
    ask(run, arguments, names)
    return found


def _results(tapped: Tapped, arguments: tuple) -> dict[Callable, Any]:
    """What the functions that it calls return, the last time."""
    found = {}

    def tap(function, copied, args, keywords):
        found[function] = copied(*args, **keywords)
        return found[function]

    ask(tapped.with_tap(tap), arguments, tuple(f"a{k}" for k in range(len(arguments))))
    return found


def _right_given(helper: Callable, sources: dict[str, Tapped], arguments: tuple) -> dict[str, Any]:
    """What the helper is to be handed."""
    every = dict.fromkeys(sources.values())
    calls = {tapped: _calls(tapped, arguments, helper)[helper] or {} for tapped in every}
    return {p: calls[tapped][p] for p, tapped in sources.items()}


def _called(helper: Callable, given: dict[str, Any]) -> Any:
    bound = inspect.signature(helper).bind_partial()
    bound.arguments.update(given)
    return helper(*bound.args, **bound.kwargs)


def _key(value: Any) -> Any:
    """The same of things that are alike: of code its text, of numbers their digits."""
    if isinstance(value, types.FunctionType):
        return value.__code__
    if isinstance(value, (list, tuple)):
        return tuple(map(_key, value))
    try:
        array = np.asarray(value)
    except ValueError:
        return repr(value)
    return array.shape, array.tobytes() if array.dtype != object else repr(value)


def _same(a: Any, b: Any) -> bool:
    """Whether two things handed to a helper are alike: numbers up to rounding."""
    if _key(a) == _key(b):
        return True
    try:
        return bool(np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=1e-12, atol=0))
    except (TypeError, ValueError):
        return False
