"""Exercises and questions of lesson 13, The same in PyTorch."""

from rnnlib.exercises.chapters.ch13.pack import PACK
from rnnlib.exercises.chapters.ch13.predictions import PREDICTIONS
from rnnlib.exercises.chapters.ch13.questions import QUESTIONS
from rnnlib.exercises.chapters.ch13.to_torch_gates import TO_TORCH_GATES

__all__ = ["EXERCISES", "PREDICTIONS", "QUESTIONS"]

EXERCISES = (
    TO_TORCH_GATES,
    PACK,
)
