"""What can be seen of a wrong answer when no named mistake explains it.

Every sentence describes the learner's numbers against the right ones without printing either.
"""

from itertools import permutations

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Returned
from rnnlib.exercises.values import numeric

RTOL = 1e-6
MOST_GROUPS = 3  # of cases that are named as right
MOST_COLUMNS = 5  # of more, their orders are too many to try


def wrong_type(exercise: Exercise, value) -> str:
    names = [r.name for r in exercise.returns]
    parts = value if len(names) > 1 else (value,)
    if not isinstance(parts, (tuple, list)) or len(parts) != len(names):
        got = f"{len(value)} values" if isinstance(value, (tuple, list)) else _kind(value)
        return f"Return {len(names)} things, ({', '.join(names)}), in this order; yours is {got}."
    pairs = zip(exercise.returns, parts, strict=True)
    returned, part = next(pair for pair in pairs if numeric(pair[1]) is None)
    what = "an array" if returned.axes else "a number"
    return f"Return {what}, `{returned.name}`; yours is {_kind(part)}."


def _kind(value) -> str:
    if value is None:
        return "None on some inputs (is there a path without `return`?)"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} that does not form an array of numbers"
    return f"of type {type(value).__name__}"


def other_order(exercise: Exercise, order: tuple[int, ...]) -> str:
    """All outputs are right and stand in each other's places."""
    names = [returned.name for returned in exercise.returns]
    asked, got = ", ".join(names), ", ".join(names[k] for k in order)
    return f"All your results are right, but their order is not: return ({asked}), not ({got})."


def wrong_shape(exercise: Exercise, returned: Returned, case: Case, got, right) -> str:
    """Which axis has the wrong length. A shape is no secret: the docstring gives it."""
    axes = f" ({', '.join(returned.axes)})" if returned.axes else ": it is one number"
    say = f"`{returned.name}` must have shape {right}{axes}; yours has {got} (case: {case.group})."
    if len(got) == len(right):
        if sorted(got) == sorted(right):
            return say + " Are two axes swapped?"
        for axis, mine, theirs in zip(returned.axes, got, right, strict=False):
            if axis == "t" and abs(mine - theirs) == 1:
                more = "one step too many" if mine > theirs else "one step is missing"
                return f"{say} Along time, {more}: which t should come first and last?"
    return say


def observe(exercise: Exercise, wrong: list[int], cases, values, expected, right):
    """Of some wrong outputs, the one of which most can be said, and what: (k, sentence).

    What is said of a whole answer (a sign, a factor, an order, a missing term) must hold in every
    case, or in all that are long enough to show it. If nothing is, the place of the first fault is
    told, of an output with a time axis if there is one.
    """
    for k in wrong:
        if said := _whole(exercise, k, cases, values, expected, right):
            return k, said
    k = next((k for k in wrong if "t" in exercise.returns[k].axes), wrong[0])
    pairs = [(v[k], e[k]) for v, e, row in zip(values, expected, right, strict=True) if not row[k]]
    return k, _first_wrong(pairs, exercise.returns[k])


def _whole(exercise: Exercise, k: int, cases, values, expected, right) -> str:
    """What is true of the whole of output k, or an empty string."""
    returned = exercise.returns[k]
    every = [(v[k], e[k]) for v, e in zip(values, expected, strict=True)]
    bad = [i for i, row in enumerate(right) if not row[k]]
    for case, (v, _) in zip(cases, every, strict=True):
        if not np.isfinite(v).all():
            return _not_finite(returned, case)
    for seen in (_whole_numbers, _rounded, _precision, _transposed, _sign, _factor, *_IN_TIME):
        if said := seen(every, returned):
            return said
    pairs = [every[i] for i in bad]
    if returned.unordered:
        return _rows(pairs, returned)
    return _missing_term(exercise, k, [cases[i] for i in bad], pairs)


def _not_finite(returned: Returned, case: Case) -> str:
    if any(np.isnan(a).any() for a in case.arguments if _has_floats(a)):
        return (
            f"A NaN from the arguments has got into `{returned.name}` (case: "
            f"{case.group}). Where did you compute with it?"
        )
    return (
        f"`{returned.name}` holds NaN or infinity where the right answer is finite. A "
        "logarithm of 0 or of a negative number makes one, a division by 0, or an overflow."
    )


def by_group(groups: dict[str, list[bool]]) -> str:
    """The kinds of case that are right, or the one that is wrong; nothing where it is a mixture."""
    good = [g for g, rows in groups.items() if all(rows)]
    bad = [g for g, rows in groups.items() if not all(rows)]
    if len(bad) == 1 and len(good) > 1:
        return f"Wrong only for: {bad[0]}."
    return f"Right only for: {'; '.join(good)}." if 1 <= len(good) <= MOST_GROUPS else ""


