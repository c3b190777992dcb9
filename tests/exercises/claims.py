"""What a sentence about a wrong answer claims, tried on cases with code of its own.

Nothing of what makes the sentences is used here: a sentence is read as a learner reads it, and the
answer, the right program and the cases are all that its claim is held against.
"""

import copy
import functools
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from rnnlib.exercises.spec import Exercise
from tests.exercises.two_mistakes import at_once

NEAR = 1e-6  # of what a sentence calls equal
MOSTLY = 0.9  # of unseen cases of a group: a square root of what is rarely negative is rarely wrong


@dataclass(frozen=True)
class Tried:
    """One case: the arguments, what the answer makes of it (None: no numbers), what is right."""

    group: str
    given: dict
    mine: list[np.ndarray] | None
    right: list[np.ndarray]


@dataclass(frozen=True)
class World:
    """A wrong answer on cases: those that the checker has seen, and those that nobody has."""

    exercise: Exercise
    answer: Callable
    seen: list[Tried]
    fresh: list[Tried]

    @property
    def every(self) -> list[Tried]:
        return [*self.seen, *self.fresh]

    def of(self, name: str) -> int:
        return [r.name for r in self.exercise.returns].index(name)

    def equal(self, v: np.ndarray, r: np.ndarray) -> bool:
        """Whether an output passes."""
        return v.shape == r.shape and _near(v, r, self.exercise.rtol)

    def is_right(self, case: Tried, k: int) -> bool:
        return case.mine is not None and self.equal(case.mine[k], case.right[k])

    def all_right(self, case: Tried) -> bool:
        return all(self.is_right(case, k) for k in range(len(case.right)))

    def wrong(self, k: int, cases: list[Tried] | None = None) -> list[Tried]:
        """The cases with numbers in which output k is wrong."""
        cases = self.every if cases is None else cases
        return [c for c in cases if c.mine is not None and not self.is_right(c, k)]


def world(exercise: Exercise, answer: Callable, seen: list, fresh: list) -> World:
    """seen, fresh: seeds, as NumPy's generators take them."""
    return World(
        exercise,
        answer,
        [_tried(exercise, answer, c) for s in seen for c in cases_of(exercise, _hashable(s))],
        [_tried(exercise, answer, c) for s in fresh for c in cases_of(exercise, _hashable(s))],
    )


def _hashable(seed):
    return tuple(seed) if isinstance(seed, list) else seed


@functools.lru_cache(1024)
def cases_of(exercise: Exercise, seed) -> list[tuple]:
    """The cases of a seed, each with what is right."""
    cases = exercise.cases(np.random.default_rng(list(seed) if isinstance(seed, tuple) else seed))
    return [
        (c.group, c.arguments, called(exercise, exercise.reference, c.arguments)) for c in cases
    ]


def _tried(exercise: Exercise, answer: Callable, case: tuple) -> Tried:
    group, arguments, right = case
    names = inspect.signature(exercise.reference).parameters
    given = dict(zip(names, arguments, strict=True))
    return Tried(group, given, called(exercise, answer, arguments), right)


def called(exercise: Exercise, function: Callable, arguments) -> list[np.ndarray] | None:
    """What a function returns on copies of the arguments, as arrays; None where it gives none."""
    with np.errstate(all="ignore"):
        try:
            value = function(*copy.deepcopy(tuple(arguments)))
            parts = [value] if len(exercise.returns) == 1 else list(value)
            arrays = [np.asarray(part) for part in parts]
        except Exception:
            return None
    if len(arrays) != len(exercise.returns) or any(a.dtype.kind not in "biufc" for a in arrays):
        return None
    arrays = [a.astype(float) if a.dtype.kind == "b" else a for a in arrays]
    return [
        np.array(sorted(a.tolist())).reshape(a.shape) if r.unordered and a.ndim == 2 else a
        for a, r in zip(arrays, exercise.returns, strict=True)
    ]


def _near(v, r, rtol: float = NEAR) -> bool:
    v, r = np.asarray(v), np.asarray(r)
    if v.shape != r.shape or not np.array_equal(np.isfinite(v), np.isfinite(r)):
        return False
    ok = np.isfinite(r)
    return bool(np.linalg.norm(v[ok] - r[ok]) <= rtol * np.linalg.norm(r[ok]) + 1e-11)


# --- a message -----------------------------------------------------------------------------


def untrue(message: str, here: World) -> list[str]:
    """The sentences of a message that are not so."""
    return [line for line, is_so in judged(message, here) if is_so is False]


def not_understood(message: str, here: World) -> list[str]:
    """The sentences of a message that say what is not looked into here."""
    return [line for line, is_so in judged(message, here) if is_so is None]


def judged(message: str, here: World) -> Iterator[tuple[str, bool | None]]:
    """Each line of a message, and whether it is so; None where that is not looked into."""
    lines = message.split("\n")
    if lines[0].startswith("Your function stopped with an error ("):
        group = re.search(r"\((.*)\)\.$", lines[0]).group(1)  # type: ignore
        stopped = [c for c in here.seen if c.group == group and c.mine is None]
        yield lines[0], bool(stopped)
        after = "Where it does not stop"
        lines = lines[next((i for i, x in enumerate(lines) if x.startswith(after)), len(lines)) :]
        if lines == [f"{after}, it is right."]:
            yield lines[0], all(here.all_right(c) for c in here.every if c.mine is not None)
            return
        lines = lines[1:]
        if not lines:
            return
    ran = World(here.exercise, here.answer, *(_with_numbers(c) for c in (here.seen, here.fresh)))
    some = re.fullmatch(r"(.*) holds? NaN or infinity in some cases. In the others:", lines[0])
    if some:
        names = re.findall(r"`([^`]+)`", some.group(1))
        bad = [[c for c in ran.every if not np.isfinite(c.mine[ran.of(n)]).all()] for n in names]
        yield lines[0], all(bad)
        lines, ran = lines[1:], World(here.exercise, here.answer, *map(_finite, _split(ran)))
    for line in lines:
        about = re.match(r"(Wrong|Right) only for: (.*) \(of the cases tried\)\.$", line)
        yield line, _groups(here, *about.groups()) if about else is_so(line, ran)


