"""Exercise 06.3: which states to keep."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def checkpoints(T, every):
    return np.arange(0, T, every)


def _counts_from_one(T, every):
    return checkpoints(T, every) + 1


def _ends_of_the_segments(T, every):
    return np.minimum(checkpoints(T, every) + every, T)


def _numbers_of_the_segments(T, every):
    return checkpoints(T, every) // every


def _last_steps_of_the_segments(T, every):
    return np.minimum(checkpoints(T, every) + every, T) - 1


def _evenly_spread(T, every):
    count = len(checkpoints(T, every))
    return np.arange(count) * T // count


def _latest_first(T, every):
    return checkpoints(T, every)[::-1]


def _counted_from_the_end(T, every):
    return np.maximum(T - every - checkpoints(T, every), 0)[::-1]


def _cases(rng):
    steps = int(rng.integers(3, 6))
    return [
        Case((1, 1), "T = 1"),
        Case((7, 3), "T not a multiple of every"),
        Case((12, 4), "T a multiple of every"),
        Case((3 * steps + 2, steps), "T not a multiple of every"),
        Case((5, 1), "every = 1"),
        Case((4, 9), "every > T"),
    ]


CHECKPOINTS = Exercise(
    id="06.3",
    title="What to keep",
    reference=checkpoints,
    cases=_cases,
    returns=(Returned("steps", ("t",)),),
    forbidden=("rnnlib.gradients.checkpointing.square_root_plan",),
    hints=(
        "Write them down for T = 7, every = 3. A checkpoint is a state that steps are run from "
        "again: is any step run from h(7)?",
        "`np.arange(start, stop, step)` leaves out `stop`. With which t does the first segment "
        "start?",
    ),
    mistakes=(
        Mistake(
            _counts_from_one,
            "All of your steps are one too late. The first segment is run again from the state "
            "before step 1: which one is that?",
        ),
        Mistake(
            _ends_of_the_segments,
            "You keep the state at the end of every segment. Where does running it again begin?",
        ),
        Mistake(
            _last_steps_of_the_segments,
            "You keep a state just before the end of every segment. Where does running it again "
            "begin?",
        ),
        Mistake(
            _numbers_of_the_segments,
            "You number the checkpoints: 0, 1, 2. At which step does each of them lie?",
        ),
        Mistake(
            _evenly_spread,
            "Your checkpoints are spread evenly over the T steps. How far apart should two "
            "neighbours be, and which segment may be shorter?",
        ),
        Mistake(
            _latest_first,
            "The right steps, but the latest comes first. List them in the order of time.",
        ),
        Mistake(
            _counted_from_the_end,
            "You count in strides back from T, so that the first segment is the short one. From "
            "which end should the strides be counted?",
        ),
    ),
)
