"""The self-test of lesson 04."""

from rnnlib.exercises.spec import Option, Question

QUESTIONS = (
    Question(
        "04.q1",
        "A loss at every step. At which state are the direct and the total gradient always equal?",
        (
            Option(
                "at h(0)",
                "This is where the backward pass ends. But h(0) has no loss of its own: its "
                "direct gradient is 0, and its total gradient comes from later steps.",
            ),
            Option(
                "at h(1)",
                "It is the first state with a loss, but every later state is computed from it: the "
                "later losses add to its gradient.",
            ),
            Option(
                "at h(T)",
                "Nothing comes after it: there is no gradient from the future.",
                right=True,
            ),
        ),
    ),
    Question(
        "04.q2",
        "Step t's contribution to dL/dW is dL/da(t) times the transpose of what?",
        (
            Option("h(t-1)", "W multiplies h(t-1) in a(t) = b + W h(t-1) + U x(t).", right=True),
            Option(
                "h(t)",
                "It has the same t as a(t). But it is computed from a(t), so W cannot have "
                "multiplied it.",
            ),
            Option("x(t)", "It does enter a(t), through U: it belongs to dL/dU."),
        ),
    ),
    Question(
        "04.q3",
        "A loss at the last step only, T = 3. How many times is the gradient multiplied by Wᵀ on "
        "its way from h(3) to h(1)?",
        (
            Option(
                "three times",
                "There are three steps. But the third product is for the way from h(1) to h(0).",
            ),
            Option(
                "twice",
                "Once from h(3) to h(2), once from h(2) to h(1); each time with a slope of tanh.",
                right=True,
            ),
            Option(
                "once",
                "The copies share one W, but the path goes through two of them, and the factors "
                "multiply.",
            ),
        ),
    ),
    Question(
        "04.q4",
        "Every unrolled copy is backpropagated alone, with its own loss and nothing from the "
        "future. What is missing?",
        (
            Option(
                "nothing, as the copies' gradients add",
                "They do add. But each copy needs the total gradient on its state, and that "
                "depends on the later copies.",
            ),
            Option(
                "the gradient of b",
                "Every copy has one, as it has one for U and W. All of them lack the same thing.",
            ),
            Option(
                "how h(t) matters to later losses",
                "The path through the future is cut. That is truncation to one step.",
                right=True,
            ),
        ),
    ),
    Question(
        "04.q5",
        "With step 1e-5, the relative difference between your gradient and a central difference "
        "is 1e-9. With step 1e-10 it is 1e-5. What is wrong?",
        (
            Option(
                "the gradient",
                "A wrong gradient would not agree to nine digits at step 1e-5.",
            ),
            Option(
                "the step is too small",
                "Two losses that are nearly equal are subtracted, and the remaining rounding "
                "error is divided by a tiny number.",
                right=True,
            ),
            Option(
                "the step is still too large",
                "A smaller step does bring the two points closer and reduces the formula's own "
                "error. But here the difference grew when the step shrank.",
            ),
        ),
    ),
)
