"""What a second run could change, and what a notebook defines, from its syntax trees alone.

At the end of a notebook a name may mean something else than at the check. So in a second run an
answer may be asked again right after its definition, but only if it, or a name that it uses, is
bound again or deleted below.
"""

import ast
import builtins
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from rnnlib.grading.submissions import statements

# Functions that may bind or delete names that the source does not show.
ANY_NAME = re.compile(
    r"^\s*%(reset|reset_selective|xdel|run|store)\b|\b(exec|globals|vars|locals|get_ipython)\b"
)
STUB, BOUND_AGAIN = "stub", "bound again"
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Step = tuple[int, str, tuple[str, ...]]  # a cell's number, code from it, exercises to ask after


@dataclass(frozen=True)
class Statement:
    """A statement to run: its unit, the unit's line where it ends, and what it binds."""

    unit: int
    last: int
    node: ast.stmt
    code: str
    binds: frozenset[str]
    uses: frozenset[str]
    any_name: bool
    handed_on: frozenset[str]  # the names that use() rebinds to themselves


def second_run(
    units: list[tuple[int, str]], asked: Mapping[str, str], answers: Mapping[str, str]
) -> tuple[list[Step], dict[str, str]]:
    """The steps of a second run, and for each exercise the reason why it is asked there.

    `units` is what the first run ran; `asked` has the exercises that were wrong in it, each with
    the name of its function; `answers` has those of the whole lesson.
    """
    found = _all_statements([code for _, code in units], answers)
    places: dict[tuple[int, int], list[str]] = {}
    whys = {}
    for id, function in asked.items():
        if (place := _place(found, function)) is None:
            continue
        if why := _why(found, place, function):
            places.setdefault((found[place].unit, found[place].last), []).append(id)
            whys[id] = why
    return _steps(units, places), whys


def definitions(
    units: list[tuple[int, str]], asked: Mapping[str, str], answers: Mapping[str, str]
) -> tuple[list[Step], dict[str, tuple[list[Statement], set[str]]]]:
    """The steps of a run in which each exercise is asked where its function is complete; and for
    each the statements up to there that bind names it needs, and these names. `answers`: as above.
    """
    found = _all_statements([code for _, code in units], answers)
    places: dict[tuple[int, int], list[str]] = {}
    own = {}
    for id, function in asked.items():
        if (place := _place(found, function)) is not None:
            places.setdefault((found[place].unit, found[place].last), []).append(id)
            above = found[: place + 1]
            needed = _needed(above, function)
            own[id] = [s for s in above if s.binds & needed], needed
    return _steps(units, places), own


def _all_statements(codes: list[str], answers: Mapping[str, str]) -> list[Statement]:
    """The statements of some code, in order. Calling a method of a module changes nothing."""
    imported = frozenset().union(*(statements.imports(code) for code in codes))
    return [s for k, code in enumerate(codes) for s in _statements(k, code, imported, answers)]


def _statements(
    unit: int, code: str, imported: frozenset[str], answers: Mapping[str, str]
) -> list[Statement]:
    """The statements of a unit; empty if they cannot be determined."""
    plain = statements.as_python(code)
    module = statements.tree(plain)
    lines, raw = plain.split("\n"), code.split("\n")
    found = []
    for node in module.body if module else ():
        first, last = statements.lines_of(node)
        own = "\n".join(lines[first - 1 : last])
        try:
            binds, reads = statements.binds(own), statements.reads(own)
            binds |= statements.touches(own) - imported
        except statements.UNREADABLE:
            continue
        star = "*" in statements.imports(own)
        free = star or any(ANY_NAME.search(line) for line in raw[first - 1 : last])
        handed_on = _handed_on(node, answers)
        found.append(Statement(unit, last, node, own, binds, reads, free, handed_on))
    return found


def _place(found: list[Statement], function: str) -> int | None:
    """The statement after which to ask: the last definition of the function that is not a stub.

    Or the first one after it where every name that the function uses is bound, including those
    bound by use().
    """
    strong = {n.name for s in found for n in _functions(s.node)}
    kinds = [_defines(s, function, strong) for s in found]
    most = max(kinds, default=0)
    if not most:
        return None
    last = max(k for k, kind in enumerate(kinds) if kind == most)
    while (complete := _complete(found, last, function)) > last:
        last = complete
    return _handed_on_by(found, last, _needed(found[: last + 1], function), function)


def _complete(found: list[Statement], place: int, function: str) -> int:
    """The place, or the first one below it that binds a needed name that is not bound yet."""
    above = found[: place + 1]
    lacks = _needed(above, function).difference(*(s.binds for s in above))
    below = range(place + 1, len(found))
    return min((k for k in below if found[k].binds & lacks), default=place)


def _handed_on_by(found: list[Statement], place: int, needed: set[str], function: str) -> int:
    """The place, or the last `f = use("04.3", f)` of another needed name before one is changed."""
    for k in range(place + 1, len(found)):
        bound = found[k].binds & needed
        if found[k].any_name or not bound <= found[k].handed_on:
            break
        if bound - {function}:
            place = k
    return place


def _functions(node: ast.stmt) -> list[Definition]:
    inner = statements.at_top(node)
    return [
        n for n in inner if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]


def _defines(statement: Statement, function: str, known: set[str]) -> int:
    """2 if this defines the function, 1 if it may, 0 if not or only as a stub."""
    if function not in statement.binds:  # unless by name in a string, as with `exec`
        return int(statement.any_name and function in statements.WORD.findall(statement.code))
    best = 0
    for node in statements.at_top(statement.node):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            best = max(best, 2 * (node.name == function and not is_stub(node)))
        elif isinstance(node, ast.ImportFrom):
            best = max(best, 2 * any((a.asname or a.name) == function for a in node.names))
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            best = max(best, _kind(node, node.value, function, known))
    return best


