"""A whole message, line by line: which sentences are true, and which cannot be judged here."""

import re
from collections.abc import Iterator

import numpy as np

from tests.exercises.claims.mistakes import is_a_mistake
from tests.exercises.claims.predicates import predicate, true_of
from tests.exercises.claims.sentences import SENTENCES
from tests.exercises.claims.worlds import Tried, World

STOPS = "Your function stopped with an error ("
ELSEWHERE = "Where it does not stop"
# "Right only for: …" must hold in this share of the fresh cases: a square root is wrong only of a
# negative number, and where those are rare, some fresh case of the group may have none.
MOSTLY = 0.9


def untrue(message: str, here: World) -> list[str]:
    """The sentences of a message that are not true."""
    return [line for line, is_true in judged(message, here) if is_true is False]


def not_understood(message: str, here: World) -> list[str]:
    """The sentences of a message that no code here can judge."""
    return [line for line, is_true in judged(message, here) if is_true is None]


def judged(message: str, here: World) -> Iterator[tuple[str, bool | None]]:
    """Each line of a message, and whether it is true; None if no code here can judge it.

    Two kinds of lines restrict the cases that the lines after them speak of: "Your function stopped
    with an error" to those with numbers, "… holds NaN or infinity in some cases" to the others.
    """
    lines = message.split("\n")
    if lines[0].startswith(STOPS):
        group = re.search(r"\((.*)\)\.$", lines[0]).group(1)  # type: ignore
        stopped = [c for c in here.seen if c.group == group and c.mine is None]
        yield lines[0], bool(stopped)
        after = (i for i, line in enumerate(lines) if line.startswith(ELSEWHERE))
        lines = lines[next(after, len(lines)) :]
        if lines[:1] == [f"{ELSEWHERE}, it is right."]:
            yield lines[0], all(here.all_right(c) for c in here.every if c.mine is not None)
            for line in lines[1:]:
                about = re.fullmatch(r"It stops only for: (.*) \(of the cases tried\)\.", line)
                groups = about.group(1).split("; ") if about else []
                yield line, all((c.group in groups) == (c.mine is None) for c in here.every)
            return
        lines = lines[1:]
        if not lines:
            return
    ran = World(here.exercise, here.answer, _with_numbers(here.seen), _with_numbers(here.fresh))
    some = re.fullmatch(r"(.*) holds? NaN or infinity in some cases. In the others:", lines[0])
    if some:
        names = re.findall(r"`([^`]+)`", some.group(1))
        bad = [[c for c in ran.every if not np.isfinite(c.mine[ran.of(n)]).all()] for n in names]
        yield lines[0], all(bad)
        lines = lines[1:]
        ran = World(here.exercise, here.answer, _finite(ran.seen), _finite(ran.fresh))
    for line in lines:
        about = re.match(r"(Wrong|Right) only for: (.*) \(of the cases tried\)\.$", line)
        yield line, _groups(here, *about.groups()) if about else is_so(line, ran)


def _with_numbers(cases: list[Tried]) -> list[Tried]:
    return [c for c in cases if c.mine is not None]


def _finite(cases: list[Tried]) -> list[Tried]:
    return [c for c in cases if all(np.isfinite(v).all() for v in c.mine or ())]


def _groups(here: World, which: str, listed: str) -> bool:
    """Whether the answer is right (or wrong) only in the groups of cases that are listed.

    "Right only for": right in every case of these groups, and in no other case that was seen.
    "Wrong only for": right in every case of the other groups, and wrong in some case of these.
    For whole numbers only the cases seen are looked at: a few others may be right by luck.
    """
    named, anywhere = set(listed.split("; ")), any(c.mine is None for c in here.every)
    found = {}
    for when, cases in (("seen", here.seen), ("fresh", here.fresh)):
        for c in _with_numbers(cases) if anywhere else cases:
            of = "named" if c.group in named else "others"
            found.setdefault((of, when), []).append(here.all_right(c))
    right = "named" if which == "Right" else "others"
    wrong = [not r for when in ("seen", "fresh") for r in found.get(("named", when), ())]
    if which == "Right" and any(found.get(("others", "seen"), ())):
        return False
    whole = all(np.array_equal(r, np.round(r)) for c in here.every for r in c.right)
    fresh = [True] if whole else found.get((right, "fresh"), [True])
    return (
        all(found.get((right, "seen"), [False]))
        and sum(fresh) >= MOSTLY * len(fresh)
        and (which == "Right" or any(wrong))
    )


def is_so(line: str, here: World) -> bool | None:
    """Whether one sentence holds in every case that it speaks of; None if no code can judge it.

    The form of the sentence decides which code that is: a sentence of a kind of its own, one about
    outputs ("`y`, `z`: …"), or else one that names a mistake.
    """
    for pattern, holds in SENTENCES:
        if found := re.fullmatch(pattern, line):
            return holds(here, *found.groups())
    subject = re.fullmatch(r"(?:Each of )?((?:`[^`]+`, )*`[^`]+`):? (.*)[.?]", line)
    if subject and (known := predicate(subject.group(2))):
        names = re.findall(r"`([^`]+)`", subject.group(1))
        if all(n in [r.name for r in here.exercise.returns] for n in names):
            return all(true_of(here, here.of(name), *known) for name in names)
    return is_a_mistake(line, here)
