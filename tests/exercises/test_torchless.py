"""Without PyTorch a lesson shows what its cells printed when it was built."""

import json

import pytest
from IPython.core.interactiveshell import InteractiveShell

from rnnlib import lessons
from rnnlib.exercises import displaying, torchless


def output(text):
    return {"output_type": "stream", "name": "stdout", "text": [text]}


@pytest.fixture
def shell(monkeypatch):
    shell = InteractiveShell()
    monkeypatch.setattr(displaying, "shell", lambda: shell)
    return shell


def test_the_stored_outputs_are_those_of_the_tagged_cells_that_print(tmp_path):
    said = output("13.1: continuing with your f\na\n")  # the learner's own cell says the first line
    cells = [
        {"source": ["if torch:\n", "    f()\n"], "tags": ["torch"], "outputs": [said]},
        {"source": ["silent()"], "tags": ["torch"], "outputs": []},
        {"source": ["other()"], "tags": [], "outputs": [output("b\n")]},
    ]
    for cell in cells:
        cell["metadata"] = {"tags": cell.pop("tags")}
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "13_x.ipynb").write_text(json.dumps({"cells": cells}))
    assert lessons.torch_outputs("13", tmp_path) == {"if torch:\n    f()": "a\n"}
    assert lessons.torch_outputs("12", tmp_path) == {}


def test_a_cell_shows_its_stored_output_unless_it_was_changed(shell, monkeypatch, capsys):
    monkeypatch.setattr(lessons, "torch_outputs", lambda lesson: {"if torch: f()": "0.446\n"})
    torchless.without_torch("13")
    assert "not installed" in capsys.readouterr().out
    shell.run_cell("torch = None")
    shell.run_cell("if torch: f()\n")
    assert capsys.readouterr().out == "0.446\n"
    shell.run_cell("if torch: f(1)")
    assert capsys.readouterr().out == ""


def test_without_stored_outputs_one_sentence_says_so(shell, monkeypatch, capsys):
    monkeypatch.setattr(lessons, "torch_outputs", lambda lesson: {})
    torchless.without_torch("13")
    assert capsys.readouterr().out.count("\n") == 1


@pytest.mark.parametrize("lesson", ["03", "04", "06", "13"])
def test_the_lessons_that_compare_with_pytorch_have_outputs_to_show(lesson):
    assert len(lessons.torch_outputs(lesson)) >= {"13": 6}.get(lesson, 1)
