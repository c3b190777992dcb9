"""Lesson 01: answers as learners write them, not as the reference does."""

import numpy as np

from tests.exercises.answers.labels import Wrong

# --- 01.1 ---------------------------------------------------------------------------------


def three_lines(w, s0):
    a = np.tanh(s0 * w)
    b = np.tanh(a * w)
    return [a, b, np.tanh(b * w)]


def three_in_a_loop(w, s0):
    out = np.zeros(3)
    for k in range(3):
        s0 = np.tanh(w * s0)
        out[k] = s0
    return out


def three_by_exponentials(w, s0):
    out = ()
    for _ in range(3):
        e = np.exp(2 * w * (out[-1] if out else s0))
        out += ((e - 1) / (e + 1),)
    return out


def three_linear(w, s0):
    return np.array([w * s0, w * w * s0, w**3 * s0])


def three_same(w, s0):
    s1 = s2 = s3 = np.tanh(w * s0)
    return np.array([s1, s2, s3])


def three_squashes_w(w, s0):
    squashed = np.tanh(w)
    return [squashed * s0, squashed * squashed * s0, squashed**3 * s0]


def three_backwards(w, s0):
    return np.array(three_lines(w, s0)[::-1])


def three_without_w_later(w, s0):
    s1 = np.tanh(w * s0)
    s2 = np.tanh(s1)
    return np.array([s1, s2, np.tanh(s2)])


def three_shifted(w, s0):
    s1 = np.tanh(w * s0)
    return np.array([s0, s1, np.tanh(w * s1)])


def three_negative(w, s0):
    return -np.array(three_lines(w, s0))


# --- 01.2 ---------------------------------------------------------------------------------


def orbit_preallocated(w, b, s0, T):
    s = np.empty(T + 1)
    s[0] = s0
    for t in range(1, T + 1):
        s[t] = np.tanh(w * s[t - 1] + b)
    return s


def orbit_by_recursion(w, b, s0, T):
    if T == 0:
        return [s0]
    before = orbit_by_recursion(w, b, s0, T - 1)
    return [*before, np.tanh(w * before[-1] + b)]


def orbit_running_state(w, b, s0, T):
    s, out = s0, np.full(1, s0)
    for _ in range(T):
        s = np.tanh(b + s * w)
        out = np.append(out, s)
    return out


def orbit_without_start(w, b, s0, T):
    return orbit_preallocated(w, b, s0, T)[1:]


def orbit_never_moves_on(w, b, s0, T):
    s = np.full(T + 1, s0)
    for t in range(T):
        s[t + 1] = np.tanh(w * s0 + b)
    return s


def orbit_minus_b(w, b, s0, T):
    return orbit_preallocated(w, -b, s0, T)


def orbit_b_after(w, b, s0, T):
    out = [s0]
    for _ in range(T):
        out.append(b + np.tanh(out[-1] * w))
    return np.array(out)


def orbit_last_step_missing(w, b, s0, T):
    s = orbit_preallocated(w, b, s0, T)
    s[-1] = s[max(T - 1, 0)]
    return s


def orbit_of_whole_numbers(w, b, s0, T):
    s = np.zeros(T + 1, dtype=int)
    s[0] = s0
    for t in range(T):
        s[t + 1] = np.tanh(w * s[t] + b)
    return s


def orbit_rounded(w, b, s0, T):
    return orbit_preallocated(w, b, s0, T).round(4)


def orbit_arguments_swapped(s0, w, b, T):
    return orbit_preallocated(w, b, s0, T)


def orbit_forgets_b(w, b, s0, T):
    return orbit_preallocated(w, 0.0, s0, T)


# --- 01.3 ---------------------------------------------------------------------------------


def slope_by_cosh(w, b, s):
    return w / np.cosh(w * s + b) ** 2


def slope_in_a_loop(w, b, s):
    out = []
    for point in s:
        value = np.tanh(w * point + b)
        out.append(w - w * value * value)
    return out


def slope_in_place(w, b, s):
    a = s.copy()
    a *= w
    a += b
    np.tanh(a, out=a)
    return w * (1 - a) * (1 + a)


def slope_forgets_inner(w, b, s):
    return 1 / np.cosh(w * s + b) ** 2


def slope_of_input(w, b, s):
    return w - w * s * s


def slope_negative(w, b, s):
    return -slope_by_cosh(w, b, s)


def slope_squared_w(w, b, s):
    return w * slope_by_cosh(w, b, s)


def slope_forgets_b(w, b, s):
    return slope_by_cosh(w, 0.0, s)


def slope_always_positive(w, b, s):
    return np.abs(slope_by_cosh(w, b, s))


def slope_by_difference(w, b, s):
    return (np.tanh(w * (s + 1e-6) + b) - np.tanh(w * s + b)) / 1e-6


def slope_no_square(w, b, s):
    return w - w * np.tanh(b + w * s)


