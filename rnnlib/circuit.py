"""A circuit is a graph whose edges carry a delay; unfolding it for T steps leaves no loop.

    circuit --unfold(T)--> graph --forward--> values --backward--> gradients --fold--> gradients
                                              of every copy                  of the parameters

Here are the circuit, `unfold` and `fold`. The unfolded graph is in `rnnlib.graph`, the numbers
that flow through it in `rnnlib.propagation`, ready-made circuits in `rnnlib.circuits`.
Source: Goodfellow, Bengio & Courville, *Deep Learning*, sections 10.1 and 10.2.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from numbers import Integral
from typing import NamedTuple

from rnnlib.graph import Graph, GraphNode, Key
from rnnlib.loops import check_loops, find_loops
from rnnlib.notation import Composition, equation
from rnnlib.operations import Operation
from rnnlib.shapes import Dims, read_dims

KINDS = ("parameter", "input", "state", "output", "loss")


class Argument(NamedTuple):
    """What a node reads: h(t-1) is Argument("h", 1), h(t+1) is Argument("h", -1)."""

    source: str
    delay: int = 0


class Edge(NamedTuple):
    """source(t - delay) -> target(t), as argument number `slot` of the target."""

    source: str
    target: str
    delay: int
    slot: int


@dataclass(frozen=True)
class Node:
    """One quantity of a circuit: `Node("a", "state", "n_h", affine, "b W h(t-1) U x(t)")`.

    shape: its sizes by name, "" for a scalar; values have the batch in front, parameters do not.
    operation, arguments: how it is computed, and from what; parameters and inputs have neither.
    lifetime: at every step, at the first, at the last, or once, outside of time. A node that does
    not live at every step has one value, and every step that reads it reads that one.
    symbol: its name in print, if that differs.
    """

    name: str
    kind: str
    shape: Dims
    operation: Operation | None = None
    arguments: tuple[Argument, ...] = ()
    lifetime: str = "every"
    symbol: str = ""

    def __post_init__(self):
        """Text becomes data, and a node that contradicts itself is refused."""
        if self.kind not in KINDS:
            raise ValueError(f"{self.name}: kind must be one of {KINDS}, got {self.kind!r}")
        data = {"symbol": self.symbol or self.name}
        if isinstance(self.shape, str):
            data["shape"] = read_dims(self.shape)
        if isinstance(self.arguments, str):
            data["arguments"] = tuple(map(_read_argument, self.arguments.split()))
        if self.kind == "parameter":
            data["lifetime"] = "once"
        for field, value in data.items():
            object.__setattr__(self, field, value)
        _steps(self.lifetime, T=1)  # raises if the lifetime is not one
        computed = self.kind not in ("parameter", "input")
        if (self.operation is not None, bool(self.arguments)) != (computed, computed):
            raise ValueError(
                f"{self.name}: parameters and inputs have no operation and no arguments, "
                "every other node has both"
            )
        if computed and self.lifetime == "once":
            raise ValueError(f"{self.name}: only parameters and inputs may live once")


def _read_argument(text: str) -> Argument:
    """W -> (W, 0), x(t) -> (x, 0), h(t-1) -> (h, 1), h(t+2) -> (h, -2)."""
    match = re.fullmatch(r"([^\W\d]\w*)(?:\(t([+-]\d+)?\))?", text)
    if not match:
        raise ValueError(f"an argument is written like W, x(t), h(t-1) or h(t+1), got {text!r}")
    return Argument(match[1], -int(match[2] or 0))


def _steps(lifetime: str, T: int) -> Sequence[int | None]:
    """The steps at which a node lives, among 1, …, T."""
    steps = {"every": range(1, T + 1), "first": [1], "last": [T], "once": [None]}
    if lifetime not in steps:
        raise ValueError(f"lifetime must be one of {tuple(steps)}, got {lifetime!r}")
    return steps[lifetime]


@dataclass(frozen=True, eq=False)
class Circuit:
    """Named nodes that read each other through delays; delay 1 is the textbook's black square.

    Two circuits are equal if they have equal nodes, in whatever order these are listed; the order
    of a node's arguments counts. ValueError if it cannot be unfolded (see `rnnlib.loops`).
    """

    nodes: tuple[Node, ...]

    def __post_init__(self):
        object.__setattr__(self, "nodes", tuple(self.nodes))
        self._check_reading()
        check_loops(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Circuit) and frozenset(self.nodes) == frozenset(other.nodes)

    def __hash__(self) -> int:
        return hash(frozenset(self.nodes))

    def __str__(self) -> str:
        """The equations, one a line: a(t) = b + W h(t-1) + U x(t)."""
        return "\n".join(equation(self, node) for node in self.nodes if node.operation)

    def __getitem__(self, name: str) -> Node:
        if name not in self._by_name:
            raise ValueError(f"no node {name!r} in this circuit; it has {', '.join(self._by_name)}")
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> Mapping[str, Node]:
        return {node.name: node for node in self.nodes}

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        return tuple(
            Edge(argument.source, node.name, argument.delay, slot)
            for node in self.nodes
            for slot, argument in enumerate(node.arguments)
        )

    def unfold(self, T: int, *, tied: bool = True) -> Graph:
        """The same computation for T steps, without a loop: one node for each (name, t).

        h(1) reads h(0), which is not computed but given; so is all that is read before step 1 or
        after step T (kind "initial").
        tied: a parameter is one node, read by every step; otherwise each step reads its own copy.
        """
        if not isinstance(T, Integral) or T < 1:
            raise ValueError(f"T must be a whole number of at least 1, got {T!r}")
        T = int(T)
        copies = {}
        for node in self.nodes:
            if node.kind == "parameter" and not tied:
                continue  # copied below, for each step that reads it
            for t in _steps(node.lifetime, T):
                reads = tuple(self._copy_read(argument, t, T, tied) for argument in node.arguments)
                copies[node.name, t] = _copy(node, t, node.kind, reads)
        for name, t in [key for copy in copies.values() for key in copy.arguments]:
            if (name, t) not in copies:
                kind = "parameter" if self[name].kind == "parameter" else "initial"
                copies[name, t] = _copy(self[name], t, kind)
        return Graph(tuple(copies.values()), T)

    def _copy_read(self, argument: Argument, t: int, T: int, tied: bool) -> Key:
        """Which copy of its source an argument means at step t."""
        source = self[argument.source]
        if source.lifetime == "every":
            return source.name, t - argument.delay
        if source.kind == "parameter" and not tied:
            return source.name, t
        (only_step,) = _steps(source.lifetime, T)
        return source.name, only_step

    def compose(self, t: int, of: str | None = None) -> Composition:
        """g(t) of eq. 10.6: node `of`, by default the last state listed, from x(t), …, x(1)."""
        states = [node.name for node in self.nodes if node.kind == "state"]
        if not (of or states):
            raise ValueError("a circuit without a state needs `of`, the name of a node")
        graph = self.unfold(t)
        last = graph.copies(of or states[-1])[-1]
        return Composition(graph.upto(last.key), last.key)

    def loops(self) -> list[tuple[Edge, ...]]:
        """Every loop that meets no node twice, as its edges."""
        return find_loops(self)

    def _check_reading(self):
        if len(self._by_name) < len(self.nodes):
            names = [node.name for node in self.nodes]
            twice = sorted({name for name in names if names.count(name) > 1})
            raise ValueError(f"each name must belong to one node, got twice: {', '.join(twice)}")
        for edge in self.edges:
            if edge.source not in self._by_name:
                raise ValueError(
                    f"{edge.target} reads {edge.source!r}, which is no node of this circuit; "
                    f"it has {', '.join(self._by_name)}"
                )
            lifetime = self[edge.source].lifetime
            if edge.delay and lifetime != "every":
                raise ValueError(
                    f"{edge.target} reads {edge.source} with delay {edge.delay}, but {edge.source} "
                    f"lives {lifetime}: only what lives at every step can be delayed"
                )
        read = {edge.source for edge in self.edges}
        for node in self.nodes:
            if node.kind == "parameter" and node.name not in read:
                raise ValueError(f"parameter {node.name} is read by no node")


def _copy(node: Node, t: int | None, kind: str, arguments: tuple[Key, ...] = ()) -> GraphNode:
    """node(t): computed from these copies, or given if there are none."""
    operation = node.operation if arguments else None
    return GraphNode(node.name, t, kind, node.shape, operation, arguments, node.symbol)


def fold(graph: Graph) -> Circuit:
    """The circuit that unfolds to this graph, from nothing but its nodes and edges.

    ValueError if no circuit does, because the copies of a node differ; or if T = 1, where every
    step, the first and the last look alike.
    """
    if graph.T < 2:
        raise ValueError("a graph of one step does not tell its circuit: unfold for T >= 2")
    names = dict.fromkeys(node.name for node in graph.nodes)
    lifetimes = {name: _lifetime(graph, name) for name in names}
    nodes = []
    for name in names:
        folded = {_fold_copy(copy, lifetimes) for copy in graph.copies(name)}
        if len(folded) > 1:
            raise ValueError(f"the copies of {name} differ, so no circuit unfolds to this graph")
        nodes += folded
    return Circuit(nodes)


def _lifetime(graph: Graph, name: str) -> str:
    """The lifetime that explains at which steps there is a copy."""
    copies = graph.copies(name)
    if any(node.kind == "parameter" for node in copies):
        return "once"  # also if each step has its own copy
    steps = [node.t for node in copies]
    for lifetime in ("every", "first", "last", "once"):
        if steps == list(_steps(lifetime, graph.T)):
            return lifetime
    raise ValueError(f"{name} lives at the steps {steps}, so no circuit unfolds to this graph")


def _fold_copy(copy: GraphNode, lifetimes: Mapping[str, str]) -> Node:
    """The node whose copy this is: steps become delays."""
    arguments = tuple(
        Argument(source, copy.t - t if lifetimes[source] == "every" else 0)
        for source, t in copy.arguments
    )
    lifetime = lifetimes[copy.name]
    return Node(copy.name, copy.kind, copy.shape, copy.operation, arguments, lifetime, copy.symbol)
