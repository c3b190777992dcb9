"""The right program with one place altered: a term left out, an index one off, a sum for a mean.

The reference is compiled once, with a switch at every place that can be altered; a variant is a
choice of switches. So many variants, and pairs of them, cost no more than running them. Functions
of other exercises that it calls stay as they are: an answer calls the learner's, which have checks
of their own, and a long program would have more variants than there is time for.
"""

import ast
import builtins
import copy
import functools
import inspect
import re
import textwrap
import threading
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeGuard

import numpy as np

from rnnlib.exercises.alterations.instrumenting import Switches
from rnnlib.exercises.alterations.switches import Switch
from rnnlib.exercises.registry import exercises
from rnnlib.exercises.spec import Exercise, Mistake
from rnnlib.one_parser import one_parser

CHAPTERS = "rnnlib.exercises.chapters"
CALL = 20  # switches that a call of another exercise's function counts for
MOST = 1000, 10  # switches that a run may pass, beside so many times those of the right one
THOSE = "Your numbers are those of"


class Unfit(Exception):
    """A variant that cannot be run here."""


@dataclass(frozen=True)
class Variant:
    """One way in which one place can be wrong; `does` goes on from "a program that"."""

    place: int
    number: int
    does: str


class Program:
    """The reference of an exercise, or a listed mistake of it, with switches."""

    def __init__(self, exercise: Exercise, listed: Callable | None = None):
        self._active = threading.local()
        self._words = _known_words(exercise)
        self.variants: list[Variant] = []
        self._count = 0
        self._most = 0  # without end, until what is usual is known
        self._kept = {inspect.unwrap(exercises()[id].reference) for id in exercise.needs}
        self._run = self._instrumented(inspect.unwrap(listed or exercise.reference))
        self._most = program(exercise)._most if listed else self._usual(exercise)

    def _usual(self, exercise: Exercise) -> int:
        """The most switches that a run may pass."""
        cases = exercise.cases(np.random.default_rng(0))
        return MOST[0] + MOST[1] * max(self.passes(copy.deepcopy(c.arguments)) for c in cases)

    def altered(self, *variants: Variant) -> Mistake:
        """The program with these variants, and the sentence that says what it does."""
        return Mistake(self._wrong(variants), f"{THOSE} a program that {_does(variants)}.")

    def inside(self, mistake: Mistake, variants: tuple[Variant, ...]) -> Mistake:
        """The listed mistake, whose program this is, with these variants in its own code."""
        wrong = self._wrong(variants)
        wrong.__name__ = f"{mistake.wrong.__name__}+{wrong.__name__}"
        more = f"your numbers are those of a program that {_does(variants)}"
        return Mistake(wrong, f"{mistake.says} In addition, {more}.")

    def _wrong(self, variants: tuple[Variant, ...]) -> Callable:
        choice = {v.place: v.number for v in variants}

        def wrong(*arguments):
            return self.run(choice, arguments)

        wrong.__name__ = "+".join(f"at_{v.place}_{v.number}" for v in variants)
        return wrong

    @functools.cached_property
    def choices(self) -> list[tuple[Variant, ...]]:
        """Each variant by itself, then those that do the same in several places, all at once."""
        alike: dict[str, list[Variant]] = {}
        for variant in self.variants:
            alike.setdefault(variant.does, []).append(variant)
        groups = ({v.place: v for v in group} for group in alike.values())
        return [*((v,) for v in self.variants), *(tuple(g.values()) for g in groups if len(g) > 1)]

    def passes(self, arguments: tuple) -> int:
        """How many switches a right run passes: what a run costs, on every machine."""
        self.run({}, arguments)
        return self._active.passed

    def run(self, choice: dict[int, int], arguments: tuple) -> Any:
        """What the program returns when the places of `choice` are altered."""
        active = self._active
        active.choice, active.passed, active.times = choice, 0, {}
        try:
            with np.errstate(all="ignore"):
                return self._run(*arguments)
        finally:
            _spent.switches = spent() + active.passed

    # --- while it runs ---

    def _at(self, place: int) -> int:
        active = self._active
        active.passed += 1
        if active.passed > self._most > 0:
            raise Unfit("it does not end")
        return active.choice.get(place, 0)

    def _counted(self, function: Callable) -> Callable:
        """The function, of which each call counts as work."""

        def counted(*arguments):
            self._active.passed += CALL
            return function(*arguments)

        return counted

    def _again(self, place: int) -> bool:
        """Whether this place has been passed before in this run."""
        times = self._active.times
        times[place] = times.get(place, 0) + 1
        return times[place] > 1

    # --- compiling ---

    def _instrumented(self, function: Callable) -> Callable:
        """The function, compiled with switches, and so each of the chapters' own that it calls."""
        done: set[Callable] = set()  # functions that are compiled, and what they became
        namespaces: dict[str, dict] = {}
        switch = Switch(self._at, self._again)

        def compiled(f: Callable) -> Callable:
            module = inspect.getmodule(f)
            assert module is not None
            space = namespaces.setdefault(module.__name__, {**vars(module), "__switch": switch})
            if f not in done:
                done.add(f)
                tree = ast.parse(textwrap.dedent(inspect.getsource(f)))
                for name in {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}:
                    other = space.get(name)
                    if _is_of_the_chapters(other) and other is not f:
                        kept = other in self._kept
                        space[name] = self._counted(other) if kept else compiled(other)
                switches = Switches(self.new_place, self._words, list(f.__code__.co_varnames))
                changed = switches.visit(tree)
                code = compile(
                    ast.fix_missing_locations(changed), f"<{f.__name__}, altered>", "exec"
                )
                exec(code, space)
                done.add(space[f.__name__])
            return space[f.__name__]

        return compiled(function)

    def new_place(self, *does: str) -> int:
        """A place with a variant for each text; an empty text stands for none."""
        self._count += 1
        numbered = enumerate(does, start=1)
        self.variants += [Variant(self._count, n, text) for n, text in numbered if text]
        return self._count


