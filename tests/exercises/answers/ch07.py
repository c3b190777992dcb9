"""Lesson 07: answers as learners write them, not as the reference does."""

import math

import numpy as np

from tests.exercises.answers.labels import Wrong

# --- 07.1 ---------------------------------------------------------------------------------


def scalar_by_cumulative_product(w, h):
    factors = w * (1 - h[1:] ** 2)
    return np.concatenate([np.cumprod(factors[::-1])[::-1], [1]])


def scalar_two_loops(w, h):
    T = len(h) - 1
    products = []
    for t in range(T + 1):
        product = 1.0
        for s in range(t + 1, T + 1):
            product *= w * (1 - h[s] * h[s])
        products.append(product)
    return products


def scalar_recursively(w, h):
    if len(h) == 1:
        return np.ones(1)
    rest = scalar_recursively(w, h[1:])
    return np.append(w * (1 - h[1] ** 2) * rest[0], rest)


def scalar_in_place(w, h):
    slopes = 1 - h**2
    slopes[0] = 1
    out = np.ones_like(h)
    for t in range(len(h) - 1, 0, -1):
        out[:t] *= w * slopes[t]
    return out


def scalar_powers_of_w(w, h):
    return w ** np.arange(len(h) - 1, -1, -1)


def scalar_without_w(w, h):
    return [np.prod(1 - h[t + 1 :] ** 2) for t in range(len(h))]


def scalar_one_early(w, h):
    products = np.ones(len(h))
    for t in range(len(h) - 2, -1, -1):
        products[t] = products[t + 1] * w * (1 - h[t] ** 2)
    return products


def scalar_from_the_start(w, h):
    products = [1.0]
    for t in range(1, len(h)):
        products.append(products[-1] * w * (1 - h[t] ** 2))
    return products


def scalar_single_factors(w, h):
    return np.append(w * (1 - h[1:] ** 2), 1.0)


def scalar_tanh_again(w, h):
    return [np.prod(w * (1 - np.tanh(h[t + 1 :]) ** 2)) for t in range(len(h))]


def scalar_state_t_too(w, h):
    return [np.prod(w * (1 - h[t:] ** 2)) for t in range(len(h))]


def scalar_without_the_last(w, h):
    T = len(h) - 1
    return [np.prod(w * (1 - h[t + 1 : T] ** 2)) for t in range(T + 1)]


def scalar_powers_of_one_factor(w, h):
    T = len(h) - 1
    return [(w * (1 - h[T] ** 2)) ** (T - t) for t in range(T + 1)]


def scalar_sums(w, h):
    return [*(np.sum(w * (1 - h[t + 1 :] ** 2)) for t in range(len(h) - 1)), 1.0]


def scalar_backwards_list(w, h):
    products = [1.0]
    for t in range(len(h) - 1, 0, -1):
        products.append(products[-1] * w * (1 - h[t] ** 2))
    return products


def scalar_forward(w, h):
    products = np.ones(len(h))
    products[:-1] = np.cumprod(w * (1 - h[1:] ** 2))
    return products


def scalar_cumulative_over_all(w, h):
    return np.cumprod(w * (1 - h**2))


def scalar_absolute(w, h):
    return np.abs(scalar_by_cumulative_product(w, h))


def scalar_without_h0(w, h):
    return scalar_by_cumulative_product(w, h)[1:]


def scalar_in_float32(w, h):
    return scalar_by_cumulative_product(w, h).astype(np.float32)


# --- 07.2 ---------------------------------------------------------------------------------


def _step(W, h):
    return (1 - h**2)[:, None] * W


def products_in_loops(W, h):
    T, n = len(h) - 1, len(W)
    out = np.zeros((T + 1, n, n))
    for j in range(n):
        out[T, j, j] = 1
    for t in range(T - 1, -1, -1):
        for j in range(n):
            for k in range(n):
                for i in range(n):
                    out[t, j, k] += out[t + 1, j, i] * (1 - h[t + 1, i] ** 2) * W[i, k]
    return out


def products_each_anew(W, h):
    T = len(h) - 1
    out = []
    for t in range(T + 1):
        P = np.eye(len(W))
        for s in range(t + 1, T + 1):
            P = _step(W, h[s]) @ P
        out.append(P)
    return out


def products_by_rows(W, h):
    """Walks all rows back as gradients, as BPTT does."""
    out = [np.eye(len(W))]
    for state in h[:0:-1]:
        out.insert(0, (out[0] * (1 - state**2)) @ W)
    return np.array(out)


def products_by_complex_step(W, h):
    T, n, e = len(h) - 1, len(W), 1e-30
    x = np.arctanh(h[1:]) - h[:-1] @ W.T
    out = np.empty((T + 1, n, n))
    for t in range(T + 1):
        for k in range(n):
            s = h[t].astype(complex)
            s[k] += 1j * e
            for step in range(t, T):
                s = np.tanh(W @ s + x[step])
            out[t, :, k] = s.imag / e
    return out


def _backward(W, h, multiply):
    out = np.empty((len(h), *W.shape))
    out[-1] = np.eye(len(W))
    for t in range(len(h) - 2, -1, -1):
        out[t] = multiply(out[t + 1], t)
    return out


def products_other_order(W, h):
    return _backward(W, h, lambda P, t: _step(W, h[t + 1]) @ P)


