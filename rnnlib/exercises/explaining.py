"""What a wrong answer is told: the mistake by name, or what can be seen of it; at most a few lines.

Everything that is said has been tried on the cases of the check and of three further seeds.
"""

import functools
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from rnnlib.exercises import evidence
from rnnlib.exercises.asking import Answer, same
from rnnlib.exercises.comparing import (
    Arrays,
    agree,
    compare,
    in_order,
    other_order,
    outputs,
    right_values,
)
from rnnlib.exercises.locating import Pair, in_blocks, located
from rnnlib.exercises.naming import KEPT, Named, Search
from rnnlib.exercises.outcome import Outcome, Status
from rnnlib.exercises.pairing import found_pair, is_of_two_listed
from rnnlib.exercises.parting import in_some_outputs
from rnnlib.exercises.probing import Changed, Probes, probes
from rnnlib.exercises.spec import Case, Exercise, Returned


@dataclass(frozen=True)
class Seen:
    """A wrong answer: its values and what is right, on the check's cases and on further ones.

    values: by the number of the case; where the answer gave none of the right kind, none is there.
    """

    exercise: Exercise
    cases: list[Case]
    rights: list[Arrays]
    values: dict[int, Arrays]
    checks: int  # so many of the cases are the check's
    zeroed: list[tuple[Changed, Arrays]]
    nudged: list[tuple[Changed, Arrays]]

    @functools.cached_property
    def right(self) -> dict[int, list[bool]]:
        """For each case, which of its outputs are right."""
        rtol = self.exercise.rtol
        return {
            i: [_equal(v, r, rtol) for v, r in zip(value, self.rights[i], strict=True)]
            for i, value in self.values.items()
        }

    @property
    def wrong(self) -> list[int]:
        """The outputs that are wrong in some case, each after those that it is made from."""
        every = range(len(self.exercise.returns))
        found = [k for k in every if not all(row[k] for row in self.right.values())]
        return upstream_first(self.exercise.returns, found)

    def pairs(self, k: int, *, wrong_only: bool = False) -> list[Pair]:
        """The values of output k and the right ones."""
        return [
            (value[k], self.rights[i][k])
            for i, value in self.values.items()
            if not (wrong_only and self.right[i][k])
        ]

    @property
    def not_finite(self) -> list[str]:
        """The outputs that hold NaN or infinity in some case."""
        returns = enumerate(self.exercise.returns)
        values = self.values.values()
        return [r.name for k, r in returns if not all(np.isfinite(v[k]).all() for v in values)]

    def finite(self) -> "Seen":
        """The same, but for cases in which the answer holds NaN or infinity."""
        values = {i: v for i, v in self.values.items() if all(np.isfinite(a).all() for a in v)}
        probed = [[(c, v) for c, v in p if c.base in values] for p in (self.zeroed, self.nudged)]
        return replace(self, values=values, zeroed=probed[0], nudged=probed[1])


def explain(
    exercise: Exercise, cases: list[Case], answers: list[Answer], seed: int, probed: list[Answer]
) -> Outcome:
    """The outcome of an answer that does not pass, with what is to be said of it.

    probed: the answers to `probes(exercise, seed).arguments`.
    """
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # what is tried on the way need not make sense
        return _explained(exercise, cases, answers, seed, probed)


