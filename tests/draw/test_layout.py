"""Where things stand in the pictures of circuits: `rnnlib.draw`, before anything is drawn."""

from functools import cache
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlib.circuits.ready_made import READY_MADE, elman, jordan, lstm, skip
from rnnlib.draw.canvas import Canvas, text_size
from rnnlib.draw.folding import fold, placed
from rnnlib.draw.layout import crossing, rows
from rnnlib.draw.routes import HEIGHT, Place, Shape, rounded, sampled, straight
from rnnlib.draw.sketch import sketch
from rnnlib.draw.unfolding import Numbers, choose_columns, unfold

CIRCUITS = {name: make() for name, make in READY_MADE.items()}
CIRCUITS |= {
    "teacher forcing": jordan(teacher_forcing=True),
    "weighted": elman(weighted=True),
    "no loss": lstm(loss=None),
}
EVERY = pytest.mark.parametrize("circuit", CIRCUITS.values(), ids=CIRCUITS)
# One column, no column between the first and the last, all columns, a gap and the widest numbers.
STEPS = [1, 2, 3, 150]


@cache
def canvases(circuit):
    """The folded picture, and unfolded ones, with all parameters named; each without detail too."""
    gathered = []
    for detail in (False, True):
        gathered.append(Canvas())
        fold(gathered[-1], sketch(circuit, detail=detail), biases=True)
        for T in STEPS:
            drawn = sketch(circuit.unfold(T), detail=detail)
            gathered.append(Canvas())
            columns = choose_columns(drawn, T, most=8)
            unfold(gathered[-1], Numbers(drawn, {}, {}), columns, biases=True)
    return gathered


@cache
def patterns(circuit):
    """What is drawn at one step: without detail, and with it."""
    return [sketch(circuit, detail=detail).pattern for detail in (False, True)]


# --- nothing overlaps ---


@EVERY
def test_no_node_and_no_letters_overlap_others(circuit):
    for canvas in canvases(circuit):
        middles, halves = (np.array(part) for part in zip(*canvas.boxes, strict=True))
        apart = np.abs(middles[:, None] - middles) > halves[:, None] + halves - 1e-6
        assert (apart.any(axis=-1) | np.eye(len(middles), dtype=bool)).all()


@EVERY
def test_no_wire_runs_through_a_node(circuit):
    for canvas in canvases(circuit):
        for path in canvas.paths:
            points = sampled(path, 0.02)
            for middle, half in canvas.boxes[: len(canvas.nodes)]:
                distance = (((points - middle) / half) ** 2).sum(axis=1)
                assert distance.min() > 0.95, (path, middle)


@EVERY
def test_no_wire_runs_through_letters(circuit):
    for canvas in canvases(circuit):
        points = np.concatenate([sampled(path, 0.02) for path in canvas.paths])
        for x, y, text, size, *_ in canvas.texts:
            half = text_size(text, size) / 2
            assert (np.abs(points - (x, y)) > half - 0.03).any(axis=1).all(), (text, x, y)


@EVERY
def test_a_label_fits_into_its_node(circuit):
    for canvas in canvases(circuit):
        labels = canvas.texts[: len(canvas.nodes)]
        for (*_, label, size, _, _), (_, half) in zip(labels, canvas.boxes, strict=False):
            assert text_size(label, size)[0] < 2 * half[0]


# --- the same levels for the circuit and for every unfolding of it ---


@EVERY
def test_a_circuit_and_its_unfoldings_have_one_pattern(circuit):
    for detail, pattern in enumerate(patterns(circuit)):
        for T in (1, 2, 5):
            assert sketch(circuit.unfold(T), detail=bool(detail)).pattern == pattern
            assert sketch(circuit.unfold(T, tied=False), detail=bool(detail)).pattern == pattern


@EVERY
def test_rows_go_from_inputs_by_states_outputs_and_losses_to_targets(circuit):
    for pattern in patterns(circuit):
        row, kinds = rows(pattern), dict(pattern.kinds)
        targets = {"y", "weight"} & set(kinds)
        order = ["input", "state", "output", "loss", "target"]
        rank = {name: order.index("target" if name in targets else kinds[name]) for name in kinds}
        for a, b in combinations(kinds, 2):
            if rank[a] != rank[b]:
                assert (row[a] < row[b]) == (rank[a] < rank[b]), (a, b)


@EVERY
def test_within_a_step_wires_go_up_except_from_targets(circuit):
    for pattern in patterns(circuit):
        row = rows(pattern)
        for source, target, delay in pattern.links:
            if delay == 0 and source not in ("y", "weight"):
                assert row[source] < row[target]


@EVERY
def test_columns_are_the_same_one_pitch_apart(circuit):
    drawn = sketch(circuit.unfold(5))
    columns = choose_columns(drawn, 5, most=8)
    for name, t in drawn.spots:
        if t is not None and (name, t + 1) in drawn.spots:
            here, there = (columns.place(name, step, 2).at for step in (t, t + 1))
            np.testing.assert_allclose(there - here, [columns.plan.pitch, 0], atol=1e-12)


