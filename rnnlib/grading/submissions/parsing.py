"""A submission's bytes, read into the code to run. Only the text of code cells is believed.

Python's own parsers can be made to take time without end, or to crash. So the judge never calls
`read` and `to_run` itself on what students wrote: `reading` has it done in another process, which
runs this file alone.
"""

import ast
import builtins
import contextlib
import functools
import json
import re
import resource
import symtable
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

MOST_BYTES = 20_000_000
MOST_CELLS = 2_000
MOST_CODE = 1_000_000
MOST_MEMORY = 1_000_000_000
READS_NAMES = re.compile(r"\b(eval|exec|globals|locals|vars|getattr|get_ipython|__main__)\b")
WORD = re.compile(r"[^\W\d]\w*")
USE = re.compile(r"""\buse\(\s*["'](\d\d\.\d+)["']""")


class Invalid(ValueError):
    """The submission is not a notebook; one sentence says why."""


def read(data: bytes) -> list[str]:
    """The code cells' sources, in order, whatever the notebook's metadata and version say."""
    code = [text for cell in _cells(data) if (text := _code(cell)).strip()]
    if sum(map(len, code)) > MOST_CODE:
        raise Invalid("The notebook has more than a million characters of code.")
    return code


def guesses(data: bytes, kind: str, options: dict[str, list[str]]) -> dict[str, str]:
    """What was guessed, by the outputs of this kind: for each prediction one of its options.

    The last output counts, and nothing that is not of the form that `reveal` writes.
    """
    found: dict[str, str] = {}
    for output in (output for cell in _cells(data) for output in _listed(cell, "outputs")):
        shown = output.get("data") if isinstance(output, dict) else None
        told = shown.get(kind) if isinstance(shown, dict) else None
        id, choice = (told.get("id"), told.get("choice")) if isinstance(told, dict) else (None, "")
        if not isinstance(id, str) or id not in options:
            continue
        if choice is None:  # the cell was run once more, and no guess was made
            found.pop(id, None)
        elif choice in options[id]:
            found[id] = choice
    return found


def _listed(cell: object, key: str) -> list:
    """A list that a cell may have; an empty one if it has none."""
    value = cell.get(key) if isinstance(cell, dict) else None
    return value if isinstance(value, list) else []


def _cells(data: bytes) -> list:
    """The notebook's cells, whatever they are."""
    if not data.strip():
        raise Invalid("The file is empty.")
    if len(data) > MOST_BYTES:
        raise Invalid(f"The file has {len(data) / 1e6:.0f} MB; a submission may have 20.")
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Invalid("The file is not a notebook.") from error
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if cells is None and isinstance(notebook, dict):  # notebooks of before 2014
        sheets = notebook.get("worksheets")
        sheet = sheets[0] if isinstance(sheets, list) and sheets else None
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
    if not isinstance(cells, list):
        raise Invalid("The file is not a notebook: it has no cells.")
    if len(cells) > MOST_CELLS:
        raise Invalid(f"The notebook has {len(cells)} cells; a submission may have {MOST_CELLS}.")
    return cells


def _code(cell: object) -> str:
    """The source of a code cell; nothing for any other."""
    if not isinstance(cell, dict) or cell.get("cell_type") != "code":
        return ""
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    # half of a surrogate pair can stand in JSON and cannot be sent on
    return source.encode("utf-8", "replace").decode() if isinstance(source, str) else ""


@dataclass(frozen=True)
class _Part:
    """Code that is run as a whole: a cell, or one statement of an unchanged cell."""

    code: str
    defines: frozenset[str]
    uses: frozenset[str]


