"""Which mistake makes the learner's numbers.

`Search` has all single mistakes that are known for an exercise: the listed ones, the reference with
changed arguments, and the reference with its program altered in one place. It also knows the
relations between a wrong output and the right one ("is the square of the right answer").

A mistake is named only if every output that it makes wrong equals the learner's in every case. What
is tried, and in which order, depends on the exercise and its cases alone, never on a clock, so that
the same answer always gets the same message.
"""

import copy
import functools
from dataclasses import dataclass

import numpy as np

from rnnlib.exercises.alterations import arguments as of_arguments
from rnnlib.exercises.alterations.composing import Composed, composed
from rnnlib.exercises.alterations.factors import OTHER_DIFFERENCES, OTHER_FACTORS
from rnnlib.exercises.alterations.program import program
from rnnlib.exercises.alterations.relations import related
from rnnlib.exercises.alterations.view import View
from rnnlib.exercises.alterations.wording import ALTERED
from rnnlib.exercises.comparing import (
    Arrays,
    equal,
    output_arrays,
    parameter_names,
    with_sorted_rows,
)
from rnnlib.exercises.spec import Case, Exercise, Mistake

REVEALING = 4  # cases among which the most revealing one is chosen
KEPT = 24  # exercises, each with its cases, whose search is remembered


@dataclass(frozen=True)
class Named:
    """A mistake and the outputs that it explains."""

    outputs: tuple[int, ...]
    mistake: Mistake

    @property
    def is_vague(self) -> bool:
        """Whether the sentence only describes the numbers ("right up to a factor …")."""
        return self.mistake.says.endswith((OTHER_FACTORS, OTHER_DIFFERENCES))


