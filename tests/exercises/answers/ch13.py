"""Lesson 13: answers as learners write them, not as the reference does."""

import numpy as np

from tests.exercises.answers.labels import Wrong

# --- 13.1 ---------------------------------------------------------------------------------


def gates_by_split(U, W, b, b_hn):
    U_z, U_r, U_n = np.split(U, 3)
    W_z, W_r, W_n = np.split(W, 3)
    b_z, b_r, b_n = np.split(b, 3)
    zeros = np.zeros_like(b_hn)
    return (
        np.vstack([U_r, -U_z, U_n]),
        np.vstack([W_r, -W_z, W_n]),
        np.hstack([b_r, -b_z, b_n]),
        np.hstack([zeros, zeros, b_hn]),
    )


def gates_in_place(U, W, b, b_hn):
    n = b_hn.shape[0]
    for array in (U, W, b):
        z = array[:n].copy()
        array[:n] = array[n : 2 * n]
        array[n : 2 * n] = -z
    bias = np.zeros(3 * n)
    bias[-n:] = b_hn
    return U, W, b, bias


def gates_by_reshape(U, W, b, b_hn):
    def turned(array):
        z, r, n = array.reshape(3, len(b_hn), -1)
        return np.concatenate([r, 0 - z, n])

    return [turned(U), turned(W), turned(b)[:, 0], np.pad(b_hn, (2 * len(b_hn), 0))]


def gates_by_a_matrix(U, W, b, b_hn):
    moves = np.kron([[0, 1, 0], [-1, 0, 0], [0, 0, 1]], np.eye(len(b_hn)))
    return moves @ U, moves @ W, moves @ b, np.kron([0, 0, 1], b_hn)


def _stacked(U, W, b, b_hn, turned):
    parts = [np.concatenate(turned(*np.split(array, 3))) for array in (U, W, b)]
    return *parts, np.r_[0 * b_hn, 0 * b_hn, b_hn]


def gates_unchanged(U, W, b, b_hn):
    return _stacked(U, W, b, b_hn, lambda z, r, n: (z, r, n))


def gates_only_moved(U, W, b, b_hn):
    return _stacked(U, W, b, b_hn, lambda z, r, n: (r, z, n))


def gates_only_negated(U, W, b, b_hn):
    return _stacked(U, W, b, b_hn, lambda z, r, n: (-z, r, n))


def gates_negate_r(U, W, b, b_hn):
    return _stacked(U, W, b, b_hn, lambda z, r, n: (-r, z, n))


def gates_negate_two(U, W, b, b_hn):
    return _stacked(U, W, b, b_hn, lambda z, r, n: (-r, -z, n))


def gates_negate_n(U, W, b, b_hn):
    return _stacked(U, W, b, b_hn, lambda z, r, n: (r, z, -n))


def gates_backward(U, W, b, b_hn):
    return _stacked(U, W, b, b_hn, lambda z, r, n: (n, -r, z))


def gates_rnz(U, W, b, b_hn):
    return _stacked(U, W, b, b_hn, lambda z, r, n: (r, n, -z))


def gates_one_minus(U, W, b, b_hn):
    return _stacked(U, W, b, b_hn, lambda z, r, n: (r, 1 - z, n))


def gates_forget_to_negate_b(U, W, b, b_hn):
    u, w, bias, bias_hh = gates_by_split(U, W, b, b_hn)
    n = len(b_hn)
    bias[n : 2 * n] *= -1
    return u, w, bias, bias_hh


def gates_forget_to_negate_W(U, W, b, b_hn):
    n = len(b_hn)
    u, _, bias, bias_hh = gates_by_split(U, W, b, b_hn)
    return u, np.concatenate([W[n : 2 * n], W[:n], W[2 * n :]]), bias, bias_hh


def gates_forget_to_negate_U(U, W, b, b_hn):
    n = len(b_hn)
    _, w, bias, bias_hh = gates_by_split(U, W, b, b_hn)
    return np.concatenate([U[n : 2 * n], U[:n], U[2 * n :]]), w, bias, bias_hh


def gates_negate_U_alone(U, W, b, b_hn):
    u, w, bias, bias_hh = gates_only_moved(U, W, b, b_hn)
    u[len(b_hn) : 2 * len(b_hn)] *= -1
    return u, w, bias, bias_hh


def gates_b_stays(U, W, b, b_hn):
    u, w, _, bias_hh = gates_by_split(U, W, b, b_hn)
    return u, w, np.concatenate([-b[: len(b_hn)], b[len(b_hn) :]]), bias_hh


