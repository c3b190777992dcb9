"""Gradients through time: how far they reach, and the wall at which they have to be clipped."""

from functools import cache
from math import hypot, inf, tanh
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnnlib import plots
from rnnlib.analysis import systems
from rnnlib.analysis.diagnostics import jacobian_products, step_jacobians
from rnnlib.cells.cell import Array
from rnnlib.cells.simple import ACTIVATIONS, Elman
from rnnlib.cells.tape import run
from rnnlib.widgets.live import LiveFigure, choice, counted, slider, two_axes

# --- gradient flow ------------------------------------------------------------------------

UNITS = 10
DECADES = 4.0  # of the color scale, either way


def jacobian_norms_between(J: Array) -> Array:
    """‖∂h(s)/∂h(t)‖₂ for all t ≤ s, from J(1), …, J(T): (T+1, T+1), row s, NaN for t > s."""
    T = len(J)
    norms = np.full((T + 1, T + 1), np.nan)
    for s in range(T + 1):
        products = jacobian_products(J[:s]) if s else np.eye(J.shape[-1])[None]
        norms[s, : s + 1] = np.linalg.norm(products, ord=2, axis=(-2, -1))
    return norms


def draw_flow(left: Axes, right: Axes, radius: float, activation: str, T: int) -> str:
    """‖∂h(s)/∂h(t)‖ for all pairs of steps as a heat map, and its last row against the lag."""
    rng = np.random.default_rng(1)
    cell = Elman(2, UNITS, activation)
    params = cell.init(rng)
    W = radius * params.W / systems.spectral_radius(params.W)
    tape = run(cell, params._replace(W=W), rng.normal(size=(T, 1, 2)))
    norms = jacobian_norms_between(step_jacobians(tape)[:, 0])
    with np.errstate(divide="ignore"):  # a gradient that is gone: -inf, the full color
        decades = np.clip(np.log10(norms), -2 * DECADES, 2 * DECADES)
    plots.heat_map(
        decades, left, title="log₁₀‖∂h(s)/∂h(t)‖: orange has faded", limit=DECADES, first=(0, 0),
        xlabel="from step t", ylabel="to step s", scale=False,
    )  # fmt: skip
    end = norms[-1, 0]
    fate = "grows" if end > 1.5 else "fades" if end < 0.67 else "lasts"
    reference = radius ** np.arange(T, -1, -1.0)
    plots.gradient_reach(
        {activation: norms[-1], f"{radius:.2f} to the power of the lag": reference}, right,
        title=f"Back over {counted(T, 'step')} the gradient {fate}",
    )  # fmt: skip
    low, high = right.get_ylim()
    right.set_ylim(min(max(low, 1e-12), 0.05), max(high, 20))
    plots.whole_ticks(right.xaxis)
    return (
        f"Spectral radius {radius:.2f}, {activation}, {UNITS} units, T = {T}: "
        f"‖∂h(T)/∂h(0)‖ = {end:.2g}; a linear cell would tend to {reference[0]:.2g}."
    )


def with_scale(fig: Figure) -> tuple[Axes, Axes]:
    """Side by side, and the color scale of the left one at the edge."""
    left, right = two_axes(fig)
    plots.colour_scale(left, DECADES)
    return left, right


def flow_explorer() -> LiveFigure:
    """How far a gradient reaches: spectral radius, nonlinearity, number of steps."""
    controls = {
        "radius": slider("radius", 0.9, 0.1, 2.0, 0.05),
        "activation": choice("nonlinearity", list(ACTIVATIONS), "tanh"),
        "T": slider("T", 24, 1, 32, 1),
    }
    return LiveFigure(draw_flow, controls, layout=with_scale)


# --- clipping -----------------------------------------------------------------------------

STEPS, START, TARGET = 50, 0.3, 0.6
GRID_W, GRID_B = np.linspace(3.0, 6.5, 71), np.linspace(-3.2, -0.4, 57)


class Wall(NamedTuple):
    """The loss, and its gradient."""

    loss: float
    dw: float
    db: float

    @property
    def error(self) -> float:
        """The squared error: twice the loss."""
        return 2 * self.loss

    @property
    def norm(self) -> float:
        return hypot(self.dw, self.db)


def wall(w: float, b: float) -> Wall:
    """½ (h(50) - 0.6)² of one logistic unit h(t) = σ(w h(t-1) + b), h(0) = 0.3.

    After Pascanu et al. 2013, figure 6. On floats: for so few numbers that is faster than NumPy.
    """
    h, dw, db = START, 0.0, 0.0
    for _ in range(STEPS):
        after = 0.5 + 0.5 * tanh(0.5 * (w * h + b))
        slope = after * (1 - after)
        dw, db, h = slope * (h + w * dw), slope * (1 + w * db), after
    outer = h - TARGET
    return Wall(0.5 * outer**2, outer * dw, outer * db)


@cache
def surface() -> Array:
    """The error on the grid, (57, 71)."""
    return np.array([[wall(w, b).error for w in GRID_W] for b in GRID_B])


def descend(w: float, b: float, *, updates: int, largest: float = inf, rate: float = 1.0) -> Array:
    """Gradient descent from (w, b), gradients clipped to a norm: (updates + 1, 2)."""
    points = [(w, b)]
    for _ in range(updates):
        here = wall(w, b)
        step = rate * min(1.0, largest / here.norm) if here.norm else 0.0
        w, b = w - step * here.dw, b - step * here.db
        points.append((w, b))
    return np.array(points)


def draw_clipping(
    left: Axes, right: Axes, w: float, b: float, log_norm: float, updates: int
) -> str:
    """Descent with and without clipping on the error surface, and the error on the way."""
    largest = 10.0**log_norm
    paths = {
        "clipped": descend(w, b, updates=updates, largest=largest),
        "not clipped": descend(w, b, updates=updates),
    }
    plots.error_surface(
        GRID_W, GRID_B, surface(), left, title="Dark: small error; the edge is the wall",
        xlabel="w", ylabel="b", paths=paths,
    )  # fmt: skip
    errors = {name: [wall(*point).error for point in path] for name, path in paths.items()}
    longest = {
        name: np.linalg.norm(np.diff(path, axis=0), axis=1).max() for name, path in paths.items()
    }
    plots.against(
        np.arange(updates + 1), errors, right, xlabel="update", ylabel="error",
        title=f"Longest step: {longest['clipped']:.2g}; not clipped {longest['not clipped']:.2g}",
    )  # fmt: skip
    right.set_ylim(0, 0.45)
    plots.whole_ticks(right.xaxis)
    ends = [f"{errors[name][-1]:.2g}" for name in paths]
    return (
        f"From w = {w:.2f}, b = {b:.2f}, where the gradient's norm is {wall(w, b).norm:.2g}: after "
        f"{updates} updates the error is {ends[0]} with gradients clipped to {largest:.2g}, and "
        f"{ends[1]} without."
    )


def clipping_explorer() -> LiveFigure:
    """The wall in the error surface of one unit: descent with clipped gradients, and without."""
    return LiveFigure(
        draw_clipping,
        {
            "w": slider("w", 5.0, 3.2, 6.2, 0.1),
            "b": slider("b", -2.2, -3.0, -0.6, 0.1),
            "log_norm": slider("norm, 10^", -1.0, -2.0, 2.0, 0.25),
            "updates": slider("updates", 30, 1, 60, 1),
        },
        play="updates",
    )
