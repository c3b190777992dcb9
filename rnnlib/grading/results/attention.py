"""What an instructor should look at after a run, as lines for the terminal and the report.

No line is an accusation, and no points depend on one.
"""

from collections.abc import Callable
from itertools import combinations

from rnnlib.grading.results.entries import Entry
from rnnlib.grading.results.feedback import cut
from rnnlib.grading.results.result import GradingStatus, Raised

MOST_NAMED = 6  # students in a line
MOST_PAIRS = 10
COMMON = 0.2  # if this share of a class has the same answer, it is the usual one
FEWEST_COMMON = 4


def look_at(entries: list[Entry], called: Callable[[str], str] = cut) -> list[str]:
    """Lines on what needs attention, one for each kind of problem; empty if nothing does.

    `called` gives the name under which a student is shown.
    """
    kinds = {
        "Could not be read as a notebook": _met(entries, _unreadable),
        "Another lesson's notebook": _met(entries, _other_lesson),
        "The first code cell raised an exception": _met(entries, _first_stopped),
        "All exercises raised an exception": _met(entries, _all_raised),
        "Something took too long or was skipped": _met(entries, _slow),
    }
    lines = [f"{kind}: {_listed(met, called)}." for kind, met in kinds.items() if met]
    return [*lines, *_pairs(entries, called)]


Why = Callable[[Entry], str | None]


def _met(entries: list[Entry], why: Why) -> list[tuple[str, str]]:
    """The students for whom there is a reason, each with the reason."""
    found = [(entry.student, why(entry)) for entry in entries]
    return [(student, reason) for student, reason in found if reason is not None]


def _listed(met: list[tuple[str, str]], called: Callable[[str], str]) -> str:
    shown = [
        f"{called(student)} ({reason})" if reason else called(student)
        for student, reason in met[:MOST_NAMED]
    ]
    more = [f"and {len(met) - MOST_NAMED} more"] if len(met) > MOST_NAMED else []
    return ", ".join([*shown, *more])


def _unreadable(entry: Entry) -> str | None:
    if entry.result.status != GradingStatus.INVALID:
        return None
    return " ".join(entry.result.notes).rstrip(".")


def _other_lesson(entry: Entry) -> str | None:
    return "" if any(score.why == "lesson" for score in entry.result.scores) else None


def _first_stopped(entry: Entry) -> str | None:
    for told in entry.result.raised:
        if told.cell == 1 and not told.on:
            return exception(told)
    return None


def _all_raised(entry: Entry) -> str | None:
    scores = entry.result.scores
    if not scores or any(score.why != "error" for score in scores):
        return None
    kinds = {score.raised.split("\n")[0] for score in scores if score.raised}
    return cut(kinds.pop()) if len(kinds) == 1 else ""


def _slow(entry: Entry) -> str | None:
    if not (entry.result.slow or entry.result.cut):
        return None
    cells = ", ".join(str(cell) for cell in entry.result.cut[:5])
    return f"code cell {cells}" if cells else ""


def exception(told: Raised) -> str:
    """Where a cell raised, and which exception."""
    message = cut(told.message.split("\n")[0])
    return f"line {told.line}, {told.error}{': ' if message else ''}{message}"


def _pairs(entries: list[Entry], called: Callable[[str], str]) -> list[str]:
    """Pairs of students with the same answers, those who share the most first.

    An answer that much of the class has is the usual one and does not count; neither does a very
    short one, which has no fingerprint.
    """
    usual = max(FEWEST_COMMON, COMMON * len(entries))
    owners: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for entry in entries:
        for score in entry.result.scores:
            if score.alike:
                owners.setdefault((score.id, score.alike), []).append((entry.student, score.same))
    shared: dict[tuple[str, str], dict[str, bool]] = {}
    for (id, _), own in owners.items():
        if len(own) > usual:
            continue
        for (one, its), (other, theirs) in combinations(own, 2):
            shared.setdefault((one, other), {})[id] = its == theirs
    if not shared:
        return []
    order = sorted(shared, key=lambda pair: (-len(shared[pair]), pair))
    lines = [
        f"Similar answers: {called(one)} and {called(other)}, {_alike(shared[one, other])}."
        for one, other in order[:MOST_PAIRS]
    ]
    if (more := len(order) - MOST_PAIRS) > 0:
        lines.append(f"Similar answers: {more} more pairs, sharing as many exercises or fewer.")
    return lines


def _alike(ids: dict[str, bool]) -> str:
    same = sorted(id for id, identical in ids.items() if identical)
    near = sorted(id for id, identical in ids.items() if not identical)
    parts = [f"{', '.join(same)} (same code)"] if same else []
    parts += [f"{', '.join(near)} (same except for names)"] if near else []
    return " and ".join(parts)
