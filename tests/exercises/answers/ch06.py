"""Lesson 06: answers as learners write them, not as the reference does."""

from functools import cache
from math import ceil, comb

import numpy as np

from tests.exercises.answers.labels import Wrong


def run(w, x, h0):
    h = np.empty(len(x) + 1)
    h[0] = h0
    for t in range(len(x)):
        h[t + 1] = np.tanh(w * h[t] + x[t])
    return h


# --- 06.1 ---------------------------------------------------------------------------------


def bytes_by_formula(n_x, n_h, T, B, itemsize):
    return itemsize * n_h * (n_x + n_h + 1), itemsize * n_h * B * (T + 1)


def bytes_of_arrays(n_x, n_h, T, B, itemsize):
    dtype = f"V{itemsize}"
    U, W, b = np.empty((n_h, n_x), dtype), np.empty((n_h, n_h), dtype), np.empty(n_h, dtype)
    h = np.empty((T + 1, B, n_h), dtype)
    return [U.nbytes + W.nbytes + b.nbytes, h.nbytes]


def bytes_in_loops(n_x, n_h, T, B, itemsize):
    weights = states = 0
    for _ in range(n_h):
        weights += n_x + n_h + 1
    for _ in range(0, T + 1):
        for _ in range(B):
            states += n_h
    return float(weights * itemsize), float(states * itemsize)


def bytes_T_states(n_x, n_h, T, B, itemsize):
    return itemsize * n_h * (n_x + n_h + 1), itemsize * n_h * B * T


def bytes_unrolled_weights(n_x, n_h, T, B, itemsize):
    return T * itemsize * n_h * (n_x + n_h + 1), itemsize * n_h * B * (T + 1)


def bytes_without_batch(n_x, n_h, T, B, itemsize):
    return itemsize * n_h * (n_x + n_h + 1), itemsize * n_h * (T + 1)


def bytes_not_at_all(n_x, n_h, T, B, itemsize):
    return n_h * (n_x + n_h + 1), n_h * B * (T + 1)


def bytes_both_forgotten(n_x, n_h, T, B, itemsize):
    return itemsize * n_h * (n_x + n_h), itemsize * n_h * B * T


def bytes_float64(n_x, n_h, T, B, itemsize):
    return 8 * n_h * (n_x + n_h + 1), 8 * n_h * B * (T + 1)


def bytes_states_and_slopes(n_x, n_h, T, B, itemsize):
    return itemsize * n_h * (n_x + n_h + 1), itemsize * n_h * B * (2 * T + 1)


def bytes_in_all(n_x, n_h, T, B, itemsize):
    return itemsize * n_h * (n_x + n_h + 1) + itemsize * n_h * B * (T + 1)


# --- 06.2 ---------------------------------------------------------------------------------


def truncated_vectorised(w, x, h0, y, k):
    """All windows walk back side by side."""
    h = run(w, x, h0)
    own, back = (1 - h[1:] ** 2) * h[:-1], (1 - h[1:] ** 2) * w
    message, dw = h[1:] - y, 0.0
    for _ in range(min(k, len(x))):
        n = len(message)
        dw += message @ own[:n]
        message = (message * back[:n])[1:]  # the first has come to h(0); the others move up
    return dw


def truncated_by_complex_step(w, x, h0, y, k):
    h, e, dw = run(w, x, h0), 1e-30, 0.0
    for t in range(1, len(x) + 1):
        first = max(t - k, 0)
        state = h[first]
        for s in range(first, t):
            state = np.tanh((w + 1j * e) * state + x[s])
        dw += (0.5 * (state - y[t - 1]) ** 2).imag / e
    return dw


def truncated_forward(w, x, h0, y, k):
    """Each window by a short RTRL of its own."""
    h, dw = run(w, x, h0), 0.0
    for t in range(len(x)):
        s = 0.0
        for step in range(max(t - k + 1, 0), t + 1):
            s = (1 - h[step + 1] ** 2) * (h[step] + w * s)
        dw += (h[t + 1] - y[t]) * s
    return dw


def truncated_recursively(w, x, h0, y, k):
    h = run(w, x, h0)

    def back(dh, t, left):
        if t == 0 or left == 0:
            return 0
        da = dh * (1 - h[t] * h[t])
        return da * h[t - 1] + back(da * w, t - 1, left - 1)

    return sum(back(h[t] - y[t - 1], t, k) for t in range(1, len(h)))


def _windows(w, x, h0, y, length, state=lambda before, after: before, slope=None, pass_w=True):
    """dw, if the window of loss t has length(t) steps."""
    h, dw = run(w, x, h0), 0.0
    for t in range(1, len(x) + 1):
        dh = h[t] - y[t - 1]
        for s in range(t, max(t - length(t), 0), -1):
            da = dh * (slope or (lambda before, after: 1 - after**2))(h[s - 1], h[s])
            dw += da * state(h[s - 1], h[s])
            dh = da * w if pass_w else da
    return dw


