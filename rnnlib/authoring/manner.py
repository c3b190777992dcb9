"""Rules for lessons of the second manner: readable cells, separate proofs, limited length.

They apply to lessons with `manner: 2` in their front matter. The first violation is an
AuthoringError with its line.
"""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Iterable
from dataclasses import dataclass

from rnnlib.authoring.markdown import headings
from rnnlib.authoring.notebooks import solution_region
from rnnlib.lessons import Lesson, SourceCell

COLUMNS = 88
CELL_LINES = 10
DEMONSTRATION_LINES = 100
WORDS = 1_800
REQUIRED, EXTRA = 5, 2  # exercises
MINUTES = 90
LONGER = {"04": 110, "12": 180}  # lessons that may take longer; 12 has two sittings
SITTINGS = {"12": 2}
AT_ONCE = 45  # minutes; a longer lesson has a stopping place
PER_MINUTE = {"words": 200, "lines": 3}
EXERCISE, SOLUTION_LINE = 2.0, 1.5  # minutes for an exercise, and for each line of its solution

WAITS = re.compile(r"(?:takes|take) (?:about )?(\d+) seconds")
FIGURES = re.compile(r"\b(plots|draw|widgets)\.(?!use_course_style)\w+\(")
TOOLS = re.compile(r"^\s*#?\s*(check|hint|solution|predict|reveal|quiz|recall|progress)\(")
DRAWS = {"plots", "draw", "widgets", "plt", "show", "display"}
TRAINS = {"train", "fit"}


def examine_manner(lesson: Lesson) -> None:
    """Raise AuthoringError at the first violation in a lesson of the second manner."""
    for cell in lesson.cells:
        if cell.kind == "code":
            _examine_width(lesson, cell)
            if "proof" in cell.tags:
                _examine_proof(lesson, cell)
            else:
                _examine_visible(lesson, cell)
    _examine_claims(lesson)
    _examine_bindings(lesson)
    size = measured(lesson)
    sittings = SITTINGS.get(lesson.number, 1)
    exercises = [cell for cell in lesson.cells if cell.tagged("exercise")]
    extra = [cell for cell in exercises if "extra" in cell.tags]
    for what, found, most in (
        ("words", size.words, WORDS * sittings),
        ("lines of demonstration code", size.lines, DEMONSTRATION_LINES * sittings),
        ("required exercises", len(exercises) - len(extra), REQUIRED * sittings),
        ("extra exercises", len(extra), EXTRA * sittings),
        ("minutes", size.minutes, LONGER.get(lesson.number, MINUTES)),
    ):
        if found > most:
            raise lesson.error(1, f"{found} {what}; {most} at most")
    if lesson.minutes != size.minutes:
        raise lesson.error(1, f"the head says {lesson.minutes} minutes; it is {size.minutes}")
    told = f"About {size.minutes} minutes"
    if not any(told in cell.source for cell in lesson.cells if cell.in_course):
        raise lesson.error(1, f"the lesson must say {told!r}")
    _examine_resume(lesson, size.minutes)


# --- how long a lesson is -------------------------------------------------------------------


@dataclass(frozen=True)
class Size:
    """The size of a lesson, without the sections that are tagged extra."""

    words: int
    lines: int
    minutes: int


def measured(lesson: Lesson) -> Size:
    """Words and lines of demonstration code, and the minutes that follow from them.

    Minutes are words / 200 + lines / 3; for each required exercise, 2 + 1.5 for each line of its
    solution; 1 for each figure, question and prediction; and the waits that the text announces.
    """
    words = lines = asked = 0
    exercises = waits = 0.0
    for cell in required(lesson.cells):
        if cell.kind == "markdown":
            words += len(re.findall(r"[\w'’]+", _prose(cell.source)))
            waits += sum(int(n) for n in WAITS.findall(cell.source)) / 60
            continue
        if cell.tagged("exercise"):
            if "extra" not in cell.tags:
                exercises += EXERCISE + SOLUTION_LINE * _solution_lines(lesson, cell)
            continue
        asked += len(FIGURES.findall(cell.source))
        asked += len(re.findall(r"^(?:predict|quiz)\(", cell.source, re.MULTILINE))
        if "resume" not in cell.tags and not _only_imports(cell):
            lines += len([line for line in _lines(cell) if not TOOLS.match(line)])
    reading = words / PER_MINUTE["words"] + lines / PER_MINUTE["lines"]
    return Size(words, lines, round(reading + exercises + asked + waits))


