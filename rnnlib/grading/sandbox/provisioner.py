"""Starts a kernel in a sandbox, as a Jupyter kernel provisioner.

The judge listens on a Unix socket in its own folder, and the kernel inherits the listening socket
for its shell channel. So the two share no folder and no network, only one open file. The kernel's
other channels are not connected: output is discarded, and a kernel that hangs is killed.

Windows has no such sockets: there, without a sandbox anyway, the shell channel is a local port.
"""

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase
from traitlets import Bool, Dict, Unicode

from rnnlib.grading.sandbox import cgroup, relay, resources, syscalls, temporary, walls
from rnnlib.grading.sandbox.limits import Limits

NAME = "rnnlib-sandbox"
CHANNELS = ("shell", "iopub", "stdin", "hb", "control")  # in the order of their ports
LOOPBACK = "127.0.0.1"
SYSTEM = ("SYSTEMROOT", "TEMP", "TMP")  # without these, Python does not start on Windows
FIRST_UID = 2_000_000_000  # far above the uids that systems assign


class SandboxProvisioner(KernelProvisionerBase):
    """One kernel in one sandbox; `kill` ends everything in it."""

    course = Unicode()
    functions = Unicode()
    limits = Dict()
    unsafe = Bool(False)

    process: subprocess.Popen | None = None
    folder: Path | None = None
    group: Path | None = None

    @property
    def has_process(self) -> bool:
        return self.process is not None

    async def poll(self) -> int | None:
        return self.process.poll() if self.process else 0

    async def wait(self) -> int | None:
        code = self.process.wait() if self.process else 0
        self.process = None
        return code

    async def send_signal(self, signum: int) -> None:
        """A signal would reach bubblewrap and not the kernel, so every signal kills."""
        if self.process:
            self.process.kill()

    async def kill(self, restart: bool = False) -> None:
        """End the sandbox: everything in it ends with its first process."""
        if self.process:
            family = resources.descendants(self.process.pid)
            self.process.kill()
            for pid in family:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            if self.process.stdin:  # an agent that is just starting sees this, and exits
                self.process.stdin.close()
            self.process.wait()

    async def terminate(self, restart: bool = False) -> None:
        await self.kill(restart)

    async def cleanup(self, restart: bool = False) -> None:
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None
        if self.group:
            cgroup.remove(self.group)
            self.group = None

    async def pre_launch(self, **kwargs) -> dict:
        """Create the sockets and the command line; first remove what killed graders left behind."""
        temporary.hold(Path(self.course).parent)
        temporary.sweep()
        self.folder = Path(tempfile.mkdtemp(prefix=temporary.PREFIX))
        manager = self.parent
        assert isinstance(manager, KernelManager)
        manager.ip = str(self.folder / "kernel") if relay.LOCAL else LOOPBACK
        for port, channel in enumerate(CHANNELS, 1):
            setattr(manager, f"{channel}_port", port)
        if not relay.LOCAL:
            manager.shell_port = _free_port()
        self.connection_info = manager.get_connection_info()
        agent = [sys.executable, "-s", "-B", "-m", "rnnlib.grading.sandbox.inside.agent"]
        return await super().pre_launch(cmd=agent, **kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs) -> KernelConnectionInfo:
        connection: dict[str, Any] = {**self.connection_info}
        with contextlib.ExitStack() as opened:
            files, listening = [], None
            if relay.LOCAL:
                listener = opened.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
                listener.bind(f"{connection['ip']}-1")
                listener.listen(4)
                files = [listening := listener.fileno()]
            environment = walls.environment()
            if self.unsafe:
                environment |= {"PYTHONPATH": self.course, "HOME": str(self.folder)}
                environment |= {name: os.environ[name] for name in SYSTEM if name in os.environ}
            else:
                files.append(opened.enter_context(syscalls.open_filter()))
                cmd = self._sandboxed(cmd, files[-1])
            self.process = subprocess.Popen(
                cmd,
                env=environment,
                cwd="/",
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # the grader's may be a terminal, which can be read too
                pass_fds=files,
                start_new_session=True,
            )
            settings = {
                "ip": connection["ip"],
                "key": connection["key"].decode(),
                "transport": connection["transport"],
                "port": connection["shell_port"],
                "shell": listening,
                "functions": self.functions.split(),
                "limits": None if self.unsafe else self.limits,
                "uid": self._uid(),
            }
            assert self.process.stdin is not None
            self.process.stdin.write(json.dumps(settings).encode() + b"\n")
            self.process.stdin.flush()
        return self.connection_info

    def _sandboxed(self, cmd: list[str], seccomp: int) -> list[str]:
        """The command in a sandbox, and in a control group if one is available."""
        limits = Limits(**self.limits)
        cmd = walls.command(Path(self.course), limits, agent=cmd, seccomp=seccomp)
        if parent := cgroup.divided():
            self.group = cgroup.make(parent, limits)
            cmd = cgroup.entering(self.group, cmd)
        return cmd

    def _uid(self) -> int | None:
        """An unused uid, if the grader may choose one."""
        if self.unsafe or os.geteuid() != 0:
            return None
        return FIRST_UID + secrets.randbelow(100_000_000)


def _free_port() -> int:
    """A free local port."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


class SandboxManager(KernelManager):
    """A manager that opens no channel by itself: students' code could use each to reach it."""

    @property
    def process(self) -> subprocess.Popen:
        """The sandbox's outermost process."""
        assert isinstance(self.provisioner, SandboxProvisioner)
        assert self.provisioner.process is not None
        return self.provisioner.process

    def _connect_control_socket(self) -> None:
        """Must not be opened."""


def kernel_manager(
    course: Path, functions: list[str], limits: Limits, *, unsafe: bool
) -> SandboxManager:
    """A manager whose kernels each run in their own sandbox."""
    factory = KernelProvisionerFactory.instance()
    place = f"{SandboxProvisioner.__module__}:{SandboxProvisioner.__name__}"
    factory.provisioners[NAME] = EntryPoint(NAME, place, factory.GROUP_NAME)
    config = {
        "course": str(course),
        "functions": " ".join(functions),
        "limits": limits.as_dict(),
        "unsafe": unsafe,
    }
    spec = KernelSpec(
        argv=[sys.executable],
        display_name=NAME,
        language="python",
        interrupt_mode="message",
        metadata={"kernel_provisioner": {"provisioner_name": NAME, "config": config}},
    )
    transport = "ipc" if relay.LOCAL else "tcp"
    manager = SandboxManager(kernel_name=NAME, transport=transport, shutdown_wait_time=1.0)
    manager._kernel_spec = spec
    return manager
