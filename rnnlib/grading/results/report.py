"""The class report: what needs attention, how each exercise went, and what was predicted."""

import html
import statistics
from collections import Counter
from collections.abc import Sequence

from rnnlib.exercises.quiz import lettered
from rnnlib.exercises.registry import predictions
from rnnlib.exercises.spec import Exercise, Question
from rnnlib.grading.results import feedback, figures, pages
from rnnlib.grading.results.contents import contents, heading
from rnnlib.grading.results.result import GradingStatus, Result, Score, of_lesson

MOST_MISTAKES = 5  # shown for an exercise
SLOW, SECONDS = 10, 1.0  # slow: this many times the median of right answers, and this many seconds
WELL_KNOWN = 2 / 3  # if this share of submissions is right, the exercise need not be taught again
ENDED = {
    GradingStatus.OK: "graded",
    GradingStatus.INVALID: "not readable as a notebook",
    GradingStatus.TIMEOUT: "ran out of time",
    GradingStatus.INFRASTRUCTURE: "not graded, through no fault of the student",
}


def page(
    lesson: str, results: dict[str, Result], look: Sequence[str] = (), *, names: bool = False
) -> str:
    """The report as a self-contained HTML page.

    look: lines on what needs attention. They name students and may quote exceptions, so they are
    shown only with `names`, like the names in the heat map; else the page gives their number.
    """
    scored = [r for r in results.values() if r.status != GradingStatus.INFRASTRUCTURE]
    parts = [f"<h1>{html.escape(heading(lesson))}</h1>", _states(results)]
    if any(result.unsafe for result in results.values()):
        parts.append(f"<p>{feedback.UNSAFE}</p>")
    parts += [_look(look, names)]
    if scored:
        parts += [_facts(scored), _again(lesson, scored)]
        parts += ["<h2>Points</h2>", figures.histogram(distribution(scored), "points")]
        parts += ["<h2>Submissions and exercises</h2>", _map(lesson, results, names)]
        parts += ["<h2>Exercise by exercise</h2>"]
        parts += [_exercise(e, results) for e in of_lesson(lesson)]
        parts += [_counts(lesson, results)]
        parts += [_believed(lesson, scored)]
    return pages.document(heading(lesson), "\n".join(part for part in parts if part))


def distribution(results: list[Result]) -> list[int]:
    """How many submissions have 0, 1, 2, … points, rounded down, up to the maximum."""
    most = results[0].out_of if results else 0
    place = Counter(int(r.points + 1e-9) for r in results if r.points is not None)
    return [place[k] for k in range(most + 1)]


def kinds(id: str, results: Sequence[Result]) -> list[str]:
    """How an exercise went in each submission."""
    return [pages.kind(r, _score(id, r)) for r in results]


def right_share(id: str, results: list[Result]) -> float:
    """The share of submissions in which an exercise is fully right."""
    return kinds(id, results).count(pages.RIGHT) / max(1, len(results))


def frequent_mistakes(results: Sequence[Result]) -> list[tuple[str, str, int]]:
    """(exercise, message about the mistake, number of submissions), most frequent first."""
    scores = [s for r in results for s in r.scores if s.mistakes]
    found = Counter((score.id, says) for score in scores for says in dict.fromkeys(score.says))
    return [(id, says, n) for (id, says), n in found.most_common()]


def remarks(id: str, results: Sequence[Result]) -> list[tuple[str, int]]:
    """Remarks on right answers to an exercise, unusual or slow ones, with their numbers."""
    own = [s for r in results for s in r.scores if s.id == id and s.points >= s.out_of]
    said = Counter(says for s in own for says in dict.fromkeys(s.says)).most_common()
    usual = statistics.median([s.seconds for s in own]) if own else 0
    slow = sum(s.seconds >= max(SECONDS, SLOW * usual) for s in own)
    told = f"Right, but slow: more than {SLOW} times as long as a typical right answer."
    return [*said, *([(told, slow)] if slow else [])]


