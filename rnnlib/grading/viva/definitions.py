"""What of a notebook defines an answer: the student's own statements, as they were written.

As in all that `serving` imports, there is nothing but Python's standard library.
"""

import ast
from collections.abc import Collection, Mapping

from rnnlib.grading.submissions import again
from rnnlib.grading.viva import changing

MOST_LINES = 60  # of code that is printed for one answer
MOST_CHARACTERS = 4_000
MOST_ALIASES = 5


def own_code(
    cells: list[str],
    units: list[tuple[int, str]],
    handed_out: Collection[str],
    functions: Collection[str],
    accepted: Mapping[str, str],
) -> dict:
    """What is run to ask the accepted exercises, and the code of each that can be printed.

    `units`: of `parsing.to_run`; `functions`: of all the lesson's exercises; `accepted`: exercise
    -> function. The reply has `steps`, as `again.definitions` has them, and `own`: for each
    exercise `shown`, its statements in order, `parameters`, the names its function gives them, and
    `changes`, see `changing`. An exercise whose code is not found is not in `own`; one whose code
    is too long to be printed has nothing `shown`.
    """
    steps, found = again.definitions(units, accepted)
    mine = {k for k, (cell, _) in enumerate(units) if cells[cell] not in handed_out}
    own = {}
    for id, (statements, needed) in found.items():
        others = set(functions) - {accepted[id]}
        kept = _printed([s for s in statements if s.unit in mine], needed, others)
        codes = list(dict.fromkeys(s.code for s in kept))
        if not any(isinstance(n, changing.FUNCTIONS) for s in kept for n in ast.walk(s.node)):
            continue
        text = "\n".join(codes)
        short = text.count("\n") < MOST_LINES and len(text) <= MOST_CHARACTERS
        own[id] = {
            "shown": codes if short else [],
            "parameters": _parameters(kept, accepted[id]),
            "changes": changing.changes(codes) if short else [],
        }
    return {"steps": steps, "own": own}


def _printed(
    statements: list[again.Statement], needed: set[str], others: set[str]
) -> list[again.Statement]:
    """Of the statements that bind what the function needs those that count at its place.

    No imports; nothing of which a later definition takes the place, such as a stub; and no other
    exercise's function, which has a name in the course.
    """
    kept: list[again.Statement] = []
    settled: set[str] = set()
    for statement in reversed(statements):
        node, bound = statement.node, statement.binds & needed
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound &= {node.name}  # the others are names of things that it changes
        if isinstance(node, ast.Import | ast.ImportFrom) or bound <= settled | others:
            continue
        kept.append(statement)
        anew = isinstance(node, ast.Assign) and not statement.binds & statement.uses
        if anew or isinstance(node, ast.FunctionDef | ast.ClassDef):
            settled |= bound
    return kept[::-1]


def _parameters(kept: list[again.Statement], function: str) -> list[str]:
    """The names of the function's parameters, as the student calls them; none if not told."""
    for _ in range(MOST_ALIASES):
        found: ast.AST | None = None
        for statement in kept:
            node = statement.node
            if isinstance(node, ast.FunctionDef) and node.name == function:
                found = node
            elif isinstance(node, ast.Assign) and function in statement.binds:
                found = node.value
        if isinstance(found, ast.FunctionDef | ast.Lambda):
            given = found.args
            return [a.arg for a in (*given.posonlyargs, *given.args)]
        if not isinstance(found, ast.Name):
            break
        function = found.id
    return []