def _has_floats(argument) -> bool:
    return isinstance(argument, (float, np.ndarray)) and np.asarray(argument).dtype.kind == "f"


def follow(names: list[str], first: str) -> list[str]:
    """A word on further outputs that are wrong too, beside the one that has been spoken of."""
    if not names:
        return []
    listed = " and ".join(f"`{name}`" for name in names)
    return [f"{listed}: also wrong; fix `{first}` first."]


def in_place(changed: list[str]) -> list[str]:
    if not changed:
        return []
    names = " and ".join(f"`{name}`" for name in changed)
    return [f"Your function changes its argument {names} in place. Work on a copy."]


def _close(a, b) -> bool:
    return bool(np.linalg.norm(a - b) <= RTOL * np.linalg.norm(b))


def _whole_numbers(pairs, returned) -> str:
    whole = all(np.array_equal(r, np.round(r)) for _, r in pairs)
    if not whole and all(v.dtype.kind in "iu" for v, _ in pairs):
        return (
            f"`{returned.name}` holds whole numbers only: an array made from whole numbers cuts "
            "off what you write into it. Give it dtype=float."
        )
    return ""


def _rounded(pairs, returned) -> str:
    for digits in range(1, 7):
        if all(np.allclose(v, np.round(r, digits), rtol=0, atol=1e-12) for v, r in pairs):
            return f"`{returned.name}` is rounded to {digits} decimals. Return it unrounded."
    return ""


def _precision(pairs, returned) -> str:
    """Right but for a small error, in every case; single precision only if the numbers are."""
    far = max(np.linalg.norm(v - r) / max(np.linalg.norm(r), 1e-300) for v, r in pairs)
    if far >= 1e-5:
        return ""
    right = f"`{returned.name}` is right up to a relative error of {far:.0e}"
    if all(
        np.array_equal(v, v.astype(np.complex64 if v.dtype.kind == "c" else np.float32))
        for v, _ in pairs
    ):
        return f"{right}: its numbers are in single precision. Compute in float64 throughout."
    return (
        f"{right}. Is there a small number that was added, a difference quotient, or single "
        "precision on the way?"
    )


def _transposed(pairs, returned) -> str:
    square = [(v, r) for v, r in pairs if r.ndim == 2 and v.shape == r.T.shape and r.size > 1]
    if square and all(_close(v.T, r) and not _close(v, r) for v, r in square):
        return f"`{returned.name}` is the transpose of the right answer."
    return ""


def _sign(pairs, returned) -> str:
    if not all(_close(np.abs(v), np.abs(r)) for v, r in pairs):
        return ""
    if all(_close(-v, r) for v, r in pairs):
        return f"`{returned.name}` has the wrong sign, and is right otherwise."
    return f"`{returned.name}` has the right size everywhere, and in some places the wrong sign."


def _factor(pairs, returned) -> str:
    """One number c with value = c · right in every case."""
    pairs = [(v, r) for v, r in pairs if np.any(r)]
    if sum(r.size for _, r in pairs) < 2:
        return ""  # one number is always some multiple of another
    factors = [float(np.real(np.vdot(r, v) / np.vdot(r, r))) for v, r in pairs]
    c = factors[0]
    if not np.allclose(factors, c, rtol=RTOL) or not all(
        np.linalg.norm(v - c * r) <= RTOL * np.linalg.norm(r) for v, r in pairs
    ):
        return ""
    if abs(c) < RTOL:
        return f"`{returned.name}` is zero where the right answer is not."
    return f"`{returned.name}` is {c:.4g} times the right answer, everywhere: a constant factor."


def _time(returned: Returned) -> int | None:
    return returned.axes.index("t") if "t" in returned.axes else None


def _reversed(pairs, returned) -> str:
    t = _time(returned)
    long = [(v, r) for v, r in pairs if t is not None and r.shape[t] > 1]
    if long and all(_close(np.flip(v, t), r) for v, r in long):
        return f"`{returned.name}` is right but runs backwards in time."
    return ""


def _shifted(pairs, returned) -> str:
    t = _time(returned)
    long = [
        (np.moveaxis(v, t, 0), np.moveaxis(r, t, 0))
        for v, r in pairs
        if t is not None and r.shape[t] > 2
    ]
    if long and all(_close(v[1:], r[:-1]) for v, r in long):
        return f"`{returned.name}` comes one step late: each entry is the one before it."
    if long and all(_close(v[:-1], r[1:]) for v, r in long):
        return f"`{returned.name}` comes one step early: each entry is the one after it."
    return ""


_IN_TIME = (_reversed, _shifted)


def _rows(pairs, returned) -> str:
    """Of rows that may come in any order: their columns, or one row that does not belong."""
    if all(map(_other_columns, *zip(*pairs, strict=True))):
        return f"`{returned.name}`: the columns of your rows are right, but their order is not."
    for v, r in pairs:
        right = {tuple(row) for row in r.tolist()}
        if extra := [row for row in v.tolist() if tuple(row) not in right]:
            row = ", ".join(f"{number:g}" for number in extra[0])
            return f"`{returned.name}`: your row ({row}) should not be there."
    return f"`{returned.name}`: some rows are there twice, and others are missing."


