"""Lesson 12: answers as learners write them, not as the reference does."""

import numpy as np

from tests.exercises.answers.labels import Wrong

# --- 12.1 ---------------------------------------------------------------------------------


def windows_in_loops(codes, B, T):
    K = (len(codes) - 1) // (B * T)
    inputs, targets = np.empty((K, T, B), int), np.empty((K, T, B), int)
    for block in range(K):
        for t in range(T):
            for stream in range(B):
                place = stream * K * T + block * T + t
                inputs[block, t, stream] = codes[place]
                targets[block, t, stream] = codes[place + 1]
    return inputs, targets


def windows_by_index(codes, B, T):
    K = (len(codes) - 1) // B // T
    k, t, b = np.indices((K, T, B))
    place = t + T * (k + K * b)
    return codes[place], codes[place + 1]


def windows_by_slices(codes, B, T):
    K = (len(codes) - 1) // (B * T)
    streams = [codes[b * K * T : (b + 1) * K * T + 1] for b in range(B)]
    inputs = [np.stack([s[k * T : k * T + T] for s in streams], axis=1) for k in range(K)]
    targets = [np.stack([s[k * T + 1 : k * T + T + 1] for s in streams], axis=1) for k in range(K)]
    return inputs, targets


def windows_without_shift(codes, B, T):
    inputs, _ = windows_by_index(codes, B, T)
    return inputs, inputs.copy()


def windows_swapped(codes, B, T):
    inputs, targets = windows_by_slices(codes, B, T)
    return targets, inputs


def windows_rolled_in_the_block(codes, B, T):
    inputs, _ = windows_by_index(codes, B, T)
    return inputs, np.stack([np.concatenate([block[1:], block[:1]]) for block in inputs])


def windows_last_copied(codes, B, T):
    inputs, _ = windows_by_index(codes, B, T)
    after = np.minimum(np.arange(T) + 1, T - 1)
    return inputs, inputs[:, after]


def windows_cut_like_a_page(codes, B, T):
    K = (len(codes) - 1) // (B * T)
    inputs = [[codes[(k * B + b) * T : (k * B + b + 1) * T] for b in range(B)] for k in range(K)]
    targets = [
        [codes[(k * B + b) * T + 1 : (k * B + b + 1) * T + 1] for b in range(B)] for k in range(K)
    ]
    return np.array(inputs).swapaxes(1, 2), np.array(targets).swapaxes(1, 2)


def windows_reshaped_at_once(codes, B, T):
    K = (len(codes) - 1) // (B * T)
    return codes[: K * T * B].reshape(K, T, B), codes[1 : K * T * B + 1].reshape(K, T, B)


def windows_of_the_librarys_tracks(codes, B, T):
    track = (len(codes) - 1) // B
    K = track // T
    x = codes[: track * B].reshape(B, track).T[: K * T]
    y = codes[1 : track * B + 1].reshape(B, track).T[: K * T]
    return x.reshape(K, T, B), y.reshape(K, T, B)


def windows_from_the_end(codes, B, T):
    K = (len(codes) - 1) // (B * T)
    return windows_by_index(codes[-(K * B * T + 1) :], B, T)


def windows_sequence_first(codes, B, T):
    return tuple(part.swapaxes(1, 2) for part in windows_by_index(codes, B, T))


def windows_need_no_target(codes, B, T):
    K = len(codes) // (B * T)
    padded = np.append(codes, [0] * 2)
    k, t, b = np.indices((K, T, B))
    place = t + T * (k + K * b)
    return padded[place], padded[place + 1]


def windows_two_ahead(codes, B, T):
    inputs, _ = windows_by_index(codes, B, T)
    return inputs, windows_by_index(np.append(codes[1:], codes[0]), B, T)[1]


def windows_first_block_twice(codes, B, T):
    inputs, targets = windows_by_index(codes, B, T)
    order = np.maximum(np.arange(len(inputs)) - 1, 0)
    return inputs[order], targets[order]


def windows_index_minus_one(codes, B, T):
    inputs, _ = windows_by_index(codes, B, T)
    place = np.arange(inputs.size).reshape(B, -1, T).transpose(1, 2, 0)
    return inputs, codes[place - 1]


def windows_rolled_in_the_stream(codes, B, T):
    K = (len(codes) - 1) // (B * T)
    rows = codes[: B * K * T].reshape(B, K * T)
    after = np.roll(rows, -1, axis=1)
    return tuple(part.reshape(B, K, T).transpose(1, 2, 0) for part in (rows, after))


def windows_counts_inputs(codes, B, T):
    K = len(codes) // (B * T)
    cut = [part[: B * K * T].reshape(B, K, T).transpose(1, 2, 0) for part in (codes, codes[1:])]
    return tuple(cut)


# --- 12.2 ---------------------------------------------------------------------------------


def forward_by_one_hot(U, W, b, V, c, codes, h0):
    x = np.eye(U.shape[1])[codes]
    h = np.empty((len(codes) + 1, *h0.shape))
    h[0] = h0
    for t in range(len(codes)):
        h[t + 1] = np.tanh(x[t] @ U.T + h[t] @ W.T + b)
    return h, np.einsum("tbn,kn->tbk", h[1:], V) + c


def forward_sequence_by_sequence(U, W, b, V, c, codes, h0):
    T, B = codes.shape
    h, logits = np.empty((T + 1, B, len(b))), np.empty((T, B, len(c)))
    for s in range(B):
        h[0, s] = h0[s]
        for t in range(T):
            h[t + 1, s] = np.tanh(W @ h[t, s] + U[:, codes[t, s]] + b)
            logits[t, s] = V @ h[t + 1, s] + c
    return h, logits


def forward_with_columns(U, W, b, V, c, codes, h0):
    h = [h0.T]
    for now in codes:
        h.append(np.tanh(W @ h[-1] + U[:, now] + b[:, None]))
    logits = [(V @ state + c[:, None]).T for state in h[1:]]
    return [state.T for state in h], logits


def forward_looks_up_first(U, W, b, V, c, codes, h0):
    a = U.T[codes] + b
    h = np.concatenate([h0[None], a])
    for t in range(1, len(h)):
        h[t] = np.tanh(h[t] + h[t - 1] @ W.T)
    return h, h[1:] @ V.T + c


def _forward(U, W, b, V, c, codes, h0, step=None):
    step = step or (lambda h, Ux, t: np.tanh(h @ W.T + Ux + b))
    h = [h0]
    for t in range(len(codes)):
        h.append(step(h[-1], U.T[codes[t]], t))
    return np.array(h), np.array(h[1:]) @ V.T + c


def forward_W_as_it_stands(U, W, b, V, c, codes, h0):
    return _forward(U, W, b, V, c, codes, h0, lambda h, Ux, t: np.tanh(h @ W + Ux + b))


def forward_zero_start(U, W, b, V, c, codes, h0):
    return forward_by_one_hot(U, W, b, V, c, codes, 0 * h0)


def forward_zero_start_hidden(U, W, b, V, c, codes, h0):
    h, logits = _forward(U, W, b, V, c, codes, np.zeros(h0.shape))
    return np.concatenate([h0[None], h[1:]]), logits


def forward_always_h0(U, W, b, V, c, codes, h0):
    return _forward(U, W, b, V, c, codes, h0, lambda h, Ux, t: np.tanh(h0 @ W.T + Ux + b))


def forward_linear(U, W, b, V, c, codes, h0):
    return _forward(U, W, b, V, c, codes, h0, lambda h, Ux, t: h @ W.T + Ux + b)


