"""In a browser: merge corrections to the lessons at the start of each lesson."""

from rnnlib.exercises.outcome import Note
from rnnlib.workcopy import browser


def bring_corrections() -> None:
    """Merge what the site corrected into the learner's notebooks, and show what was done."""
    if told := browser.corrections():
        Note("From the course", "\n\n".join(told)).show()
