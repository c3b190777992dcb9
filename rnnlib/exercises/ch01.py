"""Exercises and questions of lesson 01, Dynamical systems."""

import numpy as np

from rnnlib.exercises.spec import Case, Exercise, Mistake, Option, Question, Returned

# --- 01.1 three steps by hand -------------------------------------------------------------


def three_steps(w, s0):
    s1 = np.tanh(w * s0)
    s2 = np.tanh(w * s1)
    s3 = np.tanh(w * s2)
    return np.array([s1, s2, s3])


def _always_from_the_start(w, s0):
    return np.array([np.tanh(w * s0)] * 3)


def _without_tanh(w, s0):
    return s0 * w ** np.array([1, 2, 3])


def _starts_at_s0(w, s0):
    return np.array([s0, *three_steps(w, s0)[:2]])


def _w_outside(w, s0):
    s1 = w * np.tanh(s0)
    s2 = w * np.tanh(s1)
    return np.array([s1, s2, w * np.tanh(s2)])


def _cases_three_steps(rng):
    return [Case((float(w), float(rng.uniform(0.3, 0.9))), "any start") for w in (0.6, 1.7, -1.3)]


THREE_STEPS = Exercise(
    id="01.1",
    title="Three steps by hand",
    reference=three_steps,
    cases=_cases_three_steps,
    returns=(Returned("s", ("t",), first=1),),
    hints=(
        "Three lines, one per step. What does the second line need that the first one made?",
        "s(1) is tanh of w times s(0). For s(2), only the state inside tanh changes: which one "
        "stands there now?",
    ),
    mistakes=(
        Mistake(
            _always_from_the_start,
            "All three of your states are the first one. The second step begins where the first "
            "one ended: which state goes into it?",
        ),
        Mistake(
            _without_tanh,
            "Your states grow or shrink by the factor w each step, without any bend. What does "
            "the unit do with w s before it hands it on?",
        ),
        Mistake(
            _starts_at_s0,
            "You return s(0), s(1), s(2). Asked for are the three states that the system makes.",
        ),
        Mistake(
            _w_outside,
            "In your version w multiplies what comes out of tanh. In tanh(w s) it acts before.",
        ),
    ),
)


# --- 01.2 the loop ------------------------------------------------------------------------


def orbit(w, b, s0, T):
    states = [s0]
    for _ in range(T):
        states.append(np.tanh(w * states[-1] + b))
    return np.array(states, dtype=float)


def _orbit_with(step):
    def states(w, b, s0, T):
        found = [s0]
        for t in range(T):
            found.append(step(w, b, s0, found[-1], t))
        return np.array(found, dtype=float)

    return states


def _orbit_stuck(w, b, s0, T):
    return _orbit_with(lambda w, b, s0, s, t: np.tanh(w * s0 + b))(w, b, s0, T)


def _orbit_b_outside(w, b, s0, T):
    return _orbit_with(lambda w, b, s0, s, t: np.tanh(w * s) + b)(w, b, s0, T)


def _orbit_no_b(w, b, s0, T):
    return _orbit_with(lambda w, b, s0, s, t: np.tanh(w * s))(w, b, s0, T)


def _orbit_from_zero(w, b, s0, T):
    return orbit(w, b, 0.0, T)


def _orbit_start_twice(w, b, s0, T):
    return np.concatenate([[s0], orbit(w, b, s0, T)])[: T + 1]


def _cases_orbit(rng):
    def case(w, T, group):
        return Case((w, float(rng.uniform(0.1, 0.6)), float(rng.uniform(-0.9, -0.3)), T), group)

    return [case(0.7, 0, "T = 0"), case(1.6, 1, "one step"), case(1.6, 5, "several steps")]


ORBIT = Exercise(
    id="01.2",
    title="An orbit of any length",
    reference=orbit,
    cases=_cases_orbit,
    returns=(Returned("s", ("t",)),),
    hints=(
        "Keep a list that begins with s(0). How often must the body of the loop run for T steps?",
        "Inside the loop, the newest state is the last entry of the list. Apply the transition "
        "to it and append the result; turn the list into an array at the end.",
    ),
    mistakes=(
        Mistake(
            _orbit_stuck,
            "From s(1) on, nothing changes any more: every step begins at s(0) again. Which state "
            "should the next step begin with?",
        ),
        Mistake(
            _orbit_b_outside,
            "You add b after tanh. Then a state could leave the range from -1 to 1, which tanh "
            "never does: where does b stand in the transition?",
        ),
        Mistake(_orbit_no_b, "Your states are those of b = 0. Where does b enter the step?"),
        Mistake(
            _orbit_from_zero,
            "Your orbit begins at 0, whatever s0 is. What is s(0)?",
        ),
        Mistake(
            _orbit_start_twice,
            "s(0) stands at the beginning twice, so every later state comes one step late.",
        ),
    ),
)