def forward_without_b(U, W, b, V, c, codes, h0):
    return _forward(U, W, b, V, c, codes, h0, lambda h, Ux, t: np.tanh(h @ W.T + Ux))


def forward_b_after_tanh(U, W, b, V, c, codes, h0):
    return _forward(U, W, b, V, c, codes, h0, lambda h, Ux, t: np.tanh(h @ W.T + Ux) + b)


def forward_index_off_by_one(U, W, b, V, c, codes, h0):
    late = [codes[t - 1] for t in range(len(codes))]
    return _forward(U, W, b, V, c, late, h0)


def forward_without_c(U, W, b, V, c, codes, h0):
    h, _ = _forward(U, W, b, V, c, codes, h0)
    return h, h[1:] @ V.T


def forward_scores_of_the_past(U, W, b, V, c, codes, h0):
    h, _ = _forward(U, W, b, V, c, codes, h0)
    return h, h[:-1] @ V.T + c


def forward_gives_probabilities(U, W, b, V, c, codes, h0):
    h, o = _forward(U, W, b, V, c, codes, h0)
    return h, np.exp(o) / np.exp(o).sum(-1, keepdims=True)


def forward_T_states(U, W, b, V, c, codes, h0):
    h, logits = _forward(U, W, b, V, c, codes, h0)
    return h[1:], logits


def forward_scores_of_h0_too(U, W, b, V, c, codes, h0):
    h, _ = _forward(U, W, b, V, c, codes, h0)
    return h, h @ V.T + c


def forward_without_the_past(U, W, b, V, c, codes, h0):
    return _forward(U, W, b, V, c, codes, h0, lambda h, Ux, t: np.tanh(Ux + b))


def forward_adds_to_the_old_state(U, W, b, V, c, codes, h0):
    return _forward(U, W, b, V, c, codes, h0, lambda h, Ux, t: h + np.tanh(h @ W.T + Ux + b))


def forward_rows_of_U(U, W, b, V, c, codes, h0):
    return _forward(U.T, W, b, V, c, codes, h0)


def forward_reshapes(U, W, b, V, c, codes, h0):
    B, n = h0.shape
    h = np.zeros((len(codes) + 1, B, n))
    h[0] = h0
    for t in range(len(codes)):
        h[t + 1] = np.tanh(np.reshape(U[:, codes[t]], (B, n)) + h[t] @ W.T + b)
    return h, h[1:] @ V.T + c


def forward_adds_c_to_the_state(U, W, b, V, c, codes, h0):
    h, logits = forward_by_one_hot(U, W, b, V, c, codes, h0)
    return h, logits + h[1:].sum(axis=-1, keepdims=True)


# --- 12.3 ---------------------------------------------------------------------------------


def loss_by_log_softmax(logits, targets):
    top = logits.max(-1, keepdims=True)
    log_p = logits - top - np.log(np.exp(logits - top).sum(-1, keepdims=True))
    one_hot = np.eye(logits.shape[-1])[targets]
    return -(log_p * one_hot).sum() / targets.size, (np.exp(log_p) - one_hot) / targets.size


def loss_in_loops(logits, targets):
    T, B, _ = logits.shape
    loss, slope = 0.0, np.empty_like(logits)
    for t in range(T):
        for b in range(B):
            o = logits[t, b]
            exp = np.exp(o - max(o))
            loss += np.log(exp.sum()) + max(o) - o[targets[t, b]]
            slope[t, b] = exp / exp.sum()
            slope[t, b, targets[t, b]] -= 1
    return loss / (T * B), slope / (T * B)


def loss_flat(logits, targets):
    flat, y = logits.reshape(-1, logits.shape[-1]), targets.ravel()
    flat = flat - flat.max(axis=1)[:, None]
    norm = np.logaddexp.reduce(flat, axis=1)
    p = np.exp(flat - norm[:, None])
    p[np.arange(len(y)), y] -= 1
    return (norm - flat[np.arange(len(y)), y]).mean(), p.reshape(logits.shape) / len(y)


def loss_in_place(logits, targets):
    logits -= logits.max(axis=-1, keepdims=True)
    total = np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    loss = (total - np.take_along_axis(logits, targets[..., None], -1)).mean()
    slope = np.exp(logits - total)
    where = targets[..., None]
    np.put_along_axis(slope, where, np.take_along_axis(slope, where, -1) - 1, -1)
    slope /= targets.size
    return loss, slope


def loss_summed(logits, targets):
    loss, slope = loss_flat(logits, targets)
    return loss * targets.size, slope * targets.size


def loss_mean_over_T(logits, targets):
    loss, slope = loss_summed(logits, targets)
    return loss / len(targets), slope / len(targets)


def loss_mean_over_B(logits, targets):
    loss, slope = loss_summed(logits, targets)
    return loss / targets.shape[1], slope / targets.shape[1]


def loss_mean_of_one_hot_products(logits, targets):
    log_p = logits - logits.max(-1, keepdims=True)
    log_p -= np.log(np.exp(log_p).sum(-1, keepdims=True))
    one_hot = np.eye(logits.shape[-1])[targets]
    return -(one_hot * log_p).mean(), (np.exp(log_p) - one_hot) / logits.size


def loss_in_bits(logits, targets):
    loss, slope = loss_flat(logits, targets)
    return loss / np.log(2), slope / np.log(2)


def loss_slope_not_divided(logits, targets):
    loss, slope = loss_flat(logits, targets)
    return loss, slope * targets.size


def loss_slope_is_softmax(logits, targets):
    e = np.exp(logits - logits.max(-1, keepdims=True))
    return loss_flat(logits, targets)[0], e / e.sum(-1, keepdims=True) / targets.size


def loss_slope_less_one_at_the_end(logits, targets):
    loss, slope = loss_slope_is_softmax(logits, targets)
    for place in np.ndindex(targets.shape):
        slope[*place, targets[place]] -= 1
    return loss, slope


def loss_slope_minus_one_everywhere(logits, targets):
    loss, p = loss_slope_is_softmax(logits, targets)
    return loss, p - 1 / targets.size


def loss_slope_at_the_target_only(logits, targets):
    loss, slope = loss_flat(logits, targets)
    return loss, np.where(np.arange(logits.shape[-1]) == targets[..., None], slope, 0)


def loss_slope_reversed(logits, targets):
    loss, slope = loss_flat(logits, targets)
    return loss, -slope


def loss_negative(logits, targets):
    loss, slope = loss_flat(logits, targets)
    return -loss, slope


def loss_overflows(logits, targets):
    p = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    one_hot = np.eye(logits.shape[-1])[targets]
    picked = p[one_hot.astype(bool)].reshape(targets.shape)
    return np.mean(-np.log(picked)), (p - one_hot) / targets.size


def loss_of_the_last_letter(logits, targets):
    loss, last = loss_flat(logits[-1:], targets[-1:])
    return loss, np.concatenate([np.zeros_like(logits[:-1]), last])


def loss_log_of_p(logits, targets):
    e = np.exp(logits - logits.max(-1, keepdims=True))
    p = np.take_along_axis(e / e.sum(-1, keepdims=True), targets[..., None], -1)
    return -np.log(p).mean(), loss_flat(logits, targets)[1]


def loss_without_a_guard(logits, targets):
    total = np.exp(logits).sum(-1)
    t, b = np.indices(targets.shape)
    slope = np.exp(logits) / total[..., None]
    slope[t, b, targets] -= 1
    return (np.log(total) - logits[t, b, targets]).mean(), slope / targets.size


