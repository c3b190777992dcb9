"""Changes of a single expression in some code; the rest stays as written.

A change is found in the syntax tree and made in the text. It is used only if the changed text has
the intended tree, so parentheses, comments and line breaks stay as they are. Like everything that
`serving` imports, this uses only the standard library.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from rnnlib.grading.submissions.statements import UNREADABLE

FUNCTIONS = (ast.FunctionDef, ast.Lambda)
# Kinds of changes that are tried after the others, which are about the network and its steps.
LATER = {
    **dict.fromkeys(("factor", "function", "axis", "condition", "copy"), 1),
    **dict.fromkeys(("number", "start", "arguments"), 2),
}
MOST_CHANGES = 80  # changes of one answer
MOST_EDITS = 400  # texts tried to find them
LARGE = 100  # larger numbers would not change much

# Functions that can be replaced by their argument, and names that can be replaced by another.
DROPPED = {"tanh", "sigmoid", "exp", "log", "sqrt", "abs", "reversed", "cumsum", "cumprod"}
SWAPPED = {
    **{"zeros": "ones", "zeros_like": "ones_like", "ones": "zeros", "ones_like": "zeros_like"},
    **{"max": "min", "min": "max", "maximum": "minimum", "minimum": "maximum", "sum": "mean"},
    **{"mean": "sum", "argmax": "argmin", "argmin": "argmax", "any": "all", "all": "any"},
    **{"ceil": "floor", "floor": "ceil", "tril": "triu", "triu": "tril", "sin": "cos"},
}
ARITHMETIC = {
    ast.Add: ("+", ast.Sub, "-"),
    ast.Sub: ("-", ast.Add, "+"),
    ast.Div: ("/", ast.Mult, "*"),
    ast.FloorDiv: ("//", ast.Mult, "*"),
    ast.BitAnd: ("&", ast.BitOr, "|"),
    ast.BitOr: ("|", ast.BitAnd, "&"),
}
COMPARED = {
    ast.Lt: ("<", ast.LtE, "<="),
    ast.LtE: ("<=", ast.Lt, "<"),
    ast.Gt: (">", ast.GtE, ">="),
    ast.GtE: (">=", ast.Gt, ">"),
    ast.Eq: ("==", ast.NotEq, "!="),
    ast.NotEq: ("!=", ast.Eq, "=="),
}
JOINED = {ast.And: ("and", ast.Or, "or"), ast.Or: ("or", ast.And, "and")}
BUILTIN = {"max", "min", "any", "all"}  # of these
# Between two operands: the operator, and parentheses that belong to one of them.
BETWEEN = r"[\s\\)]*({})[\s\\(]*"


@dataclass(frozen=True)
class Change:
    """A change of one statement: the characters from `start` to `end` are replaced by `new`.

    `kind` says what it is about, see LATER.
    """

    statement: int
    start: int
    end: int
    new: str
    kind: str


@dataclass(frozen=True)
class _Edit:
    """A node and its intended replacement, with texts that may produce it."""

    kind: str
    node: ast.AST
    meant: ast.AST
    texts: list[tuple[int, int, str]]


def changed(code: str, change: Change) -> str:
    """The code of the statement with the change."""
    return code[: change.start] + change.new + code[change.end :]


def changes(codes: list[str]) -> list[dict]:
    """The changes of some statements, as dictionaries, and no more than MOST_CHANGES."""
    found: list[Change] = []
    for number, code in enumerate(codes):
        try:
            text = _Text(code)
            for count, edit in enumerate(text.edits()):
                if count == MOST_EDITS or len(found) == MOST_CHANGES:
                    break
                if (made := text.made(edit)) is not None:
                    found.append(Change(number, *made, edit.kind))
        except UNREADABLE:
            continue
    return [asdict(change) for change in dict.fromkeys(found)]


class _Text:
    """Some code with its tree: each node's position and parent."""

    def __init__(self, code: str):
        self.code, self.tree = code, ast.parse(code)
        self.lines = code.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.places: dict[int, tuple[ast.AST, str, int | None]] = {}
        for parent in ast.walk(self.tree):
            for field, value in ast.iter_fields(parent):
                for k, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
                    if isinstance(child, ast.AST):
                        self.places[id(child)] = (parent, field, k)

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Where a node begins and ends, in characters; Python counts bytes within a line."""
        first, last = node.lineno, node.end_lineno  # type: ignore[attr-defined]
        start, end = node.col_offset, node.end_col_offset  # type: ignore[attr-defined]
        return self._at(first, start), self._at(last, end)

    def _at(self, line: int, byte: int) -> int:
        before = self.lines[line - 1].encode()[:byte].decode(errors="replace")
        return self.starts[line - 1] + len(before)

    def of(self, node: ast.AST) -> str:
        """The source text of a node."""
        start, end = self.span(node)
        return self.code[start:end]

    def edits(self) -> Iterator[_Edit]:
        """Possible changes in the bodies of functions, from top to bottom."""
        seen: set[int] = set()
        for function in (n for n in ast.walk(self.tree) if isinstance(n, FUNCTIONS)):
            body = function.body if isinstance(function.body, list) else [function.body]
            for node in (inner for part in body for inner in _in_order(part)):
                if id(node) not in seen:
                    seen.add(id(node))
                    for find in EDITS:
                        yield from find(self, node)

    def made(self, edit: _Edit) -> tuple[int, int, str] | None:
        """The first of the texts that gives the code the intended tree; None if none does."""
        meant = self._dump_with(edit)
        for start, end, new in edit.texts:
            try:
                if ast.dump(ast.parse(self.code[:start] + new + self.code[end:])) == meant:
                    return start, end, new
            except UNREADABLE:
                continue
        return None

    def _dump_with(self, edit: _Edit) -> str:
        parent, field, k = self.places[id(edit.node)]
        self._put(parent, field, k, edit.meant)
        try:
            return ast.dump(self.tree)
        finally:
            self._put(parent, field, k, edit.node)

    @staticmethod
    def _put(parent: ast.AST, field: str, k: int | None, node: ast.AST) -> None:
        if k is None:
            setattr(parent, field, node)
        else:
            getattr(parent, field)[k] = node

    # --- the texts of common changes ---------------------------------------------------------

    def only(self, kind: str, node: ast.AST, child: ast.AST) -> _Edit:
        """Only a node's child: what surrounds it is removed, or the whole node is rewritten."""
        (start, end), (first, last) = self.span(node), self.span(child)
        written = self.of(child)
        texts = [(last, end, ""), (start, first, ""), (start, end, written)]
        return _Edit(kind, node, child, [*texts, (start, end, f"({written})")])

    def less_one(self, kind: str, node: ast.expr, *, less: bool = True) -> _Edit:
        """`node - 1`, or `node + 1`; for a number, the resulting number."""
        start, end = self.span(node)
        if (number := _whole(node)) is not None:
            return self.number(kind, node, number - 1 if less else number + 1)
        op, sign = (ast.Sub(), "-") if less else (ast.Add(), "+")
        meant = ast.BinOp(node, op, ast.Constant(1))
        written = self.of(node)
        return _Edit(
            kind, node, meant, [(end, end, f" {sign} 1"), (start, end, f"({written}) {sign} 1")]
        )

    def number(self, kind: str, node: ast.expr, number: int) -> _Edit:
        """Another integer."""
        meant: ast.expr = ast.Constant(abs(number))
        meant = ast.UnaryOp(ast.USub(), meant) if number < 0 else meant
        return _Edit(kind, node, meant, [(*self.span(node), str(number))])

    def operator(
        self, kind: str, node: ast.AST, between: tuple[ast.AST, ast.AST], meant: ast.AST, how: tuple
    ) -> Iterator[_Edit]:
        """Another operator between two operands."""
        old, new = how
        start, end = self.span(between[0])[1], self.span(between[1])[0]
        found = re.fullmatch(BETWEEN.format(re.escape(old)), self.code[start:end])
        if found:
            yield _Edit(kind, node, meant, [(start + found.start(1), start + found.end(1), new)])


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    """A node and those in it, from top to bottom, without raise, assert, f-strings and
    annotations."""
    if isinstance(node, ast.Raise | ast.Assert | ast.JoinedStr):
        return
    yield node
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _in_order(child)


