"""Exercise 05.3: the output fed back, with teacher forcing or without."""

import numpy as np

from rnnlib.exercises.chapters.sentences import STATES_WITHOUT_B, STATES_WITHOUT_TANH
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def run_on_outputs(U, W, V, b, c, x, y, forced):
    return _run(U, W, V, b, c, x, lambda t, o: y[t - 1] if forced else o[-1])


def _run(U, W, V, b, c, x, fed, *, first=None, squash=np.tanh, out=np.positive):
    """fed(t, outputs so far) gives what step t + 1 reads besides x, for t = 1, …; before, first."""
    back, outputs = np.zeros((x.shape[1], len(c))) if first is None else first, []
    for t, x_t in enumerate(x):
        if t:
            back = fed(t, outputs)
        h = squash(b + back @ W.T + x_t @ U.T)
        outputs.append(out(c + h @ V.T))
    return np.stack(outputs)


def _either(y, forced):
    return lambda t, o: y[t - 1] if forced else o[-1]


def _always_forced(U, W, V, b, c, x, y, forced):
    return run_on_outputs(U, W, V, b, c, x, y, True)


def _never_forced(U, W, V, b, c, x, y, forced):
    return run_on_outputs(U, W, V, b, c, x, y, False)


def _the_other_way_round(U, W, V, b, c, x, y, forced):
    return run_on_outputs(U, W, V, b, c, x, y, not forced)


def _returns_the_targets(U, W, V, b, c, x, y, forced):
    return y.copy() if forced else run_on_outputs(U, W, V, b, c, x, y, False)


def _reads_the_present_target(U, W, V, b, c, x, y, forced):
    if not forced:
        return run_on_outputs(U, W, V, b, c, x, y, forced)
    return _run(U, W, V, b, c, x, lambda t, o: y[t], first=y[0])


def _starts_from_the_first_target(U, W, V, b, c, x, y, forced):
    return _run(U, W, V, b, c, x, _either(y, forced), first=y[0])


def _starts_from_the_last_target(U, W, V, b, c, x, y, forced):
    return _run(U, W, V, b, c, x, _either(y, forced), first=y[-1] if forced else None)


def _starts_from_c(U, W, V, b, c, x, y, forced):
    first = np.broadcast_to(c, (x.shape[1], len(c)))
    return _run(U, W, V, b, c, x, _either(y, forced), first=first)


def _feeds_nothing(U, W, V, b, c, x, y, forced):
    return run_on_outputs(U, 0 * W, V, b, c, x, y, forced)


def _two_steps_old(U, W, V, b, c, x, y, forced):
    def fed(t, o):
        return np.zeros_like(o[0]) if t < 2 else (y[t - 2] if forced else o[-2])

    return _run(U, W, V, b, c, x, fed)


def _only_the_first_is_fed(U, W, V, b, c, x, y, forced):
    return _run(U, W, V, b, c, x, lambda t, o: y[0] if forced else o[0])


def _forced_once(U, W, V, b, c, x, y, forced):
    return _run(U, W, V, b, c, x, lambda t, o: y[0] if forced and t == 1 else o[-1])


def _mean_of_both(U, W, V, b, c, x, y, forced):
    return _run(U, W, V, b, c, x, lambda t, o: 0.5 * (y[t - 1] + o[-1]) if forced else o[-1])


def _feeds_without_c(U, W, V, b, c, x, y, forced):
    return _run(U, W, V, b, c, x, lambda t, o: y[t - 1] if forced else o[-1] - c)


def _output_through_tanh(U, W, V, b, c, x, y, forced):
    return _run(U, W, V, b, c, x, _either(y, forced), out=np.tanh)


def _no_tanh(U, W, V, b, c, x, y, forced):
    return _run(U, W, V, b, c, x, _either(y, forced), squash=np.positive)


def _no_b(U, W, V, b, c, x, y, forced):
    return run_on_outputs(U, W, V, 0 * b, c, x, y, forced)


def _no_c(U, W, V, b, c, x, y, forced):
    return run_on_outputs(U, W, V, b, 0 * c, x, y, forced)


