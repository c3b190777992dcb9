"""Honest notebooks of unusual form: all answers right, and all points due.

Each form takes a lesson and gives the bytes that are handed in. `reason` entries are the other way
round: points are lost, and the student is to read why.
"""

import json
import textwrap
from collections.abc import Callable

from rnnlib.exercises.registry import exercises
from tests.grading.builders import all_right, answered, code_cell, handed_out, notebook

FORMS: dict[str, Callable[[str], bytes]] = {}


def form(made: Callable[[str], bytes]) -> Callable[[str], bytes]:
    FORMS[made.__name__.replace("_", " ")] = made
    return made


def right(lesson: str) -> dict:
    return json.loads(answered(lesson, all_right(lesson)))


def code_cells(book: dict) -> list[dict]:
    return [cell for cell in book["cells"] if cell["cell_type"] == "code"]


def text(cell: dict) -> str:
    return "".join(cell["source"])


def answers_of(book: dict) -> list[dict]:
    """The cells with the answers."""
    tagged = (c for c in code_cells(book) if any("exercise:" in t for t in _tags(c)))
    return list(tagged)


def _tags(cell: dict) -> list[str]:
    return cell["metadata"].get("tags", [])


def dumped(book: dict) -> bytes:
    return json.dumps(book).encode()


def wrapped(lesson: str, above: str = "", below: str = "") -> bytes:
    """Code in each answer's cell, above and below the answer."""
    book = right(lesson)
    for cell in answers_of(book):
        cell["source"] = f"{textwrap.dedent(above)}{text(cell)}\n{textwrap.dedent(below)}"
    return dumped(book)


def first_cell(lesson: str, above: str = "", below: str = "") -> bytes:
    """Code in the first cell, above and below what is there."""
    book = right(lesson)
    cell = code_cells(book)[0]
    cell["source"] = f"{above}{text(cell)}\n{below}"
    return dumped(book)


# --- what the sandbox lacks --------------------------------------------------------------


@form
def unused_imports_above_numpy(lesson):
    return first_cell(lesson, "import torch\nimport pandas as pd, scipy.stats as st\n")


@form
def unused_imports_above_each_answer(lesson):
    return wrapped(lesson, "import torch, numpy as np\nfrom scipy import linalg, nowhere\n")


@form
def what_is_made_with_a_missing_module(lesson):
    below = "import torch\ntorch.manual_seed(0)\nx0 = torch.zeros(2)\nprint(x0.sum())\n"
    return wrapped(lesson, below)


@form
def a_missing_file_above(lesson):
    return wrapped(lesson, "text = open('/nowhere/notes.txt').read()\nprint(len(text.split()))\n")


@form
def an_array_from_a_missing_file(lesson):
    return wrapped(
        lesson, "import numpy as np\ndata = np.loadtxt('data.csv')\nprint(data.mean())\n"
    )


@form
def magics_that_fail_above(lesson):
    return wrapped(
        lesson,
        "%matplotlib widget\n%load_ext nowhere\n!pip install nowhere\n%nowhere 3\n"
        "files = !ls *.csv\nprint(files[0])\n",
    )


@form
def a_cell_that_is_timed(lesson):
    return wrapped(lesson, "%%time\nimport torch\n")


@form
def output_that_is_captured(lesson):
    return wrapped(lesson, "%%capture out\nimport pandas\n")


@form
def help_asked_for(lesson):
    return wrapped(lesson, "print?\n?len\n", "%timeit -n1 -r1 1 + 1\n%who\n%pwd\n")


@form
def a_question_above(lesson):
    return wrapped(lesson, "name = input('who are you? ')\nprint('hello ' + name)\n")


@form
def a_program_above(lesson):
    return wrapped(
        lesson,
        "import subprocess\ndone = subprocess.run(['git', 'nowhere'], check=True)\nprint(done)\n",
    )


@form
def a_download_above(lesson):
    return wrapped(
        lesson,
        "from urllib.request import urlopen\npage = urlopen('https://example.org', timeout=2)\n"
        "print(page.read()[:10])\n",
    )


