"""`rnnlib survivors`: a wrong answer that passes with some seed is found."""

from dataclasses import replace

import pytest

from rnnlib.authoring import survivors
from rnnlib.exercises.registry import exercises
from rnnlib.exercises.spec import Mistake

ID = "00.1"


def wrong_everywhere(s, x):
    return 0.5 * s - x


@pytest.fixture
def known(monkeypatch):
    """known(f, …) makes these the labelled wrong answers."""

    def label(*functions):
        monkeypatch.setattr(survivors, "labelled_answers", lambda: {ID: list(functions)})

    return label


def test_an_answer_that_passes_with_a_seed_is_named_with_that_seed(known):
    known(exercises()[ID].reference)
    found = survivors.of_exercise(ID, range(2))
    assert found.survivors == {"answer next_state": [0, 1]}


def test_what_fails_with_every_seed_is_no_survivor(known):
    known(lambda *_: 7.0, wrong_everywhere)
    found = survivors.of_exercise(ID, range(3))
    assert found.survivors == {} and found.seeds == 3
    assert found.tried > len(exercises()[ID].mistakes) + 2


def test_what_is_kept_is_read_again_beside_the_rest(tmp_path, known):
    (tmp_path / survivors.FILE).parent.mkdir(parents=True)
    known()
    one = survivors.of_exercise(ID, range(1))
    survivors.keep({ID: one}, tmp_path)
    survivors.keep({"01.1": replace(one, seeds=5), "99.9": one}, tmp_path)
    assert survivors.kept(tmp_path) == {ID: one, "01.1": replace(one, seeds=5)}


def test_the_digest_changes_with_cases_reference_and_tolerance_alone():
    exercise = exercises()[ID]
    before = survivors.code_of(exercise)
    assert survivors.code_of(replace(exercise, rtol=1e-3)) != before
    assert survivors.code_of(replace(exercise, cases=exercises()["01.1"].cases)) != before
    assert survivors.code_of(replace(exercise, reference=wrong_everywhere)) != before
    more = (*exercise.mistakes, Mistake(wrong_everywhere, "Wrong."))
    assert survivors.code_of(replace(exercise, mistakes=more, hints=())) == before


def test_pairs_are_the_same_each_time():
    exercise = exercises()["01.1"]
    names = [list(survivors.wrong_answers(exercise)) for _ in range(2)]
    assert names[0] == names[1] and any(name.startswith("pair ") for name in names[0])
