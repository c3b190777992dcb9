"""Lesson 08: answers as learners write them, not as the reference does."""

import math

import numpy as np

from tests.exercises.answers.labels import Wrong


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


# --- 08.3 ---------------------------------------------------------------------------------


def half_life_by_log2(bias):
    return -1 / np.log2(sigmoid(bias))


def half_life_by_log1p(bias):
    return math.log(2) / math.log1p(math.exp(-bias))


def half_life_by_bisection(bias):
    f = 1 / (1 + math.exp(-bias))
    low, high = 0.0, 1e6
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if f**middle > 0.5 else (low, middle)
    return high


def half_life_base_f(bias):
    return math.log(0.5, sigmoid(bias))


def half_life_of_the_bias(bias):
    return np.log(0.5) / np.log(np.float64(bias))


def half_life_wrong_sign_of_bias(bias):
    return np.log(0.5) / np.log(1 / (1 + np.exp(bias)))


def half_life_inverted(bias):
    return np.log(sigmoid(bias)) / np.log(0.5)


def half_life_time_constant(bias):
    return -1 / np.log(sigmoid(bias))


def half_life_one_over_leak(bias):
    return 1 / (1 - sigmoid(bias))


def half_life_small_leak(bias):
    return 0.6931471805599453 / (1 - sigmoid(bias))


def half_life_straight(bias):
    leak = 1 - sigmoid(bias)
    return 0.5 / leak


def half_life_counted(bias):
    f, m, t = sigmoid(bias), 1.0, 0
    while m > 0.5 + 1e-12:
        m, t = f * m, t + 1
    return t


def half_life_gate(bias):
    return 1 / (1 + np.exp(-bias))


def half_life_halved(bias):
    return 0.5 * bias


def half_life_exponential(bias):
    return math.exp(bias)


def half_life_negative(bias):
    return math.log(2) / np.log(sigmoid(bias))


def half_life_tanh_gate(bias):
    return np.log(0.5) / np.log(0.5 + 0.5 * np.tanh(bias))


def half_life_log10(bias):
    return np.log(0.5) / np.log10(sigmoid(bias))


def half_life_square_root(bias):
    return np.sqrt(0.5) / np.log(sigmoid(bias))


# --- 08.4 ---------------------------------------------------------------------------------


def step_in_blocks(U, W, b, h, m, x):
    n = len(h)
    a = W.dot(h) + U.dot(x) + b
    i = sigmoid(a[:n])
    f = sigmoid(a[n : 2 * n])
    g = np.tanh(a[2 * n : 3 * n])
    o = sigmoid(a[3 * n :])
    m = i * g + f * m
    return o * np.tanh(m), m


def step_unit_by_unit(U, W, b, h, m, x):
    n = len(h)
    h_new, m_new = np.empty(n), np.empty(n)
    for k in range(n):
        a = [b[r] + sum(W[r] * h) + sum(U[r] * x) for r in (k, n + k, 2 * n + k, 3 * n + k)]
        i, f, o = (1 / (1 + math.exp(-a[gate])) for gate in (0, 1, 3))
        m_new[k] = f * m[k] + i * math.tanh(a[2])
        h_new[k] = o * math.tanh(m_new[k])
    return [h_new, m_new]


def step_reshaped(U, W, b, h, m, x):
    a = (np.hstack([W, U]) @ np.concatenate([h, x]) + b).reshape(4, -1)
    i, f, o = sigmoid(a[[0, 1, 3]])
    m *= f
    m += i * np.tanh(a[2])
    return o * np.tanh(m), m


def step_with_tanh_only(U, W, b, h, m, x):
    half = np.tanh((b + W @ h + U @ x).reshape(4, -1) * np.array([[0.5], [0.5], [1], [0.5]]))
    i, f, g, o = half * np.array([[0.5], [0.5], [1], [0.5]]) + np.array([[0.5], [0.5], [0], [0.5]])
    m = f * m + i * g
    return o * np.tanh(m), m


def _parts(U, W, b, h, x):
    return np.split(b + W @ h + U @ x, 4)


def step_keras_order(U, W, b, h, m, x):
    f, i, g, o = _parts(U, W, b, h, x)
    m = sigmoid(f) * m + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(m), m


def step_ifog(U, W, b, h, m, x):
    i, f, o, g = _parts(U, W, b, h, x)
    m = sigmoid(f) * m + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(m), m


def step_interleaved(U, W, b, h, m, x):
    i, f, g, o = (b + W @ h + U @ x).reshape(len(h), 4).T
    m = sigmoid(f) * m + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(m), m


def step_all_sigmoid(U, W, b, h, m, x):
    i, f, g, o = (sigmoid(a) for a in _parts(U, W, b, h, x))
    m = f * m + i * g
    return o * np.tanh(m), m


def step_linear_g(U, W, b, h, m, x):
    i, f, g, o = _parts(U, W, b, h, x)
    m = sigmoid(f) * m + sigmoid(i) * g
    return sigmoid(o) * np.tanh(m), m


def step_shows_m(U, W, b, h, m, x):
    i, f, g, o = _parts(U, W, b, h, x)
    m = sigmoid(f) * m + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * m, m


def step_shows_too_early(U, W, b, h, m, x):
    i, f, g, o = _parts(U, W, b, h, x)
    h = sigmoid(o) * np.tanh(m)
    return h, sigmoid(f) * m + sigmoid(i) * np.tanh(g)


def step_writes_everything(U, W, b, h, m, x):
    _, f, g, o = _parts(U, W, b, h, x)
    m = sigmoid(f) * m + np.tanh(g)
    return sigmoid(o) * np.tanh(m), m


def step_of_1997(U, W, b, h, m, x):
    i, _, g, o = _parts(U, W, b, h, x)
    m = m + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(m), m


def step_overwrites_m(U, W, b, h, m, x):
    i, _, g, o = _parts(U, W, b, h, x)
    m = sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(m), m


def step_forgets_by_f(U, W, b, h, m, x):
    i, f, g, o = _parts(U, W, b, h, x)
    m = (1 - sigmoid(f)) * m + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(m), m


def step_coupled(U, W, b, h, m, x):
    i, _, g, o = _parts(U, W, b, h, x)
    i = sigmoid(i)
    m = (1 - i) * m + i * np.tanh(g)
    return sigmoid(o) * np.tanh(m), m


def step_mixes_like_the_gru(U, W, b, h, m, x):
    _, f, g, o = _parts(U, W, b, h, x)
    f = sigmoid(f)
    m = f * m + (1 - f) * np.tanh(g)
    return sigmoid(o) * np.tanh(m), m


def step_reads_m(U, W, b, h, m, x):
    return step_in_blocks(U, W, b, m, m, x)


def step_without_bias(U, W, b, h, m, x):
    return step_in_blocks(U, W, np.zeros_like(b), h, m, x)


def step_m_then_h(U, W, b, h, m, x):
    h, m = step_in_blocks(U, W, b, h, m, x)
    return m, h


def step_h_only(U, W, b, h, m, x):
    return step_in_blocks(U, W, b, h, m, x)[0]


def step_with_peepholes(U, W, b, h, m, x):
    """Lets the gates see the memory."""
    i, f, g, o = _parts(U, W, b, h, x)
    new = sigmoid(f + m) * m + sigmoid(i + m) * np.tanh(g)
    return sigmoid(o + new) * np.tanh(new), new


def step_gates_as_columns(U, W, b, h, m, x):
    h, m = step_in_blocks(U, W, b, h, m, x)
    return h[:, None], m[:, None]


def step_tanh_of_everything(U, W, b, h, m, x):
    h, m = step_in_blocks(U, W, b, h, m, x)
    return h, np.tanh(m)


def step_mean_of_old_and_new(U, W, b, h, m, x):
    i, f, g, o = _parts(U, W, b, h, x)
    m = (sigmoid(f) * m + sigmoid(i) * np.tanh(g)) / (sigmoid(f) + sigmoid(i))
    return sigmoid(o) * np.tanh(m), m


