"""Lesson 04: answers as learners write them, not as the reference does."""

import numpy as np

from tests.exercises.answers.labels import Wrong

# --- 04.1 ---------------------------------------------------------------------------------


def three_by_paths(w, h0, y):
    h1 = np.tanh(w * h0)
    h2 = np.tanh(w * h1)
    h3 = np.tanh(w * h2)
    e1, e2, e3 = h1 - y[0], h2 - y[1], h3 - y[2]
    from2to1, from3to2 = w * (1 - h2 * h2), w * (1 - h3 * h3)
    return [e1 + e2 * from2to1 + e3 * from3to2 * from2to1, e2 + e3 * from3to2, e3]


def three_in_a_loop(w, h0, y):
    h = np.empty(4)
    h[0] = h0
    for t in (1, 2, 3):
        h[t] = np.tanh(w * h[t - 1])
    dh = h[1:] - y
    for t in (2, 1):
        dh[t - 1] += w * (1 - h[t + 1] ** 2) * dh[t]
    return dh


def three_by_complex_step(w, h0, y):
    def loss_from(t, nudge):
        h, total = h0, 0
        for k in range(3):
            h = np.tanh(w * h) + (nudge if k == t else 0)
            total += 0.5 * (h - y[k]) ** 2
        return total

    return np.array([loss_from(t, 1e-30j).imag for t in range(3)]) / 1e-30


def three_own_errors(w, h0, y):
    h = [np.tanh(w * h0)]
    h.append(np.tanh(w * h[0]))
    h.append(np.tanh(w * h[1]))
    return np.array(h) - y


def three_jump_to_each(w, h0, y):
    h1 = np.tanh(w * h0)
    h2 = np.tanh(w * h1)
    h3 = np.tanh(w * h2)
    e1, e2, e3 = h1 - y[0], h2 - y[1], h3 - y[2]
    to_h2 = w * (1 - h3**2) * e3
    return np.array([e1 + w * (1 - h2**2) * e2 + to_h2, e2 + to_h2, e3])


def _three_by(w, h0, y, to_h1, to_h2):
    h1 = np.tanh(w * h0)
    h2 = np.tanh(w * h1)
    h3 = np.tanh(w * h2)
    dh3 = h3 - y[2]
    dh2 = h2 - y[1] + to_h2(h2, h3) * dh3
    return np.array([h1 - y[0] + to_h1(h1, h2) * dh2, dh2, dh3])


def three_slopes_one_early(w, h0, y):
    def factor(before, after):
        return w * (1 - before**2)

    return _three_by(w, h0, y, factor, factor)


def three_without_w(w, h0, y):
    def factor(before, after):
        return 1 - after**2

    return _three_by(w, h0, y, factor, factor)


def three_hand_on_their_own_error(w, h0, y):
    h1 = np.tanh(w * h0)
    h2 = np.tanh(w * h1)
    h3 = np.tanh(w * h2)
    e = np.array([h1, h2, h3]) - y
    return np.array([e[0] + w * (1 - h2**2) * e[1], e[1] + w * (1 - h3**2) * e[2], e[2]])


def three_counts_the_last_path_again(w, h0, y):
    dh1, dh2, dh3 = three_by_paths(w, h0, y)
    h2 = np.tanh(w * np.tanh(w * h0))
    h3 = np.tanh(w * h2)
    return [dh1 + w * (1 - h2**2) * w * (1 - h3**2) * dh3, dh2, dh3]


def three_last_first(w, h0, y):
    return three_by_paths(w, h0, y)[::-1]


def three_subtract(w, h0, y):
    def factor(before, after):
        return -w * (1 - after**2)

    return _three_by(w, h0, y, factor, factor)


def three_slope_not_squared(w, h0, y):
    def factor(before, after):
        return w * (1 - after)

    return _three_by(w, h0, y, factor, factor)


def three_targets_rotated(w, h0, y):
    return three_by_paths(w, h0, np.roll(y, 1))


# --- 04.2 ---------------------------------------------------------------------------------


def totals_in_place(w, h, y):
    total = h - y
    for t in range(len(h) - 2, -1, -1):
        total[t] += total[t + 1] * w * (1 - h[t + 1]) * (1 + h[t + 1])
    return total


def totals_by_a_linear_system(w, h, y):
    back = np.diag(w * (1 - h[1:] ** 2), k=1)
    return np.linalg.solve(np.eye(len(h)) - back, h - y)


def totals_by_recursion(w, h, y):
    own = h[0] - y[0]
    if len(h) == 1:
        return [own]
    later = totals_by_recursion(w, h[1:], y[1:])
    return [own + w * (1 - h[1] ** 2) * later[0], *later]


def totals_are_errors(w, h, y):
    return [h[t] - y[t] for t in range(len(h))]


def totals_slope_of_the_left_state(w, h, y):
    total = h - y
    for t in range(len(h) - 2, -1, -1):
        total[t] += w * (1 - h[t] ** 2) * total[t + 1]
    return total