# --- 01.3 the slope of the transition -----------------------------------------------------


def slope(w, b, s):
    return w * (1 - np.tanh(w * s + b) ** 2)


def _slope_no_chain(w, b, s):
    return 1 - np.tanh(w * s + b) ** 2


def _slope_at_input(w, b, s):
    return w * (1 - s**2)


def _slope_not_squared(w, b, s):
    return w * (1 - np.tanh(w * s + b))


def _slope_of_the_result(w, b, s):
    return w * (1 - np.tanh(np.tanh(w * s + b)) ** 2)


def _cases_slope(rng):
    return [
        Case((0.8, 0.3, rng.uniform(-0.9, 0.9, size=1)), "one point"),
        Case((-1.7, -0.4, rng.uniform(-0.9, 0.9, size=4)), "several points"),
        Case((2.1, 0.0, rng.uniform(0.2, 0.9, size=3)), "b = 0"),
    ]


SLOPE = Exercise(
    id="01.3",
    title="Does a small error grow?",
    reference=slope,
    cases=_cases_slope,
    returns=(Returned("slope", ("point",)),),
    hints=(
        "Two functions are nested: w s + b inside, tanh outside. What does the chain rule "
        "multiply?",
        "The derivative of tanh(a) is 1 - tanh(a)². Here a = w s + b, and da/ds is one of the "
        "arguments.",
    ),
    mistakes=(
        Mistake(
            _slope_no_chain,
            "That is the derivative with respect to a = w s + b. By how much does a change when s "
            "changes by one?",
        ),
        Mistake(
            _slope_at_input,
            "You take 1 - s² with the s that goes in. The rule for tanh wants the value that "
            "comes out; the two are equal at a fixed point only.",
        ),
        Mistake(
            _slope_not_squared,
            "Nearly: look up the derivative of tanh once more. At a large |a| of either sign it "
            "must vanish; does yours?",
        ),
        Mistake(
            _slope_of_the_result,
            "tanh is applied once too often: in 1 - tanh(a)², a is w s + b, not the new state.",
        ),
    ),
)


# --- 01.4 Lyapunov exponent ---------------------------------------------------------------


def lyapunov(r, s0, T):
    total, s = 0.0, s0
    for _ in range(T):
        total += np.log(abs(r * (1 - 2 * s)))
        s = r * s * (1 - s)
    return total / T


def _logistic(r, s0, T):
    s = [s0]
    for _ in range(T):
        s.append(r * s[-1] * (1 - s[-1]))
    return np.array(s)


def _lyapunov_sum(r, s0, T):
    return T * lyapunov(r, s0, T)


def _lyapunov_log_of_mean(r, s0, T):
    return np.log(np.mean(np.abs(r * (1 - 2 * _logistic(r, s0, T)[:-1]))))


def _lyapunov_shifted(r, s0, T):
    return lyapunov(r, r * s0 * (1 - s0), T)


def _lyapunov_base_ten(r, s0, T):
    return lyapunov(r, s0, T) / np.log(10)


def _lyapunov_of_the_map(r, s0, T):
    return np.mean(np.log(np.abs(r * (1 - _logistic(r, s0, T)[:-1]))))


def _lyapunov_T_plus_1(r, s0, T):
    return np.mean(np.log(np.abs(r * (1 - 2 * _logistic(r, s0, T)))))


def _cases_lyapunov(rng):
    starts = rng.uniform(0.05, 0.3, size=4)
    return [
        Case((3.3, float(starts[0]), 1), "one step"),
        Case((2.6, float(starts[1]), 3), "several steps"),
        Case((3.9, float(starts[2]), 7), "several steps"),
        Case((4.0, float(starts[3]), 5), "several steps"),
    ]


LYAPUNOV = Exercise(
    id="01.4",
    title="The Lyapunov exponent",
    points=2,
    reference=lyapunov,
    cases=_cases_lyapunov,
    returns=(Returned("exponent"),),
    hints=(
        "Differentiate r s (1 - s) with respect to s on paper first. What is it at s = 1/2?",
        "The slope is r (1 - 2s). Walk along the orbit and, at each of the states s(0) to s(T-1), "
        "take the logarithm of its absolute value.",
        "Add the T logarithms up in a variable and divide by T once, after the loop. In the loop, "
        "use s before you replace it.",
    ),
    mistakes=(
        Mistake(
            _lyapunov_sum,
            "That is the growth over the whole orbit. The exponent is the growth per step.",
        ),
        Mistake(
            _lyapunov_log_of_mean,
            "You average the slopes and take one logarithm. Growth multiplies from step to step, "
            "so it is the logarithms that are averaged.",
        ),
        Mistake(
            _lyapunov_shifted,
            "You take the slopes at s(1) to s(T). An error sitting at s(0) first meets the slope "
            "at s(0): are two lines of your loop in the wrong order?",
        ),
        Mistake(_lyapunov_base_ten, "Use the natural logarithm: ln 2, not log10 2, is the goal."),
        Mistake(
            _lyapunov_of_the_map,
            "Differentiate s (1 - s) once more: both factors depend on s.",
        ),
        Mistake(
            _lyapunov_T_plus_1,
            "You average over T + 1 states. T steps have T slopes: the last state makes no step.",
        ),
    ),
)