def _whole(node: ast.AST) -> int | None:
    """The integer value of a node."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _whole(node.operand)
        return None if inner is None else -inner
    return node.value if isinstance(node, ast.Constant) and type(node.value) is int else None


def _called(node: ast.AST) -> str:
    """The last part of the called name."""
    func = node.func if isinstance(node, ast.Call) else None
    return func.id if isinstance(func, ast.Name) else getattr(func, "attr", "")


def _index(text: _Text, node: ast.AST) -> Iterator[_Edit]:
    """`h[t - 1]` -> `h[t]`, `h[t]` -> `h[t - 1]`, `h[0]` -> `h[1]`, `h[::-1]` -> `h`."""
    if not isinstance(node, ast.Subscript):
        return
    at = node.slice
    if isinstance(at, ast.Slice) and at.step is not None and _whole(at.step) == -1:
        yield text.only("order", node, node.value)
    parts = at.elts if isinstance(at, ast.Tuple) else [at]
    for part in parts:
        ends = [part.lower, part.upper] if isinstance(part, ast.Slice) else [part]
        for end in (e for e in ends if e is not None):
            if isinstance(end, ast.BinOp) and _whole(end.right) is not None:
                yield text.only("index", end, end.left)
            elif isinstance(end, ast.Name):
                yield text.less_one("index", end)
            elif (number := _whole(end)) is not None:
                yield text.number("index", end, number + 1)


def _assigned(text: _Text, node: ast.AST) -> Iterator[_Edit]:
    """`+=` -> `=`, and `-=` -> `+=`; `total = 0` -> `total = 1`."""
    if isinstance(node, ast.AugAssign):
        sign = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@"}
        old = sign.get(type(node.op))
        loops = isinstance(node.value, ast.Constant)  # counting in a loop: it might never end
        if old is None or loops:
            return
        target, value = node.target, node.value
        meant: ast.stmt = ast.Assign([target], value)
        yield from text.operator("sum", node, (target, value), meant, (f"{old}=", "="))
        if type(node.op) in (ast.Add, ast.Sub):
            op, new = (ast.Sub(), "-=") if old == "+" else (ast.Add(), "+=")
            meant = ast.AugAssign(target, op, value)
            yield from text.operator("sign", node, (target, value), meant, (f"{old}=", new))
    elif isinstance(node, ast.Assign):
        yield from _another_number(text, "start", node.value)


def _number(node: ast.AST) -> int | float | None:
    """The numeric value of a node."""
    value = node.value if isinstance(node, ast.Constant) else None
    return value if type(value) in (int, float) else None  # type: ignore[return-value]


def _another_number(text: _Text, kind: str, node: ast.AST) -> Iterator[_Edit]:
    """A number that is one larger."""
    number = _number(node)
    if number is not None and number < LARGE:
        new = number + 1
        yield _Edit(kind, node, ast.Constant(new), [(*text.span(node), repr(new))])


def _transposed(text: _Text, node: ast.AST) -> Iterator[_Edit]:
    """`W.T` -> `W`, and `W.copy()` -> `W`."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield text.only("transpose", node, node.value)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        copies = node.func.attr == "copy" and not (node.args or node.keywords)
        if copies:
            yield text.only("copy", node, node.func.value)


