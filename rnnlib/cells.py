"""What a recurrent cell is, and the cells with one equation: Elman, Linear, Diagonal.

A cell is a frozen description (sizes, activation); its parameters are a separate NamedTuple,
so every function here is pure. Shapes: x (B, n_x), h (B, n_h), U (n_h, n_x), W (n_h, n_h).
The gated cells are in `rnnlib.gated`, the fused sequence kernels in `rnnlib.kernels`.
"""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from rnnlib import kernels

Array = np.ndarray


class Params(NamedTuple):
    """Parameters of a cell: U (k n_h, n_x), W (k n_h, n_h), b (k n_h,), k the number of gates."""

    U: Array
    W: Array
    b: Array


class State(NamedTuple):
    """State of a cell without a separate memory: h (B, n_h), or (T+1, B, n_h) for a whole run."""

    h: Array


class Cache(NamedTuple):
    """What one step leaves for its vector-Jacobian product."""

    x: Array  # (B, n_x)
    before: State  # s(t-1)
    after: State  # s(t)
    inner: Array | None  # (k, B, n_h): what the step computed between the two, if needed


class Cell(Protocol):
    """The contract between a cell and everything that runs or differentiates it.

    `step` and `step_vjp` are the definition. A cell may add the same for T steps at once, and
    `run` and `backward` use it: `sequence(params, x, s0, held) -> (states, inner)`, as stored in
    a `Tape`, and `sequence_vjp(tape, dh, ds) -> (dparams, ds0, dx, delta)`. held (T, B, 1) is
    True where a padded step keeps its state, or None.
    """

    n_x: int
    n_h: int
    gates: tuple[str, ...]  # blocks of n_h rows in U, W and b
    n_inner: int  # k of Cache.inner; 0 if it is None

    def shapes(self) -> Params:
        """Shape of each parameter."""

    def init(self, rng: np.random.Generator, scheme: str = "uniform") -> Params:
        """Random parameters."""

    def initial_state(self, batch: int) -> State:
        """The zero state s(0), each field (batch, n_h)."""

    def step(self, params: Params, state: State, x: Array) -> tuple[State, Cache]:
        """s(t) from s(t-1) and x(t)."""

    def step_vjp(self, params: Params, cache: Cache, dstate: State) -> tuple[Params, State, Array]:
        """(dparams, ds(t-1), dx(t)) from ds(t), the total gradient on s(t)."""


def init_params(
    shapes: Params, rng: np.random.Generator, scheme: str, dtype: type = np.float64
) -> Params:
    """Parameters of the given shapes by one of three schemes.

    uniform: every entry from U(-1/√n_h, 1/√n_h), as PyTorch does.
    orthogonal: each gate's W a random orthogonal matrix (Saxe et al. 2014), b = 0.
    identity: each gate's W the identity, b = 0 (with ReLU: the IRNN of Le et al. 2015).
    U is uniform in all three.
    """
    rows, n_h = shapes.W
    bound = 1 / np.sqrt(n_h)
    params = type(shapes)(*(rng.uniform(-bound, bound, shape) for shape in shapes))
    if scheme not in ("uniform", "orthogonal", "identity"):
        raise ValueError(f"scheme must be uniform, orthogonal or identity, got {scheme!r}")
    if scheme != "uniform":
        draw = _orthogonal if scheme == "orthogonal" else lambda rng, n: np.eye(n)
        W = np.concatenate([draw(rng, n_h) for _ in range(rows // n_h)])
        zeros = type(shapes)(*map(np.zeros, shapes))
        params = zeros._replace(U=params.U, W=W)
    return type(shapes)(*(p.astype(dtype) for p in params))


def _orthogonal(rng: np.random.Generator, n: int) -> Array:
    """A random orthogonal matrix (n, n), uniform in the sense of Haar (Mezzadri 2007)."""
    Q, R = np.linalg.qr(rng.standard_normal((n, n)))
    return Q * np.sign(np.diag(R))


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
