"""Lesson 02: answers as learners write them, not as the reference does."""

import numpy as np

from tests.exercises.answers.labels import Wrong

# --- 02.1 ---------------------------------------------------------------------------------


def network_in_a_loop(U, W, V, x1, x2, h0):
    out, h = [], h0
    for x in (x1, x2):
        h = np.tanh(U @ x + W @ h)
        out += [h, V @ h]
    return out


def network_with_stacked_weights(U, W, V, x1, x2, h0):
    both = np.hstack([W, U])
    h1 = np.tanh(both @ np.concatenate([h0, x1]))
    h2 = np.tanh(both @ np.concatenate([h1, x2]))
    return h1, V.dot(h1), h2, V.dot(h2)


def network_unit_by_unit(U, W, V, x1, x2, h0):
    def step(h, x):
        return np.array([np.tanh(sum(W[i] * h) + sum(U[i] * x)) for i in range(len(h))])

    h1 = step(h0, x1)
    h2 = step(h1, x2)
    return h1, h1 @ V.T, h2, h2 @ V.T


def network_outputs_of_the_old_state(U, W, V, x1, x2, h0):
    h1 = np.tanh(W @ h0 + U @ x1)
    o1 = V @ h0
    h2 = np.tanh(W @ h1 + U @ x2)
    return h1, o1, h2, V @ h1


def network_restarts(U, W, V, x1, x2, h0):
    h1, h2 = (np.tanh(W @ h0 + U @ x) for x in (x1, x2))
    return h1, V @ h1, h2, V @ h2


def network_row_times_matrix(U, W, V, x1, x2, h0):
    h1 = np.tanh(h0 @ W + U @ x1)
    h2 = np.tanh(h1 @ W + U @ x2)
    return h1, V @ h1, h2, V @ h2


def network_negative_outputs(U, W, V, x1, x2, h0):
    h1, o1, h2, o2 = network_in_a_loop(U, W, V, x1, x2, h0)
    return h1, -o1, h2, -o2


def network_in_other_order(U, W, V, x1, x2, h0):
    h1, o1, h2, o2 = network_in_a_loop(U, W, V, x1, x2, h0)
    return h1, h2, o1, o2


def network_without_tanh(U, W, V, x1, x2, h0):
    h1 = U @ x1 + W @ h0
    h2 = U @ x2 + W @ h1
    return h1, V @ h1, h2, V @ h2


def network_squashes_inputs(U, W, V, x1, x2, h0):
    return network_in_a_loop(U, W, V, np.tanh(x1), np.tanh(x2), h0)


# --- 02.2 ---------------------------------------------------------------------------------


def unfold_edge_by_edge(edges, T):
    rows = []
    for source, target, delay in edges:
        for t in range(1, T + 1):
            rows.append([source, t - delay, target, t])
    return np.array(rows)


def unfold_vectorised(edges, T):
    t = np.repeat(np.arange(1, T + 1), len(edges))
    s, e, d = np.tile(edges, (T, 1)).T
    return np.stack([s, t - d, e, t], axis=1)


def unfold_backwards(edges, T):
    rows = [(s, t - d, e, t) for t in range(T, 0, -1) for s, e, d in edges]
    return rows


def unfold_into_the_future(edges, T):
    return np.array([(s, t + d, e, t) for s, e, d in edges for t in range(1, T + 1)])


def unfold_from_zero(edges, T):
    return np.array([(s, t - d, e, t) for s, e, d in edges for t in range(T)])


def unfold_ignores_delay(edges, T):
    return np.array([(s, t, e, t) for s, e, d in edges for t in range(1, T + 1)])


def unfold_drops_the_border(edges, T):
    rows = unfold_vectorised(edges, T)
    return rows[rows[:, 1] >= 1]


def unfold_twice_the_first_step(edges, T):
    rows = unfold_vectorised(edges, T)
    rows[-len(edges) :] = rows[: len(edges)]
    return np.concatenate([rows[:-1], rows[:1]]) if T == 1 else rows


def unfold_steps_last(edges, T):
    return unfold_vectorised(edges, T)[:, [0, 2, 1, 3]]


def unfold_target_first(edges, T):
    return unfold_vectorised(edges, T)[:, [2, 3, 0, 1]]


def unfold_target_side_delay(edges, T):
    return np.array([(s, t, e, t + d) for s, e, d in edges for t in range(1, T + 1)])


def unfold_twice_the_delay(edges, T):
    return np.array([(s, t - 2 * d, e, t) for t in range(1, T + 1) for s, e, d in edges])


# --- 02.3 ---------------------------------------------------------------------------------


