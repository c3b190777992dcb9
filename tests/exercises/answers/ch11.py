"""Lesson 11: answers as learners write them, not as the reference does."""

import numpy as np

from tests.exercises.answers.labels import Wrong

# --- 11.1 ---------------------------------------------------------------------------------


def speed_by_norm(W, b, h):
    return 0.5 * np.linalg.norm(np.tanh(b + W @ h) - h) ** 2


def speed_in_loops(W, b, h):
    q = 0.0
    for i in range(len(h)):
        a = b[i]
        for j in range(len(h)):
            a += W[i, j] * h[j]
        q += (np.tanh(a) - h[i]) ** 2 / 2
    return q


def speed_in_place(W, b, h):
    v = W.dot(h)
    v += b
    np.tanh(v, out=v)
    v -= h
    v *= v
    return v.sum() / 2


def speed_twice(W, b, h):
    return np.sum((np.tanh(W @ h + b) - h) ** 2)


def speed_as_distance(W, b, h):
    return np.linalg.norm(np.tanh(W @ h + b) - h)


def speed_half_distance(W, b, h):
    return 0.5 * np.linalg.norm(np.tanh(W @ h + b) - h)


def speed_by_mean(W, b, h):
    return 0.5 * np.mean((np.tanh(W @ h + b) - h) ** 2)


def speed_of_rows(W, b, h):
    return 0.5 * np.sum((np.tanh(h @ W + b) - h) ** 2)


def speed_without_b(W, b, h):
    return 0.5 * np.sum((np.tanh(W @ h) - h) ** 2)


def speed_without_tanh(W, b, h):
    return 0.5 * np.sum((W @ h + b - h) ** 2)


def speed_added(W, b, h):
    return 0.5 * np.sum((np.tanh(W @ h + b) + h) ** 2)


def speed_per_unit(W, b, h):
    return 0.5 * (np.tanh(W @ h + b) - h) ** 2


def speed_logistic(W, b, h):
    return 0.5 * np.sum((1 / (1 + np.exp(-W @ h - b)) - h) ** 2)


def speed_with_minus_b(W, b, h):
    return 0.5 * np.sum((np.tanh(W @ h - b) - h) ** 2)


# --- 11.2 ---------------------------------------------------------------------------------


def newton_by_inverse(W, b, h):
    F = np.tanh(W @ h + b)
    J = np.diag(1 - F**2) @ W
    return h - np.linalg.inv(J - np.eye(h.size)) @ (F - h)


def newton_with_cosh(W, b, h):
    a = W @ h + b
    J = (W.T / np.cosh(a) ** 2).T
    return h + np.linalg.solve(np.identity(len(h)) - J, np.tanh(a) - h)


def newton_in_loops(W, b, h):
    n, F = len(h), np.tanh(W @ h + b)
    A = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            A[i, j] = (1 - F[i] ** 2) * W[i, j] - (i == j)
    return h - np.linalg.solve(A, F - h)


def newton_by_complex_step(W, b, h):
    n, e = len(h), 1e-30
    J = np.array([np.tanh(W @ (h + 1j * e * unit) + b).imag / e for unit in np.eye(n)]).T
    new = h.copy()
    new -= np.linalg.solve(J - np.eye(n), np.tanh(W @ h + b) - h)
    return new


def newton_old_slope(W, b, h):
    return h - np.linalg.solve(np.diag(1 - h**2) @ W - np.eye(len(h)), np.tanh(W @ h + b) - h)


def newton_columns(W, b, h):
    F = np.tanh(W @ h + b)
    return h - np.linalg.solve(W * (1 - F**2) - np.eye(len(h)), F - h)


def newton_without_slope(W, b, h):
    return h - np.linalg.solve(W - np.eye(len(h)), np.tanh(W @ h + b) - h)


def newton_plus(W, b, h):
    F = np.tanh(W @ h + b)
    return h + np.linalg.solve(np.diag(1 - F**2) @ W - np.eye(len(h)), F - h)


