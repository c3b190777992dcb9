"""What is handed out holds the lesson and not its solutions."""

import os
import re
import subprocess
import tomllib
import zipfile

import pytest
from click.testing import CliRunner

from rnnlib.__main__ import main
from rnnlib.exercises.registry import exercises
from rnnlib.grading.release import PYTHON, SETUP
from rnnlib.grading.submissions import parsing
from rnnlib.lessons import worked_solution
from tests.grading.builders import ROOT, lessons


def release(*words):
    return CliRunner().invoke(main, ["release", *map(str, words)])


@pytest.mark.parametrize("lesson", lessons())
def test_the_hand_out_is_the_students_notebook_with_instructions(lesson, tmp_path):
    done = release(lesson, "--out", tmp_path)
    assert done.exit_code == 0, done.output
    (notebook,) = tmp_path.glob("*.ipynb")
    (course,) = (ROOT / "course").glob(f"{lesson}_*.ipynb")
    assert parsing.read(notebook.read_bytes()) == parsing.read(course.read_bytes())
    (solved,) = (ROOT / "solutions").glob(f"{lesson}_*.ipynb")
    handed_out, worked = (
        {line.strip() for cell in parsing.read(path.read_bytes()) for line in cell.split("\n")}
        for path in (notebook, solved)
    )
    for exercise in exercises().values():
        if exercise.id.split(".")[0] == lesson:
            assert f"`{exercise.function}`" in (tmp_path / "README.md").read_text()
            mine = {line.strip() for line in worked_solution(exercise.id)[0].split("\n")}
            assert mine <= worked and not mine <= handed_out
    assert not any("SOLUTION" in line for line in handed_out)


def test_a_lesson_that_does_not_exist_is_one_line(tmp_path):
    done = release("77", "--out", tmp_path)
    (line,) = done.stderr.splitlines()
    assert done.exit_code == 1 and "'77'" in line
    assert not list(tmp_path.iterdir())


def test_the_whole_course_has_no_solutions_and_a_readme_of_its_own(tmp_path):
    folder = tmp_path / "students"
    assert release("--all", "--out", folder).exit_code == 0
    names = {path.name for path in folder.iterdir()}
    known = {"course", "rnnlib", "setup.py", "pyproject.toml", "README.md", "LICENSE", ".gitignore"}
    assert names == known
    readme = (folder / "README.md").read_text(encoding="utf-8")
    whole = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "rnnlib lab" in readme and "solutions" not in readme and "pytest" not in readme
    assert whole.startswith(readme.split("<!--")[0][:200])
    links = re.findall(r"\]\((?!https?:)([^)#\s]+)", readme)
    assert links and all((folder / link).exists() for link in links)


def test_a_clone_of_the_released_course_does_not_show_what_its_use_leaves_behind(tmp_path):
    folder = tmp_path / "students"
    assert release("--all", "--out", folder).exit_code == 0

    def git(*words):
        made = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True)
        assert made.returncode == 0, made.stderr
        return made.stdout

    git("init", "-q")
    git("add", "-A")
    for name in ("course/.rnnlib/ledger.jsonl", "course/.ipynb_checkpoints/a.ipynb"):
        path = folder / name
        path.parent.mkdir()
        path.write_text("{}")
    assert git("ls-files", "course/README.md") and not git(
        "ls-files", "--others", "--exclude-standard"
    )


def test_the_whole_course_is_written_into_no_folder_that_holds_something(tmp_path):
    (tmp_path / "mine").write_text("x")
    done = release("--all", "--out", tmp_path)
    assert done.exit_code == 1 and "must be new or empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("words", [(), ("04", "--all"), ("--all", "--autograder")])
def test_either_a_lesson_or_the_whole_course_is_released(words, tmp_path):
    done = release(*words, "--out", tmp_path)
    assert done.exit_code == 2 and "use --all" in done.stderr


def test_the_autograder_has_its_two_scripts_and_no_solutions(tmp_path):
    done = release("01", "--out", tmp_path, "--autograder")
    assert done.exit_code == 0, done.output
    (path,) = tmp_path.iterdir()
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert {"setup.sh", "run_autograder", "rnnlib/grading/judge.py", "pyproject.toml"} <= set(
            names
        )
        assert not any(name.startswith(("solutions", "tests", "/")) for name in names)
        for script in ("setup.sh", "run_autograder"):
            assert archive.getinfo(script).external_attr >> 16 & 0o111
            checked = subprocess.run(["bash", "-n"], input=archive.read(script))
            assert checked.returncode == 0
        run = archive.read("run_autograder").decode()
    assert "--lesson 01" in run and "--gradescope /autograder/results/results.json" in run
    grade = main.commands["grade"]
    options = {word for parameter in grade.params for word in parameter.opts}
    assert {word for word in run.split() if word.startswith("--")} <= options | {"--unsafe"}


UV = """#!/bin/sh
[ "$2" = find ] && echo {link}/bin/python
exit 0
"""
INTERPRETER = """#!/bin/sh
# a Python that makes an environment whose pip does nothing
mkdir -p "$3/bin" && ln -s "$0" "$3/bin/made-by"
for name in pip uv; do cp {stubs}/$name "$3/bin/"; done
"""


def test_the_autograder_brings_a_python_that_is_new_enough_by_its_own_folder(tmp_path):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    least = project["requires-python"].removeprefix(">=")
    assert [int(n) for n in PYTHON.split(".")] >= [int(n) for n in least.split(".")]
    stubs, real, link = tmp_path / "stubs", tmp_path / "real-3.12.1", tmp_path / "link-3.12"
    (real / "bin").mkdir(parents=True)
    stubs.mkdir()
    link.symlink_to(real)
    for path, text in {
        stubs / "apt-get": "#!/bin/sh\n",
        stubs / "pip": '#!/bin/sh\necho "$@" >> "$0.log"\n',
        stubs / "uv": UV.format(link=link),
        stubs / "python3": INTERPRETER.format(stubs=stubs),
        real / "bin" / "python": INTERPRETER.format(stubs=stubs),
    }.items():
        path.write_text(text)
        path.chmod(0o755)
    script = SETUP.replace("/autograder", str(tmp_path))
    path = f"{stubs}:{os.environ['PATH']}"
    done = subprocess.run(["bash", "-c", script], env={"PATH": path}, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert os.readlink(tmp_path / "venv" / "bin" / "made-by") == str(real / "bin" / "python")
    installed = (tmp_path / "venv" / "bin" / "pip.log").read_text()
    assert installed == f"install --quiet --editable {tmp_path}/source[course]\n"
