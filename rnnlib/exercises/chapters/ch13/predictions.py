"""What lesson 13 asks before it shows."""

from rnnlib.exercises.spec import Option, Question

PREDICTIONS = (
    Question(
        "13.p1",
        "A batch of 5 sequences of 7 steps comes as an array (5, 7, 3): batch first. It is given "
        "to nn.GRU(3, 4), where batch_first=True has been forgotten. What happens?",
        (
            Option(
                "an error: the shapes do not fit",
                "Only the last axis is checked, and it has 3 numbers either way. A wrong h(0) "
                "would be an error; but none was given.",
            ),
            Option(
                "it runs: 5 steps of 7 sequences",
                "The first axis is taken for time. The states run from one sequence into the "
                "next, and nothing says so.",
                right=True,
            ),
            Option(
                "it runs and is right: PyTorch sees which axis is which",
                "Nothing in the array says which axis is time.",
            ),
        ),
    ),
    Question(
        "13.p2",
        "Four sequences of different length are padded with zeros, and an nn.GRU reads them. Whose "
        "last state, as the module returns it, is right?",
        (
            Option(
                "all of them: zeros change nothing",
                "An input of 0 adds nothing to U x. But b is still there, and so is W h: the state "
                "moves on with every step.",
            ),
            Option(
                "only that of the longest sequence",
                "The others have read padding since they ended.",
                right=True,
            ),
            Option(
                "none of them",
                "The longest has no padding; its last state is right.",
            ),
        ),
    ),
)
