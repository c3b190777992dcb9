"""Which circuits can be unfolded: a question about their loops.

A loop whose delays add up to d says that a value at step t depends on itself at step t - d. With
d = 0 it would have to exist before itself. Loops that hang together may be run through one after
the other, any number of times: with d > 0 in one and d < 0 in the other, some such walk adds up
to 0 as well. So, among loops that hang together, all d > 0 (computed from the first step to the
last) or all d < 0 (from the last to the first).
"""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rnnlib.circuit import Circuit, Edge

    Loop = tuple[Edge, ...]


def find_loops(circuit: "Circuit") -> list["Loop"]:
    """Every loop that meets no node twice, as its edges, from the node that is listed first."""
    downstream = find_downstream(circuit)
    rank = {node.name: i for i, node in enumerate(circuit.nodes)}

    def walk(start: str, path: "Loop") -> Iterator["Loop"]:
        here = path[-1].target if path else start
        met = {edge.target for edge in path}
        for edge in circuit.edges:
            if edge.source != here:
                continue
            new = edge.target not in met and rank[edge.target] > rank[start]
            if edge.target == start:
                yield (*path, edge)
            elif new and start in downstream[edge.target]:
                yield from walk(start, (*path, edge))

    return [loop for node in circuit.nodes for loop in walk(node.name, ())]


def find_downstream(circuit: "Circuit") -> Mapping[str, set[str]]:
    """For each node, all nodes that read it, directly or through others."""
    readers = {node.name: set() for node in circuit.nodes}
    for edge in circuit.edges:
        readers[edge.source].add(edge.target)
    downstream = {}
    for name in readers:
        reached, latest = set(), {name}
        while latest:
            latest = set().union(*(readers[n] for n in latest)) - reached
            reached |= latest
        downstream[name] = reached
    return downstream


def check_loops(circuit: "Circuit") -> None:
    """ValueError, with the loops' names, if the circuit cannot be unfolded."""
    loops = find_loops(circuit)
    for loop in loops:
        if total_delay(loop) == 0:
            raise ValueError(f"the loop {_written(loop)} cannot be unfolded: its delay is 0")
        for edge in loop:
            lifetime = circuit[edge.source].lifetime
            if lifetime != "every":
                raise ValueError(
                    f"the loop {_written(loop)} passes {edge.source}, which lives {lifetime}: "
                    "in a loop, all nodes must live at every step"
                )
    downstream = find_downstream(circuit)
    for ahead, back in product(loops, loops):
        a, b = ahead[0].source, back[0].source
        together = b in downstream[a] and a in downstream[b]
        if together and total_delay(ahead) > 0 > total_delay(back):
            raise ValueError(
                f"the loops {_written(ahead)} and {_written(back)} hang together and cannot be "
                f"unfolded: their delays are {total_delay(ahead)} and {total_delay(back)}, "
                "and must have one sign"
            )


def total_delay(loop: "Loop") -> int:
    return sum(edge.delay for edge in loop)


def _written(loop: "Loop") -> str:
    """h -> a -> h."""
    return " -> ".join([loop[0].source, *(edge.target for edge in loop)])
