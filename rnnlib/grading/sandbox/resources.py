"""How much of the machine's memory a sandbox can use.

The filter in `syscalls` allows only one process, whose address space the operating system limits:
private and shared mappings together never exceed `Limits.memory`. Bubblewrap's own process, the
first, is limited to 16 MB. In addition there are, at most,

    two file systems in memory, of `Limits.files` bytes each, and what empty files take: 0.2 GB
    pipes, what Linux gives a user: 0.1 GB
    sockets, 256 open and 256 on their way to nobody, with buffers of Linux's size: 0.1 GB
    page tables, for 65,530 mappings each far from the others: 0.6 GB

so with the default of 2 GB, the total stays below 3 GB. If the grader has its own control group
(`cgroup`), the operating system keeps the sum of all this below `Limits.memory` as well.
"""

import os
from pathlib import Path

from rnnlib.grading.sandbox.limits import Limits

MOST_FILES = 20_000  # no limit of the operating system covers these


def excess(pid: int, limits: Limits) -> str:
    """The limit that the sandbox with this first process exceeds, or an empty string."""
    family = descendants(pid)
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
        except OSError:  # it has ended in the meantime
            continue
        found += children
        waiting += children
    return found


def files(pid: int, limits: Limits) -> int:
    """How many files there are in the sandbox's /tmp and /dev/shm.

    A larger file system is not the sandbox's: bubblewrap has not set it up yet.
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
