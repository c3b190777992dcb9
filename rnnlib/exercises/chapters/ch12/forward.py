"""Exercise 12.2: a layer that reads codes, and its scores for the next one."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import RUN
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def forward(U, W, b, V, c, codes, h0):
    h = [h0]
    for now in codes:
        h.append(np.tanh(b + h[-1] @ W.T + U[:, now].T))
    h = np.stack(h)
    logits = c + h[1:] @ V.T
    return h, logits


def _states(step, U, codes, h0):
    """h(0..T) with h(t) = step(h(t-1), U x(t))."""
    h = [h0]
    for now in codes:
        h.append(step(h[-1], U[:, now].T))
    return np.stack(h)


def _W_not_transposed(U, W, b, V, c, codes, h0):
    h = _states(lambda h, Ux: np.tanh(b + h @ W + Ux), U, codes, h0)
    return h, c + h[1:] @ V.T


def _reshaped_for_transposed(U, W, b, V, c, codes, h0):
    h = [h0]
    for now in codes:
        h.append(np.tanh(b + h[-1] @ W.T + U[:, now].reshape(h0.shape)))
    h = np.stack(h)
    return h, c + h[1:] @ V.T


def _starts_from_zero(U, W, b, V, c, codes, h0):
    return forward(U, W, b, V, c, codes, np.zeros_like(h0))


def _h0_shown_and_not_used(U, W, b, V, c, codes, h0):
    h, logits = forward(U, W, b, V, c, codes, np.zeros_like(h0))
    h[0] = h0
    return h, logits


def _never_carries(U, W, b, V, c, codes, h0):
    h = _states(lambda _, Ux: np.tanh(b + h0 @ W.T + Ux), U, codes, h0)
    return h, c + h[1:] @ V.T


def _no_tanh(U, W, b, V, c, codes, h0):
    h = _states(lambda h, Ux: b + h @ W.T + Ux, U, codes, h0)
    return h, c + h[1:] @ V.T


def _no_bias(U, W, b, V, c, codes, h0):
    return forward(U, W, np.zeros_like(b), V, c, codes, h0)


def _bias_outside_tanh(U, W, b, V, c, codes, h0):
    h = _states(lambda h, Ux: b + np.tanh(h @ W.T + Ux), U, codes, h0)
    return h, c + h[1:] @ V.T


def _reads_one_letter_late(U, W, b, V, c, codes, h0):
    return forward(U, W, b, V, c, np.roll(codes, 1, axis=0), h0)


def _first_sequence_for_all(U, W, b, V, c, codes, h0):
    return forward(U, W, b, V, c, np.repeat(codes[:, :1], codes.shape[1], axis=1), h0)


def _no_c(U, W, b, V, c, codes, h0):
    return forward(U, W, b, V, np.zeros_like(c), codes, h0)


def _from_the_state_before(U, W, b, V, c, codes, h0):
    h, _ = forward(U, W, b, V, c, codes, h0)
    return h, c + h[:-1] @ V.T


def _softmax_already(U, W, b, V, c, codes, h0):
    h, logits = forward(U, W, b, V, c, codes, h0)
    exp = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return h, exp / exp.sum(axis=-1, keepdims=True)


def _tanh_on_the_scores(U, W, b, V, c, codes, h0):
    h, logits = forward(U, W, b, V, c, codes, h0)
    return h, np.tanh(logits)


def _added_to_the_old_state(U, W, b, V, c, codes, h0):
    h = _states(lambda h, Ux: h + np.tanh(b + h @ W.T + Ux), U, codes, h0)
    return h, c + h[1:] @ V.T


def _log_softmax_already(U, W, b, V, c, codes, h0):
    h, logits = forward(U, W, b, V, c, codes, h0)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return h, shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def _scores_of_the_last_step(U, W, b, V, c, codes, h0):
    h, logits = forward(U, W, b, V, c, codes, h0)
    return h, 0 * logits + logits[-1:]


def _first_letter_again(U, W, b, V, c, codes, h0):
    return forward(U, W, b, V, c, np.concatenate([codes[:1], codes[:-1]]), h0)


def _letters_in_reverse(U, W, b, V, c, codes, h0):
    return forward(U, W, b, V, c, codes[::-1], h0)


def _rows_of_h_are_the_last(U, W, b, V, c, codes, h0):
    h, _ = forward(U, W, b, V, c, codes, h0)
    h = 0 * h + h[-1:]
    return h, c + h[1:] @ V.T


def _logistic(U, W, b, V, c, codes, h0):
    h = _states(lambda h, Ux: 1 / (1 + np.exp(-(b + h @ W.T + Ux))), U, codes, h0)
    return h, c + h[1:] @ V.T


def _codes_are_numbers(U, W, b, V, c, codes, h0):
    """Column 0 of U times the code, as if the code were an input."""
    h = [h0]
    for now in codes:
        h.append(np.tanh(b + h[-1] @ W.T + now[:, None] * U[:, 0]))
    h = np.stack(h)
    return h, c + h[1:] @ V.T


def _cases(rng):
    def case(T, B, n, n_codes, n_o, group):
        U, W = 0.7 * rng.normal(size=(n, n_codes)), 0.7 * rng.normal(size=(n, n))
        b, c = rng.uniform(0.2, 0.6, size=n), rng.uniform(0.2, 0.9, size=n_o)
        codes = rng.permuted(np.resize(np.arange(n_codes), (T, B)), axis=None)
        h0 = rng.uniform(-0.9, 0.9, size=(B, n))
        return Case((U, W, b, rng.normal(size=(n_o, n)), c, codes, h0), group)

    return [
        case(1, 2, 3, 5, 4, "T = 1"),
        case(4, 1, 3, 6, 5, "B = 1"),
        case(5, 3, 4, 6, 7, "T > 1 and B > 1"),
        case(3, 2, 1, 4, 3, "n = 1"),
        case(6, 2, 5, 5, 5, "n = n_codes"),
    ]


FORWARD = Exercise(
    id="12.2",
    title="A layer that reads codes",
    reference=forward,
    forbidden=RUN,
    cases=_cases,
    returns=(
        Returned("h", ("t", "sequence", "unit"), first=0),
        Returned("logits", ("t", "sequence", "code"), first=1, of=("h",)),
    ),
    hints=(
        "U x, with x all zeros except for a 1 at position j, is column j of U. `U[:, now]` for an "
        "array `now` of B codes holds B columns: (n, B). How do you make it (B, n)?",
        "Store h(0) = h0 first, then one state per step. With a sequence in each row, W h is `h @ "
        "W.T`.",
        "T + 1 states, but T rows of scores: the first row is computed from h(1), which has read "
        "the first letter. Scores are what goes into the softmax, not what comes out.",
    ),
    mistakes=(
        Mistake(
            _W_not_transposed,
            "You multiply by W the wrong way around. With a sequence in each row, W h becomes h @ "
            "what?",
        ),
        Mistake(
            _reshaped_for_transposed,
            "`U[:, now].reshape(B, n)` has the right shape and mixes units with sequences. What "
            "does `reshape` to [[1, 2], [3, 4], [5, 6]], and what does `.T`?",
        ),
        Mistake(
            _starts_from_zero,
            "Your run starts from 0, whatever h0 is. Then what would be the point of carrying a "
            "state from block to block?",
        ),
        Mistake(
            _h0_shown_and_not_used,
            "You store h0 in the right place, but then run from 0. Which state should the first "
            "step read?",
        ),
        Mistake(
            _never_carries,
            "Every step reads h0. Which state should step 2 read?",
        ),
        Mistake(_no_tanh, "There is no tanh in your states."),
        Mistake(_no_bias, "These are the numbers for b = 0. Where does b enter?"),
        Mistake(_bias_outside_tanh, "b is outside your tanh. Isn't it part of a(t)?"),
        Mistake(
            _reads_one_letter_late,
            "Step t reads the letter of step t - 1, and step 1 reads the last one: an index is "
            "one too small.",
        ),
        Mistake(
            _first_sequence_for_all,
            "All sequences read the letters of the first. What does `codes[t]` contain for each "
            "sequence?",
        ),
        Mistake(_no_c, "These are the scores for c = 0. Where does c enter?"),
        Mistake(
            _from_the_state_before,
            "Your scores at step t are computed from h(t-1), which has not yet read the letter at "
            "t.",
        ),
        Mistake(
            _softmax_already,
            "These are probabilities. The exercise asks for what goes into the softmax.",
        ),
        Mistake(
            _tanh_on_the_scores,
            "Your scores have been through tanh. Must a score lie between -1 and 1?",
        ),
        Mistake(
            _log_softmax_already,
            "These are logarithms of probabilities. The exercise asks for what goes into the "
            "softmax.",
        ),
        Mistake(
            _added_to_the_old_state,
            "You add tanh to the previous state. Is the output of tanh a change, or the new state?",
        ),
        Mistake(
            _scores_of_the_last_step,
            "Your scores come from the last state at every step. Which state gives row t?",
        ),
        Mistake(
            _first_letter_again,
            "Step t reads the letter of step t - 1, and step 1 reads the first one: an index is "
            "one too small.",
        ),
        Mistake(
            _letters_in_reverse, "Your first step reads the last letter. Row 0 of codes is x(1)."
        ),
        Mistake(
            _rows_of_h_are_the_last,
            "All your states are the last one: the same array was changed in place at each step, "
            "and every row is that array. Make a new one in each step, or keep copies.",
        ),
        Mistake(
            _logistic,
            "You use the logistic function instead of tanh. Which one does the exercise ask for?",
        ),
        Mistake(
            _codes_are_numbers,
            "You multiply by the code as if it were a quantity. A code is an index: which column "
            "of U belongs to it?",
        ),
    ),
)
