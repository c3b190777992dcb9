"""In a notebook every card of a cell is seen, once; a name that is missing gets a card, too."""

import nbformat
import pytest

from rnnlib.authoring.execution import execute

pytestmark = pytest.mark.slow

CELLS = {
    "both": """
from rnnlib.exercises import check, hint
hint("01.1", 1)
check("01.1", None)
""",
    "in the middle": 'check("01.1", None)\nprint("and on")',
    "kept": 'outcome = check("01.1", None)',
    "later": "outcome",
    "missing": """get_ipython().run_cell("check('01.1', three_steps)")""",
    "another error": """get_ipython().run_cell("print(nowhere)")""",
}


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """The texts that each cell displays, and its whole output."""
    cells = [nbformat.v4.new_code_cell(code) for code in CELLS.values()]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "", "language": "python"}
    ran = execute(notebook, tmp_path_factory.mktemp("cards"))
    return {
        name: [o.data["text/plain"] for o in cell.outputs if "data" in o]
        for name, cell in zip(CELLS, ran.cells, strict=True)
    }, dict(zip(CELLS, ran.cells, strict=True))


def test_hint_and_check_in_one_cell_are_both_seen_once(shown):
    texts, _ = shown
    assert [text.split()[0] for text in texts["both"]] == ["Hint", "NOT"]
    assert len(texts["in the middle"]) == 1


def test_a_card_that_is_kept_shows_at_once_and_again_when_asked_for(shown):
    texts, _ = shown
    assert len(texts["kept"]) == len(texts["later"]) == 1
    assert texts["kept"] == texts["later"]


def test_a_check_above_its_cell_gets_a_card_and_no_traceback(shown):
    texts, cells = shown
    assert "There is no `three_steps` yet" in texts["missing"][0]
    assert not any("Traceback" in str(output) for output in cells["missing"].outputs)


def test_any_other_missing_name_gets_its_traceback(shown):
    _, cells = shown
    assert "NameError" in str(cells["another error"].outputs)
