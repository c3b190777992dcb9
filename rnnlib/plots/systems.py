"""Figures of dynamical systems: orbits, cobwebs, bifurcations, phase portraits, eigenvalues."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from rnnlib.plots.style import BLACK, BLUE, GREEN, GREY, VERMILION, label, new_axes, whole_ticks


def orbits(states: dict[str, np.ndarray], ax: Axes | None = None, *, title: str) -> Axes:
    """Scalar orbits {label: (T+1,)} against time, each with its own marker and line style."""
    ax = new_axes(ax)
    for (name, s), marker in zip(states.items(), "osD^v" * len(states), strict=False):
        ax.plot(np.arange(len(s)), s, marker=marker, label=name)
    if len(states) > 1:
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1) if len(states) > 2 else None)
    whole_ticks(ax.xaxis)
    return label(ax, title, "step t", "state s(t)")


def cobweb(
    curve,
    states: np.ndarray,
    ax: Axes | None = None,
    *,
    title: str,
    fixed: np.ndarray | Sequence[float] = (),
) -> Axes:
    """Curve (s, f(s)), the diagonal, and the staircase of an orbit (T+1,) between the two.

    fixed: states to mark where the curve meets the diagonal.
    """
    ax = new_axes(ax)
    s, f_s = curve
    ax.plot(s, s, color=GREY, linestyle=":", label="s(t) = s(t-1)")
    ax.plot(s, f_s, color=BLUE, linestyle="-", label="f")
    corners = np.repeat(states, 2)
    ax.plot(
        corners[:-1], np.concatenate([corners[:1], corners[2:]]),
        color=VERMILION, linestyle="-", linewidth=1, label="orbit",
    )  # fmt: skip
    ax.plot(states[:1], states[:1], "o", color=VERMILION, label="start")
    if len(fixed):
        ax.plot(fixed, fixed, "D", color=BLACK, fillstyle="none", linestyle="none", label="fixed")
    ax.legend(fontsize="small", loc="upper left", bbox_to_anchor=(1, 1))
    return label(ax, title, "s(t-1)", "s(t)")


def bifurcation(kinds: dict[str, np.ndarray], ax: Axes | None = None, *, title: str) -> Axes:
    """States {kind: pairs (parameter, state)} that an orbit can rest on, against the parameter."""
    ax = new_axes(ax)
    styles = [(BLUE, "o"), (VERMILION, "x"), (GREEN, "^")]
    for (name, points), (color, marker) in zip(kinds.items(), styles, strict=False):
        x, y = np.reshape(points, (-1, 2)).T
        ax.plot(x, y, marker, color=color, linestyle="none", markersize=4, label=name)
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return label(ax, title, "w", "state s")


def phase_portrait(
    states: dict[str, np.ndarray], ax: Axes | None = None, *, title: str, name: str = "s"
) -> Axes:
    """Orbits {label: (T+1, 2)} in the plane of their two coordinates; a dot marks the start."""
    where = {"fontsize": "small"} if ax else {"loc": "upper left", "bbox_to_anchor": (1, 1)}
    ax = new_axes(ax)
    for (key, s), marker in zip(states.items(), ".xd+" * len(states), strict=False):
        (line,) = ax.plot(s[:, 0], s[:, 1], marker=marker, linewidth=1, label=key)
        ax.plot(s[:1, 0], s[:1, 1], "o", color=line.get_color(), markersize=8)
    ax.set_aspect("equal", adjustable="datalim")
    if len(states) > 1:
        ax.legend(**where)
    return label(ax, title, f"${name}_1$", f"${name}_2$")


def unit_circle(
    eigenvalues: np.ndarray | Mapping[str, np.ndarray], ax: Axes | None = None, *, title: str
) -> Axes:
    """Eigenvalues, or sets of them by label, and the circle that parts growth from decay."""
    ax = new_axes(ax)
    angle = np.linspace(0, 2 * np.pi, 200)
    ax.plot(np.cos(angle), np.sin(angle), color=GREY, linestyle="-", linewidth=1)
    sets = eigenvalues if isinstance(eigenvalues, Mapping) else {"eigenvalues": eigenvalues}
    reach = 1.35
    for (name, values), color, marker in zip(
        sets.items(), (VERMILION, BLUE, GREEN, BLACK), "Dox+", strict=False
    ):
        values = np.ravel(values)
        reach = max(reach, 1.1 * np.abs(values).max(initial=0))
        size = 8 if len(values) <= 12 else 4
        ax.plot(
            np.real(values), np.imag(values), marker,
            linestyle="none", color=color, markersize=size, label=name,
        )  # fmt: skip
    if len(sets) > 1:
        ax.legend(fontsize="small")
    ax.set_xlim(-reach, reach)
    ax.set_ylim(-reach, reach)
    ax.set_aspect("equal")
    return label(ax, title, "real part", "imaginary part")


def against(x, curves: Mapping[str, ArrayLike], ax: Axes | None = None, *, title, xlabel, ylabel):
    """Several curves {label: values} over the same x."""
    ax = new_axes(ax)
    for name, y in curves.items():
        ax.plot(x, y, label=name)
    if len(curves) > 1:
        ax.legend()
    return label(ax, title, xlabel, ylabel)
