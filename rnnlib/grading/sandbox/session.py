"""The judge's side of the conversation with one sandboxed kernel.

Only the replies on the shell channel are read: what the student's code prints is discarded.
"""

import asyncio
import builtins
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import zmq

from rnnlib.grading.sandbox import relay, resources
from rnnlib.grading.sandbox.inside import wire
from rnnlib.grading.sandbox.limits import Limits

TICK = 0.1  # seconds between checks of the sandbox
MOST_HEADER = 10_000  # bytes; honest ones have a few hundred
DELIMITER = b"<IDS|MSG>"
MOST_STOPS = 100
MOST_MESSAGE = 500  # characters
EXCEPTIONS = {
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
}


class KernelLost(Exception):
    """The kernel hung, died or used too much; the session is over. `args[0]` says which."""


class TookTooLong(KernelLost):
    """It hung, or the machine was too busy: another attempt may succeed."""


class CannotStart(RuntimeError):
    """The kernel did not start, which is not the student's fault."""


_stopped = threading.Event()


@contextmanager
def stopped() -> Iterator[None]:
    """In the body, every session of this process ends with CannotStart.

    This becomes permanent if an exception ends the body, such as a second Ctrl-C.
    """
    _stopped.set()
    yield
    _stopped.clear()


@dataclass(frozen=True)
class Reply:
    """The result of one call, as reported by the sandbox."""

    value: object
    error: bool
    is_stub: bool
    changed: tuple[str, ...]
    raised: str = ""  # for the instructor only


@dataclass(frozen=True)
class Stop:
    """Where a cell raised, as reported by the sandbox. `on`: the code below it was run."""

    error: str  # the name of one of Python's own exceptions, or "an exception"
    line: int
    on: bool
    message: str = ""  # for the instructor only


