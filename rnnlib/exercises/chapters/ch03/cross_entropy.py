"""Exercise 03.3: the loss of a sequence of choices."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import LOSS, SOFTMAX
from rnnlib.exercises.chapters.sentences import ONE_MAXIMUM_FOR_ALL, SCORES_TOO_LARGE
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def cross_entropy(o, y):
    loss = 0.0
    for t in range(len(o)):
        for b in range(len(o[t])):
            scores = o[t, b] - np.max(o[t, b])
            loss += np.log(np.sum(np.exp(scores))) - scores[y[t, b]]
    return loss


def _of_labels(values, y):
    """The entries (T, B) of values (T, B, K) that belong to the labels."""
    return np.take_along_axis(values, y[..., None], axis=-1)[..., 0]


def _softmax(o, axis: int | tuple[int, ...] = -1):
    e = np.exp(o - o.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _log_softmax(o, axis: int | tuple[int, ...] = -1):
    o = o - o.max(axis=axis, keepdims=True)
    return o - np.log(np.exp(o).sum(axis=axis, keepdims=True))


def _no_minus(o, y):
    return -cross_entropy(o, y)


def _mean(o, y):
    return cross_entropy(o, y) / y.size


def _divided_by_T(o, y):
    return cross_entropy(o, y) / len(y)


def _log2(o, y):
    return cross_entropy(o, y) / np.log(2)


def _over_the_batch(o, y):
    return -_of_labels(_log_softmax(o, axis=1), y).sum()


def _over_time(o, y):
    return -_of_labels(_log_softmax(o, axis=0), y).sum()


def _over_everything(o, y):
    return -_of_labels(_log_softmax(o, axis=(0, 1, 2)), y).sum()


def _no_log(o, y):
    return -_of_labels(_softmax(o), y).sum()


def _every_class(o, y):
    return -_log_softmax(o).sum()


def _every_label_everywhere(o, y):
    return -_log_softmax(o)[:, :, y].sum()


def _overflows(o, y):
    e = np.exp(o)
    return -np.log(_of_labels(e / e.sum(axis=-1, keepdims=True), y)).sum()


def _overflows_in_the_sum(o, y):
    return (np.log(np.exp(o).sum(axis=-1)) - _of_labels(o, y)).sum()


def _one_maximum(o, y):
    return _overflows(o - o.max(), y)


def _one_maximum_in_the_sum(o, y):
    return _overflows_in_the_sum(o - o.max(), y)


def _times_one_hot(o, y):
    return -(np.eye(o.shape[-1])[y] * np.log(_softmax(o))).sum()


def _small_number_added(number):
    def loss(o, y):
        return -np.log(_of_labels(_softmax(o), y) + number).sum()

    loss.__name__ = f"_small_number_added_{number:g}"
    return loss


def _clipped(least):
    def loss(o, y):
        return -np.log(np.clip(_of_labels(_softmax(o), y), least, 1)).sum()

    loss.__name__ = f"_clipped_at_{least:g}"
    return loss


def _mean_subtracted(o, y):
    return _overflows_in_the_sum(o - o.mean(axis=-1, keepdims=True), y)


def _maximum_inside_alone(o, y):
    m = o.max(axis=-1, keepdims=True)
    return (np.log(np.exp(o - m).sum(axis=-1)) - _of_labels(o, y)).sum()


def _of_many_questions(o, y):
    p, hot = _softmax(o), np.eye(o.shape[-1])[y]
    return -np.log(np.where(hot, p, 1 - p)).sum()


def _divided_by_B(o, y):
    return cross_entropy(o, y) / y.shape[1]


def _of_the_largest(o, y):
    return cross_entropy(o, o.argmax(axis=-1))


def _one_minus_p(o, y):
    return (1 - _of_labels(_softmax(o), y)).sum()


def _labels_from_one(o, y):
    return cross_entropy(o, y - 1)


def _scores_alone(o, y):
    return -_of_labels(o, y).sum()


def _last_step_alone(o, y):
    return cross_entropy(o[-1:], y[-1:])


def _product(o, y):
    return np.prod(_of_labels(_softmax(o), y))


def _cases(rng):
    def case(T, B, K, group, above=0.0, spread=0.0):
        o, y = 1.5 * rng.normal(size=(T, B, K)), rng.integers(K, size=(T, B))
        o[0] += above
        if spread:  # the label is on the far score if the others' p is exactly 0, else beside it
            far = rng.integers(K, size=B)
            o[0, np.arange(B), far] += spread
            y[0] = far if spread > 500 else (far + 1) % K
        return Case((o, y), group)

    return [
        case(1, 2, 4, "T = 1"),
        case(4, 1, 3, "B = 1"),
        case(3, 2, 5, "several sequences"),
        case(5, 3, 4, "several sequences"),
        case(1, 3, 2, "scores near 1000", above=1000.0),
        case(2, 1, 3, "scores near 1000 in one step", above=1000.0),
        case(2, 2, 5, "one score near 1000", spread=1000.0),
        case(3, 2, 4, "a label 100 below another score", spread=100.0),
        case(1, 2, 3, "scores near -1000", above=-1000.0),
    ]


_BOUNDED = (
    "You keep the probabilities away from 0, so that no loss can grow beyond a bound. The loss of "
    "a p that is nearly 0 is a difference of scores: log softmax(o)[y] needs no logarithm of p."
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
        "Start with one step of one sequence: K `scores` and one label. The scores become "
        "probabilities, and the logarithm of one of them counts. Which one, and with which sign?",
        "On paper, log softmax(o)[y] = o[y] - log Σ exp(o). Nothing changes if you first subtract "
        "the same number from all K scores. Which number keeps every exp at 1 or below?",
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
            "You take the mean over steps and sequences. The exercise asks for the sum of all the "
            "losses.",
        ),
        Mistake(
            _divided_by_T,
            "You divide by the number of steps. The exercise asks for the sum over all steps.",
        ),
        Mistake(_log2, "Your loss is in bits. This course uses the natural logarithm."),
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
            "which scores does each one choose between?",
        ),
        Mistake(
            _no_log,
            "You add up the probabilities themselves. What turns a probability into a loss?",
        ),
        Mistake(
            _every_class,
            "You add up -log of all K probabilities. Which one does the label select?",
        ),
        Mistake(
            _every_label_everywhere,
            "At every (t, b) you count the labels of all steps and sequences: that is what "
            "`[:, :, y]` means. Each (t, b) has one label, its own.",
        ),
        Mistake(_overflows, SCORES_TOO_LARGE),
        Mistake(_overflows_in_the_sum, SCORES_TOO_LARGE),
        Mistake(_one_maximum, ONE_MAXIMUM_FOR_ALL),
        Mistake(_one_maximum_in_the_sum, ONE_MAXIMUM_FOR_ALL),
        Mistake(
            _times_one_hot,
            "You multiply by the one-hot vector, and that is NaN where a wrong answer has p = 0: "
            "what is 0 * log 0? Pick the label's entry instead.",
        ),
        *(Mistake(_clipped(least), _BOUNDED) for least in (1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15)),
        *(Mistake(_small_number_added(n), _BOUNDED) for n in (1e-7, 1e-8)),
        Mistake(
            _mean_subtracted,
            "You subtract the mean of the scores. A score far above the mean still makes exp "
            "overflow: which number keeps every exp at 1 or below?",
        ),
        Mistake(
            _maximum_inside_alone,
            "You subtract the largest score only inside the logarithm. It must be subtracted from "
            "the label's score too.",
        ),
        Mistake(
            _of_many_questions,
            "You add log(1 - p) of the wrong answers, as for K yes-or-no questions. Here there is "
            "one question: which p is the only one that counts?",
        ),
        Mistake(
            _divided_by_B,
            "You divide by the number of sequences. The exercise asks for the sum of all the "
            "losses.",
        ),
        Mistake(
            _of_the_largest,
            "You take the probability of the largest score. Which one does the label select?",
        ),
        Mistake(_one_minus_p, "You add up 1 - p. What turns a probability into a loss here?"),
        Mistake(_labels_from_one, "Your label is one place too low. Which entry has label 0?"),
        Mistake(
            _scores_alone,
            "You add up the scores of the labels. Softmax turns scores into probabilities first.",
        ),
        Mistake(
            _last_step_alone,
            "You keep only the loss of the last step. The exercise asks for the sum over all "
            "steps.",
        ),
        Mistake(
            _product,
            "That is the probability of all the labels together. The loss needs its logarithm.",
        ),
    ),
)
