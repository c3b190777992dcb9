"""A real Dask scheduler with its workers, on this machine."""

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from tests.grading.builders import ROOT

SECONDS = 120


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


@contextmanager
def cluster(folder: Path, workers: int):
    """A Dask scheduler and its workers, each a process on the loopback interface."""
    file = folder / "scheduler.json"
    options = ["--no-dashboard", "--scheduler-file", str(file)]
    local = ["--host", "127.0.0.1"]
    scheduler = ["dask_scheduler", *local, "--port", "0", *options]
    worker = ["dask_worker", *local, "--nthreads", "1", "--no-nanny", *options]
    worker += ["--local-directory", str(folder)]
    started = []

    def start(words):
        command = [sys.executable, "-m", f"distributed.cli.{words[0]}", *words[1:]]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(command, env=environment(), cwd=ROOT, **quiet)
        started.append(process)
        return process

    try:
        start(scheduler)
        until(lambda: file.exists() and json.loads(file.read_text() or "{}").get("address"))
        running = [start(worker) for _ in range(workers)]
        yield json.loads(file.read_text())["address"], running
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


def until(holds) -> None:
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
