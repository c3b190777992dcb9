"""What comes back to the learner: one of three outcomes, as text or as a card."""

import html
import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from rnnlib.exercises.displaying import Card


class Status(StrEnum):
    """The three states of an exercise, and one for an error that is not the learner's."""

    NOT_ATTEMPTED = "not attempted"
    FAIL = "fail"
    PASS = "pass"
    FAULT = "checker fault"


# The colors of cards and of pages of feedback. A mark and a color for each status: neither is
# needed to understand the other.
LOOKS: dict[str, tuple[str, str]] = {
    Status.PASS: ("✓ ", "#0b6e4f"),
    Status.FAIL: ("✗ ", "#a63d00"),
    Status.NOT_ATTEMPTED: ("○ ", "#4a5568"),
    Status.FAULT: ("! ", "#6b2fa0"),
}
NEUTRAL = ("", "#2b4c7e")
BEHIND_HEADING, BEHIND_CODE = "#fff", "#f0f0f0"


def card(heading: str, body: str, status: str, after: str = "") -> str:
    """A box in a notebook. Text is escaped; `code` and line breaks are kept.

    after: HTML that is inserted unchanged below the text.
    """
    mark, colour = LOOKS.get(status, NEUTRAL)
    text = re.sub(r"`([^`\n]+)`", r"<code>\1</code>", html.escape(body)).replace("\n", "<br>")
    return (
        f'<div class="rnnlib-card" data-status="{status.replace(" ", "-")}" role="status" '
        f'style="border-left:4px solid {colour};padding:.4em .9em;margin:.3em 0;max-width:46em;'
        f'line-height:1.5;font-family:var(--jp-ui-font-family,sans-serif)">'
        f'<strong style="color:{colour};background:{BEHIND_HEADING};padding:0 .3em">'
        f"{mark}{html.escape(heading)}</strong>"
        f"{f'<div>{text}</div>' if body else ''}{f'<div>{after}</div>' if after else ''}</div>"
    )


@dataclass(frozen=True)
class Note(Card):
    """Something to read: a hint, a remark, the verdict on a quiz."""

    heading: str
    body: str
    status: str = "note"

    def __repr__(self) -> str:
        return f"{self.heading}\n{self.body}"

    def _repr_html_(self) -> str:
        return card(self.heading, self.body, self.status)


@dataclass(frozen=True)
class Outcome(Card):
    """The verdict on one answer. `evidence` says how it was reached, for tests and graders."""

    id: str
    title: str
    status: Status
    points: float
    out_of: int
    message: str
    evidence: dict = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return self.status is Status.PASS

    def saying(self, message: str, **evidence: Any) -> "Outcome":
        """The same verdict with a different message and its evidence."""
        return replace(self, message=message, evidence=self.evidence | evidence)

    @property
    def heading(self) -> str:
        score = f"  ({self.points:g}/{self.out_of} points)" if self.passed else ""
        return f"{self.status.upper()}  {self.id} {self.title}{score}"

    def __repr__(self) -> str:
        return f"{self.heading}\n{self.message}" if self.message else self.heading

    def _repr_html_(self) -> str:
        return card(self.heading, self.message, self.status)
