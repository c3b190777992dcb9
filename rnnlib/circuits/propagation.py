"""The numbers in an unfolded graph: values forward, gradients backward, one of each for a node.

Values are (B, n), losses (B,), parameters as in `Node.shape`. The objective is the sum of all
losses, over steps and sequences.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rnnlib.circuits.nodes import Acyclic, GraphEdge, GraphNode, Key
from rnnlib.circuits.shapes import Array, Sizes, fit, shape_of

# By name, for all copies; or by (name, t), for one.
Given = Mapping[str, ArrayLike] | Mapping[Key, ArrayLike] | Mapping[str | Key, ArrayLike] | None


@dataclass(frozen=True, eq=False)
class PerNode:
    """An array for each node: `values["h", 3]` is that of h(3), `values["h"]` all, (T, B, n_h).

    By name one gets the copies of steps 1 to T, stacked; of a node outside of time, its array.
    """

    graph: Acyclic
    arrays: Mapping[Key, Array]

    def __getitem__(self, key: str | Key) -> Array:
        if not isinstance(key, str):
            return self.arrays[self.graph[key].key]
        copies = self.graph.copies(key)
        if copies[0].t is None:
            return self.arrays[copies[0].key]
        return np.stack([self.arrays[node.key] for node in copies])


@dataclass(frozen=True, eq=False)
class Run(PerNode):
    """The value of every node, and the sizes that were found: {"n_x": 3, "n_h": 5, "B": 1}."""

    sizes: Sizes

    @property
    def loss(self) -> float | complex:
        """The sum of all losses."""
        return sum(self[node.key].sum() for node in self.graph.nodes if node.kind == "loss")


@dataclass(frozen=True, eq=False)
class Gradients(PerNode):
    """The total gradient on every node: the direct one, and what comes back along its edges."""

    direct: PerNode
    along: Mapping[GraphEdge, Array]

    def contributions(self, key: Key) -> dict[GraphEdge, Array]:
        """What comes back to a node along each edge that leaves it."""
        source = self.graph[key].key
        return {edge: array for edge, array in self.along.items() if edge.source == source}

    def fold(self) -> dict[str, Array]:
        """The gradient of each parameter: the sum over its copies, because it is shared."""
        names = dict.fromkeys(n.name for n in self.graph.nodes if n.kind == "parameter")
        copies = {name: [self[n.key] for n in self.graph.copies(name)] for name in names}
        return {name: np.asarray(sum(arrays)) for name, arrays in copies.items()}


def forward(graph: Acyclic, params: Given, inputs: Given = None, initial: Given = None) -> Run:
    """Every node's value, each computed after all that it reads.

    params: by name, for all copies; in an untied graph also by (name, t), for one.
    inputs: by name, its copies' values (T, B, n_x), or (B, n) if it lives once; or by (name, t).
    initial: by name or by (name, t), what is read before step 1 or after step T, (B, n); if it is
    not given, it is zero.
    ValueError for a name that is not in the graph, or missing, for a wrong shape, and for NaN.
    """
    values: dict[Key, Array] = {}
    sizes: Sizes = {}
    for kind, given in (("parameter", params), ("input", inputs), ("initial", initial)):
        for key, array in (given or {}).items():
            for node, value in _copies_given(graph, kind, key, array):
                sizes = fit(node.label, value, node.dims, sizes)
                values[node.key] = value
    sizes = {"B": 1, **sizes}
    dtype = np.result_type(*values.values()) if values else float
    for node in graph.order:
        if node.operation:
            arguments = [values[key] for key in node.arguments]
            values[node.key] = _locked(np.asarray(node.operation.forward(*arguments)))
            sizes = fit(node.label, values[node.key], node.dims, sizes)
        elif node.key not in values:
            if node.kind != "initial":
                raise ValueError(f"the {node.kind} {node.label} is missing")
            values[node.key] = _locked(np.zeros(shape_of(node.dims, sizes), dtype))
    return Run(graph, values, sizes)


def backward(graph: Acyclic, run: Run, direct: Given = None) -> Gradients:
    """The gradient on every node, each after all that read it: the chain rule, edge by edge.

    direct: by name or (name, t), the gradients that come from outside of the graph, in the shape
    of `run[key]`; unless they are given, 1 on each loss.
    """
    if run.graph != graph:
        raise ValueError("this run belongs to another graph")
    given = _direct_gradients(graph, run, direct)
    total = dict(given)
    along = {}
    for node in reversed(graph.order):
        if node.operation is None:
            continue
        arguments = [run[key] for key in node.arguments]
        gradients = node.operation.vjp(total[node.key], run[node.key], *arguments)
        expected, got = ([np.shape(a) for a in arrays] for arrays in (arguments, gradients))
        if got != expected:
            raise ValueError(
                f"the vjp of {node.operation.name} must return one gradient for each argument, "
                f"of its shape: {expected}, got {got}"
            )
        for edge, gradient in zip(node.edges, gradients, strict=True):
            along[edge] = _locked(np.asarray(gradient))
            total[edge.source] = _locked(np.asarray(total[edge.source] + gradient))
    return Gradients(graph, total, PerNode(graph, given), along)


def _copies_given(
    graph: Acyclic, kind: str, key: str | Key, given: ArrayLike
) -> Iterator[tuple[GraphNode, Array]]:
    """The nodes that an entry of `params`, `inputs` or `initial` stands for, and their values."""
    nodes = [node for node in graph.nodes if node.kind == kind and key in (node.name, node.key)]
    if not nodes:
        known = dict.fromkeys(node.name for node in graph.nodes if node.kind == kind)
        raise ValueError(f"no {kind} {key!r} in this graph; it has {', '.join(known) or 'none'}")
    array = np.array(given)  # a copy: what happens to the caller's array does not reach the run
    values = [array] * len(nodes)
    if kind == "input" and isinstance(key, str) and nodes[0].t is not None:
        nodes = graph.copies(key)
        fit(key, array, ("steps", *nodes[0].dims), {"steps": len(nodes)})
        values = array
    for node, value in zip(nodes, values, strict=True):
        if not np.issubdtype(value.dtype, np.number):
            raise ValueError(f"{node.label} must hold numbers, got {value.dtype}")
        if np.isnan(value).any():
            raise ValueError(f"{node.label} holds NaN")
        yield node, _locked(value)


def _direct_gradients(graph: Acyclic, run: Run, direct: Given) -> dict[Key, Array]:
    """The gradient that comes to each node from outside of the graph."""
    if direct is None:
        direct = {n.key: np.ones_like(run[n.key]) for n in graph.nodes if n.kind == "loss"}
        if not direct:
            raise ValueError("a graph without a loss needs direct gradients, such as {'h': dh}")
    gradients = {key: _locked(np.zeros_like(value)) for key, value in run.arrays.items()}
    for key, gradient in direct.items():
        gradient = np.array(gradient)
        if gradient.shape != run[key].shape:
            raise ValueError(
                f"the direct gradient on {key} must be {run[key].shape}, got {gradient.shape}"
            )
        copies = graph.copies(key) if isinstance(key, str) else [graph[key]]
        stacked = isinstance(key, str) and copies[0].t is not None
        for node, part in zip(copies, gradient if stacked else [gradient], strict=True):
            gradients[node.key] = _locked(part)
    return gradients


def _locked(array: Array) -> Array:
    """The array, read-only from here on: nobody changes a value that others have used."""
    array.flags.writeable = False
    return array
