"""Answers for later lessons: a function that passed its check is stored as source text.

The helpers, imports and plain constants that it uses are stored with it. An answer that cannot be
written that way (because of a closure or a custom object) is not stored, and the later lesson uses
the library's.
"""

import __future__

import ast
import contextlib
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
UNREAD_ANNOTATIONS = "from __future__ import annotations"  # so that what they name is not needed
MOST_NUMBERS = 1_000  # entries of an array that may be written as text

_here: dict[str, Callable] = {}  # answers that passed in this process


class CannotWrite(ValueError):
    """A function uses something that cannot be written as text."""


def keep(exercise: Exercise, candidate: Callable) -> None:
    """Store the answer in this process and, if possible, as text in the working copy.

    If it cannot be written, the text of an earlier answer is removed, so that it is not used in the
    place of this one.
    """
    _here[exercise.id] = candidate
    file = _file(exercise)
    if file is None:
        return
    try:
        name, source = written(candidate)
        entry = {"id": exercise.id, "name": name, "source": source}
        if _loaded(exercise, entry) is None:
            raise CannotWrite("the text does not run by itself")
        places.write(file, json.dumps(entry, indent=1).encode())
    except (CannotWrite, OSError):  # the check has passed anyway
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)


def kept(exercise: Exercise) -> Callable | None:
    """The stored function for an exercise; None if there is none, or if it no longer runs."""
    file = _file(exercise)
    if file is None or not file.exists():
        return _here.get(exercise.id)
    try:
        return _loaded(exercise, json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def _loaded(exercise: Exercise, entry: Any) -> Callable | None:
    """The function that an entry holds as text; None if the text is not one or does not run."""
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


def written(function: Callable) -> tuple[str, str]:
    """The name of a function, and its source after everything it uses.

    CannotWrite if that is impossible.
    """
    parts: dict[str, str] = {}
    name = _write(inspect.unwrap(function), parts)
    return name, "\n\n".join([UNREAD_ANNOTATIONS, *parts.values()]) + "\n"


def _file(exercise: Exercise) -> Path | None:
    work = places.find()
    return work / places.STATE / FOLDER / f"{exercise.id}.json" if work else None


def _write(function: Any, parts: dict[str, str]) -> str:
    """Add a function to the parts, after what it uses, and return its name there."""
    if not isinstance(function, types.FunctionType) or function.__closure__:
        raise CannotWrite(f"{function!r} is not an ordinary function")
    source = _source(function)
    name = function.__name__ if function.__name__ != "<lambda>" else _assigned(source)
    _write_source(name, source, function.__globals__, parts)
    return name


def _write_source(name: str, source: str, here: dict[str, Any], parts: dict[str, str]) -> None:
    """Add the source of a function or class to the parts, after what it uses.

    here: the globals of its module. What it uses is in its body, its decorators and its defaults.
    """
    if name in parts:
        return
    parts[name] = ""  # it may use itself
    try:
        used = names_in(compile(source, f"<{name}>", "exec", __future__.annotations.compiler_flag))
    except SyntaxError as error:
        raise CannotWrite(f"the text of {name} is not complete") from error
    for other in used:
        if other in here and other not in parts:
            _write_value(other, here[other], here, parts)
    parts[name] = parts.pop(name) or source


def _assigned(source: str) -> str:
    """The name that a statement `name = lambda …` gives; CannotWrite if it is another statement."""
    try:
        (statement,) = ast.parse(source).body
    except (SyntaxError, ValueError) as error:
        raise CannotWrite("the text of a lambda is not complete") from error
    if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Lambda):
        (target, *more) = statement.targets
        if isinstance(target, ast.Name) and not more:
            return target.id
    raise CannotWrite("a lambda has no name")


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
            _write_source(name, _source(value), here, parts)
        elif (known := _write(value, parts)) != name:
            parts[name] = f"{name} = {known}"
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
