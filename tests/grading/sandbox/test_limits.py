"""What one sandbox can take of the machine, asked from inside."""

import os
import resource
import struct
import subprocess
from pathlib import Path

import pytest

from rnnlib.grading.sandbox import cgroup, course_copy, resources, syscalls
from rnnlib.grading.sandbox.inside import agent
from rnnlib.grading.sandbox.limits import Limits
from rnnlib.grading.sandbox.session import KernelLost, Session

LIMITS = Limits(memory=1_000_000_000)


@pytest.fixture(scope="module")
def session(sandboxed):
    with Session(course_copy.prepared(()), ["f"], LIMITS) as session:
        session.run("import ctypes, fcntl, mmap, os, resource, socket", 20)
        session.run("libc = ctypes.CDLL(None)", 20)
        yield session


def asked(session: Session, expression: str):
    """What the expression is worth inside; None where it raises."""
    session.run(f"def f():\n    return {expression}", 20)
    (reply,) = session.ask("f", (), [()], 20)
    return None if reply.error else reply.value


def test_an_expression_has_a_value_and_threads_are_allowed(session):
    assert asked(session, "1 + 1") == 2
    session.run("import concurrent.futures\npool = concurrent.futures.ThreadPoolExecutor(4)", 20)
    assert asked(session, "sum(pool.map(abs, range(5)))") == 10
    assert asked(session, "fcntl.fcntl(0, fcntl.F_GETFD)") == 0
    assert asked(session, "[end.close() for end in socket.socketpair()]") == [None, None]


@pytest.mark.parametrize(
    "expression",
    [
        "os.fork()",
        "libc.vfork() >= 0 or 1 / 0",
        "__import__('subprocess').run(['true'])",
        "__import__('multiprocessing').Pool(1)",
        "os.memfd_create('x')",
        "libc.vmsplice(1, None, 0, 0) >= 0 or 1 / 0",
        "libc.inotify_init() >= 0 or 1 / 0",
        "socket.socket(socket.AF_INET)",
        "socket.socket(socket.AF_INET6)",
        "socket.socket(socket.AF_NETLINK)",
        "socket.socketpair()[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)",
        "fcntl.lockf(open('/tmp/locked', 'w'), fcntl.LOCK_EX) is None",
        "[mmap.mmap(-1, 300_000_000) for _ in range(3)]",
        "[mmap.mmap(-1, 300_000_000, flags=mmap.MAP_PRIVATE) for _ in range(3)]",
    ],
)
def test_what_would_take_memory_that_no_limit_counts_is_refused(session, expression):
    assert asked(session, expression) is None


def test_its_process_has_bounds_on_processor_time_and_goes_first_when_memory_runs_out(session):
    assert asked(session, "open('/proc/self/oom_score_adj').read()") == "1000\n"
    assert asked(session, "resource.getrlimit(resource.RLIMIT_CPU)") == (180, 180)
    assert asked(session, "resource.getrlimit(resource.RLIMIT_AS)") == (LIMITS.memory,) * 2
    assert asked(session, "os.nice(0)") == os.nice(0) + 5


def test_the_first_process_is_hidden_has_bounds_as_well_and_cannot_grow(session):
    assert asked(session, "os.listdir('/proc/1')") == []
    assert asked(session, "open('/proc/1/new', 'w')") is None
    first, *_ = resources.descendants(session.manager.provisioner.process.pid)
    bounds = {
        resource.RLIMIT_AS: agent.INIT_MEMORY,
        resource.RLIMIT_CPU: 180,
        resource.RLIMIT_NPROC: 1,
        resource.RLIMIT_NOFILE: 8,
        resource.RLIMIT_FSIZE: LIMITS.files,
    }
    assert {kind: resource.prlimit(first, kind)[1] for kind in bounds} == bounds


def test_processor_time_ends(sandboxed):
    with (
        Session(course_copy.prepared(()), ["f"], Limits(submission=3)) as session,
        pytest.raises(KernelLost, match=r"it ended|connection broke off"),
    ):
        session.run("while True: pass", 30)


def test_a_program_that_is_called_is_not_run_and_its_cell_goes_on(session):
    session.run("!pip install numpy\nlines = !ls\ndone = 3", 20)
    assert asked(session, "[done, lines]") == [3, []]


def test_files_in_memory_are_counted(sandboxed):
    with (
        Session(course_copy.prepared(()), ["f"], LIMITS) as session,
        pytest.raises(KernelLost, match="too many files"),
    ):
        session.run("k = 0\nwhile True:\n    open(f'/tmp/{k}', 'w').close()\n    k += 1", 30)


@pytest.mark.parametrize("machine", syscalls.ARCHITECTURES)
def test_every_jump_of_the_filter_lands_inside_and_the_end_is_a_verdict(machine):
    code = list(struct.iter_unpack("=HBBI", syscalls.program(machine)))
    for place, (kind, holds, fails, _) in enumerate(code):
        if kind != syscalls.RETURN:
            assert place + 1 + max(holds, fails) < len(code)
    assert code[-1][0] == syscalls.RETURN


# --- control groups: a folder with the files of one stands for one -----------------------------


def group(folder: Path, *, controllers: str = "cpu memory pids", strangers: str = "") -> Path:
    folder.mkdir()
    (folder / "cgroup.controllers").write_text(controllers)
    (folder / "cgroup.procs").write_text(f"{os.getpid()}\n{strangers}")
    return folder


def test_a_group_of_the_graders_own_is_divided(tmp_path):
    own = group(tmp_path / "own")
    assert cgroup.divide(own) == own
    assert (own / "cgroup.subtree_control").read_text() == "+memory +pids +cpu"
    assert (own / "grader" / "cgroup.procs").read_text() == str(os.getpid())


@pytest.mark.parametrize("more", [{"strangers": "1"}, {"controllers": "cpu pids"}])
def test_a_group_with_strangers_or_without_memory_is_left_alone(tmp_path, more):
    own = group(tmp_path / "own", **more)
    assert cgroup.divide(own) is None
    assert {p.name for p in own.iterdir()} == {"cgroup.controllers", "cgroup.procs"}


def test_a_command_enters_its_group_before_it_starts_and_fails_without_one(tmp_path):
    file = tmp_path / "cgroup.procs"
    words = cgroup.entering(tmp_path, ["echo", "a  b"])
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.stdout == "a  b\n" and file.read_text() == "0\n"
    missing = cgroup.entering(tmp_path / "none", ["echo", "a"])
    done = subprocess.run(missing, capture_output=True, text=True)
    assert done.returncode != 0 and not done.stdout


def test_a_new_group_has_the_limits_and_goes_away(tmp_path):
    made = cgroup.make(tmp_path, LIMITS)
    assert (made / "memory.max").read_text() == str(LIMITS.memory)
    (made / "memory.max").unlink()
    cgroup.remove(made)
    assert not made.exists()