def program(exercise: Exercise) -> Program:
    """The exercise's program, compiled once."""
    with one_parser:
        return _program(exercise)


@functools.cache
def _program(exercise: Exercise) -> Program:
    return Program(exercise)


def program_of(exercise: Exercise, mistake: Mistake) -> Program | None:
    """A listed mistake's program; None if its code cannot be altered: it is made by a function."""
    with one_parser:
        return _program_of(exercise, mistake)


@functools.cache
def _program_of(exercise: Exercise, mistake: Mistake) -> Program | None:
    wrong = inspect.unwrap(mistake.wrong)
    plain = isinstance(wrong, types.FunctionType) and wrong.__closure__ is None
    if not plain or wrong.__name__ == "<lambda>":
        return None
    return Program(exercise, wrong)


_spent = threading.local()


def spent() -> int:
    """The switches passed so far by all runs of this thread: the same on every machine."""
    return getattr(_spent, "switches", 0)


def _does(variants: tuple[Variant, ...]) -> str:
    """What the variants do, as it goes on from "a program that"."""
    does = list(dict.fromkeys(v.does for v in variants))
    often = f", in {len(variants)} places" if len(does) == 1 < len(variants) else ""
    return f"{' and '.join(does)}{often}"


def _is_of_the_chapters(value: Any) -> TypeGuard[types.FunctionType]:
    return isinstance(value, types.FunctionType) and value.__module__.startswith(CHAPTERS)


def _known_words(exercise: Exercise) -> frozenset[str]:
    """The names that a learner of the exercise has met: arguments, outputs, code in its hints."""
    code = re.findall(r"`([^`]+)`", " ".join(exercise.hints))
    text = " ".join([exercise.signature, *(r.name for r in exercise.returns), *code])
    return frozenset(re.findall(r"[A-Za-z_]\w*", text)) - {"np", *dir(builtins), *dir(np)}
