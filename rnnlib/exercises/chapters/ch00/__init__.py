"""The exercise of lesson 00, Start here: to see what a check says."""

from rnnlib.exercises.chapters.ch00.next_state import NEXT_STATE

__all__ = ["EXERCISES"]

EXERCISES = (NEXT_STATE,)
