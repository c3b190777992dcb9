"""Which mistake gives the learner's numbers: a listed one, the right answer altered, or two.

A mistake is named only if every output that it makes wrong is the learner's, in every case. What is
tried, and in which order, depends on the exercise and its cases alone, never on a clock.
"""

import copy
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, combinations, permutations, zip_longest

import numpy as np

from rnnlib.exercises.alterations import arguments as of_arguments
from rnnlib.exercises.alterations.outputs import (
    View,
    could_be_in_form,
    related,
    related_in_form,
)
from rnnlib.exercises.alterations.program import THOSE, program, program_of, spent
from rnnlib.exercises.asking import ask
from rnnlib.exercises.comparing import Arrays, agree, in_order, outputs, parameter_names
from rnnlib.exercises.evidence import return_in_order
from rnnlib.exercises.spec import Case, Exercise, Mistake

NEAR = 60  # single alterations of which pairs are made: those nearest to the answer
ANCHORS = 3  # that are tried with everything
MOST_IN_ORDER = 3  # outputs of which each order is tried together with a mistake
MOST_WORK = 150_000  # for the pairs that are tried for one answer: switches passed,
EACH = 200  # and so much for every one
KEPT = 24  # exercises, each with its cases, whose alterations' values are remembered


@dataclass(frozen=True)
class Named:
    """A mistake and the outputs that it explains."""

    outputs: tuple[int, ...]
    mistake: Mistake


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
                wrong = not _equal(m, r, rtol)
                if not _equal(v, m, rtol):
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

    def found_pair(
        self, values: list[Arrays], left: list[int], idle: frozenset[str] = frozenset()
    ) -> list[Named]:
        """Two mistakes that together explain at least one of these outputs; none, or one pair.

        idle: the arguments that have no effect on the answer, as far as is known.
        """
        if found := self.in_other_order(values) or self.in_form(values, left):
            return [found]
        pairs = (Named(e, m) for m in self.pairs(values, idle) if (e := self.explained(m, values)))
        first = next((n for n in pairs if set(n.outputs) & set(left)), None)
        return _chosen([first], left) if first else []

    def in_other_order(self, values: list[Arrays]) -> Named | None:
        """A single mistake whose outputs are returned in another order; None if there is none."""
        every = range(len(self.exercise.returns))
        if len(every) > MOST_IN_ORDER:
            return None
        for order in list(permutations(every))[1:]:
            moved = [tuple(value[order.index(k)] for k in every) for value in values]
            pairs = zip(moved, self.rights, strict=True)
            if any(v.shape != r.shape for own in pairs for v, r in zip(*own, strict=True)):
                continue
            wrong = [k for k in every if self.is_wrong(moved, k)]
            found = self.found(moved, wrong)
            if len(found) == 1 and set(found[0].outputs) == set(wrong):
                return _in_order(self.exercise, order, found[0].mistake)
        return None

    def is_wrong(self, values: list[Arrays], k: int) -> bool:
        """Whether output k is wrong in some case."""
        pairs = zip(values, self.rights, strict=True)
        return not all(_equal(v[k], r[k], self.exercise.rtol) for v, r in pairs)

    def in_form(self, values: list[Arrays], left: list[int]) -> Named | None:
        """A single mistake whose output the learner's is in another form; None if there is none."""
        for k in left:
            returned, rtol = self.exercise.returns[k], self.exercise.rtol
            bad = [i for i in self.order if not _equal(values[i][k], self.rights[i][k], rtol)]
            order = [*bad, *(i for i in self.order if i not in bad)]
            for mistake in self.singles:
                if not self.could_be_in_form(mistake, values, k, bad[0]):
                    continue
                if all(self.puts_right(mistake, values, k, i) for i in bad):
                    continue  # the form would undo a part of what is said of the mistake
                if said := related_in_form(returned, self.views(mistake, values, k, order)):
                    own = said.format(name=f"`{returned.name}`")
                    own = own[0].lower() + own[1:]
                    wrong = functools.partial(mistake.wrong)
                    wrong.__name__ = f"{mistake.wrong.__name__}+form"  # type: ignore
                    return Named((k,), Mistake(wrong, f"{mistake.says} And beside that, {own}"))
        return None

    def could_be_in_form(self, mistake: Mistake, values: list[Arrays], k: int, i: int) -> bool:
        """Whether case i, in which output k is wrong, allows that it is in another form."""
        made, value, right = self.value(mistake, i), values[i][k], self.rights[i][k]
        if made is None or _equal(made[k], right, self.exercise.rtol):
            return False
        if value.shape == right.shape != made[k].shape:
            return False
        return could_be_in_form(value, made[k])

    def puts_right(self, mistake: Mistake, values: list[Arrays], k: int, i: int) -> bool:
        """Whether the answer has a number right in case i that the mistake makes wrong."""
        made, value, right = self.value(mistake, i), values[i][k], self.rights[i][k]
        if made is None or not made[k].shape == value.shape == right.shape:
            return False
        mine, its = (np.isclose(a, right, rtol=self.exercise.rtol) for a in (value, made[k]))
        return bool((mine & ~its).any())

    def views(self, mistake: Mistake, values: list, k: int, order: list[int]) -> Iterator[View]:
        """Output k beside what a mistake makes of it, case by case."""
        for i in order:
            made = self.value(mistake, i)
            if made is None:
                yield View(np.array(np.nan), self.rights[i], k, {})  # fits nothing
                return
            yield View(values[i][k], made, k, self.given(i))

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

    # --- two at once ---

    def pairs(self, values: list[Arrays], idle: frozenset[str] = frozenset()) -> Iterator[Mistake]:
        """Pairs of single alterations, those most likely first, as many as the work allows.

        First one that makes a wrong output as the answer does, or takes an argument away that has
        no effect on it, with every other one; then, in turn, the listed mistakes nearest to the
        answer with their own code altered, and each two of those that come near to it.
        """
        small = self.smallest_wrong(values)
        near = self.near(values, [self.order[0], small])
        last = spent() + MOST_WORK
        for n, pair in enumerate(self.candidates(values, near, idle)):
            if spent() + n * EACH > last:
                return
            if self.can_explain(pair, values, small):
                yield pair

    def candidates(
        self, values: list[Arrays], near: list[int], idle: frozenset[str]
    ) -> Iterator[Mistake]:
        """What `pairs` tries, in that order."""
        zero = {f"{name}_zero" for name in idle}
        first = [s for s, m in enumerate(self.singles) if m.wrong.__name__ in zero]
        first += [s for s in near if self.makes_one(self.singles[s], values)][:ANCHORS]
        others = [*near, *(s for s in range(len(self.singles)) if s not in near)]
        listed = [s for s in near if s < len(self.exercise.mistakes)][:ANCHORS]
        ranks = {s: rank for rank, s in enumerate(near)}
        places = sorted(combinations(near, 2), key=lambda p: (ranks[p[0]] + ranks[p[1]], p))
        in_turn = zip_longest(
            (m for s in listed for m in self.inside(s)), (self.both(*pair) for pair in places)
        )
        found = chain(
            (self.both(s, t) for s in first for t in others if s != t),
            chain.from_iterable(in_turn),
        )
        return (m for m in found if m)

    def smallest_wrong(self, values: list[Arrays]) -> int:
        """The smallest case with as many wrong outputs as any."""
        rtol = self.exercise.rtol
        wrong = [
            sum(not _equal(*pair, rtol) for pair in zip(v, r, strict=True))
            for v, r in zip(values, self.rights, strict=True)
        ]
        sizes = [sum(np.size(a) for a in case.arguments) for case in self.cases]
        return min(range(len(values)), key=lambda i: (-wrong[i], sizes[i], i))

    def can_explain(self, mistake: Mistake, values: list[Arrays], i: int) -> bool:
        """Whether what it makes wrong in case i is the answer's."""
        made, rtol = self.value(mistake, i), self.exercise.rtol
        return made is not None and all(
            _equal(m, v, rtol) or _equal(m, r, rtol)
            for m, v, r in zip(made, values[i], self.rights[i], strict=True)
        )

    def near(self, values: list[Arrays], cases: list[int]) -> list[int]:
        """The singles nearest to the answer in one of these cases; of those alike, one of a kind.

        In a long case two mistakes may add up to something far from each of them.
        """
        listed, arguments = len(self.exercise.mistakes), len(self.changes)
        far = [tuple(self.distance(m, values, i) for i in cases) for m in self.singles]
        ranked: dict[int, int] = {}
        for c in range(len(cases)):
            ordered = sorted(range(len(far)), key=lambda s: (far[s][c], s))
            for rank, s in enumerate(s for s in ordered if np.isfinite(far[s][c])):
                ranked[s] = min(rank, ranked.get(s, rank))
        kept: dict[tuple, int] = {}
        for s in sorted(ranked, key=lambda s: (ranked[s], s))[: 2 * NEAR]:
            kind = (s >= listed) + (s >= listed + arguments)
            kept.setdefault((kind, *(round(d, 9) for d in far[s])), s)
        return [*kept.values()][:NEAR]

    def makes_one(self, mistake: Mistake, values: list[Arrays]) -> bool:
        """Whether it makes a wrong output as the answer does, in the first cases."""
        rtol = self.exercise.rtol
        for k in range(len(self.exercise.returns)):
            wrong = [i for i in self.order[:2] if not _equal(values[i][k], self.rights[i][k], rtol)]
            made = [self.value(mistake, i) for i in wrong]
            if wrong and all(
                m and _equal(m[k], values[i][k], rtol) for m, i in zip(made, wrong, strict=True)
            ):
                return True
        return False

    def both(self, s: int, t: int) -> Mistake | None:
        """Two of the singles at once; None where they cannot be joined."""
        own, changes = program(self.exercise), self.changes
        listed, arguments = len(self.exercise.mistakes), len(changes)
        s, t = sorted((s, t))
        if t >= listed + arguments:
            second = own.choices[t - listed - arguments]
            if s >= listed + arguments:
                first = own.choices[s - listed - arguments]
                if {v.place for v in first} & {v.place for v in second}:
                    return None
                return own.altered(*first, *second)
            if s >= listed:
                return of_arguments.on_top(self.singles[t], changes[s - listed])
        elif t >= listed:
            return of_arguments.on_top(self.singles[s], changes[t - listed])
        return None

    def inside(self, s: int) -> Iterator[Mistake]:
        """A listed mistake with its own code altered, in each way in which the right one can be."""
        mistake, known = self.singles[s], {v.does for v in program(self.exercise).variants}
        if own := program_of(self.exercise, mistake):
            for choice in own.choices:
                if {v.does for v in choice} <= known:  # another could undo the mistake itself
                    yield own.inside(mistake, choice)

    @functools.cached_property
    def changes(self) -> list[of_arguments.Change]:
        """What can be altered in the arguments."""
        return of_arguments.changes(self.names, self.cases)

    def distance(self, mistake: Mistake, values: list[Arrays], i: int) -> float:
        """How far a mistake's numbers are from the answer's, in case i."""
        made = self.value(mistake, i)
        if made is None or any(m.shape != v.shape for m, v in zip(made, values[i], strict=True)):
            return np.inf
        gaps = [
            np.linalg.norm(m - v) / (np.linalg.norm(v) + np.linalg.norm(m) + 1e-300)
            for m, v in zip(made, values[i], strict=True)
        ]
        far = float(sum(gaps))
        return far if np.isfinite(far) else np.inf


def _in_order(exercise: Exercise, order: tuple[int, ...], mistake: Mistake) -> Named:
    """The mistake, its results being returned in another order."""
    wrong = functools.partial(mistake.wrong)
    wrong.__name__ = f"{mistake.wrong.__name__}+order"  # type: ignore
    names = [returned.name for returned in exercise.returns]
    says = f"{return_in_order(names, order)} And beside that: {mistake.says}"
    return Named(tuple(range(len(order))), Mistake(wrong, says))


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


def _equal(a: np.ndarray, b: np.ndarray, rtol: float) -> bool:
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
