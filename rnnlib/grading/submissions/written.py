"""The code for each function: its definitions, and two fingerprints of the last one.

From syntax trees alone; like everything that `serving` imports, this uses only the standard
library.
"""

import ast
import builtins
import hashlib
from collections.abc import Collection, Iterable

from rnnlib.grading.submissions import statements
from rnnlib.grading.submissions.again import Definition, is_stub

SHORT = 3  # lines; most answers up to this length are alike
MOST_DEFINITIONS = 5
MOST_CODE = 4_000  # characters of a definition
BUILTIN = set(dir(builtins))
Written = dict[str, dict]


def written(cells: list[str], functions: Iterable[str], handed_out: Collection[str]) -> Written:
    """For each function that is defined: `definitions`, a list of (number of the cell, code), and
    two fingerprints: `same`, which is equal for equal code, and `alike`, equal for code that
    differs only in names; both are empty for an answer of up to SHORT lines.

    Code that was handed out and stubs do not count as answers.
    """
    wanted = set(functions)
    found: Written = {}
    last: dict[str, Definition] = {}
    for number, text in enumerate(cells):
        module = None if text in handed_out else statements.tree(statements.as_python(text))
        lines = text.split("\n")
        for node in module.body if module else ():
            inner = statements.at_top(node)
            for own in (n for n in inner if isinstance(n, Definition) and n.name in wanted):
                first, end = statements.lines_of(own)
                code = "\n".join(lines[first - 1 : end])[:MOST_CODE]
                about = found.setdefault(own.name, {"definitions": [], "same": "", "alike": ""})
                about["definitions"] = [*about["definitions"], (number, code)][-MOST_DEFINITIONS:]
                if not is_stub(own):
                    last[own.name] = own
    for name, node in last.items():
        found[name]["same"], found[name]["alike"] = fingerprints(node)
    return found


def fingerprints(node: Definition) -> tuple[str, str]:
    """Fingerprints of a definition without comments, layout, docstrings and annotations; the second
    one also without names.
    """
    try:
        plain = _Plain().visit(ast.parse(ast.unparse(node)).body[0])
        code = ast.unparse(plain)
        if code.count("\n") <= SHORT:  # in addition to the line that begins it
            return "", ""
        return _hash(code), _hash(ast.unparse(_Nameless().visit(plain)))
    except (*statements.UNREADABLE, IndexError):
        return "", ""


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()[:16]


class _Plain(ast.NodeTransformer):
    """Remove what does not affect the computation."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        body = getattr(node, "body", None)
        if isinstance(node, Definition) and body and _is_text(body[0]):
            node.body = body[1:] or [ast.Pass()]
        for name in ("annotation", "returns"):
            if hasattr(node, name) and not isinstance(node, ast.AnnAssign):
                setattr(node, name, None)
        return node


def _is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


class _Nameless(ast.NodeTransformer):
    """Names by the order in which they first appear; builtins and attributes stay as they are."""

    def __init__(self):
        self.names: dict[str, str] = {}

    def generic_visit(self, node: ast.AST) -> ast.AST:
        for field in ("name", "arg", "id"):
            called = getattr(node, field, None)
            if (
                isinstance(called, str)
                and called not in BUILTIN
                and not isinstance(node, ast.alias)
            ):
                setattr(node, field, self.names.setdefault(called, f"v{len(self.names)}"))
        return super().generic_visit(node)
