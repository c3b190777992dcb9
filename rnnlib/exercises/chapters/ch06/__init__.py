"""Exercises and questions of lesson 06, Vanishing and exploding gradients."""

from rnnlib.exercises.chapters.ch06.clip import CLIP
from rnnlib.exercises.chapters.ch06.jacobian_products import JACOBIAN_PRODUCTS
from rnnlib.exercises.chapters.ch06.lyapunov_exponents import LYAPUNOV_EXPONENTS
from rnnlib.exercises.chapters.ch06.questions import QUESTIONS
from rnnlib.exercises.chapters.ch06.scalar_products import SCALAR_PRODUCTS
from rnnlib.exercises.chapters.ch06.spectral_radius import SPECTRAL_RADIUS
from rnnlib.exercises.chapters.ch06.wall_slope import WALL_SLOPE

__all__ = ["EXERCISES", "QUESTIONS"]

EXERCISES = (
    SCALAR_PRODUCTS,
    JACOBIAN_PRODUCTS,
    SPECTRAL_RADIUS,
    WALL_SLOPE,
    CLIP,
    LYAPUNOV_EXPONENTS,
)
