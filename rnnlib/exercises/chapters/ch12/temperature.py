"""Exercise 12.6: probabilities from scores, hotter or colder."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import SOFTMAX
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def temperature(logits, tau):
    scores = logits / tau
    exp = np.exp(scores - scores.max())
    return exp / exp.sum()


def _tau_ignored(logits, tau):
    return temperature(logits, 1.0)


def _multiplied(logits, tau):
    return temperature(logits, 1 / tau)


def _probabilities_divided(logits, tau):
    return temperature(logits, 1.0) / tau


def _not_normalised(logits, tau):
    return np.exp((logits - logits.max()) / tau)


def _divided_by_the_number(logits, tau):
    return _not_normalised(logits, tau) / len(logits)


def _exp_before_the_division(logits, tau):
    return temperature(np.exp(logits - logits.max()), tau)


def _softmax_of_probabilities(logits, tau):
    return temperature(temperature(logits, 1.0), tau)


def _logarithms(logits, tau):
    scores = (logits - logits.max()) / tau
    return scores - np.log(np.exp(scores).sum())


def _largest_only(logits, tau):
    return (logits == logits.max()).astype(float)


def _mixed_with_uniform(logits, tau):
    share = 1 / (1 + tau)
    return share * temperature(logits, 1.0) + (1 - share) / len(logits)


def _power_of_rounded_probabilities(logits, tau):
    power = temperature(logits, 1.0) ** (1 / tau)
    return power / power.sum()


def _mean_taken_off(logits, tau):
    with np.errstate(over="ignore", invalid="ignore"):
        exp = np.exp((logits - logits.mean()) / tau)
        return exp / exp.sum()


def _scores_made_small_first(logits, tau):
    return temperature(logits / np.abs(logits).max(), tau)


def _powers_of_two(logits, tau):
    return temperature(logits * np.log(2), tau)


def _sum_of_the_undivided(logits, tau):
    exp = np.exp((logits - logits.max()) / tau)
    return exp / np.exp(logits - logits.max()).sum()


def _sorted(logits, tau):
    return np.sort(temperature(logits, tau))


def _cut_off_scores(logits, tau):
    return temperature(np.clip(logits / tau, -500, 500), 1.0)


def _naive_exp(logits, tau):
    with np.errstate(over="ignore", invalid="ignore"):
        exp = np.exp(logits / tau)
        return exp / exp.sum()


def _largest_before_the_division(logits, tau):
    with np.errstate(over="ignore", invalid="ignore"):
        exp = np.exp(logits / tau - logits.max())
        return exp / exp.sum()


def _cases(rng):
    def case(n, tau, size, group):
        return Case((size * rng.normal(size=n), tau), group)

    def large(top, tau):
        scores = top + np.array([0.0, -1.0, -12_000.0]) + rng.uniform(0, 0.5, size=3)
        return Case((scores, tau), "large scores")

    def far_apart():
        """At tau = 1 all probabilities but one are rounded to 0; at this tau none is."""
        scores = np.array([1000.0, 100.0, -200.0]) + rng.uniform(0, 20, size=3)
        return Case((rng.permutation(scores), 200.0), "scores far apart and a high temperature")

    return [
        case(5, 1.0, 1.5, "tau = 1"),
        case(4, 0.5, 1.0, "tau < 1"),
        case(6, 0.8, 2.0, "tau < 1"),
        case(5, 2.0, 1.5, "tau > 1"),
        case(3, 5.0, 2.0, "tau > 1"),
        large(900, 0.7),
        large(1000, 0.5),
        large(1000, 5.0),
        far_apart(),
    ]


TEMPERATURE = Exercise(
    id="12.6",
    title="Temperature",
    reference=temperature,
    forbidden=SOFTMAX,
    cases=_cases,
    returns=(Returned("probabilities", ("code",)),),
    hints=(
        "The temperature divides the scores. When: before the softmax, or after it?",
        "Probabilities of any temperature sum to 1, so the division by the sum comes last. "
        "Subtract the largest score before exp, as in 12.3.",
    ),
    mistakes=(
        Mistake(_tau_ignored, "These are the probabilities for tau = 1. Where does tau enter?"),
        Mistake(
            _multiplied,
            "Your model gets bolder where it should get more cautious. Does a high temperature "
            "bring scores nearer to each other or further apart?",
        ),
        Mistake(
            _probabilities_divided,
            "You divide probabilities: they no longer sum to 1. What should tau divide?",
        ),
        Mistake(_not_normalised, "Your numbers do not sum to 1. What should exp be divided by?"),
        Mistake(
            _divided_by_the_number,
            "You divide by the number of scores, so your numbers do not sum to 1. What should exp "
            "be divided by?",
        ),
        Mistake(
            _exp_before_the_division,
            "You divide exp(score) by tau, and then take the softmax of that. tau divides the "
            "scores themselves.",
        ),
        Mistake(
            _softmax_of_probabilities,
            "You take the softmax twice: the first makes probabilities, and those are no scores.",
        ),
        Mistake(_logarithms, "These are logarithms of probabilities."),
        Mistake(
            _largest_only,
            "You always choose the most probable letter: that is the limit tau → 0.",
        ),
        Mistake(
            _mixed_with_uniform,
            "You mix in the uniform distribution. Then impossible letters become possible for "
            "every tau; what does dividing the scores do to them?",
        ),
        Mistake(
            _power_of_rounded_probabilities,
            "Right as long as no probability is rounded to 0. With scores 1000 and 100 the second "
            "probability is rounded to 0 at once, and with tau = 200 it should be 0.011: divide "
            "the scores themselves.",
        ),
        Mistake(
            _mean_taken_off,
            "What you subtract is less than the largest score, so its exp may be infinite. Which "
            "score should you subtract?",
        ),
        Mistake(
            _scores_made_small_first,
            "You also divide the scores by their largest absolute value. Then a confident model "
            "and an uncertain one look alike: what is the only thing to divide the scores by?",
        ),
        Mistake(_powers_of_two, "You use powers of 2. The softmax uses powers of e."),
        Mistake(
            _sum_of_the_undivided,
            "The sum that you divide by is the one for tau = 1. Which numbers should sum to 1?",
        ),
        Mistake(_sorted, "Your probabilities are sorted by size. Entry j belongs to code j."),
        Mistake(
            _cut_off_scores,
            "You clip the scores to the range from -500 to 500. What can you subtract from all "
            "scores without changing the probabilities?",
        ),
        Mistake(
            _largest_before_the_division,
            "You divide by tau, and then subtract the largest of the undivided scores: with "
            "scores near 1000 and tau = 0.5, what is left for exp?",
        ),
        Mistake(
            _naive_exp,
            "Right as long as the scores are small: exp(900) overflows to infinity. What can you "
            "subtract from all scores without changing the probabilities?",
        ),
    ),
)