def _explained(
    exercise: Exercise, cases: list[Case], answers: list[Answer], seed: int, probed: list[Answer]
) -> Outcome:
    outcome = compare(exercise, cases, answers)
    why = outcome.evidence["why"]
    if outcome.status is not Status.FAIL or why not in ("numbers", "shape", "error"):
        return outcome
    seen = _seen(exercise, cases, answers, probes(exercise, seed), probed)
    stopped = outcome.message if why == "error" else ""
    if stopped and not seen.wrong:
        more = "\nWhere it does not stop, it is right." if seen.values else ""
        return outcome.saying(stopped + more)
    every = list(seen.values)
    order = other_order(exercise, [seen.values[i] for i in every], [seen.rights[i] for i in every])
    if order is not None:
        says = evidence.other_order(exercise, order)
        named = {r.name: "other_order" for r in exercise.returns}
        return outcome.saying(says, why="order", named=named, says=[says])
    named = _named(seen, seed)
    said = [stopped, "Where it does not stop:"] if stopped else []
    where = evidence.by_group(_by_group(seen, every=not stopped))
    finite = seen.finite()
    if (
        not named and finite.wrong and len(finite.values) < len(seen.values)
    ):  # what is extreme must not hide what is wrong in all cases
        said.append(evidence.sometimes_not_finite(seen.not_finite))
        seen, named = finite, _named(finite, seed)
    if why == "shape" and not named:
        rows = [more for k in seen.wrong if (more := _whole(seen, k))]
        return outcome.saying("\n".join([*said, rows[0]])) if rows else outcome
    said += _sentences(seen, named)
    if why == "shape" and any("in another shape" in n.mistake.says for n in named):
        said.append(outcome.message)
    if where:
        said.append(where)
    said += evidence.in_place(sorted({name for a in answers for name in a.changed}))
    return outcome.saying(
        "\n".join(said),
        named={
            exercise.returns[k].name: n.mistake.wrong.__name__ for n in named for k in n.outputs
        },
        says=[n.mistake.says for n in named],
        outputs=[exercise.returns[k].name for k in seen.wrong],
    )


def _seen(
    exercise: Exercise, cases: list[Case], answers: list[Answer], more: Probes, probed: list[Answer]
) -> Seen:
    """The answers as arrays, beside what is right."""

    def value(answer: Answer) -> Arrays | None:
        found = None if answer.error else outputs(answer.value, exercise.returns)
        return None if found is None else in_order(found, exercise.returns)

    def of(changed: tuple[Changed, ...], given: list[Answer]) -> list[tuple[Changed, Arrays]]:
        found = zip(changed, map(value, given), strict=True)
        return [(c, v) for c, v in found if v is not None and c.base in values]

    further, zeroed, nudged = more.split(probed)
    found = enumerate(map(value, [*answers, *further]))
    values = {i: v for i, v in found if v is not None}
    return Seen(
        exercise,
        [*cases, *more.further],
        [*right_values(exercise, cases), *more.rights],
        values,
        len(cases),
        of(more.zeroed, zeroed),
        of(more.nudged, nudged),
    )


def _named(seen: Seen, seed: int) -> list[Named]:
    """Mistakes that explain wrong outputs; a pair of them only where nothing simpler is seen."""
    search = _search(seen.exercise, seed, tuple(seen.values))
    values = list(seen.values.values())
    for k in seen.wrong:
        pairs = seen.pairs(k)
        fits = all(v.shape == r.shape for v, r in pairs)
        if fits and evidence.whole_numbers(pairs, seen.exercise.returns[k]):
            return []  # that is said before anything is made of the numbers
    named = search.found(values, seen.wrong)
    left = _left(seen.wrong, [n for n in named if not n.is_vague])
    if left and not any(_is_seen(seen, k) for k in left):
        found = found_pair(search, values, left, _idle(seen))
        pair = [found] if found else []
        if found and is_of_two_listed(found) and not _left(seen.wrong, pair):
            return pair
        pair = _without(pair, [k for k in seen.wrong if k not in left])
        part = in_some_outputs(search, values, left) if _left(left, pair) else []
        more = max(pair, part, key=lambda found: len(left) - len(_left(left, found)))
        named = [*more, *_without(named, [k for n in more for k in n.outputs])]
    return named


def _left(wrong: list[int], named: list[Named]) -> list[int]:
    """The wrong outputs that nothing here explains."""
    explained = {k for n in named for k in n.outputs}
    return [k for k in wrong if k not in explained]


def _without(named: list[Named], outputs: list[int]) -> list[Named]:
    """What is named, for other outputs than these."""
    rest = [replace(n, outputs=tuple(k for k in n.outputs if k not in outputs)) for n in named]
    return [n for n in rest if n.outputs]


