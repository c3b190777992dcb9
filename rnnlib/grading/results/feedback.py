"""Feedback for a student, in Markdown and HTML: what was right, and a next step for the rest.

About private cases it shows the group's name and a hint, never inputs, results or exceptions. The
only text that the student wrote is the file name, escaped and truncated; the only text that the
instructor wrote are the reasons for points awarded by hand.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rnnlib.exercises.outcome import LOOKS, NEUTRAL, Status
from rnnlib.exercises.registry import exercises
from rnnlib.grading.results import pages
from rnnlib.grading.results.contents import contents
from rnnlib.grading.results.contents import heading as lesson_heading
from rnnlib.grading.results.pages import cut, number
from rnnlib.grading.results.result import WORDS, Result, Score

UNSAFE = "Graded without a sandbox."
BY_HAND = "Awarded by hand"

# The next step if the exercise's hints would not help, by the reason that nothing was right.
STEPS = {
    "missing": "Define a function `{}` in a code cell; the lesson's notebook has its first line.",
    "no function": "Make sure that `{}` is a function after its cell has run.",
    "syntax": "Fix the line named in the note, and run the cell before you submit.",
    "cut": "Fix the error that stops the cell, or move `{}` to its own cell.",
    "left out": "Move `{}` to its own cell, without any code that runs for a long time.",
    "lesson": "Submit the notebook for this lesson.",
    "invalid": "Submit the notebook itself, as saved by JupyterLab.",
    "unreached": "Restart the kernel and run all cells: which one takes more than a few seconds?",
    "lost": "Call `{}` on a small input in your notebook: it should finish within seconds.",
    "unread": "Return numbers, or arrays of numbers, as the docstring of `{}` says.",
    "unsteady": "Make `{}` depend only on its arguments: no random numbers, no stored state.",
}


@dataclass(frozen=True)
class Given:
    """Points that the instructor awarded for an exercise or part of an open task, and why."""

    what: str  # the id
    title: str
    points: float
    out_of: int
    reason: str = ""

    @property
    def says(self) -> str:
        told = f"{BY_HAND}: {number(self.points)} of {self.out_of}."
        return f"{told} {self.reason}" if self.reason else told


def with_given(result: Result, given: Sequence[Given]) -> Result:
    """The result with the points awarded by hand for its exercises."""
    points = {one.what: one.points for one in given}
    scores = [replace(s, points=points.get(s.id, s.points)) for s in result.scores]
    return replace(result, scores=scores)


def markdown(name: str, result: Result, given: Sequence[Given] = ()) -> str:
    """The feedback as Markdown."""
    whole, by_hand = with_given(result, given), {one.what: one for one in given}
    lines = [f"# {_plain(lesson_heading(result.lesson))}", "", _plain(name), "", _sentence(whole)]
    lines += ["", *(f"- {note}" for note in notes(result))]
    for score in whole.scores:
        lines += ["", f"## {heading(score)}", ""]
        hand = [_written(line) for line in _hand(score.id, by_hand)]
        whole_points = score.points >= score.out_of
        lines += [f"- {line}" for line in (hand if hand and whole_points else hand + told(score))]
    if others := _others(whole, given):
        lines += ["", f"## {BY_HAND}", ""]
        lines += [f"- {_plain(f'{one.what} {one.title}')}: {_written(one.says)}" for one in others]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


def page(name: str, result: Result, given: Sequence[Given] = ()) -> str:
    """The feedback as a self-contained HTML page."""
    whole, by_hand = with_given(result, given), {one.what: one for one in given}
    title = lesson_heading(result.lesson)
    parts = [f"<h1>{html.escape(title)}</h1>", f'<p class="quiet">{html.escape(cut(name))}</p>']
    parts += [_facts(whole), pages.listed(notes(result))]
    right = [score for score in whole.scores if score.points >= score.out_of]
    if right:
        parts += ["<h2>What is right</h2>", _right(right, by_hand)]
    if rest := [score for score in whole.scores if score.points < score.out_of]:
        parts += ["<h2>What comes next</h2>", *(_card(score, by_hand) for score in rest)]
    if others := _others(whole, given):
        rows = [
            [f"{one.what} {one.title}", one.reason, f"{number(one.points)} of {one.out_of}"]
            for one in others
        ]
        parts += [f"<h2>{BY_HAND}</h2>", pages.table(["for", "why", "points"], rows, numbers=1)]
    return pages.document(f"{title}: {cut(name)}", "\n".join(part for part in parts if part))


def heading(score: Score) -> str:
    """The exercise, the verdict as a mark and a word, and the points."""
    status = Status.PASS if score.points >= score.out_of else score.status
    mark = LOOKS.get(status, NEUTRAL)[0]
    return f"{mark}{score.id} {score.title}: {_verdict(score)}, {_points(score)}"


def told(score: Score) -> list[str]:
    """Everything to say about an exercise: what was seen, the next step, what to read again."""
    step, again = next_step(score), read_again(score)
    return [*seen(score), *([f"Next: {step}"] if step else []), *([again] if again else [])]


def seen(score: Score) -> list[str]:
    """What was right and what was not; a named mistake's message is the next step instead."""
    lines = []
    if len(score.groups) > 1 and pages.kind_of(score) in (pages.PARTLY, pages.WRONG):
        good = [group for group, right in score.groups.items() if right]
        bad = [group for group, right in score.groups.items() if not right]
        lines += [f"Right: {', '.join(good)}."] if good else []
        lines += [f"Wrong: {', '.join(bad)}."] if bad else []
    step = next_step(score)
    return lines + [says for says in score.says if says != step]