def totals_hand_on_errors(w, h, y):
    error = h - y
    total = error.copy()
    for t in range(len(h) - 1):
        total[t] = error[t] + w * (1 - h[t + 1] ** 2) * error[t + 1]
    return total


def totals_forwards(w, h, y):
    total = h - y
    for t in range(1, len(h)):
        total[t] += w * (1 - h[t - 1] ** 2) * total[t - 1]
    return total


def totals_never_reach_the_first(w, h, y):
    total = h - y
    for t in range(len(h) - 2, 0, -1):
        total[t] += w * (1 - h[t + 1] ** 2) * total[t + 1]
    return total


def totals_last_loss_only(w, h, y):
    total = np.zeros(len(h))
    total[-1] = h[-1] - y[-1]
    for t in range(len(h) - 1, 0, -1):
        total[t - 1] = w * (1 - h[t] ** 2) * total[t]
    return total


def totals_keep_adding(w, h, y):
    total, later = [], 0
    for h_t, y_t in zip(h[::-1], y[::-1], strict=True):
        total.insert(0, h_t - y_t + later)
        later += total[0] * w * (1 - h_t**2)
    return total


def totals_leave_the_first_empty(w, h, y):
    total, later = np.zeros(len(h)), 0.0
    for t in range(len(h) - 1, 0, -1):
        total[t] = h[t] - y[t] + later
        later = w * (1 - h[t] ** 2) * total[t]
    return total


def totals_of_a_loss_without_half(w, h, y):
    return 2 * totals_in_place(w, h, y)


def totals_appended(w, h, y):
    total, later = [], 0.0
    for t in reversed(range(len(h))):
        total.append(h[t] - y[t] + later)
        later = w * (1 - h[t] ** 2) * total[-1]
    return np.array(total)


def totals_slope_twice(w, h, y):
    total = h - y
    for t in range(len(h) - 2, -1, -1):
        total[t] += w * (1 - h[t + 1] ** 2) ** 2 * total[t + 1]
    return total


def totals_count_the_future_twice(w, h, y):
    return 2 * totals_in_place(w, h, y) - (h - y)


def totals_of_a_loop_down_to_zero(w, h, y):
    total = [a - b for a, b in zip(h, y, strict=True)]
    for t in reversed(range(len(h))):
        total[t - 1] += total[t] * (1 - h[t] ** 2) * w
    return total


# --- 04.3 ---------------------------------------------------------------------------------


def vjp_vectorised(U, W, b, x, h_before, dh):
    h = np.tanh(x @ U.T + h_before @ W.T + b)
    da = dh * (1 - h**2)
    return da.T @ x, da.T @ h_before, da.sum(0), da @ W, da @ U


def vjp_entry_by_entry(U, W, b, x, h_before, dh):
    (B, n_x), n_h = x.shape, len(b)
    dU, dW, db = np.zeros((n_h, n_x)), np.zeros((n_h, n_h)), np.zeros(n_h)
    back, dx = np.zeros((B, n_h)), np.zeros((B, n_x))
    for k in range(B):
        for i in range(n_h):
            a = b[i] + sum(W[i] * h_before[k]) + sum(U[i] * x[k])
            da = dh[k, i] / np.cosh(a) ** 2
            db[i] += da
            for j in range(n_h):
                dW[i, j] += da * h_before[k, j]
                back[k, j] += da * W[i, j]
            for j in range(n_x):
                dU[i, j] += da * x[k, j]
                dx[k, j] += da * U[i, j]
    return [dU, dW, db, back, dx]


def vjp_in_place(U, W, b, x, h_before, dh):
    da = x @ U.T
    da += h_before @ W.T
    da += b
    np.tanh(da, out=da)
    da *= da
    da *= -1
    da += 1
    da *= dh
    joined = np.einsum("bi,bj->ij", da, np.concatenate([x, h_before], axis=1))
    n_x = x.shape[1]
    return joined[:, :n_x], joined[:, n_x:], np.ones(len(x)) @ da, (W.T @ da.T).T, (U.T @ da.T).T


def vjp_no_tanh(U, W, b, x, h_before, dh):
    return dh.T @ x, dh.T @ h_before, dh.sum(axis=0), dh @ W, dh @ U


def _vjp_with(da, U, W, x, h_before):
    return da.T @ x, da.T @ h_before, da.sum(axis=0), da @ W, da @ U


def vjp_slope_of_a(U, W, b, x, h_before, dh):
    a = b + h_before @ W.T + x @ U.T
    return _vjp_with(dh - dh * a * a, U, W, x, h_before)


def vjp_slope_of_h_before(U, W, b, x, h_before, dh):
    return _vjp_with(dh * (1 - h_before) * (1 + h_before), U, W, x, h_before)


def vjp_new_state(U, W, b, x, h_before, dh):
    dU, _, db, back, dx = vjp_vectorised(U, W, b, x, h_before, dh)
    h = np.tanh(b + h_before @ W.T + x @ U.T)
    return dU, sum(np.outer(dh[k] * (1 - h[k] ** 2), h[k]) for k in range(len(x))), db, back, dx


