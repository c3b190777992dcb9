"""Figures of gradients: their reach, their parts, the error surface, the loss while training."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.patheffects import withStroke

from rnnlib.plots.style import BLACK, BLUE, GREY, ORANGE, VERMILION, label, new_axes, whole_ticks


def gradient_reach(
    norms: Mapping[str, np.ndarray], ax: Axes | None = None, *, title: str, of: str = "h"
) -> Axes:
    """‖∂h(T)/∂h(t)‖ of each curve, t = 0, …, T, against the lag T - t, on a logarithmic axis."""
    where = {} if ax else {"loc": "upper left", "bbox_to_anchor": (1, 1)}
    ax = new_axes(ax)
    for name, values in norms.items():
        values = np.asarray(values, float)
        shown = np.where(values > 0, values, np.nan)  # a logarithmic axis has no zero
        ax.plot(np.arange(len(values)), shown[::-1], label=name)
    ax.set_yscale("log")
    whole_ticks(ax.xaxis)
    if len(norms) > 1:
        ax.legend(**where)
    return label(ax, title, "lag T - t", f"‖∂{of}(T)/∂{of}(t)‖")


def error_surface(
    x: np.ndarray,
    y: np.ndarray,
    error: np.ndarray,
    ax: Axes | None = None,
    *,
    title: str,
    xlabel: str,
    ylabel: str,
    paths: Mapping[str, np.ndarray] | None = None,
) -> Axes:
    """The error (len(y), len(x)) as shades, dark where it is small, and paths {label: (k, 2)}.

    x and y are evenly spaced. A path has a dot at its start and a cross at its end; it may leave
    the picture.
    """
    ax = new_axes(ax)
    small = max(error.min(), 1e-4 * error.max())
    words = f"error from {error.min():.3g} to {error.max():.3g}"
    ax.imshow(
        np.maximum(error, small), norm=LogNorm(), cmap="cividis", aspect="auto", origin="lower",
        interpolation="nearest", extent=(*_edges(x), *_edges(y)), label=words, zorder=0,
    )  # fmt: skip
    outline = [withStroke(linewidth=4.5, foreground="white")]
    for (name, points), color, style in zip(
        (paths or {}).items(), (BLUE, VERMILION, BLACK), ("-", "--", ":"), strict=False
    ):
        points = np.asarray(points)
        ax.plot(
            points[:, 0], points[:, 1], color=color, linestyle=style, linewidth=2, label=name,
            marker="x", markevery=[-1], markersize=9, markeredgewidth=2.5, path_effects=outline,
        )  # fmt: skip
        ax.plot(points[:1, 0], points[:1, 1], "o", color=color, markersize=8, markeredgecolor=BLACK)
    ax.set_xlim(x[0], x[-1])
    ax.set_ylim(y[0], y[-1])
    ax.grid(False)
    if paths:
        ax.legend(frameon=True, fontsize="small", loc="upper right")
    return label(ax, title, xlabel, ylabel)


def _edges(x: np.ndarray) -> tuple[float, float]:
    """Where the first cell begins and the last one ends."""
    half = (x[-1] - x[0]) / (len(x) - 1) / 2
    return x[0] - half, x[-1] + half


def loss_curves(
    losses: Mapping[str, np.ndarray],
    ax: Axes | None = None,
    *,
    title: str,
    baselines: Mapping[str, float] | None = None,
    ylabel: str = "loss",
) -> Axes:
    """Loss or error per update of each run, on a logarithmic axis, and that of doing without."""
    ax = new_axes(ax)
    for name, values in losses.items():
        ax.plot(np.arange(1, len(values) + 1), values, label=name)
    for name, value in (baselines or {}).items():
        ax.axhline(value, color=GREY, linestyle=(0, (6, 3)), linewidth=1.2, label=name)
    ax.set_yscale("log")
    ax.legend()
    return label(ax, title, "update", ylabel)


def spread(
    runs: Mapping[str, np.ndarray],
    ax: Axes | None = None,
    *,
    title: str,
    xlabel: str,
    baselines: Mapping[str, float] | None = None,
) -> Axes:
    """The error of each run, a row of dots for each name, on a logarithmic axis.

    A vertical bar marks a row's median; a baseline is a dashed line with its name above it.
    """
    ax = new_axes(ax)
    for row, (name, errors) in enumerate(runs.items()):
        middle, n = np.median(errors), len(errors)
        words = f"{name}: {n} runs from {min(errors):.2g} to {max(errors):.2g}, median {middle:.2g}"
        ax.scatter(errors, np.full(n, row), color=BLUE, alpha=0.6, s=30, label=words)
        ax.plot([middle] * 2, [row - 0.32, row + 0.32], color=BLACK, linestyle="-", label="_")
    for name, value in (baselines or {}).items():
        ax.vlines(value, -0.5, len(runs) - 0.5, color=GREY, ls="--", label=f"{name}: {value:.3g}")
        ax.text(value, -0.8, name, color=GREY, ha="right", va="center", fontsize="small")
    ax.set_xscale("log")
    ax.set_yticks(range(len(runs)), list(runs))
    ax.set_ylim(len(runs) - 0.5, -1.2)
    ax.grid(False, axis="y")
    return label(ax, title, xlabel, "network")


def grouped_bars(
    x: np.ndarray,
    heights: Mapping[str, np.ndarray],
    ax: Axes | None = None,
    *,
    title: str,
    xlabel: str,
    ylabel: str,
    totals: tuple[str, np.ndarray] | None = None,
    colors: Sequence[str] = (BLUE, ORANGE, GREY),
) -> Axes:
    """Bars side by side at each x, told apart by hatches too; diamonds: totals (label, y)."""
    ax = new_axes(ax)
    width = 0.8 / len(heights)
    looks = zip(heights.items(), colors, (None, "///", "..."), strict=False)
    for i, ((name, y), color, hatch) in enumerate(looks):
        at = np.asarray(x) + (i - (len(heights) - 1) / 2) * width
        ax.bar(at, y, width, color=color, hatch=hatch, edgecolor="white", label=name)
    if totals:
        name, y = totals
        ax.plot(x, y, "D", color=BLACK, linestyle="none", label=name)
    ax.axhline(0, color=BLACK, linewidth=0.8, linestyle="-")
    ax.legend(fontsize="small")
    return label(ax, title, xlabel, ylabel)
