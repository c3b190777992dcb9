"""The report: figures that can be read without eyes and without colour; names only if asked for."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from rnnlib.exercises.registry import exercises, predictions
from rnnlib.grading.results import pages, report
from rnnlib.grading.results.contents import contents
from rnnlib.grading.results.result import Result, of_lesson
from tests.grading.builders import lessons
from tests.grading.results.made_up import a_class, failed, result, score


def drawn(page):
    """The text of each figure, with the figures that are in it."""
    found, depth, start = [], 0, 0
    for tag in re.finditer(r"<svg\b|</svg>", page):
        if tag[0] == "</svg>":
            depth -= 1
            found += [page[start : tag.end()]] if not depth else []
        else:
            start, depth = start if depth else tag.start(), depth + 1
    return found


def pictures(page):
    """The figures that are no decoration, parsed."""
    found = [ET.fromstring(svg) for svg in drawn(page)]
    return [svg for svg in found if svg.get("aria-hidden") != "true"]


@pytest.mark.parametrize("number", [1, 3, 40, 300])
@pytest.mark.parametrize("names", [False, True])
def test_every_figure_has_a_title_a_description_and_a_table(number, names):
    page = report.page("04", a_class("04", number), names=names)
    found = pictures(page)
    assert len(found) == 2 + len(of_lesson("04"))
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for svg in found:
        assert svg.get("role") == "img"
        assert svg.get("aria-labelledby").split() == [svg[0].get("id"), svg[1].get("id")]
        assert (svg[0].tag, svg[1].tag) == ("title", "desc") and svg[0].text and svg[1].text
    assert page.count("As a table") == 2 and "All exercises as a table" in page
    assert "http" not in page.replace("http://www.w3.org", "")  # it loads nothing
    assert page.count("<main>") == page.count("</main>") == 1 and "<th></th>" not in page


@pytest.mark.parametrize("number", [1, 3, 32, 33, 40, 300])
def test_the_heat_map_has_a_box_with_a_mark_for_each_submission_and_exercise(number):
    results = a_class("04", number)
    (svg,) = (s for s in pictures(report.page("04", results)) if s.find("defs") is not None)
    boxes = {box.get("id"): box for box in svg.find("defs")}
    used = [use.get("href")[1:] for use in svg.iter("use")]
    assert len(used) == number * len(of_lesson("04")) and set(used) <= set(boxes)
    marks = [ET.tostring(box.find("g[@class='mark']")) for box in boxes.values()]
    assert len(set(marks)) == len(boxes) == len(pages.KINDS)
    width, height = (float(svg.get(side)) for side in ("width", "height"))
    for use in svg.iter("use"):
        assert 0 <= float(use.get("x")) <= width - 16 and 0 <= float(use.get("y")) <= height - 16
    assert width < 930  # the page's


def test_students_are_named_in_the_report_only_if_asked_for():
    results, look = a_class("04", 40), ["All raised: Student 7 (ValueError: case 5)."]
    page = report.page("04", results, look)
    assert "Student" not in page and "ValueError" not in page and "1 thing to look at" in page
    named = report.page("04", results, look, names=True)
    assert named.index(look[0]) < named.index("<h2>Points</h2>")
    assert all(f">{name}<" in named for name in results)
    assert "Look at these" not in report.page("04", results, names=True)


def test_those_with_the_most_points_come_first_in_the_heat_map():
    results = {"b": result("04", "wrong"), "a": result("04", "wrong"), "c": result("04", "right")}
    results["d"] = failed("04")
    kinds = re.findall('href="#cell-([a-z-]+)"', report.page("04", results))
    assert [kinds[k] for k in (0, 6, 12, 18)] == ["right", "wrong", "wrong", "not-graded"]


def test_a_name_is_escaped_and_cut_wherever_it_stands():
    name = '<script>alert("1")</script>' + "x" * 100
    page = report.page("04", {name: result("04", "right")}, [f"{name}: late"], names=True)
    assert "<script>" not in page and "&lt;script&gt;" in page
    assert not re.search("x{100}", "".join(drawn(page)))


def test_mistakes_are_counted_for_their_exercise_and_remarks_on_right_answers_too():
    exercise = exercises()["04.2"]
    good = score(exercise, "right", ["`f` is defined twice."])
    results = {
        **{f"w{k}": Result("ok", "04", [score(exercise, "wrong")]) for k in range(3)},
        "r": Result("ok", "04", [good]),
    }
    own = report.page("04", results).split('id="exercise-04.2"')[1].split("<h3")[0]
    says = pages.text(exercise.mistakes[0].says)
    assert f"<b>3×</b><span>{says}</span>" in own
    assert "<b>1×</b><span><code>f</code> is defined twice.</span>" in own
    assert "25% right" in own


def test_a_right_answer_is_slow_if_the_others_are_far_quicker():
    def timed(*seconds, kind="right"):
        exercise = exercises()["04.2"]
        scores = [replace(score(exercise, kind), seconds=s) for s in seconds]
        return report.remarks("04.2", [Result("ok", "04", [s]) for s in scores])

    ((told, count),) = timed(0.1, 0.1, 0.1, 2.0)
    assert "Right, but slow" in told and count == 1
    assert timed(0.01, 0.01, 0.01, 0.9) == timed(3, 3, 3, 9) == [] == timed()
    assert timed(0.1, 0.1, 9, kind="wrong") == []


def test_what_to_teach_again_is_what_most_have_wrong_and_says_so_if_there_is_none():
    results = {f"s{k}": result("04", "right", "wrong", "right") for k in range(3)}
    assert '<a href="#exercise-04.2">' in report.page("04", results)
    page = report.page("04", {"a": result("04", "right")})
    assert "right in at least two thirds of the submissions" in page and "None." not in page


def test_points_are_counted_rounded_down_and_what_the_machine_failed_on_is_not():
    halves = [result("01", "half"), result("01", "right"), result("01", "wrong")]
    assert report.distribution(halves) == [1, 0, 0, 0, 1, 0, 0, 0, 1]
    assert report.distribution([failed("01")]) == [0] * 9
    nearly = [replace(score(exercises()["01.1"], "half"), points=8 * (1 - 2**-50))]
    assert report.distribution([Result("ok", "01", nearly)])[-1] == 1


def test_only_submissions_that_failed_for_no_fault_leave_a_page_without_figures():
    page = report.page("04", {"a": failed("04")})
    assert not pictures(page) and "1 not graded" in page
    assert "0 submissions" in report.page("04", {})


def test_after_a_prediction_stands_how_the_sections_exercises_went():
    asked = predictions()["01.p2"]
    (right,) = (k for k, o in zip("abcdef", asked.options, strict=False) if o.right)
    wrong = next(k for k, o in zip("abcdef", asked.options, strict=False) if not o.right)
    results = [
        result("01", "right", guesses={"01.p2": right}),
        result("01", "wrong", guesses={"01.p2": wrong}),
        result("01", "right", guesses={"01.p2": wrong}),
        result("01", "right"),
    ]
    lines = report.afterwards(asked, results)
    told = "is right for 1 of 1 who guessed right and 1 of 2 who guessed wrong."
    assert lines == [f"Exercise {id}, in the same section, {told}" for id in ("01.2", "01.3")]
    assert report.afterwards(asked, results[3:]) == []


@pytest.mark.parametrize("lesson", lessons())
def test_the_section_of_every_exercise_and_prediction_is_known(lesson):
    found = contents(lesson)
    ids = [*exercises(), *predictions()]
    assert found.title and all(found.sections[i] for i in ids if i.split(".")[0] == lesson)


def test_a_lesson_without_a_notebook_has_no_sections(tmp_path):
    assert contents("04", tmp_path).sections == {}
