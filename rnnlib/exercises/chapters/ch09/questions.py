"""The self-test of lesson 09."""

from rnnlib.exercises.spec import Option, Question

QUESTIONS = (
    Question(
        "09.q1",
        "Why are the scores of attention divided by √d?",
        (
            Option(
                "so that the weights add up to 1",
                "The softmax takes care of that, with or without √d.",
            ),
            Option(
                "so that softmax does not pick one key for long vectors",
                "A product of d random terms grows like √d. Large scores put nearly all weight on "
                "one key, and then no gradient comes through the softmax.",
                right=True,
            ),
            Option(
                "so that long sequences do not get larger scores",
                "d is the number of entries in a query. The number of keys does not enter a score.",
            ),
        ),
    ),
    Question(
        "09.q2",
        "What does attention change in the graph of an encoder and a decoder?",
        (
            Option(
                "the longest path is short, so steps run at once",
                "That happens only if the recurrence is dropped as well, as in the Transformer.",
            ),
            Option(
                "the shortest path from any input becomes short",
                "There are edges straight from each encoder state to each output.",
                right=True,
            ),
            Option(
                "the number of edges stays the same, but they lead elsewhere",
                "There are more of them: one for each pair of a query and a key.",
            ),
        ),
    ),
    Question(
        "09.q3",
        "A sequence becomes twice as long. What happens to what attention has to keep, and to the "
        "state of an LSTM?",
        (
            Option(
                "both stay as they are",
                "The LSTM's state does. Attention keeps a key and a value for each step.",
            ),
            Option(
                "both double",
                "Keys and values double. The LSTM squeezes any length into the same number of "
                "entries.",
            ),
            Option(
                "the keys and values double, the LSTM's state stays as it is",
                "That is the price of looking back, and what recurrent models save.",
                right=True,
            ),
        ),
    ),
)