# --- 01.4 ---------------------------------------------------------------------------------


def driven_by_index(w, u, x, s0):
    s = np.zeros(len(x) + 1)
    s[0] = s0
    for t in range(1, len(x) + 1):
        s[t] = np.tanh(w * s[t - 1] + u * x[t - 1])
    return s


def driven_with_products_first(w, u, x, s0):
    inputs = u * x
    out = [s0]
    for a in inputs:
        out.append(np.tanh(a + w * out[-1]))
    return out


def driven_on_its_own_copy(w, u, x, s0):
    s = np.concatenate([[s0], x])
    s[1:] *= u
    for t in range(len(x)):
        s[t + 1] += w * s[t]
        s[t + 1] = np.tanh(s[t + 1])
    return s


def driven_skips_the_first(w, u, x, s0):
    s = [s0]
    for t in range(len(x)):
        s.append(np.tanh(w * s[-1] + (u * x[t - 1] if t else 0)))
    return np.array(s)


def driven_added_after(w, u, x, s0):
    s = [s0]
    for x_t in x:
        s.append(u * x_t + np.tanh(w * s[-1]))
    return np.array(s)


def driven_ignores_u(w, u, x, s0):
    return driven_by_index(w, 1, x, s0)


def driven_swaps_u_and_w(w, u, x, s0):
    return driven_by_index(u, w, x, s0)


def driven_ignores_s0(w, u, x, s0):
    return driven_by_index(w, u, x, 0.0)


def driven_index_one_too_small(w, u, x, s0):
    s = [s0]
    for t in range(len(x)):
        s.append(np.tanh(w * s[-1] + u * x[t - 1]))
    return np.array(s)


def driven_skips_a_step(w, u, x, s0):
    s = driven_by_index(w, u, x, s0)
    for t in range(2, len(s)):
        s[t] = np.tanh(w * s[t - 2] + u * x[t - 1])
    return s


def driven_squares_the_signal(w, u, x, s0):
    return driven_by_index(w, u, x**2, s0)


def driven_subtracts(w, u, x, s0):
    return driven_by_index(w, -u, x, s0)


def driven_restarts(w, u, x, s0):
    return np.array([s0, *[np.tanh(w * s0 + u * x_t) for x_t in x]])


# --- 01.5 ---------------------------------------------------------------------------------


def hidden_preallocated(U, W, b, x, h0):
    h = np.empty((len(x) + 1, len(b)))
    h[0] = h0
    inputs = x @ U.T + b
    for t in range(len(x)):
        h[t + 1] = np.tanh(inputs[t] + h[t] @ W.T)
    return h


def hidden_unit_by_unit(U, W, b, x, h0):
    h = [list(h0)]
    for x_t in x:
        new = []
        for i in range(len(b)):
            a = b[i] + sum(W[i, j] * h[-1][j] for j in range(len(b)))
            a += sum(U[i, j] * x_t[j] for j in range(len(x_t)))
            new.append(np.tanh(a))
        h.append(new)
    return h


def hidden_in_place(U, W, b, x, h0):
    h = h0.copy()
    out = [h.copy()]
    for x_t in x:
        h[:] = np.tanh(b + W @ h + U @ x_t)
        out.append(h.copy())
    return np.array(out)


def hidden_row_times_matrix(U, W, b, x, h0):
    h = [h0]
    for x_t in x:
        h.append(np.tanh(b + h[-1] @ W + U @ x_t))
    return np.array(h)


def hidden_same_buffer(U, W, b, x, h0):
    h = h0
    out = [h]
    for x_t in x:
        h[:] = np.tanh(b + W @ h + U @ x_t)
        out.append(h)
    return np.array(out)


def hidden_forgets_b(U, W, b, x, h0):
    return hidden_preallocated(U, W, np.zeros(len(b)), x, h0)


def hidden_always_h0(U, W, b, x, h0):
    return np.vstack([h0, *[np.tanh(W @ h0 + U @ x_t + b) for x_t in x]])


def hidden_twice_b(U, W, b, x, h0):
    return hidden_preallocated(U, W, 2 * b, x, h0)


def hidden_minus_input(U, W, b, x, h0):
    return hidden_preallocated(-U, W, b, x, h0)


def hidden_units_late(U, W, b, x, h0):
    h = h0.copy()
    out = [h0.copy()]
    for x_t in x:
        for i in range(len(b)):  # unit i already sees the new states of the units before it
            h[i] = np.tanh(b[i] + W[i] @ h + U[i] @ x_t)
        out.append(h.copy())
    return np.array(out)


def hidden_sums_the_products_down(U, W, b, x, h0):
    h = np.zeros((len(x) + 1, len(b)))
    h[0] = h0
    for t in range(1, len(x) + 1):
        h[t] = np.tanh(b + (W * h[t - 1]).sum(axis=0) + U @ x[t - 1])
    return h


