"""The self-test of lesson 02."""

from rnnlib.exercises.spec import Option, Question

QUESTIONS = (
    Question(
        "02.q1",
        "A circuit with tied (shared) weights is unfolded for T = 20 instead of T = 10. What "
        "doubles?",
        (
            Option("the number of weights", "The copies share them: there are as many as before."),
            Option("the number of states", "There is one h(t) for each step.", right=True),
            Option("the size of W", "W is (n_h, n_h), whatever T is."),
        ),
    ),
    Question(
        "02.q2",
        "An edge has a delay of 2. Where does the unfolded edge into h(5) begin?",
        (
            Option("at step 7", "That is in the future of h(5)."),
            Option("at step 4", "That would be a delay of 1."),
            Option("at step 3", "5 - 2: the source is seen as it was two steps ago.", right=True),
        ),
    ),
    Question(
        "02.q3",
        "A circuit has a loop without any delay. Why can it not be unfolded?",
        (
            Option(
                "a node would need its own value first",
                "Within one step it waits for itself: there is no order in which to compute it.",
                right=True,
            ),
            Option(
                "it would have too many parameters",
                "The number of parameters has nothing to do with it.",
            ),
            Option(
                "its gradient would vanish",
                "Even its values cannot be computed in one pass, let alone a gradient.",
            ),
        ),
    ),
    Question(
        "02.q4",
        "The gradients of W's three copies are 2, -1 and 4. What is dL/dW?",
        (
            Option("4", "That is only the last copy. W is used in the other two steps as well."),
            Option(
                "5", "A change of W changes all three copies, so their effects add.", right=True
            ),
            Option(
                "1.67", "That is the mean. Sharing adds; nothing divides by the number of copies."
            ),
        ),
    ),
    Question(
        "02.q5",
        "w appears in two steps. You train it with the mean of the copies' gradients instead of "
        "their sum, at the same small learning rate. What happens?",
        (
            Option(
                "w goes to the same place, in about twice as many updates",
                "The mean of two is half the sum, so this is the sum at half the learning rate. "
                "With a large rate the smaller steps can be the faster ones.",
                right=True,
            ),
            Option(
                "w goes to another place",
                "That can happen with only one copy's gradient. The mean is zero where the sum is.",
            ),
            Option(
                "nothing changes: sharing means averaging",
                "A nudge of w is in both copies in full, so the slope of the loss is the sum.",
            ),
        ),
    ),
)
