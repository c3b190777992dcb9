"""Cells with gates: LSTM and GRU, with PyTorch's equations and order of gates.

The gates are stacked along the first axis of U, W and b, so that PyTorch's weights carry over
without a transpose (`rnnlib.cells.interop`).
"""

from dataclasses import dataclass
from typing import ClassVar, Generic, NamedTuple

import numpy as np

from rnnlib.cells import gated_kernels
from rnnlib.cells.cell import Array, Cache, EntryT, Params, Shape, State, check_sizes, init_params
from rnnlib.cells.tape import Tape


class LSTMState(NamedTuple):
    """h (B, n_h) is what the outside sees; m (B, n_h) is the memory (PyTorch's c).

    For a whole run each is (T+1, B, n_h), index 0 the initial state. `LSTM.initial_state(B)`
    returns zeros; `run` takes one as s0, and says if a shape is wrong (ValueError). In `Grads` it
    holds the gradients on h(0) and m(0). |h| ≤ 1, but m may grow with every step:

    >>> import numpy as np
    >>> from rnnlib import LSTM, Params, run
    >>> open_gates = Params(U=np.zeros((4, 1)), W=np.zeros((4, 1)), b=np.full(4, 20.0))
    >>> h, m = run(LSTM(n_x=1, n_h=1), open_gates, np.zeros((3, 1, 1))).states
    >>> m.ravel().round(3).tolist(), h.ravel().round(3).tolist()
    ([0.0, 1.0, 2.0, 3.0], [0.0, 0.762, 0.964, 0.995])
    """

    h: Array
    m: Array


class GRUParams(NamedTuple, Generic[EntryT]):
    """U (3 n_h, n_x), W (3 n_h, n_h), b (3 n_h,), b_hn (n_h,).

    PyTorch's GRU multiplies W_n h + b_hn by the reset gate, so b_hn cannot be merged into b,
    whose n block stands outside that product. The three blocks of n_h rows are r, z and n, in the
    order of `GRU.gates`; `GRU.init` returns random ones. A tuple: `run` says if it does not belong
    to the cell (TypeError) or a shape is wrong (ValueError).

    >>> import numpy as np
    >>> from rnnlib import GRU
    >>> params = GRU(n_x=2, n_h=5).init(np.random.default_rng(0))
    >>> {name: array.shape for name, array in params._asdict().items()}
    {'U': (15, 2), 'W': (15, 5), 'b': (15,), 'b_hn': (5,)}
    """

    U: EntryT
    W: EntryT
    b: EntryT
    b_hn: EntryT


def sigmoid(a: Array) -> Array:
    """1 / (1 + exp(-a)), without overflow, and analytic for complex a."""
    return 0.5 + 0.5 * np.tanh(0.5 * a)


