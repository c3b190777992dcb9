"""A picture is gathered as shapes in units of length, then drawn with few artists.

Letters have a size in units as well: a picture in small axes has small letters, and what does not
overlap in one size overlaps in none.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.textpath import text_to_path

from rnnlib.draw.routes import HEIGHT, Place, along, sampled
from rnnlib.plots import BLACK, GREY, ORANGE

EM = 0.36  # the size of letters, in units
SMALL = 0.29
LINE = 0.04
LARGEST_UNIT = 62  # points; a picture of one node does not fill the screen
HEAD = np.array([0.22, 0.09])  # length and half the width of an arrow's head
SQUARE = 0.12  # half the side of a delay's square
MARGIN = 0.15


@cache
def text_size(text: str, size: float) -> np.ndarray:
    """Width and height of a text in units, with letters of this size."""
    lines = text.split("\n")
    widths = [
        text_to_path.get_text_width_height_descent(line, FontProperties(size=100), False)[0]
        for line in lines
    ]
    return np.array([max(widths) / 100, 1.05 * len(lines)]) * size


class Canvas:
    """What is to be drawn. Places and paths are in units, with y upwards."""

    def __init__(self):
        self.nodes, self.lines, self.heads, self.halos = [], [], [], []
        self.squares, self.cells, self.bands, self.texts = [], [], [], []
        self.paths, self.boxes = [], []  # in the way of labels: paths, and (middle, half size)

    def node(self, place: Place, label: str, *, fill: str, style: str = "-", ring: bool = False):
        outline = place.at + place.shape.outline()
        if ring:
            self.halos.append((outline, 7))
        self.nodes.append((outline, fill, style))
        self.boxes.append((place.at, np.array([place.shape.half, HEIGHT])))
        self.texts.append((*place.at, label, EM, BLACK, "center"))

    def node_with_numbers(self, place: Place, label: str, values: Sequence, **style):
        """Below the label, a few numbers side by side."""
        x, y = self._node_with_room(place, label, **style)
        text = "  ".join(map(number, values))
        self.texts.append((x, y - 0.18, text, SMALL, BLACK, "center"))

    def node_with_strip(self, place: Place, label: str, colours: Sequence, **style):
        """Below the label, a cell for each number."""
        x, y = self._node_with_room(place, label, **style)
        low, high = y - 0.31, y - 0.05
        edges = x + place.shape.half * np.linspace(-0.8, 0.8, len(colours) + 1)
        for left, right, colour in zip(edges, edges[1:], colours, strict=False):
            corners = [(left, low), (right, low), (right, high), (left, high)]
            self.cells.append((corners, colour))

    def _node_with_room(self, place: Place, label: str, **style) -> np.ndarray:
        self.node(place, label, **style)
        x, y = place.at
        self.texts[-1] = (x, y + 0.18, label, SMALL, BLACK, "center")
        return place.at

    def wire(self, path: np.ndarray, *, colour: str, style: str = "-", width=1.0, head=True):
        self.paths.append(path)
        points = sampled(path, 0.05)
        if head:
            tip = points[-1]
            back = points[max(len(points) - 5, 0)] - tip
            back = back / max(np.hypot(*back), 1e-9)
            length, half = HEAD * max(1, 0.25 * width + 0.75)
            sideways = half * np.array([-back[1], back[0]])
            foot = tip + length * back
            self.heads.append(([tip, foot + sideways, foot - sideways], colour))
            path = _cut(path, 0.7 * length)
        self.lines.append((path, colour, style, width))

    def halo(self, path: np.ndarray):
        """A broad bright band under a wire."""
        self.halos.append((path, 7))

    def delay(self, path: np.ndarray, steps: int):
        """The black square halfway; the number of steps beside it, if that is not 1."""
        middle, _ = along(path, 0.5)
        corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * SQUARE
        self.squares.append(middle + corners)
        self.boxes.append((middle, np.array([SQUARE, SQUARE])))
        if steps != 1:
            text = f"{steps}".replace("-", "\N{MINUS SIGN}")
            self.beside([path], [text], [BLACK], fractions=(0.5,), gap=SQUARE + 0.08)

    def text(self, x: float, y: float, text: str, *, size=SMALL, colour=BLACK, align="center"):
        self.texts.append((x, y, text, size, colour, align))

    def beside(
        self,
        paths: Sequence[np.ndarray],
        texts: Sequence[str],
        colours: Sequence,
        *,
        fractions: Sequence[float] = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9),
        gap: float = 0.09,
        size: float = EM,
    ):
        """Write a text next to each of some paths of one shape, where they hit least.

        fractions: where along the path, the most welcome first.
        """
        half = np.max([text_size(text, size) for text in texts], axis=0) / 2
        offsets = []
        for fraction in fractions:
            at, direction = along(paths[0], fraction)
            normal = np.array([direction[1], -direction[0]])
            normal *= 1 if normal[0] + 1.1 * normal[1] > 0 else -1  # first to the right, or above
            out = normal * (np.abs(normal) @ half + gap)
            offsets += [at + out - paths[0][0], at - out - paths[0][0]]
        self._write([path[0] for path in paths], offsets, texts, colours, size)

    def around(self, places: Sequence[Place], texts: Sequence[str]):
        """Write a text beside each of some nodes of one shape, where they hit least."""
        half = np.max([text_size(text, SMALL) for text in texts], axis=0) / 2
        x = places[0].shape.half + half[0] + 0.06
        offsets = [(side * x, y) for y in (0, -0.3, 0.3) for side in (1, -1)]
        self._write([p.at for p in places], offsets, texts, [BLACK] * len(texts), SMALL)

    def put(self, at: np.ndarray, text: str, colour, size: float = EM):
        """Write a text here, and keep others away from it."""
        self.boxes.append((at, text_size(text, size) / 2))
        self.texts.append((*at, text, size, colour, "center"))

    def _write(self, origins: Sequence, offsets: Sequence, texts, colours, size: float):
        """Each text at its origin plus the first offset at which all together hit least."""
        half = np.max([text_size(text, size) for text in texts], axis=0) / 2
        spots = np.array(offsets)[:, None] + np.array(origins)  # (offset, copy, 2)
        points = np.concatenate([sampled(path) for path in self.paths] or [np.empty((0, 2))])
        middles, halves = (np.array(part).reshape(-1, 2) for part in zip(*self.boxes, strict=True))
        on_paths = _within(spots, points, half + 0.03)
        on_boxes = _within(spots, middles, halves + half + 0.05)
        best = spots[int(np.argmin(on_paths + 10 * on_boxes))]
        for at, text, colour in zip(best, texts, colours, strict=True):
            self.put(at, text, colour, size)

    # Drawing

    def extent(self) -> np.ndarray:
        """((left, bottom), (right, top)) of all that is gathered."""
        points = [*self.paths, *(corners for corners, *_ in self.bands)]
        points += [middle + sign * half for middle, half in self.boxes for sign in (-1, 1)]
        for x, y, text, size, _, align in self.texts:
            width, height = text_size(text, size)
            left = x - {"left": 0, "center": 0.5}[align] * width
            points += [(left, y - height / 2), (left + width, y + height / 2)]
        points = np.concatenate([np.reshape(p, (-1, 2)) for p in points])
        return np.array([points.min(axis=0) - MARGIN, points.max(axis=0) + MARGIN])

    def paint(self, ax: Axes, words: str) -> Axes:
        """Everything, as large as the axes allow; `words` say what it shows (`plots.alt_text`)."""
        (left, bottom), (right, top) = self.extent()
        box = ax.get_window_extent()
        inch = 72 / ax.figure.dpi
        unit = min(box.width * inch / (right - left), box.height * inch / (top - bottom))
        unit = min(unit, LARGEST_UNIT)
        middle = np.array([right + left, top + bottom]) / 2
        reach = np.array([box.width, box.height]) * inch / unit / 2
        ax.set_axis_off()
        ax.set(
            xlim=middle[0] + reach[0] * np.array([-1, 1]),
            ylim=middle[1] + reach[1] * np.array([-1, 1]),
        )
        ax.set_aspect("equal", adjustable="datalim")
        for corners, colour, hatch in self.bands:
            (x0, y0), (x1, y1) = corners
            ax.add_patch(
                Rectangle(
                    (x0, y0),
                    x1 - x0,
                    y1 - y0,
                    facecolor=colour,
                    alpha=0.25,
                    hatch=hatch,
                    edgecolor=GREY,
                    linewidth=0,
                    zorder=0,
                    gid="band",
                )
            )
        line = max(LINE * unit, 0.7)
        self._add(
            ax,
            LineCollection,
            "halos",
            [h for h, _ in self.halos],
            colors=ORANGE,
            linewidths=[w * line for _, w in self.halos],
            alpha=0.55,
            zorder=1,
        )
        paths, colours, styles, widths = _parts(self.lines, 4)
        self._add(
            ax,
            LineCollection,
            "wires",
            paths,
            colors=colours,
            linestyles=styles,
            linewidths=[w * line for w in widths],
            zorder=2,
        )
        tips, colours = _parts(self.heads, 2)
        self._add(ax, PolyCollection, "heads", tips, facecolors=colours, zorder=3)
        self._add(ax, PolyCollection, "delays", self.squares, facecolors=BLACK, zorder=4)
        outlines, fills, styles = _parts(self.nodes, 3)
        self._add(
            ax,
            PolyCollection,
            "nodes",
            outlines,
            facecolors=fills,
            edgecolors=BLACK,
            linestyles=styles,
            linewidths=line,
            zorder=4,
            label=words,
        )
        cells, colours = _parts(self.cells, 2)
        self._add(
            ax,
            PolyCollection,
            "cells",
            cells,
            facecolors=colours,
            edgecolors=GREY,
            linewidths=0.25 * line,
            zorder=5,
        )
        for x, y, text, size, colour, align in self.texts:
            ax.text(
                x,
                y,
                text,
                fontsize=size * unit,
                color=colour,
                ha=align,
                va="center" if "\n" in text else "center_baseline",
                linespacing=1.05,
                zorder=6,
            )
        return ax

    @staticmethod
    def _add(ax: Axes, kind: type, gid: str, items: Sequence, **style):
        """A collection under a name, if there is anything in it."""
        if len(items):
            ax.add_collection(kind(items, gid=gid, **style), autolim=False)


def _within(spots: np.ndarray, points: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """For each offset, how many points are within reach of its spots."""
    return (np.abs(spots[:, :, None] - points) < reach).all(axis=-1).sum(axis=(1, 2))


def _parts(items: Sequence[tuple], n: int) -> list[list]:
    """[(a, b), …] as [[a, …], [b, …]]; lists, because Matplotlib takes a tuple for a dash."""
    return [[item[i] for item in items] for i in range(n)]


def _cut(path: np.ndarray, length: float) -> np.ndarray:
    """The path without its last piece."""
    lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    end = max(lengths[-1] - length, 0)
    last = [np.interp(end, lengths, path[:, i]) for i in (0, 1)]
    return np.vstack([path[lengths < end], last])


def number(value: float) -> str:
    """In few characters: 0.31, −12.30, 0.003, 1e-05, 1234, NaN."""
    size = abs(value)
    if size == 0 or 0.01 <= size < 100:
        text = f"{value:.2f}"
    else:
        text = f"{value:.0f}" if 100 <= size < 1e5 else f"{value:.1g}"
    return text.replace("nan", "NaN").replace("-", "\N{MINUS SIGN}")
