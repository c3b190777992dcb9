"""Live figures: milliseconds of rendering in Python, and from a key to the new picture."""

import shutil
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np
from playwright.sync_api import sync_playwright

from rnnlib import widgets
from rnnlib.benchmarks.timing import table
from tests.browser.conftest import BROWSERS, OPTIONS
from tests.browser.driver import Lesson, Server
from tests.browser.live_figures import CLOCK, LiveFigure


def rendering_times(live: widgets.LiveFigure, points: int) -> list[float]:
    """Milliseconds of `render` at so many places of each slider."""
    times = []
    for name, control in live.controls.items():
        if hasattr(control, "options"):
            places = control.options
        else:
            places = (
                np.linspace(control.min, control.max, points).astype(type(control.value)).tolist()
            )
        for place in places:
            start = perf_counter()
            live.render(**{name: place})
            times.append(1e3 * (perf_counter() - start))
    return times


def rendering(quick: bool) -> None:
    rows, every = [], []
    for name, (make, _) in widgets.GALLERY.items():
        times = rendering_times(make(), 3 if quick else 12)
        every += times
        rows.append((name, float(np.median(times)), float(np.quantile(times, 0.9))))
    rows.append(("all", float(np.median(every)), float(np.quantile(every, 0.9))))
    table("Rendering a live figure in Python", ("figure", "median, ms", "9 of 10 below"), rows)


def in_jupyterlab(quick: bool) -> None:
    """Arrow keys on each slider, one at a time: from the key's event to the loaded picture."""
    rows, every = [], []
    server = Server(Path(tempfile.mkdtemp()))
    with sync_playwright() as playwright:
        browser = next(filter(None, map(shutil.which, BROWSERS)))
        chromium = playwright.chromium.launch(executable_path=browser, args=OPTIONS)
        try:
            server.wait()
            page = chromium.new_context(viewport={"width": 1280, "height": 800}).new_page()
            lesson = Lesson(page, server, "99_gallery.ipynb")
            lesson.run_all()
            for name, cell in zip(widgets.GALLERY, LiveFigure.ids(lesson), strict=True):
                figure = LiveFigure(lesson, cell)
                page.evaluate(CLOCK, figure.picture)
                for _ in range(1 if quick else 5):
                    for slider in figure.sliders:
                        figure.there_and_back(slider)
                times = page.evaluate("window.keyToPicture")
                every += times
                rows.append((name, float(np.median(times)), float(np.quantile(times, 0.9))))
        finally:
            server.stop()
            chromium.close()
    rows.append(("all", float(np.median(every)), float(np.quantile(every, 0.9))))
    table(
        "From a key to the picture in JupyterLab", ("figure", "median, ms", "9 of 10 below"), rows
    )


def main(quick: bool = False) -> None:
    for part in (rendering, in_jupyterlab):
        part(quick)


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
