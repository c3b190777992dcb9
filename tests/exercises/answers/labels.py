"""How a wrong answer is labelled."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Wrong:
    """A wrong answer; the named mistake it is an instance of; a word the feedback must contain.

    also: another named mistake that it makes as well.
    """

    answer: Callable
    named: str | None
    says: str
    also: str | None = None

    @property
    def names(self) -> set[str]:
        """The named mistakes that it makes."""
        return {name for name in (self.named, self.also) if name}