def loss_largest_of_the_block(logits, targets):
    o = logits - np.max(logits)
    e = np.exp(o)
    one_hot = np.arange(logits.shape[-1]) == targets[..., None]
    loss = np.log(e.sum(-1)) - o[one_hot].reshape(targets.shape)
    return np.mean(loss), (e / e.sum(-1)[..., None] - one_hot) / targets.size


def loss_largest_of_the_block_and_log(logits, targets):
    e = np.exp(logits - logits.max())
    p = e / e.sum(2)[:, :, None]
    one_hot = np.eye(logits.shape[2])[targets]
    return -np.log(p[one_hot > 0]).sum() / targets.size, (p - one_hot) / targets.size


def loss_largest_of_each_step(logits, targets):
    e = np.exp(logits - logits.max(axis=(1, 2), keepdims=True))
    p = e / e.sum(2)[:, :, None]
    one_hot = np.eye(logits.shape[2])[targets]
    return -np.log(p[one_hot > 0]).sum() / targets.size, (p - one_hot) / targets.size


def loss_clipped_scores(logits, targets):
    return loss_flat(np.clip(logits, -500, 500), targets)


def loss_softened_logarithm(logits, targets):
    e = np.exp(logits - logits.max(-1, keepdims=True))
    p = np.take_along_axis(e / e.sum(-1, keepdims=True), targets[..., None], -1)
    return -np.log(p + 1e-9).mean(), loss_flat(logits, targets)[1]


def loss_target_not_shifted(logits, targets):
    o = logits - logits.max(axis=2)[:, :, None]
    total = np.exp(o).sum(axis=2)
    t, b = np.indices(targets.shape)
    p = np.exp(o) / total[:, :, None]
    p[t, b, targets] -= 1
    return (np.log(total) - logits[t, b, targets]).mean(), p / targets.size


def loss_twice_the_slope(logits, targets):
    loss, slope = loss_flat(logits, targets)
    return loss, 2 * slope


def loss_of_each_step(logits, targets):
    parts = [loss_flat(o[None], y[None])[0] for o, y in zip(logits, targets, strict=True)]
    return parts, loss_flat(logits, targets)[1]


def loss_of_the_targets_before(logits, targets):
    return loss_flat(logits, np.roll(targets, 1, axis=0))


def loss_softmax_over_sequences(logits, targets):
    e = np.exp(logits - logits.max(1, keepdims=True))
    one_hot = np.eye(logits.shape[-1])[targets]
    loss, _ = loss_flat(logits, targets)
    return loss, (e / e.sum(1, keepdims=True) - one_hot) / targets.size


# --- 12.4 ---------------------------------------------------------------------------------


def backward_by_one_hot(W, V, h, codes, dlogits, n_codes):
    x = np.eye(n_codes)[codes]
    da, back = np.empty_like(h[1:]), np.zeros_like(h[0])
    for t in reversed(range(len(codes))):
        da[t] = (dlogits[t] @ V + back) * (1 - h[t + 1] ** 2)
        back = da[t] @ W
    dU, dW = np.tensordot(da, x, ((0, 1), (0, 1))), np.tensordot(da, h[:-1], ((0, 1), (0, 1)))
    dV = np.tensordot(dlogits, h[1:], ((0, 1), (0, 1)))
    return dU, dW, da.sum((0, 1)), dV, dlogits.sum((0, 1))


def backward_with_add_at(W, V, h, codes, dlogits, n_codes):
    dU, dW, db = np.zeros((n_codes, len(W))), 0, 0
    dV, dc, back = np.zeros_like(V), np.zeros(len(V)), 0
    for t in range(len(codes), 0, -1):
        do = dlogits[t - 1]
        dV += do.T @ h[t]
        dc += do.sum(axis=0)
        da = (do @ V + back) * (1 - h[t]) * (1 + h[t])
        np.add.at(dU, codes[t - 1], da)
        dW = dW + da.T @ h[t - 1]
        db = db + da.sum(0)
        back = da @ W
    return dU.T, dW, db, dV, dc


def backward_sequence_by_sequence(W, V, h, codes, dlogits, n_codes):
    total = [np.zeros((len(W), n_codes)), 0 * W, np.zeros(len(W)), 0 * V, np.zeros(len(V))]
    for s in range(codes.shape[1]):
        back = np.zeros(len(W))
        for t in reversed(range(len(codes))):
            do = dlogits[t, s]
            da = (V.T @ do + back) * (1 - h[t + 1, s] ** 2)
            total[0][:, codes[t, s]] += da
            total[1] += np.outer(da, h[t, s])
            total[2] += da
            total[3] += np.outer(do, h[t + 1, s])
            total[4] += do
            back = W.T @ da
    return total


def backward_in_place(W, V, h, codes, dlogits, n_codes):
    total = dlogits @ V
    for t in range(len(codes) - 1, 0, -1):
        total[t - 1] += (total[t] * (1 - h[t + 1] ** 2)) @ W
    total *= 1 - h[1:] ** 2
    dU = np.zeros((len(W), n_codes))
    for j in range(n_codes):
        dU[:, j] = total[codes == j].sum(axis=0)
    flat = total.reshape(-1, len(W))
    dW = flat.T @ h[:-1].reshape(-1, len(W))
    dV = dlogits.reshape(-1, len(V)).T @ h[1:].reshape(-1, len(W))
    return dU, dW, flat.sum(0), dV, dlogits.sum(0).sum(0)


def _backward(W, V, h, codes, dlogits, n_codes, da=None, before=None, after=None):
    """The fold of some da; `before` and `after` stand beside da and dlogits."""
    x = np.eye(n_codes)[codes]
    da = _totals(W, V, h, dlogits) if da is None else da
    before, after = h[:-1] if before is None else before, h[1:] if after is None else after

    def product(left, right):
        return np.tensordot(left, right, ((0, 1), (0, 1)))

    return (
        product(da, x),
        product(da, before),
        da.sum((0, 1)),
        product(dlogits, after),
        dlogits.sum((0, 1)),
    )


def _totals(W, V, h, dlogits, slope=None, carry=None, direct=None):
    slope = 1 - h[1:] ** 2 if slope is None else slope
    carry = (lambda da, total: da @ W) if carry is None else carry
    direct = dlogits @ V if direct is None else direct
    da, back = np.empty_like(direct), 0
    for t in reversed(range(len(direct))):
        total = direct[t] + back
        da[t] = total * slope[t]
        back = carry(da[t], total)
    return da


def backward_W_transposed(W, V, h, codes, dlogits, n_codes):
    da = _totals(W, V, h, dlogits, carry=lambda da, total: (W @ da.T).T)
    return _backward(W, V, h, codes, dlogits, n_codes, da)


def backward_each_letter_alone(W, V, h, codes, dlogits, n_codes):
    da = _totals(W, V, h, dlogits, carry=lambda da, total: 0)
    return _backward(W, V, h, codes, dlogits, n_codes, da)


def backward_hands_on_the_direct(W, V, h, codes, dlogits, n_codes):
    direct = dlogits @ V
    da = direct.copy()
    for t in range(len(da) - 1):
        da[t] += (direct[t + 1] * (1 - h[t + 2] ** 2)) @ W
    return _backward(W, V, h, codes, dlogits, n_codes, da * (1 - h[1:] ** 2))


def backward_last_loss(W, V, h, codes, dlogits, n_codes):
    last = dlogits * (np.arange(len(codes)) == len(codes) - 1)[:, None, None]
    return _backward(W, V, h, codes, dlogits, n_codes, _totals(W, V, h, last))


