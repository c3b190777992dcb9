"""What a picture of a circuit, or of its unfolded graph, shows: nodes, and wires between them.

A parameter is no node of the picture. Where an operation multiplies a value by a matrix, the
matrix stands on the wire that brings the value; any other parameter stands beside its node.
Without detail, a state that serves only to make other states of its own step (a(t), a gate) is
left out: what it reads is then read by the states that it makes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rnnlib.circuits.circuit import Circuit, Graph
from rnnlib.circuits.nodes import GraphEdge, GraphNode, Key, Node
from rnnlib.circuits.operations import Operation, affine, identity, linear

FIRST_MATRIX: dict[Operation | None, int] = {
    affine: 1,
    linear: 0,
}  # from this argument on: a matrix, then what it multiplies


class Parameter(NamedTuple):
    """A parameter in print: W, or W(3) if every step has its own."""

    symbol: str
    t: int | None

    @property
    def label(self) -> str:
        return self.symbol if self.t is None else f"{self.symbol}({self.t})"


class Spot(NamedTuple):
    """A node of the picture; `beside` are its parameters that stand on no wire."""

    key: Key  # in a circuit, t is None
    label: str
    symbol: str
    kind: str
    beside: tuple[Parameter, ...]


class Wire(NamedTuple):
    """source(t - delay) -> target(t), through these weights.

    edges: those of the graph's edges that leave the source, for a wire may stand for several.
    """

    source: Key
    target: Key
    delay: int
    weights: tuple[Parameter, ...]
    edges: tuple[GraphEdge, ...]

    @property
    def link(self) -> "Link":
        return Link(self.source[0], self.target[0], self.delay)


class Link(NamedTuple):
    """The same wire of every step, by names."""

    source: str
    target: str
    delay: int


class Pattern(NamedTuple):
    """What one step looks like: the same for a circuit and for its unfolded graph.

    kinds: (name, kind) of each node; timeless: the names of those that live outside of time.
    """

    kinds: tuple[tuple[str, str], ...]
    links: tuple[Link, ...]
    timeless: frozenset[str]


class Sketch(NamedTuple):
    spots: Mapping[Key, Spot]
    wires: tuple[Wire, ...]
    timeless: frozenset[str]
    single: frozenset[str]  # names that have one value, not one for every step

    @property
    def pattern(self) -> Pattern:
        kinds = {}
        for (name, _), spot in self.spots.items():
            if kinds.get(name, "initial") == "initial":
                kinds[name] = spot.kind
        links = sorted({wire.link for wire in self.wires})
        return Pattern(tuple(kinds.items()), tuple(links), self.timeless)

    def sentences(self) -> list[str]:
        """Who reads what: "h(t) reads x(t) through U and h(t-1) through W"."""
        read = defaultdict(dict)
        for wire in self.wires:
            through = ", ".join(dict.fromkeys(weight.symbol for weight in wire.weights))
            target = self._at(wire.target, "t")
            now = target.partition("(")[2].rstrip(")") or "t"
            phrase = self._at(wire.source, f"{now}{-wire.delay:+d}" if wire.delay else now)
            read[target][phrase + (f" through {through}" if through else "")] = None
        return [f"{target} reads {listed(phrases)}" for target, phrases in read.items()]

    def _at(self, key: Key, step: str) -> str:
        spot = self.spots[key]
        return spot.label if key[0] in self.single else f"{spot.symbol}({step})"


def listed(words) -> str:
    """a, b and c."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def sketch(drawn: Circuit | Graph, *, detail: bool = False) -> Sketch:
    """The nodes and wires to draw; with detail, every node of the circuit or the graph."""
    if isinstance(drawn, Circuit):
        source = _Circuit(drawn)
    elif isinstance(drawn, Graph):
        source = _Graph(drawn)
    else:
        raise TypeError(f"only a Circuit or a Graph can be drawn, got {type(drawn).__name__}")
    omitted = set() if detail else _steps_on_the_way(source)
    spots, wires = {}, []
    for key, node in source.nodes.items():
        if node.kind == "parameter" or key in omitted:
            continue
        into, beside = _reads(source, key, omitted)
        spots[key] = Spot(key, source.label(key), node.symbol, node.kind, beside)
        wires += into
    return Sketch(spots, tuple(wires), source.timeless, source.single)


