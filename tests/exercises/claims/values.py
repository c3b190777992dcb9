"""What an output is: some function of the right one, an argument, rounded, in other blocks."""

import re
from collections.abc import Callable

import numpy as np

from tests.exercises.claims.worlds import NEAR, Tried, World, near


def _equals(f: Callable) -> Callable:
    """Whether value = f(right); no if f fails."""

    def holds(v, r, case, here, k, *caught):
        with np.errstate(all="ignore"):
            try:
                return near(v, np.asarray(f(r)))
            except (ValueError, IndexError, TypeError):
                return False

    return holds


def _on_axis(f: Callable) -> Callable:
    """Whether f(value, right) holds with the axis that was caught moved to the front."""

    def holds(v, r, case, here, k, where):
        axes = here.exercise.returns[k].axes
        a = axes.index("t") if where == "the steps" else int(where.split()[1])
        try:
            v = np.moveaxis(v, a, 0) if v.ndim == r.ndim else v
            with np.errstate(all="ignore"):
                return bool(f(v, np.moveaxis(r, a, 0)))
        except (ValueError, IndexError, np.exceptions.AxisError):
            return False

    return holds


def _along_axis(f: Callable) -> Callable:
    """Whether value = f(right), with the axis that was caught moved to the front of both."""
    return _on_axis(lambda v, r: near(v, f(r)))


def _softmax(r):
    e = np.exp(r)
    return e / e.sum(axis=0)


def _in_any_order(v, r) -> bool:
    """Whether the entries along the first axis are the right ones, in any order."""
    left = list(r)
    for row in v:
        hit = next((i for i, other in enumerate(left) if near(row, other)), None)
        if hit is None:
            return False
        del left[hit]
    return not left


def _expression(text: str, case: Tried, here: World):
    """The number or array that a text stands for in a case: "len(x) squared", "`c`", "0.75"."""
    found: dict = {}

    def put(value) -> str:
        found[f"q{len(found)}"] = value
        return f"q{len(found) - 1}"

    def named(name: str):
        if name in case.given:
            return np.asarray(case.given[name]) * 1.0
        return case.right[here.of(name)]

    def shape(name: str) -> tuple[int, ...]:
        argument = case.given[name]
        return np.shape(list(argument) if isinstance(argument, str) else argument)

    text = re.sub(r"the number of True in (\w+)", lambda m: put(case.given[m[1]].sum()), text)
    text = re.sub(r"len\((\w+)\)", lambda m: put(float(shape(m[1])[0])), text)
    text = re.sub(r"(\w+)\.shape\[(\d)\]", lambda m: put(float(shape(m[1])[int(m[2])])), text)
    text = re.sub(r"(\w+)\.size", lambda m: put(float(np.prod(shape(m[1])))), text)
    text = re.sub(r"`(\w+)`", lambda m: put(named(m[1])), text)
    for pattern, python in (
        (r"(q\d+) squared", r"\1**2"),
        (r"the square root of (q\d+)", r"\1**0.5"),
        (r"the logarithm of (q\d+)", r"log(\1)"),
        (r"\b2 (q\d+)", r"2*\1"),
        (r"^half of (.*)", r"(\1)/2"),
        (r" · ", "*"),
    ):
        text = re.sub(pattern, python, text)
    if re.search(r"[^\d\s().*/+\-qloge]", text):
        raise ValueError(text)
    with np.errstate(all="ignore"):
        return eval(text, {"log": np.log}, found)


def _joined(v, r, case, here, k, how, text) -> bool:
    """Whether value = right (plus, minus, times or divided by) what the text stands for."""
    q = _expression(text, case, here)
    by = {"plus": np.add, "minus": np.subtract, "times": np.multiply, "divided by": np.divide}
    with np.errstate(all="ignore"):
        try:
            return near(v, by[how](r, q), 1e-3 if re.fullmatch(r"[-\d.e+]+", text) else NEAR)
        except ValueError:
            return False


def _joined_before(v, r, case, here, k, text, how) -> bool:
    """Whether value = what the text stands for, minus or divided by the right one."""
    q = _expression(text, case, here)
    with np.errstate(all="ignore"):
        return near(v, q - r if how == "minus" else q / r)


def _unchanged(v, r, case, here, k, part, name) -> bool:
    """Whether value = an argument, or its first or last entry."""
    p = np.asarray(case.given[name])
    return near(v, p if part == "argument" else p[0 if part == "first" else -1])


def _constant_factor(here: World, k: int, number: str) -> bool:
    """Whether value = c · right in all cases, with one c that is the number up to 0.1%."""
    factors = []
    for c in here.every:
        v, r = c.mine[k], c.right[k]  # type: ignore
        if v.shape != r.shape:
            return False
        if not np.any(r):
            if np.any(v):
                return False
            continue
        at = np.unravel_index(np.argmax(np.abs(r)), r.shape)
        factors.append(v[at] / r[at])
        if not near(v, factors[-1] * r):
            return False
    return np.allclose(factors, factors[0], rtol=1e-6, atol=0) and np.isclose(
        factors[0], float(number), rtol=1e-3
    )


