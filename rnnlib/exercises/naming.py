"""Which mistake gives the learner's numbers: a listed one, the right answer altered, or two.

A mistake is named only if every output that it makes wrong is the learner's, in every case. What is
tried, and in which order, depends on the exercise and its cases alone, never on a clock.
"""

import copy
import functools
from dataclasses import dataclass

import numpy as np

from rnnlib.exercises.alterations import arguments as of_arguments
from rnnlib.exercises.alterations.composing import Composed, composed
from rnnlib.exercises.alterations.outputs import (
    OTHER_DIFFERENCES,
    OTHER_FACTORS,
    View,
    related,
)
from rnnlib.exercises.alterations.program import THOSE, program
from rnnlib.exercises.asking import ask
from rnnlib.exercises.comparing import Arrays, agree, in_order, outputs, parameter_names
from rnnlib.exercises.spec import Case, Exercise, Mistake

TELLING = 4  # cases of which one tells how the listed mistakes are written
KEPT = 24  # exercises, each with its cases, whose alterations' values are remembered


@dataclass(frozen=True)
class Named:
    """A mistake and the outputs that it explains."""

    outputs: tuple[int, ...]
    mistake: Mistake

    @property
    def is_vague(self) -> bool:
        """Whether it tells what an output is like, and not how it came about."""
        return self.mistake.says.endswith((OTHER_FACTORS, OTHER_DIFFERENCES))


