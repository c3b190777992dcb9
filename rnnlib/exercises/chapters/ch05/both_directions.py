"""Exercise 05.4: a layer from the left and a layer from the right."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import RUN
from rnnlib.exercises.chapters.sentences import (
    STATES_WITHOUT_B,
    STATES_WITHOUT_TANH,
    W_TRANSPOSED,
)
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def both_directions(U, W, b, U_right, W_right, b_right, x):
    from_right = _states(U_right, W_right, b_right, x[::-1])
    return _states(U, W, b, x), from_right[::-1]


def _states(U, W, b, x, h0=None, squash=np.tanh):
    h = [np.zeros((x.shape[1], len(b))) if h0 is None else h0]
    for x_t in x:
        h.append(squash(b + h[-1] @ W.T + x_t @ U.T))
    return np.stack(h[1:])


def _in_the_order_of_reading(U, W, b, U_right, W_right, b_right, x):
    return _states(U, W, b, x), _states(U_right, W_right, b_right, x[::-1])


def _both_from_the_left(U, W, b, U_right, W_right, b_right, x):
    return _states(U, W, b, x), _states(U_right, W_right, b_right, x)


def _turned_afterwards_only(U, W, b, U_right, W_right, b_right, x):
    return _states(U, W, b, x), _states(U_right, W_right, b_right, x)[::-1]


def _one_layer_for_both(U, W, b, U_right, W_right, b_right, x):
    return both_directions(U, W, b, U, W, b, x)


def _layers_exchanged(U, W, b, U_right, W_right, b_right, x):
    return both_directions(U_right, W_right, b_right, U, W, b, x)


def _goes_on_from_the_left(U, W, b, U_right, W_right, b_right, x):
    left = _states(U, W, b, x)
    return left, _states(U_right, W_right, b_right, x[::-1], left[-1])[::-1]


def _right_without_the_present(U, W, b, U_right, W_right, b_right, x):
    left, right = both_directions(U, W, b, U_right, W_right, b_right, x)
    return left, np.concatenate([right[1:], np.zeros_like(right[:1])])


def _turns_steps_and_batch(U, W, b, U_right, W_right, b_right, x):
    right = _states(U_right, W_right, b_right, x[::-1, ::-1])
    return _states(U, W, b, x), right[::-1]


def _never_carries(U, W, b, U_right, W_right, b_right, x):
    return both_directions(U, 0 * W, b, U_right, 0 * W_right, b_right, x)


def _no_tanh(U, W, b, U_right, W_right, b_right, x):
    right = _states(U_right, W_right, b_right, x[::-1], squash=np.positive)[::-1]
    return _states(U, W, b, x, squash=np.positive), right


def _W_transposed(U, W, b, U_right, W_right, b_right, x):
    return both_directions(U, W.T, b, U_right, W_right.T, b_right, x)


def _no_b(U, W, b, U_right, W_right, b_right, x):
    return both_directions(U, W, 0 * b, U_right, W_right, 0 * b_right, x)


def _cases(rng):
    def case(T, B, n_x, n_h, group, size=1.0):
        layers = []
        for _ in range(2):
            W = 0.8 * rng.normal(size=(n_h, n_h))
            layers += [rng.normal(size=(n_h, n_x)), W, rng.uniform(0.1, 0.6, size=n_h)]
        return Case((*layers, size * rng.normal(size=(T, B, n_x))), group)

    return [
        case(1, 3, 2, 4, "T = 1"),
        case(5, 1, 2, 3, "B = 1"),
        case(4, 3, 2, 5, "several steps and sequences"),
        case(7, 2, 3, 2, "several steps and sequences"),
        case(4, 2, 3, 2, "inputs near 1000", size=500.0),
    ]


BOTH_DIRECTIONS = Exercise(
    id="05.4",
    title="Both directions",
    points=2,
    reference=both_directions,
    forbidden=(*RUN, "rnnlib.training.reach.two_way_states"),
    cases=_cases,
    returns=(
        Returned("from_left", ("t", "sequence", "unit"), first=1),
        Returned("from_right", ("t", "sequence", "unit"), first=1),
    ),
    hints=(
        "There are two independent runs. Write one run as a small function of U, W, b and the "
        "inputs, and call it twice. In which order does the second layer read?",
        "x[::-1] has the steps in reverse. The states that come out are in the order in which "
        "they were computed: the first of them has read x(T).",
        "At index t-1 both results must belong to step t. So reverse the second layer's states "
        "again before you return them.",
    ),
    mistakes=(
        Mistake(
            _in_the_order_of_reading,
            "The states from the right are in the order in which they were computed, last step "
            "first. At which index should the state that has read only x(T) be?",
        ),
        Mistake(
            _both_from_the_left,
            "Your second layer reads from the left as well. What has it read at step 1?",
        ),
        Mistake(
            _turned_afterwards_only,
            "You reverse the second layer's states, but it has read from the left. First reverse "
            "the inputs.",
        ),
        Mistake(
            _one_layer_for_both,
            "You use U, W and b for both directions. The second layer has its own weights.",
        ),
        Mistake(
            _layers_exchanged,
            "The weights are swapped: U, W and b belong to the layer that reads from the left.",
        ),
        Mistake(
            _goes_on_from_the_left,
            "Your second layer starts from the state in which the first one ended. Both start at "
            "0.",
        ),
        Mistake(
            _right_without_the_present,
            "Your states from the right have not read the current input. At step t both layers "
            "have read x(t).",
        ),
        Mistake(
            _turns_steps_and_batch,
            "You reverse not only the steps but also the sequences. A sequence must stay in its "
            "column.",
        ),
        Mistake(
            _never_carries,
            "Each of your states depends on only one input. What does W multiply?",
        ),
        Mistake(_no_tanh, STATES_WITHOUT_TANH),
        Mistake(_W_transposed, W_TRANSPOSED),
        Mistake(_no_b, STATES_WITHOUT_B),
    ),
)
