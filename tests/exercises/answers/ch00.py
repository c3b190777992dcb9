"""Lesson 00: answers as learners write them."""

from tests.exercises.answers.labels import Wrong


def half_by_division(s, x):
    return s / 2 + x


def in_two_steps(s, x):
    half = s * 0.5
    return half + x


def from_the_difference(s, x):
    return s + x - 0.5 * s


def sum_first(s, x):
    return (s + x) / 2


def minus(s, x):
    return 0.5 * s - x


def squared(s, x):
    return 0.5 * s**2 + x


def keeps_all(s, x):
    return s + x


def wrong_way_round(s, x):
    return s + 0.5 * x


def negative(s, x):
    return -(0.5 * s + x)


RIGHT = {"00.1": [half_by_division, in_two_steps, from_the_difference]}

WRONG = {
    "00.1": [
        Wrong(sum_first, "_halves_the_sum", "together with the state"),
        Wrong(keeps_all, "_does_not_halve", "keep all"),
        Wrong(minus, "_subtracts", "subtract"),
        Wrong(wrong_way_round, "_halves_the_input", "Which of the two"),
        Wrong(squared, None, "`s ** 2` instead of `s`"),
        Wrong(negative, None, "wrong sign"),
    ]
}
