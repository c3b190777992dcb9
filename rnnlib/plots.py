"""Figures that are not circuits. Each function takes ax=None, returns it and computes nothing.

Colours are those of Okabe & Ito (2008), told apart by people with any colour vision; whatever a
colour says, a line style, a marker or a label says too.
"""

import base64
import html
import io

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

BLUE, VERMILION, GREEN = "#0072B2", "#D55E00", "#009E73"
ORANGE, SKY, PURPLE, BLACK, GREY = "#E69F00", "#56B4E9", "#CC79A7", "#000000", "#767676"
PARAMETER = {"U": BLUE, "W": VERMILION, "V": GREEN}  # the same in every lesson
DPI = 150  # pixels drawn per inch; shown at 100, so that lines stay crisp when enlarged

STYLE = {
    "figure.figsize": (7.2, 3.4),
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
    "axes.prop_cycle": mpl.cycler(
        color=[BLUE, VERMILION, GREEN, PURPLE], linestyle=["-", "--", "-.", ":"]
    ),
    "legend.frameon": False,
}


def use_course_style() -> None:
    """Set the course's look, and let a notebook show figures with alternative text.

    JupyterLab gives its own images no alternative text, so figures go out as HTML with one.
    """
    mpl.rcParams.update(STYLE)
    try:
        from IPython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:
        return
    if shell := get_ipython():
        set_matplotlib_formats()  # none of IPython's own
        shell.display_formatter.formatters["text/html"].for_type(Figure, as_html)


def png(fig: Figure) -> bytes:
    """The figure as a PNG, cut to what is drawn."""
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", dpi=DPI, bbox_inches="tight")
    return buffer.getvalue()


def quick_png(fig: Figure) -> bytes:
    """The whole figure as a PNG, drawn once and hardly compressed: for pictures that move."""
    fig.canvas.draw()
    buffer = io.BytesIO()
    Image.fromarray(np.asarray(fig.canvas.buffer_rgba())).save(buffer, "png", compress_level=1)
    return buffer.getvalue()


def as_html(fig: Figure, alt: str | None = None) -> str:
    """An <img> with alternative text: the one given, or what can be read off the data."""
    data = png(fig)
    width = int.from_bytes(data[16:20], "big") * 100 // DPI  # the PNG header holds its width
    source = base64.b64encode(data).decode()
    alt = html.escape(alt_text(fig) if alt is None else alt, quote=True)
    return f'<img alt="{alt}" width="{width}" src="data:image/png;base64,{source}">'


def alt_text(fig: Figure) -> str:
    """What the figure shows, read off its data: titles, axes, and the course of each curve."""
    return " ".join(filter(None, (_describe(ax) for ax in fig.axes))) or "An empty figure."


def _describe(ax: Axes) -> str:
    title = ax.get_title(loc="left") or ax.get_title()
    axes = " against ".join(filter(None, (ax.get_ylabel(), ax.get_xlabel())))
    curves = [
        f"{line.get_label()}: {_course(line)}"
        for line in ax.get_lines()
        if not str(line.get_label()).startswith("_")
    ]
    curves += [  # a drawing has its words as the label of a collection
        words for words in (c.get_label() for c in ax.collections) if not words.startswith("_")
    ]
    text = ". ".join(filter(None, (f"Plot: {title}" if title else "", axes, "; ".join(curves))))
    return text + "." if text else ""


def _course(line) -> str:
    y = np.ma.compressed(np.ma.masked_invalid(np.asarray(line.get_ydata(), dtype=float)))
    if not len(y):
        return "no points"
    if len(y) == 1:
        return f"one point at {y[0]:.3g}"
    low, high = y.min(), y.max()
    return f"{len(y)} points from {y[0]:.3g} to {y[-1]:.3g}, between {low:.3g} and {high:.3g}"


def new_axes(ax: Axes | None) -> Axes:
    """The given axes, or those of a new figure."""
    return plt.subplots()[1] if ax is None else ax


def label(ax: Axes, title: str, x: str, y: str) -> Axes:
    """Title (what to see) and axis labels in one go."""
    ax.set_title(title)
    ax.set_xlabel(x)
    ax.set_ylabel(y)
    return ax


def orbits(states: dict[str, np.ndarray], ax: Axes | None = None, *, title: str) -> Axes:
    """Scalar orbits {label: (T+1,)} against time, each with its own marker and line style."""
    ax = new_axes(ax)
    for (name, s), marker in zip(states.items(), "osD^v" * len(states), strict=False):
        ax.plot(np.arange(len(s)), s, marker=marker, label=name)
    if len(states) > 1:
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1) if len(states) > 2 else None)
    ax.xaxis.get_major_locator().set_params(integer=True)
    return label(ax, title, "step t", "state s(t)")


def cobweb(
    curve, states: np.ndarray, ax: Axes | None = None, *, title: str, fixed: np.ndarray = ()
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
    ax = new_axes(ax)
    for (key, s), marker in zip(states.items(), ".xd+" * len(states), strict=False):
        (line,) = ax.plot(s[:, 0], s[:, 1], marker=marker, linewidth=1, label=key)
        ax.plot(s[:1, 0], s[:1, 1], "o", color=line.get_color(), markersize=8)
    ax.set_aspect("equal", adjustable="datalim")
    if len(states) > 1:
        ax.legend(fontsize="small")
    return label(ax, title, f"${name}_1$", f"${name}_2$")


def unit_circle(eigenvalues: np.ndarray, ax: Axes | None = None, *, title: str) -> Axes:
    """Eigenvalues in the complex plane with the circle that parts growth from decay."""
    ax = new_axes(ax)
    angle = np.linspace(0, 2 * np.pi, 200)
    ax.plot(np.cos(angle), np.sin(angle), color=GREY, linestyle="-", linewidth=1)
    ax.plot(
        np.real(eigenvalues), np.imag(eigenvalues), "D",
        linestyle="none", color=VERMILION, markersize=8, label="eigenvalues",
    )  # fmt: skip
    ax.set_xlim(-1.35, 1.35)
    ax.set_ylim(-1.35, 1.35)
    ax.set_aspect("equal")
    return label(ax, title, "real part", "imaginary part")


def against(x, curves: dict[str, np.ndarray], ax: Axes | None = None, *, title, xlabel, ylabel):
    """Several curves {label: values} over the same x."""
    ax = new_axes(ax)
    for name, y in curves.items():
        ax.plot(x, y, label=name)
    if len(curves) > 1:
        ax.legend()
    return label(ax, title, xlabel, ylabel)
