"""A class of submissions -> results, on any `concurrent.futures.Executor`.

A submission's bytes are read when it is graded, and no more than MOST_WAITING bytes wait for a
worker: a class of any size needs only the memory for a few notebooks.
"""

import logging
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager

from rnnlib.grading import judge
from rnnlib.grading.results.result import Result
from rnnlib.grading.results.store import ResultStore, key
from rnnlib.grading.sandbox import session
from rnnlib.grading.sandbox.limits import Limits
from rnnlib.grading.submissions.collecting import Submission

MOST_WAITING = 50_000_000  # bytes of submissions waiting for a worker, besides one per core
logger = logging.getLogger(__name__)


@contextmanager
def threads(workers: int | None = None) -> Iterator[Executor]:
    """Threads on this machine, one per core; the actual work is done in the sandboxes.

    If an error or Ctrl-C ends the run, the sandboxes are stopped, too.
    """
    executor = ThreadPoolExecutor(workers or os.cpu_count())
    try:
        yield executor
    except BaseException:
        with session.stopped():
            executor.shutdown(cancel_futures=True)
        raise
    executor.shutdown()


@contextmanager
def dask(address: str) -> Iterator[Executor]:
    """The workers of a Dask scheduler; each needs this version of the course, and bubblewrap."""
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        yield client.get_executor(pure=False)


def grade_one(
    data: bytes, lesson: str, seed: str, limits: Limits, unsafe: bool, version: str
) -> Result:
    """What a worker does. RuntimeError if its version of the course is not the grader's."""
    if judge.version(lesson) != version:
        raise RuntimeError("this worker has a different version of the course")
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
    """The result of each submission by name; results already in the store are reused.

    `graded` is called for each submission when it is done. An error of the store ends the run, but
    earlier results are kept. Identical files are graded once.
    """
    results: dict[str, Result] = {}

    def done(group: list[Submission], result: Result) -> None:
        for submission in group:
            results[submission.name] = result
            graded(submission, result)

    def unread(group: list[Submission], why: str) -> None:
        trouble = f"The file could not be read: {why}"
        done(group, judge.infrastructure(lesson, trouble, trouble, unsafe=unsafe))

    groups: dict[str, list[Submission]] = {}
    sizes: dict[str, int] = {}
    for submission in submissions:
        if submission.invalid:
            done([submission], judge.invalid(lesson, submission.invalid, unsafe=unsafe))
            continue
        data, problem = _read(submission)
        if problem:
            unread([submission], problem)
        else:
            groups.setdefault(key(data), []).append(submission)
            sizes[key(data)] = len(data)
        del data
    version = judge.version(lesson)
    waiting: deque[str] = deque()
    for of, group in groups.items():
        if (kept := store.get(of)) is not None:
            done(group, kept)
        else:
            waiting.append(of)
    running: dict[Future, str] = {}
    try:
        while waiting or running:
            while waiting and _room(running.values(), sizes, waiting[0]):
                of = waiting.popleft()
                data, problem = _read(groups[of][0])
                if problem:
                    unread(groups[of], problem)
                    continue
                task = executor.submit(grade_one, data, lesson, store.seed, limits, unsafe, version)
                running[task] = of
                del data
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for task in finished:
                of = running.pop(task)
                done(groups[of], store.put(of, _result(task, lesson, unsafe)))
                del task
            finished.clear()
    finally:
        for task in running:
            task.cancel()
    return {submission.name: results[submission.name] for submission in submissions}


def _read(submission: Submission) -> tuple[bytes, str]:
    """A submission's bytes, or why there are none."""
    if submission.problem:
        return b"", submission.problem
    try:
        return submission.read(), ""
    except OSError as error:
        return b"", f"{error.strerror}."


def _room(running: Iterable[str], sizes: dict[str, int], next_one: str) -> bool:
    """Whether one more submission may be handed to the workers."""
    there = [sizes[of] for of in running]
    return len(there) < (os.cpu_count() or 1) or sum(there) + sizes[next_one] <= MOST_WAITING


def _result(task: Future, lesson: str, unsafe: bool) -> Result:
    """A worker's result; if the worker or the pool fails, an infrastructure result."""
    try:
        return task.result()
    except Exception as error:
        logger.exception("grading failed")
        kind = type(error).__name__
        note = f"The grader failed: {kind}."
        return judge.infrastructure(lesson, note, f"{kind}: {error}", unsafe=unsafe)
