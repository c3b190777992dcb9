"""Exercise 04.3: one step backwards, for a batch."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import WALK_BACK
from rnnlib.exercises.chapters.sentences import SLOPE_AT_THE_SUM, SLOPE_NOT_SQUARED
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def step_vjp(U, W, b, x, h_before, dh_total):
    h = np.tanh(b + h_before @ W.T + x @ U.T)
    slope = 1 - h**2
    da = slope * dh_total
    dU = da.T @ x
    dW = da.T @ h_before
    db = da.sum(axis=0)
    dh_before = da @ W
    dx = da @ U
    return dU, dW, db, dh_before, dx


def _from_da(U, W, x, h_before, da):
    """The five gradients, given those on a(t), (B, n_h)."""
    return da.T @ x, da.T @ h_before, da.sum(axis=0), da @ W, da @ U


def _sum_and_state(U, W, b, x, h_before):
    """a(t) and h(t)."""
    a = b + h_before @ W.T + x @ U.T
    return a, np.tanh(a)


def _no_slope(U, W, b, x, h_before, dh_total):
    return _from_da(U, W, x, h_before, dh_total)


def _slope_at_the_sum(U, W, b, x, h_before, dh_total):
    a, _ = _sum_and_state(U, W, b, x, h_before)
    return _from_da(U, W, x, h_before, dh_total * (1 - a**2))


def _tanh_twice(U, W, b, x, h_before, dh_total):
    _, h = _sum_and_state(U, W, b, x, h_before)
    return _from_da(U, W, x, h_before, dh_total * (1 - np.tanh(h) ** 2))


def _slope_of_the_state_before(U, W, b, x, h_before, dh_total):
    return _from_da(U, W, x, h_before, dh_total * (1 - h_before**2))


def _slope_not_squared(U, W, b, x, h_before, dh_total):
    _, h = _sum_and_state(U, W, b, x, h_before)
    return _from_da(U, W, x, h_before, dh_total * (1 - h))


def _no_bias(U, W, b, x, h_before, dh_total):
    return step_vjp(U, W, 0 * b, x, h_before, dh_total)


def _new_state_in_dW(U, W, b, x, h_before, dh_total):
    dU, _, db, dh_before, dx = step_vjp(U, W, b, x, h_before, dh_total)
    _, h = _sum_and_state(U, W, b, x, h_before)
    return dU, (dh_total * (1 - h**2)).T @ h, db, dh_before, dx


def _W_not_transposed(U, W, b, x, h_before, dh_total):
    dU, dW, db, _, dx = step_vjp(U, W, b, x, h_before, dh_total)
    _, h = _sum_and_state(U, W, b, x, h_before)
    return dU, dW, db, (dh_total * (1 - h**2)) @ W.T, dx


def _slope_after_W(U, W, b, x, h_before, dh_total):
    dU, dW, db, _, dx = step_vjp(U, W, b, x, h_before, dh_total)
    _, h = _sum_and_state(U, W, b, x, h_before)
    return dU, dW, db, (dh_total @ W) * (1 - h**2), dx


def _keeps_the_old_gradient(U, W, b, x, h_before, dh_total):
    dU, dW, db, dh_before, dx = step_vjp(U, W, b, x, h_before, dh_total)
    return dU, dW, db, dh_total + dh_before, dx


def _mean_over_batch(U, W, b, x, h_before, dh_total):
    dU, dW, db, dh_before, dx = step_vjp(U, W, b, x, h_before, dh_total)
    return dU / len(x), dW / len(x), db / len(x), dh_before, dx


def _last_sequence_only(U, W, b, x, h_before, dh_total):
    dU, dW, db, _, _ = step_vjp(U, W, b, x[-1:], h_before[-1:], dh_total[-1:])
    return dU, dW, db, *step_vjp(U, W, b, x, h_before, dh_total)[3:]


def _terms(U, W, b, x, h_before, dh_total):
    """The weights' gradients, taken apart by the sequence that they come from."""
    names = ("from the first sequence", "from the last sequence", "from those between")
    parts = (slice(0, 1), slice(max(1, len(x) - 1), None), slice(1, -1))
    found = [step_vjp(U, W, b, x[part], h_before[part], dh_total[part]) for part in parts]
    return {
        output: {name: gradients[k] for name, gradients in zip(names, found, strict=True)}
        for k, output in enumerate(("dU", "dW", "db"))
    }