def backward_runs_forward(W, V, h, codes, dlogits, n_codes):
    da, back = np.empty_like(h[1:]), 0
    for t in range(len(codes)):
        da[t] = (dlogits[t] @ V + back) * (1 - h[t + 1] ** 2)
        back = da[t] @ W
    return _backward(W, V, h, codes, dlogits, n_codes, da)


def backward_no_tanh(W, V, h, codes, dlogits, n_codes):
    da = _totals(W, V, h, dlogits, slope=np.ones_like(h[1:]))
    return _backward(W, V, h, codes, dlogits, n_codes, da)


def backward_message_skips_tanh(W, V, h, codes, dlogits, n_codes):
    da = _totals(W, V, h, dlogits, carry=lambda da, total: total @ W)
    return _backward(W, V, h, codes, dlogits, n_codes, da)


def backward_slope_of_the_wrong_step(W, V, h, codes, dlogits, n_codes):
    da = _totals(W, V, h, dlogits, slope=1 - h[:-1] ** 2)
    return _backward(W, V, h, codes, dlogits, n_codes, da)


def backward_slope_of_tanh_of_h(W, V, h, codes, dlogits, n_codes):
    da = _totals(W, V, h, dlogits, slope=1 / np.cosh(h[1:]) ** 2)
    return _backward(W, V, h, codes, dlogits, n_codes, da)


def backward_h_of_t_in_dW(W, V, h, codes, dlogits, n_codes):
    return _backward(W, V, h, codes, dlogits, n_codes, before=h[1:])


def backward_h_before_in_dV(W, V, h, codes, dlogits, n_codes):
    return _backward(W, V, h, codes, dlogits, n_codes, after=h[:-1])


def _copies(W, V, h, codes, dlogits, n_codes, keep):
    """The gradients in which only the copy of step `keep` is left."""
    da, do = np.zeros_like(h[1:]), np.zeros_like(dlogits)
    da[keep], do[keep] = _totals(W, V, h, dlogits)[keep], dlogits[keep]
    return _backward(W, V, h, codes, do, n_codes, da)


def backward_overwrites(W, V, h, codes, dlogits, n_codes):
    return _copies(W, V, h, codes, dlogits, n_codes, 0)


def backward_keeps_the_last(W, V, h, codes, dlogits, n_codes):
    return _copies(W, V, h, codes, dlogits, n_codes, len(codes) - 1)


def backward_plus_equals(W, V, h, codes, dlogits, n_codes):
    dU, da = np.zeros((len(W), n_codes)), _totals(W, V, h, dlogits)
    for t in range(len(codes)):
        dU[:, codes[t]] += da[t].T
    return dU, *_backward(W, V, h, codes, dlogits, n_codes)[1:]


def backward_plus_equals_at_once(W, V, h, codes, dlogits, n_codes):
    dU, da = np.zeros((n_codes, len(W))), _totals(W, V, h, dlogits)
    dU[codes] += da
    return dU.T, *_backward(W, V, h, codes, dlogits, n_codes)[1:]


def backward_equals(W, V, h, codes, dlogits, n_codes):
    dU, da = np.zeros((n_codes, len(W))), _totals(W, V, h, dlogits)
    for t in range(len(codes) - 1, -1, -1):
        for s, j in enumerate(codes[t]):
            dU[j] = da[t, s]
    return dU.T, *_backward(W, V, h, codes, dlogits, n_codes)[1:]


def backward_letter_too_early(W, V, h, codes, dlogits, n_codes):
    dU = _backward(W, V, h, np.roll(codes, 1, axis=0), dlogits, n_codes)[0]
    return dU, *_backward(W, V, h, codes, dlogits, n_codes)[1:]


def backward_db_of_direct_only(W, V, h, codes, dlogits, n_codes):
    dU, dW, _, dV, dc = _backward(W, V, h, codes, dlogits, n_codes)
    db = backward_each_letter_alone(W, V, h, codes, dlogits, n_codes)[2]
    return dU, dW, db, dV, dc


def backward_dV_of_the_last_step(W, V, h, codes, dlogits, n_codes):
    return (
        *_backward(W, V, h, codes, dlogits, n_codes)[:3],
        dlogits[-1].T @ h[-1],
        dlogits[-1].sum(0),
    )


def backward_dU_by_rows(W, V, h, codes, dlogits, n_codes):
    dU, *rest = _backward(W, V, h, codes, dlogits, n_codes)
    return dU.T, *rest


def backward_gathers_a_list(W, V, h, codes, dlogits, n_codes):
    das, back = [], 0
    for t in reversed(range(len(codes))):
        das.append((dlogits[t] @ V + back) * (1 - h[t + 1] ** 2))
        back = das[-1] @ W
    return _backward(W, V, h, codes, dlogits, n_codes, np.array(das))


def backward_mean_over_sequences(W, V, h, codes, dlogits, n_codes):
    B = h.shape[1]
    return [g / B for g in backward_by_one_hot(W, V, h, codes, dlogits, n_codes)]


def backward_mean_over_letters(W, V, h, codes, dlogits, n_codes):
    return [g / codes.size for g in backward_in_place(W, V, h, codes, dlogits, n_codes)]


def backward_mean_over_steps(W, V, h, codes, dlogits, n_codes):
    return [g / len(codes) for g in backward_in_place(W, V, h, codes, dlogits, n_codes)]


def backward_divides_again(W, V, h, codes, dlogits, n_codes):
    return tuple(g / 10 for g in _backward(W, V, h, codes, dlogits, n_codes))


def backward_without_the_first_step(W, V, h, codes, dlogits, n_codes):
    da = _totals(W, V, h, dlogits)
    dU, _, db, dV, dc = _backward(W, V, h, codes, dlogits, n_codes)
    return dU, np.einsum("tbi,tbj->ij", da[1:], h[1:-1]), db, dV, dc


def backward_dW_the_other_way(W, V, h, codes, dlogits, n_codes):
    dU, dW, *rest = _backward(W, V, h, codes, dlogits, n_codes)
    return dU, dW.T, *rest


def backward_message_with_wrong_sign(W, V, h, codes, dlogits, n_codes):
    da = _totals(W, V, h, dlogits, carry=lambda da, total: -da @ W)
    return _backward(W, V, h, codes, dlogits, n_codes, da)


# --- 12.5 ---------------------------------------------------------------------------------


def adam_one_expression(p, g, m, v, k, lr, beta1, beta2, eps):
    m, v = m + (1 - beta1) * (g - m), v + (1 - beta2) * (g * g - v)
    return p - lr * (m / (1 - beta1**k)) / ((v / (1 - beta2**k)) ** 0.5 + eps), m, v


def adam_in_place(p, g, m, v, k, lr, beta1, beta2, eps):
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * g * g
    p -= lr / (1 - beta1**k) * m / (np.sqrt(v) / np.sqrt(1 - beta2**k) + eps)
    return p, m, v


def adam_entry_by_entry(p, g, m, v, k, lr, beta1, beta2, eps):
    p, m, v = p.copy(), m.copy(), v.copy()
    for i in np.ndindex(p.shape):
        m[i] = beta1 * m[i] + (1 - beta1) * g[i]
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2
        p[i] -= lr * m[i] / (1 - beta1**k) / (np.sqrt(v[i] / (1 - beta2**k)) + eps)
    return p, m, v


def _adam(p, g, m, v, k, lr, beta1, beta2, eps, move):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    return p - lr * move(m, v, m / (1 - beta1**k), v / (1 - beta2**k)), m, v


def adam_biased(p, g, m, v, k, lr, beta1, beta2, eps):
    return _adam(p, g, m, v, k, lr, beta1, beta2, eps, lambda m, v, M, Q: m / (np.sqrt(v) + eps))