def vjp_wrong_way_through_W(U, W, b, x, h_before, dh):
    dU, dW, db, _, dx = vjp_vectorised(U, W, b, x, h_before, dh)
    h = np.tanh(b + h_before @ W.T + x @ U.T)
    return dU, dW, db, np.stack([W @ row for row in dh * (1 - h**2)]), dx


def vjp_mean(U, W, b, x, h_before, dh):
    dU, dW, db, back, dx = vjp_vectorised(U, W, b, x, h_before, dh)
    B = x.shape[0]
    return dU / B, dW / B, db / B, back, dx


def vjp_overwrites(U, W, b, x, h_before, dh):
    back, dx = np.empty_like(h_before), np.empty_like(x)
    for k in range(len(x)):
        h = np.tanh(b + W @ h_before[k] + U @ x[k])
        da = dh[k] * (1 - h**2)
        dU, dW, db = np.outer(da, x[k]), np.outer(da, h_before[k]), da
        back[k], dx[k] = W.T @ da, U.T @ da
    return dU, dW, db, back, dx


def vjp_transposed_dW(U, W, b, x, h_before, dh):
    dU, dW, db, back, dx = vjp_vectorised(U, W, b, x, h_before, dh)
    return dU, dW.T, db, back, dx


def vjp_db_of_each_sequence(U, W, b, x, h_before, dh):
    h = np.tanh(x @ U.T + h_before @ W.T + b)
    da = dh * (1 - h**2)
    return da.T @ x, da.T @ h_before, da, da @ W, da @ U


def vjp_skips_the_first_sequence(U, W, b, x, h_before, dh):
    *_, back, dx = vjp_vectorised(U, W, b, x, h_before, dh)
    weights = vjp_vectorised(U, W, b, x[1:], h_before[1:], dh[1:])[:3]
    return (*weights, back, dx) if len(x) > 1 else vjp_vectorised(U, W, b, x, h_before, dh)


def vjp_slope_squared(U, W, b, x, h_before, dh):
    h = np.tanh(x @ U.T + h_before @ W.T + b)
    return _vjp_with(dh * (1 - h**2) ** 2, U, W, x, h_before)


def vjp_slope_forgotten_in_db(U, W, b, x, h_before, dh):
    dU, dW, _, back, dx = vjp_vectorised(U, W, b, x, h_before, dh)
    return dU, dW, dh.sum(axis=0), back, dx


def vjp_negative_dx(U, W, b, x, h_before, dh):
    *rest, dx = vjp_vectorised(U, W, b, x, h_before, dh)
    return *rest, -dx


# --- 04.4 ---------------------------------------------------------------------------------


def bptt_folds_at_the_end(U, W, b, x, h0, dh):
    T, B, n_x = x.shape
    h = np.empty((T + 1, B, len(b)))
    h[0] = h0
    for t in range(T):
        h[t + 1] = np.tanh(x[t] @ U.T + h[t] @ W.T + b)
    da = dh * (1 - h[1:] ** 2)
    for t in range(T - 1, 0, -1):
        da[t - 1] += (1 - h[t] ** 2) * (da[t] @ W)
    flat = da.reshape(T * B, -1)
    dU, dW = flat.T @ x.reshape(T * B, n_x), flat.T @ h[:-1].reshape(T * B, -1)
    return dU, dW, flat.sum(axis=0), da[0] @ W, da @ U


def bptt_step_by_step(U, W, b, x, h0, dh):
    h = [h0]
    for t in range(len(x)):
        h.append(np.tanh(x[t] @ U.T + h[t] @ W.T + b))
    dU, dW, db, dx, back = 0, 0, 0, [], 0
    for t in reversed(range(len(x))):
        step = vjp_vectorised(U, W, b, x[t], h[t], dh[t] + back)
        dU, dW, db, back = dU + step[0], dW + step[1], db + step[2], step[3]
        dx.insert(0, step[4])
    return dU, dW, db, back, dx


def bptt_sequence_by_sequence(U, W, b, x, h0, dh):
    parts = []
    for k in range(len(h0)):
        h = [h0[k]]
        for x_t in x[:, k]:
            h.append(np.tanh(U @ x_t + W @ h[-1] + b))
        delta, das = np.zeros(len(b)), []
        for t in range(len(x), 0, -1):
            delta += dh[t - 1, k]
            das.append(delta * (1 - h[t] ** 2))
            delta = W.T @ das[-1]
        parts.append((np.array(das[::-1]), np.array(h[:-1]), delta))
    dU = sum(da.T @ x[:, k] for k, (da, _, _) in enumerate(parts))
    dW, db = sum(da.T @ h for da, h, _ in parts), sum(da.sum(0) for da, _, _ in parts)
    return dU, dW, db, [p[2] for p in parts], np.stack([p[0] @ U for p in parts], axis=1)


