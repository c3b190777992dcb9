"""The sandbox has all that the lessons need: what the allow-list forgot shows here."""

import json

import pytest

from rnnlib.authoring.notebooks import read_notebook
from rnnlib.grading import judge
from rnnlib.grading.sandbox import course_copy
from rnnlib.grading.sandbox.limits import Limits
from rnnlib.grading.sandbox.session import Session
from rnnlib.lessons import lesson_paths
from tests.authoring.short_training import short_training

SECONDS = 300  # of one cell or lesson on a busy machine: what is slow is not asked here


@pytest.mark.parametrize("path", lesson_paths(), ids=lambda path: path.stem)
def test_every_cell_of_a_solution_notebook_runs_in_the_sandbox(path, sandboxed):
    notebook = read_notebook(path.with_suffix(".ipynb"))
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    # Proofs are about the whole training, which is cut short here.
    cells = [cell.source for cell in code if "proof" not in cell.metadata.get("tags", ())]
    cells[0] = f"{short_training(path.stem)}\n{cells[0]}"
    limits = Limits(cell=SECONDS, submission=SECONDS)
    raised = []
    lesson = path.stem[:2]
    course = course_copy.prepared((), (), lesson, judge.borrowed(lesson))
    with Session(course, [], limits) as session:
        for code in cells:
            content, _ = session.request(
                "execute_request",
                {"code": code, "silent": False, "store_history": False, "stop_on_error": False},
                SECONDS,
            )
            reply = json.loads(content)
            if reply["status"] != "ok":
                raised.append((reply.get("ename"), reply.get("evalue"), code))
    assert raised == []
