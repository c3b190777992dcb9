"""What the pictures of circuits show, read off their artists."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure

from rnnlib import draw, plots
from rnnlib.circuits.ready_made import READY_MADE, bidirectional, elman, lstm, skip
from rnnlib.circuits.shapes import shape_of
from rnnlib.draw.canvas import number

CIRCUITS = {name: make() for name, make in READY_MADE.items()}
EVERY = pytest.mark.parametrize("circuit", CIRCUITS.values(), ids=CIRCUITS)
WIDE, SMALL = (12.8, 8), (5, 3)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def run(circuit, T, n=1, B=1, seed=0):
    """A graph, its values and its gradients; all sizes but the batch are n."""
    rng, graph = np.random.default_rng(seed), circuit.unfold(T)
    sizes = {"B": B, **dict.fromkeys(("n_x", "n_h", "n_o"), n)}
    given = {
        kind: {
            node.key if node.t else node.name: rng.normal(size=shape_of(node.dims, sizes))
            for node in graph.nodes
            if node.kind == kind
        }
        for kind in ("parameter", "input", "initial")
    }
    values = graph.forward(*given.values())
    return graph, values, graph.backward(values)


def texts(ax):
    return [text.get_text() for text in ax.texts]


def artists(ax, gid):
    return next((c for c in ax.collections if c.get_gid() == gid), None)


def count(ax, gid):
    found = artists(ax, gid)
    return 0 if found is None else len(found.get_paths())


def colours(ax, text):
    return {to_hex(t.get_color()) for t in ax.texts if t.get_text() == text}


# --- axes in, axes out ---


def test_a_picture_is_drawn_on_the_axes_it_is_given_and_on_new_ones_otherwise():
    ax, circuit = plt.subplots()[1], elman()
    assert draw.folded(circuit, ax) is ax
    assert draw.unfolded(circuit.unfold(2), ax) is ax
    assert draw.explanation("no", ax) is ax
    new = [draw.folded(circuit), draw.unfolded(circuit.unfold(2)), draw.explanation("no")]
    assert len({ax, *new}) == 4
    fig = plt.figure()
    assert draw.side_by_side(circuit, 2, fig) is fig
    assert draw.side_by_side(circuit, 2) is not fig


@pytest.mark.parametrize("size", [WIDE, SMALL])
@EVERY
def test_everything_is_inside_of_the_axes(circuit, size):
    figures = [plt.figure(figsize=size) for _ in range(4)]
    axes = [fig.add_axes((0, 0, 1, 0.9)) for fig in figures[:3]]
    draw.folded(circuit, axes[0], detail=True)
    draw.unfolded(circuit.unfold(1), axes[1])
    draw.unfolded(circuit.unfold(12), axes[2], window=(2, 5), checkpoints=[0])
    draw.side_by_side(circuit, 4, figures[3])
    for fig in figures:
        (ax,) = fig.axes
        fig.draw_without_rendering()
        frame = ax.get_window_extent().padded(1)
        points = [ax.transData.transform(p.vertices) for c in ax.collections for p in c.get_paths()]
        points += [text.get_window_extent().corners() for text in ax.texts]
        assert all(frame.contains(*point) for point in np.concatenate(points))


def test_a_drawing_is_not_distorted():
    ax = draw.unfolded(elman().unfold(3), plt.subplots(figsize=(4, 9))[1])
    ax.figure.draw_without_rendering()
    scale = np.diff(ax.transData.transform([(0, 0), (1, 1)]), axis=0)
    np.testing.assert_allclose(*scale[0])


def test_letters_shrink_with_the_axes():
    sizes = [
        draw.unfolded(elman().unfold(3), plt.subplots(figsize=size)[1]).texts[0].get_fontsize()
        for size in (WIDE, SMALL)
    ]
    assert sizes[0] > sizes[1]


def test_in_small_axes_fewer_steps_are_drawn():
    graph = lstm().unfold(12)
    wide, small = (
        texts(draw.unfolded(graph, plt.subplots(figsize=size)[1], detail=True))
        for size in (WIDE, SMALL)
    )
    assert "h(12)" in wide and "h(12)" in small
    assert len(small) < len(wide)


# --- nodes and wires ---


@EVERY
def test_a_black_square_marks_each_delayed_wire(circuit):
    delays = [edge.delay for edge in circuit.edges if edge.delay]
    ax = draw.folded(circuit, detail=True)
    assert count(ax, "delays") == len(delays)
    np.testing.assert_allclose(artists(ax, "delays").get_facecolor(), [to_rgba("black")])


def test_a_delay_that_is_not_one_is_written_beside_its_square():
    assert "3" in texts(draw.folded(skip(3)))
    assert "−1" in texts(draw.folded(bidirectional()))
    assert "1" not in texts(draw.folded(elman()))


@EVERY
def test_the_unfolded_picture_has_every_node_and_as_many_wires_as_the_graph(circuit):
    graph = circuit.unfold(3)
    ax = draw.unfolded(graph, detail=True)
    labels = {node.label for node in graph.nodes if node.kind != "parameter"}
    assert labels <= set(texts(ax))
    parameters = {node.key for node in graph.nodes if node.kind == "parameter"}
    wires = {e[:2] for e in graph.edges if e.source not in parameters}
    assert count(ax, "nodes") == len(labels)
    assert count(ax, "wires") == count(ax, "heads") == len(wires)
    assert count(ax, "delays") == 0


def test_only_what_is_given_from_outside_has_a_dotted_border():
    ax = draw.unfolded(skip(3).unfold(4))
    dashes = [style[1] for style in artists(ax, "nodes").get_linestyle()]
    dotted = {text for text, dash in zip(texts(ax), dashes, strict=False) if dash is not None}
    assert dotted == {"h(0)", "h(-1)", "h(-2)"}


def test_steps_that_do_not_fit_leave_an_ellipsis():
    ax = draw.unfolded(elman().unfold(12), max_steps=6)
    shown = [f"h({t})" for t in (0, 1, 2, 3, 11, 12)]
    assert [text for text in texts(ax) if text.startswith("h(")] == shown[1:] + shown[:1]
    assert texts(ax).count("…") == 1
    assert "…" not in texts(draw.unfolded(elman().unfold(6), max_steps=6))


# --- parameters ---


def test_tied_copies_have_one_colour_one_line_style_and_one_letter():
    ax = draw.unfolded(elman().unfold(5))
    for name, colour in plots.PARAMETER.items():
        assert texts(ax).count(name) == 5
        assert colours(ax, name) == {colour.lower()}
    wires = artists(ax, "wires")
    looks = {
        (to_hex(c), str(s)) for c, s in zip(wires.get_colors(), wires.get_linestyles(), strict=True)
    }
    assert len(looks) == 4  # U, W, V, and the wires without a weight
    assert len({style for _, style in looks}) == 3  # the latter are as straight as those of U


def test_untied_copies_have_a_letter_and_a_shade_each():
    ax = draw.unfolded(elman().unfold(5, tied=False))
    for name in "UWV":
        copies = [f"{name}({t})" for t in range(1, 6)]
        assert all(texts(ax).count(copy) == 1 for copy in copies)
        assert len({frozenset(colours(ax, copy)) for copy in copies}) == 5
        assert name not in texts(ax)


def test_folded_and_unfolded_name_weights_in_the_same_colours():
    circuit = elman()
    for name in "UWV":
        assert colours(draw.folded(circuit), name) == colours(
            draw.unfolded(circuit.unfold(2)), name
        )


def test_biases_are_named_on_request_and_a_nodes_only_parameter_always():
    assert not {"b", "c"} & set(texts(draw.folded(elman())))
    assert {"b", "c"} <= set(texts(draw.folded(elman(), biases=True)))
    assert texts(draw.unfolded(elman().unfold(4), biases=True)).count("b") == 4
    assert "θ" in texts(draw.folded(CIRCUITS["autonomous"]))


def test_detail_adds_the_states_on_the_way():
    assert "a" not in texts(draw.folded(elman()))
    assert "a" in texts(draw.folded(elman(), detail=True))


@EVERY
def test_side_by_side_the_nodes_of_a_name_are_on_one_level(circuit):
    (ax,) = draw.side_by_side(circuit, 3).axes
    heights = {}
    for text in ax.texts:
        name, _, _ = text.get_text().partition("(")
        if name in {node.symbol for node in circuit.nodes if node.kind != "parameter"}:
            heights.setdefault(name, set()).add(round(text.get_position()[1], 6))
    assert all(len(levels) == 1 for levels in heights.values()), heights


def test_side_by_side_says_for_how_many_steps():
    assert "T = 1 step" in texts(draw.side_by_side(elman(), 1).axes[0])
    assert "T = 4 steps" in texts(draw.side_by_side(elman(), 4).axes[0])


# --- values ---


def test_a_scalar_is_written_into_its_node():
    graph, values, _ = run(elman(), 3)
    written = texts(draw.unfolded(graph, values=values))
    for t in (1, 2, 3):
        assert number(values["h", t].item()) in written
        assert number(values["L", t].item()) in written


def test_a_vector_is_a_strip_with_a_cell_for_each_number_and_the_sign_in_its_colour():
    graph, values, _ = run(elman(), 2, n=5, B=3)
    ax = draw.unfolded(graph, values={("h", 1): values["h", 1]})
    cells = artists(ax, "cells")
    assert len(cells.get_paths()) == 5
    red, _, blue, _ = cells.get_facecolor().T
    np.testing.assert_array_equal(blue > red, values["h", 1][0] > 0)  # purple above, orange below


def test_part_of_the_values_is_drawn_on_part_of_the_nodes():
    graph, values, _ = run(elman(), 3, seed=1)
    ax = draw.unfolded(graph, values={("h", 2): values["h", 2]})
    assert number(values["h", 2].item()) in texts(ax)
    assert number(values["h", 3].item()) not in texts(ax)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0.00"), (0.314, "0.31"), (-12.3, "−12.30"), (0.0031, "0.003"), (1234.5, "1234"),
     (1e-7, "1e−07"), (2.5e9, "2e+09"), (np.nan, "NaN"), (-np.inf, "−inf")],
)  # fmt: skip
def test_numbers_are_written_short(value, text):
    assert number(value) == text


# --- gradients ---


def wire_of(ax, graph, source, target):
    """The drawn path between two nodes, and its width, found by the places of their labels."""
    at = {text.get_text(): np.array(text.get_position()) for text in ax.texts}
    wires = artists(ax, "wires")
    a, b = at[graph[source].label], at[graph[target].label]
    for path, width in zip(wires.get_paths(), wires.get_linewidths(), strict=True):
        start, end = path.vertices[[0, -1]]
        for p, q, backward in ((a, b, False), (b, a, True)):
            if np.hypot(*(start - p)) < 0.8 and np.hypot(*(end - q)) < 1.1:
                return width, backward
    raise AssertionError(f"no wire between {source} and {target}")


def test_wires_with_a_gradient_run_backward_and_are_wider_where_it_is_larger():
    graph, _, gradients = run(elman(), 5)
    ax = draw.unfolded(graph, gradients=gradients)
    sizes, widths = [], []
    for t in range(1, 5):
        (edge,) = [e for e in gradients.contributions(("h", t)) if e.target[0] == "a"]
        width, backward = wire_of(ax, graph, ("h", t), ("h", t + 1))
        assert backward
        sizes.append(np.abs(gradients.along[edge]).item())
        widths.append(width)
    assert np.argsort(sizes).tolist() == np.argsort(widths).tolist()


def test_part_of_the_gradients_turns_part_of_the_wires():
    graph, _, gradients = run(elman(), 3)
    along = {e: g for e, g in gradients.along.items() if e.source == ("h", 2)}
    ax = draw.unfolded(graph, gradients=along)
    assert wire_of(ax, graph, ("h", 2), ("h", 3))[1]
    assert not wire_of(ax, graph, ("h", 1), ("h", 2))[1]


def test_a_gradient_of_zero_is_a_thin_wire_and_one_that_is_not_finite_is_named():
    graph, _, gradients = run(elman(), 3)
    along = {e: g * (e.source != ("h", 1)) for e, g in gradients.along.items()}
    ax = draw.unfolded(graph, gradients=along)
    thin, _ = wire_of(ax, graph, ("h", 1), ("h", 2))
    assert thin == min(artists(ax, "wires").get_linewidths())
    along = {e: g * (np.nan if e.source == ("h", 1) else 1) for e, g in gradients.along.items()}
    assert any("not finite" in text for text in texts(draw.unfolded(graph, gradients=along)))


# --- marks ---


def test_the_critical_path_stands_out_along_the_states():
    graph = elman().unfold(6)
    ax = draw.unfolded(graph, highlight=graph.critical_path())
    halos = count(ax, "halos")
    assert halos == 8 + 7  # h(1) to h(6), o(6), L(6), and the wires between
    assert count(draw.unfolded(graph), "halos") == 0


def test_marked_steps_have_a_band_behind_their_column_and_a_word_below():
    graph = elman().unfold(6)
    ax = draw.unfolded(graph, window=(2, 4), checkpoints=[0, 3], recomputed=[4, 5])
    at = {text.get_text(): text.get_position()[0] for text in ax.texts}
    for word, steps, hatch in (
        ("window", (2, 3, 4), False), ("kept", (0, 3), False), ("recomputed", (4, 5), True),
    ):  # fmt: skip
        found = sorted(t.get_position()[0] for t in ax.texts if t.get_text() == word)
        np.testing.assert_allclose(found, [at[f"h({t})"] for t in steps])
        middles = [
            b.get_x() + b.get_width() / 2 for b in ax.patches if bool(b.get_hatch()) is hatch
        ]
        assert set(np.round(found, 6)) <= set(np.round(middles, 6))
    assert len(ax.patches) == 7


def test_a_window_over_steps_that_are_left_out_goes_on_behind_the_ellipsis():
    graph = elman().unfold(30)
    ax = draw.unfolded(graph, window=(3, 29), max_steps=6)
    ellipsis = next(t.get_position()[0] for t in ax.texts if t.get_text() == "…")
    assert any(b.get_x() < ellipsis < b.get_x() + b.get_width() for b in ax.patches)


# --- words ---


def test_a_circuit_in_words_is_who_reads_what_through_which_weights():
    assert draw.describe(elman(loss=None)) == (
        "A circuit: h(t) reads h(t-1) through W and x(t) through U"
    )
    words = draw.describe(bidirectional().unfold(4))
    assert "unfolded for T = 4" in words
    assert "g(t) reads g(t+1) through W_g and x(t) through U_g" in words
    assert "All steps share U, W, b" in words
    assert "Given from outside: h(0) and g(5)" in words
    assert "Each step has its own" in draw.describe(elman().unfold(4, tied=False))


@EVERY
def test_every_picture_has_its_words_as_alternative_text(circuit):
    graph = circuit.unfold(2)
    folded, unfolded = draw.folded(circuit), draw.unfolded(graph)
    both = plots.alt_text(draw.side_by_side(circuit, 2))
    for ax, words in ((folded, draw.describe(circuit)), (unfolded, draw.describe(graph))):
        assert words in plots.alt_text(ax.figure)
        assert words in both


def test_the_words_say_what_is_drawn_on_the_graph():
    graph, values, gradients = run(elman(), 4, n=2)
    words = plots.alt_text(
        draw.unfolded(
            graph, values=values, gradients=gradients, window=(2, 3), checkpoints=[0],
            highlight=[("h", 1), ("h", 2)],
        ).figure
    )  # fmt: skip
    for part in ("window: 2 and 3", "kept: 0", "highlighted: h(1) and h(2)", "strips: from"):
        assert part in words
    assert "gradients, backward: from" in words


def test_words_go_when_the_axes_are_cleared():
    ax = draw.folded(elman())
    ax.clear()
    assert "through W" not in plots.alt_text(ax.figure)


# --- what cannot be drawn ---


def test_what_is_not_finite_is_drawn_and_named():
    graph, values, _ = run(elman(), 3, n=2)
    broken = {**values.arrays, ("h", 2): np.array([[np.nan, 1.0]])}
    ax = draw.unfolded(graph, values=broken)
    assert any("not finite: h(2)" in text for text in texts(ax))
    assert to_rgba("black") in {tuple(c) for c in artists(ax, "cells").get_facecolor()}
    graph, values, _ = run(elman(), 3)
    assert "NaN" in texts(draw.unfolded(graph, values={("h", 2): np.array([[np.nan]])}))


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        (lambda g: draw.side_by_side(elman(), 0), "T must be a whole number of at least 1, got 0"),
        (lambda g: draw.unfolded(g, max_steps=2), "max_steps must be at least 3, got 2"),
        (lambda g: draw.unfolded(g, highlight=[("h", 9)]), "no node"),
        (lambda g: draw.unfolded(g, values={("q", 1): np.ones((1, 1))}), "no node"),
        (lambda g: draw.unfolded(g, values={("h", 1): 0.5}), r"h\(1\) must be \(B, n_h\), got"),
        (lambda g: draw.unfolded(g, window=(3, 2)), "from its first step to its last"),
        (lambda g: draw.unfolded(g, window=(1, 4)), "window: the steps are 0 to 3, got 4"),
        (lambda g: draw.unfolded(g, checkpoints=[-1]), "kept: the steps are 0 to 3, got -1"),
    ],
)
def test_what_has_no_meaning_is_refused_and_leaves_no_figure(wrong, rule):
    with pytest.raises(ValueError, match=rule):
        wrong(elman().unfold(3))
    assert plt.get_fignums() == []


def test_a_circuit_is_not_taken_for_its_graph():
    with pytest.raises(TypeError, match="this draws a Graph, got Circuit"):
        draw.unfolded(elman())
    with pytest.raises(TypeError, match="this draws a Circuit, got Graph"):
        draw.folded(elman().unfold(2))


def test_an_explanation_stands_in_the_place_of_a_picture():
    ax = draw.explanation(ValueError("its delay is 0"), title="Not a circuit")
    assert texts(ax) == ["its delay is 0"]
    assert ax.get_title() or ax.get_title(loc="left")


# --- the picture of the README ---


def test_the_cover_shows_elman_folded_and_unfolded_for_four_steps():
    fig = draw.cover()
    assert isinstance(fig, Figure)
    assert {"h", "h(0)", "h(4)", "T = 4 steps"} <= set(texts(fig.axes[0]))


# --- numbers written out ---


def test_two_numbers_are_written_out_on_request_and_are_a_strip_otherwise():
    graph, values, _ = run(elman(), 3, n=2)
    strips = draw.unfolded(graph, values=values)
    written = draw.unfolded(graph, values=values, written=2)
    assert count(strips, "cells") and not count(written, "cells")
    first, second = values["h", 2][0]
    assert f"{number(first)}  {number(second)}" in texts(written)
    assert not any(text.startswith("strips:") for text in texts(written))
    with pytest.raises(ValueError, match="written must be 1 or 2, got 3"):
        draw.unfolded(graph, values=values, written=3)


@pytest.mark.parametrize("tied", [True, False])
def test_beside_each_wire_stands_the_gradient_of_its_copy_of_the_weight(tied):
    _, values, _ = run(elman(), 3)
    graph = elman().unfold(3, tied=tied)
    given = {name: values[name] for name in "UWVbc"}
    inputs = {name: values[name] for name in "xy"}
    ran = graph.forward(given, inputs, {"h": values["h", 0]})
    gradients = graph.backward(ran)
    ax = draw.unfolded(graph, values=gradients, gradients=gradients, of_weights=True)
    of_copies = elman().unfold(3, tied=False)
    copies = of_copies.backward(of_copies.forward(given, inputs, {"h": values["h", 0]}))
    for name in "UWV":
        for t in (1, 2, 3):
            assert f"d{name}({t})\n{number(copies[name, t].item())}" in texts(ax)
    words = artists(ax, "nodes").get_label()
    assert f"dW(2) = {number(copies['W', 2].item())}" in words


def test_a_matrix_has_no_number_beside_its_wire():
    graph, values, gradients = run(elman(), 2, n=2)
    ax = draw.unfolded(graph, values=values, gradients=gradients, of_weights=True)
    assert texts(ax).count("W") == 2 and not any("\n" in text for text in texts(ax))