def gates_b_unchanged(U, W, b, b_hn):
    u, w, _, bias_hh = gates_by_split(U, W, b, b_hn)
    return u, w, np.array(b), bias_hh


def gates_W_stays(U, W, b, b_hn):
    u, _, bias, bias_hh = gates_by_split(U, W, b, b_hn)
    return u, np.concatenate([-W[: len(b_hn)], W[len(b_hn) :]]), bias, bias_hh


def gates_merge_biases(U, W, b, b_hn):
    u, w, bias, bias_hh = gates_by_split(U, W, b, b_hn)
    return u, w, bias + bias_hh, 0 * bias_hh


def gates_without_b_hn(U, W, b, b_hn):
    u, w, bias, _ = gates_by_split(U, W, b, b_hn)
    return u, w, bias, np.zeros(len(b))


def gates_b_hn_in_both(U, W, b, b_hn):
    u, w, bias, bias_hh = gates_by_split(U, W, b, b_hn)
    bias[2 * len(b_hn) :] += b_hn
    return u, w, bias, bias_hh


def gates_bias_in_both(U, W, b, b_hn):
    u, w, bias, _ = gates_by_split(U, W, b, b_hn)
    both = bias.copy()
    both[-len(b_hn) :] = b_hn
    return u, w, bias, both


def gates_b_hn_first(U, W, b, b_hn):
    u, w, bias, bias_hh = gates_by_split(U, W, b, b_hn)
    return u, w, bias, np.roll(bias_hh, len(b_hn))


def gates_b_hn_three_times(U, W, b, b_hn):
    u, w, bias, _ = gates_by_split(U, W, b, b_hn)
    return u, w, bias, np.concatenate([b_hn] * 3)


def gates_biases_change_places(U, W, b, b_hn):
    u, w, bias, bias_hh = gates_by_split(U, W, b, b_hn)
    return u, w, bias_hh, bias


def gates_halves(U, W, b, b_hn):
    """Half of each bias: the sum is right where there is no reset gate."""
    u, w, bias, bias_hh = gates_by_split(U, W, b, b_hn)
    return u, w, bias / 2, bias / 2 + bias_hh


def gates_transposed(U, W, b, b_hn):
    u, w, bias, bias_hh = gates_by_split(U, W, b, b_hn)
    return u.T, w.T, bias, bias_hh


def gates_short_bias(U, W, b, b_hn):
    return *gates_by_split(U, W, b, b_hn)[:3], b_hn


def gates_W_first(U, W, b, b_hn):
    u, w, bias, bias_hh = gates_by_split(U, W, b, b_hn)
    return w, u, bias, bias_hh


def gates_all_negated(U, W, b, b_hn):
    return tuple(-array for array in gates_by_split(U, W, b, b_hn))


# --- 13.2 ---------------------------------------------------------------------------------


def pack_in_loops(x, lengths):
    order = sorted(range(len(lengths)), key=lambda b: -lengths[b])
    rows, sizes = [], []
    for t in range(max(lengths)):
        now = [b for b in order if lengths[b] > t]
        rows += [x[t, b] for b in now]
        sizes.append(len(now))
    return np.array(rows), np.array(sizes), np.array(order)


def pack_by_sizes(x, lengths):
    order = np.argsort(len(x) - lengths, kind="mergesort")
    sizes = [(lengths >= t).sum() for t in range(1, lengths.max() + 1)]
    data = np.concatenate([x[t, order[:size]] for t, size in enumerate(sizes)])
    return data, np.array(sizes), order


def pack_by_columns(x, lengths):
    B = len(lengths)
    order = np.lexsort((np.arange(B), -lengths))
    inside = np.arange(1, len(x) + 1)[:, np.newaxis] <= lengths[order]
    sizes = inside.sum(1)
    return x[:, order, :][inside], sizes[sizes > 0], order


def _sorted(lengths):
    return np.array(sorted(range(len(lengths)), key=lambda b: -lengths[b]))


def _step_by_step(x, lengths, order):
    rows, sizes = [], []
    for t in range(max(lengths)):
        now = [b for b in order if lengths[b] > t]
        rows.append(x[t, now])
        sizes.append(len(now))
    return np.concatenate(rows), np.array(sizes), np.array(order)


def pack_as_given(x, lengths):
    return _step_by_step(x, lengths, range(len(lengths)))


def pack_from_the_shortest(x, lengths):
    return _step_by_step(x, lengths, np.argsort(lengths, kind="stable"))