def _no_slope_in_the_weights(U, W, b, x, h_before, dh_total):
    return *_no_slope(U, W, b, x, h_before, dh_total)[:3], *step_vjp(
        U, W, b, x, h_before, dh_total
    )[3:]


def _no_slope_to_what_goes_in(U, W, b, x, h_before, dh_total):
    return *step_vjp(U, W, b, x, h_before, dh_total)[:3], *_no_slope(
        U, W, b, x, h_before, dh_total
    )[3:]


def _no_slope_in_db(U, W, b, x, h_before, dh_total):
    dU, dW, _, dh_before, dx = step_vjp(U, W, b, x, h_before, dh_total)
    return dU, dW, dh_total.sum(axis=0), dh_before, dx


def _no_slope_in_dh_before(U, W, b, x, h_before, dh_total):
    dU, dW, db, _, dx = step_vjp(U, W, b, x, h_before, dh_total)
    return dU, dW, db, dh_total @ W, dx


def _W_transposed_forward(U, W, b, x, h_before, dh_total):
    h = np.tanh(b + h_before @ W + x @ U.T)
    return _from_da(U, W, x, h_before, dh_total * (1 - h**2))


def _no_input_forward(U, W, b, x, h_before, dh_total):
    h = np.tanh(b + h_before @ W.T)
    return _from_da(U, W, x, h_before, dh_total * (1 - h**2))


def _no_state_forward(U, W, b, x, h_before, dh_total):
    h = np.tanh(b + x @ U.T)
    return _from_da(U, W, x, h_before, dh_total * (1 - h**2))


def _da_for_dh_before(U, W, b, x, h_before, dh_total):
    dU, dW, db, _, dx = step_vjp(U, W, b, x, h_before, dh_total)
    _, h = _sum_and_state(U, W, b, x, h_before)
    return dU, dW, db, dh_total * (1 - h**2), dx


def _first_sequence_only(U, W, b, x, h_before, dh_total):
    dU, dW, db, _, _ = step_vjp(U, W, b, x[:1], h_before[:1], dh_total[:1])
    return dU, dW, db, *step_vjp(U, W, b, x, h_before, dh_total)[3:]


def _everything_over_B(U, W, b, x, h_before, dh_total):
    return tuple(g / len(x) for g in step_vjp(U, W, b, x, h_before, dh_total))


def _reversed(U, W, b, x, h_before, dh_total):
    return tuple(-g for g in step_vjp(U, W, b, x, h_before, dh_total))


def _cases(rng):
    def case(B, n_x, n_h, group):
        U, W = 0.7 * rng.normal(size=(n_h, n_x)), 0.7 * rng.normal(size=(n_h, n_h))
        x, b = rng.normal(size=(B, n_x)), rng.uniform(0.2, 0.6, size=n_h) * rng.choice([-1, 1], n_h)
        h_before = rng.uniform(-0.9, 0.9, size=(B, n_h))
        return Case((U, W, b, x, h_before, rng.normal(size=(B, n_h))), group)

    return [
        case(1, 2, 3, "B = 1"),
        case(4, 2, 3, "B > 1"),
        case(3, 5, 2, "B > 1"),
        case(5, 2, 1, "n_h = 1"),
    ]


