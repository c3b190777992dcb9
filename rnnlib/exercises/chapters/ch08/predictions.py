"""What lesson 08 asks before it shows."""

from rnnlib.exercises.spec import Option, Question

PREDICTIONS = (
    Question(
        "08.p1",
        "From m(2) back to m(1) lead two paths: along the memory, and through h(1). In how many of "
        "200 cells with random weights do both together bring less than the memory's path alone?",
        (
            Option(
                "in few: under 50",
                "More paths sound like more gradient. But a path has a sign, and the second "
                "path's can be negative.",
            ),
            Option(
                "in about half: 60 to 140",
                "The path along the memory is positive, because f is. The one through h can have "
                "either sign.",
                right=True,
            ),
            Option(
                "in most: over 150",
                "In the example the path through h took something away. With other weights it "
                "adds about as often.",
            ),
        ),
    ),
    Question(
        "08.p2",
        "Seven networks, two tasks, eight runs each. Which network has the lowest median error on "
        "both tasks?",
        (
            Option(
                "the LSTM: it has the most gates",
                "It has the most machinery, and it learns to add. But it has to learn how to use "
                "its gates in the same number of updates as the others.",
            ),
            Option(
                "tanh with an orthogonal W",
                "At the start its gradient comes back best. But it is not enough for a gradient "
                "to arrive: this network never learned to add.",
            ),
            Option(
                "the GRU",
                "It was the best at adding and the best trained network at copying. But a network "
                "whose W was never trained had a lower median at copying.",
            ),
            Option(
                "none of them",
                "The GRU had the lowest median at adding, and an orthogonal network of which only "
                "the readout is trained at copying.",
                right=True,
            ),
        ),
    ),
    Question(
        "08.p3",
        "A gradient goes back 40 steps through a tanh layer with an orthogonal W. Then all inputs "
        "are made ten times larger. How much of the gradient comes back now?",
        (
            Option(
                "as much as before: W is orthogonal",
                "W keeps every length, whatever the inputs are. But the slopes of tanh are in the "
                "product too, and large inputs make them smaller.",
            ),
            Option(
                "less, but still far more than with the usual W",
                "Large inputs push tanh towards its flat ends, so each step costs something. It is "
                "still very little compared with what the usual W costs.",
                right=True,
            ),
            Option(
                "as little as with the usual W",
                "The slopes of tanh do shrink it at each step. But with the usual W, W shrinks it "
                "as well.",
            ),
        ),
    ),
)
