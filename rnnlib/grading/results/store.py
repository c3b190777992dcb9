"""Results on disk: one file for each submission, version of the exercises and private seed.

A results folder has the private seed and a folder for each lesson, such as `results/04/`, with the
results in `graded/` and the files made from them beside it.

A file is written atomically and never changed, so several graders can share a folder, and one that
was killed resumes where it stopped. All tables and feedback are made from these files. A result is
replaced only if something took too long, the instructor asks for it, and the new one is better.
"""

import contextlib
import hashlib
import os
import secrets
from pathlib import Path

from rnnlib.grading.results.result import Result


def key(data: bytes) -> str:
    """The key under which a submission with these bytes is stored."""
    return hashlib.sha256(data).hexdigest()


class ResultStore:
    """A lesson's results below a folder; `version` identifies the exercises and the grader.

    `again`: treat results in which something took too long as not graded yet.
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
        with contextlib.suppress(PermissionError):  # if somebody else created the folder
            self.folder.parent.chmod(0o700)
        self.seed = seed or private_seed(folder)
        kind = "unsafe" if unsafe else "sandboxed"
        seed = hashlib.sha256(self.seed.encode()).hexdigest()[:12]
        self.suffix = f"{lesson}-{version}-{seed}-{kind}.json"

    def path(self, of: str) -> Path:
        """Where the result of the submission with this key is stored."""
        return self.folder / f"{of}-{self.suffix}"

    def get(self, of: str) -> Result | None:
        """The result, if the submission has been graded."""
        kept = self._kept(of)
        return None if kept and kept.slow and self.again else kept

    def put(self, of: str, result: Result) -> Result:
        """Store a result, unless there is one already, and return the stored one.

        A failure that is not the student's fault is not stored, so that it is graded again.
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
    """The private seed of a results folder, created on first use."""
    path = folder / "private_seed"
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return _write_once(path, secrets.token_hex(16))


def _write_once(path: Path, text: str, *, replace: bool = False) -> str:
    """Write `text` unless the file exists; returns the text of the file."""
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
    except OSError as error:  # a full disk's error does not name the file
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        temporary.unlink(missing_ok=True)
