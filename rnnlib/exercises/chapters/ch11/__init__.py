"""Exercises and questions of lesson 11, Inside a trained network."""

from rnnlib.exercises.chapters.ch11.newton_step import NEWTON_STEP
from rnnlib.exercises.chapters.ch11.predictions import PREDICTIONS
from rnnlib.exercises.chapters.ch11.probe_score import PROBE_SCORE
from rnnlib.exercises.chapters.ch11.questions import QUESTIONS
from rnnlib.exercises.chapters.ch11.saliency import SALIENCY
from rnnlib.exercises.chapters.ch11.speed import SPEED
from rnnlib.exercises.chapters.ch11.unstable_directions import UNSTABLE_DIRECTIONS
from rnnlib.exercises.chapters.ch11.variance_kept import VARIANCE_KEPT

__all__ = ["EXERCISES", "PREDICTIONS", "QUESTIONS"]

EXERCISES = (
    SPEED,
    NEWTON_STEP,
    UNSTABLE_DIRECTIONS,
    VARIANCE_KEPT,
    PROBE_SCORE,
    SALIENCY,
)
