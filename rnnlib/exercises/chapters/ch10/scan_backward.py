"""Exercise 10.3: the gradients of a linear recurrence."""

import numpy as np

from rnnlib.exercises.chapters.forbidden import DERIVATIVES
from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def scan_backward(a, h, dh):
    da, db = np.zeros_like(a), np.zeros_like(a)
    from_future = np.zeros_like(dh[0])
    for t in reversed(range(len(dh))):
        dh_total = dh[t] + from_future
        h_before = h[t - 1] if t > 0 else np.zeros_like(h[0])
        da[t] = dh_total * h_before
        db[t] = dh_total
        from_future = a[t] * dh_total
    return da, db


def _before(h):
    """h(0) = 0, h(1), …, h(T-1)."""
    return np.concatenate([np.zeros_like(h[:1]), h[:-1]])


def _totals(factors, dh):
    """delta(t) = dh(t) + factors(t) delta(t+1); the last factor meets nothing."""
    delta = dh.copy()
    for t in reversed(range(len(dh) - 1)):
        delta[t] += factors[t] * delta[t + 1]
    return delta


def _from(delta, h):
    return delta * _before(h), delta


def _direct_only(a, h, dh):
    return _from(dh, h)


def _factor_of_the_same_step(a, h, dh):
    return _from(_totals(a, dh), h)


def _no_factor(a, h, dh):
    return _from(_totals(np.ones_like(a), dh), h)


def _passes_on_the_direct(a, h, dh):
    delta = dh.copy()
    delta[:-1] += a[1:] * dh[1:]
    return _from(delta, h)


def _forward_in_time(a, h, dh):
    delta = dh.copy()
    for t in range(1, len(dh)):
        delta[t] += a[t] * delta[t - 1]
    return _from(delta, h)


def _message_overwrites(a, h, dh):
    delta = dh.copy()
    for t in reversed(range(len(dh) - 1)):
        delta[t] = a[t + 1] * delta[t + 1]
    return _from(delta, h)


def _new_state(a, h, dh):
    delta = scan_backward(a, h, dh)[1]
    return delta * h, delta


def _last_state_before_the_first(a, h, dh):
    delta = scan_backward(a, h, dh)[1]
    return delta * np.roll(h, 1, axis=0), delta


def _da_from_the_direct(a, h, dh):
    return dh * _before(h), scan_backward(a, h, dh)[1]


def _da_is_the_message(a, h, dh):
    delta = scan_backward(a, h, dh)[1]
    return delta * a, delta


def _first_state_before_itself(a, h, dh):
    delta = scan_backward(a, h, dh)[1]
    return delta * np.concatenate([h[:1], h[:-1]]), delta


def _next_state(a, h, dh):
    delta = scan_backward(a, h, dh)[1]
    return delta * np.concatenate([h[1:], np.zeros_like(h[:1])]), delta


def _two_states_before(a, h, dh):
    delta = scan_backward(a, h, dh)[1]
    return delta * _before(_before(h)), delta


def _da_without_its_own_loss(a, h, dh):
    delta = scan_backward(a, h, dh)[1]
    return (delta - dh) * _before(h), delta


def _da_of_the_state_alone(a, h, dh):
    return _before(h), scan_backward(a, h, dh)[1]


def _db_from_the_direct(a, h, dh):
    return scan_backward(a, h, dh)[0], dh


def _db_is_the_message(a, h, dh):
    da, delta = scan_backward(a, h, dh)
    return da, a * delta


def _own_factor_too(a, h, dh):
    """delta(t) = a(t) (dh(t) + delta(t+1)): what is handed on takes the place of the total."""
    delta, message = np.zeros_like(dh), np.zeros_like(dh[0])
    for t in reversed(range(len(dh))):
        message = a[t] * (dh[t] + message)
        delta[t] = message
    return _from(delta, h)


def _with_a_slope(a, h, dh):
    return _from(_totals((a * (1 - h**2))[1:], dh), h)


def _divided_by_the_factor(a, h, dh):
    return _from(_totals(1 / a[1:], dh), h)


def _factor_two_steps_on(a, h, dh):
    return _from(_totals(np.concatenate([a[2:], a[-1:]]), dh), h)


def _messages_added_up(a, h, dh):
    """The message is added to that of the steps after it, where it is to take its place."""
    delta, message = np.zeros_like(dh), np.zeros_like(dh[0])
    for t in reversed(range(len(dh))):
        delta[t] = dh[t] + message
        message = message + a[t] * delta[t]
    return _from(delta, h)


def _terms(a, h, dh):
    da, db = scan_backward(a, h, dh)
    own = dh * _before(h)
    return {
        "da": {"from the step's own loss": own, "from the steps after": da - own},
        "db": {"from the step's own loss": dh, "from the steps after": db - dh},
    }


def _cases(rng):
    def case(T, n, group):
        a = rng.choice([-1, 1], size=(T, n)) * rng.uniform(0.5, 1.2, size=(T, n))
        h = [-rng.uniform(0.3, 1.5, size=n)]
        for a_t in a[1:]:
            h.append(a_t * h[-1] + rng.uniform(0.3, 1.5, size=n))
        dh = rng.choice([-1, 1], size=(T, n)) * rng.uniform(0.3, 1.5, size=(T, n))
        return Case((a, np.array(h), dh), group)

    return [
        case(1, 2, "T = 1"),
        case(2, 3, "T = 2"),
        case(5, 1, "T > 2"),
        case(7, 4, "T > 2"),
    ]


