"""Lesson 10: answers as learners write them, not as the reference does."""

import cmath
import math
from functools import reduce

import numpy as np

from tests.exercises.answers.labels import Wrong

# --- 10.1 ---------------------------------------------------------------------------------


def combine_by_index(first, second):
    return first[0] * second[0], first[1] * second[0] + second[1]


def combine_by_two_points(first, second):
    """A straight line is known from its values at 0 and 1."""

    def both(h):
        return second[0] * (first[0] * h + first[1]) + second[1]

    return [both(1.0) - both(0.0), both(0.0)]


def combine_by_matrices(first, second):
    def matrix(a, b):
        a, b = np.broadcast_arrays(a, b)
        return np.moveaxis(np.array([[a, b], [0 * a, 0 * a + 1]], dtype=float), (0, 1), (-2, -1))

    product = matrix(*second) @ matrix(*first)
    return product[..., 0, 0], product[..., 0, 1]


def combine_whole(first, second):
    """The two steps folded into one by reduce."""
    return reduce(lambda f, s: (s[0] * f[0], s[0] * f[1] + s[1]), (first, second))


def combine_backwards(first, second):
    (a1, b1), (a2, b2) = first, second
    return a1 * a2, a1 * b2 + b1


def combine_adds(first, second):
    return first[0] * second[0], first[1] + second[1]


def combine_adds_all(first, second):
    return first[0] + second[0], first[1] * second[0] + second[1]


def combine_wrong_factor(first, second):
    a1, b1 = first
    a2, b2 = second
    return a1 * a2, a1 * b1 + b2


def combine_forgets(first, second):
    return first[0] * second[0], first[1] * second[0]


def combine_multiplies(first, second):
    return first[0] * second[0], first[1] * second[1]


def combine_minus(first, second):
    return first[0] * second[0], second[0] * first[1] - second[1]


def combine_one_thing(first, second):
    return second[0] * first[1] + second[1]


# --- 10.2 ---------------------------------------------------------------------------------


def scan_by_pairs(a, b):
    """A list of pairs, each round a new list."""
    pairs, d, rounds = list(zip(a, b, strict=True)), 1, 0
    while d < len(pairs):
        pairs = [
            combine_by_index(pairs[t - d], pairs[t]) if t >= d else pairs[t]
            for t in range(len(pairs))
        ]
        d *= 2
        rounds += 1
    return np.array([b for _, b in pairs]), rounds


def scan_padded(a, b):
    """Before step 1 stands the step that changes nothing."""
    T, rounds = len(a), math.ceil(math.log2(len(a)))
    for r in range(rounds):
        ones, zeros = np.ones_like(a[: 2**r]), np.zeros_like(b[: 2**r])
        earlier = np.concatenate([ones, a])[:T], np.concatenate([zeros, b])[:T]
        a, b = combine_by_index(earlier, (a, b))
    return [b, rounds]


def scan_in_place(a, b):
    rounds = 0
    while 2**rounds < len(a):
        d = 2**rounds
        b[d:] += a[d:] * b[:-d]
        a[d:] *= a[:-d]
        rounds += 1
    return b, rounds


def scan_last_step_first(a, b):
    """Step by step within a round, from the end, so nothing is read after it is written."""
    a, h, d, rounds = a.copy(), b.copy(), 1, 0
    while d < len(a):
        for t in range(len(a) - 1, d - 1, -1):
            h[t] += a[t] * h[t - d]
            a[t] *= a[t - d]
        d, rounds = 2 * d, rounds + 1
    return h, rounds


def _loop(a, b):
    h = np.zeros_like(b)
    state = np.zeros_like(b[0])
    for t in range(len(b)):
        state = a[t] * state + b[t]
        h[t] = state
    return h


def scan_loop(a, b):
    return _loop(a, b), len(b)


def scan_loop_from_the_second(a, b):
    h = b.copy()
    rounds = 0
    for t in range(1, len(b)):
        h[t] += a[t] * h[t - 1]
        rounds += 1
    return h, rounds


def scan_old_a(a, b):
    h, d, rounds = b.copy(), 1, 0
    while d < len(b):
        h[d:] += a[d:] * h[:-d]
        d, rounds = 2 * d, rounds + 1
    return h, rounds