def pack_flipped(x, lengths):
    return _step_by_step(x, lengths, np.flip(np.argsort(lengths, kind="stable")))


def pack_gives_places(x, lengths):
    data, sizes, order = pack_in_loops(x, lengths)
    places = np.empty_like(order)
    places[order] = np.arange(len(order))
    return data, sizes, places


def pack_sorts_order_alone(x, lengths):
    data, sizes, _ = pack_as_given(x, lengths)
    return data, sizes, _sorted(lengths)


def pack_sorts_lengths_alone(x, lengths):
    falling = np.sort(lengths)[::-1]
    _, sizes, order = pack_in_loops(x, lengths)
    return pack_as_given(x, falling)[0], sizes, order


def pack_sorts_x_alone(x, lengths):
    _, sizes, order = pack_in_loops(x, lengths)
    return pack_as_given(x[:, order], lengths)[0], sizes, order


def pack_by_sequences(x, lengths):
    _, sizes, order = pack_in_loops(x, lengths)
    return np.vstack([x[: lengths[b], b] for b in order]), sizes, order


def pack_by_sequences_as_given(x, lengths):
    _, sizes, order = pack_in_loops(x, lengths)
    inside = np.arange(len(x)) < lengths[:, None]
    return x.swapaxes(0, 1)[inside], sizes, order


def pack_keeps_padding(x, lengths):
    order = _sorted(lengths)
    x = x[: max(lengths)][:, order]
    return np.concatenate(list(x)), np.array([len(order)] * len(x)), order


def pack_keeps_all(x, lengths):
    order = _sorted(lengths)
    return np.concatenate(list(x[:, order])), np.array([len(order)] * len(x)), order


def pack_counts_to_T(x, lengths):
    data, _, order = pack_in_loops(x, lengths)
    return data, np.array([(lengths > t).sum() for t in range(len(x))]), order


def pack_one_more(x, lengths):
    order = _sorted(lengths)
    steps = np.arange(len(x))[:, None]
    inside = (steps <= lengths[order])[: lengths.max() + 1]
    return x[: len(inside), order][inside], inside.sum(1), order


def pack_one_more_but_the_longest(x, lengths):
    order = _sorted(lengths)
    inside = np.arange(lengths.max())[:, None] <= lengths[order]
    return x[: len(inside), order][inside], inside.sum(1), order


def pack_one_less(x, lengths):
    order = _sorted(lengths)
    inside = np.arange(1, lengths.max() + 1)[:, None] < lengths[order]
    return x[: len(inside), order][inside], inside.sum(1), order


def pack_from_step_one(x, lengths):
    order = _sorted(lengths)
    sizes = np.array([(lengths > t).sum() for t in range(1, max(lengths))], dtype=int)
    rows = [x[t, order[:k]] for t, k in enumerate(sizes, 1)]
    return np.concatenate([x[:0, 0], *rows]), sizes, order


def pack_lengths_for_sizes(x, lengths):
    data, _, order = pack_in_loops(x, lengths)
    return data, np.array(sorted(lengths, reverse=True)), order


def pack_given_lengths_for_sizes(x, lengths):
    data, _, order = pack_in_loops(x, lengths)
    return data, lengths.copy(), order


def pack_offsets(x, lengths):
    data, sizes, order = pack_in_loops(x, lengths)
    return data, np.add.accumulate(sizes), order


def pack_drops_the_order(x, lengths):
    return pack_in_loops(x, lengths)[:2]


def pack_from_the_end(x, lengths):
    data, sizes, order = pack_in_loops(x, lengths)
    return data[::-1], sizes, order


def pack_sums_each_step(x, lengths):
    data, sizes, order = pack_in_loops(x, lengths)
    return np.add.reduceat(data, np.cumsum(sizes) - sizes), sizes, order


def pack_mask_for_sizes(x, lengths):
    data, _, order = pack_in_loops(x, lengths)
    return data, np.arange(max(lengths))[:, None] < lengths[order], order


def pack_equal_ones_in_any_order(x, lengths):
    """As by a sort that is not stable."""
    return _step_by_step(x, lengths, np.lexsort((x[0, :, 0], -lengths)))


def pack_order_from_one(x, lengths):
    data, sizes, order = pack_in_loops(x, lengths)
    return data, sizes, order + 1


RIGHT = {
    "13.1": [gates_by_split, gates_in_place, gates_by_reshape, gates_by_a_matrix],
    "13.2": [pack_in_loops, pack_by_sizes, pack_by_columns],
}

