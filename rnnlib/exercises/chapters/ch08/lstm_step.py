"""Exercise 08.4: one step of the LSTM."""

import numpy as np

from rnnlib.exercises.chapters.ch08 import lstm
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def lstm_step(U, W, b, h, m, x):
    a_i, a_f, a_g, a_o = np.split(b + W @ h + U @ x, 4)
    i, f, g, o = lstm.sigmoid(a_i), lstm.sigmoid(a_f), np.tanh(a_g), lstm.sigmoid(a_o)
    m_new = f * m + i * g
    h_new = o * np.tanh(m_new)
    return h_new, m_new


def _gates(a):
    """i, f, g, o from what goes into them."""
    a_i, a_f, a_g, a_o = np.split(a, 4)
    return lstm.sigmoid(a_i), lstm.sigmoid(a_f), np.tanh(a_g), lstm.sigmoid(a_o)


def _from_gates(i, f, g, o, m):
    m = f * m + i * g
    return o * np.tanh(m), m


def _from_blocks(order, U, W, b, h, m, x):
    """The step, if the four blocks stood in this order, such as "ifog"."""
    blocks = dict(zip(order, np.split(b + W @ h + U @ x, 4), strict=True))
    return _from_gates(*_gates(np.concatenate([blocks[gate] for gate in "ifgo"])), m)


def _g_last(U, W, b, h, m, x):
    return _from_blocks("ifog", U, W, b, h, m, x)


def _f_first(U, W, b, h, m, x):
    return _from_blocks("figo", U, W, b, h, m, x)


def _gates_interleaved(U, W, b, h, m, x):
    a = (b + W @ h + U @ x).reshape(-1, 4).T.ravel()
    return _from_gates(*_gates(a), m)


def _g_through_sigmoid(U, W, b, h, m, x):
    a_i, a_f, a_g, a_o = np.split(b + W @ h + U @ x, 4)
    i, f, g, o = map(lstm.sigmoid, (a_i, a_f, a_g, a_o))
    return _from_gates(i, f, g, o, m)


def _gates_through_tanh(U, W, b, h, m, x):
    i, f, g, o = np.tanh(np.split(b + W @ h + U @ x, 4))
    return _from_gates(i, f, g, o, m)


def _g_without_tanh(U, W, b, h, m, x):
    a = b + W @ h + U @ x
    i, f, _, o = _gates(a)
    return _from_gates(i, f, np.split(a, 4)[2], o, m)


def _h_without_tanh(U, W, b, h, m, x):
    o = _gates(b + W @ h + U @ x)[3]
    _, m = lstm_step(U, W, b, h, m, x)
    return o * m, m


def _h_without_o(U, W, b, h, m, x):
    _, m = lstm_step(U, W, b, h, m, x)
    return np.tanh(m), m


def _o_inside_tanh(U, W, b, h, m, x):
    o = _gates(b + W @ h + U @ x)[3]
    _, m = lstm_step(U, W, b, h, m, x)
    return np.tanh(o * m), m


def _old_memory_in_h(U, W, b, h, m, x):
    o = _gates(b + W @ h + U @ x)[3]
    return o * np.tanh(m), lstm_step(U, W, b, h, m, x)[1]


def _i_missing(U, W, b, h, m, x):
    _, f, g, o = _gates(b + W @ h + U @ x)
    return _from_gates(1, f, g, o, m)


def _f_missing(U, W, b, h, m, x):
    i, _, g, o = _gates(b + W @ h + U @ x)
    return _from_gates(i, 1, g, o, m)


def _old_memory_lost(U, W, b, h, m, x):
    return lstm_step(U, W, b, h, 0 * m, x)


def _f_is_one_minus_i(U, W, b, h, m, x):
    i, _, g, o = _gates(b + W @ h + U @ x)
    return _from_gates(i, 1 - i, g, o, m)


def _one_minus_f(U, W, b, h, m, x):
    i, f, g, o = _gates(b + W @ h + U @ x)
    return _from_gates(i, 1 - f, g, o, m)


def _f_mixes(U, W, b, h, m, x):
    _, f, g, o = _gates(b + W @ h + U @ x)
    return _from_gates(1 - f, f, g, o, m)


def _f_on_both_parts(U, W, b, h, m, x):
    i, f, g, o = _gates(b + W @ h + U @ x)
    return _from_gates(f * i, f, g, o, m)


def _memory_into_the_gates(U, W, b, h, m, x):
    return lstm_step(U, W, b, m, m, x)


def _no_W(U, W, b, h, m, x):
    return lstm_step(U, 0 * W, b, h, m, x)


def _no_U(U, W, b, h, m, x):
    return lstm_step(0 * U, W, b, h, m, x)


