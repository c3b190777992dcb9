"""Answers for later lessons: a function that passed its check is stored as source text.

The helpers, imports and plain constants that it uses are stored with it. An answer that cannot be
written that way (because of a closure or a custom object) is not stored, and the later lesson uses
the library's.
"""

import ast
import inspect
import json
import linecache
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from rnnlib import places
from rnnlib.exercises.spec import Exercise

FOLDER = "answers"
MOST_NUMBERS = 1_000  # entries of an array that may be written as text

_here: dict[str, Callable] = {}  # answers that passed in this process


class CannotWrite(ValueError):
    """A function uses something that cannot be written as text."""


def keep(exercise: Exercise, candidate: Callable) -> None:
    """Store the answer in this process and, if possible, as text in the working copy."""
    _here[exercise.id] = candidate
    file = _file(exercise)
    if file is None:
        return
    try:
        source = written(candidate)
        name = inspect.unwrap(candidate).__name__
        text = json.dumps({"id": exercise.id, "name": name, "source": source}, indent=1)
        places.write(file, text.encode())
    except (CannotWrite, OSError):  # the check has passed anyway
        return


def kept(exercise: Exercise) -> Callable | None:
    """The stored function for an exercise; None if there is none, or if it no longer runs."""
    file = _file(exercise)
    if file is None or not file.exists():
        return _here.get(exercise.id)
    try:
        entry = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(entry, dict) or not isinstance(entry.get("source"), str):
        return None
    where = f"<your answer to {exercise.id}>"
    lines = entry["source"].splitlines(keepends=True)
    linecache.cache[where] = (len(entry["source"]), None, lines, where)  # for its error messages
    namespace: dict[str, Any] = {"__name__": f"answer_{exercise.id.replace('.', '_')}"}
    try:
        exec(compile(entry["source"], where, "exec"), namespace)
    except Exception:  # a package or a function of the library no longer exists
        return None
    found = namespace.get(str(entry.get("name")))
    return found if callable(found) else None


def written(function: Callable) -> str:
    """The source of a function after everything it uses; CannotWrite if that is impossible."""
    parts: dict[str, str] = {}
    _write(inspect.unwrap(function), parts)
    return "\n\n".join(parts.values()) + "\n"


def _file(exercise: Exercise) -> Path | None:
    work = places.find()
    return work / places.STATE / FOLDER / f"{exercise.id}.json" if work else None


def _write(function: Any, parts: dict[str, str]) -> None:
    """Add a function to the parts, after what it uses."""
    if not isinstance(function, types.FunctionType) or function.__closure__:
        raise CannotWrite(f"{function!r} is not an ordinary function")
    if function.__name__ in parts:
        return
    parts[function.__name__] = ""  # it may call itself
    for name in names_in(function.__code__):
        if name in function.__globals__ and name not in parts:
            _write_value(name, function.__globals__[name], function.__globals__, parts)
    parts[function.__name__] = parts.pop(function.__name__) or _source(function)


def _write_value(name: str, value: Any, here: dict[str, Any], parts: dict[str, str]) -> None:
    """Add a name that a function uses: an import, a class, a function or a constant.

    here: the globals of that function.
    """
    if isinstance(value, types.ModuleType):
        parts[name] = f"import {value.__name__} as {name}"
        return
    value = inspect.unwrap(value) if callable(value) else value
    if callable(value) and (home := getattr(value, "__module__", None)):
        module = sys.modules.get(home)
        own = getattr(value, "__globals__", None) is here or home == "__main__"
        called = getattr(value, "__name__", "")
        if not own and getattr(module, called, None) is value:
            parts[name] = f"from {home} import {called} as {name}"
        elif isinstance(value, type):
            parts[name] = _source(value)
        else:
            _write(value, parts)
            if called != name:
                parts[name] = f"{name} = {called}"
        return
    parts[name] = f"{name} = {_literal(name, value)}"


def _literal(name: str, value: Any) -> str:
    """An expression for a constant; CannotWrite if it has none."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf" and value.size <= MOST_NUMBERS:
        return f"__import__('numpy').array({value.tolist()!r}, {value.dtype.str!r})"
    value = value.item() if isinstance(value, np.generic) else value
    try:
        if ast.literal_eval(repr(value)) == value:
            return repr(value)
    except (ValueError, SyntaxError, TypeError):
        pass
    raise CannotWrite(f"{name} cannot be written down")


def _source(thing: Any) -> str:
    """The source text of a function or class; CannotWrite if there is none."""
    try:
        return inspect.cleandoc("\n" + inspect.getsource(thing)).rstrip()
    except (OSError, TypeError) as error:
        raise CannotWrite(f"{thing!r} has no text") from error


def names_in(code: types.CodeType) -> list[str]:
    """The names that code may look up among the globals, including those in inner functions."""
    inner = [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
    return [*code.co_names, *(name for part in inner for name in names_in(part))]
