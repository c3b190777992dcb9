"""What a recurrent cell is: the contract between a cell and all that runs or differentiates it.

A cell is a frozen description (sizes, activation); its parameters are a separate NamedTuple, so
every function is pure. Shapes: x (B, n_x), h (B, n_h), U (n_h, n_x), W (n_h, n_h).
"""

from typing import NamedTuple, Protocol

import numpy as np

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
