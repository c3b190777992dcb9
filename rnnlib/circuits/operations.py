"""What a node of a circuit does: a function, and its vector-Jacobian product.

Values have the batch first: (B, n) for a vector, (B,) for a loss; parameters have no batch.
Everything is analytic, so that the complex step passes through the functions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from rnnlib.circuits.shapes import Array


@dataclass(frozen=True)
class Operation:
    """z = forward(*arguments), and vjp(dz, z, *arguments) = the gradient on each argument.

    A value is (B, n), a loss (B,), a parameter as its node says; dz has the shape of z, and vjp
    returns a tuple with one gradient for each argument, of its shape: `backward` on the graph
    raises a ValueError otherwise. More of them are in `rnnlib.circuits.operations`.
    `name` is used in print, as name(values; parameters); `written`, if given, writes the
    operation in its own way from its arguments' texts.

    >>> import numpy as np
    >>> from rnnlib import Operation
    >>> square = Operation("square", lambda a: a * a, lambda dz, z, a: (2 * a * dz,))
    >>> a = np.array([[3.0, -1.0]])  # (B, n)
    >>> square.vjp(np.ones((1, 2)), square.forward(a), a)[0].tolist()
    [[6.0, -2.0]]
    >>> (square.forward(a + 1e-30j).imag / 1e-30).round(12).tolist()  # the complex step agrees
    [[6.0, -2.0]]
    """

    name: str
    forward: Callable[..., Array]
    vjp: Callable[..., tuple[Array, ...]]
    written: Callable[..., str] | None = None

    def write(self, *arguments: tuple[str, bool]) -> str:
        """The operation as text, from each argument's text and whether it is a parameter."""
        if self.written:
            return self.written(*(_bracketed(text) for text, _ in arguments))
        values = ", ".join(text for text, is_parameter in arguments if not is_parameter)
        parameters = ", ".join(text for text, is_parameter in arguments if is_parameter)
        return f"{self.name}({'; '.join(filter(None, [values, parameters]))})"


def _bracketed(text: str) -> str:
    """b + W h -> (b + W h), but tanh(b + W h) stays: only a space outside of brackets counts."""
    depth = 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        if character == " " and depth == 0:
            return f"({text})"
    return text


# Functions of one argument, element by element.


def _tanh_vjp(dz: Array, z: Array, a: Array) -> tuple[Array]:
    return (dz * (1 - z * z),)


def _sigmoid_vjp(dz: Array, z: Array, a: Array) -> tuple[Array]:
    return (dz * z * (1 - z),)


identity = Operation("identity", lambda a: a, lambda dz, z, a: (dz,))
tanh = Operation("tanh", np.tanh, _tanh_vjp)
relu = Operation(
    "relu", lambda a: np.where(a.real > 0, a, 0), lambda dz, z, a: (dz * (a.real > 0),)
)
# Written with tanh, the logistic function does not overflow.
sigmoid = Operation("σ", lambda a: (1 + np.tanh(a / 2)) / 2, _sigmoid_vjp)


# Sums of products M v, the arguments in pairs: a matrix (out, in), then a value (B, in).


def _linear(*pairs: Array) -> Array:
    return np.asarray(sum(v @ M.T for M, v in zip(pairs[::2], pairs[1::2], strict=True)))


def _linear_vjp(dz: Array, z: Array, *pairs: Array) -> tuple[Array, ...]:
    gradients = []
    for M, v in zip(pairs[::2], pairs[1::2], strict=True):
        gradients += [dz.T @ v, dz @ M]
    return tuple(gradients)


def _affine_vjp(dz: Array, z: Array, b: Array, *pairs: Array) -> tuple[Array, ...]:
    return (dz.sum(axis=0), *_linear_vjp(dz, z, *pairs))


def _write_linear(*pairs: str) -> str:
    return " + ".join(f"{M} {v}" for M, v in zip(pairs[::2], pairs[1::2], strict=True))


linear = Operation("linear", _linear, _linear_vjp, _write_linear)
affine = Operation(
    "affine",
    lambda b, *pairs: b + _linear(*pairs),
    _affine_vjp,
    lambda b, *pairs: f"{b} + {_write_linear(*pairs)}",
)


# Gates, stacked in blocks along the last axis.


def _block(a: Array, k: int, of: int) -> Array:
    """Block k of a (B, of·n): (B, n)."""
    return np.split(a, of, axis=1)[k]


def _placed(da: Array, k: int, of: int) -> Array:
    """Zeros (B, of·n) with da (B, n) as block k: the transpose of `_block`."""
    blocks = [np.zeros_like(da)] * of
    blocks[k] = da
    return np.concatenate(blocks, axis=1)


@cache  # so that equal gates are equal: one operation for each (function, k, of)
def gate(function: Operation, k: int, of: int) -> Operation:
    """z = function(Σ block k of each argument); the arguments are (B, of·n), z is (B, n)."""

    def total(*stacks: Array) -> Array:
        return np.asarray(sum(_block(a, k, of) for a in stacks))

    def vjp(dz: Array, z: Array, *stacks: Array) -> tuple[Array, ...]:
        (da,) = function.vjp(dz, z, total(*stacks))
        return (_placed(da, k, of),) * len(stacks)

    def written(*stacks: str) -> str:
        return f"{function.name}({' + '.join(f'{a}[{k}]' for a in stacks)})"

    return Operation(
        f"{function.name}[{k}]", lambda *stacks: function.forward(total(*stacks)), vjp, written
    )


