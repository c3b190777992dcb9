"""Run a function of the chapters with each call that it makes reported or replaced.

`composing` uses this to find out how mistakes are written (what do they pass to which helper?) and
to run one with a helper replaced or called with other arguments. The functions themselves are not
changed: they are copied, with copies of the namespaces in which they look for others.
"""

import contextlib
import copy
import functools
import inspect
import threading
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from rnnlib.exercises.alterations.program import CHAPTERS

# hook(function, copy, arguments, keywords): called instead of each function, with its hooked copy;
# what it returns is the value of the call.
Hook = Callable[[Callable, Callable, tuple, dict], Any]


class Hooked:
    """A function in which each call of a function of the chapters goes through a hook."""

    def __init__(self, function: Callable):
        self._own = threading.local()
        self._copies: dict[Callable, Callable] = {}
        self._spaces: dict[int, dict] = {}
        self._run = self._copied(inspect.unwrap(function))

    def run(self, arguments: tuple, hook: Hook) -> Any:
        """What the function returns if each call goes through this hook."""
        before, self._own.hook = getattr(self._own, "hook", None), hook
        try:
            with np.errstate(all="ignore"):
                return self._run(*arguments)
        finally:
            self._own.hook = before

    def with_hook(self, hook: Hook) -> Callable:
        """The function with this hook, as a function of its arguments."""
        return lambda *arguments: self.run(arguments, hook)

    def _of(self, value: Any) -> Any:
        """A value of a namespace; if it is a function or a module of the chapters, with hooks."""
        if isinstance(value, types.FunctionType) and value.__module__.startswith(CHAPTERS):
            return self._hooked(value)
        if isinstance(value, types.ModuleType) and value.__name__.startswith(CHAPTERS):
            return types.SimpleNamespace(**self._space(vars(value)))
        return value

    def _hooked(self, function: types.FunctionType) -> Callable:
        """A function that calls the hook while there is one."""
        copied = self._copied(function)

        @functools.wraps(function)
        def hooked(*arguments, **keywords):
            hook = getattr(self._own, "hook", None)
            if hook is None:  # called after the run, by something that was passed to a helper
                return function(*arguments, **keywords)
            return hook(function, copied, arguments, keywords)

        return hooked

    def _copied(self, function: Callable) -> Callable:
        """A copy of a function that finds hooked functions in its namespace and its closure."""
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
        """A copy of a namespace with hooked functions."""
        if id(names) not in self._spaces:
            space = self._spaces[id(names)] = dict(names)  # kept first: its functions refer to it
            space |= {name: self._of(value) for name, value in names.items()}
        return self._spaces[id(names)]


def replacing(functions: frozenset[Callable], other: Callable) -> Hook:
    """A hook that calls another function instead of these."""

    def hook(function, copied, arguments, keywords):
        return (other if function in functions else copied)(*arguments, **keywords)

    return hook


def passing(helper: Callable, own: dict[str, Any]) -> Hook:
    """A hook that passes these values to a helper, by parameter; the others stay as they are."""

    def hook(function, copied, arguments, keywords):
        if function is not helper:
            return copied(*arguments, **keywords)
        bound = inspect.signature(function).bind(*arguments, **keywords)
        bound.apply_defaults()
        bound.arguments.update(own)
        return copied(*bound.args, **bound.kwargs)

    return hook


def calls_of(
    hooked: Hooked, arguments: tuple, only: Callable | None = None
) -> dict[Callable, dict[str, Any] | None]:
    """The functions that are called in a run, each with what is passed to it, by parameter.

    None for a function that is called more than once. only: look at this function alone.
    """
    found: dict[Callable, dict[str, Any] | None] = {}

    def hook(function, copied, args, keywords):
        if function in found:
            found[function] = None
        elif only in (None, function):
            bound = inspect.signature(function).bind(*args, **keywords)
            bound.apply_defaults()
            found[function] = dict(bound.arguments)
        return copied(*args, **keywords)

    _ask(hooked, arguments, hook)
    return found


def results_of(hooked: Hooked, arguments: tuple) -> dict[Callable, Any]:
    """The functions that are called in a run, each with what it returns the last time."""
    found = {}

    def hook(function, copied, args, keywords):
        found[function] = copied(*args, **keywords)
        return found[function]

    _ask(hooked, arguments, hook)
    return found


def _ask(hooked: Hooked, arguments: tuple, hook: Hook) -> None:
    """A run on copies of the arguments, whatever it returns or raises."""
    with contextlib.suppress(Exception):
        hooked.run(copy.deepcopy(arguments), hook)
