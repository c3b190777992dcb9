"""The reference called with changed arguments: `b` = 0, `W` transposed, `x` in reverse order.

The tables below list the changes by the kind of argument. A row has the suffix of a name, the words
("`{name}` transposed"), and a function from the argument to its new value.
"""

from collections.abc import Callable, Iterator
from itertools import combinations, permutations
from typing import Any

import numpy as np

from rnnlib.exercises.alterations.wording import ALTERED, one_of_several
from rnnlib.exercises.spec import Case, Exercise, Mistake

# A name ("W_transposed"), the words ("`W` transposed"), and a function from the arguments to the
# changed arguments.
Change = tuple[str, str, Callable[..., tuple]]


def altered_arguments(
    exercise: Exercise, names: tuple[str, ...], cases: list[Case]
) -> list[Mistake]:
    """The reference with one argument changed or two exchanged, one mistake for each change.

    names: of the arguments. cases: which changes are possible depends on what they have in common.
    """
    return [
        _mistake(exercise.reference, name, f"{ALTERED} {what}.", new)
        for name, what, new in changes(names, cases)
    ]


def on_top(mistake: Mistake, change: Change) -> Mistake:
    """A mistake with its arguments changed as well, as one mistake."""
    name, what, new = change

    def wrong(*arguments):
        return mistake.wrong(*new(*arguments))

    wrong.__name__ = f"{mistake.wrong.__name__}+{name}"
    if mistake.says.startswith(ALTERED):
        return Mistake(wrong, f"{mistake.says.removesuffix('.')}, and of {what} as well.")
    says = f"{one_of_several(mistake.says)} In addition, your numbers are those of {what}."
    return Mistake(wrong, says)


def _mistake(function: Callable, name: str, says: str, new: Callable[..., tuple]) -> Mistake:
    def wrong(*arguments):
        return function(*new(*arguments))

    wrong.__name__ = name
    return Mistake(wrong, says)


def changes(names: tuple[str, ...], cases: list[Case]) -> list[Change]:
    """The changes that are possible in all of these cases.

    First those of one argument, then, for each two of the same type and shape, their exchange and
    each of them in the place of both.
    """
    found = [
        (f"{name}_{how}", what.format(name=name), _at(k, new))
        for k, name in enumerate(names)
        for how, what, new in _of([case.arguments[k] for case in cases])
    ]
    pairs = [
        (j, k)
        for j, k in combinations(range(len(names)), 2)
        if all(_alike(case.arguments[j], case.arguments[k]) for case in cases)
    ]
    found += [
        (
            f"{names[j]}_and_{names[k]}",
            f"`{names[j]}` and `{names[k]}` exchanged",
            _exchanged(j, k),
        )
        for j, k in pairs
    ]
    found += [
        (
            f"{names[k]}_for_{names[j]}",
            f"`{names[k]}` instead of `{names[j]}`, everywhere",
            _replaced(j, k),
        )
        for pair in pairs
        for j, k in permutations(pair)
    ]
    return found


def _at(k: int, new: Callable) -> Callable[..., tuple]:
    """A function that changes argument k."""
    return lambda *arguments: (*arguments[:k], new(arguments[k]), *arguments[k + 1 :])


def _exchanged(j: int, k: int) -> Callable[..., tuple]:
    """A function that exchanges arguments j and k."""

    def new(*arguments):
        changed = list(arguments)
        changed[j], changed[k] = arguments[k], arguments[j]
        return tuple(changed)

    return new


def _replaced(j: int, k: int) -> Callable[..., tuple]:
    """A function that puts argument k in the place of argument j."""
    return lambda *arguments: (*arguments[:j], arguments[k], *arguments[j + 1 :])