# --- 01.5 an outside signal ---------------------------------------------------------------


def driven_orbit(w, u, x, s0):
    states = [s0]
    for x_t in x:
        states.append(np.tanh(w * states[-1] + u * x_t))
    return np.array(states, dtype=float)


def _driven_first_only(w, u, x, s0):
    return driven_orbit(w, u, np.where(np.arange(len(x)) == 0, x, 0.0), s0)


def _driven_late(w, u, x, s0):
    return driven_orbit(w, u, np.concatenate([[0.0], x[:-1]]), s0)


def _driven_early(w, u, x, s0):
    return driven_orbit(w, u, np.concatenate([x[1:], x[-1:]]), s0)


def _driven_outside(w, u, x, s0):
    states = [s0]
    for x_t in x:
        states.append(np.tanh(w * states[-1]) + u * x_t)
    return np.array(states)


def _driven_no_memory(w, u, x, s0):
    return np.concatenate([[s0], np.tanh(w * s0 + u * x)])


def _driven_no_u(w, u, x, s0):
    return driven_orbit(w, 1.0, x, s0)


def _cases_driven(rng):
    def case(T, group):
        w, u, s0 = rng.uniform(0.4, 0.9, size=3)
        return Case((float(w), float(u), rng.uniform(-1, 1, size=T), float(s0)), group)

    return [case(1, "one step"), case(3, "several steps"), case(6, "several steps")]


DRIVEN = Exercise(
    id="01.5",
    title="Driven from outside",
    points=2,
    reference=driven_orbit,
    cases=_cases_driven,
    returns=(Returned("s", ("t",)),),
    hints=(
        "Start from your loop of 01.2. Which line changes, and what must the loop run over?",
        "Python counts from 0, the lesson's x from 1: x(1), the signal of the first step, is "
        "x[0]. A loop over the entries of x needs no index at all.",
    ),
    mistakes=(
        Mistake(
            _driven_first_only,
            "The signal reaches your system in the first step only. Each step has its own x(t).",
        ),
        Mistake(
            _driven_late,
            "Your signal arrives one step late: s(1) should already feel x(1), which is x[0].",
        ),
        Mistake(
            _driven_early,
            "Your signal arrives one step early: the first step uses x[1], not x[0].",
        ),
        Mistake(
            _driven_outside,
            "You add u x after tanh. The signal enters where w s does: inside.",
        ),
        Mistake(
            _driven_no_memory,
            "Each of your states is made from s(0) and the signal of the moment. What happened "
            "between is forgotten: which state should the step begin with?",
        ),
        Mistake(_driven_no_u, "Your states are those of u = 1. What does u do to the signal?"),
    ),
)


# --- 01.6 from a system to a hidden layer -------------------------------------------------


def hidden_orbit(U, W, b, x, h0):
    states = [h0]
    for x_t in x:
        states.append(np.tanh(b + W @ states[-1] + U @ x_t))
    return np.stack(states)


def _hidden_with(step):
    def states(U, W, b, x, h0):
        found = [h0]
        for x_t in x:
            found.append(step(U, W, b, x_t, found[-1]))
        return np.stack(found)

    return states


def _hidden_W_transposed(U, W, b, x, h0):
    return hidden_orbit(U, W.T, b, x, h0)


def _hidden_no_bias(U, W, b, x, h0):
    return hidden_orbit(U, W, 0 * b, x, h0)


def _hidden_no_memory(U, W, b, x, h0):
    return np.concatenate([[h0], np.tanh(b + W @ h0 + x @ U.T)])


def _hidden_elementwise(U, W, b, x, h0):
    step = _hidden_with(lambda U, W, b, x_t, h: np.tanh(b + np.diag(W) * h + U @ x_t))
    return step(U, W, b, x, h0)


def _hidden_no_tanh(U, W, b, x, h0):
    return _hidden_with(lambda U, W, b, x_t, h: b + W @ h + U @ x_t)(U, W, b, x, h0)


def _hidden_late(U, W, b, x, h0):
    return hidden_orbit(U, W, b, np.concatenate([0 * x[:1], x[:-1]]), h0)


def _hidden_from_zero(U, W, b, x, h0):
    return np.concatenate([[h0], hidden_orbit(U, W, b, x, 0 * h0)[1:]])


