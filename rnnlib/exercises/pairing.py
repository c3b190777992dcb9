"""Two mistakes at once: one in another form or order, two of the list, or two alterations.

What is tried, and in which order, depends on the exercise, its cases and the answer alone: the work
is counted, never timed.
"""

import functools
from collections.abc import Iterator
from itertools import chain, combinations, permutations, zip_longest

import numpy as np

from rnnlib.exercises.alterations import arguments as of_arguments
from rnnlib.exercises.alterations.composing import TWO
from rnnlib.exercises.alterations.outputs import View, could_be_in_form, related_in_form
from rnnlib.exercises.alterations.program import program, program_of, spent
from rnnlib.exercises.comparing import Arrays
from rnnlib.exercises.evidence import return_in_order
from rnnlib.exercises.naming import Named, Search, equal
from rnnlib.exercises.spec import Exercise, Mistake

NEAR = 60  # single alterations of which pairs are made: those nearest to the answer
ANCHORS = 3  # that are tried with everything
MOST_IN_ORDER = 3  # outputs of which each order is tried together with a mistake
MOST_LISTED = 300  # pairs of listed mistakes that are tried for one answer
MOST_WORK = 150_000  # for the pairs that are tried for one answer: switches passed,
EACH = 200  # and so much for every one


def found_pair(
    search: Search, values: list[Arrays], left: list[int], idle: frozenset[str] = frozenset()
) -> Named | None:
    """Two mistakes that together explain at least one of these outputs, if there are any.

    idle: the arguments that have no effect on the answer, as far as is known.
    """
    own = Pairs(search, values)
    if found := own.in_other_order() or own.in_form(left):
        return found
    tried = (Named(e, m) for m in own.pairs(idle) if (e := search.explained(m, values)))
    return next((n for n in tried if set(n.outputs) & set(left)), None)


def is_of_two_listed(named: Named) -> bool:
    """Whether a pair is of two mistakes of the list."""
    return named.mistake.says.startswith(TWO)