# --- 08.5 ---------------------------------------------------------------------------------


def back_in_one_array(gates, m_before, m, dh, dm):
    i, f, g, o = gates
    dm = dm + dh * o / np.cosh(m) ** 2
    partner = np.stack([dm * g, dm * m_before, dm * i, dh * np.tanh(m)])
    slope = gates * (1 - gates)
    slope[2] = 1 - g * g
    return (partner * slope).reshape(-1), f * dm


def back_in_loops(gates, m_before, m, dh, dm):
    n = len(m)
    da, dm_before = np.zeros(4 * n), np.zeros(n)
    for k in range(n):
        i, f, g, o = gates[:, k]
        shown = math.tanh(m[k])
        total = dm[k] + dh[k] * o * (1 - shown**2)
        da[k] = total * g * i * (1 - i)
        da[n + k] = total * m_before[k] * f * (1 - f)
        da[2 * n + k] = total * i * (1 - g**2)
        da[3 * n + k] = dh[k] * shown * o * (1 - o)
        dm_before[k] = total * f
    return [da, dm_before]


def back_in_place(gates, m_before, m, dh, dm):
    i, f, g, o = gates
    dm += dh * o * (1 - np.tanh(m) ** 2)
    do = dh * np.tanh(m)
    return np.r_[
        dm * g * i * (1 - i), dm * m_before * f * (1 - f), dm * i * (1 - g**2), do * o * (1 - o)
    ], dm * f


def back_by_complex_step(gates, m_before, m, dh, dm):
    n, e = len(m), 1e-30
    i, f, g, o = gates
    a = np.concatenate(
        [np.log(i / (1 - i)), np.log(f / (1 - f)), np.arctanh(g), np.log(o / (1 - o))]
    )

    def loss(a, m_before):
        a_i, a_f, a_g, a_o = np.split(a, 4)
        m = sigmoid(a_f) * m_before + sigmoid(a_i) * np.tanh(a_g)
        return dh @ (sigmoid(a_o) * np.tanh(m)) + dm @ m

    da = [loss(a + 1j * e * row, m_before).imag / e for row in np.eye(4 * n)]
    dm_before = [loss(a, m_before + 1j * e * row).imag / e for row in np.eye(n)]
    return np.array(da), np.array(dm_before)


def _back(gates, m_before, m, total, through_o, slopes=None):
    i, f, g, o = gates
    if slopes is None:
        slopes = [i * (1 - i), f * (1 - f), 1 - g**2, o * (1 - o)]
    partner = [total * g, total * m_before, total * i, through_o]
    return np.concatenate([p * s for p, s in zip(partner, slopes, strict=True)]), total * f


def _total(gates, m, dh, dm):
    return dm + dh * gates[3] * (1 - np.tanh(m) ** 2)


def back_without_dm(gates, m_before, m, dh, dm):
    total = dh * gates[3] * (1 - np.tanh(m) ** 2)
    return _back(gates, m_before, m, total, dh * np.tanh(m))


def back_dm_only(gates, m_before, m, dh, dm):
    return _back(gates, m_before, m, dm, dh * np.tanh(m))


def back_hands_on_dm(gates, m_before, m, dh, dm):
    da, _ = _back(gates, m_before, m, _total(gates, m, dh, dm), dh * np.tanh(m))
    return da, gates[1] * dm


def back_one_minus_m_squared(gates, m_before, m, dh, dm):
    return _back(gates, m_before, m, dm + dh * gates[3] * (1 - m**2), dh * np.tanh(m))


def back_past_tanh(gates, m_before, m, dh, dm):
    return _back(gates, m_before, m, dm + dh * gates[3], dh * np.tanh(m))


def back_past_o(gates, m_before, m, dh, dm):
    return _back(gates, m_before, m, dm + dh * (1 - np.tanh(m) ** 2), dh * np.tanh(m))


def back_adds_dh_to_dm(gates, m_before, m, dh, dm):
    return _back(gates, m_before, m, dm + dh, dh * np.tanh(m))


def back_without_f(gates, m_before, m, dh, dm):
    total = _total(gates, m, dh, dm)
    return _back(gates, m_before, m, total, dh * np.tanh(m))[0], total


def back_without_slopes(gates, m_before, m, dh, dm):
    return _back(gates, m_before, m, _total(gates, m, dh, dm), dh * np.tanh(m), np.ones((4, 1)))


def back_sigmoid_for_g(gates, m_before, m, dh, dm):
    slopes = gates * (1 - gates)
    return _back(gates, m_before, m, _total(gates, m, dh, dm), dh * np.tanh(m), slopes)


def back_sigmoid_again(gates, m_before, m, dh, dm):
    slopes = sigmoid(gates) * (1 - sigmoid(gates))
    slopes[2] = 1 - np.tanh(gates[2]) ** 2
    return _back(gates, m_before, m, _total(gates, m, dh, dm), dh * np.tanh(m), slopes)


def _back_line_by_line(gates, m_before, m, dh, dm, i_slope, f_slope, g_slope, o_slope):
    """The gradients on the gates, each times what the learner takes for its slope."""
    i, f, g, o = gates
    dm = _total(gates, m, dh, dm)
    di, df, dg, do = dm * g, dm * m_before, dm * i, dh * np.tanh(m)
    return np.concatenate([di * i_slope(i), df * f_slope(f), dg * g_slope(g), do * o_slope(o)]), (
        f * dm
    )


def _logistic_slope(s):
    return s * (1 - s)


def _tanh_slope(s):
    return 1 - s**2


def back_tanh_of_g(gates, m_before, m, dh, dm):
    slopes = [_logistic_slope, _logistic_slope, lambda g: 1 - np.tanh(g) ** 2, _logistic_slope]
    return _back_line_by_line(gates, m_before, m, dh, dm, *slopes)


def back_sigmoid_of_i_f_o(gates, m_before, m, dh, dm):
    def again(s):
        return sigmoid(s) * (1 - sigmoid(s))

    return _back_line_by_line(gates, m_before, m, dh, dm, again, again, _tanh_slope, again)


def back_do_as_it_is(gates, m_before, m, dh, dm):
    slopes = [_logistic_slope, _logistic_slope, _tanh_slope, np.ones_like]
    return _back_line_by_line(gates, m_before, m, dh, dm, *slopes)


def back_dg_as_it_is(gates, m_before, m, dh, dm):
    slopes = [_logistic_slope, _logistic_slope, np.ones_like, _logistic_slope]
    return _back_line_by_line(gates, m_before, m, dh, dm, *slopes)


def back_di_and_df_as_they_are(gates, m_before, m, dh, dm):
    slopes = [np.ones_like, np.ones_like, _tanh_slope, _logistic_slope]
    return _back_line_by_line(gates, m_before, m, dh, dm, *slopes)


def back_tanh_slope_only(gates, m_before, m, dh, dm):
    slopes = [np.ones_like, np.ones_like, _tanh_slope, np.ones_like]
    return _back_line_by_line(gates, m_before, m, dh, dm, *slopes)


def back_twice_the_slope_of_f(gates, m_before, m, dh, dm):
    """Multiplies block f by its slope once more."""
    slopes = [_logistic_slope, lambda f: (f * (1 - f)) ** 2, _tanh_slope, _logistic_slope]
    return _back_line_by_line(gates, m_before, m, dh, dm, *slopes)


def back_m_for_m_before(gates, m_before, m, dh, dm):
    return _back(gates, m, m, _total(gates, m, dh, dm), dh * np.tanh(m))


def back_m_for_tanh_m(gates, m_before, m, dh, dm):
    return _back(gates, m_before, m, _total(gates, m, dh, dm), dh * m)


