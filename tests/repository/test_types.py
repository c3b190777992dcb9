"""What a type checker says of the library, and of a program that uses it."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

import rnnlib
from rnnlib.places import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGE = ROOT / "rnnlib"

# What a learner may write. A type checker finds the lines that say so, and no other.
PROGRAM = """
import numpy as np

import rnnlib
from rnnlib import GRU, LSTM, Circuit, Elman, MinGRU, Node, SquaredError, backward, bptt, deer, run

rng = np.random.default_rng(0)
x = rng.normal(size=(5, 2, 1))
elman, gru, lstm, mingru = Elman(1, 3), GRU(1, 3), LSTM(1, 3), MinGRU(1, 3)

tape = run(lstm, lstm.init(rng, forget_bias=1.0), x, lstm.initial_state(2))
tape.states.m.shape
elman.initial_state(2).m  # wrong: only the LSTM has a memory
grads = backward(tape, np.ones((5, 2, 3)))
dW = grads.params.W.T @ grads.delta[0, 0]
bptt(gru, gru.init(rng), x, SquaredError(x)).params.b_hn.shape
bptt(mingru, mingru.init(rng, dtype=np.float32), x, lambda h, start: (h.sum(), 1 + 0 * h, None))
deer(elman, elman.init(rng), x).states.h.shape
rows, columns = lstm.shapes().U
lstm.shapes().U.T  # wrong: a shape is no array
elman.init(rng).b_hn  # wrong: only a GRU has one
run(gru, elman.init(rng), x)  # wrong: another cell's parameters
run(lstm, lstm.init(rng), x, elman.initial_state(2))  # wrong: another cell's state
bptt(elman, elman.init(rng), x, lambda h, start: 0.0)  # wrong: a loss returns three things
rnnlib.RNN  # wrong: there is no such name

circuit = Circuit([Node("x", "input", "n"), Node("h", "state", ("n",))])
circuit.nodes[0].shape[0].upper()
Node("theta", "parameter", 2)  # wrong: sizes have names
"""


def checked(*files: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "basedpyright", "--pythonpath", sys.executable, *files]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_the_type_checker_is_installed_in_the_version_that_is_pinned():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert f"basedpyright=={version('basedpyright')}" in lines


@pytest.mark.slow
def test_the_library_has_no_error_of_types():
    assert PYPROJECT["tool"]["basedpyright"]["include"] == ["rnnlib"]
    done = checked()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\n0 errors, 0 warnings" in f"\n{done.stdout}"


@pytest.mark.slow
def test_the_mistakes_of_a_program_are_found_and_nothing_else_is_called_one(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    said = checked(program).stdout
    found = {int(line) for line in re.findall(rf"{re.escape(str(program))}:(\d+):", said)}
    lines = enumerate(PROGRAM.splitlines(), start=1)
    assert found == {number for number, line in lines if "# wrong" in line}, said


def test_the_type_checker_knows_the_flat_names_and_where_each_comes_from():
    stub = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))
    nodes = [node for node in stub.body if isinstance(node, ast.ImportFrom)]
    known = {alias.asname: node.module for node in nodes for alias in node.names}
    assert known == {name: f"rnnlib.{home}" for name, home in rnnlib._HOME.items()}


def test_the_package_ships_every_file_that_is_no_module():
    data = PYPROJECT["tool"]["setuptools"]["package-data"]
    folders = {package: ROOT.joinpath(*package.split(".")) for package in data}
    shipped = [
        path for p, globs in data.items() for glob in globs for path in folders[p].glob(glob)
    ]
    files = [path for path in PACKAGE.rglob("*") if path.is_file()]
    others = [p for p in files if p.suffix != ".py" and p.parent.name != "__pycache__"]
    assert sorted(shipped) == sorted(others)
