"""Where things are: the course, a learner's working copy, and what the course keeps in it.

Only the standard library is imported here.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COURSE = ROOT / "course"
STATE = ".rnnlib"  # the folder in a working copy that belongs to the course
PROGRESS = "ledger.jsonl"  # the file in it that the checks write


def find(start: Path | None = None) -> Path | None:
    """The working copy: RNNLIB_WORK if set, else the first folder from `start` up that is one."""
    if named := os.environ.get("RNNLIB_WORK"):
        return Path(named).absolute()
    here = Path(start or Path.cwd()).resolve()
    return next((folder for folder in (here, *here.parents) if (folder / STATE).is_dir()), None)


def locate(named: Path | None = None) -> Path:
    """The working copy to use from the command line: the one named, the one found, or my-course."""
    return named.absolute() if named else find() or ROOT / "my-course"


def progress_file(work: Path) -> Path:
    """The learner's progress in a working copy."""
    return work / STATE / PROGRESS


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
    finally:
        temporary.unlink(missing_ok=True)