def back_own_gate(gates, m_before, m, dh, dm):
    i, f, g, o = gates
    total = _total(gates, m, dh, dm)
    da = [
        total * i * i * (1 - i),
        total * m_before * f * (1 - f),
        total * g * (1 - g**2),
        dh * np.tanh(m) * o * (1 - o),
    ]
    return np.concatenate(da), total * f


def back_ifog(gates, m_before, m, dh, dm):
    da, dm_before = back_in_loops(gates, m_before, m, dh, dm)
    i, f, g, o = np.split(da, 4)
    return np.concatenate([i, f, o, g]), dm_before


def back_flattened_by_columns(gates, m_before, m, dh, dm):
    da, dm_before = back_in_loops(gates, m_before, m, dh, dm)
    return da.reshape(4, -1).flatten(order="F"), dm_before


def back_rows(gates, m_before, m, dh, dm):
    da, dm_before = back_in_loops(gates, m_before, m, dh, dm)
    return da.reshape(4, -1), dm_before


def back_sign_of_dm(gates, m_before, m, dh, dm):
    return back_in_loops(gates, m_before, m, dh, -dm)


def back_o_forgotten(gates, m_before, m, dh, dm):
    da, dm_before = back_in_loops(gates, m_before, m, dh, dm)
    return np.concatenate([da[: 3 * len(m)], np.zeros(len(m))]), dm_before


def back_total_into_o(gates, m_before, m, dh, dm):
    """The output gate is given the gradient on the memory."""
    total = _total(gates, m, dh, dm)
    return _back(gates, m_before, m, total, total * np.tanh(m))


def back_da_only(gates, m_before, m, dh, dm):
    return back_in_loops(gates, m_before, m, dh, dm)[0]


# --- 08.6 ---------------------------------------------------------------------------------


def _walk(W, h, m, gates, dh, keep_h=1, keep_m=1, steps=None, step=None):
    """da of each step, and what is left over at h(0) and m(0)."""
    T = len(dh)
    da, dh_next, dm_next = np.zeros((T, len(W))), np.zeros(h.shape[1]), np.zeros(h.shape[1])
    for t in range(T, 0, -1) if steps is None else steps:
        da[t - 1], dm_next = (step or back_in_one_array)(
            gates[t - 1], m[t - 1], m[t], dh[t - 1] + keep_h * dh_next, keep_m * dm_next
        )
        dh_next = W.T @ da[t - 1]
    return da, dh_next, dm_next


def walk_matrix_at_the_end(U, W, x, h, m, gates, dh):
    da, dh0, dm0 = _walk(W, h, m, gates, dh)
    return da.T @ x, da.T @ h[:-1], da.sum(axis=0), dh0, dm0


def walk_step_by_step(U, W, x, h, m, gates, dh):
    T, n = dh.shape
    dU, dW, db = np.zeros(U.shape), np.zeros(W.shape), np.zeros(4 * n)
    dh_next = np.zeros(n)
    dm_next = np.zeros(n)
    for t in reversed(range(T)):
        i, f, g, o = gates[t]
        dht = dh[t] + dh_next
        tanh_m = np.tanh(m[t + 1])
        dmt = dm_next + dht * o * (1 - tanh_m**2)
        da = np.hstack(
            [
                dmt * g * i * (1 - i),
                dmt * m[t] * f * (1 - f),
                dmt * i * (1 - g**2),
                dht * tanh_m * o * (1 - o),
            ]
        )
        dU += da[:, None] * x[t]
        dW += da[:, None] * h[t]
        db += da
        dh_next, dm_next = da @ W, dmt * f
    return [dU, dW, db, dh_next, dm_next]


def walk_recursively(U, W, x, h, m, gates, dh):
    if len(x) == 0:
        zero = np.zeros(h.shape[1])
        return 0 * U, 0 * W, np.zeros(len(W)), zero, zero
    dU, dW, db, dh1, dm1 = walk_recursively(U, W, x[1:], h[1:], m[1:], gates[1:], dh[1:])
    da, dm0 = back_in_one_array(gates[0], m[0], m[1], dh[0] + dh1, dm1)
    return dU + np.outer(da, x[0]), dW + np.outer(da, h[0]), db + da, W.T @ da, dm0


def walk_changes_dh(U, W, x, h, m, gates, dh):
    """Keeps the totals where the direct gradients were."""
    dm, da = np.zeros(h.shape[1]), np.empty((len(x), len(W)))
    for t in range(len(x))[::-1]:
        da[t], dm = back_in_loops(gates[t], m[t], m[t + 1], dh[t], dm)
        if t > 0:
            dh[t - 1] += W.T @ da[t]
    return da.T @ x, da.T @ h[:-1], da.sum(0), W.T @ da[0], dm


def _folded(x, h, walk):
    da, dh0, dm0 = walk
    return da.T @ x, da.T @ h[:-1], da.sum(axis=0), dh0, dm0


def walk_never_carries(U, W, x, h, m, gates, dh):
    return _folded(x, h, _walk(W, h, m, gates, dh, keep_h=0, keep_m=0))


def walk_drops_dm(U, W, x, h, m, gates, dh):
    return _folded(x, h, _walk(W, h, m, gates, dh, keep_m=0))


def walk_drops_dh(U, W, x, h, m, gates, dh):
    return _folded(x, h, _walk(W, h, m, gates, dh, keep_h=0))


def walk_forward(U, W, x, h, m, gates, dh):
    return _folded(x, h, _walk(W, h, m, gates, dh, steps=range(1, len(dh) + 1)))


def walk_stops_at_step_2(U, W, x, h, m, gates, dh):
    return _folded(x, h, _walk(W, h, m, gates, dh, steps=range(len(dh), 1, -1)))


def walk_starts_late(U, W, x, h, m, gates, dh):
    return _folded(x, h, _walk(W, h, m, gates, dh, steps=range(len(dh) - 1, 0, -1)))


def walk_new_state(U, W, x, h, m, gates, dh):
    da, dh0, dm0 = _walk(W, h, m, gates, dh)
    return da.T @ x, da.T @ h[1:], da.sum(axis=0), dh0, dm0


def walk_first_share(U, W, x, h, m, gates, dh):
    da, dh0, dm0 = _walk(W, h, m, gates, dh)
    return np.outer(da[0], x[0]), np.outer(da[0], h[0]), da[0], dh0, dm0


def walk_last_share(U, W, x, h, m, gates, dh):
    da, dh0, dm0 = _walk(W, h, m, gates, dh)
    return np.outer(da[-1], x[-1]), np.outer(da[-1], h[-2]), da[-1], dh0, dm0


def walk_averages(U, W, x, h, m, gates, dh):
    da, dh0, dm0 = _walk(W, h, m, gates, dh)
    return da.T @ x / len(x), da.T @ h[:-1] / len(x), da.mean(axis=0), dh0, dm0


def walk_last_loss(U, W, x, h, m, gates, dh):
    dh = dh.copy()
    dh[:-1] = 0
    return _folded(x, h, _walk(W, h, m, gates, dh))


def walk_adds_dm(U, W, x, h, m, gates, dh):
    def step(gates, m_before, m, dh, dm):
        da, dm_before = back_in_one_array(gates, m_before, m, dh, dm)
        return da, dm + dm_before

    return _folded(x, h, _walk(W, h, m, gates, dh, step=step))


def walk_without_f(U, W, x, h, m, gates, dh):
    return _folded(x, h, _walk(W, h, m, gates, dh, step=back_without_f))


def walk_new_memory(U, W, x, h, m, gates, dh):
    def step(gates, m_before, m, dh, dm):
        return back_in_one_array(gates, m, m, dh, dm)

    return _folded(x, h, _walk(W, h, m, gates, dh, step=step))


