"""Ready-made circuits, from a dynamical system to the LSTM; `print(elman())` shows the equations.

Names and shapes are those of *Deep Learning*, chapter 10: U, W, V, b, c, stored (out, in).
`loss` is an operation of output and target, and `weighted` adds an input weight(t) for each
step's loss. With loss=None a circuit has no loss and ends at its states, Jordan's at its outputs.
"""

from rnnlib.circuits.circuit import Circuit
from rnnlib.circuits.nodes import Node
from rnnlib.circuits.operations import (
    Operation,
    affine,
    driven_transition,
    gate,
    gru_candidate,
    gru_state,
    identity,
    linear,
    lstm_memory,
    lstm_state,
    memory_sum,
    memory_with_input_gate,
    sigmoid,
    squared_error,
    tanh,
    transition,
    weighted_loss,
)


def _parameters(*texts: str) -> list[Node]:
    """Parameters from text: U n_h n_x is a matrix U of shape (n_h, n_x)."""
    return [Node(name, "parameter", shape) for name, _, shape in (t.partition(" ") for t in texts)]


def _output(reads: str = "V h(t)", *, name: str = "o", lifetime: str = "every") -> list[Node]:
    """o(t) = c + V h(t); every matrix in `reads` is (n_o, n_h)."""
    matrices = reads.split()[::2]
    return [
        *_parameters(*(f"{V} n_o n_h" for V in matrices), "c n_o"),
        Node(name, "output", "n_o", affine, f"c {reads}", lifetime),
    ]


def _loss(
    loss: Operation, weighted: bool, *, output: str = "o", lifetime: str = "every"
) -> list[Node]:
    """L(t) = loss(o(t), y(t)), times weight(t) if it is weighted."""
    target = Node("y", "input", "n_o", lifetime=lifetime)
    if not weighted:
        return [target, Node("L", "loss", "", loss, f"{output}(t) y(t)", lifetime)]
    arguments = f"{output}(t) y(t) weight(t)"
    return [
        target,
        Node("weight", "input", "", lifetime=lifetime),
        Node("L", "loss", "", weighted_loss(loss), arguments, lifetime),
    ]


def _readout(
    loss: Operation | None,
    weighted: bool,
    reads: str = "V h(t)",
    *,
    output: str = "o",
    lifetime: str = "every",
) -> list[Node]:
    """Output and loss, or nothing if there is no loss."""
    if loss is None:
        return []
    return [
        *_output(reads, name=output, lifetime=lifetime),
        *_loss(loss, weighted, output=output, lifetime=lifetime),
    ]


_LSTM_MEMORY = {  # by the gates that there are: the operation and what it reads
    "g": (memory_sum, "m(t-1) g(t)"),
    "ig": (memory_with_input_gate, "m(t-1) i(t) g(t)"),
    "ifg": (lstm_memory, "f(t) m(t-1) i(t) g(t)"),
    "ifgo": (lstm_memory, "f(t) m(t-1) i(t) g(t)"),
}


def autonomous(f: Operation = transition, *, theta: str = "n n") -> Circuit:
    """s(t) = f(s(t-1); θ), by default tanh(θ s(t-1)) (eq. 10.1); theta is the shape of θ."""
    return Circuit(
        [
            Node("theta", "parameter", theta, symbol="θ"),
            Node("s", "state", "n", f, "s(t-1) theta"),
        ]
    )


def driven(f: Operation = driven_transition, *, theta: str = "n n") -> Circuit:
    """s(t) = f(s(t-1), x(t); θ), by default tanh(θ s(t-1) + x(t)) (eq. 10.4)."""
    return Circuit(
        [
            Node("theta", "parameter", theta, symbol="θ"),
            Node("x", "input", "n"),
            Node("s", "state", "n", f, "s(t-1) x(t) theta"),
        ]
    )


def elman(
    *,
    nonlinearity: Operation = tanh,
    loss: Operation | None = squared_error,
    weighted: bool = False,
) -> Circuit:
    """Recurrent hidden units: h(t) = tanh(b + W h(t-1) + U x(t)), o(t) = c + V h(t) (fig. 10.3)."""
    return Circuit(
        [
            *_parameters("U n_h n_x", "W n_h n_h", "b n_h"),
            Node("x", "input", "n_x"),
            Node("a", "state", "n_h", affine, "b W h(t-1) U x(t)"),
            Node("h", "state", "n_h", nonlinearity, "a(t)"),
            *_readout(loss, weighted),
        ]
    )


