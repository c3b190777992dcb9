"""Exercises, guesses and questions of lesson 02, Unfolding the graph."""

from rnnlib.exercises.chapters.ch02.count import COUNT
from rnnlib.exercises.chapters.ch02.earliest import EARLIEST
from rnnlib.exercises.chapters.ch02.fold_gradient import FOLD_GRADIENT
from rnnlib.exercises.chapters.ch02.history import HISTORY
from rnnlib.exercises.chapters.ch02.network_by_hand import NETWORK
from rnnlib.exercises.chapters.ch02.predictions import PREDICTIONS
from rnnlib.exercises.chapters.ch02.questions import QUESTIONS
from rnnlib.exercises.chapters.ch02.unfold import UNFOLD

__all__ = ["EXERCISES", "PREDICTIONS", "QUESTIONS"]

EXERCISES = (NETWORK, UNFOLD, HISTORY, FOLD_GRADIENT, COUNT, EARLIEST)
