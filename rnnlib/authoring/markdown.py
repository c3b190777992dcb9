"""Headings and images' alternative texts in a lesson's Markdown."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rnnlib.lessons import SourceCell

IMG_WITHOUT_ALT = re.compile(r"""<img\b(?![^>]*\balt=(?:"[^"]|'[^']))""")


@dataclass(frozen=True)
class Heading:
    level: int
    text: str
    line: int


def headings(cell: SourceCell) -> Iterator[Heading]:
    """The headings in a Markdown cell, in order, with their lines in the lesson's source."""
    for token, inline in pairwise(_parse(cell)):
        if token.type == "heading_open":
            yield Heading(int(token.tag[1]), inline.content, cell.line + token.map[0])


def images_without_text(cell: SourceCell) -> Iterator[int]:
    """The lines of images, in Markdown or HTML, without alternative text."""
    for block in _parse(cell):
        for token in (block, *(block.children or ())):
            html = token.type in ("html_block", "html_inline")
            if (token.type == "image" and not token.content.strip()) or (
                html and IMG_WITHOUT_ALT.search(token.content)
            ):
                yield cell.line + block.map[0]


def _parse(cell: SourceCell) -> tuple:
    return _tokens(cell.source) if cell.kind == "markdown" else ()


@functools.lru_cache(4_000)  # every rule reads all cells again
def _tokens(text: str) -> tuple:
    return tuple(_parser().parse(text))


@functools.cache
def _parser():
    from markdown_it import MarkdownIt  # jupytext reads lessons with it

    return MarkdownIt("commonmark")
