"""What all figures share: colors, the course's style, PNG and HTML with alternative text.

Colors are those of Okabe & Ito (2008), told apart by people with any color vision; whatever a
color says, a line style, a marker or a label says too.
"""

import base64
import html
import io
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.rcsetup import cycler
from matplotlib.ticker import MaxNLocator

BLUE, VERMILION, GREEN = "#0072B2", "#D55E00", "#009E73"
ORANGE, SKY, PURPLE, BLACK, GREY = "#E69F00", "#56B4E9", "#CC79A7", "#000000", "#767676"
LIGHT_GREY, PALE_GREY, PALE_BLUE = "#999999", "#EEEEEE", "#DCE9F5"  # behind what is drawn
PARAMETER = {"U": BLUE, "W": VERMILION, "V": GREEN}  # the same in every lesson
DPI = 150  # pixels drawn per inch; shown at 100, so that lines stay crisp when enlarged

STYLE: dict[Any, Any] = {  # the keys have a type of their own from matplotlib 3.11 on
    "figure.figsize": (7.2, 3.4),
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.titlelocation": "left",
    "axes.titley": 1.0,  # where it would be anyway; to find that out takes long
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
    "axes.prop_cycle": cycler(
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
        words
        for words in (artist.get_label() for artist in [*ax.collections, *ax.images])
        if words and not words.startswith("_")
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


def whole_ticks(*axes: Axis) -> None:
    """Ticks at whole numbers only."""
    for axis in axes:
        locator = axis.get_major_locator()
        assert isinstance(locator, MaxNLocator), "a linear axis has one"
        locator.set_params(integer=True)


def label(ax: Axes, title: str, x: str, y: str) -> Axes:
    """Title (what to see) and axis labels in one go."""
    ax.set_title(title)
    ax.set_xlabel(x)
    ax.set_ylabel(y)
    return ax
