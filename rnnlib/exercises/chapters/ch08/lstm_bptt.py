"""Exercise 08.6: backpropagation through time for the LSTM."""

import numpy as np

from rnnlib.exercises.chapters.ch08 import lstm
from rnnlib.exercises.chapters.ch08.lstm_bptt_indices import OF_ANOTHER_STEP
from rnnlib.exercises.chapters.ch08.lstm_bptt_mistakes import MISTAKES
from rnnlib.exercises.chapters.ch08.lstm_step_backward import lstm_step_backward
from rnnlib.exercises.chapters.forbidden import WALK_BACK_LSTM
from rnnlib.exercises.spec import Case, Exercise, Returned


def lstm_bptt(U, W, x, h, m, gates, dh_direct):
    dU, dW, db = np.zeros_like(U), np.zeros_like(W), np.zeros(len(W))
    dh_future, dm_future = np.zeros_like(h[0]), np.zeros_like(m[0])
    for t in range(len(x), 0, -1):
        dh_total = dh_direct[t - 1] + dh_future
        da, dm_before = lstm_step_backward(gates[t - 1], m[t - 1], m[t], dh_total, dm_future)
        dU += np.outer(da, x[t - 1])
        dW += np.outer(da, h[t - 1])
        db += da
        dh_future = W.T @ da
        dm_future = dm_before
    return dU, dW, db, dh_future, dm_future


def _terms(U, W, x, h, m, gates, dh):
    """The weights' gradients by the step that they come from; dh0 and dm0 by the loss's step."""
    T = len(x)
    parts = {
        "step 1": [0],
        "step T": [T - 1] if T > 1 else [],
        "the steps between": list(range(1, T - 1)),
    }
    das, dh_arriving, dm_arriving = np.empty((T, len(W))), np.zeros_like(h[0]), np.zeros_like(m[0])
    for t in reversed(range(T)):
        das[t], dm_arriving = lstm_step_backward(
            gates[t], m[t], m[t + 1], dh[t] + dh_arriving, dm_arriving
        )
        dh_arriving = W.T @ das[t]
    names = ("dU", "dW", "db", "dh0", "dm0")
    terms = {name: {} for name in names}
    for part, some in parts.items():
        da, losses = das[some], np.zeros_like(dh)
        losses[some] = dh[some]
        contributions = (da.T @ x[some], da.T @ h[some], da.sum(axis=0))
        for name, part_of_it in zip(names, contributions, strict=False):
            terms[name][f"from {part}"] = part_of_it
        *_, dh0, dm0 = lstm_bptt(U, W, x, h, m, gates, losses)
        terms["dh0"][f"from the loss of {part}"] = dh0
        terms["dm0"][f"from the loss of {part}"] = dm0
    return terms


def _cases(rng):
    def case(T, n_x, n, group, size=1.0, last_alone=False):
        """size multiplies the direct gradients; last_alone leaves those at T only."""
        U, W = 0.8 * rng.normal(size=(4 * n, n_x)), 0.8 * rng.normal(size=(4 * n, n))
        b, x = rng.uniform(-0.5, 0.5, size=4 * n), rng.normal(size=(T, n_x))
        b[n : 2 * n] += 1.0  # memories that last for some steps
        h0 = rng.uniform(-0.9, 0.9, size=n)
        m0 = rng.choice([-1, 1], size=n) * rng.uniform(0.4, 1.6, size=n)
        h, m, gates = lstm.run(U, W, b, x, h0, m0)
        dh_direct = size * rng.normal(size=(T, n))
        if last_alone:
            dh_direct[:-1] = 0
        return Case((U, W, x, h, m, gates, dh_direct), group)

    return [
        case(1, 2, 3, "T = 1"),
        case(5, 3, 1, "n = 1"),
        case(4, 3, 2, "T > 1 and n > 1"),
        case(7, 2, 4, "T > 1 and n > 1"),
        case(6, 2, 3, "a loss at the last step only", last_alone=True),
        case(25, 1, 2, "T = 25 and large gradients", size=100.0),
    ]


GATES = ("i", "f", "g", "o")

LSTM_BPTT = Exercise(
    id="08.6",
    title="The whole walk back",
    points=3,
    reference=lstm_bptt,
    needs=("08.5",),
    forbidden=("rnnlib.gradients.bptt.bptt", *WALK_BACK_LSTM),
    cases=_cases,
    returns=(
        Returned("dU", ("entry", "input"), blocks=GATES),
        Returned("dW", ("entry", "unit before"), blocks=GATES),
        Returned("db", ("entry",), blocks=GATES),
        Returned("dh0", ("unit",)),
        Returned("dm0", ("unit",)),
    ),
    hints=(
        "The loop of exercise 04.4, with your step from 08.5 inside. Two things come from step "
        "t+1, one for h(t) and one for m(t); both are 0 at t = T. To which of them do you add a "
        "direct gradient?",
        "a(t) = b + W h(t-1) + U x(t): once you have da, every step's contributions to dU, dW and "
        "db are the same as in the plain network, and so is what goes back to h(t-1).",
        "gates[t-1], m[t-1], m[t] belong to step t, as do dh_direct[t-1] and x[t-1]. What is "
        "passed back to h and m replaces what was there; the weights' contributions are added up.",
    ),
    mistakes=MISTAKES + OF_ANOTHER_STEP,
    terms=_terms,
)