def history_loop(w, u, history, h0):
    h = h0
    for x in history[::-1]:
        h = np.tanh(w * h + u * x)
    return h


def history_by_index(w, u, history, h0):
    h = h0
    for t in range(len(history) - 1, -1, -1):
        h = np.tanh(h * w + history[t] * u)
    return float(h)


def history_recursive(w, u, history, h0):
    if not len(history):
        return h0
    newest, *rest = history
    return np.tanh(w * history_recursive(w, u, rest, h0) + u * newest)


def history_forward(w, u, history, h0):
    for x in history:
        h0 = np.tanh(w * h0 + u * x)
    return h0


def history_ignores_h0(w, u, history, h0):
    return history_loop(w, u, history, 0)


def history_skips_the_oldest(w, u, history, h0):
    h = h0
    for t in range(len(history) - 2, -1, -1):
        h = np.tanh(w * h + u * history[t])
    return h


def history_negative(w, u, history, h0):
    return -history_loop(w, u, history, h0)


def history_twice_the_newest(w, u, history, h0):
    return np.tanh(w * history_loop(w, u, history, h0) + u * history[0])


def history_of_squares(w, u, history, h0):
    return history_loop(w, u, history**2, h0)


# --- 02.5 ---------------------------------------------------------------------------------


def count_sets(n_x, n_h, n_o, T, tied):
    one = n_h * (n_x + n_h + 1) + n_o * (n_h + 1)
    sets = 1 if tied else T
    return sets * one, n_h * T


def count_arrays(n_x, n_h, n_o, T, tied):
    shapes = [(n_h, n_x), (n_h, n_h), (n_o, n_h), (n_h,), (n_o,)]
    total = sum(np.zeros(shape).size for shape in shapes)
    return (total if tied else total * T), np.zeros((T, n_h)).size


def count_step_by_step(n_x, n_h, n_o, T, tied):
    parameters = states = 0
    for t in range(T):
        if t == 0 or not tied:
            parameters += n_h * n_x + n_h**2 + n_o * n_h + n_h + n_o
        states += n_h
    return parameters, states


def count_ignores_tied(n_x, n_h, n_o, T, tied):
    return count_sets(n_x, n_h, n_o, T, False)


def count_no_biases(n_x, n_h, n_o, T, tied):
    return (1 if tied else T) * (n_h * n_x + n_h * n_h + n_o * n_h), T * n_h


def count_one_state(n_x, n_h, n_o, T, tied):
    return count_sets(n_x, n_h, n_o, T, tied)[0], n_h


def count_forgets_the_readout(n_x, n_h, n_o, T, tied):
    return (1 if tied else T) * n_h * (n_x + n_h + 1), T * n_h


def count_states_and_outputs(n_x, n_h, n_o, T, tied):
    return count_sets(n_x, n_h, n_o, T, tied)[0], T * (n_h + n_o)


def count_forgets_W(n_x, n_h, n_o, T, tied):
    return count_sets(n_x, n_h, n_o, T, tied)[0] - n_h * n_h * (1 if tied else T), T * n_h


def count_twice_the_parameters(n_x, n_h, n_o, T, tied):
    return 2 * count_sets(n_x, n_h, n_o, T, tied)[0], T * n_h


def count_twice_the_states(n_x, n_h, n_o, T, tied):
    return count_sets(n_x, n_h, n_o, T, tied)[0], 2 * T * n_h


# --- 02.4 ---------------------------------------------------------------------------------


def fold_factor_by_factor(w, h0, y):
    h1 = np.tanh(w * h0)
    h2 = np.tanh(w * h1)
    dh2 = h2 - y
    dw2 = dh2 * (1 - h2 * h2) * h1
    dw1 = dh2 * (1 - h2 * h2) * w * (1 - h1 * h1) * h0
    return [dw1, dw2, dw1 + dw2]


def fold_by_complex_step(w, h0, y):
    def loss(w1, w2):
        return 0.5 * (np.tanh(w2 * np.tanh(w1 * h0)) - y) ** 2

    e = 1e-30
    dw1, dw2 = loss(w + 1j * e, w).imag / e, loss(w, w + 1j * e).imag / e
    return dw1, dw2, loss(w + 1j * e, w + 1j * e).imag / e


def fold_in_a_loop(w, h0, y):
    h = [h0]
    for _ in range(2):
        h.append(np.tanh(w * h[-1]))
    dh, dw = h[2] - y, []
    for t in (2, 1):
        da = dh * (1 - h[t] ** 2)
        dw.append(da * h[t - 1])
        dh = da * w
    return dw[1], dw[0], sum(dw)


