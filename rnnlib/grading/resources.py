"""What a sandbox uses as a whole, read from /proc: limits that a single process cannot have."""

import os
from pathlib import Path

from rnnlib.grading.sandbox import Limits

PAGE = os.sysconf("SC_PAGE_SIZE")
MOST_FILES = 20_000  # a file system in memory pays for empty files too


def excess(pid: int, limits: Limits) -> str:
    """Which limit the sandbox with this first process exceeds, or an empty string."""
    family = descendants(pid)
    if len(family) > limits.processes + 4:
        return "it started too many processes"
    if sum(map(resident, family)) > limits.memory:
        return "it used too much memory"
    if family and files(family[0], limits) > MOST_FILES:
        return "it made too many files"
    return ""


def descendants(pid: int) -> list[int]:
    """The processes below this one, each after its parent."""
    found, waiting = [], [pid]
    while waiting:
        try:
            tasks = list(Path(f"/proc/{waiting.pop()}/task").iterdir())
            children = [int(c) for t in tasks for c in (t / "children").read_text().split()]
        except OSError:  # it has ended meanwhile
            continue
        found += children
        waiting += children
    return found


def resident(pid: int) -> int:
    """Bytes of memory that the process has for itself."""
    try:
        _, whole, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
    except OSError:
        return 0
    return PAGE * (int(whole) - int(shared))


def files(pid: int, limits: Limits) -> int:
    """How many files there are in the sandbox's /tmp and /dev/shm.

    A larger file system is not the sandbox's: bubblewrap has not built it yet.
    """
    total = 0
    for folder in ("tmp", "dev/shm"):
        try:
            there = os.statvfs(f"/proc/{pid}/root/{folder}")
        except OSError:
            continue
        if there.f_blocks * there.f_frsize < 2 * limits.files:
            total += there.f_files - there.f_ffree
    return total
