"""Figures of the methods: memory against time, the order of work of checkpointing, scans."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.ticker import MaxNLocator

from rnnlib.plots.style import BLUE, GREY, SKY, VERMILION, label, new_axes, whole_ticks


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
    ax.set(xlim=(0.4, T + 0.6), ylim=(-0.5, max(len(levels), 1) + 0.5))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(9, integer=True, min_n_ticks=1))
    ax.grid(False)
    return label(ax, title, "step t", "round")


def work_order(work: Sequence[tuple[int, int, int]], ax: Axes | None = None, *, title: str) -> Axes:
    """What a checkpointing plan does, one row after the other from the top.

    Each piece of work (lo, start, stop) runs from the stored state lo forward to start, and then
    runs, keeps and walks back the steps start + 1, …, stop; with start = stop it stores the state
    there.
    """
    ax = new_axes(ax)
    forward = [[(lo, row), (start, row)] for row, (lo, start, _) in enumerate(work, 1)]
    back = [[(start, row), (stop, row)] for row, (_, start, stop) in enumerate(work, 1)]
    born, kept = {0: 1}, []
    for row, (lo, start, stop) in enumerate(work, 1):
        if start == stop:
            born[start] = row
        elif lo == start:  # its last use
            kept.append([(lo, born.pop(lo)), (lo, row)])
    ax.add_collection(
        LineCollection(kept, colors=SKY, linewidths=5, alpha=0.6, label="state kept", zorder=1)
    )
    ax.add_collection(LineCollection(forward, colors=BLUE, linewidths=1.5, label="run forward"))
    ax.add_collection(
        LineCollection(back, colors=VERMILION, linewidths=4, label="run, kept, walked back")
    )
    ax.autoscale_view()
    ax.invert_yaxis()
    whole_ticks(ax.xaxis, ax.yaxis)
    ax.legend(fontsize="small", loc="lower right")
    return label(ax, title, "step t", "order of work")