def newton_J_only(W, b, h):
    F = np.tanh(W @ h + b)
    return h - np.linalg.inv(np.diag(1 - F**2) @ W) @ (F - h)


def newton_times(W, b, h):
    F = np.tanh(W @ h + b)
    return h - (np.diag(1 - F**2) @ W - np.eye(len(h))) @ (F - h)


def newton_gradient(W, b, h):
    F = np.tanh(W @ h + b)
    return h - (np.diag(1 - F**2) @ W - np.eye(len(h))).T @ (F - h)


def newton_gap_only(W, b, h):
    F = np.tanh(W @ h + b)
    return -np.linalg.solve(np.diag(1 - F**2) @ W - np.eye(len(h)), F - h)


def newton_iterated_map(W, b, h):
    return np.tanh(W @ h + b)


def newton_ones(W, b, h):
    F = np.tanh(W @ h + b)
    return h - np.linalg.solve(np.diag(1 - F**2) @ W - np.ones((len(h), len(h))), F - 2 * h)


def newton_with_minus_b(W, b, h):
    return newton_by_inverse(W, -b, h)


def newton_entrywise(W, b, h):
    F = np.tanh(W @ h + b)
    return h - (F - h) / ((1 - F**2) * np.diag(W) - 1)


def newton_diagonal(W, b, h):
    F = np.tanh(W @ h + b)
    return h - np.linalg.inv(np.diag(1 - F**2) * W - np.eye(len(h))) @ (F - h)


def newton_less_one(W, b, h):
    F = np.tanh(W @ h + b)
    return h - np.linalg.solve((1 - F**2)[:, None] * W - 1, F - h)


def newton_whole_F(W, b, h):
    F = np.tanh(W @ h + b)
    return h - np.linalg.solve((1 - F**2)[:, None] * W - np.eye(len(h)), F)


def newton_slope_unsquared(W, b, h):
    F = np.tanh(W @ h + b)
    return h - np.linalg.solve((1 - F)[:, None] * W - np.eye(len(h)), F - h)


def newton_vector_on_the_left(W, b, h):
    F = np.tanh(W @ h + b)
    return h - (F - h) @ np.linalg.inv((1 - F**2)[:, None] * W - np.eye(len(h)))


def newton_J_turned(W, b, h):
    F = np.tanh(W @ h + b)
    return h - np.linalg.solve(W.T @ np.diag(1 - F**2) - np.eye(len(h)), F - h)


def newton_logistic_slope(W, b, h):
    F = np.tanh(W @ h + b)
    return h - np.linalg.solve((F * (1 - F))[:, None] * W - np.eye(len(h)), F - h)


def newton_twenty_steps(W, b, h):
    for _ in range(20):
        h = newton_with_cosh(W, b, h)
    return h


def newton_two_steps(W, b, h):
    return newton_by_inverse(W, b, newton_by_inverse(W, b, h))


def newton_W_turned(W, b, h):
    F = np.tanh(h @ W + b)
    return h - np.linalg.solve((1 - F**2)[:, None] * W.T - np.eye(len(h)), F - h)


def newton_W_turned_in_J(W, b, h):
    F = np.tanh(W @ h + b)
    return h + np.linalg.inv(np.eye(len(h)) - np.diag(1 - F**2) @ W.T) @ (F - h)


def newton_W_turned_in_J_of_h(W, b, h):
    gap = np.tanh(W @ h + b) - h
    return h - np.linalg.inv(np.diag(1 - h**2) @ W.T - np.eye(len(h))) @ gap


# --- 11.3 ---------------------------------------------------------------------------------


def unstable_by_rows(W, h):
    return np.sum(abs(np.linalg.eigvals(np.diag(1 - h * h) @ W)) > 1)


