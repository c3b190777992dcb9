"""A circuit unrolled copy by copy, then values forward, then gradients backward.

A stage of the play takes in all that can be done before something of another step is needed: for
Elman's circuit stage t is step t; the steps of a bidirectional circuit are done from both ends.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import ipywidgets
import numpy as np
from matplotlib.axes import Axes

from rnnlib import draw
from rnnlib.circuits.circuit import Circuit, Graph
from rnnlib.circuits.nodes import GraphNode, Key
from rnnlib.circuits.propagation import Gradients, Run
from rnnlib.circuits.ready_made import READY_MADE
from rnnlib.circuits.shapes import Array, shape_of
from rnnlib.draw.sketch import sketch
from rnnlib.widgets.live import Control, LiveFigure, choice, one_picture, slider

Arrays = Mapping[str, Array]
LONGEST = 8  # steps


def unfold_explorer(
    circuit: Circuit | Callable[[], Circuit] | None = None,
    *,
    params: Arrays | None = None,
    inputs: Arrays | None = None,
    T: int = 4,
) -> LiveFigure:
    """A circuit folded or unfolded for T steps; played, it unrolls, computes, and differentiates.

    circuit: one circuit, or a function that makes it; if None, any of the ready-made ones.
    params, inputs: as `Graph.forward` takes them, inputs for 8 steps of which the first T are
    used; by default every size is 1 and the numbers are small.
    """
    circuits = READY_MADE if circuit is None else {"": circuit}
    name = "elman" if circuit is None else ""

    @lru_cache(maxsize=32)
    def play(name: str, T: int) -> Play:
        made = circuits[name]
        return Play.of(made if isinstance(made, Circuit) else made(), T, params, inputs)

    def picture(ax: Axes, view: str, T: int, stage: int, circuit: str = name) -> str:
        return draw_play(ax, play(circuit, T), folded=view == "folded", stage=stage)

    def last_stage(_) -> int:
        try:
            return play(chosen.value, steps.value).n_stages
        except ValueError:  # which the picture explains
            return steps.max

    chosen = choice("circuit", list(circuits), name)
    steps = slider("T", T, 1, LONGEST, 1)
    stage = slider("stage", T, 1, last_stage(None), 1)
    for control in (chosen, steps):
        ipywidgets.dlink((control, "value"), (stage, "max"), last_stage)
    view = choice("view", ["folded", "unfolded"], "unfolded")
    stage.observe(lambda _: setattr(view, "value", "unfolded"), names="value")
    controls: dict[str, Control] = {"circuit": chosen} if circuit is None else {}
    controls |= {"view": view, "T": steps, "stage": stage}
    return LiveFigure(picture, controls, size=(9.0, 4.6), layout=one_picture, play="stage")


@dataclass(frozen=True, eq=False)
class Play:
    """A circuit unfolded, with all of its numbers, and the stage at which each copy has its turn.

    The stages of a play: T copies, then `n_turns` times values, then as often gradients.
    """

    circuit: Circuit
    graph: Graph
    run: Run
    gradients: Gradients

    @classmethod
    def of(cls, circuit: Circuit, T: int, params: Arrays | None, inputs: Arrays | None) -> "Play":
        graph = circuit.unfold(T)
        own_params, own_inputs = small_numbers(circuit)
        given = own_inputs if inputs is None else inputs
        given = {
            name: array if circuit[name].lifetime == "once" else array[:T]
            for name, array in given.items()
        }
        start = {} if given else {n.name: [[0.5]] for n in graph.nodes if n.kind == "initial"}
        run = graph.forward(own_params if params is None else params, given, start)
        return cls(circuit, graph, run, graph.backward(run, _direct(graph, run)))

    @cached_property
    def visible(self) -> tuple[GraphNode, ...]:
        """The computed nodes that the picture has, in the order of their computation."""
        spots = sketch(self.graph).spots
        return tuple(n for n in self.graph.order if n.operation and n.key in spots)

    @property
    def T(self) -> int:
        return self.graph.T

    @cached_property
    def turn(self) -> Mapping[Key, int]:
        """When each node is computed; what is given, when it is first read."""
        turns = {}
        for node in self.graph.order:
            made = [key for key in node.arguments if self.graph[key].operation]
            waits = [turns[name, t] + (t != node.t) for name, t in made]
            turns[node.key] = max([1, *waits])
        for node in self.graph.order:
            if node.operation is None:
                readers = [n.key for n in self.graph.nodes if node.key in n.arguments]
                turns[node.key] = min((turns[key] for key in readers), default=1)
        return turns

    @property
    def n_turns(self) -> int:
        return max(self.turn.values())

    @property
    def n_stages(self) -> int:
        return self.T + 2 * self.n_turns


def draw_play(ax: Axes, play: Play, *, folded: bool, stage: int) -> str:
    """One stage of a play; the sentence says what is new in it."""
    if folded:
        draw.folded(play.circuit, ax)
        return f"Folded. {draw.describe(play.circuit)}. Unfolded, it has {play.T} copies."
    stage = min(stage, play.n_stages)
    if stage <= play.T:
        return _draw_copies(ax, play, stage)
    turn = stage - play.T
    if turn <= play.n_turns:
        return _draw_values(ax, play, turn)
    return _draw_gradients(ax, play, 2 * play.n_turns + 1 - turn)


def _draw_copies(ax: Axes, play: Play, copies: int) -> str:
    title = f"Unrolled: {copies} of {play.T} copies"
    draw.unfolded(play.circuit.unfold(copies), ax, title=title)
    _align_left(ax)
    shared = [n.symbol for n in play.graph.nodes if n.kind == "parameter"]
    return (
        f"{title}. Each copy computes one step, and all of them read the same "
        f"{', '.join(dict.fromkeys(shared))}."
    )


def _draw_values(ax: Axes, play: Play, turn: int) -> str:
    values = {key: value for key, value in play.run.arrays.items() if play.turn[key] <= turn}
    draw.unfolded(play.graph, ax, values=values, title=f"Forward: step {turn} of {play.n_turns}")
    _align_left(ax)
    new = [
        f"{node.label} = {_number(play.run[node.key])}"
        for node in play.visible
        if play.turn[node.key] == turn
    ]
    loss = f" The loss is {play.run.loss:.3f}." if turn == play.n_turns else ""
    return f"Forward, step {turn} of {play.n_turns}: {', '.join(new)}.{loss}"


def _draw_gradients(ax: Axes, play: Play, turn: int) -> str:
    """The operations of this turn, and of the later ones, have sent their gradients back."""
    along = {
        edge: gradient
        for edge, gradient in play.gradients.along.items()
        if play.turn[edge.target] >= turn
    }
    title = f"Backward: step {play.n_turns + 1 - turn} of {play.n_turns}"
    draw.unfolded(play.graph, ax, values=play.run, gradients=along, title=title)
    _align_left(ax)
    known = [
        f"{node.label}: {_number(play.gradients[node.key])}"
        for node in play.visible
        if node.kind == "state" and play.turn[node.key] == turn
    ]
    parts = {}
    for edge, gradient in along.items():
        node = play.graph[edge.source]
        if node.kind == "parameter":
            parts[node.symbol] = parts.get(node.symbol, 0) + gradient
    sums = [f"d{symbol} = {_number(total)}" for symbol, total in parts.items() if total.size == 1]
    words = f"{title}. Gradients on the states: {', '.join(known)}."
    if sums:
        words += f" Added up over the copies so far: {', '.join(sums)}."
    return words


def _number(array: Array) -> str:
    """A scalar as it is, a vector as its length."""
    if array.size == 1:
        return f"{array.item():.3f}".replace("-", "\N{MINUS SIGN}")
    return f"{np.linalg.norm(array):.3f} long"


def _align_left(ax: Axes) -> None:
    """So that the first copy stays where it is when others come in."""
    nodes = next(c for c in ax.collections if c.get_gid() == "nodes")
    left = min(np.asarray(path.vertices)[:, 0].min() for path in nodes.get_paths())
    low, high = ax.get_xlim()
    ax.set_xlim(left - 0.2, left - 0.2 + high - low)


def small_numbers(circuit: Circuit) -> tuple[Arrays, Arrays]:
    """Parameters and inputs with every size 1, so that one number stands on each node."""
    rng = np.random.default_rng(3)
    sizes = {dim.lstrip("0123456789"): 1 for node in circuit.nodes for dim in node.shape}
    params, inputs = {}, {}
    for node in circuit.nodes:
        shape = shape_of(node.shape, sizes)
        if node.kind == "parameter":
            bias = len(shape) < 2
            params[node.name] = np.zeros(shape) if bias else rng.uniform(0.5, 1.1, shape).round(1)
        elif node.kind == "input":
            steps = {"every": (LONGEST,), "once": ()}.get(node.lifetime, (1,))
            inputs[node.name] = rng.uniform(-1, 1, (*steps, 1, *shape)).round(1) + 0.0  # no -0.0
    return params, inputs


def _direct(graph: Graph, run: Run) -> Mapping[Key, Array] | None:
    """Without a loss, the sum of the last state is differentiated."""
    if any(node.kind == "loss" for node in graph.nodes):
        return None
    last = [node.key for node in graph.order if node.operation][-1]
    return {last: np.ones_like(run[last])}
