"""The guesses of lesson 02."""

from rnnlib.exercises.spec import Option, Question

PREDICTIONS = (
    Question(
        "02.p1",
        "The door is open now. Nobody presses at step 2; somebody presses close at step 3. What "
        "does the bell say at steps 2 and 3?",
        (
            Option(
                "0 and -1: it rings when the door changes",
                "At step 2 both units say open, so their difference is 0. At step 3 unit 1 turns "
                "to closed, and unit 2 still says open.",
                right=True,
            ),
            Option(
                "1 and -1: it says what the door is",
                "Unit 1 does say what the door is. The bell subtracts the door's previous state.",
            ),
            Option(
                "0 and 0: after step 2 the network has forgotten that the door is open",
                "No button is pressed at step 2, so unit 1 gets no input. But it also gets its "
                "own state, with weight 2, and that keeps it up.",
            ),
        ),
    ),
    Question(
        "02.p2",
        "Three units, and a W without zeros. You push unit 2 a little. Which units move one step "
        "later?",
        (
            Option(
                "Unit 2 alone",
                "In the circuit the loop is drawn from h to h, as if each unit fed only itself. "
                "That one arrow stands for all nine entries of W.",
            ),
            Option(
                "Unit 3, its neighbor",
                "The sentence above says so. It is true of a chain: its W has one entry below the "
                "diagonal in each column but the last, and zeros everywhere else.",
            ),
            Option(
                "All three",
                "Column 2 of W has an entry for each unit.",
                right=True,
            ),
        ),
    ),
    Question(
        "02.p3",
        "dW(1) and dW(2) are the gradients of the two copies. You nudge one entry of the one W. "
        "Per unit of nudge, the loss changes by the entry of …",
        (
            Option(
                "their sum",
                "The nudge is in both copies, and the loss feels each of them in full.",
                right=True,
            ),
            Option(
                "their mean, because the copies share W",
                "Sharing sounds like dividing. But each copy gets the whole nudge, not half of it.",
            ),
            Option(
                "dW(2), because copy 2 makes h(2)",
                "It is the copy closest to the loss. But h(2) is computed from h(1), and copy 1 "
                "computes that.",
            ),
        ),
    ),
    Question(
        "02.p4",
        "Could one unfold a network and let every step have its own W, and train it?",
        (
            Option(
                "No: unfolding is what makes the steps share W",
                'In every picture each copy of the arrow has the same letter, and "copies" sounds '
                "as if they had to be equal. They need not be.",
            ),
            Option(
                "Yes, and the W stay equal, because they start equal",
                "Equal starting values are needed for sharing, but they are not enough: each copy "
                "has a different gradient.",
            ),
            Option(
                "Yes, and each W goes its own way",
                "Each follows its own gradient, and the loss fell in this update. It is a deep "
                "network whose layers have different weights.",
                right=True,
            ),
        ),
    ),
)
