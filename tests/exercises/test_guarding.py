"""Whatever an answer returns, prints or replaces: a card, no fault, and the next check unharmed."""

import math
import random
import sys

import numpy as np
import pytest

from rnnlib.exercises.guarding import MOST_PRINTED, isolated
from rnnlib.exercises.outcome import Status
from tests.exercises.answers.report import RIGHT
from tests.exercises.toy import TOY, judged, right, split


def raising(name, error=RuntimeError):
    def operation(self, *arguments, **more):
        raise error(f"{name} is not for you")

    return type(f"No{name.strip('_')}", (), {name: operation})


METHODS = [
    "__eq__",
    "__ne__",
    "__array__",
    "__deepcopy__",
    "__copy__",
    "__reduce_ex__",
    "__len__",
    "__iter__",
    "__getitem__",
    "__bool__",
    "__float__",
    "__hash__",
    "__repr__",
    "__str__",
    "__getattr__",
    "__getattribute__",
    "__array_ufunc__",
    "__array_function__",
    "__array_interface__",
    "__length_hint__",
]


class Array(np.ndarray):
    """An array that refuses to be compared, added and counted."""

    def __array_ufunc__(self, *arguments, **more):
        raise RuntimeError("no arithmetic")

    def __array_function__(self, *arguments, **more):
        raise RuntimeError("no functions")


class Whole(int):
    """A number that lies."""

    def __eq__(self, other):
        raise RuntimeError

    __hash__ = int.__hash__


class Listed(list):
    """A list that has other entries each time."""

    def __iter__(self):
        return iter([random.random() for _ in range(random.randrange(3))])

    def __len__(self):
        return random.randrange(3)


def recursive():
    found = []
    found.append(found)
    return found


def overlapping(x):
    """Two views into one memory, of which one has strides of zero."""
    return np.lib.stride_tricks.as_strided(x, (50, 50), (0, 8 if x.size > 50 else 0))


def generator(x):
    yield from x


RETURNS = {
    "a generator": lambda x, W: generator(x),
    "generators": lambda x, W: (generator(x), generator(x)),
    "an iterator": lambda x, W: (iter(x), x),
    "itself": lambda x, W: RETURNS["itself"],
    "a class": lambda x, W: (int, float),
    "a module": lambda x, W: (np, sys),
    "an open file": lambda x, W: (sys.stdin, x),
    "a list in itself": lambda x, W: (recursive(), x),
    "an array in itself": lambda x, W: (np.array([recursive()], dtype=object), x),
    "objects": lambda x, W: (np.array([None, object()], dtype=object), x),
    "texts": lambda x, W: (np.array(["1.0"]), "2.0"),
    "bytes": lambda x, W: (b"12", bytearray(b"34")),
    "a dictionary": lambda x, W: {"total": x, "out": x},
    "sets": lambda x, W: ({1.0}, {2.0}),
    "dates": lambda x, W: (np.datetime64("2020-01-01"), np.timedelta64(1)),
    "records": lambda x, W: (np.zeros(2, dtype=[("a", float)]), x),
    "masked": lambda x, W: (np.ma.masked_all(x.shape), np.ma.array(x, mask=True)),
    "a matrix": lambda x, W: tuple(np.asmatrix(a) + 1 for a in split(x, W)),
    "half precision": lambda x, W: tuple(a.astype(np.float16) for a in split(x, W)),
    "long doubles": lambda x, W: tuple(a.astype(np.longdouble) + 1 for a in split(x, W)),
    "complex": lambda x, W: tuple(a + 1j for a in split(x, W)),
    "huge whole numbers": lambda x, W: (10**400, -(10**400)),
    "infinities": lambda x, W: (x + np.inf, x - np.inf),
    "empty": lambda x, W: (np.zeros((0, 3)), []),
    "many axes": lambda x, W: (np.zeros((1,) * 40), x),
    "another byte order": lambda x, W: tuple(a.astype(">f8") + 1 for a in split(x, W)),
    "an array that refuses": lambda x, W: (x.view(Array), x.view(Array)),
    "a number that lies": lambda x, W: (Whole(1), Whole(2)),
    "a list that lies": lambda x, W: (Listed([1.0]), Listed([2.0])),
    "overlapping memory": lambda x, W: (overlapping(x), overlapping(x)),
    "views of its arguments": lambda x, W: (x[::-1], x[:, ::-1]),
    "one array twice": lambda x, W: (x, x),
    "too many": lambda x, W: (x,) * 1000,
    "unsigned": lambda x, W: tuple(np.abs(a).astype(np.uint8) for a in split(x, W)),
    "truth values": lambda x, W: (x > 0, x < 0),
}
RETURNS |= {f"{name} raises": lambda x, W, n=name: (raising(n)(), raising(n)()) for name in METHODS}
RETURNS |= {
    f"{name} leaves": lambda x, W, n=name: (raising(n, SystemExit)(), x) for name in METHODS[:5]
}


@pytest.mark.parametrize("answer", RETURNS.values(), ids=RETURNS)
def test_whatever_is_returned_there_is_a_card_and_the_next_answer_is_judged_as_ever(answer):
    outcome = judged(lambda x, W: answer(x, W))
    assert outcome.status is Status.FAIL
    assert outcome.message and len(outcome.message) < 2000
    assert 'data-status="fail"' in outcome._repr_html_() and repr(outcome)
    assert judged(right).passed


# --- errors ------------------------------------------------------------------------------------


class Unprintable(Exception):
    def __str__(self):
        raise RuntimeError("no words")


def deep(x, W):
    return deep(x, W)


