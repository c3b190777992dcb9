"""The self-test of lesson 01."""

from rnnlib.exercises.spec import Option, Question

QUESTIONS = (
    Question(
        "01.q1",
        "s(t) = tanh(0.8 s(t-1)), s(0) = 0.9. Where is s(t) after very many steps?",
        (
            Option("near 0.9", "A state stays only where f(s) = s, and tanh(0.72) is below 0.62."),
            Option(
                "at 0",
                "tanh(a) is nearer to 0 than a, and 0.8 s nearer than s: every step shrinks s.",
                right=True,
            ),
            Option(
                "it changes sign at every step",
                "0.8 s has the sign of s, and tanh keeps it. For that w would have to be negative.",
            ),
        ),
    ),
    Question(
        "01.q2",
        "At a fixed point the slope of f is -0.95. What do nearby orbits do?",
        (
            Option(
                "move away",
                "They would if the slope were larger than 1 in absolute value. 0.95 is smaller.",
            ),
            Option(
                "approach it from one side",
                "That happens with a positive slope. With a negative one the error changes sign "
                "at each step.",
            ),
            Option(
                "approach it, from alternating sides",
                "Each step multiplies the distance by -0.95: smaller in size, opposite in sign.",
                right=True,
            ),
        ),
    ),
    Question(
        "01.q3",
        "s(t) = tanh(w s(t-1) + b) is unfolded for T = 50 steps. How many numbers are in θ?",
        (
            Option(
                "2",
                "w and b appear in each of the 50 copies of f, but they are the same two numbers.",
                right=True,
            ),
            Option("100", "50 copies of f are drawn, yet all of them use the same w and b."),
            Option("50", "There are 50 states. States are computed, not chosen."),
        ),
    ),
    Question(
        "01.q4",
        "At a fixed point of a hidden layer the Jacobian has spectral radius 1.4. What follows?",
        (
            Option(
                "no orbit ever comes to rest",
                "Almost no orbit rests at *this* point, but another fixed point may attract.",
            ),
            Option(
                "the states grow without end",
                "Small errors at this point grow. tanh keeps every state between -1 and 1.",
            ),
            Option(
                "nearly all orbits that start near it leave it",
                "The radius says what small errors near this point do, and nothing else.",
                right=True,
            ),
        ),
    ),
    Question(
        "01.q5",
        "Two different inputs have led a hidden layer to the same h(t). What about h(t+1)?",
        (
            Option(
                "it remembers which input came before",
                "h(t+1) is computed only from h(t) and x(t+1). Whatever h(t) does not hold is "
                "gone.",
            ),
            Option(
                "it depends on how h(t) was reached",
                "The equation has no place for that: its only link to the past is h(t).",
            ),
            Option(
                "it is the same if x(t+1) is",
                "That is what it means to be the state: the future needs nothing else of the past.",
                right=True,
            ),
        ),
    ),
)
