"""Two listed mistakes at once, put together from the texts of the chapter's files.

A mistake is run in a copy of its module, where each call of a chapter's function can be replaced:
by another mistake, or with what another mistake hands that function, or gets from it.
"""

import copy
import functools
import inspect
import sys
import types
from collections.abc import Callable, Iterator
from itertools import chain, combinations

import numpy as np

from rnnlib.exercises.spec import Exercise, Mistake

CHAPTERS = "rnnlib.exercises.chapters."
MOST_CHANGED = 4  # parameters of a helper, of which every choice is tried


class Copy:
    """A mistake in a copy of its module; `hook` is asked for the value of each call."""

    def __init__(self, mistake: Mistake):
        module = sys.modules[inspect.unwrap(mistake.wrong).__module__]
        space: dict = {"__name__": module.__name__}
        exec(_code(module.__name__), space)
        self.hook: Callable = lambda name, function, args, keywords: function(*args, **keywords)
        self.function = _the_same(mistake, space)
        for name, value in list(space.items()):
            if isinstance(value, types.ModuleType) and value.__name__.startswith(CHAPTERS):
                inside = {n: self._hooked(f"{name}.{n}", v) for n, v in vars(value).items()}
                space[name] = types.SimpleNamespace(**inside)
            else:
                space[name] = self._hooked(name, value)

    def _hooked(self, name: str, value):
        if not isinstance(value, types.FunctionType) or not value.__module__.startswith(CHAPTERS):
            return value

        @functools.wraps(value)
        def hooked(*args, **keywords):
            return self.hook(name, value, args, keywords)

        return hooked

    def run(self, hook: Callable, arguments) -> object:
        before, self.hook = self.hook, hook
        try:
            return self.function(*copy.deepcopy(tuple(arguments)))
        finally:
            self.hook = before

    def calls(self, arguments) -> dict[str, tuple[Callable, list[dict]]]:
        """What it hands the functions that it calls."""
        found: dict = {}

        def hook(name, function, args, keywords):
            bound = inspect.signature(function).bind(*args, **keywords)
            bound.apply_defaults()
            found.setdefault(name, (function, []))[1].append(dict(bound.arguments))
            return function(*args, **keywords)

        try:
            self.run(hook, arguments)
        except Exception:
            return {}
        return found


@functools.cache
def _code(module: str):
    return compile(inspect.getsource(sys.modules[module]), module, "exec")


def _the_same(mistake: Mistake, space: dict) -> Callable:
    """The mistake's function in a copy of its module."""
    name = mistake.wrong.__name__
    if isinstance(space.get(name), types.FunctionType):
        return space[name]
    listed = [v.mistakes if isinstance(v, Exercise) else v for v in space.values()]
    every = chain.from_iterable(v for v in listed if isinstance(v, (list, tuple)))
    return next(m.wrong for m in every if isinstance(m, Mistake) and m.wrong.__name__ == name)


@functools.lru_cache(256)
def copied(mistake: Mistake) -> Copy | None:
    """The mistake in a copy of its module; None where it is no function of a module."""
    try:
        return Copy(mistake)
    except (KeyError, StopIteration, OSError, TypeError):
        return None


def at_once(
    exercise: Exercise, pairs: list[tuple[Mistake, Mistake]], probe: tuple
) -> Iterator[Callable]:
    """Functions that make both mistakes of a pair, in each way in which they can be joined."""
    orders = [order for one, other in pairs for order in ((one, other), (other, one))]
    found = [(one, other, copied(one), copied(other)) for one, other in orders]
    found = [(other, own, its) for _, other, own, its in found if own and its]
    for other, own, _ in found:
        yield from _in_place(exercise, own, other, probe)
    for _, own, its in found:
        yield from _on_a_helper(own, its, probe)
    for _, own, its in found:
        yield from _on_a_parameter(exercise, own, its, probe)


