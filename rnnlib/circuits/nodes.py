"""What circuits and their unfolded graphs are made of: nodes, and the edges between them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter
from typing import NamedTuple

from rnnlib.circuits.operations import Operation
from rnnlib.circuits.shapes import Dims, read_dims

# --- a circuit's -------------------------------------------------------------------------

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


@dataclass(frozen=True, init=False)
class Node:
    """One quantity of a circuit: `Node("a", "state", "n_h", affine, "b W h(t-1) U x(t)")`.

    kind: parameter, input, state, output or loss.
    shape: its sizes by name, "" for a scalar. A value with the shape "n_h" is (B, n_h), the batch
    in front; a parameter with the shape "n_h n_x" is (n_h, n_x).
    operation, arguments: how it is computed, and from what; parameters and inputs have neither.
    lifetime: at every step, at the first, at the last, or once, outside of time. A node that does
    not live at every step has one value, and every step that reads it reads that one.
    symbol: its name in print, if that differs.
    ValueError if it contradicts itself; the circuit says if it reads what is not there.

    >>> from rnnlib import Node
    >>> from rnnlib.circuits.operations import affine
    >>> a = Node("a", "state", "n_h", affine, "b W h(t-1) U x(t)")
    >>> [(source, delay) for source, delay in a.arguments]
    [('b', 0), ('W', 0), ('h', 1), ('U', 0), ('x', 0)]
    """

    name: str
    kind: str
    shape: Dims
    operation: Operation | None
    arguments: tuple[Argument, ...]
    lifetime: str
    symbol: str

    def __init__(
        self,
        name: str,
        kind: str,
        shape: str | Dims,
        operation: Operation | None = None,
        arguments: str | tuple[Argument, ...] = (),
        lifetime: str = "every",
        symbol: str = "",
    ):
        """Text becomes data, and a node that contradicts itself is refused."""
        if kind not in KINDS:
            raise ValueError(f"{name}: kind must be one of {KINDS}, got {kind!r}")
        if isinstance(shape, str):
            shape = read_dims(shape)
        if isinstance(arguments, str):
            arguments = tuple(map(_read_argument, arguments.split()))
        fields = {
            "name": name,
            "kind": kind,
            "shape": shape,
            "operation": operation,
            "arguments": arguments,
            "lifetime": "once" if kind == "parameter" else lifetime,
            "symbol": symbol or name,
        }
        for field, value in fields.items():
            object.__setattr__(self, field, value)
        steps_of(self.lifetime, T=1)  # raises if the lifetime is not one
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


def steps_of(lifetime: str, T: int) -> Sequence[int | None]:
    """The steps at which a node lives, among 1, …, T."""
    steps = {"every": range(1, T + 1), "first": [1], "last": [T], "once": [None]}
    if lifetime not in steps:
        raise ValueError(f"lifetime must be one of {tuple(steps)}, got {lifetime!r}")
    return steps[lifetime]


# --- an unfolded graph's -----------------------------------------------------------------

Key = tuple[str, int | None]  # ("h", 3) is h(3); ("W", None) is a node outside of time


class GraphEdge(NamedTuple):
    """source -> target, as argument number `slot` of the target."""

    source: Key
    target: Key
    slot: int


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
class Acyclic:
    """Nodes (name, t), t = 1, …, T, that read each other without a cycle.

    Equal if the nodes are, in whatever order. Values and gradients are computed along `order`.
    """

    nodes: tuple[GraphNode, ...]
    T: int

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Acyclic)
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
