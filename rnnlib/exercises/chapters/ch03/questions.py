"""The self-test of lesson 03."""

from rnnlib.exercises.spec import Option, Question

QUESTIONS = (
    Question(
        "03.q1",
        "x(t) is the one-hot vector of token 3. What is U x(t)?",
        (
            Option(
                "row 3 of U",
                "A row of U holds all the weights of one unit. Only the one for token 3 counts.",
            ),
            Option(
                "column 3 of U",
                "The 1 picks the weight of token 3 from every row: no product is needed.",
                right=True,
            ),
            Option(
                "3 times the first column of U",
                "That would be so if the number 3 stood in x. The position says 3; the value is 1.",
            ),
        ),
    ),
    Question(
        "03.q2",
        "A network gives all of 8 tokens the same score. How large is its loss in each step?",
        (
            Option(
                "1/8",
                "That is the probability of the right token. The loss is minus its logarithm.",
            ),
            Option(
                "0",
                "That is the loss of a network that is certain and right. This one guesses.",
            ),
            Option(
                "ln 8, about 2.08",
                "-ln(1/8) = ln 8. A loss above it would be worse than guessing.",
                right=True,
            ),
        ),
    ),
    Question(
        "03.q3",
        "Which part of the forward pass can be computed for all t before the loop?",
        (
            Option("b + U x(t)", "All inputs are known; no state appears in it.", right=True),
            Option(
                "W h(t-1)", "h(t-1) is computed by the previous step: this is what the loop is for."
            ),
            Option(
                "c + V h(t)",
                "It needs the states that the loop computes, so it comes after the loop.",
            ),
        ),
    ),
    Question(
        "03.q4",
        "Two sequences of 2 and 10 steps have mean losses 3 and 1. The mean over all steps?",
        (
            Option(
                "2", "That is the mean of the means. Each of the 2 steps then counts as much as 5."
            ),
            Option(
                "0.8",
                "16 / 20 divides by the padding too: 8 of the 20 entries do not count.",
            ),
            Option("1.33", "(2 · 3 + 10 · 1) / 12: every real step counts once.", right=True),
        ),
    ),
    Question(
        "03.q5",
        "In training the network reads a text. What does it read in step 6 of generating?",
        (
            Option("the next token of the text", "There is no text now, only a first token."),
            Option(
                "the token that it wrote in step 5",
                "It reads what it writes. If that was odd, everything after it builds on it.",
                right=True,
            ),
            Option(
                "the scores o(5)",
                "They choose the token. What is fed back is the token, as a one-hot vector.",
            ),
        ),
    ),
)