def bptt_adds_into_its_own_copy(U, W, b, x, h0, dh):
    h, total = np.concatenate([h0[None], 0 * dh]), np.concatenate([0 * h0[None], dh])
    gradients = [np.zeros(array.shape) for array in (U, W, b)]
    dx = np.zeros(x.shape)
    for t in range(1, len(h)):
        h[t] = np.tanh(x[t - 1] @ U.T + h[t - 1] @ W.T + b)
    for t in range(len(x), 0, -1):
        *step, back, dx[t - 1] = vjp_vectorised(U, W, b, x[t - 1], h[t - 1], total[t])
        total[t - 1] += back
        for mine, new in zip(gradients, step, strict=True):
            mine += new
    return *gradients, total[0], dx


def _bptt(U, W, b, x, h0, dh, carry=lambda back, t: back, keep=lambda old, new, t: old + new):
    """BPTT in which `carry` and `keep` may go wrong; t = T, …, 1."""
    h = [h0]
    for x_t in x:
        h.append(np.tanh(x_t @ U.T + h[-1] @ W.T + b))
    kept, dx, back = [0 * U, 0 * W, 0 * b], np.zeros_like(x), 0 * h0
    for t in range(len(x), 0, -1):
        *new, back, dx[t - 1] = vjp_vectorised(
            U, W, b, x[t - 1], h[t - 1], dh[t - 1] + carry(back, t)
        )
        kept = [keep(o, n, t) for o, n in zip(kept, new, strict=True)]
    return *kept, back, dx


def bptt_without_the_future(U, W, b, x, h0, dh):
    return _bptt(U, W, b, x, h0, dh, carry=lambda back, t: 0)


def bptt_overwrites(U, W, b, x, h0, dh):
    return _bptt(U, W, b, x, h0, dh, keep=lambda old, new, t: new)


def bptt_keeps_step_T(U, W, b, x, h0, dh):
    return _bptt(U, W, b, x, h0, dh, keep=lambda old, new, t: new if t == len(x) else old)


def bptt_averages_the_copies(U, W, b, x, h0, dh):
    return _bptt(U, W, b, x, h0, dh, keep=lambda old, new, t: old + new / len(x))


def bptt_through_W_itself(U, W, b, x, h0, dh):
    h = [h0]
    for x_t in x:
        h.append(np.tanh(x_t @ U.T + h[-1] @ W.T + b))
    dU, dW, db, dx, back = 0 * U, 0 * W, 0 * b, np.zeros_like(x), np.zeros_like(h0)
    for t in range(len(x) - 1, -1, -1):
        da = (dh[t] + back) * (1 - h[t + 1] ** 2)
        dU += da.T @ x[t]
        dW += da.T @ h[t]
        db += da.sum(0)
        dx[t] = da @ U
        back = (W @ da.T).T
    return dU, dW, db, back, dx


def bptt_new_state_in_dW(U, W, b, x, h0, dh):
    h = [h0]
    for x_t in x:
        h.append(np.tanh(x_t @ U.T + h[-1] @ W.T + b))
    dU, dW, db, dx, back = 0 * U, 0 * W, 0 * b, np.zeros_like(x), np.zeros_like(h0)
    for t in range(len(x), 0, -1):
        da = (dh[t - 1] + back) * (1 - h[t] ** 2)
        dU, dW, db = dU + da.T @ x[t - 1], dW + da.T @ h[t], db + da.sum(0)
        back, dx[t - 1] = da @ W, da @ U
    return dU, dW, db, back, dx


def bptt_forgets_tanh(U, W, b, x, h0, dh):
    h = [h0]
    for x_t in x:
        h.append(np.tanh(x_t @ U.T + h[-1] @ W.T + b))
    total = dh.copy()
    for t in range(len(x) - 2, -1, -1):
        total[t] += total[t + 1] @ W
    dU, dW = (np.einsum("tbi,tbj->ij", total, array) for array in (x, np.array(h[:-1])))
    return dU, dW, total.sum(axis=(0, 1)), total[0] @ W, total @ U


def bptt_slope_at_a(U, W, b, x, h0, dh):
    h, a = [h0], []
    for x_t in x:
        a.append(x_t @ U.T + h[-1] @ W.T + b)
        h.append(np.tanh(a[-1]))
    dU, dW, db, dx, back = 0 * U, 0 * W, 0 * b, np.zeros_like(x), np.zeros_like(h0)
    for t in reversed(range(len(x))):
        da = (dh[t] + back) * (1 - a[t] ** 2)
        dU, dW, db = dU + da.T @ x[t], dW + da.T @ h[t], db + da.sum(0)
        back, dx[t] = da @ W, da @ U
    return dU, dW, db, back, dx


def bptt_runs_forward_twice(U, W, b, x, h0, dh):
    dU, dW, db, dx, back, h = 0 * U, 0 * W, 0 * b, np.zeros_like(x), 0 * h0, h0
    for t in range(len(x)):
        *new, back, dx[t] = vjp_vectorised(U, W, b, x[t], h, dh[t] + back)
        dU, dW, db = dU + new[0], dW + new[1], db + new[2]
        h = np.tanh(x[t] @ U.T + h @ W.T + b)
    return dU, dW, db, back, dx


