"""The self-test of lesson 12."""

from rnnlib.exercises.spec import Option, Question

QUESTIONS = (
    Question(
        "12.q1",
        "Before any training the loss is 9 nats; there are 79 letters. What does that tell you?",
        (
            Option(
                "nothing: it has not learned yet",
                "A network that has not learned gives all letters equal probability: ln 79 = 4.4 "
                "nats. This is worse than knowing nothing.",
            ),
            Option(
                "the first scores are too large",
                "The network is confident, and wrong. Smaller weights in V bring the first loss "
                "to ln 79 = 4.4 nats.",
                right=True,
            ),
            Option(
                "the gradient is wrong",
                "It may be, but this loss was computed without it: it needs only the forward pass.",
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
                "It could be computed, but it would have nowhere to go: the previous block has "
                "had its update, and its states are gone.",
            ),
            Option(
                "the mean of those seen so far",
                "There is no such thing. Adam's m is a mean of the weights' gradients, not of the "
                "states'.",
            ),
            Option(
                "none",
                "The state is carried on, but the gradient is not: that is truncation, the price "
                "of learning before the stream has ended.",
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
                "New text is what it will have to predict. The larger one has partly memorized "
                "its text.",
                right=True,
            ),
            Option(
                "the larger one: 2.2 is the lowest of all",
                "It is, but on letters whose successors it saw in training. That is memorization, "
                "not prediction.",
            ),
            Option(
                "whichever has the lower mean of the two",
                "The loss on the training text does not tell you how the model does on new text.",
            ),
        ),
    ),
    Question(
        "12.q4",
        "What becomes of the text that a model writes as the temperature goes to 0?",
        (
            Option(
                "ever more random letters",
                "That is what a high temperature does: all scores, divided by it, get close to 0.",
            ),
            Option(
                "always the most probable letter",
                "The difference to the second best grows without bound. Usually the text falls "
                "into a loop.",
                right=True,
            ),
            Option(
                "the most probable text",
                "The most probable letter need not begin the most probable text. Greedy choices "
                "do not give the best overall sequence.",
            ),
        ),
    ),
)
