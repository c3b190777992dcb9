"""Exercise 09.1: one query looks back."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import ATTENTION, SOFTMAX
from rnnlib.exercises.chapters.sentences import (
    SCALED_AFTER_THE_SOFTMAX,
    SCALED_BY_THE_KEYS,
    SCORES_MULTIPLIED,
)
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def look_back(q, K, V):
    scores = K @ q / np.sqrt(len(q))
    powers = np.exp(scores - scores.max())
    weights = powers / powers.sum()
    return weights @ V


def _softmax(scores):
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


def _largest_taken_off_above_alone(q, K, V):
    scores = K @ q / np.sqrt(len(q))
    return np.exp(scores - scores.max()) / np.exp(scores).sum() @ V


def _no_scale(q, K, V):
    return _softmax(K @ q) @ V


def _scaled_by_d(q, K, V):
    return _softmax(K @ q / len(q)) @ V


def _scaled_by_the_keys(q, K, V):
    return _softmax(K @ q / np.sqrt(len(K))) @ V


def _multiplied(q, K, V):
    return _softmax(K @ q * np.sqrt(len(q))) @ V


def _scale_after(q, K, V):
    return _softmax(K @ q) @ V / np.sqrt(len(q))


def _keys_for_values(q, K, V):
    return _softmax(K @ q / np.sqrt(len(q))) @ K


def _values_for_keys(q, K, V):
    return _softmax(V @ q / np.sqrt(len(q))) @ V


def _exchanged(q, K, V):
    return _softmax(V @ q / np.sqrt(len(q))) @ K


def _no_exp(q, K, V):
    scores = K @ q / np.sqrt(len(q))
    return scores / scores.sum() @ V


def _scores_as_weights(q, K, V):
    return K @ q / np.sqrt(len(q)) @ V


def _not_divided(q, K, V):
    return np.exp(K @ q / np.sqrt(len(q))) @ V


def _best_key_alone(q, K, V):
    return V[np.argmax(K @ q)]


def _all_alike(q, K, V):
    return V.mean(axis=0)


def _divided_by_the_number(q, K, V):
    return _softmax(K @ q / np.sqrt(len(q))) @ V / len(K)


def _exps_divided_by_the_number(q, K, V):
    return np.exp(K @ q / np.sqrt(len(q))) / len(K) @ V


def _gates(q, K, V):
    return 1 / (1 + np.exp(-K @ q / np.sqrt(len(q)))) @ V


def _cosines(q, K, V):
    scores = K @ q / np.linalg.norm(K, axis=1) / np.linalg.norm(q)
    return _softmax(scores) @ V


def _scaled_by_the_length_of_q(q, K, V):
    return _softmax(K @ q / np.linalg.norm(q)) @ V


def _cases(rng):
    def case(n_k, d, group):
        q, K, V = rng.normal(size=d), rng.normal(size=(n_k, d)), rng.normal(size=(n_k, d))
        return Case((1.5 * q, K, 2 * V), group)

    return [
        case(1, 2, "one key"),
        case(3, 2, "three keys"),
        case(5, 1, "d = 1"),
        case(4, 3, "several keys"),
        case(6, 5, "several keys"),
        case(30, 8, "many keys"),
    ]


LOOK_BACK = Exercise(
    id="09.1",
    title="One query looks back",
    reference=look_back,
    forbidden=(*ATTENTION, *SOFTMAX),
    cases=_cases,
    returns=(Returned("output", ("number",)),),
    hints=(
        "Three lines: one score for each key, one weight for each score, one sum. In the worked "
        "example, which numbers did you multiply to get the first key's score of 2?",
        "`K @ q` has the products of all keys with the query. Divide by √d (how many numbers does "
        "a query have?), take exp, and divide by the sum.",
        "The weights (n_k,) times the rows of V (n_k, d): `weights @ V` adds up the weighted rows.",
    ),
    mistakes=(
        Mistake(
            _largest_taken_off_above_alone,
            "You subtract the largest score above the fraction line only. The weights then no "
            "longer add up to 1: where else do the scores appear?",
        ),
        Mistake(
            _no_scale,
            "Your scores are the plain products of the query and the keys. What should they be "
            "divided by?",
        ),
        Mistake(
            _scaled_by_d,
            "You divide the scores by d. A product of d terms grows like √d, not like d: which of "
            "the two keeps the scores the same size?",
        ),
        Mistake(_scaled_by_the_keys, SCALED_BY_THE_KEYS),
        Mistake(_multiplied, SCORES_MULTIPLIED),
        Mistake(_scale_after, SCALED_AFTER_THE_SOFTMAX),
        Mistake(
            _keys_for_values,
            "You mix the keys. The keys say where to look; what is read there is in V.",
        ),
        Mistake(
            _values_for_keys,
            "You compare the query with the values. What should it be compared with?",
        ),
        Mistake(
            _exchanged,
            "K and V are swapped: compare the query with the keys, and mix the values.",
        ),
        Mistake(
            _no_exp,
            "You divide the scores by their sum. A score can be negative, a weight cannot: what "
            "comes before the division?",
        ),
        Mistake(
            _scores_as_weights,
            "You use the scores as weights. What turns them into numbers from 0 to 1 that add up "
            "to 1?",
        ),
        Mistake(
            _not_divided,
            "Your weights do not add up to 1. What should they be divided by after exp?",
        ),
        Mistake(
            _best_key_alone,
            "You return only the value of the best key. A softmax is softer: it mixes all values, "
            "that one the most.",
        ),
        Mistake(
            _all_alike,
            "You return the mean of the values: the query has no effect.",
        ),
        Mistake(
            _divided_by_the_number,
            "You divide by the number of keys as well. The weights add up to 1 already.",
        ),
        Mistake(
            _exps_divided_by_the_number,
            "You divide the exps by the number of keys, so your weights do not add up to 1. By "
            "which sum must they be divided?",
        ),
        Mistake(
            _gates,
            "You use the logistic function: each key gets a weight regardless of the others. What "
            "gives weights that add up to 1?",
        ),
        Mistake(
            _cosines,
            "You divide by the lengths of query and key. Here a product is divided only by √d.",
        ),
        Mistake(
            _scaled_by_the_length_of_q,
            "You divide by the length of the query as a vector. √d is the square root of *how "
            "many* numbers it has.",
        ),
    ),
)
