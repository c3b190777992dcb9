"""The API reference: a page for each folder of the library, from its docstrings."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Collection, Iterator
from importlib import import_module
from typing import Any

READING_ORDER = re.compile(r"^# The library, in reading order\n(.*?)^## ", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| (`[^|]+) \| (.+) \|$", re.MULTILINE)
LEFT_OUT = {"chapters", "inside", "conf"}  # answers, what runs with students' code, Sphinx
COLUMNS = re.compile(r"[^\s.,:;?!)] {2,}\S|\S {3,}\S")
CODE = re.compile(r"`+([^`]+)`+")
SPECIAL = re.compile(r"([\\*|_])")


def reference(library: str, only: Collection[str] | None = None) -> dict[str, str]:
    """The pages, by path: an index, and one for each folder in the library's README."""
    rows = {name: words for name, words in _rows(library) if only is None or name in only}
    pages = {f"api/{name}.rst": _page(name, words) for name, words in rows.items()}
    return {"api/index.rst": _index([*rows]), **pages}


def _rows(library: str) -> Iterator[tuple[str, str]]:
    """Each folder or file of the library with its description in the README, in reading order."""
    table = READING_ORDER.search(library)
    for names, words in ROW.findall(table[1] if table else ""):
        for name in re.findall(r"`(\w+)`", names):
            yield name, words


def _index(names: list[str]) -> str:
    title = "API reference"
    lines = [title, "=" * len(title), "", "Generated from the docstrings.", ""]
    lines += [".. toctree::", "   :maxdepth: 1", "", *(f"   {name}" for name in names), ""]
    flat = [f"   ~{_home(name)}" for name in import_module("rnnlib").__all__]
    heading = "Names that are flat, as in ``rnnlib.LSTM``"
    lines += [heading, "-" * len(heading), "", ".. autosummary::", "", *flat, ""]
    return "\n".join(lines)


def _home(name: str) -> str:
    value = getattr(import_module("rnnlib"), name)
    return f"{value.__module__}.{value.__qualname__}"


def _page(name: str, words: str) -> str:
    package = f"rnnlib.{name}"
    lines = [name, "=" * len(name), "", *as_rst([words])]
    module = import_module(package)
    if not hasattr(module, "__path__"):
        return "\n".join([*lines, f".. automodule:: {package}", "   :members:", ""])
    lines += [f".. automodule:: {package}", ""]
    for member in _modules(package, module.__path__):
        lines += [member, "-" * len(member), ""]
        lines += [f".. automodule:: {member}", "   :members:", ""]
    return "\n".join(lines)


def _modules(package: str, path: Any) -> Iterator[str]:
    """The modules in a package, and in the packages in it."""
    for found in pkgutil.iter_modules(path):
        if found.name in LEFT_OUT or found.name.startswith("_"):
            continue
        name = f"{package}.{found.name}"
        yield name
        if found.ispkg:
            yield from _modules(name, import_module(name).__path__)


def as_rst(lines: list[str]) -> list[str]:
    """A docstring as reStructuredText: text and `code`; columns and examples unchanged."""
    out = []
    for paragraph in re.split(r"\n(?:[ \t]*\n)+", "\n".join(lines).strip("\n")):
        rows = paragraph.split("\n")
        if rows[0].startswith(">>> "):
            out += [*rows, ""]
        elif any(row.startswith(" ") or COLUMNS.search(row) for row in rows):
            out += ["::", "", *(f"    {row}".rstrip() for row in rows), ""]
        else:
            out += [*map(_marked_up, rows), ""]
    return out


def _marked_up(row: str) -> str:
    parts = CODE.split(row)
    parts[::2] = [SPECIAL.sub(r"\\\1", words) for words in parts[::2]]
    parts[1::2] = [f"\\ ``{code.strip()}``\\ " for code in parts[1::2]]
    return "".join(parts)


def is_noise(member: Any) -> bool:
    """Whether a member's only documentation is the default for every named tuple."""
    return (getattr(member, "__doc__", None) or "").startswith("Alias for field number")
