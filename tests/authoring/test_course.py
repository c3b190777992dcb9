"""What holds for every lesson of the course: no leak, no dead end, nothing stale.

The functions below say what is looked for; a tiny lesson shows that they find it.
"""

import re

import pytest

from rnnlib.authoring import check, unsettled
from rnnlib.authoring.execution import execute
from rnnlib.authoring.notebooks import checked_exercise, solution_region, solved, student
from rnnlib.exercises.registry import exercises
from rnnlib.lessons import lesson_paths, read_lesson
from tests.authoring.tiny_lesson import EXERCISES, SOURCE, write

# Lines that give nothing away, and that a lesson may need for itself. The head of a plain loop is
# one of them: the signature says that there are T steps; what a step does is the solution.
TRIVIAL = re.compile(
    r"|(else|try|finally):|pass|break|continue|return \w+|[\])}]+|for \w+ in range\(\w+\):"
)

every_lesson = pytest.mark.parametrize("path", lesson_paths(), ids=lambda path: path.stem)


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


def verdicts(run):
    """What each check in an executed notebook said, by exercise."""
    return {
        exercise: [o.data["text/plain"] for o in cell.outputs if "data" in o]
        for cell in run.cells
        if cell.cell_type == "code" and (exercise := checked_exercise(cell.source))
    }


@every_lesson
def test_no_line_of_a_solution_is_in_the_learners_notebook(path):
    lesson = read_lesson(path)
    assert leaked(lesson, student(lesson, exercises())) == []


@every_lesson
def test_the_learners_notebook_runs_from_top_to_bottom_unsolved(path, tmp_path):
    lesson = read_lesson(path)
    said = verdicts(execute(student(lesson, exercises()), tmp_path))
    for exercise, texts in said.items():
        assert texts[0].startswith(f"NOT ATTEMPTED  {exercise} ")


@every_lesson
def test_with_the_solutions_filled_in_every_check_passes(path, tmp_path):
    lesson = read_lesson(path)
    said = verdicts(execute(filled(lesson, student(lesson, exercises())), tmp_path))
    assert set(said) == {i for cell in lesson.cells for i in cell.tagged("exercise")}
    for exercise, texts in said.items():
        assert texts[0].startswith(f"PASS  {exercise} ")


@pytest.mark.parametrize(
    "path",
    [path for path in lesson_paths() if "torch" in path.read_text(encoding="utf-8")],
    ids=lambda path: path.stem,
)
def test_a_lesson_that_compares_with_pytorch_runs_without_it(path, tmp_path, monkeypatch):
    (tmp_path / "torch.py").write_text("raise ImportError('PyTorch is not here')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    ran = execute(solved(read_lesson(path)), tmp_path)
    said = "".join(o.text for c in ran.cells for o in c.get("outputs", ()) if "text" in o)
    assert "PyTorch is not installed" in said


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
    lesson = read_lesson(path)
    text = "\n".join(cell.source for cell in lesson.cells if cell.kind == "markdown")
    sections = re.findall(r"^## .*\((\d+) min\)$", text, re.MULTILINE)
    assert sum(map(int, sections)) == lesson.minutes