def products_of_gradients(W, h):
    return _backward(W, h, lambda P, t: W.T @ np.diag(1 - h[t + 1] ** 2) @ P)


def products_with_W_turned(W, h):
    return _backward(W, h, lambda P, t: P @ np.diag(1 - h[t + 1] ** 2) @ W.T)


def products_broadcast_the_wrong_way(W, h):
    return _backward(W, h, lambda P, t: P @ ((1 - h[t + 1] ** 2) * W))


def products_slopes_on_the_right(W, h):
    return _backward(W, h, lambda P, t: P @ (W @ np.diag(1 - h[t + 1] ** 2)))


def products_one_early(W, h):
    return _backward(W, h, lambda P, t: P @ _step(W, h[t]))


def products_of_W(W, h):
    return _backward(W, h, lambda P, t: P @ W)


def products_with_stars(W, h):
    return _backward(W, h, lambda P, t: P * _step(W, h[t + 1]))


def products_from_the_start(W, h):
    out = [np.eye(len(W))]
    for state in h[1:]:
        out.append(_step(W, state) @ out[-1])
    return out


def products_single_steps(W, h):
    return [*(_step(W, state) for state in h[1:]), np.eye(len(W))]


def products_tanh_again(W, h):
    return _backward(W, h, lambda P, t: P @ _step(W, np.tanh(h[t + 1])))


def products_of_one_step(W, h):
    return [np.linalg.matrix_power(_step(W, h[-1]), k) for k in range(len(h) - 1, -1, -1)]


def products_without_h0(W, h):
    return products_by_rows(W, h)[1:]


def products_of_mean_slopes(W, h):
    """One number for all slopes of a layer."""
    return _backward(W, h, lambda P, t: P @ W * np.mean(1 - h[t + 1] ** 2))


def products_without_identity(W, h):
    out = products_by_rows(W, h)
    out[-1] = 0
    return out


def products_in_order_of_collection(W, h):
    return products_by_rows(W, h)[::-1]


def products_slope_squared(W, h):
    return _backward(W, h, lambda P, t: P @ np.diag((1 - h[t + 1] ** 2) ** 2) @ W)


def products_of_columns_in_the_wrong_order(W, h):
    T, n = len(h) - 1, len(W)
    made = np.zeros((T + 1, n, n))
    made[T] = np.eye(n)
    for t in range(T, 0, -1):
        made[t - 1] = (W * (1 - h[t] ** 2)) @ made[t]
    return made


# --- 07.3 ---------------------------------------------------------------------------------


def radius_in_a_loop(W):
    largest = 0.0
    for value in np.linalg.eig(W)[0]:
        modulus = math.hypot(value.real, value.imag)
        if modulus > largest:
            largest = modulus
    return largest


def radius_by_a_polynomial(W):
    return max(abs(np.roots(np.poly(W))))


def radius_of_a_high_power(W):
    """‖W^k‖^(1/k) for k = 2^50, by squaring."""
    P, log_size = W / np.linalg.norm(W), np.log(np.linalg.norm(W))
    for k in range(1, 51):
        P = P @ P
        size = np.linalg.norm(P)
        P, log_size = P / size, log_size + np.log(size) / 2**k
    return np.exp(log_size)


def radius_sorted(W):
    return np.sort(np.abs(np.linalg.eigvals(W)))[-1]


def radius_singular_value(W):
    return np.linalg.svd(W)[1][0]


def radius_frobenius(W):
    return np.sqrt((W**2).sum())


def radius_max(W):
    return max(np.linalg.eigvals(W), key=lambda value: (value.real, value.imag))


def radius_real_parts(W):
    return max(value.real for value in np.linalg.eigvals(W))


def radius_of_real_parts(W):
    return np.abs(np.linalg.eigvals(W).real).max()


def radius_abs_after_max(W):
    return abs(np.linalg.eigvals(W).max())


def radius_symmetric(W):
    return np.abs(np.linalg.eigvalsh(W)).max()


def radius_of_squares(W):
    values = np.linalg.eigvals(W)
    return (values.real**2 + values.imag**2).max()


def radius_first(W):
    return abs(np.linalg.eigvals(W)[0])


def radius_least(W):
    return min(abs(np.linalg.eigvals(W)))


def radius_of_the_symmetric_part(W):
    return np.abs(np.linalg.eigvalsh((W + W.T) / 2)).max()


def radius_by_a_few_powers(W):
    v = np.ones(len(W))
    for _ in range(100):
        v = W @ v
        v /= np.linalg.norm(v)
    return abs(v @ W @ v)


def radius_trace(W):
    return abs(np.trace(W))


def radius_all(W):
    return np.abs(np.linalg.eigvals(W))


def radius_last_of_eigh(W):
    values, _ = np.linalg.eigh(W)
    return values[-1]


# --- 07.4 ---------------------------------------------------------------------------------


def _sigmoid(a):
    return 1 / (1 + np.exp(-a))


def wall_forward(w, b, h0, y, T):
    """Carries dh/dw along, as RTRL does."""
    h, s = h0, 0.0
    for _ in range(T):
        new = _sigmoid(w * h + b)
        s = new * (1 - new) * (h + w * s)
        h = new
    return (h - y) ** 2 / 2, (h - y) * s