def _with_numbers(cases: list[Tried]) -> list[Tried]:
    return [c for c in cases if c.mine is not None]


def _finite(cases: list[Tried]) -> list[Tried]:
    return [c for c in cases if all(np.isfinite(v).all() for v in c.mine or ())]


def _split(here: World) -> tuple[list[Tried], list[Tried]]:
    return here.seen, here.fresh


def _groups(here: World, which: str, listed: str) -> bool:
    """Right only for: right in every case of those, and in no other. Wrong only for: likewise.

    Of whole numbers the cases seen are looked at alone: a few others may be right by luck.
    """
    named, anywhere = set(listed.split("; ")), any(c.mine is None for c in here.every)
    found = {}
    for when, cases in (("seen", here.seen), ("fresh", here.fresh)):
        for c in _with_numbers(cases) if anywhere else cases:
            of = "named" if c.group in named else "others"
            found.setdefault((of, when), []).append(here.all_right(c))
    right = "named" if which == "Right" else "others"
    wrong = [not r for when in ("seen", "fresh") for r in found.get(("named", when), ())]
    if which == "Right" and any(found.get(("others", "seen"), ())):
        return False
    whole = all(np.array_equal(r, np.round(r)) for c in here.every for r in c.right)
    fresh = [True] if whole else found.get((right, "fresh"), [True])
    return (
        all(found.get((right, "seen"), [False]))
        and sum(fresh) >= MOSTLY * len(fresh)
        and (which == "Right" or any(wrong))
    )


def is_so(line: str, here: World) -> bool | None:
    """Whether one sentence holds in every case; None where it is of a kind not looked into."""
    for pattern, holds in _SENTENCES:
        if found := re.fullmatch(pattern, line):
            return holds(here, *found.groups())
    subject = re.fullmatch(r"(?:Each of )?((?:`[^`]+`, )*`[^`]+`):? (.*)[.?]", line)
    if subject and (known := _predicate(subject.group(2))):
        names = re.findall(r"`([^`]+)`", subject.group(1))
        if all(n in [r.name for r in here.exercise.returns] for n in names):
            return all(_true_of(here, here.of(name), *known) for name in names)
    return _as_a_mistake(line, here)


# --- a name: the right program on other arguments, or a listed mistake ---------------------


def _as_a_mistake(line: str, here: World) -> bool | None:
    """A listed mistake's sentence, or "Your numbers are those of …": are they?"""
    names = [r.name for r in here.exercise.returns]
    prefix = re.match(r"((?:`[^`]+`, )*`[^`]+`): (?=.)", line)
    outputs = re.findall(r"`([^`]+)`", prefix.group(1)) if prefix else []
    rest = line[prefix.end() :] if prefix and set(outputs) <= set(names) else line
    ks = [here.of(n) for n in outputs] if rest != line else None
    made = _makers(rest, here)
    if not made and ks is not None:
        made, ks = _makers(line, here), None
    found = [_fits(here, ks, *each) for each in made]
    return any(found) if any(f is not None for f in found) else None


def _fits(here: World, ks: list[int] | None, function: Callable, form) -> bool | None:
    """Whether the outputs that a mistake makes wrong are the answer's, in every case."""
    names, looked = [r.name for r in here.exercise.returns], False
    for k in range(len(names)) if ks is None else ks:
        cases = [(c, called(here.exercise, function, c.given.values())) for c in here.every]
        cases = [(c, m) for c, m in cases if m is not None]
        if ks is None and not any(not here.equal(m[k], c.right[k]) for c, m in cases):
            continue  # the mistake leaves this output as it is
        if form and form[0] != names[k]:
            continue
        changed = [Tried(c.group, c.given, c.mine, m) for c, m in cases]
        if form:
            known = _predicate(form[1]) or _predicate(form[1].replace("that", "the right answer"))
            if known is None:
                return None
            holds = _true_of(World(here.exercise, here.answer, changed, []), k, *known)
        else:
            holds = all(_near(c.mine[k], c.right[k]) for c in changed)
        if not holds:
            return False
        looked = True
    return looked or None


def _makers(says: str, here: World) -> list[tuple]:
    """The functions that a name may speak of, each with the form (output, words) on top of it."""
    found = []
    for mistake in here.exercise.mistakes:
        if says == mistake.says:
            found.append((mistake.wrong, None))
        if not says.startswith(f"{mistake.says} In addition, "):
            continue
        more = says.removeprefix(f"{mistake.says} In addition, ")
        if own := re.fullmatch(r"`([^`]+)` (.*)\.", more):
            found.append((mistake.wrong, own.groups()))
        elif also := re.fullmatch(r"your numbers are those of (.*)\.", more):
            found += _on(mistake.wrong, [also.group(1)], here)
    found += [(function, None) for function in _of_two(says, here)]
    those = re.fullmatch(
        r"Your numbers are those of (.*?)(?:, and of (.*) as well)?\."
        r"(?: In addition, `([^`]+)` (.*)\.)?",
        says,
    )
    if those is None or those.group(1).startswith("a program that"):
        return found
    texts = [text for text in those.groups()[:2] if text]
    form = those.groups()[2:] if those.group(3) else None
    made = _on(here.exercise.reference, texts, here)
    return [*found, *((function, form) for function, _ in made)]


