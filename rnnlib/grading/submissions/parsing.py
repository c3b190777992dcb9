"""A submission's bytes, read into the code to run. Only the text of code cells is used.

Python's own parsers can be made to run forever, or to crash. So the judge never calls `read` and
`to_run` itself on students' files: `isolated` does so in another process, which runs `serving`.
"""

import functools
import json
import re
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import TypeGuard

from rnnlib.grading.submissions.statements import Part, imports, parts, uses

MOST_BYTES = 100_000_000  # bytes of a file; most of them are outputs, which are not read
MOST_CELLS = 2_000
MOST_CODE = 1_000_000
USE = re.compile(r"""\buse\(\s*["'](\d\d\.\d+)["']""")


class Invalid(ValueError):
    """The submission is not a notebook; the message is one sentence on why."""


def read(data: bytes) -> list[str]:
    """The code cells' sources, in order, regardless of the notebook's metadata and version.

    A blank cell is "": it counts as a cell, so that the numbers are those in the notebook.
    """
    code = [_code(cell) for cell in _cells(data) if _is_code(cell)]
    if sum(map(len, code)) > MOST_CODE:
        raise Invalid("The notebook has more than a million characters of code.")
    return code


def guesses(data: bytes, kind: str, options: dict[str, list[str]]) -> dict[str, str]:
    """The guesses, from outputs of this type: for each prediction, one of its options.

    The last output counts. Anything not in the form that `reveal` writes is ignored.
    """
    found: dict[str, str] = {}
    for output in (output for cell in _cells(data) for output in _listed(cell, "outputs")):
        shown = output.get("data") if isinstance(output, dict) else None
        told = shown.get(kind) if isinstance(shown, dict) else None
        id, choice = (told.get("id"), told.get("choice")) if isinstance(told, dict) else (None, "")
        if not isinstance(id, str) or id not in options:
            continue
        if choice is None:  # the cell was run again, without a guess
            found.pop(id, None)
        elif choice in options[id]:
            found[id] = choice
    return found


def _listed(cell: object, key: str) -> list:
    """A list in a cell; an empty one if it has none."""
    value = cell.get(key) if isinstance(cell, dict) else None
    return value if isinstance(value, list) else []


def _cells(data: bytes) -> list:
    """The notebook's cells, whatever they are."""
    if not data.strip():
        raise Invalid("The file is empty.")
    if len(data) > MOST_BYTES:
        raise Invalid(f"The file has {len(data) / 1e6:.0f} MB; a submission may have 100.")
    try:  # no numbers are needed, and an integer of 6,000 digits could not be read
        notebook = json.loads(data.decode("utf-8-sig"), parse_int=float)
    except (ValueError, RecursionError) as error:
        raise Invalid("The file is not a notebook.") from error
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if cells is None and (sheets := _listed(notebook, "worksheets")):  # notebooks from before 2014
        cells = [cell for sheet in sheets for cell in _listed(sheet, "cells")]
    if not isinstance(cells, list):
        raise Invalid("The file is not a notebook: it has no cells.")
    if len(cells) > MOST_CELLS:
        raise Invalid(f"The notebook has {len(cells)} cells; a submission may have {MOST_CELLS}.")
    return cells


def _is_code(cell: object) -> TypeGuard[dict]:
    return isinstance(cell, dict) and cell.get("cell_type") == "code"


def _code(cell: dict) -> str:
    """The source of a code cell; nothing if it is blank."""
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        whole = "source" in cell or "".join(source[:1]).endswith(("\n", "\r"))
        source = ("" if whole else "\n").join(source)  # the oldest notebooks have no line endings
    source = re.sub("\r\n?", "\n", source) if isinstance(source, str) else ""
    # half of a surrogate pair is possible in JSON, but cannot be encoded
    return source.encode("utf-8", "replace").decode() if source.strip() else ""


def to_run(
    cells: list[str],
    handed_out: Collection[str],
    functions: Collection[str],
    *,
    lean: bool = False,
    cut: Collection[int] = (),
    answers: Mapping[str, str] = MappingProxyType({}),
) -> list[tuple[int, str]]:
    """The parts of the cells that the functions need: (number of the cell, code).

    A cell that differs from those handed out runs completely. Of an unchanged one, only the
    statements that define a name in use are run: its figures and training are not. `cut`: the
    numbers of changed cells that are treated like the unchanged ones; `lean`: all are. `answers`:
    exercise -> function; `use("04.4")` uses the function of 04.4.
    """
    whole = {k for k, text in enumerate(cells) if text not in handed_out and k not in cut}
    whole = set() if lean else whole
    imported = frozenset(name for text in handed_out for name in imports(text))
    own = imported.union(*(imports(text) for text in cells)) if lean or cut else imported
    units: list[tuple[int, Part]] = []
    for number, text in enumerate(cells):
        if not text:
            continue
        if number in whole:
            units.append((number, Part(text, frozenset(), uses(text))))
        elif text in handed_out:
            units += [(number, part) for part in _known_parts(text, imported)]
        else:
            units += [(number, part) for part in parts(text, own)]
    kept: set[int] = set()
    more = {k for k, (number, _) in enumerate(units) if number in whole}
    wanted = {*functions, "*"}  # `import *` may define any name
    while True:
        kept |= more
        wanted |= {name for k in more for name in units[k][1].uses}
        wanted |= {answers[id] for k in more for id in _used(units[k][1].code) & answers.keys()}
        more = {k for k, (_, p) in enumerate(units) if k not in kept and p.defines & wanted}
        if not more:
            return [(units[k][0], units[k][1].code) for k in sorted(kept)]


@functools.cache
def _known_parts(text: str, imported: frozenset[str]) -> list[Part]:
    return parts(text, imported, careful=False)


def _used(code: str) -> set[str]:
    """The exercises whose answers the code uses."""
    return set(USE.findall(code))
