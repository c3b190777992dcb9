"""Small notebooks, and files of them."""

import json

from rnnlib.workcopy import merge


def cell(id, source, cell_type="code", **extra):
    lines = source.splitlines(keepends=True)
    new = {"cell_type": cell_type, "id": id, "metadata": {}, "source": lines, **extra}
    if cell_type == "code":
        new = {"execution_count": None, "outputs": [], **new}
    return new


def notebook(*cells):
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def texts(nb):
    return [merge.text(cell) for cell in nb["cells"]]


LESSON = notebook(cell("intro", "# Title", "markdown"), cell("ex", "stub"), cell("end", "end"))


def changed(nb, **sources):
    """`nb` with other sources, by cell id."""
    return notebook(
        *(
            {**cell, "source": [sources[cell["id"]]]} if cell["id"] in sources else cell
            for cell in nb["cells"]
        )
    )


def read(work, name="01_lesson.ipynb"):
    return merge.parse((work / name).read_bytes())


def save(work, nb, name="01_lesson.ipynb"):
    """Save as JupyterLab may: other order of keys, no newline at the end."""
    cells = [dict(reversed(cell.items())) for cell in nb["cells"]]
    (work / name).write_text(json.dumps({"nbformat": 4, **nb, "cells": cells}))


def files(folder):
    return {
        str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }
