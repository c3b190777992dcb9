"""The learner's working copy of the course: created once, updated on every start.

`course/` belongs to the course and is replaced by an update; the learner writes in the working
copy. Besides the lessons, it holds `.rnnlib/`:

    base/           each file as it was last handed out, to tell what the learner changed
    beside/         each new copy that was put beside a learner's file, as it was handed out
    backup/         each file as it was before an update changed or removed it
    ledger.jsonl    what `rnnlib.exercises` remembers
"""

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from rnnlib.places import STATE, write
from rnnlib.workcopy import merge


class WorkCopyError(Exception):
    """The working copy cannot be created or updated; the message is one line."""


def refresh(course: Path, work: Path) -> list[str]:
    """Create `work` from `course`, or update it; returns lines that say what was done.

    Nothing is written before every notebook of the course has been read. A learner's file that
    cannot be merged is left alone, and the course's is put next to it.
    """
    ours, theirs = course.resolve(), work.resolve()
    if ours.is_relative_to(theirs) or theirs.is_relative_to(ours):
        raise WorkCopyError(f"the working copy must be separate from {course}, got {work}")
    files = _read_course(course)
    update = Update(work)
    made = not update.base.is_dir()
    try:
        for name, data in files.items():
            update.bring(name, data)
        for name in _names(update.base):
            if name not in files:
                update.retire(name)
    except OSError as error:
        reason = f"{error.filename}: {error.strerror or error}"
        raise WorkCopyError(f"cannot write the working copy: {reason}") from error

    if made:
        state = f"Created your working copy of the course: {work}"
    elif update.merged:
        state = f"Updated {', '.join(update.merged)}; what you wrote is kept."
    else:
        state = f"Your working copy is up to date: {work}"
    return [state, *update.notices]


def _names(folder: Path) -> list[str]:
    """The relative names of the files below `folder`, sorted, without hidden ones."""
    names = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(str(name) for name in names if not any(p.startswith(".") for p in name.parts))


def _read_course(course: Path) -> dict[str, bytes]:
    files = {name: (course / name).read_bytes() for name in _names(course)}
    if not files:
        raise WorkCopyError(f"no lessons in {course}; reinstall rnnlib, or clone it again")
    for name, data in files.items():
        if name.endswith(".ipynb"):
            try:
                merge.parse_lesson(data)
            except merge.NotebookError as error:
                raise WorkCopyError(f"{course / name} is not a notebook: {error}") from error
    return files


@dataclass
class Update:
    """One update of the working copy, and what to report about it."""

    work: Path
    merged: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def base(self) -> Path:
        return self.work / STATE / "base"

    def given(self, name: str) -> bytes | None:
        """The file as it was last handed out."""
        path = self.base / name
        return path.read_bytes() if path.exists() else None

    def bring(self, name: str, data: bytes) -> None:
        """Update one file.

        The base is written last: after an interrupted run, the next one merges from the older base
        again and finds that work already done. The base of a notebook that cannot be read stays, so
        that it gets what it has missed once it is repaired.
        """
        target, given = self.work / name, self.given(name)
        if not target.exists():
            write(target, data)
        elif name.endswith(".ipynb"):
            if not self.merge(name, given, data):
                return
        elif given != data and target.read_bytes() not in (given, data):
            self.put_beside(target, data, "you changed it")
        elif given != data:
            write(target, data)
        if given != data:
            write(self.base / name, data)

    def merge(self, name: str, given: bytes | None, data: bytes) -> bool:
        """Merge `data` into the learner's notebook, which began as `given`; whether it could be."""
        target = self.work / name
        written = target.read_bytes()
        try:
            mine = merge.parse(written)
        except merge.NotebookError as error:
            self.put_beside(target, data, f"it cannot be read as a notebook ({error})")
            return False
        if given == data:
            return True
        result = merge.merge(_base(given), mine, merge.parse_lesson(data))
        if result.notebook == mine:
            return True
        self.back_up(name, written)
        write(target, merge.serialize(result.notebook))
        self.merged.append(name)
        if result.conflicts:
            self.notices.append(
                f"{name}: {result.conflicts} of the cells that you changed also changed in the "
                "course; the newer text is below yours."
            )
        return True

    def retire(self, name: str) -> None:
        """Remove a file that the course no longer has, unless the learner changed it."""
        target, given = self.work / name, self.given(name)
        if target.exists():
            written = target.read_bytes()
            if _untouched(name, given, written):
                self.back_up(name, written)
                target.unlink()
            else:
                self.notices.append(f"The course no longer has {name}; yours stays as it is.")
        (self.base / name).unlink()

    def put_beside(self, target: Path, data: bytes, why: str) -> None:
        """Leave the learner's file alone, and put the course's next to it.

        An earlier copy is replaced, unless the learner wrote in it: then the new one gets a number.
        """
        for number in count(1):
            end = f".new.{number}" if number > 1 else ".new"
            fresh = target.with_name(f"{target.stem}{end}{target.suffix}")
            record = self.work / STATE / "beside" / fresh.relative_to(self.work)
            found = fresh.read_bytes() if fresh.exists() else None
            put = record.read_bytes() if record.exists() else None
            untouched = found in (None, put)
            if untouched or data in (found, put):
                break
        if untouched and found != data:
            write(fresh, data)
        if put != data:
            write(record, data)
        self.notices.append(f"{target.name} was left alone: {why}. A new copy is in {fresh.name}.")

    def back_up(self, name: str, data: bytes) -> None:
        """Keep what a file held, beside what it held earlier."""
        path = self.work / STATE / "backup" / name
        numbered = (path.with_name(f"{path.stem}.{n}{path.suffix}") for n in count(1))
        write(next(path for path in numbered if not path.exists()), data)


def _base(given: bytes | None) -> merge.Notebook:
    """The notebook last handed out; without one, every cell counts as the learner's."""
    try:
        return merge.parse_lesson(given or b"")
    except merge.NotebookError:
        return merge.EMPTY


def _untouched(name: str, given: bytes | None, written: bytes) -> bool:
    if not name.endswith(".ipynb"):
        return written == given
    try:
        mine = merge.parse(written)
    except merge.NotebookError:
        return False
    return not merge.merge(_base(given), mine, merge.EMPTY).notebook["cells"]