def _range(text: _Text, node: ast.AST) -> Iterator[_Edit]:
    """`range(T)` -> `range(T - 1)`, `range(1, T)` -> `range(2, T)`."""
    if not isinstance(node, ast.Call) or _called(node) not in ("range", "arange"):
        return
    if len(node.args) in (1, 2):
        yield text.less_one("range", node.args[-1])
    if len(node.args) in (2, 3):
        yield text.less_one("range", node.args[0], less=len(node.args) == 3)
    if len(node.args) == 3:
        yield text.less_one("range", node.args[1], less=False)


def _calculated(text: _Text, node: ast.AST) -> Iterator[_Edit]:
    """A sign changed; a term, a factor or an exponent left out."""
    if isinstance(node, ast.UnaryOp) and _whole(node) is None:
        yield text.only("sign", node, node.operand)
    if not isinstance(node, ast.BinOp):
        return
    if type(node.op) in ARITHMETIC and not _counts(text, node):
        old, op, new = ARITHMETIC[type(node.op)]
        meant = ast.BinOp(node.left, op(), node.right)
        how = (node.left, node.right), meant, (old, new)
        yield from text.operator("sign", node, *how)
    if isinstance(node.op, ast.Add | ast.Sub) and not _counts(text, node):
        yield text.only("term", node, node.left)
        if isinstance(node.op, ast.Add):
            yield text.only("term", node, node.right)
    if isinstance(node.op, ast.Mult | ast.Div | ast.Pow | ast.FloorDiv | ast.Mod | ast.MatMult):
        yield text.only("factor", node, node.left)
        if isinstance(node.op, ast.Mult | ast.MatMult):
            yield text.only("factor", node, node.right)