def _memory_vjp(dz: Array, z: Array, f: Array, m: Array, i: Array, g: Array) -> tuple[Array, ...]:
    return dz * m, dz * f, dz * g, dz * i


def _lstm_state_vjp(dz: Array, z: Array, o: Array, m: Array) -> tuple[Array, Array]:
    return dz * np.tanh(m), dz * o * (1 - np.tanh(m) ** 2)


lstm_memory = Operation(
    "memory",
    lambda f, m, i, g: f * m + i * g,
    _memory_vjp,
    lambda f, m, i, g: f"{f}∘{m} + {i}∘{g}",
)
memory_sum = Operation(  # an LSTM's memory before it has gates, and with an input gate alone
    "memory", lambda m, g: m + g, lambda dz, z, m, g: (dz, dz), lambda m, g: f"{m} + {g}"
)
memory_with_input_gate = Operation(
    "memory",
    lambda m, i, g: m + i * g,
    lambda dz, z, m, i, g: (dz, dz * g, dz * i),
    lambda m, i, g: f"{m} + {i}∘{g}",
)
lstm_state = Operation(
    "state",
    lambda o, m: o * np.tanh(m),
    _lstm_state_vjp,
    lambda o, m: f"{o}∘tanh({m})",
)


def _candidate(u: Array, w: Array, b_hn: Array, r: Array) -> Array:
    return np.tanh(_block(u, 2, 3) + r * (_block(w, 2, 3) + b_hn))


def _candidate_vjp(
    dz: Array, z: Array, u: Array, w: Array, b_hn: Array, r: Array
) -> tuple[Array, ...]:
    da = dz * (1 - z * z)
    dq = da * r
    dr = da * (_block(w, 2, 3) + b_hn)
    return _placed(da, 2, 3), _placed(dq, 2, 3), dq.sum(axis=0), dr


gru_candidate = Operation(
    "candidate",
    _candidate,
    _candidate_vjp,
    lambda u, w, b_hn, r: f"tanh({u}[2] + {r}∘({w}[2] + {b_hn}))",
)
gru_state = Operation(
    "state",
    lambda z, n, h: (1 - z) * n + z * h,
    lambda dout, out, z, n, h: (dout * (h - n), dout * (1 - z), dout * z),
    lambda z, n, h: f"(1 - {z})∘{n} + {z}∘{h}",
)


# Transitions of dynamical systems.


def _transition_vjp(dz: Array, z: Array, s: Array, theta: Array) -> tuple[Array, ...]:
    da = dz * (1 - z * z)
    return da @ theta, da.T @ s


def _driven_vjp(dz: Array, z: Array, s: Array, x: Array, theta: Array) -> tuple[Array, ...]:
    da = dz * (1 - z * z)
    return da @ theta, da, da.T @ s


# s(t) = f(s(t-1); θ) = tanh(θ s(t-1)), and s(t) = f(s(t-1), x(t); θ) = tanh(θ s(t-1) + x(t))
transition = Operation("f", lambda s, theta: np.tanh(s @ theta.T), _transition_vjp)
driven_transition = Operation("f", lambda s, x, theta: np.tanh(s @ theta.T + x), _driven_vjp)


# Losses of an output o (B, n_o) and a target y (B, n_o): one number for each sequence, (B,).


def _squared_error_vjp(dz: Array, z: Array, o: Array, y: Array) -> tuple[Array, Array]:
    return dz[:, None] * (o - y), dz[:, None] * (y - o)


squared_error = Operation(  # ½ Σ_k (o_k - y_k)²
    "squared_error",
    lambda o, y: 0.5 * ((o - y) ** 2).sum(axis=1),
    _squared_error_vjp,
)


def _log_softmax(o: Array) -> Array:
    shifted = o - np.real(o).max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def _cross_entropy_vjp(dz: Array, z: Array, o: Array, y: Array) -> tuple[Array, Array]:
    log_p = _log_softmax(o)
    do = np.exp(log_p) * y.sum(axis=1, keepdims=True) - y
    return dz[:, None] * do, -dz[:, None] * log_p


cross_entropy = Operation(  # -Σ_k y_k log softmax(o)_k; y one-hot, or any distribution
    "cross_entropy",
    lambda o, y: -(y * _log_softmax(o)).sum(axis=1),
    _cross_entropy_vjp,
)


@cache
def weighted_loss(loss: Operation) -> Operation:
    """z = w loss(o, y), with a weight w (B,) as third argument; w = 0 leaves a step out."""

    def vjp(dz: Array, z: Array, o: Array, y: Array, w: Array) -> tuple[Array, ...]:
        unweighted = loss.forward(o, y)
        return (*loss.vjp(dz * w, unweighted, o, y), dz * unweighted)

    return Operation(
        f"weighted {loss.name}",
        lambda o, y, w: w * loss.forward(o, y),
        vjp,
        lambda o, y, w: f"{w} {loss.name}({o}, {y})",
    )
