"""Open the working copy in JupyterLab."""

import importlib.metadata
import importlib.util
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from rnnlib.places import install_command

HOST = "127.0.0.1"
# No distractions and no network requests: no news, no update checks. These are defaults; what a
# learner chose in JupyterLab takes precedence.
SETTINGS = Path(__file__).parent / "settings"


class LabError(Exception):
    """JupyterLab cannot be started; the message is one line."""


def check(port: int | None) -> None:
    """Raise LabError if JupyterLab is not installed or the port is taken; changes nothing."""
    if importlib.util.find_spec("jupyterlab") is None:
        raise LabError(f"JupyterLab is not installed; run: {install_command('course')}")
    if port is not None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as error:
                raise LabError(
                    f"port {port} cannot be used ({error.strerror}); "
                    "choose another with --port, or omit --port"
                ) from error


def next_lesson(work: Path) -> str | None:
    """The notebook in `work` with the first exercise that has not passed; else the first one."""
    from rnnlib.exercises import progress

    lessons = sorted(path.name for path in work.glob("[0-9][0-9]_*.ipynb"))
    upcoming = progress().next
    chapter = upcoming.id.split(".")[0] if upcoming else ""
    return next((n for n in lessons if n.startswith(f"{chapter}_")), next(iter(lessons), None))


def arguments(
    work: Path, lesson: str | None, *, port: int | None, browser: bool, extra: tuple[str, ...] = ()
) -> list[str]:
    """The command line that opens `lesson` of the working copy in JupyterLab."""
    options = [
        f"--ServerApp.root_dir={work}",
        f"--ServerApp.ip={HOST}",
        f"--ServerApp.open_browser={browser}",
        f"--LabApp.default_url=/lab/tree/{lesson}" if lesson else "--LabApp.default_url=/lab",
        f"--LabApp.app_settings_dir={SETTINGS}",
    ]
    if _can_encrypt():  # else new kernels warn of eavesdropping, in this terminal
        options.append("--MappingKernelManager.transport_encryption=auto")
    if port is not None:
        options += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")  # common in containers; only this machine can connect
    return [sys.executable, "-m", "jupyterlab", *options, *extra]


def _can_encrypt() -> bool:
    """Whether the server can encrypt its messages to kernels (Jupyter Server 2.20 or newer)."""
    import zmq  # comes with JupyterLab, without which this module can be imported

    numbers = re.findall(r"\d+", importlib.metadata.version("jupyter_server"))
    return tuple(map(int, numbers[:2])) >= (2, 20) and zmq.has("curve")


def start(command: list[str]) -> NoReturn:
    """Replace this process with JupyterLab; on Windows, which has no exec, run it and wait."""
    sys.stdout.flush()
    if os.name == "nt":
        sys.exit(_wait_for(command))
    os.execv(command[0], command)


def _wait_for(command: list[str]) -> int:
    """Run a program and return its exit code. Ctrl-C is left to the program to handle."""
    with subprocess.Popen(command) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue
