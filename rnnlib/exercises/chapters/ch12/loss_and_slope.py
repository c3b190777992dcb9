"""Exercise 12.3: the mean cross entropy of a block, and its gradient at the scores."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import LOSS, SOFTMAX
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def loss_and_slope(logits, targets):
    T, B, n_o = logits.shape
    o = logits - logits.max(axis=-1, keepdims=True)
    exp = np.exp(o)
    total = exp.sum(axis=-1, keepdims=True)
    p = exp / total
    target = np.eye(n_o)[targets]
    loss = (np.log(total[..., 0]) - (target * o).sum(axis=-1)).sum() / (T * B)
    slope = (p - target) / (T * B)
    return loss, slope


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


def _target_subtracted_undivided(logits, targets):
    loss, _ = loss_and_slope(logits, targets)
    return loss, _probabilities(logits) / targets.size - _one_hot(logits, targets)


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


def _slope_over_T_only(logits, targets):
    loss, slope = loss_and_slope(logits, targets)
    return loss, slope * targets.shape[1]


def _slope_over_B_only(logits, targets):
    loss, slope = loss_and_slope(logits, targets)
    return loss, slope * targets.shape[0]


def _every_target_at_every_letter(logits, targets):
    slope = _probabilities(logits)
    slope[:, :, targets] -= 1
    return loss_and_slope(logits, targets)[0], slope / targets.size


def _softmax_along(axis, logits, targets):
    exp = np.exp(logits - logits.max(axis=axis, keepdims=True))
    p = exp / exp.sum(axis=axis, keepdims=True)
    return loss_and_slope(logits, targets)[0], (p - _one_hot(logits, targets)) / targets.size


def _softmax_over_sequences(logits, targets):
    return _softmax_along(1, logits, targets)


def _softmax_over_steps(logits, targets):
    return _softmax_along(0, logits, targets)


def _loss_of_the_most_probable(logits, targets):
    _, slope = loss_and_slope(logits, targets)
    return -np.log(_probabilities(logits).max(axis=-1)).mean(), slope


def _loss_of_every_code(logits, targets):
    o = logits - logits.max(axis=-1, keepdims=True)
    log_p = o - np.log(np.exp(o).sum(axis=-1, keepdims=True))
    return -log_p.mean(), loss_and_slope(logits, targets)[1]


def _squared_error(logits, targets):
    error = _probabilities(logits) - _one_hot(logits, targets)
    return 0.5 * (error**2).sum() / targets.size, error / targets.size


def _loss_of_the_score(logits, targets):
    at_the_target = (logits * _one_hot(logits, targets)).sum(axis=-1)
    return -at_the_target.mean(), loss_and_slope(logits, targets)[1]


def _slope_through_a_logistic(logits, targets):
    p = _probabilities(logits)
    loss, slope = loss_and_slope(logits, targets)
    return loss, slope * p * (1 - p)


def _loss_of_each_letter(logits, targets):
    o = logits - logits.max(axis=-1, keepdims=True)
    each = np.log(np.exp(o).sum(axis=-1)) - (o * _one_hot(logits, targets)).sum(axis=-1)
    return each, loss_and_slope(logits, targets)[1]


def _loss_of_each_step(logits, targets):
    each, slope = _loss_of_each_letter(logits, targets)
    return each.mean(axis=1), slope


def _loss_of_each_sequence(logits, targets):
    each, slope = _loss_of_each_letter(logits, targets)
    return each.mean(axis=0), slope


def _kept_above_zero(how, amount):
    """A loss whose logarithm is kept finite: a probability never below `amount`, or that added."""

    def wrong(logits, targets):
        p = (_probabilities(logits) * _one_hot(logits, targets)).sum(axis=-1)
        p = p + amount if how == "added" else np.maximum(p, amount)
        return -np.log(p).mean(), loss_and_slope(logits, targets)[1]

    wrong.__name__ = f"_{how}_{amount:.0e}".replace("-", "_")
    return wrong


_AMOUNTS = [
    *(("added", amount) for amount in (1e-5, 1e-6, 1e-7, 1e-8, 1e-9)),
    *(("at_least", amount) for amount in (1e-5, 1e-6, 1e-7, 1e-8)),
    *(("at_least", amount) for amount in (1e-10, 1e-12, 1e-15, 1e-16, 1e-20, 1e-300)),
]


def _clipped_scores(logits, targets):
    return loss_and_slope(np.clip(logits, -500, 500), targets)


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


def _largest_of_a_step(logits, targets):
    return _unguarded(logits.max(axis=(1, 2), keepdims=True), False, logits, targets)


def _largest_of_a_step_and_log_p(logits, targets):
    return _unguarded(logits.max(axis=(1, 2), keepdims=True), True, logits, targets)


def _mean_of_the_scores(logits, targets):
    return _unguarded(logits.mean(axis=-1, keepdims=True), False, logits, targets)


def _log_of_a_rounded_probability(logits, targets):
    return _unguarded(logits.max(axis=-1, keepdims=True), True, logits, targets)


def _target_from_the_scores_as_they_came(logits, targets):
    """The largest score is taken off in the sum, and not from the target's."""
    loss, slope = loss_and_slope(logits, targets)
    return loss - logits.max(axis=-1).mean(), slope


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
    "Right as long as the scores are small. exp(1000) overflows to infinity. Which number can you "
    "subtract from all scores of a letter without changing the softmax?"
)
_TOO_SMALL = (
    "You subtract the same number from the scores of several letters. If one letter has scores of "
    "a thousand, exp of all the others' scores becomes 0, and so does their sum. Whose largest "
    "score should you subtract for each letter?"
)

