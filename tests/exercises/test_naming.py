"""A mistake is named if it makes the numbers, and never if it would spoil a right output."""

import subprocess
import sys

import numpy as np
import pytest

from rnnlib.exercises import naming
from rnnlib.exercises.comparing import right_values
from rnnlib.exercises.engine import evaluate
from rnnlib.exercises.explaining import _search
from rnnlib.exercises.naming import Named, Search
from rnnlib.exercises.pairing import EACH, MOST_LISTED, MOST_WORK, Pairs, find_pair
from rnnlib.exercises.probing import probes
from rnnlib.exercises.registry import exercises
from rnnlib.exercises.spec import Case, Mistake, Returned
from tests.exercises.answers.report import WRONG, judged
from tests.exercises.toy import an_exercise

EVERY = list(exercises())


def pair(x, w):
    """A reference with two outputs that have nothing to do with each other."""
    return np.tanh(w * x), w**2 * x.sum()


def spoils_both(x, w):
    return np.tanh(x), w * x.sum()


def spoils_first(x, w):
    return np.tanh(w * x) / 3, w**2 * x.sum()


def adds_x(x, w):
    return np.tanh(w * x) + x, w**2 * x.sum()


PAIR = an_exercise(
    "99.9",
    pair,
    lambda rng: [
        Case((rng.uniform(0.5, 1, size=n), rng.uniform(1.5, 2)), f"n = {n}") for n in (2, 3, 5)
    ],
    Returned("y", ("entry",)),
    Returned("z"),
    mistakes=(
        Mistake(spoils_both, "You have w once too few."),
        Mistake(spoils_first, "You divide by three."),
        Mistake(adds_x, "You add x."),
    ),
)


def search(exercise=PAIR, seed=0):
    cases = exercise.cases(np.random.default_rng(seed))
    return Search(exercise, cases, right_values(exercise, cases))


def values(function, exercise=PAIR, seed=0):
    """What an answer gives on the cases of a search."""
    cases = exercise.cases(np.random.default_rng(seed))
    return [tuple(np.asarray(v) for v in function(*case.arguments)) for case in cases]


def names(found):
    return [(n.outputs, n.mistake.wrong.__name__) for n in found]


# --- what is a name ----------------------------------------------------------------------------


def test_a_listed_mistake_is_named_for_all_that_it_makes_wrong():
    assert names(search().find(values(spoils_both), [0, 1])) == [((0, 1), "spoils_both")]
    assert names(search().find(values(spoils_first), [0])) == [((0,), "spoils_first")]


def test_a_name_is_refused_if_it_would_make_a_right_output_wrong():
    def first_of_both(x, w):
        return spoils_both(x, w)[0], pair(x, w)[1]

    found = search().find(values(first_of_both), [0])
    assert "spoils_both" not in [name for _, name in names(found)]
    assert search().explained(PAIR.mistakes[0], values(first_of_both), [0]) == ()
    for left in ([0], [1], [0, 1]):
        assert search().explained(PAIR.mistakes[0], values(spoils_both), left) == (0, 1)
    assert search().explained(PAIR.mistakes[0], values(spoils_both), []) == ()


def test_a_name_is_refused_if_it_fits_all_cases_but_one():
    for odd in range(3):
        made = values(spoils_first)
        made[odd] = (made[odd][0] + 1e-3, made[odd][1])
        assert search().find(made, [0]) == []
        made[odd] = values(pair)[odd]
        found = search().find(made, [0])
        assert all(n.mistake not in PAIR.mistakes for n in found)  # right in that case: no name


def test_a_name_is_refused_if_the_mistake_gives_no_numbers_in_some_case():
    def often_right(x, w):
        return (pair(x, w)[0] if len(x) == 2 else spoils_first(x, w)[0]), pair(x, w)[1]

    def fails_there(x, w):
        if len(x) == 2:
            raise ValueError
        return spoils_first(x, w)

    mistake = Mistake(fails_there, "You fail.")
    assert search().explained(mistake, values(often_right), [0]) == ()


def test_what_a_mistake_leaves_as_it_is_is_not_explained_by_it():
    def both(x, w):
        return spoils_first(x, w)[0], 7 + 0 * w

    assert search().explained(PAIR.mistakes[1], values(both), [0, 1]) == (0,)
    assert search().explained(PAIR.mistakes[1], values(both), [1]) == ()


def test_listed_mistakes_come_before_relations_and_these_before_alterations():
    listed = search().find(values(spoils_first), [0])
    assert listed[0].mistake is PAIR.mistakes[1]  # it is a third of the right answer, too
    halved = search().find(values(lambda x, w: (pair(x, w)[0] / 2, pair(x, w)[1])), [0])
    assert [n.mistake.says for n in halved] == [
        "`y` is 0.5 times the right answer, everywhere: a constant factor."
    ]
    without = search().find(values(lambda x, w: pair(x, 0 * w)), [0, 1])
    assert {k for n in without for k in n.outputs} == {0, 1}


