"""An unfolded graph on a canvas: a column for each step, values on nodes, gradients on wires."""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import matplotlib as mpl
import numpy as np

from rnnlib.circuits.nodes import GraphEdge, Key
from rnnlib.draw import routes
from rnnlib.draw.canvas import EM, Canvas, number
from rnnlib.draw.folding import FILL, letters, look, name_parameters, placed
from rnnlib.draw.routes import Columns, Place
from rnnlib.draw.sketch import Sketch, Wire
from rnnlib.plots import BLACK, GREY, LIGHT_GREY, SKY

BESIDE = 0.28  # the size of letters with a number below them
DECADES = 4  # of gradients, from the thickest wire to the thinnest
NEAR_THE_END = (0.5, 0.6, 0.7, 0.8, 1.0, 0.4)
MARKS = {"window": (LIGHT_GREY, None), "recomputed": ("white", "///"), "kept": (SKY, None)}


@dataclass(frozen=True)
class Numbers:
    """What is known of a graph's numbers: values of some nodes, gradients along some edges.

    written: a value of at most so many numbers is written out, a longer one is a strip.
    of_weights: the gradient of each copy of a weight of one number stands beside its wire.
    """

    drawn: Sketch
    values: Mapping[Key, np.ndarray]
    gradients: Mapping[GraphEdge, np.ndarray]
    written: int = 1
    of_weights: bool = False

    def value(self, key: Key) -> np.ndarray:
        """Of a batch, the first sequence."""
        return np.ravel(self.values[key][0])

    @cached_property
    def limit(self) -> float:
        """The largest number on any strip."""
        values = map(self.value, self._known)
        strips = [v[np.isfinite(v)] for v in values if v.size > self.written]
        return max((np.abs(strip).max(initial=0) for strip in strips), default=0)

    @cached_property
    def sizes(self) -> dict[Wire, float]:
        """The norm of what comes back along each wire of which it is known."""
        return {
            wire: float(np.linalg.norm(sum(self.gradients[edge] for edge in wire.edges)))
            for wire in self.drawn.wires
            if all(edge in self.gradients for edge in wire.edges)
        }

    @cached_property
    def most_written(self) -> int:
        """How many numbers stand side by side in the widest node."""
        sizes = [self.value(key).size for key in self._known]
        return max((size for size in sizes if size <= self.written), default=0)

    def weight_text(self, wire: Wire) -> str:
        """W, or dW(2) and below it the gradient of this copy of W."""
        text = letters(wire.weights)
        if not self.of_weights or len(wire.weights) != 1:
            return text
        (weight,), edge = wire.weights, wire.edges[0]
        for other, gradient in self.gradients.items():
            # a matrix stands right before what it multiplies
            if (other.target, other.slot) == (edge.target, edge.slot - 1) and gradient.size == 1:
                return f"d{weight.symbol}({edge.target[1]})\n{number(gradient.item())}"
        return text

    def strip(self, key: Key) -> list:
        """A color for each number: orange below zero, purple above, black for NaN."""
        shades = mpl.colormaps["PuOr"]
        shares = self.value(key) / (self.limit or 1)
        return [shades(0.5 + 0.5 * s) if math.isfinite(s) else BLACK for s in shares]

    def look(self, wire: Wire) -> dict:
        """A backward wire: thick and dark if the gradient is large."""
        size = self.sizes[wire]
        if not math.isfinite(size):
            return {"colour": BLACK, "style": ":", "width": 3}
        if size == 0:
            return {"colour": GREY, "style": ":", "width": 0.6}
        share = max(0, 1 + math.log10(size / max(self._positive_sizes)) / DECADES)
        return {"colour": mpl.colormaps["magma_r"](0.3 + 0.65 * share), "width": 0.6 + 2.8 * share}

    def notes(self) -> list[str]:
        """What the strips and the backward wires mean, and what is not finite."""
        notes = []
        if self.limit:
            low, high = number(-self.limit), number(self.limit)
            notes.append(f"strips: from {low}, orange, to {high}, purple")
        if sizes := self._positive_sizes:
            low, high = number(min(sizes)), number(max(sizes))
            notes.append(f"gradients, backward: from {low}, thin, to {high}, thick")
        if bad := [key for key in self._known if not np.isfinite(self.value(key)).all()]:
            first = self.drawn.spots[min(bad, key=lambda key: key[1] or 0)].label
            notes.append(f"not finite: {first}" + (f" and {len(bad) - 1} more" if bad[1:] else ""))
        if not all(map(math.isfinite, self.sizes.values())):
            notes.append("thick and dotted: a gradient that is not finite")
        return notes

    @property
    def _known(self) -> list[Key]:
        return [key for key in self.drawn.spots if key in self.values]

    @cached_property
    def _positive_sizes(self) -> list[float]:
        return [size for size in self.sizes.values() if 0 < size < math.inf]


def choose_columns(
    drawn: Sketch, T: int, *, most: int, width: float = math.inf, half: float = 0
) -> Columns:
    """All steps, or as many of the first and the last as fit; and what is given around them.

    half: half the width of a node that holds a value, or 0 if none does.
    """
    layout = placed(drawn, half=half)
    given = sorted({t for _, t in drawn.spots if t is not None and not 1 <= t <= T})
    if math.isfinite(width):
        most = min(most, max(int(width / layout.pitch) - len(given), 3))
    steps = [*range(1, T + 1)]
    if most < T:
        last = (most - 1) // 2
        steps = [*steps[: most - 1 - last], None, *steps[-last:]]
    before, after = [t for t in given if t < 1], [t for t in given if t > T]
    return Columns((*before, *steps, *after), layout)


