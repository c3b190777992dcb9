"""In the sandbox: the shell that runs cells. Failures caused only by the sandbox do not end a cell.

In a notebook a cell ends at its first exception, and so it does here if the student's own code is
the cause. If the cause is a missing module, file or magic, a function that the grader disabled, or
what its inert helpers return, only that statement is skipped, and the cell continues.
"""

import ast
import dis
import importlib
import subprocess
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.error import StdinNotImplementedError, UsageError
from IPython.core.interactiveshell import ExecutionResult

# Exceptions caused by what is missing or not allowed.
NOT_THERE = (
    *(ImportError, OSError, MemoryError, subprocess.SubprocessError),
    *(StdinNotImplementedError, UsageError),
)
TAKEN_AWAY = "asks you to write: call your own code instead"  # the end of `forbidding.refusal`
AS_CODE = ("%%time", "%%capture", "%%prun")  # magics whose body is run like any cell
EXERCISES = "rnnlib.exercises"
MOST_STOPS = 20
MOST_MESSAGE = 500  # characters


class StudentShell(ZMQInteractiveShell):
    """The kernel's shell. `stops` says where the cell raised, and whether it continued."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.stops: list[dict[str, Any]] = []
        self.after_each: Callable[[], None] = lambda: None
        self.doubtful: set[str] = set()  # names that differ from those in a notebook
        self.ast_transformers.append(EachImport())
        self.input_transformers_cleanup.append(self._without_magic)
        self.ask_exit = _stay
        for name in ("system", "getoutput"):
            setattr(self, name, _no_program)

    async def run_ast_nodes(
        self, nodelist, cell_name, interactivity="last_expr", compiler=compile, result=None
    ):
        """Run statement by statement. True if one has ended the cell."""
        for node in nodelist:
            how = interactivity if node is nodelist[-1] else "none"
            failed = await super().run_ast_nodes([node], cell_name, how, compiler, result)
            if failed and (result is None or not self._goes_on(node, result)):
                return True
            if failed or self._in_doubt(node):
                self.doubtful |= bound(node)
            if result is not None:
                result.error_in_exec = result.error_before_exec = None
            self.after_each()
        return False

    def _without_magic(self, lines: list[str]) -> list[str]:
        """See `without_magic`. The name that `%%capture` gives to the output is inert."""
        if name := captured(lines):
            self.user_ns[name] = importlib.import_module(EXERCISES).Inert()
        return without_magic(lines)

    def showtraceback(self, *args, **kwargs) -> None:
        """Tracebacks are not read, and formatting them is slow."""

    showsyntaxerror = showindentationerror = showtraceback

    def _goes_on(self, node: ast.stmt, result: ExecutionResult) -> bool:
        """Record an error; returns whether the code below it is run anyway."""
        early, error = result.error_before_exec, result.error_in_exec
        error = error if early is None else early
        if error is None:
            return False
        on = isinstance(error, Exception) and not self._deliberate(error)
        on = on and (
            isinstance(error, NOT_THERE)
            or (type(error) is RuntimeError and TAKEN_AWAY in str(error))
            or getattr(error, "name", None) in self.doubtful
            or self._in_doubt(node)
        )
        self._stopped(error, self._line(error) or node.lineno, on)
        return on

    def _stopped(self, error: BaseException, line: int, on: bool) -> None:
        if len(self.stops) < MOST_STOPS or not on:
            told = {"error": type(error).__name__, "line": line, "on": on}
            self.stops.append({**told, "message": _message(error)})

    def all_stops(self) -> list[dict[str, Any]]:
        """The stops of the last cell, including that of a cell with a syntax error."""
        error = getattr(self.last_execution_result, "error_before_exec", None)
        if error is not None and not self.stops:
            self._stopped(error, getattr(error, "lineno", None) or 1, False)
        return self.stops

    def _own(self, error: BaseException) -> list:
        """The traceback entries that are in cells."""
        found, step = [], error.__traceback__
        while step is not None:
            if step.tb_frame.f_globals is self.user_ns:
                found.append(step)
            step = step.tb_next
        return found

    def _line(self, error: BaseException) -> int:
        own = self._own(error)
        return own[0].tb_lineno if own else getattr(error, "lineno", None) or 0

    def _deliberate(self, error: BaseException) -> bool:
        """Whether a `raise` in a cell raised it; an assertion may be about a check."""
        own = self._own(error)
        if not own or own[-1].tb_next is not None or type(error) is AssertionError:
            return False
        code = own[-1].tb_frame.f_code.co_code
        return code[own[-1].tb_lasti] == dis.opmap["RAISE_VARARGS"]

    def _in_doubt(self, node: ast.stmt) -> bool:
        """Whether a statement uses a magic, an inert helper, or something made from these."""
        names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        if "get_ipython" in names or names & self.doubtful:
            return True
        return any(_is_inert(self.user_ns.get(name)) for name in names)


def _message(error: BaseException) -> str:
    """An error's message, if it can be read."""
    try:
        return str(error)[:MOST_MESSAGE]
    except Exception:
        return ""


class EachImport(ast.NodeTransformer):
    """`import torch, numpy` as two statements: a missing module does not affect the other."""

    def visit_Import(self, node: ast.Import) -> list[ast.stmt]:
        return [ast.copy_location(ast.Import([alias]), node) for alias in node.names]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> list[ast.stmt]:
        each = [ast.ImportFrom(node.module, [alias], node.level) for alias in node.names]
        return [ast.copy_location(one, node) for one in each]


def without_magic(lines: list[str]) -> list[str]:
    """The cell without a magic that only times it or captures its output."""
    first, words = _first_line(lines)
    if words and words[0] in AS_CODE:
        return [*lines[:first], "\n", *lines[first + 1 :]]
    return lines


def captured(lines: list[str]) -> str:
    """The name in `%%capture --no-stderr NAME`; empty if the cell has none."""
    _, words = _first_line(lines)
    names = [word for word in words[1:] if not word.startswith("-")]
    return names[0] if words[:1] == ["%%capture"] and names else ""


def _first_line(lines: list[str]) -> tuple[int, list[str]]:
    """The number and the words of the first line that is not blank."""
    return next(((k, line.split()) for k, line in enumerate(lines) if line.strip()), (0, []))


def bound(node: ast.AST) -> set[str]:
    """The names that a statement binds, including those in functions inside it."""
    found = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load):
            found.add(part.id)
        elif isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(part.name)
        elif isinstance(part, ast.Import | ast.ImportFrom):
            found |= {a.asname or a.name.split(".")[0] for a in part.names}
    return found


def _is_inert(value: object) -> bool:
    """Whether this is one of the exercises' helpers that do nothing here."""
    home = sys.modules.get(EXERCISES)
    if home is None or value is None:
        return False
    if isinstance(value, ModuleType):
        return value is home
    return value is home.check or type(value) in (home.Inert, home.Judged)


def _stay() -> None:
    """Replaces `quit()`, which would end the kernel a moment later, while an answer is judged."""


def _no_program(command: str, **how) -> list[str]:
    """Replaces `!command`: a cell that begins with `!pip install` continues after it."""
    print("The grader runs no other programs.")
    return []