def unstable_by_columns(W, h):
    """W diag(s) has the eigenvalues of diag(s) W."""
    return len([v for v in np.linalg.eigvals(W * (1 - h**2)) if abs(v) > 1])


def unstable_one_by_one(W, h):
    count = 0
    for value in np.linalg.eig((W.T * (1 - h**2)).T)[0]:
        if value.real**2 + value.imag**2 > 1:
            count += 1
    return float(count)


def unstable_real_above_one(W, h):
    return np.sum(np.linalg.eigvals((1 - h**2)[:, None] * W) > 1)


def unstable_real_part(W, h):
    return np.sum(abs(np.linalg.eigvals((1 - h**2)[:, None] * W).real) > 1)


def unstable_of_W(W, h):
    return np.sum(abs(np.linalg.eigvals(W)) > 1)


def unstable_stable(W, h):
    return np.sum(abs(np.linalg.eigvals((1 - h**2)[:, None] * W)) < 1)


def unstable_continuous(W, h):
    return np.sum(np.linalg.eigvals((1 - h**2)[:, None] * W).real > 0)


def unstable_singular(W, h):
    return np.sum(np.linalg.svd((1 - h**2)[:, None] * W)[1] > 1)


def unstable_minus_one(W, h):
    J = (1 - h**2)[:, None] * W
    return np.sum(abs(np.linalg.eigvals(J - np.eye(len(h)))) > 1)


def unstable_any(W, h):
    return int(np.any(abs(np.linalg.eigvals((1 - h**2)[:, None] * W)) > 1))


def unstable_eigenvalues(W, h):
    return np.linalg.eigvals((1 - h**2)[:, None] * W)


def unstable_run_again(W, h):
    slope = 1 - np.tanh(W @ h) ** 2
    return np.sum(abs(np.linalg.eigvals(np.diag(slope) @ W)) > 1)


def unstable_true_or_false(W, h):
    return (abs(np.linalg.eigvals((1 - h**2)[:, None] * W)) > 1).any()


def unstable_slope_h(W, h):
    return np.sum(abs(np.linalg.eigvals((1 - h)[:, None] * W)) > 1)


def unstable_one_more(W, h):
    return 1 + np.sum(abs(np.linalg.eigvals((1 - h**2)[:, None] * W)) > 1)


# --- 11.4 ---------------------------------------------------------------------------------


def kept_by_covariance(H, k):
    values = np.linalg.eigvalsh(np.atleast_2d(np.cov(H.T)))
    return values[::-1][:k].sum() / values.sum()


def kept_by_projection(H, k):
    centred = H - H.mean(0)
    directions = np.linalg.svd(centred, full_matrices=False)[2][:k]
    return ((centred @ directions.T) ** 2).sum() / (centred**2).sum()


def kept_in_place(H, k):
    C = H.copy()
    for j in range(C.shape[1]):
        C[:, j] -= C[:, j].mean()
    v = sorted(np.linalg.eigvalsh(C @ C.T), reverse=True)
    return sum(v[:k]) / sum(v)


def kept_uncentred(H, k):
    s = np.linalg.svd(H)[1] ** 2
    return s[:k].sum() / s.sum()


def kept_unsquared(H, k):
    s = np.linalg.svd(H - H.mean(0))[1]
    return s[:k].sum() / s.sum()


def kept_smallest(H, k):
    s = np.linalg.svd(H - H.mean(0))[1] ** 2
    return s[-k:].sum() / s.sum()


def kept_ascending(H, k):
    C = H - H.mean(0)
    values = np.linalg.eigh(C.T @ C / len(H))[0]
    return values[:k].sum() / values.sum()


def kept_k_alone(H, k):
    s = np.linalg.svd(H - H.mean(0))[1] ** 2
    return s[k - 1] / s.sum()


def kept_units(H, k):
    v = np.sort(np.var(H, axis=0))[::-1]
    return v[:k].sum() / v.sum()


