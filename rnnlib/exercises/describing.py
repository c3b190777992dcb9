"""Sentences about what is wrong with an answer: its type, its shape, its numbers.

`comparing` uses those on types and shapes. `observing` uses those on numbers, when no mistake is
known that makes them. Each function looks for one thing and returns the sentence, or an empty
string if it is not so. A sentence compares the learner's numbers with the right ones without
printing either.

Several functions take `pairs`: for each case, the learner's value of one output and the right one.
"""

from itertools import permutations
from typing import Any

import numpy as np

from rnnlib.exercises.asking import NotNumbers
from rnnlib.exercises.locating import Pair
from rnnlib.exercises.spec import Case, Exercise, Returned
from rnnlib.exercises.values import numeric

RTOL = 1e-6
NO_NUMBERS = "whose entries are not numbers (does a function without `return` make them?)"
RETURN = "Return ("  # how the sentence on outputs in another order begins
MOST_GROUPS = 3  # groups of cases that "Right only for" lists; nothing is said if there are more
MOST_COLUMNS = 5  # with more columns, there are too many orders to try


def wrong_type(exercise: Exercise, value: Any) -> str:
    """What to return instead of a value that is not the right number of arrays or numbers."""
    names = [r.name for r in exercise.returns]
    parts = value if len(names) > 1 else (value,)
    if not isinstance(parts, (tuple, list)) or len(parts) != len(names):
        got = f"{len(value)} values" if isinstance(value, (tuple, list)) else _kind(value)
        return f"Return {len(names)} things, ({', '.join(names)}), in this order; yours is {got}."
    pairs = zip(exercise.returns, parts, strict=True)
    returned, part = next(pair for pair in pairs if numeric(pair[1]) is None)
    what = "an array" if returned.axes else "a number"
    return f"Return {what}, `{returned.name}`; yours is {_kind(part)}."


def _kind(value: Any) -> str:
    """A returned object in words: "of type dict", "a list that does not form an array …"."""
    if isinstance(value, NotNumbers):
        if value.kind == "ndarray":
            return f"an array {NO_NUMBERS}"
        more = " (is there a `yield` where `return` belongs?)" if value.kind == "generator" else ""
        return f"of type {value.kind}{more}"
    if value is None:
        return "None on some inputs (is there a path without `return`?)"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} that does not form an array of numbers"
    if isinstance(value, np.ndarray) and numeric(value) is None:
        return f"an array {NO_NUMBERS}"
    if isinstance(value, int):
        return "an integer that is too large for 64 bits"
    return f"of type {type(value).__name__}"


def other_order(exercise: Exercise, order: tuple[int, ...]) -> str:
    """That all outputs are right but returned in the wrong order.

    order: the answer's output k is output order[k] of the exercise.
    """
    asked = return_in_order([returned.name for returned in exercise.returns], order)
    return f"All your results are right, but their order is not: {asked[0].lower()}{asked[1:]}"


def return_in_order(names: list[str], order: tuple[int, ...]) -> str:
    """The sentence "Return (a, b), not (b, a)."; the answer's output k is output order[k]."""
    return f"{RETURN}{', '.join(names)}), not ({', '.join(names[k] for k in order)})."


def wrong_shape(
    exercise: Exercise, returned: Returned, case: Case, got: tuple, right: tuple
) -> str:
    """The shape that an output must have and the one it has, with a guess at the reason.

    This may print the right shape: the exercise's docstring tells it anyway.
    """
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


def not_finite(returned: Returned, cases: list[Case], values: list[np.ndarray]) -> str:
    """That an output holds NaN or infinity in some case, which is named, and where it may be from.

    values: the output in each of the cases.
    """
    case = next((c for c, v in zip(cases, values, strict=True) if not np.isfinite(v).all()), None)
    if case is None:
        return ""
    if any(np.isnan(a).any() for a in case.arguments if _has_floats(a)):
        return (
            f"A NaN from the arguments has got into `{returned.name}` (case: "
            f"{case.group}). Where did you compute with it?"
        )
    return (
        f"`{returned.name}` holds NaN or infinity where the right answer is finite (case: "
        f"{case.group}). A logarithm of 0 or of a negative number makes one, a division by 0, or "
        "an overflow."
    )


