"""Submissions are read in another process, which can be killed: no file can hang or crash the
judge.

That process runs no student code. It is reused for the next submission. A submission for which it
takes too long, uses too much memory, or crashes is invalid.
"""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Collection
from dataclasses import dataclass

from rnnlib.grading.submissions import parsing, serving
from rnnlib.grading.submissions.again import Step
from rnnlib.grading.submissions.written import Written

SECONDS = 10.0
SECONDS_FOR_GUESSES = 2.0
MOST_REPLY = 20 * parsing.MOST_CODE
TOO_MUCH = "Reading the code in the notebook, before any of it runs, takes too much time or memory."

_idle: list["_Reader"] = []


def to_run(
    data: bytes,
    handed_out: frozenset[str],
    functions: list[str],
    *,
    seconds: float = SECONDS,
    **how,
) -> list[tuple[int, str]]:
    """`parsing.to_run` of what `parsing.read` finds in the bytes. Raises Invalid."""
    reply = _read(data, _running(handed_out, functions, **how), seconds)
    return [(cell, code) for cell, code in reply["units"]]


def second_run(
    data: bytes,
    handed_out: frozenset[str],
    functions: list[str],
    asked: dict[str, str],
    *,
    seconds: float = SECONDS,
    **how,
) -> tuple[list[Step], dict[str, str]]:
    """`again.second_run` of what `to_run` gives. Raises Invalid."""
    request = {**_running(handed_out, functions, **how), "asked": asked}
    reply = _read(data, request, seconds)
    return [(cell, code, tuple(ids)) for cell, code, ids in reply["steps"]], reply["whys"]


def own_code(
    data: bytes,
    handed_out: frozenset[str],
    functions: list[str],
    accepted: dict[str, str],
    *,
    seconds: float = SECONDS,
    **how,
) -> dict:
    """`viva.definitions.own_code` of what `to_run` gives. Raises Invalid."""
    request = {**_running(handed_out, functions, **how), "accepted": accepted}
    return _read(data, request, seconds)


@dataclass(frozen=True)
class Look:
    """What a notebook contains: `again.there`, `again.undefined`, and the changed cells."""

    there: dict[str, list[tuple[int, bool]]]
    undefined: dict[str, list[str]]
    changed: list[int]


def there(
    data: bytes,
    missing: list[str],
    wrong: list[str],
    handed_out: frozenset[str],
    *,
    seconds: float = SECONDS,
) -> Look:
    """Where the missing functions are, and what the wrong ones lack. Raises Invalid."""
    request = {"missing": missing, "wrong": wrong, "handed_out": sorted(handed_out)}
    return Look(**_read(data, request, seconds))


def alike(
    data: bytes, lessons: dict[str, frozenset[str]], *, seconds: float = SECONDS
) -> dict[str, int]:
    """`again.alike` of what `parsing.read` finds in the bytes. Raises Invalid."""
    request = {"lessons": {lesson: sorted(cells) for lesson, cells in lessons.items()}}
    return _read(data, request, seconds)["alike"]


def written(
    data: bytes, functions: list[str], handed_out: frozenset[str], *, seconds: float = SECONDS
) -> Written:
    """`written.written` of what `parsing.read` finds in the bytes; empty if they cannot be read in
    time.
    """
    request = {"written": functions, "handed_out": sorted(handed_out)}
    return (_replied(request, data, seconds) or {}).get("written", {})


def _running(
    handed_out: frozenset[str],
    functions: list[str],
    *,
    lean: bool = False,
    cut: Collection[int] = (),
    answers: dict[str, str] | None = None,
) -> dict:
    request = {"handed_out": sorted(handed_out), "functions": functions, "cut": sorted(cut)}
    return {**request, "lean": lean, "answers": answers or {}}


def _read(data: bytes, request: dict, seconds: float) -> dict:
    reply = _replied(request, data, seconds)
    if reply is None:
        raise parsing.Invalid(TOO_MUCH)
    if "invalid" in reply:
        raise parsing.Invalid(reply["invalid"])
    return reply


def guesses(
    data: bytes, kind: str, options: dict[str, list[str]], *, seconds: float = SECONDS_FOR_GUESSES
) -> dict[str, str]:
    """`parsing.guesses` of the bytes; empty if they cannot be read in time."""
    if not options or kind.encode() not in data:
        return {}
    try:
        reply = _replied({"kind": kind, "options": options}, data, seconds)
    except OSError:  # for example no process: guesses must not make grading fail
        return {}
    return (reply or {}).get("guesses", {})


def _replied(request: dict, data: bytes, seconds: float) -> dict | None:
    """The reply of a reused process, or else of a new one; None if there is none."""
    head = json.dumps({"size": len(data), **request}).encode() + b"\n"
    reply = None
    with contextlib.suppress(IndexError):
        reply = _ask(_idle.pop(), head, data, seconds)
    if reply is None:  # a reused process may be in a bad state: try a new one
        reply = _ask(_Reader(), head, data, seconds)
    return reply


def _ask(reader: "_Reader", head: bytes, data: bytes, seconds: float) -> dict | None:
    reply = reader.ask(head, data, seconds)
    if reply is not None:
        _idle.append(reader)
    return reply


class _Reader:
    """A process that runs `serving`; it ends when this process does."""

    def __init__(self):
        words = [sys.executable, "-I", "-S", serving.__file__]
        # Ctrl-C is for the grader: if it ended this process, the submission would seem to crash it
        quiet = {"stderr": subprocess.DEVNULL, "cwd": "/", "start_new_session": True}
        self.process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **quiet
        )
        assert self.process.stdin is not None and self.process.stdout is not None
        self.asks, self.replies = self.process.stdin, self.process.stdout

    def ask(self, head: bytes, data: bytes, seconds: float) -> dict | None:
        """The reply, or None if there was none in time; then the process is gone."""
        clock = threading.Timer(seconds, self.process.kill)
        clock.start()
        try:
            self.asks.write(head)
            self.asks.write(data)
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
        with contextlib.suppress(BrokenPipeError):  # of data that was not sent yet
            self.asks.close()