@dataclass(frozen=True)
class LSTM:
    """m = f ∘ m(t-1) + i ∘ g, h = o ∘ tanh(m); i, f, o = σ(a), g = tanh(a), a as in Elman.

    n_x and n_h say how many numbers x(t) and h(t) have. Shapes: x (B, n_x), h and m (B, n_h),
    U (4 n_h, n_x), W (4 n_h, n_h), b (4 n_h,), the gates' blocks in the order i, f, g, o. The state
    is an `LSTMState`, and `init(rng, forget_bias=1.0)` opens the forget gate to begin with.
    `Cache.inner` holds i, f, o, g and tanh(m): the sigmoids side by side.
    TypeError if a size is no whole number; ValueError if it is below 1.
    Hochreiter & Schmidhuber 1997 with the forget gate of Gers et al. 2000.

    >>> import numpy as np
    >>> from rnnlib import LSTM, Params, run
    >>> U, b = np.array([[20.0], [0.0], [1.0], [0.0]]), np.array([-10.0, 10.0, 0.0, 10.0])
    >>> params = Params(U, np.zeros((4, 1)), b)  # open to write where x = 1, and never forgetting
    >>> x = np.zeros((100, 1, 1))
    >>> x[0] = 1
    >>> run(LSTM(n_x=1, n_h=1), params, x).states.m[[1, 100]].ravel().round(2).tolist()
    [0.76, 0.76]
    """

    n_x: int
    n_h: int

    gates: ClassVar[tuple[str, ...]] = ("i", "f", "g", "o")
    n_inner: ClassVar[int] = 5

    def __post_init__(self):
        check_sizes(self)

    def shapes(self) -> Params[Shape]:
        return Params((4 * self.n_h, self.n_x), (4 * self.n_h, self.n_h), (4 * self.n_h,))

    def init(
        self,
        rng: np.random.Generator,
        scheme: str = "uniform",
        *,
        forget_bias: float | None = None,
        dtype: type = np.float64,
    ) -> Params:
        """`init_params`; forget_bias, if given, is b in the f block (Jozefowicz et al. 2015: 1)."""
        params = init_params(self.shapes(), rng, scheme, dtype)
        if forget_bias is not None:
            params.b[self.n_h : 2 * self.n_h] = forget_bias
        return params

    def initial_state(self, batch: int, dtype: type = np.float64) -> LSTMState:
        return LSTMState(*np.zeros((2, batch, self.n_h), dtype))

    def step(
        self, params: Params, state: LSTMState, x: Array
    ) -> tuple[LSTMState, Cache[LSTMState]]:
        U, W, b = params
        i, f, g, o = np.split(b + state.h @ W.T + x @ U.T, 4, axis=1)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        m = f * state.m + i * g
        tanh_m = np.tanh(m)
        after = LSTMState(o * tanh_m, m)
        return after, Cache(x, state, after, np.stack([i, f, o, g, tanh_m]))

    def step_vjp(
        self, params: Params, cache: Cache[LSTMState], dstate: LSTMState
    ) -> tuple[Params, LSTMState, Array]:
        U, W, _ = params
        assert cache.inner is not None
        i, f, o, g, tanh_m = cache.inner
        dh, dm = dstate
        dm = dm + dh * o * (1 - tanh_m * tanh_m)
        da = np.concatenate(
            [
                dm * g * i * (1 - i),
                dm * cache.before.m * f * (1 - f),
                dm * i * (1 - g * g),
                dh * tanh_m * o * (1 - o),
            ],
            axis=1,
        )
        dparams = Params(da.T @ cache.x, da.T @ cache.before.h, da.sum(0))
        return dparams, LSTMState(da @ W, dm * f), da @ U

    def sequence(
        self, params: Params, x: Array, s0: LSTMState, held: Array | None
    ) -> tuple[LSTMState, Array | None]:
        U, W, b = params
        h, m, inner = gated_kernels.lstm(U, W, b, x, *s0, held)
        return LSTMState(h, m), inner.swapaxes(0, 1)

    def sequence_vjp(
        self, tape: Tape[Params, LSTMState], dh: Array, ds: LSTMState
    ) -> tuple[Params, LSTMState, Array, Array]:
        U, W, _ = tape.params
        assert tape.inner is not None
        inner = tape.inner.swapaxes(0, 1)
        dU, dW, db, dh0, dm0, dx, delta = gated_kernels.lstm_vjp(
            U, W, tape.x, *tape.states, inner, tape.held, dh, *ds
        )
        return Params(dU, dW, db), LSTMState(dh0, dm0), dx, delta