def _cases(rng):
    def case(T, B, n_x, n_h, n_o, forced, group, size=1.0):
        U, W = rng.normal(size=(n_h, n_x)), 0.8 * rng.normal(size=(n_h, n_o))
        V, b = size * rng.normal(size=(n_o, n_h)), rng.uniform(-0.5, 0.5, size=n_h)
        c, x = size * rng.uniform(0.2, 0.8, size=n_o), rng.normal(size=(T, B, n_x))
        if size > 1:
            W /= size
        y = size * rng.normal(size=(T, B, n_o))
        return Case((U, W, V, b, c, x, y, forced), group)

    return [
        case(1, 3, 2, 4, 2, True, "T = 1"),
        case(1, 2, 2, 3, 2, False, "T = 1"),
        case(5, 1, 2, 4, 3, True, "forced"),
        case(6, 3, 3, 4, 2, True, "forced"),
        case(5, 1, 2, 4, 3, False, "not forced"),
        case(7, 3, 3, 2, 4, False, "not forced"),
        case(6, 2, 2, 3, 1, False, "outputs near 1000", size=500.0),
    ]


RUN_ON_OUTPUTS = Exercise(
    id="05.3",
    title="The output fed back",
    points=2,
    reference=run_on_outputs,
    forbidden=("rnnlib.circuits.propagation.forward", "rnnlib.training.reach.output_fed_run"),
    cases=_cases,
    returns=(Returned("o", ("t", "sequence", "output"), first=1),),
    hints=(
        "Keep one variable for what is fed back, (B, n_o). What is it before step 1, and what is "
        "it after step t, with forced and without?",
        "In each step: h from x(t) and what is fed back, then o from h, then the new feedback "
        "value. W is (n_h, n_o), so a row for each sequence is multiplied by W.T.",
        "After each step, set the variable to that step's target if forced, otherwise to the o "
        "just computed. Only the next step reads it.",
    ),
    mistakes=(
        Mistake(
            _returns_the_targets,
            "With teacher forcing you return the targets themselves. They replace what is fed "
            "back, not what the network outputs.",
        ),
        Mistake(
            _always_forced,
            "You always feed back the right answers. What should step 2 read when forced is False?",
        ),
        Mistake(
            _never_forced,
            "You always feed back the network's own outputs. What should step 2 read when forced "
            "is True?",
        ),
        Mistake(
            _the_other_way_round,
            "You feed back the right answers when forced is False, and the outputs when it is "
            "True.",
        ),
        Mistake(
            _reads_the_present_target,
            "Step t reads y(t), which is what it has to predict. Which answer is known by then?",
        ),
        Mistake(
            _starts_from_the_first_target,
            "Your first step reads y(1). There is no output before step 1: what is fed back then?",
        ),
        Mistake(
            _starts_from_the_last_target,
            "When forced, your first step reads the last answer: that is y[t-1] at t = 0. Nothing "
            "comes before step 1: what is r(0)?",
        ),
        Mistake(
            _starts_from_c,
            "Your first step reads c, the output of a state of 0. Before step 1 there is no output "
            "at all: take 0.",
        ),
        Mistake(_feeds_nothing, "Your outputs do not depend on W. What does W multiply?"),
        Mistake(
            _two_steps_old,
            "What you feed back is two steps old. Which output or answer does step t read?",
        ),
        Mistake(
            _only_the_first_is_fed,
            "Each of your steps reads what belongs to step 1. Update it in each iteration.",
        ),
        Mistake(
            _forced_once,
            "You force only the second step, and then feed back outputs. When forced, every step "
            "reads the right answer of the step before.",
        ),
        Mistake(
            _mean_of_both,
            "You feed back a mixture of answer and output. Teacher forcing feeds the answer alone.",
        ),
        Mistake(
            _feeds_without_c,
            "When forced is False, you feed back V h. The output is c + V h: where is c?",
        ),
        Mistake(
            _output_through_tanh,
            "Your outputs pass through tanh. The tanh is in h; o = c + V h is linear.",
        ),
        Mistake(_no_tanh, STATES_WITHOUT_TANH),
        Mistake(_no_b, STATES_WITHOUT_B),
        Mistake(_no_c, "These are the outputs for c = 0. Where does c enter o?"),
    ),
)
