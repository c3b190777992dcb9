"""Exercises and questions of lesson 07, Vanishing and exploding gradients."""

from rnnlib.exercises.chapters.ch07.clip import CLIP
from rnnlib.exercises.chapters.ch07.jacobian_products import JACOBIAN_PRODUCTS
from rnnlib.exercises.chapters.ch07.lyapunov import LYAPUNOV
from rnnlib.exercises.chapters.ch07.lyapunov_exponents import LYAPUNOV_EXPONENTS
from rnnlib.exercises.chapters.ch07.predictions import PREDICTIONS
from rnnlib.exercises.chapters.ch07.questions import QUESTIONS
from rnnlib.exercises.chapters.ch07.scalar_products import SCALAR_PRODUCTS
from rnnlib.exercises.chapters.ch07.spectral_radius import SPECTRAL_RADIUS
from rnnlib.exercises.chapters.ch07.wall_slope import WALL_SLOPE

__all__ = ["EXERCISES", "PREDICTIONS", "QUESTIONS"]

EXERCISES = (
    SCALAR_PRODUCTS,
    JACOBIAN_PRODUCTS,
    SPECTRAL_RADIUS,
    WALL_SLOPE,
    CLIP,
    LYAPUNOV_EXPONENTS,
    LYAPUNOV,
)
