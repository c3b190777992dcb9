"""The pictures that the course draws: a circuit folded, its graph unfolded, and both side by side.

Figures 10.2 and 10.3 of *Deep Learning* look like this.
"""

from collections.abc import Collection, Iterable, Mapping
from textwrap import fill

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnnlib.circuits.circuit import Circuit, Graph
from rnnlib.circuits.nodes import GraphEdge, Key
from rnnlib.circuits.propagation import Gradients, PerNode, Run
from rnnlib.circuits.ready_made import elman
from rnnlib.draw.canvas import EM, Canvas
from rnnlib.draw.folding import fold
from rnnlib.draw.sketch import listed, sketch
from rnnlib.draw.unfolding import Numbers, choose_columns, mark, unfold, write_notes
from rnnlib.plots import GREY, STYLE

HALF_WITH_VALUES = (0.62, 0.62, 1.12)  # half the width of a node, by how many numbers it shows
HALF_BESIDE_WEIGHTS = 1.2  # and where there are numbers beside the wires
BETWEEN = 3.4  # units between folded and unfolded, for the arrow
SMALLEST_UNIT = 19  # points; with smaller letters, fewer steps are drawn


def folded(
    circuit: Circuit,
    ax: Axes | None = None,
    *,
    title: str = "Folded: a circuit with delays",
    detail: bool = False,
    biases: bool = False,
) -> Axes:
    """A circuit with its loops; a black square delays by one step, or by the number beside it.

    detail: draw every node, also the states on the way to others, such as a(t).
    biases: name all parameters, also those that multiply nothing, such as b.
    """
    _check(circuit, Circuit)
    canvas = Canvas()
    fold(canvas, sketch(circuit, detail=detail), biases=biases)
    return _show(canvas, ax, title, describe(circuit, detail=detail))


def unfolded(
    graph: Graph,
    ax: Axes | None = None,
    *,
    title: str | None = None,
    detail: bool = False,
    biases: bool = False,
    values: Run | Mapping[Key, np.ndarray] | None = None,
    gradients: Gradients | Mapping[GraphEdge, np.ndarray] | None = None,
    written: int = 1,
    of_weights: bool = False,
    highlight: Iterable[Key] = (),
    window: tuple[int, int] | None = None,
    checkpoints: Collection[int] = (),
    recomputed: Collection[int] = (),
    max_steps: int = 8,
) -> Axes:
    """The graph of a circuit with a column for each step, and an ellipsis for what does not fit.

    values: of all nodes, or of some; of a batch, the first sequence is drawn.
    gradients: along all edges, or along some; their wires run backward, the larger the gradient
        the thicker and darker. Without detail, a wire shows what comes back to its source along
        the edges that it stands for; in an LSTM, two wires stand for one edge, and both show it.
    written: 1 or 2; a value of at most so many numbers is written out, a longer one is a strip.
    of_weights: beside the wire of a weight of one number stands the gradient of this copy, dW(2).
    highlight: the nodes of a path, for example `graph.critical_path()`.
    window: its first and last step; checkpoints, recomputed: the steps that are marked so.
    """
    _check(graph, Graph)
    if max_steps < 3:
        raise ValueError(f"max_steps must be at least 3, got {max_steps}")
    if written not in (1, 2):
        raise ValueError(f"written must be 1 or 2, got {written}")
    marks = _marks(graph, window, checkpoints, recomputed)
    path = [graph[key].key for key in highlight]
    values = _values(graph, values)
    along = gradients.along if isinstance(gradients, Gradients) else gradients or {}
    numbers = Numbers(sketch(graph, detail=detail), values, along, written, of_weights)
    half = HALF_WITH_VALUES[numbers.most_written] if values else 0
    columns = choose_columns(
        numbers.drawn, graph.T, most=max_steps, half=HALF_BESIDE_WEIGHTS if of_weights else half,
        **({} if ax is None else {"width": _width(ax)}),
    )  # fmt: skip
    canvas = Canvas()
    unfold(canvas, numbers, columns, biases=biases, path=path)
    mark(canvas, columns, marks)
    notes = numbers.notes()
    write_notes(canvas, notes)
    words = [describe(graph, detail=detail), *notes]
    words += [f"{name}: {listed(map(str, steps))}" for name, steps in marks.items() if steps]
    told = [numbers.weight_text(wire) for wire in numbers.drawn.wires]
    if copies := [text.replace("\n", " = ") for text in told if "\n" in text]:
        words.append(f"copies: {listed(copies)}")
    if path:
        words.append(f"highlighted: {listed(graph[key].label for key in path)}")
    title = f"Unfolded: T = {graph.T}" if title is None else title
    return _show(canvas, ax, title, ". ".join(words))


