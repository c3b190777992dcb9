"""The guesses of lesson 00."""

from rnnlib.exercises.spec import Option, Question

PREDICTIONS = (
    Question(
        "00.p1",
        '"In 2005, I went to Nepal." When does the network know the year?',
        (
            Option(
                "At the period, when the sentence is complete.",
                "You might wait for all the words before you answer. But it was trained to name "
                "the year after every word, so it answers as soon as it can.",
            ),
            Option(
                "After 2005, and it still knows at the end.",
                "The later words change its memory too, but what tells one year from another "
                "survives. It is right for each of the 20 years.",
                right=True,
            ),
            Option(
                "After 2005, but it has forgotten by the end.",
                "Every word changes the memory, so this could happen. Here training prevented it; "
                "lesson 07 shows networks that do forget.",
            ),
        ),
    ),
    Question(
        "00.p2",
        "Its memory is set to zero before every letter. What does the first network write?",
        (
            Option(
                "English much as before: its knowledge is in its weights.",
                "Its weights are unchanged, true. But to continue a word they need to know how "
                "the word began.",
            ),
            Option(
                "Strings of letters, hardly a word of English.",
                "It sees only the current letter, and it was never trained to go on from an empty "
                "memory in mid-word.",
                right=True,
            ),
            Option(
                "The same letter over and over.",
                "With the same empty memory every time, that sounds likely. But after almost "
                "every letter, the letter that it finds most likely next is a different one.",
            ),
        ),
    ),
)
