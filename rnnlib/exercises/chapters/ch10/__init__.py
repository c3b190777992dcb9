"""Exercises and questions of lesson 10, Unrolling in parallel."""

from rnnlib.exercises.chapters.ch10.combine import COMBINE
from rnnlib.exercises.chapters.ch10.half_life import HALF_LIFE
from rnnlib.exercises.chapters.ch10.min_gru import MIN_GRU
from rnnlib.exercises.chapters.ch10.newton_sweep import NEWTON_SWEEP
from rnnlib.exercises.chapters.ch10.predictions import PREDICTIONS
from rnnlib.exercises.chapters.ch10.questions import QUESTIONS
from rnnlib.exercises.chapters.ch10.scan import SCAN
from rnnlib.exercises.chapters.ch10.scan_backward import SCAN_BACKWARD

__all__ = ["EXERCISES", "PREDICTIONS", "QUESTIONS"]

EXERCISES = (COMBINE, SCAN, SCAN_BACKWARD, HALF_LIFE, MIN_GRU, NEWTON_SWEEP)