def scan_a_too_soon(a, b):
    d, rounds = 1, 0
    while d < len(b):
        a[d:] *= a[:-d].copy()
        b[d:] += a[d:] * b[:-d].copy()
        d, rounds = 2 * d, rounds + 1
    return b, rounds


def scan_forward_within_a_round(a, b):
    a, h, d, rounds = a.copy(), b.copy(), 1, 0
    while d < len(h):
        for t in range(d, len(h)):
            h[t] += a[t] * h[t - d]
            a[t] *= a[t - d]
        d, rounds = d * 2, rounds + 1
    return h, rounds


def scan_rolls(a, b):
    d, rounds = 1, 0
    while d < len(b):
        a, b = a * np.roll(a, d, 0), a * np.roll(b, d, 0) + b
        d, rounds = d * 2, rounds + 1
    return b, rounds


def scan_stops_early(a, b):
    a, h = a.copy(), b.copy()
    rounds = int(np.log2(len(b)))
    for d in 2 ** np.arange(rounds):
        h[d:] += a[d:] * h[:-d]
        a[d:] *= a[:-d].copy()
    return h, rounds


def scan_goes_on(a, b):
    a, h, d, rounds = a.copy(), b.copy(), 1, 0
    while d <= len(h):
        h[d:] += a[d:] * h[: len(h) - d]
        a[d:] *= a[: len(h) - d].copy()
        d, rounds = d * 2, rounds + 1
    return h, rounds


def scan_logarithm_rounded_down(a, b):
    """The right states, and a count from a formula."""
    return scan_by_pairs(a, b)[0], int(np.log2(len(b)))


def scan_logarithm(a, b):
    return scan_by_pairs(a, b)[0], np.log2(len(b))


def scan_logarithm_rounded(a, b):
    return scan_by_pairs(a, b)[0], round(np.log2(len(b)))


def scan_by_division(a, b):
    """The closed form: products and sums, where a is not 0."""
    products = np.cumprod(a, axis=0)
    return products * np.cumsum(b / products, axis=0), math.ceil(math.log2(len(a)))


def scan_running_sum(a, b):
    return np.cumsum(a * b, axis=0), math.ceil(math.log2(len(a)))


def scan_one_unit(a, b):
    h, rounds = scan_by_pairs(a, b)
    return h[:, 0], rounds


def scan_only_states(a, b):
    return scan_by_pairs(a, b)[0]


def scan_counts_pairs(a, b):
    h, rounds = scan_by_pairs(a, b)
    return h, sum(len(a) - 2**r for r in range(rounds))


def scan_from_one(a, b):
    b = b.copy()
    b[0] += a[0]
    return scan_by_pairs(a, b)


# --- 10.3 ---------------------------------------------------------------------------------


def backward_in_a_loop(a, h, dh):
    T = len(a)
    da, db = np.zeros_like(a), np.zeros_like(a)
    delta = np.zeros_like(dh[0])
    for t in range(T - 1, -1, -1):
        delta = dh[t] + (a[t + 1] * delta if t + 1 < T else 0)
        db[t] = delta
        da[t] = delta * h[t - 1] if t > 0 else 0
    return da, db


def backward_by_a_scan(a, h, dh):
    """The same recurrence, read from the end, in a few rounds."""
    later = np.concatenate([a[1:], np.zeros_like(a[:1])])
    delta = scan_padded(later[::-1], dh[::-1])[0][::-1]
    return [delta * np.concatenate([np.zeros_like(h[:1]), h[:-1]]), delta]


def backward_by_a_matrix(a, h, dh):
    """h = (1 - A)⁻¹ b, so db is the transposed inverse times dh."""
    T, n = a.shape
    db = np.empty_like(dh)
    for k in range(n):
        db[:, k] = np.linalg.solve((np.eye(T) - np.diag(a[1:, k], -1)).T, dh[:, k])
    before = np.zeros_like(h)
    before[1:] = h[:-1]
    return db * before, db


def backward_in_place(a, h, dh):
    for t in range(len(dh) - 2, -1, -1):
        dh[t] += a[t + 1] * dh[t + 1]
    h[1:] = h[:-1].copy()
    h[0] = 0
    h *= dh
    return h, dh


def _shifted(h):
    return np.vstack([0 * h[:1], h[:-1]])


def backward_direct(a, h, dh):
    return dh * _shifted(h), dh