def _of_two(says: str, here: World) -> Iterator[Callable]:
    """The functions that make two listed mistakes at once, of which both or one are named."""
    start = r"Two mistakes at once give your numbers\. One"
    both = re.fullmatch(rf"{start}: (.*) The other: (.*)", says)
    one = re.fullmatch(rf"{start} of them: (.*)", says)
    if not (found := both or one):
        return
    named = set(found.groups())
    wrong = [c for c in here.seen if c.mine and not here.all_right(c)]
    wrong = sorted(wrong, key=lambda c: -sum(np.size(a) for a in c.given.values()))
    pairs = [
        pair
        for pair in combinations(here.exercise.mistakes, 2)
        if named <= {mistake.says for mistake in pair}
    ]
    for function in at_once(here.exercise, pairs, tuple(wrong[0].given.values())):
        if all(_could_be(here, function, c) for c in wrong):
            yield function
            return


def _could_be(here: World, function: Callable, case: Tried) -> bool:
    """Whether a function makes something wrong in a case, and nothing otherwise than the answer."""
    made = called(here.exercise, function, case.given.values())
    if made is None or case.mine is None:
        return False
    off = [not here.equal(m, r) for m, r in zip(made, case.right, strict=True)]
    as_mine = [here.equal(m, v) for m, v in zip(made, case.mine, strict=True)]
    return any(off) and all(mine for mine, wrong in zip(as_mine, off, strict=True) if wrong)


def _on(function: Callable, texts: list[str], here: World) -> list[tuple]:
    """The function called with its arguments changed as the texts say."""
    changes = _changes(texts)
    if changes is None:
        return []

    def called_otherwise(*arguments):
        names = inspect.signature(here.exercise.reference).parameters
        given = dict(zip(names, arguments, strict=True))
        for change in changes:
            given = change(given)
        return function(*given.values())

    return [(called_otherwise, None)]


def _changes(texts: list[str]) -> list | None:
    found = []
    for text in texts:
        for pattern, make in _ARGUMENTS:
            if match := re.fullmatch(pattern, text):
                found.append(functools.partial(_changed, match.groups(), make))
                break
        else:
            return None
    return found


def _changed(names: tuple, make: Callable, given: dict) -> dict:
    return given | make(given, *names)


def _one(f: Callable) -> Callable:
    return lambda given, p: {p: f(given[p])}


def _kept(a, index):
    """Zero but for what stands at an index."""
    new = np.zeros_like(a)
    new[index] = a[index]
    return new


def _cleared(a, index):
    new = np.array(a)
    new[index] = 0
    return new


def _moved(a, by: int, edge):
    """An array read beside its place: by = -1 one entry too early; `edge` comes in."""
    new = np.empty_like(a)
    if by < 0:
        new[1:], new[0] = a[:-1], edge
    else:
        new[:-1], new[-1] = a[1:], edge
    return new


def _full(a, value):
    return np.zeros_like(a) + value


P = r"`([^`\[]+)`"
_ARGUMENTS: list[tuple[str, Callable]] = [
    (
        r"`(\w+)` = (\d+), whatever `\w+` is",
        lambda given, p, n: {
            p: given[p] * 0 + (int(n) or 0 * given[p])  # of 0, with the sign of the number
            if isinstance(given[p], np.ndarray)
            else type(given[p])(n)
        },
    ),
    (rf"{P} with its sign reversed", _one(lambda a: -a)),
    (rf"the absolute value of {P}", _one(np.abs)),
    (r"`2 \* (\w+)` instead of `\w+`", _one(lambda a: a + a)),
    (r"`(\w+) / 2` instead of `\w+`", _one(lambda a: a * 0.5)),
    (r"`(\w+) \*\* 2` instead of `\w+`", _one(lambda a: a**2)),
    (r"`1 / (\w+)` instead of `\w+`", _one(lambda a: a**-1.0)),
    (r"`1 - (\w+)` instead of `\w+`", _one(lambda a: -(a - 1))),
    (rf"the square root of {P}", _one(lambda a: a**0.5 if a >= 0 else np.nan)),
    (rf"{P} cut to a whole number", _one(lambda a: float(np.trunc(a)))),
    (r"`(\w+) \+ 1` instead of `\w+`", _one(lambda a: 1 + a)),
    (r"`(\w+) - 1` instead of `\w+`", _one(lambda a: -1 + a)),
    (rf"{P} transposed", _one(lambda a: np.swapaxes(a, 0, 1))),
    (rf"{P} in reverse order", _one(lambda a: a[::-1])),
    (
        rf"{P} read one entry too early, and `\w+\[-1\]` where `\w+\[0\]` is read",
        _one(lambda a: _moved(a, -1, a[-1])),
    ),
    (
        rf"{P} read one entry too late, and `\w+\[0\]` where `\w+\[-1\]` is read",
        _one(lambda a: _moved(a, 1, a[0])),
    ),
    (rf"{P} read one entry too early, and 0 before its first", _one(lambda a: _moved(a, -1, 0))),
    (rf"{P} read one entry too late, and 0 after its last", _one(lambda a: _moved(a, 1, 0))),
    (
        rf"{P} read one entry too early, and its first entry twice",
        _one(lambda a: _moved(a, -1, a[0])),
    ),
    (
        rf"{P} read one entry too late, and its last entry twice",
        _one(lambda a: _moved(a, 1, a[-1])),
    ),
    (r"`(\w+)\[0\]` instead of every entry of `\w+`", _one(lambda a: _full(a, a[0]))),
    (r"`(\w+)\[-1\]` instead of every entry of `\w+`", _one(lambda a: _full(a, a[-1]))),
    (r"`(\w+)\[0\]` = 0: the entry there has no effect", _one(lambda a: _cleared(a, 0))),
    (r"`(\w+)\[-1\]` = 0: the entry there has no effect", _one(lambda a: _cleared(a, -1))),
    (
        r"a `(\w+)` that is 0 except for `\w+\[0\]`: the other entries have no effect",
        _one(lambda a: _kept(a, 0)),
    ),
    (
        r"a `(\w+)` that is 0 except for `\w+\[-1\]`: the other entries have no effect",
        _one(lambda a: _kept(a, -1)),
    ),
    (
        r"a `(\w+)` that is 0 except for `\w+\[:, 0\]`: the other entries have no effect",
        _one(lambda a: _kept(a, np.s_[:, 0])),
    ),
    (
        r"a `(\w+)` that is 0 except for `\w+\[:, -1\]`: the other entries have no effect",
        _one(lambda a: _kept(a, np.s_[:, -1])),
    ),
    (
        r"`(\w+)\[:, 0\]` instead of every `\w+\[:, j\]`",
        _one(lambda a: np.stack([a[:, 0]] * a.shape[1], axis=1)),
    ),
    (rf"{P} reversed along its second axis", _one(lambda a: np.flip(a, 1))),
    (rf"the mean of {P} instead of every entry", _one(lambda a: _full(a, a.sum(0) / len(a)))),
    (
        rf"the running sum of {P}",
        _one(lambda a: np.array([a[: i + 1].sum(axis=0) for i in range(len(a))])),
    ),
    (rf"the largest of {P} instead of each", _one(lambda a: _full(a, max(a.flat)))),
    (rf"the smallest of {P} instead of each", _one(lambda a: _full(a, min(a.flat)))),
    (rf"{P} in order of size", _one(lambda a: np.apply_along_axis(sorted, 0, a))),
    (rf"{P} true everywhere, whatever it is", _one(lambda a: a | True)),
    (rf"{P} with true and false exchanged", _one(lambda a: a ^ True)),
    (rf"{P} without its first entry", _one(lambda a: a[1:])),
    (rf"{P} without its last entry", _one(lambda a: a[:-1])),
    (rf"{P} and {P} exchanged", lambda given, p, q: {p: given[q], q: given[p]}),
    (
        rf"{P} instead of {P}, everywhere",
        lambda given, q, p: {p: given[q]},
    ),
]


