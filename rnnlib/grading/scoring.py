"""Points for the answers to one exercise, by group of cases, computed outside the sandbox."""

from collections.abc import Callable
from dataclasses import replace

from rnnlib.exercises import outcome
from rnnlib.exercises.asking import Answer, alike
from rnnlib.exercises.comparing import CheckerFault, compare
from rnnlib.exercises.explaining import explain
from rnnlib.exercises.spec import Exercise
from rnnlib.grading.results.result import SEEN, Score, unjudged
from rnnlib.grading.sandbox.session import KernelLost

EXPLAINED = ("numbers", "shape")  # the reasons that an explanation can be added to


def score(exercise: Exercise, cases: list, first: list[Answer], *later: list[Answer]) -> Score:
    """Points by group of cases: all cases of a group must be right, each time they are asked.

    If every case gets the same value, nothing was computed: it is right everywhere or nowhere.
    A value on which the comparison fails is wrong; only a failing reference, or running out of
    memory here, is not the student's fault.
    """
    try:
        return _compared(exercise, cases, first, later)
    except (CheckerFault, MemoryError):
        raise
    except Exception:
        return unjudged(exercise, "unread")


def _compared(
    exercise: Exercise, cases: list, first: list[Answer], later: tuple[list[Answer], ...]
) -> Score:
    whole = compare(exercise, cases, first)
    constant = not whole.passed and all(alike(first[0], answer) for answer in first)
    groups = {
        group: not constant and all(_right(exercise, cases, a, group) for a in (first, *later))
        for group in dict.fromkeys(case.group for case in cases)
    }
    share = sum(groups.values()) / len(groups)
    status = _status(whole.status, share)
    why = _why(whole, first, later)
    failed = status is outcome.Status.FAIL
    return Score(
        id=exercise.id,
        title=exercise.title,
        status=status.value,
        points=exercise.points * share,
        out_of=exercise.points,
        groups=groups,
        why=why,
        says=[SEEN[why]] if failed and why in SEEN else [],
    )


def explained(
    judged: Score,
    exercise: Exercise,
    cases: list,
    seed: int,
    ask: Callable[[list[tuple]], list[Answer]],
) -> Score:
    """The score with the named mistakes and their messages.

    ask: asks the function for its answers to some arguments; empty if they are not available.
    """
    answers = ask([case.arguments for case in cases])
    if len(answers) < len(cases):
        return judged
    try:
        evidence = explain(exercise, cases, answers, seed, ask).evidence
    except (CheckerFault, MemoryError, KernelLost):
        raise
    except Exception:  # values on which the comparison fails: the score stands
        return judged
    named = list(dict.fromkeys(evidence.get("named", {}).values()))
    says = list(dict.fromkeys(evidence.get("says", [])))
    return replace(judged, mistakes=named, says=says or judged.says)


AGAIN = {
    "stub": "Your function `{}` is defined twice, and the last definition is the empty stub. The "
    "one above it was graded; delete the stub.",
    "bound again": "`{}`, or a name that it uses, is bound again below it. It was graded as it was "
    "right after its definition; give the later one a different name.",
}


def better(exercise: Exercise, first: Score, second: Score | None, why: str) -> Score:
    """The better of two scores: the last definition's, and an earlier one's from the second run.

    The earlier one counts if it is fully right. A stub below a wrong answer does not hide it.
    """
    if second is None or first.points == first.out_of:
        return first
    remark = AGAIN[why].format(exercise.function)
    if second.points == second.out_of:
        return replace(second, says=[remark])
    hidden = why == "stub" and first.status == outcome.Status.NOT_ATTEMPTED
    if hidden and second.status == outcome.Status.FAIL:
        return replace(second, points=0, groups={}, says=[*second.says, remark])
    return first


def _right(exercise: Exercise, cases: list, answers: list[Answer], group: str) -> bool:
    """Whether all answers to the cases of a group are right."""
    own = [k for k, case in enumerate(cases) if case.group == group]
    return compare(exercise, [cases[k] for k in own], [answers[k] for k in own]).passed


def _status(first: outcome.Status, share: float) -> outcome.Status:
    """The status of the first answers, corrected by the share of groups that are right."""
    if share == 1:
        return outcome.Status.PASS
    if first is outcome.Status.PASS or share:
        return outcome.Status.FAIL
    return first


def _why(whole: outcome.Outcome, first: list[Answer], later: tuple[list[Answer], ...]) -> str:
    """Why the first answers were judged so; "unsteady" if right ones changed when asked again."""
    steady = all(alike(a, b) for again in later for a, b in zip(first, again, strict=True))
    return whole.evidence["why"] if steady or not whole.passed else "unsteady"
