"""Lesson 03: answers as learners write them, not as the reference does."""

import numpy as np

from tests.exercises.answers.labels import Wrong

# --- 03.1 ---------------------------------------------------------------------------------


def one_hot_in_a_loop(tokens, n):
    T, B = tokens.shape
    x = np.zeros((T, B, n))
    for t in range(T):
        for b in range(B):
            x[t, b, tokens[t, b]] = 1
    return x


def one_hot_by_comparison(tokens, n):
    return tokens[:, :, np.newaxis] == np.arange(n)


def one_hot_flat(tokens, n):
    x = np.zeros((tokens.size, n))
    x[np.arange(tokens.size), tokens.ravel()] += 1.0
    return x.reshape(*tokens.shape, n)


def one_hot_nested_lists(tokens, n):
    return [[[1.0 if k == token else 0.0 for k in range(n)] for token in row] for row in tokens]


def one_hot_with_colons(tokens, n):
    x = np.zeros((*tokens.shape, n))
    x[:, :, tokens] = 1
    return x


def one_hot_a_step_at_once(tokens, n):
    x = np.zeros((*tokens.shape, n))
    for t in range(len(tokens)):
        x[t][:, tokens[t]] = 1
    return x


def one_hot_from_one(tokens, n):
    x = np.zeros((*tokens.shape, n))
    for t, row in enumerate(tokens):
        for b, token in enumerate(row):
            x[t, b, token - 1] = 1
    return x


def one_hot_with_the_number(tokens, n):
    x = np.zeros((*tokens.shape, n))
    np.put_along_axis(x, tokens[..., None], tokens[..., None], axis=2)
    return x


def one_hot_batch_first(tokens, n):
    return np.eye(n)[tokens.T]


def one_hot_mirrored(tokens, n):
    return np.eye(n)[:, ::-1][tokens]


def one_hot_first_step_only(tokens, n):
    x = np.zeros((*tokens.shape, n))
    x[0, np.arange(tokens.shape[1]), tokens[0]] = 1
    return x


def one_hot_minus_one_elsewhere(tokens, n):
    return 2 * np.eye(n)[tokens] - 1


def one_hot_twos(tokens, n):
    return 2 * np.eye(n)[tokens]


def one_hot_transposed_and_reshaped(tokens, n):
    by_sequence = [[np.eye(n)[token] for token in sequence] for sequence in tokens.T]
    return np.array(by_sequence).reshape(*tokens.shape, n)


def one_hot_in_one_vector(tokens, n):
    T, B = tokens.shape
    x, vector = np.empty((T, B, n)), np.zeros(n)
    for t in range(T):
        for b in range(B):
            vector[tokens[t, b]] = 1
            x[t, b] = vector
    return x


def one_hot_from_one_and_reshaped(tokens, n):
    x = np.zeros((tokens.size, n))
    x[np.arange(tokens.size), tokens.T.ravel() - 1] = 1
    return x.reshape(*tokens.shape, n)


# --- 03.2 ---------------------------------------------------------------------------------


def forward_preallocated(U, W, V, b, c, x, h0):
    T, B, _ = x.shape
    h, o = np.zeros((T + 1, B, len(b))), np.zeros((T, B, len(c)))
    h[0] = h0
    for t in range(1, T + 1):
        h[t] = np.tanh(h[t - 1] @ W.T + x[t - 1] @ U.T + b)
        o[t - 1] = h[t] @ V.T + c
    return h, o


def forward_sequence_by_sequence(U, W, V, b, c, x, h0):
    states, outputs = [], []
    for k in range(x.shape[1]):
        h = [h0[k]]
        for x_t in x[:, k]:
            h.append(np.tanh(b + W @ h[-1] + U @ x_t))
        states.append(h)
        outputs.append([c + V @ h_t for h_t in h[1:]])
    return np.stack(states, axis=1), np.stack(outputs, axis=1)