def _factor_of_a_case(v, r, *_) -> bool:
    """Whether value = c · right with some c."""
    if v.shape != r.shape or not v.size:
        return v.shape == r.shape
    at = np.unravel_index(np.argmax(np.abs(r)), r.shape)
    return near(v, 0 * r) if not np.any(r) else near(v, v[at] / r[at] * r)


def _off_by_one_number(v, r, *_) -> bool:
    """Whether value = right + c with some c."""
    return v.shape == r.shape and (not v.size or float(np.ptp(v - r)) <= 1e-6 * np.abs(v).max())


def _counted(v, r, case, here, k, side, text) -> bool:
    """Whether value - right is what the text stands for, or minus that ("small")."""
    return near(v - r, _expression(text, case, here) * (1 if side == "large" else -1) + 0 * r)


def _relative_error(here: World, k: int, error: str) -> bool:
    """Whether the largest error is about the one given, and no fresh case is far from right."""
    seen, fresh = (
        [np.linalg.norm(c.mine[k] - c.right[k]) / np.linalg.norm(c.right[k]) for c in cases]  # type: ignore
        for cases in (here.seen, here.fresh)
    )
    return np.isclose(max(seen), float(error), rtol=0.5) and max(fresh) < 1e-3


def _is_single(here: World, k: int, error: str) -> bool:
    """The same, and each value is one that float32 can hold."""
    values = [c.mine[k] for c in here.every]  # type: ignore
    return _relative_error(here, k, error) and all(np.array_equal(v, np.float32(v)) for v in values)


def _blocks_in_order(v, r, case, here: World, k: int, got: str, asked: str) -> bool:
    """Whether the blocks are the right ones in the order `got` ("n, r, z")."""
    blocks = here.exercise.returns[k].blocks
    order = [blocks.index(b) for b in got.split(", ")]
    parts = np.split(r, len(blocks))
    return ", ".join(blocks) == asked and near(v, np.concatenate([parts[j] for j in order]))


