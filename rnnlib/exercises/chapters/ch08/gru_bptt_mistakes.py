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


def _answer(
    W,
    x,
    h,
    gates,
    q,
    dh_direct,
    *,
    new=None,
    old=None,
    on_z=None,
    slope_n=None,
    slope_r=None,
    slope_z=None,
    to_r=None,
    for_U=1,
    for_b=1,
    for_W=None,
    for_b_hn=None,
    for_h=None,
    beside_W=None,
    keep=1,
    piles=0,
    steps=None,
    share=1.0,
):
    """dU, dW, db, db_hn and dh0 of a walk; each keyword stands in for something right.

    new, old: the factors of n and of h(t-1) in h(t). on_z: the derivative of h(t) by z. to_r(da_n,
    t): the gradient on r(t). for_…: the factors of da_n in what these get. keep, piles: the factors
    of what arrives, when a step uses it and when it is added to what arrives next. share: the
    factors of the steps' contributions.
    """
    r, z, n = np.moveaxis(gates, 1, 0)
    new, old, on_z = _or(new, 1 - z), _or(old, z), _or(on_z, h[:-1] - n)
    slope_n, slope_r = _or(slope_n, 1 - n**2), _or(slope_r, r * (1 - r))
    slope_z, for_h = _or(slope_z, z * (1 - z)), _or(for_h, r)
    parts, future = np.zeros(gates.shape), np.zeros_like(h[0])
    for t in reversed(range(len(x))) if steps is None else steps:
        total = dh_direct[t] + keep * future
        da_n = total * new[t] * slope_n[t]
        da_r = slope_r[t] * (da_n * q[t] if to_r is None else to_r(da_n, t))
        da_z = total * on_z[t] * slope_z[t]
        parts[t] = da_r, da_z, da_n
        through_W = W.T @ np.concatenate([da_r, da_z, for_h[t] * da_n])
        future = old[t] * total + through_W + piles * future

    def beside(factor):
        own = parts * np.reshape(share, (-1, 1, 1))
        own[:, 2] *= factor
        return own.reshape(len(x), -1)

    dU, dW = beside(for_U).T @ x, beside(_or(for_W, r)).T @ _or(beside_W, h[:-1])
    db_hn = beside(_or(for_b_hn, r)).sum(0)[-h.shape[1] :]
    return dU, dW, beside(for_b).sum(0), db_hn, future


def _or(own, right):
    """What is wrong here, or else what is right, in the shape of the latter."""
    return right if own is None else np.broadcast_to(own, right.shape)


def _of(fault, own):
    """The walk with the keywords own(h, r, z, n)."""

    def wrong(U, W, x, h, gates, q, dh_direct):
        keywords = own(h, *np.moveaxis(gates, 1, 0))
        return _answer(W, x, h, gates, keywords.pop("q", q), dh_direct, **keywords)

    wrong.__name__ = "_" + fault.replace(" ", "_")
    return wrong


def _along_z_alone(U, W, x, h, gates, q, dh_direct):
    return _answer(0 * W, x, h, gates, q, dh_direct)


def _W_not_transposed(U, W, x, h, gates, q, dh_direct):
    turned = np.concatenate([block.T for block in np.split(W, 3)])
    return _answer(turned, x, h, gates, q, dh_direct)


def _r_before_the_product(U, W, x, h, gates, q, dh_direct):
    W_n = np.split(W, 3)[2]

    def to_r(da_n, t):
        return (W_n.T @ da_n) * h[t]

    return _answer(W, x, h, gates, q, dh_direct, to_r=to_r)


def _first_step_left_out(U, W, x, h, gates, q, dh_direct):
    return _answer(W, x, h, gates, q, dh_direct, steps=range(len(x) - 1, 0, -1))


def _last_loss_alone(U, W, x, h, gates, q, dh_direct):
    last = np.zeros_like(dh_direct)
    last[-1] = dh_direct[-1]
    return _answer(W, x, h, gates, q, last)


def _last_step_left_out(U, W, x, h, gates, q, dh_direct):
    shorter = dh_direct.copy()
    shorter[-1] = 0
    return _answer(W, x, h, gates, q, shorter)


def _total_of_step_1(U, W, x, h, gates, q, dh_direct):
    *weights, _ = _answer(W, x, h, gates, q, dh_direct)
    *_, future = _first_step_left_out(U, W, x, h, gates, q, dh_direct)
    return *weights, dh_direct[0] + future