def forward_products_first(U, W, V, b, c, x, h0):
    h = np.concatenate([h0[np.newaxis], np.einsum("ij,tbj->tbi", U, x) + b])
    for t in range(len(x)):
        h[t + 1] += np.einsum("ij,bj->bi", W, h[t])
        np.tanh(h[t + 1], out=h[t + 1])
    return h, np.einsum("ij,tbj->tbi", V, h[1:]) + c


def forward_in_columns(U, W, V, b, c, x, h0):
    h, states, outputs = h0.T.copy(), [h0], []
    for x_t in x:
        h[:] = np.tanh(W @ h + U @ x_t.T + b[:, None])
        states.append(h.T.copy())
        outputs.append((V @ h + c[:, None]).T)
    return states, outputs


def forward_h_times_W(U, W, V, b, c, x, h0):
    h, o = [h0], []
    for x_t in x:
        h.append(np.tanh(h[-1] @ W + x_t @ U.T + b))
        o.append(h[-1] @ V.T + c)
    return np.array(h), np.array(o)


def forward_output_before_update(U, W, V, b, c, x, h0):
    h, o = [h0], []
    for x_t in x:
        o.append(h[-1] @ V.T + c)
        h.append(np.tanh(h[-1] @ W.T + x_t @ U.T + b))
    return np.array(h), np.array(o)


def forward_forgets_b(U, W, V, b, c, x, h0):
    return forward_preallocated(U, W, V, np.zeros(len(b)), c, x, h0)


def forward_forgets_c(U, W, V, b, c, x, h0):
    h, _ = forward_preallocated(U, W, V, b, c, x, h0)
    return h, h[1:] @ V.T


def forward_forgets_both(U, W, V, b, c, x, h0):
    return forward_preallocated(U, W, V, 0 * b, 0 * c, x, h0)


def forward_never_carries(U, W, V, b, c, x, h0):
    h = np.array([h0, *[np.tanh(b + h0 @ W.T + x_t @ U.T) for x_t in x]])
    return h, h[1:] @ V.T + c


def forward_from_zeros(U, W, V, b, c, x, h0):
    return forward_preallocated(U, W, V, b, c, x, np.zeros(h0.shape))


def forward_softmax(U, W, V, b, c, x, h0):
    h, o = forward_preallocated(U, W, V, b, c, x, h0)
    e = np.exp(o - o.max(-1, keepdims=True))
    return h, e / e.sum(-1, keepdims=True)


def forward_same_array(U, W, V, b, c, x, h0):
    h, states, outputs = h0.copy(), [], []
    states.append(h)
    for x_t in x:
        h[:] = np.tanh(h @ W.T + x_t @ U.T + b)
        states.append(h)
        outputs.append(h @ V.T + c)
    return np.array(states), np.array(outputs)


def forward_W_transposed_and_no_c(U, W, V, b, c, x, h0):
    h, _ = forward_h_times_W(U, W, V, b, c, x, h0)
    return h, h[1:] @ V.T


def forward_minus_c(U, W, V, b, c, x, h0):
    return forward_preallocated(U, W, V, b, -c, x, h0)


def forward_matrix_times_batch(U, W, V, b, c, x, h0):
    h = [h0]
    for x_t in x:
        h.append(np.tanh(b + W @ h[-1] + U @ x_t))
    return np.array(h), np.array([c + V @ h_t for h_t in h[1:]])


def forward_without_h0(U, W, V, b, c, x, h0):
    h, o = forward_preallocated(U, W, V, b, c, x, h0)
    return h[1:], o


def forward_outputs_of_all_states(U, W, V, b, c, x, h0):
    h, _ = forward_preallocated(U, W, V, b, c, x, h0)
    return h, h @ V.T + c


def forward_does_not_store_h0(U, W, V, b, c, x, h0):
    h, o = forward_preallocated(U, W, V, b, c, x, h0)
    h[0] = 0
    return h, o


def forward_backwards_in_time(U, W, V, b, c, x, h0):
    return forward_preallocated(U, W, V, b, c, x[::-1], h0)


