"""Exercise 04.2: direct and total gradient, for any number of steps."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import WALK_BACK
from rnnlib.exercises.chapters.sentences import SLOPE_NOT_SQUARED, TARGETS_WITHOUT_EFFECT
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def total_gradients(w, h, y):
    total = np.zeros(len(h))
    from_future = 0.0
    for t in reversed(range(len(h))):
        dh_direct = h[t] - y[t]
        total[t] = dh_direct + from_future
        da = (1 - h[t] ** 2) * total[t]
        from_future = w * da
    return total


def _walk(
    w,
    h,
    y,
    *,
    factor=lambda w, h, after: w * (1 - after**2),
    given=lambda total, direct: total,
    first=-2,
    end=-1,
    keep=0,
):
    """dL/dh(t+1), what `given` makes of it, reaches h(t) times factor(w, h(t), h(t+1)).

    first: where the loop starts, counted from the end; it stops before `end`. keep: how much of
    what came from the future stays for the step before.
    """
    direct = h - y
    total, from_future = h - y, 0.0
    for t in range(len(h) + first, end, -1):
        after = (t + 1) % len(h)
        handed = factor(w, h[t], h[after]) * given(total[after], direct[after])
        from_future = keep * from_future + handed
        total[t] += from_future
    return total


def _direct_only(w, h, y):
    return h - y


def _no_slope(w, h, y):
    return _walk(w, h, y, factor=lambda w, h, after: w)


def _no_w(w, h, y):
    return _walk(w, h, y, factor=lambda w, h, after: 1 - after**2)


def _slope_of_the_step_before(w, h, y):
    return _walk(w, h, y, factor=lambda w, h, after: w * (1 - h**2))


def _slope_at_the_sum(w, h, y):
    return _walk(w, h, y, factor=lambda w, h, after: w * (1 - (w * h) ** 2))


def _tanh_twice(w, h, y):
    return _walk(w, h, y, factor=lambda w, h, after: w * (1 - np.tanh(after) ** 2))


def _passes_on_the_direct(w, h, y):
    return _walk(w, h, y, given=lambda total, direct: direct)


def _only_the_last_loss(w, h, y):
    return total_gradients(w, h, np.append(h[:-1], y[-1]))


def _forward_in_time(w, h, y):
    total, from_future = np.empty(len(h)), 0.0
    for t in range(len(h)):
        total[t] = (h[t] - y[t]) + from_future
        from_future = w * (1 - h[t] ** 2) * total[t]
    return total


def _stops_one_step_early(w, h, y):
    return _walk(w, h, y, end=0)


def _goes_on_to_the_last(w, h, y):
    return _walk(w, h, y, end=-2)


def _future_piles_up(w, h, y):
    return _walk(w, h, y, keep=1)


def _target_minus_state(w, h, y):
    return -total_gradients(w, h, y)


def _mean_over_steps(w, h, y):
    return total_gradients(w, h, y) / len(h)


def _terms(w, h, y):
    direct = h - y
    future = total_gradients(w, h, y) - direct
    return {"total": {"from the step's own loss": direct, "from the step after": future}}


def _handed_forward(w, h, y):
    total = h - y
    for t in range(1, len(h)):
        total[t] += w * (1 - h[t] ** 2) * total[t - 1]
    return total


def _goes_round(w, h, y):
    return _walk(w, h, y, first=-1)


def _last_is_zero(w, h, y):
    return total_gradients(w, h, np.append(y[:-1], h[-1]))


def _last_not_written(w, h, y):
    total = total_gradients(w, h, y)
    total[-1] = 0
    return total


def _first_not_written(w, h, y):
    total = total_gradients(w, h, y)
    total[0] = 0
    return total


def _hands_on_the_total(w, h, y):
    return _walk(w, h, y, factor=lambda w, h, after: 1.0)


def _slope_not_squared(w, h, y):
    return _walk(w, h, y, factor=lambda w, h, after: w * (1 - after))


def _subtracts_the_future(w, h, y):
    return _walk(w, h, y, factor=lambda w, h, after: -w * (1 - after**2))


def _future_alone(w, h, y):
    return total_gradients(w, h, y) - (h - y)


def _gradients_on_the_sums(w, h, y):
    return (1 - h**2) * total_gradients(w, h, y)


def _forgets_the_targets(w, h, y):
    return total_gradients(w, h, 0 * y)


def _divides_by_w(w, h, y):
    return _walk(w, h, y, factor=lambda w, h, after: (1 - after**2) / w)


def _cases(rng):
    def case(w, T, group):
        w = float(w * rng.uniform(0.9, 1.1))
        h = [rng.uniform(0.3, 0.9) * rng.choice([-1, 1])]
        for _ in range(T - 1):
            h.append(np.tanh(w * h[-1]))
        return Case((w, np.array(h), rng.uniform(-0.9, 0.9, size=T)), group)

    return [
        case(1.2, 1, "T = 1"),
        case(-1.4, 2, "T = 2"),
        case(0.9, 4, "T > 2"),
        case(1.5, 7, "T > 2"),
    ]


TOTAL_GRADIENTS = Exercise(
    id="04.2",
    title="Total gradients, for any T",
    points=2,
    reference=total_gradients,
    cases=_cases,
    returns=(Returned("total", ("t",), first=1),),
    forbidden=WALK_BACK,
    hints=(
        "Look at the worked example: the totals at h(3), h(2), h(1), in this order. What do the "
        "second and the third have in common? That becomes the body of a loop.",
        "Keep one number from one iteration to the next: the gradient from the future. What is "
        "its value before the first iteration, when nothing comes after?",
        "In each iteration, first compute the total at t, from the step's own loss and the number "
        "you kept; then compute the number for the next iteration, which is for h(t-1). "
        "`reversed(range(len(h)))` counts down.",
    ),
    mistakes=(
        Mistake(
            _direct_only,
            "These are the direct gradients. They would be complete if no state depended on the "
            "one before it: what must the loop still bring back from later steps?",
        ),
        Mistake(
            _passes_on_the_direct,
            "Each of your states accounts for its own loss and the next one, and for none beyond "
            "that. Of the two gradients at t+1, direct and total, which one did you pass back?",
        ),
        Mistake(
            _only_the_last_loss,
            "Only the last loss counts in your answer: the gradient from the future has replaced "
            "that of the step's own loss. What does the formula do with the two?",
        ),
        Mistake(
            _no_slope,
            "What you pass back has been through w but not through tanh. Where is its slope?",
        ),
        Mistake(
            _no_w,
            "What you pass back has been through tanh but not through the product inside it.",
        ),
        Mistake(
            _slope_of_the_step_before,
            "The last entry is right and the one before it is not: the slope is taken one step "
            "too early. One state goes into the step and one comes out of its tanh: which one do "
            "you need?",
        ),
        Mistake(
            _slope_at_the_sum,
            "You write 1 - a² with the number that goes into tanh. The slope of tanh at a is "
            "1 - tanh(a)²: which entry of h is tanh(a)?",
        ),
        Mistake(
            _tanh_twice,
            "You apply tanh to a state before you take the slope. Hasn't h already been through "
            "tanh?",
        ),
        Mistake(
            _forward_in_time,
            "Your loop runs from the first step to the last, so each state gets what happened "
            "before it. Which totals must be known when you get to h(1)?",
        ),
        Mistake(
            _stops_one_step_early,
            "All entries but the first are right. What does h(2) pass back to h(1), and does your "
            "loop get that far?",
        ),
        Mistake(
            _future_piles_up,
            "The gradient from the future is never cleared: it still holds what was meant for "
            "later states. What does the total at t already contain?",
        ),
        Mistake(
            _target_minus_state,
            "All of your signs are reversed. Is the derivative of ½ (h - y)² equal to h - y or to "
            "y - h?",
        ),
        Mistake(
            _mean_over_steps,
            "You divide by the number of steps. Is L here the sum of the losses, or their mean?",
        ),
        Mistake(
            _handed_forward,
            "Each of your totals is passed to the state after it. Gradients go back: whose total "
            "must be known first?",
        ),
        Mistake(
            _goes_round,
            "Your last step gets a gradient from the first: the index wraps around. What comes "
            "after the last step?",
        ),
        Mistake(
            _goes_on_to_the_last,
            "Your loop goes one step too far: from h(1) it passes something back to index -1, the "
            "last step. At which t does it end?",
        ),
        Mistake(
            _last_is_zero,
            "The last total is 0. Nothing comes after the last step, but it has a loss of its own.",
        ),
        Mistake(
            _last_not_written,
            "The last total is left at 0, though it is passed back. Where do you store it?",
        ),
        Mistake(
            _first_not_written,
            "The first total was never written: it is still 0. At which t does your loop end?",
        ),
        Mistake(
            _hands_on_the_total,
            "What you keep for the next iteration is the total itself. It has to go back through "
            "tanh and w first.",
        ),
        Mistake(
            _slope_not_squared,
            SLOPE_NOT_SQUARED,
        ),
        Mistake(
            _subtracts_the_future,
            "You subtract what comes from the future. A change of h(t) affects its own loss and "
            "the later ones: how do the two combine?",
        ),
        Mistake(
            _future_alone,
            "These are only the gradients from the future. Where does the step's own loss come in?",
        ),
        Mistake(
            _gradients_on_the_sums,
            "These are the gradients on what goes into tanh. The exercise asks for those on the "
            "states.",
        ),
        Mistake(_forgets_the_targets, TARGETS_WITHOUT_EFFECT),
        Mistake(
            _divides_by_w,
            "You divide by w on the way back. Forward, the state is multiplied by w: what does "
            "that do to a small change?",
        ),
    ),
    terms=_terms,
)
