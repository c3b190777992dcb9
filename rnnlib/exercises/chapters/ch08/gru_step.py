"""Exercise 08.7: one step of the GRU."""

import numpy as np

from rnnlib.exercises.chapters.ch08.lstm import sigmoid
from rnnlib.exercises.chapters.forbidden import RUN
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def gru_step(U, W, b, b_hn, h, x):
    a_r, a_z, a_n = np.split(b + U @ x, 3)
    w_r, w_z, w_n = np.split(W @ h, 3)
    r = sigmoid(a_r + w_r)
    z = sigmoid(a_z + w_z)
    n = np.tanh(a_n + r * (w_n + b_hn))
    return (1 - z) * n + z * h


def _inside(r, a_n, W_n, b_hn, h):
    return a_n + r * (W_n @ h + b_hn)


def _mixed(r, z, n, h):
    return (1 - z) * n + z * h


def _made(
    U,
    W,
    b,
    b_hn,
    h,
    x,
    *,
    order=(0, 1, 2),
    gate=sigmoid,
    inside=_inside,
    squash=np.tanh,
    mix=_mixed,
):
    """order: the blocks of r, z and n. inside(r, what comes from x, W_n, b_hn, h) goes into n."""
    a, w = np.split(b + U @ x, 3), np.split(W, 3)
    r, z = (gate(a[k] + w[k] @ h) for k in order[:2])
    n = squash(inside(r, a[order[2]], w[order[2]], b_hn, h))
    return mix(r, z, n, h)


def _mixed_the_other_way(r, z, n, h):
    return z * n + (1 - z) * h


def _z_exchanged(*given):
    return _made(*given, mix=_mixed_the_other_way)


def _reset_before_the_product(r, a_n, W_n, b_hn, h):
    return a_n + W_n @ (r * h) + b_hn


def _reset_before_W(U, W, b, b_hn, h, x):
    return _made(U, W, b, b_hn, h, x, inside=_reset_before_the_product)


def _reset_before_W_and_bias(*given):
    return _made(*given, inside=lambda r, a_n, W_n, b_hn, h: a_n + W_n @ (r * h) + r * b_hn)


def _other_form(U, W, b, b_hn, h, x):
    return _made(U, W, b, b_hn, h, x, inside=_reset_before_the_product, mix=_mixed_the_other_way)


def _other_form_one_bias(U, W, b, b_hn, h, x):
    return _other_form(U, W, b, 0 * b_hn, h, x)


def _reset_before_W_one_bias(U, W, b, b_hn, h, x):
    return _reset_before_W(U, W, b, 0 * b_hn, h, x)


def _bias_outside_the_reset(*given):
    return _made(*given, inside=lambda r, a_n, W_n, b_hn, h: a_n + r * (W_n @ h) + b_hn)


def _bias_forgotten(U, W, b, b_hn, h, x):
    return gru_step(U, W, b, 0 * b_hn, h, x)


def _biases_swapped(U, W, b, b_hn, h, x):
    to_gates, b_n = np.split(b, [2 * len(h)])
    return gru_step(U, W, np.append(to_gates, b_hn), b_n, h, x)


def _all_added(r, a_n, W_n, b_hn, h):
    return a_n + W_n @ h + b_hn


def _no_reset(*given):
    return _made(*given, inside=_all_added)


def _reset_on_everything(*given):
    return _made(*given, inside=lambda r, *added: r * _all_added(r, *added))


def _reset_after_tanh(*given):
    return _made(*given, inside=_all_added, mix=lambda r, z, n, h: (1 - z) * r * n + z * h)


def _z_first(*given):
    return _made(*given, order=(1, 0, 2))


def _n_through_sigmoid(*given):
    return _made(*given, squash=sigmoid)


def _n_without_tanh(*given):
    return _made(*given, squash=np.positive)


def _everything_added(*given):
    return _made(*given, mix=lambda r, z, n, h: n + z * h)


def _nothing_kept(*given):
    return _made(*given, mix=lambda r, z, n, h: (1 - z) * n)


def _candidate_alone(*given):
    return _made(*given, mix=lambda r, z, n, h: n)


def _gates_through_tanh(*given):
    return _made(*given, gate=np.tanh)


def _no_W_in_the_gates(U, W, b, b_hn, h, x):
    gates_only = W.copy()
    gates_only[: 2 * len(h)] = 0
    return gru_step(U, gates_only, b, b_hn, h, x)


def _no_bias(U, W, b, b_hn, h, x):
    return gru_step(U, W, 0 * b, b_hn, h, x)


def _gates_interleaved(U, W, b, b_hn, h, x):
    order = np.arange(3 * len(h)).reshape(-1, 3).T.ravel()
    return gru_step(U[order], W[order], b[order], b_hn, h, x)


