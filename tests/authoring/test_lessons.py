"""A lesson's source is read into cells that know their lines, or refused with a line."""

import pytest

from rnnlib.authoring import notebooks
from rnnlib.lessons import AuthoringError, lesson_paths, read_lesson, worked_solution
from tests.authoring.tiny_lesson import SOURCE, line_of, write


def test_each_cell_knows_the_line_where_its_text_begins(tmp_path):
    lesson = read_lesson(write(tmp_path))
    lines = SOURCE.split("\n")
    assert len(lesson.cells) == 10
    for cell in lesson.cells:
        text = cell.source.split("\n")
        assert lines[cell.line - 1 : cell.line - 1 + len(text)] == text


def test_the_head_gives_number_title_and_minutes(tmp_path):
    lesson = read_lesson(write(tmp_path))
    assert (lesson.number, lesson.name) == ("01", "01_tiny")
    assert (lesson.title, lesson.minutes) == ("A tiny lesson", 5)
    assert lesson.kernelspec["name"] == "python3"


def test_tags_with_values_are_found_by_name(tmp_path):
    cells = read_lesson(write(tmp_path)).cells
    assert [cell.tagged("claim") for cell in cells if cell.tagged("claim")] == [("C02", "Q09")]
    assert [cell.tagged("exercise") for cell in cells if cell.tagged("exercise")] == [("01.1",)]
    assert [cell.source for cell in cells if not cell.in_course] == [
        "Ask the room.",
        "A sum of two equal terms is twice the term.",
    ]


def test_lessons_come_in_the_order_of_their_numbers_and_other_texts_are_none(tmp_path):
    for name in ("10_last", "02_second", "01_first", "INSTRUCTORS"):
        write(tmp_path, name=name)
    assert [p.stem for p in lesson_paths(tmp_path)] == ["01_first", "02_second", "10_last"]


def built(folder):
    """The tiny lesson's instructor's notebook, in the folder's solutions/."""
    lesson = read_lesson(write(folder))
    text = notebooks.as_text(notebooks.instructors(lesson))
    lesson.path.with_suffix(".ipynb").write_text(text, encoding="utf-8")


def test_a_worked_solution_is_the_code_without_markers_and_its_explanation(tmp_path):
    built(tmp_path)
    code, explanation = worked_solution("01.1", root=tmp_path)
    names = {}
    exec(code, names)
    assert names["double"](1.5, times=2) == 6.0
    assert "SOLUTION" not in code
    assert explanation == "A sum of two equal terms is twice the term."


def test_there_is_no_worked_solution_without_solutions_or_without_the_exercise(tmp_path):
    assert worked_solution("01.1", root=tmp_path) is None
    built(tmp_path)
    assert worked_solution("01.2", root=tmp_path) is None
    assert worked_solution("02.1", root=tmp_path) is None


@pytest.mark.parametrize(
    ("old", "new", "at", "words"),
    [
        ("  minutes: 5", "  minutes: five", "---", "whole minutes"),
        ("  title: A tiny lesson\n", "", "---", "title"),
        ("kernelspec:", "other:", "---", "kernelspec"),
        ("kernelspec:", "kernelspec: [", "---", ""),
        (":tags: [predict]", ":tags: predict", "guess =", "list of different words"),
        (":tags: [predict]", ":tags: [predict", "guess =", "could not be read"),
        ('{"tags": ["instructor"]}', '{"tags": instructor}', "+++", "could not be read"),
        ('guess = "four"\n```', 'guess = "four"', "guess =", "not closed"),
        ("```{code-cell} ipython3\n:tags: [p", "```{raw-cell}\n:tags: [p", "guess =", "raw"),
    ],
)
def test_a_source_that_cannot_be_read_is_refused_in_one_line(tmp_path, old, new, at, words):
    assert old in SOURCE
    source = SOURCE.replace(old, new)
    path = write(tmp_path, source)
    with pytest.raises(AuthoringError) as refused:
        read_lesson(path)
    message = str(refused.value)
    assert "\n" not in message
    assert words in message
    place, line, _ = message.split(":", 2)
    assert place == "solutions/01_tiny.md"
    assert 0 <= line_of(at, source) - int(line) <= 3  # at the cell's text, or at its fence


def test_a_source_that_is_not_there_or_not_text_is_refused(tmp_path):
    path = write(tmp_path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(AuthoringError, match=r"01_tiny\.md: is not UTF-8 text"):
        read_lesson(path)
    path.unlink()
    with pytest.raises(AuthoringError, match=r"01_tiny\.md: No such file"):
        read_lesson(path)
