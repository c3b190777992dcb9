"""What holds for every lesson of the course: no leak, no dead end, nothing stale.

The functions below say what is looked for; a tiny lesson shows that they find it.
"""

import ast
import dis
import os
import re
from types import CodeType

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from rnnlib.authoring import check, unsettled
from rnnlib.authoring.execution import execute
from rnnlib.authoring.notebooks import (
    checked_exercise,
    code_cells,
    read_notebook,
    solution_region,
    student,
)
from rnnlib.exercises.registry import exercises
from rnnlib.lessons import lesson_paths, read_lesson
from tests.authoring.lessons_read import lesson_at
from tests.authoring.short_training import UPDATES_FOR, short_training
from tests.authoring.tiny_lesson import EXERCISES, SOURCE, write

# Lines that give nothing away, and that a lesson may need for itself. The head of a plain loop is
# one of them: the signature says that there are T steps; what a step does is the solution.
TRIVIAL = re.compile(
    r"|(else|try|finally):|pass|break|continue|return \w+|[\])}]+|for \w+ in range\(\w+\):"
)

every_lesson = pytest.mark.parametrize("path", lesson_paths(), ids=lambda path: path.stem)
with_exercises = pytest.mark.parametrize(
    "path",
    [path for path in lesson_paths() if "exercise:" in path.read_text(encoding="utf-8")],
    ids=lambda path: path.stem,
)


def leaked(lesson, notebook):
    """The lines of the lesson's solutions that stand as a line anywhere in the notebook.

    Lines are compared whole, without the space around them, with the lines of code and of prose;
    TRIVIAL ones do not count. The two markers around a solution count as its lines.
    """
    shown = {line.strip() for cell in notebook.cells for line in cell.source.split("\n")}
    found = []
    for cell in lesson.cells:
        if region := solution_region(lesson, cell):
            begin, end = region
            lines = [line.strip() for line in cell.source.split("\n")[begin : end + 1]]
            found += [line for line in lines if line in shown and not TRIVIAL.fullmatch(line)]
    return found


def filled(lesson, notebook):
    """The learner's notebook with each stub replaced by the lesson's own solution."""
    solutions = {cell.tagged("exercise"): cell.source for cell in lesson.cells}
    for cell in notebook.cells:
        own = tuple(t.partition(":")[2] for t in cell.metadata.get("tags", ()) if "exercise:" in t)
        if own:
            cell.source = solutions[own]
    return notebook


def verdicts(notebook):
    """What each check in a notebook that was executed said, by exercise."""
    return {
        exercise: [o.data["text/plain"] for o in cell.outputs if "data" in o]
        for cell in code_cells(notebook)
        if (exercise := checked_exercise(cell.source))
    }


def parsed(code):
    """The tree of a cell's code, which may hold lines for the shell."""
    return ast.parse(TransformerManager().transform_cell(code))


def imports_of_pytorch(code):
    """Two numbers: the import statements of PyTorch, and those that may fail."""

    def found(nodes):
        named = [n for top in nodes for n in ast.walk(top) if isinstance(n, ast.Import)]
        return [alias for node in named for alias in node.names if alias.name == "torch"]

    tree = parsed(code)
    caught = [
        found(node.body)
        for node in ast.walk(tree)
        if isinstance(node, ast.Try)
        and any(ast.unparse(h.type or h) == "ImportError" for h in node.handlers)
    ]
    return len(found([tree])), sum(map(len, caught))


def names(code):
    """Two sets: the names that a cell binds, and those that it takes from the cells before it."""
    top = compile(TransformerManager().transform_cell(code), "cell", "exec")
    bound, taken, within = set(), set(), [top]
    for each in within:  # not symtable: since Python 3.12 it counts what a comprehension binds
        within += [inner for inner in each.co_consts if isinstance(inner, CodeType)]
        steps = [(step.opname, step.argval) for step in dis.get_instructions(each)]
        own = {name for done, name in steps if done == "STORE_NAME"}
        taken |= {name for done, name in steps if done in ("LOAD_NAME", "LOAD_GLOBAL")} - own
        bound |= own if each is top else set()
    return bound, taken - bound


@every_lesson
def test_no_line_of_a_solution_is_in_the_learners_notebook(path):
    lesson = lesson_at(path)
    assert leaked(lesson, student(lesson, exercises())) == []


