"""Exercise 02.1: two steps of a network with outputs, without a loop."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import RUN
from rnnlib.exercises.chapters.sentences import ADDED_TO_THE_OLD_STATE, W_TRANSPOSED
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def two_steps(U, W, V, x1, x2, h0):
    h1 = np.tanh(W @ h0 + U @ x1)
    o1 = V @ h1
    h2 = np.tanh(W @ h1 + U @ x2)
    o2 = V @ h2
    return h1, o1, h2, o2


def _outputs_too_early(U, W, V, x1, x2, h0):
    h1, _, h2, _ = two_steps(U, W, V, x1, x2, h0)
    return h1, V @ h0, h2, V @ h1


def _second_step_from_the_start(U, W, V, x1, x2, h0):
    h1, h2 = np.tanh(W @ h0 + U @ x1), np.tanh(W @ h0 + U @ x2)
    return h1, V @ h1, h2, V @ h2


def _first_input_twice(U, W, V, x1, x2, h0):
    return two_steps(U, W, V, x1, x1, h0)


def _outputs_squashed(U, W, V, x1, x2, h0):
    h1, o1, h2, o2 = two_steps(U, W, V, x1, x2, h0)
    return h1, np.tanh(o1), h2, np.tanh(o2)


def _no_delay(U, W, V, x1, x2, h0):
    h1 = np.tanh(U @ x1)
    h2 = np.tanh(W @ h1 + U @ x2)
    return h1, V @ h1, h2, V @ h2


def _W_transposed(U, W, V, x1, x2, h0):
    return two_steps(U, W.T, V, x1, x2, h0)


def _no_tanh(U, W, V, x1, x2, h0):
    h1 = W @ h0 + U @ x1
    h2 = W @ h1 + U @ x2
    return h1, V @ h1, h2, V @ h2


def _tanh_of_the_state_alone(U, W, V, x1, x2, h0):
    h1 = np.tanh(W @ h0) + U @ x1
    h2 = np.tanh(W @ h1) + U @ x2
    return h1, V @ h1, h2, V @ h2


def _outputs_of_the_sums(U, W, V, x1, x2, h0):
    h1, _, h2, _ = two_steps(U, W, V, x1, x2, h0)
    return h1, V @ (W @ h0 + U @ x1), h2, V @ (W @ h1 + U @ x2)


def _h1_overwritten(U, W, V, x1, x2, h0):
    _, o1, h2, o2 = two_steps(U, W, V, x1, x2, h0)
    return h2, o1, h2, o2


def _inputs_squashed(U, W, V, x1, x2, h0):
    h1 = np.tanh(W @ h0 + np.tanh(U @ x1))
    h2 = np.tanh(W @ h1 + np.tanh(U @ x2))
    return h1, V @ h1, h2, V @ h2


def _two_tanh(U, W, V, x1, x2, h0):
    h1 = np.tanh(W @ h0) + np.tanh(U @ x1)
    h2 = np.tanh(W @ h1) + np.tanh(U @ x2)
    return h1, V @ h1, h2, V @ h2


def _outputs_add_up(U, W, V, x1, x2, h0):
    h1, o1, h2, o2 = two_steps(U, W, V, x1, x2, h0)
    return h1, o1, h2, o1 + o2


def _both_inputs(U, W, V, x1, x2, h0):
    return two_steps(U, W, V, x1, x1 + x2, h0)


def _adds_to_the_old_state(U, W, V, x1, x2, h0):
    h1 = h0 + np.tanh(W @ h0 + U @ x1)
    h2 = h1 + np.tanh(W @ h1 + U @ x2)
    return h1, V @ h1, h2, V @ h2


def _no_second_input(U, W, V, x1, x2, h0):
    return two_steps(U, W, V, x1, 0 * x2, h0)


def _no_second_delay(U, W, V, x1, x2, h0):
    h1, h2 = np.tanh(W @ h0 + U @ x1), np.tanh(U @ x2)
    return h1, V @ h1, h2, V @ h2


def _hands_on_the_sum(U, W, V, x1, x2, h0):
    a1 = W @ h0 + U @ x1
    h1, h2 = np.tanh(a1), np.tanh(W @ a1 + U @ x2)
    return h1, V @ h1, h2, V @ h2


def _tanh_of_the_inputs(U, W, V, x1, x2, h0):
    return two_steps(U, W, V, np.tanh(x1), np.tanh(x2), h0)


def _cases(rng):
    def case(n_x, n_h, n_o, group):
        U, V = rng.normal(size=(n_h, n_x)), rng.normal(size=(n_o, n_h))
        W = 0.7 * rng.normal(size=(n_h, n_h))
        x1, x2, h0 = *rng.normal(size=(2, n_x)), rng.uniform(-1, 1, n_h)
        if group == "several units":
            for array in (x1, x2, h0):  # one below 0 at least, and none at 0
                array[0] = -abs(array[0]) - 0.1
        return Case((U, W, V, x1, x2, h0), group)

    return [case(2, 3, 4, "several units"), case(3, 1, 2, "n_h = 1"), case(1, 2, 1, "n_x = 1")]


NETWORK = Exercise(
    id="02.1",
    title="Two steps of a network, by hand",
    reference=two_steps,
    forbidden=RUN,
    cases=_cases,
    returns=(
        Returned("h1", ("unit",)),
        Returned("o1", ("output",), of=("h1",)),
        Returned("h2", ("unit",), of=("h1",)),
        Returned("o2", ("output",), of=("h2",)),
    ),
    hints=(
        "Look at the first step. Which two products are inside tanh, and what is o(1) computed "
        "from?",
        "The two products for h(1) are added first; then the sum goes through tanh. The second "
        "step looks like the first, one state later.",
    ),
    mistakes=(
        Mistake(
            _outputs_too_early,
            "Your outputs come one state too early. Which state is o(1) computed from?",
        ),
        Mistake(
            _second_step_from_the_start,
            "Your second step starts from h(0) again. h(2) is computed from another state.",
        ),
        Mistake(
            _first_input_twice, "Your second step reads x(1) again. Which input belongs to it?"
        ),
        Mistake(
            _outputs_squashed, "Your outputs pass through tanh. There is no tanh in o(t) = V h(t)."
        ),
        Mistake(_no_tanh, "Your states are sums that have not been through tanh."),
        Mistake(
            _tanh_of_the_state_alone,
            "The parenthesis of your tanh closes too early: both products belong inside.",
        ),
        Mistake(_no_delay, "Your first step does not use h(0)."),
        Mistake(_W_transposed, W_TRANSPOSED),
        Mistake(
            _outputs_of_the_sums,
            "Your outputs are computed from the sums before tanh. In o(t) = V h(t), h(t) is what "
            "comes out of tanh.",
        ),
        Mistake(
            _h1_overwritten,
            "Your `h1` is the second state: it has been overwritten in place. Make a new array "
            "in the second step.",
        ),
        Mistake(
            _inputs_squashed,
            "U x(t) goes through a separate tanh before it is added. There is one tanh per step, "
            "around the sum.",
        ),
        Mistake(
            _two_tanh,
            "Each of your products goes through a separate tanh. There is one tanh per step, "
            "around the sum.",
        ),
        Mistake(
            _outputs_add_up,
            "Your second output is computed from the sum of the two states. Which state does o(2) "
            "read?",
        ),
        Mistake(
            _both_inputs,
            "Your second step reads x(1) and x(2) together. Which input belongs to it?",
        ),
        Mistake(
            _adds_to_the_old_state,
            ADDED_TO_THE_OLD_STATE,
        ),
        Mistake(_no_second_input, "Your second step does not read x(2)."),
        Mistake(
            _no_second_delay,
            "Your second step does not use h(1): what happened to the loop through W?",
        ),
        Mistake(
            _hands_on_the_sum,
            "Your second step starts from the sum before tanh. What does a step pass on to the "
            "next?",
        ),
        Mistake(
            _tanh_of_the_inputs,
            "Your inputs go through tanh before U multiplies them. There is one tanh per step, "
            "around the sum of both products.",
        ),
    ),
)
