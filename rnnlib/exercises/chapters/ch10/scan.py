"""Exercise 10.2: all states of a linear recurrence in about log2 T rounds."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def scan(a, b):
    a, h = a.copy(), b.copy()
    d, rounds = 1, 0
    while d < len(h):
        h[d:] = a[d:] * h[:-d] + h[d:]
        a[d:] = a[d:] * a[:-d]
        d = 2 * d
        rounds = rounds + 1
    return h, rounds


def _needed(T):
    """The smallest r with 2**r >= T."""
    return (T - 1).bit_length()


# --- mistakes in h ------------------------------------------------------------------------


def _factors_first(a, b):
    a, h, d = a.copy(), b.copy(), 1
    while d < len(h):
        a[d:] = a[d:] * a[:-d]
        h[d:] = a[d:] * h[:-d] + h[d:]
        d *= 2
    return h, _needed(len(b))


def _factors_never_combined(a, b):
    h, d = b.copy(), 1
    while d < len(h):
        h[d:] = a[d:] * h[:-d] + h[d:]
        d *= 2
    return h, _needed(len(b))


def _distance_grows_by_one(a, b):
    a, h, T = a.copy(), b.copy(), len(b)
    for d in range(1, T):
        h[d:] = a[d:] * h[:-d] + h[d:]
        a[d:] = a[d:] * a[:-d]
    return h, T - 1


def _always_the_neighbour(a, b):
    a, h = a.copy(), b.copy()
    for _ in range(_needed(len(b))):
        h[1:] = a[1:] * h[:-1] + h[1:]
        a[1:] = a[1:] * a[:-1]
    return h, _needed(len(b))


def _later_step_first(a, b):
    a, h, d = a.copy(), b.copy(), 1
    while d < len(h):
        h[d:] = a[:-d] * h[d:] + h[:-d]
        a[d:] = a[d:] * a[:-d]
        d *= 2
    return h, _needed(len(b))


def _goes_round_the_end(a, b):
    d, h, rounds = 1, b, _needed(len(b))
    for _ in range(rounds):
        h = a * np.roll(h, d, axis=0) + h
        a = a * np.roll(a, d, axis=0)
        d *= 2
    return h, rounds


def _reads_what_it_has_written(a, b):
    a, h, d = a.copy(), b.copy(), 1
    while d < len(h):
        for t in range(d, len(h)):
            h[t] = a[t] * h[t - d] + h[t]
            a[t] = a[t] * a[t - d]
        d *= 2
    return h, _needed(len(b))


def _rounds_rounded_down(a, b):
    a, h, d, rounds = a.copy(), b.copy(), 1, len(b).bit_length() - 1
    for _ in range(rounds):
        h[d:] = a[d:] * h[:-d] + h[d:]
        a[d:] = a[d:] * a[:-d]
        d *= 2
    return h, rounds


def _own_factor_lost(a, b):
    a, h, d = a.copy(), b.copy(), 1
    while d < len(h):
        h[d:] = h[:-d] + h[d:]
        d *= 2
    return h, _needed(len(b))


def _own_b_scaled(a, b):
    a, h, d = a.copy(), b.copy(), 1
    while d < len(h):
        h[d:] = a[d:] * (h[:-d] + h[d:])
        a[d:] = a[d:] * a[:-d]
        d *= 2
    return h, _needed(len(b))


def _factor_of_the_earlier_pair(a, b):
    a, h, d = a.copy(), b.copy(), 1
    while d < len(h):
        h[d:] = a[:-d] * h[:-d] + h[d:]
        a[d:] = a[d:] * a[:-d]
        d *= 2
    return h, _needed(len(b))


def _b_replaced(a, b):
    a, h, d = a.copy(), b.copy(), 1
    while d < len(h):
        h[d:] = a[d:] * h[:-d]
        a[d:] = a[d:] * a[:-d]
        d *= 2
    return h, _needed(len(b))


def _begins_at_distance_two(a, b):
    a, h, d = a.copy(), b.copy(), 2
    while d < len(h):
        h[d:] = a[d:] * h[:-d] + h[d:]
        a[d:] = a[d:] * a[:-d]
        d *= 2
    return h, _needed(len(b))


def _starts_from_one(a, b):
    b = b.copy()
    b[0] += a[0]
    return scan(a, b)


def _sum_of_the_own_products(a, b):
    return np.cumsum(a * b, axis=0), _needed(len(b))


def _divides_by_the_factors(a, b):
    products = np.cumprod(a, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return products * np.cumsum(b / products, axis=0), _needed(len(b))


# --- mistakes in rounds -------------------------------------------------------------------


def _one_after_the_other(a, b):
    return scan(a, b)[0], len(b) - 1


def _one_after_the_other_from_h0(a, b):
    return scan(a, b)[0], len(b)


def _one_round_too_many(a, b):
    return scan(a, b)[0], len(b).bit_length()


def _last_distance(a, b):
    return scan(a, b)[0], 2 ** _needed(len(b))


def _count_rounded_down(a, b):
    return scan(a, b)[0], len(b).bit_length() - 1


def _count_not_rounded(a, b):
    return scan(a, b)[0], np.log2(len(b))


def _count_to_the_nearest(a, b):
    return scan(a, b)[0], round(np.log2(len(b)))


def _counts_from_one(a, b):
    return scan(a, b)[0], _needed(len(b)) + 1


def _combinations_counted(a, b):
    T = len(b)
    return scan(a, b)[0], sum(T - 2**r for r in range(_needed(T)))


def _half_of_the_steps(a, b):
    return scan(a, b)[0], len(b) // 2


def _cases(rng):
    def case(T, n, group, zero=False):
        a = rng.choice([-1, 1], size=(T, n)) * rng.uniform(0.5, 1.2, size=(T, n))
        if zero:
            a[T // 2] = 0.0  # forgets everything: nothing can be divided by the factors
        return Case((a, rng.uniform(0.3, 1.5, size=(T, n))), group)

    return [
        case(1, 2, "T = 1"),
        case(2, 1, "T = 2"),
        case(8, 3, "T a power of 2"),
        case(5, 1, "T not a power of 2"),
        case(int(rng.integers(9, 16)), 2, "T not a power of 2"),
        case(13, 1, "a step that forgets all", zero=True),
        case(int(rng.integers(260, 500)), 2, "T > 250"),  # T, its root and its logarithm differ
    ]


_LOOP = (
    "You count about one round for each step, as in a loop that computes the states one after the "
    "other, or in which d grows by 1. In a round all steps work at the same time, and then d "
    "doubles: how many rounds is that?"
)

SCAN = Exercise(
    id="10.2",
    title="All states in a few rounds",
    points=3,
    reference=scan,
    forbidden=("rnnlib.cells.scan.associative_scan",),
    cases=_cases,
    returns=(Returned("h", ("t", "unit"), first=1), Returned("rounds")),
    hints=(
        "Give each t a pair (a, b) that says how h(t) follows from the state some steps back. At "
        "the beginning it reaches one step back. Combine each pair with the one before it: how "
        "far does it reach now, and how far after the next round?",
        "In the round of distance d, step t takes in the pair of step t-d, for all t at once: "
        "`b[d:]` with `b[:-d]`, the same for a. The first d steps already reach h(0) = 0: their "
        "state is finished, it is their b.",
        "Work on copies. Of the two lines in a round, the one for b needs the old a, so it comes "
        "first. Then d doubles. While d is below T, some step still has something to take in.",
    ),
    mistakes=(
        Mistake(
            _factors_first,
            "You update a before b has used it. Which a does `combine` use for b, the combined "
            "one or that of the second step?",
        ),
        Mistake(
            _factors_never_combined,
            "After the first round a pair reaches two steps back, but your a is still that of one "
            "step. What happens to the factors of two steps in a row?",
        ),
        Mistake(
            _distance_grows_by_one,
            "After the round of distance 2 each pair reaches four steps back. At which distance "
            "is the pair to combine it with, so that nothing is counted twice?",
        ),
        Mistake(
            _always_the_neighbour,
            "You always take in the pair of the previous step. After the first round it covers "
            "steps that you already have: at which distance is the next unused pair?",
        ),
        Mistake(
            _later_step_first,
            "You combine in the wrong order: of two steps, the later one acts second, so its "
            "factor multiplies the b of the earlier one.",
        ),
        Mistake(
            _goes_round_the_end,
            "The first steps take in the last ones: `np.roll` wraps around. What comes before "
            "step 1?",
        ),
        Mistake(
            _reads_what_it_has_written,
            "Within a round, you read pairs that the same round has changed already. All steps "
            "work at the same time: they read the results of the previous round.",
        ),
        Mistake(
            _rounds_rounded_down,
            "Your last states are not finished when T is not a power of 2. How far back do they "
            "reach after your last round?",
        ),
        Mistake(
            _own_factor_lost,
            "You only add up the b. What multiplies the state of the previous step?",
        ),
        Mistake(
            _own_b_scaled,
            "In a round you multiply the pair's own b by a as well. In a(t) h(t-1) + b(t), what is "
            "multiplied?",
        ),
        Mistake(
            _factor_of_the_earlier_pair,
            "The b of step t-d is multiplied by the a of step t-d. That step's own factor acts "
            "before its b is added: which step's a comes after it?",
        ),
        Mistake(
            _b_replaced,
            "A step that takes in an earlier pair loses its own b. In `combine`, what is added to "
            "a2 b1?",
        ),
        Mistake(
            _begins_at_distance_two,
            "Your first round has distance 2. At the beginning a pair reaches one step back: at "
            "which distance is the first one that it can take in?",
        ),
        Mistake(
            _starts_from_one,
            "Your states are those of h(0) = 1. Why does a(1) affect your h(1), when h(0) is 0?",
        ),
        Mistake(
            _sum_of_the_own_products,
            "You add up a(t) b(t). A state is multiplied by the factors of all later steps: which "
            "of them act on b(1)?",
        ),
        Mistake(
            _divides_by_the_factors,
            "You divide by products of the factors. One of them may be 0, or the product of many "
            "may be almost 0. Combining pairs needs no division.",
        ),
        Mistake(_one_after_the_other, _LOOP),
        Mistake(_one_after_the_other_from_h0, _LOOP),
        Mistake(
            _one_round_too_many,
            "When T is a power of 2, you count one round too many: for which distances is there "
            "still a step t-d to take in?",
        ),
        Mistake(
            _last_distance,
            "You return the distance that was reached. How many times has it doubled?",
        ),
        Mistake(
            _count_rounded_down,
            "Your number of rounds is log2 T, rounded down. Which r is the smallest with "
            "2**r >= T when T = 5?",
        ),
        Mistake(
            _count_not_rounded,
            "log2 T is not an integer unless T is a power of 2. How many whole rounds does it "
            "take? It is safest to count them as you go.",
        ),
        Mistake(
            _count_to_the_nearest,
            "You round log2 T to the nearest integer: for T = 5 that is 2, and after 2 rounds a "
            "pair reaches 4 steps back. It is safest to count the rounds as you go.",
        ),
        Mistake(
            _counts_from_one,
            "Your count of the rounds is one too large in every case. How many rounds are there "
            "when T = 1?",
        ),
        Mistake(
            _combinations_counted,
            "You count how many pairs are combined. In a round all of them are combined at the "
            "same time: how many rounds are there?",
        ),
        Mistake(
            _half_of_the_steps,
            "You return half of T. Each round doubles how far back a pair reaches: after how many "
            "doublings does it reach T?",
        ),
    ),
)
