"""The self-test of lesson 04."""

from rnnlib.exercises.spec import Option, Question

QUESTIONS = (
    Question(
        "04.q1",
        "A loss at every step. At which state are direct and total gradient always equal?",
        (
            Option(
                "at h(0)",
                "It is where the walk back ends, but h(0) has no loss of its own: its direct "
                "gradient is 0, and all that it gets comes from later steps.",
            ),
            Option(
                "at h(1)",
                "It is the first state with a loss, and every later state is made from it: there "
                "the two usually differ most.",
            ),
            Option("at h(T)", "Nothing comes after it: only its own loss speaks.", right=True),
        ),
    ),
    Question(
        "04.q2",
        "What stands beside dL/da(t) in step t's share of dL/dW?",
        (
            Option("h(t-1)", "W multiplies h(t-1) in a(t) = b + W h(t-1) + U x(t).", right=True),
            Option(
                "h(t)",
                "It has the same t as a(t). But it is made from a(t), so W cannot have multiplied "
                "it.",
            ),
            Option("x(t)", "It does enter a(t), through U: it belongs to dL/dU."),
        ),
    ),
    Question(
        "04.q3",
        "A loss at the last step only, T = 3. How often is a gradient multiplied by Wᵀ on its way "
        "from h(3) to h(1)?",
        (
            Option(
                "three times",
                "There are three steps. But the third product leads on from h(1) to h(0).",
            ),
            Option(
                "twice",
                "Once from h(3) to h(2), once from h(2) to h(1); a slope of tanh each time.",
                right=True,
            ),
            Option(
                "once",
                "The copies share one W, and each of them is passed nevertheless: the factors "
                "multiply along the path.",
            ),
        ),
    ),
    Question(
        "04.q4",
        "Each unrolled copy is trained by its own loss, nothing is passed between them. What is "
        "missing?",
        (
            Option(
                "nothing, as the copies' gradients add",
                "They do add, but only the total gradients give the shares that have to be added.",
            ),
            Option(
                "the gradient of b",
                "Every copy has one, as it has one for U and W. All of them lack the same thing.",
            ),
            Option(
                "how h(t) matters to later losses",
                "The route through the future is cut. That is truncation to one step.",
                right=True,
            ),
        ),
    ),
    Question(
        "04.q5",
        "Your gradient and a central difference differ by 1e-9, relatively. With step 1e-10 in "
        "place of 1e-5 they differ by 1e-5. What is wrong?",
        (
            Option(
                "the gradient",
                "A wrong gradient would not agree to nine digits at any step.",
            ),
            Option(
                "the step is too small",
                "Two losses that are nearly equal are subtracted, and the rounding that is left is "
                "divided by a tiny number.",
                right=True,
            ),
            Option(
                "the step is still too large",
                "A smaller step does bring the two points together, and the formula's own error "
                "down. Here the difference grew when the step shrank.",
            ),
        ),
    ),
)
