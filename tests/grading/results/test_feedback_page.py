"""The student's page: what was right, one next step for the rest, and where to read again."""

from dataclasses import replace

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from rnnlib.exercises.registry import exercises
from rnnlib.grading.results import feedback
from rnnlib.grading.results.contents import contents
from rnnlib.grading.results.feedback import Given
from rnnlib.grading.results.result import SEEN, WORDS, Raised, Result, of_lesson
from tests.grading.results.made_up import failed, result, score


@pytest.mark.parametrize("kind", ["half", "wrong", "stub", *WORDS])
@pytest.mark.parametrize("lesson", ["01", "08"])
def test_each_exercise_that_is_not_right_has_one_next_step_and_its_section(lesson, kind):
    own = result(lesson, "right", kind)
    for text in (feedback.markdown("anna", own), feedback.page("anna", own)):
        assert text.count("Next:") == text.count("Review section") == len(of_lesson(lesson)) - 1
        assert contents(lesson).title in text
        assert contents(lesson).sections[of_lesson(lesson)[1].id] in text


def test_the_next_step_is_the_named_mistake_or_the_hint_and_stands_once():
    wrong, half = exercises()["04.2"], exercises()["04.3"]
    scores = [score(wrong, "wrong"), score(half, "half")]
    assert feedback.next_step(scores[0]) == wrong.mistakes[0].says
    assert feedback.next_step(scores[1]) == half.hints[0]
    told = ["Right: one step.", "Wrong: several steps.", SEEN["error"]]
    assert feedback.seen(scores[1]) == told
    stub = replace(score(wrong, "wrong"), status="not attempted", why="stub", mistakes=[], says=[])
    assert feedback.seen(stub) == [] and feedback.next_step(stub) == wrong.hints[0]
    text = feedback.markdown("anna", Result("ok", "04", scores))
    assert text.count(wrong.mistakes[0].says) == 1


def test_what_is_right_needs_no_next_step_and_no_reading():
    text = feedback.page("anna", result("04", "right"))
    assert "Next:" not in text and "Review section" not in text and "What comes next" not in text
    assert "11</b> of 11 points" in text and "6</b> of 6 exercises right" in text


def test_points_by_hand_count_and_are_said_to_be_given_by_hand():
    given = [
        Given("04.2", "", 2, 2, "Right, with a `loop` <b>of</b> its own."),
        Given("04.3", "", 0.5, 2),
        Given("12.A.1", "same updates", 3, 3, "All the same."),
    ]
    own = result("04", "wrong")
    for text in (feedback.markdown("anna", own, given), feedback.page("anna", own, given)):
        assert "2.5" in text and "<b>of</b>" not in text and "same updates" in text
        assert text.count("Awarded by hand") == (4 if text.startswith("#") else 3)
    right = feedback.page("anna", own, given).split("What comes next")[0]
    assert "04.2 Total gradients, for any T: 2 of 2" in right
    assert exercises()["04.2"].mistakes[0].says not in right
    assert own == result("04", "wrong")  # the grader's result stays what it was


def test_what_is_for_the_teacher_only_is_not_on_the_students_page():
    secret = "ValueError: a private case"
    own = result("04", "wrong")
    told = {"raised": secret, "definitions": [secret], "same": secret, "alike": secret}
    own = replace(
        own,
        scores=[replace(s, **told) for s in own.scores],
        trouble=secret,
        raised=[Raised(1, 1, "ValueError", secret, False)],
    )
    plain = result("04", "wrong")
    assert feedback.page("anna", own) == feedback.page("anna", plain)
    assert feedback.markdown("anna", own) == feedback.markdown("anna", plain)


def test_a_result_that_is_not_there_is_not_zero():
    text = feedback.page("anna", failed("04"))
    assert "Not graded yet" in text and "points" not in text.split("</style>")[1]


@drawn(st.text(max_size=200), st.text(max_size=200))
def test_no_name_and_no_reason_becomes_markup(name, reason):
    given = [Given("04.1", "", 1, 1, reason), Given("12.A", "t", 1, 10, reason)]
    plain = feedback.page("", result("04", "wrong"), [Given("04.1", "", 1, 1, "-"), given[1]])
    page = feedback.page(name, result("04", "wrong"), given)
    for mark in ("<script", "<img", "<svg", "<h2", "<section", "<table"):
        assert page.count(mark) == plain.count(mark)
    lines = feedback.markdown(name, result("04", "wrong"), given).splitlines()
    assert sum(line.startswith("## ") for line in lines) == len(of_lesson("04")) + 1