def _cases_hidden(rng):
    def case(T, n_x, n_h, group):
        U = rng.normal(size=(n_h, n_x))
        W = 0.6 * rng.normal(size=(n_h, n_h))
        b, h0 = 0.5 * rng.normal(size=(2, n_h))
        return Case((U, W, b, rng.normal(size=(T, n_x)), h0), group)

    return [
        case(1, 2, 3, "one step"),
        case(4, 2, 3, "several steps"),
        case(5, 1, 2, "one input"),
        case(3, 4, 1, "one unit"),
    ]


HIDDEN = Exercise(
    id="01.6",
    title="A hidden layer is a driven system",
    points=3,
    reference=hidden_orbit,
    cases=_cases_hidden,
    returns=(Returned("h", ("t", "unit")),),
    hints=(
        "Your loop of 01.5 is nearly it. Which products become matrix products, and in which "
        "order do their factors stand so that the shapes fit?",
        "W @ h has shape (n_h,) and so has U @ x_t. Add b, apply tanh once, append.",
        "np.stack turns a list of T + 1 arrays (n_h,) into one array (T+1, n_h).",
    ),
    mistakes=(
        Mistake(
            _hidden_W_transposed,
            "Your recurrent term uses the columns of W where its rows belong. Entry i of W h is "
            "row i of W times h: which way round is your product?",
        ),
        Mistake(_hidden_no_bias, "Your states are those of b = 0. Where does b enter the step?"),
        Mistake(
            _hidden_no_memory,
            "Every step of yours begins at h(0). Then the order of the inputs would not matter.",
        ),
        Mistake(
            _hidden_elementwise,
            "Each of your units hears only itself. W h mixes the units: it is a matrix product.",
        ),
        Mistake(
            _hidden_no_tanh,
            "Your layer is linear. What keeps the states between -1 and 1?",
        ),
        Mistake(
            _hidden_late,
            "Your input arrives one step late: h(1) should already feel x(1), which is x[0].",
        ),
        Mistake(
            _hidden_from_zero,
            "You return h0 but do not start from it: h(1) comes out as if h(0) were zero.",
        ),
    ),
)

EXERCISES = (THREE_STEPS, ORBIT, SLOPE, LYAPUNOV, DRIVEN, HIDDEN)


# --- the self-test ------------------------------------------------------------------------

QUESTIONS = (
    Question(
        "01.q1",
        "s(t) = tanh(0.8 s(t-1)), s(0) = 0.9. Where is s(t) after very many steps?",
        (
            Option("at 0", "At 0 the slope is 0.8: every step brings s closer.", right=True),
            Option(
                "near 0.9",
                "A state stays only where f(s) = s, and tanh(0.72) is well below 0.9.",
            ),
            Option(
                "it jumps about",
                "For that the slope at 0 would have to be above 1 in size; it is 0.8.",
            ),
        ),
    ),
    Question(
        "01.q2",
        "At a fixed point the slope of f is -0.95. What do nearby orbits do?",
        (
            Option(
                "approach it, from alternating sides",
                "Each step multiplies the distance by -0.95: smaller in size, opposite in sign.",
                right=True,
            ),
            Option("move away", "They would if the slope were above 1 in size. 0.95 is below."),
            Option(
                "approach it from one side",
                "That is the case of a positive slope. A negative one changes sides each step.",
            ),
        ),
    ),
    Question(
        "01.q3",
        "Unfolded for T = 50 steps, how many numbers θ does s(t) = tanh(w s(t-1) + b) have?",
        (
            Option(
                "2",
                "w and b stand in every one of the 50 copies of f, but they are the same "
                "two numbers.",
                right=True,
            ),
            Option("100", "50 copies of f are drawn, yet all of them use the same w and b."),
            Option("50", "There are 50 states. States are computed, not chosen."),
        ),
    ),
    Question(
        "01.q4",
        "The eigenvalues of A are 0.9 ± 0.3i. Where does s(t) = A s(t-1) go?",
        (
            Option(
                "in a spiral towards 0",
                "They turn, being complex, and shrink: |0.9 + 0.3i| = √0.90, below 1.",
                right=True,
            ),
            Option("in a spiral outwards", "Compute the modulus: 0.81 + 0.09 is below 1."),
            Option(
                "straight towards 0",
                "Straight lines belong to real eigenvalues; the imaginary part turns the state.",
            ),
        ),
    ),
    Question(
        "01.q5",
        "In h(t) = tanh(b + W h(t-1) + U x(t)), what is the state of the dynamical system?",
        (
            Option("h(t)", "It is what the next step starts from.", right=True),
            Option("x(t)", "x comes from outside: no equation here says what it does next."),
            Option("W", "W belongs to θ: it is the same at every step."),
        ),
    ),
)
