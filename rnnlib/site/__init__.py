"""The course as a site of static files: a landing page, and the course to try in a browser."""

from __future__ import annotations

import os
import shutil
import string
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import rnnlib
from rnnlib.lessons import AuthoringError
from rnnlib.places import COURSE

MARK = ".rnnlib-site"  # in a folder that `make` wrote and may replace
TOOLS = ("jupyter_server", "jupyterlab_widgets", "jupyterlite_core", "jupyterlite_pyodide_kernel")
LANDING = Path(__file__).parent / "pages" / "index.html"
DOORS = {  # the page behind a door, its heading, and what is said below
    "try/lab/index.html?path=00_start_here.ipynb": (
        "Try it",
        "The whole course in this browser: live figures, exercises, checks. Nothing to install. "
        "The first start loads about 50 MB.",
    ),
    "read/index.html": ("Read it", "Every lesson as a page, with its figures and solutions."),
    "read/solutions/INSTRUCTORS.html": (
        "Teach it",
        "How a lab goes, which mistakes to expect, and what to ask before each figure.",
    ),
}


def make(out: Path, *, pyodide: Path | None = None) -> None:
    """Write the site into the folder `out`; an earlier site there is replaced as a whole.

    pyodide: a folder with the compiled wheels of Pyodide's distribution, which are fetched
        otherwise.

    AuthoringError, and nothing is written, where a tool is missing, a file is not what its
    hash says, the folder holds something else, or the disk is full.
    """
    _require_tools()
    _examine_folder(out)
    from rnnlib.site import lite

    out = out.absolute()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as name:
            new, old = Path(name, "new"), Path(name, "old")
            new.mkdir()
            lite.build(new / "try", Path(name, "scratch"), pyodide)
            _land(new)
            if out.exists():
                os.replace(out, old)
            os.replace(new, out)
    except OSError as error:
        raise AuthoringError(f"{out}: cannot be written: {error.strerror or error}") from error


def _require_tools() -> None:
    missing = [tool.replace("_", "-") for tool in TOOLS if find_spec(tool) is None]
    if missing:
        install = f'{sys.executable} -m pip install "rnnlib[site]"'
        raise AuthoringError(f"the site needs {', '.join(missing)}; run: {install}")


def _examine_folder(out: Path) -> None:
    """AuthoringError unless the site can be put there without losing anything else."""
    if out.exists() and not out.is_dir():
        raise AuthoringError(f"{out} is a file; name a folder for the site")
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).exists():
        what = "holds something other than an earlier site; name an empty or a new folder"
        raise AuthoringError(f"{out} {what}")


def _land(folder: Path) -> None:
    """The landing page, with a door to each part that is there."""
    doors = [
        f'<li><a href="{page}"><h2>{heading}</h2><p>{text}</p></a></li>'
        for page, (heading, text) in DOORS.items()
        if (folder / page.partition("?")[0]).is_file()
    ]
    template = string.Template(LANDING.read_text(encoding="utf-8"))
    page = template.substitute(doors="\n".join(doors), version=rnnlib.__version__)
    (folder / "index.html").write_text(page, encoding="utf-8")
    shutil.copy(COURSE / "unrolled.png", folder)
    (folder / ".nojekyll").touch()  # GitHub Pages: serve the files as they are
    (folder / MARK).write_text("rnnlib site made this folder and may replace it.\n")