def fold_average(w, h0, y):
    dw1, dw2, dw = fold_factor_by_factor(w, h0, y)
    return dw1, dw2, dw / 2


def fold_overwrites(w, h0, y):
    dw1, dw2, dw = fold_factor_by_factor(w, h0, y)
    dw = dw1
    dw = dw2
    return dw1, dw2, dw


def fold_without_slope(w, h0, y):
    h1 = np.tanh(w * h0)
    h2 = np.tanh(w * h1)
    da2 = (h2 - y) * (1 - h2**2)
    dw1 = da2 * w * h0
    return dw1, da2 * h1, dw1 + da2 * h1


def fold_with_the_new_states(w, h0, y):
    h1 = np.tanh(w * h0)
    h2 = np.tanh(w * h1)
    da2 = (h2 - y) * (1 - h2**2)
    dw2, dw1 = da2 * h2, da2 * w * (1 - h1**2) * h1
    return dw1, dw2, dw1 + dw2


def fold_forgets_the_last_slope(w, h0, y):
    h1 = np.tanh(w * h0)
    h2 = np.tanh(w * h1)
    dw2, dw1 = (h2 - y) * h1, (h2 - y) * w * (1 - h1**2) * h0
    return dw1, dw2, dw1 + dw2


def fold_slope_of_the_state(w, h0, y):
    h1 = np.tanh(w * h0)
    h2 = np.tanh(w * h1)
    da2 = (h2 - y) * (1 - np.tanh(h2) ** 2)
    dw2, dw1 = da2 * h1, da2 * w * (1 - np.tanh(h1) ** 2) * h0
    return dw1, dw2, dw1 + dw2


def fold_swapped(w, h0, y):
    dw1, dw2, dw = fold_factor_by_factor(w, h0, y)
    return dw2, dw1, dw


def fold_sum_first(w, h0, y):
    dw1, dw2, dw = fold_factor_by_factor(w, h0, y)
    return dw, dw1, dw2


def fold_sum_between(w, h0, y):
    dw1, dw2, dw = fold_factor_by_factor(w, h0, y)
    return dw1, dw, dw2


def fold_of_another_start(w, h0, y):
    return fold_factor_by_factor(w, 2 * h0, y)


def fold_without_target(w, h0, y):
    return fold_factor_by_factor(w, h0, 0.0)


def fold_twice_the_sum(w, h0, y):
    dw1, dw2, dw = fold_factor_by_factor(w, h0, y)
    return dw1, dw2, 2 * dw


def fold_mean_without_slope(w, h0, y):
    h1 = np.tanh(w * h0)
    h2 = np.tanh(w * h1)
    da2 = (h2 - y) * (1 - h2 * h2)
    copies = [w * da2 * h0, da2 * h1]
    return (*copies, np.mean(copies))


# --- 02.6 ---------------------------------------------------------------------------------


def earliest_by_formula(L, T):
    return np.add.outer(np.arange(L), np.arange(T)) + 1


def earliest_nested_lists(L, T):
    return [[layer + t + 1 for t in range(T)] for layer in range(L)]


def earliest_by_relaxation(L, T):
    times = np.ones((L, T))
    for _ in range(L + T):
        times[1:] = np.maximum(times[1:], times[:-1] + 1)
        times[:, 1:] = np.maximum(times[:, 1:], times[:, :-1] + 1)
    return times


def earliest_one_at_a_time(L, T):
    return np.arange(1, 1 + L * T).reshape(L, -1)


def earliest_from_zero(L, T):
    return np.add.outer(np.arange(L), np.arange(T))


def earliest_own_layer_only(L, T):
    return np.array([np.arange(T) + 1 for _ in range(L)])


def earliest_transposed(L, T):
    return np.ones((T, L))


def earliest_two_units_a_layer(L, T):
    return 2 * np.add.outer(np.arange(L), np.arange(T)) + 1


def earliest_twice_along_time(L, T):
    return np.add.outer(np.arange(L), 2 * np.arange(T)) + 1


def earliest_negative(L, T):
    return -np.add.outer(np.arange(L), np.arange(T)) - 1


def earliest_in_half_units(L, T):
    return 2 * np.add.outer(np.arange(L), np.arange(T)) + 2


RIGHT = {
    "02.1": [network_in_a_loop, network_with_stacked_weights, network_unit_by_unit],
    "02.2": [unfold_edge_by_edge, unfold_vectorised, unfold_backwards],
    "02.3": [history_loop, history_by_index, history_recursive],
    "02.5": [count_sets, count_arrays, count_step_by_step],
    "02.4": [fold_factor_by_factor, fold_by_complex_step, fold_in_a_loop],
    "02.6": [earliest_by_formula, earliest_nested_lists, earliest_by_relaxation],
}