@given(T=st.integers(1, 40), most=st.integers(3, 12))
def test_as_many_steps_are_drawn_as_are_allowed_with_the_first_and_the_last(T, most):
    drawn = sketch(elman().unfold(T))
    given, *steps = choose_columns(drawn, T, most=most).steps
    shown = [t for t in steps if t is not None]
    assert given == 0
    assert len(steps) == min(T, most)
    assert shown == sorted(set(shown)) and shown[0] == 1 and shown[-1] == T
    assert (None in steps) == (most < T)


# --- what stands on which wire ---


@EVERY
def test_a_weight_stands_on_the_wire_of_what_it_multiplies_in_the_equations(circuit):
    equations = dict(line.split(" = ") for line in str(circuit).splitlines())
    heads = {head.partition("(")[0]: text for head, text in equations.items()}
    for wire in sketch(circuit, detail=True).wires:
        for weight in wire.weights:
            products = heads[wire.target[0]].split(" + ")
            assert any(p.startswith(f"{weight.label} {wire.source[0]}") for p in products)


@EVERY
def test_every_parameter_is_on_a_wire_or_beside_a_node(circuit):
    for detail in (False, True):
        drawn = sketch(circuit, detail=detail)
        named = {p.symbol for spot in drawn.spots.values() for p in spot.beside}
        named |= {weight.symbol for wire in drawn.wires for weight in wire.weights}
        assert named == {node.symbol for node in circuit.nodes if node.kind == "parameter"}


def test_without_detail_only_states_that_last_or_are_read_out_are_drawn():
    names = {name: {key[0] for key in sketch(c).spots} for name, c in CIRCUITS.items()}
    assert names["LSTM"] == {"x", "m", "h", "out", "L", "y"}
    assert names["GRU"] == names["elman"] == names["jordan"] == {"x", "h", "o", "L", "y"}
    assert names["sequence to sequence"] == {"x", "h", "C", "d", "o", "L", "y"}


@EVERY
def test_detail_draws_every_node_but_the_parameters(circuit):
    drawn = {name for name, _ in sketch(circuit, detail=True).spots}
    assert drawn == {node.name for node in circuit.nodes if node.kind != "parameter"}


@EVERY
def test_a_node_depends_on_the_same_with_and_without_detail(circuit):
    def ancestors(drawn, key):
        reached, latest = set(), {key}
        while latest:
            latest = {w.source for w in drawn.wires if w.target in latest} - reached
            reached |= latest
        return reached

    graph = circuit.unfold(3)
    rough, fine = sketch(graph), sketch(graph, detail=True)
    for key in rough.spots:
        assert ancestors(rough, key) == ancestors(fine, key) & set(rough.spots)


def test_only_circuits_and_graphs_have_a_sketch():
    with pytest.raises(TypeError, match="only a Circuit or a Graph can be drawn, got str"):
        sketch("h")


# --- shapes and paths ---


@given(
    half=st.floats(HEIGHT, 2), power=st.sampled_from([2, 5]), angle=st.floats(0, 6.28),
    height=st.floats(-0.4, 0.4), side=st.sampled_from([-1, 1]),
)  # fmt: skip
def test_borders_ports_and_outlines_are_points_of_one_curve(half, power, angle, height, side):
    shape = Shape(half, power)
    direction = np.array([np.cos(angle), np.sin(angle)])
    points = [shape.border(direction), shape.port(side, height), *shape.outline()]
    curve = (np.abs(np.array(points) / (half, HEIGHT)) ** power).sum(axis=1)
    np.testing.assert_allclose(curve, 1, rtol=1e-9)
    assert shape.port(side, height)[1] == height


def test_a_straight_wire_lies_between_two_nodes_on_the_line_of_their_middles():
    a, b = Place(np.zeros(2), Shape(0.5)), Place(np.array([3.0, 4.0]), Shape(0.7))
    path = straight(a, b)
    np.testing.assert_allclose(path[:, 0] * 4, path[:, 1] * 3)
    assert 0 < path[0, 0] < path[1, 0] < 3


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=2, max_size=6))
def test_rounding_corners_keeps_both_ends_and_shortens_the_way(corners):
    path = rounded(corners)
    np.testing.assert_allclose(path[[0, -1]], [corners[0], corners[-1]])
    ways = [np.hypot(*np.diff(np.array(p, float), axis=0).T).sum() for p in (path, corners)]
    assert ways[0] <= ways[1] + 1e-9


def test_segments_cross_only_inside_of_both():
    a, b = np.array([[0.0, 0.0]]), np.array([[2.0, 2.0]])
    starts = np.array([[0.0, 2.0], [2.0, 2.0], [0.0, 0.5]])
    ends = np.array([[2.0, 0.0], [3.0, 0.0], [0.0, 3.0]])
    assert crossing(a, b, starts, ends).tolist() == [[True, False, False]]


def test_a_row_over_which_wires_pass_by_has_more_room():
    low, high = (placed(sketch(c.unfold(5))) for c in (elman(), skip(3)))
    assert high.y["o"] - high.y["h"] > low.y["o"] - low.y["h"]
    assert high.y["h"] - high.y["x"] == low.y["h"] - low.y["x"]
