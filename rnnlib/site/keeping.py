"""All work as one file, since a browser may delete what a site keeps in it.

This runs in the browser too; only the standard library is imported here.
"""

import zipfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path, PurePosixPath

from rnnlib import places
from rnnlib.places import PROGRESS, STATE

FILE = "my-course.zip"
BACKUP = f"{STATE}/backup"


def export_work(work: Path | None = None) -> str:
    """Write all files of the working copy into `my-course.zip` in it; says how to keep that.

    ValueError outside of a working copy.
    """
    work = _work(work)
    names = list(_names(work))
    new = work / f".{FILE}"
    try:
        with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in names:
                archive.writestr(name, (work / name).read_bytes())
        places.write(work / FILE, new.read_bytes())
    finally:
        new.unlink(missing_ok=True)
    return (
        f"{len(names)} files are in {FILE}. In the list of files, "
        "click on it with the right mouse button and choose Download."
    )


def import_work(work: Path | None = None) -> str:
    """Take all work from `my-course.zip` in the working copy; says what was done.

    A file that is replaced is kept in `.rnnlib/backup/`; to the progress, what is missing is
    added. ValueError, and nothing is changed, without such a file or where it is another's.
    """
    work = _work(work)
    if not (work / FILE).is_file():
        raise ValueError(f"there is no {FILE} here: drop it on the list of files first")
    taken = []
    for name, data in _read(work / FILE).items():
        target = work / name
        before = target.read_bytes() if target.exists() else None
        if name == f"{STATE}/{PROGRESS}":
            data = _joined(before or b"", data)
        if before == data:
            continue
        if before is not None and name != f"{STATE}/{PROGRESS}":
            places.write(_free(work / BACKUP / name), before)
        places.write(target, data)
        taken.append(name)
    if not taken:
        return "Everything in the file was here already."
    again = "Close the notebooks that are open, and open them again."
    return f"Taken from {FILE}: {', '.join(taken)}. {again}"


def _work(named: Path | None) -> Path:
    work = named or places.find()
    if work is None or not work.is_dir():
        raise ValueError("this is not a working copy of the course")
    return work


def _names(work: Path) -> Iterator[str]:
    """What belongs to the learner: the files, and the progress; no hidden ones, no backups."""
    for path in sorted(work.rglob("*")):
        name = path.relative_to(work).as_posix()
        hidden = any(part.startswith(".") for part in PurePosixPath(name).parts)
        if path.is_file() and name != FILE and (not hidden or name == f"{STATE}/{PROGRESS}"):
            yield name


def _read(path: Path) -> dict[str, bytes]:
    """The files in the archive. ValueError unless each has a place in a working copy."""
    try:
        with zipfile.ZipFile(path) as archive:
            files = {i.filename: archive.read(i) for i in archive.infolist() if not i.is_dir()}
    except (zipfile.BadZipFile, OSError) as error:
        raise ValueError(f"{path.name} cannot be read: {error}") from error
    for name in files:
        parts = PurePosixPath(name).parts
        hidden = any(part.startswith(".") for part in parts) and name != f"{STATE}/{PROGRESS}"
        if hidden or name.startswith("/") or "\\" in name or ":" in name:
            raise ValueError(f"{path.name} has a file that no export writes: {name}")
    return files


def _joined(here: bytes, there: bytes) -> bytes:
    """The lines of both, each once."""
    lines = dict.fromkeys([*there.splitlines(), *here.splitlines()])
    return b"".join(line + b"\n" for line in lines)


def _free(path: Path) -> Path:
    numbered = (path.with_name(f"{path.stem}.{n}{path.suffix}") for n in count(1))
    return next(path for path in numbered if not path.exists())
