"""Exercise 10.5: a gated layer whose gates do not look at the state."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def min_gru(U_z, b_z, U_c, b_c, x, h0):
    states, h = [], h0
    for x_t in x:
        z = sigmoid(U_z @ x_t + b_z)
        c = U_c @ x_t + b_c
        h = (1 - z) * h + z * c
        states.append(h)
    return np.array(states)


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def _gates(U_z, b_z, U_c, b_c, x):
    return sigmoid(x @ U_z.T + b_z), x @ U_c.T + b_c


def _run(a, b, h):
    states = []
    for a_t, b_t in zip(a, b, strict=True):
        h = a_t * h + b_t
        states.append(h)
    return np.array(states)


def _rest(z):
    return 1 - z


def _mixed(
    U_z, b_z, U_c, b_c, x, h0, *, gate=sigmoid, candidate=np.positive, keep=_rest, write=np.positive
):
    """keep(z) multiplies the old state, and write(z) the new candidate."""
    z, c = gate(x @ U_z.T + b_z), candidate(x @ U_c.T + b_c)
    return _run(keep(z), write(z) * c, h0)


def _gate_the_other_way(*given):
    return _mixed(*given, keep=np.positive, write=_rest)


def _candidate_ungated(*given):
    return _mixed(*given, write=np.ones_like)


def _nothing_forgotten(*given):
    return _mixed(*given, keep=np.ones_like)


def _tanh_candidate(*given):
    return _mixed(*given, candidate=np.tanh)


def _as_in_the_gru(*given):
    return _mixed(*given, candidate=np.tanh, keep=np.positive, write=_rest)


def _gate_without_sigmoid(*given):
    return _mixed(*given, gate=np.positive)


def _gate_by_tanh(*given):
    return _mixed(*given, gate=np.tanh)


def _starts_from_zero(U_z, b_z, U_c, b_c, x, h0):
    return min_gru(U_z, b_z, U_c, b_c, x, 0 * h0)


def _gate_and_candidate_swapped(U_z, b_z, U_c, b_c, x, h0):
    return min_gru(U_c, b_c, U_z, b_z, x, h0)


def _always_from_h0(U_z, b_z, U_c, b_c, x, h0):
    z, c = _gates(U_z, b_z, U_c, b_c, x)
    return (1 - z) * h0 + z * c


def _h0_whole_into_b(U_z, b_z, U_c, b_c, x, h0):
    z, c = _gates(U_z, b_z, U_c, b_c, x)
    b = z * c
    b[0] += h0
    return _run(1 - z, b, 0 * h0)


def _every_row_the_last(U_z, b_z, U_c, b_c, x, h0):
    h = min_gru(U_z, b_z, U_c, b_c, x, h0)
    return np.array([h[-1]] * len(h))


def _without_biases(U_z, b_z, U_c, b_c, x, h0):
    return min_gru(U_z, 0 * b_z, U_c, 0 * b_c, x, h0)


def _stepwise(step, U_z, b_z, U_c, b_c, x, h):
    """States of h(t) = step(h(t-1), what goes into the gate, c)."""
    states = []
    for x_t in x:
        h = step(h, U_z @ x_t + b_z, U_c @ x_t + b_c)
        states.append(h)
    return np.array(states)


def _gate_on_the_state(*given):
    return _stepwise(lambda h, a, c: h + sigmoid(a + h) * (c - h), *given)


def _tanh_on_the_state(*given):
    return _stepwise(lambda h, a, c: np.tanh(h + sigmoid(a) * (c - h)), *given)


def _one_share_for_both(*given):
    return _stepwise(lambda h, a, c: (1 - sigmoid(a)) * (h + c), *given)


def _z_for_both(*given):
    return _stepwise(lambda h, a, c: sigmoid(a) * (h + c), *given)


def _gate_bias_outside(U_z, b_z, U_c, b_c, x, h0):
    z, c = sigmoid(x @ U_z.T) + b_z, x @ U_c.T + b_c
    return _run(1 - z, z * c, h0)


def _h0_into_every_b(U_z, b_z, U_c, b_c, x, h0):
    z, c = _gates(U_z, b_z, U_c, b_c, x)
    return _run(1 - z, z * c + (1 - z) * h0, 0 * h0)


def _h0_gated_as_new(U_z, b_z, U_c, b_c, x, h0):
    z, c = _gates(U_z, b_z, U_c, b_c, x)
    b = z * c
    b[0] += z[0] * h0
    return _run(1 - z, b, 0 * h0)


def _h0_added_afterwards(U_z, b_z, U_c, b_c, x, h0):
    return min_gru(U_z, b_z, U_c, b_c, x, 0 * h0) + h0


def _gate_alone(U_z, b_z, U_c, b_c, x, h0):
    z, _ = _gates(U_z, b_z, U_c, b_c, x)
    return _run(1 - z, z, h0)


def _cases(rng):
    def case(n_x, n_h, T, group):
        U_z, U_c = rng.normal(size=(2, n_h, n_x))
        b_z, b_c, h0 = rng.choice([-1, 1], size=(3, n_h)) * rng.uniform(0.4, 1.2, size=(3, n_h))
        return Case((U_z, b_z, U_c, b_c, rng.normal(size=(T, n_x)), h0), group)

    return [
        case(2, 3, 1, "T = 1"),
        case(3, 1, 4, "one unit"),
        case(2, 5, 6, "T > 1"),
        case(1, 4, 9, "T > 1"),
    ]


MIN_GRU = Exercise(
    id="10.5",
    title="Gates without a memory",
    reference=min_gru,
    needs=("10.2",),
    forbidden=(
        "rnnlib.cells.min_gru.MinGRU.step",
        "rnnlib.cells.min_gru.MinGRU.sequence",
        "rnnlib.cells.min_gru.MinGRU._gates",
    ),
    cases=_cases,
    returns=(Returned("h", ("t", "unit"), first=1),),
    hints=(
        "`z` and `c` need nothing but x: compute them for all steps before anything else, with "
        "one matrix product each. The logistic function is 1 / (1 + exp(-a)).",
        "h(t) = (1-z(t)) h(t-1) + z(t) c(t) has the form a(t) h(t-1) + b(t). A loop will do. With "
        "`scan`, which starts from 0 and returns two things, add to b(1) what remains of h0 after "
        "step 1.",
    ),
    mistakes=(
        Mistake(
            _gate_the_other_way,
            "Your z says how much stays. Here it says how much is new.",
        ),
        Mistake(
            _candidate_ungated,
            "All of the candidate is added. What should multiply it?",
        ),
        Mistake(
            _one_share_for_both,
            "Both h(t-1) and c(t) are multiplied by 1 - z. What is removed from one is what the "
            "other contributes: which factor belongs to c(t)?",
        ),
        Mistake(
            _z_for_both,
            "Both h(t-1) and c(t) are multiplied by z. What the candidate contributes is removed "
            "from the old state: which factor belongs to h(t-1)?",
        ),
        Mistake(
            _gate_alone,
            "Your gate adds 1 where it should add the candidate. What should z(t) multiply?",
        ),
        Mistake(
            _nothing_forgotten,
            "You add to the state and remove nothing. What should be in front of h(t-1)?",
        ),
        Mistake(
            _tanh_candidate,
            "You put the candidate through tanh, as the GRU does. Here there is no tanh.",
        ),
        Mistake(
            _as_in_the_gru,
            "You mix as the GRU does: your z says how much stays, and the candidate goes through "
            "tanh. What multiplies c in h(t) = (1-z) h(t-1) + z c, and is there a tanh?",
        ),
        Mistake(
            _gate_without_sigmoid,
            "Your z may be any number. What keeps a gate between 0 and 1?",
        ),
        Mistake(
            _gate_by_tanh,
            "Your z lies between -1 and 1. Which function gives a fraction between 0 and 1?",
        ),
        Mistake(
            _gate_bias_outside,
            "b_z is added to the gate after the logistic function, so z may leave the range from "
            "0 to 1. Where is it in the formula?",
        ),
        Mistake(
            _gate_on_the_state,
            "Your gate uses the state. Here z(t) is computed only from x(t): that is why all of "
            "them can be computed at once.",
        ),
        Mistake(
            _tanh_on_the_state,
            "You put every new state through tanh. Is there a tanh in h(t) = (1-z) h(t-1) + z c?",
        ),
        Mistake(
            _starts_from_zero,
            "Your run starts from 0, whatever h0 is. `scan` does that too: where could you put h0?",
        ),
        Mistake(
            _h0_whole_into_b,
            "All of h0 goes into your b(1). How much of it does step 1 keep?",
        ),
        Mistake(
            _h0_into_every_b,
            "h0 goes into every b(t). It comes only before step 1: which b does it belong to?",
        ),
        Mistake(
            _h0_gated_as_new,
            "In your b(1) h0 is multiplied by z(1). That is the fraction of new content: what "
            "fraction of the old state stays?",
        ),
        Mistake(
            _h0_added_afterwards,
            "You add h0 to all states of a run from 0. Every step keeps only a fraction of it: "
            "where should h0 enter?",
        ),
        Mistake(
            _every_row_the_last,
            "All your rows are the last state: the same array was changed in place at each step, "
            "and every row is that array. Make a new one in each step, or keep copies.",
        ),
        Mistake(
            _gate_and_candidate_swapped,
            "The weights of the gate and the candidate are swapped.",
        ),
        Mistake(
            _always_from_h0,
            "Each of your steps starts from h0. Which state should step 2 start from?",
        ),
        Mistake(
            _without_biases,
            "The biases are missing.",
        ),
    ),
)
