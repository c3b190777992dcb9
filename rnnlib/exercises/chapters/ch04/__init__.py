"""Exercises and questions of lesson 04, Backpropagation through time."""

from rnnlib.exercises.chapters.ch04.bptt import BPTT
from rnnlib.exercises.chapters.ch04.central_difference import CENTRAL_DIFFERENCE
from rnnlib.exercises.chapters.ch04.predictions import PREDICTIONS
from rnnlib.exercises.chapters.ch04.questions import QUESTIONS
from rnnlib.exercises.chapters.ch04.readout_gradients import READOUT_GRADIENTS
from rnnlib.exercises.chapters.ch04.step_vjp import STEP_VJP
from rnnlib.exercises.chapters.ch04.three_steps_back import THREE_STEPS_BACK
from rnnlib.exercises.chapters.ch04.total_gradients import TOTAL_GRADIENTS

__all__ = ["EXERCISES", "PREDICTIONS", "QUESTIONS"]

EXERCISES = (
    THREE_STEPS_BACK,
    TOTAL_GRADIENTS,
    STEP_VJP,
    BPTT,
    READOUT_GRADIENTS,
    CENTRAL_DIFFERENCE,
)