def next_step(score: Score) -> str:
    """The one thing to do next; empty if everything is right."""
    if score.points >= score.out_of or score.id not in exercises():
        return ""
    exercise = exercises()[score.id]
    if score.mistakes and score.says:
        return score.says[0]
    if score.why in STEPS:
        return STEPS[score.why].format(exercise.function)
    return exercise.hints[0]


def read_again(score: Score) -> str:
    """The section of the lesson that prepares for an exercise that is not right."""
    section = contents(score.id.split(".")[0]).sections.get(score.id)
    if not section or score.points >= score.out_of:
        return ""
    return f"Review section “{section}”."


def notes(result: Result) -> list[str]:
    """What happened while the submission was graded."""
    return [*result.notes, *([UNSAFE] if result.unsafe else [])]


def _verdict(score: Score) -> str:
    if score.points >= score.out_of:
        return pages.RIGHT
    if score.points > 0:
        return pages.PARTLY
    return WORDS.get(score.why, pages.WRONG if score.status == Status.FAIL else score.status)


def _points(score: Score) -> str:
    return f"{number(score.points)} of {score.out_of}"


def _card(score: Score, by_hand: dict[str, Given]) -> str:
    """The card of an exercise that is not right."""
    kind = pages.kind_of(score)
    verdict = html.escape(f"{_verdict(score)}, {_points(score)}")
    step, again = next_step(score), read_again(score)
    step = step and f'<p><span class="step">Next:</span> {pages.text(step)}</p>'
    again = again and f'<p class="quiet">{html.escape(again)}</p>'
    return (
        f'<section class="card"><h3>{html.escape(f"{score.id} {score.title}")}</h3>'
        f'<p class="verdict">{pages.mark(kind)} {verdict}</p>'
        f"{pages.listed([*_hand(score.id, by_hand), *seen(score)])}"
        f"{step}{again}</section>"
    )


def _right(scores: list[Score], by_hand: dict[str, Given]) -> str:
    """The exercises that are right, one line each, with remarks."""
    items = []
    for score in scores:
        line = html.escape(f"{score.id} {score.title}: {_points(score)}")
        more = pages.listed(_hand(score.id, by_hand) or score.says)
        items.append(f'<li><p class="verdict">{pages.mark(pages.RIGHT)} {line}</p>{more}</li>')
    return f'<ul class="plain">{"".join(items)}</ul>'


def _facts(result: Result) -> str:
    if result.points is None:
        return f"<p>{html.escape(_sentence(result))}</p>"
    right = sum(score.points >= score.out_of for score in result.scores)
    return (
        f'<ul class="facts"><li><b>{number(result.points)}</b> of {result.out_of} points</li>'
        f"<li><b>{right}</b> of {len(result.scores)} exercises right</li></ul>"
    )


def _sentence(result: Result) -> str:
    if result.points is None:
        return "Not graded yet."
    return f"{number(result.points)} of {result.out_of} points."


def _hand(id: str, by_hand: dict[str, Given]) -> list[str]:
    return [by_hand[id].says] if id in by_hand else []


def _others(result: Result, given: Sequence[Given]) -> list[Given]:
    """What was awarded for anything other than the result's exercises."""
    known = {score.id for score in result.scores}
    return [one for one in given if one.what not in known]


def _plain(name: str) -> str:
    """The name, escaped for Markdown and HTML."""
    return _written(cut(name))


def _written(line: str) -> str:
    """A person's text on one line, escaped for Markdown and HTML."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>&~])", r"\\\1", " ".join(line.split()))
