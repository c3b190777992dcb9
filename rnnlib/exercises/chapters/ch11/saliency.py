"""Exercise 11.6: which inputs an output listens to."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import WALK_BACK
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def saliency(U, W, V, h):
    T = len(h) - 1
    s = np.empty((T, U.shape[1]))
    dh = V[0]
    for t in range(T, 0, -1):
        slope = 1 - h[t] ** 2
        da = slope * dh
        s[t - 1] = da @ U
        dh = da @ W
    return s


def _walk(V, slope, back):
    """∂o/∂a(t), t = 1..T, if one step back is dh = back(da); slope (T, n_h)."""
    das, dh = [], V[0]
    for factor in slope[::-1]:
        das.append(factor * dh)
        dh = back(das[-1])
    return np.array(das[::-1])


def _slope(h):
    return 1 - h[1:] ** 2


def _no_slope(U, W, V, h):
    return _walk(V, np.ones_like(h[1:]), lambda da: da @ W) @ U


def _no_slope_at_the_end(U, W, V, h):
    slope = _slope(h)
    slope[-1] = 1
    return _walk(V, slope, lambda da: da @ W) @ U


def _no_slope_into_U(U, W, V, h):
    return _walk(V, _slope(h), lambda da: da @ W) / _slope(h) @ U


def _no_slope_on_the_way(U, W, V, h):
    dh, s = V[0], []
    for slope in _slope(h)[::-1]:
        s.append(slope * dh @ U)
        dh = dh @ W
    return np.array(s[::-1])


def _slope_of_the_state_before(U, W, V, h):
    return _walk(V, 1 - h[:-1] ** 2, lambda da: da @ W) @ U


def _tanh_twice(U, W, V, h):
    return _walk(V, 1 - np.tanh(h[1:]) ** 2, lambda da: da @ W) @ U


def _slope_after_W(U, W, V, h):
    """dh = (1 - h(t)²) ∘ W⊤ dh: the slope of the step that W leads out of."""
    dh, s = V[0], []
    for slope in _slope(h)[::-1]:
        s.append(slope * dh @ U)
        dh = slope * (dh @ W)
    return np.array(s[::-1])


def _W_before_U(U, W, V, h):
    return _walk(V, _slope(h), lambda da: da @ W) @ W @ U


def _W_before_the_first(U, W, V, h):
    return saliency(U, W, V @ W, h)


def _W_not_transposed(U, W, V, h):
    return _walk(V, _slope(h), lambda da: da @ W.T) @ U


def _no_W(U, W, V, h):
    return _walk(V, _slope(h), lambda da: da) @ U


def _last_step_only(U, W, V, h):
    s = saliency(U, W, V, h)
    s[:-1] = 0
    return s


def _last_first(U, W, V, h):
    return saliency(U, W, V, h)[::-1]


def _each_step_by_itself(U, W, V, h):
    return _slope(h) * V[0] @ U


def _sum_of_outputs(U, W, V, h):
    """The outputs of all steps, not o(T) alone."""
    das, dh = [], 0
    for slope in _slope(h)[::-1]:
        das.append(slope * (V[0] + dh))
        dh = das[-1] @ W
    return np.array(das[::-1]) @ U


def _sizes(U, W, V, h):
    return np.abs(saliency(U, W, V, h))


def _on_the_sums(U, W, V, h):
    return _walk(V, _slope(h), lambda da: da @ W)


def _on_the_states(U, W, V, h):
    return _walk(V, _slope(h), lambda da: da @ W) / _slope(h)


def _forward_in_time(U, W, V, h):
    return _walk(V, _slope(h)[::-1], lambda da: da @ W)[::-1] @ U


def _last_slope_everywhere(U, W, V, h):
    return _walk(V, 0 * h[1:] + _slope(h)[-1], lambda da: da @ W) @ U


def _slope_not_squared(U, W, V, h):
    return _walk(V, 1 - np.abs(h[1:]), lambda da: da @ W) @ U


def _without_V(U, W, V, h):
    return saliency(U, W, np.ones_like(V), h)


def _slope_of_the_other_end(U, W, V, h):
    """The list of slopes read from its first entry on while the walk comes from the last."""
    return _walk(V, _slope(h)[::-1], lambda da: da @ W) @ U


def _added_up_on_the_way(U, W, V, h):
    """dh = dh + da W: the messages are added where each takes the place of the one before."""
    s, dh = [], V[0]
    for slope in _slope(h)[::-1]:
        da = slope * dh
        s.append(da @ U)
        dh = dh + da @ W
    return np.array(s[::-1])


def _no_slope_and_last_first(U, W, V, h):
    return _no_slope_on_the_way(U, W, V, h)[::-1]


def _cases(rng):
    def case(T, n_x, n_h, group):
        U, W = rng.normal(size=(n_h, n_x)), 1.3 * rng.normal(size=(n_h, n_h)) / np.sqrt(n_h)
        V, h = rng.normal(size=(1, n_h)), [rng.uniform(-0.9, 0.9, size=n_h)]
        for x_t in 0.5 * rng.normal(size=(T, n_x)):
            h.append(np.tanh(W @ h[-1] + U @ x_t))
        return Case((U, W, V, np.array(h)), group)

    return [
        case(1, 3, 4, "T = 1"),
        case(2, 1, 3, "T = 2"),
        case(6, 3, 5, "T > 2"),
        case(5, 4, 2, "T > 2"),
    ]


SALIENCY = Exercise(
    id="11.6",
    title="Which inputs move the output",
    points=2,
    reference=saliency,
    forbidden=(
        "rnnlib.gradients.bptt.bptt",
        *WALK_BACK,
    ),
    cases=_cases,
    returns=(Returned("s", ("t", "input"), first=1),),
    hints=(
        "It is the backward walk of lesson 04, with o(T) in place of the loss. What is "
        "∂o(T)/∂h(T)? And is there any direct gradient at the earlier steps?",
        "At each step, from the last to the first: through tanh (times 1 - h(t)²) to a(t). From "
        "there two paths continue: to x(t) through U and to h(t-1) through W.",
        "`da @ U` is the row for x(t), `dh = da @ W` is what the previous step gets. h has T + 1 "
        "entries: h[t] is h(t), and x(t) belongs in row t - 1 of the answer.",
    ),
    mistakes=(
        Mistake(_no_slope, "The slope of tanh is missing: a step also multiplies by 1 - h(t)²."),
        Mistake(
            _no_slope_at_the_end,
            "You skip the last tanh. There is one between o(T) and x(T) as well.",
        ),
        Mistake(
            _no_slope_into_U,
            "What goes to x(t) has not been through the tanh of step t. Isn't U inside it?",
        ),
        Mistake(
            _no_slope_on_the_way,
            "What goes to h(t-1) has not been through the tanh of step t. Isn't W inside it?",
        ),
        Mistake(
            _slope_of_the_state_before,
            "Your slope at step t is computed from h(t-1). Which state came out of this step's "
            "tanh?",
        ),
        Mistake(
            _tanh_twice,
            "You apply tanh to a state before you take the slope: hasn't it already been through "
            "tanh?",
        ),
        Mistake(
            _slope_after_W,
            "On the way to h(t-1) the slope of step t comes after W. Going backward, tanh comes "
            "first and then W.",
        ),
        Mistake(
            _W_before_U,
            "There is one W too many in every row: x(t) is reached from a(t) through U, before "
            "the walk continues through W to h(t-1).",
        ),
        Mistake(
            _W_before_the_first,
            "There is one W too many at the start: o(T) = V h(T) depends on h(T) only through V.",
        ),
        Mistake(
            _W_not_transposed,
            "W is the wrong way around on the way back: unit j collects from all the units that "
            "it feeds.",
        ),
        Mistake(_no_W, "W is missing on the way from a(t) to h(t-1)."),
        Mistake(
            _last_step_only,
            "Only x(T) has an effect in your answer. By which path do the earlier inputs reach "
            "o(T)?",
        ),
        Mistake(
            _last_first, "The rows are right, but in the order of the walk: row 0 must be x(1)."
        ),
        Mistake(
            _each_step_by_itself,
            "Row t is ∂o(t)/∂x(t). The exercise asks only for the last output, and how each input "
            "affects it through the states in between.",
        ),
        Mistake(
            _sum_of_outputs,
            "You include all outputs. The exercise asks only for o(T): what is the direct "
            "gradient at an earlier step?",
        ),
        Mistake(_sizes, "The signs are lost. An input may also push the output down."),
        Mistake(
            _on_the_sums,
            "These are the gradients on a(t), what goes into tanh. Through which matrix does x(t) "
            "reach it?",
        ),
        Mistake(
            _on_the_states,
            "These are the gradients on h(t). Between x(t) and h(t) there are U and a tanh.",
        ),
        Mistake(
            _forward_in_time,
            "You walk forward in time, from x(1). o(T) is computed from h(T): from which end does "
            "its gradient come?",
        ),
        Mistake(
            _slope_of_the_other_end,
            "You walk back from the last step, but take the slopes starting from the first. Which "
            "state belongs to the current step?",
        ),
        Mistake(
            _last_slope_everywhere,
            "You use the slope at h(T) in every step. Each step has its own tanh: what came out "
            "of it?",
        ),
        Mistake(
            _slope_not_squared,
            "Your slope is 1 - |h(t)|. That of tanh is 1 minus the *square*.",
        ),
        Mistake(_without_V, "V has no effect in your answer. How does o(T) depend on h(T)?"),
        Mistake(
            _added_up_on_the_way,
            "You add what goes to h(t-1) to what came to h(t). Is there any path from h(t-1) to "
            "o(T) that bypasses h(t)?",
        ),
        Mistake(
            _no_slope_and_last_first,
            "What goes to h(t-1) has not been through the tanh of step t, and your rows are in the "
            "order of the walk: row 0 must be x(1).",
        ),
    ),
)