@form
def colab_on_top(lesson):
    book = right(lesson)
    top = (
        "!pip install -q rnnlib\nfrom google.colab import drive\ndrive.mount('/content/drive')\n"
        "%cd /content/drive/MyDrive\nimport numpy as np\n"
    )
    book["cells"].insert(0, code_cell(top))
    answers_of(book)[0]["source"] = f"#@title Answer\n{top}{text(answers_of(book)[0])}"
    book["metadata"] |= {"colab": {"provenance": [], "gpuType": "T4"}, "accelerator": "GPU"}
    for k, cell in enumerate(book["cells"]):
        cell["metadata"] = {"id": f"x{k}", "colab": {"base_uri": "https://localhost"}}
    return dumped(book)


# --- the course's own helpers ------------------------------------------------------------


@form
def assertions_on_checks(lesson):
    """About the cell's own exercise and about another one."""
    book = right(lesson)
    for cell in answers_of(book):
        (id,) = (t.split(":")[1] for t in _tags(cell) if t.startswith("exercise:"))
        e = exercises()[id]
        cell["source"] = (
            f"from rnnlib.exercises import check\n{text(cell)}\n"
            f"outcome = check({id!r}, {e.function})\nassert outcome.passed, outcome.message\n"
            f"assert outcome.points == {e.points} and outcome.status == 'pass'\n"
            f"assert check({id!r}, {e.function}).out_of == {e.points}\n"
            f"assert {e.title!r} in repr(outcome)\nassert outcome.evidence['why'] == 'right'\n"
            f"def after_{e.function}():\n    return 1\n"
        )
    return dumped(book)


@form
def checks_in_the_answers_cell_before_it(lesson):
    """An assertion about the last answer above the next one."""
    book, last = right(lesson), ""
    for cell in answers_of(book):
        own = text(cell)
        cell["source"] = f"{last}{own}" if last else own
        (id,) = (t.split(":")[1] for t in _tags(cell) if t.startswith("exercise:"))
        last = f"assert check({id!r}, {exercises()[id].function}).evidence['why'] == 'right'\n"
    return dumped(book)


@form
def what_inert_helpers_return(lesson):
    return wrapped(
        lesson,
        f"from rnnlib.exercises import hint, quiz, solution\nfirst = hint('{lesson}.1')\n"
        f"print(first.body.split()[0] + '!', len(first.heading))\n"
        f"for line in solution('{lesson}.1', anyway=True).code.splitlines():\n    print(line)\n"
        "assert 'x' * 3 in str(first)\n",
    )


@form
def private_modules_of_the_library(lesson):
    return wrapped(
        lesson,
        "from rnnlib.exercises import check, registry\nimport rnnlib.exercises.comparing as c\n"
        "print(registry.exercises().keys(), c.agree)\nfrom rnnlib import places, lessons\n",
    )


@form
def a_library_function_that_was_taken_away(lesson):
    """Called for comparison, above each answer."""
    names = dict.fromkeys(
        name for e in exercises().values() if e.id.startswith(lesson) for name in e.forbidden
    )
    lines = []
    for name in names:
        module = ".".join(part for part in name.split(".")[:3])
        rest = name.removeprefix(f"{module}.")
        lines.append(f"import {module}\nprint({module}.{rest})")
    return wrapped(lesson, "\n".join(lines) + "\n")


# --- names bound again -------------------------------------------------------------------


def helpers_of_one_name(lesson: str, later: str) -> bytes:
    """Each answer through a helper of the same name, which is defined in its cell."""
    book = right(lesson)
    for cell in answers_of(book):
        (id,) = (t.split(":")[1] for t in _tags(cell) if t.startswith("exercise:"))
        name = exercises()[id].function
        if any(id in e.needs for e in exercises().values()):
            continue  # bound again, it would break the answers that need it in a notebook, too
        own = text(cell).replace(f"def {name}(", "def helper(", 1)
        cell["source"] = f"{own}\n\ndef {name}(*arguments):\n    return helper(*arguments)"
    book["cells"].append(code_cell(later))
    return dumped(book)


@form
def one_name_for_all_helpers(lesson):
    return helpers_of_one_name(lesson, "def helper(*arguments):\n    return None")


@form
def a_helper_that_is_deleted(lesson):
    return helpers_of_one_name(lesson, "del helper")