def backward_a_of_t(a, h, dh):
    delta = dh.copy()
    for t in range(len(dh) - 2, -1, -1):
        delta[t] += a[t] * delta[t + 1]
    return delta * _shifted(h), delta


def backward_without_a(a, h, dh):
    delta = np.cumsum(dh[::-1], axis=0)[::-1]
    return delta * _shifted(h), delta


def backward_forward(a, h, dh):
    delta, d = np.empty_like(dh), dh[0]
    for t in range(len(dh)):
        d = d if t == 0 else dh[t] + a[t] * d
        delta[t] = d
    return delta * _shifted(h), delta


def backward_one_step(a, h, dh):
    delta = dh + np.vstack([a[1:] * dh[1:], 0 * dh[:1]])
    return delta * _shifted(h), delta


def backward_new_state(a, h, dh):
    delta = backward_in_a_loop(a, h, dh)[1]
    return delta * h, delta


def backward_negative_index(a, h, dh):
    """h[t-1] at t = 0 is the last state."""
    delta = backward_in_a_loop(a, h, dh)[1]
    return np.stack([delta[t] * h[t - 1] for t in range(len(h))]), delta


def backward_da_direct(a, h, dh):
    return dh * _shifted(h), backward_in_a_loop(a, h, dh)[1]


def backward_turned(a, h, dh):
    da, db = backward_in_a_loop(a, h, dh)
    return db, da


def backward_of_shared_a(a, h, dh):
    da, db = backward_in_a_loop(a, h, dh)
    return da.sum(axis=0), db


def backward_minus(a, h, dh):
    delta = dh.copy()
    for t in range(len(dh) - 2, -1, -1):
        delta[t] -= a[t + 1] * delta[t + 1]
    return delta * _shifted(h), delta


def backward_twice(a, h, dh):
    da, db = backward_in_a_loop(a, h, dh)
    return 2 * da, 2 * db


def backward_never_turned_round(a, h, dh):
    da, db = backward_in_a_loop(a, h, dh)
    return da[::-1], db[::-1]


def backward_both_things_of_a_scan(a, h, dh):
    """scan gives back two things: turned round, they are not the totals."""
    later = np.concatenate([a[1:], np.zeros_like(a[:1])])
    totals = scan_by_pairs(later[::-1], dh[::-1])[::-1]
    return totals[1] * _shifted(h), totals


def backward_two_steps_back(a, h, dh):
    delta = backward_in_a_loop(a, h, dh)[1]
    return delta * _shifted(_shifted(h)), delta


# --- 10.4 ---------------------------------------------------------------------------------


def half_by_logs(lam):
    return -math.log(2) / math.log(abs(lam))


def half_by_parts(lam):
    return math.log(0.25) / math.log(lam.real**2 + lam.imag**2)


def half_by_polar(lam):
    size, _ = cmath.polar(lam)
    return -1 / np.log2(size)


def half_by_search(lam):
    low, high = 0.0, 1.0
    while abs(lam) ** high > 0.5:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if abs(lam) ** middle > 0.5 else (low, middle)
    return low


def half_of_the_real_part(lam):
    return np.log(0.5) / np.log(np.abs(lam.real))


def half_real_log(lam):
    return np.log(0.5) / np.log(np.array(lam).real)


def half_turn(lam):
    return 2 * math.pi / abs(cmath.phase(lam))


def half_of_lam_itself(lam):
    return np.log(0.5) / np.log(lam)


def half_complex(lam):
    return cmath.log(0.5) / cmath.log(lam)


def half_complex_then_real(lam):
    return (cmath.log(0.5) / cmath.log(lam)).real


def half_energy(lam):
    return math.log(0.5) / math.log((lam * np.conj(lam)).real)


def half_time_constant(lam):
    return -1 / math.log(abs(lam))


def half_counted(lam):
    size, k = 1.0, 0
    while size > 0.5:
        size *= abs(lam)
        k += 1
    return k


def half_negative(lam):
    return math.log(2) / math.log(abs(lam))


def half_imaginary(lam):
    return np.log(0.5) / np.log(np.abs(np.imag(lam)))


def half_quarter(lam):
    return math.log(0.25) / math.log(abs(lam))


