"""What can be seen of a wrong answer when no named mistake explains it.

Every sentence describes the learner's numbers against the right ones without printing either.
"""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Returned

RTOL = 1e-6


def wrong_type(exercise: Exercise, value) -> str:
    names = [r.name for r in exercise.returns]
    if len(names) > 1:
        got = f"{len(value)} values" if isinstance(value, (tuple, list)) else _kind(value)
        return f"Return {len(names)} arrays, ({', '.join(names)}), in this order; yours is {got}."
    what = "an array" if exercise.returns[0].axes else "a number"
    return f"Return {what}, `{names[0]}`; yours is {_kind(value)}."


def _kind(value) -> str:
    if value is None:
        return "None on some inputs (is there a path without `return`?)"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} that does not form an array of numbers"
    return f"of type {type(value).__name__}"


def wrong_shape(exercise: Exercise, returned: Returned, case: Case, got, right) -> str:
    """Which axis has the wrong length. A shape is no secret: the docstring gives it."""
    axes = f"one axis for each of ({', '.join(returned.axes)})" if returned.axes else "no axis"
    say = f"`{returned.name}` must have shape {right}, {axes}; yours has {got} ({case.group})."
    if len(got) == len(right):
        if sorted(got) == sorted(right):
            return say + " Are two axes swapped?"
        for axis, mine, theirs in zip(returned.axes, got, right, strict=False):
            if axis == "t" and abs(mine - theirs) == 1:
                more = "one step too many" if mine > theirs else "one step is missing"
                return f"{say} Along time, {more}: which t should come first and last?"
    return say


def observe(exercise: Exercise, k: int, cases, values, expected, right) -> str:
    """The most telling thing about output k, over the cases in which it is wrong."""
    returned = exercise.returns[k]
    bad = [i for i, row in enumerate(right) if not row[k]]
    pairs = [(values[i][k], expected[i][k]) for i in bad]
    if not all(np.isfinite(v).all() for v, _ in pairs):
        return f"`{returned.name}` holds NaN or infinity where the right answer is finite."
    clear = [(v, r) for v, r in pairs if r.size > 1 or r.ndim == 0]
    for seen in (_precision, _transposed, _factor, _reversed, _shifted):
        if clear and (said := seen(clear, returned)):
            return said
    if exercise.terms and (said := _missing_term(exercise, k, [cases[i] for i in bad], pairs)):
        return said
    return _first_wrong(pairs, returned)


def by_group(groups: dict[str, list[bool]]) -> str:
    """Which kinds of case are right and which are not, when there are both."""
    good = [g for g, rows in groups.items() if all(rows)]
    bad = [g for g, rows in groups.items() if not all(rows)]
    return f"Right: {', '.join(good)}. Wrong: {', '.join(bad)}." if good else ""


def in_place(changed: list[str]) -> list[str]:
    if not changed:
        return []
    names = " and ".join(f"`{name}`" for name in changed)
    return [f"Your function changes its argument {names} in place. Work on a copy."]


def _close(a, b) -> bool:
    return bool(np.linalg.norm(a - b) <= RTOL * np.linalg.norm(b))


def _precision(pairs, returned) -> str:
    far = max(np.linalg.norm(v - r) / max(np.linalg.norm(r), 1e-300) for v, r in pairs)
    if far < 1e-5:
        return (
            f"`{returned.name}` is right up to a relative error of {far:.0e}: that is rounding in "
            "single precision, or a derivative by differences. Compute in float64 throughout."
        )
    return ""


def _transposed(pairs, returned) -> str:
    square = [(v, r) for v, r in pairs if r.ndim == 2 and v.shape == r.T.shape and r.size > 1]
    if square and len(square) == len(pairs) and all(_close(v.T, r) for v, r in square):
        return f"`{returned.name}` is the transpose of the right answer."
    return ""


