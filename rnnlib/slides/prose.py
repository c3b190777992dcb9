"""A lesson's prose on slides: short paragraphs and non-prose; the rest goes to the notes."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 40  # words in a paragraph that can be read from the back of a room
AIMS = "**You will**"  # the slide with a lesson's title shows these whole
QUESTION = re.compile(r"\*\*Predict\b.*", re.DOTALL)
MINUTES = re.compile(r"\s*\((?:\d+ min|may be skipped)\)$")


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph, a displayed formula, a list, a table or a picture."""

    kind: str  # markdown-it's name: "heading", "paragraph", "bullet_list", ...
    text: str

    @property
    def shown(self) -> str:
        """What a slide shows of it: of a long paragraph only the question, else everything.

        A lesson's aims are shown whole.
        """
        if self.kind == "heading":
            return MINUTES.sub("", self.text)
        if self.kind != "paragraph" or self.text.startswith(("$$", "![")):
            return self.text
        if len(self.text.split()) <= LONGEST or self.text.startswith(AIMS):
            return self.text
        question = QUESTION.search(self.text)
        return question[0] if question else ""


def blocks(markdown: str) -> list[Block]:
    """The blocks of a Markdown text, in order."""
    from markdown_it import MarkdownIt  # jupytext parses lessons with it

    lines = markdown.split("\n")
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    return [
        Block(t.type.removesuffix("_open"), "\n".join(lines[t.map[0] : t.map[1]]).strip())
        for t in tokens
        if t.level == 0 and t.map
    ]


def first_section(found: list[Block]) -> tuple[list[Block], list[Block]]:
    """The text before the first section heading, if there is one, and the text for a slide.

    The latter ends where an exercise or a second section begins.
    """
    sections = [i for i, block in enumerate(found) if re.match("##? ", block.text)]
    begin = sections[0] if sections else 0
    end = min([_exercise(found), *sections[1:2]])
    return found[:begin], found[begin:end]


def task(found: list[Block]) -> str:
    """The heading of an exercise, and everything after it."""
    return "\n\n".join(MINUTES.sub("", block.text) for block in found[_exercise(found) :])


def shown(found: list[Block]) -> str:
    """What a slide shows of the blocks."""
    return "\n\n".join(filter(None, (block.shown for block in found)))


def spoken(found: list[Block]) -> str:
    """The blocks that go to the speaker's notes, in part or as a whole."""
    left = (block for block in found if block.kind != "heading" and block.shown != block.text)
    return "\n\n".join(block.text for block in left)


def _exercise(found: list[Block]) -> int:
    headings = (i for i, block in enumerate(found) if block.text.startswith("### Exercise"))
    return next(headings, len(found))
