"""Corrections of the lessons reach the notebooks that a learner keeps in a browser.

JupyterLite keeps in the browser's storage what was saved there, and takes all else from the site:
so a lesson that was never saved is always the site's newest, and one that was hides it. The site's
lessons are also in the package that runs in the browser. When a lesson imports it, they are merged
into the learner's notebooks; `.rnnlib/` holds, besides the backups:

    base/       each lesson as it was before it was first saved in the browser
    versions/   the lessons that were merged, by the mark that a merged notebook carries
    site.json   the version of the site that was looked at, and the notebooks to look at again

JupyterLab goes on showing what it opened, and may save it over the merged notebook. That one has no
mark, or an older one, so it is merged once more, and from the right base.

Only the standard library is imported here.
"""

import hashlib
import json
import sys
from pathlib import Path

from rnnlib import places
from rnnlib.places import STATE
from rnnlib.workcopy import merge
from rnnlib.workcopy.refreshing import Update

KEEPING = places.PACKAGE / "site" / "pages" / "keep_your_work.ipynb"
BASE = f"{STATE}/base"
VERSIONS = f"{STATE}/versions"
BACKUP = f"{STATE}/backup"
SITE = f"{STATE}/site.json"
MARK = "rnnlib"  # in a notebook's metadata


def corrections() -> list[str]:
    """In a browser, merge the site's lessons into the learner's; says what was done, if anything.

    It never raises for what it finds in the browser's storage: the lesson goes on.
    """
    work = places.find()
    if sys.platform != "emscripten" or work is None or not work.is_dir():
        return []
    try:
        lessons = [*sorted(places.COURSE.glob("*.ipynb")), KEEPING]
        return update({path.name: path.read_bytes() for path in lessons}, work)
    except OSError as error:
        return [f"The newest corrections could not be merged into your notebooks: {error}"]


def update(lessons: dict[str, bytes], work: Path) -> list[str]:
    """Merge the lessons into those that the learner has edited; says what was done, if anything.

    A notebook whose base is not known is taken to be of the version that is there now.
    """
    run = Update(work)
    version = _digest(*(part for name in lessons for part in (name.encode(), lessons[name])))
    seen = _seen(work)
    names = seen["again"] if seen["version"] == version else list(lessons)
    again = [name for name in names if name in lessons and _bring(run, name, lessons[name])]
    now = {"version": version, "again": again}
    if now != seen:
        places.write(work / SITE, json.dumps(now).encode())
    if not run.merged:
        return run.notices
    told = (
        f"The newest corrections are now in {', '.join(run.merged)}, with what you wrote; to see "
        "them in a notebook that is open, choose File, Reload Notebook from Disk. If you have "
        "written in it since you opened it, first save it with Overwrite, restart the kernel, "
        f"and run this cell again. The notebook as it was is in `{BACKUP}/`."
    )
    return [told, *run.notices]


def _bring(run: Update, name: str, data: bytes) -> bool:
    """Update one notebook; whether to look at it again although the site has not changed.

    The base is written before the notebook that is marked with it.
    """
    target = run.work / name
    if not target.is_file():
        return False
    mine, new = _parsed(target.read_bytes()), merge.parse_lesson(data)
    mark, given = _mark(mine), run.given(name)
    if mine == new or (mark is None and given is None):
        if given != data:
            places.write(run.work / BASE / name, data)
        return False
    if mark == _digest(data):
        return True
    origin = _version(run.work, mark) if mark else run.work / BASE / name
    given = origin.read_bytes() if origin.is_file() else b""
    if mark is None and given == data:
        return False
    if _parsed(given) is None:
        run.put_beside(target, data, "the version from which it began cannot be read")
        places.write(origin, data)
        return False
    places.write(_version(run.work, _digest(data)), data)
    metadata = {**new["metadata"], MARK: {"version": _digest(data)}}
    run.merge(name, given, merge.serialize({**new, "metadata": metadata}))
    return mine is not None


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8) + part)
    return digest.hexdigest()[:16]


def _version(work: Path, mark: str) -> Path:
    return work / VERSIONS / f"{mark}.ipynb"


def _mark(notebook: merge.Notebook | None) -> str | None:
    """The version that was merged into the notebook last; None where none was."""
    metadata = (notebook or {}).get("metadata")
    own = metadata.get(MARK) if isinstance(metadata, dict) else None
    mark = own.get("version") if isinstance(own, dict) else None
    return mark if isinstance(mark, str) and mark.isalnum() else None


def _parsed(data: bytes) -> merge.Notebook | None:
    try:
        return merge.parse(data)
    except merge.NotebookError:
        return None


def _seen(work: Path) -> dict:
    """What the last look left; nothing where it cannot be read."""
    try:
        seen = json.loads((work / SITE).read_bytes())
        if isinstance(seen["version"], str) and all(isinstance(n, str) for n in seen["again"]):
            return seen
    except (OSError, ValueError, TypeError, KeyError):
        pass
    return {"version": "", "again": []}