@form
def a_reset_at_the_end(lesson):
    return helpers_of_one_name(lesson, "%reset -f")


@form
def a_reset_among_other_lines(lesson):
    return helpers_of_one_name(lesson, "print('bye')\n%reset -f\nprint('gone')")


@form
def stubs_below_right_answers(lesson):
    book, stubs = right(lesson), answers_of(handed_out(lesson))
    book["cells"] += stubs
    return dumped(book)


@form
def stubs_below_right_answers_in_one_cell(lesson):
    stubs = [text(cell) for cell in answers_of(handed_out(lesson))]
    return wrapped(lesson, "", "\n\n".join(stubs))


@form
def all_names_taken_by_scratch_variables(lesson):
    names = " = ".join(e.function for e in exercises().values() if e.id.startswith(lesson))
    return wrapped(lesson, "", "w = b = x = h = step = run = rng = f = 0\n") and dumped(
        _appended(right(lesson), f"np = w = b = x = h = step = run = 0\n{names} = 3")
    )


def _appended(book: dict, *cells: str) -> dict:
    book["cells"] += [code_cell(code) for code in cells]
    return book


@form
def numpy_rebound_at_the_end(lesson):
    return dumped(_appended(right(lesson), "np = None", "import math as np"))


# --- slow statements ---------------------------------------------------------------------


@form
def an_endless_loop_below_an_answer(lesson):
    book = right(lesson)
    answers_of(book)[0]["source"] = f"{text(answers_of(book)[0])}\nwhile True:\n    pass"
    return dumped(book)


@form
def an_endless_loop_between_answers_in_one_cell(lesson):
    book = right(lesson)
    cells = answers_of(book)
    loop = "for epoch in range(10**12):\n    loss = epoch"
    cells[0]["source"] = f"\n{loop}\n".join(text(cell) for cell in cells)
    for cell in cells[1:]:
        book["cells"].remove(cell)
    return dumped(book)


@form
def python_ended_below_an_answer(lesson):
    book = right(lesson)
    answers_of(book)[0]["source"] = f"{text(answers_of(book)[0])}\nimport os\nos._exit(0)"
    return dumped(book)


@form
def a_slow_loop_in_a_cell_with_magics(lesson):
    book = right(lesson)
    own = text(answers_of(book)[0])
    loop = "losses = getattr(np, 'zeros')(3)\nwhile True:\n    losses = losses + 1"
    answers_of(book)[0]["source"] = f"%matplotlib widget\n{own}\n!ls\n{loop}"
    return dumped(book)


# --- cells moved about -------------------------------------------------------------------


@form
def all_code_in_one_cell(lesson):
    book = right(lesson)
    alone = [text(code_cells(book)[0]), *(text(cell) for cell in answers_of(book))]
    return notebook("\n\n".join(alone))


@form
def one_statement_a_cell(lesson):
    import ast

    book = right(lesson)
    split = [code_cells(book)[0], *answers_of(book)]
    cells = []
    for cell in code_cells(book):
        if cell in split:
            cells += [ast.unparse(node) for node in ast.parse(text(cell)).body]
        else:
            cells.append(cell)
    return notebook(*cells)


@form
def answers_from_last_to_first(lesson):
    book = right(lesson)
    cells = [text(code_cells(book)[0]), *(text(cell) for cell in answers_of(book)[::-1])]
    return notebook(*cells)


@form
def imports_in_the_answers_and_the_first_cell_gone(lesson):
    book = right(lesson)
    head = text(code_cells(book)[0])
    del book["cells"][book["cells"].index(code_cells(book)[0])]
    for cell in answers_of(book):
        cell["source"] = f"{head}\n{text(cell)}"
    return dumped(book)


@form
def imports_at_the_end(lesson):
    book = right(lesson)
    head = code_cells(book)[0]
    book["cells"].remove(head)
    book["cells"].append(head)
    return dumped(book)


@form
def answers_that_import_for_themselves(lesson):
    return wrapped(lesson, "import numpy as np\nfrom rnnlib import circuits\n")


@form
def a_line_at_the_end_of_the_first_cell(lesson):
    names = "own_name = np"
    book = json.loads(first_cell(lesson, below=names))
    for cell in answers_of(book):
        cell["source"] = f"assert own_name is np\n{text(cell)}"
    return dumped(book)