def half_with_the_first(lam):
    """The first state, the impulse itself, is counted as a step."""
    return 1 + math.log(0.5) / math.log(abs(lam))


def half_time_constant_cut(lam):
    return float(int(-1 / np.log(abs(lam))))


def half_whole(lam):
    return math.log(0.5) // math.log(abs(lam))


# --- 10.5 ---------------------------------------------------------------------------------


def _squash(a):
    return 0.5 * (1 + np.tanh(a / 2))


def gru_in_a_loop(U_z, b_z, U_c, b_c, x, h0):
    h, out = h0, np.zeros((len(x), len(h0)))
    for t in range(len(x)):
        z = _squash(U_z @ x[t] + b_z)
        h = (1 - z) * h + z * (U_c @ x[t] + b_c)
        out[t] = h
    return out


def gru_scanned(U_z, b_z, U_c, b_c, x, h0):
    z = _squash(x @ U_z.T + b_z)
    a, b = 1 - z, z * (x @ U_c.T + b_c)
    b[0] += a[0] * h0
    return scan_padded(a, b)[0]


def gru_unit_by_unit(U_z, b_z, U_c, b_c, x, h0):
    columns = []
    for k in range(len(h0)):
        h, column = h0[k], []
        for x_t in x:
            z = 1 / (1 + math.exp(-(U_z[k] @ x_t + b_z[k])))
            h += z * (U_c[k] @ x_t + b_c[k] - h)
            column.append(h)
        columns.append(column)
    return np.array(columns).T


def _gru(U_z, b_z, U_c, b_c, x, h0, step):
    out = []
    for x_t in x:
        h0 = step(h0, U_z @ x_t + b_z, U_c @ x_t + b_c)
        out.append(h0)
    return np.array(out)


def gru_turned(*given):
    return _gru(*given, lambda h, a, c: _squash(a) * h + (1 - _squash(a)) * c)


def gru_with_tanh(*given):
    return _gru(*given, lambda h, a, c: (1 - _squash(a)) * h + _squash(a) * np.tanh(c))


def gru_open(*given):
    return _gru(*given, lambda h, a, c: (1 - a) * h + a * c)


def gru_keeps_all(*given):
    return _gru(*given, lambda h, a, c: h + _squash(a) * c)


def gru_from_zero(U_z, b_z, U_c, b_c, x, h0):
    z = _squash(x @ U_z.T + b_z)
    return scan_padded(1 - z, z * (x @ U_c.T + b_c))[0]


def gru_in_one_array(U_z, b_z, U_c, b_c, x, h0):
    h, out = h0, []
    for x_t in x:
        z = _squash(U_z @ x_t + b_z)
        h *= 1 - z
        h += z * (U_c @ x_t + b_c)
        out.append(h)
    return np.array(out)


def gru_h0_into_b(U_z, b_z, U_c, b_c, x, h0):
    z = _squash(x @ U_z.T + b_z)
    b = z * (x @ U_c.T + b_c)
    b[0] += h0
    return scan_padded(1 - z, b)[0]


def gru_h0_into_every_b(U_z, b_z, U_c, b_c, x, h0):
    z = _squash(x @ U_z.T + b_z)
    return scan_padded(1 - z, z * (x @ U_c.T + b_c) + (1 - z) * h0)[0]


def gru_gate_on_the_state(*given):
    return _gru(*given, lambda h, a, c: (1 - _squash(a + h)) * h + _squash(a + h) * c)


def gru_with_h0(U_z, b_z, U_c, b_c, x, h0):
    return np.vstack([h0, gru_in_a_loop(U_z, b_z, U_c, b_c, x, h0)])


def gru_minus(*given):
    return _gru(*given, lambda h, a, c: (1 - _squash(a)) * h - _squash(a) * c)


def gru_of_lesson_08(*given):
    return _gru(*given, lambda h, a, c: _squash(a) * h + (1 - _squash(a)) * np.tanh(c))


def gru_of_lesson_08_plus_h0(U_z, b_z, U_c, b_c, x, h0):
    return h0 + gru_of_lesson_08(U_z, b_z, U_c, b_c, x, np.zeros(len(h0)))


# --- 10.6 ---------------------------------------------------------------------------------


