"""Exercises and questions of lesson 06, The price of unrolling."""

from rnnlib.exercises.chapters.ch06.bytes_needed import BYTES_NEEDED
from rnnlib.exercises.chapters.ch06.checkpointed import CHECKPOINTED
from rnnlib.exercises.chapters.ch06.checkpoints import CHECKPOINTS
from rnnlib.exercises.chapters.ch06.forward_steps import FORWARD_STEPS
from rnnlib.exercises.chapters.ch06.questions import QUESTIONS
from rnnlib.exercises.chapters.ch06.random_truncation import RANDOM_TRUNCATION
from rnnlib.exercises.chapters.ch06.rtrl import RTRL
from rnnlib.exercises.chapters.ch06.truncated import TRUNCATED

__all__ = ["EXERCISES", "QUESTIONS"]

EXERCISES = (
    BYTES_NEEDED,
    TRUNCATED,
    CHECKPOINTS,
    CHECKPOINTED,
    RTRL,
    FORWARD_STEPS,
    RANDOM_TRUNCATION,
)