WRONG = {
    "02.1": [
        Wrong(network_outputs_of_the_old_state, "_outputs_too_early", "too early"),
        Wrong(network_restarts, "_second_step_from_the_start", "h(0) again"),
        Wrong(network_row_times_matrix, "_W_transposed", "wrong way around"),
        Wrong(network_negative_outputs, None, "has the wrong sign"),
        Wrong(network_in_other_order, None, "not (h1, h2, o1, o2)"),
        Wrong(network_squashes_inputs, "_tanh_of_the_inputs", "before U multiplies"),
        Wrong(network_without_tanh, "_no_tanh", "have not been through tanh"),
    ],
    "02.2": [
        Wrong(unfold_into_the_future, "_from_the_future", "future"),
        Wrong(unfold_from_zero, "_from_step_zero", "1 to T"),
        Wrong(unfold_ignores_delay, "_without_delays", "Where do the delays go"),
        Wrong(unfold_drops_the_border, "_drops_the_border", "before step 1"),
        Wrong(unfold_twice_the_first_step, None, "is missing"),
        Wrong(unfold_steps_last, "_nodes_first", "both nodes"),
        Wrong(unfold_twice_the_delay, None, "should not be there"),
        Wrong(unfold_target_first, "_reversed_edges", "wrong order"),
        Wrong(unfold_target_side_delay, "_targets_later", "at which step is the source"),
    ],
    "02.3": [
        Wrong(history_forward, "_oldest_last_first", "from the newest input to the oldest"),
        Wrong(history_ignores_h0, "_from_zero", "starts from 0"),
        Wrong(history_skips_the_oldest, "_forgets_the_oldest", "never used"),
        Wrong(history_of_squares, None, "`history ** 2` instead of"),
        Wrong(history_negative, None, "wrong sign"),
        Wrong(history_twice_the_newest, "_newest_twice", "one step too many"),
    ],
    "02.5": [
        Wrong(count_ignores_tied, "_always_copied", "What does `tied` mean"),
        Wrong(count_no_biases, "_without_biases", "added to a product"),
        Wrong(count_one_state, "_states_shared_too", "h(1) and h(2)"),
        Wrong(count_forgets_W, "_no_W", "W is missing"),
        Wrong(count_twice_the_parameters, None, "2 times the right answer"),
        Wrong(count_twice_the_states, None, "2 times the right answer"),
        Wrong(count_forgets_the_readout, "_no_readout", "output is missing"),
        Wrong(count_states_and_outputs, "_outputs_are_states", "among the states"),
    ],
    "02.4": [
        Wrong(fold_average, "_mean_of_copies", "average"),
        Wrong(fold_overwrites, "_last_copy_only", "last copy"),
        Wrong(fold_without_slope, "_no_slope_on_the_way_back", "slope"),
        Wrong(fold_with_the_new_states, "_new_state_in_the_gradient", "the one that goes in"),
        Wrong(fold_forgets_the_last_slope, "_no_last_slope", "the second one"),
        Wrong(fold_slope_of_the_state, "_slope_at_the_state", "You apply tanh again"),
        Wrong(fold_swapped, None, "order is not"),
        Wrong(fold_sum_first, None, "not (dw, dw1, dw2)"),
        Wrong(fold_sum_between, None, "not (dw1, dw, dw2)"),
        Wrong(fold_of_another_start, None, "`2 * h0` instead of `h0`"),
        Wrong(fold_without_target, "_forgets_the_target", "does not depend on y"),
        Wrong(fold_twice_the_sum, None, "`dw` is 2 times"),
        Wrong(
            fold_mean_without_slope,
            "_no_slope_on_the_way_back",
            "Two mistakes at once",
            also="_mean_of_copies",
        ),
    ],
    "02.6": [
        Wrong(earliest_one_at_a_time, "_layer_after_layer", "finish a layer"),
        Wrong(earliest_from_zero, "_counts_from_zero", "time 1"),
        Wrong(earliest_own_layer_only, "_each_layer_by_itself", "do not wait"),
        Wrong(earliest_negative, None, "wrong sign"),
        Wrong(earliest_in_half_units, None, "2 times the right answer"),
        Wrong(earliest_transposed, "_all_at_once", "ready at once"),
        Wrong(
            earliest_two_units_a_layer,
            "_two_units_a_layer",
            "Two mistakes at once",
            also="_two_units_a_step",
        ),
        Wrong(earliest_twice_along_time, "_two_units_a_step", "Each step takes two units"),
    ],
}