def walk_W_by_blocks(U, W, x, h, m, gates, dh):
    n = h.shape[1]
    da, dh_next, dm = np.zeros((len(x), 4 * n)), np.zeros(n), np.zeros(n)
    for t in range(len(x) - 1, -1, -1):
        da[t], dm = back_in_one_array(gates[t], m[t], m[t + 1], dh[t] + dh_next, dm)
        dh_next = 0
        for k in range(0, 4 * n, n):
            dh_next = dh_next + W[k : k + n] @ da[t, k : k + n]
    return _folded(x, h, (da, dh_next, dm))


def walk_without_slopes(U, W, x, h, m, gates, dh):
    return _folded(x, h, _walk(W, h, m, gates, dh, step=back_without_slopes))


def walk_gives_totals(U, W, x, h, m, gates, dh):
    da, _, _ = _walk(W, h, m, gates, dh)
    _, dh1, dm1 = _walk(W, h, m, gates, dh, steps=range(len(dh), 1, -1))
    return da.T @ x, da.T @ h[:-1], da.sum(axis=0), dh[0] + dh1, dm1


def walk_zero_dm0(U, W, x, h, m, gates, dh):
    return *walk_matrix_at_the_end(U, W, x, h, m, gates, dh)[:4], np.zeros(h.shape[1])


def walk_bias_of_each_step(U, W, x, h, m, gates, dh):
    da, dh0, dm0 = _walk(W, h, m, gates, dh)
    return da.T @ x, da.T @ h[:-1], da, dh0, dm0


def walk_transposed(U, W, x, h, m, gates, dh):
    dU, dW, db, dh0, dm0 = walk_matrix_at_the_end(U, W, x, h, m, gates, dh)
    return dU.T, dW.T, db, dh0, dm0


def walk_first_step_twice(U, W, x, h, m, gates, dh):
    dU, dW, db, dh0, dm0 = walk_matrix_at_the_end(U, W, x, h, m, gates, dh)
    da, _, _ = _walk(W, h, m, gates, dh)
    return dU, dW + np.outer(da[0], h[0]), db, dh0, dm0


def walk_dm_through_the_slope(U, W, x, h, m, gates, dh):
    """dm is led through tanh as well."""

    def step(gates, m_before, m, dh, dm):
        return back_in_one_array(gates, m_before, m, dh, dm * (1 - np.tanh(m) ** 2))

    return _folded(x, h, _walk(W, h, m, gates, dh, step=step))


def walk_h_and_m_exchanged(U, W, x, h, m, gates, dh):
    dU, dW, db, dh0, dm0 = walk_matrix_at_the_end(U, W, x, h, m, gates, dh)
    return dU, dW, db, dm0, dh0


def walk_adds_up_dh(U, W, x, h, m, gates, dh):
    n = h.shape[1]
    da, dh_next, dm_next = np.zeros((len(x), 4 * n)), np.zeros(n), np.zeros(n)
    for t in range(len(x), 0, -1):
        da[t - 1], dm_next = back_in_loops(
            gates[t - 1], m[t - 1], m[t], dh[t - 1] + dh_next, dm_next
        )
        dh_next += W.T @ da[t - 1]
    return _folded(x, h, (da, dh_next, dm_next))


def walk_adds_up_both(U, W, x, h, m, gates, dh):
    n = h.shape[1]
    da, dh_next, dm_next = np.zeros((len(x), 4 * n)), np.zeros(n), np.zeros(n)
    for t in range(len(x), 0, -1):
        da[t - 1], dm = back_in_loops(gates[t - 1], m[t - 1], m[t], dh[t - 1] + dh_next, dm_next)
        dh_next += W.T @ da[t - 1]
        dm_next += dm
    return _folded(x, h, (da, dh_next, dm_next))


def walk_carries_the_total(U, W, x, h, m, gates, dh):
    n = h.shape[1]
    da, dh_next, dm_next = np.zeros((len(x), 4 * n)), np.zeros(n), np.zeros(n)
    for t in range(len(x), 0, -1):
        dh_next += dh[t - 1]
        da[t - 1], dm_next = back_in_loops(gates[t - 1], m[t - 1], m[t], dh_next, dm_next)
        dh_next += W.T @ da[t - 1]
    return _folded(x, h, (da, dh_next, dm_next))


def walk_returns_its_last_total(U, W, x, h, m, gates, dh):
    n = h.shape[1]
    da, dh_next, dm_next = np.zeros((len(x), 4 * n)), np.zeros(n), np.zeros(n)
    for t in range(len(x))[::-1]:
        total = dh[t] + dh_next
        da[t], dm_next = back_in_one_array(gates[t], m[t], m[t + 1], total, dm_next)
        dh_next = da[t] @ W
    return _folded(x, h, (da, total, dm_next))


def _walk_overwriting_db(U, W, x, h, m, gates, dh, keep_m):
    dU, dW = 0 * U, 0 * W
    dh_next = dm_next = np.zeros(h.shape[1])
    for t in reversed(range(len(x))):
        db, dm_next = back_in_one_array(gates[t], m[t], m[t + 1], dh[t] + dh_next, keep_m * dm_next)
        dU += np.outer(db, x[t])
        dW += np.outer(db, h[t])
        dh_next = W.T @ db
    return dU, dW, db, dh_next, dm_next


def walk_overwrites_db(U, W, x, h, m, gates, dh):
    return _walk_overwriting_db(U, W, x, h, m, gates, dh, 1)


def walk_overwrites_db_and_drops_dm(U, W, x, h, m, gates, dh):
    return _walk_overwriting_db(U, W, x, h, m, gates, dh, 0)


def _walk_by_index(U, W, x, h, m, gates, dh, gate=0, before=0, after=1, direct=0, state=0):
    """The walk with t = T-1, …, 0; by how much each index is off from t."""
    dU, dW, db = 0 * U, 0 * W, np.zeros(len(W))
    dh_next, dm_next = np.zeros(h.shape[1]), np.zeros(h.shape[1])
    for t in reversed(range(len(x))):
        da, dm_next = back_in_one_array(
            gates[t + gate], m[t + before], m[t + after], dh[t + direct] + dh_next, dm_next
        )
        dU += np.outer(da, x[t])
        dW += np.outer(da, h[t + state])
        db += da
        dh_next = da @ W
    return dU, dW, db, dh_next, dm_next


def walk_m_and_m_before(U, W, x, h, m, gates, dh):
    return _walk_by_index(U, W, x, h, m, gates, dh, before=1, after=0)


def walk_m_one_early(U, W, x, h, m, gates, dh):
    return _walk_by_index(U, W, x, h, m, gates, dh, before=-1, after=0)


def walk_gates_one_early(U, W, x, h, m, gates, dh):
    return _walk_by_index(U, W, x, h, m, gates, dh, gate=-1)


def walk_dh_one_early(U, W, x, h, m, gates, dh):
    return _walk_by_index(U, W, x, h, m, gates, dh, direct=-1)


def walk_h_one_early(U, W, x, h, m, gates, dh):
    return _walk_by_index(U, W, x, h, m, gates, dh, state=-1)


def walk_all_one_early(U, W, x, h, m, gates, dh):
    """gates, m and dh of the step before, x and h of the step itself."""
    return _walk_by_index(U, W, x, h, m, gates, dh, gate=-1, before=-1, after=0, direct=-1)


def walk_gates_one_late(U, W, x, h, m, gates, dh):
    return _walk_by_index(U, W, x, h, m, gates, dh, gate=1)


def walk_returns_the_first_dh(U, W, x, h, m, gates, dh):
    dU, dW, db, _, dm0 = walk_matrix_at_the_end(U, W, x, h, m, gates, dh)
    return dU, dW, db, dh[0], dm0


def walk_block_o_of_db_lost(U, W, x, h, m, gates, dh):
    dU, dW, db, dh0, dm0 = walk_matrix_at_the_end(U, W, x, h, m, gates, dh)
    db[-h.shape[1] :] = 0
    return dU, dW, db, dh0, dm0


# --- 08.7 ---------------------------------------------------------------------------------


