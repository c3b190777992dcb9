"""Folders that nobody can want any more go, and no other."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rnnlib.grading.sandbox import course_copy
from rnnlib.grading.sandbox import temporary as folders
from rnnlib.grading.sandbox.limits import Limits
from rnnlib.grading.sandbox.session import Session
from tests.grading.builders import ROOT

HOLD = """
import sys
from rnnlib.grading.sandbox import temporary as folders
folders.hold(sys.argv[1])
print(flush=True)
sys.stdin.read()
"""


@pytest.fixture
def temporary(tmp_path, monkeypatch) -> Path:
    """An empty folder for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def sweep() -> None:
    folders.sweep.cache_clear()
    folders.sweep()


def aged(folder: Path, days: float = 2) -> Path:
    (folder / "course").mkdir(parents=True, exist_ok=True)
    (folder / "course" / "file").write_text("x")
    then = time.time() - days * 86_400
    os.utime(folder, (then, then))
    return folder


def test_an_old_folder_goes_and_a_young_or_another_one_stays(temporary):
    old = aged(temporary / "rnnlib-course-a")
    stay = [aged(temporary / "rnnlib-b", days=0.9), aged(temporary / "other")]
    (temporary / "rnnlib-file").touch()
    sweep()
    assert not old.exists() and all((folder / "course" / "file").exists() for folder in stay)
    assert (temporary / "rnnlib-file").exists()


def test_a_link_is_not_followed(temporary):
    target = aged(temporary / "precious")
    (temporary / "rnnlib-link").symlink_to(target)
    sweep()
    assert (target / "course" / "file").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="giving a folder away takes root; CI has it")
def test_another_users_folder_stays(temporary):
    other = aged(temporary / "rnnlib-other")
    os.chown(other, 12_345, -1)
    sweep()
    assert other.exists()


def test_an_old_folder_stays_while_its_grader_lives_and_goes_when_that_was_killed(temporary):
    held = aged(temporary / "rnnlib-course-held")
    grader = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(held)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        grader.stdout.readline()
        sweep()
        assert held.exists()
    finally:
        grader.kill()
        grader.communicate()
    sweep()
    assert not held.exists()


def test_a_grader_sweeps_when_it_starts_and_keeps_its_own_copy_however_old(sandboxed):
    old = aged(Path(tempfile.mkdtemp(prefix="rnnlib-")))
    home = course_copy.prepared(()).parent
    before = home.stat().st_mtime_ns
    folders.sweep.cache_clear()
    try:
        with Session(course_copy.prepared(()), ["f"], Limits()):
            assert not old.exists()
        then = time.time() - 2 * folders.OLD
        os.utime(home, (then, then))
        sweep()
        assert home.exists()
    finally:
        os.utime(home, ns=(before, before))
        shutil.rmtree(old, ignore_errors=True)


def test_threads_that_ask_at_once_share_one_copy_of_the_course(monkeypatch):
    built = []

    def slowly(course, *others):
        time.sleep(0.1)
        built.append(course)
        course.mkdir()

    monkeypatch.setattr(course_copy, "build", slowly)
    with ThreadPoolExecutor(4) as pool:
        copies = list(pool.map(lambda _: course_copy.prepared((), lesson="no lesson"), range(4)))
    assert built == copies[:1] and len(set(copies)) == 1