def sometimes_not_finite(names: list[str]) -> str:
    """What comes before sentences that are about the cases without NaN and infinity only.

    names: the outputs that hold one.
    """
    listed = " and ".join(f"`{name}`" for name in names)
    hold = "holds" if len(names) == 1 else "hold"
    return f"{listed} {hold} NaN or infinity in some cases. In the others:"


def not_whole(returned: Returned) -> str:
    """That numbers are right but are floats, where the lesson needs integers as indices."""
    return (
        f"The numbers of `{returned.name}` are right, but they are floats, and the lesson goes on "
        "with them as indices. Give the array dtype=int."
    )


def by_group(groups: dict[str, list[bool]]) -> str:
    """The groups of cases that are right, or the one that is wrong: "Right only for: one step …".

    groups: for each group, whether each of its cases is right. Nothing is said if some group has
    both right and wrong cases (unless it is the only one with wrong ones). The sentence ends with
    "(of the cases tried)" because other inputs of the same group may turn out differently.
    """
    good = [g for g, rows in groups.items() if all(rows)]
    bad = [g for g, rows in groups.items() if not all(rows)]
    if len(bad) == 1 and len(good) > 1:
        return f"Wrong only for: {bad[0]} (of the cases tried)."
    if any(map(any, (groups[g] for g in bad))):
        return ""
    few = 1 <= len(good) <= MOST_GROUPS
    return f"Right only for: {'; '.join(good)} (of the cases tried)." if few else ""


def stops_for(groups: dict[str, list[bool]]) -> list[str]:
    """A line with the groups of cases in which the answer stops; no line if it is not groups.

    groups: for each group, whether it stops in each of its cases.
    """
    stops = [g for g, rows in groups.items() if all(rows)]
    mixed = any(any(rows) and not all(rows) for rows in groups.values())
    if mixed or not 1 <= len(stops) <= MOST_GROUPS:
        return []
    return [f"It stops only for: {'; '.join(stops)} (of the cases tried)."]


def _has_floats(argument: object) -> bool:
    return isinstance(argument, (float, np.ndarray)) and np.asarray(argument).dtype.kind == "f"


def follow(names: list[str], first: str) -> list[str]:
    """A line on the outputs that are also wrong and about which nothing else is said; or no line.

    first: the output to fix first.
    """
    if not names:
        return []
    listed = " and ".join(f"`{name}`" for name in names)
    return [f"{listed}: also wrong; fix `{first}` first."]


def in_place(changed: list[str]) -> list[str]:
    """A line on the arguments that the answer changes in place; no line if there are none."""
    if not changed:
        return []
    names = " and ".join(f"`{name}`" for name in changed)
    what, it = ("argument", "a copy") if len(changed) == 1 else ("arguments", "copies")
    return [f"Your function changes its {what} {names} in place. Work on {it}."]


def _close(a: np.ndarray, b: np.ndarray) -> bool:
    return bool(np.linalg.norm(a - b) <= RTOL * np.linalg.norm(b))


def whole_numbers(pairs: list[Pair], returned: Returned) -> str:
    """That the output is the right one cut to integers: an integer array was written into."""
    whole = all(np.array_equal(r, np.round(r)) for _, r in pairs)
    if whole or not all(v.dtype.kind in "iu" for v, _ in pairs):
        return ""
    if all(np.array_equal(v, np.trunc(r)) for v, r in pairs):
        return (
            f"`{returned.name}` holds whole numbers only: an array made from whole numbers cuts "
            "off what you write into it. Give it dtype=float."
        )
    return ""


def rounded(pairs: list[Pair], returned: Returned) -> str:
    """That the output is the right one rounded to some number of decimals."""
    for digits in range(1, 7):
        if all(np.allclose(v, np.round(r, digits), rtol=0, atol=1e-12) for v, r in pairs):
            return f"`{returned.name}` is rounded to {digits} decimals. Return it unrounded."
    return ""


def precision(pairs: list[Pair], returned: Returned) -> str:
    """That the relative error is below 1e-5 in every case.

    Single precision is given as the reason only if all of the numbers are float32 numbers.
    """
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