MISTAKES = (
    Mistake(
        _of("never carries", lambda h, r, z, n: {"keep": 0}),
        "Each step gets the gradient of its own loss and nothing from the future. What a step "
        "passes back to h(t-1) belongs in the next iteration of the loop.",
    ),
    Mistake(
        _of("through W alone", lambda h, r, z, n: {"old": 0}),
        "Your gradient goes back through W alone. In h(t) = (1 - z) n + z h(t-1), h(t-1) also "
        "appears directly: this is the path that the GRU was designed for.",
    ),
    Mistake(
        _along_z_alone,
        "Your gradient goes back along z alone. r, z and n read h(t-1) too, through W.",
    ),
    Mistake(
        _of("whole dh straight", lambda h, r, z, n: {"old": 1}),
        "You pass the whole total gradient straight back to h(t-1). What multiplies h(t-1) in "
        "h(t) = (1 - z) n + z h(t-1)?",
    ),
    Mistake(
        _of("z exchanged", lambda h, r, z, n: {"new": z, "old": 1 - z, "on_z": n - h[:-1]}),
        "This would be right if z multiplied the candidate, as in Chung et al. 2014. Here z "
        "multiplies h(t-1): h(t) = (1 - z) n + z h(t-1).",
    ),
    Mistake(
        _of("z on n", lambda h, r, z, n: {"new": z}),
        "Your gradient on n is multiplied by z. What multiplies n in h(t) = (1 - z) n + z h(t-1)?",
    ),
    Mistake(
        _of("sign of dz", lambda h, r, z, n: {"on_z": n - h[:-1]}),
        "Your gradient on z has the wrong sign. When z grows, does h(t) move toward n or toward "
        "h(t-1)?",
    ),
    Mistake(
        _of("new state in dz", lambda h, r, z, n: {"on_z": h[1:] - n}),
        "Your gradient on z uses h(t). Which state does z multiply?",
    ),
    Mistake(
        _of("n alone in dz", lambda h, r, z, n: {"on_z": -n}),
        "z appears in h(t) twice, with h(t-1) and in 1 - z. Your gradient on z has only the "
        "second.",
    ),
    Mistake(
        _of("no slope of tanh", lambda h, r, z, n: {"slope_n": 1}),
        "n has been through tanh: its slope is missing between n and what U, W and b go into.",
    ),
    Mistake(
        _of("g slope", lambda h, r, z, n: {"slope_n": n * (1 - n)}),
        "You use n (1 - n) as the slope of n. Which nonlinearity produced n?",
    ),
    Mistake(
        _of("no logistic slopes", lambda h, r, z, n: {"slope_r": 1, "slope_z": 1}),
        "r and z have been through the logistic function: its slopes, r (1 - r) and z (1 - z), are "
        "missing.",
    ),
    Mistake(
        _of("r on h", lambda h, r, z, n: {"q": h[:-1]}),
        "Your gradient on r would fit if r multiplied h(t-1). In the form used here it multiplies "
        "q = W_n h(t-1) + b_hn.",
    ),
    Mistake(
        _r_before_the_product,
        "Your gradient on r is that of the GRU in which r multiplies h(t-1) before W_n does. Here "
        "r multiplies q = W_n h(t-1) + b_hn: what is the derivative of r q by r?",
    ),
    Mistake(
        _of("no r", lambda h, r, z, n: {"for_W": 1, "for_b_hn": 1, "for_h": 1}),
        "r is between n and W_n h(t-1), on the way back too. It is missing from your block n of "
        "dW.",
    ),
    Mistake(
        _of("r on x too", lambda h, r, z, n: {"for_U": r, "for_b": r}),
        "Your block n of dU and db is multiplied by r. In n = tanh(b_n + U_n x + r q), what does r "
        "multiply?",
    ),
    Mistake(
        _of("da for W and h", lambda h, r, z, n: {"for_W": 1, "for_h": 1}),
        "Your dW and your way back to h(t-1) are computed from da. r is between n and W_n h(t-1): "
        "in which block is it missing?",
    ),
    Mistake(
        _of("da back to h", lambda h, r, z, n: {"for_h": 1}),
        "In your path through W to h(t-1), block n lacks r. In n = tanh(b_n + U_n x + r q), "
        "h(t-1) is in q.",
    ),
    Mistake(
        _of("da for W", lambda h, r, z, n: {"for_W": 1}),
        "Your dW is computed from da, like dU. r is between n and W_n h(t-1): which block differs?",
    ),
    Mistake(
        _of("da for b_hn", lambda h, r, z, n: {"for_b_hn": 1}),
        "b_hn is in q, inside the product with r. Your db_hn is that of a bias outside of it.",
    ),
    Mistake(
        _of("bias of the gates", lambda h, r, z, n: {"for_b": r}),
        "Your db is computed like dW. b is next to U x, outside the product with r.",
    ),
    Mistake(
        _W_not_transposed,
        "The blocks of W are used without a transpose on the way back: unit j of h(t-1) collects "
        "its gradient along column j of W.",
    ),
    Mistake(
        _of("new state in dW", lambda h, r, z, n: {"beside_W": h[1:]}), NEW_STATE_BESIDE_A_MATRIX
    ),
    Mistake(
        _of("piles up", lambda h, r, z, n: {"piles": 1}),
        "You add what comes back for h(t-1) to what came back for h(t). That has already gone "
        "through z and W: why a second time?",
    ),
    Mistake(
        _of("forward in time", lambda h, r, z, n: {"steps": range(len(n))}),
        "Your loop runs forward in time. A step needs the gradient from the future: which step "
        "can you start with?",
    ),
    Mistake(
        _first_step_left_out,
        "The step from h(0) to h(1) is missing here. It has a copy of the weights like any other, "
        "and reads h(0) and x(1). Where does your loop end?",
    ),
    Mistake(_total_of_step_1, TOTAL_ON_THE_FIRST_STATE),
    Mistake(_last_loss_alone, LAST_LOSS_ALONE),
    Mistake(_last_step_left_out, LAST_STEP_LEFT_OUT),
    Mistake(
        _of("first copy alone", lambda h, r, z, n: {"share": np.eye(len(n))[0]}), FIRST_COPY_ALONE
    ),
    Mistake(
        _of("last copy alone", lambda h, r, z, n: {"share": np.eye(len(n))[-1]}), LAST_COPY_ALONE
    ),
    Mistake(_of("mean over steps", lambda h, r, z, n: {"share": 1 / len(n)}), MEAN_OF_THE_COPIES),
)
