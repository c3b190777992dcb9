"""What a recurrent cell is: the contract between a cell and all that runs or differentiates it.

A cell is a frozen description (sizes, activation); its parameters are a separate NamedTuple, so
every function is pure. Shapes: x (B, n_x), h (B, n_h), U (n_h, n_x), W (n_h, n_h).
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, Protocol, Self

import numpy as np

Array = np.ndarray
Shape = tuple[int, ...]

if TYPE_CHECKING:
    from typing_extensions import TypeVar  # with a default, which typing's own has from 3.13 on

    # What a cell is made of: Params are arrays, Params[Shape] their shapes; and a plain Cell is
    # one with Params and State.
    EntryT = TypeVar("EntryT", default=Array)
    ParamsT = TypeVar("ParamsT", bound="Fields", default="Params")
    StateT = TypeVar("StateT", bound="StateFields", default="State")
else:
    from typing import TypeVar

    EntryT, ParamsT, StateT = TypeVar("EntryT"), TypeVar("ParamsT"), TypeVar("StateT")


class Fields(Protocol):
    """What parameters, states and their gradients have in common: a NamedTuple of arrays."""

    @property
    def _fields(self) -> tuple[str, ...]: ...

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Any]: ...

    def __getitem__(self, index: Any, /) -> Any: ...

    def _asdict(self) -> dict[str, Any]: ...

    def _replace(self, **fields: Any) -> Self: ...

    @classmethod
    def _make(cls, iterable: Iterable[Any], /) -> Self: ...


class StateFields(Fields, Protocol):
    """A state: h, which the outside sees, and what else a cell carries from step to step."""

    @property
    def h(self) -> Array: ...


class Params(NamedTuple, Generic[EntryT]):
    """Parameters of a cell: U (k n_h, n_x), W (k n_h, n_h), b (k n_h,), k the number of gates.

    U stands before the input x(t), W before the state h(t-1), and b is added. The k blocks of n_h
    rows lie in the order of `cell.gates`; only Diagonal differs, with W (2, n_h/2). `cell.init`
    returns random ones. A tuple: whoever uses it with a cell says if a shape is wrong (ValueError).
    Goodfellow, Bengio & Courville 2016, eq. 10.8.

    >>> import numpy as np
    >>> from rnnlib import Linear, Params, run
    >>> params = Params(U=np.array([[2.0]]), W=np.array([[0.0]]), b=np.array([1.0]))
    >>> run(Linear(n_x=1, n_h=1), params, np.array([[[3.0]], [[4.0]]])).h[1:].ravel().tolist()
    [7.0, 9.0]
    >>> [p.shape for p in Linear(n_x=2, n_h=5).init(np.random.default_rng(0))]
    [(5, 2), (5, 5), (5,)]
    """

    U: EntryT
    W: EntryT
    b: EntryT


class State(NamedTuple):
    """State of a cell without a separate memory: h (B, n_h), or (T+1, B, n_h) for a whole run.

    `cell.initial_state(B)` returns zeros, and `run` starts from a state of one's own if it is given
    as s0. In `Grads` it holds the gradient on s(0). A tuple: whoever uses it with a cell says if
    its fields or shapes are wrong (ValueError). The LSTM's state is an `LSTMState`.

    >>> import numpy as np
    >>> from rnnlib import Linear, Params, State, run
    >>> halve = Params(U=np.array([[0.0]]), W=np.array([[0.5]]), b=np.array([0.0]))
    >>> tape = run(Linear(1, 1), halve, np.zeros((3, 1, 1)), State(np.array([[8.0]])))
    >>> tape.states.h.ravel().tolist()
    [8.0, 4.0, 2.0, 1.0]
    >>> Linear(1, 5).initial_state(batch=2).h.shape
    (2, 5)
    """

    h: Array


class Cache(NamedTuple, Generic[StateT]):
    """What one step leaves for its vector-Jacobian product."""

    x: Array  # (B, n_x)
    before: StateT  # s(t-1)
    after: StateT  # s(t)
    inner: Array | None  # (k, B, n_h): what the step computed between the two, if needed


class Cell(Protocol[ParamsT, StateT]):
    """The contract between a cell and everything that runs or differentiates it.

    `step` and `step_vjp` are the definition. A cell may add the same for T steps at once, and
    `run` and `backward` use it (`rnnlib.cells.tape.SequenceCell`).
    """

    gates: ClassVar[tuple[str, ...]]  # blocks of n_h rows in U, W and b
    n_inner: ClassVar[int]  # k of Cache.inner; 0 if it is None

    @property
    def n_x(self) -> int:
        """The number of inputs."""
        ...

    @property
    def n_h(self) -> int:
        """The number of hidden units."""
        ...

    def shapes(self) -> Fields:
        """Shape of each parameter."""
        ...

    def init(
        self, rng: np.random.Generator, scheme: str = "uniform", *, dtype: type = np.float64
    ) -> ParamsT:
        """Random parameters."""
        ...

    def initial_state(self, batch: int, dtype: type = np.float64) -> StateT:
        """The zero state s(0), each field (batch, n_h)."""
        ...

    def step(self, params: ParamsT, state: StateT, x: Array) -> tuple[StateT, Cache[StateT]]:
        """s(t) from s(t-1) and x(t)."""
        ...

    def step_vjp(
        self, params: ParamsT, cache: Cache[StateT], dstate: StateT
    ) -> tuple[ParamsT, StateT, Array]:
        """(dparams, ds(t-1), dx(t)) from ds(t), the total gradient on s(t)."""
        ...


AnyCell = Cell[Any, Any]


class RecurrentShapes(Fields, Protocol):
    """The shapes of parameters that have a U and a W."""

    @property
    def U(self) -> Shape: ...

    @property
    def W(self) -> Shape: ...


SCHEMES = ("uniform", "orthogonal", "identity")


def init_params(
    shapes: RecurrentShapes, rng: np.random.Generator, scheme: str, dtype: type = np.float64
) -> Any:
    """Parameters of the given shapes by one of three schemes.

    uniform: every entry from U(-1/√n_h, 1/√n_h), as PyTorch does.
    orthogonal: each gate's W a random orthogonal matrix (Saxe et al. 2014), b = 0.
    identity: each gate's W the identity, b = 0 (with ReLU: the IRNN of Le et al. 2015).
    U is uniform in all three.
    """
    check_generator(rng)
    check_scheme(scheme, SCHEMES)
    rows, n_h = shapes.W
    bound = 1 / np.sqrt(n_h)
    params = shapes._make(rng.uniform(-bound, bound, shape) for shape in shapes)
    if scheme != "uniform":
        draw = _orthogonal if scheme == "orthogonal" else lambda rng, n: np.eye(n)
        W = np.concatenate([draw(rng, n_h) for _ in range(rows // n_h)])
        zeros = shapes._make(map(np.zeros, shapes))
        params = zeros._replace(U=params.U, W=W)
    return shapes._make(p.astype(dtype) for p in params)


def _orthogonal(rng: np.random.Generator, n: int) -> Array:
    """A random orthogonal matrix (n, n), uniform in the sense of Haar (Mezzadri 2007)."""
    Q, R = np.linalg.qr(rng.standard_normal((n, n)))
    return Q * np.sign(np.diag(R))


# --- what a user may get wrong: each check is one sentence, and changes nothing -----------------


def whole_number(name: str, value: int, least: int | None = 1) -> int:
    """The value as an int; TypeError unless it is a whole number, ValueError below the least."""
    if not isinstance(value, int | np.integer) or isinstance(value, bool):
        raise TypeError(f"{name} must be a whole number, got {value!r}")
    if least is not None and value < least:
        raise ValueError(f"{name} must be at least {least}, got {value}")
    return int(value)


def check_sizes(cell: AnyCell) -> None:
    """n_x and n_h are whole numbers of at least 1, and stored as ints."""
    for name in ("n_x", "n_h"):
        object.__setattr__(cell, name, whole_number(name, getattr(cell, name)))


def check_generator(rng: np.random.Generator) -> None:
    """Random numbers come from a Generator: neither a seed nor the old RandomState is one."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng must be a NumPy Generator, such as np.random.default_rng(0), got {rng!r}"
        )