WRONG = {
    "13.1": [
        Wrong(gates_unchanged, "_as_it_is", "not in PyTorch's order, r, z, n"),
        Wrong(gates_only_moved, "_order_alone", "lacks its new sign"),
        Wrong(gates_only_negated, "_sign_alone", "signs are right"),
        Wrong(gates_negate_r, "_sign_on_the_reset_gate", "signs of the reset gate"),
        Wrong(gates_negate_two, "_sign_on_both_gates", "both gates"),
        Wrong(gates_negate_n, "_sign_on_the_candidate", "candidate's block"),
        Wrong(gates_backward, "_turned_round", "change the order"),
        Wrong(gates_rnz, "_moved_on_by_one", "r, n, z"),
        Wrong(gates_one_minus, "_one_minus_the_weights", "1 minus the weights"),
        Wrong(gates_forget_to_negate_b, "_bias_without_sign", "b is in the new order"),
        Wrong(gates_forget_to_negate_W, "_W_without_sign", "W is in the new order"),
        Wrong(gates_forget_to_negate_U, "_U_without_sign", "U is in the new order"),
        Wrong(gates_negate_U_alone, "_U_alone_with_sign", "W and b are in the new order"),
        Wrong(gates_b_stays, "_bias_in_the_old_order", "b is not"),
        Wrong(gates_b_unchanged, "_bias_as_it_is", "the new order, and those of z"),
        Wrong(gates_W_stays, "_W_in_the_old_order", "W is not"),
        Wrong(gates_merge_biases, "_one_bias", "must stay apart"),
        Wrong(gates_without_b_hn, "_b_hn_lost", "no effect"),
        Wrong(gates_b_hn_in_both, "_b_hn_twice", "in both biases"),
        Wrong(gates_bias_in_both, "_b_twice", "in both arrays"),
        Wrong(gates_b_hn_first, "_b_hn_in_front", "first block"),
        Wrong(gates_b_hn_three_times, "_b_hn_in_every_block", "all three blocks"),
        Wrong(gates_biases_change_places, None, "order is not"),
        Wrong(gates_halves, None, "`bias_ih`"),
        Wrong(gates_transposed, None, "transpose"),
        Wrong(gates_short_bias, None, "`bias_hh` is the argument"),
        Wrong(gates_W_first, None, "order"),
        Wrong(gates_all_negated, None, "sign"),
    ],
    "13.2": [
        Wrong(pack_as_given, "_not_sorted", "in which they came"),
        Wrong(pack_from_the_shortest, "_shortest_first", "shortest first"),
        Wrong(pack_flipped, "_sorted_and_turned_round", "equal lengths"),
        Wrong(pack_gives_places, "_places_instead", "where each sequence ends up"),
        Wrong(pack_sorts_order_alone, "_data_not_sorted", "order of the batch"),
        Wrong(pack_sorts_lengths_alone, "_lengths_alone_sorted", "but not the sequences"),
        Wrong(pack_sorts_x_alone, "_data_alone_sorted", "but not the lengths"),
        Wrong(pack_by_sequences, "_one_after_the_other", "one sequence after another"),
        Wrong(pack_by_sequences_as_given, "_one_after_the_other_as_given", "after another"),
        Wrong(pack_keeps_padding, "_padding_kept", "still in your data"),
        Wrong(pack_keeps_all, "_everything_kept", "every step of every"),
        Wrong(pack_counts_to_T, "_steps_too_many", "continue with zeros"),
        Wrong(pack_one_more, "_one_step_too_long", "one step too many"),
        Wrong(pack_one_more_but_the_longest, "_shorter_ones_too_long", "shorter than the longest"),
        Wrong(pack_one_less, "_one_step_too_short", "lost its last step"),
        Wrong(pack_from_step_one, "_first_step_lost", "lost its first step"),
        Wrong(pack_lengths_for_sizes, "_lengths_for_sizes", "lengths as the sizes"),
        Wrong(
            pack_given_lengths_for_sizes, "_lengths_as_given_for_sizes", "in the order they came"
        ),
        Wrong(pack_offsets, "_borders_for_sizes", "rows end"),
        Wrong(pack_drops_the_order, None, "Return 3 things"),
        Wrong(pack_from_the_end, None, "`data`"),
        Wrong(pack_sums_each_step, None, "`data`"),
        Wrong(pack_mask_for_sizes, None, "batch_sizes"),
        Wrong(pack_order_from_one, None, "`order`"),
        Wrong(pack_equal_ones_in_any_order, None, "fix `order` first"),
    ],
}
