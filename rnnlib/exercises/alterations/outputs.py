"""What a wrong output is to the right one: its negative, its square, its running sum, one axis off.

A relation is said only if it holds in every case.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement, permutations

import numpy as np

from rnnlib.exercises.spec import Returned

RTOL, ATOL = 1e-7, 1e-11
LEAST_DIFFERENT = 3  # values of a difference, before a product of numbers is said to be it
LEAST_MOVED = 3  # entries, before they are said to come late or early
MOST_FACTORS = 3
SOON = 2, 4  # cases after which a factor that cannot be described is given up
MOST_ORDERED = 4  # entries of an axis, or blocks: of more, their orders are too many to try

OTHER_FACTORS = "is right up to a factor, which differs from case to case."
OTHER_DIFFERENCES = "is off by a constant in each case, the same at every entry."

Relation = tuple[str, Callable[["View"], np.ndarray]]  # a text about `{name}`; what it then is


@dataclass(frozen=True)
class View:
    """One output in one case: the learner's value, all right values, the arguments."""

    value: np.ndarray
    rights: tuple[np.ndarray, ...]
    k: int
    arguments: dict[str, object]

    @property
    def right(self) -> np.ndarray:
        """The right value of this output."""
        return self.rights[self.k]


def same(a: np.ndarray, b: np.ndarray) -> bool:
    """Equal in shape, and in value up to rounding."""
    if a.shape != b.shape:
        return False
    off, size = np.linalg.norm(a - b), np.linalg.norm(b)
    return bool(off <= RTOL * size + ATOL and np.isfinite(size))


def related(returned: tuple[Returned, ...], views: list[View]) -> str:
    """The relation that holds in every case, a sentence about `{name}`; an empty string if none."""
    own = returned[views[0].k]
    telling = [v for v in views if not same(v.value, v.right)]
    if not telling:
        return ""
    first = max(telling, key=lambda view: view.right.size)
    for text, makes in (
        *_of_functions(),
        *_of_axes(own, first),
        *_of_blocks(own),
        *_of_others(returned, first),
    ):
        if _holds(makes, first) and all(_holds(makes, view) for view in views):
            return text
    if _constant([v.value for v in views]) and not _constant([v.right for v in views]):
        return "{name} is always the same, whatever the arguments are."
    return _solved(views) or _counted(views)


def _constant(values: list[np.ndarray]) -> bool:
    """Whether all of these are one and the same number, or array."""
    return len(values) > 1 and all(same(value, values[0]) for value in values)


def related_in_form(own: Returned, views: Iterable[View]) -> str:
    """How all values differ in form from what another mistake makes, each case being looked at."""
    seen: list[View] = []
    fitting: list[Relation] = []
    for view in views:
        fitting = [r for r in (fitting if seen else _of_form(own)) if _holds(r[1], view)]
        seen.append(view)
        if not fitting and (_factor(view) is None or (len(seen) in SOON and not _times(seen))):
            return ""
    if all(same(v.value, v.right) for v in seen) or _constant([v.right for v in seen]):
        return ""  # of what is always the same much could be said, and nothing would be seen
    if fitting:
        return fitting[0][0]
    said = _times(seen)
    return f"{{name}} is {said.replace('the right answer', 'that')}." if said else ""


def _times(views: list[View]) -> str:
    """By what the right values are multiplied, if one description holds in all these cases."""
    factors = [factor for view in views if (factor := _factor(view)) is not None]
    return _quantity(factors, views, "times") if len(factors) == len(views) else ""


def could_be_in_form(value: np.ndarray, other: np.ndarray) -> bool:
    """Whether the sizes allow one of the forms, which keep all numbers or change them alike."""
    if value.shape != other.shape:
        return True
    mine, its = np.linalg.norm(value), np.linalg.norm(other)
    if any(abs(mine - c * its) <= RTOL * its for c in (1, 2, 0.5)):
        return True
    return value.size > 0 and same(np.abs(value) * its, np.abs(other) * mine)


def _of_form(own: Returned) -> Iterator[Relation]:
    """Relations that leave the numbers as they are, or change all of them alike."""
    yield "{name} has the wrong sign.", lambda v: -v.right
    yield "{name} is twice that.", lambda v: 2 * v.right
    yield "{name} is half of that.", lambda v: v.right / 2
    yield "{name} has another shape.", lambda v: _reshaped(v.right, v.value)
    yield "{name} is transposed.", lambda v: v.right.T
    if own.unordered:
        return
    yield from _of_blocks(own)
    for a, axis in enumerate(own.axes):
        for text, f in _ALONG[:12]:
            said = text.format(axis="the steps" if axis == "t" else f"axis {a} ({axis})")
            said = said.split(", and is right")[0].replace("is right but runs", "runs")
            yield f"{{name}} {said}.", _along(f, a)