def _in_place(exercise: Exercise, outer: Copy, inner: Mistake, probe: tuple) -> Iterator[Callable]:
    """The one with the other instead of all functions that take what the right one takes."""
    names = list(inspect.signature(exercise.reference).parameters)
    alike = [
        name
        for name, (function, _) in outer.calls(probe).items()
        if list(inspect.signature(function).parameters) == names
    ]
    for chosen in _choices(alike):

        def hook(name, function, args, keywords, chosen=chosen):
            return (inner.wrong if name in chosen else function)(*args, **keywords)

        yield functools.partial(_run, outer, hook)


def _run(own: Copy, hook: Callable, *arguments):
    return own.run(hook, arguments)


def _changed(one: Copy, other: Copy, probe: tuple) -> Iterator[tuple[str, list[str]]]:
    """The helpers that both call, each with the parameters that they hand it differently."""
    mine, its = one.calls(probe), other.calls(probe)
    for helper in mine.keys() & its.keys():
        if len(mine[helper][1]) == len(its[helper][1]) == 1:
            (own,), (given,) = mine[helper][1], its[helper][1]
            yield helper, [p for p in own if not _alike(own[p], given[p])][:MOST_CHANGED]


def _on_a_helper(one: Copy, other: Copy, probe: tuple) -> Iterator[Callable]:
    """The one, with what the other hands a helper: to the same helper, or as a result."""
    for helper, changed in _changed(one, other, probe):
        for chosen in _choices(changed):
            yield functools.partial(_handed, one, other, helper, chosen)
    mine = one.calls(probe)
    for helper, (_, given) in other.calls(probe).items():
        for parameter in given[0] if len(given) == 1 else ():
            value = given[0][parameter]
            if isinstance(value, tuple) or np.size(value) > 1:  # of a tuple the parts may differ
                for name in mine:
                    yield functools.partial(_replaced, one, other, helper, parameter, name)


def _on_a_parameter(exercise: Exercise, one: Copy, other: Copy, probe: tuple) -> Iterator[Callable]:
    """Both factors, or both differences, by which two are off, beside what a third hands on."""
    for helper, changed in _changed(one, other, probe):
        for third in exercise.mistakes:
            right = copied(third)
            if right and len(right.calls(probe).get(helper, (0, []))[1]) == 1:
                for chosen in _choices(changed):
                    for p in chosen:
                        for how in ("factor", "difference"):
                            yield functools.partial(
                                _joined, one, other, helper, chosen, right, p, how
                            )


def _joined(one, other, helper: str, chosen: tuple, right: Copy, joint: str, how: str, *arguments):
    base = right.calls(arguments)[helper][1][0][joint]

    def join(p, a, b):
        if p != joint:
            return b
        return a / base * b if how == "factor" else a - base + b

    return _handed(one, other, helper, chosen, *arguments, join=join)


def _choices(names: list) -> list[tuple]:
    return [c for n in range(1, len(names) + 1) for c in combinations(names, n)]


def _alike(a, b) -> bool:
    try:
        return np.shape(a) == np.shape(b) and bool(np.all(np.asarray(a) == np.asarray(b)))
    except ValueError:
        return False


def _handed(one: Copy, other: Copy, helper: str, chosen: tuple, *arguments, join=None):
    (given,) = other.calls(arguments)[helper][1]

    def hook(name, function, args, keywords):
        if name != helper:
            return function(*args, **keywords)
        bound = inspect.signature(function).bind(*args, **keywords)
        bound.apply_defaults()
        for p in chosen:
            bound.arguments[p] = join(p, bound.arguments[p], given[p]) if join else given[p]
        return function(*bound.args, **bound.kwargs)

    return one.run(hook, arguments)


def _replaced(one: Copy, other: Copy, helper: str, parameter: str, result: str, *arguments):
    (given,) = other.calls(arguments)[helper][1]

    def hook(name, function, args, keywords):
        return given[parameter] if name == result else function(*args, **keywords)

    return one.run(hook, arguments)
