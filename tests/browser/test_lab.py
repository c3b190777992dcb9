"""Lesson 01 as a learner meets it: in JupyterLab, opened by `rnnlib lab`, in a browser."""

import pytest

from rnnlib import places
from rnnlib.lessons import worked_solution
from rnnlib.workcopy import merge

LESSON = "01_dynamical_systems.ipynb"


@pytest.fixture(scope="module")
def lesson(open_lesson):
    """Lesson 01, unsolved, all cells run."""
    lesson = open_lesson(LESSON)
    lesson.screenshot("top")
    lesson.run_all()
    return lesson


def test_every_cell_of_the_unsolved_lesson_runs_without_an_error(lesson):
    cells = lesson.code_cells()
    assert [cell["count"] for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [(cell["id"], output) for cell in cells for output in cell["outputs"]]
    assert [id for id, output in outputs if output["output_type"] == "error"] == []


def test_the_page_is_quiet_and_asks_for_nothing_from_outside(lesson):
    assert lesson.complaints == []
    assert lesson.outside == []
    assert lesson.page.locator(".jp-Dialog, .Toastify__toast").all_inner_texts() == []


def test_an_arrow_key_on_a_slider_changes_the_live_figure(lesson):
    live = next(
        cell["id"]
        for cell in lesson.code_cells()
        for output in cell["outputs"]
        if "Live figure" in "".join(output.get("data", {}).get("text/plain", ""))
    )
    cell = lesson.cell(live)
    picture = cell.wait_for_selector("img.widget-image", state="visible")
    before = picture.get_attribute("src")
    lesson.screenshot("figure-before")
    cell.query_selector(".noUi-handle").focus()
    lesson.page.keyboard.press("ArrowRight")
    lesson.page.wait_for_function(
        "([picture, before]) => picture.src !== before && picture.complete", arg=[picture, before]
    )
    lesson.screenshot("figure-after")


def test_an_exercise_goes_from_not_attempted_over_fail_to_pass(lesson, server):
    assert lesson.card("check-01-1") == "not-attempted"
    wrong = "def three_steps(w, s0):\n    return np.zeros(3)"
    right, _ = worked_solution("01.1")
    for status, answer in [("fail", wrong), ("pass", right)]:
        lesson.write("exercise-01-1", answer)
        lesson.run("exercise-01-1")
        lesson.run("check-01-1")
        assert lesson.card("check-01-1") == status
        lesson.screenshot(status)
    progress = (server.work / ".rnnlib" / "ledger.jsonl").read_text()
    assert '"01.1"' in progress


def test_what_jupyterlab_saves_is_recognised_as_what_was_handed_out(lesson, server):
    lesson.save()
    saved = merge.parse((server.work / LESSON).read_bytes())["cells"]
    handed_out = merge.parse((places.COURSE / LESSON).read_bytes())["cells"]
    assert [cell["id"] for cell in saved] == [cell["id"] for cell in handed_out]
    pairs = zip(saved, handed_out, strict=True)
    changed = {mine["id"] for mine, given in pairs if not merge.same(mine, given)}
    assert changed <= {"exercise-01-1"}
