"""Points for the answers to one exercise, by group of cases: all of it outside the sandbox."""

from rnnlib.exercises import outcome
from rnnlib.exercises.asking import Answer, same
from rnnlib.exercises.comparing import CheckerFault, compare
from rnnlib.exercises.spec import Exercise
from rnnlib.grading.results.result import SEEN, Score, unjudged


def score(exercise: Exercise, cases: list, first: list[Answer], second: list[Answer]) -> Score:
    """Points by group of cases: all cases of a group must be right, both times.

    One and the same value for every case is right everywhere or nowhere: nothing was computed.
    A value that the comparison stumbles over is a wrong one; only a reference that fails is not
    the student's fault, and a judge without memory.
    """
    try:
        return _compared(exercise, cases, first, second)
    except (CheckerFault, MemoryError):
        raise
    except Exception:
        return unjudged(exercise, "unread", attempted=True)


def _compared(exercise: Exercise, cases: list, first: list[Answer], second: list[Answer]) -> Score:
    whole = compare(exercise, cases, first)
    groups = {}
    constant = not whole.passed and all(_alike(first[0], answer) for answer in first)
    for group in dict.fromkeys(case.group for case in cases):
        own = [k for k, case in enumerate(cases) if case.group == group]
        groups[group] = not constant and all(
            compare(exercise, [cases[k] for k in own], [answers[k] for k in own]).passed
            for answers in (first, second)
        )
    share = sum(groups.values()) / len(groups)
    steady = all(_alike(a, b) for a, b in zip(first, second, strict=True))
    why = whole.evidence["why"] if steady or not whole.passed else "unsteady"
    status = whole.status
    if share == 1:
        status = outcome.Status.PASS
    elif status is outcome.Status.PASS or share:
        status = outcome.Status.FAIL
    named = list(dict.fromkeys(whole.evidence.get("named", {}).values()))
    sentences = {m.wrong.__name__: m.says for m in exercise.mistakes}
    said = [sentences[name] for name in named] or ([SEEN[why]] if why in SEEN else [])
    return Score(
        id=exercise.id,
        title=exercise.title,
        status=status.value,
        points=exercise.points * share,
        out_of=exercise.points,
        groups=groups,
        why=why,
        mistakes=named if status is outcome.Status.FAIL else [],
        says=said if status is outcome.Status.FAIL else [],
    )


def _alike(a: Answer, b: Answer) -> bool:
    return a.error == b.error and same(a.value, b.value)