def _holds(makes: Callable[[View], np.ndarray], view: View) -> bool:
    """Whether the learner's value is what the relation makes."""
    try:
        return same(view.value, np.asarray(makes(view)))
    except (ValueError, TypeError, IndexError, ZeroDivisionError, OverflowError):
        return False


# --- a function of each number ---------------------------------------------------------------


def _sigmoid(a: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-a))


def _of_functions() -> Iterator[Relation]:
    yield "{name} has the wrong sign, and is right otherwise.", lambda v: -v.right
    yield "{name} is zero where the right answer is not.", lambda v: 0 * v.right
    for text, f in _FUNCTIONS:
        yield f"{{name}} is {text}.", lambda v, f=f: f(v.right)


_FUNCTIONS: tuple[tuple[str, Callable], ...] = (
    ("the square of the right answer", lambda r: r * r),
    ("the square root of the right answer", np.sqrt),
    ("1 minus the right answer", lambda r: 1 - r),
    ("1 divided by the right answer", lambda r: 1 / r),
    ("the exponential of the right answer", np.exp),
    ("the logarithm of the right answer", np.log),
    ("the right answer sent through tanh", np.tanh),
    ("what goes into tanh to give the right answer", np.arctanh),
    ("the right answer sent through the logistic function", _sigmoid),
    ("the absolute value of the right answer", np.abs),
    ("the right answer where that is positive, and 0 elsewhere", lambda r: np.maximum(r, 0)),
    ("the right answer where that is negative, and 0 elsewhere", lambda r: np.minimum(r, 0)),
    ("the right answer cut off between -1 and 1", lambda r: np.clip(r, -1, 1)),
    ("the sign of the right answer alone", np.sign),
    ("the right answer rounded to a whole number", np.round),
    ("the right answer rounded down", np.floor),
    ("the right answer rounded up", np.ceil),
    ("the complex conjugate of the right answer", np.conj),
    ("the real part of the right answer", np.real),
    ("the slope of tanh, 1 - h², at the right answer", lambda r: 1 - r * r),
)


# --- along the axes ----------------------------------------------------------------------------


def _of_axes(own: Returned, first: View) -> Iterator[Relation]:
    yield (
        "{name} has the right numbers in another shape.",
        lambda v: _reshaped(v.right, v.value),
    )
    yield "{name} is the transpose of the right answer.", lambda v: v.right.T
    if own.unordered:
        return  # its rows have been sorted: the explanation looks at them one by one
    for a, axis in enumerate(own.axes):
        long = first.right.ndim > a and first.right.shape[a] >= LEAST_MOVED
        for text, f in (*_ALONG, *(_MOVED if long else ())):
            said = text.format(axis="the steps" if axis == "t" else f"axis {a} ({axis})")
            yield f"{{name}} {said}.", _along(f, a)
        for order in permutations(range(MOST_ORDERED)):
            yield (
                f"{{name}} is right except for the order along axis {a} ({axis}).",
                lambda v, a=a, order=order: _permuted(v.right, a, order),
            )


def _along(f: Callable, a: int) -> Callable[[View], np.ndarray]:
    """f along an axis that the right answer must have."""

    def makes(view: View) -> np.ndarray:
        if view.right.ndim <= a:
            raise IndexError("there is no such axis")
        return f(view.right, view.value, a)

    return makes


def _reshaped(right: np.ndarray, value: np.ndarray) -> np.ndarray:
    if right.shape == value.shape:
        raise ValueError("the shape is right")
    return right.reshape(value.shape)


def _permuted(right: np.ndarray, a: int, order: tuple[int, ...]) -> np.ndarray:
    if right.shape[a] > len(order):
        raise ValueError("there are more entries")
    return np.take(right, [k for k in order if k < right.shape[a]], axis=a)


def _part(r: np.ndarray, a: int, part: slice) -> np.ndarray:
    return np.moveaxis(np.moveaxis(r, a, 0)[part], 0, a)


def _as_if(right: np.ndarray, value: np.ndarray, made: np.ndarray) -> np.ndarray:
    """The value itself if the right answer is made from it so."""
    if not same(made, right):
        raise ValueError("it is not made so")
    return value


def _late(r: np.ndarray, v: np.ndarray, a: int) -> np.ndarray:
    """v, if each of its entries after the first is the right one before it."""
    return _as_if(_part(r, a, slice(None, -1)), v, _part(v, a, slice(1, None)))


def _early(r: np.ndarray, v: np.ndarray, a: int) -> np.ndarray:
    """v, if each of its entries before the last is the right one after it."""
    return _as_if(_part(r, a, slice(1, None)), v, _part(v, a, slice(None, -1)))


