"""A mistake is named for some outputs where another one spoils the rest, and else it is not."""

import numpy as np

from rnnlib.exercises.comparing import right_values
from rnnlib.exercises.naming import Search
from rnnlib.exercises.partial_naming import in_some_outputs
from rnnlib.exercises.spec import Case, Mistake, Returned
from tests.exercises import claims
from tests.exercises.toy import an_exercise, judged


def three(x, w):
    """A reference with three outputs."""
    return np.tanh(w * x), w * np.sin(x), np.tanh(w) * x.sum()


def w_squared(x, w):
    """Spoils all."""
    return three(x, w**2)


def exercise(*mistakes):
    return an_exercise(
        "99.5",
        three,
        lambda rng: [
            Case((rng.uniform(0.5, 1, size=n), rng.uniform(1.5, 2)), f"n = {n}") for n in (2, 3, 5)
        ],
        Returned("y", ("entry",)),
        Returned("z", ("entry",)),
        Returned("total"),
        mistakes=mistakes,
    )


SQUARED = Mistake(w_squared, "You square w.")


def found(answer, *mistakes, left=(0, 1, 2)):
    own = exercise(*mistakes)
    cases = own.cases(np.random.default_rng(0))
    values = [tuple(np.asarray(v) for v in answer(*case.arguments)) for case in cases]
    return in_some_outputs(Search(own, cases, right_values(own, cases)), values, list(left))


def two_at_once(x, w):
    y, z, total = w_squared(x, w)
    return y, np.cos(z) - 7 * x**3, total


def test_a_mistake_is_named_for_the_outputs_that_are_as_it_makes_them():
    (named,) = found(two_at_once, SQUARED)
    assert named.outputs == (0, 2) and named.mistake.wrong is w_squared
    assert named.mistake.says == "`y`, `total`: You square w."
    message = judged(two_at_once, exercise(SQUARED)).message
    assert message == "`y`, `total`: You square w.\n`z`: also wrong; fix `y` first."
    here = claims.world(exercise(SQUARED), two_at_once, [0, 1], [2, 3])
    assert claims.untrue(message, here) == claims.not_understood(message, here) == []
    assert claims.untrue("`y`, `z`: You square w.", here) == ["`y`, `z`: You square w."]


def test_it_is_not_named_if_it_makes_wrong_what_is_right():
    assert found(lambda x, w: (w_squared(x, w)[0], *three(x, w)[1:]), SQUARED) == []


def test_it_is_not_named_if_another_would_do_as_well():
    other = Mistake(lambda x, w: (w_squared(x, w)[0], 9 + x, w_squared(x, w)[2]), "You add nine.")
    assert found(two_at_once, SQUARED, other) == []
    assert found(two_at_once, SQUARED, Mistake(other.wrong, SQUARED.says)) != []


def test_it_is_not_named_for_an_output_that_has_a_name():
    (named,) = found(two_at_once, SQUARED, left=(1, 2))
    assert named.outputs == (2,)


def test_it_is_not_named_where_it_is_not_made_in_every_case():
    def but_once(x, w):
        y, z, total = two_at_once(x, w)
        return (y, z, total) if len(x) > 2 else (y + 1, z, total + 1)

    assert found(but_once, SQUARED) == []