class Search:
    """The mistakes of one exercise on some cases; their values are worked out once."""

    def __init__(self, exercise: Exercise, cases: list[Case], rights: list[Arrays]):
        self.exercise, self.cases, self.rights = exercise, cases, rights
        self.names = parameter_names(exercise)
        sizes = [sum(np.size(a) for a in case.arguments) for case in cases]
        middle = sorted(range(len(cases)), key=lambda i: (sizes[i], i))[len(cases) // 2 :]
        self.order = [*middle, *(i for i in range(len(cases)) if i not in middle)]
        self._values: dict[tuple[str, int], Arrays | None] = {}

    # --- candidates ---

    @functools.cached_property
    def singles(self) -> list[Mistake]:
        """Listed mistakes first, then altered arguments, then the altered program."""
        return [*self.exercise.mistakes, *self.altered_arguments, *self.altered_programs]

    @functools.cached_property
    def single_names(self) -> set[str]:
        return {mistake.wrong.__name__ for mistake in self.singles}

    @functools.cached_property
    def altered_arguments(self) -> list[Mistake]:
        return of_arguments.altered_arguments(self.exercise, self.names, self.cases)

    @functools.cached_property
    def altered_programs(self) -> list[Mistake]:
        own = program(self.exercise)
        return [own.altered(*choice) for choice in own.choices]

    def value(self, mistake: Mistake, i: int) -> Arrays | None:
        """What a mistake returns in case i; None where it fails."""
        key = (mistake.wrong.__name__, i)
        if key[0] not in self.single_names:
            return self.asked(mistake, i)  # of pairs there are too many to keep
        if key not in self._values:
            self._values[key] = self.asked(mistake, i)
        return self._values[key]

    def asked(self, mistake: Mistake, i: int) -> Arrays | None:
        """The same, worked out now."""
        if not _is_altered(mistake):
            given = ask(mistake.wrong, self.cases[i].arguments, self.names).value
        else:
            try:
                given = mistake.wrong(*self.fixed[i])
            except Exception:  # an alteration that cannot be run here, whatever stops it
                given = None
        value = outputs(given, self.exercise.returns)
        return None if value is None else in_order(value, self.exercise.returns)

    @functools.cached_property
    def fixed(self) -> list[tuple]:
        """The cases' arguments, which nothing can change."""
        return [tuple(_fixed(a) for a in copy.deepcopy(c.arguments)) for c in self.cases]

    # --- what fits ---

    def explained(self, mistake: Mistake, values: list[Arrays]) -> tuple[int, ...]:
        """The outputs that it makes wrong, if each of them is the learner's in every case."""
        rtol, agreeing, spoilt = self.exercise.rtol, set(range(len(self.rights[0]))), set()
        for i in self.order:
            made = self.value(mistake, i)
            if made is None:
                return ()
            for k, (m, v, r) in enumerate(zip(made, values[i], self.rights[i], strict=True)):
                wrong = not equal(m, r, rtol)
                if not equal(v, m, rtol):
                    agreeing.discard(k)
                    if wrong:
                        return ()
                elif wrong:
                    spoilt.add(k)
            if not agreeing:
                return ()
        return tuple(sorted(spoilt)) if spoilt <= agreeing else ()

    def found(self, values: list[Arrays], wrong: list[int]) -> list[Named]:
        """Single mistakes and relations that explain wrong outputs, as many as can be."""
        listed = len(self.exercise.mistakes)
        fits = [Named(e, m) for m in self.singles[:listed] if (e := self.explained(m, values))]
        fits += self.relations(values, wrong)
        if not _all_explained(fits, wrong):
            fits += [Named(e, m) for m in self.singles[listed:] if (e := self.explained(m, values))]
        return _chosen(fits, wrong)

    def given(self, i: int) -> dict[str, object]:
        """The arguments of a case by name."""
        return dict(zip(self.names, self.cases[i].arguments, strict=True))

    def relations(self, values: list[Arrays], wrong: list[int]) -> list[Named]:
        """What each wrong output is to the right one, if one relation holds in every case."""
        found: dict[str, list[int]] = {}
        for k in wrong:
            views = [
                View(v[k], r, k, self.given(i))
                for i, (v, r) in enumerate(zip(values, self.rights, strict=True))
            ]
            if said := related(self.exercise.returns, views):
                found.setdefault(said, []).append(k)
        names = [r.name for r in self.exercise.returns]
        return [
            Named(tuple(ks), Mistake(_related, said.format(name=_listed([names[k] for k in ks]))))
            for said, ks in found.items()
        ]

    # --- for two at once ---

    @functools.cached_property
    def composed(self) -> list[Composed]:
        """Every two listed mistakes that can be made at once."""
        return composed(self.exercise, self.cases, self.rights, self.telling)

    @functools.cached_property
    def telling(self) -> int:
        """Of a few cases, that in which most listed mistakes are seen."""
        few, rtol = self.order[:TELLING], self.exercise.rtol

        def seen(i: int) -> int:
            made = [self.value(m, i) for m in self.exercise.mistakes]
            pairs = [zip(m, self.rights[i], strict=True) for m in made if m]
            return sum(not all(equal(*pair, rtol) for pair in each) for each in pairs)

        return max(few, key=seen)

    @functools.cached_property
    def changes(self) -> list[of_arguments.Change]:
        """What can be altered in the arguments."""
        return of_arguments.changes(self.names, self.cases)


def _is_altered(mistake: Mistake) -> bool:
    """Whether it is the right answer, altered: that changes nothing it is given."""
    return mistake.says.startswith(THOSE)


def _fixed(argument: object) -> object:
    if isinstance(argument, np.ndarray):
        argument.setflags(write=False)
    return argument


def _related(*_):
    """Stands for a relation between outputs, which is no function of the arguments alone."""


def _listed(names: list[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"Each of {', '.join(quoted)}"


def _all_explained(named: list[Named], wrong: list[int]) -> bool:
    return set(wrong) <= {k for n in named for k in n.outputs}


def equal(a: np.ndarray, b: np.ndarray, rtol: float) -> bool:
    """Whether an output is the other, up to rounding."""
    return a.shape == b.shape and agree(a, b, rtol)


def _chosen(fits: list[Named], wrong: list[int]) -> list[Named]:
    """Of those that fit, the ones that explain most, until nothing more is explained."""
    chosen: list[Named] = []
    left = set(wrong)
    for named in sorted(fits, key=lambda n: -len(n.outputs)):
        if new := left & set(named.outputs):
            chosen.append(Named(tuple(sorted(new)), named.mistake))
            left -= new
    return chosen
