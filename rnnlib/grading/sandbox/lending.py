"""A reference as source that runs without its chapter: with only what it uses from it."""

import ast
import inspect
from types import FunctionType, ModuleType
from typing import Any

from rnnlib.exercises.answers import names_in

CHAPTERS = "rnnlib.exercises.chapters."
HEAD = "from __future__ import annotations\nfrom types import SimpleNamespace\nimport numpy as np"


class CannotLend(ValueError):
    """A reference uses something that cannot be written as source."""


def text(function: Any) -> str:
    """The function's source after everything it uses; CannotLend if that is impossible."""
    parts: dict[str, tuple[object, str]] = {}
    _add(function.__name__, function, (), parts)
    return "\n\n".join([HEAD, *(code for _, code in parts.values())]) + "\n"


def _add(
    name: str, value: Any, used: tuple[str, ...], parts: dict[str, tuple[object, str]]
) -> None:
    """Write a name after what it needs. Of a module, only the attributes in `used`."""
    if name in parts:
        if parts[name][0] is not value:
            raise CannotLend(f"{name} means two things")
        if not isinstance(value, ModuleType):
            return
    parts[name] = (value, "")  # a function may call itself
    code = _code(name, value, used, parts)
    del parts[name]
    parts[name] = (value, code)


def _code(name: str, value: Any, used: tuple[str, ...], parts: dict) -> str:
    if isinstance(value, ModuleType):
        if not value.__name__.startswith(CHAPTERS):
            return f"import {value.__name__} as {name}"
        names = [n for n in used if hasattr(value, n)]
        for n in names:
            _add(n, getattr(value, n), used, parts)
        return f"{name} = SimpleNamespace({', '.join(f'{n}={n}' for n in names)})"
    if isinstance(value, FunctionType) and value.__module__.startswith(CHAPTERS):
        names = tuple(dict.fromkeys(names_in(value.__code__)))
        for n in names:
            if n in value.__globals__:
                _add(n, value.__globals__[n], names, parts)
        alias = f"\n{name} = {value.__name__}" if name != value.__name__ else ""
        return inspect.getsource(value).rstrip() + alias
    if callable(value):
        return f"from {value.__module__} import {value.__name__} as {name}"
    try:
        if ast.literal_eval(repr(value)) == value:
            return f"{name} = {value!r}"
    except (ValueError, SyntaxError, TypeError):
        pass
    raise CannotLend(f"{name} cannot be written down")