def bptt_stops_before_step_1(U, W, b, x, h0, dh):
    h = [h0]
    for x_t in x:
        h.append(np.tanh(x_t @ U.T + h[-1] @ W.T + b))
    dU, dW, db, dx, back = 0 * U, 0 * W, 0 * b, np.zeros_like(x), 0 * h0
    for t in range(len(x) - 1, 0, -1):
        *new, back, dx[t] = vjp_vectorised(U, W, b, x[t], h[t], dh[t] + back)
        dU, dW, db = dU + new[0], dW + new[1], db + new[2]
    return dU, dW, db, back, dx


def bptt_starts_one_step_late(U, W, b, x, h0, dh):
    h = [h0]
    for x_t in x:
        h.append(np.tanh(x_t @ U.T + h[-1] @ W.T + b))
    dU, dW, db, dx, back = 0 * U, 0 * W, 0 * b, np.zeros_like(x), 0 * h0
    for t in range(len(x) - 2, -1, -1):
        *new, back, dx[t] = vjp_vectorised(U, W, b, x[t], h[t], dh[t] + back)
        dU, dW, db = dU + new[0], dW + new[1], db + new[2]
    return dU, dW, db, back, dx


def bptt_hands_on_the_direct(U, W, b, x, h0, dh):
    h = [h0]
    for x_t in x:
        h.append(np.tanh(x_t @ U.T + h[-1] @ W.T + b))
    total = dh.copy()
    for t in range(1, len(x)):
        total[t - 1] += (dh[t] * (1 - h[t + 1] ** 2)) @ W
    dU, dW, db, dx = 0 * U, 0 * W, 0 * b, np.zeros_like(x)
    for t in reversed(range(len(x))):
        *new, back, dx[t] = vjp_vectorised(U, W, b, x[t], h[t], total[t])
        dU, dW, db = dU + new[0], dW + new[1], db + new[2]
    return dU, dW, db, back, dx


def bptt_h0_out_of_dW(U, W, b, x, h0, dh):
    dU, _, db, dh0, dx = bptt_folds_at_the_end(U, W, b, x, h0, dh)
    h1 = np.tanh(x[0] @ U.T + h0 @ W.T + b)
    later = 0 * W
    if len(x) > 1:
        later = bptt_folds_at_the_end(U, W, b, x[1:], h1, dh[1:])[1]
    return dU, later, db, dh0, dx


def bptt_dx_appended(U, W, b, x, h0, dh):
    *rest, dx = bptt_step_by_step(U, W, b, x, h0, dh)
    return *rest, dx[::-1]


def bptt_dh0_forgotten(U, W, b, x, h0, dh):
    dU, dW, db, _, dx = bptt_folds_at_the_end(U, W, b, x, h0, dh)
    return dU, dW, db, np.zeros_like(h0), dx


def bptt_all_totals_for_dh0(U, W, b, x, h0, dh):
    dU, dW, db, _, dx = bptt_folds_at_the_end(U, W, b, x, h0, dh)
    return dU, dW, db, dh, dx


def bptt_dx_of_direct_only(U, W, b, x, h0, dh):
    *rest, _ = bptt_folds_at_the_end(U, W, b, x, h0, dh)
    return *rest, bptt_without_the_future(U, W, b, x, h0, dh)[-1]


def bptt_last_step_twice(U, W, b, x, h0, dh):
    return _bptt(
        U, W, b, x, h0, dh, keep=lambda old, new, t: old + (2 * new if t == len(x) > 1 else new)
    )


def bptt_direct_of_the_step_before(U, W, b, x, h0, dh):
    return bptt_folds_at_the_end(U, W, b, x, h0, np.roll(dh, 1, axis=0))


def bptt_hands_back_past_tanh(U, W, b, x, h0, dh):
    h = [h0]
    for x_t in x:
        h.append(np.tanh(x_t @ U.T + h[-1] @ W.T + b))
    dU, dW, db, dx, total = 0 * U, 0 * W, 0 * b, np.zeros_like(x), 0 * h0
    for t in range(len(x), 0, -1):
        total = total + dh[t - 1]
        da = total * (1 - h[t] ** 2)
        dU, dW, db = dU + da.T @ x[t - 1], dW + da.T @ h[t - 1], db + da.sum(0)
        dx[t - 1], total = da @ U, total @ W
    return dU, dW, db, total, dx


def bptt_input_off_by_one(U, W, b, x, h0, dh):
    h = [h0]
    for x_t in x:
        h.append(np.tanh(x_t @ U.T + h[-1] @ W.T + b))
    dU, dW, db, dx, back = 0 * U, 0 * W, 0 * b, np.zeros_like(x), 0 * h0
    for t in reversed(range(len(x))):
        da = (dh[t] + back) * (1 - h[t + 1] ** 2)
        dU, dW, db = dU + da.T @ x[t - 1], dW + da.T @ h[t], db + da.sum(0)
        back, dx[t] = da @ W, da @ U
    return dU, dW, db, back, dx