class Session:
    """A kernel in a sandbox; use it as a context manager."""

    def __init__(self, course: Path, functions: list[str], limits: Limits, *, unsafe: bool = False):
        from rnnlib.grading.sandbox.provisioner import kernel_manager

        self.limits = limits
        self.manager = kernel_manager(course, functions, limits, unsafe=unsafe)
        self.context = zmq.Context()
        self.manager.context = self.context
        self.socket: zmq.Socket | None = None
        self.relay: relay.Relay | None = None

    def __enter__(self) -> "Session":
        try:
            _go_on()
            self.manager.start_kernel()
            self.socket = self.context.socket(zmq.DEALER)
            self.socket.linger = 0
            self.socket.rcvhwm = 4
            self.socket.maxmsgsize = (
                wire.MOST_BYTES
            )  # parsing takes twenty times as much memory as the text
            self.socket.connect(self._address())
            self.request("kernel_info_request", {}, self.limits.start)
        except KernelLost as error:
            self.__exit__()
            raise CannotStart(f"the sandbox's kernel did not start: {error}") from error
        except BaseException:
            self.__exit__()
            raise
        return self

    def _address(self) -> str:
        """The address of the kernel's shell channel: behind a relay, if there can be one."""
        if not relay.LOCAL:
            return f"tcp://{self.manager.ip}:{self.manager.shell_port}"
        self.relay = relay.Relay(f"{self.manager.ip}-judge", f"{self.manager.ip}-1")
        return f"ipc://{self.manager.ip}-judge"

    def __exit__(self, *_) -> None:
        if self.socket is not None:
            self.socket.close()
        if self.relay is not None:
            self.relay.close()
        provisioner = self.manager.provisioner
        if provisioner is not None:
            self.manager._kill_kernel()
            self.manager.cleanup_resources()
        self.context.destroy(linger=0)
        _close_loop()

    def run(self, code: str, seconds: float) -> list[Stop]:
        """Run a cell; returns where it raised. KernelLost if the kernel is gone."""
        content = {
            "code": code,
            "silent": False,
            "store_history": False,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        reply, _ = self.request("execute_request", content, seconds)
        return _stops(_parsed(reply) or {}, code)

    def ask(
        self, function: str, parameters: tuple[str, ...], cases: list[tuple], seconds: float
    ) -> list[Reply] | None:
        """What the function returns for each of the argument tuples; None if there is no function.

        WireError if the reply does not have the form that the agent sends.
        """
        trees, data = wire.pack(cases)
        content = {"function": function, "parameters": parameters, "cases": trees}
        content, buffers = self.request("ask_request", content, seconds, buffers=[data])
        body = _parsed(content)
        if body is None or not body.get("found"):
            return None
        answers = body.get("answers")
        if not isinstance(answers, list) or len(answers) != len(cases) or len(buffers) != 1:
            raise wire.WireError("not an answer to each case")
        if not all(isinstance(a, dict) for a in answers):
            raise wire.WireError("not an answer")
        values = wire.unpack([a.get("value") for a in answers], bytes(buffers[0]))
        return [
            Reply(
                value,
                error=a.get("error") is not False,
                is_stub=a.get("is_stub") is True,
                changed=_names(a.get("changed"), parameters),
                raised=_message(a.get("raised")),
            )
            for value, a in zip(values, answers, strict=True)
        ]

    def request(
        self, kind: str, content: dict, seconds: float, buffers: list[bytes] | None = None
    ) -> tuple[bytes, list[bytes]]:
        """Send a request and wait for its reply: its content, as JSON text, and its buffers."""
        assert self.socket is not None, "enter the session first"
        sent = self.manager.session.send(self.socket, kind, content, buffers=buffers)
        id = sent["header"]["msg_id"]
        end = time.monotonic() + seconds
        looked = 0.0
        while (now := time.monotonic()) < end:
            if now - looked > TICK:
                self._look()
                looked = now
            if not self.socket.poll(int(1000 * min(TICK, end - now))):
                continue
            frames = self.socket.recv_multipart()
            if self._answers(id, frames):
                return frames[5], frames[6:]
        raise TookTooLong("it took too long")

    def _answers(self, id: str, frames: list[bytes]) -> bool:
        """Whether this is a signed reply to the request of this id.

        Jupyter's own parser would convert everything that looks like a date. Here only the header
        of the request, which the kernel sends back, is parsed.
        """
        if not 6 <= len(frames) <= 7 or frames[0] != DELIMITER:
            return False
        _, signature, header, parent, metadata, _ = frames[:6]
        if max(map(len, (header, parent, metadata))) > MOST_HEADER:
            return False
        if not hmac.compare_digest(signature, self.manager.session.sign(frames[2:6])):
            return False
        asked = _parsed(parent)
        return asked is not None and asked.get("msg_id") == id

    def _look(self) -> None:
        _go_on()
        process = self.manager.process
        if process.poll() is not None:
            raise KernelLost("it ended")
        if self.relay and self.relay.exceeded:
            raise KernelLost("it sent too much")
        if self.relay and self.relay.ended:
            raise KernelLost("its connection broke off")
        if used := resources.excess(process.pid, self.limits):
            raise KernelLost(used)


def _go_on() -> None:
    """Raise CannotStart if grading was stopped."""
    if _stopped.is_set():
        raise CannotStart("grading was stopped")


def _close_loop() -> None:
    """Close this thread's event loop. jupyter_client creates one for each thread and leaves it open
    until Python exits; its files may then be gone first, and Python complains.
    """
    from jupyter_core.utils import ensure_event_loop

    loop = ensure_event_loop()
    if not loop.is_running():
        loop.close()
        asyncio.set_event_loop(None)


def _parsed(text: bytes) -> dict | None:
    """The JSON object in this text, or None if there is none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _stops(body: dict, code: str) -> list[Stop]:
    """The stops in a reply, reduced so that a student can forge nothing but numbers."""
    listed = body.get("stops")
    told = [stop for stop in listed if isinstance(stop, dict)] if isinstance(listed, list) else []
    above = len(code) - len(code.lstrip("\n"))  # lines that IPython takes away
    most = code.count("\n") + 1
    found = []
    for stop in told[:MOST_STOPS]:
        error, line = stop.get("error"), stop.get("line")
        name = error if isinstance(error, str) and error in EXCEPTIONS else "an exception"
        line = line + above if isinstance(line, int) else 1
        on, message = stop.get("on") is True, _message(stop.get("message"))
        found.append(Stop(name, max(1, min(line, most)), on, message))
    return found


def _message(told: object) -> str:
    """An exception's message, truncated; characters that cannot be encoded are replaced."""
    text = told[:MOST_MESSAGE] if isinstance(told, str) else ""
    return text.encode("utf-8", "replace").decode()


def _names(changed: object, parameters: tuple[str, ...]) -> tuple[str, ...]:
    listed = changed if isinstance(changed, list) else []
    return tuple(name for name in parameters if name in listed)
