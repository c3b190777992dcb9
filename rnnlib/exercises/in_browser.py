"""What the first cell of a lesson says in a browser: how fast it is, and what was corrected."""

import sys

from rnnlib.exercises.outcome import Note
from rnnlib.workcopy import browser

SLOWER = (
    "In a browser, training takes up to five times as long as the lesson says. The networks and "
    "the data are the same."
)


def greet() -> None:
    """In a browser, say how long training takes, and merge corrections of the lessons.

    A card says what was merged into the learner's notebooks, if anything was.
    """
    if sys.platform == "emscripten":
        print(SLOWER)
    if told := browser.corrections():
        Note("From the course", "\n\n".join(told)).show()
