"""The self-test of lesson 09."""

from rnnlib.exercises.spec import Option, Question

QUESTIONS: tuple[Question, ...] = ()