def wall_by_complex_step(w, b, h0, y, T):
    h = h0
    for _ in range(T):
        h = 1 / (1 + np.exp(-((w + 1e-30j) * h + b)))
    loss = 0.5 * (h - y) ** 2
    return loss.real, loss.imag / 1e-30


def wall_vectorised(w, b, h0, y, T):
    h = np.empty(T + 1)
    h[0] = h0
    for t in range(T):
        h[t + 1] = _sigmoid(w * h[t] + b)
    slopes = h[1:] * (1 - h[1:])
    reach = np.append(np.cumprod((w * slopes)[:0:-1])[::-1], 1.0)
    return [0.5 * (h[-1] - y) ** 2, (h[-1] - y) * np.sum(reach * slopes * h[:-1])]


def wall_recursively(w, b, h0, y, T):
    def run(h, steps):
        """h(T), dh(T)/dw and dh(T)/dh of a run of some steps from h."""
        if steps == 0:
            return h, 0.0, 1.0
        new = _sigmoid(w * h + b)
        last, dw, dh = run(new, steps - 1)
        slope = new * (1 - new)
        return last, dw + dh * slope * h, dh * slope * w

    last, dw, _ = run(h0, T)
    return 0.5 * (last - y) ** 2, (last - y) * dw


def _wall(w, b, h0, y, T, slope=None, share=None, keep=None, w_back=None):
    h = [h0]
    for _ in range(T):
        h.append(_sigmoid(w * h[-1] + b))
    dh, dw = h[-1] - y, 0.0
    for t in range(T, 0, -1):
        da = dh * (h[t] * (1 - h[t]) if slope is None else slope(h[t - 1], h[t]))
        part = da * (h[t - 1] if share is None else share(h[t]))
        dw = part if keep == "newest" else dw + part
        if keep == "first turn":
            break
        dh = da * (w if w_back is None else w_back)
    return 0.5 * (h[-1] - y) ** 2, dw


def wall_tanh_slope(w, b, h0, y, T):
    return _wall(w, b, h0, y, T, slope=lambda before, after: 1 - after**2)


def wall_sigmoid_again(w, b, h0, y, T):
    return _wall(
        w, b, h0, y, T, slope=lambda before, after: _sigmoid(after) * (1 - _sigmoid(after))
    )


def wall_slope_before(w, b, h0, y, T):
    return _wall(w, b, h0, y, T, slope=lambda before, after: before * (1 - before))


def wall_no_slope(w, b, h0, y, T):
    return _wall(w, b, h0, y, T, slope=lambda before, after: 1)


def wall_new_state(w, b, h0, y, T):
    return _wall(w, b, h0, y, T, share=lambda after: after)


def wall_of_the_bias(w, b, h0, y, T):
    return _wall(w, b, h0, y, T, share=lambda after: 1)


def wall_last_step(w, b, h0, y, T):
    return _wall(w, b, h0, y, T, keep="first turn")


def wall_overwrites(w, b, h0, y, T):
    return _wall(w, b, h0, y, T, keep="newest")


def wall_without_w(w, b, h0, y, T):
    return _wall(w, b, h0, y, T, w_back=1)


def wall_of_the_state(w, b, h0, y, T):
    loss, _ = wall_forward(w, b, h0, y, T)
    h, s = h0, 0.0
    for _ in range(T):
        new = _sigmoid(w * h + b)
        h, s = new, new * (1 - new) * (h + w * s)
    return loss, s


def wall_slope_on_the_way_to_h_only(w, b, h0, y, T):
    h = [h0]
    for _ in range(T):
        h.append(_sigmoid(w * h[-1] + b))
    d, dw = h[T] - y, 0.0
    for t in range(T, 0, -1):
        dw += d * h[t - 1]
        d = d * h[t] * (1 - h[t]) * w
    return 0.5 * (h[T] - y) ** 2, dw


def wall_forward_slope_on_one_term(w, b, h0, y, T):
    h, s = h0, 0.0
    for _ in range(T):
        new = _sigmoid(w * h + b)
        h, s = new, h + new * (1 - new) * w * s
    return 0.5 * (h - y) ** 2, (h - y) * s


def wall_of_the_start(w, b, h0, y, T):
    """Walks back and hands on what arrives at h(0)."""
    h = [h0]
    for _ in range(T):
        h.append(_sigmoid(w * h[-1] + b))
    dh = h[T] - y
    for t in range(T, 0, -1):
        dh = dh * h[t] * (1 - h[t]) * w
    return 0.5 * (h[T] - y) ** 2, dh


def wall_forward_without_direct_term(w, b, h0, y, T):
    h, s = h0, 0.0
    for _ in range(T):
        h = _sigmoid(w * h + b)
        s = h * (1 - h) * (w * s)
    return 0.5 * (h - y) ** 2, (h - y) * s


def wall_forward_from_one_without_direct_term(w, b, h0, y, T):
    h, s = h0, 1.0
    for _ in range(T):
        h = _sigmoid(w * h + b)
        s = h * (1 - h) * (w * s)
    return 0.5 * (h - y) ** 2, (h - y) * s


def wall_backward_difference(w, b, h0, y, T):
    loss, dw = wall_forward(w, b, h0, y, T)
    return loss, -dw


def wall_without_half(w, b, h0, y, T):
    loss, dw = wall_forward(w, b, h0, y, T)
    return 2 * loss, 2 * dw