def kept_rest(H, k):
    s = np.linalg.svd(H - H.mean(0))[1] ** 2
    return s[k:].sum() / s.sum()


def kept_each_row_centred(H, k):
    s = np.linalg.svd(H - H.mean(1)[:, None])[1] ** 2
    return s[:k].sum() / s.sum()


def kept_percent(H, k):
    return 100 * kept_by_projection(H, k)


def kept_one_more(H, k):
    s = np.linalg.svd(H - H.mean(0))[1] ** 2
    return s[: k + 1].sum() / s.sum()


def kept_k_over_n(H, k):
    return k / H.shape[1]


# --- 11.5 ---------------------------------------------------------------------------------


def score_by_means(H, y, H_test, y_test):
    """The intercept makes the means agree."""
    a = np.linalg.lstsq(H - H.mean(0), y - y.mean(), rcond=None)[0]
    prediction = y.mean() + (H_test - H.mean(0)) @ a
    return 1 - np.mean((y_test - prediction) ** 2) / np.var(y_test)


def score_by_sums(H, y, H_test, y_test):
    A = np.hstack([np.ones((len(H), 1)), H])
    c, *a = np.linalg.pinv(A) @ y
    rest = spread = 0.0
    for h, value in zip(H_test, y_test, strict=True):
        rest += (value - c - np.dot(a, h)) ** 2
        spread += (value - y_test.mean()) ** 2
    return 1 - rest / spread


def score_by_normal_equations(H, y, H_test, y_test):
    A, B = (np.c_[np.ones(len(part)), part] for part in (H, H_test))
    error = B @ np.linalg.solve(A.T @ A, A.T @ y)
    error -= y_test
    return 1 - error @ error / ((y_test - y_test.mean()) ** 2).sum()


def _fit(H, y):
    return np.linalg.lstsq(np.c_[H, np.ones(len(H))], y, rcond=None)[0]


def _predict(w, H):
    return H @ w[:-1] + w[-1]


def score_without_intercept(H, y, H_test, y_test):
    prediction = H_test @ np.linalg.lstsq(H, y, rcond=None)[0]
    return 1 - np.mean((y_test - prediction) ** 2) / np.var(y_test)


def score_without_intercept_from_zero(H, y, H_test, y_test):
    a = np.linalg.pinv(H) @ y
    return 1 - np.sum((y_test - H_test @ a) ** 2) / np.sum(y_test**2)


def score_on_training(H, y, H_test, y_test):
    return 1 - np.mean((y - _predict(_fit(H, y), H)) ** 2) / np.var(y)


def score_fitted_on_test(H, y, H_test, y_test):
    return 1 - np.mean((y_test - _predict(_fit(H_test, y_test), H_test)) ** 2) / np.var(y_test)


def score_correlation(H, y, H_test, y_test):
    return np.corrcoef(_predict(_fit(H, y), H_test), y_test)[0, 1] ** 2


def score_error(H, y, H_test, y_test):
    return np.mean((y_test - _predict(_fit(H, y), H_test)) ** 2)


def score_unexplained(H, y, H_test, y_test):
    return np.mean((y_test - _predict(_fit(H, y), H_test)) ** 2) / np.var(y_test)


def score_other_variance(H, y, H_test, y_test):
    return 1 - np.mean((y_test - _predict(_fit(H, y), H_test)) ** 2) / np.var(y)


def score_sample_variance(H, y, H_test, y_test):
    return 1 - np.mean((y_test - _predict(_fit(H, y), H_test)) ** 2) / np.var(y_test, ddof=1)


def score_around_the_first_mean(H, y, H_test, y_test):
    error = np.mean((y_test - _predict(_fit(H, y), H_test)) ** 2)
    return 1 - error / np.mean((y_test - y.mean()) ** 2)


def score_mean_added(H, y, H_test, y_test):
    prediction = H_test @ np.linalg.lstsq(H, y, rcond=None)[0] + np.mean(y)
    return 1 - np.mean((y_test - prediction) ** 2) / np.var(y_test)