def adam_v_biased(p, g, m, v, k, lr, beta1, beta2, eps):
    return _adam(p, g, m, v, k, lr, beta1, beta2, eps, lambda m, v, M, Q: M / (np.sqrt(v) + eps))


def adam_without_power(p, g, m, v, k, lr, beta1, beta2, eps):
    return _adam(p, g, m, v, 1, lr, beta1, beta2, eps, lambda m, v, M, Q: M / (np.sqrt(Q) + eps))


def adam_returns_hats(p, g, m, v, k, lr, beta1, beta2, eps):
    p, m, v = adam_one_expression(p, g, m, v, k, lr, beta1, beta2, eps)
    return p, m / (1 - beta1**k), v / (1 - beta2**k)


def adam_climbs(p, g, m, v, k, lr, beta1, beta2, eps):
    return adam_one_expression(p, g, m, v, k, -lr, beta1, beta2, eps)


def adam_forgets_the_root(p, g, m, v, k, lr, beta1, beta2, eps):
    return _adam(p, g, m, v, k, lr, beta1, beta2, eps, lambda m, v, M, Q: M / (Q + eps))


def adam_root_of_sum(p, g, m, v, k, lr, beta1, beta2, eps):
    return _adam(p, g, m, v, k, lr, beta1, beta2, eps, lambda m, v, M, Q: M / np.sqrt(Q + eps))


def adam_without_momentum(p, g, m, v, k, lr, beta1, beta2, eps):
    return _adam(p, g, m, v, k, lr, beta1, beta2, eps, lambda m, v, M, Q: g / (np.sqrt(Q) + eps))


def adam_fast_means(p, g, m, v, k, lr, beta1, beta2, eps):
    m, v = (1 - beta1) * m + beta1 * g, (1 - beta2) * v + beta2 * g**2
    return p - lr * m / (1 - beta1**k) / (np.sqrt(v / (1 - beta2**k)) + eps), m, v


def adam_full_weight(p, g, m, v, k, lr, beta1, beta2, eps):
    m, v = beta1 * m + g, beta2 * v + g**2
    return p - lr * m / (1 - beta1**k) / (np.sqrt(v / (1 - beta2**k)) + eps), m, v


def adam_momentum_only(p, g, m, v, k, lr, beta1, beta2, eps):
    return _adam(p, g, m, v, k, lr, beta1, beta2, eps, lambda m, v, M, Q: M)


def adam_other_betas(p, g, m, v, k, lr, beta1, beta2, eps):
    return adam_one_expression(p, g, m, v, k, lr, beta2, beta1, eps)


def adam_rate_corrected(p, g, m, v, k, lr, beta1, beta2, eps):
    """Both corrections go into the rate."""
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    lr = lr * np.sqrt(1 - beta2**k) / (1 - beta1**k)
    return p - lr * m / (np.sqrt(v) + eps), m, v


def adam_at_twice_the_rate(p, g, m, v, k, lr, beta1, beta2, eps):
    return adam_one_expression(p, g, m, v, k, 2 * lr, beta1, beta2, eps)


def adam_own_betas(p, g, m, v, k, lr, beta1, beta2, eps):
    return adam_one_expression(p, g, m, v, k, lr, 0.9, 0.999, eps)


def adam_without_eps(p, g, m, v, k, lr, beta1, beta2, eps):
    return _adam(p, g, m, v, k, lr, beta1, beta2, eps, lambda m, v, M, Q: M / np.sqrt(Q))


def adam_only_p(p, g, m, v, k, lr, beta1, beta2, eps):
    return adam_one_expression(p, g, m, v, k, lr, beta1, beta2, eps)[0]


def adam_v_of_the_whole_array(p, g, m, v, k, lr, beta1, beta2, eps):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * np.mean(g**2)
    return p - lr * m / (1 - beta1**k) / (np.sqrt(v / (1 - beta2**k)) + eps), m, v


def adam_v_of_the_length(p, g, m, v, k, lr, beta1, beta2, eps):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * np.linalg.norm(g) ** 2
    return p - lr * m / (1 - beta1**k) / (np.sqrt(v / (1 - beta2**k)) + eps), m, v


def adam_v_of_each_row(p, g, m, v, k, lr, beta1, beta2, eps):
    square = (g**2).mean(axis=1, keepdims=True)
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * square
    return p - lr * m / (1 - beta1**k) / (np.sqrt(v / (1 - beta2**k)) + eps), m, v


def adam_times_k(p, g, m, v, k, lr, beta1, beta2, eps):
    m, v = m * beta1 + g * (1 - beta1), v * beta2 + g * g * (1 - beta2)
    return p - lr * (m / (1 - k * beta1)) / ((v / (1 - k * beta2)) ** 0.5 + eps), m, v


def adam_k_minus_one(p, g, m, v, k, lr, beta1, beta2, eps):
    m, v = m * beta1 + g * (1 - beta1), v * beta2 + g * g * (1 - beta2)
    k = np.float64(k - 1)  # a division by 0 is to give NaN, as with arrays
    return p - lr * (m / (1 - beta1**k)) / ((v / (1 - beta2**k)) ** 0.5 + eps), m, v


def adam_root_of_v_kept(p, g, m, v, k, lr, beta1, beta2, eps):
    p, m, v = adam_one_expression(p, g, m, v, k, lr, beta1, beta2, eps)
    return p, m, np.sqrt(v)


# --- 12.6 ---------------------------------------------------------------------------------


def temperature_log_sum(logits, tau):
    scores = logits / tau
    return np.exp(scores - np.logaddexp.reduce(scores))


def temperature_in_place(logits, tau):
    logits -= max(logits)
    logits /= tau
    np.exp(logits, out=logits)
    logits /= logits.sum()
    return logits


def temperature_powers(logits, tau):
    p = np.exp(logits - logits.max())
    p = (p / p.sum()) ** (1 / tau)
    return p / p.sum()


def temperature_list(logits, tau):
    weights = [np.exp((o - max(logits)) / tau) for o in logits]
    return [w / sum(weights) for w in weights]


def _softmax(scores):
    e = np.exp(scores - scores.max())
    return e / e.sum()


def temperature_forgotten(logits, tau):
    return _softmax(logits)


def temperature_times(logits, tau):
    return _softmax(tau * logits)


def temperature_mean_of_exps(logits, tau):
    e = np.exp((logits - max(logits)) / tau)
    return e / e.size


def temperature_times_and_mean_of_exps(logits, tau):
    e = np.exp(tau * (logits - max(logits)))
    return e / e.size


def temperature_after_softmax(logits, tau):
    return _softmax(logits) / tau


def temperature_unnormalised(logits, tau):
    return np.exp(logits / tau - (logits / tau).max())


def temperature_twice_softmax(logits, tau):
    return _softmax(_softmax(logits) / tau)


def temperature_log(logits, tau):
    return logits / tau - np.logaddexp.reduce(logits / tau)


def temperature_log_of_zero(logits, tau):
    return np.log(temperature_log_sum(logits, tau))


def temperature_best(logits, tau):
    return np.eye(len(logits))[np.argmax(logits)]


def temperature_overflows(logits, tau):
    return np.exp(logits / tau) / sum(np.exp(logits / tau))


def temperature_undivided_largest(logits, tau):
    e = np.exp((1 / tau) * logits - max(logits))
    return e / np.sum(e)


def temperature_mean_taken_off(logits, tau):
    return np.exp((logits - logits.mean()) / tau) / np.exp((logits - logits.mean()) / tau).sum()


def temperature_squared(logits, tau):
    return _softmax(logits / tau**2)


