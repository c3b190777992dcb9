"""Figures of hidden states: heat map, trajectory, text colored by a unit."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.colors import Normalize
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D

from rnnlib.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    VERMILION,
    label,
    new_axes,
    whole_ticks,
)

DIVERGING = "PuOr"  # orange below zero, purple above: told apart by everyone
LINE = 2.1  # from one line of text to the next, in widths of a letter
GROWING = ((BLUE, "D"), (VERMILION, "x"), (GREEN, "^"), (BLACK, "*"))  # in 0, 1, 2, more directions


def heat_map(
    values: np.ndarray,
    ax: Axes | None = None,
    *,
    title: str,
    xlabel: str = "step t",
    ylabel: str = "unit",
    limit: float | None = None,
    first: tuple[int, int] = (1, 1),
    scale: bool = True,
) -> Axes:
    """A row for each unit and a column for each step: values (n, T), orange below zero.

    limit: the size of a number that has the full color; by default the largest there is.
    first: the numbers of the first column and row. scale: whether a color scale stands beside.
    """
    ax = new_axes(ax)
    values = np.asarray(values, float)
    if limit is None:
        limit = float(np.nanmax(np.abs(values), initial=0)) or 1.0
    n, T = values.shape
    ax.imshow(
        values, cmap=DIVERGING, vmin=-limit, vmax=limit, aspect="auto", interpolation="nearest",
        extent=(first[0] - 0.5, first[0] + T - 0.5, first[1] + n - 0.5, first[1] - 0.5),
        label=f"{n} by {T} values between {np.nanmin(values):.3g} and {np.nanmax(values):.3g}",
    )  # fmt: skip
    whole_ticks(ax.xaxis, ax.yaxis)
    ax.grid(False)
    if scale:
        colour_scale(ax, limit, signed=bool(np.nanmin(values, initial=0) < 0))
    return label(ax, title, xlabel, ylabel)


def colour_scale(ax: Axes, limit: float, *, signed: bool = True) -> None:
    """The colors of numbers from -limit to limit, or from 0, beside the axes."""
    colours = ScalarMappable(Normalize(-limit, limit), DIVERGING)
    bar = ax.figure.colorbar(colours, ax=ax, pad=0.02)
    if not signed:
        bar.ax.set_ylim(0, limit)


def trajectory(
    states: Mapping[str, np.ndarray],
    ax: Axes | None = None,
    *,
    title: str,
    shares: Sequence[float] | None = None,
) -> Axes:
    """Runs {label: (T+1, 2)} in their first two principal coordinates; dot: start, square: end.

    shares: how much of the variance each of the two coordinates has, between 0 and 1.
    """
    ax = new_axes(ax)
    for (name, s), marker in zip(states.items(), ".x+1" * len(states), strict=False):
        (line,) = ax.plot(s[:, 0], s[:, 1], marker=marker, linewidth=1.2, label=name)
        ax.plot(s[:1, 0], s[:1, 1], "o", color=line.get_color(), markersize=9)
        ax.plot(s[-1:, 0], s[-1:, 1], "s", color=line.get_color(), markersize=9)
    if len(states) > 1:
        ax.legend(fontsize="small")
    percent = [f" ({100 * share:.0f} % of the variance)" for share in shares or ()] or ["", ""]
    names = (f"principal coordinate {i}{part}" for i, part in enumerate(percent, 1))
    return label(ax, title, *names)


def fixed_points(
    points: np.ndarray,
    unstable: Sequence[int],
    ax: Axes | None = None,
    *,
    title: str,
    xlabel: str = "coordinate 1",
    ylabel: str = "coordinate 2",
    run: np.ndarray | None = None,
    joined: Iterable[tuple[int, int]] = (),
) -> Axes:
    """Fixed points (K, 2) in a plane, marked by the number of directions that grow at each.

    run: the states (T, 2) of a run, drawn behind them. joined: pairs of points, by their places,
    that have a dotted line between them.
    """
    ax = new_axes(ax)
    points, growing = np.asarray(points, float), np.asarray(unstable, int)
    if points.shape != (len(growing), 2):
        raise ValueError(f"points must be (K={len(growing)}, 2), got {points.shape}")
    if run is not None:
        ax.plot(*run.T, "-", color=ORANGE, linewidth=1, label="a run")
    for k, pair in enumerate(joined):
        name = "joined" if k == 0 else None
        ax.plot(*points[list(pair)].T, ":", color=GREY, linewidth=1, label=name)
    for n in sorted(set(growing.tolist())):
        color, marker = GROWING[min(n, len(GROWING) - 1)]
        ax.plot(
            *points[growing == n].T, marker, color=color, markersize=9, linestyle="none",
            label=f"{n} unstable directions" if n != 1 else "1 unstable direction",
        )  # fmt: skip
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return label(ax, title, xlabel, ylabel)


def coloured_text(
    text: str,
    activation: np.ndarray,
    ax: Axes | None = None,
    *,
    title: str,
    width: int = 60,
    limit: float = 1.0,
    marked: int | None = None,
) -> Axes:
    """Each character on the color of a unit's state after reading it; `marked` has a frame."""
    ax = new_axes(ax)
    activation = np.asarray(activation, float)
    if len(text) != len(activation) or not text:
        raise ValueError(f"text must have a number for each character, got {activation.shape}")
    low, high = activation.min(), activation.max()
    column, row = np.arange(len(text)) % width, np.arange(len(text)) // width
    corners = np.array([(0, -0.5), (1, -0.5), (1, 1.3), (0, 1.3)])
    cells = np.stack([column, -LINE * row], axis=1)[:, None] + corners
    # Only pale colors, on which black letters can be read.
    shades = mpl.colormaps[DIVERGING](0.5 + 0.3 * np.clip(activation / limit, -1, 1))
    words = f"{len(text)} characters; the unit is between {low:.2f} and {high:.2f}"
    # What verts is annotated as leaves out an array of polygons with equally many corners.
    ax.add_collection(
        PolyCollection(cells, facecolors=shades, label=words)  # pyright: ignore[reportArgumentType]
    )
    if marked is not None:
        frame = list(cells[marked : marked + 1])
        ax.add_collection(PolyCollection(frame, facecolors="none", edgecolors=BLACK, linewidths=2))
    lines = [text[start : start + width] for start in range(0, len(text), width)]
    letters = [
        _line(line).transformed(Affine2D().translate(0, -LINE * i)) for i, line in enumerate(lines)
    ]
    ax.add_collection(PathCollection(letters, facecolors=BLACK, linewidths=0))
    ax.set(xlim=(-0.5, width + 0.5), ylim=(-LINE * (len(lines) - 1) - 1, 2), xticks=[], yticks=[])
    ax.set_aspect("equal", anchor="NW")
    ax.spines[:].set_visible(False)
    return label(ax, title, f"orange: {-limit:g}, purple: {limit:g}", "")


@cache
def _line(text: str) -> Path:
    """A line of text in outline, its letters one unit wide."""
    font = FontProperties(family="monospace")
    size = 100 / TextPath((0, 0), "m" * 100, size=1, prop=font).get_extents().x1
    shown = text.replace(" ", "·").replace("\n", "¶")
    return TextPath((0, 0), shown, size=size, prop=font)