_A = r"(the steps|axis \d \([^)]*\))"
NUMBER = r"(-?[\d.]+(?:e[-+]\d+)?)"
_FUNCTIONS: dict[str, Callable] = {
    "has the wrong sign, and is right otherwise": lambda r: -r,
    "has the wrong sign": lambda r: -r,
    "is twice that": lambda r: r + r,
    "is half of that": lambda r: 0.5 * r,
    "is rounded down to a whole number": lambda r: r // 1,
    "is rounded up to a whole number": lambda r: -(-r // 1),
    "is rounded to a whole number": np.rint,
    "is transposed": np.transpose,
    "is zero where the right answer is not": np.zeros_like,
    "is the square of the right answer": lambda r: r**2,
    "is the square root of the right answer": lambda r: r**0.5,
    "is 1 minus the right answer": lambda r: -(r - 1),
    "is 1 divided by the right answer": lambda r: r**-1.0,
    "is the exponential of the right answer": lambda r: np.e**r,
    "is the logarithm of the right answer": lambda r: np.log2(r) * np.log(2),
    "is the right answer sent through tanh": lambda r: 1 - 2 / (np.exp(2 * r) + 1),
    "is what goes into tanh to give the right answer": lambda r: np.log((1 + r) / (1 - r)) / 2,
    "is the right answer sent through the logistic function": lambda r: (1 + np.tanh(r / 2)) / 2,
    "is the absolute value of the right answer": lambda r: r * np.sign(r),
    "is the right answer where that is positive, and 0 elsewhere": lambda r: r * (r > 0),
    "is the right answer where that is negative, and 0 elsewhere": lambda r: r * (r < 0),
    "is the right answer cut off between -1 and 1": lambda r: np.minimum(np.maximum(r, -1), 1),
    "is the sign of the right answer alone": lambda r: (r > 0) * 1.0 - (r < 0),
    "is the right answer rounded to a whole number": np.rint,
    "is the right answer rounded down": lambda r: r - r % 1,
    "is the right answer rounded up": lambda r: r + -r % 1,
    "is the complex conjugate of the right answer": lambda r: r.real - 1j * r.imag,
    "is the real part of the right answer": lambda r: r.real,
    "is the slope of tanh, 1 - h², at the right answer": lambda r: (1 - r) * (1 + r),
    "is the transpose of the right answer": np.transpose,
}
_ALONG: dict[str, Callable] = {
    rf"(?:is right but )?runs backwards along {_A}": _along_axis(lambda r: r[::-1]),
    rf"lacks its first entry along {_A}(?:, and is right otherwise)?": _along_axis(lambda r: r[1:]),
    rf"lacks its last entry along {_A}(?:, and is right otherwise)?": _along_axis(lambda r: r[:-1]),
    rf"lacks its first and its last entry along {_A}": _along_axis(lambda r: r[1:-1]),
    rf"has one entry too many at the start of {_A}(?:, and is right after it)?": _on_axis(
        lambda v, r: near(v[1:], r)
    ),
    rf"has one entry too many at the end of {_A}(?:, and is right before it)?": _on_axis(
        lambda v, r: near(v[:-1], r)
    ),
    rf"holds only the last of what is expected along {_A}": _on_axis(
        lambda v, r: near(v, r[-1]) or near(v, r[-1:])
    ),
    rf"holds only the first of what is expected along {_A}": _on_axis(lambda v, r: near(v, r[0])),
    rf"is the sum over {_A} of what is expected": _on_axis(lambda v, r: near(v, sum(r))),
    rf"is the mean over {_A} of what is expected": _on_axis(lambda v, r: near(v, sum(r) / len(r))),
    rf"is shifted by one entry along {_A}: the last comes first": _on_axis(
        lambda v, r: near(v[1:], r[:-1]) and near(v[0], r[-1])
    ),
    rf"is shifted by one entry along {_A}: the first comes last": _on_axis(
        lambda v, r: near(v[:-1], r[1:]) and near(v[-1], r[0])
    ),
    rf"has the last right value everywhere along {_A}(?:: is one array .*\?)?": _on_axis(
        lambda v, r: len(v) == len(r) and all(near(x, r[-1]) for x in v)
    ),
    rf"has the first right value everywhere along {_A}": _on_axis(
        lambda v, r: len(v) == len(r) and all(near(x, r[0]) for x in v)
    ),
    rf"is the running sum of the right answer along {_A}": _along_axis(
        lambda r: np.array([r[: i + 1].sum(axis=0) for i in range(len(r))])
    ),
    rf"is the running sum of the right answer along {_A}, from the end": _along_axis(
        lambda r: np.array([r[i:].sum(axis=0) for i in range(len(r))])
    ),
    rf"has the mean of the right answer everywhere along {_A}": _on_axis(
        lambda v, r: v.shape == r.shape and all(near(x, sum(r) / len(r)) for x in v)
    ),
    rf"has the sum of the right answer everywhere along {_A}": _on_axis(
        lambda v, r: v.shape == r.shape and all(near(x, sum(r)) for x in v)
    ),
    rf"is the right answer minus its mean along {_A}": _along_axis(lambda r: r - sum(r) / len(r)),
    rf"is the right answer minus its largest entry along {_A}": _along_axis(
        lambda r: r - np.sort(r, axis=0)[-1]
    ),
    rf"is the right answer divided by its sum along {_A}": _along_axis(lambda r: r / sum(r)),
    rf"is the right answer divided by its length along {_A}": _along_axis(
        lambda r: r / sum(r**2) ** 0.5
    ),
    rf"is the right answer sent through softmax along {_A}": _along_axis(_softmax),
    rf"comes one entry late along {_A}: each is the one before it": _on_axis(
        lambda v, r: near(v[1:], r[:-1])
    ),
    rf"comes one entry early along {_A}: each is the one after it": _on_axis(
        lambda v, r: near(v[:-1], r[1:])
    ),
    rf"is right except for the order along {_A}": _on_axis(_in_any_order),
}
PREDICATES: list[tuple[str, Callable, str]] = [
    *((re.escape(text), _equals(f), "every") for text, f in _FUNCTIONS.items()),
    *((text, f, "every") for text, f in _ALONG.items()),
    (
        "has (?:the right numbers in )?another shape",
        lambda v, r, *_: v.shape != r.shape and near(v.ravel(), r.ravel()),
        "every",
    ),
    (
        r"is what `(\w+)` should be",
        lambda v, r, case, here, k, other: near(v, case.right[here.of(other)]),
        "every",
    ),
    (r"is the (argument) `(\w+)`, unchanged", _unchanged, "every"),
    (r"is the (first|last) entry of `(\w+)`", _unchanged, "every"),
    (
        rf"is {NUMBER} times the right answer, everywhere: a constant factor",
        _constant_factor,
        "together",
    ),
    ("is right up to a factor, which differs from case to case", _factor_of_a_case, "every"),
    (
        "is always the same, whatever the arguments are",
        lambda here, k: all(near(c.mine[k], here.every[0].mine[k]) for c in here.every),  # type: ignore
        "together",
    ),
    ("is off by a constant in each case, the same at every entry", _off_by_one_number, "every"),
    (r"is (`\w+`) (minus|divided by) the right answer", _joined_before, "every"),
    (r"is the right answer (plus|minus|times|divided by) (.*)", _joined, "every"),
    (r"is too (large|small) by (.*) where it is wrong", _counted, "wrong"),
    (r"has its blocks in the order (.*); asked is (.*)", _blocks_in_order, "every"),
    (r"holds whole numbers only: .*", lambda v, r, *_: np.array_equal(v, np.trunc(r)), "every"),
    (
        r"is rounded to (\d) decimals\. Return it unrounded",
        lambda v, r, case, here, k, d: bool(np.all(np.abs(v - np.round(r, int(d))) < 1e-10)),
        "every",
    ),
    (
        rf"is right up to a relative error of {NUMBER}: its numbers are in single .*",
        _is_single,
        "together",
    ),
    (
        rf"is right up to a relative error of {NUMBER}\. Is there .*",
        _relative_error,
        "together",
    ),
]
