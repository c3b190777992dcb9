"""While an answer is checked, library functions that do what the exercise asks for raise an error.

The grader does the same with the files of its sandbox (`grading.sandbox.course_copy`), from the
same list, `Exercise.forbidden`.
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
    """The error message for an answer that calls it."""
    return f"{name} is what exercise {exercise_id} asks you to write: call your own code instead"


@contextlib.contextmanager
def taken_away(exercise: Exercise) -> Iterator[None]:
    """In the body, calling anything that the exercise forbids raises an explanatory RuntimeError.

    The function objects themselves raise it, under whatever name an answer has imported them.
    """
    kept: list[tuple[types.FunctionType, types.CodeType]] = []
    try:
        for name in exercise.forbidden:
            function = found(name)
            kept.append((function, function.__code__))
            function.__code__ = _refusing(refusal(name, exercise.id), function)
        yield
    finally:
        for function, code in reversed(kept):  # a function may be listed twice
            function.__code__ = code


@functools.cache
def found(name: str) -> types.FunctionType:
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
