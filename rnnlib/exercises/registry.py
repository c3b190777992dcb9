"""Finds exercises and questions: there is a package `chapters/chNN` for each lesson."""

import functools
import importlib
import pkgutil
import re

from rnnlib.exercises.spec import Exercise, Question


class DuplicateExercise(ValueError):
    """Two exercises or questions have the same id."""


@functools.cache
def exercises() -> dict[str, Exercise]:
    """All exercises by id, in the order of the lessons."""
    return _by_id("EXERCISES")


@functools.cache
def questions() -> dict[str, Question]:
    """All concept questions by id."""
    return _by_id("QUESTIONS")


@functools.cache
def predictions() -> dict[str, Question]:
    """All predictions by id."""
    return _by_id("PREDICTIONS")


def find(known: dict, id: str, what: str = "exercise"):
    """The entry with this id, or a KeyError that lists the ids of its lesson."""
    if id in known:
        return known[id]
    lesson = str(id).split(".")[0]
    near = [other for other in known if other.startswith(f"{lesson}.")]
    there = (
        f"lesson {lesson} has {', '.join(near)}" if near else f"ids look like {next(iter(known))}"
    )
    raise KeyError(f"no {what} has the id {id!r}; {there}")


def collect(modules: list, attribute: str) -> dict:
    """The entries of chapter modules by id; an id used twice is an error."""
    found, places = {}, {}
    for module in modules:
        for entry in getattr(module, attribute, ()):
            if entry.id in found:
                raise DuplicateExercise(
                    f"{module.__name__}: id {entry.id!r} is already used in {places[entry.id]}"
                )
            found[entry.id], places[entry.id] = entry, module.__name__
    return found


def _by_id(attribute: str) -> dict:
    package = importlib.import_module("rnnlib.exercises.chapters")
    names = sorted(m.name for m in pkgutil.iter_modules(package.__path__))
    chapters = [name for name in names if re.fullmatch(r"ch\d\d", name)]
    return collect(
        [importlib.import_module(f"{package.__name__}.{n}") for n in chapters], attribute
    )
