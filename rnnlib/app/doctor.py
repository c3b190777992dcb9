"""Is everything there that the course needs? Each finding says how to fix what is not."""

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rnnlib.places import ROOT, progress_file

# What one can do without; everything else is needed to learn from the course.
OPTIONAL = {
    "torch": "compares with PyTorch",
    "site": "makes the course's site",
    "dev": "makes and tests the course",
}
PROGRAMS = {
    "Chromium": (
        ("chromium", "chromium-browser", "google-chrome"),
        "tests the course in a browser",
    ),
}
INSTALL = f"{sys.executable} -m pip install -r {ROOT / 'requirements.txt'}"
KERNEL_TIMEOUT = 60  # seconds; a first start on a slow disk takes a while


@dataclass(frozen=True)
class Finding:
    """One thing looked at: its state is OK, missing or broken."""

    state: str
    what: str
    mend: str = ""
    needed: bool = True

    def __str__(self) -> str:
        return f"{self.state:8}{self.what}" + (f"\n{'':8}-> {self.mend}" if self.mend else "")


def examine(work: Path) -> Iterator[Finding]:
    """Look at everything, the quick things first."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    yield _python(project["requires-python"])
    groups = {"": project["dependencies"], **project["optional-dependencies"]}
    for group, lines in groups.items():
        for line in lines:
            yield _package(line, OPTIONAL.get(group))
    for name, (commands, purpose) in PROGRAMS.items():
        yield _program(name, commands, purpose)
    yield _sandbox()
    yield _working_copy(work)
    yield _progress(progress_file(work))
    yield _widgets()
    yield _kernel()


def _python(required: str) -> Finding:
    from packaging.specifiers import SpecifierSet

    version = ".".join(map(str, sys.version_info[:3]))
    if version in SpecifierSet(required):
        return Finding("OK", f"Python {version}")
    mend = f"make the environment anew with a Python {required}"
    return Finding("broken", f"Python {version}, {required} is needed", mend)


def _package(line: str, purpose: str | None = None) -> Finding:
    """Whether the requirement `line` is met; with a `purpose` one can do without it."""
    from packaging.requirements import Requirement

    requirement = Requirement(line)
    needed = purpose is None
    name = requirement.name + (f" ({purpose}; optional)" if purpose else "")
    try:
        version = importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        return Finding("missing", name, INSTALL, needed)
    if requirement.specifier.contains(version, prereleases=True):
        return Finding("OK", f"{requirement.name} {version}")
    what = f"{name} {version}, {requirement.specifier} is needed"
    return Finding("broken", what, INSTALL, needed)


def _program(name: str, commands: tuple[str, ...], purpose: str) -> Finding:
    found = next((path for command in commands if (path := shutil.which(command))), None)
    if found:
        return Finding("OK", f"{name} ({found})")
    mend = f"apt-get install {name.lower()}, or your system's way to install it"
    return Finding("missing", f"{name} ({purpose}; optional)", mend, needed=False)


def _sandbox() -> Finding:
    """Whether a sandbox can be made for the grader: not only whether its program is there."""
    what = "bubblewrap (keeps a grader's notebooks in a sandbox; optional)"
    try:
        from rnnlib.grading.sandbox import walls
    except ImportError:
        return Finding("missing", what, INSTALL, needed=False)
    try:
        walls.require()
    except walls.NoSandbox as error:
        if error.said:
            what = f"{what}: it says: {error.said}"
            return Finding("broken", what, error.help, needed=False)
        return Finding("missing", what, str(error), needed=False)
    return Finding("OK", f"bubblewrap makes sandboxes ({shutil.which('bwrap')})")


def _working_copy(work: Path) -> Finding:
    """Whether files can be made in the working copy, or in the folder it will be made in."""
    folder = next(path for path in (work, *work.parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        mend = "make it writable, or name another folder: rnnlib lab --work FOLDER"
        return Finding("broken", f"{folder} cannot be written: {error.strerror}", mend)
    made = "" if folder == work else " (rnnlib lab will make it)"
    return Finding("OK", f"working copy {work}{made}")


def _progress(file: Path) -> Finding:
    try:
        for line in file.read_bytes().splitlines():
            json.loads(line)
    except FileNotFoundError:
        return Finding("OK", "progress (none yet)")
    except OSError as error:
        return Finding("broken", f"progress: {file}: {error.strerror}", f"chmod u+rw {file}")
    except ValueError:
        mend = "rnnlib progress (it sets the unreadable lines aside)"
        return Finding("broken", f"progress: {file} has unreadable lines", mend)
    return Finding("OK", f"progress {file}")


def _widgets() -> Finding:
    """JupyterLab's half of ipywidgets: without it a slider is only a line of text."""
    try:
        from jupyter_core.paths import jupyter_path
    except ImportError:
        return Finding("missing", "widgets in JupyterLab", INSTALL)
    name = Path("@jupyter-widgets", "jupyterlab-manager", "package.json")
    if any((Path(folder) / name).exists() for folder in jupyter_path("labextensions")):
        return Finding("OK", "widgets in JupyterLab")
    mend = f"{sys.executable} -m pip install --force-reinstall jupyterlab_widgets"
    return Finding("missing", "widgets in JupyterLab", mend)


def _kernel() -> Finding:
    """Start the kernel `python3` and ask it where it lives: it must be this Python."""
    try:
        from jupyter_client.kernelspec import KernelSpecManager
        from jupyter_client.manager import run_kernel
    except ImportError:
        return Finding("missing", "kernel python3", INSTALL)

    mend = f"{sys.executable} -m ipykernel install --sys-prefix"
    said: list[str] = []
    try:
        spec = KernelSpecManager().get_kernel_spec("python3")
        if not Path(spec.resource_dir).is_relative_to(sys.prefix):
            mend = f"{sys.executable} -m jupyter kernelspec remove python3"
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with run_kernel(kernel_name="python3", startup_timeout=KERNEL_TIMEOUT, **silent) as client:
            # run_kernel is annotated to yield the base class; what it yields is the blocking one.
            client.execute_interactive(  # pyright: ignore[reportAttributeAccessIssue]
                "import sys; print(sys.prefix)",
                timeout=KERNEL_TIMEOUT,
                output_hook=lambda message: said.append(message["content"].get("text", "")),
            )
    except Exception as error:  # whatever keeps a kernel from answering, it is broken
        return Finding("broken", f"kernel python3: {error}", mend)
    prefix = "".join(said).strip()
    if os.path.realpath(prefix) != os.path.realpath(sys.prefix):
        return Finding("broken", f"kernel python3 runs in {prefix}, not in {sys.prefix}", mend)
    return Finding("OK", "kernel python3 starts and answers")
