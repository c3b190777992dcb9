"""Exercise 01.5: from a system to a hidden layer."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import ORBIT, RUN
from rnnlib.exercises.chapters.sentences import (
    ADDED_TO_THE_OLD_STATE,
    B_AFTER_TANH,
    ONE_ARRAY_MANY_TIMES,
    STATES_WITHOUT_B,
)
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def hidden_orbit(U, W, b, x, h0):
    h = np.zeros((len(x) + 1, len(h0)))
    h[0] = h0
    for t in range(len(x)):
        h[t + 1] = np.tanh(b + W @ h[t] + U @ x[t])
    return h


def _hidden_run(
    U, W, b, x, h0, *, recurrent=np.matmul, squash=np.tanh, new=lambda squashed, h, x_t: squashed
):
    """new(squashed, h(t-1), x(t)) is the state; recurrent(W, h) is what stands for W h."""
    h = [h0]
    for x_t in x:
        h.append(new(squash(b + recurrent(W, h[-1]) + U @ x_t), h[-1], x_t))
    return np.stack(h)


def _hidden_W_transposed(U, W, b, x, h0):
    return hidden_orbit(U, W.T, b, x, h0)


def _hidden_no_bias(U, W, b, x, h0):
    return hidden_orbit(U, W, 0 * b, x, h0)


def _hidden_no_memory(U, W, b, x, h0):
    return _hidden_run(U, W, b, x, h0, recurrent=lambda W, h: W @ h0)


def _hidden_elementwise(U, W, b, x, h0):
    return _hidden_run(U, W, b, x, h0, recurrent=lambda W, h: np.diag(W) * h)


def _hidden_no_tanh(U, W, b, x, h0):
    return _hidden_run(U, W, b, x, h0, squash=np.positive)


def _hidden_late(U, W, b, x, h0):
    return hidden_orbit(U, W, b, np.concatenate([0 * x[:1], x[:-1]]), h0)


def _hidden_from_zero(U, W, b, x, h0):
    return np.concatenate([[h0], hidden_orbit(U, W, b, x, 0 * h0)[1:]])


def _hidden_from_zero_throughout(U, W, b, x, h0):
    return hidden_orbit(U, W, b, x, 0 * h0)


def _hidden_input_outside(U, W, b, x, h0):
    return _hidden_run(0 * U, W, b, x, h0, new=lambda squashed, h, x_t: squashed + U @ x_t)


def _hidden_one_buffer(U, W, b, x, h0):
    return np.repeat(hidden_orbit(U, W, b, x, h0)[-1:], len(x) + 1, axis=0)


def _hidden_unit_after_unit(U, W, b, x, h0):
    found = [h0]
    for x_t in x:
        h = found[-1].copy()
        for i in range(len(h)):
            h[i] = np.tanh(b[i] + W[i] @ h + U[i] @ x_t)
        found.append(h)
    return np.stack(found)


def _hidden_as_many_steps_as_inputs(U, W, b, x, h0):
    return hidden_orbit(U, W, b, x[range(x.shape[1])], h0)


def _hidden_early(U, W, b, x, h0):
    return hidden_orbit(U, W, b, np.concatenate([x[1:], x[-1:]]), h0)


def _hidden_wraps_around(U, W, b, x, h0):
    return hidden_orbit(U, W, b, np.roll(x, 1, axis=0), h0)


def _hidden_b_outside(U, W, b, x, h0):
    return _hidden_run(U, W, 0 * b, x, h0, new=lambda squashed, h, x_t: b + squashed)


def _hidden_one_step_short(U, W, b, x, h0):
    h = hidden_orbit(U, W, b, x, h0)
    h[-1] = 0
    return h


def _hidden_adds_to_the_old_state(U, W, b, x, h0):
    return _hidden_run(U, W, b, x, h0, new=lambda squashed, h, x_t: h + squashed)


def _hidden_hands_on_the_sum(U, W, b, x, h0):
    sums = _hidden_no_tanh(U, W, b, x, h0)
    return np.concatenate([sums[:1], np.tanh(sums[1:])])


def _hidden_one_weight(U, W, b, x, h0):
    return _hidden_run(U, W, b, x, h0, recurrent=lambda W, h: W.sum(axis=1) * h)


def _hidden_one_weight_of_a_column(U, W, b, x, h0):
    return _hidden_run(U, W, b, x, h0, recurrent=lambda W, h: W.sum(axis=0) * h)


def _hidden_tanh_twice(U, W, b, x, h0):
    return _hidden_run(U, W, b, x, h0, squash=lambda a: np.tanh(np.tanh(a)))


def _hidden_first_input_left_out(U, W, b, x, h0):
    return hidden_orbit(U, W, b, x[1:], h0)


def _cases_hidden(rng):
    def case(T, n_x, n_h, group):
        U = rng.normal(size=(n_h, n_x))
        W = 0.6 * rng.normal(size=(n_h, n_h))
        b, h0 = 0.5 * rng.normal(size=(2, n_h))
        return Case((U, W, b, rng.normal(size=(T, n_x)), h0), group)

    return [
        case(1, 2, 3, "T = 1"),
        case(4, 2, 3, "T > 1"),
        case(5, 1, 2, "n_x = 1"),
        case(3, 4, 1, "n_h = 1"),
    ]


HIDDEN = Exercise(
    id="01.5",
    title="A hidden layer is a driven system",
    points=3,
    reference=hidden_orbit,
    forbidden=(*ORBIT, *RUN),
    cases=_cases_hidden,
    returns=(Returned("h", ("t", "unit")),),
    hints=(
        "Your loop from 01.4 is almost enough. Which products become matrix products, and in what "
        "order must their factors be for the shapes to fit?",
        "W @ h has shape (n_h,) and so has U @ x_t. Add b, apply tanh once, append.",
        "np.stack turns a list of T + 1 arrays (n_h,) into one array (T+1, n_h).",
    ),
    mistakes=(
        Mistake(
            _hidden_W_transposed,
            "Your recurrent term uses the columns of W where its rows belong. Entry i of W h is "
            "row i of W times h: which way around is your product?",
        ),
        Mistake(_hidden_no_bias, STATES_WITHOUT_B),
        Mistake(
            _hidden_no_memory,
            "Each of your steps starts from h(0). Then h(T) would depend on no input but the "
            "last: which state should the step start from?",
        ),
        Mistake(
            _hidden_elementwise,
            "Each of your units depends only on itself. W h mixes the units: it is a matrix "
            "product.",
        ),
        Mistake(
            _hidden_no_tanh,
            "Your layer is linear. What keeps the states between -1 and 1?",
        ),
        Mistake(
            _hidden_late,
            "Your input arrives one step late: h(1) should already feel x(1), which is x[0].",
        ),
        Mistake(
            _hidden_from_zero,
            "You return h0 but do not start from it: h(1) comes out as if h(0) were zero.",
        ),
        Mistake(
            _hidden_from_zero_throughout,
            "Your orbit begins at 0, whatever h0 is. What is h(0)?",
        ),
        Mistake(_hidden_input_outside, "You add U x after tanh. It enters where W h does: inside."),
        Mistake(
            _hidden_one_buffer,
            ONE_ARRAY_MANY_TIMES,
        ),
        Mistake(
            _hidden_unit_after_unit,
            "Your units are updated one after the other, and the later ones already use the new "
            "states. All of h(t) is computed from h(t-1).",
        ),
        Mistake(
            _hidden_as_many_steps_as_inputs,
            "You take as many steps as x has columns. Which axis of x counts the steps?",
        ),
        Mistake(
            _hidden_early, "Your input arrives one step early: the first step uses x[1], not x[0]."
        ),
        Mistake(
            _hidden_wraps_around,
            "Your first step uses the last row of x: the index there is -1. Which row of x is "
            "x(1)?",
        ),
        Mistake(_hidden_b_outside, B_AFTER_TANH),
        Mistake(
            _hidden_one_step_short,
            "Your last state was never computed: it is still 0. Each row of x gives one state, so "
            "the loop runs T times.",
        ),
        Mistake(
            _hidden_adds_to_the_old_state,
            ADDED_TO_THE_OLD_STATE,
        ),
        Mistake(
            _hidden_hands_on_the_sum,
            "What you pass on to the next step has not been through tanh. Which of the two is the "
            "state?",
        ),
        Mistake(
            _hidden_one_weight,
            "Each of your units depends only on itself, multiplied by the sum of a row of W. W h "
            "is a matrix product: which row belongs to which unit?",
        ),
        Mistake(
            _hidden_one_weight_of_a_column,
            "Each of your units depends only on itself, multiplied by the sum of a column of W. "
            "Entry i of W h is a sum along row i of W: along which axis do you add?",
        ),
        Mistake(
            _hidden_tanh_twice,
            "The squashed state goes through tanh again. How many tanh does a step have?",
        ),
        Mistake(
            _hidden_first_input_left_out,
            "Your loop leaves out x(1), the first row of x. Which step comes first?",
        ),
    ),
)
