"""By what a wrong output is off: a factor or a difference, and which of the case's numbers it is.

An output can be 0.5 times the right one in every case, or 1/len(x) times it, or `c` too large. The
factor is computed in each case and then looked for among the numbers of the case: its scalar
arguments and the lengths of its arrays.
"""

from collections.abc import Callable, Iterator
from itertools import combinations_with_replacement

import numpy as np

from rnnlib.exercises.alterations.view import RTOL, View, nearly_equal

LEAST_DIFFERENT = 3  # different amounts by which integers are off, before these are given a name
MOST_FACTORS = 3  # numbers whose product is such an amount

OTHER_FACTORS = "is right up to a factor, which differs from case to case."
OTHER_DIFFERENCES = "is off by a constant in each case, the same at every entry."


def by_one_number(views: list[View]) -> str:
    """A sentence about `{name}` if in each case the output is the right one times or plus a number.

    The sentence says which number it is: the same in all cases, or one that can be computed from
    the arguments. If it is neither, it says that it differs from case to case. An empty string if
    the output is off by something else.
    """
    name = "{name}"
    if any(v.value.shape != v.right.shape for v in views):
        return ""
    if sum(v.right.size for v in views) < 3:
        return ""
    factors = [factor(v) for v in views]
    if all(f is not None for f in factors):
        known = [(f, v) for f, v in zip(factors, views, strict=True) if np.any(v.right)]
        if known and (said := _quantity([f for f, _ in known], [v for _, v in known], "times")):
            return f"{name} is {said}."
        if any(v.right.size > 1 for _, v in known):
            return f"{name} {OTHER_FACTORS}"
    steps = [_difference(v) for v in views]
    if all(d is not None for d in steps):
        if said := _quantity(steps, views, "plus"):
            return f"{name} is {said}."
        if any(v.right.size > 1 for v in views):
            return f"{name} {OTHER_DIFFERENCES}"
    return ""


def factor(view: View) -> float | None:
    """The number c with value = c · right; None if there is none."""
    v, r = view.value, view.right
    if v.shape != r.shape:
        return None
    if not np.any(r):
        return None if np.any(v) else 1.0
    c = float(np.real(np.vdot(r, v) / np.vdot(r, r)))
    return c if nearly_equal(v, c * r) else None


def times(views: list[View]) -> str:
    """By what the right values are multiplied in all of these cases, in words; "" if unknown."""
    factors = [own for view in views if (own := factor(view)) is not None]
    return _quantity(factors, views, "times") if len(factors) == len(views) else ""


def _difference(view: View) -> float | None:
    """The number c with value = right + c; None if there is none."""
    if view.value.shape != view.right.shape:
        return None
    d = view.value - view.right
    if not d.size:
        return 0.0
    c = float(np.real(d.flat[0]))
    return c if nearly_equal(view.value, view.right + c) else None


def _quantity(found: list, views: list[View], how: str) -> str:
    """Words for the factors or differences that were found, one for each case; "" if unknown.

    how: "times" for factors, "plus" for differences. The words go on from "it is": "the right
    answer times 1/len(x)".
    """
    if np.allclose(found, found[0], rtol=RTOL, atol=1e-12 if how == "plus" else 0):
        c = found[0]
        if how == "plus":
            return f"the right answer plus {c:.4g}" if c > 0 else f"the right answer minus {-c:.4g}"
        return f"{c:.4g} times the right answer, everywhere: a constant factor"
    cases = [_quantities(v) for v in views]
    with np.errstate(all="ignore"):
        for text in cases[0]:
            values = [np.float64(case.get(text, np.nan)) for case in cases]
            for form, f in _FORMS:
                pairs = zip(found, map(f, values), strict=True)
                if all(abs(c - q) <= 1e-12 + RTOL * abs(q) for c, q in pairs):
                    return f"the right answer {how} {form.format(q=text)}"
    return ""


