"""The cells with one equation: Elman, Linear, Diagonal.

The gated cells are in `rnnlib.cells.gated`, the fused sequence kernels in `rnnlib.cells.kernels`.
"""

from dataclasses import dataclass

import numpy as np

from rnnlib.cells import kernels
from rnnlib.cells.cell import Array, Cache, Params, State, init_params


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
    """a(t) = b + W h(t-1) + U x(t), h(t) = φ(a(t)); φ is tanh or relu (eq. 10.8, 10.9)."""

    n_x: int
    n_h: int
    activation: str = "tanh"

    gates = ("a",)
    n_inner = 0

    def __post_init__(self):
        if self.activation not in ACTIVATIONS:
            raise ValueError(
                f"activation must be one of {', '.join(ACTIVATIONS)}, got {self.activation!r}"
            )

    def shapes(self) -> Params:
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

    def sequence(self, params, x, s0, held):
        phi, _ = ACTIVATIONS[self.activation]
        return State(kernels.elman(*params, x, s0.h, held, phi)), None

    def sequence_vjp(self, tape, dh, ds):
        U, W, _ = tape.params
        _, dphi = ACTIVATIONS[self.activation]
        dU, dW, db, ds0, dx, delta = kernels.elman_vjp(
            U, W, tape.x, tape.h, tape.held, dphi, dh, ds.h
        )
        return Params(dU, dW, db), State(ds0), dx, delta


@dataclass(frozen=True)
class Linear(Elman):
    """h(t) = b + W h(t-1) + U x(t): the Elman cell without its nonlinearity."""

    activation: str = "identity"


@dataclass(frozen=True)
class Diagonal:
    """z(t) = λ ∘ z(t-1) + U x(t) + b with complex z, λ: a diagonal linear cell, as pairs of reals.

    A complex number is two reals here, so that gradients need no convention for complex numbers
    and the complex step passes through: h (B, n_h) = [Re z, Im z] with n_h even,
    W (2, n_h/2) = [Re λ, Im λ], and U (n_h, n_x), b (n_h,) hold the rows of the real parts first.
    In particular dW[0] + i dW[1] is ∂L/∂Re λ + i ∂L/∂Im λ, what PyTorch calls λ.grad.
    """

    n_x: int
    n_h: int

    gates = ("a",)
    n_inner = 0

    def __post_init__(self):
        if self.n_h % 2:
            raise ValueError(f"n_h must be even (real and imaginary parts), got {self.n_h}")

    def shapes(self) -> Params:
        return Params((self.n_h, self.n_x), (2, self.n_h // 2), (self.n_h,))

    def init(
        self, rng: np.random.Generator, scheme: str = "uniform", *, dtype: type = np.float64
    ) -> Params:
        """uniform: λ uniform in the unit disc; orthogonal: on the unit circle; identity: λ = 1."""
        shapes = self.shapes()
        bound = 1 / np.sqrt(self.n_h)
        angle = rng.uniform(0, 2 * np.pi, self.n_h // 2)
        radius = np.sqrt(rng.uniform(0, 1, self.n_h // 2))
        if scheme == "uniform":
            lam = radius * np.exp(1j * angle)
        elif scheme == "orthogonal":
            lam = np.exp(1j * angle)
        elif scheme == "identity":
            lam = np.ones(self.n_h // 2, complex)
        else:
            raise ValueError(f"scheme must be uniform, orthogonal or identity, got {scheme!r}")
        U = rng.uniform(-bound, bound, shapes.U)
        W = np.stack([lam.real, lam.imag])
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

    def sequence(self, params, x, s0, held):
        return State(kernels.diagonal(*params, x, s0.h, held)), None

    def sequence_vjp(self, tape, dh, ds):
        U, W, _ = tape.params
        dU, dW, db, ds0, dx, delta = kernels.diagonal_vjp(U, W, tape.x, tape.h, tape.held, dh, ds.h)
        return Params(dU, dW, db), State(ds0), dx, delta
