"""The glossary, ``course/GLOSSARY.md``: what each term means, and where a lesson introduces it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rnnlib.authoring.content.glossary import TERMS, Term
from rnnlib.authoring.markdown import Heading, headings
from rnnlib.lessons import Lesson

HEAD = """\
# Glossary

<!-- Made by `rnnlib build`: change rnnlib/authoring/content/glossary.py, not this file. -->

The terms that the lessons set in bold, and the sections that introduce them. The
[formula sheet](FORMULAS.md) has the notation; the [course map](README.md) has the lessons.
"""
SUMMARY = "Summary"
BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
MINUTES = re.compile(r"\s*\(\d+ min\)$")


@dataclass(frozen=True)
class Bold:
    """Words that a lesson sets in bold, and the heading above them."""

    words: str
    lesson: Lesson
    heading: str

    @property
    def word(self) -> str:
        """In lower case, and without the punctuation that ends a remark's first words."""
        return self.words.rstrip(".:").lower()

    @property
    def is_remark(self) -> bool:
        """Whether the words are a sentence or a remark's first words: they end with punctuation."""
        return bool(re.search(r"[.?!:](\s|$)", self.words))


def bold(lesson: Lesson) -> Iterator[Bold]:
    """Everything in bold in the learner's text, in order."""
    heading = ""
    for cell in lesson.cells:
        if cell.kind != "markdown" or not cell.in_course:
            continue
        starts = {h.line - cell.line: h for h in headings(cell)}
        for number, line in enumerate(cell.source.split("\n")):
            if number in starts:
                heading = _short(starts[number])
            for words in BOLD.findall(line):
                yield Bold(words, lesson, heading)


def _short(heading: Heading) -> str:
    """A section's heading without its minutes; empty for the lesson's title."""
    return "" if heading.level == 1 else " ".join(MINUTES.sub("", heading.text).split())


def places(term: Term, found: Iterable[Bold]) -> list[Bold]:
    """Where the term is bold: the first place in each lesson.

    Summaries count only if there is no other place: they repeat what a section has introduced.
    """
    own = [b for b in found if b.word in term.bold]
    own = [b for b in own if not term.lessons or b.lesson.number in term.lessons]
    own = [b for b in own if b.heading != SUMMARY] or own
    first: dict[str, Bold] = {}
    for one in own:
        first.setdefault(one.lesson.number, one)
    return list(first.values())


def glossary(lessons: Iterable[Lesson]) -> str | None:
    """The text of the glossary; None if the course introduces none of its terms."""
    found = [b for lesson in lessons for b in bold(lesson)]
    terms = sorted(TERMS, key=lambda term: term.name.lower())
    placed = [(term, places(term, found)) for term in terms]
    entries = [_entry(term, there) for term, there in placed if there]
    return "\n".join([HEAD, *entries]).rstrip() + "\n" if entries else None


def _entry(term: Term, there: list[Bold]) -> str:
    also = f" ({', '.join(term.also)})" if term.also else ""
    first, *later = (_link(place) for place in there)
    where = first + (f"; also {', '.join(later)}" if later else "")
    return f"- **{term.name}**{also}: {term.text} *{where}*"


def _link(place: Bold) -> str:
    """The lesson's number, a link to it, and the heading."""
    link = f"[{place.lesson.number}]({place.lesson.name}.ipynb)"
    return f"{link}, “{place.heading}”" if place.heading else link