ERRORS = {
    "an error without words": Unprintable(),
    "a group": ExceptionGroup("many", [ValueError("one"), TypeError("two")]),
    "an exit": SystemExit(),
    "the end of an iteration": StopIteration(),
    "a generator's end": GeneratorExit(),
    "no memory": MemoryError(),
    "an error of a million letters": ValueError("a" * 10**6),
    "a base": BaseException("all"),
}


def raiser(error):
    def answer(x, W):
        raise error

    return answer


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)
def test_whatever_is_raised_there_is_a_card(error):
    outcome = judged(raiser(error))
    assert outcome.status is Status.FAIL
    assert len(outcome.message) < 1000
    assert judged(right).passed


def test_a_call_of_itself_without_end_is_told_so():
    outcome = judged(deep)
    assert outcome.status is Status.FAIL
    assert "calls itself without end" in outcome.message
    assert judged(right).passed


# --- what an answer leaves behind --------------------------------------------------------------


def replacing(*places):
    """A right answer that replaces functions before it returns."""

    def answer(x, W):
        value = split(x, W)
        for module, name in places:
            setattr(module, name, lambda *_, **__: 0)
        return value

    return answer


REPLACED = [
    (np, "array_equal"),
    (np, "isfinite"),
    (np, "asarray"),
    (np, "cumsum"),
    (np.linalg, "norm"),
    (np.random, "default_rng"),
    (math, "prod"),
    (random, "random"),
]


@pytest.mark.parametrize("place", REPLACED, ids=lambda p: f"{p[0].__name__}.{p[1]}")
def test_functions_that_an_answer_replaces_are_back_after_it(place):
    module, name = place
    before = getattr(module, name)
    outcome = judged(replacing(place))
    assert outcome.status is not Status.FAULT
    assert getattr(module, name) is before
    assert judged(right).passed
    assert judged(lambda x, W: (x, x)).status is Status.FAIL


def test_a_function_that_an_answer_deletes_is_back_after_it():
    before = np.linalg.norm

    def answer(x, W):
        if hasattr(np.linalg, "norm"):
            del np.linalg.norm
        return split(x, W)

    assert judged(answer).passed
    assert np.linalg.norm is before


def test_a_wrong_answer_that_replaces_functions_is_judged_by_the_real_ones():
    def answer(x, W):
        np.linalg.norm = lambda *_, **__: 0.0
        np.isfinite = lambda a: np.zeros(np.shape(a), bool)
        return x, x

    assert judged(answer).status is Status.FAIL


def test_the_global_generators_go_on_as_if_nobody_had_been_asked():
    def seeds(x, W):
        np.random.seed(7)
        random.seed(7)
        return split(x, W)

    np.random.seed(1)
    random.seed(1)
    expected = np.random.random(), random.random()
    np.random.seed(1)
    random.seed(1)
    assert judged(seeds).passed
    assert (np.random.random(), random.random()) == expected


def test_an_answer_that_draws_is_told_that_it_gives_two_answers():
    outcome = judged(lambda x, W: tuple(a + np.random.random() for a in split(x, W)))
    assert outcome.status is Status.FAIL
    assert "Asked the same twice" in outcome.message


def test_the_settings_of_errors_and_printing_are_what_they_were():
    def answer(x, W):
        np.seterr(all="raise")
        return split(x, W)

    before = np.geterr()
    assert judged(answer).passed
    assert np.geterr() == before


# --- output ------------------------------------------------------------------------------------


def test_of_a_megabyte_the_first_letters_are_shown_and_the_rest_is_counted(capsys):
    def chatty(x, W):
        print("a" * 10**6)
        return split(x, W)

    assert judged(chatty).passed
    shown = capsys.readouterr().out
    calls = len(TOY.cases(np.random.default_rng(0))) + 1
    left = calls * (10**6 + 1) - MOST_PRINTED
    assert shown == "a" * MOST_PRINTED + f"\n… and {left} more characters\n"


def test_a_short_output_is_shown_as_it_is_and_that_of_probes_is_not(capsys):
    def answer(x, W):
        print(len(x))
        return x, x

    judged(answer)
    assert capsys.readouterr().out.split() == ["1", "5", "1"]


def test_an_answer_may_close_or_replace_the_output():
    before = sys.stdout

    def closes(x, W):
        sys.stdout.close()
        return split(x, W)

    def replaces(x, W):
        sys.stdout = None
        return split(x, W)

    assert judged(closes).passed and judged(replaces).passed
    assert sys.stdout is before
    assert judged(right).passed


def test_what_ends_the_body_leaves_everything_as_it_was(capsys):
    norm = np.linalg.norm
    with pytest.raises(KeyboardInterrupt), isolated():
        np.linalg.norm = None
        print("before")
        raise KeyboardInterrupt
    assert np.linalg.norm is norm
    assert capsys.readouterr().out == "before\n"


def test_nested_bodies_give_back_in_turn():
    norm = np.linalg.norm
    with isolated():
        np.linalg.norm = "first"
        with isolated():
            np.linalg.norm = "second"
        assert np.linalg.norm == "first"
    assert np.linalg.norm is norm


def test_an_answer_that_keeps_its_arguments_and_changes_them_later_changes_nothing():
    kept = []

    def answer(x, W):
        for old in kept:
            old[:] = 0
        kept.append(x)
        return split(x, W)

    assert judged(answer).passed


def test_an_answer_that_changes_what_it_has_returned_is_judged_by_what_it_returned():
    returned = []

    def answer(x, W):
        for old in returned:
            old[:] = 0
        value = split(x, W)
        returned.extend(value)
        return value

    assert judged(answer).passed


def test_real_answers_pass_after_all_of_this():
    from tests.exercises.answers.report import judged as judged_once

    for id in list(RIGHT)[::9]:
        assert judged_once(id, RIGHT[id][0]).passed
