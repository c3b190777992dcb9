"""Sentences of a form of their own, which do not say "`y` …" of an output alone."""

import copy
import re
from collections.abc import Callable

import numpy as np

from tests.exercises.claims.effects import no_effect_where_wrong
from tests.exercises.claims.worlds import World


def _in_other_order(here: World, asked: str, got: str) -> bool:
    """Whether the answer's outputs, named in the order in which it returns them, are all right.

    asked, got: such as "h, o" and "o, h".
    """
    names = [r.name for r in here.exercise.returns]
    order = [names.index(n) for n in got.split(", ")]
    return asked.split(", ") == names and all(
        here.equal(c.mine[k], c.right[j])  # type: ignore
        for c in here.every
        for k, j in enumerate(order)
    )


def _also_wrong(here: World, listed: str, first: str) -> bool:
    """Whether all outputs that are named are wrong."""
    names = [*re.findall(r"`([^`]+)`", listed), first]
    return all(here.wrong(here.of(name)) for name in names)


def _in_place(here: World, listed: str) -> bool:
    """Whether the answer changes these arguments in place, and no others."""
    changed = set()
    for c in here.seen:
        given = copy.deepcopy(c.given)
        with np.errstate(all="ignore"):
            here.answer(*given.values())
        same = {n: np.array_equal(a, c.given[n]) for n, a in given.items()}
        changed |= {n for n, is_same in same.items() if not is_same}
    return changed == set(re.findall(r"`([^`]+)`", listed))


def _nan_from_arguments(here: World, name: str, group: str) -> bool:
    """Whether in some case of the group both an argument and the output hold NaN."""
    return any(
        c.group == group
        and np.isnan(c.mine[here.of(name)]).any()  # type: ignore
        and any(np.isnan(a).any() for a in c.given.values() if np.asarray(a).dtype.kind == "f")
        for c in here.seen
    )


# A pattern, and (world, *caught) -> whether it holds.
SENTENCES: list[tuple[str, Callable]] = [
    (
        r"All your results are right, but their order is not: return \((.*)\), not \((.*)\)\.",
        _in_other_order,
    ),
    (
        r"Where `(\w+)` is wrong, it does not change when `(\w+)(?:\[(-?\d+)\])?` does: .*",
        no_effect_where_wrong,
    ),
    (r"(.*): also wrong; fix `(\w+)` first\.", _also_wrong),
    (
        r"Your function changes its arguments? (.*) in place\. Work on (?:a copy|copies)\.",
        _in_place,
    ),
    (
        r"A NaN from the arguments has got into `(\w+)` \(case: (.*)\)\. .*",
        _nan_from_arguments,
    ),
]