def wall_half_forgotten_in_loss(w, b, h0, y, T):
    loss, dw = wall_forward(w, b, h0, y, T)
    return 2 * loss, dw


def wall_counts_from_one(w, b, h0, y, T):
    return wall_forward(w, b, h0, y, T - 1)


def wall_without_b(w, b, h0, y, T):
    return wall_forward(w, 0, h0, y, T)


def wall_by_differences(w, b, h0, y, T):
    eps = 2e-7
    below, loss, above = (wall_forward(w + d, b, h0, y, T)[0] for d in (-eps, 0, eps))
    return loss, (above - below) / (2 * eps)


def wall_by_a_coarse_difference(w, b, h0, y, T):
    loss, above = (wall_forward(w + d, b, h0, y, T)[0] for d in (0, 1e-3))
    return loss, (above - loss) / 1e-3


def wall_stops_before_step_1(w, b, h0, y, T):
    h = [h0]
    for _ in range(T):
        h.append(_sigmoid(w * h[-1] + b))
    dh, dw = h[-1] - y, 0.0
    for t in range(T, 1, -1):
        da = dh * h[t] * (1 - h[t])
        dw, dh = dw + da * h[t - 1], da * w
    return 0.5 * (h[-1] - y) ** 2, dw


def wall_absolute_slope(w, b, h0, y, T):
    loss, dw = wall_forward(w, b, h0, y, T)
    return loss, abs(dw)


def wall_absolute_error(w, b, h0, y, T):
    h = h0
    for _ in range(T):
        h = _sigmoid(w * h + b)
    return abs(h - y), wall_forward(w, b, h0, y, T)[1]


def wall_slope_only(w, b, h0, y, T):
    return wall_forward(w, b, h0, y, T)[1]


def wall_limited(w, b, h0, y, T):
    loss, dw = wall_forward(w, b, h0, y, T)
    return loss, max(-1.0, min(1.0, dw))


def wall_limited_to_5(w, b, h0, y, T):
    loss, dw = wall_forward(w, b, h0, y, T)
    return loss, np.sign(dw) * min(abs(dw), 5.0)


def wall_state_first(w, b, h0, y, T):
    """Replaces h before dh has used it."""
    h, dh = h0, 0.0
    for _ in range(T):
        h = 1 / (1 + np.exp(-(w * h + b)))
        dh = h * (1 - h) * (h + w * dh)
    return 0.5 * (h - y) ** 2, (h - y) * dh


# --- 07.5 ---------------------------------------------------------------------------------


def clip_as_one_vector(dU, dW, limit):
    g = np.concatenate([dU.ravel(), dW.ravel()])
    norm = np.linalg.norm(g)
    if norm > limit:
        g = g * limit / norm
    return g[: dU.size].reshape(dU.shape), g[dU.size :].reshape(dW.shape)


def clip_in_loops(dU, dW, limit):
    total = 0.0
    for array in (dU, dW):
        for row in array:
            for entry in row:
                total += entry * entry
    factor = limit / max(math.sqrt(total), limit)
    return [factor * dU, factor * dW]


def clip_in_place_on_copies(dU, dW, limit):
    dU, dW = dU.copy(), dW.copy()
    norm = np.hypot(np.linalg.norm(dU), np.linalg.norm(dW))
    if norm > limit:
        for array in (dU, dW):
            array *= limit / norm
    return dU, dW


def clip_entries(dU, dW, limit):
    return np.maximum(np.minimum(dU, limit), -limit), np.maximum(np.minimum(dW, limit), -limit)


def clip_each(dU, dW, limit):
    clipped = []
    for array in (dU, dW):
        norm = np.linalg.norm(array)
        clipped.append(array * limit / norm if norm > limit else array)
    return clipped


def clip_always(dU, dW, limit):
    norm = np.sqrt((dU**2).sum() + (dW**2).sum())
    return dU * limit / norm, dW * limit / norm


def _clip_with(norm, dU, dW, limit):
    return (dU * limit / norm, dW * limit / norm) if norm > limit else (dU, dW)


def clip_without_root(dU, dW, limit):
    return _clip_with((dU**2).sum() + (dW**2).sum(), dU, dW, limit)


def clip_adds_norms(dU, dW, limit):
    return _clip_with(np.linalg.norm(dU) + np.linalg.norm(dW), dU, dW, limit)


def clip_largest_norm(dU, dW, limit):
    return _clip_with(max(np.linalg.norm(dU), np.linalg.norm(dW)), dU, dW, limit)


def clip_spectral(dU, dW, limit):
    norm = np.sqrt(np.linalg.norm(dU, ord=2) ** 2 + np.linalg.norm(dW, ord=2) ** 2)
    return _clip_with(norm, dU, dW, limit)


def clip_largest_entry(dU, dW, limit):
    return _clip_with(max(abs(dU).max(), abs(dW).max()), dU, dW, limit)


def clip_reversed_comparison(dU, dW, limit):
    norm = np.sqrt((dU**2).sum() + (dW**2).sum())
    return (dU, dW) if norm >= limit else (dU * (limit / norm), dW * (limit / norm))


def clip_to_one(dU, dW, limit):
    norm = np.sqrt((dU**2).sum() + (dW**2).sum())
    return (dU / norm, dW / norm) if norm > limit else (dU, dW)


