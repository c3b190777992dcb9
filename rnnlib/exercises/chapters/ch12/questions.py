"""The self-test of lesson 12."""

from rnnlib.exercises.spec import Option, Question

QUESTIONS = (
    Question(
        "12.q1",
        "Before any training the loss is 9 nats; there are 79 letters. What does that tell you?",
        (
            Option(
                "nothing: it has not learned yet",
                "Not yet learned is ln 79 = 4.4 nats, all letters alike. This is worse than "
                "knowing nothing.",
            ),
            Option(
                "the first scores are too large",
                "It is sure of itself, and wrong. Smaller weights in V bring the first loss to "
                "ln 79 = 4.4 nats.",
                right=True,
            ),
            Option(
                "the gradient is wrong",
                "It may be, but this loss was computed without one. Only forward and loss have "
                "been used.",
            ),
        ),
    ),
    Question(
        "12.q2",
        "Which gradient does a block send back into the block before it, whose last state it "
        "began with?",
        (
            Option(
                "the one that arrives at its h0",
                "It could be computed, and nobody would be there to take it: the block before has "
                "had its update, and its states are forgotten.",
            ),
            Option(
                "the mean of those seen so far",
                "No such thing is kept. Adam's m is a mean of the weights' gradients, not of the "
                "states'.",
            ),
            Option(
                "none",
                "The state is carried on, the gradient is not: that is truncation, and the price "
                "for learning before the stream has ended.",
                right=True,
            ),
        ),
    ),
    Question(
        "12.q3",
        "A model's loss is 2.2 bits on the text that it was trained on and 2.9 on text held out. "
        "A smaller one has 2.6 and 2.7. Which one do you take?",
        (
            Option(
                "the smaller one",
                "Text that is new to it is what it will meet. The larger one has in part learned "
                "its text by heart.",
                right=True,
            ),
            Option(
                "the larger one: 2.2 is the lowest of all",
                "It is, on letters whose successors it was told during training. That is memory, "
                "not foresight.",
            ),
            Option(
                "whichever has the lower mean of the two",
                "The mean mixes a question that matters with one that was answered in advance.",
            ),
        ),
    ),
    Question(
        "12.q4",
        "What becomes of the text that a model writes as the temperature goes to 0?",
        (
            Option(
                "ever more random letters",
                "That is what a high temperature does: all scores, divided by it, draw near 0.",
            ),
            Option(
                "always the most probable letter",
                "The difference to the second best grows without bound. Usually the text falls "
                "into a loop.",
                right=True,
            ),
            Option(
                "the most probable text",
                "The best letter now need not begin the best text. Greedy choices do not add up "
                "to the best whole.",
            ),
        ),
    ),
)
