"""Exercises and questions of lesson 01, Dynamical systems: one file an exercise."""

from rnnlib.exercises.chapters.ch01.driven_orbit import DRIVEN
from rnnlib.exercises.chapters.ch01.hidden_orbit import HIDDEN
from rnnlib.exercises.chapters.ch01.orbit import ORBIT
from rnnlib.exercises.chapters.ch01.predictions import PREDICTIONS
from rnnlib.exercises.chapters.ch01.questions import QUESTIONS
from rnnlib.exercises.chapters.ch01.slope import SLOPE
from rnnlib.exercises.chapters.ch01.three_steps import THREE_STEPS

__all__ = ["EXERCISES", "PREDICTIONS", "QUESTIONS"]

EXERCISES = (THREE_STEPS, ORBIT, SLOPE, DRIVEN, HIDDEN)
