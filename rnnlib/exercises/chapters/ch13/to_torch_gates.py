"""Exercise 13.1: a GRU of another convention, in PyTorch's arrays."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned

BLOCKS = ("r", "z", "n")


def to_torch_gates(U, W, b, b_hn):
    n = len(b_hn)
    ours = [np.concatenate([a[n : 2 * n], -a[:n], a[2 * n :]]) for a in (U, W, b)]
    return *ours, np.concatenate([np.zeros(2 * n), b_hn])


def _by_blocks(U, W, b, b_hn, blocks, signs):
    """The blocks (counted in the order z, r, n) in this order, with these signs."""
    n = len(b_hn)
    order = np.concatenate([np.arange(k * n, k * n + n) for k in blocks])
    sign = np.repeat(np.array(signs, float), n)
    bias_hh = np.concatenate([np.zeros(2 * n), b_hn])
    return sign[:, None] * U[order], sign[:, None] * W[order], sign * b[order], bias_hh


def _as_it_is(U, W, b, b_hn):
    return _by_blocks(U, W, b, b_hn, (0, 1, 2), (1, 1, 1))


def _order_alone(U, W, b, b_hn):
    return _by_blocks(U, W, b, b_hn, (1, 0, 2), (1, 1, 1))


def _sign_alone(U, W, b, b_hn):
    return _by_blocks(U, W, b, b_hn, (0, 1, 2), (-1, 1, 1))


def _sign_on_the_reset_gate(U, W, b, b_hn):
    return _by_blocks(U, W, b, b_hn, (1, 0, 2), (-1, 1, 1))


def _sign_on_both_gates(U, W, b, b_hn):
    return _by_blocks(U, W, b, b_hn, (1, 0, 2), (-1, -1, 1))


def _sign_on_the_candidate(U, W, b, b_hn):
    return _by_blocks(U, W, b, b_hn, (1, 0, 2), (1, 1, -1))


def _turned_round(U, W, b, b_hn):
    return _by_blocks(U, W, b, b_hn, (2, 1, 0), (1, -1, 1))


def _moved_on_by_one(U, W, b, b_hn):
    return _by_blocks(U, W, b, b_hn, (1, 2, 0), (1, 1, -1))


def _one_minus_the_weights(U, W, b, b_hn):
    u, w, bias, bias_hh = _order_alone(U, W, b, b_hn)
    z = slice(len(b_hn), 2 * len(b_hn))
    for array in (u, w, bias):
        array[z] = 1 - array[z]
    return u, w, bias, bias_hh


def _bias_without_sign(U, W, b, b_hn):
    u, w, _, bias_hh = to_torch_gates(U, W, b, b_hn)
    return u, w, _order_alone(U, W, b, b_hn)[2], bias_hh


def _W_without_sign(U, W, b, b_hn):
    u, _, bias, bias_hh = to_torch_gates(U, W, b, b_hn)
    return u, _order_alone(U, W, b, b_hn)[1], bias, bias_hh


def _U_without_sign(U, W, b, b_hn):
    _, w, bias, bias_hh = to_torch_gates(U, W, b, b_hn)
    return _order_alone(U, W, b, b_hn)[0], w, bias, bias_hh


def _U_alone_with_sign(U, W, b, b_hn):
    _, w, bias, bias_hh = _order_alone(U, W, b, b_hn)
    return to_torch_gates(U, W, b, b_hn)[0], w, bias, bias_hh


def _bias_in_the_old_order(U, W, b, b_hn):
    u, w, _, bias_hh = to_torch_gates(U, W, b, b_hn)
    return u, w, _sign_alone(U, W, b, b_hn)[2], bias_hh


def _bias_as_it_is(U, W, b, b_hn):
    u, w, _, bias_hh = to_torch_gates(U, W, b, b_hn)
    return u, w, b.copy(), bias_hh


def _W_in_the_old_order(U, W, b, b_hn):
    u, _, bias, bias_hh = to_torch_gates(U, W, b, b_hn)
    return u, _sign_alone(U, W, b, b_hn)[1], bias, bias_hh


def _one_bias(U, W, b, b_hn):
    u, w, bias, bias_hh = to_torch_gates(U, W, b, b_hn)
    return u, w, bias + bias_hh, np.zeros_like(bias)


def _b_hn_lost(U, W, b, b_hn):
    u, w, bias, bias_hh = to_torch_gates(U, W, b, b_hn)
    return u, w, bias, np.zeros_like(bias_hh)


def _b_hn_twice(U, W, b, b_hn):
    u, w, bias, bias_hh = to_torch_gates(U, W, b, b_hn)
    return u, w, bias + bias_hh, bias_hh


def _b_twice(U, W, b, b_hn):
    u, w, bias, _ = to_torch_gates(U, W, b, b_hn)
    n = len(b_hn)
    return u, w, bias, np.concatenate([bias[: 2 * n], b_hn])


def _b_hn_in_front(U, W, b, b_hn):
    u, w, bias, _ = to_torch_gates(U, W, b, b_hn)
    return u, w, bias, np.concatenate([b_hn, np.zeros(2 * len(b_hn))])


def _b_hn_in_every_block(U, W, b, b_hn):
    u, w, bias, _ = to_torch_gates(U, W, b, b_hn)
    return u, w, bias, np.tile(b_hn, 3)


def _cases(rng):
    def case(n_x, n, group):
        def away_from_zero(*shape):
            return rng.choice([-1, 1], size=shape) * rng.uniform(0.3, 1.5, size=shape)

        U, W = away_from_zero(3 * n, n_x), away_from_zero(3 * n, n)
        return Case((U, W, away_from_zero(3 * n), away_from_zero(n)), group)

    return [
        case(1, 1, "n = 1"),
        case(2, 1, "n = 1"),
        case(1, 3, "n > 1"),
        case(4, 2, "n > 1"),
        case(3, 4, "n > 1"),
    ]


TO_TORCH_GATES = Exercise(
    id="13.1",
    title="Weights of another convention",
    reference=to_torch_gates,
    cases=_cases,
    returns=(
        Returned("weight_ih", ("entry", "input"), blocks=BLOCKS),
        Returned("weight_hh", ("entry", "unit before"), blocks=BLOCKS),
        Returned("bias_ih", ("entry",), blocks=BLOCKS),
        Returned("bias_hh", ("entry",), blocks=BLOCKS),
    ),
    hints=(
        "Three changes: the order of the blocks, the meaning of z, and where b_hn goes. Make them "
        "one after the other: rows n to 2n are the reset gate's; they come first.",
        "Their z is 1 minus PyTorch's. 1 - σ(a) = σ(-a): so what has to happen to everything that "
        "is added up in a, that is, to the z rows of U, W and b?",
        "`np.concatenate` joins three slices of each of U, W and b: `a[n : 2 * n]` is r, `a[:n]` "
        "is z. Which of them gets a minus sign? bias_hh is 2n zeros and then b_hn.",
    ),
    mistakes=(
        Mistake(
            _as_it_is,
            "The blocks are not in PyTorch's order, r, z, n; and the sign of z has not changed. "
            "PyTorch's z is the part that stays: what turns σ(a) into 1 - σ(a)?",
        ),
        Mistake(
            _order_alone,
            "The block of z lacks its new sign: the colleague's z multiplies the candidate, "
            "PyTorch's multiplies the old state. What turns σ(a) into 1 - σ(a)?",
        ),
        Mistake(
            _sign_alone,
            "The signs are right, but the blocks are not in PyTorch's order. Which does it have "
            "first?",
        ),
        Mistake(
            _sign_on_the_reset_gate,
            "You change the signs of the reset gate. After the swap z is the second block.",
        ),
        Mistake(
            _sign_on_both_gates,
            "You change the signs of both gates. Only z has another meaning in PyTorch.",
        ),
        Mistake(
            _sign_on_the_candidate,
            "You change the signs of the candidate's block. Which gate has another meaning?",
        ),
        Mistake(
            _turned_round,
            "You change the order to n, r, z. PyTorch has r, z, n: the last block stays.",
        ),
        Mistake(
            _moved_on_by_one,
            "Your order is r, n, z. PyTorch has r, z, n: the last block stays.",
        ),
        Mistake(
            _one_minus_the_weights,
            "You take 1 minus the weights of z. It is the gate that must become 1 - σ(a), after "
            "the σ: which change of a does that?",
        ),
        Mistake(
            _bias_without_sign,
            "b is in the new order, but its block of z lacks the new sign. Is b not a part of a?",
        ),
        Mistake(
            _W_without_sign,
            "W is in the new order, but its block of z lacks the new sign. Is W h not a part of a?",
        ),
        Mistake(
            _U_without_sign,
            "U is in the new order, but its block of z lacks the new sign. Is U x not a part of a?",
        ),
        Mistake(
            _U_alone_with_sign,
            "W and b are in the new order, but their block of z lacks the new sign. Both are part "
            "of a.",
        ),
        Mistake(
            _bias_in_the_old_order,
            "b is not in the new order. Its entries belong to the same rows as those of U and W.",
        ),
        Mistake(
            _bias_as_it_is,
            "b is unchanged. Its entries belong to the same rows as those of U and W: they need "
            "the new order, and those of z the new sign.",
        ),
        Mistake(
            _W_in_the_old_order,
            "W is not in the new order. Its rows belong to the same gates as those of U.",
        ),
        Mistake(
            _one_bias,
            "You add b_hn to the n block of b. The reset gate multiplies b_hn and not b: they must "
            "stay apart.",
        ),
        Mistake(_b_hn_lost, "b_hn has no effect. In which block of which bias does it belong?"),
        Mistake(
            _b_hn_twice,
            "b_hn is in both biases. It should be added once, inside what the reset gate "
            "multiplies.",
        ),
        Mistake(
            _b_twice,
            "The gates' biases are in both arrays, and PyTorch adds the two. In bias_hh there is "
            "only b_hn.",
        ),
        Mistake(
            _b_hn_in_front,
            "b_hn is in the first block of bias_hh, which is the reset gate's. It belongs to n.",
        ),
        Mistake(
            _b_hn_in_every_block,
            "b_hn is in all three blocks of bias_hh. It belongs only to the candidate n.",
        ),
    ),
)
