"""Exercise 00.1: one step of a rule."""

from rnnlib.exercises.chapters.forbidden import RUN
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def next_state(s, x):
    return 0.5 * s + x


def _halves_the_sum(s, x):
    return 0.5 * (s + x)


def _forgets_the_state(s, x):
    return 0 * s + x


def _forgets_the_input(s, x):
    return 0.5 * s + 0 * x


def _does_not_halve(s, x):
    return s + x


def _halves_the_input(s, x):
    return s + 0.5 * x


def _subtracts(s, x):
    return 0.5 * s - x


def _doubles(s, x):
    return 2 * s + x


def _multiplies(s, x):
    return 0.5 * s * x


def _subtracts_the_state(s, x):
    return x - 0.5 * s


def _power(s, x):
    return 0.5**s + x


def _root(s, x):
    return s**0.5 + x


def _two_steps(s, x):
    return next_state(next_state(s, x), x)


def _rounds_down(s, x):
    return s // 2 + x


def _cases(rng):
    return [Case((float(rng.uniform(1, 9)), float(rng.uniform(2, 4))), "numbers") for _ in range(3)]


NEXT_STATE = Exercise(
    id="00.1",
    title="One step",
    reference=next_state,
    cases=_cases,
    returns=(Returned("s(t)"),),
    forbidden=RUN,
    hints=(
        "The first term is half of the old state. What happens to x(t) before it is added?",
        "Nothing: x(t) is added as it is. Multiplication comes before addition, as on paper.",
    ),
    mistakes=(
        Mistake(
            _halves_the_sum,
            "You halve x(t) together with the state. In 0.5 s(t-1) + x(t), what is halved?",
        ),
        Mistake(_forgets_the_state, "Your next state does not depend on s(t-1)."),
        Mistake(_forgets_the_input, "Your next state does not depend on x(t)."),
        Mistake(_halves_the_input, "You halve x(t). Which of the two does the 0.5 belong to?"),
        Mistake(_subtracts, "You subtract x(t). Which sign is between the two terms?"),
        Mistake(_does_not_halve, "You keep all of the old state. How much of it should remain?"),
        Mistake(_doubles, "You double the old state. How much of it should remain?"),
        Mistake(_multiplies, "You multiply the two terms. In 0.5 s(t-1) + x(t) they are added."),
        Mistake(
            _subtracts_the_state,
            "You subtract half of the old state. Which sign is between the two terms?",
        ),
        Mistake(_power, "You raise 0.5 to a power. In 0.5 s(t-1) the two are multiplied."),
        Mistake(_root, "You take the square root of the old state. What is half of it?"),
        Mistake(
            _two_steps,
            "You take two steps: the state that you return is computed from the next one, not "
            "from the old one.",
        ),
        Mistake(
            _rounds_down,
            "Half of the old state is rounded down: `//` drops the remainder. Which operator "
            "divides exactly?",
        ),
    ),
)
