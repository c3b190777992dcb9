"""Exercise 10.1: two affine steps, one after the other, are one affine step."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def combine(first, second):
    (a1, b1), (a2, b2) = first, second
    return a2 * a1, a2 * b1 + b2


def _the_other_order(first, second):
    return combine(second, first)


def _offsets_added(first, second):
    return second[0] * first[0], first[1] + second[1]


def _second_offset_lost(first, second):
    return second[0] * first[0], second[0] * first[1]


def _own_offset_scaled(first, second):
    return second[0] * first[0], first[0] * first[1] + second[1]


def _both_offsets_scaled(first, second):
    return second[0] * first[0], second[0] * (first[1] + second[1])


def _factors_added(first, second):
    return first[0] + second[0], second[0] * first[1] + second[1]


def _second_factor_only(first, second):
    return second[0], second[0] * first[1] + second[1]


def _offsets_multiplied(first, second):
    return second[0] * first[0], first[1] * second[1]


def _product_meets_b1(first, second):
    a = second[0] * first[0]
    return a, a * first[1] + second[1]


def _products_added_up(first, second):
    return second[0] * first[0], np.dot(second[0], first[1]) + second[1]


def _all_products_added_up(first, second):
    return np.dot(second[0], first[0]), np.dot(second[0], first[1]) + second[1]


def _each_offset_by_its_own_factor(first, second):
    return second[0] * first[0], first[0] * first[1] + second[0] * second[1]


def _first_offset_lost(first, second):
    return second[0] * first[0], second[1] + 0 * first[1]


def _first_factor_only(first, second):
    return first[0], second[0] * first[1] + second[1]


def _from_a_state_of_one(first, second):
    return second[0] * first[0], second[0] * (first[0] + first[1]) + second[1]


def _terms(first, second):
    return {
        "b": {
            "the first step's offset, as the second step passes it on": second[0] * first[1],
            "the second step's own offset": second[1],
        }
    }


def _cases(rng):
    def number():
        return float(rng.choice([-1, 1]) * rng.uniform(0.4, 1.6))

    def array(n):
        return rng.choice([-1, 1], size=n) * rng.uniform(0.4, 1.6, size=n)

    return [
        Case(((number(), number()), (number(), number())), "numbers"),
        Case(((number(), number()), (number(), number())), "numbers"),
        Case(((array(3), array(3)), (array(3), array(3))), "arrays"),
        Case(((array(1), array(1)), (array(1), array(1))), "arrays"),
    ]


COMBINE = Exercise(
    id="10.1",
    title="Two steps in one",
    reference=combine,
    cases=_cases,
    returns=(Returned("a", ("entry",)), Returned("b", ("entry",))),
    forbidden=("rnnlib.cells.scan.associative_scan",),
    hints=(
        "Write the first step as an equation, h(1) = a1 h + b1, and the second one below it, h(2) "
        "= a2 h(1) + b2. What can you substitute for h(1)?",
        "a2 (a1 h + b1) + b2: multiply it out. What is in front of h, and what is left when h is "
        "0?",
    ),
    mistakes=(
        Mistake(
            _the_other_order,
            "You apply the second step first. Which of the two offsets has to pass through the "
            "other step?",
        ),
        Mistake(
            _offsets_added,
            "You add the two offsets. What does the second step do to the whole result of the "
            "first, including b1?",
        ),
        Mistake(
            _offsets_multiplied,
            "You multiply the two offsets. The second step multiplies the whole result of the "
            "first, including b1, by a2. What does it do with its own b2?",
        ),
        Mistake(
            _second_offset_lost,
            "Start from h = 0 with b1 = 0: what does the second step still add?",
        ),
        Mistake(
            _own_offset_scaled,
            "b1 is multiplied by a1, the factor of its own step. Which step comes after b1 is "
            "added?",
        ),
        Mistake(
            _both_offsets_scaled,
            "b2 is multiplied by a2 as well. Is it added before the second step's product, or "
            "after it?",
        ),
        Mistake(
            _factors_added,
            "h is multiplied by a1, and the result by a2. Do two factors in a row add?",
        ),
        Mistake(
            _second_factor_only,
            "h has gone through both steps. What does the first of them multiply it by?",
        ),
        Mistake(
            _first_factor_only,
            "h has gone through both steps. What does the second of them multiply it by?",
        ),
        Mistake(
            _first_offset_lost,
            "b1 has no effect in your answer. What does the second step do to the whole result of "
            "the first, including b1?",
        ),
        Mistake(
            _product_meets_b1,
            "Your b1 is multiplied by a2 a1. b1 is added after the first step's product: which "
            "factors multiply it from then on? (If you assigned a new value to `a` first, b uses "
            "that one.)",
        ),
        Mistake(
            _each_offset_by_its_own_factor,
            "Each offset is multiplied by the factor of its own step. It is added after that "
            "step's product: which factors multiply it from then on?",
        ),
        Mistake(
            _from_a_state_of_one,
            "Your b is the result of the two steps for h = 1. For which h is only the offset left?",
        ),
        Mistake(
            _products_added_up,
            "You add up the products of a2 and b1 over the entries, as `@` and `np.dot` do with "
            "arrays. Each entry is a separate step: multiply with `*`.",
        ),
        Mistake(
            _all_products_added_up,
            "You add up products over the entries, as `@` and `np.dot` do with arrays. Each entry "
            "is a separate step: multiply with `*`.",
        ),
    ),
    terms=_terms,
)
