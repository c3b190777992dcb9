"""How many updates a lesson trains with a learner's answer: fewer if that answer is slow."""

import copy
import time
from collections.abc import Callable
from statistics import median

from rnnlib.exercises.asking import handed_on
from rnnlib.exercises.registry import exercises, find

SLOW = 3.0  # times the library's
RUNS = 5


def updates_for(
    id: str,
    own: Callable,
    arguments: tuple,
    updates: int,
    *,
    clock: Callable[[], float] = time.perf_counter,
) -> int:
    """`updates`, or fewer if `own` takes over three times as long as the library's answer to `id`.

    Both are called on copies of the arguments, alternately; the medians of several runs are
    compared. If the number is reduced, a sentence says so, and training takes about as long as with
    an answer that is just fast enough. The result is at least 1. KeyError for an unknown id.
    """
    exercise = find(exercises(), id)
    librarys = handed_on(exercise.reference, len(exercise.returns))
    times: dict[Callable, list[float]] = {own: [], librarys: []}
    for _ in range(RUNS):
        for function, taken in times.items():
            given = copy.deepcopy(arguments)
            before = clock()
            function(*given)
            taken.append(clock() - before)
    mine, theirs = median(times[own]), median(times[librarys])
    if mine <= SLOW * theirs:
        return updates
    fewer = max(1, int(updates * SLOW * theirs / mine))
    ratio = f"{mine / theirs:.0f} times as long as" if theirs > 0 else "much longer than"
    print(
        f"{id}: your {exercise.function} takes {ratio} the library's, "
        f"so this trains {fewer} updates instead of {updates}"
    )
    return fewer
