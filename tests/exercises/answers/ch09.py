"""Lesson 09: answers as learners write them, not as the reference does."""

import math

import numpy as np

from tests.exercises.answers.labels import Wrong

# --- 09.1 ---------------------------------------------------------------------------------


def look_in_loops(q, K, V):
    scores = [sum(a * b for a, b in zip(q, k, strict=True)) / math.sqrt(len(q)) for k in K]
    powers = [math.exp(s) for s in scores]
    output = np.zeros(V.shape[1])
    for p, v in zip(powers, V, strict=True):
        output += p / sum(powers) * v
    return output


def look_with_plain_exp(q, K, V):
    e = np.exp(q @ K.T / q.size**0.5)
    return (e[:, None] * V).sum(0) / e.sum()


def look_with_einsum(q, K, V):
    s = np.einsum("d,kd->k", q, K) * len(q) ** -0.5
    w = np.exp(s - np.log(np.exp(s).sum()))
    return np.einsum("k,kd->d", w, V)


def _soft(s):
    e = np.exp(s)
    return e / np.sum(e)


def look_unscaled(q, K, V):
    return np.dot(_soft(np.dot(K, q)), V)


def look_over_d(q, K, V):
    return _soft(K.dot(q) / q.size).dot(V)


def look_over_root_of_len_K(q, K, V):
    return _soft(K.dot(q) / len(K) ** 0.5).dot(V)


def look_mixes_keys(q, K, V):
    return _soft(K.dot(q) / q.size**0.5).dot(K)


def look_compares_values(q, K, V):
    return _soft(V.dot(q) / q.size**0.5).dot(V)


def look_hard(q, K, V):
    scores = [k @ q for k in K]
    return V[scores.index(max(scores))]


def look_without_sum(q, K, V):
    return sum(math.exp(k @ q / math.sqrt(len(q))) * v for k, v in zip(K, V, strict=True))


def look_mean_of_exps(q, K, V):
    w = np.exp(K @ q / np.sqrt(q.size))
    return w / len(w) @ V


def look_without_exp(q, K, V):
    s = K @ q / len(q) ** 0.5
    return (s / sum(s)) @ V


def look_linear(q, K, V):
    return (K @ q) / len(q) ** 0.5 @ V


def look_scaled_late(q, K, V):
    return _soft(K @ q) @ V / math.sqrt(q.size)


def look_gives_weights(q, K, V):
    return _soft(K @ q / np.sqrt(len(q)))


def look_base_two(q, K, V):
    p = 2.0 ** (K @ q / np.sqrt(len(q)))
    return p / p.sum() @ V


def look_minus(q, K, V):
    return _soft(-(K @ q) / np.sqrt(len(q))) @ V


def look_over_norm_of_q(q, K, V):
    return _soft(K.dot(q) / (q @ q) ** 0.5).dot(V)


# --- 09.2 ---------------------------------------------------------------------------------


def mask_row_by_row(scores, mask):
    weights = np.zeros(scores.shape)
    for i, (row, allowed) in enumerate(zip(scores, mask, strict=True)):
        e = np.exp(row[allowed] - row[allowed].max())
        weights[i, allowed] = e / e.sum()
    return weights


def mask_with_a_large_number(scores, mask):
    s = np.where(mask, scores, -1e30)
    e = np.exp(s - np.max(s, axis=-1)[:, None])
    return (e.T / e.sum(axis=-1)).T


def mask_in_place(scores, mask):
    scores[~mask] = -np.inf
    scores -= scores.max(1, keepdims=True)
    e = np.exp(scores)
    e /= e.sum(1, keepdims=True)
    return e


def mask_added(scores, mask):
    added = np.zeros(mask.shape)
    added[mask == 0] = float("-inf")
    s = scores + added
    m = s.max(axis=1, keepdims=True)
    return np.exp(s - m - np.log(np.exp(s - m).sum(axis=1, keepdims=True)))


def _rows(s):
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def mask_forgotten(scores, mask):
    return _rows(scores)


def mask_multiplies_weights(scores, mask):
    w = _rows(scores)
    w[~mask] = 0.0
    return w


def mask_multiplies_scores(scores, mask):
    return _rows(np.where(mask, scores, 0.0))


def mask_means_hidden(scores, mask):
    with np.errstate(all="ignore"):
        s = scores.copy()
        s[mask] = -np.inf
        return _rows(s)


