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


# --- 06.3 ---------------------------------------------------------------------------------


def checkpoints_filtered(T, every):
    return [t for t in range(T) if t % every == 0]


def checkpoints_multiplied(T, every):
    return every * np.arange(ceil(T / every))


def checkpoints_while(T, every):
    steps, t = [], 0
    while t < T:
        steps.append(t)
        t += every
    return np.array(steps)


def checkpoints_and_the_end(T, every):
    return np.arange(0, T + 1, every)


def checkpoints_without_h0(T, every):
    return np.arange(every, T, every)


def checkpoints_at_the_ends(T, every):
    return [min(t + every, T) for t in range(0, T, every)]


def checkpoints_from_one(T, every):
    return np.arange(1, T + 1, every)


def checkpoints_numbered(T, every):
    return np.arange(-(-T // every))


def checkpoints_by_linspace(T, every):
    return np.linspace(0, T, ceil(T / every), endpoint=False).astype(int)


def checkpoints_whole_segments(T, every):
    return every * np.arange(T // every)


def checkpoints_as_a_mask(T, every):
    return np.arange(T) % every == 0


def checkpoints_twice_as_far(T, every):
    return 2 * every * np.arange(ceil(T / every))


# --- 06.4 ---------------------------------------------------------------------------------


def _reversed_segment(w, h, y, dh):
    """dw and the gradient on h[0] of a segment with states h, targets y, and dh from beyond."""
    dw = 0.0
    for t in range(len(y), 0, -1):
        da = (dh + h[t] - y[t - 1]) * (1 - h[t] ** 2)
        dw, dh = dw + da * h[t - 1], da * w
    return dw, dh


def _counted(T, every):
    return ceil(T / every) + min(every, T)


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
    return [dw, _counted(T, every)]


def checkpointed_recursively(w, x, h0, y, every):
    def rest(start, h):
        """dw of the steps after `start`, the gradient on h(start), and the longest segment."""
        if start >= len(x):
            return 0.0, 0.0, 0, 0
        part = slice(start, start + every)
        dw, dh, kept, longest = rest(start + every, run(w, x[part], h)[-1])
        segment = run(w, x[part], h)
        more, dh = _reversed_segment(w, segment, y[part], dh)
        return dw + more, dh, kept + 1, max(longest, len(segment) - 1)

    dw, _, kept, longest = rest(0, h0)
    return dw, kept + longest


def checkpointed_by_complex_step(w, x, h0, y, every):
    e, h, loss = 1e-30, h0, 0.0
    for x_t, y_t in zip(x, y, strict=True):
        h = np.tanh((w + 1j * e) * h + x_t)
        loss += 0.5 * (h - y_t) ** 2
    return loss.imag / e, np.float64(_counted(len(x), every))


def checkpointed_from_h0_each_time(w, x, h0, y, every):
    """Runs from h(0) to each segment and keeps only the segment: slow, yet exact."""
    dw = dh = 0.0
    for start in range(0, len(x), every)[::-1]:
        h = run(w, x[: start + every], h0)[start:]
        more, dh = _reversed_segment(w, h, y[start : start + every], dh)
        dw += more
    return dw, _counted(len(x), every)


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
    return dw, _counted(T, every)


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
    dw, _ = _segments(w, x[:whole], h0, y[:whole], every)
    return dw, _counted(len(x), every)


def checkpointed_skips_first_steps(w, x, h0, y, every):
    h, dw, dh = run(w, x, h0), 0.0, 0.0
    for start in range(0, len(x), every)[::-1]:
        for t in range(min(start + every, len(x)), start + 1, -1):
            da = (dh + h[t] - y[t - 1]) * (1 - h[t] ** 2)
            dw, dh = dw + da * h[t - 1], da * w
    return dw, _counted(len(x), every)


def checkpointed_new_state(w, x, h0, y, every):
    h, dw, dh = run(w, x, h0), 0.0, 0.0
    for t in range(len(x), 0, -1):
        da = (dh + h[t] - y[t - 1]) * (1 - h[t] ** 2)
        dw, dh = dw + da * h[t], da * w
    return dw, _counted(len(x), every)


def checkpointed_without_slope(w, x, h0, y, every):
    h, dw, dh = run(w, x, h0), 0.0, 0.0
    for t in range(len(x), 0, -1):
        dh = dh + h[t] - y[t - 1]
        dw, dh = dw + dh * h[t - 1], dh * w
    return dw, _counted(len(x), every)


def checkpointed_counts_the_start_twice(w, x, h0, y, every):
    dw, held = _segments(w, x, h0, y, every)
    return dw, held + 1


def checkpointed_counts_no_segment(w, x, h0, y, every):
    return _segments(w, x, h0, y, every)[0], ceil(len(x) / every)


def checkpointed_lets_go(w, x, h0, y, every):
    kept, held = {}, 0
    for t in range(0, len(x), every):
        kept[t] = run(w, x[:t], h0)[-1]
    for t in sorted(kept, reverse=True):
        held = max(held, len(kept) + len(x[t : t + every]))
        del kept[t]
    return _segments(w, x, h0, y, every)[0], held


def checkpointed_keeps_everything(w, x, h0, y, every):
    return _segments(w, x, h0, y, every)[0], len(x) + 1


def checkpointed_first_inputs_again(w, x, h0, y, every):
    """Runs every segment with the inputs of the first one."""
    h, dw, dh = run(w, x, h0), 0.0, 0.0
    for start in range(0, len(x), every)[::-1]:
        part = slice(start, start + every)
        segment = run(w, x[: len(x[part])], h[start])
        more, dh = _reversed_segment(w, segment, y[part], dh)
        dw += more
    return dw, _counted(len(x), every)


def checkpointed_without_half(w, x, h0, y, every):
    dw, held = _segments(w, x, h0, y, every)
    return 2 * dw, held


def checkpointed_only_dw(w, x, h0, y, every):
    return _segments(w, x, h0, y, every)[0]


def checkpointed_first_shares_twice(w, x, h0, y, every):
    h, dw, dh = run(w, x, h0), 0.0, 0.0
    for t in range(len(x), 0, -1):
        da = (dh + h[t] - y[t - 1]) * (1 - h[t] ** 2)
        dw, dh = dw + da * h[t - 1] * (2 if (t - 1) % every == 0 else 1), da * w
    return dw, _counted(len(x), every)


def checkpointed_counts_kept_and_last(w, x, h0, y, every):
    T = len(x)
    return _segments(w, x, h0, y, every)[0], ceil(T / every) + (T % every or every)


# --- 06.5 ---------------------------------------------------------------------------------


def rtrl_by_arrays(w, x, h0, y):
    h = run(w, x, h0)
    slope, s = 1 - h[1:] ** 2, np.zeros(len(x) + 1)
    for t in range(len(x)):
        s[t + 1] = slope[t] * h[t] + slope[t] * w * s[t]
    return np.cumsum((h[1:] - y) * s[1:])


def rtrl_by_dual_numbers(w, x, h0, y):
    """Carries the pair (value, derivative) through every operation."""
    h, dh, g = h0, 0.0, []
    for t in range(len(x)):
        a, da = w * h + x[t], h + w * dh
        h, dh = np.tanh(a), da / np.cosh(a) ** 2
        g.append((g[-1] if g else 0.0) + (h - y[t]) * dh)
    return g


def rtrl_by_complex_step(w, x, h0, y):
    e, h, loss, out = 1e-30, h0, 0.0, np.zeros(len(x))
    for t in range(len(x)):
        h = np.tanh((w + 1j * e) * h + x[t])
        loss += 0.5 * (h - y[t]) ** 2
        out[t] = loss.imag / e
    return out


def rtrl_of_every_prefix(w, x, h0, y):
    """The gradient of each prefix, by the walk back: dear, and right."""
    h = run(w, x, h0)
    return [_reversed_segment(w, h[: t + 1], y[:t], 0.0)[0] for t in range(1, len(x) + 1)]


def _carried(w, x, h0, y, step, add_up=True):
    h, s, g, out = h0, 0.0, 0.0, []
    for x_t, y_t in zip(x, y, strict=True):
        new = np.tanh(w * h + x_t)
        s = step(h, new, s)
        g = g + (new - y_t) * s if add_up else (new - y_t) * s
        out.append(g)
        h = new
    return np.array(out)


def rtrl_forgets_the_past(w, x, h0, y):
    return _carried(w, x, h0, y, lambda old, new, s: (1 - new**2) * old)


def rtrl_without_w(w, x, h0, y):
    return _carried(w, x, h0, y, lambda old, new, s: (1 - new**2) * (old + s))


def rtrl_slope_on_one_part(w, x, h0, y):
    return _carried(w, x, h0, y, lambda old, new, s: (1 - new**2) * old + w * s)


def rtrl_state_overwritten(w, x, h0, y):
    return _carried(w, x, h0, y, lambda old, new, s: (1 - new**2) * (new + w * s))


def rtrl_without_slope(w, x, h0, y):
    return _carried(w, x, h0, y, lambda old, new, s: old + w * s)


def rtrl_old_slope(w, x, h0, y):
    return _carried(w, x, h0, y, lambda old, new, s: (1 - old**2) * (old + w * s))


def rtrl_not_added_up(w, x, h0, y):
    return _carried(w, x, h0, y, lambda old, new, s: (1 - new**2) * (old + w * s), add_up=False)


def rtrl_loss_before_s(w, x, h0, y):
    h, s, g, out = h0, 0.0, 0.0, []
    for t in range(len(x)):
        before, h = h, np.tanh(w * h + x[t])
        g += (h - y[t]) * s
        s = (1 - h**2) * (before + w * s)
        out.append(g)
    return out


def rtrl_returns_s(w, x, h0, y):
    h, s, out = h0, 0.0, []
    for t in range(len(x)):
        before, h = h, np.tanh(w * h + x[t])
        s = (1 - h**2) * (before + w * s)
        out.append(s)
    return out


def rtrl_last_only(w, x, h0, y):
    return rtrl_by_arrays(w, x, h0, y)[-1]


def rtrl_without_half(w, x, h0, y):
    return 2 * rtrl_by_arrays(w, x, h0, y)


def rtrl_minus_the_past(w, x, h0, y):
    return _carried(w, x, h0, y, lambda old, new, s: (1 - new**2) * (old - w * s))


def rtrl_with_a_zero_first(w, x, h0, y):
    return np.concatenate([[0.0], rtrl_by_arrays(w, x, h0, y)])


def rtrl_copies_from_the_end(w, x, h0, y):
    """The walk back, its running sum written down from step T to step 1."""
    h, dw, dh, out = run(w, x, h0), 0.0, 0.0, np.zeros(len(x))
    for t in range(len(x), 0, -1):
        da = (dh + h[t] - y[t - 1]) * (1 - h[t] ** 2)
        dw, dh = dw + da * h[t - 1], da * w
        out[t - 1] = dw
    return out


def rtrl_targets_forgotten(w, x, h0, y):
    return rtrl_by_arrays(w, x, h0, 0 * y)


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


# --- 06.7 ---------------------------------------------------------------------------------


def random_in_a_loop(w, h, y, kept, p):
    total, message = np.zeros(len(h)), 0.0
    for t in range(len(h) - 1, -1, -1):
        total[t] = h[t] - y[t] + message
        if t > 0:
            message = w * (1 - h[t] ** 2) * total[t] / (1 - p) if kept[t - 1] else 0.0
    return total


def random_by_a_linear_system(w, h, y, kept, p):
    link = np.diag(np.where(kept, 1 / (1 - p), 0) * w * (1 - h[1:] ** 2), k=1)
    return np.linalg.solve(np.eye(len(h)) - link, h - y)


def random_by_paths(w, h, y, kept, p):
    factor = kept * w * (1 - h[1:] ** 2) / (1 - p)
    return [
        sum((h[u] - y[u]) * np.prod(factor[t:u]) for u in range(t, len(h))) for t in range(len(h))
    ]


def _with(h, y, factor):
    total = h - y
    for t in range(len(h) - 2, -1, -1):
        total[t] += factor[t] * total[t + 1]
    return total


def random_unscaled(w, h, y, kept, p):
    return _with(h, y, np.where(kept, w * (1 - h[1:] ** 2), 0))


def random_over_p(w, h, y, kept, p):
    return _with(h, y, np.where(kept, w * (1 - h[1:] ** 2) / p, 0))


def random_scales_everything(w, h, y, kept, p):
    total = h - y
    for t in range(len(h) - 2, -1, -1):
        if kept[t]:
            total[t] += w * (1 - h[t + 1] ** 2) * total[t + 1]
            total[t] /= 1 - p
    return total


def random_inverted(w, h, y, kept, p):
    return _with(h, y, np.where(kept, 0, w * (1 - h[1:] ** 2) / (1 - p)))


def random_exact(w, h, y, kept, p):
    return _with(h, y, w * (1 - h[1:] ** 2))


def random_errors_handed_on(w, h, y, kept, p):
    error = h - y
    total = error.copy()
    for t in range(len(h) - 1):
        if kept[t]:
            total[t] += w * (1 - h[t + 1] ** 2) * error[t + 1] / (1 - p)
    return total


def random_slope_early(w, h, y, kept, p):
    return _with(h, y, np.where(kept, w * (1 - h[:-1] ** 2) / (1 - p), 0))


def random_one_plus_p(w, h, y, kept, p):
    return _with(h, y, np.where(kept, w * (1 - h[1:] ** 2) * (1 + p), 0))


def random_minus_the_message(w, h, y, kept, p):
    return _with(h, y, np.where(kept, -w * (1 - h[1:] ** 2) / (1 - p), 0))


def random_last_first(w, h, y, kept, p):
    return random_in_a_loop(w, h, y, kept, p)[::-1]


def random_without_the_last(w, h, y, kept, p):
    return random_in_a_loop(w, h, y, kept, p)[:-1]


def random_cut_for_good(w, h, y, kept, p):
    """A dropped message ends the walk: the states before it are left with their own losses."""
    alive, factor = True, []
    for keep, after in zip(kept[::-1], h[:0:-1], strict=True):
        alive = alive and keep
        factor.insert(0, w * (1 - after**2) / (1 - p) if alive else 0.0)
    return _with(h, y, factor)


RIGHT = {
    "06.1": [bytes_by_formula, bytes_of_arrays, bytes_in_loops],
    "06.2": [
        truncated_vectorised,
        truncated_by_complex_step,
        truncated_forward,
        truncated_recursively,
    ],
    "06.3": [checkpoints_filtered, checkpoints_multiplied, checkpoints_while],
    "06.4": [
        checkpointed_by_segments,
        checkpointed_recursively,
        checkpointed_by_complex_step,
        checkpointed_from_h0_each_time,
    ],
    "06.5": [rtrl_by_arrays, rtrl_by_dual_numbers, rtrl_by_complex_step, rtrl_of_every_prefix],
    "06.6": [steps_recursive, steps_by_formula, steps_in_a_table],
    "06.7": [random_in_a_loop, random_by_a_linear_system, random_by_paths],
}

WRONG = {
    "06.1": [
        Wrong(bytes_T_states, "_without_the_initial_state", "both ends included"),
        Wrong(bytes_unrolled_weights, "_weights_of_every_step", "How many different W"),
        Wrong(bytes_without_batch, "_one_sequence", "share their states"),
        Wrong(bytes_not_at_all, "_numbers", "You count numbers"),
        Wrong(bytes_float64, None, "too far from 0 everywhere"),
        Wrong(bytes_states_and_slopes, None, "`2 * T` in the place of `T`"),
        Wrong(bytes_in_all, None, "Return 2 things"),
    ],
    "06.2": [
        Wrong(truncated_too_short, "_one_step_too_few", "one step early"),
        Wrong(truncated_too_long, "_one_step_too_many", "one step too long"),
        Wrong(truncated_not, "_not_truncated", "exact gradient"),
        Wrong(truncated_in_blocks, "_blocks", "blocks of k steps"),
        Wrong(truncated_one_walk, "_one_walk_of_k_steps", "walk back once"),
        Wrong(truncated_last_loss, "_last_loss_only", "Only the last loss"),
        Wrong(truncated_new_state, "_new_state", "goes into it"),
        Wrong(truncated_without_slope, "_no_slope", "no slope of tanh"),
        Wrong(truncated_slope_before, "_slope_of_the_step_before", "did this step's tanh"),
        Wrong(truncated_without_w, "_no_w", "what stands inside it"),
        Wrong(truncated_stops_at_h1, "_first_step_left_out", "from h(0) to h(1)"),
        Wrong(truncated_losses_of_a_running_total, None, "Right only for: T = 1"),
        Wrong(truncated_without_half, None, "2 times the right answer"),
        Wrong(truncated_without_own_step, None, "lacks one term: from the step that made h(t)"),
        Wrong(truncated_cold_start, None, "Right only for: T = 1; k >= T"),
    ],
    "06.3": [
        Wrong(checkpoints_at_the_ends, "_ends_of_the_segments", "end of every segment"),
        Wrong(checkpoints_from_one, "_counts_from_one", "one too late"),
        Wrong(checkpoints_numbered, "_numbers_of_the_segments", "number the checkpoints"),
        Wrong(checkpoints_by_linspace, "_evenly_spread", "spread evenly"),
        Wrong(checkpoints_and_the_end, None, "`T + 1` in the place of `T`"),
        Wrong(checkpoints_without_h0, None, "lacks its first entry along the steps"),
        Wrong(checkpoints_whole_segments, None, "T not a multiple of every"),
        Wrong(checkpoints_as_a_mask, None, "must have shape"),
        Wrong(checkpoints_twice_as_far, None, "2 times the right answer"),
    ],
    "06.4": [
        Wrong(checkpointed_forgets_the_message, "_nothing_between_segments", "truncation"),
        Wrong(checkpointed_in_order_of_time, "_segments_first_to_last", "first segment first"),
        Wrong(checkpointed_always_from_h0, "_segments_from_h0", "every segment from h(0)"),
        Wrong(checkpointed_overwrites, "_first_segment_only", "shares of the others"),
        Wrong(checkpointed_returns_inside_the_loop, "_last_segment_only", "last segment alone"),
        Wrong(checkpointed_drops_the_remainder, "_remainder_lost", "after the last full segment"),
        Wrong(
            checkpointed_skips_first_steps,
            "_first_steps_of_the_segments_passed_over",
            "passed over",
        ),
        Wrong(checkpointed_new_state, "_new_state", "`dw`: In w h(t-1)"),
        Wrong(checkpointed_without_slope, "_no_slope", "no slope of tanh"),
        Wrong(checkpointed_counts_the_start_twice, "_segments_first_state_too", "`held`: You"),
        Wrong(checkpointed_counts_no_segment, "_checkpoints_only", "checkpoints alone"),
        Wrong(checkpointed_lets_go, "_thriftier", "thrifty"),
        Wrong(checkpointed_keeps_everything, "_all_states", "plain run"),
        Wrong(checkpointed_first_inputs_again, None, "Right only for: T = 1; one segment"),
        Wrong(checkpointed_without_half, None, "`dw` is 2 times the right answer"),
        Wrong(checkpointed_only_dw, None, "Return 2 things, (dw, held)"),
        Wrong(checkpointed_first_shares_twice, None, "first step of each segment counts 2 times"),
        Wrong(checkpointed_counts_kept_and_last, None, "too close to 0 everywhere"),
    ],
    "06.5": [
        Wrong(rtrl_forgets_the_past, "_never_carried", "where does s(t-1) come in"),
        Wrong(rtrl_without_w, "_carried_without_w", "by how much does w h(t-1)"),
        Wrong(rtrl_slope_on_one_part, "_carried_without_slope", "part with s(t-1)"),
        Wrong(rtrl_state_overwritten, "_new_state", "overwritten"),
        Wrong(rtrl_without_slope, "_no_slope", "no slope of tanh"),
        Wrong(rtrl_old_slope, "_slope_of_the_step_before", "did this step's tanh"),
        Wrong(rtrl_not_added_up, "_each_step_by_itself", "all losses up to t"),
        Wrong(rtrl_loss_before_s, "_s_not_yet_renewed", "s of the step before"),
        Wrong(rtrl_returns_s, "_sensitivities", "The losses have not been asked"),
        Wrong(rtrl_last_only, None, "holds the last of what is asked along the steps"),
        Wrong(rtrl_without_half, None, "2 times the right answer"),
        Wrong(rtrl_minus_the_past, None, "Right only for: T = 1"),
        Wrong(rtrl_with_a_zero_first, None, "one entry too many at the start of the steps"),
        Wrong(rtrl_copies_from_the_end, None, "Right only for: T = 1"),
        Wrong(rtrl_targets_forgotten, None, "`y` = 0, whatever `y` is"),
    ],
    "06.6": [
        Wrong(steps_slot_lost, "_slot_not_given_back", "never free again"),
        Wrong(steps_way_for_free, "_way_to_the_new_state_not_counted", "on the way"),
        Wrong(steps_h0_for_free, "_h0_besides_the_slots", "Does h(0) not take one"),
        Wrong(steps_without_the_last_runs, "_last_run_not_counted", "leave out T steps"),
        Wrong(steps_halving, "_always_in_the_middle", "in the middle"),
        Wrong(steps_two_runs, "_two_runs", "two runs forward"),
        Wrong(steps_at_worst, "_one_slot", "the highest of all"),
        Wrong(steps_one_slot_wrong, None, "too far from 0 everywhere"),
        Wrong(steps_as_a_ratio, None, "Right only for: T = 1"),
    ],
    "06.7": [
        Wrong(random_unscaled, "_not_rescaled", "count on average"),
        Wrong(random_over_p, "_divided_by_p", "You divide by p"),
        Wrong(random_scales_everything, "_direct_rescaled_too", "own part ever dropped"),
        Wrong(random_inverted, "_dropped_where_kept", "What does True mean"),
        Wrong(random_exact, "_never_dropped", "No message is dropped"),
        Wrong(random_errors_handed_on, "_passes_on_the_direct", "direct and total"),
        Wrong(random_slope_early, "_slope_of_the_step_before", "one step too early"),
        Wrong(random_one_plus_p, None, "`total` is"),
        Wrong(random_minus_the_message, None, "`w` with its sign reversed"),
        Wrong(random_last_first, None, "backwards along the steps"),
        Wrong(random_without_the_last, None, "lacks its last entry along the steps"),
        Wrong(random_cut_for_good, None, "Wrong only for: some messages dropped"),
    ],
}
