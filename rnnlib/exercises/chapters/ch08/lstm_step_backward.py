"""Exercise 08.5: one step of the LSTM backwards."""

import numpy as np

from rnnlib.exercises.chapters.ch08.lstm_step_backward_mistakes import MISTAKES
from rnnlib.exercises.chapters.forbidden import WALK_BACK_LSTM
from rnnlib.exercises.spec import Case, Exercise, Returned


def lstm_step_backward(gates, m_before, m, dh, dm):
    i, f, g, o = gates
    tanh_m = np.tanh(m)
    dm_total = dm + dh * o * (1 - tanh_m**2)
    da = np.concatenate(
        [
            dm_total * g * i * (1 - i),
            dm_total * m_before * f * (1 - f),
            dm_total * i * (1 - g**2),
            dh * tanh_m * o * (1 - o),
        ]
    )
    return da, dm_total * f


def _terms(gates, m_before, m, dh, dm):
    through_h = lstm_step_backward(gates, m_before, m, dh, 0 * dm)
    through_m = lstm_step_backward(gates, m_before, m, 0 * dh, dm)
    return {
        name: {"from dh": a, "from dm": b}
        for name, a, b in zip(("da", "dm_before"), through_h, through_m, strict=True)
    }


def _cases(rng):
    def case(n, group):
        gates = rng.uniform(0.15, 0.85, size=(4, n))
        gates[2] *= rng.choice([-1, 1], size=n)
        m_before = rng.choice([-1, 1], size=n) * rng.uniform(0.4, 1.6, size=n)
        m = gates[1] * m_before + gates[0] * gates[2]
        dh, dm = rng.choice([-1, 1], size=(2, n)) * rng.uniform(0.4, 1.5, size=(2, n))
        return Case((gates, m_before, m, dh, dm), group)

    return [
        case(1, "n = 1"),
        case(2, "n > 1"),
        case(3, "n > 1"),
        case(5, "n > 1"),
    ]


LSTM_STEP_BACKWARD = Exercise(
    id="08.5",
    title="One step back",
    points=2,
    reference=lstm_step_backward,
    forbidden=WALK_BACK_LSTM,
    cases=_cases,
    returns=(
        Returned("da", ("entry",), blocks=("i", "f", "g", "o")),
        Returned("dm_before", ("unit",)),
    ),
    hints=(
        "Two roads lead away from m(t): one to m(t+1), whose gradient has arrived as dm, and one "
        "through h(t) = o tanh(m(t)). Add what comes by the two before you go any further.",
        "m(t) = f m(t-1) + i g is made of products: the gradient on a factor is the gradient on "
        "m(t) times its partner. The fourth gate has its product in h(t) = o tanh(m(t)).",
        "Then back through the nonlinearities. The gates are given after them: the slope of the "
        "logistic function is i (1 - i), that of tanh 1 - g². `np.concatenate` stacks the four.",
    ),
    mistakes=MISTAKES,
    terms=_terms,
)
