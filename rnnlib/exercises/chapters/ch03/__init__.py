"""Exercises, guesses and questions of lesson 03, A recurrent layer."""

from rnnlib.exercises.chapters.ch03.cross_entropy import CROSS_ENTROPY
from rnnlib.exercises.chapters.ch03.forward import FORWARD
from rnnlib.exercises.chapters.ch03.generate import GENERATE
from rnnlib.exercises.chapters.ch03.last_states import LAST_STATES
from rnnlib.exercises.chapters.ch03.masked_mean import MASKED_MEAN
from rnnlib.exercises.chapters.ch03.one_hot import ONE_HOT
from rnnlib.exercises.chapters.ch03.predictions import PREDICTIONS
from rnnlib.exercises.chapters.ch03.questions import QUESTIONS

__all__ = ["EXERCISES", "PREDICTIONS", "QUESTIONS"]

EXERCISES = (ONE_HOT, FORWARD, CROSS_ENTROPY, MASKED_MEAN, LAST_STATES, GENERATE)
