"""Running a notebook, cell by cell, in its own kernel."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

from nbformat import NotebookNode

SECONDS_PER_CELL = 600


class CellError(Exception):
    """The cell at ``index`` did not finish."""

    def __init__(self, index: int, what: str):
        super().__init__(what)
        self.index = index


def execute(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """The notebook after a run from top to bottom in ``folder``; CellError if a cell fails."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    notebook = deepcopy(notebook)
    reached = 0

    def note(cell, cell_index):
        nonlocal reached
        reached = cell_index

    client = NotebookClient(
        notebook,
        timeout=SECONDS_PER_CELL,
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],  # without messages about the kernel's transport
        on_cell_start=note,
    )
    try:
        return client.execute()
    except CellExecutionError as error:
        raise CellError(reached, f"{error.ename}: {error.evalue}") from error
    except CellTimeoutError as error:
        raise CellError(reached, f"takes more than {SECONDS_PER_CELL} seconds") from error
    except DeadKernelError as error:
        raise CellError(reached, "the kernel died") from error
