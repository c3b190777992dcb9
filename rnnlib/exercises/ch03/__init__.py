"""Exercises and questions of lesson 03, Recurrent networks."""

from rnnlib.exercises.ch03.cross_entropy import CROSS_ENTROPY
from rnnlib.exercises.ch03.forward import FORWARD
from rnnlib.exercises.ch03.generate import GENERATE
from rnnlib.exercises.ch03.last_states import LAST_STATES
from rnnlib.exercises.ch03.masked_mean import MASKED_MEAN
from rnnlib.exercises.ch03.one_hot import ONE_HOT
from rnnlib.exercises.ch03.questions import QUESTIONS

__all__ = ["EXERCISES", "QUESTIONS"]

EXERCISES = (ONE_HOT, FORWARD, CROSS_ENTROPY, LAST_STATES, MASKED_MEAN, GENERATE)
