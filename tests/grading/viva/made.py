"""Students of whom the grader has accepted everything, or some exercises."""

from pathlib import Path

from rnnlib.grading.results.entries import Entry
from rnnlib.grading.results.result import Result, Score, of_lesson
from rnnlib.grading.results.store import key


def accepted(folder: Path, data: bytes, lesson: str, student: str = "anna", only=None) -> Entry:
    """An entry for a notebook that is written into the folder."""
    path = folder / f"{student}.ipynb"
    path.write_bytes(data)
    scores = [
        Score(e.id, e.title, "pass", e.points, e.points, {}, "right")
        for e in of_lesson(lesson)
        if only is None or e.id in only
    ]
    made = {"file": key(data)}
    return Entry(student, student, Result("ok", lesson, scores), made=made, path=str(path))