def required(cells: Iterable[SourceCell]) -> list[SourceCell]:
    """The cells that a learner sees, without the sections that are tagged extra."""
    found, skipped = [], 0
    for cell in cells:
        if not cell.in_course:
            continue
        for heading in headings(cell):
            if not skipped or heading.level <= skipped:
                skipped = heading.level if "extra" in cell.tags else 0
        if not skipped:
            found.append(cell)
    return found


def _prose(text: str) -> str:
    """Markdown without formulas, code, links' targets and tables' rules."""
    text = re.sub(r"\$\$.*?\$\$|```.*?```", " ", text, flags=re.DOTALL)
    text = re.sub(r"\$[^$\n]*\$|`[^`\n]*`|\]\([^)]*\)|<[^>]*>", " formula ", text)
    return re.sub(r"^[|:\- ]+$", "", text, flags=re.MULTILINE)


def _lines(cell: SourceCell) -> list[str]:
    return [line for line in cell.source.split("\n") if line.strip()]


def _solution_lines(lesson: Lesson, cell: SourceCell) -> int:
    begin, end = solution_region(lesson, cell) or (0, 0)
    inside = cell.source.split("\n")[begin + 1 : end]
    return len([line for line in inside if line.strip() and not line.lstrip().startswith("#")])


def _only_imports(cell: SourceCell) -> bool:
    """Imports and the settings of a lesson's first cell."""
    return bool(re.search(r"^(import|from) ", cell.source, re.MULTILINE)) and "SEED" in cell.source


# --- readable cells -------------------------------------------------------------------------


def _tree(lesson: Lesson, cell: SourceCell) -> ast.Module:
    code = "\n".join("pass" if re.match(r"\s*[%!]", t) else t for t in cell.source.split("\n"))
    try:
        return ast.parse(code)
    except SyntaxError as error:
        raise lesson.error(cell.line + (error.lineno or 1) - 1, error.msg) from error


def _examine_width(lesson: Lesson, cell: SourceCell) -> None:
    for i, line in enumerate(cell.source.split("\n")):
        if len(line) > COLUMNS:
            raise lesson.error(cell.line + i, f"{len(line)} columns of code; {COLUMNS} at most")


def _examine_visible(lesson: Lesson, cell: SourceCell) -> None:
    """Visible code: short, one statement per line, readable output, one source of randomness."""
    if not cell.tagged("exercise") and len(lines := _lines(cell)) > CELL_LINES:
        raise lesson.error(cell.line, f"{len(lines)} lines in a cell; {CELL_LINES} at most")
    for node in ast.walk(_tree(lesson, cell)):
        if what := _breach(node):
            line = cell.line + getattr(node, "lineno", 1) - 1
            raise lesson.error(line, what)


def _breach(node: ast.AST) -> str:
    """What is wrong with a piece of code that a learner reads; "" if nothing."""
    match node:
        case ast.Assert():
            return "an assert belongs in a cell tagged 'proof'"
        case ast.Lambda():
            return "a lambda: give the function a name"
        case ast.Assign(targets=[ast.Tuple()], value=ast.Tuple()):
            return "several values on the right of one '=': write one statement per line"
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            inner = [n for n in ast.walk(node) if n is not node and hasattr(n, "generators")]
            if len(node.generators) > 1 or inner:
                return "a nested comprehension: write a loop, or name the inner part"
        case ast.Call(func=ast.Name("print"), args=arguments):
            if any(_literal(argument) for argument in arguments):
                return "a printed literal or container: use show.table, or a sentence"
        case ast.Call(func=ast.Attribute(attr="default_rng"), args=arguments):
            first = arguments[0] if arguments else None
            if not (isinstance(first, ast.List) and ast.unparse(first).startswith("[SEED, ")):
                return "use np.random.default_rng([SEED, k]) for randomness"
        case ast.Attribute(value=ast.Attribute(value=ast.Name("np"), attr="random"), attr=name):
            if name not in ("default_rng", "Generator"):
                return f"np.random.{name}: draw from a generator made of SEED"
    return ""


