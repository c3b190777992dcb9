"""What else an answer is asked depends on the seed alone, and changes one argument at a time."""

import numpy as np
import pytest

from rnnlib.exercises.comparing import parameter_names
from rnnlib.exercises.probing import FURTHER, NUDGE, probes
from rnnlib.exercises.registry import exercises
from rnnlib.exercises.spec import Case, Returned
from tests.exercises import claims
from tests.exercises.toy import an_exercise

EVERY = list(exercises())
every = pytest.mark.parametrize("id", EVERY)


def same(a, b):
    """Equal to the bit; NaN equals NaN."""
    if isinstance(a, np.ndarray):
        kinds = a.dtype == b.dtype
        return kinds and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and a == b


def anew(id, seed=0):
    """The probes, made once more."""
    return probes.__wrapped__(exercises()[id], seed)


@every
def test_the_probes_of_a_seed_are_the_same_whenever_they_are_made(id):
    first = anew(id)
    np.random.seed(1)
    np.random.normal(size=7)
    second = anew(id)
    for a, b in zip(first.further, second.further, strict=True):
        assert all(map(same, a.arguments, b.arguments))
    for one, two in ((first.zeroed, second.zeroed), (first.nudged, second.nudged)):
        for c, d in zip(one, two, strict=True):
            assert (c.what, c.base) == (d.what, d.base)
            assert all(map(same, c.case.arguments, d.case.arguments))


@every
def test_further_cases_are_of_other_seeds_and_of_the_same_groups(id):
    exercise = exercises()[id]
    found, more = probes(exercise, 0), probes(exercise, 5)
    groups = {case.group for case in exercise.cases(np.random.default_rng(0))}
    assert {case.group for case in found.further} <= groups
    own = [case for k in FURTHER for case in exercise.cases(np.random.default_rng([0, k]))]
    for case, mine in zip(found.further, own, strict=True):
        assert all(map(same, case.arguments, mine.arguments))
    if any(np.asarray(a).dtype.kind == "f" for a in found.further[0].arguments):
        pairs = zip(found.further, more.further, strict=True)
        assert not all(all(map(same, a.arguments, b.arguments)) for a, b in pairs)


@every
def test_a_zeroed_case_sets_one_argument_to_zero_and_no_other(id):
    exercise = exercises()[id]
    names, cases = parameter_names(exercise), exercise.cases(np.random.default_rng(0))
    for changed in probes(exercise, 0).zeroed:
        k = names.index(changed.what.strip("`"))
        for j, (now, before) in enumerate(
            zip(changed.case.arguments, cases[changed.base].arguments, strict=True)
        ):
            if j != k:
                assert same(now, before)
            else:
                assert np.shape(now) == np.shape(before) and not np.any(np.nan_to_num(now))
        assert changed.case.group == cases[changed.base].group


@every
def test_a_nudged_case_moves_one_argument_or_one_entry_of_it_and_no_other(id):
    exercise = exercises()[id]
    names, cases = parameter_names(exercise), exercise.cases(np.random.default_rng(0))
    for changed in probes(exercise, 0).nudged:
        name, _, entry = changed.what.strip("`").rstrip("]").partition("[")
        before = dict(zip(names, cases[changed.base].arguments, strict=True))
        now = dict(zip(names, changed.case.arguments, strict=True))
        assert all(same(now[n], before[n]) for n in names if n != name)
        expected = np.array(before[name]) * NUDGE
        if entry:
            expected = np.array(before[name])
            expected[int(entry)] *= NUDGE
        np.testing.assert_array_equal(now[name], expected)


@every
def test_what_is_right_for_a_probe_is_finite_and_what_the_reference_returns(id):
    exercise = exercises()[id]
    found = probes(exercise, 0)
    pairs = [*zip(found.further, found.expected, strict=True)]
    pairs += [(c.case, c.right) for c in (*found.zeroed, *found.nudged)]
    for case, right in pairs:
        own = claims.called(exercise, exercise.reference, case.arguments)
        assert all(np.isfinite(r).all() for r in right)
        assert all(map(np.array_equal, right, own))


@every
def test_a_nudge_is_asked_only_where_it_changes_what_is_right(id):
    exercise = exercises()[id]
    cases = exercise.cases(np.random.default_rng(0))
    for changed in probes(exercise, 0).nudged:
        before = claims.called(exercise, exercise.reference, cases[changed.base].arguments)
        gaps = [np.abs(a - b).max() for a, b in zip(changed.right, before, strict=True) if a.size]
        assert max(gaps) > 0


def inverse(x, n):
    """A reference that has no answer at 0."""
    if not np.any(x):
        raise ZeroDivisionError
    return n / x


def test_where_the_right_program_has_no_answer_nothing_is_asked():
    exercise = an_exercise(
        "99.9",
        inverse,
        lambda rng: [Case((rng.uniform(1, 2, size=3), 2), "any")],
        Returned("y", ("entry",)),
    )
    found = probes(exercise, 0)
    assert found.zeroed == ()
    assert [c.what for c in found.nudged] == ["`x`", "`x[0]`", "`x[-1]`"]
