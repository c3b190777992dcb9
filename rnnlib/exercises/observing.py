"""What can be said of a wrong output when no mistake is known that makes its numbers.

`observed` tries the kinds of sentences in a fixed order, the most telling first: something is true
of the whole output (rounded, one term missing), some blocks are wrong, an argument has no effect,
it is wrong in one place. If nothing else is left, it names a case and where that one is wrong.
"""

import functools
from collections.abc import Callable

import numpy as np

from rnnlib.exercises import describing
from rnnlib.exercises.asking import same
from rnnlib.exercises.comparing import equal
from rnnlib.exercises.locating import in_blocks, located
from rnnlib.exercises.wrong_answer import WrongAnswer, causes


def observed(answer: WrongAnswer, wrong: list[int]) -> tuple[int, str]:
    """One of some wrong outputs, and a sentence on what is wrong with it.

    It is the first about which more can be said than in which case it is wrong. An output that is
    computed from another wrong one is left out: it may be wrong only because of that one.
    """
    wrong = causes(answer.exercise.returns, wrong)
    for k in wrong:
        for look in (whole, _blocks, _effects, _place):
            if said := look(answer, k):
                return k, said
    return wrong[0], _one_case(answer, wrong[0])


def whole(answer: WrongAnswer, k: int) -> str:
    """A sentence on output k that is true of all of it in every case; an empty string if none."""
    returned = answer.exercise.returns[k]
    values = {i: v[k] for i, v in answer.values.items()}
    cases = [answer.cases[i] for i in values]
    if said := describing.not_finite(returned, cases, [*values.values()]):
        return said
    pairs, bad = answer.pairs(k), answer.pairs(k, wrong_only=True)
    if returned.unordered and all(v.ndim == 2 for v, _ in bad):
        return describing.rows(bad, returned)
    if any(v.shape != r.shape for v, r in pairs):
        return ""
    for look in (describing.whole_numbers, describing.rounded, describing.precision):
        if said := look(pairs, returned):
            return said
    cases = [answer.cases[i] for i, row in answer.right.items() if not row[k]]
    return describing.missing_term(answer.exercise, k, cases, bad)


def _blocks(answer: WrongAnswer, k: int) -> str:
    """Which blocks of output k are wrong, if it is made of blocks and the others are right."""
    bad = answer.wrong_pairs(k)
    return in_blocks(answer.exercise.returns[k], bad) if bad else ""


def _effects(answer: WrongAnswer, k: int) -> str:
    """That an argument has no effect on output k, or that the output is right where it is 0."""
    name = answer.exercise.returns[k].name
    if what := _without_effect(answer, k):
        somewhere = any(row[k] for row in answer.right.values())
        it = f"Where `{name}` is wrong, it" if somewhere else f"`{name}`"
        return f"{it} does not change when {what} does: where does {what} come in?"
    if what := _right_without(answer, k):
        return f"`{name}` is right where {what} is 0: look at the terms with {what}."
    return ""


def _without_effect(answer: WrongAnswer, k: int) -> str:
    """An argument, or an entry of one, that never changes output k but should ("`x[0]`").

    It must have been tried twice or more. An argument comes before its entries. Nothing is said of
    an output of whole numbers: it may stay the same while what it is computed from changes.
    """
    if all(np.array_equal(r, np.round(r)) for _, r in answer.pairs(k)):
        return ""
    rtol = answer.exercise.rtol
    unchanged: dict[str, list[bool]] = {}
    for c, v in answer.nudged:
        if not equal(c.right[k], answer.expected[c.base][k], rtol):
            unchanged.setdefault(c.what, []).append(same(v[k], answer.values[c.base][k]))
    found = [what for what, every in unchanged.items() if all(every) and len(every) > 1]
    return next((what for what in found if "[" not in what), found[0] if found else "")


def _right_without(answer: WrongAnswer, k: int) -> str:
    """The one argument of several without which output k is right, tried twice or more."""
    rtol = answer.exercise.rtol
    right: dict[str, list[bool]] = {}
    for c, v in answer.zeroed:
        if np.any(c.right[k]) and not answer.right[c.base][k]:
            right.setdefault(c.what, []).append(equal(v[k], c.right[k], rtol))
    found = [what for what, every in right.items() if all(every) and len(every) > 1]
    return found[0] if len(found) == 1 < len(right) else ""


def _place(answer: WrongAnswer, k: int) -> str:
    """Where output k is wrong, if it is the same place in every case."""
    bad = answer.wrong_pairs(k)
    return located(answer.exercise.returns[k], bad) if bad else ""


def _one_case(answer: WrongAnswer, k: int) -> str:
    """Where output k is wrong in one case of the check, which is named by its group.

    That is the smallest case in which it is right somewhere. If there is none, it is the simplest
    of all cases if it is wrong there, and else the largest.
    """
    returned = answer.exercise.returns[k]
    bad = [i for i, row in answer.right.items() if i < answer.checks and not row[k]]
    if not bad:
        return f"`{returned.name}` is wrong on some inputs."
    sizes = {i: answer.expected[i][k].size for i in bad}
    simplest = describing.simplest(answer.cases[: answer.checks])

    def said_of(i: int, say: Callable):
        return say(answer.values[i][k], answer.expected[i][k], returned)

    partly = [i for i in bad if not said_of(i, describing.is_all_wrong)]
    if not partly and simplest is not None and simplest in bad:
        group = answer.cases[simplest].group
        return said_of(simplest, functools.partial(describing.even_the_simplest, group=group))
    shown = min(partly, key=sizes.__getitem__) if partly else max(bad, key=sizes.__getitem__)
    group = answer.cases[shown].group
    return said_of(shown, functools.partial(describing.first_wrong, group=group))
