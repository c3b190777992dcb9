"""Backpropagation through time: whole, truncated, and with few states kept."""

from functools import lru_cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnnlib import draw, plots
from rnnlib.analysis.diagnostics import checkpointed_nbytes, state_nbytes
from rnnlib.cells.cell import Params, State
from rnnlib.cells.simple import Elman
from rnnlib.cells.tape import run, tape_nbytes
from rnnlib.circuits.ready_made import elman
from rnnlib.gradients.bptt import backward, bptt, truncated_bptt
from rnnlib.gradients.checkpointing import PLANS, Advance, forward_steps
from rnnlib.gradients.losses import SquaredError
from rnnlib.widgets.live import Control, LiveFigure, choice, slider

# --- direct + from the future = total -----------------------------------------------------

X = np.array([0.9, -0.4, 0.6, 0.3, -0.8, 0.5, -0.2, 0.7, 0.1, -0.6])
Y = np.array([0.2, 0.4, -0.3, 0.5, 0.1, -0.4, 0.6, -0.1, 0.3, -0.5])
LOSSES = {"every step": slice(None), "the last step": slice(-1, None)}


def draw_bptt(left: Axes, right: Axes, back: int, T: int, w: float, losses: str) -> str:
    """One unit: δ(t) = direct + from the future, and what each copy of W adds to its gradient."""
    cell = Elman(1, 1)
    params = Params(np.array([[1.0]]), np.array([[w]]), np.zeros(1))
    tape = run(cell, params, X[:T, None, None], State(np.array([[0.5]])))
    h = tape.h[:, 0, 0]
    direct = np.zeros(T)
    direct[LOSSES[losses]] = (h[1:] - Y[:T])[LOSSES[losses]]
    total = backward(tape, direct[:, None, None]).delta[:, 0, 0]
    copies = total * (1 - h[1:] ** 2) * h[:-1]
    t = max(T - back, 1)
    steps = np.arange(1, T + 1)
    known = steps >= t
    plots.grouped_bars(
        steps[known],
        {"direct": direct[known], "from the future": (total - direct)[known]},
        left, title=f"At t = {t}: both together are δ({t})", xlabel="step t", ylabel="gradient",
        totals=("δ(t)", total[known]),
    )  # fmt: skip
    so_far = copies[::-1].cumsum()[::-1]
    plots.grouped_bars(
        steps[known], {"copy of step t": copies[known]}, right,
        title=f"dW added up from T to {t}: {so_far[t - 1]:.3f}",
        xlabel="step t", ylabel="part of dW", totals=("sum so far", so_far[known]),
        colors=(plots.PARAMETER["W"],),
    )  # fmt: skip
    for ax in (left, right):
        ax.set_xlim(0.4, T + 0.6)
        ax.set_xticks(steps)
    future = total[t - 1] - direct[t - 1]
    origin = f" (w (1 - h({t + 1})²) δ({t + 1}))" if t < T else ""
    return (
        f"t = {t} of {T}: direct {direct[t - 1]:.3f} + from the future {future:.3f}{origin} = "
        f"δ({t}) = {total[t - 1]:.3f}. This copy adds {copies[t - 1]:.3f} to dW, which is "
        f"{so_far[t - 1]:.3f} so far."
    )


def bptt_explorer() -> LiveFigure:
    """BPTT step by step, from the end: direct + from the future = total."""
    back, T = slider("steps back", 3, 0, 7, 1), slider("T", 8, 1, len(X), 1)
    T.observe(lambda _: setattr(back, "max", T.value - 1), names="value")
    controls: dict[str, Control] = {"back": back, "T": T, "w": slider("w", 0.9, -2.0, 2.0, 0.1)}
    controls["losses"] = choice("loss at", list(LOSSES), "every step")
    return LiveFigure(draw_bptt, controls, play="back")


# --- truncation ---------------------------------------------------------------------------

LENGTH = 8  # steps of the truncated run


@lru_cache(maxsize=64)
def truncation_biases(k1: int, radius: float) -> np.ndarray:
    """‖truncated - exact‖ / ‖exact‖ of all parameters' gradients, for k2 = k1, …, 8."""
    rng = np.random.default_rng(5)
    cell = Elman(2, 8)
    params = cell.init(rng, "orthogonal")
    params = params._replace(W=radius * params.W)
    x = rng.normal(size=(LENGTH, 2, 2))
    loss = SquaredError(rng.normal(size=(LENGTH, 2, 8)))

    def flat(grads):
        return np.concatenate([array.ravel() for array in grads.params])

    exact = flat(bptt(cell, params, x, loss))
    truncated = [
        flat(truncated_bptt(cell, params, x, loss, k1=k1, k2=k2)) for k2 in range(k1, LENGTH + 1)
    ]
    bias = np.linalg.norm(np.array(truncated) - exact, axis=1) / np.linalg.norm(exact)
    return bias.round(12)  # what is smaller is rounding, not truncation


