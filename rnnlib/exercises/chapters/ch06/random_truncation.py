"""Exercise 06.7: messages that are dropped at random, and right on average."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import WALK_BACK
from rnnlib.exercises.chapters.sentences import (
    ALL_SIGNS_REVERSED,
    PASSED_THROUGH_TANH_ALONE,
    PASSED_THROUGH_W_ALONE,
)
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def random_truncation(w, h, y, kept, p):
    total = h - y
    for t in reversed(range(len(h) - 1)):
        if kept[t]:
            total[t] += w * (1 - h[t + 1] ** 2) * total[t + 1] / (1 - p)
    return total


def _factor(w, h):
    """∂h(t+1)/∂h(t) for each message, an array (T-1,)."""
    return w * (1 - h[1:] ** 2)


def _with_factors(h, y, factors):
    """The totals, if dL/dh(t+1) reaches h(t) times factors[t]."""
    total = h - y
    for t in reversed(range(len(h) - 1)):
        total[t] += factors[t] * total[t + 1]
    return total


def _not_rescaled(w, h, y, kept, p):
    return _with_factors(h, y, kept * _factor(w, h))


def _divided_by_p(w, h, y, kept, p):
    return _with_factors(h, y, kept * _factor(w, h) / p)


def _multiplied_by_what_is_kept(w, h, y, kept, p):
    return _with_factors(h, y, kept * _factor(w, h) * (1 - p))


def _dropped_where_kept(w, h, y, kept, p):
    return random_truncation(w, h, y, ~kept, p)


def _never_dropped(w, h, y, kept, p):
    return _with_factors(h, y, _factor(w, h))


def _never_dropped_but_rescaled(w, h, y, kept, p):
    return random_truncation(w, h, y, kept | True, p)


def _always_dropped(w, h, y, kept, p):
    return h - y


def _direct_rescaled_too(w, h, y, kept, p):
    total = h - y
    for t in reversed(range(len(h) - 1)):
        if kept[t]:
            total[t] = (total[t] + _factor(w, h)[t] * total[t + 1]) / (1 - p)
    return total


def _direct_dropped_too(w, h, y, kept, p):
    total = h - y
    for t in reversed(range(len(h) - 1)):
        total[t] = kept[t] * (total[t] + _factor(w, h)[t] * total[t + 1] / (1 - p))
    return total


def _rescaled_at_the_end(w, h, y, kept, p):
    return _not_rescaled(w, h, y, kept, p) / (1 - p)


def _kept_read_from_the_end(w, h, y, kept, p):
    return random_truncation(w, h, y, kept[::-1], p)


def _passes_on_the_direct(w, h, y, kept, p):
    direct = h - y
    return direct + np.append(kept * _factor(w, h) * direct[1:] / (1 - p), 0)


def _no_slope(w, h, y, kept, p):
    return _with_factors(h, y, kept * w / (1 - p))


def _no_w(w, h, y, kept, p):
    return _with_factors(h, y, kept * (1 - h[1:] ** 2) / (1 - p))


def _slope_of_the_step_before(w, h, y, kept, p):
    return _with_factors(h, y, kept * w * (1 - h[:-1] ** 2) / (1 - p))


def _target_minus_state(w, h, y, kept, p):
    return -random_truncation(w, h, y, kept, p)


def _terms(w, h, y, kept, p):
    direct = h - y
    future = random_truncation(w, h, y, kept, p) - direct
    return {"total": {"from the step's own loss": direct, "from the step after": future}}


def _cases(rng):
    def case(w, kept, p, group):
        T = len(kept) + 1
        h = [rng.uniform(0.3, 0.9)]
        for x in rng.uniform(-0.5, 0.5, size=T - 1):
            h.append(np.tanh(w * h[-1] + x))
        y = rng.uniform(-0.9, 0.9, size=T)
        return Case((w, np.array(h), y, np.array(kept, dtype=bool), p), group)

    cut = [True, True, False, True]
    return [
        case(1.2, [], 0.3, "T = 1"),
        case(1.4, [True, True, True], 0.2, "all messages kept"),
        case(-1.1, [False, False], 0.6, "all messages dropped"),
        case(1.3, cut, 0.4, "some messages dropped"),
        case(-1.5, [True, False, *cut, True], 0.1, "some messages dropped"),
    ]


RANDOM_TRUNCATION = Exercise(
    id="06.7",
    title="Right on average",
    reference=random_truncation,
    forbidden=("rnnlib.gradients.online.weighted_bptt", *WALK_BACK),
    cases=_cases,
    returns=(Returned("total", ("t",), first=1),),
    hints=(
        "This is the walk of 04.2, with one question in each turn: does the message from step t+1 "
        "arrive? What is the total if it does not?",
        "A message arrives with probability 1 - p. If it counted m when it arrives and 0 when it "
        "does not, how much would it count on average? Which part of the total is always there and "
        "needs no such help?",
    ),
    mistakes=(
        Mistake(
            _not_rescaled,
            "The messages that arrive count 1, and the others 0. How much does a message count on "
            "average then, and how much should it?",
        ),
        Mistake(
            _divided_by_p,
            "You divide by p. How probable is it that a message arrives?",
        ),
        Mistake(
            _multiplied_by_what_is_kept,
            "You make the messages that arrive smaller. They have to speak for the dropped ones "
            "too: should they become larger or smaller?",
        ),
        Mistake(
            _dropped_where_kept,
            "You drop the messages that are to be kept, and keep the others. What does True mean "
            "in `kept`?",
        ),
        Mistake(
            _never_dropped,
            "No message is dropped: these are the exact totals. What does `kept` say?",
        ),
        Mistake(
            _never_dropped_but_rescaled,
            "Every message arrives, enlarged. What happens where `kept` is False?",
        ),
        Mistake(
            _always_dropped,
            "No message arrives: these are the direct gradients. What happens where `kept` is "
            "True?",
        ),
        Mistake(
            _direct_rescaled_too,
            "You enlarge the state's own part along with the message. Is the own part ever "
            "dropped?",
        ),
        Mistake(
            _direct_dropped_too,
            "Where a message is dropped, your total is 0. Only the message is lost: what does the "
            "step's own loss say?",
        ),
        Mistake(
            _rescaled_at_the_end,
            "You enlarge the totals at the end, once. A message from far away has passed several "
            "links, and each of them might have cut it: how often must it be enlarged?",
        ),
        Mistake(
            _kept_read_from_the_end,
            "You read `kept` from the wrong end. The walk begins with the last message: which "
            "entry is about it?",
        ),
        Mistake(
            _passes_on_the_direct,
            "Each of your states hears of its own loss and of the next one at most. Of the two "
            "gradients at t+1, direct and total, which one is handed back?",
        ),
        Mistake(_no_slope, PASSED_THROUGH_W_ALONE),
        Mistake(_no_w, PASSED_THROUGH_TANH_ALONE),
        Mistake(
            _slope_of_the_step_before,
            "Your slope is taken one step too early. Two states stand to the left and right of the "
            "tanh: which one came out of it?",
        ),
        Mistake(_target_minus_state, ALL_SIGNS_REVERSED),
    ),
    terms=_terms,
)