def _no_bias(U, W, b, h, m, x):
    return lstm_step(U, W, 0 * b, h, m, x)


def _cases(rng):
    def case(n_x, n, group, size=0.8, old=1.0):
        """size is that of the weights; old multiplies the state before."""
        U, W = size * rng.normal(size=(4 * n, n_x)), size * rng.normal(size=(4 * n, n))
        b, x = rng.uniform(-1, 1, size=4 * n), rng.normal(size=n_x)
        h = rng.uniform(-0.9, 0.9, size=n)
        m = rng.choice([-1, 1], size=n) * rng.uniform(0.4, 1.6, size=n)
        return Case((U, W, b, old * h, old * m, x), group)

    return [
        case(2, 1, "n = 1"),
        case(1, 3, "n > 1"),
        case(5, 2, "n > 1"),
        case(3, 4, "n > 1"),
        case(2, 3, "h and m are 0", old=0.0),
        case(3, 3, "large weights", size=6.0),
    ]


LSTM_STEP = Exercise(
    id="08.4",
    title="One step of the LSTM",
    points=2,
    reference=lstm_step,
    forbidden=(
        "rnnlib.cells.gated.LSTM.step",
        "rnnlib.cells.gated.LSTM.sequence",
        "rnnlib.cells.gated_kernels.lstm",
        "rnnlib.cells.interop.to_torch",
        "rnnlib.circuits.propagation.forward",
    ),
    cases=_cases,
    returns=(
        Returned("h", ("unit",)),
        Returned("m", ("unit",)),
    ),
    hints=(
        "All four blocks at once: a = b + W h + U x has 4n entries, and `np.split(a, 4)` cuts it "
        "into a block for i, f, g and o. Three of the four go through the logistic function; which "
        "one may be negative?",
        "First the memory: f decides how much of the old one stays, i how much of g is added. "
        "Then h, from the new memory: through tanh, and then o decides how much of it to output.",
    ),
    mistakes=(
        Mistake(
            _g_last,
            "Your third block is o and your fourth g. The order here is PyTorch's: i, f, g, o.",
        ),
        Mistake(
            _f_first,
            "i and f are swapped. The blocks are in PyTorch's order i, f, g, o; f says how much "
            "of the memory stays, and i how much is added.",
        ),
        Mistake(
            _gates_interleaved,
            "You read the four gates of unit 0 first, then those of unit 1. The blocks come one "
            "after the other: i of all units, then f of all units. Did you want reshape(4, n)?",
        ),
        Mistake(
            _g_through_sigmoid,
            "All four go through the logistic function in your step. What is written into the "
            "memory may be negative: which function allows that?",
        ),
        Mistake(
            _gates_through_tanh,
            "All four go through tanh in your step. A gate is between 0 (closed) and 1 (open).",
        ),
        Mistake(
            _g_without_tanh,
            "What you write into the memory has not been through tanh.",
        ),
        Mistake(
            _h_without_tanh,
            "The memory can grow beyond 1, and your h with it. What should m go through before o "
            "is applied?",
        ),
        Mistake(
            _h_without_o,
            "The output gate has no effect on your h. What does it multiply?",
        ),
        Mistake(
            _o_inside_tanh,
            "You multiply by o before tanh. Which comes first, squashing or gating?",
        ),
        Mistake(
            _old_memory_in_h,
            "Your h is computed from the memory before the step. It should include what has just "
            "been written.",
        ),
        Mistake(
            _i_missing,
            "The input gate has no effect on your m. What does it multiply?",
        ),
        Mistake(
            _f_missing,
            "The forget gate has no effect on your m: nothing is ever forgotten. What does it "
            "multiply?",
        ),
        Mistake(
            _old_memory_lost,
            "The old memory is overwritten, not carried on. Where does f come in?",
        ),
        Mistake(
            _f_is_one_minus_i,
            "You use 1 - i as f. The forget gate has its own weights.",
        ),
        Mistake(
            _f_mixes,
            "You write with 1 - f. A memory that keeps everything, f = 1, could then take in "
            "nothing new: which gate says how much is written?",
        ),
        Mistake(
            _one_minus_f,
            "You keep 1 - f of the memory. Despite its name, is the memory kept when f is 1, or "
            "when it is 0?",
        ),
        Mistake(
            _f_on_both_parts,
            "Your f also multiplies what is being written. It applies only to the old memory.",
        ),
        Mistake(
            _memory_into_the_gates,
            "W multiplies the memory in your step. The gates read h, the cell's output.",
        ),
        Mistake(
            _no_W,
            "W h is missing from what goes into the gates.",
        ),
        Mistake(
            _no_U,
            "U x is missing from what goes into the gates.",
        ),
        Mistake(
            _no_bias,
            "b is missing from what goes into the gates.",
        ),
    ),
)
