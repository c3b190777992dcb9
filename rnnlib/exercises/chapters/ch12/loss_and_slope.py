"""Exercise 12.3: the mean cross entropy of a block, and its gradient at the scores."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import LOSS, SOFTMAX
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def loss_and_slope(logits, targets):
    T, B, _ = logits.shape
    shifted = logits - logits.max(axis=-1, keepdims=True)
    exp = np.exp(shifted)
    total = exp.sum(axis=-1, keepdims=True)
    step, sequence = np.indices((T, B))
    right = step, sequence, targets
    loss = (np.log(total[..., 0]) - shifted[right]).mean()
    slope = exp / total
    slope[right] -= 1
    return loss, slope / (T * B)


def _probabilities(logits):
    exp = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exp / exp.sum(axis=-1, keepdims=True)


def _one_hot(logits, targets):
    return np.eye(logits.shape[-1])[targets]


def _times(factor, logits, targets):
    loss, slope = loss_and_slope(logits, targets)
    return loss * factor, slope * factor


def _sum_over_everything(logits, targets):
    return _times(targets.size, logits, targets)


def _mean_over_steps_only(logits, targets):
    return _times(targets.shape[1], logits, targets)


def _mean_over_sequences_only(logits, targets):
    return _times(targets.shape[0], logits, targets)


def _mean_over_codes_too(logits, targets):
    return _times(1 / logits.shape[-1], logits, targets)


def _bits(logits, targets):
    return _times(1 / np.log(2), logits, targets)


def _slope_of_the_sum(logits, targets):
    loss, slope = loss_and_slope(logits, targets)
    return loss, slope * targets.size


def _target_not_subtracted(logits, targets):
    return loss_and_slope(logits, targets)[0], _probabilities(logits) / targets.size


def _one_minus_everywhere(logits, targets):
    return loss_and_slope(logits, targets)[0], (_probabilities(logits) - 1) / targets.size


def _only_at_the_target(logits, targets):
    loss, slope = loss_and_slope(logits, targets)
    return loss, slope * _one_hot(logits, targets)


def _target_minus_probability(logits, targets):
    loss, slope = loss_and_slope(logits, targets)
    return loss, -slope


def _log_likelihood(logits, targets):
    loss, slope = loss_and_slope(logits, targets)
    return -loss, slope


def _slope_at_the_probabilities(logits, targets):
    loss, _ = loss_and_slope(logits, targets)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(_one_hot(logits, targets) > 0, -1 / _probabilities(logits), 0)
    return loss, slope / targets.size


def _probability_not_log(logits, targets):
    loss = -(_probabilities(logits) * _one_hot(logits, targets)).sum(axis=-1).mean()
    return loss, loss_and_slope(logits, targets)[1]


def _last_step_only(logits, targets):
    loss, last = loss_and_slope(logits[-1:], targets[-1:])
    slope = np.zeros_like(logits)
    slope[-1:] = last
    return loss, slope


def _unguarded(top, from_probability, logits, targets):
    """With `top` taken off the scores, and nothing else done against overflow and underflow."""
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        shifted = logits - top
        exp = np.exp(shifted)
        total = exp.sum(axis=-1, keepdims=True)
        right = targets[..., None]
        if from_probability:
            each = -np.log(np.take_along_axis(exp / total, right, axis=-1))
        else:
            each = np.log(total) - np.take_along_axis(shifted, right, axis=-1)
        return each.mean(), (exp / total - _one_hot(logits, targets)) / targets.size


def _naive_softmax(logits, targets):
    return _unguarded(0, True, logits, targets)


def _naive_sum(logits, targets):
    return _unguarded(0, False, logits, targets)


def _one_largest_for_all(logits, targets):
    return _unguarded(logits.max(), False, logits, targets)


def _one_largest_for_all_and_log_p(logits, targets):
    return _unguarded(logits.max(), True, logits, targets)


def _log_of_a_rounded_probability(logits, targets):
    return _unguarded(logits.max(axis=-1, keepdims=True), True, logits, targets)


def _cases(rng):
    def case(T, B, n, size, group):
        logits = size * rng.normal(size=(T, B, n))
        return Case((logits, rng.integers(n, size=(T, B))), group)

    high = case(2, 2, 3, 1.0, "all scores near a thousand")
    high.arguments[0][:] += 1000
    mixed = case(3, 2, 4, 2.0, "one letter with scores of a thousand")
    mixed.arguments[0][0, 0] += 1000
    unlikely = case(1, 1, 2, 1.0, "a target 2000 below the largest score")
    unlikely.arguments[0][0, 0, 1 - unlikely.arguments[1][0, 0]] += 2000
    return [
        case(1, 1, 3, 1.0, "one letter"),
        case(1, 3, 4, 1.5, "T = 1"),
        case(4, 1, 3, 1.5, "B = 1"),
        case(5, 3, 6, 1.0, "T > 1 and B > 1"),
        case(2, 4, 5, 3.0, "T > 1 and B > 1"),
        high,
        mixed,
        unlikely,
    ]


_TOO_LARGE = (
    "Right as long as the scores are small. exp(1000) is infinite for a computer. Which number can "
    "be taken off all scores of a letter without changing the softmax?"
)
_TOO_SMALL = (
    "You take one number off the scores of several letters. Where one letter has scores of a "
    "thousand, exp of all scores of the others becomes 0, and their sum too. Whose largest score "
    "is each letter to lose?"
)

LOSS_AND_SLOPE = Exercise(
    id="12.3",
    title="Loss and slope of a block",
    points=2,
    reference=loss_and_slope,
    forbidden=(*LOSS, *SOFTMAX),
    cases=_cases,
    returns=(Returned("loss"), Returned("slope", ("t", "sequence", "code"), first=1)),
    hints=(
        "For one letter, loss = ln of the sum of exp(o) minus the score of the target. The softmax "
        "stays the same if one number is taken off all scores of a letter: take off the largest, "
        "then no exp can overflow.",
        "`np.take_along_axis(logits, targets[..., None], axis=-1)` picks the targets' scores, and "
        "`np.eye(n_o)[targets]` has a 1 at each target. Compute the loss from scores, not from "
        "ln(p): a p can be rounded to 0.",
        "The derivative of the loss of one letter at its scores is softmax minus one-hot. How many "
        "letters is the mean taken over? The slope is that of the mean.",
    ),
    mistakes=(
        Mistake(
            _sum_over_everything,
            "This is the sum over all letters. Divide by their number, T times B: then the rate "
            "of learning need not change with the size of a block.",
        ),
        Mistake(
            _mean_over_steps_only,
            "You divide by T. A block has more letters than that: what else is there to count?",
        ),
        Mistake(
            _mean_over_sequences_only,
            "You divide by B. A block has more letters than that: what else is there to count?",
        ),
        Mistake(
            _mean_over_codes_too,
            "You divide by the number of scores as well: one letter has one loss, however many "
            "scores it is made from. Look at what `.mean()` goes over.",
        ),
        Mistake(_bits, "These are bits. Asked for are nats: natural logarithms."),
        Mistake(
            _slope_of_the_sum,
            "Your loss is a mean, and your slope that of the sum. By what is the mean divided?",
        ),
        Mistake(
            _target_not_subtracted,
            "The slope is the softmax alone. Raising the target's score should lower the loss: "
            "can its slope be positive?",
        ),
        Mistake(
            _one_minus_everywhere,
            "You subtract 1 from every probability. Only one of the scores is the target's.",
        ),
        Mistake(
            _only_at_the_target,
            "Only the targets' scores have a slope. The other scores stand in the softmax's "
            "denominator: does raising one of them leave the loss as it is?",
        ),
        Mistake(
            _target_minus_probability,
            "The sign is reversed: with this slope the network would unlearn. Which of softmax and "
            "one-hot comes first?",
        ),
        Mistake(
            _log_likelihood,
            "Your loss is negative. The logarithm of a probability is below 0: what stands before "
            "it?",
        ),
        Mistake(
            _slope_at_the_probabilities,
            "This is the slope at the probabilities. One step is left to go, back through the "
            "softmax to the scores.",
        ),
        Mistake(
            _probability_not_log,
            "Your loss is the mean probability, without a logarithm.",
        ),
        Mistake(
            _last_step_only,
            "Only the last step counts in your answer. Every step has foretold a letter.",
        ),
        Mistake(_naive_softmax, _TOO_LARGE),
        Mistake(_naive_sum, _TOO_LARGE),
        Mistake(_one_largest_for_all, _TOO_SMALL),
        Mistake(_one_largest_for_all_and_log_p, _TOO_SMALL),
        Mistake(
            _log_of_a_rounded_probability,
            "Right until a target is all but impossible: with scores 0 and 2000 its probability is "
            "rounded to 0, and the loss is infinite. It should be 2000. How is ln p written with "
            "scores?",
        ),
    ),
)