def temperature_draws(logits, tau):
    return np.argmax(logits)


def temperature_base_two(logits, tau):
    scores = logits / tau
    return 2 ** (scores - scores.max()) / (2 ** (scores - scores.max())).sum()


def temperature_sorted(logits, tau):
    return np.sort(_softmax(logits / tau))


# --- 12.7 ---------------------------------------------------------------------------------


def reading_by_name(U, W, b, V, c, inputs, targets, lr):
    """A dictionary of weights, and one of Adam's means."""
    weights = {"U": U, "W": W, "b": b, "V": V, "c": c}
    means = {name: (0.0 * p, 0.0 * p) for name, p in weights.items()}
    K, _, B = inputs.shape
    losses, h0 = np.empty(K), np.zeros((B, W.shape[0]))
    for k in range(K):
        h, scores = forward_by_one_hot(**weights, codes=inputs[k], h0=h0)
        losses[k], slope = loss_by_log_softmax(scores, targets[k])
        found = backward_by_one_hot(weights["W"], weights["V"], h, inputs[k], slope, U.shape[1])
        for name, g in zip(weights, found, strict=True):
            p, m, v = adam_one_expression(
                weights[name], g, *means[name], k + 1, lr, 0.9, 0.999, 1e-8
            )
            weights[name], means[name] = p, (m, v)
        h0 = h[-1]
    return (losses, *weights.values())


def reading_in_one_vector(U, W, b, V, c, inputs, targets, lr):
    """All weights end to end: one call of Adam for a block."""
    shapes = [p.shape for p in (U, W, b, V, c)]
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1]
    p = np.concatenate([each.ravel() for each in (U, W, b, V, c)])
    m, v = np.zeros(len(p)), np.zeros(len(p))
    state, losses = np.zeros((inputs.shape[-1], len(b))), []

    def apart(vector):
        pieces = np.split(vector, ends)
        return [piece.reshape(shape) for piece, shape in zip(pieces, shapes, strict=True)]

    for k, (x, y) in enumerate(zip(inputs, targets, strict=True)):
        U, W, b, V, c = apart(p)
        states, logits = forward_by_one_hot(U, W, b, V, c, x, state)
        loss, slope = loss_flat(logits, y)
        grads = backward_with_add_at(W, V, states, x, slope, U.shape[1])
        g = np.concatenate([each.ravel() for each in grads])
        p, m, v = adam_one_expression(p, g, m, v, k + 1, lr, 0.9, 0.999, 1e-8)
        losses.append(loss)
        state = states[-1]
    return [losses, *apart(p)]


def reading_by_recursion(U, W, b, V, c, inputs, targets, lr):
    """Each block after the one before, with what goes on handed over."""

    def further(k, weights, means, state):
        if k == len(inputs):
            return [], weights
        h, logits = forward_looks_up_first(*weights, inputs[k], state)
        loss, slope = loss_in_loops(logits, targets[k])
        grads = backward_sequence_by_sequence(
            weights[1], weights[3], h, inputs[k], slope, len(U[0])
        )
        new = [
            adam_in_place(p.copy(), g, m.copy(), v.copy(), k + 1, lr, 0.9, 0.999, 1e-8)
            for p, g, (m, v) in zip(weights, grads, means, strict=True)
        ]
        after = further(k + 1, [one[0] for one in new], [one[1:] for one in new], h[-1])
        return [loss, *after[0]], after[1]

    weights = [U, W, b, V, c]
    zeros = [(np.zeros(p.shape), np.zeros(p.shape)) for p in weights]
    losses, weights = further(0, weights, zeros, np.zeros((inputs.shape[2], len(W))))
    return np.array(losses), *weights


def reading_with_eps_in_the_root(U, W, b, V, c, inputs, targets, lr):
    return _reading(U, W, b, V, c, inputs, targets, lr, adam=adam_root_of_sum)


def _reading(
    U, W, b, V, c, inputs, targets, lr, *, adam=None, reset=False, row=-1, first=1, stays=False,
    mean=False, arrays="UWbVc", rows=None, late=False, forget=False, scale=1.0, shared=False,
):  # fmt: skip
    """A loop as learners write it, with the slips that the answers below make."""
    adam = adam or adam_one_expression
    now = {"U": U, "W": W, "b": b, "V": V, "c": c}
    m, v = ({name: np.zeros_like(p) for name, p in now.items()} for _ in range(2))
    state, losses, calls = np.zeros((inputs.shape[2], len(b))), [], 0
    for k in rows if rows is not None else range(len(inputs)):
        before = np.zeros_like(state) if reset else state
        h, logits = forward_by_one_hot(*now.values(), inputs[k], before)
        loss, slope = loss_flat(logits, targets[k])
        grads = backward_with_add_at(now["W"], now["V"], h, inputs[k], slope, U.shape[1])
        if forget:
            m, v = ({name: np.zeros_like(p) for name, p in now.items()} for _ in range(2))
        for name, g in zip("UWbVc", grads, strict=True):
            calls += 1
            number = calls if shared else first if stays else k + first
            if name in arrays:
                now[name], m[name], v[name] = adam(
                    now[name], scale * g, m[name], v[name], number, lr, 0.9, 0.999, 1e-8
                )
        if late:
            loss = loss_flat(forward_by_one_hot(*now.values(), inputs[k], before)[1], targets[k])[0]
        losses.append(loss)
        state = h[row]
    return (np.mean(losses) if mean else np.array(losses), *now.values())


def reading_state_zero(*arguments):
    return _reading(*arguments, reset=True)


def reading_row_one(*arguments):
    return _reading(*arguments, row=1)


def reading_row_before_last(*arguments):
    return _reading(*arguments, row=-2)


def reading_k_is_one(*arguments):
    return _reading(*arguments, stays=True)


def reading_state_zero_and_k_is_one(*arguments):
    return _reading(*arguments, reset=True, stays=True)


def reading_k_for_each_array(*arguments):
    return _reading(*arguments, shared=True)


def reading_k_from_two(*arguments):
    return _reading(*arguments, first=2)


def reading_forgets_the_means(*arguments):
    return _reading(*arguments, forget=True)


def reading_descends(*arguments):
    def descent(p, g, m, v, k, lr, *rest):
        return p - lr * g, m, v

    return _reading(*arguments, adam=descent)


def reading_ascends(*arguments):
    return _reading(*arguments, adam=adam_climbs)


def reading_betas_swapped(*arguments):
    return _reading(*arguments, adam=adam_other_betas)


def reading_weights_not_kept(*arguments):
    return _reading(*arguments, arrays="")


def reading_layer_only(*arguments):
    return _reading(*arguments, arrays="UWb")


def reading_readout_only(*arguments):
    return _reading(*arguments, arrays="Vc")


def reading_loss_afterwards(*arguments):
    return _reading(*arguments, late=True)


def reading_bits(*arguments):
    losses, *weights = _reading(*arguments)
    return (losses / np.log(2), *weights)


def reading_backwards(*arguments):
    return _reading(*arguments, rows=range(len(arguments[5]))[::-1])


def reading_mean_loss(*arguments):
    return _reading(*arguments, mean=True)


def reading_sum_of_letters(*arguments):
    return _reading(*arguments, scale=arguments[6][0].size)


def reading_last_block_missing(*arguments):
    return _reading(*arguments[:5], arguments[5][:-1], arguments[6][:-1], arguments[7])


