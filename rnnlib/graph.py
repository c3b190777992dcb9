"""The unfolded graph: a node for each quantity and step, no loop, and an order to compute in."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from rnnlib import propagation
from rnnlib.operations import Operation
from rnnlib.propagation import Given, Gradients, Run
from rnnlib.shapes import Dims, Sizes, shape_of

if TYPE_CHECKING:
    from rnnlib.circuit import Circuit

Key = tuple[str, int | None]  # ("h", 3) is h(3); ("W", None) is a node outside of time


class GraphEdge(NamedTuple):
    """source -> target, as argument number `slot` of the target."""

    source: Key
    target: Key
    slot: int


class Counts(NamedTuple):
    """The size of a graph: nodes and edges, numbers in the parameters, numbers in all values."""

    nodes: int
    edges: int
    parameters: int
    stored: int


@dataclass(frozen=True)
class GraphNode:
    """One copy of a node: h(3) has name "h" and t = 3. Kind "initial" is given from outside."""

    name: str
    t: int | None
    kind: str
    shape: Dims
    operation: Operation | None
    arguments: tuple[Key, ...]
    symbol: str

    @property
    def key(self) -> Key:
        return self.name, self.t

    @property
    def label(self) -> str:
        return self.symbol if self.t is None else f"{self.symbol}({self.t})"

    @property
    def dims(self) -> Dims:
        """The sizes of its value: the batch comes first, except in a parameter."""
        return self.shape if self.kind == "parameter" else ("B", *self.shape)

    @property
    def edges(self) -> tuple[GraphEdge, ...]:
        """The edges that end here, in the order of the arguments."""
        return tuple(GraphEdge(source, self.key, i) for i, source in enumerate(self.arguments))


@dataclass(frozen=True, eq=False)
class Graph:
    """An acyclic graph with a node for each (name, t), t = 1, …, T: a circuit, unfolded."""

    nodes: tuple[GraphNode, ...]
    T: int

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Graph)
            and self.T == other.T
            and frozenset(self.nodes) == frozenset(other.nodes)
        )

    def __hash__(self) -> int:
        return hash((self.T, frozenset(self.nodes)))

    def __getitem__(self, key: Key) -> GraphNode:
        if key not in self._by_key:
            raise ValueError(f"no node {key!r} in this graph of T={self.T} steps")
        return self._by_key[key]

    @cached_property
    def _by_key(self) -> Mapping[Key, GraphNode]:
        return {node.key: node for node in self.nodes}

    @cached_property
    def edges(self) -> tuple[GraphEdge, ...]:
        return tuple(edge for node in self.nodes for edge in node.edges)

    @cached_property
    def order(self) -> tuple[GraphNode, ...]:
        """A topological order: each node after all that it reads."""
        reads = {node.key: node.arguments for node in self.nodes}
        return tuple(self[key] for key in TopologicalSorter(reads).static_order())

    def copies(self, name: str) -> list[GraphNode]:
        """The copies of a node from step 1 to T, without what is given before and after."""
        copies = [node for node in self.nodes if node.name == name and node.kind != "initial"]
        if not copies:
            raise ValueError(f"no node {name!r} in this graph of T={self.T} steps")
        return sorted(copies, key=lambda node: node.t or 0)

    def upto(self, key: Key) -> "Graph":
        """The part of the graph that a node depends on."""
        needed = {key}
        for node in reversed(self.order):
            if node.key in needed:
                needed.update(node.arguments)
        return Graph(tuple(node for node in self.nodes if node.key in needed), self.T)

    # Values and gradients

    def forward(self, params: Given, inputs: Given = None, initial: Given = None) -> Run:
        """The value of every node: see `rnnlib.propagation.forward`."""
        return propagation.forward(self, params, inputs, initial)

    def backward(self, run: Run, direct: Given = None) -> Gradients:
        """The gradient on every node: see `rnnlib.propagation.backward`."""
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
        key = max(levels, key=levels.get)
        path = []
        while levels[key] > 0:
            path.insert(0, key)
            key = max(self[key].arguments, key=levels.get)
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

    def fold(self) -> "Circuit":
        """The circuit again: see `rnnlib.circuit.fold`."""
        from rnnlib.circuit import fold  # circuits are built on graphs: at the top, it would loop

        return fold(self)
