"""All work as one file, since a browser may delete a site's data.

This also runs in the browser; only the standard library is imported here.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from rnnlib import places
from rnnlib.places import PROGRESS, STATE
from rnnlib.workcopy import browser, merge
from rnnlib.workcopy.browser import BASE, SITE, VERSIONS
from rnnlib.workcopy.refreshing import Update

FILE = "my-course.zip"
LEDGER = f"{STATE}/{PROGRESS}"


def export_work(work: Path | None = None) -> str:
    """Write all files of the working copy into `my-course.zip` in it; says how to download it.

    ValueError outside of a working copy.
    """
    work = _work(work)
    names = list(_names(work))
    new = work / f".{FILE}"
    try:
        with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in names:
                archive.writestr(name, (work / name).read_bytes())
            for name, data in browser.bases(work).items():
                archive.writestr(f"{BASE}/{name}", data)
        places.write(work / FILE, new.read_bytes())
    finally:
        new.unlink(missing_ok=True)
    own = [name for name in names if not _is_base(name)]
    return (
        f"{len(own)} files are in {FILE}. In the list of files, right-click it and choose Download."
    )


def import_work(work: Path | None = None) -> str:
    """Import all work from `my-course.zip` in the working copy; says what was done.

    A replaced file is kept in `.rnnlib/backup/`; missing entries are added to the progress. A
    lesson that its owner had not edited is skipped, so that the newest version stays; one from an
    older version of the site gets the corrections at once. ValueError, and nothing is changed, if
    there is no such file or it is not an export.
    """
    work = _work(work)
    if not (work / FILE).is_file():
        raise ValueError(f"there is no {FILE} here: drop it on the list of files first")
    files, taken = _read(work / FILE), []
    for name, data in _edited(files).items():
        target = work / name
        before = target.read_bytes() if target.exists() else None
        if name == LEDGER:
            data = _joined(before or b"", data)
        if before == data:
            continue
        if before is not None and name != LEDGER and not _is_base(name):
            Update(work).back_up(name, before)
        places.write(target, data)
        if not _is_base(name):
            taken.append(name)
    if not taken:
        return "Everything in the file was already here."
    (work / SITE).unlink(missing_ok=True)
    again = "Close the open notebooks and open them again."
    return "\n".join([f"Taken from {FILE}: {', '.join(taken)}. {again}", *browser.corrections()])


def _edited(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files without unedited lessons; bases come first."""
    bases = {name: data for name, data in files.items() if _is_base(name)}
    left_out = {name for name in bases if name.startswith(f"{BASE}/")}
    kept = {}
    for name, data in files.items():
        base = bases.get(f"{BASE}/{name}")
        if name not in bases and (base is None or not _as_handed_out(data, base)):
            kept[name] = data
            left_out.discard(f"{BASE}/{name}")
    return {name: data for name, data in bases.items() if name not in left_out} | kept


def _as_handed_out(data: bytes, base: bytes) -> bool:
    try:
        return merge.parse(data) == merge.parse(base)
    except merge.NotebookError:
        return data == base


def _work(named: Path | None) -> Path:
    work = named or places.find()
    if work is None or not work.is_dir():
        raise ValueError("this is not a working copy of the course")
    return work


def _names(work: Path) -> Iterator[str]:
    """The learner's data: the files, the progress, and the lessons merged into them."""
    for path in sorted(work.rglob("*")):
        name = path.relative_to(work).as_posix()
        base = name.startswith(f"{BASE}/")
        if path.is_file() and name != FILE and _travels(name) and not base:
            yield name


def _travels(name: str) -> bool:
    """Whether a file of a working copy belongs in the archive: no hidden files, no backups."""
    hidden = any(part.startswith(".") for part in PurePosixPath(name).parts)
    return not hidden or name == LEDGER or _is_base(name)


def _is_base(name: str) -> bool:
    """Whether this is one of the course's notebooks, on which a learner's is based."""
    path = PurePosixPath(name)
    return path.suffix == ".ipynb" and str(path.parent) in (BASE, VERSIONS)


def _read(path: Path) -> dict[str, bytes]:
    """The files in the archive. ValueError unless each belongs in a working copy."""
    try:
        with zipfile.ZipFile(path) as archive:
            files = {i.filename: archive.read(i) for i in archive.infolist() if not i.is_dir()}
    except (zipfile.BadZipFile, OSError) as error:
        raise ValueError(f"{path.name} cannot be read: {error}") from error
    for name in files:
        if not _travels(name) or name.startswith("/") or "\\" in name or ":" in name:
            raise ValueError(f"{path.name} contains a file that no export writes: {name}")
    return files


def _joined(here: bytes, there: bytes) -> bytes:
    """The lines of both, without duplicates."""
    lines = dict.fromkeys([*there.splitlines(), *here.splitlines()])
    return b"".join(line + b"\n" for line in lines)
