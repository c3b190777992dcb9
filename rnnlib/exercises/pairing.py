"""Two mistakes at once, for wrong outputs that no single one explains.

The second mistake may be one of form: the outputs of a single mistake, but returned in another
order, or with another sign, shape or factor. Otherwise pairs are tried: two listed mistakes
(`alterations.composing`), a mistake on changed arguments, a listed mistake with its own program
altered, or the reference altered in two places.

There are too many pairs to try all. Which are tried, and in which order, depends on the exercise,
its cases and the answer alone: the work is counted in switches passed (`alterations.program`),
never timed.
"""

import functools
from collections.abc import Callable, Iterator
from itertools import chain, combinations, permutations, zip_longest

import numpy as np

from rnnlib.exercises.alterations import arguments as of_arguments
from rnnlib.exercises.alterations.composing import TWO_AT_ONCE
from rnnlib.exercises.alterations.program import program, program_of, switches_passed
from rnnlib.exercises.alterations.relations import could_be_in_form, related_in_form
from rnnlib.exercises.alterations.view import View
from rnnlib.exercises.alterations.wording import one_of_several
from rnnlib.exercises.comparing import Arrays, equal
from rnnlib.exercises.describing import RETURN, return_in_order
from rnnlib.exercises.naming import Named, Search, listed
from rnnlib.exercises.spec import Exercise, Mistake

NEAR = 60  # single mistakes that are paired with each other: those nearest to the answer
CLOSE = 4  # times as many are looked at
ANCHORS = 3  # single mistakes that are paired with every other one
FEW = 3  # cases in which a mistake is compared with the answer before its forms are tried
MOST_IN_ORDER = 3  # with more outputs, their orders are not tried
MOST_LISTED = 600  # pairs of listed mistakes that are tried for one answer
MOST_WORK = 150_000  # switches that the other pairs tried for one answer may pass,
EACH = 200  # each pair counting for so many more


def find_pair(
    search: Search,
    values: list[Arrays],
    left: list[int],
    without_effect: Callable[[], frozenset[str]] = frozenset,
) -> Named | None:
    """Two mistakes at once that explain at least one of the outputs in `left`; None if not found.

    values: the answer's outputs in each case of the search. without_effect: gives the arguments
    whose change does not change the answer; it is called only if it is needed.
    """
    own = Pairs(search, values)
    found = own.in_other_order() or own.in_form(left)
    if found and {*left} <= {*found.outputs}:
        return found
    if found:  # two listed mistakes are better if they explain all
        every = ((m, search.explained(m, values, left)) for m in own.listed_pairs())
        return next((Named(e, m) for m, e in every if {*left} <= {*e}), found)
    pairs = own.pairs(without_effect)
    return next((Named(e, m) for m in pairs if (e := search.explained(m, values, left))), None)


def in_other_order(search: Search, values: list[Arrays]) -> Named | None:
    """A single mistake that explains all wrong outputs if they are put in another order."""
    return Pairs(search, values).in_other_order()


def is_sure(named: Named) -> bool:
    """Whether this is two listed mistakes at once, or a single mistake in another order.

    Of these there are few, so that one of them hardly explains all outputs by chance.
    """
    return named.mistake.says.startswith((TWO_AT_ONCE, RETURN))