def score_intercept_afterwards(H, y, H_test, y_test):
    a = np.linalg.pinv(H) @ y
    c = np.mean(y) - np.mean(H, axis=0) @ a
    return 1 - np.mean((y_test - c - H_test @ a) ** 2) / np.var(y_test)


def score_y_centred(H, y, H_test, y_test):
    a = np.linalg.pinv(H) @ (y - y.mean())
    return 1 - np.mean((y_test - y.mean() - H_test @ a) ** 2) / np.var(y_test)


def score_each_centred(H, y, H_test, y_test):
    a = np.linalg.pinv(H - H.mean(0)) @ (y - y.mean())
    rest = y_test - y_test.mean() - (H_test - H_test.mean(0)) @ a
    return 1 - rest @ rest / len(rest) / np.var(y_test)


def score_states_each_centered(H, y, H_test, y_test):
    Hc, Ht = H - H.mean(0), H_test - H_test.mean(0)
    a = np.linalg.lstsq(Hc, y - y.mean(), rcond=None)[0]
    off = y_test - (Ht @ a + y.mean())
    return 1 - off @ off / np.sum((y_test - y_test.mean()) ** 2)


def score_adjusted(H, y, H_test, y_test):
    """What statistics programs call adjusted R², for the number of weights."""
    M, n = H_test.shape
    error = np.sum((y_test - _predict(_fit(H, y), H_test)) ** 2) / (M - n - 1)
    return 1 - error / np.var(y_test, ddof=1)


def score_not_below_zero(H, y, H_test, y_test):
    return max(0.0, 1 - np.mean(np.abs(y_test - _predict(_fit(H, y), H_test))) / np.var(y_test))


def score_percent(H, y, H_test, y_test):
    error = np.mean((y_test - _predict(_fit(H, y), H_test)) ** 2)
    return 100 * (1 - error / np.var(y_test))


def score_negative(H, y, H_test, y_test):
    return -score_percent(H, y, H_test, y_test) / 100


# --- 11.6 ---------------------------------------------------------------------------------


def saliency_by_products(U, W, V, h):
    """Row by row: V diag W diag W … diag U."""
    T = len(h) - 1
    rows = []
    for t in range(1, T + 1):
        J = np.eye(len(W))
        for s in range(T, t, -1):
            J = J @ np.diag(1 - h[s] ** 2) @ W
        rows.append((V @ J @ np.diag(1 - h[t] ** 2) @ U)[0])
    return np.array(rows)


def saliency_forward(U, W, V, h):
    """Carries ∂h(t)/∂x(s) forward for each s."""
    T, n = len(h) - 1, len(W)
    S = np.zeros((T, n, U.shape[1]))
    for t in range(1, T + 1):
        D = (1 - h[t] ** 2)[:, None]
        for s in range(t - 1):
            S[s] = D * (W @ S[s])
        S[t - 1] = D * U
    return np.einsum("i,tij->tj", V[0], S)


def saliency_by_complex_step(U, W, V, h):
    T, n_x, e = len(h) - 1, U.shape[1], 1e-30
    inputs = np.arctanh(h[1:]) - h[:-1] @ W.T
    out = np.empty((T, n_x))
    for t in range(T):
        for j in range(n_x):
            state = h[0] + 0j
            for s in range(T):
                nudge = 1j * e * U[:, j] if s == t else 0
                state = np.tanh(W @ state + inputs[s] + nudge)
            out[t, j] = (V @ state).imag[0] / e
    return out


def saliency_list(U, W, V, h):
    rows, dh = [], V.copy()
    for state in h[:0:-1]:
        dh *= 1 - state**2
        rows.insert(0, (dh @ U)[0])
        dh = dh @ W
    return np.array(rows)


