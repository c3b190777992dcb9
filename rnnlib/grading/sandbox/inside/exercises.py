"""What `rnnlib.exercises` is in the sandbox: nothing judges there, and nothing is given away."""

from rnnlib.exercises import handed
from rnnlib.exercises.asking import handed_on

__all__ = ["check", "hint", "progress", "quiz", "solution", "use"]


def check(id, candidate=None) -> None:
    """Does nothing: the grader judges from outside."""


def hint(id, n=1) -> None:
    """Does nothing."""


def solution(id, anyway=False) -> None:
    """Does nothing."""


def quiz(id, answer=None) -> None:
    """Does nothing."""


def progress() -> None:
    """Does nothing."""


def use(id, candidate):
    """The learner's own function, right or wrong, on copies and with arrays as in the notebook.

    The library's only where the grader gives it.
    """
    if id in handed.GIVEN:
        candidate = getattr(handed, handed.GIVEN[id])
    return handed_on(candidate, handed.RETURNS[id]) if callable(candidate) else candidate
