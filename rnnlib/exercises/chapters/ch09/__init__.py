"""Exercises and questions of lesson 09, Attention: a shortcut through time."""

from rnnlib.exercises.chapters.ch09.attention import ATTENTION_FORWARD
from rnnlib.exercises.chapters.ch09.attention_backward import ATTENTION_BACKWARD
from rnnlib.exercises.chapters.ch09.look_back import LOOK_BACK
from rnnlib.exercises.chapters.ch09.masked_softmax import MASKED_SOFTMAX
from rnnlib.exercises.chapters.ch09.predictions import PREDICTIONS
from rnnlib.exercises.chapters.ch09.questions import QUESTIONS

__all__ = ["EXERCISES", "PREDICTIONS", "QUESTIONS"]

EXERCISES = (
    LOOK_BACK,
    MASKED_SOFTMAX,
    ATTENTION_FORWARD,
    ATTENTION_BACKWARD,
)
