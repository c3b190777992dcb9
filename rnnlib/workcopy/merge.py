"""Three-way merge of a notebook, cell by cell: the original, the learner's, and the newer version.

Cells are matched by id, and a cell is unchanged if its type and its text are. The learner's text
always survives; where the learner wrote nothing, the newer version is taken exactly.
"""

import difflib
import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

Cell = dict
Notebook = dict

EMPTY: Notebook = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


class NotebookError(ValueError):
    """The bytes are not a Jupyter notebook; the message says why, with the line if there is one."""


class Merged(NamedTuple):
    notebook: Notebook
    conflicts: int  # cells changed on both sides; the newer text is below the learner's


def parse(data: bytes) -> Notebook:
    """The notebook (format 4) written in `data`; one that could not be written is none."""
    try:
        notebook = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise NotebookError("not UTF-8 text") from error
    except json.JSONDecodeError as error:
        raise NotebookError(f"line {error.lineno}: {error.msg}") from error
    except RecursionError as error:
        raise NotebookError("it is nested too deeply") from error
    except ValueError as error:  # a number with thousands of digits
        raise NotebookError(str(error)) from error
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise NotebookError("it has no list of cells")
    for number, cell in enumerate(notebook["cells"], start=1):
        if not _is_cell(cell):
            raise NotebookError(f"cell {number} is not a notebook cell")
    if not isinstance(notebook.get("metadata", {}), dict):
        raise NotebookError("its metadata is not a JSON object")
    try:
        serialize(notebook)
    except UnicodeEncodeError as error:
        raise NotebookError("it contains half a character, a lone surrogate") from error
    except RecursionError as error:
        raise NotebookError("it is nested too deeply") from error
    return notebook


def parse_lesson(data: bytes) -> Notebook:
    """The course's own notebook in `data`: every cell must have a unique id."""
    notebook = parse(data)
    seen = set()
    for number, cell in enumerate(notebook["cells"], start=1):
        if not isinstance(cell.get("id"), str) or cell["id"] in seen:
            raise NotebookError(f"cell {number} has no unique id: {cell.get('id')!r}")
        seen.add(cell["id"])
    return notebook


def _is_cell(cell: object) -> bool:
    if not isinstance(cell, dict) or not isinstance(cell.get("cell_type"), str):
        return False
    source = cell.get("source")
    lines = source if isinstance(source, list) else [source]
    return all(isinstance(line, str) for line in lines)


def serialize(notebook: Notebook) -> bytes:
    """The notebook as Jupyter writes it to a file."""
    text = json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False)
    return (text + "\n").encode("utf-8")


def text(cell: Cell) -> str:
    """The source of a cell, which a file holds as one string or as a list of lines."""
    return "".join(cell["source"])


def same(a: Cell, b: Cell) -> bool:
    """Whether two cells have the same type and text; outputs and metadata are ignored."""
    return a["cell_type"] == b["cell_type"] and text(a) == text(b)


def merge(base: Notebook, mine: Notebook, new: Notebook) -> Merged:
    """Merge the learner's notebook `mine`, handed out as `base`, with the version `new`.

    The order is that of `new`. A cell that the learner added stays after the cell it followed; one
    that the learner deleted stays deleted; one that `new` no longer has is removed, unless the
    learner edited it. Where both sides changed a cell, the learner's stays and the newer text
    follows it as a Markdown note, so that a new stub never replaces an answer.
    """
    old = {cell["id"]: cell for cell in base["cells"]}
    now = {cell["id"]: cell for cell in new["cells"]}
    taken = {*old, *now, *(str(cell.get("id")) for cell in mine["cells"])}
    new_ids = (id for id in map("added-{}".format, count(1)) if id not in taken)
    heirs = _heirs(list(old), list(now))
    stale_notes = {note_text(cell) for cell in old.values()} - {note_text(c) for c in now.values()}

    placed: dict[str, Cell] = {}
    own: dict[str | None, list[Cell]] = defaultdict(list)  # by the course's cell before them
    before = None
    for cell in _with_ids(mine["cells"], old, new_ids):
        id = cell["id"]
        if id in now:
            placed[id] = cell
            before = id
        elif id in old and same(cell, old[id]):
            before = heirs.get(id, before)
        elif text(cell) not in stale_notes:
            own[before].append(cell)

    cells = own[None]
    conflicts = 0
    for id, cell in now.items():
        if id in placed:
            kept, conflict = _resolve(old.get(id), placed[id], cell)
            cells.append(kept)
            if conflict and all(text(other) != note_text(cell) for other in own[id]):
                cells.append(_note(cell, next(new_ids)))
                conflicts += 1
        elif id not in old:
            cells.append(cell)
        cells += own[id]
    metadata = {**mine.get("metadata", {}), **new.get("metadata", {})}
    return Merged({**mine, **new, "cells": cells, "metadata": metadata}, conflicts)


def _resolve(base: Cell | None, mine: Cell, new: Cell) -> tuple[Cell, bool]:
    """The merged cell, and whether both sides changed it."""
    if same(mine, new):
        outputs = {key: mine[key] for key in ("outputs", "execution_count") if key in mine}
        return {**new, **outputs}, False
    if base is not None and same(mine, base):
        return new, False
    return mine, base is None or not same(base, new)


def note_text(cell: Cell) -> str:
    """The note below a cell that the learner changed and that has a newer version."""
    lead = (
        "**The course has a newer version of the cell above.** "
        "Yours is kept. Copy what you need from it, then delete this cell.\n\n"
    )
    if cell["cell_type"] != "code":
        return lead + text(cell)
    fence = "```"
    while fence in text(cell):
        fence += "`"
    return f"{lead}{fence}python\n{text(cell)}\n{fence}"


def _note(cell: Cell, id: str) -> Cell:
    source = note_text(cell).splitlines(keepends=True)
    return {"cell_type": "markdown", "id": id, "metadata": {}, "source": source}


def _with_ids(cells: list[Cell], old: dict[str, Cell], new_ids: Iterator[str]) -> list[Cell]:
    """The learner's cells, each with a unique id.

    Some editors drop ids or make new ones, and a copied cell may carry the id of its original. So
    cells are matched by id first; the rest are matched by text, or get a new id.
    """
    ids: list[str | None] = []
    for cell in cells:
        id = cell.get("id")
        ids.append(id if isinstance(id, str) and id not in ids else None)
    missing = [cell for id, cell in old.items() if id not in ids]
    for position, cell in enumerate(cells):
        if ids[position] in old:
            continue
        match = next((other for other in missing if same(cell, other)), None)
        if match is not None:
            missing.remove(match)
            ids[position] = match["id"]
        elif ids[position] is None:
            ids[position] = next(new_ids)
    return [{**cell, "id": id} for cell, id in zip(cells, ids, strict=True)]


def _heirs(old: list[str], now: list[str]) -> dict[str, str]:
    """For a removed id, the new id in its place, so that cells added after it keep their place."""
    matcher = difflib.SequenceMatcher(None, old, now, autojunk=False)
    heirs = {}
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "replace":
            heirs.update({old[i]: now[min(j1 + i - i1, j2 - 1)] for i in range(i1, i2)})
    return heirs
