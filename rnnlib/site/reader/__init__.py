"""The lessons as pages to read: figures and results, folded solutions, reference, search.

lesson_page   a lesson as the notebook from which its page is made
questions     quizzes and predictions in print
pages         everything that Sphinx reads, in one folder
reference     the API reference, from docstrings
conf          Sphinx's settings; it reads this file by itself
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Collection
from io import StringIO
from pathlib import Path

from rnnlib.lessons import AuthoringError
from rnnlib.places import ROOT
from rnnlib.site import folder
from rnnlib.site.reader.pages import write_pages
from rnnlib.slides.scripts import fetch

HERE = Path(__file__).parent
TOOLS = {"sphinx": "sphinx", "myst_nb": "myst-nb", "furo": "furo"}
COLOR = re.compile(r"\x1b\[[0-9;]*m")


def make(
    out: Path,
    *,
    interactive: str | None = None,
    only: Collection[str] | None = None,
    root: Path = ROOT,
) -> None:
    """Write the reader's site into the folder; `out/index.html` is its first page.

    interactive: the address, relative to `out`, at which a lesson opens as a notebook in the
    browser, with {name} for the lesson's name; without it, pages have no such link.
    only: the lessons ("04") and the folders of the library ("cells") to include; all by default.
    root: the course.

    An earlier site is replaced as a whole. AuthoringError, and nothing is written, if a package or
    npm is missing, a lesson is not built, or the folder contains something else.
    """
    folder.require(TOOLS)
    with folder.made_anew(out) as (new, work):
        shutil.copytree(fetch() / "mathjax", work / "static" / "mathjax")
        (work / "extra").mkdir()
        write_pages(work / "pages", root, interactive, only)
        _run_sphinx(work, new)


def _run_sphinx(work: Path, out: Path) -> None:
    """work/pages to out. AuthoringError with Sphinx's first warning, if it has any."""
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
                outdir=out,
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