class Pairs:
    """The pairs of mistakes that may have made an answer's values on the cases of a search.

    A single mistake is referred to by its place s in `search.singles`: listed ones come first, then
    changed arguments, then altered programs.
    """

    def __init__(self, search: Search, values: list[Arrays]):
        self.search, self.values = search, values
        self.exercise, self.expected = search.exercise, search.expected
        self.cases, self.order = search.cases, search.order

    # --- a single mistake whose outputs are in another order or form ---

    def in_other_order(self) -> Named | None:
        """A single mistake that explains all wrong outputs if they are put in another order."""
        every = range(len(self.exercise.returns))
        if len(every) > MOST_IN_ORDER:
            return None
        for order in list(permutations(every))[1:]:
            moved = [tuple(value[order.index(k)] for k in every) for value in self.values]
            pairs = zip(moved, self.expected, strict=True)
            if any(v.shape != r.shape for own in pairs for v, r in zip(*own, strict=True)):
                continue
            wrong = [k for k in every if self.is_wrong(moved, k)]
            found = self.search.find(moved, wrong)
            if len(found) == 1 and set(found[0].outputs) == set(wrong):
                outputs = tuple(k for k in every if self.wrong_cases[k])
                return Named(outputs, _in_order(self.exercise, order, found[0].mistake))
        return None

    def is_wrong(self, values: list[Arrays], k: int) -> bool:
        """Whether output k is wrong in some case."""
        return not self.agree([v[k] for v in values], [r[k] for r in self.expected])

    def in_form(self, left: list[int]) -> Named | None:
        """A single mistake such that an output in `left` is twice what it makes, or minus that, ….

        The sentence is that of the mistake with, for example, "In addition, `y` is twice that." The
        outputs that the mistake makes wrong must be as it makes them, or in this form.
        """
        small = self.search.smallest_wrong(self.values)
        for k in left:
            bad = self.wrong_cases[k]
            for mistake in self.search.singles:
                if not all(self.could_be_in_form(mistake, k, i) for i in (small, bad[0])):
                    continue
                if all(self.is_as(mistake, k, i) for i in bad[:FEW]):
                    continue
                said = self.form(mistake, k)
                if not said or all(self.puts_right(mistake, k, i) for i in bad):
                    continue  # if right there, the sentence on the mistake would be untrue of it
                if found := self.with_form(mistake, said):
                    return found
        return None

    def with_form(self, mistake: Mistake, said: str) -> Named | None:
        """The mistake with this form, for each output that is not as the mistake makes it.

        None if the mistake makes one wrong that is in another form. said: a sentence on `{name}`.
        """
        every = [m for i in self.order if (m := self.search.value(mistake, i))]
        if len(every) < len(self.order):
            return None
        spoilt, changed = [], []
        for k in range(len(self.exercise.returns)):
            made = [m[k] for m in every]
            if self.agree(made, [self.values[i][k] for i in self.order]):
                spoilt += [k] if self.wrong_cases[k] else []
            elif self.form(mistake, k) == said:
                changed.append(k)
            elif not self.agree(made, [self.expected[i][k] for i in self.order]):
                return None
        own = said.format(name=listed([self.exercise.returns[k].name for k in changed]))
        wrong = functools.partial(mistake.wrong)
        wrong.__name__ = f"{mistake.wrong.__name__}+form"  # type: ignore
        says = f"{one_of_several(mistake.says)} In addition, {own[0].lower()}{own[1:]}"
        return Named(tuple(sorted([*spoilt, *changed])), Mistake(wrong, says))

    def form(self, mistake: Mistake, k: int) -> str:
        """A sentence about `{name}` on the form in which output k differs from the mistake's."""
        bad = self.wrong_cases[k]
        order = [*bad, *(i for i in self.order if i not in bad)]
        return related_in_form(self.exercise.returns[k], self.views(mistake, k, order))

    @functools.cached_property
    def wrong_cases(self) -> list[list[int]]:
        """For each output, the cases in which it is wrong."""
        own, rtol = list(zip(self.values, self.expected, strict=True)), self.exercise.rtol
        return [
            [i for i in self.order if not equal(own[i][0][k], own[i][1][k], rtol)]
            for k in range(len(self.exercise.returns))
        ]

    def agree(self, made: list[np.ndarray], wanted: list[np.ndarray]) -> bool:
        """Whether an output has these values in all cases."""
        pairs = zip(made, wanted, strict=True)
        return all(equal(m, w, self.exercise.rtol) for m, w in pairs)

    def could_be_in_form(self, mistake: Mistake, k: int, i: int) -> bool:
        """Whether output k in case i may be another form of what the mistake makes of it."""
        made, value, right = self.search.value(mistake, i), self.values[i][k], self.expected[i][k]
        if made is None or value.shape == right.shape != made[k].shape:
            return False
        return could_be_in_form(value, made[k])

    def is_as(self, mistake: Mistake, k: int, i: int) -> bool:
        """Whether the mistake makes output k right in case i, or as the answer has it."""
        made, rtol = self.search.value(mistake, i), self.exercise.rtol
        both = (self.values[i][k], self.expected[i][k])
        return made is not None and any(equal(made[k], v, rtol) for v in both)

    def puts_right(self, mistake: Mistake, k: int, i: int) -> bool:
        """Whether some number of output k is right in case i that the mistake makes wrong."""
        made, value, right = self.search.value(mistake, i), self.values[i][k], self.expected[i][k]
        if made is None or not made[k].shape == value.shape == right.shape:
            return False
        mine, its = (np.isclose(a, right, rtol=self.exercise.rtol) for a in (value, made[k]))
        return bool((mine & ~its).any())

    def views(self, mistake: Mistake, k: int, order: list[int]) -> Iterator[View]:
        """The answer's output k beside the mistake's (in the place of the right one), by case."""
        for i in order:
            made = self.search.value(mistake, i)
            if made is None:
                yield View(np.array(np.nan), self.expected[i], k, {})  # no relation holds for it
                return
            yield View(self.values[i][k], made, k, self.search.arguments(i))

    # --- candidates ---

    def pairs(self, without_effect: Callable[[], frozenset[str]] = frozenset) -> Iterator[Mistake]:
        """Two listed mistakes at once, then other pairs, as many as the work allows.

        Only pairs are returned whose wrong outputs in a small case are the answer's.
        """
        yield from self.listed_pairs()
        small = self.search.smallest_wrong(self.values)
        near = self.near(self.order[0], small)
        candidates = self.candidates(near, without_effect())
        last = switches_passed() + MOST_WORK  # counted from here: what was before may be remembered
        for n, pair in enumerate(candidates):
            if switches_passed() + n * EACH > last:
                return
            if self.search.can_explain(pair, self.values, small):
                yield pair

    def listed_pairs(self) -> Iterator[Mistake]:
        """Two listed mistakes at once whose wrong outputs in a small case are the answer's."""
        small = self.search.smallest_wrong(self.values)
        every = self.two_listed(small)
        return (m for m in every if self.search.can_explain(m, self.values, small))

    def candidates(self, near: list[int], without_effect: frozenset[str]) -> Iterator[Mistake]:
        """Pairs of single mistakes, the most likely first.

        First, every pair with a mistake that sets an argument without effect to zero, or that makes
        some wrong output exactly as the answer does. Then, in turn, a listed mistake near the
        answer with its own program altered, and two of the mistakes in `near`.
        """
        zero = {f"{name}_zero" for name in without_effect}
        first = [s for s, m in enumerate(self.search.singles) if m.wrong.__name__ in zero]
        first += [s for s in near if self.makes_one(self.search.singles[s])][:ANCHORS]
        others = [*near, *(s for s in range(len(self.search.singles)) if s not in near)]
        listed = [s for s in near if s < len(self.exercise.mistakes)][:ANCHORS]
        ranks = {s: rank for rank, s in enumerate(near)}
        places = sorted(combinations(near, 2), key=lambda p: (ranks[p[0]] + ranks[p[1]], p))
        in_turn = zip_longest(
            (m for s in listed for m in self.with_altered_program(s)),
            (self.joined(*pair) for pair in places),
        )
        found = chain(
            (self.joined(s, t) for s in first for t in others if s != t),
            chain.from_iterable(in_turn),
        )
        return (m for m in found if m)

    def two_listed(self, i: int) -> list[Mistake]:
        """Two listed mistakes at once, those first that are nearest to the answer in case i."""
        far = [self.distance(m, i) for m in self.exercise.mistakes]
        order = sorted(range(len(far)), key=lambda s: (far[s], s))
        ranks = {s: rank for rank, s in enumerate(order)}
        found = sorted(self.search.composed, key=lambda c: sum(ranks[s] for s in c.both))
        return [c.mistake for c in found[:MOST_LISTED]]

    def near(self, i: int, small: int) -> list[int]:
        """The single mistakes nearest to the answer in case i or in a small case, nearest first.

        A small case is used because over many steps two mistakes can lead far away from what each
        makes alone; and only those that are not far away there are run in the other case. Of
        mistakes of one kind (listed, arguments, program) at the same distance, the first is taken:
        they make the same.
        """
        listed, arguments = len(self.exercise.mistakes), len(self.search.changes)
        every = [self.distance(m, small) for m in self.search.singles]
        closest = sorted(range(len(every)), key=lambda s: (every[s], s))[: CLOSE * NEAR]
        far = {s: (self.distance(self.search.singles[s], i), every[s]) for s in closest}
        ranked: dict[int, int] = {}
        for c in range(2):
            ordered = sorted(far, key=lambda s: (far[s][c], s))
            for rank, s in enumerate(s for s in ordered if np.isfinite(far[s][c])):
                ranked[s] = min(rank, ranked.get(s, rank))
        kept: dict[tuple, int] = {}
        for s in sorted(ranked, key=lambda s: (ranked[s], s))[: 2 * NEAR]:
            kind = (s >= listed) + (s >= listed + arguments)
            kept.setdefault((kind, *(round(d, 9) for d in far[s])), s)
        return [*kept.values()][:NEAR]

    def makes_one(self, mistake: Mistake) -> bool:
        """Whether it makes some wrong output exactly as the answer does, in the first two cases."""
        rtol = self.exercise.rtol
        for k in range(len(self.exercise.returns)):
            wrong = [
                i for i in self.order[:2] if not equal(self.values[i][k], self.expected[i][k], rtol)
            ]
            made = [self.search.value(mistake, i) for i in wrong]
            if wrong and all(
                m and equal(m[k], self.values[i][k], rtol) for m, i in zip(made, wrong, strict=True)
            ):
                return True
        return False

    def joined(self, s: int, t: int) -> Mistake | None:
        """Two of the single mistakes at once.

        None if both are listed (see `two_listed`), if both change arguments, or if they alter the
        program in the same place.
        """
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

    def with_altered_program(self, s: int) -> Iterator[Mistake]:
        """A listed mistake with its own program altered in one place.

        Only alterations that the reference can have, too: another could undo the mistake itself.
        """
        mistake, known = self.search.singles[s], {v.does for v in program(self.exercise).variants}
        if own := program_of(self.exercise, mistake):
            for choice in own.choices:
                if {v.does for v in choice} <= known:
                    yield own.altered_mistake(mistake, choice)

    def distance(self, mistake: Mistake, i: int) -> float:
        """The relative distance of a mistake's outputs from the answer's in case i.

        Infinite if it fails there or makes other shapes.
        """
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


def _in_order(exercise: Exercise, order: tuple[int, ...], mistake: Mistake) -> Mistake:
    """The mistake with its outputs returned in another order."""
    wrong = functools.partial(mistake.wrong)
    wrong.__name__ = f"{mistake.wrong.__name__}+order"  # type: ignore
    names = [returned.name for returned in exercise.returns]
    says = f"{return_in_order(names, order)} In addition: {mistake.says}"
    return Mistake(wrong, says)
