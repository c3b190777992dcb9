"""The self-test of lesson 10."""

from rnnlib.exercises.spec import Option, Question

QUESTIONS = (
    Question(
        "10.q1",
        "An Elman layer, 100 steps, and as many processors as you like. Each step is carried out "
        "as it stands. How many of the products W h(t-1) can be computed at the same time?",
        (
            Option(
                "all 100: the copies have the same W",
                "That W is the same is no help: the h(t-1) that it multiplies is not there before "
                "step t-1 is done.",
            ),
            Option(
                "one",
                "Each waits for the state before. Within the one product, all units can work side "
                "by side.",
                right=True,
            ),
            Option(
                "50: every other one",
                "Step 3 does not read h(1), but it reads h(2), and h(2) reads h(1).",
            ),
        ),
    ),
    Question(
        "10.q2",
        "Why can a tanh layer not be scanned the way a linear one is?",
        (
            Option(
                "tanh has no inverse that could be computed",
                "It has one. Nothing is inverted in a scan.",
            ),
            Option(
                "its steps are not associative: their order matters",
                "Composing functions is always associative. The order of two of them does matter, "
                "for linear steps too, and the scan keeps it.",
            ),
            Option(
                "two tanh steps do not fit into the numbers of one",
                "Two affine steps are one affine step again. A row of tanh steps needs one more "
                "tanh for every step that it covers, so nothing is saved.",
                right=True,
            ),
        ),
    ),
    Question(
        "10.q3",
        "One core, a state of 10,000 numbers, T = 1000. Loop or scan by doubling?",
        (
            Option(
                "the loop",
                "One core is busy with 10,000 numbers in each step anyway. The scan makes about "
                "nine times as many combinations, and each of them multiplies twice.",
                right=True,
            ),
            Option(
                "the scan: 10 rounds instead of 1000 steps",
                "A round has up to 1000 times 10,000 numbers to work on. Rounds are quick only for "
                "who can do much at once.",
            ),
            Option(
                "it makes no difference",
                "The results agree, the amount of work does not: T - 1 combinations against about "
                "T log2 T.",
            ),
        ),
    ),
    Question(
        "10.q4",
        "For a diagonal linear layer, λ = 0.99 e^(iπ/2). What becomes of an impulse?",
        (
            Option(
                "it is gone at once: the real part of λ is 0",
                "The state turns into its imaginary part, and two steps later it is real again, "
                "with the other sign.",
            ),
            Option(
                "a quarter turn each step; half is left after 69",
                "The angle says how fast it turns, the size how long it lasts: ln(1/2) / ln 0.99.",
                right=True,
            ),
            Option(
                "it is halved in every fourth step",
                "Four steps are a full turn. They shrink it by 0.99 to the fourth.",
            ),
        ),
    ),
    Question(
        "10.q5",
        "`rnnlib.deer` returns states with converged=False. What do you know of them?",
        (
            Option(
                "they are nearly right: Newton was on the way",
                "So it may be: at gain 0.9 it was only stopped too soon. After a runaway they are "
                "nowhere near.",
            ),
            Option(
                "they are worthless: use the loop",
                "They may be nearly right, one sweep before the end. `converged` alone does not "
                "tell.",
            ),
            Option(
                "nothing, before you look at `residuals`",
                "They say by how much a step fails to follow from the one before, before each "
                "sweep and after the last: falling, or out of hand.",
                right=True,
            ),
        ),
    ),
)
