"""Compiles Python files in advance; otherwise most of a browser's startup time is compiling them.

This runs in Pyodide, started in Node.js by precompile.mjs; only the standard library is imported.
"""

import io
import sys
import zipfile
from collections.abc import Collection, Iterator
from importlib import import_module, util

# a private function of importlib: no public one makes bytecode that does not check its source
from importlib._bootstrap_external import _code_to_hash_pyc  # pyright: ignore
from pathlib import Path

START = (  # what is imported before the first figure
    "IPython.core.interactiveshell",
    "ipywidgets",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "piplite.piplite",
    "pydoc_data.topics",
    "tqdm.auto",
    "rnnlib.exercises",
    "rnnlib.plots",
    "rnnlib.training.pretrained",
    "rnnlib.widgets",
)
ROOTS = ("/site-packages/", f"/python{sys.version_info[0]}{sys.version_info[1]}.zip/")


def main(folder: Path) -> None:
    """Add the bytecode of the modules imported at startup to the archives in the folder."""
    names = set(imported(START))
    for path in sorted(folder.iterdir()):
        if path.suffix in (".whl", ".zip"):
            path.write_bytes(compiled(path.read_bytes(), names, zipped=path.suffix == ".zip"))


def imported(modules: Collection[str]) -> Iterator[str]:
    """The files loaded after importing the modules, by their paths in an archive."""
    for name in modules:
        import_module(name)
    for module in [*sys.modules.values()]:
        origin = getattr(getattr(module, "__spec__", None), "origin", None) or ""
        for root in ROOTS:
            _, found, path = origin.rpartition(root)
            if found and path.endswith(".py"):
                yield path


def compiled(archive: bytes, names: Collection[str], *, zipped: bool) -> bytes:
    """The archive with the bytecode of the named files.

    zipped: Python imports from the archive itself and looks for bytecode next to the source; in an
    unpacked archive it looks in `__pycache__`.
    """
    new = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as old,
        zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for item in old.infolist():
            source = old.read(item)
            out.writestr(item, source)
            if item.filename in names:
                code = compile(source, item.filename, "exec", dont_inherit=True)
                place = util.cache_from_source(item.filename)
                data = _code_to_hash_pyc(code, util.source_hash(source), False)
                out.writestr(f"{item.filename}c" if zipped else place, data)
    return new.getvalue()
