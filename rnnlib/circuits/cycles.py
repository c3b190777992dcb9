"""Which circuits can be unfolded: a question about their cycles.

A cycle whose delays add up to d says that a value at step t depends on itself at step t - d. With
d = 0 it would have to exist before itself. Cycles that hang together may be run through one after
the other, any number of times: with d > 0 in one and d < 0 in the other, some such walk adds up
to 0 as well. So, among cycles that hang together, all d > 0 (computed from the first step to the
last) or all d < 0 (from the last to the first).
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from rnnlib.circuits.nodes import Edge, Node

Cycle = tuple[Edge, ...]


def find_cycles(nodes: Mapping[str, Node], edges: Sequence[Edge]) -> list[Cycle]:
    """Every cycle that meets no node twice, as its edges, from the node that is listed first."""
    downstream = find_downstream(nodes, edges)
    rank = {name: i for i, name in enumerate(nodes)}

    def walk(start: str, path: Cycle) -> Iterator[Cycle]:
        here = path[-1].target if path else start
        met = {edge.target for edge in path}
        for edge in edges:
            if edge.source != here:
                continue
            new = edge.target not in met and rank[edge.target] > rank[start]
            if edge.target == start:
                yield (*path, edge)
            elif new and start in downstream[edge.target]:
                yield from walk(start, (*path, edge))

    return [cycle for name in nodes for cycle in walk(name, ())]


def find_downstream(nodes: Mapping[str, Node], edges: Sequence[Edge]) -> Mapping[str, set[str]]:
    """For each node, all nodes that read it, directly or through others."""
    readers: dict[str, set[str]] = {name: set() for name in nodes}
    for edge in edges:
        readers[edge.source].add(edge.target)
    downstream = {}
    for name in readers:
        reached, latest = set(), {name}
        while latest:
            latest = set().union(*(readers[n] for n in latest)) - reached
            reached |= latest
        downstream[name] = reached
    return downstream


def check_cycles(nodes: Mapping[str, Node], edges: Sequence[Edge]) -> None:
    """ValueError, with the cycles' names, if the circuit cannot be unfolded."""
    cycles = find_cycles(nodes, edges)
    for cycle in cycles:
        if total_delay(cycle) == 0:
            raise ValueError(f"the cycle {_written(cycle)} cannot be unfolded: its delay is 0")
        for edge in cycle:
            lifetime = nodes[edge.source].lifetime
            if lifetime != "every":
                raise ValueError(
                    f"the cycle {_written(cycle)} passes {edge.source}, which lives {lifetime}: "
                    "in a cycle, all nodes must live at every step"
                )
    downstream = find_downstream(nodes, edges)
    for ahead, back in product(cycles, cycles):
        a, b = ahead[0].source, back[0].source
        together = b in downstream[a] and a in downstream[b]
        if together and total_delay(ahead) > 0 > total_delay(back):
            raise ValueError(
                f"the cycles {_written(ahead)} and {_written(back)} hang together and cannot be "
                f"unfolded: their delays are {total_delay(ahead)} and {total_delay(back)}, "
                "and must have one sign"
            )


def total_delay(cycle: Cycle) -> int:
    return sum(edge.delay for edge in cycle)


def _written(cycle: Cycle) -> str:
    """h -> a -> h."""
    return " -> ".join([cycle[0].source, *(edge.target for edge in cycle)])
