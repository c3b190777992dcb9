"""A class of submissions -> results, by any `concurrent.futures.Executor`."""

import logging
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from contextlib import contextmanager

from rnnlib.grading import judge
from rnnlib.grading.results.result import GradingStatus, Result
from rnnlib.grading.results.store import ResultStore
from rnnlib.grading.sandbox.limits import Limits
from rnnlib.grading.submissions.collecting import Submission

logger = logging.getLogger(__name__)


@contextmanager
def threads(workers: int | None = None) -> Iterator[Executor]:
    """Threads on this machine, one per core: the work itself is done in the sandboxes."""
    executor = ThreadPoolExecutor(workers or os.cpu_count())
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


@contextmanager
def dask(address: str) -> Iterator[Executor]:
    """The workers of a Dask scheduler; each needs this version of the course, and bubblewrap."""
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        yield client.get_executor(pure=False)


def grade_one(
    data: bytes, lesson: str, seed: str, limits: Limits, unsafe: bool, version: str
) -> Result:
    """What a worker does. RuntimeError where it has other exercises than the grader."""
    if judge.version(lesson) != version:
        raise RuntimeError("this worker has another version of the course")
    return judge.grade(data, lesson, seed, limits, unsafe=unsafe)


def grade_class(
    submissions: list[Submission],
    lesson: str,
    store: ResultStore,
    executor: Executor,
    limits: Limits,
    *,
    unsafe: bool = False,
    graded: Callable[[Submission, Result], None] = lambda submission, result: None,
) -> dict[str, Result]:
    """The result of each submission by name; what the store has is not graded again.

    `graded` is called for each as it is done. An error of the store ends the run; what was
    graded before is kept.
    """
    results: dict[str, Result] = {}

    def done(group: list[Submission], result: Result) -> None:
        for submission in group:
            results[submission.name] = result
            graded(submission, result)

    groups: dict[bytes, list[Submission]] = {}
    for submission in submissions:
        if submission.problem:
            note = f"The file could not be read: {submission.problem}"
            done([submission], Result(GradingStatus.INFRASTRUCTURE, lesson, [], [note], unsafe))
        else:
            groups.setdefault(submission.data, []).append(submission)
    version = judge.version(lesson)
    running = {}
    try:
        for data, group in groups.items():
            if (kept := store.get(data)) is not None:
                done(group, kept)
            else:
                task = executor.submit(grade_one, data, lesson, store.seed, limits, unsafe, version)
                running[task] = group
        for task in as_completed(running):
            group = running[task]
            try:
                result = task.result()
            except Exception as error:  # whatever a lost worker or a broken pool raises
                logger.exception("grading failed")
                note = f"The grader failed: {type(error).__name__}."
                result = Result(GradingStatus.INFRASTRUCTURE, lesson, [], [note], unsafe)
            done(group, store.put(group[0].data, result))
    finally:
        for task in running:
            task.cancel()
    return {submission.name: results[submission.name] for submission in submissions}
