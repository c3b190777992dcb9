"""Cells with gates: LSTM and GRU, with PyTorch's equations and order of gates.

The gates are stacked along the first axis of U, W and b, so that PyTorch's weights carry over
without a transpose (`rnnlib.cells.interop`).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnnlib.cells import gated_kernels
from rnnlib.cells.cell import Array, Cache, Params, State, init_params


class LSTMState(NamedTuple):
    """h (B, n_h) is what the outside sees; m (B, n_h) is the memory (PyTorch's c)."""

    h: Array
    m: Array


class GRUParams(NamedTuple):
    """U (3 n_h, n_x), W (3 n_h, n_h), b (3 n_h,), b_hn (n_h,).

    PyTorch's GRU multiplies W_n h + b_hn by the reset gate, so b_hn cannot be merged into b,
    whose n block stands outside that product.
    """

    U: Array
    W: Array
    b: Array
    b_hn: Array


def sigmoid(a: Array) -> Array:
    """1 / (1 + exp(-a)), without overflow, and analytic for complex a."""
    return 0.5 + 0.5 * np.tanh(0.5 * a)


@dataclass(frozen=True)
class LSTM:
    """m = f ∘ m(t-1) + i ∘ g, h = o ∘ tanh(m); i, f, o = σ(a), g = tanh(a), a as in Elman.

    Hochreiter & Schmidhuber 1997 with the forget gate of Gers et al. 2000.
    `Cache.inner` holds i, f, o, g and tanh(m): the sigmoids side by side.
    """

    n_x: int
    n_h: int

    gates = ("i", "f", "g", "o")
    n_inner = 5

    def shapes(self) -> Params:
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

    def step(self, params: Params, state: LSTMState, x: Array) -> tuple[LSTMState, Cache]:
        U, W, b = params
        i, f, g, o = np.split(b + state.h @ W.T + x @ U.T, 4, axis=1)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        m = f * state.m + i * g
        tanh_m = np.tanh(m)
        after = LSTMState(o * tanh_m, m)
        return after, Cache(x, state, after, np.stack([i, f, o, g, tanh_m]))

    def step_vjp(
        self, params: Params, cache: Cache, dstate: LSTMState
    ) -> tuple[Params, LSTMState, Array]:
        U, W, _ = params
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

    def sequence(self, params, x, s0, held):
        h, m, inner = gated_kernels.lstm(*params, x, *s0, held)
        return LSTMState(h, m), inner.swapaxes(0, 1)

    def sequence_vjp(self, tape, dh, ds):
        U, W, _ = tape.params
        inner = tape.inner.swapaxes(0, 1)
        dU, dW, db, dh0, dm0, dx, delta = gated_kernels.lstm_vjp(
            U, W, tape.x, *tape.states, inner, tape.held, dh, *ds
        )
        return Params(dU, dW, db), LSTMState(dh0, dm0), dx, delta


@dataclass(frozen=True)
class GRU:
    """h = (1 - z) ∘ n + z ∘ h(t-1), n = tanh(b_n + U_n x + r ∘ q), q = W_n h(t-1) + b_hn.

    r, z = σ(a), a as in Elman (Cho et al. 2014, in PyTorch's variant).
    `Cache.inner` holds r, z, n and q.
    """

    n_x: int
    n_h: int

    gates = ("r", "z", "n")
    n_inner = 4

    def shapes(self) -> GRUParams:
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

    def sequence(self, params, x, s0, held):
        h, inner = gated_kernels.gru(*params, x, s0.h, held)
        return State(h), inner.swapaxes(0, 1)

    def sequence_vjp(self, tape, dh, ds):
        U, W, _, _ = tape.params
        inner = tape.inner.swapaxes(0, 1)
        dU, dW, db, db_hn, dh0, dx, delta = gated_kernels.gru_vjp(
            U, W, tape.x, tape.h, inner, tape.held, dh, ds.h
        )
        return GRUParams(dU, dW, db, db_hn), State(dh0), dx, delta
