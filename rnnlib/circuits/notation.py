"""Circuits in symbols: the equation of a node, and g(t), the nesting of all steps (eq. 10.6)."""

from collections.abc import Mapping
from dataclasses import dataclass

from rnnlib.circuits import propagation
from rnnlib.circuits.nodes import Acyclic, Key, Node
from rnnlib.circuits.shapes import Array


def equation(node: Node, circuit: Mapping[str, Node]) -> str:
    """a(t) = b + W h(t-1) + U x(t); T and 1 stand for the last and the first step."""
    if node.operation is None:
        raise ValueError(f"{node.name} is given, not computed: it has no equation")
    arguments = [
        (_label(circuit[source], node.lifetime, delay), circuit[source].kind == "parameter")
        for source, delay in node.arguments
    ]
    return f"{_label(node, node.lifetime)} = {node.operation.write(*arguments)}"


def _label(source: Node, reader_lifetime: str, delay: int = 0) -> str:
    """A node as it is called in the equation of a node that reads it."""
    step = {"every": "t", "first": "1", "last": "T", "once": None}
    if source.lifetime != "every":
        at = step[source.lifetime]
    elif reader_lifetime == "first":
        at = 1 - delay
    else:
        at = step[reader_lifetime] + (f"{-delay:+d}" if delay else "")
    return source.symbol if at is None else f"{source.symbol}({at})"


@dataclass(frozen=True)
class Composition:
    """g(t): node `name` at the last step of a graph, as one function of all inputs up to it.

    `print(g)` writes it as a nesting of one step's operations, with no recursion left; the text
    doubles with every step if a step reads its past twice.
    """

    graph: Acyclic  # only what the node depends on
    key: Key

    @property
    def history(self) -> tuple[Key, ...]:
        """The inputs that g depends on, in the order of its arguments: the latest first."""
        inputs = [node for node in self.graph.nodes if node.kind == "input"]
        timed = [node for node in inputs if node.t is not None]
        timeless = [node for node in inputs if node.t is None]
        return tuple(n.key for n in [*sorted(timed, key=lambda n: -(n.t or 0)), *timeless])

    def __call__(
        self,
        *inputs: Array,
        params: Mapping[str, Array],
        initial: Mapping[str, Array] | None = None,
    ) -> Array:
        """g(t)(x(t), …, x(1)), each (B, n_x): the node's value (B, n)."""
        if len(inputs) != len(self.history):
            names = ", ".join(self.graph[key].label for key in self.history)
            raise ValueError(
                f"g takes {len(self.history)} inputs ({names or 'none'}), got {len(inputs)}"
            )
        given = dict(zip(self.history, inputs, strict=True))
        return propagation.forward(self.graph, params, given, initial)[self.key]

    def __str__(self) -> str:
        return self._nesting(self.key)

    def _nesting(self, key: Key) -> str:
        node = self.graph[key]
        if node.operation is None:
            return node.label
        arguments = [(self._nesting(k), self.graph[k].kind == "parameter") for k in node.arguments]
        return node.operation.write(*arguments)
