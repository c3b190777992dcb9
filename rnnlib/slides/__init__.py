"""A lesson's slides: a folder with a page and its scripts, which works offline."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbformat.v4 import new_notebook

from rnnlib.authoring.builder import chosen, kept_run, read_course, registered
from rnnlib.lessons import AuthoringError, Lesson
from rnnlib.places import ROOT
from rnnlib.slides import live
from rnnlib.slides.content import as_cells, compose
from rnnlib.slides.scripts import fetch
from rnnlib.widgets.live import NAMES

HERE = Path(__file__).parent
PAGE, SCRIPTS, MARK = "index.html", "scripts", ".rnnlib-slides"  # everything in a deck's folder
WIDTH, HEIGHT = 1280, 720


def make_deck(
    name: str,
    out: Path,
    root: Path = ROOT,
    *,
    exercises: Mapping[str, Any] | None = None,
) -> int:
    """Write the deck of the lesson ("04" or "04_slug") into the folder; the number of slides.

    Pictures and numbers are those of the built notebook. An earlier deck is replaced as a whole. If
    something is wrong or missing, AuthoringError, and nothing is written.
    """
    exercises = registered() if exercises is None else exercises
    (lesson,) = chosen(read_course(root, exercises), [name])
    _examine_folder(out)
    ran = kept_run(lesson)
    if ran is None:
        notebook = lesson.path.with_suffix(".ipynb")
        what = f"is not a complete run of its source's code; run: rnnlib build {lesson.number}"
        raise AuthoringError.at(notebook, None, what)
    slides, boxes = compose(lesson, ran)
    if not slides:
        raise lesson.error(1, "no cell has the tag 'slide': there is nothing to make a deck of")
    notebook = new_notebook(cells=as_cells(lesson, slides), metadata=live.saved_state(boxes))
    scripts = fetch()
    _write(_page(lesson, notebook), scripts, out)
    return len(slides)


def _page(lesson: Lesson, notebook) -> str:
    from nbconvert.exporters import SlidesExporter

    exporter = SlidesExporter(
        reveal_url_prefix=f"{SCRIPTS}/reveal.js",
        require_js_url=f"{SCRIPTS}/requirejs/require.js",
        mathjax_url=f"{SCRIPTS}/mathjax/MathJax.js?config=TeX-AMS_CHTML-full",
        widget_renderer_url=f"{SCRIPTS}/@jupyter-widgets/html-manager/dist/embed-amd.js",
        extra_template_basedirs=[str(HERE)],
        template_name="deck",
        reveal_theme="white",
        reveal_transition="none",
        reveal_number="c/t",
        reveal_width=str(WIDTH),
        reveal_height=str(HEIGHT),
        exclude_input=True,
        exclude_output_prompt=True,
    )
    resources = {
        "metadata": {"name": f"{lesson.number} {lesson.title}"},
        "scripts_url": SCRIPTS,
        "names": NAMES,
        "deck_style": (HERE / "deck" / "deck.css").read_text(encoding="utf-8"),
    }
    return exporter.from_notebook_node(notebook, resources)[0]


def _examine_folder(out: Path) -> None:
    """AuthoringError unless a deck can be written there without losing anything else."""
    if not out.exists():
        return
    if not out.is_dir():
        raise AuthoringError(f"{out} is a file; name a folder for the slides")
    there = {path.name for path in out.iterdir()}
    if there and not (MARK in there and there <= {PAGE, SCRIPTS, MARK}):
        what = "contains something other than earlier slides; name an empty or new folder"
        raise AuthoringError(f"{out} {what}")


def _write(page: str, scripts: Path, out: Path) -> None:
    """Build the deck next to the folder, then replace the folder with it."""
    out = out.absolute()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as name:
            new, old = Path(name) / "new", Path(name) / "old"
            shutil.copytree(scripts, new / SCRIPTS)
            (new / PAGE).write_text(page, encoding="utf-8")
            (new / MARK).write_text("rnnlib slides made this folder and may replace it.\n")
            if out.exists():
                os.replace(out, old)
            os.replace(new, out)
    except OSError as error:
        raise AuthoringError(f"{out}: cannot be written: {error.strerror}") from error