def _walk(U, W, V, h, slope, onward):
    rows, dh = [], V[0]
    for t in range(len(h) - 1, 0, -1):
        da = slope(t) * dh
        rows.append(da @ U)
        dh = onward(da)
    return np.array(rows[::-1])


def saliency_without_slope(U, W, V, h):
    return _walk(U, W, V, h, lambda t: 1, lambda da: da @ W)


def saliency_old_slope(U, W, V, h):
    return _walk(U, W, V, h, lambda t: 1 - h[t - 1] ** 2, lambda da: da @ W)


def saliency_W_turned(U, W, V, h):
    return _walk(U, W, V, h, lambda t: 1 - h[t] ** 2, lambda da: W @ da)


def saliency_without_W(U, W, V, h):
    return _walk(U, W, V, h, lambda t: 1 - h[t] ** 2, lambda da: da)


def saliency_order_of_the_walk(U, W, V, h):
    return saliency_list(U, W, V, h)[::-1]


def saliency_of_each_output(U, W, V, h):
    return np.array([(V * (1 - state**2) @ U)[0] for state in h[1:]])


def saliency_all_outputs(U, W, V, h):
    rows, dh = [], 0
    for state in h[:0:-1]:
        da = (V[0] + dh) * (1 - state**2)
        rows.append(da @ U)
        dh = da @ W
    return np.array(rows[::-1])


def saliency_end_without_slope(U, W, V, h):
    T = len(h) - 1
    return _walk(U, W, V, h, lambda t: 1 if t == T else 1 - h[t] ** 2, lambda da: da @ W)


def saliency_magnitudes(U, W, V, h):
    return abs(saliency_list(U, W, V, h))


def saliency_with_h0(U, W, V, h):
    return np.vstack([np.zeros(U.shape[1]), saliency_list(U, W, V, h)])


def saliency_on_states(U, W, V, h):
    return _walk(np.eye(len(W)), W, V, h, lambda t: 1 - h[t] ** 2, lambda da: da @ W)


def saliency_slope_unsquared(U, W, V, h):
    return _walk(U, W, V, h, lambda t: 1 - np.abs(h[t]), lambda da: da @ W)


def saliency_minus(U, W, V, h):
    return -saliency_list(U, W, V, h)


def saliency_one_late(U, W, V, h):
    right = saliency_list(U, W, V, h)
    return np.vstack([np.zeros(U.shape[1]), right[:-1]])


def saliency_slope_at_the_other_end(U, W, V, h):
    rows, dh = [], V[0]
    for state in h[:0:-1]:
        D = np.diag(1 - state**2)
        rows.insert(0, dh @ D @ U)
        dh = dh @ W @ D
    return np.array(rows)


def saliency_row_after_W(U, W, V, h):
    rows, dh = [], V[0]
    for state in h[:0:-1]:
        dh = ((1 - state**2) * dh) @ W
        rows.insert(0, dh @ U)
    return np.array(rows)


def saliency_W_first(U, W, V, h):
    rows, dh = [], V[0]
    for state in h[:0:-1]:
        da = (1 - state**2) * (dh @ W)
        rows.insert(0, da @ U)
        dh = da
    return np.array(rows)


RIGHT = {
    "11.1": [speed_by_norm, speed_in_loops, speed_in_place],
    "11.2": [newton_by_inverse, newton_with_cosh, newton_in_loops, newton_by_complex_step],
    "11.3": [unstable_by_rows, unstable_by_columns, unstable_one_by_one],
    "11.4": [kept_by_covariance, kept_by_projection, kept_in_place],
    "11.5": [score_by_means, score_by_sums, score_by_normal_equations],
    "11.6": [saliency_by_products, saliency_forward, saliency_by_complex_step, saliency_list],
}

