"""The self-test of lesson 07."""

from rnnlib.exercises.spec import Option, Question

QUESTIONS = (
    Question(
        "07.q1",
        "RTRL carries the gradient forward and never unrolls the network. Does its gradient "
        "vanish over long spans too?",
        (
            Option(
                "no: vanishing comes from unrolling",
                "Unrolling only makes the product visible. The factors belong to the recurrence "
                "itself.",
            ),
            Option(
                "yes: it is the same number",
                "The chain rule has the same factors in either direction. The recurrence is the "
                "cause.",
                right=True,
            ),
            Option(
                "only if it is truncated",
                "Truncation drops what is further back. Vanishing happens even without it.",
            ),
        ),
    ),
    Question(
        "07.q2",
        "A linear layer: the largest singular value of W is 10, all eigenvalues are 0.5. What does "
        "‖dh(T)/dh(0)‖ do?",
        (
            Option(
                "it explodes like 10 to the power T",
                "That bound is reached only if each step stretches the direction that the "
                "previous step leaves. Here no step does so for long.",
            ),
            Option(
                "it falls from the first step on",
                "The first step may stretch tenfold. The eigenvalues describe the long run, not "
                "the first steps.",
            ),
            Option(
                "it may grow at first, and then vanishes",
                "In the end the powers of the eigenvalues decide. A norm above 1 is necessary for "
                "an explosion, but not sufficient.",
                right=True,
            ),
        ),
    ),
    Question(
        "07.q3",
        "h(t) = tanh(2 h(t-1)) has settled near 0.96. A small push moves it. What follows?",
        (
            Option(
                "the push fades, and so does the gradient",
                "The slope there is 0.17. The same thing that makes the memory robust makes its "
                "gradient vanish.",
                right=True,
            ),
            Option(
                "the push grows, for w = 2 is above 1",
                "Near 0 it would: there the slope is 2. At 0.96 tanh is nearly flat.",
            ),
            Option(
                "the push fades, the gradient does not",
                "The gradient is the response to a small push, so it must fade too.",
            ),
        ),
    ),
    Question(
        "07.q4",
        "The gradient (0.3, 40) is clipped to norm 1. How does its direction change?",
        (
            Option(
                "it turns towards the first weight",
                "That happens when each entry is clipped at 1: (0.3, 1). A single factor for all "
                "entries keeps the proportions.",
            ),
            Option(
                "not at all: both entries shrink alike",
                "Both are multiplied by the same number, about 1/40. Only the step gets shorter.",
                right=True,
            ),
            Option(
                "it turns away from the wall",
                "It points along the wall's slope as before. All that clipping does is make the "
                "step short.",
            ),
        ),
    ),
    Question(
        "07.q5",
        "Gradients from 100 steps back arrive as 1e-20 of those of the last step. Does clipping "
        "help?",
        (
            Option(
                "yes, with a limit small enough",
                "Then the recent part shrinks too, by the same factor: their ratio stays.",
            ),
            Option(
                "yes: it scales small gradients up",
                "It does not change gradients that are short enough. And a common factor could "
                "not change the ratio of two parts.",
            ),
            Option(
                "no: it acts on the whole, not on the parts",
                "The distant part is lost in the sum, whatever factor multiplies that sum. "
                "Vanishing needs a different remedy: lesson 08.",
                right=True,
            ),
        ),
    ),
    Question(
        "07.q6",
        "The eigenvalues of A are 0.9 ± 0.3i. Where does s(t) = A s(t-1) go?",
        (
            Option(
                "in a spiral outwards",
                "Compute the size: |0.9 + 0.3i|² = 0.81 + 0.09 is below 1.",
            ),
            Option(
                "in a spiral towards 0",
                "The eigenvalues are complex, so the state turns; |0.9 + 0.3i|² = 0.90, below 1, "
                "so it shrinks.",
                right=True,
            ),
            Option(
                "straight towards 0",
                "Straight lines belong to real eigenvalues; the imaginary part turns the state.",
            ),
        ),
    ),
)