class _Circuit:
    """A circuit, read like a graph: each name is a node at t = None."""

    def __init__(self, circuit: Circuit):
        self.nodes: dict[Key, Node] = {(node.name, None): node for node in circuit.nodes}
        self.timeless = frozenset(
            n.name for n in circuit.nodes if n.kind == "input" and n.lifetime == "once"
        )
        self.single = frozenset(n.name for n in circuit.nodes if n.lifetime != "every")

    def label(self, key: Key) -> str:
        node = self.nodes[key]
        return node.symbol + {"first": "(1)", "last": "(T)"}.get(node.lifetime, "")

    def arguments(self, key: Key) -> Iterator[tuple[Key, int]]:
        for source, delay in self.nodes[key].arguments:
            yield (source, None), delay

    def parameter(self, key: Key) -> Parameter:
        return Parameter(self.nodes[key].symbol, None)

    def same_step(self, source: Key, target: Key, delay: int) -> bool:
        return delay == 0 and self.nodes[source].lifetime == self.nodes[target].lifetime


class _Graph:
    """An unfolded graph, with the delays of the circuit that it was."""

    def __init__(self, graph: Graph):
        self.nodes: dict[Key, GraphNode] = {node.key: node for node in graph.nodes}
        self.copies = Counter(name for name, _ in self.nodes)
        self.timeless = frozenset(n.name for n in graph.nodes if n.kind == "input" and n.t is None)
        self.single = frozenset(n for n, count in self.copies.items() if 1 in (count, graph.T))

    def label(self, key: Key) -> str:
        return self.nodes[key].label

    def arguments(self, key: Key) -> Iterator[tuple[Key, int]]:
        now = key[1]
        for name, t in self.nodes[key].arguments:
            if now is None or t is None or self.copies[name] == 1:
                yield (name, t), 0
            else:
                yield (name, t), now - t

    def parameter(self, key: Key) -> Parameter:
        return Parameter(self.nodes[key].symbol, key[1])

    def same_step(self, source: Key, target: Key, delay: int) -> bool:
        return source[1] == target[1]


def _steps_on_the_way(source: _Circuit | _Graph) -> set[Key]:
    """The states that only states of the same step read; a copy (C = h(T)) was meant to be seen."""
    readers = defaultdict(list)
    for key, node in source.nodes.items():
        for read, delay in source.arguments(key):
            readers[read[0]].append(node.kind == "state" and source.same_step(read, key, delay))
    names = {name for name, internal in readers.items() if all(internal)}
    return {
        key
        for key, node in source.nodes.items()
        if node.kind == "state" and key[0] in names and node.operation is not identity
    }


def _reads(
    source: _Circuit | _Graph, key: Key, omitted: set[Key]
) -> tuple[list[Wire], tuple[Parameter, ...]]:
    """The wires that end at a node, one for each source and delay, and its other parameters."""
    found, beside = defaultdict(lambda: ([], [])), []

    def follow(reader: Key, delay: int, weights: tuple[Parameter, ...]):
        node = source.nodes[reader]
        first = FIRST_MATRIX.get(node.operation, len(node.arguments))
        matrix = None
        for slot, (read, further) in enumerate(source.arguments(reader)):
            if source.nodes[read].kind == "parameter":
                parameter = source.parameter(read)
                if slot >= first and (slot - first) % 2 == 0:
                    matrix = parameter
                else:
                    beside.append(parameter)
                continue
            through = (matrix, *weights) if matrix else weights
            matrix = None
            if read in omitted:
                follow(read, delay + further, through)
            else:
                on_wire, edges = found[read, delay + further]
                on_wire += through
                edges.append(GraphEdge(read, reader, slot))

    follow(key, 0, ())
    wires = [
        Wire(read, key, delay, tuple(dict.fromkeys(weights)), tuple(dict.fromkeys(edges)))
        for (read, delay), (weights, edges) in found.items()
    ]
    return wires, tuple(dict.fromkeys(beside))