STEP_VJP = Exercise(
    id="04.3",
    title="One step backwards",
    points=2,
    reference=step_vjp,
    forbidden=WALK_BACK,
    cases=_cases,
    returns=(
        Returned("dU", ("unit", "input")),
        Returned("dW", ("unit", "unit before")),
        Returned("db", ("unit",)),
        Returned("dh_before", ("sequence", "unit")),
        Returned("dx", ("sequence", "input")),
    ),
    hints=(
        "Run the step forward again, because you need h(t). Then go back through tanh first: "
        "dh_total is the gradient on what came out of it. What is the gradient on a(t), which "
        "went into it?",
        "From a(t) = b + W h(t-1) + U x(t) on, everything is a product. For one sequence: entry "
        "(i, j) of W multiplies h_j(t-1) and is added into a_i(t). So which two numbers make "
        "up dL/dW[i, j]?",
        "Shapes decide most of the rest: with da (B, n_h), dW must be (n_h, n_h), dU (n_h, n_x), "
        "dx (B, n_x). All sequences of the batch use the same parameters; what do you do with "
        "their contributions? Shapes do not decide between W and its transpose: unit j of h(t-1) "
        "acts through column j of W.",
    ),
    mistakes=(
        Mistake(
            _no_slope,
            "Between h(t) and everything else there is a tanh, and dh_total is the gradient on "
            "its output. What turns dh_total into the gradient on a(t)?",
        ),
        Mistake(_slope_at_the_sum, SLOPE_AT_THE_SUM),
        Mistake(
            _tanh_twice,
            "You apply tanh to h(t) before you take the slope. Hasn't h(t) already been through "
            "tanh?",
        ),
        Mistake(
            _slope_of_the_state_before,
            "Your slope is computed from h(t-1), which came out of the previous step's tanh. "
            "Which value came out of this step's tanh? It is not among the arguments.",
        ),
        Mistake(_slope_not_squared, SLOPE_NOT_SQUARED),
        Mistake(
            _no_bias,
            "The step that you run forward leaves out b. Where does b enter a(t)?",
        ),
        Mistake(
            _new_state_in_dW,
            "In W h(t-1), what does W multiply? You use the state that this step produces; it did "
            "not exist yet when W was applied.",
        ),
        Mistake(
            _W_not_transposed,
            "Forward, unit i collects along row i of W. Going back, unit j of h(t-1) collects "
            "from every unit that it went into: along a row or a column of W?",
        ),
        Mistake(
            _slope_after_W,
            "You go back through W first and through tanh second. Forward, W came first: in which "
            "order do you meet them on the way back?",
        ),
        Mistake(
            _keeps_the_old_gradient,
            "You add dh_total itself to what goes back to h(t-1). It is the gradient on h(t); "
            "only the step determines how much of it reaches h(t-1).",
        ),
        Mistake(
            _mean_over_batch,
            "You average over the batch. dh_total says how much L changes with the state of every "
            "sequence, and a change of W moves them all at once: what does that do to L?",
        ),
        Mistake(
            _last_sequence_only,
            "Only the last sequence of the batch is left here: the others were overwritten. All "
            "sequences use W.",
        ),
        Mistake(
            _no_slope_in_the_weights,
            "You give U, W and b the gradient on h(t). They are inside tanh: which gradient do "
            "they need?",
        ),
        Mistake(
            _no_slope_to_what_goes_in,
            "What goes back to h(t-1) and x(t) has not been through tanh. Both are inside it: "
            "where is its slope?",
        ),
        Mistake(
            _no_slope_in_db,
            "You give b the gradient on h(t). It is inside tanh, like U and W.",
        ),
        Mistake(
            _no_slope_in_dh_before,
            "What goes back to h(t-1) has been through W and not through tanh. Which of the two "
            "comes first on the way back?",
        ),
        Mistake(
            _W_transposed_forward,
            "In the step that you run forward, W is the wrong way around: row by row, W h is h @ "
            "W.T.",
        ),
        Mistake(
            _no_input_forward,
            "The step that you run forward does not read x(t). What goes into a(t)?",
        ),
        Mistake(
            _no_state_forward,
            "The step that you run forward does not read h(t-1). What goes into a(t)?",
        ),
        Mistake(
            _da_for_dh_before,
            "You return the gradient on a(t) as the gradient on h(t-1). W is between the two.",
        ),
        Mistake(
            _first_sequence_only,
            "Only the first sequence of the batch counts here. All sequences use W.",
        ),
        Mistake(
            _everything_over_B,
            "You divide by the number of sequences everywhere. dh_total is the gradient of "
            "whatever L is. Do the sequences' effects on L add up, or average?",
        ),
        Mistake(_reversed, "These gradients have the wrong sign."),
    ),
    terms=_terms,
)
