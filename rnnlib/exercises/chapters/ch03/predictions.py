"""The guesses of lesson 03."""

from rnnlib.exercises.spec import Option, Question

PREDICTIONS = (
    Question(
        "03.p1",
        'Read "love I deep learning" instead. Which of the four states change?',
        (
            Option(
                "Only h(1): after two words both have read the same words.",
                "They have read the same words, but not in the same order. The state is not a "
                "list of the words that were read: h(2) is computed from h(1), which differs.",
            ),
            Option(
                "h(1) and h(2): deep and learning are where they were.",
                "True, their columns of U are the same. But h(3) is also computed from h(2), which "
                "differs.",
            ),
            Option(
                "All four.",
                "Each state is computed from the one before, so a difference travels on. It gets "
                "smaller here, and lesson 07 asks when it does.",
                right=True,
            ),
        ),
    ),
    Question(
        "03.p2",
        "What loss per letter does the network reach on paragraphs that it never read?",
        (
            Option(
                "About 4.4, which is ln 79: these paragraphs are new to it.",
                "The paragraphs are new, but their words and letters follow habits that it has "
                "learned from others.",
            ),
            Option(
                "Between 1 and 1.5: as if it chose among 3 or 4 equally likely letters.",
                "The end of a long word is easy; the first letter of the next word is hard. "
                "exp(loss), about 3.5, is called the perplexity.",
                right=True,
            ),
            Option(
                "About 0: what it writes is nearly English.",
                "A loss of 0 needs certainty about every letter. Nobody knows which word comes "
                "next, and its first letter cannot be certain.",
            ),
        ),
    ),
    Question(
        "03.p3",
        "Your function always takes the letter with the highest score. What does it write?",
        (
            Option(
                "Its best text: each letter is the best one.",
                "Each letter is the most likely one at its place. The text is likely letter by "
                "letter, but it is not typical: real text also holds unlikely letters.",
            ),
            Option(
                "The same phrase over and over.",
                "Choosing the maximum is deterministic. The state and the letter fall into an "
                "attracting cycle (lesson 01), here from any first letter.",
                right=True,
            ),
            Option(
                "Gibberish: the errors add up.",
                "True, it reads its own mistakes. But the likely letters after a likely word make "
                "a likely word again.",
            ),
        ),
    ),
)
