"""Disable library functions that do what an exercise asks for, while an answer to it is checked.

The grader does the same by changing the files in its sandbox (`grading.sandbox.course_copy`). Both
use the list in `Exercise.forbidden`.
"""

import contextlib
import functools
import importlib
import inspect
import types
from collections.abc import Iterator
from typing import Any

from rnnlib.exercises.spec import Exercise


def refusal(name: str, exercise_id: str) -> str:
    """The error message for an answer that calls the library function with this name."""
    return f"{name} is what exercise {exercise_id} asks you to write: call your own code instead"


@contextlib.contextmanager
def without_forbidden(exercise: Exercise) -> Iterator[None]:
    """In the body, calling a function that the exercise forbids raises a RuntimeError.

    The code of the function objects is replaced, so this works under whatever name an answer has
    imported them.
    """
    kept: list[tuple[types.FunctionType, types.CodeType]] = []
    try:
        for name in exercise.forbidden:
            function = library_function(name)
            kept.append((function, function.__code__))
            function.__code__ = _refusing(refusal(name, exercise.id), function)
        yield
    finally:
        for function, code in reversed(kept):  # a function may be listed twice
            function.__code__ = code


@functools.cache
def library_function(name: str) -> types.FunctionType:
    """The function or method with a dotted name; ValueError if it is not one."""
    parts = name.split(".")
    for k in range(len(parts) - 1, 0, -1):
        try:
            inside: Any = importlib.import_module(".".join(parts[:k]))
        except ModuleNotFoundError:
            continue
        for part in parts[k:]:
            inside = inspect.getattr_static(inside, part)
        inside = inspect.unwrap(getattr(inside, "__func__", inside))
        if isinstance(inside, types.FunctionType):
            return inside
        break
    raise ValueError(f"{name} is not a function of the library")


def _refusing(says: str, like: types.FunctionType) -> types.CodeType:
    """Code that raises for any arguments and can replace the function's code."""
    namespace: dict[str, Any] = {}
    exec(f"def refuse(*_, **__): raise RuntimeError({says!r})", namespace)
    return namespace["refuse"].__code__.replace(co_freevars=like.__code__.co_freevars)