def test_as_many_outputs_as_can_be_are_explained_by_as_few_names():
    two = Named((0, 1), PAIR.mistakes[0])
    one, other = Named((0,), PAIR.mistakes[1]), Named((1,), PAIR.mistakes[1])
    assert naming._chosen([one, two, other], [0, 1]) == [two]
    assert naming._chosen([one, other], [0, 1]) == [one, other]
    assert naming._chosen([two], [1]) == [Named((1,), two.mistake)]


def test_two_mistakes_at_once_are_found_and_both_are_said():
    def two(x, w):
        return adds_x(2 * x, w)

    found = find_pair(search(), values(two), [0])
    assert found and found.mistake.says == (
        "One of your mistakes, by itself: You add x. "
        "In addition, your numbers are those of `2 * x` instead of `x`."
    )


def test_a_listed_mistake_is_found_with_its_own_code_altered():
    def two(x, w):
        return np.tanh(x) + x, w**2 * x.sum()

    found = find_pair(search(), values(two), [0])
    assert found and found.mistake.says == (
        "One of your mistakes, by itself: You add x. "
        "In addition, your numbers are those of a program that leaves out `w`."
    )


def test_a_listed_mistake_is_altered_only_as_the_right_answer_can_be():
    (place,) = [k for k, mistake in enumerate(PAIR.mistakes) if mistake.wrong is adds_x]
    says = [m.says for m in Pairs(search(), values(pair)).with_altered_program(place)]
    assert any("leaves out `w`" in text for text in says)
    assert not any("subtracts `x`" in text for text in says)  # it would undo the mistake


def test_what_has_no_effect_is_tried_with_every_other_mistake_first():
    def two(x, w):
        return adds_x(x, 0 * w)

    own = Pairs(search(), values(two))
    tried = [m.wrong.__name__ for m in own.candidates([], frozenset({"w"}))]
    assert len(tried) > 20
    assert all("w_zero" in name for name in tried)
    found = next(own.pairs(lambda: frozenset({"w"})))
    assert search().explained(found, values(two), [0, 1]) == (0, 1)
    assert found.says.startswith("One of your mistakes, by itself: You add x. In addition,")
    assert "`w` = 0" in found.says


def test_a_mistake_in_another_form_is_found_and_the_form_is_said():
    def turned(x, w):
        return spoils_first(x, w)[0][::-1], pair(x, w)[1]

    found = find_pair(search(), values(turned), [0])
    assert found and found.mistake.says == (
        "One of your mistakes, by itself: You divide by three. "
        "In addition, `y` runs backwards along axis 0 (entry)."
    )


def test_a_form_is_said_only_if_the_other_outputs_are_as_the_mistake_makes_them():
    def with_right_z(x, w):
        return -spoils_both(x, w)[0], pair(x, w)[1]

    def with_same_z(x, w):
        return -spoils_both(x, w)[0], spoils_both(x, w)[1]

    def with_both_turned(x, w):
        return tuple(-output for output in spoils_both(x, w))

    says = "One of your mistakes, by itself: You have w once too few. In addition, "
    found = Pairs(search(), values(with_right_z)).in_form([0])
    assert found and found.mistake.says == (
        "Your numbers are those of a program that leaves out `w`. In addition, `y` has the wrong "
        "sign."
    )
    found = Pairs(search(), values(with_same_z)).in_form([0])
    assert found and found.outputs == (0, 1)
    assert found.mistake.says == f"{says}`y` has the wrong sign."
    found = Pairs(search(), values(with_both_turned)).in_form([0])
    assert found and found.outputs == (0, 1)
    assert found.mistake.says == f"{says}each of `y`, `z` has the wrong sign."


def _gates(x):
    z, r, n = np.split(x, 3)
    return np.concatenate([r, -z, n]), x.sum()


def test_a_form_that_puts_right_what_a_mistake_made_wrong_is_not_said_beside_it():
    moved = an_exercise(
        "99.7",
        _gates,
        lambda rng: [Case((rng.uniform(0.5, 1, size=3 * n),), f"n = {n}") for n in (1, 2, 4)],
        Returned("y", ("entry",), blocks=("r", "z", "n")),
        Returned("total"),
        mistakes=(Mistake(lambda x: (x, x.sum()), "The blocks stand as they came."),),
    )

    def in_order_without_the_sign(x):
        z, r, n = np.split(x, 3)
        return np.concatenate([r, z, n]), x.sum()

    made = values(in_order_without_the_sign, moved)
    found = [*search(moved).find(made, [0]), find_pair(search(moved), made, [0])]
    assert not any(n and "as they came" in n.mistake.says for n in found)