def bptt_forgets_the_bias(U, W, b, x, h0, dh):
    return bptt_folds_at_the_end(U, W, 0 * b, x, h0, dh)


# --- 04.5 ---------------------------------------------------------------------------------


def readout_vectorised(V, c, h, y):
    do = h @ V.T + c - y
    flat = do.reshape(-1, len(c))
    return 0.5 * (do**2).sum(), flat.T @ h.reshape(-1, h.shape[-1]), flat.sum(0), do @ V


def readout_with_einsum(V, c, h, y):
    do = np.einsum("oh,tbh->tbo", V, h) + c - y
    loss = np.einsum("tbo,tbo->", do, do) / 2
    return loss, np.einsum("tbo,tbh->oh", do, h), do.sum((0, 1)), np.einsum("tbo,oh->tbh", do, V)


def readout_in_place(V, c, h, y):
    loss, dV, dc, dh = 0.0, V * 0, c * 0, []
    for h_t, y_t in zip(h, y, strict=True):
        do = h_t @ V.T
        do += c
        do -= y_t
        loss += np.square(do).sum() / 2
        dV += do.T @ h_t
        dc += do.sum(axis=0)
        dh.append(do @ V)
    return [loss, dV, dc, dh]


def readout_no_half(V, c, h, y):
    do = h @ V.T + c - y
    return (do**2).sum(), 2 * np.einsum("tbo,tbh->oh", do, h), 2 * do.sum((0, 1)), 2 * do @ V


def readout_wrong_sign(V, c, h, y):
    do = y - (h @ V.T + c)
    return 0.5 * (do**2).sum(), np.einsum("tbo,tbh->oh", do, h), do.sum((0, 1)), do @ V


def readout_means(V, c, h, y):
    loss, dV, dc, dh = readout_vectorised(V, c, h, y)
    n = y.size
    return loss / n, dV / n, dc / n, dh / n


def readout_no_c(V, c, h, y):
    return readout_vectorised(V, np.zeros(len(c)), h, y)


def readout_last_output(V, c, h, y):
    do = h[-1] @ V.T + c - y[-1]
    dh = np.zeros_like(h)
    dh[-1] = do @ V
    return 0.5 * (do**2).sum(), do.T @ h[-1], do.sum(axis=0), dh


def readout_through_tanh(V, c, h, y):
    loss, dV, dc, dh = readout_vectorised(V, c, h, y)
    return loss, dV, dc, dh - dh * h * h


def readout_transposed(V, c, h, y):
    loss, dV, dc, dh = readout_vectorised(V, c, h, y)
    return loss, dV.T, dc, dh


def readout_loss_of_each_step(V, c, h, y):
    _, *gradients = readout_vectorised(V, c, h, y)
    return 0.5 * ((h @ V.T + c - y) ** 2).sum(axis=(1, 2)), *gradients


def readout_skips_the_first_step(V, c, h, y):
    loss, dV, dc, dh = readout_vectorised(V, c, h, y)
    if len(h) == 1:
        return loss, dV, dc, dh
    return loss, *readout_vectorised(V, c, h[1:], y[1:])[1:3], dh


def readout_absolute_errors(V, c, h, y):
    _, *gradients = readout_vectorised(V, c, h, y)
    return np.abs(h @ V.T + c - y).sum(), *gradients


# --- 04.6 ---------------------------------------------------------------------------------


def _run(W, U, x, h0, y):
    h, loss = h0, 0
    for t in range(len(x)):
        h = np.tanh(W @ h + U @ x[t])
        loss += 0.5 * ((h - y[t]) ** 2).sum()
    return loss


def central_with_two_copies(W, U, x, h0, y, i, j, step):
    above, below = W.copy(), W.copy()
    above[i, j] += step
    below[i, j] -= step
    return (_run(above, U, x, h0, y) - _run(below, U, x, h0, y)) / (2 * step)


def central_in_place_on_one_copy(W, U, x, h0, y, i, j, step):
    moved = W.copy()
    moved[i, j] = W[i, j] + step
    above = _run(moved, U, x, h0, y)
    moved[i, j] = W[i, j] - step
    return (above - _run(moved, U, x, h0, y)) / step / 2


def central_with_both_runs_at_once(W, U, x, h0, y, i, j, step):
    both = np.stack([W, W])
    both[:, i, j] += [step, -step]
    h, loss = np.stack([h0, h0]), np.zeros(2)
    for x_t, y_t in zip(x, y, strict=True):
        h = np.tanh(np.einsum("kij,kj->ki", both, h) + U @ x_t)
        loss += 0.5 * np.sum((h - y_t) ** 2, axis=1)
    return -np.diff(loss)[0] / (2 * step)


def central_one_sided(W, U, x, h0, y, i, j, step):
    moved = W.copy()
    moved[i, j] += step
    return (_run(moved, U, x, h0, y) - _run(W, U, x, h0, y)) / step


