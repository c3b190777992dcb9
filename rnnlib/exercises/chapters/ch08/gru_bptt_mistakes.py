"""What goes wrong in exercise 08.8: wrong walks back through a GRU, and what is said of them."""

import numpy as np

from rnnlib.exercises.chapters.sentences import (
    FIRST_COPY_ALONE,
    LAST_COPY_ALONE,
    LAST_LOSS_ALONE,
    LAST_STEP_LEFT_OUT,
    MEAN_OF_THE_COPIES,
    NEW_STATE_BESIDE_A_MATRIX,
    TOTAL_ON_THE_FIRST_STATE,
)
from rnnlib.exercises.spec import Mistake


def _one_step(W, h_before, h_after, gates, q, dh_total, fault):
    """da on b + U x, dw on W h(t-1), and what h(t-1) gets; `fault` names what is wrong."""
    r, z, n = gates
    new, old = (z, 1 - z) if fault == "z exchanged" else (1 - z, z)
    kept = {"new state in dz": h_after, "n alone in dz": 0 * n}.get(fault, h_before)
    dz = dh_total * (kept - n)
    if fault in ("z exchanged", "sign of dz"):
        dz = -dz
    slope_n = 1 if fault == "no slope of tanh" else n * (1 - n) if fault == "g slope" else 1 - n**2
    da_n = dh_total * new * slope_n
    dr = da_n * (h_before if fault == "r on h" else q)
    slope_r, slope_z = (1, 1) if fault == "no logistic slopes" else (r * (1 - r), z * (1 - z))
    da_r, da_z = dr * slope_r, dz * slope_z
    dq = da_n if fault == "no r" else da_n * r
    da = np.concatenate([da_r, da_z, dq if fault == "r on x too" else da_n])
    dw = np.concatenate([da_r, da_z, dq])
    through_W = W.T @ (da if fault in ("da back to h", "da for W and h") else dw)
    if fault == "W not transposed":
        blocks = zip(np.split(W, 3), np.split(dw, 3), strict=True)
        through_W = sum(block @ part for block, part in blocks)
    straight = dh_total * old
    if fault == "along z alone":
        through_W = 0 * through_W
    if fault == "through W alone":
        straight = 0 * straight
    if fault == "whole dh straight":
        straight = dh_total
    return da, dw, straight + through_W


def _walk(fault, U, W, x, h, gates, q, dh_direct):
    """da and dw of all steps, and what is left at h(0)."""
    T = len(x)
    da, dw = np.zeros((2, T, len(W)))
    future = np.zeros_like(h[0])
    steps = range(1, T + 1) if fault == "forward in time" else range(T, 0, -1)
    if fault == "first step left out":
        steps = range(T, 1, -1)
    for t in steps:
        arrived = 0 if fault == "never carries" else future
        dh_total = dh_direct[t - 1] + arrived
        here = W, h[t - 1], h[t], gates[t - 1], q[t - 1], dh_total, fault
        da[t - 1], dw[t - 1], back = _one_step(*here)
        future = future + back if fault == "piles up" else back
    return da, dw, future


def _answer(fault, U, W, x, h, gates, q, dh_direct):
    da, dw, dh0 = _walk(fault, U, W, x, h, gates, q, dh_direct)
    n = h.shape[1]
    beside_W = h[1:] if fault == "new state in dW" else h[:-1]
    for_W = da if fault in ("da for W", "da for W and h") else dw
    for_b_hn = da if fault == "da for b_hn" else dw
    return da.T @ x, for_W.T @ beside_W, da.sum(0), for_b_hn[:, 2 * n :].sum(0), dh0


def _of(fault):
    """The walk with this one fault, as a function of the exercise's arguments."""

    def wrong(U, W, x, h, gates, q, dh_direct):
        return _answer(fault, U, W, x, h, gates, q, dh_direct)

    wrong.__name__ = "_" + fault.replace(" ", "_")
    return wrong


def _of_steps(some, divide, U, W, x, h, gates, q, dh_direct):
    """The weights' contributions of some steps alone, or divided by the number of steps."""
    da, dw, dh0 = _walk("", U, W, x, h, gates, q, dh_direct)
    n, by = h.shape[1], len(x) if divide else 1
    da, dw = da[some] / by, dw[some] / by
    return da.T @ x[some], dw.T @ h[:-1][some], da.sum(0), dw[:, 2 * n :].sum(0), dh0


def _first_copy_alone(U, W, x, h, gates, q, dh_direct):
    return _of_steps(slice(0, 1), False, U, W, x, h, gates, q, dh_direct)


def _last_copy_alone(U, W, x, h, gates, q, dh_direct):
    return _of_steps(slice(-1, None), False, U, W, x, h, gates, q, dh_direct)


def _mean_over_steps(U, W, x, h, gates, q, dh_direct):
    return _of_steps(slice(None), True, U, W, x, h, gates, q, dh_direct)


def _last_loss_alone(U, W, x, h, gates, q, dh_direct):
    last = np.zeros_like(dh_direct)
    last[-1] = dh_direct[-1]
    return _answer("", U, W, x, h, gates, q, last)


def _last_step_left_out(U, W, x, h, gates, q, dh_direct):
    shorter = dh_direct.copy()
    shorter[-1] = 0
    return _answer("", U, W, x, h, gates, q, shorter)


