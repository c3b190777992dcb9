"""Every live figure in JupyterLab: each of its controls is moved with the keyboard."""

import pytest

from rnnlib.widgets import GALLERY
from tests.browser.live_figures import LiveFigure

every_figure = pytest.mark.parametrize("name", GALLERY)


@pytest.fixture(scope="module")
def gallery(open_lesson):
    lesson = open_lesson("99_gallery.ipynb")
    lesson.run_all()
    return lesson


@pytest.fixture
def figure(gallery, name):
    cell = dict(zip(GALLERY, LiveFigure.ids(gallery), strict=True))[name]
    return LiveFigure(gallery, cell)


@every_figure
def test_each_control_of_a_live_figure_follows_the_keyboard(figure, gallery, name):
    gallery.screenshot(name)
    for slider in figure.sliders:
        figure.there_and_back(slider)
    for button in figure.players:
        figure.press(button, "Enter")
        button.press("Enter")  # it stops
    gallery.screenshot(f"{name}-moved")


@every_figure
def test_each_control_of_a_live_figure_has_a_name_and_its_picture_a_sentence(figure, name):
    assert len(figure.cell.query_selector("[role=status]").inner_text()) > 20
    for slider in figure.sliders:
        row = slider.evaluate_handle("(handle) => handle.closest('.widget-slider')").as_element()
        assert slider.get_attribute("aria-label") == row.query_selector("label").inner_text()
        shown = row.query_selector(".widget-readout").inner_text()
        assert slider.get_attribute("aria-valuetext") == shown
    assert figure.picture.get_attribute("alt").strip()
    for button in figure.players:
        assert button.inner_text()
        assert button.get_attribute("aria-pressed") == "false"


def test_the_gallery_is_quiet(gallery):
    errors = [o for c in gallery.code_cells() for o in c["outputs"] if o["output_type"] == "error"]
    assert errors == []
    assert gallery.complaints == []
    assert gallery.outside == []
