"""Lesson 05: answers as learners write them, not as the reference does."""

import numpy as np

from tests.exercises.answers.labels import Wrong

# --- 05.1 ---------------------------------------------------------------------------------


def end_in_a_loop(V, c, h, y, lengths):
    dV, dc, dh = np.zeros(V.shape), np.zeros(c.shape), np.zeros(h.shape)
    for b in range(len(y)):
        t = lengths[b] - 1
        o = V @ h[t, b] + c
        e = np.exp(o - o.max())
        do = e / e.sum()
        do[y[b]] -= 1
        dV += np.outer(do, h[t, b])
        dc += do
        dh[t, b] = V.T @ do
    return dV, dc, dh


def end_from_the_log(V, c, h, y, lengths):
    at = (lengths - 1, range(len(y)))
    scores = h[at] @ V.T + c
    do = np.exp(scores - np.logaddexp.reduce(scores, axis=1)[:, None])
    do[range(len(y)), y] -= 1
    dh = 0 * np.nan_to_num(h)
    dh[at] += do @ V
    return np.einsum("bi,bj->ij", do, h[at]), np.einsum("bi->i", do), dh


def end_by_a_mask(V, c, h, y, lengths):
    at_end = np.arange(1, len(h) + 1)[:, None] == lengths
    last = np.stack([h[:, b][at_end[:, b]][0] for b in range(len(y))])
    o = last @ V.T + c
    o -= o.max(1)[:, None]
    p = np.exp(o)
    p /= p.sum(1)[:, None]
    Y = np.zeros_like(p)
    np.put_along_axis(Y, y[:, None], 1, axis=1)
    return (p - Y).T @ last, (p - Y).sum(0), np.where(at_end[:, :, None], (p - Y) @ V, 0.0)


def end_of_the_batch(V, c, h, y, lengths):
    return end_in_a_loop(V, c, h, y, np.full(len(y), len(h)))


