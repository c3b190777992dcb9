"""Temporary folders of graders that were killed; the next grader removes them."""

import contextlib
import functools
import os
import shutil
import tempfile
import time
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no such locks: what a killed grader leaves behind stays there
    fcntl = None

PREFIX = "rnnlib-"
OLD = 86_400  # seconds: no kernel lives for a day; a copy of the course may, and is locked


@functools.cache
def hold(folder: Path) -> None:
    """Mark a folder as in use until this process ends, in any way."""
    if fcntl is None:
        return
    fcntl.flock(os.open(folder, os.O_RDONLY | os.O_DIRECTORY), fcntl.LOCK_SH)


@functools.cache
def sweep() -> None:
    """Remove this user's folders that are old and that no process holds, once per process."""
    if fcntl is None:
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):  # another grader was faster, or it is not a folder
            file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                found = os.fstat(file)
                if found.st_uid == os.geteuid() and found.st_mtime < time.time() - OLD:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder)
            finally:
                os.close(file)
