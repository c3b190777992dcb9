"""A class of submissions -> results, by any `concurrent.futures.Executor`."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rnnlib.grading import judge, names
from rnnlib.grading.judge import Result, Status
from rnnlib.grading.sandbox import Limits
from rnnlib.grading.store import Store
from rnnlib.grading.submission import MOST_BYTES

# What grading writes into its folder.
WRITTEN = ("graded", "private_seed", "scores.csv", "report.html", "feedback")


@dataclass(frozen=True)
class Submission:
    """A file that was handed in: its name within the folder, and its bytes.

    `problem` says why there are none to be had.
    """

    name: str
    data: bytes
    problem: str = ""


def collect(folder: Path, out: Path | None = None) -> list[Submission]:
    """All files below a folder but the hidden ones, in order; of a huge one only the beginning.

    A link is not followed: it counts as an empty file. What cannot be read is there with its
    problem. What an earlier run has written into `out`, the results folder, was not handed in.
    """
    results = {out.resolve() / name for name in WRITTEN} if out else set()
    found: dict[str, tuple[bytes, str]] = {}

    def unreadable(error: OSError) -> None:
        name = Path(error.filename).relative_to(folder).as_posix()
        found[name] = (b"", f"{error.strerror}.")

    for place, folders, files in os.walk(folder, onerror=unreadable):
        here = Path(place).resolve()
        own = {n for n in (*folders, *files) if n[0] != "." and here / n not in results}
        folders[:] = [name for name in folders if name in own]
        links = [name for name in folders if Path(place, name).is_symlink()]
        for path in (Path(place, name) for name in [*files, *links] if name in own):
            try:
                found[path.relative_to(folder).as_posix()] = (_beginning(path), "")
            except OSError as error:
                unreadable(error)
    called = names.shown(found)
    return [Submission(called[path], *found[path]) for path in sorted(found)]


def _beginning(path: Path) -> bytes:
    """What a file holds, up to a byte more than is accepted; nothing of what is no file."""
    if path.is_symlink() or not path.is_file():
        return b""
    with open(path, "rb") as file:
        return file.read(MOST_BYTES + 1)


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
    if judge.version() != version:
        raise RuntimeError("this worker has another version of the course")
    return judge.grade(data, lesson, seed, limits, unsafe=unsafe)


def grade_class(
    submissions: list[Submission],
    lesson: str,
    store: Store,
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
            done([submission], Result(Status.INFRASTRUCTURE, lesson, [], [note], unsafe))
        else:
            groups.setdefault(submission.data, []).append(submission)
    version = judge.version()
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
                note = f"The grader failed: {type(error).__name__}."
                result = Result(Status.INFRASTRUCTURE, lesson, [], [note], unsafe)
            done(group, store.put(group[0].data, result))
    finally:
        for task in running:
            task.cancel()
    return {submission.name: results[submission.name] for submission in submissions}