class Search:
    """The mistakes of one exercise on some cases; what each of them makes is computed once.

    expected: the right outputs in each case. `order` is the order in which cases are looked at: the
    larger half first, from its smallest on, because mistakes rarely agree in those by chance.
    """

    def __init__(self, exercise: Exercise, cases: list[Case], expected: list[Arrays]):
        self.exercise, self.cases, self.expected = exercise, cases, expected
        self.names = parameter_names(exercise)
        self.sizes = [sum(np.size(a) for a in case.arguments) for case in cases]
        larger = sorted(range(len(cases)), key=lambda i: (self.sizes[i], i))[len(cases) // 2 :]
        self.order = [*larger, *(i for i in range(len(cases)) if i not in larger)]
        self._values: dict[tuple[str, int], Arrays | None] = {}

    # --- the mistakes and what they make ---

    @functools.cached_property
    def singles(self) -> list[Mistake]:
        """All single mistakes: listed ones, changed arguments, the altered program."""
        return [*self.exercise.mistakes, *self.altered_arguments, *self.altered_programs]

    @functools.cached_property
    def single_names(self) -> set[str]:
        """The names of their functions; no two are the same."""
        return {mistake.wrong.__name__ for mistake in self.singles}

    @functools.cached_property
    def altered_arguments(self) -> list[Mistake]:
        """The reference with one argument changed, or two exchanged."""
        return of_arguments.altered_arguments(self.exercise, self.names, self.cases)

    @functools.cached_property
    def altered_programs(self) -> list[Mistake]:
        """The reference with its program altered in one place, or in all places of one kind."""
        own = program(self.exercise)
        return [own.altered(*choice) for choice in own.choices]

    def value(self, mistake: Mistake, i: int) -> Arrays | None:
        """The outputs of a mistake in case i; None where it fails. Those of singles are kept."""
        key = (mistake.wrong.__name__, i)
        if key[0] not in self.single_names:
            return self.computed(mistake, i)  # there are too many pairs of mistakes to keep
        if key not in self._values:
            self._values[key] = self.computed(mistake, i)
        return self._values[key]

    def computed(self, mistake: Mistake, i: int) -> Arrays | None:
        """The same, without keeping it."""
        arguments = self.read_only[i]
        if not _is_altered(mistake):
            arguments = copy.deepcopy(self.cases[i].arguments)
        try:
            given = mistake.wrong(*arguments)
        except Exception:  # an alteration need not be possible: a number has no transpose
            given = None
        value = output_arrays(given, self.exercise.returns)
        return None if value is None else with_sorted_rows(value, self.exercise.returns)

    @functools.cached_property
    def read_only(self) -> list[tuple]:
        """The arguments of the cases; the arrays cannot be written into."""
        return [tuple(_read_only(a) for a in copy.deepcopy(c.arguments)) for c in self.cases]

    def arguments(self, i: int) -> dict[str, object]:
        """The arguments of case i by name."""
        return dict(zip(self.names, self.cases[i].arguments, strict=True))

    # --- which of them fit ---

    def smallest_wrong(self, values: list[Arrays]) -> int:
        """Of the cases with the most wrong outputs, the smallest."""
        rtol = self.exercise.rtol
        wrong = [
            sum(not equal(*pair, rtol) for pair in zip(v, r, strict=True))
            for v, r in zip(values, self.expected, strict=True)
        ]
        return min(range(len(values)), key=lambda i: (-wrong[i], self.sizes[i], i))

    def can_explain(self, mistake: Mistake, values: list[Arrays], i: int) -> bool:
        """Whether each output of a mistake is right or equal to the answer's in case i."""
        made, rtol = self.value(mistake, i), self.exercise.rtol
        return made is not None and all(
            equal(m, v, rtol) or equal(m, r, rtol)
            for m, v, r in zip(made, values[i], self.expected[i], strict=True)
        )

    def explained(self, mistake: Mistake, values: list[Arrays], left: list[int]) -> tuple[int, ...]:
        """The outputs that a mistake explains, if one of those in `left` is among them.

        values: the answer's outputs in each case. An output that the mistake makes wrong in some
        case must equal the answer's in all cases. One that it leaves right may be anything.
        """
        rtol, agreeing, wrong = self.exercise.rtol, set(range(len(self.expected[0]))), set()
        for i in self.order:
            made = self.value(mistake, i)
            if made is None:
                return ()
            for k, (m, v, r) in enumerate(zip(made, values[i], self.expected[i], strict=True)):
                is_wrong = not equal(m, r, rtol)
                if not equal(v, m, rtol):
                    agreeing.discard(k)
                    if is_wrong:
                        return ()
                elif is_wrong:
                    wrong.add(k)
            if agreeing.isdisjoint(left):
                return ()
        return tuple(sorted(wrong)) if wrong <= agreeing and wrong & {*left} else ()

    def find(self, values: list[Arrays], wrong: list[int]) -> list[Named]:
        """The single mistakes and relations that explain the wrong outputs, as many as possible.

        The order matters where several explain the same: listed mistakes, then relations, then
        (unless all wrong outputs are explained already) changed arguments and altered programs.
        """

        small = self.smallest_wrong(values)

        def fitting(mistakes: list[Mistake]) -> list[Named]:
            could = (m for m in mistakes if self.can_explain(m, values, small))
            return [Named(e, m) for m in could if (e := self.explained(m, values, wrong))]

        listed = len(self.exercise.mistakes)
        fits = [*fitting(self.singles[:listed]), *self.relations(values, wrong)]
        if not set(wrong) <= {k for n in fits for k in n.outputs}:
            fits += fitting(self.singles[listed:])
        return _chosen(fits, wrong)

    def relations(self, values: list[Arrays], wrong: list[int]) -> list[Named]:
        """The relations of wrong outputs to the right ones; equal ones share a sentence."""
        found: dict[str, list[int]] = {}
        for k in wrong:
            views = [
                View(v[k], r, k, self.arguments(i))
                for i, (v, r) in enumerate(zip(values, self.expected, strict=True))
            ]
            if said := related(self.exercise.returns, views):
                found.setdefault(said, []).append(k)
        names = [r.name for r in self.exercise.returns]
        return [
            Named(tuple(ks), Mistake(_related, said.format(name=listed([names[k] for k in ks]))))
            for said, ks in found.items()
        ]

    # --- what `pairing` makes two mistakes at once from ---

    @functools.cached_property
    def composed(self) -> list[Composed]:
        """Every two listed mistakes that can be made at once."""
        return composed(self.exercise, self.cases, self.expected, self.most_revealing)

    @functools.cached_property
    def most_revealing(self) -> int:
        """Of the first few cases, the one in which most listed mistakes make something wrong."""
        few, rtol = self.order[:REVEALING], self.exercise.rtol

        def seen(i: int) -> int:
            made = [self.value(m, i) for m in self.exercise.mistakes]
            pairs = [zip(m, self.expected[i], strict=True) for m in made if m]
            return sum(not all(equal(*pair, rtol) for pair in each) for each in pairs)

        return max(few, key=seen)

    @functools.cached_property
    def changes(self) -> list[of_arguments.Change]:
        """The changes of arguments; `altered_arguments` has one mistake for each."""
        return of_arguments.changes(self.names, self.cases)


def _is_altered(mistake: Mistake) -> bool:
    """Whether it is made from the reference, which never changes its arguments."""
    return mistake.says.startswith(ALTERED)


def _read_only(argument: object) -> object:
    if isinstance(argument, np.ndarray):
        argument.setflags(write=False)
    return argument


def _related(*_):
    """Stands in for the function of a relation, which does not depend on the arguments alone."""


def listed(names: list[str]) -> str:
    """The subject of a sentence about outputs: "`y`", or "Each of `y`, `z`"."""
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"Each of {', '.join(quoted)}"


def _chosen(fits: list[Named], wrong: list[int]) -> list[Named]:
    """The mistakes that explain most outputs first, each for outputs that none before explains."""
    chosen: list[Named] = []
    left = set(wrong)
    for named in sorted(fits, key=lambda n: -len(n.outputs)):
        if new := left & set(named.outputs):
            chosen.append(Named(tuple(sorted(new)), named.mistake))
            left -= new
    return chosen