# --- predicates ----------------------------------------------------------------------------

# Of an output: a pattern, which cases it speaks of, and what must hold in each of these.
# A function gets the value, the right one, the case, the world, the output's number, and what the
# pattern caught.


def _predicate(text: str):
    """What the words after the subject claim: what was caught, the function, of which cases."""
    for pattern, holds, which in _PREDICATES:
        if found := re.fullmatch(pattern, text):
            return found.groups(), holds, which
    return None


def _true_of(here: World, k: int, caught: tuple, holds: Callable, which: str) -> bool:
    cases = here.wrong(k) if which == "wrong" else here.every
    if not here.wrong(k):
        return False  # what is said of a wrong output is false of one that is right
    if which == "together":
        return holds(here, k, *caught)
    return all(holds(c.mine[k], c.right[k], c, here, k, *caught) for c in cases)  # type: ignore


def _equals(f: Callable) -> Callable:
    """value = f(right), where f may fail."""

    def holds(v, r, case, here, k, *caught):
        with np.errstate(all="ignore"):
            try:
                return _near(v, np.asarray(f(r)))
            except (ValueError, IndexError, TypeError):
                return False

    return holds


def _on_axis(f: Callable) -> Callable:
    """f(value, right) with the axis spoken of in front."""

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


def _in_front(f: Callable) -> Callable:
    return _on_axis(lambda v, r: _near(v, f(r)))


def _softmax(r):
    e = np.exp(r)
    return e / e.sum(axis=0)


def _in_any_order(v, r) -> bool:
    left = list(r)
    for row in v:
        hit = next((i for i, other in enumerate(left) if _near(row, other)), None)
        if hit is None:
            return False
        del left[hit]
    return not left


def _expression(text: str, case: Tried, here: World):
    """The number, or the array, that words about arguments and lengths stand for."""
    found: dict = {}

    def put(value) -> str:
        found[f"q{len(found)}"] = value
        return f"q{len(found) - 1}"

    def named(name: str):
        if name in case.given:
            return np.asarray(case.given[name]) * 1.0
        return case.right[here.of(name)]

    shape = lambda name: np.shape(  # noqa: E731
        list(case.given[name]) if isinstance(case.given[name], str) else case.given[name]
    )
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
    q = _expression(text, case, here)
    by = {"plus": np.add, "minus": np.subtract, "times": np.multiply, "divided by": np.divide}
    with np.errstate(all="ignore"):
        try:
            return _near(v, by[how](r, q), 1e-3 if re.fullmatch(r"[-\d.e+]+", text) else NEAR)
        except ValueError:
            return False


def _joined_before(v, r, case, here, k, text, how) -> bool:
    q = _expression(text, case, here)
    with np.errstate(all="ignore"):
        return _near(v, q - r if how == "minus" else q / r)


def _unchanged(v, r, case, here, k, part, name) -> bool:
    p = np.asarray(case.given[name])
    return _near(v, p if part == "argument" else p[0 if part == "first" else -1])


def _constant_factor(here: World, k: int, number: str) -> bool:
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
        if not _near(v, factors[-1] * r):
            return False
    return np.allclose(factors, factors[0], rtol=1e-6, atol=0) and np.isclose(
        factors[0], float(number), rtol=1e-3
    )


def _factor_of_a_case(v, r, *_) -> bool:
    if v.shape != r.shape or not v.size:
        return v.shape == r.shape
    at = np.unravel_index(np.argmax(np.abs(r)), r.shape)
    return _near(v, 0 * r) if not np.any(r) else _near(v, v[at] / r[at] * r)


