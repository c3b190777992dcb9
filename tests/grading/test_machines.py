"""Where there is no sandbox the grader says why, and what to do; without one it grades anywhere."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from rnnlib.__main__ import main
from rnnlib.app import doctor, lab
from rnnlib.grading.results import entries
from rnnlib.grading.sandbox import advice, walls
from tests.grading.builders import ROOT, all_right, answered, written
from tests.grading.cluster import environment

WORDS = "bwrap: setting up uid map: Permission denied"
# What is not there on Windows, in the grader and in the processes that it starts; and the limits
# that macOS refuses.
BLOCKED = """
import runpy, subprocess, sys, types
mode, here = sys.argv[1], __file__
if mode == "windows":
    try:
        import psutil  # ipykernel 7.2's; for Windows it is another, Linux's needs these
    except ImportError:
        pass  # in a process without packages
    for name in ("fcntl", "resource", "pwd", "grp", "termios"):
        sys.modules[name] = None
    import os, select
    for module, names in ((select, ["poll"]), (os, ["geteuid", "O_NOFOLLOW", "O_DIRECTORY"])):
        for name in names:
            delattr(module, name)
else:
    import resource
    def refused(*a):
        raise ValueError("current limit exceeds maximum limit")
    resource.setrlimit = resource.prlimit = refused
    import platform
    platform.system = lambda: "Darwin"
Popen = subprocess.Popen
class Blocked(Popen):
    def __init__(self, words, **how):
        assert mode != "windows" or not how.get("pass_fds"), "pass_fds not supported on Windows."
        if words[0] == sys.executable:  # options, then a script or -m and a module
            place = next(k for k, w in enumerate(words) if w == "-m" or w.endswith(".py"))
            words = [words[0], *words[1:place], here, mode, *words[place:]]
        super().__init__(words, **how)
subprocess.Popen = Blocked
sys.argv = sys.argv[2:]
if sys.argv[0] == "-m":
    name = sys.argv.pop(1)
    if mode == "windows" and name == "rnnlib":
        from rnnlib.grading.sandbox import relay
        relay.LOCAL = False
    runpy.run_module(name, run_name="__main__", alter_sys=True)
else:
    runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.mark.parametrize("mode", ["windows", "macos"])
def test_without_what_only_linux_has_it_grades_unsafe(tmp_path, mode):
    right = answered("00", all_right("00"))
    written(tmp_path / "a folder" / "in", {"anna": right, "ben": answered("00", {})})
    blocked = tmp_path / "blocked.py"
    blocked.write_text(BLOCKED)
    out = tmp_path / "a folder" / "out"
    words = ["grade", str(tmp_path / "a folder" / "in"), "--lesson", "00", "--out", str(out)]
    command = [sys.executable, str(blocked), mode, "-m", "rnnlib", *words]
    how = {"env": environment(), "cwd": ROOT, "capture_output": True, "text": True}
    if mode == "macos":
        refused = subprocess.run(command, **how)
        (line,) = refused.stderr.splitlines()
        assert refused.returncode == 1 and "grade inside a Linux machine" in line
    done = subprocess.run([*command, "--unsafe"], **how)
    assert done.returncode == 0, done.stdout + done.stderr
    _, found = entries.read(out / "00")
    assert [(e.student, e.result.points) for e in found] == [("anna", 1), ("ben", 0)]
    assert [score.why for score in found[1].result.scores] == ["stub"]


@pytest.mark.parametrize(
    ("system", "machine"), [("Darwin", "arm64"), ("Darwin", "x86_64"), ("Windows", "AMD64")]
)
def test_another_system_is_refused_with_the_sentence_on_a_linux_machine(
    tmp_path, monkeypatch, system, machine
):
    monkeypatch.setattr(
        walls, "platform", SimpleNamespace(system=lambda: system, machine=lambda: machine)
    )
    walls.require.cache_clear()
    written(tmp_path, {"anna": b""})
    words = ["grade", str(tmp_path), "--lesson", "00", "--out", str(tmp_path / "out")]
    refused = CliRunner().invoke(main, words)
    (line,) = refused.stderr.splitlines()
    assert refused.exit_code == 1 and f"this is {system} on {machine}" in line
    assert "grade inside a Linux machine" in line and "--unsafe" in line
    found = doctor._sandbox()
    assert (found.state, found.needed) == ("missing", False) and "Linux machine" in found.fix


@pytest.fixture
def forbidden(tmp_path, monkeypatch):
    """A bwrap that may not make user namespaces."""
    program = tmp_path / "bin" / "bwrap"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho '{WORDS}' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(walls.advice, "advice", lambda: advice.CONTAINER)
    walls.require.cache_clear()
    yield
    walls.require.cache_clear()


@pytest.mark.usefixtures("forbidden")
@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is Linux's")
def test_bwraps_own_words_are_said_and_what_to_do(tmp_path):
    written(tmp_path / "in", {"anna": b""})
    words = ["grade", str(tmp_path / "in"), "--lesson", "00", "--out", str(tmp_path / "out")]
    refused = CliRunner().invoke(main, words)
    (line,) = refused.stderr.splitlines()
    assert refused.exit_code == 1 and WORDS in line and "package" not in line
    assert "seccomp=unconfined" in line and "--unsafe" in line
    found = doctor._sandbox()
    assert (found.state, found.needed) == ("broken", False)
    assert WORDS in found.what and found.fix == advice.CONTAINER


@pytest.mark.parametrize(
    ("file", "value", "says"),
    [
        ("proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n", "/etc/apparmor.d/bwrap"),
        ("proc/sys/kernel/apparmor_restrict_unprivileged_userns", "0\n", advice.OTHERWISE),
        ("proc/sys/kernel/unprivileged_userns_clone", "0\n", "unprivileged_userns_clone=1"),
        ("proc/sys/user/max_user_namespaces", "0\n", "max_user_namespaces=15000"),
        (".dockerenv", "", "--security-opt"),
        ("run/.containerenv", "", "--security-opt"),
        ("nothing", "", advice.OTHERWISE),
    ],
)
def test_the_advice_fits_the_machine(tmp_path, file, value, says):
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(value)
    assert says in advice.advice(tmp_path)


def test_lab_waits_for_jupyterlab_on_windows_with_spaces_in_its_path(tmp_path, monkeypatch):
    script: Path = tmp_path / "a folder" / "jupyter lab.py"
    script.parent.mkdir()
    script.write_text("import sys; open(sys.argv[1], 'w').write(sys.argv[2]); sys.exit(3)")
    monkeypatch.setattr(lab, "os", SimpleNamespace(name="nt"))
    said = tmp_path / "a folder" / "said"
    with pytest.raises(SystemExit) as ended:
        lab.start([sys.executable, str(script), str(said), "--root_dir=C:\\my course"])
    assert ended.value.code == 3 and said.read_text() == "--root_dir=C:\\my course"
