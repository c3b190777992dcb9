"""Exercise 12.4: truncated backpropagation through time, one block of letters."""

import numpy as np

from rnnlib.exercises.chapters.ch12.backward_mistakes import MISTAKES, fold, gradients_at_the_sums
from rnnlib.exercises.chapters.ch12.forward import forward
from rnnlib.exercises.chapters.ch12.loss_and_slope import loss_and_slope
from rnnlib.exercises.chapters.forbidden import WALK_BACK
from rnnlib.exercises.spec import Case, Exercise, Returned


def backward(W, V, h, codes, dlogits, n_codes):
    dU, dW, db = np.zeros((len(W), n_codes)), np.zeros_like(W), np.zeros(len(W))
    dV, dc = np.zeros_like(V), np.zeros(len(V))
    from_future = np.zeros_like(h[0])
    for t in range(len(codes), 0, -1):
        dh_direct = dlogits[t - 1] @ V
        dh_total = dh_direct + from_future
        slope = 1 - h[t] ** 2
        da = slope * dh_total
        one_hot = np.eye(n_codes)[codes[t - 1]]
        dU += da.T @ one_hot
        dW += da.T @ h[t - 1]
        db += da.sum(axis=0)
        dV += dlogits[t - 1].T @ h[t]
        dc += dlogits[t - 1].sum(axis=0)
        from_future = da @ W
    return dU, dW, db, dV, dc


def _terms(W, V, h, codes, dlogits, n_codes):
    """Every gradient by the step that it comes from."""
    T, da = len(codes), gradients_at_the_sums(W, V, h, dlogits)

    def share(steps):
        some = np.zeros(T)
        some[steps] = 1
        some = some[:, None, None]
        return fold(h, codes, some * dlogits, some * da, n_codes)

    steps = {
        "from step 1": [0],
        "from step T": [T - 1] if T > 1 else [],
        "from the steps between": list(range(1, T - 1)),
    }
    shares = {name: share(some) for name, some in steps.items()}
    names = ("dU", "dW", "db", "dV", "dc")
    return {
        output: {name: part[i] for name, part in shares.items()} for i, output in enumerate(names)
    }


def _cases(rng):
    def case(T, B, n, n_codes, n_o, group):
        U, W = rng.normal(size=(n, n_codes)), 0.8 * rng.normal(size=(n, n))
        V, b, c = rng.normal(size=(n_o, n)), rng.normal(size=n), rng.normal(size=n_o)
        codes = rng.permuted(np.resize(np.arange(min(n_codes, 3)), (T, B)), axis=0)
        if B > 1:
            codes[:, 1] = codes[:, 0]  # two sequences read the same letter
        h, logits = forward(0.4 * U, W, 0.4 * b, V, c, codes, rng.uniform(-0.9, 0.9, size=(B, n)))
        _, slope = loss_and_slope(logits, rng.integers(n_o, size=(T, B)))
        return Case((W, V, h, codes, slope, n_codes), group)

    return [
        case(1, 1, 3, 4, 5, "one letter"),
        case(1, 3, 4, 6, 3, "T = 1"),
        case(5, 1, 3, 6, 4, "B = 1"),
        case(5, 3, 4, 5, 6, "T > 1 and B > 1"),
        case(8, 2, 2, 3, 5, "T > 1 and B > 1"),
        case(3, 4, 1, 4, 2, "n = 1"),
    ]


BACKWARD = Exercise(
    id="12.4",
    title="One block, backwards",
    points=3,
    reference=backward,
    forbidden=(
        "rnnlib.gradients.bptt.bptt",
        *WALK_BACK,
    ),
    cases=_cases,
    returns=(
        Returned("dU", ("unit", "code")),
        Returned("dW", ("unit", "unit before")),
        Returned("db", ("unit",)),
        Returned("dV", ("output", "unit")),
        Returned("dc", ("output",)),
    ),
    hints=(
        "It is the walk of 04.4. The direct gradient on h(t) comes through the readout: "
        "dlogits[t-1] @ V. Which state is h(t), if h[0] is the one before the block? What comes "
        "from the future at the block's last step?",
        "Let da(t) be the total gradient on a(t), taken back through tanh. W multiplied h(t-1), "
        "so dW gets da⊤ h(t-1) at every step. Column j of U was added to a(t) wherever the letter "
        "was j: what does its gradient get, and how many times?",
        "`dU[:, codes] += ...` writes to a column only once, even if its code appears twice. Loop "
        "over the sequences, or use `np.add.at`, or multiply by a one-hot matrix. The readout has "
        "no time: dV and dc are sums over all steps and sequences.",
    ),
    mistakes=MISTAKES,
    terms=_terms,
)