def sweep_in_a_loop(w, x, h0, h):
    new = np.empty(len(h))
    for t in range(len(h)):
        guess, state = (h[t - 1], new[t - 1]) if t else (h0, h0)
        f = np.tanh(w * guess + x[t])
        new[t] = f + w * (1 - f * f) * (state - guess)
    return new


def sweep_scanned(w, x, h0, h):
    before = np.append(h0, h[:-1])
    f = np.tanh(w * before + x)
    a = w / np.cosh(w * before + x) ** 2
    b = f - a * before
    b[0] += a[0] * h0
    return scan_padded(a[:, None], b[:, None])[0][:, 0]


def sweep_by_newton_in_matrices(w, x, h0, h):
    """Solve J d = -F for the whole trajectory, F(t) = h(t) - tanh(w h(t-1) + x(t))."""
    f = np.tanh(w * np.append(h0, h[:-1]) + x)
    J = np.eye(len(h)) - np.diag(w * (1 - f[1:] ** 2), -1)
    return h - np.linalg.solve(J, h - f)


def sweep_in_place(w, x, h0, h):
    old, new = h0, h0
    for t in range(len(h)):
        f = np.tanh(w * old + x[t])
        new = f + w * (1 - f**2) * (new - old)
        old, h[t] = h[t], new
    return h


def _sweep(w, x, h0, h, slope=None, before=None, old=None):
    before = np.append(h0, h[:-1]) if before is None else before
    f = np.tanh(w * before + x)
    slope = w * (1 - f**2) if slope is None else slope(before, f)
    old, new, state = before if old is None else old, [], h0
    for t in range(len(h)):
        state = f[t] + slope[t] * (state - old[t])
        new.append(state)
    return np.array(new)


def sweep_jacobi(w, x, h0, h):
    return np.tanh(w * np.append(h0, h[:-1]) + x)


def sweep_runs(w, x, h0, h):
    new = []
    for x_t in x:
        h0 = np.tanh(w * h0 + x_t)
        new.append(h0)
    return new


def sweep_slope_at_h(w, x, h0, h):
    return _sweep(w, x, h0, h, slope=lambda before, f: w * (1 - h**2))


def sweep_slope_before(w, x, h0, h):
    return _sweep(w, x, h0, h, slope=lambda before, f: w * (1 - before**2))


def sweep_without_w(w, x, h0, h):
    return _sweep(w, x, h0, h, slope=lambda before, f: 1 - f**2)


def sweep_whole_state(w, x, h0, h):
    return _sweep(w, x, h0, h, old=0 * h)


def sweep_not_shifted(w, x, h0, h):
    return _sweep(w, x, h0, h, before=h)


def sweep_cell_not_shifted(w, x, h0, h):
    f, new, before, old = np.tanh(w * h + x), [], h0, h0
    for t in range(len(x)):
        before = f[t] + w * (1 - f[t] ** 2) * (before - old)
        old = h[t]
        new.append(before)
    return np.array(new)


def sweep_from_zero(w, x, h0, h):
    return sweep_in_a_loop(w, x, 0.0, h)


def sweep_only_one_step(w, x, h0, h):
    f = np.tanh(w * np.append(h0, h[:-1]) + x)
    return f + w * (1 - f**2) * np.append(0.0, (f - h)[:-1])


def _scanned(a, b):
    return scan_padded(a[:, None], b[:, None])[0][:, 0]


def sweep_by_a_bare_scan(w, x, h0, guess):
    g = np.concatenate([[h0], guess[:-1]])
    f = np.tanh(w * g + x)
    slope = w * (1 - f**2)
    return _scanned(slope, f - slope * g)


def sweep_with_h0_in_b(w, x, h0, guess):
    g = np.concatenate([[h0], guess[:-1]])
    f = np.tanh(w * g + x)
    slope = w * (1 - f**2)
    b = f - slope * g
    b[0] = f[0] + slope[0] * h0
    return _scanned(slope, b)


def sweep_with_f_for_b(w, x, h0, guess):
    f = np.tanh(w * np.append(h0, guess[:-1]) + x)
    return _scanned(w * (1 - f**2), f)


def sweep_around_the_end(w, x, h0, guess):
    """At t = 0, entry t-1 is the last."""
    new = np.zeros_like(guess)
    for t in range(len(guess)):
        f = np.tanh(w * guess[t - 1] + x[t])
        new[t] = f + w * (1 - f**2) * (new[t - 1] - guess[t - 1])
    return new