def reading_back_through_the_first_weights(U, W, b, V, c, inputs, targets, lr):
    p, m, v, losses = [U, W, b, V, c], [0.0] * 5, [0.0] * 5, []
    state = np.zeros((inputs.shape[2], len(b)))
    for k, (x, y) in enumerate(zip(inputs, targets, strict=True), start=1):
        h, logits = forward_by_one_hot(*p, x, state)
        loss, slope = loss_flat(logits, y)
        g = backward_with_add_at(W, V, h, x, slope, U.shape[1])
        for i in range(5):
            p[i], m[i], v[i] = adam_one_expression(p[i], g[i], m[i], v[i], k, lr, 0.9, 0.999, 1e-8)
        losses.append(loss)
        state = h[-1]
    return losses, *p


def reading_half_the_rate(*arguments):
    return _reading(*arguments[:7], 0.5 * arguments[7])


RIGHT = {
    "12.1": [windows_in_loops, windows_by_index, windows_by_slices],
    "12.2": [
        forward_by_one_hot,
        forward_sequence_by_sequence,
        forward_with_columns,
        forward_looks_up_first,
    ],
    "12.3": [loss_by_log_softmax, loss_in_loops, loss_flat, loss_in_place],
    "12.4": [
        backward_by_one_hot,
        backward_with_add_at,
        backward_sequence_by_sequence,
        backward_in_place,
    ],
    # The last two do with eps what published code does, and say so: it only keeps the division
    # possible, and the text asks for no more than that.
    "12.5": [
        adam_one_expression,
        adam_in_place,
        adam_entry_by_entry,
        adam_root_of_sum,
        adam_rate_corrected,
    ],
    "12.6": [temperature_log_sum, temperature_in_place, temperature_list],
    # The last one's Adam has its eps inside the root.
    "12.7": [
        reading_by_name,
        reading_in_one_vector,
        reading_by_recursion,
        reading_with_eps_in_the_root,
    ],
}