def _off_by_one_number(v, r, *_) -> bool:
    return v.shape == r.shape and (not v.size or float(np.ptp(v - r)) <= 1e-6 * np.abs(v).max())


def _counted(v, r, case, here, k, side, text) -> bool:
    return _near(v - r, _expression(text, case, here) * (1 if side == "large" else -1) + 0 * r)


# Places. `bad`: which entries differ.


def _axis(returned, name: str) -> int:
    """The axis that a sentence names: the steps are those of t, unless an axis is called so."""
    return returned.axes.index("t" if name == "step" and name not in returned.axes else name)


def _bad(v, r):
    return ~(np.abs(v - r) <= 1e-6 * np.abs(r).max() + 1e-12)


def _at(axis_first: Callable) -> Callable:
    """axis_first(number of entries, label of the first, *caught) gives the wrong places."""

    def holds(v, r, case, here, k, *caught):
        returned = here.exercise.returns[k]
        *numbers, axis = caught
        a = _axis(returned, axis)
        if v.shape != r.shape or r.ndim <= a:
            return False
        first = returned.axes.index("t") if "t" in returned.axes else 0
        wrong = {int(i) for i in np.argwhere(_bad(v, r))[:, a]}
        n = r.shape[a]
        expected = axis_first(n, returned.first if a == first else 0, *numbers)
        options = expected if isinstance(expected, list) else [expected]
        return any(wrong == {i for i in o if 0 <= i < n} and o <= set(range(n)) for o in options)

    return holds


def _swapped(f: Callable) -> Callable:
    """For patterns that catch the axis before the number."""
    holds = _at(f)

    def turned(v, r, case, here, k, axis, number):
        return holds(v, r, case, here, k, number, axis)

    return turned


def _labelled(k: str, first: int) -> int:
    return int(k) - first


def _kind(mask: Callable) -> Callable:
    def holds(v, r, case, here, k):
        where = np.broadcast_to(mask(v, r), r.shape) if v.shape == r.shape else None
        return where is not None and np.array_equal(_bad(v, r), where) and not where.all()

    return holds


def _index(r, which: int):
    if r.ndim != 2:
        return np.full(r.shape, np.nan)
    return np.arange(r.shape[1])[None] - np.arange(r.shape[0])[:, None] if which == 0 else None


def _blocks(v, r, case, here, k, listed) -> bool:
    blocks, named = here.exercise.returns[k].blocks, listed.split(" and ")
    each = dict(zip(blocks, np.split(_bad(v, r), len(blocks)), strict=True))
    return {b for b, bad in each.items() if bad.any()} == set(named)


def _slices(one: Callable) -> Callable:
    """one(value, right) must hold of each slice across the axis."""

    def holds(v, r, case, here, k, axis):
        a = _axis(here.exercise.returns[k], axis)
        if v.shape != r.shape:
            return False
        pairs = zip(np.moveaxis(v, a, 0), np.moveaxis(r, a, 0), strict=True)
        scale = np.abs(r).max()
        return all(one(p.ravel(), q.ravel(), scale) for p, q in pairs)

    return holds


def _multiple(p, q, scale) -> bool:
    c = (p @ q) / (q @ q) if np.any(q) else 0.0
    return bool(np.abs(p - c * q).max() <= 1e-5 * scale)


def _difference(p, q, scale) -> bool:
    return float(np.ptp(p - q)) <= 1e-5 * scale + 1e-11


# Arguments without effect, or at which all is well.


def _no_effect_where_wrong(here: World, output: str, name: str, entry: str | None) -> bool:
    k = here.of(output)
    return _no_effect(here, k, name, entry, here.wrong(k))


def _no_effect(here: World, k: int, name: str, entry: str | None, cases=None) -> bool:
    rng, looked = np.random.default_rng(5), False
    for case in here.every if cases is None else cases:
        for other in _others(np.asarray(case.given[name]), entry, rng):
            other = other if isinstance(case.given[name], np.ndarray) else float(other)
            given = (case.given | {name: other}).values()
            right = called(here.exercise, here.exercise.reference, given)
            if right is None or not np.isfinite(right[k]).all() or _near(right[k], case.right[k]):
                continue
            mine = called(here.exercise, here.answer, given)
            if mine is None or not _near(mine[k], case.mine[k], 1e-9):  # type: ignore
                return False
            looked = True
    return looked


def _others(a, entry, rng):
    for change in (1.7 * a, 0.4 * a, a + 0.1 * rng.normal(size=a.shape)):
        if entry is None:
            yield change
        elif a.ndim:
            new = a.copy()
            new[int(entry)] = change[int(entry)]
            yield new


def _right_at_zero(here: World, k: int, name: str) -> bool:
    looked = False
    for case in here.every:
        given = (case.given | {name: 0 * case.given[name]}).values()
        right = called(here.exercise, here.exercise.reference, given)
        if right is None or not np.isfinite(right[k]).all() or not np.any(right[k]):
            continue  # of what is 0 then, whatever the answer does, one learns nothing
        mine = called(here.exercise, here.answer, given)
        if mine is None or not here.equal(mine[k], right[k]):
            return False
        looked = True
    return looked


def _terms(here: World, k: int, label: str, weight: float) -> bool:
    """The sum of the named terms, one of them with a weight."""
    name = here.exercise.returns[k].name
    for c in here.wrong(k):
        terms = here.exercise.terms(*c.given.values())[name]  # type: ignore
        total = sum((weight if t == label else 1.0) * np.asarray(x) for t, x in terms.items())
        if not _near(c.mine[k], total, 1e-3 if weight not in (0, -1) else 1e-5):  # type: ignore
            return False
    return True


def _in_a_case(holds: Callable) -> Callable:
    """For a sentence about one case of the check: one of its group is so."""

    def found(here: World, k: int, *caught):
        *words, group = caught
        return any(
            holds(c.mine[k], c.right[k], c, here, k, *words)
            for c in here.wrong(k, here.seen)
            if c.group == group
        )

    return found


