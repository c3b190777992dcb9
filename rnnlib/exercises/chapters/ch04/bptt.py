"""Exercise 04.4: backpropagation through time."""

import numpy as np

from rnnlib.exercises.chapters.ch04.bptt_mistakes import MISTAKES
from rnnlib.exercises.chapters.ch04.step_vjp import step_vjp
from rnnlib.exercises.chapters.forbidden import WALK_BACK
from rnnlib.exercises.spec import Case, Exercise, Returned


def bptt(U, W, b, x, h0, dh_direct):
    h = np.zeros((len(x) + 1, *h0.shape))
    h[0] = h0
    for t in range(len(x)):
        h[t + 1] = np.tanh(b + h[t] @ W.T + x[t] @ U.T)
    dU, dW, db, dx = (np.zeros_like(array) for array in (U, W, b, x))
    from_future = np.zeros_like(h0)
    for t in reversed(range(len(x))):
        dh_total = dh_direct[t] + from_future
        slope = 1 - h[t + 1] ** 2
        da = slope * dh_total
        dU += da.T @ x[t]
        dW += da.T @ h[t]
        db += da.sum(axis=0)
        dx[t] = da @ U
        from_future = da @ W
    return dU, dW, db, from_future, dx


def _terms(U, W, b, x, h0, dh_direct):
    """The weights' gradients by the step that they come from; dh0 and dx by direct and future."""
    T, h, total = len(x), [h0], dh_direct.copy()
    for x_t in x:
        h.append(np.tanh(b + h[-1] @ W.T + x_t @ U.T))
    for t in range(T - 1, 0, -1):
        total[t - 1] += step_vjp(U, W, b, x[t], h[t], total[t])[3]

    def back(gradient):
        """What step_vjp makes of a gradient on h(1..T): five arrays, a step each along axis 0."""
        steps = [step_vjp(U, W, b, x[t], h[t], gradient[t]) for t in range(T)]
        return [np.stack(each) for each in zip(*steps, strict=True)]

    steps = {
        "from step 1": [0],
        "from step T": [T - 1] if T > 1 else [],
        "from the steps between": range(1, T - 1),
    }
    gradients = {"from the step's own loss": dh_direct, "from the step after": total - dh_direct}
    every, parts = back(total), {name: back(part) for name, part in gradients.items()}
    return {
        **{
            output: {
                name: sum(every[k][t] for t in some) + 0 * like for name, some in steps.items()
            }
            for k, (output, like) in enumerate((("dU", U), ("dW", W), ("db", b)))
        },
        "dh0": {name: each[3][0] for name, each in parts.items()},
        "dx": {name: each[4] for name, each in parts.items()},
    }


def _cases(rng):
    def case(T, B, n_x, n_h, group, size=1):
        U, W = 0.6 * rng.normal(size=(n_h, n_x)), 0.7 * rng.normal(size=(n_h, n_h))
        x, b = rng.normal(size=(T, B, n_x)), rng.uniform(-0.5, 0.5, size=n_h)
        h0 = rng.uniform(-0.9, 0.9, size=(B, n_h))
        return Case((U, W, b, x, h0, size * rng.normal(size=(T, B, n_h))), group)

    return [
        case(1, 3, 2, 4, "T = 1"),
        case(4, 1, 2, 3, "B = 1"),
        case(5, 3, 2, 4, "T > 1 and B > 1"),
        case(3, 2, 5, 1, "n_h = 1"),
        case(9, 2, 1, 2, "T = 9"),
        case(2, 4, 3, 5, "large gradients", size=100),
    ]


BPTT = Exercise(
    id="04.4",
    title="Backpropagation through time",
    points=3,
    reference=bptt,
    needs=("04.3",),
    forbidden=("rnnlib.gradients.bptt.bptt", *WALK_BACK),
    cases=_cases,
    returns=(
        Returned("dU", ("unit", "input")),
        Returned("dW", ("unit", "unit before")),
        Returned("db", ("unit",)),
        Returned("dh0", ("sequence", "unit")),
        Returned("dx", ("t", "sequence", "input"), first=1),
    ),
    hints=(
        "Two loops. The first runs forward and keeps all states, including h(0). The second runs "
        "back from t = T to t = 1 and calls your step_vjp once in each iteration. What does it "
        "need for step t?",
        "step_vjp wants the total gradient on h(t). You know the direct one, dh_direct[t-1], and "
        "the gradient from the future, which is 0 when t = T. What do you do with the two?",
        "Of the five things that step_vjp returns, three belong to the weights, which all steps "
        "share: the contributions of all steps count. One is for the next iteration. One has its "
        "own place in dx. Which one is left over at the very end, and whose gradient is it?",
    ),
    mistakes=MISTAKES,
    terms=_terms,
)
