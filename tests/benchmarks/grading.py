"""A class of 300 graded here and on Dask, beside bare execution of the same cells by nbclient.

By hand, since it takes minutes: `python -m tests.benchmarks.grading --lesson 01`.
"""

import argparse
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

from rnnlib.benchmarks.timing import table
from rnnlib.grading import executor, judge
from rnnlib.grading.results.result import Result, of_lesson
from rnnlib.grading.results.store import ResultStore
from rnnlib.grading.sandbox.limits import Limits
from rnnlib.grading.submissions import parsing
from rnnlib.grading.submissions.collecting import Submission
from tests.grading.builders import synthesised, written
from tests.grading.cluster import cluster


def main(lesson: str, number: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        timed(written(Path(folder), synthesised(lesson, number)), lesson, number)


def timed(handed_in: list[Submission], lesson: str, number: int) -> None:
    """Print the tables of a class."""
    units = [cells(s.read(), lesson) for s in handed_in]
    bare(units[:2], 2)  # both sides with warm files
    graded(handed_in[:2], lesson, 2)

    rows = []
    for workers, size in ((1, number // 3), (2, number // 3), (2, number)):
        ours, results = graded(handed_in[:size], lesson, workers)
        theirs = bare(units[:size], workers)
        rows.append((workers, size, 60 * size / ours, 60 * size / theirs, ours / theirs))
    head = ("workers", "submissions", "a minute", "nbclient, a minute", "time / nbclient")
    table(f"Lesson {lesson}, graded and merely executed", head, rows)

    with (
        tempfile.TemporaryDirectory() as folder,
        cluster(Path(folder), 2) as (address, _),
        executor.dask(address) as pool,
    ):
        seconds, there = graded(handed_in, lesson, 2, pool)
    same = "identical" if there == results else "DIFFERENT"
    print(f"On Dask, two worker processes: {60 * number / seconds:.0f} a minute, {same} results")


def cells(data: bytes, lesson: str) -> list[str]:
    """The code that the grader runs of a submission."""
    functions = {exercise.function for exercise in of_lesson(lesson)}
    read = parsing.read(data)
    return [code for _, code in parsing.to_run(read, judge.handed_out(lesson), functions)]


def graded(
    handed_in: list[Submission], lesson: str, workers: int, pool=None
) -> tuple[float, dict[str, Result]]:
    """Seconds, and the results."""
    with tempfile.TemporaryDirectory() as folder, executor.threads(workers) as threads:
        store = ResultStore(Path(folder), lesson, "benchmark", seed="benchmark")
        start = perf_counter()
        results = executor.grade_class(handed_in, lesson, store, pool or threads, Limits())
        return perf_counter() - start, results


def bare(units: list[list[str]], workers: int) -> float:
    """Seconds to execute the same cells, each submission in a kernel without a sandbox."""
    with ThreadPoolExecutor(workers) as threads:
        start = perf_counter()
        list(threads.map(_execute, units))
        return perf_counter() - start


def _execute(unit: list[str]) -> None:
    from jupyter_client import AsyncKernelManager
    from nbclient import NotebookClient
    from nbformat.v4 import new_code_cell, new_notebook

    book = new_notebook(cells=[new_code_cell(code) for code in unit])
    with tempfile.TemporaryDirectory() as folder:  # kernels that start at once fight over ports
        manager = AsyncKernelManager(kernel_name="python3", transport="ipc", ip=f"{folder}/kernel")
        NotebookClient(book, km=manager, allow_errors=True).execute()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lesson", default="01")
    parser.add_argument("--number", type=int, default=300)
    arguments = parser.parse_args()
    main(arguments.lesson, arguments.number)
