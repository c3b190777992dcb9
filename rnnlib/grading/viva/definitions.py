"""The code in a notebook that defines an answer: the student's own statements, as written.

Like everything that `serving` imports, this uses only the standard library.
"""

import ast
from collections.abc import Collection, Mapping

from rnnlib.grading.submissions import again
from rnnlib.grading.viva import changing

MOST_LINES = 60  # of code printed for one answer
MOST_CHARACTERS = 4_000
MOST_ALIASES = 5


def own_code(
    cells: list[str],
    units: list[tuple[int, str]],
    handed_out: Collection[str],
    answers: Mapping[str, str],
    accepted: Mapping[str, str],
) -> dict:
    """The steps to run before asking about the accepted exercises, and each one's printable code.

    `units`: from `parsing.to_run`; `answers`: exercise -> function, of the whole lesson;
    `accepted`: those to ask about. The reply has `steps`, as in `again.definitions`, and `own`: for
    each exercise `shown`, its statements in order, `parameters`, the names of the function's
    parameters, and `changes`, see `changing`. An exercise whose code is not found is not in `own`;
    if the code is too long to print, `shown` is empty.
    """
    steps, found = again.definitions(units, accepted, answers)
    mine = {k for k, (cell, _) in enumerate(units) if cells[cell] not in handed_out}
    own = {}
    for id, (statements, needed) in found.items():
        others = set(answers.values()) - {accepted[id]}
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
    """The statements that bind names the function needs, and that are in force when it is asked.

    Without imports, definitions that a later one replaces (such as stubs), and other exercises'
    functions.
    """
    kept: list[again.Statement] = []
    settled: set[str] = set()
    for statement in reversed(statements):
        node, bound = statement.node, statement.binds & needed
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound &= {node.name}  # the other names are of things that it modifies
        if isinstance(node, ast.Import | ast.ImportFrom) or bound <= settled | others:
            continue
        kept.append(statement)
        anew = isinstance(node, ast.Assign) and not statement.binds & statement.uses
        if anew or isinstance(node, ast.FunctionDef | ast.ClassDef):
            settled |= bound
    return kept[::-1]


def _parameters(kept: list[again.Statement], function: str) -> list[str]:
    """The student's names for the function's parameters; empty if they are not found."""
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
