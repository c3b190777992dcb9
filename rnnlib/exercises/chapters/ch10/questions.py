"""The self-test of lesson 10."""

from rnnlib.exercises.spec import Option, Question

QUESTIONS = (
    Question(
        "10.q2",
        "Why can a tanh layer not be scanned the way a linear one is?",
        (
            Option(
                "tanh has no inverse that could be computed",
                "tanh does have an inverse, but a scan does not invert anything.",
            ),
            Option(
                "its steps are not associative: their order matters",
                "Composing functions is always associative. The order of two of them does matter, "
                "for linear steps too, and the scan keeps it.",
            ),
            Option(
                "two tanh steps together are not one tanh step",
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
                "A round works on up to 1000 times 10,000 numbers. Having few rounds helps only a "
                "machine that can do much in parallel.",
            ),
            Option(
                "it makes no difference",
                "The results agree, the amount of work does not: T - 1 combinations against about "
                "T log2 T.",
            ),
        ),
    ),
    Question(
        "10.q5",
        "A tanh layer with spectral radius 5 and 160 steps: after 160 Newton sweeps many layers "
        "had not converged. Why not?",
        (
            Option(
                "160 steps need more than 160 sweeps",
                "Each sweep gets at least one more step right, so in exact arithmetic 160 are "
                "always enough.",
            ),
            Option(
                "the tangents of tanh are flat, so nothing is corrected",
                "Flat tangents do little harm: the error does not go on. Steep ones make it grow "
                "from step to step.",
            ),
            Option(
                "rounding errors grow along the steep tangents",
                "A product of many slopes above 1 makes an error of 1e-16 as large as the states "
                "themselves.",
                right=True,
            ),
        ),
    ),
)
