"""Exercise 07.5: clipping by norm."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def clip(dU, dW, limit):
    norm = _norm(dU, dW)
    factor = limit / norm if norm > limit else 1.0
    return factor * dU, factor * dW


def _norm(*arrays):
    """‖g‖₂ of all entries of some arrays together."""
    return np.sqrt(sum(np.sum(array**2) for array in arrays))


def _by_norm(dU, dW, limit, norm):
    """Clipped, if this were the norm."""
    factor = limit / norm if norm > limit else 1.0
    return factor * dU, factor * dW


def _square_compared(dU, dW, limit):
    norm = _norm(dU, dW)
    factor = limit / norm if norm**2 > limit else 1.0
    return factor * dU, factor * dW


def _by_entry(dU, dW, limit):
    return np.clip(dU, -limit, limit), np.clip(dW, -limit, limit)


def _each_by_itself(dU, dW, limit):
    return _by_norm(dU, dU, limit, _norm(dU))[0], _by_norm(dW, dW, limit, _norm(dW))[0]


def _always_to_the_limit(dU, dW, limit):
    factor = limit / _norm(dU, dW)
    return factor * dU, factor * dW


def _small_ones_only(dU, dW, limit):
    norm = _norm(dU, dW)
    factor = limit / norm if norm < limit else 1.0
    return factor * dU, factor * dW


def _norm_squared(dU, dW, limit):
    return _by_norm(dU, dW, limit, _norm(dU, dW) ** 2)


def _spectral_norms(dU, dW, limit):
    norms = np.linalg.norm(dU, 2), np.linalg.norm(dW, 2)
    return _by_norm(dU, dW, limit, np.hypot(*norms))


def _sum_of_norms(dU, dW, limit):
    return _by_norm(dU, dW, limit, _norm(dU) + _norm(dW))


def _larger_of_the_norms(dU, dW, limit):
    return _by_norm(dU, dW, limit, max(_norm(dU), _norm(dW)))


def _largest_entry(dU, dW, limit):
    return _by_norm(dU, dW, limit, max(np.abs(dU).max(), np.abs(dW).max()))


def _sum_of_entries(dU, dW, limit):
    return _by_norm(dU, dW, limit, np.abs(dU).sum() + np.abs(dW).sum())


def _root_of_the_mean(dU, dW, limit):
    return _by_norm(dU, dW, limit, _norm(dU, dW) / np.sqrt(dU.size + dW.size))


def _to_length_one(dU, dW, limit):
    norm = _norm(dU, dW)
    return (dU / norm, dW / norm) if norm > limit else (1.0 * dU, 1.0 * dW)


def _small_number_added(dU, dW, limit):
    factor = min(1.0, limit / (_norm(dU, dW) + 1e-6))
    return factor * dU, factor * dW


def _set_to_zero(dU, dW, limit):
    factor = float(_norm(dU, dW) <= limit)
    return factor * dU, factor * dW


def _cases(rng):
    def case(shape_U, shape_W, norms, limit, group):
        """Gradients whose arrays have these two norms."""
        dU, dW = rng.normal(size=shape_U), rng.normal(size=shape_W)
        scale = rng.uniform(0.9, 1.1)
        dU *= scale * norms[0] / _norm(dU)
        dW *= scale * norms[1] / _norm(dW)
        return Case((dU, dW, scale * limit), group)

    return [
        case((3, 2), (3, 3), (4.0, 5.5), 2.0, "norm above the limit"),
        case((4, 5), (4, 4), (1.4, 1.3), 1.5, "norm above the limit"),  # each array is below it
        case((1, 2), (1, 1), (0.8, 0.2), 0.3, "norm above the limit"),
        case((3, 2), (3, 3), (4e7, 3e7), 0.5, "norm above the limit"),
        case((2, 3), (2, 2), (0.7, 0.9), 1.6, "norm below the limit"),
        case((2, 3), (2, 2), (0.0, 0.0), 1.0, "all entries 0"),
        case((2, 2), (2, 2), (1.8, 2.4), 5.0, "norm below the limit"),  # but not its square
        case((2, 2), (2, 2), (0.3, 0.4), 0.4, "norm above the limit"),  # but not its square
    ]


CLIP = Exercise(
    id="07.5",
    title="Clip by norm",
    reference=clip,
    forbidden=("rnnlib.training.optimisers.clip_by_norm",),
    cases=_cases,
    returns=(
        Returned("dU", ("row", "column")),
        Returned("dW", ("row", "column")),
    ),
    hints=(
        "Imagine all entries of dU and of dW in one long vector. Its norm is the root of the sum "
        "of all squares.",
        "If that norm is at most `limit`, nothing changes. If it is larger, which factor makes "
        "the norm equal to `limit`? Both arrays get the same factor.",
    ),
    mistakes=(
        Mistake(
            _by_entry,
            "You cut off each entry by itself: the largest ones shrink, the others stay, and the "
            "gradient turns. A single factor for all entries would keep its direction.",
        ),
        Mistake(
            _each_by_itself,
            "You clip each array by its own norm. The two get different factors: does (dU, dW) as "
            "one vector then keep its direction?",
        ),
        Mistake(
            _always_to_the_limit,
            "You scale small gradients up to the limit as well. What should happen to a gradient "
            "that is short enough, or zero?",
        ),
        Mistake(
            _small_ones_only,
            "You scale small gradients up and leave large ones alone. Which of the two was the "
            "problem?",
        ),
        Mistake(
            _square_compared,
            "You compare the sum of the squares with the limit, and not its root. A norm of 3 is "
            "below a limit of 5: what is its square?",
        ),
        Mistake(
            _norm_squared,
            "You use the sum of the squares as the norm. What is missing?",
        ),
        Mistake(
            _spectral_norms,
            "np.linalg.norm(dW, 2) is the largest singular value of a matrix. The exercise asks "
            "for the norm of all entries as one vector: what does np.linalg.norm do without the 2?",
        ),
        Mistake(
            _sum_of_norms,
            "You add the norms of the two arrays. For the vector (3, 4), is the norm 3 + 4?",
        ),
        Mistake(
            _larger_of_the_norms,
            "You take the larger of the two norms. The vector of both arrays is longer than that.",
        ),
        Mistake(
            _largest_entry,
            "You compare the largest entry with the limit. Many small entries make a long vector: "
            "where do they count?",
        ),
        Mistake(
            _sum_of_entries,
            "You add the absolute values of the entries. For the vector (3, 4), is the norm 7?",
        ),
        Mistake(
            _root_of_the_mean,
            "You use the mean of the squares instead of their sum: your limit would depend on how "
            "many weights there are.",
        ),
        Mistake(
            _to_length_one,
            "The gradients you shorten get length 1, whatever `limit` is.",
        ),
        Mistake(
            _small_number_added,
            "You add 1e-6 to the norm, as PyTorch does. That guards against dividing by 0; here "
            "you divide only by norms above `limit`.",
        ),
        Mistake(
            _set_to_zero,
            "You throw the gradient away when it is too long. Its direction is still useful: what "
            "would keep it?",
        ),
    ),
)