def clip_with_epsilon(dU, dW, limit):
    norm = np.sqrt((dU**2).sum() + (dW**2).sum())
    factor = limit / (norm + 1e-6)
    return (dU * factor, dW * factor) if factor < 1 else (dU, dW)


def clip_drops(dU, dW, limit):
    norm = np.sqrt((dU**2).sum() + (dW**2).sum())
    return (0 * dU, 0 * dW) if norm > limit else (dU, dW)


def clip_one_after_the_other(dU, dW, limit):
    """Takes the norm anew for dW, when dU is clipped already."""
    norm = np.sqrt((dU**2).sum() + (dW**2).sum())
    dU = dU * min(1, limit / norm)
    norm = np.sqrt((dU**2).sum() + (dW**2).sum())
    return dU, dW * min(1, limit / norm)


def clip_dU_only(dU, dW, limit):
    norm = np.sqrt((dU**2).sum() + (dW**2).sum())
    return dU * min(1, limit / norm), dW


def clip_half(dU, dW, limit):
    """Halves until it is short enough."""
    while np.sqrt((dU**2).sum() + (dW**2).sum()) > limit:
        dU, dW = dU / 2, dW / 2
    return dU, dW


def clip_one_vector(dU, dW, limit):
    g = np.concatenate([dU.ravel(), dW.ravel()])
    return g * min(1, limit / np.linalg.norm(g))


# --- 07.6 ---------------------------------------------------------------------------------


def rates_by_gram_schmidt(J):
    T, n, _ = J.shape
    Q, total = np.eye(n), np.zeros(n)
    for t in range(T):
        Z = J[t] @ Q
        for k in range(n):
            for _ in range(2):  # twice is enough
                for i in range(k):
                    Z[:, k] -= (Z[:, i] @ Z[:, k]) * Z[:, i]
            length = np.sqrt(Z[:, k] @ Z[:, k])
            total[k] += np.log(length)
            Z[:, k] /= length
        Q = Z
    return sorted(total / T, reverse=True)


def rates_recorded(J):
    Q, rows = np.eye(J.shape[-1]), []
    for J_t in J:
        Q, R = np.linalg.qr(np.dot(J_t, Q))
        rows.append(np.log(abs(R.diagonal())))
    means = np.mean(rows, axis=0)
    return means[np.argsort(-means)]


def rates_as_products(J):
    """Multiplies the diagonals and takes logarithms now and then."""
    Q, total, grown = np.eye(len(J[0])), 0.0, 1.0
    for t, J_t in enumerate(J, start=1):
        Q, R = np.linalg.qr(J_t @ Q)
        grown = grown * np.diag(R)
        if t % 20 == 0 or t == len(J):
            total, grown = total + np.log(np.abs(grown)), 1.0
    return -np.sort(-total / len(J))


def _rates(J, into_qr=lambda J_t, Q: J_t @ Q):
    Q, total = np.eye(J.shape[1]), np.zeros(J.shape[1])
    for J_t in J:
        Q, R = np.linalg.qr(into_qr(J_t, Q))
        total += np.log(np.abs(np.diag(R)))
    return total / len(J)


def rates_in_all(J):
    return len(J) * np.sort(_rates(J))[::-1]


def rates_unsorted(J):
    return _rates(J)


def rates_ascending(J):
    return np.sort(_rates(J))


def rates_each_by_itself(J):
    return np.sort(_rates(J, lambda J_t, Q: J_t))[::-1]


def rates_Q_first(J):
    return np.sort(_rates(J, lambda J_t, Q: Q @ J_t))[::-1]


def rates_of_transposes(J):
    return np.sort(_rates(J, lambda J_t, Q: J_t.T @ Q))[::-1]


def rates_from_the_end(J):
    return np.sort(_rates(J[::-1]))[::-1]


def rates_of_each_steps_singular_values(J):
    return np.mean([np.log(np.linalg.svd(J_t)[1]) for J_t in J], axis=0)


def rates_of_each_steps_eigenvalues(J):
    return np.mean([np.sort(np.log(abs(np.linalg.eigvals(J_t))))[::-1] for J_t in J], axis=0)


def rates_of_the_product(J):
    P = np.eye(J.shape[1])
    for J_t in J:
        P = J_t @ P
    return np.log(np.linalg.svd(P)[1]) / len(J)


def rates_log_of_mean(J):
    Q, total = np.eye(J.shape[1]), 0.0
    for J_t in J:
        Q, R = np.linalg.qr(J_t @ Q)
        total = total + np.abs(np.diag(R))
    return np.sort(np.log(total / len(J)))[::-1]


def rates_overwritten(J):
    Q = np.eye(J.shape[1])
    for J_t in J:
        Q, R = np.linalg.qr(J_t @ Q)
        total = np.log(np.abs(np.diag(R)))
    return np.sort(total)[::-1]


def rates_in_bits(J):
    return np.sort(_rates(J))[::-1] / np.log(2)


def rates_with_signs(J):
    Q, total = np.eye(J.shape[1]), 0.0
    for J_t in J:
        Q, R = np.linalg.qr(J_t @ Q)
        total = total + np.log(np.diag(R))
    return np.sort(total / len(J))[::-1]


def rates_with_signs_unsorted(J):
    Q, total = np.eye(J.shape[1]), 0.0
    for J_t in J:
        Q, R = np.linalg.qr(J_t @ Q)
        total = total + np.log(np.diag(R))
    return total / len(J)