WRONG = {
    "11.1": [
        Wrong(speed_twice, "_without_half", "begins with ½"),
        Wrong(speed_as_distance, "_not_squared", "This is the distance"),
        Wrong(speed_half_distance, "_half_the_norm", "its square"),
        Wrong(speed_by_mean, "_mean", "number of units"),
        Wrong(speed_of_rows, "_W_transposed", "wrong way around"),
        Wrong(speed_without_b, "_no_bias", "b has no effect"),
        Wrong(speed_without_tanh, "_no_tanh", "no tanh"),
        Wrong(speed_added, "_old_state_added", "add h to the new state"),
        Wrong(speed_per_unit, "_per_unit", "one number for each unit"),
        Wrong(speed_logistic, None, "the logistic function instead of tanh"),
        Wrong(speed_with_minus_b, None, "`b` with its sign reversed"),
    ],
    "11.2": [
        Wrong(newton_old_slope, "_slope_of_the_old_state", "1 - h²"),
        Wrong(newton_columns, "_columns_scaled", "columns of W"),
        Wrong(newton_without_slope, "_no_slope", "J is just W"),
        Wrong(newton_plus, "_wrong_way", "wrong direction"),
        Wrong(newton_J_only, "_without_identity", "the part -h"),
        Wrong(newton_times, "_multiplied", "divides by it"),
        Wrong(newton_gradient, "_downhill", "gradient step"),
        Wrong(newton_gap_only, "_move_only", "asks for the new h"),
        Wrong(newton_iterated_map, "_one_step_of_the_network", "one step of the network"),
        Wrong(newton_diagonal, "_entry_by_entry", "written `@`"),
        Wrong(newton_entrywise, "_entry_by_entry", "Right only for: one unit"),
        Wrong(newton_less_one, "_minus_ones", "only on the diagonal"),
        Wrong(newton_whole_F, "_new_state_for_the_gap", "the gap, F(h) - h"),
        Wrong(newton_slope_unsquared, "_slope_not_squared", "the *square*"),
        Wrong(newton_vector_on_the_left, "_jacobian_transposed", "on the wrong side"),
        Wrong(newton_J_turned, "_jacobian_transposed", "J is transposed"),
        Wrong(newton_two_steps, "_two_steps", "two steps"),
        Wrong(newton_twenty_steps, "_to_the_fixed_point", "until it converges"),
        Wrong(
            newton_ones,
            "_minus_ones",
            "Two mistakes at once",
            also="_twice_the_old_state_taken_off",
        ),
        Wrong(newton_with_minus_b, None, "`b` with its sign reversed"),
        Wrong(newton_logistic_slope, "_slope_of_the_logistic", "that of the logistic function"),
        Wrong(newton_W_turned_in_J, "_W_transposed", "is that W_ij or W_ji"),
        Wrong(
            newton_W_turned_in_J_of_h,
            "_W_transposed",
            "Two mistakes at once",
            also="_slope_of_the_old_state",
        ),
        Wrong(newton_W_turned, None, "`W` transposed"),
    ],
    "11.3": [
        Wrong(unstable_real_above_one, "_real_part_above_one", "below -1"),
        Wrong(unstable_real_part, "_absolute_real_part", "only the real part"),
        Wrong(unstable_of_W, "_no_slope", "eigenvalues of W"),
        Wrong(unstable_stable, "_stable_ones", "those that grow"),
        Wrong(unstable_continuous, "_real_part_above_zero", "continuous time"),
        Wrong(unstable_singular, "_stretched_directions", "singular values"),
        Wrong(unstable_minus_one, "_minus_identity", "J - I"),
        Wrong(unstable_any, "_any", "how many do"),
        Wrong(unstable_true_or_false, "_any", "how many do"),
        Wrong(unstable_run_again, "_slope_without_bias", "already is the output of tanh"),
        Wrong(unstable_eigenvalues, None, "must have shape"),
        Wrong(unstable_slope_h, "_slope_not_squared", "the *square*"),
        Wrong(unstable_one_more, None, "the right answer plus 1"),
    ],
    "11.4": [
        Wrong(kept_uncentred, "_not_centred", "around the origin"),
        Wrong(kept_unsquared, "_not_squared", "singular values"),
        Wrong(kept_smallest, "_smallest", "In which order"),
        Wrong(kept_ascending, "_smallest_of_the_covariance", "start with them"),
        Wrong(kept_k_alone, "_kth_only", "component k alone"),
        Wrong(kept_units, "_largest_units", "mixture of all"),
        Wrong(kept_rest, "_lost", "what is lost"),
        Wrong(kept_each_row_centred, "_each_state_centred", "Which axis"),
        Wrong(kept_percent, None, "100 times the right answer"),
        Wrong(kept_one_more, None, "`k + 1` instead of `k`"),
        Wrong(kept_k_over_n, "_k_over_n", "whatever the states are"),
    ],
    "11.5": [
        Wrong(score_without_intercept, "_no_intercept", "no intercept"),
        Wrong(
            score_without_intercept_from_zero,
            "_no_intercept",
            "Two mistakes at once",
            also="_from_zero",
        ),
        Wrong(score_on_training, "_judged_where_fitted", "on the part it was fitted on"),
        Wrong(score_fitted_on_test, "_fitted_where_judged", "nothing is left"),
        Wrong(score_correlation, "_correlation_squared", "squared correlation"),
        Wrong(score_error, "_squared_error", "compared with"),
        Wrong(score_unexplained, "_share_of_error", "unexplained"),
        Wrong(score_other_variance, "_variance_of_the_first_part", "different parts"),
        Wrong(score_sample_variance, "_one_less", "ddof=1"),
        Wrong(score_around_the_first_mean, "_variance_about_the_first_mean", "around its own"),
        Wrong(score_mean_added, "_mean_added", "Fit both together"),
        Wrong(score_intercept_afterwards, "_intercept_from_the_rest", "Fit both together"),
        Wrong(score_y_centred, "_only_y_centred", "Fit both together"),
        Wrong(score_each_centred, "_own_means", "by its own means"),
        Wrong(score_states_each_centered, "_own_states_mean", "the mean of H instead"),
        Wrong(score_adjusted, "_adjusted", "number of weights"),
        Wrong(score_percent, None, "100 times the right answer"),
        Wrong(score_negative, None, "wrong sign"),
        Wrong(score_not_below_zero, "_absolute_errors", "absolute errors", also="_not_below_zero"),
    ],
    "11.6": [
        Wrong(saliency_without_slope, "_no_slope", "The slope of tanh is missing"),
        Wrong(saliency_old_slope, "_slope_of_the_state_before", "computed from h(t-1)"),
        Wrong(saliency_W_turned, "_W_not_transposed", "wrong way around"),
        Wrong(saliency_without_W, "_no_W", "W is missing"),
        Wrong(saliency_order_of_the_walk, "_last_first", "order of the walk"),
        Wrong(saliency_of_each_output, "_each_step_by_itself", "only for the last output"),
        Wrong(saliency_all_outputs, "_sum_of_outputs", "all outputs"),
        Wrong(saliency_end_without_slope, "_no_slope_at_the_end", "last tanh"),
        Wrong(saliency_magnitudes, "_sizes", "signs are lost"),
        Wrong(saliency_slope_at_the_other_end, "_slope_after_W", "tanh comes first"),
        Wrong(saliency_row_after_W, "_W_before_U", "in every row"),
        Wrong(saliency_W_first, "_W_before_the_first", "only through V"),
        Wrong(saliency_with_h0, None, "one entry too many at the start of the steps"),
        Wrong(saliency_on_states, "_on_the_sums", "gradients on a(t)"),
        Wrong(saliency_slope_unsquared, "_slope_not_squared", "1 - |h(t)|"),
        Wrong(saliency_minus, None, "wrong sign"),
        Wrong(saliency_one_late, None, "comes one entry late along the steps"),
    ],
}
