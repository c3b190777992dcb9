"""Exercise 08.5: one step of the LSTM backwards."""

import numpy as np

from rnnlib.exercises.chapters.ch08.lstm_step_backward_mistakes import MISTAKES
from rnnlib.exercises.chapters.forbidden import WALK_BACK_LSTM
from rnnlib.exercises.spec import Case, Exercise, Returned


def lstm_step_backward(gates, m_before, m, dh_total, dm_future):
    i, f, g, o = gates
    tanh_m = np.tanh(m)
    dm_total = dm_future + dh_total * o * (1 - tanh_m**2)
    di = dm_total * g
    df = dm_total * m_before
    dg = dm_total * i
    do = dh_total * tanh_m
    da_i = di * i * (1 - i)
    da_f = df * f * (1 - f)
    da_g = dg * (1 - g**2)
    da_o = do * o * (1 - o)
    dm_before = dm_total * f
    return np.concatenate([da_i, da_f, da_g, da_o]), dm_before


def _terms(gates, m_before, m, dh_total, dm_future):
    through_h = lstm_step_backward(gates, m_before, m, dh_total, 0 * dm_future)
    through_m = lstm_step_backward(gates, m_before, m, 0 * dh_total, dm_future)
    return {
        name: {"from dh_total": a, "from dm_future": b}
        for name, a, b in zip(("da", "dm_before"), through_h, through_m, strict=True)
    }


def _cases(rng):
    def case(n, group, size=1.0, at_h=1.0, at_m=1.0):
        """size multiplies the memories; at_h and at_m switch the two gradients off."""
        gates = rng.uniform(0.15, 0.85, size=(4, n))
        gates[2] *= rng.choice([-1, 1], size=n)
        m_before = size * rng.choice([-1, 1], size=n) * rng.uniform(0.4, 1.6, size=n)
        m = gates[1] * m_before + gates[0] * gates[2]
        dh, dm = rng.choice([-1, 1], size=(2, n)) * rng.uniform(0.4, 1.5, size=(2, n))
        return Case((gates, m_before, m, at_h * dh, at_m * dm), group)

    return [
        case(1, "n = 1"),
        case(2, "n > 1"),
        case(3, "n > 1"),
        case(5, "n > 1"),
        case(3, "nothing comes from the future", at_m=0.0),
        case(3, "nothing comes through h", at_h=0.0),
        case(4, "large memories and gradients", size=4.0, at_h=50.0, at_m=-80.0),
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
        "Two paths lead away from m(t): one to m(t+1), whose gradient is dm_future, and one "
        "through h(t) = o tanh(m(t)). Add what comes back along the two before you continue.",
        "m(t) = f m(t-1) + i g consists of products: the gradient on a factor is the gradient on "
        "m(t) times its partner. The fourth gate's product is in h(t) = o tanh(m(t)).",
        "Then back through the nonlinearities. The given gates are values after the nonlinearity: "
        "the slope of the logistic function is i (1 - i), that of tanh is 1 - g². "
        "`np.concatenate` stacks the four.",
    ),
    mistakes=MISTAKES,
    terms=_terms,
)
