"""Concept questions: one right option, a reason for each, the same verdict by text and button."""

import ipywidgets
import pytest

from rnnlib.exercises import predict, quiz, recall
from rnnlib.exercises.outcome import Status
from rnnlib.exercises.registry import questions

pytestmark = pytest.mark.usefixtures("work")


def test_every_question_has_one_right_option_and_a_reason_for_each():
    for id, question in questions().items():
        assert sum(option.right for option in question.options) == 1
        verdicts = [quiz(id, letter) for letter in "abcdefgh"[: len(question.options)]]
        assert [v.status is Status.PASS for v in verdicts] == [o.right for o in question.options]
        assert all(v.body == o.why for v, o in zip(verdicts, question.options, strict=True))
        assert all(len(option.text) < 60 for option in question.options)


def test_the_buttons_of_a_quiz_give_the_same_verdicts_as_its_text():
    question = questions()["01.q1"]
    box = quiz("01.q1").widget()
    *buttons, verdict = box.children[1:]
    for button, option in zip(buttons, question.options, strict=True):
        button.click()
        assert ("Right." in verdict.value) == option.right


@pytest.mark.parametrize(("ask", "id"), [(quiz, "01.q1"), (predict, "01.p1"), (recall, "04")])
def test_questions_have_buttons_with_the_widgets_of_colab_too(ask, id, monkeypatch):
    monkeypatch.delattr(ipywidgets.Widget, "_repr_mimebundle_")  # ipywidgets 7 has none
    asked = ask(id)
    shown = asked._repr_mimebundle_()
    assert shown["text/plain"] == repr(asked)
    view = shown["application/vnd.jupyter.widget-view+json"]
    assert view["version_major"] == 2 and view["model_id"]


def test_a_quiz_answer_that_is_no_option_is_refused():
    with pytest.raises(ValueError, match="answer one of a, b, c, got 'z'"):
        quiz("01.q1", "z")