def rates_largest_only(J):
    return _rates(J).max()


def rates_of_lengths(J):
    """Follows every direction by itself: all of them turn to the fastest."""
    Q, total = np.eye(J.shape[1]), 0.0
    for J_t in J:
        Z = J_t @ Q
        length = np.linalg.norm(Z, axis=0)
        Q, total = Z / length, total + np.log(length)
    return np.sort(total / len(J))[::-1]


def rates_with_all_Q_multiplied(J):
    n = J.shape[-1]
    Q, grown = np.identity(n), []
    for J_t in J:
        turned, R = np.linalg.qr(J_t @ Q)
        Q = Q @ turned
        grown.append([np.log(abs(R[k, k])) for k in range(n)])
    return sorted(np.mean(grown, axis=0), reverse=True)


# --- 07.7 ---------------------------------------------------------------------------------


def lyapunov_vectorised(r, s0, T):
    s = [s0]
    while len(s) < T:
        s.append(r * s[-1] * (1 - s[-1]))
    return np.log(np.abs(r - 2 * r * np.array(s))).mean()


def lyapunov_running_mean(r, s0, T):
    mean = 0.0
    for t in range(T):
        mean += (np.log(abs(r * (1 - 2 * s0))) - mean) / (t + 1)
        s0 = r * s0 * (1 - s0)
    return mean


def lyapunov_log_of_product(r, s0, T):
    product = 1.0
    for _ in range(T):
        product *= r * (1 - 2 * s0)
        s0 *= r * (1 - s0)
    return np.log(abs(product)) / T


def lyapunov_in_two_passes(r, s0, T):
    s = np.empty(T)
    for t in range(T):
        s[t] = s0
        s0 = r * s0 * (1 - s0)
    return np.sum(np.log(r) + np.log(np.abs(1 - 2 * s))) / T


def lyapunov_not_divided(r, s0, T):
    return lyapunov_vectorised(r, s0, T) * T


def lyapunov_bare_logarithm(r, s0, T):
    total = 0
    for _ in range(T):
        total += np.log(r - 2 * r * s0)
        s0 = r * s0 * (1 - s0)
    return total / T


def lyapunov_returns_in_the_loop(r, s0, T):
    total = 0
    for _ in range(T):
        total += np.log(abs(r * (1 - 2 * s0)))
        s0 = r * s0 * (1 - s0)
        return total / T


def lyapunov_update_first(r, s0, T):
    total = 0
    for _ in range(T):
        s0 = r * s0 * (1 - s0)
        total += np.log(abs(r * (1 - 2 * s0)))
    return total / T


def lyapunov_minus(r, s0, T):
    return -lyapunov_vectorised(r, s0, T)


def lyapunov_without_r(r, s0, T):
    return lyapunov_vectorised(r, s0, T) - np.log(r)


def lyapunov_mean_first(r, s0, T):
    s = [s0]
    for _ in range(T - 1):
        s.append(r * s[-1] * (1 - s[-1]))
    return np.log(np.mean(np.abs(r * (1 - 2 * np.array(s)))))


def lyapunov_slope_of_another_parabola(r, s0, T):
    total = 0.0
    for _ in range(T):
        total, s0 = total + np.log(np.abs(r - s0 - s0)), r * (s0 - s0**2)
    return total / T


def lyapunov_sizes_of_logarithms(r, s0, T):
    logs = []
    for _ in range(T):
        logs.append(abs(np.log(abs(r - 2 * r * s0))))
        s0 = r * s0 * (1 - s0)
    return np.mean(logs)


def lyapunov_of_the_states_left(r, s0, T):
    total = 0.0
    for _ in range(T):
        total += np.log(s0)
        s0 = r * s0 * (1 - s0)
    return total / T


def clip_if_the_square_is_above(dU, dW, limit):
    size = (dU**2).sum() + (dW**2).sum()
    if size > limit:
        size = np.sqrt(size)
        return dU * limit / size, dW * limit / size
    return dU, dW


def lyapunov_product_rule_slip(r, s0, T):
    rates, s = [], s0
    for _ in range(T):
        rates.append(np.log(abs(r * (1 - s) - s)))
        s = r * s * (1 - s)
    return sum(rates) / T


RIGHT = {
    "07.1": [
        scalar_by_cumulative_product,
        scalar_two_loops,
        scalar_recursively,
        scalar_in_place,
    ],
    "07.2": [products_in_loops, products_each_anew, products_by_rows, products_by_complex_step],
    "07.3": [radius_in_a_loop, radius_by_a_polynomial, radius_of_a_high_power, radius_sorted],
    "07.4": [wall_forward, wall_by_complex_step, wall_vectorised, wall_recursively],
    "07.5": [clip_as_one_vector, clip_in_loops, clip_in_place_on_copies],
    "07.6": [rates_by_gram_schmidt, rates_recorded, rates_as_products],
    "07.7": [lyapunov_vectorised, lyapunov_running_mean, lyapunov_in_two_passes],
}