SCAN_BACKWARD = Exercise(
    id="10.3",
    title="The way back",
    points=2,
    reference=scan_backward,
    forbidden=("rnnlib.cells.scan.associative_scan_vjp", *DERIVATIVES),
    cases=_cases,
    returns=(Returned("da", ("t", "unit"), first=1), Returned("db", ("t", "unit"), first=1)),
    hints=(
        "It is the walk of lesson 04: dh_total(T) = dh(T), and then from the end to the beginning. "
        "In h(t+1) = a(t+1) h(t) + b(t+1), by how much does h(t+1) change per unit of h(t)?",
        "Once dh_total is known, each step's own a and b remain. In h(t) = a(t) h(t-1) + b(t), "
        "what multiplies a(t), and what multiplies b(t)?",
        "db(t) = dh_total(t). da(t) = dh_total(t) times the state that went into step t; for step "
        "1 that is h(0) = 0. In arrays, entry t-1 of h is h(t). A loop will do. So will `scan`, "
        "run from the end: it returns two things.",
    ),
    mistakes=(
        Mistake(
            _direct_only,
            "You use the direct gradients. h(t) also goes into h(t+1): what comes back from there?",
        ),
        Mistake(
            _factor_of_the_same_step,
            "The gradient from the future reaches your step t through a(t). Which step's factor "
            "is between h(t) and h(t+1)?",
        ),
        Mistake(
            _no_factor,
            "You pass back the total gradient unchanged. If h(t) moves by one, by how much does "
            "h(t+1) move?",
        ),
        Mistake(
            _passes_on_the_direct,
            "Each state accounts for its own loss and at most the next one. Which of the two "
            "gradients at t+1 is passed back, the direct one or the total?",
        ),
        Mistake(
            _forward_in_time,
            "You walk forward. Which total gradient is known first, that of the first state or of "
            "the last?",
        ),
        Mistake(
            _message_overwrites,
            "What arrives from step t+1 replaces the state's own part. Both belong to the total.",
        ),
        Mistake(
            _new_state,
            "In a(t) h(t-1), what is the derivative with respect to a(t)? You use the state that "
            "the step has computed.",
        ),
        Mistake(
            _last_state_before_the_first,
            "Your first row is multiplied by the last state. Which state goes into step 1?",
        ),
        Mistake(
            _da_from_the_direct,
            "Your da uses the direct gradient. Does a(t) affect the losses of later steps too?",
        ),
        Mistake(
            _da_is_the_message,
            "Your da is the total gradient times a, which is for the previous state. What does "
            "a(t) multiply in its step?",
        ),
        Mistake(
            _first_state_before_itself,
            "Your first row is multiplied by h(1), the state that step 1 has computed. Which "
            "state goes into step 1?",
        ),
        Mistake(
            _next_state,
            "In a(t) h(t-1), what is the derivative with respect to a(t)? You use the state that "
            "comes after step t.",
        ),
        Mistake(
            _two_states_before,
            "In a(t) h(t-1), what is the derivative with respect to a(t)? You use h(t-2). In `h`, "
            "entry 0 is h(1).",
        ),
        Mistake(
            _da_without_its_own_loss,
            "Your da(t) includes the steps after t but not step t itself. a(t) moves h(t): which "
            "gradient on h(t) includes both?",
        ),
        Mistake(
            _da_of_the_state_alone,
            "Your da(t) is h(t-1): that is how much h(t) moves with a(t). How much does the loss "
            "move with h(t)?",
        ),
        Mistake(
            _db_from_the_direct,
            "Your db is dh. b(t) moves h(t), and with it all later states: which gradient on h(t) "
            "includes those?",
        ),
        Mistake(
            _db_is_the_message,
            "Your db is the total gradient times a, which is for the previous state. Does "
            "anything multiply b(t) in its step?",
        ),
        Mistake(
            _own_factor_too,
            "The total of step t is multiplied by a(t) before you use it. a(t) belongs to what is "
            "passed back to h(t-1): which gradient do b(t) and a(t) themselves get?",
        ),
        Mistake(
            _with_a_slope,
            "You multiply what you pass back by 1 - h², the slope of tanh. Is there a tanh in "
            "h(t) = a(t) h(t-1) + b(t)?",
        ),
        Mistake(
            _divided_by_the_factor,
            "You divide what you pass back by a. If h(t) moves by one, by how much does a(t+1) "
            "h(t) + b(t+1) move?",
        ),
        Mistake(
            _factor_two_steps_on,
            "You multiply what you pass back by a(t+2). Which step's factor is between h(t) and "
            "h(t+1)?",
        ),
        Mistake(
            _messages_added_up,
            "What h(t+1) passes back is added to what later states pass back. That is already in "
            "its total: how many paths lead from h(t) to the steps after it?",
        ),
    ),
    terms=_terms,
)
