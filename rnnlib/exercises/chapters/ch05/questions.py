"""The self-test of lesson 05."""

from rnnlib.exercises.spec import Option, Question

QUESTIONS = (
    Question(
        "05.q1",
        "A network reads a review and says one grade at the end. Which states get a direct "
        "gradient?",
        (
            Option(
                "All of them: all words count.",
                "All words count, but through the state: their gradients come from the future.",
            ),
            Option(
                "The last real one.",
                "Only this state is read. All others get their gradients through the state after "
                "them.",
                right=True,
            ),
            Option(
                "The state at step T of the padded batch.",
                "After a shorter review there is padding. Nothing reads the state there.",
            ),
        ),
    ),
    Question(
        "05.q2",
        "A bag of words solves your task as well as your network does. What have you learned about "
        "the task?",
        (
            Option(
                "That the order of the words is not needed for it.",
                "A bag has no order. A task meant to show what a recurrence is good for must "
                "require order.",
                right=True,
            ),
            Option(
                "That the network has not been trained well.",
                "It may have been trained perfectly well: both models can find the answer.",
            ),
            Option(
                "That a bag of words has a memory.",
                "It sees all words at once. It has nothing to remember, and it knows no order.",
            ),
        ),
    ),
    Question(
        "05.q3",
        "You choose the number of updates by the error on the test part, and report that error. "
        "What is wrong?",
        (
            Option(
                "Nothing: the test part was not trained on.",
                "No weight was fitted to it, but a choice was. That is what the validation part is "
                "for.",
            ),
            Option(
                "The error is too low to expect it on new data.",
                "The choice was made to fit this part. Choose on the validation part, and look at "
                "the test part once.",
                right=True,
            ),
            Option(
                "The error is too high to expect it on new data.",
                "The choice favors this part of the data, so its error comes out low.",
            ),
        ),
    ),
    Question(
        "05.q4",
        "What does a network read at step t under teacher forcing?",
        (
            Option(
                "what it said at step t-1",
                "That is what it will read on its own. In training it does not read its own "
                "mistakes.",
            ),
            Option(
                "the right answer of step t-1",
                "So no step waits for another, and the network never encounters its own mistakes: "
                "exposure bias.",
                right=True,
            ),
            Option(
                "the right answer of step t",
                "Then there would be nothing left to say.",
            ),
        ),
    ),
)