class Pairs:
    """The pairs of mistakes that may have made an answer's values on the cases of a search."""

    def __init__(self, search: Search, values: list[Arrays]):
        self.search, self.values = search, values
        self.exercise, self.rights = search.exercise, search.rights
        self.cases, self.order = search.cases, search.order

    # --- one mistake, and what comes out of it in another form ---

    def in_other_order(self) -> Named | None:
        """A single mistake whose outputs are returned in another order; None if there is none."""
        every = range(len(self.exercise.returns))
        if len(every) > MOST_IN_ORDER:
            return None
        for order in list(permutations(every))[1:]:
            moved = [tuple(value[order.index(k)] for k in every) for value in self.values]
            pairs = zip(moved, self.rights, strict=True)
            if any(v.shape != r.shape for own in pairs for v, r in zip(*own, strict=True)):
                continue
            wrong = [k for k in every if self.is_wrong(moved, k)]
            found = self.search.found(moved, wrong)
            if len(found) == 1 and set(found[0].outputs) == set(wrong):
                return _in_order(self.exercise, order, found[0].mistake)
        return None

    def is_wrong(self, values: list[Arrays], k: int) -> bool:
        """Whether output k is wrong in some case."""
        pairs = zip(values, self.rights, strict=True)
        return not all(equal(v[k], r[k], self.exercise.rtol) for v, r in pairs)

    def in_form(self, left: list[int]) -> Named | None:
        """A single mistake whose output the learner's is in another form; None if there is none."""
        for k in left:
            returned, rtol = self.exercise.returns[k], self.exercise.rtol
            bad = [i for i in self.order if not equal(self.values[i][k], self.rights[i][k], rtol)]
            order = [*bad, *(i for i in self.order if i not in bad)]
            for mistake in self.search.singles:
                if not self.could_be_in_form(mistake, k, bad[0]):
                    continue
                if all(self.puts_right(mistake, k, i) for i in bad):
                    continue  # the form would undo a part of what is said of the mistake
                if said := related_in_form(returned, self.views(mistake, k, order)):
                    own = said.format(name=f"`{returned.name}`")
                    own = own[0].lower() + own[1:]
                    wrong = functools.partial(mistake.wrong)
                    wrong.__name__ = f"{mistake.wrong.__name__}+form"  # type: ignore
                    return Named((k,), Mistake(wrong, f"{mistake.says} In addition, {own}"))
        return None

    def could_be_in_form(self, mistake: Mistake, k: int, i: int) -> bool:
        """Whether case i, in which output k is wrong, allows that it is in another form."""
        made, value, right = self.search.value(mistake, i), self.values[i][k], self.rights[i][k]
        if made is None or equal(made[k], right, self.exercise.rtol):
            return False
        if value.shape == right.shape != made[k].shape:
            return False
        return could_be_in_form(value, made[k])

    def puts_right(self, mistake: Mistake, k: int, i: int) -> bool:
        """Whether the answer has a number right in case i that the mistake makes wrong."""
        made, value, right = self.search.value(mistake, i), self.values[i][k], self.rights[i][k]
        if made is None or not made[k].shape == value.shape == right.shape:
            return False
        mine, its = (np.isclose(a, right, rtol=self.exercise.rtol) for a in (value, made[k]))
        return bool((mine & ~its).any())

    def views(self, mistake: Mistake, k: int, order: list[int]) -> Iterator[View]:
        """Output k beside what a mistake makes of it, case by case."""
        for i in order:
            made = self.search.value(mistake, i)
            if made is None:
                yield View(np.array(np.nan), self.rights[i], k, {})  # fits nothing
                return
            yield View(self.values[i][k], made, k, self.search.given(i))

    # --- candidates ---

    def pairs(self, idle: frozenset[str] = frozenset()) -> Iterator[Mistake]:
        """Pairs of single alterations, those most likely first, as many as the work allows.

        First one that makes a wrong output as the answer does, or takes an argument away that has
        no effect on it, with every other one; then, in turn, the listed mistakes nearest to the
        answer with their own code altered, and each two of those that come near to it.
        """
        small = self.smallest_wrong()
        for mistake in self.two_listed(small):
            if self.can_explain(mistake, small):
                yield mistake
        near = self.near([self.order[0], small])
        last = spent() + MOST_WORK
        for n, pair in enumerate(self.candidates(near, idle)):
            if spent() + n * EACH > last:
                return
            if self.can_explain(pair, small):
                yield pair

    def candidates(self, near: list[int], idle: frozenset[str]) -> Iterator[Mistake]:
        """What `pairs` tries, in that order."""
        zero = {f"{name}_zero" for name in idle}
        first = [s for s, m in enumerate(self.search.singles) if m.wrong.__name__ in zero]
        first += [s for s in near if self.makes_one(self.search.singles[s])][:ANCHORS]
        others = [*near, *(s for s in range(len(self.search.singles)) if s not in near)]
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

    def two_listed(self, i: int) -> list[Mistake]:
        """Two listed mistakes made at once: those nearest to the answer in case i."""
        far = [self.distance(m, i) for m in self.exercise.mistakes]
        order = sorted(range(len(far)), key=lambda s: (far[s], s))
        ranks = {s: rank for rank, s in enumerate(order)}
        found = sorted(self.search.composed, key=lambda c: sum(ranks[s] for s in c.both))
        return [c.mistake for c in found[:MOST_LISTED]]

    def smallest_wrong(self) -> int:
        """The smallest case with as many wrong outputs as any."""
        rtol = self.exercise.rtol
        wrong = [
            sum(not equal(*pair, rtol) for pair in zip(v, r, strict=True))
            for v, r in zip(self.values, self.rights, strict=True)
        ]
        sizes = [sum(np.size(a) for a in case.arguments) for case in self.cases]
        return min(range(len(self.values)), key=lambda i: (-wrong[i], sizes[i], i))

    def can_explain(self, mistake: Mistake, i: int) -> bool:
        """Whether what it makes wrong in case i is the answer's."""
        made, rtol = self.search.value(mistake, i), self.exercise.rtol
        return made is not None and all(
            equal(m, v, rtol) or equal(m, r, rtol)
            for m, v, r in zip(made, self.values[i], self.rights[i], strict=True)
        )

    def near(self, cases: list[int]) -> list[int]:
        """The singles nearest to the answer in one of these cases; of those alike, one of a kind.

        In a long case two mistakes may add up to something far from each of them.
        """
        listed, arguments = len(self.exercise.mistakes), len(self.search.changes)
        far = [tuple(self.distance(m, i) for i in cases) for m in self.search.singles]
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

    def makes_one(self, mistake: Mistake) -> bool:
        """Whether it makes a wrong output as the answer does, in the first cases."""
        rtol = self.exercise.rtol
        for k in range(len(self.exercise.returns)):
            wrong = [
                i for i in self.order[:2] if not equal(self.values[i][k], self.rights[i][k], rtol)
            ]
            made = [self.search.value(mistake, i) for i in wrong]
            if wrong and all(
                m and equal(m[k], self.values[i][k], rtol) for m, i in zip(made, wrong, strict=True)
            ):
                return True
        return False

    def both(self, s: int, t: int) -> Mistake | None:
        """Two of the singles at once; None where they cannot be joined."""
        own, changes = program(self.exercise), self.search.changes
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
                return of_arguments.on_top(self.search.singles[t], changes[s - listed])
        elif t >= listed:
            return of_arguments.on_top(self.search.singles[s], changes[t - listed])
        return None

    def inside(self, s: int) -> Iterator[Mistake]:
        """A listed mistake with its own code altered, in each way in which the right one can be."""
        mistake, known = self.search.singles[s], {v.does for v in program(self.exercise).variants}
        if own := program_of(self.exercise, mistake):
            for choice in own.choices:
                if {v.does for v in choice} <= known:  # another could undo the mistake itself
                    yield own.inside(mistake, choice)

    def distance(self, mistake: Mistake, i: int) -> float:
        """How far a mistake's numbers are from the answer's, in case i."""
        made = self.search.value(mistake, i)
        if made is None or any(
            m.shape != v.shape for m, v in zip(made, self.values[i], strict=True)
        ):
            return np.inf
        gaps = [
            np.linalg.norm(m - v) / (np.linalg.norm(v) + np.linalg.norm(m) + 1e-300)
            for m, v in zip(made, self.values[i], strict=True)
        ]
        far = float(sum(gaps))
        return far if np.isfinite(far) else np.inf


def _in_order(exercise: Exercise, order: tuple[int, ...], mistake: Mistake) -> Named:
    """The mistake, its results being returned in another order."""
    wrong = functools.partial(mistake.wrong)
    wrong.__name__ = f"{mistake.wrong.__name__}+order"  # type: ignore
    names = [returned.name for returned in exercise.returns]
    says = f"{return_in_order(names, order)} In addition: {mistake.says}"
    return Named(tuple(range(len(order))), Mistake(wrong, says))
