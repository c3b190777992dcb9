"""Exercise 08.8: backpropagation through time for the GRU."""

import numpy as np

from rnnlib.exercises.chapters.ch08.gru_bptt_mistakes import MISTAKES
from rnnlib.exercises.chapters.ch08.lstm import sigmoid
from rnnlib.exercises.spec import Case, Exercise, Returned


def gru_bptt(U, W, x, h, gates, q, dh_direct):
    dU, dW, db = np.zeros_like(U), np.zeros_like(W), np.zeros(len(W))
    db_hn, dh_future = np.zeros_like(h[0]), np.zeros_like(h[0])
    for t in range(len(x), 0, -1):
        r, z, n = gates[t - 1]
        dh_total = dh_direct[t - 1] + dh_future
        dz = dh_total * (h[t - 1] - n)
        dn = dh_total * (1 - z)
        da_z = dz * z * (1 - z)
        da_n = dn * (1 - n**2)
        dq = da_n * r
        dr = da_n * q[t - 1]
        da_r = dr * r * (1 - r)
        da = np.concatenate([da_r, da_z, da_n])
        dw = np.concatenate([da_r, da_z, dq])
        dU += np.outer(da, x[t - 1])
        dW += np.outer(dw, h[t - 1])
        db += da
        db_hn += dq
        dh_future = dh_total * z + W.T @ dw
    return dU, dW, db, db_hn, dh_future


def _terms(U, W, x, h, gates, q, dh_direct):
    """Every output by the step whose loss it comes from: all are linear in dh_direct."""
    T = len(x)
    parts = {
        "the loss of step 1": [0],
        "the loss of step T": [T - 1] if T > 1 else [],
        "the losses between": list(range(1, T - 1)),
    }
    terms = {name: {} for name in ("dU", "dW", "db", "db_hn", "dh0")}
    for part, some in parts.items():
        losses = np.zeros_like(dh_direct)
        losses[some] = dh_direct[some]
        for name, value in zip(terms, gru_bptt(U, W, x, h, gates, q, losses), strict=True):
            terms[name][f"from {part}"] = value
    return terms


def kept(U, W, b, b_hn, x, h0):
    """What a run keeps: h (T+1, n), the gates r, z, n (T, 3, n), and q = W_n h(t-1) + b_hn."""
    h, gates, q = [h0], [], []
    for x_t in x:
        a_r, a_z, a_n = np.split(b + U @ x_t, 3)
        w_r, w_z, w_n = np.split(W @ h[-1], 3)
        r, z = sigmoid(a_r + w_r), sigmoid(a_z + w_z)
        q.append(w_n + b_hn)
        n = np.tanh(a_n + r * q[-1])
        gates.append([r, z, n])
        h.append((1 - z) * n + z * h[-1])
    return np.array(h), np.array(gates), np.array(q)


def _cases(rng):
    def case(T, n_x, n, group, size=1.0, last_alone=False):
        """size multiplies the direct gradients; last_alone leaves those at T only."""
        U, W = 0.8 * rng.normal(size=(3 * n, n_x)), 0.8 * rng.normal(size=(3 * n, n))
        b, b_hn = rng.uniform(-0.5, 0.5, size=3 * n), rng.uniform(-0.9, 0.9, size=n)
        x, h0 = rng.normal(size=(T, n_x)), rng.choice([-1, 1], size=n) * rng.uniform(0.3, 0.9, n)
        dh_direct = size * rng.normal(size=(T, n))
        if last_alone:
            dh_direct[:-1] = 0
        return Case((U, W, x, *kept(U, W, b, b_hn, x, h0), dh_direct), group)

    return [
        case(1, 2, 3, "T = 1"),
        case(5, 3, 1, "n = 1"),
        case(4, 3, 2, "T > 1 and n > 1"),
        case(7, 2, 4, "T > 1 and n > 1"),
        case(6, 2, 3, "a loss at the last step only", last_alone=True),
        case(25, 1, 2, "T = 25 and large gradients", size=100.0),
    ]


GATES = ("r", "z", "n")

GRU_BPTT = Exercise(
    id="08.8",
    title="The walk back through the GRU",
    points=3,
    reference=gru_bptt,
    forbidden=(
        "rnnlib.cells.gated.GRU.step_vjp",
        "rnnlib.cells.gated.GRU.sequence_vjp",
        "rnnlib.cells.gated_kernels.gru_vjp",
    ),
    cases=_cases,
    returns=(
        Returned("dU", ("entry", "input"), blocks=GATES),
        Returned("dW", ("entry", "unit before"), blocks=GATES),
        Returned("db", ("entry",), blocks=GATES),
        Returned("db_hn", ("unit",)),
        Returned("dh0", ("unit",)),
    ),
    hints=(
        "The loop is that of 08.6, with only one gradient from the future. In h(t) = (1 - z) n + "
        "z h(t-1), three things are multiplied or added: n, z and h(t-1). Write down the gradient "
        "on each of them, from the total gradient on h(t).",
        "n is tanh of a sum, and in this sum r multiplies q = W_n h(t-1) + b_hn. The gradient on "
        "the sum, da_n, goes to U x and b as it is; on its way to q it is multiplied by r, and on "
        "its way to r by q.",
        "U and b get (da_r, da_z, da_n). W gets (da_r, da_z, dq), where dq = r da_n, and so does "
        "h(t-1) through the transpose of W. What else reaches h(t-1), without any weight?",
    ),
    mistakes=MISTAKES,
    terms=_terms,
)
