"""A cell's code as statements, and what each binds and uses, from its syntax tree. Nothing is run.

Like everything that `serving` imports, this uses only the standard library.
"""

import ast
import builtins
import functools
import re
import symtable
from collections.abc import Iterator
from dataclasses import dataclass

UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
READS_NAMES = re.compile(r"\b(eval|exec|globals|locals|vars|getattr|get_ipython|__main__)\b")
WORD = re.compile(r"[^\W\d]\w*")
MOST_KEPT = 2_000  # size of the cache, in texts

TIMED = re.compile(r"%%(time|capture|prun)\b")  # the code below these magics is run like any cell
TIME = re.compile(r"(\s*)%time\s+(?=\S)")
MAGIC = re.compile(r"(\s*)([%!?]|[\w.]+\?{1,2}\s*$)")
ASSIGNED_MAGIC = re.compile(r"(\s*[^\W\d]\w*\s*=)\s*[%!]")


@dataclass(frozen=True)
class Part:
    """Code that is run as a whole: a cell, or one statement of it."""

    code: str
    defines: frozenset[str]
    uses: frozenset[str]


def as_python(text: str) -> str:
    """The cell with `pass` for each magic, with the same lines; unchanged if that does not help."""
    if tree(text) is not None:
        return text
    lines = text.split("\n")
    first = next((k for k, line in enumerate(lines) if line.strip()), 0)
    if TIMED.match(lines[first]):
        lines[first] = ""
    elif lines[first].startswith("%%"):
        return "\n" * (len(lines) - 1)
    indent = re.match(r"\s*", lines[first]).group() if lines[first] else ""  # type: ignore[union-attr]
    plain = "\n".join(_without_magic(line.removeprefix(indent)) for line in lines)
    return plain if tree(plain) is not None else text


def _without_magic(line: str) -> str:
    line = TIME.sub(r"\1", line, count=1)
    if found := MAGIC.match(line):
        return f"{found[1]}pass"
    found = ASSIGNED_MAGIC.match(line)
    return f"{found[1]} None" if found else line


@functools.lru_cache(MOST_KEPT)
def tree(code: str) -> ast.Module | None:
    """The syntax tree; None if the code does not parse."""
    try:
        return ast.parse(code)
    except UNREADABLE:
        return None


def lines_of(node: ast.stmt) -> tuple[int, int]:
    """The first and the last line of a statement, with its decorators."""
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
    return first, node.end_lineno or node.lineno


def parts(text: str, imported: frozenset[str], *, careful: bool = True) -> list[Part]:
    """The statements of a cell; the whole cell if they cannot be determined.

    An import of several names is one statement for each. A name that is imported somewhere is not
    defined by calling its methods. `careful`: code that may reach any name through a string, such
    as `globals()`, is assumed to define and use every word in it.
    """
    plain = as_python(text)
    module = tree(plain)
    if module is None:
        return [_any_word(text)]
    found, lines = [], plain.split("\n")
    for node in module.body:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                code = ast.unparse(ast.ImportFrom(node.module, [alias], node.level))
                found.append(Part(code, imports(code), frozenset()))
            continue
        first, last = lines_of(node)
        code = "\n".join(lines[first - 1 : last])
        try:
            defines = binds(code) | (touches(code) - imported)
        except UNREADABLE:  # it parses but does not compile, like `return` outside a function
            found.append(_any_word(code))
            continue
        reached = careful and READS_NAMES.search(code)
        found.append(_any_word(code) if reached else Part(code, defines, uses(code)))
    return found


def _any_word(code: str) -> Part:
    words = frozenset(WORD.findall(code))
    return Part(code, words, words)


@functools.lru_cache(MOST_KEPT)
def uses(code: str) -> frozenset[str]:
    """The global names that the code reads; every word in it if that cannot be determined."""
    if READS_NAMES.search(code):
        return frozenset(WORD.findall(code))
    try:
        return reads(code)
    except UNREADABLE:
        return frozenset(WORD.findall(code))


@functools.lru_cache(MOST_KEPT)
def reads(code: str) -> frozenset[str]:
    """The global names that the code reads directly."""
    tables = [symtable.symtable(code, "cell", "exec")]
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


@functools.lru_cache(MOST_KEPT)
def binds(code: str) -> frozenset[str]:
    """The global names that running the code binds or deletes, including in inner functions."""
    found, tables = set(), [symtable.symtable(code, "cell", "exec")]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        top = table.get_type() == "module"
        found |= {
            s.get_name()
            for s in table.get_symbols()
            if (s.is_assigned() or s.is_imported() or s.is_namespace())
            and (top or s.is_declared_global())
        }
    return frozenset(found)


@functools.lru_cache(MOST_KEPT)
def touches(code: str) -> frozenset[str]:
    """The names whose objects a statement may change by an index, an attribute, or a method."""
    found: set[str] = set()
    for part in ast.walk(ast.parse(code)):  # not kept like a cell's tree, which takes more memory
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            found |= _root(part.func)
        elif isinstance(part, ast.Attribute | ast.Subscript) and not isinstance(part.ctx, ast.Load):
            found |= _root(part)
    return frozenset(found)


def _root(node: ast.expr) -> set[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()


@functools.lru_cache(MOST_KEPT)
def imports(code: str) -> frozenset[str]:
    """The names that the code imports, anywhere in it."""
    module = tree(as_python(code))
    nodes = ast.walk(module) if module else ()
    found = [n for n in nodes if isinstance(n, ast.Import | ast.ImportFrom)]
    return frozenset(a.asname or a.name.split(".")[0] for n in found for a in n.names)


def at_top(node: ast.AST) -> Iterator[ast.stmt]:
    """A statement and those inside it that run with it: not those of a function or a class."""
    if isinstance(node, ast.stmt):
        yield node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.expr):
        for inner in ast.iter_child_nodes(node):
            yield from at_top(inner)
