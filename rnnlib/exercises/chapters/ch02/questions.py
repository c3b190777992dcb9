"""The self-test of lesson 02."""

from rnnlib.exercises.spec import Option, Question

QUESTIONS = (
    Question(
        "02.q1",
        "A circuit with tied weights is unfolded for T = 20 instead of T = 10. What doubles?",
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
            Option("at step 7", "That lies in the future of h(5)."),
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
                "Within one step it waits for itself: there is no order to compute in.",
                right=True,
            ),
            Option(
                "it would have too many parameters",
                "The number of parameters has nothing to do with it.",
            ),
            Option(
                "its gradient would vanish",
                "One cannot even compute its values; the question of a gradient does not come up.",
            ),
        ),
    ),
    Question(
        "02.q4",
        "The gradients of W's three copies are 2, -1 and 4. What is dL/dW?",
        (
            Option("4", "That is the last copy alone. W stands in the other two as well."),
            Option(
                "5", "A change of W changes all three copies, so their effects add.", right=True
            ),
            Option("1.67", "That is the mean. Sharing adds; nothing divides by the copies."),
        ),
    ),
    Question(
        "02.q5",
        "Two recurrent layers, T = 100, enough processors: how many states one after another?",
        (
            Option("200", "Layer 2 need not wait until layer 1 is done with all 100 steps."),
            Option("101", "Layer 2 runs one step behind layer 1.", right=True),
            Option("100", "The last state of layer 2 still waits for that of layer 1."),
        ),
    ),
)