def unfold(
    canvas: Canvas,
    numbers: Numbers,
    columns: Columns,
    *,
    biases: bool,
    path: Sequence[Key] = (),
):
    """The nodes and wires of all columns; those of the path stand out."""
    drawn = numbers.drawn
    power = 5 if numbers.values else 2  # boxes have more room
    visible = [key for key in path if key in drawn.spots]
    places = {key: columns.place(*key, power) for key in drawn.spots if columns.shown(key[1])}
    for key, place in places.items():
        _put_node(canvas, numbers, key, place, ring=key in visible)
    followed = set(pairwise(visible))
    paths = {w: routes.unfolded(w, columns, power) for w in drawn.wires if _appears(w, columns)}
    for wire, route in paths.items():
        _put_wire(canvas, numbers, wire, route, _last(columns))
        if (wire.source, wire.target) in followed:
            canvas.halo(route)
    for y in _ellipses(paths, columns):
        canvas.put(np.array([columns.x(None), y]), "…", BLACK)
    _write_weights(canvas, numbers, paths, columns)
    name_parameters(canvas, drawn, places, biases=biases)


def _put_node(canvas: Canvas, numbers: Numbers, key: Key, place: Place, *, ring: bool):
    """A node with its value, if that is known: a number, or a strip of them."""
    spot = numbers.drawn.spots[key]
    style: dict[str, Any] = {"fill": FILL.get(spot.kind, "white"), "ring": ring}
    style["style"] = ":" if spot.kind == "initial" else "-"
    if key not in numbers.values:
        canvas.node(place, spot.label, **style)
    elif (value := numbers.value(key)).size <= numbers.written:
        canvas.node_with_numbers(place, spot.label, value.tolist(), **style)
    else:
        canvas.node_with_strip(place, spot.label, numbers.strip(key), **style)


def _put_wire(canvas: Canvas, numbers: Numbers, wire: Wire, route: np.ndarray, T: int):
    """A wire forward, or backward where its gradient is known."""
    if wire in numbers.sizes:
        canvas.wire(route[::-1], **numbers.look(wire))
    else:
        colour, style = look(wire.weights, T)
        canvas.wire(route, colour=colour, style=style)


def _last(columns: Columns) -> int:
    return max(t for t in columns.steps if t)


def _appears(wire: Wire, columns: Columns) -> bool:
    """Both ends are drawn; or one is, and the other is left out as one of many steps."""
    ends = columns.shown(wire.source[1]), columns.shown(wire.target[1])
    return all(ends) or (any(ends) and wire.delay != 0)


def _ellipses(paths: Iterable[Wire], columns: Columns) -> set[float]:
    """How high the dots stand for what is left out: where wires lead there."""
    if None not in columns.steps:
        return set()
    y, heights = columns.plan.y, set()
    for wire in paths:
        for name, t in (wire.source, wire.target):
            if abs(wire.delay) > 1 and not columns.shown(t):
                heights.add(max(y[wire.source[0]], y[wire.target[0]]) + routes.ABOVE)
            elif not columns.shown(t):
                heights.add(y[name])
    return heights or {max(y.values()) / 2}


def _write_weights(
    canvas: Canvas, numbers: Numbers, paths: Mapping[Wire, np.ndarray], columns: Columns
):
    """The same wire of each step has its letters in the same place."""
    last, gap = _last(columns), 0.18 if numbers.sizes else 0.09
    copies = defaultdict(list)
    for wire, path in paths.items():
        arrives = columns.shown(wire.target[1]) or abs(wire.delay) == 1
        if wire.weights and arrives:
            copies[wire.link, *np.round(path - path[0], 3).ravel()].append((wire, path))
    for group in copies.values():
        wires, one_shape = zip(*group, strict=True)
        (_, t), (_, now), delay, *_ = wires[0]
        options: dict[str, Any] = {"gap": gap, "size": BESIDE if numbers.of_weights else EM}
        from_afar = abs(delay) > 1 or (delay == 0 and t != now)
        if from_afar:  # midway, such wires are close together
            whole = routes.length(one_shape[0])
            options["fractions"] = [1 - distance / whole for distance in NEAR_THE_END]
        texts = [numbers.weight_text(wire) for wire in wires]
        colours = [look(wire.weights, last)[0] for wire in wires]
        canvas.beside(one_shape, texts, colours, **options)


def mark(canvas: Canvas, columns: Columns, marks: Mapping[str, Collection[int]]):
    """Bands behind the columns of these steps, with the name of the mark below."""
    (_, bottom), (_, top) = canvas.extent()
    lines = Counter()  # how many marks are written below a column
    for name, steps in marks.items():
        marked = [i for i, t in enumerate(columns.steps) if t in steps]
        if name == "window" and marked and None in columns.steps:
            gap = columns.steps.index(None)
            marked += [gap] if marked[0] < gap <= marked[-1] + 1 else []
        for i in marked:
            x, half = columns.origin + i * columns.plan.pitch, columns.plan.pitch / 2
            canvas.bands.append((((x - half, bottom), (x + half, top)), *MARKS[name]))
            canvas.text(x, bottom - 0.2 - 0.4 * lines[i], name)
            lines[i] += 1


def write_notes(canvas: Canvas, notes: Sequence[str]):
    (left, bottom), _ = canvas.extent()
    for i, note in enumerate(notes):
        canvas.text(left + 0.15, bottom - 0.15 - 0.4 * i, note, align="left")
