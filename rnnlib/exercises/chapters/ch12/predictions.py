"""What lesson 12 asks before it shows."""

from rnnlib.exercises.spec import Option, Question

PREDICTIONS = (
    Question(
        "12.p1",
        "You count runs of 1, 2, …, 6 letters, each mixed into the next. What happens to the bits "
        "on new text?",
        (
            Option(
                "they fall all the way: more context is always better",
                "On the text that was counted, they do. But many long runs in new text were never "
                "seen before.",
            ),
            Option(
                "they fall, and then rise again",
                "At some length most runs of new text have been seen too seldom: what the longest "
                "ones say is chance.",
                right=True,
            ),
            Option(
                "they rise from 3 letters on: there are too many runs to count",
                "There are too many to see them all, but shorter runs fill in for those that are "
                "missing.",
            ),
        ),
    ),
    Question(
        "12.p2",
        "An untrained network has a small V. What does a letter cost it, and what with a V ten "
        "times as large, as random as the first?",
        (
            Option(
                "about log₂ of the number of letters, and about the same",
                "Neither of them knows anything. But the second one is confident.",
            ),
            Option(
                "about log₂ of the number of letters, and more",
                "Small scores make all letters alike. Large random ones make it sure and wrong, "
                "which costs more than knowing nothing.",
                right=True,
            ),
            Option(
                "more than log₂ of the number of letters, both of them",
                "With a small V all letters are nearly alike: that costs log₂ of their number.",
            ),
        ),
    ),
    Question(
        "12.p3",
        "Counts cost fewer bits than your network. Now the probabilities of the two are averaged, "
        "half and half. What does a letter cost on new text?",
        (
            Option(
                "more than with the counts alone: the network is worse",
                "It is worse overall. It could not help if it were wrong in the same places as "
                "the counts.",
            ),
            Option(
                "between the two",
                "A mean of two numbers lies between them. But the bits of a mean of probabilities "
                "are less than the mean of the bits.",
            ),
            Option(
                "less than with either, but by under 0.05 bits",
                "That is what counts gain from counts of other lengths: those have seen the same "
                "runs of letters.",
            ),
            Option(
                "less than with either, by more than 0.05 bits",
                "The two fail at different letters, so where one is surprised the other often is "
                "not.",
                right=True,
            ),
        ),
    ),
)
