"""The notebook to teach from: its run is the one that solutions/ keeps and nbval repeats."""

import pytest

from rnnlib.authoring import build
from rnnlib.authoring.notebooks import code_cells, instructors, read_notebook, solved
from rnnlib.lessons import lesson_paths, read_lesson
from tests.authoring.test_authoring import Run
from tests.authoring.tiny_lesson import EXERCISES, SOURCE, write


def place(cell):
    return cell.metadata.get("slideshow", {}).get("slide_type")


@pytest.mark.parametrize("path", lesson_paths(), ids=lambda path: path.stem)
def test_the_run_that_is_kept_is_the_instructors_notebook_run_from_top_to_bottom(path):
    cells = [cell for cell in read_lesson(path).cells if cell.in_notebooks]
    run = read_notebook(path.with_suffix(".ipynb"))
    assert [cell.source for cell in run.cells] == [cell.source for cell in cells]
    ran = code_cells(run)
    assert [cell.execution_count for cell in ran] == list(range(1, len(ran) + 1))
    assert not [o for cell in ran for o in cell.outputs if o.output_type == "error"]


def test_on_request_it_is_written_without_outputs_instructors_code_included(tmp_path):
    code = '```{code-cell} ipython3\n:tags: [instructor]\n\nprint("for the room")\n```'
    write(tmp_path, SOURCE.replace("Ask the room.\n\n+++", f"Ask the room.\n\n{code}\n\n+++"))
    build(instructor=True, root=tmp_path, exercises=EXERCISES, execute=Run())
    (path,) = (tmp_path / "build").iterdir()
    notebook, run = read_notebook(path), read_notebook(tmp_path / "solutions" / "01_tiny.ipynb")
    assert [c.source for c in notebook.cells] == [c.source for c in run.cells]
    assert {place(cell) for cell in notebook.cells} == {"notes", "skip"}  # it has no slides
    assert not any(cell.outputs for cell in code_cells(notebook))
    (cell,) = (c for c in code_cells(run) if "for the room" in c.source)
    assert cell.outputs[0].text == "for the room\n"


def test_it_says_of_each_cell_what_it_is_in_a_slide_show(tmp_path):
    source = SOURCE.replace("claim:Q09]", "claim:Q09, same-slide]")
    source = source.replace("[exercise:01.1]", "[exercise:01.1, fragment]")
    alone = '+++ {"tags": ["slide", "only-slides"]}\n\nIn short.\n\n+++\n\n## Guess'
    lesson = read_lesson(write(tmp_path, source.replace("+++\n\n## Guess", alone)))
    cells = instructors(lesson).cells
    assert [cell.source for cell in cells] == [cell.source for cell in lesson.cells]
    assert "In short." not in [cell.source for cell in solved(lesson).cells]
    expected = ["skip", "notes", "slide", "skip", "skip", None, "skip", "fragment"] + 3 * ["skip"]
    assert [place(cell) for cell in cells] == expected
    assert not any("slide" in tag for cell in cells for tag in cell.metadata.get("tags", ()))