def draw_truncation(
    picture: Axes, below: Axes, k1: int, k2: int, number: int, radius: float
) -> str:
    """The window of one backward pass on the unfolded circuit, and the bias for each k2."""
    if not 1 <= k1 <= k2:
        raise ValueError(f"truncation needs 1 ≤ k1 ≤ k2, got k1={k1}, k2={k2}")
    passes = -(-LENGTH // k1)
    number = min(number, passes)
    last = min(number * k1, LENGTH)
    first = max(last - k2 + 1, 1)
    draw.unfolded(
        elman(loss=None).unfold(LENGTH), picture, window=(first, last), max_steps=LENGTH,
        title=f"Backward pass {number} of {passes}, against the arrows: steps {last} to {first}",
    )  # fmt: skip
    bias = truncation_biases(k1, radius)
    plots.against(
        np.arange(k1, LENGTH + 1), {"error": 100 * bias}, below,
        title="The longer the window, the smaller the gradient's error",
        xlabel="k2: steps in the window", ylabel="error, %",
    )  # fmt: skip
    below.plot([k2], [100 * bias[k2 - k1]], "D", color=plots.VERMILION, markersize=9, label="k2")
    below.set(xlim=(0.5, LENGTH + 0.5), ylim=(0, 110))
    every = "every step" if k1 == 1 else f"every k1 = {k1} steps"
    return (
        f"After {every} the new losses go back through k2 = {k2} steps at most: here through steps "
        f"{last} to {first}. The sum over all passes is off by {100 * bias[k2 - k1]:.2g} % of the "
        "exact gradient's length."
    )


def above_and_below(fig: Figure) -> tuple[Axes, Axes]:
    """A circuit above a plot."""
    return fig.add_axes((0.01, 0.5, 0.98, 0.43)), fig.add_axes((0.09, 0.12, 0.88, 0.28))


def truncation_explorer() -> LiveFigure:
    """Truncated BPTT: k1, k2, the window that slides along, and the gradient's bias."""
    k1, k2 = slider("k1", 1, 1, 4, 1), slider("k2", 3, 1, LENGTH, 1)
    number = slider("pass", 5, 1, LENGTH, 1)

    def keep_order(_):
        k2.min = k1.value
        number.max = -(-LENGTH // k1.value)

    k1.observe(keep_order, names="value")
    controls: dict[str, Control] = {"k1": k1, "k2": k2, "number": number}
    controls["radius"] = slider("|W|", 0.8, 0.1, 1.5, 0.1)
    return LiveFigure(
        draw_truncation, controls, size=(9.0, 4.8), layout=above_and_below, play="number"
    )


# --- checkpointing ------------------------------------------------------------------------

CELL, BATCH = Elman(16, 64), 16


@lru_cache(maxsize=64)
def trade_off(T: int, schedule: str) -> tuple[np.ndarray, np.ndarray]:
    """Bytes kept and forward steps per step, for 1, …, T stored states."""
    slots = range(1, T + 1)
    kept = [checkpointed_bytes(T, n, schedule) for n in slots]
    steps = [forward_steps(PLANS[schedule](T, n)) / T for n in slots]
    return np.array(kept), np.array(steps)


def checkpointed_bytes(T: int, slots: int, schedule: str) -> int:
    """Stored states, and the tape of what is reversed at once: a segment, or one step."""
    if schedule == "sqrt":
        return checkpointed_nbytes(CELL, T, BATCH, slots)
    return slots * state_nbytes(CELL, BATCH) + tape_nbytes(CELL, 1, BATCH)


def draw_checkpointing(left: Axes, right: Axes, slots: int, T: int, schedule: str) -> str:
    """The order of work, from top to bottom, and the cost of this and any number of slots."""
    slots = min(slots, T)
    if slots < 1:
        raise ValueError(f"checkpointing needs T ≥ 1 steps and slots ≥ 1, got T={T}")
    work = [
        (action.lo, action.t, action.t) if isinstance(action, Advance) else action
        for action in PLANS[schedule](T, slots)
    ]
    plots.work_order(work, left, title=f"{schedule}, {slots} states: the order of work")
    full = tape_nbytes(CELL, T, BATCH)
    for name in PLANS:
        kept, steps = trade_off(T, name)
        plots.against(
            100 * kept / full, {name: steps}, right, title="Steps run against bytes kept",
            xlabel="bytes kept, % of BPTT's", ylabel="forward steps / T",
        )  # fmt: skip
    kept, steps = trade_off(T, schedule)
    x, y = 100 * kept[slots - 1] / full, steps[slots - 1]
    right.plot([x], [y], "D", color=plots.BLACK, markersize=9, label=f"{slots} states")
    right.set(xlim=(0, 115), ylim=(0, max(6.5, 1.1 * y)))
    right.legend(fontsize="small")
    extra = round(y * T) - T
    return (
        f"T = {T}, {slots} stored states, {schedule}: {kept[slots - 1] / 1024:.0f} KiB are kept "
        f"instead of {full / 1024:.0f} ({x:.0f} %), for {extra} extra forward steps "
        f"({y:.2f} per step in all)."
    )


def checkpointing_explorer() -> LiveFigure:
    """Checkpointing: the order of work, the bytes kept and the extra steps."""
    slots, T = slider("slots", 5, 1, 24, 1), slider("T", 24, 2, 48, 1)
    T.observe(lambda _: setattr(slots, "max", T.value), names="value")
    controls = {"slots": slots, "T": T, "schedule": choice("schedule", list(PLANS), "sqrt")}
    return LiveFigure(draw_checkpointing, controls, size=(9.0, 4.0))
