"""The unit of lesson 06, h(t) = tanh(w h(t-1) + x(t)), and its gradient taken apart.

A rule says how one step is passed on the way back: rule(w, before, after) -> (own, back), with
own = ∂h(t)/∂w at fixed h(t-1), and back = ∂h(t)/∂h(t-1). All rules but `right` are mistakes.
"""

import numpy as np


def states(w, x, h0):
    """h(0), …, h(T): an array (T+1,)."""
    h = [h0]
    for x_t in x:
        h.append(np.tanh(w * h[-1] + x_t))
    return np.array(h)


def drawn(rng, w, T, signs=(-1, 1)):
    """Arguments w, x, h0, y of a run of T steps whose states stay away from 0 and ±1.

    signs: what the sign of h0 is drawn from.
    """
    h0 = float(rng.choice(signs) * rng.uniform(0.4, 0.9))
    x = rng.choice([-1, 1], size=T) * rng.uniform(0.1, 0.6, size=T)
    return w, x, h0, rng.uniform(-0.9, 0.9, size=T)


def right(w, before, after):
    return (1 - after**2) * before, (1 - after**2) * w


def new_state(w, before, after):
    return (1 - after**2) * after, (1 - after**2) * w


def no_slope(w, before, after):
    return before, w + 0 * after


def no_slope_in_dw(w, before, after):
    return before, (1 - after**2) * w


def no_slope_on_the_way(w, before, after):
    return (1 - after**2) * before, w + 0 * after


def slope_of_the_step_before(w, before, after):
    return (1 - before**2) * before, (1 - before**2) * w


def tanh_twice(w, before, after):
    slope = 1 - np.tanh(after) ** 2
    return slope * before, slope * w


def no_w(w, before, after):
    return (1 - after**2) * before, 1 - after**2


def contributions(w, x, h0, y, rule=right):
    """Entry (t, τ) of a (T, T) array: what the loss of step t+1 says of the copy in step τ+1."""
    h = states(w, x, h0)
    return contributions_of(h[1:] - y, *rule(w, h[:-1], h[1:]))


def contributions_of(direct, own, back):
    """The same from the direct gradients and from the two factors of each step, arrays (T,)."""
    T = len(direct)
    table = np.zeros((T, T))
    for t in range(T):
        from_here = direct[t]
        for step in range(t, -1, -1):
            table[t, step] = from_here * own[step]
            from_here = from_here * back[step]
    return table
