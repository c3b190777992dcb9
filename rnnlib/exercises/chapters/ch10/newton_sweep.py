"""Exercise 10.6: one Newton correction of a whole trajectory."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Returned


def newton_sweep(w, x, h0, guess):
    states, new, g = [], h0, h0
    for x_t, g_after in zip(x, guess, strict=True):
        f = np.tanh(w * g + x_t)
        slope = w * (1 - f**2)
        new = f + slope * (new - g)
        states.append(new)
        g = g_after
    return np.array(states)


def _solved(f, slope, before, h0):
    """new(t) = f(t) + slope(t) (new(t-1) - before(t)) from new(0) = h0."""
    states, new = [], h0
    for f_t, slope_t, before_t in zip(f, slope, before, strict=True):
        new = f_t + slope_t * (new - before_t)
        states.append(new)
    return np.array(states)


def _shifted(w, x, h0, guess):
    """The guess one step before each t, and what the cell makes of it."""
    before = np.concatenate([[h0], guess[:-1]])
    return before, np.tanh(w * before + x)


def _no_correction(w, x, h0, guess):
    return _shifted(w, x, h0, guess)[1]


def _correction_added_to_f(w, x, h0, guess):
    return newton_sweep(w, x, h0, guess) - guess + _shifted(w, x, h0, guess)[1]


def _the_run_itself(w, x, h0, guess):
    states = []
    for x_t in x:
        h0 = np.tanh(w * h0 + x_t)
        states.append(h0)
    return np.array(states)


def _slope_at_the_guess(w, x, h0, guess):
    before, f = _shifted(w, x, h0, guess)
    return _solved(f, w * (1 - guess**2), before, h0)


def _slope_of_the_step_before(w, x, h0, guess):
    before, f = _shifted(w, x, h0, guess)
    return _solved(f, w * (1 - before**2), before, h0)


def _no_slope(w, x, h0, guess):
    before, f = _shifted(w, x, h0, guess)
    return _solved(f, w + 0 * f, before, h0)


def _no_w(w, x, h0, guess):
    before, f = _shifted(w, x, h0, guess)
    return _solved(f, 1 - f**2, before, h0)


def _guess_not_taken_off(w, x, h0, guess):
    before, f = _shifted(w, x, h0, guess)
    return _solved(f, w * (1 - f**2), 0 * before, h0)


def _guess_of_the_same_step(w, x, h0, guess):
    _, f = _shifted(w, x, h0, guess)
    return _solved(f, w * (1 - f**2), guess, h0)


def _guess_not_shifted(w, x, h0, guess):
    f = np.tanh(w * guess + x)
    return _solved(f, w * (1 - f**2), guess, h0)


def _cell_at_the_guess_of_the_same_step(w, x, h0, guess):
    before, _ = _shifted(w, x, h0, guess)
    f = np.tanh(w * guess + x)
    return _solved(f, w * (1 - f**2), before, h0)


def _old_deviation(w, x, h0, guess):
    _, f = _shifted(w, x, h0, guess)
    deviation = np.concatenate([[0.0], f[:-1] - guess[:-1]])
    return f + w * (1 - f**2) * deviation


def _starts_from_zero(w, x, h0, guess):
    return newton_sweep(w, x, 0.0, guess)


def _correction_only(w, x, h0, guess):
    return newton_sweep(w, x, h0, guess) - guess


def _guess_for_f(w, x, h0, guess):
    before, f = _shifted(w, x, h0, guess)
    return _solved(guess, w * (1 - f**2), before, h0)


def _two_sweeps(w, x, h0, guess):
    return newton_sweep(w, x, h0, newton_sweep(w, x, h0, guess))


def _half_way(w, x, h0, guess):
    return (guess + newton_sweep(w, x, h0, guess)) / 2


def _guess_begins_at_zero(w, x, h0, guess):
    before = np.concatenate([[0.0], guess[:-1]])
    f = np.tanh(w * before + x)
    return _solved(f, w * (1 - f**2), before, h0)


def _runs_from_the_guess(w, x, h0, guess):
    """The slope at the new state, which is known only after it."""
    states, new = [], h0
    before, f = _shifted(w, x, h0, guess)
    for f_t, x_t, before_t in zip(f, x, before, strict=True):
        slope = w * (1 - np.tanh(w * new + x_t) ** 2)
        new = f_t + slope * (new - before_t)
        states.append(new)
    return np.array(states)


def _first_step_corrected_from_the_new_guess(w, x, h0, guess):
    """The deviation from the guess for h(t), one step late."""
    before, f = _shifted(w, x, h0, guess)
    slope, new = w * (1 - f**2), f.copy()
    for t in range(1, len(x)):
        new[t] = f[t] + slope[t - 1] * (new[t - 1] - before[t])
    return new


def _w_twice(w, x, h0, guess):
    before, f = _shifted(w, x, h0, guess)
    return _solved(f, w * w * (1 - f**2), before, h0)


def _no_input(w, x, h0, guess):
    before, _ = _shifted(w, x, h0, guess)
    f = np.tanh(w * before)
    return _solved(f, w * (1 - f**2), before, h0)


# What comes of a scan, which starts from 0, when step 1 is not treated apart.


def _h0_taken_off_only(w, x, h0, guess):
    before, f = _shifted(w, x, h0, guess)
    return _solved(f, w * (1 - f**2), before, 0.0)


def _offset_is_f(w, x, h0, guess):
    before, f = _shifted(w, x, h0, guess)
    return _solved(f, w * (1 - f**2), 0 * before, 0.0)


def _h0_not_taken_off(w, x, h0, guess):
    before, f = _shifted(w, x, h0, guess)
    before[0] = 0.0
    return _solved(f, w * (1 - f**2), before, h0)


# What comes of guess[t-1] at t = 0, the last entry: into step 1 goes g(T), and new(0) is ...


def _wraps(w, x, guess, start):
    before = np.roll(guess, 1)
    f = np.tanh(w * before + x)
    return _solved(f, w * (1 - f**2), before, start)


def _wraps_and_starts_from_h0(w, x, h0, guess):
    return _wraps(w, x, guess, h0)


def _wraps_and_starts_from_zero(w, x, h0, guess):
    return _wraps(w, x, guess, 0.0)


def _wraps_and_starts_from_the_end(w, x, h0, guess):
    return _wraps(w, x, guess, guess[-1])


# The same in the correction alone: f is right, and new(0) - g(0) is no longer 0.


def _correction_wraps(w, x, h0, guess, start):
    _, f = _shifted(w, x, h0, guess)
    return _solved(f, w * (1 - f**2), np.roll(guess, 1), start)


def _correction_wraps_from_zero(w, x, h0, guess):
    return _correction_wraps(w, x, h0, guess, 0.0)


def _correction_wraps_from_h0(w, x, h0, guess):
    return _correction_wraps(w, x, h0, guess, h0)


def _terms(w, x, h0, guess):
    f = _shifted(w, x, h0, guess)[1]
    rest = newton_sweep(w, x, h0, guess) - f
    return {"new": {"what the cell makes of the guess": f, "the correction": rest}}


def _cases(rng):
    def case(w, T, group, exact=False, signs=(-1, 1)):
        x = rng.choice([-1, 1], size=T) * rng.uniform(0.1, 0.6, size=T)
        h0 = float(rng.choice(signs) * rng.uniform(0.4, 0.9))
        guess = rng.choice([-1, 1], size=T) * rng.uniform(0.2, 0.8, size=T)
        return Case((w, x, h0, _the_run_itself(w, x, h0, guess) if exact else guess), group)

    return [
        case(1.3, 1, "T = 1"),
        case(-1.2, 2, "T = 2", signs=[-1]),
        case(1.1, 5, "T > 2"),
        case(0.8, 8, "T > 2"),
        case(1.4, 4, "the guess is the run already", exact=True),
    ]


_WRAPS = (
    "Your step 1 reads the last state of the guess: in Python, `guess[-1]` is the last entry. "
    "Which state goes into step 1?"
)
_WRAPS_LATER = (
    "In step 1, your correction subtracts the last state of the guess: in Python, `guess[-1]` is "
    "the last entry. new(0) and g(0) are both h0: how far apart are they?"
)

NEWTON_SWEEP = Exercise(
    id="10.6",
    title="One Newton sweep",
    points=2,
    reference=newton_sweep,
    needs=("10.2",),
    forbidden=("rnnlib.gradients.deer.deer",),
    cases=_cases,
    returns=(Returned("new", ("t",), first=1),),
    hints=(
        "Write g for the guess and shift it by one step: g(0) = h0, g(1), ..., g(T-1) are the "
        "states that go in. The cell's outputs for them, f(t), and the slopes there need no loop.",
        "Write the slope of tanh in terms of its output: the slope is w (1 - f(t)²). Then solve "
        "new(t) = f(t) + slope(t) (new(t-1) - g(t-1)) from new(0) = h0.",
        "In the form a(t) new(t-1) + b(t): a is the slope, b(t) = f(t) - slope(t) g(t-1). A loop "
        "will do. If you use `scan`, which starts from 0: h0 itself goes into step 1 and needs no "
        "correction, so b(1) = f(1). 10.2 asks for arrays (T, n), such as `slope[:, None]`, and "
        "returns two things.",
    ),
    mistakes=(
        Mistake(
            _correction_added_to_f,
            "You add the distance of new(t) from the guess g(t) to f(t). To which of the two does "
            "it have to be added?",
        ),
        Mistake(
            _no_correction,
            "This is the cell's output for the guess. When step t-1 is corrected, step t should "
            "change with it: where does the slope come in?",
        ),
        Mistake(
            _the_run_itself,
            "This is the exact run: its states are right, but not those after one sweep. Evaluate "
            "the cell only at the guess, and correct along straight lines.",
        ),
        Mistake(
            _slope_at_the_guess,
            "Your slope is 1 - g(t)² with the guess. Which number came out of this tanh when you "
            "applied the cell?",
        ),
        Mistake(
            _slope_of_the_step_before,
            "Your slope is computed from the state that goes in. What came out of this tanh?",
        ),
        Mistake(
            _no_slope,
            "Your straight lines have slope w. But w is inside a tanh.",
        ),
        Mistake(
            _no_w,
            "Your slope is that of tanh alone. How much does its argument change with the "
            "previous state?",
        ),
        Mistake(
            _guess_not_taken_off,
            "The slope multiplies the whole state. It should multiply how far new(t-1) is from "
            "the guess.",
        ),
        Mistake(
            _offset_is_f,
            "Your b is f, so the slope multiplies the whole state. It should multiply how far "
            "new(t-1) is from the guess. Then what is left for b?",
        ),
        Mistake(
            _h0_taken_off_only,
            "Your new(1) is f(1) - slope(1) h0, as if new(0) were 0. (`scan` starts from 0, and in "
            "an array of zeros `new[-1]` is 0.) new(0) and g(0) are both h0: what is new(1)?",
        ),
        Mistake(
            _h0_not_taken_off,
            "Your b(1) is f(1) plus slope(1) h0. new(0) and g(0) are both h0: how far apart are "
            "they?",
        ),
        Mistake(_wraps_and_starts_from_h0, _WRAPS),
        Mistake(_wraps_and_starts_from_zero, _WRAPS),
        Mistake(_wraps_and_starts_from_the_end, _WRAPS),
        Mistake(_correction_wraps_from_zero, _WRAPS_LATER),
        Mistake(_correction_wraps_from_h0, _WRAPS_LATER),
        Mistake(
            _guess_for_f,
            "You add the correction to the guess for h(t). Through which point does the tangent "
            "go: what is the cell's output for the guess one step earlier?",
        ),
        Mistake(
            _guess_of_the_same_step,
            "You compare new(t-1) with the guess for h(t). Shift the guess by one step.",
        ),
        Mistake(
            _guess_not_shifted,
            "You feed the guess for h(t) into step t. Which state goes into step t?",
        ),
        Mistake(
            _cell_at_the_guess_of_the_same_step,
            "Your f(t) is the cell's output for g(t), the guess for h(t) itself. The correction "
            "has g(t-1): which of the two goes into step t?",
        ),
        Mistake(
            _old_deviation,
            "In each step, only the deviation one step back counts. new(t-1) itself belongs in "
            "the line for new(t): that is why it is a recurrence.",
        ),
        Mistake(
            _two_sweeps,
            "This is the result of two sweeps. The exercise asks for one; the lesson repeats it "
            "as needed.",
        ),
        Mistake(
            _half_way,
            "You go only halfway from the guess to the new trajectory. Newton's step is not "
            "shortened here.",
        ),
        Mistake(
            _guess_begins_at_zero,
            "Your g(0) is 0, whatever h0 is. Which state goes into step 1?",
        ),
        Mistake(
            _runs_from_the_guess,
            "Your slope is taken at the new state. The tangent touches tanh where the guess is: "
            "which state goes into the tanh that gives the slope?",
        ),
        Mistake(
            _first_step_corrected_from_the_new_guess,
            "You correct step t by the slope of step t-1. Which step's tanh is between h(t-1) and "
            "h(t)?",
        ),
        Mistake(
            _w_twice,
            "Your slope has w in it twice. How much does w h + x change with h?",
        ),
        Mistake(
            _no_input,
            "x has no effect in your answer. What does the cell read at step t, in addition to "
            "the guess?",
        ),
        Mistake(
            _starts_from_zero,
            "Your trajectory starts from 0, whatever h0 is.",
        ),
        Mistake(
            _correction_only,
            "You return by how much the guess changes. Return the new trajectory.",
        ),
    ),
    terms=_terms,
)
