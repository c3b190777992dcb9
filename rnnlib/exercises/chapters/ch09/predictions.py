"""What lesson 09 asks before it shows."""

from rnnlib.exercises.spec import Option, Question

PREDICTIONS = (
    Question(
        "09.p1",
        "The network has been trained on words of 1 to 12 letters. Now it writes words of 12 "
        "letters backward. Which letters are right most often?",
        (
            Option(
                "those that it writes first, which it has read last",
                "They have the shortest way: they have just come into the state when the writing "
                "begins.",
                right=True,
            ),
            Option(
                "those that it writes last, which it has read first",
                "They have been in the state for the longest time. But each later letter writes "
                "into the same state, and so does each step of the decoder.",
            ),
            Option(
                "all about alike: the last state holds the whole word",
                "The whole word could be in it: 32 numbers are enough. But training finds the "
                "short paths first.",
            ),
        ),
    ),
    Question(
        "09.p2",
        "How many edges has the shortest path from the first input to the last output with "
        "attention, for words of 100 letters?",
        (
            Option(
                "about half as many as without",
                "That would be so if the path still had to pass through the writing half. But the "
                "new edge ends at the output itself.",
            ),
            Option(
                "as many as for words of 3 letters",
                "From x(1) to h(1), then one edge to any output. The number of letters between "
                "does not matter.",
                right=True,
            ),
            Option(
                "as many as without: the recurrence is still there",
                "The recurrence is still there, and the longest path is as long as before. The "
                "shortest one does not use it.",
            ),
        ),
    ),
    Question(
        "09.p3",
        "Two untrained networks, one with attention. How much of the gradient of the last letter "
        "reaches the state at step 1, compared with the state at step 12?",
        (
            Option(
                "in both of them far less",
                "Without attention it does: the factors of 12 steps are multiplied. With it, an "
                "edge leads from every state straight to the output.",
            ),
            Option(
                "without attention far less, with attention not less",
                "An untrained softmax looks everywhere about alike, so one edge brings each state "
                "its part. Step 1 also collects what walks back from later states.",
                right=True,
            ),
            Option(
                "in both of them about as much: a GRU has gates",
                "Gates help a trained GRU. At the start they are half open, so about half is lost "
                "at every step.",
            ),
        ),
    ),
)
