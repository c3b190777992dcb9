"""Live figures of dynamical systems: orbit and cobweb, chaos, a linear system in the plane."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnnlib import plots
from rnnlib.analysis import systems
from rnnlib.widgets.live import LiveFigure, counted, slider, two_axes


def draw_cobweb(left: Axes, right: Axes, w: float, b: float, s0: float, x: float = 0.0) -> str:
    """One tanh unit with a constant signal x: its orbit in time and as a cobweb."""
    f = systems.tanh_map(w, b + x)
    states = systems.orbit(f, s0, 25)
    points = systems.fixed_points(f, -1.2, 1.2, grid=200)
    s = np.linspace(-1.2, 1.2, 121)
    ending = said_of_the_end(f, states)
    plots.orbits({"s(t)": states}, left, title=ending)
    left.set_ylim(-1.2, 1.2)
    count = counted(len(points), "fixed point")
    title = f"Curve and diagonal meet in {count}"
    plots.cobweb((s, f(s)), states, right, fixed=points, title=title)
    right.set_xlim(-1.2, 1.2)
    right.set_ylim(-1.2, 1.2)
    signal = f", x = {x:.2f}" if x else ""
    return (
        f"w = {w:.2f}, b = {b:.2f}{signal}: {count}. The orbit starts at s(0) = {s0:.2f}, and "
        f"s(25) = {states[-1]:.3f}. {ending}."
    )


def said_of_the_end(f: systems.Map, states: np.ndarray) -> str:
    """Where an orbit of a tanh unit has come to, and where it still moves to.

    Two steps, f(f(s)), never change the order of states: every second state moves one way, up to
    the next fixed point of two steps.
    """

    def two_steps(s):
        return f(f(s))

    rests = systems.fixed_points(two_steps, -1.2, 1.2, grid=400)

    def goal(s):
        move = two_steps(s) - s
        ahead = rests if abs(move) < 1e-9 else rests[(rests - s) * move >= 0]
        return min(ahead, key=lambda rest: abs(rest - s))

    last, before = states[-1], states[-2]
    goals = goal(last), goal(before)
    there = max(abs(last - goals[0]), abs(before - goals[1])) < 0.005
    low, high = (round(float(g), 2) + 0.0 for g in sorted(goals))  # + 0.0: no -0.00
    now = f"s(25) = {last:.2f}"
    if abs(goals[1] - goals[0]) > 1e-6:
        flips = f"flips between {low:.2f} and {high:.2f}"
        return f"It {flips}" if there else f"{now}; in the end it {flips}"
    return f"It settles at {low:.2f}" if there else f"{now}, still moving towards {low:.2f}"


def with_legend(fig: Figure) -> tuple[Axes, Axes]:
    """Side by side, with room for a legend on the right."""
    axes = two_axes(fig)
    fig.subplots_adjust(right=0.85)
    return axes


def cobweb_explorer(*, signal: bool = False) -> LiveFigure:
    """Orbit and cobweb of tanh(w s + b), or with a constant signal of tanh(w s + b + x)."""
    controls = {
        "w": slider("w", 1.8, -3.0, 3.0, 0.05),
        "b": slider("b", 0.0, -1.0, 1.0, 0.05),
        "s0": slider("s(0)", 0.1, -1.0, 1.0, 0.05),
    }
    if signal:
        controls["x"] = slider("x", 0.0, -1.0, 1.0, 0.05)
    return LiveFigure(draw_cobweb, controls, layout=with_legend)


def draw_chaos(left: Axes, right: Axes, r: float, log_gap: float) -> str:
    """Two orbits of the logistic map that start close together, and the gap between them."""
    f, gap = systems.logistic_map(r), 10.0**log_gap
    one, two = systems.orbit(f, 0.3, 40), systems.orbit(f, 0.3 + gap, 40)
    distance = np.abs(one - two)
    names = ("from 0.3", f"from 0.3 + 1e{log_gap:.0f}")
    apart = np.flatnonzero(distance > 0.1)
    parted = f"Apart after {apart[0]} steps" if len(apart) else "The two stay together"
    plots.orbits(dict(zip(names, (one, two), strict=True)), left, title=parted)
    left.set_ylim(-0.05, 1.35)
    shown = np.where(distance > 0, distance, np.nan)  # a logarithmic axis has no zero
    grows = "grows, then varies" if len(apart) else "dies out in the end"
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


def draw_spiral(left: Axes, right: Axes, modulus: float, angle: float) -> str:
    """s(t) = A s(t-1) in the plane, and the eigenvalues of A beside the unit circle."""
    A = systems.turning(modulus, angle)
    states = systems.orbit(systems.linear_map(A), np.array([1.0, 0.0]), 40)
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
