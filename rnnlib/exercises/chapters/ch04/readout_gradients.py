"""Exercise 04.5: where the direct gradients come from."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import DERIVATIVES, LOSS
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def readout_gradients(V, c, h, y):
    o = c + h @ V.T
    error = o - y
    loss = 0.5 * np.sum(error**2)
    dV, dc, dh_direct = np.zeros_like(V), np.zeros_like(c), np.zeros_like(h)
    for t in range(len(h)):
        dV += error[t].T @ h[t]
        dc += error[t].sum(axis=0)
        dh_direct[t] = error[t] @ V
    return loss, dV, dc, dh_direct


def _from_do(V, c, h, y, do):
    """The right loss, and the gradients that follow from those on o, (T, B, n_o)."""
    loss = 0.5 * np.sum((c + h @ V.T - y) ** 2)
    return loss, np.einsum("tbi,tbj->ij", do, h), do.sum(axis=(0, 1)), do @ V


def _divided(by):
    def gradients(V, c, h, y):
        return tuple(part / by(*y.shape) for part in readout_gradients(V, c, h, y))

    return gradients


def _without_the_half(V, c, h, y):
    return _divided(lambda T, B, n_o: 0.5)(V, c, h, y)


def _mean_over_steps(V, c, h, y):
    return _divided(lambda T, B, n_o: T)(V, c, h, y)


def _mean_over_batch(V, c, h, y):
    return _divided(lambda T, B, n_o: B)(V, c, h, y)


def _mean_over_steps_and_batch(V, c, h, y):
    return _divided(lambda T, B, n_o: T * B)(V, c, h, y)


def _mean_over_everything(V, c, h, y):
    return _divided(lambda T, B, n_o: T * B * n_o)(V, c, h, y)


def _target_minus_output(V, c, h, y):
    return _from_do(V, c, h, y, y - c - h @ V.T)


def _forgets_the_target(V, c, h, y):
    return _from_do(V, c, h, y, c + h @ V.T)


def _forgets_c(V, c, h, y):
    return readout_gradients(V, 0 * c, h, y)


def _output_through_tanh(V, c, h, y):
    o = np.tanh(c + h @ V.T)
    do = (o - y) * (1 - o**2)
    return 0.5 * np.sum((o - y) ** 2), *_from_do(V, c, h, y, do)[1:]


def _slope_of_tanh(V, c, h, y):
    loss, dV, dc, dh = readout_gradients(V, c, h, y)
    return loss, dV, dc, dh * (1 - h**2)


def _last_step_only(V, c, h, y):
    loss, dV, dc, last = readout_gradients(V, c, h[-1:], y[-1:])
    return loss, dV, dc, np.concatenate([np.zeros_like(h[:-1]), last])


def _last_sequence_only(V, c, h, y):
    loss, dV, dc, _ = readout_gradients(V, c, h[:, -1:], y[:, -1:])
    return loss, dV, dc, readout_gradients(V, c, h, y)[3]


def _sum_squared(V, c, h, y):
    loss = 0.5 * np.sum(c + h @ V.T - y) ** 2
    return loss, *readout_gradients(V, c, h, y)[1:]


def _terms(V, c, h, y):
    """The parameters' gradients, taken apart by the step that they come from."""
    names = ("from step 1", "from step T", "from the steps between")
    parts = (slice(0, 1), slice(max(1, len(h) - 1), None), slice(1, -1))
    found = [readout_gradients(V, c, h[part], y[part]) for part in parts]
    return {
        output: {name: gradients[k] for name, gradients in zip(names, found, strict=True)}
        for k, output in ((1, "dV"), (2, "dc"))
    }


def _gradients_divided(by):
    def gradients(V, c, h, y):
        loss, *gradients = readout_gradients(V, c, h, y)
        return loss, *(part / by(*y.shape) for part in gradients)

    return gradients


def _gradients_over_T(V, c, h, y):
    return _gradients_divided(lambda T, B, n_o: T)(V, c, h, y)


def _gradients_over_B(V, c, h, y):
    return _gradients_divided(lambda T, B, n_o: B)(V, c, h, y)


def _gradients_over_T_and_B(V, c, h, y):
    return _gradients_divided(lambda T, B, n_o: T * B)(V, c, h, y)


def _last_step_in_the_parameters(V, c, h, y):
    loss, _, _, dh_direct = readout_gradients(V, c, h, y)
    _, dV, dc, _ = readout_gradients(V, c, h[-1:], y[-1:])
    return loss, dV, dc, dh_direct


def _first_step_in_the_parameters(V, c, h, y):
    loss, _, _, dh_direct = readout_gradients(V, c, h, y)
    _, dV, dc, _ = readout_gradients(V, c, h[:1], y[:1])
    return loss, dV, dc, dh_direct


def _first_sequence_in_dV(V, c, h, y):
    loss, _, dc, dh_direct = readout_gradients(V, c, h, y)
    return loss, readout_gradients(V, c, h[:, :1], y[:, :1])[1], dc, dh_direct


def _first_sequence_in_the_parameters(V, c, h, y):
    loss, _, _, dh_direct = readout_gradients(V, c, h, y)
    return loss, *readout_gradients(V, c, h[:, :1], y[:, :1])[1:3], dh_direct


def _absolute_errors(V, c, h, y):
    return np.abs(c + h @ V.T - y).sum(), *readout_gradients(V, c, h, y)[1:]


