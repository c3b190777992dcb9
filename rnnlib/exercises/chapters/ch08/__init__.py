"""Exercises and questions of lesson 08, What helps."""

from rnnlib.exercises.chapters.ch08.gru_bptt import GRU_BPTT
from rnnlib.exercises.chapters.ch08.gru_step import GRU_STEP
from rnnlib.exercises.chapters.ch08.half_life import HALF_LIFE
from rnnlib.exercises.chapters.ch08.lstm_bptt import LSTM_BPTT
from rnnlib.exercises.chapters.ch08.lstm_step import LSTM_STEP
from rnnlib.exercises.chapters.ch08.lstm_step_backward import LSTM_STEP_BACKWARD
from rnnlib.exercises.chapters.ch08.predictions import PREDICTIONS
from rnnlib.exercises.chapters.ch08.questions import QUESTIONS

__all__ = ["EXERCISES", "PREDICTIONS", "QUESTIONS"]

EXERCISES = (
    HALF_LIFE,
    LSTM_STEP,
    LSTM_STEP_BACKWARD,
    LSTM_BPTT,
    GRU_STEP,
    GRU_BPTT,
)