def orbit_of_new_states(w, b, s0, T):
    s, found = s0, []
    for _ in range(T + 1):
        s = np.tanh(w * s + b)
        found.append(s)
    return np.array(found)


def orbit_of_new_states_b_outside(w, b, s0, T):
    s, found = s0, []
    for _ in range(T + 1):
        s = np.tanh(w * s) + b
        found.append(s)
    return np.array(found)


def slope_times_w_plus_b(w, b, s):
    return (1 - np.tanh(b + s * w) ** 2) * (b + w)


RIGHT = {
    "01.1": [three_lines, three_in_a_loop, three_by_exponentials],
    "01.2": [orbit_preallocated, orbit_by_recursion, orbit_running_state],
    "01.3": [slope_by_cosh, slope_in_a_loop, slope_in_place],
    "01.4": [driven_by_index, driven_with_products_first, driven_on_its_own_copy],
    "01.5": [hidden_preallocated, hidden_unit_by_unit, hidden_in_place],
}

WRONG = {
    "01.1": [
        Wrong(three_linear, "_without_tanh", "leveling off"),
        Wrong(three_same, "_always_from_the_start", "second step"),
        Wrong(three_shifted, "_starts_at_s0", "s(0)"),
        Wrong(three_backwards, None, "runs backwards"),
        Wrong(three_without_w_later, "_w_once", "first step only"),
        Wrong(three_negative, None, "wrong sign"),
        Wrong(three_squashes_w, "_w_times_tanh_of_w", "inside tanh"),
    ],
    "01.2": [
        Wrong(orbit_of_new_states, "_orbit_after_the_start", "Your states are s(1) to s(T+1)"),
        Wrong(
            orbit_of_new_states_b_outside,
            "_orbit_after_the_start",
            "Two mistakes at once",
            also="_orbit_b_outside",
        ),
        Wrong(orbit_without_start, None, "lacks its first entry"),
        Wrong(orbit_never_moves_on, "_orbit_stuck", "every step starts from s(0)"),
        Wrong(orbit_b_after, "_orbit_b_outside", "after tanh"),
        Wrong(orbit_forgets_b, "_orbit_no_b", "b = 0"),
        Wrong(orbit_minus_b, None, "its sign reversed"),
        Wrong(orbit_last_step_missing, "_orbit_last_state_twice", "repeats the one before it"),
        Wrong(orbit_of_whole_numbers, None, "whole numbers only"),
        Wrong(orbit_rounded, None, "rounded to 4 decimals"),
        Wrong(orbit_arguments_swapped, None, "in this order"),
    ],
    "01.3": [
        Wrong(slope_times_w_plus_b, "_slope_b_in_the_inner_derivative", "multiply by w + b"),
        Wrong(slope_forgets_inner, "_slope_no_chain", "with respect to a"),
        Wrong(slope_of_input, "_slope_at_input", "comes out"),
        Wrong(slope_no_square, "_slope_not_squared", "derivative of tanh"),
        Wrong(slope_negative, None, "wrong sign"),
        Wrong(slope_squared_w, "_slope_w_twice", "w is squared"),
        Wrong(slope_forgets_b, "_slope_no_b", "b = 0"),
        Wrong(slope_always_positive, None, "absolute value of the right answer"),
        Wrong(slope_by_difference, None, "a difference quotient"),
    ],
    "01.4": [
        Wrong(driven_skips_the_first, "_driven_late", "one step late"),
        Wrong(driven_added_after, "_driven_outside", "after tanh"),
        Wrong(driven_ignores_u, "_driven_no_u", "u = 1"),
        Wrong(driven_restarts, "_driven_no_memory", "forgotten"),
        Wrong(driven_swaps_u_and_w, "_driven_swapped", "u and w are swapped"),
        Wrong(driven_ignores_s0, "_driven_from_zero", "What is s(0)"),
        Wrong(driven_index_one_too_small, "_driven_wraps_around", "index"),
        Wrong(driven_skips_a_step, "_driven_two_back", "two states back"),
        Wrong(driven_subtracts, None, "its sign reversed"),
        Wrong(driven_squares_the_signal, None, "`x ** 2` instead of `x`"),
    ],
    "01.5": [
        Wrong(hidden_row_times_matrix, "_hidden_W_transposed", "rows"),
        Wrong(hidden_forgets_b, "_hidden_no_bias", "b = 0"),
        Wrong(hidden_always_h0, "_hidden_no_memory", "starts from h(0)"),
        Wrong(hidden_same_buffer, "_hidden_one_buffer", "same array many times"),
        Wrong(hidden_twice_b, None, "`2 * b` instead of `b`"),
        Wrong(hidden_units_late, "_hidden_unit_after_unit", "All of h(t) is computed from h(t-1)"),
        Wrong(hidden_minus_input, None, "`U` with its sign reversed"),
        Wrong(hidden_sums_the_products_down, "_hidden_one_weight_of_a_column", "along which axis"),
    ],
}