def central_two_names_for_one_array(W, U, x, h0, y, i, j, step):
    W = W.copy()
    above = W
    above[i, j] += step
    first = _run(above, U, x, h0, y)
    below = W
    below[i, j] -= step
    return (first - _run(below, U, x, h0, y)) / (2 * step)


def central_over_one_step(W, U, x, h0, y, i, j, step):
    return 2 * central_with_two_copies(W, U, x, h0, y, i, j, step)


def central_moves_everything(W, U, x, h0, y, i, j, step):
    return (_run(W + step, U, x, h0, y) - _run(W - step, U, x, h0, y)) / (2 * step)


def central_column_first(W, U, x, h0, y, i, j, step):
    return central_with_two_copies(W, U, x, h0, y, j, i, step)


def central_exact(W, U, x, h0, y, i, j, step):
    moved = W + 0j
    moved[i, j] += 1e-20j
    return _run(moved, U, x, h0, y).imag / 1e-20


def central_both_moved_before_the_runs(W, U, x, h0, y, i, j, step):
    above = below = W.copy()
    above[i, j] += step
    below[i, j] -= step
    return (_run(above, U, x, h0, y) - _run(below, U, x, h0, y)) / (2 * step)


def central_without_input(W, U, x, h0, y, i, j, step):
    return central_with_two_copies(W, U, 0 * x, h0, y, i, j, step)


def central_in_float32(W, U, x, h0, y, i, j, step):
    single = [np.asarray(array, np.float32).astype(float) for array in (W, U, x, h0, y)]
    return central_with_two_copies(*single, i, j, step)


def central_as_an_array(W, U, x, h0, y, i, j, step):
    return [central_with_two_copies(W, U, x, h0, y, i, j, step)]


def central_relative_step(W, U, x, h0, y, i, j, step):
    def loss(factor):
        moved = W.copy()
        moved[i, j] *= factor
        h, total = h0, 0.0
        for x_t, y_t in zip(x, y, strict=True):
            h = np.tanh(moved @ h + U @ x_t)
            total += 0.5 * np.sum((h - y_t) ** 2)
        return total

    return (loss(1 + step) - loss(1 - step)) / (2 * step)


RIGHT = {
    "04.1": [three_by_paths, three_in_a_loop, three_by_complex_step],
    "04.2": [totals_in_place, totals_by_a_linear_system, totals_by_recursion],
    "04.3": [vjp_vectorised, vjp_entry_by_entry, vjp_in_place],
    "04.4": [
        bptt_folds_at_the_end,
        bptt_step_by_step,
        bptt_sequence_by_sequence,
        bptt_adds_into_its_own_copy,
    ],
    "04.5": [readout_vectorised, readout_with_einsum, readout_in_place],
    "04.6": [
        central_with_two_copies,
        central_in_place_on_one_copy,
        central_with_both_runs_at_once,
    ],
}

