"""The reference with its program altered in one place: a term left out, an index one off.

`instrumenting` rewrites the reference once, with a switch at each place that can be altered. A
variant is a place and what to do there, so a mistake made in this way costs nothing but its runs,
and two variants can be active at once. Functions of other exercises that the reference calls stay
as they are: an answer calls the learner's own, which have checks of their own.

Work is counted in switches passed, which is the same on every machine: this stops loops that would
not end, and limits the search for two mistakes at once (`pairing`).
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

from rnnlib.exercises.alterations.instrumenting import Instrumenter
from rnnlib.exercises.alterations.switches import Switch
from rnnlib.exercises.alterations.wording import ALTERED, Words, one_of_several
from rnnlib.exercises.registry import exercises
from rnnlib.exercises.spec import Exercise, Mistake
from rnnlib.one_parser import one_parser

CHAPTERS = "rnnlib.exercises.chapters"
CALL = 20  # switches that a call of another exercise's function counts for
MOST_TIMES, MOST_MORE = 10, 1000  # a run may pass 10 times the switches of the right one, and 1000


class DoesNotEnd(Exception):
    """A run has passed too many switches."""


@dataclass(frozen=True)
class Variant:
    """One way in which one place can be wrong.

    number: which of the place's variants, from 1 on. does: what a program with it does, such as
    "leaves out `b`"; the sentence says "a program that leaves out `b`".
    """

    place: int
    number: int
    does: str


class Program:
    """The reference of an exercise, or a listed mistake of it, with switches.

    It can be run in several threads at once.
    """

    def __init__(self, exercise: Exercise, listed: Callable | None = None):
        self._active = threading.local()
        self._words = Words(_known_names(exercise))
        self.variants: list[Variant] = []
        self._count = 0
        self._leaf_of: dict[int, int] = {}  # the statement that a place is in (`Instrumenter`)
        self._most = 0  # no limit, until the switches of a right run have been counted
        # Functions that other exercises ask for: they are called as they are.
        self._kept = {inspect.unwrap(exercises()[id].reference) for id in exercise.needs}
        self._run = self._instrumented(inspect.unwrap(listed or exercise.reference))
        self._most = program(exercise)._most if listed else self._limit(exercise)

    def _limit(self, exercise: Exercise) -> int:
        """The most switches that a run may pass."""
        cases = exercise.cases(np.random.default_rng(0))
        largest = max(self.count_switches(copy.deepcopy(c.arguments)) for c in cases)
        return MOST_MORE + MOST_TIMES * largest

    def altered(self, *variants: Variant) -> Mistake:
        """The program with these variants, as a mistake with the sentence on what it does."""
        return Mistake(self._wrong(variants), f"{ALTERED} a program that {_does(variants)}.")

    def altered_mistake(self, mistake: Mistake, variants: tuple[Variant, ...]) -> Mistake:
        """The listed mistake whose program this is, with these variants, as one mistake."""
        wrong = self._wrong(variants)
        wrong.__name__ = f"{mistake.wrong.__name__}+{wrong.__name__}"
        more = f"your numbers are those of a program that {_does(variants)}"
        return Mistake(wrong, f"{one_of_several(mistake.says)} In addition, {more}.")

    def _wrong(self, variants: tuple[Variant, ...]) -> Callable:
        """The program with these variants as a function, whose name tells the variants."""
        choice = {v.place: v.number for v in variants}

        def wrong(*arguments):
            return self.run(choice, arguments)

        wrong.__name__ = "+".join(f"at_{v.place}_{v.number}" for v in variants)
        return wrong

    @functools.cached_property
    def choices(self) -> list[tuple[Variant, ...]]:
        """Each variant alone; then, all at once, those of several places that do the same thing."""
        alike: dict[str, list[Variant]] = {}
        for variant in self.variants:
            alike.setdefault(variant.does, []).append(variant)
        groups = ({v.place: v for v in group} for group in alike.values())
        return [*((v,) for v in self.variants), *(tuple(g.values()) for g in groups if len(g) > 1)]

    def count_switches(self, arguments: tuple) -> int:
        """How many switches a run without any variant passes."""
        self.run({}, arguments)
        return self._active.passed

    def run(self, choice: dict[int, int], arguments: tuple) -> Any:
        """What the program returns with a variant at some places: choice[place] is its number."""
        active = self._active
        active.choice, active.passed, active.times = choice, 0, {}
        active.leaves = {self._leaf_of.get(place) for place in choice}
        try:
            with np.errstate(all="ignore"):
                return self._run(*arguments)
        finally:
            _work.switches = switches_passed() + active.passed

    # --- while it runs ---

    def _at(self, place: int) -> int:
        """The number of the variant that is active at a place; 0 for none."""
        self._pass(1)
        return self._active.choice.get(place, 0)

    def _alters(self, leaf: int, places: int) -> bool:
        """Whether a variant is active at one of the places of a statement, which are passed."""
        self._pass(places)
        return leaf in self._active.leaves

    def _pass(self, places: int) -> None:
        """Counts so many switches as passed."""
        active = self._active
        if active.passed + places > self._most > 0:
            raise DoesNotEnd("it does not end")
        active.passed += places

    def _counted(self, function: Callable) -> Callable:
        """The function, with each of its calls counted as work."""

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
        """The function compiled with switches, and with it the functions of chapters that it calls.

        Each module gets a copy of its namespace, in which the compiled functions are put.
        """
        done: set[Callable] = set()  # functions that are compiled or are the result of it
        namespaces: dict[str, dict] = {}
        switch = Switch(self._at, self._alters, self._again)

        def compiled(f: Callable) -> Callable:
            module = inspect.getmodule(f)
            assert module is not None
            space = namespaces.setdefault(module.__name__, {**vars(module), "__switch": switch})
            if f not in done:
                done.add(f)
                tree = ast.parse(textwrap.dedent(inspect.getsource(f)))
                for name in dict.fromkeys(n.id for n in ast.walk(tree) if isinstance(n, ast.Name)):
                    other = space.get(name)
                    if _is_of_the_chapters(other) and other is not f:
                        kept = other in self._kept
                        space[name] = self._counted(other) if kept else compiled(other)
                variables = variables_of(f, tree)
                own = Instrumenter(self.new_place, self._words, variables)
                changed = own.visit(tree)
                self._leaf_of |= own.leaf_of
                where = f"<{f.__name__}, altered>"
                exec(compile(ast.fix_missing_locations(changed), where, "exec"), space)
                done.add(space[f.__name__])
            return space[f.__name__]

        return compiled(function)

    def new_place(self, *does: str) -> int:
        """Adds a place with a variant for each text, and returns its number.

        An empty text stands for a variant that is not possible there.
        """
        self._count += 1
        numbered = enumerate(does, start=1)
        self.variants += [Variant(self._count, n, text) for n, text in numbered if text]
        return self._count


def variables_of(function: Callable, tree: ast.AST) -> list[str]:
    """The function's parameters and variables, from its tree: the same in every version of Python.

    Since 3.12, those of a comprehension, and what it takes from the function, count among them.
    """
    targets: set[ast.AST] = set()
    taken: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.comprehension):
            targets |= {*ast.walk(node.target)}
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp):
            own = {n for g in node.generators for n in ast.walk(g.target)}
            bound = {n.id for n in own if isinstance(n, ast.Name)}
            outside = {*ast.walk(node.generators[0].iter)}
            used = (n for n in ast.walk(node) if isinstance(n, ast.Name) and n not in outside)
            taken |= {n.id for n in used} - bound
    stored = [
        (n.lineno, n.col_offset, n.id if isinstance(n, ast.Name) else n.name)
        for n in ast.walk(tree)
        if isinstance(n, ast.FunctionDef)
        or (isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and n not in targets)
    ]
    known = {*function.__code__.co_varnames} - taken
    local = [name for *_, name in sorted(stored) if name in known]
    return list(dict.fromkeys([*inspect.signature(function).parameters, *local]))


def program(exercise: Exercise) -> Program:
    """The program of the exercise's reference; compiled once."""
    with one_parser:
        return _program(exercise)


