"""What the README tells one to type is typed here, in an empty folder."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from rnnlib.grading.sandbox.walls import NoSandbox, require
from tests.grading.builders import all_right, answered
from tests.repository.test_repository import README, ROOT

BLOCKS = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
TYPED = [line.split("#")[0].strip() for block in BLOCKS for line in block.splitlines()]
TEACHING = [line for line in TYPED if line.startswith("rnnlib ")]
TABLE = re.findall(r"^\| `rnnlib ([a-z]+)` \|", README, re.MULTILINE)
# Run elsewhere: the course in a browser (tests/browser), other seeds (tests/authoring), timing and
# long training by hand.
ELSEWHERE = {"site", "lab", "bench", "pretrain", "replicate"}
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


def test_every_command_of_the_readme_is_in_its_table_and_run_by_a_test():
    run = {line.split()[1] for line in TEACHING} | {"progress", "doctor", "build"} | ELSEWHERE
    assert run == set(TABLE)
    assert set(re.findall(r"\brnnlib ([a-z]+)", "\n".join(TYPED))) <= set(TABLE)


@pytest.mark.parametrize(
    "line",
    [
        "rnnlib progress",
        "rnnlib doctor",
        pytest.param("rnnlib build --check", marks=pytest.mark.slow),
    ],
)
def test_a_command_of_the_table_succeeds(line, folder):
    if "build" in line:
        assert "`--check` only says" in README
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
    if command == "slides":
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
