"""Exercise 02.2: unfolding, as an operation on a list of edges."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def unfold(edges, T):
    copies = [
        (source, t - delay, target, t) for t in range(1, T + 1) for source, target, delay in edges
    ]
    return np.array(copies)


def _unfold_with(source_step):
    def copies(edges, T):
        rows = [(s, source_step(t, d), e, t) for t in range(1, T + 1) for s, e, d in edges]
        return np.array(rows)

    return copies


def _from_the_future(edges, T):
    return _unfold_with(lambda t, delay: t + delay)(edges, T)


def _targets_later(edges, T):
    return np.array([(s, t, e, t + d) for t in range(1, T + 1) for s, e, d in edges])


def _without_delays(edges, T):
    return _unfold_with(lambda t, delay: t)(edges, T)


def _always_one_step(edges, T):
    return _unfold_with(lambda t, delay: t - 1)(edges, T)


def _every_delay_is_one(edges, T):
    return _unfold_with(lambda t, delay: t - (delay > 0))(edges, T)


def _from_step_zero(edges, T):
    return np.array([(s, t - d, e, t) for t in range(T) for s, e, d in edges])


def _reversed_edges(edges, T):
    return unfold(edges, T)[:, [2, 3, 0, 1]]


def _cases(rng):
    elman = np.array([[0, 1, 0], [1, 1, 1], [1, 2, 0]])
    skip = np.array([[0, 1, 0], [1, 1, 1], [1, 1, 3], [1, 2, 0], [2, 1, 2]])
    return [
        Case((elman, 1), "T = 1"),
        Case((elman, 4), "delays 0 and 1"),
        Case((skip, 5), "longer delays"),
    ]


UNFOLD = Exercise(
    id="02.2",
    title="Unfold a circuit",
    points=2,
    reference=unfold,
    forbidden=("rnnlib.circuits.circuit.Circuit.unfold",),
    cases=_cases,
    returns=(Returned("edges", ("edge", "end"), unordered=True),),
    hints=(
        "How many edges has the unfolded graph, if the circuit has E of them and T steps are "
        "drawn?",
        "Two loops: over the steps t = 1, …, T, and in each step over the edges. The target "
        "lives at "
        "t. At which step lives a source that is seen with a delay?",
    ),
    mistakes=(
        Mistake(
            _from_the_future,
            "Your sources lie in the future of their targets. Does a delay of 1 show what a node "
            "was, or what it will be?",
        ),
        Mistake(
            _targets_later,
            "Your targets move to t + delay. The targets are at the steps 1, …, T: at which step "
            "is the source?",
        ),
        Mistake(_without_delays, "Your edges all stay within one step. Where do the delays go?"),
        Mistake(
            _always_one_step,
            "Every edge of yours comes from the step before, also those without a delay.",
        ),
        Mistake(
            _every_delay_is_one,
            "You treat every delay as a delay of 1. How far back does a delay of 3 look?",
        ),
        Mistake(_from_step_zero, "Your steps are 0 to T - 1. In the course they are 1 to T."),
        Mistake(
            _reversed_edges,
            "Your rows begin with the target: their columns are in the wrong order. The order is "
            "source, its step, target, its step.",
        ),
    ),
)
