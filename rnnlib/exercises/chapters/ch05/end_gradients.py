"""Exercise 05.1: where a network that answers once, at the end, gets its direct gradients."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import LOSS
from rnnlib.exercises.chapters.sentences import ONE_MAXIMUM_FOR_ALL, SCORES_TOO_LARGE
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def end_gradients(V, c, h, y, lengths):
    at = lengths - 1, np.arange(len(y))
    dh_direct = np.zeros_like(h)
    do = _softmax(c + h[at] @ V.T) - np.eye(len(c))[y]
    dh_direct[at] = do @ V
    return do.T @ h[at], do.sum(axis=0), dh_direct


def _softmax(o):
    e = np.exp(o - o.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def _from_do(V, h, at, do):
    """The three gradients that follow from do (B, n_o) on the outputs at `at`."""
    dh_direct = np.zeros_like(h)
    dh_direct[at] = do @ V
    return do.T @ h[at], do.sum(axis=0), dh_direct


def _own_ends(y, lengths):
    return lengths - 1, np.arange(len(y))


def _read_at(step):
    """end_gradients with another step for each sequence: step(h, lengths), counted from 1."""

    def gradients(V, c, h, y, lengths):
        return end_gradients(V, c, h, y, np.broadcast_to(step(h, lengths), lengths.shape))

    return gradients


def _with(to_do):
    """end_gradients with another gradient on the outputs: to_do(o, Y), Y one-hot."""

    def gradients(V, c, h, y, lengths):
        at = _own_ends(y, lengths)
        return _from_do(V, h, at, to_do(c + h[at] @ V.T, np.eye(len(c))[y]))

    return gradients


def _at_step_T(V, c, h, y, lengths):
    return _read_at(lambda h, lengths: len(h))(V, c, h, y, lengths)


def _at_the_longest(V, c, h, y, lengths):
    return _read_at(lambda h, lengths: lengths.max())(V, c, h, y, lengths)


def _one_step_early(V, c, h, y, lengths):
    return _read_at(lambda h, lengths: np.maximum(lengths - 1, 1))(V, c, h, y, lengths)


def _at_step_1(V, c, h, y, lengths):
    return _read_at(lambda h, lengths: 1)(V, c, h, y, lengths)


def _every_real_step(V, c, h, y, lengths):
    parts = [end_gradients(V, c, h[:, [b]], y[[b]], np.array([t]))
             for b, length in enumerate(lengths) for t in range(1, length + 1)]  # fmt: skip
    dV, dc = (sum(part[k] for part in parts) for k in (0, 1))
    dh = np.zeros_like(h)
    places = [(t - 1, b) for b, length in enumerate(lengths) for t in range(1, length + 1)]
    for (t, b), part in zip(places, parts, strict=True):
        dh[t, b] = part[2][t, 0]
    return dV, dc, dh


def _sign_reversed(V, c, h, y, lengths):
    return tuple(-part for part in end_gradients(V, c, h, y, lengths))


def _overflows(V, c, h, y, lengths):
    return _with(lambda o, Y: np.exp(o) / np.exp(o).sum(axis=1, keepdims=True) - Y)(
        V, c, h, y, lengths
    )


def _one_maximum(V, c, h, y, lengths):
    def to_do(o, Y):
        e = np.exp(o - o.max())
        return e / e.sum(axis=1, keepdims=True) - Y

    return _with(to_do)(V, c, h, y, lengths)


def _forgets_the_one(V, c, h, y, lengths):
    return _with(lambda o, Y: _softmax(o))(V, c, h, y, lengths)


def _one_taken_from_whole_columns(V, c, h, y, lengths):
    def to_do(o, Y):
        return _softmax(o) - Y.any(axis=0)

    return _with(to_do)(V, c, h, y, lengths)


def _scores_in_place_of_probabilities(V, c, h, y, lengths):
    return _with(lambda o, Y: o - Y)(V, c, h, y, lengths)


def _sigmoid(V, c, h, y, lengths):
    return _with(lambda o, Y: 0.5 + 0.5 * np.tanh(0.5 * o) - Y)(V, c, h, y, lengths)


def _softmax_over_the_batch(V, c, h, y, lengths):
    return _with(lambda o, Y: _softmax(o.T).T - Y)(V, c, h, y, lengths)


def _only_the_right_answer(V, c, h, y, lengths):
    return _with(lambda o, Y: (_softmax(o) - 1) * Y)(V, c, h, y, lengths)


def _mean_over_the_batch(V, c, h, y, lengths):
    return tuple(part / len(y) for part in end_gradients(V, c, h, y, lengths))


def _forgets_c(V, c, h, y, lengths):
    return end_gradients(V, 0 * c, h, y, lengths)


def _placed_at_step_T(V, c, h, y, lengths):
    dV, dc, dh = end_gradients(V, c, h, y, lengths)
    moved = np.zeros_like(h)
    moved[-1] = dh[_own_ends(y, lengths)]
    return dV, dc, moved


def _placed_in_whole_rows(V, c, h, y, lengths):
    dV, dc, dh = end_gradients(V, c, h, y, lengths)
    placed = np.zeros_like(h)
    placed[lengths - 1] = dh[_own_ends(y, lengths)]
    return dV, dc, placed


def _whole_columns_and_rows(V, c, h, y, lengths):
    dV, dc, dh = _one_taken_from_whole_columns(V, c, h, y, lengths)
    placed = np.zeros_like(h)
    placed[lengths - 1] = dh[_own_ends(y, lengths)]
    return dV, dc, placed


def _placed_at_every_step(V, c, h, y, lengths):
    dV, dc, dh = end_gradients(V, c, h, y, lengths)
    return dV, dc, np.broadcast_to(dh[_own_ends(y, lengths)], h.shape)


def _slope_of_tanh(V, c, h, y, lengths):
    dV, dc, dh = end_gradients(V, c, h, y, lengths)
    at = _own_ends(y, lengths)
    dh[at] *= 1 - h[at] ** 2
    return dV, dc, dh


def _cases(rng):
    def case(T, lengths, n_h, n_o, group, padding=None, far=0.0, apart=0.0, rows=0.0):
        lengths = rng.permutation(lengths)
        h = rng.uniform(-0.9, 0.9, size=(T, len(lengths), n_h))
        V, c = rng.normal(size=(n_o, n_h)), rng.uniform(0.2, 0.8, size=n_o)
        c += far + apart * rng.permutation(np.linspace(-1, 1, n_o))
        y = rng.integers(n_o, size=len(lengths))
        at = _own_ends(y, lengths)
        if apart:  # the answers are as wrong as can be: none of the gradients is 0
            y = (c + h[at] @ V.T).argmin(axis=1)
        if rows:  # the scores of each sequence are near to each other, and far from the others'
            h[at] = rng.uniform(-0.3, 0.3, size=(len(lengths), n_h))
            h[at[0][:2], at[1][:2], 0] = 0.9, -0.9
            V[:, 0] += rows
        if padding is not None:
            h[np.arange(1, T + 1)[:, None] > lengths] = padding
        return Case((V, c, h, y, lengths), group)

    return [
        case(1, [1, 1], 3, 4, "T = 1"),
        case(5, [3], 2, 4, "B = 1"),
        case(6, [2, 6, 4, 1], 3, 5, "several sequences"),
        case(7, [5, 2, 4], 4, 3, "several sequences"),
        case(5, [2, 4, 3], 3, 2, "NaN in the padding", padding=np.nan),
        case(4, [3, 4, 2], 2, 3, "scores near 1000", far=1000.0),
        case(4, [2, 3, 1], 3, 4, "scores from -1500 to 1500", apart=1500.0),
        case(5, [4, 2, 5], 3, 4, "scores far higher in one sequence", rows=1000.0),
    ]


END_GRADIENTS = Exercise(
    id="05.1",
    title="The gradients of a loss at the end",
    points=2,
    reference=end_gradients,
    forbidden=LOSS,
    cases=_cases,
    returns=(
        Returned("dV", ("output", "unit")),
        Returned("dc", ("output",)),
        Returned("dh_direct", ("t", "sequence", "unit"), first=1),
    ),
    hints=(
        "Start with the states that count: one for each sequence, (B, n_h). h[0] is h(1). Which "
        "row of h is the last real state of a sequence of length 3?",
        "From these states compute scores o (B, n_o), from the scores probabilities (subtract "
        "each row's largest score before exp), and from the probabilities do: subtract 1 at the "
        "right answer.",
        "dV and dc are as in 04.5, with one step. dh_direct has the shape of h: zeros, except for "
        "do V where each sequence was read. Index with two arrays, as in h[rows, columns].",
    ),
    mistakes=(
        Mistake(
            _at_step_T,
            "You read every sequence at step T. A shorter one has ended before: which of its "
            "steps does the loss use?",
        ),
        Mistake(
            _at_the_longest,
            "You read every sequence where the longest one ends. Where does each of them end?",
        ),
        Mistake(
            _one_step_early,
            "You read one step too early: the last word of each sequence is not yet in that state. "
            "Which row holds h(length), if h[0] is h(1)?",
        ),
        Mistake(
            _at_step_1,
            "You read the state after the first step. It has seen only one input.",
        ),
        Mistake(
            _every_real_step,
            "You compute a loss after every word. This loss is computed once for each sequence: "
            "after its last word.",
        ),
        Mistake(
            _sign_reversed,
            "All signs are reversed. If the score of a wrong answer grows, does the loss grow or "
            "fall?",
        ),
        Mistake(
            _forgets_the_one,
            "Your gradient does not depend on y: it is just the probabilities. What is different "
            "for the right answer?",
        ),
        Mistake(
            _one_taken_from_whole_columns,
            "In every sequence, you subtract 1 at the answers of all sequences. Each has one "
            "right answer: what does `do[:, y]` pick, and what do two arrays, `do[rows, y]`?",
        ),
        Mistake(
            _scores_in_place_of_probabilities,
            "You subtract the answer from the scores. That is the slope of a squared error; here "
            "the scores become probabilities first.",
        ),
        Mistake(
            _sigmoid,
            "You turn each score into a probability separately (with a sigmoid). Exactly one "
            "answer is right: the probabilities must add up to 1.",
        ),
        Mistake(_overflows, SCORES_TOO_LARGE),
        Mistake(_one_maximum, ONE_MAXIMUM_FOR_ALL),
        Mistake(
            _softmax_over_the_batch,
            "Your probabilities add up to 1 over the sequences. They should do so over the answers "
            "of one sequence: along which axis do you sum?",
        ),
        Mistake(
            _only_the_right_answer,
            "Only the score of the right answer gets a gradient. The others are in the "
            "denominator: what happens to the loss when one of them grows?",
        ),
        Mistake(
            _mean_over_the_batch,
            "You divide by the number of sequences. Here the loss is their sum.",
        ),
        Mistake(_forgets_c, "These are the gradients for c = 0. Where does c enter the scores?"),
        Mistake(
            _placed_at_step_T,
            "The gradients on the last real states are right, but you put all of them at step T. "
            "At which step was each sequence read?",
        ),
        Mistake(
            _placed_in_whole_rows,
            "At each sequence's last step you write the gradients of all sequences. A row h[t] "
            "holds the whole batch: which second index picks one sequence?",
        ),
        Mistake(
            _whole_columns_and_rows,
            "In every sequence, you subtract 1 at the answers of all sequences, and you write the "
            "gradients of all of them at each last step. One array of indices picks whole rows or "
            "columns: what do two pick, as in `a[rows, columns]`?",
        ),
        Mistake(
            _placed_at_every_step,
            "You put a sequence's gradient at all of its steps. The loss uses one of its states: "
            "what is the direct gradient on the others?",
        ),
        Mistake(
            _slope_of_tanh,
            "You have gone one step too far back, through the tanh that produced h. Your bptt "
            "expects the gradient on h itself.",
        ),
    ),
)