@form
def answers_within_blocks(lesson):
    book = right(lesson)
    for k, cell in enumerate(answers_of(book)):
        head = ("if True:", "try:", "with __import__('contextlib').nullcontext():")[k % 3]
        tail = "\nfinally:\n    pass" if k % 3 == 1 else ""
        cell["source"] = f"{head}\n{textwrap.indent(text(cell), '    ')}{tail}"
    return dumped(book)


@form
def whole_cells_indented(lesson):
    book = right(lesson)
    for cell in answers_of(book):
        cell["source"] = textwrap.indent(text(cell), "    ")
    return dumped(book)


@form
def prints_and_plots(lesson):
    return wrapped(
        lesson,
        "print('so far so good')\nimport matplotlib.pyplot as plt\n",
        "fig, ax = plt.subplots()\nax.plot([1, 2])\nplt.show()\nprint('done')\nfig",
    )


# --- the file ----------------------------------------------------------------------------


@form
def from_vs_code(lesson):
    book = right(lesson)
    for cell in book["cells"]:
        cell["metadata"] = {"vscode": {"languageId": "python"}}
        cell.pop("id", None)
    book |= {"nbformat_minor": 2, "metadata": {"language_info": {"name": "python"}}}
    return dumped(book)


@form
def line_ends_of_windows(lesson):
    book = right(lesson)
    for cell in book["cells"]:
        cell["source"] = text(cell).replace("\n", "\r\n")
    return json.dumps(book, indent=1).replace("\n", "\r\n").encode()


@form
def a_byte_order_mark(lesson):
    return b"\xef\xbb\xbf" + dumped(right(lesson))


@form
def nbformat_3_with_two_worksheets(lesson):
    cells = []
    for k, cell in enumerate(code_cells(right(lesson))):
        ends = bool(k % 2)  # old programs wrote lines with their ends, older ones without
        lines = text(cell).splitlines(keepends=ends)
        made = {"cell_type": "code", "input": lines, "language": "python", "collapsed": False}
        cells.append({**made, "metadata": {}, "outputs": [], "prompt_number": k})
    sheets = [{"cells": cells[:5], "metadata": {}}, {"cells": cells[5:], "metadata": {}}]
    return json.dumps(
        {"metadata": {}, "nbformat": 3, "nbformat_minor": 0, "worksheets": sheets}
    ).encode()


@form
def huge_outputs(lesson):
    book = right(lesson)
    picture = {
        "output_type": "display_data",
        "data": {"image/png": "A" * 2_000_000},
        "metadata": {},
    }
    stream = {"output_type": "stream", "name": "stdout", "text": ["∂ψ\n" * 1000]}
    for cell in code_cells(book)[:17]:
        cell["outputs"] = [picture, stream]
    return dumped(book)


@form
def a_number_of_6000_digits_in_an_output(lesson):
    data = dumped(right(lesson))
    output = b'"outputs": [{"output_type": "execute_result", "execution_count": 1, "metadata": {}, '
    output += b'"data": {"application/json": ' + b"7" * 6_000 + b"}}]"
    assert b'"outputs": []' in data
    return data.replace(b'"outputs": []', output, 1)


@form
def cells_that_are_not_python(lesson):
    extra = [
        "%%bash\necho 'f(' > /tmp/x",
        "%%html\n<b>(</b>",
        "%%writefile own.py\nA = 1",
        "for for",
    ]
    return dumped(_appended(right(lesson), *extra))


@form
def the_minor_versions(lesson):
    book = right(lesson)
    book["nbformat_minor"] = 0
    for cell in book["cells"]:
        cell.pop("id", None)
        cell["source"] = text(cell).splitlines(keepends=True)
    return dumped(book)


@form
def captured_output_that_is_shown_later(lesson):
    book = right(lesson)
    captures = ("%%capture out\n", "%%capture --no-stderr err\n", "%%capture seen --no-display\n")
    above = [code_cell(f"{line}print(1)") for line in captures]
    book["cells"] = [*above, *book["cells"]]
    for cell in answers_of(book):
        cell["source"] = f"out.show()\nprint(err.stdout + seen.stdout)\n{text(cell)}"
    return dumped(book)
