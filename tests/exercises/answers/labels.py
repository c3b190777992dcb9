"""How a wrong answer is labelled."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Wrong:
    """A wrong answer; the named mistake it is an instance of; a word the feedback must contain."""

    answer: Callable
    named: str | None
    says: str