def end_p_without_the_answer(V, c, h, y, lengths):
    at = (lengths - 1, np.arange(len(y)))
    o = h[at] @ V.T + c
    p = np.exp(o - o.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    dh = np.zeros(h.shape)
    dh[at] = p @ V
    return p.T @ h[at], p.sum(0), dh


def end_one_from_all_of_a_column(V, c, h, y, lengths):
    at = (lengths - 1, np.arange(len(y)))
    do = np.exp(h[at] @ V.T + c - np.max(h[at] @ V.T + c, axis=1)[:, None])
    do /= do.sum(axis=1)[:, None]
    do[:, y] -= 1
    dh = np.zeros(h.shape)
    dh[at] = do @ V
    return do.T @ h[at], do.sum(axis=0), dh


def end_with_one_array_of_indices(V, c, h, y, lengths):
    last = h[lengths - 1, range(len(y))]
    o = c + last @ V.T
    do = np.exp(o - o.max(axis=1, keepdims=True))
    do /= do.sum(axis=1, keepdims=True)
    do[:, y] -= 1
    dh = 0 * np.nan_to_num(h)
    dh[lengths - 1] = do @ V
    return do.T @ last, do.sum(axis=0), dh


def end_written_to_whole_rows(V, c, h, y, lengths):
    dV, dc, right = end_in_a_loop(V, c, h, y, lengths)
    dh = np.zeros(h.shape)
    dh[lengths - 1] = right[lengths - 1, np.arange(len(y))]
    return dV, dc, dh


def end_averaged(V, c, h, y, lengths):
    return [part / len(lengths) for part in end_in_a_loop(V, c, h, y, lengths)]


def end_uphill(V, c, h, y, lengths):
    return tuple(-part for part in end_in_a_loop(V, c, h, y, lengths))


def end_written_to_the_last_row(V, c, h, y, lengths):
    dV, dc, right = end_in_a_loop(V, c, h, y, lengths)
    dh = np.zeros(h.shape)
    dh[-1] = right.sum(axis=0)
    return dV, dc, dh


def end_exp_of_large_scores(V, c, h, y, lengths):
    at = (lengths - 1, np.arange(len(y)))
    e = np.exp(h[at] @ V.T + c)
    do = e / e.sum(1, keepdims=True) - np.eye(len(c))[y]
    dh = np.zeros(h.shape)
    dh[at] = do @ V
    return do.T @ h[at], do.sum(0), dh


def end_with_one_maximum(V, c, h, y, lengths):
    last = h[lengths - 1, np.arange(len(y))]
    o = last @ V.T + c
    do = np.exp(o - np.max(o))
    do /= do.sum(axis=1)[:, None]
    do[np.arange(len(y)), y] -= 1
    dh = np.zeros(h.shape)
    dh[lengths - 1, np.arange(len(y))] = do @ V
    return do.T @ last, do.sum(axis=0), dh


def end_dV_of_the_last_sequence(V, c, h, y, lengths):
    _, dc, dh = end_in_a_loop(V, c, h, y, lengths)
    return end_in_a_loop(V, c, h[:, -1:], y[-1:], lengths[-1:])[0], dc, dh


def end_twice(V, c, h, y, lengths):
    return tuple(2 * part for part in end_in_a_loop(V, c, h, y, lengths))


def end_mean_and_at_step_T(V, c, h, y, lengths):
    rows = np.arange(h.shape[1])
    last = h[lengths - 1, rows]
    o = last @ V.T + c
    do = np.exp(o - o.max(axis=1, keepdims=True))
    do /= do.sum(axis=1, keepdims=True)
    do[rows, y] -= 1
    do /= len(rows)
    dh = np.zeros_like(h)
    dh[-1] = do @ V
    return do.T @ last, do.sum(axis=0), dh


# --- 05.2 ---------------------------------------------------------------------------------


def forecast_in_a_loop(past, test):
    def rows(series):
        return [[*series[t - 1], *series[t - 2], 1] for t in range(2, len(series))]

    A, *_ = np.linalg.lstsq(np.array(rows(past)), past[2:], rcond=None)
    return np.array(rows(test)) @ A


def forecast_by_pinv(past, test):
    X = np.concatenate([np.ones((len(past) - 2, 1)), past[:-2], past[1:-1]], axis=1)
    Z = np.concatenate([np.ones((len(test) - 2, 1)), test[:-2], test[1:-1]], axis=1)
    return Z @ (np.linalg.pinv(X) @ past[2:])


def forecast_centred(past, test):
    X, Y = np.hstack([past[1:-1], past[:-2]]), past[2:]
    mx, my = X.mean(0), Y.mean(0)
    A = np.linalg.lstsq(X - mx, Y - my, rcond=None)[0]
    return (np.hstack([test[1:-1], test[:-2]]) - mx) @ A + my


def forecast_from_one(past, test):
    X = np.column_stack([past[1:-1], np.ones(len(past) - 2)])
    A = np.linalg.lstsq(X, past[2:], rcond=None)[0]
    return np.column_stack([test[1:-1], np.ones(len(test) - 2)]) @ A


def forecast_without_ones(past, test):
    A = np.linalg.lstsq(np.hstack([past[1:-1], past[:-2]]), past[2:], rcond=None)[0]
    return np.hstack([test[1:-1], test[:-2]]) @ A


def forecast_fits_test(past, test):
    return forecast_in_a_loop(test, test)


def forecast_persistence(past, test):
    return np.array([test[t - 1] for t in range(2, len(test))])


def forecast_peeks(past, test):
    def inputs(s):
        return np.hstack([s[1:-1], s[2:], np.ones((len(s) - 2, 1))])

    return inputs(test) @ np.linalg.lstsq(inputs(past), past[2:], rcond=None)[0]


def forecast_all_but_the_last(past, test):
    return forecast_in_a_loop(past, test)[:-1]


def forecast_shrunk(past, test):
    X = np.column_stack([past[1:-1], past[:-2], np.ones(len(past) - 2)])
    A = np.linalg.solve(X.T @ X + np.eye(X.shape[1]), X.T @ past[2:])
    return np.column_stack([test[1:-1], test[:-2], np.ones(len(test) - 2)]) @ A


def linear_from_one_sample(past, test):
    def table(rows):
        return np.hstack([rows, np.ones((len(rows), 1))])

    factors = np.linalg.pinv(table(past[:-1])) @ past[1:]
    return table(test[1:-1]) @ factors


def linear_no_ones_and_another_order(past, test):
    factors = np.linalg.pinv(np.hstack([past[:-2], past[1:-1]])) @ past[2:]
    return np.hstack([test[1:-1], test[:-2]]) @ factors


# --- 05.3 ---------------------------------------------------------------------------------


def outputs_preallocated(U, W, V, b, c, x, y, forced):
    T, B, _ = x.shape
    o = np.zeros((T, B, len(c)))
    for t in range(T):
        r = 0 if t == 0 else (y[t - 1] if forced else o[t - 1])
        r = np.zeros((B, len(c))) + r
        o[t] = np.tanh(x[t] @ U.T + r @ W.T + b) @ V.T + c
    return o


def outputs_forced_all_at_once(U, W, V, b, c, x, y, forced):
    if forced:
        before = np.concatenate([np.zeros((1, *y.shape[1:])), y[:-1]])
        return c + np.tanh(b + before @ W.T + x @ U.T) @ V.T
    o = [np.zeros(y.shape[1:])]
    for x_t in x:
        o.append(c + np.tanh(b + o[-1] @ W.T + x_t @ U.T) @ V.T)
    return o[1:]


def outputs_sequence_by_sequence(U, W, V, b, c, x, y, forced):
    result = np.empty(y.shape)
    for k in range(x.shape[1]):
        r = np.zeros(len(c))
        for t in range(len(x)):
            result[t, k] = c + V @ np.tanh(b + W @ r + U @ x[t, k])
            r = y[t, k] if forced else result[t, k].copy()
    return result


def outputs_flag_ignored(U, W, V, b, c, x, y, forced):
    return outputs_preallocated(U, W, V, b, c, x, y, True)


def outputs_flag_turned(U, W, V, b, c, x, y, forced):
    return outputs_preallocated(U, W, V, b, c, x, y, not forced)


def outputs_seeing_the_answer(U, W, V, b, c, x, y, forced):
    if not forced:
        return outputs_preallocated(U, W, V, b, c, x, y, False)
    return c + np.tanh(b + y @ W.T + x @ U.T) @ V.T


def outputs_index_before_the_first(U, W, V, b, c, x, y, forced):
    o = np.zeros(y.shape)
    for t in range(len(x)):
        r = y[t - 1] if forced else o[t - 1]  # o[-1] is still 0 at t = 0; y[-1] is not
        o[t] = np.tanh(x[t] @ U.T + r @ W.T + b) @ V.T + c
    return o


def outputs_without_feedback(U, W, V, b, c, x, y, forced):
    return c + np.tanh(b + x @ U.T) @ V.T


def outputs_squashed(U, W, V, b, c, x, y, forced):
    r, o = np.zeros(y[0].shape), []
    for x_t, y_t in zip(x, y, strict=True):
        o.append(np.tanh(c + np.tanh(b + r @ W.T + x_t @ U.T) @ V.T))
        r = y_t if forced else o[-1]
    return np.array(o)


def outputs_plus_feedback(U, W, V, b, c, x, y, forced):
    r, o = np.zeros(y[0].shape), []
    for x_t, y_t in zip(x, y, strict=True):
        o.append(r + c + np.tanh(b + r @ W.T + x_t @ U.T) @ V.T)
        r = y_t if forced else o[-1]
    return np.array(o)


def outputs_first_step_lost(U, W, V, b, c, x, y, forced):
    return outputs_preallocated(U, W, V, b, c, x, y, forced)[1:]


def run_on_products(U, W, V, b, c, x, y, forced):
    back, products = np.zeros((x.shape[1], len(c))), []
    for t in range(len(x)):
        products.append(np.tanh(x[t] @ U.T + back @ W.T + b) @ V.T)
        back = y[t] if forced else products[t]
    return np.array(products) + c


# --- 05.4 ---------------------------------------------------------------------------------


def _walk(U, W, b, xs):
    h, out = np.zeros((xs.shape[1], len(b))), []
    for x_t in xs:
        h = np.tanh(x_t @ U.T + h @ W.T + b)
        out.append(h)
    return out


def both_with_lists(U, W, b, U_right, W_right, b_right, x):
    right = _walk(U_right, W_right, b_right, x[::-1])
    return _walk(U, W, b, x), list(reversed(right))


def both_by_index(U, W, b, U_right, W_right, b_right, x):
    T, B, _ = x.shape
    left, right = np.zeros((T, B, len(b))), np.zeros((T, B, len(b)))
    h = g = np.zeros((B, len(b)))
    for t in range(T):
        h = left[t] = np.tanh(b + h @ W.T + x[t] @ U.T)
        g = right[T - 1 - t] = np.tanh(b_right + g @ W_right.T + x[T - 1 - t] @ U_right.T)
    return left, right


def both_flipped(U, W, b, U_right, W_right, b_right, x):
    left = np.array(_walk(U, W, b, x))
    return left, np.flip(np.array(_walk(U_right, W_right, b_right, np.flip(x, 0))), axis=0)


def both_not_flipped_back(U, W, b, U_right, W_right, b_right, x):
    return _walk(U, W, b, x), _walk(U_right, W_right, b_right, x[::-1])


def both_forwards(U, W, b, U_right, W_right, b_right, x):
    return _walk(U, W, b, x), _walk(U_right, W_right, b_right, x)


def both_with_one_layer(U, W, b, U_right, W_right, b_right, x):
    return _walk(U, W, b, x), _walk(U, W, b, x[::-1])[::-1]


def both_summed(U, W, b, U_right, W_right, b_right, x):
    left, right = both_by_index(U, W, b, U_right, W_right, b_right, x)
    return left, left + right


def both_right_off_by_one(U, W, b, U_right, W_right, b_right, x):
    left, right = both_by_index(U, W, b, U_right, W_right, b_right, x)
    return left, np.concatenate([right[:1], right[:-1]])


RIGHT = {
    "05.1": [end_in_a_loop, end_from_the_log, end_by_a_mask],
    "05.2": [forecast_in_a_loop, forecast_by_pinv, forecast_centred],
    "05.3": [outputs_preallocated, outputs_forced_all_at_once, outputs_sequence_by_sequence],
    "05.4": [both_with_lists, both_by_index, both_flipped],
}
WRONG = {
    "05.1": [
        Wrong(end_of_the_batch, "_at_step_T", "has ended before"),
        Wrong(end_p_without_the_answer, "_forgets_the_one", "does not depend on y"),
        Wrong(end_one_from_all_of_a_column, "_one_taken_from_whole_columns", "do[rows, y]"),
        Wrong(end_written_to_whole_rows, "_placed_in_whole_rows", "which second index"),
        Wrong(end_with_one_array_of_indices, "_whole_columns_and_rows", "what do two pick"),
        Wrong(end_averaged, "_mean_over_the_batch", "their sum"),
        Wrong(end_uphill, "_sign_reversed", "signs are reversed"),
        Wrong(end_written_to_the_last_row, "_placed_at_step_T", "at step T"),
        Wrong(end_exp_of_large_scores, "_overflows", "too large"),
        Wrong(end_with_one_maximum, "_one_maximum", "of the whole array"),
        Wrong(end_dV_of_the_last_sequence, None, "dV"),
        Wrong(end_twice, None, "2"),
        Wrong(end_mean_and_at_step_T, "_placed_at_step_T", "by itself: The gradients on the last"),
    ],
    "05.2": [
        Wrong(forecast_from_one, "_last_step_only", "last sample only"),
        Wrong(forecast_without_ones, "_no_constant", "no constant"),
        Wrong(forecast_fits_test, "_fitted_on_the_test", "known only afterward"),
        Wrong(forecast_persistence, "_last_value", "repeat the last sample"),
        Wrong(forecast_peeks, "_sees_what_it_predicts", "among your inputs"),
        Wrong(forecast_all_but_the_last, None, "lacks its last entry"),
        Wrong(forecast_shrunk, None, "wrong"),
        Wrong(linear_from_one_sample, "_last_step_only_from_the_first", "where is the second"),
        Wrong(
            linear_no_ones_and_another_order,
            "_no_constant",
            "Two mistakes at once",
            also="_factors_exchanged",
        ),
    ],
    "05.3": [
        Wrong(outputs_flag_ignored, "_always_forced", "always feed back"),
        Wrong(outputs_flag_turned, "_the_other_way_round", "when forced is False"),
        Wrong(outputs_seeing_the_answer, "_reads_the_present_target", "reads y(t)"),
        Wrong(outputs_index_before_the_first, "_starts_from_the_last_target", "at t = 0"),
        Wrong(outputs_without_feedback, "_feeds_nothing", "do not depend on W"),
        Wrong(outputs_squashed, "_output_through_tanh", "pass through tanh"),
        Wrong(outputs_plus_feedback, None, "wrong everywhere but at t = 1"),
        Wrong(outputs_first_step_lost, None, "lacks its first entry along the steps"),
        Wrong(run_on_products, "_feeds_without_c", "you feed back V h"),
    ],
    "05.4": [
        Wrong(both_not_flipped_back, "_in_the_order_of_reading", "last step first"),
        Wrong(both_forwards, "_both_from_the_left", "from the left as well"),
        Wrong(both_with_one_layer, "_one_layer_for_both", "its own weights"),
        Wrong(both_summed, None, "from_right"),
        Wrong(both_right_off_by_one, None, "from_right"),
    ],
}