def _factor(pairs, returned) -> str:
    """One number c with value = c · right in every case."""
    if any(not np.any(r) for _, r in pairs):
        return ""
    factors = [float(np.real(np.vdot(r, v) / np.vdot(r, r))) for v, r in pairs]
    c = factors[0]
    if not np.allclose(factors, c, rtol=RTOL) or not all(_close(v, c * r) for v, r in pairs):
        return ""
    if len(pairs) == 1 and pairs[0][0].size == 1:
        return ""  # one number is always some multiple of another
    if c == 0 or abs(c) < 1e-9:
        return f"`{returned.name}` is zero where the right answer is not."
    if abs(c + 1) < RTOL:
        return f"`{returned.name}` has the wrong sign, and is right otherwise."
    return f"`{returned.name}` is {c:.4g} times the right answer, everywhere: a constant factor."


def _time(returned: Returned) -> int | None:
    return returned.axes.index("t") if "t" in returned.axes else None


def _reversed(pairs, returned) -> str:
    t = _time(returned)
    long = [(v, r) for v, r in pairs if t is not None and r.shape[t] > 1]
    if long and len(long) == len(pairs) and all(_close(np.flip(v, t), r) for v, r in long):
        return f"`{returned.name}` is right but runs backwards in time."
    return ""


def _shifted(pairs, returned) -> str:
    t = _time(returned)
    long = [(v, r) for v, r in pairs if t is not None and r.shape[t] > 2]
    if not long:
        return ""
    for steps, where in ((1, "one step late"), (-1, "one step early")):
        early = slice(None, -1) if steps == 1 else slice(1, None)
        late = slice(1, None) if steps == 1 else slice(None, -1)
        if all(_close(np.moveaxis(v, t, 0)[late], np.moveaxis(r, t, 0)[early]) for v, r in long):
            return f"`{returned.name}` comes {where}: each entry is its neighbour's."
    return ""


def _missing_term(exercise: Exercise, k: int, cases, pairs) -> str:
    """Regress the answer on the known terms: a coefficient of 0 or -1 tells which one is lost."""
    name = exercise.returns[k].name
    columns = [exercise.terms(*case.arguments).get(name) for case in cases]
    if any(c is None for c in columns):
        return ""
    labels = list(columns[0])
    design = np.concatenate(
        [np.stack([np.ravel(c[label]) for label in labels], axis=1) for c in columns]
    )
    target = np.concatenate([np.ravel(v) for v, _ in pairs])
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
    if r.ndim == 0 or r.size == 1:
        return f"`{returned.name}` is not right. {_size(v, r)}"
    t = _time(returned) or 0
    gap = np.abs(np.moveaxis(v - r, t, 0)).reshape(r.shape[t], -1).max(axis=1)
    bad = np.flatnonzero(gap > RTOL * np.abs(r).max())
    if not len(bad):
        return f"`{returned.name}` is nearly right, yet off by more than rounding."
    axis = returned.axes[t] if returned.axes else "entry"
    labels = [int(i) + (returned.first if axis == "t" else 0) for i in bad]
    if len(bad) == r.shape[t]:
        return f"`{returned.name}` is wrong from the first {_entry(axis)} on. {_size(v, r)}"
    if len(bad) == 1:
        return f"`{returned.name}` is wrong at {axis} = {labels[0]} only."
    if bad[-1] - bad[0] + 1 == len(bad) and bad[-1] == r.shape[t] - 1:
        return f"`{returned.name}` is right before {axis} = {labels[0]} and wrong from there on."
    if bad[0] == 0 and len(bad) == bad[-1] + 1:
        return f"`{returned.name}` is wrong up to {axis} = {labels[-1]} and right after it."
    return f"`{returned.name}` is wrong first at {axis} = {labels[0]}."


def _entry(axis: str) -> str:
    return "time step" if axis == "t" else axis


def _size(v, r) -> str:
    ratio = np.linalg.norm(v) / max(np.linalg.norm(r), 1e-300)
    if ratio > 1.5:
        return "It is too large."
    return "It is too small." if ratio < 0.67 else "Its size is about right."