def sweep_around_the_end_in_a_copy(w, x, h0, guess):
    new = guess.copy()
    for t in range(len(guess)):
        f = np.tanh(w * guess[t - 1] + x[t])
        new[t] = f + w * (1 - f**2) * (new[t - 1] - guess[t - 1])
    return new


def sweep_around_the_end_from_h0(w, x, h0, guess):
    new, before = [], h0
    for t in range(len(guess)):
        f = np.tanh(w * guess[t - 1] + x[t])
        before = f + w * (1 - f**2) * (before - guess[t - 1])
        new.append(before)
    return new


def sweep_corrects_around_the_end(w, x, h0, guess):
    """What goes into step 1 is thought of, what is taken off there is not."""
    new = np.zeros_like(guess)
    for t in range(len(guess)):
        f = np.tanh(w * (guess[t - 1] if t > 0 else h0) + x[t])
        new[t] = f + w * (1 - f**2) * (new[t - 1] - guess[t - 1])
    return new


def sweep_corrects_h0_around_the_end(w, x, h0, guess):
    f = np.tanh(w * np.append(h0, guess[:-1]) + x)
    new, before = [], h0
    for t in range(len(guess)):
        before = f[t] + w * (1 - f[t] ** 2) * (before - guess[t - 1])
        new.append(before)
    return new


def sweep_from_the_guess(w, x, h0, guess):
    g, new, before = np.append(h0, guess), [], h0
    for t in range(len(x)):
        f = np.tanh(w * g[t] + x[t])
        before = guess[t] + w * (1 - f**2) * (before - g[t])
        new.append(before)
    return new


def sweep_twice(w, x, h0, h):
    return sweep_in_a_loop(w, x, h0, sweep_in_a_loop(w, x, h0, h))


def sweep_minus(w, x, h0, h):
    return _sweep(w, x, h0, h, slope=lambda before, f: -w * (1 - f**2))


def sweep_input_late(w, x, h0, h):
    return sweep_in_a_loop(w, np.append(0.0, x[:-1]), h0, h)


def sweep_half_way(w, x, h0, h):
    return (h + sweep_in_a_loop(w, x, h0, h)) / 2


def sweep_with_h0(w, x, h0, h):
    return np.append(h0, sweep_in_a_loop(w, x, h0, h))


def sweep_slope_at_the_guess_without_w(w, x, h0, guess):
    g = np.append(h0, guess[:-1])
    f, new = np.tanh(w * g + x), [h0]
    for t in range(len(x)):
        new.append(f[t] + (1 - guess[t] ** 2) * (new[t] - g[t]))
    return np.array(new[1:])


def gru_with_tanh_ungated(U_z, b_z, U_c, b_c, x, h0):
    states = [h0]
    for x_t in x:
        keep = 1 / (1 + np.exp(U_z @ x_t + b_z))
        states.append(keep * states[-1] + np.tanh(U_c @ x_t + b_c))
    return np.array(states[1:])


def sweep_from_f(w, x, h0, guess):
    g = np.append(h0, guess)
    f = np.tanh(w * g[:-1] + x)
    moved, new = 0.0, []
    for f_t, g_t in zip(f, guess, strict=True):
        moved = w * (1 - f_t**2) * moved + f_t - g_t
        new.append(f_t + moved)
    return np.array(new)


RIGHT = {
    "10.1": [combine_by_index, combine_by_two_points, combine_by_matrices, combine_whole],
    "10.2": [scan_by_pairs, scan_padded, scan_in_place, scan_last_step_first],
    "10.3": [backward_in_a_loop, backward_by_a_scan, backward_by_a_matrix, backward_in_place],
    "10.4": [half_by_logs, half_by_parts, half_by_polar, half_by_search],
    "10.5": [gru_in_a_loop, gru_scanned, gru_unit_by_unit],
    "10.6": [sweep_in_a_loop, sweep_scanned, sweep_by_newton_in_matrices, sweep_in_place],
}