def gru_in_blocks(U, W, b, b_hn, h, x):
    k = len(h)
    r = sigmoid(U[:k] @ x + W[:k] @ h + b[:k])
    z = sigmoid(U[k : 2 * k] @ x + W[k : 2 * k] @ h + b[k : 2 * k])
    n = np.tanh(U[2 * k :] @ x + b[2 * k :] + r * (W[2 * k :] @ h + b_hn))
    return n + z * (h - n)


def gru_unit_by_unit(U, W, b, b_hn, h, x):
    new, k = [], len(h)
    for j in range(k):
        ux = [sum(U[j + s * k] * x) + b[j + s * k] for s in range(3)]
        wh = [sum(W[j + s * k] * h) for s in range(3)]
        r, z = (1 / (1 + math.exp(-ux[s] - wh[s])) for s in (0, 1))
        n = math.tanh(ux[2] + r * (wh[2] + b_hn[j]))
        new.append((1 - z) * n + z * h[j])
    return new


def gru_reshaped(U, W, b, b_hn, h, x):
    a, w = (b + U @ x).reshape(3, -1), (W @ h).reshape(3, -1)
    w[2] += b_hn
    r, z = 0.5 + 0.5 * np.tanh((a + w)[:2] / 2)
    h *= z
    h += (1 - z) * np.tanh(a[2] + r * w[2])
    return h


def _gru(U, W, b, h, x):
    a, w = np.split(b + U @ x, 3), np.split(W @ h, 3)
    return sigmoid(a[0] + w[0]), sigmoid(a[1] + w[1]), a[2], w[2]


def gru_of_the_paper(U, W, b, b_hn, h, x):
    r, z, a, w = _gru(U, W, b, h, x)
    return z * np.tanh(a + r * (w + b_hn)) + (1 - z) * h


def gru_resets_h(U, W, b, b_hn, h, x):
    r, z, a, _ = _gru(U, W, b, h, x)
    n = np.tanh(a + W[-len(h) :] @ (r * h) + b_hn)
    return (1 - z) * n + z * h


def gru_of_chung(U, W, b, b_hn, h, x):
    """r before W_n, and z with the candidate, as in Chung et al. 2014."""
    r, z, a, _ = _gru(U, W, b, h, x)
    n = np.tanh(a + W[-len(h) :] @ (r * h) + b_hn)
    return (1 - z) * h + z * n


def gru_of_chung_one_bias(U, W, b, b_hn, h, x):
    r, z, a, _ = _gru(U, W, b, h, x)
    return h + z * (np.tanh(a + W[-len(h) :] @ (r * h)) - h)


def gru_one_bias(U, W, b, b_hn, h, x):
    b = b.copy()
    b[-len(h) :] += b_hn
    r, z, a, w = _gru(U, W, b, h, x)
    return (1 - z) * np.tanh(a + r * w) + z * h


def gru_without_b_hn(U, W, b, b_hn, h, x):
    r, z, a, w = _gru(U, W, b, h, x)
    return (1 - z) * np.tanh(a + r * w) + z * h


def gru_without_reset(U, W, b, b_hn, h, x):
    _, z, a, w = _gru(U, W, b, h, x)
    return (1 - z) * np.tanh(a + w + b_hn) + z * h


def gru_z_r_n(U, W, b, b_hn, h, x):
    z, r, a, w = _gru(U, W, b, h, x)
    return (1 - z) * np.tanh(a + r * (w + b_hn)) + z * h


def gru_sigmoid_n(U, W, b, b_hn, h, x):
    r, z, a, w = _gru(U, W, b, h, x)
    return (1 - z) * sigmoid(a + r * (w + b_hn)) + z * h


def gru_adds_up(U, W, b, b_hn, h, x):
    r, z, a, w = _gru(U, W, b, h, x)
    return np.tanh(a + r * (w + b_hn)) + z * h


def gru_resets_x_too(U, W, b, b_hn, h, x):
    r, z, a, w = _gru(U, W, b, h, x)
    return (1 - z) * np.tanh(r * (a + w + b_hn)) + z * h


def gru_interleaved(U, W, b, b_hn, h, x):
    a, w = (b + U @ x).reshape(-1, 3).T, (W @ h).reshape(-1, 3).T
    r, z = sigmoid(a[:2] + w[:2])
    return (1 - z) * np.tanh(a[2] + r * (w[2] + b_hn)) + z * h


def gru_candidate(U, W, b, b_hn, h, x):
    r, _, a, w = _gru(U, W, b, h, x)
    return np.tanh(a + r * (w + b_hn))


def gru_keeps_nothing(U, W, b, b_hn, h, x):
    r, z, a, w = _gru(U, W, b, h, x)
    return (1 - z) * np.tanh(a + r * (w + b_hn))


def gru_tanh_gates(U, W, b, b_hn, h, x):
    a, w = np.split(b + U @ x, 3), np.split(W @ h, 3)
    r, z = np.tanh(a[0] + w[0]), np.tanh(a[1] + w[1])
    return (1 - z) * np.tanh(a[2] + r * (w[2] + b_hn)) + z * h


def gru_tanh_r_only(U, W, b, b_hn, h, x):
    _, z, a, w = _gru(U, W, b, h, x)
    k = len(h)
    r = np.tanh(U[:k] @ x + W[:k] @ h + b[:k])
    return (1 - z) * np.tanh(a + r * (w + b_hn)) + z * h


def gru_and_its_gates(U, W, b, b_hn, h, x):
    r, z, _, _ = _gru(U, W, b, h, x)
    return np.stack([gru_in_blocks(U, W, b, b_hn, h, x), r, z])


def gru_minus_z(U, W, b, b_hn, h, x):
    r, z, a, w = _gru(U, W, b, h, x)
    return (1 - z) * np.tanh(a + r * (w + b_hn)) - z * h


# --- 08.8 ---------------------------------------------------------------------------------


def gru_walk_matrix_at_the_end(U, W, x, h, gates, q, dh_direct):
    T, k = dh_direct.shape
    da, dw = np.empty((T, 3 * k)), np.empty((T, 3 * k))
    future = np.zeros(k)
    for t in reversed(range(T)):
        r, z, n = gates[t]
        total = dh_direct[t] + future
        on_n = total * (1 - z) * (1 - n * n)
        on_r = on_n * q[t] * r * (1 - r)
        on_z = total * (h[t] - n) * z * (1 - z)
        da[t] = np.hstack([on_r, on_z, on_n])
        dw[t] = np.hstack([on_r, on_z, on_n * r])
        future = z * total + dw[t] @ W
    return da.T @ x, dw.T @ h[:-1], da.sum(axis=0), dw[:, -k:].sum(axis=0), future


def gru_walk_recursively(U, W, x, h, gates, q, dh_direct):
    k = h.shape[1]
    if len(x) == 0:
        return [0 * U, 0 * W, np.zeros(3 * k), np.zeros(k), np.zeros(k)]
    later = gru_walk_recursively(U, W, x[1:], h[1:], gates[1:], q[1:], dh_direct[1:])
    r, z, n = gates[0]
    total = dh_direct[0] + later[4]
    d_n = total * (1 - z) * (1 - n**2)
    d_z = total * (h[0] - n) * z * (1 - z)
    d_r = d_n * q[0] * r * (1 - r)
    da, dw = np.r_[d_r, d_z, d_n], np.r_[d_r, d_z, r * d_n]
    own = [np.outer(da, x[0]), np.outer(dw, h[0]), da, r * d_n]
    return [*(a + b for a, b in zip(own, later, strict=False)), total * z + W.T @ dw]


