"""The browser's Python: Pyodide, its packages, and the lock file with a hash for each."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from pathlib import Path

from rnnlib.lessons import AuthoringError
from rnnlib.places import ROOT
from rnnlib.slides import scripts

PINS = Path(__file__).with_name("package.json")
PURE = Path(__file__).with_name("wheels.txt")
PYTHON = "3.14"  # of Pyodide
PRECOMPILE = Path(__file__).with_name("precompile.mjs")
LOCK = "pyodide-lock.json"
RUNTIME = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", LOCK)
COMPILED = ("contourpy", "kiwisolver", "matplotlib", "numpy", "pillow")
DISTRIBUTION = "https://cdn.jsdelivr.net/pyodide/v{version}/full/"
TIMEOUT = 60  # seconds without receiving data


def put_together(
    folder: Path, kernel_wheels: Path, course: Path, pyodide: Path | None = None
) -> list[str]:
    """Fill the folder with Pyodide, wheels and their lock file; returns the packages' names.

    Compiled wheels come from Pyodide's distribution, or from the folder `pyodide`, and must match
    its lock file; pure ones come from PyPI and must match wheels.txt; the kernel's own come with
    jupyterlite-pyodide-kernel; `course` is rnnlib's. The modules imported at startup are then
    compiled, in Node.js. AuthoringError if a wheel is missing or different.
    """
    runtime = scripts.fetch(PINS, {"pyodide": RUNTIME}) / "pyodide"
    folder.mkdir(parents=True)
    for name in RUNTIME:
        shutil.copy(runtime / name, folder)
    official = json.loads((runtime / LOCK).read_text(encoding="utf-8"))
    for name in COMPILED:
        _compiled(official["packages"][name], folder, pyodide)
    _pure(folder)
    for wheel in sorted(kernel_wheels.glob("*.whl")):
        if not wheel.name.startswith("widgetsnbextension"):  # for the classic notebook
            shutil.copy(wheel, folder)
    shutil.copy(course, folder)
    _manual(folder)
    _lock(folder, official["info"])
    _precompile(folder)
    for wheel in folder.glob("*.whl"):
        _name_by_content(wheel)
    return _lock(folder, official["info"])


def _lock(folder: Path, info: dict) -> list[str]:
    """Write the lock file for the wheels in the folder; returns the names of their packages."""
    packages = dict(_entry(wheel) for wheel in sorted(folder.glob("*.whl")))
    lock = {"info": info, "packages": packages}
    (folder / LOCK).write_text(json.dumps(lock, indent=1) + "\n", encoding="utf-8")
    return list(packages)


def _name_by_content(wheel: Path) -> None:
    """Put a hash into a wheel's name, as its build tag: another version has another address.

    Else a browser could take the earlier version from its cache, whose hash is not the lock's.
    """
    name, version, *_ = wheel.name.split("-")
    tags = wheel.name.split("-")[-3:]
    content = hashlib.sha256(wheel.read_bytes()).hexdigest()[:12]
    wheel.rename(wheel.with_name("-".join([name, version, f"0{content}", *tags])))


def _precompile(folder: Path) -> None:
    """Add the bytecode of startup imports to the archives, made by their own Python."""
    node = shutil.which("node") or shutil.which("nodejs")
    if node is None:
        raise AuthoringError("Node.js is not installed; install it (Debian: apt install nodejs)")
    done = subprocess.run([node, str(PRECOMPILE), str(folder)], capture_output=True, text=True)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if re.match(r"\w*Error\b", line)]
        reason = lines[-1].strip() if lines else "no reason given"
        raise AuthoringError(f"Pyodide could not be run in Node.js: {reason}")


def _compiled(entry: dict, folder: Path, pyodide: Path | None) -> None:
    """A wheel from Pyodide's distribution, checked against the hash in its lock file."""
    name = entry["file_name"]
    if pyodide is not None:
        if not (pyodide / name).is_file():
            raise AuthoringError(f"{pyodide} has no {name}, which Pyodide's lock lists")
        data, source = (pyodide / name).read_bytes(), str(pyodide)
    else:
        version = json.loads(PINS.read_text(encoding="utf-8"))["dependencies"]["pyodide"]
        source = DISTRIBUTION.format(version=version)
        try:
            with urllib.request.urlopen(source + name, timeout=TIMEOUT) as answer:
                data = answer.read()
        except OSError as error:
            what = f"{source}{name} cannot be downloaded: {error}; use --pyodide FOLDER"
            raise AuthoringError(what) from error
    if hashlib.sha256(data).hexdigest() != entry["sha256"]:
        raise AuthoringError(f"{name} in {source} does not match the hash in Pyodide's lock")
    (folder / name).write_bytes(data)


def _pure(folder: Path) -> None:
    """The wheels in wheels.txt; pip checks each against its hash."""
    target = ["--implementation", "py", "--abi", "none", "--platform", "any"]
    _pip(
        "download",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--require-hashes",
        *target,
        "--python-version",
        PYTHON,
        "--dest",
        str(folder),
        "--requirement",
        str(PURE),
    )


def make_wheel(folder: Path) -> Path:
    """Build a wheel of rnnlib for learners there: with the lessons, and what `solution` shows."""
    with tempfile.TemporaryDirectory(prefix="rnnlib-") as name:  # setuptools writes next to it
        copy = Path(name, "source")
        skipped = shutil.ignore_patterns(".*", "build", "*.egg-info", "__pycache__", "my-course")
        shutil.copytree(ROOT, copy, ignore=skipped)
        _pip("wheel", "--no-deps", "--wheel-dir", str(folder), str(copy), RNNLIB_WHEEL="learner")
    return next(folder.glob("rnnlib-*.whl"))


def _manual(folder: Path) -> None:
    """A wheel of `pydoc_data`, which Pyodide's standard library leaves out."""
    import pydoc_data.topics

    info = "pydoc_data-1.0.0.dist-info"
    with zipfile.ZipFile(folder / "pydoc_data-1.0.0-py3-none-any.whl", "w") as wheel:
        wheel.write(pydoc_data.topics.__file__, "pydoc_data/topics.py", zipfile.ZIP_DEFLATED)
        wheel.writestr("pydoc_data/__init__.py", "")
        wheel.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: pydoc_data\nVersion: 1.0.0\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")


def _pip(*arguments: str, **variables: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    environment = {**os.environ, "NO_COLOR": "1", **variables}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        reason = next((line for line in lines if line.startswith("ERROR")), (lines or ["?"])[-1])
        raise AuthoringError(f"pip {arguments[0]} failed: {reason.removeprefix('ERROR: ')}")


def _entry(wheel: Path) -> tuple[str, dict]:
    """The lock file's entry for a wheel, by the package's normalized name.

    All packages are loaded at once, so entries list no dependencies.
    """
    name, version = wheel.name.split("-")[:2]
    name = name.replace("_", "-").lower()
    return name, {
        "name": name,
        "version": version,
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": [],
        "depends": [],
        "unvendored_tests": False,
    }
