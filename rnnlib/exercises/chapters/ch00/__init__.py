"""Lesson 00, Start here: one exercise to see what a check says, guesses, and a self-test."""

from rnnlib.exercises.chapters.ch00.next_state import NEXT_STATE
from rnnlib.exercises.chapters.ch00.predictions import PREDICTIONS
from rnnlib.exercises.chapters.ch00.questions import QUESTIONS

__all__ = ["EXERCISES", "PREDICTIONS", "QUESTIONS"]

EXERCISES = (NEXT_STATE,)
