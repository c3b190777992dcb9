"""The lessons as pages to read: figures and results, folded solutions, reference, search.

lesson_page   a lesson as the notebook that its page is made of
questions     quizzes and predictions in print
pages         everything that Sphinx reads, in one folder
reference     the API reference, from docstrings
conf          Sphinx's settings; it reads this file by itself
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Collection
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

from rnnlib.lessons import AuthoringError
from rnnlib.places import ROOT
from rnnlib.site.reader.pages import write_pages
from rnnlib.slides.scripts import fetch

HERE = Path(__file__).parent
TOOLS = {"sphinx": "sphinx", "myst_nb": "myst-nb", "furo": "furo"}
COLOR = re.compile(r"\x1b\[[0-9;]*m")
MARK = ".rnnlib-reader"  # in a folder that may be replaced


def make(
    out: Path,
    *,
    interactive: str | None = None,
    only: Collection[str] | None = None,
    root: Path = ROOT,
) -> None:
    """Write the reader's site into the folder; `out/index.html` is its first page.

    interactive: where a lesson opens as a notebook in the browser, as an address relative to
        `out`, with {name} for the lesson's name; without it pages have no such link.
    only: the lessons ("04") and the folders of the library ("cells") to include; all by default.
    root: the course.

    An earlier site is replaced as a whole. AuthoringError, and nothing is written, where a package
    or npm is missing, a lesson is not built, or the folder holds something else.
    """
    _require_tools()
    _examine_folder(out)
    out = out.absolute()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as name:
            work = Path(name)
            shutil.copytree(fetch() / "mathjax", work / "static" / "mathjax")
            (work / "extra").mkdir()
            write_pages(work / "pages", root, interactive, only)
            _run_sphinx(work)
            (work / "html" / MARK).write_text("rnnlib site made this folder and may replace it.\n")
            if out.exists():
                os.replace(out, work / "old")
            os.replace(work / "html", out)
    except OSError as error:
        raise AuthoringError(f"{out}: cannot be written: {error.strerror}") from error


def _require_tools() -> None:
    missing = [package for module, package in TOOLS.items() if find_spec(module) is None]
    if missing:
        what = f"the reader's site needs {', '.join(missing)}"
        raise AuthoringError(f'{what}; run: pip install "rnnlib[site]"')


def _examine_folder(out: Path) -> None:
    """AuthoringError unless the site can be put there without losing anything else."""
    if out.exists() and not out.is_dir():
        raise AuthoringError(f"{out} is a file; name a folder for the site")
    if out.exists() and any(out.iterdir()) and not (out / MARK).exists():
        what = "holds something other than an earlier site; name an empty or a new folder"
        raise AuthoringError(f"{out} {what}")


def _run_sphinx(work: Path) -> None:
    """work/pages to work/html. AuthoringError with Sphinx's first warning, if it has any."""
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    warnings = StringIO()
    static = [str(HERE / "static"), str(work / "static")]
    try:
        with patch_docutils(str(HERE)), docutils_namespace():
            app = Sphinx(
                srcdir=work / "pages",
                confdir=HERE,
                outdir=work / "html",
                doctreedir=work / "doctrees",
                buildername="html",
                confoverrides={
                    "html_static_path": static,
                    "html_extra_path": [str(work / "extra")],
                },
                status=None,
                warning=warnings,
            )
            app.build(force_all=True)
    except SphinxError as error:
        raise AuthoringError(f"Sphinx: {' '.join(str(error).split())}") from error
    if said := COLOR.sub("", warnings.getvalue()).strip():
        first = said.splitlines()[0].replace(f"{work / 'pages'}{os.sep}", "")
        raise AuthoringError(f"Sphinx: {first}")
