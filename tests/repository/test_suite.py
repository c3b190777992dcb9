"""What a run of pytest loads, collects and marks, seen from another process: `tests/suite.py`."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rnnlib.places import ROOT
from tests.suite import LONGEST, place, scope, twice

PROBE = """
import json, sys
from pathlib import Path
import pytest

class Probe:
    def pytest_collection_finish(self, session):
        option = session.config.option
        found = {
            "paths": session.config.args,
            "processes": getattr(option, "numprocesses", None),
            "dist": getattr(option, "dist", None),
            "loaded": sorted(sys.modules),
            "marks": {i.nodeid: [m.name for m in i.iter_markers()] for i in session.items},
        }
        Path(sys.argv[1]).write_text(json.dumps(found))

sys.exit(pytest.main([*sys.argv[2:], "--collect-only", "-q"], plugins=[Probe()]))
"""
NOTEBOOKS = sorted((ROOT / "solutions").glob("*.ipynb"))


def environment(**more):
    """This process's, without what pytest and CI have put there."""
    ours = ("PYTEST_", "RNNLIB_REQUIRE_")
    return {n: v for n, v in os.environ.items() if not n.startswith(ours)} | more


@pytest.fixture
def collected(tmp_path):
    """collected("-m", "slow") is what `pytest -m slow` would run, and with what."""

    def collect(*words, folder=ROOT, **more):
        command = [sys.executable, "-c", PROBE, str(tmp_path / "found.json"), *words]
        done = subprocess.run(
            command, cwd=folder, env=environment(**more), capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))

    return collect


def code_cells(path):
    """The names that nbval gives to a notebook's cells of code."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    number = sum(cell["cell_type"] == "code" for cell in cells)
    return [f"solutions/{path.name}::Cell {k}" for k in range(number)]


def test_one_file_is_run_without_the_programs_that_only_the_whole_suite_needs(collected):
    found = collected("test_trees.py", folder=ROOT / "tests" / "cells")
    tree = ast.parse((ROOT / "tests" / "cells" / "test_trees.py").read_text(encoding="utf-8"))
    tests = [n.name for n in tree.body if isinstance(n, ast.FunctionDef) and "test_" in n.name]
    assert list(found["marks"]) == [f"tests/cells/test_trees.py::{name}" for name in tests]
    assert "_hypothesis_pytestplugin" in found["loaded"]
    late = {"nbval", "xdist", "nbformat", "torch", "playwright", "distributed", "matplotlib"}
    assert late & set(found["loaded"]) == set()


@pytest.mark.slow
def test_without_a_path_both_folders_are_run_in_four_processes_and_every_cell(collected):
    found = collected(f"--ignore-glob={ROOT / 'tests' / '*'}")  # only for the time they take
    assert found["paths"] == ["tests", "solutions"]
    assert (found["processes"], found["dist"]) == (4, "loadscope")
    every = [cell for path in NOTEBOOKS for cell in code_cells(path)]
    assert list(found["marks"]) == sorted(every, key=place)
    assert place(every[-1]) > place("solutions/12_capstone.ipynb::Cell 0")
    for name, marks in found["marks"].items():
        assert {"slow", f"lesson{Path(name).name[:2]}"} <= set(marks)


@pytest.mark.slow
@pytest.mark.parametrize("option", ["--nbval", "--verbose"])
def test_a_notebook_that_is_named_is_run_here(collected, option):
    found = collected(f"solutions/{NOTEBOOKS[0].name}", option)
    assert list(found["marks"]) == code_cells(NOTEBOOKS[0])
    assert not found["processes"]


@pytest.mark.parametrize("more", [{}, {"PYTEST_ADDOPTS": "-n 2"}], ids=["typed", "environment"])
def test_options_of_a_plugin_bring_the_plugin(collected, more):
    words = ["-p", "no:nbval", *([] if more else ["-n", "2"])]
    found = collected("tests/cells/test_trees.py", *words, **more)
    assert (found["processes"], found["dist"]) == (2, "load")


def test_marks_choose_by_lesson_browser_and_sandbox(collected):
    files = ["grading/test_library_answers.py", "grading/test_release.py", "browser/test_lab.py"]
    words = [f"tests/{name}" for name in files]
    assert all((ROOT / start).exists() or [*ROOT.glob(f"{start}*")] for start in LONGEST)
    marks = collected(*words)["marks"]

    def marked(mark):
        return [name for name in marks if mark in marks[name]]

    assert marked("lesson04") == [name for name in marks if re.search(r"\[04[].]", name)]
    assert marked("browser") == [name for name in marks if name.startswith("tests/browser/")]
    graded = [name for name in marks if "library_has_no_points" in name]
    assert graded and marked("sandbox") == graded
    both = list(collected(*words, "-m", "lesson04 and sandbox")["marks"])
    assert both and both == [name for name in graded if "[04." in name]


def test_the_labelled_answers_of_a_lesson_are_judged_in_one_process():
    answers, truth = "tests/exercises/test_answers.py::test_a", "tests/exercises/test_truth.py::t"
    of_04 = [f"{answers}[1-04.2-right]", f"{answers}[04.3-wrong]", f"{truth}[04.2]"]
    assert len({scope(name) for name in of_04}) == 1 < len({scope(n) for n in [answers, *of_04]})
    assert scope(f"{truth}[05.2]") != scope(of_04[0])
    assert scope("solutions/04_slug.ipynb::Cell 3") == "solutions/04_slug.ipynb"


@pytest.mark.parametrize("required", [False, True])
def test_where_pytorch_is_required_a_run_without_it_fails(tmp_path, required):
    (tmp_path / "torch.py").write_text("raise ModuleNotFoundError('PyTorch is not here')\n")
    more = {"PYTHONPATH": str(tmp_path), "RNNLIB_REQUIRE_TORCH": "1" if required else ""}
    command = [sys.executable, "-m", "pytest", "tests/training/test_optimisers_of_pytorch.py"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(**more), capture_output=True, text=True
    )
    assert ("1 skipped" in done.stdout) == (not required)
    assert (done.returncode == pytest.ExitCode.USAGE_ERROR) == required
    assert ("PyTorch is not here" in done.stderr) == required


def test_ci_requires_whatever_a_test_can_be_told_to_require():
    variable = re.compile(r"RNNLIB_REQUIRE_[A-Z]+")
    tests = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "tests").rglob("*.py"))
    line = re.findall(r"^export RNNLIB.*$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    assert set(variable.findall(tests)) == set(variable.findall(line[0]))


def test_a_kernel_that_dies_at_its_start_is_started_once_more():
    tries = []

    def start(name, *, lives_from):
        tries.append(name)
        if len(tries) < lives_from:
            raise RuntimeError("Kernel died before replying to kernel_info")
        return len(tries)

    assert twice(start)("one", lives_from=2) == 2
    tries.clear()
    with pytest.raises(RuntimeError):
        twice(start)("two", lives_from=3)
    assert tries == ["two", "two"]
