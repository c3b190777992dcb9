"""The self-test of lesson 13."""

from rnnlib.exercises.spec import Option, Question

QUESTIONS = (
    Question(
        "13.q1",
        "Your training loop stops at the second block with “Trying to backward through the graph a "
        "second time”. What is missing?",
        (
            Option(
                "retain_graph=True in backward()",
                "It replaces this error with another one: the second backward() walks through "
                "block 1 as well, and optimizer.step() has changed the weights that the graph of "
                "block 1 needs.",
            ),
            Option(
                "h.detach() between the blocks",
                "The state carries over, but the graph does not: truncation, as in lesson 06.",
                right=True,
            ),
            Option(
                "optimizer.zero_grad()",
                "Without it the gradients of all blocks silently add up. But it does not fix this "
                "error.",
            ),
        ),
    ),
    Question(
        "13.q2",
        "nn.CrossEntropyLoss() gets softmax(scores) in the place of the scores. What happens?",
        (
            Option(
                "an error",
                "Probabilities are numbers like any others: PyTorch cannot notice.",
            ),
            Option(
                "the same loss: the softmax of a softmax is the same",
                "It is much flatter: probabilities lie between 0 and 1, so no score is more than 1 "
                "above another.",
            ),
            Option(
                "it runs, and the loss cannot become small",
                "The softmax is taken twice. With probabilities between 0 and 1 as scores, even a "
                "confident right answer has a loss.",
                right=True,
            ),
        ),
    ),
    Question(
        "13.q3",
        "What does a PackedSequence hold for each step t?",
        (
            Option(
                "the inputs at step t of the sequences that reach it",
                "They come in the order of length; batch_sizes says how many reach each step.",
                right=True,
            ),
            Option(
                "the inputs of all sequences, and a mask",
                "That would be padding with a mask. Here no padding is kept.",
            ),
            Option(
                "one whole sequence",
                "Then the network could not take one step for all sequences at once.",
            ),
        ),
    ),
)
