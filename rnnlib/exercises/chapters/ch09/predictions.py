"""What lesson 09 asks before it shows."""

from rnnlib.exercises.spec import Option, Question

PREDICTIONS: tuple[Question, ...] = ()