def rows(pairs: list[Pair], returned: Returned) -> str:
    """What is wrong with rows that may come in any order.

    Either their columns are in another order, or a row is named that should not be there or that is
    missing, or else some rows are repeated.
    """
    if all(map(_other_columns, *zip(*pairs, strict=True))):
        return f"`{returned.name}`: the columns of your rows are right, but their order is not."
    for these, those, what in ((0, 1, "your row {} should not be there"), (1, 0, "{} is missing")):
        for pair in pairs:
            others = {tuple(row) for row in pair[those].tolist()}
            odd = [row for row in pair[these].tolist() if tuple(row) not in others]
            if odd and len(odd[0]) == pair[1].shape[1]:
                row = f"({', '.join(f'{number:g}' for number in odd[0])})"
                return f"`{returned.name}`: {what.format(row)}."
    if any(v.shape != r.shape for v, r in pairs):
        return ""
    return f"`{returned.name}`: some rows are there twice, and others are missing."


def _other_columns(v: np.ndarray, r: np.ndarray) -> bool:
    """Whether the rows are right up to the order of their columns."""
    if v.ndim != 2 or not 1 < v.shape[1] <= MOST_COLUMNS or np.iscomplexobj(v):
        return False
    right = sorted(r.tolist())
    orders = permutations(range(v.shape[1]))
    return any(sorted(v[:, list(order)].tolist()) == right for order in orders)


def missing_term(exercise: Exercise, k: int, cases: list[Case], pairs: list[Pair]) -> str:
    """Which one of the terms that add up to output k is missing or has another factor.

    The values are regressed on the terms (`Exercise.terms`) over all cases. If the fit is exact and
    all coefficients but one are 1, that one tells: 0 is a missing term, -1 a wrong sign.
    """
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


def first_wrong(v: np.ndarray, r: np.ndarray, returned: Returned, group: str) -> str:
    """Where along time (or the first axis) the output is first wrong in a case of this group."""
    name = f"`{returned.name}`"
    if is_all_wrong(v, r, returned):
        return f"{name} is {_every(v, r, returned)} (case: {group})."
    t, bad = _steps(v, r, returned)
    if not len(bad):
        return f"{name} is nearly right, yet off by more than rounding (case: {group})."
    axis, first = returned.axes[t], bad[0] + returned.first
    place = f"at t = {first}" if axis == "t" else f"at {axis} {first}"
    count = f"{len(bad)} of {r.shape[t]} are wrong"
    return f"{name} is first wrong {place} (case: {group}, where {count})."


def even_the_simplest(v: np.ndarray, r: np.ndarray, returned: Returned, group: str) -> str:
    """That the output is wrong everywhere even in the simplest case, which is of this group."""
    what = f"`{returned.name}` is {_every(v, r, returned)}"
    return f"{what}, even in the simplest case ({group}): work that one out by hand."


def is_all_wrong(v: np.ndarray, r: np.ndarray, returned: Returned) -> bool:
    """Whether an output is wrong at every step (or first index) in a case, or is one number."""
    if r.ndim == 0 or r.size == 1 or v.shape != r.shape:
        return True
    t, bad = _steps(v, r, returned)
    return len(bad) == r.shape[t]


def _every(v: np.ndarray, r: np.ndarray, returned: Returned) -> str:
    """The words "wrong at every step"; "not right" for a single number or a wrong shape."""
    if r.ndim == 0 or r.size == 1 or v.shape != r.shape:
        return "not right"
    axis = returned.axes[_steps(v, r, returned)[0]]
    return f"wrong at every {'step' if axis == 't' else axis}"


def _steps(v: np.ndarray, r: np.ndarray, returned: Returned) -> tuple[int, np.ndarray]:
    """The axis of time, or else the first one, and the indices along it that are wrong."""
    t = returned.axes.index("t") if "t" in returned.axes else 0
    gap = np.abs(np.moveaxis(v - r, t, 0)).reshape(r.shape[t], -1).max(axis=1)
    return t, np.flatnonzero(gap > RTOL * np.abs(r).max())


def simplest(cases: list[Case]) -> int | None:
    """The index of the smallest case; None unless the cases of all other groups are larger.

    The size of a case is how many numbers its arguments hold, plus the values of its integers: a
    case with T = 1 is smaller than one with T = 5.
    """
    sizes = [sum(map(_size, case.arguments)) for case in cases]
    i = sizes.index(min(sizes))
    others = [n for n, case in zip(sizes, cases, strict=True) if case.group != cases[i].group]
    return i if others and sizes[i] < min(others) else None


def _size(argument: Any) -> int:
    return np.size(argument) + (abs(argument) if isinstance(argument, int) else 0)
