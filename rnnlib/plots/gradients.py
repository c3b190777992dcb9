"""Figures of gradients and of what it takes to get them: reach, error surface, methods, scans."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import LogNorm

from rnnlib.plots.style import BLACK, BLUE, GREY, ORANGE, VERMILION, label, new_axes


def gradient_reach(
    norms: Mapping[str, np.ndarray], ax: Axes | None = None, *, title: str, of: str = "h"
) -> Axes:
    """‖∂h(T)/∂h(t)‖ of each curve, t = 0, …, T, against the lag T - t, on a logarithmic axis."""
    ax = new_axes(ax)
    for name, values in norms.items():
        values = np.asarray(values, float)
        shown = np.where(values > 0, values, np.nan)  # a logarithmic axis has no zero
        ax.plot(np.arange(len(values)), shown[::-1], label=name)
    ax.set_yscale("log")
    if len(norms) > 1:
        ax.legend()
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

    A path has a dot at its start and a cross at its end; it may leave the picture.
    """
    ax = new_axes(ax)
    small = max(error.min(), 1e-6 * error.max())
    words = f"error from {error.min():.3g} to {error.max():.3g}"
    shown = np.maximum(error, small)
    ax.pcolormesh(x, y, shown, norm=LogNorm(), cmap="cividis", label=words, zorder=0)
    looks, lines = [(VERMILION, "-"), ("white", "--"), (ORANGE, ":")], []
    for (name, points), (color, style) in zip((paths or {}).items(), looks, strict=False):
        points = np.asarray(points)
        lines += ax.plot(
            points[:, 0], points[:, 1], color=color, linestyle=style, linewidth=2.5,
            marker="x", markevery=[-1], markersize=9, markeredgewidth=2.5, label=name,
        )  # fmt: skip
        ax.plot(points[:1, 0], points[:1, 1], "o", color=color, markersize=8, markeredgecolor=BLACK)
    ax.set_xlim(x[0], x[-1])
    ax.set_ylim(y[0], y[-1])
    ax.grid(False)
    if paths:
        ax.legend(handles=lines, facecolor=GREY, frameon=True, labelcolor="white", fontsize="small")
    return label(ax, title, xlabel, ylabel)


def loss_curves(
    losses: Mapping[str, np.ndarray],
    ax: Axes | None = None,
    *,
    title: str,
    baselines: Mapping[str, float] | None = None,
    ylabel: str = "loss",
) -> Axes:
    """Loss per update of each run, on a logarithmic axis, and the losses of doing without."""
    ax = new_axes(ax)
    for name, values in losses.items():
        ax.plot(np.arange(1, len(values) + 1), values, label=name)
    for name, value in (baselines or {}).items():
        ax.axhline(value, color=GREY, linestyle=":", label=name)
    ax.set_yscale("log")
    ax.legend()
    return label(ax, title, "update", ylabel)


def memory_against_time(
    methods: Mapping[str, tuple[float, float]],
    ax: Axes | None = None,
    *,
    title: str,
    xlabel: str = "time / time of BPTT",
    ylabel: str = "memory, bytes",
) -> Axes:
    """A point (time, memory) for each method, with its name, on logarithmic axes."""
    ax = new_axes(ax)
    for (name, (time, memory)), marker in zip(
        methods.items(), "osD^vP*X" * len(methods), strict=False
    ):
        ax.plot([time], [memory], marker, color=BLUE, markersize=9, label=name)
        ax.annotate(name, (time, memory), (9, 0), textcoords="offset points", va="center")
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.margins(x=0.35, y=0.2)
    return label(ax, title, xlabel, ylabel)


def scan_tree(
    levels: Sequence[Sequence[tuple[int, int]]],
    T: int,
    ax: Axes | None = None,
    *,
    title: str,
    done: int | None = None,
) -> Axes:
    """What each of T places takes in, level by level: `levels` has pairs (from, into).

    done: levels that are drawn in full; what comes later is pale.
    """
    ax = new_axes(ax)
    done = len(levels) if done is None else done
    place = np.arange(1, T + 1)
    ax.vlines(place, 0, len(levels), color=GREY, linewidth=0.5)
    for level, pairs in enumerate(levels, 1):
        strength = 1.0 if level <= done else 0.2
        wires = [[(source, level - 1), (into, level)] for source, into in pairs]
        merged = [into for _, into in pairs]
        ax.add_collection(LineCollection(wires, colors=BLUE, linewidths=1.5, alpha=strength))
        ax.plot(merged, [level] * len(merged), "o", color=BLUE, alpha=strength)
    ax.plot(place, 0 * place, "s", color=VERMILION, label="steps")
    ax.set_ylim(-0.5, len(levels) + 0.5)
    ax.yaxis.get_major_locator().set_params(integer=True)
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.grid(False)
    return label(ax, title, "step t", "level")
