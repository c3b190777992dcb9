"""Where an output is wrong: along an axis, in a part of a matrix, in some blocks or rows."""

from collections.abc import Callable

import numpy as np

from tests.exercises.claims.worlds import World, near


def axis_named(returned, name: str) -> int:
    """The number of an axis, by its name; "step" means t unless an axis is called "step"."""
    return returned.axes.index("t" if name == "step" and name not in returned.axes else name)


def wrong_entries(v: np.ndarray, r: np.ndarray) -> np.ndarray:
    """True at each entry that differs from the right one by more than rounding."""
    return ~(np.abs(v - r) <= 1e-6 * np.abs(r).max() + 1e-12)


def _at(places: Callable) -> Callable:
    """Whether just these places along an axis are wrong.

    places(number of entries, label of the first, *numbers caught) is the set of places, or a list
    of sets of which one must fit. The pattern catches the axis last.
    """

    def holds(v, r, case, here, k, *caught):
        returned = here.exercise.returns[k]
        *numbers, axis = caught
        a = axis_named(returned, axis)
        if v.shape != r.shape or r.ndim <= a:
            return False
        first = returned.axes.index("t") if "t" in returned.axes else 0
        wrong = {int(i) for i in np.argwhere(wrong_entries(v, r))[:, a]}
        n = r.shape[a]
        expected = places(n, returned.first if a == first else 0, *numbers)
        options = expected if isinstance(expected, list) else [expected]
        return any(wrong == {i for i in o if 0 <= i < n} and o <= set(range(n)) for o in options)

    return holds


def _axis_first(places: Callable) -> Callable:
    """The same for patterns that catch the axis first, then one number."""
    holds = _at(places)

    def reordered(v, r, case, here, k, axis, number):
        return holds(v, r, case, here, k, number, axis)

    return reordered


def _place(label: str, first: int) -> int:
    """The place of the entry with a label; that of the first entry is `first`."""
    return int(label) - first


def _exactly(mask: Callable) -> Callable:
    """Whether just the entries in mask(value, right) are wrong, and not all entries are in it."""

    def holds(v, r, case, here, k):
        where = np.broadcast_to(mask(v, r), r.shape) if v.shape == r.shape else None
        return where is not None and np.array_equal(wrong_entries(v, r), where) and not where.all()

    return holds


def _offset(r: np.ndarray) -> np.ndarray:
    """Column minus row of each entry: 0 on the diagonal; NaN for what is no matrix."""
    if r.ndim != 2:
        return np.full(r.shape, np.nan)
    return np.arange(r.shape[1])[None] - np.arange(r.shape[0])[:, None]


def _blocks(v, r, case, here, k, listed) -> bool:
    """Whether just the listed blocks ("r and n") hold something wrong."""
    blocks, named = here.exercise.returns[k].blocks, listed.split(" and ")
    each = dict(zip(blocks, np.split(wrong_entries(v, r), len(blocks)), strict=True))
    return {b for b, bad in each.items() if bad.any()} == set(named)


def _slices(one: Callable) -> Callable:
    """Whether one(value, right, largest right entry) holds for each slice across an axis."""

    def holds(v, r, case, here, k, axis):
        a = axis_named(here.exercise.returns[k], axis)
        if v.shape != r.shape:
            return False
        pairs = zip(np.moveaxis(v, a, 0), np.moveaxis(r, a, 0), strict=True)
        scale = np.abs(r).max()
        return all(one(p.ravel(), q.ravel(), scale) for p, q in pairs)

    return holds


def _multiple(p, q, scale) -> bool:
    """Whether p is a multiple of q."""
    c = (p @ q) / (q @ q) if np.any(q) else 0.0
    return bool(np.abs(p - c * q).max() <= 1e-5 * scale)


def _difference(p, q, scale) -> bool:
    """Whether p is q plus a constant."""
    return float(np.ptp(p - q)) <= 1e-5 * scale + 1e-11


def _columns(v, r, *_) -> bool:
    """Whether the columns are the right ones, in any order."""
    mine = {tuple(sorted(c)) for c in v.T.tolist()}
    return v.shape == r.shape and {tuple(sorted(c)) for c in r.T.tolist()} == mine


def _row_said(extra: bool) -> Callable:
    """Whether a row is in some wrong value but not in the right one (extra), or the other way."""

    def found(here: World, k: int, row: str) -> bool:
        wanted = [float(n) for n in row.split(", ")]
        return any(
            (wanted in c.mine[k].tolist()) == extra and (wanted in c.right[k].tolist()) != extra  # type: ignore
            for c in here.wrong(k, here.seen)
        )

    return found


