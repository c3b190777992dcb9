"""A circuit on a canvas, with its loops; and how weights look, in this picture and in others.

A weight has a color, a line style and a letter, the same on all its copies; untied copies differ
in shade and in their label, W(1), W(2).
"""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from matplotlib.colors import to_rgb

from rnnlib.circuits.nodes import Key
from rnnlib.draw import routes
from rnnlib.draw.canvas import EM, Canvas, text_size
from rnnlib.draw.layout import Plan, plan
from rnnlib.draw.routes import HEIGHT, Place, Shape
from rnnlib.draw.sketch import Parameter, Sketch
from rnnlib.plots import BLACK, PALE_BLUE, PALE_GREY, PARAMETER

# A second cue beside the color; dashes and dots short enough to show on short wires.
STYLES = {"U": "-", "W": "--", "V": (0, (2.6, 1, 0.8, 1))}
FILL = {"state": PALE_BLUE, "loss": PALE_GREY}


def placed(drawn: Sketch, *, half: float = 0) -> Plan:
    """A plan whose nodes are wide enough for their labels, or of a given half width."""
    halves = {}
    for (name, _), spot in drawn.spots.items():
        label = text_size(spot.label, EM)[0] / 2 + 0.1
        needed = half or round(label, 2)
        halves[name] = max(halves.get(name, HEIGHT), needed)
    return plan(drawn.pattern, tuple(halves.items()))


def fold(canvas: Canvas, drawn: Sketch, *, biases: bool):
    """The nodes of a circuit, its wires, a square on each that is delayed, its weights."""
    layout = placed(drawn)
    places = {
        name: Place(np.array([layout.x[name], layout.y[name]]), Shape(layout.half[name]))
        for name, _ in drawn.spots
    }
    for (name, _), spot in drawn.spots.items():
        canvas.node(places[name], spot.label, fill=FILL.get(spot.kind, "white"))
    paths = routes.folded(drawn, layout, places)
    for wire, path in paths.items():
        colour, style = look(wire.weights)
        canvas.wire(path, colour=colour, style=style)
    for wire, path in paths.items():
        if wire.delay:
            canvas.delay(path, wire.delay)
    for wire, path in paths.items():
        if wire.weights:
            canvas.beside([path], [letters(wire.weights)], [look(wire.weights)[0]])
    name_parameters(canvas, drawn, {key: places[key[0]] for key in drawn.spots}, biases=biases)


def look(weights: tuple[Parameter, ...], T: int = 1) -> tuple:
    """Colour and line style of a wire with these weights; step t of T has a shade of its own."""
    if not weights:
        return BLACK, "-"
    family, t = weights[0].symbol[0], weights[0].t
    if family not in PARAMETER:
        return BLACK, ":"
    strength = 1 if t is None else 0.35 + 0.65 * t / T
    return tuple(strength * part for part in to_rgb(PARAMETER[family])), STYLES[family]


def letters(weights: tuple[Parameter, ...]) -> str:
    return ", ".join(weight.label for weight in weights)


def name_parameters(canvas: Canvas, drawn: Sketch, places: Mapping[Key, Place], *, biases: bool):
    """The parameters that stand on no wire: on request, or if no wire of the node has any."""
    weighed = {wire.target for wire in drawn.wires if wire.weights}
    copies = defaultdict(list)
    for key, place in places.items():
        spot = drawn.spots[key]
        if spot.beside and (biases or key not in weighed):
            copies[key[0]].append((place, letters(spot.beside)))
    for named in copies.values():
        canvas.around(*zip(*named, strict=True))
