"""A control group (cgroup v2) for each sandbox, so that the system limits it as a whole.

Only a delegated group allows subgroups. So they are used if the grader and its children are alone
in their group and it has the memory controller, as after `systemd-run --user --scope -p
Delegate=yes rnnlib grade ...`. `resources` describes the limits otherwise.
"""

import contextlib
import functools
import os
import secrets
import time
from pathlib import Path

from rnnlib.grading.sandbox.limits import Limits
from rnnlib.grading.sandbox.resources import descendants

MOUNT = Path("/sys/fs/cgroup")
CONTROLLERS = ("memory", "pids", "cpu")
SECONDS = 5.0  # seconds until killed processes are gone


@functools.cache
def divided() -> Path | None:
    """This process's group, prepared for subgroups; None if it is not delegated to the grader."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/cgroup").read_text().splitlines():
            if line.startswith("0::"):
                return divide(MOUNT / line.removeprefix("0::").lstrip("/"))
    return None


def divide(group: Path) -> Path | None:
    """The same for any group. Its processes move to a subgroup: a group with subgroups has none."""
    inside = {int(pid) for pid in (group / "cgroup.procs").read_text().split()}
    there = (group / "cgroup.controllers").read_text().split()
    if "memory" not in there or not inside <= {os.getpid(), *descendants(os.getpid())}:
        return None
    (group / "grader").mkdir(exist_ok=True)
    for pid in inside:
        (group / "grader" / "cgroup.procs").write_text(str(pid))
    wanted = " ".join(f"+{name}" for name in CONTROLLERS if name in there)
    (group / "cgroup.subtree_control").write_text(wanted)
    return group


def make(parent: Path, limits: Limits) -> Path:
    """A new group for one sandbox, within its limits."""
    group = parent / f"sandbox-{secrets.token_hex(8)}"
    group.mkdir()
    bounds = {
        "memory.max": limits.memory,
        "memory.swap.max": 0,
        "memory.oom.group": 1,
        "pids.max": limits.threads + 8,  # bubblewrap's own processes come on top
        "cpu.max": "100000 100000",  # one core
    }
    for name, bound in bounds.items():
        if name == "memory.max" or (group / name).exists():
            (group / name).write_text(str(bound))
    return group


def entering(group: Path, command: list[str]) -> list[str]:
    """The command line that enters the group before anything else."""
    return ["/bin/sh", "-c", 'echo 0 >"$0" && exec "$@"', str(group / "cgroup.procs"), *command]


def remove(group: Path) -> None:
    """Kill what is left in the group, and remove it."""
    end = time.monotonic() + SECONDS
    if (group / "cgroup.kill").exists():  # since Linux 5.14
        (group / "cgroup.kill").write_text("1")
    while group.exists() and time.monotonic() < end:
        try:
            group.rmdir()
        except OSError:  # the last process is still exiting
            time.sleep(0.01)