def truncated_too_short(w, x, h0, y, k):
    return _windows(w, x, h0, y, lambda t: k - 1)


def truncated_too_long(w, x, h0, y, k):
    return _windows(w, x, h0, y, lambda t: k + 1)


def truncated_not(w, x, h0, y, k):
    h, dh, dw = run(w, x, h0), 0, 0
    for t in range(len(x), 0, -1):
        da = (dh + h[t] - y[t - 1]) * (1 - h[t] ** 2)
        dw, dh = dw + da * h[t - 1], da * w
    return dw


def truncated_without_an_end(w, x, h0, y, k):
    h, dw = run(w, x, h0), 0.0
    for t in range(1, len(h)):
        back = h[t] - y[t - 1]
        for s in range(t, t - k, -1):
            dw += back * (1 - h[s] ** 2) * h[s - 1]
            back *= (1 - h[s] ** 2) * w
    return dw


def truncated_in_blocks(w, x, h0, y, k):
    dw, h = 0.0, h0
    for start in range(0, len(x), k):
        piece = slice(start, start + k)
        dw += truncated_not(w, x[piece], h, y[piece], k)
        h = run(w, x[piece], h)[-1]
    return dw


def truncated_one_walk(w, x, h0, y, k):
    h, dh, dw, T = run(w, x, h0), 0, 0, len(x)
    for t in range(T, max(T - k, 0), -1):
        da = (dh + h[t] - y[t - 1]) * (1 - h[t] ** 2)
        dw, dh = dw + da * h[t - 1], da * w
    return dw


def truncated_last_loss(w, x, h0, y, k):
    for t in range(1, len(x) + 1):
        dw = _windows(w, x[:t], h0, y[:t], lambda s, t=t: k if s == t else 0)
    return dw


def truncated_new_state(w, x, h0, y, k):
    return _windows(w, x, h0, y, lambda t: k, state=lambda before, after: after)


def truncated_without_slope(w, x, h0, y, k):
    return _windows(w, x, h0, y, lambda t: k, slope=lambda before, after: 1)


def truncated_slope_before(w, x, h0, y, k):
    return _windows(w, x, h0, y, lambda t: k, slope=lambda before, after: 1 - before**2)


def truncated_without_w(w, x, h0, y, k):
    return _windows(w, x, h0, y, lambda t: k, pass_w=False)


def truncated_stops_at_h1(w, x, h0, y, k):
    return _windows(w, x, h0, y, lambda t: min(k, t - 1))


def truncated_losses_of_a_running_total(w, x, h0, y, k):
    """Takes the total gradient on h(t) where the loss's own belongs."""
    h, T = run(w, x, h0), len(x)
    total = h[1:] - y
    for t in range(T - 1, 0, -1):
        total[t - 1] += w * (1 - h[t + 1] ** 2) * total[t]
    return _windows(w, x, h0, h[1:] - total, lambda t: k)


def truncated_without_half(w, x, h0, y, k):
    return 2 * _windows(w, x, h0, y, lambda t: k)


def truncated_without_own_step(w, x, h0, y, k):
    return _windows(w, x, h0, y, lambda t: k) - _windows(w, x, h0, y, lambda t: 1)


def truncated_cold_start(w, x, h0, y, k):
    """Runs each window from 0: the state is truncated, too."""
    dw = 0.0
    for t in range(1, len(x) + 1):
        first = max(t - k, 0)
        start = h0 if first == 0 else 0.0
        dw += truncated_last_loss(w, x[first:t], start, y[first:t], k)
    return dw


def truncated_round_the_end(w, x, h0, y, k):
    h, T = run(w, x, h0), len(x)
    padded = np.concatenate([h[2:], h])  # before h(0) comes h(T), as with h[-1]
    dw = 0.0
    for t in range(1, T + 1):
        last = t + T - 1
        back = padded[last] - y[t - 1]
        for s in range(last, last - min(k, T), -1):
            da = back * (1 - padded[s] ** 2)
            dw, back = dw + da * padded[s - 1], da * w
    return dw


def truncated_full_windows(w, x, h0, y, k):
    h, dw = run(w, x, h0), 0.0
    for end in range(k, len(h)):
        back = h[end] - y[end - 1]
        for s in reversed(range(end - k + 1, end + 1)):
            dw += back * (1 - h[s] ** 2) * h[s - 1]
            back *= (1 - h[s] ** 2) * w
    return dw


def truncated_slope_before_the_walk(w, x, h0, y, k):
    h, dw = run(w, x, h0), 0.0
    for t, target in enumerate(y, start=1):
        da = (h[t] - target) * (1 - h[t] ** 2)
        for s in range(t, max(t - k, 0), -1):
            dw += da * h[s - 1]
            da *= w
    return dw


# --- 06.3 ---------------------------------------------------------------------------------


