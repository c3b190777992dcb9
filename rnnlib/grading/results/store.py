"""Results on disk: one file for each submission, version of the exercises and private seed.

A results folder has the private seed, and a folder for each lesson, `results/04/`: in that the
results are in `graded/`, and beside it is what is made from them.

A file is written whole or not at all and not changed, so several graders may share a folder, and
one that was killed goes on where it stopped. All tables and feedback are made from these. Only
where something took too long, and the teacher asks for it, is a result replaced by a better one.
"""

import contextlib
import hashlib
import os
import secrets
from pathlib import Path

from rnnlib.grading.results.result import Result


def key(data: bytes) -> str:
    """What a submission of these bytes is kept under."""
    return hashlib.sha256(data).hexdigest()


class ResultStore:
    """A lesson's results below a folder; `version` names the exercises and the grader.

    `again`: those in which something took too long count as not graded yet.
    """

    def __init__(
        self,
        folder: Path,
        lesson: str,
        version: str,
        *,
        seed: str | None = None,
        unsafe: bool = False,
        again: bool = False,
    ):
        self.again, self.lesson = again, lesson
        self.folder = folder / lesson / "graded"
        self.folder.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(PermissionError):  # of a folder that somebody else has made
            self.folder.parent.chmod(0o700)
        self.seed = seed or private_seed(folder)
        kind = "unsafe" if unsafe else "sandboxed"
        seed = hashlib.sha256(self.seed.encode()).hexdigest()[:12]
        self.suffix = f"{lesson}-{version}-{seed}-{kind}.json"

    def path(self, of: str) -> Path:
        """Where the result of the submission of this key is kept."""
        return self.folder / f"{of}-{self.suffix}"

    def get(self, of: str) -> Result | None:
        """The result, if the submission has been graded."""
        kept = self._kept(of)
        return None if kept and kept.slow and self.again else kept

    def put(self, of: str, result: Result) -> Result:
        """Keep a result, unless there is one already, and return the one that is kept.

        What failed through no fault of the student's is not kept: it is to be graded again.
        """
        if result.points is None:
            return result
        kept = self._kept(of)
        better = kept and kept.slow and self.again and result.points >= (kept.points or 0)
        return Result.from_json(_write_once(self.path(of), result.as_json(), replace=bool(better)))

    def _kept(self, of: str) -> Result | None:
        try:
            return Result.from_json(self.path(of).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None


def private_seed(folder: Path) -> str:
    """The private seed of a results folder, made when it is first asked for."""
    path = folder / "private_seed"
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return _write_once(path, secrets.token_hex(16))


def _write_once(path: Path, text: str, *, replace: bool = False) -> str:
    """The text of the file, which is `text` unless somebody else was there first."""
    temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with open(temporary, "x", encoding="utf-8") as file:
            os.chmod(temporary, 0o600)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            os.replace(temporary, path)
            return text
        try:
            os.link(temporary, path)
        except FileExistsError:
            return path.read_text(encoding="utf-8")
        return text
    except OSError as error:  # a full disk does not say which file it is about
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        temporary.unlink(missing_ok=True)
