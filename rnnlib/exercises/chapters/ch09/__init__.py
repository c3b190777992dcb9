"""Exercises and questions of lesson 09, Inside a trained network."""

from rnnlib.exercises.chapters.ch09.newton_step import NEWTON_STEP
from rnnlib.exercises.chapters.ch09.probe_score import PROBE_SCORE
from rnnlib.exercises.chapters.ch09.questions import QUESTIONS
from rnnlib.exercises.chapters.ch09.saliency import SALIENCY
from rnnlib.exercises.chapters.ch09.speed import SPEED
from rnnlib.exercises.chapters.ch09.unstable_directions import UNSTABLE_DIRECTIONS
from rnnlib.exercises.chapters.ch09.variance_kept import VARIANCE_KEPT

__all__ = ["EXERCISES", "QUESTIONS"]

EXERCISES = (
    SPEED,
    NEWTON_STEP,
    UNSTABLE_DIRECTIONS,
    VARIANCE_KEPT,
    PROBE_SCORE,
    SALIENCY,
)
