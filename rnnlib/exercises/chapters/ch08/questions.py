"""The self-test of lesson 08."""

from rnnlib.exercises.spec import Option, Question

QUESTIONS = (
    Question(
        "08.q1",
        "You walk back through an LSTM and have finished step t. What does step t-1 need from it?",
        (
            Option(
                "the gradient on h(t-1)",
                "It does need that one, as in a plain network. But m(t-1) also affects later "
                "steps in a way that bypasses h(t-1).",
            ),
            Option(
                "the gradient on m(t-1)",
                "It does need that one; it has been through f. But the gates of step t read "
                "h(t-1).",
            ),
            Option(
                "both, one on h(t-1) and one on m(t-1)",
                "Both are the gradient from the future, one for each part of the state.",
                right=True,
            ),
        ),
    ),
    Question(
        "08.q3",
        "What does a gradient meet on its way from m(t) straight to m(t-1)?",
        (
            Option(
                "W and the slope of tanh",
                "It does in a plain layer, and in an LSTM on the path through h(t-1). This path "
                "has neither.",
            ),
            Option(
                "the gate f(t) alone",
                "m(t) = f m(t-1) + i g: the direct factor is f, which the network can learn to "
                "hold near 1.",
                right=True,
            ),
            Option(
                "nothing at all",
                "That was so in the first LSTM of 1997, which could not forget.",
            ),
        ),
    ),
    Question(
        "08.q5",
        "Network A has a lower error than network B after training, with one seed and the same "
        "learning rate for both. What do you know?",
        (
            Option(
                "A is the better network for this task",
                "Perhaps. But the rate may suit A and not B, and another seed may reverse the "
                "result.",
            ),
            Option(
                "A was better in this run with this rate",
                "To say more, tune the rate for each of them on a validation part, and compare "
                "several runs.",
                right=True,
            ),
            Option(
                "nothing, because chance decides everything",
                "One run is not much, but over several runs some differences are far larger than "
                "chance.",
            ),
        ),
    ),
)
