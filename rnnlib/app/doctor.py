"""Check what the course needs. Each finding says how to fix what is missing or broken."""

import importlib.metadata
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rnnlib.places import ROOT, install_command, progress_file, python_command

# The extras that learners can do without.
OPTIONAL = {
    "torch": "compares with PyTorch",
    "teach": "makes slides and handouts",
    "grading": "grades on several machines",
    "site": "builds the website",
    "dev": "builds and tests the course",
}
PROGRAMS = {
    "Chromium": (
        ("chromium", "chromium-browser", "google-chrome"),
        "tests the course in a browser",
    ),
}
KERNEL_TIMEOUT = 60  # seconds; the first start on a slow disk takes a while


@dataclass(frozen=True)
class Finding:
    """The result of one check: its state is OK, missing or broken."""

    state: str
    what: str
    fix: str = ""
    needed: bool = True

    def __str__(self) -> str:
        return f"{self.state:8}{self.what}" + (f"\n{'':8}-> {self.fix}" if self.fix else "")


def examine(work: Path) -> Iterator[Finding]:
    """Run every check, the quick ones first."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    yield _python(project["requires-python"])
    extras = project["optional-dependencies"]
    yield from map(_package, [*project["dependencies"], *extras["course"]])
    for extra in OPTIONAL:
        yield _extra(extra, extras[extra])
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
    fix = f"create a new environment with Python {required}"
    return Finding("broken", f"Python {version}; {required} is needed", fix)


def _package(line: str, extra: str = "course") -> Finding:
    """Whether the requirement `line`, which belongs to `extra`, is met."""
    from packaging.requirements import Requirement

    requirement = Requirement(line)
    needed = extra not in OPTIONAL
    fix = install_command(extra)
    try:
        version = importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        return Finding("missing", requirement.name, fix, needed)
    what = f"{requirement.name} {version}"
    if requirement.specifier.contains(version, prereleases=True):
        return Finding("OK", what)
    return Finding("broken", f"{what}; {requirement.specifier} is needed", fix, needed)


def _extra(extra: str, lines: list[str]) -> Finding:
    """Whether everything in an extra is installed; a single line, since extras are optional."""
    found = [_package(line, extra) for line in lines]
    purpose = f"({OPTIONAL[extra]}; optional)"
    for state in ("broken", "missing"):
        if some := [finding.what for finding in found if finding.state == state]:
            what = f"{', '.join(some)} {purpose}"
            return Finding(state, what, install_command(extra), needed=False)
    return Finding("OK", f"{', '.join(finding.what for finding in found)} {purpose}")


def _program(name: str, commands: tuple[str, ...], purpose: str) -> Finding:
    found = next((path for command in commands if (path := shutil.which(command))), None)
    if found:
        return Finding("OK", f"{name} ({found})")
    fix = f"apt-get install {name.lower()}, or your system's equivalent"
    return Finding("missing", f"{name} ({purpose}; optional)", fix, needed=False)


def _sandbox() -> Finding:
    """Whether the grader can create a sandbox, not just whether bubblewrap is installed."""
    what = "bubblewrap (sandboxes notebooks for grading; optional)"
    try:
        from rnnlib.grading.sandbox import walls
    except ImportError:
        return Finding("missing", what, install_command("course"), needed=False)
    try:
        walls.require()
    except walls.NoSandbox as error:
        if error.said:
            what = f"{what}: {error.said}"
            return Finding("broken", what, error.help, needed=False)
        return Finding("missing", what, str(error), needed=False)
    return _grading_kernel()


def _grading_kernel() -> Finding:
    """Start the grader's kernel in a sandbox, as `rnnlib grade` does."""
    from rnnlib.grading.sandbox.course_copy import prepared
    from rnnlib.grading.sandbox.limits import Limits
    from rnnlib.grading.sandbox.session import CannotStart, Session, TookTooLong

    try:
        with Session(prepared(()), [], Limits()):
            return Finding("OK", "the grader's kernel starts in a sandbox and answers")
    except (CannotStart, TookTooLong, OSError) as error:
        fix = install_command("course")
        return Finding("broken", f"the grader's kernel in its sandbox: {error}", fix, needed=False)


def _working_copy(work: Path) -> Finding:
    """Whether files can be created in the working copy, or in the folder that will hold it."""
    folder = next(path for path in (work, *work.parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        fix = "make it writable, or choose another folder: rnnlib lab --work FOLDER"
        return Finding("broken", f"{folder} is not writable: {error.strerror}", fix)
    made = "" if folder == work else " (rnnlib lab will create it)"
    return Finding("OK", f"working copy {work}{made}")


def _progress(file: Path) -> Finding:
    try:
        lines = file.read_bytes().splitlines()
    except FileNotFoundError:
        return Finding("OK", "progress (none yet)")
    except OSError as error:
        fix = f"chmod u+rw {shlex.quote(str(file))}"
        return Finding("broken", f"progress: {file}: {error.strerror}", fix)
    unreadable = sum(not _is_json(line) for line in lines if line.strip())
    skipped = f" ({unreadable} unreadable line{'s'[: unreadable != 1]}, skipped)"
    return Finding("OK", f"progress {file}{skipped if unreadable else ''}")


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _widgets() -> Finding:
    """JupyterLab's half of ipywidgets: without it a slider is only a line of text."""
    try:
        from jupyter_core.paths import jupyter_path
    except ImportError:
        return Finding("missing", "widgets in JupyterLab", install_command("course"))
    name = Path("@jupyter-widgets", "jupyterlab-manager", "package.json")
    if any((Path(folder) / name).exists() for folder in jupyter_path("labextensions")):
        return Finding("OK", "widgets in JupyterLab")
    fix = python_command("pip", "install", "--force-reinstall", "jupyterlab_widgets")
    return Finding("missing", "widgets in JupyterLab", fix)


def _kernel() -> Finding:
    """Start the kernel `python3` and check that it runs this Python."""
    try:
        from jupyter_client.kernelspec import KernelSpecManager
        from jupyter_client.manager import run_kernel
    except ImportError:
        return Finding("missing", "kernel python3", install_command("course"))

    fix = python_command("ipykernel", "install", "--sys-prefix")
    said: list[str] = []
    try:
        spec = KernelSpecManager().get_kernel_spec("python3")
        if not Path(spec.resource_dir).is_relative_to(sys.prefix):
            fix = python_command("jupyter", "kernelspec", "remove", "python3")
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with run_kernel(kernel_name="python3", startup_timeout=KERNEL_TIMEOUT, **silent) as client:
            # run_kernel is annotated to yield the base class; what it yields is the blocking one.
            client.execute_interactive(  # pyright: ignore[reportAttributeAccessIssue]
                "import sys; print(sys.prefix)",
                timeout=KERNEL_TIMEOUT,
                output_hook=lambda message: said.append(message["content"].get("text", "")),
            )
    except Exception as error:  # whatever the reason, a kernel that does not answer is broken
        return Finding("broken", f"kernel python3: {error}", fix)
    prefix = "".join(said).strip()
    if os.path.realpath(prefix) != os.path.realpath(sys.prefix):
        return Finding("broken", f"kernel python3 runs in {prefix}, not in {sys.prefix}", fix)
    return Finding("OK", "kernel python3 starts and answers")