_T = r"(t) = (\d+)"
_PLACES: dict[str, Callable] = {
    rf"is wrong at {_T} only": _axis_first(lambda n, first, k: {_place(k, first)}),
    r"is wrong at (\w+) (\d+) only": _axis_first(lambda n, first, k: {_place(k, first)}),
    r"is wrong at the last (\w+) only": _at(lambda n, first: {n - 1}),
    r"is wrong at the last (\w+) but one only": _at(lambda n, first: {n - 2}),
    r"is wrong at both ends of (\w+) only": _at(lambda n, first: {0, n - 1}),
    r"is wrong everywhere but at the last (\w+)": _at(lambda n, first: set(range(n - 1))),
    rf"is wrong everywhere but at {_T}": _axis_first(
        lambda n, first, k: set(range(n)) - {_place(k, first)}
    ),
    r"is wrong everywhere but at (\w+) (\d+)": _axis_first(
        lambda n, first, k: set(range(n)) - {_place(k, first)}
    ),
    rf"is wrong from {_T} on": _axis_first(lambda n, first, k: set(range(_place(k, first), n))),
    r"is wrong from (\w+) (\d+) on": _axis_first(
        lambda n, first, k: set(range(_place(k, first), n))
    ),
    r"is wrong everywhere but in the last two of (\w+)": _at(lambda n, first: set(range(n - 2))),
    r"is wrong in the last two of (\w+) only": _at(lambda n, first: {n - 2, n - 1}),
    r"is wrong everywhere but at both ends of (\w+)": _at(lambda n, first: set(range(1, n - 1))),
    r"is wrong at every second (\w+) only": _at(
        lambda n, first: [set(range(0, n, 2)), set(range(1, n, 2))]
    ),
    r"is right except in blocks? (.*)": _blocks,
    r"is right up to a factor for each (\w+)": _slices(_multiple),
    r"is off by a constant for each (\w+)": _slices(_difference),
}
_KINDS: dict[str, Callable] = {
    "on the diagonal": lambda v, r: _offset(r) == 0,
    "off the diagonal": lambda v, r: _offset(r) != 0,
    "above the diagonal": lambda v, r: _offset(r) > 0,
    "below the diagonal": lambda v, r: _offset(r) < 0,
    "where it is negative": lambda v, r: np.real(r) < 0,
    "where it is positive": lambda v, r: np.real(r) > 0,
    "where it is 0": lambda v, r: r == 0,
    "where it is not 0": lambda v, r: r != 0,
    "where yours is 0": lambda v, r: v == 0,
    "where yours is negative": lambda v, r: np.real(v) < 0,
}
_SIZES: dict[str, Callable] = {
    "has the right size everywhere, and in some places the wrong sign": lambda v, r, *_: near(
        np.abs(v), np.abs(r)
    ),
    "has the right sign everywhere, and is too far from 0 everywhere": lambda v, r, *_: bool(
        np.all((np.sign(v) == np.sign(r)) & (np.abs(v) > np.abs(r)))
    ),
    "has the right sign everywhere, and is too close to 0 everywhere": lambda v, r, *_: bool(
        np.all((v * r >= 0) & (np.abs(v) < np.abs(r)))
    ),
    "is too large (?:at every entry|wherever it is wrong)": lambda v, r, *_: bool(np.all(v > r)),
    "is too small (?:at every entry|wherever it is wrong)": lambda v, r, *_: bool(np.all(v < r)),
}
PREDICATES: list[tuple[str, Callable, str]] = [
    *((text, f, "wrong") for text, f in _PLACES.items()),
    *(
        (f"is wrong {text}, and right elsewhere", _exactly(f), "wrong")
        for text, f in _KINDS.items()
    ),
    *((text, f, "wrong") for text, f in _SIZES.items()),
    ("the columns of your rows are right, but their order is not", _columns, "wrong"),
    (r"your row \((.*)\) should not be there", _row_said(True), "together"),
    (r"\((.*)\) is missing", _row_said(False), "together"),
    (
        "some rows are there twice, and others are missing",
        lambda v, r, *_: {tuple(x) for x in v.tolist()} < {tuple(x) for x in r.tolist()},
        "wrong",
    ),
]
