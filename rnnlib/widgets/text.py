"""What the units of a network do while it reads a text."""

from functools import cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnnlib import plots
from rnnlib.cells.cell import Array
from rnnlib.cells.simple import Elman
from rnnlib.cells.tape import run
from rnnlib.data.realdata import ALPHABET, encode, english_text
from rnnlib.widgets.live import LiveFigure, slider

WIDTH = 64  # characters in a line
SHOWN = 320


@cache
def read_by_chance() -> tuple[str, Array]:
    """A text and the states (N, 16) of a network that nobody has trained."""
    text = english_text()[:SHOWN]
    rng = np.random.default_rng(0)
    cell = Elman(len(ALPHABET), 16)
    params = cell.init(rng, "orthogonal")
    params = params._replace(U=2 * params.U, W=0.9 * params.W)
    x = np.eye(len(ALPHABET))[encode(text)]
    return text, run(cell, params, x[:, None]).h[1:, 0]


def draw_text(above: Axes, below: Axes, unit: int, t: int, *, text: str, h: Array) -> str:
    """The text on the colors of one unit, and the course of that unit."""
    if h.ndim != 2 or len(h) != len(text) or not np.isfinite(h).all():
        raise ValueError(f"h must be finite, (N={len(text)}, n_h) for this text, got {h.shape}")
    states = h[:, unit - 1]
    plots.coloured_text(
        text, states, above, title=f"Unit {unit} after each character", width=WIDTH, marked=t - 1
    )
    plots.against(
        np.arange(1, len(text) + 1), {"state": states}, below,
        title=f"After {text[t - 1]!r}, character {t}: {states[t - 1]:.2f}",
        xlabel="character", ylabel=f"unit {unit}",
    )  # fmt: skip
    below.plot([t], [states[t - 1]], "D", color=plots.VERMILION, markersize=9, label="here")
    below.set(xlim=(0, len(text) + 1), ylim=(-1.1, 1.1))
    return (
        f"Unit {unit} of {h.shape[1]} is {states[t - 1]:.2f} after reading {text[t - 1]!r}, "
        f"character {t}, and between {states.min():.2f} and {states.max():.2f} over the text. "
        f"{_favourites(text, states)}"
    )


def _favourites(text: str, states: Array) -> str:
    """After which of the characters that come three times or more it is highest, and lowest."""
    letters = np.array(list(text))
    mean = {c: states[letters == c].mean() for c in sorted(set(text)) if text.count(c) > 2}
    if not mean:
        return ""
    highest, lowest = max(mean, key=mean.__getitem__), min(mean, key=mean.__getitem__)
    return f"On average it is highest after {highest!r}, lowest after {lowest!r}."


def text_above_curve(fig: Figure) -> tuple[Axes, Axes]:
    """Some lines of text, and a curve below."""
    return fig.add_axes((0.05, 0.42, 0.93, 0.5)), fig.add_axes((0.09, 0.13, 0.87, 0.24))


def text_explorer(text: str | None = None, h: Array | None = None) -> LiveFigure:
    """A text, and what each unit makes of it.

    h: (N, n_h), the state after each of N characters; with neither text nor h, a network that has
    learned nothing reads English.
    """
    if (text is None) != (h is None):
        raise ValueError("text and its states h belong together: give both or neither")
    if text is None:
        text, h = read_by_chance()
    h = np.asarray(h, float)

    def picture(above: Axes, below: Axes, unit: int, t: int) -> str:
        return draw_text(above, below, unit, t, text=text, h=h)

    controls = {
        "unit": slider("unit", 1, 1, h.shape[-1], 1),
        "t": slider("character", 1, 1, len(text), 1),
    }
    return LiveFigure(picture, controls, size=(9.0, 4.4), layout=text_above_curve)