def forward_last_step_missing(U, W, V, b, c, x, h0):
    T, B, _ = x.shape
    h, o = np.zeros((T + 1, B, len(b))), np.zeros((T, B, len(c)))
    h[0] = h0
    for t in range(1, T):
        h[t] = np.tanh(h[t - 1] @ W.T + x[t - 1] @ U.T + b)
        o[t - 1] = h[t] @ V.T + c
    return h, o


# --- 03.3 ---------------------------------------------------------------------------------


def cross_entropy_softmax_first(o, y):
    e = np.exp(o - o.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    t, b = np.indices(y.shape)
    return -np.log(p[t, b, y]).sum()


def cross_entropy_in_a_loop(o, y):
    loss = 0.0
    for o_t, y_t in zip(o, y, strict=True):
        for scores, label in zip(o_t, y_t, strict=True):
            loss += np.log(np.sum(np.exp(scores - scores[label])))
    return float(loss)


def cross_entropy_on_its_own_copy(o, y):
    o = o.copy()
    o -= o.max(-1)[..., None]
    o -= np.log(np.exp(o).sum(-1))[..., None]
    return -(o * np.eye(o.shape[-1])[y]).sum()


def cross_entropy_by_logaddexp(o, y):
    chosen = np.take_along_axis(o, y[:, :, None], axis=2)[:, :, 0]
    return np.sum(np.logaddexp.reduce(o, axis=2) - chosen)


def cross_entropy_plain_softmax(o, y):
    p = np.exp(o) / np.exp(o).sum(axis=2, keepdims=True)
    return -sum(np.log(p[t, b, y[t, b]]) for t in range(y.shape[0]) for b in range(y.shape[1]))


def cross_entropy_plain_logarithm(o, y):
    chosen = np.take_along_axis(o, y[:, :, None], axis=2)
    return -(chosen - np.log(np.exp(o).sum(axis=2, keepdims=True))).sum()


def cross_entropy_global_maximum(o, y):
    return cross_entropy_plain_softmax(o - np.max(o), y)


def cross_entropy_positive(o, y):
    return -cross_entropy_by_logaddexp(o, y)


def cross_entropy_average(o, y):
    return cross_entropy_by_logaddexp(o, y) / (o.shape[0] * o.shape[1])


def cross_entropy_per_step(o, y):
    return cross_entropy_by_logaddexp(o, y) / o.shape[0]


def cross_entropy_in_bits(o, y):
    e = np.exp(o - o.max(axis=2, keepdims=True))
    p = np.take_along_axis(e / e.sum(axis=2, keepdims=True), y[:, :, None], axis=2)
    return -np.log2(p).sum()


def cross_entropy_over_axis_1(o, y):
    e = np.exp(o - o.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(np.take_along_axis(p, y[:, :, None], axis=2)).sum()


def cross_entropy_over_axis_0(o, y):
    e = np.exp(o - o.max(axis=0))
    p = e / e.sum(axis=0)
    return -np.log(np.take_along_axis(p, y[:, :, None], axis=2)).sum()


def cross_entropy_colons(o, y):
    e = np.exp(o - o.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    return -np.log(p[:, :, y]).sum()


def cross_entropy_no_labels(o, y):
    e = np.exp(o - o.max(axis=2, keepdims=True))
    return np.sum(-np.log(e / e.sum(axis=2, keepdims=True)))


def cross_entropy_not_summed(o, y):
    chosen = np.take_along_axis(o, y[:, :, None], axis=2)[:, :, 0]
    return np.logaddexp.reduce(o, axis=2) - chosen


def cross_entropy_half(o, y):
    return cross_entropy_by_logaddexp(o, y) / 2


def cross_entropy_last_step(o, y):
    return cross_entropy_by_logaddexp(o[-1:], y[-1:])


def cross_entropy_scores_without_softmax(o, y):
    return -np.take_along_axis(o, y[:, :, None], axis=2).sum()


# --- 03.5 ---------------------------------------------------------------------------------


def last_states_in_a_loop(h, lengths):
    return [h[lengths[b], b] for b in range(len(lengths))]


def last_states_on_its_own_copy(h, lengths):
    last = h[0].copy()
    for t in range(1, len(h)):
        last[lengths >= t] = h[t, lengths >= t]
    return last


def last_states_by_a_mask(h, lengths):
    at_the_end = np.arange(len(h))[:, None] == lengths
    return (h * at_the_end[:, :, None]).sum(axis=0)


def last_states_take_along(h, lengths):
    return np.take_along_axis(h, lengths[None, :, None], axis=0)[0]


def last_states_minus_one(h, lengths):
    return h[-1]


def last_states_from_zero(h, lengths):
    return np.array([h[length - 1, b] for b, length in enumerate(lengths)])


def last_states_longest(h, lengths):
    return h[max(lengths)]


def last_states_of_the_first(h, lengths):
    return h[lengths[0], :]


def last_states_negative_index(h, lengths):
    return np.array([h[-length, b] for b, length in enumerate(lengths)])


def last_states_all_pairs(h, lengths):
    return h[lengths]


def last_states_units_first(h, lengths):
    return np.diagonal(h[lengths])


def last_states_of_the_first_sequence(h, lengths):
    return h[lengths, 0]


def last_states_mean(h, lengths):
    return np.array([h[: length + 1, b].mean(axis=0) for b, length in enumerate(lengths)])


def last_states_one_too_late(h, lengths):
    return h[lengths + 1, np.arange(len(lengths))]


def last_states_negative(h, lengths):
    return -last_states_take_along(h, lengths)


def last_states_reshaped(h, lengths):
    T_and_1, B, n = h.shape
    rows = h.reshape(B, T_and_1, n)
    return [rows[b][lengths[b]] for b in range(B)]


# --- 03.4 ---------------------------------------------------------------------------------


def masked_mean_boolean_index(losses, lengths):
    mask = np.arange(losses.shape[0])[:, None] < lengths[None]
    return losses[mask].mean()


def masked_mean_in_a_loop(losses, lengths):
    total = 0
    for b, length in enumerate(lengths):
        for t in range(length):
            total += losses[t, b]
    return total / sum(lengths)


def masked_mean_on_its_own_copy(losses, lengths):
    losses = losses.copy()
    for b, length in enumerate(lengths):
        losses[length:, b] = 0
    return losses.sum() / lengths.sum()


def masked_mean_concatenated(losses, lengths):
    return np.mean(np.concatenate([losses[:n, b] for b, n in enumerate(lengths)]))


def masked_mean_product(losses, lengths):
    mask = np.arange(losses.shape[0])[:, None] < lengths
    return (losses * mask).sum() / mask.sum()


def masked_mean_everything(losses, lengths):
    return np.mean(losses)


def masked_mean_ignores_nan(losses, lengths):
    return losses[~np.isnan(losses)].mean()


def masked_mean_where_mean(losses, lengths):
    mask = np.arange(losses.shape[0])[:, None] < lengths
    return np.where(mask, losses, 0).mean()


def masked_mean_product_mean(losses, lengths):
    return np.mean(losses * (np.arange(losses.shape[0])[:, None] < lengths))


def masked_mean_product_of_sequences(losses, lengths):
    mask = np.arange(losses.shape[0])[:, None] < lengths
    return np.mean((losses * mask).sum(axis=0) / mask.sum(axis=0))


def masked_mean_per_step(losses, lengths):
    return masked_mean_in_a_loop(losses, lengths) * lengths.sum() / len(losses)


def masked_mean_per_sequence(losses, lengths):
    return np.mean([losses[:n, b].sum() for b, n in enumerate(lengths)])


def masked_mean_sum(losses, lengths):
    return sum(losses[:n, b].sum() for b, n in enumerate(lengths))


def masked_mean_of_sequences(losses, lengths):
    return np.mean([losses[:n, b].mean() for b, n in enumerate(lengths)])


def masked_mean_strictly_below(losses, lengths):
    mask = np.arange(1, losses.shape[0] + 1)[:, None] < lengths
    return losses[mask].sum() / mask.sum()


def masked_mean_strictly_below_all(losses, lengths):
    return sum(losses[: n - 1, b].sum() for b, n in enumerate(lengths)) / lengths.sum()


def masked_mean_up_to_length(losses, lengths):
    mask = np.arange(losses.shape[0])[:, None] <= lengths
    return losses[mask].mean()


def masked_mean_one_more_row(losses, lengths):
    return sum(losses[: n + 1, b].sum() for b, n in enumerate(lengths)) / lengths.sum()


def masked_mean_with_h0(losses, lengths):
    return masked_mean_sum(losses, lengths) / (lengths.sum() + len(lengths))


def masked_mean_last_losses(losses, lengths):
    return np.mean([losses[n - 1, b] for b, n in enumerate(lengths)])


def masked_mean_negative(losses, lengths):
    return -masked_mean_in_a_loop(losses, lengths)


def masked_mean_of_the_padding(losses, lengths):
    mask = np.arange(losses.shape[0])[:, None] < lengths
    return losses[~mask].sum() / max((~mask).sum(), 1)


def masked_mean_of_each(losses, lengths):
    return [losses[:n, b].mean() for b, n in enumerate(lengths)]


def mean_over_all_without_the_first_step(losses, lengths):
    total = 0.0
    for j, length in enumerate(lengths):
        for t in range(1, length):
            total += losses[t, j]
    return float(total / losses.size)


def masked_mean_of_means_one_row_too_long(losses, lengths):
    return np.mean([np.mean(losses[: n + 1, b]) for b, n in enumerate(lengths)])


# --- 03.6 ---------------------------------------------------------------------------------


def generate_with_vectors(U, W, V, b, c, first, T):
    x, h, out = np.eye(len(c))[first], np.zeros(len(b)), []
    for _ in range(T):
        h = np.tanh(W @ h + U @ x + b)
        out.append((V @ h + c).argmax())
        x = np.eye(len(c))[out[-1]]
    return out


def generate_in_place(U, W, V, b, c, first, T):
    x, h = np.zeros(len(c)), np.zeros(len(b))
    x[first] = 1
    tokens = np.zeros(T, dtype=int)
    for t in range(T):
        h[:] = np.tanh(W @ h + U @ x + b)
        tokens[t] = np.argmax(V @ h + c)
        x[:] = 0
        x[tokens[t]] = 1
    return tokens


def generate_by_probabilities(U, W, V, b, c, first, T):
    tokens, h = [first], np.zeros((1, len(b)))
    while len(tokens) <= T:
        h = np.tanh(h @ W.T + U.T[tokens[-1]] + b)
        p = np.exp(h @ V.T + c)
        tokens.append(int(np.argmax(p / p.sum())))
    return np.array(tokens[1:])


def generate_from_the_whole_text(U, W, V, b, c, first, T):
    tokens = [first]
    for _ in range(T):
        h = np.zeros(len(b))
        for token in tokens:
            h = np.tanh(b + W @ h + U[:, token])
        tokens.append(np.argmax(c + V @ h))
    return tokens[1:]


def _fed(U, W, V, b, c, first, T, encode):
    x, h, out = np.eye(len(c))[first], np.zeros(len(b)), []
    for _ in range(T):
        h = np.tanh(W @ h + U @ x + b)
        o = V @ h + c
        out.append(o.argmax())
        x = encode(o)
    return np.array(out)


def generate_feeds_o(U, W, V, b, c, first, T):
    return _fed(U, W, V, b, c, first, T, lambda o: o)


def generate_feeds_softmax(U, W, V, b, c, first, T):
    return _fed(U, W, V, b, c, first, T, lambda o: np.exp(o) / np.exp(o).sum())


def generate_same_input(U, W, V, b, c, first, T):
    h, out = np.zeros(len(b)), []
    for _ in range(T):
        h = np.tanh(W @ h + U[:, first] + b)
        out.append((V @ h + c).argmax())
    return np.array(out)


def generate_new_state_in_the_loop(U, W, V, b, c, first, T):
    out, token = [], first
    for _ in range(T):
        h = np.zeros(len(b))
        h = np.tanh(W @ h + U[:, token] + b)
        token = (V @ h + c).argmax()
        out.append(token)
    return np.array(out)


def generate_appends_first(U, W, V, b, c, first, T):
    h, out, token = np.zeros(len(b)), [], first
    for _ in range(T):
        out.append(token)
        h = np.tanh(W @ h + U[:, token] + b)
        token = np.argmax(V @ h + c)
    return np.array(out)


def generate_scores_before_state(U, W, V, b, c, first, T):
    h, out, token = np.zeros(len(b)), [], first
    for _ in range(T):
        o = V @ h + c
        h = np.tanh(W @ h + U[:, token] + b)
        token = np.argmax(o)
        out.append(token)
    return np.array(out)


def generate_row_times_matrix(U, W, V, b, c, first, T):
    h, out, token = np.zeros(len(b)), [], first
    for _ in range(T):
        h = np.tanh(h @ W + U[:, token] + b)
        token = np.argmax(V @ h + c)
        out.append(token)
    return np.array(out)


def generate_forgets_c(U, W, V, b, c, first, T):
    return generate_in_place(U, W, V, b, np.zeros(len(c)), first, T)


def generate_with_the_first(U, W, V, b, c, first, T):
    return [first, *generate_in_place(U, W, V, b, c, first, T)]


def generate_smallest(U, W, V, b, c, first, T):
    return generate_in_place(U, W, -V, b, -c, first, T)


def generate_vectors_out(U, W, V, b, c, first, T):
    return np.eye(len(c))[generate_in_place(U, W, V, b, c, first, T)]


def generate_from_ones(U, W, V, b, c, first, T):
    h, out, token = np.ones(len(b)), [], first
    for _ in range(T):
        h = np.tanh(W @ h + U[:, token] + b)
        token = np.argmax(V @ h + c)
        out.append(token)
    return np.array(out)


def generate_counts_from_one(U, W, V, b, c, first, T):
    return generate_in_place(U, W, V, b, c, first, T) + 1


def generate_with_twice_W(U, W, V, b, c, first, T):
    return generate_in_place(U, 2 * W, V, b, c, first, T)


def generate_reversed(U, W, V, b, c, first, T):
    return generate_in_place(U, W, V, b, c, first, T)[::-1]


def cross_entropy_mean_over_the_batch(o, y):
    o = o - o.max(axis=1, keepdims=True)
    log_p = o - np.log(np.exp(o).sum(axis=1, keepdims=True))
    return -np.take_along_axis(log_p, y[..., None], axis=2).mean()


RIGHT = {
    "03.1": [one_hot_in_a_loop, one_hot_by_comparison, one_hot_flat, one_hot_nested_lists],
    "03.2": [
        forward_preallocated,
        forward_sequence_by_sequence,
        forward_products_first,
        forward_in_columns,
    ],
    "03.3": [
        cross_entropy_softmax_first,
        cross_entropy_in_a_loop,
        cross_entropy_on_its_own_copy,
        cross_entropy_by_logaddexp,
    ],
    "03.5": [
        last_states_in_a_loop,
        last_states_on_its_own_copy,
        last_states_by_a_mask,
        last_states_take_along,
    ],
    "03.4": [
        masked_mean_boolean_index,
        masked_mean_in_a_loop,
        masked_mean_on_its_own_copy,
        masked_mean_concatenated,
    ],
    "03.6": [
        generate_with_vectors,
        generate_in_place,
        generate_by_probabilities,
        generate_from_the_whole_text,
    ],
}

WRONG = {
    "03.1": [
        Wrong(one_hot_with_colons, "_every_token_everywhere", "all t, all b, all tokens"),
        Wrong(one_hot_a_step_at_once, "_tokens_of_the_whole_step", "neighbors"),
        Wrong(one_hot_from_one, "_counts_from_one", "Token 0"),
        Wrong(one_hot_with_the_number, "_writes_the_number", "token's number"),
        Wrong(one_hot_batch_first, "_batch_first", "(sequence, t, token)"),
        Wrong(one_hot_twos, None, "2 times the right answer"),
        Wrong(one_hot_mirrored, None, "runs backwards"),
        Wrong(one_hot_first_step_only, "_first_step_only", "Only the first step"),
        Wrong(one_hot_minus_one_elsewhere, "_minus_one_elsewhere", "-1 where a 0"),
        Wrong(
            one_hot_transposed_and_reshaped, "_axes_exchanged_by_reshape", "sequence by sequence"
        ),
        Wrong(one_hot_in_one_vector, "_ones_of_all_before", "sequences before it"),
        Wrong(
            one_hot_from_one_and_reshaped,
            "_counts_from_one",
            "Two mistakes at once",
            also="_axes_exchanged_by_reshape",
        ),
    ],
    "03.2": [
        Wrong(forward_h_times_W, "_W_transposed", "wrong way around"),
        Wrong(forward_output_before_update, "_outputs_of_the_states_before", "one state too early"),
        Wrong(forward_forgets_b, "_no_b", "b = 0"),
        Wrong(forward_forgets_c, "_no_c", "c = 0"),
        Wrong(forward_never_carries, "_always_from_h0", "starts from h(0)"),
        Wrong(forward_from_zeros, "_from_zero", "as if h(0) were zero"),
        Wrong(forward_softmax, "_softmax_of_the_outputs", "probabilities"),
        Wrong(forward_same_array, "_one_buffer", "same array many times"),
        Wrong(forward_W_transposed_and_no_c, "_W_transposed", "Two mistakes at once", also="_no_c"),
        Wrong(forward_forgets_both, "_no_biases", "b = 0 and c = 0"),
        Wrong(forward_minus_c, None, "`c` with its sign reversed"),
        Wrong(forward_matrix_times_batch, None, "Shapes there"),
        Wrong(forward_without_h0, None, "lacks its first entry"),
        Wrong(forward_outputs_of_all_states, None, "one entry too many at the start"),
        Wrong(forward_does_not_store_h0, "_h0_not_kept", "Row 0"),
        Wrong(forward_backwards_in_time, None, "`x` in reverse order"),
        Wrong(forward_last_step_missing, "_last_step_missing", "last step"),
    ],
    "03.3": [
        Wrong(
            cross_entropy_mean_over_the_batch,
            "_over_the_batch",
            "over the sequences of the batch",
            also="_mean",
        ),
        Wrong(cross_entropy_plain_softmax, "_overflows", "exp(1000)"),
        Wrong(cross_entropy_plain_logarithm, "_overflows_in_the_sum", "exp(1000)"),
        Wrong(cross_entropy_global_maximum, "_one_maximum", "of the whole array"),
        Wrong(cross_entropy_positive, "_no_minus", "negative"),
        Wrong(cross_entropy_average, "_mean", "sum of all the losses"),
        Wrong(cross_entropy_per_step, "_divided_by_T", "number of steps"),
        Wrong(cross_entropy_in_bits, "_log2", "in bits"),
        Wrong(cross_entropy_over_axis_1, "_over_the_batch", "sequences of the batch"),
        Wrong(cross_entropy_over_axis_0, "_over_time", "over the steps"),
        Wrong(cross_entropy_colons, "_every_label_everywhere", "all steps and sequences"),
        Wrong(cross_entropy_no_labels, "_every_class", "all K"),
        Wrong(cross_entropy_not_summed, None, "shape"),
        Wrong(cross_entropy_half, None, "0.5 times"),
        Wrong(cross_entropy_last_step, "_last_step_alone", "only the loss of the last step"),
        Wrong(cross_entropy_scores_without_softmax, "_scores_alone", "scores of the labels"),
    ],
    "03.5": [
        Wrong(last_states_minus_one, "_last_of_all", "h(T) for all"),
        Wrong(last_states_from_zero, "_one_too_early", "one step too early"),
        Wrong(last_states_longest, "_at_the_greatest_length", "end of the longest"),
        Wrong(last_states_of_the_first, "_at_the_first_length", "where the first one ends"),
        Wrong(last_states_negative_index, "_counted_from_the_end", "padding comes after"),
        Wrong(last_states_all_pairs, "_all_pairs", "lengths alone"),
        Wrong(last_states_negative, None, "wrong sign"),
        Wrong(last_states_units_first, None, "transpose"),
        Wrong(
            last_states_of_the_first_sequence,
            "_first_sequence_alone",
            "the first sequence at each of the lengths",
        ),
        Wrong(last_states_mean, "_mean_with_h0", "You average"),
        Wrong(last_states_one_too_late, "_one_too_late", "one step too late"),
        Wrong(last_states_reshaped, "_axes_exchanged_by_reshape", "What exchanges axes"),
    ],
    "03.4": [
        Wrong(masked_mean_product, "_mask_times_losses", "0 * NaN"),
        Wrong(masked_mean_everything, "_without_a_mask", "includes the padding"),
        Wrong(masked_mean_ignores_nan, "_all_that_is_a_number", "ordinary numbers"),
        Wrong(masked_mean_where_mean, "_divided_by_all", "T * B"),
        Wrong(masked_mean_product_mean, "_product_divided_by_all", "T * B"),
        Wrong(masked_mean_product_of_sequences, "_mean_of_means_of_products", "the same weight"),
        Wrong(masked_mean_per_step, "_divided_by_T", "divide by T"),
        Wrong(masked_mean_per_sequence, "_divided_by_B", "number of sequences"),
        Wrong(masked_mean_sum, "_not_divided", "the sum"),
        Wrong(masked_mean_of_sequences, "_mean_of_means", "the same weight"),
        Wrong(masked_mean_strictly_below, "_one_step_too_few", "last step"),
        Wrong(masked_mean_strictly_below_all, "_one_step_too_few_over_all", "last step"),
        Wrong(masked_mean_up_to_length, "_one_step_too_many", "one step of padding"),
        Wrong(
            masked_mean_one_more_row,
            "_one_step_too_many_over_the_right_number",
            "one step of padding",
        ),
        Wrong(masked_mean_with_h0, "_counts_h0", "does h(0) have a loss"),
        Wrong(masked_mean_last_losses, "_last_losses", "last step"),
        Wrong(masked_mean_negative, None, "wrong sign"),
        Wrong(masked_mean_of_the_padding, "_of_the_padding", "average the padding"),
        Wrong(masked_mean_of_each, None, "it is one number"),
        Wrong(mean_over_all_without_the_first_step, "_divided_by_all", "itself: You add the right"),
        Wrong(
            masked_mean_of_means_one_row_too_long,
            "_mean_of_means",
            "Two mistakes at once",
            also="_one_step_too_many",
        ),
    ],
    "03.6": [
        Wrong(generate_feeds_o, "_feeds_scores", "the scores"),
        Wrong(generate_feeds_softmax, "_feeds_probabilities", "mixture"),
        Wrong(generate_same_input, "_always_the_first_token", "reads the first token"),
        Wrong(generate_new_state_in_the_loop, "_restarts", "same successor"),
        Wrong(generate_appends_first, "_returns_what_it_reads", "tokens that go in"),
        Wrong(generate_scores_before_state, "_reads_the_state_before", "h(t-1)"),
        Wrong(generate_row_times_matrix, "_W_transposed", "wrong way around"),
        Wrong(generate_forgets_c, "_no_c", "c = 0"),
        Wrong(generate_with_twice_W, None, "`2 * W` instead of `W`"),
        Wrong(generate_reversed, None, "runs backwards"),
        Wrong(generate_with_the_first, "_first_as_well", "among your tokens"),
        Wrong(generate_smallest, "_smallest_score", "smallest score"),
        Wrong(generate_vectors_out, "_vectors_out", "one-hot vectors"),
        Wrong(generate_from_ones, "_from_ones", "begins at 1"),
        Wrong(generate_counts_from_one, "_counts_from_one", "counted from 1"),
    ],
}