def _alike(a: object, b: object) -> bool:
    """Whether two arguments are arrays of one shape and type, or numbers of one type."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.shape == b.shape and a.dtype == b.dtype
    return type(a) is type(b) and isinstance(a, (int, float))


def _of(values: list) -> Iterator[tuple[str, str, Callable]]:
    """The rows of the tables that suit an argument, given its values in all cases."""
    if all(isinstance(v, np.ndarray) and v.dtype.kind == "f" for v in values):
        yield from FLOATS
        if all(v.ndim == 2 and len(v) == v.shape[1] for v in values):
            yield from SQUARE
        if all(v.ndim for v in values):
            yield from ORDERED
            yield from PARTS
        if all(v.ndim > 1 for v in values):
            yield from SECOND
    elif all(isinstance(v, np.ndarray) and v.dtype.kind in "iu" and v.ndim for v in values):
        yield from ORDERED
        yield from INDICES
    elif all(isinstance(v, np.ndarray) and v.dtype.kind == "b" and v.ndim for v in values):
        yield from TRUTHS
        yield from ORDERED
    elif all(isinstance(v, float) for v in values):
        yield from FLOATS
        yield from NUMBERS
    elif all(isinstance(v, int) and not isinstance(v, bool) for v in values):
        yield from COUNTS
    elif all(isinstance(v, (str, list)) for v in values):
        yield from SEQUENCES


def _with(a: np.ndarray, index: Any, value: Any) -> np.ndarray:
    """A copy of the array with another value at an index."""
    a = a.copy()
    a[index] = value
    return a


# Arrays of floats, and floats.
FLOATS = (
    ("zero", "`{name}` = 0, whatever `{name}` is", lambda a: 0 * a),
    ("negative", "`{name}` with its sign reversed", lambda a: -a),
    ("size", "the absolute value of `{name}`", abs),
    ("one", "`{name}` = 1, whatever `{name}` is", lambda a: 0 * a + 1),
    ("twice", "`2 * {name}` instead of `{name}`", lambda a: 2 * a),
    ("half", "`{name} / 2` instead of `{name}`", lambda a: a / 2),
    ("squared", "`{name} ** 2` instead of `{name}`", lambda a: a * a),
)
# Floats.
NUMBERS = (
    ("inverse", "`1 / {name}` instead of `{name}`", lambda a: 1 / a),
    ("rest", "`1 - {name}` instead of `{name}`", lambda a: 1 - a),
    ("root", "the square root of `{name}`", np.sqrt),
    ("cut", "`{name}` cut to a whole number", lambda a: float(int(a))),
)
# Integers.
COUNTS = (
    ("more", "`{name} + 1` instead of `{name}`", lambda n: n + 1),
    ("less", "`{name} - 1` instead of `{name}`", lambda n: n - 1),
    ("one", "`{name}` = 1, whatever `{name}` is", lambda n: 1),
    ("none", "`{name}` = 0, whatever `{name}` is", lambda n: 0),
    ("twice", "`2 * {name}` instead of `{name}`", lambda n: 2 * n),
)
# Square matrices.
SQUARE = (("transposed", "`{name}` transposed", lambda a: a.T),)
# Arrays with at least one axis: the order of their entries.
ORDERED = (
    ("reversed", "`{name}` in reverse order", lambda a: a[::-1]),
    (
        "before",
        "`{name}` read one entry too early, and `{name}[-1]` where `{name}[0]` is read",
        lambda a: np.roll(a, 1, axis=0),
    ),
    (
        "after",
        "`{name}` read one entry too late, and `{name}[0]` where `{name}[-1]` is read",
        lambda a: np.roll(a, -1, axis=0),
    ),
    ("first", "`{name}[0]` instead of every entry of `{name}`", lambda a: 0 * a + a[:1]),
    ("last", "`{name}[-1]` instead of every entry of `{name}`", lambda a: 0 * a + a[-1:]),
)
# Arrays of floats with at least one axis: zero or repeated entries.
PARTS = (
    ("first_zero", "`{name}[0]` = 0: the entry there has no effect", lambda a: _with(a, 0, 0)),
    ("last_zero", "`{name}[-1]` = 0: the entry there has no effect", lambda a: _with(a, -1, 0)),
    (
        "only_first",
        "a `{name}` that is 0 except for `{name}[0]`: the other entries have no effect",
        lambda a: _with(0 * a, 0, a[0]),
    ),
    (
        "only_last",
        "a `{name}` that is 0 except for `{name}[-1]`: the other entries have no effect",
        lambda a: _with(0 * a, -1, a[-1]),
    ),
    (
        "zero_first",
        "`{name}` read one entry too early, and 0 before its first",
        lambda a: np.concatenate([0 * a[:1], a[:-1]]),
    ),
    (
        "zero_last",
        "`{name}` read one entry too late, and 0 after its last",
        lambda a: np.concatenate([a[1:], 0 * a[:1]]),
    ),
    (
        "first_again",
        "`{name}` read one entry too early, and its first entry twice",
        lambda a: np.concatenate([a[:1], a[:-1]]),
    ),
    (
        "last_again",
        "`{name}` read one entry too late, and its last entry twice",
        lambda a: np.concatenate([a[1:], a[-1:]]),
    ),
    ("mean", "the mean of `{name}` instead of every entry", lambda a: 0 * a + a.mean(axis=0)),
    ("sum", "the running sum of `{name}`", lambda a: np.cumsum(a, axis=0)),
)
# Arrays of floats with at least two axes: the second one.
SECOND = (
    (
        "second_first",
        "`{name}[:, 0]` instead of every `{name}[:, j]`",
        lambda a: 0 * a + a[:, :1],
    ),
    (
        "second_only_first",
        "a `{name}` that is 0 except for `{name}[:, 0]`: the other entries have no effect",
        lambda a: _with(0 * a, np.s_[:, 0], a[:, 0]),
    ),
    (
        "second_only_last",
        "a `{name}` that is 0 except for `{name}[:, -1]`: the other entries have no effect",
        lambda a: _with(0 * a, np.s_[:, -1], a[:, -1]),
    ),
    ("second_reversed", "`{name}` reversed along its second axis", lambda a: a[:, ::-1]),
)
# Arrays of integers.
INDICES = (
    ("more", "`{name} + 1` instead of `{name}`", lambda a: a + 1),
    ("less", "`{name} - 1` instead of `{name}`", lambda a: a - 1),
    ("largest", "the largest of `{name}` instead of each", lambda a: 0 * a + a.max()),
    ("smallest", "the smallest of `{name}` instead of each", lambda a: 0 * a + a.min()),
    ("sorted", "`{name}` in order of size", lambda a: np.sort(a, axis=0)),
)
# Arrays of truth values.
TRUTHS = (
    ("true", "`{name}` true everywhere, whatever it is", lambda a: np.ones_like(a)),
    ("not", "`{name}` with true and false exchanged", lambda a: ~a),
)
# Strings and lists.
SEQUENCES = (
    ("reversed", "`{name}` in reverse order", lambda a: a[::-1]),
    ("without_first", "`{name}` without its first entry", lambda a: a[1:]),
    ("without_last", "`{name}` without its last entry", lambda a: a[:-1]),
)