def gru_walk_by_complex_step(U, W, x, h, gates, q, dh_direct):
    """Runs again, with the biases that the gates betray."""
    k, tiny = h.shape[1], 1e-30
    r, z, n = gates[0]
    b_hn = q[0] - W[2 * k :] @ h[0]
    sums = np.concatenate([np.log(r / (1 - r)), np.log(z / (1 - z)), np.arctanh(n)])
    inside = np.concatenate([W[: 2 * k] @ h[0], r * q[0]])
    b = sums - inside - U @ x[0]

    def loss(U, W, b, b_hn, state):
        total = 0
        for x_t, d in zip(x, dh_direct, strict=True):
            a, w = b + U @ x_t, W @ state
            r, z = (sigmoid(a[j * k : (j + 1) * k] + w[j * k : (j + 1) * k]) for j in (0, 1))
            n = np.tanh(a[2 * k :] + r * (w[2 * k :] + b_hn))
            state = (1 - z) * n + z * state
            total = total + d @ state
        return total

    arguments = [U, W, b, b_hn, h[0]]
    gradients = [np.empty(array.shape) for array in arguments]
    for j, gradient in enumerate(gradients):
        for index in np.ndindex(gradient.shape):
            moved = [array.astype(complex) for array in arguments]
            moved[j][index] += 1j * tiny
            gradient[index] = loss(*moved).imag / tiny
    return gradients


def _gru_walk(U, W, x, h, gates, q, dh_direct, step, keep=1.0):
    """step(r, z, n, q, h_before, total, W): da, dw and what goes back to h(t-1)."""
    dU, dW = np.zeros(U.shape), np.zeros(W.shape)
    db, db_hn, back = np.zeros(len(W)), np.zeros(h.shape[1]), np.zeros(h.shape[1])
    for t in range(len(x) - 1, -1, -1):
        da, dw, back = step(*gates[t], q[t], h[t], dh_direct[t] + keep * back, W)
        dU += np.outer(da, x[t])
        dW += np.outer(dw, h[t])
        db += da
        db_hn += dw[-h.shape[1] :]
    return dU, dW, db, db_hn, back


def _gru_parts(r, z, n, q, h, total):
    """The gradients on the sums before r, z and n."""
    d_n = total * (1 - z) * (1 - n**2)
    return d_n * q * r * (1 - r), total * (h - n) * z * (1 - z), d_n


def gru_walk_W_only(U, W, x, h, gates, q, dh_direct):
    def step(r, z, n, q, h, total, W):
        d_r, d_z, d_n = _gru_parts(r, z, n, q, h, total)
        dw = np.concatenate([d_r, d_z, d_n * r])
        return np.concatenate([d_r, d_z, d_n]), dw, W.T @ dw

    return _gru_walk(U, W, x, h, gates, q, dh_direct, step)


def gru_walk_z_only(U, W, x, h, gates, q, dh_direct):
    def step(r, z, n, q, h, total, W):
        d_r, d_z, d_n = _gru_parts(r, z, n, q, h, total)
        return np.concatenate([d_r, d_z, d_n]), np.concatenate([d_r, d_z, d_n * r]), total * z

    return _gru_walk(U, W, x, h, gates, q, dh_direct, step)


def gru_walk_never_carries(U, W, x, h, gates, q, dh_direct):
    def step(r, z, n, q, h, total, W):
        d_r, d_z, d_n = _gru_parts(r, z, n, q, h, total)
        dw = np.concatenate([d_r, d_z, d_n * r])
        return np.concatenate([d_r, d_z, d_n]), dw, total * z + W.T @ dw

    return _gru_walk(U, W, x, h, gates, q, dh_direct, step, keep=0.0)


def gru_walk_of_chung(U, W, x, h, gates, q, dh_direct):
    def step(r, z, n, q, h, total, W):
        d_n = total * z * (1 - n**2)
        d_r, d_z = d_n * q * r * (1 - r), total * (n - h) * z * (1 - z)
        dw = np.concatenate([d_r, d_z, d_n * r])
        return np.concatenate([d_r, d_z, d_n]), dw, total * (1 - z) + W.T @ dw

    return _gru_walk(U, W, x, h, gates, q, dh_direct, step)


def gru_walk_forgets_r(U, W, x, h, gates, q, dh_direct):
    def step(r, z, n, q, h, total, W):
        da = np.concatenate(_gru_parts(r, z, n, q, h, total))
        return da, da, total * z + W.T @ da

    return _gru_walk(U, W, x, h, gates, q, dh_direct, step)


def gru_walk_one_da_for_dW(U, W, x, h, gates, q, dh_direct):
    dU, _, db, db_hn, dh0 = gru_walk_matrix_at_the_end(U, W, x, h, gates, q, dh_direct)
    da = _gru_sums(U, W, x, h, gates, q, dh_direct)
    return dU, da.T @ h[:-1], db, db_hn, dh0


def _gru_sums(U, W, x, h, gates, q, dh_direct):
    """da of all steps (T, 3n)."""
    found, future = np.empty((len(x), len(W))), 0
    for t in reversed(range(len(x))):
        r, z, n = gates[t]
        total = dh_direct[t] + future
        d_r, d_z, d_n = _gru_parts(r, z, n, q[t], h[t], total)
        found[t] = np.concatenate([d_r, d_z, d_n])
        future = total * z + np.concatenate([d_r, d_z, d_n * r]) @ W
    return found


def gru_walk_b_hn_like_b(U, W, x, h, gates, q, dh_direct):
    dU, dW, db, _, dh0 = gru_walk_matrix_at_the_end(U, W, x, h, gates, q, dh_direct)
    return dU, dW, db, db[-h.shape[1] :], dh0


def gru_walk_resets_h(U, W, x, h, gates, q, dh_direct):
    def step(r, z, n, q, h, total, W):
        _, d_z, d_n = _gru_parts(r, z, n, q, h, total)
        d_r = d_n * h * r * (1 - r)
        dw = np.concatenate([d_r, d_z, d_n * r])
        return np.concatenate([d_r, d_z, d_n]), dw, total * z + W.T @ dw

    return _gru_walk(U, W, x, h, gates, q, dh_direct, step)


def gru_walk_resets_h_before_W(U, W, x, h, gates, q, dh_direct):
    def step(r, z, n, q, h, total, W):
        _, d_z, d_n = _gru_parts(r, z, n, q, h, total)
        d_r = d_n @ W[-len(h) :] * h * r * (1 - r)
        dw = np.concatenate([d_r, d_z, d_n * r])
        return np.concatenate([d_r, d_z, d_n]), dw, total * z + W.T @ dw

    return _gru_walk(U, W, x, h, gates, q, dh_direct, step)


def gru_walk_z_on_n(U, W, x, h, gates, q, dh_direct):
    def step(r, z, n, q, h, total, W):
        d_n = total * z * (1 - n * n)
        d_r, d_z = d_n * q * r * (1 - r), total * (h - n) * z * (1 - z)
        dw = np.r_[d_r, d_z, r * d_n]
        return np.r_[d_r, d_z, d_n], dw, z * total + dw @ W

    return _gru_walk(U, W, x, h, gates, q, dh_direct, step)


def gru_walk_z_on_n_and_one_da(U, W, x, h, gates, q, dh_direct):
    """db_hn alone has the factor r."""
    into_q = []

    def step(r, z, n, q, h, total, W):
        d_n = total * z * (1 - n * n)
        into_q.append(r * d_n)
        da = np.r_[d_n * q * r * (1 - r), total * (h - n) * z * (1 - z), d_n]
        return da, da, z * total + da @ W

    dU, dW, db, _, dh0 = _gru_walk(U, W, x, h, gates, q, dh_direct, step)
    return dU, dW, db, np.sum(into_q, axis=0), dh0


def gru_walk_without_slopes_of_the_gates(U, W, x, h, gates, q, dh_direct):
    def step(r, z, n, q, h, total, W):
        d_n = total * (1 - z) * (1 - n**2)
        d_r, d_z = d_n * q, total * (h - n)
        dw = np.concatenate([d_r, d_z, d_n * r])
        return np.concatenate([d_r, d_z, d_n]), dw, total * z + W.T @ dw

    return _gru_walk(U, W, x, h, gates, q, dh_direct, step)