def _softmax(r: np.ndarray, a: int) -> np.ndarray:
    e = np.exp(r - r.max(axis=a, keepdims=True))
    return e / e.sum(axis=a, keepdims=True)


_ALONG: tuple[tuple[str, Callable[[np.ndarray, np.ndarray, int], np.ndarray]], ...] = (
    ("is right but runs backwards along {axis}", lambda r, v, a: np.flip(r, a)),
    (
        "lacks its first entry along {axis}, and is right otherwise",
        lambda r, v, a: _part(r, a, slice(1, None)),
    ),
    (
        "lacks its last entry along {axis}, and is right otherwise",
        lambda r, v, a: _part(r, a, slice(None, -1)),
    ),
    ("lacks its first and its last entry along {axis}", lambda r, v, a: _part(r, a, slice(1, -1))),
    (
        "has one entry too many at the start of {axis}, and is right after it",
        lambda r, v, a: _as_if(r, v, _part(v, a, slice(1, None))),
    ),
    (
        "has one entry too many at the end of {axis}, and is right before it",
        lambda r, v, a: _as_if(r, v, _part(v, a, slice(None, -1))),
    ),
    (
        "holds only the last of what is expected along {axis}",
        lambda r, v, a: np.take(r, -1, axis=a),
    ),
    (
        "holds only the first of what is expected along {axis}",
        lambda r, v, a: np.take(r, 0, axis=a),
    ),
    (
        "holds only the last of what is expected along {axis}",
        lambda r, v, a: _part(r, a, slice(-1, None)),
    ),
    ("is the sum over {axis} of what is expected", lambda r, v, a: r.sum(axis=a)),
    ("is the mean over {axis} of what is expected", lambda r, v, a: r.mean(axis=a)),
    (
        "is shifted by one entry along {axis}: the last comes first",
        lambda r, v, a: np.roll(r, 1, axis=a),
    ),
    (
        "is shifted by one entry along {axis}: the first comes last",
        lambda r, v, a: np.roll(r, -1, axis=a),
    ),
    (
        "has the last right value everywhere along {axis}: is one array kept under many names, and "
        "overwritten?",
        lambda r, v, a: 0 * r + _part(r, a, slice(-1, None)),
    ),
    (
        "has the first right value everywhere along {axis}",
        lambda r, v, a: 0 * r + _part(r, a, slice(0, 1)),
    ),
    ("is the running sum of the right answer along {axis}", lambda r, v, a: np.cumsum(r, axis=a)),
    (
        "is the running sum of the right answer along {axis}, from the end",
        lambda r, v, a: np.flip(np.cumsum(np.flip(r, a), axis=a), a),
    ),
    (
        "has the mean of the right answer everywhere along {axis}",
        lambda r, v, a: 0 * r + r.mean(axis=a, keepdims=True),
    ),
    (
        "has the sum of the right answer everywhere along {axis}",
        lambda r, v, a: 0 * r + r.sum(axis=a, keepdims=True),
    ),
    (
        "is the right answer minus its mean along {axis}",
        lambda r, v, a: r - r.mean(axis=a, keepdims=True),
    ),
    (
        "is the right answer minus its largest entry along {axis}",
        lambda r, v, a: r - r.max(axis=a, keepdims=True),
    ),
    (
        "is the right answer divided by its sum along {axis}",
        lambda r, v, a: r / r.sum(axis=a, keepdims=True),
    ),
    (
        "is the right answer divided by its length along {axis}",
        lambda r, v, a: r / np.linalg.norm(r, axis=a, keepdims=True),
    ),
    ("is the right answer sent through softmax along {axis}", lambda r, v, a: _softmax(r, a)),
)
# Of an axis that is long enough for it in the largest case: of a short one nearly all is so.
_MOVED: tuple[tuple[str, Callable[[np.ndarray, np.ndarray, int], np.ndarray]], ...] = (
    ("comes one entry late along {axis}: each is the one before it", _late),
    ("comes one entry early along {axis}: each is the one after it", _early),
)


def _of_blocks(own: Returned) -> Iterator[Relation]:
    """Blocks of the first axis, in another order."""
    if not 1 < len(own.blocks) <= MOST_ORDERED:
        return
    asked = ", ".join(own.blocks)
    for order in permutations(range(len(own.blocks))):
        got = ", ".join(own.blocks[j] for j in order)
        yield (
            f"{{name}} has its blocks in the order {got}; asked is {asked}.",
            lambda v, order=order: np.concatenate(
                [np.split(v.right, len(own.blocks))[j] for j in order]
            ),
        )


# --- with what else there is -------------------------------------------------------------------