def skip(
    delay: int = 3, *, loss: Operation | None = squared_error, weighted: bool = False
) -> Circuit:
    """Elman with a second, longer way through time: S h(t-delay) is added to a(t)."""
    return Circuit(
        [
            *_parameters("U n_h n_x", "W n_h n_h", "S n_h n_h", "b n_h"),
            Node("x", "input", "n_x"),
            Node("a", "state", "n_h", affine, f"b W h(t-1) S h(t-{delay}) U x(t)"),
            Node("h", "state", "n_h", tanh, "a(t)"),
            *_readout(loss, weighted),
        ]
    )


def jordan(
    *,
    teacher_forcing: bool = False,
    loss: Operation | None = squared_error,
    weighted: bool = False,
) -> Circuit:
    """Recurrence from the output alone: h(t) = tanh(b + W o(t-1) + U x(t)) (fig. 10.4).

    With teacher forcing, h(t) reads the target y(t-1) in the place of o(t-1) (fig. 10.6): no loop
    is left, and no gradient flows from one step to another.
    """
    fed_back = "y" if teacher_forcing else "o"
    if teacher_forcing and loss is None:
        raise ValueError("teacher forcing needs a loss, which has the target that is fed back")
    return Circuit(
        [
            *_parameters("U n_h n_x", "W n_h n_o", "b n_h"),
            Node("x", "input", "n_x"),
            Node("a", "state", "n_h", affine, f"b W {fed_back}(t-1) U x(t)"),
            Node("h", "state", "n_h", tanh, "a(t)"),
            *_output(),
            *(_loss(loss, weighted) if loss else []),
        ]
    )


def sequence_to_vector(
    *, loss: Operation | None = squared_error, weighted: bool = False
) -> Circuit:
    """Elman with one output, after the last step (fig. 10.5)."""
    return Circuit(
        [
            *_parameters("U n_h n_x", "W n_h n_h", "b n_h"),
            Node("x", "input", "n_x"),
            Node("a", "state", "n_h", affine, "b W h(t-1) U x(t)"),
            Node("h", "state", "n_h", tanh, "a(t)"),
            *_readout(loss, weighted, lifetime="last"),
        ]
    )


def vector_to_sequence(
    *, loss: Operation | None = squared_error, weighted: bool = False
) -> Circuit:
    """One vector x, read by every step (fig. 10.9, without the outputs fed back)."""
    return Circuit(
        [
            *_parameters("U n_h n_x", "W n_h n_h", "b n_h"),
            Node("x", "input", "n_x", lifetime="once"),
            Node("a", "state", "n_h", affine, "b W h(t-1) U x"),
            Node("h", "state", "n_h", tanh, "a(t)"),
            *_readout(loss, weighted),
        ]
    )


def sequence_to_sequence(
    *, loss: Operation | None = squared_error, weighted: bool = False
) -> Circuit:
    """Encoder h, context C = h(T), and a decoder d that reads C at every step (fig. 10.12).

    Encoder and decoder take T steps each; for a shorter output, give its surplus steps the
    weight zero.
    """
    return Circuit(
        [
            *_parameters("U n_h n_x", "W n_h n_h", "b n_h"),
            Node("x", "input", "n_x"),
            Node("a", "state", "n_h", affine, "b W h(t-1) U x(t)"),
            Node("h", "state", "n_h", tanh, "a(t)"),
            Node("C", "state", "n_h", identity, "h(t)", lifetime="last"),
            *_parameters("U_d n_h n_h", "W_d n_h n_h", "b_d n_h"),
            Node("a_d", "state", "n_h", affine, "b_d W_d d(t-1) U_d C"),
            Node("d", "state", "n_h", tanh, "a_d(t)"),
            *_readout(loss, weighted, reads="V d(t)"),
        ]
    )


def two_layer(*, loss: Operation | None = squared_error, weighted: bool = False) -> Circuit:
    """Two Elman layers: the states of the first are the inputs of the second (fig. 10.13a)."""
    return Circuit(
        [
            *_parameters("U1 n_h n_x", "W1 n_h n_h", "b1 n_h"),
            *_parameters("U2 n_h n_h", "W2 n_h n_h", "b2 n_h"),
            Node("x", "input", "n_x"),
            Node("a1", "state", "n_h", affine, "b1 W1 h1(t-1) U1 x(t)"),
            Node("h1", "state", "n_h", tanh, "a1(t)"),
            Node("a2", "state", "n_h", affine, "b2 W2 h2(t-1) U2 h1(t)"),
            Node("h2", "state", "n_h", tanh, "a2(t)"),
            *_readout(loss, weighted, reads="V h2(t)"),
        ]
    )


