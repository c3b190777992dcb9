"""A lesson's prose on a slide: what is short or is not prose; the rest is for the speaker."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 40  # words of a paragraph that can be read from the back of a room
AIMS = "**You will**"  # what the slide with a lesson's title shows whole
QUESTION = re.compile(r"\*\*Predict\b.*", re.DOTALL)
MINUTES = re.compile(r"\s*\((?:\d+ min|may be skipped)\)$")


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph, a displayed formula, a list, a table or a picture."""

    kind: str  # as markdown-it calls it: "heading", "paragraph", "bullet_list", ...
    text: str

    @property
    def shown(self) -> str:
        """What a slide shows of it: all that is not a long paragraph; of that, its question.

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
    """The blocks of a Markdown text, one after another."""
    from markdown_it import MarkdownIt  # jupytext reads lessons with it

    lines = markdown.split("\n")
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    return [
        Block(t.type.removesuffix("_open"), "\n".join(lines[t.map[0] : t.map[1]]).strip())
        for t in tokens
        if t.level == 0 and t.map
    ]


def first_section(found: list[Block]) -> tuple[list[Block], list[Block]]:
    """What stands before the first heading of a section, if there is one; and what a slide takes.

    That ends where an exercise or a second section begins.
    """
    sections = [i for i, block in enumerate(found) if re.match("##? ", block.text)]
    begin = sections[0] if sections else 0
    end = min([_exercise(found), *sections[1:2]])
    return found[:begin], found[begin:end]


def task(found: list[Block]) -> str:
    """The heading of an exercise, and all that follows it."""
    return "\n\n".join(MINUTES.sub("", block.text) for block in found[_exercise(found) :])


def shown(found: list[Block]) -> str:
    """What a slide shows of the blocks."""
    return "\n\n".join(filter(None, (block.shown for block in found)))


def spoken(found: list[Block]) -> str:
    """The blocks that a slide leaves to the speaker, in part or as a whole."""
    left = (block for block in found if block.kind != "heading" and block.shown != block.text)
    return "\n\n".join(block.text for block in left)


def _exercise(found: list[Block]) -> int:
    headings = (i for i, block in enumerate(found) if block.text.startswith("### Exercise"))
    return next(headings, len(found))
