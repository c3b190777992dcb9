"""A guess is kept, shown after the result, and scored nowhere; earlier questions come back."""

import json

import pytest

from rnnlib.exercises import ledger, predict, predicting, progress, quiz, recall, reveal
from rnnlib.exercises.predicting import MIME
from rnnlib.exercises.registry import questions
from rnnlib.exercises.spec import Option, Question
from rnnlib.lessons import lesson_paths

ASKED = Question(
    "01.p1",
    "Does it settle?",
    (
        Option("yes", "Every step shrinks it.", right=True),
        Option("no", "The first steps look as if it did not."),
    ),
)


@pytest.fixture(autouse=True)
def work(tmp_path, monkeypatch):
    (tmp_path / ".rnnlib").mkdir()
    monkeypatch.setenv("RNNLIB_WORK", str(tmp_path))
    monkeypatch.setattr(predicting, "predictions", lambda: {ASKED.id: ASKED})
    monkeypatch.setattr(ledger, "_lessons", [])
    return tmp_path


def test_as_text_a_prediction_lists_its_options_and_how_to_answer():
    text = repr(predict("01.p1"))
    assert "a) yes" in text and "b) no" in text
    assert "predict('01.p1', 'a')" in text


def test_no_guess_is_said_to_be_none():
    shown = reveal("01.p1")
    assert "You made no guess" in repr(shown) and "Every step shrinks it." in repr(shown)
    assert shown._repr_mimebundle_()[MIME] == {"id": "01.p1", "choice": None, "right": None}


@pytest.mark.parametrize(("answer", "right"), [("a", True), (" B", False)])
def test_a_guess_is_noted_without_a_verdict_and_explained_afterwards(answer, right):
    noted = repr(predict("01.p1", answer))
    assert "Every step" not in noted and "first steps" not in noted
    shown = reveal("01.p1")
    letter = answer.strip().lower()
    assert f"You said {letter})" in repr(shown)
    assert "Every step shrinks it." in repr(shown)
    assert ("The first steps look" in repr(shown)) is not right
    assert shown._repr_mimebundle_()[MIME] == {"id": "01.p1", "choice": letter, "right": right}


def test_the_last_guess_counts_and_none_is_scored():
    predict("01.p1", "a")
    predict("01.p1", "b")
    assert ledger.choices()["01.p1"].letter == "b"
    assert ledger.records()[0] == {}
    assert progress(all=True).points[0] == 0


def test_a_button_keeps_the_choice_and_says_no_verdict():
    box = predict("01.p1").widget()
    _, _, second, verdict = box.children
    second.click()
    assert ledger.choices()["01.p1"].letter == "b"
    assert "Noted" in verdict.value and "first steps" not in verdict.value


def test_a_choice_that_is_none_is_refused_and_changes_nothing(work):
    with pytest.raises(ValueError, match="answer one of a, b, got 'z'"):
        predict("01.p1", "z")
    assert not ledger.path().exists()


def answer(id, *, right, when):
    """An answer to a question at a time of one's choosing."""
    entry = {"id": id, "choice": "a", "right": right, "when": when}
    with ledger.path().open("a") as file:
        file.write(json.dumps(entry) + "\n")


def asked(lesson):
    return [quiz.question.id for quiz in recall(lesson).quizzes]


def test_what_was_missed_comes_back_first_then_what_was_not_seen_then_what_is_longest_ago():
    early = [q for q in questions() if q[:2] in ("01", "02")]
    for k, id in enumerate(early):
        answer(id, right=True, when=1000 + k)
    assert asked("03") == early[:2]
    answer(early[-1], right=False, when=5000)
    assert asked("03") == [early[-1], early[0]]
    answer(early[-2], right=False, when=6000)
    assert asked("03") == early[:-3:-1]


def test_without_a_history_the_two_lessons_before_are_asked_about():
    assert [id[:2] for id in asked("04")] == ["03", "02"]
    assert [id[:2] for id in asked("02")] == ["01", "01"]
    assert len(set(asked("02"))) == 2


def test_further_reading_is_asked_about_only_of_a_learner_who_has_answered_some_of_it():
    titled = [path for path in lesson_paths() if "**Further reading" in path.read_text("utf-8")]
    assert tuple(path.name[:2] for path in titled) == predicting.FURTHER
    assert [id[:2] for id in asked("12")] == ["09", "08"]
    answer(next(id for id in questions() if id[:2] == "10"), right=True, when=1000)
    assert [id[:2] for id in asked("12")] == ["10", "09"]


def test_no_question_of_the_lesson_itself_or_of_a_later_one_is_asked():
    for lesson in sorted({id[:2] for id in questions()} - {"00", "01"}):
        assert all(id[:2] < lesson for id in asked(lesson))
    with pytest.raises(ValueError, match="no lesson before '01' has questions"):
        recall("01")


def test_a_quiz_keeps_its_answer():
    quiz("01.q1", "a")
    assert ledger.choices()["01.q1"].letter == "a"
