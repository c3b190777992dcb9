"""A card says which cell to run if a check runs before the cell that defines its function."""

import linecache
from typing import Any

from rnnlib.exercises.displaying import shell
from rnnlib.exercises.outcome import Note


def explain_missing_names() -> None:
    """In a notebook, make `check("01.1", three_steps)` show a card if `three_steps` is not defined.

    Any other NameError shows its traceback as usual.
    """
    here = shell()
    if here is None:
        return

    def missing(shell, kind, error, trace, tb_offset=None):
        asked = _asked(shell, trace)
        if not asked:
            return shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
        name = getattr(error, "name", "") or "the function"
        Note(
            f"There is no `{name}` yet",
            f"`{asked}` needs it. Run the cell that defines `{name}`, then this one again. (After "
            "a restart of the kernel: *Run*, *Run All Above Selected Cell*.)",
        ).show()
        return None

    here.set_custom_exc((NameError,), missing)


def _asked(shell: Any, trace: Any) -> str:
    """The line of the cell with the call of check or use that failed; "" if another line failed."""
    while trace.tb_next and trace.tb_frame.f_globals is not shell.user_ns:
        trace = trace.tb_next
    if trace.tb_next is not None:
        return ""
    line = linecache.getline(trace.tb_frame.f_code.co_filename, trace.tb_lineno).strip()
    return line if line.startswith(("check(", "use(")) or " = use(" in line else ""
