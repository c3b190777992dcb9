"""Where an output is wrong: at the last step, on the diagonal, in block n, at negative numbers.

This is what `observing` falls back on when nothing is true of the output as a whole. A place is
named only if it is the place in every wrong case. `_OF_MATRICES`, `_places` and `_OF_NUMBERS` are
the places that are tried, in this order.
"""

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from rnnlib.exercises.spec import Returned

RTOL = 1e-6
Pair = tuple[np.ndarray, np.ndarray]  # the learner's value and the right one


def located(returned: Returned, wrong: list[Pair]) -> str:
    """A sentence on where the output is wrong, true of each wrong case; an empty string if none.

    wrong: the learner's value and the right one, equal in shape, in each case that is wrong.
    """
    name = f"`{returned.name}`"
    bad = [_bad(v, r) for v, r in wrong]
    if not all(b.any() for b in bad):
        return ""
    if said := _where(_OF_MATRICES if _are_matrices(bad) else (), wrong, bad):
        return f"{name} is wrong {said}, and right elsewhere."
    axes = min(b.ndim for b in bad)
    for a, axis in _axes(returned, axes):
        along = [_rows_with_any(np.moveaxis(b, a, 0).reshape(b.shape[a], -1)) for b in bad]
        for said, holds in _places(axis, returned.first if a == _labeled_axis(returned) else 0):
            if not all(map(np.all, along)) and all(map(holds, along)):
                return f"{name} is wrong {said}."
    if said := _where(_OF_NUMBERS, wrong, bad):
        return f"{name} is wrong {said}, and right elsewhere."
    return _of_every_entry(returned, wrong, bad)


def _bad(v: np.ndarray, r: np.ndarray) -> np.ndarray:
    """True at each entry that differs by more than rounding."""
    largest = np.abs(r).max() if r.size else 0.0
    return ~(np.abs(v - r) <= RTOL * max(largest, 1e-300) + 1e-12)


def _rows_with_any(bad: np.ndarray) -> np.ndarray:
    """True for each row that has a wrong entry."""
    return np.asarray(bad.any(axis=1))


def _only(bad: np.ndarray, where: np.ndarray) -> bool:
    """Whether the wrong entries are exactly those in `where`, and that is not all of them."""
    return bool(np.array_equal(bad, where) and not where.all())


def _labeled_axis(returned: Returned) -> int:
    """The axis whose entries are labeled from `Returned.first`: time, or else the first."""
    return returned.axes.index("t") if "t" in returned.axes else 0


def _axes(returned: Returned, ndim: int) -> Iterator[tuple[int, str]]:
    """Number and name of each axis that the output has in every case, the time axis first."""
    order = sorted(range(min(ndim, len(returned.axes))), key=lambda a: returned.axes[a] != "t")
    return ((a, returned.axes[a]) for a in order)


def _places(axis: str, first: int) -> Iterator[tuple[str, Callable[[np.ndarray], bool]]]:
    """Places along an axis: the words, and whether a mask of the wrong entries is just that place.

    first: the label of the first entry, so that the words can give the right t.
    """
    last = "at the last step" if axis == "t" else f"at the last {axis}"

    def at(k: int) -> str:
        return f"at {axis} = {k + first}" if axis == "t" else f"at {axis} {k + first}"

    for k in (0, 1, 2):
        yield f"{at(k)} only", lambda b, k=k: _is(b, [k])
    yield f"{last} only", lambda b: _is(b, [len(b) - 1])
    yield f"{last} but one only", lambda b: _is(b, [len(b) - 2])
    yield f"at both ends of {axis} only", lambda b: _is(b, [0, len(b) - 1])
    yield f"everywhere but {last}", lambda b: _is(~b, [len(b) - 1])
    for k in (0, 1, 2):
        yield f"everywhere but {at(k)}", lambda b, k=k: _is(~b, [k])
    for k in (2, 3, 1):
        yield f"from {at(k).removeprefix('at ')} on", lambda b, k=k: _is(b, range(k, len(b)))
    yield f"everywhere but in the last two of {axis}", lambda b: _is(b, range(len(b) - 2))
    yield f"in the last two of {axis} only", lambda b: _is(b, range(len(b) - 2, len(b)))
    yield f"everywhere but at both ends of {axis}", lambda b: _is(b, range(1, len(b) - 1))
    yield f"at every second {axis} only", lambda b: _is(b, range(0, len(b), 2))
    yield f"at every second {axis} only", lambda b: _is(b, range(1, len(b), 2))


def _is(wrong: np.ndarray, places: Iterable[int]) -> bool:
    """Whether the mask is true exactly at these places."""
    return np.flatnonzero(wrong).tolist() == list(places)


# Words for some of the entries, and (value, right) -> a mask of these entries.
Kinds = tuple[tuple[str, Callable[[np.ndarray, np.ndarray], np.ndarray]], ...]


def _where(kinds: Kinds, wrong: list[Pair], bad: list[np.ndarray]) -> str:
    """The words for the kind of entries that are exactly the wrong ones in every case."""
    for said, where in kinds:
        if all(_only(b, where(v, r)) for b, (v, r) in zip(bad, wrong, strict=True)):
            return said
    return ""


