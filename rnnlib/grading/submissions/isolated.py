"""Submissions are read in another process, which can be ended: no text holds or kills the judge.

That process runs nothing of a student's. It is used again for the next submission, and a
submission for which it takes too long, too much memory, or crashes, is an invalid one.
"""

import contextlib
import json
import subprocess
import sys
import threading

from rnnlib.grading.submissions import parsing

SECONDS = 10.0
SECONDS_FOR_GUESSES = 2.0
MOST_REPLY = 20 * parsing.MOST_CODE
TOO_MUCH = "The code in the notebook takes too much time or memory to read, before any of it runs."

_idle: list["_Reader"] = []


def to_run(
    data: bytes,
    handed_out: frozenset[str],
    functions: list[str],
    *,
    lean: bool = False,
    answers: dict[str, str] | None = None,
    seconds: float = SECONDS,
) -> list[tuple[int, str]]:
    """`parsing.to_run` of what `parsing.read` finds in the bytes. Raises Invalid."""
    request = {"handed_out": sorted(handed_out), "functions": functions}
    reply = _replied({**request, "lean": lean, "answers": answers or {}}, data, seconds)
    if reply is None:
        raise parsing.Invalid(TOO_MUCH)
    if "invalid" in reply:
        raise parsing.Invalid(reply["invalid"])
    return [(cell, code) for cell, code in reply["units"]]


def guesses(
    data: bytes, kind: str, options: dict[str, list[str]], *, seconds: float = SECONDS_FOR_GUESSES
) -> dict[str, str]:
    """`parsing.guesses` of the bytes; nothing where they cannot be read, or not soon."""
    if not options or kind.encode() not in data:
        return {}
    try:
        reply = _replied({"kind": kind, "options": options}, data, seconds)
    except OSError:  # no process, say: a guess is not worth a grading
        return {}
    return (reply or {}).get("guesses", {})


def _replied(request: dict, data: bytes, seconds: float) -> dict | None:
    """The reply of a process that was used before, or else of a new one; None if there is none."""
    message = json.dumps({"size": len(data), **request}).encode() + b"\n" + data
    reply = None
    with contextlib.suppress(IndexError):
        reply = _ask(_idle.pop(), message, seconds)
    if reply is None:  # perhaps one that was used before is worn out: a new one tells
        reply = _ask(_Reader(), message, seconds)
    return reply


def _ask(reader: "_Reader", message: bytes, seconds: float) -> dict | None:
    reply = reader.ask(message, seconds)
    if reply is not None:
        _idle.append(reader)
    return reply


class _Reader:
    """A process that runs `parsing.serve`; it ends when this process does."""

    def __init__(self):
        words = [sys.executable, "-I", "-S", parsing.__file__]
        quiet = {"stderr": subprocess.DEVNULL, "cwd": "/"}
        self.process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **quiet
        )
        assert self.process.stdin is not None and self.process.stdout is not None
        self.asks, self.replies = self.process.stdin, self.process.stdout

    def ask(self, message: bytes, seconds: float) -> dict | None:
        """The reply, or None if there was none in time; then the process is gone."""
        clock = threading.Timer(seconds, self.process.kill)
        clock.start()
        try:
            self.asks.write(message)
            self.asks.flush()
            reply = self.replies.readline(MOST_REPLY)
        except BrokenPipeError:
            reply = b""
        finally:
            clock.cancel()
        if reply.endswith(b"\n"):
            return json.loads(reply)
        self._end()
        return None

    def _end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.replies.close()
        with contextlib.suppress(BrokenPipeError):  # of what was still to be sent
            self.asks.close()