@functools.cache
def _program(exercise: Exercise) -> Program:
    return Program(exercise)


def program_of(exercise: Exercise, mistake: Mistake) -> Program | None:
    """The program of a listed mistake; compiled once.

    None if it is no ordinary function of a module: one that another function returned, a lambda.
    """
    with one_parser:
        return _program_of(exercise, mistake)


@functools.cache
def _program_of(exercise: Exercise, mistake: Mistake) -> Program | None:
    wrong = inspect.unwrap(mistake.wrong)
    plain = isinstance(wrong, types.FunctionType) and wrong.__closure__ is None
    if not plain or wrong.__name__ == "<lambda>":
        return None
    return Program(exercise, wrong)


_work = threading.local()


def switches_passed() -> int:
    """The switches passed so far by all runs in this thread."""
    return getattr(_work, "switches", 0)


def _does(variants: tuple[Variant, ...]) -> str:
    """What the variants do together: "leaves out `b`, in 2 places"."""
    does = list(dict.fromkeys(v.does for v in variants))
    often = f", in {len(variants)} places" if len(does) == 1 < len(variants) else ""
    return f"{' and '.join(does)}{often}"


def _is_of_the_chapters(value: Any) -> TypeGuard[types.FunctionType]:
    return isinstance(value, types.FunctionType) and value.__module__.startswith(CHAPTERS)


def _known_names(exercise: Exercise) -> frozenset[str]:
    """The names that a learner of the exercise knows: arguments, outputs, code in its hints."""
    code = re.findall(r"`([^`]+)`", " ".join(exercise.hints))
    text = " ".join([exercise.signature, *(r.name for r in exercise.returns), *code])
    return frozenset(re.findall(r"[A-Za-z_]\w*", text)) - {"np", *dir(builtins), *dir(np)}
