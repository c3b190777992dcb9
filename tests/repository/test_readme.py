"""What the README and the guide tell one to type is typed here, in an empty folder."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from rnnlib.__main__ import main
from rnnlib.grading.sandbox.walls import NoSandbox, require
from tests.grading.builders import all_right, answered
from tests.repository.test_repository import ROOT

PAGES = {
    name: (ROOT / name).read_text(encoding="utf-8")
    for name in ("README.md", "solutions/INSTRUCTORS.md", ".github/CONTRIBUTING.md")
}
BLOCKS = re.findall(r"^```sh\n(.*?)^```", "\n".join(PAGES.values()), re.MULTILINE | re.DOTALL)
TYPED = [line.split("#")[0].strip() for block in BLOCKS for line in block.splitlines()]
TEACHING = [line for line in TYPED if line.startswith("rnnlib ")]
TABLES = re.findall(r"^\| `rnnlib ([a-z]+)` \|", "\n".join(PAGES.values()), re.MULTILINE)
# Run elsewhere: in a browser (tests/browser, tests/site), building (tests/authoring, tests/app),
# from a wheel (test_wheel.py), timing and long training by hand.
ELSEWHERE = {"lab", "site", "build", "work", "bench", "pretrain", "replicate", "survivors"}
GRADES = (pytest.mark.slow, pytest.mark.sandbox)
MARKS = {
    **dict.fromkeys(("slides", "handout"), (pytest.mark.slow,)),
    **dict.fromkeys(("grade", "gradebook", "explain", "viva"), GRADES),
}


def typed(line, folder):
    """The line, as a stranger would type it who has activated the environment."""
    environment = {
        **os.environ,
        "PATH": os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"],
        "RNNLIB_WORK": str(folder / "my-course"),
    }
    return subprocess.run(
        line, shell=True, cwd=folder, env=environment, capture_output=True, text=True, timeout=600
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An empty folder, but for three submissions of lesson 04: right, in part, not begun."""
    folder = tmp_path_factory.mktemp("stranger")
    (folder / "submissions").mkdir()
    right = all_right("04")
    for name, answers in (("ada", right), ("bo", dict(list(right.items())[:2])), ("cy", {})):
        (folder / "submissions" / f"{name}.ipynb").write_bytes(answered("04", answers))
    return folder


def test_every_command_is_in_one_table_and_run_by_a_test():
    run = {line.split()[1] for line in TEACHING} | {"progress", "doctor"} | ELSEWHERE
    assert run == set(main.commands)
    assert sorted(TABLES) == sorted(main.commands)


def test_rnnlib_is_installed_from_files_since_no_registry_has_it():
    lines = re.findall(r"`(pip (?:install|download|wheel) [^`]+)`", "\n".join(PAGES.values()))
    assert any(".whl[course]" in line for line in lines)
    assert not [line for line in lines if '"rnnlib[' in line and "--no-index" not in line]


@pytest.mark.parametrize("line", ["rnnlib progress", "rnnlib doctor"])
def test_a_command_of_the_table_succeeds(line, folder):
    done = typed(line, folder)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "line", [pytest.param(line, marks=MARKS.get(line.split()[1], ())) for line in TEACHING]
)
def test_a_line_for_teachers_succeeds_and_leaves_what_it_promises(line, folder):
    needs(line)
    done = typed(line, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    command = line.split()[1]
    out = folder / line.split("--out " if "--out" in line else command)[1].split()[0]
    if "--all" in line:
        assert (out / "README.md").is_file() and not (out / "solutions").exists()
    elif command == "slides":
        assert (out / "index.html").is_file()
    elif command == "handout":
        assert len(list(out.glob("04_*.html"))) == 1
        assert (out / "scripts" / "mathjax" / "MathJax.js").is_file()
    elif command == "release":
        assert [path.name for path in out.glob("*.ipynb")] == [
            path.name for path in (ROOT / "course").glob("04_*.ipynb")
        ]
    elif command == "gradebook":
        rows = (out / "gradebook.csv").read_text(encoding="utf-8-sig").splitlines()
        assert [row.split(",")[0] for row in rows] == ['"id"', '"ada"', '"bo"', '"cy"']
    elif command == "explain":
        assert done.stdout.startswith("ada, lesson 04: ")
    elif command == "viva":
        asked = sorted(page.name for page in (out / "04" / "viva" / "questions").iterdir())
        assert "ada.html" in asked and "cy.html" not in asked
    else:
        assert command == "grade"
        ada, bo, cy = (out / "04" / "scores.csv").read_text(encoding="utf-8").splitlines()[1:]
        points = [float(re.findall(r'(?<=")[\d.]+(?=")', row)[0]) for row in (ada, bo, cy)]
        assert points[0] > points[1] > points[2] == 0, (ada, bo, cy)


def needs(line):
    """What a line needs beside Python; in CI it has to be there."""
    if line.split()[1] in ("slides", "handout") and shutil.which("npm") is None:
        assert not os.environ.get("RNNLIB_REQUIRE_NPM"), "npm is not installed"
        pytest.skip("npm is not installed: the scripts cannot be fetched")
    if "grade" in line:
        try:
            require()
        except NoSandbox as error:
            assert not os.environ.get("RNNLIB_REQUIRE_SANDBOX"), str(error)
            pytest.skip(str(error))
