"""Two listed mistakes at once: each pair is what a program that makes both would give."""

import numpy as np
import pytest

from rnnlib.exercises.alterations import composing, hooking
from rnnlib.exercises.alterations.composing import TWO_AT_ONCE, composed
from rnnlib.exercises.alterations.hooking import Hooked
from rnnlib.exercises.comparing import right_values
from rnnlib.exercises.registry import exercises
from rnnlib.exercises.spec import Case, Mistake, Returned
from tests.exercises.toy import an_exercise, judged


@pytest.fixture(autouse=True)
def these_functions_are_of_a_chapter(monkeypatch):
    monkeypatch.setattr(hooking, "CHAPTERS", __name__)


def weighted(x, w):
    return w @ np.tanh(x)


def with_parts(x, w, squash=np.tanh, scale=1.0):
    """What the right answer is made with, for mistakes."""
    return _scaled(w @ squash(x), scale)


def _scaled(v, scale):
    return scale * v


def adds_x(x, w):
    return weighted(x, w) + x


def transposed(x, w):
    return weighted(x, w.T)


def without_tanh(x, w):
    return with_parts(x, w, squash=np.positive)


def cubes(x, w):
    return with_parts(x, w, squash=_cube)


def _cube(x):
    return _scaled(x, x**2)


def times_square(x, w):
    return with_parts(x, w, scale=1 + x**2)


def times_cosine(x, w):
    return with_parts(x, w, scale=2 + np.cos(x))


def shifted(x, w):
    return with_parts(x, w) - x**2


def on_its_own(x, w):
    return w @ np.exp(x)


MISTAKES = (
    adds_x,
    transposed,
    without_tanh,
    cubes,
    times_square,
    times_cosine,
    shifted,
    on_its_own,
)
WEIGHTED = an_exercise(
    "99.6",
    weighted,
    lambda rng: [
        Case((rng.normal(size=n), rng.normal(size=(n, n))), f"n = {n}") for n in (1, 2, 4)
    ],
    Returned("y", ("entry",)),
    mistakes=tuple(Mistake(f, f"You made {f.__name__}.") for f in MISTAKES),
)


def both_of(one, other):
    """The functions that are said to make both, on the cases of a seed."""
    cases = WEIGHTED.cases(np.random.default_rng(0))
    wanted = {one.__name__, other.__name__}
    found = composed(WEIGHTED, cases, right_values(WEIGHTED, cases), 2)
    return [c.mistake.wrong for c in found if {MISTAKES[k].__name__ for k in c.both} == wanted]


X = np.array([0.3, -0.8, 1.2])
W = np.arange(9.0).reshape(3, 3) ** 1.5
PAIRS = {
    (adds_x, transposed): W.T @ np.tanh(X) + X,
    (adds_x, without_tanh): W @ X + X,
    (adds_x, on_its_own): W @ np.exp(X) + X,
    (transposed, times_square): (1 + X**2) * (W.T @ np.tanh(X)),
    (without_tanh, times_square): (1 + X**2) * (W @ X),
    (shifted, cubes): W @ X**3 - X**2,
    (times_square, times_cosine): (1 + X**2) * (2 + np.cos(X)) * (W @ np.tanh(X)),
    (shifted, without_tanh): W @ X - X**2,
    (shifted, times_cosine): (2 + np.cos(X)) * (W @ np.tanh(X)) - X**2,
}


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: "+".join(f.__name__ for f in pair))
def test_two_mistakes_are_made_at_once(pair):
    made = [wrong(X, W) for wrong in both_of(*pair)]
    assert any(np.allclose(value, PAIRS[pair]) for value in made)


def test_mistakes_that_share_no_function_are_not_joined():
    assert both_of(on_its_own, times_square) == []


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: "+".join(f.__name__ for f in pair))
def test_an_answer_that_makes_two_is_told_both(pair):
    def answer(x, w):
        return both(x, w)

    both = next(f for f in both_of(*pair) if np.allclose(f(X, W), PAIRS[pair]))
    outcome = judged(answer, WEIGHTED)
    one, other = sorted(f"You made {f.__name__}." for f in pair)
    assert outcome.message in (
        f"{TWO_AT_ONCE} One, by itself: {one} The other: {other}",
        f"{TWO_AT_ONCE} One, by itself: {other} The other: {one}",
    )


def packed(*given):
    return with_parts(*given)


def test_a_helper_that_takes_its_arguments_packed_stops_nothing():
    """`x` and `w` in one tuple are no array: the one has one axis, the other two."""
    wrong = (
        lambda x, w: packed(x, w) + 1,
        lambda x, w: 3 * packed(x, w),
        lambda x, w: packed(x, w) - x,
        lambda x, w: packed(2 * x, w),
    )
    mistakes = tuple(Mistake(f, f"You are wrong for reason {k}.") for k, f in enumerate(wrong))
    exercise = an_exercise("99.7", weighted, WEIGHTED.cases, *WEIGHTED.returns, mistakes=mistakes)
    cases = exercise.cases(np.random.default_rng(0))
    found = composed(exercise, cases, right_values(exercise, cases), 2)
    assert {(0, 3), (1, 3), (2, 3)} <= {tuple(sorted(c.both)) for c in found}


def test_of_two_long_texts_the_shorter_one_is_said():
    long, short = "One. Two?", "One?"
    both = composing._says(short, short)
    assert both == f"{TWO_AT_ONCE} One, by itself: {short} The other: {short}"
    assert composing._says(long, short) == composing._says(short, long)
    assert composing._says(long, short) == f"{TWO_AT_ONCE} One of them, by itself: {short}"


def test_a_hooked_function_is_the_function_until_a_call_is_replaced():
    hooked = Hooked(times_square)
    as_it_is = hooked.with_hook(lambda function, copied, args, keywords: copied(*args, **keywords))
    np.testing.assert_array_equal(as_it_is(X, W), times_square(X, W))

    def without_scale(function, copied, args, keywords):
        return args[0] if function is _scaled else copied(*args, **keywords)

    np.testing.assert_array_equal(hooked.with_hook(without_scale)(X, W), weighted(X, W))
    np.testing.assert_allclose(times_square(X, W), (1 + X**2) * weighted(X, W))  # as it was


def cubed(v):
    return v**3


def by_cubes(x, w):
    return with_parts(x, w, squash=cubed)


def test_a_function_that_is_passed_to_a_helper_can_be_called_after_the_run():
    given = hooking.calls_of(Hooked(by_cubes), (X, W))[with_parts]
    np.testing.assert_array_equal(given["squash"](X), X**3)


@pytest.mark.parametrize("id", list(exercises())[::9])
def test_the_pairs_of_an_exercise_come_in_one_order(id, monkeypatch):
    monkeypatch.undo()
    exercise = exercises()[id]
    cases = exercise.cases(np.random.default_rng(0))
    rights = right_values(exercise, cases)
    first, second = (
        [c.mistake.wrong.__name__ for c in composed(exercise, cases, rights, 1)] for _ in range(2)
    )
    assert first == second
    assert {name for c in first for name in c.split("+")} <= {
        m.wrong.__name__ for m in exercise.mistakes
    }