def _total_of_step_1(U, W, x, h, gates, q, dh_direct):
    *weights, _ = _answer("", U, W, x, h, gates, q, dh_direct)
    _, _, future = _walk("first step left out", U, W, x, h, gates, q, dh_direct)
    return *weights, dh_direct[0] + future


def _bias_of_the_gates(U, W, x, h, gates, q, dh_direct):
    """db made like dW, from what goes through W h(t-1)."""
    dU, dW, _, db_hn, dh0 = _answer("", U, W, x, h, gates, q, dh_direct)
    _, dw, _ = _walk("", U, W, x, h, gates, q, dh_direct)
    return dU, dW, dw.sum(0), db_hn, dh0


MISTAKES = (
    Mistake(
        _of("never carries"),
        "Each step gets the gradient of its own loss and nothing from the future. What a step "
        "passes back to h(t-1) belongs in the next iteration of the loop.",
    ),
    Mistake(
        _of("through W alone"),
        "Your gradient goes back through W alone. In h(t) = (1 - z) n + z h(t-1), h(t-1) also "
        "appears directly: this is the path that the GRU was designed for.",
    ),
    Mistake(
        _of("along z alone"),
        "Your gradient goes back along z alone. r, z and n read h(t-1) too, through W.",
    ),
    Mistake(
        _of("whole dh straight"),
        "You pass the whole total gradient straight back to h(t-1). What multiplies h(t-1) in "
        "h(t) = (1 - z) n + z h(t-1)?",
    ),
    Mistake(
        _of("z exchanged"),
        "This would be right if z multiplied the candidate, as in Chung et al. 2014. Here z "
        "multiplies h(t-1): h(t) = (1 - z) n + z h(t-1).",
    ),
    Mistake(
        _of("sign of dz"),
        "Your gradient on z has the wrong sign. When z grows, does h(t) move toward n or toward "
        "h(t-1)?",
    ),
    Mistake(
        _of("new state in dz"),
        "Your gradient on z uses h(t). Which state does z multiply?",
    ),
    Mistake(
        _of("n alone in dz"),
        "z appears in h(t) twice, with h(t-1) and in 1 - z. Your gradient on z has only the "
        "second.",
    ),
    Mistake(
        _of("no slope of tanh"),
        "n has been through tanh: its slope is missing between n and what U, W and b go into.",
    ),
    Mistake(
        _of("g slope"),
        "You use n (1 - n) as the slope of n. Which nonlinearity produced n?",
    ),
    Mistake(
        _of("no logistic slopes"),
        "r and z have been through the logistic function: its slopes, r (1 - r) and z (1 - z), are "
        "missing.",
    ),
    Mistake(
        _of("r on h"),
        "Your gradient on r would fit if r multiplied h(t-1). In the form used here it multiplies "
        "q = W_n h(t-1) + b_hn.",
    ),
    Mistake(
        _of("no r"),
        "r is between n and W_n h(t-1), on the way back too. It is missing from your block n of "
        "dW.",
    ),
    Mistake(
        _of("r on x too"),
        "Your block n of dU and db is multiplied by r. In n = tanh(b_n + U_n x + r q), what does r "
        "multiply?",
    ),
    Mistake(
        _of("da for W and h"),
        "Your dW and your way back to h(t-1) are computed from da. r is between n and W_n h(t-1): "
        "in which block is it missing?",
    ),
    Mistake(
        _of("da back to h"),
        "In your path through W to h(t-1), block n lacks r. In n = tanh(b_n + U_n x + r q), "
        "h(t-1) is in q.",
    ),
    Mistake(
        _of("da for W"),
        "Your dW is computed from da, like dU. r is between n and W_n h(t-1): which block differs?",
    ),
    Mistake(
        _of("da for b_hn"),
        "b_hn is in q, inside the product with r. Your db_hn is that of a bias outside of it.",
    ),
    Mistake(
        _bias_of_the_gates,
        "Your db is computed like dW. b is next to U x, outside the product with r.",
    ),
    Mistake(
        _of("W not transposed"),
        "The blocks of W are used without a transpose on the way back: unit j of h(t-1) collects "
        "its gradient along column j of W.",
    ),
    Mistake(_of("new state in dW"), NEW_STATE_BESIDE_A_MATRIX),
    Mistake(
        _of("piles up"),
        "You add what comes back for h(t-1) to what came back for h(t). That has already gone "
        "through z and W: why a second time?",
    ),
    Mistake(
        _of("forward in time"),
        "Your loop runs forward in time. A step needs the gradient from the future: which step "
        "can you start with?",
    ),
    Mistake(
        _of("first step left out"),
        "The step from h(0) to h(1) is missing here. It has a copy of the weights like any other, "
        "and reads h(0) and x(1). Where does your loop end?",
    ),
    Mistake(_total_of_step_1, TOTAL_ON_THE_FIRST_STATE),
    Mistake(_last_loss_alone, LAST_LOSS_ALONE),
    Mistake(_last_step_left_out, LAST_STEP_LEFT_OUT),
    Mistake(_first_copy_alone, FIRST_COPY_ALONE),
    Mistake(_last_copy_alone, LAST_COPY_ALONE),
    Mistake(_mean_over_steps, MEAN_OF_THE_COPIES),
)
