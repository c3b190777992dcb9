"""Exercises and questions of lesson 06, The price of unrolling."""

from rnnlib.exercises.chapters.ch06.bytes_needed import BYTES_NEEDED
from rnnlib.exercises.chapters.ch06.carried_blocks import CARRIED_BLOCKS
from rnnlib.exercises.chapters.ch06.checkpointed import CHECKPOINTED
from rnnlib.exercises.chapters.ch06.forward_steps import FORWARD_STEPS
from rnnlib.exercises.chapters.ch06.predictions import PREDICTIONS
from rnnlib.exercises.chapters.ch06.questions import QUESTIONS
from rnnlib.exercises.chapters.ch06.rtrl_step import RTRL_STEP
from rnnlib.exercises.chapters.ch06.truncated import TRUNCATED

__all__ = ["EXERCISES", "PREDICTIONS", "QUESTIONS"]

EXERCISES = (
    BYTES_NEEDED,
    TRUNCATED,
    CARRIED_BLOCKS,
    CHECKPOINTED,
    RTRL_STEP,
    FORWARD_STEPS,
)
