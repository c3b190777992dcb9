"""Questions about a change, with their keys, from what the code returned with and without it."""

import functools
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnlib.exercises.spec import Exercise, Returned
from rnnlib.grading.viva.changing import Change
from rnnlib.grading.viva.inputs import numbers
from rnnlib.grading.viva.trying import Arrays, Asked, Own, Tried

DECIMALS = 3
STEPS = ("t", "step")  # names of axes along which something happens
FEWEST_STEPS = 3  # with fewer steps, it is not asked which of them change
MOST_SHOWN = 40  # numbers printed of what the unchanged code returns
BY_HAND = 16  # numbers in an input that one can still calculate with by hand
LEAST = 5e-4  # a smaller difference is not asked about: three decimals do not show it
FAR = 5e-3  # the least change of a number that is asked for
SAME = 1e-9  # a smaller difference counts as none


@dataclass(frozen=True)
class Question:
    """A question about a changed expression, and its key.

    `given`: the input, a line for each argument; `returned`: what the unchanged function returns.
    """

    exercise: Exercise
    own: Own
    change: Change
    given: list[str]
    returned: list[str]
    kind: str
    text: str
    key: str


@dataclass(frozen=True)
class _Ask:
    """One thing to ask. `partial`: only a part of the result changes, so it matters which."""

    kind: str
    partial: bool
    texts: tuple[str, ...]
    key: str


def chosen(
    asked: dict[str, Asked], tried: dict[str, Tried], number: int, rng: np.random.Generator
) -> list[Question]:
    """Up to `number` questions, about different exercises and of different kinds if possible.

    No expression is changed twice.
    """
    offers = {id: _offers(asked[id], t) for id, t in tried.items()}
    order = [str(id) for id in rng.permutation(sorted(id for id in offers if offers[id]))]
    found: list[Question] = []
    kinds: Counter[str] = Counter()
    while order and len(found) < number:
        id = order.pop(0)
        change, case, ask = min(offers[id], key=functools.partial(_rank, tried[id], kinds))
        kinds[ask.kind] += 1
        offers[id] = [o for o in offers[id] if _place(o[0]) != _place(change)]
        order += [id] if offers[id] else []
        found.append(_question(asked[id], tried[id], case, change, ask, rng))
    return sorted(found, key=lambda q: q.exercise.id)


def _rank(tried: Tried, kinds: Counter[str], offer: tuple[Change, int, _Ask]) -> tuple:
    """The sort key: first questions about a part of the result, without long calculations."""
    _, case, ask = offer
    long = ask.kind == "number" and numbers(tried.cases[case].arguments) > BY_HAND
    return long or not ask.partial, kinds[ask.kind], KINDS.index(ask.kind)


def _place(change: Change) -> tuple[int, int]:
    """Identifies an expression: changes that begin at the same place are about the same one."""
    return change.statement, change.start


def _offers(asked: Asked, tried: Tried) -> list[tuple[Change, int, _Ask]]:
    """Everything that could be asked about an exercise, with the first input that allows it."""
    found = []
    for change in (c for c in asked.own.changes if c in tried.by_change):
        kinds: set[tuple[str, bool]] = set()
        for case, after in enumerate(tried.by_change[change]):
            for ask in asks(asked.exercise.returns, tried.unchanged[case], after):
                if (ask.kind, ask.partial) not in kinds:
                    kinds.add((ask.kind, ask.partial))
                    found.append((change, case, ask))
    return found


KINDS = ("which", "steps", "number", "shape")


def asks(returns: tuple[Returned, ...], before: Arrays, after: Arrays | None) -> list[_Ask]:
    """What can be asked about the numbers before and after a change; nothing if they are equal."""
    if after is None:
        return []
    pairs = list(zip(returns, before, after, strict=True))
    for returned, old, new in pairs:
        if old.shape != new.shape:
            return [_shape(returned, old, new)]
    found = []
    moved = [_moved(old, new) for _, old, new in pairs]
    if not any(m.any() for m in moved):
        return []
    clear = all(_clear(old, new) for _, old, new in pairs)
    if len(pairs) > 1 and clear:
        found.append(_which([r.name for r in returns], [bool(m.any()) for m in moved]))
    for (returned, _, _), m in zip(pairs, moved, strict=True):
        if clear and m.any() and (ask := _steps(returned, m)):
            found.append(ask)
            break
    for (returned, old, new), m in zip(pairs, moved, strict=True):
        if m.any() and (ask := _number(returned, old, new, m)):
            found.append(ask)
            break
    return found


