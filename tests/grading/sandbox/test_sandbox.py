"""The command line of the sandbox, and what of the grader's goes in with it."""

import os
import pty
import sys
from contextlib import contextmanager

import pytest

from rnnlib.grading.sandbox import course_copy
from rnnlib.grading.sandbox.limits import Limits
from rnnlib.grading.sandbox.session import Session
from rnnlib.grading.sandbox.walls import command

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


def test_matplotlib_finds_its_list_of_fonts_instead_of_making_one(sandboxed):
    code = "import matplotlib, os\ndef f():\n    return os.listdir(matplotlib.get_cachedir())"
    with Session(course_copy.prepared(()), ["f"], LIMITS) as session:
        session.run(code, 20)
        (reply,) = session.ask("f", (), [()], 20)
    (made,) = reply.value
    assert made.startswith("fontlist-v")