def blocks_by_two_loops(w, x, h0, y, k):
    dw, h = 0.0, h0
    for start in range(0, len(x), k):
        kept = [h]
        for t in range(start, min(start + k, len(x))):
            kept.append(np.tanh(w * kept[-1] + x[t]))
        dh = 0.0
        for i in reversed(range(1, len(kept))):
            dh = (dh + kept[i] - y[start + i - 1]) * (1 - kept[i] ** 2)
            dw += dh * kept[i - 1]
            dh *= w
        h = kept[-1]
    return dw


def blocks_in_one_walk(w, x, h0, y, k):
    """One run and one walk back; what comes from the future is forgotten at each border."""
    h, dw, dh = run(w, x, h0), 0, 0
    for t in range(len(x), 0, -1):
        if t % k == 0:
            dh = 0
        da = (dh + h[t] - y[t - 1]) * (1 - h[t] ** 2)
        dw, dh = dw + da * h[t - 1], w * da
    return np.float64(dw)


def blocks_forward(w, x, h0, y, k):
    """Inside each block dh/dw is carried forward, and set back to 0 at its border."""
    h, s, dw = h0, 0.0, 0.0
    for t in range(len(x)):
        s = 0.0 if t % k == 0 else s
        before, h = h, np.tanh(w * h + x[t])
        s = (1 - h**2) * (before + w * s)
        dw += (h - y[t]) * s
    return dw


def blocks_by_complex_step(w, x, h0, y, k):
    h, loss = h0, 0.0
    for t in range(len(x)):
        if t % k == 0:
            h = np.real(h)
        h = np.tanh((w + 1e-30j) * h + x[t])
        loss += 0.5 * (h - y[t]) ** 2
    return loss.imag / 1e-30


def blocks_recursively(w, x, h0, y, k):
    if len(x) == 0:
        return 0.0
    h = run(w, x[:k], h0)
    return _reversed_segment(w, h, y[:k], 0.0)[0] + blocks_recursively(w, x[k:], h[-1], y[k:], k)


def _blocks(w, x, h0, y, k, start_of=None, begins=None):
    """dw by blocks, each from start_of(h, start), where h is the run of all steps."""
    h, dw = run(w, x, h0), 0.0
    for start in range(0, len(x), k) if begins is None else begins:
        part = slice(start, start + k)
        segment = run(w, x[part], h[start] if start_of is None else start_of(h, start))
        dw += _reversed_segment(w, segment, y[part], 0.0)[0]
    return dw


def blocks_stateless(w, x, h0, y, k):
    return _blocks(w, x, h0, y, k, lambda h, start: 0.0 if start else h0)


def blocks_all_from_zero(w, x, h0, y, k):
    return _blocks(w, x, h0, y, k, lambda h, start: 0.0)


def blocks_all_from_h0(w, x, h0, y, k):
    return _blocks(w, x, h0, y, k, lambda h, start: h0)


def blocks_without_a_cut(w, x, h0, y, k):
    return truncated_not(w, x, h0, y, k)


def blocks_as_windows(w, x, h0, y, k):
    return truncated_recursively(w, x, h0, y, k)


def blocks_overwritten(w, x, h0, y, k):
    return _blocks(w, x, h0, y, k, begins=range(0, len(x), k)[-1:])


def blocks_returned_inside_the_loop(w, x, h0, y, k):
    return _blocks(w, x, h0, y, k, begins=[0])


def blocks_whole_ones_only(w, x, h0, y, k):
    return _blocks(w, x, h0, y, k, begins=range(0, len(x) - k + 1, k))


def blocks_gradient_never_reset(w, x, h0, y, k):
    h, dw, dh = h0, 0.0, 0.0
    for start in range(0, len(x), k):
        segment = run(w, x[start : start + k], h)
        more, dh = _reversed_segment(w, segment, y[start : start + k], dh)
        dw, h = dw + more, segment[-1]
    return dw


def blocks_state_one_step_late(w, x, h0, y, k):
    h, dw = h0, 0.0
    for start in range(0, len(x), k):
        segment = run(w, x[start : start + k], h)
        dw, h = dw + _reversed_segment(w, segment, y[start : start + k], 0.0)[0], segment[-2]
    return dw


def blocks_last_loss_of_each(w, x, h0, y, k):
    h, dw = run(w, x, h0), 0.0
    for start in range(0, len(x), k):
        stop = min(start + k, len(x))
        dh = h[stop] - y[stop - 1]
        for t in range(stop, start, -1):
            da = dh * (1 - h[t] ** 2)
            dw, dh = dw + da * h[t - 1], da * w
    return dw


def blocks_without_slope(w, x, h0, y, k):
    h, dw, dh = run(w, x, h0), 0.0, 0.0
    for t in range(len(x), 0, -1):
        dh = h[t] - y[t - 1] + (0.0 if t % k == 0 else dh)
        dw, dh = dw + dh * h[t - 1], dh * w
    return dw


def blocks_without_half(w, x, h0, y, k):
    return 2 * _blocks(w, x, h0, y, k)


