"""What lesson 01 asks before it shows."""

from rnnlib.exercises.spec import Option, Question

PREDICTIONS = (
    Question(
        "01.p1",
        "Three units start at s(0) = 0.3, with w = 0.8, w = 1.8 and w = -1.2. Which of them are "
        "within 0.01 of 0 after 20 steps?",
        (
            Option(
                "Only the one with w = 0.8.",
                "Each step leaves it less than 80 percent of its state. The other two weights are "
                "above 1 in size, so a small state grows.",
                right=True,
            ),
            Option(
                "All three: tanh makes every number smaller.",
                "tanh does pull numbers toward 0. But w acts first, and near 0 tanh hardly "
                "changes anything: 1.8 wins there.",
            ),
            Option(
                "Those with w = 0.8 and w = -1.2.",
                "A state that keeps changing its sign may seem to cancel out. Its size does not "
                "shrink: near 0 each step multiplies it by 1.2.",
            ),
        ),
    ),
    Question(
        "01.p2",
        "A unit with w = 1.8 and b = 0 starts at -0.3, 0.01, 0.3 or 0.99. How many different "
        "states, to three digits, do the four starts lead to after 100 steps?",
        (
            Option(
                "Four: it remembers where it began.",
                "It does remember something about its start, but not the number.",
            ),
            Option(
                "One: in the end all starts are forgotten.",
                "That happens at w = 0.8. At w = 1.8 some information about the start is kept.",
            ),
            Option(
                "Two: it remembers only the side.",
                "All starts above 0 lead to one state, those below to its mirror image.",
                right=True,
            ),
        ),
    ),
    Question(
        "01.p3",
        "A unit with w = 1.2 and u = 0.3 rests at 0. One pulse, x(1) = 1, brings it to "
        "s(1) = 0.29. After that there is no input. Where is it at t = 20?",
        (
            Option(
                "Close to 0: the pulse is forgotten.",
                "A pulse that is over seems to leave no trace. It does fade if |w| is below 1.",
            ),
            Option(
                "At 0.29: nothing acts on it any more.",
                "No input acts on it. But its own state does, through w, at every step.",
            ),
            Option(
                "Above 0.29: it grows by itself.",
                "At w = 1.2 the fixed point 0 repels: the state moves away until it rests at 0.66.",
                right=True,
            ),
        ),
    ),
)