def test_a_mistake_in_all_results_is_found_where_they_are_in_another_order():
    pair_of_arrays = an_exercise(
        "99.8",
        _scaled,
        PAIR.cases,
        Returned("y", ("entry",)),
        Returned("z", ("entry",)),
        mistakes=(Mistake(_without_w, "You leave out w."),),
    )
    turned = values(lambda x, w: _without_w(x, w)[::-1], pair_of_arrays)
    found = Pairs(search(pair_of_arrays), turned).in_other_order()
    assert found and found.outputs == (0, 1) and found.mistake.says.endswith("You leave out w.")
    right = values(_scaled, pair_of_arrays)
    assert Pairs(search(pair_of_arrays), right).in_other_order() is None


def _scaled(x, w):
    return np.tanh(w * x), w * x


def _without_w(x, w):
    return np.tanh(x), x


def test_of_numbers_that_no_mistake_makes_nothing_is_named():
    rng = np.random.default_rng(9)
    made = values(lambda x, w: (rng.normal(size=len(x)), rng.normal()))
    assert search().find(made, [0, 1]) == []
    assert find_pair(search(), made, [0, 1]) is None


def test_no_mistake_writes_into_the_cases():
    def vandal(x, w):
        x[:] = 0
        return x, w

    own = search()
    own.computed(Mistake(vandal, "You overwrite."), 0)
    find_pair(own, values(spoils_both), [0, 1])
    for case, before in zip(own.cases, PAIR.cases(np.random.default_rng(0)), strict=True):
        np.testing.assert_array_equal(case.arguments[0], before.arguments[0])


# --- names are names ---------------------------------------------------------------------------


@pytest.mark.parametrize("id", EVERY)
def test_no_two_mistakes_of_an_exercise_have_one_name(id):
    exercise = exercises()[id]
    cases = exercise.cases(np.random.default_rng(0))
    own = Search(exercise, cases, right_values(exercise, cases))
    alone = [m.wrong.__name__ for m in own.singles if "+" not in m.wrong.__name__]
    assert len(set(alone)) == len(alone)  # values are remembered by name


@pytest.mark.parametrize("id", EVERY)
def test_no_name_fits_a_right_answer(id):
    exercise = exercises()[id]
    cases = [*exercise.cases(np.random.default_rng(0)), *probes(exercise, 0).further]
    rights = [*right_values(exercise, cases)]
    own = Search(exercise, cases, rights)
    listed = exercise.mistakes
    every = [*range(len(exercise.returns))]
    assert all(own.explained(mistake, rights, every) == () for mistake in listed)


# --- always the same ---------------------------------------------------------------------------

SAMPLE = [(id, WRONG[id][k].answer) for id in EVERY[::5] for k in (0, -1)]


@pytest.mark.parametrize(("id", "answer"), SAMPLE, ids=lambda v: getattr(v, "__name__", v))
def test_the_same_answer_gets_the_same_message_with_nothing_remembered(id, answer):
    first = judged(id, answer)
    _search.cache_clear()
    probes.cache_clear()
    again = evaluate(exercises()[id], answer, seed=0)
    assert (again.message, again.evidence) == (first.message, first.evidence)


def test_in_another_process_and_another_order_each_answer_gets_the_same_message():
    ids = ("01.2", "03.4", "07.1", "11.1")
    asked = [(id, k) for id in ids for k in (0, 1, -1)]
    code = (
        "from tests.exercises.answers.report import WRONG, judged\n"
        f"for id, k in {asked[::-1]}:\n"
        "    print(ascii(judged(id, WRONG[id][k].answer).message))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    mine = [ascii(judged(id, WRONG[id][k].answer).message) for id, k in asked]
    assert done.stdout.splitlines()[::-1] == mine


@pytest.mark.parametrize("id", EVERY[::7])
def test_pairs_are_tried_in_one_order_and_not_without_end(id):
    exercise = exercises()[id]
    cases = exercise.cases(np.random.default_rng(0))
    rights = right_values(exercise, cases)
    made = [tuple(r + 1 for r in right) for right in rights]
    own, other = (Pairs(Search(exercise, cases, rights), made) for _ in range(2))
    first, second = ([m.wrong.__name__ for m in pairs.pairs()] for pairs in (own, other))
    assert first == second
    assert len(first) <= MOST_LISTED + MOST_WORK // EACH


def test_as_many_pairs_are_tried_whatever_was_tried_before(monkeypatch):
    exercise, tried = exercises()["12.4"], []
    cases = exercise.cases(np.random.default_rng(0))
    rights = right_values(exercise, cases)
    search = Search(exercise, cases, rights)
    monkeypatch.setattr(
        Search, "can_explain", lambda self, m, values, i: tried.append(self.value(m, i))
    )
    made = [tuple(r + 1 for r in right) for right in rights]
    counts = []
    for _ in range(2):
        tried.clear()
        assert list(Pairs(search, made).pairs()) == []
        counts.append(len(tried))
    assert counts[0] == counts[1] > 100
