"""The course's lessons, each read once in a process: reading them all takes seconds."""

import functools

from rnnlib.lessons import Lesson, lesson_paths, read_lesson

lesson_at = functools.cache(read_lesson)


def every_lesson() -> dict[str, Lesson]:
    """The lessons by their numbers."""
    return {lesson.number: lesson for lesson in map(lesson_at, lesson_paths())}