def _first_wrong(v, r, case, here, k, axis, place, number, of) -> bool:
    returned = here.exercise.returns[k]
    a = returned.axes.index(axis)
    wrong = sorted({int(i) for i in np.argwhere(_bad(v, r))[:, a]})
    return (wrong[0] + returned.first, len(wrong), r.shape[a]) == (
        int(place),
        int(number),
        int(of),
    )


def _wrong_at_every(v, r, case, here, k, axis) -> bool:
    a = _axis(here.exercise.returns[k], axis)
    return len({int(i) for i in np.argwhere(_bad(v, r))[:, a]}) == r.shape[a]


def _in_the_simplest(here: World, k: int, axis: str, group: str) -> bool:
    """A case of the group is so, and no other group has a case with fewer numbers and counts."""
    sizes: dict[str, float] = {}
    for c in here.seen:
        size = sum(1 + abs(a) if isinstance(a, int) else np.size(a) for a in c.given.values())
        sizes[c.group] = min(size, sizes.get(c.group, np.inf))
    in_a_case = _in_a_case(lambda v, r, *more: not axis or _wrong_at_every(v, r, *more))
    others = [n for g, n in sizes.items() if g != group]
    return sizes[group] < min(others, default=0) and in_a_case(here, k, *[axis] * bool(axis), group)


def _shape_said(v, r, case, here, k, right, mine) -> bool:
    return (str(r.shape), str(v.shape)) == (right, mine)


def _relative_error(here: World, k: int, error: str) -> bool:
    seen, fresh = (
        [np.linalg.norm(c.mine[k] - c.right[k]) / np.linalg.norm(c.right[k]) for c in cases]  # type: ignore
        for cases in (here.seen, here.fresh)
    )
    return np.isclose(max(seen), float(error), rtol=0.5) and max(fresh) < 1e-3


def _is_single(here: World, k: int, error: str) -> bool:
    values = [c.mine[k] for c in here.every]  # type: ignore
    return _relative_error(here, k, error) and all(np.array_equal(v, np.float32(v)) for v in values)


def _row_said(extra: bool) -> Callable:
    def found(here: World, k: int, row: str) -> bool:
        wanted = [float(n) for n in row.split(", ")]
        return any(
            (wanted in c.mine[k].tolist()) == extra and (wanted in c.right[k].tolist()) != extra  # type: ignore
            for c in here.wrong(k, here.seen)
        )

    return found


def _columns(v, r, *_) -> bool:
    """The same rows, each with its columns in one other order."""
    mine = {tuple(sorted(c)) for c in v.T.tolist()}
    return v.shape == r.shape and {tuple(sorted(c)) for c in r.T.tolist()} == mine


def _blocks_in_order(v, r, case, here: World, k: int, got: str, asked: str) -> bool:
    blocks = here.exercise.returns[k].blocks
    order = [blocks.index(b) for b in got.split(", ")]
    parts = np.split(r, len(blocks))
    return ", ".join(blocks) == asked and _near(v, np.concatenate([parts[j] for j in order]))


def _in_other_order(here: World, asked: str, got: str) -> bool:
    names = [r.name for r in here.exercise.returns]
    order = [names.index(n) for n in got.split(", ")]
    return asked.split(", ") == names and all(
        here.equal(c.mine[k], c.right[j])  # type: ignore
        for c in here.every
        for k, j in enumerate(order)
    )


def _also_wrong(here: World, listed: str, first: str) -> bool:
    names = [*re.findall(r"`([^`]+)`", listed), first]
    return all(here.wrong(here.of(name)) for name in names)


def _in_place(here: World, listed: str) -> bool:
    changed = set()
    for c in here.seen:
        given = copy.deepcopy(c.given)
        with np.errstate(all="ignore"):
            here.answer(*given.values())
        same = {n: np.array_equal(a, c.given[n]) for n, a in given.items()}
        changed |= {n for n, is_same in same.items() if not is_same}
    return changed == set(re.findall(r"`([^`]+)`", listed))


_SENTENCES: list[tuple[str, Callable]] = [
    (
        r"All your results are right, but their order is not: return \((.*)\), not \((.*)\)\.",
        _in_other_order,
    ),
    (
        r"Where `(\w+)` is wrong, it does not change when `(\w+)(?:\[(-?\d+)\])?` does: .*",
        _no_effect_where_wrong,
    ),
    (r"(.*): also wrong; fix `(\w+)` first\.", _also_wrong),
    (
        r"Your function changes its arguments? (.*) in place\. Work on (?:a copy|copies)\.",
        _in_place,
    ),
    (
        r"A NaN from the arguments has got into `(\w+)` \(case: (.*)\)\. .*",
        lambda here, name, group: any(
            c.group == group
            and np.isnan(c.mine[here.of(name)]).any()
            and any(np.isnan(a).any() for a in c.given.values() if np.asarray(a).dtype.kind == "f")
            for c in here.seen
        ),
    ),
]

