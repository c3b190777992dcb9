"""Exercise 08.2: a shorter path for the gradient."""

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def fewest_factors(T, d):
    return T // d + T % d


def _skips_only(T, d):
    return T // d


def _rest_as_one(T, d):
    return -(-T // d)


def _fraction(T, d):
    return T / d


def _single_steps_only(T, d):
    return T


def _rest_only(T, d):
    return T % d


def _one_skip_only(T, d):
    return T - d + 1 if d <= T else T


def _one_skip_always(T, d):
    return T - d + 1


def _one_more_always(T, d):
    return T // d + 1


def _states_counted(T, d):
    return fewest_factors(T, d) + 1


def _last_skip_missed(T, d):
    skips = max(T - 1, 0) // d
    return skips + T - skips * d


def _skips_over_d_states(T, d):
    return fewest_factors(T, d + 1)


def _cases(rng):
    """Sizes that are drawn from many: a table of some seeds' cases knows no other's."""
    d, q = (int(n) for n in rng.integers((4, 3), (90, 60)))
    rest = int(rng.integers(1, d))
    small = 3 + 2 * int(rng.integers(4))
    return [
        Case((0, d), "T = 0"),
        Case((q, 1), "d = 1"),
        Case((rest, d), "T < d"),
        Case((q * d, d), "T a multiple of d"),
        Case((2 * small + 1, small), "T > d"),
        Case((q * d + rest, d), "T > d"),
        Case((1000 * q * d + d - 1, d), "T > d"),
    ]


FEWEST_FACTORS = Exercise(
    id="08.2",
    title="A shorter path",
    reference=fewest_factors,
    cases=_cases,
    returns=(Returned("factors"),),
    hints=(
        "Take T = 11, d = 4, and go from h(0) to h(11) by jumps of 4 and steps of 1. How few moves "
        "are enough? Each move is one Jacobian.",
        "As many jumps as fit, and single steps for what is left. `//` and `%` give the two "
        "numbers.",
    ),
    mistakes=(
        Mistake(
            _skips_only,
            "You count the skips. They bring you to a multiple of d: how do you get on to T?",
        ),
        Mistake(
            _rest_as_one,
            "You count what is left after the skips as one move. A skip may not go past h(T): how "
            "many single steps does the rest need?",
        ),
        Mistake(
            _fraction,
            "T / d is not a whole number of Jacobians, unless d divides T.",
        ),
        Mistake(
            _single_steps_only,
            "This is the path without any skip. Is there a shorter one?",
        ),
        Mistake(
            _rest_only,
            "You count the single steps. A skip is an edge of the graph as well, with a Jacobian "
            "of its own.",
        ),
        Mistake(
            _one_skip_only,
            "You take one skip. There is one at every step: how many can follow one another?",
        ),
        Mistake(
            _one_skip_always,
            "You take one skip, whatever T and d are. Does it fit if T < d, and can only one fit "
            "if T is large?",
        ),
        Mistake(
            _one_more_always,
            "You count one move for what is left after the skips. Is something always left, and "
            "how far does one step bring you?",
        ),
        Mistake(
            _states_counted,
            "You count the states on the path. Between two states stands one Jacobian: how many "
            "are there between h(0) and h(0)?",
        ),
        Mistake(
            _last_skip_missed,
            "If d divides T, one skip more is possible: the last one may end at h(T) itself.",
        ),
        Mistake(
            _skips_over_d_states,
            "Your skips lead from h(t-d-1) to h(t). Which state does h(t) depend on?",
        ),
    ),
)
