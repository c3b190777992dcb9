"""An LSTM cell at work: its gates, and what they do to its memory."""

import numpy as np
from matplotlib.axes import Axes

from rnnlib import plots
from rnnlib.cells.cell import Array, Params
from rnnlib.cells.gated import LSTM
from rnnlib.cells.tape import run
from rnnlib.widgets.live import LiveFigure, slider

LENGTH = 30
WRITE, ERASE = {4: 1.0, 11: -0.6, 24: 0.5}, 18  # what is to be remembered, and when to forget


def draw_gates(left: Axes, right: Axes, f: float, i: float, o: float, t: int) -> str:
    """One LSTM unit over a sequence that says write, write, erase, write; biases f, i, o.

    A value to write opens the input gate, the sign to erase closes the forget gate.
    """
    x = np.zeros((LENGTH, 1, 3))  # the value, that there is one, and the sign to erase
    for step, value in WRITE.items():
        x[step - 1, 0, :2] = value, 1
    x[ERASE - 1, 0, 2] = 1
    U = np.array([[0, 8, 0], [0, 0, -12], [2, 0, 0], [0, 0, 0]], float)
    tape = run(LSTM(3, 1), Params(U, np.zeros((4, 1)), np.array([i, f, 0, o])), x)
    assert tape.inner is not None
    sigmoids = tape.inner[:, :3, 0, 0].T
    gates: dict[str, Array] = dict(zip(("i: write", "f: keep", "o: show"), sigmoids, strict=True))
    m, h = tape.states.m[:, 0, 0], tape.states.h[:, 0, 0]
    steps = np.arange(1, LENGTH + 1)
    keep = gates["f: keep"]
    usual = keep[0]
    half = np.log(0.5) / np.log(usual)
    plots.against(
        steps, gates, left, title=f"Gates: f = {usual:.2f} halves in {half:.1f} steps",
        xlabel="step t", ylabel="gate",
    )  # fmt: skip
    left.set_ylim(-0.05, 1.35)
    plots.against(
        np.arange(LENGTH + 1), {"memory m(t)": m, "state h(t)": h}, right,
        title=f"m({t}) = {m[t]:.2f}, h({t}) = {h[t]:.2f}", xlabel="step t", ylabel="value",
    )  # fmt: skip
    right.set_ylim(-1.3, 2.6)
    for ax in (left, right):
        ax.axvline(t, ymax=0.82, color=plots.GREY, linestyle=":", linewidth=1.2)
        ax.legend(loc="upper right", ncols=3, fontsize="small")
    last = max((step for step in WRITE if step <= t), default=None)
    since = "nothing is written yet" if last is None else f"the last value came at step {last}"
    left_over = np.prod(keep[last:t]) if last else 1.0
    return (
        f"t = {t}: i = {tape.inner[t - 1, 0, 0, 0]:.2f}, f = {keep[t - 1]:.2f}, "
        f"o = {tape.inner[t - 1, 2, 0, 0]:.2f}; {since}. ∂m({t})/∂m({last or t}) is the product of "
        f"the forget gates, {left_over:.2g}. Values are written at steps "
        f"{', '.join(map(str, WRITE))}, erased at step {ERASE}."
    )


def gates_explorer() -> LiveFigure:
    """An LSTM cell over a sequence: gate values, memory and state."""
    controls = {
        "f": slider("bias f", 3.0, -2.0, 6.0, 0.25),
        "i": slider("bias i", -5.0, -8.0, 2.0, 0.25),
        "o": slider("bias o", 2.0, -4.0, 4.0, 0.25),
        "t": slider("t", 10, 1, LENGTH, 1),
    }
    return LiveFigure(draw_gates, controls, play="t")
