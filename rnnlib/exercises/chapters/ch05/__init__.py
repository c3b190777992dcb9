"""Exercises, guesses and questions of lesson 05, What a recurrence can learn."""

from rnnlib.exercises.chapters.ch05.both_directions import BOTH_DIRECTIONS
from rnnlib.exercises.chapters.ch05.end_gradients import END_GRADIENTS
from rnnlib.exercises.chapters.ch05.linear_forecast import LINEAR_FORECAST
from rnnlib.exercises.chapters.ch05.predictions import PREDICTIONS
from rnnlib.exercises.chapters.ch05.questions import QUESTIONS
from rnnlib.exercises.chapters.ch05.run_on_outputs import RUN_ON_OUTPUTS

__all__ = ["EXERCISES", "PREDICTIONS", "QUESTIONS"]

EXERCISES = (END_GRADIENTS, LINEAR_FORECAST, RUN_ON_OUTPUTS, BOTH_DIRECTIONS)
