"""What lesson 04 asks before it shows."""

from rnnlib.exercises.spec import Option, Question

PREDICTIONS = (
    Question(
        "04.p1",
        "h(1) is 0.5 and its target is 0.9. You push h(1) up a little and let h(2) and h(3) "
        "follow. What happens to the sum of the three losses?",
        (
            Option(
                "it falls: h(1) comes closer to its target",
                "Its own loss L(1) does fall. But h(2) and h(3) are computed from h(1), and they "
                "move too.",
            ),
            Option(
                "it rises, although L(1) falls",
                "h(2) and h(3) are above their targets, and the push moves them further up. "
                "L(2) and L(3) together rise by more than L(1) falls.",
                right=True,
            ),
            Option(
                "L(1) falls, the other two stay as they are",
                "It is true that h(1) appears in L(1) only. But h(2) is computed from h(1).",
            ),
        ),
    ),
    Question(
        "04.p2",
        "Backpropagate through every copy alone: its own loss, nothing from the future. Add the "
        "copies' dW. How far is the sum from the right dW, for 20 random networks?",
        (
            Option(
                "not at all: the copies' gradients add",
                "The gradients of the copies do add. But each copy's gradient depends on the "
                "steps after it.",
            ),
            Option(
                "by a few percent for every network",
                "This would be right if nearly all of each gradient were direct. But much of it "
                "comes from the future.",
            ),
            Option(
                "over three times as far for some networks as for others",
                "How much comes from the future depends on W, on the slopes of tanh and on the "
                "targets. Here it is below 30% for some and above 60% for others.",
                right=True,
            ),
        ),
    ),
    Question(
        "04.p3",
        "The step of a central difference shrinks from 0.1 to 1e-12. What happens to its error?",
        (
            Option(
                "it falls all the way",
                "The derivative is the limit for small steps, so this is what the definition "
                "suggests. But a computer keeps only about 16 digits.",
            ),
            Option(
                "it falls, and then it rises again",
                "At first the error of the formula shrinks with the square of the step. Then the "
                "two losses agree in nearly all of their digits, and their difference is mostly "
                "rounding.",
                right=True,
            ),
            Option(
                "it falls, and then stays at 1e-16",
                "Each loss is exact to about 16 digits, but its rounding error is divided by the "
                "step.",
            ),
        ),
    ),
    Question(
        "04.p4",
        "One network is trained with a wrong gradient: on the way back, W stands where its "
        "transpose belongs. Does its error fall?",
        (
            Option(
                "no: a wrong gradient leads nowhere",
                "That would be good, because you would notice. But much of the gradient is right: "
                "the readout's part, and what each step gets from its own loss.",
            ),
            Option(
                "yes, as far as with the right gradient",
                "Its error does fall, so the mistake is easy to miss. But it ends higher.",
            ),
            Option(
                "yes, but it ends higher",
                "The readout's gradients and the direct part are right. Only what comes from "
                "the future is turned the wrong way.",
                right=True,
            ),
        ),
    ),
)