@dataclass(frozen=True)
class GRU:
    """h = (1 - z) ∘ n + z ∘ h(t-1), n = tanh(b_n + U_n x + r ∘ q), q = W_n h(t-1) + b_hn.

    r, z = σ(a), a as in Elman (Cho et al. 2014, in PyTorch's variant).
    n_x and n_h say how many numbers x(t) and h(t) have. Shapes: x (B, n_x), h (B, n_h),
    U (3 n_h, n_x), W (3 n_h, n_h), b (3 n_h,), b_hn (n_h,), the blocks in the order r, z, n;
    `init(rng)` returns random `GRUParams`. `Cache.inner` holds r, z, n and q.
    TypeError if a size is no whole number; ValueError if it is below 1.

    >>> import numpy as np
    >>> from rnnlib import GRU, GRUParams, State, run
    >>> b = np.array([0.0, np.log(3), 0.0])  # z = σ(log 3) = ¾: three quarters stay
    >>> params = GRUParams(np.zeros((3, 1)), np.zeros((3, 1)), b, np.zeros(1))
    >>> tape = run(GRU(n_x=1, n_h=1), params, np.zeros((3, 1, 1)), State(np.array([[8.0]])))
    >>> tape.h.ravel().round(3).tolist()
    [8.0, 6.0, 4.5, 3.375]
    """

    n_x: int
    n_h: int

    gates: ClassVar[tuple[str, ...]] = ("r", "z", "n")
    n_inner: ClassVar[int] = 4

    def __post_init__(self):
        check_sizes(self)

    def shapes(self) -> GRUParams[Shape]:
        rows = 3 * self.n_h
        return GRUParams((rows, self.n_x), (rows, self.n_h), (rows,), (self.n_h,))

    def init(
        self, rng: np.random.Generator, scheme: str = "uniform", *, dtype: type = np.float64
    ) -> GRUParams:
        return init_params(self.shapes(), rng, scheme, dtype)

    def initial_state(self, batch: int, dtype: type = np.float64) -> State:
        return State(np.zeros((batch, self.n_h), dtype))

    def step(self, params: GRUParams, state: State, x: Array) -> tuple[State, Cache]:
        U, W, b, b_hn = params
        a_r, a_z, a_n = np.split(b + x @ U.T, 3, axis=1)
        w_r, w_z, w_n = np.split(state.h @ W.T, 3, axis=1)
        r, z, q = sigmoid(a_r + w_r), sigmoid(a_z + w_z), w_n + b_hn
        n = np.tanh(a_n + r * q)
        after = State((1 - z) * n + z * state.h)
        return after, Cache(x, state, after, np.stack([r, z, n, q]))

    def step_vjp(
        self, params: GRUParams, cache: Cache, dstate: State
    ) -> tuple[GRUParams, State, Array]:
        U, W, _, _ = params
        assert cache.inner is not None
        r, z, n, q = cache.inner
        h, dh = cache.before.h, dstate.h
        dn = dh * (1 - z) * (1 - n * n)
        dz = dh * (h - n) * z * (1 - z)
        dr = dn * q * r * (1 - r)
        dq = dn * r
        da = np.concatenate([dr, dz, dn], axis=1)  # on b + U x
        dw = np.concatenate([dr, dz, dq], axis=1)  # on W h, where the reset gate stands between
        dparams = GRUParams(da.T @ cache.x, dw.T @ h, da.sum(0), dq.sum(0))
        return dparams, State(dh * z + dw @ W), da @ U

    def sequence(
        self, params: GRUParams, x: Array, s0: State, held: Array | None
    ) -> tuple[State, Array | None]:
        U, W, b, b_hn = params
        h, inner = gated_kernels.gru(U, W, b, b_hn, x, s0.h, held)
        return State(h), inner.swapaxes(0, 1)

    def sequence_vjp(
        self, tape: Tape[GRUParams, State], dh: Array, ds: State
    ) -> tuple[GRUParams, State, Array, Array]:
        U, W, _, _ = tape.params
        assert tape.inner is not None
        inner = tape.inner.swapaxes(0, 1)
        dU, dW, db, db_hn, dh0, dx, delta = gated_kernels.gru_vjp(
            U, W, tape.x, tape.h, inner, tape.held, dh, ds.h
        )
        return GRUParams(dU, dW, db, db_hn), State(dh0), dx, delta
