"""The guesses of lesson 05."""

from rnnlib.exercises.spec import Option, Question

PREDICTIONS = (
    Question(
        "05.p1",
        "Both years now stand at places where no year stood in training. Which readers still find "
        "the right one in more than 9 of 10 texts?",
        (
            Option(
                "The recurrent network alone.",
                "It reads with one U at all places, and carries what it has read in its state. Own "
                "weights have learned nothing for these places, a bag of words does not know which "
                "year came last, and triples of neighbors often do not either.",
                right=True,
            ),
            Option(
                "The recurrent network and the bag of words: both share their weights.",
                "Both find both years, in any position. But the question is which year came last, "
                "and a bag has no order.",
            ),
            Option(
                "All of them: every year was shown often.",
                "Every year was shown, but not in these positions. Weights that belong to one "
                "position learn only from what appears there.",
            ),
            Option(
                "None: nothing was trained there.",
                "No year appeared there. But a weight that all positions share was trained at the "
                "others.",
            ),
        ),
    ),
    Question(
        "05.p2",
        "Trained on 2 to 20 steps: which networks still do their task at 200 steps?",
        (
            Option(
                "Both: a step does not know how long the sequence is.",
                "The computation runs at any length. But the states can go where training never "
                "took them.",
            ),
            Option(
                "Those that keep a sign.",
                "Two attracting fixed points are enough for a sign. A counter needs a place to "
                "stay for each count; those that it has learned are not quite at rest.",
                right=True,
            ),
            Option(
                "Those that count: adding is simple.",
                "Adding is simple for one linear unit. A tanh layer has to imitate it, and does "
                "so only for the states that it has encountered.",
            ),
            Option(
                "Neither: 200 steps were never trained.",
                "True, but keeping a sign is the same at step 200 as at step 20: stay where you "
                "are.",
            ),
        ),
    ),
    Question(
        "05.p3",
        "The network has 800 weights and a memory, your linear prediction has 36 factors and two "
        "samples. Which has the smaller error on the test part?",
        (
            Option(
                "The network: it can do all that a linear prediction can, and more.",
                "It could. But with six seconds of data its 800 weights would also fit the noise, "
                "and training is stopped before that.",
            ),
            Option(
                "The linear prediction.",
                "Most of what can be predicted here is linear in the last two samples, and 36 "
                "numbers are found well from 500 samples.",
                right=True,
            ),
            Option(
                "It depends on the random start of the network.",
                "Its error does vary from start to start. But all 20 errors stay above that of "
                "the linear prediction.",
            ),
        ),
    ),
    Question(
        "05.p4",
        "Now it starts from the 3 and reads what it says itself. How many of the 99 digits are "
        "right?",
        (
            Option(
                "Nearly as many: it knows pi.",
                "It knows the next digit when the digits before it are right. That is what it was "
                "trained to do, and all that was measured.",
            ),
            Option(
                "In most runs, far fewer.",
                "After one mistake it reads a digit that is not in pi at this place, in a state "
                "that belongs to the right one. Training has never shown it such a pair.",
                right=True,
            ),
            Option(
                "About 10: then it is guessing.",
                "After the first mistake it is not much better than guessing. But up to that "
                "point it is right, and in a few runs that is a long way.",
            ),
        ),
    ),
)
