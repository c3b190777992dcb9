import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnnlib import plots

S = np.array([0.1, 0.4, 0.2])

FIGURES = {
    "orbits": lambda ax: plots.orbits({"a": S, "b": -S}, ax, title="Two"),
    "cobweb": lambda ax: plots.cobweb((S, S**2), S, ax, title="Stairs"),
    "bifurcation": lambda ax: plots.bifurcation({"a": [(1, 0), (2, 1)], "b": []}, ax, title="Fork"),
    "phase_portrait": lambda ax: plots.phase_portrait({"a": np.c_[S, S]}, ax, title="Plane"),
    "unit_circle": lambda ax: plots.unit_circle(np.array([0.5j, -0.5j]), ax, title="Circle"),
    "against": lambda ax: plots.against(S, {"c": S}, ax, title="T", xlabel="x", ylabel="y"),
}


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_a_plot_draws_on_the_axes_it_is_given_and_on_new_ones_otherwise(draw):
    ax = plt.subplots()[1]
    assert draw(ax) is ax
    new = draw(None)
    assert isinstance(new, Axes)
    assert new is not ax


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_every_plot_has_a_title_labelled_axes_and_words_for_those_who_cannot_see_it(draw):
    ax = draw(None)
    title = ax.get_title(loc="left") or ax.get_title()
    assert title and ax.get_xlabel() and ax.get_ylabel()
    words = plots.alt_text(ax.figure)
    assert title in words
    assert ax.get_xlabel() in words


def test_a_cobweb_climbs_from_each_state_to_the_curve_and_across_to_the_diagonal():
    ax = plots.cobweb((S, S), np.array([0.1, 0.4, 0.2]), title="Stairs")
    stairs = next(line for line in ax.get_lines() if line.get_label() == "orbit")
    corners = [(0.1, 0.1), (0.1, 0.4), (0.4, 0.4), (0.4, 0.2), (0.2, 0.2)]
    np.testing.assert_allclose(np.transpose(stairs.get_data()), corners)


def test_curves_in_one_plot_differ_by_more_than_their_colour():
    ax = plots.orbits({"a": S, "b": S, "c": S}, title="Three")
    assert len({line.get_marker() for line in ax.get_lines()}) == 3
    with plt.rc_context(plots.STYLE):
        ax = plots.against(S, {"a": S, "b": S, "c": S}, title="T", xlabel="x", ylabel="y")
    assert len({line.get_linestyle() for line in ax.get_lines()}) == 3


def test_alternative_text_gives_the_course_of_each_named_curve():
    ax = plots.orbits({"up": np.array([0.0, 0.5, 0.25])}, title="Rises")
    words = plots.alt_text(ax.figure)
    assert "up: 3 points from 0 to 0.25, between 0 and 0.5" in words


def test_alternative_text_survives_missing_values_and_empty_figures():
    assert plots.alt_text(Figure()) == "An empty figure."
    ax = plots.against(S, {"gone": S * np.nan}, title="T", xlabel="x", ylabel="y")
    assert "gone: no points" in plots.alt_text(ax.figure)


def test_a_figure_as_html_is_an_image_whose_words_cannot_break_out():
    ax = plots.orbits({'"><script>': S}, title="<b>")
    text = plots.as_html(ax.figure)
    assert text.startswith('<img alt="')
    assert "<script>" not in text
    assert "data:image/png;base64," in text
