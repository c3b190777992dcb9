"""A folder of submitted files: the notebooks in it, and whose each one is.

Only names are read here; a submission's bytes are read when it is graded.
"""

import contextlib
import os
import re
import stat
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

from rnnlib.grading.submissions import layouts, names
from rnnlib.grading.submissions.parsing import MOST_BYTES

# What grading writes into its folder: the seed, and a folder per lesson. Earlier versions also
# wrote the other files there.
SEED = "private_seed"
WRITTEN = ("graded", "scores.csv", "report.html", "feedback")
UNREADABLE = "unreadable.ipynb"  # placeholder for the contents of an unreadable folder
JUNK = ("__MACOSX", "__pycache__")  # folders that nobody submits
NO_NOTEBOOK = "None of the submitted files is a notebook: a file whose name ends in .ipynb."


@dataclass(frozen=True)
class Submission:
    """A submitted notebook: its name within the folder, its path, and whose it is.

    `problem` says why it cannot be read; `invalid`, why there is nothing to grade. `late` and
    `order` are for the attempts of one student: the last one has the highest order.
    """

    name: str
    path: Path
    problem: str = ""
    invalid: str = ""
    student: str = ""
    late: bool = False
    order: tuple = ()
    lms: dict[str, str] = field(default_factory=dict)

    def read(self) -> bytes:
        """The file's contents, up to one byte more than is accepted; empty if it is not a regular
        file.

        Links are not followed, and pipes are not waited for. OSError if it cannot be read.
        """
        flags = os.O_RDONLY
        for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):  # if they exist
            flags |= getattr(os, name, 0)
        if self.path.is_symlink():
            return b""
        with open(os.open(self.path, flags), "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                return b""
            return file.read(min(found.st_size, MOST_BYTES) + 1)  # this much memory is allocated


@dataclass(frozen=True)
class HandedIn:
    """The contents of a folder: its layout, the submissions, and the other files."""

    layout: str
    submissions: list[Submission]
    others: list[str]


def collect(
    folder: Path,
    out: Path | None = None,
    *,
    lesson: str = "",
    layout: str = "auto",
    due: datetime | None = None,
) -> HandedIn:
    """The submissions in a folder, in order, and the other files, by its layout.

    If a student has notebooks named for this lesson (`04_...`), no others count. A submission after
    `due` is late, if the layout has its time. Files that an earlier run wrote into `out`, the
    results folder, are not submissions. ValueError if it cannot be determined whose the notebooks
    are.
    """
    found, cannot, others = _walk(folder, out)
    inside = {f"{path}/{UNREADABLE}": path for path in cannot}  # a folder that cannot be read
    placed = layouts.place([*found, *inside], folder, layout, lesson, due)
    own: dict[str, list[tuple[str, layouts.Place]]] = {}
    for path, places in placed.places.items():
        for place in places:
            own.setdefault(place.key, []).append((inside.get(path, path), place))
    kept = {key: _attempts(pairs, lesson, cannot) for key, pairs in own.items()}
    shown = {key: pairs or own[key][:1] for key, pairs in kept.items()}
    called = names.shown(dict.fromkeys(path for pairs in shown.values() for path, _ in pairs))
    if placed.layout == "files":
        students = {key: called[pairs[0][0]] for key, pairs in shown.items()}
    else:
        students = _students({key: pairs[0][1] for key, pairs in shown.items()})
    submissions = [
        Submission(
            name=called[path],
            path=folder / path,
            problem=cannot.get(path, ""),
            invalid="" if kept[key] else NO_NOTEBOOK,
            student=students[key],
            late=place.late,
            order=place.order,
            lms=place.lms,
        )
        for key, pairs in shown.items()
        for path, place in pairs
    ]
    taken = {path for pairs in kept.values() for path, _ in pairs}
    others += [path for path in found if path not in taken]
    submissions.sort(key=lambda s: (s.student, s.order, s.name))
    return HandedIn(placed.layout, submissions, sorted(others))


def _attempts(
    pairs: list[tuple[str, layouts.Place]], lesson: str, cannot: dict[str, str]
) -> list[tuple[str, layouts.Place]]:
    """Those of a student's files that count as attempts."""
    found = [(path, p) for path, p in pairs if layouts.is_notebook(path) or path in cannot]
    named = [(path, p) for path, p in found if p.file.startswith(f"{lesson}_")]
    return named or found


def _students(places: dict[str, layouts.Place]) -> dict[str, str]:
    """A unique name for each student, by key.

    This is the student's name, followed by the layout's number if two share it, or the key if that
    does not help.
    """
    taken = Counter(names.alike(place.student) for place in places.values())
    called = {
        key: f"{place.student} ({place.id})"
        if taken[names.alike(place.student)] > 1 and place.id
        else place.student
        for key, place in places.items()
    }
    same = Counter(called.values())
    called = {key: key if same[name] > 1 else name for key, name in called.items()}
    return called if len(set(called.values())) == len(called) else {key: key for key in called}


def _walk(folder: Path, out: Path | None) -> tuple[list[str], dict[str, str], list[str]]:
    """The files in a folder, the unreadable ones with the reason, and the hidden ones.

    Links are not followed; a link counts as an empty file.
    """
    results = _results(out) if out else set()
    files: list[str] = []
    hidden: list[str] = []
    unreadable: dict[str, str] = {}

    def cannot(error: OSError) -> None:
        name = Path(error.filename).relative_to(folder).as_posix()
        unreadable[name] = f"{error.strerror}."

    for place, folders, listed in os.walk(folder, onerror=cannot):
        here = Path(place).resolve()
        below = PurePosixPath(Path(place).relative_to(folder).as_posix())
        links = [name for name in folders if Path(place, name).is_symlink()]
        folders[:] = sorted(
            name
            for name in folders
            if name[0] != "." and name not in (*JUNK, *links) and here / name not in results
        )
        for name in [*listed, *links]:
            if here / name in results or (out and here == out.resolve() and not _counts(name)):
                continue
            (hidden if name[0] == "." else files).append((below / name).as_posix())
    return sorted(files), unreadable, hidden


def _counts(name: str) -> bool:
    """Whether a file directly in the results folder may be a submission."""
    return layouts.is_notebook(name)


def _results(out: Path) -> set[Path]:
    """The names that runs of `grade` have written into a results folder."""
    found = {out.resolve() / name for name in (SEED, *WRITTEN)}
    with contextlib.suppress(OSError):
        found |= {
            out.resolve() / path.name
            for path in out.iterdir()
            if re.fullmatch(r"\d\d", path.name) and (path / "graded").is_dir()
        }
    return found
