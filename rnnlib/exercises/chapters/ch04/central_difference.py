"""Exercise 04.6: a slope from two runs, to check gradients with."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def central_difference(W, U, x, h0, y, i, j, step):
    above, below = W.copy(), W.copy()
    above[i, j] += step
    below[i, j] -= step
    return (_loss(above, U, x, h0, y) - _loss(below, U, x, h0, y)) / (2 * step)


def _loss(W, U, x, h0, y):
    h, loss = h0, 0.0
    for t in range(len(x)):
        h = np.tanh(W @ h + U @ x[t])
        loss += 0.5 * np.sum((h - y[t]) ** 2)
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


def _moved_by_a_fraction(W, U, x, h0, y, i, j, step):
    return W[i, j] * central_difference(W, U, x, h0, y, i, j, W[i, j] * step)


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


def _complex_step(W, U, x, h0, y, i, j, step):
    return np.imag(_loss(_moved(W, i, j, 1j * step), U, x, h0, y)) / step


def _runs_on(W, U, x, h0, y, i, j, step):
    above = _moved(W, i, j, step)
    h = h0
    for x_t in x:
        h = np.tanh(above @ h + U @ x_t)
    below = _loss(_moved(W, i, j, -step), U, x, h, y)
    return (_loss(above, U, x, h0, y) - below) / (2 * step)


def _first_copy_moved(W, U, x, h0, y, i, j, step):
    def loss(moved):
        h, total = h0, 0.0
        for t, x_t in enumerate(x):
            h = np.tanh((W if t else moved) @ h + U @ x_t)
            total += 0.5 * np.sum((h - y[t]) ** 2)
        return total

    return (loss(_moved(W, i, j, step)) - loss(_moved(W, i, j, -step))) / (2 * step)


def _last_copy_moved(W, U, x, h0, y, i, j, step):
    def loss(moved):
        h, total = h0, 0.0
        for t, x_t in enumerate(x):
            h = np.tanh((moved if t == len(x) - 1 else W) @ h + U @ x_t)
            total += 0.5 * np.sum((h - y[t]) ** 2)
        return total

    return (loss(_moved(W, i, j, step)) - loss(_moved(W, i, j, -step))) / (2 * step)


def _multiplied_by_the_step(W, U, x, h0, y, i, j, step):
    return central_difference(W, U, x, h0, y, i, j, step) * step**2


def _mean_over_units(W, U, x, h0, y, i, j, step):
    return central_difference(W, U, x, h0, y, i, j, step) / len(h0)


def _mean_over_everything(W, U, x, h0, y, i, j, step):
    return central_difference(W, U, x, h0, y, i, j, step) / y.size


def _moves_a_row(W, U, x, h0, y, i, j, step):
    move = np.zeros_like(W)
    move[i] = step
    return (_loss(W + move, U, x, h0, y) - _loss(W - move, U, x, h0, y)) / (2 * step)


def _moves_a_column(W, U, x, h0, y, i, j, step):
    move = np.zeros_like(W)
    move[:, j] = step
    return (_loss(W + move, U, x, h0, y) - _loss(W - move, U, x, h0, y)) / (2 * step)


def _W_transposed(W, U, x, h0, y, i, j, step):
    above, below = _moved(W, i, j, step).T, _moved(W, i, j, -step).T
    return (_loss(above, U, x, h0, y) - _loss(below, U, x, h0, y)) / (2 * step)


def _entry_replaced(W, U, x, h0, y, i, j, step):
    above, below = W.copy(), W.copy()
    above[i, j], below[i, j] = step, -step
    return (_loss(above, U, x, h0, y) - _loss(below, U, x, h0, y)) / (2 * step)


def _twice_the_step(W, U, x, h0, y, i, j, step):
    return central_difference(W, U, x, h0, y, i, j, 2 * step)


def _half_the_step(W, U, x, h0, y, i, j, step):
    return central_difference(W, U, x, h0, y, i, j, step / 2)


def _cases(rng):
    def case(T, n_x, n_h, entry, step, group):
        W, U = 0.8 * rng.normal(size=(n_h, n_h)), 0.7 * rng.normal(size=(n_h, n_x))
        h0 = rng.uniform(0.3, 0.9, size=n_h) * rng.choice([-1, 1], size=n_h)
        h0[entry[1]] = -abs(h0[entry[1]])
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
        "Move one entry of W up once and down once. Make a new array for each, W.copy(), so that "
        "the second does not start from the first. How far apart are the two points?",
    ),
    mistakes=(
        Mistake(
            _moved_by_a_fraction,
            "You move W[i, j] by a fraction of itself and divide by 2 step. How far apart are "
            "your two points?",
        ),
        Mistake(
            _forward_difference,
            "You go from W to W + step. A central difference has W in the middle: which point "
            "does it take on the other side?",
        ),
        Mistake(
            _backward_difference,
            "You go from W - step to W. A central difference has W in the middle: which point "
            "does it take on the other side?",
        ),
        Mistake(
            _second_point_is_W,
            "Your second point is W itself. If you moved W in place by + step, a move by -step "
            "only takes it back to where it was.",
        ),
        Mistake(
            _twice_as_large,
            "Twice the right answer. Either the loss has lost its ½, or you divide by one step: "
            "how far apart are your two points?",
        ),
        Mistake(
            _not_divided,
            "That is the difference of the losses. A slope is the difference per unit of W: "
            "divide by what?",
        ),
        Mistake(
            _points_swapped,
            "The sign is reversed. A slope is positive if the loss grows with W[i, j]: which of "
            "the two losses comes first?",
        ),
        Mistake(
            _moves_all_entries,
            "You move all of W. The exercise asks for the slope along one entry, W[i, j].",
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
            "That is the derivative itself. The exercise asks for what it is checked against: the "
            "quotient for this exact step, however large.",
        ),
        Mistake(
            _complex_step,
            "You take the imaginary part of one run: that is another way to get the derivative. "
            "The exercise asks for the quotient of two runs, for this exact step.",
        ),
        Mistake(
            _runs_on, "Your second run starts where the first one ended. Both should start at h0."
        ),
        Mistake(
            _first_copy_moved, "You move W in the first step only. Every step uses the same W."
        ),
        Mistake(_last_copy_moved, "You move W in the last step only. Every step uses the same W."),
        Mistake(
            _multiplied_by_the_step,
            "You multiply by the step where you mean to divide: `/ 2 * step` divides only by 2. "
            "Write `/ (2 * step)`.",
        ),
        Mistake(
            _mean_over_units,
            "Your loss is the mean over the units. It is the sum over them, with a ½.",
        ),
        Mistake(
            _mean_over_everything,
            "Your loss is the mean over steps and units. It is the sum over both, with a ½.",
        ),
        Mistake(
            _moves_a_row,
            "You move a whole row of W. The exercise asks for the slope along one entry, W[i, j].",
        ),
        Mistake(
            _moves_a_column,
            "You move a whole column of W. The exercise asks for the slope along one entry, W[i, "
            "j].",
        ),
        Mistake(_W_transposed, "In your runs, W is the wrong way around: W h is `W @ h`."),
        Mistake(
            _entry_replaced,
            "You set W[i, j] to the step and to its negative. Add the step to its current value, "
            "and subtract it.",
        ),
        Mistake(
            _twice_the_step,
            "You move W twice as far as asked, and divide by the distance between the points. The "
            "step is given.",
        ),
        Mistake(
            _half_the_step,
            "You move W by half of the step to each side. Move it by the whole step, up and down.",
        ),
    ),
)
