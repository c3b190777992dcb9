"""Which argument has no effect on an output, and which of its terms is missing."""

from collections.abc import Callable, Iterator

import numpy as np

from tests.exercises.claims.values import NUMBER
from tests.exercises.claims.worlds import World, called, near


def no_effect_where_wrong(here: World, output: str, name: str, entry: str | None) -> bool:
    """The same as `_no_effect`, in the cases in which the output is wrong."""
    k = here.of(output)
    return _no_effect(here, k, name, entry, here.wrong(k))


def _no_effect(here: World, k: int, name: str, entry: str | None, cases=None) -> bool:
    """Whether output k of the answer stays the same when an argument changes, or an entry of it.

    Only changes that change the right output count, and there must be one.
    """
    rng, looked = np.random.default_rng(5), False
    for case in here.every if cases is None else cases:
        for other in _others(np.asarray(case.given[name]), entry, rng):
            other = other if isinstance(case.given[name], np.ndarray) else float(other)
            given = (case.given | {name: other}).values()
            right = called(here.exercise, here.exercise.reference, given)
            if right is None or not np.isfinite(right[k]).all() or near(right[k], case.right[k]):
                continue
            mine = called(here.exercise, here.answer, given)
            if mine is None or not near(mine[k], case.mine[k], 1e-9):  # type: ignore
                return False
            looked = True
    return looked


def _others(a: np.ndarray, entry: str | None, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Other values of an argument, or other values of one entry of it."""
    for change in (1.7 * a, 0.4 * a, a + 0.1 * rng.normal(size=a.shape)):
        if entry is None:
            yield change
        elif a.ndim:
            new = a.copy()
            new[int(entry)] = change[int(entry)]
            yield new


def _right_at_zero(here: World, k: int, name: str) -> bool:
    """Whether output k is right when an argument is 0, in every case where it is then not all 0."""
    looked = False
    for case in here.every:
        given = (case.given | {name: 0 * case.given[name]}).values()
        right = called(here.exercise, here.exercise.reference, given)
        if right is None or not np.isfinite(right[k]).all() or not np.any(right[k]):
            continue
        mine = called(here.exercise, here.answer, given)
        if mine is None or not here.equal(mine[k], right[k]):
            return False
        looked = True
    return looked


def _terms(here: World, k: int, label: str, weight: float) -> bool:
    """Whether a wrong output k is the sum of its terms, one of them times a weight."""
    name = here.exercise.returns[k].name
    for c in here.wrong(k):
        terms = here.exercise.terms(*c.given.values())[name]  # type: ignore
        total = sum((weight if t == label else 1.0) * np.asarray(x) for t, x in terms.items())
        if not near(c.mine[k], total, 1e-3 if weight not in (0, -1) else 1e-5):  # type: ignore
            return False
    return True


PREDICATES: list[tuple[str, Callable, str]] = [
    (r"does not change when `(\w+)(?:\[(-?\d+)\])?` does: .*", _no_effect, "together"),
    (r"is right where `(\w+)` is 0: .*", _right_at_zero, "together"),
    (
        r"lacks one term: (.*)\. All others are right",
        lambda here, k, label: _terms(here, k, label, 0),
        "together",
    ),
    (
        r"the term (.*) has the wrong sign\. All others are right",
        lambda here, k, label: _terms(here, k, label, -1),
        "together",
    ),
    (
        rf"the term (.*) counts {NUMBER} times\. All others are right",
        lambda here, k, label, weight: _terms(here, k, label, float(weight)),
        "together",
    ),
]