def gru_walk_new_state(U, W, x, h, gates, q, dh_direct):
    dU, _, db, db_hn, dh0 = gru_walk_matrix_at_the_end(U, W, x, h, gates, q, dh_direct)
    da = _gru_sums(U, W, x, h, gates, q, dh_direct)
    k = h.shape[1]
    dw = np.hstack([da[:, : 2 * k], da[:, 2 * k :] * gates[:, 0]])
    return dU, dw.T @ h[1:], db, db_hn, dh0


def gru_walk_drops_dh0(U, W, x, h, gates, q, dh_direct):
    return *gru_walk_matrix_at_the_end(U, W, x, h, gates, q, dh_direct)[:4], np.zeros(h.shape[1])


def gru_walk_block_z_negative(U, W, x, h, gates, q, dh_direct):
    dU, dW, db, db_hn, dh0 = gru_walk_matrix_at_the_end(U, W, x, h, gates, q, dh_direct)
    k = h.shape[1]
    db[k : 2 * k] *= -1
    return dU, dW, db, db_hn, dh0


def gru_walk_transposed(U, W, x, h, gates, q, dh_direct):
    dU, dW, db, db_hn, dh0 = gru_walk_matrix_at_the_end(U, W, x, h, gates, q, dh_direct)
    return dU.T, dW.T, db, db_hn, dh0


def gru_walk_four_results(U, W, x, h, gates, q, dh_direct):
    return gru_walk_matrix_at_the_end(U, W, x, h, gates, q, dh_direct)[:4]


def gru_with_swapped_biases(U, W, b, b_hn, h, x):
    n = len(h)
    a, w = U @ x, W @ h
    r, z = np.split(sigmoid(a[: 2 * n] + w[: 2 * n] + b[: 2 * n]), 2)
    new = np.tanh(a[2 * n :] + b_hn + r * (w[2 * n :] + b[2 * n :]))
    return (1 - z) * new + z * h


def gru_z_first_with_b_hn_outside(U, W, b, b_hn, h, x):
    n = len(h)
    a, w = U @ x + b, W @ h
    z, r = np.split(sigmoid(a[: 2 * n] + w[: 2 * n]), 2)
    new = np.tanh(a[2 * n :] + b_hn + r * w[2 * n :])
    return new - z * new + z * h


def half_life_of_the_other_sign_in_two_bases(bias):
    return np.log(0.5) / np.log2(1 / (1 + np.exp(bias)))


RIGHT = {
    "08.3": [half_life_by_log2, half_life_by_log1p, half_life_by_bisection, half_life_base_f],
    "08.4": [step_in_blocks, step_unit_by_unit, step_reshaped, step_with_tanh_only],
    "08.5": [back_in_one_array, back_in_loops, back_in_place, back_by_complex_step],
    "08.6": [walk_matrix_at_the_end, walk_step_by_step, walk_recursively, walk_changes_dh],
    "08.7": [gru_in_blocks, gru_unit_by_unit, gru_reshaped],
    "08.8": [gru_walk_matrix_at_the_end, gru_walk_recursively, gru_walk_by_complex_step],
}

