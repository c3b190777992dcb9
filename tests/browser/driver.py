"""Drive a lesson in a real JupyterLab: the server behind it, and the page in front of it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from rnnlib.site.trial import READY

TOKEN = "for-this-test-only"
START_TIMEOUT = 90  # seconds
RUN_TIMEOUT = 300_000  # milliseconds, for one lesson from top to bottom

# The code cells as the notebook's model has them, whether the page shows them or not.
CODE_CELLS = """() => [...window.jupyterapp.shell.currentWidget.content.model.cells]
    .filter(cell => cell.type === 'code')
    .map(cell => ({id: cell.id, count: cell.executionCount, outputs: cell.outputs.toJSON()}))"""
SHOW = """async (id) => {
    const content = window.jupyterapp.shell.currentWidget.content;
    const index = content.widgets.findIndex(cell => cell.model.id === id);
    if (index < 0) throw new Error(`no cell has the id ${id}`);
    content.activeCellIndex = index;
    content.deselectAll();
    await content.scrollToItem(index, 'center');
}"""
CELL = """() => window.jupyterapp.shell.currentWidget.content.activeCell.node"""
WRITE = """(source) =>
    window.jupyterapp.shell.currentWidget.content.activeCell.model.sharedModel.setSource(source)"""
COMMAND = "(name) => window.jupyterapp.commands.execute(name)"


class Server:
    """`rnnlib lab` on a port of its own, with a working copy and settings in `folder`."""

    def __init__(self, folder: Path):
        self.work = folder / "my-course"
        self.log = folder / "server.log"
        port = _free_port()
        self.address = f"http://127.0.0.1:{port}"
        command = [
            *(sys.executable, "-m", "rnnlib", "lab", "--no-browser"),
            *("--port", str(port), "--work", str(self.work), "--"),
            *("--LabApp.expose_app_in_browser=True", f"--IdentityProvider.token={TOKEN}"),
        ]
        settings = {
            name: str(folder / name.lower())
            for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
        }
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command,
                env={**os.environ, **settings, "IPYTHONDIR": str(folder / "ipython")},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait(self) -> None:
        """Until the server answers; AssertionError with its log where it does not."""
        deadline = time.monotonic() + START_TIMEOUT
        while self.process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.address}/api/status?token={TOKEN}", timeout=5)
                return
            time.sleep(0.2)
        raise AssertionError(f"JupyterLab did not start:\n{self.log.read_text()}")

    def stop(self) -> None:
        """End the server; its kernels end with it."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Lesson:
    """A notebook of the working copy, open in the browser."""

    def __init__(self, page, server: Server, name: str):
        self.page = page
        self.name = name
        self.complaints: list[str] = []  # what the page said on its console
        self.outside: list[str] = []  # addresses beyond this machine that it asked for
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self._note("error", str(error)))
        page.route(lambda url: not url.startswith(server.address), self._refuse)
        page.goto(f"{server.address}/lab/tree/{name}?token={TOKEN}&reset")
        page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget?.sessionContext")
        page.wait_for_function(READY)

    def _note(self, kind: str, text: str) -> None:
        # What makes the site brings an extension for JupyterLite, which JupyterLab cannot load.
        if kind == "error" and "@jupyterlite/pyodide-" not in text:
            self.complaints.append(text)

    def _refuse(self, route) -> None:
        if route.request.url.startswith(("data:", "blob:")):
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()

    def run_all(self) -> None:
        """Run every cell, and wait until the kernel has counted each of them."""
        self.page.evaluate(COMMAND, "notebook:run-all-cells")
        counted = f"() => ({CODE_CELLS})().every(cell => cell.count !== null)"
        self.page.wait_for_function(counted, timeout=RUN_TIMEOUT)

    def code_cells(self) -> list[dict]:
        """id, execution count and outputs of each code cell."""
        return self.page.evaluate(CODE_CELLS)

    def cell(self, id: str):
        """The cell, brought into view."""
        self.page.evaluate(SHOW, id)
        return self.page.evaluate_handle(CELL).as_element()

    def write(self, id: str, source: str) -> None:
        """Replace the text of a cell."""
        self.cell(id)
        self.page.evaluate(WRITE, source)

    def run(self, id: str) -> None:
        """Run one cell to its end."""
        self.cell(id)
        self.page.evaluate(COMMAND, "notebook:run-cell")

    def save(self) -> None:
        self.page.evaluate(COMMAND, "docmanager:save")

    def card(self, id: str) -> str:
        """The status on the first card below a cell."""
        card = self.cell(id).wait_for_selector(".rnnlib-card", state="visible")
        return card.get_attribute("data-status")

    def screenshot(self, label: str) -> None:
        """Keep a picture of the page, if RNNLIB_SCREENSHOTS names a folder for it."""
        if folder := os.environ.get("RNNLIB_SCREENSHOTS"):
            self.page.screenshot(path=Path(folder) / f"{Path(self.name).stem}-{label}.png")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