def by_prediction(lesson: str, results: list[Result]) -> list[tuple[Question, list[list[str]]]]:
    """For each prediction, rows of (option, submissions, share of all, whether it is right).

    The last row counts submissions whose outputs contain no guess.
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
                "✓ right" if option.right else "",
            ]
            for letter, option in lettered(asked)
        ]
        none = len(results) - sum(counts[letter] for letter, _ in lettered(asked))
        tables.append((asked, [*rows, ["no guess", str(none), f"{none / total:.0%}", ""]]))
    return tables


def afterwards(asked: Question, results: list[Result]) -> list[str]:
    """How right and wrong guessers did in the exercises of the same section."""
    (right,) = (letter for letter, option in lettered(asked) if option.right)
    letters = [letter for letter, _ in lettered(asked)]
    guessed = [r for r in results if r.guesses.get(asked.id) in letters]
    well = [r for r in guessed if r.guesses[asked.id] == right]
    rest = [r for r in guessed if r.guesses[asked.id] != right]
    lesson = asked.id.split(".")[0]
    sections = contents(lesson).sections
    section = sections.get(asked.id)
    lines = []
    for exercise in of_lesson(lesson):
        if section and sections.get(exercise.id) == section and guessed:
            told = [
                f"{kinds(exercise.id, some).count(pages.RIGHT)} of {len(some)} who {who}"
                for some, who in ((well, "guessed right"), (rest, "guessed wrong"))
                if some
            ]
            section_of = f"Exercise {exercise.id}, in the same section, is right for"
            lines.append(f"{section_of} {' and '.join(told)}.")
    return lines


def _states(results: dict[str, Result]) -> str:
    counts = Counter(result.status for result in results.values())
    told = ", ".join(f"{counts[s]} {ENDED[s]}" for s in GradingStatus if counts[s])
    return f'<p class="quiet">{_many(len(results), "submission")}{told and ": "}{told}.</p>'


def _look(look: Sequence[str], names: bool) -> str:
    if not look:
        return ""
    lines = list(look)
    if not names:
        count = f"{_many(len(look), 'thing')} to look at, listed in the terminal after grading."
        lines = [f"{count} They name students, so they are shown here only with `--names`."]
    return f'<section class="panel"><h2>Look at these first</h2>{pages.listed(lines)}</section>'


def _facts(scored: list[Result]) -> str:
    points = [r.points for r in scored if r.points is not None]
    full = sum(p >= scored[0].out_of for p in points)
    slow = sum(r.slow for r in scored)
    facts = [
        (pages.number(statistics.median(points)), f"of {scored[0].out_of} points, median"),
        (str(full), "with full points"),
        (str(sum(not p for p in points)), "with no points"),
    ]
    facts += [(str(slow), "with code that did not finish in time")] if slow else []
    items = "".join(f"<li><b>{value}</b> {what}</li>" for value, what in facts)
    return f'<ul class="facts">{items}</ul>'


def _again(lesson: str, scored: list[Result]) -> str:
    """Links to the exercises that most submissions got wrong."""
    shares = sorted((right_share(e.id, scored), e.id, e.title) for e in of_lesson(lesson))
    low = [entry for entry in shares if entry[0] < WELL_KNOWN][:3]
    head = "<h2>What to teach again</h2>"
    if not low:
        return f"{head}<p>Every exercise is right in at least two thirds of the submissions.</p>"
    items = "".join(
        f'<li><a href="#exercise-{id}">{id} {html.escape(title)}</a>: right in {share:.0%}</li>'
        for share, id, title in low
    )
    return f"{head}<ul>{items}</ul>"


def _map(lesson: str, results: dict[str, Result], names: bool) -> str:
    known = of_lesson(lesson)
    columns = [
        (name, [pages.kind(results[name], _score(e.id, results[name])) for e in known])
        for name in sorted(results, key=lambda name: (-(results[name].points or 0), name))
    ]
    told = "Each column is a submission; those with the most points come first."
    rows = [f"{e.id} {e.title}" for e in known]
    return f"<p>{told}</p>{figures.legend()}{figures.heat_map(rows, columns, names)}"


def _exercise(exercise: Exercise, results: dict[str, Result]) -> str:
    every = list(results.values())
    counts = Counter(kinds(exercise.id, every))
    title = f"{exercise.id} {exercise.title}"
    share = f"{counts[pages.RIGHT] / max(1, len(every)):.0%} right"
    parts = [
        f'<h3 id="exercise-{exercise.id}">{html.escape(title)} '
        f'<span class="quiet">· {share}, {_many(exercise.points, "point")}</span></h3>',
        figures.split(f"{title}: how it went", counts),
    ]
    named = [(n, says) for id, says, n in frequent_mistakes(every) if id == exercise.id]
    parts += [_counted("Mistakes", named)]
    parts += [_counted("Right, with a remark", [(n, t) for t, n in remarks(exercise.id, every)])]
    return "".join(parts)


def _counts(lesson: str, results: dict[str, Result]) -> str:
    """The numbers behind all bars."""
    rows = []
    for exercise in of_lesson(lesson):
        counts = Counter(kinds(exercise.id, list(results.values())))
        title = f"{exercise.id} {exercise.title}"
        rows.append([title, *(str(counts[kind]) for kind in pages.KINDS)])
    table = pages.table(["exercise", *pages.KINDS], rows, numbers=len(pages.KINDS))
    return f"<details><summary>All exercises as a table</summary>{table}</details>"


def _counted(head: str, lines: list[tuple[int, str]]) -> str:
    """Lines with the number of submissions that each is about."""
    if not lines:
        return ""
    shown = lines[:MOST_MISTAKES]
    items = "".join(f"<li><b>{n}×</b><span>{pages.text(says)}</span></li>" for n, says in shown)
    more = len(lines) - len(shown)
    rest = f'<p class="quiet">and {more} less frequent.</p>' if more else ""
    return f'<p class="quiet">{head}:</p><ul class="counted">{items}</ul>{rest}'


def _believed(lesson: str, results: list[Result]) -> str:
    """The section on predictions; empty for a lesson without any."""
    tables = by_prediction(lesson, results)
    if not tables:
        return ""
    parts = ["<h2>What the class predicted</h2>"]
    kept = sum(bool(r.guesses) for r in results)
    if not kept:
        none = "No submission contains an output with its author's guesses."
        return "".join([*parts, f"<p>{none}</p>"])
    told = "Guesses made before seeing the result (worth no points), from the outputs saved in the"
    parts.append(f"<p>{told} notebooks: {kept} of {len(results)} submissions contain some.</p>")
    for asked, rows in tables:
        parts.append(f"<h3>{html.escape(asked.text)} <span class=quiet>· {asked.id}</span></h3>")
        parts.append(_guesses(rows))
        parts += [f"<p>{html.escape(line)}</p>" for line in afterwards(asked, results)]
    return "".join(parts)


def _guesses(rows: list[list[str]]) -> str:
    """A table with a bar for each share, and the share beside it."""
    made = []
    for option, count, share, right in rows:
        wide = 1.8 * float(share.rstrip("%"))
        bar = (
            '<svg width="182" height="14" aria-hidden="true">'
            f'<rect class="bar" width="{max(wide, 1):g}" height="14" rx="2"/></svg>'
        )
        cells = [html.escape(option), right, bar]
        made.append(
            f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}"
            f'<td class="number">{count}</td><td class="number">{share}</td></tr>'
        )
    head = "<tr><th>option</th><th>key</th><td></td><th>submissions</th><th>share</th></tr>"
    return f'<div class="scroll"><table class="wide">{head}{"".join(made)}</table></div>'


def _score(id: str, result: Result) -> Score | None:
    return next((score for score in result.scores if score.id == id), None)


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
