"""Live figures: sliders beside a picture that follows them.

Each is a `LiveFigure` made of a pure drawing function and its controls. `render(**state)` works
anywhere; in a notebook the controls call it. With no front end a still picture remains.
"""

from collections.abc import Callable

import ipywidgets
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from rnnlib import plots, systems


class LiveFigure:
    """A picture, its sliders, and a sentence that says what the picture shows.

    draw(fig, **state) -> str draws on an empty figure and returns the sentence. The sentence
    stands below the picture: it is the picture's alternative text.
    """

    def __init__(self, draw: Callable[..., str], controls: dict, size=(9.0, 3.6)):
        self.draw = draw
        self.controls = controls
        self.figure = Figure(figsize=size)
        FigureCanvasAgg(self.figure)
        self.sentence = ""
        self.picture = ipywidgets.Image(format="png", layout={"max_width": "100%"})
        self.caption = ipywidgets.HTML()
        self.update()
        for control in controls.values():
            control.observe(self.update, names="value")

    @property
    def state(self) -> dict:
        """The value of each control."""
        return {name: control.value for name, control in self.controls.items()}

    def render(self, **state) -> bytes:
        """The picture for a state, as a PNG; `sentence` then describes it."""
        self.figure.clear()
        self.figure.subplots_adjust(left=0.085, right=0.985, bottom=0.15, top=0.9, wspace=0.24)
        with plots.mpl.rc_context(plots.STYLE):
            self.sentence = self.draw(self.figure, **{**self.state, **state})
            return plots.quick_png(self.figure)

    def update(self, _change=None) -> None:
        """Bring picture and sentence up to the controls."""
        self.picture.value = self.render()
        self.picture.layout.width = f"{int(self.figure.get_figwidth() * 100)}px"
        self.caption.value = f'<p role="status" style="line-height:1.4">{self.sentence}</p>'

    def _repr_mimebundle_(self, include=None, exclude=None):
        box = ipywidgets.VBox(
            [ipywidgets.HBox(list(self.controls.values())), self.picture, self.caption]
        )
        box.children[0].layout.flex_flow = "row wrap"
        still = plots.as_html(self.figure, alt=self.sentence)
        return {
            **box._repr_mimebundle_(),
            "text/html": still,
            "text/plain": f"Live figure. {self.sentence}",
        }


def slider(name: str, value: float, low: float, high: float, step: float):
    """A labelled slider; the arrow keys move it by one step."""
    kind = ipywidgets.IntSlider if isinstance(step, int) else ipywidgets.FloatSlider
    return kind(
        value=value, min=low, max=high, step=step, description=name,
        continuous_update=True, layout={"width": "290px"},
    )  # fmt: skip


# --- lesson 01 ----------------------------------------------------------------------------


def draw_cobweb(fig: Figure, w: float, b: float, s0: float, x: float) -> str:
    """One tanh unit with a constant signal x: its orbit in time and as a cobweb."""
    f = systems.tanh_map(w, b + x)
    states = systems.orbit(f, s0, 25)
    s = np.linspace(-1.2, 1.2, 121)
    left, right = fig.subplots(1, 2)
    plots.orbits({"s(t)": states}, left, title="The orbit in time")
    left.set_ylim(-1.2, 1.2)
    plots.cobweb((s, f(s)), states, right, title="The same orbit as a staircase")
    right.set_xlim(-1.2, 1.2)
    right.set_ylim(-1.2, 1.2)
    points = systems.fixed_points(f, -1.2, 1.2, grid=200)
    count = f"{len(points)} fixed point{'s'[: len(points) != 1]}"
    return (
        f"w = {w:.2f}, b = {b:.2f}, x = {x:.2f}: {count}; from s(0) = {s0:.2f} the orbit is at "
        f"{states[-1]:.3f} after 25 steps."
    )


def cobweb_explorer() -> LiveFigure:
    """Orbit and cobweb of tanh(w s + b + x)."""
    return LiveFigure(
        draw_cobweb,
        {
            "w": slider("w", 1.8, -3.0, 3.0, 0.1),
            "b": slider("b", 0.0, -1.0, 1.0, 0.05),
            "s0": slider("s(0)", 0.1, -1.0, 1.0, 0.05),
            "x": slider("x", 0.0, -1.0, 1.0, 0.05),
        },
    )


def draw_chaos(fig: Figure, r: float, log_gap: float) -> str:
    """Two orbits of the logistic map that start close together, and the gap between them."""
    f, gap = systems.logistic_map(r), 10.0**log_gap
    one, two = systems.orbit(f, 0.3, 40), systems.orbit(f, 0.3 + gap, 40)
    exponent = np.mean(np.log(np.abs(r * (1 - 2 * systems.orbit(f, 0.3, 2000)[100:]))))
    left, right = fig.subplots(1, 2)
    plots.orbits({"one start": one, "a little beside": two}, left, title="Two starts, close by")
    left.set_ylim(-0.05, 1.3)
    distance = np.maximum(np.abs(one - two), 1e-17)
    plots.against(
        np.arange(41), {"gap": distance}, right,
        title=f"Their gap; exponent {exponent:+.2f}", xlabel="step t", ylabel="|difference|",
    )  # fmt: skip
    right.set_yscale("log")
    right.set_ylim(1e-17, 10)
    word = "grow: chaos" if exponent > 0.005 else "do not grow"
    return f"r = {r:.2f}: the Lyapunov exponent is {exponent:+.3f}, so small errors {word}."


def chaos_explorer() -> LiveFigure:
    """The logistic map: two nearby starts, their gap, the Lyapunov exponent."""
    return LiveFigure(
        draw_chaos,
        {
            "r": slider("r", 4.0, 2.5, 4.0, 0.02),
            "log_gap": slider("log10 gap", -8.0, -12.0, -2.0, 1.0),
        },
    )


def draw_spiral(fig: Figure, modulus: float, angle: float) -> str:
    """s(t) = A s(t-1) in the plane, and the eigenvalues of A beside the unit circle."""
    A = systems.turning(modulus, angle)
    states = systems.orbit(systems.linear_map(A), np.array([1.0, 0.0]), 40)
    left, right = fig.subplots(1, 2)
    plots.phase_portrait({"orbit": states}, left, title="40 steps from (1, 0)")
    plots.unit_circle(np.linalg.eigvals(A), right, title="Eigenvalues of A")
    fates = {-1: "dies out", 0: "keeps its size", 1: "grows without bound"}
    fate = fates[int(np.sign(modulus - 1))]
    return (
        f"|λ| = {modulus:.2f}, turning by {angle:.0f} degrees a step: the state {fate}; after "
        f"40 steps its length is {np.linalg.norm(states[-1]):.3g}."
    )


def spiral_explorer() -> LiveFigure:
    """A linear system in the plane: modulus and angle of its eigenvalues."""
    return LiveFigure(
        draw_spiral,
        {
            "modulus": slider("|λ|", 0.95, 0.5, 1.1, 0.01),
            "angle": slider("angle", 25.0, 0.0, 180.0, 5.0),
        },
    )
