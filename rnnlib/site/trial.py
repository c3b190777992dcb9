"""Runs every lesson of the built site in a headless Chromium without access to other servers."""

from __future__ import annotations

import functools
import shutil
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from rnnlib import places
from rnnlib.lessons import AuthoringError

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
GALLERY = "99"
START = 180  # seconds, for JupyterLite and its kernel
CELL = 900  # seconds, for one cell

# The current notebook, once its kernel has replied with its info. Waiting for the kernel to be idle
# instead is flaky: it also is before it starts.
READY = """async () => {
    const panel = window.jupyterapp?.shell?.currentWidget;
    if (!panel?.sessionContext) return false;
    await panel.context.ready;
    await panel.sessionContext.ready;
    await panel.sessionContext.session.kernel.info;
    return true;
}"""
CODE_CELLS = """() => [...window.jupyterapp.shell.currentWidget.content.model.cells]
    .map((cell, index) => [cell, index]).filter(([cell]) => cell.type === 'code')
    .map(([cell, index]) => [cell.id, index])"""
RUN = """(index) => {
    const content = window.jupyterapp.shell.currentWidget.content;
    content.deselectAll();
    content.activeCellIndex = index;
    window.cellIsDone = false;
    content.scrollToItem(index, 'start').then(
        () => window.jupyterapp.commands.execute('notebook:run-cell')
    ).finally(() => { window.cellIsDone = true; });
}"""
OUTPUTS = """(index) =>
    window.jupyterapp.shell.currentWidget.content.model.cells.get(index).outputs.toJSON()"""
FIGURE = "img.widget-image, .jp-OutputArea-output img, .jp-OutputArea-output svg"


@dataclass
class Report:
    """The result of running one lesson in the browser."""

    lesson: str
    ready: float = 0.0  # seconds until the kernel answered
    figure: float | None = None  # seconds until the first figure was on the page
    seconds: float = 0.0  # all
    slowest: tuple[str, float] = ("", 0.0)  # the cell, and its seconds
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)  # requested addresses on other servers
    megabytes: float = 0.0  # sent by the server

    @property
    def failed(self) -> bool:
        return bool(self.errors or self.outside)

    def __str__(self) -> str:
        figure = "no figure" if self.figure is None else f"first figure {self.figure:.0f} s"
        told = (
            f"{self.lesson}: ready {self.ready:.0f} s, {figure}, all {self.seconds:.0f} s, "
            f"slowest cell {self.slowest[0]} {self.slowest[1]:.0f} s, {self.megabytes:.1f} MB"
        )
        problems = [*self.errors, *(f"asked for {address}" for address in self.outside)]
        return "\n  ".join([told, *problems])


def find(named: Collection[str] = ()) -> list[str]:
    """The names of the lessons with these numbers ("00"), by default all except the gallery.

    AuthoringError if the course has no such lesson.
    """
    there = {path.name[:2]: path.stem for path in sorted(places.COURSE.glob("[0-9][0-9]_*.ipynb"))}
    if unknown := [number for number in named if number not in there]:
        raise AuthoringError(f"the course has no lesson {', '.join(unknown)}")
    return [there[number] for number in named or there if named or number != GALLERY]


def attempt(site: Path, lessons: list[str], screenshots: Path | None = None) -> Iterator[Report]:
    """Run each lesson ("00_start_here") from top to bottom, unsolved, in a new browser profile."""
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        raise AuthoringError(f"Chromium is not installed: none of {', '.join(BROWSERS)} was found")
    with serve(site) as server, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        for lesson in lessons:
            before = server.sent
            context = chromium.new_context(viewport={"width": 1280, "height": 900})
            report = _run(context, server.address, lesson, screenshots)
            report.megabytes = (server.sent - before) / 1e6
            context.close()
            yield report
        chromium.close()


def _run(context, address: str, lesson: str, screenshots: Path | None) -> Report:
    from playwright.sync_api import Error

    report, page = Report(lesson), context.new_page()

    def refuse(route) -> None:
        report.outside.append(route.request.url)
        route.abort()

    context.route(lambda url: not url.startswith((address, "data:", "blob:")), refuse)
    started, doing = time.monotonic(), "the start"
    try:
        page.goto(f"{address}/try/lab/index.html?path={lesson}.ipynb")
        page.wait_for_function(
            "() => window.jupyterapp?.shell?.currentWidget?.sessionContext", timeout=START * 1000
        )
        page.wait_for_function(READY, timeout=START * 1000)
        report.ready = time.monotonic() - started
        for id, index in page.evaluate(CODE_CELLS):
            doing = f"cell {id}"
            _run_cell(page, id, index, report)
            if report.figure is None and page.locator(FIGURE).count():
                report.figure = time.monotonic() - started
    except Error as error:
        report.errors.append(f"{doing}: {str(error).splitlines()[0]}")
    report.seconds = time.monotonic() - started
    if screenshots:
        page.screenshot(path=screenshots / f"{lesson}.png")
    return report


def _run_cell(page, id: str, index: int, report: Report) -> None:
    began = time.monotonic()
    page.evaluate(RUN, index)
    page.wait_for_function("() => window.cellIsDone", timeout=CELL * 1000)
    seconds = time.monotonic() - began
    report.slowest = max(report.slowest, (id, seconds), key=lambda cell: cell[1])
    for output in page.evaluate(OUTPUTS, index):
        if output["output_type"] == "error":
            report.errors.append(f"cell {id}: {output['ename']}: {output['evalue']}")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    sent = 0  # bytes of files

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(SimpleHTTPRequestHandler):
    server: _Server

    def copyfile(self, source, outputfile) -> None:
        data = source.read()
        self.server.sent += len(data)
        outputfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serve(folder: Path) -> Iterator[_Server]:
    """A server for the folder's files on 127.0.0.1 only."""
    handler = functools.partial(_Handler, directory=str(folder))
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
