"""The command line: what it does, and that what goes wrong is one line."""

import importlib.util
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from rnnlib import authoring, lessons, places
from rnnlib.__main__ import main
from rnnlib.app import lab
from rnnlib.workcopy import merge

LESSON = {
    "cells": [
        {"cell_type": "markdown", "id": "title", "metadata": {}, "source": ["# A lesson"]},
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of two lessons, and a working copy `work` that is yet to be made."""
    folder = tmp_path / "course"
    folder.mkdir()
    for name in ("01_first.ipynb", "02_second.ipynb"):
        (folder / name).write_bytes(merge.serialize(LESSON))
    monkeypatch.setattr(places, "COURSE", folder)
    monkeypatch.setenv("RNNLIB_WORK", str(tmp_path / "work"))
    return folder


@pytest.fixture
def started(monkeypatch):
    """The commands that would have become JupyterLab."""
    commands = []
    monkeypatch.setattr(lab.os, "execv", lambda path, command: commands.append(command))
    return commands


def run(*arguments):
    return CliRunner().invoke(main, arguments)


def assert_one_line(result, *words):
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: ")
    assert all(word in line for word in words)


def test_help_names_every_command():
    result = run("--help")
    assert result.exit_code == 0
    assert {"build", "doctor", "lab", "progress"} <= set(result.stdout.split())


def test_the_module_is_the_command():
    for command in (["-m", "rnnlib"], ["-c", "from rnnlib.__main__ import main; main()"]):
        done = subprocess.run([sys.executable, *command, "--version"], capture_output=True)
        assert done.returncode == 0 and b"version" in done.stdout


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_progress_is_printed_in_any_terminal(encoding, tmp_path):
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "RNNLIB_WORK": str(tmp_path)}
    words = [sys.executable, "-m", "rnnlib", "progress"]
    done = subprocess.run(words, capture_output=True, env=environment)
    assert done.returncode == 0, done.stderr
    mark = "○" if encoding == "utf-8" else "-"
    assert f"  {mark} 00.1" in done.stdout.decode(encoding)


# --- lab ---


def test_lab_makes_the_working_copy_and_opens_the_first_lesson_in_it(course, started, tmp_path):
    result = run("lab", "--no-browser", "--", "--LabApp.log_level=50")
    assert result.exit_code == 0
    assert result.stdout == f"Created your working copy of the course: {tmp_path / 'work'}\n"
    assert (tmp_path / "work" / "01_first.ipynb").exists()
    (command,) = started
    assert command[1:3] == ["-m", "jupyterlab"]
    assert {
        f"--ServerApp.root_dir={tmp_path / 'work'}",
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.open_browser=False",
        "--LabApp.default_url=/lab/tree/01_first.ipynb",
    } <= set(command)
    assert not any(option.startswith("--ServerApp.port") for option in command)
    assert command[-1] == "--LabApp.log_level=50"


def test_lab_tells_the_kernels_where_the_working_copy_is(course, started, tmp_path, monkeypatch):
    monkeypatch.setenv("RNNLIB_WORK", "overruled")
    assert run("lab", "--work", str(tmp_path / "mine")).exit_code == 0
    assert os.environ["RNNLIB_WORK"] == str(tmp_path / "mine")
    assert (tmp_path / "mine" / ".rnnlib").is_dir()


def test_lab_opens_the_lesson_of_the_next_exercise(course, tmp_path, monkeypatch):
    class Done:
        next = None

    monkeypatch.setattr("rnnlib.exercises.progress", lambda: Done)
    assert lab.next_lesson(course) == "01_first.ipynb"
    Done.next = type("Exercise", (), {"id": "02.1"})
    assert lab.next_lesson(course) == "02_second.ipynb"
    assert lab.next_lesson(tmp_path) is None


@pytest.mark.parametrize(
    "version, encrypts", [("2.19.0", False), ("2.20.0", True), ("3.0b1", True)]
)
def test_lab_encrypts_what_kernels_are_sent_where_the_server_can(version, encrypts, monkeypatch):
    monkeypatch.setattr(lab.importlib.metadata, "version", lambda name: version)
    line = lab.arguments(Path("work"), None, port=None, browser=False)
    assert ("--MappingKernelManager.transport_encryption=auto" in line) == encrypts


def test_a_port_that_is_named_is_used_or_nothing_is_done(course, started, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert_one_line(run("lab", "--port", str(port)), f"port {port} cannot be used", "--port")
    assert not (tmp_path / "work").exists() and not started
    assert run("lab", "--port", str(port)).exit_code == 0
    assert {f"--ServerApp.port={port}", "--ServerApp.port_retries=0"} <= set(started[0])


def test_work_makes_and_refreshes_a_working_copy_and_starts_nothing(course, started, tmp_path):
    folder = tmp_path / "here"
    assert run("work", str(folder)).stdout.startswith("Created your working copy")
    (folder / "01_first.ipynb").unlink()
    assert run("work", str(folder)).exit_code == 0
    assert (folder / "01_first.ipynb").exists()
    assert not started and not (tmp_path / "work").exists()


def test_lab_without_jupyterlab_says_how_to_install_it(course, started, tmp_path, monkeypatch):
    monkeypatch.setattr(lab.importlib.util, "find_spec", lambda name: None)
    assert_one_line(run("lab"), "JupyterLab is not installed", "-m pip install -e", "[course]")
    assert not (tmp_path / "work").exists() and not started


def test_lab_in_a_folder_that_cannot_be_written_is_one_line(course, started, tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert_one_line(
        run("lab", "--work", str(tmp_path / "file" / "work")), "cannot write the working"
    )
    assert not started


def test_lab_with_a_broken_lesson_is_one_line(course, started, tmp_path):
    (course / "02_second.ipynb").write_text("{\n")
    assert_one_line(run("lab"), "02_second.ipynb is not a notebook: line 2")
    assert not (tmp_path / "work").exists() and not started


# --- build ---


def test_build_reports_each_lesson(monkeypatch):
    asked = []

    def build(names, **options):
        asked.append((names, options))
        return [authoring.Report("01_first", False, ())]

    monkeypatch.setattr(authoring, "build", build)
    monkeypatch.setattr(authoring, "uncounted", lambda: ["lesson 02: its counts are old"])
    result = run("build", "01", "--force")
    assert result.stdout == "01_first: unchanged\nlesson 02: its counts are old\n"
    run("build", "--instructor")
    assert asked == [
        (("01",), {"force": True, "instructor": False}),
        (None, {"force": False, "instructor": True}),
    ]


def test_build_check_names_what_is_stale(monkeypatch):
    monkeypatch.setattr(authoring, "check", lambda: [])
    monkeypatch.setattr(authoring, "uncounted", lambda: ["lesson 02: its counts are old"])
    result = run("build", "--check")
    assert result.exit_code == 0
    assert result.stdout == "lesson 02: its counts are old\nEverything is built.\n"
    monkeypatch.setattr(authoring, "uncounted", lambda: [])
    stale = [authoring.Stale("course/01_first.ipynb", "is missing")]
    monkeypatch.setattr(authoring, "check", lambda: stale)
    result = run("build", "--check")
    assert result.stdout == "course/01_first.ipynb: is missing\n"
    assert_one_line(result, "1 stale", "rnnlib build")


def test_an_error_in_a_lesson_is_one_line(monkeypatch):
    def build(*_, **__):
        raise lessons.AuthoringError.at(Path("solutions/01_first.md"), 7, "is not closed")

    monkeypatch.setattr(authoring, "build", build)
    assert_one_line(run("build"), "solutions/01_first.md:7: is not closed")


def test_a_file_or_a_package_that_is_missing_is_one_line(monkeypatch):
    for error, words in [
        (PermissionError(13, "Permission denied", "course/x"), "course/x: Permission denied"),
        (ModuleNotFoundError("No module named 'nbformat'", name="nbformat"), "[teach]"),
        (ModuleNotFoundError("No module named 'tqdm.auto'", name="tqdm.auto"), "[course]"),
    ]:

        def check(error=error):
            raise error

        monkeypatch.setattr(authoring, "check", check)
        assert_one_line(run("build", "--check"), words)


@pytest.mark.parametrize("command", ["build", "replicate 01", "survivors", "pretrain"])
def test_what_writes_into_the_repository_refuses_without_one(command, monkeypatch):
    monkeypatch.setattr(places, "IN_CHECKOUT", False)
    assert_one_line(run(*command.split()), "needs a clone of the repository")


# --- progress ---


def test_progress_shows_what_the_working_copy_remembers(tmp_path, monkeypatch):
    monkeypatch.setenv("RNNLIB_WORK", "overruled")
    (tmp_path / ".rnnlib").mkdir()
    before = run("progress", "--work", str(tmp_path)).stdout
    line = json.dumps({"id": "01.1", "status": "pass"})
    (tmp_path / ".rnnlib" / "ledger.jsonl").write_text(line + "\n")
    after = run("progress", "--work", str(tmp_path)).stdout
    assert "✓ 01.1" in after and "✓" not in before


# --- bench ---


def test_bench_hands_its_options_to_the_benchmarks(monkeypatch):
    called = []
    monkeypatch.setattr("rnnlib.benchmarks.__main__.main", lambda **given: called.append(given))
    result = CliRunner().invoke(main, ["bench", "--quick", "--threads", "1"])
    assert result.exit_code == 0
    assert called == [{"quick": True, "threads": (1,)}]


def test_bench_without_pytorch_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(subprocess, "run", lambda *words, **given: pytest.fail("was started"))
    assert_one_line(run("bench", "--quick"), "torch is not installed", "[torch]")
