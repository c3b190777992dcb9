"""The cells with one equation: Elman, Linear, Diagonal.

The gated cells are in `rnnlib.cells.gated`, the fused sequence kernels in `rnnlib.cells.kernels`.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnlib.cells import kernels
from rnnlib.cells.cell import (
    SCHEMES,
    Array,
    Cache,
    Params,
    Shape,
    State,
    check_generator,
    check_scheme,
    check_sizes,
    init_params,
)
from rnnlib.cells.tape import Tape


def _relu(a: Array, out: Array | None = None) -> Array:
    return np.maximum(a, 0, out=out)


# φ(a, out) and φ'(a) as a function of h = φ(a). Complex a pass through (the complex step): NumPy
# compares complex numbers by their real parts, and there is no |.|.
ACTIVATIONS = {
    "tanh": (np.tanh, lambda h: 1 - h * h),
    "relu": (_relu, lambda h: (h > 0).astype(h.dtype)),
    "identity": (np.positive, np.ones_like),
}


@dataclass(frozen=True)
class Elman:
    """a(t) = b + W h(t-1) + U x(t), h(t) = φ(a(t)); φ is tanh or relu (eq. 10.8, 10.9).

    n_x and n_h say how many numbers x(t) and h(t) have, activation which φ: "tanh", "relu" or
    "identity". Shapes: x (B, n_x), h (B, n_h), U (n_h, n_x), W (n_h, n_h), b (n_h,). The cell
    holds no weights: `init(rng)` returns random `Params`, and `run` takes both.
    TypeError if a size is no whole number; ValueError if it is below 1, or φ is not known.
    Elman 1990, with the equations of Goodfellow, Bengio & Courville 2016.

    >>> import numpy as np
    >>> from rnnlib import Elman, Params, run
    >>> cell = Elman(n_x=1, n_h=1)
    >>> params = Params(U=np.array([[1.0]]), W=np.array([[0.5]]), b=np.array([0.0]))
    >>> impulse = np.array([1.0, 0.0, 0.0]).reshape(3, 1, 1)  # x (T, B, n_x)
    >>> run(cell, params, impulse).h[1:].ravel().round(3).tolist()
    [0.762, 0.363, 0.18]
    """

    n_x: int
    n_h: int
    activation: str = "tanh"

    gates: ClassVar[tuple[str, ...]] = ("a",)
    n_inner: ClassVar[int] = 0

    def __post_init__(self):
        check_sizes(self)
        if self.activation not in tuple(ACTIVATIONS):
            raise ValueError(
                f"activation must be one of {', '.join(ACTIVATIONS)}, got {self.activation!r}"
            )

    def shapes(self) -> Params[Shape]:
        return Params((self.n_h, self.n_x), (self.n_h, self.n_h), (self.n_h,))

    def init(
        self, rng: np.random.Generator, scheme: str = "uniform", *, dtype: type = np.float64
    ) -> Params:
        return init_params(self.shapes(), rng, scheme, dtype)

    def initial_state(self, batch: int, dtype: type = np.float64) -> State:
        return State(np.zeros((batch, self.n_h), dtype))

    def step(self, params: Params, state: State, x: Array) -> tuple[State, Cache]:
        U, W, b = params
        phi, _ = ACTIVATIONS[self.activation]
        after = State(phi(b + state.h @ W.T + x @ U.T))
        return after, Cache(x, state, after, None)

    def step_vjp(self, params: Params, cache: Cache, dstate: State) -> tuple[Params, State, Array]:
        U, W, _ = params
        _, dphi = ACTIVATIONS[self.activation]
        da = dstate.h * dphi(cache.after.h)
        return Params(da.T @ cache.x, da.T @ cache.before.h, da.sum(0)), State(da @ W), da @ U

    def sequence(
        self, params: Params, x: Array, s0: State, held: Array | None
    ) -> tuple[State, Array | None]:
        U, W, b = params
        phi, _ = ACTIVATIONS[self.activation]
        return State(kernels.elman(U, W, b, x, s0.h, held, phi)), None

    def sequence_vjp(self, tape: Tape, dh: Array, ds: State) -> tuple[Params, State, Array, Array]:
        U, W, _ = tape.params
        _, dphi = ACTIVATIONS[self.activation]
        dU, dW, db, ds0, dx, delta = kernels.elman_vjp(
            U, W, tape.x, tape.h, tape.held, dphi, dh, ds.h
        )
        return Params(dU, dW, db), State(ds0), dx, delta


@dataclass(frozen=True)
class Linear(Elman):
    """h(t) = b + W h(t-1) + U x(t): the Elman cell without its nonlinearity.

    n_x, n_h, shapes and errors as in `Elman`: x (B, n_x), h (B, n_h), U (n_h, n_x), W (n_h, n_h),
    b (n_h,). What a step adds comes back multiplied by W at each later step, so the powers of W
    say what is remembered and for how long (Goodfellow et al. 2016, section 10.7).

    >>> import numpy as np
    >>> from rnnlib import Linear, Params, run
    >>> params = Params(U=np.array([[1.0]]), W=np.array([[0.5]]), b=np.array([0.0]))
    >>> impulse = np.array([1.0, 0.0, 0.0, 0.0]).reshape(4, 1, 1)  # x (T, B, n_x)
    >>> run(Linear(n_x=1, n_h=1), params, impulse).h[1:].ravel().tolist()
    [1.0, 0.5, 0.25, 0.125]
    """

    activation: str = "identity"


@dataclass(frozen=True)
class Diagonal:
    """z(t) = λ ∘ z(t-1) + U x(t) + b with complex z, λ: a diagonal linear cell, as pairs of reals.

    A complex number is two reals here, so that gradients need no convention for complex numbers
    and the complex step passes through: h (B, n_h) = [Re z, Im z] with n_h even,
    W (2, n_h/2) = [Re λ, Im λ], and U (n_h, n_x), b (n_h,) hold the rows of the real parts first.
    In particular dW[0] + i dW[1] is ∂L/∂Re λ + i ∂L/∂Im λ, what PyTorch calls λ.grad.
    TypeError if a size is no whole number; ValueError if it is below 1, or n_h is odd.
    Orvieto et al. 2023 (the recurrence of their linear recurrent unit).

    >>> import numpy as np
    >>> from rnnlib import Diagonal, Params, run
    >>> quarter_turn = np.array([[0.0], [1.0]])  # λ = i, as W (2, n_h/2)
    >>> params = Params(U=np.array([[1.0], [0.0]]), W=quarter_turn, b=np.zeros(2))
    >>> impulse = np.array([1.0, 0.0, 0.0]).reshape(3, 1, 1)  # x (T, B, n_x)
    >>> run(Diagonal(n_x=1, n_h=2), params, impulse).h[1:, 0].tolist()  # 1, i, -1
    [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]]
    """

    n_x: int
    n_h: int

    gates: ClassVar[tuple[str, ...]] = ("a",)
    n_inner: ClassVar[int] = 0

    def __post_init__(self):
        check_sizes(self)
        if self.n_h % 2:
            raise ValueError(f"n_h must be even (real and imaginary parts), got {self.n_h}")

    def shapes(self) -> Params[Shape]:
        return Params((self.n_h, self.n_x), (2, self.n_h // 2), (self.n_h,))

    def init(
        self, rng: np.random.Generator, scheme: str = "uniform", *, dtype: type = np.float64
    ) -> Params:
        """uniform: λ uniform in the unit disc; orthogonal: on the unit circle; identity: λ = 1."""
        check_generator(rng)
        check_scheme(scheme, SCHEMES)
        shapes = self.shapes()
        bound = 1 / np.sqrt(self.n_h)
        angle = rng.uniform(0, 2 * np.pi, self.n_h // 2)
        radius = np.sqrt(rng.uniform(0, 1, self.n_h // 2))
        if scheme == "uniform":
            lam = radius * np.exp(1j * angle)
        elif scheme == "orthogonal":
            lam = np.exp(1j * angle)
        else:
            lam = np.ones(self.n_h // 2, complex)
        U = rng.uniform(-bound, bound, shapes.U)
        W = np.stack([np.real(lam), np.imag(lam)])
        return Params(U.astype(dtype), W.astype(dtype), np.zeros(shapes.b, dtype))

    def initial_state(self, batch: int, dtype: type = np.float64) -> State:
        return State(np.zeros((batch, self.n_h), dtype))

    def step(self, params: Params, state: State, x: Array) -> tuple[State, Cache]:
        U, W, b = params
        after = State(kernels.rotate(W, state.h) + x @ U.T + b)
        return after, Cache(x, state, after, None)

    def step_vjp(self, params: Params, cache: Cache, dstate: State) -> tuple[Params, State, Array]:
        U, W, _ = params
        da = dstate.h
        dW = kernels.eigenvalue_gradient(da, cache.before.h)
        return (
            Params(da.T @ cache.x, dW, da.sum(0)),
            State(kernels.rotate(W, da, conjugate=True)),
            da @ U,
        )

    def sequence(
        self, params: Params, x: Array, s0: State, held: Array | None
    ) -> tuple[State, Array | None]:
        U, W, b = params
        return State(kernels.diagonal(U, W, b, x, s0.h, held)), None

    def sequence_vjp(self, tape: Tape, dh: Array, ds: State) -> tuple[Params, State, Array, Array]:
        U, W, _ = tape.params
        dU, dW, db, ds0, dx, delta = kernels.diagonal_vjp(U, W, tape.x, tape.h, tape.held, dh, ds.h)
        return Params(dU, dW, db), State(ds0), dx, delta
