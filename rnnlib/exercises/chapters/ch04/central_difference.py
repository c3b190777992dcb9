"""Exercise 04.6: a slope from two runs, to check gradients with."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def central_difference(W, U, x, h0, y, i, j, step):
    move = np.zeros_like(W)
    move[i, j] = step
    above, below = _loss(W + move, U, x, h0, y), _loss(W - move, U, x, h0, y)
    return (above - below) / (2 * step)


def _loss(W, U, x, h0, y):
    h, loss = h0, 0.0
    for x_t, y_t in zip(x, y, strict=True):
        h = np.tanh(W @ h + U @ x_t)
        loss += 0.5 * np.sum((h - y_t) ** 2)
    return loss


def _moved(W, i, j, step):
    moved = W.astype(np.result_type(W, step))
    moved[i, j] += step
    return moved


def _forward_difference(W, U, x, h0, y, i, j, step):
    return (_loss(_moved(W, i, j, step), U, x, h0, y) - _loss(W, U, x, h0, y)) / step


def _backward_difference(W, U, x, h0, y, i, j, step):
    return _forward_difference(W, U, x, h0, y, i, j, -step)


def _second_point_is_W(W, U, x, h0, y, i, j, step):
    return _forward_difference(W, U, x, h0, y, i, j, step) / 2


def _twice_as_large(W, U, x, h0, y, i, j, step):
    return 2 * central_difference(W, U, x, h0, y, i, j, step)


def _not_divided(W, U, x, h0, y, i, j, step):
    return 2 * step * central_difference(W, U, x, h0, y, i, j, step)


def _points_swapped(W, U, x, h0, y, i, j, step):
    return -central_difference(W, U, x, h0, y, i, j, step)


def _moves_all_entries(W, U, x, h0, y, i, j, step):
    above, below = _loss(W + step, U, x, h0, y), _loss(W - step, U, x, h0, y)
    return (above - below) / (2 * step)


def _row_and_column_swapped(W, U, x, h0, y, i, j, step):
    return central_difference(W, U, x, h0, y, j, i, step)


def _last_step_only(W, U, x, h0, y, i, j, step):
    def last(W):
        return _loss(W, U, x, h0, y) - _loss(W, U, x[:-1], h0, y[:-1])

    return (last(_moved(W, i, j, step)) - last(_moved(W, i, j, -step))) / (2 * step)


def _mean_over_steps(W, U, x, h0, y, i, j, step):
    return central_difference(W, U, x, h0, y, i, j, step) / len(x)


def _runs_from_zero(W, U, x, h0, y, i, j, step):
    return central_difference(W, U, x, 0 * h0, y, i, j, step)


def _the_derivative_itself(W, U, x, h0, y, i, j, step):
    return np.imag(_loss(_moved(W, i, j, 1e-30j), U, x, h0, y)) / 1e-30


def _cases(rng):
    def case(T, n_x, n_h, entry, step, group):
        W, U = 0.8 * rng.normal(size=(n_h, n_h)), 0.7 * rng.normal(size=(n_h, n_x))
        h0 = rng.uniform(0.3, 0.9, size=n_h) * rng.choice([-1, 1], size=n_h)
        x, y = rng.normal(size=(T, n_x)), rng.uniform(-0.9, 0.9, size=(T, n_h))
        return Case((W, U, x, h0, y, *entry, step), group)

    return [
        case(1, 2, 3, (0, 2), 0.1, "T = 1"),
        case(4, 1, 2, (1, 0), 0.2, "T > 1"),
        case(5, 2, 4, (2, 1), 0.01, "T > 1"),
    ]


CENTRAL_DIFFERENCE = Exercise(
    id="04.6",
    title="Check a gradient by two runs",
    reference=central_difference,
    forbidden=(
        "rnnlib.gradients.oracles.finite_difference",
        "rnnlib.gradients.oracles._by_definition",
    ),
    cases=_cases,
    returns=(Returned("slope"),),
    hints=(
        "Write the loss as a function of W first: run the sequence, add up ½ |h(t) - y(t)|². The "
        "rest calls it twice.",
        "W is moved once up and once down, in one entry. Make a new array for each, W.copy(), so "
        "that the second does not start from the first. How far apart are the two points?",
    ),
    mistakes=(
        Mistake(
            _forward_difference,
            "You go from W to W + step. A central difference lies around W: which point does it "
            "take on the other side?",
        ),
        Mistake(
            _backward_difference,
            "You go from W - step to W. A central difference lies around W: which point does it "
            "take on the other side?",
        ),
        Mistake(
            _second_point_is_W,
            "Your second point is W itself. If you moved W in place by + step, a move by - step "
            "only takes it back to where it was.",
        ),
        Mistake(
            _twice_as_large,
            "Twice the right answer. Either the ½ of the loss is lost, or you divide by one step: "
            "how far apart are your two points?",
        ),
        Mistake(
            _not_divided,
            "That is by how much the loss differs. A slope is that for each unit of W: divide by "
            "what?",
        ),
        Mistake(
            _points_swapped,
            "The sign is reversed. A slope is positive if the loss grows with W[i, j]: which of "
            "the two values comes first?",
        ),
        Mistake(
            _moves_all_entries,
            "You move all of W. Asked for is the slope along the one entry W[i, j].",
        ),
        Mistake(
            _row_and_column_swapped,
            "You move W[j, i]. Which of the two indices counts the rows?",
        ),
        Mistake(
            _last_step_only,
            "Only the last step counts in your loss. It is a sum over all t.",
        ),
        Mistake(
            _mean_over_steps,
            "You divide the loss by the number of steps. It is a sum over t here.",
        ),
        Mistake(
            _runs_from_zero,
            "Your runs start from 0, whatever h0 is.",
        ),
        Mistake(
            _the_derivative_itself,
            "That is the derivative itself. Asked for is what it is checked with: the quotient for "
            "this very step, large as it is.",
        ),
    ),
)