def _moved(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Which numbers have changed."""
    return ~np.isclose(new, old, rtol=SAME, atol=SAME)


def _clear(old: np.ndarray, new: np.ndarray) -> bool:
    """Whether each number has changed visibly or not at all."""
    return bool((np.abs(new - old)[_moved(old, new)] >= LEAST).all())


def _which(names: list[str], moved: list[bool]) -> _Ask:
    listed = ", ".join(f"`{name}`" for name in names)
    texts = (
        f"The function returns {listed}. Which of them change?",
        f"Of {listed}, which become different, and which stay the same?",
    )
    those = [name for name, m in zip(names, moved, strict=True) if m]
    rest = [name for name, m in zip(names, moved, strict=True) if not m]
    key = ", ".join(those) + (f"; the same: {', '.join(rest)}" if rest else " (all of them)")
    return _Ask("which", bool(rest), texts, key)


def _steps(returned: Returned, moved: np.ndarray) -> _Ask | None:
    """At which steps something changes; None if there are too few steps."""
    axis = next((k for k, name in enumerate(returned.axes) if name in STEPS), moved.ndim)
    if axis >= moved.ndim or moved.shape[axis] < FEWEST_STEPS:
        return None
    others = tuple(k for k in range(moved.ndim) if k != axis)
    hit = np.asarray(moved.any(axis=others))
    steps = [int(k) + returned.first for k in np.flatnonzero(hit)]
    first, last = returned.first, returned.first + len(hit) - 1
    t = returned.axes[axis]
    whole = f"{t} = {first} to {last}"
    texts = [f"`{returned.name}` has a value at each of {whole}. At which of them does it change?"]
    together = steps == list(range(steps[0], steps[-1] + 1))
    if together and steps[-1] == last:
        which = "step" if t == "step" else f"step {t}"
        texts.append(f"From which {which} on does `{returned.name}` change? (It has {whole}.)")
    if together and steps[-1] == last:
        key = f"from {t} = {steps[0]} on" + (": all of them" if len(steps) == len(hit) else "")
    elif len(steps) == 1:
        key = f"only at {t} = {steps[0]}"
    elif together and steps[0] == first:
        key = f"up to {t} = {steps[-1]}, and not after it"
    else:
        key = f"at {t} = {', '.join(map(str, steps))}"
    return _Ask("steps", len(steps) < len(hit), tuple(texts), key)


def _number(returned: Returned, old: np.ndarray, new: np.ndarray, moved: np.ndarray) -> _Ask | None:
    """What the first number that changes becomes; None if it hardly changes."""
    at = tuple(int(k) for k in np.argwhere(moved)[0]) if moved.ndim else ()
    was, becomes = told(old[at]), told(new[at])
    if was == becomes or abs(float(new[at]) - float(old[at])) < FAR:
        return None
    decimals = "" if new.dtype.kind in "iu" else " (three decimals)"
    where = f"{returned.name}[{', '.join(map(str, at))}]" if at else returned.name
    texts = (f"What does `{where}` become?{decimals} Before the change it is {was}.",)
    if new.size > 1:
        texts = (
            f"The first number in `{returned.name}` that changes is `{where}`; before, it is "
            f"{was}. What does it become?{decimals}",
            *texts,
        )
    return _Ask("number", True, texts, f"{where} = {becomes}, not {was}")


def _shape(returned: Returned, old: np.ndarray, new: np.ndarray) -> _Ask:
    texts = (
        f"Before the change, `{returned.name}` has shape {old.shape}. What is its shape now?",
        f"The shape of `{returned.name}` is no longer {old.shape}. What does it become?",
    )
    return _Ask("shape", False, texts, f"the shape is {new.shape}, not {old.shape}")


def told(number: Any) -> str:
    """A number as it is asked for: integers as they are, others with three decimals."""
    if np.asarray(number).dtype.kind in "iub":
        return str(int(number))
    shown = f"{float(number):.{DECIMALS}f}"
    return shown.removeprefix("-") if not float(shown) else shown


def _question(
    asked: Asked, tried: Tried, case: int, change: Change, ask: _Ask, rng: np.random.Generator
) -> Question:
    arguments, unchanged = tried.cases[case].arguments, tried.unchanged[case]
    names = asked.exercise.signature.strip("()").split(", ")
    own = asked.own.parameters
    names = own if len(own) == len(names) else names
    given = [_line(name, value) for name, value in zip(names, arguments, strict=True)]
    short = sum(array.size for array in unchanged) <= MOST_SHOWN
    pairs = zip(asked.exercise.returns, unchanged, strict=True)
    returned = [_line(r.name, array, DECIMALS) for r, array in pairs] if short else []
    text = ask.texts[int(rng.integers(len(ask.texts)))]
    return Question(asked.exercise, asked.own, change, given, returned, ask.kind, text, ask.key)


def _line(name: str, value: Any, decimals: int | None = None) -> str:
    """A name and its value, as an assignment."""
    head = f"{name} = "
    if isinstance(value, list | tuple):
        inner = ", ".join(_line("", item, decimals).removeprefix(" = ") for item in value)
        return f"{head}({inner})"
    array = np.asarray(value)
    if not array.ndim:
        short = decimals is not None and array.dtype.kind in "iuf"
        return head + (told(array) if short else repr(array.item()))
    if decimals is not None and array.dtype.kind == "f":
        array = np.round(array, decimals) + 0.0  # no zero with a sign
    shown = np.array2string(
        array,
        separator=", ",
        prefix=head,
        max_line_width=88,
        threshold=1_000,
        precision=decimals,
        floatmode="maxprec" if decimals is None else "fixed",
        suppress_small=True,
    )
    return head + re.sub(r"\n\n+", "\n", shown)
