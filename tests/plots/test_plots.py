import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from rnnlib import plots
from rnnlib.places import ROOT

S = np.array([0.1, 0.4, 0.2])

FIGURES = {
    "orbits": lambda ax: plots.orbits({"a": S, "b": -S}, ax, title="Two"),
    "cobweb": lambda ax: plots.cobweb((S, S**2), S, ax, title="Stairs"),
    "bifurcation": lambda ax: plots.bifurcation({"a": [(1, 0), (2, 1)], "b": []}, ax, title="Fork"),
    "phase_portrait": lambda ax: plots.phase_portrait({"a": np.c_[S, S]}, ax, title="Plane"),
    "unit_circle": lambda ax: plots.unit_circle(np.array([0.5j, -0.5j]), ax, title="Circle"),
    "against": lambda ax: plots.against(S, {"c": S}, ax, title="T", xlabel="x", ylabel="y"),
    "gradient_reach": lambda ax: plots.gradient_reach({"a": S, "b": S**2}, ax, title="Fades"),
    "error_surface": lambda ax: plots.error_surface(
        S[:2],
        np.sort(S),
        np.outer(S, S[:2]),
        ax,
        title="Wall",
        xlabel="w",
        ylabel="b",
        paths={"step": [(0.1, 0.1), (9, 0.2)]},
    ),
    "loss_curves": lambda ax: plots.loss_curves({"a": S}, ax, title="Falls", baselines={"b": 0.2}),
    "memory_against_time": lambda ax: plots.memory_against_time(
        {"BPTT": (1, 100), "RTRL": (50, 1000)}, ax, title="Trade"
    ),
    "scan_tree": lambda ax: plots.scan_tree([[(1, 2), (2, 3)], [(1, 3)]], 3, ax, title="Tree"),
    "work_order": lambda ax: plots.work_order(
        [(0, 2, 2), (2, 2, 4), (0, 0, 2)], ax, title="Forward and back"
    ),
    "grouped_bars": lambda ax: plots.grouped_bars(
        S, {"a": S, "b": -S}, ax, title="Parts", xlabel="x", ylabel="y", totals=("sum", 0 * S)
    ),
    "spread": lambda ax: plots.spread(
        {"a": S, "b": 2 * S}, ax, title="Runs", xlabel="error", baselines={"guess": 1.0}
    ),
    "heat_map": lambda ax: plots.heat_map(np.outer(S, S), ax, title="Units"),
    "trajectory": lambda ax: plots.trajectory({"a": np.c_[S, S]}, ax, title="Path", shares=(1, 0)),
    "fixed_points": lambda ax: plots.fixed_points(
        np.c_[S, S], [0, 1, 5], ax, title="Kinds", run=np.c_[S, -S], joined=[(0, 1)]
    ),
    "coloured_text": lambda ax: plots.coloured_text("abc", S, ax, title="Text", width=2),
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
    assert title and ax.get_xlabel() and (ax.get_ylabel() or not len(ax.get_yticks()))
    words = plots.alt_text(ax.figure)
    assert title in words
    assert ax.get_xlabel() in words


def test_a_cobweb_climbs_from_each_state_to_the_curve_and_across_to_the_diagonal():
    ax = plots.cobweb((S, S), np.array([0.1, 0.4, 0.2]), title="Stairs")
    stairs = next(line for line in ax.get_lines() if line.get_label() == "orbit")
    corners = [(0.1, 0.1), (0.1, 0.4), (0.4, 0.4), (0.4, 0.2), (0.2, 0.2)]
    np.testing.assert_allclose(np.transpose(stairs.get_data()), corners)


def test_the_reach_of_a_gradient_is_drawn_against_the_lag_and_zeros_are_left_out():
    ax = plots.gradient_reach({"a": np.array([0.0, 0.25, 0.5, 1.0])}, title="Halves")
    lag, norm = ax.get_lines()[0].get_data()
    np.testing.assert_array_equal(lag, [0, 1, 2, 3])
    np.testing.assert_array_equal(norm, [1, 0.5, 0.25, np.nan])
    assert ax.get_yscale() == "log"


def test_an_error_surface_keeps_its_limits_when_a_path_leaves_it():
    ax = plots.error_surface(
        S[:2], np.sort(S), np.outer(S, S[:2]), title="T", xlabel="w", ylabel="b",
        paths={"far": [(0.1, 0.1), (99, -99)]},
    )  # fmt: skip
    assert ax.get_xlim() == (S[0], S[1])
    np.testing.assert_array_equal(ax.images[0].get_array(), np.outer(S, S[:2]))


def test_a_baseline_is_a_level_that_the_curves_can_be_compared_with():
    ax = plots.loss_curves({"a": S}, title="T", baselines={"guess": 0.3})
    assert list(ax.get_lines()[-1].get_ydata()) == [0.3, 0.3]


def test_each_method_stands_at_its_time_and_memory():
    points = {"BPTT": (1.0, 100.0), "RTRL": (50.0, 1000.0)}
    ax = plots.memory_against_time(points, title="T")
    drawn = {line.get_label(): (line.get_xdata()[0], line.get_ydata()[0]) for line in ax.lines}
    assert drawn == points
    assert [text.get_text() for text in ax.texts] == list(points)


def test_a_scan_tree_has_a_wire_for_each_pair_and_pales_what_is_not_done():
    ax = plots.scan_tree([[(1, 2), (2, 3)], [(1, 3)]], 3, title="T", done=1)
    _, *wires = ax.collections
    assert [len(level.get_segments()) for level in wires] == [2, 1]
    assert wires[0].get_alpha() > wires[1].get_alpha()
    np.testing.assert_array_equal(wires[1].get_segments()[0], [(1, 1), (3, 2)])


def test_a_state_is_kept_from_when_it_is_stored_to_when_its_segment_is_reversed():
    ax = plots.work_order([(0, 2, 2), (2, 2, 4), (0, 0, 2)], title="T")
    kept, forward, back = (c.get_segments() for c in ax.collections)
    np.testing.assert_array_equal(kept, [[(2, 1), (2, 2)], [(0, 1), (0, 3)]])
    np.testing.assert_array_equal(forward[0], [(0, 1), (2, 1)])
    np.testing.assert_array_equal(back[1:], [[(2, 2), (4, 2)], [(0, 3), (2, 3)]])
    assert ax.yaxis_inverted()


def test_bars_of_a_group_differ_by_more_than_their_colour():
    ax = plots.grouped_bars(
        np.arange(3), {"a": S, "b": -S}, title="T", xlabel="x", ylabel="y", totals=("sum", 0 * S)
    )
    assert len({bar.get_hatch() for bar in ax.patches}) == 2
    heights = [[bar.get_height() for bar in group] for group in ax.containers]
    np.testing.assert_array_equal(heights, [S, -S])


def test_every_run_of_a_spread_is_a_dot_in_its_own_row_and_the_median_is_told():
    runs = {"a": np.array([0.1, 0.2, 0.4]), "b": np.array([1.0, 3.0])}
    ax = plots.spread(runs, title="T", xlabel="error", baselines={"guess": 0.5})
    first, second, guess = ax.collections
    np.testing.assert_array_equal(first.get_offsets(), [[0.1, 0], [0.2, 0], [0.4, 0]])
    np.testing.assert_array_equal(second.get_offsets(), [[1, 1], [3, 1]])
    assert [line.get_xdata()[0] for line in ax.lines] == [0.2, 2.0]
    np.testing.assert_array_equal(guess.get_segments()[0], [[0.5, -0.5], [0.5, 1.5]])
    assert "a: 3 runs from 0.1 to 0.4, median 0.2" in plots.alt_text(ax.figure)
    assert ax.yaxis_inverted() and [t.get_text() for t in ax.get_yticklabels()] == ["a", "b"]


@pytest.mark.parametrize(("values", "lowest"), [([[0.2, 0.5]], 0), ([[-0.2, 0.5]], -0.5)])
def test_the_scale_of_a_heat_map_begins_at_zero_if_no_number_is_below(values, lowest):
    ax = plots.heat_map(np.array(values), title="T")
    assert ax.figure.axes[1].get_ylim() == (lowest, 0.5)


def test_a_heat_map_has_a_row_for_each_unit_and_the_same_colour_for_the_same_number():
    values = np.array([[0.5, -0.5, 0.0], [1.0, -1.0, 0.5]])
    ax = plots.heat_map(values, title="T")
    image = ax.images[0]
    np.testing.assert_array_equal(image.get_array(), values)
    assert image.get_clim() == (-1, 1)
    assert list(image.get_extent()) == [0.5, 3.5, 2.5, 0.5]


def test_each_character_of_a_text_stands_on_a_cell_of_its_own_colour():
    ax = plots.coloured_text("ab c", np.array([-1.0, 0.0, 0.0, 1.0]), title="T", width=3, marked=1)
    cells, frame, letters = ax.collections
    assert len(cells.get_paths()) == 4
    colours = [tuple(c) for c in cells.get_facecolors()]
    assert colours[1] == colours[2] and len(set(colours)) == 3
    np.testing.assert_array_equal(frame.get_paths()[0].vertices, cells.get_paths()[1].vertices)
    assert len(letters.get_paths()) == 2  # lines


def test_a_text_needs_a_number_for_each_of_its_characters():
    with pytest.raises(ValueError, match="a number for each character"):
        plots.coloured_text("abc", S[:2], title="T")


def test_sets_of_eigenvalues_are_told_apart_by_their_markers_and_none_is_left_out():
    ax = plots.unit_circle({"a": np.array([2.0, 0.5j]), "b": np.array([0.3])}, title="T")
    _, a, b = ax.get_lines()
    assert a.get_marker() != b.get_marker()
    assert ax.get_xlim()[1] > 2


def test_a_picture_that_moves_is_the_picture_that_was_drawn(tmp_path):
    ax = plots.orbits({"a": S}, title="T")
    (tmp_path / "quick.png").write_bytes(plots.quick_png(ax.figure))
    drawn = np.asarray(ax.figure.canvas.buffer_rgba())[..., :3]
    read = plt.imread(tmp_path / "quick.png")
    np.testing.assert_array_equal((255 * read).round().astype(np.uint8), drawn)


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


def test_stamped_texts_are_where_agg_writes_them_and_the_second_picture_is_the_first():
    fig = Figure(figsize=(4, 2))
    plots.QuickCanvas(fig)
    ax = fig.add_axes((0.2, 0.3, 0.7, 0.5))
    plots.gradient_reach({"a": np.array([1e-3, 1.0])}, ax, title="Fades")  # rotated, mathtext
    first = np.array(_drawn(fig))
    np.testing.assert_array_equal(_drawn(fig), first)
    FigureCanvasAgg(fig)
    plain = _drawn(fig)
    for dark, other in ((first, plain), (plain, first)):
        # What is dark in one is dark in the other, within one pixel.
        near = np.min([np.roll(other, (i, j), (0, 1)) for i in (-1, 0, 1) for j in (-1, 0, 1)], 0)
        assert (near[dark < 60] < 160).all()


def test_a_text_may_hang_over_the_edge_of_a_picture_or_lie_outside():
    fig = Figure(figsize=(2, 1))
    plots.QuickCanvas(fig)
    for x, y in [(-0.05, 0.5), (0.95, 1.02), (0.5, -0.05), (3, 3), (-3, 0)]:
        fig.text(x, y, "words")
    assert (_drawn(fig) < 128).any()


def test_a_colour_is_written_in_one_file_of_figures_of_cards_and_of_the_graders_pages():
    library = ROOT / "rnnlib"
    colour = re.compile(r"#(?:[0-9a-f]{3}){1,2}\b", re.IGNORECASE)
    found = {path for path in library.rglob("*.py") if colour.search(path.read_text("utf-8"))}
    pages = library / "grading" / "results" / "pages.py"
    assert found == {library / "plots" / "style.py", library / "exercises" / "outcome.py", pages}


def _drawn(fig):
    """The picture as shades of grey."""
    fig.canvas.draw()
    return np.asarray(fig.canvas.buffer_rgba())[..., :3].mean(-1)