def _other_columns(v: np.ndarray, r: np.ndarray) -> bool:
    """Whether the rows are right up to the order of their columns."""
    if v.ndim != 2 or not 1 < v.shape[1] <= MOST_COLUMNS:
        return False
    right = sorted(r.tolist())
    orders = permutations(range(v.shape[1]))
    return any(sorted(v[:, list(order)].tolist()) == right for order in orders)


def _missing_term(exercise: Exercise, k: int, cases, pairs) -> str:
    """Regress the answer on the known terms: a coefficient of 0 or -1 tells which one is lost."""
    name, terms = exercise.returns[k].name, exercise.terms
    if terms is None:
        return ""
    known = [terms(*case.arguments).get(name) for case in cases]
    columns = [c for c in known if c is not None]
    if len(columns) < len(known):
        return ""
    labels = list(columns[0])
    design = np.concatenate(
        [np.stack([np.ravel(c[label]) for label in labels], axis=1) for c in columns]
    )
    target = np.concatenate([np.ravel(v) for v, _ in pairs])
    target = target.astype(complex if np.iscomplexobj(target) else float)
    found, _, rank, _ = np.linalg.lstsq(design, target, rcond=None)
    if rank < len(labels) or not _close(design @ found, target):
        return ""
    odd = [(label, c) for label, c in zip(labels, found, strict=True) if abs(c - 1) > RTOL]
    if len(odd) != 1:
        return ""
    label, c = odd[0]
    if abs(c) < RTOL:
        return f"`{name}` lacks one term: {label}. All others are right."
    how = "has the wrong sign" if abs(c + 1) < RTOL else f"counts {c:.3g} times"
    return f"`{name}`: the term {label} {how}. All others are right."


def _first_wrong(pairs, returned) -> str:
    """Where along time (or along the first axis) the answer leaves the right one."""
    v, r = max(pairs, key=lambda pair: pair[1].size)
    name = returned.name
    if r.ndim == 0 or r.size == 1:
        return f"`{name}` is not right.{_size(pairs)}"
    if returned.blocks and (said := _in_blocks(pairs, returned)):
        return said
    t = _time(returned) or 0
    gap = np.abs(np.moveaxis(v - r, t, 0)).reshape(r.shape[t], -1).max(axis=1)
    bad = gap > RTOL * np.abs(r).max()
    if not bad.any():
        return f"`{name}` is nearly right, yet off by more than rounding."
    axis, first = returned.axes[t], returned.first
    wrong, fine = np.flatnonzero(bad) + first, np.flatnonzero(~bad) + first
    if bad.all():
        where = f"from t = {wrong[0]} on" if axis == "t" else f"at every {axis}"
        return f"`{name}` is wrong {where}.{_size(pairs)}"
    if len(wrong) == 1:
        return f"`{name}` is wrong at {axis} = {wrong[0]} only."
    if wrong[0] == fine[-1] + 1:
        before = f"at {axis} = {fine[0]}" if len(fine) == 1 else f"up to {axis} = {fine[-1]}"
        return f"`{name}` is right {before} and wrong from {axis} = {wrong[0]} on.{_size(pairs)}"
    if fine[0] == wrong[-1] + 1:
        return f"`{name}` is right from {axis} = {fine[0]} on and wrong before it.{_size(pairs)}"
    return f"`{name}` is wrong first at {axis} = {wrong[0]}."


def _in_blocks(pairs, returned) -> str:
    """Which blocks of the first axis are wrong in some case, when others never are."""
    bad = np.zeros(len(returned.blocks), dtype=bool)
    for v, r in pairs:
        gap = np.abs(v - r).reshape(len(bad), -1).max(axis=1)
        bad |= gap > RTOL * np.abs(r).max()
    wrong = [name for name, is_bad in zip(returned.blocks, bad, strict=True) if is_bad]
    if len(wrong) in (0, len(bad)):
        return ""
    which = f"block {wrong[0]}" if len(wrong) == 1 else f"blocks {' and '.join(wrong)}"
    return f"`{returned.name}` is right except in {which}."


def _size(pairs) -> str:
    """A word on the size, where every wrong case is far off to one side, and no number negative."""
    if any(np.iscomplexobj(v) or np.any(v < 0) or np.any(r < 0) for v, r in pairs):
        return ""
    ratios = [np.linalg.norm(v) / np.linalg.norm(r) for v, r in pairs if np.any(r)]
    if ratios and min(ratios) > 2:
        return " It is far too large."
    return " It is far too small." if ratios and max(ratios) < 0.5 else ""
