"""Which of a student's attempts counts: the last one on time, or the best one on time."""

from collections.abc import Callable

from rnnlib.grading.submissions.collecting import Submission

ATTEMPTS = ("last", "best")


def by_student(submissions: list[Submission]) -> dict[str, list[Submission]]:
    """The attempts that are on time, in order; all of them if none is."""
    found: dict[str, list[Submission]] = {}
    for submission in submissions:
        found.setdefault(submission.student, []).append(submission)
    return {
        student: sorted([s for s in own if not s.late] or own, key=lambda s: (*s.order, s.name))
        for student, own in found.items()
    }


def to_grade(submissions: list[Submission], attempt: str) -> list[Submission]:
    """The submissions to grade for `attempt`, one of ATTEMPTS."""
    found = by_student(submissions)
    return [s for own in found.values() for s in (own if attempt == "best" else own[-1:])]


def counting(
    submissions: list[Submission], attempt: str, points: Callable[[Submission], float | None]
) -> dict[str, Submission]:
    """For each student the attempt that counts; among equally good ones, the last."""
    last = {student: own[-1] for student, own in by_student(submissions).items()}
    if attempt == "last":
        return last

    def worth(submission: Submission) -> float:
        known = points(submission)
        return -1.0 if known is None else known

    return {
        student: max(reversed(own), key=worth) for student, own in by_student(submissions).items()
    }