def _cases(rng):
    def case(n_x, n, group, size=0.8):
        U, W = size * rng.normal(size=(3 * n, n_x)), size * rng.normal(size=(3 * n, n))
        b, x = rng.uniform(-1, 1, size=3 * n), rng.normal(size=n_x)
        b_hn = rng.choice([-1, 1], size=n) * rng.uniform(0.3, 0.9, size=n)
        h = rng.choice([-1, 1], size=n) * rng.uniform(0.3, 0.9, size=n)
        return Case((U, W, b, b_hn, h, x), group)

    return [
        case(2, 1, "n = 1"),
        case(1, 3, "n > 1"),
        case(5, 2, "n > 1"),
        case(3, 4, "n > 1"),
        case(3, 3, "large weights", size=5.0),
    ]


GRU_STEP = Exercise(
    id="08.7",
    title="One step of the GRU",
    points=2,
    reference=gru_step,
    forbidden=(*RUN, "rnnlib.circuits.operations._candidate"),
    cases=_cases,
    returns=(Returned("h", ("unit",)),),
    hints=(
        "Keep W h separate from b + U x this time: in the third block the reset gate comes "
        "between the two. `np.split(…, 3)` cuts each into the blocks of r, z and n.",
        "r multiplies W_n h + b_hn, after the matrix product, and the result goes into tanh "
        "together with the part from x and b. Then z mixes: with z = 1 a unit keeps its state.",
    ),
    mistakes=(
        Mistake(
            _z_exchanged,
            "z and 1 - z are swapped. Both conventions are in use; in the docstring's, which of "
            "the two multiplies h(t-1)?",
        ),
        Mistake(
            _reset_before_W,
            "You multiply h by r first and then by W_n. So did Cho et al. 2014; in PyTorch's "
            "form, which the exercise asks for, r comes after the product, and after b_hn is "
            "added.",
        ),
        Mistake(
            _other_form,
            "This is the form of Chung et al. 2014: r multiplies h before W_n, and z multiplies "
            "the candidate. It is a GRU too. The docstring asks for PyTorch's: r after the "
            "product (including b_hn), and z with h(t-1).",
        ),
        Mistake(
            _other_form_one_bias,
            "This is the form of Chung et al. 2014, which has no b_hn: r multiplies h before W_n, "
            "and z multiplies the candidate. The docstring asks for PyTorch's, where r multiplies "
            "W_n h + b_hn and z multiplies h(t-1).",
        ),
        Mistake(
            _reset_before_W_one_bias,
            "You multiply h by r first and then by W_n, and b_hn has no effect: that is the form "
            "of Cho et al. 2014. In PyTorch's form, which the exercise asks for, r multiplies W_n "
            "h + b_hn.",
        ),
        Mistake(
            _reset_before_W_and_bias,
            "You multiply h by r before W_n. In PyTorch's form, which the exercise asks for, r "
            "comes after the product.",
        ),
        Mistake(
            _bias_outside_the_reset,
            "Your b_hn is outside the product with r. Then it could be merged into b, and would "
            "not need its own name.",
        ),
        Mistake(
            _bias_forgotten,
            "b_hn has no effect on your h. Where does it go?",
        ),
        Mistake(
            _biases_swapped,
            "b_hn and the n block of b are swapped. Which of the two does r multiply?",
        ),
        Mistake(
            _no_reset,
            "The reset gate has no effect on your h. What does it multiply?",
        ),
        Mistake(
            _reset_on_everything,
            "Your r also multiplies what comes from x. A unit that forgets should rely on x all "
            "the more: what is the only thing r shuts out?",
        ),
        Mistake(
            _reset_after_tanh,
            "You multiply by r after tanh. It belongs inside, to what comes from the old state.",
        ),
        Mistake(
            _z_first,
            "Your first block is z and your second r. The order here is PyTorch's: r, z, n.",
        ),
        Mistake(
            _n_through_sigmoid,
            "All three go through the logistic function in your step. n is a new state, which may "
            "be negative: which function allows that?",
        ),
        Mistake(
            _n_without_tanh,
            "What you mix into the state has not been through tanh.",
        ),
        Mistake(
            _everything_added,
            "You add all of n to what is kept. The two factors must add up to 1: if z is kept, "
            "how much is new?",
        ),
        Mistake(
            _nothing_kept,
            "The old state is not mixed in. How much of it should stay?",
        ),
        Mistake(
            _candidate_alone,
            "This is n, the candidate alone. z has no effect on your h: what does it mix?",
        ),
        Mistake(
            _gates_through_tanh,
            "All three go through tanh in your step. r and z say how much, from 0 to 1: which "
            "function stays in that range?",
        ),
        Mistake(
            _no_W_in_the_gates,
            "Your gates do not see h: W_r h and W_z h are missing.",
        ),
        Mistake(
            _no_bias,
            "b is missing from what goes into the gates and into n.",
        ),
        Mistake(
            _gates_interleaved,
            "You read r, z and n of unit 0 first, then those of unit 1. The blocks come one after "
            "the other: r of all units, then z of all units.",
        ),
    ),
)
