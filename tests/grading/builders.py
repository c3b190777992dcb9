"""Submissions made to order, from the notebooks that students get."""

import ast
import importlib
import json
from collections.abc import Mapping
from pathlib import Path

from rnnlib.exercises.registry import exercises
from rnnlib.grading.submissions.collecting import Submission

ROOT = Path(__file__).resolve().parents[2]


def lessons() -> list[str]:
    """The lessons that are built and have exercises."""
    built = {path.name[:2] for path in (ROOT / "course").glob("[0-9][0-9]_*.ipynb")}
    return sorted(built & {id.split(".")[0] for id in exercises()})


def handed_out(lesson: str) -> dict:
    """The lesson's notebook as a student downloads it."""
    (path,) = (ROOT / "course").glob(f"{lesson}_*.ipynb")
    return json.loads(path.read_text(encoding="utf-8"))


def code_cell(source: str, **more) -> dict:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": f"own-{abs(hash(source)) % 10**12}",
        "metadata": {},
        "outputs": [],
        "source": source,
        **more,
    }


def notebook(*cells: str | dict, **more) -> bytes:
    """A notebook of these code cells alone."""
    made = [cell if isinstance(cell, dict) else code_cell(cell) for cell in cells]
    head = {"metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps({**head, **more, "cells": made}).encode()


def answered(lesson: str, answers: dict[str, str], *, before: str = "", after: str = "") -> bytes:
    """The lesson's notebook with the code of some exercises' cells replaced by the answers."""
    book = handed_out(lesson)
    for cell in book["cells"]:
        for id, code in answers.items():
            if f"exercise:{id}" in cell["metadata"].get("tags", ()):
                cell["source"] = code
    first = [code_cell(before)] if before else []
    last = [code_cell(after)] if after else []
    book["cells"] = [*first, *book["cells"], *last]
    return json.dumps(book).encode()


def labelled(lesson: str, chosen: dict[str, str]) -> bytes:
    """The lesson with labelled answers: {"01.2": "the name of a function in wrong_answers"}."""
    module = importlib.import_module(f"tests.exercises.answers.ch{lesson}")
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    code = "\n\n".join(ast.unparse(n) for n in tree.body if isinstance(n, ast.FunctionDef))
    answers = {id: f"{exercises()[id].function} = {name}" for id, name in chosen.items()}
    return answered(lesson, answers, before=f"import numpy as np\n\n{code}")


def written(folder: Path, files: Mapping[str, bytes]) -> list[Submission]:
    """The submissions of these names and bytes, as files of a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / f"{name}.ipynb").write_bytes(data)
    return [Submission(name, folder / f"{name}.ipynb", student=name) for name in files]


def synthesised(lesson: str, number: int) -> dict[str, bytes]:
    """A class of this size from the lesson's labelled answers, no two files alike: by name."""
    module = importlib.import_module(f"tests.exercises.answers.ch{lesson}")
    made = {}
    for k in range(number):
        chosen = {}
        for j, id in enumerate(module.RIGHT):
            right, wrong = module.RIGHT[id], module.WRONG[id]
            if (k + j) % 5 == 0:
                continue
            own = right[k % len(right)] if (k * 7 + j) % 3 else wrong[k % len(wrong)].answer
            chosen[id] = own.__name__
        made[f"s{k:03}"] = labelled(lesson, chosen) + b" " * k
    return made


def solution(id: str) -> str:
    """The code of the exercise's worked solution."""
    from rnnlib.lessons import worked_solution

    return worked_solution(id)[0]


def all_right(lesson: str) -> dict[str, str]:
    """The worked solutions of a lesson."""
    return {id: solution(id) for id in exercises() if id.split(".")[0] == lesson}
