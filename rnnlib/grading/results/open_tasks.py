"""The open tasks, which are graded by hand: their rubrics, row by row, for the gradebook.

What earns the points of a row, and what to expect, is in the lesson's notebook for instructors.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class OpenTask:
    """A task and the rows of its rubric: the criterion, and the points for it."""

    id: str
    title: str
    rows: tuple[tuple[str, int], ...]

    @property
    def points(self) -> int:
        return sum(points for _, points in self.rows)

    def parts(self) -> dict[str, tuple[str, int]]:
        """The id of the task and of each row ("12.A.1") -> its title and points."""
        rows = {f"{self.id}.{k}": row for k, row in enumerate(self.rows, 1)}
        return {self.id: (self.title, self.points), **rows}


OPEN_TASKS = (
    OpenTask(
        "12.A",
        "How much text?",
        (
            ("same updates and same parts for all", 3),
            ("table", 2),
            ("both divisions", 2),
            ("conclusions that the numbers carry", 3),
        ),
    ),
    OpenTask(
        "12.B",
        "A hundred thousand bytes",
        (
            ("three ways that differ in kind", 3),
            ("formula and measurement agree", 2),
            ("as many letters read in all", 1),
            ("a rate chosen for each way", 2),
            ("advice that names what each way costs", 2),
        ),
    ),
    OpenTask(
        "12.C",
        "Three patients",
        (
            ("measurements before opinions", 3),
            ("diagnoses", 3),
            ("evidence that rules out the alternative", 2),
            ("smallest cure, before and after", 2),
        ),
    ),
)


def of_lesson(lesson: str) -> list[OpenTask]:
    """The open tasks of a lesson."""
    return [task for task in OPEN_TASKS if task.id.split(".")[0] == lesson]