def check_scheme(scheme: str, known: tuple[str, ...]) -> None:
    """The scheme of `init` is one that the cell has."""
    if scheme not in known:
        *others, last = known
        rule = f"{', '.join(others)} or {last}" if others else last
        raise ValueError(f"scheme must be {rule}, got {scheme!r}")


def check_cell(cell: AnyCell) -> None:
    """A cell has its sizes: Elman(2, 3) is one, the class Elman is not."""
    if isinstance(cell, type):
        raise TypeError(
            f"cell must be a cell with its sizes, such as {cell.__name__}(n_x, n_h), "
            f"got the class {cell.__name__}"
        )
    if not hasattr(cell, "shapes"):
        raise TypeError(f"cell must be a cell, such as Elman(n_x, n_h), got {type(cell).__name__}")


def check_params(cell: AnyCell, params: Fields) -> None:
    """The parameters have the cell's fields and shapes."""
    shapes = cell.shapes()
    if getattr(params, "_fields", None) != shapes._fields:
        raise TypeError(
            f"params must be {type(shapes).__name__}({', '.join(shapes._fields)}) for {cell}, "
            f"got {type(params).__name__}"
        )
    for name, array, shape in zip(shapes._fields, params, shapes, strict=True):
        if np.shape(array) != shape:
            raise ValueError(f"{name} must be {shape} for {cell}, got {np.shape(array)}")