def bidirectional(*, loss: Operation | None = squared_error, weighted: bool = False) -> Circuit:
    """h(t) reads h(t-1), g(t) reads g(t+1), and o(t) reads both (fig. 10.11)."""
    return Circuit(
        [
            *_parameters("U n_h n_x", "W n_h n_h", "b n_h"),
            *_parameters("U_g n_h n_x", "W_g n_h n_h", "b_g n_h"),
            Node("x", "input", "n_x"),
            Node("a", "state", "n_h", affine, "b W h(t-1) U x(t)"),
            Node("h", "state", "n_h", tanh, "a(t)"),
            Node("a_g", "state", "n_h", affine, "b_g W_g g(t+1) U_g x(t)"),
            Node("g", "state", "n_h", tanh, "a_g(t)"),
            *_readout(loss, weighted, reads="V h(t) V_g g(t)"),
        ]
    )


def lstm(
    *, gates: str = "ifgo", loss: Operation | None = squared_error, weighted: bool = False
) -> Circuit:
    """Memory m(t) = f∘m(t-1) + i∘g and state h(t) = o∘tanh(m(t)).

    The gates i, f, g, o are blocks of a(t), in PyTorch's order. As o is a gate, the output of this
    circuit is called `out`. With gates="g", "ig" or "ifg" it is a cell on the way to the LSTM: the
    gates that are not named are left out of the equations, and a(t) has a block for each that is.
    """
    if gates not in _LSTM_MEMORY:
        raise ValueError(f"gates must be one of {', '.join(_LSTM_MEMORY)}, got {gates!r}")
    n, memory = len(gates), _LSTM_MEMORY[gates]
    rows = f"{n}n_h" if n > 1 else "n_h"
    shown = (lstm_state, "o(t) m(t)") if "o" in gates else (tanh, "m(t)")
    return Circuit(
        [
            *_parameters(f"U {rows} n_x", f"W {rows} n_h", f"b {rows}"),
            Node("x", "input", "n_x"),
            Node("a", "state", rows, affine, "b W h(t-1) U x(t)"),
            *(
                Node(name, "state", "n_h", gate(tanh if name == "g" else sigmoid, k, n), "a(t)")
                for k, name in enumerate(gates)
            ),
            Node("m", "state", "n_h", *memory),
            Node("h", "state", "n_h", *shown),
            *_readout(loss, weighted, output="out"),
        ]
    )


def gru(*, loss: Operation | None = squared_error, weighted: bool = False) -> Circuit:
    """State h(t) = (1 - z)∘n + z∘h(t-1), with gates r, z and candidate n as in PyTorch.

    r, z and n are blocks of u(t) + w(t). The bias b_hn stands inside the product with r, so it
    cannot be merged into b.
    """
    return Circuit(
        [
            *_parameters("U 3n_h n_x", "W 3n_h n_h", "b 3n_h", "b_hn n_h"),
            Node("x", "input", "n_x"),
            Node("u", "state", "3n_h", affine, "b U x(t)"),
            Node("w", "state", "3n_h", linear, "W h(t-1)"),
            Node("r", "state", "n_h", gate(sigmoid, 0, 3), "u(t) w(t)"),
            Node("z", "state", "n_h", gate(sigmoid, 1, 3), "u(t) w(t)"),
            Node("n", "state", "n_h", gru_candidate, "u(t) w(t) b_hn r(t)"),
            Node("h", "state", "n_h", gru_state, "z(t) n(t) h(t-1)"),
            *_readout(loss, weighted),
        ]
    )


READY_MADE = {
    "autonomous": autonomous,
    "driven": driven,
    "elman": elman,
    "jordan": jordan,
    "sequence to vector": sequence_to_vector,
    "vector to sequence": vector_to_sequence,
    "sequence to sequence": sequence_to_sequence,
    "two layers": two_layer,
    "bidirectional": bidirectional,
    "LSTM": lstm,
    "GRU": gru,
    "skip through time": skip,
}
