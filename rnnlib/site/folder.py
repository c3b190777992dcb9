"""Atomic creation of a folder: it is built elsewhere, then moved into place."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from rnnlib.lessons import AuthoringError
from rnnlib.places import install_command

MARK = ".rnnlib-site"  # marks a folder that was made here and may be replaced


def require(tools: Mapping[str, str]) -> None:
    """AuthoringError unless these modules are installed; the values are their packages' names."""
    missing = [package for module, package in tools.items() if find_spec(module) is None]
    if missing:
        raise AuthoringError(f"the site needs {', '.join(missing)}; run: {install_command('site')}")


@contextmanager
def made_anew(out: Path) -> Iterator[tuple[Path, Path]]:
    """Yields (new, scratch): `new` becomes `out` and replaces an earlier one.

    AuthoringError, and `out` does not change, if it contains something else or cannot be written.
    """
    _examine(out)
    out = out.absolute()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as name:
            new, scratch = Path(name, "new"), Path(name, "scratch")
            new.mkdir()
            scratch.mkdir()
            yield new, scratch
            (new / MARK).write_text("rnnlib site made this folder and may replace it.\n")
            if out.exists():
                os.replace(out, Path(name, "old"))
            os.replace(new, out)
    except OSError as error:
        raise AuthoringError(f"{out}: cannot write: {error.strerror or error}") from error


def _examine(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise AuthoringError(f"{out} is a file; name a folder for the site")
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).exists():
        what = "contains something other than an earlier site; name an empty or new folder"
        raise AuthoringError(f"{out} {what}")