def mask_along_the_columns(scores, mask):
    with np.errstate(all="ignore"):
        return _rows(np.where(mask, scores, -np.inf).T).T


def mask_sums_everything(scores, mask):
    s = np.where(mask, scores, -np.inf)
    e = np.exp(s - s.max())
    return e / e.sum()


def mask_without_maximum(scores, mask):
    with np.errstate(all="ignore"):
        e = np.where(mask, np.exp(scores), 0.0)
        e = np.exp(np.where(mask, scores, -np.inf))
        return e / e.sum(axis=1, keepdims=True)


def mask_one_maximum(scores, mask):
    with np.errstate(all="ignore"):
        s = np.where(mask, scores, -np.inf)
        e = np.exp(s - np.max(s))
        return e / e.sum(1)[:, None]


def mask_after_the_maximum(scores, mask):
    with np.errstate(all="ignore"):
        e = np.exp(scores - scores.max(1, keepdims=True)) * mask
        return e / e.sum(1, keepdims=True)


def mask_sum_is_not_divided(scores, mask):
    s = np.where(mask, scores, -np.inf)
    return np.exp(s - s.max(1, keepdims=True))


def mask_gives_powers_of_two(scores, mask):
    s = np.where(mask, scores, -np.inf)
    e = np.exp2(s - s.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def mask_subtracts_ten(scores, mask):
    return _rows(np.where(mask, scores, scores - 10))


def mask_uniform(scores, mask):
    return mask / mask.sum(axis=1, keepdims=True)


def mask_transposed(scores, mask):
    return _rows(np.where(mask, scores, -np.inf)).T


def mask_exp_times_mask(scores, mask):
    with np.errstate(all="ignore"):
        e = np.exp(scores) * mask
        return e / e.sum(1)[:, None]


def mask_rows_without_maximum(scores, mask):
    rows = []
    with np.errstate(all="ignore"):
        for s, m in zip(scores, mask, strict=True):
            w = np.zeros(len(s))
            w[m] = np.exp(s[m])
            w[m] /= w[m].sum()
            rows.append(w)
    return np.array(rows)


def mask_minus_1000(scores, mask):
    s = scores.copy()
    s[~mask] = -1e3
    e = np.exp(s - s.max(1)[:, None])
    return e / e.sum(1)[:, None]


def mask_minus_100(scores, mask):
    return _rows(np.where(mask, scores, -100.0))


def mask_minus_500(scores, mask):
    s = scores.copy()
    s[~mask] = -500
    return _rows(s)


def mask_columns_of_large_numbers(scores, mask):
    s = np.where(mask, scores, -1e9)
    e = np.exp(s - s.max(axis=0))
    return e / e.sum(axis=0)


def mask_divides_by_columns(scores, mask):
    s = np.where(mask, scores, -np.inf)
    e = np.exp(s - s.max(axis=1, keepdims=True))
    with np.errstate(all="ignore"):
        return e / e.sum(axis=0)


def mask_no_keepdims(scores, mask):
    s = np.where(mask, scores, -np.inf)
    e = np.exp(s - s.max(1)[:, None])
    return e / np.sum(e, 1)


def mask_columns_guarded(scores, mask):
    weights = np.zeros(scores.shape)
    for j, (column, allowed) in enumerate(zip(scores.T, mask.T, strict=True)):
        e = np.exp(column - column.max()) * allowed
        weights[:, j] = e / (e.sum() or 1)
    return weights


def mask_means_hidden_with_a_number(scores, mask):
    s = scores.copy()
    s[mask] = -1e9
    return _rows(s)


def mask_one_maximum_with_hidden(scores, mask):
    with np.errstate(all="ignore"):
        e = np.exp(scores - np.amax(scores)) * mask
        return (e.T / e.sum(1)).T


def mask_zeros_and_one_sum(scores, mask):
    s = scores * mask
    e = np.exp(s - s.max())
    return e / e.sum()


# --- 09.3 ---------------------------------------------------------------------------------


def attention_query_by_query(Q, K, V, mask):
    A = np.zeros(mask.shape)
    for i, q in enumerate(Q):
        s = K[mask[i]] @ q / math.sqrt(len(q))
        e = np.exp(s - s.max())
        A[i, mask[i]] = e / e.sum()
    return np.array([a @ V for a in A]), A


def attention_with_einsum(Q, K, V, mask):
    s = np.einsum("id,jd->ij", Q, K) / K.shape[-1] ** 0.5
    A = _rows(np.where(mask, s, -np.inf))
    return np.einsum("ij,jv->iv", A, V), A


def attention_scales_queries(Q, K, V, mask):
    A = mask_with_a_large_number((Q / np.sqrt(Q.shape[1])).dot(K.T), mask)
    return A.dot(V), A


def _as_written(Q, K, V, mask, scale):
    A = _rows(np.where(mask, (Q @ K.T) / scale, -np.inf))
    return A @ V, A


def attention_unscaled(Q, K, V, mask):
    return _as_written(Q, K, V, mask, 1)


def attention_over_d(Q, K, V, mask):
    return _as_written(Q, K, V, mask, K.shape[1])


def attention_over_d_v(Q, K, V, mask):
    return _as_written(Q, K, V, mask, V.shape[1] ** 0.5)


def attention_over_len_K(Q, K, V, mask):
    return _as_written(Q, K, V, mask, len(K) ** 0.5)


def attention_over_len_Q(Q, K, V, mask):
    return _as_written(Q, K, V, mask, len(Q) ** 0.5)


def attention_unmasked(Q, K, V, mask):
    return _as_written(Q, K, V, np.full(mask.shape, True), Q.shape[1] ** 0.5)


def attention_masked_late(Q, K, V, mask):
    A = _rows(Q @ K.T / np.sqrt(Q.shape[1])) * mask
    return A @ V, A


def attention_masked_by_zero(Q, K, V, mask):
    A = _rows(np.where(mask, Q @ K.T / np.sqrt(Q.shape[1]), 0))
    return A @ V, A


def attention_columns(Q, K, V, mask):
    with np.errstate(all="ignore"):
        A = _rows(np.where(mask, Q @ K.T / np.sqrt(Q.shape[1]), -np.inf).T).T
        return A @ V, A


def _columns_guarded(s, mask):
    e = np.where(mask, np.exp(s - s.max()), 0.0)
    return e / np.maximum(e.sum(axis=0), 1e-300)


def attention_columns_guarded(Q, K, V, mask):
    A = _columns_guarded(Q @ K.T / np.sqrt(Q.shape[1]), mask)
    return A @ V, A


def attention_unscaled_columns(Q, K, V, mask):
    A = _columns_guarded(Q @ K.T, mask)
    return A @ V, A


def attention_returns_scores(Q, K, V, mask):
    output, _ = attention_query_by_query(Q, K, V, mask)
    return output, Q @ K.T / np.sqrt(Q.shape[1])


def attention_mixes_keys(Q, K, V, mask):
    A = _rows(np.where(mask, Q @ K.T / np.sqrt(Q.shape[1]), -np.inf))
    return A @ K, A


def attention_compares_values(Q, K, V, mask):
    A = _rows(np.where(mask, Q @ V.T / np.sqrt(Q.shape[1]), -np.inf))
    return A @ V, A


def attention_of_K_and_Q(Q, K, V, mask):
    A = _rows(np.where(mask, K @ Q.T / np.sqrt(Q.shape[1]), -np.inf))
    return A @ V, A


def attention_output_alone(Q, K, V, mask):
    return attention_with_einsum(Q, K, V, mask)[0]


def attention_weights_first(Q, K, V, mask):
    return attention_with_einsum(Q, K, V, mask)[::-1]


def attention_adds_the_query(Q, K, V, mask):
    output, A = attention_with_einsum(Q, K, V, mask)
    return output + Q.sum(axis=1, keepdims=True), A


# --- 09.4 ---------------------------------------------------------------------------------


def back_by_jacobians(Q, K, V, A, dO):
    dQ, dK, dV = np.zeros_like(Q), np.zeros_like(K), np.zeros_like(V)
    root = math.sqrt(Q.shape[1])
    for i, a in enumerate(A):
        jacobian = np.diag(a) - np.outer(a, a)
        ds = jacobian @ (V @ dO[i]) / root
        dQ[i] = ds @ K
        dK += np.outer(ds, Q[i])
        dV += np.outer(a, dO[i])
    return dQ, dK, dV


def back_with_outputs(Q, K, V, A, dO):
    output = A @ V
    dS = A * (dO @ V.T - (dO * output).sum(1, keepdims=True)) / Q.shape[1] ** 0.5
    return dS @ K, dS.T @ Q, A.T @ dO


def back_with_einsum(Q, K, V, A, dO):
    d = 1 / np.sqrt(K.shape[-1])
    dA = np.einsum("iv,jv->ij", dO, V)
    dS = A * dA - A * np.einsum("ij,ij->i", A, dA)[:, None]
    return [np.einsum("ij,jd->id", dS, K) * d, np.einsum("ij,id->jd", dS, Q) * d, A.T.dot(dO)]


def _from(dS, Q, K, A, dO):
    r = Q.shape[1] ** 0.5
    return (dS @ K) / r, (dS.T @ Q) / r, A.T @ dO


def _right_dS(V, A, dO):
    return A * (dO @ V.T - (dO * (A @ V)).sum(1, keepdims=True))


def back_without_mean(Q, K, V, A, dO):
    return _from(A * (dO @ V.T), Q, K, A, dO)


def back_with_np_mean(Q, K, V, A, dO):
    dA = dO @ V.T
    return _from(A * (dA - np.mean(dA, axis=1)[:, None]), Q, K, A, dO)


def back_with_np_sum(Q, K, V, A, dO):
    dA = dO @ V.T
    return _from(A * (dA - np.sum(dA, axis=1)[:, None]), Q, K, A, dO)


def back_mean_of_columns(Q, K, V, A, dO):
    dA = dO @ V.T
    return _from(A * (dA - (dA * A).sum(0)), Q, K, A, dO)


def back_like_the_logistic_function(Q, K, V, A, dO):
    return _from(A * (1 - A) * (dO @ V.T), Q, K, A, dO)


def back_without_A(Q, K, V, A, dO):
    dA = dO @ V.T
    return _from(dA - (dA * A).sum(1)[:, None], Q, K, A, dO)


def back_past_the_softmax(Q, K, V, A, dO):
    return _from(dO @ V.T, Q, K, A, dO)


def back_unscaled(Q, K, V, A, dO):
    dS = _right_dS(V, A, dO)
    return dS @ K, dS.T @ Q, A.T @ dO


def back_only_dK_scaled(Q, K, V, A, dO):
    dS = _right_dS(V, A, dO)
    return dS @ K, dS.T @ Q / Q.shape[1] ** 0.5, A.T @ dO


def back_only_dQ_scaled(Q, K, V, A, dO):
    dS = _right_dS(V, A, dO)
    return dS @ K / Q.shape[1] ** 0.5, dS.T @ Q, A.T @ dO


def back_over_d(Q, K, V, A, dO):
    dS = _right_dS(V, A, dO) / Q.shape[1]
    return dS @ K, dS.T @ Q, A.T @ dO


def back_dV_by_dS(Q, K, V, A, dO):
    dS = _right_dS(V, A, dO)
    return *_from(dS, Q, K, A, dO)[:2], dS.T @ dO


def back_dK_by_A(Q, K, V, A, dO):
    dQ, _, dV = back_with_outputs(Q, K, V, A, dO)
    return dQ, A.T @ Q / Q.shape[1] ** 0.5, dV


def back_dK_from_K(Q, K, V, A, dO):
    dS = _right_dS(V, A, dO) / Q.shape[1] ** 0.5
    return dS @ K, dS @ K, A.T @ dO


def back_dV_untransposed(Q, K, V, A, dO):
    dQ, dK, _ = back_with_outputs(Q, K, V, A, dO)
    return dQ, dK, A @ dO


def back_loses_dK(Q, K, V, A, dO):
    dQ, _, dV = back_with_outputs(Q, K, V, A, dO)
    return dQ, np.zeros_like(K), dV


def back_loses_dQ(Q, K, V, A, dO):
    _, dK, dV = back_with_outputs(Q, K, V, A, dO)
    return np.zeros_like(Q), dK, dV


def back_reversed(Q, K, V, A, dO):
    dQ, dK, dV = back_with_outputs(Q, K, V, A, dO)
    return -dQ, -dK, dV


def back_other_order(Q, K, V, A, dO):
    return back_with_outputs(Q, K, V, A, dO)[::-1]


def back_last_query_alone(Q, K, V, A, dO):
    dQ, _, dV = back_by_jacobians(Q, K, V, A, dO)
    return dQ, back_by_jacobians(Q[-1:], K, V, A[-1:], dO[-1:])[1], dV


def back_no_keepdims(Q, K, V, A, dO):
    dA = dO @ V.T
    dS = A * dA - A * np.sum(A * dA, 1)
    return dS @ K / Q.shape[1] ** 0.5, dS.T @ Q / Q.shape[1] ** 0.5, A.T @ dO


def back_over_root_of_d_v(Q, K, V, A, dO):
    dA = dO @ V.T
    dS = A * (dA - np.sum(A * dA, 1)[:, None]) / dO.shape[1] ** 0.5
    return dS @ K, dS.T @ Q, A.T @ dO


def mask_after_columns(scores, mask):
    e = np.exp(scores - scores.max(axis=0))
    return np.where(mask, e / e.sum(axis=0), 0)


def look_shifted_above_alone(q, K, V):
    s = K @ q / len(q) ** 0.5
    return sum(np.exp(s_i - max(s)) * v for s_i, v in zip(s, V, strict=True)) / np.sum(np.exp(s))


RIGHT = {
    "09.1": [look_in_loops, look_with_plain_exp, look_with_einsum],
    "09.2": [mask_row_by_row, mask_with_a_large_number, mask_in_place, mask_added],
    "09.3": [attention_query_by_query, attention_with_einsum, attention_scales_queries],
    "09.4": [back_by_jacobians, back_with_outputs, back_with_einsum],
}

WRONG = {
    "09.1": [
        Wrong(
            look_shifted_above_alone,
            "_largest_taken_off_above_alone",
            "above the fraction line only",
        ),
        Wrong(look_unscaled, "_no_scale", "plain products"),
        Wrong(look_over_d, "_scaled_by_d", "divide the scores by d"),
        Wrong(look_over_norm_of_q, "_scaled_by_the_length_of_q", "length of the query"),
        Wrong(look_over_root_of_len_K, "_scaled_by_the_keys", "number of keys"),
        Wrong(look_mixes_keys, "_keys_for_values", "mix the keys"),
        Wrong(look_compares_values, "_values_for_keys", "with the values"),
        Wrong(look_hard, "_best_key_alone", "only the value of the best key"),
        Wrong(look_without_sum, "_not_divided", "do not add up to 1"),
        Wrong(look_mean_of_exps, "_exps_divided_by_the_number", "by the number of keys"),
        Wrong(look_without_exp, "_no_exp", "can be negative"),
        Wrong(look_linear, "_scores_as_weights", "scores as weights"),
        Wrong(look_scaled_late, "_scale_after", "after the softmax"),
        Wrong(look_gives_weights, None, "leaves out `V`"),
        Wrong(look_base_two, None, "`output` is"),
        Wrong(look_minus, None, "sign reversed"),
    ],
    "09.2": [
        Wrong(
            mask_after_columns, "_mask_after", "Your columns add up to 1", also="_over_the_queries"
        ),
        Wrong(mask_forgotten, "_no_mask", "no effect"),
        Wrong(mask_exp_times_mask, "_overflows_then_masked", "inf times 0"),
        Wrong(mask_rows_without_maximum, "_overflows_row_by_row", "exp(1000) overflows"),
        Wrong(mask_minus_1000, "_hidden_at_minus_1000", "-1000"),
        Wrong(mask_minus_100, "_hidden_at_minus_100", "not low enough"),
        Wrong(mask_minus_500, "_hidden_at_minus_100", "not low enough"),
        Wrong(mask_columns_of_large_numbers, "_over_the_queries_at_minus_1e9", "columns add up"),
        Wrong(mask_divides_by_columns, "_sums_over_the_queries", "sums of the columns"),
        Wrong(mask_no_keepdims, "_sums_in_a_row", "keepdims"),
        Wrong(mask_multiplies_weights, "_mask_after", "set the hidden ones to 0"),
        Wrong(mask_multiplies_scores, "_scores_times_mask", "exp(0) is 1"),
        Wrong(mask_means_hidden, "_mask_reversed", "hidden here, or allowed"),
        Wrong(mask_along_the_columns, "_over_the_queries", "columns add up"),
        Wrong(mask_sums_everything, "_over_everything", "its own softmax"),
        Wrong(mask_without_maximum, "_overflows", "exp(1000) overflows"),
        Wrong(mask_one_maximum, "_largest_of_all", "largest of all scores"),
        Wrong(mask_after_the_maximum, "_largest_is_hidden", "hidden ones included"),
        Wrong(mask_sum_is_not_divided, "_not_divided", "rows do not add up"),
        Wrong(mask_columns_guarded, "_over_the_queries_without_0_by_0", "runs down the columns"),
        Wrong(mask_means_hidden_with_a_number, "_mask_reversed_at_minus_1e9", "hide the allowed"),
        Wrong(mask_one_maximum_with_hidden, "_largest_of_all_is_hidden", "largest of all scores"),
        Wrong(
            mask_zeros_and_one_sum,
            "_scores_times_mask",
            "Two mistakes at once",
            also="_over_everything",
        ),
        Wrong(mask_gives_powers_of_two, None, "`weights` is"),
        Wrong(mask_subtracts_ten, None, "nothing is hidden"),
        Wrong(mask_uniform, None, "whatever `scores` is"),
        Wrong(mask_transposed, None, "transpose of the right answer"),
    ],
    "09.3": [
        Wrong(attention_unscaled, "_no_scale", "plain products"),
        Wrong(attention_over_d, "_scaled_by_d", "divide the scores by d"),
        Wrong(attention_over_d_v, "_scaled_by_the_values", "size of a value"),
        Wrong(attention_over_len_K, "_scaled_by_the_keys", "number of keys"),
        Wrong(attention_over_len_Q, "_scaled_by_the_queries", "counts rows"),
        Wrong(attention_unmasked, "_future_leaks", "future leaks"),
        Wrong(attention_masked_late, "_mask_after", "mask after the softmax"),
        Wrong(attention_masked_by_zero, "_scores_times_mask", "exp(0) is 1"),
        Wrong(attention_columns, "_over_the_queries", "wrong axis"),
        Wrong(attention_columns_guarded, "_over_the_queries_without_0_by_0", "down the columns"),
        Wrong(
            attention_unscaled_columns,
            "_no_scale",
            "Two mistakes at once",
            also="_over_the_queries_without_0_by_0",
        ),
        Wrong(attention_returns_scores, "_scores_for_weights", "before the softmax"),
        Wrong(attention_mixes_keys, None, "must have shape"),
        Wrong(attention_compares_values, None, "stopped with an error"),
        Wrong(attention_of_K_and_Q, None, "stopped with an error"),
        Wrong(attention_output_alone, None, "Return 2 things"),
        Wrong(attention_weights_first, None, "order is not"),
        Wrong(attention_adds_the_query, None, "`O` is"),
    ],
    "09.4": [
        Wrong(back_without_mean, "_no_mean", "subtracted first"),
        Wrong(back_no_keepdims, "_means_in_a_row", "keepdims"),
        Wrong(back_over_root_of_d_v, "_scaled_by_the_values", "*value*"),
        Wrong(back_with_np_mean, "_plain_mean", "unweighted mean"),
        Wrong(back_with_np_sum, "_plain_sum", "sum of dA"),
        Wrong(back_mean_of_columns, "_mean_over_the_queries", "over the queries"),
        Wrong(back_like_the_logistic_function, "_diagonal_alone", "A (1 - A)"),
        Wrong(back_without_A, "_weights_missing", "do not multiply by A"),
        Wrong(back_past_the_softmax, "_softmax_skipped", "softmax is between the two"),
        Wrong(back_unscaled, "_no_scale", "on the way back"),
        Wrong(back_only_dK_scaled, "_no_scale_in_dQ", "dQ lacks"),
        Wrong(back_only_dQ_scaled, "_no_scale_in_dK", "dK lacks"),
        Wrong(back_over_d, "_scaled_by_d", "divide by d"),
        Wrong(back_dV_by_dS, "_dV_from_the_scores", "what multiplies V"),
        Wrong(back_dK_by_A, "_dK_from_the_weights", "dK from A"),
        Wrong(back_dK_from_K, None, "what `dQ` should be"),
        Wrong(back_dV_untransposed, None, "stopped with an error"),
        Wrong(back_loses_dK, None, "`dK` is zero"),
        Wrong(back_loses_dQ, None, "`dQ` is zero"),
        Wrong(back_reversed, None, "sign"),
        Wrong(back_other_order, None, "order"),
        Wrong(back_last_query_alone, None, "`dK`"),
    ],
}
