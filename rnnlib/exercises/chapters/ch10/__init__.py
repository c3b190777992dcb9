"""Exercises and questions of lesson 10, the capstone: a character-level model of English."""

from rnnlib.exercises.chapters.ch10.adam_step import ADAM_STEP
from rnnlib.exercises.chapters.ch10.backward import BACKWARD
from rnnlib.exercises.chapters.ch10.forward import FORWARD
from rnnlib.exercises.chapters.ch10.loss_and_slope import LOSS_AND_SLOPE
from rnnlib.exercises.chapters.ch10.questions import QUESTIONS
from rnnlib.exercises.chapters.ch10.temperature import TEMPERATURE
from rnnlib.exercises.chapters.ch10.windows import WINDOWS

__all__ = ["EXERCISES", "QUESTIONS"]

EXERCISES = (WINDOWS, FORWARD, LOSS_AND_SLOPE, BACKWARD, ADAM_STEP, TEMPERATURE)