def _are_matrices(bad: list[np.ndarray]) -> bool:
    """Whether all are square matrices, and one is larger than 2 × 2.

    In a 2 × 2 matrix, "above the diagonal" is a single entry, which could be called many things.
    """
    square = all(b.ndim == 2 and b.shape[0] == b.shape[1] for b in bad)
    return square and max(map(len, bad)) > 2


_OF_MATRICES: Kinds = (
    ("on the diagonal", lambda v, r: np.eye(len(r), dtype=bool)),
    ("off the diagonal", lambda v, r: ~np.eye(len(r), dtype=bool)),
    ("above the diagonal", lambda v, r: np.triu(np.ones(r.shape, bool), 1)),
    ("below the diagonal", lambda v, r: np.tril(np.ones(r.shape, bool), -1)),
)
_OF_NUMBERS: Kinds = (
    ("where it is negative", lambda v, r: np.real(r) < 0),
    ("where it is positive", lambda v, r: np.real(r) > 0),
    ("where it is 0", lambda v, r: r == 0),
    ("where it is not 0", lambda v, r: r != 0),
    ("where yours is 0", lambda v, r: v == 0),
    ("where yours is negative", lambda v, r: np.real(v) < 0),
)


def in_blocks(returned: Returned, wrong: list[Pair]) -> str:
    """Which blocks of the first axis are wrong, if they are the same in every case, and not all."""
    bad = [_bad(v, r) for v, r in wrong]
    if not returned.blocks or any(not b.ndim for b in bad):
        return ""
    n = len(returned.blocks)
    each = [_rows_with_any(b.reshape(n, -1)) for b in bad]
    if not all(np.array_equal(e, each[0]) for e in each) or each[0].all():
        return ""
    names = [name for name, is_bad in zip(returned.blocks, each[0], strict=True) if is_bad]
    some = f"block {names[0]}" if len(names) == 1 else f"blocks {' and '.join(names)}"
    return f"`{returned.name}` is right except in {some}."


def _of_every_entry(returned: Returned, wrong: list[Pair], bad: list[np.ndarray]) -> str:
    """What is true of every entry: the sign is wrong, a factor for each step, all too large."""
    name = f"`{returned.name}`"
    if any(np.iscomplexobj(v) or np.iscomplexobj(r) for v, r in wrong):
        return ""
    if all(np.allclose(np.abs(v), np.abs(r), rtol=RTOL, atol=1e-12) for v, r in wrong):
        return f"{name} has the right size everywhere, and in some places the wrong sign."
    if sum(r.size for _, r in wrong) >= 2 * len(wrong):
        for a, axis in _axes(returned, min(r.ndim for _, r in wrong)):
            if all(_one_factor(v, r, a) for v, r in wrong):
                return f"{name} is right up to a factor for each {'step' if axis == 't' else axis}."
            if all(_one_difference(v, r, a) for v, r in wrong):
                return f"{name} is off by a constant for each {'step' if axis == 't' else axis}."
    return _size(name, wrong)


def _one_factor(v: np.ndarray, r: np.ndarray, a: int) -> bool:
    """Whether each slice at one index of axis a is a multiple of the right one.

    Slices of a single entry always are, so they do not count.
    """
    v, r = (np.moveaxis(x, a, 0).reshape(x.shape[a], -1) for x in (v, r))
    if r.shape[1] < 2:
        return False
    factors = (v * r).sum(axis=1) / np.maximum((r * r).sum(axis=1), 1e-300)
    return bool(np.linalg.norm(v - factors[:, None] * r) <= RTOL * np.linalg.norm(r))


def _one_difference(v: np.ndarray, r: np.ndarray, a: int) -> bool:
    """Whether each slice at one index of axis a is the right one plus a constant."""
    d = np.moveaxis(v - r, a, 0).reshape(r.shape[a], -1)
    return d.shape[1] > 1 and bool(np.ptp(d, axis=1).max() <= RTOL * np.abs(r).max() + 1e-12)


def _size(name: str, wrong: list[Pair]) -> str:
    """That every entry is too large or too small; if some are negative, too far from 0 or close.

    Too far from 0 or too close means by at least 1%, with the right sign.
    """
    signed = any((r < 0).any() for _, r in wrong)
    if signed and all((v * r >= 0).all() and (r != 0).all() for v, r in wrong):
        if all((np.abs(v) >= 1.01 * np.abs(r)).all() for v, r in wrong):
            return f"{name} has the right sign everywhere, and is too far from 0 everywhere."
        if all((np.abs(v) <= 0.99 * np.abs(r)).all() for v, r in wrong):
            return f"{name} has the right sign everywhere, and is too close to 0 everywhere."
    where = "at every entry" if any(r.ndim for _, r in wrong) else "wherever it is wrong"
    if all((v > r).all() for v, r in wrong):
        return f"{name} is too large {where}."
    if all((v < r).all() for v, r in wrong):
        return f"{name} is too small {where}."
    return ""