_A = r"(the steps|axis \d \([^)]*\))"
_NUMBER = r"(-?[\d.]+(?:e[-+]\d+)?)"
_T = r"(t) = (\d+)"
_functions: dict[str, Callable] = {
    "has the wrong sign, and is right otherwise": lambda r: -r,
    "has the wrong sign": lambda r: -r,
    "is twice that": lambda r: r + r,
    "is half of that": lambda r: 0.5 * r,
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
_along: dict[str, Callable] = {
    rf"(?:is right but )?runs backwards along {_A}": _in_front(lambda r: r[::-1]),
    rf"lacks its first entry along {_A}(?:, and is right otherwise)?": _in_front(lambda r: r[1:]),
    rf"lacks its last entry along {_A}(?:, and is right otherwise)?": _in_front(lambda r: r[:-1]),
    rf"lacks its first and its last entry along {_A}": _in_front(lambda r: r[1:-1]),
    rf"has one entry too many at the start of {_A}(?:, and is right after it)?": _on_axis(
        lambda v, r: _near(v[1:], r)
    ),
    rf"has one entry too many at the end of {_A}(?:, and is right before it)?": _on_axis(
        lambda v, r: _near(v[:-1], r)
    ),
    rf"holds only the last of what is expected along {_A}": _on_axis(
        lambda v, r: _near(v, r[-1]) or _near(v, r[-1:])
    ),
    rf"holds only the first of what is expected along {_A}": _on_axis(lambda v, r: _near(v, r[0])),
    rf"is the sum over {_A} of what is expected": _on_axis(lambda v, r: _near(v, sum(r))),
    rf"is the mean over {_A} of what is expected": _on_axis(lambda v, r: _near(v, sum(r) / len(r))),
    rf"is shifted by one entry along {_A}: the last comes first": _on_axis(
        lambda v, r: _near(v[1:], r[:-1]) and _near(v[0], r[-1])
    ),
    rf"is shifted by one entry along {_A}: the first comes last": _on_axis(
        lambda v, r: _near(v[:-1], r[1:]) and _near(v[-1], r[0])
    ),
    rf"has the last right value everywhere along {_A}(?:: is one array .*\?)?": _on_axis(
        lambda v, r: len(v) == len(r) and all(_near(x, r[-1]) for x in v)
    ),
    rf"has the first right value everywhere along {_A}": _on_axis(
        lambda v, r: len(v) == len(r) and all(_near(x, r[0]) for x in v)
    ),
    rf"is the running sum of the right answer along {_A}": _in_front(
        lambda r: np.array([r[: i + 1].sum(axis=0) for i in range(len(r))])
    ),
    rf"is the running sum of the right answer along {_A}, from the end": _in_front(
        lambda r: np.array([r[i:].sum(axis=0) for i in range(len(r))])
    ),
    rf"has the mean of the right answer everywhere along {_A}": _on_axis(
        lambda v, r: v.shape == r.shape and all(_near(x, sum(r) / len(r)) for x in v)
    ),
    rf"has the sum of the right answer everywhere along {_A}": _on_axis(
        lambda v, r: v.shape == r.shape and all(_near(x, sum(r)) for x in v)
    ),
    rf"is the right answer minus its mean along {_A}": _in_front(lambda r: r - sum(r) / len(r)),
    rf"is the right answer minus its largest entry along {_A}": _in_front(
        lambda r: r - np.sort(r, axis=0)[-1]
    ),
    rf"is the right answer divided by its sum along {_A}": _in_front(lambda r: r / sum(r)),
    rf"is the right answer divided by its length along {_A}": _in_front(
        lambda r: r / sum(r**2) ** 0.5
    ),
    rf"is the right answer sent through softmax along {_A}": _in_front(_softmax),
    rf"comes one entry late along {_A}: each is the one before it": _on_axis(
        lambda v, r: _near(v[1:], r[:-1])
    ),
    rf"comes one entry early along {_A}: each is the one after it": _on_axis(
        lambda v, r: _near(v[:-1], r[1:])
    ),
    rf"is right except for the order along {_A}": _on_axis(_in_any_order),
}
_places: dict[str, Callable] = {
    rf"is wrong at {_T} only": _swapped(lambda n, first, k: {_labelled(k, first)}),
    r"is wrong at (\w+) (\d+) only": _swapped(lambda n, first, k: {_labelled(k, first)}),
    r"is wrong at the last (\w+) only": _at(lambda n, first: {n - 1}),
    r"is wrong at the last (\w+) but one only": _at(lambda n, first: {n - 2}),
    r"is wrong at both ends of (\w+) only": _at(lambda n, first: {0, n - 1}),
    r"is wrong everywhere but at the last (\w+)": _at(lambda n, first: set(range(n - 1))),
    rf"is wrong everywhere but at {_T}": _swapped(
        lambda n, first, k: set(range(n)) - {_labelled(k, first)}
    ),
    r"is wrong everywhere but at (\w+) (\d+)": _swapped(
        lambda n, first, k: set(range(n)) - {_labelled(k, first)}
    ),
    rf"is wrong from {_T} on": _swapped(lambda n, first, k: set(range(_labelled(k, first), n))),
    r"is wrong from (\w+) (\d+) on": _swapped(
        lambda n, first, k: set(range(_labelled(k, first), n))
    ),
    r"is wrong everywhere but in the last two of (\w+)": _at(lambda n, first: set(range(n - 2))),
    r"is wrong in the last two of (\w+) only": _at(lambda n, first: {n - 2, n - 1}),
    r"is wrong everywhere but at both ends of (\w+)": _at(lambda n, first: set(range(1, n - 1))),
    r"is wrong at every second (\w+) only": _at(
        lambda n, first: [set(range(0, n, 2)), set(range(1, n, 2))]
    ),
    r"is right except in blocks? (.*)": _blocks,
    r"is right up to a factor for each (\w+)": _slices(_multiple),
    r"is off by a constant for each (\w+)": _slices(_difference),
}
_kinds: dict[str, Callable] = {
    "on the diagonal": lambda v, r: _index(r, 0) == 0,
    "off the diagonal": lambda v, r: _index(r, 0) != 0,
    "above the diagonal": lambda v, r: _index(r, 0) > 0,
    "below the diagonal": lambda v, r: _index(r, 0) < 0,
    "where it is negative": lambda v, r: np.real(r) < 0,
    "where it is positive": lambda v, r: np.real(r) > 0,
    "where it is 0": lambda v, r: r == 0,
    "where it is not 0": lambda v, r: r != 0,
    "where yours is 0": lambda v, r: v == 0,
    "where yours is negative": lambda v, r: np.real(v) < 0,
}
_sizes: dict[str, Callable] = {
    "has the right size everywhere, and in some places the wrong sign": lambda v, r, *_: _near(
        np.abs(v), np.abs(r)
    ),
    "has the right sign everywhere, and is too far from 0 everywhere": lambda v, r, *_: bool(
        np.all((np.sign(v) == np.sign(r)) & (np.abs(v) > np.abs(r)))
    ),
    "has the right sign everywhere, and is too close to 0 everywhere": lambda v, r, *_: bool(
        np.all((v * r >= 0) & (np.abs(v) < np.abs(r)))
    ),
    "is too large (?:at every entry|wherever it is wrong)": lambda v, r, *_: bool(np.all(v > r)),
    "is too small (?:at every entry|wherever it is wrong)": lambda v, r, *_: bool(np.all(v < r)),
}
_PREDICATES: list[tuple[str, Callable, str]] = [
    *((re.escape(text), _equals(f), "every") for text, f in _functions.items()),
    *((text, f, "every") for text, f in _along.items()),
    *((text, f, "wrong") for text, f in _places.items()),
    *((f"is wrong {text}, and right elsewhere", _kind(f), "wrong") for text, f in _kinds.items()),
    *((text, f, "wrong") for text, f in _sizes.items()),
    (
        "has (?:the right numbers in )?another shape",
        lambda v, r, *_: v.shape != r.shape and _near(v.ravel(), r.ravel()),
        "every",
    ),
    (
        r"is what `(\w+)` should be",
        lambda v, r, case, here, k, other: _near(v, case.right[here.of(other)]),
        "every",
    ),
    (r"is the (argument) `(\w+)`, unchanged", _unchanged, "every"),
    (r"is the (first|last) entry of `(\w+)`", _unchanged, "every"),
    (
        rf"is {_NUMBER} times the right answer, everywhere: a constant factor",
        _constant_factor,
        "together",
    ),
    (
        "is right up to a factor, which differs from case to case",
        _factor_of_a_case,
        "every",
    ),
    (
        "is always the same, whatever the arguments are",
        lambda here, k: all(_near(c.mine[k], here.every[0].mine[k]) for c in here.every),  # type: ignore
        "together",
    ),
    (
        "is off by a constant in each case, the same at every entry",
        _off_by_one_number,
        "every",
    ),
    (r"is (`\w+`) (minus|divided by) the right answer", _joined_before, "every"),
    (r"is the right answer (plus|minus|times|divided by) (.*)", _joined, "every"),
    (r"is too (large|small) by (.*) where it is wrong", _counted, "wrong"),
    (r"does not change when `(\w+)(?:\[(-?\d+)\])?` does: .*", _no_effect, "together"),
    (r"is right where `(\w+)` is 0: .*", _right_at_zero, "together"),
    (
        r"lacks one term: (.*)\. All others are right",
        lambda here, k, t: _terms(here, k, t, 0),
        "together",
    ),
    (
        r"the term (.*) has the wrong sign\. All others are right",
        lambda here, k, t: _terms(here, k, t, -1),
        "together",
    ),
    (
        rf"the term (.*) counts {_NUMBER} times\. All others are right",
        lambda here, k, t, c: _terms(here, k, t, float(c)),
        "together",
    ),
    (
        r"holds whole numbers only: .*",
        lambda v, r, *_: np.array_equal(v, np.trunc(r)),
        "every",
    ),
    (
        r"is rounded to (\d) decimals\. Return it unrounded",
        lambda v, r, case, here, k, d: bool(np.all(np.abs(v - np.round(r, int(d))) < 1e-10)),
        "every",
    ),
    (
        rf"is right up to a relative error of {_NUMBER}: its numbers are in single .*",
        _is_single,
        "together",
    ),
    (
        rf"is right up to a relative error of {_NUMBER}\. Is there .*",
        _relative_error,
        "together",
    ),
    (
        r"holds NaN or infinity where the right answer is finite \(case: (.*)\)\. .*",
        _in_a_case(lambda v, *_: not np.isfinite(v).all()),
        "together",
    ),
    (r"is not right \(case: (.*)\)", _in_a_case(lambda *_: True), "together"),
    (
        r"is wrong first at (?:(t) =|(?:\w+)) (\d+) \(case: (.*), where (\d+) of (\d+) are wrong\)",
        lambda here, k, t, place, group, number, of: _in_a_case(_first_wrong)(
            here,
            k,
            t or here.exercise.returns[k].axes[0],
            place,
            number,
            of,
            group,
        ),
        "together",
    ),
    (r"is wrong at every (\w+) \(case: (.*)\)", _in_a_case(_wrong_at_every), "together"),
    (
        r"is (?:not right|wrong at every (\w+)), even in the simplest case \((.*)\): .*",
        _in_the_simplest,
        "together",
    ),
    (r"has its blocks in the order (.*); asked is (.*)", _blocks_in_order, "every"),
    (
        r"must have shape (\(.*?\))(?: \(.*?\)|: it is one number); yours has (\(.*?\)) "
        r"\(case: (.*?)\)(?:\. .*)?",
        _in_a_case(_shape_said),
        "together",
    ),
    ("the columns of your rows are right, but their order is not", _columns, "wrong"),
    (r"your row \((.*)\) should not be there", _row_said(True), "together"),
    (r"\((.*)\) is missing", _row_said(False), "together"),
    (
        "some rows are there twice, and others are missing",
        lambda v, r, *_: {tuple(x) for x in v.tolist()} < {tuple(x) for x in r.tolist()},
        "wrong",
    ),
]
