"""Merges corrections to the lessons into the notebooks stored in a learner's browser.

JupyterLite stores saved files in the browser and takes everything else from the site: so a lesson
that was never saved is always the site's newest, and a saved one hides it. The site's lessons are
also in the package that runs in the browser. When a lesson imports it, they are merged into the
learner's notebooks; `.rnnlib/` holds, in addition to `backup/` and `beside/`:

    lessons.json   all lessons as the site had them at the last check
    base/          a lesson as it was before it was edited, once the site has a newer one
    versions/      the lessons that were merged, by the mark that a merged notebook carries
    site.json      the version of the site at the last check, and which notebooks to check again

JupyterLab keeps showing the notebook it opened, and may save it over the merged one. The saved one
has no mark, or an older one, so it is merged again, from the right base.

Only the standard library is imported here.
"""

import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from rnnlib import places
from rnnlib.places import STATE
from rnnlib.workcopy import merge
from rnnlib.workcopy.refreshing import Update

KEEPING = places.PACKAGE / "site" / "pages" / "keep_your_work.ipynb"
BASE = f"{STATE}/base"
VERSIONS = f"{STATE}/versions"
LESSONS = f"{STATE}/lessons.json"
BACKUP = f"{STATE}/backup"
SITE = f"{STATE}/site.json"
MARK = "rnnlib"  # in a notebook's metadata


def corrections() -> list[str]:
    """In a browser, merge the site's lessons into the learner's; says what was done, if anything.

    Problems with the browser's storage, or with what is in it, never raise: the lesson continues.
    """
    work = places.find()
    if sys.platform != "emscripten" or work is None or not work.is_dir():
        return []
    try:
        lessons = [*sorted(places.COURSE.glob("*.ipynb")), KEEPING]
        return update({path.name: path.read_bytes() for path in lessons}, work)
    except (OSError, ValueError, TypeError, RecursionError) as error:
        return [f"The newest corrections could not be merged into your notebooks: {error}"]


def update(lessons: dict[str, bytes], work: Path) -> list[str]:
    """Merge the lessons into those that the learner has edited; says what was done, if anything.

    A notebook with an unknown base is assumed to be based on the current version.
    """
    run = Update(work)
    version = _digest(*(part for name in lessons for part in (name.encode(), lessons[name])))
    seen = _seen(work)
    known = seen["version"] == version
    names, handed = seen["again"], {}
    if not known:
        handed = _handed(work, lessons)
        begun = handed or (work / BASE).is_dir()
        names = list(lessons) if begun else []
    again = [n for n in names if n in lessons and _bring(run, n, lessons[n], handed.get(n))]
    if not known:
        texts = {name: data.decode() for name, data in lessons.items()}
        places.write(work / LESSONS, json.dumps(texts).encode())
    if (now := {"version": version, "again": again}) != seen:
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


def bases(work: Path) -> dict[str, bytes]:
    """The known bases: the lessons before they were edited."""
    edited = {path.name: path.read_bytes() for path in (work / BASE).glob("*.ipynb")}
    return _handed(work) | edited


def _bring(run: Update, name: str, data: bytes, handed: bytes | None) -> bool:
    """Update one notebook; returns whether to check it again even if the site does not change.

    handed: the lesson as the site had it at the last check. The version that a notebook's mark
    names, or the base of one without a mark, is written before the notebook.
    """
    target, base = run.work / name, run.work / BASE / name
    if not target.is_file():
        return False
    mine, new = _parsed(target.read_bytes()), merge.parse_lesson(data)
    if mine == new:
        base.unlink(missing_ok=True)
        return False
    mark, current = _mark(mine), _digest(data)
    if mark == current:
        return True
    origin = _version(run.work, mark) if mark else base
    given = origin.read_bytes() if origin.is_file() else None if mark else handed
    if mark is None and given in (None, data):
        return False
    if given is None or _parsed(given) is None:
        run.put_beside(target, data, "the version from which it began cannot be read")
        places.write(origin, data)
        return False
    if not origin.is_file():
        places.write(origin, given)
    places.write(_version(run.work, current), data)
    metadata = {**new["metadata"], MARK: {"version": current}}
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
    """The version that was merged into the notebook last; None if none was."""
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
    """The state from the last check; empty if it cannot be read."""
    try:
        seen = json.loads((work / SITE).read_bytes())
        if isinstance(seen["version"], str) and all(isinstance(n, str) for n in seen["again"]):
            return seen
    except (OSError, ValueError, TypeError, KeyError):
        pass
    return {"version": "", "again": []}


def _handed(work: Path, names: Iterable[str] = ()) -> dict[str, bytes]:
    """The lessons at the last check; none before the first. All are empty if the file is broken."""
    path = work / LESSONS
    if not path.is_file():
        return {}
    try:
        return {name: text.encode() for name, text in json.loads(path.read_bytes()).items()}
    except (ValueError, AttributeError):
        return dict.fromkeys(names, b"")
