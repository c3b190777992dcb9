"""Where a wrong output is wrong: a place is said only if it is so in every wrong case."""

from collections.abc import Callable, Iterator

import numpy as np

from rnnlib.exercises.spec import Returned

RTOL = 1e-6
Pair = tuple[np.ndarray, np.ndarray]  # the learner's value and the right one


def located(returned: Returned, wrong: list[Pair]) -> str:
    """One sentence on where the output is wrong, true of each case; or an empty string."""
    name = f"`{returned.name}`"
    bad = [_bad(v, r) for v, r in wrong]
    if not all(b.any() for b in bad):
        return ""
    if said := _where(_OF_MATRICES if _are_matrices(bad) else (), wrong, bad):
        return f"{name} is wrong {said}, and right elsewhere."
    axes = min(b.ndim for b in bad)
    for a, axis in _axes(returned, axes):
        along = [_any(np.moveaxis(b, a, 0).reshape(b.shape[a], -1)) for b in bad]
        for said, holds in _places(axis, returned.first if a == _first_axis(returned) else 0):
            if not all(map(np.all, along)) and all(map(holds, along)):
                return f"{name} is wrong {said}."
    if said := _where(_OF_NUMBERS, wrong, bad):
        return f"{name} is wrong {said}, and right elsewhere."
    return _of_every_entry(returned, wrong, bad)


def _bad(v: np.ndarray, r: np.ndarray) -> np.ndarray:
    """Which entries differ, beyond rounding."""
    largest = np.abs(r).max() if r.size else 0.0
    return ~(np.abs(v - r) <= RTOL * max(largest, 1e-300) + 1e-12)


def _any(bad: np.ndarray) -> np.ndarray:
    """Which rows have an entry that is wrong."""
    return np.asarray(bad.any(axis=1))


def _only(bad: np.ndarray, where: np.ndarray) -> bool:
    """Whether the entries that are wrong are those, and there are others too."""
    return bool(np.array_equal(bad, where) and not where.all())


def _first_axis(returned: Returned) -> int:
    return returned.axes.index("t") if "t" in returned.axes else 0


def _axes(returned: Returned, ndim: int) -> Iterator[tuple[int, str]]:
    """The axes that the output has in every case, that of time first."""
    order = sorted(range(min(ndim, len(returned.axes))), key=lambda a: returned.axes[a] != "t")
    return ((a, returned.axes[a]) for a in order)


def _places(axis: str, first: int) -> Iterator[tuple[str, Callable[[np.ndarray], bool]]]:
    """Kinds of place along an axis, and whether what is wrong is just that."""
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


def _is(wrong: np.ndarray, places) -> bool:
    return np.flatnonzero(wrong).tolist() == list(places)


Kinds = tuple[tuple[str, Callable[[np.ndarray, np.ndarray], np.ndarray]], ...]


def _where(kinds: Kinds, wrong: list[Pair], bad: list[np.ndarray]) -> str:
    """The kind of entry that is wrong in every case, where no other is."""
    for said, where in kinds:
        if all(_only(b, where(v, r)) for b, (v, r) in zip(bad, wrong, strict=True)):
            return said
    return ""


def _are_matrices(bad: list[np.ndarray]) -> bool:
    """Whether all are square, and one is large enough for a row not to be a part of a triangle."""
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
    """The blocks of the first axis that are wrong in every case, where the others never are."""
    bad = [_bad(v, r) for v, r in wrong]
    if not returned.blocks or any(not b.ndim for b in bad):
        return ""
    n = len(returned.blocks)
    each = [_any(b.reshape(n, -1)) for b in bad]
    if not all(np.array_equal(e, each[0]) for e in each) or each[0].all():
        return ""
    names = [name for name, is_bad in zip(returned.blocks, each[0], strict=True) if is_bad]
    some = f"block {names[0]}" if len(names) == 1 else f"blocks {' and '.join(names)}"
    return f"`{returned.name}` is right except in {some}."


def _of_every_entry(returned: Returned, wrong: list[Pair], bad: list[np.ndarray]) -> str:
    """What is so at every entry: sign, size, one factor along an axis."""
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
    """Whether each slice across axis a is a multiple of the right one; slices have some entries."""
    v, r = (np.moveaxis(x, a, 0).reshape(x.shape[a], -1) for x in (v, r))
    if r.shape[1] < 2:
        return False
    factors = (v * r).sum(axis=1) / np.maximum((r * r).sum(axis=1), 1e-300)
    return bool(np.linalg.norm(v - factors[:, None] * r) <= RTOL * np.linalg.norm(r))


def _one_difference(v: np.ndarray, r: np.ndarray, a: int) -> bool:
    d = np.moveaxis(v - r, a, 0).reshape(r.shape[a], -1)
    return d.shape[1] > 1 and bool(np.ptp(d, axis=1).max() <= RTOL * np.abs(r).max() + 1e-12)


def _size(name: str, wrong: list[Pair]) -> str:
    """That every entry is too large, or too small, by at least a hundredth, with the right sign."""
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
