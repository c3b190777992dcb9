"""Exercise 03.2: the forward pass over a batch (eq. 10.8-10.10)."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import RUN
from rnnlib.exercises.chapters.sentences import (
    ADDED_TO_THE_OLD_STATE,
    B_AFTER_TANH,
    ONE_ARRAY_MANY_TIMES,
    STATES_WITHOUT_TANH,
)
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def forward(U, W, V, b, c, x, h0):
    T, B, _ = x.shape
    h, o = np.zeros((T + 1, B, len(b))), np.zeros((T, B, len(c)))
    h[0] = h0
    for t in range(T):
        h[t + 1] = np.tanh(b + h[t] @ W.T + x[t] @ U.T)
        o[t] = c + h[t + 1] @ V.T
    return h, o


def _forward_with(step):
    """The forward pass, with another step from (a without W h, W, h)."""

    def states_and_outputs(U, W, V, b, c, x, h0):
        h = [h0]
        for x_t in x:
            h.append(step(b, W, h[-1], x_t @ U.T))
        h = np.stack(h)
        return h, c + h[1:] @ V.T

    return states_and_outputs


def _W_transposed(U, W, V, b, c, x, h0):
    return forward(U, W.T, V, b, c, x, h0)


def _outputs_of_the_states_before(U, W, V, b, c, x, h0):
    h, _ = forward(U, W, V, b, c, x, h0)
    return h, c + h[:-1] @ V.T


def _no_b(U, W, V, b, c, x, h0):
    return forward(U, W, V, 0 * b, c, x, h0)


def _no_c(U, W, V, b, c, x, h0):
    return forward(U, W, V, b, 0 * c, x, h0)


def _always_from_h0(U, W, V, b, c, x, h0):
    h = np.concatenate([h0[None], np.tanh(b + h0 @ W.T + x @ U.T)])
    return h, c + h[1:] @ V.T


def _from_zero(U, W, V, b, c, x, h0):
    return forward(U, W, V, b, c, x, 0 * h0)


def _no_tanh(U, W, V, b, c, x, h0):
    return _forward_with(lambda b, W, h, Ux: b + h @ W.T + Ux)(U, W, V, b, c, x, h0)


def _input_after_tanh(U, W, V, b, c, x, h0):
    return _forward_with(lambda b, W, h, Ux: np.tanh(b + h @ W.T) + Ux)(U, W, V, b, c, x, h0)


def _softmax_of_the_outputs(U, W, V, b, c, x, h0):
    h, o = forward(U, W, V, b, c, x, h0)
    return h, np.exp(o) / np.exp(o).sum(axis=-1, keepdims=True)


def _tanh_of_the_outputs(U, W, V, b, c, x, h0):
    h, o = forward(U, W, V, b, c, x, h0)
    return h, np.tanh(o)


def _one_buffer(U, W, V, b, c, x, h0):
    h, o = forward(U, W, V, b, c, x, h0)
    return np.broadcast_to(h[-1], h.shape), o


def _terms(U, W, V, b, c, x, h0):
    h, o = forward(U, W, V, b, c, x, h0)
    return {"o": {"c": np.broadcast_to(c, o.shape), "V h(t)": h[1:] @ V.T}}


def _state_carried_to_the_next_sequence(U, W, V, b, c, x, h0):
    h, state = np.zeros((len(x) + 1, *h0.shape)), h0[0]
    h[0] = h0
    for k in range(len(h0)):
        for t in range(len(x)):
            state = h[t + 1, k] = np.tanh(b + W @ state + U @ x[t, k])
    return h, c + h[1:] @ V.T


def _batch_first(U, W, V, b, c, x, h0):
    B, T, _ = x.shape
    h = np.zeros((T + 1, B, len(b)))
    h[0] = h0
    for t in range(T):
        h[t + 1] = np.tanh(b + h[t] @ W.T + x[:, t] @ U.T)
    return h, c + h[1:] @ V.T


def _input_early(U, W, V, b, c, x, h0):
    return forward(U, W, V, b, c, np.concatenate([x[1:], x[-1:]]), h0)


def _input_wraps_around(U, W, V, b, c, x, h0):
    return forward(U, W, V, b, c, np.roll(x, 1, axis=0), h0)


def _b_after_tanh(U, W, V, b, c, x, h0):
    return _forward_with(lambda b, W, h, Ux: b + np.tanh(h @ W.T + Ux))(U, W, V, b, c, x, h0)


def _outputs_of_the_sums(U, W, V, b, c, x, h0):
    h, _ = forward(U, W, V, b, c, x, h0)
    return h, c + (b + h[:-1] @ W.T + x @ U.T) @ V.T


def _h0_not_kept(U, W, V, b, c, x, h0):
    h, o = forward(U, W, V, b, c, x, h0)
    h[0] = 0
    return h, o


def _last_step_missing(U, W, V, b, c, x, h0):
    h, o = forward(U, W, V, b, c, x, h0)
    h[-1], o[-1] = 0, 0
    return h, o


def _last_state_missing(U, W, V, b, c, x, h0):
    h, _ = forward(U, W, V, b, c, x, h0)
    h[-1] = 0
    return h, c + h[1:] @ V.T


def _outputs_of_the_last_state(U, W, V, b, c, x, h0):
    h, o = forward(U, W, V, b, c, x, h0)
    return h, 0 * o + o[-1]


def _one_start_for_all(U, W, V, b, c, x, h0):
    return forward(U, W, V, b, c, x, 0 * h0 + h0[0])


def _adds_to_the_old_state(U, W, V, b, c, x, h0):
    return _forward_with(lambda b, W, h, Ux: h + np.tanh(b + h @ W.T + Ux))(U, W, V, b, c, x, h0)


def _mean_over_the_batch(U, W, V, b, c, x, h0):
    step = _forward_with(lambda b, W, h, Ux: np.tanh(b + h.mean(axis=0) @ W.T + Ux))
    return step(U, W, V, b, c, x, h0)


def _no_biases(U, W, V, b, c, x, h0):
    return forward(U, W, V, 0 * b, 0 * c, x, h0)


def _cases(rng):
    def case(T, B, n_x, n_h, n_o, group):
        U, V = rng.normal(size=(n_h, n_x)), rng.normal(size=(n_o, n_h))
        W = 0.6 * rng.normal(size=(n_h, n_h))
        b, c = 0.5 * rng.normal(size=n_h), rng.normal(size=n_o)
        x, h0 = rng.normal(size=(T, B, n_x)), rng.uniform(-0.9, 0.9, size=(B, n_h))
        return Case((U, W, V, b, c, x, h0), group)

    return [
        case(1, 3, 5, 4, 6, "T = 1"),
        case(4, 1, 2, 3, 6, "B = 1"),
        case(3, 2, 5, 1, 6, "n_h = 1"),
        case(6, 3, 2, 5, 4, "several sequences"),
    ]


FORWARD = Exercise(
    id="03.2",
    title="The forward pass of a batch",
    points=2,
    reference=forward,
    forbidden=RUN,
    cases=_cases,
    returns=(
        Returned("h", ("t", "sequence", "unit")),
        Returned("o", ("t", "sequence", "output"), first=1, of=("h",)),
    ),
    terms=_terms,
    hints=(
        "For one sequence the sum inside tanh is b + W @ h + U @ x. In a batch h is (B, n_h): "
        "each row is a state. Which product of h and W has the shape (B, n_h), with W h in every "
        "row?",
        "To transpose a product of two matrices, transpose both and reverse their order. The rows "
        "of h, x and o are columns in the equations: what do W h, U x and V h become?",
        "Collect the states in a list that begins with h0 and stack it after the loop. Then all "
        "outputs can be computed at once: from which of the T + 1 states?",
    ),
    mistakes=(
        Mistake(
            _W_transposed,
            "W is the wrong way around. Row by row, W h is written as a product with h on the "
            "left: what happens to W when the factors switch places?",
        ),
        Mistake(
            _outputs_of_the_states_before,
            "Your outputs come one state too early: o(1) is computed from h(0). Which state does "
            "o(t) depend on?",
        ),
        Mistake(_no_b, "These are the numbers for b = 0. Where does b enter the step?"),
        Mistake(_no_c, "These are the numbers for c = 0. Where does c enter the output?"),
        Mistake(
            _always_from_h0,
            "Each of your steps starts from h(0), so each state depends on only one input. Which "
            "state should the step start from?",
        ),
        Mistake(
            _from_zero,
            "h(1) comes out as if h(0) were zero, whatever h0 is. Where should the run start?",
        ),
        Mistake(_no_tanh, STATES_WITHOUT_TANH),
        Mistake(
            _input_after_tanh,
            "The parenthesis of your tanh closes too early: U x(t) belongs inside, next to W "
            "h(t-1).",
        ),
        Mistake(
            _softmax_of_the_outputs,
            "You return probabilities. Return o(t), what goes into softmax.",
        ),
        Mistake(
            _tanh_of_the_outputs, "You squash the outputs. There is no squashing in o = c + V h."
        ),
        Mistake(
            _one_buffer,
            ONE_ARRAY_MANY_TIMES,
        ),
        Mistake(
            _state_carried_to_the_next_sequence,
            "You carry the last state of one sequence into the next. Each sequence starts from "
            "its own row of h0.",
        ),
        Mistake(
            _batch_first,
            "Your loop goes over the second axis of x, which counts the sequences. Which axis is "
            "time here?",
        ),
        Mistake(
            _input_early,
            "Your input comes one step early: the first step reads x[1]. x(1) is x[0].",
        ),
        Mistake(
            _input_wraps_around,
            "Your input comes one step late: the first step reads the last entry of x, whose "
            "index is -1. Which entry is x(1)?",
        ),
        Mistake(_b_after_tanh, B_AFTER_TANH),
        Mistake(
            _outputs_of_the_sums,
            "Your outputs are computed from the sums before tanh. In o = c + V h, h is what comes "
            "out of tanh.",
        ),
        Mistake(
            _h0_not_kept,
            "Row 0 of h should hold h0. Your run starts there, but what you return does not.",
        ),
        Mistake(
            _last_step_missing,
            "The last step was never taken: its row is still 0. How many times must the body of "
            "the loop run?",
        ),
        Mistake(
            _last_state_missing,
            "The last state was never computed: it is still 0, and the last output is c. How many "
            "times must the body of the loop run?",
        ),
        Mistake(
            _outputs_of_the_last_state,
            "All of your outputs are computed from the last state. o(t) should use h(t).",
        ),
        Mistake(
            _one_start_for_all,
            "All of your sequences start from the first row of h0. Each has its own row.",
        ),
        Mistake(
            _adds_to_the_old_state,
            ADDED_TO_THE_OLD_STATE,
        ),
        Mistake(
            _mean_over_the_batch,
            "Your states are mixed across sequences: you average over the batch. Each sequence "
            "depends only on itself.",
        ),
        Mistake(
            _no_biases,
            "These are the numbers for b = 0 and c = 0. Where does b enter the step, and c the "
            "output?",
        ),
    ),
)