def blocks_first_inputs_again(w, x, h0, y, k):
    h, dw = h0, 0.0
    for start in range(0, len(x), k):
        n = len(x[start : start + k])
        segment = run(w, x[:n], h)
        dw, h = dw + _reversed_segment(w, segment, y[start : start + k], 0.0)[0], segment[-1]
    return dw


def blocks_each_one(w, x, h0, y, k):
    return [_blocks(w, x, h0, y, k, begins=[start]) for start in range(0, len(x), k)]


def blocks_of_half_the_length(w, x, h0, y, k):
    return _blocks(w, x, h0, y, max(k // 2, 1))


# --- 06.4 ---------------------------------------------------------------------------------


def _reversed_segment(w, h, y, dh):
    """dw and the gradient on h[0] of a segment with states h, targets y, and dh from beyond."""
    dw = 0.0
    for t in range(len(y), 0, -1):
        da = (dh + h[t] - y[t - 1]) * (1 - h[t] ** 2)
        dw, dh = dw + da * h[t - 1], da * w
    return dw, dh


def checkpointed_by_segments(w, x, h0, y, every):
    T = len(x)
    kept = {}
    h = h0
    for start in range(0, T, every):
        kept[start] = h
        h = run(w, x[start : start + every], h)[-1]
    dw, dh = 0.0, 0.0
    for start in sorted(kept, reverse=True):
        part = slice(start, start + every)
        more, dh = _reversed_segment(w, run(w, x[part], kept[start]), y[part], dh)
        dw += more
    return dw


def checkpointed_recursively(w, x, h0, y, every):
    def rest(start, h):
        """dw of the steps after `start`, and the gradient on h(start)."""
        if start >= len(x):
            return 0.0, 0.0
        part = slice(start, start + every)
        dw, dh = rest(start + every, run(w, x[part], h)[-1])
        more, dh = _reversed_segment(w, run(w, x[part], h), y[part], dh)
        return dw + more, dh

    return rest(0, h0)[0]


def checkpointed_frees_what_is_used(w, x, h0, y, every):
    kept = [(0, h0)]
    while kept[-1][0] + every < len(x):
        start, h = kept[-1]
        kept.append((start + every, run(w, x[start : start + every], h)[-1]))
    dw = dh = 0.0
    while kept:
        start, h = kept.pop()
        more, dh = _reversed_segment(w, run(w, x[start : start + every], h), y[start:][:every], dh)
        dw += more
    return dw


def checkpointed_keeps_all_segments(w, x, h0, y, every):
    segments, h = [], h0
    for start in range(0, len(x), every):
        segments.append(run(w, x[start : start + every], h))
        h = segments[-1][-1]
    dw = dh = 0.0
    for i in range(len(segments) - 1, -1, -1):
        more, dh = _reversed_segment(w, segments[i], y[i * every : (i + 1) * every], dh)
        dw += more
    return dw


def checkpointed_not_at_all(w, x, h0, y, every):
    return truncated_not(w, x, h0, y, every)


def checkpointed_by_complex_step(w, x, h0, y, every):
    e, h, loss = 1e-30, h0, 0.0
    for x_t, y_t in zip(x, y, strict=True):
        h = np.tanh((w + 1j * e) * h + x_t)
        loss += 0.5 * (h - y_t) ** 2
    return loss.imag / e


def checkpointed_from_h0_each_time(w, x, h0, y, every):
    """Runs from h(0) to each segment and keeps only the segment: slow, yet exact."""
    dw = dh = 0.0
    for start in range(0, len(x), every)[::-1]:
        h = run(w, x[: start + every], h0)[start:]
        more, dh = _reversed_segment(w, h, y[start : start + every], dh)
        dw += more
    return dw


def _segments(w, x, h0, y, every, order=reversed, start_of=None, keeps_message=True, stop=None):
    T = len(x)
    h, dw, dh = run(w, x, h0), 0.0, 0.0
    for start in order(range(0, T, every)):
        part = slice(start, start + every)
        segment = run(w, x[part], h[start] if start_of is None else start_of(h, start))
        more, dh = _reversed_segment(w, segment, y[part], dh if keeps_message else 0.0)
        dw = more if stop == "overwrites" else dw + more
        if stop == "first":
            break
    return dw


def checkpointed_forgets_the_message(w, x, h0, y, every):
    return _segments(w, x, h0, y, every, keeps_message=False)


def checkpointed_in_order_of_time(w, x, h0, y, every):
    return _segments(w, x, h0, y, every, order=iter)


def checkpointed_always_from_h0(w, x, h0, y, every):
    return _segments(w, x, h0, y, every, start_of=lambda h, start: h0)


def checkpointed_overwrites(w, x, h0, y, every):
    return _segments(w, x, h0, y, every, stop="overwrites")


def checkpointed_returns_inside_the_loop(w, x, h0, y, every):
    return _segments(w, x, h0, y, every, stop="first")


def checkpointed_drops_the_remainder(w, x, h0, y, every):
    whole = len(x) // every * every
    return _segments(w, x[:whole], h0, y[:whole], every)


def checkpointed_skips_first_steps(w, x, h0, y, every):
    h, dw, dh = run(w, x, h0), 0.0, 0.0
    for start in range(0, len(x), every)[::-1]:
        for t in range(min(start + every, len(x)), start + 1, -1):
            da = (dh + h[t] - y[t - 1]) * (1 - h[t] ** 2)
            dw, dh = dw + da * h[t - 1], da * w
    return dw


def checkpointed_new_state(w, x, h0, y, every):
    h, dw, dh = run(w, x, h0), 0.0, 0.0
    for t in range(len(x), 0, -1):
        da = (dh + h[t] - y[t - 1]) * (1 - h[t] ** 2)
        dw, dh = dw + da * h[t], da * w
    return dw


def checkpointed_without_slope(w, x, h0, y, every):
    h, dw, dh = run(w, x, h0), 0.0, 0.0
    for t in range(len(x), 0, -1):
        dh = dh + h[t] - y[t - 1]
        dw, dh = dw + dh * h[t - 1], dh * w
    return dw


def checkpointed_first_inputs_again(w, x, h0, y, every):
    """Runs every segment with the inputs of the first one."""
    h, dw, dh = run(w, x, h0), 0.0, 0.0
    for start in range(0, len(x), every)[::-1]:
        part = slice(start, start + every)
        segment = run(w, x[: len(x[part])], h[start])
        more, dh = _reversed_segment(w, segment, y[part], dh)
        dw += more
    return dw


def checkpointed_without_half(w, x, h0, y, every):
    return 2 * _segments(w, x, h0, y, every)


def checkpointed_counts_too(w, x, h0, y, every):
    return _segments(w, x, h0, y, every), ceil(len(x) / every)


def checkpointed_adds_h0_again(w, x, h0, y, every):
    """Adds what comes out at h(0) to dw as well."""
    h, dw, dh = run(w, x, h0), 0.0, 0.0
    for t in range(len(x), 0, -1):
        da = (dh + h[t] - y[t - 1]) * (1 - h[t] ** 2)
        dw, dh = dw + da * h[t - 1], da * w
    return dw + dh


def checkpointed_first_steps_twice(w, x, h0, y, every):
    h, dw, dh = run(w, x, h0), 0.0, 0.0
    for t in range(len(x), 0, -1):
        da = (dh + h[t] - y[t - 1]) * (1 - h[t] ** 2)
        dw, dh = dw + da * h[t - 1] * (2 if (t - 1) % every == 0 else 1), da * w
    return dw


def checkpointed_after_the_step(w, x, h0, y, every):
    return _segments(w, x, h0, y, every, start_of=lambda h, start: h[start + 1])


def checkpointed_back_from_the_checkpoint_too(w, x, h0, y, every):
    h, dw, dh = run(w, x, h0), 0.0, 0.0
    for t in range(len(x), 0, -1):
        da = (dh + h[t] - y[t - 1]) * (1 - h[t] ** 2)
        dw, dh = dw + da * h[t - 1], da * w
        if (t - 1) % every == 0:
            dh = dh * (1 - h[t - 1] ** 2) * w
    return dw


def checkpointed_overwrites_full_segments(w, x, h0, y, every):
    whole = len(x) // every * every
    return _segments(w, x[:whole], h0, y[:whole], every, stop="overwrites")


# --- 06.5 ---------------------------------------------------------------------------------


def rtrl_in_one_line(w, x, y, h, s):
    new = np.tanh(w * h + x)
    return new, (1 - new * new) * (h + w * s), (new - y) * (1 - new * new) * (h + w * s)


def rtrl_by_dual_numbers(w, x, y, h, s):
    """Carries the pair (value, derivative) through every operation."""
    a, da = w * h + x, h + w * s
    h, s = np.tanh(a), da / np.cosh(a) ** 2
    loss, dloss = 0.5 * (h - y) ** 2, (h - y) * s
    assert loss >= 0
    return [h, s, dloss]


def rtrl_by_complex_step(w, x, y, h, s):
    e = 1e-30
    new = np.tanh((w + 1j * e) * (h + 1j * e * s) + x)
    return new.real, new.imag / e, (0.5 * (new - y) ** 2).imag / e


def rtrl_as_an_array(w, x, y, h, s):
    out = np.zeros(3)
    out[0] = np.tanh(w * h + x)
    out[1] = (1 - out[0] ** 2) * h + (1 - out[0] ** 2) * w * s
    out[2] = out[0] * out[1] - y * out[1]
    return out


def _step(formula, w, x, y, h, s):
    new = np.tanh(w * h + x)
    s = formula(new)
    return new, s, (new - y) * s


def rtrl_forgets_the_past(w, x, y, h, s):
    return _step(lambda new: (1 - new**2) * h, w, x, y, h, s)


def rtrl_without_w(w, x, y, h, s):
    return _step(lambda new: (1 - new**2) * (h + s), w, x, y, h, s)


def rtrl_slope_on_one_part(w, x, y, h, s):
    return _step(lambda new: (1 - new**2) * h + w * s, w, x, y, h, s)


def rtrl_state_overwritten(w, x, y, h, s):
    h = np.tanh(w * h + x)
    s = (1 - h**2) * (h + w * s)
    return h, s, (h - y) * s


def rtrl_without_slope(w, x, y, h, s):
    return _step(lambda new: h + w * s, w, x, y, h, s)


def rtrl_old_slope(w, x, y, h, s):
    return _step(lambda new: (1 - h**2) * (h + w * s), w, x, y, h, s)


def rtrl_loss_before_s(w, x, y, h, s):
    new = np.tanh(w * h + x)
    g = (new - y) * s
    return new, (1 - new**2) * (h + w * s), g


def rtrl_error_before_the_step(w, x, y, h, s):
    error = h - y
    new, s, _ = rtrl_in_one_line(w, x, y, h, s)
    return new, s, error * s


def rtrl_returns_the_loss(w, x, y, h, s):
    new, s, _ = rtrl_in_one_line(w, x, y, h, s)
    return new, s, (new - y) ** 2 / 2


def rtrl_sign(w, x, y, h, s):
    new, s, g = rtrl_in_one_line(w, x, y, h, s)
    return new, s, -g


def rtrl_piles_up(w, x, y, h, s):
    new = np.tanh(w * h + x)
    s += (1 - new**2) * (h + w * s)
    return new, s, (new - y) * s


def rtrl_linear(w, x, y, h, s):
    return w * h + x, h + w * s, (w * h + x - y) * (h + w * s)


def rtrl_without_half(w, x, y, h, s):
    new, s, g = rtrl_in_one_line(w, x, y, h, s)
    return new, s, 2 * g


def rtrl_gradient_first(w, x, y, h, s):
    return rtrl_in_one_line(w, x, y, h, s)[::-1]


def rtrl_gradient_only(w, x, y, h, s):
    return rtrl_in_one_line(w, x, y, h, s)[2]


def rtrl_w_squared(w, x, y, h, s):
    return _step(lambda new: (1 - new**2) * (h + w * w * s), w, x, y, h, s)


def rtrl_slope_by_a_difference(w, x, y, h, s):
    """A difference quotient with a large step."""
    return _step(lambda new: (np.tanh((w + 0.1) * (h + 0.1 * s) + x) - new) / 0.1, w, x, y, h, s)


def rtrl_clipped(w, x, y, h, s):
    return _step(lambda new: np.clip((1 - new**2) * (h + w * s), -1, 1), w, x, y, h, s)


def rtrl_in_another_order_with_the_old_s(w, x, y, h, s):
    new = np.tanh(w * h + x)
    return new, (new - y) * s, (1 - new**2) * (h + w * s)


# --- 06.6 ---------------------------------------------------------------------------------


def steps_recursive(T, slots):
    @cache
    def cost(n, s):
        if n == 1:
            return 1
        if s == 1:
            return n + cost(n - 1, 1)
        return min(m + cost(n - m, s - 1) + cost(m, s) for m in range(1, n))

    return cost(T, slots)


def steps_by_formula(T, slots):
    """Griewank & Walther 2000, with r runs over each step at most, besides the last one."""
    r = 0
    while comb(slots + r, slots) < T:
        r += 1
    return (r + 1) * T - comb(slots + r, slots + 1)


def steps_in_a_table(T, slots):
    table = np.zeros((slots + 1, T + 1))
    table[:, 1] = 1
    for n in range(2, T + 1):
        table[1, n] = table[1, n - 1] + n
        for s in range(2, slots + 1):
            m = np.arange(1, n)
            table[s, n] = np.min(m + table[s - 1, n - m] + table[s, m])
    return table[slots, T]


def _cost(T, slots, choose=min, run=1, behind=0, alone=None, one=1):
    @cache
    def cost(n, s):
        if n == 1:
            return one
        if s <= 1:
            return n * (n + 1) // 2 if alone is None else alone(n)
        return choose(run * m + cost(n - m, s - 1) + cost(m, s - behind) for m in range(1, n))

    return cost(T, slots)


def steps_slot_lost(T, slots):
    return _cost(T, slots, behind=1)


def steps_way_for_free(T, slots):
    return _cost(T, slots, run=0)


def steps_h0_for_free(T, slots):
    return _cost(T, slots + 1)


def steps_without_the_last_runs(T, slots):
    return _cost(T, slots, alone=lambda n: n * (n - 1) // 2, one=0)


def steps_halving(T, slots):
    if T == 1:
        return 1
    if slots == 1:
        return T * (T + 1) // 2
    m = T // 2
    return m + steps_halving(T - m, slots - 1) + steps_halving(m, slots)


def steps_two_runs(T, slots):
    return T + T


def steps_at_worst(T, slots):
    return _cost(T, slots, choose=max)


def steps_one_slot_wrong(T, slots):
    return _cost(T, slots, alone=lambda n: n * n)


def steps_as_a_ratio(T, slots):
    return _cost(T, slots) / T


@cache
def _least(T, slots):
    if T == 1 or slots == 1:
        return T * (T + 1) // 2
    return min(m + _least(T - m, slots - 1) + _least(m, slots) for m in range(T - 1, 0, -1))


def steps_recursive_from_the_far_end(T, slots):
    return _least(T, slots)


KNOWN = {}


def steps_kept_by_T_alone(T, slots):
    if T not in KNOWN:
        KNOWN[T] = _cost(T, slots)
    return KNOWN[T]


RIGHT = {
    "06.1": [bytes_by_formula, bytes_of_arrays, bytes_in_loops],
    "06.2": [
        truncated_vectorised,
        truncated_by_complex_step,
        truncated_forward,
        truncated_recursively,
    ],
    "06.3": [
        blocks_by_two_loops,
        blocks_in_one_walk,
        blocks_forward,
        blocks_by_complex_step,
        blocks_recursively,
    ],
    "06.4": [
        checkpointed_by_segments,
        checkpointed_recursively,
        checkpointed_by_complex_step,
        checkpointed_from_h0_each_time,
        checkpointed_frees_what_is_used,
        checkpointed_keeps_all_segments,
        checkpointed_not_at_all,
    ],
    "06.5": [rtrl_in_one_line, rtrl_by_dual_numbers, rtrl_by_complex_step, rtrl_as_an_array],
    "06.6": [
        steps_recursive,
        steps_recursive_from_the_far_end,
        steps_by_formula,
        steps_in_a_table,
    ],
}

WRONG = {
    "06.1": [
        Wrong(bytes_T_states, "_without_the_initial_state", "both ends included"),
        Wrong(bytes_unrolled_weights, "_weights_of_every_step", "How many different W"),
        Wrong(bytes_without_batch, "_one_sequence", "share their states"),
        Wrong(bytes_not_at_all, "_numbers", "You count numbers"),
        Wrong(bytes_float64, "_eight_bytes_each", "whatever `itemsize` is"),
        Wrong(bytes_states_and_slopes, None, "`2 * T` instead of `T`"),
        Wrong(bytes_in_all, None, "Return 2 things"),
    ],
    "06.2": [
        Wrong(truncated_too_short, "_one_step_too_few", "one step early"),
        Wrong(truncated_too_long, "_one_step_too_many", "one step too long"),
        Wrong(truncated_not, "_not_truncated", "exact gradient"),
        Wrong(truncated_without_an_end, "_past_h0", "h[-1] is the last state"),
        Wrong(truncated_in_blocks, "_blocks", "blocks of k steps"),
        Wrong(truncated_one_walk, "_one_walk_of_k_steps", "walk back once"),
        Wrong(truncated_last_loss, "_last_loss_only", "Only the last loss"),
        Wrong(truncated_new_state, "_new_state", "the one that goes in"),
        Wrong(truncated_without_slope, "_no_slope", "no slope of tanh"),
        Wrong(truncated_slope_before, "_slope_of_the_step_before", "came out of this step's tanh"),
        Wrong(truncated_without_w, "_no_w", "the sum inside it"),
        Wrong(truncated_stops_at_h1, "_first_step_left_out", "from h(0) to h(1)"),
        Wrong(truncated_losses_of_a_running_total, None, "Right only for: T = 1"),
        Wrong(truncated_without_half, None, "2 times the right answer"),
        Wrong(truncated_without_own_step, None, "lacks one term: from the step that made h(t)"),
        Wrong(truncated_cold_start, None, "Right only for: T = 1; k >= T"),
        Wrong(truncated_round_the_end, "_past_h0_for_T_steps", "h[-1] is the last state"),
        Wrong(truncated_full_windows, "_full_windows_only", "losses before step k"),
        Wrong(
            truncated_slope_before_the_walk, "_slope_of_the_own_step_only", "tanh of its own step"
        ),
    ],
    "06.3": [
        Wrong(blocks_stateless, "_state_not_carried", "later blocks starts from 0"),
        Wrong(blocks_all_from_zero, "_every_block_from_zero", "All of your blocks"),
        Wrong(blocks_all_from_h0, "_every_block_from_h0", "starts from h0"),
        Wrong(blocks_without_a_cut, "_not_cut", "exact gradient"),
        Wrong(blocks_as_windows, "_window", "sliding window"),
        Wrong(blocks_overwritten, "_last_block_only", "only that of the last block"),
        Wrong(blocks_returned_inside_the_loop, "_first_block_only", "only that of the first block"),
        Wrong(blocks_whole_ones_only, "_remainder_lost", "last full block"),
        Wrong(blocks_gradient_never_reset, "_gradient_handed_on_in_time", "set to 0"),
        Wrong(blocks_state_one_step_late, "_state_before_the_last_carried", "one step too old"),
        Wrong(blocks_last_loss_of_each, "_last_losses_only", "last loss of each block"),
        Wrong(blocks_without_slope, "_no_slope", "no slope of tanh"),
        Wrong(blocks_without_half, None, "2 times the right answer"),
        Wrong(blocks_first_inputs_again, None, "T = 1"),
        Wrong(blocks_each_one, None, "must have shape"),
        Wrong(blocks_of_half_the_length, None, "with `w`"),
    ],
    "06.4": [
        Wrong(checkpointed_forgets_the_message, "_nothing_between_segments", "the cut of 06.3"),
        Wrong(checkpointed_in_order_of_time, "_segments_first_to_last", "first segment first"),
        Wrong(checkpointed_always_from_h0, "_segments_from_h0", "every segment from h(0)"),
        Wrong(checkpointed_overwrites, "_first_segment_only", "contributions of the others"),
        Wrong(
            checkpointed_returns_inside_the_loop,
            "_last_segment_only",
            "contribution of the last segment",
        ),
        Wrong(checkpointed_drops_the_remainder, "_remainder_lost", "after the last full segment"),
        Wrong(
            checkpointed_skips_first_steps,
            "_first_steps_of_the_segments_passed_over",
            "is skipped",
        ),
        Wrong(checkpointed_new_state, "_new_state", "In w h(t-1)"),
        Wrong(checkpointed_without_slope, "_no_slope", "no slope of tanh"),
        Wrong(checkpointed_first_inputs_again, None, "Right only for: T = 1; one segment"),
        Wrong(checkpointed_without_half, None, "2 times the right answer"),
        Wrong(checkpointed_counts_too, None, "dw"),
        Wrong(checkpointed_adds_h0_again, None, "`dw`"),
        Wrong(checkpointed_first_steps_twice, None, "first step of each segment counts 2 times"),
        Wrong(checkpointed_after_the_step, "_kept_after_the_step", "one step too late"),
        Wrong(checkpointed_back_from_the_checkpoint_too, "_borders_passed_twice", "w and tanh"),
        Wrong(
            checkpointed_overwrites_full_segments,
            "_first_segment_only",
            "Two mistakes at once",
            also="_remainder_lost",
        ),
    ],
    "06.5": [
        Wrong(rtrl_forgets_the_past, "_never_carried", "where does s(t-1) come in"),
        Wrong(rtrl_without_w, "_carried_without_w", "by how much does w h(t-1)"),
        Wrong(rtrl_slope_on_one_part, "_carried_without_slope", "part with s(t-1)"),
        Wrong(rtrl_state_overwritten, "_new_state", "overwritten"),
        Wrong(rtrl_without_slope, "_no_slope", "no slope of tanh"),
        Wrong(rtrl_old_slope, "_slope_of_the_step_before", "came out of this step's tanh"),
        Wrong(rtrl_loss_before_s, "_s_not_yet_renewed", "previous step's s"),
        Wrong(rtrl_error_before_the_step, "_error_of_the_state_before", "h(t-1) - y(t)"),
        Wrong(rtrl_returns_the_loss, "_loss", "the loss itself"),
        Wrong(rtrl_sign, "_target_minus_state", "sign is reversed"),
        Wrong(rtrl_piles_up, "_s_piles_up", "to the old one"),
        Wrong(rtrl_linear, "_no_tanh", "no tanh"),
        Wrong(rtrl_without_half, None, "2 times the right answer"),
        Wrong(rtrl_gradient_first, None, "order"),
        Wrong(rtrl_gradient_only, None, "Return 3 things"),
        Wrong(rtrl_w_squared, None, "s(t-1) = 0"),
        Wrong(rtrl_slope_by_a_difference, None, "is not right"),
        Wrong(rtrl_clipped, None, "`s`"),
        Wrong(
            rtrl_in_another_order_with_the_old_s,
            "_s_not_yet_renewed",
            "Return (h, s, g), not (h, g, s)",
        ),
    ],
    "06.6": [
        Wrong(steps_slot_lost, "_slot_not_given_back", "never freed"),
        Wrong(steps_way_for_free, "_way_to_the_new_state_not_counted", "up to the state"),
        Wrong(steps_h0_for_free, "_h0_besides_the_slots", "Doesn't h(0) take one"),
        Wrong(steps_without_the_last_runs, "_last_run_not_counted", "leave out T steps"),
        Wrong(steps_halving, "_always_in_the_middle", "in the middle"),
        Wrong(steps_two_runs, "_two_runs", "two runs forward"),
        Wrong(steps_at_worst, "_one_slot", "the highest of all"),
        Wrong(steps_one_slot_wrong, None, "slots to spare"),
        Wrong(steps_kept_by_T_alone, None, "too small wherever it is wrong"),
        Wrong(steps_as_a_ratio, None, "Right only for: T = 1"),
    ],
}
