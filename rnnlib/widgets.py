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


def draw_cobweb(fig: Figure, w: float, b: float, s0: float, x: float = 0.0) -> str:
    """One tanh unit with a constant signal x: its orbit in time and as a cobweb."""
    f = systems.tanh_map(w, b + x)
    states = systems.orbit(f, s0, 25)
    points = systems.fixed_points(f, -1.2, 1.2, grid=200)
    s = np.linspace(-1.2, 1.2, 121)
    fig.subplots_adjust(right=0.87)
    left, right = fig.subplots(1, 2)
    flips = states[-1] * states[-2] < -1e-6
    ends = f"The orbit flips: ±{abs(states[-1]):.2f}" if flips else f"It ends near {states[-1]:.2f}"
    plots.orbits({"s(t)": states}, left, title=ends)
    left.set_ylim(-1.2, 1.2)
    count = f"{len(points)} fixed point{'s'[: len(points) != 1]}"
    title = f"Curve and diagonal meet in {count}"
    plots.cobweb((s, f(s)), states, right, fixed=points, title=title)
    right.set_xlim(-1.2, 1.2)
    right.set_ylim(-1.2, 1.2)
    signal = f", x = {x:.2f}" if x else ""
    return (
        f"w = {w:.2f}, b = {b:.2f}{signal}: {count}. From s(0) = {s0:.2f} the orbit is at "
        f"{states[-1]:.3f} after 25 steps{', changing sign at every step' if flips else ''}."
    )


def cobweb_explorer(*, signal: bool = False) -> LiveFigure:
    """Orbit and cobweb of tanh(w s + b), or with a constant signal of tanh(w s + b + x)."""
    controls = {
        "w": slider("w", 1.8, -3.0, 3.0, 0.05),
        "b": slider("b", 0.0, -1.0, 1.0, 0.05),
        "s0": slider("s(0)", 0.1, -1.0, 1.0, 0.05),
    }
    if signal:
        controls["x"] = slider("x", 0.0, -1.0, 1.0, 0.05)
    return LiveFigure(draw_cobweb, controls)


def draw_chaos(fig: Figure, r: float, log_gap: float) -> str:
    """Two orbits of the logistic map that start close together, and the gap between them."""
    f, gap = systems.logistic_map(r), 10.0**log_gap
    one, two = systems.orbit(f, 0.3, 40), systems.orbit(f, 0.3 + gap, 40)
    distance = np.abs(one - two)
    left, right = fig.subplots(1, 2)
    names = ("from 0.3", f"from 0.3 + 1e{log_gap:.0f}")
    apart = np.flatnonzero(distance > 0.1)
    parted = f"Apart after {apart[0]} steps" if len(apart) else "The two stay together"
    plots.orbits(dict(zip(names, (one, two), strict=True)), left, title=parted)
    left.set_ylim(-0.05, 1.35)
    shown = np.where(distance > 0, distance, np.nan)  # a logarithmic axis has no zero
    grows = "grows, then stays" if len(apart) else "dies out in the end"
    plots.against(
        np.arange(41), {"gap": shown}, right,
        title=f"The gap {grows}", xlabel="step t", ylabel="gap",
    )  # fmt: skip
    right.set_yscale("log")
    right.set_ylim(1e-17, 10)
    right.set_yticks([1e-16, 1e-12, 1e-8, 1e-4, 1])
    largest = np.max(distance)
    return (
        f"r = {r:.2f}: a gap of {gap:.0e} at the start grows to {largest:.1g} at most, and is "
        f"{distance[-1]:.1g} after 40 steps."
    )


def chaos_explorer() -> LiveFigure:
    """The logistic map: two nearby starts and their gap."""
    return LiveFigure(
        draw_chaos,
        {
            "r": slider("r", 4.0, 2.5, 4.0, 0.02),
            "log_gap": slider("gap, 10^", -8.0, -12.0, -2.0, 1.0),
        },
    )


def draw_spiral(fig: Figure, modulus: float, angle: float) -> str:
    """s(t) = A s(t-1) in the plane, and the eigenvalues of A beside the unit circle."""
    A = systems.turning(modulus, angle)
    states = systems.orbit(systems.linear_map(A), np.array([1.0, 0.0]), 40)
    left, right = fig.subplots(1, 2)
    fate = {-1: "fades", 0: "keeps its length", 1: "grows"}[int(np.sign(modulus - 1))]
    plots.phase_portrait({"orbit": states}, left, title=f"40 steps from (1, 0): it {fate}")
    reach = max(1.2, 1.1 * np.abs(states).max())
    left.set_aspect("equal", adjustable="box")
    left.set_xlim(-reach, reach)
    left.set_ylim(-reach, reach)
    where = {-1: "inside", 0: "on", 1: "outside"}[int(np.sign(modulus - 1))]
    plots.unit_circle(np.linalg.eigvals(A), right, title=f"Eigenvalues {where} the unit circle")
    return (
        f"|λ| = {modulus:.2f}, turning by {angle:.0f} degrees a step: the state {fate}; after "
        f"40 steps its length is {np.linalg.norm(states[-1]):.3g}."
    )


def spiral_explorer() -> LiveFigure:
    """A linear system in the plane: size and angle of its eigenvalues."""
    return LiveFigure(
        draw_spiral,
        {
            "modulus": slider("|λ|", 0.95, 0.5, 1.1, 0.01),
            "angle": slider("angle", 25.0, 0.0, 180.0, 5.0),
        },
    )
