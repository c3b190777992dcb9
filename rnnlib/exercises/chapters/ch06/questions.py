"""The self-test of lesson 06."""

from rnnlib.exercises.spec import Option, Question

QUESTIONS = (
    Question(
        "06.q1",
        "The sequences become ten times as long. Of what does plain backpropagation through time "
        "need ten times as much?",
        (
            Option(
                "memory for the weights",
                "Unrolled, W does stand at every step. But it is one W, stored once, however "
                "often it is used.",
            ),
            Option(
                "memory for the states",
                "The backward walk asks for every state, so all of them are kept until it has come "
                "by.",
                right=True,
            ),
            Option(
                "nothing: the steps reuse one another's memory",
                "A forward run alone can do so. The walk back needs the states that were "
                "overwritten.",
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
                "So it would be if the state were set to 0 before each step. It is carried on.",
            ),
            Option(
                "x(1) to x(100)",
                "The state remembers what it can. Only no gradient tells it what was worth "
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
                "Errors that fall to either side by chance do. This one is made anew by the same "
                "rule in every sequence; dropping links at random would average out.",
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
                "There are 100 segments to run again. But each of them is only 100 steps long.",
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
                "step, of a stream without end too.",
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
