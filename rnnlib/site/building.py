"""The course as a site of static files: notebooks to try, pages to read, and a wheel to install."""

from __future__ import annotations

import shutil
import string
from pathlib import Path

import rnnlib
from rnnlib.places import COURSE
from rnnlib.site import folder, lite, python, reader

NOTEBOOK = "../try/notebooks/index.html?path={name}.ipynb"  # from the pages to read
TOOLS = {  # modules, and the packages that provide them
    "jupyter_server": "jupyter-server",
    "jupyterlab_widgets": "jupyterlab-widgets",
    "jupyterlite_core": "jupyterlite-core",
    "jupyterlite_pyodide_kernel": "jupyterlite-pyodide-kernel",
}
LANDING = Path(__file__).parent / "pages" / "index.html"
DOORS = {  # the page that an entry links to, its heading, and the text below
    "try/lab/index.html?path=00_start_here.ipynb": (
        "Try it",
        "The whole course in this browser: live figures, exercises, checks. Nothing to install. "
        "The first start loads about 50 MB; training takes up to five times as long as on your "
        "own computer.",
    ),
    "read/index.html": ("Read it", "Every lesson as a page, with its figures and solutions."),
    "read/solutions/INSTRUCTORS.html": (
        "Teach it",
        "How to run a lab, which mistakes to expect, and what to ask before each figure.",
    ),
}


def make(out: Path, *, pyodide: Path | None = None) -> None:
    """Write the site into the folder `out`, replacing an earlier site there.

    pyodide: a folder with the compiled wheels of Pyodide's distribution; without it, they are
    downloaded.

    AuthoringError, and nothing is written, if a tool is missing, a file does not match its hash,
    the folder contains something else, or the disk is full.
    """
    folder.require(TOOLS | reader.TOOLS)
    with folder.made_anew(out) as (new, scratch):
        wheel = python.make_wheel(new)  # where lessons expect it, see `authoring.home`
        lite.build(new / "try", scratch, wheel, pyodide)
        reader.make(new / "read", interactive=NOTEBOOK)
        _land(new)


def _land(site: Path) -> None:
    """The landing page, with an entry for each part that was built."""
    doors = [
        f'<li><a href="{page}"><h2>{heading}</h2><p>{text}</p></a></li>'
        for page, (heading, text) in DOORS.items()
        if (site / page.partition("?")[0]).is_file()
    ]
    template = string.Template(LANDING.read_text(encoding="utf-8"))
    page = template.substitute(doors="\n".join(doors), version=rnnlib.__version__)
    (site / "index.html").write_text(page, encoding="utf-8")
    shutil.copy(COURSE / "unrolled.png", site)
    (site / ".nojekyll").touch()  # GitHub Pages: serve the files as they are
