"""Where things are: the course, a learner's working copy, and what the course keeps in it.

Only the standard library is imported here.
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

PACKAGE = Path(str(resources.files("rnnlib")))
MATERIALS = PACKAGE / "materials"  # what setup.py puts into a wheel; a checkout has none
IN_CHECKOUT = not MATERIALS.is_dir()
ROOT = PACKAGE.parent if IN_CHECKOUT else MATERIALS  # the folder with course/ and solutions/
COURSE = ROOT / "course"
FIRST_LESSON = "00_start_here.ipynb"
STATE = ".rnnlib"  # the folder in a working copy that belongs to the course
PROGRESS = "ledger.jsonl"  # the file in it that the checks write


def find(start: Path | None = None) -> Path | None:
    """The working copy: RNNLIB_WORK if set, else the first folder from `start` up that is one.

    Lessons that were opened where they are, as nbgitpuller puts them there, are one too.
    """
    if named := os.environ.get("RNNLIB_WORK"):
        return Path(named).absolute()
    here = Path(start or Path.cwd()).resolve()
    return next((folder for folder in (here, *here.parents) if _is_working_copy(folder)), None)


def _is_working_copy(folder: Path) -> bool:
    lesson = folder / FIRST_LESSON  # in solutions/, its text is beside it
    return (folder / STATE).is_dir() or (lesson.exists() and not lesson.with_suffix(".md").exists())


def locate(named: Path | None = None) -> Path:
    """The working copy to use from the command line: the one named, the one found, or my-course."""
    return named.absolute() if named else find() or Path.cwd() / "my-course"


def progress_file(work: Path) -> Path:
    """The learner's progress in a working copy."""
    return work / STATE / PROGRESS


def package(root: Path) -> Path:
    """The library's code that belongs to the course in `root`; a wheel has it above the course."""
    return PACKAGE if root == ROOT else root / "rnnlib"


def python_command(module: str, *arguments: str) -> str:
    """What to type to run a module with this Python, quoted for the shell."""
    words = [sys.executable, "-m", module, *arguments]
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def install_command(extra: str) -> str:
    """What to type, in any folder, to install the packages of one of rnnlib's extras."""
    source = ["-e", f"{ROOT}[{extra}]"] if IN_CHECKOUT else [f"rnnlib[{extra}]"]
    return python_command("pip", "install", *source)


@contextmanager
def for_owner_only() -> Iterator[None]:
    """What this process makes meanwhile, its user alone can read: folders 0700, files 0600."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def write(path: Path, data: bytes) -> None:
    """Put `data` in `path` whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(data)
        os.replace(temporary, path)
        if sys.platform == "emscripten":  # JupyterLite takes what was renamed for no notebook
            with path.open("r+b") as file:
                file.write(data)
    finally:
        temporary.unlink(missing_ok=True)