def _is_seen(seen: Seen, k: int) -> bool:
    """Whether enough is seen in output k as a whole; of loose rows nearly always something is."""
    return not seen.exercise.returns[k].unordered and bool(_whole(seen, k))


def _idle(seen: Seen) -> frozenset[str]:
    """The arguments that never change the answer, where it is asked with another one."""
    moved: dict[str, list[bool]] = {}
    for c, value in seen.nudged:
        if "[" not in c.what:
            unmoved = all(map(same, value, seen.values[c.base]))
            moved.setdefault(c.what.strip("`"), []).append(not unmoved)
    return frozenset(name for name, every in moved.items() if not any(every))


@functools.lru_cache(KEPT)
def _search(exercise: Exercise, seed: int, kept: tuple[int, ...]) -> Search:
    """The search on some of a seed's cases; its values serve the next answer too."""
    cases = exercise.cases(np.random.default_rng(seed))
    every = [*cases, *probes(exercise, seed).further]
    rights = [*right_values(exercise, cases), *probes(exercise, seed).rights]
    return Search(exercise, [every[i] for i in kept], [rights[i] for i in kept])


# --- sentences -----------------------------------------------------------------------------------


def _sentences(seen: Seen, named: list[Named]) -> list[str]:
    """What is said of the outputs, from the first that is wrong on: names, else what is seen."""
    returns, wrong = seen.exercise.returns, seen.wrong
    explained = {k for n in named for k in n.outputs}
    left = [k for k in wrong if k not in explained]
    if not named:
        first, sentence = observed(seen, left)
        left.remove(first)
        return [sentence, *evidence.follow([returns[k].name for k in left], returns[first].name)]
    said, first = [], wrong.index
    for n in sorted(named, key=lambda n: first(n.outputs[0])):
        names = [f"`{returns[k].name}`" for k in n.outputs]
        speaks = len(returns) == 1 or names[0] in n.mistake.says
        said.append(n.mistake.says if speaks else f"{', '.join(names)}: {n.mistake.says}")
    earliest = min((k for n in named for k in n.outputs), key=first)
    if before := [k for k in left if first(k) < first(earliest)]:  # do not follow from it
        one, sentence = observed(seen, before)
        said.insert(0, sentence)
        left.remove(one)
        earliest = min(one, earliest, key=first)
    return said + evidence.follow([returns[k].name for k in left], returns[earliest].name)


def observed(seen: Seen, wrong: list[int]) -> tuple[int, str]:
    """Of outputs without a name, the one of which most can be said, and what.

    Nothing is said of an output that is made from one that is wrong as well: it may follow.
    """
    wrong = causes(seen.exercise.returns, wrong)
    for k in wrong:
        for look in (_whole, _blocks, _effects, _place):
            if said := look(seen, k):
                return k, said
    return wrong[0], _one_case(seen, wrong[0])


def _whole(seen: Seen, k: int) -> str:
    """What is true of the whole of output k in every case."""
    returned = seen.exercise.returns[k]
    values = {i: v[k] for i, v in seen.values.items()}
    if said := evidence.not_finite(returned, [seen.cases[i] for i in values], [*values.values()]):
        return said
    pairs, bad = seen.pairs(k), seen.pairs(k, wrong_only=True)
    if returned.unordered and all(v.ndim == 2 for v, _ in bad):
        return evidence.rows(bad, returned)
    if any(v.shape != r.shape for v, r in pairs):
        return ""
    for look in (evidence.whole_numbers, evidence.rounded, evidence.precision):
        if said := look(pairs, returned):
            return said
    cases = [seen.cases[i] for i, row in seen.right.items() if not row[k]]
    return evidence.missing_term(seen.exercise, k, cases, bad)