WRONG = {
    "12.1": [
        Wrong(windows_without_shift, "_targets_are_the_inputs", "inputs themselves"),
        Wrong(windows_swapped, None, "order is not"),
        Wrong(windows_index_minus_one, "_letter_before", "`targets`: Your target is the letter"),
        Wrong(windows_rolled_in_the_stream, "_last_target_from_its_own_stream", "stream's own"),
        Wrong(windows_rolled_in_the_block, "_last_target_from_its_own_block", "wraps around"),
        Wrong(windows_last_copied, "_last_target_repeated", "letter after the block"),
        Wrong(windows_cut_like_a_page, "_blocks_one_after_the_other", "does not continue"),
        Wrong(windows_reshaped_at_once, "_interleaved", "never moves an axis"),
        Wrong(windows_of_the_librarys_tracks, "_wide_streams", "its own leftover codes"),
        Wrong(windows_from_the_end, "_rest_dropped_at_the_front", "at the beginning"),
        Wrong(windows_sequence_first, "_sequence_before_t", "axes are (block, sequence, t)"),
        Wrong(windows_need_no_target, None, "must have shape"),
        Wrong(windows_counts_inputs, None, "(B T = 6, and 18 codes, of which 17 have a target)"),
        Wrong(windows_two_ahead, "_two_ahead", "two letters after"),
        Wrong(windows_first_block_twice, "_first_block_twice", "comes twice"),
    ],
    "12.2": [
        Wrong(forward_W_as_it_stands, "_W_not_transposed", "wrong way around"),
        Wrong(forward_reshapes, "_reshaped_for_transposed", "mixes units with sequences"),
        Wrong(forward_zero_start, "_starts_from_zero", "whatever h0 is"),
        Wrong(forward_zero_start_hidden, "_h0_shown_and_not_used", "then run from 0"),
        Wrong(forward_always_h0, "_never_carries", "Every step reads h0"),
        Wrong(forward_linear, "_no_tanh", "no tanh"),
        Wrong(forward_without_b, "_no_bias", "b = 0"),
        Wrong(forward_b_after_tanh, "_bias_outside_tanh", "part of a(t)"),
        Wrong(forward_index_off_by_one, "_reads_one_letter_late", "one too small"),
        Wrong(forward_without_c, "_no_c", "c = 0"),
        Wrong(forward_scores_of_the_past, "_from_the_state_before", "has not yet read"),
        Wrong(forward_gives_probabilities, "_softmax_already", "into the softmax"),
        Wrong(forward_T_states, None, "`h` lacks its first entry along the steps"),
        Wrong(forward_scores_of_h0_too, None, "one entry too many at the start of the steps"),
        Wrong(forward_without_the_past, None, "`W` = 0, whatever `W` is"),
        Wrong(forward_adds_to_the_old_state, "_added_to_the_old_state", "to the previous state"),
        Wrong(forward_adds_c_to_the_state, None, "`logits`"),
        Wrong(forward_rows_of_U, None, "stopped with an error"),
    ],
    "12.3": [
        Wrong(loss_summed, "_sum_over_everything", "T times B"),
        Wrong(loss_mean_over_T, "_mean_over_steps_only", "You divide by T"),
        Wrong(loss_mean_over_B, "_mean_over_sequences_only", "You divide by B"),
        Wrong(loss_mean_of_one_hot_products, "_mean_over_codes_too", "however many scores"),
        Wrong(loss_in_bits, "_bits", "natural logarithms"),
        Wrong(loss_slope_not_divided, "_slope_of_the_sum", "that of the sum"),
        Wrong(loss_slope_is_softmax, "_target_not_subtracted", "just the softmax"),
        Wrong(
            loss_slope_less_one_at_the_end, "_target_subtracted_undivided", "after dividing by T"
        ),
        Wrong(loss_slope_minus_one_everywhere, "_one_minus_everywhere", "every probability"),
        Wrong(loss_slope_at_the_target_only, "_only_at_the_target", "denominator"),
        Wrong(loss_slope_reversed, "_target_minus_probability", "unlearn"),
        Wrong(loss_negative, "_log_likelihood", "negative"),
        Wrong(loss_overflows, "_naive_softmax", "exp(1000)"),
        Wrong(loss_without_a_guard, "_naive_sum", "exp(1000)"),
        Wrong(loss_largest_of_the_block, "_one_largest_for_all", "Whose largest score"),
        Wrong(loss_largest_of_the_block_and_log, "_one_largest_for_all_and_log_p", "Whose largest"),
        Wrong(loss_log_of_p, "_log_of_a_rounded_probability", "rounded to 0"),
        Wrong(loss_largest_of_each_step, "_largest_of_a_step_and_log_p", "several letters"),
        Wrong(loss_clipped_scores, "_clipped_scores", "-500 to 500"),
        Wrong(loss_of_the_last_letter, "_last_step_only", "Only the last step"),
        Wrong(loss_softened_logarithm, "_added_1e_09", "caps the loss"),
        Wrong(loss_target_not_shifted, "_target_from_the_scores_as_they_came", "which scores"),
        Wrong(loss_twice_the_slope, None, "2 times the right answer"),
        Wrong(loss_of_each_step, "_loss_of_each_step", "a loss for each step"),
        Wrong(loss_of_the_targets_before, None, "`targets` read one entry too early"),
        Wrong(loss_softmax_over_sequences, "_softmax_over_sequences", "over the sequences"),
    ],
    "12.4": [
        Wrong(backward_W_transposed, "_W_not_transposed", "da @ W.T"),
        Wrong(backward_each_letter_alone, "_never_carries", "pass back to h(t)"),
        Wrong(backward_hands_on_the_direct, "_carries_the_direct", "one step back and no further"),
        Wrong(backward_last_loss, "_last_direct_only", "Only the loss of the last letter"),
        Wrong(backward_runs_forward, "_forward_in_time", "forward in time"),
        Wrong(backward_no_tanh, "_no_slope", "where is its slope"),
        Wrong(backward_message_skips_tanh, "_no_slope_on_the_way", "to the previous step has not"),
        Wrong(backward_slope_of_the_wrong_step, "_slope_of_the_step_before", "h[t-1] or h[t]"),
        Wrong(backward_slope_of_tanh_of_h, "_tanh_twice", "already been through tanh"),
        Wrong(backward_h_of_t_in_dW, "_new_state_in_dW", "`dW`: In dW, da(t)"),
        Wrong(backward_h_before_in_dV, "_state_before_in_dV", "`dV`: The scores"),
        Wrong(backward_overwrites, "_first_step_only", "overwrites"),
        Wrong(backward_keeps_the_last, "_last_step_only", "Only step T"),
        Wrong(backward_plus_equals, "_repeats_lost_within_a_step", "at one step, one of the two"),
        Wrong(backward_plus_equals_at_once, "_repeats_lost_in_the_block", "counts only once"),
        Wrong(backward_equals, "_columns_overwritten_on_the_way_back", "occurs again"),
        Wrong(backward_letter_too_early, "_letter_of_the_step_before", "one too small"),
        Wrong(backward_db_of_direct_only, "_db_without_the_future", "Your `db` accounts"),
        Wrong(backward_dV_of_the_last_step, "_readout_of_the_last_step", "only from step T"),
        Wrong(backward_gathers_a_list, "_last_step_comes_first", "begin with the last step"),
        Wrong(backward_mean_over_sequences, "_divided_by_B", "already is the slope of the mean"),
        Wrong(backward_mean_over_letters, "_divided_by_T_B", "already is the slope of the mean"),
        Wrong(backward_mean_over_steps, None, "Right only for: one letter; T = 1"),
        Wrong(backward_dU_by_rows, None, "`dU` is the transpose"),
        Wrong(backward_divides_again, None, "0.1 times the right answer"),
        Wrong(backward_without_the_first_step, None, "`h[0]` = 0"),
        Wrong(backward_dW_the_other_way, None, "`dW` is the transpose"),
        Wrong(backward_message_with_wrong_sign, None, "Right only for: one letter; T = 1"),
    ],
    "12.5": [
        Wrong(adam_biased, "_no_correction", "started at 0"),
        Wrong(adam_v_biased, "_only_m_corrected", "v started at 0"),
        Wrong(adam_without_power, "_always_the_first_update", "a power of beta"),
        Wrong(adam_returns_hats, "_carries_the_corrected", "corrected again"),
        Wrong(adam_climbs, "_upwards", "would grow"),
        Wrong(adam_forgets_the_root, "_no_root", "v̂ itself"),
        Wrong(adam_without_momentum, "_gradient_for_its_mean", "happened to m"),
        Wrong(adam_fast_means, "_weights_of_old_and_new_swapped", "fast or slowly"),
        Wrong(adam_full_weight, "_added_up_without_weights", "full weight"),
        Wrong(adam_momentum_only, "_no_division", "happened to v"),
        Wrong(adam_other_betas, "_betas_swapped", "are swapped"),
        Wrong(adam_own_betas, "_usual_betas", "whatever beta1 and beta2 are"),
        Wrong(adam_without_eps, "_usual_eps", "Your eps is 0"),
        Wrong(adam_at_twice_the_rate, None, "`2 * lr` instead of `lr`"),
        Wrong(adam_only_p, None, "Return 3 things"),
        Wrong(adam_v_of_the_whole_array, "_mean_square_of_the_whole", "one number for the whole"),
        Wrong(adam_v_of_the_length, "_length_of_the_whole", "one number for the whole"),
        Wrong(adam_times_k, "_beta_times_k", "becomes negative"),
        Wrong(adam_k_minus_one, "_one_update_late", "one too small"),
        Wrong(adam_v_of_each_row, "_square_of_each_row", "one number for each row"),
        Wrong(adam_root_of_v_kept, "_root_of_v_kept", "square root of v"),
    ],
    "12.6": [
        Wrong(temperature_forgotten, "_tau_ignored", "tau = 1"),
        Wrong(temperature_times, "_multiplied", "bolder"),
        Wrong(temperature_mean_of_exps, "_divided_by_the_number", "by the number of scores"),
        Wrong(
            temperature_times_and_mean_of_exps,
            "_divided_by_the_number",
            "Two mistakes at once",
            also="_multiplied",
        ),
        Wrong(temperature_after_softmax, "_probabilities_divided", "no longer sum to 1"),
        Wrong(temperature_unnormalised, "_not_normalised", "do not sum to 1"),
        Wrong(temperature_twice_softmax, "_softmax_of_probabilities", "softmax twice"),
        Wrong(temperature_log, "_logarithms", "logarithms of probabilities"),
        Wrong(temperature_best, "_largest_only", "tau → 0"),
        Wrong(temperature_undivided_largest, "_largest_before_the_division", "undivided scores"),
        Wrong(temperature_mean_taken_off, "_mean_taken_off", "less than the largest"),
        Wrong(temperature_overflows, "_naive_exp", "exp(900)"),
        Wrong(temperature_log_of_zero, "_logarithms", "logarithms of probabilities"),
        Wrong(temperature_squared, None, "`tau ** 2` instead of `tau`"),
        Wrong(temperature_draws, None, "must have shape"),
        Wrong(temperature_base_two, "_powers_of_two", "powers of 2"),
        Wrong(temperature_sorted, "_sorted", "sorted by size"),
        Wrong(temperature_powers, "_power_of_rounded_probabilities", "no probability is rounded"),
    ],
    "12.7": [
        Wrong(reading_state_zero, "_state_not_carried", "starts from state 0"),
        Wrong(reading_row_one, "_state_after_one_letter", "after the first letter"),
        Wrong(reading_row_before_last, "_state_before_the_last_letter", "before the last letter"),
        Wrong(
            reading_back_through_the_first_weights,
            "_back_through_the_first_weights",
            "current W and V",
        ),
        Wrong(reading_k_is_one, "_always_the_first_update", "every update is the first"),
        Wrong(
            reading_state_zero_and_k_is_one,
            "_state_not_carried",
            "Two mistakes at once",
            also="_always_the_first_update",
        ),
        Wrong(reading_k_for_each_array, "_arrays_counted", "increases with every array"),
        Wrong(reading_forgets_the_means, "_means_forgotten", "reset to 0 at every block"),
        Wrong(reading_descends, "_without_adam", "Where is `adam_step`"),
        Wrong(reading_ascends, "_against_the_step", "opposite direction"),
        Wrong(reading_betas_swapped, "_betas_in_the_wrong_order", "In which order"),
        Wrong(reading_weights_not_kept, "_weights_stay", "the weights that came in"),
        Wrong(reading_layer_only, "_readout_stays", "V and c never move"),
        Wrong(reading_readout_only, "_only_the_readout", "U, W and b never move"),
        Wrong(reading_loss_afterwards, "_loss_after_the_update", "after the update"),
        Wrong(reading_bits, "_losses_in_bits", "are in bits"),
        Wrong(reading_backwards, "_blocks_in_reverse", "last block"),
        Wrong(reading_mean_loss, None, "`losses` is the mean over axis 0"),
        Wrong(reading_k_from_two, None, "2 where 1 belongs"),
        Wrong(reading_last_block_missing, None, "lacks its last entry"),
        Wrong(reading_half_the_rate, None, "`lr"),
        Wrong(reading_sum_of_letters, "_gradient_of_the_sum", "divided by their number"),
    ],
}
