"""What a student gets back, in Markdown and in HTML.

Of private cases it shows the group's name and a hint, never inputs, results or exceptions. The
only text here that a student wrote is the name of the file, escaped and cut.
"""

import html
import re

from rnnlib.exercises.outcome import BEHIND_CODE, LOOKS, NEUTRAL, Status
from rnnlib.exercises.registry import exercises
from rnnlib.grading.results.result import WORDS, Result, Score

MOST_NAME = 80
UNSAFE = "Graded without a sandbox."

STYLE = f"""
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 46em; margin: 2em auto; padding: 0 1em }}
h2 {{ font-size: 1.1em; margin: 1.4em 0 .2em }}
code {{ background: {BEHIND_CODE}; padding: 0 .2em }}
table {{ border-collapse: collapse }} td, th {{ padding: .2em .8em .2em 0; text-align: left }}
""".strip()


def markdown(name: str, result: Result) -> str:
    """The feedback as Markdown."""
    lines = [f"# {_plain(name)}", "", _sentence(result), ""]
    lines += [f"- {note}" for note in notes(result)]
    for score in result.scores:
        lines += ["", f"## {heading(score)}", ""]
        lines += [f"- {line}" for line in told(score)]
    return "\n".join(lines).rstrip() + "\n"


def page(name: str, result: Result) -> str:
    """The feedback as a page of HTML that loads nothing."""
    parts = [f"<h1>{html.escape(cut(name))}</h1>", f"<p>{html.escape(_sentence(result))}</p>"]
    parts += [_list(notes(result))]
    for score in result.scores:
        colour = LOOKS.get(score.status, NEUTRAL)[1]
        parts += [f'<h2 style="color:{colour}">{html.escape(heading(score))}</h2>']
        parts += [_list(told(score))]
    return document(cut(name), "\n".join(part for part in parts if part))


def document(title: str, body: str) -> str:
    """A whole page around a body."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{html.escape(title)}</title>\n<style>\n{STYLE}\n</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def heading(score: Score) -> str:
    """The exercise, the verdict in a mark and a word, and the points."""
    mark = LOOKS.get(score.status, NEUTRAL)[0]
    word = "partly right" if 0 < score.points < score.out_of else score.status
    word = WORDS.get(score.why, word)
    return f"{mark}{score.id} {score.title}: {word}, {number(score.points)} of {score.out_of}"


def told(score: Score) -> list[str]:
    """What there is to say about an exercise."""
    lines = []
    if len(score.groups) > 1 and score.status == Status.FAIL:
        good = [group for group, right in score.groups.items() if right]
        bad = [group for group, right in score.groups.items() if not right]
        lines += [f"Right: {', '.join(good)}."] if good else []
        lines += [f"Not right: {', '.join(bad)}."] if bad else []
    lines += score.says
    asked = score.status == Status.FAIL and score.why not in WORDS
    if asked and not score.mistakes and score.id in exercises():
        lines += [f"Hint: {exercises()[score.id].hints[0]}"]
    return lines


def number(points: float) -> str:
    """Points with two decimals at most."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def notes(result: Result) -> list[str]:
    """What happened on the way."""
    return [*result.notes, *([UNSAFE] if result.unsafe else [])]


def cut(name: str, most: int = MOST_NAME) -> str:
    """The name, printable and of bounded length."""
    shown = "".join(c if c.isprintable() else "�" for c in name)
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def _sentence(result: Result) -> str:
    if result.points is None:
        return f"Lesson {result.lesson}: not graded yet."
    return f"Lesson {result.lesson}: {number(result.points)} of {result.out_of} points."


def _plain(name: str) -> str:
    """The name without meaning to Markdown or HTML."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>&~])", r"\\\1", cut(name))


def _list(lines: list[str]) -> str:
    items = [re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(line)) for line in lines]
    return "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>" if items else ""