def _counts(text: _Text, node: ast.AST) -> bool:
    """Whether this is an array index or a number of steps: `_index` and `_range` handle these."""
    parent, field, _ = text.places[id(node)]
    while isinstance(parent, ast.Slice | ast.Tuple) and field != "value":
        parent, field, _ = text.places[id(parent)]
    return field == "slice" or _called(parent) in ("range", "arange")


def _function(text: _Text, node: ast.AST) -> Iterator[_Edit]:
    """`tanh(a)` -> `a`; `zeros` -> `ones`; `axis=0` -> `axis=1`; `outer(a, b)` -> `outer(b, a)`."""
    if isinstance(node, ast.keyword) and node.arg == "axis" and _whole(node.value) in (0, 1):
        yield text.number("axis", node.value, 1 - (_whole(node.value) or 0))
    if not isinstance(node, ast.Call):
        return
    name = _called(node)
    if name in DROPPED and len(node.args) == 1 and not node.keywords:
        yield text.only("function", node, node.args[0])
    if name in (SWAPPED if isinstance(node.func, ast.Attribute) else BUILTIN):
        start, end = text.span(node.func)
        new = SWAPPED[name]
        meant: ast.expr = ast.Name(new, ast.Load())
        if isinstance(node.func, ast.Attribute):
            meant = ast.Attribute(node.func.value, new, ast.Load())
        yield _Edit("function", node.func, meant, [(end - len(name), end, new)])
    if len(node.args) == 2 and not node.keywords:
        first, second = node.args
        if not any(isinstance(n, ast.Starred) for n in node.args):
            (start, middle), (rest, end) = text.span(first), text.span(second)
            new = text.of(second) + text.code[middle:rest] + text.of(first)
            meant = ast.Call(node.func, [second, first], [])
            yield _Edit("arguments", node, meant, [(start, end, new)])


def _decided(text: _Text, node: ast.AST) -> Iterator[_Edit]:
    """`<` -> `<=`; `and` -> `or`. The condition of a `while` is not changed."""
    parent, field, _ = text.places[id(node)]
    if isinstance(parent, ast.While) and field == "test":
        return
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in COMPARED:
        old, op, new = COMPARED[type(node.ops[0])]
        meant: ast.expr = ast.Compare(node.left, [op()], node.comparators)
        how = (node.left, node.comparators[0]), meant, (old, new)
        yield from text.operator("condition", node, *how)
    if isinstance(node, ast.BoolOp) and len(node.values) == 2:
        old, op, new = JOINED[type(node.op)]
        meant = ast.BoolOp(op(), node.values)
        how = (node.values[0], node.values[1]), meant, (old, new)
        yield from text.operator("condition", node, *how)


def _constant(text: _Text, node: ast.AST) -> Iterator[_Edit]:
    """`1 - h` -> `2 - h`, in a calculation."""
    parent, _, _ = text.places[id(node)]
    if isinstance(parent, ast.BinOp) and not _counts(text, parent):
        yield from _another_number(text, "number", node)


EDITS: tuple[Callable[[_Text, ast.AST], Iterator[_Edit]], ...] = (
    *(_index, _assigned, _transposed, _range, _calculated, _function, _decided, _constant),
)