WRONG = {
    "07.1": [
        Wrong(scalar_powers_of_w, "_no_slope", "powers of w"),
        Wrong(scalar_without_w, "_no_w", "only the slopes of tanh"),
        Wrong(scalar_one_early, "_slope_of_the_step_before", "one step too early"),
        Wrong(scalar_from_the_start, "_from_h0", "multiply from the beginning"),
        Wrong(scalar_single_factors, "_one_step_each", "factor of one step"),
        Wrong(scalar_tanh_again, "_tanh_twice", "apply tanh to a state"),
        Wrong(scalar_state_t_too, "_own_step_too", "one factor too many"),
        Wrong(scalar_without_the_last, "_step_T_left_out", "factor of step T is missing"),
        Wrong(scalar_powers_of_one_factor, "_last_factor_to_a_power", "to a power"),
        Wrong(scalar_sums, "_sum_of_factors", "You add the factors"),
        Wrong(scalar_forward, "_from_step_1", "begins at step 1"),
        Wrong(scalar_cumulative_over_all, "_all_of_h_in_a_row", "step that computed h(0)"),
        Wrong(scalar_backwards_list, None, "runs backwards along the steps"),
        Wrong(scalar_absolute, None, "absolute value of the right answer"),
        Wrong(scalar_without_h0, None, "lacks its first entry"),
        Wrong(scalar_in_float32, None, "single precision"),
    ],
    "07.2": [
        Wrong(products_other_order, "_wrong_order", "in the wrong order"),
        Wrong(products_of_gradients, "_transposed", "transpose of the right one"),
        Wrong(products_with_W_turned, "_W_transposed", "wrong way around"),
        Wrong(products_broadcast_the_wrong_way, "_slope_after_W", "a row or a column"),
        Wrong(products_slopes_on_the_right, "_slope_after_W", "`W @ np.diag(s)`"),
        Wrong(products_one_early, "_slope_of_the_state_before", "one step too early"),
        Wrong(products_of_W, "_no_slope", "powers of W"),
        Wrong(products_with_stars, "_entry_by_entry", "entry by entry"),
        Wrong(products_from_the_start, "_from_h0", "multiply from the beginning"),
        Wrong(products_single_steps, "_one_step_each", "matrix of one step"),
        Wrong(products_tanh_again, "_tanh_twice", "apply tanh to a state"),
        Wrong(products_of_one_step, "_last_step_to_a_power", "to a power"),
        Wrong(products_without_h0, None, "lacks its first entry"),
        Wrong(products_of_mean_slopes, None, "wrong everywhere but at the last step"),
        Wrong(products_without_identity, None, "wrong at the last step only"),
        Wrong(products_in_order_of_collection, None, "runs backwards along the steps"),
        Wrong(products_slope_squared, None, "squares the slope of tanh"),
        Wrong(
            products_of_columns_in_the_wrong_order,
            "_slope_after_W",
            "itself: Right for T = 1",
            also="_wrong_order",
        ),
    ],
    "07.3": [
        Wrong(radius_singular_value, "_norm", "largest singular value"),
        Wrong(radius_frobenius, "_frobenius_norm", "all squared entries"),
        Wrong(radius_max, "_no_absolute_value", "as it is"),
        Wrong(radius_real_parts, "_largest_real_part", "largest real part"),
        Wrong(radius_of_real_parts, "_real_parts_only", "imaginary parts"),
        Wrong(radius_abs_after_max, "_absolute_value_too_late", "which one do you choose"),
        Wrong(radius_symmetric, "_as_if_symmetric", "symmetric matrices"),
        Wrong(radius_of_squares, "_squared", "square of it"),
        Wrong(radius_first, "_first_of_the_list", "does not sort"),
        Wrong(radius_least, "_smallest", "smallest"),
        Wrong(radius_of_the_symmetric_part, None, "`radius` is not right"),
        Wrong(radius_by_a_few_powers, None, "Wrong only for: complex eigenvalues"),
        Wrong(radius_trace, None, "`radius` is not right"),
        Wrong(radius_all, None, "it is one number"),
        Wrong(
            radius_last_of_eigh,
            "_no_absolute_value",
            "Two mistakes at once",
            also="_as_if_symmetric",
        ),
    ],
    "07.4": [
        Wrong(wall_tanh_slope, "_slope_of_tanh", "slope of tanh"),
        Wrong(wall_sigmoid_again, "_sigmoid_twice", "been through it already"),
        Wrong(wall_slope_before, "_slope_of_the_state_before", "computed from h(t-1)"),
        Wrong(wall_no_slope, "_no_slope", "where is its slope"),
        Wrong(wall_new_state, "_new_state", "what does w multiply"),
        Wrong(wall_of_the_bias, "_db", "This is dL/db"),
        Wrong(wall_last_step, "_last_copy_only", "w in step T"),
        Wrong(wall_overwrites, "_first_copy_only", "overwritten"),
        Wrong(wall_without_w, "_no_w", "what multiplies h(t-1)"),
        Wrong(wall_of_the_state, "_error_forgotten", "This is dh(T)/dw"),
        Wrong(wall_slope_on_the_way_to_h_only, "_no_slope_from_w", "between w and h(t)"),
        Wrong(wall_forward_slope_on_one_term, "_no_slope_from_w", "between w and h(t)"),
        Wrong(wall_of_the_start, "_dh0", "This is dL/dh(0)"),
        Wrong(wall_forward_from_one_without_direct_term, "_dh0", "This is dL/dh(0)"),
        Wrong(wall_forward_without_direct_term, "_nothing_added", "no step adds to it"),
        Wrong(wall_backward_difference, "_target_minus_state", "sign is reversed"),
        Wrong(wall_without_half, "_no_half", "Both are twice as large"),
        Wrong(wall_half_forgotten_in_loss, "_no_half_in_the_loss", "Twice as large"),
        Wrong(wall_counts_from_one, "_one_step_too_few", "T - 1 steps"),
        Wrong(wall_without_b, "_no_bias", "leaves out b"),
        Wrong(wall_limited, "_slope_limited", "clipping is the next exercise"),
        Wrong(wall_state_first, "_new_state", "what does w multiply"),
        Wrong(wall_limited_to_5, None, "`dw`"),
        Wrong(wall_by_differences, None, "a difference quotient"),
        Wrong(wall_by_a_coarse_difference, None, "`dw` is not right"),
        Wrong(wall_stops_before_step_1, None, "last iteration of the loop over `T`"),
        Wrong(wall_absolute_slope, None, "absolute value of the right answer"),
        Wrong(wall_absolute_error, None, "`loss`"),
        Wrong(wall_slope_only, None, "Return 2 things"),
    ],
    "07.5": [
        Wrong(clip_if_the_square_is_above, "_square_compared", "compare the sum of the squares"),
        Wrong(clip_entries, "_by_entry", "each entry by itself"),
        Wrong(clip_each, "_each_by_itself", "each array by its own norm"),
        Wrong(clip_always, "_always_to_the_limit", "small gradients up to the limit"),
        Wrong(clip_without_root, "_norm_squared", "sum of the squares"),
        Wrong(clip_adds_norms, "_sum_of_norms", "add the norms"),
        Wrong(clip_largest_norm, "_larger_of_the_norms", "larger of the two norms"),
        Wrong(clip_spectral, "_spectral_norms", "largest singular value"),
        Wrong(clip_largest_entry, "_largest_entry", "largest entry"),
        Wrong(clip_reversed_comparison, "_small_ones_only", "leave large ones alone"),
        Wrong(clip_to_one, "_to_length_one", "length 1"),
        Wrong(clip_with_epsilon, "_small_number_added", "1e-6"),
        Wrong(clip_drops, "_set_to_zero", "throw the gradient away"),
        Wrong(clip_one_after_the_other, None, "differs from case to case"),
        Wrong(clip_dU_only, None, "the argument `dW`, unchanged"),
        Wrong(clip_half, None, "Wrong only for: norm above the limit"),
        Wrong(clip_one_vector, None, "Return 2 things"),
    ],
    "07.6": [
        Wrong(rates_in_all, "_not_divided", "growth per step"),
        Wrong(rates_unsorted, "_as_they_come", "not in order"),
        Wrong(rates_ascending, "_smallest_first", "largest should come first"),
        Wrong(rates_each_by_itself, "_Q_not_carried", "no effect on your R"),
        Wrong(rates_Q_first, "_Q_not_carried", "on which side of Q"),
        Wrong(rates_of_transposes, "_transposed", "transposed"),
        Wrong(rates_from_the_end, "_last_step_first", "begin with the last"),
        Wrong(
            rates_of_each_steps_singular_values, "_singular_values_of_each_step", "stretch at most"
        ),
        Wrong(rates_of_each_steps_eigenvalues, "_eigenvalues_of_each_step", "eigenvectors"),
        Wrong(rates_of_the_product, "_singular_values_of_the_product", "lost in rounding"),
        Wrong(rates_log_of_mean, "_log_of_the_mean", "average the logarithms"),
        Wrong(rates_overwritten, "_last_step_only", "Only the last step"),
        Wrong(rates_in_bits, None, "a constant factor"),
        Wrong(rates_with_signs, "_no_absolute_value", "entries on R's diagonal"),
        Wrong(
            rates_with_signs_unsorted, "_no_absolute_value_as_they_come", "entries on R's diagonal"
        ),
        Wrong(rates_largest_only, None, "holds only the first of what is expected"),
        Wrong(rates_of_lengths, None, "Right only for: n = 1"),
        Wrong(rates_with_all_Q_multiplied, "_old_Q_times_the_new", "the old Q by the new one"),
    ],
    "07.7": [
        Wrong(
            lyapunov_product_rule_slip, "_lyapunov_r_lost_in_the_second_term", "r (1 - s) - s for"
        ),
        Wrong(lyapunov_not_divided, "_lyapunov_sum", "per step"),
        Wrong(lyapunov_update_first, "_lyapunov_shifted", "wrong order"),
        Wrong(lyapunov_mean_first, "_lyapunov_log_of_mean", "average the logarithms"),
        Wrong(lyapunov_log_of_product, "_lyapunov_log_of_product", "step by step"),
        Wrong(lyapunov_bare_logarithm, "_lyapunov_no_absolute_value", "sign of a slope"),
        Wrong(lyapunov_returns_in_the_loop, "_lyapunov_first_only", "inside the loop"),
        Wrong(lyapunov_minus, None, "wrong sign"),
        Wrong(lyapunov_without_r, None, "leaves out `r`"),
        Wrong(lyapunov_slope_of_another_parabola, "_lyapunov_r_lost_in_the_slope", "r - 2 s"),
        Wrong(lyapunov_sizes_of_logarithms, "_lyapunov_absolute_logarithms", "negative logarithm"),
        Wrong(lyapunov_of_the_states_left, "_lyapunov_map_before", "logarithms of the states"),
    ],
}