def _of_others(returned: tuple[Returned, ...], first: View) -> Iterator[Relation]:
    """Arguments and other outputs, alone or joined to the right answer."""
    for j, other in enumerate(returned):
        if j != first.k:
            yield f"{{name}} is what `{other.name}` should be.", lambda v, j=j: v.rights[j]
    for p in first.arguments:
        for text, f in _WITH_ARGUMENT:
            yield (
                f"{{name}} is {text.format(p=f'`{p}`')}.",
                lambda v, p=p, f=f: f(v.right, _numbers(v.arguments[p])),
            )
    for j, other in enumerate(returned):
        if j != first.k:
            for text, f in _WITH_ARGUMENT[3:]:
                yield (
                    f"{{name}} is {text.format(p=f'`{other.name}`')}.",
                    lambda v, j=j, f=f: f(v.right, v.rights[j]),
                )


def _numbers(argument: object) -> np.ndarray:
    array = np.asarray(argument)
    if array.dtype.kind not in "biuf":
        raise TypeError("no numbers")
    return array.astype(float)


_WITH_ARGUMENT: tuple[tuple[str, Callable], ...] = (
    ("the argument {p}, unchanged", lambda r, p: p),
    ("the first entry of {p}", lambda r, p: p[0]),
    ("the last entry of {p}", lambda r, p: p[-1]),
    ("the right answer plus {p}", lambda r, p: r + p),
    ("the right answer minus {p}", lambda r, p: r - p),
    ("{p} minus the right answer", lambda r, p: p - r),
    ("the right answer times {p}", lambda r, p: r * p),
    ("the right answer divided by {p}", lambda r, p: r / p),
    ("{p} divided by the right answer", lambda r, p: p / r),
)


# --- factors and differences ------------------------------------------------------------------


def _solved(views: list[View]) -> str:
    """One factor or one difference that fits every case, or one a case that has a name."""
    name = "{name}"
    if any(v.value.shape != v.right.shape for v in views):
        return ""
    if sum(v.right.size for v in views) < 3:
        return ""
    factors = [_factor(v) for v in views]
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


def _factor(view: View) -> float | None:
    """c with value = c · right."""
    v, r = view.value, view.right
    if v.shape != r.shape:
        return None
    if not np.any(r):
        return None if np.any(v) else 1.0
    c = float(np.real(np.vdot(r, v) / np.vdot(r, r)))
    return c if same(v, c * r) else None


def _difference(view: View) -> float | None:
    """c with value = right + c."""
    if view.value.shape != view.right.shape:
        return None
    d = view.value - view.right
    if not d.size:
        return 0.0
    c = float(np.real(d.flat[0]))
    return c if same(view.value, view.right + c) else None


def _quantity(found: list, views: list[View], how: str) -> str:
    """What these numbers, one a case, are; in words after "it is"."""
    if np.allclose(found, found[0], rtol=RTOL, atol=1e-12 if how == "plus" else 0):
        c = found[0]
        if how == "plus":
            return f"the right answer plus {c:.4g}" if c > 0 else f"the right answer minus {-c:.4g}"
        return f"{c:.4g} times the right answer, everywhere: a constant factor"
    cases = [_quantities(v) for v in views]
    for text in cases[0]:
        values = [np.float64(case.get(text, np.nan)) for case in cases]
        for form, f in _FORMS:
            with np.errstate(all="ignore"):
                pairs = zip(found, map(f, values), strict=True)
                if all(abs(c - q) <= 1e-12 + RTOL * abs(q) for c, q in pairs):
                    return f"the right answer {how} {form.format(q=text)}"
    return ""


def _counted(views: list[View]) -> str:
    """For whole numbers: by which product of a case's own numbers they are off, where they are."""
    off: list[tuple[float, View]] = []
    for view in views:
        difference = _difference(view) if view.value.shape == view.right.shape else None
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
    """The numbers that may be counted in a case, each also less one."""
    own = _quantities(view)
    return own | {f"({q} - 1)": n - 1 for q, n in own.items()}


def _products(cases: list[dict[str, float]]) -> Iterator[tuple[str, np.ndarray]]:
    """Products of one to three of these numbers, and halves and doubles of them."""
    names = [q for q in cases[0] if all(q in case for case in cases)]
    columns = {q: np.array([case[q] for case in cases]) for q in names}
    for n in range(1, MOST_FACTORS + 1):
        for chosen in combinations_with_replacement(names, n):
            product = np.prod([columns[q] for q in chosen], axis=0)
            text = " · ".join(chosen)
            yield text, product
            yield f"2 · {text}", 2 * product
            yield f"half of {text}", product / 2


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


def _quantities(view: View) -> dict[str, float]:
    """Numbers that belong to a case: its scalar arguments, the lengths of its arrays."""
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
