"""Exercise 03.3: the loss of a sequence of choices."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import LOSS, SOFTMAX
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def cross_entropy(o, y):
    o = o - o.max(axis=-1, keepdims=True)
    log_p = o - np.log(np.exp(o).sum(axis=-1, keepdims=True))
    return -_of_labels(log_p, y).sum()


def _of_labels(values, y):
    """The entries (T, B) of values (T, B, K) that belong to the labels."""
    return np.take_along_axis(values, y[..., None], axis=-1)[..., 0]


def _softmax(o, axis: int | tuple[int, ...] = -1):
    e = np.exp(o - o.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _no_minus(o, y):
    return -cross_entropy(o, y)


def _mean(o, y):
    return cross_entropy(o, y) / y.size


def _divided_by_T(o, y):
    return cross_entropy(o, y) / len(y)


def _log2(o, y):
    return cross_entropy(o, y) / np.log(2)


def _over_the_batch(o, y):
    return -np.log(_of_labels(_softmax(o, axis=1), y)).sum()


def _over_time(o, y):
    return -np.log(_of_labels(_softmax(o, axis=0), y)).sum()


def _over_everything(o, y):
    return -np.log(_of_labels(_softmax(o, axis=(0, 1, 2)), y)).sum()


def _no_log(o, y):
    return -_of_labels(_softmax(o), y).sum()


def _every_class(o, y):
    return -np.log(_softmax(o)).sum()


def _every_label_everywhere(o, y):
    return -np.log(_softmax(o))[:, :, y].sum()


def _overflows(o, y):
    e = np.exp(o)
    return -np.log(_of_labels(e / e.sum(axis=-1, keepdims=True), y)).sum()


def _overflows_in_the_sum(o, y):
    return (np.log(np.exp(o).sum(axis=-1)) - _of_labels(o, y)).sum()


def _one_maximum(o, y):
    return _overflows(o - o.max(), y)


def _one_maximum_in_the_sum(o, y):
    return _overflows_in_the_sum(o - o.max(), y)


def _cases(rng):
    def case(T, B, K, group, above=0.0):
        o = 1.5 * rng.normal(size=(T, B, K))
        o[0] += above
        return Case((o, rng.integers(K, size=(T, B))), group)

    return [
        case(1, 2, 4, "T = 1"),
        case(4, 1, 3, "B = 1"),
        case(3, 2, 5, "several sequences"),
        case(5, 3, 4, "several sequences"),
        case(1, 3, 2, "scores near 1000", above=1000.0),
        case(2, 1, 3, "scores near 1000 in one step", above=1000.0),
    ]


_TOO_LARGE = (
    "Your formula is right, but exp(1000) is too large for a floating-point number. Softmax stays "
    "the same when one number is subtracted from all scores of a step: which one helps?"
)
_ONE_FOR_ALL = (
    "You subtract the largest score of the whole array. At a step whose own scores are 1000 lower, "
    "every exp is then 0. From which scores should each step take its maximum?"
)

CROSS_ENTROPY = Exercise(
    id="03.3",
    title="The loss of a batch",
    points=2,
    reference=cross_entropy,
    forbidden=(*LOSS, *SOFTMAX),
    cases=_cases,
    returns=(Returned("loss"),),
    hints=(
        "Take one step of one sequence first: K scores and one label. The scores become "
        "probabilities, and the logarithm of one of them counts. Which one, and with which sign?",
        "On paper, log softmax(o)[y] = o[y] - log Σ exp(o). Nothing changes if you first subtract "
        "one and the same number from all K scores. Which number keeps every exp at 1 or below?",
        "o.max(axis=-1, keepdims=True) is (T, B, 1) and fits o. To take the label's entry at each "
        "(t, b), loop over t and b, or index with three arrays of ints that fit each other.",
    ),
    mistakes=(
        Mistake(
            _no_minus,
            "Your loss is negative. The logarithm of a probability is at most 0: what turns it "
            "into a loss?",
        ),
        Mistake(
            _mean,
            "You take the mean over steps and sequences. Here the losses of all of them add up.",
        ),
        Mistake(
            _divided_by_T,
            "You divide by the number of steps. Here the losses of all steps add up.",
        ),
        Mistake(
            _log2, "Your loss is in bits. The loss of this course takes the natural logarithm."
        ),
        Mistake(
            _over_the_batch,
            "Your probabilities add up to 1 over the sequences of the batch. Which numbers "
            "compete with each other: what does the last axis count?",
        ),
        Mistake(
            _over_time,
            "Your probabilities add up to 1 over the steps. Which numbers compete with each "
            "other: what does the last axis count?",
        ),
        Mistake(
            _over_everything,
            "Your probabilities add up to 1 over the whole array. How many choices are made, and "
            "between which scores is each of them?",
        ),
        Mistake(
            _no_log, "You add up the probabilities themselves. What comes between them and a loss?"
        ),
        Mistake(
            _every_class,
            "You add up -log of all K probabilities. Which one of them does the label ask for?",
        ),
        Mistake(
            _every_label_everywhere,
            "At every (t, b) you count the labels of all steps and sequences: that is what "
            "`[:, :, y]` means. Each (t, b) has one label, its own.",
        ),
        Mistake(_overflows, _TOO_LARGE),
        Mistake(_overflows_in_the_sum, _TOO_LARGE),
        Mistake(_one_maximum, _ONE_FOR_ALL),
        Mistake(_one_maximum_in_the_sum, _ONE_FOR_ALL),
    ),
)
