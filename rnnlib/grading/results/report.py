"""The class report: how it went, exercise by exercise, and what to teach again."""

import html
from collections import Counter

from rnnlib.exercises.outcome import LOOKS, Status
from rnnlib.exercises.quiz import lettered
from rnnlib.exercises.registry import exercises, predictions
from rnnlib.exercises.spec import Question
from rnnlib.grading.results import feedback
from rnnlib.grading.results.result import GradingStatus, Result, of_lesson

BINS = 10


def page(lesson: str, results: dict[str, Result]) -> str:
    """The report as a page of HTML that loads nothing and names no student."""
    counts = Counter(result.status for result in results.values())
    states = ", ".join(f"{counts[status]} {status}" for status in GradingStatus if counts[status])
    scored = [r for r in results.values() if r.status != GradingStatus.INFRASTRUCTURE]
    parts = [
        f"<h1>Lesson {html.escape(lesson)}: {len(results)} submissions</h1>",
        f"<p>{states or 'none'}.</p>",
    ]
    if any(result.unsafe for result in results.values()):
        parts.append(f"<p>{feedback.UNSAFE}</p>")
    parts += ["<h2>Points</h2>", _table(["points", "submissions", ""], distribution(scored))]
    parts += ["<h2>Exercises</h2>"]
    parts += [_table(["exercise", "right", "attempted", ""], by_exercise(lesson, scored))]
    parts += _believed(lesson, scored)
    parts += ["<h2>What to teach again</h2>"]
    taught = [
        [str(count), f"{id} {exercises()[id].title}", says]
        for id, says, count in frequent_mistakes(scored)
    ]
    parts += [_table(["submissions", "exercise", "mistake"], taught) if taught else "<p>None.</p>"]
    return feedback.document(f"Lesson {lesson}", "\n".join(parts))


def distribution(results: list[Result]) -> list[list[str]]:
    """Rows of (range of points, submissions, bar)."""
    if not results:
        return []
    most = results[0].out_of
    points = [r.points for r in results if r.points is not None]
    place = Counter(min(BINS - 1, int(BINS * p / most)) for p in points)
    rows = []
    for k in range(BINS):
        low, high = most * k / BINS, most * (k + 1) / BINS
        ends = f"{low:g} up to {high:g}" if k < BINS - 1 else f"{low:g} to {high:g}"
        rows.append([ends, str(place[k]), _bar(place[k] / len(results))])
    return rows


def by_exercise(lesson: str, results: list[Result]) -> list[list[str]]:
    """Rows of (exercise, share right, share attempted, bar)."""
    rows = []
    for exercise in of_lesson(lesson):
        own = [s for r in results for s in r.scores if s.id == exercise.id]
        total = max(1, len(own))
        right = sum(s.status == "pass" for s in own) / total
        tried = sum(s.status in ("pass", "fail") for s in own) / total
        name = f"{exercise.id} {exercise.title}"
        rows.append([name, f"{right:.0%}", f"{tried:.0%}", _bar(right)])
    return rows


def frequent_mistakes(results: list[Result], most: int = 10) -> list[tuple[str, str, int]]:
    """(exercise, what is said of the mistake, in how many submissions), most frequent first."""
    scores = [s for r in results for s in r.scores if s.mistakes]
    found = Counter((score.id, says) for score in scores for says in score.says)
    return [(id, says, n) for (id, says), n in found.most_common(most)]


def by_prediction(lesson: str, results: list[Result]) -> list[tuple[Question, list[list[str]]]]:
    """For each prediction rows of (option, submissions, share of all, whether it is the right one).

    The last row counts those without a guess: without an output that says which was made.
    """
    tables = []
    for asked in (p for p in predictions().values() if p.id.split(".")[0] == lesson):
        counts = Counter(r.guesses.get(asked.id) for r in results)
        total = max(1, len(results))
        rows = [
            [
                f"{letter}) {option.text}",
                str(counts[letter]),
                f"{counts[letter] / total:.0%}",
                f"{LOOKS[Status.PASS][0]}right" if option.right else "",
            ]
            for letter, option in lettered(asked)
        ]
        none = len(results) - sum(counts[letter] for letter, _ in lettered(asked))
        tables.append((asked, [*rows, ["no guess", str(none), f"{none / total:.0%}", ""]]))
    return tables


def _believed(lesson: str, results: list[Result]) -> list[str]:
    """The section on predictions; nothing for a lesson that asks for none."""
    tables = by_prediction(lesson, results)
    if not tables:
        return []
    parts = ["<h2>What the class believed</h2>"]
    kept = sum(bool(r.guesses) for r in results)
    if not kept:
        return [*parts, "<p>No submission kept an output that tells what its author guessed.</p>"]
    told = "What was guessed before the result was seen, worth no points, from the outputs in the"
    parts.append(f"<p>{told} notebooks: {kept} of {len(results)} submissions kept some.</p>")
    for asked, rows in tables:
        parts.append(f"<h3>{html.escape(f'{asked.id} {asked.text}')}</h3>")
        parts.append(_table(["option", "submissions", "share", ""], rows))
    return parts


def _bar(share: float) -> str:
    return "█" * round(20 * share)


def _table(head: list[str], rows: list[list[str]]) -> str:
    def row(cells: list[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(c)}</{tag}>" for c in cells) + "</tr>"

    return "<table>" + row(head, "th") + "".join(row(cells, "td") for cells in rows) + "</table>"
