"""The variants: what a place of a program can do instead of the right thing.

Each table is for one kind of place and has one row for each variant: a text, which goes on from
"Your numbers are those of a program that", and a function that computes what the place then gives.
A function that raises an error (there is no second axis) makes the variant fail where it is run.
Variant number 1 is the first row. `instrumenting` fills in the texts, `switches` calls the
functions.
"""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np


def _sigmoid(a: Any) -> Any:
    return 1 / (1 + np.exp(-a))


OPERATORS = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mult": operator.mul,
    "Div": operator.truediv,
    "MatMult": operator.matmul,
    "Pow": operator.pow,
    "FloorDiv": operator.floordiv,
    "Mod": operator.mod,
    "Lt": operator.lt,
    "LtE": operator.le,
    "Gt": operator.gt,
    "GtE": operator.ge,
    "Eq": operator.eq,
    "NotEq": operator.ne,
}
# For each comparison, the one that treats equality differently, and the reverse.
BESIDE = {
    "Lt": ("LtE", "GtE"),
    "LtE": ("Lt", "Gt"),
    "Gt": ("GtE", "LtE"),
    "GtE": ("Gt", "Lt"),
    "Eq": ("NotEq",),
    "NotEq": ("Eq",),
}
# left and right are functions that evaluate the operands.
BINARY: dict[str, tuple[tuple[str, Callable], ...]] = {
    "Add": (
        ("leaves out {right}", lambda left, right: left()),
        ("leaves out {left}", lambda left, right: right()),
        ("subtracts {right} where it should be added", lambda left, right: left() - right()),
        ("subtracts {left} where it should be added", lambda left, right: right() - left()),
    ),
    "Sub": (
        ("leaves out {right}", lambda left, right: left()),
        ("leaves out {left}", lambda left, right: -right()),
        ("adds {right} where it should be subtracted", lambda left, right: left() + right()),
        (
            "takes a difference the other way round, of {left} and {right}",
            lambda left, right: right() - left(),
        ),
        ("leaves out {left} and the sign of {right}", lambda left, right: right()),
    ),
    "Mult": (
        ("leaves out {right}", lambda left, right: left()),
        ("leaves out {left}", lambda left, right: right()),
        ("adds {left} and {right} where it should multiply", lambda left, right: left() + right()),
        (
            "divides {left} by {right} where it should multiply",
            lambda left, right: left() / right(),
        ),
        (
            "uses a matrix product of {left} and {right} instead of an elementwise product",
            lambda left, right: left() @ right(),
        ),
        ("multiplies by {right} twice", lambda left, right: left() * right() * right()),
    ),
    "Div": (
        ("does not divide by {right}", lambda left, right: left()),
        ("multiplies by {right} where it should divide", lambda left, right: left() * right()),
        ("divides the other way round, {right} by {left}", lambda left, right: right() / left()),
        ("divides 1 by {right} and leaves out {left}", lambda left, right: 1 / right()),
        ("divides by the square of {right}", lambda left, right: left() / right() ** 2),
        ("divides by the root of {right}", lambda left, right: left() / np.sqrt(right())),
    ),
    "MatMult": (
        (
            "has {right} transposed, or not transposed where it must be",
            lambda left, right: left() @ np.transpose(right()),
        ),
        (
            "has {left} transposed, or not transposed where it must be",
            lambda left, right: np.transpose(left()) @ right(),
        ),
        (
            "multiplies two matrices in the other order, {right} and {left}",
            lambda left, right: right() @ left(),
        ),
        (
            "uses an elementwise product of {left} and {right} instead of a matrix product",
            lambda left, right: left() * right(),
        ),
        ("leaves out {right}", lambda left, right: left()),
        ("leaves out {left}", lambda left, right: right()),
    ),
    "Pow": (
        ("leaves out the power of {left}", lambda left, right: left()),
        (
            "multiplies {left} by {right} where a power is meant",
            lambda left, right: left() * right(),
        ),
        (
            "has a power of {left} that is one too large",
            lambda left, right: left() ** (right() + 1),
        ),
        (
            "has a power of {left} that is one too small",
            lambda left, right: left() ** (right() - 1),
        ),
        ("takes the power the other way round", lambda left, right: right() ** left()),
    ),
    "FloorDiv": (
        ("rounds up where it should round down", lambda left, right: -(-left() // right())),
        ("does not divide by {right}", lambda left, right: left()),
    ),
    "Mod": (("leaves out a remainder", lambda left, right: left()),),
}
OVER_ONE = 3  # the row of "Div" that changes nothing if the dividend is 1
_LEFT_OUT = ("leaves out {name}", lambda f, a: a)
# By the name of the function f; a is its argument.
UNARY: dict[str, tuple[tuple[str, Callable], ...]] = {
    "tanh": (
        _LEFT_OUT,
        ("takes tanh twice", lambda f, a: f(f(a))),
        ("uses the logistic function instead of tanh", lambda f, a: _sigmoid(a)),
        ("uses ReLU instead of tanh", lambda f, a: np.maximum(a, 0)),
        ("uses tanh's slope instead of tanh", lambda f, a: 1 - f(a) ** 2),
    ),
    "sigmoid": (
        ("leaves out the logistic function", lambda f, a: a),
        ("uses tanh instead of the logistic function", lambda f, a: np.tanh(a)),
        ("uses the logistic function of -a instead of that of a", lambda f, a: f(-a)),
        ("applies the logistic function twice", lambda f, a: f(f(a))),
    ),
    "exp": (_LEFT_OUT, ("uses exp(-a) instead of exp(a)", lambda f, a: f(-a))),
    "log": (
        _LEFT_OUT,
        ("takes the logarithm to base 2", lambda f, a: np.log2(a)),
        ("takes the logarithm to base 10", lambda f, a: np.log10(a)),
        ("takes log(1 + a) instead of log(a)", lambda f, a: np.log1p(a)),
    ),
    "sqrt": (_LEFT_OUT, ("takes a square root twice", lambda f, a: f(f(a)))),
    "abs": (("leaves out an absolute value, the size of a number", lambda f, a: a),),
    "diag": (("takes a diagonal matrix for its diagonal, or leaves it out", lambda f, a: a),),
    "cumsum": (("leaves out a running sum", lambda f, a: a),),
    "cumprod": (("leaves out a running product", lambda f, a: a),),
    "reversed": (("goes through something in the other direction", lambda f, a: a),),
    "len": (
        ("counts one too many of {argument}", lambda f, a: f(a) + 1),
        ("counts one too few of {argument}", lambda f, a: f(a) - 1),
    ),
}


def _with_axis(function: Callable, array: Any, keywords: dict, axis: Any) -> Any:
    """The reduction along another axis than the right one; an error if it is the right one."""
    if np.ndim(array) < 2 or keywords.get("axis", 0) == axis:
        raise TypeError("no other axis")
    return function(array, **{**keywords, "axis": axis})


# Of f(a, **k), a sum or another reduction of an array.
REDUCED: tuple[tuple[str, Callable], ...] = (
    ("takes the mean of {of} where the sum is needed", lambda f, a, k: np.mean(a, **k)),
    (
        "works along axis 0 of {of}, which is not the right one",
        lambda f, a, k: _with_axis(f, a, k, 0),
    ),
    (
        "works along axis 1 of {of}, which is not the right one",
        lambda f, a, k: _with_axis(f, a, k, 1),
    ),
    (
        "works along the last axis of {of}, which is not the right one",
        lambda f, a, k: _with_axis(f, a, k, -1),
    ),
    ("reduces all of {of} to one number", lambda f, a, k: f(a)),
    ("takes the largest of {of} where it should add up", lambda f, a, k: np.max(a, **k)),
    ("does not add up {of}", lambda f, a, k: a),
)
# Of `old += new`.
AUGMENTED: tuple[tuple[str, Callable], ...] = (
    ("overwrites {target} where it should add up", lambda old, new: new()),
    ("never adds to {target}", lambda old, new: old()),
    ("subtracts from {target} where it should add", lambda old, new: old() - new()),
)
# Of what a loop runs over, as a list.
TURNS: tuple[tuple[str, Callable], ...] = (
    ("runs through {over} in the other direction", lambda v: v[::-1]),
    ("leaves out the first iteration of the loop over {over}", lambda v: v[1:]),
    ("leaves out the last iteration of the loop over {over}", lambda v: v[:-1]),
    ("stops after the first iteration of the loop over {over}", lambda v: v[:1]),
    ("runs only the last iteration of the loop over {over}", lambda v: v[-1:]),
    ("runs the last iteration of the loop over {over} twice", lambda v: v + v[-1:]),
    ("runs the first iteration of the loop over {over} twice", lambda v: v[:1] + v),
)
CONDITIONS: tuple[tuple[str, Callable], ...] = (
    ("has a condition on {of} the wrong way round", lambda v: not v()),
    ("goes on as if a condition on {of} always held", lambda v: True),
    ("goes on as if a condition on {of} never held", lambda v: False),
)


def _by(step: int) -> Callable:
    """A function that moves an index, or both ends of a slice, by a step."""

    def shift(index: Any) -> Any:
        if isinstance(index, slice):
            start, stop = index.start, index.stop
            if index.step not in (None, 1) or (start, stop) == (None, None):
                raise TypeError("not a part that can be shifted")
            if (start, stop, step) == (1, None, -1):
                return slice(None, -1)
            if (start, stop, step) == (None, -1, 1):
                return slice(1, None)
            return slice(*(None if end is None else end + step for end in (start, stop)))
        if isinstance(index, (int, np.integer)) and not isinstance(index, bool):
            return index + step
        raise TypeError("not an index that can be shifted")

    return shift


def _whole(index: Any) -> Any:
    """All entries instead of a slice."""
    if isinstance(index, slice) and index != slice(None):
        return slice(None)
    raise TypeError("not a part")


def _other_end(index: Any) -> Any:
    """The last entry instead of the first, or the other way around."""
    if index in (0, -1):
        return -1 - index
    raise TypeError("not an end")


# The same changes of an index, with texts for reading and for writing an array.
SHIFTS: tuple[Callable, ...] = (_by(1), _by(-1), _whole, _other_end)
READS = (
    "reads {array} one entry further on than it should",
    "reads {array} one entry before the one it should",
    "reads all of {array} where a part is meant",
    "reads {array} at its other end",
)
WRITES = (
    "writes {array} one entry further on than it should",
    "writes {array} one entry before the one it should",
    "writes all of {array} where a part is meant",
    "writes {array} at its other end",
)

# Of 1 - h², the slope of tanh where its value is h.
SLOPES: tuple[tuple[str, Callable], ...] = (
    ("leaves out the slope of tanh", lambda h: 1.0),
    ("uses (1 - h)² instead of 1 - h², the slope of tanh", lambda h: (1 - h) ** 2),
    ("uses 1 - h instead of 1 - h², the slope of tanh", lambda h: 1 - h),
    (
        "uses h (1 - h), the slope of the logistic function, instead of 1 - h²",
        lambda h: h * (1 - h),
    ),
    ("uses h² - 1 instead of 1 - h², the slope of tanh", lambda h: h**2 - 1),
    ("uses 1 + h² instead of 1 - h², the slope of tanh", lambda h: 1 + h**2),
    ("uses h² instead of 1 - h², the slope of tanh", lambda h: h**2),
    (
        "takes the slope of tanh as 1 - a² with what goes into tanh",
        lambda h: 1 - np.arctanh(h) ** 2,
    ),
    ("applies tanh once more before it takes its slope", lambda h: 1 - np.tanh(h) ** 2),
    ("squares the slope of tanh", lambda h: (1 - h**2) ** 2),
    ("has twice the slope of tanh", lambda h: 2 * (1 - h**2)),
    ("divides by the slope of tanh", lambda h: 1 / (1 - h**2)),
    ("uses h instead of 1 - h², the slope of tanh", lambda h: h),
    ("uses the root of 1 - h² instead of 1 - h², the slope of tanh", lambda h: np.sqrt(1 - h**2)),
)
# Of f(p + q + …) and f(p · q · …): what happens to one part, `own`. join adds or multiplies.
TERMS: tuple[tuple[str, Callable], ...] = (
    ("leaves out {term}", lambda f, join, own, others: f(join(others))),
    (
        "has {term} outside {name}, where it belongs inside",
        lambda f, join, own, others: join([f(join(others)), own]),
    ),
    ("has {name} of {term} inside {name}", lambda f, join, own, others: f(join([*others, f(own)]))),
)
OF_SUMS: tuple[tuple[str, Callable], ...] = (
    *TERMS,
    (
        "subtracts {term} where it should be added",
        lambda f, join, own, others: f(join(others) - own),
    ),
    ("has {term} twice", lambda f, join, own, others: f(join([*others, own, own]))),
)
OF_PRODUCTS: tuple[tuple[str, Callable], ...] = (
    *TERMS,
    ("adds {term} where it should multiply", lambda f, join, own, others: f(join(others) + own)),
    (
        "divides by {term} where it should multiply",
        lambda f, join, own, others: f(join(others) / own),
    ),
)
