"""The command line of the sandbox, and what of the grader's goes in with it."""

import os
import pty
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from rnnlib.grading.sandbox import course_copy, syscalls, walls
from rnnlib.grading.sandbox.limits import Limits
from rnnlib.grading.sandbox.session import Session
from rnnlib.grading.sandbox.walls import command

PREFIX = sys.prefix
LIMITS = Limits(memory=1_000_000_000)
OPEN = """
import os
def f():
    links = [f"/proc/self/fd/{k}" for k in os.listdir("/proc/self/fd")]
    return [os.readlink(link) for link in links if os.path.islink(link)]
"""


@contextmanager
def standard_error(file: int):
    """This process's file 2 is that one for a while."""
    kept = os.dup(2)
    os.dup2(file, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


@pytest.fixture
def terminal():
    ends = pty.openpty()
    yield ends[1]
    for end in ends:
        os.close(end)


@pytest.fixture
def log(tmp_path):
    with open(tmp_path / "log", "w") as file:
        yield file.fileno()


@pytest.mark.parametrize("kind", ["terminal", "log"])
def test_no_file_of_the_graders_is_open_inside_whatever_its_standard_error_is(
    sandboxed, request, kind
):
    with (
        standard_error(request.getfixturevalue(kind)),
        Session(course_copy.prepared(()), ["f"], LIMITS) as session,
    ):
        session.run(OPEN, 20)
        (reply,) = session.ask("f", (), [()], 20)
    assert {name for name in reply.value if name.startswith("/")} == {"/dev/null"}


def test_a_python_that_lives_below_tmp_is_mounted_into_the_private_tmp(
    sandboxed, monkeypatch, tmp_path
):
    prefix = "/tmp/course/.venv"
    monkeypatch.setattr(sys, "prefix", prefix)
    line = command(tmp_path, Limits(), agent=["true"], seccomp=3)
    private = line.index("/tmp")
    assert line[private - 1] == "--tmpfs"
    assert all(place > private for place, word in enumerate(line) if word.startswith("/tmp/"))


@pytest.fixture
def linked(monkeypatch, tmp_path):
    """This Python and its environment, reached by links in a folder that is a link."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "env").symlink_to(sys.prefix)
    (tmp_path / "home" / "python").symlink_to(sys.executable)
    (tmp_path / "alias").symlink_to("home/../home")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "alias" / "env"))
    monkeypatch.setattr(sys, "exec_prefix", sys.prefix)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "alias" / "python"))


def test_a_python_behind_links_starts(sandboxed, linked, tmp_path):
    agent = [
        sys.executable,
        "-c",
        f"import os; print(os.path.samefile({sys.prefix!r}, '{PREFIX}'))",
    ]
    with syscalls.open_filter() as seccomp:
        line = command(tmp_path, Limits(), agent=agent, seccomp=seccomp)
        done = subprocess.run(line, capture_output=True, text=True, pass_fds=[seccomp])
    assert done.stdout == "True\n", done.stderr


def test_behind_links_the_answers_are_hidden_too(linked, monkeypatch, tmp_path):
    installed = Path(np.__file__).resolve().parent  # in its place: the library, from a wheel
    monkeypatch.setattr(walls, "PACKAGE", installed)
    line = walls._python()
    assert line[line.index(str(installed)) - 1] == "--tmpfs"
    mounts = [line[k + 1] for k, word in enumerate(line) if word == "--ro-bind"]
    assert mounts == [os.path.realpath(mount) for mount in mounts]


def test_another_copy_of_the_library_is_hidden_too(sandboxed, monkeypatch, tmp_path):
    env = tmp_path / "env"
    copy = env / "lib" / "python3.99" / "site-packages" / "rnnlib"
    copy.mkdir(parents=True)
    (copy / "answers.py").write_text("")
    (copy.parent / "other.py").write_text("")
    (env / "lib64").symlink_to("lib")
    monkeypatch.setattr(sys, "prefix", str(env))
    code = f"import os; print(os.listdir({str(copy)!r}), os.listdir({str(copy.parent)!r}))"
    with syscalls.open_filter() as seccomp:
        line = command(tmp_path, Limits(), agent=[sys.executable, "-c", code], seccomp=seccomp)
        done = subprocess.run(line, capture_output=True, text=True, pass_fds=[seccomp])
    assert line.count(str(copy)) == 1
    shown, beside = done.stdout.strip().split("] ")
    assert shown == "[" and "other.py" in beside, done.stderr


def test_matplotlib_finds_its_list_of_fonts_instead_of_making_one(sandboxed):
    code = "import matplotlib, os\ndef f():\n    return os.listdir(matplotlib.get_cachedir())"
    with Session(course_copy.prepared(()), ["f"], LIMITS) as session:
        session.run(code, 20)
        (reply,) = session.ask("f", (), [()], 20)
    (made,) = reply.value
    assert made.startswith("fontlist-v")
