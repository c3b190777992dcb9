"""A tiny Pyodide, made by the tests: a runtime as npm has it, wheels, and a lock."""

import base64
import hashlib
import io
import json
import stat
import sys
import tarfile
import zipfile
from pathlib import Path

import rnnlib
from rnnlib.site import python

VERSION = "0.0.1"
INFO = {"arch": "wasm32", "platform": "emscripten_0_0_0", "python": "3.14.0", "abi_version": "0"}
NPM = """
import pathlib, shutil, sys
folder = pathlib.Path(sys.argv[sys.argv.index("--pack-destination") + 1])
shutil.copy({tarball!r}, folder)
"""
BACKEND = f"""
import pathlib, zipfile
def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = "rnnlib-{rnnlib.__version__}-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder, name), "w") as wheel:
        info = "rnnlib-{rnnlib.__version__}.dist-info"
        named = "Name: rnnlib\\nVersion: {rnnlib.__version__}\\n"
        wheel.writestr(info + "/METADATA", "Metadata-Version: 2.1\\n" + named)
        wheel.writestr(info + "/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        wheel.writestr(info + "/RECORD", "")
    return name
"""
PROJECT = f"""
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "rnnlib"
version = "{rnnlib.__version__}"
"""


class Distribution:
    """Folders `pyodide` (compiled wheels), `pypi` and `kernel` (pure ones); an npm and a course.

    `install` puts them in place of the real ones for one test.
    """

    def __init__(self, folder: Path):
        self.folder, self.cache, self.bin = folder, folder / "cache", folder / "bin"
        self.pyodide, self.pypi, self.kernel = (folder / n for n in ("pyodide", "pypi", "kernel"))
        for made in (self.bin, self.pyodide, self.pypi, self.kernel):
            made.mkdir()
        entries = {}
        for name in python.COMPILED:
            file = wheel(self.pyodide, name, "1.0", "cp314-cp314-pyemscripten_0_wasm32")
            entries[name] = {"name": name, "file_name": file.name, "sha256": sha256(file)}
        self.pure = folder / "wheels.txt"
        file = wheel(self.pypi, "ipywidgets", "8.0")
        self.pure.write_text(f"ipywidgets==8.0 --hash=sha256:{sha256(file)}\n")
        wheel(self.kernel, "piplite", "0.1")
        self.pins, tarball = folder / "package.json", folder / f"pyodide-{VERSION}.tgz"
        lock = json.dumps({"info": INFO, "packages": entries}).encode()
        self.pins.write_text(json.dumps(_pins(tarball, lock)))
        npm = self.bin / "npm"
        npm.write_text(f"#!{sys.executable}\n{NPM.format(tarball=str(tarball))}")
        npm.chmod(npm.stat().st_mode | stat.S_IXUSR)
        self.course = folder / "project"
        self.course.mkdir()
        (self.course / "pyproject.toml").write_text(PROJECT)
        (self.course / "backend.py").write_text(BACKEND)

    def install(self, monkeypatch) -> None:
        monkeypatch.setattr(python.scripts, "_cache", lambda: self.cache)
        monkeypatch.setattr(python, "PINS", self.pins)
        monkeypatch.setattr(python, "PURE", self.pure)
        monkeypatch.setattr(python, "ROOT", self.course)
        monkeypatch.setattr(python, "_precompile", lambda folder: None)  # it needs the real one
        monkeypatch.setenv("PATH", str(self.bin))
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", str(self.pypi))


def wheel(folder: Path, name: str, version: str, tag: str = "py3-none-any") -> Path:
    path = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as file:
        info = f"{name}-{version}.dist-info"
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        file.writestr(f"{info}/METADATA", metadata)
        file.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nTag: {tag}\n")
        file.writestr(f"{info}/RECORD", "")
    return path


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _pins(tarball: Path, lock: bytes) -> dict:
    with tarfile.open(tarball, "w:gz") as archive:
        for name in python.RUNTIME:
            data = lock if name == python.LOCK else b"a file of Pyodide"
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    return {"dependencies": {"pyodide": VERSION}, "integrity": {"pyodide": f"sha512-{digest}"}}
