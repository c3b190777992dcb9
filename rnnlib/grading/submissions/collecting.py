"""A folder of files that were handed in, read."""

import os
from dataclasses import dataclass
from pathlib import Path

from rnnlib.grading.submissions import names
from rnnlib.grading.submissions.parsing import MOST_BYTES

# What grading writes into its folder.
WRITTEN = ("graded", "private_seed", "scores.csv", "report.html", "feedback")


@dataclass(frozen=True)
class Submission:
    """A file that was handed in: its name within the folder, and its bytes.

    `problem` says why there are none to be had.
    """

    name: str
    data: bytes
    problem: str = ""


def collect(folder: Path, out: Path | None = None) -> list[Submission]:
    """All files below a folder but the hidden ones, in order; of a huge one only the beginning.

    A link is not followed: it counts as an empty file. What cannot be read is there with its
    problem. What an earlier run has written into `out`, the results folder, was not handed in.
    """
    results = {out.resolve() / name for name in WRITTEN} if out else set()
    found: dict[str, tuple[bytes, str]] = {}

    def unreadable(error: OSError) -> None:
        name = Path(error.filename).relative_to(folder).as_posix()
        found[name] = (b"", f"{error.strerror}.")

    for place, folders, files in os.walk(folder, onerror=unreadable):
        here = Path(place).resolve()
        own = {n for n in (*folders, *files) if n[0] != "." and here / n not in results}
        folders[:] = [name for name in folders if name in own]
        links = [name for name in folders if Path(place, name).is_symlink()]
        for path in (Path(place, name) for name in [*files, *links] if name in own):
            try:
                found[path.relative_to(folder).as_posix()] = (_beginning(path), "")
            except OSError as error:
                unreadable(error)
    called = names.shown(found)
    return [Submission(called[path], *found[path]) for path in sorted(found)]


def _beginning(path: Path) -> bytes:
    """What a file holds, up to a byte more than is accepted; nothing of what is no file."""
    if path.is_symlink() or not path.is_file():
        return b""
    with open(path, "rb") as file:
        return file.read(MOST_BYTES + 1)
