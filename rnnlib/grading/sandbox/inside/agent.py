"""In the sandbox: a Jupyter kernel that also answers "what does your function return?"

Everything here shares a process with the student's code, so nothing here is trusted.
"""

import contextlib
import json
import math
import os
import select
import sys
from pathlib import Path
from typing import Any, ClassVar

import zmq
from ipykernel.iostream import IOPubThread
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.session import Session
from traitlets import Type

try:
    import resource
except ImportError:  # Windows, where there is no sandbox
    resource = None

from rnnlib.exercises.asking import Answer, ask
from rnnlib.grading.sandbox.inside import wire
from rnnlib.grading.sandbox.inside.shell import StudentShell

INIT = 1  # process id of the sandbox's first process: bubblewrap, which waits for this one
MOST_TOLD = 500  # characters of a function's exception
INIT_MEMORY = 16_000_000  # bytes of address space; 3 MB were needed


class StudentKernel(IPythonKernel):
    """A kernel with one more request, `ask_request`.

    It remembers the last function with each name it may be asked for, so a later `count = 0` in a
    scratch cell does not lose the answer `count`.
    """

    msg_types: ClassVar = [*IPythonKernel.msg_types, "ask_request"]
    names: ClassVar[tuple[str, ...]] = ()
    shell_class = Type(StudentShell)  # type: ignore[assignment]

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.answers = {}
        assert isinstance(self.shell, StudentShell)
        self.shell.after_each = self._remember
        self.shell.events.register("post_run_cell", self._remember)

    def _remember(self, result=None) -> None:
        assert self.shell is not None
        for name in self.names:
            if callable(found := self.shell.user_ns.get(name)):
                self.answers[name] = found

    async def do_execute(self, code, silent, *args, **more):
        """Also reports where the cell raised: `stops`."""
        assert isinstance(self.shell, StudentShell)
        self.shell.stops = []
        reply = await super().do_execute(code, silent, *args, **more)
        return {**reply, "stops": self.shell.all_stops()}

    async def ask_request(self, stream, ident, parent) -> None:
        """content: function, parameters and cases; buffers: their arrays. The reply is similar."""
        content = parent["content"]
        candidate = self.answers.get(content["function"])
        reply: dict[str, Any] = {"found": candidate is not None}
        data = b""
        if candidate is not None:
            cases = wire.unpack(content["cases"], bytes(parent["buffers"][0]))
            parameters = tuple(content["parameters"])
            answers = [_ask(candidate, arguments, parameters) for arguments in cases]
            values, data = wire.pack([answer.value for answer in answers])
            reply["answers"] = [
                {
                    "error": bool(a.error),
                    "raised": a.error[:MOST_TOLD],
                    "is_stub": a.is_stub,
                    "changed": a.changed,
                    "value": v,
                }
                for a, v in zip(answers, values, strict=True)
            ]
        assert isinstance(self.session, Session)
        self.session.send(stream, "ask_reply", reply, parent, ident, buffers=[data])


def _ask(candidate, arguments: tuple, parameters: tuple[str, ...]) -> Answer:
    try:
        return ask(candidate, arguments, parameters)
    except BaseException:  # KeyboardInterrupt and the like, raised by the student's code
        return Answer(error="stopped")


class Agent(IPKernelApp):
    """The kernel's application. Its shell channel is a socket that the judge opened.

    On Windows, where no socket can be inherited, it listens on a local port.
    """

    shell_file: ClassVar[int | None] = None

    def init_connection_file(self) -> None:
        """There is no connection file: the settings came on stdin."""

    def write_connection_file(self, **kwargs) -> None:
        """There is no reader."""

    def init_heartbeat(self) -> None:
        """The judge watches the process itself."""

    def init_iopub(self, context) -> None:
        """Output is discarded. ipykernel's own pipe for it would be a network socket."""
        self.iopub_socket = context.socket(zmq.PUB)
        self.iopub_thread = IOPubThread(self.iopub_socket, pipe=False, session=self.session)
        self.iopub_thread.start()
        self.iopub_socket = self.iopub_thread.background_socket

    def _try_bind_socket(self, s, port):
        if port == self.shell_port:
            if self.shell_file is not None:
                s.setsockopt(zmq.USE_FD, self.shell_file)
            return super()._try_bind_socket(s, port)
        s.bind(f"inproc://{port}")  # nothing is connected to it
        return port


def limit(limits: dict) -> None:
    """Limits that the student's code cannot raise.

    If the grader is not root, the first process belongs to the same user. In case the student's
    code gets into it, it has the limits too: no more memory, threads or files.
    """
    assert resource is not None, "limits exist only on Linux"
    bounds: dict[int, int] = {
        resource.RLIMIT_AS: limits["memory"],
        resource.RLIMIT_CPU: math.ceil(limits["submission"]),
        resource.RLIMIT_NPROC: limits["threads"],
        resource.RLIMIT_FSIZE: limits["files"],
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_SIGPENDING: 256,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    few = {resource.RLIMIT_AS: INIT_MEMORY, resource.RLIMIT_NPROC: 1, resource.RLIMIT_NOFILE: 8}
    for kind, bound in bounds.items():
        resource.setrlimit(kind, (bound, bound))
        most = min(bound, few.get(kind, bound))
        resource.prlimit(INIT, kind, (most, most))
    os.nice(5)
    with contextlib.suppress(OSError):  # let the system kill this first when memory runs out
        Path("/proc/self/oom_score_adj").write_text("1000")


def drop_privileges(uid: int) -> None:
    """Switch to a user that owns nothing."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def grader_is_gone() -> bool:
    """Whether the other end of stdin is closed: then no grader is left to end this sandbox."""
    if not hasattr(select, "poll"):  # Windows: this cannot be checked
        return False
    poll = select.poll()
    poll.register(0, 0)  # a hang-up is reported in any case
    return bool(poll.poll(0))


def main() -> None:
    settings = json.loads(sys.stdin.readline())
    if grader_is_gone():
        return
    if settings["limits"] is not None:
        limit(settings["limits"])
    if settings["uid"] is not None:
        drop_privileges(settings["uid"])
    os.makedirs(os.environ["HOME"], exist_ok=True)
    os.chdir(os.environ["HOME"])
    StudentKernel.names = tuple(settings["functions"])
    Agent.shell_file = settings["shell"]
    ports = {
        "iopub_port": 2,
        "stdin_port": 3,
        "hb_port": 4,
        "control_port": 5,
    }
    app = Agent.instance(
        kernel_class=StudentKernel,
        transport=settings["transport"],
        ip=settings["ip"],
        shell_port=settings["port"],
        log_level=50,
        **ports,
    )
    app.session.key = settings["key"].encode()
    app.initialize(["--HistoryManager.enabled=False"])  # a database, which would lock its file
    app.start()


if __name__ == "__main__":
    main()
