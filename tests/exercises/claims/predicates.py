"""What is said of an output after its name: "`y` …".

A predicate is a row of a table: a pattern for the words, a function that decides whether they are
true, and the cases that they speak of:

"every"     all cases: holds(value, right, case, world, k, *caught) in each
"wrong"     those in which the output is wrong: the same in each
"together"  the function looks at the cases itself: holds(world, k, *caught)

k is the place of the output; `caught` are the groups of the pattern.
"""

import re
from collections.abc import Callable

from tests.exercises.claims import effects, one_case, places, values
from tests.exercises.claims.worlds import World

_PREDICATES = [
    *values.PREDICATES,
    *places.PREDICATES,
    *effects.PREDICATES,
    *one_case.PREDICATES,
]


def predicate(text: str) -> tuple[tuple, Callable, str] | None:
    """What the pattern caught, the function and the cases that the words speak of; None if unknown.

    text: what stands after the subject, without the full stop, such as "is twice that".
    """
    for pattern, holds, which in _PREDICATES:
        if found := re.fullmatch(pattern, text):
            return found.groups(), holds, which
    return None


def true_of(here: World, k: int, caught: tuple, holds: Callable, which: str) -> bool:
    """Whether a predicate, as `predicate` returns it, is true of output k.

    It never is if the output is right in all cases: the checker speaks of wrong outputs only.
    """
    cases = here.wrong(k) if which == "wrong" else here.every
    if not here.wrong(k):
        return False
    if which == "together":
        return holds(here, k, *caught)
    return all(holds(c.mine[k], c.right[k], c, here, k, *caught) for c in cases)  # type: ignore
