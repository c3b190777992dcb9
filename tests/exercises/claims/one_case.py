"""Sentences about one case, which they name by its group: "(case: T = 1)"."""

from collections.abc import Callable

import numpy as np

from tests.exercises.claims.places import axis_named, wrong_entries
from tests.exercises.claims.worlds import World


def in_a_case(holds: Callable) -> Callable:
    """Whether `holds` is true of a wrong case of a group, which is the last thing caught."""

    def found(here: World, k: int, *caught):
        *words, group = caught
        return any(
            holds(c.mine[k], c.right[k], c, here, k, *words)
            for c in here.wrong(k, here.seen)
            if c.group == group
        )

    return found


def _first_wrong(v, r, case, here, k, axis, place, number, of) -> bool:
    """Whether the first wrong entry along an axis has this label, and so many of all are wrong."""
    returned = here.exercise.returns[k]
    a = returned.axes.index(axis)
    wrong = sorted({int(i) for i in np.argwhere(wrong_entries(v, r))[:, a]})
    return (wrong[0] + returned.first, len(wrong), r.shape[a]) == (
        int(place),
        int(number),
        int(of),
    )


def _wrong_at_every(v, r, case, here, k, axis) -> bool:
    """Whether something is wrong at every entry along an axis."""
    a = axis_named(here.exercise.returns[k], axis)
    return len({int(i) for i in np.argwhere(wrong_entries(v, r))[:, a]}) == r.shape[a]


def _in_the_simplest(here: World, k: int, axis: str, group: str) -> bool:
    """Whether a case of the group is wrong (everywhere along the axis, if one is named).

    No other group may have a case as small, counting its numbers and the values of its integers.
    """
    sizes: dict[str, float] = {}
    for c in here.seen:
        size = sum(1 + abs(a) if isinstance(a, int) else np.size(a) for a in c.given.values())
        sizes[c.group] = min(size, sizes.get(c.group, np.inf))
    holds = in_a_case(lambda v, r, *more: not axis or _wrong_at_every(v, r, *more))
    others = [n for g, n in sizes.items() if g != group]
    return sizes[group] < min(others, default=0) and holds(here, k, *[axis] * bool(axis), group)


def _shape_said(v, r, case, here, k, right, mine) -> bool:
    return (str(r.shape), str(v.shape)) == (right, mine)


PREDICATES: list[tuple[str, Callable, str]] = [
    (
        r"holds NaN or infinity where the right answer is finite \(case: (.*)\)\. .*",
        in_a_case(lambda v, *_: not np.isfinite(v).all()),
        "together",
    ),
    (r"is not right \(case: (.*)\)", in_a_case(lambda *_: True), "together"),
    (
        r"is first wrong at (?:(t) =|(?:\w+)) (\d+) \(case: (.*), where (\d+) of (\d+) are wrong\)",
        lambda here, k, t, place, group, number, of: in_a_case(_first_wrong)(
            here, k, t or here.exercise.returns[k].axes[0], place, number, of, group
        ),
        "together",
    ),
    (r"is wrong at every (\w+) \(case: (.*)\)", in_a_case(_wrong_at_every), "together"),
    (
        r"is (?:not right|wrong at every (\w+)), even in the simplest case \((.*)\): .*",
        _in_the_simplest,
        "together",
    ),
    (
        r"must have shape (\(.*?\))(?: \(.*?\)|: it is one number); yours has (\(.*?\)) "
        r"\(case: (.*?)\)(?:\. .*)?",
        in_a_case(_shape_said),
        "together",
    ),
]
