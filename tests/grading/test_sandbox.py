"""The command line of the sandbox."""

import sys

from rnnlib.grading.sandbox import Limits, command


def test_a_python_that_lives_below_tmp_is_mounted_into_the_private_tmp(
    sandboxed, monkeypatch, tmp_path
):
    prefix = "/tmp/course/.venv"
    monkeypatch.setattr(sys, "prefix", prefix)
    line = command(tmp_path, Limits(), agent=["true"], seccomp=3)
    private = line.index("/tmp")
    assert line[private - 1] == "--tmpfs"
    assert all(place > private for place, word in enumerate(line) if word.startswith("/tmp/"))
