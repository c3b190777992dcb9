"""Sentences that name a mistake: are the answer's numbers what that mistake makes?"""

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np

from tests.exercises.claims.arguments import changes
from tests.exercises.claims.predicates import predicate, true_of
from tests.exercises.claims.worlds import Tried, World, called, near
from tests.exercises.two_mistakes import at_once

FORM = r"(?:each of )?((?:`[^`]+`, )*`[^`]+`) (.*)"
CALLS_RIGHT = re.compile(r"\bright\b(?! side)", re.IGNORECASE)
Form = tuple[str, str]  # names of outputs, and what is said of them on top of a mistake


def is_a_mistake(line: str, here: World) -> bool | None:
    """Whether the answer's numbers are those of the mistake that a sentence names.

    The sentence is that of a listed mistake, or "Your numbers are those of …", or of two mistakes
    at once. It may begin with the outputs that it is about: "`y`, `z`: …". None if no function is
    known that makes the mistake.
    """
    names = [r.name for r in here.exercise.returns]
    prefix = re.match(r"((?:`[^`]+`, )*`[^`]+`): (?=.)", line)
    outputs = re.findall(r"`([^`]+)`", prefix.group(1)) if prefix else []
    rest = line[prefix.end() :] if prefix and set(outputs) <= set(names) else line
    ks = [here.of(n) for n in outputs] if rest != line else None
    if order := re.fullmatch(r"Return \((.*)\), not \((.*)\)\. In addition: (.*)", rest):
        asked, got, more = order.groups()
        return asked.split(", ") == names and is_a_mistake(more, _reordered(here, got.split(", ")))
    made = _makers(rest, here)
    if not made and ks is not None:
        made, ks = _makers(line, here), None
    found = [_fits(here, ks, *each) for each in made]
    if any(found) and rest in [m.says for m in here.exercise.mistakes] and CALLS_RIGHT.search(rest):
        return any(_is_all(here, function) for function, _ in made)
    return any(found) if any(f is not None for f in found) else None


def _reordered(here: World, got: list[str]) -> World:
    """The answer with its outputs, which it returns in the order `got`, in the right order."""
    places = [got.index(r.name) for r in here.exercise.returns]
    seen, fresh = (
        [replace(c, mine=c.mine and [c.mine[k] for k in places]) for c in cases]
        for cases in (here.seen, here.fresh)
    )
    return replace(here, seen=seen, fresh=fresh)


def _fits(here: World, ks: list[int] | None, function: Callable, form: Form | None) -> bool | None:
    """Whether the outputs that a mistake makes wrong are the answer's, in every case.

    ks: the outputs that the sentence is about, or None for all. form: what else must hold of some
    output. None if the mistake makes none of the outputs wrong, or the form cannot be judged.
    """
    names, looked = [r.name for r in here.exercise.returns], False
    for k in range(len(names)) if ks is None else ks:
        cases = [(c, called(here.exercise, function, c.given.values())) for c in here.every]
        cases = [(c, m) for c, m in cases if m is not None]
        if ks is None and not any(not here.equal(m[k], c.right[k]) for c, m in cases):
            continue  # the mistake leaves this output as it is
        changed = [Tried(c.group, c.given, c.mine, m) for c, m in cases]
        if form and f"`{names[k]}`" in form[0]:
            known = predicate(form[1]) or predicate(form[1].replace("that", "the right answer"))
            if known is None:
                return None
            holds = true_of(World(here.exercise, here.answer, changed, []), k, *known)
        else:
            holds = all(near(c.mine[k], c.right[k]) for c in changed)
        if not holds:
            return False
        looked = True
    return looked or None


def _is_all(here: World, function: Callable) -> bool:
    """Whether the answer's outputs are all those of a mistake: what it leaves right is right."""
    pairs = [(c.mine, called(here.exercise, function, c.given.values())) for c in here.every]
    return all(
        here.equal(v, m) for mine, made in pairs if made for v, m in zip(mine, made, strict=True)
    )


def _makers(says: str, here: World) -> list[tuple[Callable, Form | None]]:
    """The functions that a sentence may name, each with what is said of an output on top of it."""
    found = []
    for mistake in here.exercise.mistakes:
        start = f"One of your mistakes, by itself: {mistake.says}"
        if says in (mistake.says, start):
            found.append((mistake.wrong, None))
        if not says.startswith(f"{start} In addition, "):
            continue
        more = says.removeprefix(f"{start} In addition, ")
        if own := re.fullmatch(rf"{FORM}\.", more):
            found.append((mistake.wrong, own.groups()))
        elif also := re.fullmatch(r"your numbers are those of (.*)\.", more):
            found += [(f, None) for f in _on_changed(mistake.wrong, [also.group(1)], here)]
    found += [(function, None) for function in _of_two(says, here)]
    those = re.fullmatch(
        r"Your numbers are those of (.*?)(?:, and of (.*) as well)?\."
        rf"(?: In addition, {FORM}\.)?",
        says,
    )
    if those is None or those.group(1).startswith("a program that"):
        return found
    texts = [text for text in those.groups()[:2] if text]
    form = those.groups()[2:] if those.group(3) else None
    return [*found, *((f, form) for f in _on_changed(here.exercise.reference, texts, here))]


def _of_two(says: str, here: World) -> Iterator[Callable]:
    """A function that makes two listed mistakes at once; the sentence names one of them or both."""
    start = r"Two mistakes at once give your numbers\. One"
    both = re.fullmatch(rf"{start}, by itself: (.*) The other: (.*)", says)
    one = re.fullmatch(rf"{start} of them, by itself: (.*)", says)
    if not (found := both or one):
        return
    named = set(found.groups())
    wrong = [c for c in here.seen if c.mine and not here.all_right(c)]
    wrong = sorted(wrong, key=lambda c: -sum(np.size(a) for a in c.given.values()))
    pairs = [
        pair
        for pair in combinations(here.exercise.mistakes, 2)
        if named <= {mistake.says for mistake in pair}
    ]
    partly = []  # makes some of the wrong outputs; the first is the one meant if none makes all
    for function in at_once(here.exercise, pairs, tuple(wrong[0].given.values())):
        if all(_could_be(here, function, c) for c in wrong):
            if _is_all(replace(here, seen=wrong, fresh=[]), function):
                yield function
                return
            partly.append(function)
    yield from partly[:1]


def _could_be(here: World, function: Callable, case: Tried) -> bool:
    """Whether a function makes some output wrong in a case, and each that it does as the answer."""
    made = called(here.exercise, function, case.given.values())
    if made is None or case.mine is None:
        return False
    off = [not here.equal(m, r) for m, r in zip(made, case.right, strict=True)]
    as_mine = [here.equal(m, v) for m, v in zip(made, case.mine, strict=True)]
    return any(off) and all(mine for mine, wrong in zip(as_mine, off, strict=True) if wrong)


def _on_changed(function: Callable, texts: list[str], here: World) -> list[Callable]:
    """The function called with arguments changed as the texts say; empty if one says nothing known.

    texts: such as ["`x` in reverse order"].
    """
    found = changes(texts)
    if found is None:
        return []

    def called_with_changes(*arguments):
        names = inspect.signature(here.exercise.reference).parameters
        given = dict(zip(names, arguments, strict=True))
        for change in found:
            given = change(given)
        return function(*given.values())

    return [called_with_changes]