_CUT_OFF = (
    "You keep the probability above 0 with a small number, added or as a minimum. That caps the "
    "loss of an unlikely target: with scores 0 and 2000 it should be 2000. How can you write ln p "
    "in terms of scores?"
)

LOSS_AND_SLOPE = Exercise(
    id="12.3",
    title="The loss of a block and its gradient",
    points=2,
    reference=loss_and_slope,
    forbidden=(*LOSS, *SOFTMAX),
    cases=_cases,
    returns=(Returned("loss"), Returned("slope", ("t", "sequence", "code"), first=1)),
    hints=(
        "For one letter, loss = ln of the sum of exp(o) minus the score of the target. The "
        "softmax stays the same if you subtract one number from all scores of a letter: subtract "
        "the largest, then no exp can overflow.",
        "`np.take_along_axis(logits, targets[..., None], axis=-1)` picks the targets' scores, and "
        "`np.eye(n_o)[targets]` has a 1 at each target. Compute the loss from scores, not from "
        "ln(p): a p can be rounded to 0.",
        "The derivative of one letter's loss with respect to its scores is softmax minus one-hot. "
        "How many letters does the mean include? The slope is that of the mean.",
    ),
    mistakes=(
        Mistake(
            _sum_over_everything,
            "This is the sum over all letters. Divide by their number, T times B: then the "
            "learning rate does not depend on the size of a block.",
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
            "scores it depends on. Check what `.mean()` averages over.",
        ),
        Mistake(_bits, "These are bits. The exercise asks for nats: natural logarithms."),
        Mistake(
            _slope_of_the_sum,
            "Your loss is a mean, but your slope is that of the sum. What is the mean divided by?",
        ),
        Mistake(
            _target_not_subtracted,
            "The slope is just the softmax. Raising the target's score should lower the loss: can "
            "its slope be positive?",
        ),
        Mistake(
            _target_subtracted_undivided,
            "You subtract 1 at the target after dividing by T times B. The slope is that of a "
            "mean: which part of softmax minus one-hot is divided?",
        ),
        Mistake(
            _one_minus_everywhere,
            "You subtract 1 from every probability. Only one of the scores is the target's.",
        ),
        Mistake(
            _only_at_the_target,
            "Only the targets' scores have a slope. The other scores are in the softmax's "
            "denominator: does raising one of them leave the loss unchanged?",
        ),
        Mistake(
            _target_minus_probability,
            "The sign is reversed: with this slope the network would unlearn. Which of softmax and "
            "one-hot comes first?",
        ),
        Mistake(
            _log_likelihood,
            "Your loss is negative. The logarithm of a probability is below 0: what goes in front "
            "of it?",
        ),
        Mistake(
            _slope_at_the_probabilities,
            "This is the slope with respect to the probabilities. One step is left: back through "
            "the softmax to the scores.",
        ),
        Mistake(
            _probability_not_log,
            "Your loss is the mean probability, without a logarithm.",
        ),
        Mistake(
            _last_step_only,
            "Only the last step counts in your answer. Every step has predicted a letter.",
        ),
        Mistake(
            _slope_over_T_only,
            "Your slope is divided by T. Your loss is a mean over all letters: how many are there?",
        ),
        Mistake(
            _slope_over_B_only,
            "Your slope is divided by B. Your loss is a mean over all letters: how many are there?",
        ),
        Mistake(
            _every_target_at_every_letter,
            "`slope[:, :, targets]` takes the targets of all letters at each letter. Each has one "
            "target: how is one entry for each step and sequence picked?",
        ),
        Mistake(
            _softmax_over_sequences,
            "Your probabilities sum to 1 over the sequences. Over which axis of logits should "
            "they sum to 1?",
        ),
        Mistake(
            _softmax_over_steps,
            "Your probabilities sum to 1 over the steps. Over which axis of logits should they "
            "sum to 1?",
        ),
        Mistake(
            _loss_of_the_most_probable,
            "Your loss is computed from the largest probability. Which code is the right one at t?",
        ),
        Mistake(
            _loss_of_every_code,
            "Your loss counts the logarithms of all probabilities. Only that of the target counts.",
        ),
        Mistake(
            _squared_error,
            "Your loss is a squared error. The exercise asks for the cross entropy: -ln of the "
            "target's probability.",
        ),
        Mistake(
            _loss_of_the_score,
            "Your loss is minus the target's score. The other scores count as well: what is ln "
            "p(target) in terms of scores?",
        ),
        Mistake(
            _slope_through_a_logistic,
            "You multiply the slope by p (1 - p). softmax minus one-hot already is the slope with "
            "respect to the scores.",
        ),
        Mistake(
            _loss_of_each_letter,
            "You return the loss of each letter. The exercise asks for their mean, one number.",
        ),
        Mistake(
            _loss_of_each_step,
            "You return a loss for each step. The exercise asks for the mean over all letters, "
            "one number.",
        ),
        Mistake(
            _loss_of_each_sequence,
            "You return a loss for each sequence. The exercise asks for the mean over all "
            "letters, one number.",
        ),
        *(Mistake(_kept_above_zero(*each), _CUT_OFF) for each in _AMOUNTS),
        Mistake(
            _clipped_scores,
            "You clip the scores to the range from -500 to 500, so scores near 1000 are all the "
            "same. Which number can you subtract from all scores of a letter without changing the "
            "softmax?",
        ),
        Mistake(
            _target_from_the_scores_as_they_came,
            "You take the largest score off inside the logarithm of the sum only. From which "
            "scores must o[target] be taken then?",
        ),
        Mistake(_largest_of_a_step, _TOO_SMALL),
        Mistake(_largest_of_a_step_and_log_p, _TOO_SMALL),
        Mistake(
            _mean_of_the_scores,
            "You subtract the mean of the scores. If one score is far above it, exp is infinite: "
            "which score should you subtract?",
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