WRONG = {
    "10.1": [
        Wrong(combine_backwards, "_the_other_order", "second step first"),
        Wrong(combine_adds, "_offsets_added", "add the two offsets"),
        Wrong(combine_adds_all, "_factors_added", "Do two factors in a row add"),
        Wrong(combine_wrong_factor, "_own_offset_scaled", "Which step comes after b1"),
        Wrong(combine_forgets, "_second_offset_lost", "Start from h = 0"),
        Wrong(combine_multiplies, "_offsets_multiplied", "multiply the two offsets"),
        Wrong(combine_minus, None, "subtracts `b2` where it should be added"),
        Wrong(combine_one_thing, None, "Return 2 things, (a, b)"),
    ],
    "10.2": [
        Wrong(scan_loop, "_one_after_the_other_from_h0", "one after the other"),
        Wrong(scan_loop_from_the_second, "_one_after_the_other", "one after the other"),
        Wrong(scan_old_a, "_factors_never_combined", "still that of one step"),
        Wrong(scan_a_too_soon, "_factors_first", "before b has used it"),
        Wrong(scan_forward_within_a_round, "_reads_what_it_has_written", "changed already"),
        Wrong(scan_rolls, "_goes_round_the_end", "wraps around"),
        Wrong(scan_stops_early, "_rounds_rounded_down", "not a power of 2"),
        Wrong(scan_goes_on, "_one_round_too_many", "one round too many"),
        Wrong(scan_logarithm_rounded_down, "_count_rounded_down", "when T = 5"),
        Wrong(scan_logarithm, "_count_not_rounded", "How many whole rounds"),
        Wrong(scan_logarithm_rounded, "_count_to_the_nearest", "to the nearest integer"),
        Wrong(scan_by_division, "_divides_by_the_factors", "divide by products"),
        Wrong(scan_running_sum, "_sum_of_the_own_products", "which of them act on b(1)"),
        Wrong(scan_one_unit, None, "holds only the first of what is expected along axis 1 (unit)"),
        Wrong(scan_only_states, None, "Return 2 things, (h, rounds)"),
        Wrong(scan_counts_pairs, "_combinations_counted", "how many pairs are combined"),
        Wrong(scan_from_one, "_starts_from_one", "those of h(0) = 1"),
    ],
    "10.3": [
        Wrong(backward_direct, "_direct_only", "You use the direct gradients"),
        Wrong(backward_a_of_t, "_factor_of_the_same_step", "Which step's factor"),
        Wrong(backward_without_a, "_no_factor", "total gradient unchanged"),
        Wrong(backward_forward, "_forward_in_time", "You walk forward"),
        Wrong(backward_one_step, "_passes_on_the_direct", "direct one or the total"),
        Wrong(backward_new_state, "_new_state", "`da`: In a(t) h(t-1)"),
        Wrong(
            backward_negative_index, "_last_state_before_the_first", "multiplied by the last state"
        ),
        Wrong(backward_da_direct, "_da_from_the_direct", "Your da uses the direct"),
        Wrong(backward_turned, None, "order is not"),
        Wrong(backward_of_shared_a, None, "`da` is the sum over the steps"),
        Wrong(backward_minus, None, "`a` with its sign reversed"),
        Wrong(backward_twice, None, "2 times the right answer"),
        Wrong(backward_never_turned_round, None, "backwards along the steps"),
        Wrong(backward_both_things_of_a_scan, None, "Return an array, `d"),
        Wrong(backward_two_steps_back, "_two_states_before", "You use h(t-2)"),
    ],
    "10.4": [
        Wrong(half_of_the_real_part, "_size_of_the_real_part", "What about the imaginary part"),
        Wrong(half_real_log, "_real_part", "real part of lam"),
        Wrong(half_turn, "_period", "one full turn"),
        Wrong(half_complex, "_complex_logarithm", "Your answer is complex"),
        Wrong(half_complex_then_real, "_real_part_at_the_end", "a real part at the end"),
        Wrong(half_of_lam_itself, "_logarithm_of_lam_itself", "What is the size of lam"),
        Wrong(half_energy, "_of_the_square", "Half of what it should be"),
        Wrong(half_time_constant, "_to_one_over_e", "time to 1/e"),
        Wrong(half_counted, "_whole_steps", "round up"),
        Wrong(half_negative, "_sign_lost", "Your number of steps is negative"),
        Wrong(half_imaginary, "_imaginary_part", "use the imaginary part"),
        Wrong(half_quarter, "_root_of_the_size", "not to a quarter"),
        Wrong(half_with_the_first, None, "the right answer plus 1"),
        Wrong(half_whole, None, "the right answer rounded down"),
        Wrong(half_time_constant_cut, "_to_one_over_e", "In addition, `steps` is rounded down"),
    ],
    "10.5": [
        Wrong(
            gru_with_tanh_ungated,
            "_tanh_candidate",
            "Two mistakes at once",
            also="_candidate_ungated",
        ),
        Wrong(gru_turned, "_gate_the_other_way", "how much is new"),
        Wrong(gru_with_tanh, "_tanh_candidate", "as the GRU does"),
        Wrong(gru_of_lesson_08, "_as_in_the_gru", "mix as the GRU does"),
        Wrong(
            gru_of_lesson_08_plus_h0,
            "_as_in_the_gru",
            "Two mistakes at once",
            also="_h0_added_afterwards",
        ),
        Wrong(gru_open, "_gate_without_sigmoid", "between 0 and 1"),
        Wrong(gru_keeps_all, "_nothing_forgotten", "remove nothing"),
        Wrong(gru_from_zero, "_starts_from_zero", "starts from 0"),
        Wrong(gru_in_one_array, "_every_row_the_last", "changed in place"),
        Wrong(gru_h0_into_b, "_h0_whole_into_b", "How much of it does step 1 keep"),
        Wrong(gru_h0_into_every_b, "_h0_into_every_b", "which b does it belong"),
        Wrong(gru_gate_on_the_state, "_gate_on_the_state", "gate uses the state"),
        Wrong(gru_with_h0, None, "one entry too many at the start of the steps"),
        Wrong(gru_minus, None, "subtracts the term with `z` and `c`"),
    ],
    "10.6": [
        Wrong(sweep_from_f, "_correction_added_to_f", "To which of the two"),
        Wrong(
            sweep_slope_at_the_guess_without_w,
            "_slope_at_the_guess",
            "with the guess",
            also="_no_w",
        ),
        Wrong(sweep_jacobi, "_no_correction", "where does the slope come in"),
        Wrong(sweep_runs, "_the_run_itself", "This is the exact run"),
        Wrong(sweep_slope_at_h, "_slope_at_the_guess", "with the guess"),
        Wrong(sweep_slope_before, "_slope_of_the_step_before", "state that goes in"),
        Wrong(sweep_without_w, "_no_w", "slope is that of tanh alone"),
        Wrong(sweep_whole_state, "_guess_not_taken_off", "how far new(t-1) is"),
        Wrong(sweep_not_shifted, "_guess_not_shifted", "Which state goes into step t"),
        Wrong(
            sweep_cell_not_shifted,
            "_cell_at_the_guess_of_the_same_step",
            "which of the two goes into step t",
        ),
        Wrong(sweep_from_zero, "_starts_from_zero", "whatever h0 is"),
        Wrong(sweep_only_one_step, "_old_deviation", "only the deviation one step back"),
        Wrong(sweep_by_a_bare_scan, "_h0_taken_off_only", "`scan` starts from 0"),
        Wrong(sweep_with_h0_in_b, "_h0_not_taken_off", "how far apart are they"),
        Wrong(sweep_with_f_for_b, "_offset_is_f", "what is left for b"),
        Wrong(sweep_around_the_end, "_wraps_and_starts_from_zero", "`guess[-1]`"),
        Wrong(sweep_around_the_end_in_a_copy, "_wraps_and_starts_from_the_end", "`guess[-1]`"),
        Wrong(sweep_around_the_end_from_h0, "_wraps_and_starts_from_h0", "`guess[-1]`"),
        Wrong(sweep_corrects_around_the_end, "_correction_wraps_from_zero", "`guess[-1]`"),
        Wrong(sweep_corrects_h0_around_the_end, "_correction_wraps_from_h0", "`guess[-1]`"),
        Wrong(sweep_from_the_guess, "_guess_for_f", "Through which point"),
        Wrong(sweep_twice, "_two_sweeps", "of two sweeps"),
        Wrong(sweep_minus, None, "uses h² - 1 instead of 1 - h²"),
        Wrong(sweep_input_late, None, "`x` read one entry too early"),
        Wrong(sweep_half_way, "_half_way", "only halfway"),
        Wrong(sweep_with_h0, None, "one entry too many at the start of the steps"),
    ],
}
