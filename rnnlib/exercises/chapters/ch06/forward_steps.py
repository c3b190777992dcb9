"""Exercise 06.6: the fewest forward steps, if only so many states can be kept."""

from collections.abc import Callable

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def forward_steps(T, slots):
    fewer = np.cumsum(np.arange(T + 1))  # entry n: the least for n steps, with one slot
    for _ in range(min(slots, T) - 1):
        least = np.minimum(np.arange(T + 1), 1)
        for n in range(2, T + 1):
            m = np.arange(1, n)
            least[n] = (m + fewer[n - m] + least[m]).min()
        fewer = least
    return int(fewer[T])


def _by_table(
    T: int,
    slots: int,
    *,
    run: int = 1,
    after: int = 1,
    before: int = 0,
    one_slot: Callable = lambda n: n * (n + 1) // 2,
    places: Callable = lambda n: range(1, n),
) -> int:
    """The least number of steps, if each step on the way to the state kept next costs `run`.

    The steps after that state and before it are undone with `after` and `before` slots fewer.
    """

    one = np.array([0, 1, *(one_slot(n) for n in range(2, T + 1))])
    tables = [one, one]  # entry [s][n]: the least for n steps with s slots
    for s in range(2, min(slots, T + 1) + 1):
        least = np.minimum(np.arange(T + 1), 1)
        tables.append(least)
        for n in range(2, T + 1):
            m = np.array(places(n))
            least[n] = (run * m + tables[s - after][n - m] + tables[s - before][m]).min()
    return int(tables[-1][T] if slots > 1 else one[T])


def _last_run_not_counted(T, slots):
    return forward_steps(T, slots) - T


def _way_to_the_new_state_not_counted(T, slots):
    return _by_table(T, slots, run=0)


def _slot_not_given_back(T, slots):
    return _by_table(T, slots, before=1)


def _slot_never_taken(T, slots):
    return _by_table(T, slots, after=0)


def _one_slot_in_one_run(T, slots):
    return _by_table(T, slots, one_slot=lambda n: n)


def _always_in_the_middle(T, slots):
    return _by_table(T, slots, places=lambda n: [n // 2])


def _always_the_next_state(T, slots):
    return _by_table(T, slots, places=lambda n: [1])


def _h0_besides_the_slots(T, slots):
    return forward_steps(T, slots + 1)


def _one_slot_fewer(T, slots):
    return forward_steps(T, max(slots - 1, 1))


def _one_slot(T, slots):
    return forward_steps(T, 1)


def _slots_without_end(T, slots):
    return 2 * T - 1  # all steps but the last to keep the states, then each step again


def _one_run(T, slots):
    return T


def _two_runs(T, slots):
    return 2 * T


def _evenly_spaced_once(T, slots):
    starts = range(0, T, -(-T // slots))
    lengths = [min(starts.step, T - start) for start in starts]
    return starts[-1] + sum(forward_steps(length, 1) for length in lengths)


def _cases(rng):
    def some(low, high):
        return int(rng.integers(low, high))

    T, longer = some(15, 60), some(90, 140)
    slots = some(3, 8)
    return [
        Case((1, 1), "T = 1"),
        Case((some(4, 30), 1), "one slot"),
        Case((T, slots), "fewer slots than steps"),
        Case((T, 2), "fewer slots than steps"),  # the same T, and the same slots, once more
        Case((T + some(3, 12), slots), "fewer slots than steps"),
        Case((longer, some(8, 24)), "many steps"),
        Case((longer, some(3, 7)), "many steps"),
        Case((longer + some(1, 20), some(8, 24)), "many steps"),
        Case((some(4, 12), some(13, 30)), "slots to spare"),
    ]


FORWARD_STEPS = Exercise(
    id="06.6",
    title="The fewest forward steps",
    points=2,
    reference=forward_steps,
    forbidden=(
        "rnnlib.gradients.checkpointing.binomial_plan",
        "rnnlib.gradients.checkpointing.forward_steps",
        "rnnlib.gradients.checkpointing._binomial_split",
    ),
    cases=_cases,
    returns=(Returned("steps"),),
    hints=(
        "With one slot there is no choice: to undo step T, run all T steps from h(0), then T - 1 "
        "of them, and so on. What is the sum? And what does a single step cost, regardless of the "
        "slots?",
        "With more slots, run m steps and keep h(m). That leaves two smaller problems of the same "
        "kind: first the steps after h(m), then those up to h(m). How many slots does each of "
        "them have? When the later steps are undone, is h(m) still needed?",
        "The cost of choosing m: the m steps run, plus the two smaller problems. Try all m from 1 "
        "to T - 1 and take the minimum. Fill a table from small to large, or let the function "
        "call itself and put `@functools.cache` above it.",
    ),
    mistakes=(
        Mistake(
            _last_run_not_counted,
            "You leave out T steps: to undo step t, h(t) is computed again from h(t-1), and that "
            "counts. What does a single step cost?",
        ),
        Mistake(
            _way_to_the_new_state_not_counted,
            "The steps up to the state that you keep are not in your sum. Aren't they run forward "
            "too?",
        ),
        Mistake(
            _slot_not_given_back,
            "In your count, the slot of the state that you keep is never freed. Which steps need "
            "that state, and are they undone first or last?",
        ),
        Mistake(
            _slot_never_taken,
            "The state that you keep takes no slot in your count. While the steps after it are "
            "undone, how many slots are left for them?",
        ),
        Mistake(
            _one_slot_in_one_run,
            "With one slot you count one run. After step T has been undone, where do you find "
            "h(T-2), which is needed next?",
        ),
        Mistake(
            _always_in_the_middle,
            "You always keep the state in the middle. The two halves do not have the same number "
            "of slots: might another position be cheaper?",
        ),
        Mistake(
            _always_the_next_state,
            "You always keep the very next state, so your slots are used up at the beginning. "
            "Might another position be cheaper?",
        ),
        Mistake(
            _h0_besides_the_slots,
            "You have one slot more than is allowed. Doesn't h(0) take one?",
        ),
        Mistake(
            _one_slot_fewer,
            "You have one slot fewer than is allowed. h(0) takes one; is it counted twice?",
        ),
        Mistake(
            _one_slot,
            "That is the cost when only h(0) is kept, the highest of all. What can be done with "
            "the other slots?",
        ),
        Mistake(
            _slots_without_end,
            "That is the cost if every state can be kept. How many slots are there?",
        ),
        Mistake(
            _one_run,
            "That is one run forward. The states that were not kept have to be computed again.",
        ),
        Mistake(
            _two_runs,
            "That is two runs forward, which is enough if all states of a segment may be in "
            "memory in addition to the kept ones. Here each of them would need a slot.",
        ),
        Mistake(
            _evenly_spaced_once,
            "You keep evenly spaced states once and for all. When the steps after the last of "
            "them are undone, its slot is free: what could it be used for?",
        ),
    ),
)