WRONG = {
    "08.3": [
        Wrong(
            half_life_of_the_other_sign_in_two_bases,
            "_opposite_bias",
            "In addition, `steps` is 0.6931",
        ),
        Wrong(half_life_of_the_bias, "_bias_as_the_factor", "bias itself"),
        Wrong(half_life_wrong_sign_of_bias, "_opposite_bias", "makes the memory shorter"),
        Wrong(half_life_inverted, "_upside_down", "upside down"),
        Wrong(half_life_time_constant, "_to_1_over_e", "1/e is left"),
        Wrong(half_life_one_over_leak, "_mean_life", "average time"),
        Wrong(half_life_small_leak, "_first_order", "instead of -log f"),
        Wrong(half_life_straight, "_straight_line", "same amount at each step"),
        Wrong(half_life_counted, "_whole_steps", "whole steps"),
        Wrong(half_life_gate, "_what_is_left_after_one_step", "This is f"),
        Wrong(half_life_exponential, "_half_after_exp_of_the_bias", "exp(bias)"),
        Wrong(half_life_halved, "_half_of_the_bias", "halve the bias"),
        Wrong(half_life_negative, None, "wrong sign"),
        Wrong(half_life_tanh_gate, None, "Right only for: bias = 0"),
        Wrong(half_life_log10, None, "`steps` is"),
        Wrong(half_life_square_root, None, "`steps` is"),
    ],
    "08.4": [
        Wrong(step_keras_order, "_f_first", "i and f are swapped"),
        Wrong(step_ifog, "_g_last", "third block is o"),
        Wrong(step_interleaved, "_gates_interleaved", "four gates of unit 0"),
        Wrong(step_all_sigmoid, "_g_through_sigmoid", "All four"),
        Wrong(step_linear_g, "_g_without_tanh", "not been through tanh"),
        Wrong(step_shows_m, "_h_without_tanh", "`h`: The memory can grow"),
        Wrong(step_shows_too_early, "_old_memory_in_h", "`h`: Your h is computed"),
        Wrong(step_writes_everything, "_i_missing", "input gate has no effect"),
        Wrong(step_of_1997, "_f_missing", "nothing is ever forgotten"),
        Wrong(step_overwrites_m, "_old_memory_lost", "overwritten"),
        Wrong(step_forgets_by_f, "_one_minus_f", "1 - f of the memory"),
        Wrong(step_coupled, "_f_is_one_minus_i", "1 - i as f"),
        Wrong(step_mixes_like_the_gru, "_f_mixes", "You write with 1 - f"),
        Wrong(step_reads_m, "_memory_into_the_gates", "multiplies the memory"),
        Wrong(step_without_bias, "_no_bias", "b is missing"),
        Wrong(step_m_then_h, None, "order is not"),
        Wrong(step_h_only, None, "Return 2 things"),
        Wrong(step_with_peepholes, None, "with `m`"),
        Wrong(step_gates_as_columns, None, "the right numbers in another shape"),
        Wrong(step_tanh_of_everything, None, "`m` is the right answer sent through tanh"),
        Wrong(step_mean_of_old_and_new, None, "even in the simplest case"),
    ],
    "08.5": [
        Wrong(back_without_dm, "_arriving_memory_dropped", "dm_future has no effect"),
        Wrong(back_dm_only, "_through_h_dropped", "is dm_future alone"),
        Wrong(back_hands_on_dm, "_arriving_handed_on", "`dm_before`: You pass back f dm_future"),
        Wrong(back_one_minus_m_squared, "_slope_at_m", "1 - m²"),
        Wrong(back_past_tanh, "_no_slope_of_tanh", "where is its slope"),
        Wrong(back_past_o, "_no_o", "something multiplies tanh(m)"),
        Wrong(back_adds_dh_to_dm, "_dh_straight_into_m", "h(t) is not m(t)"),
        Wrong(back_without_f, "_no_f", "`dm_before`: This is the gradient on m(t)"),
        Wrong(back_without_slopes, "_before_the_nonlinearities", "gradients on the gates"),
        Wrong(back_sigmoid_for_g, "_logistic_slope_for_g", "g (1 - g)"),
        Wrong(back_sigmoid_again, "_nonlinearities_twice", "already are values"),
        Wrong(back_tanh_of_g, "_tanh_of_g_again", "In block g you apply tanh to g"),
        Wrong(back_sigmoid_of_i_f_o, "_logistic_again", "In the blocks i, f, o"),
        Wrong(back_do_as_it_is, "_no_slope_for_o", "Block o holds the gradient on the gate"),
        Wrong(back_dg_as_it_is, "_no_slope_for_g", "Block g holds the gradient on g"),
        Wrong(back_di_and_df_as_they_are, "_no_slopes_for_i_and_f", "The blocks i and f hold"),
        Wrong(back_tanh_slope_only, "_slope_for_g_alone", "but not the blocks i, f, o"),
        Wrong(back_m_for_m_before, "_new_memory_for_f", "what does f multiply"),
        Wrong(back_m_for_tanh_m, "_memory_without_tanh_for_o", "what does o multiply"),
        Wrong(back_own_gate, "_gate_by_itself", "the other factor"),
        Wrong(back_ifog, "_o_before_g", "i, f, o, g"),
        Wrong(back_flattened_by_columns, "_interleaved", "four gates of unit 0"),
        Wrong(back_rows, None, "the right numbers in another shape"),
        Wrong(back_sign_of_dm, None, "`dm_future` with its sign reversed"),
        Wrong(back_o_forgotten, None, "leaves out `dh_total`"),
        Wrong(back_total_into_o, "_o_from_the_memory", "block o starts"),
        Wrong(back_twice_the_slope_of_f, None, "multiplies by one factor twice"),
        Wrong(back_da_only, None, "Return 2 things"),
    ],
    "08.6": [
        Wrong(walk_never_carries, "_never_carries", "nothing from the future"),
        Wrong(walk_drops_dm, "_memory_not_carried", "which argument of the step"),
        Wrong(walk_drops_dh, "_state_not_carried", "only along the memory"),
        Wrong(walk_forward, "_forward_in_time", "forward in time"),
        Wrong(walk_stops_at_step_2, "_first_step_left_out", "Where does your loop end"),
        Wrong(walk_starts_late, "_last_step_left_out", "does your loop start"),
        Wrong(walk_new_state, "_new_state_in_dW", "`dW`: In W h(t-1)"),
        Wrong(walk_first_share, "_first_copy_only", "overwritten"),
        Wrong(walk_last_share, "_last_copy_only", "copy at step T"),
        Wrong(walk_averages, "_mean_over_steps", "number of steps"),
        Wrong(walk_last_loss, "_only_the_last_direct", "loss at the last step"),
        Wrong(walk_adds_dm, "_memory_piles_up", "that through f: why a second time"),
        Wrong(walk_adds_up_dh, "_state_piles_up", "came back for h(t)"),
        Wrong(walk_adds_up_both, "_arriving_piles_up", "never cleared"),
        Wrong(walk_m_and_m_before, "_memories_exchanged", "was there before the step"),
        Wrong(walk_m_one_early, "_memories_of_the_step_before", "one step too early"),
        Wrong(walk_gates_one_early, "_gates_of_the_step_before", "which gates were used"),
        Wrong(walk_dh_one_early, "_direct_of_the_step_before", "which entry of it belongs"),
        Wrong(walk_h_one_early, "_older_state_in_dW", "`dW`: In W h(t-1)"),
        Wrong(walk_returns_the_first_dh, "_direct_for_dh0", "`dh0`: This is dh_direct[0]"),
        Wrong(walk_without_f, "_no_f", "multiplied by f"),
        Wrong(walk_new_memory, "_new_memory", "yours is given m(t)"),
        Wrong(walk_W_by_blocks, "_W_not_transposed", "blocks of W"),
        Wrong(walk_without_slopes, "_no_slopes", "gradients on the gates"),
        Wrong(walk_gives_totals, "_totals_of_step_1", "`dh0`, `dm0`: This belongs to step 1"),
        Wrong(walk_carries_the_total, "_total_handed_on", "inside the gates alone"),
        Wrong(walk_returns_its_last_total, "_total_on_h1", "`dh0`: This is the total gradient"),
        Wrong(walk_overwrites_db, "_first_copy_of_b", "`db`: Your db is what step 1 alone"),
        Wrong(
            walk_overwrites_db_and_drops_dm,
            "_first_copy_of_b",
            "Two mistakes at once",
            also="_memory_not_carried",
        ),
        Wrong(walk_zero_dm0, None, "`dm0` is zero"),
        Wrong(walk_bias_of_each_step, None, "`db` must have shape"),
        Wrong(walk_transposed, None, "is the transpose of the right answer"),
        Wrong(walk_first_step_twice, None, "the term from step 1 counts 2 times"),
        Wrong(walk_dm_through_the_slope, None, "Right only for: T = 1"),
        Wrong(walk_h_and_m_exchanged, None, "order is not"),
        Wrong(walk_all_one_early, None, "`m[-1]`"),
        Wrong(walk_gates_one_late, None, "stopped with an error"),
        Wrong(walk_block_o_of_db_lost, None, "`db` is right"),
    ],
    "08.7": [
        Wrong(gru_with_swapped_biases, "_biases_swapped", "does r multiply"),
        Wrong(
            gru_z_first_with_b_hn_outside,
            "_z_first",
            "Two mistakes at once",
            also="_bias_outside_the_reset",
        ),
        Wrong(gru_of_the_paper, "_z_exchanged", "Both conventions"),
        Wrong(gru_resets_h, "_reset_before_W", "multiply h by r first"),
        Wrong(gru_of_chung, "_other_form", "form of Chung"),
        Wrong(gru_of_chung_one_bias, "_other_form_one_bias", "which has no b_hn"),
        Wrong(gru_one_bias, "_bias_outside_the_reset", "outside the product"),
        Wrong(gru_without_b_hn, "_bias_forgotten", "b_hn has no effect"),
        Wrong(gru_without_reset, "_no_reset", "reset gate has no effect"),
        Wrong(gru_z_r_n, "_z_first", "first block is z"),
        Wrong(gru_sigmoid_n, "_n_through_sigmoid", "All three"),
        Wrong(gru_adds_up, "_everything_added", "must add up to 1"),
        Wrong(gru_resets_x_too, "_reset_on_everything", "what comes from x"),
        Wrong(gru_interleaved, "_gates_interleaved", "of unit 0 first"),
        Wrong(gru_candidate, "_candidate_alone", "the candidate alone"),
        Wrong(gru_keeps_nothing, "_nothing_kept", "old state is not mixed in"),
        Wrong(gru_tanh_gates, "_gates_through_tanh", "All three go through tanh"),
        Wrong(gru_tanh_r_only, None, "tanh instead of the logistic function"),
        Wrong(gru_and_its_gates, None, "must have shape"),
        Wrong(gru_minus_z, None, "subtracts the term with `h`"),
    ],
    "08.8": [
        Wrong(gru_walk_never_carries, "_never_carries", "nothing from the future"),
        Wrong(gru_walk_W_only, "_through_W_alone", "appears directly"),
        Wrong(gru_walk_z_only, "_along_z_alone", "n read h(t-1) too"),
        Wrong(gru_walk_of_chung, "_z_exchanged", "Chung"),
        Wrong(gru_walk_forgets_r, "_no_r", "missing from your block n"),
        Wrong(gru_walk_one_da_for_dW, "_da_for_W", "computed from da"),
        Wrong(gru_walk_b_hn_like_b, "_da_for_b_hn", "inside the product"),
        Wrong(gru_walk_resets_h, "_r_on_h", "would fit if r multiplied"),
        Wrong(gru_walk_resets_h_before_W, "_r_before_the_product", "h(t-1) before W_n does"),
        Wrong(gru_walk_z_on_n, "_z_on_n", "gradient on n is multiplied by z"),
        Wrong(
            gru_walk_z_on_n_and_one_da,
            "_z_on_n",
            "Two mistakes at once",
            also="_da_for_W_and_h",
        ),
        Wrong(gru_walk_without_slopes_of_the_gates, "_no_logistic_slopes", "slopes, r (1 - r)"),
        Wrong(gru_walk_new_state, "_new_state_in_dW", "what does W multiply"),
        Wrong(gru_walk_drops_dh0, None, "`dh0` is zero"),
        Wrong(gru_walk_block_z_negative, None, "`db`"),
        Wrong(gru_walk_transposed, None, "is the transpose of the right answer"),
        Wrong(gru_walk_four_results, None, "Return 5 things"),
    ],
}