def by_counts(views: list[View]) -> str:
    """A sentence about `{name}` if an integer is off by a product of numbers of the case.

    For counts: "is too large by `n` · (`k` - 1) where it is wrong". It must be too large in all
    cases in which it is wrong, or too small in all, by at least LEAST_DIFFERENT different amounts.
    """
    off: list[tuple[float, View]] = []
    for view in views:
        difference = _difference(view)
        if difference is None or not np.array_equal(view.right, np.round(view.right)):
            return ""
        if difference:
            off.append((difference, view))
    if len({d for d, _ in off}) < LEAST_DIFFERENT:
        return ""
    side = "large" if off[0][0] > 0 else "small"
    if any((d > 0) != (side == "large") for d, _ in off):
        return ""
    wanted = np.array([abs(d) for d, _ in off])
    for text, values in _products([_counts(view) for _, view in off]):
        if np.allclose(values, wanted, rtol=1e-12):
            return f"{{name}} is too {side} by {text} where it is wrong."
    return ""


def _counts(view: View) -> dict[str, float]:
    """The numbers of a case that such a product may contain: each number, and one less."""
    own = _quantities(view)
    return own | {f"({q} - 1)": n - 1 for q, n in own.items()}


def _products(cases: list[dict[str, float]]) -> Iterator[tuple[str, np.ndarray]]:
    """Products of one to three of these numbers, also doubled or halved: words and values."""
    names = [q for q in cases[0] if all(q in case for case in cases)]
    columns = {q: np.array([case[q] for case in cases]) for q in names}
    for n in range(1, MOST_FACTORS + 1):
        for chosen in combinations_with_replacement(names, n):
            product = np.prod([columns[q] for q in chosen], axis=0)
            text = " · ".join(chosen)
            yield text, product
            yield f"2 · {text}", 2 * product
            yield f"half of {text}", product / 2


def _quantities(view: View) -> dict[str, float]:
    """The numbers of a case by their words: scalar arguments, lengths and sizes of arrays."""
    found: dict[str, float] = {}
    for p, value in view.arguments.items():
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            found[f"`{p}`"] = float(value)
        elif isinstance(value, (np.ndarray, list, tuple, str)):
            shape = np.shape(value) if not isinstance(value, str) else (len(value),)
            if shape:
                found[f"len({p})"] = float(shape[0])
            found |= {f"{p}.shape[{a}]": float(n) for a, n in enumerate(shape[1:], start=1)}
            if len(shape) > 1:
                found[f"{p}.size"] = float(np.prod(shape))
            if isinstance(value, np.ndarray) and value.dtype.kind == "b":
                found[f"the number of True in {p}"] = float(value.sum())
    return found


# A form of one of the case's numbers q, in words, and the function.
_FORMS: tuple[tuple[str, Callable], ...] = (
    ("{q}", lambda q: q),
    ("1/{q}", lambda q: 1 / q),
    ("-{q}", lambda q: -q),
    ("-1/{q}", lambda q: -1 / q),
    ("({q} - 1)", lambda q: q - 1),
    ("({q} + 1)", lambda q: q + 1),
    ("1/({q} + 1)", lambda q: 1 / (q + 1)),
    ("1/({q} - 1)", lambda q: 1 / (q - 1)),
    ("(1 - {q})", lambda q: 1 - q),
    ("1/(1 - {q})", lambda q: 1 / (1 - q)),
    ("{q}/({q} - 1)", lambda q: q / (q - 1)),
    ("({q} - 1)/{q}", lambda q: (q - 1) / q),
    ("{q} squared", lambda q: q * q),
    ("1/({q} squared)", lambda q: 1 / q**2),
    ("the square root of {q}", lambda q: np.sqrt(q)),
    ("1/(the square root of {q})", lambda q: 1 / np.sqrt(q)),
    ("2 {q}", lambda q: 2 * q),
    ("{q}/2", lambda q: q / 2),
    ("2/{q}", lambda q: 2 / q),
    ("1/(2 {q})", lambda q: 1 / (2 * q)),
    ("the logarithm of {q}", lambda q: np.log(q)),
)