WRONG = {
    "04.1": [
        Wrong(three_own_errors, "_direct_only", "L(2) changes"),
        Wrong(three_jump_to_each, "_through_one_step", "L(3) has been through step 3 alone"),
        Wrong(three_slopes_one_early, "_slope_of_the_step_before", "which value came out"),
        Wrong(three_without_w, "_no_w", "when h(2) changes by one"),
        Wrong(three_hand_on_their_own_error, "_passes_on_the_direct", "not for L(3)"),
        Wrong(three_counts_the_last_path_again, "_last_loss_twice", "already contain"),
        Wrong(three_last_first, None, "runs backwards"),
        Wrong(three_subtract, "_subtracts_the_future", "subtract what comes from the future"),
        Wrong(three_slope_not_squared, "_slope_not_squared", "either sign"),
        Wrong(three_targets_rotated, None, "`y` read one entry too early"),
    ],
    "04.2": [
        Wrong(totals_are_errors, "_direct_only", "direct gradients"),
        Wrong(totals_slope_of_the_left_state, "_slope_of_the_step_before", "too early"),
        Wrong(totals_hand_on_errors, "_passes_on_the_direct", "direct and total"),
        Wrong(totals_forwards, "_forward_in_time", "first step to the last"),
        Wrong(totals_never_reach_the_first, "_stops_one_step_early", "get that far"),
        Wrong(totals_last_loss_only, "_only_the_last_loss", "Only the last loss"),
        Wrong(totals_keep_adding, "_future_piles_up", "never cleared"),
        Wrong(totals_leave_the_first_empty, "_first_not_written", "never written"),
        Wrong(totals_of_a_loss_without_half, None, "2 times"),
        Wrong(totals_appended, None, "runs backwards"),
        Wrong(totals_slope_twice, None, "squares the slope of tanh"),
        Wrong(totals_count_the_future_twice, None, "the term from the step after counts 2"),
        Wrong(totals_of_a_loop_down_to_zero, "_goes_on_to_the_last", "one step too far"),
    ],
    "04.3": [
        Wrong(vjp_no_tanh, "_no_slope", "the gradient on its output"),
        Wrong(vjp_slope_of_a, "_slope_at_the_sum", "goes into tanh"),
        Wrong(vjp_slope_of_h_before, "_slope_of_the_state_before", "not among the arguments"),
        Wrong(vjp_new_state, "_new_state_in_dW", "`dW`: In W h(t-1)"),
        Wrong(vjp_wrong_way_through_W, "_W_not_transposed", "`dh_before`: Forward"),
        Wrong(vjp_mean, "_mean_over_batch", "average"),
        Wrong(vjp_overwrites, "_last_sequence_only", "overwritten"),
        Wrong(vjp_slope_forgotten_in_db, "_no_slope_in_db", "`db`: You give b"),
        Wrong(vjp_transposed_dW, None, "`dW` is the transpose"),
        Wrong(vjp_db_of_each_sequence, None, "does not add up"),
        Wrong(vjp_skips_the_first_sequence, None, "lacks one term: from the first sequence"),
        Wrong(vjp_slope_squared, None, "squares the slope of tanh"),
        Wrong(vjp_negative_dx, None, "`dx` has the wrong sign"),
    ],
    "04.4": [
        Wrong(bptt_without_the_future, "_never_carries", "next iteration of the loop"),
        Wrong(bptt_overwrites, "_first_copy_only", "overwritten"),
        Wrong(bptt_keeps_step_T, "_last_copy_only", "copy at step T"),
        Wrong(bptt_averages_the_copies, "_mean_over_steps", "number of steps"),
        Wrong(bptt_through_W_itself, "_W_not_transposed", "wrong way around"),
        Wrong(bptt_new_state_in_dW, "_new_state_in_dW", "`dW`: In W h(t-1)"),
        Wrong(bptt_forgets_tanh, "_no_slope", "where is its slope"),
        Wrong(bptt_slope_at_a, "_slope_at_the_sum", "goes into tanh"),
        Wrong(bptt_runs_forward_twice, "_forward_in_time", "forward in time"),
        Wrong(bptt_stops_before_step_1, "_first_step_left_out", "Where does your loop end"),
        Wrong(bptt_starts_one_step_late, "_last_step_left_out", "does your loop start"),
        Wrong(bptt_hands_on_the_direct, "_carries_the_direct", "none beyond that"),
        Wrong(bptt_h0_out_of_dW, "_first_step_not_in_dW", "lacks the step from h(0)"),
        Wrong(bptt_dx_of_direct_only, "_dx_of_the_direct", "only from the direct gradients"),
        Wrong(bptt_hands_back_past_tanh, "_hands_back_past_tanh", "not through tanh"),
        Wrong(bptt_input_off_by_one, "_input_before_in_dU", "`dU`: You pair"),
        Wrong(bptt_dx_appended, "_dx_last_step_first", "dx[0] belongs to x(1)"),
        Wrong(bptt_dh0_forgotten, None, "`dh0` is zero"),
        Wrong(bptt_all_totals_for_dh0, None, "`dh0` is the argument"),
        Wrong(bptt_last_step_twice, None, "the term from step T counts 2 times"),
        Wrong(bptt_direct_of_the_step_before, None, "read one entry too early"),
        Wrong(bptt_forgets_the_bias, "_no_bias", "b = 0"),
    ],
    "04.5": [
        Wrong(readout_no_half, "_without_the_half", "what happened to the ½"),
        Wrong(readout_wrong_sign, "_target_minus_output", "sign is reversed"),
        Wrong(readout_means, "_mean_over_everything", "np.mean"),
        Wrong(readout_no_c, "_forgets_c", "c = 0"),
        Wrong(readout_last_output, "_last_step_only", "Only the last step"),
        Wrong(readout_through_tanh, "_slope_of_tanh", "one step too far back"),
        Wrong(readout_transposed, None, "transpose"),
        Wrong(readout_loss_of_each_step, None, "`loss` must have shape"),
        Wrong(readout_skips_the_first_step, None, "`dV` lacks one term: from step 1"),
        Wrong(readout_absolute_errors, "_absolute_errors", "absolute errors"),
    ],
    "04.6": [
        Wrong(central_relative_step, "_moved_by_a_fraction", "by a fraction of itself"),
        Wrong(central_one_sided, "_forward_difference", "on the other side"),
        Wrong(central_two_names_for_one_array, "_second_point_is_W", "back to where it was"),
        Wrong(central_over_one_step, "_twice_as_large", "how far apart"),
        Wrong(central_moves_everything, "_moves_all_entries", "one entry"),
        Wrong(central_column_first, "_row_and_column_swapped", "counts the rows"),
        Wrong(central_exact, "_the_derivative_itself", "derivative itself"),
        Wrong(central_both_moved_before_the_runs, None, "is zero"),
        Wrong(central_without_input, None, "`U` = 0"),
        Wrong(central_in_float32, None, "single precision"),
        Wrong(central_as_an_array, None, "another shape"),
    ],
}
