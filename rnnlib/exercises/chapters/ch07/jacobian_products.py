"""Exercise 07.2: how far a gradient reaches in a layer."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import WALK_BACK
from rnnlib.exercises.chapters.sentences import (
    SLOPE_NOT_SQUARED,
    SLOPE_OF_TANH_TWICE,
    SLOPES_ONE_STEP_EARLY,
)
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def jacobian_products(W, h):
    products = np.zeros((len(h), *W.shape))
    products[-1] = np.eye(len(W))
    for t in reversed(range(len(h) - 1)):
        step = np.diag(1 - h[t + 1] ** 2) @ W
        products[t] = products[t + 1] @ step
    return products


def _entry_by_entry_from_the_end(W, h):
    products = [np.eye(len(W))]
    for t in reversed(range(len(h) - 1)):
        step = (1 - h[t + 1] ** 2)[:, None] * W
        products.append(step if len(products) == 1 else products[-1] * step)
    return np.stack(products[::-1])


def _product(steps, n, multiply=np.matmul):
    """The products of the steps' matrices from t+1 to T, for t = 0, …, T."""
    products = [np.eye(n)]
    for step in reversed(steps):
        products.append(multiply(products[-1], step))
    return np.stack(products[::-1])


def _steps(W, h):
    """∂h(t)/∂h(t-1) for t = 1, …, T."""
    return [np.diag(1 - state**2) @ W for state in h[1:]]


def _wrong_order(W, h):
    return _product(_steps(W, h), len(W), lambda later, step: step @ later)


def _transposed(W, h):
    return jacobian_products(W, h).swapaxes(1, 2)


def _W_transposed(W, h):
    return jacobian_products(W.T, h)


def _slope_after_W(W, h):
    return _product([W @ np.diag(1 - state**2) for state in h[1:]], len(W))


def _slope_of_the_state_before(W, h):
    return _product([np.diag(1 - state**2) @ W for state in h[:-1]], len(W))


def _no_slope(W, h):
    return _product([W] * (len(h) - 1), len(W))


def _tanh_twice(W, h):
    return jacobian_products(W, np.tanh(h))


def _slope_not_squared(W, h):
    return _product([np.diag(1 - state) @ W for state in h[1:]], len(W))


def _input_left_out(W, h):
    return jacobian_products(W, np.vstack([h[:1], np.tanh(h[:-1] @ W.T)]))


def _from_h0(W, h):
    products = [np.eye(len(W))]
    for step in _steps(W, h):
        products.append(step @ products[-1])
    return np.stack(products)


def _one_step_each(W, h):
    return np.stack([*_steps(W, h), np.eye(len(W))])


def _entry_by_entry(W, h):
    return _product(_steps(W, h), len(W), np.multiply)


def _last_step_to_a_power(W, h):
    return _product([_steps(W, h)[-1]] * (len(h) - 1), len(W))


def _step_T_left_out(W, h):
    return np.concatenate([_product(_steps(W, h)[:-1], len(W)), np.eye(len(W))[None]])


def _own_step_too(W, h):
    return _product([np.diag(1 - state**2) @ W for state in h], len(W))[:-1]


def _cases(rng):
    def case(T, n, group, most=0.9):
        W = rng.choice([-1, 1], size=(n, n)) * rng.uniform(0.3, 1.2, size=(n, n))
        return Case((W, rng.uniform(-most, most, size=(T + 1, n))), group)

    return [
        case(1, 3, "T = 1"),
        case(5, 1, "n = 1"),
        case(2, 2, "T > 1 and n > 1"),
        case(4, 3, "T > 1 and n > 1"),
        case(7, 5, "T > 1 and n > 1"),
        case(9, 3, "T > 1 and n > 1", most=0.3),  # mostly explodes
    ]


_ENTRY_BY_ENTRY = (
    "You multiply entry by entry: `*` where a matrix product belongs. Unit k reaches unit j "
    "through all the units in between: which Python operator adds up these paths?"
)

JACOBIAN_PRODUCTS = Exercise(
    id="07.2",
    title="A product of matrices",
    points=2,
    reference=jacobian_products,
    forbidden=(
        "rnnlib.analysis.diagnostics.step_jacobians",
        "rnnlib.analysis.diagnostics.jacobian_products",
        *WALK_BACK,
    ),
    cases=_cases,
    returns=(Returned("products", ("t", "unit of h(T)", "unit of h(t)")),),
    hints=(
        "One step first. Unit j of h(t+1) is tanh(a_j), and W[j, k] h_k(t) is a part of a_j. So "
        "what is dh_j(t+1)/dh_k(t)? Each row of W gets its own slope.",
        "Start at the end with the identity, and go down from t = T-1 to t = 0: dh(T)/dh(t) is "
        "computed from dh(T)/dh(t+1) and the matrix of one step.",
        "The order of matrices matters: a change of h(t) goes through step t+1 first, so that "
        "matrix is at the right end of the product.",
    ),
    mistakes=(
        Mistake(
            _wrong_order,
            "Right for T = 1: your matrices are right, but they are multiplied in the wrong "
            "order. A change of h(t) goes through step t+1 first: on which side of a product is "
            "the matrix that acts first?",
        ),
        Mistake(
            _transposed,
            "Each of your matrices is the transpose of the right one. That is what a gradient is "
            "multiplied by on its way back; entry [t, j, k] here is dh_j(T)/dh_k(t).",
        ),
        Mistake(
            _W_transposed,
            "W is the wrong way around. Unit j of the new state collects along row j of W: which "
            "entry of W is between h_k(t) and h_j(t+1)?",
        ),
        Mistake(
            _slope_after_W,
            "Your slopes multiply the columns of W. The slope of unit j applies to everything "
            "that goes into unit j: is that a row or a column? NumPy's `s * W` multiplies the "
            "columns, and so does `W @ np.diag(s)`.",
        ),
        Mistake(_slope_of_the_state_before, SLOPES_ONE_STEP_EARLY),
        Mistake(
            _no_slope,
            "Your products are powers of W. A small change passes through a tanh at every step as "
            "well: what does that do to it?",
        ),
        Mistake(_tanh_twice, SLOPE_OF_TANH_TWICE),
        Mistake(_slope_not_squared, SLOPE_NOT_SQUARED),
        Mistake(
            _input_left_out,
            "You recompute the states from W alone: x and b are not in them. The given h already "
            "includes everything that went into it.",
        ),
        Mistake(
            _from_h0,
            "You multiply from the beginning: that is dh(t)/dh(0). The exercise asks for "
            "dh(T)/dh(t), which is the identity at the other end.",
        ),
        Mistake(
            _one_step_each,
            "Each of your entries is the matrix of one step, dh(t+1)/dh(t). What leads from "
            "h(t+1) to h(T)?",
        ),
        Mistake(_entry_by_entry, _ENTRY_BY_ENTRY),
        Mistake(_entry_by_entry_from_the_end, _ENTRY_BY_ENTRY),
        Mistake(
            _last_step_to_a_power,
            "You raise the matrix of the last step to a power. The states differ from step to "
            "step: don't the slopes?",
        ),
        Mistake(
            _step_T_left_out,
            "The matrix of step T is missing: your entry for h(T-1) is the identity. Doesn't h(T) "
            "depend on h(T-1)?",
        ),
        Mistake(
            _own_step_too,
            "There is one matrix too many in each entry: the step that computed h(t) comes before "
            "h(t). How many matrices are between h(T) and h(T)?",
        ),
    ),
)