def _kind(node: ast.Assign | ast.AnnAssign, value: ast.expr, function: str, known: set[str]) -> int:
    """The same for an assignment. One that reads its own name continues a definition."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
    read = {n.id for n in ast.walk(value) if isinstance(n, ast.Name)}
    if function not in names or function in read:
        return 0
    if isinstance(value, ast.Lambda) or (isinstance(value, ast.Name) and value.id in known):
        return 2
    return int(isinstance(value, ast.Call | ast.Name | ast.Attribute | ast.Subscript))


def is_stub(node: Definition) -> bool:
    """Whether a definition is a stub: it ends by raising NotImplementedError, or does nothing."""
    last = node.body[-1]
    if isinstance(last, ast.Raise) and last.exc is not None:
        return "NotImplementedError" in {
            n.id for n in ast.walk(last.exc) if isinstance(n, ast.Name)
        }
    return all(
        isinstance(n, ast.Pass)
        or (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))
        or (isinstance(n, ast.Return) and (n.value is None or _is_nothing(n.value)))
        for n in node.body
    )


def _is_nothing(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value in (None, ...)


def _needed(found: list[Statement], function: str) -> set[str]:
    """The function's name and the global names that it uses, directly or through helpers."""
    needed, new = set(), {function}
    while new:
        needed |= new
        new = {name for s in found if s.binds & needed for name in s.uses} - needed
    return needed


def _why(found: list[Statement], place: int, function: str) -> str:
    """Why asking there may give a different result than asking at the end; "" if it cannot."""
    needed = _needed(found[: place + 1], function)
    seen = {s.code for s in found[: place + 1]}
    later = [s for s in found[place + 1 :] if not _repeats(s, seen, needed)]
    if not any(s.any_name or s.binds & needed for s in later):
        return ""
    own = [n for s in later for n in _functions(s.node) if n.name == function]
    return STUB if own and is_stub(own[-1]) else BOUND_AGAIN


def _repeats(statement: Statement, seen: set[str], needed: set[str]) -> bool:
    """Whether a statement binds nothing new: the same import, or the result of use()."""
    imports = isinstance(statement.node, ast.Import | ast.ImportFrom)
    if imports and statement.code in seen:
        return True
    return not statement.any_name and statement.binds & needed <= statement.handed_on


def _handed_on(node: ast.stmt, answers: Mapping[str, str]) -> frozenset[str]:
    """The names that use() rebinds to themselves: f in `f = use("04.4", f)`.

    And in `f = use("04.4")` where f is the function of that exercise.
    """
    if not isinstance(node, ast.Assign):
        return frozenset()
    target, value = node.targets[0], node.value
    pairs = [(target, value)]
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        pairs = list(zip(target.elts, value.elts, strict=False))
    return frozenset(
        t.id
        for t, v in pairs
        if isinstance(t, ast.Name) and isinstance(v, ast.Call) and _uses(v, t.id, answers)
    )


def _uses(call: ast.Call, name: str, answers: Mapping[str, str]) -> bool:
    if not isinstance(call.func, ast.Name) or call.func.id != "use":
        return False
    match call.args:
        case [ast.Constant(value=str(id))]:
            return answers.get(id) == name
        case given:
            return name in {a.id for a in given if isinstance(a, ast.Name)}


def _steps(units: list[tuple[int, str]], places: dict[tuple[int, int], list[str]]) -> list[Step]:
    """The units, each split where an exercise is asked."""
    steps: list[Step] = []
    for k, (cell, code) in enumerate(units):
        lines, done = code.split("\n"), 0
        for last in sorted(last for unit, last in places if unit == k):
            steps.append((cell, "\n".join(lines[done:last]), tuple(places[k, last])))
            done = last
        if rest := "\n".join(lines[done:]).strip("\n"):
            steps.append((cell, rest, ()))
    return steps


def there(cells: list[str], functions: Iterable[str]) -> dict[str, list[tuple[int, bool]]]:
    """The numbers of the cells that define each function, and whether those cells parse."""
    found: dict[str, list[tuple[int, bool]]] = {}
    for function in functions:
        says = re.compile(rf"^\s*(async\s+)?(def\s+{function}\b|{function}\s*=)", re.MULTILINE)
        for number, text in enumerate(cells):
            if says.search(text):
                readable = statements.tree(statements.as_python(text)) is not None
                found.setdefault(function, []).append((number, readable))
    return found


def undefined(cells: list[str], functions: Iterable[str]) -> dict[str, list[str]]:
    """The names that each function uses but no cell binds."""
    found = _all_statements(cells, {})
    bound = set(dir(builtins)) | {"get_ipython", "display", "In", "Out", "_"}
    bound = bound.union(*(statements.binds(s.code) for s in found))
    missing = {f: sorted(_needed(found, f) - bound) for f in functions}
    any_name = any(s.any_name for s in found)
    return {} if any_name else {f: names for f, names in missing.items() if names}


def alike(cells: Collection[str], lessons: Mapping[str, Collection[str]]) -> dict[str, int]:
    """How many of the cells are from one lesson's notebook only, for each lesson."""
    return {
        lesson: len(
            set(cells) & set(own) - set().union(*(o for k, o in lessons.items() if k != lesson))
        )
        for lesson, own in lessons.items()
    }
