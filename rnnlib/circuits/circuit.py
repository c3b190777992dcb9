"""A circuit is a graph whose edges carry a delay; unfolding it for T steps leaves no cycle.

    circuit --unfold(T)--> graph --forward--> values --backward--> gradients --fold--> gradients
                                              of every copy                  of the parameters

Here are the circuit, its unfolded graph, and the two ways between them: `Circuit.unfold` and
`fold`, each the other's inverse.
Source: Goodfellow, Bengio & Courville, *Deep Learning*, sections 10.1 and 10.2.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod
from numbers import Integral
from typing import NamedTuple

from rnnlib.circuits import propagation
from rnnlib.circuits.cycles import check_cycles, find_cycles
from rnnlib.circuits.nodes import Acyclic, Argument, Edge, GraphNode, Key, Node, steps_of
from rnnlib.circuits.notation import Composition, equation
from rnnlib.circuits.propagation import Given, Gradients, Run
from rnnlib.circuits.shapes import Sizes, shape_of


@dataclass(frozen=True, eq=False, init=False)
class Circuit:
    """Named nodes that read each other through delays; delay 1 is the textbook's black square.

    `unfold(T)` makes a `Graph` of T steps; `str` gives the equations. The values have the batch
    first, (B, n), the parameters have not; a size gets its number from the arrays of a run.
    Two circuits are equal if they have equal nodes, in whatever order these are listed; the order
    of a node's arguments counts. ValueError if it cannot be unfolded (see `cycles`).
    Goodfellow, Bengio & Courville 2016, section 10.1. More of them are in `rnnlib.circuits`.

    >>> from rnnlib import Circuit, Node
    >>> from rnnlib.circuits.operations import affine, tanh
    >>> sizes = {"U": "n_h n_x", "W": "n_h n_h", "b": "n_h"}
    >>> parameters = [Node(name, "parameter", size) for name, size in sizes.items()]
    >>> a = Node("a", "state", "n_h", affine, "b W h(t-1) U x(t)")
    >>> h = Node("h", "state", "n_h", tanh, "a(t)")
    >>> circuit = Circuit([*parameters, Node("x", "input", "n_x"), a, h])
    >>> print(circuit)
    a(t) = b + W h(t-1) + U x(t)
    h(t) = tanh(a(t))
    >>> circuit.unfold(T=3).fold() == circuit
    True
    """

    nodes: tuple[Node, ...]

    def __init__(self, nodes: Iterable[Node]):
        object.__setattr__(self, "nodes", tuple(nodes))
        self._check_reading()
        check_cycles(self._by_name, self.edges)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Circuit) and frozenset(self.nodes) == frozenset(other.nodes)

    def __hash__(self) -> int:
        return hash(frozenset(self.nodes))

    def __str__(self) -> str:
        """The equations, one a line: a(t) = b + W h(t-1) + U x(t)."""
        return "\n".join(equation(node, self._by_name) for node in self.nodes if node.operation)

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

    def unfold(self, T: int, *, tied: bool = True) -> "Graph":
        """The same computation for T steps, without a cycle: one node for each (name, t).

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
            for t in steps_of(node.lifetime, T):
                reads = tuple(self._copy_read(argument, t, T, tied) for argument in node.arguments)
                copies[node.name, t] = _copy(node, t, node.kind, reads)
        for name, t in [key for copy in copies.values() for key in copy.arguments]:
            if (name, t) not in copies:
                kind = "parameter" if self[name].kind == "parameter" else "initial"
                copies[name, t] = _copy(self[name], t, kind)
        return Graph(tuple(copies.values()), T)

    def _copy_read(self, argument: Argument, t: int | None, T: int, tied: bool) -> Key:
        """Which copy of its source an argument means at step t."""
        source = self[argument.source]
        if source.lifetime == "every":
            assert t is not None, "what lives once reads nothing"
            return source.name, t - argument.delay
        if source.kind == "parameter" and not tied:
            return source.name, t
        (only_step,) = steps_of(source.lifetime, T)
        return source.name, only_step

    def compose(self, t: int, of: str | None = None) -> Composition:
        """g(t) of eq. 10.6: node `of`, by default the last state listed, from x(t), …, x(1)."""
        states = [node.name for node in self.nodes if node.kind == "state"]
        if not (of or states):
            raise ValueError("a circuit without a state needs `of`, the name of a node")
        graph = self.unfold(t)
        last = graph.copies(of or states[-1])[-1]
        return Composition(graph.upto(last.key), last.key)

    def cycles(self) -> list[tuple[Edge, ...]]:
        """Every cycle that meets no node twice, as its edges."""
        return find_cycles(self._by_name, self.edges)

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


class Counts(NamedTuple):
    """The size of a graph: nodes and edges, numbers in the parameters, numbers in all values."""

    nodes: int
    edges: int
    parameters: int
    stored: int


