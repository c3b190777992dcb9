"""Exercises and questions of lesson 12, the capstone: a character-level model of English."""

from rnnlib.exercises.chapters.ch12.adam_step import ADAM_STEP
from rnnlib.exercises.chapters.ch12.backward import BACKWARD
from rnnlib.exercises.chapters.ch12.forward import FORWARD
from rnnlib.exercises.chapters.ch12.loss_and_slope import LOSS_AND_SLOPE
from rnnlib.exercises.chapters.ch12.one_reading import ONE_READING
from rnnlib.exercises.chapters.ch12.predictions import PREDICTIONS
from rnnlib.exercises.chapters.ch12.questions import QUESTIONS
from rnnlib.exercises.chapters.ch12.temperature import TEMPERATURE
from rnnlib.exercises.chapters.ch12.windows import WINDOWS

__all__ = ["EXERCISES", "PREDICTIONS", "QUESTIONS"]

EXERCISES = (
    WINDOWS,
    FORWARD,
    LOSS_AND_SLOPE,
    BACKWARD,
    ADAM_STEP,
    TEMPERATURE,
    ONE_READING,
)