def side_by_side(
    circuit: Circuit,
    T: int,
    fig: Figure | None = None,
    *,
    title: str = "One circuit, folded and unfolded",
    tied: bool = True,
    detail: bool = False,
    biases: bool = False,
    max_steps: int = 8,
) -> Figure:
    """Both pictures with the same levels, colors and letters, and an arrow between them."""
    _check(circuit, Circuit)
    graph = circuit.unfold(T, tied=tied)
    fig = plt.figure(figsize=(12, 5)) if fig is None else fig
    ax = _fill(fig)
    canvas = Canvas()
    fold(canvas, sketch(circuit, detail=detail), biases=biases)
    (left, bottom), (right, top) = canvas.extent()
    steps = sketch(graph, detail=detail)
    room = _width(ax) - (right - left) - BETWEEN
    columns = choose_columns(steps, graph.T, most=max_steps, width=room)
    columns = columns._replace(origin=right + BETWEEN + columns.plan.left)
    unfold(canvas, Numbers(steps, {}, {}), columns, biases=biases)
    start, end, middle = right + 0.35, right + BETWEEN - 0.35, (bottom + top) / 2
    canvas.wire(np.array([(start, middle), (end, middle)]), colour=GREY, width=2.5)
    canvas.text((start + end) / 2, middle + 0.35, "unfold", colour=GREY, size=EM)
    steps_in_words = f"T = {graph.T} step" + ("s" if graph.T > 1 else "")
    canvas.text((start + end) / 2, middle - 0.38, steps_in_words, colour=GREY, size=EM)
    words = f"Left: {describe(circuit, detail=detail)}. Right: {describe(graph, detail=detail)}"
    _show(canvas, ax, title, words)
    return fig


def cover() -> Figure:
    """The picture of the README: Elman's circuit, folded and unfolded for four steps."""
    with plt.rc_context(STYLE):
        return side_by_side(elman(), 4, plt.figure(figsize=(7.8, 3.4)), title="")


def explanation(problem: object, ax: Axes | None = None, *, title: str = "No picture") -> Axes:
    """In the place of a picture, why there is none: a message or an error."""
    ax = _fill(plt.figure()) if ax is None else ax
    ax.set_axis_off()
    ax.set_title(title)
    ax.text(0.5, 0.5, fill(str(problem), 60), ha="center", va="center", transform=ax.transAxes)
    return ax


def describe(drawn: Circuit | Graph, *, detail: bool = False) -> str:
    """The picture in words, for those who do not see it."""
    picture = sketch(drawn, detail=detail)
    reads = "; ".join(picture.sentences()) or "nothing is read"
    if isinstance(drawn, Circuit):
        return f"A circuit: {reads}"
    words = [f"A circuit unfolded for T = {drawn.T}: {reads}"]
    if parameters := [node for node in drawn.nodes if node.kind == "parameter"]:
        names = listed(dict.fromkeys(node.symbol for node in parameters))
        tied = all(node.t is None for node in parameters)
        words.append(f"All steps share {names}" if tied else f"Each step has its own {names}")
    if given := [spot.label for spot in picture.spots.values() if spot.kind == "initial"]:
        words.append(f"Given from outside: {listed(given)}")
    return ". ".join(words)


def _check(drawn: object, kind: type):
    if not isinstance(drawn, kind):
        raise TypeError(f"this draws a {kind.__name__}, got {type(drawn).__name__}")


def _values(graph: Graph, values: PerNode | Mapping | None) -> dict[Key, np.ndarray]:
    """The values by node; ValueError for what is no node, or has not the dimensions of one."""
    found = {}
    arrays = values.arrays if isinstance(values, PerNode) else values or {}
    for key, value in arrays.items():
        node = graph[key]
        if np.ndim(value) != len(node.dims):
            dims = ", ".join(node.dims)
            raise ValueError(f"{node.label} must be ({dims}), got shape {np.shape(value)}")
        found[node.key] = value
    return found


def _marks(graph: Graph, window, checkpoints, recomputed) -> dict[str, list[int]]:
    """The steps that have each mark."""
    inside = [*range(window[0], window[1] + 1)] if window else []
    if window and not inside:
        raise ValueError(f"a window goes from its first step to its last, got {window}")
    marks = {"window": inside, "recomputed": sorted(recomputed), "kept": sorted(checkpoints)}
    for name, steps in marks.items():
        if wrong := [t for t in steps if not 0 <= t <= graph.T]:
            raise ValueError(f"{name}: the steps are 0 to {graph.T}, got {wrong[0]}")
    return marks


def _width(ax: Axes) -> float:
    """Of the axes, in units as small as they may get."""
    return ax.get_window_extent().width * 72 / ax.figure.dpi / SMALLEST_UNIT


def _fill(fig: Figure) -> Axes:
    """Axes over the whole figure, up to the title."""
    return fig.add_axes((0.01, 0.01, 0.98, 0.9))


def _show(canvas: Canvas, ax: Axes | None, title: str, words: str) -> Axes:
    """On the given axes, or on those of a new figure of a fitting size."""
    if ax is None:
        low, high = canvas.extent()
        ax = _fill(plt.figure(figsize=np.clip(0.55 * (high - low) + (0, 0.4), (3, 2), (13, 8))))
    ax.set_title(title, y=1.0)  # with y given, Matplotlib does not measure ticks to find one
    return canvas.paint(ax, words)