def to_run(
    cells: list[str],
    handed_out: set[str],
    functions: set[str],
    *,
    lean: bool = False,
    answers: Mapping[str, str] = MappingProxyType({}),
) -> list[tuple[int, str]]:
    """What of the cells must run for the functions to be answered: (number of the cell, code).

    A cell that differs from those that were handed out runs as it is. Of an unchanged one only
    the statements that define a name which is used run: its pictures and its training do not.
    `lean`: the changed cells are treated like the unchanged ones.
    `answers`: exercise -> function; `use("04.4")` uses the function of 04.4.
    """
    imported = frozenset(name for text in handed_out for name in _imported(text))
    own = frozenset(name for text in cells for name in _imported(text)) if lean else frozenset()
    units = []
    for number, text in enumerate(cells):
        if text in handed_out:
            units += [(number, part) for part in _known_parts(text, imported)]
        elif lean:
            units += [(number, part) for part in _own_parts(text, imported | own)]
        else:
            units.append((number, _Part(text, frozenset(), _uses(text))))
    kept = set()
    more = {
        k for k, (number, _) in enumerate(units) if not lean and cells[number] not in handed_out
    }
    wanted = {*functions, "*"}  # what `import *` brings may be anything
    while True:
        kept |= more
        wanted |= {name for k in more for name in units[k][1].uses}
        wanted |= {answers[id] for k in more for id in _used(units[k][1].code) & answers.keys()}
        more = {k for k, (_, p) in enumerate(units) if k not in kept and p.defines & wanted}
        if not more:
            return [(units[k][0], units[k][1].code) for k in sorted(kept)]


def _used(code: str) -> set[str]:
    """The exercises whose answers the code goes on with."""
    return set(USE.findall(code))


def _own_parts(text: str, imported: frozenset[str]) -> list[_Part]:
    """The statements of a student's cell; the cell as a whole where they cannot be told."""
    if not READS_NAMES.search(text):
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            return _parts(text, imported)
    words = frozenset(WORD.findall(text))
    return [_Part(text, words, words)]


def _parts(text: str, imported: frozenset[str]) -> list[_Part]:
    """The statements of a cell; an import of several names is one for each.

    A name that is imported somewhere is not defined by calling its methods.
    """
    parts = []
    lines = text.split("\n")
    for node in ast.parse(text).body:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                code = ast.unparse(ast.ImportFrom(node.module, [alias], node.level))
                parts.append(_Part(code, _imported(code), frozenset()))
            continue
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
        code = "\n".join(lines[first - 1 : node.end_lineno])
        parts.append(_Part(code, _defines(node, code) - imported | _imported(code), _uses(code)))
    return parts


_known_parts = functools.cache(_parts)


def _uses(code: str) -> frozenset[str]:
    """The global names that the code reads; every word of it where that cannot be told."""
    try:
        tables = [symtable.symtable(code, "cell", "exec")]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset(WORD.findall(code))
    if READS_NAMES.search(code):
        return frozenset(WORD.findall(code))
    found = set()
    while tables:
        table = tables.pop()
        tables += table.get_children()
        top = table.get_type() == "module"
        found |= {
            s.get_name()
            for s in table.get_symbols()
            if s.is_referenced() and (top or s.is_global())
        }
    return frozenset(found - set(dir(builtins)))


def _defines(node: ast.stmt, code: str) -> frozenset[str]:
    """The names that a statement binds, or whose object it may change by calling a method."""
    table = symtable.symtable(code, "cell", "exec")
    found = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_namespace()}
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            found |= _root(part.func)
        elif isinstance(part, ast.Attribute | ast.Subscript) and not isinstance(part.ctx, ast.Load):
            found |= _root(part)
    return frozenset(found)


def _root(node: ast.expr) -> set[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()


@functools.lru_cache(MOST_CELLS)
def _imported(code: str) -> frozenset[str]:
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    nodes = [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
    names = [a.asname or a.name.split(".")[0] for n in nodes for a in n.names]
    return frozenset(names)


def _replied(request: dict, data: bytes) -> dict:
    if "options" in request:
        return {"guesses": guesses(data, request["kind"], request["options"])}
    names = [set(request[key]) for key in ("handed_out", "functions")]
    how = {"lean": request["lean"], "answers": request["answers"]}
    return {"units": to_run(read(data), *names, **how)}


def serve() -> None:
    """Answer requests on stdin: a line of JSON, then as many bytes as it says; a line of JSON each.

    In isolation from the course: nothing but Python's standard library is imported here.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin.buffer:
        request = json.loads(line)
        data = sys.stdin.buffer.read(request["size"])
        try:
            reply = _replied(request, data)
        except Invalid as error:
            reply = {"invalid": str(error)}
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