def _literal(node: ast.AST) -> bool:
    """Whether print would show this as a Python literal."""
    if isinstance(node, ast.FormattedValue):
        return _literal(node.value)
    if isinstance(node, ast.JoinedStr):
        return any(_literal(part) for part in node.values if isinstance(part, ast.FormattedValue))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in ("dict", "list", "tuple", "set", "sorted")
    return isinstance(node, (ast.Dict, ast.List, ast.Tuple, ast.Set)) or hasattr(node, "generators")


def _examine_resume(lesson: Lesson, minutes: int) -> None:
    """A long lesson has a stopping place, and after it a cell that rebuilds what the rest needs."""
    cells = [cell for cell in lesson.cells if "resume" in cell.tags]
    for cell in cells:
        if not cell.in_course:
            raise lesson.error(cell.line, "a resume cell belongs in the learner's notebook")
        symbols = symtable.symtable(ast.unparse(_tree(lesson, cell)), "cell", "exec").get_symbols()
        if not any(symbol.is_assigned() or symbol.is_imported() for symbol in symbols):
            raise lesson.error(cell.line, "a resume cell defines what the rest of the lesson needs")
    if minutes > AT_ONCE and not cells:
        what = f"over {AT_ONCE} minutes there is a stopping place with a cell tagged 'resume'"
        raise lesson.error(1, f"{minutes} minutes at once: {what}")


# --- proofs ---------------------------------------------------------------------------------


def _examine_proof(lesson: Lesson, cell: SourceCell) -> None:
    """A proof compares, and has no effect on later cells."""
    tree = _tree(lesson, cell)
    if not any(isinstance(node, ast.Assert) for node in ast.walk(tree)):
        raise lesson.error(cell.line, "a proof must assert something")
    for node in ast.walk(tree):
        line = cell.line + getattr(node, "lineno", 1) - 1
        if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            raise lesson.error(line, "a proof must not change an object")
        if isinstance(node, (ast.AugAssign, ast.Global, ast.Nonlocal, ast.Delete)):
            raise lesson.error(line, "a proof must not change an object or a name of another cell")
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func).split(".")
            if called[0] in DRAWS or called[0] == "print":
                raise lesson.error(line, "a proof must not draw or print")
            if called[-1] in TRAINS:
                raise lesson.error(line, "a proof must not train")


def _examine_claims(lesson: Lesson) -> None:
    """Each claim is on a visible cell, with a proof after it, before the next visible code."""
    code = [cell for cell in lesson.cells if cell.kind == "code"]
    for cell, after in zip(code, [*code[1:], None], strict=True):
        if cell.tagged("claim") and "proof" in cell.tags:
            raise lesson.error(cell.line, "a claim belongs on the visible cell, not on its proof")
        if cell.tagged("claim") and (after is None or "proof" not in after.tags):
            raise lesson.error(cell.line, "no proof follows the cell that settles a claim")


def _examine_bindings(lesson: Lesson) -> None:
    """Later cells other than proofs do not read names that a proof binds."""
    bound: dict[str, int] = {}
    for cell in (cell for cell in lesson.cells if cell.kind == "code"):
        names = [node for node in ast.walk(_tree(lesson, cell)) if isinstance(node, ast.Name)]
        stored = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        if "proof" in cell.tags:
            bound |= dict.fromkeys(stored, cell.line)
            continue
        first: dict[str, ast.Name] = {}
        for node in sorted(names, key=lambda n: (n.lineno, n.col_offset)):
            first.setdefault(node.id, node)
        for name, node in first.items():
            if name in bound and isinstance(node.ctx, ast.Load) and name not in stored:
                line = cell.line + node.lineno - 1
                raise lesson.error(line, f"{name!r} was bound by the proof in line {bound[name]}")
        for name in stored:
            bound.pop(name, None)
