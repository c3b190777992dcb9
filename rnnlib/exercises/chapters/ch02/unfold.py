"""Exercise 02.2: unfolding, as an operation on a list of edges."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def unfold(edges, T):
    copies = []
    for t in range(1, T + 1):
        for source, target, delay in edges:
            copies.append((source, t - delay, target, t))
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


def _circuit(rng, nodes, edges, longest):
    """Different edges (source, target, delay); those without a delay form no circle."""
    found = []
    while len(found) < edges:
        edge = (*rng.integers(nodes, size=2).tolist(), int(rng.integers(longest + 1)))
        if edge not in found and (edge[2] or edge[0] < edge[1]):
            found.append(edge)
    delayed = [edge for edge in found if edge[2]]
    if {longest} <= {edge[2] for edge in delayed} and len(delayed) < edges:
        return np.array(found)
    return _circuit(rng, nodes, edges, longest)


def _drops_the_border(edges, T):
    rows = unfold(edges, T)
    return rows[rows[:, 1] >= 1]


def _clips_at_zero(edges, T):
    return _unfold_with(lambda t, delay: max(t - delay, 0))(edges, T)


def _last_step_missing(edges, T):
    return unfold(edges, T - 1).reshape(-1, 4)


def _nodes_first(edges, T):
    return unfold(edges, T)[:, [0, 2, 1, 3]]


def _delays_for_steps(edges, T):
    return _unfold_with(lambda t, delay: delay)(edges, T)


def _tiled(edges, T):
    t, every = np.tile(np.arange(1, T + 1), len(edges)), np.tile(edges, (T, 1))
    return np.column_stack([every[:, 0], t - every[:, 2], every[:, 1], t])


def _unpacks_the_target_first(edges, T):
    return unfold(np.asarray(edges)[:, [1, 0, 2]], T)


def _with_step_zero(edges, T):
    return np.array([(s, t - d, e, t) for t in range(T + 1) for s, e, d in edges])


def _last_edge_of_each_step(edges, T):
    return unfold(edges[-1:], T)


def _last_step_alone(edges, T):
    return np.array([(s, T - d, e, T) for s, e, d in edges])


def _delayed_alone(edges, T):
    return unfold(edges[edges[:, 2] > 0], T)


def _cases(rng):
    return [
        Case((_circuit(rng, 6, 3, 1), 1), "T = 1"),
        Case((_circuit(rng, 5, 5, 1), int(rng.integers(3, 7))), "delays 0 and 1"),
        Case((_circuit(rng, 4, 6, 3), 4), "longer delays"),
        Case((_circuit(rng, 7, 7, 5), int(rng.integers(5, 9))), "longer delays"),
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
        "How many edges does the unfolded graph have, if the circuit has E edges and T steps are "
        "drawn?",
        "Two loops: over the steps `t` = 1, …, T, and in each step over the edges. The `target` "
        "is at `t`. At which step is a `source` that is seen with a `delay`?",
    ),
    mistakes=(
        Mistake(
            _from_the_future,
            "Your sources are in the future of their targets. Does a delay of 1 show what a node "
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
            "Each of your edges comes from the previous step, even those without a delay.",
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
        Mistake(
            _drops_the_border,
            "You leave out the edges whose source is before step 1. At t = 1 a delay of 1 reads "
            "step 0, a given state.",
        ),
        Mistake(
            _clips_at_zero,
            "Your sources go back to step 0 at most. At t = 1 a delay of 3 reads step -2.",
        ),
        Mistake(
            _last_step_missing,
            "Your last step is missing: the steps are 1, …, T, and `range(1, T)` ends before T.",
        ),
        Mistake(
            _nodes_first,
            "The columns of your rows are in the wrong order: both nodes, then both steps. The "
            "order is source, its step, target, its step.",
        ),
        Mistake(
            _delays_for_steps,
            "Your second column holds the delay. The row should hold the step of the source.",
        ),
        Mistake(
            _tiled,
            "Not every edge is paired with every step: edges and steps are both repeated in the "
            "same order. One of the two has to change more slowly.",
        ),
        Mistake(
            _unpacks_the_target_first,
            "Source and target are swapped. Which of the two comes first in a row of `edges`?",
        ),
        Mistake(_with_step_zero, "You have one step too many, step 0. The steps are 1, …, T."),
        Mistake(
            _last_edge_of_each_step,
            "Your steps have one edge each: the line that stores a row is outside the inner loop, "
            "and stores only the last edge.",
        ),
        Mistake(
            _last_step_alone,
            "You have unfolded only the last step. Every step has its own copy of every edge.",
        ),
        Mistake(
            _delayed_alone,
            "Your edges without a delay are missing. They stay within their step, and belong to "
            "the graph too.",
        ),
    ),
)