@pytest.mark.slow
@with_exercises
def test_the_learners_notebook_runs_from_top_to_bottom_unsolved_and_without_pytorch(
    path, tmp_path, monkeypatch
):
    (tmp_path / "torch.py").write_text("raise ImportError('PyTorch is not here')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    notebook = student(lesson_at(path), exercises())
    first = code_cells(notebook)[0]
    first.source = f"{short_training(path.stem)}\n{first.source}\n{UPDATES_FOR}"
    ran = execute(notebook, tmp_path)
    for exercise, texts in verdicts(ran).items():
        assert texts[0].startswith(f"NOT ATTEMPTED  {exercise} ")
    for cell in code_cells(ran):
        if imports_of_pytorch(cell.source)[0]:
            said = "".join(o.text for o in cell.outputs if "text" in o)
            assert "PyTorch is not installed" in said


# --- the learner's notebook with the solutions filled in: nbval runs it, as the solved one ---


@every_lesson
def test_the_code_filled_in_is_the_code_of_the_solved_notebook(path):
    lesson = lesson_at(path)
    ours = {
        cell.id: cell.source for cell in code_cells(filled(lesson, student(lesson, exercises())))
    }
    solved = code_cells(read_notebook(path.with_suffix(".ipynb")))
    assert [(cell.id, cell.source) for cell in solved if cell.id in ours] == list(ours.items())
    for i, cell in enumerate(solved):
        if cell.id not in ours:  # the others take nothing from it
            later = [names(other.source)[1] for other in solved[i + 1 :] if other.id in ours]
            assert not names(cell.source)[0] & set().union(*later)


@every_lesson
def test_every_check_of_the_solved_notebook_has_passed_and_nbval_holds_it_to_that(path):
    notebook = read_notebook(path.with_suffix(".ipynb"))
    said = verdicts(notebook)
    assert set(said) == {i for cell in lesson_at(path).cells for i in cell.tagged("exercise")}
    for exercise, texts in said.items():
        assert texts[0].startswith(f"PASS  {exercise} ")
    for cell in code_cells(notebook):
        assert "nbval" not in cell.source.lower()
        if checked_exercise(cell.source):
            assert not [tag for tag in cell.metadata.get("tags", ()) if "nbval" in tag]


@pytest.mark.slow
def test_with_the_solution_filled_in_the_check_passes(tmp_path):
    path, *_ = lesson_paths()
    lesson = lesson_at(path)
    said = verdicts(execute(filled(lesson, student(lesson, exercises())), tmp_path))
    assert set(said) == {"00.1"}
    assert said["00.1"][0].startswith("PASS  00.1 ")


@every_lesson
def test_an_import_of_pytorch_in_a_lesson_may_fail(path):
    for cell in lesson_at(path).cells:
        if cell.kind == "code":
            statements, caught = imports_of_pytorch(cell.source)
            assert statements == caught


def test_names_that_a_cell_takes_are_told_from_its_own():
    code = "import math\nm = [k + a for k in r]\n\ndef f(x):\n    y = x\n    return y + m + b"
    assert names(code) == ({"math", "m", "f"}, {"a", "r", "b"})


def test_an_import_that_nobody_catches_is_found():
    caught = "try:\n    import torch\nexcept ImportError:\n    torch = None"
    assert imports_of_pytorch(caught) == (1, 1)
    assert imports_of_pytorch("import torch") == (1, 0)
    assert imports_of_pytorch(caught.replace("ImportError", "ValueError")) == (1, 0)
    assert imports_of_pytorch("import math") == (0, 0)


def test_every_row_of_the_claims_list_is_settled_by_a_cell():
    assert list(unsettled()) == []


def test_nothing_that_is_built_is_stale():
    assert check() == []


@pytest.mark.parametrize(
    "edit",
    [
        ("Some words.", "Some words.\n\nx = x + x"),
        ('guess = "four"', "if True:\n    x = x + x  "),
        ("    ### END SOLUTION", "    ### END SOLUTION\n    x = x + x"),
    ],
    ids=["in prose", "in another cell", "below the region"],
)
def test_a_leaked_line_is_found_wherever_it_stands(tmp_path, edit):
    lesson = read_lesson(write(tmp_path))
    assert leaked(lesson, student(lesson, EXERCISES)) == []
    lesson = read_lesson(write(tmp_path, SOURCE.replace(*edit)))
    assert leaked(lesson, student(lesson, EXERCISES)) == ["x = x + x"]


def test_filling_in_the_solutions_gives_back_the_source(tmp_path):
    lesson = read_lesson(write(tmp_path))
    notebook = filled(lesson, student(lesson, EXERCISES))
    assert [c.source for c in notebook.cells] == [c.source for c in lesson.cells if c.in_course]


@every_lesson
def test_the_minutes_of_the_sections_add_up_to_the_lessons(path):
    lesson = lesson_at(path)
    if lesson.manner == 2:  # the build computes them
        return
    text = "\n".join(cell.source for cell in lesson.cells if cell.kind == "markdown")
    sections = re.findall(r"^## .*\((\d+) min\)$", text, re.MULTILINE)
    assert sum(map(int, sections)) == lesson.minutes
