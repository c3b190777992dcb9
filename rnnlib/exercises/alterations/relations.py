"""How a wrong output is related to the right one: its negative, its square, its running sum.

`related` tries a fixed list of relations on one output: a function of each number, something along
an axis, blocks in another order, an argument or another output added or multiplied; then a factor
or a difference (`factors`). `related_in_form` tries the few that change only the form, for outputs
compared with what a mistake makes instead of with the right ones. A relation counts only if it
holds in every case.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import permutations

import numpy as np

from rnnlib.exercises.alterations.factors import by_counts, by_one_number, factor, times
from rnnlib.exercises.alterations.view import RTOL, View, nearly_equal
from rnnlib.exercises.spec import Returned

LEAST_MOVED = 3  # entries that an axis must have in the largest case to be called late or early
SHOULD_BE = "should be."  # how the sentence on an output in the place of another ends
MOST_ORDERED = 4  # with more entries of an axis, or more blocks, there are too many orders to try
SOON = 2, 4  # after so many cases, a factor that has no description in words is given up

# A sentence about `{name}`, and what the output must be for the sentence to be true of it. The
# function may raise an error where the relation makes no sense, such as a missing axis.
Relation = tuple[str, Callable[[View], np.ndarray]]


def related(returned: tuple[Returned, ...], views: list[View]) -> str:
    """A sentence about `{name}` on the relation that holds in every case; an empty string if none.

    returned: all outputs of the exercise. views: one of the outputs in each case.
    """
    own = returned[views[0].k]
    wrong = [v for v in views if not nearly_equal(v.value, v.right)]
    if not wrong:
        return ""
    first = max(wrong, key=lambda view: view.right.size)
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
    return by_one_number(views) or by_counts(views)


def _constant(values: list[np.ndarray]) -> bool:
    """Whether there are several values and all are equal."""
    return len(values) > 1 and all(nearly_equal(value, values[0]) for value in values)


def related_in_form(own: Returned, views: Iterable[View]) -> str:
    """A sentence on the form in which an output differs from what a mistake makes; "" if none.

    views: of one output, with what the mistake makes as the right value. They are taken one by one
    and only as long as a form is possible, because each of them is a run of the mistake.
    """
    seen: list[View] = []
    fitting: list[Relation] = []
    for view in views:
        fitting = [r for r in (fitting if seen else _of_form(own)) if _holds(r[1], view)]
        seen.append(view)
        if not fitting and (factor(view) is None or (len(seen) in SOON and not times(seen))):
            return ""
    if all(nearly_equal(v.value, v.right) for v in seen):
        return ""
    if _constant([v.right for v in seen]) or _constant([v.value for v in seen]):
        return ""  # of a constant, several forms would be true
    if fitting:
        return fitting[0][0]
    said = times(seen)
    return f"{{name}} is {said.replace('the right answer', 'that')}." if said else ""


def could_be_in_form(value: np.ndarray, other: np.ndarray) -> bool:
    """Whether `value` may be `other` in one of the forms: a quick test before all are tried.

    If the shapes are equal, the norms must be equal, or one twice the other, or the absolute values
    must be proportional, or the values must be whole numbers near the other ones.
    """
    if value.shape != other.shape:
        return True
    if np.array_equal(value, np.round(value)) and np.all(np.abs(value - other) < 1):
        return True
    mine, its = np.linalg.norm(value), np.linalg.norm(other)
    if any(abs(mine - c * its) <= RTOL * its for c in (1, 2, 0.5)):
        return True
    return value.size > 0 and nearly_equal(np.abs(value) * its, np.abs(other) * mine)


def _of_form(own: Returned) -> Iterator[Relation]:
    """The relations of form: sign, factor 2, shape, order, entries that are missing or too many."""
    yield "{name} has the wrong sign.", lambda v: -v.right
    yield "{name} is twice that.", lambda v: 2 * v.right
    yield "{name} is half of that.", lambda v: v.right / 2
    for text, f in _ROUNDED:
        yield f"{{name}} is rounded {text} a whole number.", lambda v, f=f: f(v.right)
    yield "{name} has another shape.", lambda v: _reshaped(v.right, v.value)
    yield "{name} is transposed.", lambda v: v.right.T
    if own.unordered:
        return
    yield from _of_blocks(own)
    for a, axis in enumerate(own.axes):
        for text, f in _FORMS_ALONG:
            said = text.format(axis=_axis_in_words(a, axis))
            said = said.split(", and is right")[0].replace("is right but runs", "runs")
            yield f"{{name}} {said}.", _along(f, a)


_ROUNDED: tuple[tuple[str, Callable], ...] = (
    ("down to", np.floor),
    ("up to", np.ceil),
    ("to", np.round),
)


def _holds(makes: Callable[[View], np.ndarray], view: View) -> bool:
    """Whether the output is what the relation says it is."""
    try:
        return nearly_equal(view.value, np.asarray(makes(view)))
    except (ValueError, TypeError, IndexError, ZeroDivisionError, OverflowError):
        return False


# --- a function of each number ---------------------------------------------------------------


def _sigmoid(a: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-a))


def _of_functions() -> Iterator[Relation]:
    """Functions of each right number by itself."""
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
    """The right numbers in another shape, or something done to them along one axis.

    first: the output in its largest wrong case.
    """
    yield (
        "{name} has the right numbers in another shape.",
        lambda v: _reshaped(v.right, v.value),
    )
    yield "{name} is the transpose of the right answer.", lambda v: v.right.T
    if own.unordered:
        return  # the rows have been sorted, so their order means nothing
    for a, axis in enumerate(own.axes):
        long = first.right.ndim > a and first.right.shape[a] >= LEAST_MOVED
        for text, f in (*_ALONG, *(_MOVED if long else ())):
            said = text.format(axis=_axis_in_words(a, axis))
            yield f"{{name}} {said}.", _along(f, a)
        for order in permutations(range(MOST_ORDERED)):
            yield (
                f"{{name}} is right except for the order along axis {a} ({axis}).",
                lambda v, a=a, order=order: _permuted(v.right, a, order),
            )


def _axis_in_words(a: int, axis: str) -> str:
    return "the steps" if axis == "t" else f"axis {a} ({axis})"


def _along(f: Callable, a: int) -> Callable[[View], np.ndarray]:
    """f(right, value, a) as a relation; an error if the right output has no axis a."""

    def makes(view: View) -> np.ndarray:
        if view.right.ndim <= a:
            raise IndexError("there is no such axis")
        return f(view.right, view.value, a)

    return makes


def _reshaped(right: np.ndarray, value: np.ndarray) -> np.ndarray:
    """The right output in the shape of the value, which must be another one."""
    if right.shape == value.shape:
        raise ValueError("the shape is right")
    return right.reshape(value.shape)


def _permuted(right: np.ndarray, a: int, order: tuple[int, ...]) -> np.ndarray:
    """The right output with the entries of axis a in another order."""
    if right.shape[a] > len(order):
        raise ValueError("there are more entries")
    return np.take(right, [k for k in order if k < right.shape[a]], axis=a)


def _part(r: np.ndarray, a: int, part: slice) -> np.ndarray:
    """A slice along axis a."""
    return np.moveaxis(np.moveaxis(r, a, 0)[part], 0, a)


def _as_if(right: np.ndarray, value: np.ndarray, made: np.ndarray) -> np.ndarray:
    """The value itself, if what was made of it is the right output; else an error.

    For relations that cannot be computed from the right output, as they add entries to it.
    """
    if not nearly_equal(made, right):
        raise ValueError("not the right output")
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


# What an output can be along an axis: the words, and a function of the right output, the value and
# the axis. Those of `_FORMS_ALONG` are also tried as forms of what a mistake makes.
AlongAxis = tuple[str, Callable[[np.ndarray, np.ndarray, int], np.ndarray]]
_FORMS_ALONG: tuple[AlongAxis, ...] = (
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
)
_ALONG: tuple[AlongAxis, ...] = (
    *_FORMS_ALONG,
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
# Tried only if the axis is long enough in the largest case: of two entries, one is easily "late".
_MOVED: tuple[AlongAxis, ...] = (
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


# --- arguments and other outputs -----------------------------------------------------------------


def _of_others(returned: tuple[Returned, ...], first: View) -> Iterator[Relation]:
    """Arguments and other outputs, in the place of the right output or combined with it."""
    for j, other in enumerate(returned):
        if j != first.k:
            yield f"{{name}} is what `{other.name}` {SHOULD_BE}", lambda v, j=j: v.expected[j]
    for p in first.arguments:
        for text, f in (*_ARGUMENT_ALONE, *_COMBINED):
            yield (
                f"{{name}} is {text.format(p=f'`{p}`')}.",
                lambda v, p=p, f=f: f(v.right, _numbers(v.arguments[p])),
            )
    for j, other in enumerate(returned):
        if j != first.k:
            for text, f in _COMBINED:
                yield (
                    f"{{name}} is {text.format(p=f'`{other.name}`')}.",
                    lambda v, j=j, f=f: f(v.right, v.expected[j]),
                )


def _numbers(argument: object) -> np.ndarray:
    """An argument as an array of floats; an error if it is not numbers."""
    array = np.asarray(argument)
    if array.dtype.kind not in "biuf":
        raise TypeError("no numbers")
    return array.astype(float)


# Words, and a function of the right output r and of an argument or another output p.
_ARGUMENT_ALONE: tuple[tuple[str, Callable], ...] = (
    ("the argument {p}, unchanged", lambda r, p: p),
    ("the first entry of {p}", lambda r, p: p[0]),
    ("the last entry of {p}", lambda r, p: p[-1]),
)
_COMBINED: tuple[tuple[str, Callable], ...] = (
    ("the right answer plus {p}", lambda r, p: r + p),
    ("the right answer minus {p}", lambda r, p: r - p),
    ("{p} minus the right answer", lambda r, p: p - r),
    ("the right answer times {p}", lambda r, p: r * p),
    ("the right answer divided by {p}", lambda r, p: r / p),
    ("{p} divided by the right answer", lambda r, p: p / r),
)
