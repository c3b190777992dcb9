"""Quizzes and predictions as static HTML: the options, with answers collapsed."""

from __future__ import annotations

import html
import re
from typing import Any

from rnnlib.exercises.quiz import lettered, reply


def asked(heading: str, question: Any, *, answers: bool) -> str:
    """The question and its options; with `answers`, the verdict on each of them, collapsed."""
    options = "".join(f"<li>{_words(option.text)}</li>" for option in question.options)
    body = f"<p><strong>{heading}</strong> {_words(question.text)}</p>"
    body += f'<ol type="a">{options}</ol>'
    if answers:
        said = "".join(_answer(letter, option) for letter, option in lettered(question))
        body += f"<details><summary>Answer</summary>{said}</details>"
    return f'<div class="question">{body}</div>'


def came_out(question: Any) -> str:
    """The right option of a prediction, and why."""
    letter, option = next((k, option) for k, option in lettered(question) if option.right)
    right = f"{letter}) {_words(option.text)}"
    end = "" if option.text[-1:] in ".?!" else "."
    words = f"<strong>What came out</strong> {right}{end} {_words(option.why)}"
    return f'<div class="question"><p>{words}</p></div>'


def _answer(letter: str, option: Any) -> str:
    note = reply(option)
    return f"<p>{letter}) <strong>{note.heading}</strong> {_words(note.body)}</p>"


def _words(text: str) -> str:
    """The text, escaped, with code marked up."""
    escaped = html.escape(text).replace("\n", "<br>")
    return re.sub(r"`([^`\n]+)`", r"<code>\1</code>", escaped)