def _root_of_the_sum(V, c, h, y):
    loss, *gradients = readout_gradients(V, c, h, y)
    return np.sqrt(2 * loss), *gradients


def _output_for_the_error(V, c, h, y):
    loss, dV, dc, _ = readout_gradients(V, c, h, y)
    return loss, dV, dc, (c + h @ V.T) @ V


def _dh_of_all_steps(V, c, h, y):
    loss, dV, dc, dh = readout_gradients(V, c, h, y)
    return loss, dV, dc, 0 * dh + dh.sum(axis=0)


def _cases(rng):
    def case(T, B, n_h, n_o, group):
        V, c = (
            rng.normal(size=(n_o, n_h)),
            rng.uniform(0.2, 0.8, size=n_o) * rng.choice([-1, 1], n_o),
        )
        h = rng.uniform(-0.9, 0.9, size=(T, B, n_h))
        return Case((V, c, h, rng.normal(size=(T, B, n_o))), group)

    return [
        case(1, 2, 3, 4, "T = 1"),
        case(4, 1, 3, 2, "B = 1"),
        case(5, 3, 2, 4, "T > 1 and B > 1"),
        case(3, 2, 4, 1, "n_o = 1"),
    ]


READOUT_GRADIENTS = Exercise(
    id="04.5",
    title="The readout and its gradients",
    points=2,
    reference=readout_gradients,
    forbidden=(*LOSS, *DERIVATIVES),
    cases=_cases,
    returns=(
        Returned("loss"),
        Returned("dV", ("output", "unit")),
        Returned("dc", ("output",)),
        Returned("dh_direct", ("t", "sequence", "unit"), first=1),
    ),
    hints=(
        "Start with one step of one sequence: o = c + V h, L = ½ Σ (o - y)². What is dL/do, and "
        "what shape does it have?",
        "Going from o back to V, c and h is the same as going from a(t) back to U, b and x(t) in "
        "04.3: there is no tanh in between.",
        "V and c are shared by all steps and all sequences: their gradients have no axis for "
        "either. Each h(t) has its own place in dh_direct, and no step uses another step's state.",
    ),
    mistakes=(
        Mistake(
            _without_the_half,
            "Twice the right answer: what happened to the ½ in front of the loss?",
        ),
        Mistake(
            _mean_over_steps,
            "You divide by the number of steps. L is the sum over all steps here.",
        ),
        Mistake(
            _mean_over_batch,
            "You divide by the number of sequences. L is the sum over the batch here.",
        ),
        Mistake(
            _mean_over_steps_and_batch,
            "You average over steps and sequences. L is the sum over both here.",
        ),
        Mistake(
            _mean_over_everything,
            "You take a mean over all entries, as np.mean does. L is a sum here.",
        ),
        Mistake(
            _target_minus_output,
            "The sign is reversed: along this gradient the loss would fall, not grow. What is the "
            "derivative of ½ (o - y)² with respect to o?",
        ),
        Mistake(
            _forgets_the_target,
            "This does not depend on y. When o meets its target, what should the gradient be?",
        ),
        Mistake(_forgets_c, "These are the outputs for c = 0. Where does c enter?"),
        Mistake(
            _output_through_tanh,
            "Your outputs pass through tanh. There is no tanh in o(t) = c + V h(t).",
        ),
        Mistake(
            _slope_of_tanh,
            "You have gone one step too far back, through the tanh that produced h. The exercise "
            "asks for the gradient on h itself; the tanh comes in step_vjp.",
        ),
        Mistake(
            _last_step_only,
            "Only the last step counts here. This network has an output, and a target, at every "
            "step.",
        ),
        Mistake(
            _last_sequence_only,
            "Only the last sequence of the batch counts here: the others were overwritten or "
            "never added.",
        ),
        Mistake(
            _sum_squared,
            "You add the errors up and square the sum, so that errors of opposite sign cancel. "
            "Which comes first in ½ Σ (o - y)²?",
        ),
        Mistake(
            _gradients_over_T,
            "Your gradients are divided by the number of steps, and the loss is not. They should "
            "be the gradients of exactly this loss.",
        ),
        Mistake(
            _gradients_over_B,
            "Your gradients are divided by the number of sequences, and the loss is not. They "
            "should be the gradients of exactly this loss.",
        ),
        Mistake(
            _gradients_over_T_and_B,
            "Your gradients are divided by the number of steps and sequences, and the loss is "
            "not. They should be the gradients of exactly this loss.",
        ),
        Mistake(
            _last_step_in_the_parameters,
            "Only the last step counts here: the others were overwritten. All steps use V and c.",
        ),
        Mistake(
            _first_step_in_the_parameters,
            "Only the first step counts here. All steps use V and c.",
        ),
        Mistake(
            _first_sequence_in_dV,
            "Only the first sequence of the batch counts here. All sequences use V.",
        ),
        Mistake(
            _first_sequence_in_the_parameters,
            "Only the first sequence of the batch counts here. All sequences use V and c.",
        ),
        Mistake(
            _absolute_errors,
            "You add up the absolute errors. In ½ Σ (o - y)² they are squared.",
        ),
        Mistake(
            _root_of_the_sum,
            "Your loss is the square root of the sum of squares. Here it is half of that sum.",
        ),
        Mistake(
            _output_for_the_error,
            "You leave the target out of the gradient: o V. What is the gradient on o(t)?",
        ),
        Mistake(
            _dh_of_all_steps,
            "Every row is the sum over the steps. Each h(t) has its own gradient.",
        ),
    ),
    terms=_terms,
)
