"""The address of the published site, and the cells that it adds to lessons.

On Colab, or in another environment, rnnlib is not installed. If an address is set with `rnnlib
build --home URL`, each lesson installs it from the site; otherwise none does.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote, urlsplit

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

import rnnlib
from rnnlib.lessons import AuthoringError
from rnnlib.places import ROOT, write

FILE = "home.txt"  # in solutions/; exists only if an address is set
TAG = "home"  # of both cells
WHEEL = f"rnnlib-{rnnlib.__version__}-py3-none-any.whl"  # `rnnlib site` puts it at the address
# What else lessons import. Any version works: Colab is built for its own, older ipywidgets.
BESIDE = ("matplotlib", "ipywidgets", "tqdm")
BRANCH = "main"  # the one that `.github/workflows/site.yml` publishes
# None of these characters has a special meaning in IPython or a shell.
ADDRESS = re.compile(r"https?://[a-z0-9.-]+(:\d+)?(/[a-z0-9._~-]+)*/?", re.ASCII | re.IGNORECASE)
PAGES = ".github.io"
INSTALL = """\
try:
    import rnnlib
except ModuleNotFoundError:  # as on Colab: install it, once per session
    %pip install -q {address}"""


def kept(root: Path = ROOT) -> str | None:
    """The address that is set, with a slash at its end. AuthoringError if the file has none."""
    path = root / "solutions" / FILE
    if not path.exists():
        return None
    try:
        return checked(path.read_text(encoding="utf-8").strip())
    except ValueError as error:
        raise AuthoringError.at(path, 1, error) from error


def keep(home: str | None, root: Path = ROOT) -> None:
    """Set the address for this and later builds; None removes it."""
    path = root / "solutions" / FILE
    if home is None:
        path.unlink(missing_ok=True)
    else:
        write(path, f"{checked(home)}\n".encode())


def checked(home: str) -> str:
    """The address with a slash at its end. ValueError if a line of code cannot hold it."""
    if not ADDRESS.fullmatch(home):
        raise ValueError(f"{home!r} is not an address like https://OWNER.github.io/REPOSITORY/")
    return home.rstrip("/") + "/"


def summary(home: str | None) -> str:
    """What lessons do now, as a message after setting the address."""
    if home is None:
        return "Home: none; lessons neither install rnnlib nor link to Colab and Binder."
    links = f"Links to Colab and Binder open {BRANCH} of {repository(home)}."
    if repository(home) is None:
        links = "No links to Colab and Binder: they need https://OWNER.github.io/REPOSITORY/."
    return f"Home: {home}; a lesson installs {WHEEL} from it if rnnlib is missing. {links}"


def repository(home: str) -> str | None:
    """OWNER/REPOSITORY of a site on GitHub Pages; None for another site."""
    parts = urlsplit(home)
    owner, dot, rest = parts.netloc.lower().partition(PAGES)
    if not owner or "." in owner or not dot or rest:
        return None
    return f"{owner}/{parts.path.split('/')[1] or owner + PAGES}"


def add_cells(notebook: NotebookNode, name: str, home: str) -> None:
    """Add the links at the top of the lesson's notebook, and the installation to its first code."""
    first = (k for k, cell in enumerate(notebook.cells) if cell.cell_type == "code")
    notebook.cells.insert(next(first, len(notebook.cells)), _installation(home))
    if (where := repository(home)) is not None:
        notebook.cells.insert(0, _links(name, where))


def _installation(home: str) -> NotebookNode:
    source = INSTALL.format(address=" ".join([home + WHEEL, *BESIDE]))
    return new_code_cell(source, id="home-install", metadata={"tags": [TAG]})


def _links(name: str, where: str) -> NotebookNode:
    path = f"course/{name}.ipynb"
    colab = f"https://colab.research.google.com/github/{where}/blob/{BRANCH}/{path}"
    lab = quote(f"lab/tree/{path}", safe="")
    binder = f"https://mybinder.org/v2/gh/{where}/{BRANCH}?urlpath={lab}"
    source = f"[Open in Colab]({colab}) · [Open in Binder]({binder})"
    return new_markdown_cell(source, id="home-links", metadata={"tags": [TAG]})