@dataclass(frozen=True, eq=False)
class Graph(Acyclic):
    """A circuit, unfolded: a node for each (name, t), t = 1, …, T, and an order to compute in.

    `Circuit.unfold(T)` makes one. `forward` gives the value of every node: `values["h"]` is
    (T, B, n_h), `values["h", 3]` is (B, n_h). `backward` gives the gradients likewise, and `fold`
    on them adds up those of a shared parameter. `critical_path` is the longest chain of operations.
    ValueError for a node that is not there, and for arrays that do not fit.
    Goodfellow, Bengio & Courville 2016, section 10.1.

    >>> import numpy as np
    >>> from rnnlib import circuits
    >>> graph = circuits.elman(loss=None).unfold(T=3)
    >>> params = {"U": np.array([[1.0]]), "W": np.array([[0.5]]), "b": np.zeros(1)}
    >>> values = graph.forward(params, {"x": np.ones((3, 1, 1))})  # x (T, B, n_x)
    >>> values["h"].ravel().round(3).tolist(), values["h", 3].shape
    ([0.762, 0.881, 0.894], (1, 1))
    >>> gradients = graph.backward(values, {("h", 3): np.ones((1, 1))})
    >>> gradients["h"].ravel().round(3).tolist()  # of h(3), on h(1), h(2) and h(3)
    [0.011, 0.101, 1.0]
    """

    def upto(self, key: Key) -> "Graph":
        """The part of the graph that a node depends on."""
        needed = {key}
        for node in reversed(self.order):
            if node.key in needed:
                needed.update(node.arguments)
        return Graph(tuple(node for node in self.nodes if node.key in needed), self.T)

    # Values and gradients

    def forward(self, params: Given, inputs: Given = None, initial: Given = None) -> Run:
        """The value of every node: see `rnnlib.circuits.propagation.forward`."""
        return propagation.forward(self, params, inputs, initial)

    def backward(self, run: Run, direct: Given = None) -> Gradients:
        """The gradient on every node: see `rnnlib.circuits.propagation.backward`."""
        return propagation.backward(self, run, direct)

    # Size

    def levels(self) -> dict[Key, int]:
        """When each node can be computed at the earliest: after so many operations in a chain."""
        levels = {}
        for node in self.order:
            if node.operation is None:
                levels[node.key] = 0
            else:
                levels[node.key] = 1 + max(levels[key] for key in node.arguments)
        return levels

    def critical_path(self) -> list[Key]:
        """The longest chain of operations: each waits for the one before, and len is the length.

        No number of processors computes the graph in less time.
        """
        levels = self.levels()
        key = max(levels, key=levels.__getitem__)
        path = []
        while levels[key] > 0:
            path.insert(0, key)
            key = max(self[key].arguments, key=levels.__getitem__)
        return path

    def counts(self, sizes: Sizes) -> Counts:
        """How much there is, for sizes such as {"B": 1, "n_x": 3, "n_h": 5} (`run.sizes`)."""
        parameters, stored = 0, 0
        for node in self.nodes:
            numbers = prod(shape_of(node.dims, sizes))
            if node.kind == "parameter":
                parameters += numbers
            else:
                stored += numbers
        return Counts(len(self.nodes), len(self.edges), parameters, stored)

    def fold(self) -> Circuit:
        """The circuit again: see `rnnlib.circuits.circuit.fold`."""
        return fold(self)


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
        folded = {copy.label: _fold_copy(copy, lifetimes) for copy in graph.copies(name)}
        if len(set(folded.values())) > 1:
            raise ValueError(f"the copies of {name} differ{_difference(folded)}")
        nodes += set(folded.values())
    return Circuit(nodes)


def _difference(folded: Mapping[str, Node]) -> str:
    """The end of the sentence "the copies of o differ": in what two of them do."""
    end = "so no circuit unfolds to this graph"
    (one, first), *others = folded.items()
    other, second = next((label, node) for label, node in others if node != first)
    if first.arguments == second.arguments:
        return f", {end}"
    lists = (_only_in(first, second), _only_in(second, first))
    told = [", ".join(each) or "nothing more" for each in lists]
    return (
        f": {one} reads {told[0]}, but {other} reads {told[1]}; these edges are not delays that "
        f"are the same at every step, {end}"
    )


def _only_in(node: Node, other: Node) -> list[str]:
    """What a node reads and the other does not, as in h(t-1)."""
    return [
        f"{source}(t{-delay:+d})" if delay else f"{source}(t)"
        for source, delay in dict.fromkeys(node.arguments)
        if (source, delay) not in other.arguments
    ]


def _lifetime(graph: Graph, name: str) -> str:
    """The lifetime that explains at which steps there is a copy."""
    copies = graph.copies(name)
    if any(node.kind == "parameter" for node in copies):
        return "once"  # also if each step has its own copy
    steps = [node.t for node in copies]
    for lifetime in ("every", "first", "last", "once"):
        if steps == list(steps_of(lifetime, graph.T)):
            return lifetime
    raise ValueError(f"{name} lives at the steps {steps}, so no circuit unfolds to this graph")


def _fold_copy(copy: GraphNode, lifetimes: Mapping[str, str]) -> Node:
    """The node whose copy this is: steps become delays."""
    arguments = tuple(
        Argument(source, _delay(copy, t) if lifetimes[source] == "every" else 0)
        for source, t in copy.arguments
    )
    lifetime = lifetimes[copy.name]
    return Node(copy.name, copy.kind, copy.shape, copy.operation, arguments, lifetime, copy.symbol)


def _delay(reader: GraphNode, t: int | None) -> int:
    """How many steps before the reader lies step t."""
    if reader.t is None or t is None:
        raise ValueError(
            f"{reader.label} reads across time from outside of it, so no circuit unfolds to this "
            "graph"
        )
    return reader.t - t
