"""The self-test of lesson 06."""

from rnnlib.exercises.spec import Option, Question

QUESTIONS = (
    Question(
        "06.q1",
        "You train on blocks of 50 letters and carry the state from block to block. When do you "
        "set it back to 0?",
        (
            Option(
                "before every block",
                "That is stateless training: the network never sees that anything came before. "
                "What is cut at the border of a block is the gradient.",
            ),
            Option(
                "never: the more a network remembers, the better",
                "At the start of an unrelated text, the state would still hold what was read in "
                "the last one.",
            ),
            Option(
                "where a text begins that does not continue the last one",
                "There, the state's past is not the past of what comes next.",
                right=True,
            ),
        ),
    ),
    Question(
        "06.q2",
        "Training is truncated to 20 steps, and the state is carried on all the time. Which inputs "
        "does h(100) depend on?",
        (
            Option(
                "x(81) to x(100)",
                "These are the inputs that the gradient at step 100 reaches. Truncation cuts the "
                "walk back, not the run forward.",
            ),
            Option(
                "x(100) alone",
                "That would be so if the state were set to 0 before each step. But it is carried "
                "on.",
            ),
            Option(
                "x(1) to x(100)",
                "The state remembers what it can. But no gradient tells it what was worth "
                "remembering for more than 20 steps.",
                right=True,
            ),
        ),
    ),
    Question(
        "06.q3",
        "You average the gradients, truncated to 5 steps, of ever more sequences. What becomes of "
        "their error?",
        (
            Option(
                "a part of it stays, however many there are",
                "What reaches further back than 5 steps is left out of every one of them: that is "
                "a bias.",
                right=True,
            ),
            Option(
                "it goes to 0",
                "Random errors on both sides do. This one comes from the same rule in every "
                "sequence; cutting links at random would average out.",
            ),
            Option(
                "it grows with their number",
                "The sum of the errors may grow. The mean of them does not.",
            ),
        ),
    ),
    Question(
        "06.q4",
        "T = 10,000 steps, a checkpoint every 100 steps. What does the smaller memory cost?",
        (
            Option(
                "100 more forward runs",
                "There are 100 segments to rerun. But each of them is only 100 steps long.",
            ),
            Option(
                "about one more forward run",
                "Each segment is run once more: together that is T steps.",
                right=True,
            ),
            Option(
                "a small error in the gradient",
                "That is the price of truncation. Here the same states are computed again, and "
                "nothing is left out.",
            ),
        ),
    ),
    Question(
        "06.q5",
        "The memory of RTRL does not grow with T. Why are large networks not trained with it?",
        (
            Option(
                "its gradient is only approximate",
                "It is exact while the weights stay as they are. It finds the same number by going "
                "through the chain rule in the other direction.",
            ),
            Option(
                "it needs the whole sequence first",
                "That is what backpropagation through time needs. RTRL has a gradient at every "
                "step, even for an endless stream.",
            ),
            Option(
                "it carries a number per state and weight",
                "About n_h times n_h² numbers, and each step multiplies all of them by W: n_h⁴ "
                "operations.",
                right=True,
            ),
        ),
    ),
)