def _effects(seen: Seen, k: int) -> str:
    """An argument without effect on output k, or one without which it is right."""
    name, rtol = seen.exercise.returns[k].name, seen.exercise.rtol
    still: dict[str, list[bool]] = {}
    whole = all(np.array_equal(r, np.round(r)) for _, r in seen.pairs(k))
    for c, v in [] if whole else seen.nudged:  # a whole number may stay where what makes it moves
        if not _equal(c.right[k], seen.rights[c.base][k], rtol):
            still.setdefault(c.what, []).append(same(v[k], seen.values[c.base][k]))
    idle = [what for what, every in still.items() if all(every) and len(every) > 1]
    if idle:
        what = next((w for w in idle if "[" not in w), idle[0])
        somewhere = any(row[k] for row in seen.right.values())
        it = f"Where `{name}` is wrong, it" if somewhere else f"`{name}`"
        return f"{it} does not change when {what} does: where does {what} come in?"
    good: dict[str, list[bool]] = {}
    for c, v in seen.zeroed:
        if np.any(c.right[k]) and not seen.right[c.base][k]:
            good.setdefault(c.what, []).append(_equal(v[k], c.right[k], rtol))
    enough = [what for what, every in good.items() if all(every) and len(every) > 1]
    if len(enough) == 1 < len(good):
        (what,) = enough
        return f"`{name}` is right where {what} is 0: look at the terms with {what}."
    return ""


def _blocks(seen: Seen, k: int) -> str:
    """Which blocks of output k are wrong, if it is made of blocks and the others are right."""
    bad = seen.pairs(k, wrong_only=True)
    if any(v.shape != r.shape for v, r in bad):
        return ""
    return in_blocks(seen.exercise.returns[k], bad)


def _place(seen: Seen, k: int) -> str:
    bad = seen.pairs(k, wrong_only=True)
    if any(v.shape != r.shape for v, r in bad):
        return ""
    return located(seen.exercise.returns[k], bad)


def _one_case(seen: Seen, k: int) -> str:
    """Where the largest wrong case of the check is wrong first; it is named.

    If that says nothing, and the simplest of all cases is wrong as well, that one is named.
    """
    returned = seen.exercise.returns[k]
    bad = [i for i, row in seen.right.items() if i < seen.checks and not row[k]]
    if not bad:
        return f"`{returned.name}` is wrong on some inputs."
    largest = max(bad, key=lambda i: seen.rights[i][k].size)
    simplest = evidence.simplest(seen.cases[: seen.checks])

    def said_of(i: int, say: Callable):
        return say(seen.values[i][k], seen.rights[i][k], returned)

    if (
        simplest is not None
        and simplest in bad
        and said_of(largest, evidence.is_all_wrong)
        and said_of(simplest, evidence.is_all_wrong)
    ):
        say = functools.partial(evidence.even_the_simplest, group=seen.cases[simplest].group)
        return said_of(simplest, say)
    return said_of(
        largest, functools.partial(evidence.first_wrong, group=seen.cases[largest].group)
    )


def _by_group(seen: Seen, *, every: bool) -> dict[str, list[bool]]:
    """For each group, which of its cases are right in all outputs.

    every: also those in which the answer gave no numbers; they are not right.
    """
    groups: dict[str, list[bool]] = {}
    for i, case in enumerate(seen.cases):
        if every or i in seen.right:
            groups.setdefault(case.group, []).append(all(seen.right.get(i, [False])))
    return groups


def _equal(v: np.ndarray, r: np.ndarray, rtol: float) -> bool:
    return v.shape == r.shape and agree(v, r, rtol)


def causes(returns: tuple[Returned, ...], wrong: list[int]) -> list[int]:
    """The wrong outputs that are made from no other wrong one."""
    names = {returns[k].name for k in wrong}
    return [k for k in wrong if not names & set(returns[k].of)]


def upstream_first(returns: tuple[Returned, ...], wrong: list[int]) -> list[int]:
    """The outputs in an order in which each comes after those that it is made from."""
    names = [r.name for r in returns]
    ordered: list[int] = []

    def add(k: int) -> None:
        for source in returns[k].of:
            if (j := names.index(source)) in wrong and j not in ordered:
                add(j)
        if k not in ordered:
            ordered.append(k)

    for k in wrong:
        add(k)
    return ordered
